//! Notifications from outside.

use std::io::Write;
use std::net::TcpStream;
use std::time::Duration;

use planyo_client::reservations::{DoReservationAction, ReservationAction};
use planyo_client::users::ModifyUser;
use sandbox::planyo::{Reservation, Resource, status};

use crate::place::{
    FORM, JSON, Place, TOKEN, USER, checked_in, exchange, good, status_before_body,
};

/// A reservation of each customer that has begun.
fn reservations(place: &Place) -> Vec<u64> {
    let planyo = &place.sandbox.planyo;
    let resource_id = planyo.add_resource(Resource {
        name: "Van".to_owned(),
        ..Resource::default()
    });
    let today = planyo.today().and_hms_opt(9, 0, 0).unwrap();
    let add = |user: &u64| {
        planyo.add_reservation(Reservation {
            user_id: *user,
            resource_id,
            start: today,
            end: today + chrono::TimeDelta::days(2),
            quantity: 1,
            status: status::RESERVED | status::VERIFIED | status::CONFIRMED,
            ..Reservation::default()
        })
    };
    place.users.iter().map(add).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_of_the_nine_is_posted_and_synced() {
    let place = Place::quiet(9).await;
    let reservations = reservations(&place);
    let running = place.start();
    assert_eq!(
        running.registered,
        "callbacks: 9 added, 0 kept, 0 removed, 0 failed"
    );
    let planyo = planyo_client::Client::builder(place.sandbox.planyo.api_key())
        .base_url(place.sandbox.planyo.base_url())
        .build()
        .unwrap();
    planyo
        .send(ModifyUser::by_id(USER).city("Aalst"))
        .await
        .unwrap();
    let (actions, events) = reservations[1..].split_at(2);
    for (action, reservation) in [ReservationAction::CheckIn, ReservationAction::CheckOut]
        .into_iter()
        .zip(actions)
    {
        planyo
            .send(DoReservationAction::new(*reservation, action))
            .await
            .unwrap();
    }
    for (number, reservation) in (1..).zip(events) {
        place
            .sandbox
            .planyo
            .fire(&format!("before_or_after_event_{number}"), *reservation);
    }
    place.sandbox.planyo.settled().await;
    let posted = place.sandbox.planyo.deliveries();
    assert_eq!(posted.len(), 9);
    assert!(
        posted.iter().all(|posted| posted.status == Some(200)),
        "{posted:?}"
    );
    place.until_synced(&place.users).await;
    // After a restart it is registered already.
    drop(running);
    assert_eq!(
        place.start().registered,
        "callbacks: 0 added, 9 kept, 0 removed, 0 failed"
    );
    assert_eq!(place.sandbox.planyo.callbacks().len(), 9);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_forged_broken_or_repeated_writes_nothing() {
    let place = Place::quiet(2).await;
    let running = place.start();
    let body = format!("notification_type=user_updated&user={USER}");
    let large = format!("{body}&x={}", "a".repeat(1 << 20));
    let cases = [
        ("", FORM, &*body, 404),
        ("?token=guess", FORM, &body, 404),
        (
            "?token=guess&token=token-of-a-test-0123456789",
            FORM,
            &body,
            404,
        ),
        (&good(), FORM, &large, 413),
        (
            &good(),
            JSON,
            "{\"notification_type\":\"user_updated\",\"us",
            200,
        ),
        (&good(), JSON, "[]", 200),
        (&good(), "image/png", &body, 200),
        (&good(), FORM, "", 200),
        (
            &good(),
            FORM,
            "notification_type=user_updated&user=Ann",
            200,
        ),
        (&good(), FORM, "notification_type=hourly", 200),
        (
            &good(),
            FORM,
            "notification_type=user_updated&user=999",
            200,
        ),
    ];
    for (query, kind, body, expected) in cases {
        assert_eq!(place.post(query, kind, body), expected, "{query} {kind}");
    }
    assert_eq!(
        exchange(place.address, "GET", "/planyo", "", "").unwrap().0,
        405
    );
    // Unauthorised: refused before the body is received, one never finished and one too large.
    for length in [100, 1 << 30] {
        assert_eq!(
            status_before_body(place.address, "?token=guess", length),
            404,
            "{length}"
        );
    }
    // Cut off in the middle of the body.
    let mut cut = TcpStream::connect(place.address).unwrap();
    write!(cut, "POST /planyo?token={TOKEN} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nnotification_type=u").unwrap();
    drop(cut);
    running.until_log("customer:999: not there any more").await;
    place.until_nobody_waits().await;
    assert_eq!(place.sandbox.billit.counts().writes, 0);

    for _ in 0..5 {
        assert_eq!(place.post(&good(), FORM, &body), 200);
    }
    place.until_synced(&[USER]).await;
    place.until_nobody_waits().await;
    place.sandbox.billit.clear_requests();
    for _ in 0..5 {
        assert_eq!(place.post(&good(), FORM, &body), 200);
    }
    running.until_log("unchanged").await;
    place.until_nobody_waits().await;
    assert_eq!(place.sandbox.billit.counts().writes, 0);
    let log = running.log();
    assert!(
        !log.contains("Person") && !log.contains("example.com") && !log.contains(TOKEN),
        "{log}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_is_killed_loses_no_answered_notification() {
    let place = Place::quiet(40).await;
    // Killed after each ten.
    for group in place.users.chunks(10) {
        let running = place.start();
        for user in group {
            let body = format!("{{\"notification_type\":\"checked_in\",\"user\":\"{user}\"}}");
            assert_eq!(place.post(&good(), JSON, &body), 200);
        }
        running.kill();
    }
    let running = place.start();
    place.until_synced(&place.users).await;
    place.until_nobody_waits().await;
    drop(running);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_is_stopped_finishes_and_loses_no_notification() {
    let place = Place::quiet(20).await;
    let running = place.start();
    for user in &place.users {
        assert_eq!(place.notify(*user), 200);
    }
    let (code, took) = running.terminate();
    assert_eq!(code, Some(0));
    assert!(took < Duration::from_secs(10), "{took:?}");
    let running = place.start();
    place.until_synced(&place.users).await;
    drop(running);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_pass_at_the_first_start_finds_missed_notifications() {
    let place = Place::busy(5).await;
    let running = place.start();
    place.until_synced(&place.users).await;
    running.until_log("5 created").await;
    drop(running);
    // At the next start there is none.
    let running = place.start();
    assert_eq!(place.notify(USER), 200);
    running.until_log("customer:838901: unchanged").await;
    assert!(!running.log().contains("full pass"), "{}", running.log());
}

#[tokio::test(flavor = "multi_thread")]
async fn health_is_public_and_nothing_else() {
    let place = Place::quiet(0).await;
    let running = place.start();
    let get = |path| exchange(place.address, "GET", path, "", "").unwrap();
    assert_eq!(get("/healthz").0, 200);
    assert_eq!(get("/").0, 303);
    assert_eq!(get(&format!("/?token={TOKEN}")).0, 303);
    drop(running);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_json_and_several_parts_are_read_in_any_case() {
    let place = Place::quiet(4).await;
    let running = place.start();
    let users = &place.users;
    let parts = |user: u64| {
        let part = |name, value: &str| {
            format!("--limit\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        [
            part("notification_type", "CHECKED_OUT"),
            part("user", &user.to_string()),
            "--limit--\r\n".to_owned(),
        ]
        .concat()
    };
    let cases = [
        (
            FORM,
            checked_in(users[0]).replace("checked_in", "CHECKED_IN"),
        ),
        (
            JSON,
            format!(
                "{{\"notification_type\":\"User_Updated\",\"user\":{}}}",
                users[1]
            ),
        ),
        ("multipart/form-data; boundary=limit", parts(users[2])),
        (
            "",
            format!(
                "{{\"notification_type\":\"BEFORE_OR_AFTER_EVENT_1\",\"user\":\"{}\"}}",
                users[3]
            ),
        ),
    ];
    for (kind, body) in cases {
        assert_eq!(place.post(&good(), kind, &body), 200, "{kind}");
    }
    place.until_synced(users).await;
    let person = place.person().await;
    let page = person.page("/").await;
    for event in [
        "checked_in",
        "user_updated",
        "checked_out",
        "before_or_after_event_1",
    ] {
        assert!(
            page.contains(&format!("<td><bdi>{event}</bdi></td><td>1</td>")),
            "{event} is not on\n{page}"
        );
    }
    drop(running);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_passed_over_is_on_the_page_without_values() {
    let place = Place::quiet(0).await;
    let running = place.start();
    let hourly = "notification_type=hourly&email=ann%40example.com&first_name=Ann";
    for (query, kind, body, expected) in [
        (&*good(), FORM, hourly, 200),
        (&good(), FORM, hourly, 200),
        (
            &good(),
            JSON,
            "{\"event\":\"x\",\"phone\":\"+32470123456\"}",
            200,
        ),
        (&good(), JSON, "[\"ann@example.com\"]", 200),
        (
            &good(),
            FORM,
            "notification_type=user_updated&email=ann%40example.com",
            200,
        ),
        ("?token=guess", FORM, hourly, 404),
    ] {
        assert_eq!(place.post(query, kind, body), expected, "{body}");
    }
    let page = place.person().await.page("/").await;
    for row in [
        format!(
            "<td><bdi>no trigger that counts</bdi></td><td>2</td><td><bdi>{FORM}: notification_type, email, first_name</bdi></td>"
        ),
        format!(
            "<td><bdi>a notification that does not say what happened</bdi></td><td>1</td><td><bdi>{JSON}: event, phone</bdi></td>"
        ),
        format!(
            "<td><bdi>a notification that is no JSON object</bdi></td><td>1</td><td><bdi>{JSON}: JSON that is no object</bdi></td>"
        ),
        format!(
            "<td><bdi>names neither customer nor reservation</bdi></td><td>1</td><td><bdi>{FORM}: notification_type, email</bdi></td>"
        ),
        "<td><bdi>the token is missing or wrong</bdi></td><td>1</td><td><bdi></bdi></td>"
            .to_owned(),
    ] {
        assert!(page.contains(&row), "{row} is not on\n{page}");
    }
    for value in ["ann@", "ann%40", "Ann", "+32", "guess"] {
        assert!(!page.contains(value), "{value} is on\n{page}");
    }
    drop(running);
}
