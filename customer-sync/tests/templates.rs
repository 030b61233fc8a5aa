//! Values that the rules compute, and mistakes in them.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod common;
use common::{ROADS, World, by_road, options, person, settled};
use customer_sync::source::{GivenBy, planyo};
use customer_sync::{
    Customer, CustomerNumber, Field, Filter, MappingRules, OutcomeKind, Problem, RulesError, party,
    sync_customers,
};
use planyo_client::Record;
use planyo_client::users::User as PlanyoUser;
use proptest::prelude::*;
use sandbox::planyo::User;
use serde_json::{Value, json};

fn field(name: &str) -> Field {
    name.parse().unwrap()
}

fn record(properties: &Value) -> Record<PlanyoUser> {
    let user = json!({
        "id": "7", "first_name": "Ann", "last_name": "Peeters", "email": "Ann@Example.com", "address": "Kerkstraat 12",
        "zip": "9000", "city": "Gent", "country": "Belgium", "phone_country_code": "32", "phone_number": "0470 12 34 56",
        "properties": properties,
    });
    let raw = serde_json::value::RawValue::from_string(user.to_string()).unwrap();
    Record::parse(&raw).unwrap()
}

fn with(name: &str, template: &str) -> MappingRules {
    MappingRules::default()
        .template(field(name), template)
        .unwrap()
}

fn read(properties: &Value, rules: &MappingRules) -> Result<Customer, Problem> {
    planyo::read(&record(properties), rules)
}

/// The value of a field that a template makes, and the notes.
fn value(name: &str, template: &str, properties: &Value) -> (Option<String>, Vec<String>) {
    let rules = with(name, template);
    let customer = read(properties, &rules).unwrap();
    let notes = customer.not_understood.iter();
    let notes = notes.map(|note| format!("{} {}", note.field, note.reason));
    let value = party::desired(&customer, &rules);
    (
        value.get(&field(name)).flatten().map(str::to_owned),
        notes.collect(),
    )
}

#[test]
fn values_are_put_together_replaced_and_cut() {
    let properties = json!({
        "Bedrijf": " acme  bv ", "afdeling_1": "Sales", "taal": "2", "vrij": "1", "nr": "BE 0403.170.701", "leeg": null,
        "Straat": "Nieuwstraat", "huisnummer": "5",
    });
    for (name, template, expected) in [
        (
            "Name",
            "{{ properties.bedrijf | upper }} - {{ properties['Afdeling 1'] }}",
            "ACME BV - Sales",
        ),
        (
            "Name",
            "{{ properties.bedrijf | title | replace(' Bv', ' BV') }}",
            "Acme BV",
        ),
        ("Nr", "K{{ id }}", "K7"),
        (
            "Language",
            r#"{{ properties.taal | lookup({"1": "NL", "2": "FR"}) }}"#,
            "FR",
        ),
        (
            "Language",
            r#"{{ {"1": "NL", "2": "FR"}[properties.taal] }}"#,
            "FR",
        ),
        (
            "Language",
            r#"{{ properties.none | lookup({"1": "NL"}, "EN") }}"#,
            "EN",
        ),
        (
            "VATLiable",
            r#"{% if properties.vrij == "1" %}nee{% endif %}"#,
            "false",
        ),
        ("VATNumber", "{{ properties.nr }}", "BE0403170701"),
        (
            "VATNumber",
            "{{ properties.nr | cut(15) }}{{ properties.leeg }}",
            "BE0403170701",
        ),
        (
            "Street",
            "{{ properties.straat }} {{ properties.huisnummer }}",
            "Nieuwstraat",
        ),
        ("Street", "{{ address | default('x') }}", "Kerkstraat"),
        (
            "Street",
            "{{ properties.leeg | default('Stationsstraat 1') }}",
            "Stationsstraat",
        ),
        (
            "CustomFields/Via",
            "{% for name, value in properties | items %}{{ value | first | default('-') }}{% endfor %}",
            "aNS5-B21",
        ),
        (
            "CustomFields/Phone",
            "{{ phone }} {{ country }} {{ email }} {{ zip }} {{ city }}",
            "+32470123456 BE Ann@example.com 9000 Gent",
        ),
        (
            "CustomFields/Kind",
            "{% if zip is startingwith('9') and city not in ['Aalst'] and address is containing('straat') %}near{% endif %}",
            "near",
        ),
        (
            "Email",
            "{{ first_name | lower }}.{{ last_name | lower }}@acme.example",
            "ann.peeters@acme.example",
        ),
    ] {
        let (value, notes) = value(name, template, &properties);
        if name == "CustomFields/Phone" && cfg!(not(feature = "phone")) {
            // Joined, and not checked.
            assert!(value.unwrap().ends_with(" BE Ann@example.com 9000 Gent"));
            continue;
        }
        assert_eq!(value.as_deref(), Some(expected), "{name} {template}");
        assert_eq!(notes, [""; 0], "{template}");
    }
}

/// What a template gives is read as what a customer types, and noted in the same way.
#[test]
fn a_value_is_read_as_if_it_was_typed() {
    let typed = json!({ "vat": "BE 0403.170.702" });
    let (by_property, notes) = {
        let rules = MappingRules::default();
        let customer = read(&typed, &rules).unwrap();
        (customer.vat_number, customer.not_understood)
    };
    let rules = with("VATNumber", "{{ properties.vat }}").vat_properties([""; 0]);
    let customer = read(&typed, &rules).unwrap();
    assert_eq!(customer.vat_number, by_property);
    assert_eq!(customer.not_understood.len(), notes.len());
    assert_eq!(customer.not_understood[0].source, notes[0].source);
    assert_eq!(
        customer.not_understood[0].reason,
        notes[0].reason.replace("in `vat`", "in the template")
    );
    // And waits where it must be understood.
    let rules = rules.must_be_understood([field("VATNumber")]);
    assert!(read(&typed, &rules).is_ok());
}

/// A blank result, and one that is not understood, leave what the field has without the template.
#[test]
fn a_blank_value_falls_back() {
    let rules =
        |template: &str| with("Email", template).properties(field("Email"), ["factuur mail"]);
    let email = |template, properties| read(properties, &rules(template)).unwrap().email;
    let mail = json!({ "factuur mail": "boek@acme.example", "x": "" });
    for blank in [
        "",
        "  ",
        "{{ properties.y }}",
        "{% if zip == '1' %}a@b.example{% endif %}",
        "n/a",
    ] {
        assert_eq!(
            email(blank, &mail).as_deref(),
            Some("boek@acme.example"),
            "{blank}"
        );
        let without = MappingRules::default().properties(field("Email"), ["factuur mail"]);
        for properties in [&mail, &json!({ "x": "1" })] {
            let mut plain = read(properties, &without).unwrap();
            let mut computed = read(properties, &rules(blank)).unwrap();
            // A template that gives nothing says that the field is blank, as a blank property does.
            (plain.blank, computed.blank) = Default::default();
            assert!(plain == computed, "{blank}");
        }
    }
    assert_eq!(
        email("no address", &json!({})).as_deref(),
        Some("Ann@example.com")
    );
    // Nothing is left: blank in the source, as a blank property is.
    let rules = with("CustomFields/Via", "{{ properties.via }}");
    let customer = read(&json!({ "via": null }), &rules).unwrap();
    assert!(customer.blank.contains(&field("CustomFields/Via")));
    // A record without any properties says nothing.
    let customer = read(&json!({}), &rules).unwrap();
    assert!(customer.blank.is_empty());
}

/// Each mistake: the text, its line and column, and a part of what is said.
const MISTAKES: [(&str, usize, usize, &str); 20] = [
    (
        "{{ nmae }}",
        1,
        4,
        "there is no name `nmae`; there are id, first_name,",
    ),
    (
        "a\n  {{ first_name }}\n{{ language }}",
        3,
        4,
        "there is no name `language`",
    ),
    (
        "{{ first_name | uper }}",
        1,
        17,
        "there is no filter `uper`; there are capitalize, cut,",
    ),
    ("{{ first_name is odd }}", 1, 18, "there is no test `odd`"),
    ("{{ first_name", 1, 4, "unexpected end of input"),
    ("{% if zip %}x", 1, 13, "unexpected end of input"),
    ("{% if zip == %}x{% endif %}", 1, 14, "unexpected"),
    ("{% include 'x' %}", 1, 4, "unknown statement"),
    (
        "{% set x = 1 %}",
        1,
        4,
        "there is no tag `set`; there are if,",
    ),
    ("{% raw %}x{% endraw %}", 1, 4, "there is no tag `raw`"),
    (
        "{% with x = 1 %}{% endwith %}",
        1,
        4,
        "there is no tag `with`",
    ),
    ("{% macro x() %}{% endmacro %}", 1, 4, "unknown statement"),
    (
        "{% for x in range(9) %}{% endfor %}",
        1,
        13,
        "there is no name `range`",
    ),
    (
        "{% for x in [1, 2] %}{% endfor %}",
        1,
        4,
        "a loop goes over `properties` only",
    ),
    (
        "{{ 'x' * 100000 }}",
        1,
        8,
        "`*` is not part of this language",
    ),
    (
        "{{ first_name.upper() }}",
        1,
        15,
        "`upper(...)` is not part of this language",
    ),
    (
        "{{ properties.get('x') }}",
        1,
        15,
        "`get(...)` is not part of this language",
    ),
    ("{{ first_name | cut }}", 1, 1, "missing argument"),
    ("{{ first_name | cut(1, 2) }}", 1, 1, "too many arguments"),
    ("{{ dict(a=1) }}", 1, 4, "there is no name `dict`"),
];

/// A mistake is found when the rules are read, whichever way, with the place.
#[test]
fn a_mistake_is_found_before_the_first_customer() {
    for (template, line, column, what) in MISTAKES {
        let error = MappingRules::default()
            .template(field("Name"), template)
            .unwrap_err();
        let text = error.to_string();
        if what.contains("argument") {
            // The place is that of the filter.
            assert!(text.contains(what), "{template}: {text}");
        } else {
            let expected = format!("`templates.Name`: line {line}, column {column}: {what}");
            assert!(text.starts_with(&expected), "{template}: {text}");
        }
        let json = format!(
            "{{\n \"templates\": {{\n  \"Name\": {}}}}}",
            json!(template)
        );
        let toml = format!("[templates]\nName = {}", toml::Value::from(template));
        let read = [
            (MappingRules::from_json(&json), 3, 11),
            (MappingRules::from_toml(&toml), 2, 8),
        ];
        for (rules, line, column) in read {
            let in_file = rules.unwrap_err();
            assert_eq!((in_file.line, in_file.column), (Some(line), Some(column)));
            assert_eq!((&in_file.entry, &in_file.what), (&error.entry, &error.what));
        }
        assert!(serde_json::from_str::<MappingRules>(&json).is_err());
        // The filter is the same language.
        if let Some(expression) = template
            .strip_prefix("{{ ")
            .and_then(|t| t.strip_suffix(" }}"))
        {
            let error = Filter::default().expression(expression).unwrap_err();
            assert_eq!(error.entry, "filter.expression");
            let toml = format!("[filter]\nexpression = {}", toml::Value::from(expression));
            let in_file = MappingRules::from_toml(&toml).unwrap_err();
            assert_eq!(
                (in_file.line, &in_file.what),
                (Some(2), &error.what),
                "{expression}"
            );
        }
    }
    let text = Filter::default()
        .expression("properties.invoice")
        .unwrap_err();
    assert!(
        text.what.contains("neither true nor false: compare it"),
        "{text}"
    );
    let long = "x".repeat(5000);
    assert!(
        MappingRules::default()
            .template(field("Name"), &long)
            .is_err()
    );
    let link = MappingRules::default().template(field("ExternalProviderID"), "x");
    assert!(link.unwrap_err().what.contains("the link"));
}

/// A template that fails for one customer puts that one in quarantine, by every road, and says nothing of its values.
#[tokio::test]
async fn a_failure_is_that_of_one_customer() {
    let endless = "{% for a in properties %}{% for b in properties %}{% for c in properties %}\
                   {% if a == b %}{% endif %}{% endfor %}{% endfor %}{% endfor %}";
    for (template, why) in [
        (
            r#"{{ {"1": "NL"}[properties.taal] }}"#,
            "undefined value in line 1",
        ),
        (
            "{{ first_name }}\n{{ properties.taal + 1 }}",
            "invalid operation in line 2",
        ),
        (endless, "it takes too many steps"),
        (
            "{% for a in properties %}{{ properties.taal }}{% endfor %}",
            "its value has more than 4096 bytes",
        ),
    ] {
        for road in ROADS {
            let (world, _, options) = settled(2).await;
            for id in 1..=2 {
                world.sandbox.planyo.edit(id, |user| {
                    let many = if id == 1 { 80 } else { 0 };
                    for number in 0..many {
                        let (name, value) = (format!("p{number}"), "x".to_owned());
                        user.properties.insert(name, Some(value));
                    }
                    let secret = if id == 1 {
                        "secret".repeat(20)
                    } else {
                        "1".to_owned()
                    };
                    user.properties.insert("taal".to_owned(), Some(secret));
                    user.city = "Aalst".to_owned();
                });
            }
            let fails_for_both = template.contains("+ 1");
            let options = options.rules(with("CustomFields/Via", template));
            let before = world.linked();
            let outcomes = by_road(road, &world, &options).await;
            let one = &outcomes[0];
            assert_eq!(one.kind, OutcomeKind::Quarantined, "{road} {template}");
            assert_eq!(
                one.reason,
                format!("the template of CustomFields/Via in the rules fails: {why}")
            );
            assert_eq!(world.linked()["planyo:1"], before["planyo:1"]);
            if let Some(other) = outcomes.get(1).filter(|_| !fails_for_both) {
                assert_eq!(other.kind, OutcomeKind::Updated, "{road} {template}");
            }
        }
    }
}

/// The explanation has the values of a new party, whatever the filter says, and says what the filter says.
#[test]
fn an_explanation_agrees_with_the_mapping() {
    let rules = MappingRules::default()
        .customer_number(CustomerNumber::SourceId)
        .provider_code("planyo")
        .properties(field("Email"), ["mail"])
        .default_value(field("GLDefaultExpiryOffset"), "30")
        .unwrap()
        .template(field("Street"), "{{ properties.straat }}")
        .unwrap();
    let filters = [
        Filter::default(),
        Filter::default().property("mail", true),
        Filter::default()
            .confirmed_reservation()
            .property("mail", true),
    ];
    for properties in [
        json!({}),
        json!({ "mail": "boek@acme.example", "straat": "Nieuwstraat 5", "btw": "BE 0403.170.701", "Bedrijf": "Acme" }),
        json!({ "mail": "", "straat": "", "btw": "wrong" }),
    ] {
        for filter in &filters {
            let rules = rules.clone().filter(filter.clone());
            let user = record(&properties);
            let explained = planyo::explain(&user, &rules);
            let customer = planyo::read(&user, &rules.clone().filter(Filter::default())).unwrap();
            let party = party::created(&party::desired(&customer, &rules), &rules);
            let party: Vec<_> = party
                .iter()
                .filter_map(|(field, value)| Some((field, value?.to_owned())))
                .collect();
            let values = explained.values.iter();
            let values: Vec<_> = values
                .map(|one| (one.field.clone(), one.value.clone()))
                .collect();
            assert_eq!(values, party);
            assert!(explained.customer.unwrap() == customer);
            let decided = match planyo::read(&user, &rules) {
                Err(problem) => {
                    format!("left out, {}", problem.to_string().replace("filter: ", ""))
                }
                Ok(_) if filter.on_reservations().is_some() => {
                    "taken if the reservations meet `confirmed_reservation`".to_owned()
                }
                Ok(_) => "taken".to_owned(),
            };
            assert_eq!(explained.filter.to_string(), decided);
        }
    }
    let user = record(
        &json!({ "mail": "boek@acme.example", "straat": "Nieuwstraat 5", "BTW": "BE 0403.170.701" }),
    );
    let explained = planyo::explain(&user, &rules);
    let given = |name: &str| {
        let mut values = explained.values.iter();
        values
            .find(|one| one.field == field(name))
            .unwrap()
            .given_by
            .clone()
    };
    for (name, given_by) in [
        ("Nr", GivenBy::CustomerNumber),
        ("ExternalProviderTC", GivenBy::ProviderCode),
        ("ExternalProviderID", GivenBy::Link),
        ("Email", GivenBy::Property("mail".to_owned())),
        ("VATNumber", GivenBy::Property("BTW".to_owned())),
        ("Street", GivenBy::Template),
        ("StreetNumber", GivenBy::Template),
        ("City", GivenBy::Record),
        ("VATLiable", GivenBy::Implied),
        ("GLDefaultExpiryOffset", GivenBy::Default),
    ] {
        assert_eq!(given(name), given_by, "{name}");
    }
    assert!(!format!("{explained:?}").contains("Nieuwstraat"));
}

/// A computed value comes to the same by every road, is cleared when it is gone, and is written once.
#[tokio::test]
async fn all_roads_compute_the_same() {
    let rules = with("CommercialName", "{{ properties.merk | upper }}");
    let rules = rules.template(field("Phone"), "{{ mobile }}").unwrap();
    for road in ROADS {
        let (world, _, options) = settled(1).await;
        let options = options.rules(rules.clone());
        // A list does not say it.
        world.sandbox.planyo.edit(1, |user| user.language.clear());
        let set = |value: Option<&str>| {
            world.sandbox.planyo.edit(1, |user| {
                user.properties
                    .insert("merk".to_owned(), value.map(str::to_owned));
            });
        };
        set(Some("acme"));
        by_road(road, &world, &options).await;
        let party = world.party_of(1);
        assert_eq!(party["CommercialName"], "ACME", "{road}");
        assert_eq!(party["Phone"], party["Mobile"], "{road}");
        world.clear();
        for road in ROADS {
            by_road(road, &world, &options).await;
        }
        assert_eq!(world.writes(), 0, "{road}");
        set(None);
        by_road(road, &world, &options).await;
        let name = world.party_of(1).get("CommercialName").cloned();
        assert!(
            name.is_none_or(|name| name.is_null() || name == ""),
            "{road}"
        );
    }
}

/// Rules with a filter and templates go out and come back, and their fingerprint tells them apart.
#[test]
fn rules_go_out_and_come_back() {
    let plain = MappingRules::default;
    let filter = || {
        Filter::default()
            .confirmed_reservation()
            .last_reservation_since("2025-01-01".parse().unwrap())
            .property("invoice", true)
            .property("type", "b2b")
            .property("other", ["a", "b"])
            .property("none", false)
            .countries(["Belgium"])
            .unwrap()
            .kinds([customer_sync::kind::Kind::Person])
    };
    let expression = |text: &str| plain().filter(Filter::default().expression(text).unwrap());
    let all = [
        plain(),
        plain().filter(filter()),
        plain().filter(filter().property("none", true)),
        expression("zip == '9000'"),
        expression("zip == '9001'"),
        with("Name", "{{ city }}"),
        with("Name", "{{ zip }}"),
        with("City", "{{ zip }}"),
    ];
    for (index, rules) in all.iter().enumerate() {
        let json = serde_json::to_string(rules).unwrap();
        let toml = toml::to_string(rules).unwrap();
        let back = [
            MappingRules::from_json(&json).unwrap(),
            MappingRules::from_toml(&toml).unwrap(),
            serde_json::from_str(&json).unwrap(),
            toml::from_str(&toml).unwrap(),
        ];
        for back in back {
            assert_eq!(back, *rules);
            assert_eq!(back.fingerprint(), rules.fingerprint());
        }
        for (other, others) in all.iter().enumerate() {
            assert_eq!(index == other, rules.fingerprint() == others.fingerprint());
        }
    }
    let date = MappingRules::from_toml("[filter]\nlast_reservation_since = 2025-01-01\n");
    let text = MappingRules::from_toml("[filter]\nlast_reservation_since = '2025-01-01'\n");
    assert_eq!(date, text);
}

/// The default rules are those of before: a store need not compare all customers again.
#[cfg(feature = "phone")]
#[test]
fn default_rules_keep_their_fingerprint() {
    let fingerprint = MappingRules::default().fingerprint().to_string();
    assert_eq!(fingerprint, "2dbfa6ac36986042da06a6acaf4abfac");
}

/// A mistake in a file: the text, and what is said.
#[test]
fn an_error_in_a_file_names_the_entry_the_line_and_the_remedy() {
    let toml = |text: &str| MappingRules::from_toml(text).unwrap_err().to_string();
    let json = |text: &str| MappingRules::from_json(text).unwrap_err().to_string();
    for (text, expected) in [
        (
            toml("source = 'a'\nproprties = {}"),
            "line 2, column 1: unknown field `proprties`; did you mean `properties`?",
        ),
        (
            toml("[filter]\n\nkind = ['company']"),
            "line 3, column 1: unknown field `kind`; did you mean `kinds`?",
        ),
        (
            toml("[properties]\nVatNumbr = ['x']"),
            "line 2, column 1: Billit has no field `VatNumbr`",
        ),
        (
            toml("[policies]\nEmail = 'fill_empty'"),
            "line 2, column 9: unknown variant `fill_empty`; did you mean `fill_if_empty`?",
        ),
        (
            toml("[filter]\ncountries = ['BE',\n 'Atlantis']"),
            "line 2, column 13: `filter.countries`: `Atlantis` is not a country",
        ),
        (
            toml("[filter]\nlast_reservation_since = 'soon'"),
            "line 2, column 26: `soon` is no date: write it as \"2025-01-01\"",
        ),
        (
            toml("[filter.properties]\ninvoice = 1"),
            "line 2, column 11: it must be true, false, a text or a list of texts",
        ),
        (
            toml("[defaults]\nEmail = 'a@b.example'"),
            "line 2, column 9: `defaults.Email`: `Email` identifies a customer",
        ),
        (
            toml("version = 2"),
            "line 1, column 11: `version`: the rules have version 2",
        ),
        (toml("a = [\n"), "line 1, column 6: unclosed array"),
        (
            toml("[policies]\n\nExternalProviderID = 'overwrite'"),
            "line 3, column 22: `policies.ExternalProviderID`: this is the link",
        ),
        (
            json("{\n \"proprties\": {}}"),
            "line 2, column 12: unknown field `proprties`; did you mean `properties`?",
        ),
        (
            json("{\"filter\": {\n \"countries\": [\"Atlantis\"]}}"),
            "line 2, column 15: `filter.countries`: `Atlantis` is not a country",
        ),
        (
            json("{\"version\": 2}"),
            "line 1, column 13: `version`: the rules have version 2",
        ),
        (json("{"), "line 1, column 1: EOF while parsing"),
    ] {
        assert!(text.starts_with(expected), "{text}\n{expected}");
        assert!(!text.contains('\n'), "{text}");
    }
    assert!(toml("[properties]\nVatNumbr = ['x']").ends_with("did you mean `VATNumber`?"));

    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("rules.toml", "source = 1"),
        ("rules.json", "{\"source\": 1}"),
    ] {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        let error: RulesError = MappingRules::read(&path).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with(&format!("{}, line 1, column ", path.display()))
        );
        std::fs::write(&path, text.replace('1', "\"shop\"")).unwrap();
        assert_eq!(
            MappingRules::read(&path).unwrap(),
            MappingRules::default().source("shop")
        );
    }
    let missing = MappingRules::read(folder.path().join("none.toml")).unwrap_err();
    assert!(missing.to_string().contains("none.toml: "), "{missing}");
}

proptest! {
    /// No text makes the reader of templates panic, and what it accepts renders or fails for a reason.
    #[test]
    fn any_text_is_a_template_or_a_mistake(text in "[a-z{}%#|'\"\\[\\]()., \n=*-]{0,40}", words in prop::collection::vec(
        prop::sample::select(vec!["{{", "}}", "{%", "%}", "if", "for", "in", "properties", "zip", "|", "upper", "endif", "endfor",
            "x", "'a'", "[", "]", ".", "and", "else", "==", "é"]), 0..12)) {
        for text in [text, words.join(" ")] {
            if let Ok(rules) = MappingRules::default().template(field("Name"), &text) {
                let _ = read(&json!({ "x": "1" }), &rules);
            }
            if let Ok(filter) = Filter::default().expression(&text) {
                let _ = read(&json!({ "x": "1" }), &MappingRules::default().filter(filter));
            }
        }
    }
}

/// A condition on properties that the expression says too decides the same.
#[tokio::test]
async fn an_expression_says_what_the_conditions_say() {
    let pairs = [
        (
            Filter::default().property("invoice", "B2B"),
            "properties.invoice | lower == 'b2b'",
        ),
        (
            Filter::default().countries(["BE", "LU"]).unwrap(),
            "country in ['BE', 'LU']",
        ),
        (
            Filter::default().kinds([customer_sync::kind::Kind::Company]),
            "kind == 'company'",
        ),
    ];
    for (conditions, expression) in pairs {
        let world = World::empty().await;
        for id in 1..=8 {
            let country = ["BE", "NL", "Luxemburg"][usize::try_from(id).unwrap() % 3];
            let mut user = User {
                country: country.to_owned(),
                ..person(id)
            };
            let answer = ["b2b", "1", ""][usize::try_from(id).unwrap() % 3].to_owned();
            user.properties.insert("invoice".to_owned(), Some(answer));
            if id % 2 == 0 {
                user.last_name.push_str(" BV");
            }
            world.sandbox.planyo.add(user);
        }
        let mut decided = Vec::new();
        for filter in [
            conditions,
            Filter::default().expression(expression).unwrap(),
        ] {
            let options = options().rules(MappingRules::default().filter(filter));
            let report = sync_customers(&world.planyo, &world.billit, &options)
                .await
                .unwrap();
            let skipped = report
                .outcomes
                .iter()
                .map(|one| one.kind == OutcomeKind::Skipped);
            decided.push(skipped.collect::<Vec<bool>>());
        }
        assert_eq!(decided[0], decided[1], "{expression}");
        assert!(decided[0].contains(&true) && decided[0].contains(&false));
    }
}
