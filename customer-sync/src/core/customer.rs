//! A customer, whatever system it comes from.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::field::Field;
use super::fingerprint::Fingerprint;
use crate::normalize::text;

/// Which record of which system a customer is: `planyo:838829`.
///
/// The same text is the party's `ExternalProviderID` in Billit. Keys sort by system, then by the number of the id.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "Parts", into = "Parts")]
pub struct CustomerKey {
    text: Box<str>,
    /// Where the colon is.
    colon: usize,
}

/// The parts of a key, as they are written.
#[derive(Serialize, Deserialize)]
#[serde(rename = "CustomerKey")]
struct Parts {
    source: String,
    id: String,
}

impl From<Parts> for CustomerKey {
    fn from(parts: Parts) -> Self {
        Self::new(parts.source, parts.id)
    }
}

impl From<CustomerKey> for Parts {
    fn from(key: CustomerKey) -> Self {
        Self {
            source: key.source().to_owned(),
            id: key.id().to_owned(),
        }
    }
}

/// Begins the id of a customer who has none yet.
pub(crate) const NEW: &str = "new-";
const NEW_DIGITS: usize = 16;
/// The id of a record whose id cannot be read, and the beginning of one that is called by its line.
pub(crate) const UNIDENTIFIED: &str = "?";
pub(crate) const LINE: &str = "line-";

impl CustomerKey {
    /// A key from the system's name (letters, no colon) and the record's id there.
    #[must_use]
    pub fn new(source: impl Into<String>, id: impl Into<String>) -> Self {
        let mut text: String = source.into();
        let colon = text.len();
        text.push(':');
        text.push_str(&id.into());
        let text = text.into();
        Self { text, colon }
    }

    /// The system's name.
    #[must_use]
    pub fn source(&self) -> &str {
        self.text.get(..self.colon).unwrap_or_default()
    }

    /// The id in that system.
    #[must_use]
    pub fn id(&self) -> &str {
        self.text.get(self.colon + 1..).unwrap_or_default()
    }

    /// The link: both with a colon between.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it stands for a record whose id cannot be read: it may be any customer's.
    #[must_use]
    pub fn is_unidentified(&self) -> bool {
        self.id() == UNIDENTIFIED || self.id().starts_with(LINE)
    }
}

impl fmt::Display for CustomerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for CustomerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CustomerKey({})", self.text)
    }
}

/// A text that is no key of a customer.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is no key of a customer: write its system and its id there, as in planyo:7")]
pub struct ParseCustomerKeyError(String);

/// Reads what `Display` writes: what stands before the last colon names the system.
impl FromStr for CustomerKey {
    type Err = ParseCustomerKeyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts = text.rsplit_once(':');
        let parts = parts.filter(|(source, id)| !source.is_empty() && !id.is_empty());
        let (source, id) = parts.ok_or_else(|| ParseCustomerKeyError(text.to_owned()))?;
        Ok(Self::new(source, id))
    }
}

impl Ord for CustomerKey {
    fn cmp(&self, other: &Self) -> Ordering {
        let ours = (self.source(), self.id().len(), self.id());
        ours.cmp(&(other.source(), other.id().len(), other.id()))
    }
}

impl PartialOrd for CustomerKey {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// A customer with every text cleaned: trimmed, `None` where there is nothing. `Debug` shows the key alone.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    /// Where it comes from.
    pub key: CustomerKey,
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// The company, if the customer is one or buys for one.
    pub company: Option<String>,
    /// VAT number with country prefix and nothing else: `BE0403170701`.
    pub vat_number: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Fixed phone, with `+` and country code where that is known.
    pub phone: Option<String>,
    /// Mobile phone, in the same form.
    pub mobile: Option<String>,
    /// Where invoices go.
    pub address: Address,
    /// Two capital letters.
    pub language: Option<String>,
    /// The customer's number in the books, where a rule says which it is.
    pub number: Option<String>,
    /// Billit fields that custom properties feed, where a rule says so.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub mapped_properties: BTreeMap<Field, String>,
    /// Fields that the source has and has blank, which is not the same as not having them: what it had before may have
    /// been cleared on purpose.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub blank: BTreeSet<Field>,
}

impl Customer {
    /// A customer of whom nothing but the key is known.
    #[must_use]
    pub fn new(key: CustomerKey) -> Self {
        Self {
            key,
            first_name: None,
            last_name: None,
            company: None,
            vat_number: None,
            email: None,
            phone: None,
            mobile: None,
            address: Address::default(),
            language: None,
            number: None,
            mapped_properties: BTreeMap::new(),
            blank: BTreeSet::new(),
        }
    }

    /// The name on an invoice: the company's, else first and last name.
    #[must_use]
    pub fn name(&self) -> Option<String> {
        if self.company.is_some() {
            return self.company.clone();
        }
        let parts: Vec<&str> = [&self.first_name, &self.last_name]
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    }

    /// The key of a customer whom the source has not given an id yet: made of the e-mail addresses and the name, so that
    /// whoever gets an id later is known again by them. `None` without an e-mail address: a name alone is shared.
    ///
    /// It is a hash, in which nobody reads an address, though whoever knows one can tell whether it is that.
    #[must_use]
    pub fn key_without_id(&self) -> Option<CustomerKey> {
        let emails: BTreeSet<String> = text::email_keys(self.email.as_deref()?).collect();
        let name = text::name_key(&self.name()?);
        if emails.is_empty() || name.is_empty() {
            return None;
        }
        let hash = Fingerprint::of_texts(emails.iter().chain([&name])).to_string();
        let id = format!("{NEW}{}", hash.get(..NEW_DIGITS)?);
        Some(CustomerKey::new(self.key.source(), id))
    }

    /// Whether there is a company, a VAT number or a company's number.
    #[must_use]
    pub fn is_business(&self) -> bool {
        self.company.is_some() || self.vat_number.is_some() || self.has_company_identifier()
    }

    /// Whether a property feeds a number that only companies, public bodies and persons in business have.
    #[must_use]
    pub fn has_company_identifier(&self) -> bool {
        const COMPANIES: [&str; 16] = [
            "CBE", "GLN", "DUNS", "LEI", "KVK", "OIN", "SIRET", "SIRENE", "RPM", "ORGNR", "ORG",
            "CVR", "CIF", "ABN", "EIN", "CNPJ",
        ];
        let is_company = |kind: &str| COMPANIES.contains(&kind) || kind.starts_with("VAT-");
        let mut fields = self.mapped_properties.keys();
        fields.any(|field| matches!(field, Field::Identifier(kind) if is_company(kind)))
    }
}

impl fmt::Debug for Customer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Customer({}, ..)", self.key)
    }
}

/// A postal address in the parts that Billit wants. `Debug` shows nothing of it.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// Street; or the whole line where it could not be split.
    pub street: Option<String>,
    /// House number.
    pub street_number: Option<String>,
    /// Box, unit or flat.
    pub box_number: Option<String>,
    /// Postcode.
    pub zipcode: Option<String>,
    /// City.
    pub city: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country_code: Option<String>,
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Address(..)")
    }
}

/// Why a record cannot become a customer. It is reported and left alone until it is mended.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Problem {
    /// The record could not be read.
    #[error("the record cannot be read: {0}")]
    Malformed(String),
    /// Neither a name nor a company, and Billit needs one.
    #[error("there is no name: fill in first name, last name or company")]
    NoName,
    /// Neither an id nor an e-mail address, and a name alone tells nobody from his namesake.
    #[error("there is neither an id nor an e-mail address: fill in one of them")]
    NoIdOrEmail,
    /// A VAT number no country could have given. An invoice with it would be refused.
    #[error("the VAT number in `{property}` is not valid: {why}")]
    InvalidVat {
        /// The custom property it stands in.
        property: String,
        /// What is wrong with it.
        why: String,
    },
    /// The run was told to leave this customer out. That is no fault of the record.
    #[error("left out by the filter of this run")]
    LeftOut,
    /// This person was forgotten on request, and does not come back by a sync. That is no fault of the record.
    #[error(
        "forgotten on request: see `State::remove_tombstone` if this person is a customer again"
    )]
    Erased,
    /// A custom property that feeds a field of Billit has a value that cannot be right.
    #[error("`{property}`, which feeds {field}, is not valid: {why}")]
    InvalidValue {
        /// The custom property.
        property: Box<str>,
        /// The field it feeds.
        field: Field,
        /// What is wrong with it.
        why: String,
    },
}

/// A source's record as the mapping left it.
pub type MappedCustomer<T = Customer> = Result<T, (CustomerKey, Problem)>;
