//! What the typed client does not show of the areas beside users and reservations: callbacks, PHP's arrays, refusals.

use serde_json::json;

use super::{super::*, data, refusal, results, seeded};

/// Nobody listens there; the calls are recorded all the same.
const NOWHERE: &str = "http://127.0.0.1:9/hook";

const JULY: [(&str, &str); 2] = [("start_time", "2026-07-01"), ("end_time", "2026-07-03")];

async fn register(server: &PlanyoServer, events: &[&str]) {
    for event in events {
        let parameters = [("notification_name", *event), ("callback_url", NOWHERE)];
        data(server, "add_notification_callback", &parameters).await;
    }
}

#[tokio::test]
async fn the_events_of_vacations_resources_and_coupons_are_called() {
    let server = seeded().await;
    let events = [
        "vacation_modified",
        "resource_settings_changed",
        "coupon_payment_received",
        "reservation_confirmed",
        "resource_removed",
    ];
    register(&server, &events).await;
    let resource = server.add_resource(Resource {
        name: String::from("Bike"),
        unit_price: 5_000,
        ..Resource::default()
    });
    let id = resource.to_string();

    let vacation = [&JULY[..], &[("resource_id", &id), ("site_id", "21710")]].concat();
    data(&server, "add_vacation", &vacation).await;
    let quantity = [("resource_id", id.as_str()), ("quantity", "2")];
    data(&server, "modify_resource", &quantity).await;
    let reservation = server.add_reservation(Reservation {
        resource_id: resource,
        user_id: 838_801,
        status: status::RESERVED,
        quantity: 1,
        total_price: 5_000,
        ..Reservation::default()
    });
    let reservation = reservation.to_string();
    data(&server, "apply_coupon", &[("reservation_id", &reservation)]).await;
    let md5 = format!("{:x}", md5::compute(&id));
    let proofs = [
        ("resource_id", id.as_str()),
        ("resource_name", "Bike"),
        ("parent_site_id", "21710"),
        ("resource_id_md5", &md5),
    ];
    data(&server, "remove_resource", &proofs).await;

    server.settled().await;
    let told = server.deliveries();
    let mut names: Vec<_> = told.iter().map(|known| known.event.as_str()).collect();
    names.sort_unstable();
    let mut expected = events;
    expected.sort_unstable();
    assert_eq!(names, expected);
    let body = |event: &str| {
        let mut told = told.iter();
        let known = told.find(|known| known.event == event);
        known.expect("an event").body.clone()
    };
    assert!(body("reservation_confirmed").contains("confirmation_method=coupon"));
    assert!(body("coupon_payment_received").contains("coupon_balance=50.00"));
    assert!(body("vacation_modified").contains("start=1782856800"));
}

#[tokio::test]
async fn an_empty_map_is_printed_as_a_list() {
    let server = seeded().await;
    let vouchers = data(&server, "list_vouchers", &[]).await;
    assert_eq!(vouchers, json!({ "results": [] }));
    let voucher = [
        ("voucher_code_prefix", "JUNE"),
        ("discount_value", "10%"),
        ("quantity", "1"),
        ("reservation_start_time", "2020-01-01"),
        ("reservation_end_time", "2099-12-31"),
    ];
    assert_eq!(data(&server, "create_voucher", &voucher).await, json!([]));
    let vouchers = data(&server, "list_vouchers", &[]).await;
    assert_eq!(vouchers["results"]["JUNE"]["discount_value"], "10%");

    let days = [
        ("start_date", "2030-01-01"),
        ("end_date", "2030-01-31"),
        ("separate_periods", "false"),
    ];
    let usage = data(&server, "get_resource_usage", &days).await;
    assert_eq!(usage, json!({ "usage": [] }));
    let site = data(&server, "get_site_info", &[]).await;
    assert_eq!(site["properties"], json!([]));
}

#[tokio::test]
async fn what_is_required_is_asked_for() {
    let server = seeded().await;
    let cases: &[(&str, &[(&str, &str)])] = &[
        ("list_vacations", &JULY),
        ("add_vacation", &JULY),
        ("remove_vacation", &[]),
        ("create_voucher", &[("quantity", "1")]),
        ("apply_voucher", &[("reservation_id", "19710001")]),
        ("apply_coupon", &[("reservation_id", "1")]),
        ("get_resource_usage", &[("start_date", "2026-06-01")]),
        (
            "get_resource_usage_for_month",
            &[("year", "2026"), ("month", "13")],
        ),
        ("get_weekly_schedule", &[]),
        ("get_event_times", &[]),
        ("resource_search", &JULY),
        ("add_resource", &[("base_resource_id", "22301")]),
        ("get_resource_pricing", &[]),
        (
            "add_custom_product",
            &[("reservation_id", "19710001"), ("name", "Key")],
        ),
        (
            "set_custom_property",
            &[("type", "user"), ("id", "838801"), ("name", "vat")],
        ),
        (
            "set_custom_properties",
            &[
                ("type", "user"),
                ("id", "838801"),
                ("names", "a,b"),
                ("a", "1"),
            ],
        ),
        (
            "get_custom_property",
            &[("type", "agent"), ("id", "838801"), ("name", "vat")],
        ),
        ("send_email_to_customer", &[("reservation_id", "19710001")]),
    ];
    for (method, parameters) in cases {
        assert_eq!(refusal(&server, method, parameters).await, 3, "{method}");
    }
    let all = [&JULY[..], &[("type", "all"), ("resource_id", "all")]].concat();
    assert!(results(&server, "list_vacations", &all).await.is_empty());
}
