//! Possible duplicates on either side.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // As in tests.

mod common;
use std::collections::BTreeSet;

use common::{World, person};
use customer_sync::duplicates::{Duplicates, Shared, duplicates};
use customer_sync::normalize::phone;
use customer_sync::{SyncOptions, Values, find_duplicates};
use proptest::prelude::*;
use serde_json::{Value, json};

fn values(fields: &Value) -> Values {
    serde_json::from_value(fields.clone()).unwrap()
}

fn found(records: &[Value]) -> Vec<(Vec<usize>, Vec<Shared>)> {
    let groups = duplicates(records.iter().map(values).enumerate());
    groups
        .into_iter()
        .map(|group| (group.ids, group.shared))
        .collect()
}

#[test]
fn each_kind_of_evidence_is_told() {
    let pairs = [
        (
            json!({"VATNumber": "BE 0403.170.701"}),
            json!({"Identifiers/CBE": "0403170701"}),
            Shared::TaxNumber,
        ),
        (
            json!({"Email": "Ann+camping@Example.com"}),
            json!({"Email": "boss@example.com; ann@example.com"}),
            Shared::Email,
        ),
        (
            json!({"Phone": "+32 470 12 34 56"}),
            json!({"Mobile": "0470/12.34.56"}),
            Shared::Phone,
        ),
        (
            json!({"Phone": "+32 (0)470 12 34 56"}),
            json!({"Phone": "0032470123456"}),
            Shared::Phone,
        ),
        (
            json!({"Name": "Zoë D'Hondt", "Zipcode": "9000"}),
            json!({"Name": "DHONDT zoe", "Zipcode": " 9000"}),
            Shared::NameAndPostcode,
        ),
        (
            json!({"Name": "Acme", "ContactFirstName": "Ann", "ContactLastName": "Smet", "Zipcode": "9000"}),
            json!({"Name": "Ann Smet", "Zipcode": "9000"}),
            Shared::NameAndPostcode,
        ),
    ];
    for (one, other, shared) in pairs {
        assert_eq!(
            found(&[one.clone(), json!({"Name": "Somebody"}), other]),
            [(vec![0, 2], vec![shared])],
            "{one}"
        );
    }
}

#[test]
fn what_is_blank_or_only_looks_alike_is_no_evidence() {
    let alike = [
        json!({"Name": "Ann Smet", "Zipcode": null, "Email": "none", "Phone": "1234567", "VATNumber": null}),
        json!({"Name": "Ann Smet", "Zipcode": null, "Email": "none", "Phone": "1234567", "VATNumber": null}),
        json!({"Name": "Ann Smet", "Zipcode": "9000", "Phone": "+31 470 12 34 56"}),
        json!({"Name": "Ann Smet", "Zipcode": "9001", "Phone": "+32 470 12 34 56"}),
        json!({"Email": "+ann@example.com"}),
        json!({"Email": "+jan@example.com"}),
    ];
    assert_eq!(found(&alike), []);
}

#[test]
fn evidence_of_the_same_records_is_one_group_and_the_strongest_is_first() {
    let ann = json!({"Name": "Ann", "Zipcode": "9000", "Email": "ann@example.com", "Phone": "0470123456"});
    let desk = json!({"Name": "Desk", "Zipcode": "9000", "Phone": "+32470123456"});
    let groups = duplicates([(1, values(&ann)), (2, values(&ann)), (3, values(&desk))]);
    let shown: Vec<String> = groups.iter().map(Duplicates::to_string).collect();
    assert_eq!(
        shown,
        [
            "1, 2: same e-mail, but for case or tag; same name and postcode",
            "1, 2, 3: same phone"
        ]
    );
}

/// A value that all share costs no more than one that two share.
#[test]
fn one_reception_desk_for_all_is_one_group() {
    let desk = json!({"Email": "desk@example.com", "Phone": "+32470123456"});
    let groups = duplicates((0..50_000).map(|id| (id, values(&desk))));
    assert_eq!((groups.len(), groups[0].ids.len()), (1, 50_000));
}

fn record() -> impl Strategy<Value = Value> {
    let email = prop::option::of("[aA](\\+x)?@(b|c)\\.be");
    let phone = prop::option::of("(\\+32|\\+31|0|0032|)4701234(56|5)");
    let vat = prop::option::of(prop::sample::select(
        &["BE0403170701", "BE 0403.170.701", "BE0563846944"][..],
    ));
    let name = prop::option::of("(Ann|ann) (b|B)");
    (email, phone, vat, name, prop::option::of("900[01]")).prop_map(|(email, phone, vat, name, zip)| {
        json!({"Email": email, "Phone": phone, "VATNumber": vat, "Name": name, "Zipcode": zip})
    })
}

proptest! {
    /// Two records are in one group exactly if they share something, in any order.
    #[test]
    fn groups_are_what_pairs_share(records in prop::collection::vec(record(), 0..8)) {
        let groups = found(&records);
        for (ids, shared) in &groups {
            prop_assert!(ids.len() > 1 && !shared.is_empty());
        }
        for (a, one) in records.iter().enumerate() {
            for (b, other) in records.iter().enumerate().skip(a + 1) {
                let alone: BTreeSet<Shared> = found(&[one.clone(), other.clone()]).into_iter().flat_map(|(_, shared)| shared).collect();
                let both = groups.iter().filter(|(ids, _)| ids.contains(&a) && ids.contains(&b));
                let mut together: BTreeSet<Shared> = both.flat_map(|(_, shared)| shared.iter().copied()).collect();
                // A number without a code may match numbers of two countries.
                if !alone.contains(&Shared::Phone) {
                    together.remove(&Shared::Phone);
                }
                prop_assert_eq!(&together, &alone);
                if let (Some(ours), Some(theirs)) = (one["Phone"].as_str(), other["Phone"].as_str()) {
                    prop_assert_eq!(alone.contains(&Shared::Phone), phone::same(ours, theirs));
                }
            }
        }
        let mut turned: Vec<(usize, Value)> = records.into_iter().enumerate().collect();
        turned.reverse();
        let turned = duplicates(turned.into_iter().map(|(id, fields)| (id, values(&fields))));
        let turned: Vec<_> = turned.into_iter().map(|group| (group.ids, group.shared)).collect();
        prop_assert_eq!(turned, groups);
    }
}

#[tokio::test]
async fn both_sides_are_looked_at_and_nothing_is_written() {
    let world = World::empty().await;
    for id in 1..=3 {
        world.sandbox.planyo.add(person(id));
    }
    let mut twin = person(4);
    twin.email = "Person1+camping@example.com".to_owned();
    world.sandbox.planyo.add(twin);
    let acme = json!({"Name": "Acme", "PartyType": "Customer", "VATNumber": "BE0403170701"});
    let [one, other] = [0; 2].map(|_| world.sandbox.billit.add(acme.clone()));
    let options = SyncOptions::default();
    let found = find_duplicates(&world.planyo, &world.billit, &options)
        .await
        .unwrap();
    let shown = |groups: Vec<String>| groups.join("\n");
    assert_eq!(
        shown(found.customers.iter().map(ToString::to_string).collect()),
        "planyo:1, planyo:4: same e-mail, but for case or tag"
    );
    let told = shown(found.parties.iter().map(ToString::to_string).collect());
    assert!(
        told.starts_with(&format!("{one}, {other}: same VAT or company number")),
        "{told}"
    );
    assert_eq!(world.writes(), 0);
}
