//! A store in memory.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{EachRow, Lock, Locks, Row, StateError, StateStore, Table};

/// A store in memory: for tests, and for a program that keeps running and syncs repeatedly.
#[derive(Debug, Default)]
pub struct MemoryStore {
    rows: Mutex<BTreeMap<(Table, String), Vec<u8>>>,
    locks: Locks,
}

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn rows(&self) -> MutexGuard<'_, BTreeMap<(Table, String), Vec<u8>>> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl StateStore for MemoryStore {
    fn get(&self, table: Table, key: &str) -> Result<Option<Vec<u8>>, StateError> {
        Ok(self.rows().get(&(table, key.to_owned())).cloned())
    }

    fn scan(&self, table: Table, prefix: &str, row: EachRow<'_>) -> Result<(), StateError> {
        let from = Bound::Included((table, prefix.to_owned()));
        // A copy, so that `row` may use the store.
        let rows: Vec<(String, Vec<u8>)> = self
            .rows()
            .range((from, Bound::Unbounded))
            .take_while(|((of, key), _)| *of == table && key.starts_with(prefix))
            .map(|((_, key), value)| (key.clone(), value.clone()))
            .collect();
        rows.iter().try_for_each(|(key, value)| row(key, value))
    }

    fn write(&self, rows: &[Row]) -> Result<(), StateError> {
        let mut table = self.rows();
        for row in rows {
            let key = (row.table, row.key.clone());
            match &row.value {
                Some(value) => table.insert(key, value.clone()),
                None => table.remove(&key),
            };
        }
        Ok(())
    }

    fn lock(&self, name: &str) -> Result<Option<Lock>, StateError> {
        Ok(self.locks.lock(name))
    }
}
