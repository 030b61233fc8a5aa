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

/// Settings of a run. The default needs none.
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
    pub(crate) lock_timeout: Duration,
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
            lock_timeout: Duration::from_secs(60),
            actor: Actor::Source,
            clock: Utc::now,
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

    /// Remembers what was applied from run to run, in a [store](crate::store::StateStore) or in a [`State`] that the
    /// program asks too: then a correction made by hand in Billit stays while the source says what it said before, what
    /// was cleared in the source is cleared, a customer whom Billit merged into another is left alone until its record
    /// changes, and two runs at once make one party. Without a store the owner of a field decides alone.
    #[must_use]
    pub fn store(mut self, store: impl Into<State>) -> Self {
        self.state = Some(store.into());
        self
    }

    /// Tries customers again that an earlier run put into quarantine, though nothing has changed.
    #[must_use]
    pub fn retry_quarantined(mut self) -> Self {
        self.retry_quarantined = true;
        self
    }

    /// Goes on where a run would stop at [`SyncError::SafetyLimit`](crate::SyncError::SafetyLimit).
    #[must_use]
    pub fn allow_mass_changes(mut self) -> Self {
        self.allow_mass_changes = true;
        self
    }

    /// Lets [`CancellationToken::cancel`] end a run between two customers.
    #[must_use]
    pub fn cancellation(mut self, token: &CancellationToken) -> Self {
        self.cancellation = token.clone();
        self
    }

    /// After so long [`sync_changed`](crate::sync_changed) compares all customers with all parties again; a day if not
    /// set.
    #[must_use]
    pub fn full_pass_every(mut self, time: TimeDelta) -> Self {
        self.full_pass_every = time;
        self
    }

    /// How long [`sync_customer`](crate::sync_customer) waits for another run that is at the same customer; a minute if
    /// not set. Then the customer is skipped, and said.
    #[must_use]
    pub fn lock_timeout(mut self, time: Duration) -> Self {
        self.lock_timeout = time;
        self
    }

    /// Who is said in the change log to have provided what is written; the source if not set.
    #[must_use]
    pub fn actor(mut self, actor: Actor) -> Self {
        self.actor = actor;
        self
    }

    /// The clock by which runs are named and the full pass is due; this machine's if not set. No watermark hangs on it.
    #[must_use]
    pub fn clock(mut self, clock: fn() -> DateTime<Utc>) -> Self {
        self.clock = clock;
        self
    }

    /// Called while a run goes on, from whichever task settles a customer. It must not block.
    #[must_use]
    pub fn on_progress(mut self, observer: impl Fn(Progress<'_>) + Send + Sync + 'static) -> Self {
        self.on_progress = Some(Arc::new(observer));
        self
    }

    pub(crate) fn tell(&self, progress: Progress<'_>) {
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

/// Ends a run that is under way, from anywhere: what has begun is finished and remembered, the other customers are
/// skipped, and said. Clones are the same signal.
///
/// To drop the run's future ends it too, at once: a write whose answer was not awaited may have been done or not, and the
/// next run finds out.
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
    /// A signal that nobody has given yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives the signal.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it was given.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
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
