//! Long times cut into windows: nothing lost or doubled at the borders, and less asked for where it is too much.

#![allow(clippy::unwrap_used)] // As in tests.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use planyo_client::testing::{Answer, Script};
use planyo_client::transport::{BoxFuture, HttpRequest, Transport, TransportError};
use planyo_client::{
    Client, Endpoint, ErrorKind, Identified, Page, Paged, Params, ReservationId, Response, Safety,
    Window, Windows,
};
use proptest::prelude::*;
use serde_json::value::RawValue;

/// As `list_reservations`: what starts in a window, page by page.
#[derive(Clone)]
struct ListReservations {
    window: Window,
    page: u32,
}

#[derive(serde::Deserialize)]
struct Reservation {
    reservation_id: ReservationId,
}

impl Identified for Reservation {
    const ID_FIELD: &'static str = "reservation_id";

    fn id(&self) -> u64 {
        self.reservation_id.get()
    }
}

const PAGE_SIZE: u32 = 3;

fn list(window: Window) -> ListReservations {
    ListReservations { window, page: 0 }
}

impl Endpoint for ListReservations {
    type Output = Page<Reservation>;

    fn method(&self) -> &'static str {
        "list_reservations"
    }

    fn safety(&self) -> Safety {
        Safety::Read
    }

    fn params(&self, params: &mut Params) {
        params.set("start_time", self.window.start);
        params.set("end_time", self.window.end);
        params.set("page", self.page);
    }

    fn parse(&self, data: &RawValue) -> serde_json::Result<Self::Output> {
        Page::parse(data, "results")
    }
}

impl Paged for ListReservations {
    type Item = Reservation;
    type Request = Self;

    fn first(&self) -> Self {
        self.clone()
    }

    fn at_page(&self, request: &Self, number: u32) -> Self {
        Self {
            page: number,
            ..request.clone()
        }
    }

    fn page_size(&self, _: &Self) -> Option<u32> {
        Some(PAGE_SIZE)
    }
}

fn day(day: i64) -> NaiveDateTime {
    let start = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
    NaiveDateTime::from(start) + TimeDelta::days(day)
}

/// A server with reservations, each an id and where it starts.
#[derive(Clone)]
struct Server(Arc<State>);

struct State {
    reservations: Vec<(u64, NaiveDateTime)>,
    counts_end: bool,
    dates_alone: bool,
    /// It gives up on more days than this.
    most_days: i64,
    asked: Mutex<Vec<(String, String, String)>>,
}

impl Server {
    fn new(reservations: Vec<(u64, NaiveDateTime)>) -> Self {
        Self(Arc::new(State {
            reservations,
            counts_end: true,
            dates_alone: false,
            most_days: i64::MAX,
            asked: Mutex::default(),
        }))
    }

    fn with(mut self, change: impl FnOnce(&mut State)) -> Self {
        change(Arc::get_mut(&mut self.0).unwrap());
        self
    }

    /// The first pages asked for, by days.
    fn windows(&self) -> Vec<(String, String)> {
        let asked = self.0.asked.lock().unwrap();
        let first = asked.iter().filter(|(_, _, page)| page == "0");
        first
            .map(|(start, end, _)| (start.clone(), end.clone()))
            .collect()
    }

    fn calls(&self) -> usize {
        self.0.asked.lock().unwrap().len()
    }

    fn answer(&self, body: &[u8]) -> Response {
        let field = |name: &str| {
            let mut form = url::form_urlencoded::parse(body);
            form.find(|(known, _)| known == name)
                .unwrap()
                .1
                .into_owned()
        };
        let (start, end, page) = (field("start_time"), field("end_time"), field("page"));
        let asked = (start.clone(), end.clone(), page.clone());
        self.0.asked.lock().unwrap().push(asked);
        let time = |text: &str| {
            let time = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").unwrap();
            if self.0.dates_alone {
                time.date().into()
            } else {
                time
            }
        };
        let (start, end) = (time(&start), time(&end));
        if (end - start).num_days() > self.0.most_days {
            return Response::new(200, r#"{"response_code":6}"#);
        }
        let mut found: Vec<_> = self.0.reservations.clone();
        found.retain(|(_, at)| *at >= start && (*at < end || (self.0.counts_end && *at == end)));
        found.sort_by_key(|(id, at)| (*at, *id));
        let size = PAGE_SIZE as usize;
        let results: Vec<String> = found
            .iter()
            .skip(page.parse::<usize>().unwrap() * size)
            .take(size)
            .map(|(id, _)| format!(r#"{{"reservation_id":"{id}"}}"#))
            .collect();
        let results = results.join(",");
        Response::new(
            200,
            format!(r#"{{"data":{{"results":[{results}]}},"response_code":0}}"#),
        )
    }
}

impl Transport for Server {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<Response, TransportError>> {
        let answer = self.answer(request.body.as_deref().unwrap());
        Box::pin(async { Ok(answer) })
    }
}

fn client(transport: impl Transport) -> Client {
    Client::builder("key").transport(transport).build().unwrap()
}

async fn read(server: &Server, windows: Windows) -> Vec<u64> {
    let listing = client(server.clone()).pages_by_window(windows, list).all();
    let records = listing.await.unwrap().records;
    let ids = records.iter().map(|record| record.reservation_id.get());
    ids.collect()
}

#[tokio::test(start_paused = true)]
async fn windows_follow_each_other_and_overlap_by_a_second() {
    let server = Server::new(vec![(1, day(0)), (2, day(10)), (3, day(20)), (4, day(25))]);
    let windows = Windows::new(day(0), day(25)).days(10);
    assert_eq!(read(&server, windows).await, [1, 2, 3, 4]);
    let windows = server.windows();
    let windows: Vec<(&str, &str)> = windows.iter().map(|(a, b)| (&a[5..], &b[5..])).collect();
    assert_eq!(
        windows,
        [
            ("01-01 00:00:00", "01-11 00:00:01"),
            ("01-11 00:00:00", "01-21 00:00:01"),
            ("01-21 00:00:00", "01-26 00:00:00"),
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_window_with_a_full_first_page_is_cut_in_two() {
    let many = (0..8).zip((0..8).map(day)).collect();
    let server = Server::new(many);
    let windows = Windows::new(day(0), day(8)).days(8);
    assert_eq!(read(&server, windows).await, [0, 1, 2, 3, 4, 5, 6, 7]);
    let windows = server.windows();
    let days: Vec<_> = windows
        .iter()
        .map(|(a, b)| format!("{}-{}", &a[8..10], &b[8..10]))
        .collect();
    // Eight days, four, two, one and one; the second two; then the other four in the same way.
    assert_eq!(
        days.join(" "),
        "01-09 01-05 01-03 01-02 02-03 03-05 03-04 04-05 05-09 05-07 05-06 06-07 07-09"
    );
}

#[tokio::test(start_paused = true)]
async fn a_crowded_day_is_read_page_by_page() {
    let server = Server::new((0..10).map(|n| (n, day(3))).collect());
    let found = read(&server, Windows::new(day(0), day(8)).days(8)).await;
    assert_eq!(found, (0..10).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn the_limit_of_records_is_settable() {
    let two = || Server::new(vec![(1, day(1)), (2, day(5))]);
    let windows = Windows::new(day(0), day(8)).days(8);
    let server = two();
    assert_eq!(read(&server, windows).await, [1, 2]);
    assert_eq!(server.windows().len(), 1);
    let server = two();
    assert_eq!(read(&server, windows.most_records(2)).await, [1, 2]);
    assert_eq!(server.windows().len(), 3);
    let server = two();
    let windows = windows.most_records(2).shortest_days(5);
    assert_eq!(read(&server, windows).await, [1, 2]);
    assert_eq!(server.windows().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_window_that_planyo_gives_up_on_is_cut_and_not_asked_for_again() {
    let server = Server::new(vec![(1, day(1)), (2, day(5))]).with(|state| state.most_days = 2);
    let start = tokio::time::Instant::now();
    assert_eq!(
        read(&server, Windows::new(day(0), day(8)).days(8)).await,
        [1, 2]
    );
    assert_eq!(start.elapsed(), Duration::ZERO);
    // 8, 4, 2, 2, 4, 2, 2 days; the second page of two of them.
    assert_eq!(server.windows().len(), 7);
    assert_eq!(server.calls(), 9);
}

#[tokio::test(start_paused = true)]
async fn the_shortest_window_is_asked_for_as_often_as_any_call() {
    let server = Server::new(Vec::new()).with(|state| state.most_days = 0);
    let planyo = client(server.clone());
    let mut pages = planyo.pages_by_window(Windows::new(day(0), day(2)).days(2), list);
    let error = pages.next_page().await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Aborted, 4));
    assert_eq!(server.calls(), 5);
    assert_eq!(pages.unread_from(), Some(day(0)));
    // It can be asked for again.
    assert!(pages.next_page().await.is_err());
    assert_eq!(server.calls(), 9);
}

#[tokio::test(start_paused = true)]
async fn a_timeout_cuts_and_any_other_failure_does_not() {
    let empty = || Answer::data(r#"{"results":[]}"#);
    let script = Script::new([Answer::Silent, empty(), empty()]);
    let windows = Windows::new(day(0), day(8)).days(8);
    let listing = client(script.clone()).pages_by_window(windows, list).all();
    assert!(listing.await.unwrap().records.is_empty());
    assert_eq!(script.requests().len(), 3);

    let script = Script::new([Answer::status(503), empty()]);
    let listing = client(script.clone()).pages_by_window(windows, list).all();
    assert!(listing.await.is_ok());
    let starts = script.sent("end_time");
    assert_eq!(starts.first(), starts.last());

    let script = Script::new([Answer::code(1, "wrong key")]);
    let listing = client(script.clone()).pages_by_window(windows, list).all();
    assert_eq!(listing.await.unwrap_err().kind(), ErrorKind::Auth);
}

#[tokio::test(start_paused = true)]
async fn what_is_unread_is_known_after_each_page() {
    let server = Server::new(vec![(1, day(1)), (2, day(11)), (3, day(21))]);
    let windows = Windows::new(day(0), day(30)).days(10);
    let mut pages = client(server).pages_by_window(windows, list);
    let mut unread = vec![pages.unread_from()];
    while pages.next_page().await.unwrap().is_some() {
        unread.push(pages.unread_from());
    }
    unread.push(pages.unread_from());
    let days = [Some(0), Some(0), Some(10), Some(20), None];
    assert_eq!(unread, days.map(|number| number.map(day)));
}

#[tokio::test(start_paused = true)]
async fn a_time_that_is_none_is_for_planyo_to_judge() {
    let server = Server::new(vec![(1, day(1))]);
    assert_eq!(read(&server, Windows::new(day(1), day(1))).await, [1]);
    assert_eq!(read(&server, Windows::new(day(2), day(1))).await, [0; 0]);
    assert_eq!(server.windows().len(), 2);
}

proptest! {
    /// Whatever Planyo makes of the end of a window, or of the time of day in it.
    #[test]
    fn nothing_is_lost_or_doubled(
        times in prop::collection::vec(0..(40 * 24_i64), 0..60),
        counts_end: bool,
        dates_alone: bool,
        start_hour in 0..24_i64,
        days in 1..50_u32,
        shortest in 1..10_u32,
        most_records in prop::option::of(0..6_u32),
        most_days in 1..40_i64,
    ) {
        let start = day(0) + TimeDelta::hours(start_hour);
        let end = day(40);
        let at = |hours: i64| day(0) + TimeDelta::hours(hours);
        let reservations: Vec<_> = (1..).zip(times.iter().map(|hours| at(*hours))).collect();
        // What lies in the first hours is Planyo's to judge where it looks at dates.
        let mut expected: Vec<u64> =
            reservations.iter().filter(|(_, time)| *time >= start).map(|(id, _)| *id).collect();
        let server = Server::new(reservations).with(|state| {
            state.counts_end = counts_end;
            state.dates_alone = dates_alone;
            state.most_days = most_days.max(i64::from(shortest) * 2);
        });
        let mut windows = Windows::new(start, end).days(days).shortest_days(shortest);
        if let Some(records) = most_records {
            windows = windows.most_records(records);
        }
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        let mut found = runtime.block_on(read(&server, windows));
        found.sort_unstable();
        prop_assert!(found.windows(2).all(|pair| pair[0] < pair[1]), "doubled");
        found.retain(|id| expected.contains(id));
        expected.sort_unstable();
        prop_assert_eq!(found, expected);
    }
}
