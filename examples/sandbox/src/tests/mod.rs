//! The faults, as a client sees them.

mod control;

use std::time::{Duration, Instant};

use serde_json::json;

use crate::{
    BillitServer, Counts, Fault, Recorded, Sandbox,
    test_client::{Reply, billit_with, post_form},
};

/// 97 less the remainder of the first eight digits.
pub(crate) fn is_belgian_vat(digits: &str) -> bool {
    let parts = digits.split_at_checked(8).filter(|_| digits.len() == 10);
    let numbers = parts.map(|(number, check)| (number.parse::<u32>(), check.parse::<u32>()));
    matches!(numbers, Some((Ok(number), Ok(check))) if check == 97 - number % 97)
}

async fn create(sandbox: &Sandbox, name: &str) -> std::io::Result<Reply> {
    let body = json!({"Name": name, "PartyType": "Customer"}).to_string();
    billit_with(&sandbox.billit, "POST", "/v1/parties", &[], &body).await
}

async fn probe(sandbox: &Sandbox) -> std::io::Result<Reply> {
    post_form(&sandbox.planyo, &[("method", "api_test")]).await
}

fn last(sandbox: &Sandbox) -> Recorded {
    sandbox.billit.requests().pop().expect("a request")
}

#[tokio::test]
async fn refusals_do_nothing() {
    let sandbox = Sandbox::start_empty().await.expect("ports");
    for (fault, status, retry_after) in [
        (
            Fault::TooManyRequests { retry_after: 7 },
            429,
            Some("retry-after: 7"),
        ),
        (Fault::InternalError, 500, None),
        (Fault::Unavailable { retry_after: None }, 503, None),
        (
            Fault::Unavailable {
                retry_after: Some(3),
            },
            503,
            Some("retry-after: 3"),
        ),
        (Fault::Overuse, 429, Some("retry-after: 1")),
    ] {
        sandbox.billit.faults().next(fault);
        let reply = create(&sandbox, "Ann").await.expect("an answer");
        assert_eq!(reply.status, status);
        assert_eq!(retry_after.is_some(), reply.head.contains("retry-after"));
        assert!(reply.head.contains(retry_after.unwrap_or_default()));
        let recorded = last(&sandbox);
        assert_eq!(
            (recorded.fault, recorded.status, recorded.took_effect),
            (Some(fault), Some(status), false)
        );
    }
    assert!(sandbox.billit.parties().is_empty());
    sandbox.planyo.faults().next(Fault::Overuse);
    let overuse = probe(&sandbox).await.expect("an answer");
    assert_eq!(
        (overuse.status, &overuse.json()["response_code"]),
        (200, &json!(5))
    );
}

#[tokio::test]
async fn garbled_answers_come_after_the_effect() {
    let sandbox = Sandbox::start_empty().await.expect("ports");
    sandbox
        .billit
        .faults()
        .on("POST /v1/parties", 0, Fault::HtmlBody);
    sandbox
        .billit
        .faults()
        .on("POST /v1/parties", 1, Fault::TruncatedJson);
    let html = create(&sandbox, "Ann").await.expect("an answer");
    assert_eq!(html.status, 200);
    assert!(html.head.contains("text/html") && html.body.starts_with("<!DOCTYPE html>"));
    let cut = create(&sandbox, "Bo").await.expect("an answer");
    assert_eq!(cut.status, 200);
    assert!(serde_json::from_str::<serde_json::Value>(&cut.body).is_err());
    assert_eq!(sandbox.billit.parties().len(), 2);

    sandbox
        .planyo
        .faults()
        .always("api_test", Fault::TruncatedJson);
    for _ in 0..2 {
        let cut = probe(&sandbox).await.expect("an answer");
        assert!(
            cut.body.starts_with('{')
                && serde_json::from_str::<serde_json::Value>(&cut.body).is_err()
        );
    }
    sandbox.planyo.faults().clear();
    assert_eq!(
        probe(&sandbox).await.expect("an answer").json()["response_code"],
        0
    );
}

#[tokio::test]
async fn resets_reach_the_client_as_errors() {
    let sandbox = Sandbox::start_empty().await.expect("ports");
    for (fault, parties) in [(Fault::ResetBefore, 0), (Fault::ResetAfter, 1)] {
        sandbox.billit.faults().next(fault);
        let problem = create(&sandbox, "Ann").await.expect_err("a reset");
        assert_eq!(problem.kind(), std::io::ErrorKind::ConnectionReset);
        assert_eq!(sandbox.billit.parties().len(), parties);
        let recorded = last(&sandbox);
        assert_eq!(
            (recorded.status, recorded.took_effect),
            (None, parties == 1)
        );
    }
    // The server continues.
    assert_eq!(create(&sandbox, "Bo").await.expect("an answer").status, 200);
    assert_eq!(
        sandbox.billit.counts(),
        Counts {
            reads: 0,
            writes: 3
        }
    );
    sandbox.billit.clear_requests();
    assert_eq!(sandbox.billit.counts(), Counts::default());
}

#[tokio::test]
async fn a_slow_write_takes_effect_though_nobody_waits() {
    let sandbox = Sandbox::start_empty().await.expect("ports");
    let slow = Fault::Slow { millis: 150 };
    sandbox.billit.faults().always("*", slow);
    let begin = Instant::now();
    assert_eq!(
        create(&sandbox, "Ann").await.expect("an answer").status,
        200
    );
    assert!(begin.elapsed() >= Duration::from_millis(150));
    let given_up = tokio::time::timeout(Duration::from_millis(50), create(&sandbox, "Bo")).await;
    assert!(given_up.is_err());
    assert_eq!(sandbox.billit.parties().len(), 2);
    assert!(last(&sandbox).took_effect);
}

#[tokio::test]
async fn a_late_commit_comes_after_the_failed_answer() {
    let sandbox = Sandbox::start_empty().await.expect("ports");
    sandbox
        .billit
        .faults()
        .next(Fault::CommitsLate { millis: 100 });
    assert_eq!(
        create(&sandbox, "Ann").await.expect("an answer").status,
        504
    );
    assert!(sandbox.billit.parties().is_empty());
    assert!(!last(&sandbox).took_effect);
    while !last(&sandbox).took_effect {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(sandbox.billit.parties().len(), 1);
    assert_eq!(last(&sandbox).status, Some(504));
}

#[tokio::test]
async fn a_dropped_server_is_gone() {
    let sandbox = Sandbox::start().await.expect("ports");
    assert_eq!(
        (sandbox.planyo.users().len(), sandbox.billit.parties().len()),
        (60, 25)
    );
    let base = sandbox.planyo.base_url();
    drop(sandbox);
    // The aborted task drops the listener at the runtime's next turn.
    tokio::time::sleep(Duration::from_millis(50)).await;
    let gone = crate::test_client::send(&base, "GET", "/rest/", &[], "").await;
    assert!(gone.is_err());
}

#[tokio::test]
async fn a_taken_port_is_named() {
    let first = BillitServer::start(0, Vec::new()).await.expect("a port");
    let url = first.base_url();
    let port = url.rsplit(':').next().expect("a port");
    let second = BillitServer::start(port.parse().expect("a number"), Vec::new()).await;
    let problem = second.err().expect("it is taken").to_string();
    assert!(
        problem.starts_with(&format!("127.0.0.1:{port}: ")),
        "{problem}"
    );
}
