//! Tokens: what each call of OAuth sends, and when a client refreshes, under the paused clock.
#![allow(clippy::unwrap_used)]

use std::fmt::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use billit_client::oauth::{
    ExchangeCode, MemoryTokenStore, OAuth, OAuthApp, RefreshTokens, RevokeTokens, TokenStore,
    Tokens,
};
use billit_client::parties::{CreateParty, GetParty, ListParties, PartyDraft};
use billit_client::retry::{RetryPolicy, may_retry};
use billit_client::testing::{Answer, Script};
use billit_client::transport::{BoxError, BoxFuture};
use billit_client::{
    Client, Context, Credential, Endpoint, Error, ErrorKind, Response, Safety, Secret,
};
use chrono::{DateTime, TimeDelta, Utc};
use tokio::time::Instant;

const PARTY: &str = r#"{"PartyID": 7}"#;

fn app() -> OAuthApp {
    OAuthApp::new("my-id", "my-secret", "https://shop.example/billit")
}

/// Tokens number `n`, whose access token expires after so many seconds.
fn tokens(n: u32, seconds: i64) -> Tokens {
    let now: DateTime<Utc> = SystemTime::now().into();
    let expires = now + TimeDelta::seconds(seconds);
    Tokens::new(format!("access-{n}"), format!("refresh-{n}"), expires)
}

/// What Billit answers to a refresh.
fn fresh(n: u32) -> Answer {
    Answer::json(format!(
        r#"{{"token_type":"Bearer","expires_in":3600,"access_token":"access-{n}","refresh_token":"refresh-{n}"}}"#
    ))
}

fn expired() -> Answer {
    Answer::error(401, "AccessTokenExpired", "")
}

fn client(script: &Script, store: impl TokenStore) -> Client {
    let builder = Client::oauth(OAuth::new(app(), store), 574_991);
    builder.transport(script.clone()).build().unwrap()
}

/// The access token of each request, and the refresh token of each refresh.
fn sent(script: &Script) -> Vec<String> {
    let requests = script.requests();
    let shown = requests.iter().map(|request| {
        if request.url.path() == "/OAuth2/token" {
            let names = ["ApiKey", "Authorization", "PartyID", "ContextPartyID"];
            assert!(names.iter().all(|name| request.header(name).is_none()));
            let body: serde_json::Value =
                serde_json::from_slice(request.body.as_deref().unwrap()).unwrap();
            let token = body.get("refresh_token").unwrap();
            return token.as_str().unwrap().to_owned();
        }
        assert!(request.header("ApiKey").is_none());
        let bearer = request.header("Authorization").unwrap();
        bearer.strip_prefix("Bearer ").unwrap().to_owned()
    });
    shown.collect()
}

async fn stored(store: &impl TokenStore) -> String {
    let tokens = store.load().await.unwrap().unwrap();
    tokens.refresh_token.expose().to_owned()
}

/// The request as text, with its secrets.
fn golden(endpoint: &impl Endpoint) -> String {
    let token = Secret::from("access-1");
    let context = Context::new(Credential::AccessToken(token), 574_991).context_party(7);
    let request = context.request(endpoint).unwrap();
    let verb = request.method().as_str();
    let mut text = format!("{verb} /{}\n", request.path().join("/"));
    for (name, value) in request.headers() {
        writeln!(text, "{name}: {value}").unwrap();
    }
    text + std::str::from_utf8(request.body().unwrap_or_default()).unwrap()
}

#[test]
fn the_calls_of_oauth() {
    // No key, no token, no company.
    insta::assert_snapshot!(golden(&ExchangeCode::new(&app(), "code-1")), @r#"
    POST /OAuth2/token
    Accept: application/json
    Content-Type: application/json
    {"grant_type":"authorization_code","code":"code-1","client_id":"my-id","client_secret":"my-secret","redirect_uri":"https://shop.example/billit"}
    "#);
    insta::assert_snapshot!(golden(&RefreshTokens::new(&app(), "refresh-1")), @r#"
    POST /OAuth2/token
    Accept: application/json
    Content-Type: application/json
    {"grant_type":"refresh_token","refresh_token":"refresh-1","client_id":"my-id","client_secret":"my-secret"}
    "#);
    insta::assert_snapshot!(golden(&RevokeTokens::new()), @r"
    POST /OAuth2/revoke
    Accept: application/json
    Authorization: Bearer access-1
    ");
    insta::assert_snapshot!(golden(&GetParty::new(7)), @r"
    GET /v1/parties/7
    Accept: application/json
    Authorization: Bearer access-1
    PartyID: 574991
    ContextPartyID: 7
    ");
    // A single-use code or token is never sent twice, unless the first certainly was not processed.
    assert_eq!(ExchangeCode::new(&app(), "x").safety(), Safety::Unsafe);
    assert_eq!(RefreshTokens::new(&app(), "x").safety(), Safety::Unsafe);
    assert!(!may_retry(Safety::Unsafe, ErrorKind::Timeout));
}

#[test]
fn the_page_where_a_user_logs_in() {
    let app = OAuthApp::new("id & co", "my-secret", "https://shop.example/billit?a=é");
    assert_eq!(
        app.clone().sandbox().authorization_url("a b/ü?").unwrap(),
        "https://my.sandbox.billit.be/Account/Logon?client_id=id%20%26%20co\
         &redirect_uri=https%3A%2F%2Fshop.example%2Fbillit%3Fa%3D%C3%A9&state=a%20b%2F%C3%BC%3F"
    );
    let elsewhere = app.clone().logon_url("https://my.billit.eu/Account/Logon");
    let url = elsewhere.authorization_url("x").unwrap();
    assert!(url.starts_with("https://my.billit.eu/Account/Logon?client_id="));
    let error = app.authorization_url("a=1&b=2").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
}

#[test]
fn tokens_are_read_and_kept() {
    let read = |body: &str| {
        let answer = Response::new(200, body);
        answer.read(&RefreshTokens::new(&app(), "old"))
    };
    let now: DateTime<Utc> = SystemTime::now().into();
    for (expires_in, seconds) in [("3600", 3600), ("\"60\"", 60), ("null", 3600), ("-1", 3600)] {
        let body = format!(
            r#"{{"token_type":"Bearer","expires_in":{expires_in},"access_token":"a","refresh_token":"r"}}"#
        );
        let tokens = read(&body).unwrap();
        assert_eq!(tokens.access_token.expose(), "a");
        assert_eq!(tokens.refresh_token.expose(), "r");
        let left = (tokens.expires_at - now).num_seconds();
        assert!((seconds..seconds + 5).contains(&left), "{left}");
    }
    let endless = read(r#"{"expires_in":9223372036854775807,"access_token":"a"}"#).unwrap();
    assert_eq!(endless.expires_at, DateTime::<Utc>::MAX_UTC);
    // A refresh that brings no refresh token leaves the old one; a code must bring one.
    assert_eq!(endless.refresh_token.expose(), "old");
    let code = Response::new(200, r#"{"access_token":"a"}"#);
    let error = code.read(&ExchangeCode::new(&app(), "x")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
    for body in ["", "{}", "[]", "<html>", r#"{"refresh_token":"r"}"#] {
        assert_eq!(
            read(body).unwrap_err().kind(),
            ErrorKind::OutcomeUnknown,
            "{body}"
        );
    }

    let kept = serde_json::to_string(&tokens(1, 60)).unwrap();
    let read: Tokens = serde_json::from_str(&kept).unwrap();
    assert_eq!(serde_json::to_string(&read).unwrap(), kept);
    assert!(kept.contains("access-1") && kept.contains("refresh-1"));
}

#[tokio::test(start_paused = true)]
async fn from_the_code_to_the_first_call() {
    let script = Script::new([fresh(1), Answer::json(PARTY)]);
    let store = MemoryTokenStore::default();
    let billit = client(&script, store.clone());
    // Nobody has logged in yet.
    let error = billit.send(GetParty::new(7)).await.unwrap_err();
    assert!(error.is_auth() && error.attempts() == 0);
    assert!(script.requests().is_empty());

    let tokens = billit.send(ExchangeCode::new(&app(), "code-1")).await;
    store.save(&tokens.unwrap()).await.unwrap();
    billit.send(GetParty::new(7)).await.unwrap();
    assert_eq!(
        script.sent("Authorization"),
        [None, Some("Bearer access-1".to_owned())]
    );
    assert_eq!(script.sent("PartyID"), [None, Some("574991".to_owned())]);
}

#[tokio::test(start_paused = true)]
async fn a_token_is_refreshed_before_it_expires() {
    let script = Script::new([
        Answer::json(PARTY),
        Answer::json(PARTY),
        fresh(2),
        Answer::json(PARTY),
        fresh(3),
        Answer::json(PARTY),
    ]);
    let store = MemoryTokenStore::from(tokens(1, 3600));
    let billit = client(&script, store.clone());
    let get = || billit.send(GetParty::new(7));
    get().await.unwrap();
    tokio::time::advance(Duration::from_secs(3535)).await;
    get().await.unwrap();
    assert_eq!(sent(&script), ["access-1", "access-1"]);
    tokio::time::advance(Duration::from_secs(10)).await;
    get().await.unwrap();
    assert_eq!(sent(&script)[2..], ["refresh-1", "access-2"]);
    assert_eq!(stored(&store).await, "refresh-2");
    tokio::time::advance(Duration::from_secs(3600)).await;
    get().await.unwrap();
    assert_eq!(sent(&script)[4..], ["refresh-2", "access-3"]);
    assert_eq!(stored(&store).await, "refresh-3");
}

#[tokio::test(start_paused = true)]
async fn the_margin_can_be_set_and_never_swallows_the_hour() {
    for (margin, seconds, refreshed) in [(300, 200, true), (0, 200, false), (7200, 2000, false)] {
        let script = Script::new([fresh(2), Answer::json(PARTY)]);
        let store = MemoryTokenStore::from(tokens(1, seconds));
        let oauth = OAuth::new(app(), store).refresh_margin(Duration::from_secs(margin));
        let billit = Client::oauth(oauth, 1).transport(script.clone()).build();
        let _ = billit.unwrap().send(GetParty::new(7)).await;
        assert_eq!(sent(&script)[0] == "refresh-1", refreshed, "{margin}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_expired_token_is_refreshed_once_and_any_call_goes_again() {
    // Billit's clock is ahead of ours. Even a call that is never retried goes again: it was not processed.
    let script = Script::new([expired(), fresh(2), Answer::json("879263")]);
    let store = MemoryTokenStore::from(tokens(1, 3600));
    let oauth = OAuth::new(app(), store.clone());
    let builder = Client::oauth(oauth, 1).retry(RetryPolicy::never());
    let billit = builder.transport(script.clone()).build().unwrap();
    let create = CreateParty::new(PartyDraft::new("Acme"));
    let start = Instant::now();
    assert_eq!(billit.send(create).await.unwrap().get(), 879_263);
    assert_eq!(start.elapsed(), Duration::ZERO);
    assert_eq!(sent(&script), ["access-1", "refresh-1", "access-2"]);
    let keys = script.sent("Idempotency-Key");
    assert!(keys[0].is_some() && keys[0] == keys[2]);

    // One that is still refused is an error and no loop.
    let script = Script::new([expired(), fresh(2), expired(), fresh(3)]);
    let billit = client(&script, MemoryTokenStore::from(tokens(1, 3600)));
    let error = billit.send(GetParty::new(7)).await.unwrap_err();
    assert!(error.is_auth());
    assert_eq!((error.attempts(), error.status()), (2, Some(401)));
    assert_eq!(sent(&script), ["access-1", "refresh-1", "access-2"]);
}

#[tokio::test(start_paused = true)]
async fn a_token_that_is_no_good_is_an_error_and_no_loop() {
    for code in [
        "AccessTokenRevoked",
        "InvalidAccessToken",
        "ApiKeyNotValid",
        "",
    ] {
        let script = Script::new([Answer::error(401, code, ""), Answer::json(PARTY)]);
        let store = MemoryTokenStore::from(tokens(1, 3600));
        let billit = client(&script, store.clone());
        let error = billit.send(GetParty::new(7)).await.unwrap_err();
        assert!(error.is_auth() && !error.is_retryable(), "{code}");
        assert_eq!(sent(&script), ["access-1"]);
        // The user logs in again: no new client is needed.
        store.save(&tokens(5, 3000)).await.unwrap();
        billit.send(GetParty::new(7)).await.unwrap();
        assert_eq!(sent(&script), ["access-1", "access-5"]);
    }
    // A record of somebody else says nothing about the token.
    let script = Script::new([Answer::error(401, "NotYourParty", ""), Answer::json(PARTY)]);
    let billit = client(&script, MemoryTokenStore::from(tokens(1, 3600)));
    let error = billit.send(GetParty::new(7)).await.unwrap_err();
    assert!(error.is_no_access() && !error.is_auth());
    // An API key has nothing to refresh.
    let script = Script::new([expired()]);
    let billit = Client::builder("key", 1).transport(script.clone()).build();
    let error = billit.unwrap().send(GetParty::new(7)).await.unwrap_err();
    assert!(error.is_auth() && error.attempts() == 1);
}

#[tokio::test(start_paused = true)]
async fn many_calls_share_one_refresh() {
    // Slow, so that all of them wait.
    let slow = Answer::After(Duration::from_secs(5), Box::new(fresh(2)));
    let answers = std::iter::once(slow).chain(vec![Answer::json(PARTY); 100]);
    let script = Script::new(answers);
    let billit = client(&script, MemoryTokenStore::from(tokens(1, 10)));
    let calls = (0..100).map(|id| billit.send(GetParty::new(id)));
    for result in futures_util::future::join_all(calls).await {
        result.unwrap();
    }
    let sent = sent(&script);
    assert_eq!((sent.len(), sent[0].as_str()), (101, "refresh-1"));
    assert!(sent[1..].iter().all(|token| token == "access-2"));
}

#[tokio::test(start_paused = true)]
async fn those_who_wait_share_a_token_that_lives_no_longer_than_the_margin() {
    let short = r#"{"expires_in":30,"access_token":"access-2","refresh_token":"refresh-2"}"#;
    let slow = Answer::After(Duration::from_secs(5), Box::new(Answer::json(short)));
    let script = Script::new(std::iter::once(slow).chain(vec![Answer::json(PARTY); 10]));
    let billit = client(&script, MemoryTokenStore::from(tokens(1, 10)));
    let calls = (0..10).map(|id| billit.send(GetParty::new(id)));
    for result in futures_util::future::join_all(calls).await {
        result.unwrap();
    }
    let sent = sent(&script);
    assert_eq!((sent.len(), sent[0].as_str()), (11, "refresh-1"));
    assert!(sent[1..].iter().all(|token| token == "access-2"));
}

#[tokio::test(start_paused = true)]
async fn many_refused_calls_share_one_refresh() {
    let slow = |answer| Answer::After(Duration::from_secs(1), Box::new(answer));
    let answers = vec![slow(expired()); 8].into_iter();
    let answers = answers
        .chain([slow(fresh(2))])
        .chain(vec![Answer::json(PARTY); 8]);
    let script = Script::new(answers);
    let billit = client(&script, MemoryTokenStore::from(tokens(1, 3600)));
    let calls = (0..8).map(|id| billit.send(GetParty::new(id)));
    for result in futures_util::future::join_all(calls).await {
        result.unwrap();
    }
    let refreshes = sent(&script)
        .iter()
        .filter(|sent| *sent == "refresh-1")
        .count();
    assert_eq!((refreshes, script.requests().len()), (1, 17));
}

#[tokio::test(start_paused = true)]
async fn those_who_wait_share_a_failure_too() {
    let slow = Answer::After(Duration::from_secs(5), Box::new(Answer::Broken));
    let script = Script::new([slow, fresh(2), Answer::json(PARTY)]);
    let billit = client(&script, MemoryTokenStore::from(tokens(1, 10)));
    let calls = (0..10).map(|id| billit.send(GetParty::new(id)));
    for result in futures_util::future::join_all(calls).await {
        assert_eq!(result.unwrap_err().kind(), ErrorKind::RefreshLost);
    }
    assert_eq!(sent(&script), ["refresh-1"]);
    // The next call tries the same token once more.
    billit.send(GetParty::new(7)).await.unwrap();
    assert_eq!(sent(&script)[1..], ["refresh-1", "access-2"]);
}

#[tokio::test(start_paused = true)]
async fn clients_of_two_companies_share_the_tokens() {
    let script = Script::new([fresh(2), Answer::json(PARTY), Answer::json(PARTY)]);
    let oauth = OAuth::new(app(), MemoryTokenStore::from(tokens(1, 10)));
    for company in [1, 2] {
        let builder = Client::oauth(oauth.clone(), company).transport(script.clone());
        let billit = builder.build().unwrap();
        billit.send(GetParty::new(7)).await.unwrap();
    }
    assert_eq!(sent(&script), ["refresh-1", "access-2", "access-2"]);
    assert_eq!(
        script.sent("PartyID")[1..],
        [Some("1".to_owned()), Some("2".to_owned())]
    );
}

#[tokio::test(start_paused = true)]
async fn a_refresh_whose_answer_is_lost_says_so() {
    let lost = [
        Answer::Broken,
        Answer::Silent,
        Answer::status(500),
        Answer::status(302),
        Answer::json("<html>"),
        Answer::json("{}"),
    ];
    for answer in lost {
        let script = Script::new([answer]);
        let store = MemoryTokenStore::from(tokens(1, 10));
        let billit = client(&script, store.clone());
        let create = CreateParty::new(PartyDraft::new("Acme")).retry_with_key();
        let error = billit.send(create).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::RefreshLost);
        assert_eq!((error.operation(), error.attempts()), ("create_party", 0));
        // The create itself certainly was not processed.
        assert!(!error.is_outcome_unknown() && !error.is_auth());
        let source = std::error::Error::source(&error).unwrap();
        let source = source.downcast_ref::<Error>().unwrap();
        assert_eq!(source.operation(), "refresh_tokens");
        assert_eq!(sent(&script), ["refresh-1"]);
        assert_eq!(stored(&store).await, "refresh-1");
    }
}

#[tokio::test(start_paused = true)]
async fn a_refresh_that_did_not_leave_is_retried() {
    let busy = Answer::Http(429, Some("7".to_owned()), String::new());
    let script = Script::new([Answer::Disconnected, busy, fresh(2), Answer::json(PARTY)]);
    let billit = client(&script, MemoryTokenStore::from(tokens(1, 10)));
    let start = Instant::now();
    billit.send(GetParty::new(7)).await.unwrap();
    assert!((7..12).contains(&start.elapsed().as_secs()));
    assert_eq!(
        sent(&script),
        ["refresh-1", "refresh-1", "refresh-1", "access-2"]
    );

    // It comes to an end.
    let script = Script::new(vec![Answer::Disconnected; 9]);
    let billit = client(&script, MemoryTokenStore::from(tokens(1, 10)));
    let error = billit.send(GetParty::new(7)).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::NotSent, 0));
    assert_eq!(script.requests().len(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_refresh_token_that_is_refused_needs_the_user() {
    for (status, code) in [
        (401, "InvalidAccessToken"),
        (400, "GenericError"),
        (403, ""),
        (404, ""),
    ] {
        let script = Script::new([Answer::error(status, code, "")]);
        let billit = client(&script, MemoryTokenStore::from(tokens(1, 10)));
        let error = billit.send(GetParty::new(7)).await.unwrap_err();
        assert!(error.is_auth() && !error.is_retryable(), "{status}");
        assert_eq!((error.status(), error.attempts()), (Some(status), 0));
        assert_eq!(sent(&script), ["refresh-1"]);
    }
}

#[tokio::test(start_paused = true)]
async fn what_another_program_refreshed_is_taken() {
    let script = Script::new([
        Answer::json(PARTY),
        Answer::json(PARTY),
        fresh(10),
        Answer::json(PARTY),
    ]);
    let store = MemoryTokenStore::from(tokens(1, 300));
    let billit = client(&script, store.clone());
    billit.send(GetParty::new(7)).await.unwrap();
    store.save(&tokens(9, 3600)).await.unwrap();
    tokio::time::advance(Duration::from_secs(290)).await;
    billit.send(GetParty::new(7)).await.unwrap();
    assert_eq!(sent(&script), ["access-1", "access-9"]);
    // A store that gives old tokens does not bring them back.
    store.save(&tokens(1, 300)).await.unwrap();
    tokio::time::advance(Duration::from_secs(3590)).await;
    billit.send(GetParty::new(7)).await.unwrap();
    assert_eq!(sent(&script)[2..], ["refresh-9", "access-10"]);
}

#[tokio::test(start_paused = true)]
async fn a_token_that_expires_in_the_middle_of_a_list_costs_no_record() {
    let page = |range: std::ops::Range<i64>, link: Option<&str>| {
        let items: Vec<_> = range.map(|id| serde_json::json!({"PartyID": id})).collect();
        let page = serde_json::json!({"Items": items, "NextPageLink": link});
        Answer::json(page.to_string())
    };
    let script = Script::new([
        page(0..120, Some("?$skip=120")),
        expired(),
        fresh(2),
        page(120..240, Some("?$skip=240")),
        fresh(3),
        page(240..250, None),
    ]);
    let store = MemoryTokenStore::from(tokens(1, 3600));
    let billit = client(&script, store.clone());
    let mut pages = billit.pages(ListParties::new());
    let mut ids = Vec::new();
    while let Some(page) = pages.next_page().await.unwrap() {
        ids.extend(page.records().iter().flatten().map(|party| party.id.get()));
        if ids.len() == 240 {
            tokio::time::advance(Duration::from_secs(3590)).await;
        }
    }
    assert_eq!(ids, (0..250).collect::<Vec<_>>());
    let order = [
        "access-1",
        "access-1",
        "refresh-1",
        "access-2",
        "refresh-2",
        "access-3",
    ];
    assert_eq!(sent(&script), order);
    assert_eq!(stored(&store).await, "refresh-3");
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_given_up_takes_no_token_along() {
    let slow = Answer::After(Duration::from_secs(20), Box::new(fresh(2)));
    let script = Script::new([slow, Answer::json(PARTY)]);
    let store = MemoryTokenStore::from(tokens(1, 10));
    let billit = client(&script, store.clone());
    let hasty = tokio::time::timeout(Duration::from_secs(1), billit.send(GetParty::new(7)));
    assert!(hasty.await.is_err());
    tokio::time::sleep(Duration::from_secs(30)).await;
    assert_eq!(stored(&store).await, "refresh-2");
    billit.send(GetParty::new(7)).await.unwrap();
    assert_eq!(sent(&script), ["refresh-1", "access-2"]);
}

#[tokio::test(start_paused = true)]
async fn a_call_does_not_wait_for_a_refresh_beyond_its_time() {
    let slow = Answer::After(Duration::from_secs(20), Box::new(fresh(2)));
    let script = Script::new([slow, Answer::json(PARTY)]);
    let store = MemoryTokenStore::from(tokens(1, 10));
    let oauth = OAuth::new(app(), store.clone());
    let hasty = Client::oauth(oauth, 1).total_timeout(Duration::from_secs(3));
    let billit = hasty.transport(script.clone()).build().unwrap();
    let start = Instant::now();
    let error = billit.send(GetParty::new(7)).await.unwrap_err();
    assert_eq!(start.elapsed(), Duration::from_secs(3));
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::NotSent, 0));
    assert!(!error.is_outcome_unknown());
}

/// A store that fails when told to, and counts.
#[derive(Clone, Default)]
struct Moody {
    inner: MemoryTokenStore,
    ill: Arc<Mutex<bool>>,
    loads: Arc<AtomicUsize>,
}

impl Moody {
    fn with(tokens: Tokens) -> Self {
        Self {
            inner: tokens.into(),
            ..Self::default()
        }
    }

    fn is_ill(&self, ill: bool) {
        *self.ill.lock().unwrap() = ill;
    }

    fn verdict(&self) -> Result<(), BoxError> {
        if *self.ill.lock().unwrap() {
            return Err("the disk is full".into());
        }
        Ok(())
    }
}

impl TokenStore for Moody {
    fn load(&self) -> BoxFuture<'_, Result<Option<Tokens>, BoxError>> {
        self.loads.fetch_add(1, Ordering::Relaxed);
        Box::pin(async {
            self.verdict()?;
            self.inner.load().await
        })
    }

    fn save<'a>(&'a self, tokens: &'a Tokens) -> BoxFuture<'a, Result<(), BoxError>> {
        Box::pin(async move {
            // As slow as a disk.
            tokio::time::sleep(Duration::from_millis(50)).await;
            self.verdict()?;
            self.inner.save(tokens).await
        })
    }
}

#[tokio::test(start_paused = true)]
async fn new_tokens_that_cannot_be_saved_are_not_used_and_not_lost() {
    let script = Script::new([Answer::json(PARTY), fresh(2), Answer::json(PARTY)]);
    let store = Moody::with(tokens(1, 300));
    let oauth = OAuth::new(app(), Arc::new(store.clone()));
    let builder = Client::oauth(oauth.clone(), 1).transport(script.clone());
    let billit = builder.build().unwrap();
    billit.send(GetParty::new(7)).await.unwrap();
    tokio::time::advance(Duration::from_secs(290)).await;

    // The store fails between the load before the refresh and the save after it.
    let failing = async {
        while script.requests().len() < 2 {
            tokio::task::yield_now().await;
        }
        store.is_ill(true);
    };
    let (result, ()) = tokio::join!(billit.send(GetParty::new(7)), failing);
    let error = result.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::TokenStore, 0));
    assert_eq!(
        error.to_string(),
        "Billit get_party: not sent: the token store failed"
    );
    let source = std::error::Error::source(&error).unwrap();
    assert_eq!(source.to_string(), "the disk is full");
    assert_eq!(sent(&script), ["access-1", "refresh-1"]);
    assert_eq!(
        oauth.unsaved().await.unwrap().refresh_token.expose(),
        "refresh-2"
    );

    // Still ill: no call leaves, and the used refresh token is not tried again.
    let error = billit.send(GetParty::new(7)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TokenStore);
    assert_eq!(script.requests().len(), 2);
    // Well again: saved first, then used.
    store.is_ill(false);
    billit.send(GetParty::new(7)).await.unwrap();
    assert_eq!(stored(&store).await, "refresh-2");
    assert!(oauth.unsaved().await.is_none());
    assert_eq!(sent(&script)[2..], ["access-2"]);
}

#[tokio::test(start_paused = true)]
async fn a_store_that_cannot_be_read_is_an_error_and_asked_again() {
    let script = Script::new([Answer::json(PARTY), Answer::json(PARTY)]);
    let store = Moody::with(tokens(1, 3600));
    store.is_ill(true);
    let billit = client(&script, store.clone());
    let error = billit.send(GetParty::new(7)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TokenStore);
    assert!(script.requests().is_empty());
    store.is_ill(false);
    billit.send(GetParty::new(7)).await.unwrap();
    billit.send(GetParty::new(7)).await.unwrap();
    // While a token is good, nobody asks for it.
    assert_eq!(store.loads.load(Ordering::Relaxed), 2);
}

#[tokio::test(start_paused = true)]
async fn revoking_needs_the_token_and_no_company() {
    let script = Script::new([Answer::status(200)]);
    let billit = client(&script, MemoryTokenStore::from(tokens(1, 3600)));
    billit.send(RevokeTokens::new()).await.unwrap();
    assert_eq!(sent(&script), ["access-1"]);
    assert_eq!(script.sent("PartyID"), [None]);
}

#[tokio::test(start_paused = true)]
async fn a_fixed_access_token_is_a_credential_too() {
    let script = Script::new([Answer::json(PARTY)]);
    let token = Credential::AccessToken("access-1".into());
    let billit = Client::builder(token, 1).transport(script.clone()).build();
    billit.unwrap().send(GetParty::new(7)).await.unwrap();
    assert_eq!(sent(&script), ["access-1"]);
}
