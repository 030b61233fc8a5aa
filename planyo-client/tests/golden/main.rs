//! The exact form of every method, what its answers become, and the retry table. The snapshots are the wire format:
//! a change of one is a change of what Planyo receives.

#![allow(clippy::unwrap_used)] // As in tests.

mod availability;
mod cart;
mod general;
mod notifications;
mod parameters;
mod payments;
mod products;
mod properties;
mod reservations;
mod resources;
mod sites;
mod templates;
mod users;
mod vouchers;

use std::collections::BTreeSet;
use std::fmt::Write;

use planyo_client::retry::may_retry;
use planyo_client::{Context, ENDPOINTS, Endpoint, ErrorKind, Response, Safety};

/// A call of a method, with a form that has every parameter of it or those of one way to use it.
struct Sample {
    method: String,
    safety: Safety,
    form: String,
}

fn sample(endpoint: &impl Endpoint) -> Sample {
    Sample {
        method: endpoint.method().to_owned(),
        safety: endpoint.safety(),
        form: form(endpoint),
    }
}

/// The form that is posted, a line a field.
fn form(endpoint: &impl Endpoint) -> String {
    let context = Context::new("key").hash_key("DEF");
    let request = context.request(endpoint, 1_572_051_750);
    let mut text = String::new();
    for (name, value) in request.form().iter() {
        if !["api_key", "hash_key", "hash_timestamp"].contains(&name) {
            writeln!(text, "{name}={value}").unwrap();
        }
    }
    text
}

/// What an endpoint makes of `data`.
fn read<E: Endpoint>(endpoint: &E, data: &str) -> E::Output {
    let body = format!(r#"{{"data":{data},"response_code":0,"response_message":"done"}}"#);
    Response::new(200, body).read(endpoint).unwrap()
}

fn areas() -> Vec<(&'static str, Vec<Sample>)> {
    vec![
        ("users", users::requests()),
        ("reservations", reservations::requests()),
        ("availability", availability::requests()),
        ("resources", resources::requests()),
        ("products", products::requests()),
        ("sites", sites::requests()),
        ("cart", cart::requests()),
        ("vouchers", vouchers::requests()),
        ("payments", payments::requests()),
        ("notifications", notifications::requests()),
        ("properties", properties::requests()),
        ("templates", templates::requests()),
    ]
}

#[test]
fn every_method_sends_the_documented_form() {
    for (area, samples) in areas() {
        let forms: Vec<_> = samples.into_iter().map(|sample| sample.form).collect();
        insta::assert_snapshot!(area, forms.join("\n"));
    }
}

#[test]
fn every_method_is_typed_and_in_the_readme() {
    let sampled: BTreeSet<String> = areas()
        .into_iter()
        .flat_map(|(_, samples)| samples)
        .map(|sample| sample.method)
        .collect();
    let listed: BTreeSet<String> = ENDPOINTS
        .iter()
        .map(|method| method.name.to_owned())
        .collect();
    assert_eq!(sampled, listed);
    assert_eq!(listed.len(), ENDPOINTS.len(), "a method is listed twice");

    let readme = include_str!("../../README.md");
    let rows: Vec<&str> = readme
        .lines()
        .filter(|line| line.starts_with("| `"))
        .collect();
    let expected: Vec<String> = ENDPOINTS
        .iter()
        .map(|method| {
            format!(
                "| `{}` | `{}` | {} |",
                method.name, method.call, method.certainty
            )
        })
        .collect();
    assert_eq!(rows, expected);
}

/// What is retried after which failure: every method, every kind.
#[test]
fn the_retry_table() {
    let mut table = String::new();
    let mut seen = BTreeSet::new();
    for sample in areas().into_iter().flat_map(|(_, samples)| samples) {
        if !seen.insert(sample.method.clone()) {
            continue;
        }
        let safety = sample.safety;
        let retried: Vec<_> = ErrorKind::ALL
            .iter()
            .filter(|kind| may_retry(safety, **kind))
            .map(|kind| format!("{kind:?}"))
            .collect();
        writeln!(
            table,
            "{:36} {:11} {}",
            sample.method,
            format!("{safety:?}"),
            retried.join(" ")
        )
        .unwrap();
    }
    insta::assert_snapshot!("retry_table", table);
}
