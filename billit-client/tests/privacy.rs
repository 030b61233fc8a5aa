//! No key and no personal data in what is printed.
#![allow(clippy::unwrap_used)]

use std::error::Error as _;
use std::fmt::Debug;
use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use billit_client::account::GetAccountInformation;
use billit_client::oauth::{
    ExchangeCode, MemoryTokenStore, OAuth, OAuthApp, RefreshTokens, Tokens,
};
use billit_client::parties::{
    CreateParty, GetParty, ListParties, PartyDraft, PartyPatch, PatchParty, TextField, property,
};
use billit_client::retry::RetryPolicy;
use billit_client::testing::{Answer, Script};
use billit_client::transport::Transport;
use billit_client::{
    ApiKey, Client, Context, Credential, Cursor, Error, IdempotencyKey, Paged, Response,
};
use chrono::{DateTime, TimeDelta, Utc};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

const KEY: &str = "canary-key-471147114711";
const EMAIL: &str = "canary@example.com";
const NAME: &str = "Canary Canarysson";

/// What Billit's free text could hold: names without quotes and without capitals, numbers in groups.
const WORDS: [&str; 4] = ["peeters", "475 12", "403 170", "klant"];

fn safe(text: &str) {
    let text = text.to_lowercase();
    assert!(!text.contains("canary"), "{text}");
    assert!(WORDS.iter().all(|word| !text.contains(word)), "{text}");
}

fn safe_debug(value: &impl Debug) {
    safe(&format!("{value:?}"));
    safe(&format!("{value:#?}"));
}

fn safe_error(error: &Error) {
    safe_debug(error);
    safe(&error.to_string());
    let mut source = error.source();
    while let Some(error) = source {
        safe(&format!("{error}"));
        safe(&format!("{error:?}"));
        source = error.source();
    }
}

fn client(answers: impl IntoIterator<Item = Answer>) -> (Client, Script) {
    let script = Script::new(answers);
    let builder = Client::builder(KEY, 1).transport(script.clone());
    safe_debug(&builder);
    let client = builder
        .base_url("https://canary:canary@api.billit.be")
        .build()
        .unwrap();
    safe_debug(&client);
    (client, script)
}

fn listing() -> ListParties {
    let filter = property::EMAIL.eq(EMAIL).or(property::NAME.contains(NAME));
    ListParties::new().filter(filter).full_text(NAME)
}

fn create() -> CreateParty {
    let draft = PartyDraft::new(NAME)
        .email(EMAIL)
        .identifier("CBE", "canary");
    CreateParty::new(draft).key(IdempotencyKey::new(KEY).unwrap())
}

fn patch() -> PatchParty {
    PatchParty::new(
        7,
        PartyPatch::new()
            .set(TextField::Email, EMAIL)
            .clear(TextField::Name),
    )
}

fn party() -> String {
    format!(
        r#"{{"PartyID": 7, "Name": "{NAME}", "Email": "{EMAIL}", "Street": "canary",
        "Addresses": [{{"AddressType": "InvoiceAddress", "Name": "{NAME}", "Phone": "canary"}}],
        "Identifiers": [{{"IdentifierType": "GLN", "Identifier": "canary"}}],
        "CustomFields": [{{"Key": "colour", "Value": "canary"}}]}}"#
    )
}

#[test]
fn requests_show_names_only() {
    let context = Context::new(KEY, 1);
    safe_debug(&ApiKey::from(KEY));
    safe_debug(&context);
    safe_debug(&listing());
    safe_debug(&listing().page(&Cursor::Link(format!("?name={NAME}"))));
    safe_debug(&create());
    safe_debug(&patch());
    safe_debug(&context.request(&listing()).unwrap());
    safe_debug(
        &context
            .request(&listing().page(&Cursor::Link(NAME.into())))
            .unwrap(),
    );
    safe_debug(&context.request(&create()).unwrap());
    safe_debug(&context.request(&patch()).unwrap());
    safe_error(&IdempotencyKey::new(NAME).unwrap_err());
    safe_error(&Client::new(NAME, 1).unwrap_err());
    safe_error(
        &Client::builder(KEY, 1)
            .base_url("canary")
            .build()
            .unwrap_err(),
    );
    safe_error(
        &Client::builder(KEY, 1)
            .base_url("http://canary")
            .build()
            .unwrap_err(),
    );
}

#[tokio::test(start_paused = true)]
async fn answers_show_ids_only() {
    let page = format!(
        r#"{{"Items": [{}, {{"PartyID": "{EMAIL}", "Name": "{NAME}"}}, "{NAME}"], "NextPageLink": "?x=canary"}}"#,
        party()
    );
    let (billit, script) = client([
        Answer::json(party()),
        Answer::json(&page),
        Answer::json(&page),
        Answer::json("{\"Items\":[]}"),
    ]);
    let record = billit.send(GetParty::new(7)).await.unwrap();
    assert_eq!(record.name.as_deref(), Some(NAME));
    safe_debug(&record);
    safe_debug(&record.addresses);
    safe_debug(&record.identifiers);
    safe_debug(&record.custom_fields);
    safe_debug(&record.into_value());
    let page = billit.send(listing()).await.unwrap();
    safe_debug(&page);
    for record in page.records() {
        safe_debug(record);
    }
    let mut pager = billit.pages(listing());
    safe_debug(&pager);
    pager.next_page().await.unwrap();
    safe_debug(&pager);
    let listing = pager.all().await.unwrap();
    safe_debug(&listing);
    safe_debug(&script.requests());

    let account = format!(
        r#"{{"Email": "{EMAIL}", "FirstName": "{NAME}", "Companies": [{{"PartyID": 1, "Name": "{NAME}"}}]}}"#
    );
    let (billit, _) = client([Answer::json(account)]);
    safe_debug(&billit.send(GetAccountInformation::new()).await.unwrap());
    safe_debug(&Response::new(200, NAME).with_retry_after("canary"));
}

#[tokio::test(start_paused = true)]
async fn errors_show_no_data() {
    let messages = [
        format!("The customer {NAME} exists"),
        format!("the address {EMAIL} is taken"),
        format!("'{NAME}' and \"{EMAIL}\" are no good"),
        format!("Key {KEY} is not valid"),
        format!("Could not find a property named '{NAME}'"),
        "De klant Ann Peeters (canary) bestaat al".to_owned(),
        "de klant ann peeters (canary) bestaat al".to_owned(),
        "canary: +32 475 12 34 56".to_owned(),
        "canary: nummer 403 170 701".to_owned(),
    ];
    for message in messages {
        for status in [302, 400, 401, 403, 404, 409, 429, 500] {
            let bodies = [
                Answer::error(status, "GenericError", &message),
                Answer::error(status, "Customer Ann Peeters exists", &message),
                Answer::error(status, &message, &message),
                Answer::Http(status, Some("9999".into()), message.clone()),
                Answer::Http(
                    status,
                    None,
                    serde_json::json!({"Message": message}).to_string(),
                ),
                Answer::Http(status, None, format!("<html><h1>{message}</h1>")),
            ];
            for answer in bodies {
                let (billit, _) = client(vec![answer; 4]);
                let error = billit.send(listing()).await.unwrap_err();
                safe_error(&error);
                safe_debug(&error.api_errors());
                let message = error.api_message().unwrap().to_lowercase();
                assert!(message.contains("canary"));
            }
        }
    }
    // Cut within the address.
    let start = "no ".repeat(98);
    let (billit, _) = client([Answer::Http(400, None, format!("{start}{EMAIL}"))]);
    let error = billit.send(listing()).await.unwrap_err();
    assert_eq!(error.api_message(), Some(&*format!("{start}canary…")));
    safe_error(&error);
    // A wrong type where it matters.
    let bodies = [
        format!(r#""{NAME}""#),
        format!(r#"{{"PartyID": "{EMAIL}"}}"#),
        format!(r#"{{"Items": "{NAME}", "Name": "{NAME}"}}"#),
        format!(r#"{{"Items": [], "NextPageLink": ["{NAME}"]}}"#),
        format!(r#"{{"Items": [], "NextPageLink": "https://{EMAIL}/{NAME}"}}"#),
        format!("{NAME} {EMAIL}"),
    ];
    for body in bodies {
        let (billit, _) = client(vec![Answer::json(&body); 8]);
        safe_error(&billit.send(GetParty::new(7)).await.unwrap_err());
        if let Err(error) = billit.pages(listing()).all().await {
            safe_error(&error);
        }
        let (billit, _) = client(vec![Answer::json(&body)]);
        safe_error(&billit.send(create()).await.unwrap_err());
    }
}

#[tokio::test]
async fn the_errors_of_the_http_client_show_no_url() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let billit = Client::builder(KEY, 1)
        .base_url(format!("http://canary:canary@{nobody}/canary"))
        .retry(RetryPolicy::never());
    safe_error(&billit.build().unwrap().send(listing()).await.unwrap_err());
}

fn app() -> OAuthApp {
    OAuthApp::new("my-id", KEY, "https://shop.example/billit")
}

fn tokens(seconds: i64) -> Tokens {
    let now: DateTime<Utc> = SystemTime::now().into();
    Tokens::new(
        format!("{KEY}-access"),
        format!("{KEY}-refresh"),
        now + TimeDelta::seconds(seconds),
    )
}

/// A client whose user's token has expired.
fn oauth_client(answers: impl IntoIterator<Item = Answer>) -> (Client, Script) {
    let script = Script::new(answers);
    let oauth = OAuth::new(app(), MemoryTokenStore::from(tokens(0)));
    safe_debug(&oauth);
    let builder = Client::oauth(oauth, 1).transport(script.clone());
    safe_debug(&builder);
    (builder.build().unwrap(), script)
}

#[test]
fn tokens_and_codes_are_not_shown() {
    safe_debug(&app());
    safe_debug(&tokens(9));
    safe_debug(&MemoryTokenStore::from(tokens(9)));
    safe_debug(&Credential::AccessToken(KEY.into()));
    safe_debug(&Credential::from(KEY));
    safe_debug(&RefreshTokens::new(&app(), KEY));
    let context = Context::new(Credential::AccessToken(KEY.into()), 1);
    safe_debug(&context);
    safe_debug(&context.request(&ExchangeCode::new(&app(), KEY)).unwrap());
    safe_debug(&context.request(&GetParty::new(7)).unwrap());
    safe_debug(&Cursor::Unfiltered(Box::new(Cursor::Link(KEY.into()))));
    safe_error(&app().authorization_url("canary&").unwrap_err());
    let bad = Client::builder(Credential::AccessToken("canary canary".into()), 1);
    safe_error(&bad.build().unwrap_err());
}

#[tokio::test(start_paused = true)]
async fn a_refresh_shows_no_token_however_it_ends() {
    let (trace, guard) = traced();
    let fresh =
        format!(r#"{{"access_token":"{KEY}-2","refresh_token":"{KEY}-3","expires_in":3600}}"#);
    let bodies = [
        format!(r#"{{"access_token":["{KEY}"],"refresh_token":"{KEY}"}}"#),
        format!(r#"{{"access_token":"{KEY}","refresh_token":{{"a":"{KEY}"}},"x":"{NAME}"}}"#),
        format!(r#""{KEY}""#),
        KEY.to_owned(),
    ];
    for status in [200, 302, 400, 401, 500] {
        for body in &bodies {
            let (billit, _) = oauth_client([Answer::Http(status, None, body.clone())]);
            if let Err(error) = billit.send(GetParty::new(7)).await {
                safe_error(&error);
            }
            let (billit, _) = oauth_client([Answer::Http(status, None, body.clone())]);
            if let Err(error) = billit.send(ExchangeCode::new(&app(), KEY)).await {
                safe_error(&error);
            }
        }
    }
    // A token that no header can carry.
    let odd = Answer::json(format!(
        r#"{{"access_token":"{KEY}\n","refresh_token":"{KEY}","expires_in":3600}}"#
    ));
    let (billit, _) = oauth_client([odd, Answer::status(401)]);
    safe_error(&billit.send(GetParty::new(7)).await.unwrap_err());

    let (billit, script) = oauth_client([
        Answer::json(fresh),
        Answer::status(500),
        Answer::json(party()),
        Answer::error(401, "AccessTokenRevoked", KEY),
    ]);
    billit.send(GetParty::new(7)).await.unwrap();
    safe_error(&billit.send(GetParty::new(7)).await.unwrap_err());
    safe_debug(&script.requests());
    safe_debug(&billit);
    drop(guard);
    let text = String::from_utf8(trace.0.lock().unwrap().clone()).unwrap();
    assert!(text.contains("billit access token refreshed"), "{text}");
    safe(&text);
    // The secrets were there to be shown.
    let body = script.requests()[0].body.clone().unwrap();
    let body = String::from_utf8(body).unwrap();
    assert!(
        body.contains(&format!(r#""client_secret":"{KEY}""#)),
        "{body}"
    );
    let bearer = format!("Bearer {KEY}-2");
    assert_eq!(script.sent("Authorization")[1], Some(bearer));
}

/// What a subscriber that takes everything writes.
#[derive(Clone, Default)]
struct Trace(Arc<Mutex<Vec<u8>>>);

impl Write for Trace {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Everything that is traced on this thread until the guard is dropped.
fn traced() -> (Trace, impl Sized) {
    let trace = Trace::default();
    let writer = trace.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let guard = tracing_subscriber::util::SubscriberInitExt::set_default(subscriber);
    (trace, guard)
}

fn assert_traced(trace: &Trace) {
    let text = String::from_utf8(trace.0.lock().unwrap().clone()).unwrap();
    assert!(
        text.contains("create_party") && text.contains("will be retried"),
        "{text}"
    );
    safe(&text);
}

#[tokio::test(start_paused = true)]
async fn a_trace_shows_operations_and_no_data() {
    let (trace, guard) = traced();
    let (billit, script) = client([
        Answer::error(500, "GenericError", NAME),
        Answer::Broken,
        Answer::json(party()),
    ]);
    let _ = billit.send(create().retry_with_key()).await;
    let _ = billit.send(listing()).await;
    drop(guard);
    assert_traced(&trace);
    // The key was there to be shown.
    assert_eq!(script.sent("ApiKey")[0].as_deref(), Some(KEY));
    let _: &dyn Transport = &script;
}

#[tokio::test]
async fn a_trace_of_a_real_connection_shows_no_data_either() {
    let server = MockServer::start().await;
    let error = serde_json::json!({"errors": [{"Code": NAME, "Description": "ann peeters"}]});
    Mock::given(any())
        .respond_with(ResponseTemplate::new(500).set_body_string(error.to_string()))
        .mount(&server)
        .await;
    let at_once = Duration::from_millis(1);
    let billit = Client::builder(KEY, 1)
        .base_url(server.uri())
        .retry(RetryPolicy::default().delay(at_once));
    let billit = billit.build().unwrap();
    let (trace, guard) = traced();
    for _ in 0..2 {
        safe_error(&billit.send(create().retry_with_key()).await.unwrap_err());
        safe_error(&billit.send(listing()).await.unwrap_err());
    }
    drop(guard);
    assert_traced(&trace);
    let requests = server.received_requests().await.unwrap();
    assert_eq!(requests[0].headers["ApiKey"], KEY);
}
