//! Reading both sides, and writing what a plan says.

mod read;
mod remember;
mod verify;
mod write;

use std::fmt;
use std::sync::Arc;

use billit_client::parties::ClearAs;
use planyo_client::users::{GetUser, User};
use planyo_client::{Record, UserId};

use crate::customer::{CustomerKey, Problem};
use crate::merge::Keep;
use crate::plan::{Action, Mapped, Plan, Step};
use crate::report::{Bucket, Counts, Outcome, SyncReport};
use crate::rules::MappingRules;
use crate::source;
use crate::state::{StateError, StateStore};
use crate::target::parties::Parties;
use read::{Customers, candidates, know_enough_to_create, list_parties, read_and_plan, settle};
use remember::Remembering;
use write::Run;

/// So many customers may change their name or VAT number in one run, however few there are.
const MOST_RENAMED: usize = 5;

/// Settings of a run. The default needs none.
#[derive(Clone)]
pub struct SyncOptions {
    rules: MappingRules,
    concurrency: usize,
    clear_as: ClearAs,
    on_progress: Option<Observer>,
    store: Option<Arc<dyn StateStore>>,
    keep: Keep,
    retry_quarantined: bool,
    only: Option<Filter>,
    confirmed: bool,
}

type Filter = Arc<dyn Fn(&Record<User>) -> bool + Send + Sync>;
type Observer = Arc<dyn Fn(Progress<'_>) + Send + Sync>;

impl Default for SyncOptions {
    fn default() -> Self {
        Self {
            rules: MappingRules::default(),
            concurrency: 4,
            clear_as: ClearAs::Null,
            on_progress: None,
            store: None,
            keep: Keep::Hashes,
            retry_quarantined: false,
            only: None,
            confirmed: false,
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

    /// How a field is blanked in Billit; `null` if not set. Which way Billit takes is not settled by what is known.
    #[must_use]
    pub fn clear_as(mut self, clear_as: ClearAs) -> Self {
        self.clear_as = clear_as;
        self
    }

    /// Remembers what was applied from run to run: then a correction made by hand in Billit stays while Planyo says what
    /// it said before, what was cleared in Planyo is cleared, and a customer whom Billit merged into another is left alone
    /// until its record changes. Without a store the owner of a field decides alone.
    #[must_use]
    pub fn store(mut self, store: impl StateStore + 'static) -> Self {
        self.store = Some(Arc::new(store));
        self
    }

    /// How the store keeps what was applied; as hashes if not set.
    #[must_use]
    pub fn keep(mut self, keep: Keep) -> Self {
        self.keep = keep;
        self
    }

    /// Tries customers again that an earlier run put into quarantine, though nothing has changed.
    #[must_use]
    pub fn retry_quarantined(mut self) -> Self {
        self.retry_quarantined = true;
        self
    }

    /// Only customers of whom this is true, such as those with a reservation or with some custom property; the others are
    /// skipped, and said. A run of one customer asks it too.
    ///
    /// ```
    /// use customer_sync::SyncOptions;
    ///
    /// let booked = SyncOptions::default().only(|user| user.reservation_count.unwrap_or(0) > 0);
    /// ```
    #[must_use]
    pub fn only(mut self, wanted: impl Fn(&Record<User>) -> bool + Send + Sync + 'static) -> Self {
        self.only = Some(Arc::new(wanted));
        self
    }

    /// Goes on where a run would stop at [`SyncError::Brake`].
    #[must_use]
    pub fn confirmed(mut self) -> Self {
        self.confirmed = true;
        self
    }

    /// Called while a run goes on, from whichever task settles a customer. It must not block.
    #[must_use]
    pub fn on_progress(mut self, observer: impl Fn(Progress<'_>) + Send + Sync + 'static) -> Self {
        self.on_progress = Some(Arc::new(observer));
        self
    }

    /// The customer a user is, if this run is to have it.
    fn customer(&self, user: &Record<User>) -> Mapped {
        let problem = |problem| {
            let key = source::planyo::key(&user.id.to_string(), &self.rules);
            (key, problem)
        };
        if self.only.as_ref().is_some_and(|wanted| !wanted(user)) {
            return Err(problem(Problem::LeftOut));
        }
        source::planyo::read(user, &self.rules).map_err(problem)
    }

    /// Stops a run that would rename or renumber many customers at once.
    fn brake(&self, plan: &Plan) -> Result<(), SyncError> {
        let (renamed, linked) = (plan.renamed(), plan.linked());
        if self.confirmed || renamed <= MOST_RENAMED.max(linked / 50) {
            return Ok(());
        }
        Err(SyncError::Brake { renamed, linked })
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

/// A run that could not begin. Nothing was written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SyncError {
    /// Planyo could not be read.
    #[error(transparent)]
    Planyo(#[from] planyo_client::Error),
    /// Billit could not be read.
    #[error(transparent)]
    Billit(#[from] billit_client::Error),
    /// The state store cannot be used.
    #[error(transparent)]
    State(#[from] StateError),
    /// More customers than a few (5, or 2 % of those that are linked) would change their name or VAT number at once:
    /// an import into the wrong columns looks so. Nothing was written. See the plan, and if it is right, say
    /// [`SyncOptions::confirmed`].
    #[error(
        "{renamed} of {linked} linked customers would change their name or VAT number at once; nothing was written: look \
         at the plan, and run with `confirmed()` if it is right"
    )]
    Brake {
        /// Customers that would change.
        renamed: usize,
        /// Customers that are linked.
        linked: usize,
    },
    /// The plan was made by another version of this crate.
    #[error("the plan has version {0}, which this program cannot apply; plan again")]
    PlanVersion(u32),
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
        let remembering = Remembering::of_all(options)?;
        let (plan, parties) = read_and_plan(planyo, billit, &remembering, options).await?;
        options.tell(Progress::Planned(plan.counts()));
        options.brake(&plan)?;
        run_plan(&plan, parties, billit, remembering, options).await
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
    let run = async {
        let remembering = Remembering::of_all(options)?;
        read_and_plan(planyo, billit, &remembering, options).await
    };
    #[cfg(feature = "tracing")]
    let run = tracing::Instrument::instrument(run, tracing::info_span!("plan_customers"));
    let (plan, _) = run.await?;
    options.tell(Progress::Planned(plan.counts()));
    Ok(plan)
}

/// Does what a plan says. A step whose party has changed since is skipped, and said; a customer whose party has been
/// made since is not created.
///
/// It does not stop at [`SyncError::Brake`]: whoever applies a plan has seen it, and [`Plan::renamed`] counts what the
/// brake looks at.
///
/// Parties are listed first if the plan creates any, so that nobody is created twice and a merge is seen. Apply a
/// plan to the company it was made for.
///
/// # Errors
/// When that listing fails, or the plan is of another version. Then nothing was written.
pub async fn apply(
    plan: &Plan,
    billit: &billit_client::Client,
    options: &SyncOptions,
) -> Result<SyncReport, SyncError> {
    if plan.version != Plan::VERSION {
        return Err(SyncError::PlanVersion(plan.version));
    }
    let run = async {
        let creates = |step: &Step| matches!(step.action, Action::Create { .. });
        let parties = if plan.steps.iter().any(creates) {
            list_parties(billit, None).await?
        } else {
            Parties::default()
        };
        let remembering = Remembering::of_all(options)?;
        run_plan(plan, parties, billit, remembering, options).await
    };
    #[cfg(feature = "tracing")]
    let run = tracing::Instrument::instrument(run, tracing::info_span!("apply"));
    run.await
}

/// Makes one customer's party equal to the Planyo user with this id. Reads that user and the party linked to him; all
/// parties only while there is none.
///
/// It does not see other Planyo users: of two who share an e-mail address or VAT number the first gets a party, and
/// the second is reported. Do not run two of these for one customer at a time: whether Billit honours the key that
/// would make them one is unknown.
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
        let customer = options.customer(&read);
        let remembering = Remembering::of_one(&key, options)?;
        let mut parties = candidates(billit, &customer).await?;
        let one = Customers::One(&customer);
        let plan = settle(one, &mut parties, &remembering, billit, options).await?;
        let report = run_plan(&plan, parties, billit, remembering, options).await?;
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

async fn run_plan(
    plan: &Plan,
    mut parties: Parties,
    billit: &billit_client::Client,
    remembering: Remembering,
    options: &SyncOptions,
) -> Result<SyncReport, SyncError> {
    know_enough_to_create(plan, &mut parties, billit, options).await?;
    let run = Run::new(billit, options, &parties, &remembering, plan);
    let mut report = run.apply(plan).await;
    drop(run);
    let failure = remembering.finish();
    report.forgotten = failure.map(|error| error.to_string());
    Ok(report)
}
