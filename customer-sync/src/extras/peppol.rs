//! Whether a customer can be sent an invoice over Peppol.

use serde::{Deserialize, Serialize};

use crate::core::customer::{Customer, MappedCustomer};
#[cfg(feature = "sync")]
use crate::core::field::Field;
use crate::core::field::VAT_NUMBER;
use crate::core::kind::{self, Kind};
use crate::normalize::vat;

/// Whether the data of a customer is sufficient for Peppol. Whether it is registered there is known only to Billit:
/// see `reachability`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Readiness {
    /// It has a valid VAT number.
    Ready,
    /// A company without a VAT number. One that is not liable to VAT may be reachable by its company register number.
    MissingVat,
    /// An invalid VAT number, with the reason.
    InvalidVat(String),
    /// A private person: not on Peppol.
    PrivatePerson,
    /// Unknown whether person or company, or the record cannot be read.
    Unknown,
}

impl Readiness {
    /// The readiness of a customer.
    ///
    /// ```
    /// use customer_sync::{Customer, CustomerKey, peppol::Readiness};
    ///
    /// let mut customer = Customer::new(CustomerKey::new("planyo", "7"));
    /// assert_eq!(Readiness::of(&customer), Readiness::Unknown);
    /// customer.company = Some("Bakkerij Jansen".into());
    /// assert_eq!(Readiness::of(&customer), Readiness::MissingVat);
    /// customer.vat_number = Some("BE0403170701".into());
    /// assert_eq!(Readiness::of(&customer), Readiness::Ready);
    /// ```
    #[must_use]
    pub fn of(customer: &Customer) -> Self {
        let country = customer.address.country_code.as_deref();
        if let Some(number) = &customer.vat_number {
            return match vat::normalized(number, country) {
                Ok(_) => Self::Ready,
                Err(why) => Self::InvalidVat(why),
            };
        }
        let mut notes = customer.not_understood.iter();
        if let Some(note) = notes.find(|note| note.field == VAT_NUMBER) {
            return Self::InvalidVat(note.reason.clone());
        }
        match kind::of(customer).0 {
            Kind::Company => Self::MissingVat,
            Kind::Person => Self::PrivatePerson,
            Kind::Unclear => Self::Unknown,
        }
    }

    /// The readiness of a record, mapped or not.
    #[must_use]
    pub fn of_mapped(mapped: &MappedCustomer) -> Self {
        match mapped {
            Ok(customer) => Self::of(customer),
            Err(_) => Self::Unknown,
        }
    }
}

/// Whether a customer can be reached over Peppol, according to Billit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Reachability {
    /// Registered, and receives invoices.
    Reachable {
        /// The address in Peppol, such as `0208:0563846944`.
        address: Option<String>,
    },
    /// Registered, but not for invoices.
    NotForInvoices,
    /// Registered under none of its numbers.
    NotRegistered,
    /// Not looked up: there is no number to look up, for this reason.
    NoNumber(Readiness),
}

/// Looks up with Billit whether a customer receives invoices over Peppol: by its Belgian company number, its VAT
/// number, and identifiers from custom properties, until one of them does.
///
/// Billit's sandbox uses the test network of Peppol, where few are registered (documented).
///
/// # Errors
/// When the lookup fails.
#[cfg(feature = "sync")]
pub async fn reachability(
    customer: &Customer,
    billit: &billit_client::Client,
) -> billit_client::Result<Reachability> {
    use billit_client::peppol::{DocumentType, GetParticipant};

    let numbers = numbers(customer);
    if numbers.is_empty() {
        return Ok(Reachability::NoNumber(Readiness::of(customer)));
    }
    let mut reachability = Reachability::NotRegistered;
    for number in numbers {
        let participant = billit.send(GetParticipant::new(number)).await?;
        if participant.can_receive(&DocumentType::Invoice) {
            let address = participant.identifier.clone();
            return Ok(Reachability::Reachable { address });
        }
        if participant.registered == Some(true) {
            reachability = Reachability::NotForInvoices;
        }
    }
    Ok(reachability)
}

/// The numbers to look up, in the order in which Billit tries them: company number, VAT number, others.
#[cfg(feature = "sync")]
fn numbers(customer: &Customer) -> Vec<String> {
    use billit_client::parties::IdentifierType;

    let country = customer.address.country_code.as_deref();
    let vat_number = customer
        .vat_number
        .as_deref()
        .and_then(|number| vat::normalized(number, country).ok());
    let company = vat_number.as_deref().and_then(vat::cbe).map(str::to_owned);
    let mapped = customer
        .mapped_properties
        .iter()
        .filter_map(|(field, number)| match field {
            Field::Identifier(kind) => {
                let scheme = IdentifierType::from(kind.as_str()).scheme()?.to_owned();
                Some(format!("{scheme}:{number}"))
            }
            _ => None,
        });
    company
        .into_iter()
        .chain(vat_number)
        .chain(mapped)
        .collect()
}
