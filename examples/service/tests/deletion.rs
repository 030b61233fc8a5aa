//! Forgetting a customer: what is shown first, when it is refused, what is left to do, and the evidence.

#![allow(clippy::unwrap_used)] // As in tests.

mod common;

use billit_client::PartyId;
use billit_client::orders::{CreateOrder, OrderDraft, OrderLineDraft};
use chrono::{NaiveDate, TimeDelta, Utc};
use common::{Person, Place, between};
use customer_sync::CustomerKey;
use customer_sync::recalls::Appointment;
use customer_sync::store::{Erasure, Table, export};
use reqwest::StatusCode;
use sandbox::Sandbox;
use sandbox::planyo::{Reservation, Resource, User};
use serde_json::{Value, json};
use service::alerts::Condition;
use service::change_log::{By, Logged};
use service::deletions::{self, ToDo};
use service::notes::{Call, Choice, Decided};
use service::runs::{self, Pass};
use service::worker;

/// What no row of the store may have after a customer is forgotten.
const PERSONAL: [&str; 5] = [
    "Liesbeth",
    "Vandersmissen",
    "liesbeth@example.com",
    "Lindestraat",
    "470123456",
];

fn person(id: u64) -> User {
    User {
        id,
        first_name: "Liesbeth".to_owned(),
        last_name: "<script>Vandersmissen".to_owned(),
        email: "liesbeth@example.com".to_owned(),
        address: "Lindestraat 3".to_owned(),
        zip: "9000".to_owned(),
        city: "Gent".to_owned(),
        country: "BE".to_owned(),
        mobile_number: "0470123456".to_owned(),
        reservations: 1,
        ..User::default()
    }
}

fn key() -> CustomerKey {
    CustomerKey::new("planyo", "7")
}

fn planfy() -> CustomerKey {
    CustomerKey::new("planfy:shop", "77")
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A service that has one customer, of whom everything is remembered.
async fn with_one() -> Place {
    let sandbox = Sandbox::start_empty().await.unwrap();
    sandbox.planyo.add(person(7));
    let place = Place::quiet(sandbox, "").await;
    pass(&place).await;
    place
        .sandbox
        .planyo
        .edit(7, |user| "Lindestraat 4".clone_into(&mut user.address));
    pass(&place).await;
    place
}

async fn pass(place: &Place) {
    let pass = runs::full_pass(&place.server.app, "", Pass::Usual).await;
    let pass = pass.unwrap().unwrap();
    assert!(pass.done, "{}", pass.text);
}

async fn party(place: &Place) -> PartyId {
    let known = place.server.app.state.customer(&key()).await.unwrap();
    known.unwrap().party.unwrap()
}

/// An invoice to the customer.
async fn invoice(place: &Place, paid: bool) {
    let line = OrderLineDraft::excl("Kayak", 1, 10).vat_percentage(21);
    let (party, on) = (party(place).await, day("2026-01-10"));
    let draft = OrderDraft::invoice(party, on, on).line(line);
    let order = place.server.app.billit.send(CreateOrder::new(draft)).await;
    place
        .sandbox
        .billit
        .edit_order(order.unwrap().get(), |order| {
            order.insert("Paid".to_owned(), json!(paid));
        });
}

/// A confirmed reservation so many days ahead.
fn books(place: &Place, days: i64) -> u64 {
    let start = Utc::now().naive_utc() + TimeDelta::days(days);
    let resource_id = place.sandbox.planyo.add_resource(Resource::default());
    place.sandbox.planyo.add_reservation(Reservation {
        resource_id,
        user_id: 7,
        start,
        end: start + TimeDelta::days(1),
        quantity: 1,
        status: 1 | 4,
        ..Reservation::default()
    })
}

/// The preview, and its address.
async fn preview(person: &Person) -> (String, String) {
    let path = "/customers/planyo%3A7";
    let plan = person.submit(path, &format!("{path}/forget"), &[]).await;
    let page = person.settled(&plan).await;
    (plan, page)
}

async fn forget(person: &Person) -> String {
    let (plan, page) = preview(person).await;
    assert!(page.contains("Forget now"), "{page}");
    person.submit(&plan, &plan, &[]).await;
    person.settled(&plan).await
}

/// The evidence of the only deletion.
async fn evidence(person: &Person) -> Value {
    let list = person.page("/deletions").await;
    let file = between(&list, "href=\"/deletions/", "\"").unwrap();
    let answer = person
        .asks(&format!("/deletions/{file}"))
        .send()
        .await
        .unwrap();
    let disposition = answer.headers().get("content-disposition").unwrap();
    assert!(disposition.to_str().unwrap().starts_with("attachment"));
    answer.json().await.unwrap()
}

/// The whole store as text.
async fn stored(place: &Place) -> String {
    let mut bytes = Vec::new();
    export(&place.server.app.state, &mut bytes).await.unwrap();
    String::from_utf8(bytes).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_booking_ahead_or_an_unpaid_invoice_the_reason_is_shown_and_no_button() {
    let place = with_one().await;
    let mut browser = place.person().await;
    let reservation = books(&place, 30);
    for (language, words) in [
        ("en", "There are bookings that are not over."),
        ("nl", "Er zijn nog reservaties die niet voorbij zijn."),
        ("fr", "Il y a encore des réservations"),
    ] {
        browser.language = language.to_owned();
        let (plan, page) = preview(&browser).await;
        assert!(page.contains(words), "{page}");
        assert!(!page.contains(&format!("action=\"{plan}\"")), "{page}");
        assert!(!page.contains("<script"), "{page}");
    }
    browser.language = "en".to_owned();
    // A button that is pressed all the same does nothing.
    let (plan, _) = preview(&browser).await;
    browser.submit("/", &plan, &[]).await;
    let page = browser.settled(&plan).await;
    assert!(page.contains("Cannot be forgotten now"), "{page}");
    assert_eq!(place.server.app.notes.deletions().await.unwrap(), []);

    place
        .sandbox
        .planyo
        .edit_reservation(reservation, |one| one.status |= 16);
    invoice(&place, false).await;
    let (_, page) = preview(&browser).await;
    assert!(
        page.contains("There are invoices that are not paid."),
        "{page}"
    );
    assert!(!page.contains("Forget now"), "{page}");
    assert!(
        place
            .server
            .app
            .state
            .erasure(&key())
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_booked_after_the_preview_stops_it() {
    let place = with_one().await;
    let browser = place.person().await;
    let (plan, page) = preview(&browser).await;
    assert!(page.contains("Forget now"), "{page}");
    books(&place, 2);
    browser.submit(&plan, &plan, &[]).await;
    let page = browser.settled(&plan).await;
    assert!(
        page.contains("There are bookings that are not over."),
        "{page}"
    );
    assert_eq!(place.server.app.notes.deletions().await.unwrap(), []);
    assert!(
        place
            .server
            .app
            .state
            .erasure(&key())
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test(flavor = "multi_thread")]
#[allow(clippy::too_many_lines)] // One story.
async fn what_goes_and_what_stays_is_shown_then_done_and_proven() {
    let place = with_one().await;
    let (app, browser) = (&place.server.app, place.person().await);
    invoice(&place, true).await;
    books(&place, -30);
    let said = |by: By, what: &str| Logged {
        at: Utc::now(),
        by,
        customer: key(),
        what: what.to_owned(),
        before: "Liesbeth".to_owned(),
        after: "Vandersmissen".to_owned(),
        run: None,
        uncertain: false,
    };
    let import = said(By::Import("eva".to_owned()), "Notes");
    app.notes.log(&[import]).await.unwrap();
    let decided = Decided {
        what: Choice::LeaveAlone,
        by: "eva".to_owned(),
        at: Utc::now(),
        question: String::new(),
        run: None,
    };
    app.notes.decide(&key(), &decided).await.unwrap();
    let call = Call {
        at: Utc::now(),
        service: "Billit".to_owned(),
        what: "PATCH /v1/parties/1".to_owned(),
        status: Some(400),
        error: Some("liesbeth@example.com".to_owned()),
        millis: 1,
    };
    app.notes.calls(&[(key(), call)]).await.unwrap();
    let before = stored(&place).await;
    for personal in PERSONAL {
        assert!(before.contains(personal), "{personal}");
    }

    let (_, page) = preview(&browser).await;
    for shown in [
        "liesbeth@example.com",
        "It stands on invoices",
        "Delete the customer in Planyo",
        "Will be erased here",
    ] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    assert!(
        !page.contains("<script") && !page.contains("Planfy"),
        "{page}"
    );
    let done = forget(&browser).await;
    assert!(done.contains("The customer is forgotten."), "{done}");

    // Billit keeps what stands on invoices.
    let parties = place.sandbox.billit.parties();
    let flat = serde_json::to_string(parties.first().unwrap()).unwrap();
    assert!(flat.contains("Vandersmissen") && !flat.contains("liesbeth@example.com"));
    // Nothing of it is here, in whatever row, nor on the pages.
    let after = stored(&place).await;
    for personal in PERSONAL {
        assert!(!after.contains(personal), "{personal}");
    }
    for path in [
        "/changes?q=planyo:7",
        "/customers/planyo%3A7",
        "/deletions",
        "/",
        "/changes",
    ] {
        let page = browser.page(path).await;
        for personal in PERSONAL {
            assert!(!page.contains(personal), "{personal} on {path}");
        }
    }
    let log = browser.page("/changes?q=planyo:7&field=forgotten").await;
    assert!(log.contains(">demo<"), "{log}");

    let proof = evidence(&browser).await;
    let erasure = app.state.erasure(&key()).await.unwrap().unwrap();
    let get = |name: &str| proof.get(name).unwrap().clone();
    assert_eq!(get("customer"), json!(key()));
    assert_eq!(get("asked_by"), json!("demo"));
    assert_eq!(get("carried_out_at"), json!(erasure.at));
    assert_eq!(get("run"), json!(erasure.run));
    assert_eq!(get("blanked_in_billit"), json!(erasure.blanked));
    assert!(erasure.blanked.contains(&"Email".parse().unwrap()));
    let kept = get("kept_in_billit").to_string();
    assert!(kept.contains("\"Name\"") && kept.contains("law"), "{kept}");
    assert_eq!(get("anonymised_appointments"), Value::Null);
    assert!(
        get("erased_here")
            .as_array()
            .unwrap()
            .contains(&json!("recalls"))
    );
    let reminder = json!([{
        "what": "delete_in_source",
        "due": app.today(),
        "ticked_off_at": null,
        "ticked_off_by": null,
    }]);
    assert_eq!(get("reminders"), reminder);
    for personal in PERSONAL {
        assert!(!proof.to_string().contains(personal), "{personal}");
    }

    // Who is forgotten does not come back, and the evidence outlives the journal.
    pass(&place).await;
    assert_eq!(
        app.state
            .customer(&key())
            .await
            .unwrap()
            .map(|one| one.party),
        None
    );
    let later = Utc::now() + TimeDelta::days(1);
    app.notes.forget_old(later, later, later).await.unwrap();
    app.state.forget_runs(later).await.unwrap();
    assert_eq!(evidence(&browser).await, proof);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reminder_is_told_until_it_is_ticked_off() {
    let place = with_one().await;
    let (app, browser) = (&place.server.app, place.person().await);
    let is_told = async || {
        worker::tell(app, Utc::now()).await.unwrap();
        let open = app.alerts.open().await.unwrap().into_iter();
        open.filter(|alert| alert.condition == Condition::RemindersDue)
            .map(|alert| alert.text)
            .next()
    };
    assert_eq!(is_told().await, None);
    forget(&browser).await;
    let text = is_told().await.unwrap();
    assert!(
        text.starts_with('1') && !text.contains("planyo:7"),
        "{text}"
    );
    let overview = browser.page("/").await;
    assert!(
        overview.contains("Delete the customer in Planyo: planyo:7"),
        "{overview}"
    );
    assert!(
        overview.contains("Something is to be done by hand"),
        "{overview}"
    );

    let tick = between(&overview, "action=\"/reminders/", "\"").unwrap();
    let tick = format!("/reminders/{tick}");
    assert_eq!(browser.submit("/", &tick, &[]).await, "/deletions");
    assert_eq!(is_told().await, None);
    assert!(
        !browser
            .page("/")
            .await
            .contains("Delete the customer in Planyo")
    );
    let proof = evidence(&browser).await;
    let ticked = proof.pointer("/reminders/0").unwrap().clone();
    assert_eq!(ticked.get("ticked_off_by"), Some(&json!("demo")));
    // Once.
    browser.submit("/", &tick, &[]).await;
    let other = tick.replace("/reminders/", "/reminders/x");
    browser.submit("/", &other, &[]).await;
    assert_eq!(
        evidence(&browser).await.pointer("/reminders/0"),
        Some(&ticked)
    );
    let log = browser.page("/changes.csv?field=reminder").await;
    assert_eq!(log.lines().count(), 2, "{log}");
    assert!(
        log.contains("delete_in_source") && log.contains("demo"),
        "{log}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_without_a_party_is_forgotten_too() {
    let sandbox = Sandbox::start_empty().await.unwrap();
    sandbox.planyo.add(person(7));
    let place = Place::quiet(sandbox, "").await;
    let browser = place.person().await;
    let (_, page) = preview(&browser).await;
    assert!(page.contains("nothing is erased there"), "{page}");
    let done = forget(&browser).await;
    assert!(done.contains("The customer is forgotten."), "{done}");
    assert_eq!(
        evidence(&browser).await.get("blanked_in_billit"),
        Some(&json!([]))
    );
    pass(&place).await;
    assert!(place.sandbox.billit.parties().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_was_cut_short_is_shown_and_completed() {
    let place = with_one().await;
    let (app, browser) = (&place.server.app, place.person().await);
    // Killed before Billit was written.
    let asked = Utc::now() - TimeDelta::hours(1);
    let begun = app
        .notes
        .begin_deletion(&key(), None, "eva", asked)
        .await
        .unwrap();
    let again = format!("/deletions/{}/again", begun.id);
    let list = browser.page("/deletions").await;
    assert!(
        list.contains("not finished") && list.contains(&again),
        "{list}"
    );
    let proof = evidence(&browser).await;
    assert_eq!(proof.get("carried_out_at"), Some(&Value::Null));
    assert_eq!(proof.get("erased_here"), Some(&json!([])));
    let plan = browser.submit("/deletions", &again, &[]).await;
    browser.settled(&plan).await;
    browser.submit(&plan, &plan, &[]).await;
    browser.settled(&plan).await;
    let all = app.notes.deletions().await.unwrap();
    assert_eq!(all.len(), 1);
    let first = all.first().unwrap().clone();
    assert_eq!(
        (first.id.as_str(), first.by.as_str()),
        (begun.id.as_str(), "eva")
    );
    assert!(first.done.is_some() && !first.blanked.is_empty());

    // Killed after Billit was written, before the evidence was.
    let cut = deletions::Deletion {
        done: None,
        run: None,
        blanked: Vec::new(),
        kept: Vec::new(),
        ..first.clone()
    };
    let row = format!("deletion/{}", cut.id);
    app.notes.write(&row, &cut).await.unwrap();
    let plan = browser.submit("/deletions", &again, &[]).await;
    browser.settled(&plan).await;
    browser.submit(&plan, &plan, &[]).await;
    let done = browser.settled(&plan).await;
    assert!(done.contains("The customer is forgotten."), "{done}");
    assert_eq!(app.notes.deletions().await.unwrap(), [first]);
    let answer = browser.asks("/deletions/..%2Falive.json").send().await;
    assert_eq!(answer.unwrap().status(), StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_that_fails_is_not_called_done() {
    let place = with_one().await;
    let browser = place.person().await;
    let (plan, _) = preview(&browser).await;
    place
        .sandbox
        .billit
        .faults()
        .always("PATCH /v1/parties/{id}", sandbox::Fault::InternalError);
    browser.submit(&plan, &plan, &[]).await;
    let page = browser.settled(&plan).await;
    assert!(page.contains("It did not work"), "{page}");
    let all = place.server.app.notes.deletions().await.unwrap();
    assert_eq!(all.iter().filter(|one| one.done.is_none()).count(), 1);
    assert_eq!(place.server.app.notes.reminders().await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_of_planfy_is_closed_when_its_backups_are_over() {
    let place = Place::quiet(Sandbox::start_empty().await.unwrap(), "").await;
    let (app, browser) = (&place.server.app, place.person().await);
    let today = app.today();
    let erasure: Erasure = serde_json::from_value(json!({
        "at": "2026-11-30T10:00:00Z",
        "run": "20261130T100000.000000Z-0001",
        "blanked": ["Email"],
        "kept": [["Name", "kept"]],
    }))
    .unwrap();
    let anonymised = vec!["900".to_owned()];
    let begun = app
        .notes
        .begin_deletion(&planfy(), Some(anonymised.clone()), "eva", Utc::now())
        .await
        .unwrap();
    app.notes
        .finish_deletion(begun, &erasure, today)
        .await
        .unwrap();
    let proof = evidence(&browser).await;
    assert_eq!(
        proof.get("anonymised_appointments"),
        Some(&json!(anonymised))
    );
    let reminders = app.notes.reminders().await.unwrap();
    let what: Vec<ToDo> = reminders.iter().map(|one| one.what).collect();
    assert_eq!(what, [ToDo::DeleteInSource, ToDo::BackupsOver]);
    let over = reminders.last().unwrap().due;
    let due = |on: NaiveDate| deletions::due(&reminders, on).count();
    assert_eq!(due(today.pred_opt().unwrap()), 0);
    assert_eq!(due(today), 1);
    assert_eq!(due(over.pred_opt().unwrap()), 1);
    assert_eq!(due(over), 2);
    // The one that comes is folded away.
    let overview = browser.page("/").await;
    let (due_now, coming) = overview.split_once("<details>").unwrap();
    assert!(
        due_now.contains("Delete the customer in Planfy"),
        "{overview}"
    );
    assert!(
        !due_now.contains("backups") && coming.contains("backups"),
        "{overview}"
    );
    let rows: Value = app
        .state
        .read(Table::Program, &format!("reminder/{}", reminders[0].id))
        .await
        .unwrap()
        .unwrap();
    let names: Vec<&String> = rows.as_object().unwrap().keys().collect();
    assert_eq!(
        names,
        ["customer", "deletion", "due", "id", "ticked", "what"]
    );
}

#[test]
fn planfys_rule_counts_for_planfys_customers_alone() {
    let today = day("2026-11-30");
    let visits = |ends| {
        let booked = day("2026-11-01");
        vec![Appointment::booked(
            "900",
            planfy(),
            "dentist",
            booked,
            ends,
        )]
    };
    let rule =
        |customer: &CustomerKey, ends| deletions::planfy_rule(customer, &visits(ends), today);
    let past = rule(&planfy(), day("2026-11-29")).unwrap().unwrap();
    assert_eq!(past.anonymised, ["900"]);
    assert_eq!(past.backups_until, day("2027-02-28"));
    assert!(rule(&planfy(), today).is_err());
    assert_eq!(rule(&key(), today).unwrap(), None);
    let due = |customer: &CustomerKey| {
        let all = deletions::reminders("1", customer, today).into_iter();
        all.map(|one| (one.what, one.due)).collect::<Vec<_>>()
    };
    assert_eq!(due(&key()), [(ToDo::DeleteInSource, today)]);
    let both = [
        (ToDo::DeleteInSource, today),
        (ToDo::BackupsOver, day("2027-02-28")),
    ];
    assert_eq!(due(&planfy()), both);
}
