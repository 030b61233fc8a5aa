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
//! One direction, no going back; everything up to the plan is pure and can be called by itself.
//!
//! | step | what | where |
//! |---|---|---|
//! | record → [`Customer`] | texts cleaned, address split, phone joined, VAT number checked | [`source::planyo::customer`] |
//! | customer → values | what its party should have | [`party::desired`] |
//! | what is known | of the parties in Billit, whose lists may be summaries | [`Parties`] |
//! | match | link, VAT or CBE number, customer number, e-mail and name; never a guess | [`matching::PartyIndex`] |
//! | diff | what differs in meaning, and who owns it | [`diff::diff`] |
//! | plan | a step for each customer, with its reason | [`Plan::new`] |
//! | apply | writes, looks up, reads back | `apply`, `sync_customers`, `sync_changed`, `sync_customer` |
//! | report | where each customer ended up, and why | [`SyncReport`] |
//! | remember | what was applied, by which run, from what to what | [`state::State`] |
//!
//! # What it promises
//!
//! - The link between a user and a party lives in Billit, in the party's `ExternalProviderID`
//!   (`planyo:<user id>`). No database is needed, and nothing is lost if this program is.
//! - A customer is created once: looked up first, looked up again after an unclear answer, read back afterwards.
//!   If Billit merges it into another party, that party gets its values back at once and the report tells it.
//!   Two runs at once make one party if they have one store; without a store let one run at a time, since whether Billit
//!   honours the key that would make two creates one is unknown.
//! - Nothing is blanked or deleted because a list came back short, empty or with an error.
//! - Nothing is written that nobody typed: no IBAN, no dummy.
//! - Each customer is in exactly one [`OutcomeKind`], and no personal data is in any `Debug`, `Display` or trace but
//!   [`Plan::with_values`] and [`SyncReport::with_values`], and the files of [`document`].
//! - `sync_customers` stops before it writes if many customers are gone from the source or would change their name or VAT
//!   number, and a run that meets an outage stops early. `CancellationToken` ends one between two customers.
//!
//! # With a memory
//!
//! Without a store the sync compares two ways: what the source has and owns is written, what it lacks is left alone. With
//! a [store](state) it knows what the source said when it was applied last, and so who has changed what since: a
//! correction made by hand in Billit stays while the source says what it said before, a value cleared on purpose in the
//! source is cleared, and a customer whom Billit merged into another or refused is not tried again until its record or the
//! rules change ([`merge::decide`]). A store that is lost costs nothing but that knowledge.
//!
//! The store also makes `sync_changed` possible, which asks Billit about nobody who has not changed; keeps a journal of what
//! each run wrote and over what ([`state::State::history`]), by which `plan_undo` takes a run back; and knows who was
//! forgotten (`plan_removal`), so that nobody comes back. The journal grows until [`state::State::forget_runs`] shortens
//! it. It holds personal data, as the rest of the store does, unless [`merge::StoredValues::Hashed`] is set.
//!
//! ```no_run
//! # #[cfg(all(feature = "sync", feature = "redb"))]
//! # fn run() -> Result<(), customer_sync::store::StateError> {
//! use customer_sync::{SyncOptions, state::RedbStore};
//!
//! let options = SyncOptions::default().store(RedbStore::open("customers.redb")?);
//! # let _ = options;
//! # Ok(()) }
//! ```
//!
//! # Before a run, and after
//!
//! [`Plan::cost`] counts the calls that a plan takes, `find_duplicates` names who may be there twice, and [`document`] makes
//! a page, a table or a spreadsheet of a plan, in which somebody decides what is written. After a run it makes the same of
//! the report, and [`health::health`] compares it with the runs before.
//!
//! # Features
//!
//! | feature | default | what |
//! |---|---|---|
//! | `sync` | yes | `plan_customers`, `apply`, `sync_customers`, `sync_customer`; without it the pure steps |
//! | `rustls` | yes | TLS of both clients by rustls |
//! | `rustls-no-provider`, `native-tls` | | TLS otherwise, as in the clients |
//! | `phone` | | phone numbers checked by the rules of each country |
//! | `document` | | plans and reports as HTML, Markdown, JSON lines and CSV, which brings decisions back |
//! | `redb` | | a store in one file |
//! | `planfy` | | Planfy's CSV files as a second source, and written |
//! | `recalls` | | who is to be asked to come again, when and how |
//! | `triggers` | | `triggers`: which of Planyo's events make whom due, an inbox, callbacks, polling |
//! | `tracing` | | a span for each run and each customer |

mod core;
#[cfg(feature = "sync")]
mod engine;
mod extras;
pub mod normalize;
mod phone_rules;
pub mod source;
pub mod store;

pub use crate::core::change::{Change, Note};
pub use crate::core::customer::{
    Address, Customer, CustomerKey, MappedCustomer, ParseCustomerKeyError, Problem,
};
pub use crate::core::field::{Field, FieldSet, ParseFieldError};
pub use crate::core::fingerprint::{Fingerprint, ParseFingerprintError};
pub use crate::core::parties::{KnownParty, Parties};
pub use crate::core::plan::{Action, Plan, Preconditions, Purpose, Step};
pub use crate::core::planner::Planner;
pub use crate::core::policy::{FieldPolicy, WriteMode};
pub use crate::core::report::{
    Calls, Counts, MissingFromSource, Outcome, OutcomeKind, Rejection, SyncReport,
};
pub use crate::core::rules::{CustomerNumber, MappingRules};
pub use crate::core::values::Values;
pub use crate::core::{diff, kind, matching, merge, party};
#[cfg(feature = "sync")]
pub use crate::engine::{
    CancellationToken, Changes, CustomerPages, CustomerSource, Event, PlanyoUsers, Progress,
    SyncError, SyncOptions, apply, plan_customers, sync_changed, sync_customer, sync_customers,
    sync_stream,
};
#[cfg(feature = "sync")]
pub use crate::extras::find_duplicates::find_duplicates;
#[cfg(feature = "sync")]
pub use crate::extras::removal::{Removal, export_customer, plan_removal, plan_removals};
pub use crate::extras::suggest::{Finding, Suggestion};
#[cfg(feature = "triggers")]
pub use crate::extras::triggers;
#[cfg(feature = "sync")]
pub use crate::extras::undo::plan_undo;
pub use crate::extras::{cost, document, duplicates, health, peppol, recalls};

/// Planfy's customers: its CSV files read and written, as a source of the sync, and its rule on deletion.
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
