//! What is remembered of a customer after its outcome.

use std::collections::{BTreeMap, HashMap};

use billit_client::PartyId;

use super::{PendingRows, StoreSession, write_rows};
use crate::core::change::REFUSED_BEFORE;
use crate::core::customer::{Customer, CustomerKey};
use crate::core::field::{Field, LINK, VAT_NUMBER};
use crate::core::matching::match_keys;
use crate::core::merge::{EDITED_IN_BILLIT, LastValue, ONLY_LINKED};
use crate::core::plan::Step;
use crate::core::report::{MissingFromSource, Outcome, OutcomeKind};
use crate::core::rules::MAPPING;
use crate::core::run_id::RunId;
use crate::core::snapshot::{CustomerState, LastOutcome};
use crate::engine::hint::REFUSED;
use crate::store::{Commit, Expected, JournalChange, RowChange, State, StateError, Table};

impl StoreSession {
    /// The rows for an outcome of a sync.
    pub(super) async fn synced_rows(
        &self,
        state: &State,
        outcome: &Outcome,
        step: &Step,
        has_lease: bool,
    ) -> Result<PendingRows, StateError> {
        let old = self.key_before_id(outcome, step);
        let known = self.known(outcome, step);
        let corrected = self.corrections(known, outcome);
        let mut remembered = self.next_state(outcome, step);
        let keys = known.map_or(&[][..], |known| &known.match_keys);
        if !step.match_keys.is_empty() && step.match_keys != keys {
            let remembered = remembered.get_or_insert_with(|| known.cloned().unwrap_or_default());
            remembered.match_keys.clone_from(&step.match_keys);
        }
        if !corrected.is_empty() {
            let remembered = remembered.get_or_insert_with(|| known.cloned().unwrap_or_default());
            let corrections = corrected.iter();
            remembered.corrections = corrections
                .map(|change| (change.field.clone(), change.after.clone()))
                .collect();
        }
        let mut rows = Vec::new();
        let is_new =
            |remembered: &CustomerState| self.snapshot.get(&outcome.key) != Some(remembered);
        if let Some(remembered) = remembered.filter(is_new) {
            let put = Table::Customers.put(outcome.key.as_str(), &remembered)?;
            // If another run has written it meanwhile, its data are newer than those of this run.
            rows.push(if has_lease {
                put
            } else {
                put.expecting(self.unchanged(&outcome.key))
            });
        }
        if let Some(old) = &old {
            rows.extend(moved_rows(state, old, &outcome.key).await?);
        }
        let before = known.map(|known| &known.corrections);
        let is_new = |change: &JournalChange| {
            before.and_then(|before| before.get(&change.field)) != Some(&change.after)
        };
        let corrected = corrected.into_iter().filter(is_new).collect();
        Ok(PendingRows {
            customer: Some(outcome.key.clone()),
            state: rows,
            journal: self.journal_rows(outcome, step, corrected)?,
            ..PendingRows::default()
        })
    }

    /// What the store knew of a customer, also by the key that it had before it got an id.
    fn known(&self, outcome: &Outcome, step: &Step) -> Option<&CustomerState> {
        let own = self.snapshot.get(&outcome.key);
        let is_of_party = |own: &&CustomerState| own.party.is_some() && own.party == outcome.party;
        let old = || self.snapshot.get(&self.key_before_id(outcome, step)?);
        own.filter(is_of_party).or_else(old).or(own)
    }

    /// The key that a customer was remembered by before it had an id, if its party has the link of its key of now.
    fn key_before_id(&self, outcome: &Outcome, step: &Step) -> Option<CustomerKey> {
        if !matches!(
            outcome.kind,
            OutcomeKind::Linked | OutcomeKind::Updated | OutcomeKind::Unchanged
        ) {
            return None;
        }
        // A plan that was made without a store has only the link.
        let key = step.key_before_id.clone();
        let key = key.or_else(|| replaced_link(step))?;
        self.is_old_key(&key, outcome).then_some(key)
    }

    /// Whether the store knows the party of this outcome by this key, which is not the customer's own.
    pub(super) fn is_old_key(&self, key: &CustomerKey, outcome: &Outcome) -> bool {
        let known = self.snapshot.get(key).and_then(|known| known.party);
        *key != outcome.key && known.is_some() && known == outcome.party
    }

    /// The next state of a customer with this outcome, or `None` if it does not change.
    fn next_state(&self, outcome: &Outcome, step: &Step) -> Option<CustomerState> {
        let known = self.known(outcome, step);
        let values = Some(&step.source_values).filter(|values| !values.is_empty());
        let last = |reason: &str| {
            values.map(|values| LastOutcome {
                kind: outcome.kind,
                reason: reason.to_owned(),
                source: match known.and_then(|known| known.last.as_ref()) {
                    Some(before) => values.source_fingerprint().after(&before.source),
                    None => values.source_fingerprint(),
                },
                rules: self.rules_fingerprint,
                mapping: MAPPING.clone(),
            })
        };
        match outcome.kind {
            OutcomeKind::Created
            | OutcomeKind::Linked
            | OutcomeKind::Updated
            | OutcomeKind::Unchanged => {
                let party = outcome.party?;
                let is_known = known.is_some_and(|known| known.party == Some(party));
                if outcome.kind == OutcomeKind::Unchanged && is_known && values.is_none() {
                    // The store has everything already.
                    return None;
                }
                let match_keys = known.map(|known| known.match_keys.clone());
                let mut remembered = CustomerState {
                    party: Some(party),
                    match_keys: match_keys.unwrap_or_default(),
                    ..CustomerState::default()
                };
                // A correction is kept while it is in Billit: it is in the journal already.
                let is_there = |field: &Field| {
                    let mut notes = outcome.notes.iter();
                    notes.any(|note| note.field == *field && note.reason == EDITED_IN_BILLIT)
                };
                let known_corrections = known.map(|known| known.corrections.clone());
                remembered.corrections = known_corrections.unwrap_or_default();
                remembered.corrections.retain(|field, _| is_there(field));
                if let Some(known) = known.filter(|known| known.party == Some(party)) {
                    // For fields that the source did not send this time, the earlier values.
                    remembered.applied = known.applied.clone();
                }
                // A plan that was made without a store has only the changes.
                remembered
                    .applied
                    .record(&outcome.changes, self.stored_values);
                if let Some(values) = values {
                    remembered.applied.extend(values);
                }
                remembered.refused_vat_number = self.refused_vat_number(known, outcome);
                let known = known.filter(|known| known.party == Some(party));
                remembered.kept = self.kept_in_billit(known, outcome);
                // A default that was not filled in stays a blank.
                let only_linked = outcome
                    .notes
                    .iter()
                    .filter(|note| note.reason == ONLY_LINKED);
                for note in only_linked {
                    let source = note.source.as_deref();
                    let last = LastValue::stored(&note.field, source, self.stored_values);
                    remembered.applied.add(&note.field, last);
                }
                remembered.last = last("");
                if let Some(last) = &mut remembered.last {
                    last.kind = OutcomeKind::Unchanged;
                }
                Some(remembered)
            }
            // Merged or rejected: a retry would fail again. Or ambiguous: a person has to decide, and until then
            // `sync_changed` need not compare it again.
            OutcomeKind::Quarantined
            | OutcomeKind::Failed
            | OutcomeKind::Ambiguous
            | OutcomeKind::Conflict
                if would_end_the_same(outcome, step) =>
            {
                Some(CustomerState {
                    last: Some(last(&outcome.reason)?),
                    ..known.cloned().unwrap_or_default()
                })
            }
            // Not tried, since nothing has changed. But a road that can say the language may say it for the first time.
            OutcomeKind::Quarantined => {
                let (known, source) = (known?, values?.source_fingerprint());
                let last = known.last.as_ref()?;
                let source = source.after(&last.source);
                let is_new = last.source.is_same(&source) && last.source != source;
                let last = is_new.then(|| LastOutcome {
                    source,
                    ..last.clone()
                });
                Some(CustomerState {
                    last: Some(last?),
                    ..known.clone()
                })
            }
            _ => None,
        }
    }

    /// The VAT number that Billit refused now, or before.
    fn refused_vat_number(
        &self,
        known: Option<&CustomerState>,
        outcome: &Outcome,
    ) -> Option<LastValue> {
        let left_out = |why| {
            let mut notes = outcome.notes.iter();
            notes.find(|note| {
                note.field == VAT_NUMBER && note.not_understood && note.reason.starts_with(why)
            })
        };
        if let Some(note) = left_out(REFUSED) {
            let number = note.source.as_deref();
            return Some(LastValue::stored(&VAT_NUMBER, number, self.stored_values));
        }
        let is_still_refused = left_out(REFUSED_BEFORE).is_some();
        known?
            .refused_vat_number
            .clone()
            .filter(|_| is_still_refused)
    }

    /// Billit's values that differ and that nobody has changed since the source's values were applied last.
    fn kept_in_billit(
        &self,
        known: Option<&CustomerState>,
        outcome: &Outcome,
    ) -> BTreeMap<Field, LastValue> {
        let mut kept = known.map(|known| known.kept.clone()).unwrap_or_default();
        for change in &outcome.changes {
            kept.remove(&change.field);
        }
        if outcome.kind == OutcomeKind::Created {
            return kept;
        }
        for note in outcome.notes.iter().filter(|note| !note.not_understood) {
            let (field, billit) = (&note.field, note.billit.as_deref());
            let last = known.and_then(|known| known.last_of(field));
            if last.is_none_or(|last| !last.has_billit_changed(field, billit)) {
                let value = LastValue::stored(field, billit, self.stored_values);
                kept.insert(field.clone(), value);
            }
        }
        kept
    }

    /// Counts the listings in a row that did not have a customer. One that another run handles, or has handled
    /// meanwhile, is not counted.
    pub(in crate::engine) async fn count_missed(
        &mut self,
        missing_from_source: &[MissingFromSource],
    ) {
        let Some(state) = self.state.clone() else {
            return;
        };
        let missed: HashMap<&CustomerKey, PartyId> = missing_from_source
            .iter()
            .map(|missing| (&missing.key, missing.party))
            .collect();
        let back = self.snapshot.iter().filter(|(key, known)| {
            known.missed > 0
                && key.source() == self.rules.source_name()
                && !missed.contains_key(key)
        });
        let back = back.map(|(key, known)| {
            let known = known.clone();
            (key.clone(), CustomerState { missed: 0, ..known })
        });
        let missing = missing_from_source.iter().map(|missing| {
            let known = self.snapshot.get(&missing.key).cloned().unwrap_or_default();
            let missed = known.missed.saturating_add(1);
            let party = known.party.or(Some(missing.party));
            let known = CustomerState {
                party,
                missed,
                ..known
            };
            (missing.key.clone(), known)
        });
        let (mut customers, mut rows) = (Vec::new(), Vec::new());
        for (key, known) in back.chain(missing) {
            // A link that is too long for a store is not counted, and so its party is never removed.
            let Ok(put) = Table::Customers.put(key.as_str(), &known) else {
                continue;
            };
            rows.push(PendingRows {
                customer: Some(key.clone()),
                state: vec![put.expecting(self.unchanged(&key))],
                ..PendingRows::default()
            });
            customers.push((key, known));
        }
        if rows.is_empty() {
            return;
        }
        let written = write_rows(&state, &mut rows, &[]).await;
        let Some(version) = self.ok_or_record(written) else {
            return;
        };
        for ((key, known), rows) in customers.into_iter().zip(rows) {
            if !rows.state.is_empty() {
                self.versions.insert(key.clone(), version);
                self.snapshot.insert(key, known);
            }
        }
    }

    /// Stores the match keys of a customer before it is looked for others with the same: of two runs that begin at the
    /// same time, one sees the other's. The run has the lease of the customer.
    pub(in crate::engine) async fn put_match_keys(
        &mut self,
        customer: &Customer,
    ) -> Result<(), StateError> {
        let Some(state) = &self.state else {
            return Ok(());
        };
        let keys = match_keys(customer, &self.rules);
        let known = self.snapshot.entry(customer.key.clone()).or_default();
        known.match_keys = keys;
        let put = Table::Customers.put(customer.key.as_str(), known)?;
        if let Commit::Done(version) = state.commit(&[put]).await? {
            self.versions.insert(customer.key.clone(), version);
        }
        Ok(())
    }

    /// Quarantines a customer until its record changes, whatever its own outcome in this run was.
    pub(in crate::engine) async fn quarantine(&self, outcome: &Outcome) {
        let Some(state) = &self.state else { return };
        // The rows of this run for it may not be in the store yet.
        self.write_pending(&[]).await;
        let quarantined = quarantine(state, outcome).await;
        self.ok_or_record(quarantined);
    }
}

async fn quarantine(state: &State, outcome: &Outcome) -> Result<(), StateError> {
    loop {
        let Some((mut known, version)) = state.versioned_customer(&outcome.key).await? else {
            return Ok(());
        };
        let Some(last) = &mut known.last else {
            return Ok(());
        };
        last.kind = OutcomeKind::Quarantined;
        last.reason.clone_from(&outcome.reason);
        let put = Table::Customers.put(outcome.key.as_str(), &known)?;
        let put = put.expecting(Expected::Version(version));
        if let Commit::Done(_) = state.commit(&[put]).await? {
            return Ok(());
        }
    }
}

/// The key in the link that a step replaces.
pub(super) fn replaced_link(step: &Step) -> Option<CustomerKey> {
    let mut changes = step.changes().iter();
    let link = changes.find(|change| change.field == Field::Text(LINK))?;
    link.before.as_deref()?.parse().ok()
}

/// The rows that remove a customer's old key, and give its journal to the new one: whoever undoes, exports or erases the
/// customer knows only that.
pub(super) async fn moved_rows(
    state: &State,
    old: &CustomerKey,
    new: &CustomerKey,
) -> Result<Vec<RowChange>, StateError> {
    let mut rows = vec![Table::Customers.remove(old.as_str())?];
    rows.extend(moved_entries(state, old, new, None).await?);
    Ok(rows)
}

/// The rows that give the journal of one key to another: all of it, or that of the runs before this one.
pub(super) async fn moved_entries(
    state: &State,
    from: &CustomerKey,
    to: &CustomerKey,
    before: Option<&RunId>,
) -> Result<Vec<RowChange>, StateError> {
    let mut rows = Vec::new();
    for mut entry in state.history(from).await? {
        if before.is_some_and(|before| entry.run >= *before) {
            continue;
        }
        rows.extend(entry.removal()?);
        entry.customer = to.clone();
        rows.extend(entry.rows()?);
    }
    Ok(rows)
}

/// Whether a retry would end in the same outcome. A quarantine that comes from the plan is stored already.
fn would_end_the_same(outcome: &Outcome, step: &Step) -> bool {
    match outcome.kind {
        OutcomeKind::Quarantined => step.writes(),
        OutcomeKind::Failed => outcome.rejection.is_some(),
        _ => true,
    }
}
