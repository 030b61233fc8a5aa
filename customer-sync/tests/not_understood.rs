//! What is not understood of a record is a note with its words, and the rest of the customer is synced.
#![allow(clippy::unwrap_used)] // As in tests.

mod common;

use common::{World, person, run, text};
use customer_sync::store::{MemoryStore, State};
use customer_sync::{Customer, Field, MappingRules, OutcomeKind, SyncOptions, plan_customers};
use serde_json::{Value, json};

fn field(name: &str) -> Field {
    name.parse().unwrap()
}

fn mapped(user: &Value, rules: &MappingRules) -> Customer {
    let user = serde_json::from_value(user.clone()).unwrap();
    customer_sync::source::planyo::customer(&user, rules).unwrap()
}

/// A wrong check digit.
const WRONG: &str = "BE0403170702";

async fn with_wrong_number() -> World {
    let world = World::empty().await;
    let mut user = person(1);
    user.properties.insert("vat".into(), Some(WRONG.into()));
    world.sandbox.planyo.add(user);
    world
}

#[tokio::test]
async fn a_customer_with_a_wrong_number_is_synced_without_it_and_a_note_says_so() {
    let world = with_wrong_number().await;
    let options = SyncOptions::default();
    let plan = plan_customers(&world.planyo, &world.billit, &options).await;
    let plan = plan.unwrap();
    let note = &plan.steps[0].notes[0];
    assert!(note.not_understood && note.field == field("VATNumber"));
    assert_eq!(note.source.as_deref(), Some(WRONG));
    assert!(plan.with_values().to_string().contains(WRONG), "{plan}");
    assert!(serde_json::to_string(&plan).unwrap().contains(WRONG));
    let report = world.sync().await;
    for logged in [
        plan.to_string(),
        report.to_string(),
        format!("{plan:?}{report:?}"),
    ] {
        assert!(!logged.contains("0403"), "{logged}");
    }
    assert!(
        report.to_string().contains("VATNumber left out"),
        "{report}"
    );
    assert_eq!(report.counts().created, 1, "{report}");
    let party = world.party_of(1);
    assert_eq!(
        (text(&party, "Email"), text(&party, "VATNumber")),
        (Some("person1@example.com"), None)
    );
    // Whoever has a VAT number, right or wrong, may be liable to VAT.
    assert_ne!(party.get("VATLiable").and_then(Value::as_bool), Some(false));
    // The note is there in each run, also of a customer of which nothing differs.
    let report = world.sync_changes_nothing().await;
    assert!(
        report.to_string().contains("VATNumber left out"),
        "{report}"
    );
    let not_understood = report
        .counters()
        .find(|(name, _)| name == "fields_not_understood");
    assert_eq!(not_understood.unwrap().1, 1);
}

#[tokio::test]
async fn the_rules_may_make_a_customer_wait() {
    let world = with_wrong_number().await;
    let rules = MappingRules::default().must_be_understood([field("VATNumber")]);
    let options = SyncOptions::default()
        .rules(rules)
        .store(State::new(MemoryStore::new()));
    for _ in 0..2 {
        let report = run(&world, &options).await;
        assert_eq!(
            (report.counts().quarantined, world.writes()),
            (1, 0),
            "{report}"
        );
        assert!(report.outcomes[0].reason.contains("`vat`"), "{report}");
    }
    // Corrected, or withdrawn, it waits no longer.
    world.sandbox.planyo.edit(1, |user| user.properties.clear());
    assert_eq!(run(&world, &options).await.counts().created, 1);
}

/// With and without a store: a linked customer goes on, and what is left out clears nothing in Billit.
#[tokio::test]
async fn a_linked_customer_does_not_freeze_and_loses_nothing() {
    for options in [
        SyncOptions::default(),
        SyncOptions::default().store(State::new(MemoryStore::new())),
    ] {
        let world = World::empty().await;
        let rules = MappingRules::default().properties(field("IBAN"), ["iban", "rekening"]);
        let options = options.rules(rules);
        let mut user = person(1);
        for (name, value) in [("vat", "BE0403170701"), ("iban", "BE71096123456769")] {
            user.properties.insert(name.into(), Some(value.into()));
        }
        world.sandbox.planyo.add(user);
        run(&world, &options).await;
        world.sandbox.planyo.edit(1, |user| {
            user.city = "Brugge".into();
            user.country = "Atlantis".into();
            for (name, value) in [
                ("vat", Some(WRONG)),
                ("iban", Some("BE1")),
                ("rekening", None),
            ] {
                user.properties.insert(name.into(), value.map(Into::into));
            }
        });
        let report = run(&world, &options).await;
        assert_eq!(report.outcomes[0].kind, OutcomeKind::Updated, "{report}");
        let mut noted: Vec<_> = report.outcomes[0]
            .notes
            .iter()
            .map(|note| note.field.to_string())
            .collect();
        noted.sort();
        assert_eq!(noted, ["CountryCode", "IBAN", "VATNumber"]);
        let party = world.party_of(1);
        let values = ["City", "VATNumber", "IBAN", "CountryCode"].map(|field| text(&party, field));
        let kept = [
            Some("Brugge"),
            Some("BE0403170701"),
            Some("BE71096123456769"),
            Some("BE"),
        ];
        assert_eq!(values, kept);
        world.clear();
        run(&world, &options).await;
        assert_eq!(world.writes(), 0);
    }
}

#[test]
fn each_field_that_is_not_understood_says_where_and_why() {
    for (name, typed) in [
        ("VATNumber", "BE 0403.170.702"),
        ("IBAN", "BE71 0961 2345 6768"),
        ("Identifiers/GLN", "5412345678909"),
        ("Identifiers/CBE", "0403170702"),
        ("GLAccountCode", "forty"),
        ("VATLiable", "perhaps"),
        ("CountryCode", "Atlantis"),
        ("Email", "ann at example"),
    ] {
        let rules = MappingRules::default().properties(field(name), ["extra"]);
        let user = json!({"id": 7, "first_name": "Ann", "properties": {"Extra": typed}});
        let customer = mapped(&user, &rules);
        let [note] = customer.not_understood.as_slice() else {
            panic!("{name}: {:?}", customer.not_understood);
        };
        assert_eq!(
            (&note.field, note.source.as_deref()),
            (&field(name), Some(typed))
        );
        assert!(
            note.reason.contains("`Extra`") && !note.reason.contains(typed),
            "{note:?}"
        );
    }
}

#[test]
fn another_property_is_asked_when_one_is_not_understood() {
    let user =
        json!({"id": 7, "first_name": "Ann", "properties": {"vat": WRONG, "btw": "BE0403170701"}});
    let customer = mapped(&user, &MappingRules::default());
    assert_eq!(customer.vat_number.as_deref(), Some("BE0403170701"));
    assert_eq!(customer.not_understood.len(), 1);
}

/// `NO` is Norway, and a word for none elsewhere.
#[test]
fn a_word_for_nothing_is_no_country_and_needs_no_note() {
    let country = |typed: &str| {
        let user = json!({"id": 7, "first_name": "Ann", "country": typed});
        let customer = mapped(&user, &MappingRules::default());
        (customer.address.country_code, customer.not_understood.len())
    };
    assert_eq!(country("NO"), (Some("NO".to_owned()), 0));
    assert_eq!(country("n/a"), (None, 0));
    assert_eq!(country("-"), (None, 0));
    assert_eq!(country("Atlantis"), (None, 1));
}
