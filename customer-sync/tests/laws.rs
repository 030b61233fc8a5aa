//! Properties of the pure functions.

#![allow(clippy::unwrap_used)] // As in tests.

use billit_client::Record;
use billit_client::parties::Party;
use customer_sync::diff::{Difference, diff};
use customer_sync::kind::Kind;
use customer_sync::normalize::address::{self, Certainty};
use customer_sync::normalize::{phone, text, vat};
use customer_sync::party::{created, desired, draft, whole};
use customer_sync::source::planyo;
use customer_sync::{
    Address, Change, Customer, CustomerKey, Field, FieldPolicy, FieldSet, MappedCustomer,
    MappingRules, Parties, Plan, Planner, Problem, Values,
};
use proptest::prelude::*;
use serde_json::{Map, Value};

/// Cleaned texts, including hostile ones.
fn word() -> impl Strategy<Value = Option<String>> {
    prop_oneof![
        1 => Just(None),
        3 => "[A-Za-zÀ-ÿ' .-]{1,12}".prop_map(|typed| text::clean(&typed)),
        1 => ".{1,8}".prop_map(|typed| text::clean(&typed)),
    ]
}

fn any_customer(id: u64) -> impl Strategy<Value = Customer> {
    let names = (word(), word(), word());
    let contact = (
        prop::option::of("[a-c]{1,2}@example\\.com"),
        word(),
        prop::option::of("\\+32[0-9]{8,9}"),
    );
    let vat = prop::option::of(prop::sample::select(
        &["BE0403170701", "BE0563846944", "NL123456789B01"][..],
    ));
    let place = (
        "[A-Za-z ]{1,8}( [0-9]{1,3}( bus [0-9])?)?",
        word(),
        word(),
        prop::option::of("[A-Z]{2}"),
    );
    let language = prop::option::of("(NL|FR)");
    (names, contact, vat, place, language).prop_map(
        move |(names, contact, vat, place, language)| {
            let line = address::split(&place.0, None)
                .unwrap_or_default()
                .or_whole(Certainty::Likely);
            Customer {
                first_name: Some(names.0.unwrap_or_else(|| "Ann".to_owned())),
                last_name: names.1,
                company: names.2,
                email: contact.0,
                phone: contact.1,
                mobile: contact.2,
                vat_number: vat.map(str::to_owned),
                address: Address {
                    street: Some(line.street).filter(|street| !street.is_empty()),
                    street_number: line.number,
                    box_number: line.box_number,
                    zipcode: place.1,
                    city: place.2,
                    country_code: place.3,
                },
                language,
                ..Customer::new(CustomerKey::new("planyo", id.to_string()))
            }
        },
    )
}

fn party(fields: &Map<String, Value>, id: i64) -> Record<Party> {
    let mut fields = fields.clone();
    fields.insert("PartyID".to_owned(), id.into());
    Record::parse(&serde_json::value::to_raw_value(&fields).unwrap()).unwrap()
}

/// The party that Billit stores for a draft.
fn stored(values: &Values, id: i64) -> Record<Party> {
    let Value::Object(fields) = serde_json::to_value(draft(values)).unwrap() else {
        unreachable!("a draft is an object")
    };
    party(&fields, id)
}

/// A party after a patch.
fn patched(before: &Record<Party>, changes: &[Change]) -> Record<Party> {
    let mut fields: Map<String, Value> = serde_json::from_str(before.raw().get()).unwrap();
    for change in changes {
        let name = change.field.wire_name().to_owned();
        match change.after.as_deref() {
            _ if name == "VATDeductable" => {}
            Some(flag) if name == "VATLiable" => drop(fields.insert(name, (flag == "true").into())),
            Some(value) => drop(fields.insert(name, value.into())),
            None => drop(fields.remove(&name)),
        }
    }
    party(&fields, before.id.get())
}

/// Every field that a property can feed unchanged: a street may be split.
fn fed_fields() -> Vec<Field> {
    let others = [
        "Identifiers/CBE",
        "Identifiers/GLN",
        "Identifiers/SIRET",
        "CustomFields/Segment",
    ];
    let others = others.map(|name| name.parse().unwrap());
    let own =
        Field::all().filter(|field| !["Street", "ExternalProviderID"].contains(&field.wire_name()));
    // Without a street there is no address.
    let own = own.filter(|field| !["StreetNumber", "Box"].contains(&field.wire_name()));
    own.chain(others).collect()
}

proptest! {
    #[test]
    fn a_customer_does_not_differ_from_the_party_made_of_it(customer in any_customer(1)) {
        let rules = MappingRules::default();
        let values = desired(&customer, &rules);
        let party = stored(&created(&values, &rules), 5);
        let difference = diff(&values, &whole(&party), Kind::Unclear, &rules);
        prop_assert_eq!(difference, Difference::default());
    }

    #[test]
    fn applying_a_difference_leaves_none(old in any_customer(1), new in any_customer(1)) {
        // The source owns everything here: fields owned by Billit would stay different.
        let policies = ["VATNumber", "Language", "VATLiable"];
        let rules = policies.iter().fold(MappingRules::default(), |rules, field| rules.policy(field.parse().unwrap(), FieldPolicy::Overwrite));
        let party = stored(&desired(&old, &rules), 5);
        let wanted = desired(&new, &rules);
        let first = diff(&wanted, &whole(&party), Kind::Unclear, &rules);
        prop_assert!(first.unread_fields.is_empty());
        let second = diff(&wanted, &whole(&patched(&party, &first.changes)), Kind::Unclear, &rules);
        prop_assert!(second.changes.is_empty(), "{:?} after {:?}", second, first);
    }

    #[test]
    fn what_the_source_lacks_is_never_blanked(old in any_customer(1), new in any_customer(1)) {
        let rules = MappingRules::default();
        let party = stored(&desired(&old, &rules), 5);
        let wanted = desired(&new, &rules);
        for change in diff(&wanted, &whole(&party), Kind::Unclear, &rules).changes {
            let part_of_address = ["StreetNumber", "Box"].contains(&change.field.wire_name());
            prop_assert!(change.after.is_some() || (part_of_address && new.address.street.is_some()));
        }
    }

    #[test]
    fn a_plan_does_not_depend_on_the_order_of_its_inputs(
        customers in (any_customer(1), any_customer(2), any_customer(3), any_customer(4)),
        listed in prop::collection::vec(any_customer(9), 0..4),
        rotate in 0_usize..4,
        flip: bool,
    ) {
        let rules = MappingRules::default();
        let mut customers: Vec<MappedCustomer> = vec![Ok(customers.0), Ok(customers.1), Ok(customers.2), Ok(customers.3)];
        let records: Vec<_> = (10..).zip(&listed).map(|(id, customer)| {
            let raw = stored(&desired(customer, &rules), id);
            let mut fields: Map<String, Value> = serde_json::from_str(raw.raw().get()).unwrap();
            fields.remove("ExternalProviderID");
            party(&fields, id)
        }).collect();
        let mut reversed = records.clone();
        reversed.reverse();
        let first = Planner::new(&Parties::listed(records, Vec::new()).complete(), &rules).plan(&customers);
        customers.rotate_left(rotate);
        if flip {
            customers.reverse();
        }
        let second = Planner::new(&Parties::listed(reversed, Vec::new()).complete(), &rules).plan(&customers);
        prop_assert_eq!(first, second);
    }

    #[test]
    fn a_plan_survives_json(customer in any_customer(1)) {
        let plan = Planner::new(&Parties::default(), &MappingRules::default()).plan(&[Ok(customer)]);
        let json = serde_json::to_string(&plan).unwrap();
        prop_assert_eq!(serde_json::from_str::<Plan>(&json).unwrap(), plan);
    }

    #[test]
    fn normalizing_is_idempotent_and_panics_on_nothing(typed in ".*", code in prop::option::of("[0-9+]{0,4}")) {
        if let Some(clean) = text::clean(&typed) {
            prop_assert_eq!(text::clean(&clean), Some(clean.clone()));
        }
        if let Some(number) = phone::read(code.as_deref(), &typed, None) {
            let again = phone::read(code.as_deref(), &number.text, None);
            prop_assert_eq!(again.unwrap().text, number.text);
        }
        if let Ok(number) = vat::normalized(&typed, None) {
            prop_assert_eq!(vat::normalized(&number, None), Ok(number.clone()));
        }
        let _ = (vat::tax_key(&typed), text::name_key(&typed), text::email_keys(&typed).count());
    }

    #[test]
    fn splitting_an_address_loses_nothing(
        typed in prop_oneof![".*", "[A-Za-z' ]{1,12},? [0-9]{1,4}[A-Z]?(,? (bus|bte|box|/)? ?[0-9A-Z]{1,3})?"],
    ) {
        let Some(line) = address::split(&typed, None) else { return Ok(()) };
        let line = line.or_whole(Certainty::Likely);
        let place = line.locality.clone().unwrap_or_default();
        let parts = [Some(line.street.as_str()), line.number.as_deref(), line.box_number.as_deref(), Some(place.0.as_str()), Some(place.1.as_str())];
        prop_assert!(address::same([typed.as_str()], parts.into_iter().flatten()), "{typed:?} {line:?}");
        if line.number.is_none() && line.locality.is_none() {
            prop_assert_eq!(Some(line.street), text::clean(&typed));
        }
    }

    #[test]
    fn names_and_entities_obey_the_laws(typed in prop_oneof![
        any::<String>(),
        "[a-zà-ÿ' ßıµſςσ\u{301}-]{0,12}",
        "[A-ZÀ-ÖØ-Þ' ẞİΣ\u{301}-]{0,12}",
        "(&(amp;|#38;|lt;|eacute;|#x27;|nbsp|#xD800;|bogus;)*[a-z;&]?){0,4}",
    ]) {
        let proper = text::proper(&typed);
        prop_assert_eq!(text::proper(&proper), proper.clone());
        prop_assert_eq!(proper.to_lowercase().replace('ς', "σ"), typed.to_lowercase().replace('ς', "σ"));
        let unescaped = text::unescaped(&typed).into_owned();
        prop_assert_eq!(text::unescaped(&unescaped), unescaped.clone());
        if !typed.contains('&') {
            prop_assert_eq!(unescaped, typed);
        }
    }

    #[test]
    fn keys_for_comparing_are_their_own_keys(typed in prop_oneof![any::<String>(), "[A-Za-zéß'’@;,. 0-9]{0,16}"]) {
        prop_assert_eq!(text::name_key(&text::name_key(&typed)), text::name_key(&typed));
        prop_assert_eq!(text::folded_words(&text::folded_words(&typed).join(" ")), text::folded_words(&typed));
        prop_assert_eq!(text::spelling(&text::spelling(&typed).join(" ")), text::spelling(&typed));
        prop_assert_eq!(vat::tax_key(&vat::tax_key(&typed)), vat::tax_key(&typed));
        let keys: Vec<String> = text::email_keys(&typed).collect();
        prop_assert_eq!(text::email_keys(&keys.join(";")).collect::<Vec<_>>(), keys);
        let bare = address::bare_postcode(&typed);
        prop_assert!(typed.ends_with(bare));
        prop_assert_eq!(text::says_nothing(&typed), text::says_nothing(&typed.to_uppercase()));
    }

    /// Mapping is idempotent, and for any text it either succeeds or returns an error.
    #[test]
    fn a_fed_value_fed_again_is_the_same(
        typed in prop_oneof![
            any::<String>(), "[0-9 .]{0,14}", "(BE|IBAN|GLN|nl|ja|nee)? ?[0-9. ]{0,16}", "[a-z]{1,5}@[A-Za-z]{1,5}\\.be[;,]?.{0,4}",
            Just("BE71 0961 2345 6769".to_owned()), Just("0403.170.701".to_owned()), Just("Nederland".to_owned()),
        ],
        field in prop::sample::select(fed_fields()),
        html: bool,
    ) {
        let mut rules = MappingRules::default().properties(field.clone(), ["extra"]);
        if html {
            rules = rules.unescape_html().proper_names();
        }
        let fed = |typed: &str| {
            let properties = serde_json::json!({"extra": typed});
            let user = serde_json::json!({"id": 7, "first_name": "Ann", "last_name": "P", "properties": properties});
            let user = serde_json::from_value(user).unwrap();
            let customer = planyo::customer(&user, &rules)?;
            Ok::<_, Problem>(desired(&customer, &rules).get(&field).flatten().map(str::to_owned))
        };
        match fed(&typed) {
            Ok(Some(value)) => prop_assert_eq!(fed(&value).unwrap(), Some(value)),
            Ok(None) => {}
            Err(problem) => prop_assert!(typed.len() < 4 || !problem.to_string().contains(&typed)),
        }
    }

    #[test]
    fn a_phone_is_the_same_as_itself(typed in "[+0-9 ./()-]{0,16}") {
        prop_assert!(phone::same(&typed, &typed));
    }
}

/// `ALL` has the members and nothing else, and a set is the same through JSON.
#[test]
fn all_fields_are_the_members_of_the_set() {
    let all = serde_json::to_value(FieldSet::ALL).unwrap();
    assert_eq!(
        serde_json::from_value::<FieldSet>(all.clone()).unwrap(),
        FieldSet::ALL
    );
    let names = all.as_array().unwrap();
    assert_eq!(names.len(), usize::try_from(FieldSet::ALL.len()).unwrap());
    for name in names {
        let one: FieldSet = serde_json::from_value(Value::from(vec![name.clone()])).unwrap();
        assert_eq!(one.len(), 1);
        assert_eq!(
            serde_json::to_value(one).unwrap(),
            Value::from(vec![name.clone()])
        );
    }
    for field in Field::all() {
        assert!(
            FieldSet::ALL.contains(&field) && !FieldSet::EMPTY.contains(&field),
            "{field}"
        );
    }
    let unknown = Value::from(vec!["Citty"]);
    assert!(serde_json::from_value::<FieldSet>(unknown).is_err());
}
