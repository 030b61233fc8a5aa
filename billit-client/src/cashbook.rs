//! The cashbook: what goes in and out of the till.
//!
//! Facts: that there is one is documented; paths and models come from the
//! [generated types](crate#how-sure-the-facts-are), which tell neither the verbs nor the values of codes. One book
//! is active at a time; closed ones are history.

use std::fmt;

use chrono::{NaiveDate, NaiveDateTime};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::draft::Fields;
use crate::endpoint::{Endpoint, Method, Request};
use crate::macros::{call, id, path_call, setters, unproven_key};
use crate::unproven_key::UnprovenKey;
use crate::wire::{self, Entry, Identified, Record};

id! {
    /// The id of a cashbook.
    CashbookId
}

/// A cashbook; every field but the id may be missing.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct Cashbook {
    /// The id.
    #[serde(rename = "CashbookID")]
    pub id: CashbookId,
    /// Its name.
    #[serde(default, deserialize_with = "wire::text")]
    pub name: Option<String>,
    /// When it was made; the zone is unknown.
    #[serde(default, deserialize_with = "wire::time")]
    pub creation_date: Option<NaiveDateTime>,
    /// What is in the till.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub saldo: Option<Decimal>,
    /// The time of the last entry.
    #[serde(default, deserialize_with = "wire::time")]
    pub last_entry_date: Option<NaiveDateTime>,
    /// ISO 4217.
    #[serde(default, deserialize_with = "wire::text")]
    pub currency: Option<String>,
}

impl Identified for Cashbook {
    const ID_FIELD: &'static str = "CashbookID";

    fn id(&self) -> i64 {
        self.id.get()
    }
}

/// What went in or out; every field may be missing, and there is no id. `Debug` hides the notes and the amount.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct CashbookEntry {
    /// When.
    #[serde(default, deserialize_with = "wire::time")]
    pub transaction_date: Option<NaiveDateTime>,
    /// What kind of entry; values undocumented.
    #[serde(default, deserialize_with = "wire::text")]
    pub entry_type: Option<String>,
    /// A note.
    #[serde(default, deserialize_with = "wire::text")]
    pub note: Option<String>,
    /// A note that only you see.
    #[serde(default, deserialize_with = "wire::text")]
    pub internal_information: Option<String>,
    /// In or out; values undocumented.
    #[serde(default, deserialize_with = "wire::text")]
    pub direction: Option<String>,
    /// The amount.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub amount: Option<Decimal>,
}

impl fmt::Debug for CashbookEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CashbookEntry")
            .field("transaction_date", &self.transaction_date)
            .field("entry_type", &self.entry_type)
            .field("direction", &self.direction)
            .finish_non_exhaustive()
    }
}

path_call! {
    /// `GET /v1/Cashbook`: the active cashbook.
    GetCashbook;
    "get_cashbook", Read -> Record<Cashbook>, wire::record;
    Get ["v1", "Cashbook"]
}

path_call! {
    /// `GET /v1/Cashbook/History`: the closed cashbooks.
    ListClosedCashbooks;
    "list_closed_cashbooks", Read -> Vec<Entry<Cashbook>>, wire::records;
    Get ["v1", "Cashbook", "History"]
}

/// `GET /v1/Cashbook/Entries`, or `GET /v1/Cashbook/{cashbookID}/History`: what went in and out, of the active cashbook
/// or of a closed one.
///
/// An entry has no id, so that a reader of pages could not tell one that it has seen: ask for each page yourself.
/// Billit gives 120 at most (documented for its lists). `Debug` hides the text that is searched.
#[derive(Clone, Default)]
pub struct ListCashbookEntries {
    closed: Option<CashbookId>,
    full_text: Option<String>,
    top: Option<usize>,
    skip: Option<usize>,
}

impl ListCashbookEntries {
    /// Of the active cashbook.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Of a closed cashbook.
    #[must_use]
    pub fn of_closed(id: impl Into<CashbookId>) -> Self {
        Self {
            closed: Some(id.into()),
            ..Self::default()
        }
    }

    /// Only entries with this text somewhere (`fullTextSearch`). Where Billit looks is unknown.
    #[must_use]
    pub fn full_text(mut self, text: impl Into<String>) -> Self {
        self.full_text = Some(text.into());
        self
    }

    /// At most so many (`$top`).
    #[must_use]
    pub fn top(mut self, entries: usize) -> Self {
        self.top = Some(entries);
        self
    }

    /// After so many (`$skip`).
    #[must_use]
    pub fn skip(mut self, entries: usize) -> Self {
        self.skip = Some(entries);
        self
    }
}

impl Endpoint for ListCashbookEntries {
    call!("list_cashbook_entries", Read -> Vec<Record<CashbookEntry>>, wire::items);

    fn request(&self) -> serde_json::Result<Request> {
        let mut request = match self.closed {
            None => Request::new(Method::Get, ["v1", "Cashbook", "Entries"]),
            Some(id) => {
                let path = ["v1", "Cashbook", &id.to_string(), "History"];
                Request::new(Method::Get, path)
            }
        };
        if let Some(text) = &self.full_text {
            request = request.with_query("fullTextSearch", text);
        }
        if let Some(entries) = self.top {
            request = request.with_query("$top", entries.to_string());
        }
        if let Some(entries) = self.skip {
            request = request.with_query("$skip", entries.to_string());
        }
        Ok(request)
    }
}

impl fmt::Debug for ListCashbookEntries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ListCashbookEntries")
            .field("closed", &self.closed)
            .field("top", &self.top)
            .field("skip", &self.skip)
            .finish_non_exhaustive()
    }
}

/// `POST /v1/Cashbook/AddEntry`: writes an entry into the active cashbook. What is not set is not sent. The answer is
/// the entry by the generated types, and comes as it is.
#[derive(Clone, Debug)]
pub struct AddCashbookEntry {
    fields: Fields,
    key: UnprovenKey,
}

impl AddCashbookEntry {
    /// So much on this day. [`direction`](Self::direction) says whether in or out.
    #[must_use]
    pub fn new(date: NaiveDate, amount: impl Into<Decimal>) -> Self {
        let mut fields = Fields::default();
        fields.set("TransactionDate", date);
        fields.set("Amount", amount.into());
        Self {
            fields,
            key: UnprovenKey::random(),
        }
    }

    setters! {
        /// What kind of entry; values undocumented: those of entries that you list.
        entry_type: String => "EntryType";
        /// In or out; values undocumented: those of entries that you list.
        direction: String => "Direction";
        /// A note.
        note: String => "Note";
        /// A note that only you see.
        internal_information: String => "InternalInformation";
    }

    unproven_key!();
}

impl Endpoint for AddCashbookEntry {
    call!("add_cashbook_entry", |call| call.key.safety() => Value, wire::any);

    fn request(&self) -> serde_json::Result<Request> {
        Request::new(Method::Post, ["v1", "Cashbook", "AddEntry"])
            .with_idempotency_key(&self.key.key)
            .with_json(&self.fields)
    }
}

/// `/v1/Cashbook/Initialize`: opens the first cashbook, and returns a number, which is taken for its id (a guess). That
/// the verb is POST is a guess: [`method`](Self::method) sends another.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct InitializeCashbook {
    start_date: NaiveDate,
    #[serde(serialize_with = "wire::write_decimal")]
    start_balance: Option<Decimal>,
    #[serde(skip)]
    method: Method,
    #[serde(skip)]
    key: UnprovenKey,
}

impl InitializeCashbook {
    /// From this day, with so much in the till.
    #[must_use]
    pub fn new(start_date: NaiveDate, start_balance: impl Into<Decimal>) -> Self {
        Self {
            start_date,
            start_balance: Some(start_balance.into()),
            method: Method::Post,
            key: UnprovenKey::random(),
        }
    }

    unproven_key!();

    /// The verb.
    #[must_use]
    pub fn method(mut self, method: Method) -> Self {
        self.method = method;
        self
    }
}

impl Endpoint for InitializeCashbook {
    call!("initialize_cashbook", |call| call.key.safety() => CashbookId, wire::new_id);

    fn request(&self) -> serde_json::Result<Request> {
        Request::new(self.method, ["v1", "Cashbook", "Initialize"])
            .with_idempotency_key(&self.key.key)
            .with_json(self)
    }
}

/// `/v1/Cashbook/Close`: closes the active cashbook; there is no body. That the verb is POST is a guess:
/// [`method`](Self::method) sends another. Whether a new book opens by itself, so that a retry would close that one
/// too, is undocumented.
#[derive(Clone, Debug)]
pub struct CloseCashbook {
    method: Method,
}

impl Default for CloseCashbook {
    fn default() -> Self {
        Self::new()
    }
}

impl CloseCashbook {
    /// The call.
    #[must_use]
    pub fn new() -> Self {
        Self {
            method: Method::Post,
        }
    }

    /// The verb.
    #[must_use]
    pub fn method(mut self, method: Method) -> Self {
        self.method = method;
        self
    }
}

impl Endpoint for CloseCashbook {
    call!("close_cashbook", Unsafe -> (), wire::nothing);

    fn request(&self) -> serde_json::Result<Request> {
        Ok(Request::new(self.method, ["v1", "Cashbook", "Close"]))
    }
}
