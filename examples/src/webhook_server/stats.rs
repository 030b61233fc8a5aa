//! Counters since the start, for the status page. They hold no personal data.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use customer_sync::store::{CustomerState, State, StateError, Table};
use customer_sync::triggers::{Synced, Trigger};
use customer_sync::{Outcome, OutcomeKind, SyncError, SyncReport};

use crate::program::explained;

/// The number of syncs shown.
const SHOWN: usize = 50;

pub(crate) struct Stats(Mutex<Snapshot>);

/// The counters.
#[derive(Clone, Default)]
pub(crate) struct Snapshot {
    pub(crate) received: BTreeMap<Trigger, u64>,
    pub(crate) refused: BTreeMap<String, u64>,
    pub(crate) synced: VecDeque<(DateTime<Utc>, String)>,
    pub(crate) kinds: BTreeMap<&'static str, u64>,
    pub(crate) full_pass: Option<(DateTime<Utc>, String)>,
    /// Customers whose last sync was quarantined, failed, in conflict or ambiguous, or who were erased in Planyo, with the
    /// reason.
    pub(crate) undecided: BTreeMap<String, (&'static str, String)>,
    /// The inbox rejected a request, and no full pass began since.
    is_overdue: bool,
}

impl Snapshot {
    fn record_outcome(&mut self, outcome: &Outcome) {
        let key = outcome.key.to_string();
        if outcome.is_erased_in_source() {
            self.undecided
                .insert(key, ("erased", outcome.reason.clone()));
        } else {
            self.record(&key, outcome.kind, &outcome.reason);
        }
    }

    fn record(&mut self, key: &str, kind: OutcomeKind, reason: &str) {
        match kind {
            OutcomeKind::Quarantined
            | OutcomeKind::Failed
            | OutcomeKind::Conflict
            | OutcomeKind::Ambiguous => {
                let why = (kind.name(), reason.to_owned());
                self.undecided.insert(key.to_owned(), why);
            }
            _ => {
                self.undecided.remove(key);
            }
        }
    }
}

impl Stats {
    /// With the undecided customers of the store.
    pub(crate) async fn of(state: &State) -> Result<Self, StateError> {
        let mut snapshot = Snapshot::default();
        let all = state.each(Table::Customers, "", |key, remembered: CustomerState| {
            if let Some(last) = remembered.last {
                snapshot.record(key, last.kind, &last.reason);
            }
            Ok(())
        });
        all.await?;
        Ok(Self(Mutex::new(snapshot)))
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        self.lock().clone()
    }

    pub(crate) fn received(&self, trigger: Trigger) {
        *self.lock().received.entry(trigger).or_default() += 1;
    }

    pub(crate) fn refused(&self, why: &str) {
        let mut snapshot = self.lock();
        // Allocates only for a new reason.
        if let Some(count) = snapshot.refused.get_mut(why) {
            *count += 1;
        } else {
            snapshot.refused.insert(why.to_owned(), 1);
        }
    }

    pub(crate) fn rejected(&self) {
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
        let mut snapshot = self.lock();
        let text = match result {
            Ok(report) => {
                for outcome in &report.outcomes {
                    snapshot.record_outcome(outcome);
                }
                report.counts().to_string()
            }
            Err(error) => explained(error),
        };
        snapshot.full_pass = Some((Utc::now(), text.clone()));
        text
    }

    pub(crate) fn synced(&self, synced: &Synced) {
        let mut snapshot = self.lock();
        let kind = match &synced.result {
            Ok(Some(outcome)) => {
                snapshot.record_outcome(outcome);
                outcome.kind.name()
            }
            Ok(None) => "not there any more",
            Err(_) => "failed",
        };
        *snapshot.kinds.entry(kind).or_default() += 1;
        snapshot.synced.truncate(SHOWN - 1);
        snapshot.synced.push_front((Utc::now(), synced.to_string()));
    }

    fn lock(&self) -> MutexGuard<'_, Snapshot> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
