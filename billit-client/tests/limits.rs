//! How many requests leave at once and how soon after each other, under the paused clock.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use billit_client::parties::GetParty;
use billit_client::retry::{RetryBudget, RetryPolicy};
use billit_client::testing::{Answer, Script};
use billit_client::transport::{BoxFuture, HttpRequest, Transport, TransportError};
use billit_client::{Client, ClientBuilder, ErrorKind, Response};
use futures_util::future::join_all;
use tokio::time::{Instant, sleep};

const PARTY: &str = r#"{"PartyID": 7}"#;

/// A server that takes a second for each request, and writes down when each began and how many there were.
#[derive(Clone, Default)]
struct Server(Arc<Mutex<Seen>>);

#[derive(Default)]
struct Seen {
    now: usize,
    most: usize,
    starts: Vec<Instant>,
}

impl Transport for Server {
    fn send(&self, _: HttpRequest) -> BoxFuture<'_, Result<Response, TransportError>> {
        Box::pin(async {
            {
                let mut seen = self.0.lock().unwrap();
                seen.now += 1;
                seen.most = seen.most.max(seen.now);
                seen.starts.push(Instant::now());
            }
            sleep(Duration::from_secs(1)).await;
            self.0.lock().unwrap().now -= 1;
            Ok(Response::new(200, PARTY))
        })
    }
}

fn builder(transport: impl Transport) -> ClientBuilder {
    Client::builder("key", 1).transport(transport)
}

async fn send_many(billit: &Client, calls: i64) -> Duration {
    let start = Instant::now();
    let calls = (0..calls).map(|id| {
        let billit = billit.clone();
        async move { billit.send(GetParty::new(id)).await }
    });
    for result in join_all(calls).await {
        result.unwrap();
    }
    start.elapsed()
}

#[tokio::test(start_paused = true)]
async fn no_more_requests_are_under_way_than_allowed() {
    for (concurrency, most, seconds) in [(0, 1, 24), (1, 1, 24), (4, 4, 6), (usize::MAX, 24, 1)] {
        let server = Server::default();
        let billit = builder(server.clone()).concurrency(concurrency);
        let taken = send_many(&billit.build().unwrap(), 24).await;
        assert_eq!(taken.as_secs(), seconds);
        assert_eq!(server.0.lock().unwrap().most, most);
    }
    let server = Server::default();
    send_many(&builder(server.clone()).build().unwrap(), 24).await;
    assert_eq!(server.0.lock().unwrap().most, 8);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_waits_to_retry_holds_no_turn() {
    let answers = [
        Answer::status(500),
        Answer::json(PARTY),
        Answer::json(PARTY),
    ];
    let script = Script::new(answers);
    let billit = builder(script.clone()).concurrency(1).build().unwrap();
    let (first, second) = tokio::join!(billit.send(GetParty::new(1)), async {
        billit.send(GetParty::new(2)).await.unwrap();
        script.requests().len()
    });
    first.unwrap();
    assert_eq!(second, 2);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_given_up_gives_its_turn_back() {
    let billit = builder(Server::default()).concurrency(1).build().unwrap();
    let hasty = tokio::time::timeout(Duration::from_millis(1), billit.send(GetParty::new(7)));
    assert!(hasty.await.is_err());
    assert_eq!(send_many(&billit, 1).await.as_secs(), 1);
}

#[tokio::test(start_paused = true)]
async fn requests_keep_their_distance() {
    let server = Server::default();
    let interval = Duration::from_millis(1200);
    let billit = builder(server.clone())
        .min_interval(interval)
        .build()
        .unwrap();
    send_many(&billit, 5).await;
    // A pause of the caller is no credit for a burst.
    sleep(Duration::from_secs(60)).await;
    send_many(&billit, 5).await;
    let starts = server.0.lock().unwrap().starts.clone();
    assert_eq!(starts.len(), 10);
    for pair in starts.windows(2) {
        assert!(pair[1] - pair[0] >= interval);
    }
    assert!(starts[9] - starts[0] < Duration::from_secs(71));
}

#[tokio::test(start_paused = true)]
async fn retries_keep_their_distance_too() {
    let script = Script::new([
        Answer::status(500),
        Answer::status(500),
        Answer::json(PARTY),
    ]);
    let far = builder(script).min_interval(Duration::from_secs(20));
    let billit = far.build().unwrap();
    let start = Instant::now();
    billit.send(GetParty::new(7)).await.unwrap();
    assert_eq!(start.elapsed().as_secs(), 40);
}

#[tokio::test(start_paused = true)]
async fn a_turn_that_does_not_come_in_time_is_an_error_and_nothing_was_sent() {
    let server = Server::default();
    let hour = Duration::from_secs(3600);
    let billit = builder(server.clone()).min_interval(hour).build().unwrap();
    billit.send(GetParty::new(7)).await.unwrap();
    let start = Instant::now();
    let error = billit.send(GetParty::new(7)).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::RateLimited, 0)
    );
    assert_eq!(error.retry_after().unwrap().as_secs(), 3599);
    assert_eq!((error.status(), start.elapsed()), (None, Duration::ZERO));
    assert!(!error.is_outcome_unknown());
    assert_eq!(server.0.lock().unwrap().starts.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_queue_longer_than_the_total_timeout_fails_at_its_end() {
    let server = Server::default();
    let billit = builder(server.clone()).concurrency(1);
    let billit = billit
        .total_timeout(Duration::from_millis(2500))
        .build()
        .unwrap();
    let calls = (0..5).map(|id| billit.send(GetParty::new(id)));
    let results = join_all(calls).await;
    assert!(results[0].is_ok() && results[1].is_ok());
    assert!(results[2].as_ref().unwrap_err().is_timeout());
    for late in &results[3..] {
        let error = late.as_ref().unwrap_err();
        assert_eq!(
            (error.kind(), error.attempts()),
            (ErrorKind::RateLimited, 0)
        );
        assert!(error.is_retryable() && !error.is_outcome_unknown());
    }
    assert_eq!(server.0.lock().unwrap().starts.len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_pause_holds_those_who_wait_for_their_turn() {
    // The first is told to wait while the others stand in line.
    let busy = Answer::Http(429, Some("30".to_owned()), String::new());
    let answers = vec![Answer::json(PARTY); 20];
    let slow = Answer::After(Duration::from_secs(1), Box::new(busy));
    let script = Script::new([slow].into_iter().chain(answers));
    let interval = Duration::from_secs(2);
    let billit = builder(script.clone())
        .concurrency(1)
        .min_interval(interval);
    let billit = billit.build().unwrap();
    let start = Instant::now();
    let calls = (0..5).map(|id| {
        let billit = billit.clone();
        async move {
            billit.send(GetParty::new(id)).await.unwrap();
            start.elapsed().as_secs()
        }
    });
    let ends: BTreeSet<_> = join_all(calls).await.into_iter().collect();
    assert!(ends.first().unwrap() >= &31, "{ends:?}");
    // After it they still keep their distance.
    assert_eq!(ends.len(), 5);
    assert!(
        ends.last().unwrap() - ends.first().unwrap() >= 7,
        "{ends:?}"
    );
}

fn refusal() -> Answer {
    Answer::status(429)
}

#[tokio::test(start_paused = true)]
async fn pauses_grow_with_refusals_in_a_row_over_all_calls() {
    let script = Script::new([
        refusal(),
        refusal(),
        refusal(),
        Answer::json(PARTY),
        refusal(),
        Answer::json(PARTY),
    ]);
    let billit = builder(script).retry(RetryPolicy::never()).build().unwrap();
    let mut pauses = Vec::new();
    for id in 0..6 {
        let start = Instant::now();
        let _ = billit.send(GetParty::new(id)).await;
        // Calls that come at the end of a pause are spread over a second at most.
        pauses.push(start.elapsed().as_secs() / 5 * 5);
    }
    assert_eq!(pauses, [0, 5, 10, 20, 0, 5]);
}

#[tokio::test(start_paused = true)]
async fn calls_that_are_refused_together_are_one_refusal() {
    let slow = Answer::After(Duration::from_secs(1), Box::new(refusal()));
    let answers = vec![slow; 8].into_iter().chain([Answer::json(PARTY)]);
    let script = Script::new(answers);
    let billit = builder(script).retry(RetryPolicy::never()).build().unwrap();
    let refused = join_all((0..8).map(|id| billit.send(GetParty::new(id)))).await;
    assert!(refused.iter().all(Result::is_err));
    let start = Instant::now();
    billit.send(GetParty::new(7)).await.unwrap();
    assert!((5..=6).contains(&start.elapsed().as_secs()));
}

#[tokio::test(start_paused = true)]
async fn a_short_retry_after_does_not_shorten_a_grown_pause() {
    let hasty = || Answer::Http(429, Some("1".to_owned()), String::new());
    let script = Script::new([hasty(), hasty(), hasty(), Answer::json(PARTY)]);
    let billit = builder(script).retry(RetryPolicy::never()).build().unwrap();
    for id in 0..3 {
        billit.send(GetParty::new(id)).await.unwrap_err();
    }
    let start = Instant::now();
    billit.send(GetParty::new(7)).await.unwrap();
    assert!((20..=21).contains(&start.elapsed().as_secs()));
}

/// The requests of an outage, and the error of its last call.
async fn outage(calls: i64, budget: RetryBudget) -> (usize, String) {
    let script = Script::new(vec![Answer::status(503); 9999]);
    let billit = builder(script.clone()).retry_budget(budget);
    let billit = billit.build().unwrap();
    let results = join_all((0..calls).map(|id| billit.send(GetParty::new(id)))).await;
    let last = results.into_iter().map(Result::unwrap_err).last();
    let (last, text) = last
        .map(|last| (last.is_retry_budget_empty(), last.to_string()))
        .unwrap();
    assert_eq!(last, text.contains("retry budget is empty"));
    (script.requests().len(), text)
}

#[tokio::test(start_paused = true)]
async fn an_outage_is_not_multiplied_by_retries() {
    // At most n * 1.1 + 100 requests by default.
    let (requests, last) = outage(1000, RetryBudget::default()).await;
    assert!((1190..=1200).contains(&requests), "{requests}");
    assert!(last.contains("retry budget is empty"), "{last}");
    // A handful of failures is retried in full.
    let (requests, last) = outage(20, RetryBudget::default()).await;
    assert_eq!(requests, 80);
    assert!(!last.contains("budget"), "{last}");
    let (requests, _) = outage(100, RetryBudget::default().reserve(10).percent(20)).await;
    assert!(requests <= 130, "{requests}");
    let (requests, _) = outage(1000, RetryBudget::unlimited()).await;
    assert_eq!(requests, 4000);
}

#[tokio::test(start_paused = true)]
async fn an_observer_sees_each_attempt() {
    let script = Script::new([Answer::status(503), Answer::json(PARTY)]);
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    let observed = builder(script).observe(move |exchange| {
        let status = exchange.answer.map(|answer| answer.status).ok();
        let path = exchange.request.url.path().to_owned();
        log.lock().unwrap().push((path, status));
        assert!(!format!("{exchange:?}").contains("key"));
    });
    observed
        .build()
        .unwrap()
        .send(GetParty::new(7))
        .await
        .unwrap();
    let path = || "/v1/parties/7".to_owned();
    let both = [(path(), Some(503)), (path(), Some(200))];
    assert_eq!(*seen.lock().unwrap(), both);
}
