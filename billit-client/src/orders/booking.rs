//! The entries of an order in the books.

use std::fmt;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{OrderId, PATH};
use crate::draft::Fields;
use crate::endpoint::{Endpoint, Method, Request};
use crate::macros::{call, id, setters};
use crate::wire;

id! {
    /// The id of a booking entry, which Billit gives.
    BookingEntryId
}

/// An entry of an order in the books.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct BookingEntry {
    /// The id.
    #[serde(
        default,
        rename = "BookingEntryID",
        deserialize_with = "wire::maybe_id"
    )]
    pub id: Option<BookingEntryId>,
    /// The order.
    #[serde(default, rename = "OrderID", deserialize_with = "wire::maybe_id")]
    pub order_id: Option<OrderId>,
    /// Account in the books.
    #[serde(default, deserialize_with = "wire::number")]
    pub account_code: Option<i64>,
    /// The amount.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub amount: Option<Decimal>,
    /// Which side; its values are undocumented.
    #[serde(default, deserialize_with = "wire::text")]
    pub debet_or_credit: Option<String>,
    /// A VAT box, undocumented as the next two.
    #[serde(default, rename = "VAT1", deserialize_with = "wire::number")]
    pub vat1: Option<i64>,
    /// A VAT box.
    #[serde(default, rename = "VAT2", deserialize_with = "wire::number")]
    pub vat2: Option<i64>,
    /// A VAT box.
    #[serde(default, rename = "VAT3", deserialize_with = "wire::number")]
    pub vat3: Option<i64>,
}

/// An entry that is to be sent. `Debug` shows names, never values.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct BookingEntryDraft {
    fields: Fields,
}

impl BookingEntryDraft {
    /// So much on this account, on this side. How Billit writes a side (`DebetOrCredit`) is undocumented: read it from
    /// an entry of yours.
    #[must_use]
    pub fn new(
        account_code: i64,
        amount: impl Into<Decimal>,
        debet_or_credit: impl Into<String>,
    ) -> Self {
        let mut fields = Fields::default();
        fields.set("AccountCode", account_code);
        fields.set("Amount", amount.into());
        fields.set("DebetOrCredit", debet_or_credit.into());
        Self { fields }
    }

    setters! {
        /// The entry that it refers to. What Billit does with it is undocumented.
        id: BookingEntryId => "BookingEntryID";
        /// A VAT box, undocumented as the next two.
        vat1: i64 => "VAT1";
        /// A VAT box.
        vat2: i64 => "VAT2";
        /// A VAT box.
        vat3: i64 => "VAT3";
    }
}

impl fmt::Debug for BookingEntryDraft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BookingEntryDraft {:?}", self.fields)
    }
}

/// `PUT /v1/orders/{orderID}/bookingEntries`: books an order.
///
/// The verb says that the entries replace those there are, Billit's words say "added": which one holds is unknown, so
/// that the call is retried only when the first certainly was not processed. The answer is empty.
#[derive(Clone, Debug)]
pub struct PutBookingEntries {
    order: OrderId,
    entries: Vec<BookingEntryDraft>,
}

impl PutBookingEntries {
    /// These entries to the order with this id.
    #[must_use]
    pub fn new(
        order: impl Into<OrderId>,
        entries: impl IntoIterator<Item = BookingEntryDraft>,
    ) -> Self {
        Self {
            order: order.into(),
            entries: entries.into_iter().collect(),
        }
    }
}

impl Endpoint for PutBookingEntries {
    call!("put_booking_entries", Unsafe -> (), wire::nothing);

    fn request(&self) -> serde_json::Result<Request> {
        let order = self.order.to_string();
        let [version, orders] = PATH;
        let path = [version, orders, &order, "bookingEntries"];
        Request::new(Method::Put, path).with_json(&self.entries)
    }
}
