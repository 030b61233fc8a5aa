//! The first law of reading a record: what was typed is in the customer, in some spelling, or in a note with its words.
#![allow(clippy::unwrap_used)] // As in tests.

mod common;

use common::{World, person, run, text as text_of};
use customer_sync::normalize::{address, country, email, names, phone, text, vat};
use customer_sync::source::planyo;
use customer_sync::store::{MemoryStore, State};
use customer_sync::{Customer, MappingRules, OutcomeKind, Problem, SyncOptions};
use proptest::prelude::*;
use serde_json::json;

/// What people type, and what they should not.
fn typed() -> impl Strategy<Value = String> {
    let usual = prop::sample::select(vec![
        "Ann",
        "De Smet",
        "Zon BV",
        "NV/SA",
        "n/a",
        "geen bedrijf",
        "particulier",
        "test",
        "x",
        "0",
        "Gemeente Gent",
        "Kerkstraat 12/bus 3",
        "12 bis rue de la Loi",
        "Kerkstraat 12 - 3000 Leuven",
        "Chemin 19 12 bus 3",
        "9000",
        "B-9000",
        "1012 AB",
        "LV-1010",
        "Gent",
        "België",
        "Congo",
        "Kingdom of Belgium",
        "BE -> UK",
        "٩٠٠٠",
        "NO",
        "0470 12 34 56",
        "+32 (0)470/12.34.56",
        "3.24701E+10",
        "32470123456.0",
        "112",
        "06.12.34.56.78",
        "٠٤٧٠١٢٣٤٥٦",
        "0470123456 of 0471234567",
        "<ann@example.com>",
        "ann at example",
        "mailto:ann@müller.example.",
        "a@b.be c@d.be",
        "BE0403170701",
        "btw BE 0403.170.702",
        "RS101134702",
        "EU372022452",
        "Sinds 2020 BE0403170701",
        "0403.170.701 RPR Gent",
        "nog niet",
        "EL094259216",
        "\u{202a}Ann\u{202c}",
        "Łukasz D´Hondt",
        "李 明",
        "🎉 fuif",
    ]);
    prop_oneof![
        6 => usual.prop_map(str::to_owned),
        1 => "[0-9 +./()-]{1,16}",
        1 => "[A-Za-zÀ-ÿ]{1,10} [0-9]{1,4}[ /-]?(bus|bte|kot|n°|/|app)? ?[0-9A-C]{0,3}",
        // Scripts that customers write in, signs, and marks that cannot be seen.
        2 => "[ -~À-ÿĀ-žΑ-ωА-яא-ת٠-٩ا-ي०-९あ-んア-ン一-龥가-힣０-９–—’´€🎉\u{200b}\u{200f}\u{202a}-\u{202e}\u{2066}-\u{2069}]{0,20}",
        1 => prop::collection::vec("[a-z]{3,9}", 20..40).prop_map(|words| words.join(" ")),
    ]
}

/// Letters and digits, without case and accents.
fn letters(text: &str) -> String {
    text::folded_words(text).concat()
}

fn digits(text: &str) -> Vec<u32> {
    let mut digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(10)).collect();
    digits.sort_unstable();
    digits
}

/// Whether a note of this field has these words.
fn is_noted(customer: &Customer, field: &str, typed: &str) -> bool {
    let words = letters(typed);
    let mut notes = customer.not_understood.iter();
    notes.any(|note| {
        let said = letters(note.source.as_deref().unwrap_or_default());
        // The code of a country before a phone may be gone.
        note.field.to_string() == field && !said.is_empty() && words.ends_with(&said)
    })
}

/// Whether a text means nothing: only signs, or a word for none.
fn is_nothing(typed: &str) -> bool {
    letters(typed).is_empty() || text::says_nothing(typed) || text::clean(typed).is_none()
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(3000)
    })]

    #[test]
    fn what_was_typed_is_in_the_customer_or_in_a_note(
        first in typed(), last in typed(), company in typed(), mail in typed(), line in typed(), zip in typed(),
        city in typed(), land in typed(), mobile in typed(), number in typed(),
    ) {
        let user = json!({
            "id": "7", "first_name": first, "last_name": last, "email": mail, "address": line, "zip": zip, "city": city,
            "country": land, "mobile_number": mobile, "mobile_country_code": "32",
            "properties": {"company": company, "vat": number},
        });
        let raw = serde_json::value::to_raw_value(&user).unwrap();
        let record = planyo_client::Record::parse(&raw).unwrap();
        let customer = match planyo::read(&record, &MappingRules::default()) {
            Ok(customer) => customer,
            Err(problem) => {
                let is_nobody = matches!(problem, Problem::NoName | Problem::ErasedInSource);
                prop_assert!(is_nobody, "{:?}", problem);
                return Ok(());
            }
        };
        let has = |value: Option<&str>, typed: &str| value.is_some_and(|value| letters(value).contains(&letters(typed)));
        for (field, typed, value) in [
            ("ContactFirstName", &first, customer.first_name.as_deref()),
            ("ContactLastName", &last, customer.last_name.as_deref()),
            ("Name", &company, customer.company.as_deref()),
            ("City", &city, customer.address.city.as_deref()),
        ] {
            let none = field == "Name" && names::says_no_company(typed) || field != "City" && names::is_filler(typed);
            let name = customer.name();
            let is_there = has(value, typed) || has(name.as_deref(), typed) || is_noted(&customer, field, typed);
            prop_assert!(is_there || is_nothing(typed) || none && letters(typed).len() < 40, "{field} {typed:?}");
            // A filler is told, unless it stands for nothing.
            let is_told = has(value, typed) || is_nothing(typed) || names::says_no_company(typed);
            prop_assert!(is_told || is_there, "{field} {typed:?}");
        }
        let parts = &customer.address;
        let all = [&parts.street, &parts.street_number, &parts.box_number, &parts.zipcode, &parts.city];
        let all = all.into_iter().flatten().cloned().collect::<Vec<_>>().join(" ");
        let kept = digits(&all);
        let plain: String = line.chars().filter(char::is_ascii).collect();
        prop_assert!(digits(&plain).iter().all(|digit| kept.contains(digit)), "address {line:?}: {all:?}");
        if !is_nothing(&zip) {
            // Signs of other scripts may be written in other signs.
            let is_kept = |kept: &str| {
                address::same_postcode(kept, &zip) || letters(kept) == letters(&zip) || !zip.is_ascii()
            };
            prop_assert!(parts.zipcode.as_deref().is_some_and(is_kept), "{zip:?}");
        }
        let code = country::code(&land);
        prop_assert_eq!(parts.country_code.as_deref(), code);
        prop_assert!(code.is_some() || is_nothing(&land) || is_noted(&customer, "CountryCode", &land), "{land:?}");
        if let Some(kept) = customer.mobile.as_deref() {
                let is_number = kept.starts_with('+') && phone::same(kept, &mobile);
                let is_typed = letters(&mobile).ends_with(&letters(kept));
                prop_assert!(is_number || is_typed, "{mobile:?}: {kept}");
                prop_assert!(kept.starts_with('+') || is_noted(&customer, "Mobile", &mobile), "{mobile:?}: {kept}");
        } else {
                // One sign may be a zero of another script.
                let mut signs = mobile.chars().filter(|c| c.is_alphanumeric() && *c != '0');
                prop_assert!(is_nothing(&mobile) || signs.nth(1).is_none(), "{mobile:?}");
        }
        match customer.email.as_deref() {
            Some(kept) => prop_assert!(
                letters(&mail).contains(&letters(kept)) || email::keys(kept).eq(email::keys(&mail)),
                "{mail:?}: {kept}"
            ),
            None => prop_assert!(is_nothing(&mail) || is_noted(&customer, "Email", &mail), "{mail:?}"),
        }
        // Digits of another script are written in ASCII.
        let is_understood = |kept: &str| {
            let figures = letters(kept);
            vat::same(kept, &number)
                || !number.is_ascii()
                || letters(&number).contains(figures.get(2..).unwrap_or_default())
        };
        if let Some(kept) = customer.vat_number.as_deref() {
            prop_assert!(is_understood(kept), "{number:?}: {kept}");
        } else {
                let is_none = is_nothing(&number) || names::says_no_company(&number) || country::code(&number).is_some()
                    // A zero of another script.
                    || number.chars().filter(|c| c.is_alphanumeric()).all(|c| c.is_numeric() && !c.is_ascii());
                prop_assert!(is_none || is_noted(&customer, "VATNumber", &number), "{number:?}");
        }
    }
}

/// The country and the phone of a linked customer change to texts in other words and signs, and to texts without meaning.
#[tokio::test]
async fn a_linked_customer_gets_the_country_and_the_phone_that_were_typed() {
    for options in [
        SyncOptions::default(),
        SyncOptions::default().store(State::new(MemoryStore::new())),
    ] {
        for (country, code, noted) in [
            ("United Kingdom (UK)", "GB", false),
            ("Verenigd Koninkrijk", "GB", false),
            ("Congo", "BE", true),
        ] {
            let world = World::empty().await;
            world.sandbox.planyo.add(person(1));
            run(&world, &options).await;
            world.sandbox.planyo.edit(1, |user| {
                user.country = country.into();
                user.mobile_country_code = "44".into();
                user.mobile_number = "٠٧٧٠٠٩٠٠١٢٣".into();
            });
            let report = run(&world, &options).await;
            let outcome = report.outcomes.first().unwrap();
            assert_eq!(outcome.kind, OutcomeKind::Updated, "{report}");
            let party = world.party_of(1);
            assert_eq!(text_of(&party, "CountryCode"), Some(code), "{country}");
            if cfg!(feature = "phone") {
                assert_eq!(text_of(&party, "Mobile"), Some("+447700900123"));
            }
            let mut notes = outcome.notes.iter();
            let is_noted = notes.any(|note| note.field.to_string() == "CountryCode");
            assert_eq!(is_noted, noted, "{country}");
        }
    }
}
