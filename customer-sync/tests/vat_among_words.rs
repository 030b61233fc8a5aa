//! VAT numbers as people type them: among words, with a second prefix, of countries that cannot be checked.
#![allow(clippy::unwrap_used)] // As in tests.

use customer_sync::normalize::{country, vat};
use serde_json::Value;

#[test]
fn numbers_from_public_reports() {
    let cases: Vec<Value> = serde_json::from_str(include_str!("cases/vat.json")).unwrap();
    assert!(cases.len() > 20);
    for case in cases {
        let text = |name: &str| case.get(name).and_then(Value::as_str);
        let (typed, country) = (text("typed").unwrap(), text("country"));
        if let Some(other) = text("other_country") {
            assert_eq!(
                vat::other_country(typed, country).as_deref(),
                Some(other),
                "{case}"
            );
            assert!(vat::normalized(typed, country).is_err(), "{case}");
        } else {
            assert_eq!(
                vat::normalized(typed, country).ok().as_deref(),
                text("expected"),
                "{case}"
            );
            assert_eq!(vat::other_country(typed, country), None, "{case}");
        }
    }
}

/// Made with python-stdnum 2.2: random numbers of each form.
const VECTORS: &str = include_str!("fixtures/vat.csv");

fn vectors(verdict: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = VECTORS.lines().skip(1).filter_map(move |line| {
        let mut cells = line.split(',');
        let (prefix, number) = (cells.next()?, cells.next()?);
        (cells.next()? == verdict).then_some((prefix, number))
    });
    // A few of each country.
    lines
        .enumerate()
        .filter(|(at, _)| at % 5 == 0)
        .map(|(_, vector)| vector)
}

/// What the number is called: the European Commission's list of the names of VAT numbers in each language, and the
/// registers whose number is in it.
const LABELS: &[&str] = &[
    "BTW-nummer",
    "btw-identificatienummer:",
    "Ondernemingsnummer",
    "KBO nr.",
    "Numéro d'identification à la taxe sur la valeur ajoutée",
    "N° TVA intracom.",
    "BCE",
    "RPM",
    "Umsatzsteuer-Identifikationsnummer",
    "USt-IdNr.",
    "UID-Nr:",
    "VAT reg. no.",
    "VAT No",
    "Tax ID",
    "Partita IVA",
    "P.IVA",
    "NIF",
    "N.I.P.C.",
    "Número de Identificação Fiscal",
    "CVR-nr.",
    "Moms nr",
    "Momsregistreringsnummer",
    "ALV-numero",
    "DIČ",
    "NIP",
    "PVN reģistrācijas numurs",
    "ID za DDV",
    "Αριθμός Φορολογικού Μητρώου",
    "ИН по ЗДДС",
    "Adószám",
    "Org.nr.",
    "Sinds 2020",
    "Onze firma te Gent",
];

/// What may stand behind it.
const BEHIND: &[&str] = &[
    "",
    " RPR Gent",
    ", Brussel",
    " (Jan)",
    " / KvK",
    "; vrijgesteld",
    ".",
];

/// In groups as on letterheads.
fn grouped(number: &str, sign: &str) -> String {
    let letters: Vec<char> = number.chars().collect();
    letters
        .chunks(3)
        .map(String::from_iter)
        .collect::<Vec<_>>()
        .join(sign)
}

#[test]
fn a_right_number_is_found_among_words_in_any_language() {
    let mut tried = 0;
    for (prefix, number) in vectors("valid") {
        let expected = format!("{prefix}{number}");
        for (at, label) in LABELS.iter().enumerate() {
            let behind = BEHIND[at % BEHIND.len()];
            for number in [
                number.to_owned(),
                grouped(number, " "),
                grouped(number, "."),
            ] {
                for typed in [
                    format!("{label} {prefix}{number}{behind}"),
                    format!("{label} {prefix} {number}{behind}").to_lowercase(),
                    format!("{label} {prefix}{prefix}{number}{behind}"),
                ] {
                    tried += 1;
                    for country in [Some("BE"), Some(country::UNKNOWN), Some("US")] {
                        let found = vat::normalized(&typed, country);
                        assert_eq!(found.as_ref(), Ok(&expected), "{typed}, {country:?}");
                    }
                }
            }
        }
    }
    assert!(tried > 100, "{tried}");
}

/// Without a prefix it is one of the customer's country, and of no other.
#[test]
fn a_number_without_prefix_is_one_of_the_country() {
    for (prefix, number) in vectors("valid").filter(|(_, number)| number.len() >= 8) {
        // A British ministry: `GD` is Grenada too.
        if number.starts_with("GD") {
            continue;
        }
        for (at, label) in LABELS.iter().enumerate() {
            let typed = format!("{label} {number}{}", BEHIND[at % BEHIND.len()]);
            let found = vat::normalized(&typed, Some(prefix));
            assert_eq!(found, Ok(format!("{prefix}{number}")), "{typed}");
            if prefix == "NO" {
                // MVA says that it is Norwegian.
                continue;
            }
            let unknown = vat::normalized(&typed, Some(country::UNKNOWN));
            assert!(unknown.is_err(), "{typed}");
            assert_eq!(
                vat::other_country(&typed, Some(country::UNKNOWN)),
                None,
                "{typed}"
            );
        }
    }
}

#[test]
fn words_do_not_make_a_wrong_number_right() {
    for (prefix, number) in vectors("invalid") {
        for (at, label) in LABELS.iter().enumerate() {
            let typed = format!("{label} {prefix}{number}{}", BEHIND[at % BEHIND.len()]);
            let found = vat::normalized(&typed, Some(prefix));
            assert!(found.is_err(), "{typed}: {found:?}");
        }
    }
}

#[test]
fn words_and_years_are_no_number() {
    for country in [
        None,
        Some("BE"),
        Some("NO"),
        Some("DE"),
        Some("SI"),
        Some("PL"),
        Some("US"),
    ] {
        for typed in [
            "Nog niet 2026",
            "Sinds 2020",
            "No number",
            "Plaats 12",
            "Denk aan 2025",
            "Identiek 12",
            "zelfde als 2024",
            "Volgt nog",
            "en cours",
        ] {
            assert!(
                vat::normalized(typed, country).is_err(),
                "{typed} {country:?}"
            );
            assert_eq!(
                vat::other_country(typed, country),
                None,
                "{typed} {country:?}"
            );
        }
    }
    for several in ["DE136695976 / BE0403170701", "BE0403170701 of BE0563846944"] {
        let why = vat::normalized(several, None).unwrap_err();
        assert_eq!(why, "it has several numbers");
    }
    // Of two numbers the one of the customer's country.
    let own = vat::normalized("DE136695976 / BE0403170701", Some("BE"));
    assert_eq!(own.as_deref(), Ok("BE0403170701"));
}

/// Countries outside the list with the form of their numbers, from general knowledge of them.
#[test]
fn numbers_of_other_countries_are_told_as_such() {
    for (code, numbers) in [
        ("RS", &["101134702", "100 002 887"][..]),
        ("TR", &["1234567890", "123 456 78 90"]),
        ("US", &["12-3456789", "98-7654321"]),
        ("AU", &["51 824 753 556", "51824753556"]),
        ("CA", &["123456789RT0001", "123456789"]),
        ("IS", &["12345", "123456"]),
        ("NZ", &["49-091-850", "123-456-789"]),
        ("UA", &["123456789012"]),
        ("JP", &["1234567890123"]),
        ("BR", &["12.345.678/0001-95"]),
        ("IN", &["22AAAAA0000A1Z5"]),
        ("ZA", &["4123456789"]),
        ("AE", &["100123456700003"]),
        ("LI", &["12345678"]),
        ("MA", &["001525713000074"]),
        ("IL", &["512345678"]),
        ("KR", &["123-45-67890"]),
        ("MK", &["4030006603580"]),
        ("AL", &["12345678"]),
        ("GE", &["123456789"]),
    ] {
        for number in numbers {
            for typed in [
                (*number).to_owned(),
                format!("Tax ID {number}"),
                format!("VAT: {number}"),
                format!("{code}{number}"),
                format!("{code} {number}"),
            ] {
                let other = vat::other_country(&typed, Some(code));
                assert_eq!(other.as_deref(), Some(code), "{typed}");
            }
            let elsewhere = vat::other_country(&format!("{code}{number}"), Some("BE"));
            assert_eq!(elsewhere.as_deref(), Some(code), "{number}");
            let keys = [format!("{code}{number}"), (*number).to_owned()]
                .map(|typed| vat::tax_key(&typed, Some(code)));
            assert_eq!(keys[0], keys[1]);
        }
    }
}

#[test]
fn with_or_without_prefix_it_is_the_same_number() {
    for (prefix, number) in vectors("valid").filter(|(_, number)| number.len() >= 8) {
        let whole = format!("{prefix}{number}");
        let country = if prefix == "EL" { "GR" } else { prefix };
        assert_eq!(
            vat::tax_key(number, Some(country)),
            vat::tax_key(&whole, None),
            "{whole}"
        );
        for theirs in [
            number.to_owned(),
            grouped(number, "."),
            grouped(&whole, " "),
        ] {
            assert!(
                vat::same(&theirs, &whole) && vat::same(&whole, &theirs),
                "{theirs} {whole}"
            );
        }
    }
}
