//! The state that is kept from run to run, so that a correction made by hand in Billit can be told from a change in the
//! source.
//!
//! A store is optional: the link between a customer and its party is in Billit. After a store is lost, the first run
//! decides as a run without a store does, writes only what differs, and fills the new store; if that are more than a few
//! customers, it stops (`SyncError::SafetyLimit`). A run with
//! [`WriteMode::LinkOnly`](crate::WriteMode::LinkOnly) fills it without a write. What is lost with it: which
//! corrections were made by hand, the journal and with it the undo, the tombstones of erased customers, and the inbox.
//!
//! A [`StateStore`] is a small sorted map of JSON values; [`State`] reads and writes typed records in it.

mod customers;
mod journal;
mod lock;
mod memory;
mod portable;
#[cfg(feature = "redb")]
mod redb;
mod tombstones;

use std::fmt;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

pub use self::journal::{Actor, JournalAction, JournalChange, JournalEntry, RunKind, RunRecord};
pub use self::lock::{Lock, Locks};
pub use self::memory::MemoryStore;
pub use self::portable::{export, import};
#[cfg(feature = "redb")]
pub use self::redb::RedbStore;
pub use self::tombstones::Erasure;
pub use crate::core::run_id::{ParseRunIdError, RunId};
pub use crate::core::snapshot::{CustomerState, LastOutcome, StateSnapshot};
pub use crate::core::stored_values::StoredValues;

/// A table of a store. The keys of each table are sorted texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Table {
    /// Settings of the store itself, such as the secret of the tombstones.
    Settings,
    /// The state of each customer, by its key: [`CustomerState`].
    Customers,
    /// Runs, by their ids, which sort by time: [`RunRecord`].
    Runs,
    /// What runs did, by customer and run: [`JournalEntry`].
    Journal,
    /// The customers of each run, by run and customer. The values are empty.
    JournalByRun,
    /// How far each source has been read, by the name of the source.
    Cursors,
    /// Customers that were erased and must not be created again, by keyed hashes.
    Tombstones,
    /// Customers that are due to be synced because of an event, by their keys.
    Inbox,
    /// Callbacks that were registered.
    Callbacks,
    /// Events that polling has found before.
    Events,
}

impl Table {
    /// All tables.
    pub const ALL: [Self; 10] = [
        Self::Settings,
        Self::Customers,
        Self::Runs,
        Self::Journal,
        Self::JournalByRun,
        Self::Cursors,
        Self::Tombstones,
        Self::Inbox,
        Self::Callbacks,
        Self::Events,
    ];

    /// The name in files and exports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Settings => "settings",
            Self::Customers => "customers",
            Self::Runs => "runs",
            Self::Journal => "journal",
            Self::JournalByRun => "journal_by_run",
            Self::Cursors => "cursors",
            Self::Tombstones => "tombstones",
            Self::Inbox => "inbox",
            Self::Callbacks => "callbacks",
            Self::Events => "events",
        }
    }
}

/// A row to write or to remove. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Row {
    /// The table.
    pub table: Table,
    /// The key in the table.
    pub key: String,
    /// The value, which is JSON; `None` removes the row.
    pub value: Option<Vec<u8>>,
}

impl Row {
    /// A row with a value. It replaces the row with the same key.
    ///
    /// # Errors
    /// When the value cannot be written as JSON.
    pub fn put(
        table: Table,
        key: impl Into<String>,
        value: &impl Serialize,
    ) -> Result<Self, StateError> {
        let value = serde_json::to_vec(value).map_err(|error| {
            StateError::new("cannot be written").with_source(json_position(&error))
        })?;
        Ok(Self {
            table,
            key: key.into(),
            value: Some(value),
        })
    }

    /// A row to remove.
    #[must_use]
    pub fn remove(table: Table, key: impl Into<String>) -> Self {
        Self {
            table,
            key: key.into(),
            value: None,
        }
    }
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Row({} {})", self.table.name(), self.key)
    }
}

/// What [`StateStore::scan`] calls for each row.
pub type EachRow<'a> = &'a mut dyn FnMut(&str, &[u8]) -> Result<(), StateError>;

/// A small sorted map from tables and keys to JSON: [`MemoryStore`], `RedbStore` (feature `redb`), or your own in a
/// database.
///
/// Each call is atomic. If the program is killed between two calls, only the second is lost. Calls come from several
/// tasks at the same time and block their thread: a run writes in groups and reads one row at a time, so that a store
/// on a disk blocks it for milliseconds.
pub trait StateStore: Send + Sync {
    /// The value of a row.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn get(&self, table: Table, key: &str) -> Result<Option<Vec<u8>>, StateError>;

    /// Calls `row` for the rows of a table whose keys begin with `prefix`, in the order of their keys, as they were
    /// when the call began. An error of `row` ends the call.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn scan(&self, table: Table, prefix: &str, row: EachRow<'_>) -> Result<(), StateError>;

    /// Writes all of these rows, or none. If two rows have the same key, the last is used.
    ///
    /// # Errors
    /// When the store cannot be written. Then it is as it was.
    fn write(&self, rows: &[Row]) -> Result<(), StateError>;

    /// Takes the lock with this name; `None` if it is taken. It does not wait. For a store that only one program uses,
    /// [`Locks`] does this. A store that several programs share needs a lock that all of them see and that is released
    /// when its holder ends, such as `PostgreSQL`'s advisory locks.
    ///
    /// # Errors
    /// When the store cannot be used.
    fn lock(&self, name: &str) -> Result<Option<Lock>, StateError>;
}

impl<S: StateStore + ?Sized> StateStore for Arc<S> {
    fn get(&self, table: Table, key: &str) -> Result<Option<Vec<u8>>, StateError> {
        (**self).get(table, key)
    }

    fn scan(&self, table: Table, prefix: &str, row: EachRow<'_>) -> Result<(), StateError> {
        (**self).scan(table, prefix, row)
    }

    fn write(&self, rows: &[Row]) -> Result<(), StateError> {
        (**self).write(rows)
    }

    fn lock(&self, name: &str) -> Result<Option<Lock>, StateError> {
        (**self).lock(name)
    }
}

/// A store with typed access to its records. Clones share the store.
///
/// ```
/// use customer_sync::SyncOptions;
/// use customer_sync::store::{MemoryStore, State};
///
/// let state = State::new(MemoryStore::new());
/// let options = SyncOptions::default().store(state.clone());
/// // ... after a run:
/// for run in state.runs()? {
///     println!("{}: {}", run.id, run.counts);
/// }
/// # let _ = options;
/// # Ok::<(), customer_sync::store::StateError>(())
/// ```
#[derive(Clone)]
pub struct State {
    store: Arc<dyn StateStore>,
    stored_values: StoredValues,
}

impl State {
    /// The state in this store.
    #[must_use]
    pub fn new(store: impl StateStore + 'static) -> Self {
        Self {
            store: Arc::new(store),
            stored_values: StoredValues::default(),
        }
    }

    /// How runs store values: plain or as hashes. Default: [`StoredValues::Plain`]. Rows that are in the store already
    /// stay as they are until their customer is written again.
    ///
    /// ```
    /// use customer_sync::SyncOptions;
    /// use customer_sync::store::{MemoryStore, State, StoredValues};
    ///
    /// let state = State::new(MemoryStore::new()).with_stored_values(StoredValues::Hashed);
    /// let options = SyncOptions::default().store(state);
    /// # let _ = options;
    /// ```
    #[must_use]
    pub fn with_stored_values(mut self, values: StoredValues) -> Self {
        self.stored_values = values;
        self
    }

    /// How runs store values.
    #[must_use]
    pub fn stored_values(&self) -> StoredValues {
        self.stored_values
    }

    /// The store itself.
    #[must_use]
    pub fn store(&self) -> &dyn StateStore {
        &*self.store
    }

    /// The value of a row.
    ///
    /// # Errors
    /// When the store cannot be read, or the value has another type.
    pub fn read<T: DeserializeOwned>(
        &self,
        table: Table,
        key: &str,
    ) -> Result<Option<T>, StateError> {
        let value = self.store.get(table, key)?;
        value.map(|value| parse(table, &value)).transpose()
    }

    /// Calls `row` for the rows of a table whose keys begin with `prefix`, in the order of their keys.
    ///
    /// # Errors
    /// When the store cannot be read, or a value has another type.
    pub fn each<T: DeserializeOwned>(
        &self,
        table: Table,
        prefix: &str,
        mut row: impl FnMut(&str, T) -> Result<(), StateError>,
    ) -> Result<(), StateError> {
        let mut read = |key: &str, value: &[u8]| row(key, parse(table, value)?);
        self.store.scan(table, prefix, &mut read)
    }

    /// Writes all of these rows, or none.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn write(&self, rows: &[Row]) -> Result<(), StateError> {
        if rows.is_empty() {
            return Ok(());
        }
        self.store.write(rows)
    }
}

impl<S: StateStore + 'static> From<S> for State {
    fn from(store: S) -> Self {
        Self::new(store)
    }
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("State(..)")
    }
}

fn parse<T: DeserializeOwned>(table: Table, value: &[u8]) -> Result<T, StateError> {
    serde_json::from_slice(value).map_err(|error| {
        StateError::new(format!(
            "has a record in `{}` that cannot be read",
            table.name()
        ))
        .with_source(json_position(&error))
    })
}

/// The position of an error in JSON. The error itself is not shown, since it may contain personal data.
fn json_position(error: &serde_json::Error) -> String {
    let (line, column) = (error.line(), error.column());
    format!("its JSON is not as expected at line {line}, column {column}")
}

/// An error of a store.
#[derive(Debug, thiserror::Error)]
#[error("the state store {what}")]
pub struct StateError {
    what: String,
    #[source]
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl StateError {
    /// An error whose text follows "the state store", such as `cannot be read`.
    #[must_use]
    pub fn new(what: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            source: None,
        }
    }

    /// Adds the error that caused it.
    #[must_use]
    pub fn with_source(
        mut self,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        self.source = Some(source.into());
        self
    }
}
