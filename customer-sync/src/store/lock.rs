//! One run at a time for one customer.

use std::collections::HashSet;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// A lock. Dropping it releases it.
pub struct Lock {
    release: Option<Box<dyn FnOnce() + Send + Sync>>,
}

impl Lock {
    /// A lock that calls this function when it is dropped.
    #[must_use]
    pub fn new(release: impl FnOnce() + Send + Sync + 'static) -> Self {
        Self {
            release: Some(Box::new(release)),
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        if let Some(release) = self.release.take() {
            release();
        }
    }
}

impl fmt::Debug for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lock")
    }
}

/// Locks by name, for a store that only one program uses. They end with the program.
#[derive(Clone, Debug, Default)]
pub struct Locks(Arc<Mutex<HashSet<String>>>);

impl Locks {
    /// Takes a lock; `None` if it is taken.
    #[must_use]
    pub fn lock(&self, name: &str) -> Option<Lock> {
        let mut names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !names.insert(name.to_owned()) {
            return None;
        }
        let (locks, name) = (Arc::clone(&self.0), name.to_owned());
        Some(Lock::new(move || {
            let mut names = locks.lock().unwrap_or_else(PoisonError::into_inner);
            names.remove(&name);
        }))
    }
}
