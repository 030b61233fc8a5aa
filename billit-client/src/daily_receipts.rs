//! Daily receipts: what a shop sells without invoices, day by day.
//!
//! Facts: that there are such books is documented; paths and models come from the
//! [generated types](crate#how-sure-the-facts-are).

use std::fmt;

use chrono::{NaiveDate, NaiveDateTime};
use rust_decimal::Decimal;
use serde::Deserialize;

use crate::draft::Fields;
use crate::endpoint::{Endpoint, Method, Request};
use crate::macros::{call, id, path_call, setters, unproven_key};
use crate::orders::OrderId;
use crate::unproven_key::UnprovenKey;
use crate::wire::{self, Record};

id! {
    /// The id of a book of daily receipts. Its fields call it a cashbook; whether the [`cashbook`](crate::cashbook)
    /// knows it is undocumented.
    ReceiptBookId
}

id! {
    /// The id of a daily receipt.
    DailyReceiptId
}

/// `POST /v1/DailyReceiptBooks/commands/CreateEntryInOpenExistingOrNew`: writes a daily receipt into the open book, or
/// into a new one where there is none. What is not set is not sent.
#[derive(Clone, Debug)]
pub struct CreateDailyReceipt {
    fields: Fields,
    key: UnprovenKey,
}

impl CreateDailyReceipt {
    /// So much with VAT on this day, of which the VAT is so many per cent.
    #[must_use]
    pub fn new(
        date: NaiveDate,
        total_incl: impl Into<Decimal>,
        vat_percentage: impl Into<Decimal>,
    ) -> Self {
        let mut fields = Fields::default();
        fields.set("InputDate", date);
        fields.set("TotalIncl", total_incl.into());
        fields.set("VATPercentage", vat_percentage.into());
        Self {
            fields,
            key: UnprovenKey::random(),
        }
    }

    setters! {
        /// What was sold.
        description: String => "Description";
        /// The VAT code.
        ventilation_code_tc: String => "VentilationCodeTC";
    }

    unproven_key!();
}

impl Endpoint for CreateDailyReceipt {
    call!("create_daily_receipt", |call| call.key.safety() => Record<CreatedDailyReceipt>, wire::record);

    fn request(&self) -> serde_json::Result<Request> {
        let command = "CreateEntryInOpenExistingOrNew";
        let path = ["v1", "DailyReceiptBooks", "commands", command];
        Request::new(Method::Post, path)
            .with_idempotency_key(&self.key.key)
            .with_json(&self.fields)
    }
}

/// The ids of a daily receipt that was created.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct CreatedDailyReceipt {
    /// The receipt.
    #[serde(rename = "CashbookEntryId", alias = "CashbookEntryID")]
    pub id: DailyReceiptId,
    /// Its book.
    #[serde(
        default,
        rename = "CashbookId",
        alias = "CashbookID",
        deserialize_with = "wire::maybe_id"
    )]
    pub book_id: Option<ReceiptBookId>,
}

path_call! {
    /// `GET /v1/DailyReceiptBooks/DailyReceiptEntry/{DailyReceiptEntryID}`: one daily receipt.
    GetDailyReceipt { id: DailyReceiptId }
    /// The receipt with this id.
    ;
    "get_daily_receipt", Read -> Record<DailyReceipt>, wire::record;
    Get ["v1", "DailyReceiptBooks", "DailyReceiptEntry", id]
}

/// A daily receipt; every field but the id may be missing. `Debug` shows ids alone.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct DailyReceipt {
    /// The id.
    #[serde(rename = "CashbookEntryID")]
    pub id: DailyReceiptId,
    /// Its book.
    #[serde(default, rename = "CashbookID", deserialize_with = "wire::maybe_id")]
    pub book_id: Option<ReceiptBookId>,
    /// What was sold.
    #[serde(default, deserialize_with = "wire::text")]
    pub description: Option<String>,
    /// The VAT in per cent.
    #[serde(default, rename = "VAT", deserialize_with = "wire::decimal")]
    pub vat: Option<Decimal>,
    /// The total without VAT.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub total_excl: Option<Decimal>,
    /// The VAT.
    #[serde(default, rename = "TotalVAT", deserialize_with = "wire::decimal")]
    pub total_vat: Option<Decimal>,
    /// The total with VAT.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub total_incl: Option<Decimal>,
    /// The order that it is of.
    #[serde(
        default,
        rename = "Orderid",
        alias = "OrderID",
        deserialize_with = "wire::maybe_id"
    )]
    pub order_id: Option<OrderId>,
}

impl fmt::Debug for DailyReceipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DailyReceipt")
            .field("id", &self.id)
            .field("book_id", &self.book_id)
            .field("order_id", &self.order_id)
            .finish_non_exhaustive()
    }
}

path_call! {
    /// `GET /v1/DailyReceiptBooks`: the books.
    ListReceiptBooks;
    "list_receipt_books", Read -> Record<ReceiptBooks>, wire::record;
    Get ["v1", "DailyReceiptBooks"]
}

path_call! {
    /// `GET /v1/DailyReceiptBooks/{DailyReceiptBookID}`: a book with its receipts.
    GetReceiptBook { id: ReceiptBookId }
    /// The book with this id.
    ;
    "get_receipt_book", Read -> Record<ReceiptBooks>, wire::record;
    Get ["v1", "DailyReceiptBooks", id]
}

/// Books of daily receipts, and receipts: one shape for one book and for all.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct ReceiptBooks {
    /// The books. One without a readable id is left out here.
    #[serde(default, deserialize_with = "wire::list")]
    pub cashbooks: Vec<ReceiptBook>,
    /// The receipts. One without a readable id is left out here.
    #[serde(default, deserialize_with = "wire::list")]
    pub cashbook_entries: Vec<DailyReceipt>,
}

/// A book of daily receipts.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct ReceiptBook {
    /// The id.
    #[serde(rename = "CashbookID")]
    pub id: ReceiptBookId,
    /// Its first day.
    #[serde(default, deserialize_with = "wire::time")]
    pub from_date: Option<NaiveDateTime>,
    /// Whether it is closed.
    #[serde(default, deserialize_with = "wire::flag")]
    pub closed: Option<bool>,
}
