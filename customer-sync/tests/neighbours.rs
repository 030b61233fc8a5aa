//! Neighbours of the cases from public reports, invented from general knowledge of how people in these countries write:
//! `cases/neighbours.json` has the input and, where it is not in the kind's own meaning, what it should become.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // As in tests.

use customer_sync::kind::{self, Kind};
use customer_sync::normalize::address::{self, Certainty, KnownPlace};
use customer_sync::normalize::{country, email, names, text, vat};
use customer_sync::source::planyo;
use customer_sync::{Customer, MappingRules};
use serde_json::{Value, json};

/// All cases of a kind: `is_met` says whether one is as it should be, and what it became.
fn check(kind: &str, is_met: impl Fn(&Value, &Value) -> (bool, String)) {
    let all: Vec<Value> = serde_json::from_str(include_str!("cases/neighbours.json")).unwrap();
    let cases: Vec<&Value> = all.iter().filter(|case| case["kind"] == kind).collect();
    assert!(cases.len() >= 20, "{kind}");
    let failed = cases.iter().filter_map(|case| {
        let (is_met, found) = is_met(&case["input"], &case["expected"]);
        (!is_met).then(|| format!("{} -> {found}, not {}", case["input"], case["expected"]))
    });
    let failed: Vec<String> = failed.collect();
    assert!(failed.is_empty(), "{kind}:\n{}", failed.join("\n"));
}

fn customer(fields: &Value) -> Customer {
    let mut user =
        json!({"id": "1", "first_name": "Ann", "last_name": "Peeters", "email": "ann@example.com"});
    for (name, value) in fields.as_object().unwrap() {
        user[name] = value.clone();
    }
    let raw = serde_json::value::to_raw_value(&user).unwrap();
    let user = planyo_client::Record::parse(&raw).unwrap();
    planyo::read(&user, &MappingRules::default()).unwrap()
}

fn kind_of(input: &Value) -> Kind {
    let names = json!({"first_name": input["first"], "last_name": input["last"]});
    kind::of(&customer(&names)).0
}

fn with_company(company: &Value) -> Option<String> {
    customer(&json!({"properties": {"company": company}})).name()
}

#[test]
fn legal_forms_and_bodies_are_no_persons() {
    check("no person", |input, _| {
        let kind = kind_of(input);
        (kind != Kind::Person, format!("{kind:?}"))
    });
}

#[test]
fn surnames_that_are_words_are_those_of_persons() {
    check("person", |input, _| {
        let kind = kind_of(input);
        (kind == Kind::Person, format!("{kind:?}"))
    });
}

#[test]
fn words_for_no_company_and_companies_that_begin_so() {
    check("no company", |input, _| {
        let name = with_company(&input["company"]);
        (name.as_deref() == Some("Ann Peeters"), format!("{name:?}"))
    });
    check("company", |input, _| {
        let name = with_company(&input["company"]);
        (
            name.as_deref() == input["company"].as_str(),
            format!("{name:?}"),
        )
    });
}

#[test]
fn fillers_are_no_names_and_are_told() {
    check("filler", |input, _| {
        let typed = input["name"].as_str().unwrap();
        let last = customer(&json!({"last_name": typed}));
        let first = customer(&json!({"first_name": typed}));
        let names = (last.name(), first.name());
        // Signs alone say nothing, nor does what stands for nothing.
        let is_told = !typed.contains(char::is_alphanumeric)
            || text::says_nothing(typed)
            || text::clean(typed).is_none()
            || (last.not_understood.iter()).any(|note| note.source.as_deref() == Some(typed));
        let is_met = names == (Some("Ann".to_owned()), Some("Peeters".to_owned()));
        (is_met && is_told, format!("{names:?}, told: {is_told}"))
    });
}

/// First and last name in both fields, in other capitals, with and without accents and middle names.
#[test]
fn a_doubled_name_is_written_once() {
    let firsts = ["Jan", "Zoë", "Anne-Marie", "Łukasz", "O’Brien", "Γιώργος"];
    let lasts = ["Maes", "De Smet", "Müller", "van den Berg", "D'Hondt"];
    let mut count = 0;
    for first in firsts {
        for last in lasts {
            let whole = format!("{first} {last}");
            for (a, b) in [
                (whole.clone(), whole.clone()),
                (whole.clone(), whole.to_uppercase()),
                (whole.to_lowercase(), whole.clone()),
                (first.to_owned(), whole.clone()),
                (whole.clone(), last.to_owned()),
                (whole.clone(), last.to_lowercase()),
                (whole.clone(), text::folded_words(&whole).join(" ")),
            ] {
                let name = names::joined(&a, &b);
                assert_eq!(
                    text::name_key(&name),
                    text::name_key(&whole),
                    "{a} | {b}: {name}"
                );
                count += 1;
            }
            assert_eq!(names::joined(first, last), whole);
        }
    }
    assert!(count >= 100);
}

#[test]
fn vat_numbers_beside_labels() {
    check("vat", |input, expected| {
        let number = vat::normalized(input["vat"].as_str().unwrap(), input["country"].as_str());
        let expected = expected.as_str().unwrap();
        // The tax words behind Swiss and Norwegian numbers are part of them.
        let is_met = (number.as_ref()).is_ok_and(|number| {
            number == expected
                || number.starts_with(expected) && ["NO", "CH"].contains(&&expected[..2])
        });
        (is_met, format!("{number:?}"))
    });
}

#[test]
fn wrapped_e_mail_addresses() {
    check("email", |input, _| {
        let keys: Vec<String> = email::keys(input["email"].as_str().unwrap()).collect();
        (
            keys.iter().any(|key| key == "person1@example.com"),
            format!("{keys:?}"),
        )
    });
}

#[test]
fn names_in_two_spellings() {
    check("same name", |input, _| {
        let key = |name: &Value| text::name_key(name.as_str().unwrap());
        (
            key(&input["a"]) == key(&input["b"]),
            format!("{} {}", key(&input["a"]), key(&input["b"])),
        )
    });
}

#[test]
fn postcodes_in_two_spellings() {
    check("postcode", |input, expected| {
        let (a, b) = (input["a"].as_str().unwrap(), input["b"].as_str().unwrap());
        let is_same = address::same_postcode(a, b);
        (
            expected == is_same && address::same_postcode(b, a) == is_same,
            is_same.to_string(),
        )
    });
}

#[test]
fn countries_by_the_names_that_people_and_states_use() {
    check("country", |input, expected| {
        let code = country::code(input["country"].as_str().unwrap());
        (code == expected.as_str(), format!("{code:?}"))
    });
}

#[test]
fn address_lines() {
    check("address", |input, expected| {
        let place = KnownPlace {
            country: input["country"].as_str(),
            postcode: input["zip"].as_str(),
            city: input["city"].as_str(),
        };
        let line = address::split_known(input["line"].as_str().unwrap(), place).unwrap();
        let line = line.or_whole(Certainty::Likely);
        let found = json!({"street": line.street, "number": line.number, "box": line.box_number});
        (found == *expected, found.to_string())
    });
}
