//! Transactions of bank accounts.
//!
//! Facts: paths and models are documented, but for the body of [`ImportTransactionFile`], which comes from the
//! [generated types](crate#how-sure-the-facts-are). What a filter may use, and what the imports answer, is not.

use std::fmt;

use chrono::{NaiveDate, NaiveDateTime};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::draft::Fields;
use crate::endpoint::{Endpoint, Method, Request};
use crate::files::{FileDraft, FileId};
use crate::macros::{call, create_call, full_text, id, listing, odata, setters, unproven_key};
use crate::unproven_key::UnprovenKey;
use crate::wire::{self, Identified};

id! {
    /// The id of a transaction.
    TransactionId
}

listing! {
    /// `GET /v1/financialTransactions`: the transactions of your bank accounts, page by page.
    ///
    /// ```no_run
    /// # async fn run(billit: billit_client::Client) -> billit_client::Result<()> {
    /// use billit_client::financial::{ListTransactions, property};
    /// use chrono::NaiveDate;
    ///
    /// let new_year = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap_or_default();
    /// let since = property::VALUE_DATE.ge(new_year);
    /// let listing = billit.pages(ListTransactions::new().filter(since)).all().await?;
    /// let total: billit_client::Decimal = listing.records.iter().filter_map(|t| t.total_amount).sum();
    /// println!("{total}");
    /// # Ok(()) }
    /// ```
    ListTransactions: "list_transactions", ["v1", "financialTransactions"] => Transaction
}

impl ListTransactions {
    odata!(Transaction);
    full_text!();
}

/// Properties of a transaction for `$filter` and `$orderby`. Billit publishes no list of them: they are a guess from
/// the names of its fields.
pub mod property {
    use chrono::NaiveDateTime;
    use rust_decimal::Decimal;

    use super::Transaction;
    use crate::odata::Property;

    /// The day that counts.
    pub const VALUE_DATE: Property<Transaction, NaiveDateTime> = Property::new("ValueDate");
    /// The amount.
    pub const TOTAL_AMOUNT: Property<Transaction, Decimal> = Property::new("TotalAmount");
    /// Your account.
    pub const IBAN: Property<Transaction, String> = Property::new("IBAN");
    /// The account of the other side.
    pub const IBAN_COUNTER_PARTY: Property<Transaction, String> = Property::new("IBANCounterParty");
    /// Your own key.
    pub const EXTERNAL_PROVIDER_ID: Property<Transaction, String> =
        Property::new("ExternalProviderID");
}

/// A transaction of a bank account; every field but the id may be missing. `Debug` shows the id alone.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct Transaction {
    /// The id.
    #[serde(rename = "BankAccountTransactionID")]
    pub id: TransactionId,
    /// Your bank.
    #[serde(default, deserialize_with = "wire::text")]
    pub bank_name: Option<String>,
    /// Your account.
    #[serde(default, rename = "IBAN", deserialize_with = "wire::text")]
    pub iban: Option<String>,
    /// Your bank's code.
    #[serde(default, rename = "BIC", deserialize_with = "wire::text")]
    pub bic: Option<String>,
    /// Your account in Billit.
    #[serde(default, rename = "BankAccountID", deserialize_with = "wire::number")]
    pub bank_account_id: Option<i64>,
    /// The document that it came with.
    #[serde(default, deserialize_with = "wire::number")]
    pub document_id: Option<i64>,
    /// The account of the other side.
    #[serde(default, rename = "IBANCounterParty", deserialize_with = "wire::text")]
    pub iban_counter_party: Option<String>,
    /// The bank's code of the other side.
    #[serde(default, rename = "BICCounterParty", deserialize_with = "wire::text")]
    pub bic_counter_party: Option<String>,
    /// The other side.
    #[serde(default, deserialize_with = "wire::text")]
    pub name_counter_party: Option<String>,
    /// The amount. That money which goes out is negative is a guess.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub total_amount: Option<Decimal>,
    /// What kind of transaction; values undocumented.
    #[serde(default, deserialize_with = "wire::text")]
    pub transaction_type: Option<String>,
    /// The day that counts.
    #[serde(default, deserialize_with = "wire::time")]
    pub value_date: Option<NaiveDateTime>,
    /// ISO 4217.
    #[serde(default, deserialize_with = "wire::text")]
    pub currency: Option<String>,
    /// What the bank says.
    #[serde(default, deserialize_with = "wire::text")]
    pub description: Option<String>,
    /// What the payer says.
    #[serde(default, deserialize_with = "wire::text")]
    pub free_message: Option<String>,
    /// Your own key.
    #[serde(
        default,
        rename = "ExternalProviderID",
        deserialize_with = "wire::text"
    )]
    pub external_provider_id: Option<String>,
    /// The code of the system whose key that is.
    #[serde(
        default,
        rename = "ExternalProviderTC",
        deserialize_with = "wire::text"
    )]
    pub external_provider_tc: Option<String>,
    /// Where the statement came from; values undocumented.
    #[serde(default, deserialize_with = "wire::text")]
    pub coda_source: Option<String>,
    /// The statement.
    #[serde(default, rename = "CodaFileID", deserialize_with = "wire::code")]
    pub coda_file_id: Option<FileId>,
    /// The bank's reference.
    #[serde(default, deserialize_with = "wire::text")]
    pub bank_reference: Option<String>,
    /// The payer's reference.
    #[serde(default, deserialize_with = "wire::text")]
    pub client_reference: Option<String>,
    /// A note.
    #[serde(default, deserialize_with = "wire::text")]
    pub note: Option<String>,
    /// The bank's own code of the kind of transaction.
    #[serde(default, deserialize_with = "wire::text")]
    pub proprietary_bank_transaction_code: Option<String>,
    /// The common code of the kind of transaction.
    #[serde(default, deserialize_with = "wire::text")]
    pub bank_transaction_code: Option<String>,
    /// What it pays.
    #[serde(default, deserialize_with = "wire::list")]
    pub assigned_entities: Vec<AssignedEntity>,
}

impl Identified for Transaction {
    const ID_FIELD: &'static str = "BankAccountTransactionID";

    fn id(&self) -> i64 {
        self.id.get()
    }
}

impl fmt::Debug for Transaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transaction")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// What a transaction pays, such as an order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct AssignedEntity {
    /// How much of it, in the currency of the transaction or of the order: the documentation does not say.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub assigned_amount: Option<Decimal>,
    /// The rate to the bank's currency.
    #[serde(
        default,
        rename = "FXRateToBankCurrency",
        deserialize_with = "wire::decimal"
    )]
    pub fx_rate_to_bank_currency: Option<Decimal>,
    /// What is paid; values undocumented.
    #[serde(default, deserialize_with = "wire::text")]
    pub entity_type: Option<String>,
    /// Its id.
    #[serde(default, rename = "EntityID", deserialize_with = "wire::number")]
    pub entity_id: Option<i64>,
}

/// A transaction that is to be imported. What is not set is not sent. `Debug` shows names, never values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct TransactionDraft {
    fields: Fields,
}

impl TransactionDraft {
    /// So much on this day on your account with this IBAN. Billit marks no field as required; without these three a
    /// transaction makes no sense. That money which goes out is negative is a guess.
    #[must_use]
    pub fn new(
        iban: impl Into<String>,
        total_amount: impl Into<Decimal>,
        value_date: NaiveDate,
    ) -> Self {
        let mut fields = Fields::default();
        fields.set("IBAN", iban.into());
        fields.set("TotalAmount", total_amount.into());
        fields.set("ValueDate", value_date);
        Self { fields }
    }

    setters! {
        /// Your bank.
        bank_name: String => "BankName";
        /// Your bank's code.
        bic: String => "BIC";
        /// The account of the other side.
        iban_counter_party: String => "IBANCounterParty";
        /// The bank's code of the other side.
        bic_counter_party: String => "BICCounterParty";
        /// The other side.
        name_counter_party: String => "NameCounterParty";
        /// What kind of transaction; values undocumented.
        transaction_type: String => "TransactionType";
        /// ISO 4217.
        currency: String => "Currency";
        /// What the bank says.
        description: String => "Description";
        /// What the payer says, such as a structured message.
        free_message: String => "FreeMessage";
        /// Your own key. That Billit knows by it what it has is a guess.
        external_provider_id: String => "ExternalProviderID";
        /// The code of the system whose key that is.
        external_provider_tc: String => "ExternalProviderTC";
        /// The bank's reference.
        bank_reference: String => "BankReference";
        /// The payer's reference.
        client_reference: String => "ClientReference";
        /// A note.
        note: String => "Note";
        /// The bank's own code of the kind of transaction.
        proprietary_bank_transaction_code: String => "ProprietaryBankTransactionCode";
        /// The common code of the kind of transaction.
        bank_transaction_code: String => "BankTransactionCode";
    }
}

/// `POST /v1/financialTransactions/commands/import`: imports transactions. Whether one that Billit has already comes in
/// twice is undocumented, and so is the answer, which comes as it is.
#[derive(Clone, Debug)]
pub struct ImportTransactions {
    transactions: Vec<TransactionDraft>,
    key: UnprovenKey,
}

impl ImportTransactions {
    /// These transactions.
    #[must_use]
    pub fn new(transactions: impl IntoIterator<Item = TransactionDraft>) -> Self {
        Self {
            transactions: transactions.into_iter().collect(),
            key: UnprovenKey::random(),
        }
    }

    unproven_key!();
}

impl Endpoint for ImportTransactions {
    call!("import_transactions", |call| call.key.safety() => Value, wire::any);

    fn request(&self) -> serde_json::Result<Request> {
        Request::new(
            Method::Post,
            ["v1", "financialTransactions", "commands", "import"],
        )
        .with_idempotency_key(&self.key.key)
        .with_json(&self.transactions)
    }
}

create_call! {
    /// `POST /v1/financialTransactions/importFile`: imports a bank statement, a CODA file. What a second import of the
    /// same file does is undocumented, and so is the answer, which comes as it is.
    ImportTransactionFile { file: FileDraft }
    /// This statement.
    ;
    "import_transaction_file" -> Value, wire::any;
    ["v1", "financialTransactions", "importFile"] json file
}
