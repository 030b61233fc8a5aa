//! Real HTTP: what leaves, and what comes back.
#![allow(clippy::unwrap_used)]

use std::time::Duration;

use billit_client::oauth::{MemoryTokenStore, OAuth, OAuthApp, Tokens};
use billit_client::parties::{
    CreateParty, GetParty, ListParties, PartyDraft, PartyPatch, PatchParty, TextField, property,
};
use billit_client::retry::RetryPolicy;
use billit_client::{
    Client, ClientBuilder, Endpoint, ErrorKind, IdempotencyKey, Method, Request, Safety,
};
use wiremock::matchers::{any, body_string, header, method, path, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

fn builder(server: &MockServer) -> ClientBuilder {
    let builder = Client::builder(" secret\n", 574_991).base_url(server.uri());
    builder.retry(RetryPolicy::never())
}

async fn answers(answer: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(answer).mount(&server).await;
    server
}

fn create() -> CreateParty {
    CreateParty::new(PartyDraft::new("Acme"))
}

#[tokio::test]
async fn headers_query_and_body_as_sent() {
    let server = MockServer::start().await;
    Mock::given(method("GET"))
        .and(path("/v1/parties"))
        .and(query_param("$filter", "Name eq 'O''Brien & Co'"))
        .and(header("ApiKey", "secret"))
        .and(header("PartyID", "574991"))
        .and(header("ContextPartyID", "7"))
        .and(header("Accept", "application/json"))
        .respond_with(ResponseTemplate::new(200).set_body_string(r#"{"Items":[{"PartyID":1}]}"#))
        .expect(1)
        .mount(&server)
        .await;
    Mock::given(method("POST"))
        .and(path("/v1/parties"))
        .and(header("Idempotency-Key", "key-1"))
        .and(header("Content-Type", "application/json"))
        .and(body_string(r#"{"Name":"Acme","PartyType":"Customer"}"#))
        .respond_with(ResponseTemplate::new(200).set_body_string("879263"))
        .expect(1)
        .mount(&server)
        .await;
    let billit = builder(&server).context_party(7).build().unwrap();
    let listing = ListParties::new().filter(property::NAME.eq("O'Brien & Co"));
    let page = billit.send(listing).await.unwrap();
    assert_eq!(page.records().len(), 1);
    let key = IdempotencyKey::new("key-1").unwrap();
    assert_eq!(billit.send(create().key(key)).await.unwrap().get(), 879_263);
}

#[tokio::test]
async fn a_refresh_and_the_call_after_it_as_sent() {
    let server = MockServer::start().await;
    let fresh =
        r#"{"token_type":"Bearer","expires_in":3600,"access_token":"a2","refresh_token":"r2"}"#;
    Mock::given(method("POST"))
        .and(path("/OAuth2/token"))
        .and(header("Content-Type", "application/json"))
        .and(body_string(
            r#"{"grant_type":"refresh_token","refresh_token":"r1","client_id":"id","client_secret":"secret"}"#,
        ))
        .respond_with(ResponseTemplate::new(200).set_body_string(fresh))
        .expect(1)
        .mount(&server)
        .await;
    Mock::given(method("GET"))
        .and(path("/v1/parties/7"))
        .and(header("Authorization", "Bearer a2"))
        .and(header("PartyID", "574991"))
        .respond_with(ResponseTemplate::new(200).set_body_string(r#"{"PartyID":7}"#))
        .expect(2)
        .mount(&server)
        .await;
    let app = OAuthApp::new("id", "secret", "https://shop.example/billit");
    let old = Tokens::new("a1", "r1", chrono::DateTime::UNIX_EPOCH);
    let oauth = OAuth::new(app, MemoryTokenStore::from(old));
    let billit = Client::oauth(oauth, 574_991).base_url(server.uri());
    let billit = billit.build().unwrap();
    billit.send(GetParty::new(7)).await.unwrap();
    billit.send(GetParty::new(7)).await.unwrap();
    let requests = server.received_requests().await.unwrap();
    for name in ["Authorization", "ApiKey", "PartyID"] {
        assert!(!requests[0].headers.contains_key(name));
    }
    assert!(!requests[1].headers.contains_key("ApiKey"));
}

#[tokio::test]
async fn an_empty_answer_to_a_patch_is_a_success() {
    let server = MockServer::start().await;
    Mock::given(method("PATCH"))
        .and(path("/v1/parties/7"))
        .and(body_string(r#"{"Email":"new@acme.example","Fax":null}"#))
        .respond_with(ResponseTemplate::new(200))
        .expect(1)
        .mount(&server)
        .await;
    let patch = PartyPatch::new()
        .set(TextField::Email, "new@acme.example")
        .clear(TextField::Fax);
    let billit = builder(&server).build().unwrap();
    billit.send(PatchParty::new(7, patch)).await.unwrap();
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_the_key_stays_here() {
    let other = MockServer::start().await;
    Mock::given(any())
        .respond_with(ResponseTemplate::new(200).set_body_string(r#"{"PartyID":7}"#))
        .expect(0)
        .mount(&other)
        .await;
    for status in [301, 302, 303, 307, 308] {
        let redirect = ResponseTemplate::new(status).insert_header("Location", other.uri());
        let server = answers(redirect).await;
        let billit = builder(&server).build().unwrap();
        let error = billit.send(GetParty::new(7)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unexpected);
        assert_eq!(error.status(), Some(status));
        // Nobody knows what became of a write.
        let error = billit.send(create()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unexpected);
        assert!(error.is_outcome_unknown());
    }
}

#[tokio::test]
async fn an_answer_over_the_limit_is_not_read() {
    let body = "x".repeat(5000);
    let server = answers(ResponseTemplate::new(200).set_body_string(&body)).await;
    let billit = builder(&server).max_response_bytes(4999).build().unwrap();
    let error = billit.send(GetParty::new(7)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooLarge);
    let error = billit.send(create()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);

    // A failure keeps its status, however much comes with it.
    let server = answers(ResponseTemplate::new(400).set_body_string(&body)).await;
    let billit = builder(&server).max_response_bytes(1000).build().unwrap();
    let error = billit.send(create()).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.status()),
        (ErrorKind::Rejected, Some(400))
    );
}

#[tokio::test]
async fn errors_are_read_from_real_answers() {
    let body =
        r#"{"errors":[{"Code":"TheCustomerIsNotActiveOnPeppol","Description":"Not active."}]}"#;
    let server = answers(ResponseTemplate::new(400).set_body_string(body)).await;
    let billit = builder(&server).build().unwrap();
    let error = billit.send(GetParty::new(7)).await.unwrap_err();
    assert_eq!(error.api_code(), Some("TheCustomerIsNotActiveOnPeppol"));
    assert_eq!(error.api_message(), Some("Not active."));
    assert_eq!(
        error.to_string(),
        "Billit get_party: rejected (HTTP 400, TheCustomerIsNotActiveOnPeppol)"
    );
}

#[tokio::test]
async fn retry_after_is_read_from_the_header() {
    let busy = ResponseTemplate::new(429).insert_header("Retry-After", "3600");
    let server = answers(busy).await;
    let billit = builder(&server).build().unwrap();
    let error = billit.send(GetParty::new(7)).await.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3600)));
}

#[tokio::test]
async fn no_answer_in_time_and_no_connection() {
    let slow = ResponseTemplate::new(200).set_delay(Duration::from_secs(60));
    let server = answers(slow).await;
    let hasty = builder(&server).attempt_timeout(Duration::from_millis(200));
    let error = hasty
        .build()
        .unwrap()
        .send(GetParty::new(7))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);

    // A timeout of the user's own HTTP client is one too.
    let own = reqwest::Client::builder()
        .no_proxy()
        .timeout(Duration::from_millis(200));
    let billit = builder(&server)
        .http_client(own.build().unwrap())
        .build()
        .unwrap();
    let error = billit.send(GetParty::new(7)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);

    let nobody = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let billit = builder(&server)
        .base_url(format!("http://{nobody}"))
        .build()
        .unwrap();
    let error = billit.send(GetParty::new(7)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotSent);
}

/// A call with a header that HTTP does not allow.
struct BadHeader(&'static str, &'static str);

impl Endpoint for BadHeader {
    type Output = ();

    fn operation(&self) -> &'static str {
        "bad_header"
    }

    fn safety(&self) -> Safety {
        Safety::Read
    }

    fn request(&self) -> serde_json::Result<Request> {
        Ok(Request::new(Method::Get, ["v1"]).with_header(self.0, self.1))
    }

    fn parse(&self, _: &[u8]) -> serde_json::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_header_that_cannot_be_sent_is_a_matter_of_configuration() {
    let server = MockServer::start().await;
    let billit = Client::builder("secret", 1).base_url(server.uri());
    let billit = billit.build().unwrap();
    for (name, value, attempts) in [("two words", "x", 1), ("X-Name", "two\nlines", 0)] {
        let error = billit.send(BadHeader(name, value)).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.attempts()),
            (ErrorKind::Configuration, attempts)
        );
        assert!(error.to_string().contains("header"), "{error}");
    }
    // So is a URL that the user's own HTTP client does not take.
    let own = reqwest::Client::builder().https_only(true).build().unwrap();
    let billit = builder(&server).http_client(own).build().unwrap();
    let error = billit.send(GetParty::new(7)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(server.received_requests().await.unwrap().is_empty());
}
