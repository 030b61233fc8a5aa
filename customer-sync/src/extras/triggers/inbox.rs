//! A queue of sync requests in the store, with debounce, leases and retry.

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
    /// Debounce: a customer is leased when this long has passed without another request for it, so that a burst is one
    /// sync. Default: 10 seconds.
    pub fn debounce(mut self, time: TimeDelta) -> Self {
        self.debounce = time.max(TimeDelta::zero());
        self
    }

    /// The maximum delay: a customer is leased after this time even if requests keep coming. Default: 1 minute.
    pub fn max_delay(mut self, time: TimeDelta) -> Self {
        self.max_delay = time.max(TimeDelta::zero());
        self
    }

    /// The maximum number of customers in the inbox. Each takes some hundred bytes. Default: 10,000.
    pub fn capacity(mut self, customers: usize) -> Self {
        self.capacity = customers;
        self
    }

    /// The delay before the first retry after a failure, which doubles with each further failure, and the longest
    /// delay. Default: 30 seconds and 1 hour.
    pub fn retry_delay(mut self, first: TimeDelta, longest: TimeDelta) -> Self {
        self.retry_delay = first.max(TimeDelta::zero());
        self.max_retry_delay = longest.max(TimeDelta::zero());
        self
    }
}

/// The sync requests that are not done yet, coalesced: one entry per customer, until its sync is reported
/// [done](InboxLease::done).
///
/// A request is in the store ([`Table::Inbox`]) before [`add`](Self::add) returns, so a program that is killed loses
/// none: what was not reported done is leased again. A leased customer is read again from Planyo, so the order, number
/// and content of notifications do not matter, and a replayed one costs a read and writes nothing. (It is not
/// recognised as a replay: two changes of one customer may have the same notification.) There is no dead letter queue:
/// a failing customer is retried until it is reported done.
///
/// It has no clock: the caller passes the time. Clones share one inbox. Only one program at a time may open a store's
/// inbox.
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
/// assert!(inbox.lease(now).is_none());
/// let later = now + TimeDelta::seconds(10);
/// let lease = inbox.lease(later).unwrap();
/// assert_eq!((lease.customer(), lease.triggers().len()), (ann, 2));
/// // ... sync the customer, then:
/// lease.done(later)?;
/// # Ok::<(), customer_sync::store::StateError>(())
/// ```
#[derive(Clone)]
pub struct Inbox(Arc<Inner>);

struct Inner {
    state: State,
    options: InboxOptions,
    queue: Mutex<Queue>,
}

#[derive(Default)]
struct Queue {
    customers: BTreeMap<CustomerRef, Entry>,
    rejected: u64,
}

/// What was requested for one customer, as it is stored.
#[derive(Clone, Serialize, Deserialize)]
struct Request {
    first: DateTime<Utc>,
    last: DateTime<Utc>,
    #[serde(deserialize_with = "known_triggers")]
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

/// The triggers that this version knows. Others, written by another version, are skipped; the customer stays in the
/// inbox.
fn known_triggers<'de, D: Deserializer<'de>>(triggers: D) -> Result<BTreeSet<Trigger>, D::Error> {
    let names = Vec::<String>::deserialize(triggers)?;
    Ok(names.iter().filter_map(|name| name.parse().ok()).collect())
}

struct Entry {
    request: Request,
    is_leased: bool,
    /// What was requested during the lease.
    during_lease: Option<Request>,
}

impl Request {
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
        let debounced = after(self.last, options.debounce);
        let ready = debounced.min(after(self.first, options.max_delay));
        self.retry_at.map_or(ready, |retry_at| retry_at.max(ready))
    }

    /// Whether its times are in the future, because the clock was set back since.
    fn is_in_future(&self, now: DateTime<Utc>, options: &InboxOptions) -> bool {
        let latest = now.checked_add_signed(options.max_retry_delay);
        self.first > now
            || self
                .retry_at
                .is_some_and(|at| latest.is_some_and(|latest| at > latest))
    }
}

impl Entry {
    fn new(request: Request) -> Self {
        Self {
            request,
            is_leased: false,
            during_lease: None,
        }
    }
}

/// The result of adding a sync request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EnqueueOutcome {
    /// A new entry, which is in the store.
    New,
    /// The customer was in the inbox already.
    Coalesced,
    /// The inbox is full and the request was rejected. Have the sender retry (HTTP 503), or make a full run.
    Full,
}

impl Inbox {
    /// Opens the inbox in a store, with the entries of the last program.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn open(state: State, options: InboxOptions) -> Result<Self, StateError> {
        let mut customers = BTreeMap::new();
        state.each(Table::Inbox, "", |key, request: Request| {
            let customer = key.parse().map_err(|error| {
                StateError::new("has an unknown key in `inbox`").with_source(error)
            });
            customers.insert(customer?, Entry::new(request));
            Ok(())
        })?;
        let queue = Queue {
            customers,
            rejected: 0,
        };
        Ok(Self(Arc::new(Inner {
            state,
            options,
            queue: Mutex::new(queue),
        })))
    }

    /// Adds a sync request. It is in the store when this returns.
    ///
    /// # Errors
    /// When the store cannot be written. Then the request was not added.
    pub fn add(
        &self,
        request: SyncRequest,
        now: DateTime<Utc>,
    ) -> Result<EnqueueOutcome, StateError> {
        let added = self.add_all(&[request], now)?;
        Ok(added.first().copied().unwrap_or(EnqueueOutcome::Full))
    }

    /// Adds several with one write, which costs little more than adding one. The results are in the same order.
    ///
    /// # Errors
    /// When the store cannot be written. Then none was added.
    pub fn add_all(
        &self,
        requests: &[SyncRequest],
        now: DateTime<Utc>,
    ) -> Result<Vec<EnqueueOutcome>, StateError> {
        let mut queue = self.queue();
        let mut new: BTreeMap<CustomerRef, Request> = BTreeMap::new();
        let mut added = Vec::with_capacity(requests.len());
        for SyncRequest { customer, trigger } in requests {
            let is_room = queue.customers.len() + new.len() < self.0.options.capacity;
            added.push(if queue.customers.contains_key(customer) {
                EnqueueOutcome::Coalesced
            } else if let Some(request) = new.get_mut(customer) {
                request.join(*trigger, now);
                EnqueueOutcome::Coalesced
            } else if is_room {
                new.insert(*customer, Request::of(*trigger, now));
                EnqueueOutcome::New
            } else {
                EnqueueOutcome::Full
            });
        }
        let row = |(customer, request): (&CustomerRef, &Request)| {
            Row::put(Table::Inbox, customer.to_string(), request)
        };
        let rows: Result<Vec<Row>, StateError> = new.iter().map(row).collect();
        // With the lock held, so that a lease cannot be reported done in between.
        self.0.state.write(&rows?)?;
        for SyncRequest { customer, trigger } in requests {
            match queue.customers.get_mut(customer) {
                Some(entry) if entry.is_leased => {
                    let during_lease = entry
                        .during_lease
                        .get_or_insert_with(|| Request::of(*trigger, now));
                    during_lease.join(*trigger, now);
                }
                Some(entry) => entry.request.join(*trigger, now),
                None => {}
            }
        }
        let is_full = |added: &&EnqueueOutcome| **added == EnqueueOutcome::Full;
        let rejected = added.iter().filter(is_full).count();
        queue.rejected += u64::try_from(rejected).unwrap_or(u64::MAX);
        let new = new.into_iter();
        let new = new.map(|(customer, request)| (customer, Entry::new(request)));
        queue.customers.extend(new);
        Ok(added)
    }

    /// Leases the customer who has been ready the longest, if any. It stays in the store until [`InboxLease::done`].
    #[must_use]
    pub fn lease(&self, now: DateTime<Utc>) -> Option<InboxLease> {
        let mut queue = self.queue();
        let ready = queue.customers.iter().filter_map(|(customer, entry)| {
            let ready_at = entry.request.ready_at(&self.0.options);
            let is_ready = ready_at <= now || entry.request.is_in_future(now, &self.0.options);
            (is_ready && !entry.is_leased).then_some((ready_at, *customer))
        });
        let (_, customer) = ready.min()?;
        let entry = queue.customers.get_mut(&customer)?;
        entry.is_leased = true;
        Some(InboxLease {
            inbox: self.clone(),
            customer,
            triggers: entry.request.triggers.clone(),
            failures: entry.request.failures,
            is_reported: false,
        })
    }

    /// When the next customer is ready; `None` if none waits. A worker may sleep until then, or until a request is
    /// added.
    #[must_use]
    pub fn next_at(&self) -> Option<DateTime<Utc>> {
        let queue = self.queue();
        let here = queue.customers.values();
        let here = here.filter(|entry| !entry.is_leased);
        here.map(|entry| entry.request.ready_at(&self.0.options))
            .min()
    }

    /// The customers in the inbox, the next one first, up to `limit`.
    #[must_use]
    pub fn pending(&self, limit: usize) -> Vec<Pending> {
        let queue = self.queue();
        let pending = queue.customers.iter().map(|(customer, entry)| Pending {
            customer: *customer,
            triggers: entry.request.triggers.clone(),
            ready_at: entry.request.ready_at(&self.0.options),
            failures: entry.request.failures,
            is_leased: entry.is_leased,
        });
        let mut pending: Vec<_> = pending.collect();
        pending.sort_by_key(|pending| (pending.ready_at, pending.customer));
        pending.truncate(limit);
        pending
    }

    /// How many customers are in the inbox.
    #[must_use]
    pub fn counts(&self) -> InboxCounts {
        let queue = self.queue();
        let count =
            |is: fn(&Entry) -> bool| queue.customers.values().filter(|entry| is(entry)).count();
        InboxCounts {
            waiting: count(|entry| !entry.is_leased),
            leased: count(|entry| entry.is_leased),
            failing: count(|entry| entry.request.failures > 0),
            rejected: queue.rejected,
        }
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.0.queue.lock().unwrap_or_else(PoisonError::into_inner)
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
    /// The customer.
    pub customer: CustomerRef,
    /// The triggers.
    pub triggers: BTreeSet<Trigger>,
    /// The earliest time at which it is leased.
    pub ready_at: DateTime<Utc>,
    /// How often its sync failed in a row.
    pub failures: u32,
    /// Whether it is leased now.
    pub is_leased: bool,
}

/// How many customers an inbox has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct InboxCounts {
    /// Not leased.
    pub waiting: usize,
    /// Leased.
    pub leased: usize,
    /// Of both, those whose last sync failed.
    pub failing: usize,
    /// Requests rejected since the inbox was opened, because it was full.
    pub rejected: u64,
}

/// A lease on a customer in the inbox: report the sync as [done](Self::done) or [failed](Self::failed). A lease that is
/// dropped without a report puts the customer back as before.
#[must_use = "a customer stays in the inbox until its sync is reported done"]
pub struct InboxLease {
    inbox: Inbox,
    customer: CustomerRef,
    triggers: BTreeSet<Trigger>,
    failures: u32,
    is_reported: bool,
}

impl InboxLease {
    /// The customer.
    #[must_use]
    pub fn customer(&self) -> CustomerRef {
        self.customer
    }

    /// The triggers. After a restart, some of those that were coalesced may be missing.
    #[must_use]
    pub fn triggers(&self) -> &BTreeSet<Trigger> {
        &self.triggers
    }

    /// How often it failed before.
    #[must_use]
    pub fn failures(&self) -> u32 {
        self.failures
    }

    /// The customer is synced, or never will be: removes it from the inbox. If it was requested again during the lease,
    /// it stays.
    ///
    /// # Errors
    /// When the store cannot be written. Then it stays in the inbox.
    pub fn done(mut self, now: DateTime<Utc>) -> Result<(), StateError> {
        self.report(None, now)
    }

    /// The sync failed, and a retry may succeed: it is leased again after the [retry delay](InboxOptions::retry_delay).
    ///
    /// # Errors
    /// When the store cannot be written. Then it is leased again without delay.
    pub fn failed(mut self, now: DateTime<Utc>) -> Result<(), StateError> {
        let failures = self.failures.saturating_add(1);
        self.report(Some(failures), now)
    }

    fn report(&mut self, failures: Option<u32>, now: DateTime<Utc>) -> Result<(), StateError> {
        let Inner { state, options, .. } = &*self.inbox.0;
        let mut queue = self.inbox.queue();
        let Some(entry) = queue.customers.get(&self.customer) else {
            return Ok(());
        };
        let next = match failures {
            None => entry.during_lease.clone(),
            Some(failures) => {
                let mut request = entry.request.clone();
                let during_lease = entry.during_lease.iter();
                request
                    .triggers
                    .extend(during_lease.flat_map(|during_lease| &during_lease.triggers));
                request.failures = failures;
                // The clock may have been set back: without this, the retry would not be delayed.
                request.first = request.first.min(now);
                request.last = request.last.min(now);
                request.retry_at = now.checked_add_signed(options.delay(failures));
                Some(request)
            }
        };
        let key = self.customer.to_string();
        let row = match &next {
            Some(request) => Row::put(Table::Inbox, key, request)?,
            None => Row::remove(Table::Inbox, key),
        };
        state.write(&[row])?;
        match next {
            Some(request) => queue.customers.insert(self.customer, Entry::new(request)),
            None => queue.customers.remove(&self.customer),
        };
        self.is_reported = true;
        Ok(())
    }
}

impl InboxOptions {
    /// The retry delay after this many failures in a row.
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
        if self.is_reported {
            return;
        }
        let mut queue = self.inbox.queue();
        if let Some(entry) = queue.customers.get_mut(&self.customer) {
            entry.is_leased = false;
            let during_lease = entry.during_lease.take();
            let during_lease = during_lease
                .into_iter()
                .flat_map(|during_lease| during_lease.triggers);
            entry.request.triggers.extend(during_lease);
        }
    }
}

impl fmt::Debug for InboxLease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InboxLease")
            .field("customer", &self.customer)
            .field("triggers", &self.triggers)
            .field("failures", &self.failures)
            .finish_non_exhaustive()
    }
}
