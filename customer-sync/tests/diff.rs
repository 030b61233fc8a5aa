//! What is written to a party that differs, group by group: the address, VAT, and the fields that stand alone.
#![allow(missing_docs, clippy::unwrap_used)]

use customer_sync::kind::Kind;
use customer_sync::merge::Applied;
use customer_sync::store::StoredValues;
use customer_sync::{Field, FieldPolicy, MappingRules, Values, diff};

/// Values as `Street=Kerkstraat Box=`: a field without a text is blank, one that is not named is not known.
fn values(text: &str) -> Values {
    let mut values = serde_json::Map::new();
    for pair in text.split(", ").filter(|pair| !pair.is_empty()) {
        let (field, value) = pair.split_once('=').unwrap();
        let value = Some(value).filter(|value| !value.is_empty());
        values.insert(field.to_owned(), value.into());
    }
    serde_json::from_value(values.into()).unwrap()
}

/// What is written, and after a bar the fields that differ and stay.
fn outcome(difference: &diff::Difference) -> String {
    let changes = difference.changes.iter().map(|change| {
        let after = change.after.as_deref().unwrap_or_default();
        format!("{}={after}", change.field)
    });
    let changes: Vec<String> = changes.collect();
    let notes = difference.notes.iter().map(|note| note.field.to_string());
    let notes: Vec<String> = notes.collect();
    if notes.is_empty() {
        changes.join(", ")
    } else {
        format!("{} | {}", changes.join(", "), notes.join(", "))
    }
}

#[track_caller]
fn table(rules: &MappingRules, rows: &[(&str, &str, &str)]) {
    for (source, billit, expected) in rows {
        let (desired, current) = (values(source), values(billit));
        let difference = diff::diff(&desired, &current, Kind::Unclear, rules);
        assert_eq!(outcome(&difference), *expected, "{source} -> {billit}");
    }
}

const KEEP_BILLIT: FieldPolicy = FieldPolicy::PreferBillit;

#[test]
fn the_address_is_written_whole_or_not_at_all() {
    let here = "Street=Kerkstraat, StreetNumber=12, Box=";
    table(
        &MappingRules::default(),
        &[
            // The same, however it is divided.
            (here, "Street=Kerkstraat 12, StreetNumber=, Box=", ""),
            // A box that was added in Billit to the same house stays.
            (here, "Street=Kerkstraat, StreetNumber=12, Box=3", ""),
            (here, "Street=Kerkstraat 12, StreetNumber=, Box=3", ""),
            // Another number takes the box of the old one along, and another street the number.
            (
                here,
                "Street=Kerkstraat, StreetNumber=14, Box=3",
                "StreetNumber=12, Box=",
            ),
            (
                "Street=Markt, StreetNumber=, Box=",
                "Street=Kerkstraat, StreetNumber=12, Box=3",
                "Street=Markt, StreetNumber=, Box=",
            ),
            // A number that the source lacks clears nothing in the same street.
            (
                "Street=Kerkstraat, StreetNumber=, Box=",
                "Street=Kerkstraat, StreetNumber=12, Box=3",
                "",
            ),
        ],
    );
    let rules = MappingRules::default().policy("Street".parse().unwrap(), KEEP_BILLIT);
    table(
        &rules,
        &[
            // Who keeps the street keeps number and box.
            (
                here,
                "Street=Markt, StreetNumber=1, Box=",
                " | Street, StreetNumber",
            ),
            (
                here,
                "Street=Markt, StreetNumber=, Box=",
                " | Street, StreetNumber",
            ),
            (
                here,
                "Street=, StreetNumber=, Box=",
                "Street=Kerkstraat, StreetNumber=12",
            ),
        ],
    );
}

#[test]
fn a_vat_number_and_the_flag_go_together() {
    let rules = MappingRules::default();
    table(
        &rules,
        &[
            // A number that is filled in makes the party liable, though Billit owns the flag.
            (
                "VATNumber=BE0403170701, VATLiable=true",
                "VATNumber=, VATLiable=false",
                "VATNumber=BE0403170701, VATLiable=true",
            ),
            (
                "VATNumber=BE0403170701, VATLiable=true",
                "VATNumber=, VATLiable=true",
                "VATNumber=BE0403170701",
            ),
            // A property may say that it is not liable.
            (
                "VATNumber=BE0403170701, VATLiable=false",
                "VATNumber=, VATLiable=true",
                "VATNumber=BE0403170701, VATLiable=false",
            ),
            // The accountant's number stays, and so does the flag.
            (
                "VATNumber=BE0403170701, VATLiable=true",
                "VATNumber=BE0428759497, VATLiable=true",
                " | VATNumber",
            ),
            (
                "VATLiable=false",
                "VATNumber=BE0428759497, VATLiable=true",
                " | VATLiable",
            ),
            (
                "VATNumber=BE0403170701",
                "VATNumber=BE 0403.170.701, VATLiable=true",
                "",
            ),
        ],
    );
    let owned = rules.policy(Field::VatLiable, FieldPolicy::Overwrite);
    table(
        &owned,
        &[
            (
                "VATLiable=false",
                "VATNumber=BE0428759497, VATLiable=true",
                "",
            ),
            (
                "VATLiable=false",
                "VATNumber=, VATLiable=true",
                "VATLiable=false",
            ),
        ],
    );
}

#[test]
fn other_fields_stand_alone() {
    table(
        &MappingRules::default(),
        &[
            ("City=Gent", "City=Aalst", "City=Gent"),
            ("City=Gent", "City=GENT", ""),
            ("City=Gent", "City=", "City=Gent"),
            // What the source does not say, or Billit cannot change, is left.
            ("", "City=Gent", ""),
            ("City=", "City=Gent", " | City"),
            (
                "VATDeductable=false",
                "VATDeductable=true",
                " | VATDeductable",
            ),
            (
                "Identifiers/GLN=5412345000013",
                "Identifiers/GLN=",
                " | Identifiers/GLN",
            ),
            ("Phone=+32470123456", "Phone=+32 470 12 34 56", ""),
            // Several addresses in Billit: none is known to be wrong.
            (
                "Email=a@example.com",
                "Email=b@example.com;c@example.com",
                " | Email",
            ),
            // Billit's may be the mailbox for invoices.
            ("Email=a@example.com", "Email=b@example.com", " | Email"),
            ("Email=a@example.com", "Email=", "Email=a@example.com"),
            // What is not known of Billit is not decided.
            ("City=Gent, Phone=1", "City=Aalst", "City=Gent"),
        ],
    );
    let unknown = diff::diff(
        &values("City=Gent"),
        &values(""),
        Kind::Unclear,
        &MappingRules::default(),
    );
    assert!(unknown.unread_fields.contains(&"City".parse().unwrap()));
    let rules = MappingRules::default()
        .default_value("GLDefaultExpiryOffset".parse().unwrap(), "30")
        .unwrap();
    table(
        &rules,
        &[
            (
                "City=Gent",
                "City=Gent, GLDefaultExpiryOffset=, Language=",
                "GLDefaultExpiryOffset=30",
            ),
            (
                "City=Gent",
                "City=Gent, GLDefaultExpiryOffset=14, Language=",
                "",
            ),
        ],
    );
}

/// A policy for companies or persons goes before the policy for all, and a house number goes with its street in both.
#[test]
fn a_policy_may_be_of_companies_or_persons_alone() {
    let field = |name: &str| name.parse::<Field>().unwrap();
    let rules = MappingRules::default()
        .company_policy(field("Email"), FieldPolicy::FillIfEmpty)
        .person_policy(field("Street"), KEEP_BILLIT);
    let of = |source: &str, billit: &str, kind| {
        outcome(&diff::diff(&values(source), &values(billit), kind, &rules))
    };
    let emails = ("Email=a@example.com", "Email=b@example.com");
    assert_eq!(of(emails.0, emails.1, Kind::Company), " | Email");
    assert_eq!(of(emails.0, emails.1, Kind::Person), "Email=a@example.com");
    assert_eq!(of(emails.0, emails.1, Kind::Unclear), " | Email");
    assert_eq!(of(emails.0, "Email=", Kind::Company), "Email=a@example.com");
    let houses = (
        "Street=Markt, StreetNumber=1, Box=",
        "Street=Dorp, StreetNumber=2, Box=",
    );
    assert_eq!(
        of(houses.0, houses.1, Kind::Person),
        " | Street, StreetNumber"
    );
    assert_eq!(
        of(houses.0, houses.1, Kind::Company),
        "Street=Markt, StreetNumber=1"
    );
    let policy = |name: &str, kind| rules.policy_of(&field(name), kind);
    assert_eq!(policy("Box", Kind::Person), KEEP_BILLIT);
    assert_eq!(policy("Box", Kind::Company), FieldPolicy::Overwrite);
    assert_eq!(policy("VATNumber", Kind::Person), KEEP_BILLIT);
    let link = rules
        .clone()
        .company_policy(field("ExternalProviderID"), KEEP_BILLIT);
    assert_eq!(
        link.policy_of(&field("ExternalProviderID"), Kind::Company),
        FieldPolicy::Overwrite
    );
    let file = r#"{"person_policies": {"ExternalProviderID": "prefer_billit"}}"#;
    assert!(serde_json::from_str::<MappingRules>(file).is_err());
}

#[test]
fn what_was_applied_last_tells_who_has_changed() {
    let last = Applied::of(&values("City=Gent"), StoredValues::Plain).into();
    let of = |source: &str, billit: &str| {
        let rules = MappingRules::default();
        let (source, billit) = (values(source), values(billit));
        outcome(&diff::merge(
            &source,
            &billit,
            Some(&last),
            Kind::Unclear,
            &rules,
        ))
    };
    assert_eq!(of("City=Gent", "City=Brugge"), " | City");
    assert_eq!(of("City=Aalst", "City=Gent"), "City=Aalst");
    assert_eq!(of("City=", "City=Gent"), "City=");
    assert_eq!(of("City=", "City=Brugge"), " | City");
}
