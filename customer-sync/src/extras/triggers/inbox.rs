//! A queue of sync requests in the store, with debounce, leases and retry.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;
use std::ops::DerefMut;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer, Serialize};

use super::{CustomerRef, SyncRequest, Trigger};
use crate::store::{Commit, Expected, Lease, Leases, RowChange, State, StateError, Table};

/// Settings of an [`Inbox`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "options do nothing until an inbox is opened with them"]
pub struct InboxOptions {
    debounce: TimeDelta,
    max_delay: TimeDelta,
    capacity: usize,
    retry_delay: TimeDelta,
    max_retry_delay: TimeDelta,
    lease_time: Duration,
}

impl Default for InboxOptions {
    fn default() -> Self {
        Self {
            debounce: TimeDelta::seconds(10),
            max_delay: TimeDelta::minutes(1),
            capacity: 10_000,
            retry_delay: TimeDelta::seconds(30),
            max_retry_delay: TimeDelta::hours(1),
            lease_time: Duration::from_secs(30),
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

    /// The maximum number of customers in the inbox. Each takes some hundred bytes. Default: 10,000. A program
    /// that adds counts what it has added itself, and the others' only when the inbox may be full: several programs that add
    /// at the same time may each fill it.
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

    /// How long a customer is leased without a sign of life: after a crash, another program leases it so much later.
    /// Default: 30 seconds. `sync_next` renews its lease; whoever leases without it calls [`InboxLease::renew`].
    pub fn lease_time(mut self, time: Duration) -> Self {
        self.lease_time = time;
        self
    }
}

/// The sync requests that are not done yet, coalesced: one entry per customer, until its sync is reported
/// [done](InboxLease::done).
///
/// A request is in the store ([`Table::Inbox`]) before [`add`](Self::add) returns, so a program that is killed loses
/// none: what was not reported done is leased again, once the lease of the killed program is over. A leased customer is
/// read again from Planyo, so the order, number and content of notifications do not matter, and a replayed one costs a
/// read and writes nothing. (It is not recognised as a replay: two changes of one customer may have the same
/// notification.) There is no dead letter queue: a failing customer is retried until it is reported done.
///
/// Several programs may share the inbox of a store: a customer is leased by one of them at a time. Clones share one set of
/// leases. For the times of requests it has no clock: the caller passes the time. Leases end by the clock of the store.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), customer_sync::store::StateError> {
/// use chrono::{DateTime, TimeDelta};
/// use customer_sync::store::{MemoryStore, State};
/// use customer_sync::triggers::{EnqueueOutcome, SyncRequest, Inbox, InboxOptions, Trigger, CustomerRef};
///
/// let inbox = Inbox::new(State::new(MemoryStore::new()), InboxOptions::default());
/// let ann = CustomerRef::Customer(7.into());
/// let now = DateTime::UNIX_EPOCH;
/// let added = inbox.add(SyncRequest::new(ann, Trigger::CustomerUpdated), now).await?;
/// assert_eq!(added, EnqueueOutcome::New);
/// let added = inbox.add(SyncRequest::new(ann, Trigger::CheckedIn), now).await?;
/// assert_eq!(added, EnqueueOutcome::Coalesced);
///
/// assert!(inbox.lease(now).await?.is_none());
/// let later = now + TimeDelta::seconds(10);
/// let lease = inbox.lease(later).await?.unwrap();
/// assert_eq!((lease.customer(), lease.triggers().len()), (ann, 2));
/// // ... sync the customer, then:
/// lease.done(later).await?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Inbox(Arc<Inner>);

struct Inner {
    state: State,
    options: InboxOptions,
    leases: Leases,
    /// Customers that were ready when the inbox was read last, the next one first.
    ready: Mutex<VecDeque<CustomerRef>>,
    /// At least so many customers are in it, as far as this program has seen.
    seen: AtomicUsize,
    rejected: AtomicU64,
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

    fn is_ready(&self, now: DateTime<Utc>, options: &InboxOptions) -> bool {
        self.ready_at(options) <= now || self.is_in_future(now, options)
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

/// The request of a customer, and what its row is like in the store.
struct Entry {
    request: Request,
    expected: Expected,
}

impl Entry {
    fn row(&self, customer: CustomerRef) -> Result<RowChange, StateError> {
        let row = Table::Inbox.put(&customer.to_string(), &self.request)?;
        Ok(row.expecting(self.expected))
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

/// So often a change of one entry is tried that other programs got ahead of.
const ATTEMPTS: usize = 20;

impl Inbox {
    /// The inbox in a store, with what is in it.
    #[must_use]
    pub fn new(state: State, options: InboxOptions) -> Self {
        Self(Arc::new(Inner {
            leases: Leases::new(&state, options.lease_time),
            state,
            options,
            ready: Mutex::default(),
            seen: AtomicUsize::new(0),
            rejected: AtomicU64::new(0),
        }))
    }

    /// Adds a sync request. It is in the store when this returns.
    ///
    /// # Errors
    /// When the store cannot be written. Then the request was not added, unless the error
    /// [says that this is unknown](StateError::is_outcome_unknown): then add it again.
    pub async fn add(
        &self,
        request: SyncRequest,
        now: DateTime<Utc>,
    ) -> Result<EnqueueOutcome, StateError> {
        let added = self.add_all(&[request], now).await?;
        Ok(added.first().copied().unwrap_or(EnqueueOutcome::Full))
    }

    /// Adds several with one write, which costs little more than adding one. The results are in the same order.
    ///
    /// # Errors
    /// As [`add`](Self::add): all were added, or none.
    pub async fn add_all(
        &self,
        requests: &[SyncRequest],
        now: DateTime<Utc>,
    ) -> Result<Vec<EnqueueOutcome>, StateError> {
        let customers: BTreeSet<CustomerRef> =
            requests.iter().map(|request| request.customer).collect();
        let customers: Vec<CustomerRef> = customers.into_iter().collect();
        for _ in 0..ATTEMPTS {
            let mut entries = self.entries(&customers).await?;
            let known = entries.len();
            let mut room = self.room(customers.len() - known).await?;
            let mut added = Vec::with_capacity(requests.len());
            for SyncRequest { customer, trigger } in requests {
                added.push(if let Some(entry) = entries.get_mut(customer) {
                    entry.request.join(*trigger, now);
                    EnqueueOutcome::Coalesced
                } else if room > 0 {
                    room -= 1;
                    let request = Request::of(*trigger, now);
                    let expected = Expected::Absent;
                    entries.insert(*customer, Entry { request, expected });
                    EnqueueOutcome::New
                } else {
                    EnqueueOutcome::Full
                });
            }
            let rows = entries.iter().map(|(customer, entry)| entry.row(*customer));
            let rows: Vec<RowChange> = rows.collect::<Result<_, _>>()?;
            if let Commit::Done(_) = self.0.state.commit(&rows).await? {
                self.0
                    .seen
                    .fetch_add(entries.len() - known, Ordering::Relaxed);
                let is_full = |added: &&EnqueueOutcome| **added == EnqueueOutcome::Full;
                let rejected = added.iter().filter(is_full).count();
                let rejected = u64::try_from(rejected).unwrap_or(u64::MAX);
                self.0.rejected.fetch_add(rejected, Ordering::Relaxed);
                return Ok(added);
            }
        }
        Err(StateError::busy())
    }

    /// How many of so many new customers there is room for. The inbox is counted only when it may be full.
    async fn room(&self, new: usize) -> Result<usize, StateError> {
        let capacity = self.0.options.capacity;
        let seen = self.0.seen.load(Ordering::Relaxed);
        if new == 0 || seen > 0 && seen.saturating_add(new) <= capacity {
            return Ok(new);
        }
        let mut count = 0;
        let all = self.0.state.each(Table::Inbox, "", |_, _: IgnoredAny| {
            count += 1;
            Ok(())
        });
        all.await?;
        self.0.seen.store(count, Ordering::Relaxed);
        Ok(capacity.saturating_sub(count).min(new))
    }

    /// The entries of these customers.
    async fn entries(
        &self,
        customers: &[CustomerRef],
    ) -> Result<BTreeMap<CustomerRef, Entry>, StateError> {
        let keys = customers
            .iter()
            .map(|customer| Table::Inbox.key(&customer.to_string()));
        let keys = keys.collect::<Result<Vec<_>, _>>()?;
        let rows = self.0.state.read_many(&keys).await?;
        let rows = customers.iter().zip(rows);
        let entries = rows.filter_map(|(customer, row)| {
            let (request, version) = row?;
            let expected = Expected::Version(version);
            Some((*customer, Entry { request, expected }))
        });
        Ok(entries.collect())
    }

    /// All entries.
    async fn all(&self) -> Result<BTreeMap<CustomerRef, Request>, StateError> {
        let mut entries = BTreeMap::new();
        let all = self.0.state.each(Table::Inbox, "", |key, request| {
            entries.insert(Table::Inbox.named(key)?, request);
            Ok(())
        });
        all.await?;
        self.0.seen.store(entries.len(), Ordering::Relaxed);
        Ok(entries)
    }

    /// The names of the leases that some program holds, and until when if it has crashed.
    async fn leased(&self) -> Result<BTreeMap<String, Option<DateTime<Utc>>>, StateError> {
        self.0.leases.held(LEASE).await
    }

    /// Leases the customer who has been ready the longest, if any. It stays in the store until [`InboxLease::done`].
    ///
    /// # Errors
    /// When the store cannot be used.
    pub async fn lease(&self, now: DateTime<Utc>) -> Result<Option<InboxLease>, StateError> {
        let mut is_read = false;
        loop {
            let next = self.ready().pop_front();
            let customer = match next {
                Some(customer) => customer,
                None if is_read => return Ok(None),
                None => {
                    is_read = true;
                    let ready = self.find_ready(now).await?;
                    *self.ready() = ready;
                    continue;
                }
            };
            let Some(lease) = self.0.leases.take(&lease_name(customer)).await? else {
                continue;
            };
            // Read while the lease is held: another program may have synced the customer since.
            let entry = self.entries(&[customer]).await?.remove(&customer);
            let entry = entry.filter(|entry| entry.request.is_ready(now, &self.0.options));
            let Some(entry) = entry else {
                lease.release().await?;
                continue;
            };
            return Ok(Some(InboxLease {
                inbox: self.clone(),
                customer,
                entry,
                lease,
            }));
        }
    }

    async fn find_ready(&self, now: DateTime<Utc>) -> Result<VecDeque<CustomerRef>, StateError> {
        let options = &self.0.options;
        let mut ready: Vec<_> = self.all().await?.into_iter().collect();
        ready.retain(|(_, request)| request.is_ready(now, options));
        if ready.is_empty() {
            return Ok(VecDeque::new());
        }
        let leased = self.leased().await?;
        ready.retain(|(customer, _)| !leased.contains_key(&lease_name(*customer)));
        ready.sort_by_key(|(customer, request)| (request.ready_at(options), *customer));
        Ok(ready.into_iter().map(|(customer, _)| customer).collect())
    }

    fn ready(&self) -> impl DerefMut<Target = VecDeque<CustomerRef>> {
        self.0.ready.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// When the next customer is ready; `None` if none waits. A worker may sleep until then, or until a request is
    /// added. A customer that another program has leased is ready when the lease ends, in case that program has crashed. If
    /// other programs add to the inbox, ask again now and then.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn next_at(&self) -> Result<Option<DateTime<Utc>>, StateError> {
        let entries = self.all().await?;
        if entries.is_empty() {
            return Ok(None);
        }
        let leased = self.leased().await?;
        let times = entries.iter().filter_map(|(customer, request)| {
            let ready_at = request.ready_at(&self.0.options);
            match leased.get(&lease_name(*customer)) {
                None => Some(ready_at),
                Some(until) => until.map(|until| until.max(ready_at)),
            }
        });
        Ok(times.min())
    }

    /// The customers in the inbox, the next one first, up to `limit`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn pending(&self, limit: usize) -> Result<Vec<Pending>, StateError> {
        let leased = self.leased().await?;
        let pending = self
            .all()
            .await?
            .into_iter()
            .map(|(customer, request)| Pending {
                customer,
                ready_at: request.ready_at(&self.0.options),
                triggers: request.triggers,
                failures: request.failures,
                is_leased: leased.contains_key(&lease_name(customer)),
            });
        let mut pending: Vec<_> = pending.collect();
        pending.sort_by_key(|pending| (pending.ready_at, pending.customer));
        pending.truncate(limit);
        Ok(pending)
    }

    /// How many customers are in the inbox.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn counts(&self) -> Result<InboxCounts, StateError> {
        let pending = self.pending(usize::MAX).await?;
        let count = |is: fn(&Pending) -> bool| pending.iter().filter(|entry| is(entry)).count();
        Ok(InboxCounts {
            waiting: count(|entry| !entry.is_leased),
            leased: count(|entry| entry.is_leased),
            failing: count(|entry| entry.failures > 0),
            rejected: self.0.rejected.load(Ordering::Relaxed),
        })
    }

    /// The leases of this program.
    #[cfg(feature = "sync")]
    pub(crate) fn leases(&self) -> &Leases {
        &self.0.leases
    }
}

impl fmt::Debug for Inbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Inbox")
    }
}

/// The names of the leases of the inbox begin so.
const LEASE: &str = "inbox ";

fn lease_name(customer: CustomerRef) -> String {
    format!("{LEASE}{customer}")
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
    entry: Entry,
    lease: Lease,
}

impl InboxLease {
    /// The customer.
    #[must_use]
    pub fn customer(&self) -> CustomerRef {
        self.customer
    }

    /// The triggers.
    #[must_use]
    pub fn triggers(&self) -> &BTreeSet<Trigger> {
        &self.entry.request.triggers
    }

    /// How often it failed before.
    #[must_use]
    pub fn failures(&self) -> u32 {
        self.entry.request.failures
    }

    /// Renews the lease: call it every third of [`InboxOptions::lease_time`] during longer work.
    ///
    /// # Errors
    /// When the store cannot be written. The lease goes on until it would have ended.
    pub async fn renew(&self) -> Result<(), StateError> {
        self.inbox.0.leases.renew().await
    }

    /// The customer is synced, or never will be: removes it from the inbox. If it was requested again during the lease,
    /// it stays.
    ///
    /// # Errors
    /// When the store cannot be written. Then it stays in the inbox, and is leased again after the lease.
    pub async fn done(self, now: DateTime<Utc>) -> Result<(), StateError> {
        self.report(None, now).await
    }

    /// The sync failed, and a retry may succeed: it is leased again after the [retry delay](InboxOptions::retry_delay).
    ///
    /// # Errors
    /// When the store cannot be written. Then it is leased again after the lease.
    pub async fn failed(self, now: DateTime<Utc>) -> Result<(), StateError> {
        let failures = self.failures().saturating_add(1);
        self.report(Some(failures), now).await
    }

    async fn report(self, failures: Option<u32>, now: DateTime<Utc>) -> Result<(), StateError> {
        let Inner { state, options, .. } = &*self.inbox.0;
        for _ in 0..ATTEMPTS {
            let entry = self
                .inbox
                .entries(&[self.customer])
                .await?
                .remove(&self.customer);
            let Some(mut entry) = entry else {
                return self.lease.release().await;
            };
            let was_requested_again = entry.expected != self.entry.expected;
            let row = match failures {
                Some(failures) => {
                    entry.request.failures = failures;
                    // The clock may have been set back: without this, the retry would not be delayed.
                    entry.request.first = entry.request.first.min(now);
                    entry.request.last = entry.request.last.min(now);
                    entry.request.retry_at = now.checked_add_signed(options.delay(failures));
                    entry.row(self.customer)?
                }
                None if was_requested_again => {
                    // What was requested before the lease is done.
                    let before = &self.entry.request.triggers;
                    let again = &entry.request.triggers - before;
                    if !again.is_empty() {
                        entry.request.triggers = again;
                    }
                    entry.request.first = entry.request.last;
                    entry.request.failures = 0;
                    entry.request.retry_at = None;
                    entry.row(self.customer)?
                }
                None => {
                    let removal = Table::Inbox.remove(&self.customer.to_string())?;
                    removal.expecting(entry.expected)
                }
            };
            // Under a lease that was lost, another program reports.
            match state.commit(&[row, self.lease.removal()]).await? {
                Commit::Conflict(key) if key != self.lease.removal().key => {}
                Commit::Done(_) | Commit::Conflict(_) => {
                    self.lease.released();
                    return Ok(());
                }
            }
        }
        Err(StateError::busy())
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

impl fmt::Debug for InboxLease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InboxLease")
            .field("customer", &self.customer)
            .field("triggers", self.triggers())
            .field("failures", &self.failures())
            .finish_non_exhaustive()
    }
}
