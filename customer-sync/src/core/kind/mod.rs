//! Whether a customer is a person or a company, and by what evidence.

mod evidence;
mod forms;
mod organizations;

pub use evidence::{Kind, KindEvidence};
pub use forms::legal_form;

use super::customer::Customer;
use super::field::VAT_NUMBER;

/// Whether a customer is a person or a company, with the evidence.
///
/// ```
/// use customer_sync::kind::{KindEvidence, Kind, of};
/// use customer_sync::{Customer, CustomerKey};
///
/// let mut customer = Customer::new(CustomerKey::new("planyo", "7"));
/// customer.first_name = Some("Ann".into());
/// customer.last_name = Some("Peeters".into());
/// assert_eq!(of(&customer), (Kind::Person, KindEvidence::FullName));
/// customer.last_name = Some("Peeters BV".into());
/// assert_eq!(of(&customer), (Kind::Company, KindEvidence::LegalForm("BV")));
/// ```
#[must_use]
pub fn of(customer: &Customer) -> (Kind, KindEvidence) {
    if customer.vat_number.is_some() {
        return (Kind::Company, KindEvidence::VatNumber);
    }
    if customer.company.is_some() {
        return (Kind::Company, KindEvidence::CompanyName);
    }
    if customer.has_company_identifier() {
        return (Kind::Company, KindEvidence::Identifier);
    }
    let name = customer.name().unwrap_or_default();
    let mut notes = customer.not_understood.iter();
    let has_both = customer.first_name.is_some() && customer.last_name.is_some();
    match legal_form(&name) {
        Some(evidence @ KindEvidence::LegalForm(_)) => (Kind::Company, evidence),
        _ if notes.any(|note| note.field == VAT_NUMBER) => {
            (Kind::Unclear, KindEvidence::UnreadVatNumber)
        }
        Some(evidence) => (Kind::Unclear, evidence),
        None => match organizations::word_in(&name) {
            Some(word) => (Kind::Unclear, KindEvidence::NotOnePerson(word)),
            // The same word in both fields is one name.
            None if has_both && name.contains(' ') => (Kind::Person, KindEvidence::FullName),
            None => (Kind::Unclear, KindEvidence::NoFullName),
        },
    }
}
