//! The inbox, through bursts, failures and restarts.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use customer_sync::store::{
    EachRow, Lock, MemoryStore, RedbStore, Row, State, StateError, StateStore, Table,
};
use customer_sync::triggers::{
    CustomerRef, EnqueueOutcome, Inbox, InboxOptions, SyncRequest, Trigger,
};
use proptest::prelude::*;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_780_000_000 + seconds, 0).unwrap()
}

fn customer(id: u64) -> CustomerRef {
    CustomerRef::Customer(id.into())
}

fn updated(id: u64) -> SyncRequest {
    SyncRequest::new(customer(id), Trigger::CustomerUpdated)
}

fn checked_in(id: u64) -> SyncRequest {
    SyncRequest::new(customer(id), Trigger::CheckedIn)
}

fn memory() -> State {
    State::new(MemoryStore::new())
}

fn open(state: &State) -> Inbox {
    let options = InboxOptions::default()
        .debounce(TimeDelta::seconds(10))
        .max_delay(TimeDelta::seconds(60))
        .capacity(4)
        .retry_delay(TimeDelta::seconds(30), TimeDelta::seconds(100));
    Inbox::open(state.clone(), options).unwrap()
}

#[test]
fn a_burst_for_one_customer_is_one_sync_after_the_debounce() {
    let inbox = open(&memory());
    assert_eq!(inbox.next_at(), None);
    assert_eq!(inbox.add(updated(7), at(0)).unwrap(), EnqueueOutcome::New);
    assert_eq!(
        inbox.add(checked_in(7), at(5)).unwrap(),
        EnqueueOutcome::Coalesced
    );
    assert_eq!(inbox.next_at(), Some(at(15)));
    assert!(inbox.lease(at(14)).is_none());
    let lease = inbox.lease(at(15)).unwrap();
    assert_eq!(lease.customer(), customer(7));
    assert_eq!(
        *lease.triggers(),
        BTreeSet::from([Trigger::CustomerUpdated, Trigger::CheckedIn])
    );
    assert!(inbox.lease(at(99)).is_none());
    lease.done(at(16)).unwrap();
    assert!(inbox.lease(at(999)).is_none());
    assert_eq!((inbox.counts().waiting, inbox.counts().leased), (0, 0));
}

#[test]
fn a_customer_with_endless_requests_is_leased_after_the_max_delay() {
    let inbox = open(&memory());
    for second in 0..60 {
        inbox.add(updated(7), at(second)).unwrap();
        assert!(inbox.lease(at(second)).is_none());
    }
    inbox.add(updated(7), at(60)).unwrap();
    assert!(inbox.lease(at(60)).is_some());
}

#[test]
fn a_request_during_a_lease_is_leased_again() {
    let state = memory();
    let inbox = open(&state);
    inbox.add(updated(7), at(0)).unwrap();
    let lease = inbox.lease(at(10)).unwrap();
    assert_eq!(
        inbox.add(checked_in(7), at(11)).unwrap(),
        EnqueueOutcome::Coalesced
    );
    assert!(inbox.lease(at(30)).is_none(), "one at a time");
    lease.done(at(31)).unwrap();
    let again = inbox.lease(at(31)).unwrap();
    assert_eq!(*again.triggers(), BTreeSet::from([Trigger::CheckedIn]));
    again.done(at(32)).unwrap();
    assert!(inbox.lease(at(999)).is_none());
    assert!(open(&state).lease(at(999)).is_none());
}

#[test]
fn the_retry_delay_grows_with_each_failure_and_a_dropped_lease_has_none() {
    let state = memory();
    let inbox = open(&state);
    inbox.add(updated(7), at(0)).unwrap();
    let mut now = 10;
    for (failures, delay) in [(0, 30), (1, 60), (2, 100), (3, 100)] {
        let lease = inbox.lease(at(now)).unwrap();
        assert_eq!(lease.failures(), failures);
        lease.failed(at(now)).unwrap();
        assert_eq!(inbox.counts().failing, 1);
        // Neither another request nor a restart makes the retry earlier.
        inbox.add(updated(7), at(now + 1)).unwrap();
        assert_eq!(open(&state).next_at(), Some(at(now + delay)));
        assert_eq!(inbox.next_at(), Some(at(now + delay)));
        now += delay;
    }
    let lease = inbox.lease(at(now)).unwrap();
    inbox.add(checked_in(7), at(now)).unwrap();
    drop(lease);
    let lease = inbox.lease(at(now)).unwrap();
    assert!(lease.triggers().contains(&Trigger::CheckedIn));
    lease.done(at(now)).unwrap();
    assert_eq!(inbox.counts().failing, 0);
    assert_eq!(inbox.next_at(), None);
}

#[test]
fn a_full_inbox_rejects_new_customers_and_coalesces_known_ones() {
    use EnqueueOutcome::{Coalesced, Full, New};

    let state = memory();
    let inbox = open(&state);
    let due = [
        updated(1),
        updated(2),
        updated(1),
        updated(3),
        updated(4),
        updated(5),
        checked_in(4),
    ];
    assert_eq!(
        inbox.add_all(&due, at(0)).unwrap(),
        [New, New, Coalesced, New, New, Full, Coalesced]
    );
    assert_eq!(inbox.add(updated(6), at(1)).unwrap(), Full);
    assert_eq!((inbox.counts().waiting, inbox.counts().rejected), (4, 2));
    assert_eq!(open(&state).counts().waiting, 4);
    inbox.lease(at(100)).unwrap().done(at(100)).unwrap();
    assert_eq!(inbox.add(updated(6), at(101)).unwrap(), New);
    // A smaller capacity loses none.
    let smaller = Inbox::open(state, InboxOptions::default().capacity(1)).unwrap();
    assert_eq!(smaller.counts().waiting, 4);
    assert_eq!(smaller.add(updated(9), at(101)).unwrap(), Full);
}

#[test]
fn a_clock_that_is_set_back_delays_no_customer() {
    let inbox = open(&memory());
    inbox.add(updated(7), at(3600)).unwrap();
    assert!(inbox.lease(at(0)).is_some());
}

#[test]
fn a_store_in_a_file_keeps_the_requests_across_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.redb");
    let reopened = || State::new(RedbStore::open(&file).unwrap());
    {
        let inbox = open(&reopened());
        inbox
            .add_all(&[updated(1), updated(2), updated(3)], at(0))
            .unwrap();
        inbox.lease(at(10)).unwrap().done(at(10)).unwrap();
        // Leased when the program ends.
        let _handed = inbox.lease(at(10)).unwrap();
    }
    let inbox = open(&reopened());
    let mut left = Vec::new();
    while let Some(lease) = inbox.lease(at(10)) {
        left.push(lease.customer());
        lease.done(at(10)).unwrap();
    }
    assert_eq!(left, [customer(2), customer(3)]);
}

/// A store whose writes can be made to fail.
struct Failing {
    store: MemoryStore,
    is_broken: Arc<AtomicBool>,
}

impl StateStore for Failing {
    fn get(&self, table: Table, key: &str) -> Result<Option<Vec<u8>>, StateError> {
        self.store.get(table, key)
    }

    fn scan(&self, table: Table, prefix: &str, row: EachRow<'_>) -> Result<(), StateError> {
        self.store.scan(table, prefix, row)
    }

    fn write(&self, rows: &[Row]) -> Result<(), StateError> {
        if self.is_broken.load(Ordering::SeqCst) {
            return Err(StateError::new("has no room"));
        }
        self.store.write(rows)
    }

    fn lock(&self, name: &str) -> Result<Option<Lock>, StateError> {
        self.store.lock(name)
    }
}

#[test]
fn a_failed_write_neither_adds_nor_removes() {
    let is_broken = Arc::new(AtomicBool::new(false));
    let state = State::new(Failing {
        store: MemoryStore::new(),
        is_broken: Arc::clone(&is_broken),
    });
    let inbox = open(&state);
    inbox.add(updated(1), at(0)).unwrap();
    is_broken.store(true, Ordering::SeqCst);
    assert!(inbox.add_all(&[updated(2), updated(1)], at(1)).is_err());
    assert_eq!(inbox.counts().waiting, 1);
    assert!(inbox.lease(at(20)).unwrap().done(at(20)).is_err());
    assert!(inbox.lease(at(20)).unwrap().failed(at(20)).is_err());
    is_broken.store(false, Ordering::SeqCst);
    inbox.lease(at(20)).unwrap().done(at(20)).unwrap();
    assert!(inbox.lease(at(999)).is_none());
}

#[test]
fn an_unreadable_row_is_an_error() {
    let state = memory();
    let row = Row::put(Table::Inbox, "customer:7", &"no entry").unwrap();
    state.write(&[row]).unwrap();
    let error = Inbox::open(state, InboxOptions::default()).unwrap_err();
    assert!(error.to_string().contains("inbox"), "{error}");
}

#[derive(Clone, Debug)]
enum Move {
    Add(Vec<u64>),
    Wait(i64),
    Lease,
    Done(prop::sample::Index),
    Failed(prop::sample::Index),
    Drop(prop::sample::Index),
    /// The program is killed and started again.
    Restart,
}

fn any_move() -> impl Strategy<Value = Move> {
    prop_oneof![
        4 => prop::collection::vec(1..9_u64, 1..4).prop_map(Move::Add),
        3 => (0..40_i64).prop_map(Move::Wait),
        4 => Just(Move::Lease),
        2 => any::<prop::sample::Index>().prop_map(Move::Done),
        1 => any::<prop::sample::Index>().prop_map(Move::Failed),
        1 => any::<prop::sample::Index>().prop_map(Move::Drop),
        1 => Just(Move::Restart),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever happens: each customer is synced after its last request, never by two leases at a time, and the
    /// capacity holds.
    #[test]
    fn nobody_is_lost(moves in prop::collection::vec(any_move(), 1..60)) {
        let state = memory();
        let mut inbox = open(&state);
        let mut now = 0;
        // The number of requests for each customer, and the number that its last finished sync has seen.
        let mut requests: BTreeMap<CustomerRef, u32> = BTreeMap::new();
        let mut seen: BTreeMap<CustomerRef, u32> = BTreeMap::new();
        let mut leases = Vec::new();
        for step in moves {
            match step {
                Move::Add(ids) => {
                    let due: Vec<SyncRequest> = ids.iter().map(|id| updated(*id)).collect();
                    let added = inbox.add_all(&due, at(now)).unwrap();
                    for (due, added) in due.iter().zip(added) {
                        if added != EnqueueOutcome::Full {
                            *requests.entry(due.customer).or_default() += 1;
                        }
                    }
                }
                Move::Wait(seconds) => now += seconds,
                Move::Lease => {
                    if let Some(lease) = inbox.lease(at(now)) {
                        let customer = lease.customer();
                        prop_assert!(leases.iter().all(|(other, _): &(customer_sync::triggers::InboxLease, u32)| other.customer() != customer));
                        let known = requests[&customer];
                        prop_assert!(seen.get(&customer).is_none_or(|seen| *seen < known), "synced for nothing");
                        leases.push((lease, known));
                    }
                }
                Move::Done(which) if !leases.is_empty() => {
                    let (lease, known) = leases.swap_remove(which.index(leases.len()));
                    seen.insert(lease.customer(), known);
                    lease.done(at(now)).unwrap();
                }
                Move::Failed(which) if !leases.is_empty() => {
                    let (lease, _) = leases.swap_remove(which.index(leases.len()));
                    lease.failed(at(now)).unwrap();
                }
                Move::Drop(which) if !leases.is_empty() => {
                    drop(leases.swap_remove(which.index(leases.len())));
                }
                Move::Restart => {
                    leases.clear();
                    inbox = open(&state);
                }
                Move::Done(_) | Move::Failed(_) | Move::Drop(_) => {}
            }
            let counts = inbox.counts();
            prop_assert!(counts.waiting + counts.leased <= 4);
            prop_assert_eq!(counts.leased, leases.len());
        }
        leases.clear();
        now += 1000;
        while let Some(lease) = inbox.lease(at(now)) {
            seen.insert(lease.customer(), requests[&lease.customer()]);
            lease.done(at(now)).unwrap();
        }
        prop_assert_eq!(requests, seen);
        prop_assert_eq!(open(&state).counts().waiting, 0);
    }
}

#[test]
fn a_clock_that_is_set_back_keeps_the_retry_delays() {
    let inbox = open(&memory());
    inbox.add(updated(7), at(3600)).unwrap();
    // The clock was an hour fast.
    inbox.lease(at(0)).unwrap().failed(at(0)).unwrap();
    assert!(inbox.lease(at(29)).is_none());
    // A delay longer than the maximum comes from a clock that was far ahead.
    inbox.lease(at(30)).unwrap().failed(at(9_000_000)).unwrap();
    assert!(inbox.lease(at(31)).is_some());
}

#[test]
fn a_trigger_that_no_site_has_does_not_lock_the_inbox() {
    let state = memory();
    let unknown = SyncRequest::new(customer(7), Trigger::BeforeOrAfterEvent(200));
    open(&state).add(unknown, at(0)).unwrap();
    let lease = open(&state).lease(at(10)).unwrap();
    assert_eq!((lease.customer(), lease.triggers().len()), (customer(7), 0));
}
