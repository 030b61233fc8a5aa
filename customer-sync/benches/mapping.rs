//! The time of mapping, compared with reading the same customers from JSON. Results: `BENCHMARKS.md`.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use std::hint::black_box;

use customer_sync::normalize::address;
use customer_sync::source::planyo;
use customer_sync::{MappingRules, PropertyTally};
use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use planyo_client::users::{ListUsers, User};
use planyo_client::{Endpoint, Page, Record};
use serde_json::json;
use serde_json::value::RawValue;

fn main() {
    divan::main();
}

const CUSTOMERS: usize = 1000;

const LINES: [(&str, &str); 12] = [
    ("BE", "Kerkstraat 12 bus 3"),
    ("BE", "Rue de la Loi 16 bte 4"),
    ("FR", "12, rue de la République"),
    ("FR", "15 bis rue Victor Hugo"),
    ("NL", "Prinsengracht 45-3"),
    ("NL", "3e Oosterparkstraat 20"),
    ("DE", "Platz des 4. Juli 10"),
    ("DE", "Hauptstr. 16a"),
    ("AT", "Wiedner Hauptstraße 8 Top 12"),
    ("GB", "Flat 2, 10 High Street"),
    ("ES", "Calle Mayor 5, 3º izq"),
    ("IT", "Via Roma 12/A"),
];

/// A page of `list_users` as Planyo sends it: numbers as text, a few properties, phones in two parts.
fn page() -> Box<RawValue> {
    let users: Vec<_> = (1..=CUSTOMERS)
        .map(|id| {
            let (country, line) = LINES[id % LINES.len()];
            let company = if id % 3 == 0 { "Fietsen Jansen BV" } else { "" };
            let vat = if id % 3 == 0 { "BE 0403.170.701" } else { "" };
            json!({
                "id": id.to_string(), "login": "", "email": format!("ann{id}@Example.com"),
                "registration_time": "2024-05-01 10:11:12", "is_email_verified": "1",
                "first_name": "Ann", "last_name": "D'Hondt-Peeters", "address": line, "city": "Gent",
                "zip": "9000", "state": "", "country": country, "language": "NL", "phone_number": "",
                "mobile_number": "470000000", "mobile_country_code": "32", "reservation_count": "3",
                "properties": {"vat_number": vat, "company": company, "hobby": "sailing"},
            })
        })
        .collect();
    serde_json::value::to_raw_value(&json!({ "users": users })).unwrap()
}

fn users(page: &RawValue) -> Vec<Record<User>> {
    let page: Page<User> = ListUsers::new().parse(page).unwrap();
    page.into_iter().map(Result::unwrap).collect()
}

/// The baseline: parsing the same customers from JSON.
#[divan::bench]
fn parse_1000_users(bencher: Bencher<'_, '_>) {
    let page = page();
    bencher
        .counter(ItemsCount::new(CUSTOMERS))
        .bench_local(|| users(black_box(&page)));
}

#[divan::bench]
fn map_1000_users(bencher: Bencher<'_, '_>) {
    let users = users(&page());
    let rules = MappingRules::default();
    bencher.counter(ItemsCount::new(CUSTOMERS)).bench_local(|| {
        let customers = users
            .iter()
            .map(|user| planyo::customer(black_box(user), &rules));
        customers.collect::<Vec<_>>()
    });
}

/// What a run adds to the mapping, to warn of a rule that finds nothing.
#[divan::bench]
fn count_properties_of_1000_users(bencher: Bencher<'_, '_>) {
    let users = users(&page());
    bencher.counter(ItemsCount::new(CUSTOMERS)).bench_local(|| {
        let mut tally = PropertyTally::default();
        for user in &users {
            let properties = black_box(user).properties.iter();
            let properties = properties.map(|(name, value)| (name.as_str(), value.as_deref()));
            tally.add(user.country.as_deref(), properties);
        }
        tally
    });
}

#[divan::bench(args = LINES)]
fn split_an_address(bencher: Bencher<'_, '_>, (country, line): (&str, &str)) {
    bencher
        .counter(BytesCount::of_str(line))
        .bench(|| address::split(black_box(line), black_box(Some(country))));
}

/// All twelve lines above.
#[divan::bench]
fn split_12_addresses(bencher: Bencher<'_, '_>) {
    bencher.counter(ItemsCount::new(LINES.len())).bench(|| {
        for (country, line) in LINES {
            black_box(address::split(black_box(line), Some(country)));
        }
    });
}
