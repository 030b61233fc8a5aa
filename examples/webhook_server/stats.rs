//! What the status page shows of the time since the start. No personal data is in it.
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use customer_sync::store::{CustomerState, State, StateError, Table};
use customer_sync::triggers::{Synced, Trigger};
use customer_sync::{OutcomeKind, SyncError, SyncReport};

/// So many syncs are shown.
const SHOWN: usize = 50;

pub(crate) struct Stats(Mutex<Snapshot>);

/// What was seen so far.
#[derive(Clone, Default)]
pub(crate) struct Snapshot {
    pub(crate) came_in: BTreeMap<Trigger, u64>,
    pub(crate) refused: BTreeMap<String, u64>,
    pub(crate) synced: VecDeque<(DateTime<Utc>, String)>,
    pub(crate) kinds: BTreeMap<&'static str, u64>,
    pub(crate) full_pass: Option<(DateTime<Utc>, String)>,
    /// Customers whose last sync did not make them equal, where it ended, and why.
    pub(crate) left_alone: BTreeMap<String, (&'static str, String)>,
    /// Somebody found no place, and no full pass began since.
    is_overdue: bool,
}

impl Snapshot {
    fn settled(&mut self, key: &str, kind: OutcomeKind, reason: &str) {
        match kind {
            OutcomeKind::Quarantined
            | OutcomeKind::Failed
            | OutcomeKind::Conflict
            | OutcomeKind::Ambiguous => {
                let why = (kind.name(), reason.to_owned());
                self.left_alone.insert(key.to_owned(), why);
            }
            _ => {
                self.left_alone.remove(key);
            }
        }
    }
}

impl Stats {
    /// With those whom the store knows to be left alone.
    pub(crate) fn of(state: &State) -> Result<Self, StateError> {
        let mut seen = Snapshot::default();
        state.each(Table::Customers, "", |key, remembered: CustomerState| {
            if let Some(last) = remembered.last {
                seen.settled(key, last.kind, &last.reason);
            }
            Ok(())
        })?;
        Ok(Self(Mutex::new(seen)))
    }

    pub(crate) fn seen(&self) -> Snapshot {
        self.lock().clone()
    }

    pub(crate) fn came_in(&self, trigger: Trigger) {
        *self.lock().came_in.entry(trigger).or_default() += 1;
    }

    pub(crate) fn refused(&self, why: &str) {
        let mut seen = self.lock();
        // Without a new text each time: there is one for each reason.
        if let Some(count) = seen.refused.get_mut(why) {
            *count += 1;
        } else {
            seen.refused.insert(why.to_owned(), 1);
        }
    }

    pub(crate) fn turned_away(&self) {
        self.refused("no place in the inbox");
        self.lock().is_overdue = true;
    }

    pub(crate) fn is_overdue(&self) -> bool {
        self.lock().is_overdue
    }

    pub(crate) fn full_pass_begins(&self) {
        self.lock().is_overdue = false;
    }

    pub(crate) fn full_pass(&self, result: &Result<SyncReport, SyncError>) -> String {
        let mut seen = self.lock();
        let text = match result {
            Ok(report) => {
                for outcome in &report.outcomes {
                    seen.settled(&outcome.key.to_string(), outcome.kind, &outcome.reason);
                }
                report.counts().to_string()
            }
            Err(error) => error.to_string(),
        };
        seen.full_pass = Some((Utc::now(), text.clone()));
        text
    }

    pub(crate) fn synced(&self, synced: &Synced) {
        let mut seen = self.lock();
        let kind = match &synced.result {
            Ok(Some(outcome)) => {
                seen.settled(&outcome.key.to_string(), outcome.kind, &outcome.reason);
                outcome.kind.name()
            }
            Ok(None) => "not there any more",
            Err(_) => "failed",
        };
        *seen.kinds.entry(kind).or_default() += 1;
        seen.synced.truncate(SHOWN - 1);
        seen.synced.push_front((Utc::now(), synced.to_string()));
    }

    fn lock(&self) -> MutexGuard<'_, Snapshot> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
