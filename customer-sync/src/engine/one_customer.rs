//! A run of one customer.

use std::fmt;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::error::SyncError;
use super::options::SyncOptions;
use super::read::{candidates, without_erased};
use super::remember::{Remembering, lock_of};
use super::run_plan::run_plan;
use super::source::CustomerSource;
use super::summaries::plan_with_details;
use crate::core::customer::CustomerKey;
use crate::core::report::{Outcome, OutcomeKind};
use crate::store::Lock;

/// Makes one customer's party equal to the source's customer with this id, a Planyo user's number. Reads that customer and
/// the party linked to it; all parties only while there is none.
///
/// It does not see other customers: of two who share an e-mail address or VAT number the first gets a party, and the
/// second is reported. With a store, two of these for one customer at a time make one party, one after the other; without
/// one do not run two, since whether Billit honours the key that would make them one is unknown.
///
/// # Errors
/// When a side cannot be read. An unknown user is Planyo's
/// [`InvalidInput`](planyo_client::ErrorKind::InvalidInput).
pub async fn sync_customer<S: CustomerSource + ?Sized>(
    source: &S,
    billit: &billit_client::Client,
    id: impl fmt::Display,
    options: &SyncOptions,
) -> Result<Outcome, SyncError> {
    let key = CustomerKey::new(options.rules.source_name(), id.to_string());
    let run = sync_one(source, billit, &key, options);
    #[cfg(feature = "tracing")]
    let run = tracing::Instrument::instrument(
        run,
        tracing::info_span!("sync_customer", customer = %super::trace::customer_id(&key)),
    );
    run.await
}

async fn sync_one<S: CustomerSource + ?Sized>(
    source: &S,
    billit: &billit_client::Client,
    key: &CustomerKey,
    options: &SyncOptions,
) -> Result<Outcome, SyncError> {
    let lock = match wait_for_lock(key, options).await? {
        Some(lock) => Some(lock),
        None if options.state.is_none() => None,
        None => {
            let reason = "another run is at this customer";
            return Ok(Outcome {
                unfinished: true,
                ..Outcome::new(key, OutcomeKind::Skipped, reason)
            });
        }
    };
    // Read once the lock is there, so that the last of several runs has the last word of the source.
    let customer = source.customer(key.id(), &options.rules).await?;
    let customers = &without_erased(vec![customer], options)?[..];
    let remembering = Remembering::of_one(key, lock, options)?;
    let remembered = remembering.memory.get(key).and_then(|known| known.party);
    let mut parties = candidates(billit, customers, remembered).await?;
    let memory = &remembering.memory;
    let plan = plan_with_details(customers, &mut parties, memory, billit, options).await?;
    let report = run_plan(&plan, parties, billit, remembering, options).await?;
    let nothing = || {
        let reason = "the run ended without a word about this customer";
        Outcome::new(key, OutcomeKind::Failed, reason)
    };
    Ok(report.outcomes.into_iter().next().unwrap_or_else(nothing))
}

/// The lock of a customer, as soon as it is free; none if there is no store, or somebody else keeps it for too long.
async fn wait_for_lock(
    key: &CustomerKey,
    options: &SyncOptions,
) -> Result<Option<Lock>, SyncError> {
    const PAUSE: Duration = Duration::from_millis(50);
    let Some(state) = &options.state else {
        return Ok(None);
    };
    let end = Instant::now() + options.lock_timeout;
    loop {
        let lock = lock_of(state, key)?;
        if lock.is_some() || Instant::now() >= end || options.cancellation.is_cancelled() {
            return Ok(lock);
        }
        sleep(PAUSE).await;
    }
}
