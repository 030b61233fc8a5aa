//! Properties of an order for `$filter` and `$orderby`: the list that Billit publishes since March 2026, and no other.
//!
//! One that is not here is [`ErrorKind::PropertyRefused`](crate::ErrorKind::PropertyRefused). How an amount is written
//! in a condition is undocumented: as OData 3 writes one, which is a guess.

use chrono::NaiveDateTime;
use rust_decimal::Decimal;

use super::{
    ApprovalStatus, Order, OrderDirection, OrderId, OrderStatus, OrderType, PaymentMethod,
};
use crate::credentials::CompanyId;
use crate::odata::Property;
use crate::parties::PartyId;

/// The id.
pub const ORDER_ID: Property<Order, OrderId> = Property::new("OrderID");
/// The id of the customer or supplier.
pub const COUNTER_PARTY_ID: Property<Order, PartyId> = Property::new("CounterParty/PartyID");
/// Your company.
pub const COMPANY_ID: Property<Order, CompanyId> = Property::new("CompanyID");
/// Whether you sell or buy.
pub const ORDER_DIRECTION: Property<Order, OrderDirection> = Property::new("OrderDirection");
/// Invoice, credit note, offer or another.
pub const ORDER_TYPE: Property<Order, OrderType> = Property::new("OrderType");
/// The date of the document.
pub const ORDER_DATE: Property<Order, NaiveDateTime> = Property::new("OrderDate");
/// The number on the document.
pub const ORDER_NUMBER: Property<Order, String> = Property::new("OrderNumber");
/// When it is due.
pub const EXPIRY_DATE: Property<Order, NaiveDateTime> = Property::new("ExpiryDate");
/// Whether a connector has taken it.
pub const EXPORTED_TO_CONNECTOR: Property<Order, bool> = Property::new("ExportedToConnector");
/// Whether the accountant should look at it.
pub const ACCOUNTANT_VERIFICATION_NEEDED: Property<Order, bool> =
    Property::new("AccountantVerificationNeeded");
/// Total without VAT.
pub const TOTAL_EXCL: Property<Order, Decimal> = Property::new("TotalExcl");
/// The VAT.
pub const TOTAL_VAT: Property<Order, Decimal> = Property::new("TotalVAT");
/// Total with VAT.
pub const TOTAL_INCL: Property<Order, Decimal> = Property::new("TotalIncl");
/// The rate of the currency.
pub const FX_RATE_TO_FOREIGN: Property<Order, Decimal> = Property::new("FXRateToForeign");
/// Whether it is paid.
pub const PAID: Property<Order, bool> = Property::new("Paid");
/// The state.
pub const ORDER_STATUS: Property<Order, OrderStatus> = Property::new("OrderStatus");
/// Your own key.
pub const EXTERNAL_PROVIDER_ID: Property<Order, String> = Property::new("ExternalProviderID");
/// ISO 4217.
pub const CURRENCY: Property<Order, String> = Property::new("Currency");
/// What the payer mentions.
pub const PAYMENT_REFERENCE: Property<Order, String> = Property::new("PaymentReference");
/// Time of the last change, without a zone.
pub const LAST_MODIFIED: Property<Order, NaiveDateTime> = Property::new("LastModified");
/// Time of the creation, without a zone.
pub const CREATED: Property<Order, NaiveDateTime> = Property::new("Created");
/// Whether it was approved.
pub const APPROVAL_STATUS: Property<Order, ApprovalStatus> = Property::new("ApprovalStatus");
/// When it was paid.
pub const PAID_DATE: Property<Order, NaiveDateTime> = Property::new("PaidDate");
/// How it is paid.
pub const PAYMENT_METHOD: Property<Order, PaymentMethod> = Property::new("PaymentMethod");
/// The number of the buyer's purchase order.
pub const REFERENCE: Property<Order, String> = Property::new("Reference");
/// How many reminders were sent.
pub const REMINDERS_SENT: Property<Order, i64> = Property::new("RemindersSent");
/// The system that it came from.
pub const EXTERNAL_PROVIDER: Property<Order, String> = Property::new("ExternalProvider");
/// Whether it was sent.
pub const IS_SENT: Property<Order, bool> = Property::new("IsSent");
