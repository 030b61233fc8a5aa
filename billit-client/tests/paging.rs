//! Listings: links, full pages, duplicates and what ends them.
#![allow(clippy::unwrap_used)]

use std::ops::RangeInclusive;

use billit_client::parties::{ListParties, property};
use billit_client::retry::RetryPolicy;
use billit_client::testing::{Answer, Script};
use billit_client::{Client, ErrorKind, Listing, parties::Party};
use futures_util::StreamExt;

const LINK: &str = "https://api.billit.be/v1/parties?$skip=120";

fn client(script: &Script) -> Client {
    let builder = Client::builder("key", 1).retry(RetryPolicy::never());
    builder.transport(script.clone()).build().unwrap()
}

fn page(ids: impl IntoIterator<Item = i64>, link: Option<&str>) -> Answer {
    let items: Vec<_> = ids
        .into_iter()
        .map(|id| serde_json::json!({"PartyID": id}))
        .collect();
    let body = serde_json::json!({"Items": items, "NextPageLink": link});
    Answer::json(body.to_string())
}

async fn list(script: &Script, listing: ListParties) -> billit_client::Result<Listing<Party>> {
    client(script).pages(listing).all().await
}

fn ids(listing: &Listing<Party>) -> Vec<i64> {
    listing.records.iter().map(|party| party.id.get()).collect()
}

fn urls(script: &Script) -> Vec<String> {
    let requests = script.requests();
    requests
        .iter()
        .map(|request| request.url.to_string())
        .collect()
}

fn all(range: RangeInclusive<i64>) -> Vec<i64> {
    range.collect()
}

#[tokio::test(start_paused = true)]
async fn two_pages_by_link() {
    let script = Script::new([page(1..=2, Some(LINK)), page(3..=4, None)]);
    let listing = ListParties::new().filter(property::NAME.eq("Acme"));
    assert_eq!(ids(&list(&script, listing).await.unwrap()), [1, 2, 3, 4]);
    // The link is taken as it is, the key goes with it.
    assert_eq!(urls(&script)[1], LINK);
    assert_eq!(
        script.sent("ApiKey"),
        [Some("key".to_owned()), Some("key".to_owned())]
    );
}

#[tokio::test(start_paused = true)]
async fn a_link_may_be_relative() {
    for link in [
        "/v1/parties?$skip=120",
        "parties?$skip=120",
        "?$skip=120",
        "//api.billit.be/v1/parties?$skip=120",
    ] {
        let script = Script::new([page([1], Some(link)), page([2], None)]);
        assert_eq!(
            ids(&list(&script, ListParties::new()).await.unwrap()),
            [1, 2]
        );
        assert_eq!(urls(&script)[1], LINK, "{link}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_foreign_link_is_not_followed() {
    for link in [
        "https://evil.example/v1/parties",
        "http://api.billit.be/v1/parties",
        "https://api.billit.be:8443/v1/parties",
        "https://api.billit.be.evil.example/",
        "https://api.billit.be@evil.example/",
        "//evil.example/v1/parties",
        "file:///etc/passwd",
        "https://",
    ] {
        let script = Script::new([page([1], Some(link))]);
        let error = list(&script, ListParties::new()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ForeignLink, "{link}");
        assert_eq!((error.operation(), error.attempts()), ("list_parties", 0));
        assert!(!error.to_string().contains("evil"));
        assert_eq!(script.requests().len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_link_seen_before_is_an_error_and_no_end() {
    let script = Script::new([
        page([1], Some(LINK)),
        page([2], Some("?$skip=240")),
        page([3], Some(LINK)),
        page([2], None),
    ]);
    let mut pages = client(&script).pages(ListParties::new());
    for _ in 0..3 {
        assert_eq!(pages.next_page().await.unwrap().unwrap().records().len(), 1);
    }
    let error = pages.next_page().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.operation()),
        (ErrorKind::RepeatedLink, "list_parties")
    );
    assert_eq!(script.requests().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_full_page_without_a_link_goes_on() {
    let script = Script::new([
        page(1..=120, None),
        page(121..=240, None),
        page([241], None),
    ]);
    assert_eq!(
        ids(&list(&script, ListParties::new()).await.unwrap()),
        all(1..=241)
    );
    let queries: Vec<_> = urls(&script);
    assert!(queries[1].ends_with("?%24skip=120") && queries[2].ends_with("?%24skip=240"));

    let script = Script::new([page(1..=120, None), page([], None)]);
    assert_eq!(
        ids(&list(&script, ListParties::new()).await.unwrap()),
        all(1..=120)
    );

    let script = Script::new([page(1..=119, None)]);
    assert_eq!(
        ids(&list(&script, ListParties::new()).await.unwrap()),
        all(1..=119)
    );
}

#[tokio::test(start_paused = true)]
async fn a_server_that_knows_no_skip_is_no_endless_loop() {
    let script = Script::new(vec![page(1..=120, None); 9]);
    let error = list(&script, ListParties::new()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RepeatedLink);
    assert_eq!(script.requests().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn links_that_lead_to_nothing_new_come_to_an_end() {
    let link = |number| format!("?page={number}");
    for stale in [vec![], vec![1]] {
        let pages = (0..50).map(|number| page(stale.clone(), Some(&link(number))));
        let script = Script::new([page([1], Some("?first"))].into_iter().chain(pages));
        let mut pages = client(&script).pages(ListParties::new());
        assert!(pages.next_page().await.unwrap().is_some());
        let error = pages.next_page().await.unwrap_err();
        assert_eq!(
            (error.kind(), error.operation()),
            (ErrorKind::RepeatedLink, "list_parties")
        );
        assert_eq!(script.requests().len(), 6);
    }
    // Unreadable records are known after the first time, too.
    let pages = (0..50).map(|number| {
        let link = link(number);
        Answer::json(serde_json::json!({"Items": [7, 7], "NextPageLink": link}).to_string())
    });
    let script = Script::new(pages);
    let error = list(&script, ListParties::new()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RepeatedLink);
    assert_eq!(script.requests().len(), 6);
}

#[tokio::test(start_paused = true)]
async fn something_new_starts_the_count_again() {
    let stale = |range: std::ops::Range<i64>| {
        range.map(|number| page([1], Some(&format!("?page={number}"))))
    };
    let pages = stale(0..5).chain([page([2], Some("?new"))]);
    let pages = pages.chain(stale(5..9)).chain([page([1], None)]);
    let script = Script::new(pages);
    let listing = list(&script, ListParties::new()).await.unwrap();
    assert_eq!(ids(&listing), [1, 2]);
}

#[tokio::test(start_paused = true)]
async fn a_page_with_a_link_and_no_records_goes_on() {
    let script = Script::new([
        page([1], Some("?a")),
        page([], Some("?b")),
        page([1], Some("?c")),
        page([2], Some("")),
    ]);
    let mut pages = client(&script).pages(ListParties::new());
    assert_eq!(pages.next_page().await.unwrap().unwrap().records().len(), 1);
    assert_eq!(pages.next_page().await.unwrap().unwrap().records().len(), 1);
    assert!(pages.next_page().await.unwrap().is_none());
    assert!(pages.next_page().await.unwrap().is_none());
    assert_eq!(script.requests().len(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_party_that_moves_is_given_once() {
    let script = Script::new([page([1, 2, 2], Some(LINK)), page([2, 3], None)]);
    assert_eq!(
        ids(&list(&script, ListParties::new()).await.unwrap()),
        [1, 2, 3]
    );
}

#[tokio::test(start_paused = true)]
async fn top_is_the_most_in_all() {
    let top = |records| ListParties::new().top(records);
    let script = Script::new([]);
    assert!(ids(&list(&script, top(0)).await.unwrap()).is_empty());

    let script = Script::new([page(1..=3, Some(LINK))]);
    assert_eq!(ids(&list(&script, top(2)).await.unwrap()), [1, 2]);

    let script = Script::new([page(1..=120, Some(LINK)), page(121..=240, Some("?more"))]);
    assert_eq!(ids(&list(&script, top(200)).await.unwrap()), all(1..=200));
    assert!(urls(&script).iter().all(|url| !url.contains("top")));

    let script = Script::new([page(1..=120, None)]);
    assert_eq!(ids(&list(&script, top(120)).await.unwrap()), all(1..=120));
    assert!(urls(&script)[0].ends_with("?%24top=120"));
}

#[tokio::test(start_paused = true)]
async fn a_malformed_record_harms_no_other() {
    let body = r#"{"Items": [{"PartyID": 1}, {"PartyID": "12x", "Name": "Acme"}, {"Name": "no id"}, null,
        {"PartyID": 3, "Name": "\ud800"}, [4], {"PartyID": "5"}, null]}"#;
    let script = Script::new([Answer::json(body)]);
    let listing = list(&script, ListParties::new()).await.unwrap();
    assert_eq!(ids(&listing), [1, 5]);
    let invalid: Vec<_> = listing
        .invalid
        .iter()
        .map(billit_client::InvalidRecord::id)
        .collect();
    // The two that look alike are two, or one of them would be lost.
    assert_eq!(invalid, [Some("12x"), None, None, Some("3"), None, None]);
    let error: &dyn std::error::Error = &listing.invalid[1];
    assert_eq!(error.to_string(), "a record that cannot be read");
    assert!(error.source().unwrap().to_string().contains("`PartyID`"));
    assert!(listing.invalid[0].raw().get().contains("Acme"));
    assert!(listing.invalid[1].error().to_string().contains("`PartyID`"));
}

#[tokio::test(start_paused = true)]
async fn a_malformed_record_that_moves_is_given_once() {
    let body = |link| serde_json::json!({"Items": [{"Name": "no id"}], "NextPageLink": link});
    let pages = [body(Some(LINK)), body(None)];
    let script = Script::new(pages.map(|page| Answer::json(page.to_string())));
    let listing = list(&script, ListParties::new()).await.unwrap();
    assert_eq!(listing.invalid.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_is_no_list_is_never_an_empty_list() {
    for body in [
        "",
        "{}",
        "[]",
        "null",
        r#"{"Items": null}"#,
        r#"{"Items": {}}"#,
        r#"{"Items": [], "NextPageLink": 7}"#,
    ] {
        let script = Script::new([Answer::json(body)]);
        let error = list(&script, ListParties::new()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unreadable, "{body}");
    }
    let script = Script::new([Answer::json(
        r#"{"Items": [], "NextPageLink": null, "Count": 0}"#,
    )]);
    assert!(ids(&list(&script, ListParties::new()).await.unwrap()).is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_page_that_failed_can_be_asked_for_again() {
    let script = Script::new([page([1], Some(LINK)), Answer::status(500), page([2], None)]);
    let mut pages = client(&script).pages(ListParties::new());
    pages.next_page().await.unwrap();
    assert!(pages.next_page().await.is_err());
    let page = pages.next_page().await.unwrap().unwrap();
    assert_eq!(page.records()[0].as_ref().unwrap().id.get(), 2);
    assert_eq!(urls(&script)[1..], [LINK, LINK]);
}

#[tokio::test(start_paused = true)]
async fn a_stream_gives_records_and_ends_after_an_error() {
    let script = Script::new([
        page(1..=2, Some(LINK)),
        Answer::status(500),
        page([3], None),
    ]);
    let records: Vec<_> = client(&script)
        .pages(ListParties::new())
        .records()
        .collect()
        .await;
    assert_eq!(records.len(), 3);
    assert!(records[1].as_ref().unwrap().is_ok());
    assert!(records[2].is_err());
}
