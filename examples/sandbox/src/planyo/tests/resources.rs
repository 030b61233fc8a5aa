//! Resources and the site.

use serde_json::json;

use super::{super::*, data, refusal, reservations::time, seeded};

#[tokio::test]
async fn resources_are_a_map_by_id() {
    let server = seeded().await;
    let all = data(&server, "list_resources", &[("detail_level", "15")]).await;
    let all = all["resources"].as_object().expect("a map");
    assert_eq!(all.len(), 8);
    let expected = json!({
        "name": "Camper Kust", "id": 22301, "resource_admin_id": null, "resource_admin_email": null,
        "resource_admin_name": null, "quantity": "2", "site_id": "21710", "confirmation_type": "4",
        "category": "9978", "unit_names": "Kust 1,Kust 2", "unit_price": "145.00", "currency": "EUR",
        "min_rental_time": "24", "min_time_between_rentals": 0, "max_rental_time": "504",
        "min_hours_to_rental": "0", "max_days_to_rental": "365", "is_published": "true", "is_listed": "true",
        "is_overnight_stay": "1", "properties": {"berths": "4", "licence": "B"}, "photos": [],
    });
    assert_eq!(all["22301"], expected);
    assert_eq!(all["22307"]["properties"], json!([]));

    let named = data(&server, "list_resources", &[]).await;
    assert!(named["resources"]["22301"].get("quantity").is_none());
    let count = async |parameters: &[(&str, &str)]| {
        let found = data(&server, "list_resources", parameters).await;
        found["resources"].as_object().map(serde_json::Map::len)
    };
    assert_eq!(count(&[("list_published_only", "true")]).await, Some(7));
    assert_eq!(count(&[("prop_res_Licence", "B*")]).await, Some(3));
    let exact = [
        ("res_filter_name", "prop_res_licence"),
        ("res_filter_value", "B"),
    ];
    assert_eq!(count(&exact).await, Some(2));
    assert_eq!(count(&[("page_size", "3"), ("page", "2")]).await, Some(2));
    // PHP prints an empty map as a list.
    let none = data(&server, "list_resources", &[("page", "1")]).await;
    assert_eq!(none, json!({"resources": []}));
}

#[tokio::test]
async fn one_resource() {
    let server = seeded().await;
    let info = data(&server, "get_resource_info", &[("resource_id", "22305")]).await;
    assert_eq!(info["name"], "Caravan Kempen");
    assert_eq!(
        (&info["unit_price"], &info["properties"]),
        (&json!("62.50"), &json!({"berths": "5", "licence": "BE"}))
    );
    for unknown in [&[][..], &[("resource_id", "1")]] {
        assert_eq!(refusal(&server, "get_resource_info", unknown).await, 3);
    }
}

#[tokio::test]
async fn availability_counts_units_in_use() {
    let server = seeded().await;
    let book = |from: u32, to: u32, status: u32| {
        server.add_reservation(Reservation {
            resource_id: 22_301,
            start: time(2026, 10, from, 9),
            end: time(2026, 10, to, 9),
            status,
            quantity: 1,
            ..Reservation::default()
        })
    };
    // Two units: never more than one in use, though two reservations touch the period.
    book(1, 3, 7);
    let second = book(3, 5, 3);
    book(1, 9, 7 | status::CANCELLED_BY_USER);
    let ask = async |quantity: &str| {
        let period = [
            ("resource_id", "22301"),
            ("start_time", "2026-10-02"),
            ("end_time", "2026-10-04"),
            ("quantity", quantity),
        ];
        let plain = data(&server, "is_resource_available", &period).await;
        let more = [
            &period[..],
            &[("return_price", "true"), ("excluded_reservation_id", "1")],
        ]
        .concat();
        (plain, data(&server, "can_make_reservation", &more).await)
    };
    let (plain, whole) = ask("1").await;
    assert_eq!(
        plain,
        json!({"is_available": true, "quantity_available": "1"})
    );
    assert_eq!(
        whole,
        json!({"is_reservation_possible": true, "price": "290.00"})
    );
    let (plain, whole) = ask("2").await;
    assert_eq!(
        (&plain["is_available"], &plain["quantity_available"]),
        (&json!(false), &json!("1"))
    );
    assert!(plain["problem_time"].is_string() && plain["reason"].is_string());
    assert_eq!(whole["is_reservation_possible"], false);
    book(2, 4, 7);
    server.edit_reservation(second, |known| known.quantity = 2);
    assert_eq!(ask("1").await.0["quantity_available"], "0");
}

#[tokio::test]
async fn a_price_is_for_started_days() {
    let server = seeded().await;
    let period = [
        ("resource_id", "22304"),
        ("start_time", "2026-10-02 09:00:00"),
        ("end_time", "2026-10-04 10:00:00"),
        ("quantity", "2"),
    ];
    let price = data(&server, "get_rental_price", &period).await;
    assert_eq!(
        (&price["total"], &price["currency"]),
        (&json!("270.00"), &json!("EUR"))
    );
    assert_eq!(refusal(&server, "get_rental_price", &period[..3]).await, 3);
}

#[tokio::test]
async fn the_site() {
    let server = seeded().await;
    server.configure(|settings| settings.today = Some(time(2026, 7, 1, 0).date()));
    let site = data(&server, "get_site_info", &[]).await;
    for name in [
        "name",
        "category",
        "online_payment_surcharge",
        "email",
        "admin_id",
        "timezone",
        "default_language",
        "properties",
        "custom_resource_properties",
        "photos",
        "id",
        "date_format",
        "timezone_offset",
        "active_extensions",
    ] {
        assert!(site.get(name).is_some(), "{name}");
    }
    assert_eq!(
        (&site["timezone"], &site["timezone_offset"]),
        (&json!("Europe/Brussels"), &json!("2"))
    );
    assert_eq!(
        site["custom_resource_properties"]["berths"]["name"],
        "berths"
    );
}
