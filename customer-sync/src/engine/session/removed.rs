//! What an undo or a removal leaves of a customer in the store.

use super::outcomes::{moved_entries, moved_rows, replaced_link};
use super::{PendingRows, StoreSession};
use crate::core::customer::CustomerKey;
use crate::core::field::{Field, LINK};
use crate::core::merge::LastValue;
use crate::core::plan::Step;
use crate::core::report::{Outcome, OutcomeKind};
use crate::core::snapshot::{CustomerState, LastOutcome};
use crate::store::{Erasure, RunKind, State, StateError, Table};

impl StoreSession {
    /// The rows for an outcome of an undo or a removal. An undone value stays undone: the applied source value is kept,
    /// so that the next sync takes Billit's value for a correction.
    pub(super) async fn removed_rows(
        &self,
        state: &State,
        outcome: &Outcome,
        step: &Step,
    ) -> Result<PendingRows, StateError> {
        let mut pending = PendingRows {
            customer: Some(outcome.key.clone()),
            ..PendingRows::default()
        };
        let key = outcome.key.as_str();
        let rows = &mut pending.state;
        let is_done =
            outcome.kind == OutcomeKind::Updated || outcome.kind == OutcomeKind::Unchanged;
        if self.erased.contains(&outcome.key) && (is_done || !step.writes()) {
            let mut rows = state.removal_rows(&outcome.key).await?;
            let erasure = self.erasure(outcome);
            // Erased by an earlier run: its record is there already.
            if !erasure.blanked.is_empty() || state.erasure(&outcome.key).await?.is_none() {
                rows.extend(state.erasure_row(&outcome.key, &erasure).await?);
            }
            pending.state = rows;
            return Ok(pending);
        }
        pending.journal = self.journal_rows(outcome, step, Vec::new())?;
        let link = step
            .changes()
            .iter()
            .find(|change| change.field == Field::Text(LINK));
        let mut known = self.snapshot.get(&outcome.key).cloned().unwrap_or_default();
        if self.run.kind == RunKind::Undo && is_done {
            // The next sync finds these values in Billit. They are not corrections to report.
            let written = outcome.changes.iter().map(|change| {
                let after =
                    LastValue::stored(&change.field, change.after.as_deref(), self.stored_values);
                (change.field.clone(), after)
            });
            known.corrections.extend(written);
        }
        let Some(link) = link.filter(|_| is_done) else {
            if self
                .snapshot
                .get(&outcome.key)
                .is_some_and(|before| *before != known)
            {
                rows.push(Table::Customers.put(key, &known)?);
            }
            return Ok(pending);
        };
        let linked_to = link.after.as_deref().and_then(|link| link.parse().ok());
        let linked_to: Option<CustomerKey> = linked_to.filter(|to| *to != outcome.key);
        match (&link.after, self.run.kind) {
            (Some(_), _) if linked_to.is_none() => {
                let remembered = CustomerState {
                    party: outcome.party,
                    last: None,
                    ..known
                };
                rows.push(Table::Customers.put(key, &remembered)?);
                // The undo of an undo: it has its id again.
                let old = replaced_link(step).filter(|old| self.is_old_key(old, outcome));
                if let Some(old) = old {
                    rows.extend(moved_rows(state, &old, &outcome.key).await?);
                }
            }
            (None, RunKind::Removal) => rows.push(Table::Customers.remove(key)?),
            _ => {
                // Back to the key that it had before it got an id, with the journal of that time.
                if let Some(old) = linked_to.filter(CustomerKey::is_without_id) {
                    if !self.is_old_key(&old, outcome) {
                        let remembered = CustomerState {
                            party: outcome.party,
                            last: None,
                            ..known.clone()
                        };
                        rows.push(Table::Customers.put(old.as_str(), &remembered)?);
                    }
                    let until = self.run.undoes.as_ref();
                    rows.extend(moved_entries(state, &outcome.key, &old, until).await?);
                }
                let quarantined = |last: LastOutcome| LastOutcome {
                    kind: OutcomeKind::Quarantined,
                    reason: "its party was unlinked when a run was undone".to_owned(),
                    ..last
                };
                let last = known.last.map(quarantined);
                let remembered = CustomerState {
                    party: None,
                    last,
                    ..known
                };
                rows.push(Table::Customers.put(key, &remembered)?);
            }
        }
        Ok(pending)
    }

    fn erasure(&self, outcome: &Outcome) -> Erasure {
        let blanked = outcome.changes.iter().map(|change| change.field.clone());
        let kept = outcome
            .notes
            .iter()
            .filter(|note| note.field != Field::Text(LINK));
        Erasure {
            at: (self.clock)(),
            run: self.run.id.clone(),
            blanked: blanked.collect(),
            kept: kept
                .map(|note| (note.field.clone(), note.reason.clone()))
                .collect(),
        }
    }
}
