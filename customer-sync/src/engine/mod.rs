//! Reading both sides, and writing what a plan says.

mod changed;
mod hint;
mod options;
pub(crate) mod read;
mod remember;
pub(crate) mod source;
mod stream;
mod verify;
mod write;

use std::fmt;
use std::time::Duration;

use tokio::time::{Instant, sleep};

pub use self::changed::sync_changed;
pub use self::options::{CancellationToken, Progress, SyncOptions};
pub use self::source::{Changes, CustomerPages, CustomerSource, PlanyoUsers};
pub use self::stream::{Event, sync_stream};
use crate::core::customer::CustomerKey;
#[cfg(feature = "tracing")]
use crate::core::fingerprint::Fingerprint;
use crate::core::parties::Parties;
use crate::core::plan::{Action, Plan, Purpose, Step};
use crate::core::report::{Calls, Outcome, OutcomeKind, SyncReport};
use crate::core::run_id::RunId;
use crate::store::{Lock, RunKind, StateError};
use read::{
    candidates, know_enough_to_create, list_parties, moved_in_source, read_and_plan, settle,
    without_the_forgotten,
};
use remember::{Remembering, lock_of};
use write::Run;

/// So many customers may vanish, or change their name or VAT number, in one run, however few there are.
const A_FEW: usize = 5;

/// A run that could not begin. Nothing was written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SyncError {
    /// Planyo could not be read.
    #[error(transparent)]
    Planyo(#[from] planyo_client::Error),
    /// Another source could not be read.
    #[error("the source cannot be read: {0}")]
    Source(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The source has no ids of this form.
    #[error("that is no id of a customer: a Planyo user's is a number, 7 and not planyo:7")]
    NoSuchId,
    /// The customer is another source's than the rules name.
    #[error("{0} is not of the source that the rules name: see `MappingRules::source`")]
    OtherSource(CustomerKey),
    /// Billit could not be read.
    #[error(transparent)]
    Billit(#[from] billit_client::Error),
    /// The state store cannot be used.
    #[error(transparent)]
    State(#[from] StateError),
    /// More customers than a few (5, or 2 % of those that are linked) are not in the source any more, or would change
    /// their name or VAT number at once: a listing that lacks some, or an import into the wrong columns, looks so.
    /// Nothing was written. See the plan, and if it is right, say [`SyncOptions::allow_mass_changes`].
    #[error(
        "of {linked} linked customers {missing_from_source} are not in the source any more and {renamed} would change their name or \
         VAT number at once; nothing was written: look at the plan, and run with `allow_mass_changes()` if it is right"
    )]
    SafetyLimit {
        /// Customers that are not in the source any more.
        missing_from_source: usize,
        /// Customers that would change.
        renamed: usize,
        /// Customers that are linked.
        linked: usize,
    },
    /// What was asked for needs [`SyncOptions::store`].
    #[error("this needs a state store: give one by `SyncOptions::store`")]
    NoStore,
    /// The store knows no such run.
    #[error("the state store knows no run {0}; `State::runs` tells those it knows")]
    NoSuchRun(RunId),
    /// The plan was made by another version of this crate.
    #[error("the plan has version {0}, which this program cannot apply; plan again")]
    PlanVersion(u32),
}

impl SyncError {
    /// Whether the source says that it has no such customer.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::Planyo(error) if error.is_not_found())
    }
}

/// Stops a run in which many customers vanish or get another name or number at once.
fn brake(plan: &Plan, linked: usize, options: &SyncOptions) -> Result<(), SyncError> {
    let (missing_from_source, renamed) = (plan.missing_from_source.len(), plan.renamed());
    if options.allow_mass_changes || missing_from_source.max(renamed) <= A_FEW.max(linked / 50) {
        return Ok(());
    }
    Err(SyncError::SafetyLimit {
        missing_from_source,
        renamed,
        linked,
    })
}

/// Makes Billit's customers equal to the source's: [`plan_customers`], then [`apply`] without reading twice.
///
/// One customer that fails stops no other; the report says what happened to each.
///
/// # Errors
/// When a side cannot be read to its end, or at the [brake](SyncError::SafetyLimit). Then nothing was written: half a listing is
/// none.
pub async fn sync_customers<S: CustomerSource + ?Sized>(
    source: &S,
    billit: &billit_client::Client,
    options: &SyncOptions,
) -> Result<SyncReport, SyncError> {
    let run = full_pass(source, billit, options);
    #[cfg(feature = "tracing")]
    let run = tracing::Instrument::instrument(run, tracing::info_span!("sync_customers"));
    run.await
}

async fn full_pass<S: CustomerSource + ?Sized>(
    source: &S,
    billit: &billit_client::Client,
    options: &SyncOptions,
) -> Result<SyncReport, SyncError> {
    let before = calls(source, billit);
    let mark = changed::Mark::at_start(source, options).await?;
    let mut remembering = Remembering::of_all(RunKind::Full, options)?;
    let (plan, parties) = read_and_plan(source, billit, &remembering, options).await?;
    options.tell(Progress::Planned(plan.counts()));
    brake(
        &plan,
        plan.linked() + plan.missing_from_source.len(),
        options,
    )?;
    remembering.count_missed(&plan.missing_from_source);
    let mut report = run_plan(&plan, parties, billit, remembering, options).await?;
    mark.full_pass_is_done(&mut report, options);
    told(&mut report, before, source, billit);
    Ok(report)
}

/// Reads both sides and says what would be done. It writes nothing.
///
/// # Errors
/// When a side cannot be read to its end.
pub async fn plan_customers<S: CustomerSource + ?Sized>(
    source: &S,
    billit: &billit_client::Client,
    options: &SyncOptions,
) -> Result<Plan, SyncError> {
    let run = async {
        let remembering = Remembering::of_all(RunKind::Plan, options)?;
        read_and_plan(source, billit, &remembering, options).await
    };
    #[cfg(feature = "tracing")]
    let run = tracing::Instrument::instrument(run, tracing::info_span!("plan_customers"));
    let (plan, _) = run.await?;
    options.tell(Progress::Planned(plan.counts()));
    Ok(plan)
}

/// Does what a plan says, where both sides still are as it saw them: all customers are read again, and a step whose
/// customer or party has changed since is skipped, and said; a customer whose party has been made since is not created.
///
/// It does not stop at [`SyncError::SafetyLimit`]: whoever applies a plan has seen it, and [`Plan::renamed`] and
/// [`Plan::missing_from_source`] are what the brake looks at.
///
/// Parties are listed first if the plan creates any, so that nobody is created twice and a merge is seen. Apply a
/// plan to the company it was made for.
///
/// # Errors
/// When a side cannot be read to its end, the plan is of another version, or it takes something back or forgets somebody
/// and there is no store. Then nothing was written.
pub async fn apply<S: CustomerSource + ?Sized>(
    plan: &Plan,
    source: &S,
    billit: &billit_client::Client,
    options: &SyncOptions,
) -> Result<SyncReport, SyncError> {
    if plan.version != Plan::VERSION {
        return Err(SyncError::PlanVersion(plan.version));
    }
    let run = async {
        let before = calls(source, billit);
        let plan = &match plan.purpose {
            Purpose::Sync => moved_in_source(plan, source, options).await?,
            _ => plan.clone(),
        };
        let creates = |step: &Step| matches!(step.action, Action::Create { .. });
        let parties = if plan.steps.iter().any(creates) {
            list_parties(billit, None).await?
        } else {
            Parties::default()
        };
        let remembering = Remembering::of_plan(plan, options)?;
        let mut report = run_plan(plan, parties, billit, remembering, options).await?;
        told(&mut report, before, source, billit);
        Ok(report)
    };
    #[cfg(feature = "tracing")]
    let run = tracing::Instrument::instrument(run, tracing::info_span!("apply"));
    run.await
}

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
    let run = one(source, billit, &key, options);
    #[cfg(feature = "tracing")]
    let run = tracing::Instrument::instrument(
        run,
        tracing::info_span!("sync_customer", customer = %trace_id(&key)),
    );
    run.await
}

async fn one<S: CustomerSource + ?Sized>(
    source: &S,
    billit: &billit_client::Client,
    key: &CustomerKey,
    options: &SyncOptions,
) -> Result<Outcome, SyncError> {
    let lock = match wait_for(key, options).await? {
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
    let customers = &without_the_forgotten(vec![customer], options)?[..];
    let remembering = Remembering::of_one(key, lock, options)?;
    let remembered = remembering.memory.get(key).and_then(|known| known.party);
    let mut parties = candidates(billit, customers, remembered).await?;
    let memory = &remembering.memory;
    let plan = settle(customers, &mut parties, memory, billit, options).await?;
    let report = run_plan(&plan, parties, billit, remembering, options).await?;
    let nothing = || {
        let reason = "the run ended without a word about this customer";
        Outcome::new(key, OutcomeKind::Failed, reason)
    };
    Ok(report.outcomes.into_iter().next().unwrap_or_else(nothing))
}

/// The lock of a customer, as soon as it is free; none if there is no store, or somebody else keeps it for too long.
async fn wait_for(key: &CustomerKey, options: &SyncOptions) -> Result<Option<Lock>, SyncError> {
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

fn calls<S: CustomerSource + ?Sized>(source: &S, billit: &billit_client::Client) -> Calls {
    Calls {
        source: source.requests(),
        billit: billit.requests(),
    }
}

/// Puts into the report what the run cost, and into the trace what it came to.
fn told<S: CustomerSource + ?Sized>(
    report: &mut SyncReport,
    before: Calls,
    source: &S,
    billit: &billit_client::Client,
) {
    let now = calls(source, billit);
    report.calls = Calls {
        source: now.source.saturating_sub(before.source),
        billit: now.billit.saturating_sub(before.billit),
    };
    #[cfg(feature = "tracing")]
    for (counter, value) in report.counters() {
        tracing::info!(counter, value, "run is over");
    }
}

async fn run_plan(
    plan: &Plan,
    mut parties: Parties,
    billit: &billit_client::Client,
    remembering: Remembering,
    options: &SyncOptions,
) -> Result<SyncReport, SyncError> {
    know_enough_to_create(plan, &mut parties, billit, options).await?;
    let run = Run::new(billit, options, &parties, &remembering);
    let mut report = run.apply(plan).await;
    drop(run);
    report.run = remembering.run().cloned();
    report
        .missing_from_source
        .clone_from(&plan.missing_from_source);
    let failure = remembering.finish(&report);
    report.store_error = failure.map(|error| error.to_string());
    Ok(report)
}

/// A short hash of a key, for traces: an id is personal data too.
#[cfg(feature = "tracing")]
fn trace_id(key: &CustomerKey) -> String {
    let hash = Fingerprint::of_texts([key.source(), key.id()]).to_string();
    hash.chars().take(12).collect()
}
