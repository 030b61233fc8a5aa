//! Throughput and latency of the webhook receiver while its worker syncs, compared with a bare handler of the same
//! framework.
//!
//! Servers, load and the sandbox share this process and its two threads. The table goes to standard error, the output
//! of the worker to standard output.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // As in tests.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::body::Bytes;
use axum::routing::post;
use customer_sync::store::{SqliteStore, State};
use sandbox::Sandbox;
use sandbox::planyo::User;
use service::app::App;
use service::demo::settings_for;
use service::runs::{self, Pass};
use service::server::Server;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, sleep_until};

/// That of a demo.
const TOKEN: &str = "sandbox-token-of-the-demo";

const CUSTOMERS: u64 = 2000;

const CONNECTIONS: u64 = 64;

const LASTS: Duration = Duration::from_secs(5);

const FIRST: u64 = 838_901;

fn main() {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(measure());
}

async fn measure() {
    eprintln!(
        "{:<34} {:>9} {:>9} {:>9} {:>9} {:>8} {:>9}",
        "", "answers/s", "p50 ms", "p99 ms", "max ms", "not 200", "memory MB"
    );
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let bare = listener.local_addr().unwrap();
    let route = axum::Router::new().route("/planyo", post(|_: Bytes| async { "" }));
    tokio::spawn(async move { axum::serve(listener, route).await.unwrap() });
    both("bare handler", bare, CUSTOMERS).await;

    let sandbox = Sandbox::start_empty().await.unwrap();
    for id in (FIRST..).take(usize::try_from(CUSTOMERS).unwrap()) {
        sandbox.planyo.add(User {
            id,
            first_name: "Person".to_owned(),
            last_name: format!("Number{id}"),
            email: format!("person{id}@example.com"),
            reservations: 1,
            ..User::default()
        });
    }
    let folder = tempfile::tempdir().unwrap();
    let state = State::new(SqliteStore::open(folder.path().join("state.sqlite")).unwrap());
    let more = "[sync]\nquiet_seconds = 1\n[schedule]\npoll_minutes = 0\npeppol = \"never\"\n";
    let settings = settings_for(&sandbox, "127.0.0.1:0", "a password", more).unwrap();
    let (app, calls) = App::open(settings, Some(state)).await.unwrap();
    // Every customer has a party already, as on any day but the first.
    let pass = runs::full_pass(&app, "", Pass::Usual).await.unwrap();
    assert!(pass.unwrap().done);

    let server = Server::start(app, calls).await.unwrap();
    both("receiver", server.address(), CUSTOMERS).await;
    // Each is written to the store, until the inbox is full.
    both("receiver, never the same", server.address(), u64::MAX).await;
    let counts = server.app.inbox.counts().await.unwrap();
    eprintln!(
        "waiting at the end: {}, turned away: {}",
        counts.waiting, counts.rejected
    );
    server.stop().await;
}

/// At 2,000 a second, then as fast as possible.
async fn both(name: &str, address: SocketAddr, customers: u64) {
    load(&format!("{name}, 2,000/s"), address, Some(2000), customers).await;
    load(&format!("{name}, all it takes"), address, None, customers).await;
}

async fn load(name: &str, address: SocketAddr, per_second: Option<u64>, customers: u64) {
    let start = Instant::now();
    let next = Arc::new(AtomicU64::new(0));
    let connections: Vec<_> = (0..CONNECTIONS)
        .map(|_| {
            tokio::spawn(connection(
                address,
                start,
                Arc::clone(&next),
                per_second,
                customers,
            ))
        })
        .collect();
    let mut latencies = Vec::new();
    let mut others = 0;
    for connection in connections {
        let (some, not_200) = connection.await.unwrap();
        latencies.extend(some);
        others += not_200;
    }
    let lasted = start.elapsed().as_secs_f64();
    latencies.sort_unstable();
    let at = |hundredth: usize| {
        let index = latencies.len() * hundredth / 100;
        latencies[index.min(latencies.len() - 1)].as_secs_f64() * 1000.0
    };
    #[allow(clippy::cast_precision_loss)] // Some ten thousand.
    let rate = latencies.len() as f64 / lasted;
    eprintln!(
        "{name:<34} {rate:>9.0} {:>9.2} {:>9.2} {:>9.2} {others:>8} {:>9}",
        at(50),
        at(99),
        at(100),
        memory()
    );
}

/// Posts one after the other. The latency counts from the scheduled time.
async fn connection(
    address: SocketAddr,
    start: Instant,
    next: Arc<AtomicU64>,
    per_second: Option<u64>,
    customers: u64,
) -> (Vec<Duration>, u64) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let mut latencies = Vec::new();
    let mut others = 0;
    let mut answer = vec![0; 4096];
    loop {
        let turn = next.fetch_add(1, Ordering::Relaxed);
        let due = match per_second {
            Some(rate) => {
                let due = start + Duration::from_micros(turn * 1_000_000 / rate);
                sleep_until(due).await;
                due
            }
            None => Instant::now(),
        };
        if due.duration_since(start) >= LASTS {
            return (latencies, others);
        }
        let user = FIRST + turn * 7 % customers;
        let body = format!(
            "notification_type=user_updated&user={user}&calendar=21710&email=person%40example.com"
        );
        let request = format!(
            "POST /planyo?token={TOKEN} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n\
             Content-Length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        // An answer without a body comes in one read.
        let read = stream.read(&mut answer).await.unwrap();
        latencies.push(due.elapsed());
        others += u64::from(!answer[..read].starts_with(b"HTTP/1.1 200"));
    }
}

/// Of the whole process.
fn memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kilobytes.unwrap_or_default() / 1024
}
