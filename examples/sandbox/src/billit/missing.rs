//! The documented paths that this look-alike lacks.

use super::api::captures;
use crate::server::Recorded;

/// `*` where the reference does not tell the verb.
#[rustfmt::skip] // One path a line.
const MISSING: &[&str] = &[
    "POST /v1/account/registercompany",
    "* /v1/account/license",
    "* /v1/account/license/addons",
    "* /v1/DailyReceiptBooks",
    "* /v1/DailyReceiptBooks/{id}",
    "* /v1/DailyReceiptBooks/DailyReceiptEntry/{id}",
    "* /v1/DailyReceiptBooks/commands/CreateEntryInOpenExistingOrNew",
    "PATCH /v1/einvoices/registrations/{id}/orders/{order}",
    "* /v1/einvoices/registrations/{id}/files/{file}",
    "* /v1/einvoices/registrations/{id}/webhooks",
    "* /v1/einvoices/registrations/{id}/webhooks/{webhook}",
    "* /v1/einvoices/registrations/{id}/webhooks/refresh/{webhook}",
    "GET /v1/files/{id}/download",
    "POST /v1/glaccounts",
    "* /v1/glaccounts/commands/import",
    "* /v1/journals/commands/import",
    "* /v1/orders/commands/eSign/{id}",
    "POST /v1/peppol/participants",
    "DELETE /v1/peppol/participants",
    "POST /v1/peppol/sendOrder",
    "POST /v1/peppol/sendxml",
    "GET /v1/projects",
    "POST /v1/toProcess",
    "DELETE /v1/toProcess/{id}",
];

/// The verbs and paths that Billit has and this look-alike lacks; `*` where the verb is not known.
pub fn missing_paths() -> impl Iterator<Item = &'static str> {
    MISSING.iter().copied()
}

pub(super) fn is_missing(request: &Recorded) -> bool {
    missing_paths().any(|known| {
        let (verb, pattern) = known.split_once(' ').unwrap_or_default();
        (verb == "*" || verb == request.method) && captures(pattern, &request.path).is_some()
    })
}
