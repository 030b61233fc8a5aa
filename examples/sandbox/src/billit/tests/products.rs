use serde_json::json;

use super::{empty, generic, refused};
use crate::{test_client::billit, wire::encode};

#[tokio::test]
async fn a_product_is_created_changed_and_listed() {
    let server = empty().await;
    let body =
        json!({"Reference": "T-1", "Description": "Tent", "AmountExcl": 10, "VAT": 21}).to_string();
    let id = billit(&server, "POST", "/v1/products", &body).await.json();
    let target = format!("/v1/products/{id}");
    let product = billit(&server, "GET", &target, "").await;
    assert!(
        product.body.contains(r#""AmountIncl":12.10000"#),
        "{product:?}"
    );

    let change = json!({"ProductID": id, "AmountExcl": 20.0}).to_string();
    assert_eq!(
        billit(&server, "POST", "/v1/products", &change)
            .await
            .json(),
        id
    );
    let product = server.products().pop().expect("a product");
    assert_eq!(
        (&product["Description"], &product["AmountIncl"]),
        (&json!("Tent"), &json!(24.2))
    );
    assert_eq!(server.products().len(), 1);

    billit(
        &server,
        "POST",
        "/v1/products",
        r#"{"ProductID":0,"Reference":"S-1"}"#,
    )
    .await;
    let filter = format!(
        "/v1/products?$filter={}",
        encode("AmountExcl gt 5 and Reference ne 'S-1'")
    );
    let page = billit(&server, "GET", &filter, "").await.json();
    assert_eq!(page["Items"].as_array().map(Vec::len), Some(1));
    assert_eq!(page["Items"][0]["ProductID"], id);

    assert_eq!(refused(&server, "GET", "/v1/products/1", "").await.0, 404);
    let unknown = r#"{"ProductID":1,"Reference":"x"}"#;
    assert_eq!(
        refused(&server, "POST", "/v1/products", unknown).await.0,
        404
    );
    // The wrapped form that the documents show does not work.
    let wrapped = r#"{"Items":[{"Reference":"x"}]}"#;
    assert_eq!(
        refused(&server, "POST", "/v1/products", wrapped).await,
        generic()
    );
}

#[tokio::test]
async fn type_codes_and_companies() {
    let server = super::seeded().await;
    let codes = billit(&server, "GET", "/v1/misc/typecodes/orderdirection", "")
        .await
        .json();
    assert_eq!(
        codes["Items"],
        json!([{"Key": "Income", "Value": "Income"}, {"Key": "Cost", "Value": "Cost"}])
    );
    let one = billit(
        &server,
        "GET",
        "/v1/misc/typecodes/OrderType/Invoice/NL",
        "",
    )
    .await;
    assert_eq!(one.json()["Items"][0]["Key"], "Invoice");
    assert_eq!(
        refused(&server, "GET", "/v1/misc/typecodes/Nope", "").await,
        generic()
    );
    let none = refused(&server, "GET", "/v1/misc/typecodes/OrderType/x/NL", "").await;
    assert_eq!(none.0, 404);

    for words in ["transport%20claes", "BE0101.000.160"] {
        let target = format!("/v1/misc/companysearch/{words}");
        let found = billit(&server, "GET", &target, "").await.json();
        assert_eq!(found["Items"].as_array().map(Vec::len), Some(1), "{found}");
        assert_eq!(found["Items"][0]["CompanyIdentification"], "0101000160");
        assert_eq!(found["Items"][0]["Source"], "KBO");
    }
}
