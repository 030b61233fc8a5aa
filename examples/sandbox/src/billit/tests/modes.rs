//! What is off unless a test asks for it.

use serde_json::json;

use super::{empty, seed};
use crate::{
    BillitServer, Fault,
    test_client::{billit, billit_with},
};

async fn create(server: &BillitServer, key: &str, body: &serde_json::Value) -> (u16, String) {
    let headers = [("Idempotency-Key", key)];
    let reply = billit_with(server, "POST", "/v1/parties", &headers, &body.to_string()).await;
    let reply = reply.expect("an answer");
    let code = if reply.status == 400 || reply.status == 409 {
        reply.code()
    } else {
        String::new()
    };
    (reply.status, code)
}

#[tokio::test]
async fn a_failed_create_uses_its_key() {
    let server = empty().await;
    let (nameless, ann) = (
        json!({"PartyType": "Customer"}),
        json!({"Name": "Ann", "PartyType": "Customer"}),
    );
    assert_eq!(create(&server, "a", &nameless).await.0, 400);
    assert_eq!(create(&server, "a", &ann).await.0, 200);

    server.configure(|settings| settings.failed_create_uses_key = true);
    assert_eq!(create(&server, "b", &nameless).await.0, 400);
    let used = (409, String::from("Idempotent token already exists"));
    assert_eq!(create(&server, "b", &ann).await, used);
    server.faults().next(Fault::InternalError);
    assert_eq!(create(&server, "c", &ann).await.0, 500);
    assert_eq!(create(&server, "c", &ann).await, used);
    assert_eq!(create(&server, "d", &ann).await.0, 200);
    assert_eq!(server.parties().len(), 2);
}

#[tokio::test]
async fn a_new_party_is_listed_later() {
    let server = empty().await;
    let listed = async || {
        let all = billit(&server, "GET", "/v1/parties", "").await.json();
        let link = "/v1/parties?$filter=ExternalProviderID%20eq%20'planyo:7'";
        let found = billit(&server, "GET", link, "").await.json();
        [all, found].map(|answer| answer["Items"].as_array().map_or(0, Vec::len))
    };
    let ann = json!({"Name": "Ann", "PartyType": "Customer", "ExternalProviderID": "planyo:7"});
    server.configure(|settings| settings.list_delay_requests = 3);
    assert_eq!(create(&server, "a", &ann).await.0, 200);
    let id = server.parties()[0]["PartyID"].to_string();
    assert_eq!(listed().await, [0, 0]);
    let whole = billit(&server, "GET", &format!("/v1/parties/{id}"), "").await;
    assert_eq!(whole.status, 200);
    assert_eq!(listed().await, [1, 1]);
    // A change is no new party.
    billit(
        &server,
        "PATCH",
        &format!("/v1/parties/{id}"),
        r#"{"City": "Gent"}"#,
    )
    .await;
    assert_eq!(listed().await, [1, 1]);
}

#[tokio::test]
async fn a_time_with_an_offset_becomes_belgian_time() {
    let server = empty().await;
    let order = json!({
        "OrderType": "Invoice", "OrderDirection": "Income", "OrderDate": "2026-06-01", "ExpiryDate": "2026-07-01",
        "Customer": {"Name": "Ann", "PartyType": "Customer"},
        "OrderLines": [{"Quantity": 1, "UnitPriceExcl": 10, "Description": "x", "VATPercentage": 21}],
    });
    let made = billit(&server, "POST", "/v1/orders", &order.to_string()).await;
    let target = format!("/v1/orders/{}", made.body);
    let paid = r#"{"Paid": true, "PaidDate": "2026-06-03T10:00:00Z"}"#;
    assert_eq!(billit(&server, "PATCH", &target, paid).await.status, 400);
    server.configure(|settings| settings.accept_offsets = true);
    assert_eq!(billit(&server, "PATCH", &target, paid).await.status, 200);
    let order = server.orders().pop().expect("the order");
    assert_eq!(order["PaidDate"], "2026-06-03T12:00:00");
}

#[tokio::test]
async fn with_the_real_clock_a_write_bears_the_time_of_this_machine() {
    let server = empty().await;
    let made = |server: &BillitServer| server.clock().date();
    drop(billit(&server, "POST", "/v1/parties", r#"{"Name":"Ann"}"#).await);
    assert_eq!(made(&server), seed::START.date());
    server.configure(|settings| settings.real_clock = true);
    drop(billit(&server, "POST", "/v1/parties", r#"{"Name":"Bob"}"#).await);
    assert!(made(&server) > seed::START.date());
}
