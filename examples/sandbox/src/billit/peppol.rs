//! `/v1/peppol/participantInformation`: which documents a participant can receive.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{
    State,
    answers::{Outcome, message, ok},
    api::Call,
    record::{Record, text},
};

/// The scheme of Belgian company numbers, and that of Belgian VAT numbers.
const CBE: &str = "0208";
const VAT_BE: &str = "9925";

const BILLING: &str = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0";
const UBL: &str = "urn:oasis:names:specification:ubl:schema:xsd";
const BIS: &str = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0::2.1";

impl State {
    pub(super) fn participant(&mut self, call: &Call) -> Outcome {
        let number = Number::read(call.capture(0));
        if number.digits.is_empty() {
            return Err(message(400, "The request is invalid."));
        }
        let only_dns = call.parameter("OnlyCheckDNS");
        let only_dns = only_dns.is_some_and(|flag| flag.eq_ignore_ascii_case("true"));
        let types = self.document_types(&number);
        // The DNS lookup only tells that a participant is registered, not which documents it receives.
        let printed = types.filter(|_| !only_dns);
        let services = printed.iter().flat_map(|types| types.iter());
        let services: Vec<_> = services.map(|kind| service(kind)).collect();
        Ok(ok(&json!({
            "Registered": types.is_some(),
            "Identifier": number.identifier(types.is_some()),
            "DocumentTypes": printed.cloned().unwrap_or_default(),
            "ServiceDetails": services,
        })))
    }

    fn document_types(&self, number: &Number) -> Option<&BTreeSet<String>> {
        let mut known = self.settings.peppol_participants.iter();
        let found = known.find(|(known, _)| Number::read(known).digits == number.digits);
        found.map(|(_, types)| types)
    }

    /// Where a party can be reached, and with what: by company number first, then by VAT number.
    pub(super) fn reach(&self, party: &Record) -> Option<(String, BTreeSet<String>)> {
        let identifiers = party.get("Identifiers").and_then(Value::as_array);
        let company_numbers = identifiers.into_iter().flatten().filter_map(|identifier| {
            let kind = identifier.get("IdentifierType")?;
            identifier
                .get("Identifier")
                .filter(|_| kind == "CBE")?
                .as_str()
        });
        let numbers = company_numbers.chain([text(party, "VATNumber")]);
        numbers.map(Number::read).find_map(|number| {
            let types = self.document_types(&number)?.clone();
            Some((number.identifier(true), types))
        })
    }
}

/// A participant's number, whichever way it was written.
struct Number {
    /// As in `0208:...`.
    scheme: Option<String>,
    /// Without the country when that is Belgium, whose VAT numbers are the company numbers.
    digits: String,
}

impl Number {
    fn read(text: &str) -> Self {
        let (scheme, number) = match text.split_once(':') {
            Some((scheme, number)) => (Some(scheme.to_owned()), number),
            None => (None, text),
        };
        let plain = number.chars().filter(char::is_ascii_alphanumeric);
        let plain: String = plain.map(|part| part.to_ascii_uppercase()).collect();
        let digits = plain.strip_prefix("BE").unwrap_or(&plain).to_owned();
        Self { scheme, digits }
    }

    fn identifier(&self, registered: bool) -> String {
        let is_belgian = self.digits.chars().all(|digit| digit.is_ascii_digit());
        match self.scheme.as_deref() {
            Some(scheme) if !(scheme == VAT_BE && registered) => {
                let country = if scheme == VAT_BE { "BE" } else { "" };
                format!("{scheme}:{country}{}", self.digits)
            }
            _ if !is_belgian => self.digits.clone(),
            _ if registered => format!("{CBE}:{}", self.digits),
            _ => format!("{VAT_BE}:BE{}", self.digits),
        }
    }
}

fn service(kind: &str) -> Value {
    let document = kind.trim_start_matches("BISv3");
    json!({
        "DocumentIdentifier": format!("{UBL}:{document}-2::{document}##{BIS}"),
        "DocumentIdentifierScheme": "busdox-docid-qns",
        "Processes": [{
            "ProcessIdentifier": BILLING,
            "ProcessIdentifierScheme": "cenbii-procid-ubl",
            "Endpoints": [{
                "EndpointURL": "https://ap.example.com/as4",
                "TransportProfile": "peppol-transport-as4-v2_0",
            }],
        }],
    })
}
