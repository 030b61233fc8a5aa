//! How much memory it takes to stream a long listing, record by record. Results: `BENCHMARKS.md`.
//!
//! The pages are made in the process, each when it is asked for; nothing but the stream is kept. The figure is the peak
//! of the whole process (`VmHWM`), so that the shorter listing is read first.
#![allow(clippy::unwrap_used, missing_docs)]

use std::fmt::Write;
use std::fs;

use futures_util::StreamExt;
use planyo_client::transport::{BoxFuture, HttpRequest, Transport, TransportError};
use planyo_client::{Client, Response, users::ListUsers};

const PAGE: u64 = ListUsers::MAX_PAGE_SIZE as u64;

/// A site with so many customers.
struct Site {
    users: u64,
}

impl Transport for Site {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<Response, TransportError>> {
        let page = url::form_urlencoded::parse(request.body.as_deref().unwrap_or_default())
            .find(|(name, _)| name == "page")
            .map_or(0, |(_, page)| page.parse().unwrap());
        let body = self.page(page);
        Box::pin(async { Ok(Response::new(200, body)) })
    }
}

impl Site {
    fn page(&self, page: u64) -> String {
        let ids = page * PAGE + 1..=self.users.min((page + 1) * PAGE);
        let mut body = String::from(r#"{"data":{"users":["#);
        for (place, id) in ids.enumerate() {
            let comma = if place == 0 { "" } else { "," };
            write!(
                body,
                r#"{comma}{{"id":"{id}","login":"","email":"ann{id}@example.com","registration_time":"2024-05-01 10:11:12","is_email_verified":"1","first_name":"Ann","last_name":"D'Hondt-Peeters","address":"Kerkstraat 12 bus 3","city":"Gent","zip":"9000","state":"","country":"BE","language":"NL","phone_number":"","mobile_number":"470000000","mobile_country_code":"32","reservation_count":"3","properties":{{"vat_number":"BE 0403.170.701","company":"Fietsen Jansen BV"}}}}"#
            )
            .unwrap();
        }
        body.push_str(r#"]},"response_code":0}"#);
        body
    }
}

async fn stream(users: u64) {
    let planyo = Client::builder("key").transport(Site { users });
    let mut records = planyo.build().unwrap().pages(ListUsers::new()).records();
    let mut seen = 0;
    while let Some(record) = records.next().await {
        assert!(record.unwrap().unwrap().id.get() > 0);
        seen += 1;
    }
    assert_eq!(seen, users);
}

/// The most memory that this process ever had, in KiB. Linux tells.
fn peak() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches("kB").trim_end().parse().ok()
}

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let Some(idle) = peak() else {
        println!("no /proc/self/status here: memory cannot be measured");
        return;
    };
    let mib = |kib: u64| format!("{}.{} MiB", kib / 1024, kib % 1024 * 10 / 1024);
    println!("{:>9}  {:>10}  {:>10}", "users", "peak", "above idle");
    println!("{:>9}  {:>10}  {:>10}", "idle", mib(idle), "-");
    for users in [100_000, 1_000_000] {
        runtime.block_on(stream(users));
        let peak = peak().unwrap();
        println!("{users:>9}  {:>10}  {:>10}", mib(peak), mib(peak - idle));
    }
}
