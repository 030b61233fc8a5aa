//! Texts that people typed, from public reports: `cases/typed.json` has the text, what it should become, and the source.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // As in tests.

use customer_sync::normalize::address::{self, Certainty};
use customer_sync::normalize::country;
use customer_sync::source::planyo;
use customer_sync::{Customer, MappingRules};
use serde_json::{Value, json};

fn cases(kind: &str) -> Vec<Value> {
    let all: Vec<Value> = serde_json::from_str(include_str!("cases/typed.json")).unwrap();
    let of_kind: Vec<Value> = (all.into_iter())
        .filter(|case| case["kind"] == kind)
        .collect();
    assert!(!of_kind.is_empty(), "{kind}");
    of_kind
}

fn customer(fields: &Value) -> Customer {
    let mut user = json!({
        "id": "1", "first_name": "Ann", "last_name": "Peeters", "country": "BE", "properties": {"vat": fields["vat"]},
    });
    for (name, value) in fields.as_object().unwrap() {
        user[name] = value.clone();
    }
    let raw = serde_json::value::to_raw_value(&user).unwrap();
    let user = planyo_client::Record::parse(&raw).unwrap();
    planyo::read(&user, &MappingRules::default()).unwrap()
}

/// All cases of a kind, and what became of those that are not as expected.
fn check(kind: &str, found: impl Fn(&Value) -> Value) {
    let mut wrong = Vec::new();
    for case in cases(kind) {
        let found = found(&case["input"]);
        if found != case["expected"] {
            wrong.push(format!(
                "{} -> {found}, not {}",
                case["input"], case["expected"]
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn address_lines() {
    check("address", |input| {
        let split = address::split(input["line"].as_str().unwrap(), input["country"].as_str());
        let split = split.unwrap().or_whole(Certainty::Likely);
        json!({"street": split.street, "number": split.number, "box": split.box_number})
    });
}

#[test]
fn boxes_behind_a_dash() {
    check("box", |input| {
        let user = json!({"address": input["line"], "country": input["country"]});
        json!(customer(&user).address.box_number)
    });
}

#[test]
fn addresses_in_two_spellings() {
    check("same address", |input| {
        json!(address::same(input["a"].as_str(), input["b"].as_str()))
    });
}

#[test]
fn postcodes_in_two_spellings() {
    check("same postcode", |input| {
        let (a, b) = (input["a"].as_str().unwrap(), input["b"].as_str().unwrap());
        json!(address::same_postcode(a, b))
    });
}

#[test]
fn countries() {
    check("country", |input| {
        json!(country::code(input["country"].as_str().unwrap()))
    });
    check("country", |input| {
        let customer = customer(input);
        let is_noted = (customer.not_understood.iter()).any(|note| {
            note.field.to_string() == "CountryCode"
                && note.source.as_deref() == input["country"].as_str()
        });
        assert_eq!(is_noted, customer.address.country_code.is_none(), "{input}");
        json!(customer.address.country_code)
    });
}

/// The number is Belgian by its check digits, but the customer is of another country.
#[test]
fn a_country_that_is_not_understood_is_not_belgium() {
    check("vat without a country", |input| {
        json!(customer(input).vat_number)
    });
    for country in ["Congo", "Atlantis", "Elbonia", "Xyz", "BE NL", "Vlaanderen"] {
        let user = json!({
            "country": country, "vat": "0403170701", "phone_number": "0470 12 34 56", "address": "Kerkstraat 12 b3",
        });
        let customer = customer(&user);
        assert_eq!(customer.address.country_code, None, "{country}");
        assert_eq!(customer.vat_number, None, "{country}");
        assert_eq!(
            customer.phone.as_deref(),
            Some("0470 12 34 56"),
            "{country}"
        );
        let values = customer_sync::party::desired(&customer, &MappingRules::default());
        assert!(
            !values
                .iter()
                .any(|(field, _)| field.to_string() == "Language"),
            "{country}"
        );
        let words: Vec<_> = customer
            .not_understood
            .iter()
            .filter_map(|note| note.source.clone())
            .collect();
        assert!(words.contains(&country.to_owned()), "{country}: {words:?}");
        assert!(
            words.contains(&"0403170701".to_owned()),
            "{country}: {words:?}"
        );
    }
}

#[test]
fn invisible_marks_go() {
    for case in cases("marks") {
        let with_marks = customer(&case["input"]);
        let mut without = case["input"].clone();
        let expected = &case["expected"];
        let address = format!(
            "{} {}",
            expected["Street"].as_str().unwrap(),
            expected["StreetNumber"].as_str().unwrap()
        );
        without["mobile_number"] = expected["Mobile"].clone();
        without["email"] = expected["Email"].clone();
        without["zip"] = expected["Zipcode"].clone();
        without["address"] = json!(address);
        assert_eq!(
            json!(with_marks),
            json!(customer(&without)),
            "{}",
            case["input"]
        );
    }
}

#[cfg(feature = "phone")]
#[test]
fn phones() {
    use customer_sync::normalize::phone::read;
    check("phone", |input| {
        let (code, country) = (input["country_code"].as_str(), input["country"].as_str());
        json!(read(code, input["number"].as_str().unwrap(), country).map(|phone| phone.text))
    });
}

#[test]
fn no_phone_is_lost_or_invented_and_what_is_not_understood_is_noted() {
    for case in cases("phone") {
        let input = &case["input"];
        let typed = input["number"].as_str().unwrap();
        // A field for the code that is blank: without the field, the code would be in the number.
        let code = input["country_code"].as_str().unwrap_or_default();
        let user = json!({"mobile_number": typed, "mobile_country_code": code, "country": input["country"]});
        let customer = customer(&user);
        let mobile = customer.mobile.as_deref();
        assert!(
            mobile == case["expected"].as_str()
                || mobile == customer_sync::normalize::text::clean(typed).as_deref(),
            "{input}: {mobile:?}"
        );
    }
}
