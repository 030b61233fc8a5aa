//! The trait of a store, and the rows that it keeps.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{StateError, StateErrorKind};

/// The key of a row: a table, a slash and a name, as in `customers/planyo:7`. Keys sort by their bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(String);

impl Key {
    /// The most bytes of a key: an index of `PostgreSQL` takes not many more.
    pub const MAX_BYTES: usize = 1_024;

    /// A key, or the beginning of keys.
    ///
    /// # Errors
    /// When it is longer than [`MAX_BYTES`](Self::MAX_BYTES), or has U+0000, which `PostgreSQL` cannot store.
    pub fn new(text: impl Into<String>) -> Result<Self, StateError> {
        let text = text.into();
        if text.len() > Self::MAX_BYTES {
            return Err(StateError::new(
                StateErrorKind::Limit,
                format!(
                    "takes keys of {} bytes, and one has {}: shorten the id of the customer",
                    Self::MAX_BYTES,
                    text.len()
                ),
            ));
        }
        check_zero(&text, "key")?;
        Ok(Self(text))
    }

    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn check_zero(text: &str, what: &str) -> Result<(), StateError> {
    if text.contains('\0') {
        return Err(StateError::new(
            StateErrorKind::Limit,
            format!("takes no U+0000, and a {what} has one: remove it"),
        ));
    }
    Ok(())
}

/// A row of a store. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs)] // Whoever writes a store makes them.
pub struct Row {
    /// Its key.
    pub key: Key,
    /// Its value, which is JSON.
    pub value: String,
    /// The version of the commit that wrote it.
    pub version: u64,
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Row({} at {})", self.key, self.version)
    }
}

/// What a change expects of its row, as it was before the commit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums)] // Whoever writes a store handles all of them.
pub enum Expected {
    /// Nothing: the row may be there or not.
    #[default]
    Anything,
    /// There is no such row.
    Absent,
    /// The row has this version.
    Version(u64),
}

impl Expected {
    /// What is expected of a row that was read before.
    #[must_use]
    pub fn same_as(row: Option<&Row>) -> Self {
        row.map_or(Self::Absent, |row| Self::Version(row.version))
    }

    /// Whether a row with this version, or none, is as expected.
    #[must_use]
    pub fn is_met_by(self, version: Option<u64>) -> bool {
        match self {
            Self::Anything => true,
            Self::Absent => version.is_none(),
            Self::Version(expected) => version == Some(expected),
        }
    }
}

/// What a change does.
#[derive(Clone, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums)] // Whoever writes a store handles all of them.
pub enum RowAction {
    /// Writes this value, which is JSON.
    Put(String),
    /// Removes the row, if it is there.
    Remove,
    /// Changes nothing: the row only has to be as expected.
    Check,
}

/// A change of one row, for [`StateStore::commit`]. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RowChange {
    /// The row.
    pub key: Key,
    /// What to do.
    pub action: RowAction,
    /// What the row must be like before.
    pub expected: Expected,
}

impl RowChange {
    /// The most bytes of a value.
    pub const MAX_VALUE_BYTES: usize = 16 << 20;

    /// Writes a value, which is JSON. It replaces the row with the same key.
    ///
    /// # Errors
    /// When the value is longer than [`MAX_VALUE_BYTES`](Self::MAX_VALUE_BYTES) or has U+0000, which JSON writes as
    /// `\u0000`.
    pub fn put(key: Key, value: String) -> Result<Self, StateError> {
        if value.len() > Self::MAX_VALUE_BYTES {
            return Err(StateError::new(
                StateErrorKind::Limit,
                format!(
                    "takes values of {} bytes, and one has {}: shorten the record",
                    Self::MAX_VALUE_BYTES,
                    value.len()
                ),
            ));
        }
        check_zero(&value, "value")?;
        Ok(Self::of(key, RowAction::Put(value)))
    }

    /// Removes a row.
    #[must_use]
    pub fn remove(key: Key) -> Self {
        Self::of(key, RowAction::Remove)
    }

    /// Changes nothing; [`expecting`](Self::expecting) says what must hold.
    #[must_use]
    pub fn check(key: Key) -> Self {
        Self::of(key, RowAction::Check)
    }

    fn of(key: Key, action: RowAction) -> Self {
        Self {
            key,
            action,
            expected: Expected::Anything,
        }
    }

    /// The commit is done only if the row is like this before.
    #[must_use]
    pub fn expecting(mut self, expected: Expected) -> Self {
        self.expected = expected;
        self
    }
}

impl fmt::Debug for RowChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let action = match self.action {
            RowAction::Put(_) => "put",
            RowAction::Remove => "remove",
            RowAction::Check => "check",
        };
        write!(f, "RowChange({action} {} {:?})", self.key, self.expected)
    }
}

/// The result of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a conflict means that nothing was written"]
#[allow(clippy::exhaustive_enums)] // There are only these two.
pub enum Commit {
    /// All changes are done. The rows that were put have this version.
    Done(u64),
    /// The row with this key was not as expected. Nothing was written.
    Conflict(Key),
}

/// A future of a [`StateStore`].
pub type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, StateError>> + Send + 'a>>;

/// A small sorted map from keys to JSON that several programs share: [`MemoryStore`](super::MemoryStore),
/// `SqliteStore` (feature `sqlite`), `PostgresStore` (feature `postgres`), or your own in a database. Whoever writes one
/// runs `store::conformance` (feature `test-util`) on it.
///
/// # Laws
///
/// - Keys sort by their bytes.
/// - A commit is whole or not there, for every reader, after a kill, and when its future is dropped; then it may be done
///   or not.
/// - What [`commit`](Self::commit) has confirmed survives a kill of the program and, but for a store in memory, of the
///   machine.
/// - Each commit that writes has a version that is greater than any before it in this store, also of rows that were
///   removed. No version is used twice.
/// - A scan by pages misses no row that was there all the time, and shows none twice.
/// - A connection that is lost during a commit is [`StateErrorKind::OutcomeUnknown`]. [`State`](super::State) repeats the
///   commit, and reads the rows if that conflicts.
/// - What was damaged is an error, and never another value. No call panics.
/// - After an error the same handle can be used again: it works as soon as the cause is gone.
///
/// Calls come from several tasks and programs at the same time.
pub trait StateStore: Send + Sync {
    /// The rows with these keys, in their order; `None` where there is none. All are of one moment.
    fn get_many<'a>(&'a self, keys: &'a [Key]) -> StoreFuture<'a, Vec<Option<Row>>>;

    /// The first `limit` rows, in the order of their keys, whose keys begin with `prefix` and are greater than `after`.
    fn scan<'a>(
        &'a self,
        prefix: &'a Key,
        after: Option<&'a Key>,
        limit: usize,
    ) -> StoreFuture<'a, Vec<Row>>;

    /// Makes all of these changes, or none: none if a row is not as [expected](RowChange::expected) before the first. They
    /// are made in their order, so that of two puts of one key the last one stays.
    fn commit<'a>(&'a self, changes: &'a [RowChange]) -> StoreFuture<'a, Commit>;

    /// The time by the store's clock, which all programs that share it see: leases end by it.
    fn now(&self) -> StoreFuture<'_, DateTime<Utc>>;
}

impl<S: StateStore + ?Sized> StateStore for Arc<S> {
    fn get_many<'a>(&'a self, keys: &'a [Key]) -> StoreFuture<'a, Vec<Option<Row>>> {
        (**self).get_many(keys)
    }

    fn scan<'a>(
        &'a self,
        prefix: &'a Key,
        after: Option<&'a Key>,
        limit: usize,
    ) -> StoreFuture<'a, Vec<Row>> {
        (**self).scan(prefix, after, limit)
    }

    fn commit<'a>(&'a self, changes: &'a [RowChange]) -> StoreFuture<'a, Commit> {
        (**self).commit(changes)
    }

    fn now(&self) -> StoreFuture<'_, DateTime<Utc>> {
        (**self).now()
    }
}
