//! Notification callbacks, as a receiver gets them.

use std::sync::{Arc, Mutex};

use axum::{Router, extract::Request, response::IntoResponse};
use serde_json::{Value, json};

use super::{super::*, data, refusal, reservations::time, seeded};
use crate::{server::lock, wire::form_pairs};

/// What a receiver got: path and query, content type, body.
type Received = Arc<Mutex<Vec<(String, String, String)>>>;

/// A receiver on a port of its own, its address, and what it got.
async fn receiver(status: u16) -> (String, Received) {
    let received = Received::default();
    let kept = Arc::clone(&received);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let receive = async move |request: Request| {
        let (parts, body) = request.into_parts();
        let body = axum::body::to_bytes(body, 1 << 20).await.expect("a body");
        let kind = parts.headers["content-type"]
            .to_str()
            .expect("text")
            .to_owned();
        assert_eq!(parts.method, "POST");
        lock(&kept).push((
            parts.uri.to_string(),
            kind,
            String::from_utf8(body.to_vec()).expect("text"),
        ));
        axum::http::StatusCode::from_u16(status)
            .expect("a status")
            .into_response()
    };
    tokio::spawn(async { axum::serve(listener, Router::new().fallback(receive)).await });
    (base, received)
}

async fn register(server: &PlanyoServer, event: &str, url: &str) {
    let parameters = [("notification_name", event), ("callback_url", url)];
    assert_eq!(
        data(server, "add_notification_callback", &parameters).await,
        json!([])
    );
}

/// The events received, in that order.
async fn events(server: &PlanyoServer) -> Vec<String> {
    server.settled().await;
    server
        .deliveries()
        .into_iter()
        .map(|delivery| delivery.event)
        .collect()
}

#[tokio::test]
async fn a_user_is_told_of_as_a_form() {
    let server = seeded().await;
    let (base, received) = receiver(200).await;
    register(
        &server,
        "user_updated",
        &format!("{base}/planyo?token=s3cret"),
    )
    .await;
    let new = [
        ("email", "nele+1@example.com"),
        ("first_name", "Nèle"),
        ("city", "Gent"),
        ("country", "BE"),
        ("mobile", "470"),
        ("mobile_country_code", "32"),
    ];
    let id = data(&server, "add_user", &new).await["user_id"]
        .as_str()
        .expect("an id")
        .to_owned();
    data(
        &server,
        "modify_user",
        &[("user_id", &id), ("city", "Brugge")],
    )
    .await;
    server.settled().await;
    let received = lock(&received).clone();
    assert_eq!(received.len(), 2);
    let (target, kind, body) = &received[0];
    assert_eq!(
        (target.as_str(), kind.as_str()),
        ("/planyo?token=s3cret", "application/x-www-form-urlencoded")
    );
    let expected = [
        ("notification_type", "user_updated"),
        ("calendar", "21710"),
        ("is_new_user", "1"),
        ("user", &id),
        ("email", "nele+1@example.com"),
        ("first_name", "Nèle"),
        ("last_name", ""),
        ("country", "BE"),
        ("city", "Gent"),
        ("phone", "32470"),
    ];
    assert_eq!(
        form_pairs(body),
        expected.map(|(name, value)| (name.to_owned(), value.to_owned()))
    );
    let again = form_pairs(&received[1].2);
    assert!(again.contains(&(String::from("is_new_user"), String::from("0"))));
    assert!(again.contains(&(String::from("city"), String::from("Brugge"))));
    assert_eq!(server.deliveries()[0].status, Some(200));

    server.edit(838_801, |user| user.city = String::from("Aalst"));
    assert_eq!(events(&server).await.len(), 3);
}

#[tokio::test]
async fn a_check_in_is_told_of_as_json() {
    let server = seeded().await;
    let (base, received) = receiver(200).await;
    register(
        &server,
        "checked_in",
        &format!("{base}/?ppp_payload=json&token=x"),
    )
    .await;
    let id = server.add_reservation(Reservation {
        id: 19_710_795,
        resource_id: 22_301,
        user_id: 838_801,
        start: time(2026, 6, 1, 9),
        end: time(2026, 11, 3, 18),
        created: time(2026, 5, 20, 8),
        status: 7,
        quantity: 1,
        total_price: 10_000,
        ..Reservation::default()
    });
    let action = [("reservation_id", "19710795"), ("action", "Checkin")];
    assert_eq!(
        data(&server, "do_reservation_action", &action).await["status"],
        "39"
    );
    assert_eq!(id, 19_710_795);
    server.settled().await;
    let (target, kind, body) = lock(&received)[0].clone();
    assert_eq!(
        (target.as_str(), kind.as_str()),
        ("/?ppp_payload=json&token=x", "application/json")
    );
    // Seconds since 1970, summer and winter time.
    let expected = json!({
        "notification_type": "checked_in", "reservation": "19710795", "resource": "22301",
        "resource_name": "Camper Kust", "calendar": "21710", "start": "1780297200", "end": "1793725200",
        "user": "838801", "email": "ann.peeters@example.be", "first_name": "Ann", "last_name": "Peeters",
        "country": "BE", "city": "Gent", "phone": "32470100001", "status": "39", "count": "1",
        "price_quoted": "100.00", "amount_paid": "0.00", "amount_outstanding": "100.00", "currency": "EUR",
        "creation_date": "1779256800", "cart_id": "0", "unit_assignment": "", "user_notes": "", "admin_notes": "",
        "is_event_fired_by_customer": "0",
    });
    assert_eq!(
        serde_json::from_str::<Value>(&body).expect("JSON"),
        expected
    );
}

#[tokio::test]
#[allow(clippy::too_many_lines)] // Every event of a reservation.
async fn the_life_of_a_reservation() {
    let server = seeded().await;
    let (base, _) = receiver(204).await;
    for event in [
        "user_updated",
        "new_verified_reservation",
        "reservation_confirmed",
        "reservation_admin_canceled",
        "reservation_user_canceled",
        "reservation_auto_canceled",
        "reservation_admin_modified",
        "checked_in",
        "checked_out",
        "noshow",
        "reservation_payment_received",
        "reservation_payment_removed",
        "reservation_price_updated",
        "new_price_quotation",
        "confirmed_cleared",
        "reservation_removed",
        "hourly",
        "before_or_after_event_2",
    ] {
        register(&server, event, &base).await;
    }
    let new = [
        ("resource_id", "22302"),
        ("start_time", "2026-10-01"),
        ("end_time", "2026-10-02"),
        ("quantity", "1"),
        ("email", "nele@example.com"),
        ("first_name", "Nele"),
        ("force_status", "3"),
    ];
    let id = data(&server, "make_reservation", &new).await["reservation_id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let number: u64 = id.parse().expect("a number");
    let of = ("reservation_id", id.as_str());
    let pay = [
        of,
        ("payment_mode", "4"),
        ("payment_status", "1"),
        ("transaction_id", "T"),
        ("amount", "165"),
        ("currency", "EUR"),
    ];
    let payment = data(&server, "add_reservation_payment", &pay).await["payment_id"]
        .as_str()
        .expect("an id")
        .to_owned();
    data(
        &server,
        "modify_reservation",
        &[of, ("quantity", "1"), ("rental_prop_persons", "2")],
    )
    .await;
    for action in [
        "Checkin",
        "Checkout",
        "Noshow",
        "Unconfirm",
        "Cancel",
        "Uncancel",
        "User_cancel",
        "Mark_as_quote",
    ] {
        data(&server, "do_reservation_action", &[of, ("action", action)]).await;
    }
    data(&server, "set_reservation_price", &[of, ("price", "5")]).await;
    server.edit_reservation(number, |known| {
        known.status = known.status & !16 | status::CANCELLED_AUTOMATICALLY;
    });
    server.fire("before_or_after_event_2", number);
    server.fire_hourly();
    data(
        &server,
        "remove_reservation_payment",
        &[of, ("payment_id", &payment)],
    )
    .await;
    data(&server, "delete_reservation", &[of]).await;
    let expected = [
        "user_updated",
        "new_verified_reservation",
        "reservation_confirmed",
        "reservation_payment_received",
        "reservation_admin_modified",
        "checked_in",
        "checked_out",
        "noshow",
        "confirmed_cleared",
        "reservation_admin_canceled",
        "reservation_user_canceled",
        "new_price_quotation",
        "reservation_price_updated",
        "reservation_auto_canceled",
        "before_or_after_event_2",
        "hourly",
        "reservation_payment_removed",
        "reservation_removed",
    ];
    assert_eq!(events(&server).await, expected);

    let deliveries = server.deliveries();
    let field = |event: &str, name: &str| {
        let found = deliveries
            .iter()
            .find(|delivery| delivery.event == event)
            .expect("a delivery");
        let pairs = form_pairs(&found.body);
        pairs
            .into_iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value)
    };
    assert_eq!(field("user_updated", "is_new_user").as_deref(), Some("1"));
    assert_eq!(
        field("reservation_confirmed", "confirmation_method").as_deref(),
        Some("payment")
    );
    let payment = [
        "payment_amount",
        "payment_mode",
        "payment_confirming_reservation",
        "amount_outstanding",
    ]
    .map(|name| field("reservation_payment_received", name).expect("a value"));
    assert_eq!(payment, ["165.00", "4", "1", "0.00"]);
    assert!(field("reservation_payment_received", "payment_time").is_some());
    assert_eq!(
        field("reservation_user_canceled", "is_event_fired_by_customer").as_deref(),
        Some("1")
    );
    let (status, previous) = (
        field("reservation_admin_canceled", "status"),
        field("reservation_admin_canceled", "prev_status"),
    );
    assert_eq!(
        status.unwrap().parse::<u32>().unwrap() - previous.unwrap().parse::<u32>().unwrap(),
        8
    );
    assert_eq!(field("hourly", "reservation"), None);
    assert!(
        deliveries
            .iter()
            .all(|delivery| delivery.status == Some(204))
    );
}

#[tokio::test]
async fn an_empty_url_removes_every_callback_of_the_event() {
    let server = seeded().await;
    for url in [
        "http://127.0.0.1:1/a",
        "http://127.0.0.1:1/b",
        "http://127.0.0.1:1/c",
    ] {
        register(&server, "checked_in", url).await;
    }
    register(&server, "noshow", "http://127.0.0.1:1/a").await;
    let one = [
        ("notification_name", "checked_in"),
        ("callback_url", "http://127.0.0.1:1/b"),
    ];
    data(&server, "remove_notification_callback", &one).await;
    assert_eq!(server.callbacks().len(), 3);
    // Without a URL the one removes nothing, the other everything.
    assert_eq!(
        refusal(&server, "remove_notification_callback", &one[..1]).await,
        3
    );
    assert_eq!(server.callbacks().len(), 3);
    data(&server, "add_notification_callback", &one[..1]).await;
    let left = [(String::from("noshow"), String::from("http://127.0.0.1:1/a"))];
    assert_eq!(server.callbacks(), left);

    assert_eq!(refusal(&server, "add_notification_callback", &[]).await, 3);
    let name = |name: &'static str| {
        [
            ("notification_name", name),
            ("callback_url", "http://127.0.0.1:1/"),
        ]
    };
    assert_eq!(
        refusal(&server, "add_notification_callback", &name("user_added")).await,
        3
    );
    assert_eq!(
        refusal(
            &server,
            "add_notification_callback",
            &name("before_or_after_event_6")
        )
        .await,
        0
    );
    server.configure(|settings| settings.accept_further_callbacks = false);
    assert_eq!(
        refusal(
            &server,
            "add_notification_callback",
            &name("before_or_after_event_6")
        )
        .await,
        3
    );
}

#[tokio::test]
async fn deliveries_come_twice_and_out_of_order() {
    let server = seeded().await;
    let (base, _) = receiver(200).await;
    let id = server.bookings().reservations[0].id;
    for event in [
        "before_or_after_event_1",
        "before_or_after_event_2",
        "before_or_after_event_3",
    ] {
        register(&server, event, &base).await;
    }
    let fire = || {
        for number in 1..=3 {
            server.fire(&format!("before_or_after_event_{number}"), id);
        }
    };
    let last_digits = async || -> Vec<char> {
        events(&server)
            .await
            .iter()
            .filter_map(|event| event.chars().last())
            .collect()
    };
    server.configure(|settings| settings.duplicate_callbacks = true);
    fire();
    assert_eq!(last_digits().await, ['1', '1', '2', '2', '3', '3']);
    server.configure(|settings| {
        settings.duplicate_callbacks = false;
        settings.reorder_callbacks = true;
    });
    fire();
    assert_eq!(last_digits().await[6..], ['2', '1', '3']);
    // Without another one it is delayed, and delivered.
    server.fire("before_or_after_event_1", id);
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert_eq!(server.deliveries().len(), 10);
}

#[tokio::test]
async fn a_receiver_that_is_gone_or_angry_changes_nothing() {
    let server = seeded().await;
    let (angry, _) = receiver(500).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let gone = format!("http://{}/", listener.local_addr().expect("an address"));
    drop(listener);
    for url in [&angry, &gone, "https://127.0.0.1/", "http://example.com/"] {
        register(&server, "hourly", url).await;
    }
    server.fire_hourly();
    server.settled().await;
    let statuses: Vec<_> = server
        .deliveries()
        .iter()
        .map(|delivery| delivery.status)
        .collect();
    assert_eq!(statuses, [Some(500), None, None, None]);
}

#[tokio::test]
async fn quiet_may_silence_the_callbacks() {
    let server = seeded().await;
    let (base, _) = receiver(200).await;
    register(&server, "reservation_admin_canceled", &base).await;
    let confirmed = server.bookings().reservations;
    let mut ids = confirmed
        .iter()
        .filter(|known| known.status == 7)
        .map(|known| known.id.to_string());
    for (silences, expected) in [(false, 1), (true, 1)] {
        server.configure(|settings| settings.quiet_silences_callbacks = silences);
        let id = ids.next().expect("in the seed");
        let cancel = [
            ("reservation_id", id.as_str()),
            ("action", "Cancel"),
            ("is_quiet", "true"),
        ];
        data(&server, "do_reservation_action", &cancel).await;
        assert_eq!(events(&server).await.len(), expected);
    }
}
