//! What is remembered from run to run, so that a correction made by hand in Billit is told from a change in the source.
//!
//! A store is a help, not a need: the link between a customer and its party lives in Billit. A store that is lost is
//! empty, and then the first run decides as one without a store does, writes nothing that is equal, and fills it again.
//!
//! A [`StateStore`] is a small sorted map that keeps JSON; [`State`] knows what is in it.

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
use crate::core::merge::StoredValues;
pub use crate::core::run_id::{ParseRunIdError, RunId};
pub use crate::core::snapshot::{CustomerState, LastOutcome, StateSnapshot};

/// What a row of a store is about. The keys of each table are sorted texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Table {
    /// What the store needs for itself, such as the key of the tombstones.
    Settings,
    /// What is remembered of each customer, by its key: [`CustomerState`].
    Customers,
    /// Runs, by their ids, which sort by time: [`RunRecord`].
    Runs,
    /// What runs did, by customer and run: [`JournalEntry`].
    Journal,
    /// The customers of each run, by run and customer. The values are empty.
    JournalByRun,
    /// How far a source has been read, by its name.
    Cursors,
    /// Who must not come back, by keyed hashes.
    Tombstones,
    /// Customers that a notification said are due, by their keys.
    Inbox,
    /// Callbacks that were registered.
    Callbacks,
    /// Events that polling has seen.
    Events,
}

impl Table {
    /// Every table.
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

    /// Its name in files and exports.
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

/// A row that is to be written, or taken away. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Row {
    /// The table.
    pub table: Table,
    /// The key in it.
    pub key: String,
    /// The value, which is JSON; without one the row is taken away.
    pub value: Option<Vec<u8>>,
}

impl Row {
    /// A row with a value, in the place of what is there.
    ///
    /// # Errors
    /// When the value cannot be written as JSON.
    pub fn put(
        table: Table,
        key: impl Into<String>,
        value: &impl Serialize,
    ) -> Result<Self, StateError> {
        let value = serde_json::to_vec(value)
            .map_err(|error| StateError::new("cannot be written").with_source(place(&error)))?;
        Ok(Self {
            table,
            key: key.into(),
            value: Some(value),
        })
    }

    /// A row that is to be taken away.
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

/// A small sorted map from tables and keys to JSON: [`MemoryStore`], `RedbStore` (feature `redb`), or yours in the database you
/// have.
///
/// All of a call is done, or nothing of it. A program that is killed between two calls loses what the second would have
/// told, and no more. Calls come from several tasks at once, and block the thread they are made on: a run writes in groups
/// and reads one row at a time, so that a store on a disk keeps it for milliseconds.
pub trait StateStore: Send + Sync {
    /// One row's value.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn get(&self, table: Table, key: &str) -> Result<Option<Vec<u8>>, StateError>;

    /// The rows of a table whose keys begin with `prefix`, in the order of their keys, as they were when the call began.
    /// An error of `row` ends it.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn scan(&self, table: Table, prefix: &str, row: EachRow<'_>) -> Result<(), StateError>;

    /// Writes all of these rows, or none. Of two rows with one key the last counts.
    ///
    /// # Errors
    /// When the store cannot be written. Then it is as it was.
    fn write(&self, rows: &[Row]) -> Result<(), StateError>;

    /// Takes the lock of this name, or says `None` if somebody has it. [`Locks`] does it for a store that one program uses;
    /// one that several programs share needs a lock which all of them see and which ends with the program that holds it,
    /// such as `PostgreSQL`'s advisory locks.
    ///
    /// # Errors
    /// When the store cannot be asked.
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

/// A store, and what is in it. Clones are the same store.
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
    /// Of this store.
    #[must_use]
    pub fn new(store: impl StateStore + 'static) -> Self {
        Self {
            store: Arc::new(store),
            stored_values: StoredValues::default(),
        }
    }

    /// How runs keep values in it: as they are, or as hashes. Default: [`StoredValues::Plain`]. What is in the store
    /// already stays as it is until its customer is written again.
    ///
    /// ```
    /// use customer_sync::SyncOptions;
    /// use customer_sync::merge::StoredValues;
    /// use customer_sync::store::{MemoryStore, State};
    ///
    /// let state = State::new(MemoryStore::new()).stored_values(StoredValues::Hashed);
    /// let options = SyncOptions::default().store(state);
    /// # let _ = options;
    /// ```
    #[must_use]
    pub fn stored_values(mut self, values: StoredValues) -> Self {
        self.stored_values = values;
        self
    }

    /// How runs keep values in it.
    #[cfg(feature = "sync")]
    pub(crate) fn keeps(&self) -> StoredValues {
        self.stored_values
    }

    /// The store itself.
    #[must_use]
    pub fn store(&self) -> &dyn StateStore {
        &*self.store
    }

    /// One row's value.
    ///
    /// # Errors
    /// When the store cannot be read, or the value is another than expected.
    pub fn read<T: DeserializeOwned>(
        &self,
        table: Table,
        key: &str,
    ) -> Result<Option<T>, StateError> {
        let value = self.store.get(table, key)?;
        value.map(|value| parse(table, &value)).transpose()
    }

    /// The rows of a table whose keys begin with `prefix`, in the order of their keys.
    ///
    /// # Errors
    /// When the store cannot be read, or a value is another than expected.
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
        .with_source(place(&error))
    })
}

/// Where JSON is wrong. What is wrong would show a value, which may be somebody's.
fn place(error: &serde_json::Error) -> String {
    let (line, column) = (error.line(), error.column());
    format!("its JSON is not as expected at line {line}, column {column}")
}

/// A store that cannot be used, and why.
#[derive(Debug, thiserror::Error)]
#[error("the state store {what}")]
pub struct StateError {
    what: String,
    #[source]
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl StateError {
    /// What is wrong, in words that follow "the state store".
    #[must_use]
    pub fn new(what: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            source: None,
        }
    }

    /// With what went wrong beneath.
    #[must_use]
    pub fn with_source(
        mut self,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        self.source = Some(source.into());
        self
    }
}
