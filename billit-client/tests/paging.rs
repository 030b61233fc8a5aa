//! Listings: links, full pages, duplicates and what ends them.
#![allow(clippy::unwrap_used)]

use std::ops::RangeInclusive;
use std::time::Duration;

use billit_client::parties::{ListParties, property};
use billit_client::retry::RetryPolicy;
use billit_client::testing::{Answer, Script};
use billit_client::{Client, Cursor, ErrorKind, Listing, Paged, Pager, parties::Party};
use futures_util::StreamExt;
use tokio::time::{Instant, sleep};

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

async fn next_ids<P: Paged<Item = Party>>(pages: &mut Pager<P>) -> Vec<i64> {
    let page = pages.next_page().await.unwrap().unwrap();
    let records = page.records().iter().flatten();
    records.map(|party| party.id.get()).collect()
}

fn after(seconds: u64, answer: Answer) -> Answer {
    Answer::After(Duration::from_secs(seconds), Box::new(answer))
}

#[tokio::test(start_paused = true)]
async fn the_next_page_is_fetched_while_the_caller_works() {
    let slow = || {
        Script::new([
            after(2, page([1], Some("?a"))),
            after(2, page([2], Some("?b"))),
            after(2, page([3], None)),
        ])
    };
    for (ahead, seconds) in [(false, 12), (true, 8)] {
        let script = slow();
        let mut pages = client(&script).pages(ListParties::new());
        if ahead {
            pages = pages.prefetch();
        }
        let start = Instant::now();
        let mut ids = Vec::new();
        while let Some(page) = pages.next_page().await.unwrap() {
            ids.extend(page.records().iter().flatten().map(|party| party.id.get()));
            sleep(Duration::from_secs(2)).await;
        }
        assert_eq!(ids, [1, 2, 3]);
        assert_eq!(start.elapsed().as_secs(), seconds);
        assert_eq!(script.requests().len(), 3);
    }
}

#[tokio::test(start_paused = true)]
async fn a_page_ahead_that_failed_can_be_asked_for_again() {
    let script = Script::new([page([1], Some(LINK)), Answer::status(500), page([2], None)]);
    let mut pages = client(&script).pages(ListParties::new()).prefetch();
    assert_eq!(next_ids(&mut pages).await, [1]);
    sleep(Duration::from_secs(1)).await;
    assert!(pages.next_page().await.is_err());
    assert_eq!(next_ids(&mut pages).await, [2]);
    assert!(pages.next_page().await.unwrap().is_none());
    assert_eq!(urls(&script)[1..], [LINK, LINK]);
}

#[tokio::test(start_paused = true)]
async fn a_page_ahead_survives_a_caller_who_stops_waiting_and_ends_with_the_pager() {
    let script = Script::new([page([1], Some(LINK)), after(5, page([2], Some("?b")))]);
    let billit = client(&script);
    let mut pages = billit.pages(ListParties::new()).prefetch();
    assert_eq!(next_ids(&mut pages).await, [1]);
    let hasty = tokio::time::timeout(Duration::from_secs(1), pages.next_page());
    assert!(hasty.await.is_err());
    assert_eq!(next_ids(&mut pages).await, [2]);
    drop(pages);
    sleep(Duration::from_secs(1)).await;
    assert_eq!(script.requests().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn looking_ahead_goes_no_further_than_wanted() {
    let script = Script::new([page(1..=3, Some(LINK)), page([4], None)]);
    let top = ListParties::new().top(2);
    let listing = client(&script).pages(top).prefetch().all().await;
    assert_eq!(ids(&listing.unwrap()), [1, 2]);
    assert_eq!(script.requests().len(), 1);

    let script = Script::new([page([1], Some(LINK)), page([2], None)]);
    let records = client(&script).pages(ListParties::new()).prefetch();
    assert_eq!(records.records().count().await, 2);
}

#[tokio::test(start_paused = true)]
async fn a_listing_goes_on_where_it_was() {
    let script = Script::new([
        page(1..=120, Some(LINK)),
        page(121..=240, None),
        page(241..=360, None),
        page([361], None),
    ]);
    let listing = || ListParties::new().filter(property::NAME.eq("Acme"));
    let mut cursor = Some(Cursor::Start);
    let mut ids = Vec::new();
    let mut stops = Vec::new();
    while let Some(here) = cursor {
        // As a program that is started anew for each page, and keeps nothing but this.
        let kept = serde_json::to_string(&here).unwrap();
        let here: Cursor = serde_json::from_str(&kept).unwrap();
        let mut pages = client(&script).pages_from(listing(), here);
        ids.extend(next_ids(&mut pages).await);
        cursor = pages.cursor();
        stops.push(kept);
    }
    assert_eq!(ids, all(1..=361));
    assert_eq!(stops[0], "\"Start\"");
    // The link told how many came before.
    assert_eq!(stops[2..], [r#"{"Skip":240}"#, r#"{"Skip":360}"#]);
    assert_eq!(format!("{:?}", Cursor::Link(LINK.into())), "Link(***)");
}

#[tokio::test(start_paused = true)]
async fn a_cursor_stays_where_a_page_failed() {
    let script = Script::new([page([1], Some(LINK)), Answer::status(500)]);
    let mut pages = client(&script).pages(ListParties::new());
    assert_eq!(pages.cursor(), Some(Cursor::Start));
    pages.next_page().await.unwrap();
    assert!(pages.next_page().await.is_err());
    assert_eq!(pages.cursor(), Some(Cursor::Link(LINK.into())));
}

#[tokio::test(start_paused = true)]
async fn what_a_link_says_of_the_records_before_is_a_hint() {
    for (link, skip) in [
        (
            "https://api.billit.be/v1/parties?%24top=120&%24skip=240",
            "360",
        ),
        ("?$SKIP=240&$filter=x", "360"),
        ("?$skiptoken=7", "120"),
        ("?$skip=many", "120"),
    ] {
        let script = Script::new([page(1..=120, None), page([], None)]);
        let cursor = Cursor::Link(link.to_owned());
        let pages = client(&script).pages_from(ListParties::new(), cursor);
        assert_eq!(ids(&pages.all().await.unwrap()).len(), 120);
        assert!(
            urls(&script)[1].ends_with(&format!("skip={skip}")),
            "{link}"
        );
    }
}

/// What Billit says since March 2026.
fn refusal(property: &str) -> Answer {
    let sentence = format!("Could not find a property named '{property}' on type 'Domain.Party'.");
    Answer::error(400, "GenericError", &sentence)
}

fn named(range: RangeInclusive<i64>, link: Option<&str>) -> Answer {
    let name = |id| if id % 100 == 0 { "Acme" } else { "Other" };
    let items: Vec<_> = range
        .map(|id| serde_json::json!({"PartyID": id, "Name": name(id)}))
        .collect();
    let body = serde_json::json!({"Items": items, "NextPageLink": link});
    Answer::json(body.to_string())
}

fn acme() -> ListParties {
    ListParties::new()
        .filter(property::NAME.eq("Acme"))
        .full_text("x")
}

fn is_acme(party: &billit_client::Record<Party>) -> bool {
    party.name.as_deref() == Some("Acme")
}

#[tokio::test(start_paused = true)]
async fn a_filter_that_is_refused_is_applied_here() {
    let script = Script::new([
        refusal("Name"),
        named(1..=120, Some("?$skip=120")),
        // Pages without a match are no circle.
        named(121..=140, Some("?a")),
        named(141..=142, Some("?b")),
        named(143..=144, Some("?c")),
        named(145..=146, Some("?d")),
        named(147..=148, Some("?e")),
        named(149..=150, Some("?f")),
        named(151..=250, None),
    ]);
    let mut pages = client(&script).pages(acme()).or_filter_locally(is_acme);
    assert!(!pages.filters_locally());
    assert_eq!(next_ids(&mut pages).await, [100]);
    assert!(pages.filters_locally());
    assert_eq!(next_ids(&mut pages).await, [200]);
    assert!(pages.next_page().await.unwrap().is_none());
    let urls = urls(&script);
    assert!(urls[0].contains("filter"));
    // The text search stays.
    assert!(urls[1].ends_with("/v1/parties?fullTextSearch=x"));
    assert_eq!(urls.len(), 9);
}

#[tokio::test(start_paused = true)]
async fn a_filter_that_is_taken_is_not_applied_twice() {
    let script = Script::new([named(1..=2, None)]);
    let pages = client(&script)
        .pages(acme())
        .or_filter_locally(|_| panic!());
    assert_eq!(ids(&pages.all().await.unwrap()), [1, 2]);
    assert_eq!(script.requests().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_limit_counts_what_passes_here() {
    let script = Script::new([
        refusal("Name"),
        named(1..=120, Some("?$skip=120")),
        named(121..=240, Some("?$skip=240")),
    ]);
    let pages = client(&script)
        .pages(acme().top(2))
        .or_filter_locally(is_acme);
    assert_eq!(ids(&pages.all().await.unwrap()), [100, 200]);
    let urls = urls(&script);
    assert!(urls[0].contains("%24top=2") && !urls[1].contains("top"));
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_read_cannot_be_judged() {
    let items = r#"{"Items": [{"PartyID": 1, "Name": "Acme"}, {"Name": "no id"}, {"PartyID": 2}]}"#;
    let script = Script::new([refusal("Name"), Answer::json(items)]);
    let pages = client(&script).pages(acme()).or_filter_locally(is_acme);
    let listing = pages.all().await.unwrap();
    assert_eq!((ids(&listing), listing.invalid.len()), (vec![1], 1));
}

#[tokio::test(start_paused = true)]
async fn without_a_way_out_a_refusal_is_an_error() {
    // Nobody said what to do.
    let script = Script::new([refusal("Name")]);
    let error = list(&script, acme()).await.unwrap_err();
    assert_eq!(error.refused_property(), Some("Name"));
    // There is no filter: it is the order.
    let script = Script::new([refusal("LastModified")]);
    let order = billit_client::odata::Order::asc(property::LAST_MODIFIED);
    let ordered = ListParties::new().order_by(order.clone());
    let pages = client(&script).pages(ordered).or_filter_locally(is_acme);
    assert!(pages.all().await.unwrap_err().is_property_refused());
    // Both: the whole list is asked for once.
    let script = Script::new([refusal("Name"), refusal("LastModified")]);
    let pages = client(&script)
        .pages(acme().order_by(order))
        .or_filter_locally(is_acme);
    assert!(pages.all().await.unwrap_err().is_property_refused());
    assert_eq!(script.requests().len(), 2);
    // Another failure.
    let script = Script::new([Answer::error(400, "GenericError", "Data is Required")]);
    let pages = client(&script).pages(acme()).or_filter_locally(is_acme);
    assert_eq!(pages.all().await.unwrap_err().kind(), ErrorKind::Rejected);
}

#[tokio::test(start_paused = true)]
async fn a_listing_that_is_filtered_here_goes_on_so() {
    let script = Script::new([refusal("Name"), named(1..=120, Some("?$skip=120"))]);
    let mut pages = client(&script).pages(acme()).or_filter_locally(is_acme);
    pages.next_page().await.unwrap();
    let kept = serde_json::to_string(&pages.cursor()).unwrap();
    assert_eq!(kept, r#"{"Unfiltered":{"Link":"?$skip=120"}}"#);
    let cursor: Cursor = serde_json::from_str(&kept).unwrap();

    let script = Script::new([named(121..=240, None), named(241..=300, None)]);
    let billit = client(&script);
    // It would give everything.
    let error = billit.pages_from(acme(), cursor.clone()).all().await;
    assert_eq!(error.unwrap_err().kind(), ErrorKind::Configuration);
    assert!(script.requests().is_empty());

    let pages = billit.pages_from(acme(), cursor).or_filter_locally(is_acme);
    assert_eq!(ids(&pages.all().await.unwrap()), [200, 300]);
    // The page after has no filter either.
    assert!(urls(&script)[1].ends_with("fullTextSearch=x&%24skip=240"));
}

#[tokio::test(start_paused = true)]
async fn a_listing_that_always_has_more_stops_at_a_limit() {
    let next = |number: i64| page([number], Some(&format!("?page={number}")));
    let script = Script::new((0..50).map(next));
    let billit = Client::builder("key", 1)
        .transport(script.clone())
        .max_pages(3)
        .build()
        .unwrap();
    let mut pages = billit.pages(ListParties::new());
    for _ in 0..3 {
        assert!(pages.next_page().await.unwrap().is_some());
    }
    let error = pages.next_page().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.operation()),
        (ErrorKind::TooManyPages, "list_parties")
    );
    assert!(
        error.to_string().contains("raise the limit on pages"),
        "{error}"
    );
    assert_eq!(script.requests().len(), 3);
    // A listing of exactly so many pages is read.
    let script = Script::new([page([1], Some("?a")), page([2], None)]);
    let billit = Client::builder("key", 1)
        .transport(script)
        .max_pages(2)
        .build();
    let listing = billit.unwrap().pages(ListParties::new()).all().await;
    assert_eq!(ids(&listing.unwrap()), [1, 2]);
}
