//! The pages of recalls over HTTP: what is scheduled, what waits for a person, letters, previews.

#![allow(clippy::unwrap_used)] // As in tests.

mod common;

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use common::{FORM, Person, Place, between, form};
use customer_sync::CustomerKey;
use customer_sync::recalls::{Appointment, Channel, Recall, RecallStore, Rule, Span, Status};
use reqwest::StatusCode;
use sandbox::Sandbox;
use sandbox::faults::Fault;
use sandbox::planyo::User;
use service::runs::{self, Pass};

/// Letters alone: nothing is sent by itself.
const LETTERS: &str = r#"
[recalls]
language = "en"

[[recalls.rules]]
name = "call back"
after = "6 weeks"
by_hand = true
messages = ["letter"]

[recalls.texts.en]
letter = "Come again on {due}."

[recalls.letter]
from = ["Verhuur Jansen", "Kerkstraat 1", "9000 Gent"]
"#;

fn user(first_name: &str, last_name: &str) -> User {
    User {
        first_name: first_name.to_owned(),
        last_name: last_name.to_owned(),
        email: format!("{}@example.com", first_name.to_lowercase()),
        address: "Dorpstraat 12".to_owned(),
        zip: "9000".to_owned(),
        city: "Gent".to_owned(),
        country: "BE".to_owned(),
        reservations: 1,
        email_verified: true,
        ..Default::default()
    }
}

/// A service with these customers, and their keys. What the search knows of them is read.
async fn place_with(users: Vec<User>, settings: &str) -> (Place, Vec<CustomerKey>) {
    let sandbox = Sandbox::start_empty().await.unwrap();
    let users = users.into_iter().map(|user| sandbox.planyo.add(user));
    let keys = users.map(|id| CustomerKey::new("planyo", id.to_string()));
    let keys = keys.collect();
    let place = Place::quiet(sandbox, settings).await;
    let pass = runs::full_pass(&place.server.app, "", Pass::Usual).await;
    assert!(pass.unwrap().unwrap().done);
    (place, keys)
}

fn store(place: &Place) -> RecallStore {
    RecallStore::new(&place.server.app.state)
}

async fn now(place: &Place) -> NaiveDateTime {
    let app = &place.server.app;
    app.zone().await.unwrap().to_local(app.clock.now())
}

async fn today(place: &Place) -> NaiveDate {
    now(place).await.date()
}

async fn refresh(place: &Place) -> Vec<Recall> {
    let app = &place.server.app;
    service::recalls::refresh(app, app.clock.now())
        .await
        .unwrap()
}

/// A recall by hand that is due today.
async fn due(place: &Place, key: &CustomerKey, rule: &str) -> Recall {
    let today = today(place).await;
    let recall = Recall::by_hand(key.clone(), rule, today, today, "an");
    assert!(store(place).add(&recall).await.unwrap());
    let known = refresh(place).await;
    let recall = known.into_iter().find(|known| known.id == recall.id);
    recall.unwrap()
}

async fn get(place: &Place, id: &str) -> Recall {
    store(place).get(id).await.unwrap().unwrap()
}

fn customer(key: &CustomerKey) -> String {
    format!("/customers/{}", encoded(key.as_str()))
}

fn one(recall: &Recall) -> String {
    format!("/recalls/one?id={}", encoded(&recall.id))
}

fn encoded(text: &str) -> String {
    let encoded: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
    encoded.replace('+', "%20")
}

/// Posts a form with the token of this page, and returns the answer.
async fn post(
    person: &Person,
    page: &str,
    path: &str,
    fields: &[(&str, &str)],
) -> (StatusCode, String) {
    let page = person.page(page).await;
    let token = between(&page, "name=\"token\" value=\"", "\"").unwrap();
    let fields = [&[("token", token)], fields].concat();
    let request = person.posts(path).header("content-type", FORM);
    let answer = request.body(form(&fields)).send().await.unwrap();
    (answer.status(), answer.text().await.unwrap())
}

async fn status(person: &Person, path: &str) -> StatusCode {
    person.asks(path).send().await.unwrap().status()
}

/// The links to files of letters on the list.
async fn files(person: &Person) -> Vec<String> {
    let page = person.page("/recalls").await;
    let links = page.split("href=\"").skip(1);
    let links = links.filter_map(|link| link.split('"').next());
    let links = links.filter(|link| {
        link.starts_with("/recalls/letters/")
            && std::path::Path::new(link)
                .extension()
                .is_some_and(|end| end == "html")
    });
    links.map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recall_by_hand_is_scheduled_once_and_falls_due() {
    let (place, keys) =
        place_with(vec![user("Ann", "Peeters"), user("Bert", "Maes")], LETTERS).await;
    let person = place.person().await;
    let (ann, bert) = (keys.first().unwrap(), keys.get(1).unwrap());
    let page = person.page(&customer(ann)).await;
    assert!(page.contains("call back (6 weeks)"), "{page}");

    // Blank: as the rule says. A second click makes no second one.
    let path = format!("{}/recalls", customer(ann));
    let fields = [("rule", "call back"), ("number", ""), ("unit", "years")];
    let to = person.submit(&customer(ann), &path, &fields).await;
    assert_eq!(to, customer(ann));
    let (status_of, page) = post(&person, &customer(ann), &path, &fields).await;
    assert_eq!(status_of, StatusCode::OK);
    assert!(page.contains("This reminder is there already."), "{page}");
    let on = Span::Weeks(6).after(today(&place).await);
    let [recall] = store(&place).all().await.unwrap().try_into().unwrap();
    assert_eq!((recall.due, recall.by.as_deref()), (on, Some("demo")));
    assert!(
        page.contains(&on.to_string()) && page.contains("scheduled"),
        "{page}"
    );

    let fields = [("rule", "call back"), ("number", "3"), ("unit", "days")];
    let path = format!("{}/recalls", customer(bert));
    person.submit(&customer(bert), &path, &fields).await;
    for (number, unit) in [
        ("0", "weeks"),
        ("521", "weeks"),
        ("x", "weeks"),
        ("1", "ages"),
    ] {
        let fields = [("rule", "call back"), ("number", number), ("unit", unit)];
        let (_, page) = post(&person, &customer(bert), &path, &fields).await;
        assert!(
            page.contains("Write a number from 1 to 520."),
            "{number} {unit}"
        );
    }
    let (status_of, _) = post(&person, &customer(bert), &path, &[("rule", "none")]).await;
    assert_eq!(status_of, StatusCode::NOT_FOUND);
    assert_eq!(store(&place).all().await.unwrap().len(), 2);
    let page = person.page("/recalls?status=scheduled").await;
    assert!(page.contains("Peeters") && page.contains("Maes"), "{page}");
    assert!(page.contains("Letters that are due: 0."), "{page}");

    place.server.app.clock.set_ahead(TimeDelta::days(43));
    refresh(&place).await;
    let page = person.page("/recalls?status=due").await;
    assert!(
        page.contains("Ann") && page.contains("Letters that are due: 2."),
        "{page}"
    );
    let page = person.page(&one(&recall)).await;
    assert!(
        page.contains("Scheduled by hand by") && page.contains("Status: due"),
        "{page}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn letters_that_are_due_become_one_file_once() {
    let (place, keys) =
        place_with(vec![user("Ann", "Peeters"), user("Bert", "Maes")], LETTERS).await;
    let person = place.person().await;
    let app = &place.server.app;
    let (ann, bert) = (keys.first().unwrap(), keys.get(1).unwrap());
    let recall = due(&place, ann, "call back").await;
    due(&place, bert, "call back").await;
    assert_eq!(
        person.submit("/recalls", "/recalls/letters", &[]).await,
        "/recalls"
    );
    let [file] = files(&person).await.try_into().unwrap();
    let answer = person.asks(&file).send().await.unwrap();
    let disposition = answer.headers().get("content-disposition").unwrap();
    assert!(
        disposition
            .to_str()
            .unwrap()
            .starts_with("attachment; filename=\"letters-")
    );
    let letters = answer.text().await.unwrap();
    assert_eq!(letters.matches("<section").count(), 2);
    for text in [
        "Ann Peeters<br>Dorpstraat 12<br>9000 Gent",
        "Bert Maes",
        "Come again on",
    ] {
        assert!(letters.contains(text), "{text} is not in {letters}");
    }
    assert_eq!(letters.matches("Ann Peeters").count(), 1);
    let page = person.page(&one(&recall)).await;
    assert!(
        page.contains("Status: sent") && page.contains("letter: sent"),
        "{page}"
    );

    let page = person.page("/recalls").await;
    let pdf = file.replace(".html", ".pdf");
    let senders = &app.recalls.senders;
    if senders.letters.as_ref().unwrap().chromium().is_some() {
        assert!(page.contains(&pdf), "{page}");
        let bytes = person
            .asks(&pdf)
            .send()
            .await
            .unwrap()
            .bytes()
            .await
            .unwrap();
        assert!(bytes.starts_with(b"%PDF"));
    } else {
        assert!(!page.contains(&pdf), "{page}");
        assert_eq!(status(&person, &pdf).await, StatusCode::SERVICE_UNAVAILABLE);
    }

    // None is due any more.
    let (status_of, page) = post(&person, "/recalls", "/recalls/letters", &[]).await;
    assert_eq!(status_of, StatusCode::OK);
    assert!(page.contains("No letter was made"), "{page}");
    assert_eq!(files(&person).await.join(" "), file);
    for path in [
        "x.html",
        "20200101T000000.html",
        "20200101T000000",
        "20200101T000000.txt",
    ] {
        let path = format!("/recalls/letters/{path}");
        assert_eq!(
            status(&person, &path).await,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }

    // Who is gone is left out, and that is said first.
    place.sandbox.planyo.remove(bert.id().parse().unwrap());
    let page = person.page(&file).await;
    assert!(
        page.contains("These letters are not in the file") && page.contains(": 1<"),
        "{page}"
    );
    let letters = person.page(&format!("{file}?known=yes")).await;
    assert_eq!(letters.matches("<section").count(), 1);
    assert!(letters.contains("Ann Peeters") && !letters.contains("Bert Maes"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_letters_are_one_file_with_each_customer_once() {
    let sandbox = Sandbox::start_empty().await.unwrap();
    let name = |nth: usize| format!("Naam{nth:04}");
    let users = (0..1_000).map(|nth| sandbox.planyo.add(user(&name(nth), "Klant")));
    let users: Vec<u64> = users.collect();
    let place = Place::quiet(sandbox, LETTERS).await;
    let day = today(&place).await;
    let visits = users.iter().map(|user| {
        let key = CustomerKey::new("planyo", user.to_string());
        Appointment::finished(user.to_string(), key, "dentist", day)
    });
    let visits: Vec<Appointment> = visits.collect();
    let at_once = Rule::new("call back", Span::Days(0));
    let recalls = store(&place).update(&visits, &[at_once], day).await;
    assert_eq!(recalls.unwrap().len(), 1_000);
    let person = place.person().await;
    let page = person.page("/recalls").await;
    assert!(page.contains("Letters that are due: 1000."));
    assert_eq!(page.matches("/recalls/one?id=").count(), 200);
    assert!(page.contains("<p>…</p>"));
    let app = &place.server.app;
    let batch = service::recalls::make_due(app, app.clock.now()).await;
    assert_eq!(batch.unwrap().unwrap().letters, 1_000);
    let [file] = files(&person).await.try_into().unwrap();
    let letters = person.page(&file).await;
    assert_eq!(letters.matches("<section").count(), 1_000);
    for nth in 0..1_000 {
        let name = name(nth);
        assert_eq!(letters.matches(&name).count(), 1, "{name}");
    }
    assert!(
        person
            .page("/recalls")
            .await
            .contains("Letters that are due: 0.")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_says_what_became_of_a_message_that_is_unclear() {
    let names = ["Ann", "Bert", "Cas", "Dirk"];
    let users = names.map(|name| user(name, "Peeters")).to_vec();
    let (place, keys) = place_with(users, LETTERS).await;
    let person = place.person().await;
    let store = store(&place);
    let mut recalls = Vec::new();
    for key in &keys {
        recalls.push(due(&place, key, "call back").await);
    }
    let [ann, bert, cas, dirk] = recalls.try_into().unwrap();
    let now = now(&place).await;
    let begin = async |recall: &Recall, minutes: i64| {
        let at = now - TimeDelta::minutes(minutes);
        let begun = store.change(&recall.id, |recall| recall.start(Channel::Letter, at));
        begun.await.unwrap();
        at
    };
    let at = begin(&ann, 60).await;
    begin(&bert, 60).await;
    begin(&cas, 0).await;
    begin(&dirk, 0).await;
    let reason = "it broke <b>";
    let told = store.change(&dirk.id, |recall| recall.unclear(Channel::Letter, reason));
    told.await.unwrap();

    // The one that was begun just now may still be sent.
    let page = person.page("/recalls").await;
    let unclear = between(&page, "Sent or not?", "</section>").unwrap();
    for (name, is_there) in [
        ("Ann", true),
        ("Bert", true),
        ("Cas", false),
        ("Dirk", true),
    ] {
        assert_eq!(
            unclear.contains(&format!("{name} Peeters")),
            is_there,
            "{unclear}"
        );
    }
    assert!(
        unclear.contains("it broke &lt;b&gt;") && unclear.contains("interrupted"),
        "{unclear}"
    );
    assert!(!person.page(&one(&cas)).await.contains("It was sent"));

    let say = |recall: &Recall, what: &'static str| {
        let id = recall.id.clone();
        let person = person.clone();
        async move {
            let fields = [
                ("id", id.as_str()),
                ("channel", "letter"),
                ("to", "list"),
                ("say", what),
            ];
            post(&person, "/recalls", "/recalls/one", &fields).await
        }
    };
    assert_eq!(say(&ann, "was-sent").await.0, StatusCode::SEE_OTHER);
    let ann = get(&place, &ann.id).await;
    let sent = ann.messages_sent.first().unwrap();
    assert_eq!((ann.status(), sent.at), (Status::Sent, at));
    assert_eq!(say(&bert, "was-not-sent").await.0, StatusCode::SEE_OTHER);
    let bert = get(&place, &bert.id).await;
    assert!(bert.sending.is_none() && bert.messages_sent.is_empty());

    // Said twice: refused in words.
    let (status_of, page) = say(&ann, "was-sent").await;
    assert_eq!(status_of, StatusCode::OK);
    let refused = "Nothing was changed: this was sent already (letter).";
    assert!(page.contains(refused), "{page}");
    let (_, page) = say(&bert, "was-not-sent").await;
    let refused = "Nothing was changed: this does not wait for an answer (any more) (letter).";
    assert!(page.contains(refused), "{page}");
    let (_, page) = say(&bert, "nonsense").await;
    assert!(page.contains("role=\"alert\""), "{page}");
    let (status_of, _) = post(
        &person,
        "/recalls",
        "/recalls/one",
        &[("id", "x"), ("say", "cancelled")],
    )
    .await;
    assert_eq!(status_of, StatusCode::NOT_FOUND);

    // What was not sent is sent again: the letter of Bert alone is due.
    assert!(
        person
            .page("/recalls")
            .await
            .contains("Letters that are due: 1.")
    );
    person.submit("/recalls", "/recalls/letters", &[]).await;
    assert!(get(&place, &bert.id).await.has_sent(Channel::Letter));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_failed_is_tried_again_and_a_recall_is_answered_and_cancelled() {
    let (place, keys) = place_with(vec![user("Ann", "Peeters")], LETTERS).await;
    let person = place.person().await;
    let key = keys.first().unwrap();
    let recall = due(&place, key, "call back").await;
    let at = now(&place).await;
    let known = store(&place);
    let fail = known.change(&recall.id, |recall| {
        recall.start(Channel::Letter, at)?;
        recall.not_sent(Channel::Letter, at, "the printer <i>", None)
    });
    fail.await.unwrap();
    let page = person.page("/recalls").await;
    let failed = between(&page, "<h2>Not sent</h2>", "</section>").unwrap();
    assert!(
        failed.contains("the printer &lt;i&gt;") && failed.contains("Ann Peeters"),
        "{failed}"
    );
    assert!(page.contains("Letters that are due: 0."), "{page}");
    let page = person.page(&one(&recall)).await;
    assert!(
        page.contains("Try again (letter)") && page.contains("letter: Not sent"),
        "{page}"
    );

    let id = recall.id.as_str();
    let say = async |what: &str| {
        let fields = [("id", id), ("channel", "letter"), ("say", what)];
        person.submit(&one(&recall), "/recalls/one", &fields).await
    };
    assert_eq!(say("retry").await, one(&recall));
    let page = person.page("/recalls").await;
    assert!(!page.contains("<h2>Not sent</h2>"), "{page}");
    assert!(page.contains("Letters that are due: 1."), "{page}");

    say("answered").await;
    assert_eq!(get(&place, id).await.status(), Status::Answered);
    assert!(
        !person
            .page(&one(&recall))
            .await
            .contains("The customer has answered")
    );
    say("cancelled").await;
    let page = person.page(&one(&recall)).await;
    assert!(
        page.contains("Status: cancelled") && !page.contains("name=\"say\""),
        "{page}"
    );
    let fields = [("id", id), ("say", "cancelled")];
    let (_, page) = post(&person, &one(&recall), "/recalls/one", &fields).await;
    let refused = "Nothing was changed: its status is already “cancelled”.";
    assert!(page.contains(refused), "{page}");
    assert_eq!(
        status(&person, "/recalls/one?id=x").await,
        StatusCode::NOT_FOUND
    );
    assert_eq!(status(&person, "/recalls/one").await, StatusCode::NOT_FOUND);

    // A rule that the settings do not have.
    let gone = due(&place, key, "older").await;
    let page = person.page(&one(&gone)).await;
    assert!(
        page.contains("This rule is not in the settings any more"),
        "{page}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_wants_no_letters_gets_none() {
    let (place, keys) =
        place_with(vec![user("Ann", "Peeters"), user("Bert", "Maes")], LETTERS).await;
    let person = place.person().await;
    let (ann, bert) = (keys.first().unwrap(), keys.get(1).unwrap());
    due(&place, ann, "call back").await;
    due(&place, bert, "call back").await;
    let page = customer(ann);
    let path = format!("{page}/opt-outs");
    let boxes = async || {
        let page = person.page(&page).await;
        page.matches(" checked").count()
    };
    assert_eq!(boxes().await, 0);
    let fields = [
        ("opt-out", "letter"),
        ("opt-out", "SMS"),
        ("opt-out", "pigeon"),
    ];
    assert_eq!(person.submit(&page, &path, &fields).await, page);
    assert_eq!(boxes().await, 2);
    let opted_out = store(&place).opted_out_of(ann).await.unwrap();
    assert_eq!(opted_out, [Channel::Sms, Channel::Letter]);
    let preview = person
        .page(&format!(
            "/recalls/preview?customer={}",
            encoded(ann.as_str())
        ))
        .await;
    assert!(preview.contains("Wants no messages by letter"), "{preview}");

    assert!(
        person
            .page("/recalls")
            .await
            .contains("Letters that are due: 1.")
    );
    person.submit("/recalls", "/recalls/letters", &[]).await;
    let [file] = files(&person).await.try_into().unwrap();
    let letters = person.page(&file).await;
    assert!(
        letters.contains("Bert Maes") && !letters.contains("Ann Peeters"),
        "{letters}"
    );

    // Nothing ticked: wanted again.
    person.submit(&page, &path, &[]).await;
    assert_eq!(boxes().await, 0);
    person.submit("/recalls", "/recalls/letters", &[]).await;
    let files = files(&person).await;
    assert_eq!(files.len(), 2);
    assert!(
        person
            .page(files.first().unwrap())
            .await
            .contains("Ann Peeters")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn forms_are_for_customers_that_are_there_and_need_their_token() {
    let (place, keys) = place_with(vec![user("Ann", "Peeters")], LETTERS).await;
    let person = place.person().await;
    let recall = due(&place, keys.first().unwrap(), "call back").await;
    for path in ["recalls", "opt-outs"] {
        for key in ["planyo%3A999", "planyo%3A%3F", "other%3A1"] {
            let path = format!("/customers/{key}/{path}");
            let fields = [("rule", "call back"), ("opt-out", "letter")];
            let (status_of, _) = post(&person, "/recalls", &path, &fields).await;
            assert_eq!(status_of, StatusCode::NOT_FOUND, "{path}");
        }
    }
    assert!(
        !person
            .page("/customers/planyo%3A999")
            .await
            .contains("Schedule a reminder")
    );
    assert!(store(&place).opted_out().await.unwrap().is_empty());

    let ann = customer(keys.first().unwrap());
    for path in [
        format!("{ann}/recalls"),
        format!("{ann}/opt-outs"),
        "/recalls/letters".to_owned(),
        "/recalls/one".to_owned(),
    ] {
        let fields = [
            ("id", recall.id.as_str()),
            ("say", "cancelled"),
            ("rule", "call back"),
            ("opt-out", "letter"),
        ];
        let request = person.posts(&path).header("content-type", FORM);
        let answer = request.body(form(&fields)).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{path}");
        let stranger = place.stranger().posts(&path).header("content-type", FORM);
        let answer = stranger.body(form(&fields)).send().await.unwrap();
        let to = answer.headers().get("location").unwrap().to_str().unwrap();
        assert!(to.starts_with("/login"), "{path}: {to}");
    }
    assert_eq!(
        store(&place).all().await.unwrap(),
        [get(&place, &recall.id).await]
    );
    assert_eq!(get(&place, &recall.id).await.status(), Status::Due);
    assert!(store(&place).opted_out().await.unwrap().is_empty());
    for path in [
        "/recalls",
        "/recalls.csv",
        &one(&recall),
        "/recalls/preview",
        "/recalls/conversion",
        "/recalls/conversion.csv",
        "/recalls/letters/20200101T000000.html",
    ] {
        let answer = place.stranger().asks(path).send().await.unwrap();
        let to = answer.headers().get("location").unwrap().to_str().unwrap();
        assert!(to.starts_with("/login?to="), "{path}: {to}");
        if !path.contains("letters") {
            assert_eq!(status(&person, path).await, StatusCode::OK, "{path}");
        }
    }
}

/// All channels, with texts in three languages.
const ALL: &str = r#"
[recalls]
since = "2020-01-01"
language = "en"

[[recalls.rules]]
name = "check-up"
after = "1 year"
resources = ["Dentist"]
messages = ["e-mail", "SMS", "letter after 3 weeks"]

[[recalls.rules]]
name = "call back"
after = "1 week"
by_hand = true
messages = ["e-mail"]
[recalls.rules.texts.en]
subject = "We call back"

[recalls.texts.nl]
subject = "Dag {first_name}"
sms = "Tot {due} ☂"
[recalls.texts.fr]
email = "Bonjour {name}, {resource} le {visited}"
[recalls.texts.en]
letter = "Dear {name}, {company}"

[recalls.email]
server = "127.0.0.1"
port = 9
tls = "none"
from = "info@example.org"

[recalls.sms]
url = "http://127.0.0.1:9/"
body = '{"to": "{to}", "text": "{text}"}'

[recalls.letter]
from = ["Verhuur Jansen"]
"#;

#[tokio::test(flavor = "multi_thread")]
async fn messages_are_shown_as_a_customer_would_get_them() {
    let mut full = user("Ann", "Peeters");
    full.language = "NL".to_owned();
    full.mobile_number = "470123456".to_owned();
    full.mobile_country_code = "32".to_owned();
    let mut bare = user("Bert", "Maes");
    bare.address = String::new();
    let (place, keys) = place_with(vec![full, bare], ALL).await;
    let person = place.person().await;
    let (ann, bert) = (keys.first().unwrap(), keys.get(1).unwrap());
    let preview = async |key: &CustomerKey, more: &str| {
        let key = encoded(key.as_str());
        person
            .page(&format!("/recalls/preview?customer={key}{more}"))
            .await
    };
    // Her own language, with her numbers.
    let page = preview(ann, "").await;
    for text in [
        "Dag Ann",
        "Beste Ann Peeters,",
        "+32470123456",
        "Number of SMS: 1 (a letter in the text",
        "Ann Peeters</bdi><br><bdi>Dorpstraat 12</bdi><br><bdi>9000 Gent",
        "has no reminder of this rule",
    ] {
        assert!(page.contains(text), "{text} is not in {page}");
    }
    // In others.
    let page = preview(ann, "&language=fr").await;
    let year = written(today(&place).await);
    let text = format!("Bonjour Ann Peeters, Dentist le {year}");
    assert!(
        page.contains(&text) && page.contains("lang=\"fr\""),
        "{text}: {page}"
    );
    let page = preview(ann, "&language=en").await;
    assert!(page.contains("Dear Ann Peeters, Demo"), "{page}");
    assert!(page.contains("Number of SMS: 1<"), "{page}");
    // The texts of a rule.
    let page = preview(ann, "&rule=call%20back&language=en").await;
    assert!(
        page.contains("We call back") && !page.contains("Number of SMS"),
        "{page}"
    );
    // Without a language and a mobile number, and half an address.
    let page = preview(bert, "&rule=check-up").await;
    assert_eq!(
        page.matches("The customer has no address or number for this")
            .count(),
        2,
        "{page}"
    );
    // The first who is there is shown, and what is wrong is said.
    assert!(person.page("/recalls/preview").await.contains("Dag Ann"));
    for key in ["nonsense", "planyo:99999", "other:1"] {
        let page = person
            .page(&format!("/recalls/preview?customer={}", encoded(key)))
            .await;
        assert!(page.contains("There is no such customer."), "{key}: {page}");
    }
    place.sandbox.planyo.faults().always("*", Fault::HtmlBody);
    let page = preview(ann, "").await;
    assert!(page.contains("The data cannot be read now: "), "{page}");
}

fn written(day: NaiveDate) -> String {
    customer_sync::recalls::written_day(day, "fr")
}

#[tokio::test(flavor = "multi_thread")]
async fn recalls_are_found_by_status_and_counted_by_month() {
    let names = ["Ann", "Bert", "Cas", "Dirk"];
    let users = names.map(|name| user(name, "Peeters")).to_vec();
    let (place, keys) = place_with(users, LETTERS).await;
    let person = place.person().await;
    let store = store(&place);
    let mut recalls = Vec::new();
    for key in &keys {
        recalls.push(due(&place, key, "call back").await);
    }
    let [ann, bert, cas, _] = recalls.try_into().unwrap();
    let at: NaiveDateTime = "2026-03-05T10:30:00".parse().unwrap();
    for recall in [&ann, &bert] {
        let sent = store.change(&recall.id, |recall| recall.sent(Channel::Letter, at));
        sent.await.unwrap();
    }
    store.change(&bert.id, Recall::answered).await.unwrap();
    store.change(&cas.id, Recall::cancelled).await.unwrap();
    for (status, found) in [
        ("", &["Ann", "Bert", "Dirk"][..]),
        ("due", &["Dirk"]),
        ("sent", &["Ann"]),
        ("answered", &["Bert"]),
        ("cancelled", &["Cas"]),
        ("scheduled", &[]),
        ("converted", &[]),
    ] {
        let page = person.page(&format!("/recalls?status={status}")).await;
        let file = person.page(&format!("/recalls.csv?status={status}")).await;
        assert_eq!(file.lines().count(), found.len() + 1, "{file}");
        for name in names {
            let is_found = found.contains(&name);
            let name = format!("{name} Peeters");
            assert_eq!(page.contains(&name), is_found, "{status}: {name}: {page}");
            assert_eq!(file.contains(&name), is_found, "{status}: {name}: {file}");
        }
    }
    let page = person.page("/recalls?status=sent").await;
    assert!(page.contains("letter 2026-03-05 10:30"), "{page}");
    let page = person.page("/recalls/conversion").await;
    assert!(
        page.contains("With a message: 2 (max 2)") && page.contains("<rect"),
        "{page}"
    );
    assert!(
        page.contains("<td>2026-03</td><td>2</td><td>1</td><td>0</td><td>0 %</td>"),
        "{page}"
    );
    let file = person.page("/recalls/conversion.csv").await;
    assert!(
        file.ends_with("\"2026-03\";\"2\";\"1\";\"0\";\"0\"\r\n"),
        "{file}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_names_are_texts_on_every_page_and_in_letters() {
    let hostile = "<script>alert(1)</script>\"'";
    let (place, keys) = place_with(vec![user("Ann", hostile)], LETTERS).await;
    let person = place.person().await;
    let key = keys.first().unwrap();
    let first = due(&place, key, "call back").await;
    person.submit("/recalls", "/recalls/letters", &[]).await;
    let [file] = files(&person).await.try_into().unwrap();
    // One of a rule, an appointment and a person with strange names, that waits for a person.
    let today = today(&place).await;
    let mut strange = Recall::by_hand(key.clone(), hostile, today, today, hostile);
    strange.booking = Some(hostile.to_owned());
    let at = now(&place).await;
    strange.sent(Channel::Email, at).unwrap();
    strange.start(Channel::Sms, at).unwrap();
    strange.not_sent(Channel::Sms, at, hostile, None).unwrap();
    strange.start(Channel::Letter, at).unwrap();
    strange.unclear(Channel::Letter, hostile).unwrap();
    strange.waits_for = Some(hostile.to_owned());
    store(&place).add(&strange).await.unwrap();
    let mut visited = strange.clone();
    visited.id.push('2');
    visited.appointment = Some(hostile.to_owned());
    visited.resource = Some(hostile.to_owned());
    store(&place).add(&visited).await.unwrap();
    for path in [
        "/recalls".to_owned(),
        format!("/recalls?status={}", encoded(hostile)),
        one(&first),
        one(&strange),
        one(&visited),
        customer(key),
        format!("/recalls/preview?customer={}", encoded(key.as_str())),
        format!(
            "/recalls/preview?rule={0}&language={0}&customer={0}",
            encoded(hostile)
        ),
        "/recalls/conversion".to_owned(),
        file,
    ] {
        let page = person.page(&path).await;
        assert!(!page.contains("<script"), "{path}: {page}");
        let is_shown = page.contains("&lt;script&gt;");
        assert_eq!(is_shown, path != "/recalls/conversion", "{path}: {page}");
    }
    let path = format!("/recalls/one?id={}", encoded(hostile));
    assert_eq!(status(&person, &path).await, StatusCode::NOT_FOUND);
    let file = person.page("/recalls.csv").await;
    let mut table = csv::ReaderBuilder::new()
        .delimiter(b';')
        .from_reader(file.trim_start_matches('\u{feff}').as_bytes());
    assert_eq!(table.records().map(Result::unwrap).count(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_rules_the_page_says_how_to_set_them() {
    let (place, keys) = place_with(vec![user("Ann", "Peeters")], "").await;
    let mut person = place.person().await;
    for path in ["/recalls", "/recalls/preview"] {
        let page = person.page(path).await;
        assert!(
            page.contains("write in the settings, under `[recalls]`"),
            "{page}"
        );
    }
    let page = person.page(&customer(keys.first().unwrap())).await;
    assert!(!page.contains("Schedule a reminder"), "{page}");
    for (language, word) in [
        ("nl", "Herinneringen"),
        ("fr", "Rappels"),
        ("en", "Reminders"),
    ] {
        person.language = language.to_owned();
        assert!(person.page("/recalls").await.contains(word), "{language}");
    }
}
