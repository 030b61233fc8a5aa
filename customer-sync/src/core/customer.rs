//! A customer, from any source.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::change::Note;
use super::field::Field;
use super::fingerprint::Fingerprint;
use crate::normalize::{email, names, text};

/// The source and the id of a customer: `planyo:838829`.
///
/// The same text is the party's `ExternalProviderID` in Billit. Keys sort by source, then by id: shorter ids first, so
/// that numbers are in order.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "Parts", into = "Parts")]
pub struct CustomerKey {
    text: Box<str>,
    /// Position of the colon between source and id.
    colon: usize,
}

/// A key as serde writes it.
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

/// Prefix of the id of a customer that has none yet.
pub(crate) const NEW: &str = "new-";
const NEW_DIGITS: usize = 16;
/// The id of a record whose id cannot be read, and the prefix of the id of one that is known by its line.
pub(crate) const UNIDENTIFIED: &str = "?";
pub(crate) const LINE: &str = "line-";

impl CustomerKey {
    /// A key from the name of the source and the id of the record there. The id has no colon.
    #[must_use]
    pub fn new(source: impl Into<String>, id: impl Into<String>) -> Self {
        Self::of(&source.into(), &id.into())
    }

    /// As [`new`](Self::new), without a copy of its parts.
    pub(crate) fn of(source: &str, id: &str) -> Self {
        Self {
            text: [source, ":", id].concat().into(),
            colon: source.len(),
        }
    }

    /// The name of the source.
    #[must_use]
    pub fn source(&self) -> &str {
        self.text.get(..self.colon).unwrap_or_default()
    }

    /// The id in the source.
    #[must_use]
    pub fn id(&self) -> &str {
        self.text.get(self.colon + 1..).unwrap_or_default()
    }

    /// The link: source and id with a colon between them.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it is a [key without an id](Customer::key_without_id).
    pub(crate) fn is_without_id(&self) -> bool {
        self.id().starts_with(NEW)
    }

    /// Whether it belongs to a record whose id cannot be read. Such a record may be any customer.
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

/// The text is not the key of a customer.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is not the key of a customer: write the source and the id, as in planyo:7")]
pub struct ParseCustomerKeyError(String);

/// Reads what `Display` writes. The text before the last colon is the source.
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

/// A customer with clean texts: trimmed, and `None` instead of a blank. `Debug` shows only the key.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    /// Its source and id.
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
    /// Postal address, for invoices.
    pub address: Address,
    /// Language, two capital letters.
    pub language: Option<String>,
    /// The customer number in the books, if the rules name one.
    pub number: Option<String>,
    /// Values of Billit fields that the rules map from custom properties.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub mapped_properties: BTreeMap<Field, String>,
    /// Fields that the record has, without a value. That is not the same as a field that the record does not have: a
    /// value may have been cleared on purpose.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub blank: BTreeSet<Field>,
    /// What was not understood of the record, with the words: left out of this customer, or kept as typed where the
    /// field takes text. A field that was left out is not blank: Billit's value stays.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_understood: Vec<Note>,
}

impl Customer {
    /// A customer with a key and nothing else.
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
            not_understood: Vec::new(),
        }
    }

    /// The name on an invoice: the company's, else first and last name, which are written once if both fields
    /// have the same.
    #[must_use]
    pub fn name(&self) -> Option<String> {
        if self.company.is_some() {
            return self.company.clone();
        }
        match (&self.first_name, &self.last_name) {
            (Some(first), Some(last)) => Some(names::joined(first, last)),
            (first, last) => first.clone().or_else(|| last.clone()),
        }
    }

    /// The key of a customer that has no id in the source yet. It is made of the e-mail addresses and the name, so that
    /// the customer is recognized when it gets an id. `None` without an e-mail address: several customers may have one
    /// name.
    ///
    /// The id is a hash. The address cannot be read from it, but a known address can be checked against it.
    #[must_use]
    pub fn key_without_id(&self) -> Option<CustomerKey> {
        let emails: BTreeSet<String> = email::keys(self.email.as_deref()?).collect();
        let name = text::name_key(&self.name()?);
        if emails.is_empty() || name.is_empty() {
            return None;
        }
        let hash = Fingerprint::of_texts(emails.iter().chain([&name])).to_string();
        let id = format!("{NEW}{}", hash.get(..NEW_DIGITS)?);
        Some(CustomerKey::new(self.key.source(), id))
    }

    /// Whether there is a company name, a VAT number or a company number.
    #[must_use]
    pub fn is_business(&self) -> bool {
        self.company.is_some() || self.vat_number.is_some() || self.has_company_identifier()
    }

    /// Whether a custom property holds a number that only companies, public bodies and self-employed persons have.
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

/// A postal address in Billit's parts. `Debug` shows none of it.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// Street, or the whole line if it could not be split.
    pub street: Option<String>,
    /// House number.
    pub street_number: Option<String>,
    /// Box, unit or flat.
    pub box_number: Option<String>,
    /// Postcode.
    pub zipcode: Option<String>,
    /// City.
    pub city: Option<String>,
    /// Country, ISO 3166-1 alpha-2.
    pub country_code: Option<String>,
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Address(..)")
    }
}

/// Why a record cannot become a customer. It is reported and not synced until it is corrected. `Display` and `Debug` show
/// no personal data.
#[derive(Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Problem {
    /// The record could not be read.
    #[error("the record cannot be read: {why}")]
    Malformed {
        /// What is wrong, without personal data.
        why: String,
        /// What could be read of its name, or else its e-mail address, so that a person finds the record; blank if nothing.
        name: String,
    },
    /// Neither a name nor a company. Billit needs one.
    #[error("there is no name: fill in first name, last name or company")]
    NoName,
    /// Neither an id nor an e-mail address. Several customers may have one name.
    #[error("there is neither an id nor an e-mail address: fill in one of them")]
    NoIdOrEmail,
    /// A filter of this run skips the customer. The record itself is fine.
    #[error("skipped by the filter of this run")]
    Filtered,
    /// The [filter of the rules](crate::Filter) leaves the customer out: this condition is not met. The record itself is fine.
    #[error("filter: {0}")]
    LeftOut(String),
    /// A template or an expression of the rules fails for this record. It has no values of the record.
    #[error("{0}")]
    Template(String),
    /// The customer was erased in Billit on request ([`Removal::Anonymise`](crate::Removal::Anonymise)), and the
    /// sync does not create it again. The record itself is fine.
    #[error(
        "erased on request: remove the tombstone in the store if this person is a customer again"
    )]
    Erased,
    /// The customer was erased in the source: the record has lost its name and its e-mail address. (Planyo's customers can
    /// erase themselves, and no event tells of it.)
    #[error(
        "erased in the source: neither a name nor an e-mail address is left there; nothing is written; a plan of its \
         removal says what can be done with its party, if it has one"
    )]
    ErasedInSource,
    /// The source had the customer and has it no more: erased there, or removed.
    #[error(
        "not in the source any more: erased or removed there; nothing is written; a plan of its removal says what can be done with its party"
    )]
    GoneFromSource,
}

impl fmt::Debug for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Problem({self})")
    }
}

impl Problem {
    /// A record that cannot be read, of which not even a name can be.
    #[must_use]
    pub fn malformed(why: impl Into<String>) -> Self {
        Self::Malformed {
            why: why.into(),
            name: String::new(),
        }
    }

    /// Whether the source has erased the customer: what is left of it in Billit is for a person to decide.
    pub(crate) fn is_erasure_in_source(&self) -> bool {
        matches!(self, Self::ErasedInSource | Self::GoneFromSource)
    }
}

/// The result of mapping a record of the source: a customer, or the key with the problem.
pub type MappedCustomer = Result<Customer, (CustomerKey, Problem)>;
