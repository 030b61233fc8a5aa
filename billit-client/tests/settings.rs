//! Settings that cannot work: the error names the setting, when the client is made and when something else than Billit
//! answers.
#![allow(clippy::unwrap_used)] // As in tests.

use billit_client::oauth::{MemoryTokenStore, OAuth, OAuthApp};
use billit_client::parties::{GetParty, ListParties};
use billit_client::testing::{Answer, Script};
use billit_client::{Client, ClientBuilder, Context, Credential, ErrorKind, RawRequest, Setting};

fn key(key: &str) -> ClientBuilder {
    Client::builder(key, 1)
}

fn token(token: &str) -> ClientBuilder {
    Client::builder(Credential::AccessToken(token.into()), 1)
}

fn app(id: &str, secret: &str) -> ClientBuilder {
    let app = OAuthApp::new(id, secret, "https://shop.example/billit");
    Client::oauth(OAuth::new(app, MemoryTokenStore::default()), 1)
}

#[test]
fn a_client_that_cannot_work_is_not_made_and_says_why() {
    const PASTED: &str = "has a space, a line break or another character that no key has; was it pasted whole, and nothing else?";
    const PROFILE: &str = "(Billit shows a key in its user's profile)";
    const SUPPORT: &str = "(Billit's support gives both out)";
    let id = "must be greater than 0; Billit shows it in the company's settings";
    let cases = [
        (key(" \n"), Setting::Credential, format!("the API key is blank {PROFILE}")),
        (key("hunter\n2"), Setting::Credential, format!("the API key {PASTED} {PROFILE}")),
        (token(""), Setting::Credential, format!("the access token is blank {PROFILE}")),
        (token("hunter 2"), Setting::Credential, format!("the access token {PASTED} {PROFILE}")),
        (app(" ", "s"), Setting::OAuthApp, format!("the OAuth client's id is blank {SUPPORT}")),
        (app("id", "\n"), Setting::OAuthApp, format!("the OAuth client's secret is blank {SUPPORT}")),
        (app("id", "hunter\t2"), Setting::OAuthApp, format!("the OAuth client's secret {PASTED} {SUPPORT}")),
        (Client::builder("key", 0), Setting::Company, format!("the id of your company {id}")),
        (key("key").context_party(-7), Setting::ContextParty, format!("the id of the client's company {id}")),
        (
            key("key").base_url("api.billit.be"),
            Setting::BaseUrl,
            "the base URL is not a URL; an example is https://api.billit.be".to_owned(),
        ),
        (
            key("key").base_url("http://api.billit.be"),
            Setting::BaseUrl,
            "the base URL must begin with https, as https://api.billit.be: http sends the key in the clear, and has to be allowed"
                .to_owned(),
        ),
    ];
    for (builder, setting, line) in cases {
        let error = builder.build().unwrap_err();
        assert_eq!(
            (error.kind(), error.setting()),
            (ErrorKind::Configuration, Some(setting)),
            "{line}"
        );
        assert_eq!(error.to_string(), format!("Billit: {line}"));
        assert!(!format!("{error:?}").contains("hunter"));
    }
    let base = |url: &str| key("key").base_url(url);
    assert!(base("ftp://localhost").build().is_err());
    let loopback = base("http://127.0.0.1:8080");
    let allowed = base("http://api.billit.be").allow_http();
    assert!(loopback.build().is_ok() && allowed.build().is_ok());
}

/// A context without a client is not checked when it is made: the call that it makes is.
#[test]
fn a_header_that_cannot_be_sent_is_named() {
    let raw = || RawRequest::get(["v1"]);
    let cases = [
        (
            Context::new("hun\nter", 1).request(&raw()),
            "ApiKey",
            Some(Setting::Credential),
        ),
        (
            Context::new("clé", 1).request(&raw()),
            "ApiKey",
            Some(Setting::Credential),
        ),
        (
            Context::new("key", 1).request(&raw().header("X-Note", "hun\r\nter")),
            "X-Note",
            None,
        ),
    ];
    for (request, header, setting) in cases {
        let error = request.unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "Billit: the header {header} has a line break or another character that no header takes"
            )
        );
        assert_eq!(error.setting(), setting);
    }
}

/// As `$(cat key)` does, and reading the file does not.
#[tokio::test(start_paused = true)]
async fn a_key_from_a_file_may_end_with_a_line_feed() {
    for (builder, header, sent) in [
        (key("key\r\n"), "ApiKey", "key"),
        (token(" token\n"), "Authorization", "Bearer token"),
    ] {
        let script = Script::new([Answer::json(r#"{"PartyID": 7}"#)]);
        let billit = builder.transport(script.clone()).build().unwrap();
        billit.send(GetParty::new(7)).await.unwrap();
        assert_eq!(script.sent(header), [Some(sent.to_owned())]);
    }
    assert!(app(" id\n", "secret\n").build().is_ok());
}

/// A client whose every request gets this answer.
fn answered(answer: &Answer) -> Client {
    key("key")
        .base_url("https://ann:hunter2@example.com/v2?apikey=hunter2")
        .transport(Script::new(vec![answer.clone(); 20]))
        .build()
        .unwrap()
}

#[tokio::test(start_paused = true)]
async fn another_server_than_billit_is_a_wrong_base_url() {
    let page = "<!doctype html>\n<title>Not found</title>";
    let elsewhere =
        "; https://example.com/v2 does not answer as Billit's API does: check the base URL";
    let cases = [
        (Answer::status(404), "unexpected answer (HTTP 404)"),
        (
            Answer::Http(404, None, page.to_owned()),
            "unexpected answer (HTTP 404)",
        ),
        (Answer::status(301), "unexpected answer (HTTP 301)"),
        (
            Answer::json(page),
            "the answer cannot be read (HTTP 200) [4 attempts]",
        ),
    ];
    for (answer, what) in cases {
        let error = answered(&answer)
            .pages(ListParties::new())
            .all()
            .await
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("Billit list_parties: {what}{elsewhere}")
        );
        assert_eq!(error.setting(), Some(Setting::BaseUrl));
        assert!(!error.is_not_found(), "{error}");
        assert!(!format!("{error:?}").contains("hunter"));
    }
}

/// Of one record HTTP 404 means that there is none, and after the first page the URL is right.
#[tokio::test(start_paused = true)]
async fn what_billit_says_is_not_about_the_base_url() {
    let missing = answered(&Answer::status(404)).send(GetParty::new(7)).await;
    let error = missing.unwrap_err();
    assert_eq!(
        (error.setting(), error.is_not_found()),
        (None, true),
        "{error}"
    );
    for status in [400, 401, 403, 429, 503] {
        let page = Answer::Http(status, None, "<html>busy</html>".to_owned());
        let error = answered(&page)
            .pages(ListParties::new())
            .all()
            .await
            .unwrap_err();
        assert_eq!(error.setting(), None, "{error}");
    }
    let next =
        r#"{"Items":[{"PartyID":7}],"NextPageLink":"https://example.com/v1/parties?$skip=1"}"#;
    let script = Script::new([Answer::json(next), Answer::status(404)]);
    let billit = key("key")
        .base_url("https://example.com")
        .transport(script)
        .build()
        .unwrap();
    let error = billit.pages(ListParties::new()).all().await.unwrap_err();
    assert_eq!(
        (error.setting(), error.is_not_found()),
        (None, true),
        "{error}"
    );
}
