//! The stored state: manual corrections, cleared values, merged customers.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod common;
use std::sync::Arc;

use common::{TestStore, World, options, person, text};
use customer_sync::merge::{FieldDecision, LastValue, decide};
use customer_sync::store::{MemoryStore, State, StoredValues};
use customer_sync::{
    CustomerKey, FieldPolicy, MappingRules, OutcomeKind, PlanyoUsers, SyncError, SyncOptions,
    SyncReport, WriteMode, sync_customer, sync_customers,
};
use sandbox::Fault;
use sandbox::billit::Matcher;
use serde_json::json;

fn key(id: u64) -> CustomerKey {
    CustomerKey::new("planyo", id.to_string())
}

/// One person, and the store of the first run.
async fn known(keep: StoredValues) -> (World, SyncOptions) {
    let world = World::empty().await;
    world.sandbox.planyo.add(person(1));
    let options =
        SyncOptions::default().store(State::new(MemoryStore::new()).with_stored_values(keep));
    sync(&world, &options).await;
    (world, options)
}

async fn sync(world: &World, options: &SyncOptions) -> SyncReport {
    let report = sync_customers(&world.planyo, &world.billit, options)
        .await
        .unwrap();
    assert_eq!(report.store_error, None);
    report
}

/// Changes the party of person 1 as a user of Billit's own screens would.
fn by_hand(world: &World, field: &str, value: serde_json::Value) {
    let party = world.party_of(1)["PartyID"].as_i64().unwrap();
    world.sandbox.billit.edit(party, |party| {
        party.insert(field.to_owned(), value);
    });
}

/// Also of a customer for whom nothing is written.
#[tokio::test]
async fn a_kept_correction_is_in_the_text_with_its_reason() {
    let (world, options) = known(StoredValues::Plain).await;
    by_hand(&world, "City", json!("Brugge"));
    for _ in 0..2 {
        let report = sync(&world, &options).await;
        assert_eq!(report.counts().unchanged, 1);
        let shown = report.to_string();
        assert!(
            shown.contains("nothing to write\n"),
            "the reason is wrong: {shown}"
        );
        assert!(
            shown.contains("City kept: changed in Billit, unchanged in the source"),
            "{shown}"
        );
        let values = report.with_values().to_string();
        assert!(
            values.contains("(Billit: Brugge, the source: Gent)"),
            "{values}"
        );
    }
}

/// Billit's API takes a custom field only for a new party: a change of it is said, and said once, whether Billit's lists
/// show the field or not.
#[tokio::test]
async fn a_change_that_billit_takes_only_for_a_new_party_is_said_once() {
    const DIFFERS: &str = "differs; Billit's API cannot change it";
    const NOT_WRITTEN: &str =
        "not written; Billit's API takes it only for a new party: compare it in Billit";
    const CHANGED: &str =
        "changed in the source; Billit's API takes it only for a new party: change it in Billit";
    for (summaries, stored, new, cleared) in [
        (false, StoredValues::Plain, DIFFERS, &[][..]),
        (false, StoredValues::Hashed, DIFFERS, &[]),
        (true, StoredValues::Plain, NOT_WRITTEN, &[CHANGED]),
        (true, StoredValues::Hashed, NOT_WRITTEN, &[CHANGED]),
    ] {
        let rules =
            MappingRules::default().properties("CustomFields/Club".parse().unwrap(), ["club"]);
        let (world, options) = known(stored).await;
        let shown = world.party_of(1).into_iter().map(|(field, _)| field);
        let shown = shown.filter(|field| field != "CustomFields").collect();
        world.sandbox.billit.configure(|settings| {
            settings.summaries = summaries;
            settings.summary_fields = shown;
        });
        let options = options.rules(rules);
        let notes = |report: &SyncReport| -> Vec<String> {
            let notes = report.outcomes.iter().flat_map(|outcome| &outcome.notes);
            notes.map(|note| note.reason.clone()).collect()
        };
        let join = |club: Option<&str>| {
            world.sandbox.planyo.edit(1, |user| {
                let club = club.map(str::to_owned);
                user.properties.insert("club".to_owned(), club);
            });
        };
        // The rule is new; then the value changes, and then it is cleared, as it is in Billit.
        for (club, said) in [
            (Some("Sailing"), &[new][..]),
            (Some("Rowing"), &[CHANGED]),
            (None, cleared),
        ] {
            join(club);
            assert_eq!(notes(&sync(&world, &options).await), said);
            assert_eq!(notes(&sync(&world, &options).await), [""; 0]);
            let one = sync_customer(&world.planyo, &world.billit, 1, &options)
                .await
                .unwrap();
            assert!(one.notes.is_empty(), "{:?}", one.notes);
        }
        // By a notification first, which reads the party whole.
        join(Some("Chess"));
        let one = sync_customer(&world.planyo, &world.billit, 1, &options)
            .await
            .unwrap();
        assert_eq!(one.notes.len(), 1, "{:?}", one.notes);
        assert_eq!(notes(&sync(&world, &options).await), [""; 0]);
    }
}

/// A party that is found and linked has an old value perhaps.
#[tokio::test]
async fn a_value_only_for_new_parties_is_said_when_a_party_is_linked() {
    let world = World::empty().await;
    let mut ann = person(1);
    ann.properties
        .insert("club".to_owned(), Some("Sailing".to_owned()));
    let name = format!("{} {}", ann.first_name, ann.last_name);
    world
        .sandbox
        .billit
        .add(json!({"Name": name, "Email": ann.email, "PartyType": "Customer"}));
    world.sandbox.planyo.add(ann);
    let rules = MappingRules::default().properties("CustomFields/Club".parse().unwrap(), ["club"]);
    let report = sync(&world, &SyncOptions::default().rules(rules)).await;
    assert_eq!(report.counts().linked, 1, "{report}");
    let shown = report.to_string();
    assert!(shown.contains("CustomFields/Club"), "{shown}");
}

/// Every policy, for every way in which two sides can differ.
#[test]
fn the_table_of_decisions() {
    let city = "City".parse().unwrap();
    let (old, new) = (Some("Gent"), Some("Aalst"));
    let cases = [
        ("nothing is known, Billit has a blank", None, new, None),
        ("nothing is known, both have one", None, new, old),
        ("only the source has changed", Some(old), new, old),
        ("only Billit has changed", Some(old), old, new),
        ("both have changed", Some(old), new, Some("Brugge")),
        ("neither has changed", Some(old), old, Some(" Gent ")),
        ("cleared in the source", Some(old), None, old),
        (
            "cleared in the source, changed in Billit",
            Some(old),
            None,
            new,
        ),
        ("cleared in Billit", Some(old), old, None),
        ("filled in the source", Some(None), new, None),
        ("filled on both sides", Some(None), new, old),
    ];
    let policies = [
        FieldPolicy::Overwrite,
        FieldPolicy::OverwriteNonEmpty,
        FieldPolicy::PreferBillit,
        FieldPolicy::FillIfEmpty,
        FieldPolicy::OnlyOnCreate,
        FieldPolicy::ReportOnly,
    ];
    let mut table = Vec::new();
    for (case, last, source, target) in cases {
        table.push(format!("{case}:"));
        for policy in policies {
            for keep in [LastValue::hashed, LastValue::plain] {
                let last = last.map(keep);
                let decision =
                    match decide(&city, policy, last.as_ref().map(Into::into), source, target) {
                        FieldDecision::Write => "write".to_owned(),
                        FieldDecision::Keep(reason) => reason.to_owned(),
                        FieldDecision::Conflict(reason) => format!("conflict: {reason}"),
                        _ => unreachable!(),
                    };
                let row = format!("    {:17} {decision}", format!("{policy:?}"));
                if table.last() != Some(&row) {
                    table.push(row);
                }
            }
        }
    }
    insta::assert_snapshot!(table.join("\n"));
}

#[tokio::test]
async fn a_correction_made_by_hand_stays_while_the_source_says_what_it_said() {
    for keep in [StoredValues::Hashed, StoredValues::Plain] {
        let (world, options) = known(keep).await;
        by_hand(&world, "City", json!("Brugge"));
        world.clear();
        let report = sync(&world, &options).await;
        assert_eq!(world.writes(), 0);
        let notes = report.outcomes[0].notes.iter();
        let notes: Vec<String> = notes
            .map(|note| format!("{} {}", note.field, note.reason))
            .collect();
        assert_eq!(
            notes,
            ["City kept: changed in Billit, unchanged in the source"]
        );

        // Another field that changes in the source is written, and the correction is still kept.
        world
            .sandbox
            .planyo
            .edit(1, |user| user.zip = "8000".to_owned());
        sync(&world, &options).await;
        let party = world.party_of(1);
        assert_eq!(text(&party, "Zipcode"), Some("8000"));
        assert_eq!(text(&party, "City"), Some("Brugge"));

        // A new address in the source is written.
        world
            .sandbox
            .planyo
            .edit(1, |user| user.city = "Aalst".to_owned());
        sync(&world, &options).await;
        assert_eq!(text(&world.party_of(1), "City"), Some("Aalst"));

        // Without the store, the source owns it.
        by_hand(&world, "City", json!("Brugge"));
        world.sync().await;
        assert_eq!(text(&world.party_of(1), "City"), Some("Aalst"));
    }
}

#[tokio::test]
async fn one_customer_alone_remembers_too() {
    let (world, options) = known(StoredValues::Hashed).await;
    by_hand(&world, "City", json!("Brugge"));
    world
        .sandbox
        .planyo
        .edit(1, |user| user.zip = "8000".to_owned());
    let outcome = sync_customer(&world.planyo, &world.billit, 1, &options)
        .await
        .unwrap();
    assert_eq!(outcome.kind, OutcomeKind::Updated);
    assert_eq!(text(&world.party_of(1), "City"), Some("Brugge"));
}

#[tokio::test]
async fn what_is_cleared_in_the_source_is_cleared_and_what_is_missing_is_not() {
    let (world, options) = known(StoredValues::Hashed).await;
    assert!(text(&world.party_of(1), "Mobile").is_some());
    world
        .sandbox
        .planyo
        .edit(1, |user| user.mobile_number.clear());
    // Without a store it is unknown that there was a value.
    world.sync().await;
    assert!(text(&world.party_of(1), "Mobile").is_some());
    // With a store, a policy may still keep it.
    let rules =
        MappingRules::default().policy("Mobile".parse().unwrap(), FieldPolicy::OverwriteNonEmpty);
    sync(&world, &options.clone().rules(rules)).await;
    assert!(text(&world.party_of(1), "Mobile").is_some());
    let (world, options) = known(StoredValues::Hashed).await;
    world
        .sandbox
        .planyo
        .edit(1, |user| user.mobile_number.clear());
    sync(&world, &options).await;
    assert_eq!(text(&world.party_of(1), "Mobile").unwrap_or_default(), "");
    world.clear();
    sync(&world, &options).await;
    assert_eq!(world.writes(), 0);
}

#[tokio::test]
async fn a_run_with_nothing_to_do_writes_neither_to_billit_nor_to_the_store() {
    let world = World::seeded().await;
    let store = TestStore::new();
    let options = SyncOptions::default().store(store.state());
    sync(&world, &options).await;
    // Sixty customers in one batch: leased and intended, done, the watermark of the source, and the names of its properties.
    assert_eq!(store.commits(), 4);
    world.clear();
    sync(&world, &options).await;
    // That there was a run, and when.
    assert_eq!((world.writes(), store.commits()), (0, 2));
}

#[tokio::test]
async fn a_store_that_is_lost_costs_nothing() {
    let world = World::seeded().await;
    sync(&world, &SyncOptions::default().store(MemoryStore::new())).await;
    let found = SyncOptions::default().store(MemoryStore::new());
    world.clear();
    sync(&world, &found).await;
    assert_eq!(world.writes(), 0);
    // And it is filled again.
    let links = world.linked().into_keys();
    let mut users = links.filter_map(|link| link.strip_prefix("planyo:")?.parse::<u64>().ok());
    let user = users.next().unwrap();
    let party = world.party_of(user)["PartyID"].as_i64().unwrap();
    world.sandbox.billit.edit(party, |party| {
        party.insert("City".to_owned(), json!("Elsewhere"));
    });
    sync(&world, &found).await;
    assert_eq!(text(&world.party_of(user), "City"), Some("Elsewhere"));
}

#[tokio::test]
async fn who_was_merged_into_another_is_left_alone_until_the_record_changes() {
    let world = World::empty().await;
    world
        .sandbox
        .billit
        .configure(|settings| settings.matchers = [Matcher::Address].into());
    let mut neighbour = person(2);
    neighbour.address = person(1).address;
    world.sandbox.planyo.add(person(1));
    let options = options().store(MemoryStore::new());
    sync(&world, &options).await;
    world.sandbox.planyo.add(neighbour);
    let kind = |report: &SyncReport| {
        let outcome = report.outcomes.iter().find(|outcome| outcome.key == key(2));
        outcome.unwrap().kind
    };
    assert_eq!(
        kind(&sync(&world, &options).await),
        OutcomeKind::Quarantined
    );
    world.clear();
    let report = sync(&world, &options).await;
    assert_eq!(
        (kind(&report), world.writes()),
        (OutcomeKind::Quarantined, 0)
    );
    assert!(report.to_string().contains("nothing has changed since"));
    // On request.
    world.clear();
    sync(&world, &options.clone().retry_quarantined()).await;
    assert!(world.writes() > 0);
    // And when the record has changed.
    world
        .sandbox
        .planyo
        .edit(2, |user| user.address = "Dorpsstraat 9".to_owned());
    assert_eq!(kind(&sync(&world, &options).await), OutcomeKind::Created);
    assert_eq!(world.linked().len(), 2);
}

#[tokio::test]
async fn a_store_that_cannot_be_written_stops_the_run_and_loses_no_customer() {
    let world = World::empty().await;
    world.sandbox.planyo.add(person(1));
    let store = TestStore::new();
    let options = SyncOptions::default().store(store.state());
    let run = || sync_customers(&world.planyo, &world.billit, &options);
    run().await.unwrap();
    world.sandbox.planyo.add(person(2));
    store.fail(true);
    world.clear();
    let report = run().await.unwrap();
    let full = "the state store is full: make room";
    assert_eq!(report.store_error.as_deref(), Some(full));
    // Without a lease and a word in the journal nothing is written.
    assert_eq!((report.counts().skipped, world.writes()), (1, 0));
    assert!(report.is_unfinished());
    assert!(report.to_string().contains(full), "{report}");
    // Once there is room, the same handle works.
    store.fail(false);
    assert_eq!(run().await.unwrap().counts().created, 1);
}

#[tokio::test]
async fn a_run_that_is_given_up_remembers_what_it_settled() {
    let world = World::empty().await;
    for id in 1..=30 {
        world.sandbox.planyo.add(person(id));
    }
    let settled = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let state = State::new(MemoryStore::new());
    let options = SyncOptions::default().store(state.clone());
    sync(&world, &options).await;
    for id in 1..=30 {
        world
            .sandbox
            .planyo
            .edit(id, |user| user.city = "Aalst".to_owned());
    }
    let before = state.customers().await.unwrap();
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    let counter = Arc::clone(&settled);
    let options = options.on_progress(move |progress| {
        if let customer_sync::Progress::Settled(_) = progress
            && counter.fetch_add(1, std::sync::atomic::Ordering::Relaxed) == 4
        {
            tell.send(()).unwrap();
        }
    });
    tokio::select! {
        _ = sync_customers(&world.planyo, &world.billit, &options) => panic!("it was not given up"),
        _ = told.recv() => {}
    }
    // What a dropped run writes at last is written by a task.
    tokio::task::yield_now().await;
    let after = state.customers().await.unwrap();
    let changed = after
        .iter()
        .filter(|(key, now)| before.get(key) != Some(now));
    assert!(changed.count() >= 5);
    // And continues where it was.
    world.clear();
    sync(&world, &options).await;
    assert!(world.writes() <= 25);
    assert_eq!(text(&world.party_of(30), "City"), Some("Aalst"));
}

#[tokio::test]
async fn many_new_names_at_once_stop_the_run_until_somebody_has_looked() {
    let world = World::empty().await;
    for id in 1..=6 {
        world.sandbox.planyo.add(person(id));
    }
    world.sync().await;
    for id in 1..=6 {
        world
            .sandbox
            .planyo
            .edit(id, |user| user.last_name = "Import".to_owned());
    }
    world.clear();
    let options = SyncOptions::default();
    let error = sync_customers(&world.planyo, &world.billit, &options)
        .await
        .unwrap_err();
    assert!(
        matches!(
            error,
            SyncError::SafetyLimit {
                missing_from_source: 0,
                renamed: 6,
                linked: 6,
                ..
            }
        ),
        "{error}"
    );
    assert_eq!(world.writes(), 0);
    let report = sync_customers(&world.planyo, &world.billit, &options.allow_mass_changes())
        .await
        .unwrap();
    assert_eq!(report.counts().updated, 6);
}

#[tokio::test]
async fn an_outage_ends_the_run_early_and_the_next_goes_on() {
    let world = World::empty().await;
    for id in 1..=60 {
        world.sandbox.planyo.add(person(id));
    }
    world.sync().await;
    for id in 1..=60 {
        world
            .sandbox
            .planyo
            .edit(id, |user| user.city = "Aalst".to_owned());
    }
    let faults = world.sandbox.billit.faults();
    faults.always("PATCH /v1/parties/{id}", Fault::InternalError);
    let report = world.sync().await;
    assert!(report.counts().failed >= 20, "{report}");
    assert!(report.counts().skipped >= 30, "{report}");
    assert_eq!(report.counts().total(), 60);
    faults.clear();
    assert_eq!(world.sync().await.counts().updated, 60);
}

#[tokio::test]
async fn a_run_may_be_of_some_customers_and_of_some_writes() {
    let world = World::empty().await;
    world.sandbox.planyo.add(person(1));
    let mut without = person(2);
    without.reservations = 0;
    without.created_by_admin = true;
    world.sandbox.planyo.add(without);
    let booked =
        PlanyoUsers::new(&world.planyo).only(|user| user.reservation_count.unwrap_or(0) > 0);
    let report = sync_customers(&booked, &world.billit, &SyncOptions::default())
        .await
        .unwrap();
    assert_eq!((report.counts().created, report.counts().skipped), (1, 1));
    assert!(report.to_string().contains("skipped by the filter"));

    let update_only =
        SyncOptions::default().rules(MappingRules::default().write_mode(WriteMode::UpdateOnly));
    let report = sync(&world, &update_only).await;
    assert_eq!((report.counts().unchanged, report.counts().skipped), (1, 1));

    world
        .sandbox
        .planyo
        .edit(1, |user| user.city = "Aalst".to_owned());
    let create_only =
        SyncOptions::default().rules(MappingRules::default().write_mode(WriteMode::CreateOnly));
    let report = sync(&world, &create_only).await;
    assert_eq!((report.counts().created, report.counts().skipped), (1, 1));
    assert_eq!(text(&world.party_of(1), "City"), Some("Gent"));
}

/// A customer that was retried successfully is not quarantined any more.
#[tokio::test]
async fn what_is_tried_again_and_settled_is_remembered_as_settled() {
    let world = World::empty().await;
    world
        .sandbox
        .billit
        .configure(|settings| settings.matchers = [Matcher::Address].into());
    let mut neighbour = person(2);
    neighbour.address = person(1).address;
    world.sandbox.planyo.add(person(1));
    let state = State::new(MemoryStore::new());
    let options = SyncOptions::default().store(state.clone());
    sync(&world, &options).await;
    world.sandbox.planyo.add(neighbour);
    sync(&world, &options).await;
    let kind = async |id| {
        let known = state.customer(&key(id)).await.unwrap();
        known.unwrap().last.unwrap().kind
    };
    assert_eq!(
        (kind(1).await, kind(2).await),
        (OutcomeKind::Quarantined, OutcomeKind::Quarantined)
    );
    // After a manual check: the first party is as it should be.
    world.sandbox.planyo.remove(2);
    let report = sync(&world, &options.clone().retry_quarantined()).await;
    assert_eq!(
        report.outcome(&key(1)).unwrap().kind,
        OutcomeKind::Unchanged,
        "{report}"
    );
    assert_eq!(kind(1).await, OutcomeKind::Unchanged);
}

/// State stored by a webhook during a long run is newer than what that run read.
#[tokio::test]
async fn a_long_run_does_not_overwrite_what_a_hook_remembers() {
    let world = World::empty().await;
    for id in 1..=2 {
        world.sandbox.planyo.add(person(id));
    }
    let state = State::new(MemoryStore::new());
    sync(&world, &SyncOptions::default()).await;
    world
        .sandbox
        .planyo
        .edit(2, |user| user.city = "Aalst".to_owned());
    let options = SyncOptions::default().store(state.clone());
    // The run has state to store for the first, and writes the second.
    let (reached, mut is_there) = tokio::sync::mpsc::unbounded_channel();
    let long = options.clone().on_progress(move |progress| {
        if let customer_sync::Progress::Settled(outcome) = progress
            && outcome.key == key(1)
        {
            reached.send(()).unwrap();
        }
    });
    let faults = world.sandbox.billit.faults();
    faults.on("PATCH /v1/parties/{id}", 0, Fault::Slow { millis: 500 });
    let hook = async {
        is_there.recv().await.unwrap();
        world
            .sandbox
            .planyo
            .edit(1, |user| user.city = "Brugge".to_owned());
        sync_customer(&world.planyo, &world.billit, 1, &options)
            .await
            .unwrap()
    };
    let (_, hooked) = tokio::join!(sync(&world, &long), hook);
    assert_eq!(hooked.kind, OutcomeKind::Updated);
    by_hand(&world, "City", json!("Luik"));
    sync(&world, &options).await;
    assert_eq!(text(&world.party_of(1), "City"), Some("Luik"));
}

/// A customer that comes back during the listing of a long run does not count as missing, and the state stored by a
/// webhook is kept.
#[tokio::test]
async fn a_customer_synced_by_a_webhook_meanwhile_does_not_count_as_missing() {
    use customer_sync::{CustomerPages, CustomerSource, MappedCustomer};
    use futures_util::StreamExt;
    use futures_util::future::BoxFuture;

    struct Late<'a>(&'a World, SyncOptions);
    impl CustomerSource for Late<'_> {
        fn customers<'a>(&'a self, rules: &'a MappingRules) -> CustomerPages<'a> {
            let listing = self.0.planyo.customers(rules);
            let late = futures_util::stream::once(async {
                let mut back = person(1);
                back.city = "Aalst".to_owned();
                self.0.sandbox.planyo.add(back);
                sync_customer(&self.0.planyo, &self.0.billit, 1, &self.1).await?;
                Ok(Vec::new().into())
            });
            listing.chain(late).boxed()
        }
        fn customer<'a>(
            &'a self,
            id: &'a str,
            rules: &'a MappingRules,
        ) -> BoxFuture<'a, Result<MappedCustomer, SyncError>> {
            self.0.planyo.customer(id, rules)
        }
    }
    let world = World::empty().await;
    world.sandbox.planyo.add(person(1));
    let state = State::new(MemoryStore::new());
    let options = SyncOptions::default().store(state.clone());
    sync(&world, &options).await;
    world.sandbox.planyo.remove(1);
    let source = Late(&world, options.clone());
    sync_customers(&source, &world.billit, &options)
        .await
        .unwrap();
    let known = state.customer(&key(1)).await.unwrap().unwrap();
    let city = known.applied.get(&"City".parse().unwrap());
    assert_eq!(city, Some(&LastValue::plain(Some("Aalst"))));
    assert_eq!(known.missed, 0);
}

/// A number that changed in Planyo beside a street that was corrected by hand is not written, and nobody is said to have
/// edited it.
#[tokio::test]
async fn a_number_that_stays_with_its_street_is_no_edit_by_hand() {
    for keep in [StoredValues::Hashed, StoredValues::Plain] {
        let (world, options) = known(keep).await;
        by_hand(&world, "Street", json!("Dorp"));
        world
            .sandbox
            .planyo
            .edit(1, |user| user.address = "Kerkstraat 9".to_owned());
        let told = |report: &SyncReport| -> Vec<String> {
            let notes = report.outcomes[0].notes.iter();
            notes
                .map(|note| format!("{} {}", note.field, note.reason))
                .collect()
        };
        let street = "Street kept: changed in Billit, unchanged in the source";
        let report = sync(&world, &options).await;
        let number = "StreetNumber kept: another part of the address is kept";
        assert_eq!(told(&report), [street, number]);
        let report = sync(&world, &options).await;
        let number = "StreetNumber kept: an old difference, and neither side has changed since";
        assert_eq!(told(&report), [street, number]);
        assert_eq!(text(&world.party_of(1), "StreetNumber"), Some("1"));
    }
}
