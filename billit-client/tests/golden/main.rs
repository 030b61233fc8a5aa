//! What each call puts on the wire, what its answer becomes, and how far it is repeated. The snapshots are the wire
//! format: a change of one is a change of what Billit receives.

#![allow(clippy::unwrap_used)] // Helpers of the tests unwrap like the tests.

mod account;
mod accountant;
mod accounting;
mod cashbook;
mod daily_receipts;
mod documents;
mod einvoices;
mod files;
mod financial;
mod misc;
mod orders;
mod peppol;
mod products;
mod reports;
mod to_process;
mod webhooks;

use std::collections::BTreeSet;
use std::fmt::Write;

use billit_client::retry::may_repeat;
use billit_client::{Context, Endpoint, ErrorKind, IdempotencyKey, Response, Safety};

/// A call of an endpoint, with everything of it or one way to use it.
struct Sample {
    operation: String,
    safety: Safety,
    request: String,
}

fn sample(endpoint: &impl Endpoint) -> Sample {
    Sample {
        operation: endpoint.operation().to_owned(),
        safety: endpoint.safety(),
        request: shown(endpoint),
    }
}

/// The request as text, without the headers that every call carries.
fn shown(endpoint: &impl Endpoint) -> String {
    let request = Context::new("secret", 574_991).request(endpoint).unwrap();
    let path = request.path().join("/");
    let mut text = format!("{} /{path}\n", request.method().as_str());
    for (name, value) in request.query() {
        writeln!(text, "  ? {name} = {value}").unwrap();
    }
    let common = ["ApiKey", "PartyID", "Accept", "Content-Type"];
    for (name, value) in request.headers().filter(|(name, _)| !common.contains(name)) {
        writeln!(text, "  {name}: {value}").unwrap();
    }
    if let Some(body) = request.body() {
        // Pretty, with every digit as it is sent.
        let body = String::from_utf8(body.to_vec()).unwrap();
        writeln!(text, "{body}").unwrap();
    }
    text
}

/// The key of every sample that carries one.
fn key() -> IdempotencyKey {
    IdempotencyKey::new("create-42").unwrap()
}

/// What an endpoint makes of a body.
fn read<E: Endpoint>(endpoint: &E, body: &str) -> E::Output {
    Response::new(200, body).read(endpoint).unwrap()
}

fn areas() -> Vec<(&'static str, Vec<Sample>)> {
    vec![
        ("account", account::requests()),
        ("orders", orders::requests()),
        ("products", products::requests()),
        ("files", files::requests()),
        ("documents", documents::requests()),
        ("financial", financial::requests()),
        ("misc", misc::requests()),
        ("peppol", peppol::requests()),
        ("einvoices", einvoices::requests()),
        ("webhooks", webhooks::requests()),
        ("reports", reports::requests()),
        ("accountant", accountant::requests()),
        ("to_process", to_process::requests()),
        ("accounting", accounting::requests()),
        ("cashbook", cashbook::requests()),
        ("daily_receipts", daily_receipts::requests()),
    ]
}

#[test]
fn every_endpoint_sends_the_documented_request() {
    for (area, samples) in areas() {
        let requests: Vec<_> = samples.into_iter().map(|sample| sample.request).collect();
        insta::assert_snapshot!(area, requests.join("\n"));
    }
}

/// What is repeated after which failure: every endpoint, every kind.
#[test]
fn the_repeat_table() {
    let mut table = String::new();
    let mut seen = BTreeSet::new();
    for sample in areas().into_iter().flat_map(|(_, samples)| samples) {
        if !seen.insert(sample.operation.clone()) {
            continue;
        }
        let safety = sample.safety;
        let repeated: Vec<_> = ErrorKind::ALL
            .iter()
            .filter(|kind| may_repeat(safety, **kind))
            .map(|kind| format!("{kind:?}"))
            .collect();
        let (operation, safety) = (sample.operation, format!("{safety:?}"));
        writeln!(table, "{operation:36} {safety:11} {}", repeated.join(" ")).unwrap();
    }
    insta::assert_snapshot!("repeat_table", table);
}
