//! The reqwest transport against a real socket.

#![allow(clippy::unwrap_used)] // As in tests.

use std::time::Duration;

use planyo_client::retry::RetryPolicy;
use planyo_client::sites::ApiTest;
use planyo_client::users::{AddUser, GetUser};
use planyo_client::{Client, ErrorKind};
use wiremock::matchers::{body_string_contains, header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

fn client(server: &MockServer) -> planyo_client::ClientBuilder {
    Client::builder("secret-key")
        .base_url(format!("{}/rest/", server.uri()))
        .retry(RetryPolicy::never())
}

#[tokio::test]
async fn a_call_is_a_form_post_with_the_key_in_its_body() {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .and(path("/rest/"))
        .and(header("content-type", "application/x-www-form-urlencoded"))
        .and(header("accept", "application/json"))
        .and(body_string_contains(
            "method=get_user_data&api_key=secret-key&email=a%2Bb%40example.com",
        ))
        .respond_with(
            ResponseTemplate::new(200).set_body_string(r#"{"data":{"id":"7"},"response_code":0}"#),
        )
        .expect(1)
        .mount(&server)
        .await;
    let user = client(&server)
        .build()
        .unwrap()
        .send(GetUser::by_email("a+b@example.com"))
        .await
        .unwrap();
    assert_eq!(user.id.get(), 7);
    let url = &server.received_requests().await.unwrap()[0].url;
    assert!(
        url.query().is_none(),
        "nothing secret or personal in a URL: {url}"
    );
}

#[tokio::test]
async fn a_redirect_is_not_followed_with_the_key() {
    for status in [301, 302, 303, 307, 308] {
        let elsewhere = MockServer::start().await;
        let server = MockServer::start().await;
        Mock::given(method("POST"))
            .respond_with(
                ResponseTemplate::new(status).insert_header("location", elsewhere.uri().as_str()),
            )
            .expect(1)
            .mount(&server)
            .await;
        let error = client(&server)
            .build()
            .unwrap()
            .send(AddUser::new("ann@example.com", "Ann"))
            .await
            .unwrap_err();
        assert_eq!(
            (error.kind(), error.status()),
            (ErrorKind::Unexpected, Some(status))
        );
        assert!(error.is_outcome_unknown());
        assert!(elsewhere.received_requests().await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_server_that_is_too_slow_is_a_timeout() {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .respond_with(ResponseTemplate::new(200).set_delay(Duration::from_secs(60)))
        .mount(&server)
        .await;
    let planyo = client(&server)
        .attempt_timeout(Duration::from_millis(200))
        .build()
        .unwrap();
    let error = planyo
        .send(AddUser::new("ann@example.com", "Ann"))
        .await
        .unwrap_err();
    assert!(error.is_timeout() && error.is_outcome_unknown());
}

#[tokio::test]
async fn what_the_http_client_does_not_take_never_left() {
    let http = reqwest::Client::builder().https_only(true).build().unwrap();
    let error = Client::builder("secret-key")
        .base_url("http://127.0.0.1:9/rest/")
        .http_client(http)
        .build()
        .unwrap()
        .send(AddUser::new("ann@example.com", "Ann"))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::Configuration, 1)
    );
    assert!(!error.is_outcome_unknown());
}

#[tokio::test]
async fn an_answer_larger_than_allowed_is_not_read() {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .respond_with(ResponseTemplate::new(200).set_body_string("x".repeat(5000)))
        .mount(&server)
        .await;
    let planyo = client(&server).max_response_bytes(4000).build().unwrap();
    let error = planyo.send(GetUser::by_id(1)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooLarge);
}

#[tokio::test]
async fn a_server_that_is_not_there_was_not_sent_anything() {
    // A port that was free a moment ago.
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let planyo = Client::builder("secret-key")
        .base_url(format!("http://127.0.0.1:{port}/rest/"))
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    let error = planyo
        .send(AddUser::new("ann@example.com", "Ann"))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotSent);
    assert!(!error.is_outcome_unknown());
    let mut text = format!("{error} {error:?}");
    let mut source = std::error::Error::source(&error);
    while let Some(cause) = source {
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    assert!(
        !text.contains("secret-key") && !text.contains("ann@example.com"),
        "{text}"
    );
}

#[tokio::test]
async fn your_own_http_client_is_used() {
    let server = MockServer::start().await;
    Mock::given(header("user-agent", "mine"))
        .respond_with(
            ResponseTemplate::new(200).set_body_string(r#"{"data":"hello","response_code":0}"#),
        )
        .expect(1)
        .mount(&server)
        .await;
    let http = reqwest::Client::builder()
        .user_agent("mine")
        .no_proxy()
        .build()
        .unwrap();
    let planyo = client(&server).http_client(http).build().unwrap();
    assert_eq!(planyo.send(ApiTest::new()).await.unwrap(), "hello");
}
