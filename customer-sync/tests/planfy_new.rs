//! Planfy customers that are imported without a `planfy_id` and get one later: what the store knew of them is theirs.

#![cfg(all(feature = "planfy", feature = "sync"))]
#![allow(clippy::unwrap_used, clippy::panic)] // As in tests.

mod common;

use common::{TestStore, World, notes};
use customer_sync::planfy::{self, Export};
use customer_sync::store::{MemoryStore, State, StoredValues};
use customer_sync::{
    CustomerKey, MappingRules, Outcome, OutcomeKind, Plan, Removal, SyncOptions, WriteMode, apply,
    plan_customers, plan_removal, plan_removals, plan_undo, sync_changed, sync_customer,
    sync_customers,
};
use serde_json::json;

const HEAD: &str = "planfy_id,name,address,city,postcode,country,email,mobile_number,occupation\n";
const NEW_ANN: &str =
    ",Ann Peeters,Kerkstraat 12,Gent,9000,BE,ann@example.com,+32470123456,Baker\n";
const ANN: &str = "77,Ann Peeters,Kerkstraat 12,Gent,9000,BE,ann@example.com,+32470123456,Baker\n";
const TOM: &str = "9,Tom Maes,,,,,tom@example.com,,\n";
const ROADS: [&str; 4] = ["full", "plan file", "one", "changed"];

fn export(rows: &[&str]) -> Export {
    Export::bytes(format!("{HEAD}{}", rows.concat()).into_bytes())
}

fn rules() -> MappingRules {
    planfy::rules("shop").properties("CustomFields/Occupation".parse().unwrap(), ["occupation"])
}

fn options(state: &State) -> SyncOptions {
    SyncOptions::default().rules(rules()).store(state.clone())
}

fn ann() -> CustomerKey {
    CustomerKey::new("planfy:shop", "77")
}

/// The outcome of Ann by one road.
async fn by_road(road: &str, world: &World, rows: &[&str], options: &SyncOptions) -> Outcome {
    let (source, billit) = (&export(rows), &world.billit);
    let report = match road {
        "one" => return sync_customer(source, billit, "77", options).await.unwrap(),
        "full" => sync_customers(source, billit, options).await.unwrap(),
        "changed" => sync_changed(source, billit, options).await.unwrap(),
        _ => {
            let plan = plan_customers(source, billit, options).await.unwrap();
            assert_eq!(plan.missing_from_source, [], "{road}");
            apply(&saved(&plan), source, billit, options).await.unwrap()
        }
    };
    assert_eq!(report.missing_from_source, [], "{road}: {report}");
    report.outcome(&ann()).unwrap().clone()
}

/// A plan that was written to a file.
fn saved(plan: &Plan) -> Plan {
    serde_json::from_str(&serde_json::to_string(plan).unwrap()).unwrap()
}

async fn full(world: &World, rows: &[&str], options: &SyncOptions) {
    let report = sync_customers(&export(rows), &world.billit, options).await;
    assert_eq!(report.unwrap().store_error, None);
}

/// Ann without an id, with a party, and her key.
async fn new_ann(state: &State) -> (World, CustomerKey) {
    let world = World::empty().await;
    full(&world, &[NEW_ANN], &options(state)).await;
    let key: CustomerKey = link(&world).unwrap().parse().unwrap();
    assert_eq!(keys(state).await, std::slice::from_ref(&key));
    (world, key)
}

/// The keys in the store.
async fn keys(state: &State) -> Vec<CustomerKey> {
    state.customers().await.unwrap().into_keys().collect()
}

/// The link of the only party.
fn link(world: &World) -> Option<String> {
    let parties = world.sandbox.billit.parties();
    assert_eq!(parties.len(), 1, "{parties:?}");
    let link = parties.first().unwrap().get("ExternalProviderID").cloned();
    link.and_then(|link| Some(link.as_str()?.to_owned()))
}

/// Nobody is missing, and nothing is to be removed, however often the source is listed.
async fn nobody_leaves(road: &str, world: &World, rows: &[&str], options: &SyncOptions) {
    for _ in 0..3 {
        let report = sync_customers(&export(rows), &world.billit, options)
            .await
            .unwrap();
        assert_eq!(report.missing_from_source, [], "{road}: {report}");
        let report = sync_changed(&export(rows), &world.billit, options)
            .await
            .unwrap();
        assert_eq!(report.missing_from_source, [], "{road}: {report}");
    }
    let plan = plan_removals(&export(rows), &world.billit, Removal::Anonymise, options)
        .await
        .unwrap();
    assert!(plan.steps.is_empty(), "{road}: {plan}");
}

#[tokio::test]
async fn the_old_key_leaves_the_store_in_the_commit_that_brings_the_new_one() {
    for road in ROADS {
        for values in [StoredValues::Plain, StoredValues::Hashed] {
            let store = TestStore::new();
            let state = store.state().with_stored_values(values);
            let options = options(&state);
            let (world, old) = new_ann(&state).await;
            let outcome = by_road(road, &world, &[ANN], &options).await;
            assert_eq!(outcome.kind, OutcomeKind::Linked, "{road}");
            assert_eq!(link(&world).as_deref(), Some("planfy:shop:77"), "{road}");
            assert_eq!(keys(&state).await, [ann()], "{road}");
            assert_eq!(state.history(&old).await.unwrap(), [], "{road}");
            assert_eq!(state.history(&ann()).await.unwrap().len(), 2, "{road}");
            nobody_leaves(road, &world, &[ANN], &options).await;
            assert_eq!(keys(&state).await, [ann()], "{road}");
        }
    }
}

/// Whatever commit the store was killed before: it has the old key or the new one, and never none.
#[tokio::test]
async fn a_run_that_is_killed_leaves_one_of_the_keys_and_the_next_run_the_new_one() {
    for road in ROADS {
        for next in ["full", "one"] {
            for commits in 0..4 {
                let store = TestStore::new();
                let state = store.state();
                let options = options(&state);
                let (world, old) = new_ann(&state).await;
                let party = world.sandbox.billit.parties().first().unwrap()["PartyID"].as_i64();
                world.sandbox.billit.edit(party.unwrap(), |party| {
                    party.insert("City".to_owned(), json!("Drongen"));
                });
                store.fail_after(commits);
                let source = export(&[ANN]);
                // It may be an error of the run or of its report.
                match road {
                    "one" => drop(sync_customer(&source, &world.billit, "77", &options).await),
                    "full" => drop(sync_customers(&source, &world.billit, &options).await),
                    "changed" => drop(sync_changed(&source, &world.billit, &options).await),
                    _ => {
                        let plan = plan_customers(&source, &world.billit, &options).await;
                        drop(apply(&plan.unwrap(), &source, &world.billit, &options).await);
                    }
                }
                store.restart();
                let case = format!("{road} killed after {commits}, then {next}");
                let known = keys(&state).await;
                let with_party = async |key| {
                    let known = state.customer(key).await.unwrap();
                    known.is_some_and(|known| known.party.is_some())
                };
                let has = (with_party(&old).await, with_party(&ann()).await);
                assert!(has.0 != has.1, "{case}: {known:?}");
                let outcome = by_road(next, &world, &[ANN], &options).await;
                assert!(
                    [OutcomeKind::Linked, OutcomeKind::Unchanged].contains(&outcome.kind),
                    "{case}: {outcome:?}"
                );
                assert_eq!(keys(&state).await, [ann()], "{case}");
                assert_eq!(state.history(&old).await.unwrap(), [], "{case}");
                // What was corrected by hand in between is known for that.
                let parties = world.sandbox.billit.parties();
                assert_eq!(parties.first().unwrap()["City"], "Drongen", "{case}");
                nobody_leaves(&case, &world, &[ANN], &options).await;
            }
        }
    }
}

/// Another program has linked the party by its new id between the plan and its application, or the plan is applied again.
#[tokio::test]
async fn a_plan_that_is_applied_twice_leaves_no_old_key() {
    let state = State::new(MemoryStore::new());
    let options = options(&state);
    let (world, _) = new_ann(&state).await;
    let source = export(&[ANN]);
    for plan_knows_store in [false, true] {
        let without = SyncOptions::default().rules(rules());
        let planned = if plan_knows_store { &options } else { &without };
        let plan = plan_customers(&source, &world.billit, planned)
            .await
            .unwrap();
        for _ in 0..2 {
            let report = apply(&plan, &source, &world.billit, &options)
                .await
                .unwrap();
            assert_eq!(report.store_error, None);
            assert_eq!(keys(&state).await, [ann()], "{report}");
        }
    }
}

/// The write of the link is refused: the party has its old link, and so the store its old key.
#[tokio::test]
async fn a_link_that_is_refused_moves_nothing() {
    for road in ROADS {
        let state = State::new(MemoryStore::new());
        let options = options(&state);
        let (world, old) = new_ann(&state).await;
        let refused = ("ExternalProviderID".to_owned(), "planfy:shop:77".to_owned());
        world.sandbox.billit.configure(|settings| {
            settings.refused_values.insert(refused);
        });
        let outcome = by_road(road, &world, &[ANN], &options).await;
        assert_eq!(outcome.kind, OutcomeKind::Failed, "{road}");
        let known = state.customer(&old).await.unwrap().unwrap();
        assert!(known.party.is_some(), "{road}");
        assert_eq!(state.history(&old).await.unwrap().len(), 1, "{road}");
        // She waits, and is no customer that has left.
        nobody_leaves(road, &world, &[ANN], &options).await;
        assert_eq!(link(&world), Some(old.to_string()), "{road}");
        world
            .sandbox
            .billit
            .configure(|settings| settings.refused_values.clear());
        let again = options.clone().retry_quarantined();
        let outcome = by_road("full", &world, &[ANN], &again).await;
        assert_eq!(outcome.kind, OutcomeKind::Linked, "{road}");
        assert_eq!(keys(&state).await, [ann()], "{road}");
    }
}

/// The rules link nobody: the customer is in the source, by another key.
#[tokio::test]
async fn who_got_an_id_and_is_not_linked_by_it_yet_is_not_missing() {
    for road in ROADS {
        let state = State::new(MemoryStore::new());
        let (world, old) = new_ann(&state).await;
        let only_create = options(&state).rules(rules().write_mode(WriteMode::CreateOnly));
        let outcome = by_road(road, &world, &[ANN], &only_create).await;
        assert_eq!(outcome.kind, OutcomeKind::Skipped, "{road}");
        nobody_leaves(road, &world, &[ANN], &only_create).await;
        assert_eq!(link(&world), Some(old.to_string()), "{road}");
    }
    // Without a store.
    let state = State::new(MemoryStore::new());
    let (world, _) = new_ann(&state).await;
    let only_create = SyncOptions::default().rules(rules().write_mode(WriteMode::CreateOnly));
    let plan = plan_customers(&export(&[ANN]), &world.billit, &only_create)
        .await
        .unwrap();
    assert_eq!(plan.missing_from_source, []);
    // Whoever is in the list by no key is.
    let plan = plan_customers(&export(&[TOM]), &world.billit, &only_create)
        .await
        .unwrap();
    assert_eq!(plan.missing_from_source.len(), 1);
}

/// She was missing twice, and is back, with an id: before the next run removals leave her alone.
#[tokio::test]
async fn who_is_back_with_an_id_is_not_removed() {
    let state = State::new(MemoryStore::new());
    let options = options(&state).allow_mass_changes();
    let (world, old) = new_ann(&state).await;
    for _ in 0..2 {
        full(&world, &[TOM], &options).await;
    }
    let removals = async |rows: &[&str]| -> Vec<CustomerKey> {
        let source = export(rows);
        let plan = plan_removals(&source, &world.billit, Removal::Anonymise, &options).await;
        plan.unwrap()
            .steps
            .into_iter()
            .map(|step| step.key)
            .collect()
    };
    assert_eq!(removals(&[TOM]).await, [old]);
    assert_eq!(removals(&[TOM, ANN]).await, []);
    full(&world, &[TOM, ANN], &options).await;
    assert_eq!(removals(&[TOM]).await, []);
}

/// Billit lists a new party late: the store knows it.
#[tokio::test]
async fn a_party_that_is_not_listed_yet_gets_its_link_all_the_same() {
    for road in ROADS {
        let state = State::new(MemoryStore::new());
        let options = options(&state);
        let world = World::empty().await;
        world
            .sandbox
            .billit
            .configure(|settings| settings.list_delay_requests = 1_000);
        full(&world, &[NEW_ANN], &options).await;
        let outcome = by_road(road, &world, &[ANN], &options).await;
        assert_eq!(outcome.kind, OutcomeKind::Linked, "{road}");
        assert_eq!(link(&world).as_deref(), Some("planfy:shop:77"), "{road}");
        assert_eq!(keys(&state).await, [ann()], "{road}");
    }
}

#[tokio::test]
async fn the_new_link_is_undone_and_stays_so_and_the_run_before_too() {
    for road in ROADS {
        let state = State::new(MemoryStore::new());
        let options = options(&state);
        let (world, old) = new_ann(&state).await;
        by_road(road, &world, &[ANN], &options).await;
        let undo = async || {
            let plan = plan_undo(&world.billit, None, None, &options)
                .await
                .unwrap();
            let report = apply(&saved(&plan), &export(&[ANN]), &world.billit, &options)
                .await
                .unwrap();
            assert_eq!(report.store_error, None, "{road}");
            assert_eq!(report.counts().updated, 1, "{road}: {report}");
        };
        undo().await;
        assert_eq!(link(&world), Some(old.to_string()), "{road}");
        let party = async |key| {
            state
                .customer(key)
                .await
                .unwrap()
                .and_then(|known| known.party)
        };
        assert!(party(&old).await.is_some(), "{road}");
        assert_eq!(party(&ann()).await, None, "{road}");
        // It stays so, and nobody is missing.
        world.clear();
        for next in ROADS {
            let outcome = by_road(next, &world, &[ANN], &options).await;
            assert_eq!(outcome.kind, OutcomeKind::Quarantined, "{road}, {next}");
        }
        nobody_leaves(road, &world, &[ANN], &options).await;
        assert_eq!(world.writes(), 0, "{road}");
        // The run that created the party goes next.
        undo().await;
        assert_eq!(link(&world), None, "{road}");
    }
}

#[tokio::test]
async fn the_undo_of_the_new_link_is_undone() {
    let state = State::new(MemoryStore::new());
    let options = options(&state);
    let (world, old) = new_ann(&state).await;
    by_road("full", &world, &[ANN], &options).await;
    let source = export(&[ANN]);
    let plan = plan_undo(&world.billit, None, None, &options)
        .await
        .unwrap();
    apply(&plan, &source, &world.billit, &options)
        .await
        .unwrap();
    let run = state.runs().await.unwrap().last().unwrap().id.clone();
    let plan = plan_undo(&world.billit, Some(&run), None, &options)
        .await
        .unwrap();
    let report = apply(&plan, &source, &world.billit, &options)
        .await
        .unwrap();
    assert_eq!(report.counts().updated, 1, "{report}");
    assert_eq!(link(&world).as_deref(), Some("planfy:shop:77"));
    assert_eq!(keys(&state).await, [ann()]);
    assert_eq!(state.history(&old).await.unwrap(), []);
    let outcome = by_road("full", &world, &[ANN], &options).await;
    assert_eq!(outcome.kind, OutcomeKind::Unchanged);
    nobody_leaves("undone twice", &world, &[ANN], &options).await;
}

/// The customer was forgotten by the key without an id. Her party is gone, so that only the key is on the tombstone.
#[tokio::test]
async fn who_was_forgotten_without_an_id_does_not_come_back_with_one() {
    for road in ROADS {
        for is_deleted in [false, true] {
            let state = State::new(MemoryStore::new()).with_stored_values(StoredValues::Hashed);
            let options = options(&state);
            let (world, old) = new_ann(&state).await;
            if is_deleted {
                let party = world.sandbox.billit.parties().first().unwrap()["PartyID"].as_i64();
                world.sandbox.billit.remove(party.unwrap());
            }
            let nobody = export(&[]);
            let plan = plan_removal(&nobody, &world.billit, &old, Removal::Anonymise, &options)
                .await
                .unwrap();
            apply(&plan, &nobody, &world.billit, &options)
                .await
                .unwrap();
            assert_eq!(keys(&state).await, [], "{road}");
            let before = world.sandbox.billit.parties();
            world.clear();
            for _ in 0..2 {
                let outcome = by_road(road, &world, &[ANN], &options).await;
                assert_eq!(outcome.kind, OutcomeKind::Skipped, "{road}");
                assert!(outcome.reason.starts_with("erased on request"), "{road}");
            }
            nobody_leaves(road, &world, &[ANN], &options).await;
            assert_eq!(world.writes(), 0, "{road}");
            assert_eq!(world.sandbox.billit.parties(), before, "{road}");
            assert_eq!(keys(&state).await, [], "{road}");
        }
    }
}

/// A value that Billit takes only for a new party changes with the id: the store knows the one of before.
#[tokio::test]
async fn what_changes_with_the_id_is_said() {
    for road in ROADS {
        let state = State::new(MemoryStore::new());
        let options = options(&state);
        let (world, _) = new_ann(&state).await;
        let cook = ANN.replace("Baker", "Cook");
        let outcome = by_road(road, &world, &[&cook], &options).await;
        assert_eq!(outcome.kind, OutcomeKind::Linked, "{road}");
        let notes = notes(&outcome);
        assert_eq!(notes.len(), 1, "{road}: {notes:?}");
        assert!(notes.concat().contains("CustomFields/Occupation"), "{road}");
        let again = by_road(road, &world, &[&cook], &options).await;
        assert!(again.notes.is_empty(), "{road}: {:?}", again.notes);
    }
}
