//! A step is applied only if both sides are as they were when it was planned.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // As in tests.

mod common;
use common::{World, person, text};
use customer_sync::document::CannotMerge;
use customer_sync::merge::Applied;
use customer_sync::party::source_values;
use customer_sync::source::planyo;
use customer_sync::store::StoredValues;
use customer_sync::{
    Fingerprint, MappingRules, Plan, SyncError, SyncOptions, apply, plan_customers,
};
use proptest::prelude::*;
use serde_json::{Value, json};

async fn planned(world: &World) -> Plan {
    plan_customers(&world.planyo, &world.billit, &SyncOptions::default())
        .await
        .unwrap()
}

/// A linked customer with a new address, and one that matches by e-mail and name.
async fn one_of_each() -> World {
    let world = World::empty().await;
    world.sandbox.planyo.add(person(1));
    world.sync().await;
    world
        .sandbox
        .planyo
        .edit(1, |user| user.city = "Brugge".into());
    world.sandbox.planyo.add(person(2));
    let found =
        json!({"Name": "Number2 Person", "Email": "person2@example.com", "PartyType": "Customer"});
    world.sandbox.billit.add(found);
    // So that the list is seen to carry VAT numbers.
    let other = json!({"Name": "Others NV", "VATNumber": "BE0563846944", "PartyType": "Supplier"});
    world.sandbox.billit.add(other);
    world
}

#[tokio::test]
async fn a_step_whose_party_has_moved_in_any_field_it_looked_at_is_skipped() {
    for field in [
        "Name",
        "Email",
        "Phone",
        "Mobile",
        "VATNumber",
        "Zipcode",
        "Fax",
    ] {
        let world = one_of_each().await;
        let plan = planned(&world).await;
        assert_eq!(
            (plan.counts().updated, plan.counts().linked),
            (1, 1),
            "{plan}"
        );
        for party in world.sandbox.billit.parties() {
            let id = party["PartyID"].as_i64().unwrap();
            world.sandbox.billit.edit(id, |party| {
                drop(party.insert(field.into(), json!("BE0403170701")));
            });
        }
        world.clear();
        let report = apply(&plan, &world.planyo, &world.billit, &SyncOptions::default())
            .await
            .unwrap();
        // Persons have a mobile phone, but no fixed one and no fax.
        let skipped = if ["Phone", "Fax"].contains(&field) {
            0
        } else {
            2
        };
        assert_eq!(report.counts().skipped, skipped, "{field}: {report}");
        assert_eq!(world.writes(), 2 - skipped, "{field}");
    }
}

#[tokio::test]
async fn what_was_done_already_does_not_count_as_moved() {
    let world = one_of_each().await;
    let plan = planned(&world).await;
    let first = apply(&plan, &world.planyo, &world.billit, &SyncOptions::default())
        .await
        .unwrap();
    assert_eq!(first.counts().unchanged, 0, "{first}");
    let second = apply(&plan, &world.planyo, &world.billit, &SyncOptions::default())
        .await
        .unwrap();
    // The link and the update are done.
    assert_eq!(second.counts().unchanged, 2, "{second}");
    assert_eq!(text(&world.party_of(1), "City"), Some("Brugge"));
}

#[tokio::test]
async fn a_plan_carries_what_it_saw_through_json() {
    let world = one_of_each().await;
    let plan = planned(&world).await;
    let json = serde_json::to_value(&plan).unwrap();
    for step in json["steps"].as_array().unwrap() {
        let source = step["preconditions"]["source"]["record"].as_str().unwrap();
        let read: Fingerprint = source.parse().unwrap();
        assert_eq!(read.to_string(), source);
        let fields = step["preconditions"]["fields"].as_array().unwrap();
        assert!(fields.contains(&json!("ExternalProviderID")), "{fields:?}");
    }
    let read: Plan = serde_json::from_value(json).unwrap();
    assert_eq!(read, plan);
    for wrong in [
        "",
        "+0000000000000000000000000000000",
        "0123",
        "g0000000000000000000000000000000",
    ] {
        assert!(wrong.parse::<Fingerprint>().is_err(), "{wrong}");
    }
}

fn values_of(user: &Value) -> customer_sync::Values {
    let rules = MappingRules::default();
    let user = serde_json::from_value(user.clone()).unwrap();
    source_values(&planyo::customer(&user, &rules).unwrap(), &rules)
}

#[test]
fn a_fingerprint_tells_what_is_said_and_not_how() {
    let user = json!({"id": 7, "first_name": "Ann", "last_name": "Peeters", "mobile_number": "+32470123456"});
    let plain = values_of(&user).source_fingerprint();
    let with = |field: &str, value: Value| {
        let mut user = user.clone();
        user[field] = value;
        values_of(&user).source_fingerprint()
    };
    // A list may have a space and a plus that the single record does not have.
    assert_eq!(with("city", json!("")), plain);
    assert_eq!(with("mobile_number", json!("32470123456")), plain);
    assert_eq!(with("first_name", json!(" Ann ")), plain);
    for (field, value) in [
        ("city", "Gent"),
        ("first_name", "Anne"),
        ("mobile_number", "+32470123457"),
    ] {
        assert_ne!(with(field, json!(value)), plain, "{field}");
    }
    // The same value in another field is another value.
    assert_ne!(with("city", json!("Gent")), with("address", json!("Gent")));
}

proptest! {
    #[test]
    fn a_fingerprint_does_not_depend_on_how_values_are_kept(
        city in "[A-Za-z ]{0,8}", phone in "[+]?[0-9 ]{0,12}", name in "[A-Z][a-z ]{1,8}",
    ) {
        let user = json!({"id": 7, "first_name": "Ann", "last_name": name, "city": city, "phone_number": phone});
        let values = values_of(&user);
        for keep in [StoredValues::Hashed, StoredValues::Plain] {
            let applied = Applied::of(&values, keep);
            prop_assert_eq!(applied.source_fingerprint(), values.source_fingerprint());
            let json = serde_json::to_string(&applied).unwrap();
            let read: Applied = serde_json::from_str(&json).unwrap();
            prop_assert_eq!(read, applied);
        }
    }
}

/// Other rules would write other values than those that somebody saw: the plan is not applied at all.
#[tokio::test]
async fn a_plan_is_applied_with_the_rules_that_made_it() {
    let world = one_of_each().await;
    let plan = planned(&world).await;
    let before = world.sandbox.billit.parties();
    let other = MappingRules::default().proper_names();
    let options = SyncOptions::default().rules(other.clone());
    let applied = apply(&plan, &world.planyo, &world.billit, &options).await;
    let error = applied.unwrap_err();
    assert!(matches!(error, SyncError::OtherRules), "{error:?}");
    assert!(error.to_string().contains("plan again"), "{error}");
    assert_eq!(world.sandbox.billit.parties(), before);

    // As JSON it knows its rules still; a text that has none is refused too.
    let mut value = serde_json::to_value(&plan).unwrap();
    let again: Plan = serde_json::from_value(value.clone()).unwrap();
    assert_eq!(again.rules, Some(MappingRules::default().fingerprint()));
    drop(value.as_object_mut().unwrap().remove("rules"));
    let unknown: Plan = serde_json::from_value(value).unwrap();
    let applied = apply(
        &unknown,
        &world.planyo,
        &world.billit,
        &SyncOptions::default(),
    )
    .await;
    assert!(matches!(applied, Err(SyncError::OtherRules)));

    let report = apply(
        &again,
        &world.planyo,
        &world.billit,
        &SyncOptions::default(),
    )
    .await;
    assert_eq!(report.unwrap().counts(), plan.counts());

    // Two plans by different rules are not one.
    let other = plan_customers(&world.planyo, &world.billit, &options).await;
    let merged = Plan::merged([plan, other.unwrap()]);
    assert_eq!(merged.unwrap_err(), CannotMerge::Rules);
}
