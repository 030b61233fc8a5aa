use billit_client::einvoices::{
    CreateIntegration, CreateRegistration, CreateRegistrationWebhook, DeleteIntegration,
    DeleteRegistration, DeleteRegistrationWebhook, GetRegistration, GetRegistrationFile,
    GetRegistrationOrder, ListRegistrationOrders, ListRegistrationWebhooks, ListRegistrations,
    PatchRegistration, PatchRegistrationOrder, RefreshRegistrationWebhookSecret, SendEInvoice,
    StartIdentification,
};
use billit_client::orders::TransportType;
use billit_client::webhooks::{EntityType, EntityUpdateType};
use billit_client::{ErrorKind, Paged, Response};
use serde_json::{Value, json};

use crate::{Sample, key, read, sample};

pub(crate) fn requests() -> Vec<Sample> {
    let url = "https://example.com/billit";
    let webhook =
        CreateRegistrationWebhook::new(6, url, EntityType::Message, EntityUpdateType::Insert);
    let integration = json!({"Externalprovider": "Peppol"});
    let identification = json!({"RedirectURL": "https://example.com"});
    vec![
        sample(&ListRegistrations::new()),
        sample(&create()),
        sample(&GetRegistration::new(6)),
        sample(&PatchRegistration::new(6, json!({"Phone": null}))),
        sample(&DeleteRegistration::new(6)),
        sample(&CreateIntegration::new(6, integration).key(key())),
        sample(&DeleteIntegration::new(6, 2)),
        sample(&StartIdentification::new(6, identification)),
        sample(&send().transport_type(TransportType::Peppol)),
        sample(&send()),
        sample(&ListRegistrationOrders::new(6).full_text("Acme").top(10)),
        sample(&GetRegistrationOrder::new(6, 2_615_999)),
        sample(&PatchRegistrationOrder::new(
            6,
            2_615_999,
            json!({"Paid": true}),
        )),
        sample(&GetRegistrationFile::new(6, "bc99")),
        sample(&ListRegistrationWebhooks::new(6)),
        sample(&webhook.key(key())),
        sample(&DeleteRegistrationWebhook::new(6, 12)),
        sample(&RefreshRegistrationWebhookSecret::new(6, 12)),
    ]
}

fn create() -> CreateRegistration {
    CreateRegistration::new(json!({"TaxIdentifier": "BE0563846944", "CompanyName": "canary"}))
        .key(key())
}

fn send() -> SendEInvoice<Value> {
    SendEInvoice::new(6, json!({"OrderType": "Invoice", "Comments": "canary"})).key(key())
}

#[test]
fn registrations_come_in_a_list_or_alone() {
    let one = r#"{"RegistrationID":6,"CompanyDetails":{"CompanyName":"canary"},
        "Integrations":[{"IntegrationID":2,"Integration":"Peppol","IntegrationStatus":"Active"},{}]}"#;
    let list = format!(r#"{{"Companies":[{one},{{}}]}}"#);
    let registrations = read(&ListRegistrations::new(), &list);
    let first = registrations[0].as_ref().unwrap();
    assert_eq!(first.company_details["CompanyName"], "canary");
    assert_eq!(first.integrations.len(), 1);
    assert!(!format!("{first:?}").contains("canary"));
    assert!(registrations[1].is_err());
    for body in [&list, one] {
        let found = read(&GetRegistration::new(6), body);
        assert_eq!(found[0].as_ref().unwrap().id.get(), 6);
    }
    assert!(!format!("{:?} {:?}", create(), send()).contains("canary"));
}

#[test]
fn what_was_made_or_sent_is_known_or_lost_loudly() {
    assert_eq!(read(&create(), r#"{"RegistrationID":6}"#).get(), 6);
    let sent = read(
        &send(),
        r#"{"OrderID":2615999,"TranssportStatus":2,"TransportMessages":[{"ErrorEnum":"E","ErrorMessage":"canary"}]}"#,
    );
    assert_eq!(
        (sent.order_id.get(), sent.transport_status),
        (2_615_999, Some(2))
    );
    assert_eq!(sent.transport_messages[0].error_enum.as_deref(), Some("E"));
    assert!(!format!("{sent:?}").contains("canary"));
    for lost in [
        Response::new(200, "{}").read(&create()).unwrap_err(),
        Response::new(200, "").read(&send()).unwrap_err(),
    ] {
        assert_eq!(lost.kind(), ErrorKind::OutcomeUnknown);
    }
    let page = read(
        &ListRegistrationOrders::new(6),
        r#"{"Items":[{"OrderID":1}]}"#,
    );
    assert_eq!(page.records().len(), 1);
}

#[test]
fn the_orders_of_a_registration_can_be_listed_without_their_filter() {
    let filter = billit_client::orders::property::PAID.eq(false);
    let listing = ListRegistrationOrders::new(6)
        .full_text("Acme")
        .filter(filter);
    let unfiltered = crate::shown(&listing.unfiltered().unwrap());
    assert_eq!(
        unfiltered,
        "GET /v1/einvoices/registrations/6/orders\n  ? fullTextSearch = Acme\n"
    );
    assert!(ListRegistrationOrders::new(6).unfiltered().is_none());
}
