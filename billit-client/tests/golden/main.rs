//! What each call puts on the wire, what its answer becomes, and how far it is retried. The snapshots are the wire
//! format: a change of one is a change of what Billit receives.

#![allow(clippy::unwrap_used)] // As in tests.

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
use std::fmt::{Debug, Write};

use billit_client::retry::may_retry;
use billit_client::{Context, ENDPOINTS, Endpoint, ErrorKind, IdempotencyKey, Response, Safety};
use chrono::{NaiveDate, NaiveDateTime};
use serde_json::Value;

/// A call of an endpoint, with everything of it or one way to use it.
struct Sample {
    /// The name of the struct.
    call: &'static str,
    operation: String,
    safety: Safety,
    request: String,
}

fn sample<E: Endpoint + Debug>(endpoint: &E) -> Sample {
    shows_no_value_of_its_request(endpoint);
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
fn read<E: Endpoint<Output: Debug>>(endpoint: &E, body: &str) -> E::Output {
    let output = Response::new(200, body).read(endpoint).unwrap();
    // JSON and text as they came are shown as they are.
    let as_it_came = ["serde_json::value::Value", "alloc::string::String"];
    if !as_it_came.contains(&std::any::type_name::<E::Output>()) {
        let texts = serde_json::from_str(body).map_or_else(|_| Vec::new(), |json| texts(&json));
        shows_none_of(&format!("{output:?} {output:#?}"), &texts);
    }
    output
}

/// What `Debug` may show: codes, names of types, what you named yourself for Billit.
const SHOWN: &[&str] = &[
    "Active",
    "Admin",
    "BISv3Invoice",
    "Colour",
    "Goods",
    "Income",
    "Income-CreditNote",
    "Income-Invoice",
    "Invoice",
    "Message",
    "Order",
    "Party",
    "Peppol",
    "Sales",
    "Te verzenden",
    "ToSend",
    "application/pdf",
    "bc99d8a4-1b2c-4d5e-8f90-0123456789ab",
    "client-1",
    "false",
    "https://app.example/back",
    "my feed",
    "refresh_token",
];

fn shows_no_value_of_its_request(endpoint: &(impl Endpoint + Debug)) {
    let request = endpoint.request().unwrap();
    let body = request
        .body()
        .map(|body| serde_json::from_slice(body).unwrap());
    let mut values = body.as_ref().map(texts).unwrap_or_default();
    // An order is made of names alone.
    let query = request.query().filter(|(name, _)| *name != "$orderby");
    values.extend(query.map(|(_, value)| value.to_owned()));
    values.extend(request.idempotency_key().map(|key| key.as_str().to_owned()));
    shows_none_of(&format!("{endpoint:?} {endpoint:#?}"), &values);
}

fn shows_none_of(debug: &str, values: &[String]) {
    for value in values {
        // Shorter ones stand in the names of fields. Ids and times are shown.
        let is_id = value.bytes().all(|byte| byte.is_ascii_digit());
        let is_time = value.parse::<NaiveDateTime>().is_ok() || value.parse::<NaiveDate>().is_ok();
        if value.len() > 4 && !is_id && !is_time && !SHOWN.contains(&value.as_str()) {
            assert!(!debug.contains(value), "{value} is shown in {debug}");
        }
    }
}

/// All texts in some JSON.
fn texts(json: &Value) -> Vec<String> {
    match json {
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::Object(fields) => fields.values().flat_map(texts).collect(),
        _ => Vec::new(),
    }
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

/// What is retried after which failure: every endpoint, every kind.
#[test]
fn the_retry_table() {
    let mut table = String::new();
    let mut seen = BTreeSet::new();
    for sample in areas().into_iter().flat_map(|(_, samples)| samples) {
        if !seen.insert(sample.operation.clone()) {
            continue;
        }
        let safety = sample.safety;
        let retried: Vec<_> = ErrorKind::ALL
            .iter()
            .filter(|kind| may_retry(safety, **kind))
            .map(|kind| format!("{kind:?}"))
            .collect();
        let (operation, safety) = (sample.operation, format!("{safety:?}"));
        writeln!(table, "{operation:36} {safety:11} {}", retried.join(" ")).unwrap();
    }
    insta::assert_snapshot!("retry_table", table);
}
