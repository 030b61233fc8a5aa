//! The journal of a run.

use std::sync::atomic::Ordering;

use super::StoreSession;
use crate::core::change::Change;
use crate::core::merge::{EDITED_IN_BILLIT, LastValue};
use crate::core::plan::{Action, Step};
use crate::core::report::{Outcome, OutcomeKind};
use crate::core::snapshot::CustomerState;
use crate::store::{
    Actor, JournalAction, JournalChange, JournalEntry, RowChange, StateError, Table,
};

impl StoreSession {
    /// The row of the run, unless it is in the store.
    pub(super) fn record_run(&self) -> Result<Option<RowChange>, StateError> {
        if self.is_recorded.swap(true, Ordering::Relaxed) {
            return Ok(None);
        }
        Table::Runs.put(self.run.id.as_str(), &self.run).map(Some)
    }

    pub(super) fn entry(
        &self,
        step: &Step,
        action: JournalAction,
        changes: &[Change],
    ) -> JournalEntry {
        let recorded = |change: &Change| JournalChange {
            field: change.field.clone(),
            before: LastValue::stored(&change.field, change.before.as_deref(), self.stored_values),
            after: LastValue::stored(&change.field, change.after.as_deref(), self.stored_values),
            by: self.actor,
            policy: self.rules.policy_of(&change.field, step.customer_kind),
        };
        JournalEntry {
            run: self.run.id.clone(),
            customer: step.key.clone(),
            at: (self.clock)(),
            action,
            party: step.party(),
            changes: changes.iter().map(recorded).collect(),
        }
    }

    /// The journal rows for the outcome of a step, and for corrections made by hand in Billit.
    pub(super) fn journal_rows(
        &self,
        outcome: &Outcome,
        step: &Step,
        corrected: Vec<JournalChange>,
    ) -> Result<Vec<RowChange>, StateError> {
        let action = match outcome.kind {
            OutcomeKind::Created => JournalAction::Created,
            OutcomeKind::Linked => JournalAction::Linked,
            OutcomeKind::Updated => JournalAction::Updated,
            OutcomeKind::Failed | OutcomeKind::Quarantined if step.writes() => {
                JournalAction::Failed
            }
            _ if corrected.is_empty() && !step.writes() => return Ok(Vec::new()),
            _ if corrected.is_empty() => {
                let entry = self.entry(step, JournalAction::Intended, &[]);
                return Ok(entry.removal()?.into());
            }
            _ => JournalAction::Observed,
        };
        let creates = matches!(step.action, Action::Create { .. });
        let written = match (action, outcome.kind) {
            (JournalAction::Observed, _) => Vec::new(),
            // Billit merged it into another party, whose values were put back: nothing was written for this customer.
            (JournalAction::Failed, OutcomeKind::Quarantined) if creates => Vec::new(),
            (JournalAction::Failed, _) if creates && outcome.rejection.is_some() => Vec::new(),
            // Billit may have created the party all the same.
            (JournalAction::Failed, _) if creates => step.written(),
            _ => outcome.changes.clone(),
        };
        let mut entry = self.entry(step, action, &written);
        if action != JournalAction::Failed || !creates {
            entry.party = outcome.party.or(entry.party);
        }
        entry.changes.extend(corrected);
        Ok(entry.rows()?.into())
    }

    /// Corrections made by hand in Billit, as journal changes.
    pub(super) fn corrections(
        &self,
        known: Option<&CustomerState>,
        outcome: &Outcome,
    ) -> Vec<JournalChange> {
        let Some(known) = known else {
            return Vec::new();
        };
        let edited_in_billit = outcome
            .notes
            .iter()
            .filter(|note| note.reason == EDITED_IN_BILLIT);
        let recorded = edited_in_billit.filter_map(|note| {
            Some(JournalChange {
                field: note.field.clone(),
                before: known.applied.get(&note.field)?.clone(),
                after: LastValue::stored(&note.field, note.billit.as_deref(), self.stored_values),
                by: Actor::BillitUser,
                policy: self.rules.policy_of(&note.field, outcome.customer_kind),
            })
        });
        recorded.collect()
    }
}
