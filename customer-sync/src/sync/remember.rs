//! What a run takes from the store, and what it leaves there.

use std::collections::BTreeMap;
use std::mem;
use std::sync::{Mutex, PoisonError};

use super::SyncOptions;
use crate::customer::CustomerKey;
use crate::merge::Applied;
use crate::plan::Mapped;
use crate::report::{Bucket, Outcome};
use crate::state::{Memory, Quarantine, Remembered, StateError};
use crate::target::billit;

/// So many customers are remembered at a time: a first run of many does not wait for the disk at each. What a kill loses
/// is the memory of these few, and the next run treats them as one without a store does: the link is in Billit.
const GROUP: usize = 256;

/// What is remembered of the customers of a run, and will be.
pub(super) struct Remembering {
    pub(super) memory: Memory,
    /// What the source says of each customer now.
    applied: BTreeMap<CustomerKey, Applied>,
    pending: Mutex<Vec<(CustomerKey, Remembered)>>,
    failure: Mutex<Option<StateError>>,
}

impl Remembering {
    /// All of the store, for a run of all customers.
    pub(super) fn of_all(options: &SyncOptions) -> Result<Self, StateError> {
        let memory = options.store.as_ref().map(|store| store.load());
        Ok(Self::new(memory.transpose()?.unwrap_or_default()))
    }

    /// One customer.
    pub(super) fn of_one(key: &CustomerKey, options: &SyncOptions) -> Result<Self, StateError> {
        let remembered = options.store.as_ref().map(|store| store.get(key));
        let remembered = remembered.transpose()?.flatten();
        Ok(Self::new(
            remembered
                .map(|remembered| (key.clone(), remembered))
                .into_iter()
                .collect(),
        ))
    }

    fn new(memory: Memory) -> Self {
        Self {
            memory,
            applied: BTreeMap::new(),
            pending: Mutex::default(),
            failure: Mutex::default(),
        }
    }

    /// Takes note of what the source says, which is what is remembered once it is applied.
    pub(super) fn read(&mut self, customers: &[Mapped], options: &SyncOptions) {
        if options.store.is_none() {
            return;
        }
        if options.retry_quarantined {
            for remembered in self.memory.values_mut() {
                remembered.quarantine = None;
            }
        }
        let applied = customers.iter().flatten().map(|customer| {
            let values = billit::said(customer, &options.rules);
            (customer.key.clone(), Applied::of(&values, options.keep))
        });
        self.applied = applied.collect();
    }

    /// Remembers how a customer ended up, with others or at once.
    pub(super) fn settled(&self, outcome: &Outcome, options: &SyncOptions) {
        let Some(remembered) = self.after(outcome, options) else {
            return;
        };
        if options.store.is_none() || self.memory.get(&outcome.key) == Some(&remembered) {
            return;
        }
        let mut pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
        pending.push((outcome.key.clone(), remembered));
        if pending.len() >= GROUP {
            let group = mem::take(&mut *pending);
            drop(pending);
            self.write(&group, options);
        }
    }

    /// What there is to remember of a customer who ended up so.
    fn after(&self, outcome: &Outcome, options: &SyncOptions) -> Option<Remembered> {
        let party = outcome.party?;
        let said = self.applied.get(&outcome.key);
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
                // A plan from elsewhere tells what it changes, and no more.
                remembered.applied.changed(&outcome.changes, options.keep);
                if let Some(said) = said {
                    remembered.applied.extend(said);
                }
                Some(remembered)
            }
            // Merged into another's party: to create it again would merge it again.
            Bucket::Quarantined => Some(Remembered {
                quarantine: Some(Quarantine {
                    reason: outcome.reason.clone(),
                    fingerprint: said.map(Applied::fingerprint)?,
                }),
                ..Remembered::default()
            }),
            _ => None,
        }
    }

    fn write(&self, group: &[(CustomerKey, Remembered)], options: &SyncOptions) {
        let Some(store) = &options.store else { return };
        if let Err(error) = store.put(group) {
            let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
            failure.get_or_insert(error);
        }
    }

    /// Remembers the rest, and tells what could not be.
    pub(super) fn finish(self, options: &SyncOptions) -> Option<StateError> {
        let pending = mem::take(&mut *self.pending.lock().unwrap_or_else(PoisonError::into_inner));
        if !pending.is_empty() {
            self.write(&pending, options);
        }
        self.failure
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
