//! `/v1/financialTransactions`: transactions of the company's bank accounts.

use serde_json::json;

use super::{
    State,
    answers::{Outcome, generic, silent},
    api::Call,
    files::SentFile,
    listing::{Listing, NOTHING},
    record::{
        Kind::{Decimal, Integer, List, Text, Time},
        Model, Record,
    },
};

/// No list of filterable properties is published: every plain one is.
const MODEL: Model = Model {
    type_name: "Domain.Bank.Transaction",
    fields: &[
        ("BankAccountTransactionID", Integer),
        ("BankName", Text),
        ("IBAN", Text),
        ("BIC", Text),
        ("BankAccountID", Integer),
        ("DocumentId", Integer),
        ("IBANCounterParty", Text),
        ("BICCounterParty", Text),
        ("NameCounterParty", Text),
        ("TotalAmount", Decimal),
        ("TransactionType", Text),
        ("ValueDate", Time),
        ("Currency", Text),
        ("Description", Text),
        ("ExternalProviderID", Text),
        ("ExternalProviderTC", Text),
        ("FreeMessage", Text),
        ("CodaSource", Text),
        ("CodaFileID", Text),
        ("BankReference", Text),
        ("ClientReference", Text),
        ("Note", Text),
        ("AssignedEntities", List),
        ("ProprietaryBankTransactionCode", Text),
        ("BankTransactionCode", Text),
    ],
    server_owned: &["BankAccountTransactionID", "AssignedEntities"],
};

const SEARCHED: &[&str] = &[
    "IBANCounterParty",
    "NameCounterParty",
    "Description",
    "FreeMessage",
    "ExternalProviderID",
];

impl State {
    pub(super) fn list_transactions(&mut self, call: &Call) -> Outcome {
        let listing = Listing {
            path: "/v1/financialTransactions",
            model: &MODEL,
            forbidden: &NOTHING,
            searched: SEARCHED,
        };
        self.page(call, &listing, self.transactions.values(), |known| {
            json!(known)
        })
    }

    /// All or none. One that was imported before comes in again; what Billit does then is not known.
    pub(super) fn import_transactions(&mut self, call: &Call) -> Outcome {
        let body: Vec<Record> =
            serde_json::from_str(&call.request.body).map_err(|_| generic("Data is Required"))?;
        let bound = body.iter().map(|one| MODEL.bind(one));
        let bound: Result<Vec<_>, _> = bound.collect();
        let bound = bound.map_err(|text| generic(&text))?;
        if bound.is_empty() || bound.iter().any(|one| !one.contains_key("TotalAmount")) {
            return Err(generic("TotalAmount is Required"));
        }
        for mut transaction in bound {
            let id = 12_400 + self.number();
            self.tick();
            transaction.retain(|_, value| !value.is_null());
            self.print_times(&mut transaction)?;
            transaction.insert(String::from("BankAccountTransactionID"), json!(id));
            transaction.insert(String::from("AssignedEntities"), json!([]));
            let currency = transaction.entry("Currency");
            currency.or_insert_with(|| json!("EUR"));
            self.transactions.insert(id, transaction);
        }
        Ok(silent(true))
    }

    /// The CODA file is kept, and not read: its transactions do not appear.
    pub(super) fn import_transaction_file(&mut self, call: &Call) -> Outcome {
        let file = SentFile::read(&json!(self.body(call)?))?;
        self.keep_file(&file.name, &file.mime_type, &file.content);
        Ok(silent(true))
    }
}
