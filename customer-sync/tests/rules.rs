//! The rules of the mapping: what feeds what, who owns a field, what a file may say, what is proposed.
#![allow(clippy::unwrap_used)]

use customer_sync::target::billit::{self, Field};
use customer_sync::{Customer, MappingRules, Owner, Problem, source::planyo};
use planyo_client::users::User;

fn field(name: &str) -> Field {
    name.parse().unwrap()
}

fn user(json: &str) -> User {
    serde_json::from_str(json).unwrap()
}

fn customer(json: &str, rules: &MappingRules) -> Customer {
    planyo::customer(&user(json), rules).unwrap()
}

/// Ann with one custom property.
fn ann(property: &str, value: &str) -> String {
    let properties = serde_json::json!({ property: value });
    serde_json::json!({
        "id": 7, "first_name": "Ann", "last_name": "Peeters", "country": "BE", "properties": properties,
    })
    .to_string()
}

/// What a party with these fields gets written, and what is noted.
fn written(ours: &Customer, party: &str, rules: &MappingRules) -> (Vec<String>, Vec<String>) {
    let party = serde_json::from_str(party).unwrap();
    let current = billit::whole(&party);
    let difference = billit::diff(&billit::desired(ours, rules), &current, rules);
    let changes = difference.changes.iter();
    let changes = changes.map(|change| {
        let after = change.after.as_deref().unwrap_or("-");
        format!("{}={after}", change.field)
    });
    let notes = difference.notes.iter();
    let notes = notes.map(|note| format!("{}: {}", note.field, note.reason));
    (changes.collect(), notes.collect())
}

#[test]
fn a_file_goes_over_the_default_entry_by_entry() {
    let rules: MappingRules = toml::from_str(
        r#"
        source = "shop"
        languages = ["nl", "fr"]
        proper_names = true
        [customer_number]
        property = "klantnummer"
        [properties]
        "Identifiers/GLN" = ["gln"]
        "CustomFields/Segment" = ["segment"]
        [owners]
        Email = "create_only"
        [defaults]
        GLDefaultExpiryOffset = "30"
        "#,
    )
    .unwrap();
    let expected = MappingRules::default()
        .source("shop")
        .languages(["NL", "FR"])
        .proper_names()
        .customer_number(customer_sync::CustomerNumber::Property(
            "klantnummer".into(),
        ))
        .properties(field("Identifiers/GLN"), ["gln"])
        .properties(field("CustomFields/Segment"), ["segment"])
        .owner(field("Email"), Owner::CreateOnly)
        .default_value(field("GLDefaultExpiryOffset"), "30");
    assert_eq!(rules, expected);
    // The usual names of the VAT number are still there.
    let ann = customer(&ann("btw_nummer", "BE0403170701"), &rules);
    assert_eq!(ann.vat_number.as_deref(), Some("BE0403170701"));
}

#[test]
fn rules_go_out_and_come_back() {
    let rules = MappingRules::default()
        .properties(field("Identifiers/CBE"), ["kbo"])
        .owner(field("City"), Owner::Fill)
        .default_value(field("Language"), "NL")
        .unescape_html()
        .provider_code("CRM");
    let json = serde_json::to_string(&rules).unwrap();
    assert_eq!(serde_json::from_str::<MappingRules>(&json).unwrap(), rules);
    let toml = toml::to_string(&rules).unwrap();
    assert_eq!(toml::from_str::<MappingRules>(&toml).unwrap(), rules);
}

#[test]
fn an_entry_without_a_meaning_is_an_error_that_names_it() {
    for (file, word) in [
        ("langauges = ['NL']", "langauges"),
        ("[owners]\nTown = 'fill'", "Town"),
        ("[owners]\nCity = 'mine'", "mine"),
        ("[properties]\n'Identifiers/' = ['x']", "Identifiers/"),
    ] {
        let error = toml::from_str::<MappingRules>(file)
            .unwrap_err()
            .to_string();
        assert!(error.contains(word), "{error}");
    }
}

#[test]
fn properties_feed_fields_in_the_form_of_the_field() {
    for (name, typed, expected) in [
        ("IBAN", "be71 0961 2345 6769", "BE71096123456769"),
        ("Identifiers/GLN", "GLN 5412345 67890 8", "5412345678908"),
        ("Identifiers/CBE", "BE 0403.170.701", "0403170701"),
        ("Identifiers/KVK", "12345678", "12345678"),
        ("GLAccountCode", "400000", "400000"),
        ("GLDefaultExpiryOffset", "30", "30"),
        ("Language", "fr-BE", "FR"),
        ("CountryCode", "Nederland", "NL"),
        ("VATLiable", "Ja", "true"),
        ("CustomFields/Segment", "Schools & clubs", "Schools & clubs"),
    ] {
        let rules = MappingRules::default().properties(field(name), ["extra"]);
        let ann = customer(&ann("Extra", typed), &rules);
        let values = billit::desired(&ann, &rules);
        assert_eq!(values.get(&field(name)), Some(Some(expected)), "{name}");
    }
}

#[test]
fn a_number_with_a_wrong_check_digit_is_never_sent() {
    for (name, typed) in [
        ("IBAN", "BE71 0961 2345 6768"),
        ("Identifiers/GLN", "5412345678909"),
        ("Identifiers/CBE", "0403170702"),
        ("GLAccountCode", "forty"),
        ("VATLiable", "perhaps"),
        ("CountryCode", "Atlantis"),
    ] {
        let rules = MappingRules::default().properties(field(name), ["extra"]);
        let problem = planyo::customer(&user(&ann("extra", typed)), &rules).unwrap_err();
        let text = problem.to_string();
        assert!(text.contains("extra") && text.contains(name), "{text}");
        assert!(!text.contains(typed), "{text}");
        assert!(matches!(problem, Problem::InvalidValue { .. }));
    }
}

#[test]
fn an_owner_says_what_is_written_to_a_party_that_is_there() {
    let cases = [
        (Owner::Source, true, true),
        (Owner::NeverClear, true, true),
        (Owner::Target, false, true),
        (Owner::Fill, false, true),
        (Owner::CreateOnly, false, false),
    ];
    for (owner, over_another, over_a_blank) in cases {
        let rules = MappingRules::default().owner(field("City"), owner);
        let ann = customer(
            r#"{"id":7,"first_name":"Ann","last_name":"P","city":"Gent"}"#,
            &rules,
        );
        let is_written = |party: &str| {
            let (changes, _) = written(&ann, party, &rules);
            changes.contains(&"City=Gent".to_owned())
        };
        let other = is_written(r#"{"PartyID":1,"City":"Brugge"}"#);
        let blank = is_written(r#"{"PartyID":1}"#);
        assert_eq!((other, blank), (over_another, over_a_blank), "{owner:?}");
        // A new party gets it in any case.
        let created = billit::created(&billit::desired(&ann, &rules), &rules);
        assert_eq!(created.get(&field("City")), Some(Some("Gent")));
    }
}

#[test]
fn a_default_fills_and_never_overwrites() {
    let rules = MappingRules::default()
        .default_value(field("GLDefaultExpiryOffset"), "30")
        .default_value(field("City"), "Onbekend")
        .default_value(field("Mobile"), "0")
        .owner(field("Mobile"), Owner::CreateOnly);
    let ann = customer(
        r#"{"id":7,"first_name":"Ann","last_name":"P","city":"Gent"}"#,
        &rules,
    );
    let created = billit::created(&billit::desired(&ann, &rules), &rules);
    let created = |name| created.get(&field(name)).flatten();
    assert_eq!(created("GLDefaultExpiryOffset"), Some("30"));
    assert_eq!(created("City"), Some("Gent"));
    assert_eq!(created("Mobile"), Some("0"));

    let linked = r#""ExternalProviderID":"planyo:7","Name":"Ann P","City":"Gent""#;
    let (changes, _) = written(&ann, &format!(r#"{{"PartyID":1,{linked}}}"#), &rules);
    assert_eq!(changes, ["GLDefaultExpiryOffset=30"]);
    let party = format!(r#"{{"PartyID":1,{linked},"GLDefaultExpiryOffset":60}}"#);
    assert_eq!(written(&ann, &party, &rules).0, [""; 0]);
}

#[test]
fn identifiers_and_custom_fields_are_given_once_and_a_difference_is_told() {
    let rules = MappingRules::default().properties(field("Identifiers/GLN"), ["gln"]);
    let ann = customer(&ann("gln", "5412345678908"), &rules);
    let draft = billit::draft(&billit::created(&billit::desired(&ann, &rules), &rules));
    let draft = serde_json::to_value(&draft).unwrap();
    let expected = serde_json::json!([{"IdentifierType": "GLN", "Identifier": "5412345678908"}]);
    assert_eq!(draft["Identifiers"], expected);

    let told = |party: &str| {
        let (changes, notes) = written(&ann, party, &rules);
        assert!(changes.iter().all(|change| !change.contains("GLN")));
        notes.iter().any(|note| note.starts_with("Identifiers/GLN"))
    };
    let same =
        r#"{"PartyID":1,"Identifiers":[{"IdentifierType":"GLN","Identifier":"54 12345 67890 8"}]}"#;
    assert!(!told(same));
    assert!(told(
        r#"{"PartyID":1,"Identifiers":[{"IdentifierType":"GLN","Identifier":"5412345000013"}]}"#
    ));
    assert!(told(r#"{"PartyID":1,"Identifiers":[]}"#));
}

#[test]
fn html_and_capitals_are_read_only_on_request() {
    let json = r#"{"id":7,"first_name":"ZO&Euml;","last_name":"O&#39;BRIEN","city":"s&amp;z"}"#;
    let plain = customer(json, &MappingRules::default());
    assert_eq!(plain.last_name.as_deref(), Some("O&#39;BRIEN"));
    let rules = MappingRules::default().unescape_html().proper_names();
    let read = customer(json, &rules);
    assert_eq!(read.name().as_deref(), Some("Zoë O'Brien"));
    assert_eq!(read.address.city.as_deref(), Some("s&z"));
}

#[test]
fn the_country_s_language_is_used_where_the_customer_has_none() {
    let rules = MappingRules::default();
    let language = |json: &str| customer(json, &rules).language;
    let of = |country: &str, own: &str| {
        let json = format!(
            r#"{{"id":7,"first_name":"A","last_name":"B","country":"{country}","language":"{own}"}}"#
        );
        language(&json)
    };
    assert_eq!(of("FR", "").as_deref(), Some("FR"));
    assert_eq!(of("BE", ""), None);
    assert_eq!(of("FR", "nl").as_deref(), Some("NL"));
    assert_eq!(of("FR", "ES"), None);
}

#[test]
fn a_company_typed_as_a_person_is_a_company_without_a_contact() {
    let rules = MappingRules::default();
    let garage = customer(
        r#"{"id":7,"first_name":"Garage","last_name":"Peeters BVBA"}"#,
        &rules,
    );
    assert_eq!(garage.company.as_deref(), Some("Garage Peeters BVBA"));
    let values = billit::desired(&garage, &rules);
    assert_eq!(
        values.get(&field("Name")),
        Some(Some("Garage Peeters BVBA"))
    );
    for name in ["ContactFirstName", "ContactLastName", "VATLiable"] {
        assert_eq!(values.get(&field(name)), None, "{name}");
    }
    // With a VAT number too.
    let json = r#"{"id":7,"first_name":"Garage","last_name":"Peeters BVBA","properties":{"vat":"BE0403170701"}}"#;
    let with_vat = customer(json, &rules);
    assert_eq!(
        (with_vat.company, with_vat.first_name),
        (garage.company, None)
    );
    // Whoever may be either is left open.
    let unclear = customer(r#"{"id":7,"last_name":"Ana Sa"}"#, &rules);
    assert_eq!(
        billit::desired(&unclear, &rules).get(&field("VATLiable")),
        None
    );
}

#[test]
fn rules_are_proposed_from_names_and_values() {
    let users: Vec<User> = [
        r#"{"id":1,"country":"BE","properties":{"onderneming":"BE 0403.170.701","Naam bedrijf":"Acme","Rekening":"BE71 0961 2345 6769","hobby":"sailing"}}"#,
        r#"{"id":2,"country":"BE","properties":{"onderneming":"0563.846.944","btw":"zie factuur","Klantnummer":"12","hobby":""}}"#,
        r#"{"id":3,"country":"FR","properties":{"onderneming":null,"hobby":"null"}}"#,
    ]
    .into_iter()
    .map(user)
    .collect();
    let suggestion = MappingRules::suggest(&users);
    let told: Vec<String> = suggestion
        .findings
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        told,
        [
            "`onderneming`: filled by 2 of 3, 2 valid; feeds VATNumber",
            "`Klantnummer`: filled by 1 of 3; feeds Nr",
            "`Naam bedrijf`: filled by 1 of 3; feeds Name",
            "`Rekening`: filled by 1 of 3, 1 valid; feeds IBAN",
            "`btw`: filled by 1 of 3, 0 valid; feeds VATNumber",
            "`hobby`: filled by 1 of 3; feeds nothing",
        ]
    );
    // The one with valid numbers, not the one with the better name.
    let acme = planyo::customer(
        &user(
            r#"{"id":9,"first_name":"A","country":"BE","properties":{"onderneming":"0403170701"}}"#,
        ),
        &suggestion.rules,
    );
    assert_eq!(acme.unwrap().vat_number.as_deref(), Some("BE0403170701"));
    assert!(!format!("{suggestion:?}").contains("sailing"));
}

#[test]
fn nothing_is_proposed_from_nobody() {
    let suggestion = MappingRules::suggest([]);
    assert_eq!(suggestion.rules, MappingRules::default());
    assert!(suggestion.findings.is_empty());
}
