//! One truth by every road: what a list and a single record, a run of all and a run of one customer come to is the same.

#![allow(clippy::unwrap_used)] // As in tests.

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::World;
use customer_sync::normalize::phone;
use customer_sync::source::planyo;
use customer_sync::store::{MemoryStore, State, StoredValues};
use customer_sync::{
    Change, Customer, MappingRules, Outcome, OutcomeKind, SyncOptions, sync_changed, sync_customer,
    sync_customers,
};
use proptest::prelude::*;
use sandbox::planyo::{PhoneStyle, Settings};
use serde_json::{Map, Value, json};

/// Too short to be a number.
const SHORT: &str = "3100028";

/// How a number is typed into the field beside the one for the country code.
fn typed(code: &'static str, national: &'static str) -> impl Strategy<Value = String> {
    prop_oneof![
        Just(national.to_owned()),
        Just(format!("0{national}")),
        Just(format!("+{code} {national}")),
        Just(format!("+{code} (0){national}")),
        Just(format!("00{code}{national}")),
        Just(format!("{code}{national}")),
        Just(format!("0{national} (Jan)")),
        Just(SHORT.to_owned()),
        Just(String::new()),
    ]
}

/// How a list writes a number.
#[derive(Clone, Copy, Debug)]
enum Shape {
    Beside,
    BesideAndInside,
    Plus,
    Zeros,
    Bare,
    Doubled,
}

/// The fields of a record with a number in this shape.
fn put_phone(record: &mut Map<String, Value>, shape: Shape, code: &str, typed: &str) {
    let text = match shape {
        _ if typed.is_empty() => String::new(),
        Shape::Beside => typed.to_owned(),
        Shape::BesideAndInside | Shape::Bare => format!("{code}{typed}"),
        Shape::Plus => format!("+{code}{typed}"),
        Shape::Zeros => format!("00{code}{typed}"),
        Shape::Doubled => format!("{code}{code}{typed}"),
    };
    record.insert("mobile_number".to_owned(), json!(text));
    if matches!(shape, Shape::Beside | Shape::BesideAndInside) {
        record.insert("mobile_country_code".to_owned(), json!(code));
    }
}

fn shape() -> impl Strategy<Value = Shape> {
    prop::sample::select(vec![
        Shape::Beside,
        Shape::BesideAndInside,
        Shape::Plus,
        Shape::Zeros,
        Shape::Bare,
        Shape::Doubled,
    ])
}

/// A user as the list has it, and as the single record has it.
fn both_records() -> impl Strategy<Value = (Value, Value)> {
    let numbers = prop_oneof![
        (Just("32"), typed("32", "470123456"), Just("BE")),
        (Just("33"), typed("33", "612345678"), Just("FR")),
        (Just("31"), typed("31", "612345678"), Just("NL")),
        (Just("33"), typed("33", "612345678"), Just("BE")),
    ];
    let countries = prop::sample::select(vec!["code", "name", "both", "none"]);
    let properties = prop_oneof![
        Just(json!([])),
        Just(json!({"company": "Zon BV", "vat_number": "BE 0403.170.701"})),
        Just(json!({"company": null})),
    ];
    let language = prop::option::of(Just("FR"));
    let shapes = (shape(), shape());
    (
        numbers,
        countries,
        properties,
        language,
        any::<bool>(),
        shapes,
    )
        .prop_map(
            |((code, typed, country), countries, properties, language, listed, shapes)| {
                let mut list = Map::new();
                let names =
                    BTreeMap::from([("BE", "Belgium"), ("FR", "France"), ("NL", "Netherlands")]);
                for (field, value) in [
                    ("id", json!("7")),
                    ("first_name", json!("Ann")),
                    ("last_name", json!("Peeters")),
                    ("email", json!("ann@example.com")),
                    ("address", json!("Kerkstraat 12 bus 3")),
                    ("zip", json!("9000")),
                    ("city", json!("Gent")),
                    ("properties", properties),
                ] {
                    list.insert(field.to_owned(), value);
                }
                let mut single = list.clone();
                for (record, is_single) in [(&mut list, false), (&mut single, true)] {
                    let name = names.get(country).copied().unwrap_or_default();
                    let (text, code) = match countries {
                        "code" => (country, None),
                        // The list has the name, the single record the code.
                        "name" if is_single => (country, None),
                        "name" => (name, None),
                        "both" => (name, Some(country)),
                        _ => ("", None),
                    };
                    record.insert("country".to_owned(), json!(text));
                    if let Some(code) = code {
                        record.insert("country_code".to_owned(), json!(code));
                    }
                    if is_single || listed {
                        record.insert("language".to_owned(), json!(language));
                    }
                }
                // With its code in front, a number that is too short looks like another number.
                let plain = |shape| match shape {
                    Shape::Doubled | Shape::BesideAndInside if typed == SHORT => Shape::Bare,
                    shape => shape,
                };
                put_phone(&mut list, plain(shapes.0), code, &typed);
                put_phone(&mut single, plain(shapes.1), code, &typed);
                (list.into(), single.into())
            },
        )
}

fn customer(record: &Value) -> Customer {
    let raw = serde_json::value::to_raw_value(record).unwrap();
    let user = planyo_client::Record::parse(&raw).unwrap();
    planyo::read(&user, &MappingRules::default()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn a_listed_user_and_a_single_record_are_the_same_customer((list, single) in both_records()) {
        let mut listed = customer(&list);
        let single = customer(&single);
        // A list may not say the language.
        if list.get("language").is_none() {
            listed.language.clone_from(&single.language);
        }
        if let (Some(ours), Some(theirs)) = (&listed.mobile, &single.mobile)
            && ours.ends_with(SHORT)
        {
            // No number at all: with another country's code in front it stays whole, since it may have none.
            prop_assert!(phone::same(ours, theirs));
            listed.mobile.clone_from(&single.mobile);
        }
        prop_assert_eq!(&listed.mobile, &single.mobile);
        prop_assert!(listed == single);
    }
}

/// A mode of Planyo's look-alike: how it answers what the reference leaves open.
type Mode = (&'static str, fn(&mut Settings));

const MODES: [Mode; 8] = [
    ("as it is", |_| {}),
    ("inside", |settings| {
        settings.list_phones = PhoneStyle::Joined
    }),
    ("plus", |settings| {
        settings.list_phones = PhoneStyle::JoinedWithPlus
    }),
    ("zeros", |settings| {
        settings.user_data_phones = PhoneStyle::JoinedWithZeros
    }),
    ("doubled", |settings| {
        settings.list_phones = PhoneStyle::Doubled
    }),
    ("both", |settings| {
        settings.user_data_phones = PhoneStyle::Both
    }),
    ("language in lists", |settings| {
        settings.list_language = true
    }),
    ("no properties in lists", |settings| {
        settings.list_properties = false
    }),
];

/// The ids of all users.
fn users(world: &World) -> Vec<u64> {
    let users = world.sandbox.planyo.users();
    users.iter().map(|user| user.id).collect()
}

fn stores() -> [Option<SyncOptions>; 3] {
    let with = |values| {
        let state = State::new(MemoryStore::new()).with_stored_values(values);
        SyncOptions::default().store(state)
    };
    [
        None,
        Some(with(StoredValues::Plain)),
        Some(with(StoredValues::Hashed)),
    ]
}

async fn full(world: &World, options: &SyncOptions) -> BTreeMap<String, Outcome> {
    let report = sync_customers(&world.planyo, &world.billit, options)
        .await
        .unwrap();
    assert_eq!(report.store_error, None);
    let outcomes = report.outcomes.into_iter();
    outcomes
        .map(|outcome| (outcome.key.to_string(), outcome))
        .collect()
}

/// A run of each customer alone, as by a notification of each.
async fn hooks(world: &World, options: &SyncOptions) -> BTreeMap<String, Outcome> {
    let mut outcomes = BTreeMap::new();
    for id in users(world) {
        // A record that cannot be read, and a user without a reservation, are errors of their own.
        if let Ok(outcome) = sync_customer(&world.planyo, &world.billit, id, options).await {
            outcomes.insert(outcome.key.to_string(), outcome);
        }
    }
    outcomes
}

/// The fields of all linked parties that the sync writes, but for the language, which a list does not say.
fn parties(world: &World) -> BTreeMap<String, Map<String, Value>> {
    let mut parties = world.linked();
    for party in parties.values_mut() {
        for field in ["PartyID", "Created", "LastModified", "Language"] {
            party.remove(field);
        }
    }
    parties
}

/// What differs between two sets of parties.
fn differences(
    ours: &BTreeMap<String, Map<String, Value>>,
    theirs: &BTreeMap<String, Map<String, Value>>,
) -> Vec<String> {
    let mut differences = Vec::new();
    let keys: BTreeSet<&String> = ours.keys().chain(theirs.keys()).collect();
    for key in keys {
        let (Some(ours), Some(theirs)) = (ours.get(key), theirs.get(key)) else {
            let side = if ours.contains_key(key) {
                "first"
            } else {
                "second"
            };
            differences.push(format!("{key} is only in the {side}"));
            continue;
        };
        let fields: BTreeSet<&String> = ours.keys().chain(theirs.keys()).collect();
        for field in fields
            .into_iter()
            .filter(|field| ours.get(*field) != theirs.get(*field))
        {
            let (ours, theirs) = (ours.get(field), theirs.get(field));
            differences.push(format!("{key}: {field}: {ours:?} and {theirs:?}"));
        }
    }
    differences
}

/// After a run of all, a notification of each customer writes nothing, and neither does the next run of all.
#[tokio::test]
async fn notifications_after_a_full_run_write_nothing() {
    for (mode, change) in MODES {
        for options in stores() {
            let options = options.unwrap_or_default();
            let world = World::seeded().await;
            world.sandbox.planyo.configure(change);
            let first = full(&world, &options).await;
            let before = parties(&world);
            world.clear();
            let hooked = hooks(&world, &options).await;
            let is_language = |change: &Change| change.field.to_string() == "Language";
            let written = hooked.values().filter(|outcome| {
                // The first record that says the language fills the blank.
                let is_filled = |change| is_language(change) && change.before.is_none();
                !outcome.changes.iter().all(is_filled)
            });
            let written: Vec<_> = written
                .map(|outcome| (&outcome.key, &outcome.changes))
                .collect();
            assert!(written.is_empty(), "{mode}: {written:?}");
            world.clear();
            for (key, outcome) in &hooked {
                let written = [
                    OutcomeKind::Created,
                    OutcomeKind::Linked,
                    OutcomeKind::Updated,
                ];
                if !written.contains(&first[key].kind) {
                    assert_eq!(
                        outcome.kind, first[key].kind,
                        "{mode}: {key}: {}",
                        outcome.reason
                    );
                }
            }
            full(&world, &options).await;
            sync_changed(&world.planyo, &world.billit, &options)
                .await
                .unwrap();
            assert_eq!(world.writes(), 0, "{mode}: the second full run");
            assert_eq!(differences(&parties(&world), &before), [""; 0], "{mode}");
        }
    }
}

/// Parties that notifications alone have made are those that a run of all makes.
#[tokio::test]
async fn notifications_alone_make_the_parties_of_a_full_run() {
    for (mode, change) in MODES {
        for options in stores() {
            let options = options.unwrap_or_default();
            let whole = World::seeded().await;
            whole.sandbox.planyo.configure(change);
            full(&whole, &SyncOptions::default()).await;

            let world = World::seeded().await;
            world.sandbox.planyo.configure(change);
            hooks(&world, &options).await;
            let differences = differences(&parties(&world), &parties(&whole));
            assert_eq!(differences, [""; 0], "{mode}");
            world.clear();
            full(&world, &options).await;
            assert_eq!(world.writes(), 0, "{mode}: the full run afterwards");
        }
    }
}
