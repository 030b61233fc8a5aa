//! A run as a stream of events.

use std::future::ready;

use futures_util::stream::{self, Stream, StreamExt};
use tokio::sync::mpsc::unbounded_channel;

use super::error::SyncError;
use super::full_pass::sync_customers;
use super::options::{Progress, SyncOptions};
use super::source::CustomerSource;
use crate::core::report::{Counts, Outcome, SyncReport};

/// An event of [`sync_stream`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Event {
    /// As [`Progress::CustomersRead`].
    CustomersRead(usize),
    /// As [`Progress::PartiesRead`].
    PartiesRead(usize),
    /// As [`Progress::WholePartiesRead`].
    WholePartiesRead(usize),
    /// Both sides have been read; these are the outcomes of the plan.
    Planned(Counts),
    /// The outcome of a customer is final. This comes once for each customer.
    Settled(Box<Outcome>),
    /// The run is over. This is the last event.
    Done(SyncReport),
}

/// [`sync_customers`] as a stream of events. The run goes on while the stream is polled. Dropping the stream stops it
/// at once; a [`CancellationToken`](crate::CancellationToken) stops it between two customers.
///
/// ```no_run
/// # async fn run(planyo: planyo_client::Client, billit: billit_client::Client) -> Result<(), customer_sync::SyncError> {
/// use std::pin::pin;
/// use customer_sync::{Event, SyncOptions, sync_stream};
/// use futures_util::TryStreamExt;
///
/// let mut events = pin!(sync_stream(&planyo, &billit, SyncOptions::default()));
/// while let Some(event) = events.try_next().await? {
///     match event {
///         Event::Settled(outcome) => println!("{}: {}", outcome.key, outcome.reason),
///         Event::Done(report) => println!("{}", report.counts()),
///         _ => {}
///     }
/// }
/// # Ok(()) }
/// ```
pub fn sync_stream<'a, S: CustomerSource + ?Sized>(
    source: &'a S,
    billit: &'a billit_client::Client,
    options: SyncOptions,
) -> impl Stream<Item = Result<Event, SyncError>> + 'a {
    let (sender, mut events) = unbounded_channel();
    let (last, earlier) = (sender.clone(), options.clone());
    let options = options.on_progress(move |progress| {
        earlier.report_progress(progress);
        let event = match progress {
            Progress::CustomersRead(number) => Event::CustomersRead(number),
            Progress::PartiesRead(number) => Event::PartiesRead(number),
            Progress::WholePartiesRead(number) => Event::WholePartiesRead(number),
            Progress::Planned(counts) => Event::Planned(counts),
            Progress::Settled(outcome) => Event::Settled(Box::new(outcome.clone())),
            Progress::Written(_) => return,
        };
        // If the receiver is gone, the run is not polled either.
        let _ = sender.send(Ok(event));
    });
    let run = async move {
        let report = sync_customers(source, billit, &options).await;
        let _ = last.send(report.map(Event::Done));
    };
    let run = stream::once(run).filter_map(|()| ready(None));
    stream::select(
        stream::poll_fn(move |context| events.poll_recv(context)),
        run,
    )
}
