//! The state that is kept from run to run, so that a correction made by hand in Billit can be told from a change in the
//! source.
//!
//! A store is optional: the link between a customer and its party is in Billit. After a store is lost, the first run
//! decides as a run without a store does, writes only what differs, and fills the new store; if that are more than a few
//! customers, it stops (`SyncError::SafetyLimit`). A run with
//! [`WriteMode::LinkOnly`](crate::WriteMode::LinkOnly) fills it without a write. What is lost with it: which
//! corrections were made by hand, the journal and with it the undo, the tombstones of erased customers, and the inbox.
//!
//! A [`StateStore`] is a small sorted map of JSON texts that several programs share; [`State`] reads and writes typed
//! records in it, and [`Leases`] keep two runs from working on one customer at the same time.
//!
//! | store | for | feature |
//! |---|---|---|
//! | [`MemoryStore`] | tests, and a program that keeps running | |
//! | `SqliteStore` | the programs of one machine: a receiver of notifications, a nightly run, a review | `sqlite` |
//! | `PostgresStore` | programs on several machines, and several companies in one database | `postgres` |
//!
//! # Several programs
//!
//! All of them may use one store at the same time: runs, single customers, the inbox, plans, undo and history. A customer
//! that another run works on is skipped by a run of all and waited for by a run of one. A run that was killed keeps its
//! customers until its [lease](crate::store::Leases) ends, which is 30 seconds by default.
//!
//! A run writes to Billit only what it could note in the journal before. Once it knows that its store cannot be written, it
//! writes no further customer, its report says so, and the next run finds in Billit and in the journal what was done.
//!
//! # Size
//!
//! | a customer | bytes, plain | bytes, [hashed](StoredValues::Hashed) |
//! |---|---|---|
//! | its state | 750 | 1,050 |
//! | in the journal, when it is created | 1,490 | 2,050 |
//! | in the journal, for each later change of a field | 370 | 420 |
//! | the record of a run, also of one customer | 340 | 340 |
//!
//! So 10,000 customers are 22 MB at first, and grow by 4 MB a year for each change of a field that each of them has in a
//! run of all, or by 7 MB if each change is a run of its own. `SyncOptions::keep_journal` shortens the journal.
//!
//! # Versions
//!
//! A store has the version of its records ([`State::FORMAT`]), `SqliteStore` and `PostgresStore` that of their tables too.
//! A later version of this crate reads or migrates them; what it cannot read is an error that says what to do, and stays
//! as it is.

#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod checksum;
#[cfg(feature = "test-util")]
mod conformance;
mod customers;
mod error;
mod journal;
mod lease;
mod memory;
mod portable;
#[cfg(feature = "postgres")]
mod postgres;
pub mod private_files;
mod rows;
#[cfg(feature = "sqlite")]
mod sqlite;
mod state;
mod table;
mod tombstones;

#[cfg(feature = "test-util")]
pub use self::conformance::{BrokenLaw, conformance};
pub use self::error::{StateError, StateErrorKind};
pub use self::journal::{Actor, JournalAction, JournalChange, JournalEntry, RunKind, RunRecord};
pub use self::lease::{Lease, Leases};
#[cfg(feature = "sync")]
pub(crate) use self::lease::{Taken, Wanted};
pub use self::memory::MemoryStore;
pub use self::portable::{export, import};
#[cfg(feature = "postgres")]
pub use self::postgres::{PostgresOptions, PostgresStore};
pub use self::rows::{Commit, Expected, Key, Row, RowAction, RowChange, StateStore, StoreFuture};
#[cfg(feature = "sqlite")]
pub use self::sqlite::SqliteStore;
pub use self::state::State;
pub use self::table::Table;
pub use self::tombstones::Erasure;
pub use crate::core::run_id::{ParseRunIdError, RunId};
pub use crate::core::snapshot::{CustomerState, LastOutcome, StateSnapshot};
pub use crate::core::stored_values::StoredValues;
