//! Matching compared with a slow and simple matcher; and a full run compared with runs of one customer.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // As in tests.

mod common;
use std::collections::BTreeSet;

use billit_client::Record;
use billit_client::parties::Party;
use common::{World, person};
use customer_sync::normalize::{email, phone, text, vat};
use customer_sync::{
    Action, Customer, CustomerKey, MappedCustomer, MappingRules, OutcomeKind, Parties, Planner,
};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

const VATS: [&str; 2] = ["BE0403170701", "BE0563846944"];

/// Few values, so that many are the same.
fn somebody(id: u64) -> impl Strategy<Value = Customer> {
    let name = prop::sample::select(&["Peeters", "peeters", "Janssens"][..]);
    let email = prop::option::of(prop::sample::select(&["a@x.be", "A@x.be", "b@x.be"][..]));
    let number = prop::option::of(prop::sample::select(&["1", "2"][..]));
    let vat = prop::option::weighted(0.3, prop::sample::select(&VATS[..]));
    let phone = prop::option::of(prop::sample::select(
        &["+32470123456", "0470123456", "+33470123456", "12345678"][..],
    ));
    let street = prop::option::of(prop::sample::select(&["Kerkstraat", "Dorp"][..]));
    (name, email, number, vat, phone, street).prop_map(
        move |(name, email, number, vat, phone, street)| {
            let mut customer = Customer::new(CustomerKey::new("planyo", id.to_string()));
            customer.first_name = Some("Ann".to_owned());
            customer.last_name = Some(name.to_owned());
            customer.email = email.map(str::to_owned);
            customer.number = number.map(str::to_owned);
            customer.vat_number = vat.map(str::to_owned);
            customer.phone = phone.map(str::to_owned);
            customer.address.street = street.map(str::to_owned);
            customer.address.street_number = street.map(|_| "12".to_owned());
            customer.address.zipcode = street.map(|_| "9000".to_owned());
            customer
        },
    )
}

fn some_party(id: i64) -> impl Strategy<Value = Value> {
    let kind = prop::sample::select(&["Customer", "Customer", "Supplier"][..]);
    let link = prop::option::weighted(
        0.2,
        prop::sample::select(&["planyo:1", "planyo:2", "other"][..]),
    );
    (somebody(9), kind, link, any::<bool>()).prop_map(move |(like, kind, link, registered)| {
        let mut party = json!({
            "PartyID": id, "PartyType": kind, "Name": like.name(), "Email": like.email, "Nr": like.number,
            "Phone": like.phone, "Street": like.address.street, "StreetNumber": like.address.street_number,
            "Zipcode": like.address.zipcode, "ExternalProviderID": link,
        });
        if registered {
            let number = like.vat_number.as_deref().map(|vat| vat.trim_start_matches("BE"));
            party["Identifiers"] = json!([{"IdentifierType": "CBE", "Identifier": number}]);
        } else {
            party["VATNumber"] = json!(like.vat_number);
        }
        party
    })
}

fn parties(items: &[Value]) -> Parties {
    let raw = |item: &Value| serde_json::value::to_raw_value(item).unwrap();
    let records = items
        .iter()
        .map(|item| Record::<Party>::parse(&raw(item)).unwrap());
    Parties::listed(records.collect(), Vec::new()).complete()
}

type Test<'t> = Box<dyn Fn(&Value) -> bool + 't>;

/// The simple matcher: goes through all parties for each customer, strongest evidence first.
fn obvious(customer: &Customer, items: &[Value]) -> (OutcomeKind, BTreeSet<i64>) {
    fn text_of<'a>(item: &'a Value, field: &str) -> Option<&'a str> {
        item[field].as_str()
    }
    let id = |item: &Value| item["PartyID"].as_i64().unwrap();
    let link = customer.key.to_string();
    let tax = (customer.vat_number.as_deref()).map(|number| vat::tax_key(number, None));
    let taxes = |item: &Value| -> Vec<String> {
        let registered = item["Identifiers"][0]["Identifier"].as_str();
        let numbers = text_of(item, "VATNumber").into_iter().chain(registered);
        numbers.map(|number| vat::tax_key(number, None)).collect()
    };
    let emails = |email: Option<&str>| -> BTreeSet<String> {
        email.into_iter().flat_map(email::keys).collect()
    };
    let same_email = |item: &Value| {
        let (ours, theirs) = (
            emails(customer.email.as_deref()),
            emails(text_of(item, "Email")),
        );
        !ours.is_disjoint(&theirs)
    };
    let same_name = |item: &Value| {
        text::name_key(text_of(item, "Name").unwrap()) == text::name_key(&customer.name().unwrap())
    };
    let same_place = |item: &Value| {
        let same_street = customer.address.street.is_some()
            && customer.address.street.as_deref() == text_of(item, "Street");
        let ours = customer.phone.as_deref();
        let phones = ours.zip(text_of(item, "Phone"));
        let without = customer.email.is_none() || item["Email"].is_null();
        without && (same_street || phones.is_some_and(|(ours, theirs)| phone::same(theirs, ours)))
    };
    let number = |item: &Value| {
        customer.number.is_some() && customer.number.as_deref() == text_of(item, "Nr")
    };
    let steps: [Test<'_>; 4] = [
        Box::new(|item| text_of(item, "ExternalProviderID") == Some(&link)),
        Box::new(|item| tax.as_ref().is_some_and(|tax| taxes(item).contains(tax))),
        Box::new(number),
        Box::new(|item| same_email(item) && same_name(item)),
    ];
    for (strength, test) in steps.iter().enumerate() {
        let found: Vec<&Value> = items.iter().filter(|item| test(item)).collect();
        if found.is_empty() {
            continue;
        }
        let ids: BTreeSet<i64> = found.iter().map(|item| id(item)).collect();
        let customers: Vec<&&Value> = found
            .iter()
            .filter(|item| item["PartyType"] != "Supplier")
            .collect();
        let [item] = customers.as_slice() else {
            return (OutcomeKind::Ambiguous, ids);
        };
        let one = BTreeSet::from([id(item)]);
        if strength == 0 {
            return (OutcomeKind::Updated, one);
        }
        let theirs = taxes(item);
        let other_tax = tax
            .as_ref()
            .is_some_and(|tax| !theirs.is_empty() && !theirs.contains(tax));
        let number_alone = strength == 2 && !same_name(item) && !same_email(item);
        if other_tax || number_alone {
            return (OutcomeKind::Ambiguous, ids);
        }
        let is_free = item["ExternalProviderID"].is_null();
        return (
            if is_free {
                OutcomeKind::Linked
            } else {
                OutcomeKind::Conflict
            },
            one,
        );
    }
    let half = |test: &dyn Fn(&Value) -> bool| -> BTreeSet<i64> {
        items.iter().filter(|item| test(item)).map(id).collect()
    };
    let by_email = half(&same_email);
    let near = half(&|item| same_name(item) && same_place(item));
    let same_street = |item: &Value| {
        customer.address.street.is_some()
            && customer.address.street.as_deref() == text_of(item, "Street")
    };
    let is_company = |item: &Value| tax.is_some() || !taxes(item).is_empty();
    let company = half(&|item| same_name(item) && same_street(item) && is_company(item));
    let half = [by_email, near, company].into_iter();
    let half = half
        .clone()
        .find(|found| !found.is_empty())
        .unwrap_or_default();
    let kind = if half.is_empty() {
        OutcomeKind::Created
    } else {
        OutcomeKind::Ambiguous
    };
    (kind, half)
}

fn told(action: &Action) -> BTreeSet<i64> {
    match action {
        Action::Link { party, .. }
        | Action::Update { party, .. }
        | Action::Unchanged { party }
        | Action::Conflict { party, .. } => BTreeSet::from([party.get()]),
        Action::Ambiguous { candidates, .. } => candidates.iter().map(|id| id.get()).collect(),
        _ => BTreeSet::new(),
    }
}

/// The party of a create.
fn made(action: &Action, id: i64) -> Option<Value> {
    let Action::Create { values, .. } = action else {
        return None;
    };
    let fields = values
        .iter()
        .filter_map(|(field, value)| Some((field.to_string(), json!(value?))));
    let mut party: Map<String, Value> = fields.collect();
    party.insert("PartyID".to_owned(), id.into());
    Some(Value::Object(party))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_plan_is_what_the_obvious_matcher_says(
        customer in somebody(1),
        items in (some_party(11), some_party(12), some_party(13), some_party(14)),
        count in 0_usize..5,
    ) {
        let items = [items.0, items.1, items.2, items.3];
        let items = &items[..count.min(4)];
        let (kind, ids) = obvious(&customer, items);
        let plan = Planner::new(&parties(items), &MappingRules::default()).plan(&[Ok(customer)]);
        let step = &plan.steps[0];
        let found = match step.outcome_kind() {
            OutcomeKind::Unchanged => OutcomeKind::Updated,
            kind => kind,
        };
        prop_assert_eq!((found, told(&step.action)), (kind, ids), "{:?} {:?}", plan, items);
    }

    /// Two customers that a full run creates are created by runs of one too, and two that it skips conflict with each
    /// other.
    #[test]
    fn a_whole_run_agrees_with_runs_of_one(a in somebody(1), b in somebody(2)) {
        let rules = MappingRules::default();
        let both: [MappedCustomer; 2] = [Ok(a.clone()), Ok(b.clone())];
        let whole = Planner::new(&parties(&[]), &rules).plan(&both);
        let second = |first: &Customer, second: &Customer| {
            let plan = Planner::new(&parties(&[]), &rules).plan(&[Ok(first.clone())]);
            let party = made(&plan.steps[0].action, 11).unwrap();
            Planner::new(&parties(&[party]), &rules).plan(&[Ok(second.clone())]).steps[0].outcome_kind()
        };
        let one_by_one = [second(&a, &b), second(&b, &a)];
        let all_new = one_by_one == [OutcomeKind::Created; 2];
        prop_assert_eq!(whole.counts().created == 2, all_new, "{} {:?}", whole, one_by_one);
        prop_assert!(all_new || whole.counts().ambiguous == 2, "{}", whole);
    }
}

/// A list without VAT numbers, and a party with the most fields that has none: a party with one is found all the same.
#[tokio::test]
async fn what_the_richest_party_lacks_is_not_taken_for_what_nobody_has() {
    let world = World::empty().await;
    let rich = json!({"Name": "Rich", "PartyType": "Customer", "Street": "Dorp", "StreetNumber": "1", "Zipcode": "9000",
        "City": "Gent", "CountryCode": "BE", "Phone": "+3292035699", "Email": "rich@example.com"});
    world.sandbox.billit.add(rich);
    let poor = json!({"Name": "Poor", "PartyType": "Customer", "VATNumber": "BE0403170701"});
    let poor = world.sandbox.billit.add(poor);
    let shown = [
        "PartyID",
        "Name",
        "PartyType",
        "Street",
        "StreetNumber",
        "Zipcode",
        "City",
        "CountryCode",
        "Phone",
        "Email",
        "ExternalProviderID",
    ];
    world.sandbox.billit.configure(|settings| {
        settings.summaries = true;
        settings.summary_fields = shown.map(str::to_owned).into();
    });
    let mut business = person(7);
    business.properties = [("vat".to_owned(), Some("BE0403170701".to_owned()))].into();
    world.sandbox.planyo.add(business);
    let report = world.sync().await;
    assert_eq!(report.counts().linked, 1, "{report}");
    assert_eq!(
        report.outcomes[0].party.map(billit_client::PartyId::get),
        Some(poor)
    );
}

/// If no party has a VAT number, one call finds that out, without reading every party.
#[tokio::test]
async fn to_know_that_nobody_has_a_vat_number_takes_one_question() {
    let world = World::empty().await;
    for id in 1..=30 {
        world.sandbox.planyo.add(person(id));
    }
    world.sync().await;
    let mut business = person(99);
    business.properties = [("vat".to_owned(), Some("BE0403170701".to_owned()))].into();
    world.sandbox.planyo.add(business);
    world.clear();
    let report = world.sync().await;
    assert_eq!(report.counts().created, 1, "{report}");
    assert!(
        world.requests("get_party") <= 2,
        "{}",
        world.requests("get_party")
    );
    // A run without changes only lists.
    world.sync_changes_nothing().await;
    assert_eq!(world.sandbox.billit.requests().len(), 1);
}
