//! A party that is to be created.

use std::fmt;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Serialize;

use super::{AddressType, Identifier, IdentifierType, PartyType, TextField};
use crate::draft::Fields;
use crate::macros::setters;
use crate::orders::{PaymentMethod, TransportType};

/// A party that is to be created. What is not set is not sent.
///
/// The address is that of the flat fields, which [`PatchParty`](super::PatchParty) can change later; Billit takes it
/// for the invoice address. Those of [`address`](Self::address) it cannot. `Debug` shows names, never values.
///
/// ```
/// use billit_client::parties::PartyDraft;
///
/// let draft = PartyDraft::new("Jean Deboeuf").email("jean@example.be").vat_liable(false);
/// assert_eq!(
///     serde_json::to_string(&draft)?,
///     r#"{"Email":"jean@example.be","Name":"Jean Deboeuf","PartyType":"Customer","VATLiable":false}"#
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct PartyDraft {
    fields: Fields,
}

impl PartyDraft {
    /// A customer with this name: for a person, first and last name. Billit marks no field as required; a third
    /// party says that these two are.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        let draft = Self {
            fields: Fields::default(),
        };
        draft
            .set(TextField::Name, name)
            .party_type(PartyType::Customer)
    }

    /// Sets one of the fields that PATCH can change later.
    #[must_use]
    pub fn set(mut self, field: TextField, value: impl Into<String>) -> Self {
        self.fields.set(field.wire_name(), value.into());
        self
    }

    /// Adds a number of this kind, such as `CBE` or [`IdentifierType::Gln`]. A VAT number is none: it has its own
    /// field. A public body or an association without VAT number needs one, or it may overwrite another party
    /// (documented).
    #[must_use]
    pub fn identifier(self, kind: impl Into<IdentifierType>, value: impl Into<String>) -> Self {
        self.identified_by(Identifier::new(kind, value))
    }

    /// Adds an identifier.
    #[must_use]
    pub fn identified_by(mut self, identifier: Identifier) -> Self {
        let (kind, value) = identifier.into_parts();
        let mut pair = Fields::default();
        pair.set("IdentifierType", kind);
        pair.set("Identifier", value);
        self.fields.push("Identifiers", pair);
        self
    }

    /// Adds an address, such as that of deliveries. PATCH cannot change it later.
    #[must_use]
    pub fn address(mut self, address: AddressDraft) -> Self {
        self.fields.push("Addresses", address.fields);
        self
    }

    /// Adds a field of your own.
    #[must_use]
    pub fn custom_field(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        let mut pair = Fields::default();
        pair.set("Key", key.into());
        pair.set("Value", value.into());
        self.fields.push("CustomFields", pair);
        self
    }

    setters! {
        /// Customer, which is the default, or supplier.
        party_type: PartyType => "PartyType";
        /// Number of the customer in your own books.
        nr: String => "Nr";
        /// Trade name.
        commercial_name: String => "CommercialName";
        /// E-mail address, or several with `;` between them.
        email: String => "Email";
        /// Phone, such as `+3292035699`.
        phone: String => "Phone";
        /// Mobile phone.
        mobile: String => "Mobile";
        /// Fax.
        fax: String => "Fax";
        /// Website. PATCH cannot change it later.
        website: String => "Website";
        /// Street.
        street: String => "Street";
        /// Number of the house.
        street_number: String => "StreetNumber";
        /// Box.
        box_number: String => "Box";
        /// Postcode.
        zipcode: String => "Zipcode";
        /// City.
        city: String => "City";
        /// ISO 3166-1 alpha-2.
        country_code: String => "CountryCode";
        /// VAT number with its country and without spaces or dots, such as `BE0563846944`.
        vat_number: String => "VATNumber";
        /// Whether the party is liable to VAT; `false` for a private person.
        vat_liable: bool => "VATLiable";
        /// Whether it may deduct VAT; `false` for a private person.
        vat_deductable: bool => "VATDeductable";
        /// Two capital letters. Billit has templates in `NL`, `EN`, `FR` and `DE`.
        language: String => "Language";
        /// First name of the contact.
        contact_first_name: String => "ContactFirstName";
        /// Last name of the contact.
        contact_last_name: String => "ContactLastName";
        /// Your own key: unique, returned by Billit, never in an invoice.
        external_provider_id: String => "ExternalProviderID";
        /// The code of the system whose key that is; its values are undocumented.
        external_provider_tc: String => "ExternalProviderTC";
        /// Bank account.
        iban: String => "IBAN";
        /// Bank. PATCH cannot change it later, nor any of the fields that follow.
        bic: String => "BIC";
        /// First and last name of the contact in one.
        contact: String => "Contact";
        /// The name that Billit shows. Default: the name.
        display_name: String => "DisplayName";
        /// Days until invoices are due.
        default_expiry_offset: i64 => "DefaultExpiryOffset";
        /// Default VAT code of lines, such as `4` (21 %).
        ventilation_code: String => "VentilationCode";
        /// ISO 4217.
        default_currency_tc: String => "DefaultCurrencyTC";
        /// How invoices are sent by default.
        default_transport_type_tc: TransportType => "DefaultTransportTypeTC";
        /// How it pays by default.
        default_payment_method_tc: PaymentMethod => "DefaultPaymentMethodTC";
        /// Whether its invoices count as paid from the start.
        default_paid: bool => "DefaultPaid";
        /// Default discount of lines, in per cent.
        default_reduction_percentage: Decimal => "DefaultReductionPercentage";
        /// Discount for paying early, in per cent.
        financial_reduction_percentage_default: Decimal => "FinancialReductionPercentageDefault";
        /// How many days early that is.
        financial_reduction_days_default: i64 => "FinancialReductionDaysDefault";
        /// Mandate of the direct debit (SEPA).
        domiciliation_mandate_id: String => "DomiciliationMandateID";
        /// When the mandate was signed.
        domiciliation_mandate_signing_date: NaiveDate => "DomiciliationMandateSigningDate";
        /// Number in the accountant's books.
        accountant_code: i64 => "AccountantCode";
        /// Code of the cost category.
        cost_category_code: i64 => "CostCategoryCode";
        /// Type of cost for the books.
        accounting_cost_type_name: String => "AccountingCostTypeName";
        /// Category of the books; values undocumented.
        book_category_tc: String => "BookCategoryTC";
        /// VAT regime; values undocumented.
        regime: String => "Regime";
        /// Part of the VAT regime; values undocumented.
        sub_regime: String => "SubRegime";
        /// Whether it is a small enterprise, as VAT law has it.
        small_enterprise: bool => "SmallEnterprise";
        /// Register of legal persons: the court.
        rpr: String => "RPR";
        /// Undocumented.
        peppol_identifier: String => "PeppolIdentifier";
        /// Whether reminders are sent by themselves.
        auto_send_invoice_reminders: bool => "AutoSendInvoiceReminders";
        /// Whether it is a high risk.
        is_high_risk: bool => "IsHighRisk";
        /// Whether invoices go out as UBL.
        send_ubl: bool => "SendUBL";
        /// Whether invoices go out as PDF.
        send_pdf: bool => "SendPDF";
        /// A note that only you see.
        internal_info: String => "InternalInfo";
    }

    /// The names of the fields that are set, as Billit spells them.
    pub fn fields(&self) -> impl Iterator<Item = &'static str> {
        self.fields.names()
    }
}

impl fmt::Debug for PartyDraft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PartyDraft {:?}", self.fields)
    }
}

/// One of the addresses of a party that is to be created. `Debug` shows names, never values.
///
/// ```
/// use billit_client::parties::{AddressDraft, AddressType, PartyDraft};
///
/// let shop = AddressDraft::new(AddressType::Delivery).street("Veldstraat").street_number("7").city("Gent");
/// let draft = PartyDraft::new("Acme BV").address(shop);
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct AddressDraft {
    fields: Fields,
}

impl AddressDraft {
    /// An address for this. Without one for deliveries, Billit takes that for invoices (documented).
    #[must_use]
    pub fn new(address_type: impl Into<AddressType>) -> Self {
        let mut fields = Fields::default();
        fields.set("AddressType", address_type.into());
        Self { fields }
    }

    setters! {
        /// To whose attention.
        tav: String => "Tav";
        /// Name.
        name: String => "Name";
        /// Street.
        street: String => "Street";
        /// Number of the house.
        street_number: String => "StreetNumber";
        /// Box.
        box_number: String => "Box";
        /// Postcode.
        zipcode: String => "Zipcode";
        /// City.
        city: String => "City";
        /// ISO 3166-1 alpha-2.
        country_code: String => "CountryCode";
        /// Phone.
        phone: String => "Phone";
    }
}

impl fmt::Debug for AddressDraft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AddressDraft {:?}", self.fields)
    }
}
