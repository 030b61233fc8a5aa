//! No key and no customer shows in any `Debug`, `Display`, error or trace.

#![allow(clippy::unwrap_used)] // As in tests.

use std::error::Error as _;
use std::fmt::{Debug, Write as _};
use std::io;
use std::sync::{Arc, Mutex};

use chrono::NaiveDate;
use planyo_client::cart::CartItem;
use planyo_client::incoming::{CallbackToken, Notification};
use planyo_client::notifications::{AddNotificationCallback, CallbackUrl, SendEmailToCustomer};
use planyo_client::payments::{
    GenerateInvoice, ListInvoices, ListPayments, ListReservationPayments,
};
use planyo_client::products::GetReservationProducts;
use planyo_client::properties::{GetCustomProperty, SetCustomProperty};
use planyo_client::reservations::{
    DoReservationAction, GetReservation, GetReservationActions, MakeReservation, RentalPeriod,
    ReservationSearch,
};
use planyo_client::resources::GetResourceInfo;
use planyo_client::sites::{AddApiKey, AddSite, GetSiteInfo, ListReviews, SitePlan};
use planyo_client::testing::{Answer, Script};
use planyo_client::users::{AddAgent, AddUser, GetUser, ListAllUsers, ListUsers, ModifyUser, User};
use planyo_client::vouchers::ApplyCoupon;
use planyo_client::{
    AmountOrPercent, ApiKey, Client, Context, Endpoint, HashKey, Page, RawCall, Record, Response,
    UserId,
};
use serde_json::value::RawValue;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

const CANARIES: [&str; 11] = [
    "canary-key",
    "canary-hash",
    "canary@example.com",
    "Canarella",
    "BE0403170701",
    "canary-pass",
    // As Planyo's free text may have them: without quotes, in lower case, in groups.
    "Ann Peeters",
    "ann peeters",
    "+32 475 12 34 56",
    "475 12 34 56",
    "403 170 701",
];

const FREE_TEXT: &str =
    "De klant Ann Peeters (ann peeters, +32 475 12 34 56, nummer 403 170 701) bestaat al";

fn user_json() -> String {
    r#"{"id":"7","email":"canary@example.com","last_name":"Canarella","properties":{"vat":"BE0403170701"}}"#.to_owned()
}

fn clean(text: &str) {
    for canary in CANARIES {
        assert!(!text.contains(canary), "{canary} shows in: {text}");
    }
}

fn debugs(value: &impl Debug) -> String {
    format!("{value:?} {value:#?}")
}

fn with_sources(error: &planyo_client::Error) -> String {
    let mut text = format!("{error} {error:?} {error:#?}");
    let mut source = error.source();
    while let Some(cause) = source {
        write!(text, " {cause} {cause:?}").unwrap();
        source = cause.source();
    }
    text
}

#[test]
fn values_do_not_show() {
    let context = Context::new("canary-key").hash_key("canary-hash");
    let add =
        AddUser::new("canary@example.com", "Canarella").login("Canarella", &"canary-pass".into());
    let raw = serde_json::value::RawValue::from_string(user_json()).unwrap();
    let user = Record::<User>::parse(&raw).unwrap();
    for text in [
        debugs(&ApiKey::from("canary-key")),
        debugs(&HashKey::from("canary-hash")),
        debugs(&context),
        debugs(&context.request(&add, 1)),
        debugs(&add),
        debugs(&GetUser::by_email("canary@example.com")),
        debugs(
            &ModifyUser::by_email("canary@example.com")
                .last_name("Canarella")
                .property("vat", "BE0403170701"),
        ),
        debugs(
            &ListUsers::new()
                .last_name("Canarella")
                .property_is("vat", "BE0403170701"),
        ),
        debugs(&user),
        debugs(
            &Client::builder("canary-key")
                .hash_key("canary-hash")
                .base_url("https://ann:canary-pass@planyo.test/rest/"),
        ),
        debugs(
            &Client::builder("canary-key")
                .hash_key("canary-hash")
                .build()
                .unwrap(),
        ),
        debugs(
            &Client::new("canary-key")
                .unwrap()
                .pages(ListUsers::new().last_name("Canarella")),
        ),
    ] {
        clean(&text);
    }
    assert!(
        debugs(&user).contains('7'),
        "a Debug that says nothing helps nobody"
    );
    assert!(
        debugs(&add).contains("email"),
        "the names of the fields do show"
    );
}

/// An object with a canary in every field that may hold a person's words or data, whatever method it is of.
const PERSONAL: &str = r#"{"id":"7","user_id":"7","reservation_id":"7","payment_id":"7","coupon_id":"7","status":"7",
    "email":"canary@example.com","first_name":"Canarella","last_name":"Canarella","login":"Canarella",
    "address":"Canarella","city":"Canarella","zip":"Canarella","phone":"+32 475 12 34 56",
    "phone_number":"+32 475 12 34 56","mobile_number":"475 12 34 56","user_notes":"Ann Peeters",
    "admin_notes":"Ann Peeters","user_text":"Ann Peeters","warning":"Ann Peeters","warning_text":"Ann Peeters",
    "comments":"Ann Peeters","moderator":"Ann Peeters","text":"Ann Peeters","reply":"Ann Peeters",
    "extra_info":"Ann Peeters","transaction_id":"Ann Peeters","value":"BE0403170701","sequential_number":"F/1",
    "url":"https://planyo.test/canary-key","resource_admin_name":"Ann Peeters",
    "resource_admin_email":"canary@example.com","properties":{"vat":"BE0403170701"},
    "user_properties":{"vat":"BE0403170701"},"log_events":[{"comment":"Ann Peeters"}],
    "regular_products":[],"custom_products":[{"id":1,"name":"Ann Peeters"}]}"#;

#[test]
fn no_answer_shows_a_person() {
    fn shown<E: Endpoint<Output: Debug>>(endpoint: &E, data: &str) -> String {
        let body = format!(r#"{{"data":{data},"response_code":0}}"#);
        debugs(&Response::new(200, body).read(endpoint).unwrap())
    }
    let day = NaiveDate::default();
    let time = day.into();
    let list = |name: &str| format!(r#"{{"{name}":[{PERSONAL}]}}"#);
    let results = list("results");
    for text in [
        shown(&GetUser::by_id(7), PERSONAL),
        shown(
            &AddAgent::new(7, AmountOrPercent::ZERO, AmountOrPercent::ZERO),
            PERSONAL,
        ),
        shown(&GetReservation::new(7), PERSONAL),
        shown(&MakeReservation::new(7, time, time, 1), PERSONAL),
        shown(&DoReservationAction::new(7, "Confirm"), PERSONAL),
        shown(
            &DoReservationAction::for_all([7_u64], "Confirm"),
            &format!(r#"{{"7":{PERSONAL}}}"#),
        ),
        shown(&ReservationSearch::new("Canarella"), &results),
        shown(&GetReservationActions::new(), &results),
        shown(&GetReservationProducts::new(7), PERSONAL),
        shown(&ListReservationPayments::new(7), &results),
        shown(&ListPayments::new(day, day), &results),
        shown(&ListInvoices::of_reservation(7), &results),
        shown(&GenerateInvoice::new(7), PERSONAL),
        shown(&GetResourceInfo::new(7), PERSONAL),
        shown(&GetSiteInfo::new(), PERSONAL),
        shown(&ListReviews::new(), &results),
        shown(&AddSite::new(1, 2, "Canarella", SitePlan::Pro), PERSONAL),
        shown(&AddApiKey::new(), PERSONAL),
        shown(&ApplyCoupon::new(7), PERSONAL),
        shown(&GetCustomProperty::new(UserId::from(7), "vat"), PERSONAL),
    ] {
        clean(&text);
        assert!(
            text.len() > 8,
            "a Debug that says nothing helps nobody: {text}"
        );
    }
    let raw = RawValue::from_string(list("results")).unwrap();
    let items = Page::<CartItem>::parse(&raw, "results").unwrap();
    clean(&debugs(&items));
    clean(&debugs(&items.records()[0]));
    let notification = Notification::parse("application/json", PERSONAL.as_bytes());
    clean(&debugs(&notification));
    let body = PERSONAL.replacen('{', r#"{"notification_type":"user_updated","#, 1);
    clean(&debugs(
        &Notification::parse("application/json", body.as_bytes()).unwrap(),
    ));
}

#[test]
fn no_call_shows_what_it_sends() {
    let time = NaiveDate::default().into();
    let url = CallbackUrl::new("https://example.com/?token=canary-hash").unwrap();
    for text in [
        debugs(
            &MakeReservation::new(7, time, time, 1)
                .email("canary@example.com")
                .last_name("Canarella")
                .phone("32", "475 12 34 56")
                .form_item("VAT", "BE0403170701"),
        ),
        debugs(&RentalPeriod::new(time, time).form_item("VAT", "BE0403170701")),
        debugs(&ReservationSearch::new("Ann Peeters")),
        debugs(&SendEmailToCustomer::new(
            7,
            "Canarella",
            "Dear Ann Peeters",
        )),
        debugs(&SetCustomProperty::new(
            UserId::from(7),
            "vat",
            "BE0403170701",
        )),
        debugs(&AddNotificationCallback::new("hourly", url)),
        debugs(&CallbackToken::new("canary-hash-canary-hash").unwrap()),
        debugs(&RawCall::write("x").param("email", "canary@example.com")),
    ] {
        clean(&text);
    }
}

#[tokio::test(start_paused = true)]
async fn neither_errors_nor_traces_show_them() {
    let (log, _guard) = Log::of_everything();
    let answers = [
        Answer::code(
            3,
            "User canary@example.com (VAT BE0403170701) and 'Canarella' unknown",
        ),
        Answer::code(1, "key \\\"canary-key\\\" is wrong"),
        Answer::code(4, FREE_TEXT),
        Answer::code(99, FREE_TEXT),
        Answer::Http(500, None, FREE_TEXT.into()),
        Answer::body(FREE_TEXT),
        Answer::data(&format!("\"{FREE_TEXT}\"")),
        Answer::Http(
            400,
            None,
            r#"{"response_code":3,"response_message":"canary@example.com?"}"#.into(),
        ),
        Answer::body("<html>canary@example.com Canarella canary-key</html>"),
        Answer::body(r#"{"response_code":"canary@example.com"}"#),
        Answer::body(r#"{"response_code":0,"data":{"id":"canary@example.com"}}"#),
        Answer::body(r#"{"response_code":0,"data":"Canarella"}"#),
        Answer::status(500),
        Answer::Broken,
        Answer::Silent,
    ];
    let policy = planyo_client::retry::RetryPolicy::never();
    for answer in answers {
        let script = Script::new([answer]);
        let planyo = Client::builder("canary-key")
            .hash_key("canary-hash")
            .retry(policy)
            .transport(script.clone())
            .build()
            .unwrap();
        let error = planyo
            .send(GetUser::by_email("canary@example.com"))
            .await
            .unwrap_err();
        clean(&with_sources(&error));
        clean(&debugs(&script));
    }
    // A retry is traced too, and so is a listing with records that cannot be read.
    let bad = format!(
        r#"{{"users":[{{"id":"canary@example.com"}},{},{{"id":{{}}}}]}}"#,
        user_json()
    );
    let script = Script::new([
        Answer::Disconnected,
        Answer::data(&bad),
        Answer::data("[]"),
        Answer::data("[]"),
    ]);
    let planyo = Client::builder("canary-key")
        .transport(script)
        .build()
        .unwrap();
    let everybody = planyo.pages(ListAllUsers::new()).all().await.unwrap();
    clean(&debugs(&everybody));
    assert_eq!(everybody.invalid.len(), 2);
    for invalid in &everybody.invalid {
        clean(&debugs(invalid));
        clean(&format!("{invalid} {}", invalid.error()));
    }
    let log = log.text();
    assert!(log.contains("list_users"), "the trace is there: {log}");
    clean(&log);
}

#[tokio::test]
async fn nothing_shows_over_a_real_socket() {
    let (log, _guard) = Log::of_everything();
    let server = MockServer::start().await;
    let body = format!(r#"{{"response_code":3,"response_message":"{FREE_TEXT}"}}"#);
    Mock::given(any())
        .respond_with(ResponseTemplate::new(400).set_body_string(body))
        .up_to_n_times(1)
        .mount(&server)
        .await;
    let body = format!(r#"{{"response_code":0,"data":{}}}"#, user_json());
    Mock::given(any())
        .respond_with(ResponseTemplate::new(200).set_body_string(body))
        .mount(&server)
        .await;
    let planyo = Client::builder("canary-key")
        .hash_key("canary-hash")
        .base_url(format!("{}/rest/", server.uri()))
        .build()
        .unwrap();
    let call = || {
        AddUser::new("canary@example.com", "Canarella").login("Ann Peeters", &"canary-pass".into())
    };
    let error = planyo.send(call()).await.unwrap_err();
    assert_eq!(error.api_message(), Some(FREE_TEXT));
    clean(&with_sources(&error));
    let saved = planyo.send(call()).await.unwrap();
    assert_eq!(saved.user_id.map(planyo_client::UserId::get), Some(7));
    assert_eq!(server.received_requests().await.unwrap().len(), 2);
    let log = log.text();
    assert!(log.contains("add_user"), "the trace is there: {log}");
    clean(&log);
}

#[test]
fn clients_errors_and_calls_go_between_threads() {
    fn between_threads<T: Send + Sync + 'static>() {}
    fn sendable(_: impl Send) {}
    between_threads::<Client>();
    between_threads::<planyo_client::Error>();
    between_threads::<Record<User>>();
    between_threads::<planyo_client::InvalidRecord>();
    let planyo = Client::new("key").unwrap();
    sendable(planyo.send(GetUser::by_id(1)));
    sendable(planyo.pages(ListAllUsers::new()).next_page());
    sendable(planyo.pages(ListAllUsers::new()).all());
    sendable(planyo.pages(ListAllUsers::new()).records());
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// Takes every trace of this thread, at every level, until the guard is dropped.
    fn of_everything() -> (Self, tracing::subscriber::DefaultGuard) {
        let log = Self::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_writer(move || writer.clone())
            .finish();
        (log, tracing::subscriber::set_default(subscriber))
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
