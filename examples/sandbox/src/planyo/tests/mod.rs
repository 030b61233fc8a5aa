//! Raw HTTP against the server, area by area.

mod areas;
mod callbacks;
mod methods;
mod modes;
mod payments;
mod reservations;
mod resources;
mod users;
mod writes;

use serde_json::Value;

use super::{PlanyoServer, seed};
use crate::test_client::call;

/// With the seed around June 2026.
async fn seeded() -> PlanyoServer {
    let server = PlanyoServer::start(0, seed::users()).await.expect("a port");
    server.load(seed::bookings(seed::month()));
    server
}

fn code(answer: &Value) -> u64 {
    answer["response_code"].as_u64().expect("a number")
}

/// The `data` of a call that succeeds.
async fn data(server: &PlanyoServer, method: &str, parameters: &[(&str, &str)]) -> Value {
    let answer = call(server, method, parameters).await;
    assert_eq!(code(&answer), 0, "{method}: {answer}");
    answer["data"].clone()
}

/// The `results` of a call that succeeds.
async fn results(server: &PlanyoServer, method: &str, parameters: &[(&str, &str)]) -> Vec<Value> {
    let data = data(server, method, parameters).await;
    data["results"].as_array().expect("a list").clone()
}

/// The code of a call.
async fn refusal(server: &PlanyoServer, method: &str, parameters: &[(&str, &str)]) -> u64 {
    code(&call(server, method, parameters).await)
}

fn texts(results: &[Value], name: &str) -> Vec<String> {
    results
        .iter()
        .map(|item| item[name].as_str().expect("a text").to_owned())
        .collect()
}
