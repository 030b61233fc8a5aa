//! `/v1/peppol/inbox`: documents that arrived, until they are confirmed or refused.

use serde_json::{Value, json};

use super::{
    BillitServer, State,
    answers::{Outcome, generic, ok, silent},
    api::Call,
    record::{Record, print_time, sent, text},
    seed::COMPANY_VAT,
};

/// As many as one call lists.
const FIRST: usize = 10;

/// A document that was sent to the company.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incoming {
    /// The sender's company number, such as `0563846944`.
    pub sender: String,
    /// Such as `BISv3Invoice`.
    pub document_type: String,
    /// The document.
    pub xml: String,
}

impl BillitServer {
    /// A document arrives for the company; returns its id in the inbox.
    #[allow(clippy::must_use_candidate)] // Many a test reads the id from the inbox.
    pub fn receive(&self, incoming: &Incoming) -> i64 {
        self.state().receive(incoming)
    }

    /// The documents that were refused, with the reason.
    #[must_use]
    pub fn refusals(&self) -> Vec<(i64, String)> {
        self.state().refusals.clone()
    }
}

/// The company number is the VAT number without the country.
fn own_number() -> &'static str {
    COMPANY_VAT.trim_start_matches("BE")
}

impl State {
    fn receive(&mut self, incoming: &Incoming) -> i64 {
        let xml = incoming.xml.as_bytes();
        let file = self.keep_file("document.xml", "application/xml", xml);
        let id = 77_300 + self.number();
        let now = print_time(self.tick());
        let item = json!({
            "InboxItemID": id,
            "SenderPeppolID": format!("0208:{}", incoming.sender),
            "PeppolDocumentType": incoming.document_type,
            "ReceiverPeppolID": format!("0208:{}", own_number()),
            "SenderCompanyID": incoming.sender,
            "ReceiverCompanyID": own_number(),
            "CreationDate": now,
            "PeppolFileID": file.get("FileID"),
        });
        self.inbox.insert(id, super::record::fields(item));
        id
    }

    /// An order that the company sends to itself by Peppol arrives in its own inbox.
    pub(super) fn loop_back(&mut self, order: &Record, destination: &str) {
        if destination.ends_with(own_number()) {
            let number = text(order, "OrderNumber");
            let document_type = text(order, "OrderType");
            self.receive(&Incoming {
                sender: own_number().to_owned(),
                document_type: format!("BISv3{document_type}"),
                xml: format!("<{document_type}><ID>{number}</ID></{document_type}>"),
            });
        }
    }

    #[allow(clippy::unnecessary_wraps)] // The shape of a handler.
    pub(super) fn list_inbox(&mut self, call: &Call) -> Outcome {
        let receiver = call.parameter("ReceiverCompanyID");
        let asked = self.inbox.values().filter(|item| {
            let receiver = receiver.as_deref().filter(|text| !text.is_empty());
            receiver.is_none_or(|receiver| text(item, "ReceiverCompanyID") == receiver)
        });
        let items: Vec<_> = asked.take(FIRST).collect();
        Ok(ok(&json!({ "InboxItems": items })))
    }

    pub(super) fn confirm_inbox_item(&mut self, call: &Call) -> Outcome {
        self.take_from_inbox(call)?;
        Ok(silent(true))
    }

    pub(super) fn refuse_inbox_item(&mut self, call: &Call) -> Outcome {
        let body = self.body(call)?;
        let reason = sent(&body, "RefusalReason").and_then(Value::as_str);
        let reason = reason.unwrap_or_default().to_owned();
        let id = self.take_from_inbox(call)?;
        self.refusals.push((id, reason));
        Ok(silent(true))
    }

    /// The reference lists 400 and 401 for an item, and no 404.
    fn take_from_inbox(&mut self, call: &Call) -> Outcome<i64> {
        let id = call.id()?;
        let gone = self.inbox.remove(&id);
        gone.ok_or_else(|| generic("The inbox item does not exist."))?;
        Ok(id)
    }
}
