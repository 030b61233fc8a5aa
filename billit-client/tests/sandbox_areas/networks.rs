use billit_client::einvoices::{
    CreateIntegration, CreateRegistration, DeleteIntegration, DeleteRegistration, GetRegistration,
    GetRegistrationOrder, ListRegistrationOrders, ListRegistrations, PatchRegistration,
    SendEInvoice, StartIdentification,
};
use billit_client::files::GetFile;
use billit_client::orders::{GetOrder, SendOrders, TransportType};
use billit_client::parties::PartyDraft;
use billit_client::peppol::{
    ConfirmInboxItem, DocumentType, InboxItem, ListInbox, RefuseInboxItem,
};
use billit_client::{Client, Record};
use sandbox::billit::Incoming;
use serde_json::json;

use crate::{customer, invoice, start, status};

async fn inbox(billit: &Client, list: ListInbox) -> Vec<Record<InboxItem>> {
    let items = billit.send(list).await.unwrap();
    items.into_iter().map(Result::unwrap).collect()
}

#[tokio::test]
async fn the_inbox_shows_ten_until_they_are_confirmed_or_refused() {
    let (server, billit) = start().await;
    for number in 0..11 {
        server.receive(&Incoming {
            sender: "0563846944".to_owned(),
            document_type: "BISv3Invoice".to_owned(),
            xml: format!("<Invoice><ID>{number}</ID></Invoice>"),
        });
    }
    let first = inbox(&billit, ListInbox::new()).await;
    assert_eq!(first.len(), 10);
    assert_eq!(first[0].peppol_document_type, Some(DocumentType::Invoice));
    assert_eq!(first[0].sender_company_id.as_deref(), Some("0563846944"));
    let file = billit
        .send(GetFile::new(first[0].peppol_file_id.clone().unwrap()))
        .await
        .unwrap();
    assert_eq!(file.mime_type.as_deref(), Some("application/xml"));
    let own = first[0].receiver_company_id.clone().unwrap();
    assert_eq!(
        inbox(&billit, ListInbox::new().receiver(own)).await.len(),
        10
    );
    assert!(
        inbox(&billit, ListInbox::new().receiver("0000000097"))
            .await
            .is_empty()
    );

    billit
        .send(ConfirmInboxItem::new(first[0].id))
        .await
        .unwrap();
    billit
        .send(RefuseInboxItem::new(first[1].id, "unknown order"))
        .await
        .unwrap();
    assert_eq!(
        server.refusals(),
        [(first[1].id.get(), "unknown order".to_owned())]
    );
    let left = inbox(&billit, ListInbox::new()).await;
    assert_eq!(left.len(), 9);
    assert_eq!(left[0].id, first[2].id);
    let again = billit.send(ConfirmInboxItem::new(first[0].id)).await;
    assert_eq!(status(&again.unwrap_err()), Some(400));
}

#[tokio::test]
async fn an_order_to_the_company_itself_arrives_in_its_inbox() {
    let (_server, billit) = start().await;
    let own = PartyDraft::new("Kampeerverhuur Voorbeeld BV").vat_number("BE0119012367");
    let order = billit_client::orders::CreateOrder::new(invoice(own));
    let id = billit.send(order).await.unwrap();
    assert!(inbox(&billit, ListInbox::new()).await.is_empty());
    let send = SendOrders::new([id]).transport_type(TransportType::Peppol);
    billit.send(send).await.unwrap();
    assert_eq!(inbox(&billit, ListInbox::new()).await.len(), 1);
}

#[tokio::test]
async fn a_registration_is_made_changed_and_deleted() {
    let (_server, billit) = start().await;
    assert!(
        billit
            .send(ListRegistrations::new())
            .await
            .unwrap()
            .is_empty()
    );
    let company = json!({"CompanyName": "Acme BV", "TaxIdentifier": "BE0118000005", "IBAN": "BE68539007547034"});
    let id = billit.send(CreateRegistration::new(company)).await.unwrap();
    let change = json!({"CompanyName": "Acme NV", "IBAN": null});
    assert_eq!(
        billit
            .send(PatchRegistration::new(id, change))
            .await
            .unwrap(),
        Some(true)
    );
    let network = json!({"Externalprovider": "Peppol", "Credentials": {}});
    let network = billit
        .send(CreateIntegration::new(id, network))
        .await
        .unwrap();
    assert_eq!(network.integration.as_deref(), Some("Peppol"));

    for found in [
        billit.send(ListRegistrations::new()).await.unwrap(),
        billit.send(GetRegistration::new(id)).await.unwrap(),
    ] {
        let [known] = &found[..] else {
            panic!("one registration")
        };
        let known = known.as_ref().unwrap();
        assert_eq!(known.id, id);
        assert_eq!(known.company_details["CompanyName"], "Acme NV");
        assert!(known.company_details.get("IBAN").is_none());
        assert_eq!(known.integrations.len(), 1);
    }
    let identification =
        json!({"IdentificationProviderTC": "itsme", "RedirectURL": "https://acme.example"});
    let started = StartIdentification::new(id, identification);
    assert!(billit.send(started).await.unwrap()["URL"].is_string());

    let end = DeleteIntegration::new(id, network.id);
    assert_eq!(billit.send(end).await.unwrap(), Some(true));
    assert_eq!(
        billit.send(DeleteRegistration::new(id)).await.unwrap(),
        Some(true)
    );
    let gone = billit.send(GetRegistration::new(id)).await;
    assert_eq!(status(&gone.unwrap_err()), Some(404));
}

#[tokio::test]
async fn an_order_is_sent_for_a_registration() {
    let (_server, billit) = start().await;
    let company = json!({"CompanyName": "Acme BV", "TaxIdentifier": "BE0118000005"});
    let id = billit.send(CreateRegistration::new(company)).await.unwrap();
    let send = |transport: TransportType| {
        SendEInvoice::new(id, invoice(customer())).transport_type(transport)
    };
    let by_mail = billit.send(send(TransportType::Smtp)).await.unwrap();
    assert!(by_mail.transport_messages.is_empty());
    let by_peppol = billit.send(send(TransportType::Peppol)).await.unwrap();
    let code = by_peppol.transport_messages[0].error_enum.as_deref();
    assert_eq!(code, Some("TheCustomerIsNotActiveOnPeppol"));

    let order = billit.send(GetOrder::new(by_mail.order_id)).await.unwrap();
    assert_eq!(order.is_sent, Some(true));
    let orders = billit
        .pages(ListRegistrationOrders::new(id))
        .all()
        .await
        .unwrap();
    assert_eq!(orders.records.len(), 2);
    let one = GetRegistrationOrder::new(id, by_mail.order_id);
    assert_eq!(billit.send(one).await.unwrap().id, by_mail.order_id);
    let foreign = billit.send(GetRegistrationOrder::new(id, 1)).await;
    assert_eq!(status(&foreign.unwrap_err()), Some(404));
}
