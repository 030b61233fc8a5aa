//! A long listing stays small. Alone in its file: what is measured is the whole process.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)] // As in tests.

use std::collections::HashMap;

use planyo_client::transport::{BoxFuture, HttpRequest, Transport, TransportError};
use planyo_client::users::{ListAllUsers, ListUsers};
use planyo_client::{Client, Response};

/// A quarter of a million, for the test's own time. The whole was measured once: 23 MiB.
const PAGES: u64 = 250;
const SIZE: u64 = ListUsers::MAX_PAGE_SIZE as u64;

/// Many customers, of whom the list of those entered by an administrator has some again.
struct Many;

impl Transport for Many {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<Response, TransportError>> {
        let form: HashMap<_, _> =
            url::form_urlencoded::parse(request.body.as_deref().unwrap_or_default()).collect();
        let page: u64 = form.get("page").unwrap().parse().unwrap();
        let by_admin = form.contains_key("list_created_by_admin");
        let pages = if by_admin { PAGES / 20 } else { PAGES };
        let ids = (page * SIZE..(page + 1) * SIZE).filter(|_| page < pages);
        let users: Vec<String> = ids.map(|id| format!(r#"{{"id":"{}"}}"#, id * 7)).collect();
        let users = users.join(",");
        let body = format!(r#"{{"data":{{"users":[{users}]}},"response_code":0}}"#);
        Box::pin(async { Ok(Response::new(200, body)) })
    }
}

/// The most memory that this process ever had, in bytes.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .unwrap();
    let kib: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kib << 10
}

#[tokio::test]
async fn a_million_customers_would_take_less_than_32_mib() {
    let planyo = Client::builder("key").transport(Many).build().unwrap();
    let mut pages = planyo.pages(ListAllUsers::new());
    let mut count = pages.next_page().await.unwrap().unwrap().records().len();
    let idle = peak();
    while let Some(page) = pages.next_page().await.unwrap() {
        count += page.records().len();
    }
    assert_eq!(count as u64, PAGES * SIZE);
    let grown = peak() - idle;
    assert!(grown < (32 << 20) / 4, "{} KiB", grown >> 10);
}
