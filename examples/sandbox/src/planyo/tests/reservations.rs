//! The listings of reservations, one whole reservation, and the log.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::{super::*, data, refusal, results, seeded, texts};

const JUNE: [(&str, &str); 2] = [
    ("start_time", "2026-06-01"),
    ("end_time", "2026-06-30 23:59:59"),
];
const ALL: [(&str, &str); 2] = [("start_time", "2026-01-01"), ("end_time", "2026-12-31")];

async fn listed(server: &PlanyoServer, parameters: &[(&str, &str)]) -> Vec<Value> {
    results(server, "list_reservations", &[&ALL, parameters].concat()).await
}

#[tokio::test]
async fn the_window_is_of_starts_or_of_creations() {
    let server = seeded().await;
    for missing in [&[][..], &JUNE[..1], &JUNE[1..]] {
        assert_eq!(refusal(&server, "list_reservations", missing).await, 3);
    }
    let own = server.bookings().reservations;
    let month = |month: u32| {
        let first = NaiveDate::from_ymd_opt(2026, month, 1).unwrap();
        first.and_hms_opt(0, 0, 0).unwrap()
    };
    let june = month(6)..month(7);
    let in_june = results(&server, "list_reservations", &JUNE).await;
    let starting = own.iter().filter(|known| june.contains(&known.start));
    assert_eq!(in_june.len(), starting.count());
    assert!(in_june.len() > 20 && in_june.len() < own.len());

    let by_creation = [&JUNE[..], &[("list_by_creation_date", "true")]].concat();
    let made = results(&server, "list_reservations", &by_creation).await;
    let made_in_june = own.iter().filter(|known| june.contains(&known.created));
    assert_eq!(made.len(), made_in_june.count());
    assert_ne!(made, in_june);

    let one = &own[40];
    let point = (one.start + chrono::TimeDelta::hours(1)).to_string();
    let there = listed(&server, &[("must_include_time_point", &point)]).await;
    let including = own
        .iter()
        .filter(|known| known.start.to_string() <= point && point <= known.end.to_string());
    assert_eq!(there.len(), including.count());
    let half = [("must_include_time_range_start", point.as_str())];
    assert_eq!(
        refusal(&server, "list_reservations", &[&ALL[..], &half].concat()).await,
        3
    );
    let end = (one.end - chrono::TimeDelta::hours(1)).to_string();
    let range = [half[0], ("must_include_time_range_end", end.as_str())];
    let there = listed(&server, &range).await;
    assert!(texts(&there, "reservation_id").contains(&one.id.to_string()));
}

#[tokio::test]
async fn an_item_is_printed_as_php_does() {
    let server = seeded().await;
    let id = server.add_reservation(Reservation {
        id: 19_710_795,
        resource_id: 22_301,
        user_id: 838_801,
        start: time(2026, 6, 1, 9),
        end: time(2026, 6, 3, 18),
        created: time(2026, 5, 20, 8),
        status: 7,
        quantity: 1,
        total_price: 10_000,
        original_price: 10_000,
        unit_assignment: String::from("Kust 1"),
        ..Reservation::default()
    });
    assert_eq!(id, 19_710_795);
    let item = |listed: Vec<Value>| {
        let mut listed = listed.into_iter();
        listed
            .find(|item| item["reservation_id"] == "19710795")
            .expect("the new one")
    };
    let plain = item(listed(&server, &[]).await);
    let expected = json!({
        "reservation_id": "19710795", "cart_id": "0", "start_time": "2026-06-01 09:00:00",
        "end_time": "2026-06-03 18:00:00", "creation_time": "2026-05-20 08:00:00", "quantity": "1", "status": "7",
        "user_id": "838801", "login": "", "first_name": "Ann", "last_name": "Peeters",
        "email": "ann.peeters@example.be", "phone": "", "phone_country_code": "", "mobile_number": "470100001",
        "mobile_country_code": "32", "address": "Kerkstraat 12 bus 3", "city": "Gent", "zip": "9000", "state": "",
        "country": "BE", "resource_id": "22301", "name": "Camper Kust", "unit_assignment": "Kust 1",
        "user_notes": "", "admin_notes": "", "custom_color": "", "night_reservation": "1", "currency": "EUR",
    });
    assert_eq!(plain, expected);

    let whole = item(listed(&server, &[("detail_level", "127")]).await);
    let more = json!({
        "properties": [], "total_price": "100.00", "original_price": "100.00", "amount_paid": "0.00",
        "regular_products": [], "resource_properties": {"berths": "4", "licence": "B"}, "site_properties": [],
        "user_properties": [],
    });
    for (name, value) in more.as_object().expect("an object") {
        assert_eq!(&whole[name], value, "{name}");
        assert!(plain.get(name).is_none());
    }
    server.configure(|settings| settings.numbers_as_strings = false);
    let numbers = listed(&server, &[("detail_level", "5"), ("user_id", "838801")]).await;
    let last = numbers.last().expect("the new one");
    assert_eq!(
        (&last["reservation_id"], &last["total_price"]),
        (&json!(19_710_795), &json!(100.0))
    );
}

pub(super) fn time(year: i32, month: u32, day: u32, hour: u32) -> NaiveDateTime {
    let day = NaiveDate::from_ymd_opt(year, month, day).expect("a day");
    day.and_hms_opt(hour, 0, 0).expect("an hour")
}

type Keep = fn(&Reservation) -> bool;

#[tokio::test]
async fn filters_of_the_listing() {
    let server = seeded().await;
    let own = server.bookings().reservations;
    let ids = |keep: &dyn Fn(&Reservation) -> bool| -> Vec<String> {
        let kept = own.iter().filter(|known| keep(known));
        kept.map(|known| known.id.to_string()).collect()
    };
    let filters: [(&[(&str, &str)], Keep); 9] = [
        (&[("required_status", "4")][..], |known| {
            known.is(status::CONFIRMED)
        }),
        // All the bits that are asked for.
        (&[("required_status", "36")], |known| {
            known.is(status::CONFIRMED) && known.is(status::CHECKED_IN)
        }),
        (&[("excluded_status", "24")], |known| {
            !known.is(status::CANCELLED_BY_ADMIN | status::CANCELLED_BY_USER)
        }),
        (&[("resource_id", "22303")], |known| {
            known.resource_id == 22_303
        }),
        (&[("resource_ids", "22303,22304")], |known| {
            matches!(known.resource_id, 22_303 | 22_304)
        }),
        (&[("user_id", "838802")], |known| known.user_id == 838_802),
        (&[("user_email", "Koen@claes.example.be")], |known| {
            known.user_id == 838_802
        }),
        (&[("rental_prop_persons", "3")], |known| {
            known.properties.get("persons") == Some(&Some(String::from("3")))
        }),
        (&[("modified_since", "2026-06-15 12:00:00")], |known| {
            known.modified >= time(2026, 6, 15, 12)
        }),
    ];
    for (parameters, keep) in filters {
        let found = texts(&listed(&server, parameters).await, "reservation_id");
        let expected = ids(&keep);
        assert!(
            !expected.is_empty() && expected.len() < own.len(),
            "{parameters:?}"
        );
        assert_eq!(found, expected, "{parameters:?}");
    }
    server.configure(|settings| {
        settings.modified_since = ModifiedSince::Refused;
        settings.list_cancelled = false;
    });
    let alive = listed(&server, &[]).await;
    assert_eq!(
        alive.len(),
        ids(&|known| !known.is(status::CANCELLED)).len()
    );
    let since = [&ALL[..], &[("modified_since", "2026-06-15")]].concat();
    assert_eq!(refusal(&server, "list_reservations", &since).await, 3);
}

#[tokio::test]
async fn sorting_and_pages_of_500() {
    let server = seeded().await;
    let starts = texts(
        &listed(&server, &[("sort", "start_time")]).await,
        "start_time",
    );
    assert!(starts.is_sorted());
    let reverse = [("sort", "email"), ("sort_reverse", "true")];
    let emails = texts(&listed(&server, &reverse).await, "email");
    let lower = |text: &String| text.to_lowercase();
    assert!(emails.iter().rev().map(lower).is_sorted());
    let unknown = [&ALL[..], &[("sort", "weather")]].concat();
    assert_eq!(refusal(&server, "list_reservations", &unknown).await, 3);

    for number in 1..=500 {
        server.add_reservation(Reservation {
            start: time(2026, 9, 1, number % 24),
            ..Reservation::default()
        });
    }
    let first = listed(&server, &[]).await;
    let second = listed(&server, &[("page", "1")]).await;
    let beyond = listed(&server, &[("page", "2")]).await;
    assert_eq!((first.len(), second.len(), beyond.len()), (500, 83, 0));
    server.configure(|settings| settings.reservations_page_size = 7);
    let small = listed(&server, &[("page", "83")]).await;
    assert_eq!(small.len(), 583 - 83 * 7);
}

#[tokio::test]
async fn one_whole_reservation() {
    let server = seeded().await;
    assert_eq!(refusal(&server, "get_reservation_data", &[]).await, 3);
    assert_eq!(
        refusal(&server, "get_reservation_data", &[("reservation_id", "1")]).await,
        3
    );
    let own = server.bookings();
    let gone = own.reservations.iter().find(|known| {
        known.is(status::CHECKED_OUT) && !known.products.is_empty() && known.user_id == 838_802
    });
    let known = gone.expect("in the seed");
    let id = known.id.to_string();
    let data = data(&server, "get_reservation_data", &[("reservation_id", &id)]).await;
    // The one answer that does not repeat the id.
    assert!(data.get("reservation_id").is_none());
    assert_eq!(data["status"], (7 | 32 | 1024).to_string());
    assert_eq!(
        (&data["phone_number"], &data["site_id"], &data["user_text"]),
        (
            &json!("3215100002"),
            &json!("21710"),
            &json!("You have checked out.")
        )
    );
    assert!(data.get("phone").is_none() && data.get("phone_country_code").is_none());
    assert_eq!(data["amount_paid"], data["total_price"]);
    let product = &data["regular_products"][0];
    assert!(product["unit_price"].is_string() && product["quantity"].is_string());
    let log = data["log_events"].as_array().expect("a list");
    let events = texts(log, "event");
    assert!(
        ["1", "8", "12", "16", "21"]
            .iter()
            .all(|event| events.contains(&(*event).to_owned()))
    );
    assert_eq!(log[0]["comment"], Value::Null);

    let products = super::data(
        &server,
        "get_reservation_products",
        &[("reservation_id", &id)],
    )
    .await;
    assert_eq!(products["regular_products"], data["regular_products"]);
}

#[tokio::test]
async fn two_searches_with_names_of_their_own_for_the_id() {
    let server = seeded().await;
    assert_eq!(refusal(&server, "reservation_search", &[]).await, 3);
    let query = [("query", "claes busje"), ("detail_level", "32")];
    let found = results(&server, "reservation_search", &query).await;
    let ids = texts(&found, "rental_id");
    let expected: Vec<_> = server
        .bookings()
        .reservations
        .iter()
        .filter(|known| known.user_id == 838_802 && known.resource_id == 22_303)
        .map(|known| known.id.to_string())
        .collect();
    assert!(!ids.is_empty());
    assert_eq!(ids, expected);
    assert!(found[0].get("status").is_none() && found[0].get("reservation_id").is_none());
    assert_eq!(found[0]["user_properties"]["vat_number"], "BE0101000160");
    let by_id = results(&server, "reservation_search", &[("query", &ids[0])]).await;
    assert_eq!(texts(&by_id, "rental_id"), ids[..1]);

    let item = [("item_name", "persons"), ("item_value", "*")];
    let found = results(&server, "search_reservations_by_form_item", &item).await;
    let having = server.bookings().reservations;
    let having = having
        .iter()
        .filter(|known| known.properties.contains_key("persons"));
    assert_eq!(texts(&found, "id").len(), having.count());
    for name in ["creation_date", "resource_name", "site_id", "status"] {
        assert!(found[0][name].is_string(), "{name}");
    }
    assert!(found[0].get("reservation_id").is_none() && found[0].get("name").is_none());
}

#[tokio::test]
async fn the_log_is_a_feed_of_changes() {
    let server = seeded().await;
    let all = results(&server, "get_reservation_actions", &[]).await;
    assert_eq!(all.len(), server.bookings().actions.len());
    assert!(texts(&all, "time").is_sorted());
    let checkins = [
        ("event_type", "8"),
        ("start_time", "2026-05-10"),
        ("end_time", "2026-05-20"),
    ];
    let checkins = results(&server, "get_reservation_actions", &checkins).await;
    assert!(!checkins.is_empty());
    for item in &checkins {
        let keys: BTreeSet<_> = item
            .as_object()
            .expect("an object")
            .keys()
            .cloned()
            .collect();
        let documented = [
            "moderator",
            "moderator_id",
            "event_type",
            "time",
            "comments",
            "reservation_id",
            "resource_id",
            "resource_name",
        ];
        assert_eq!(keys, BTreeSet::from(documented.map(String::from)));
        assert_eq!(
            (&item["event_type"], &item["moderator_id"]),
            (&json!("8"), &json!("31337"))
        );
    }
    let of_user = [("user_id", "838829")];
    let of_user = results(&server, "get_reservation_actions", &of_user).await;
    assert_eq!(
        texts(&of_user, "reservation_id")
            .iter()
            .collect::<BTreeSet<_>>()
            .len(),
        2
    );
    let since = [("start_time", "later")];
    assert_eq!(refusal(&server, "get_reservation_actions", &since).await, 3);
}

#[tokio::test]
async fn a_malformed_reservation_spoils_only_itself() {
    let server = seeded().await;
    let id = server.bookings().reservations[3].id;
    server.edit_reservation(id, |known| {
        known.malformed = Some(json!({"reservation_id": ["x"]}));
    });
    let listed = listed(&server, &[]).await;
    assert_eq!(listed.len(), 83);
    assert_eq!(listed[3], json!({"reservation_id": ["x"]}));
}

#[test]
fn the_seed_gives_every_user_what_it_counts() {
    let bookings = seed::bookings(seed::month());
    assert_eq!(bookings, seed::bookings(time(2026, 6, 17, 0).date()));
    assert_eq!(
        (bookings.resources.len(), bookings.reservations.len()),
        (8, 83)
    );
    for user in seed::users() {
        let own = bookings
            .reservations
            .iter()
            .filter(|known| known.user_id == user.id);
        let (cancelled, live): (Vec<_>, Vec<_>) =
            own.partition(|known| known.is(status::CANCELLED));
        let confirmed = live
            .iter()
            .filter(|known| known.is(status::CONFIRMED))
            .count();
        let counted = (
            user.reservations,
            user.unconfirmed_reservations,
            user.cancelled_reservations,
        );
        let counted = (counted.0 as usize, counted.1 as usize, counted.2 as usize);
        assert_eq!(
            (confirmed, live.len() - confirmed, cancelled.len()),
            counted,
            "{}",
            user.id
        );
    }
    for (month, first, last) in [
        (time(2026, 6, 1, 0), "2026-05", "2026-07"),
        (time(2027, 1, 31, 0), "2026-12", "2027-02"),
    ] {
        let bookings = seed::bookings(month.date());
        let months: BTreeSet<_> = bookings
            .reservations
            .iter()
            .map(|known| known.start.format("%Y-%m").to_string())
            .collect();
        assert_eq!(
            (
                months.len(),
                months.first().unwrap().as_str(),
                months.last().unwrap().as_str()
            ),
            (3, first, last)
        );
        for (place, known) in bookings.reservations.iter().enumerate() {
            let clash = bookings.reservations[..place].iter().find(|other| {
                other.resource_id == known.resource_id
                    && other.start < known.end
                    && known.start < other.end
            });
            assert_eq!(clash, None);
        }
    }
    let has = |test: &dyn Fn(&Payment) -> bool| bookings.payments.iter().any(test);
    assert!(has(&|known| known.status == 2) && has(&|known| known.status == 4));
    assert!(
        bookings
            .reservations
            .iter()
            .any(|known| known.is(status::NO_SHOW))
    );
    assert!(bookings.invoices.len() > 10);
}

#[tokio::test]
async fn the_day_of_the_site_can_be_set() {
    let sandbox = crate::Sandbox::start_on(time(2027, 2, 14, 0).date()).await;
    let server = sandbox.expect("ports").planyo;
    let dates = [
        ("start_time", "2027-02-01"),
        ("end_time", "2027-02-28 23:59:59"),
    ];
    assert!(results(&server, "list_reservations", &dates).await.len() > 20);
    let new = [
        ("resource_id", "22302"),
        ("start_time", "2027-06-01"),
        ("end_time", "2027-06-02"),
        ("quantity", "1"),
        ("user_id", "838801"),
    ];
    let id = data(&server, "make_reservation", &new).await["reservation_id"].clone();
    let made = server
        .reservation(id.as_str().unwrap().parse().unwrap())
        .expect("it");
    assert_eq!(made.created.date(), time(2027, 2, 14, 0).date());
    assert_eq!(server.today(), made.created.date());
}
