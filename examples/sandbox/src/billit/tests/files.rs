use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use serde_json::{Value, json};

use super::{empty, generic, refused};
use crate::{BillitServer, test_client::billit};

async fn content(server: &BillitServer, file: &Value) -> (Value, Vec<u8>) {
    let id = file["FileID"].as_str().expect("an id");
    assert_eq!((id.len(), id.matches('-').count()), (36, 4), "{id}");
    let found = billit(server, "GET", &format!("/v1/files/{id}"), "")
        .await
        .json();
    let content = found["FileContent"].as_str().expect("content").to_owned();
    assert!(file.get("FileContent").is_none());
    (
        found["MimeType"].clone(),
        BASE64.decode(content).expect("base64"),
    )
}

#[tokio::test]
async fn an_order_has_a_pdf_and_what_was_sent_with_it() {
    let server = empty().await;
    let body = json!({
        "OrderType": "Invoice", "OrderDirection": "Income", "OrderDate": "2026-01-05", "ExpiryDate": "2026-01-05",
        "OrderNumber": "7", "Customer": {"Name": "Ann"}, "OrderLines": [{"UnitPriceExcl": 1}],
        "Attachments": [{"FileName": "terms.txt", "MimeType": "text/plain", "FileContent": BASE64.encode("voorwaarden")}],
    });
    let id = billit(&server, "POST", "/v1/orders", &body.to_string())
        .await
        .json();
    let order = billit(&server, "GET", &format!("/v1/orders/{id}"), "")
        .await
        .json();
    let (kind, pdf) = content(&server, &order["OrderPDF"]).await;
    assert_eq!(kind, "application/pdf");
    assert!(pdf.starts_with(b"%PDF-1.4\n") && pdf.ends_with(b"%%EOF\n"));
    assert_eq!(order["OrderPDF"]["FileName"], "Invoice-7.pdf");
    // What was posted, and the attachment.
    let (kind, original) = content(&server, &order["Attachments"][0]).await;
    assert_eq!(
        (kind, original),
        (json!("application/json"), body.to_string().into_bytes())
    );
    let (kind, terms) = content(&server, &order["Attachments"][1]).await;
    assert_eq!(
        (kind, terms),
        (json!("text/plain"), b"voorwaarden".to_vec())
    );

    let unknown = "/v1/files/bc99aaaa-0000-0000-0000-000000000000";
    assert_eq!(refused(&server, "GET", unknown, "").await.0, 404);
    assert_eq!(billit(&server, "GET", "/v1/files/7", "").await.status, 400);
}

#[tokio::test]
async fn documents_are_kept() {
    let server = empty().await;
    let id = billit(
        &server,
        "POST",
        "/v1/documents",
        r#"{"Description":"Lease"}"#,
    )
    .await
    .json();
    let document = billit(&server, "GET", &format!("/v1/documents/{id}"), "")
        .await
        .json();
    assert_eq!(
        (&document["DocumentID"], &document["Description"]),
        (&id, &json!("Lease"))
    );
    let target = format!("/v1/documents?$filter=DocumentID%20eq%20{id}");
    let page = billit(&server, "GET", &target, "").await.json();
    assert_eq!(page["Items"], json!([document]));
    assert_eq!(refused(&server, "GET", "/v1/documents/1", "").await.0, 404);
    assert_eq!(
        refused(&server, "POST", "/v1/documents", "{}").await,
        generic()
    );
}
