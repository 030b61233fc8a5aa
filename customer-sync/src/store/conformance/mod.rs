//! The laws of a store as a test that can be run on any store.

mod check;
mod commits;
mod leases;
mod reads;
mod scans;
mod sharing;

use std::sync::Arc;

use self::check::{Failure, Handles};
use super::StateError;
use super::rows::{Key, StateStore};

/// A law that a store breaks.
#[derive(Debug, thiserror::Error)]
#[error("the law {law:?} is broken: {what}")]
pub struct BrokenLaw {
    law: &'static str,
    what: String,
    #[source]
    source: Option<StateError>,
}

impl BrokenLaw {
    /// The law, in words.
    #[must_use]
    pub fn law(&self) -> &'static str {
        self.law
    }
}

/// Tries the laws of [`StateStore`] on an empty store, as far as they can be tried from outside, and [`Leases`](super::Leases) on it.
/// `open` opens one more handle of the same store each time it is called. Rows stay in the store: give it one that is
/// thrown away afterwards. It needs no certain runtime and takes seconds.
///
/// Not tried, since that needs hands on the machine below: what a kill, a damage, a full disk or a lost connection leaves.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), customer_sync::store::BrokenLaw> {
/// use std::sync::Arc;
/// use customer_sync::store::{MemoryStore, conformance};
///
/// let store = Arc::new(MemoryStore::new());
/// conformance(async || Ok(Arc::clone(&store))).await
/// # }
/// ```
///
/// # Errors
/// The first law that is broken, and how; also when a call fails.
pub async fn conformance<S: StateStore + 'static>(
    open: impl AsyncFn() -> Result<S, StateError>,
) -> Result<(), BrokenLaw> {
    let open_law = named("Each call of `open` gives a handle of one store that is empty at first");
    let handles = Handles {
        one: Arc::new(open().await.map_err(Failure::from).map_err(&open_law)?),
        two: Arc::new(open().await.map_err(Failure::from).map_err(&open_law)?),
    };
    is_empty(&handles).await.map_err(&open_law)?;

    let handles = &handles;
    reads::values_come_back(handles)
        .await
        .map_err(named("A value comes back as it was written, byte for byte"))?;
    reads::many_keys(handles)
        .await
        .map_err(named("Many keys are read in the order they are asked in"))?;
    scans::order(handles)
        .await
        .map_err(named("Keys sort by their bytes"))?;
    scans::prefixes(handles)
        .await
        .map_err(named("A scan has the keys that begin with the prefix"))?;
    scans::pages(handles).await.map_err(named(
        "A scan by pages misses no row that was there all the time, and shows none twice",
    ))?;
    commits::order(handles)
        .await
        .map_err(named("Changes are made in their order"))?;
    commits::expectations(handles)
        .await
        .map_err(named("A commit is done only if all rows are as expected"))?;
    commits::before_the_first_change(handles)
        .await
        .map_err(named("Rows are compared as they were before the commit"))?;
    commits::checks(handles)
        .await
        .map_err(named("A check changes nothing"))?;
    commits::versions(handles, &open)
        .await
        .map_err(named("Versions grow, and none is used twice"))?;
    reads::limits(handles)
        .await
        .map_err(named("Keys, values and batches up to the limits are kept"))?;
    sharing::increments(handles, &open)
        .await
        .map_err(named("No write is lost between a read and a commit"))?;
    sharing::one_moment(handles)
        .await
        .map_err(named("Rows that are read together are of one moment"))?;
    sharing::dropped(handles).await.map_err(named(
        "A commit whose future is dropped is whole or not there",
    ))?;
    sharing::seen_later(handles, &open)
        .await
        .map_err(named("What was confirmed is seen by handles opened later"))?;
    leases::clock(handles)
        .await
        .map_err(named("All handles see one clock"))?;
    leases::one_holder(handles)
        .await
        .map_err(named("A lease has one holder"))?;
    leases::taken_over(handles).await.map_err(named(
        "A lease that has ended can be taken over, and the old holder cannot write",
    ))
}

/// Adds the law to what went wrong.
fn named(law: &'static str) -> impl Fn(Failure) -> BrokenLaw {
    move |failure| {
        let (what, source) = match failure {
            Failure::Broken(what) => (what, None),
            Failure::Call(error) => ("a call failed".to_owned(), Some(error)),
        };
        BrokenLaw { law, what, source }
    }
}

async fn is_empty<S: StateStore>(handles: &Handles<S>) -> Result<(), Failure> {
    let rows = handles.one.scan(&Key::default(), None, 1).await?;
    check::holds(rows.is_empty(), || "the store has rows already".to_owned())?;
    let put = check::put("open/one", "1")?;
    check::done(&*handles.one, &[put]).await?;
    let found = check::get(&*handles.two, "open/one").await?;
    check::holds(found.is_some(), || {
        "one handle does not see what another has written".to_owned()
    })
}
