//! The tables of a store: the first part of each key.

use std::str::FromStr;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::rows::{Key, Row, RowChange};
use super::{StateError, StateErrorKind};

/// A table of a store: its rows have keys that begin with its name and a slash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Table {
    /// Settings of the store itself, such as the secret of the tombstones.
    Settings,
    /// The state of each customer, by its key: [`CustomerState`](super::CustomerState).
    Customers,
    /// Runs, by their ids, which sort by time: [`RunRecord`](super::RunRecord).
    Runs,
    /// What runs did, by customer and run: [`JournalEntry`](super::JournalEntry).
    Journal,
    /// The customers of each run, by run and customer. The values are empty.
    JournalByRun,
    /// How far each source has been read, by the name of the source, and `<source>/properties`: the names of the custom
    /// properties that runs have seen.
    Cursors,
    /// Customers that were erased and must not be created again, by keyed hashes.
    Tombstones,
    /// Customers that are due to be synced because of an event, by their keys.
    Inbox,
    /// Callbacks that were registered.
    Callbacks,
    /// Events that polling has found before.
    Events,
    /// Leases, by what is leased.
    Leases,
    /// The holders of leases, by their ids, and until when they hold them.
    Holders,
    /// Recalls of customers, by customer, rule and appointment: [`Recall`](crate::recalls::Recall).
    Recalls,
    /// The customers that want no recalls, by their keys, and by which channels.
    OptOuts,
    /// Rows of the embedding program, with keys and values of its own. The library reads and writes none.
    Program,
}

impl Table {
    /// All tables.
    pub const ALL: [Self; 15] = [
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
        Self::Leases,
        Self::Holders,
        Self::Recalls,
        Self::OptOuts,
        Self::Program,
    ];

    /// The name in keys and exports.
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
            Self::Leases => "leases",
            Self::Holders => "holders",
            Self::Recalls => "recalls",
            Self::OptOuts => "opt_outs",
            Self::Program => "program",
        }
    }

    /// The name of the table of a key.
    pub(super) fn name_of(key: &str) -> &str {
        key.split_once('/').map_or(key, |(table, _)| table)
    }

    /// The key of a row in this table.
    ///
    /// # Errors
    /// When it is too long or has U+0000.
    pub fn key(self, key: &str) -> Result<Key, StateError> {
        Key::new(format!("{}/{key}", self.name()))
    }

    /// The part of a key after the table.
    pub(super) fn rest(self, key: &Key) -> &str {
        let rest = key.as_str().strip_prefix(self.name());
        rest.and_then(|rest| rest.strip_prefix('/'))
            .unwrap_or(key.as_str())
    }

    /// What the key of a row in this table names.
    pub(crate) fn named<T: FromStr>(self, key: &str) -> Result<T, StateError>
    where
        T::Err: std::error::Error + Send + Sync + 'static,
    {
        key.parse().map_err(|error| {
            let table = self.name();
            let what = format!(
                "has a row in `{table}` whose key is not that of a customer; remove the row from the store"
            );
            StateError::new(StateErrorKind::Content, what).with_source(error)
        })
    }

    /// A row to write. It replaces the row with the same key.
    ///
    /// # Errors
    /// When the value cannot be written as JSON, or the row is over a [limit](Key::MAX_BYTES).
    pub fn put(self, key: &str, value: &impl Serialize) -> Result<RowChange, StateError> {
        let value = serde_json::to_string(value).map_err(|error| {
            StateError::new(StateErrorKind::Content, "cannot write a record as JSON")
                .with_source(json_position(&error))
        })?;
        RowChange::put(self.key(key)?, value)
    }

    /// A row to remove.
    ///
    /// # Errors
    /// When the key is over a [limit](Key::MAX_BYTES).
    pub fn remove(self, key: &str) -> Result<RowChange, StateError> {
        Ok(RowChange::remove(self.key(key)?))
    }
}

/// The record in a row.
pub(super) fn parse<T: DeserializeOwned>(row: &Row) -> Result<T, StateError> {
    serde_json::from_str(&row.value).map_err(|error| {
        let table = Table::name_of(row.key.as_str());
        StateError::new(
            StateErrorKind::Content,
            format!(
                "has a record in `{table}` that this version cannot read; use the version that wrote it, or remove the row from the store"
            ),
        )
        .with_source(json_position(&error))
    })
}

/// The position of an error in JSON. The error itself is not shown, since it may contain personal data.
pub(super) fn json_position(error: &serde_json::Error) -> String {
    let (line, column) = (error.line(), error.column());
    format!("its JSON is not as expected at line {line}, column {column}")
}
