//! A party as Billit sends it.

use std::fmt;

use chrono::NaiveDateTime;
use rust_decimal::Decimal;
use serde::Deserialize;

use super::IdentifierType;
use crate::files::FileId;
use crate::macros::{codes, id};
use crate::wire::{self, Identified};

id! {
    /// The id of a customer or supplier, which Billit gives. Not your own company: that is a
    /// [`CompanyId`](crate::CompanyId).
    PartyId
}

/// A customer or supplier.
///
/// Only `id` is certain to be there: Billit leaves out what is not set, and listings may send less. A missing,
/// `null`, empty or unreadable field is `None`; [`Record::has`](crate::Record::has) says which are missing. These are all
/// the fields that Billit documents; what else may come is in the record's raw JSON.
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
    /// Bank accounts. Which a customer has, and which only your own company, is undocumented.
    #[serde(default, deserialize_with = "wire::list")]
    pub bank_accounts: Vec<BankAccount>,
    /// Users of the company.
    #[serde(default, deserialize_with = "wire::list")]
    pub users: Vec<UserCoreInfo>,
    /// How it pays by default, such as `Wired`.
    #[serde(
        default,
        rename = "DefaultPaymentMethodTC",
        deserialize_with = "wire::text"
    )]
    pub default_payment_method_tc: Option<String>,
    /// Whether its invoices count as paid from the start.
    #[serde(default, deserialize_with = "wire::flag")]
    pub default_paid: Option<bool>,
    /// Mandate of the direct debit (SEPA).
    #[serde(
        default,
        rename = "DomiciliationMandateID",
        deserialize_with = "wire::text"
    )]
    pub domiciliation_mandate_id: Option<String>,
    /// When the mandate was signed.
    #[serde(default, deserialize_with = "wire::time")]
    pub domiciliation_mandate_signing_date: Option<NaiveDateTime>,
    /// Default discount of lines, in per cent.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub default_reduction_percentage: Option<Decimal>,
    /// Discount for paying early, in per cent.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub financial_reduction_percentage_default: Option<Decimal>,
    /// How many days early that is.
    #[serde(default, deserialize_with = "wire::number")]
    pub financial_reduction_days_default: Option<i64>,
    /// Number in the accountant's books.
    #[serde(default, deserialize_with = "wire::number")]
    pub accountant_code: Option<i64>,
    /// Code of the cost category.
    #[serde(default, deserialize_with = "wire::number")]
    pub cost_category_code: Option<i64>,
    /// Type of cost for the books.
    #[serde(default, deserialize_with = "wire::text")]
    pub accounting_cost_type_name: Option<String>,
    /// Category of the books; values undocumented.
    #[serde(default, rename = "BookCategoryTC", deserialize_with = "wire::text")]
    pub book_category_tc: Option<String>,
    /// Beginning of the book year, of your own company.
    #[serde(default, deserialize_with = "wire::time")]
    pub book_year_start: Option<NaiveDateTime>,
    /// VAT regime; values undocumented.
    #[serde(default, deserialize_with = "wire::text")]
    pub regime: Option<String>,
    /// Part of the VAT regime; values undocumented.
    #[serde(default, deserialize_with = "wire::text")]
    pub sub_regime: Option<String>,
    /// Whether it is a small enterprise, as VAT law has it.
    #[serde(default, deserialize_with = "wire::flag")]
    pub small_enterprise: Option<bool>,
    /// Register of legal persons: the court.
    #[serde(default, rename = "RPR", deserialize_with = "wire::text")]
    pub rpr: Option<String>,
    /// Such as `Professional`, on your own company.
    #[serde(default, deserialize_with = "wire::text")]
    pub role: Option<String>,
    /// Whether reminders are sent by themselves.
    #[serde(default, deserialize_with = "wire::flag")]
    pub auto_send_invoice_reminders: Option<bool>,
    /// Whether it is a high risk.
    #[serde(default, deserialize_with = "wire::flag")]
    pub is_high_risk: Option<bool>,
    /// Whether invoices go out as UBL.
    #[serde(default, rename = "SendUBL", deserialize_with = "wire::flag")]
    pub send_ubl: Option<bool>,
    /// Whether invoices go out as PDF.
    #[serde(default, rename = "SendPDF", deserialize_with = "wire::flag")]
    pub send_pdf: Option<bool>,
    /// Fields of your own: pairs here, though an order has an object.
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
    /// What an address is for (documented).
    AddressType {
        /// Of invoices. The flat fields of the party repeat it.
        Invoice = "InvoiceAddress",
        /// Of deliveries; that of invoices, where there is none.
        Delivery = "DeliveryAddress",
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
    /// What it is for.
    #[serde(default, deserialize_with = "wire::code")]
    pub address_type: Option<AddressType>,
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
    /// What kind of number it is.
    #[serde(default, deserialize_with = "wire::code")]
    pub identifier_type: Option<IdentifierType>,
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

/// A bank account. `Debug` shows its currency alone.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct BankAccount {
    /// The account.
    #[serde(default, rename = "IBAN", deserialize_with = "wire::text")]
    pub iban: Option<String>,
    /// The bank.
    #[serde(default, rename = "BIC", deserialize_with = "wire::text")]
    pub bic: Option<String>,
    /// ISO 4217.
    #[serde(default, deserialize_with = "wire::text")]
    pub currency: Option<String>,
    /// Whether Billit has verified it.
    #[serde(default, deserialize_with = "wire::flag")]
    pub verified: Option<bool>,
    /// The name of its holder or of the account; the documentation does not say which.
    #[serde(default, deserialize_with = "wire::text")]
    pub name: Option<String>,
    /// The balance.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub saldo: Option<Decimal>,
    /// Your own key.
    #[serde(
        default,
        rename = "ExternalProviderID",
        deserialize_with = "wire::text"
    )]
    pub external_provider_id: Option<String>,
    /// The file of the bank's logo.
    #[serde(default, rename = "LogoFileID", deserialize_with = "wire::code")]
    pub logo_file_id: Option<FileId>,
    /// Where the logo is.
    #[serde(default, deserialize_with = "wire::text")]
    pub logo_file_url: Option<String>,
    /// ISO 3166-1 alpha-2.
    #[serde(default, deserialize_with = "wire::text")]
    pub country_code: Option<String>,
    /// The name of the account.
    #[serde(default, deserialize_with = "wire::text")]
    pub bank_account_name: Option<String>,
    /// The state of the link to the bank; values undocumented.
    #[serde(default, deserialize_with = "wire::text")]
    pub bank_provider_status: Option<String>,
    /// The number of an account that has no IBAN.
    #[serde(default, deserialize_with = "wire::text")]
    pub account_identification: Option<String>,
    /// Whether it is in use.
    #[serde(default, deserialize_with = "wire::flag")]
    pub active: Option<bool>,
}

impl fmt::Debug for BankAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BankAccount")
            .field("currency", &self.currency)
            .finish_non_exhaustive()
    }
}

/// A user of a company. `Debug` shows the role alone.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct UserCoreInfo {
    /// First name.
    #[serde(default, deserialize_with = "wire::text")]
    pub first_name: Option<String>,
    /// Last name.
    #[serde(default, deserialize_with = "wire::text")]
    pub last_name: Option<String>,
    /// What the user may do; values undocumented.
    #[serde(default, deserialize_with = "wire::text")]
    pub role: Option<String>,
    /// Your own key.
    #[serde(
        default,
        rename = "ExternalProviderID",
        deserialize_with = "wire::text"
    )]
    pub external_provider_id: Option<String>,
}

impl fmt::Debug for UserCoreInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserCoreInfo")
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fields_of_the_books_are_read() {
        let party: Party = serde_json::from_str(
            r#"{"PartyID":7,"BookYearStart":"2024-01-01T00:00:00","CostCategoryCode":1,"AccountingCostTypeName":"a",
            "RPR":"Gent","AccountantCode":2,"DefaultPaymentMethodTC":"Wired","DomiciliationMandateID":"m",
            "DomiciliationMandateSigningDate":"2024-02-03","DefaultPaid":false,"DefaultReductionPercentage":2.50,
            "FinancialReductionPercentageDefault":"1.5","FinancialReductionDaysDefault":8,"Role":"Professional",
            "BookCategoryTC":"b","SmallEnterprise":true,"AutoSendInvoiceReminders":true,"Regime":"r","SubRegime":"s",
            "IsHighRisk":false,"SendUBL":true,"SendPDF":false,
            "BankAccounts":[{"IBAN":"BE71096123456769","Saldo":-0.10,"Verified":true}],
            "Users":[{"FirstName":"Ann","ExternalProviderID":"u"}],
            "Identifiers":[{"IdentifierType":"CBE","Identifier":"0563846944","SchemeID":"0208"}],
            "Addresses":[{"AddressType":"DeliveryAddress"}],"CustomFields":[{"Key":"a","Value":1}]}"#,
        )
        .unwrap();
        let texts = [
            &party.accounting_cost_type_name,
            &party.rpr,
            &party.default_payment_method_tc,
            &party.domiciliation_mandate_id,
            &party.role,
            &party.book_category_tc,
            &party.regime,
            &party.sub_regime,
        ];
        assert!(texts.iter().all(|text| text.is_some()));
        let flags = [
            party.default_paid,
            party.small_enterprise,
            party.auto_send_invoice_reminders,
            party.is_high_risk,
            party.send_ubl,
            party.send_pdf,
        ];
        let expected = [false, true, true, false, true, false];
        assert_eq!(flags, expected.map(Some));
        let numbers = [
            party.cost_category_code,
            party.accountant_code,
            party.financial_reduction_days_default,
        ];
        assert_eq!(numbers, [1, 2, 8].map(Some));
        assert!(party.book_year_start.is_some());
        assert!(party.domiciliation_mandate_signing_date.is_some());
        let reduction = party.default_reduction_percentage.unwrap();
        assert_eq!(reduction.to_string(), "2.50");
        let discount = party.financial_reduction_percentage_default.unwrap();
        assert_eq!(discount.to_string(), "1.5");
        assert_eq!(party.bank_accounts[0].saldo.unwrap().to_string(), "-0.10");
        assert_eq!(party.users[0].external_provider_id.as_deref(), Some("u"));
        assert_eq!(
            party.identifiers[0].identifier_type,
            Some(IdentifierType::Cbe)
        );
        assert_eq!(party.addresses[0].address_type, Some(AddressType::Delivery));
        assert_eq!(party.custom_fields[0].value.as_deref(), Some("1"));
    }
}
