//! Whether a customer can be sent an invoice over Peppol, as far as its data tells.

use serde::{Deserialize, Serialize};

use crate::customer::{Customer, Problem};
use crate::normalize::kind::{self, Kind};
use crate::normalize::vat;
use crate::plan::Mapped;

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
    pub fn of_mapped(mapped: &Mapped) -> Self {
        match mapped {
            Ok(customer) => Self::of(customer),
            Err((_, Problem::InvalidVat { why, .. })) => Self::InvalidVat(why.clone()),
            Err(_) => Self::Unknown,
        }
    }
}
