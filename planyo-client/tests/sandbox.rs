//! The whole way, against a look-alike of Planyo that was written from the reference alone and goes wrong on demand.

#![allow(clippy::unwrap_used)] // As in tests.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use planyo_client::incoming::{CallbackToken, Notification, Subject};
use planyo_client::notifications::{
    AddNotificationCallback, CallbackUrl, RemoveAllNotificationCallbacks,
    RemoveNotificationCallback,
};
use planyo_client::payments::{
    AddReservationPayment, GetReservationPaymentAmount, ListPayments, ListReservationPayments,
    ModifyReservationPayment, PaymentDraft, PaymentMode, PaymentStatus, RemoveReservationPayment,
};
use planyo_client::reservations::{
    DoReservationAction, GetReservation, ListReservations, MakeReservation, ReservationAction,
    ReservationDetail, ReservationSearch, SearchReservationsByFormItem,
};
use planyo_client::resources::{GetResourceInfo, ListResources, ResourceDetail};
use planyo_client::retry::RetryPolicy;
use planyo_client::sites::GetSiteInfo;
use planyo_client::users::{AddUser, GetUser};
use planyo_client::{
    ActionCursor, ActionFeed, Client, EventType, NotificationName, Phone, ReservationId,
    ReservationStatus, SiteTime, Window, Windows,
};
use rust_decimal::Decimal;
use sandbox::planyo::NoneStyle;
use sandbox::{Fault, PlanyoServer, Sandbox};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

/// What passes by itself and leaves nothing done.
const PASSING: [Fault; 4] = [
    Fault::Overuse,
    Fault::ResetBefore,
    Fault::InternalError,
    Fault::TruncatedJson,
];

async fn start() -> (PlanyoServer, Client) {
    let today = NaiveDate::from_ymd_opt(2026, 6, 15).unwrap();
    let server = Sandbox::start_on(today).await.unwrap().planyo;
    let client = client(&server);
    (server, client)
}

fn client(server: &PlanyoServer) -> Client {
    let moment = Duration::from_millis(1);
    let policy = RetryPolicy::default().delay(moment);
    Client::builder(server.api_key())
        .base_url(server.base_url())
        .retry(policy.rate_limit_delay(moment).max_attempts(10))
        .build()
        .unwrap()
}

fn time(text: &str) -> NaiveDateTime {
    text.parse().unwrap()
}

/// The three months of the sandbox, and all in them.
fn everything() -> (NaiveDateTime, NaiveDateTime) {
    (time("2026-05-01T00:00:00"), time("2026-09-01T00:00:00"))
}

fn expected(server: &PlanyoServer) -> BTreeSet<u64> {
    let reservations = server.bookings().reservations;
    reservations.iter().map(|known| known.id).collect()
}

#[tokio::test]
async fn pages_and_windows_are_what_the_server_has_whatever_goes_wrong() {
    let (server, planyo) = start().await;
    server.configure(|settings| settings.reservations_page_size = 7);
    server.faults().random(7, 20, &PASSING);
    let (start, end) = everything();
    let detail = ReservationDetail::INFO | ReservationDetail::PRICING | ReservationDetail::USER;
    let listing =
        move |window: Window| ListReservations::new(window.start, window.end).detail_level(detail);

    let reader = planyo.pages(ListReservations::new(start, end).detail_level(detail));
    let paged = reader.prefetch().all().await.unwrap();
    // The server's pages are short for Planyo's 500, and still no end.
    let windows = Windows::new(start, end).days(30).most_records(7);
    let by_window = planyo
        .pages_by_window(windows, listing)
        .all()
        .await
        .unwrap();
    for listing in [&paged, &by_window] {
        assert!(listing.invalid.is_empty());
        let ids = listing
            .records
            .iter()
            .map(|known| known.reservation_id.get());
        let ids: Vec<u64> = ids.collect();
        assert_eq!(ids.len(), ids.iter().collect::<BTreeSet<_>>().len());
        assert_eq!(ids.into_iter().collect::<BTreeSet<_>>(), expected(&server));
    }
    for known in &paged.records {
        let truth = server.reservation(known.reservation_id.get()).unwrap();
        assert_eq!(known.start_time, Some(SiteTime::Local(truth.start)));
        assert_eq!(known.end_time, Some(SiteTime::Local(truth.end)));
        assert_eq!(known.status.unwrap().bits(), truth.status);
        assert_eq!(known.total_price, Some(Decimal::new(truth.total_price, 2)));
        assert_eq!(known.user_id.unwrap().get(), truth.user_id);
    }
}

#[tokio::test]
async fn a_signed_call_gets_through_whatever_the_clock_says() {
    let (server, _) = start().await;
    server.configure(|settings| {
        settings.hash_key = Some("5ecret".to_owned());
        settings.clock_offset_seconds = -4000;
    });
    let builder = Client::builder(server.api_key()).base_url(server.base_url());
    let planyo = builder.hash_key("5ecret").build().unwrap();
    for _ in 0..2 {
        planyo.send(GetSiteInfo::new()).await.unwrap();
    }
    // Refused and signed anew once; after that the clock is right.
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn one_reservation_is_the_same_by_every_method() {
    let (server, planyo) = start().await;
    for as_text in [true, false] {
        server.configure(|settings| settings.numbers_as_strings = as_text);
        let mut all = server.bookings().reservations.into_iter();
        let truth = all.rfind(|known| !known.properties.is_empty()).unwrap();
        let id = ReservationId::from(truth.id);

        let one = planyo.send(GetReservation::new(id)).await.unwrap();
        let query = truth.id.to_string();
        let searched = planyo.send(ReservationSearch::new(query)).await.unwrap();
        let (name, value) = truth
            .properties
            .iter()
            .find(|(_, value)| value.is_some())
            .unwrap();
        let by_item = SearchReservationsByFormItem::new(name, value.clone().unwrap());
        let by_item = planyo.send(by_item).await.unwrap();
        let listed = ListReservations::new(truth.start, truth.end + TimeDelta::days(1));
        let listed = planyo.pages(listed).all().await.unwrap().records;
        let among = |found: Vec<_>| {
            let mut found = found.into_iter();
            found.find(
                |known: &planyo_client::Record<planyo_client::reservations::Reservation>| {
                    known.reservation_id == id
                },
            )
        };
        let all = [
            Some(one.clone()),
            among(searched.into_iter().flatten().collect()),
            among(by_item.into_iter().flatten().collect()),
            among(listed),
        ];
        let resource_name = one.resource_name.clone();
        for found in all {
            let found = found.unwrap();
            assert_eq!(found.reservation_id, id);
            assert_eq!(found.start_time, Some(SiteTime::Local(truth.start)));
            assert_eq!(found.user_id, one.user_id);
            assert_eq!(found.resource_name, resource_name);
        }
        assert_eq!(one.total_price, Some(Decimal::new(truth.total_price, 2)));
        assert!(one.user_text.is_some());
    }
}

#[tokio::test]
async fn resources_come_in_a_map_page_by_page() {
    let (server, planyo) = start().await;
    let all = ResourceDetail::NAME | ResourceDetail::SETTINGS | ResourceDetail::PROPERTIES;
    let listing = ListResources::new().detail_level(all).page_size(3);
    let listed = planyo.pages(listing).all().await.unwrap();
    let truth = server.bookings().resources;
    assert_eq!(
        (listed.records.len(), listed.invalid.len()),
        (truth.len(), 0)
    );
    for resource in listed.records {
        let known = truth
            .iter()
            .find(|known| known.id == resource.id.get())
            .unwrap();
        assert_eq!(resource.name.as_deref(), Some(known.name.as_str()));
        assert_eq!(resource.quantity, Some(known.quantity.into()));
        let info = planyo
            .send(GetResourceInfo::new(resource.id))
            .await
            .unwrap();
        assert_eq!((info.id, &info.name), (resource.id, &resource.name));
    }
}

/// A reservation in August, of somebody new.
fn booking(resource: u64) -> MakeReservation {
    let (start, end) = (time("2026-08-03T09:00:00"), time("2026-08-05T18:00:00"));
    MakeReservation::new(resource, start, end, 1)
        .email("nele.nieuw@example.com")
        .first_name("Nele")
        .last_name("D'Hondt")
        .mobile("32", "470000001")
        .form_item("persons", "2")
}

#[tokio::test]
async fn what_is_done_to_a_reservation_comes_by_the_feed_once() {
    let (server, planyo) = start().await;
    // After all that the sandbox begins with.
    server.configure(|settings| settings.today = NaiveDate::from_ymd_opt(2026, 8, 1));
    let resource = server.bookings().resources[0].id;
    let known = server.bookings().actions;
    let mut feed = ActionFeed::new(ActionCursor::starting_at(time("2026-05-01T00:00:00")));
    let answer = planyo.send(feed.request()).await.unwrap();
    let before = feed.accept(answer.into_iter().flatten());
    let since = |action: &&sandbox::planyo::Action| action.time >= time("2026-05-01T00:00:00");
    assert_eq!(before.len(), known.iter().filter(since).count());

    server.faults().on("make_reservation", 0, Fault::Overuse);
    let made = planyo.send(booking(resource)).await.unwrap();
    let id = made.reservation_id;
    let confirm = DoReservationAction::new(id, ReservationAction::Confirm).comment("paid");
    let confirmed = planyo.send(confirm).await.unwrap();
    assert!(confirmed.status.unwrap().is_confirmed());
    // The first was done, and its answer lost: a quiet action may be retried.
    server
        .faults()
        .on("do_reservation_action", 0, Fault::ResetAfter);
    let check_in = DoReservationAction::new(id, ReservationAction::CheckIn).quiet();
    let arrived = planyo.send(check_in).await.unwrap();
    assert!(
        arrived
            .status
            .unwrap()
            .contains(ReservationStatus::CHECKED_IN)
    );
    let cancel = DoReservationAction::new(id, ReservationAction::Cancel);
    assert!(
        planyo
            .send(cancel)
            .await
            .unwrap()
            .status
            .unwrap()
            .is_cancelled()
    );

    // In another process, and asked again and again: all that is new comes once.
    let stored = serde_json::to_string(feed.cursor()).unwrap();
    let mut feed = ActionFeed::new(serde_json::from_str(&stored).unwrap());
    let mut events = Vec::new();
    for _ in 0..3 {
        let answer = planyo.send(feed.request()).await.unwrap();
        let new = feed.accept(answer.into_iter().flatten());
        events.extend(
            new.into_iter()
                .filter(|action| action.reservation_id == Some(id)),
        );
    }
    let events: Vec<_> = events
        .iter()
        .filter_map(|action| action.event_type)
        .collect();
    for expected in [
        EventType::Confirmed,
        EventType::CheckedIn,
        EventType::CancelledByAdmin,
    ] {
        let times = events.iter().filter(|event| **event == expected).count();
        assert_eq!(times, 1, "{expected:?} in {events:?}");
    }
}

#[tokio::test]
async fn a_reservation_whose_answer_is_lost_is_made_once_and_found() {
    for fault in [Fault::ResetAfter, Fault::HtmlBody, Fault::TruncatedJson] {
        let (server, planyo) = start().await;
        let resource = server.bookings().resources[0].id;
        let before = expected(&server).len();
        server.faults().on("make_reservation", 0, fault);
        let error = planyo.send(booking(resource)).await.unwrap_err();
        assert!(error.is_outcome_unknown(), "{fault:?}: {error}");
        assert_eq!(expected(&server).len(), before + 1, "{fault:?}");
        // As the docs say: look first.
        let (start, end) = (time("2026-08-03T00:00:00"), time("2026-08-04T00:00:00"));
        let mine = ListReservations::new(start, end).user_email("nele.nieuw@example.com");
        let found = planyo.pages(mine).all().await.unwrap().records;
        assert_eq!(found.len(), 1, "{fault:?}");
        let one = planyo
            .send(GetReservation::new(found[0].reservation_id))
            .await
            .unwrap();
        assert_eq!(one.properties["persons"].as_deref(), Some("2"));
        assert_eq!(one.last_name.as_deref(), Some("D'Hondt"));
        // Apart in the listing, joined in the other: one type for both.
        let apart = Phone::from_parts(Some("32"), Some("470000001"));
        assert_eq!(found[0].mobile, apart);
        assert!(matches!(one.mobile, Some(Phone::WithCountryCode(_))));
    }
}

#[tokio::test]
async fn any_number_of_reservations_is_confirmed_in_parts() {
    let (server, planyo) = start().await;
    let ids: Vec<_> = expected(&server)
        .into_iter()
        .map(ReservationId::from)
        .collect();
    assert!(ids.len() > 50);
    server
        .faults()
        .on("do_reservation_action", 1, Fault::ResetBefore);
    let lock = DoReservationAction::for_all(ids.clone(), ReservationAction::Lock).quiet();
    let done = planyo.send_batch(lock).await;
    assert_eq!(done.iter().map(|item| item.id).collect::<Vec<_>>(), ids);
    for item in done {
        let status = item.result.unwrap().status.unwrap();
        assert!(status.contains(ReservationStatus::LOCKED));
        assert_eq!(
            server.reservation(item.id.get()).unwrap().status,
            status.bits()
        );
    }
}

#[tokio::test]
async fn a_callback_is_called_and_leads_to_the_object() {
    let (server, planyo) = start().await;
    let receiver = MockServer::start().await;
    let ok = ResponseTemplate::new(200);
    Mock::given(any()).respond_with(ok).mount(&receiver).await;
    let resource = server.bookings().resources[0].id;
    let token = CallbackToken::new("9f86d081884c7d659a2feaa0c55ad015").unwrap();
    let url = |path: &str| {
        CallbackUrl::new(&format!("{}/{path}", receiver.uri()))
            .unwrap()
            .with_token(&token)
    };
    let none_styles = [NoneStyle::EmptyList, NoneStyle::Null, NoneStyle::Absent];
    let events = [
        (NotificationName::CheckedIn, url("form")),
        (
            NotificationName::ReservationConfirmed,
            url("json").with_json(),
        ),
        (NotificationName::UserUpdated, url("form")),
    ];
    for ((event, url), style) in events.into_iter().zip(none_styles) {
        server.configure(|settings| settings.none = style);
        planyo
            .send(AddNotificationCallback::new(event, url))
            .await
            .unwrap();
    }
    server.configure(|settings| settings.duplicate_callbacks = true);

    let id = planyo.send(booking(resource)).await.unwrap().reservation_id;
    for action in [ReservationAction::Confirm, ReservationAction::CheckIn] {
        let action = DoReservationAction::new(id, action);
        planyo.send(action).await.unwrap();
    }
    let saved = AddUser::new("nele.nieuw@example.com", "Nèle").city("Brugge & Damme");
    planyo.send(saved).await.unwrap();
    server.settled().await;

    let zone = planyo
        .send(GetSiteInfo::new())
        .await
        .unwrap()
        .zone()
        .unwrap();
    let mut told = Vec::new();
    for call in receiver.received_requests().await.unwrap() {
        assert!(token.verify(call.url.query().unwrap()));
        let kind = call.headers["content-type"].to_str().unwrap();
        assert_eq!(call.url.path() == "/json", kind == "application/json");
        let notification = Notification::parse(kind, &call.body).unwrap();
        match notification.subject().unwrap() {
            Subject::Reservation(about) => {
                assert_eq!(about, id);
                let now = planyo.send(GetReservation::new(about)).await.unwrap();
                // Unix seconds in one, the clock of the site in the other: the same moment.
                let start = zone.to_utc(notification.start.unwrap());
                assert_eq!(start, zone.to_utc(now.start_time.unwrap()));
                assert_eq!(notification.price_quoted, now.total_price);
            }
            Subject::User(about) => {
                let now = planyo.send(GetUser::by_id(about)).await.unwrap();
                assert_eq!(notification.email, now.email);
                if notification.is_new_user == Some(false) {
                    assert_eq!(notification.city, now.city);
                    assert_eq!(now.city.as_deref(), Some("Brugge & Damme"));
                }
            }
            other => unreachable!("{other:?}"),
        }
        told.push(notification.name);
    }
    for (event, times) in [
        (NotificationName::CheckedIn, 2),
        (NotificationName::ReservationConfirmed, 2),
        (NotificationName::UserUpdated, 4),
    ] {
        let posted = told.iter().filter(|name| **name == event).count();
        assert_eq!(posted, times, "{event} in {told:?}");
    }

    let one = RemoveNotificationCallback::new(NotificationName::UserUpdated, url("form"));
    planyo.send(one).await.unwrap();
    assert_eq!(server.callbacks().len(), 2);
    for event in [
        NotificationName::CheckedIn,
        NotificationName::ReservationConfirmed,
    ] {
        planyo
            .send(RemoveAllNotificationCallbacks::of(event))
            .await
            .unwrap();
    }
    assert!(server.callbacks().is_empty());
}

#[tokio::test]
async fn a_payment_is_added_changed_and_removed() {
    let (server, planyo) = start().await;
    let resource = server.bookings().resources[0].id;
    let id = planyo.send(booking(resource)).await.unwrap().reservation_id;
    let draft = PaymentDraft {
        mode: PaymentMode::BankTransfer,
        status: PaymentStatus::Paid,
        transaction_id: "T-1".to_owned(),
        amount: Decimal::new(12_350, 2),
        currency: "EUR".to_owned(),
    };
    let payment = || AddReservationPayment::new(id, draft.clone()).quiet();

    // Its answer is lost: it is not retried, and found.
    server
        .faults()
        .on("add_reservation_payment", 0, Fault::ResetAfter);
    let error = planyo.send(payment()).await.unwrap_err();
    assert!(error.is_outcome_unknown());
    let listed = planyo.send(ListReservationPayments::new(id)).await.unwrap();
    let [payment] = listed.payments.as_slice() else {
        unreachable!("{listed:?}")
    };
    let payment = payment.as_ref().unwrap();
    assert_eq!(
        (payment.amount, payment.payment_mode),
        (Some(draft.amount), Some(draft.mode))
    );
    assert_eq!(payment.transaction_id.as_deref(), Some("T-1"));
    assert!(listed.coupons_used.is_empty());
    let sum = planyo
        .send(GetReservationPaymentAmount::new(id))
        .await
        .unwrap();
    assert_eq!((sum.amount, sum.payments), (Some(draft.amount), Some(1)));
    let today = server.today();
    let of_today = planyo.send(ListPayments::new(today, today)).await.unwrap();
    let mut ids = of_today.iter().flatten().map(|known| known.payment_id);
    assert!(ids.any(|known| known == payment.payment_id));

    server
        .faults()
        .on("modify_reservation_payment", 0, Fault::ResetAfter);
    let change = ModifyReservationPayment::new(payment.payment_id, id, PaymentStatus::Pending);
    planyo.send(change).await.unwrap();
    let sum = planyo
        .send(GetReservationPaymentAmount::new(id))
        .await
        .unwrap();
    assert_eq!(sum.amount, Some(Decimal::ZERO));
    let remove = RemoveReservationPayment::new(payment.payment_id, id);
    planyo.send(remove).await.unwrap();
    let listed = planyo.send(ListReservationPayments::new(id)).await.unwrap();
    assert!(listed.payments.is_empty());
}
