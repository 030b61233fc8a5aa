//! The time of planning, compared with sorting the same customers by key. Results: `BENCHMARKS.md`.
#![allow(clippy::unwrap_used, missing_docs)]

use billit_client::Record;
use billit_client::parties::Party;
use customer_sync::store::{CustomerState, StateSnapshot, StoredValues};
use customer_sync::{Customer, CustomerKey, MappedCustomer, MappingRules, Parties, Planner};
use divan::Bencher;
use divan::counter::ItemsCount;
use serde_json::json;

fn main() {
    divan::main();
}

/// Customers and their parties, one in ten of which has moved.
fn world(count: usize) -> (Vec<MappedCustomer>, Parties) {
    let customers = (1..=count).map(|id| {
        let mut customer = Customer::new(CustomerKey::new("planyo", id.to_string()));
        customer.first_name = Some("Ann".to_owned());
        customer.last_name = Some(format!("Peeters{id}"));
        customer.email = Some(format!("ann{id}@example.com"));
        customer.mobile = Some(format!("+324700{id:05}"));
        customer.address.street = Some("Kerkstraat".to_owned());
        customer.address.street_number = Some(id.to_string());
        customer.address.zipcode = Some("9000".to_owned());
        customer.address.city = Some("Gent".to_owned());
        customer.address.country_code = Some("BE".to_owned());
        Ok(customer)
    });
    let parties = (1..=count).map(|id| {
        let city = if id % 10 == 0 { "Aalst" } else { "Gent" };
        let party = json!({
            "PartyID": id, "ExternalProviderID": format!("planyo:{id}"), "Name": format!("Ann Peeters{id}"),
            "PartyType": "Customer", "Email": format!("ann{id}@example.com"), "Mobile": format!("+324700{id:05}"),
            "Street": "Kerkstraat", "StreetNumber": id.to_string(), "Zipcode": "9000", "City": city,
            "CountryCode": "BE", "VATLiable": false, "VATDeductable": false,
        });
        Record::<Party>::parse(&serde_json::value::to_raw_value(&party).unwrap()).unwrap()
    });
    (
        customers.collect(),
        Parties::listed(parties.collect(), Vec::new()).complete(),
    )
}

const SIZES: [usize; 2] = [1_000, 10_000];

/// The baseline: every customer is copied, and the copies are sorted by key.
#[divan::bench(args = SIZES, sample_count = 10)]
fn sort_customers(bencher: Bencher<'_, '_>, count: usize) {
    let (customers, _) = world(count);
    bencher.counter(ItemsCount::new(count)).bench_local(|| {
        let mut sorted: Vec<Customer> = customers.iter().flatten().cloned().collect();
        sorted.sort_by(|a, b| a.key.cmp(&b.key));
        sorted
    });
}

#[divan::bench(args = SIZES, sample_count = 10)]
fn plan(bencher: Bencher<'_, '_>, count: usize) {
    let (customers, parties) = world(count);
    let rules = MappingRules::default();
    bencher
        .counter(ItemsCount::new(count))
        .bench_local(|| Planner::new(&parties, &rules).plan(&customers));
}

/// With the stored state of every customer.
#[divan::bench(args = SIZES, sample_count = 10)]
fn plan_with_memory(bencher: Bencher<'_, '_>, count: usize) {
    let (customers, parties) = world(count);
    let rules = MappingRules::default();
    let memory: StateSnapshot = customers
        .iter()
        .flatten()
        .map(|customer| {
            let mut remembered = CustomerState::default();
            remembered.party = customer.key.id().parse::<i64>().ok().map(Into::into);
            (customer.key.clone(), remembered)
        })
        .collect();
    bencher.counter(ItemsCount::new(count)).bench_local(|| {
        let planner = Planner::new(&parties, &rules);
        planner
            .with_state(&memory, StoredValues::Hashed)
            .plan(&customers)
    });
}
