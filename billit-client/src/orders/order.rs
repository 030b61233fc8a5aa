//! An order as Billit sends it.

use std::collections::BTreeMap;
use std::fmt;

use chrono::NaiveDateTime;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::Value;

use super::{
    AdditionalDocument, ApprovalStatus, BookingEntry, CategoryFieldItem, ContractDocumentReference,
    DocumentDeliveryDetails, ExternalProviderReference, OrderDirection, OrderId, OrderLine,
    OrderMessage, OrderStatus, OrderType, PaymentLink, PaymentMethod, VatGroup,
};
use crate::credentials::CompanyId;
use crate::files::File;
use crate::parties::{Party, PartyId};
use crate::wire::{self, Identified};

/// An invoice, credit note, offer, delivery note or order form.
///
/// Only `id` is certain to be there: Billit leaves out what is not set, and a listing sends a summary (documented).
/// A missing, `null`, empty or unreadable field is `None`; [`Record::has`](crate::Record::has) says which are missing.
/// The names and the kinds of all 82 fields are documented; what they mean is documented for the main ones, and read
/// from the name for the others. Amounts keep every digit. Times have no zone.
///
/// `Debug` shows the id alone: the rest is personal data.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct Order {
    /// The id.
    #[serde(rename = "OrderID")]
    pub id: OrderId,
    /// Your company whose order it is.
    #[serde(default, rename = "CompanyID", deserialize_with = "wire::maybe_id")]
    pub company_id: Option<CompanyId>,
    /// The number on the document.
    #[serde(default, deserialize_with = "wire::text")]
    pub order_number: Option<String>,
    /// Invoice, credit note, offer or another.
    #[serde(default, deserialize_with = "wire::code")]
    pub order_type: Option<OrderType>,
    /// Whether you sell or buy.
    #[serde(default, deserialize_with = "wire::code")]
    pub order_direction: Option<OrderDirection>,
    /// The date of the document.
    #[serde(default, deserialize_with = "wire::time")]
    pub order_date: Option<NaiveDateTime>,
    /// When it is due.
    #[serde(default, deserialize_with = "wire::time")]
    pub expiry_date: Option<NaiveDateTime>,
    /// When the goods were delivered.
    #[serde(default, deserialize_with = "wire::time")]
    pub delivery_date: Option<NaiveDateTime>,
    /// The first day of the period that it is about.
    #[serde(default, deserialize_with = "wire::time")]
    pub period_from: Option<NaiveDateTime>,
    /// The last day of that period.
    #[serde(default, deserialize_with = "wire::time")]
    pub period_till: Option<NaiveDateTime>,
    /// When the VAT becomes due.
    #[serde(default, deserialize_with = "wire::time")]
    pub tax_point_date: Option<NaiveDateTime>,
    /// Who buys.
    #[serde(default, rename = "CustomerID", deserialize_with = "wire::maybe_id")]
    pub customer_id: Option<PartyId>,
    /// Who sells.
    #[serde(default, rename = "SupplierID", deserialize_with = "wire::maybe_id")]
    pub supplier_id: Option<PartyId>,
    /// The one of the two that is not your company.
    #[serde(
        default,
        rename = "CounterPartyID",
        deserialize_with = "wire::maybe_id"
    )]
    pub counter_party_id: Option<PartyId>,
    /// Who buys, as a copy. One without a readable id is left out here, as in the next two.
    #[serde(default, deserialize_with = "wire::object")]
    pub customer: Option<Party>,
    /// Who sells, as a copy.
    #[serde(default, deserialize_with = "wire::object")]
    pub supplier: Option<Party>,
    /// The one of the two that is not your company, as a copy. In listings it may be a summary, and it may lack its
    /// `party_type`.
    #[serde(default, deserialize_with = "wire::object")]
    pub counter_party: Option<Party>,
    /// The lines. Listings may leave them out.
    #[serde(default, deserialize_with = "wire::list")]
    pub order_lines: Vec<OrderLine>,
    /// Total without VAT, which Billit computes.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub total_excl: Option<Decimal>,
    /// The VAT, which Billit computes.
    #[serde(default, rename = "TotalVAT", deserialize_with = "wire::decimal")]
    pub total_vat: Option<Decimal>,
    /// Total with VAT, which Billit computes.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub total_incl: Option<Decimal>,
    /// What is left to pay.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub to_pay: Option<Decimal>,
    /// ISO 4217; `EUR` by default.
    #[serde(default, deserialize_with = "wire::text")]
    pub currency: Option<String>,
    /// The rate of the currency; its direction is undocumented.
    #[serde(
        default,
        rename = "FXRateToForeign",
        deserialize_with = "wire::decimal"
    )]
    pub fx_rate_to_foreign: Option<Decimal>,
    /// The totals of each VAT rate.
    #[serde(default, deserialize_with = "wire::list")]
    pub vat_groups: Vec<VatGroup>,
    /// The VAT code, such as `4` (21 %).
    #[serde(default, deserialize_with = "wire::text")]
    pub ventilation_code: Option<String>,
    /// How much of the VAT can be deducted; unit undocumented.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub vat_deduction: Option<Decimal>,
    /// The professional part of a mixed use, in percent.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub mixed_use_professional_percentage: Option<Decimal>,
    /// Discount for early payment, in percent.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub payment_discount_percentage: Option<Decimal>,
    /// Discount for early payment.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub payment_discount_amount: Option<Decimal>,
    /// Days within which that discount holds.
    #[serde(default, deserialize_with = "wire::number")]
    pub payment_reduction_days: Option<i64>,
    /// The last day on which that discount holds.
    #[serde(default, deserialize_with = "wire::time")]
    pub payment_discount_date: Option<NaiveDateTime>,
    /// The number of the buyer's purchase order.
    #[serde(default, deserialize_with = "wire::text")]
    pub reference: Option<String>,
    /// The buyer's reference.
    #[serde(default, deserialize_with = "wire::text")]
    pub order_title: Option<String>,
    /// What the payer mentions, such as the structured `+++090/9337/55493+++`.
    #[serde(default, deserialize_with = "wire::text")]
    pub payment_reference: Option<String>,
    /// Terms of payment.
    #[serde(default, deserialize_with = "wire::text")]
    pub payment_terms: Option<String>,
    /// How it is paid.
    #[serde(default, deserialize_with = "wire::code")]
    pub payment_method: Option<PaymentMethod>,
    /// Where it can be paid online.
    #[serde(default, deserialize_with = "wire::list")]
    pub payment_links: Vec<PaymentLink>,
    /// The invoice that a credit note is about.
    #[serde(default, deserialize_with = "wire::text")]
    pub about_invoice_number: Option<String>,
    /// Whether it is paid.
    #[serde(default, deserialize_with = "wire::flag")]
    pub paid: Option<bool>,
    /// When it was paid.
    #[serde(default, deserialize_with = "wire::time")]
    pub paid_date: Option<NaiveDateTime>,
    /// Whether it was sent.
    #[serde(default, deserialize_with = "wire::flag")]
    pub is_sent: Option<bool>,
    /// Whether it was invoiced, such as an offer.
    #[serde(default, deserialize_with = "wire::flag")]
    pub invoiced: Option<bool>,
    /// The state.
    #[serde(default, deserialize_with = "wire::code")]
    pub order_status: Option<OrderStatus>,
    /// Whether it was approved.
    #[serde(default, deserialize_with = "wire::code")]
    pub approval_status: Option<ApprovalStatus>,
    /// Whether it should have been paid.
    #[serde(default, deserialize_with = "wire::flag")]
    pub overdue: Option<bool>,
    /// For how many days.
    #[serde(default, deserialize_with = "wire::number")]
    pub days_overdue: Option<i64>,
    /// When the last reminder was sent.
    #[serde(default, deserialize_with = "wire::time")]
    pub last_reminder: Option<NaiveDateTime>,
    /// How many reminders were sent.
    #[serde(default, deserialize_with = "wire::number")]
    pub reminders_sent: Option<i64>,
    /// A note on the document.
    #[serde(default, deserialize_with = "wire::text")]
    pub comments: Option<String>,
    /// A note that only you see.
    #[serde(default, deserialize_with = "wire::text")]
    pub internal_info: Option<String>,
    /// Tags.
    #[serde(default, deserialize_with = "wire::texts")]
    pub tags: Vec<String>,
    /// Fields of your own by their names; also paths within the UBL document. A party has a list instead.
    #[serde(default, deserialize_with = "wire::text_map")]
    pub custom_fields: BTreeMap<String, String>,
    /// The system that it came from, such as `APIFeed` or `Peppol`.
    #[serde(default, deserialize_with = "wire::text")]
    pub external_provider: Option<String>,
    /// Your own key, as it was given.
    #[serde(
        default,
        rename = "ExternalProviderID",
        deserialize_with = "wire::text"
    )]
    pub external_provider_id: Option<String>,
    /// Its keys in other systems.
    #[serde(default, deserialize_with = "wire::list")]
    pub external_provider_references: Vec<ExternalProviderReference>,
    /// Whether a connector has taken it.
    #[serde(default, deserialize_with = "wire::flag")]
    pub exported_to_connector: Option<bool>,
    /// The document as a PDF.
    #[serde(default, rename = "OrderPDF", deserialize_with = "wire::object")]
    pub order_pdf: Option<File>,
    /// The files that belong to it, the JSON that you created it with among them.
    #[serde(default, deserialize_with = "wire::list")]
    pub attachments: Vec<File>,
    /// The documents that the e-invoice refers to or carries.
    #[serde(default, deserialize_with = "wire::list")]
    pub additional_document_reference: Vec<AdditionalDocument>,
    /// The contracts that the e-invoice refers to.
    #[serde(default, deserialize_with = "wire::list")]
    pub contract_document_reference: Vec<ContractDocumentReference>,
    /// What became of the document since it was last sent.
    #[serde(default, deserialize_with = "wire::object")]
    pub current_document_delivery_details: Option<DocumentDeliveryDetails>,
    /// Its sendings and receptions.
    #[serde(default, deserialize_with = "wire::list")]
    pub messages: Vec<OrderMessage>,
    /// The template of the PDF.
    #[serde(default, rename = "TemplateID", deserialize_with = "wire::number")]
    pub template_id: Option<i64>,
    /// The template of the e-mail.
    #[serde(
        default,
        rename = "MessageTemplateID",
        deserialize_with = "wire::number"
    )]
    pub message_template_id: Option<i64>,
    /// Its entries in the books.
    #[serde(default, deserialize_with = "wire::list")]
    pub booking_entries: Vec<BookingEntry>,
    /// The journal in which it is booked.
    #[serde(default, deserialize_with = "wire::text")]
    pub journal: Option<String>,
    /// Account in the books.
    #[serde(default, deserialize_with = "wire::number")]
    pub account_code: Option<i64>,
    /// Type of cost; its values are undocumented.
    #[serde(
        default,
        rename = "AccountingCostTypeTC",
        deserialize_with = "wire::text"
    )]
    pub accounting_cost_type_tc: Option<String>,
    /// Category of cost.
    #[serde(default, deserialize_with = "wire::number")]
    pub cost_category_code: Option<i64>,
    /// What bears the cost.
    #[serde(default, deserialize_with = "wire::text")]
    pub analytic_cost_bearer: Option<String>,
    /// Where the cost arises.
    #[serde(default, deserialize_with = "wire::text")]
    pub analytic_cost_center: Option<String>,
    /// Department.
    #[serde(default, rename = "DepartmentID", deserialize_with = "wire::number")]
    pub department_id: Option<i64>,
    /// Project.
    #[serde(default, rename = "ProjectID", deserialize_with = "wire::number")]
    pub project_id: Option<i64>,
    /// Name of the project.
    #[serde(default, deserialize_with = "wire::text")]
    pub project_name: Option<String>,
    /// Values of the fields of its category.
    #[serde(default, deserialize_with = "wire::list")]
    pub category_field_items: Vec<CategoryFieldItem>,
    /// Whether the accountant should look at it.
    #[serde(default, deserialize_with = "wire::flag")]
    pub accountant_verification_needed: Option<bool>,
    /// The text that was read from a scan.
    #[serde(default, rename = "OCRRawText", deserialize_with = "wire::text")]
    pub ocr_raw_text: Option<String>,
    /// The place on the scan; undocumented.
    #[serde(default, rename = "OCRMetaPages", deserialize_with = "wire::list")]
    pub ocr_meta_pages: Vec<Value>,
    /// The signature; undocumented.
    #[serde(default, deserialize_with = "wire::object")]
    pub signature: Option<Value>,
    /// When the order was last changed, by Billit's clock; the zone is unknown.
    #[serde(default, deserialize_with = "wire::time")]
    pub last_modified: Option<NaiveDateTime>,
    /// When it was created; the zone is unknown.
    #[serde(default, deserialize_with = "wire::time")]
    pub created: Option<NaiveDateTime>,
}

impl Identified for Order {
    const ID_FIELD: &'static str = "OrderID";

    fn id(&self) -> i64 {
        self.id.get()
    }
}

impl fmt::Debug for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Order")
            .field("id", &self.id.get())
            .finish_non_exhaustive()
    }
}
