//! Payments and invoices.

use serde_json::{Value, json};

use super::{super::*, data, refusal, reservations::time, results, seeded, texts};

/// Unconfirmed, 200.00, with the id as text.
fn unpaid(server: &PlanyoServer) -> String {
    let id = server.add_reservation(Reservation {
        resource_id: 22_302,
        user_id: 838_801,
        start: time(2026, 10, 1, 14),
        end: time(2026, 10, 3, 10),
        status: 3,
        quantity: 1,
        total_price: 20_000,
        original_price: 20_000,
        ..Reservation::default()
    });
    id.to_string()
}

const PAYMENT: [(&str, &str); 6] = [
    ("payment_mode", "4"),
    ("payment_status", "1"),
    ("transaction_id", "T1"),
    ("amount", "80.5"),
    ("currency", "EUR"),
    ("payment_time", "2026-06-05 12:00:00"),
];

#[tokio::test]
async fn a_payment_is_added_changed_and_removed() {
    let server = seeded().await;
    let id = unpaid(&server);
    let of = ("reservation_id", id.as_str());
    for place in 0..5 {
        let mut some = PAYMENT.to_vec();
        some.remove(place);
        some.push(of);
        assert_eq!(refusal(&server, "add_reservation_payment", &some).await, 3);
    }
    let whole = [&PAYMENT[..], &[of]].concat();
    let added = data(&server, "add_reservation_payment", &whole).await;
    assert_eq!(added["status"], "3");
    // The same transaction again is another payment.
    server.configure(|settings| settings.payment_id_in_answer = false);
    let again = data(&server, "add_reservation_payment", &whole).await;
    assert_eq!(again, json!({"status": "3"}));
    let sum = data(&server, "get_reservation_payment_amount", &[of]).await;
    assert_eq!(
        sum,
        json!({"amount": "161.00", "payments": "2", "currency": "EUR"})
    );

    let listed = data(&server, "list_reservation_payments", &[of]).await;
    assert_eq!(listed["coupons_used"], json!([]));
    let first = &listed["results"][0];
    let expected = json!({
        "payment_id": added["payment_id"], "amount": "80.50", "currency": "EUR", "payment_status": "1",
        "payment_time": "2026-06-05 12:00:00", "payment_mode": "4", "transaction_id": "T1", "extra_info": "",
    });
    assert_eq!(*first, expected);

    let payment = ("payment_id", added["payment_id"].as_str().expect("an id"));
    let refund = [of, payment, ("payment_status", "4"), ("extra_info", "back")];
    let changed = data(&server, "modify_reservation_payment", &refund).await;
    assert_eq!(changed, json!({"status": "3", "payment_id": payment.1}));
    let sum = data(&server, "get_reservation_payment_amount", &[of]).await;
    assert_eq!(sum["amount"], "0.00");
    let removed = data(&server, "remove_reservation_payment", &[of, payment]).await;
    assert_eq!(removed, json!({"payment_id": payment.1}));
    assert_eq!(
        refusal(&server, "remove_reservation_payment", &[of, payment]).await,
        3
    );
    let log = results(&server, "get_reservation_actions", &[of]).await;
    assert_eq!(texts(&log, "event_type"), ["16", "16", "100", "15"]);
}

#[tokio::test]
async fn a_payment_in_full_confirms() {
    let server = seeded().await;
    for (confirms, expected) in [(true, "7"), (false, "3")] {
        server.configure(|settings| settings.payment_confirms = confirms);
        let id = unpaid(&server);
        let whole = [&PAYMENT[..], &[("reservation_id", &id), ("amount", "200")]].concat();
        let added = data(&server, "add_reservation_payment", &whole).await;
        assert_eq!(added["status"], expected);
    }
}

#[tokio::test]
async fn several_reservations_are_paid_at_once() {
    let server = seeded().await;
    let ids = [unpaid(&server), unpaid(&server)];
    let both = ids.join(",");
    let lists = [
        ("reservation_ids", both.as_str()),
        ("amounts", "10,20.05"),
        ("transaction_ids", "A,B"),
    ];
    let added = data(
        &server,
        "add_reservation_payment",
        &[&PAYMENT[..], &lists].concat(),
    )
    .await;
    for (id, amount, transaction) in [(&ids[0], "10.00", "A"), (&ids[1], "20.05", "B")] {
        assert!(added[id]["payment_id"].is_string());
        let listed = results(
            &server,
            "list_reservation_payments",
            &[("reservation_id", id)],
        )
        .await;
        assert_eq!(
            (&listed[0]["amount"], &listed[0]["transaction_id"]),
            (&json!(amount), &json!(transaction))
        );
    }
}

#[tokio::test]
async fn payments_of_a_range_of_days() {
    let server = seeded().await;
    assert_eq!(
        refusal(&server, "list_payments", &[("start_date", "2026-06-01")]).await,
        3
    );
    let june = [("start_date", "2026-06-01"), ("end_date", "2026-06-30")];
    let all = results(&server, "list_payments", &june).await;
    let own = server.bookings().payments;
    let in_june = own
        .iter()
        .filter(|known| known.time.format("%m").to_string() == "06");
    assert_eq!(all.len(), in_june.count());
    assert!(!all.is_empty());
    let by_bank = [
        &june[..],
        &[("payment_mode_id_filter", "4"), ("status", "1")],
    ]
    .concat();
    let by_bank = results(&server, "list_payments", &by_bank).await;
    assert!(!by_bank.is_empty() && by_bank.len() < all.len());
    assert!(
        by_bank
            .iter()
            .all(|payment| payment["payment_mode_id"] == "4")
    );
}

#[tokio::test]
async fn invoices_are_a_list_until_there_are_several() {
    let server = seeded().await;
    let id = server.bookings().invoices[0].reservation_id.to_string();
    let of = [("reservation_id", id.as_str())];
    let one = data(&server, "list_invoices", &of).await;
    let expected = json!({
        "reservation_id": id, "resource_id": one["results"][0]["resource_id"], "coupon_payment_id": null,
        "coupon_id": null, "sequential_number": "2026-0001", "is_parent_invoice": "true",
        "creation_date": one["results"][0]["creation_date"],
        "url": "https://www.planyo.example/invoice.php?invoice=740001",
    });
    assert_eq!(one["results"], json!([expected]));

    // Nothing changed: the same invoice. Another price: another one.
    let same = data(&server, "generate_invoice", &of).await;
    assert_eq!(same["id"], "740001");
    data(&server, "set_reservation_price", &[of[0], ("price", "1")]).await;
    let other = data(&server, "generate_invoice", &of).await;
    assert_ne!(other["id"], same["id"]);
    let two = data(&server, "list_invoices", &of).await;
    let two = two["results"].as_object().expect("a map").clone();
    assert_eq!(two.keys().collect::<Vec<_>>(), ["0", "1", "all"]);
    assert_eq!(two["1"]["is_parent_invoice"], "false");
    assert!(two["all"]["url"].is_string());
    server.configure(|settings| settings.all_among_invoices = false);
    assert_eq!(results(&server, "list_invoices", &of).await.len(), 2);

    let may = [("start_date", "2026-05-01"), ("end_date", "2026-05-31")];
    assert!(results(&server, "list_invoices", &may).await.len() > 10);
    let long = [may[0], ("end_date", "2026-06-02")];
    assert_eq!(refusal(&server, "list_invoices", &long).await, 3);
    assert_eq!(refusal(&server, "list_invoices", &[]).await, 3);

    let items = results(&server, "get_invoice_items", &of).await;
    let cents = |item: &Value, name: &str| {
        super::super::protocol::cents(item[name].as_str().expect("a text")).expect("money")
    };
    let gross: i64 = items.iter().map(|item| cents(item, "price-gross")).sum();
    assert_eq!(gross, 100);
    assert!(
        items
            .iter()
            .all(|item| cents(item, "price") + cents(item, "tax") == cents(item, "price-gross"))
    );
    assert_eq!(
        refusal(&server, "get_invoice_items", &[("reservation_id", "1")]).await,
        3
    );
}
