//! The areas around users and reservations, against a look-alike of Planyo that was written from the reference alone.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // Helpers of the tests may, like the tests.

mod availability;
mod products;
mod properties;
mod resources;
mod vouchers;

use chrono::{NaiveDate, NaiveDateTime};
use planyo_client::retry::RetryPolicy;
use planyo_client::{Client, Error};
use sandbox::planyo::{Resource, status};
use sandbox::{PlanyoServer, Sandbox};

/// The site of the look-alike.
const SITE: u64 = 21_710;

/// A server with the seed around June 2026, and a client that does not wait.
async fn start() -> (PlanyoServer, Client) {
    let server = Sandbox::start_on(day("2026-06-15")).await.unwrap().planyo;
    let client = Client::builder(server.api_key())
        .base_url(server.base_url())
        .retry(RetryPolicy::default().max_attempts(1))
        .build()
        .unwrap();
    (server, client)
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn time(text: &str) -> NaiveDateTime {
    text.parse().unwrap()
}

/// A resource that nobody has booked, at 50.00 a day.
fn bikes(server: &PlanyoServer) -> u64 {
    server.add_resource(Resource {
        name: "Bike".to_owned(),
        quantity: 3,
        unit_price: 5_000,
        ..Resource::default()
    })
}

/// Two days of one bike for 100.00, not confirmed yet, for a user of the seed.
fn booked(server: &PlanyoServer, resource_id: u64, user_id: u64) -> u64 {
    server.add_reservation(sandbox::planyo::Reservation {
        resource_id,
        user_id,
        start: time("2026-07-01T09:00:00"),
        end: time("2026-07-02T18:00:00"),
        status: status::RESERVED | status::VERIFIED,
        quantity: 1,
        total_price: 10_000,
        original_price: 10_000,
        ..sandbox::planyo::Reservation::default()
    })
}

fn code(error: &Error) -> Option<i64> {
    error.api_code()
}
