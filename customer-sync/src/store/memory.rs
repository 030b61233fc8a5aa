//! A store in memory.

use std::collections::BTreeMap;
use std::fmt;
use std::future::ready;
use std::ops::Bound;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};

use super::rows::{Commit, Key, Row, RowAction, RowChange, StateStore, StoreFuture};

/// A store in memory: for tests, and for a program that keeps running and syncs repeatedly.
pub struct MemoryStore {
    rows: Mutex<Rows>,
    clock: Box<dyn Fn() -> DateTime<Utc> + Send + Sync>,
}

#[derive(Default)]
struct Rows {
    by_key: BTreeMap<Key, (String, u64)>,
    version: u64,
}

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::with_clock(Utc::now)
    }

    /// An empty store whose leases end by this clock.
    #[must_use]
    pub fn with_clock(clock: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        Self {
            rows: Mutex::default(),
            clock: Box::new(clock),
        }
    }

    fn rows(&self) -> MutexGuard<'_, Rows> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

impl Rows {
    fn get(&self, key: &Key) -> Option<Row> {
        let (value, version) = self.by_key.get(key)?;
        Some(row(key, value, *version))
    }

    fn commit(&mut self, changes: &[RowChange]) -> Commit {
        for change in changes {
            let version = self.by_key.get(&change.key).map(|(_, version)| *version);
            if !change.expected.is_met_by(version) {
                return Commit::Conflict(change.key.clone());
            }
        }
        self.version += 1;
        for change in changes {
            match &change.action {
                RowAction::Put(value) => {
                    let row = (value.clone(), self.version);
                    self.by_key.insert(change.key.clone(), row);
                }
                RowAction::Remove => drop(self.by_key.remove(&change.key)),
                RowAction::Check => {}
            }
        }
        Commit::Done(self.version)
    }
}

fn row(key: &Key, value: &str, version: u64) -> Row {
    Row {
        key: key.clone(),
        value: value.to_owned(),
        version,
    }
}

impl StateStore for MemoryStore {
    fn get_many<'a>(&'a self, keys: &'a [Key]) -> StoreFuture<'a, Vec<Option<Row>>> {
        let rows = self.rows();
        Box::pin(ready(Ok(keys.iter().map(|key| rows.get(key)).collect())))
    }

    fn scan<'a>(
        &'a self,
        prefix: &'a Key,
        after: Option<&'a Key>,
        limit: usize,
    ) -> StoreFuture<'a, Vec<Row>> {
        let from = match after {
            Some(after) if after >= prefix => Bound::Excluded(after),
            _ => Bound::Included(prefix),
        };
        let rows = self.rows();
        let rows = rows
            .by_key
            .range((from, Bound::Unbounded))
            .take_while(|(key, _)| key.as_str().starts_with(prefix.as_str()))
            .take(limit)
            .map(|(key, (value, version))| row(key, value, *version));
        Box::pin(ready(Ok(rows.collect())))
    }

    fn commit<'a>(&'a self, changes: &'a [RowChange]) -> StoreFuture<'a, Commit> {
        Box::pin(async move { Ok(self.rows().commit(changes)) })
    }

    fn now(&self) -> StoreFuture<'_, DateTime<Utc>> {
        Box::pin(ready(Ok((self.clock)())))
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MemoryStore")
    }
}
