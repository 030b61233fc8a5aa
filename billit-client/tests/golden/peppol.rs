use billit_client::peppol::{
    ConfirmInboxItem, DeleteParticipant, DocumentType, GetParticipant, ListInbox, RefuseInboxItem,
    RegisterParticipant, SendOrder,
};
use billit_client::{ErrorKind, Response};
use serde_json::json;

use crate::{Sample, key, read, sample};

pub(crate) fn requests() -> Vec<Sample> {
    vec![
        sample(&GetParticipant::new("0208:0563846944")),
        sample(&GetParticipant::new("BE0563846944").only_check_dns()),
        sample(&ListInbox::new()),
        sample(&ListInbox::new().receiver("0563846944")),
        sample(&ConfirmInboxItem::new(5)),
        sample(&RefuseInboxItem::new(5, "not ours")),
        sample(&RegisterParticipant::new("0563846944").key(key())),
        sample(&DeleteParticipant::new("0563846944")),
        sample(&send()),
    ]
}

fn send() -> SendOrder<serde_json::Value> {
    SendOrder::new(json!({"OrderType": "Invoice", "CustomerID": 879_263})).key(key())
}

#[test]
fn who_can_receive_is_registered_and_takes_the_document() {
    let ask = GetParticipant::new("BE0563846944");
    let nobody = read(
        &ask,
        r#"{"Registered":false,"Identifier":"9925:BE0563846944","DocumentTypes":[],"ServiceDetails":[]}"#,
    );
    assert!(!nobody.can_receive(&DocumentType::Invoice));
    let invoices_only = read(
        &ask,
        r#"{"Registered":true,"DocumentTypes":["BISv3Invoice","MLR"],"ServiceProviderID":"PBE1","ServiceDetails":[
            {"DocumentIdentifier":"urn:1","Processes":[{"ProcessIdentifier":"urn:2","Endpoints":[
             {"EndpointURL":"https://ap.example","TransportProfile":"as4","Certificate":"MII"}]}]}]}"#,
    );
    assert!(invoices_only.can_receive(&DocumentType::Invoice));
    assert!(!invoices_only.can_receive(&DocumentType::CreditNote));
    assert!(invoices_only.can_receive(&"MLR".into()));
    let endpoint = &invoices_only.service_details[0].processes[0].endpoints[0];
    assert_eq!(endpoint.endpoint_url.as_deref(), Some("https://ap.example"));
    for unclear in [
        r#"{"DocumentTypes":["BISv3Invoice"]}"#,
        r#"{"Registered":false,"DocumentTypes":["BISv3Invoice"]}"#,
        r#"{"Registered":true}"#,
        r#"{"Registered":true,"DocumentTypes":null}"#,
    ] {
        assert!(
            !read(&ask, unclear).can_receive(&DocumentType::Invoice),
            "{unclear}"
        );
    }
}

#[test]
fn the_inbox_is_read_item_by_item() {
    let items = read(
        &ListInbox::new(),
        r#"{"InboxItems":[{"InboxItemID":5,"SenderPeppolID":"canary","PeppolDocumentType":"BISv3Invoice",
            "CreationDate":"2026-05-04T09:55:34.063","PeppolFileID":"bc99"},{"SenderPeppolID":"x"}]}"#,
    );
    let item = items[0].as_ref().unwrap();
    assert_eq!(item.peppol_document_type, Some(DocumentType::Invoice));
    assert!(!format!("{item:?}").contains("canary"));
    assert!(items[1].is_err());
    let error = Response::new(200, "{}")
        .read(&ListInbox::new())
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unreadable);
}

#[test]
fn a_sent_order_has_an_id_or_is_lost_loudly() {
    assert_eq!(read(&send(), "2615999").get(), 2_615_999);
    let lost = Response::new(200, "sent").read(&send()).unwrap_err();
    assert_eq!(lost.kind(), ErrorKind::OutcomeUnknown);
    read(&RegisterParticipant::new("x"), "whatever");
}
