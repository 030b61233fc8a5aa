//! The areas around parties and orders, against a look-alike of Billit that was written from the reference alone.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // Helpers of the tests may, like the tests.

mod account;
mod accountant;
mod money;
mod networks;

use billit_client::orders::{CreateOrder, OrderDraft, OrderId, OrderLineDraft, OrderParty};
use billit_client::parties::PartyDraft;
use billit_client::retry::RetryPolicy;
use billit_client::{Client, Error};
use chrono::{Days, NaiveDate};
use rust_decimal::Decimal;
use sandbox::billit::{self, BillitServer};

/// A server with the seed, and a client that asks once.
async fn start() -> (BillitServer, Client) {
    let parties = billit::seed::parties();
    let server = BillitServer::start(0, parties).await.unwrap();
    let client = Client::builder(server.api_key(), server.company_id())
        .base_url(server.base_url())
        .retry(RetryPolicy::default().max_attempts(1))
        .build()
        .unwrap();
    (server, client)
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn amount(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// A tent for 121.00.
fn invoice(customer: impl Into<OrderParty>) -> OrderDraft {
    let date = day("2026-02-28");
    let line = OrderLineDraft::excl("Tent", 1, amount("100")).vat_percentage(21);
    OrderDraft::invoice(customer, date, date + Days::new(30)).line(line)
}

fn customer() -> PartyDraft {
    PartyDraft::new("Jean Deboeuf").email("jean@example.be")
}

async fn invoiced(billit: &Client) -> OrderId {
    let order = CreateOrder::new(invoice(customer()));
    billit.send(order).await.unwrap()
}

fn status(error: &Error) -> Option<u16> {
    error.status()
}
