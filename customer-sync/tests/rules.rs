//! Mapping rules: properties and fields, policies, rules files, suggestions.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use customer_sync::kind::Kind;
use customer_sync::merge::Applied;
use customer_sync::source::planyo;
use customer_sync::store::{CustomerState, StoredValues};
use customer_sync::{
    Customer, Field, FieldPolicy, MappedCustomer, MappingRules, OutcomeKind, Parties, Planner,
    diff, party,
};
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

/// The changes and notes of a party with these fields.
fn written(ours: &Customer, party: &str, rules: &MappingRules) -> (Vec<String>, Vec<String>) {
    let party = serde_json::from_str(party).unwrap();
    let current = party::whole(&party);
    let difference = diff::diff(&party::desired(ours, rules), &current, Kind::Unclear, rules);
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
        [policies]
        Email = "only_on_create"
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
        .policy(field("Email"), FieldPolicy::OnlyOnCreate)
        .default_value(field("GLDefaultExpiryOffset"), "30")
        .unwrap();
    assert_eq!(rules, expected);
    // The default names of the VAT number still count.
    let ann = customer(&ann("btw_nummer", "BE0403170701"), &rules);
    assert_eq!(ann.vat_number.as_deref(), Some("BE0403170701"));
}

#[test]
fn rules_go_out_and_come_back() {
    let rules = MappingRules::default()
        .properties(field("Identifiers/CBE"), ["kbo"])
        .policy(field("City"), FieldPolicy::FillIfEmpty)
        .default_value(field("Language"), "NL")
        .unwrap()
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
        ("[policies]\nTown = 'fill'", "Town"),
        ("[policies]\nCity = 'mine'", "mine"),
        ("[properties]\n'Identifiers/' = ['x']", "Identifiers/"),
        ("[properties]\nExternalProviderID = ['x']", "link"),
        ("[policies]\nExternalProviderID = 'only_on_create'", "link"),
        ("[defaults]\nExternalProviderID = 'planyo:1'", "link"),
        ("[defaults]\nVATLiable = 'perhaps'", "yes nor no"),
        ("[defaults]\nEmail = 'info@example.be'", "identifies"),
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
        let values = party::desired(&ann, &rules);
        assert_eq!(values.get(&field(name)), Some(Some(expected)), "{name}");
    }
}

#[test]
fn an_owner_says_what_is_written_to_a_party_that_is_there() {
    let cases = [
        (FieldPolicy::Overwrite, true, true),
        (FieldPolicy::OverwriteNonEmpty, true, true),
        (FieldPolicy::PreferBillit, false, true),
        (FieldPolicy::FillIfEmpty, false, true),
        (FieldPolicy::OnlyOnCreate, false, false),
    ];
    for (policy, over_another, over_a_blank) in cases {
        let rules = MappingRules::default().policy(field("City"), policy);
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
        assert_eq!((other, blank), (over_another, over_a_blank), "{policy:?}");
        // A new party gets it in any case.
        let created = party::created(&party::desired(&ann, &rules), &rules);
        assert_eq!(created.get(&field("City")), Some(Some("Gent")));
    }
}

#[test]
fn a_default_fills_and_never_overwrites() {
    let rules = MappingRules::default()
        .default_value(field("GLDefaultExpiryOffset"), "30")
        .and_then(|rules| rules.default_value(field("City"), "Onbekend"))
        .and_then(|rules| rules.default_value(field("Mobile"), "+3290000000"))
        .unwrap()
        .policy(field("Mobile"), FieldPolicy::OnlyOnCreate);
    let ann = customer(
        r#"{"id":7,"first_name":"Ann","last_name":"P","city":"Gent"}"#,
        &rules,
    );
    let created = party::created(&party::desired(&ann, &rules), &rules);
    let created = |name| created.get(&field(name)).flatten();
    assert_eq!(created("GLDefaultExpiryOffset"), Some("30"));
    assert_eq!(created("City"), Some("Gent"));
    assert_eq!(created("Mobile"), Some("+3290000000"));

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
    let draft = party::draft(&party::created(&party::desired(&ann, &rules), &rules));
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
fn the_country_s_language_fills_a_blank_and_no_more() {
    let rules = MappingRules::default();
    let of = |country: &str, own: &str| {
        let json = format!(
            r#"{{"id":7,"first_name":"A","last_name":"B","country":"{country}","language":"{own}"}}"#
        );
        customer(&json, &rules)
    };
    for (country, own, given) in [
        ("FR", "", Some("FR")),
        ("BE", "", None),
        ("FR", "nl", Some("NL")),
        ("FR", "ES", Some("FR")),
        ("BE", "ES", None),
    ] {
        let values = party::created(&party::desired(&of(country, own), &rules), &rules);
        let language = values.get(&field("Language")).flatten();
        assert_eq!(language, given, "{country} {own}");
    }
    // A guess is not from the customer: it neither overwrites nor counts as a difference.
    let (changes, notes) = written(&of("FR", ""), r#"{"PartyID":1,"Language":"NL"}"#, &rules);
    assert!(!format!("{changes:?} {notes:?}").contains("Language"));
    let (changes, _) = written(&of("FR", ""), r#"{"PartyID":1}"#, &rules);
    assert!(changes.contains(&"Language=FR".to_owned()));
}

#[test]
fn the_customer_s_own_language_goes_over_a_guess_that_is_remembered() {
    let rules = MappingRules::default();
    let french = r#"{"id":7,"first_name":"A","last_name":"B","country":"FR"}"#;
    let guessed = party::created(&party::desired(&customer(french, &rules), &rules), &rules);
    let last = Applied::of(&guessed, StoredValues::Hashed).into();
    let own = r#"{"id":7,"first_name":"A","last_name":"B","country":"FR","language":"NL"}"#;
    let own = party::desired(&customer(own, &rules), &rules);
    let party = |language: &str| {
        let json = format!(
            r#"{{"PartyID":1,"ExternalProviderID":"planyo:7","Name":"A B","CountryCode":"FR","Language":"{language}"}}"#
        );
        party::whole(&serde_json::from_str(&json).unwrap())
    };
    let changed = |language: &str, last: Option<&CustomerState>| {
        let difference = diff::merge(&own, &party(language), last, Kind::Unclear, &rules);
        difference
            .changes
            .iter()
            .any(|change| change.field == field("Language"))
    };
    assert!(changed("FR", Some(&last)));
    // A person has chosen, or may have.
    assert!(!changed("EN", Some(&last)));
    assert!(!changed("FR", None));
}

#[test]
fn a_property_goes_before_what_the_source_has_of_itself() {
    let rules = [
        ("Email", "factuurmail"),
        ("Street", "factuuradres"),
        ("City", "factuurstad"),
        ("CountryCode", "factuurland"),
        ("Phone", "kantoor"),
        ("Language", "taal"),
    ]
    .into_iter()
    .fold(MappingRules::default(), |rules, (name, property)| {
        rules.properties(field(name), [property])
    });
    let ann = customer(
        r#"{"id":7,"first_name":"Ann","last_name":"P","email":"ann@example.be","address":"Kerkstraat 12 bus 3",
            "zip":"9000","city":"Gent","country":"BE","language":"FR","phone_number":"","properties":{
            "factuurmail":"Boek@Example.BE","factuuradres":"Rue Haute 5","factuurstad":"Paris","factuurland":"France",
            "kantoor":"+33 1 42 68 53 00","taal":"nl"}}"#,
        &rules,
    );
    // Both have the new values, and the old house number is not left.
    assert_eq!(ann.email.as_deref(), Some("Boek@example.be"));
    assert_eq!(ann.address.street.as_deref(), Some("Rue Haute"));
    assert_eq!(ann.address.street_number.as_deref(), Some("5"));
    assert_eq!(ann.address.box_number, None);
    assert_eq!(ann.address.city.as_deref(), Some("Paris"));
    assert_eq!(ann.address.country_code.as_deref(), Some("FR"));
    assert_eq!(ann.phone.as_deref(), Some("+33142685300"));
    assert_eq!(ann.language.as_deref(), Some("NL"));
    assert!(ann.mapped_properties.is_empty());
    // A property that means "none" feeds nothing.
    let ann = customer(
        r#"{"id":7,"last_name":"P","email":"ann@example.be","properties":{"factuurmail":"geen","factuuradres":"-"}}"#,
        &rules,
    );
    assert_eq!(ann.email.as_deref(), Some("ann@example.be"));
    assert_eq!(ann.address.street, None);
}

#[test]
fn a_no_is_an_answer() {
    let rules = MappingRules::default().properties(field("VATLiable"), ["btw_plichtig"]);
    for (typed, liable) in [
        ("Nee", "false"),
        ("non", "false"),
        ("ja", "true"),
        ("0", "false"),
    ] {
        let ann = customer(&ann("btw_plichtig", typed), &rules);
        let values = party::desired(&ann, &rules);
        assert_eq!(
            values.get(&field("VATLiable")),
            Some(Some(liable)),
            "{typed}"
        );
    }
}

#[test]
fn what_is_no_number_is_no_wrong_number() {
    for name in ["VATNumber", "IBAN", "Identifiers/CBE", "Identifiers/GLN"] {
        let rules = MappingRules::default().properties(field(name), ["extra"]);
        for typed in ["particulier", "BE", "0", "n.v.t."] {
            let ann = customer(&ann("extra", typed), &rules);
            assert_eq!(
                party::desired(&ann, &rules).get(&field(name)),
                None,
                "{name} {typed}"
            );
        }
    }
}

#[test]
fn a_flag_that_a_property_feeds_goes_before_what_a_vat_number_implies() {
    let rules = MappingRules::default().properties(field("VATLiable"), ["liable"]);
    let json = r#"{"id":7,"first_name":"A","last_name":"B","properties":{"vat":"BE0403170701","liable":"no"}}"#;
    let exempt = customer(json, &rules);
    let new = party::created(&party::desired(&exempt, &rules), &rules);
    assert_eq!(new.get(&field("VATLiable")), Some(Some("false")));
    // A party that has no number yet gets the same.
    let (changes, _) = written(&exempt, r#"{"PartyID":1,"VATLiable":true}"#, &rules);
    assert!(
        changes.contains(&"VATLiable=false".to_owned()),
        "{changes:?}"
    );
    let (changes, _) = written(&exempt, r#"{"PartyID":1,"VATLiable":false}"#, &rules);
    assert!(!format!("{changes:?}").contains("VATLiable"), "{changes:?}");
    // An existing one is overwritten if the rules say so.
    let rules = rules.policy(field("VATLiable"), FieldPolicy::Overwrite);
    let party = r#"{"PartyID":1,"VATLiable":true,"VATNumber":"BE0403170701"}"#;
    let (changes, _) = written(&exempt, party, &rules);
    assert!(
        changes.contains(&"VATLiable=false".to_owned()),
        "{changes:?}"
    );
}

#[test]
fn the_link_is_written_whatever_the_rules_say() {
    let rules = MappingRules::default()
        .policy(field("ExternalProviderID"), FieldPolicy::OnlyOnCreate)
        .properties(field("ExternalProviderID"), ["code"]);
    let ann = customer(&ann("code", "planyo:1"), &rules);
    let (changes, _) = written(&ann, r#"{"PartyID":1}"#, &rules);
    assert!(
        changes.contains(&"ExternalProviderID=planyo:7".to_owned()),
        "{changes:?}"
    );
}

#[test]
fn a_house_of_two_owners_is_written_whole_or_not_at_all() {
    let source = r#"{"id":7,"first_name":"A","last_name":"B","country":"BE","address":"Kerkstraat 12 bus 3"}"#;
    let address = |rules: &MappingRules, party: &str| {
        let (changes, _) = written(&customer(source, rules), party, rules);
        let parts = ["Street", "StreetNumber", "Box"];
        let is_part = |change: &&String| {
            change
                .split_once('=')
                .is_some_and(|(name, _)| parts.contains(&name))
        };
        changes.iter().filter(is_part).cloned().collect::<Vec<_>>()
    };
    for policy in [
        FieldPolicy::PreferBillit,
        FieldPolicy::FillIfEmpty,
        FieldPolicy::OnlyOnCreate,
        FieldPolicy::ReportOnly,
    ] {
        let rules = MappingRules::default().policy(field("Street"), policy);
        let other = r#"{"PartyID":1,"Street":"Nieuwstraat","StreetNumber":"8"}"#;
        assert_eq!(address(&rules, other), [""; 0], "{policy:?}");
        let no_number = r#"{"PartyID":1,"Street":"Nieuwstraat"}"#;
        assert_eq!(address(&rules, no_number), [""; 0], "{policy:?}");
    }
    let rules = MappingRules::default().policy(field("Street"), FieldPolicy::PreferBillit);
    let blank = address(&rules, r#"{"PartyID":1}"#);
    assert_eq!(blank, ["Street=Kerkstraat", "StreetNumber=12", "Box=3"]);
}

#[test]
fn a_default_is_looked_for_where_it_is_not_known_and_stays_cleared() {
    let rules = MappingRules::default()
        .default_value(field("GLDefaultExpiryOffset"), "30")
        .and_then(|rules| rules.default_value(field("VATLiable"), "no"))
        .unwrap();
    let ann = customer(r#"{"id":7,"last_name":"P"}"#, &rules);
    let desired = party::desired(&ann, &rules);
    let party = serde_json::from_str(r#"{"PartyID":1}"#).unwrap();
    let summary = party::current(&party, |field| field.wire_name() == "Name");
    let unknown = diff::diff(&desired, &summary, Kind::Unclear, &rules).unread_fields;
    assert!(
        unknown.contains(&"GLDefaultExpiryOffset".parse().unwrap()),
        "{unknown:?}"
    );
    // A flag that Billit does not return is not filled.
    let changes = written(&ann, r#"{"PartyID":1}"#, &rules).0;
    assert!(!format!("{changes:?}").contains("VATLiable"), "{changes:?}");
    // Set, and then cleared by hand.
    let last = Applied::of(&party::created(&desired, &rules), StoredValues::Hashed).into();
    let cleared = diff::merge(
        &desired,
        &party::whole(&party),
        Some(&last),
        Kind::Unclear,
        &rules,
    );
    assert!(
        !format!("{:?}", cleared.changes).contains("GLDefault"),
        "{cleared:?}"
    );
}

#[test]
fn an_identifier_has_billit_s_spelling() {
    assert_eq!(field("Identifiers/gln"), field("Identifiers/GLN"));
    let rules = MappingRules::default().properties(field("Identifiers/siret"), ["siret"]);
    let ann = customer(&ann("siret", "552 100 554 00013"), &rules);
    let values = party::desired(&ann, &rules);
    assert_eq!(
        values.get(&field("Identifiers/SIRET")),
        Some(Some("55210055400013"))
    );
}

#[test]
fn a_company_typed_as_a_person_is_a_company_without_a_contact() {
    let rules = MappingRules::default();
    let garage = customer(
        r#"{"id":7,"first_name":"Garage","last_name":"Peeters BVBA"}"#,
        &rules,
    );
    assert_eq!(garage.company.as_deref(), Some("Garage Peeters BVBA"));
    let values = party::desired(&garage, &rules);
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
    // A customer that may be either stays unclear.
    let unclear = customer(r#"{"id":7,"last_name":"Ana Sa"}"#, &rules);
    assert_eq!(
        party::desired(&unclear, &rules).get(&field("VATLiable")),
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
    // The one with valid numbers, not the one with the matching name.
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
fn a_property_without_a_valid_value_is_found_and_not_proposed() {
    let user = user(r#"{"id":1,"properties":{"IBAN ok?":"yes","VAT rate":"21%"}}"#);
    let suggestion = MappingRules::suggest([&user]);
    assert_eq!(suggestion.rules, MappingRules::default());
    assert!(
        suggestion
            .findings
            .iter()
            .all(|finding| finding.feeds.is_some())
    );
}

#[test]
fn without_users_nothing_is_suggested() {
    let suggestion = MappingRules::suggest([]);
    assert_eq!(suggestion.rules, MappingRules::default());
    assert!(suggestion.findings.is_empty());
}

#[test]
fn a_company_number_finds_the_party_with_its_vat_number_and_the_twin_with_the_same() {
    let rules = MappingRules::default().properties(field("Identifiers/CBE"), ["kbo"]);
    let of = |id: u64, number: &str| {
        let properties = serde_json::json!({ "kbo": number });
        let user = serde_json::json!({"id": id, "first_name": "A", "last_name": "B", "properties": properties});
        Ok(customer(&user.to_string(), &rules))
    };
    let party = r#"{"PartyID":5,"Name":"B","VATNumber":"BE0403170701"}"#;
    let party = serde_json::value::RawValue::from_string(party.to_owned()).unwrap();
    let party = billit_client::Record::parse(&party).unwrap();
    let parties = Parties::listed(vec![party], Vec::new()).complete();
    let kind = |customers: &[MappedCustomer]| {
        Planner::new(&parties, &rules).plan(customers).steps[0].outcome_kind()
    };
    assert_eq!(kind(&[of(7, "0403.170.701")]), OutcomeKind::Linked);
    assert_eq!(kind(&[of(7, "0563846944")]), OutcomeKind::Created);
    assert_eq!(
        kind(&[of(7, "0563846944"), of(8, "0563 846 944")]),
        OutcomeKind::Ambiguous
    );
}
