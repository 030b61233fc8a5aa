//! Undoing runs, and changes made since.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

mod common;
use common::{TestStore, World, key, person, run, settled, settled_in, text};
use customer_sync::merge::LastValue;
use customer_sync::store::{
    Actor, JournalAction, MemoryStore, RunId, RunKind, State, StoredValues,
};
use customer_sync::{
    CancellationToken, Plan, Progress, Purpose, SyncError, SyncOptions, SyncReport, apply,
    plan_customers, plan_undo, sync_customer, sync_customers,
};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use sandbox::Fault;
use serde_json::{Map, Value, json};

async fn last_run(state: &State) -> RunId {
    state.runs().await.unwrap().last().unwrap().id.clone()
}

async fn undo(world: &World, run: &RunId, options: &SyncOptions) -> (Plan, SyncReport) {
    let plan = plan_undo(&world.billit, Some(run), None, options)
        .await
        .unwrap();
    // The plan survives serialisation.
    let saved = serde_json::to_string(&plan).unwrap();
    let plan: Plan = serde_json::from_str(&saved).unwrap();
    let report = apply(&plan, &world.planyo, &world.billit, options)
        .await
        .unwrap();
    assert_eq!(report.store_error, None);
    (plan, report)
}

/// The parties, without the fields that every write changes.
fn books(world: &World) -> Vec<Map<String, Value>> {
    let mut parties = world.sandbox.billit.parties();
    for party in &mut parties {
        party.remove("LastModified");
    }
    parties
}

#[tokio::test]
async fn a_run_is_taken_back_and_stays_so() {
    let (world, state, options) = settled(3).await;
    let before = books(&world);
    for id in 1..=2 {
        world.sandbox.planyo.edit(id, |user| {
            user.city = "Aalst".to_owned();
            user.mobile_number.clear();
        });
    }
    assert_eq!(run(&world, &options).await.counts().updated, 2);
    let changed = books(&world);
    let (plan, report) = undo(&world, &last_run(&state).await, &options).await;
    assert_eq!((plan.counts().updated, report.counts().updated), (2, 2));
    assert_eq!(books(&world), before);
    assert_eq!(
        state.runs().await.unwrap().last().unwrap().kind,
        RunKind::Undo
    );

    // The next sync keeps it, until the record changes again.
    world.clear();
    let report = run(&world, &options).await;
    assert_eq!((report.counts().unchanged, world.writes()), (3, 0));

    // And takes nobody for the one who wrote it.
    let history = state.history(&key(1)).await.unwrap();
    let by = |provider| {
        let told = history.iter().flat_map(|entry| &entry.changes);
        told.filter(|change| change.by == provider).count()
    };
    assert_eq!((by(Actor::BillitUser), by(Actor::Undo)), (0, 2));

    // What was undone can be done again.
    let undone = state
        .runs()
        .await
        .unwrap()
        .into_iter()
        .rfind(|run| run.kind == RunKind::Undo);
    undo(&world, &undone.unwrap().id, &options).await;
    assert_eq!(books(&world), changed);
    world.clear();
    run(&world, &options).await;
    assert_eq!(world.writes(), 0);
}

#[tokio::test]
async fn a_value_changed_since_is_kept_and_reported() {
    let (world, state, options) = settled(1).await;
    world.sandbox.planyo.edit(1, |user| {
        user.city = "Aalst".to_owned();
        user.zip = "9300".to_owned();
    });
    run(&world, &options).await;
    let party = world.party_of(1)["PartyID"].as_i64().unwrap();
    world.sandbox.billit.edit(party, |party| {
        party.insert("City".to_owned(), json!("Brugge"));
    });
    let (plan, _) = undo(&world, &last_run(&state).await, &options).await;
    let notes: Vec<String> = plan.steps[0]
        .notes
        .iter()
        .map(|note| format!("{} {}", note.field, note.reason))
        .collect();
    assert_eq!(notes, ["City kept: changed since that run"]);
    let party = world.party_of(1);
    assert_eq!(text(&party, "City"), Some("Brugge"));
    assert_eq!(text(&party, "Zipcode"), Some("9000"));
}

#[tokio::test]
async fn nothing_is_taken_back_that_moves_between_plan_and_apply() {
    let (world, state, options) = settled(1).await;
    world
        .sandbox
        .planyo
        .edit(1, |user| user.city = "Aalst".to_owned());
    run(&world, &options).await;
    let plan = plan_undo(&world.billit, Some(&last_run(&state).await), None, &options)
        .await
        .unwrap();
    let party = world.party_of(1)["PartyID"].as_i64().unwrap();
    world.sandbox.billit.edit(party, |party| {
        party.insert("City".to_owned(), json!("Brugge"));
    });
    let report = apply(&plan, &world.planyo, &world.billit, &options)
        .await
        .unwrap();
    assert_eq!(report.counts().skipped, 1);
    assert_eq!(text(&world.party_of(1), "City"), Some("Brugge"));
}

#[tokio::test]
async fn parties_that_a_run_created_are_unlinked_labelled_and_reported() {
    let (world, state, options) = settled(2).await;
    let created = books(&world);
    let mark = Some(("CommercialName".parse().unwrap(), "taken back".to_owned()));
    let plan = plan_undo(&world.billit, Some(&last_run(&state).await), mark, &options)
        .await
        .unwrap();
    let note = &plan.steps[0].notes[0];
    assert!(
        note.reason.contains("Billit's API deletes none"),
        "{note:?}"
    );
    let report = apply(&plan, &world.planyo, &world.billit, &options)
        .await
        .unwrap();
    assert_eq!(report.counts().updated, 2);
    for party in books(&world) {
        assert_eq!(text(&party, "ExternalProviderID").unwrap_or_default(), "");
        assert_eq!(text(&party, "CommercialName"), Some("taken back"));
    }
    // Skipped, and not linked or created again, until the record changes.
    world.clear();
    let report = run(&world, &options).await;
    assert_eq!((report.counts().quarantined, world.writes()), (2, 0));
    world
        .sandbox
        .planyo
        .edit(1, |user| user.city = "Aalst".to_owned());
    assert_eq!(run(&world, &options).await.counts().linked, 1);

    // And the undo can be undone.
    let (world, state, options) = settled(2).await;
    undo(&world, &last_run(&state).await, &options).await;
    undo(&world, &last_run(&state).await, &options).await;
    let names = |books: Vec<Map<String, Value>>| -> Vec<String> {
        let link =
            |party: &Map<String, Value>| text(party, "ExternalProviderID").unwrap().to_owned();
        books.iter().map(link).collect()
    };
    assert_eq!(names(books(&world)), names(created));
    world.clear();
    assert_eq!(run(&world, &options).await.counts().unchanged, 2);
    assert_eq!(world.writes(), 0);
}

#[tokio::test]
async fn a_run_that_linked_is_taken_back_to_no_link() {
    let world = World::empty().await;
    world.sandbox.planyo.add(person(1));
    let mut party = Map::new();
    let email = person(1).email;
    for (field, value) in [
        ("Name", "Ann Peeters 1"),
        ("Email", &*email),
        ("PartyType", "Customer"),
    ] {
        party.insert(field.to_owned(), json!(value));
    }
    let name = format!("{} {}", person(1).first_name, person(1).last_name);
    party.insert("Name".to_owned(), json!(name));
    world.sandbox.billit.add(Value::Object(party));
    let before = books(&world);
    let state = State::new(MemoryStore::new());
    let options = SyncOptions::default().store(state.clone());
    assert_eq!(run(&world, &options).await.counts().linked, 1);
    undo(&world, &last_run(&state).await, &options).await;
    let blank = |mut books: Vec<Map<String, Value>>| {
        for party in &mut books {
            party.retain(|_, value| !value.is_null() && value != "");
        }
        books
    };
    assert_eq!(blank(books(&world)), blank(before));
}

#[tokio::test]
async fn a_killed_run_can_be_taken_back() {
    let store = TestStore::new();
    let (world, state, options) = settled_in(store.state(), 2).await;
    let before = books(&world);
    world
        .sandbox
        .planyo
        .edit(1, |user| user.city = "Aalst".to_owned());
    world.sandbox.planyo.add(person(3));
    // Billit applies the writes, and every answer is lost.
    let faults = world.sandbox.billit.faults();
    for write in ["PATCH /v1/parties/{id}", "POST /v1/parties"] {
        faults.always(write, Fault::Slow { millis: 60_000 });
    }
    let written = async {
        while world.writes() < 4 {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        _ = sync_customers(&world.planyo, &world.billit, &options) => panic!("it was not killed"),
        () = written => {}
    }
    faults.clear();
    // The leases of the killed one are over.
    store.restart();
    assert_eq!(world.sandbox.billit.parties().len(), 3);
    undo(&world, &last_run(&state).await, &options).await;
    let now = books(&world);
    assert_eq!(now[..2], before[..]);
    assert_eq!(text(&now[2], "ExternalProviderID").unwrap_or_default(), "");
}

/// What was restored comes first; the customers that the killed run had not written yet are counted.
#[tokio::test]
async fn the_undo_of_a_killed_run_lists_what_it_restores_and_counts_the_rest() {
    let (world, state, options) = settled(9).await;
    for id in 1..=9 {
        world
            .sandbox
            .planyo
            .edit(id, |user| user.city = "Aalst".to_owned());
    }
    let is_written = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&is_written);
    let killed = options.clone().concurrency(1).on_progress(move |progress| {
        if let Progress::Written(_) = progress {
            told.store(true, Ordering::Relaxed);
        }
    });
    let written = async {
        while !is_written.load(Ordering::Relaxed) {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        biased;
        () = written => {}
        _ = sync_customers(&world.planyo, &world.billit, &killed) => panic!("it was not killed"),
    }
    let plan = plan_undo(&world.billit, None, None, &options)
        .await
        .unwrap();
    assert_eq!(plan.purpose, Purpose::Undo(last_run(&state).await));
    let restored = plan.counts().updated;
    // The write that had begun may have arrived.
    assert!((1..=2).contains(&restored), "{plan}");
    let report = apply(&plan, &world.planyo, &world.billit, &options)
        .await
        .unwrap();
    let rest = format!(
        "  skipped     {} customers: nothing to undo: no value is as the run left it",
        9 - restored
    );
    for shown in [plan.to_string(), report.to_string()] {
        let lines: Vec<&str> = shown.lines().collect();
        assert!(lines[1].starts_with("  updated"), "{shown}");
        assert_eq!(lines.last(), Some(&&*rest), "{shown}");
        assert_eq!(shown.matches("planyo:").count(), restored, "{shown}");
    }
}

/// Without a run it is the last that wrote something; once that is undone, the one before.
#[tokio::test]
async fn without_a_run_the_last_one_that_wrote_is_undone() {
    let (world, state, options) = settled(2).await;
    let created = last_run(&state).await;
    world
        .sandbox
        .planyo
        .edit(1, |user| user.city = "Aalst".to_owned());
    run(&world, &options).await;
    let moved = last_run(&state).await;
    // A run that writes nothing, and one that only sees a correction made by hand.
    run(&world, &options).await;
    let party = world.party_of(2)["PartyID"].as_i64().unwrap();
    world.sandbox.billit.edit(party, |party| {
        party.insert("City".to_owned(), json!("Brugge"));
    });
    run(&world, &options).await;

    for expected in [&moved, &created] {
        let plan = plan_undo(&world.billit, None, None, &options)
            .await
            .unwrap();
        assert_eq!(plan.purpose, Purpose::Undo(expected.clone()), "{plan}");
        apply(&plan, &world.planyo, &world.billit, &options)
            .await
            .unwrap();
        let undo = state.runs().await.unwrap().pop().unwrap();
        assert_eq!(undo.undoes.as_ref(), Some(expected));
    }
    let error = plan_undo(&world.billit, None, None, &options)
        .await
        .unwrap_err();
    assert!(matches!(error, SyncError::NothingToUndo), "{error}");

    // An undo that was undone counts no more.
    let undo_of_created = last_run(&state).await;
    undo(&world, &undo_of_created, &options).await;
    let plan = plan_undo(&world.billit, None, None, &options)
        .await
        .unwrap();
    assert_eq!(plan.purpose, Purpose::Undo(created));
}

/// A run that was killed before it wrote anything is no run to undo.
#[tokio::test]
async fn a_run_that_was_killed_before_its_first_write_is_not_the_last() {
    let (world, state, options) = settled(1).await;
    let created = last_run(&state).await;
    world
        .sandbox
        .planyo
        .edit(1, |user| user.city = "Aalst".to_owned());
    let faults = world.sandbox.billit.faults();
    faults.always("PATCH /v1/parties/{id}", Fault::InternalError);
    assert_eq!(run(&world, &options).await.counts().failed, 1);
    faults.clear();
    assert_ne!(last_run(&state).await, created);
    let plan = plan_undo(&world.billit, None, None, &options)
        .await
        .unwrap();
    assert_eq!(plan.purpose, Purpose::Undo(created));
}

/// A plan, runs that write nothing, fail, stop at the limit or are killed before they write are no runs to undo.
#[tokio::test]
async fn what_wrote_nothing_since_does_not_count() {
    let (world, state, options) = settled(8).await;
    let edit = |id, city: &str| {
        let city = city.to_owned();
        world.sandbox.planyo.edit(id, move |user| user.city = city);
    };
    edit(1, "Aalst");
    assert_eq!(run(&world, &options).await.counts().updated, 1);
    let moved = last_run(&state).await;
    let faults = world.sandbox.billit.faults();

    assert_eq!(run(&world, &options).await.counts().unchanged, 8);
    edit(2, "Mol");
    let plan = plan_customers(&world.planyo, &world.billit, &options);
    assert_eq!(plan.await.unwrap().counts().updated, 1);
    faults.always("PATCH /v1/parties/{id}", Fault::InternalError);
    assert_eq!(run(&world, &options).await.counts().failed, 1);
    faults.clear();
    faults.always("GET /v1/parties", Fault::InternalError);
    assert!(
        sync_customers(&world.planyo, &world.billit, &options)
            .await
            .is_err()
    );
    faults.clear();
    for id in 1..=8 {
        world
            .sandbox
            .planyo
            .edit(id, |user| user.last_name.push_str(" x"));
    }
    let limited = sync_customers(&world.planyo, &world.billit, &options).await;
    assert!(matches!(limited, Err(SyncError::SafetyLimit { .. })));
    let token = CancellationToken::new();
    token.cancel();
    let stopped = options.clone().allow_mass_changes().cancellation(&token);
    assert_eq!(run(&world, &stopped).await.counts().skipped, 8);
    assert_ne!(last_run(&state).await, moved);

    let plan = plan_undo(&world.billit, None, None, &options)
        .await
        .unwrap();
    assert_eq!(plan.purpose, Purpose::Undo(moved));
}

#[tokio::test]
async fn what_cannot_be_taken_back_is_said() {
    let (world, _, options) = settled(1).await;
    let nobody: RunId = "20260101T000000.000000Z-0000".parse().unwrap();
    let error = plan_undo(&world.billit, Some(&nobody), None, &options)
        .await
        .unwrap_err();
    assert!(matches!(error, SyncError::NoSuchRun(_)), "{error}");
    let error = plan_undo(&world.billit, Some(&nobody), None, &SyncOptions::default()).await;
    assert!(matches!(error.unwrap_err(), SyncError::NoStore));

    let state = State::new(MemoryStore::new());
    let hashes =
        SyncOptions::default().store(state.clone().with_stored_values(StoredValues::Hashed));
    run(&world, &hashes).await;
    world
        .sandbox
        .planyo
        .edit(1, |user| user.city = "Aalst".to_owned());
    run(&world, &hashes).await;
    let (plan, report) = undo(&world, &last_run(&state).await, &hashes).await;
    assert!(plan.steps[0].notes[0].reason.contains("hashes"));
    assert_eq!(report.counts().skipped, 1);
    assert_eq!(text(&world.party_of(1), "City"), Some("Aalst"));
}

#[tokio::test]
async fn what_somebody_changes_in_billit_is_in_the_change_log_once() {
    let (world, state, options) = settled(1).await;
    let began = state.runs().await.unwrap()[0].started;
    let party = world.party_of(1)["PartyID"].as_i64().unwrap();
    let correct = |city: &str| {
        world.sandbox.billit.edit(party, |party| {
            party.insert("City".to_owned(), json!(city));
        });
    };
    correct("Brugge");
    for _ in 0..3 {
        run(&world, &options).await;
    }
    correct("Oostende");
    sync_customer(&world.planyo, &world.billit, 1, &options)
        .await
        .unwrap();
    let history = state.history(&key(1)).await.unwrap();
    let told: Vec<_> = history
        .iter()
        .map(|entry| (entry.action, entry.changes.len()))
        .collect();
    assert_eq!(told[0].0, JournalAction::Created);
    assert_eq!(told[1], (JournalAction::Observed, 1));
    let by_person = |change: &&customer_sync::store::JournalChange| change.by == Actor::BillitUser;
    let seen = history
        .iter()
        .flat_map(|entry| &entry.changes)
        .filter(by_person);
    let seen: Vec<_> = seen.map(|change| change.after.clone()).collect();
    assert_eq!(
        seen,
        [
            LastValue::plain(Some("Brugge")),
            LastValue::plain(Some("Oostende"))
        ]
    );
    assert_eq!(history[1].changes[0].before, LastValue::plain(Some("Gent")));

    // By time, and up to a limit.
    let all = state.changes(began, chrono::Utc::now()).await.unwrap();
    assert_eq!(all.len(), history.len());
    assert_eq!(
        state
            .changes(chrono::Utc::now(), chrono::Utc::now())
            .await
            .unwrap(),
        []
    );
    assert!(state.forget_runs(chrono::Utc::now()).await.unwrap() >= 4);
    assert_eq!(
        (
            state.history(&key(1)).await.unwrap(),
            state.runs().await.unwrap()
        ),
        (vec![], vec![])
    );
}

/// Fields of a user, and what the party has of them.
const FIELDS: [&str; 6] = ["city", "zip", "address", "mobile", "last_name", "country"];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    /// Apply and undo restore every field that was not changed in between.
    #[test]
    fn a_run_and_its_undo_are_nothing(
        edits in prop::collection::vec((1..=3_u64, subsequence(&FIELDS[..], 1..=6), "[A-Z][a-z]{2,8}"), 1..4),
        touched in prop::option::of((1..=3_u64, select(vec!["City", "Zipcode", "Phone"]))),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (world, state, options) = settled(3).await;
            let options = options.allow_mass_changes();
            let before = books(&world);
            for (id, fields, value) in &edits {
                world.sandbox.planyo.edit(*id, |user| {
                    for field in fields {
                        match *field {
                            "city" => user.city.clone_from(value),
                            "zip" => user.zip = format!("{}000", value.len()),
                            "address" => user.address = format!("{value} 7"),
                            "mobile" => user.mobile_number.clear(),
                            "last_name" => user.last_name.clone_from(value),
                            _ => user.country = "NL".to_owned(),
                        }
                    }
                });
            }
            run(&world, &options).await;
            let mut expected = before;
            if let Some((id, field)) = touched {
                let party = world.party_of(id)["PartyID"].as_i64().unwrap();
                let touch = |party: &mut Map<String, Value>| {
                    party.insert(field.to_owned(), json!("touched"));
                };
                world.sandbox.billit.edit(party, touch);
                expected.iter_mut().filter(|known| known["PartyID"] == party).for_each(touch);
            }
            undo(&world, &last_run(&state).await, &options).await;
            for (now, expected) in books(&world).iter().zip(&expected) {
                for (field, value) in expected {
                    // Billit also keeps the flat address in a list.
                    if field != "Addresses" {
                        assert_eq!(now.get(field), Some(value), "{field}");
                    }
                }
            }
        });
    }
}

/// A party that Billit merged a customer into got its values back: undoing that run clears none of them.
#[tokio::test]
async fn what_billit_merged_into_another_is_not_taken_from_it() {
    let (world, state, options) = settled(1).await;
    world
        .sandbox
        .billit
        .configure(|settings| settings.matchers = [sandbox::billit::Matcher::Address].into());
    let mut neighbour = person(2);
    neighbour.address = person(1).address;
    world.sandbox.planyo.add(neighbour);
    assert_eq!(run(&world, &options).await.counts().quarantined, 2);
    let before = books(&world);
    let (plan, _) = undo(&world, &last_run(&state).await, &options).await;
    assert_eq!(plan.counts().updated, 0, "{plan:?}");
    assert_eq!(books(&world), before);
}

/// A change that a run failed to write, or was killed before, and that a later run wrote, belongs to the later run.
#[tokio::test]
async fn only_the_run_that_wrote_it_takes_it_back() {
    for killed in [true, false] {
        let store = TestStore::new();
        let (world, state, options) = settled_in(store.state(), 1).await;
        world
            .sandbox
            .planyo
            .edit(1, |user| user.city = "Aalst".to_owned());
        world.sandbox.planyo.add(person(2));
        let faults = world.sandbox.billit.faults();
        let writes = ["PATCH /v1/parties/{id}", "POST /v1/parties"];
        if killed {
            // Before anything is written.
            for write in writes {
                faults.always(write, Fault::InternalError);
            }
            let begun = async {
                while state.runs().await.unwrap().len() < 2 {
                    tokio::task::yield_now().await;
                }
            };
            tokio::select! {
                _ = sync_customers(&world.planyo, &world.billit, &options) => panic!("it was not killed"),
                () = begun => {}
            }
        } else {
            for write in writes {
                faults.always(write, Fault::InternalError);
            }
            assert_eq!(run(&world, &options).await.counts().failed, 2);
        }
        faults.clear();
        store.restart();
        let first = last_run(&state).await;
        let counts = run(&world, &options).await.counts();
        assert_eq!((counts.updated, counts.created), (1, 1));
        let written = books(&world);
        let (plan, _) = undo(&world, &first, &options).await;
        assert_eq!(books(&world), written, "{plan:?}");
        // The undo of the run that wrote it restores it.
        let second = state.runs().await.unwrap();
        let second = second
            .iter()
            .rfind(|run| run.kind == RunKind::Full)
            .unwrap();
        undo(&world, &second.id, &options).await;
        assert_eq!(text(&world.party_of(1), "City"), Some("Gent"));
        assert!(!world.linked().contains_key("planyo:2"));
    }
}

/// A create that seemed to fail, and did not, is undone too.
#[tokio::test]
async fn a_create_of_which_the_answer_was_lost_is_taken_back() {
    let (world, state, options) = settled(1).await;
    world.sandbox.planyo.add(person(2));
    let faults = world.sandbox.billit.faults();
    faults.always("POST /v1/parties", Fault::CommitsLate { millis: 300 });
    let report = run(&world, &options.clone().create_rounds(1)).await;
    assert_eq!(report.counts().failed, 1, "{report}");
    faults.clear();
    while world.sandbox.billit.parties().len() < 2 {
        tokio::task::yield_now().await;
    }
    let first = last_run(&state).await;
    assert_eq!(run(&world, &options).await.counts().unchanged, 2);
    undo(&world, &first, &options).await;
    assert!(!world.linked().contains_key("planyo:2"));
}

/// A customer that was unlinked and has another party by now does not get the first one back.
#[tokio::test]
async fn no_customer_is_linked_twice_when_an_undo_is_undone() {
    let (world, state, options) = settled(1).await;
    undo(&world, &last_run(&state).await, &options).await;
    let undone = last_run(&state).await;
    // Another person by now, by the data in Billit.
    world.sandbox.planyo.edit(1, |user| {
        let id = user.id;
        *user = person(7);
        user.id = id;
    });
    assert_eq!(run(&world, &options).await.counts().created, 1);
    let (plan, _) = undo(&world, &undone, &options).await;
    assert_eq!(plan.counts().skipped, 1, "{plan:?}");
    assert_eq!(world.linked().len(), 1);
}

/// A party created by hand, because a run could not, does not belong to that run.
#[tokio::test]
async fn what_was_made_by_hand_after_a_failure_stays() {
    let (world, state, options) = settled(1).await;
    world.sandbox.planyo.add(person(2));
    let faults = world.sandbox.billit.faults();
    faults.always("POST /v1/parties", Fault::InternalError);
    assert_eq!(run(&world, &options).await.counts().failed, 1);
    let failed = last_run(&state).await;
    faults.clear();
    let mut party = json!({"PartyType": "Customer", "City": "Gent", "Zipcode": "9000"});
    party["Name"] = json!(format!("Person {}", person(2).last_name));
    party["Email"] = json!(person(2).email);
    world.sandbox.billit.add(party);
    assert_eq!(run(&world, &options).await.counts().linked, 1);
    let before = books(&world);
    undo(&world, &failed, &options).await;
    assert_eq!(books(&world), before);
}
