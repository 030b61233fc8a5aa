//! One truth by every road: what a list and a single record, a run of all and a run of one customer come to is the same.

#![allow(clippy::unwrap_used)] // As in tests.

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::{World, key, person, text};
use customer_sync::normalize::phone;
use customer_sync::source::planyo;
use customer_sync::store::{MemoryStore, State, StoredValues, export};
use customer_sync::{
    Change, Customer, CustomerKey, CustomerPages, CustomerSource, Filter, MappedCustomer,
    MappingRules, Outcome, OutcomeKind, Plan, PlanyoUsers, Step, SyncError, SyncOptions, apply,
    plan_customer, plan_customers, plan_undo, sync_changed, sync_customer, sync_customers,
};
use futures_util::future::BoxFuture;
use proptest::prelude::*;
use sandbox::billit::Matcher;
use sandbox::planyo::{PhoneStyle, Settings, User};
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
    #[cfg_attr(not(feature = "phone"), ignore = "without phone rules a number stays as it was said")]
    fn a_listed_user_and_a_single_record_are_the_same_customer((list, single) in both_records()) {
        let mut listed = customer(&list);
        let mut single = customer(&single);
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
            // Its note has the words of the road.
            let is_mobile = |note: &customer_sync::Note| note.field.to_string() == "Mobile";
            listed.not_understood.retain(|note| !is_mobile(note));
            single.not_understood.retain(|note| !is_mobile(note));
        }
        prop_assert_eq!(&listed.mobile, &single.mobile);
        prop_assert!(listed == single);
    }
}

/// A mode of the look-alikes: how they answer what the references leave open.
type Mode = (&'static str, fn(&World));

const MODES: [Mode; 11] = [
    ("as it is", |_| {}),
    ("inside", |world| {
        in_planyo(world, |settings| {
            settings.list_phones = PhoneStyle::Joined;
        });
    }),
    ("plus", |world| {
        in_planyo(world, |settings| {
            settings.list_phones = PhoneStyle::JoinedWithPlus;
        });
    }),
    ("zeros", |world| {
        in_planyo(world, |settings| {
            settings.user_data_phones = PhoneStyle::JoinedWithZeros;
        });
    }),
    ("doubled", |world| {
        in_planyo(world, |settings| {
            settings.list_phones = PhoneStyle::Doubled;
        });
    }),
    ("both", |world| {
        in_planyo(world, |settings| {
            settings.user_data_phones = PhoneStyle::Both;
        });
    }),
    ("language in lists", |world| {
        in_planyo(world, |settings| {
            settings.list_language = true;
        });
    }),
    ("no properties in lists", |world| {
        in_planyo(world, |settings| {
            settings.list_properties = false;
        });
    }),
    ("code 4", |world| {
        in_planyo(world, |settings| {
            settings.empty_page_is_refused = true;
        });
    }),
    ("summaries", |world| {
        let billit = &world.sandbox.billit;
        billit.configure(|settings| settings.summaries = true);
    }),
    ("new parties listed late", |world| {
        let billit = &world.sandbox.billit;
        billit.configure(|settings| settings.list_delay_requests = 20);
    }),
];

fn in_planyo(world: &World, change: fn(&mut Settings)) {
    world.sandbox.planyo.configure(change);
}

/// The ids of all users.
fn users(world: &World) -> Vec<u64> {
    let users = world.sandbox.planyo.users();
    users.iter().map(|user| user.id).collect()
}

/// Without a store and with the two kinds of stores; in the special modes with one.
fn stores(mode: &str) -> Vec<SyncOptions> {
    let with = |values| {
        let state = State::new(MemoryStore::new()).with_stored_values(values);
        SyncOptions::default().store(state)
    };
    let plain = with(StoredValues::Plain);
    if mode != "as it is" {
        return vec![plain];
    }
    vec![SyncOptions::default(), plain, with(StoredValues::Hashed)]
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

/// Without phone rules a number stays as typed, and Planyo says it with the country code in one record and without it in
/// another.
fn is_same_phone(field: &str, ours: Option<&Value>, theirs: Option<&Value>) -> bool {
    // The code may even be there twice, and whether the second belongs to the number takes rules to know.
    let digits = |value: Option<&Value>| {
        let text = value.and_then(Value::as_str)?;
        let digits = text.chars().rev().filter(char::is_ascii_digit);
        Some(digits.take(6).collect::<String>())
    };
    ["Phone", "Mobile"].contains(&field) && digits(ours).is_some() && digits(ours) == digits(theirs)
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
        for field in fields {
            let (ours, theirs) = (ours.get(field), theirs.get(field));
            if ours == theirs || !cfg!(feature = "phone") && is_same_phone(field, ours, theirs) {
                continue;
            }
            differences.push(format!("{key}: {field}: {ours:?} and {theirs:?}"));
        }
    }
    differences
}

/// After a run of all, a notification of each customer writes nothing, and neither does the next run of all.
#[tokio::test]
async fn notifications_after_a_full_run_write_nothing() {
    for (mode, change) in MODES {
        for options in stores(mode) {
            let world = World::seeded().await;
            change(&world);
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
        for options in stores(mode) {
            let whole = World::seeded().await;
            change(&whole);
            full(&whole, &SyncOptions::default()).await;

            let world = World::seeded().await;
            change(&world);
            hooks(&world, &options).await;
            let differences = differences(&parties(&world), &parties(&whole));
            assert_eq!(differences, [""; 0], "{mode}");
            world.clear();
            full(&world, &options).await;
            assert_eq!(world.writes(), 0, "{mode}: the full run afterwards");
        }
    }
}

/// Generated customers with the faults that people make, in the two modes that showed most: a run of all, then a
/// notification of each, then a run of all.
#[tokio::test]
async fn generated_customers_come_to_the_same_by_each_road() {
    for mode in ["summaries", "doubled"] {
        let world = World::empty().await;
        let generated = sandbox::generate::Plan {
            users: 120,
            parties: 80,
            seed: 11,
            first_id: 0,
        };
        for user in generated.users() {
            world.sandbox.planyo.add(user);
        }
        for party in generated.parties() {
            world.sandbox.billit.add(party.into());
        }
        if mode == "summaries" {
            let billit = &world.sandbox.billit;
            billit.configure(|settings| settings.summaries = true);
        } else {
            world.sandbox.planyo.configure(|settings| {
                settings.list_phones = PhoneStyle::Doubled;
                settings.user_data_phones = PhoneStyle::JoinedWithZeros;
            });
        }
        let (_, options) = with_store();
        let first = full(&world, &options).await;
        let before = parties(&world);
        let hooked = hooks(&world, &options).await;
        assert_eq!(differences(&parties(&world), &before), [""; 0], "{mode}");
        world.clear();
        full(&world, &options).await;
        assert_eq!(world.writes(), 0, "{mode}");
        for (key, outcome) in &hooked {
            let refused = [
                OutcomeKind::Ambiguous,
                OutcomeKind::Conflict,
                OutcomeKind::Quarantined,
            ];
            if refused.contains(&outcome.kind) || refused.contains(&first[key].kind) {
                assert_eq!(outcome.kind, first[key].kind, "{mode}: {key}");
            }
        }
    }
}

/// A text too short to be a number, in lists that say the code twice: whose digits the second code is cannot be known. The
/// first road's text stays.
#[tokio::test]
async fn a_phone_that_is_too_short_does_not_change_at_each_road() {
    for options in stores("as it is") {
        let world = World::empty().await;
        world.sandbox.planyo.configure(|settings| {
            settings.list_phones = PhoneStyle::Doubled;
            settings.user_data_phones = PhoneStyle::JoinedWithZeros;
        });
        let mut user = person(1);
        "2151".clone_into(&mut user.mobile_number);
        user.language.clear();
        world.sandbox.planyo.add(user);
        full(&world, &options).await;
        world.clear();
        for _ in 0..2 {
            one(&world, 1, &options).await;
            full(&world, &options).await;
        }
        assert_eq!(world.writes(), 0);
    }
}

async fn one(world: &World, id: u64, options: &SyncOptions) -> Outcome {
    sync_customer(&world.planyo, &world.billit, id, options)
        .await
        .unwrap()
}

fn with_store() -> (State, SyncOptions) {
    let state = State::new(MemoryStore::new());
    (state.clone(), SyncOptions::default().store(state))
}

/// A customer that Billit refused is not sent again because another road says it in another way.
#[tokio::test]
async fn a_refused_customer_is_sent_again_only_when_it_has_changed() {
    let world = World::empty().await;
    world.sandbox.planyo.add(person(1));
    let refused = ("Street".to_owned(), "Kerkstraat".to_owned());
    world
        .sandbox
        .billit
        .configure(|settings| settings.refused_values.extend([refused]));
    let (_, options) = with_store();
    assert_eq!(
        full(&world, &options).await["planyo:1"].kind,
        OutcomeKind::Failed
    );
    world.clear();
    for _ in 0..2 {
        assert_eq!(
            one(&world, 1, &options).await.kind,
            OutcomeKind::Quarantined
        );
        let kind = full(&world, &options).await["planyo:1"].kind;
        assert_eq!(kind, OutcomeKind::Quarantined);
        sync_changed(&world.planyo, &world.billit, &options)
            .await
            .unwrap();
    }
    assert_eq!(world.writes(), 0);
    // The list does not say the language, so that its change travels by a notification.
    world
        .sandbox
        .planyo
        .edit(1, |user| user.language = "FR".to_owned());
    full(&world, &options).await;
    assert_eq!(world.writes(), 0);
    assert_eq!(one(&world, 1, &options).await.kind, OutcomeKind::Failed);
    world.clear();
    full(&world, &options).await;
    assert_eq!(world.writes(), 0);
    world
        .sandbox
        .planyo
        .edit(1, |user| user.address = "Markt 1".to_owned());
    assert_eq!(
        full(&world, &options).await["planyo:1"].kind,
        OutcomeKind::Created
    );
    one(&world, 1, &options).await;
    assert_eq!(text(&world.party_of(1), "Language"), Some("FR"));
}

/// A customer that Billit merged into the accountant's party is not merged into it again.
#[tokio::test]
async fn a_merged_customer_is_not_sent_again_by_another_road() {
    let world = World::empty().await;
    let billit = &world.sandbox.billit;
    billit.configure(|settings| settings.matchers.extend([Matcher::Address]));
    let party = billit.add(json!({
        "Name": "Oma Peeters", "PartyType": "Customer", "Email": "oma@example.com",
        "Street": "Kerkstraat", "StreetNumber": "1", "Zipcode": "9000", "City": "Gent", "CountryCode": "BE"
    }));
    world.sandbox.planyo.add(person(1));
    let (_, options) = with_store();
    full(&world, &options).await;
    let before = billit.party(party);
    world.clear();
    for _ in 0..2 {
        assert_eq!(
            one(&world, 1, &options).await.kind,
            OutcomeKind::Quarantined
        );
        full(&world, &options).await;
    }
    assert_eq!(world.writes(), 0);
    assert_eq!(billit.party(party), before);
}

/// An undone run stays undone when a notification comes without a change.
#[tokio::test]
async fn an_undone_run_stays_undone_by_every_road() {
    let world = World::empty().await;
    for id in 1..=2 {
        world.sandbox.planyo.add(person(id));
    }
    let (state, options) = with_store();
    full(&world, &options).await;
    for id in 1..=2 {
        world.sandbox.planyo.edit(id, |user| {
            user.city = "Aalst".to_owned();
            user.mobile_number = "0471 22 33 44".to_owned();
        });
    }
    world.sandbox.planyo.add(person(3));
    full(&world, &options).await;
    let run = state.runs().await.unwrap().pop().unwrap().id;
    let plan = plan_undo(&world.billit, Some(&run), None, &options)
        .await
        .unwrap();
    apply(&plan, &world.planyo, &world.billit, &options)
        .await
        .unwrap();
    let before = parties(&world);
    for _ in 0..2 {
        hooks(&world, &options).await;
        full(&world, &options).await;
        sync_changed(&world.planyo, &world.billit, &options)
            .await
            .unwrap();
    }
    assert_eq!(differences(&parties(&world), &before), [""; 0]);
    assert_eq!(world.party_of(1)["City"], "Gent");
}

/// A language that a list does not say fills a blank, and its change travels by the road that says it.
#[tokio::test]
async fn a_language_travels_by_the_road_that_says_it() {
    let world = World::empty().await;
    world.sandbox.planyo.add(person(1));
    let (_, options) = with_store();
    let language = || text(&world.party_of(1), "Language").map(str::to_owned);
    full(&world, &options).await;
    assert_eq!(language(), None);
    one(&world, 1, &options).await;
    assert_eq!(language().as_deref(), Some("NL"));
    full(&world, &options).await;
    world
        .sandbox
        .planyo
        .edit(1, |user| user.language = "FR".to_owned());
    full(&world, &options).await;
    assert_eq!(language().as_deref(), Some("NL"));
    one(&world, 1, &options).await;
    full(&world, &options).await;
    assert_eq!(language().as_deref(), Some("FR"));
    // What the accountant chose stays, since the source says nothing new.
    let id = i64::try_from(world.party_of(1)["PartyID"].as_u64().unwrap()).unwrap();
    world.sandbox.billit.edit(id, |party| {
        party.insert("Language".to_owned(), json!("DE"));
    });
    one(&world, 1, &options).await;
    full(&world, &options).await;
    assert_eq!(language().as_deref(), Some("DE"));
}

/// What another mapping would write to everybody counts for the safety limit, and says why.
#[tokio::test]
async fn another_mapping_does_not_rewrite_everybody() {
    let world = World::empty().await;
    for id in 1..=8 {
        world.sandbox.planyo.add(person(id));
    }
    let (state, options) = with_store();
    full(&world, &options).await;
    // As a build without phone rules would have left it.
    for id in 1..=8 {
        let mut known = state.customer(&key(id)).await.unwrap().unwrap();
        let last = known.last.as_mut().unwrap();
        last.mapping = "0, phones: none".to_owned();
        last.rules = MappingRules::default().proper_names().fingerprint();
        let mobile = Change {
            field: "Mobile".parse().unwrap(),
            before: None,
            after: Some(format!("call {id}")),
        };
        known.applied.record(&[mobile], StoredValues::Plain);
        state.put_customers(&[(key(id), known)]).await.unwrap();
        let party = world.party_of(id)["PartyID"].as_i64().unwrap();
        world.sandbox.billit.edit(party, |party| {
            party.insert("Mobile".to_owned(), json!(format!("call {id}")));
        });
    }
    let error = sync_customers(&world.planyo, &world.billit, &options)
        .await
        .unwrap_err();
    assert!(
        matches!(error, SyncError::SafetyLimit { remapped: 8, .. }),
        "{error}"
    );
    assert!(
        error
            .to_string()
            .contains("8 would change because their records are read in another way")
    );
    let options = options.allow_mass_changes();
    let updated = full(&world, &options).await;
    assert!(
        updated["planyo:1"]
            .reason
            .contains("read its record in another way")
    );
    assert!(phone::same(
        text(&world.party_of(1), "Mobile").unwrap(),
        "+32470000001"
    ));
    // It is remembered now.
    world.clear();
    full(&world, &options).await;
    assert_eq!(world.writes(), 0);
}

/// Two users who must not both get a party, and by what they are alike.
fn twins() -> [(&'static str, User, User); 4] {
    let same_email = || {
        let mut other = person(2);
        "Person1@Example.com".clone_into(&mut other.email);
        other
    };
    let company = |id| {
        let mut user = person(id);
        let properties = [
            ("company", format!("Firm {id} BV")),
            ("vat_number", "BE0403170701".to_owned()),
        ];
        user.properties = properties
            .map(|(name, value)| (name.to_owned(), Some(value)))
            .into();
        user
    };
    let without_email = |id| {
        let mut user = person(id);
        "Number1".clone_into(&mut user.last_name);
        user.email.clear();
        "Kerkstraat 1".clone_into(&mut user.address);
        user
    };
    let mut same_phone = person(2);
    "Number1".clone_into(&mut same_phone.last_name);
    same_phone.email.clear();
    "470000001".clone_into(&mut same_phone.mobile_number);
    [
        ("e-mail", person(1), same_email()),
        ("VAT number", company(1), company(2)),
        ("name and address", without_email(1), without_email(2)),
        ("name and phone", person(1), same_phone),
    ]
}

/// One notification alone does not create what a run of all refuses to create.
#[tokio::test]
async fn two_users_who_share_something_are_ambiguous_by_every_road() {
    for (shared, first, second) in twins() {
        for has_store in [false, true] {
            let world = World::empty().await;
            world.sandbox.planyo.add(first.clone());
            world.sandbox.planyo.add(second.clone());
            let options = if has_store {
                with_store().1
            } else {
                SyncOptions::default()
            };
            for id in [1, 2, 1] {
                let outcome = one(&world, id, &options).await;
                assert_eq!(
                    outcome.kind,
                    OutcomeKind::Ambiguous,
                    "{shared}, {has_store}: {}",
                    outcome.reason
                );
            }
            let all = full(&world, &options).await;
            assert!(
                all.values()
                    .all(|outcome| outcome.kind == OutcomeKind::Ambiguous),
                "{shared}"
            );
            for id in [1, 2] {
                let outcome = one(&world, id, &options).await;
                assert_eq!(outcome.reason, all[&key(id).to_string()].reason, "{shared}");
            }
            sync_changed(&world.planyo, &world.billit, &options)
                .await
                .unwrap();
            assert_eq!(
                world.sandbox.billit.parties().len(),
                0,
                "{shared}, {has_store}"
            );
        }
    }
}

/// The second of the two comes after the last full pass.
#[tokio::test]
async fn a_newcomer_is_compared_with_those_whom_the_store_knows() {
    for (shared, first, second) in twins() {
        let world = World::empty().await;
        world.sandbox.planyo.add(first);
        let (_, options) = with_store();
        full(&world, &options).await;
        world.sandbox.planyo.add(second);
        let hooked = one(&world, 2, &options).await;
        world.clear();
        let all = full(&world, &options).await;
        assert_eq!(
            hooked.kind, all["planyo:2"].kind,
            "{shared}: {}",
            hooked.reason
        );
        assert_eq!(hooked.reason, all["planyo:2"].reason, "{shared}");
        assert_ne!(hooked.kind, OutcomeKind::Created, "{shared}");
        assert_eq!(world.writes(), 0, "{shared}");
    }
}

/// A source that lists only whom it says were modified.
#[tokio::test]
async fn a_modified_newcomer_is_compared_with_those_whom_the_store_knows() {
    for (shared, mut first, second) in twins() {
        let world = World::empty().await;
        first.registration_time = "2020-01-01 00:00:00".to_owned();
        world.sandbox.planyo.add(first);
        let users = PlanyoUsers::new(&world.planyo).by_modified_since(PlanyoUsers::OVERLAP);
        let (_, options) = with_store();
        sync_changed(&users, &world.billit, &options).await.unwrap();
        world.sandbox.planyo.add(second);
        let report = sync_changed(&users, &world.billit, &options).await.unwrap();
        let changed = report.outcome(&key(2)).unwrap();
        let all = full(&world, &options).await;
        assert_eq!(
            changed.kind, all["planyo:2"].kind,
            "{shared}: {}",
            changed.reason
        );
        assert_eq!(changed.reason, all["planyo:2"].reason, "{shared}");
    }
}

/// Two notifications at the same time: at least one sees the other's customer.
#[tokio::test]
async fn twins_that_come_at_the_same_time_do_not_both_get_a_party() {
    let [(_, first, second), ..] = twins();
    let world = World::empty().await;
    world.sandbox.planyo.add(person(3));
    let (_, options) = with_store();
    full(&world, &options).await;
    world.sandbox.planyo.add(first);
    world.sandbox.planyo.add(second);
    let both = tokio::join!(one(&world, 1, &options), one(&world, 2, &options));
    let created = [both.0.kind, both.1.kind].map(|kind| usize::from(kind == OutcomeKind::Created));
    assert!(created.iter().sum::<usize>() < 2);
    full(&world, &options).await;
    let links = world.linked().into_keys().filter(|link| link != "planyo:3");
    assert!(links.count() < 2);
}

/// A source that cannot search, and no store: only a run of all can tell.
#[tokio::test]
async fn where_nobody_can_tell_a_new_customer_waits_for_the_full_pass() {
    struct Blind<'a>(&'a planyo_client::Client);
    impl CustomerSource for Blind<'_> {
        fn customers<'a>(&'a self, rules: &'a MappingRules) -> CustomerPages<'a> {
            self.0.customers(rules)
        }
        fn customer<'a>(
            &'a self,
            id: &'a str,
            rules: &'a MappingRules,
        ) -> BoxFuture<'a, Result<MappedCustomer, SyncError>> {
            self.0.customer(id, rules)
        }
    }
    let world = World::empty().await;
    world.sandbox.planyo.add(person(1));
    let source = Blind(&world.planyo);
    let (_, stored) = with_store();
    for options in [SyncOptions::default(), stored.clone()] {
        let outcome = sync_customer(&source, &world.billit, 1, &options)
            .await
            .unwrap();
        assert_eq!(outcome.kind, OutcomeKind::Skipped);
        assert!(
            outcome.reason.contains("waits for the next full pass"),
            "{}",
            outcome.reason
        );
        // It would end the same if it were tried again at once.
        assert!(!outcome.unfinished);
    }
    // A store that a full pass has filled can tell.
    sync_customers(&source, &world.billit, &stored)
        .await
        .unwrap();
    world.sandbox.planyo.add(person(2));
    let outcome = sync_customer(&source, &world.billit, 2, &stored)
        .await
        .unwrap();
    assert_eq!(outcome.kind, OutcomeKind::Created);
}

/// A plan that went through a file does what a run does, and so does a run without a store what one with a store does.
#[tokio::test]
async fn a_plan_in_a_file_does_what_a_run_does() {
    for (mode, change) in MODES {
        let whole = World::seeded().await;
        change(&whole);
        let expected = full(&whole, &SyncOptions::default()).await;

        for options in [SyncOptions::default(), with_store().1] {
            let world = World::seeded().await;
            change(&world);
            let plan = plan_customers(&world.planyo, &world.billit, &options)
                .await
                .unwrap();
            let file = serde_json::to_string(&plan).unwrap();
            let plan: Plan = serde_json::from_str(&file).unwrap();
            let report = apply(&plan, &world.planyo, &world.billit, &options)
                .await
                .unwrap();
            for outcome in &report.outcomes {
                let same = &expected[&outcome.key.to_string()];
                assert_eq!(outcome.kind, same.kind, "{mode}: {}", outcome.key);
                assert_eq!(outcome.reason, same.reason, "{mode}: {}", outcome.key);
            }
            assert_eq!(
                differences(&parties(&world), &parties(&whole)),
                [""; 0],
                "{mode}"
            );
            // What the plan has stored is what the runs store: neither a run nor a notification has anything to add.
            world.clear();
            full(&world, &options).await;
            assert_eq!(world.writes(), 0, "{mode}");
            let hooked = hooks(&world, &options).await;
            let only_languages = hooked.values().all(|outcome| {
                let mut changes = outcome.changes.iter();
                changes.all(|change| change.field.to_string() == "Language")
            });
            assert!(only_languages, "{mode}");
        }
    }
}

/// A step as JSON, without the names of the fields that were compared.
fn comparable(step: &Step) -> Value {
    let mut step = serde_json::to_value(step).unwrap();
    if let Some(both) = step.get_mut("preconditions").and_then(Value::as_object_mut) {
        both.remove("fields");
    }
    step
}

/// Compares the plan of each customer alone with its step in the plan of all, and returns what the steps do.
async fn plans_alone_and_together(world: &World, options: &SyncOptions) -> BTreeSet<OutcomeKind> {
    world.clear();
    let all = plan_customers(&world.planyo, &world.billit, options)
        .await
        .unwrap();
    let mut kinds = BTreeSet::new();
    for id in users(world) {
        // A record that cannot be read, and a user without a reservation, are errors of their own.
        let Ok(alone) = plan_customer(&world.planyo, &world.billit, id, options).await else {
            continue;
        };
        assert_eq!((alone.version, &alone.rules), (all.version, &all.rules));
        let step = alone.steps.first().unwrap();
        let mut together = all.steps.iter().filter(|step| step.key == key(id));
        let together = together.next().unwrap();
        assert_eq!(comparable(step), comparable(together));
        // A list of all shows more fields of which one party alone does not say that they are blank.
        let compared = |step: &Step| -> BTreeSet<String> {
            let both = step.preconditions.iter();
            let fields = both.flat_map(|both| both.fields.iter());
            fields.map(ToString::to_string).collect()
        };
        assert!(compared(step).is_subset(&compared(together)));
        kinds.insert(step.outcome_kind());
    }
    assert_eq!(world.writes(), 0);
    kinds
}

/// What the library would do for one customer is what it would do for it in a run of all, and looking changes nothing.
#[tokio::test]
#[cfg_attr(
    not(feature = "phone"),
    ignore = "without phone rules a number stays as it was said"
)]
async fn a_plan_of_one_customer_is_its_step_in_the_plan_of_all() {
    let state = State::new(MemoryStore::new());
    let with_store = SyncOptions::default().store(state.clone());
    for (state, options) in [(None, SyncOptions::default()), (Some(&state), with_store)] {
        let stored = async || {
            let mut text = Vec::new();
            if let Some(state) = state {
                export(state, &mut text).await.unwrap();
            }
            text
        };
        let world = World::seeded().await;
        let edit = |id, change: fn(&mut User)| world.sandbox.planyo.edit(id, change);
        for id in users(&world) {
            // A list does not say it.
            edit(id, |user| user.language.clear());
        }
        edit(838_851, |user| {
            (user.first_name, user.last_name) = (String::new(), String::new());
            user.properties.clear();
        });
        let before = stored().await;
        let mut kinds = plans_alone_and_together(&world, &options).await;
        assert_eq!(stored().await, before);
        full(&world, &options).await;
        for id in users(&world).into_iter().step_by(3) {
            edit(id, |user| user.city = "Aalst".to_owned());
        }
        let before = stored().await;
        kinds.extend(plans_alone_and_together(&world, &options).await);
        assert_eq!(stored().await, before);
        for kind in [
            OutcomeKind::Created,
            OutcomeKind::Linked,
            OutcomeKind::Updated,
            OutcomeKind::Unchanged,
            OutcomeKind::Ambiguous,
            OutcomeKind::Conflict,
            OutcomeKind::Quarantined,
        ] {
            assert!(kinds.contains(&kind), "{kind:?}");
        }
    }
}

/// A customer that the source does not have: an error, unless it has a party.
#[tokio::test]
async fn a_plan_of_a_customer_who_is_gone_does_what_a_run_does() {
    let world = World::empty().await;
    world.sandbox.planyo.add(person(1));
    let (_, options) = with_store();
    full(&world, &options).await;
    world.sandbox.planyo.remove(1);
    let plan = plan_customer(&world.planyo, &world.billit, 1, &options)
        .await
        .unwrap();
    let outcome = one(&world, 1, &options).await;
    assert_eq!(plan.steps[0].reason(), outcome.reason);
    assert_eq!(plan.steps[0].party(), outcome.party);
    assert!(outcome.party.is_some() && outcome.is_erased_in_source());
    let unknown = plan_customer(&world.planyo, &world.billit, 2, &options).await;
    assert!(unknown.unwrap_err().is_not_found());
}

/// A source that has no customer but in its list.
struct ListOnly<'a>(&'a planyo_client::Client);

impl CustomerSource for ListOnly<'_> {
    fn customers<'a>(&'a self, rules: &'a MappingRules) -> CustomerPages<'a> {
        self.0.customers(rules)
    }

    fn customer<'a>(
        &'a self,
        id: &'a str,
        _rules: &'a MappingRules,
    ) -> BoxFuture<'a, Result<MappedCustomer, SyncError>> {
        Box::pin(async move { Err(SyncError::NotFound(CustomerKey::new("planyo", id))) })
    }

    fn check_rules(&self, _rules: &MappingRules) -> Result<(), SyncError> {
        Ok(())
    }
}

/// What happens between a plan and its application.
const AFTER_PLAN: [Mode; 5] = [
    ("nothing", |_| {}),
    ("changed", |world| {
        let edit = |id, change: fn(&mut User)| world.sandbox.planyo.edit(id, change);
        edit(2, |user| "Brugge".clone_into(&mut user.city));
        edit(5, |user| "other@example.com".clone_into(&mut user.email));
    }),
    ("gone", |world| {
        world.sandbox.planyo.remove(1);
        world.sandbox.planyo.remove(6);
    }),
    ("left out", |world| {
        world
            .sandbox
            .planyo
            .edit(3, |user| "FR".clone_into(&mut user.country));
    }),
    ("not readable", |world| {
        world.sandbox.planyo.edit(2, |user| {
            (user.first_name, user.last_name) = (String::new(), String::new());
        });
    }),
];

/// A plan of a few customers does the same whether these are read one by one or in the list of all.
#[tokio::test]
async fn a_plan_of_few_does_the_same_as_with_the_list() {
    for (mode, change) in MODES {
        for (happens, after_plan) in AFTER_PLAN {
            let mut both = Vec::new();
            for by_list in [false, true] {
                let world = World::empty().await;
                change(&world);
                let belgians = Filter::default().countries(["BE"]).unwrap();
                let rules = MappingRules::default().filter(belgians);
                let options = with_store().1.rules(rules);
                for id in 1..=4 {
                    world.sandbox.planyo.add(person(id));
                }
                full(&world, &options).await;
                for id in 1..=3 {
                    let planyo = &world.sandbox.planyo;
                    planyo.edit(id, |user| user.city = "Aalst".to_owned());
                }
                for id in 5..=6 {
                    world.sandbox.planyo.add(person(id));
                }
                let plan = plan_customers(&world.planyo, &world.billit, &options)
                    .await
                    .unwrap();
                let writing = plan.steps.iter().filter(|step| step.writes()).count();
                assert_eq!(writing, 5, "{mode}: {plan}");
                after_plan(&world);
                world.clear();
                let report = if by_list {
                    apply(&plan, &ListOnly(&world.planyo), &world.billit, &options).await
                } else {
                    apply(&plan, &world.planyo, &world.billit, &options).await
                };
                let report = report.unwrap();
                if happens == "nothing" {
                    assert_eq!(report.counts().skipped, 0, "{mode}: {report}");
                }
                let outcomes = report
                    .outcomes
                    .into_iter()
                    .map(|outcome| (outcome.key, outcome.kind, outcome.reason, outcome.changes));
                both.push((outcomes.collect::<Vec<_>>(), parties(&world)));
            }
            let [few, list] = both.try_into().ok().unwrap();
            assert!(
                few.0 == list.0,
                "{mode}, {happens}: {:?}, {:?}",
                few.0,
                list.0
            );
            assert_eq!(few.1, list.1, "{mode}, {happens}");
        }
    }
}

/// Few customers are read one by one: the list of all is not read for them.
#[tokio::test]
async fn a_plan_of_few_does_not_read_the_list() {
    let world = World::empty().await;
    for id in 1..=12 {
        world.sandbox.planyo.add(person(id));
    }
    let (_, options) = with_store();
    full(&world, &options).await;
    let edit = |id, city: &str| {
        let planyo = &world.sandbox.planyo;
        planyo.edit(id, |user| city.clone_into(&mut user.city));
    };
    edit(7, "Aalst");
    let plan = plan_customer(&world.planyo, &world.billit, 7, &options)
        .await
        .unwrap();
    world.clear();
    let report = apply(&plan, &world.planyo, &world.billit, &options)
        .await
        .unwrap();
    assert_eq!(report.counts().updated, 1, "{report}");
    assert_eq!(world.sandbox.planyo.counts().reads, 1);
    // Eleven are many.
    for id in 1..=11 {
        edit(id, "Ronse");
    }
    let plan = plan_customers(&world.planyo, &world.billit, &options)
        .await
        .unwrap();
    world.clear();
    let report = apply(&plan, &world.planyo, &world.billit, &options)
        .await
        .unwrap();
    assert_eq!(report.counts().updated, 11, "{report}");
    assert!(world.sandbox.planyo.counts().reads < 11);
}

/// A customer that is gone since its plan is told as gone.
#[tokio::test]
async fn a_customer_who_is_gone_since_the_plan_is_skipped_as_gone() {
    let world = World::empty().await;
    world.sandbox.planyo.add(person(1));
    let (_, options) = with_store();
    let plan = plan_customer(&world.planyo, &world.billit, 1, &options)
        .await
        .unwrap();
    world.sandbox.planyo.remove(1);
    let report = apply(&plan, &world.planyo, &world.billit, &options)
        .await
        .unwrap();
    let outcome = report.outcome(&key(1)).unwrap();
    assert_eq!(outcome.kind, OutcomeKind::Skipped);
    assert_eq!(world.writes(), 0);
    // Of a list whose end is not proven nobody is taken for gone.
    assert_eq!(
        outcome.is_erased_in_source(),
        !common::is_empty_page_refused(),
        "{outcome:?}"
    );
}
