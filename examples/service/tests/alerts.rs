//! Alerts: what is sent, to whom, how often, and what is never shown.

#![allow(clippy::unwrap_used, clippy::panic)] // Helpers of the tests unwrap like the tests.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::thread;

use chrono::{DateTime, TimeDelta, Utc};
use customer_sync::store::{
    Commit, Key, MemoryStore, Row, RowChange, State, StateStore, StoreFuture,
};
use serde_json::{Value, json};
use service::alerts::{AlertSecrets, AlertSettings, Alerts, Channel, Condition};
use service::messages::MailTls;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

#[path = "common/mail_server.rs"]
mod mail_server;

use mail_server::{Instead, MailServer};

const PAGE: &str = "https://sync.example.org/customers";
const PASSWORD: &str = "hunter2";

fn at(hour: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_767_225_600, 0).unwrap() + TimeDelta::hours(hour)
}

fn held(conditions: &[(Condition, &str)]) -> BTreeMap<Condition, String> {
    let conditions = conditions.iter();
    conditions
        .map(|(condition, text)| (*condition, (*text).to_owned()))
        .collect()
}

fn waiting() -> BTreeMap<Condition, String> {
    held(&[(Condition::CustomersWait, "12 customers wait.")])
}

fn settings(toml: &str) -> AlertSettings {
    toml::from_str(toml).unwrap()
}

fn password() -> AlertSecrets {
    AlertSecrets {
        smtp_password: Some(PASSWORD.to_owned()),
        post_url: None,
    }
}

fn posting(url: &str) -> AlertSecrets {
    AlertSecrets {
        smtp_password: None,
        post_url: Some(url.to_owned()),
    }
}

fn hook(server: &MockServer) -> AlertSecrets {
    posting(&format!("{}/hook", server.uri()))
}

#[allow(clippy::needless_pass_by_value)] // Made at the call.
fn alerts(state: &State, settings: &AlertSettings, secrets: AlertSecrets) -> Alerts {
    let (page, name) = (Some(PAGE.to_owned()), "Café Noir".to_owned());
    Alerts::new(state.clone(), settings, &secrets, page, name).unwrap()
}

/// By both channels.
fn both(state: &State, mail: &MailServer, post: &MockServer) -> Alerts {
    let secrets = AlertSecrets {
        post_url: hook(post).post_url,
        ..password()
    };
    alerts(state, &settings_for(mail), secrets)
}

/// By post alone, with a store of their own.
fn posting_to(server: &MockServer) -> Alerts {
    let state = State::new(MemoryStore::new());
    alerts(&state, &AlertSettings::default(), hook(server))
}

/// An update that delivers all that is due.
async fn update(alerts: &Alerts, hour: i64, held: &BTreeMap<Condition, String>) {
    let undelivered = alerts.update(at(hour), held).await.unwrap();
    assert!(undelivered.is_empty(), "{undelivered:?}");
}

/// To that server, with a login.
fn settings_for(server: &MailServer) -> AlertSettings {
    settings(&format!(
        "[email]\nserver = \"127.0.0.1\"\nport = {}\ntls = \"none\"\nuser = \"robot\"\n\
         from = \"Sync <sync@example.org>\"\nto = [\"ann@example.org\", \"Bob <bob@example.org>\"]",
        server.port
    ))
}

/// A webhook that answers with this status.
async fn webhook(status: u16) -> MockServer {
    let server = MockServer::start().await;
    answer(&server, status).await;
    server
}

/// From now on it answers with this status, and what it received is forgotten.
async fn answer(server: &MockServer, status: u16) {
    server.reset().await;
    let mock = Mock::given(method("POST")).and(path("/hook"));
    let mock = mock.respond_with(ResponseTemplate::new(status));
    mock.mount(server).await;
}

async fn posts(server: &MockServer) -> Vec<Value> {
    let requests = server.received_requests().await.unwrap();
    let posts = requests.iter().map(|request| request.body_json().unwrap());
    posts.collect()
}

/// What was told: condition and state.
async fn told(server: &MockServer) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let posts = posts(server).await;
    let posts = posts.iter();
    posts
        .map(|post| format!("{} {}", text(&post["condition"]), text(&post["state"])))
        .collect()
}

#[tokio::test]
async fn a_mail_says_what_began_and_what_ended_and_runs_between_send_none() {
    let server = MailServer::start();
    let state = State::new(MemoryStore::new());
    let alerts = alerts(&state, &settings_for(&server), password());
    update(&alerts, 0, &BTreeMap::new()).await;
    for hour in 1..4 {
        let text = format!("{hour} customers wait, like José.");
        let held = held(&[(Condition::CustomersWait, &text)]);
        update(&alerts, hour, &held).await;
    }
    let open = alerts.open().await.unwrap();
    assert_eq!(open.len(), 1);
    assert_eq!(open[0].condition, Condition::CustomersWait);
    assert_eq!(open[0].since, at(1));
    assert_eq!(open[0].text, "3 customers wait, like José.");
    for hour in 4..6 {
        update(&alerts, hour, &BTreeMap::new()).await;
    }
    assert!(alerts.open().await.unwrap().is_empty());

    let received = server.received();
    let [began, ended] = received.as_slice() else {
        panic!("{received:?}");
    };
    for mail in [began, ended] {
        assert_eq!(mail.from, "FROM:<sync@example.org>");
        assert_eq!(mail.to, ["TO:<ann@example.org>", "TO:<bob@example.org>"]);
        // The user and the password, each after a zero.
        assert_eq!(mail.login, "PLAIN AHJvYm90AGh1bnRlcjI=");
        assert_eq!(mail.header("From"), "Sync <sync@example.org>");
        let to = "ann@example.org, Bob <bob@example.org>";
        assert_eq!(mail.header("To"), to);
        assert_eq!(mail.header("MIME-Version"), "1.0");
        assert_eq!(mail.header("Content-Type"), "text/plain; charset=utf-8");
        assert_eq!(mail.header("Auto-Submitted"), "auto-generated");
    }
    let subject = "=?utf-8?b?W0NhZsOp?= Noir] customers wait for a decision";
    assert_eq!(began.header("Subject"), subject);
    let date = "Thu, 01 Jan 2026 01:00:00 +0000";
    assert_eq!(began.header("Date"), date);
    let id = "<customers_wait.began.1767229200000000@example.org>";
    assert_eq!(began.header("Message-ID"), id);
    let body = format!("1 customers wait, like Jos=C3=A9.\nSince: 2026-01-01 01:00 UTC\n{PAGE}");
    assert_eq!(began.body(), body);

    let subject = "=?utf-8?b?W0NhZsOp?= Noir] over: customers wait for a decision";
    assert_eq!(ended.header("Subject"), subject);
    let body = format!(
        "This is over: customers wait for a decision.\nSince: 2026-01-01 01:00 UTC\n\
         Until: 2026-01-01 04:00 UTC, after 3 hours\n{PAGE}"
    );
    assert_eq!(ended.body(), body);
}

#[tokio::test]
async fn a_post_says_what_began_and_what_ended() {
    let server = webhook(204).await;
    let alerts = posting_to(&server);
    for hour in 1..4 {
        update(&alerts, hour, &waiting()).await;
    }
    for hour in 4..6 {
        update(&alerts, hour, &BTreeMap::new()).await;
    }
    let expected = [
        json!({
            "text": format!(
                "[Café Noir] customers wait for a decision\n12 customers wait.\nSince: 2026-01-01 01:00 UTC\n{PAGE}"
            ),
            "condition": "customers_wait",
            "state": "began",
            "since": "2026-01-01T01:00:00Z",
            "url": PAGE,
        }),
        json!({
            "text": format!(
                "[Café Noir] over: customers wait for a decision\nThis is over: customers wait for a decision.\n\
                 Since: 2026-01-01 01:00 UTC\nUntil: 2026-01-01 04:00 UTC, after 3 hours\n{PAGE}"
            ),
            "condition": "customers_wait",
            "state": "ended",
            "since": "2026-01-01T01:00:00Z",
            "url": PAGE,
        }),
    ];
    assert_eq!(posts(&server).await, expected);
}

#[tokio::test]
async fn what_one_channel_missed_it_is_told_later_and_the_other_hears_it_once() {
    let (mail, post) = (MailServer::start(), webhook(500).await);
    let alerts = both(&State::new(MemoryStore::new()), &mail, &post);
    for hour in 1..3 {
        let undelivered = alerts.update(at(hour), &waiting()).await.unwrap();
        let texts: Vec<String> = undelivered.iter().map(ToString::to_string).collect();
        let text = "alert `customers_wait` not delivered by post: the webhook answered 500: check the secret URL of alerts";
        assert_eq!(texts, [text]);
    }
    assert_eq!(mail.received().len(), 1);
    answer(&post, 200).await;
    update(&alerts, 3, &waiting()).await;
    assert_eq!(told(&post).await, ["customers_wait began"]);
    let since = &posts(&post).await[0]["since"];
    assert_eq!(since, "2026-01-01T01:00:00Z");

    // The same with the end.
    answer(&post, 404).await;
    let undelivered = alerts.update(at(4), &BTreeMap::new()).await.unwrap();
    assert_eq!(undelivered.len(), 1);
    assert_eq!(undelivered[0].channel, Channel::Post);
    answer(&post, 200).await;
    for hour in 5..7 {
        update(&alerts, hour, &BTreeMap::new()).await;
    }
    assert_eq!(told(&post).await, ["customers_wait ended"]);
    assert_eq!(mail.received().len(), 2);
}

#[tokio::test]
async fn what_ended_before_somebody_was_told_is_told_to_nobody() {
    let (mail, post) = (MailServer::start(), webhook(500).await);
    let alerts = both(&State::new(MemoryStore::new()), &mail, &post);
    let undelivered = alerts.update(at(1), &waiting()).await.unwrap();
    assert_eq!(undelivered.len(), 1);
    answer(&post, 200).await;
    for hour in 2..4 {
        update(&alerts, hour, &BTreeMap::new()).await;
    }
    assert!(told(&post).await.is_empty());
    // Whoever had been told hears the end.
    assert_eq!(mail.received().len(), 2);
}

#[tokio::test]
async fn conditions_begin_and_end_each_for_itself_and_begin_again() {
    let server = webhook(200).await;
    let alerts = posting_to(&server);
    let none = BTreeMap::new();
    let one = held(&[(Condition::CustomersFail, "3 fail")]);
    let two = held(&[
        (Condition::CustomersFail, "3 fail"),
        (Condition::BillitKeyRefused, ""),
    ]);
    for (hour, held) in (0..).zip([&one, &two, &one, &none, &one]) {
        update(&alerts, hour, held).await;
    }
    let expected = [
        "customers_fail began",
        "billit_key_refused began",
        "billit_key_refused ended",
        "customers_fail ended",
        "customers_fail began",
    ];
    assert_eq!(told(&server).await, expected);
    assert_eq!(alerts.open().await.unwrap()[0].since, at(4));
}

#[tokio::test]
async fn what_holds_again_before_its_end_could_be_told_goes_on() {
    let server = webhook(200).await;
    let alerts = posting_to(&server);
    update(&alerts, 1, &waiting()).await;
    answer(&server, 500).await;
    let undelivered = alerts.update(at(2), &BTreeMap::new()).await.unwrap();
    assert_eq!(undelivered.len(), 1);
    answer(&server, 200).await;
    update(&alerts, 3, &waiting()).await;
    assert!(told(&server).await.is_empty());
    update(&alerts, 4, &BTreeMap::new()).await;
    assert_eq!(told(&server).await, ["customers_wait ended"]);
}

#[tokio::test]
async fn programs_that_share_a_store_send_one_message() {
    let server = webhook(200).await;
    let state = State::new(MemoryStore::new());
    let program = || alerts(&state, &AlertSettings::default(), hook(&server));
    let (a, b, c) = (program(), program(), program());
    for hour in 1..3 {
        let held = waiting();
        tokio::join!(
            update(&a, hour, &held),
            update(&b, hour, &held),
            // Twice in one program.
            update(&c, hour, &held),
            update(&c, hour, &held),
        );
    }
    assert_eq!(told(&server).await, ["customers_wait began"]);
}

/// A store whose clock the test moves on.
#[derive(Default)]
struct MovedClock {
    store: MemoryStore,
    seconds: AtomicI64,
}

impl StateStore for MovedClock {
    fn get_many<'a>(&'a self, keys: &'a [Key]) -> StoreFuture<'a, Vec<Option<Row>>> {
        self.store.get_many(keys)
    }

    fn scan<'a>(
        &'a self,
        prefix: &'a Key,
        after: Option<&'a Key>,
        limit: usize,
    ) -> StoreFuture<'a, Vec<Row>> {
        self.store.scan(prefix, after, limit)
    }

    fn commit<'a>(&'a self, changes: &'a [RowChange]) -> StoreFuture<'a, Commit> {
        self.store.commit(changes)
    }

    fn now(&self) -> StoreFuture<'_, DateTime<Utc>> {
        Box::pin(async {
            let moved = TimeDelta::seconds(self.seconds.load(Ordering::SeqCst));
            Ok(self.store.now().await? + moved)
        })
    }
}

/// A store as a program leaves it that is killed while it posts, after its lease has ended.
async fn killed_while_posting() -> State {
    let clock = Arc::new(MovedClock::default());
    let state = State::new(Arc::clone(&clock));
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", silent.local_addr().unwrap());
    let killed = alerts(&state, &AlertSettings::default(), posting(&url));
    let held = waiting();
    tokio::select! {
        update = killed.update(at(1), &held) => panic!("{update:?}"),
        connection = silent.accept() => drop(connection.unwrap()),
    }
    let server = webhook(200).await;
    let next = alerts(&state, &AlertSettings::default(), hook(&server));
    update(&next, 1, &held).await;
    // The other one may still be sending.
    assert!(told(&server).await.is_empty());
    clock.seconds.store(600, Ordering::SeqCst);
    state
}

#[tokio::test]
async fn a_message_is_repeated_once_after_a_kill() {
    let state = killed_while_posting().await;
    let server = webhook(200).await;
    let alerts = alerts(&state, &AlertSettings::default(), hook(&server));
    for hour in 2..4 {
        update(&alerts, hour, &waiting()).await;
    }
    assert_eq!(told(&server).await, ["customers_wait began"]);
}

#[tokio::test]
async fn who_was_perhaps_told_the_beginning_before_a_kill_is_told_the_end() {
    let state = killed_while_posting().await;
    let server = webhook(200).await;
    let alerts = alerts(&state, &AlertSettings::default(), hook(&server));
    for hour in 2..4 {
        update(&alerts, hour, &BTreeMap::new()).await;
    }
    assert_eq!(told(&server).await, ["customers_wait ended"]);
}

#[tokio::test]
async fn a_channel_that_is_gone_is_owed_nothing() {
    let server = webhook(200).await;
    let state = State::new(MemoryStore::new());
    let posting = alerts(&state, &AlertSettings::default(), hook(&server));
    let nobody = alerts(&state, &AlertSettings::default(), AlertSecrets::default());
    update(&posting, 1, &waiting()).await;
    update(&nobody, 2, &waiting()).await;
    assert_eq!(nobody.open().await.unwrap().len(), 1);
    update(&nobody, 3, &BTreeMap::new()).await;
    update(&posting, 4, &BTreeMap::new()).await;
    assert_eq!(told(&server).await, ["customers_wait began"]);
    assert!(nobody.test(at(4)).await.is_empty());
}

#[tokio::test]
async fn a_refusal_says_what_to_do_and_shows_no_address() {
    let server = MailServer::start();
    let state = State::new(MemoryStore::new());
    let alerts = alerts(&state, &settings_for(&server), password());
    let problem = async || {
        let mut undelivered = alerts.update(at(1), &waiting()).await.unwrap();
        undelivered.remove(0).what
    };
    server.at("AUTH", Instead::Says("535 robot is unknown"));
    let text =
        "the mail server refuses the login (535): check `alerts.email.user` and the password";
    assert_eq!(problem().await, text);
    server.as_usual();
    // With the address in its answer, as real ones do.
    server.at("RCPT", Instead::Says("550 no ann@example.org here"));
    let text = "the mail server refuses the mail (550): check the addresses of `alerts.email`";
    assert_eq!(problem().await, text);
    server.as_usual();
    assert!(server.received().is_empty());
    update(&alerts, 2, &waiting()).await;
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn nothing_is_sent_to_a_mail_server_without_the_encryption_that_is_wanted() {
    let server = MailServer::start();
    let mut settings = settings_for(&server);
    settings.email.as_mut().unwrap().tls = MailTls::Starttls;
    let state = State::new(MemoryStore::new());
    let alerts = alerts(&state, &settings, password());
    let results = alerts.test(at(0)).await;
    let text = "the mail server does not offer what is needed: check `tls`, `user` and the addresses of `alerts.email`";
    assert_eq!(results, [(Channel::Email, Err(text.to_owned()))]);
    let commands = server.commands();
    let is_harmless = |line: &String| line.starts_with("EHLO ") || line == "QUIT";
    assert!(commands.iter().all(is_harmless), "{commands:?}");
}

#[tokio::test]
async fn who_does_not_answer_is_asked_once_an_update() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    // It hangs up on everybody.
    thread::spawn(move || listener.incoming().for_each(drop));
    let state = State::new(MemoryStore::new());
    let alerts = alerts(&state, &AlertSettings::default(), posting(&url));
    let held = held(&[
        (Condition::CustomersFail, ""),
        (Condition::CustomersWait, ""),
    ]);
    let undelivered = alerts.update(at(1), &held).await.unwrap();
    assert_eq!(undelivered.len(), 1);
    let text = "the webhook cannot be reached: check the secret URL of alerts";
    assert_eq!(undelivered[0].what, text);
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let server = MockServer::start().await;
    let elsewhere = ResponseTemplate::new(307).insert_header("location", "/elsewhere");
    let mock = Mock::given(path("/hook")).respond_with(elsewhere);
    mock.expect(1).mount(&server).await;
    let mock = Mock::given(path("/elsewhere")).respond_with(ResponseTemplate::new(200));
    mock.expect(0).mount(&server).await;
    let alerts = posting_to(&server);
    let undelivered = alerts.update(at(1), &waiting()).await.unwrap();
    assert_eq!(undelivered.len(), 1);
}

#[tokio::test]
async fn a_test_goes_to_each_channel_and_leaves_nothing() {
    let (mail, post) = (MailServer::start(), webhook(403).await);
    let alerts = both(&State::new(MemoryStore::new()), &mail, &post);
    let text = "the webhook answered 403: check the secret URL of alerts".to_owned();
    let expected = [(Channel::Email, Ok(())), (Channel::Post, Err(text))];
    assert_eq!(alerts.test(at(0)).await, expected);
    let body = format!("This is a test: alerts arrive here.\n{PAGE}");
    assert_eq!(mail.received()[0].body(), body);
    assert_eq!(posts(&post).await[0]["condition"], Value::Null);
    assert!(alerts.open().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_text_cannot_become_a_header_or_a_command() {
    let server = MailServer::start();
    let state = State::new(MemoryStore::new());
    let alerts = alerts(&state, &settings_for(&server), password());
    let text = "3 wait\r\n.\r\nMAIL FROM:<eve@example.org>\r\nBcc: eve@example.org";
    let held = held(&[(Condition::CustomersWait, text)]);
    update(&alerts, 1, &held).await;
    let received = server.received();
    assert_eq!(received.len(), 1);
    let line = "3 wait . MAIL FROM:<eve@example.org> Bcc: eve@example.org";
    assert_eq!(received[0].body().lines().next(), Some(line));
}

#[test]
fn a_wrong_entry_is_named_and_its_value_is_not_shown() {
    const GOOD: &str =
        "server = \"mail.example.org\"\nfrom = \"sync@example.org\"\nto = [\"ann@example.org\"]\n";
    let mail = |lines: &str| settings(&format!("[email]\n{lines}"));
    let swap = |old: &str, new: &str| mail(&GOOD.replace(old, new));
    let also = |line: &str| mail(&format!("{GOOD}{line}"));
    let (none, nowhere) = (AlertSecrets::default, AlertSettings::default);
    let eve = "a\r\nBcc: eve@example.org";
    for (settings, secrets, name, entry) in [
        (mail(GOOD), none(), eve, "name"),
        (mail(GOOD), none(), " ", "name"),
        (also("user = \"robot\""), none(), "a", "SMTP_PASSWORD"),
        (also("tls = \"none\""), none(), "a", "`alerts.email.tls`"),
        (
            swap("mail.example.org", ""),
            none(),
            "a",
            "`alerts.email.server`",
        ),
        (
            swap("sync@", "eve\\r\\nBcc: x@"),
            none(),
            "a",
            "`alerts.email.from`",
        ),
        (
            swap("ann@", "eve hunter2@"),
            none(),
            "a",
            "address 1 of `alerts.email.to`",
        ),
        (
            swap("\"ann@example.org\"", ""),
            none(),
            "a",
            "`alerts.email.to`",
        ),
        (
            nowhere(),
            posting("http://chat.example.org/hunter2"),
            "a",
            "https",
        ),
        (nowhere(), posting("ftp://localhost/hunter2"), "a", "https"),
        (nowhere(), posting("hunter2"), "a", "no URL"),
    ] {
        let state = State::new(MemoryStore::new());
        let alerts = Alerts::new(state, &settings, &secrets, None, name.to_owned());
        let text = alerts.unwrap_err();
        assert!(text.contains(entry), "{entry}: {text}");
        for hidden in ["eve", "hunter2", "\n"] {
            assert!(!text.contains(hidden), "{text}");
        }
    }
    for toml in [
        "remind_hours = 3".to_owned(),
        format!("[email]\n{GOOD}password = \"hunter2\""),
    ] {
        assert!(toml::from_str::<AlertSettings>(&toml).is_err());
    }
}

#[test]
fn debug_shows_no_secret_and_no_address() {
    let settings = settings_for(&MailServer::start());
    let secrets = AlertSecrets {
        post_url: posting("https://chat.example.org/hunter2").post_url,
        ..password()
    };
    let state = State::new(MemoryStore::new());
    let alerts = alerts(&state, &settings, secrets.clone());
    let text = format!("{secrets:?} {settings:?} {alerts:?}");
    for hidden in ["hunter2", "ann@", "bob", "sync@", "robot", "chat"] {
        assert!(!text.contains(hidden), "{hidden} in {text}");
    }
}

#[test]
fn a_condition_has_one_name() {
    for condition in Condition::ALL {
        assert_eq!(serde_json::to_value(condition).unwrap(), condition.name());
    }
}

#[tokio::test]
async fn an_update_runs_in_any_task() {
    let server = webhook(200).await;
    let alerts = posting_to(&server);
    let task = tokio::spawn(async move { alerts.update(at(1), &waiting()).await });
    assert!(task.await.unwrap().unwrap().is_empty());
}
