//! Settings of a run.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use billit_client::parties::ClearAs;
use chrono::{DateTime, TimeDelta, Utc};

use crate::core::customer::CustomerKey;
use crate::core::report::{Counts, Outcome};
use crate::core::rules::MappingRules;
use crate::store::{Actor, State};

/// Settings of a run. The default works without any.
#[derive(Clone)]
pub struct SyncOptions {
    pub(crate) rules: MappingRules,
    pub(crate) concurrency: usize,
    pub(crate) clear_as: ClearAs,
    pub(crate) on_progress: Option<Observer>,
    pub(crate) state: Option<State>,
    pub(crate) retry_quarantined: bool,
    pub(crate) allow_mass_changes: bool,
    pub(crate) cancellation: CancellationToken,
    pub(crate) full_pass_every: TimeDelta,
    pub(crate) keep_journal: Option<TimeDelta>,
    pub(crate) lease_time: Duration,
    pub(crate) lease_wait: Duration,
    pub(crate) create_rounds: u32,
    pub(crate) create_pause: Duration,
    pub(crate) create_timeout: Duration,
    pub(crate) actor: Actor,
    pub(crate) clock: fn() -> DateTime<Utc>,
}

type Observer = Arc<dyn Fn(Progress<'_>) + Send + Sync>;

impl Default for SyncOptions {
    fn default() -> Self {
        Self {
            rules: MappingRules::default(),
            concurrency: 4,
            clear_as: ClearAs::Null,
            on_progress: None,
            state: None,
            retry_quarantined: false,
            allow_mass_changes: false,
            cancellation: CancellationToken::default(),
            full_pass_every: TimeDelta::days(1),
            keep_journal: None,
            lease_time: Duration::from_secs(30),
            lease_wait: Duration::from_secs(60),
            create_rounds: 60,
            create_pause: Duration::from_millis(500),
            create_timeout: Duration::from_secs(120),
            actor: Actor::Source,
            clock: Utc::now,
        }
    }
}

impl SyncOptions {
    /// The rules of the mapping. Default: [`MappingRules::default`].
    #[must_use]
    pub fn rules(mut self, rules: MappingRules) -> Self {
        self.rules = rules;
        self
    }

    /// How many customers are written, or parties read one by one, at the same time. Default: 4. Billit's limits are
    /// unknown.
    #[must_use]
    pub fn concurrency(mut self, writes: usize) -> Self {
        self.concurrency = writes.max(1);
        self
    }

    /// How a field is blanked in Billit. Default: [`ClearAs::Null`]. Which way Billit accepts is unknown; if it rejects
    /// one, the other is tried.
    #[must_use]
    pub fn clear_as(mut self, clear_as: ClearAs) -> Self {
        self.clear_as = clear_as;
        self
    }

    /// Keeps the state of customers from run to run, in a [store](crate::store::StateStore) or in a [`State`] that the
    /// program uses too. Then a correction made by hand in Billit stays while the source has not changed, a value
    /// cleared in the source is cleared, a customer that Billit merged into another is quarantined until its record
    /// changes, and two runs at the same time create one party. Default: no store; the policy of a field decides alone.
    #[must_use]
    pub fn store(mut self, store: impl Into<State>) -> Self {
        self.state = Some(store.into());
        self
    }

    /// Retries customers that an earlier run put into quarantine, though nothing has changed. Default: off.
    #[must_use]
    pub fn retry_quarantined(mut self) -> Self {
        self.retry_quarantined = true;
        self
    }

    /// Turns off the safety limit, [`SyncError::SafetyLimit`](crate::SyncError::SafetyLimit). Default: the limit is on.
    #[must_use]
    pub fn allow_mass_changes(mut self) -> Self {
        self.allow_mass_changes = true;
        self
    }

    /// Lets [`CancellationToken::cancel`] stop a run between two customers.
    #[must_use]
    pub fn cancellation(mut self, token: &CancellationToken) -> Self {
        self.cancellation = token.clone();
        self
    }

    /// How often [`sync_changed`](crate::sync_changed) compares all customers with all parties. Default: 1 day.
    #[must_use]
    pub fn full_pass_every(mut self, time: TimeDelta) -> Self {
        self.full_pass_every = time;
        self
    }

    /// How long the journal is kept: a full pass removes the runs that ended before
    /// ([`State::forget_runs`]). They cannot be undone any more. Default: for ever. [The store](crate::store#size) says how
    /// fast the journal grows.
    #[must_use]
    pub fn keep_journal(mut self, time: TimeDelta) -> Self {
        self.keep_journal = Some(time);
        self
    }

    /// How long a [lease](crate::store::Leases) of a customer is held without a sign of life. A run renews its leases three
    /// times as often, and releases them when it ends; after a crash others wait so long for its customers. Default: 30
    /// seconds.
    #[must_use]
    pub fn lease_time(mut self, time: Duration) -> Self {
        self.lease_time = time;
        self
    }

    /// How long [`sync_customer`](crate::sync_customer) waits for another run that has the lease of the same customer. Default:
    /// 60 seconds. Then the customer is skipped and reported.
    #[must_use]
    pub fn lease_wait(mut self, time: Duration) -> Self {
        self.lease_wait = time;
        self
    }

    /// How often customers are looked up again whose create ended without a clear answer: a timeout, a lost connection, a
    /// gateway's error. One listing finds all of them. Default: 60.
    ///
    /// A run does this when all other customers are done. One that is found is created. One that stays absent is sent
    /// again with the same idempotency key; if Billit says that the key was used before, with the next. That Billit
    /// honours keys on parties is not known, so a customer must be absent from 5 look-ups in a row before it is sent
    /// again, of which each shows the party that the run created last. It takes 8 if the run created no party since the
    /// request, then 24 before the next key, and more if lists are late; 1 if Billit reported that it did nothing. With
    /// fewer rounds than that, it is only looked up.
    ///
    /// What is still unclear then has failed and is [unfinished](crate::Outcome::unfinished): the next run looks again.
    ///
    /// A customer can get a second party only if Billit merges no party that has the same e-mail address or VAT number, and
    /// a request takes effect, or its party is listed, later than all these look-ups. Keys that Billit honours protect from
    /// that until it says that the key was used before: then the next key is sent, which protects from nothing. The first
    /// run that lists both parties reports the customer as ambiguous.
    #[must_use]
    pub fn create_rounds(mut self, rounds: u32) -> Self {
        self.create_rounds = rounds;
        self
    }

    /// The pause between the first two [rounds](Self::create_rounds). Each pause is twice the one before, up to ten
    /// times this one. Default: half a second, so that a customer is sent again after 7.5 seconds, or 22.5 alone,
    /// and with the next key after 102.5 alone.
    #[must_use]
    pub fn create_pause(mut self, pause: Duration) -> Self {
        self.create_pause = pause;
        self
    }

    /// The time after which no [round](Self::create_rounds) begins. Default: 2 minutes. A run of one customer has its
    /// lease so long.
    #[must_use]
    pub fn create_timeout(mut self, time: Duration) -> Self {
        self.create_timeout = time;
        self
    }

    /// Who provided the values, for the journal. Default: [`Actor::Source`].
    #[must_use]
    pub fn actor(mut self, actor: Actor) -> Self {
        self.actor = actor;
        self
    }

    /// The clock for run ids, the journal and the next full pass. Default: [`Utc::now`]. Watermarks do not use it.
    #[must_use]
    pub fn clock(mut self, clock: fn() -> DateTime<Utc>) -> Self {
        self.clock = clock;
        self
    }

    /// A function that is called during a run, from any of its tasks. It must not block.
    #[must_use]
    pub fn on_progress(mut self, observer: impl Fn(Progress<'_>) + Send + Sync + 'static) -> Self {
        self.on_progress = Some(Arc::new(observer));
        self
    }

    pub(crate) fn report_progress(&self, progress: Progress<'_>) {
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

/// Stops a run from another task or thread: writes that have begun are finished and stored, the other customers are
/// skipped and reported. Clones share one signal.
///
/// Dropping the future of a run stops it at once. A write without an answer may then be done or not; the next run finds
/// out.
///
/// ```
/// use customer_sync::{CancellationToken, SyncOptions};
///
/// let token = CancellationToken::new();
/// let options = SyncOptions::default().cancellation(&token);
/// // ... elsewhere, such as in a handler of Ctrl-C:
/// token.cancel();
/// # let _ = options;
/// ```
#[derive(Clone, Debug, Default)]
pub struct CancellationToken(Arc<AtomicBool>);

impl CancellationToken {
    /// A token that is not cancelled.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Cancels all runs with this token or a clone of it.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it was cancelled.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// The progress of a run, for [`SyncOptions::on_progress`]. No variant but [`Settled`](Self::Settled) holds personal data.
///
/// ```
/// use customer_sync::{Progress, SyncOptions};
///
/// let options = SyncOptions::default().on_progress(|progress| match progress {
///     Progress::CustomersRead(number) => eprintln!("{number} customers read"),
///     Progress::PartiesRead(number) => eprintln!("{number} parties read"),
///     Progress::Planned(counts) => eprintln!("planned: {counts}"),
///     _ => {}
/// });
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Progress<'a> {
    /// So many customers of the source have been read: after each page of its list, also while parties are read, or once if
    /// `apply` reads a few one by one. Those that a filter leaves out or that cannot be read count too.
    CustomersRead(usize),
    /// So many parties of Billit have been read: after each page of its list, also while customers are read, or after each
    /// party if a run of a few reads them one by one.
    PartiesRead(usize),
    /// So many parties have been read once more, one by one, since Billit's list leaves out fields that are needed.
    WholePartiesRead(usize),
    /// Both sides have been read; these are the outcomes of the plan.
    Planned(Counts),
    /// Billit has accepted the write for this customer. A created party is settled only after it was read back.
    Written(&'a CustomerKey),
    /// The outcome of a customer is final. This comes once for each customer.
    Settled(&'a Outcome),
}
