//! A store that lasts as long as the program.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{Memory, Remembered, StateError, StateStore};
use crate::customer::CustomerKey;

/// A store that lasts as long as the program: for tests, and for a program that runs on and syncs again and again.
#[derive(Debug, Default)]
pub struct MemoryStore(Mutex<Memory>);

impl MemoryStore {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn customers(&self) -> MutexGuard<'_, Memory> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl StateStore for MemoryStore {
    fn load(&self) -> Result<Memory, StateError> {
        Ok(self.customers().clone())
    }

    fn get(&self, key: &CustomerKey) -> Result<Option<Remembered>, StateError> {
        Ok(self.customers().get(key).cloned())
    }

    fn put(&self, customers: &[(CustomerKey, Remembered)]) -> Result<(), StateError> {
        self.customers().extend(customers.iter().cloned());
        Ok(())
    }

    fn remove(&self, key: &CustomerKey) -> Result<(), StateError> {
        self.customers().remove(key);
        Ok(())
    }
}
