use std::sync::{Arc, Mutex};

use axum::{Router, extract::State, http::HeaderMap};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::{generic, refused, seeded};
use crate::{BillitServer, server::lock, test_client::billit, wire::unix_now};

type Received = Arc<Mutex<Vec<(String, String)>>>;

/// A receiver: the signature and the body of each call.
async fn receiver() -> (String, Received) {
    let received = Received::default();
    let take = |State(received): State<Received>, headers: HeaderMap, body: String| async move {
        let signature = headers["billit-signature"]
            .to_str()
            .expect("text")
            .to_owned();
        lock(&received).push((signature, body));
    };
    let router = Router::new()
        .fallback(take)
        .with_state(Arc::clone(&received));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!(
        "http://{}/hook?x=1",
        listener.local_addr().expect("an address")
    );
    tokio::spawn(async move { axum::serve(listener, router).await });
    (url, received)
}

async fn register(server: &BillitServer, entity: &str, update: &str, url: &str) -> Value {
    let body =
        json!({"EntityType": entity, "EntityUpdateType": update, "WebhookURL": url}).to_string();
    billit(server, "POST", "/v1/webhooks", &body).await.json()
}

async fn order(server: &BillitServer) -> i64 {
    let body = json!({
        "OrderType": "Invoice", "OrderDirection": "Income", "OrderDate": "2026-01-05", "ExpiryDate": "2026-01-05",
        "CustomerID": 879_102, "OrderLines": [{"UnitPriceExcl": 1, "VATPercentage": 21}],
    });
    let reply = billit(server, "POST", "/v1/orders", &body.to_string()).await;
    reply.json().as_i64().expect("an id")
}

/// The digest by its definition, from a hash of nothing but SHA-256.
fn hmac(secret: &str, message: &str) -> String {
    let mut key = secret.as_bytes().to_vec();
    key.resize(64, 0);
    let padded = |pad: u8| key.iter().map(|byte| byte ^ pad).collect::<Vec<_>>();
    let inner = hmac_sha256::Hash::hash(&[padded(0x36), message.as_bytes().to_vec()].concat());
    let outer = hmac_sha256::Hash::hash(&[padded(0x5c), inner.to_vec()].concat());
    outer
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect::<Vec<_>>()
        .concat()
}

fn is_signed(secret: &Value, signature: &str, body: &str) -> bool {
    let (time, digest) = signature.split_once(",s=").expect("two parts");
    let time = time.strip_prefix("t=").expect("the time");
    let age = unix_now() - time.parse::<i64>().expect("seconds");
    (0..60).contains(&age)
        && digest
            == hmac(
                secret.as_str().expect("a secret"),
                &format!("{time}.{body}"),
            )
}

#[tokio::test]
async fn a_webhook_has_a_secret_told_once() {
    let server = seeded().await;
    let hook = register(&server, "Order", "U", "https://app.example/hook").await;
    assert!(hook["Secret"].is_string() && hook["WebhookID"].is_i64());
    let listed = billit(&server, "GET", "/v1/webhooks", "").await.json();
    assert_eq!(listed.as_array().map(Vec::len), Some(1));
    assert_eq!(listed[0]["WebhookURL"], "https://app.example/hook");
    assert!(listed[0].get("Secret").is_none());

    let target = format!("/v1/webhooks/refresh/{}", hook["WebhookID"]);
    let fresh = billit(&server, "POST", &target, "").await.json();
    assert!(fresh.is_string() && fresh != hook["Secret"]);

    let target = format!("/v1/webhooks/{}", hook["WebhookID"]);
    assert_eq!(billit(&server, "DELETE", &target, "").await.body, "true");
    assert_eq!(billit(&server, "DELETE", &target, "").await.body, "false");
    assert_eq!(billit(&server, "GET", "/v1/webhooks", "").await.body, "[]");
    assert_eq!(
        refused(&server, "POST", "/v1/webhooks/refresh/1", "")
            .await
            .0,
        404
    );

    for body in [
        json!({"EntityType": "Party", "EntityUpdateType": "U", "WebhookURL": "https://a.example"}),
        json!({"EntityType": "Order", "EntityUpdateType": "X", "WebhookURL": "https://a.example"}),
        json!({"EntityType": "Order", "EntityUpdateType": "U", "WebhookURL": "ftp://a.example"}),
    ] {
        assert_eq!(
            refused(&server, "POST", "/v1/webhooks", &body.to_string()).await,
            generic()
        );
    }
    server.configure(|settings| settings.https_webhooks_only = true);
    let plain = register(&server, "Order", "U", "http://127.0.0.1/").await;
    assert_eq!(plain["errors"][0]["Code"], "GenericError");
    server.configure(|settings| settings.webhook_limit = 0);
    let one_more = register(&server, "Order", "U", "https://a.example").await;
    assert_eq!(one_more["errors"][0]["Code"], "GenericError");
}

#[tokio::test]
async fn changes_are_posted_and_signed() {
    let server = seeded().await;
    let (url, received) = receiver().await;
    let made = register(&server, "Order", "I", &url).await["Secret"].clone();
    let changed = register(&server, "Order", "U", &url).await["Secret"].clone();
    let message = register(&server, "Message", "I", &url).await["Secret"].clone();
    register(&server, "Order", "D", &url).await;

    let id = order(&server).await;
    let other = order(&server).await;
    billit(
        &server,
        "PATCH",
        &format!("/v1/orders/{id}"),
        r#"{"InternalInfo":"x"}"#,
    )
    .await;
    let send = json!({"TransportType": "Peppol", "OrderIds": [id]}).to_string();
    billit(&server, "POST", "/v1/orders/commands/send", &send).await;
    // A deletion calls no webhook.
    billit(&server, "DELETE", &format!("/v1/orders/{other}"), "").await;
    server.settled().await;

    let calls = lock(&received).clone();
    let secrets = [&made, &made, &changed, &changed, &message];
    assert_eq!(calls.len(), secrets.len(), "{calls:?}");
    for ((signature, body), secret) in calls.iter().zip(secrets) {
        assert!(is_signed(secret, signature, body), "{signature} {body}");
    }
    let bodies: Vec<Value> = calls
        .iter()
        .map(|(_, body)| serde_json::from_str(body).expect("JSON"))
        .collect();
    let expected = json!({"UpdatedEntityID": id, "UpdatedEntityType": "Order", "WebhookUpdateTypeTC": "I", "EntityDetail": {}});
    assert_eq!(bodies[0], expected);
    let detail = &bodies[4]["EntityDetail"];
    assert_eq!(detail["OrderMessage"]["OrderID"], id);
    assert_eq!(
        detail["AdditionalMessageInformation"]["EInvoiceFlowState"],
        "Sent"
    );
    let statuses: Vec<_> = server
        .deliveries()
        .iter()
        .map(|delivery| delivery.status)
        .collect();
    assert_eq!(statuses, [Some(200); 5]);

    server.configure(|settings| settings.webhooks_on_delete = true);
    let third = order(&server).await;
    billit(&server, "DELETE", &format!("/v1/orders/{third}"), "").await;
    server.settled().await;
    let last = lock(&received).last().cloned().expect("a call");
    assert!(last.1.contains(r#""WebhookUpdateTypeTC":"D""#), "{last:?}");
}

#[tokio::test]
async fn the_network_reports_on_a_message() {
    let server = seeded().await;
    let (url, received) = receiver().await;
    register(&server, "Message", "U", &url).await;
    let id = order(&server).await;
    let send = json!({"OrderIds": [id]}).to_string();
    billit(&server, "POST", "/v1/orders/commands/send", &send).await;
    server.report_delivery(id, "Delivered");
    server.configure(|settings| settings.flat_message_events = true);
    server.report_delivery(id, "Refused");
    server.settled().await;
    let calls = lock(&received).clone();
    let detail = |place: usize| {
        serde_json::from_str::<Value>(&calls[place].1).expect("JSON")["EntityDetail"].clone()
    };
    assert_eq!(
        detail(0)["AdditionalMessageInformation"]["EInvoiceFlowState"],
        "Delivered"
    );
    assert_eq!(detail(1)["OrderID"], id);
    assert_eq!(
        detail(1)["MessageAdditionalInformation"]["EInvoiceFlowState"],
        "Refused"
    );
    let order = server.order(id).expect("there");
    assert_eq!(
        order["CurrentDocumentDeliveryDetails"]["DocumentDeliveryStatus"],
        "Error"
    );
}

#[tokio::test]
async fn a_call_that_nobody_takes_is_noted() {
    let server = seeded().await;
    register(&server, "Order", "I", "https://app.example/hook").await;
    register(&server, "Order", "U", "http://127.0.0.1:1/hook").await;
    let id = order(&server).await;
    server.edit_order(id, |order| {
        order.insert(String::from("Comments"), json!("x"));
    });
    server.settled().await;
    let statuses: Vec<_> = server
        .deliveries()
        .iter()
        .map(|delivery| delivery.status)
        .collect();
    assert_eq!(statuses, [None, None]);
}
