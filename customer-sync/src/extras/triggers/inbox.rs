//! Who is due and not synced yet, in the store.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Deserializer, Serialize};

use super::{CustomerRef, SyncRequest, Trigger};
use crate::store::{Row, State, StateError, Table};

/// Settings of an [`Inbox`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "options do nothing until an inbox is opened with them"]
pub struct InboxOptions {
    debounce: TimeDelta,
    max_delay: TimeDelta,
    capacity: usize,
    retry_delay: TimeDelta,
    max_retry_delay: TimeDelta,
}

impl Default for InboxOptions {
    fn default() -> Self {
        Self {
            debounce: TimeDelta::seconds(10),
            max_delay: TimeDelta::minutes(1),
            capacity: 10_000,
            retry_delay: TimeDelta::seconds(30),
            max_retry_delay: TimeDelta::hours(1),
        }
    }
}

impl InboxOptions {
    /// How long nothing more must come for a customer before it is handed out, so that a burst is one sync; 10 seconds if
    /// not set.
    pub fn debounce(mut self, time: TimeDelta) -> Self {
        self.debounce = time.max(TimeDelta::zero());
        self
    }

    /// After how long a customer is handed out though more comes for it; a minute if not set.
    pub fn max_delay(mut self, time: TimeDelta) -> Self {
        self.max_delay = time.max(TimeDelta::zero());
        self
    }

    /// How many customers wait at most; 10,000 if not set. Each takes some hundred bytes.
    pub fn capacity(mut self, customers: usize) -> Self {
        self.capacity = customers;
        self
    }

    /// How long after a failure a customer is handed out again, doubled after each further one, and how long at most; 30
    /// seconds and an hour if not set.
    pub fn retry_delay(mut self, first: TimeDelta, longest: TimeDelta) -> Self {
        self.retry_delay = first.max(TimeDelta::zero());
        self.max_retry_delay = longest.max(TimeDelta::zero());
        self
    }
}

/// The customers who are due: each once, however often it came, until its sync is reported done.
///
/// They are in the store ([`Table::Inbox`]) before [`add`](Self::add) returns, so that a program that is killed loses none:
/// what was not reported done is handed out again. Whoever is handed out is read afresh from Planyo: so it does not matter
/// in which order notifications came, how often, or what they said, and a replayed one costs a read and writes nothing. (It
/// is not recognised as a replay: two changes of one customer may be posted in the same words.)
///
/// It has no clock: the caller says what time it is. Clones are the same inbox. One program opens a store's inbox at a
/// time.
///
/// ```
/// use chrono::{DateTime, TimeDelta};
/// use customer_sync::store::{MemoryStore, State};
/// use customer_sync::triggers::{EnqueueOutcome, SyncRequest, Inbox, InboxOptions, Trigger, CustomerRef};
///
/// let inbox = Inbox::open(State::new(MemoryStore::new()), InboxOptions::default())?;
/// let ann = CustomerRef::Customer(7.into());
/// let now = DateTime::UNIX_EPOCH;
/// assert_eq!(inbox.add(SyncRequest::new(ann, Trigger::CustomerUpdated), now)?, EnqueueOutcome::New);
/// assert_eq!(inbox.add(SyncRequest::new(ann, Trigger::CheckedIn), now)?, EnqueueOutcome::Coalesced);
///
/// assert!(inbox.take(now).is_none());
/// let later = now + TimeDelta::seconds(10);
/// let due = inbox.take(later).unwrap();
/// assert_eq!((due.whom(), due.triggers().len()), (ann, 2));
/// // ... sync the customer, then:
/// due.done(later)?;
/// # Ok::<(), customer_sync::store::StateError>(())
/// ```
#[derive(Clone)]
pub struct Inbox(Arc<Inner>);

struct Inner {
    state: State,
    options: InboxOptions,
    waiting: Mutex<Waiting>,
}

#[derive(Default)]
struct Waiting {
    customers: BTreeMap<CustomerRef, Entry>,
    turned_away: u64,
}

/// One customer, as it is in the store.
#[derive(Clone, Serialize, Deserialize)]
struct Arrived {
    first: DateTime<Utc>,
    last: DateTime<Utc>,
    #[serde(deserialize_with = "known")]
    triggers: BTreeSet<Trigger>,
    #[serde(default, skip_serializing_if = "is_zero")]
    failures: u32,
    /// Not before this, after a failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    retry_at: Option<DateTime<Utc>>,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde wants it so.
fn is_zero(failures: &u32) -> bool {
    *failures == 0
}

/// Those that this program knows: another version wrote the rest, and whoever is due is due without them.
fn known<'de, D: Deserializer<'de>>(triggers: D) -> Result<BTreeSet<Trigger>, D::Error> {
    let names = Vec::<String>::deserialize(triggers)?;
    Ok(names.iter().filter_map(|name| name.parse().ok()).collect())
}

struct Entry {
    arrived: Arrived,
    is_handed_out: bool,
    /// What came while it was handed out.
    again: Option<Arrived>,
}

impl Arrived {
    fn of(trigger: Trigger, now: DateTime<Utc>) -> Self {
        Self {
            first: now,
            last: now,
            triggers: BTreeSet::from([trigger]),
            failures: 0,
            retry_at: None,
        }
    }

    fn join(&mut self, trigger: Trigger, now: DateTime<Utc>) {
        self.last = now.max(self.last);
        self.triggers.insert(trigger);
    }

    fn ready_at(&self, options: &InboxOptions) -> DateTime<Utc> {
        let after = |time: DateTime<Utc>, wait| time.checked_add_signed(wait).unwrap_or(time);
        let quiet = after(self.last, options.debounce);
        let ready = quiet.min(after(self.first, options.max_delay));
        self.retry_at.map_or(ready, |retry_at| retry_at.max(ready))
    }

    /// Whether it comes from the future: the clock was set back since.
    fn is_ahead_of(&self, now: DateTime<Utc>, options: &InboxOptions) -> bool {
        let latest = now.checked_add_signed(options.max_retry_delay);
        self.first > now
            || self
                .retry_at
                .is_some_and(|at| latest.is_some_and(|latest| at > latest))
    }
}

impl Entry {
    fn new(arrived: Arrived) -> Self {
        Self {
            arrived,
            is_handed_out: false,
            again: None,
        }
    }
}

/// What became of one who is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EnqueueOutcome {
    /// It waits now, and is in the store.
    New,
    /// It waited already.
    Coalesced,
    /// There is no place: it was not taken. Tell the sender to come again (HTTP 503), or make a full run.
    Full,
}

impl Inbox {
    /// Opens the inbox in a store, with those who waited when the program ended.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn open(state: State, options: InboxOptions) -> Result<Self, StateError> {
        let mut customers = BTreeMap::new();
        state.each(Table::Inbox, "", |key, arrived: Arrived| {
            let whom = key.parse().map_err(|error| {
                StateError::new("has an unknown key in `inbox`").with_source(error)
            });
            customers.insert(whom?, Entry::new(arrived));
            Ok(())
        })?;
        let waiting = Waiting {
            customers,
            turned_away: 0,
        };
        Ok(Self(Arc::new(Inner {
            state,
            options,
            waiting: Mutex::new(waiting),
        })))
    }

    /// Takes one who is due. It is in the store when this returns.
    ///
    /// # Errors
    /// When the store cannot be written. Then it was not taken.
    pub fn add(&self, due: SyncRequest, now: DateTime<Utc>) -> Result<EnqueueOutcome, StateError> {
        let added = self.add_all(&[due], now)?;
        Ok(added.first().copied().unwrap_or(EnqueueOutcome::Full))
    }

    /// Takes several with one write: what became of each, in their order. Many at a time cost little more than one.
    ///
    /// # Errors
    /// When the store cannot be written. Then none was taken.
    pub fn add_all(
        &self,
        due: &[SyncRequest],
        now: DateTime<Utc>,
    ) -> Result<Vec<EnqueueOutcome>, StateError> {
        let mut waiting = self.waiting();
        let mut new: BTreeMap<CustomerRef, Arrived> = BTreeMap::new();
        let mut added = Vec::with_capacity(due.len());
        for SyncRequest { whom, trigger } in due {
            let is_room = waiting.customers.len() + new.len() < self.0.options.capacity;
            added.push(if waiting.customers.contains_key(whom) {
                EnqueueOutcome::Coalesced
            } else if let Some(arrived) = new.get_mut(whom) {
                arrived.join(*trigger, now);
                EnqueueOutcome::Coalesced
            } else if is_room {
                new.insert(*whom, Arrived::of(*trigger, now));
                EnqueueOutcome::New
            } else {
                EnqueueOutcome::Full
            });
        }
        let row = |(whom, arrived): (&CustomerRef, &Arrived)| {
            Row::put(Table::Inbox, whom.to_string(), arrived)
        };
        let rows: Result<Vec<Row>, StateError> = new.iter().map(row).collect();
        // With the lock held: what is reported done meanwhile must not be overtaken.
        self.0.state.write(&rows?)?;
        for SyncRequest { whom, trigger } in due {
            match waiting.customers.get_mut(whom) {
                Some(entry) if entry.is_handed_out => {
                    let again = entry
                        .again
                        .get_or_insert_with(|| Arrived::of(*trigger, now));
                    again.join(*trigger, now);
                }
                Some(entry) => entry.arrived.join(*trigger, now),
                None => {}
            }
        }
        let is_full = |added: &&EnqueueOutcome| **added == EnqueueOutcome::Full;
        let turned_away = added.iter().filter(is_full).count();
        waiting.turned_away += u64::try_from(turned_away).unwrap_or(u64::MAX);
        let new = new.into_iter();
        let new = new.map(|(whom, arrived)| (whom, Entry::new(arrived)));
        waiting.customers.extend(new);
        Ok(added)
    }

    /// Hands out the customer who has been ready the longest, if one is. It stays in the store until
    /// [`InboxLease::done`].
    #[must_use]
    pub fn take(&self, now: DateTime<Utc>) -> Option<InboxLease> {
        let mut waiting = self.waiting();
        let ready = waiting.customers.iter().filter_map(|(whom, entry)| {
            let ready_at = entry.arrived.ready_at(&self.0.options);
            let is_ready = ready_at <= now || entry.arrived.is_ahead_of(now, &self.0.options);
            (is_ready && !entry.is_handed_out).then_some((ready_at, *whom))
        });
        let (_, whom) = ready.min()?;
        let entry = waiting.customers.get_mut(&whom)?;
        entry.is_handed_out = true;
        Some(InboxLease {
            inbox: self.clone(),
            whom,
            triggers: entry.arrived.triggers.clone(),
            failures: entry.arrived.failures,
            is_settled: false,
        })
    }

    /// When the next customer will be ready; `None` when none waits. A worker may sleep until then, or until more comes.
    #[must_use]
    pub fn next_at(&self) -> Option<DateTime<Utc>> {
        let waiting = self.waiting();
        let here = waiting.customers.values();
        let here = here.filter(|entry| !entry.is_handed_out);
        here.map(|entry| entry.arrived.ready_at(&self.0.options))
            .min()
    }

    /// Those who are due, the next one first, and this many at most.
    #[must_use]
    pub fn pending(&self, most: usize) -> Vec<Pending> {
        let waiting = self.waiting();
        let pending = waiting.customers.iter().map(|(whom, entry)| Pending {
            whom: *whom,
            triggers: entry.arrived.triggers.clone(),
            ready_at: entry.arrived.ready_at(&self.0.options),
            failures: entry.arrived.failures,
            is_handed_out: entry.is_handed_out,
        });
        let mut pending: Vec<_> = pending.collect();
        pending.sort_by_key(|pending| (pending.ready_at, pending.whom));
        pending.truncate(most);
        pending
    }

    /// How many there are.
    #[must_use]
    pub fn counts(&self) -> InboxCounts {
        let waiting = self.waiting();
        let count =
            |is: fn(&Entry) -> bool| waiting.customers.values().filter(|entry| is(entry)).count();
        InboxCounts {
            waiting: count(|entry| !entry.is_handed_out),
            handed_out: count(|entry| entry.is_handed_out),
            failing: count(|entry| entry.arrived.failures > 0),
            turned_away: waiting.turned_away,
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.0
            .waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Inbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Inbox").field(&self.counts()).finish()
    }
}

/// A customer in an inbox.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pending {
    /// Whose customer.
    pub whom: CustomerRef,
    /// Because of what.
    pub triggers: BTreeSet<Trigger>,
    /// When it is handed out at the earliest.
    pub ready_at: DateTime<Utc>,
    /// How often its sync failed in a row.
    pub failures: u32,
    /// Whether it is handed out, and nothing was reported yet.
    pub is_handed_out: bool,
}

/// How many customers an inbox has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct InboxCounts {
    /// They wait.
    pub waiting: usize,
    /// They were handed out, and nothing was reported yet.
    pub handed_out: usize,
    /// Of both: their last sync failed.
    pub failing: usize,
    /// For so many there was no place since the inbox was opened. They were not taken.
    pub turned_away: u64,
}

/// A customer who was handed out: report what became of it. Dropped without a report it waits again, as before.
#[must_use = "a customer waits until its sync is reported done"]
pub struct InboxLease {
    inbox: Inbox,
    whom: CustomerRef,
    triggers: BTreeSet<Trigger>,
    failures: u32,
    is_settled: bool,
}

impl InboxLease {
    /// Whose customer.
    #[must_use]
    pub fn whom(&self) -> CustomerRef {
        self.whom
    }

    /// Because of what. After a restart some may be missing of those that came together.
    #[must_use]
    pub fn triggers(&self) -> &BTreeSet<Trigger> {
        &self.triggers
    }

    /// How often it failed before.
    #[must_use]
    pub fn failures(&self) -> u32 {
        self.failures
    }

    /// It is synced, or will never be: it is taken off. If more came for it meanwhile, it waits again.
    ///
    /// # Errors
    /// When the store cannot be written. Then it waits again.
    pub fn done(mut self, now: DateTime<Utc>) -> Result<(), StateError> {
        self.report(None, now)
    }

    /// It failed, and may succeed later: it waits again, the longer the more often it has failed.
    ///
    /// # Errors
    /// When the store cannot be written. Then it waits again without delay.
    pub fn failed(mut self, now: DateTime<Utc>) -> Result<(), StateError> {
        let failures = self.failures.saturating_add(1);
        self.report(Some(failures), now)
    }

    fn report(&mut self, failures: Option<u32>, now: DateTime<Utc>) -> Result<(), StateError> {
        let Inner { state, options, .. } = &*self.inbox.0;
        let mut waiting = self.inbox.waiting();
        let Some(entry) = waiting.customers.get(&self.whom) else {
            return Ok(());
        };
        let next = match failures {
            None => entry.again.clone(),
            Some(failures) => {
                let mut arrived = entry.arrived.clone();
                let again = entry.again.iter();
                arrived
                    .triggers
                    .extend(again.flat_map(|again| &again.triggers));
                arrived.failures = failures;
                // Of what came before the clock was set back, the next try would not wait.
                arrived.first = arrived.first.min(now);
                arrived.last = arrived.last.min(now);
                arrived.retry_at = now.checked_add_signed(options.delay(failures));
                Some(arrived)
            }
        };
        let key = self.whom.to_string();
        let row = match &next {
            Some(arrived) => Row::put(Table::Inbox, key, arrived)?,
            None => Row::remove(Table::Inbox, key),
        };
        state.write(&[row])?;
        match next {
            Some(arrived) => waiting.customers.insert(self.whom, Entry::new(arrived)),
            None => waiting.customers.remove(&self.whom),
        };
        self.is_settled = true;
        Ok(())
    }
}

impl InboxOptions {
    /// How long to wait after so many failures in a row.
    fn delay(&self, failures: u32) -> TimeDelta {
        let doubled = 1_i32
            .checked_shl(failures.saturating_sub(1))
            .filter(|times| *times > 0);
        let delay = doubled.and_then(|times| self.retry_delay.checked_mul(times));
        delay.map_or(self.max_retry_delay, |delay| {
            delay.min(self.max_retry_delay)
        })
    }
}

impl Drop for InboxLease {
    fn drop(&mut self) {
        if self.is_settled {
            return;
        }
        let mut waiting = self.inbox.waiting();
        if let Some(entry) = waiting.customers.get_mut(&self.whom) {
            entry.is_handed_out = false;
            let again = entry.again.take();
            let again = again.into_iter().flat_map(|again| again.triggers);
            entry.arrived.triggers.extend(again);
        }
    }
}

impl fmt::Debug for InboxLease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InboxLease")
            .field("whom", &self.whom)
            .field("triggers", &self.triggers)
            .field("failures", &self.failures)
            .finish_non_exhaustive()
    }
}
