//! The retry policy and the timeouts of one call, under a paused clock.
#![allow(clippy::unwrap_used)] // Helpers of the tests unwrap like the tests.

use std::time::Duration;

use billit_client::parties::{CreateParty, GetParty, PartyDraft};
use billit_client::retry::{RetryBudget, RetryPolicy};
use billit_client::testing::{Answer, Script};
use billit_client::{CallOptions, Client, ClientBuilder, ErrorKind};
use tokio::time::Instant;

const OK: &str = r#"{"PartyID":7}"#;

fn builder(script: &Script) -> ClientBuilder {
    Client::builder("key", 1).transport(script.clone())
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// What a user of the client can see of a call: its answer, what was sent, and how long it took.
async fn seen(answers: &[Answer], options: Option<CallOptions>) -> (String, usize, Duration) {
    // The same random waits each time.
    fastrand::seed(7);
    let script = Script::new(answers.to_vec());
    let policy = RetryPolicy::default().max_attempts(3);
    let billit = builder(&script).retry(policy).build().unwrap();
    let start = Instant::now();
    let call = GetParty::new(7);
    let answer = match options {
        None => billit.send(call).await,
        Some(options) => billit.send_with(&call, options).await,
    };
    (
        format!("{answer:?}"),
        script.requests().len(),
        start.elapsed(),
    )
}

#[tokio::test(start_paused = true)]
async fn without_options_send_with_is_send() {
    let scripts = [
        vec![Answer::json(OK)],
        vec![Answer::Broken, Answer::status(503), Answer::json(OK)],
        vec![Answer::status(503); 9],
        vec![Answer::status(429); 9],
        vec![Answer::Silent; 9],
        vec![Answer::status(404)],
    ];
    for script in scripts {
        let sent = seen(&script, None).await;
        assert_eq!(seen(&script, Some(CallOptions::default())).await, sent);
        assert_eq!(seen(&script, Some(CallOptions::new())).await, sent);
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_has_its_own_retry_policy() {
    let script = Script::new(vec![Answer::status(503); 99]);
    let billit = builder(&script).build().unwrap();
    let attempts = async |options| {
        let call = billit.send_with(GetParty::new(7), options);
        call.await.unwrap_err().attempts()
    };
    assert_eq!(
        attempts(CallOptions::new().retry(RetryPolicy::never())).await,
        1
    );
    let seven = RetryPolicy::default().max_attempts(7);
    assert_eq!(attempts(CallOptions::new().retry(seven)).await, 7);
    // The client is as it was.
    assert_eq!(attempts(CallOptions::new()).await, 4);
}

#[tokio::test(start_paused = true)]
async fn a_call_has_its_own_timeouts() {
    let ends = async |options| {
        let script = Script::new(vec![Answer::Silent; 99]);
        let billit = builder(&script).build().unwrap();
        let start = Instant::now();
        let error = billit.send_with(GetParty::new(7), options).await;
        let error = error.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout);
        (error.attempts(), start.elapsed())
    };
    let once = CallOptions::new().retry(RetryPolicy::never());
    assert_eq!(
        ends(once.attempt_timeout(seconds(3))).await,
        (1, seconds(3))
    );
    // Of the client: 30 seconds for an attempt, 2 minutes for a call.
    assert_eq!(ends(once).await, (1, seconds(30)));
    let brief = CallOptions::new().total_timeout(seconds(20));
    assert_eq!(ends(brief).await, (1, seconds(20)));
    let (attempts, time) = ends(CallOptions::new().attempt_timeout(seconds(2))).await;
    assert_eq!(attempts, 4);
    assert!(time < seconds(15), "{time:?}");
}

#[tokio::test(start_paused = true)]
async fn a_retry_policy_does_not_make_a_write_safe_to_retry() {
    let script = Script::new(vec![Answer::Silent; 9]);
    let billit = builder(&script).build().unwrap();
    let patient = RetryPolicy::default().max_attempts(9);
    let call = billit.send_with(
        CreateParty::new(PartyDraft::new("Acme")),
        CallOptions::new().retry(patient),
    );
    assert_eq!(call.await.unwrap_err().attempts(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_retry_budget_and_the_pauses_stay_the_client_s() {
    let script = Script::new(vec![Answer::status(503); 99]);
    let budget = RetryBudget::default().reserve(2).percent(0);
    let billit = builder(&script).retry_budget(budget).build().unwrap();
    let nine = CallOptions::new().retry(RetryPolicy::default().max_attempts(9));
    let error = billit.send_with(GetParty::new(7), nine).await.unwrap_err();
    assert_eq!(error.attempts(), 3);

    let script = Script::new([Answer::status(429), Answer::json(OK)]);
    let billit = builder(&script).build().unwrap();
    let hasty = RetryPolicy::default().rate_limit_delay(Duration::ZERO);
    let start = Instant::now();
    let call = billit.send_with(GetParty::new(7), CallOptions::new().retry(hasty));
    call.await.unwrap();
    assert!(start.elapsed() >= seconds(2), "{:?}", start.elapsed());
}
