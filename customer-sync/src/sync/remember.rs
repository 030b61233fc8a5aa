//! What a run takes from the store, and what it leaves there.

use std::mem;
use std::sync::{Arc, Mutex, PoisonError};

use super::SyncOptions;
use crate::customer::CustomerKey;
use crate::merge::{Applied, Keep};
use crate::report::{Bucket, Outcome};
use crate::state::{Memory, Quarantine, Remembered, StateError, StateStore};

/// So many customers are remembered at a time: a first run of many does not wait for the disk at each. What a kill loses
/// is the memory of these few, and the next run treats them as one without a store does: the link is in Billit.
const GROUP: usize = 256;

/// What is remembered of the customers of a run, and will be.
///
/// A run that is dropped, because whoever awaited it lost patience, remembers what it has settled.
pub(super) struct Remembering {
    store: Option<Arc<dyn StateStore>>,
    pub(super) memory: Memory,
    pending: Mutex<Vec<(CustomerKey, Remembered)>>,
    failure: Mutex<Option<StateError>>,
}

impl Remembering {
    /// All of the store, for a run of all customers.
    pub(super) fn of_all(options: &SyncOptions) -> Result<Self, StateError> {
        let memory = match &options.store {
            Some(store) => store.load()?,
            None => Memory::new(),
        };
        Ok(Self::new(memory, options))
    }

    /// One customer.
    pub(super) fn of_one(key: &CustomerKey, options: &SyncOptions) -> Result<Self, StateError> {
        let remembered = options.store.as_ref().map(|store| store.get(key));
        let remembered = remembered.transpose()?.flatten();
        let memory = remembered.map(|remembered| (key.clone(), remembered));
        Ok(Self::new(memory.into_iter().collect(), options))
    }

    fn new(mut memory: Memory, options: &SyncOptions) -> Self {
        if options.retry_quarantined {
            for remembered in memory.values_mut() {
                remembered.quarantine = None;
            }
        }
        Self {
            store: options.store.clone(),
            memory,
            pending: Mutex::default(),
            failure: Mutex::default(),
        }
    }

    /// Remembers how a customer ended up, with others or at once.
    pub(super) fn settled(&self, outcome: &Outcome, said: Option<&Applied>, keep: Keep) {
        let Some(remembered) = self.after(outcome, said, keep) else {
            return;
        };
        if self.store.is_none() || self.memory.get(&outcome.key) == Some(&remembered) {
            return;
        }
        let mut pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
        pending.push((outcome.key.clone(), remembered));
        if pending.len() >= GROUP {
            let group = mem::take(&mut *pending);
            drop(pending);
            self.write(&group);
        }
    }

    /// What there is to remember of a customer who ended up so.
    fn after(&self, outcome: &Outcome, said: Option<&Applied>, keep: Keep) -> Option<Remembered> {
        let party = outcome.party?;
        match outcome.bucket {
            Bucket::Created | Bucket::Linked | Bucket::Updated | Bucket::Unchanged => {
                let mut remembered = Remembered {
                    party: Some(party),
                    ..Remembered::default()
                };
                let known = self.memory.get(&outcome.key);
                if let Some(known) = known.filter(|known| known.party == Some(party)) {
                    // Of a field that the source did not send this time, what it said before.
                    remembered.applied = known.applied.clone();
                }
                // A plan that was made without a store tells what it changes, and no more.
                remembered.applied.changed(&outcome.changes, keep);
                if let Some(said) = said {
                    remembered.applied.extend(said);
                }
                Some(remembered)
            }
            // Merged into another's party: to create it again would merge it again.
            Bucket::Quarantined => Some(Remembered {
                quarantine: Some(Quarantine {
                    reason: outcome.reason.clone(),
                    fingerprint: said.filter(|said| !said.is_empty())?.fingerprint(),
                }),
                ..Remembered::default()
            }),
            _ => None,
        }
    }

    fn write(&self, group: &[(CustomerKey, Remembered)]) {
        let Some(store) = &self.store else { return };
        if let Err(error) = store.put(group) {
            let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
            failure.get_or_insert(error);
        }
    }

    fn write_rest(&self) {
        let mut pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
        let rest = mem::take(&mut *pending);
        drop(pending);
        if !rest.is_empty() {
            self.write(&rest);
        }
    }

    /// Remembers the rest, and tells what could not be.
    pub(super) fn finish(self) -> Option<StateError> {
        self.write_rest();
        let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        failure.take()
    }
}

impl Drop for Remembering {
    fn drop(&mut self) {
        self.write_rest();
    }
}
