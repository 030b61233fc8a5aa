//! Raw HTTP against the server, area by area.

mod users;

use serde_json::Value;

use super::{PlanyoServer, seed};

/// With the seed around June 2026.
async fn seeded() -> PlanyoServer {
    let server = PlanyoServer::start(0, seed::users()).await.expect("a port");
    server.load(seed::bookings(seed::month()));
    server
}

fn code(answer: &Value) -> u64 {
    answer["response_code"].as_u64().expect("a number")
}
