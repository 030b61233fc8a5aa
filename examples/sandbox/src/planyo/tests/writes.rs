//! Making, changing and deleting reservations; carts.

use serde_json::{Value, json};

use super::{super::*, data, refusal, results, seeded, texts};
use crate::test_client::call;

const NEW: [(&str, &str); 4] = [
    ("resource_id", "22302"),
    ("start_time", "2026-10-01 14:00:00"),
    ("end_time", "2026-10-04 10:00:00"),
    ("quantity", "1"),
];

fn id_of(data: &Value) -> u64 {
    data["reservation_id"]
        .as_str()
        .expect("an id")
        .parse()
        .expect("a number")
}

async fn events(server: &PlanyoServer, id: u64) -> Vec<String> {
    let id = [("reservation_id", &*id.to_string())].map(|(name, id)| (name, id.to_owned()));
    let id = [(id[0].0, id[0].1.as_str())];
    texts(
        &results(server, "get_reservation_actions", &id).await,
        "event_type",
    )
}

#[tokio::test]
async fn a_reservation_finds_its_user_or_makes_one() {
    let server = seeded().await;
    for place in 0..NEW.len() {
        let mut some = NEW.to_vec();
        some.remove(place);
        some.push(("user_id", "838801"));
        assert_eq!(refusal(&server, "make_reservation", &some).await, 3);
    }
    for user in [
        &[][..],
        &[("user_id", "1")],
        &[("email", "ann")],
        &[("email", "new@example.com")],
    ] {
        assert_eq!(
            refusal(&server, "make_reservation", &[&NEW[..], user].concat()).await,
            3
        );
    }
    let same = [
        NEW[0],
        NEW[1],
        ("end_time", NEW[1].1),
        NEW[3],
        ("user_id", "838801"),
    ];
    assert_eq!(refusal(&server, "make_reservation", &same).await, 4);
    assert_eq!(server.bookings().reservations.len(), 83);

    // Known by e-mail: its details stay.
    let known = [
        &NEW[..],
        &[
            ("email", "Ann.Peeters@example.be"),
            ("first_name", "Anna"),
            ("rental_prop_persons", "2"),
        ],
    ];
    let made = data(&server, "make_reservation", &known.concat()).await;
    assert_eq!(
        (&made["status"], &made["total_price"], &made["currency"]),
        (&json!("3"), &json!("495.00"), &json!("EUR"))
    );
    let user = server.user(838_801).expect("the user");
    assert_eq!(
        (
            user.first_name.as_str(),
            user.reservations,
            user.unconfirmed_reservations
        ),
        ("Ann", 3, 1)
    );
    assert_eq!(events(&server, id_of(&made)).await, ["19", "12"]);

    // The resource has one unit.
    let new = [
        ("email", "new@example.com"),
        ("first_name", "Nele"),
        ("mobile_prefix", "32"),
        ("mobile_number", "47"),
    ];
    let new = [&NEW[..], &new, &[("admin_mode", "true")]].concat();
    assert_eq!(refusal(&server, "make_reservation", &new).await, 4);
    assert!(
        server
            .users()
            .iter()
            .all(|user| user.email != "new@example.com")
    );
    let waiting = [&new[..], &[("add_to_waitlist", "true")]].concat();
    let waiting = data(&server, "make_reservation", &waiting).await;
    assert_eq!(waiting["status"], (1 | 8192).to_string());
    let users = server.users();
    let user = users
        .iter()
        .find(|user| user.email == "new@example.com")
        .expect("the new user");
    assert_eq!(
        (
            user.first_name.as_str(),
            user.mobile_number.as_str(),
            user.unconfirmed_reservations
        ),
        ("Nele", "47", 1)
    );
    assert_eq!(events(&server, id_of(&waiting)).await, ["9", "19"]);

    let forced = [
        &new[..],
        &[
            ("start_time", "2026-11-01"),
            ("end_time", "2026-11-02"),
            ("force_status", "7"),
        ],
    ];
    let forced = data(&server, "make_reservation", &forced.concat()).await;
    assert_eq!(forced["status"], "7");
    assert_eq!(server.users().len(), 61);
}

#[tokio::test]
async fn actions_set_bits_and_are_logged() {
    let server = seeded().await;
    let made = data(
        &server,
        "make_reservation",
        &[&NEW[..], &[("user_id", "838801")]].concat(),
    )
    .await;
    let id = id_of(&made);
    let text = id.to_string();
    let act = async |action: &str| {
        let parameters = [
            ("reservation_id", text.as_str()),
            ("action", action),
            ("comment", "by a test"),
        ];
        call(&server, "do_reservation_action", &parameters).await
    };
    for (action, status, event) in [
        ("Confirm", 7, "1"),
        ("Unconfirm", 3, "24"),
        ("Preapprove", 7, "3"),
        ("Checkin", 39, "8"),
        ("Checkout", 7 + 32 + 1024, "21"),
        ("Clear_checkin", 7, "22"),
        ("Noshow", 7 | 4096, "100"),
        ("Clear_noshow", 7, "100"),
        ("Lock", 7 | 16384, "100"),
        ("Unlock", 7, "100"),
        ("User_cancel", 7 | 16, "5"),
        ("Uncancel", 7, "100"),
        ("Fraud", 7 | 8 | 64, "4"),
        ("Uncancel", 7, "100"),
        ("Cancel", 15, "2"),
    ] {
        let answer = act(action).await;
        assert_eq!(answer["data"]["status"], status.to_string(), "{action}");
        assert!(answer["data"]["user_text"].is_string());
        assert_eq!(
            events(&server, id).await.last().map(String::as_str),
            Some(event),
            "{action}"
        );
    }
    let logged = events(&server, id).await.len();
    // Again: no new event. And a cancelled reservation takes no check-in.
    assert_eq!(act("Cancel").await["data"]["status"], "15");
    assert_eq!(act("Checkin").await["response_code"], 4);
    assert_eq!(act("Cancel_it").await["response_code"], 3);
    assert_eq!(events(&server, id).await.len(), logged);
    let user = server.user(838_801).expect("the user");
    assert_eq!(
        (
            user.reservations,
            user.unconfirmed_reservations,
            user.cancelled_reservations
        ),
        (3, 0, 1)
    );
}

#[tokio::test]
async fn several_ids_give_a_map() {
    let server = seeded().await;
    let ids: Vec<_> = server
        .bookings()
        .reservations
        .iter()
        .map(|known| known.id.to_string())
        .collect();
    let lock = async |ids: &str| {
        call(
            &server,
            "do_reservation_action",
            &[("reservation_ids", ids), ("action", "Lock")],
        )
        .await
    };
    let answer = lock(&ids[..50].join(",")).await;
    let map = answer["data"].as_object().expect("a map");
    assert_eq!(map.len(), 50);
    assert!(map[&ids[7]]["status"].is_string());
    // One too many, and one that is not there: nothing happens at all.
    for refused in [ids[..51].join(","), format!("{},1", ids[60])] {
        assert_eq!(lock(&refused).await["response_code"], 3);
    }
    let locked = server.bookings().reservations;
    assert_eq!(
        locked
            .iter()
            .filter(|known| known.is(status::LOCKED))
            .count(),
        50
    );
}

#[tokio::test]
async fn changes_notes_price_and_colour() {
    let server = seeded().await;
    let made = data(
        &server,
        "make_reservation",
        &[&NEW[..], &[("user_id", "838801"), ("user_notes", "a")]].concat(),
    )
    .await;
    let id = id_of(&made);
    let text = id.to_string();
    let id_is = ("reservation_id", text.as_str());
    let longer = [
        id_is,
        ("end_time", "2026-10-06 10:00:00"),
        ("recalculate_price", "true"),
        ("rental_prop_persons", "4"),
    ];
    let changed = data(&server, "modify_reservation", &longer).await;
    assert_eq!(changed, json!({"status": "3", "warning_text": ""}));
    let known = server.reservation(id).expect("it");
    assert_eq!(
        (known.total_price, known.properties["persons"].as_deref()),
        (5 * 16_500, Some("4"))
    );
    assert_eq!(events(&server, id).await[2..], ["20", "13"]);
    let same = [id_is, ("end_time", "2026-10-01 14:00:00")];
    assert_eq!(refusal(&server, "modify_reservation", &same).await, 4);

    let notes = [id_is, ("user_notes", ""), ("admin_notes", "b")];
    assert_eq!(
        data(&server, "set_reservation_notes", &notes).await,
        json!([])
    );
    assert_eq!(
        data(
            &server,
            "set_reservation_color",
            &[id_is, ("custom_color", "#A8314F")]
        )
        .await,
        json!([])
    );
    let price = data(
        &server,
        "set_reservation_price",
        &[id_is, ("price", "12.5")],
    )
    .await;
    assert_eq!(price, json!({"old_price": "825.00", "new_price": "12.50"}));
    let known = server.reservation(id).expect("it");
    assert_eq!(
        (
            known.user_notes.as_str(),
            known.admin_notes.as_str(),
            known.custom_color.as_str(),
            known.total_price
        ),
        ("", "b", "#A8314F", 1_250)
    );
    let again = data(&server, "recalculate_price", &[id_is]).await;
    assert_eq!(again, json!({"price": "825.00", "currency": "EUR"}));
    assert_eq!(
        refusal(&server, "set_reservation_price", &[id_is, ("price", "1,5")]).await,
        3
    );
}

#[tokio::test]
async fn what_is_deleted_is_gone() {
    let server = seeded().await;
    let new = [("email", "once@example.com"), ("first_name", "Once")];
    let made = data(&server, "make_reservation", &[&NEW[..], &new].concat()).await;
    let text = id_of(&made).to_string();
    let id_is = [("reservation_id", text.as_str())];
    let both = [id_is[0], ("delete_user_without_reservations", "true")];
    assert_eq!(data(&server, "delete_reservation", &both).await, json!([]));
    assert_eq!(refusal(&server, "delete_reservation", &both).await, 3);
    assert_eq!(refusal(&server, "get_reservation_data", &id_is).await, 3);
    assert!(
        server
            .users()
            .iter()
            .all(|user| user.email != "once@example.com")
    );
    // Its id is not given again.
    let next = data(
        &server,
        "make_reservation",
        &[&NEW[..], &[("user_id", "838801")]].concat(),
    )
    .await;
    assert!(next["reservation_id"].as_str() > Some(text.as_str()));
    assert_eq!(server.counts().writes, 4);
    let effects = server.requests();
    let effects = effects.iter().map(|request| request.took_effect);
    assert_eq!(
        effects.collect::<Vec<_>>(),
        [true, true, false, false, true]
    );
}

#[tokio::test]
async fn what_has_no_output_has_several_forms() {
    let server = seeded().await;
    let id = server.bookings().reservations[0].id.to_string();
    for (style, expected) in [
        (NoneStyle::EmptyList, Some(json!([]))),
        (NoneStyle::Null, Some(Value::Null)),
        (NoneStyle::Absent, None),
    ] {
        server.configure(|settings| settings.none = style);
        let answer = call(&server, "set_reservation_notes", &[("reservation_id", &id)]).await;
        assert_eq!(
            (answer.get("data"), &answer["response_code"]),
            (expected.as_ref(), &json!(0))
        );
    }
}

#[tokio::test]
async fn carts() {
    let server = seeded().await;
    let cart = data(&server, "create_cart", &[]).await["cart_id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let ids: Vec<_> = server.bookings().reservations[..3]
        .iter()
        .map(|known| known.id.to_string())
        .collect();
    let moved = [
        ("reservation_ids", &*ids.join(",")),
        ("shopping_cart_id", &cart),
    ]
    .map(|(name, value)| (name, value.to_owned()));
    let moved = [
        (moved[0].0, moved[0].1.as_str()),
        (moved[1].0, moved[1].1.as_str()),
    ];
    assert_eq!(
        data(&server, "move_reservations_to_cart", &moved).await["shopping_cart_id"],
        *cart
    );
    let items = data(&server, "get_cart_items", &[("shopping_cart_id", &cart)]).await;
    assert_eq!(
        texts(
            items["results"].as_array().expect("a list"),
            "reservation_id"
        ),
        ids
    );
    assert!(items["cart_total_price"].is_string());
    let payments = results(&server, "list_cart_payments", &[("cart_id", &cart)]).await;
    assert!(
        payments
            .iter()
            .all(|payment| payment["reservation_id"].is_string())
    );
    let carts = results(&server, "list_carts", &[]).await;
    assert_eq!(
        (carts.len(), &carts[0]["reservation_ids"]),
        (1, &json!(ids.join(",")))
    );
    assert_eq!(
        refusal(&server, "delete_cart", &[("cart_id", &cart)]).await,
        4
    );
    let empty = data(&server, "create_cart", &[]).await["cart_id"]
        .as_str()
        .expect("an id")
        .to_owned();
    assert_eq!(results(&server, "list_carts", &[]).await.len(), 1);
    assert_eq!(
        results(&server, "list_carts", &[("list_checked_out_only", "false")])
            .await
            .len(),
        2
    );
    assert_eq!(
        data(&server, "delete_cart", &[("cart_id", &empty)]).await,
        json!([])
    );
    assert_eq!(
        refusal(&server, "delete_cart", &[("cart_id", &empty)]).await,
        3
    );
}
