//! Listings: no record lost, none twice, no endless loop, one bad record harms no other.

#![allow(clippy::unwrap_used)] // As in tests.

use std::time::Duration;

use futures_util::StreamExt;
use planyo_client::retry::RetryPolicy;
use planyo_client::testing::{Answer, Script};
use planyo_client::users::{GetUser, ListAllUsers, ListUsers, User};
use planyo_client::{Client, ErrorKind, Page, PageCursor};
use tokio::time::{Instant, sleep};

fn page(ids: &[u64]) -> Answer {
    let users: Vec<String> = ids.iter().map(|id| format!(r#"{{"id":"{id}"}}"#)).collect();
    Answer::data(&format!(r#"{{"users":[{}]}}"#, users.join(",")))
}

fn client(script: &Script) -> Client {
    Client::builder("key")
        .retry(RetryPolicy::never())
        .transport(script.clone())
        .build()
        .unwrap()
}

async fn ids(script: &Script) -> Vec<u64> {
    let listing = client(script).pages(ListUsers::new()).all().await.unwrap();
    listing.records.iter().map(|user| user.id.get()).collect()
}

#[tokio::test(start_paused = true)]
async fn pages_are_read_from_zero_to_the_first_empty_one() {
    let script = Script::new([page(&[1, 2]), page(&[3]), page(&[4]), page(&[])]);
    assert_eq!(ids(&script).await, [1, 2, 3, 4]);
    let pages = script.sent("page");
    assert_eq!(
        pages.iter().flatten().collect::<Vec<_>>(),
        ["0", "1", "2", "3"]
    );
}

#[tokio::test(start_paused = true)]
async fn a_short_page_is_the_last_where_the_client_is_set_so() {
    let script = Script::new([
        page(&[1, 2]),
        page(&[3]),
        // The second list, which has nobody else.
        page(&[2]),
    ]);
    let planyo = Client::builder("key")
        .retry(RetryPolicy::never())
        .transport(script.clone())
        .short_page_is_last()
        .build()
        .unwrap();
    let listing = planyo.pages(ListAllUsers::new().page_size(2));
    let listing = listing.prefetch().all().await.unwrap();
    let ids: Vec<u64> = listing.records.iter().map(|user| user.id.get()).collect();
    assert_eq!(ids, [1, 2, 3]);
    assert_eq!(script.requests().len(), 3);

    // An empty page after full ones is the end all the same, and the place to go on from is the next list.
    let script = Script::new([page(&[1, 2]), page(&[]), page(&[4])]);
    let planyo = Client::builder("key")
        .transport(script.clone())
        .short_page_is_last()
        .build()
        .unwrap();
    let mut pager = planyo.pages(ListAllUsers::new().page_size(2));
    assert_eq!(pager.next_page().await.unwrap().unwrap().records().len(), 2);
    assert_eq!(pager.next_page().await.unwrap().unwrap().records().len(), 1);
    assert_eq!(pager.cursor(), None);
    assert_eq!(
        script
            .sent("page")
            .into_iter()
            .flatten()
            .collect::<Vec<_>>(),
        ["0", "1", "0"]
    );
}

#[tokio::test(start_paused = true)]
async fn a_record_that_moves_to_the_next_page_is_given_once() {
    let script = Script::new([page(&[1, 2]), page(&[2, 3]), page(&[])]);
    assert_eq!(ids(&script).await, [1, 2, 3]);
}

#[tokio::test(start_paused = true)]
async fn a_page_of_old_acquaintances_is_no_end() {
    let script = Script::new([page(&[1, 2]), page(&[2]), page(&[1]), page(&[3]), page(&[])]);
    assert_eq!(ids(&script).await, [1, 2, 3]);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_ignores_the_page_number_is_read_once() {
    let script = Script::new([page(&[1, 2]), page(&[1, 2])]);
    assert_eq!(ids(&script).await, [1, 2]);
}

async fn kind_of(pages: impl IntoIterator<Item = Answer>) -> ErrorKind {
    let script = Script::new(pages);
    let listing = client(&script)
        .pages(ListUsers::new().page_size(2))
        .all()
        .await;
    listing.unwrap_err().kind()
}

#[tokio::test(start_paused = true)]
async fn a_full_page_again_is_no_end() {
    let repeated = || vec![page(&[1, 2]); 9];
    assert_eq!(kind_of(repeated()).await, ErrorKind::RepeatedPage);
    // Asked for again, it is still none.
    let planyo = client(&Script::new(repeated()));
    let mut pager = planyo.pages(ListUsers::new().page_size(2));
    assert!(pager.next_page().await.unwrap().is_some());
    for _ in 0..3 {
        let error = pager.next_page().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::RepeatedPage);
        assert!(!error.is_retryable() && !error.is_outcome_unknown());
        assert_eq!(
            error.to_string(),
            "Planyo list_users: the listing repeats a page, so that it has no end"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_listing_that_goes_in_circles_is_an_error() {
    let circles = [page(&[1, 2]), page(&[2, 1])];
    let circles: Vec<_> = circles.into_iter().cycle().take(50).collect();
    assert_eq!(kind_of(circles).await, ErrorKind::RepeatedPage);
    // Four pages without anything new may happen.
    let mut pages = vec![page(&[1, 2])];
    pages.extend([page(&[2]), page(&[1]), page(&[2]), page(&[1])]);
    pages.extend([page(&[3]), page(&[])]);
    assert_eq!(ids(&Script::new(pages)).await, [1, 2, 3]);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_ignores_the_page_number_is_an_error_also_when_no_record_can_be_read() {
    let page = Answer::data(r#"{"users":[{"email":"x@example.com"},{"email":"y@example.com"}]}"#);
    assert_eq!(
        kind_of(vec![page.clone(); 50]).await,
        ErrorKind::RepeatedPage
    );
    // A short page again is an end here too.
    let script = Script::new(vec![page; 50]);
    let listing = client(&script).pages(ListUsers::new()).all().await.unwrap();
    assert_eq!((listing.invalid.len(), script.requests().len()), (2, 2));
}

#[tokio::test(start_paused = true)]
async fn equal_unreadable_records_are_each_counted_on_one_page() {
    let bad = Answer::data(r#"{"users":[7,7,{"id":1}]}"#);
    let script = Script::new([bad.clone(), Answer::data(r#"{"users":[7,{"id":2}]}"#)]);
    let planyo = client(&script);
    let mut pager = planyo.pages(ListUsers::new());
    assert_eq!(pager.next_page().await.unwrap().unwrap().records().len(), 3);
    assert_eq!(pager.next_page().await.unwrap().unwrap().records().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_second_list_may_have_many_pages_with_nothing_new() {
    let list = || (1..=20).map(|n| page(&[n])).chain([page(&[])]);
    let script = Script::new(list().chain(list()));
    let listing = client(&script).pages(ListAllUsers::new()).all().await;
    assert_eq!(listing.unwrap().records.len(), 20);
}

#[tokio::test(start_paused = true)]
async fn a_page_is_a_list_a_map_or_an_empty_list() {
    let map = Answer::data(r#"{"users":{"5":{"id":5},"6":{"id":"6"}}}"#);
    let script = Script::new([map, Answer::data(r#"{"users":[]}"#)]);
    assert_eq!(ids(&script).await, [5, 6]);
    for nobody in [
        "[]",
        "[ ]",
        r#"{"users":null}"#,
        r#"{"users":false}"#,
        r#"{"users":""}"#,
    ] {
        assert_eq!(ids(&Script::new([Answer::data(nobody)])).await, [0; 0]);
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_without_users_is_an_error_and_no_empty_list() {
    for data in [
        "{}",
        "null",
        "\"\"",
        "[1]",
        r#"{"customers":[]}"#,
        r#"{"users":"Internal error"}"#,
        r#"{"users":true}"#,
        r#"{"users":0}"#,
        r#"{"users":1.5}"#,
    ] {
        let script = Script::new([Answer::data(data)]);
        let error = client(&script)
            .pages(ListUsers::new())
            .all()
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unreadable, "{data}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_malformed_record_is_named_and_harms_no_other() {
    let users = r#"{"users":[{"id":1},{"id":"none","email":"x@example.com"},{"email":"y@example.com"},7,[5],{"id":2}]}"#;
    let script = Script::new([Answer::data(users), page(&[])]);
    let listing = client(&script).pages(ListUsers::new()).all().await.unwrap();
    assert_eq!(listing.records.len(), 2);
    let named: Vec<_> = listing
        .invalid
        .iter()
        .map(|invalid| (invalid.id(), invalid.raw().get()))
        .collect();
    assert_eq!(
        named,
        [
            (Some("none"), r#"{"id":"none","email":"x@example.com"}"#),
            (None, r#"{"email":"y@example.com"}"#),
            (None, "7"),
            (None, "[5]"),
        ]
    );
    let error = listing.invalid.first().unwrap().error().to_string();
    assert!(error.starts_with("an id must be a whole number"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn all_users_are_both_lists_united_by_id() {
    let script = Script::new([
        page(&[1, 2]),
        page(&[]),
        page(&[2, 3]),
        page(&[4]),
        page(&[]),
    ]);
    let listing = client(&script)
        .pages(ListAllUsers::new())
        .all()
        .await
        .unwrap();
    let ids: Vec<u64> = listing.records.iter().map(|user| user.id.get()).collect();
    assert_eq!(ids, [1, 2, 3, 4]);
    let by_admin: Vec<bool> = script
        .sent("list_created_by_admin")
        .iter()
        .map(Option::is_some)
        .collect();
    assert_eq!(by_admin, [false, false, true, true, true]);
    assert!(script.sent("list_unconfirmed").iter().all(Option::is_some));
}

#[tokio::test(start_paused = true)]
async fn the_second_list_may_be_equal_to_the_first() {
    let script = Script::new([page(&[1]), page(&[]), page(&[1]), page(&[2]), page(&[])]);
    let listing = client(&script)
        .pages(ListAllUsers::new())
        .all()
        .await
        .unwrap();
    assert_eq!(listing.records.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_page_that_fails_fails_the_listing_and_can_be_asked_for_again() {
    let script = Script::new([page(&[1]), Answer::code(3, "no"), page(&[2]), page(&[])]);
    let planyo = client(&script);
    let mut pages = planyo.pages(ListUsers::new());
    assert!(pages.next_page().await.unwrap().is_some());
    assert!(pages.next_page().await.is_err());
    assert_eq!(pages.all().await.unwrap().records.len(), 1);

    let script = Script::new([page(&[1]), Answer::code(3, "no")]);
    assert!(client(&script).pages(ListUsers::new()).all().await.is_err());
}

#[tokio::test(start_paused = true)]
async fn the_stream_gives_records_and_ends_after_an_error() {
    let script = Script::new([page(&[1, 2]), Answer::code(3, "no")]);
    let entries: Vec<_> = client(&script)
        .pages(ListUsers::new())
        .records()
        .collect()
        .await;
    assert_eq!(entries.len(), 3);
    assert!(entries[0].is_ok() && entries[1].is_ok() && entries[2].is_err());
}

/// What the pages of a listing hold, each page as the ids on it.
fn ids_of(page: &Page<User>) -> Vec<u64> {
    let users = page.records().iter().flatten();
    users.map(|user| user.id.get()).collect()
}

fn json(cursor: PageCursor) -> String {
    serde_json::to_string(&cursor).unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_listing_goes_on_where_another_had_come_to() {
    let pages = || [page(&[1, 2]), page(&[3, 4]), page(&[5]), page(&[])];
    for stop in 0..4 {
        let mut first = client(&Script::new(pages())).pages(ListUsers::new());
        let mut given = Vec::new();
        for _ in 0..stop {
            given.extend(ids_of(&first.next_page().await.unwrap().unwrap()));
        }
        let stored = json(first.cursor().unwrap());
        assert_eq!(stored, format!(r#"{{"list":0,"page":{stop}}}"#));
        let script = Script::new(pages().into_iter().skip(stop));
        let cursor = serde_json::from_str(&stored).unwrap();
        let rest = client(&script).pages_from(ListUsers::new(), cursor);
        let rest = rest.unwrap().all().await.unwrap();
        given.extend(rest.records.iter().map(|user| user.id.get()));
        assert_eq!(given, [1, 2, 3, 4, 5]);
        assert_eq!(script.sent("page")[0], Some(stop.to_string()));
    }
}

#[tokio::test(start_paused = true)]
async fn the_second_list_is_gone_on_with_too() {
    let script = Script::new([page(&[1]), page(&[]), page(&[2]), page(&[])]);
    let mut pages = client(&script).pages(ListAllUsers::new());
    let mut cursors = vec![json(pages.cursor().unwrap())];
    while pages.next_page().await.unwrap().is_some() {
        cursors.push(json(pages.cursor().unwrap()));
    }
    assert_eq!(
        cursors,
        [
            r#"{"list":0,"page":0}"#,
            r#"{"list":0,"page":1}"#,
            r#"{"list":1,"page":1}"#
        ]
    );
    assert_eq!(pages.cursor(), None);

    let script = Script::new([page(&[3]), page(&[])]);
    let cursor: PageCursor = serde_json::from_str(&cursors[2]).unwrap();
    let everybody = client(&script).pages_from(ListAllUsers::new(), cursor);
    assert_eq!(everybody.unwrap().all().await.unwrap().records.len(), 1);
    assert_eq!(script.sent("page")[0].as_deref(), Some("1"));
    assert!(script.sent("list_created_by_admin")[0].is_some());

    // No list is taken for another's.
    let other = client(&script).pages_from(ListUsers::new(), cursor);
    assert_eq!(other.unwrap_err().kind(), ErrorKind::Configuration);
}

#[tokio::test(start_paused = true)]
async fn a_page_that_failed_is_where_the_cursor_stays() {
    let script = Script::new([page(&[1]), Answer::code(3, "no")]);
    let mut pages = client(&script).pages(ListUsers::new()).prefetch();
    pages.next_page().await.unwrap();
    let cursor = pages.cursor();
    pages.next_page().await.unwrap_err();
    assert_eq!(pages.cursor(), cursor);
}

fn slow(ids: &[u64]) -> Answer {
    Answer::After(Duration::from_secs(10), Box::new(page(ids)))
}

#[tokio::test(start_paused = true)]
async fn the_next_page_is_read_while_the_caller_works() {
    for (looks_ahead, seconds) in [(false, 10 + 3 * (10 + 10)), (true, 10 + 3 * 10)] {
        let script = Script::new([slow(&[1]), slow(&[2]), slow(&[3]), slow(&[])]);
        let mut pages = client(&script).pages(ListUsers::new());
        if looks_ahead {
            pages = pages.prefetch();
        }
        let start = Instant::now();
        let mut given = Vec::new();
        while let Some(page) = pages.next_page().await.unwrap() {
            given.extend(ids_of(&page));
            sleep(Duration::from_secs(10)).await;
        }
        assert_eq!(given, [1, 2, 3]);
        assert_eq!(start.elapsed().as_secs(), seconds);
        assert_eq!(script.requests().len(), 4);
    }
}

#[tokio::test(start_paused = true)]
async fn looking_ahead_changes_neither_pages_nor_calls_nor_errors() {
    let scripts = [
        vec![page(&[1, 2]), page(&[2, 3]), page(&[])],
        vec![page(&[1, 2]), page(&[1, 2])],
        vec![page(&[1]), page(&[]), page(&[1]), page(&[2]), page(&[])],
        vec![page(&[1]), Answer::code(3, "no"), page(&[2]), page(&[])],
        vec![page(&[])],
        vec![Answer::code(1, "no")],
        vec![page(&[1, 2]); 9],
    ];
    for answers in scripts {
        let mut outcomes = Vec::new();
        for looks_ahead in [false, true] {
            let script = Script::new(answers.clone());
            let mut pages = client(&script).pages(ListAllUsers::new().page_size(2));
            if looks_ahead {
                pages = pages.prefetch();
            }
            let mut seen = Vec::new();
            // An error is asked for again, twice.
            while seen
                .iter()
                .filter(|line: &&String| line.contains("Error"))
                .count()
                < 3
            {
                let page = pages.next_page().await;
                let is_over = matches!(page, Ok(None));
                seen.push(format!("{:?}", page.map(|page| page.as_ref().map(ids_of))));
                if is_over {
                    break;
                }
            }
            outcomes.push((
                seen,
                script.sent("page"),
                script.sent("list_created_by_admin"),
            ));
        }
        assert_eq!(outcomes[0], outcomes[1], "{answers:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_caller_with_one_place_is_not_stuck_behind_the_next_page() {
    let user = Answer::data(r#"{"id":1}"#);
    let script = Script::new([page(&[1]), slow(&[2]), user, page(&[])]);
    let planyo = Client::builder("key")
        .concurrency(1)
        .transport(script.clone())
        .build()
        .unwrap();
    let mut pages = planyo.pages(ListUsers::new()).prefetch();
    pages.next_page().await.unwrap();
    tokio::task::yield_now().await;
    planyo.send(GetUser::by_id(1)).await.unwrap();
    assert_eq!(ids_of(&pages.next_page().await.unwrap().unwrap()), [2]);
}

#[tokio::test(start_paused = true)]
async fn a_page_on_its_way_ends_with_the_pager_and_outlives_a_dropped_wait() {
    let script = Script::new([page(&[1]), slow(&[2]), page(&[])]);
    let mut pages = client(&script).pages(ListUsers::new()).prefetch();
    pages.next_page().await.unwrap();
    let wait = tokio::time::timeout(Duration::from_secs(1), pages.next_page());
    assert!(wait.await.is_err());
    assert_eq!(ids_of(&pages.next_page().await.unwrap().unwrap()), [2]);
    assert_eq!(script.sent("page")[1].as_deref(), Some("1"));

    let script = Script::new([page(&[1]), Answer::status(503), page(&[])]);
    let planyo = Client::builder("key").transport(script.clone()).build();
    let mut pages = planyo.unwrap().pages(ListUsers::new()).prefetch();
    pages.next_page().await.unwrap();
    tokio::task::yield_now().await;
    drop(pages);
    // Nobody repeats for nobody.
    sleep(Duration::from_secs(60)).await;
    assert_eq!(script.requests().len(), 2);
}

/// A full page, and pages of two.
fn by_two(script: &Script) -> planyo_client::Pager<ListUsers> {
    client(script).pages(ListUsers::new().page_size(2))
}

#[tokio::test(start_paused = true)]
async fn code_4_after_a_good_page_ends_the_list_and_only_a_short_page_proves_it() {
    let refused = || Answer::code(4, "no results");
    let nobody = || Answer::data(r#"{"users":null}"#);
    let cases = [
        (vec![page(&[1, 2]), refused()], vec![1, 2], true),
        (vec![page(&[1, 2]), nobody()], vec![1, 2], true),
        (vec![page(&[1, 2]), page(&[])], vec![1, 2], false),
        (
            vec![page(&[1, 2]), page(&[3]), refused()],
            vec![1, 2, 3],
            false,
        ),
        (
            vec![page(&[1, 2]), page(&[3]), nobody()],
            vec![1, 2, 3],
            false,
        ),
        (vec![refused()], vec![], true),
        (vec![nobody()], vec![], true),
        (vec![Answer::data("[]")], vec![], true),
        (vec![page(&[])], vec![], false),
        (vec![Answer::data(r#"{"users":{}}"#)], vec![], false),
    ];
    for (answers, expected, unproven) in cases {
        for looks_ahead in [false, true] {
            let script = Script::new(answers.clone());
            let pages = by_two(&script);
            let pages = if looks_ahead { pages.prefetch() } else { pages };
            let listing = pages.all().await.unwrap();
            let ids: Vec<u64> = listing.records.iter().map(|user| user.id.get()).collect();
            assert_eq!(
                (ids, listing.unproven_end),
                (expected.clone(), unproven),
                "{answers:?}"
            );
            assert_eq!(script.requests().len(), answers.len());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn each_of_both_lists_needs_an_end_of_its_own() {
    let refused = || Answer::code(4, "no results");
    for (answers, unproven) in [
        (vec![page(&[1]), refused(), page(&[1]), refused()], false),
        // The second list may have somebody: page 0 says nothing.
        (vec![page(&[1]), refused(), refused()], true),
        (vec![page(&[1, 2]), refused(), page(&[1]), refused()], true),
        (vec![refused(), page(&[1]), page(&[])], true),
    ] {
        let script = Script::new(answers.clone());
        let mut pages = client(&script).pages(ListAllUsers::new().page_size(2));
        while pages.next_page().await.unwrap().is_some() {}
        assert_eq!(pages.has_unproven_end(), unproven, "{answers:?}");
        assert_eq!(script.requests().len(), answers.len());
    }
}

#[tokio::test(start_paused = true)]
async fn code_4_is_an_error_where_the_client_is_set_so() {
    for answers in [vec![], vec![page(&[1, 2])], vec![page(&[1])]] {
        let script = Script::new(answers.into_iter().chain([Answer::code(4, "no")]));
        let planyo = Client::builder("key")
            .transport(script.clone())
            .refused_page_is_error()
            .build()
            .unwrap();
        let listing = planyo.pages(ListUsers::new().page_size(2)).all().await;
        let error = listing.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused);
        assert_eq!(
            error.to_string(),
            "Planyo list_users: the method refused it, or found nothing (code 4)"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_listing_that_always_has_more_stops_at_a_limit() {
    let script = Script::new((0..).step_by(2).take(50).map(|id| page(&[id + 1, id + 2])));
    let planyo = Client::builder("key")
        .transport(script.clone())
        .max_pages(3)
        .build()
        .unwrap();
    let mut pages = planyo.pages(ListUsers::new().page_size(2));
    for _ in 0..3 {
        assert_eq!(pages.next_page().await.unwrap().unwrap().records().len(), 2);
    }
    let error = pages.next_page().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooManyPages);
    assert!(!error.is_retryable());
    assert!(
        error.to_string().contains("raise the limit on pages"),
        "{error}"
    );
    assert_eq!(script.requests().len(), 4);
    // A list of exactly so many pages is read.
    let script = Script::new([page(&[1, 2]), page(&[3, 4]), page(&[])]);
    let planyo = Client::builder("key")
        .transport(script)
        .max_pages(2)
        .build();
    let listing = planyo.unwrap().pages(ListUsers::new().page_size(2));
    assert_eq!(listing.all().await.unwrap().records.len(), 4);
}

#[tokio::test(start_paused = true)]
async fn user_0_is_nobody() {
    let users = Answer::data(r#"{"users":[{"id":0,"email":"x@example.com"},{"id":"0"},{"id":1}]}"#);
    let script = Script::new([users, page(&[])]);
    let listing = client(&script).pages(ListUsers::new()).all().await.unwrap();
    assert_eq!((listing.records.len(), listing.invalid.len()), (1, 2));
    let script = Script::new([Answer::data(r#"{"id":0,"email":"x@example.com"}"#)]);
    let error = client(&script).send(GetUser::by_id(7)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unreadable);
}
