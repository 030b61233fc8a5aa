use serde_json::{Value, json};

use super::{empty, generic, refused, seeded};
use crate::{
    BillitServer,
    test_client::{Reply, billit, billit_with},
    wire::encode,
};

/// An invoice of 2 x 10.00 and 1 x 5.00 at 21 %, and of 3.33 at 6 %.
fn invoice(customer: &Value) -> Value {
    let mut order = json!({
        "OrderType": "Invoice", "OrderDirection": "Income", "OrderNumber": "2026-1",
        "OrderDate": "2026-01-05", "ExpiryDate": "2026-02-04T00:00:00",
        "OrderLines": [
            {"Quantity": 2, "UnitPriceExcl": 10, "VATPercentage": 21, "Description": "Tent"},
            {"Quantity": 1, "UnitPriceExcl": 5.0, "VATPercentage": 21, "Description": "Stove"},
            {"Quantity": 1, "UnitPriceExcl": 3.33, "VATPercentage": 6, "Description": "Bread"},
        ],
    });
    let name = if customer.is_object() {
        "Customer"
    } else {
        "CustomerID"
    };
    order[name] = customer.clone();
    order
}

type Change<'a> = &'a dyn Fn(&mut Value);

async fn post(server: &BillitServer, order: &Value) -> i64 {
    let reply = billit(server, "POST", "/v1/orders", &order.to_string()).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    reply.json().as_i64().expect("a bare integer")
}

async fn get(server: &BillitServer, id: i64) -> Reply {
    billit(server, "GET", &format!("/v1/orders/{id}"), "").await
}

async fn send(server: &BillitServer, body: &Value, strict: bool) -> Reply {
    let strict = if strict { "true" } else { "false" };
    let headers = [("StrictTransportType", strict)];
    let target = "/v1/orders/commands/send";
    let reply = billit_with(server, "POST", target, &headers, &body.to_string()).await;
    reply.expect("an answer")
}

#[tokio::test]
async fn the_server_computes_the_totals() {
    let server = seeded().await;
    let id = post(&server, &invoice(&json!(879_102))).await;
    let order = get(&server, id).await;
    for text in [
        r#""TotalExcl":28.33000"#,
        r#""TotalVAT":5.45000"#,
        r#""TotalIncl":33.78000"#,
        r#""ToPay":33.78000"#,
        r#""UnitPriceIncl":12.10000"#,
        r#""Quantity":2.00000"#,
    ] {
        assert!(order.body.contains(text), "{text} in {}", order.body);
    }
    let order = order.json();
    assert_eq!(
        (
            &order["CustomerID"],
            &order["SupplierID"],
            &order["CompanyID"],
            &order["CounterPartyID"]
        ),
        (
            &json!(879_102),
            &json!(574_991),
            &json!(574_991),
            &json!(879_102)
        )
    );
    assert_eq!(
        (&order["Paid"], &order["OrderStatus"]),
        (&json!(false), &json!("ToSend"))
    );
    assert_eq!(order["Customer"]["Name"], "Transport Claes BV");
    assert_eq!(
        (&order["OrderDate"], &order["ExpiryDate"]),
        (&json!("2026-01-05T00:00:00"), &json!("2026-02-04T00:00:00"))
    );
    assert_eq!(order["CounterParty"]["PartyID"], 879_102);
    assert!(order["CounterParty"].get("PartyType").is_none());
    assert_eq!(order["VatGroups"].as_array().map(Vec::len), Some(2));

    // Prices with VAT, a reduction, and a supplier's bill.
    let cost = json!({
        "OrderType": "Invoice", "OrderDirection": "Cost", "OrderDate": "2026-01-05", "ExpiryDate": "2026-01-05",
        "SupplierID": 879_117,
        "OrderLines": [{"UnitPriceIncl": 12.10, "InclLeading": true, "VATPercentage": 21, "Quantity": 3, "ReductionPercentage": 10}],
    });
    let cost = post(&server, &cost).await;
    let order = server.order(cost).expect("created");
    assert_eq!(
        (&order["TotalIncl"], &order["TotalExcl"], &order["TotalVAT"]),
        (&json!(32.67), &json!(27.0), &json!(5.67))
    );
    assert_eq!(
        (&order["SupplierID"], &order["OrderStatus"]),
        (&json!(879_117), &json!("ToPay"))
    );
}

#[tokio::test]
async fn an_embedded_customer_is_updated_or_created() {
    let server = seeded().await;
    let known = json!({"Name": "Claes Transport", "VATNumber": "BE 0101.000.160", "Nr": "55"});
    let id = post(&server, &invoice(&known)).await;
    assert_eq!(server.order(id).expect("created")["CustomerID"], 879_102);
    let party = server.party(879_102).expect("seeded");
    assert_eq!(
        (&party["Name"], &party["Nr"]),
        (&json!("Claes Transport"), &json!("55"))
    );
    assert_eq!(party["ExternalProviderID"], "planyo:838802");

    let id = post(
        &server,
        &invoice(&json!({"Name": "New", "Email": "new@example.be"})),
    )
    .await;
    let party = server.order(id).expect("created")["CustomerID"]
        .as_i64()
        .expect("an id");
    assert_eq!(
        server.party(party).expect("created")["PartyType"],
        "Customer"
    );
    assert_eq!(server.parties().len(), 26);

    let by_id = invoice(&json!({"PartyID": 879_101, "Phone": "+3291"}));
    let id = post(&server, &by_id).await;
    assert_eq!(server.order(id).expect("created")["CustomerID"], 879_101);
    assert_eq!(server.party(879_101).expect("seeded")["Phone"], "+3291");
}

#[tokio::test]
async fn refused_orders_leave_nothing_behind() {
    let server = seeded().await;
    let post = async |change: Change<'_>| {
        let mut order = invoice(&json!({"Name": "Nobody", "Email": "no@example.be"}));
        change(&mut order);
        refused(&server, "POST", "/v1/orders", &order.to_string()).await
    };
    for name in [
        "OrderType",
        "OrderDirection",
        "OrderDate",
        "ExpiryDate",
        "OrderLines",
        "Customer",
    ] {
        let without = |order: &mut Value| {
            order.as_object_mut().expect("an object").remove(name);
        };
        assert_eq!(post(&without).await, generic(), "{name}");
    }
    let changes: [(Change, &str); 8] = [
        (&|order| order["OrderType"] = json!("Bill"), "GenericError"),
        (
            &|order| order["OrderDirection"] = json!("In"),
            "GenericError",
        ),
        (&|order| order["OrderDate"] = json!("soon"), "GenericError"),
        (&|order| order["Comments"] = json!(null), "GenericError"),
        (
            &|order| order["OrderLines"][0]["Description"] = json!("x".repeat(513)),
            "GenericError",
        ),
        (
            &|order| order["OrderLines"][0]["VATPercentage"] = json!(20),
            "InvalidVAtPercentageForTaxCountry_0_",
        ),
        (
            &|order| order["AboutInvoiceNumber"] = json!("2025-9"),
            "TheAboutInvoiceNumberCouldNotBeFound",
        ),
        (
            &|order| order["Attachments"] = json!([{"FileName": "a/b.pdf", "FileContent": ""}]),
            "Invalid Filename",
        ),
    ];
    for (change, code) in changes {
        assert_eq!(post(change).await, (400, code.to_owned()));
    }
    let unknown = invoice(&json!(1)).to_string();
    assert_eq!(
        refused(&server, "POST", "/v1/orders", &unknown).await.0,
        404
    );
    assert!(server.orders().is_empty());
    assert_eq!(server.parties().len(), 25);
    // Abroad, and on a bill from abroad, other percentages are right.
    let mut abroad = invoice(&json!(879_115));
    abroad["OrderLines"][0]["VATPercentage"] = json!(19);
    assert_eq!(
        billit(&server, "POST", "/v1/orders", &abroad.to_string())
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn a_burnt_key_outlives_its_order() {
    let server = seeded().await;
    let body = invoice(&json!(879_101)).to_string();
    let create = async || {
        let headers = [("Idempotency-Key", "create-order-1")];
        let reply = billit_with(&server, "POST", "/v1/orders", &headers, &body).await;
        reply.expect("an answer")
    };
    let id = create().await.json();
    let replay = create().await;
    assert_eq!(
        (replay.status, replay.code()),
        (409, String::from("Idempotent token already exists"))
    );

    let target = format!("/v1/orders/{id}");
    let deleted = billit(&server, "DELETE", &target, "").await;
    assert_eq!((deleted.status, deleted.body.as_str()), (200, "true"));
    assert_eq!(refused(&server, "GET", &target, "").await.0, 404);
    assert_eq!(refused(&server, "DELETE", &target, "").await.0, 404);
    assert_eq!(create().await.status, 409);
    let gone = billit(&server, "GET", "/v1/orders/deleted", "")
        .await
        .json();
    assert_eq!(gone["Items"][0]["OrderID"], id);
    assert_eq!(gone["Items"].as_array().map(Vec::len), Some(1));
    server.configure(|settings| settings.foreign_id_is_401 = true);
    assert_eq!(refused(&server, "GET", &target, "").await.0, 401);
}

#[tokio::test]
async fn the_white_list_can_be_filtered() {
    let server = seeded().await;
    let mut ids = Vec::new();
    for (number, party) in [(1, 879_101), (2, 879_102), (3, 879_102)] {
        let mut order = invoice(&json!(party));
        order["OrderNumber"] = json!(format!("2026-{number}"));
        order["OrderDate"] = json!(format!("2026-0{number}-01"));
        order["ExternalProviderID"] = json!(format!("planyo:{number}"));
        ids.push(post(&server, &order).await);
    }
    billit(
        &server,
        "PATCH",
        &format!("/v1/orders/{}", ids[2]),
        r#"{"Paid":true}"#,
    )
    .await;
    let list = async |query: String| {
        let page = billit(&server, "GET", &format!("/v1/orders?{query}"), "")
            .await
            .json();
        let items = page["Items"]
            .as_array()
            .unwrap_or_else(|| panic!("{page}"))
            .clone();
        let place = |order: &Value| ids.iter().position(|id| order["OrderID"] == *id);
        items.iter().filter_map(place).collect::<Vec<_>>()
    };
    for (filter, expected) in [
        ("CounterParty/PartyID eq 879102", &[1, 2][..]),
        ("CounterParty/PartyID ne 879102 or Paid eq true", &[0, 2]),
        (
            "not (CounterParty/PartyID eq 879101) and Paid eq false",
            &[1],
        ),
        (
            "OrderDate ge DateTime'2026-02-01' and OrderDate lt datetime'2026-03-01T00:00:00'",
            &[1],
        ),
        ("TotalIncl gt 33.77 and TotalIncl le 33.78", &[0, 1, 2]),
        ("ExternalProviderID eq 'planyo:3'", &[2]),
        ("PaidDate eq null", &[0, 1]),
    ] {
        assert_eq!(
            list(format!("$filter={}", encode(filter))).await,
            expected,
            "{filter}"
        );
    }
    assert_eq!(
        list(String::from("$orderby=OrderDate+desc")).await,
        [2, 1, 0]
    );
    // Not an OData option: ignored.
    assert_eq!(list(String::from("OrderType=CreditNote")).await, [0, 1, 2]);

    for property in ["VATNumber", "CounterParty/VATNumber"] {
        let target = format!(
            "/v1/orders?$filter={}",
            encode(&format!("{property} eq 'x'"))
        );
        let reply = billit(&server, "GET", &target, "").await;
        assert_eq!(reply.status, 400);
        let expected = "Could not find a property named 'VATNumber' on type 'Domain.Order.OrderPartyPerformanceSafeColumns'.";
        assert_eq!(
            reply.json(),
            json!({"errors": [{"Code": "GenericError", "Description": expected}]})
        );
    }
    let target = "/v1/orders?$orderby=CustomerID";
    assert_eq!(refused(&server, "GET", target, "").await, generic());
}

#[tokio::test]
async fn a_listing_has_pages_of_summaries() {
    let server = seeded().await;
    for _ in 0..130 {
        post(&server, &invoice(&json!(879_102))).await;
    }
    let first = billit(
        &server,
        "GET",
        "/v1/orders?$top=500&$inlinecount=allpages",
        "",
    )
    .await
    .json();
    assert_eq!(first["Items"].as_array().map(Vec::len), Some(120));
    assert_eq!(first["Count"], 130);
    let link = first["NextPageLink"].as_str().expect("a link");
    let target = link.strip_prefix(&server.base_url()).expect("absolute");
    assert!(target.starts_with("/v1/orders?"), "{target}");
    let rest = billit(&server, "GET", target, "").await.json();
    assert_eq!(rest["Items"].as_array().map(Vec::len), Some(10));
    assert!(rest.get("NextPageLink").is_none());

    let item = &first["Items"][0];
    assert!(item.get("OrderLines").is_none() && item.get("Attachments").is_none());
    assert_eq!(item["TotalIncl"], 33.78);
    assert_eq!(item["OrderPDF"]["MimeType"], "application/pdf");
    let party = &item["CounterParty"];
    assert_eq!(
        (&party["PartyID"], &party["Addresses"]),
        (&json!(879_102), &json!([]))
    );
    assert_eq!(
        (&party["DisplayName"], &party["PartyType"]),
        (&json!("Transport Claes BV"), &json!("Customer"))
    );
    assert!(party.get("Email").is_none());
}

#[tokio::test]
async fn patch_changes_the_8_fields_only() {
    let server = seeded().await;
    let id = post(&server, &invoice(&json!(879_101))).await;
    let target = format!("/v1/orders/{id}");
    let body = r#"{"Paid":true,"PaidDate":"2026-01-09","issent":true,"InternalInfo":"x","Reference":"y","TotalIncl":1}"#;
    let reply = billit(&server, "PATCH", &target, body).await;
    assert_eq!((reply.status, reply.body.as_str()), (200, ""));
    let order = server.order(id).expect("there");
    assert_eq!(
        (
            &order["PaidDate"],
            &order["ToPay"],
            &order["OrderStatus"],
            &order["IsSent"]
        ),
        (
            &json!("2026-01-09T00:00:00"),
            &json!(0.0),
            &json!("Paid"),
            &json!(true)
        )
    );
    assert!(!order.contains_key("Reference"));
    assert_eq!(order["TotalIncl"], 33.78);
    billit(
        &server,
        "PATCH",
        &target,
        r#"{"Paid":false,"PaidDate":null}"#,
    )
    .await;
    let order = server.order(id).expect("there");
    assert_eq!(
        (&order["ToPay"], order.get("PaidDate")),
        (&json!(33.78), None)
    );

    server.configure(|settings| settings.strict_patch = true);
    assert_eq!(
        refused(&server, "PATCH", &target, r#"{"Reference":"y"}"#).await,
        generic()
    );
    assert_eq!(
        refused(&server, "PATCH", &target, r#"{"PaidDate":"soon"}"#).await,
        generic()
    );
    assert_eq!(refused(&server, "PATCH", "/v1/orders/1", "{}").await.0, 404);
}

#[tokio::test]
async fn payments_and_bookings_add_up() {
    let server = seeded().await;
    let id = post(&server, &invoice(&json!(879_101))).await;
    let pay = async |amount: f64| {
        let body =
            json!({"Amount": amount, "Description": "cash", "Date": "2026-01-08"}).to_string();
        let reply = billit(&server, "POST", &format!("/v1/orders/{id}/payments"), &body).await;
        assert_eq!((reply.status, reply.body.as_str()), (200, ""));
        server.order(id).expect("there")
    };
    let order = pay(30.0).await;
    assert_eq!(
        (&order["ToPay"], &order["Paid"]),
        (&json!(3.78), &json!(false))
    );
    let order = pay(3.78).await;
    assert_eq!(
        (&order["ToPay"], &order["Paid"], &order["PaidDate"]),
        (&json!(0.0), &json!(true), &json!("2026-01-08T00:00:00"))
    );
    assert_eq!(server.payments(id).len(), 2);
    let payments = format!("/v1/orders/{id}/payments");
    assert_eq!(refused(&server, "POST", &payments, "{}").await, generic());

    let entries = format!("/v1/orders/{id}/bookingEntries");
    let body = r#"[{"AccountCode":700000,"Amount":28.33,"DebetOrCredit":"C"}]"#;
    for count in 1..=2 {
        assert_eq!(billit(&server, "PUT", &entries, body).await.status, 200);
        let order = server.order(id).expect("there");
        let known = order["BookingEntries"].as_array().expect("entries");
        assert_eq!((known.len(), &known[0]["OrderID"]), (count, &json!(id)));
    }
    assert_eq!(refused(&server, "PUT", &entries, "{}").await, generic());
}

#[tokio::test]
async fn sending_by_peppol_needs_a_customer_who_is_there() {
    let server = seeded().await;
    let there = post(&server, &invoice(&json!(879_102))).await;
    let reply = send(
        &server,
        &json!({"Transporttype": "Peppol", "OrderIDs": [there]}),
        false,
    )
    .await;
    assert_eq!((reply.status, reply.body.as_str()), (200, ""));
    let order = server.order(there).expect("there");
    assert_eq!(
        (&order["IsSent"], &order["OrderStatus"]),
        (&json!(true), &json!("ToPay"))
    );
    let message = &order["Messages"][0];
    assert_eq!(
        (&message["TransportType"], &message["Destination"]),
        (&json!("Peppol"), &json!("0208:0101000160"))
    );
    assert_eq!(
        order["CurrentDocumentDeliveryDetails"]["DocumentDeliveryStatus"],
        "Pending"
    );
    let target = format!("/v1/orders/{there}");
    assert_eq!(refused(&server, "DELETE", &target, "").await, generic());

    // A person with an e-mail address, who is not on Peppol.
    let absent = post(&server, &invoice(&json!(879_101))).await;
    let explicit = json!({"TransportType": "Peppol", "OrderIds": [absent]});
    let open = json!({"OrderIds": [absent]});
    let not_active = (400, String::from("TheCustomerIsNotActiveOnPeppol"));
    let outcome = async |body: &Value, strict| {
        let reply = send(&server, body, strict).await;
        let code = if reply.status == 200 {
            String::new()
        } else {
            reply.code()
        };
        (reply.status, code)
    };
    // All or none.
    let both = json!({"TransportType": "Peppol", "OrderIds": [there, absent]});
    assert_eq!(outcome(&both, false).await, not_active);
    assert_eq!(
        server.order(there).expect("there")["Messages"]
            .as_array()
            .map(Vec::len),
        Some(1)
    );

    assert_eq!(outcome(&explicit, false).await, not_active);
    assert_eq!(outcome(&open, true).await, not_active);
    assert_eq!(outcome(&open, false).await.0, 200);
    assert_eq!(
        server.order(absent).expect("there")["Messages"][0]["TransportType"],
        "SMTP"
    );
    server.configure(|settings| settings.peppol_fallback = true);
    assert_eq!(outcome(&explicit, true).await, not_active);
    assert_eq!(outcome(&explicit, false).await.0, 200);

    // No e-mail address either.
    let silent = post(&server, &invoice(&json!(879_125))).await;
    let no_address = (
        400,
        String::from("TheCustomer_0_DoesNotHaveAValidEmailAddress"),
    );
    assert_eq!(
        outcome(&json!({"OrderIds": [silent]}), false).await,
        no_address
    );
    // On Peppol, but not for credit notes.
    let mut note = invoice(&json!(879_106));
    note["OrderType"] = json!("CreditNote");
    let note = post(&server, &note).await;
    let unsupported = (
        400,
        String::from("TheCustomerDoesNotSupportPeppolForType_0"),
    );
    assert_eq!(
        outcome(&json!({"OrderIds": [note]}), false).await,
        unsupported
    );
    for body in [
        json!({"OrderIds": []}),
        json!({"TransportType": "Pigeon", "OrderIds": [there]}),
    ] {
        assert_eq!(outcome(&body, false).await, generic());
    }
    assert_eq!(outcome(&json!({"OrderIds": [1]}), false).await.0, 404);
}

#[tokio::test]
async fn a_fault_in_the_middle_creates_the_order_once() {
    let server = empty().await;
    let body = invoice(&json!({"Name": "Ann"})).to_string();
    server
        .faults()
        .on("POST /v1/orders", 0, crate::Fault::ResetAfter);
    let headers = [("Idempotency-Key", "k")];
    assert!(
        billit_with(&server, "POST", "/v1/orders", &headers, &body)
            .await
            .is_err()
    );
    let replay = billit_with(&server, "POST", "/v1/orders", &headers, &body).await;
    assert_eq!(replay.expect("an answer").status, 409);
    assert_eq!(server.orders().len(), 1);
}
