//! Whether a customer can be sent an invoice over Peppol, as far as its data tells.

use serde::{Deserialize, Serialize};

use crate::core::customer::{Customer, MappedCustomer, Problem};
#[cfg(feature = "sync")]
use crate::core::field::Field;
use crate::core::kind::{self, Kind};
use crate::normalize::vat;

/// Ready for Peppol or what stands in the way. Whether a receiver is registered there, only Billit can tell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Readiness {
    /// A VAT number that can be one.
    Ready,
    /// A company without a VAT number. One that is not liable may be reached by its register number.
    MissingVat,
    /// A VAT number that cannot be one, and why.
    InvalidVat(String),
    /// A private person: nobody to send to over Peppol.
    PrivatePerson,
    /// Person or company, it cannot be told; or the record cannot be read.
    Unknown,
}

impl Readiness {
    /// Of a customer.
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
        match kind::of(customer).0 {
            Kind::Company => Self::MissingVat,
            Kind::Person => Self::PrivatePerson,
            Kind::Unclear => Self::Unknown,
        }
    }

    /// Of a record, whether it became a customer or not.
    #[must_use]
    pub fn of_mapped(mapped: &MappedCustomer) -> Self {
        match mapped {
            Ok(customer) => Self::of(customer),
            Err((_, Problem::InvalidVat { why, .. })) => Self::InvalidVat(why.clone()),
            Err(_) => Self::Unknown,
        }
    }
}

/// Whether a customer can be reached over Peppol, as Billit finds it there.
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
    /// Nobody was asked: there is no number that can be looked up, for this reason.
    NoNumber(Readiness),
}

/// Asks Billit whether a customer receives invoices over Peppol: by its Belgian company number, its VAT number, and the
/// identifiers that custom properties feed, until one of them does.
///
/// Billit's sandbox asks the test network of Peppol, where few are registered (documented).
///
/// # Errors
/// When Billit cannot be asked.
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

/// The numbers by which Peppol may know a customer, in the order in which Billit tries them: company number, VAT number,
/// others.
#[cfg(feature = "sync")]
fn numbers(customer: &Customer) -> Vec<String> {
    use billit_client::parties::IdentifierType;

    let country = customer.address.country_code.as_deref();
    let vat_number = customer
        .vat_number
        .as_deref()
        .and_then(|number| vat::normalized(number, country).ok());
    let company = vat_number.as_deref().and_then(vat::cbe).map(str::to_owned);
    let fed = customer
        .mapped_properties
        .iter()
        .filter_map(|(field, number)| match field {
            Field::Identifier(kind) => {
                let scheme = IdentifierType::from(kind.as_str()).scheme()?.to_owned();
                Some(format!("{scheme}:{number}"))
            }
            _ => None,
        });
    company.into_iter().chain(vat_number).chain(fed).collect()
}
