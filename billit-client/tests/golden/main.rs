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
mod oauth;
mod orders;
mod parties;
mod peppol;
mod products;
mod reports;
mod to_process;
mod webhooks;

use std::collections::BTreeSet;
use std::fmt::Write;

use billit_client::retry::may_repeat;
use billit_client::{Context, ENDPOINTS, Endpoint, ErrorKind, IdempotencyKey, Response, Safety};

/// A call of an endpoint, with everything of it or one way to use it.
struct Sample {
    /// The name of the struct.
    call: &'static str,
    operation: String,
    safety: Safety,
    request: String,
}

fn sample<E: Endpoint>(endpoint: &E) -> Sample {
    // `billit_client::peppol::SendOrder<..>`
    let path = std::any::type_name::<E>().split('<').next().unwrap();
    Sample {
        call: path.rsplit("::").next().unwrap(),
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
    if let Some(link) = request.link() {
        writeln!(text, "  -> {link}").unwrap();
    }
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
        ("oauth", oauth::requests()),
        ("parties", parties::requests()),
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

#[test]
fn every_endpoint_is_typed_and_in_the_readme() {
    let sampled: BTreeSet<&str> = areas()
        .into_iter()
        .flat_map(|(_, samples)| samples)
        .map(|sample| sample.call)
        .collect();
    let name = |call: &'static str| call.rsplit("::").next().unwrap_or(call);
    let listed: BTreeSet<&str> = ENDPOINTS
        .iter()
        .map(|endpoint| name(endpoint.call))
        .collect();
    assert_eq!(sampled, listed);
    assert_eq!(listed.len(), ENDPOINTS.len(), "a struct is listed twice");

    let readme = include_str!("../../README.md");
    let rows: Vec<&str> = readme
        .lines()
        .filter(|line| line.starts_with("| `"))
        .collect();
    let expected: Vec<String> = ENDPOINTS
        .iter()
        .map(|row| format!("| `{}` | `{}` | {} |", row.path, row.call, row.certainty))
        .collect();
    assert_eq!(rows, expected);
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
