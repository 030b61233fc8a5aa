//! What it costs to read a page of customers with each record isolated and its JSON kept, beside reading the same
//! customers into a plain list. Results: `BENCHMARKS.md`.
#![allow(clippy::unwrap_used, missing_docs)]

use std::hint::black_box;

use divan::Bencher;
use divan::counter::BytesCount;
use planyo_client::users::{ListUsers, User};
use planyo_client::{Endpoint, Page, Response};
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;

fn main() {
    divan::main();
}

const USERS: usize = 1000;

/// The `data` of a full page at detail level 5: every field of a customer, numbers as text, a few properties.
fn data() -> String {
    let users: Vec<_> = (1..=USERS)
        .map(|id| {
            json!({
                "id": id.to_string(), "login": format!("ann{id}"), "email": format!("ann{id}@example.com"),
                "registration_time": "2024-05-01 10:11:12", "is_email_verified": "1",
                "first_name": "Ann", "last_name": "D'Hondt-Peeters", "address": "Kerkstraat 12 bus 3",
                "city": "Sint-Niklaas", "zip": "9100", "state": "Oost-Vlaanderen", "country": "BE", "language": "NL",
                "phone_number": "37765432", "phone_country_code": "32",
                "mobile_number": "470000000", "mobile_country_code": "32", "reservation_count": "3",
                "properties": {"vat_number": "BE 0403.170.701", "company": "Fietsen Jansen BV", "hobby": ""},
            })
        })
        .collect();
    json!({ "users": users }).to_string()
}

fn body(data: &str) -> String {
    format!(r#"{{"data":{data},"response_code":0,"response_message":""}}"#)
}

#[derive(Deserialize)]
struct PlainData {
    users: Vec<User>,
}

#[derive(Deserialize)]
struct PlainBody {
    data: PlainData,
    response_code: i64,
}

#[derive(Deserialize)]
struct CutData<'a> {
    #[serde(borrow)]
    users: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct CutBody<'a> {
    #[serde(borrow)]
    data: CutData<'a>,
    response_code: i64,
}

/// The baseline: one malformed customer loses the page, and what the type lacks is lost.
#[divan::bench]
fn data_into_a_plain_list(bencher: Bencher<'_, '_>) {
    let data = data();
    bencher.counter(BytesCount::of_str(&data)).bench_local(|| {
        let plain: PlainData = serde_json::from_str(black_box(&data)).unwrap();
        plain.users
    });
}

#[divan::bench]
fn data_into_records(bencher: Bencher<'_, '_>) {
    let data = RawValue::from_string(data()).unwrap();
    let listing = ListUsers::new();
    bencher
        .counter(BytesCount::of_str(data.get()))
        .bench_local(|| -> Page<User> { listing.parse(black_box(&data)).unwrap() });
}

/// The baseline for a whole answer, as it comes from the network.
#[divan::bench]
fn answer_into_a_plain_list(bencher: Bencher<'_, '_>) {
    let body = body(&data());
    bencher.counter(BytesCount::of_str(&body)).bench_local(|| {
        let plain: PlainBody = serde_json::from_slice(black_box(body.as_bytes())).unwrap();
        assert_eq!(plain.response_code, 0);
        plain.data.users
    });
}

/// What records do, by hand: each customer is cut out, its JSON kept, and read alone.
#[divan::bench]
fn answer_into_records_by_hand(bencher: Bencher<'_, '_>) {
    let body = body(&data());
    bencher.counter(BytesCount::of_str(&body)).bench_local(|| {
        let cut: CutBody<'_> = serde_json::from_slice(black_box(body.as_bytes())).unwrap();
        assert_eq!(cut.response_code, 0);
        let users = cut.data.users.into_iter();
        users
            .map(|raw| serde_json::from_str(raw.get()).map(|user: User| (user, raw.to_owned())))
            .collect::<Vec<_>>()
    });
}

#[divan::bench]
fn answer_into_records(bencher: Bencher<'_, '_>) {
    let body = body(&data());
    let response = Response::new(200, body.as_bytes());
    let listing = ListUsers::new();
    bencher
        .counter(BytesCount::of_str(&body))
        .bench_local(|| -> Page<User> { black_box(&response).read(&listing).unwrap() });
}
