//! The first run on books that an accountant has kept for years, and the first run after a store was lost.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // As in tests.

mod common;
use common::{ROADS, World, by_road, key, notes, person, run, settled, text, try_road};
use customer_sync::store::{Actor, MemoryStore, State, StoredValues};
use customer_sync::{
    MappingRules, OutcomeKind, SyncError, SyncOptions, WriteMode, apply, plan_customers, plan_undo,
    sync_customer,
};
use serde_json::{Value, json};

fn link_only(options: &SyncOptions) -> SyncOptions {
    let rules = MappingRules::default().write_mode(WriteMode::LinkOnly);
    let file = serde_json::from_str(r#"{"write_mode": "link_only"}"#);
    assert_eq!(rules, file.unwrap());
    options.clone().rules(rules)
}

/// Person 1 as an accountant has known them for years: they have moved since, and their phone is missing. They have a
/// language, which lists of Planyo do not say: a blank one would be filled by a run of one customer.
fn old_party() -> Value {
    json!({"Name": "Person Number1", "PartyType": "Customer", "Email": "person1@example.com",
        "Street": "Dorp", "StreetNumber": "2", "Box": "3", "Zipcode": "9000", "City": "Brugge",
        "CountryCode": "BE", "Language": "EN"})
}

/// Person 1 in Planyo, and in old books.
async fn old_books() -> (World, i64) {
    let world = World::empty().await;
    world.sandbox.planyo.add(person(1));
    let party = world.sandbox.billit.add(old_party());
    (world, party)
}

fn edit(world: &World, party: i64, field: &str, value: &str) {
    world.sandbox.billit.edit(party, |party| {
        party.insert(field.to_owned(), json!(value));
    });
}

#[tokio::test]
async fn only_the_link_is_written_and_only_later_changes_travel() {
    for road in ROADS {
        for stored in [StoredValues::Plain, StoredValues::Hashed] {
            let (world, party) = old_books().await;
            let before = world.sandbox.billit.party(party).unwrap();
            let state = State::new(MemoryStore::new()).with_stored_values(stored);
            let options = SyncOptions::default().store(state.clone());
            let outcomes = by_road(road, &world, &link_only(&options)).await;
            assert_eq!(outcomes[0].kind, OutcomeKind::Linked, "{road}");
            let kept = "City kept: an old difference, and the rules only link; a later change in the source is written";
            assert!(notes(&outcomes[0]).contains(&kept.to_owned()), "{road}");
            let mut after = world.sandbox.billit.party(party).unwrap();
            assert_eq!(after.remove("ExternalProviderID"), Some(json!("planyo:1")));
            let changed = |field: &&String| before.get(*field) != after.get(*field);
            let changed: Vec<&String> = after.keys().filter(changed).collect();
            assert!(
                changed.iter().all(|field| field.contains("Modified")),
                "{road}: {changed:?}"
            );

            // Old differences stay, in blanks too, and nobody is said to have edited anything.
            world.clear();
            for again in ROADS {
                let outcomes = by_road(again, &world, &options).await;
                assert_eq!(world.writes(), 0, "{road}, {again}: {outcomes:?}");
                let edited = |note: &String| note.contains("changed in Billit");
                assert!(!notes(&outcomes[0]).iter().any(edited), "{road}, {again}");
            }
            let by_hand = |entry: &customer_sync::store::JournalEntry| {
                let mut by = entry.changes.iter().map(|change| change.by);
                by.any(|by| by == Actor::BillitUser)
            };
            assert!(!state.history(&key(1)).await.unwrap().iter().any(by_hand));

            // A change in Planyo is written, beside an old difference that stays.
            let planyo = &world.sandbox.planyo;
            planyo.edit(1, |user| "Aalst".clone_into(&mut user.city));
            by_road(road, &world, &options).await;
            let now = world.party_of(1);
            assert_eq!(
                [text(&now, "City"), text(&now, "Street")],
                [Some("Aalst"), Some("Dorp")],
                "{road}"
            );
            // An address is one thing: with its number the street is another one.
            planyo.edit(1, |user| "Kerkstraat 9".clone_into(&mut user.address));
            planyo.edit(1, |user| "470999999".clone_into(&mut user.mobile_number));
            by_road(road, &world, &options).await;
            let now = world.party_of(1);
            assert_eq!(
                [text(&now, "Street"), text(&now, "StreetNumber")],
                [Some("Kerkstraat"), Some("9")],
                "{road}"
            );
            assert_eq!(text(&now, "Box").unwrap_or_default(), "", "{road}");
            assert!(text(&now, "Mobile").unwrap().ends_with("470999999"));
            world.clear();
            by_road("full", &world, &options).await;
            assert_eq!(world.writes(), 0, "{road}");
        }
    }
}

#[tokio::test]
async fn an_edit_by_hand_after_the_link_is_one() {
    let (world, party) = old_books().await;
    let state = State::new(MemoryStore::new());
    let options = SyncOptions::default().store(state.clone());
    run(&world, &link_only(&options)).await;
    edit(&world, party, "City", "Ieper");
    world.clear();
    let report = run(&world, &options).await;
    assert_eq!(world.writes(), 0);
    let edited = "City kept: changed in Billit, unchanged in the source".to_owned();
    assert!(notes(&report.outcomes[0]).contains(&edited), "{report}");
    assert_eq!(
        state
            .customer(&key(1))
            .await
            .unwrap()
            .unwrap()
            .corrections
            .len(),
        1
    );
}

#[tokio::test]
async fn without_a_store_it_is_an_error_that_says_why() {
    for road in ROADS {
        let (world, _) = old_books().await;
        let options = link_only(&SyncOptions::default());
        let error = try_road(road, &world, &options).await.unwrap_err();
        assert!(matches!(error, SyncError::LinkOnlyWithoutStore), "{road}");
        assert!(error.to_string().contains("needs a state store"), "{error}");
        assert_eq!(world.writes(), 0);
    }
}

#[tokio::test]
async fn a_new_customer_waits_for_a_run_that_creates() {
    for road in ROADS {
        let world = World::empty().await;
        world.sandbox.planyo.add(person(1));
        let options = SyncOptions::default().store(MemoryStore::new());
        let outcomes = by_road(road, &world, &link_only(&options)).await;
        assert_eq!(outcomes[0].kind, OutcomeKind::Skipped, "{road}");
        assert_eq!(outcomes[0].reason, "new, and the rules only link");
        assert_eq!(world.writes(), 0);
        let outcomes = by_road(road, &world, &options).await;
        assert_eq!(outcomes[0].kind, OutcomeKind::Created, "{road}");
    }
}

/// A default is a value that the party had no need of for years.
#[tokio::test]
async fn a_default_does_not_fill_the_blanks_of_old_books() {
    let (world, _) = old_books().await;
    let rules = || {
        let expiry = "GLDefaultExpiryOffset".parse().unwrap();
        MappingRules::default().default_value(expiry, "30").unwrap()
    };
    let options = SyncOptions::default().store(MemoryStore::new());
    let linking = rules().write_mode(WriteMode::LinkOnly);
    run(&world, &options.clone().rules(linking)).await;
    world.clear();
    run(&world, &options.clone().rules(rules())).await;
    assert_eq!(world.writes(), 0);
}

/// Link-only that is left on loses no change: it waits.
#[tokio::test]
async fn a_change_in_planyo_is_not_taken_for_an_old_difference() {
    for road in ROADS {
        let (world, _) = old_books().await;
        let options = SyncOptions::default().store(MemoryStore::new());
        by_road(road, &world, &link_only(&options)).await;
        let planyo = &world.sandbox.planyo;
        planyo.edit(1, |user| "Aalst".clone_into(&mut user.city));
        world.clear();
        let outcomes = by_road(road, &world, &link_only(&options)).await;
        assert_eq!(
            (outcomes[0].kind, world.writes()),
            (OutcomeKind::Skipped, 0),
            "{road}: {outcomes:?}"
        );
        by_road(road, &world, &options).await;
        assert_eq!(text(&world.party_of(1), "City"), Some("Aalst"), "{road}");
    }
}

/// This many customers with a hand edit each in Billit, whose store is lost.
async fn lost_store(customers: u64) -> (World, SyncOptions) {
    let (world, _, _) = settled(customers).await;
    for id in 1..=customers {
        let party = world.party_of(id)["PartyID"].as_i64().unwrap();
        edit(&world, party, "City", "Brugge");
    }
    let lost = SyncOptions::default().store(MemoryStore::new());
    (world, lost)
}

#[tokio::test]
async fn a_lost_store_stops_before_it_overwrites_and_names_link_only() {
    for road in ["full", "changed"] {
        let (world, options) = lost_store(6).await;
        // A customer that a notification has synced meanwhile does not make the store an old one.
        sync_customer(&world.planyo, &world.billit, 6, &options)
            .await
            .unwrap();
        let party = world
            .sandbox
            .billit
            .add(json!({"Name": "Person Number7", "PartyType": "Customer",
            "Email": "person7@example.com", "City": "Brugge", "ExternalProviderID": "planyo:7"}));
        world.sandbox.planyo.add(person(7));
        world.clear();
        let error = try_road(road, &world, &options).await.unwrap_err();
        let SyncError::SafetyLimit {
            unknown_to_store,
            linked,
            ..
        } = error
        else {
            panic!("{road}: {error}");
        };
        assert_eq!((unknown_to_store, linked), (6, 7), "{road}");
        assert!(error.to_string().contains("only link"), "{error}");
        assert_eq!(world.writes(), 0);

        // It learns both sides without a write, and goes on as if nothing had been lost.
        by_road(road, &world, &link_only(&options)).await;
        world
            .sandbox
            .planyo
            .edit(1, |user| "8000".clone_into(&mut user.zip));
        by_road(road, &world, &options).await;
        assert_eq!(world.writes(), 1, "{road}");
        let now = world.party_of(1);
        assert_eq!(
            [text(&now, "City"), text(&now, "Zipcode")],
            [Some("Brugge"), Some("8000")],
            "{road}"
        );
        let seventh = world.sandbox.billit.party(party).unwrap();
        assert_eq!(text(&seventh, "City"), Some("Brugge"));
    }
}

/// Notifications are no way round the limit.
#[tokio::test]
async fn a_lost_store_and_notifications_stop_at_the_limit_too() {
    let (world, options) = lost_store(12).await;
    world.clear();
    for id in 1..=12 {
        let outcome = sync_customer(&world.planyo, &world.billit, id, &options)
            .await
            .unwrap();
        if id <= 5 {
            assert_eq!(outcome.kind, OutcomeKind::Updated, "{outcome:?}");
            continue;
        }
        assert_eq!(outcome.kind, OutcomeKind::Skipped, "{outcome:?}");
        assert!(outcome.reason.contains("first full pass"), "{outcome:?}");
        assert!(!outcome.unfinished);
    }
    assert_eq!(world.writes(), 5);
    // What it has changed itself it may change again.
    let planyo = &world.sandbox.planyo;
    planyo.edit(1, |user| "Aalst".clone_into(&mut user.city));
    by_road("one", &world, &options).await;
    assert_eq!(text(&world.party_of(1), "City"), Some("Aalst"));
    assert!(try_road("full", &world, &options).await.is_err());
    by_road("full", &world, &link_only(&options)).await;
    planyo.edit(12, |user| "8000".clone_into(&mut user.zip));
    sync_customer(&world.planyo, &world.billit, 12, &options)
        .await
        .unwrap();
    let now = world.party_of(12);
    assert_eq!(
        [text(&now, "City"), text(&now, "Zipcode")],
        [Some("Brugge"), Some("8000")]
    );
}

#[tokio::test]
async fn allow_mass_changes_lets_a_new_store_overwrite() {
    let (world, options) = lost_store(6).await;
    let report = run(&world, &options.allow_mass_changes()).await;
    assert_eq!(report.counts().updated, 6, "{report}");
    assert_eq!(text(&world.party_of(1), "City"), Some("Gent"));
}

/// Without a store the sync is what it was, and so are a few differences and a store that knows its customers.
#[tokio::test]
async fn the_limit_is_for_stores_that_do_not_know_their_customers() {
    let (world, _) = lost_store(6).await;
    let report = world.sync().await;
    assert_eq!(report.counts().updated, 6, "{report}");
    let (world, options) = lost_store(5).await;
    assert_eq!(run(&world, &options).await.counts().updated, 5);
    let (world, _, options) = settled(8).await;
    for id in 1..=8 {
        let planyo = &world.sandbox.planyo;
        planyo.edit(id, |user| "Aalst".clone_into(&mut user.city));
    }
    assert_eq!(run(&world, &options).await.counts().updated, 8);
}

#[tokio::test]
async fn an_undone_run_is_not_done_again_after_the_store_is_lost() {
    let (world, _, options) = settled(6).await;
    for id in 1..=6 {
        let planyo = &world.sandbox.planyo;
        planyo.edit(id, |user| "Aalst".clone_into(&mut user.city));
    }
    let report = run(&world, &options).await;
    let undo = plan_undo(&world.billit, report.run.as_ref(), None, &options)
        .await
        .unwrap();
    apply(&undo, &world.planyo, &world.billit, &options)
        .await
        .unwrap();
    assert_eq!(text(&world.party_of(1), "City"), Some("Gent"));
    let lost = SyncOptions::default().store(MemoryStore::new());
    world.clear();
    assert!(try_road("full", &world, &lost).await.is_err());
    by_road("full", &world, &link_only(&lost)).await;
    by_road("full", &world, &lost).await;
    assert_eq!(world.writes(), 0);
    assert_eq!(text(&world.party_of(1), "City"), Some("Gent"));
}

/// A person's decision to link, on a plan that only links, is the link and nothing else too.
#[tokio::test]
async fn a_decided_link_only_links() {
    use customer_sync::document::{Decision, Overrides};

    let world = World::empty().await;
    world.sandbox.planyo.add(person(1));
    let mut other_name = old_party();
    other_name["Name"] = json!("Desk");
    let party = world.sandbox.billit.add(other_name);
    let options = SyncOptions::default().store(MemoryStore::new());
    let linking = link_only(&options);
    let plan = plan_customers(&world.planyo, &world.billit, &linking)
        .await
        .unwrap();
    let overrides = Overrides::default().decide(&plan.steps[0], Decision::LinkCandidate);
    let plan = plan.decided(&overrides).unwrap();
    let report = apply(&plan, &world.planyo, &world.billit, &linking)
        .await
        .unwrap();
    assert_eq!(report.counts().linked, 1, "{report}");
    by_road("full", &world, &linking).await;
    world.clear();
    by_road("full", &world, &options).await;
    assert_eq!(world.writes(), 0);
    let now = world.sandbox.billit.party(party).unwrap();
    assert_eq!(
        [text(&now, "Name"), text(&now, "City")],
        [Some("Desk"), Some("Brugge")]
    );
}
