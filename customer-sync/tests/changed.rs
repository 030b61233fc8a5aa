//! Incremental runs, concurrent runs, and the journal of each run.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod common;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use common::{World, key, options, person, settled, text};
use customer_sync::merge::LastValue;
use customer_sync::store::{
    Actor, JournalAction, Leases, MemoryStore, RunKind, State, StoredValues,
};
use customer_sync::{
    CancellationToken, CustomerKey, CustomerSource, Event, FieldPolicy, MappingRules, OutcomeKind,
    PlanyoUsers, SyncError, SyncOptions, SyncReport, apply, plan_customers, sync_changed,
    sync_customer, sync_customers, sync_stream,
};
use futures_util::TryStreamExt;
use sandbox::Fault;
use sandbox::billit::Matcher;
use sandbox::planyo::ModifiedSince;

fn move_to(world: &World, id: u64, city: &str) {
    world
        .sandbox
        .planyo
        .edit(id, |user| city.clone_into(&mut user.city));
}

async fn changed(world: &World, options: &SyncOptions) -> SyncReport {
    changed_of(&world.planyo, world, options).await
}

async fn changed_of(
    source: &impl CustomerSource,
    world: &World,
    options: &SyncOptions,
) -> SyncReport {
    let report = sync_changed(source, &world.billit, options).await.unwrap();
    assert_eq!(report.store_error, None);
    report
}

/// The calls to the sandbox: to Planyo, reads and writes in Billit.
fn asked(world: &World) -> (usize, usize, usize) {
    let (planyo, billit) = (world.sandbox.planyo.counts(), world.sandbox.billit.counts());
    (planyo.reads + planyo.writes, billit.reads, billit.writes)
}

#[tokio::test]
async fn what_has_not_changed_costs_no_call_to_billit() {
    let (world, _, options) = settled(30).await;
    let report = changed(&world, &options).await;
    assert_eq!(report.counts().unchanged, 30);
    assert_eq!(asked(&world).1, 0);
    assert_eq!(report.calls.billit, 0);
    assert!(report.calls.source > 0);

    move_to(&world, 7, "Aalst");
    world.sandbox.planyo.add(person(31));
    world.clear();
    let report = changed(&world, &options).await;
    let counts = report.counts();
    assert_eq!(
        (counts.created, counts.updated, counts.unchanged),
        (1, 1, 29)
    );
    assert_eq!(asked(&world).2, 2);
    assert_eq!(text(&world.party_of(7), "City"), Some("Aalst"));

    // One of many: only its own party.
    move_to(&world, 8, "Aalst");
    world.clear();
    changed(&world, &options).await;
    // Read to plan, read before the write, written.
    assert_eq!((asked(&world).1, asked(&world).2), (2, 1));
}

#[tokio::test]
async fn what_failed_is_tried_again_though_its_record_has_not_changed() {
    let (world, _, options) = settled(3).await;
    move_to(&world, 2, "Aalst");
    let faults = world.sandbox.billit.faults();
    faults.always("PATCH /v1/parties/{id}", Fault::InternalError);
    let report = changed(&world, &options).await;
    assert_eq!(report.counts().failed, 1);
    assert!(report.is_unfinished());
    faults.clear();
    assert_eq!(changed(&world, &options).await.counts().updated, 1);
}

#[tokio::test]
async fn other_rules_are_a_reason_to_look_again() {
    let (world, _, options) = settled(3).await;
    let rules = MappingRules::default()
        .policy("City".parse().unwrap(), FieldPolicy::PreferBillit)
        .default_value("GLAccountCode".parse().unwrap(), "400000")
        .unwrap();
    let report = changed(&world, &options.rules(rules)).await;
    assert_eq!(report.counts().updated, 3);
}

#[tokio::test]
async fn a_correction_in_billit_is_seen_at_the_full_pass() {
    static NOW: AtomicI64 = AtomicI64::new(1_800_000_000);
    fn clock() -> DateTime<Utc> {
        DateTime::from_timestamp(NOW.fetch_add(1, Ordering::Relaxed), 0).unwrap()
    }
    let world = World::empty().await;
    world.sandbox.planyo.add(person(1));
    let state = State::new(MemoryStore::new());
    let options = options().store(state.clone()).clock(clock);
    changed(&world, &options).await;
    let party = world.party_of(1)["PartyID"].as_i64().unwrap();
    world.sandbox.billit.remove(party);
    assert_eq!(changed(&world, &options).await.counts().unchanged, 1);
    NOW.fetch_add(23 * 3600, Ordering::Relaxed);
    assert_eq!(changed(&world, &options).await.counts().unchanged, 1);
    NOW.fetch_add(3600, Ordering::Relaxed);
    assert_eq!(changed(&world, &options).await.counts().created, 1);
    let kinds: Vec<RunKind> = state
        .runs()
        .await
        .unwrap()
        .iter()
        .map(|run| run.kind)
        .collect();
    let [full, changed_only] = [RunKind::Full, RunKind::Changed];
    assert_eq!(kinds, [full, changed_only, changed_only, full]);
    // A clock that was ahead does not delay it forever.
    NOW.fetch_add(-90 * 86_400, Ordering::Relaxed);
    changed(&world, &options).await;
    let mut runs = state.runs().await.unwrap();
    runs.sort_by_key(|run| run.started);
    assert_eq!(runs[0].kind, full);
}

/// However Planyo handles `modified_since`, nothing is missed.
#[tokio::test]
async fn changes_are_found_whether_planyo_honours_modified_since_or_not() {
    for honoured in [
        ModifiedSince::Honoured,
        ModifiedSince::Ignored,
        ModifiedSince::Refused,
    ] {
        let world = World::empty().await;
        world.sandbox.planyo.configure(|settings| {
            settings.modified_since = honoured;
            // A server whose clock is a year off, and which reads times as local ones.
            settings.clock_offset_seconds = -31_536_000;
        });
        for id in 1..=5 {
            let mut user = person(id);
            user.registration_time = "2020-01-01 00:00:00".to_owned();
            world.sandbox.planyo.add(user);
        }
        let users = PlanyoUsers::new(&world.planyo).by_modified_since(PlanyoUsers::OVERLAP);
        let options = SyncOptions::default().store(MemoryStore::new());
        changed_of(&users, &world, &options).await;
        world.clear();
        let listed = changed_of(&users, &world, &options).await.counts().total();
        match honoured {
            ModifiedSince::Honoured => assert_eq!(listed, 0),
            _ => assert_eq!(listed, 5),
        }
        move_to(&world, 3, "Aalst");
        let report = changed_of(&users, &world, &options).await;
        assert_eq!(report.counts().updated, 1, "{honoured:?}");
        assert_eq!(text(&world.party_of(3), "City"), Some("Aalst"));
        // A missing customer cannot be told from an unchanged one.
        assert!(report.missing_from_source.is_empty());
    }
}

#[tokio::test]
async fn a_failed_customer_is_not_left_behind_by_the_mark() {
    let world = World::empty().await;
    let today = chrono::NaiveDate::from_ymd_opt(2026, 6, 1);
    world.sandbox.planyo.configure(|settings| {
        settings.modified_since = ModifiedSince::Honoured;
        settings.today = today;
    });
    world.sandbox.planyo.add(person(1));
    let users = PlanyoUsers::new(&world.planyo).by_modified_since(TimeDelta::zero());
    let options = SyncOptions::default().store(MemoryStore::new());
    changed_of(&users, &world, &options).await;
    move_to(&world, 1, "Aalst");
    let faults = world.sandbox.billit.faults();
    faults.always("PATCH /v1/parties/{id}", Fault::InternalError);
    assert_eq!(
        changed_of(&users, &world, &options).await.counts().failed,
        1
    );
    faults.clear();
    // Days later nothing has been modified since.
    world.sandbox.planyo.configure(|settings| {
        settings.today = chrono::NaiveDate::from_ymd_opt(2026, 6, 9);
    });
    assert_eq!(
        changed_of(&users, &world, &options).await.counts().updated,
        1
    );
}

#[tokio::test]
async fn many_who_vanish_at_once_stop_the_run() {
    let (world, _, options) = settled(10).await;
    for id in 1..=6 {
        world.sandbox.planyo.remove(id);
    }
    for report in [
        sync_customers(&world.planyo, &world.billit, &options).await,
        sync_changed(&world.planyo, &world.billit, &options).await,
        // Known from the links in Billit, too.
        sync_customers(&world.planyo, &world.billit, &SyncOptions::default()).await,
    ] {
        let error = report.unwrap_err();
        let SyncError::SafetyLimit {
            missing_from_source,
            linked,
            ..
        } = error
        else {
            panic!("{error}");
        };
        assert_eq!((missing_from_source, linked), (6, 10));
    }
    assert_eq!(world.writes(), 0);
    let report = changed(&world, &options.clone().allow_mass_changes()).await;
    let missing_from_source: Vec<_> = report
        .missing_from_source
        .iter()
        .map(|gone| gone.key.clone())
        .collect();
    assert_eq!(missing_from_source, (1..=6).map(key).collect::<Vec<_>>());
    // Nothing was done about them.
    assert_eq!((world.linked().len(), world.writes()), (10, 0));
}

#[tokio::test]
async fn two_hooks_for_one_new_customer_make_one_party() {
    let world = World::empty().await;
    world.sandbox.planyo.add(person(1));
    let options = SyncOptions::default().store(MemoryStore::new());
    let hook = || sync_customer(&world.planyo, &world.billit, 1, &options);
    let full = sync_customers(&world.planyo, &world.billit, &options);
    let (a, b, c, report) = tokio::join!(hook(), hook(), hook(), full);
    let mut kinds: Vec<OutcomeKind> = [a, b, c].map(|outcome| outcome.unwrap().kind).into();
    kinds.push(report.unwrap().outcomes[0].kind);
    let created = kinds.iter().filter(|kind| **kind == OutcomeKind::Created);
    assert_eq!(created.count(), 1, "{kinds:?}");
    assert!(!kinds.contains(&OutcomeKind::Failed), "{kinds:?}");
    assert_eq!(world.sandbox.billit.parties().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_customer_at_whom_another_run_is_for_too_long_is_skipped() {
    let (world, state, options) = settled(1).await;
    move_to(&world, 1, "Aalst");
    let other = Leases::new(&state, Duration::from_secs(3_600));
    let lease = other.take("customer planyo:1").await.unwrap().unwrap();
    let outcome = sync_customer(&world.planyo, &world.billit, 1, &options).await;
    let outcome = outcome.unwrap();
    assert_eq!(outcome.kind, OutcomeKind::Skipped);
    assert_eq!(outcome.reason, "another run has the lease of this customer");
    let report = sync_customers(&world.planyo, &world.billit, &options).await;
    assert_eq!(report.unwrap().outcomes[0].kind, OutcomeKind::Skipped);
    lease.release().await.unwrap();
    let report = sync_customers(&world.planyo, &world.billit, &options).await;
    assert_eq!(report.unwrap().outcomes[0].kind, OutcomeKind::Updated);
}

#[tokio::test]
async fn a_stopped_run_ends_what_it_has_begun_and_the_next_goes_on() {
    let world = World::empty().await;
    for id in 1..=30 {
        world.sandbox.planyo.add(person(id));
    }
    let (stop, seen) = (CancellationToken::new(), Arc::new(AtomicI64::new(0)));
    let (signal, counter) = (stop.clone(), Arc::clone(&seen));
    let options = SyncOptions::default().store(MemoryStore::new());
    let stopping = options
        .clone()
        .cancellation(&stop)
        .on_progress(move |progress| {
            if let customer_sync::Progress::Written(_) = progress
                && counter.fetch_add(1, Ordering::Relaxed) == 6
            {
                signal.cancel();
            }
        });
    let report = sync_customers(&world.planyo, &world.billit, &stopping)
        .await
        .unwrap();
    let counts = report.counts();
    assert_eq!(counts.total(), 30);
    assert!((7..=10).contains(&counts.created), "{counts}");
    assert_eq!(counts.skipped, 30 - counts.created);
    assert!(report.is_unfinished());
    let report = sync_customers(&world.planyo, &world.billit, &options)
        .await
        .unwrap();
    assert_eq!(report.counts().created, 30 - counts.created);
    assert_eq!(world.sandbox.billit.parties().len(), 30);
}

#[tokio::test]
async fn a_run_can_be_watched_as_it_goes() {
    let world = World::empty().await;
    for id in 1..=12 {
        world.sandbox.planyo.add(person(id));
    }
    let events = sync_stream(&world.planyo, &world.billit, SyncOptions::default());
    let events: Vec<Event> = events.try_collect().await.unwrap();
    let is_reading =
        |event: &&Event| matches!(event, Event::CustomersRead(_) | Event::PartiesRead(_));
    let planned = events.iter().find(|event| !is_reading(event));
    assert!(matches!(planned, Some(Event::Planned(counts)) if counts.created == 12));
    let settled = events
        .iter()
        .filter(|event| matches!(event, Event::Settled(_)));
    assert_eq!(settled.count(), 12);
    let Some(Event::Done(report)) = events.last() else {
        panic!("{events:?}");
    };
    assert_eq!(report.counts().created, 12);
    let counters: std::collections::BTreeMap<_, _> = report.counters().collect();
    assert_eq!(counters["customers_created"], 12);
    assert_eq!(counters["requests_billit"], asked(&world).1 as u64 + 12);
    assert!(counters["fields_written"] >= 12 * 8);
    // The stream ends with the error, too.
    world
        .sandbox
        .planyo
        .faults()
        .always("list_users", Fault::HtmlBody);
    let events = sync_stream(&world.planyo, &world.billit, SyncOptions::default());
    assert!(events.try_collect::<Vec<Event>>().await.is_err());
}

#[tokio::test]
async fn the_journal_has_what_each_run_wrote_and_what_was_there() {
    let (world, state, options) = settled(2).await;
    move_to(&world, 1, "Aalst");
    let hook = options.clone().actor(Actor::Notification);
    sync_customer(&world.planyo, &world.billit, 1, &hook)
        .await
        .unwrap();
    // A run without writes is not in the journal.
    sync_customer(&world.planyo, &world.billit, 1, &hook)
        .await
        .unwrap();
    let runs = state.runs().await.unwrap();
    let kinds: Vec<RunKind> = runs.iter().map(|run| run.kind).collect();
    assert_eq!(kinds, [RunKind::Full, RunKind::One]);
    assert_eq!((runs[0].counts.created, runs[1].counts.updated), (2, 1));
    assert!(runs.iter().all(|run| run.finished.is_some()));

    let history = state.history(&key(1)).await.unwrap();
    let did: Vec<JournalAction> = history.iter().map(|entry| entry.action).collect();
    assert_eq!(did, [JournalAction::Created, JournalAction::Updated]);
    let party = world.party_of(1)["PartyID"].as_i64().unwrap();
    assert!(
        history
            .iter()
            .all(|entry| entry.party.unwrap().get() == party)
    );
    let mut changes = history[1].changes.iter();
    let city = changes.find(|change| change.field.to_string() == "City");
    let city = city.unwrap();
    assert_eq!(
        (city.by, city.policy),
        (Actor::Notification, FieldPolicy::Overwrite)
    );
    assert_eq!(city.before, LastValue::plain(Some("Gent")));
    assert_eq!(city.after, LastValue::plain(Some("Aalst")));
    assert_eq!(state.entries(&runs[0].id).await.unwrap().len(), 2);
    assert_eq!(state.entries(&runs[1].id).await.unwrap(), history[1..]);

    // A key that is the prefix of another is not mixed up with it.
    assert_eq!(state.history(&key(10)).await.unwrap(), []);
    assert_eq!(
        state
            .history(&CustomerKey::new("planyo", ""))
            .await
            .unwrap(),
        []
    );
}

#[tokio::test]
async fn a_run_that_is_killed_leaves_in_the_journal_what_it_was_about_to_write() {
    let (world, state, options) = settled(3).await;
    for id in 1..=3 {
        move_to(&world, id, "Aalst");
    }
    world
        .sandbox
        .billit
        .faults()
        .always("PATCH /v1/parties/{id}", Fault::Slow { millis: 60_000 });
    let run = sync_customers(&world.planyo, &world.billit, &options);
    let written = async {
        while world.writes() < 3 {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        _ = run => panic!("it was not killed"),
        () = written => {}
    }
    let runs = state.runs().await.unwrap();
    assert_eq!(runs[1].finished, None);
    let entries = state.entries(&runs[1].id).await.unwrap();
    assert_eq!(entries.len(), 3);
    for entry in entries {
        assert_eq!(entry.action, JournalAction::Intended);
        assert_eq!(entry.changes[0].before, LastValue::plain(Some("Gent")));
    }
}

#[tokio::test]
async fn a_store_of_hashes_holds_no_value_not_even_in_the_journal() {
    let (world, _, _) = settled(2).await;
    let state = State::new(MemoryStore::new());
    let options =
        SyncOptions::default().store(state.clone().with_stored_values(StoredValues::Hashed));
    sync_customers(&world.planyo, &world.billit, &options)
        .await
        .unwrap();
    move_to(&world, 1, "Aalst");
    sync_customers(&world.planyo, &world.billit, &options)
        .await
        .unwrap();
    let mut text = Vec::new();
    customer_sync::store::export(&state, &mut text)
        .await
        .unwrap();
    let text = String::from_utf8(text).unwrap();
    assert!(text.contains("\"action\":\"updated\""));
    for value in ["Aalst", "Gent", "example", "Person"] {
        assert!(!text.contains(value), "{value}");
    }
}

#[tokio::test]
async fn what_billit_refuses_is_told_with_a_hint_and_not_sent_again_until_it_is_mended() {
    let (world, _, options) = settled(2).await;
    let refused = ("City".to_owned(), "Aalst".to_owned());
    world
        .sandbox
        .billit
        .configure(|settings| settings.refused_values = [refused].into());
    move_to(&world, 1, "Aalst");
    let report = sync_customers(&world.planyo, &world.billit, &options)
        .await
        .unwrap();
    let refused = report.outcome(&key(1)).unwrap();
    assert_eq!(refused.kind, OutcomeKind::Failed);
    assert!(
        refused.rejection.as_ref().unwrap().hint.contains("City"),
        "{refused:?}"
    );
    assert!(!refused.unfinished);
    // Billit's messages may be personal data: they are in no `Debug`.
    assert!(!format!("{report:?}").contains("Aalst"));
    world.clear();
    let report = sync_customers(&world.planyo, &world.billit, &options)
        .await
        .unwrap();
    assert_eq!(
        report.outcome(&key(1)).unwrap().kind,
        OutcomeKind::Quarantined
    );
    assert_eq!(world.writes(), 0);
    // On request, and after it is fixed.
    let again = options.clone().retry_quarantined();
    let report = sync_customers(&world.planyo, &world.billit, &again)
        .await
        .unwrap();
    assert_eq!(report.outcome(&key(1)).unwrap().kind, OutcomeKind::Failed);
    move_to(&world, 1, "Brugge");
    let report = changed(&world, &options).await;
    assert_eq!(report.outcome(&key(1)).unwrap().kind, OutcomeKind::Updated);
}

#[tokio::test]
async fn both_are_left_alone_when_billit_merges_one_into_the_other() {
    let (world, state, options) = settled(1).await;
    world
        .sandbox
        .billit
        .configure(|settings| settings.matchers = [Matcher::Address].into());
    let mut neighbour = person(2);
    neighbour.address = person(1).address;
    world.sandbox.planyo.add(neighbour);
    let report = sync_customers(&world.planyo, &world.billit, &options)
        .await
        .unwrap();
    let story = |id: u64| {
        let outcome = report.outcome(&key(id)).unwrap();
        assert_eq!(outcome.kind, OutcomeKind::Quarantined);
        outcome.reason.clone()
    };
    assert!(story(1).contains("Billit merged planyo:2 into its party"));
    assert!(story(2).contains("its values were put back"));
    let last = state.customer(&key(1)).await.unwrap().unwrap();
    assert_eq!(last.last.unwrap().kind, OutcomeKind::Quarantined);
    assert!(last.party.is_some());
    // A change of its own record brings it back.
    move_to(&world, 1, "Aalst");
    let report = sync_customers(&world.planyo, &world.billit, &options)
        .await
        .unwrap();
    assert_eq!(report.outcome(&key(1)).unwrap().kind, OutcomeKind::Updated);
}

#[tokio::test]
async fn a_plan_is_not_applied_to_a_record_that_has_changed_in_the_source() {
    let world = World::empty().await;
    for id in 1..=3 {
        world.sandbox.planyo.add(person(id));
    }
    let options = SyncOptions::default();
    let plan = plan_customers(&world.planyo, &world.billit, &options)
        .await
        .unwrap();
    move_to(&world, 2, "Aalst");
    world.sandbox.planyo.remove(3);
    let report = apply(&plan, &world.planyo, &world.billit, &options)
        .await
        .unwrap();
    let kinds: Vec<OutcomeKind> = report.outcomes.iter().map(|outcome| outcome.kind).collect();
    assert_eq!(
        kinds,
        [
            OutcomeKind::Created,
            OutcomeKind::Skipped,
            OutcomeKind::Skipped
        ]
    );
    assert!(report.outcomes[1].reason.contains("in the source"));
    assert_eq!(world.sandbox.billit.parties().len(), 1);
}

/// With changed rules, unchanged customers are compared too.
#[tokio::test]
async fn other_rules_reach_those_who_have_not_changed() {
    let world = World::empty().await;
    world
        .sandbox
        .planyo
        .configure(|settings| settings.modified_since = ModifiedSince::Honoured);
    for id in 1..=3 {
        let mut user = person(id);
        user.registration_time = "2020-01-01 00:00:00".to_owned();
        world.sandbox.planyo.add(user);
    }
    let users = PlanyoUsers::new(&world.planyo).by_modified_since(PlanyoUsers::OVERLAP);
    let options = SyncOptions::default().store(MemoryStore::new());
    changed_of(&users, &world, &options).await;
    let rules = MappingRules::default()
        .default_value("GLAccountCode".parse().unwrap(), "400000")
        .unwrap();
    let options = options.rules(rules);
    assert_eq!(
        changed_of(&users, &world, &options).await.counts().updated,
        3
    );
    // Once.
    assert_eq!(
        changed_of(&users, &world, &options).await.counts().total(),
        0
    );
}

#[tokio::test]
async fn a_full_pass_may_be_put_off_for_ever() {
    let (world, state, options) = settled(1).await;
    let options = options.full_pass_every(TimeDelta::MAX);
    changed(&world, &options).await;
    assert_eq!(state.runs().await.unwrap()[1].kind, RunKind::Changed);
}
