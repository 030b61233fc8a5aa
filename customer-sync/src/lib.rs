//! Keeps Billit customers equal to Planyo customers.
//!
//! ```no_run
//! # #[cfg(feature = "sync")]
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! use customer_sync::{SyncOptions, sync_customers};
//!
//! let planyo = planyo_client::Client::new("planyo-key")?;
//! let billit = billit_client::Client::new("billit-key", 574_991)?;
//!
//! let report = sync_customers(&planyo, &billit, &SyncOptions::default()).await?;
//! println!("{report}");
//! # Ok(()) }
//! ```
//!
//! # The flow
//!
//! It goes one way. Every step up to the plan is pure (no I/O, no clock) and can be called alone.
//!
//! | step | what it does | where |
//! |---|---|---|
//! | record → [`Customer`] | leaves out whom the [`Filter`] of the rules does not take, computes templates, cleans texts, splits the address, normalizes phones, checks the VAT number | [`source::planyo::customer`] |
//! | customer → [`Values`] | what its party in Billit should have | [`party::desired`] |
//! | parties | what is known of the parties in Billit, whose list items may be summaries | [`Parties`] |
//! | match | finds the party by link, VAT or CBE number, customer number, or e-mail and name; never guesses | [`matching::PartyIndex`] |
//! | diff | what differs in meaning, and which side's value wins; with a store, [`diff::merge`] | [`diff::diff`] |
//! | plan | a [`Step`] for each customer, with its reason | [`Planner`], [`Plan`] |
//! | apply | reads each party again, writes, reads back | `apply`, `sync_customers`, `sync_changed`, `sync_customer` |
//! | report | the [`OutcomeKind`] of each customer, and the reason | [`SyncReport`] |
//! | store | what was applied, and a journal of what each run changed | [`store::State`] |
//!
//! # What it promises
//!
//! - The link between a user and a party is in Billit, in the party's `ExternalProviderID` (`planyo:<user id>`). No
//!   database is needed, and a store that is lost loses no link.
//! - A customer is created once: the sync looks for its party before the create, looks again if the answer is unclear
//!   ([`SyncOptions::create_rounds`]), and reads the party back. If Billit merges a new customer into another party, that
//!   party's values are put back at once, and the customer is quarantined and reported. Two runs at the same time are safe
//!   if they share a store. Without a store run one at a time: whether Billit honours the idempotency key of a create is
//!   unknown.
//! - Nothing is blanked or deleted because a list came back short, empty or with an error, and nobody is taken for missing
//!   from a list whose end is not proven ([`SyncReport::unproven_end`]).
//! - A customer erased in the source is reported with its party ([`Outcome::is_erased_in_source`]).
//! - No value is made up: no IBAN, no dummy.
//! - Each customer is in exactly one [`OutcomeKind`]. No `Debug`, `Display` or trace shows personal data, except
//!   [`Plan::with_values`], [`SyncReport::with_values`] and the files of [`document`].
//! - A list and a single record, a run of all and a run of one, a plan and its file come to the same
//!   (`customer-sync/tests/roads.rs`).
//! - Whoever the [`Filter`] of the rules leaves out is skipped with the condition that is not met, by every road; what that
//!   customer has in Billit stays as it is.
//! - What is not understood (a country, a VAT number, a phone) is a [`Note`] of its customer with the words; the rest is
//!   synced.
//! - Safety limit: `sync_customers` and `sync_changed` stop with an error before they write if many customers are missing
//!   from the source, would change their name or VAT number, would change because they are read in another way than by the
//!   last run, or would change though the store does not know them. A run that meets an outage skips the customers that are
//!   left, and a `CancellationToken` stops a run between two customers.
//!
//! # The store
//!
//! Without a [store] the sync compares two sides: a value of the source is written where its [`FieldPolicy`] says so,
//! and a blank of the source changes nothing. With a store it also knows what the source had when it was applied last
//! ([`merge::decide`]):
//!
//! - a correction made by hand in Billit stays while the source has not changed;
//! - after a first run with [`WriteMode::LinkOnly`] the old differences of books that are there already stay too;
//! - a value that was cleared in the source is cleared in Billit;
//! - a customer that Billit merged into another or rejected is not tried again until its record or the rules change;
//! - `sync_changed` asks Billit only about customers that have changed in the source;
//! - the journal ([`store::State::history`]) has every value written and overwritten, and `plan_undo` undoes a run;
//! - a customer that was erased (`plan_removal`) is not created again.
//!
//! The journal is kept for ever, unless `SyncOptions::keep_journal` says how long. The store holds personal data, unless
//! its values are [hashed](store::StoredValues::Hashed).
//!
//! ```no_run
//! # #[cfg(all(feature = "sync", feature = "sqlite"))]
//! # fn run() -> Result<(), customer_sync::store::StateError> {
//! use customer_sync::{SyncOptions, store::SqliteStore};
//!
//! let options = SyncOptions::default().store(SqliteStore::open("customers.sqlite")?);
//! # let _ = options;
//! # Ok(()) }
//! ```
//!
//! # Before and after a run
//!
//! - [`Plan::cost`] counts the calls that a plan takes.
//! - `find_duplicates` lists customers and parties that may be there twice, and customers whose party may be there.
//! - [`document`] shows a plan or a report as a page, a table or a spreadsheet, and reads back which steps to apply.
//! - [`health::health`] compares a run with the runs before it.
//! - [`source::planyo::explain`] says which rule gave which value of a customer, and whether the filter takes it.
//! - [`recalls`] lists customers to invite again, when and by which channel.
//!
//! # Features
//!
//! | feature | default | what |
//! |---|---|---|
//! | `sync` | yes | `plan_customers`, `plan_customer`, `apply`, `sync_customers`, `sync_changed`, `sync_customer`; without it only the pure steps |
//! | `rustls` | yes | TLS of both clients by rustls |
//! | `rustls-no-provider`, `native-tls` | | other TLS, as in the clients |
//! | `phone` | yes | phone numbers checked and formatted by the rules of each country; without it as typed, unless they begin with `+` or `00` |
//! | `document` | | plans and reports as HTML, Markdown, JSON lines and CSV; decisions are read back from CSV |
//! | `sqlite` | | `store::SqliteStore`, a store in one file that several programs of one machine share |
//! | `postgres` | | `store::PostgresStore`, a store in a database that programs of several machines share |
//! | `planfy` | | `planfy`: Planfy's CSV files as a source, and written |
//! | `templates` | | values that the rules compute ([`MappingRules::template`]), and the expression of their filter; without it such rules are an error |
//! | `triggers` | | `triggers`: sync on Planyo's events: rules, webhook, polling, an inbox |
//! | `test-util` | | `store::conformance`: the laws of a store as a test, for whoever writes one |
//! | `tracing` | | a span for each run and each customer |

mod core;
#[cfg(feature = "sync")]
mod engine;
mod extras;
pub mod normalize;
mod phone_rules;
pub mod source;
pub mod store;
mod templates;

pub use crate::core::change::{Change, Note};
pub use crate::core::customer::{
    Address, Customer, CustomerKey, MappedCustomer, ParseCustomerKeyError, Problem,
};
pub use crate::core::field::{Field, FieldSet, ParseFieldError};
pub use crate::core::fingerprint::{Fingerprint, ParseFingerprintError, SourceFingerprint};
pub use crate::core::parties::{KnownParty, Parties};
pub use crate::core::plan::{Action, Plan, Preconditions, Purpose, Step};
pub use crate::core::planner::Planner;
pub use crate::core::policy::{FieldPolicy, WriteMode};
pub use crate::core::properties::{Finding, PropertyTally};
pub use crate::core::report::{
    Calls, Counts, MissingFromSource, Outcome, OutcomeKind, Rejection, SyncReport,
};
pub use crate::core::rules::{CustomerNumber, Filter, MappingRules, PropertyCondition, RulesError};
pub use crate::core::values::Values;
pub use crate::core::warning::Warning;
pub use crate::core::{diff, kind, matching, merge, party};
#[cfg(feature = "sync")]
pub use crate::engine::{
    CancellationToken, Changes, CustomerPage, CustomerPages, CustomerSource, Event, PlanyoUsers,
    Progress, SyncError, SyncOptions, apply, check_safety_limit, plan_customer, plan_customers,
    sync_changed, sync_customer, sync_customers, sync_stream,
};
#[cfg(feature = "sync")]
pub use crate::extras::find_duplicates::{EitherSide, FoundDuplicates, find_duplicates};
#[cfg(feature = "sync")]
pub use crate::extras::removal::{Removal, export_customer, plan_removal, plan_removals};
pub use crate::extras::suggest::Suggestion;
#[cfg(feature = "triggers")]
pub use crate::extras::triggers;
#[cfg(feature = "sync")]
pub use crate::extras::undo::plan_undo;
pub use crate::extras::{cost, document, duplicates, health, peppol, recalls};
pub use crate::store::private_files;

/// Planfy's customers as CSV files, since Planfy has no public API: a [`Reader`](planfy::Reader) and a
/// [`Writer`](planfy::Writer), `Export` as a source of the sync, and Planfy's rule on [`deletion`](planfy::deletion()).
///
/// Documented: an export has all customers with their `planfy_id`; an import adds customers, and with `planfy_id` it
/// updates them. Not documented: the encoding, the separator, the form of an id and whether an export has other
/// columns, so the reader accepts any.
#[cfg(feature = "planfy")]
pub mod planfy {
    pub use crate::extras::planfy::*;
    pub use crate::source::planfy::*;
}

#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct FrontPageExamples;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct ReadmeExamples;
