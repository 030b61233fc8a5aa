//! Retries, pauses, timeouts and the clock, on a scripted transport under a paused clock: no real time passes.

#![allow(clippy::unwrap_used)] // As in tests.

use std::time::Duration;

use planyo_client::retry::RetryPolicy;
use planyo_client::sites::{ApiTest, GetSiteInfo};
use planyo_client::testing::{Answer, Script};
use planyo_client::users::{AddUser, GetUser, ModifyUser};
use planyo_client::{Client, Endpoint, ErrorKind, Params, Safety};
use serde_json::value::RawValue;
use tokio::time::Instant;

/// A write of which a retry would be a second one.
struct MakeReservation;

impl Endpoint for MakeReservation {
    type Output = u64;

    fn method(&self) -> &'static str {
        "make_reservation"
    }

    fn safety(&self) -> Safety {
        Safety::Unsafe
    }

    fn params(&self, params: &mut Params) {
        params.set("resource_id", 7_u64);
    }

    fn parse(&self, data: &RawValue) -> serde_json::Result<u64> {
        serde_json::from_str(data.get())
    }
}

fn client(script: &Script) -> Client {
    Client::builder("key")
        .transport(script.clone())
        .build()
        .unwrap()
}

const OK: &str = r#"{"id":1}"#;

#[tokio::test(start_paused = true)]
async fn a_read_is_retried_after_every_passing_fault() {
    let faults = [
        Answer::Disconnected,
        Answer::Broken,
        Answer::status(500),
        Answer::status(503),
        Answer::body("<html>busy</html>"),
        Answer::body(r#"{"data":{"id":"#),
        Answer::data(r#"{"name":"no id"}"#),
        Answer::code(6, "took too long"),
        Answer::code(5, "too many calls"),
        Answer::status(429),
        Answer::Silent,
    ];
    for fault in faults {
        let script = Script::new([fault.clone(), Answer::data(OK)]);
        let user = client(&script).send(GetUser::by_id(1)).await;
        assert!(user.is_ok(), "{fault:?}");
        assert_eq!(script.requests().len(), 2, "{fault:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_unsafe_write_is_retried_only_when_it_was_not_processed() {
    let processed_perhaps = [
        (Answer::Broken, ErrorKind::ConnectionLost),
        (Answer::status(500), ErrorKind::ServerError),
        (Answer::status(503), ErrorKind::ServerError),
        (Answer::code(6, "took too long"), ErrorKind::Aborted),
        (Answer::Silent, ErrorKind::Timeout),
        (Answer::body("<html>ok</html>"), ErrorKind::OutcomeUnknown),
        (Answer::data("\"no number\""), ErrorKind::OutcomeUnknown),
    ];
    for (fault, kind) in processed_perhaps {
        let script = Script::new([fault, Answer::data("1")]);
        let error = client(&script).send(MakeReservation).await.unwrap_err();
        assert_eq!(error.kind(), kind);
        assert!(error.is_outcome_unknown(), "{error}");
        assert_eq!(script.requests().len(), 1, "{error}");
    }
    for fault in [
        Answer::Disconnected,
        Answer::code(5, "too many calls"),
        Answer::status(429),
    ] {
        let script = Script::new([fault, Answer::data("1")]);
        assert_eq!(client(&script).send(MakeReservation).await.unwrap(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_lasting_fault_ends_with_the_number_of_attempts() {
    let script = Script::new(vec![Answer::status(503); 10]);
    let error = client(&script).send(GetUser::by_id(1)).await.unwrap_err();
    assert_eq!((error.attempts(), script.requests().len()), (4, 4));
    assert_eq!(error.status(), Some(503));
    assert!(error.is_retryable());
    assert_eq!(
        error.to_string(),
        "Planyo get_user_data: server error; try again later (HTTP 503) [4 attempts]"
    );
}

#[tokio::test(start_paused = true)]
async fn what_will_not_pass_is_not_retried() {
    for (answer, kind) in [
        (
            Answer::code(1, "Invalid method or API key"),
            ErrorKind::Auth,
        ),
        (Answer::code(3, "User not found"), ErrorKind::InvalidInput),
        (Answer::code(4, "not possible"), ErrorKind::Refused),
        (Answer::code(77, "new"), ErrorKind::Unexpected),
        (Answer::status(302), ErrorKind::Unexpected),
    ] {
        let script = Script::new([answer, Answer::data(OK)]);
        let error = client(&script).send(GetUser::by_id(1)).await.unwrap_err();
        assert_eq!(error.kind(), kind);
        assert_eq!(script.requests().len(), 1, "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn too_many_calls_wait_longer_each_time() {
    let script = Script::new(vec![Answer::code(5, "overuse"); 9]);
    let start = Instant::now();
    let error = client(&script).send(GetUser::by_id(1)).await.unwrap_err();
    // 10, 20 and 40 seconds, each no less than half.
    assert!(
        (Duration::from_secs(35)..Duration::from_secs(71)).contains(&start.elapsed()),
        "{:?}",
        start.elapsed()
    );
    assert!(error.is_rate_limited());
    assert_eq!(error.api_code(), Some(5));
}

#[tokio::test(start_paused = true)]
async fn one_refusal_holds_up_every_call_of_the_client() {
    let refusal = Answer::Http(429, Some("30".into()), String::new());
    let script = Script::new([refusal, Answer::data(OK), Answer::data(OK)]);
    let planyo = client(&script);
    let start = Instant::now();
    let first = planyo.send(GetUser::by_id(1));
    let other = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        planyo.send(GetUser::by_id(1)).await.unwrap();
        start.elapsed()
    };
    let (first, other) = tokio::join!(first, other);
    first.unwrap();
    assert!(other >= Duration::from_secs(30), "{other:?}");
}

#[tokio::test(start_paused = true)]
async fn a_wait_past_the_cap_is_the_caller_s_to_plan() {
    let script = Script::new([
        Answer::Http(429, Some("3600".into()), String::new()),
        Answer::data(OK),
    ]);
    let planyo = client(&script);
    let start = Instant::now();
    let error = planyo.send(GetUser::by_id(1)).await.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3600)));
    // The next call does not even knock.
    let error = planyo.send(GetUser::by_id(1)).await.unwrap_err();
    assert!(error.is_rate_limited());
    assert!(error.retry_after().unwrap() > Duration::from_secs(3590));
    assert_eq!(script.requests().len(), 1);
    assert!(start.elapsed() < Duration::from_secs(1));
}

#[tokio::test(start_paused = true)]
async fn no_number_is_too_large_for_the_clock() {
    let script = Script::new([
        Answer::Http(429, Some(u64::MAX.to_string()), String::new()),
        Answer::data(OK),
    ]);
    let planyo = Client::builder("key")
        .transport(script)
        .attempt_timeout(Duration::MAX)
        .total_timeout(Duration::MAX)
        .build()
        .unwrap();
    let error = planyo.send(GetUser::by_id(1)).await.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(u64::MAX)));
    // The client asks again after an hour, whatever the server said.
    let start = Instant::now();
    planyo.send(GetUser::by_id(1)).await.unwrap();
    assert_eq!(start.elapsed().as_secs() / 60, 60);
    let policy = RetryPolicy::default()
        .delay(Duration::MAX)
        .max_delay(Duration::MAX);
    assert!(
        policy
            .wait(Safety::Read, ErrorKind::NotSent, 0, None, 1.0)
            .is_some()
    );
}

#[tokio::test(start_paused = true)]
async fn retry_after_may_be_a_date() {
    let date = httpdate_in(Duration::from_secs(20));
    let script = Script::new([
        Answer::Http(503, Some(date), String::new()),
        Answer::data(OK),
    ]);
    let start = Instant::now();
    client(&script).send(GetUser::by_id(1)).await.unwrap();
    assert!(
        start.elapsed() > Duration::from_secs(15),
        "{:?}",
        start.elapsed()
    );
}

fn httpdate_in(wait: Duration) -> String {
    let time = chrono::DateTime::from_timestamp(unix_now().cast_signed(), 0).unwrap() + wait;
    time.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

fn unix_now() -> u64 {
    std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .as_secs()
}

#[tokio::test(start_paused = true)]
async fn a_slow_server_meets_the_attempt_s_end_and_then_the_call_s() {
    let script = Script::new(vec![Answer::Silent; 9]);
    let planyo = Client::builder("key")
        .transport(script.clone())
        .attempt_timeout(Duration::from_secs(20))
        .total_timeout(Duration::from_secs(50))
        .retry(RetryPolicy::default().max_attempts(100))
        .build()
        .unwrap();
    let start = Instant::now();
    let error = planyo.send(GetUser::by_id(1)).await.unwrap_err();
    assert!(error.is_timeout());
    assert_eq!(script.requests().len(), 3);
    assert_eq!(start.elapsed().as_secs(), 50);
}

#[tokio::test(start_paused = true)]
async fn what_an_earlier_attempt_may_have_done_is_not_forgotten() {
    let later = Answer::Http(429, Some("3600".into()), String::new());
    let cases = [
        (
            vec![Answer::Broken, Answer::code(3, "User not found")],
            ErrorKind::InvalidInput,
        ),
        (vec![Answer::status(502), later], ErrorKind::RateLimited),
        (
            vec![
                Answer::Broken,
                Answer::Disconnected,
                Answer::Disconnected,
                Answer::Disconnected,
            ],
            ErrorKind::NotSent,
        ),
        (
            vec![Answer::body("<html>"), Answer::code(1, "wrong key")],
            ErrorKind::Auth,
        ),
    ];
    for (answers, kind) in cases {
        let attempts = answers.len();
        let script = Script::new(answers.clone());
        let call = ModifyUser::by_email("ann@example.com").new_email("a@example.com");
        let error = client(&script).send(call).await.unwrap_err();
        assert_eq!((error.kind(), script.requests().len()), (kind, attempts));
        assert!(error.is_outcome_unknown(), "{error}");
        let line = error.to_string();
        let tail = format!(", an earlier attempt may have been processed [{attempts} attempts]");
        assert!(line.ends_with(&tail), "{line}");

        // A read leaves nothing to be unsure of.
        let error = client(&Script::new(answers)).send(GetUser::by_id(1)).await;
        let line = error.unwrap_err().to_string();
        assert!(!line.contains("earlier"), "{line}");
    }
    // The last attempt alone tells of itself.
    let error = client(&Script::new([Answer::Silent]))
        .send(AddUser::new("ann@example.com", "Ann"))
        .await
        .unwrap_err();
    assert!(error.is_outcome_unknown() && !error.to_string().contains("earlier"));
}

#[tokio::test(start_paused = true)]
async fn a_pause_that_outlasts_the_call_does_not_hide_the_first_attempt() {
    let script = Script::new([
        Answer::After(Duration::from_secs(1), Box::new(Answer::status(500))),
        Answer::Http(429, Some("3600".into()), String::new()),
    ]);
    let planyo = Client::builder("key")
        .transport(script.clone())
        .retry(RetryPolicy::default().delay(Duration::from_secs(20)))
        .build()
        .unwrap();
    let write = planyo.send(AddUser::new("ann@example.com", "Ann"));
    let read = async {
        tokio::time::sleep(Duration::from_secs(2)).await;
        planyo.send(GetUser::by_id(1)).await
    };
    let (write, read) = tokio::join!(write, read);
    assert_eq!(script.requests().len(), 2);
    assert!(!read.unwrap_err().is_outcome_unknown());
    let error = write.unwrap_err();
    assert!(error.is_rate_limited() && error.status().is_none());
    assert!(error.is_outcome_unknown(), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_retry_after_of_zero_does_not_shorten_the_wait() {
    let at_once = Answer::Http(429, Some("0".into()), String::new());
    let script = Script::new([at_once.clone(), at_once, Answer::data(OK)]);
    let start = Instant::now();
    client(&script).send(GetUser::by_id(1)).await.unwrap();
    // 10 and 20 seconds, each no less than half.
    assert!(start.elapsed() >= Duration::from_secs(15));
}

#[tokio::test(start_paused = true)]
async fn only_a_busy_server_s_retry_after_is_a_pause() {
    for (answer, asked) in [
        (Answer::Http(429, Some("40".into()), String::new()), true),
        (Answer::Http(503, Some("40".into()), String::new()), true),
        (
            Answer::Http(200, Some("40".into()), r#"{"response_code":5}"#.into()),
            true,
        ),
        (
            Answer::Http(400, Some("40".into()), r#"{"response_code":3}"#.into()),
            false,
        ),
        (Answer::Http(302, Some("40".into()), String::new()), false),
    ] {
        let script = Script::new([answer, Answer::data(OK)]);
        let planyo = Client::builder("key")
            .transport(script)
            .retry(RetryPolicy::never())
            .build()
            .unwrap();
        let error = planyo.send(GetUser::by_id(1)).await.unwrap_err();
        assert_eq!(error.retry_after().is_some(), asked, "{error}");
        let start = Instant::now();
        planyo.send(GetUser::by_id(1)).await.unwrap();
        assert_eq!(start.elapsed() >= Duration::from_secs(40), asked, "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn too_many_calls_pause_the_client_even_when_the_call_gives_up() {
    let script = Script::new([Answer::code(5, "overuse"), Answer::data(OK)]);
    let planyo = Client::builder("key")
        .transport(script)
        .retry(RetryPolicy::never().rate_limit_delay(Duration::from_secs(7)))
        .build()
        .unwrap();
    planyo.send(GetUser::by_id(1)).await.unwrap_err();
    let start = Instant::now();
    planyo.send(GetUser::by_id(1)).await.unwrap();
    let waited = start.elapsed();
    assert!(
        (Duration::from_secs(7)..Duration::from_secs(8)).contains(&waited),
        "{waited:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn calls_do_not_all_return_at_the_end_of_a_pause() {
    let mut answers = vec![Answer::Http(429, Some("30".into()), String::new())];
    answers.extend(vec![Answer::data(OK); 21]);
    let script = Script::new(answers);
    let planyo = client(&script);
    let start = Instant::now();
    let call = |delay| {
        let planyo = planyo.clone();
        async move {
            tokio::time::sleep(Duration::from_millis(delay)).await;
            planyo.send(GetUser::by_id(1)).await.unwrap();
            start.elapsed()
        }
    };
    let ends = futures_util::future::join_all((0..21).map(|n| call(n * 10))).await;
    for end in &ends {
        let range = Duration::from_secs(30)..=Duration::from_millis(31_010);
        assert!(range.contains(end), "{end:?}");
    }
    let different: std::collections::HashSet<_> = ends.iter().collect();
    assert!(different.len() > 5, "{ends:?}");
}

#[tokio::test(start_paused = true)]
async fn the_longest_pause_is_an_hour_and_ends() {
    let script = Script::new([
        Answer::Http(429, Some("86400".into()), String::new()),
        Answer::data(OK),
    ]);
    let planyo = client(&script);
    planyo.send(GetUser::by_id(1)).await.unwrap_err();
    tokio::time::advance(Duration::from_secs(3200)).await;
    let error = planyo.send(GetUser::by_id(1)).await.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(400)));
    assert_eq!((error.attempts(), script.requests().len()), (0, 1));
    tokio::time::advance(Duration::from_secs(401)).await;
    let start = Instant::now();
    planyo.send(GetUser::by_id(1)).await.unwrap();
    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_waited_too_long_for_the_request_is_a_timeout() {
    let script = Script::new([Answer::status(408), Answer::data(OK)]);
    assert!(client(&script).send(GetUser::by_id(1)).await.is_ok());
    let script = Script::new([Answer::status(408)]);
    let call = AddUser::new("ann@example.com", "Ann");
    let error = client(&script).send(call).await.unwrap_err();
    assert!(error.is_timeout() && error.is_outcome_unknown());
    assert_eq!(script.requests().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_answer_just_in_time_is_taken() {
    let script = Script::new([Answer::After(
        Duration::from_secs(89),
        Box::new(Answer::data(OK)),
    )]);
    assert!(client(&script).send(GetUser::by_id(1)).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_refused_timestamp_is_signed_anew_once_with_planyo_s_time() {
    let theirs = unix_now() + 5000;
    let refusal = Answer::code(
        1,
        &format!("Invalid timestamp. Current timestamp is {theirs}."),
    );
    let script = Script::new([
        refusal.clone(),
        Answer::data(OK),
        Answer::data(OK),
        refusal.clone(),
        refusal,
    ]);
    let planyo = Client::builder("key")
        .hash_key("DEF")
        .transport(script.clone())
        .build()
        .unwrap();
    planyo.send(GetUser::by_id(1)).await.unwrap();
    // The correction is kept for the calls after it.
    planyo
        .send(AddUser::new("ann@example.com", "Ann"))
        .await
        .unwrap();
    let error = planyo.send(GetUser::by_id(1)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ClockSkew);
    assert!(error.is_auth());
    let sent = script.sent("hash_timestamp");
    let times: Vec<u64> = sent
        .iter()
        .map(|time| time.as_ref().unwrap().parse().unwrap())
        .collect();
    assert_eq!(times.len(), 5);
    assert!(times[0] < theirs - 4000);
    assert!(
        times[1..].iter().all(|time| time.abs_diff(theirs) < 60),
        "{times:?}"
    );
    // Each call carries the hash of its own time and method.
    let hashes = script.sent("hash_key");
    let expected = planyo_client::HashKey::from("DEF").sign(times[1], "get_user_data");
    assert_eq!(hashes[1].as_deref(), Some(expected.as_str()));
}

#[tokio::test(start_paused = true)]
async fn without_a_hash_key_there_is_nothing_to_sign_anew() {
    let refusal = Answer::code(1, "Invalid timestamp. Current timestamp is 1760000000.");
    let script = Script::new([refusal, Answer::data(OK)]);
    let error = client(&script).send(GetUser::by_id(1)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ClockSkew);
    assert_eq!(script.requests().len(), 1);
    assert!(error.to_string().contains("set the hash key"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn api_test_carries_no_key() {
    let script = Script::new([Answer::data("\"API Test Response\""), Answer::data("{}")]);
    let planyo = client(&script);
    assert_eq!(
        planyo.send(ApiTest::new()).await.unwrap(),
        "API Test Response"
    );
    planyo.send(GetSiteInfo::new()).await.unwrap();
    assert_eq!(script.sent("api_key"), [None, Some("key".to_owned())]);
}
