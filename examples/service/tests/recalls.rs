//! Messages to customers, over real sockets: exactly what is due, each once, also when the service is killed in between.

#![allow(clippy::unwrap_used, clippy::panic)] // Helpers of the tests unwrap like the tests.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use customer_sync::CustomerKey;
use customer_sync::recalls::{Channel, Recall, RecallStore, Status};
use customer_sync::store::{SqliteStore, State};
use sandbox::Sandbox;
use sandbox::planyo::{Reservation, Resource, User};
use service::app::App;
use service::demo::settings_for;
use service::recalls::{RecallSettings, Recalls, Said, is_unclear, refresh, say, send_due};

#[path = "common/gateway.rs"]
mod gateway;
#[path = "common/mail_server.rs"]
mod mail_server;

use gateway::{Does, Gateway};
use mail_server::{END, Instead, MailServer};

const ANN: u64 = 838_001;
const BOB: u64 = 838_002;
const BOAT: u64 = 901;

/// Noon in Belgium in the summer.
fn noon(day: &str) -> DateTime<Utc> {
    format!("{day}T10:00:00Z").parse().unwrap()
}

/// A site with two customers, a mail server and a gateway, and a store that outlives a killed service.
struct Place {
    sandbox: Sandbox,
    mail: MailServer,
    sms: Gateway,
    folder: tempfile::TempDir,
    more: String,
}

impl Place {
    async fn new(messages: &str, more: &str) -> Self {
        let (mail, sms) = (MailServer::start(), Gateway::start());
        let sandbox = Sandbox::start_empty().await.unwrap();
        sandbox.planyo.add_resource(Resource {
            id: BOAT,
            name: "Boat".to_owned(),
            ..Resource::default()
        });
        for (id, name, language) in [(ANN, "Ann", "FR"), (BOB, "Bob", "NL")] {
            sandbox.planyo.add(User {
                id,
                first_name: name.to_owned(),
                last_name: "Peeters".to_owned(),
                email: format!("{name}@example.org").to_lowercase(),
                mobile_number: format!("0470 12 34 {}", id % 90 + 10),
                mobile_country_code: "32".to_owned(),
                country: "BE".to_owned(),
                language: language.to_owned(),
                reservations: 1,
                ..User::default()
            });
        }
        let more = format!(
            "recalls.since = \"2026-01-01\"\n\
             recalls.rules = [{{ name = \"again\", after = \"1 month\", resources = [\"Boat\"], messages = [{messages}] }}]\n\
             recalls.email = {{ server = \"127.0.0.1\", port = {}, tls = \"none\", from = \"Jansen <info@example.org>\" }}\n\
             recalls.sms = {{ url = '{}', body = '{{\"to\":\"{{to}}\",\"text\":\"{{text}}\",\"id\":\"{{id}}\"}}' }}\n{more}",
            mail.port,
            sms.url("/send"),
        );
        Self {
            sandbox,
            mail,
            sms,
            folder: tempfile::tempdir().unwrap(),
            more,
        }
    }

    /// A process of the service.
    async fn service(&self) -> Arc<App> {
        let file = self.folder.path().join("customers.sqlite");
        let state = State::new(SqliteStore::open(file).unwrap());
        let settings = settings_for(
            &self.sandbox,
            "127.0.0.1:0",
            "a password for tests",
            &self.more,
        );
        App::open(settings.unwrap(), Some(state)).await.unwrap().0
    }

    fn reserve(&self, user: u64, made: &str, day: &str) {
        let day: NaiveDate = day.parse().unwrap();
        let made: NaiveDate = made.parse().unwrap();
        self.sandbox.planyo.add_reservation(Reservation {
            resource_id: BOAT,
            user_id: user,
            start: day.and_hms_opt(9, 0, 0).unwrap(),
            end: day.and_hms_opt(17, 0, 0).unwrap(),
            created: made.and_hms_opt(9, 0, 0).unwrap(),
            modified: made.and_hms_opt(9, 0, 0).unwrap(),
            quantity: 1,
            status: 7,
            ..Reservation::default()
        });
    }

    /// Who got a mail, and the texts that went by SMS, since the start.
    fn mailed(&self) -> Vec<String> {
        self.mail
            .received()
            .iter()
            .flat_map(|mail| mail.to.clone())
            .collect()
    }

    fn texted(&self) -> Vec<serde_json::Value> {
        let calls = self.sms.calls();
        calls
            .iter()
            .map(|call| serde_json::from_str(&call.body).unwrap())
            .collect()
    }
}

async fn recall_of(app: &App, user: u64) -> Recall {
    let key = CustomerKey::new("planyo", user.to_string());
    let all = RecallStore::new(&app.state)
        .of_customer(&key)
        .await
        .unwrap();
    assert_eq!(all.len(), 1, "{all:?}");
    all.into_iter().next().unwrap()
}

/// Sends until nothing more leaves.
async fn send_all(app: &App, now: DateTime<Utc>) {
    for _ in 0..10 {
        if send_due(app, now).await.unwrap() == 0 {
            return;
        }
    }
    panic!("it sends for ever");
}

#[tokio::test(flavor = "multi_thread")]
async fn exactly_what_is_due_leaves_each_once_in_the_language_of_the_customer() {
    let place = Place::new("\"e-mail\", \"SMS after 2 days\"", "").await;
    place.reserve(ANN, "2026-04-01", "2026-05-10");
    place.reserve(BOB, "2026-04-01", "2026-05-20");
    let app = place.service().await;
    for day in ["2026-06-09", "2026-06-10", "2026-06-11", "2026-06-11"] {
        send_all(&app, noon(day)).await;
        // The first call of all makes the recalls.
        refresh(&app, noon(day)).await.unwrap();
        send_all(&app, noon(day)).await;
    }
    assert_eq!(place.mailed(), ["TO:<ann@example.org>"]);
    let mail = &place.mail.received()[0];
    assert_eq!(mail.header("Subject"), "Un nouveau rendez-vous chez Demo");
    assert!(
        mail.body().starts_with("Bonjour Ann Peeters,"),
        "{}",
        mail.body()
    );
    assert!(place.texted().is_empty());

    send_all(&app, noon("2026-06-12")).await;
    send_all(&app, noon("2026-06-13")).await;
    let texted = place.texted();
    assert_eq!(texted.len(), 1);
    assert_eq!(texted[0]["to"], "+32470123421");
    assert!(
        texted[0]["text"]
            .as_str()
            .unwrap()
            .starts_with("Bonjour Ann,")
    );
    assert_eq!(recall_of(&app, ANN).await.status(), Status::Sent);
    assert_eq!(recall_of(&app, BOB).await.status(), Status::Scheduled);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_books_is_not_reminded_even_minutes_before() {
    let place = Place::new("\"e-mail\"", "").await;
    place.reserve(ANN, "2026-04-01", "2026-05-10");
    place.reserve(BOB, "2026-04-01", "2026-05-10");
    let app = place.service().await;
    let morning = noon("2026-06-10");
    refresh(&app, morning - TimeDelta::days(1)).await.unwrap();
    // Known to Planyo since a minute, and to the service not yet.
    place.reserve(ANN, "2026-06-10", "2026-08-01");
    send_all(&app, morning).await;
    assert_eq!(place.mailed(), ["TO:<bob@example.org>"]);
    assert!(recall_of(&app, ANN).await.waits_for.is_some());

    // Bob books after his mail.
    place.reserve(BOB, "2026-06-11", "2026-07-01");
    refresh(&app, noon("2026-06-11")).await.unwrap();
    let bob = recall_of(&app, BOB).await;
    assert_eq!(bob.status(), Status::Converted);
    assert!(bob.booking.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_wants_none_gets_none_and_nobody_at_night() {
    let place = Place::new("\"e-mail\"", "recalls.quiet_hours = \"20:00-13:00\"\n").await;
    for user in [ANN, BOB] {
        place.reserve(user, "2026-04-01", "2026-05-10");
    }
    let app = place.service().await;
    let ann = CustomerKey::new("planyo", ANN.to_string());
    let store = RecallStore::new(&app.state);
    store.set_opted_out(&ann, &[Channel::Email]).await.unwrap();
    let day = noon("2026-06-10");
    refresh(&app, day).await.unwrap();
    send_all(&app, day).await;
    assert!(place.mailed().is_empty(), "it is noon, and quiet until one");
    send_all(&app, day + TimeDelta::hours(1)).await;
    assert_eq!(place.mailed(), ["TO:<bob@example.org>"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_taken_now_comes_later_and_what_is_refused_does_not() {
    let place = Place::new("\"e-mail\", \"SMS\"", "recalls.retry_minutes = 20\n").await;
    place.reserve(ANN, "2026-04-01", "2026-05-10");
    let app = place.service().await;
    let day = noon("2026-06-10");
    refresh(&app, day).await.unwrap();
    place.mail.at("RCPT", Instead::Says("451 later"));
    place
        .sms
        .does(Does::Answers(422, "no such number".to_owned()));
    send_all(&app, day).await;
    let ann = recall_of(&app, ANN).await;
    assert_eq!(ann.status(), Status::Due);
    let again = |channel| ann.failure(channel).unwrap().again;
    assert!(again(Channel::Email).is_some() && again(Channel::Sms).is_none());
    assert!(
        !ann.failed
            .iter()
            .any(|failed| failed.reason.contains("example.org") || failed.reason.contains("+32"))
    );

    place.mail.as_usual();
    place.sms.does(Does::Answers(200, "OK".to_owned()));
    send_all(&app, day + TimeDelta::minutes(19)).await;
    assert!(place.mailed().is_empty());
    send_all(&app, day + TimeDelta::minutes(20)).await;
    send_all(&app, day + TimeDelta::days(2)).await;
    assert_eq!(place.mailed().len(), 1);
    assert_eq!(place.sms.calls().len(), 1, "the one that was refused");

    let store = RecallStore::new(&app.state);
    let retried = store.change(&ann.id, |recall| {
        say(recall, Said::Retry(Channel::Sms), recall.due.into())
    });
    retried.await.unwrap();
    send_all(&app, day + TimeDelta::days(2)).await;
    assert_eq!(place.sms.calls().len(), 2);
}

/// Kills a service while a message is on its way, and starts another one.
async fn killed_in_between(
    place: &Place,
    day: DateTime<Utc>,
    hangs: impl Future<Output = ()>,
) -> Arc<App> {
    let app = place.service().await;
    refresh(&app, day).await.unwrap();
    let sending =
        tokio::spawn(async move { send_due(&app, day).await.map_err(|error| error.to_string()) });
    hangs.await;
    sending.abort();
    assert!(sending.await.unwrap_err().is_cancelled());
    place.service().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_e_mail_whose_outcome_is_lost_in_a_kill_is_asked_of_a_person_and_sent_once() {
    let place = Place::new("\"e-mail\"", "").await;
    place.reserve(ANN, "2026-04-01", "2026-05-10");
    let day = noon("2026-06-10");
    // The server has the whole mail, and says nothing.
    place.mail.at(END, Instead::Hangs);
    let app = killed_in_between(&place, day, place.mail.hangs()).await;
    place.mail.as_usual();
    for later in [TimeDelta::zero(), TimeDelta::hours(1), TimeDelta::days(3)] {
        refresh(&app, day + later).await.unwrap();
        send_all(&app, day + later).await;
    }
    assert_eq!(place.mailed().len(), 1, "the one of before the kill");
    let ann = recall_of(&app, ANN).await;
    let local = |time: DateTime<Utc>| time.naive_utc() + TimeDelta::hours(2);
    assert!(!is_unclear(&ann, local(day)), "it may still be on its way");
    assert!(is_unclear(&ann, local(day + TimeDelta::minutes(11))));

    // A person looks into the outbox.
    let store = RecallStore::new(&app.state);
    let now = local(day + TimeDelta::days(3));
    let said = store.change(&ann.id, |recall| {
        say(recall, Said::WasSent(Channel::Email), now)
    });
    assert_eq!(said.await.unwrap().status(), Status::Sent);
    send_all(&app, day + TimeDelta::days(4)).await;
    assert_eq!(place.mailed().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_sms_that_a_person_says_was_not_sent_is_sent_again_once() {
    let place = Place::new("\"SMS\"", "").await;
    place.reserve(ANN, "2026-04-01", "2026-05-10");
    let day = noon("2026-06-10");
    place.sms.does(Does::Hangs);
    let app = killed_in_between(&place, day, place.sms.hangs()).await;
    place.sms.does(Does::Answers(200, "OK".to_owned()));
    send_all(&app, day + TimeDelta::hours(1)).await;
    assert_eq!(place.sms.calls().len(), 1);
    let ann = recall_of(&app, ANN).await;
    let now = (day + TimeDelta::hours(1)).naive_utc() + TimeDelta::hours(2);
    let store = RecallStore::new(&app.state);
    let said = store.change(&ann.id, |recall| {
        say(recall, Said::WasNotSent(Channel::Sms), now)
    });
    said.await.unwrap();
    send_all(&app, day + TimeDelta::hours(1)).await;
    send_all(&app, day + TimeDelta::days(1)).await;
    let texted = place.texted();
    assert_eq!(texted.len(), 2);
    assert_eq!(
        texted[0]["id"], texted[1]["id"],
        "a gateway may drop the second by it"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_does_not_say_leaves_a_question() {
    let place = Place::new("\"SMS\"", "").await;
    place.reserve(ANN, "2026-04-01", "2026-05-10");
    let app = place.service().await;
    let day = noon("2026-06-10");
    refresh(&app, day).await.unwrap();
    place.sms.does(Does::Answers(500, String::new()));
    send_all(&app, day).await;
    send_all(&app, day + TimeDelta::days(1)).await;
    assert_eq!(place.sms.calls().len(), 1);
    let ann = recall_of(&app, ANN).await;
    // It is certain at once that nobody knows.
    assert!(is_unclear(&ann, day.naive_utc()));
    assert!(ann.sending.unwrap().unclear.unwrap().contains("500"));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_services_on_one_store_send_each_message_once() {
    let place = Place::new("\"e-mail\", \"SMS\"", "").await;
    for user in [ANN, BOB] {
        place.reserve(user, "2026-04-01", "2026-05-10");
    }
    let day = noon("2026-06-10");
    let (one, other) = (place.service().await, place.service().await);
    refresh(&one, day).await.unwrap();
    let (sent, others) = tokio::join!(send_due(&one, day), send_due(&other, day));
    let (sent, others) = (sent.unwrap(), others.unwrap());
    send_all(&one, day).await;
    send_all(&other, day).await;
    assert_eq!((place.mailed().len(), place.texted().len()), (2, 2));
    assert!(sent + others >= 2);
}

#[test]
fn a_wrong_entry_of_the_settings_is_named() {
    let email = "email = { server = \"127.0.0.1\", tls = \"none\", from = \"a@example.org\" }\n";
    let rule = |rule: &str| format!("since = \"2026-01-01\"\n{email}rules = [{rule}]\n");
    let good = "name = \"a\", after = \"1 year\", messages = [\"e-mail\"]";
    for (settings, expected) in [
        (
            rule(&format!("{{ {good} }}, {{ {good} }}")),
            "`recalls.rules` has `a` as a name, which is blank or there twice: ",
        ),
        (
            rule("{ name = \" \", after = \"1 year\", messages = [\"e-mail\"] }"),
            "`recalls.rules` has `` as a name",
        ),
        (
            rule("{ name = \"a\", after = \"soon\", messages = [\"e-mail\"] }"),
            "`recalls.rules`, `a`: after: `soon` is no length of time: write it as ",
        ),
        (
            rule("{ name = \"a\", after = \"1 year\", messages = [] }"),
            "`recalls.rules`, `a`: messages is empty: ",
        ),
        (
            rule("{ name = \"a\", after = \"1 year\", messages = [\"fax\"] }"),
            "`recalls.rules`, `a`: messages: `fax` is no message: write ",
        ),
        (
            rule("{ name = \"a\", after = \"1 year\", messages = [\"SMS\"] }"),
            "`recalls.rules`, `a`: messages has SMS, and `[recalls.sms]` is missing: ",
        ),
        (
            rule(
                "{ name = \"a\", after = \"1 year\", messages = [\"e-mail\", \"e-mail after 1 day\"] }",
            ),
            "`recalls.rules`, `a`: messages has e-mail twice",
        ),
        (
            format!("{email}rules = [{{ {good} }}]\n"),
            "`recalls.since` is missing: ",
        ),
        (
            format!("{email}quiet_hours = \"night\"\n"),
            "`recalls.quiet_hours`: `night` is no quiet hours: write them as ",
        ),
        (
            format!("{email}language = \"de\"\n"),
            "`recalls.language` is none of the languages",
        ),
        (
            format!("{email}texts.de.sms = \"x\"\n"),
            "`recalls.texts.de`: the texts are in nl, fr and en",
        ),
        (
            format!("{email}texts.nl.sms = \"Dag {{naam}}\"\n"),
            "`recalls.texts.nl`: sms: `{naam}` is no value of a message: write {name}, ",
        ),
        (
            format!("{email}texts.nl.sms = \"{{link}}\"\n"),
            "`recalls.texts.nl`: sms has {link}, and `recalls.link` is missing: ",
        ),
        (
            format!("{email}texts.nl.sms = \" \"\n"),
            "`recalls.texts.nl`: sms is blank: ",
        ),
    ] {
        let parsed: RecallSettings = toml::from_str(&settings).unwrap();
        let error = Recalls::new(&parsed, "Jansen", None, None).unwrap_err();
        assert!(error.starts_with(expected), "{error}\n{expected}");
        assert!(!error.contains('\n'), "{error}");
    }
    let by_hand = format!("{email}rules = [{{ {good}, by_hand = true }}]\n");
    let parsed: RecallSettings = toml::from_str(&by_hand).unwrap();
    assert!(
        Recalls::new(&parsed, "Jansen", None, None).is_ok(),
        "by hand needs no first day"
    );
}
