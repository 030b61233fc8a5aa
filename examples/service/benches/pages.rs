//! How long the pages take beside 10,000 customers in a store of `SQLite`, compared with a file that needs no store.
//!
//! The look-alikes, the service and whoever asks share this process.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::too_many_lines)] // As in tests.

use std::time::{Duration, Instant};

use customer_sync::store::{SqliteStore, State};
use reqwest::Client;
use reqwest::redirect::Policy;
use sandbox::Sandbox;
use sandbox::planyo::User;
use service::app::App;
use service::demo::settings_for;
use service::runs::{self, Pass};
use service::server::Server;

const CUSTOMERS: u64 = 10_000;
const FIRST: u64 = 100_001;
const TIMES: usize = 50;
const PASSWORD: &str = "a password";

#[tokio::main(worker_threads = 2)]
async fn main() {
    let sandbox = Sandbox::start_empty().await.unwrap();
    for id in (FIRST..).take(usize::try_from(CUSTOMERS).unwrap()) {
        sandbox.planyo.add(User {
            id,
            first_name: "Person".to_owned(),
            last_name: format!("Number{id}"),
            // One in a hundred shares its address with another, and waits for a decision.
            email: format!(
                "person{}@example.com",
                if id % 100 == 1 { id + 1 } else { id }
            ),
            address: "Kerkstraat 1".to_owned(),
            zip: "9000".to_owned(),
            city: "Gent".to_owned(),
            country: "BE".to_owned(),
            reservations: 1,
            ..User::default()
        });
    }
    let folder = tempfile::tempdir().unwrap();
    let state = State::new(SqliteStore::open(folder.path().join("state.sqlite")).unwrap());
    let more = "[schedule]\npoll_minutes = 0\npeppol = \"never\"\n";
    let settings = settings_for(&sandbox, "127.0.0.1:0", PASSWORD, more).unwrap();
    let (app, calls) = App::open(settings, Some(state)).await.unwrap();
    let pass = runs::full_pass(&app, "", Pass::Usual)
        .await
        .unwrap()
        .unwrap();
    eprintln!("full pass: {}", pass.text);
    let run = app.state.runs().await.unwrap().pop().unwrap().id;
    let case = app
        .notes
        .cases()
        .await
        .unwrap()
        .remove(0)
        .0
        .key
        .to_string()
        .replace(':', "%3A");
    let server = Server::start(app, calls).await.unwrap();

    let client = Client::builder().redirect(Policy::none()).build().unwrap();
    let base = format!("http://{}", server.address());
    let body = format!("name=demo&password={}", PASSWORD.replace(' ', "+"));
    let kind = "application/x-www-form-urlencoded";
    let login = client
        .post(format!("{base}/login"))
        .header("content-type", kind)
        .body(body);
    let login = login.send().await.unwrap();
    let cookie = login.headers()["set-cookie"]
        .to_str()
        .unwrap()
        .split(';')
        .next()
        .unwrap()
        .to_owned();

    eprintln!(
        "{:<40} {:>9} {:>9} {:>9}",
        "", "median ms", "p95 ms", "bytes"
    );
    for (name, path) in [
        ("a file (baseline)", "/style.css".to_owned()),
        ("overview", "/".to_owned()),
        ("to decide", "/to-decide".to_owned()),
        (
            "one to decide, both sides read",
            format!("/to-decide/{case}"),
        ),
        ("runs", "/runs".to_owned()),
        ("one run of 10,000", format!("/runs/{run}")),
        (
            "search, one found",
            format!("/customers?q=Number{}", FIRST + 7_777),
        ),
        ("search, all found", "/customers?q=person".to_owned()),
        (
            "one customer",
            format!("/customers/planyo%3A{}", FIRST + 7_777),
        ),
        ("over time", "/health".to_owned()),
        ("all customers as CSV", "/customers.csv?q=".to_owned()),
    ] {
        let mut took: Vec<Duration> = Vec::new();
        let mut bytes = 0;
        for _ in 0..TIMES {
            let start = Instant::now();
            let answer = client
                .get(format!("{base}{path}"))
                .header("cookie", &cookie)
                .send()
                .await
                .unwrap();
            assert_eq!(answer.status(), 200, "{path}");
            bytes = answer.bytes().await.unwrap().len();
            took.push(start.elapsed());
        }
        took.sort_unstable();
        let at = |hundredth: usize| {
            took[(TIMES * hundredth / 100).min(TIMES - 1)].as_secs_f64() * 1000.0
        };
        eprintln!("{name:<40} {:>9.1} {:>9.1} {bytes:>9}", at(50), at(95));
    }
    server.stop().await;
}
