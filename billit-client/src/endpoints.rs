//! Every endpoint that this crate types.

/// An endpoint of Billit's API that this crate has a struct for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Documented {
    /// Verb and path, as Billit's documentation has them.
    pub path: &'static str,
    /// The struct, by its path in this crate.
    pub call: &'static str,
    /// How sure this crate is of it. Nothing was tried with an account.
    pub certainty: &'static str,
}

/// Every endpoint, by area. [`RawRequest`](crate::RawRequest) reaches any other.
///
/// ```
/// use billit_client::ENDPOINTS;
/// assert!(ENDPOINTS.iter().any(|endpoint| endpoint.call == "parties::CreateParty"));
/// ```
pub const ENDPOINTS: &[Documented] = &[
    endpoint(
        "GET /v1/account/accountInformation",
        "account::GetAccountInformation",
        "confirmed; without `PartyID` third-party",
    ),
    endpoint(
        "GET /v1/account/ssoToken",
        "account::GetSsoToken",
        "confirmed; fields of the answer unknown",
    ),
    endpoint(
        "POST /v1/account/sequences",
        "account::NextNumber",
        "confirmed",
    ),
    endpoint(
        "POST /v1/account/registercompany",
        "account::RegisterCompany",
        "confirmed",
    ),
    endpoint(
        "POST /v1/account/license",
        "account::UpdateLicense",
        "confirmed; verb a guess",
    ),
    endpoint(
        "POST /v1/account/license/addons",
        "account::AddLicenseAddons",
        "confirmed; verb a guess",
    ),
    endpoint(
        "GET /v1/parties",
        "parties::ListParties",
        "confirmed; filterable properties unknown",
    ),
    endpoint(
        "GET /v1/parties/{partyID}",
        "parties::GetParty",
        "confirmed",
    ),
    endpoint(
        "POST /v1/parties",
        "parties::CreateParty",
        "confirmed; rules of merging unknown",
    ),
    endpoint(
        "PATCH /v1/parties/{partyID}",
        "parties::PatchParty",
        "confirmed; how a field is cleared unknown",
    ),
    endpoint(
        "GET /v1/orders",
        "orders::ListOrders",
        "confirmed; filterable properties published",
    ),
    endpoint(
        "GET /v1/orders/deleted",
        "orders::ListDeletedOrders",
        "confirmed; paging unknown",
    ),
    endpoint(
        "GET /v1/orders/{orderID}",
        "orders::GetOrder",
        "confirmed; values of `documentType` unknown",
    ),
    endpoint(
        "POST /v1/orders",
        "orders::CreateOrder",
        "confirmed; idempotency key honoured",
    ),
    endpoint(
        "PATCH /v1/orders/{orderID}",
        "orders::PatchOrder",
        "confirmed, eight fields; clearing second-hand",
    ),
    endpoint(
        "DELETE /v1/orders/{orderID}",
        "orders::DeleteOrder",
        "confirmed; when it is allowed second-hand",
    ),
    endpoint(
        "POST /v1/orders/{orderID}/payments",
        "orders::AddPayment",
        "confirmed",
    ),
    endpoint(
        "PUT /v1/orders/{orderID}/bookingEntries",
        "orders::PutBookingEntries",
        "confirmed; adds or replaces unknown",
    ),
    endpoint(
        "POST /v1/orders/commands/send",
        "orders::SendOrders",
        "confirmed; values of `PrintType` unknown",
    ),
    endpoint(
        "POST /v1/orders/commands/eSign/{orderID}",
        "orders::ESignOrder",
        "path confirmed; verb a guess, body unknown",
    ),
    endpoint(
        "GET /v1/products",
        "products::ListProducts",
        "confirmed; filterable properties unknown",
    ),
    endpoint(
        "GET /v1/products/{productID}",
        "products::GetProduct",
        "confirmed",
    ),
    endpoint(
        "POST /v1/products",
        "products::SaveProduct",
        "confirmed; two documented bodies, key unknown",
    ),
    endpoint("GET /v1/files/{fileID}", "files::GetFile", "confirmed"),
    endpoint(
        "GET /v1/documents",
        "documents::ListDocuments",
        "path and OData confirmed; model unknown",
    ),
    endpoint(
        "GET /v1/documents/{documentID}",
        "documents::GetDocument",
        "path confirmed; model unknown",
    ),
    endpoint(
        "POST /v1/documents",
        "documents::CreateDocument",
        "path confirmed; body and answer unknown",
    ),
    endpoint(
        "GET /v1/financialTransactions",
        "financial::ListTransactions",
        "confirmed; filter properties a guess",
    ),
    endpoint(
        "POST /v1/financialTransactions/commands/import",
        "financial::ImportTransactions",
        "confirmed; answer unknown",
    ),
    endpoint(
        "POST /v1/financialTransactions/importFile",
        "financial::ImportTransactionFile",
        "confirmed; answer unknown",
    ),
    endpoint(
        "GET /v1/misc/companysearch/{Keywords}",
        "misc::SearchCompanies",
        "confirmed",
    ),
    endpoint(
        "GET /v1/misc/typecodes/{TypeCodeType}",
        "misc::ListTypeCodes",
        "confirmed; types unknown",
    ),
    endpoint(
        "GET /v1/misc/typecodes/{TypeCodeType}/{key}/{language}",
        "misc::TranslateTypeCode",
        "confirmed",
    ),
    endpoint(
        "GET /v1/peppol/participantInformation/{VATorCBE}",
        "peppol::GetParticipant",
        "confirmed; without authentication second-hand",
    ),
    endpoint("GET /v1/peppol/inbox", "peppol::ListInbox", "confirmed"),
    endpoint(
        "POST /v1/peppol/inbox/{inboxItemId}/confirm",
        "peppol::ConfirmInboxItem",
        "confirmed",
    ),
    endpoint(
        "POST /v1/peppol/inbox/{inboxItemId}/refuse",
        "peppol::RefuseInboxItem",
        "confirmed",
    ),
    endpoint(
        "POST /v1/peppol/participants",
        "peppol::RegisterParticipant",
        "confirmed; meaning of `CompanyID` unknown",
    ),
    endpoint(
        "DELETE /v1/peppol/participants",
        "peppol::DeleteParticipant",
        "confirmed; meaning of `CompanyID` unknown",
    ),
    endpoint(
        "POST /v1/peppol/sendOrder",
        "peppol::SendOrder",
        "confirmed",
    ),
    endpoint("GET /v1/webhooks", "webhooks::ListWebhooks", "confirmed"),
    endpoint("POST /v1/webhooks", "webhooks::CreateWebhook", "confirmed"),
    endpoint(
        "DELETE /v1/webhooks/{webhookID}",
        "webhooks::DeleteWebhook",
        "confirmed",
    ),
    endpoint(
        "POST /v1/webhooks/refresh/{webhookID}",
        "webhooks::RefreshWebhookSecret",
        "confirmed; verb second-hand",
    ),
    endpoint("GET /v1/reports", "reports::ListReports", "confirmed"),
    endpoint(
        "GET /v1/reports/{reportID}",
        "reports::GetReport",
        "confirmed",
    ),
    endpoint(
        "GET /v1/accountant/feeds",
        "accountant::ListFeeds",
        "confirmed",
    ),
    endpoint(
        "POST /v1/accountant/feeds",
        "accountant::RegisterFeed",
        "confirmed",
    ),
    endpoint(
        "DELETE /v1/accountant/feeds/{feedName}",
        "accountant::DeleteFeed",
        "confirmed",
    ),
    endpoint(
        "GET /v1/accountant/feeds/{feedName}",
        "accountant::ListFeedItems",
        "confirmed",
    ),
    endpoint(
        "GET /v1/accountant/feeds/{feedName}/{feedItemID}",
        "accountant::GetFeedFile",
        "confirmed",
    ),
    endpoint(
        "POST /v1/accountant/feeds/{feedName}/{feedItemID}/confirm",
        "accountant::ConfirmFeedItem",
        "confirmed",
    ),
    endpoint(
        "POST /v1/toProcess",
        "to_process::UploadToProcess",
        "confirmed",
    ),
    endpoint(
        "DELETE /v1/toProcess/{uploadID}",
        "to_process::DeleteUpload",
        "confirmed",
    ),
    endpoint(
        "POST /v1/glaccounts",
        "accounting::CreateGlAccount",
        "confirmed; meaning of the answer unknown",
    ),
    endpoint(
        "POST /v1/glaccounts/commands/import",
        "accounting::ImportGlAccounts",
        "confirmed; answer unknown",
    ),
    endpoint(
        "POST /v1/journals/commands/import",
        "accounting::ImportJournals",
        "confirmed; answer unknown",
    ),
    endpoint("GET /v1/Cashbook", "cashbook::GetCashbook", "confirmed"),
    endpoint(
        "GET /v1/Cashbook/History",
        "cashbook::ListClosedCashbooks",
        "confirmed",
    ),
    endpoint(
        "GET /v1/Cashbook/Entries",
        "cashbook::ListCashbookEntries",
        "confirmed; of a closed one `/v1/Cashbook/{cashbookID}/History`",
    ),
    endpoint(
        "POST /v1/Cashbook/AddEntry",
        "cashbook::AddCashbookEntry",
        "confirmed; values of its codes unknown",
    ),
    endpoint(
        "POST /v1/Cashbook/Initialize",
        "cashbook::InitializeCashbook",
        "confirmed; verb a guess",
    ),
    endpoint(
        "POST /v1/Cashbook/Close",
        "cashbook::CloseCashbook",
        "confirmed; verb a guess",
    ),
    endpoint(
        "POST /v1/DailyReceiptBooks/commands/CreateEntryInOpenExistingOrNew",
        "daily_receipts::CreateDailyReceipt",
        "confirmed",
    ),
    endpoint(
        "GET /v1/DailyReceiptBooks/DailyReceiptEntry/{DailyReceiptEntryID}",
        "daily_receipts::GetDailyReceipt",
        "confirmed",
    ),
    endpoint(
        "GET /v1/DailyReceiptBooks",
        "daily_receipts::ListReceiptBooks",
        "confirmed",
    ),
    endpoint(
        "GET /v1/DailyReceiptBooks/{DailyReceiptBookID}",
        "daily_receipts::GetReceiptBook",
        "confirmed",
    ),
    endpoint(
        "GET /v1/einvoices/registrations",
        "einvoices::ListRegistrations",
        "confirmed",
    ),
    endpoint(
        "POST /v1/einvoices/registrations",
        "einvoices::CreateRegistration",
        "confirmed; body is JSON",
    ),
    endpoint(
        "GET /v1/einvoices/registrations/{registrationID}",
        "einvoices::GetRegistration",
        "confirmed; list or object",
    ),
    endpoint(
        "PATCH /v1/einvoices/registrations/{registrationID}",
        "einvoices::PatchRegistration",
        "confirmed; body is JSON",
    ),
    endpoint(
        "DELETE /v1/einvoices/registrations/{registrationID}",
        "einvoices::DeleteRegistration",
        "confirmed",
    ),
    endpoint(
        "POST /v1/einvoices/registrations/{registrationID}/integrations",
        "einvoices::CreateIntegration",
        "confirmed; body is JSON",
    ),
    endpoint(
        "DELETE /v1/einvoices/registrations/{registrationID}/integrations/{integrationID}",
        "einvoices::DeleteIntegration",
        "confirmed",
    ),
    endpoint(
        "POST /v1/einvoices/registrations/{registrationID}/identification",
        "einvoices::StartIdentification",
        "confirmed; body is JSON",
    ),
    endpoint(
        "POST /v1/einvoices/registrations/{registrationID}/commands/send",
        "einvoices::SendEInvoice",
        "confirmed",
    ),
    endpoint(
        "GET /v1/einvoices/registrations/{registrationID}/orders",
        "einvoices::ListRegistrationOrders",
        "confirmed",
    ),
    endpoint(
        "GET /v1/einvoices/registrations/{registrationID}/orders/{orderID}",
        "einvoices::GetRegistrationOrder",
        "confirmed",
    ),
    endpoint(
        "PATCH /v1/einvoices/registrations/{registrationID}/orders/{orderID}",
        "einvoices::PatchRegistrationOrder",
        "confirmed; body is JSON",
    ),
    endpoint(
        "GET /v1/einvoices/registrations/{registrationID}/files/{fileID}",
        "einvoices::GetRegistrationFile",
        "confirmed",
    ),
    endpoint(
        "GET /v1/einvoices/registrations/{registrationID}/webhooks",
        "einvoices::ListRegistrationWebhooks",
        "confirmed",
    ),
    endpoint(
        "POST /v1/einvoices/registrations/{registrationID}/webhooks",
        "einvoices::CreateRegistrationWebhook",
        "confirmed",
    ),
    endpoint(
        "DELETE /v1/einvoices/registrations/{registrationID}/webhooks/{webhookID}",
        "einvoices::DeleteRegistrationWebhook",
        "confirmed",
    ),
    endpoint(
        "POST /v1/einvoices/registrations/{registrationID}/webhooks/refresh/{webhookID}",
        "einvoices::RefreshRegistrationWebhookSecret",
        "confirmed; verb a guess",
    ),
    endpoint(
        "POST /OAuth2/token",
        "oauth::ExchangeCode",
        "confirmed; status of a refusal unknown",
    ),
    endpoint(
        "POST /OAuth2/token",
        "oauth::RefreshTokens",
        "confirmed; status of a refusal unknown",
    ),
    endpoint(
        "POST /OAuth2/revoke",
        "oauth::RevokeTokens",
        "path confirmed; effect a guess",
    ),
];

const fn endpoint(path: &'static str, call: &'static str, certainty: &'static str) -> Documented {
    Documented {
        path,
        call,
        certainty,
    }
}
