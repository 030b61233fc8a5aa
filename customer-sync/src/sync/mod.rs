//! Reading both sides, and writing what a plan says.

mod read;
mod verify;
mod write;

use std::fmt;
use std::sync::Arc;

use planyo_client::UserId;
use planyo_client::users::GetUser;

use crate::customer::CustomerKey;
use crate::plan::{Action, Plan};
use crate::report::{Bucket, Counts, Outcome, SyncReport};
use crate::rules::MappingRules;
use crate::source;
use crate::target::billit::Parties;
use read::{candidates, list_parties, read_and_plan, settle};
use write::Run;

/// Settings of a run. The default needs none.
#[derive(Clone)]
pub struct SyncOptions {
    rules: MappingRules,
    concurrency: usize,
    on_progress: Option<Observer>,
}

type Observer = Arc<dyn Fn(Progress<'_>) + Send + Sync>;

impl Default for SyncOptions {
    fn default() -> Self {
        Self {
            rules: MappingRules::default(),
            concurrency: 4,
            on_progress: None,
        }
    }
}

impl SyncOptions {
    /// The rules of the mapping.
    #[must_use]
    pub fn rules(mut self, rules: MappingRules) -> Self {
        self.rules = rules;
        self
    }

    /// How many customers are written at a time; 4 if not set. Billit's limits are unknown.
    #[must_use]
    pub fn concurrency(mut self, writes: usize) -> Self {
        self.concurrency = writes.max(1);
        self
    }

    /// Called while a run goes on, from whichever task settles a customer. It must not block.
    #[must_use]
    pub fn on_progress(mut self, observer: impl Fn(Progress<'_>) + Send + Sync + 'static) -> Self {
        self.on_progress = Some(Arc::new(observer));
        self
    }

    fn tell(&self, progress: Progress<'_>) {
        if let Some(observer) = &self.on_progress {
            observer(progress);
        }
    }
}

impl fmt::Debug for SyncOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SyncOptions")
            .field("concurrency", &self.concurrency)
            .finish_non_exhaustive()
    }
}

/// What a run tells while it goes on.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Progress<'a> {
    /// Both sides have been read; this will be done.
    Planned(Counts),
    /// Billit has answered the write for this customer. A created party is settled only when it was read back.
    Written(&'a CustomerKey),
    /// A customer is settled. Each is, once.
    Settled(&'a Outcome),
}

/// A run that could not begin: a side could not be read. Nothing was written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SyncError {
    /// Planyo could not be read.
    #[error(transparent)]
    Planyo(#[from] planyo_client::Error),
    /// Billit could not be read.
    #[error(transparent)]
    Billit(#[from] billit_client::Error),
}

/// Makes Billit's customers equal to Planyo's: [`plan_customers`], then [`apply`] without reading Billit twice.
///
/// One customer that fails stops no other; the report says what happened to each.
///
/// # Errors
/// When a side cannot be read to its end. Then nothing was written: half a listing is none.
pub async fn sync_customers(
    planyo: &planyo_client::Client,
    billit: &billit_client::Client,
    options: &SyncOptions,
) -> Result<SyncReport, SyncError> {
    let run = async {
        let (plan, parties) = read_and_plan(planyo, billit, options).await?;
        options.tell(Progress::Planned(plan.counts()));
        Ok(Run::new(billit, options, &parties).apply(&plan).await)
    };
    #[cfg(feature = "tracing")]
    let run = tracing::Instrument::instrument(run, tracing::info_span!("sync_customers"));
    run.await
}

/// Reads both sides and says what would be done. It writes nothing.
///
/// # Errors
/// When a side cannot be read to its end.
pub async fn plan_customers(
    planyo: &planyo_client::Client,
    billit: &billit_client::Client,
    options: &SyncOptions,
) -> Result<Plan, SyncError> {
    let (plan, _) = read_and_plan(planyo, billit, options).await?;
    options.tell(Progress::Planned(plan.counts()));
    Ok(plan)
}

/// Does what a plan says. A step whose party has changed since is skipped, and said.
///
/// Parties are listed first if the plan creates any, so that nobody is created twice and a collision is seen.
///
/// # Errors
/// When that listing fails. Then nothing was written.
pub async fn apply(
    plan: &Plan,
    billit: &billit_client::Client,
    options: &SyncOptions,
) -> Result<SyncReport, SyncError> {
    let creates = plan
        .steps
        .iter()
        .any(|step| matches!(step.action, Action::Create { .. }));
    let parties = if creates {
        list_parties(billit, None).await?
    } else {
        Parties::default()
    };
    Ok(Run::new(billit, options, &parties).apply(plan).await)
}

/// Makes one customer's party equal to the Planyo user with this id. Reads that user and the parties he may be,
/// not the two listings.
///
/// # Errors
/// When a side cannot be read. An unknown user is Planyo's
/// [`InvalidInput`](planyo_client::ErrorKind::InvalidInput).
pub async fn sync_customer(
    planyo: &planyo_client::Client,
    billit: &billit_client::Client,
    user: impl Into<UserId>,
    options: &SyncOptions,
) -> Result<Outcome, SyncError> {
    let user = user.into();
    let run = async {
        let read = planyo.send(GetUser::by_id(user)).await?;
        let key = source::planyo::key(&read.id.to_string(), &options.rules);
        let customers = [source::planyo::customer(&read, &options.rules)
            .map_err(|problem| (key.clone(), problem))];
        let mut parties = candidates(billit, &customers).await?;
        let plan = settle(&customers, &mut parties, billit, options).await?;
        let report = Run::new(billit, options, &parties)
            .of_few()
            .apply(&plan)
            .await;
        let nothing = || Outcome {
            key,
            name: String::new(),
            bucket: Bucket::Failed,
            party: None,
            changes: Vec::new(),
            notes: Vec::new(),
            reason: "the run ended without a word about this customer".to_owned(),
            detail: None,
        };
        Ok(report.outcomes.into_iter().next().unwrap_or_else(nothing))
    };
    #[cfg(feature = "tracing")]
    let run = tracing::Instrument::instrument(
        run,
        tracing::info_span!("sync_customer", user = user.get()),
    );
    run.await
}
