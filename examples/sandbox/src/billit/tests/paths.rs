use super::seeded;
use crate::test_client::{billit, send};

/// Every verb and path of the reference; `*` where it does not tell the verb.
#[rustfmt::skip] // One area a paragraph.
const DOCUMENTED: &[&str] = &[
    "GET /v1/account/accountInformation", "GET /v1/account/ssoToken", "POST /v1/account/sequences",
    "POST /v1/account/registercompany", "* /v1/account/license", "* /v1/account/license/addons",

    "GET /v1/parties", "POST /v1/parties", "GET /v1/parties/1", "PATCH /v1/parties/1",

    "GET /v1/orders", "POST /v1/orders", "GET /v1/orders/1", "PATCH /v1/orders/1", "DELETE /v1/orders/1",
    "PUT /v1/orders/1/bookingEntries", "POST /v1/orders/1/payments", "POST /v1/orders/commands/send",
    "* /v1/orders/commands/eSign/1", "GET /v1/orders/deleted",

    "GET /v1/products", "POST /v1/products", "GET /v1/products/1",

    "GET /v1/files/1", "GET /v1/files/1/download",
    "GET /v1/documents", "POST /v1/documents", "GET /v1/documents/1",

    "GET /v1/financialTransactions", "POST /v1/financialTransactions/commands/import",
    "POST /v1/financialTransactions/importFile",

    "GET /v1/misc/companysearch/acme", "GET /v1/misc/typecodes/OrderType", "GET /v1/misc/typecodes/OrderType/Offer/EN",

    "GET /v1/peppol/participantInformation/BE0563846944", "GET /v1/peppol/inbox", "POST /v1/peppol/inbox/1/confirm",
    "POST /v1/peppol/inbox/1/refuse", "POST /v1/peppol/participants", "DELETE /v1/peppol/participants",
    "POST /v1/peppol/sendOrder", "POST /v1/peppol/sendxml",

    "GET /v1/einvoices/registrations", "POST /v1/einvoices/registrations", "GET /v1/einvoices/registrations/1",
    "PATCH /v1/einvoices/registrations/1", "DELETE /v1/einvoices/registrations/1",
    "POST /v1/einvoices/registrations/1/integrations", "DELETE /v1/einvoices/registrations/1/integrations/1",
    "POST /v1/einvoices/registrations/1/identification", "POST /v1/einvoices/registrations/1/commands/send",
    "GET /v1/einvoices/registrations/1/orders", "GET /v1/einvoices/registrations/1/orders/1",
    "PATCH /v1/einvoices/registrations/1/orders/1", "GET /v1/einvoices/registrations/1/files/1",
    "GET /v1/einvoices/registrations/1/webhooks", "POST /v1/einvoices/registrations/1/webhooks",
    "DELETE /v1/einvoices/registrations/1/webhooks/1", "POST /v1/einvoices/registrations/1/webhooks/refresh/1",

    "GET /v1/reports", "GET /v1/reports/1",

    "GET /v1/accountant/feeds", "POST /v1/accountant/feeds", "GET /v1/accountant/feeds/a",
    "DELETE /v1/accountant/feeds/a", "GET /v1/accountant/feeds/a/1", "POST /v1/accountant/feeds/a/1/confirm",

    "POST /v1/toProcess", "DELETE /v1/toProcess/1",
    "POST /v1/glaccounts", "* /v1/glaccounts/commands/import", "* /v1/journals/commands/import",

    "GET /v1/Cashbook", "* /v1/Cashbook/Initialize", "* /v1/Cashbook/Close", "GET /v1/Cashbook/Entries",
    "POST /v1/Cashbook/AddEntry", "GET /v1/Cashbook/History", "GET /v1/Cashbook/1/History",

    "GET /v1/DailyReceiptBooks", "GET /v1/DailyReceiptBooks/1", "GET /v1/DailyReceiptBooks/DailyReceiptEntry/1",
    "* /v1/DailyReceiptBooks/commands/CreateEntryInOpenExistingOrNew",

    "GET /v1/projects",

    "GET /v1/webhooks", "POST /v1/webhooks", "DELETE /v1/webhooks/1", "POST /v1/webhooks/refresh/1",

    "POST /OAuth2/token", "POST /OAuth2/revoke",
];

const WORDS: &str = "not part of this look-alike";

#[tokio::test]
async fn a_documented_path_is_served_or_said_to_be_missing() {
    let server = seeded().await;
    for documented in DOCUMENTED {
        let (verb, path) = documented.split_once(' ').expect("a verb");
        let verb = if verb == "*" { "POST" } else { verb };
        let reply = billit(&server, verb, path, "{}").await;
        assert!(!reply.body.contains("No HTTP resource"), "{documented}");
        assert_ne!(reply.status, 405, "{documented}");
        if reply.body.contains(WORDS) {
            assert_eq!((reply.status, reply.code().as_str()), (400, "GenericError"));
        }
    }
}

#[tokio::test]
async fn a_missing_path_needs_a_key_and_an_unknown_one_is_not_found() {
    let server = seeded().await;
    let base = server.base_url();
    let path = "/v1/toProcess/1";
    let reply = send(&base, "DELETE", path, &[], "")
        .await
        .expect("an answer");
    assert_eq!(reply.status, 401);
    let reply = billit(&server, "DELETE", path, "").await;
    assert!(reply.body.contains(WORDS));
    let reply = billit(&server, "GET", "/v1/customers", "").await;
    assert_eq!(reply.status, 404);
    let reply = billit(&server, "DELETE", "/v1/parties/1", "").await;
    assert_eq!(reply.status, 405);
}
