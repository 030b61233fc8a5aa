//! Spellings of one postcode or of one address, generated, and others that differ.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // As in tests.
#![allow(clippy::needless_pass_by_value)] // `json!` values are made for the call.

use customer_sync::kind::Kind;
use customer_sync::normalize::address::{bare_postcode, same, same_postcode};
use customer_sync::{MappingRules, Values, diff, party};
use serde_json::{Value, json};

/// Country, the letters before its postcodes on envelopes, and postcodes.
const POSTCODES: [(&str, &[&str], &[&str]); 12] = [
    ("BE", &["B", "BE"], &["9000", "1000", "2018"]),
    ("NL", &["NL"], &["1012 AB", "7512 EC"]),
    ("LU", &["L", "LU"], &["1611", "1234"]),
    ("DE", &["D", "DE"], &["10115", "01067"]),
    ("FR", &["F", "FR"], &["75001", "06000"]),
    ("AT", &["A", "AT"], &["1010"]),
    ("CH", &["CH"], &["8001"]),
    ("IT", &["I", "IT"], &["00184"]),
    ("SE", &["S", "SE"], &["111 23"]),
    ("PL", &["PL"], &["00-238"]),
    ("GB", &[], &["SW1A 1AA", "M1 1AE", "B33 8TH"]),
    ("IE", &[], &["D02 X285"]),
];

fn values(fields: Value) -> Values {
    let mut party = json!({"PartyID": 1, "Name": "Ann Peeters"});
    for (name, value) in fields.as_object().unwrap() {
        party[name] = value.clone();
    }
    party::whole(&serde_json::from_value(party).unwrap())
}

/// How many of these fields would be written.
fn changes(ours: Value, theirs: Value) -> usize {
    let rules = MappingRules::default();
    let difference = diff::diff(&values(ours.clone()), &values(theirs), Kind::Person, &rules);
    let changed = difference.changes.iter();
    changed
        .filter(|change| ours.get(change.field.to_string()).is_some())
        .count()
}

fn spellings(postcode: &str, letters: &[&str]) -> Vec<String> {
    let dense: String = postcode.chars().filter(|c| c.is_alphanumeric()).collect();
    let wide: String = postcode
        .chars()
        .map(|c| match c.to_digit(10) {
            Some(digit) => char::from_u32(0xff10 + digit).unwrap(),
            None => c,
        })
        .collect();
    let mut all = vec![
        postcode.to_owned(),
        postcode.to_lowercase(),
        format!(" {postcode} "),
        postcode.replace(' ', "-"),
        dense,
        wide,
    ];
    for letters in letters {
        for between in ["-", " ", "", " - "] {
            all.push(format!("{letters}{between}{postcode}"));
        }
        all.push(format!("{}-{postcode}", letters.to_lowercase()));
    }
    all
}

#[test]
fn a_postcode_in_another_spelling_is_no_difference() {
    let mut count = 0;
    for (country, letters, postcodes) in POSTCODES {
        for postcode in postcodes {
            let all = spellings(postcode, letters);
            for a in &all {
                for b in &all {
                    assert!(same_postcode(a, b), "{a:?} {b:?}");
                    count += 1;
                }
                let ours = json!({"Zipcode": a, "CountryCode": country});
                assert_eq!(
                    changes(ours, json!({"Zipcode": postcode, "CountryCode": country})),
                    0,
                    "{a:?}"
                );
                let other = postcode.replace(|c: char| c.is_ascii_digit(), "7");
                assert!(!same_postcode(a, &other), "{a:?} {other:?}");
            }
            for letters in letters {
                assert_eq!(bare_postcode(&format!("{letters}-{postcode}")), *postcode);
            }
        }
    }
    assert!(count >= 100);
    // Letters that belong to the postcode.
    for postcode in [
        "LV-1010", "LT-01100", "VLT 1117", "SW1A 1AA", "B1 1AA", "D02 X285", "AD500", "A65 F4E2",
    ] {
        assert_eq!(bare_postcode(postcode), postcode);
    }
}

#[test]
fn an_address_in_another_spelling_is_no_difference() {
    let mut count = 0;
    for street in ["Kerk{}", "Lange Kerk{}", "Haupt{}", "Großer Acker{}"] {
        let endings = if street.contains("Kerk") {
            ["straat", "str.", "str", "STRAAT"]
        } else {
            ["straße", "strasse", "str.", "Strasse"]
        };
        let streets = endings.map(|ending| street.replace("{}", ending));
        for a in &streets {
            for b in &streets {
                for (x, y) in [
                    ("12 A", "12A"),
                    ("12a", "12 A"),
                    ("12 bus 3", "12 b3"),
                    ("12 bus 3", "12 bus3"),
                    ("12 bus 3", "12/3"),
                    ("12 b 3", "12, bte 3"),
                    ("nr. 12", "12"),
                    ("12 A bus 3", "12A b3"),
                    ("12 bus B", "12 box b"),
                ] {
                    let (x, y) = (format!("{a} {x}"), format!("{b} {y}"));
                    assert!(same([x.as_str()], [y.as_str()]), "{x} | {y}");
                    assert_eq!(
                        changes(json!({"Street": x}), json!({"Street": y})),
                        0,
                        "{x} | {y}"
                    );
                    count += 1;
                }
                for (x, y) in [
                    ("12 A", "12 B"),
                    ("12", "12A"),
                    ("12 bus 3", "12 bus 4"),
                    ("12 bus 3", "3 bus 12"),
                    ("12 bus B", "12B"),
                    ("12", "12 bus 3"),
                ] {
                    let (x, y) = (format!("{a} {x}"), format!("{b} {y}"));
                    assert!(!same([x.as_str()], [y.as_str()]), "{x} | {y}");
                }
            }
        }
    }
    for (a, b) in [
        ("Avenue Louise", "Av. Louise"),
        ("Boulevard Anspach", "Bd Anspach"),
        ("Antwerpsesteenweg", "Antwerpsestwg"),
    ] {
        assert_eq!(same([a], [b]), a != "Antwerpsesteenweg", "{a} | {b}");
    }
    assert!(count >= 100);
}

/// In three fields on one side, in one on the other.
#[test]
fn parts_and_a_line_in_another_spelling() {
    for (line, number, unit) in [
        ("Kerkstraat 12A b3", "12 A", "3"),
        ("Kerkstr. 12 bus 3", "12", "3"),
        ("Kerkstraat 12-A", "12A", ""),
    ] {
        let mut parts = json!({"Street": "Kerkstraat", "StreetNumber": number});
        if !unit.is_empty() {
            parts["Box"] = json!(unit);
        }
        let line = json!({"Street": line});
        assert_eq!(changes(line.clone(), parts.clone()), 0, "{line}");
    }
}
