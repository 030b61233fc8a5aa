//! Typed records in a store.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;

use super::rows::{Commit, Key, Row, RowAction, RowChange, StateStore};
use super::table::parse;
use super::{StateError, StateErrorKind, StoredValues, Table};

/// Where a store says which version its records have.
#[cfg(feature = "sync")]
const FORMAT_KEY: &str = "format";

/// So many rows are read at a time.
const PAGE: usize = 1_000;

/// A store with typed access to its records. Clones share the store.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), customer_sync::store::StateError> {
/// use customer_sync::SyncOptions;
/// use customer_sync::store::{MemoryStore, State};
///
/// let state = State::new(MemoryStore::new());
/// let options = SyncOptions::default().store(state.clone());
/// // ... after a run:
/// for run in state.runs().await? {
///     println!("{}: {}", run.id, run.counts);
/// }
/// # let _ = options;
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct State {
    store: Arc<dyn StateStore>,
    stored_values: StoredValues,
}

impl State {
    /// The version of the records that this version of the crate reads and writes. It is in the store, in
    /// [`Table::Settings`], and each run checks it.
    pub const FORMAT: u32 = 1;

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

    /// The time by the store's clock.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn now(&self) -> Result<DateTime<Utc>, StateError> {
        self.store.now().await
    }

    /// Whether the store says which version its records have. A new one does not.
    ///
    /// # Errors
    /// When it is another version than this crate knows.
    #[cfg(feature = "sync")]
    pub(crate) async fn has_format(&self) -> Result<bool, StateError> {
        match self.read::<u32>(Table::Settings, FORMAT_KEY).await? {
            None => Ok(false),
            Some(Self::FORMAT) => Ok(true),
            Some(other) => {
                let what = format!(
                    "has records of version {other}, and this program knows version {}: use the version of the crate that \
                     wrote it, or start with a new store: the links are in Billit, but the journal, the tombstones of \
                     erased customers and the inbox are in the old one",
                    Self::FORMAT
                );
                Err(StateError::new(StateErrorKind::OtherVersion, what))
            }
        }
    }

    /// The row that says which version the records have.
    #[cfg(feature = "sync")]
    pub(crate) fn format_row() -> Result<RowChange, StateError> {
        Table::Settings.put(FORMAT_KEY, &Self::FORMAT)
    }

    /// The record of a row.
    ///
    /// # Errors
    /// When the store cannot be read, or the value has another type.
    pub async fn read<T: DeserializeOwned>(
        &self,
        table: Table,
        key: &str,
    ) -> Result<Option<T>, StateError> {
        let row = self.row(&table.key(key)?).await?;
        row.as_ref().map(parse).transpose()
    }

    /// The records of these rows, in their order, with their versions.
    pub(crate) async fn read_many<T: DeserializeOwned>(
        &self,
        keys: &[Key],
    ) -> Result<Vec<Option<(T, u64)>>, StateError> {
        let rows = self.store.get_many(keys).await?;
        let rows = rows.iter().map(|row| {
            let row = row.as_ref();
            row.map(|row| Ok((parse(row)?, row.version))).transpose()
        });
        rows.collect()
    }

    /// A row with its version.
    pub(crate) async fn row(&self, key: &Key) -> Result<Option<Row>, StateError> {
        let rows = self.store.get_many(std::slice::from_ref(key)).await?;
        Ok(rows.into_iter().next().flatten())
    }

    /// Calls `each` for the records of a table whose keys begin with `prefix`, in the order of their keys. Rows that are
    /// written meanwhile may be among them or not.
    ///
    /// # Errors
    /// When the store cannot be read, or a value has another type.
    pub async fn each<T: DeserializeOwned>(
        &self,
        table: Table,
        prefix: &str,
        mut each: impl FnMut(&str, T) -> Result<(), StateError>,
    ) -> Result<(), StateError> {
        self.each_row(table, prefix, |row| each(table.rest(&row.key), parse(row)?))
            .await
    }

    /// As [`each`](Self::each), with the versions of the rows.
    pub(crate) async fn each_version<T: DeserializeOwned>(
        &self,
        table: Table,
        prefix: &str,
        mut each: impl FnMut(&str, T, u64),
    ) -> Result<(), StateError> {
        self.each_row(table, prefix, |row| {
            each(table.rest(&row.key), parse(row)?, row.version);
            Ok(())
        })
        .await
    }

    /// As [`each`](Self::each), with the rows.
    pub(crate) async fn each_row(
        &self,
        table: Table,
        prefix: &str,
        mut each: impl FnMut(&Row) -> Result<(), StateError>,
    ) -> Result<(), StateError> {
        let prefix = table.key(prefix)?;
        let mut after: Option<Key> = None;
        loop {
            let rows = self.store.scan(&prefix, after.as_ref(), PAGE).await?;
            rows.iter().try_for_each(&mut each)?;
            if rows.len() < PAGE {
                return Ok(());
            }
            after = rows.into_iter().next_back().map(|row| row.key);
        }
    }

    /// Makes all of these changes, or none.
    ///
    /// # Errors
    /// When the store cannot be written, or a row is not as a change [expects](RowChange::expected).
    pub async fn write(&self, changes: &[RowChange]) -> Result<(), StateError> {
        match self.commit(changes).await? {
            Commit::Done(_) => Ok(()),
            Commit::Conflict(_) => {
                let what = "was written by another program meanwhile: read it again";
                Err(StateError::new(StateErrorKind::Conflict, what))
            }
        }
    }

    /// Makes all of these changes if all rows are as [expected](RowChange::expected), or none.
    ///
    /// If the connection is lost meanwhile, the commit is repeated. If that conflicts, the rows are read: if they are as
    /// the commit would have left them, it was done.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn commit(&self, changes: &[RowChange]) -> Result<Commit, StateError> {
        if changes.is_empty() {
            return Ok(Commit::Done(0));
        }
        match self.store.commit(changes).await {
            // An error of the second attempt says nothing of the first.
            Err(error) if error.is_outcome_unknown() => {
                self.settle(changes).await.map_err(|_| error)
            }
            commit => commit,
        }
    }

    async fn settle(&self, changes: &[RowChange]) -> Result<Commit, StateError> {
        match self.store.commit(changes).await? {
            Commit::Conflict(key) => {
                let done = self.version_if_done(changes).await?;
                Ok(done.map_or(Commit::Conflict(key), Commit::Done))
            }
            done @ Commit::Done(_) => Ok(done),
        }
    }

    /// The version of these changes, if the rows are as they leave them.
    async fn version_if_done(&self, changes: &[RowChange]) -> Result<Option<u64>, StateError> {
        let mut left = BTreeMap::new();
        for change in changes {
            match &change.action {
                RowAction::Put(value) => drop(left.insert(change.key.clone(), Some(value))),
                RowAction::Remove => drop(left.insert(change.key.clone(), None)),
                RowAction::Check => {}
            }
        }
        let keys: Vec<Key> = left.keys().cloned().collect();
        let rows = self.store.get_many(&keys).await?;
        let mut pairs = left.values().zip(&rows);
        let is_done = pairs.all(|(value, row)| *value == row.as_ref().map(|row| &row.value));
        let versions = rows.iter().flatten().map(|row| row.version);
        let versions: BTreeSet<u64> = versions.collect();
        // One commit gives its rows one version. A commit that only checks leaves no sign.
        if !is_done || left.is_empty() || versions.len() > 1 {
            return Ok(None);
        }
        Ok(Some(versions.last().copied().unwrap_or_default()))
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
