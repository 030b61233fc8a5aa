//! An order that is to be created.

use std::collections::BTreeMap;
use std::fmt;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Serialize;

use super::{OrderDirection, OrderLineDraft, OrderType, PaymentMethod};
use crate::draft::Fields;
use crate::files::FileDraft;
use crate::macros::setters;
use crate::parties::{PartyDraft, PartyId};

/// An order that is to be created. What is not set is not sent; Billit computes the totals.
///
/// Billit asks for a type, a direction, two dates, lines, and a customer (documented). `Debug` shows names, never
/// values.
///
/// ```
/// use billit_client::orders::{OrderDraft, OrderLineDraft};
/// use chrono::{Days, NaiveDate};
/// use billit_client::Decimal;
///
/// let today = NaiveDate::from_ymd_opt(2026, 5, 6).unwrap_or_default();
/// let draft = OrderDraft::invoice(879_263, today, today + Days::new(30))
///     .line(OrderLineDraft::excl("Massage", 2, Decimal::new(4550, 2)).vat_percentage(21))
///     .external_provider_id("booking-7");
/// let json = serde_json::to_value(&draft)?;
/// assert_eq!(json["CustomerID"], 879_263);
/// assert_eq!(json["ExpiryDate"], "2026-06-05");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct OrderDraft {
    #[serde(flatten)]
    fields: Fields,
    #[serde(skip_serializing_if = "Option::is_none")]
    customer: Option<PartyDraft>,
    #[serde(skip_serializing_if = "Option::is_none")]
    supplier: Option<PartyDraft>,
    order_lines: Vec<OrderLineDraft>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    custom_fields: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    contract_document_reference: Vec<ContractNumber>,
    #[serde(rename = "OrderPDF", skip_serializing_if = "Option::is_none")]
    order_pdf: Option<FileDraft>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<FileDraft>,
}

#[derive(Clone, PartialEq, Eq, Serialize)]
struct ContractNumber {
    #[serde(rename = "ID")]
    id: String,
}

/// The customer or supplier of an order that is to be created: one that Billit has, or one to be looked for by its
/// fields.
///
/// By its fields, Billit looks for the party by VAT number, e-mail, address and customer number, **updates the one
/// that it finds**, its identifiers among the rest, and creates it if it finds none (documented). With an id no
/// other party can be hit.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum OrderParty {
    /// The one with this id.
    Id(PartyId),
    /// The one with these fields.
    Draft(PartyDraft),
}

impl From<PartyId> for OrderParty {
    fn from(id: PartyId) -> Self {
        Self::Id(id)
    }
}

impl From<i64> for OrderParty {
    fn from(id: i64) -> Self {
        Self::Id(id.into())
    }
}

impl From<PartyDraft> for OrderParty {
    fn from(draft: PartyDraft) -> Self {
        Self::Draft(draft)
    }
}

impl OrderDraft {
    /// An invoice to this customer, with its date and the one on which it is due.
    #[must_use]
    pub fn invoice(customer: impl Into<OrderParty>, date: NaiveDate, expiry: NaiveDate) -> Self {
        Self::new(OrderType::Invoice, OrderDirection::Income, date, expiry).customer(customer)
    }

    /// A credit note to this customer. [`about_invoice_number`](Self::about_invoice_number) says which invoice it is
    /// about; whether its prices are sent positive is undocumented.
    #[must_use]
    pub fn credit_note(
        customer: impl Into<OrderParty>,
        date: NaiveDate,
        expiry: NaiveDate,
    ) -> Self {
        Self::new(OrderType::CreditNote, OrderDirection::Income, date, expiry).customer(customer)
    }

    /// Any other order, with its date and the one on which it is due. It still needs a [`customer`](Self::customer),
    /// or a [`supplier`](Self::supplier).
    #[must_use]
    pub fn new(
        order_type: OrderType,
        direction: OrderDirection,
        date: NaiveDate,
        expiry: NaiveDate,
    ) -> Self {
        let mut fields = Fields::default();
        fields.set("OrderType", order_type);
        fields.set("OrderDirection", direction);
        fields.set("OrderDate", date);
        fields.set("ExpiryDate", expiry);
        Self {
            fields,
            customer: None,
            supplier: None,
            order_lines: Vec::new(),
            custom_fields: BTreeMap::new(),
            tags: Vec::new(),
            contract_document_reference: Vec::new(),
            order_pdf: None,
            attachments: Vec::new(),
        }
    }

    /// Who buys.
    #[must_use]
    pub fn customer(mut self, customer: impl Into<OrderParty>) -> Self {
        self.customer = self.party("CustomerID", customer.into());
        self
    }

    /// Who sells, for a cost. That a cost requires a supplier in place of a customer is a guess: the documentation speaks
    /// of customers alone.
    #[must_use]
    pub fn supplier(mut self, supplier: impl Into<OrderParty>) -> Self {
        self.supplier = self.party("SupplierID", supplier.into());
        self
    }

    /// Either the id or the draft goes into the order, and the one set before leaves it.
    fn party(&mut self, id_field: &'static str, party: OrderParty) -> Option<PartyDraft> {
        match party {
            OrderParty::Id(id) => {
                self.fields.set(id_field, id);
                None
            }
            OrderParty::Draft(draft) => {
                self.fields.remove(id_field);
                Some(draft)
            }
        }
    }

    /// Adds a line.
    #[must_use]
    pub fn line(mut self, line: OrderLineDraft) -> Self {
        self.order_lines.push(line);
        self
    }

    /// Adds lines.
    #[must_use]
    pub fn lines(mut self, lines: impl IntoIterator<Item = OrderLineDraft>) -> Self {
        self.order_lines.extend(lines);
        self
    }

    /// Sets a field of your own, or a path within the UBL document.
    #[must_use]
    pub fn custom_field(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.custom_fields.insert(name.into(), value.into());
        self
    }

    /// Adds a tag.
    #[must_use]
    pub fn tag(mut self, tag: impl Into<String>) -> Self {
        self.tags.push(tag.into());
        self
    }

    /// Adds a contract that the e-invoice refers to, by its number.
    #[must_use]
    pub fn contract(mut self, number: impl Into<String>) -> Self {
        let id = number.into();
        self.contract_document_reference.push(ContractNumber { id });
        self
    }

    /// The document as a PDF, in place of the one that Billit would make (by its name; undocumented).
    #[must_use]
    pub fn order_pdf(mut self, pdf: FileDraft) -> Self {
        self.order_pdf = Some(pdf);
        self
    }

    /// Adds a file that goes with it.
    #[must_use]
    pub fn attachment(mut self, file: FileDraft) -> Self {
        self.attachments.push(file);
        self
    }

    setters! {
        /// The number on the document. That Billit gives one where there is none is a guess.
        order_number: String => "OrderNumber";
        /// When the goods are delivered.
        delivery_date: NaiveDate => "DeliveryDate";
        /// The first day of the period that it is about.
        period_from: NaiveDate => "PeriodFrom";
        /// The last day of that period.
        period_till: NaiveDate => "PeriodTill";
        /// When the VAT becomes due.
        tax_point_date: NaiveDate => "TaxPointDate";
        /// ISO 4217. Default: `EUR`.
        currency: String => "Currency";
        /// The rate of the currency; its direction is undocumented.
        fx_rate_to_foreign: Decimal => "FXRateToForeign";
        /// The number of the buyer's purchase order. Some buyers refuse an invoice without
        /// (`PleaseSupplyAValidPONumberInTheFieldYourReference`).
        reference: String => "Reference";
        /// The buyer's reference.
        order_title: String => "OrderTitle";
        /// What the payer mentions: the structured `+++090/9337/55493+++` in Belgium.
        payment_reference: String => "PaymentReference";
        /// Terms of payment.
        payment_terms: String => "PaymentTerms";
        /// Discount for early payment, in percent.
        payment_discount_percentage: Decimal => "PaymentDiscountPercentage";
        /// Discount for early payment.
        payment_discount_amount: Decimal => "PaymentDiscountAmount";
        /// The last day on which that discount holds.
        payment_discount_date: NaiveDate => "PaymentDiscountDate";
        /// Days within which that discount holds.
        payment_reduction_days: i64 => "PaymentReductionDays";
        /// The invoice that a credit note is about. One that Billit does not find is refused with
        /// `TheAboutInvoiceNumberCouldNotBeFound`.
        about_invoice_number: String => "AboutInvoiceNumber";
        /// Whether it is paid already.
        paid: bool => "Paid";
        /// When it was paid.
        paid_date: NaiveDate => "PaidDate";
        /// How it is paid.
        payment_method: PaymentMethod => "PaymentMethod";
        /// Whether it was sent already, by other means.
        is_sent: bool => "IsSent";
        /// A note on the document.
        comments: String => "Comments";
        /// A note that only you see.
        internal_info: String => "InternalInfo";
        /// Your own key, by which [`property::EXTERNAL_PROVIDER_ID`](super::property::EXTERNAL_PROVIDER_ID) finds the
        /// order again.
        external_provider_id: String => "ExternalProviderID";
        /// The system that it comes from.
        external_provider: String => "ExternalProvider";
        /// The VAT code of the whole.
        ventilation_code: String => "VentilationCode";
        /// Account in the books.
        account_code: i64 => "AccountCode";
        /// The journal in which it is booked.
        journal: String => "Journal";
        /// Type of cost; its values are undocumented.
        accounting_cost_type_tc: String => "AccountingCostTypeTC";
        /// How much of the VAT can be deducted; unit undocumented.
        vat_deduction: Decimal => "VatDeduction";
        /// The professional part of a mixed use, in percent.
        mixed_use_professional_percentage: Decimal => "MixedUseProfessionalPercentage";
        /// Whether the accountant should look at it.
        accountant_verification_needed: bool => "AccountantVerificationNeeded";
        /// Category of cost.
        cost_category_code: i64 => "CostCategoryCode";
        /// What bears the cost.
        analytic_cost_bearer: String => "AnalyticCostBearer";
        /// Where the cost arises.
        analytic_cost_center: String => "AnalyticCostCenter";
        /// Department.
        department_id: i64 => "DepartmentID";
        /// Project.
        project_id: i64 => "ProjectID";
        /// The template of the PDF.
        template_id: i64 => "TemplateID";
        /// The template of the e-mail.
        message_template_id: i64 => "MessageTemplateID";
        /// The bank account to pay to. Billit's guides send it, its model does not have it.
        iban: String => "IBAN";
        /// The bank of that account, as sure as the account.
        bic: String => "BIC";
    }
}

impl fmt::Debug for OrderDraft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OrderDraft")
            .field("fields", &self.fields)
            .field("order_lines", &self.order_lines.len())
            .finish_non_exhaustive()
    }
}
