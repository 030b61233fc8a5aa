//! The inbox, through bursts, failures and restarts.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use customer_sync::store::{MemoryStore, SqliteStore, State, Table};
use customer_sync::triggers::{
    CustomerRef, EnqueueOutcome, Inbox, InboxLease, InboxOptions, SyncRequest, Trigger,
};
use proptest::prelude::*;

use crate::common::TestStore;

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
    Inbox::new(state.clone(), options)
}

#[tokio::test]
async fn a_burst_for_one_customer_is_one_sync_after_the_debounce() {
    let inbox = open(&memory());
    assert_eq!(inbox.next_at().await.unwrap(), None);
    assert_eq!(
        inbox.add(updated(7), at(0)).await.unwrap(),
        EnqueueOutcome::New
    );
    assert_eq!(
        inbox.add(checked_in(7), at(5)).await.unwrap(),
        EnqueueOutcome::Coalesced
    );
    assert_eq!(inbox.next_at().await.unwrap(), Some(at(15)));
    assert!(inbox.lease(at(14)).await.unwrap().is_none());
    let lease = inbox.lease(at(15)).await.unwrap().unwrap();
    assert_eq!(lease.customer(), customer(7));
    assert_eq!(
        *lease.triggers(),
        BTreeSet::from([Trigger::CustomerUpdated, Trigger::CheckedIn])
    );
    assert!(inbox.lease(at(99)).await.unwrap().is_none());
    lease.done(at(16)).await.unwrap();
    assert!(inbox.lease(at(999)).await.unwrap().is_none());
    assert_eq!(
        (
            inbox.counts().await.unwrap().waiting,
            inbox.counts().await.unwrap().leased
        ),
        (0, 0)
    );
}

#[tokio::test]
async fn a_customer_with_endless_requests_is_leased_after_the_max_delay() {
    let inbox = open(&memory());
    for second in 0..60 {
        inbox.add(updated(7), at(second)).await.unwrap();
        assert!(inbox.lease(at(second)).await.unwrap().is_none());
    }
    inbox.add(updated(7), at(60)).await.unwrap();
    assert!(inbox.lease(at(60)).await.unwrap().is_some());
}

#[tokio::test]
async fn a_request_during_a_lease_is_leased_again() {
    let state = memory();
    let inbox = open(&state);
    inbox.add(updated(7), at(0)).await.unwrap();
    let lease = inbox.lease(at(10)).await.unwrap().unwrap();
    assert_eq!(
        inbox.add(checked_in(7), at(11)).await.unwrap(),
        EnqueueOutcome::Coalesced
    );
    assert!(
        inbox.lease(at(30)).await.unwrap().is_none(),
        "one at a time"
    );
    lease.done(at(31)).await.unwrap();
    let again = inbox.lease(at(31)).await.unwrap().unwrap();
    assert_eq!(*again.triggers(), BTreeSet::from([Trigger::CheckedIn]));
    again.done(at(32)).await.unwrap();
    assert!(inbox.lease(at(999)).await.unwrap().is_none());
    assert!(open(&state).lease(at(999)).await.unwrap().is_none());
}

#[tokio::test]
async fn the_retry_delay_grows_with_each_failure_and_a_dropped_lease_has_none() {
    let state = memory();
    let inbox = open(&state);
    inbox.add(updated(7), at(0)).await.unwrap();
    let mut now = 10;
    for (failures, delay) in [(0, 30), (1, 60), (2, 100), (3, 100)] {
        let lease = inbox.lease(at(now)).await.unwrap().unwrap();
        assert_eq!(lease.failures(), failures);
        lease.failed(at(now)).await.unwrap();
        assert_eq!(inbox.counts().await.unwrap().failing, 1);
        // Neither another request nor a restart makes the retry earlier.
        inbox.add(updated(7), at(now + 1)).await.unwrap();
        assert_eq!(open(&state).next_at().await.unwrap(), Some(at(now + delay)));
        assert_eq!(inbox.next_at().await.unwrap(), Some(at(now + delay)));
        now += delay;
    }
    let lease = inbox.lease(at(now)).await.unwrap().unwrap();
    inbox.add(checked_in(7), at(now)).await.unwrap();
    drop(lease);
    let lease = inbox.lease(at(now)).await.unwrap().unwrap();
    assert!(lease.triggers().contains(&Trigger::CheckedIn));
    lease.done(at(now)).await.unwrap();
    assert_eq!(inbox.counts().await.unwrap().failing, 0);
    assert_eq!(inbox.next_at().await.unwrap(), None);
}

#[tokio::test]
async fn a_full_inbox_rejects_new_customers_and_coalesces_known_ones() {
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
        inbox.add_all(&due, at(0)).await.unwrap(),
        [New, New, Coalesced, New, New, Full, Coalesced]
    );
    assert_eq!(inbox.add(updated(6), at(1)).await.unwrap(), Full);
    assert_eq!(
        (
            inbox.counts().await.unwrap().waiting,
            inbox.counts().await.unwrap().rejected
        ),
        (4, 2)
    );
    assert_eq!(open(&state).counts().await.unwrap().waiting, 4);
    inbox
        .lease(at(100))
        .await
        .unwrap()
        .unwrap()
        .done(at(100))
        .await
        .unwrap();
    assert_eq!(inbox.add(updated(6), at(101)).await.unwrap(), New);
    // A smaller capacity loses none.
    let smaller = Inbox::new(state, InboxOptions::default().capacity(1));
    assert_eq!(smaller.counts().await.unwrap().waiting, 4);
    assert_eq!(smaller.add(updated(9), at(101)).await.unwrap(), Full);
}

/// A worker that sleeps until the next one is ready wakes up for those of a program that was killed.
#[tokio::test]
async fn a_customer_of_another_program_is_next_when_its_lease_ends() {
    let store = TestStore::new();
    let (killed, living) = (open(&store.state()), open(&store.state()));
    killed.add(updated(7), at(0)).await.unwrap();
    let lease = killed.lease(at(10)).await.unwrap().unwrap();
    assert_eq!(killed.next_at().await.unwrap(), None);
    let until = living.next_at().await.unwrap().unwrap();
    let left = until - store.state().now().await.unwrap();
    assert!(
        left > TimeDelta::zero() && left <= TimeDelta::seconds(30),
        "{left}"
    );
    store.restart();
    assert_eq!(living.next_at().await.unwrap(), Some(at(10)));
    assert!(living.lease(at(10)).await.unwrap().is_some());
    drop(lease);
}

#[tokio::test]
async fn a_clock_that_is_set_back_delays_no_customer() {
    let inbox = open(&memory());
    inbox.add(updated(7), at(3600)).await.unwrap();
    assert!(inbox.lease(at(0)).await.unwrap().is_some());
}

#[tokio::test]
async fn a_store_in_a_file_keeps_the_requests_across_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.sqlite");
    // Leases are over at once, so that the second program need not wait for those of the first.
    let reopened = || {
        let state = State::new(SqliteStore::open(&file).unwrap());
        Inbox::new(state, InboxOptions::default().lease_time(Duration::ZERO))
    };
    {
        let inbox = reopened();
        inbox
            .add_all(&[updated(1), updated(2), updated(3)], at(0))
            .await
            .unwrap();
        inbox
            .lease(at(10))
            .await
            .unwrap()
            .unwrap()
            .done(at(10))
            .await
            .unwrap();
        // Leased when the program ends.
        let _handed = inbox.lease(at(10)).await.unwrap().unwrap();
    }
    let inbox = reopened();
    let mut left = Vec::new();
    while let Some(lease) = inbox.lease(at(10)).await.unwrap() {
        left.push(lease.customer());
        lease.done(at(10)).await.unwrap();
    }
    assert_eq!(left, [customer(2), customer(3)]);
}

#[tokio::test]
async fn a_failed_write_neither_adds_nor_removes() {
    let store = TestStore::new();
    let inbox = open(&store.state());
    inbox.add(updated(1), at(0)).await.unwrap();
    store.fail(true);
    let error = inbox.add_all(&[updated(2), updated(1)], at(1)).await;
    assert!(error.unwrap_err().is_retryable());
    assert_eq!(inbox.counts().await.unwrap().waiting, 1);
    assert!(inbox.lease(at(20)).await.is_err());
    store.fail(false);
    let lease = inbox.lease(at(20)).await.unwrap().unwrap();
    store.fail(true);
    assert!(lease.done(at(20)).await.is_err());
    // It stays, and is leased again.
    store.fail(false);
    let lease = inbox.lease(at(20)).await.unwrap().unwrap();
    store.fail(true);
    assert!(lease.failed(at(20)).await.is_err());
    store.fail(false);
    let lease = inbox.lease(at(20)).await.unwrap().unwrap();
    lease.done(at(20)).await.unwrap();
    assert!(inbox.lease(at(999)).await.unwrap().is_none());
}

#[tokio::test]
async fn an_unreadable_row_is_an_error() {
    let state = memory();
    let row = Table::Inbox.put("customer:7", &"no entry").unwrap();
    state.write(&[row]).await.unwrap();
    let error = open(&state).lease(at(0)).await.unwrap_err();
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

    /// Whatever happens: each customer is synced after its last request, never by two leases at a time, also of two
    /// programs, and the capacity holds.
    #[test]
    fn nobody_is_lost(moves in prop::collection::vec(any_move(), 1..60)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(lose_nobody(moves))?;
    }
}

async fn lose_nobody(moves: Vec<Move>) -> Result<(), TestCaseError> {
    let store = TestStore::new();
    let state = store.state();
    let mut programs = [open(&state), open(&state)];
    let mut now = 0;
    // The number of requests for each customer, and the number that its last finished sync has seen.
    let mut requests: BTreeMap<CustomerRef, u32> = BTreeMap::new();
    let mut seen: BTreeMap<CustomerRef, u32> = BTreeMap::new();
    let mut leases: Vec<(InboxLease, u32)> = Vec::new();
    for (number, step) in moves.into_iter().enumerate() {
        match step {
            Move::Add(ids) => {
                let due: Vec<SyncRequest> = ids.iter().map(|id| updated(*id)).collect();
                let added = programs[0].add_all(&due, at(now)).await.unwrap();
                for (due, added) in due.iter().zip(added) {
                    if added != EnqueueOutcome::Full {
                        *requests.entry(due.customer).or_default() += 1;
                    }
                }
            }
            Move::Wait(seconds) => now += seconds,
            Move::Lease => {
                if let Some(lease) = programs[number % 2].lease(at(now)).await.unwrap() {
                    let customer = lease.customer();
                    let mut others = leases.iter();
                    prop_assert!(others.all(|(other, _)| other.customer() != customer));
                    let known = requests[&customer];
                    let is_new = seen.get(&customer).is_none_or(|seen| *seen < known);
                    prop_assert!(is_new, "synced for nothing");
                    leases.push((lease, known));
                }
            }
            Move::Done(which) if !leases.is_empty() => {
                let (lease, known) = leases.swap_remove(which.index(leases.len()));
                seen.insert(lease.customer(), known);
                lease.done(at(now)).await.unwrap();
            }
            Move::Failed(which) if !leases.is_empty() => {
                let (lease, _) = leases.swap_remove(which.index(leases.len()));
                lease.failed(at(now)).await.unwrap();
            }
            Move::Drop(which) if !leases.is_empty() => {
                drop(leases.swap_remove(which.index(leases.len())));
            }
            Move::Restart => {
                leases.clear();
                store.restart();
                programs = [open(&state), open(&state)];
            }
            Move::Done(_) | Move::Failed(_) | Move::Drop(_) => {}
        }
        // A dropped lease is free once its program asks for something.
        for program in &programs {
            program.counts().await.unwrap();
        }
        let counts = programs[number % 2].counts().await.unwrap();
        prop_assert!(counts.waiting + counts.leased <= 4);
        prop_assert_eq!(counts.leased, leases.len());
    }
    leases.clear();
    now += 1000;
    for program in &programs {
        program.counts().await.unwrap();
    }
    while let Some(lease) = programs[1].lease(at(now)).await.unwrap() {
        seen.insert(lease.customer(), requests[&lease.customer()]);
        lease.done(at(now)).await.unwrap();
    }
    prop_assert_eq!(requests, seen);
    prop_assert_eq!(programs[0].counts().await.unwrap().waiting, 0);
    Ok(())
}

#[tokio::test]
async fn a_clock_that_is_set_back_keeps_the_retry_delays() {
    let inbox = open(&memory());
    inbox.add(updated(7), at(3600)).await.unwrap();
    // The clock was an hour fast.
    inbox
        .lease(at(0))
        .await
        .unwrap()
        .unwrap()
        .failed(at(0))
        .await
        .unwrap();
    assert!(inbox.lease(at(29)).await.unwrap().is_none());
    // A delay longer than the maximum comes from a clock that was far ahead.
    inbox
        .lease(at(30))
        .await
        .unwrap()
        .unwrap()
        .failed(at(9_000_000))
        .await
        .unwrap();
    assert!(inbox.lease(at(31)).await.unwrap().is_some());
}

#[tokio::test]
async fn a_trigger_that_no_site_has_does_not_lock_the_inbox() {
    let state = memory();
    let unknown = SyncRequest::new(customer(7), Trigger::BeforeOrAfterEvent(200));
    open(&state).add(unknown, at(0)).await.unwrap();
    let lease = open(&state).lease(at(10)).await.unwrap().unwrap();
    assert_eq!((lease.customer(), lease.triggers().len()), (customer(7), 0));
}
