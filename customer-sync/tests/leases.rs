//! Programs that share a store: what they see of each other, and what is left of one that loses its store or its leases.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // Helpers of the tests unwrap like the tests.

mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use common::{TestStore, World, key, options, person, text};
use customer_sync::store::{
    Expected, JournalAction, Leases, SqliteStore, State, StateErrorKind, Table,
};
use customer_sync::{
    OutcomeKind, Progress, SyncError, SyncOptions, apply, plan_customers, plan_undo, sync_customer,
    sync_customers,
};
use sandbox::Fault;
use serde_json::json;

/// Persons without a party.
async fn world_of(persons: u64) -> World {
    let world = World::empty().await;
    for id in 1..=persons {
        world.sandbox.planyo.add(person(id));
    }
    world
}

/// Calls this once, when so many customers were written.
fn after_writes(number: usize, act: impl Fn() + Send + Sync + 'static) -> impl Fn(Progress<'_>) {
    let written = AtomicUsize::new(0);
    move |progress| {
        if let Progress::Written(_) = progress
            && written.fetch_add(1, Ordering::SeqCst) + 1 == number
        {
            act();
        }
    }
}

#[tokio::test]
async fn a_run_that_loses_its_store_reports_what_it_did_and_the_next_settles_it() {
    let world = world_of(9).await;
    let store = TestStore::new();
    let options = options().store(store.state());
    let losing = Arc::clone(&store);
    let lost = options
        .clone()
        .on_progress(after_writes(3, move || losing.fail(true)));
    let report = sync_customers(&world.planyo, &world.billit, &lost).await;
    let report = report.unwrap();
    let error = report.store_error.as_deref().unwrap();
    assert_eq!(error, "the state store is full: make room");
    // They were leased, and what was to be written is in the journal.
    assert_eq!(report.counts().created, 9);
    let runs = store.state().runs().await.unwrap();
    assert_eq!((runs.len(), runs[0].finished), (1, None));
    let entries = store.state().entries(&runs[0].id).await.unwrap();
    assert!(
        entries
            .iter()
            .all(|entry| entry.action == JournalAction::Intended)
    );
    assert_eq!(entries.len(), 9);

    // The leases of the lost run are over when the next one begins.
    store.restart();
    world.clear();
    let report = sync_customers(&world.planyo, &world.billit, &options).await;
    let report = report.unwrap();
    assert_eq!((report.store_error, world.writes()), (None, 0));
    assert_eq!(store.state().customers().await.unwrap().len(), 9);

    // And the lost run can be undone.
    let plan = plan_undo(&world.billit, Some(&runs[0].id), None, &options).await;
    let undone = apply(&plan.unwrap(), &world.planyo, &world.billit, &options).await;
    assert_eq!(undone.unwrap().counts().updated, 9);
    assert!(world.linked().is_empty());
}

/// The run slept for so long that its leases were over, and another program has one of its customers.
#[tokio::test]
async fn a_write_under_a_lost_lease_is_refused_and_its_journal_is_kept() {
    let world = world_of(3).await;
    let store = TestStore::new();
    let options = options().store(store.state()).concurrency(1);
    let (taken, mut told) = tokio::sync::mpsc::unbounded_channel();
    let sleeping = Arc::clone(&store);
    let slow = options.clone().on_progress(after_writes(1, move || {
        sleeping.restart();
        taken.send(()).unwrap();
    }));
    let other = async {
        told.recv().await.unwrap();
        let leases = Leases::new(&store.state(), Duration::from_secs(9_000));
        leases.take("customer planyo:3").await.unwrap().unwrap()
    };
    let run = sync_customers(&world.planyo, &world.billit, &slow);
    let (report, lease) = tokio::join!(run, other);
    let report = report.unwrap();
    let error = report.store_error.as_deref().unwrap();
    assert!(error.contains("has lost the lease of planyo:3"), "{error}");
    // The others are stored, and of the third what was done.
    let state = store.state();
    let known = state.customers().await.unwrap();
    assert_eq!(known.keys().collect::<Vec<_>>(), [&key(1), &key(2)]);
    let history = state.history(&key(3)).await.unwrap();
    assert_eq!(history[0].action, JournalAction::Created);
    lease.release().await.unwrap();
    world.clear();
    let report = sync_customers(&world.planyo, &world.billit, &options).await;
    assert_eq!(report.unwrap().store_error, None);
    assert_eq!((world.writes(), world.linked().len()), (0, 3));
    assert_eq!(state.customers().await.unwrap().len(), 3);
}

#[tokio::test]
async fn a_customer_of_another_program_is_skipped_by_a_run_and_the_others_are_not() {
    let world = world_of(3).await;
    let store = TestStore::new();
    let options = options().store(store.state());
    let leases = Leases::new(&store.state(), Duration::from_secs(60));
    let lease = leases.take("customer planyo:2").await.unwrap().unwrap();
    assert!(leases.take("customer planyo:2").await.unwrap().is_none());
    let report = sync_customers(&world.planyo, &world.billit, &options).await;
    let report = report.unwrap();
    let outcome = &report.outcomes[1];
    assert_eq!(outcome.kind, OutcomeKind::Skipped);
    assert_eq!(outcome.reason, "another run has the lease of this customer");
    assert!(outcome.unfinished);
    assert_eq!(report.counts().created, 2);
    drop(lease);
    // A crashed program: its time is over.
    store.restart();
    let report = sync_customers(&world.planyo, &world.billit, &options).await;
    assert_eq!(report.unwrap().counts().created, 1);
    // A full pass leaves no rows of leases.
    for table in [Table::Leases, Table::Holders] {
        let count = AtomicUsize::new(0);
        let each = |_: &str, _: serde_json::Value| {
            count.fetch_add(1, Ordering::Relaxed);
            Ok(())
        };
        store.state().each(table, "", each).await.unwrap();
        assert_eq!(count.into_inner(), 0, "{table:?}");
    }
}

/// Each answer of the store in turn is lost: the commit was done, and is not done twice.
#[tokio::test]
async fn an_answer_that_is_lost_is_settled() {
    // Three of the run of all, three of each run of one.
    for lost in 0..9 {
        let world = world_of(2).await;
        let store = TestStore::new();
        let options = options().store(store.state());
        store.lose_answer_after(lost);
        let run = sync_customers(&world.planyo, &world.billit, &options).await;
        let report = run.unwrap();
        assert_eq!(
            (&report.store_error, report.counts().created),
            (&None, 2),
            "{lost}"
        );
        for id in [1, 2] {
            world
                .sandbox
                .planyo
                .edit(id, |user| user.city = "Aalst".to_owned());
            let outcome = sync_customer(&world.planyo, &world.billit, id, &options).await;
            let outcome = outcome.unwrap();
            let told = (outcome.kind, outcome.unfinished);
            assert_eq!(told, (OutcomeKind::Updated, false), "{lost}");
        }
        // With the repeated one.
        assert_eq!(store.commits(), 9 + 1, "{lost}");
        let state = store.state();
        assert_eq!(state.runs().await.unwrap().len(), 3, "{lost}");
        assert_eq!(state.history(&key(1)).await.unwrap().len(), 2, "{lost}");
        assert_eq!(state.customers().await.unwrap().len(), 2, "{lost}");
    }
}

/// A lease whose answer was lost belongs to nobody: the same holder and others take it.
#[tokio::test]
async fn a_lease_that_nobody_knows_of_is_free() {
    let store = TestStore::new();
    let state = store.state();
    let leases = Leases::new(&state, Duration::from_secs(60));
    store.go_away();
    let error = leases.take("nightly").await.unwrap_err();
    assert!(error.is_outcome_unknown(), "{error}");
    store.fail(false);
    let lease = leases.take("nightly").await.unwrap().unwrap();
    assert!(leases.take("nightly").await.unwrap().is_none());
    drop(lease);
    leases.renew().await.unwrap();
    let others = Leases::new(&state, Duration::from_secs(60));
    assert!(others.take("nightly").await.unwrap().is_some());
    // A check leaves no sign, so that nobody can say whether it held.
    store.go_away();
    assert!(others.take("weekly").await.is_err());
    store.fail(false);
    others.renew().await.unwrap();
    assert!(leases.take("weekly").await.unwrap().is_some());
}

/// Without a word in the journal nothing is written to Billit, also for one customer.
#[tokio::test]
async fn a_customer_whose_journal_cannot_be_written_is_not_written() {
    let world = world_of(2).await;
    let store = TestStore::new();
    let options = options().store(store.state());
    let run = sync_customers(&world.planyo, &world.billit, &options).await;
    run.unwrap();
    // The lease is taken, and then the disk is full.
    for commits in 0..3 {
        world
            .sandbox
            .planyo
            .edit(1, |user| user.city = format!("Town {commits}"));
        world.clear();
        store.fail_after(commits);
        let outcome = sync_customer(&world.planyo, &world.billit, 1, &options).await;
        store.fail(false);
        match (commits, outcome) {
            (0, Err(error)) => assert!(matches!(error, SyncError::State(_)), "{error}"),
            (1, Ok(outcome)) => {
                assert_eq!((outcome.kind, world.writes()), (OutcomeKind::Skipped, 0));
                assert!(outcome.unfinished);
                assert!(outcome.reason.contains("is full"), "{}", outcome.reason);
            }
            (2, Ok(outcome)) => {
                // It was written, and what was to be written is in the journal.
                assert_eq!((outcome.kind, world.writes()), (OutcomeKind::Updated, 1));
                assert!(outcome.unfinished);
                assert!(outcome.reason.contains("is full"), "{}", outcome.reason);
            }
            (_, outcome) => panic!("{commits}: {outcome:?}"),
        }
        store.restart();
    }
}

/// An error before the run has read anything frees its customer at once.
#[tokio::test]
async fn a_customer_that_cannot_be_read_is_not_leased_afterwards() {
    let world = world_of(1).await;
    let store = TestStore::new();
    let options = options().store(store.state()).lease_wait(Duration::ZERO);
    let faults = world.sandbox.planyo.faults();
    faults.always("get_user_data", Fault::InternalError);
    let failed = sync_customer(&world.planyo, &world.billit, 1, &options).await;
    assert!(failed.is_err());
    faults.clear();
    let outcome = sync_customer(&world.planyo, &world.billit, 1, &options).await;
    assert_eq!(outcome.unwrap().kind, OutcomeKind::Created);
}

/// A store takes keys of 1,024 bytes. A longer link in Billit is no key of a customer of ours, and stops nobody.
#[tokio::test]
async fn a_link_that_is_too_long_for_the_store_stops_nobody() {
    let world = world_of(1).await;
    let link = format!("planyo:{}", "9".repeat(1_100));
    let party = json!({"Name": "Tom Maes", "PartyType": "Customer", "ExternalProviderID": link});
    world.sandbox.billit.add(party);
    let store = TestStore::new();
    let options = options().store(store.state());
    for created in [1, 0] {
        let report = sync_customers(&world.planyo, &world.billit, &options).await;
        let report = report.unwrap();
        assert_eq!(
            (report.counts().created, report.store_error),
            (created, None)
        );
        assert_eq!(report.missing_from_source.len(), 1);
    }
}

/// A plan is made without a write, also into the store.
#[tokio::test]
async fn a_plan_leaves_the_store_as_it_is() {
    let world = world_of(2).await;
    let store = TestStore::new();
    let options = options().store(store.state());
    let plan = plan_customers(&world.planyo, &world.billit, &options).await;
    assert_eq!((plan.unwrap().steps.len(), store.commits()), (2, 0));
}

#[tokio::test]
async fn a_write_that_expects_another_row_is_an_error() {
    let store = TestStore::new();
    let state = store.state();
    let row = Table::Settings.put("a", &1).unwrap();
    state.write(std::slice::from_ref(&row)).await.unwrap();
    let error = state.write(&[row.expecting(Expected::Absent)]).await;
    assert_eq!(error.unwrap_err().kind(), StateErrorKind::Conflict);
}

#[tokio::test]
async fn history_undo_and_runs_work_from_another_program_during_a_run() {
    let world = world_of(6).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("customers.sqlite");
    let open = || State::new(SqliteStore::open(&file).unwrap());
    let options = |state: State| options().store(state).concurrency(1);
    let nightly = options(open());
    let run = sync_customers(&world.planyo, &world.billit, &nightly).await;
    run.unwrap();
    for id in 1..=6 {
        world
            .sandbox
            .planyo
            .edit(id, |user| user.city = "Aalst".to_owned());
    }
    let (written, mut told) = tokio::sync::mpsc::unbounded_channel();
    let nightly = nightly.on_progress(after_writes(2, move || written.send(()).unwrap()));
    let review = async {
        told.recv().await.unwrap();
        let state = open();
        let runs = state.runs().await.unwrap();
        assert_eq!((runs.len(), runs[1].finished), (2, None));
        let history = state.history(&key(1)).await.unwrap();
        assert_eq!(history[0].action, JournalAction::Created);
        let reviewed = options(state.clone());
        let plan = plan_undo(&world.billit, Some(&runs[0].id), None, &reviewed);
        assert!(!plan.await.unwrap().steps.is_empty());
        state
    };
    let run = sync_customers(&world.planyo, &world.billit, &nightly);
    let (report, state) = tokio::join!(run, review);
    let report = report.unwrap();
    assert_eq!((report.counts().updated, &report.store_error), (6, &None));
    // And what it wrote is undone from there.
    let reviewed = options(state);
    let plan = plan_undo(&world.billit, report.run.as_ref(), None, &reviewed).await;
    let undone = apply(&plan.unwrap(), &world.planyo, &world.billit, &reviewed).await;
    assert_eq!(undone.unwrap().counts().updated, 6);
    assert_eq!(text(&world.party_of(6), "City"), Some("Gent"));
}

#[tokio::test]
async fn the_journal_is_kept_as_long_as_was_asked_for() {
    fn in_a_month() -> DateTime<Utc> {
        Utc::now() + TimeDelta::days(30)
    }
    let world = world_of(2).await;
    let store = TestStore::new();
    let options: SyncOptions = options()
        .store(store.state())
        .keep_journal(TimeDelta::days(20));
    for _ in 0..2 {
        let report = sync_customers(&world.planyo, &world.billit, &options).await;
        assert_eq!(report.unwrap().store_error, None);
    }
    let state = store.state();
    assert_eq!(state.runs().await.unwrap().len(), 2);
    assert_eq!(state.history(&key(1)).await.unwrap().len(), 1);
    let later = options.clock(in_a_month);
    sync_customers(&world.planyo, &world.billit, &later)
        .await
        .unwrap();
    // The run that has just ended.
    assert_eq!(state.runs().await.unwrap().len(), 1);
    assert!(state.history(&key(1)).await.unwrap().is_empty());
    // What is known of the customers stays.
    assert_eq!(state.customers().await.unwrap().len(), 2);
}
