//! The smaller parts of an order.

use std::collections::BTreeMap;
use std::fmt;

use chrono::NaiveDateTime;
use rust_decimal::Decimal;
use serde::Deserialize;

use super::{DeliveryStatus, MessageDirection, OrderId, TransportType};
use crate::files::{File, FileId};
use crate::wire;

/// The totals of one VAT rate.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct VatGroup {
    /// VAT in percent.
    #[serde(default, rename = "VATPercentage", deserialize_with = "wire::decimal")]
    pub vat_percentage: Option<Decimal>,
    /// The VAT code.
    #[serde(default, deserialize_with = "wire::text")]
    pub ventilation_code: Option<String>,
    /// Total without VAT.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub total_excl: Option<Decimal>,
    /// The VAT.
    #[serde(default, rename = "TotalVAT", deserialize_with = "wire::decimal")]
    pub total_vat: Option<Decimal>,
    /// Total with VAT.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub total_incl: Option<Decimal>,
    /// Undocumented; by its Dutch letters the amount on which VAT is raised (a guess).
    #[serde(default, deserialize_with = "wire::decimal")]
    pub mtvh: Option<Decimal>,
    /// Discount for early payment.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub financial_reduction_amount: Option<Decimal>,
}

/// Where an order can be paid online. `Debug` shows the payment provider alone: anyone with the link can see the order.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct PaymentLink {
    /// Who takes the payment.
    #[serde(default, deserialize_with = "wire::text")]
    pub external_provider: Option<String>,
    /// The page on which to pay.
    #[serde(default, deserialize_with = "wire::text")]
    pub click_url: Option<String>,
    /// The picture of a QR code that leads there.
    #[serde(default, rename = "QRImageUrl", deserialize_with = "wire::text")]
    pub qr_image_url: Option<String>,
}

impl fmt::Debug for PaymentLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PaymentLink")
            .field("external_provider", &self.external_provider)
            .finish_non_exhaustive()
    }
}

/// What became of a document that was sent. `Debug` shows its status alone.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct DocumentDeliveryDetails {
    /// Whether it arrived.
    #[serde(default, deserialize_with = "wire::flag")]
    pub is_document_delivered: Option<bool>,
    /// The state.
    #[serde(default, deserialize_with = "wire::code")]
    pub document_delivery_status: Option<DeliveryStatus>,
    /// When it arrived.
    #[serde(default, deserialize_with = "wire::time")]
    pub document_delivery_date: Option<NaiveDateTime>,
    /// What the network says about it.
    #[serde(default, deserialize_with = "wire::text")]
    pub document_delivery_info: Option<String>,
    /// When the receiver refused it.
    #[serde(default, deserialize_with = "wire::time")]
    pub document_refused_date: Option<NaiveDateTime>,
    /// The code of the reason; values undocumented.
    #[serde(
        default,
        rename = "DocumentRefusedReasonTC",
        deserialize_with = "wire::text"
    )]
    pub document_refused_reason_tc: Option<String>,
    /// The reason in words.
    #[serde(default, deserialize_with = "wire::text")]
    pub document_refused_info: Option<String>,
}

impl fmt::Debug for DocumentDeliveryDetails {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DocumentDeliveryDetails")
            .field("document_delivery_status", &self.document_delivery_status)
            .finish_non_exhaustive()
    }
}

/// One sending or reception of an order. `Debug` shows ids, channel and success alone.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct OrderMessage {
    /// The order.
    #[serde(default, rename = "OrderID", deserialize_with = "wire::maybe_id")]
    pub order_id: Option<OrderId>,
    /// The file that was sent or received.
    #[serde(default, rename = "FileID", deserialize_with = "wire::code")]
    pub file_id: Option<FileId>,
    /// Whether it left or came.
    #[serde(default, deserialize_with = "wire::code")]
    pub message_direction: Option<MessageDirection>,
    /// The channel.
    #[serde(default, deserialize_with = "wire::code")]
    pub transport_type: Option<TransportType>,
    /// Where it went, such as `0208:0446725877` or an e-mail address.
    #[serde(default, deserialize_with = "wire::text")]
    pub destination: Option<String>,
    /// Whether it worked.
    #[serde(default, deserialize_with = "wire::flag")]
    pub success: Option<bool>,
    /// How often it was tried.
    #[serde(default, deserialize_with = "wire::number")]
    pub trials: Option<i64>,
    /// When it was made; the zone is unknown.
    #[serde(default, deserialize_with = "wire::time")]
    pub creation_date: Option<NaiveDateTime>,
    /// What happened, in words.
    #[serde(default, deserialize_with = "wire::text")]
    pub description: Option<String>,
}

impl fmt::Debug for OrderMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OrderMessage")
            .field("order_id", &self.order_id)
            .field("file_id", &self.file_id)
            .field("transport_type", &self.transport_type)
            .field("success", &self.success)
            .finish_non_exhaustive()
    }
}

/// The key of a record in another system. `Debug` shows the system alone.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct ExternalProviderReference {
    /// The system.
    #[serde(default, deserialize_with = "wire::text")]
    pub external_provider: Option<String>,
    /// What kind of key it is; values undocumented.
    #[serde(default, deserialize_with = "wire::text")]
    pub category: Option<String>,
    /// The key.
    #[serde(default, deserialize_with = "wire::text")]
    pub value: Option<String>,
    /// What kind of record has the key; values undocumented.
    #[serde(default, deserialize_with = "wire::text")]
    pub entity_type: Option<String>,
    /// The id of that record.
    #[serde(default, rename = "EntityID", deserialize_with = "wire::number")]
    pub entity_id: Option<i64>,
}

impl fmt::Debug for ExternalProviderReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExternalProviderReference")
            .field("external_provider", &self.external_provider)
            .finish_non_exhaustive()
    }
}

/// A document that an e-invoice refers to or carries. `Debug` shows its type and file alone.
#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct AdditionalDocument {
    /// Its id within the e-invoice.
    #[serde(default, rename = "ID", deserialize_with = "wire::text")]
    pub id: Option<String>,
    /// Its type; values undocumented.
    #[serde(default, deserialize_with = "wire::text")]
    pub document_type: Option<String>,
    /// What it is.
    #[serde(default, deserialize_with = "wire::text")]
    pub document_description: Option<String>,
    /// The document itself.
    #[serde(default, deserialize_with = "wire::object")]
    pub attachment: Option<File>,
    /// Fields of your own by their names.
    #[serde(default, deserialize_with = "wire::text_map")]
    pub custom_fields: BTreeMap<String, String>,
}

impl fmt::Debug for AdditionalDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AdditionalDocument")
            .field("document_type", &self.document_type)
            .field("attachment", &self.attachment)
            .finish_non_exhaustive()
    }
}

/// A contract that an e-invoice refers to. `Debug` shows nothing of it.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct ContractDocumentReference {
    /// The number of the contract.
    #[serde(default, rename = "ID", deserialize_with = "wire::text")]
    pub id: Option<String>,
}

impl fmt::Debug for ContractDocumentReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ContractDocumentReference")
            .finish_non_exhaustive()
    }
}

/// The value of a field of a category. `Debug` shows the field alone.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct CategoryFieldItem {
    /// The field.
    #[serde(default, deserialize_with = "wire::text")]
    pub name: Option<String>,
    /// Its value.
    #[serde(default, deserialize_with = "wire::text")]
    pub value: Option<String>,
}

impl fmt::Debug for CategoryFieldItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CategoryFieldItem")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}
