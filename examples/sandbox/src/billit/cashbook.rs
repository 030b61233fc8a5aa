//! `/v1/Cashbook`: what goes in and out of the till.

use serde_json::{Value, json};

use super::{
    State,
    answers::{Outcome, done, generic, ok, silent},
    api::Call,
    listing::{Listing, NOTHING},
    money,
    record::{
        Kind::{Decimal, Text, Time},
        Model, Record, print_time, sent, text,
    },
};

const ENTRY: Model = Model {
    type_name: "Domain.Cashbook.CashbookEntry",
    fields: &[
        ("TransactionDate", Time),
        ("EntryType", Text),
        ("Note", Text),
        ("InternalInformation", Text),
        ("Direction", Text),
        ("Amount", Decimal),
    ],
    server_owned: &[],
};

/// Where `fullTextSearch` looks.
const SEARCHED: &[&str] = &["Note", "InternalInformation", "EntryType"];

/// A book; the last one is the active one unless it is closed.
pub(super) struct Cashbook {
    id: i64,
    created: String,
    /// In the till at the start.
    start: i128,
    entries: Vec<Record>,
    is_closed: bool,
}

impl Cashbook {
    /// What is in the till. `Out` is taken out, anything else comes in: the words are not in the reference.
    fn saldo(&self) -> i128 {
        let amounts = self.entries.iter().map(|entry| {
            let amount = entry.get("Amount").map(money::units).unwrap_or_default();
            if text(entry, "Direction").eq_ignore_ascii_case("Out") {
                -amount
            } else {
                amount
            }
        });
        self.start + amounts.sum::<i128>()
    }

    fn printed(&self) -> Value {
        let dates = self.entries.iter();
        let last = dates.map(|entry| text(entry, "TransactionDate")).max();
        let mut printed = super::record::fields(json!({
            "CashbookID": self.id,
            "Name": format!("Cashbook {}", self.id),
            "CreationDate": self.created,
            "Saldo": money::value(self.saldo()),
            "Currency": "EUR",
        }));
        if let Some(last) = last {
            printed.insert(String::from("LastEntryDate"), json!(last));
        }
        json!(printed)
    }
}

impl State {
    fn active_book(&mut self) -> Outcome<&mut Cashbook> {
        let missing = self.not_there("active cashbook");
        let last = self.cashbooks.last_mut();
        last.filter(|book| !book.is_closed).ok_or(missing)
    }

    /// The verb is not in the reference. After a close the next book is opened by the same call, which is a guess.
    pub(super) fn initialize_cashbook(&mut self, call: &Call) -> Outcome {
        let body = self.body(call)?;
        if self.active_book().is_ok() {
            return Err(generic("There is an active cashbook."));
        }
        sent(&body, "StartDate").ok_or_else(|| generic("StartDate is Required"))?;
        let start = sent(&body, "StartBalance").map(money::units);
        let id = 900 + self.number();
        let created = print_time(self.tick());
        self.cashbooks.push(Cashbook {
            id,
            created,
            start: start.unwrap_or_default(),
            entries: Vec::new(),
            is_closed: false,
        });
        Ok(done(&json!(id)))
    }

    pub(super) fn close_cashbook(&mut self, _: &Call) -> Outcome {
        self.active_book()?.is_closed = true;
        Ok(silent(true))
    }

    pub(super) fn read_cashbook(&mut self, _: &Call) -> Outcome {
        Ok(ok(&self.active_book()?.printed()))
    }

    #[allow(clippy::unnecessary_wraps)] // The shape of a handler.
    pub(super) fn list_closed_cashbooks(&mut self, _: &Call) -> Outcome {
        let closed = self.cashbooks.iter().filter(|book| book.is_closed);
        Ok(ok(&closed.map(Cashbook::printed).collect()))
    }

    pub(super) fn add_cashbook_entry(&mut self, call: &Call) -> Outcome {
        let body = self.body(call)?;
        let mut entry = ENTRY.bind(&body).map_err(|text| generic(&text))?;
        self.print_times(&mut entry)?;
        if !entry.contains_key("Amount") {
            return Err(generic("Amount is Required"));
        }
        let now = json!(print_time(self.clock));
        entry.entry("TransactionDate").or_insert(now);
        let book = self.active_book()?;
        book.entries.push(entry.clone());
        self.tick();
        Ok(done(&json!(entry)))
    }

    pub(super) fn list_cashbook_entries(&mut self, call: &Call) -> Outcome {
        let entries = self.active_book()?.entries.clone();
        self.entry_page(call, "/v1/Cashbook/Entries", &entries)
    }

    pub(super) fn list_closed_entries(&mut self, call: &Call) -> Outcome {
        let id = call.id()?;
        let mut closed = self.cashbooks.iter().filter(|book| book.is_closed);
        let book = closed.find(|book| book.id == id);
        let book = book.ok_or_else(|| self.not_there("cashbook"))?;
        let path = format!("/v1/Cashbook/{id}/History");
        self.entry_page(call, &path, &book.entries)
    }

    fn entry_page(&self, call: &Call, path: &str, entries: &[Record]) -> Outcome {
        let listing = Listing {
            path,
            model: &ENTRY,
            forbidden: &NOTHING,
            searched: SEARCHED,
        };
        self.page(call, &listing, entries.iter(), |entry| json!(entry))
    }
}
