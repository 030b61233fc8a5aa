//! Every endpoint that this crate types.

/// An endpoint of Billit's API that this crate has a struct for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EndpointInfo {
    /// Verb and path, as Billit's documentation has them.
    pub path: &'static str,
    /// The struct, by its path in this crate.
    pub call: &'static str,
    /// How sure this crate is of it, in the words of [the crate's page](crate#how-sure-the-facts-are).
    pub certainty: &'static str,
}

/// Every endpoint, by area. [`RawRequest`](crate::RawRequest) reaches any other.
///
/// ```
/// use billit_client::ENDPOINTS;
/// assert!(ENDPOINTS.iter().any(|endpoint| endpoint.call == "parties::CreateParty"));
/// ```
pub const ENDPOINTS: &[EndpointInfo] = &[
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
        "confirmed; settings from generated types",
    ),
    endpoint(
        "POST /v1/account/license",
        "account::UpdateLicense",
        "path confirmed; body from generated types, verb a guess",
    ),
    endpoint(
        "POST /v1/account/license/addons",
        "account::AddLicenseAddons",
        "path confirmed; body from generated types, verb a guess",
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
        "path confirmed; answer from generated types, verb a guess",
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
        "path and OData confirmed; model from generated types",
    ),
    endpoint(
        "GET /v1/documents/{documentID}",
        "documents::GetDocument",
        "path confirmed; model from generated types",
    ),
    endpoint(
        "POST /v1/documents",
        "documents::CreateDocument",
        "path confirmed; body from generated types, meaning of the answer a guess",
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
        "path confirmed; body from generated types, answer unknown",
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
    endpoint(
        "GET /v1/peppol/inbox",
        "peppol::ListInbox",
        "path confirmed; items from generated types",
    ),
    endpoint(
        "POST /v1/peppol/inbox/{inboxItemId}/confirm",
        "peppol::ConfirmInboxItem",
        "confirmed",
    ),
    endpoint(
        "POST /v1/peppol/inbox/{inboxItemId}/refuse",
        "peppol::RefuseInboxItem",
        "path confirmed; body from generated types",
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
        "generated types",
    ),
    endpoint(
        "POST /v1/accountant/feeds",
        "accountant::RegisterFeed",
        "generated types",
    ),
    endpoint(
        "DELETE /v1/accountant/feeds/{feedName}",
        "accountant::DeleteFeed",
        "generated types",
    ),
    endpoint(
        "GET /v1/accountant/feeds/{feedName}",
        "accountant::ListFeedItems",
        "generated types",
    ),
    endpoint(
        "GET /v1/accountant/feeds/{feedName}/{feedItemID}",
        "accountant::GetFeedFile",
        "generated types",
    ),
    endpoint(
        "POST /v1/accountant/feeds/{feedName}/{feedItemID}/confirm",
        "accountant::ConfirmFeedItem",
        "generated types",
    ),
    endpoint(
        "POST /v1/toProcess",
        "to_process::UploadToProcess",
        "path confirmed; body from generated types",
    ),
    endpoint(
        "DELETE /v1/toProcess/{uploadID}",
        "to_process::DeleteUpload",
        "confirmed",
    ),
    endpoint(
        "POST /v1/glaccounts",
        "accounting::CreateGlAccount",
        "path confirmed; body from generated types, meaning of the answer unknown",
    ),
    endpoint(
        "POST /v1/glaccounts/commands/import",
        "accounting::ImportGlAccounts",
        "path confirmed; body from generated types, answer unknown",
    ),
    endpoint(
        "POST /v1/journals/commands/import",
        "accounting::ImportJournals",
        "path confirmed; body from generated types, answer unknown",
    ),
    endpoint(
        "GET /v1/Cashbook",
        "cashbook::GetCashbook",
        "generated types",
    ),
    endpoint(
        "GET /v1/Cashbook/History",
        "cashbook::ListClosedCashbooks",
        "generated types",
    ),
    endpoint(
        "GET /v1/Cashbook/Entries",
        "cashbook::ListCashbookEntries",
        "generated types; of a closed one `/v1/Cashbook/{cashbookID}/History`",
    ),
    endpoint(
        "POST /v1/Cashbook/AddEntry",
        "cashbook::AddCashbookEntry",
        "generated types; values of its codes unknown",
    ),
    endpoint(
        "POST /v1/Cashbook/Initialize",
        "cashbook::InitializeCashbook",
        "generated types; verb a guess",
    ),
    endpoint(
        "POST /v1/Cashbook/Close",
        "cashbook::CloseCashbook",
        "generated types; verb a guess",
    ),
    endpoint(
        "POST /v1/DailyReceiptBooks/commands/CreateEntryInOpenExistingOrNew",
        "daily_receipts::CreateDailyReceipt",
        "generated types",
    ),
    endpoint(
        "GET /v1/DailyReceiptBooks/DailyReceiptEntry/{DailyReceiptEntryID}",
        "daily_receipts::GetDailyReceipt",
        "generated types",
    ),
    endpoint(
        "GET /v1/DailyReceiptBooks",
        "daily_receipts::ListReceiptBooks",
        "generated types",
    ),
    endpoint(
        "GET /v1/DailyReceiptBooks/{DailyReceiptBookID}",
        "daily_receipts::GetReceiptBook",
        "generated types",
    ),
    endpoint(
        "GET /v1/einvoices/registrations",
        "einvoices::ListRegistrations",
        "generated types",
    ),
    endpoint(
        "POST /v1/einvoices/registrations",
        "einvoices::CreateRegistration",
        "generated types; body is JSON",
    ),
    endpoint(
        "GET /v1/einvoices/registrations/{registrationID}",
        "einvoices::GetRegistration",
        "generated types; list or object",
    ),
    endpoint(
        "PATCH /v1/einvoices/registrations/{registrationID}",
        "einvoices::PatchRegistration",
        "generated types; body is JSON",
    ),
    endpoint(
        "DELETE /v1/einvoices/registrations/{registrationID}",
        "einvoices::DeleteRegistration",
        "generated types",
    ),
    endpoint(
        "POST /v1/einvoices/registrations/{registrationID}/integrations",
        "einvoices::CreateIntegration",
        "generated types; body is JSON",
    ),
    endpoint(
        "DELETE /v1/einvoices/registrations/{registrationID}/integrations/{integrationID}",
        "einvoices::DeleteIntegration",
        "generated types",
    ),
    endpoint(
        "POST /v1/einvoices/registrations/{registrationID}/identification",
        "einvoices::StartIdentification",
        "generated types; body is JSON",
    ),
    endpoint(
        "POST /v1/einvoices/registrations/{registrationID}/commands/send",
        "einvoices::SendEInvoice",
        "body confirmed; answer from generated types",
    ),
    endpoint(
        "GET /v1/einvoices/registrations/{registrationID}/orders",
        "einvoices::ListRegistrationOrders",
        "generated types",
    ),
    endpoint(
        "GET /v1/einvoices/registrations/{registrationID}/orders/{orderID}",
        "einvoices::GetRegistrationOrder",
        "generated types",
    ),
    endpoint(
        "PATCH /v1/einvoices/registrations/{registrationID}/orders/{orderID}",
        "einvoices::PatchRegistrationOrder",
        "generated types; body is JSON",
    ),
    endpoint(
        "GET /v1/einvoices/registrations/{registrationID}/files/{fileID}",
        "einvoices::GetRegistrationFile",
        "generated types",
    ),
    endpoint(
        "GET /v1/einvoices/registrations/{registrationID}/webhooks",
        "einvoices::ListRegistrationWebhooks",
        "generated types",
    ),
    endpoint(
        "POST /v1/einvoices/registrations/{registrationID}/webhooks",
        "einvoices::CreateRegistrationWebhook",
        "generated types",
    ),
    endpoint(
        "DELETE /v1/einvoices/registrations/{registrationID}/webhooks/{webhookID}",
        "einvoices::DeleteRegistrationWebhook",
        "generated types",
    ),
    endpoint(
        "POST /v1/einvoices/registrations/{registrationID}/webhooks/refresh/{webhookID}",
        "einvoices::RefreshRegistrationWebhookSecret",
        "generated types; verb a guess",
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

const fn endpoint(path: &'static str, call: &'static str, certainty: &'static str) -> EndpointInfo {
    EndpointInfo {
        path,
        call,
        certainty,
    }
}
