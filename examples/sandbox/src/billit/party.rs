//! The party: its fields and their types, what a body may set, and the fields that follow others.

use serde_json::{Map, Value, json};

use super::record::{Kind, Model, set, text};

use Kind::{Decimal, Flag, Integer, List, Text, Time};

/// Every field of the model.
const FIELDS: &[(&str, Kind)] = &[
    ("PartyID", Integer),
    ("BookYearStart", Time),
    ("Nr", Text),
    ("Name", Text),
    ("CommercialName", Text),
    ("Addresses", List),
    ("Street", Text),
    ("StreetNumber", Text),
    ("Box", Text),
    ("Zipcode", Text),
    ("City", Text),
    ("CountryCode", Text),
    ("CostCategoryCode", Integer),
    ("AccountingCostTypeName", Text),
    ("IBAN", Text),
    ("BIC", Text),
    ("Mobile", Text),
    ("Phone", Text),
    ("Fax", Text),
    ("Email", Text),
    ("Website", Text),
    ("Contact", Text),
    ("ContactFirstName", Text),
    ("ContactLastName", Text),
    ("VATNumber", Text),
    ("PeppolIdentifier", Text),
    ("RPR", Text),
    ("LastModified", Time),
    ("Created", Time),
    ("PartyType", Text),
    ("VATLiable", Flag),
    ("AccountantCode", Integer),
    ("GLAccountCode", Integer),
    ("Language", Text),
    ("VentilationCode", Text),
    ("ExternalProviderID", Text),
    ("ExternalProviderTC", Text),
    ("CustomFields", List),
    ("BankAccounts", List),
    ("Users", List),
    ("DefaultPaymentMethodTC", Text),
    ("DomiciliationMandateID", Text),
    ("DomiciliationMandateSigningDate", Time),
    ("DefaultPaid", Flag),
    ("DisplayName", Text),
    ("DefaultTransportTypeTC", Text),
    ("FinancialReductionPercentageDefault", Decimal),
    ("FinancialReductionDaysDefault", Integer),
    ("DefaultExpiryOffset", Integer),
    ("GLDefaultExpiryOffset", Integer),
    ("Role", Text),
    ("InternalInfo", Text),
    ("VATDeductable", Flag),
    ("DefaultReductionPercentage", Decimal),
    ("Identifiers", List),
    ("BookCategoryTC", Text),
    ("Regime", Text),
    ("SubRegime", Text),
    ("SmallEnterprise", Flag),
    ("AutoSendInvoiceReminders", Flag),
    ("IsHighRisk", Flag),
    ("SendUBL", Flag),
    ("SendPDF", Flag),
    ("DefaultCurrencyTC", Text),
];

pub(super) const MODEL: Model = Model {
    type_name: "Domain.Party.PartyPerformanceSafeColumns",
    fields: FIELDS,
    server_owned: &[
        "PartyID",
        "LastModified",
        "Created",
        "Users",
        "BankAccounts",
    ],
};

/// The 23 fields PATCH takes.
pub(super) const PATCHABLE: [&str; 23] = [
    "GLAccountCode",
    "GLDefaultExpiryOffset",
    "Nr",
    "Email",
    "ExternalProviderTC",
    "ExternalProviderID",
    "Name",
    "CommercialName",
    "ContactFirstName",
    "ContactLastName",
    "CountryCode",
    "City",
    "Street",
    "StreetNumber",
    "Zipcode",
    "Box",
    "Phone",
    "Mobile",
    "Fax",
    "VATNumber",
    "IBAN",
    "Language",
    "VATLiable",
];

const ADDRESS: [&str; 6] = [
    "Street",
    "StreetNumber",
    "Box",
    "Zipcode",
    "City",
    "CountryCode",
];

/// From the identifier's type to the scheme the server fills in.
const SCHEMES: [(&str, &str); 8] = [
    ("VAT-BE", "9925"),
    ("CBE", "0208"),
    ("GLN", "0088"),
    ("DUNS", "0060"),
    ("VAT-NL", "9944"),
    ("KVK", "0106"),
    ("VAT-DE", "9930"),
    ("VAT-FR", "9957"),
];

/// The defaults of a new party.
pub(super) fn defaults() -> Map<String, Value> {
    let defaults = json!({
        "VATLiable": true,
        "CustomFields": [],
        "BankAccounts": [],
        "Users": [],
        "Identifiers": [],
        "DefaultPaid": false,
        "DefaultExpiryOffset": 30,
        "GLDefaultExpiryOffset": 30,
        "VATDeductable": true,
        "DefaultReductionPercentage": 0.0,
        "SmallEnterprise": false,
        "DefaultCurrencyTC": "EUR",
        "SendUBL": true,
        "SendPDF": true,
    });
    match defaults {
        Value::Object(defaults) => defaults,
        _ => Map::new(),
    }
}

/// Updates the fields that depend on those written.
pub(super) fn settle(party: &mut Map<String, Value>, before: &Map<String, Value>) {
    party.retain(|_, value| !value.is_null());
    let was_name = before.get("DisplayName") == before.get("Name");
    if was_name && party.get("DisplayName") == before.get("DisplayName") {
        let name = party.get("Name").cloned().unwrap_or_default();
        set(party, "DisplayName", name);
    }
    let contact_changed = ["ContactFirstName", "ContactLastName"]
        .into_iter()
        .any(|name| party.get(name) != before.get(name));
    if contact_changed {
        let contact = [
            text(party, "ContactFirstName"),
            text(party, "ContactLastName"),
        ]
        .join(" ");
        set(party, "Contact", json!(contact.trim()));
    }
    settle_addresses(party, before);
    if let Some(Value::Array(identifiers)) = party.get_mut("Identifiers") {
        identifiers.iter_mut().for_each(fill_scheme);
    }
}

/// GET prints the address twice: flat, and in `Addresses`, of which a write may give either. Without a delivery
/// address of its own, delivery goes where the invoice goes.
fn settle_addresses(party: &mut Map<String, Value>, before: &Map<String, Value>) {
    let addresses_sent = party.get("Addresses") != before.get("Addresses");
    if let Some(invoice) = address_of_type(party, "InvoiceAddress").filter(|_| addresses_sent) {
        for name in ADDRESS {
            let value = invoice.get(name).cloned().unwrap_or_default();
            set(party, name, value);
        }
    }
    let old_invoice = address_of_type(before, "InvoiceAddress").unwrap_or_default();
    let own_delivery = address_of_type(party, "DeliveryAddress")
        .filter(|delivery| !same_place(delivery, &old_invoice));

    let mut flat = Map::new();
    for name in ADDRESS {
        flat.extend(
            party
                .get(name)
                .map(|value| (name.to_owned(), value.clone())),
        );
    }
    let mut addresses = Vec::new();
    if !flat.is_empty() {
        flat.extend(
            party
                .get("Name")
                .map(|name| (String::from("Name"), name.clone())),
        );
        addresses.push(typed("InvoiceAddress", flat.clone()));
        addresses.push(typed("DeliveryAddress", own_delivery.unwrap_or(flat)));
    } else if let Some(delivery) = own_delivery {
        addresses.push(typed("DeliveryAddress", delivery));
    }
    party.insert(String::from("Addresses"), Value::Array(addresses));
}

fn typed(kind: &str, mut address: Map<String, Value>) -> Value {
    address.insert(String::from("AddressType"), json!(kind));
    Value::Object(address)
}

fn address_of_type(party: &Map<String, Value>, kind: &str) -> Option<Map<String, Value>> {
    let addresses = party.get("Addresses")?.as_array()?.iter();
    let mut objects = addresses.filter_map(Value::as_object);
    objects
        .find(|address| text(address, "AddressType") == kind)
        .cloned()
}

fn same_place(one: &Map<String, Value>, other: &Map<String, Value>) -> bool {
    ADDRESS
        .iter()
        .all(|name| one.get(*name) == other.get(*name))
}

fn fill_scheme(identifier: &mut Value) {
    let Some(identifier) = identifier.as_object_mut() else {
        return;
    };
    let kind = text(identifier, "IdentifierType");
    let scheme = SCHEMES.iter().find(|(known, _)| *known == kind);
    if let Some((_, scheme)) = scheme {
        identifier.insert(String::from("SchemeID"), json!(scheme));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_patchable_field_is_in_the_model() {
        assert!(
            PATCHABLE
                .into_iter()
                .all(|name| MODEL.kind_of(name).is_some())
        );
    }
}
