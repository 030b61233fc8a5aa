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
