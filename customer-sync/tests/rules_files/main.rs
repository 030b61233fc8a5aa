//! The files of rules that the README shows: each is read, is valid by the schema, and does what it says.
#![cfg(feature = "sync")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

#[path = "../common/mod.rs"]
mod common;
mod schema;
use std::path::Path;

use chrono::TimeDelta;
use common::{World, options, person, text};
use customer_sync::{MappingRules, Outcome, OutcomeKind, sync_customers};
use sandbox::planyo::{Reservation, Resource, User, status};
use schema::faults;
use serde_json::json;

const FILES: [&str; 3] = ["rental", "on_request", "three_languages"];

fn file(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules");
    std::fs::read_to_string(folder.join(format!("{name}.toml"))).unwrap()
}

#[test]
fn the_readme_shows_the_files_as_they_are() {
    let readme = include_str!("../../README.md");
    let blocks = readme.split("```toml\n").skip(1);
    let shown: Vec<&str> = blocks
        .map(|block| block.split("```").next().unwrap())
        .collect();
    let files = FILES.map(file);
    assert_eq!(shown, files.each_ref().map(String::as_str));
}

#[test]
fn the_files_are_valid_and_so_are_rules_that_go_out() {
    for name in FILES {
        let written: toml::Value = toml::from_str(&file(name)).unwrap();
        assert_eq!(
            faults(&serde_json::to_value(written).unwrap()),
            [""; 0],
            "{name}"
        );
        let rules = MappingRules::from_toml(&file(name)).unwrap();
        let out = serde_json::to_value(&rules).unwrap();
        assert_eq!(faults(&out), [""; 0], "{name}");
    }
    assert_eq!(faults(&json!({})), [""; 0]);
}

/// Rules in one table of a program's settings are those of a file of their own.
#[test]
fn the_files_are_the_same_rules_in_a_table_of_other_settings() {
    for name in FILES {
        let rules: toml::Table = toml::from_str(&file(name)).unwrap();
        let mut settings = toml::Table::new();
        settings.insert("port".into(), 8080.into());
        settings.insert("rules".into(), rules.into());
        settings.insert("server".into(), toml::Table::new().into());
        let text = toml::to_string(&settings).unwrap();
        let alone = MappingRules::from_toml(&file(name)).unwrap();
        let below = MappingRules::from_toml_table(&text, "rules").unwrap();
        assert_eq!(below.fingerprint(), alone.fingerprint(), "{name}");
        // Nothing is in these.
        for table in ["server", "rulez"] {
            let none = MappingRules::from_toml_table(&text, table).unwrap();
            let default = MappingRules::default();
            assert_eq!(none.fingerprint(), default.fingerprint(), "{name}");
        }
    }
}

#[test]
fn a_mistake_in_a_table_of_settings_is_located_in_the_whole_text() {
    for (rules, fault) in [
        (
            "[rules.properties]\nVatNumbr = [\"x\"]",
            "line 4, column 1: ",
        ),
        ("[rules]\npropertes = {}", "line 4, column 1: unknown field"),
        (
            "[rules.filter]\ncountries = [\"Atlantis\"]",
            "line 4, column 13: `filter.countries`: ",
        ),
        (
            "rules = 3",
            "line 3, column 9: `rules`: must be a table, with the rules in it",
        ),
        ("[rules]\nversion = 9", "line 4, column 11: `version`: "),
        ("[rules", "line 3, column "),
    ] {
        let text = format!("port = 8080\n# The rules.\n{rules}\n");
        let error = MappingRules::from_toml_table(&text, "rules").unwrap_err();
        assert!(error.to_string().starts_with(fault), "{error}");
        // In a text of its own the same is said, two lines and a table further up.
        if let Some(alone) = rules.strip_prefix("[rules]\n") {
            let alone = MappingRules::from_toml(alone).unwrap_err();
            assert_eq!((&alone.entry, &alone.what), (&error.entry, &error.what));
        }
    }
}

/// What the reader refuses for its shape the schema refuses too.
#[test]
fn the_schema_refuses_what_the_reader_refuses() {
    for (rules, fault) in [
        (json!({ "proprties": {} }), "proprties"),
        (json!({ "properties": { "VatNumbr": ["x"] } }), "VatNumbr"),
        (json!({ "properties": { "VATNumber": "x" } }), "VATNumber"),
        (
            json!({ "templates": { "ExternalProviderID": "x" } }),
            "ExternalProviderID",
        ),
        (json!({ "policies": { "Email": "fill_empty" } }), "Email"),
        (json!({ "filter": { "kind": ["company"] } }), "kind"),
        (json!({ "filter": { "kinds": ["firm"] } }), "kinds"),
        (
            json!({ "filter": { "properties": { "invoice": 1 } } }),
            "invoice",
        ),
        (json!({ "version": 2 }), "version"),
        (json!({ "write_mode": "all" }), "write_mode"),
        (
            json!({ "customer_number": { "properties": "x" } }),
            "customer_number",
        ),
        (
            json!({ "must_be_understood": ["Vat"] }),
            "must_be_understood",
        ),
    ] {
        let faults = faults(&rules);
        assert!(
            faults.iter().any(|found| found.contains(fault)),
            "{rules} {faults:?}"
        );
        assert!(
            MappingRules::from_json(&rules.to_string()).is_err(),
            "{rules}"
        );
    }
}

/// A user with these properties.
fn user(id: u64, properties: &[(&str, &str)]) -> User {
    let mut user = person(id);
    let properties = properties.iter();
    user.properties = properties
        .map(|(name, value)| ((*name).to_owned(), Some((*value).to_owned())))
        .collect();
    user
}

/// A confirmed reservation of a user that begins on this day, with more bits of its state.
fn book(world: &World, user: u64, begins: &str, more: u32) {
    let planyo = &world.sandbox.planyo;
    let resource_id = planyo.add_resource(Resource::default());
    let start = begins.parse::<chrono::NaiveDate>().unwrap();
    let start = start.and_hms_opt(0, 0, 0).unwrap();
    planyo.add_reservation(Reservation {
        user_id: user,
        resource_id,
        start,
        end: start + TimeDelta::days(1),
        quantity: 1,
        status: status::RESERVED | status::VERIFIED | status::CONFIRMED | more,
        ..Reservation::default()
    });
}

async fn run(world: &World, name: &str) -> Vec<Outcome> {
    let rules = MappingRules::from_toml(&file(name)).unwrap();
    let report = sync_customers(&world.planyo, &world.billit, &options().rules(rules))
        .await
        .unwrap();
    report.outcomes
}

#[tokio::test]
async fn a_rental_company() {
    let world = World::empty().await;
    let planyo = &world.sandbox.planyo;
    planyo.add(user(
        1,
        &[
            ("BTW_nummer", "BE 0403.170.701"),
            ("bedrijf", "Acme BV"),
            ("factuur_e-mail", "boek@acme.example"),
            ("gln", "5412345000013"),
            ("betaaltermijn", "14"),
        ],
    ));
    let mut janssens = user(2, &[]);
    (janssens.first_name, janssens.last_name) = ("AN".to_owned(), "JANSSENS".to_owned());
    planyo.add(janssens);
    planyo.add(user(3, &[("ondernemingsnummer", "0403.170.702")]));
    // Has only asked.
    planyo.add(user(4, &[]));
    for id in 1..=3 {
        book(&world, id, "2026-05-01", 0);
    }
    let outcomes = run(&world, "rental").await;
    assert_eq!(
        outcomes[3].reason,
        "filter: confirmed_reservation: there is none"
    );

    let acme = world.party_of(1);
    for (field, value) in [
        ("Nr", "1"),
        ("VATNumber", "BE0403170701"),
        ("Name", "Acme BV"),
        ("Email", "boek@acme.example"),
    ] {
        assert_eq!(text(&acme, field), Some(value), "{field}");
    }
    assert_eq!(acme["Identifiers"][0]["Identifier"], "5412345000013");
    assert_eq!(
        acme["GLDefaultExpiryOffset"].to_string().trim_matches('"'),
        "14"
    );
    let janssens = world.party_of(2);
    assert_eq!(text(&janssens, "Name"), Some("An Janssens"));
    assert_eq!(
        janssens["GLDefaultExpiryOffset"]
            .to_string()
            .trim_matches('"'),
        "30"
    );
    // Its number is wrong: it waits.
    assert_eq!(
        outcomes[2].kind,
        OutcomeKind::Quarantined,
        "{:?}",
        outcomes[2]
    );
    assert_eq!(world.linked().len(), 2);

    // The accountant's term of a company stays, and no phone in Planyo blanks the one in Billit.
    let id = acme["PartyID"].as_i64().unwrap();
    world.sandbox.billit.edit(id, |party| {
        party.insert("GLDefaultExpiryOffset".to_owned(), json!("60"));
        party.insert("Phone".to_owned(), json!("+3293333333"));
    });
    let outcomes = run(&world, "rental").await;
    assert_eq!(
        outcomes[0].kind,
        OutcomeKind::Unchanged,
        "{:?}",
        outcomes[0]
    );
}

#[tokio::test]
async fn a_company_that_invoices_on_request() {
    let world = World::empty().await;
    let planyo = &world.sandbox.planyo;
    let wanted = [("factuur_gewenst", "Ja, graag"), ("type_klant", "Zakelijk")];
    let mut expected = Vec::new();
    let mut add = |user: User, booking: Option<(&str, u32)>, reason: &'static str| {
        let id = planyo.add(user);
        if let Some((begins, more)) = booking {
            book(&world, id, begins, more);
        }
        expected.push(reason);
    };
    add(user(1, &wanted), Some(("2025-01-01", 0)), "");
    add(
        user(2, &wanted),
        Some(("2025-06-01", status::CANCELLED_BY_USER)),
        "filter: last_reservation_since: no confirmed one since 2025-01-01",
    );
    add(
        user(3, &wanted),
        Some(("2024-12-31", 0)),
        "filter: last_reservation_since: no confirmed one since 2025-01-01",
    );
    add(
        user(4, &[("factuur_gewenst", "nee"), ("type_klant", "zakelijk")]),
        Some(("2025-06-01", 0)),
        "filter: properties.factuur gewenst: it is blank, or says no",
    );
    add(
        user(
            5,
            &[("factuur_gewenst", "1"), ("type_klant", "particulier")],
        ),
        Some(("2025-06-01", 0)),
        "filter: properties.type klant: it is not zakelijk or vereniging",
    );
    let mut abroad = user(6, &wanted);
    abroad.country = "NL".to_owned();
    add(
        abroad,
        Some(("2025-06-01", 0)),
        "filter: countries: it is none of BE, LU",
    );
    let mut unclear = user(7, &wanted);
    unclear.first_name = String::new();
    add(
        unclear.clone(),
        Some(("2025-06-01", 0)),
        "filter: expression: it is false",
    );
    (unclear.id, unclear.last_name) = (8, "Other".to_owned());
    unclear.email = "info@other.be".to_owned();
    add(unclear, Some(("2025-06-01", 0)), "");

    let outcomes = run(&world, "on_request").await;
    let reasons: Vec<&str> = outcomes.iter().map(|one| one.reason.as_str()).collect();
    for (at, (reason, expected)) in reasons.iter().zip(&expected).enumerate() {
        let is_left_out = reason.starts_with("filter");
        assert_eq!(
            if is_left_out { reason } else { "" },
            *expected,
            "customer {}",
            at + 1
        );
    }
    let linked: Vec<String> = world.linked().into_keys().collect();
    assert_eq!(linked, ["planyo:1", "planyo:8"]);
}

#[tokio::test]
async fn a_company_with_three_languages() {
    let world = World::empty().await;
    let planyo = &world.sandbox.planyo;
    planyo.add(user(
        1,
        &[
            ("taal", "Nederlands"),
            ("BTW_nummer", "BE 0403.170.701"),
            ("Bedrijf", "Acme BV"),
            ("merk", "acme rent"),
            ("contact", "An"),
        ],
    ));
    planyo.add(user(
        2,
        &[
            ("taal", "français"),
            ("Numéro_TVA", "BE 0563.846.944"),
            ("Société", "Dupont SRL"),
            ("marque", "dupont"),
            ("exonéré", "1"),
        ],
    ));
    planyo.add(user(
        3,
        &[("taal", "Deutsch"), ("Firma", "Müller GmbH"), ("marke", "")],
    ));
    run(&world, "three_languages").await;
    for (id, values) in [
        (1, ["NL", "Acme BV", "ACME RENT", "WEB-1", "An"]),
        (2, ["FR", "Dupont SRL", "DUPONT", "WEB-2", "Person"]),
        (3, ["DE", "Müller GmbH", "", "WEB-3", "Person"]),
    ] {
        let party = world.party_of(id);
        let fields = [
            "Language",
            "Name",
            "CommercialName",
            "Nr",
            "ContactFirstName",
        ];
        for (field, value) in fields.iter().zip(values) {
            assert_eq!(
                text(&party, field).unwrap_or_default(),
                value,
                "{id} {field}"
            );
        }
    }
    assert_eq!(world.party_of(1)["VATLiable"], true);
    assert_eq!(world.party_of(2)["VATLiable"], false);
}
