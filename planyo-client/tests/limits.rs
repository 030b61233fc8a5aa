//! How many calls run at once, how fast they follow each other, and how patient a whole client is after refusals.

#![allow(clippy::unwrap_used)] // As in tests.

use std::time::Duration;

use futures_util::future::join_all;
use planyo_client::retry::{RetryBudget, RetryPolicy};
use planyo_client::testing::{Answer, Script};
use planyo_client::users::GetUser;
use planyo_client::{Client, ClientBuilder, Error};
use tokio::time::Instant;

const OK: &str = r#"{"id":1}"#;

fn builder(script: &Script) -> ClientBuilder {
    Client::builder("key").transport(script.clone())
}

fn slow(seconds: u64) -> Answer {
    Answer::After(Duration::from_secs(seconds), Box::new(Answer::data(OK)))
}

/// When each of so many calls made at once was through, in whole seconds, and how.
async fn ends(planyo: &Client, calls: usize) -> Vec<(u64, Result<(), Error>)> {
    let start = Instant::now();
    let call = || async {
        let answer = planyo.send(GetUser::by_id(1)).await;
        (start.elapsed().as_secs(), answer.map(drop))
    };
    join_all((0..calls).map(|_| call())).await
}

fn seconds(ends: &[(u64, Result<(), Error>)]) -> Vec<u64> {
    ends.iter().map(|(second, _)| *second).collect()
}

#[tokio::test(start_paused = true)]
async fn four_calls_run_at_once() {
    let planyo = builder(&Script::new(vec![slow(10); 9])).build().unwrap();
    let ends = ends(&planyo, 9).await;
    assert_eq!(seconds(&ends), [10, 10, 10, 10, 20, 20, 20, 20, 30]);
    assert!(ends.iter().all(|(_, answer)| answer.is_ok()));
}

#[tokio::test(start_paused = true)]
async fn the_number_is_settable_and_one_at_least() {
    for (places, expected) in [(0, [10, 20, 30]), (1, [10, 20, 30]), (2, [10, 10, 20])] {
        let script = Script::new(vec![slow(10); 3]);
        let planyo = builder(&script).concurrency(places).build().unwrap();
        // Clones have the same places.
        assert_eq!(seconds(&ends(&planyo.clone(), 3).await), expected);
    }
    let planyo = builder(&Script::new([slow(1)])).concurrency(usize::MAX);
    assert_eq!(seconds(&ends(&planyo.build().unwrap(), 1).await), [1]);
}

#[tokio::test(start_paused = true)]
async fn a_call_whose_turn_does_not_come_in_time_was_not_sent() {
    let script = Script::new(vec![slow(40); 9]);
    let planyo = builder(&script)
        .concurrency(1)
        .total_timeout(Duration::from_secs(60))
        .build()
        .unwrap();
    let ends = ends(&planyo, 3).await;
    assert_eq!(seconds(&ends), [40, 60, 60]);
    assert!(ends[0].1.is_ok());
    // The second left, and had not time enough.
    assert!(ends[1].1.as_ref().unwrap_err().is_timeout());
    let error = ends[2].1.as_ref().unwrap_err();
    assert!(error.is_rate_limited() && error.is_retryable() && !error.is_outcome_unknown());
    assert_eq!((error.attempts(), error.status()), (0, None));
    let source = std::error::Error::source(error).unwrap().to_string();
    assert!(source.starts_with("not sent"), "{source}");
    assert_eq!(script.requests().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_waits_to_be_retried_takes_no_place() {
    let script = Script::new([Answer::status(503), slow(10), slow(10)]);
    let planyo = builder(&script)
        .concurrency(1)
        .retry(RetryPolicy::default().delay(Duration::from_secs(40)))
        .build()
        .unwrap();
    let ends = seconds(&ends(&planyo, 2).await);
    assert!(ends[0] >= 30 && ends[1] == 10, "{ends:?}");
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_dropped_gives_its_place_back() {
    let script = Script::new([Answer::Silent, slow(1)]);
    let planyo = builder(&script).concurrency(1).build().unwrap();
    let call = tokio::time::timeout(Duration::from_secs(5), planyo.send(GetUser::by_id(1)));
    assert!(call.await.is_err());
    assert_eq!(seconds(&ends(&planyo, 1).await), [1]);
}

#[tokio::test(start_paused = true)]
async fn calls_keep_their_distance() {
    let script = Script::new(vec![Answer::data(OK); 9]);
    let planyo = builder(&script)
        .min_interval(Duration::from_secs(2))
        .build()
        .unwrap();
    let mut ends = seconds(&ends(&planyo, 6).await);
    ends.sort_unstable();
    assert_eq!(ends, [0, 2, 4, 6, 8, 10]);
    // Nobody saves up for a burst.
    tokio::time::advance(Duration::from_secs(60)).await;
    let mut ends = seconds(&self::ends(&planyo, 3).await);
    ends.sort_unstable();
    assert_eq!(ends, [0, 2, 4]);
}

#[tokio::test(start_paused = true)]
async fn retries_keep_their_distance_too() {
    let script = Script::new([Answer::status(503), Answer::data(OK)]);
    let planyo = builder(&script)
        .min_interval(Duration::from_secs(20))
        .build()
        .unwrap();
    assert_eq!(seconds(&ends(&planyo, 1).await), [20]);
}

#[tokio::test(start_paused = true)]
async fn the_distance_ends_with_the_time_of_the_call() {
    let script = Script::new(vec![Answer::data(OK); 9]);
    let planyo = builder(&script)
        .min_interval(Duration::MAX)
        .total_timeout(Duration::from_secs(60))
        .build()
        .unwrap();
    let ends = ends(&planyo, 2).await;
    // It says so at once.
    assert_eq!(seconds(&ends), [0, 0]);
    let error = ends[1].1.as_ref().unwrap_err();
    assert!(error.is_rate_limited() && error.attempts() == 0);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_got_its_turn_during_a_pause_waits_for_its_end() {
    let refusal = Answer::Http(429, Some("30".into()), String::new());
    let refusal = Answer::After(Duration::from_secs(5), Box::new(refusal));
    let script = Script::new([refusal, Answer::data(OK), Answer::data(OK)]);
    let planyo = builder(&script).concurrency(1).build().unwrap();
    let ends = ends(&planyo, 2).await;
    let waited = seconds(&ends);
    assert!(
        waited.iter().all(|second| (35..=36).contains(second)),
        "{waited:?}"
    );
    assert_eq!(script.requests().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn pauses_double_with_refusals_in_a_row_over_all_calls() {
    let script = Script::new([
        Answer::code(5, "overuse"),
        Answer::code(5, "overuse"),
        Answer::code(5, "overuse"),
        Answer::data(OK),
        Answer::code(5, "overuse"),
        Answer::data(OK),
    ]);
    let planyo = builder(&script)
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    let mut pauses = Vec::new();
    for _ in 0..6 {
        let start = Instant::now();
        let _ = planyo.send(GetUser::by_id(1)).await;
        // Those who come at the end of a pause come a second apart at most.
        pauses.push(start.elapsed().as_secs() / 5 * 5);
    }
    assert_eq!(pauses, [0, 10, 20, 40, 0, 10]);
}

#[tokio::test(start_paused = true)]
async fn calls_that_are_refused_together_are_one_refusal() {
    let refusal = Answer::code(5, "overuse");
    let mut answers = vec![Answer::After(Duration::from_secs(1), Box::new(refusal)); 4];
    answers.push(Answer::data(OK));
    let script = Script::new(answers);
    let planyo = builder(&script)
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    let refused = ends(&planyo, 4).await;
    assert!(refused.iter().all(|(_, answer)| answer.is_err()));
    let start = Instant::now();
    planyo.send(GetUser::by_id(1)).await.unwrap();
    assert!((10..=11).contains(&start.elapsed().as_secs()));
}

#[tokio::test(start_paused = true)]
async fn a_success_that_left_before_the_pause_proves_nothing() {
    let script = Script::new([
        slow(2),
        Answer::code(5, "overuse"),
        Answer::code(5, "overuse"),
        Answer::data(OK),
    ]);
    let planyo = builder(&script)
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    let both = ends(&planyo, 2).await;
    assert!(both[0].1.is_ok() && both[1].1.is_err());
    planyo.send(GetUser::by_id(1)).await.unwrap_err();
    let start = Instant::now();
    planyo.send(GetUser::by_id(1)).await.unwrap();
    assert!((20..=21).contains(&start.elapsed().as_secs()));
}

#[tokio::test(start_paused = true)]
async fn a_pause_past_the_total_timeout_is_an_error_that_says_why() {
    let script = Script::new(vec![Answer::code(5, "overuse"); 99]);
    let planyo = builder(&script)
        .retry(RetryPolicy::default().max_attempts(99))
        .total_timeout(Duration::from_secs(200))
        .build()
        .unwrap();
    let start = Instant::now();
    let error = planyo.send(GetUser::by_id(1)).await.unwrap_err();
    assert!(start.elapsed() <= Duration::from_secs(200));
    assert!(error.is_rate_limited() && !error.is_outcome_unknown());
    let line = error.to_string();
    assert!(
        line.starts_with("Planyo get_user_data: too many calls"),
        "{line}"
    );
    assert!(line.contains("attempts]"), "{line}");
}

#[tokio::test(start_paused = true)]
async fn an_outage_is_not_multiplied_by_retries() {
    let outage = |calls: usize, budget: RetryBudget| async move {
        let script = Script::new(vec![Answer::status(503); 4 * calls]);
        let planyo = builder(&script).retry_budget(budget).build().unwrap();
        let ends = ends(&planyo, calls).await;
        assert!(ends.iter().all(|(_, answer)| answer.is_err()));
        let last = ends.last().unwrap().1.as_ref().unwrap_err();
        let text = last.to_string();
        assert_eq!(
            last.is_retry_budget_empty(),
            text.contains("retry budget is empty")
        );
        (script.requests().len(), text)
    };
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
async fn clones_share_the_retry_budget_and_an_error_of_it_comes_at_once() {
    let script = Script::new(vec![Answer::status(503); 9]);
    let budget = RetryBudget::default().reserve(3).percent(0);
    let planyo = builder(&script).retry_budget(budget).build().unwrap();
    planyo.send(GetUser::by_id(1)).await.unwrap_err();
    let start = Instant::now();
    let error = planyo.clone().send(GetUser::by_id(1)).await.unwrap_err();
    assert_eq!((error.attempts(), start.elapsed()), (1, Duration::ZERO));
    assert!(error.is_retryable());
}
