//! A party as Billit sends it.

use std::fmt;

use chrono::NaiveDateTime;
use serde::Deserialize;

use crate::pager::Identified;
use crate::wire::{self, codes, id};

id! {
    /// The id of a customer or supplier, which Billit gives. Not your own company: that is a
    /// [`CompanyId`](crate::CompanyId).
    PartyId
}

/// A customer or supplier.
///
/// Only `id` is certain to be there: Billit leaves out what is not set, and listings may send less. A missing,
/// `null`, empty or unreadable field is `None`; [`Record::has`](crate::Record::has) tells a missing one. All fields
/// here are documented. Others, such as bank accounts and amounts of money, are in the record's raw JSON.
///
/// `Debug` shows the id alone: the rest is personal data.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct Party {
    /// The id.
    #[serde(rename = "PartyID")]
    pub id: PartyId,
    /// Number of the customer or supplier in your own books.
    #[serde(default, deserialize_with = "wire::text")]
    pub nr: Option<String>,
    /// Name.
    #[serde(default, deserialize_with = "wire::text")]
    pub name: Option<String>,
    /// Trade name.
    #[serde(default, deserialize_with = "wire::text")]
    pub commercial_name: Option<String>,
    /// The name that Billit shows, usually the same as `name`.
    #[serde(default, deserialize_with = "wire::text")]
    pub display_name: Option<String>,
    /// First and last name of the contact in one.
    #[serde(default, deserialize_with = "wire::text")]
    pub contact: Option<String>,
    /// First name of the contact.
    #[serde(default, deserialize_with = "wire::text")]
    pub contact_first_name: Option<String>,
    /// Last name of the contact.
    #[serde(default, deserialize_with = "wire::text")]
    pub contact_last_name: Option<String>,
    /// E-mail address, or several with `;` between them.
    #[serde(default, deserialize_with = "wire::text")]
    pub email: Option<String>,
    /// Phone, such as `+3292035699`.
    #[serde(default, deserialize_with = "wire::text")]
    pub phone: Option<String>,
    /// Mobile phone.
    #[serde(default, deserialize_with = "wire::text")]
    pub mobile: Option<String>,
    /// Fax.
    #[serde(default, deserialize_with = "wire::text")]
    pub fax: Option<String>,
    /// Website.
    #[serde(default, deserialize_with = "wire::text")]
    pub website: Option<String>,
    /// Street of the invoice address, as are the next five.
    #[serde(default, deserialize_with = "wire::text")]
    pub street: Option<String>,
    /// Number of the house.
    #[serde(default, deserialize_with = "wire::text")]
    pub street_number: Option<String>,
    /// Box.
    #[serde(default, rename = "Box", deserialize_with = "wire::text")]
    pub box_number: Option<String>,
    /// Postcode.
    #[serde(default, deserialize_with = "wire::text")]
    pub zipcode: Option<String>,
    /// City.
    #[serde(default, deserialize_with = "wire::text")]
    pub city: Option<String>,
    /// ISO 3166-1 alpha-2.
    #[serde(default, deserialize_with = "wire::text")]
    pub country_code: Option<String>,
    /// The same address again, and others. PATCH cannot change them.
    #[serde(default, deserialize_with = "wire::list")]
    pub addresses: Vec<PartyAddress>,
    /// VAT number with its country, such as `BE0563846944`.
    #[serde(default, rename = "VATNumber", deserialize_with = "wire::text")]
    pub vat_number: Option<String>,
    /// Whether the party is liable to VAT.
    #[serde(default, rename = "VATLiable", deserialize_with = "wire::flag")]
    pub vat_liable: Option<bool>,
    /// Whether it may deduct VAT.
    #[serde(default, rename = "VATDeductable", deserialize_with = "wire::flag")]
    pub vat_deductable: Option<bool>,
    /// Bank account.
    #[serde(default, rename = "IBAN", deserialize_with = "wire::text")]
    pub iban: Option<String>,
    /// Bank.
    #[serde(default, rename = "BIC", deserialize_with = "wire::text")]
    pub bic: Option<String>,
    /// Two capital letters: the language of e-mails.
    #[serde(default, deserialize_with = "wire::text")]
    pub language: Option<String>,
    /// Customer or supplier.
    #[serde(default, deserialize_with = "wire::code")]
    pub party_type: Option<PartyType>,
    /// Numbers by which networks know the party, such as a company number or a GLN.
    #[serde(default, deserialize_with = "wire::list")]
    pub identifiers: Vec<PartyIdentifier>,
    /// Undocumented.
    #[serde(default, deserialize_with = "wire::text")]
    pub peppol_identifier: Option<String>,
    /// Your own key, as it was given.
    #[serde(
        default,
        rename = "ExternalProviderID",
        deserialize_with = "wire::text"
    )]
    pub external_provider_id: Option<String>,
    /// The code of the system whose key that is; its values are undocumented.
    #[serde(
        default,
        rename = "ExternalProviderTC",
        deserialize_with = "wire::text"
    )]
    pub external_provider_tc: Option<String>,
    /// Account of the general ledger; a number in the documentation of the model.
    #[serde(default, rename = "GLAccountCode", deserialize_with = "wire::text")]
    pub gl_account_code: Option<String>,
    /// Days until invoices are due, in the general ledger; a number in the documentation of the model.
    #[serde(
        default,
        rename = "GLDefaultExpiryOffset",
        deserialize_with = "wire::text"
    )]
    pub gl_default_expiry_offset: Option<String>,
    /// Days until invoices are due.
    #[serde(default, deserialize_with = "wire::number")]
    pub default_expiry_offset: Option<i64>,
    /// Default VAT code of lines.
    #[serde(default, deserialize_with = "wire::text")]
    pub ventilation_code: Option<String>,
    /// ISO 4217.
    #[serde(default, rename = "DefaultCurrencyTC", deserialize_with = "wire::text")]
    pub default_currency_tc: Option<String>,
    /// How invoices are sent by default, such as `Peppol`.
    #[serde(
        default,
        rename = "DefaultTransportTypeTC",
        deserialize_with = "wire::text"
    )]
    pub default_transport_type_tc: Option<String>,
    /// Fields of your own.
    #[serde(default, deserialize_with = "wire::list")]
    pub custom_fields: Vec<CustomField>,
    /// A note that only you see.
    #[serde(default, deserialize_with = "wire::text")]
    pub internal_info: Option<String>,
    /// When the party was last changed, by Billit's clock; the zone is unknown.
    #[serde(default, deserialize_with = "wire::time")]
    pub last_modified: Option<NaiveDateTime>,
    /// When it was created; the zone is unknown.
    #[serde(default, deserialize_with = "wire::time")]
    pub created: Option<NaiveDateTime>,
}

impl Identified for Party {
    const ID_FIELD: &'static str = "PartyID";

    fn id(&self) -> i64 {
        self.id.get()
    }
}

impl fmt::Debug for Party {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Party")
            .field("id", &self.id.get())
            .finish_non_exhaustive()
    }
}

codes! {
    /// Whether a party buys from you or sells to you (documented).
    PartyType {
        /// It buys from you.
        Customer = "Customer",
        /// It sells to you.
        Supplier = "Supplier",
    }
}

/// One of a party's addresses. `Debug` shows its type alone.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct PartyAddress {
    /// `InvoiceAddress` or `DeliveryAddress`.
    #[serde(default, deserialize_with = "wire::text")]
    pub address_type: Option<String>,
    /// To whose attention.
    #[serde(default, deserialize_with = "wire::text")]
    pub tav: Option<String>,
    /// Name.
    #[serde(default, deserialize_with = "wire::text")]
    pub name: Option<String>,
    /// Street.
    #[serde(default, deserialize_with = "wire::text")]
    pub street: Option<String>,
    /// Number of the house.
    #[serde(default, deserialize_with = "wire::text")]
    pub street_number: Option<String>,
    /// Box.
    #[serde(default, rename = "Box", deserialize_with = "wire::text")]
    pub box_number: Option<String>,
    /// Postcode.
    #[serde(default, deserialize_with = "wire::text")]
    pub zipcode: Option<String>,
    /// City.
    #[serde(default, deserialize_with = "wire::text")]
    pub city: Option<String>,
    /// ISO 3166-1 alpha-2.
    #[serde(default, deserialize_with = "wire::text")]
    pub country_code: Option<String>,
    /// Phone.
    #[serde(default, deserialize_with = "wire::text")]
    pub phone: Option<String>,
}

impl fmt::Debug for PartyAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PartyAddress")
            .field("address_type", &self.address_type)
            .finish_non_exhaustive()
    }
}

/// A number by which a network knows a party. `Debug` shows its type alone.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct PartyIdentifier {
    /// Such as `CBE` (Belgian company number), `GLN` or `DUNS`.
    #[serde(default, deserialize_with = "wire::text")]
    pub identifier_type: Option<String>,
    /// The number itself.
    #[serde(default, deserialize_with = "wire::text")]
    pub identifier: Option<String>,
    /// The scheme of Peppol, such as `0208`, which Billit fills in.
    #[serde(default, rename = "SchemeID", deserialize_with = "wire::text")]
    pub scheme_id: Option<String>,
    /// Whether the network should use this one before others.
    #[serde(default, deserialize_with = "wire::flag")]
    pub preferred: Option<bool>,
}

impl fmt::Debug for PartyIdentifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PartyIdentifier")
            .field("identifier_type", &self.identifier_type)
            .field("scheme_id", &self.scheme_id)
            .finish_non_exhaustive()
    }
}

/// A field of your own. `Debug` shows no value.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct CustomField {
    /// The name.
    #[serde(default, deserialize_with = "wire::text")]
    pub key: Option<String>,
    /// The value.
    #[serde(default, deserialize_with = "wire::text")]
    pub value: Option<String>,
}

impl fmt::Debug for CustomField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CustomField")
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}
