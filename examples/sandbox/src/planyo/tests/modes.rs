//! What is off unless a test asks for it.

use serde_json::json;

use super::{code, data, refusal, results, seeded};
use crate::{
    planyo::{Erasure, PhoneStyle},
    test_client::call,
};

#[tokio::test]
async fn an_empty_page_is_refused() {
    let server = seeded().await;
    let beyond = [("page", "9")];
    assert_eq!(refusal(&server, "list_users", &beyond).await, 0);
    server.configure(|settings| settings.empty_page_is_refused = true);
    assert_eq!(refusal(&server, "list_users", &beyond).await, 4);
    assert_eq!(refusal(&server, "list_users", &[]).await, 0);
    let long_ago = [("start_time", "1999-01-01"), ("end_time", "1999-01-02")];
    assert_eq!(refusal(&server, "list_reservations", &long_ago).await, 4);
    // What has no output at all is no list.
    let notes = [("reservation_id", "19710001"), ("user_notes", "x")];
    assert_eq!(refusal(&server, "set_reservation_notes", &notes).await, 0);
}

#[tokio::test]
async fn a_customer_erases_themselves() {
    let server = seeded().await;
    server.erase(838_801, Erasure::Blank);
    server.erase(838_802, Erasure::Gone);
    let listed = data(&server, "list_users", &[("detail_level", "5")]).await;
    let listed = listed["users"].as_array().expect("a list").clone();
    let with_id = |id: &str| listed.iter().find(|user| user["id"] == *id);
    let blank = with_id("838801").expect("the blank one");
    assert_eq!(
        (&blank["email"], &blank["last_name"]),
        (&json!(""), &json!(""))
    );
    assert_eq!(
        (&blank["properties"], &blank["reservation_count"]),
        (&json!([]), &json!("3"))
    );
    assert_eq!(with_id("838802"), None);
    assert_eq!(
        code(&call(&server, "get_user_data", &[("user_id", "838802")]).await),
        3
    );
    let old_address = [("email", "ann.peeters@example.be")];
    assert_eq!(refusal(&server, "get_user_data", &old_address).await, 3);

    let window = [
        ("start_time", "2026-01-01"),
        ("end_time", "2026-12-31"),
        ("user_id", "838802"),
    ];
    let kept = results(&server, "list_reservations", &window).await;
    assert_eq!(kept.len(), 5);
    assert!(
        kept.iter()
            .all(|known| known["user_id"] == "838802" && known["email"] == "")
    );
    assert!(server.deliveries().is_empty());
}

#[tokio::test]
async fn telephone_numbers_in_every_style() {
    let server = seeded().await;
    for (style, number, beside) in [
        (PhoneStyle::Separate, "470100001", json!("32")),
        (PhoneStyle::Joined, "32470100001", json!(null)),
        (PhoneStyle::JoinedWithPlus, "+32470100001", json!(null)),
        (PhoneStyle::JoinedWithZeros, "0032470100001", json!(null)),
        (PhoneStyle::Doubled, "3232470100001", json!(null)),
        (PhoneStyle::Both, "32470100001", json!("32")),
    ] {
        server.configure(|settings| settings.list_phones = style);
        let found = data(
            &server,
            "list_users",
            &[("email", "ann.peeters@example.be")],
        )
        .await;
        let user = &found["users"][0];
        assert_eq!(user["mobile_number"], number, "{style:?}");
        assert_eq!(user["mobile_country_code"], beside, "{style:?}");
    }
}

#[tokio::test]
async fn lists_without_properties_and_with_the_language() {
    let server = seeded().await;
    server.configure(|settings| {
        settings.list_properties = false;
        settings.list_language = true;
    });
    let asked = [("email", "koen@claes.example.be"), ("detail_level", "5")];
    let found = data(&server, "list_users", &asked).await;
    let user = &found["users"][0];
    assert_eq!(
        (&user["properties"], &user["language"]),
        (&json!(null), &json!("NL"))
    );
    let whole = data(&server, "get_user_data", &asked).await;
    assert_eq!(whole["properties"]["vat_number"], "BE0101000160");
}
