//! Laws that hold for any input.
#![allow(clippy::unwrap_used)]

use billit_client::account::GetAccountInformation;
use billit_client::orders::AddPayment;
use billit_client::parties::{
    CreateParty, GetParty, ListParties, Party, PartyDraft, PartyPatch, PartyType, PatchParty,
    TextField, property,
};
use billit_client::peppol::SendOrder;
use billit_client::{Endpoint, IdempotencyKey, Method, RawRequest, Record, Response, Safety};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

/// Every field that a party reads, and one that nobody knows.
const FIELDS: [&str; 47] = [
    "Nr",
    "Name",
    "CommercialName",
    "DisplayName",
    "Contact",
    "ContactFirstName",
    "ContactLastName",
    "Email",
    "Phone",
    "Mobile",
    "Fax",
    "Website",
    "Street",
    "StreetNumber",
    "Box",
    "Zipcode",
    "City",
    "CountryCode",
    "Addresses",
    "VATNumber",
    "VATLiable",
    "VATDeductable",
    "IBAN",
    "BIC",
    "Language",
    "PartyType",
    "Identifiers",
    "PeppolIdentifier",
    "ExternalProviderID",
    "ExternalProviderTC",
    "GLAccountCode",
    "GLDefaultExpiryOffset",
    "DefaultExpiryOffset",
    "VentilationCode",
    "DefaultCurrencyTC",
    "DefaultTransportTypeTC",
    "CustomFields",
    "InternalInfo",
    "LastModified",
    "Created",
    "Users",
    "BankAccounts",
    "DefaultPaid",
    "DefaultReductionPercentage",
    "FinancialReductionDaysDefault",
    "DomiciliationMandateSigningDate",
    "Nobody knows",
];

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        // Exact in binary and in decimal.
        any::<i32>().prop_map(|quarters| Value::from(f64::from(quarters) / 4.0)),
        any::<String>().prop_map(Value::from),
        Just(json!("2024-03-10T15:00:49.72")),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            btree_map(field(), inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn field() -> impl Strategy<Value = String> {
    let known = proptest::sample::select(FIELDS.to_vec()).prop_map(str::to_owned);
    let inner = proptest::sample::select(vec![
        "Key",
        "Identifier",
        "SchemeID",
        "Preferred",
        "AddressType",
    ]);
    prop_oneof![known, inner.prop_map(str::to_owned), any::<String>()]
}

fn any_text_field() -> impl Strategy<Value = TextField> {
    proptest::sample::select(TextField::ALL.to_vec())
}

fn party(fields: Map<String, Value>) -> serde_json::Result<Record<Party>> {
    let raw = serde_json::value::to_raw_value(&Value::Object(fields))?;
    Record::parse(&raw)
}

proptest! {
    #[test]
    fn any_object_with_an_id_is_a_party(
        fields in btree_map(field(), any_json(), 0..30),
        id in any::<i64>(),
        as_text in any::<bool>(),
    ) {
        let mut fields: Map<_, _> = fields.into_iter().collect();
        fields.insert("PartyID".into(), if as_text { json!(id.to_string()) } else { json!(id) });
        let record = party(fields.clone()).unwrap();
        prop_assert_eq!(record.id.get(), id);
        // No field of the JSON is lost, and none is invented.
        prop_assert_eq!(record.fields().len(), fields.len());
        for (name, value) in &fields {
            prop_assert!(record.has(name) && record.fields().contains(name.as_str()));
            prop_assert_eq!(record.extra(name), Some(value.clone()));
        }
        for &field in TextField::ALL {
            let text = fields.get(field.wire_name()).and_then(Value::as_str);
            if text.is_some() {
                prop_assert_eq!(record.text(field), text.filter(|text| !text.is_empty()));
            }
        }
        // A plain value decodes alike.
        let same: Party = serde_json::from_value(Value::Object(fields)).unwrap();
        prop_assert_eq!(same.addresses, record.addresses.clone());
    }

    #[test]
    fn no_bytes_make_reading_panic(body in any::<String>()) {
        let raw = RawValue::from_string(body.clone());
        let _ = raw.map(|raw| Record::<Party>::parse(&raw).is_ok());
        let _ = CreateParty::new(PartyDraft::new("x")).parse(body.as_bytes());
    }

    #[test]
    fn no_answer_makes_reading_panic(
        status in prop_oneof![Just(200), 100_u16..600, any::<u16>()],
        body in prop_oneof![
            vec(any::<u8>(), 0..200),
            any_json().prop_map(|json| json.to_string().into_bytes()),
            any_json().prop_map(|json| json!({"errors": [json], "Items": [json]}).to_string().into_bytes()),
        ],
        retry_after in proptest::option::of(prop_oneof![any::<String>(), any::<u64>().prop_map(|seconds| seconds.to_string())]),
    ) {
        fn check<E: Endpoint>(response: &Response, endpoint: &E) -> Result<(), TestCaseError> {
            let Err(error) = response.read(endpoint) else {
                prop_assert!((200..300).contains(&response.status));
                return Ok(());
            };
            prop_assert_eq!(error.status(), Some(response.status));
            prop_assert_eq!(error.operation(), endpoint.operation());
            let shown = format!("{error} {error:?}");
            prop_assert!(!shown.is_empty());
            prop_assert!(error.retry_after().is_none() || matches!(response.status, 429 | 503));
            Ok(())
        }
        let mut response = Response::new(status, body);
        response.retry_after = retry_after;
        check(&response, &GetAccountInformation::new())?;
        check(&response, &ListParties::new())?;
        check(&response, &GetParty::new(7))?;
        check(&response, &CreateParty::new(PartyDraft::new("x")))?;
        check(&response, &PatchParty::new(7, PartyPatch::new()))?;
    }

    #[test]
    fn an_open_enum_keeps_any_text(text in any::<String>()) {
        let party_type = PartyType::from(text.as_str());
        prop_assert_eq!(party_type.as_str(), &text);
        let json = serde_json::to_string(&party_type).unwrap();
        prop_assert_eq!(serde_json::from_str::<PartyType>(&json).unwrap(), party_type);
    }

    #[test]
    fn a_literal_of_any_text_reads_back(text in any::<String>()) {
        let equal = property::NAME.eq(text.clone()).to_string();
        prop_assert_eq!(read_literal(equal.strip_prefix("Name eq ").unwrap()), Some((text.clone(), "")));
        let contains = property::NAME.contains(&text).to_string();
        let literal = contains.strip_prefix("substringof(").unwrap();
        prop_assert_eq!(read_literal(literal), Some((text, ",Name)")));
    }

    #[test]
    fn set_cleared_and_untouched_are_three_things(
        field in any_text_field(),
        value in any::<String>(),
        other in any_text_field(),
    ) {
        let sent = |patch: &PartyPatch| serde_json::to_value(patch).unwrap();
        let (set, cleared) = (PartyPatch::new().set(field, &value), PartyPatch::new().clear(field));
        prop_assert_eq!(sent(&set), json!({ field.wire_name(): value }));
        prop_assert_eq!(sent(&cleared), json!({ field.wire_name(): null }));
        prop_assert_eq!(sent(&PartyPatch::new()), json!({}));
        // The last word counts, and for its own field only.
        let patch = set.clear(other);
        prop_assert_eq!(sent(&patch)[other.wire_name()].clone(), Value::Null);
        prop_assert_eq!(patch.fields().count(), if field == other { 1 } else { 2 });
        prop_assert!(!patch.is_empty() && PartyPatch::new().is_empty());
    }

    #[test]
    fn a_draft_sends_what_is_set(field in any_text_field(), value in any::<String>()) {
        let draft = PartyDraft::new("Acme").set(field, &value);
        let sent = serde_json::to_value(&draft).unwrap();
        prop_assert_eq!(sent.get(field.wire_name()), Some(&json!(value)));
        prop_assert!(sent.as_object().unwrap().values().all(|value| !value.is_null()));
    }

    #[test]
    fn different_parts_have_different_keys(
        parts in vec("[ab]{0,3}", 0..4),
        others in vec("[ab]{0,3}", 0..4),
    ) {
        let key = |parts: &[String]| {
            let parts: Vec<_> = parts.iter().map(String::as_str).collect();
            IdempotencyKey::derive(&parts)
        };
        prop_assert_eq!(key(&parts) == key(&others), parts == others);
        prop_assert!(key(&parts).as_str().len() == 32);
    }

    #[test]
    fn a_key_belongs_to_one_record_one_content_and_one_generation(
        (id, other_id) in ("[ab]{0,2}", "[ab]{0,2}"),
        (name, other_name) in ("[ab]{0,2}", "[ab]{0,2}"),
        (generation, other_generation) in (0..3_u32, 0..3_u32),
    ) {
        let key = |id: &str, name: &str, generation| {
            let draft = PartyDraft::new(name);
            IdempotencyKey::of_record(id, &draft).unwrap().generation(generation)
        };
        let same = (&id, &name, generation) == (&other_id, &other_name, other_generation);
        let (key, other) = (key(&id, &name, generation), key(&other_id, &other_name, other_generation));
        prop_assert_eq!(key == other, same);
    }

    #[test]
    fn a_key_of_your_own_is_visible_ascii(text in any::<String>()) {
        let good = !text.is_empty() && text.len() <= 255 && text.bytes().all(|byte| (0x21..=0x7e).contains(&byte));
        prop_assert_eq!(IdempotencyKey::new(text).is_ok(), good);
    }
}

/// Reads a text as OData does: a quote stands for itself when doubled.
fn read_literal(expression: &str) -> Option<(String, &str)> {
    let mut rest = expression.strip_prefix('\'')?;
    let mut text = String::new();
    loop {
        let (part, tail) = rest.split_once('\'')?;
        text.push_str(part);
        match tail.strip_prefix('\'') {
            Some(tail) => {
                text.push('\'');
                rest = tail;
            }
            None => return Some((text, tail)),
        }
    }
}

#[test]
fn text_fields_have_the_names_of_the_documentation() {
    let names = TextField::ALL.iter().map(|field| field.wire_name());
    let distinct: std::collections::BTreeSet<_> = names.collect();
    assert_eq!(distinct.len(), 22);
    for &field in TextField::ALL {
        assert_eq!(field.to_string().parse(), Ok(field));
        assert_eq!(field.wire_name().to_lowercase().parse(), Ok(field));
        let fields = json!({"PartyID": 7, field.wire_name(): "x"});
        let Value::Object(fields) = fields else {
            unreachable!()
        };
        assert_eq!(party(fields).unwrap().text(field), Some("x"), "{field}");
    }
    assert!("Website".parse::<TextField>().is_err());
}

#[test]
fn random_keys_differ() {
    let keys: std::collections::BTreeSet<_> = (0..1000)
        .map(|_| IdempotencyKey::random().as_str().to_owned())
        .collect();
    assert_eq!(keys.len(), 1000);
    assert!(keys.iter().all(|key| key.len() == 32));
}

#[test]
fn derived_keys_stay_the_same_for_ever() {
    let key = IdempotencyKey::derive(&["create party", "planyo:7"]);
    insta::assert_snapshot!(key.as_str(), @"a80d95d79a627e948f32e51d9409cabd");
    insta::assert_snapshot!(key.generation(2).as_str(), @"2e3207333c1e6453134aef3c4f47b377");
    let key = IdempotencyKey::of_record("planyo:7", &json!({"Name": "Acme"})).unwrap();
    insta::assert_snapshot!(key.as_str(), @"77fb17bf7fb99eb637e8252d860d5c3b");
}

#[test]
fn a_key_of_a_call_tells_operations_records_paths_and_bodies_apart() {
    let draft = || json!({"OrderType": "Invoice"});
    let key = |id: &str, call: &dyn Fn(&str) -> IdempotencyKey| call(id).as_str().to_owned();
    let send = |id: &str| IdempotencyKey::of_call(id, &SendOrder::new(draft())).unwrap();
    let create = |id: &str| {
        let request = RawRequest::new(Method::Post, ["v1", "orders"], Safety::Keyed);
        IdempotencyKey::of_call(id, &request.json(&draft()).unwrap()).unwrap()
    };
    let pay = |order: i64, amount: i64| {
        move |id: &str| IdempotencyKey::of_call(id, &AddPayment::new(order, amount)).unwrap()
    };
    let keys = [
        key("1", &send),
        key("2", &send),
        key("1", &create),
        key("1", &pay(7, 50)),
        key("1", &pay(8, 50)),
        key("1", &pay(7, 51)),
    ];
    let distinct: std::collections::BTreeSet<_> = keys.iter().collect();
    assert_eq!(distinct.len(), keys.len());
    // The random key that a call has until then does not count.
    assert_eq!(keys[0], key("1", &send));
}

#[test]
fn a_filter_has_the_parentheses_it_needs() {
    use property::{CREATED, EMAIL, NAME, PARTY_ID, VAT_LIABLE};
    let (a, b, c) = (NAME.eq("a"), NAME.ne("b"), EMAIL.starts_with("c"));
    let cases = [
        (
            a.clone().and(b.clone()).and(c.clone()),
            "Name eq 'a' and Name ne 'b' and startswith(Email,'c')",
        ),
        (
            a.clone().and(b.clone().and(c.clone())),
            "Name eq 'a' and Name ne 'b' and startswith(Email,'c')",
        ),
        (
            a.clone().or(b.clone()).and(c.clone()),
            "(Name eq 'a' or Name ne 'b') and startswith(Email,'c')",
        ),
        (
            a.clone().or(b.clone().and(c.clone())),
            "Name eq 'a' or Name ne 'b' and startswith(Email,'c')",
        ),
        (!a.clone(), "not (Name eq 'a')"),
        (
            !(a.clone().and(!b)),
            "not (Name eq 'a' and not (Name ne 'b'))",
        ),
        (
            PARTY_ID.gt(7).or(VAT_LIABLE.eq(true)),
            "PartyID gt 7 or VATLiable eq true",
        ),
        (
            CREATED.lt("2024-03-10T15:00:49.723999"
                .parse::<chrono::NaiveDateTime>()
                .unwrap()),
            "Created lt DateTime'2024-03-10T15:00:49.723'",
        ),
    ];
    for (filter, expected) in cases {
        assert_eq!(filter.to_string(), expected);
    }
    assert_eq!(format!("{:?}", a.or(c)), "Name eq … or startswith(Email,…)");
}

#[test]
fn the_documented_party_is_read() {
    let json = r#"{"PartyID":588708,"Name":"Billit","Addresses":[{"AddressType":"InvoiceAddress","Name":"Billit","Street":"Oktrooiplein","StreetNumber":"1","Box":"301","City":"Ghent","CountryCode":"BE"},"odd"],
        "Street":"Oktrooiplein","Contact":"","VATNumber":"BE0563846944","LastModified":"2024-03-10T15:00:49.487","PartyType":"Customer",
        "VATLiable":true,"Language":"EN","CustomFields":[{"Key":"a","Value":1}],"GLDefaultExpiryOffset":30,"DefaultExpiryOffset":30,"VATDeductable":true,
        "DefaultReductionPercentage":0.00,"Identifiers":[{"IdentifierType":"GLN","Identifier":"5430003732007","SchemeID":"0088","Preferred":false}]}"#;
    let raw: Box<RawValue> = serde_json::from_str(json).unwrap();
    let party = Record::<Party>::parse(&raw).unwrap();
    assert_eq!(party.party_type, Some(PartyType::Customer));
    assert_eq!(
        (party.contact.as_deref(), party.has("Contact")),
        (None, true)
    );
    assert_eq!(
        (party.zipcode.as_deref(), party.has("Zipcode")),
        (None, false)
    );
    assert_eq!(party.addresses.len(), 1);
    assert_eq!(party.addresses[0].box_number.as_deref(), Some("301"));
    assert_eq!(party.identifiers[0].preferred, Some(false));
    assert_eq!(party.custom_fields[0].value.as_deref(), Some("1"));
    assert_eq!(party.gl_default_expiry_offset.as_deref(), Some("30"));
    assert_eq!(party.default_expiry_offset, Some(30));
    assert_eq!(party.vat_deductable, Some(true));
    assert_eq!(party.last_modified, "2024-03-10T15:00:49.487".parse().ok());
    // The raw JSON goes on as it came.
    assert_eq!(serde_json::to_string(&party).unwrap(), raw.get());
}
