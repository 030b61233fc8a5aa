//! `/v1/misc`: type codes and the company search.

use serde_json::json;

use super::{
    State,
    answers::{Outcome, error, generic, ok},
    api::Call,
    record::text,
};

/// The sets that the public documents list, with the key for its own text.
const CODES: &[(&str, &[&str])] = &[
    ("OrderType", super::orders::TYPES),
    ("OrderDirection", super::orders::DIRECTIONS),
    (
        "OrderStatus",
        &[
            "Draft",
            "ToSend",
            "ToPay",
            "ToInvoice",
            "ToDeliver",
            "ToDomiciliate",
            "Sent",
            "Invoiced",
            "DeliveryNoteCreated",
            "OrderFormCreated",
            "Credited",
            "Refused",
            "Canceled",
            "Paid",
            "ApprovalNeeded",
            "Delivered",
            "PaymentFileGenerated",
        ],
    ),
    (
        "Approval",
        &["Pending", "Approved", "Rejected", "ToApproveByMe"],
    ),
    ("Transport", super::send::TRANSPORTS),
    (
        "Payment",
        &[
            "Other",
            "Visa",
            "Bancontact",
            "Contant",
            "Wired",
            "Online",
            "Domiciliation",
            "PrivateAccount",
        ],
    ),
];

fn codes(kind: &str) -> Outcome<&'static [&'static str]> {
    let mut sets = CODES.iter();
    let found = sets.find(|(known, _)| known.eq_ignore_ascii_case(kind));
    found
        .map(|(_, codes)| *codes)
        .ok_or_else(|| generic("There is no such type."))
}

pub(super) fn type_codes(_: &mut State, call: &Call) -> Outcome {
    let items = codes(call.capture(0))?.iter();
    let items: Vec<_> = items
        .map(|code| json!({ "Key": code, "Value": code }))
        .collect();
    Ok(ok(&json!({ "Items": items })))
}

/// The same text in every language.
pub(super) fn type_code(_: &mut State, call: &Call) -> Outcome {
    let mut codes = codes(call.capture(0))?.iter();
    let code = codes.find(|code| code.eq_ignore_ascii_case(call.capture(1)));
    let code = code.ok_or_else(|| error(404, "GenericError", Some("There is no such code.")))?;
    Ok(ok(&json!({ "Items": [{ "Key": code, "Value": code }] })))
}

impl State {
    /// The register knows the Belgian companies among the parties, by name and by number.
    #[allow(clippy::unnecessary_wraps)] // The shape of a handler.
    pub(super) fn search_companies(&mut self, call: &Call) -> Outcome {
        let words = call.capture(0).trim().to_lowercase();
        let digits: String = words.chars().filter(char::is_ascii_digit).collect();
        let companies = self.parties.values().filter_map(|party| {
            let number = text(party, "VATNumber").strip_prefix("BE")?;
            let hit = text(party, "Name").to_lowercase().contains(&words)
                || (!digits.is_empty() && number.contains(&digits));
            hit.then(|| {
                json!({
                    "Source": "KBO",
                    "CompanyIdentification": number,
                    "Name": text(party, "Name"),
                    "Street": text(party, "Street"),
                    "Number": text(party, "StreetNumber"),
                    "Box": text(party, "Box"),
                    "Zipcode": text(party, "Zipcode"),
                    "City": text(party, "City"),
                    "Country": "BE",
                })
            })
        });
        let items: Vec<_> = companies.collect();
        Ok(ok(&json!({ "Items": items })))
    }
}
