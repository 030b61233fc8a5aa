//! What a run reads from the store, and what it writes there.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::mem;
use std::sync::{Mutex, MutexGuard, PoisonError};

use billit_client::PartyId;
use chrono::{DateTime, Utc};

use super::error::SyncError;
use super::hint::REFUSED;
use super::options::SyncOptions;
use crate::core::change::{Change, REFUSED_BEFORE};
use crate::core::customer::{Customer, CustomerKey};
use crate::core::field::{Field, LINK, VAT_NUMBER};
use crate::core::fingerprint::Fingerprint;
use crate::core::matching::match_keys;
use crate::core::merge::{EDITED_IN_BILLIT, LastValue, ONLY_LINKED};
use crate::core::plan::{Action, Plan, Purpose, Step};
use crate::core::policy::WriteMode;
use crate::core::report::{MissingFromSource, Outcome, OutcomeKind, SyncReport};
use crate::core::rules::{MAPPING, MappingRules};
use crate::core::run_id::RunId;
use crate::core::snapshot::{CustomerState, LastOutcome, StateSnapshot};
use crate::core::stored_values::StoredValues;
use crate::store::{
    Actor, Erasure, JournalAction, JournalChange, JournalEntry, Lock, Row, RunKind, RunRecord,
    State, StateError, Table,
};

/// The number of customers that are stored at a time, so that a large first run does not wait for the disk for each. If
/// the program is killed, the state of these few is lost, and of the created ones, since they are verified at the end.
/// The next run treats them as a run without a store does: the link is in Billit.
pub(super) const GROUP: usize = 256;

/// The state of the customers of a run, as read from the store, and the rows to write.
///
/// If the future of a run is dropped, the outcomes so far are still stored.
pub(super) struct StoreSession {
    state: Option<State>,
    pub(super) snapshot: StateSnapshot,
    stored_values: StoredValues,
    rules: MappingRules,
    rules_fingerprint: Fingerprint,
    /// Whether quarantined customers are retried: then `snapshot` does not have the reasons.
    retry_quarantined: bool,
    clock: fn() -> DateTime<Utc>,
    actor: Actor,
    /// Customers whose rows are to be removed.
    erased: BTreeSet<CustomerKey>,
    run: RunRecord,
    /// Whether the run is in the store.
    is_recorded: Mutex<bool>,
    pending: Mutex<Pending>,
    /// Locks that were taken before the run began.
    taken_locks: Mutex<HashMap<CustomerKey, Lock>>,
    failure: Mutex<Option<StateError>>,
}

/// The rows of the next group, and the locks that are released when it is stored, so that the next holder of a lock
/// sees what this run did.
#[derive(Default)]
struct Pending {
    rows: Vec<Row>,
    locks: Vec<Lock>,
    customers: usize,
}

/// Whether a customer may be written now.
pub(super) enum LockResult {
    /// Yes, while this lock is held. Without a store there is no lock.
    Acquired(Option<Lock>),
    /// No: another run has the lock, or has changed the state since the plan.
    Unavailable(&'static str),
}

impl StoreSession {
    /// The state of all customers, for a run of all customers.
    pub(super) fn of_all(kind: RunKind, options: &SyncOptions) -> Result<Self, SyncError> {
        check_link_only(options)?;
        let snapshot = options.state.as_ref().map(State::customers).transpose()?;
        Ok(Self::new(kind, snapshot.unwrap_or_default(), options))
    }

    /// The state of one customer, whose lock this run has; also by the key that it had before it got an id.
    pub(super) fn of_one(
        key: &CustomerKey,
        before_id: Option<CustomerKey>,
        lock: Option<Lock>,
        actor: Actor,
        options: &SyncOptions,
    ) -> Result<Self, SyncError> {
        check_link_only(options)?;
        let mut snapshot = StateSnapshot::new();
        if let Some(state) = &options.state {
            for key in [Some(key.clone()), before_id].into_iter().flatten() {
                let remembered = state.customer(&key)?;
                snapshot.extend(remembered.map(|remembered| (key, remembered)));
            }
        }
        let mut session = Self::new(RunKind::One, snapshot, options);
        session.actor = actor;
        unpoisoned(&session.taken_locks).extend(lock.map(|lock| (key.clone(), lock)));
        Ok(session)
    }

    /// The state of all customers, for a run that applies a plan. Customers to erase get their tombstones now, so that
    /// no run creates them from here on.
    pub(super) fn of_plan(plan: &Plan, options: &SyncOptions) -> Result<Self, SyncError> {
        let kind = match plan.purpose {
            Purpose::Sync => RunKind::Plan,
            Purpose::Undo(_) => RunKind::Undo,
            Purpose::Unlink | Purpose::Erase(_) => RunKind::Removal,
        };
        let mut session = Self::of_all(kind, options)?;
        if plan.purpose == Purpose::Sync {
            return Ok(session);
        }
        let state = options.state.as_ref().ok_or(SyncError::NoStore)?;
        if let Purpose::Undo(run) = &plan.purpose {
            session.actor = Actor::Undo;
            session.run.undoes = Some(run.clone());
        }
        if let Purpose::Erase(tombstones) = &plan.purpose {
            session.stored_values = StoredValues::Hashed;
            session.erased = tombstones.iter().map(|(key, _)| key.clone()).collect();
            state.add_tombstones(tombstones.iter().map(|(_, fingerprint)| *fingerprint))?;
        }
        Ok(session)
    }

    fn new(kind: RunKind, mut snapshot: StateSnapshot, options: &SyncOptions) -> Self {
        if options.retry_quarantined {
            snapshot.values_mut().for_each(clear_failure);
        }
        let started = (options.clock)();
        Self {
            state: options.state.clone(),
            snapshot,
            stored_values: options
                .state
                .as_ref()
                .map(State::stored_values)
                .unwrap_or_default(),
            rules: options.rules.clone(),
            rules_fingerprint: options.rules.fingerprint(),
            retry_quarantined: options.retry_quarantined,
            clock: options.clock,
            actor: options.actor,
            erased: BTreeSet::new(),
            run: RunRecord::begin(RunId::new(started, fastrand::u16(..)), kind, started),
            is_recorded: Mutex::new(false),
            pending: Mutex::default(),
            taken_locks: Mutex::default(),
            failure: Mutex::default(),
        }
    }

    /// The id of the run, if there is a store.
    pub(super) fn run(&self) -> Option<&RunId> {
        self.state.as_ref().map(|_| &self.run.id)
    }

    /// Stores journal entries of what these steps are about to write and overwrite, before any of them writes.
    pub(super) fn record_intentions(&self, steps: &[Step]) {
        if self.state.is_none() {
            return;
        }
        let writing = steps.iter().filter(|step| step.writes());
        let entries =
            writing.map(|step| self.entry(step, JournalAction::Intended, &step.written()));
        let rows: Result<Vec<[Row; 2]>, StateError> = entries.map(|entry| entry.rows()).collect();
        let rows = rows.map(|rows| rows.into_iter().flatten().collect::<Vec<Row>>());
        match rows {
            Ok(rows) if rows.is_empty() => {}
            Ok(mut rows) => {
                let mut is_recorded = unpoisoned(&self.is_recorded);
                if !*is_recorded {
                    rows.extend(Row::put(Table::Runs, self.run.id.as_str(), &self.run).ok());
                    *is_recorded = true;
                }
                self.write(&rows);
            }
            Err(error) => self.record_failure(error),
        }
    }

    fn entry(&self, step: &Step, action: JournalAction, changes: &[Change]) -> JournalEntry {
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

    /// Takes the lock of a customer to write, and checks whether another run has changed its state since the plan.
    pub(super) fn lock_customer(&self, key: &CustomerKey) -> Result<LockResult, StateError> {
        let Some(state) = &self.state else {
            return Ok(LockResult::Acquired(None));
        };
        if let Some(lock) = unpoisoned(&self.taken_locks).remove(key) {
            return Ok(LockResult::Acquired(Some(lock)));
        }
        let Some(lock) = lock_of(state, key)? else {
            return Ok(LockResult::Unavailable(
                "another run has the lock of this customer",
            ));
        };
        if !self.is_unchanged_in_store(state, key)? {
            return Ok(LockResult::Unavailable(
                "another run has changed this customer since the plan",
            ));
        }
        Ok(LockResult::Acquired(Some(lock)))
    }

    /// Adds the rows of an outcome to the pending group, and keeps the lock until they are stored.
    pub(super) fn record_outcome(&self, outcome: &Outcome, step: &Step, mut lock: Option<Lock>) {
        let Some(state) = &self.state else { return };
        let rows = match self.run.kind {
            RunKind::Undo | RunKind::Removal => self.unlinked_rows(state, outcome, step),
            _ => self.synced_rows(outcome, step, &mut lock),
        };
        let Some(rows) = self.ok_or_record(rows).filter(|rows| !rows.is_empty()) else {
            return;
        };
        let mut pending = unpoisoned(&self.pending);
        pending.rows.extend(rows);
        pending.locks.extend(lock);
        pending.customers += 1;
        if pending.customers >= GROUP {
            let group = mem::take(&mut *pending);
            drop(pending);
            self.write(&group.rows);
        }
    }

    /// The rows for an outcome of a sync.
    fn synced_rows(
        &self,
        outcome: &Outcome,
        step: &Step,
        lock: &mut Option<Lock>,
    ) -> Result<Vec<Row>, StateError> {
        let old = self.key_before_id(outcome);
        let known = self.known(outcome);
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
        if let Some(remembered) = remembered.filter(|remembered| known != Some(remembered)) {
            // If another run has the lock or has changed the state, its data are newer than those of this run.
            if lock.is_none()
                && let LockResult::Acquired(turn) = self.lock_customer(&outcome.key)?
            {
                *lock = turn;
            }
            if lock.is_some() {
                let key = outcome.key.to_string();
                rows.push(Row::put(Table::Customers, key, &remembered)?);
                if let Some(old) = &old {
                    rows.extend(self.moved_rows(old, &outcome.key)?);
                }
            }
        }
        let before = known.map(|known| &known.corrections);
        let is_new = |change: &JournalChange| {
            before.and_then(|before| before.get(&change.field)) != Some(&change.after)
        };
        let corrected = corrected.into_iter().filter(is_new).collect();
        rows.extend(self.journal_rows(outcome, step, corrected)?);
        Ok(rows)
    }

    /// What the store knew of a customer, also by the key that it had before it got an id.
    fn known(&self, outcome: &Outcome) -> Option<&CustomerState> {
        let key = self.key_before_id(outcome);
        self.snapshot.get(key.as_ref().unwrap_or(&outcome.key))
    }

    /// The key that a customer was remembered by before it had an id: the run has replaced the link of that key.
    fn key_before_id(&self, outcome: &Outcome) -> Option<CustomerKey> {
        let mut changes = outcome.changes.iter();
        let link = changes.find(|change| change.field == Field::Text(LINK))?;
        let key: CustomerKey = link.before.as_deref()?.parse().ok()?;
        let is_old = |key: &CustomerKey| {
            let known = self.snapshot.get(key);
            *key != outcome.key && known.is_some_and(|known| known.party == outcome.party)
        };
        Some(key).filter(is_old)
    }

    /// The rows that remove a customer's old key, and give its journal to the new one: whoever undoes, exports or erases the
    /// customer knows only that.
    fn moved_rows(&self, old: &CustomerKey, new: &CustomerKey) -> Result<Vec<Row>, StateError> {
        let mut rows = vec![Row::remove(Table::Customers, old.to_string())];
        let journal = self.state.as_ref().map(|state| state.history(old));
        for mut entry in journal.transpose()?.unwrap_or_default() {
            rows.extend(entry.removal());
            entry.customer = new.clone();
            rows.extend(entry.rows()?);
        }
        Ok(rows)
    }

    /// Corrections made by hand in Billit, as journal changes.
    fn corrections(&self, known: Option<&CustomerState>, outcome: &Outcome) -> Vec<JournalChange> {
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

    /// The rows for an outcome of an undo or a removal. An undone value stays undone: the applied source value is kept,
    /// so that the next sync takes Billit's value for a correction.
    fn unlinked_rows(
        &self,
        state: &State,
        outcome: &Outcome,
        step: &Step,
    ) -> Result<Vec<Row>, StateError> {
        let key = outcome.key.to_string();
        let is_done =
            outcome.kind == OutcomeKind::Updated || outcome.kind == OutcomeKind::Unchanged;
        if self.erased.contains(&outcome.key) && (is_done || !step.writes()) {
            let mut rows = state.removal_rows(&outcome.key)?;
            let erasure = self.erasure(outcome);
            // Erased by an earlier run: its record is there already.
            if !erasure.blanked.is_empty() || state.erasure(&outcome.key)?.is_none() {
                rows.extend(state.erasure_row(&outcome.key, &erasure)?);
            }
            return Ok(rows);
        }
        let mut rows = self.journal_rows(outcome, step, Vec::new())?;
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
                rows.push(Row::put(Table::Customers, key, &known)?);
            }
            return Ok(rows);
        };
        match (&link.after, self.run.kind) {
            (Some(_), _) => {
                let remembered = CustomerState {
                    party: outcome.party,
                    last: None,
                    ..known
                };
                rows.push(Row::put(Table::Customers, key, &remembered)?);
            }
            (None, RunKind::Removal) => rows.push(Row::remove(Table::Customers, key)),
            (None, _) => {
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
                rows.push(Row::put(Table::Customers, key, &remembered)?);
            }
        }
        Ok(rows)
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

    /// Counts the listings in a row that did not have a customer. One that another run handles, or has handled
    /// meanwhile, is not counted.
    pub(super) fn count_missed(&mut self, missing_from_source: &[MissingFromSource]) {
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
        let (mut customers, mut locks) = (Vec::new(), Vec::new());
        for (key, known) in back.chain(missing) {
            if let Some(LockResult::Acquired(lock)) = self.ok_or_record(self.lock_customer(&key)) {
                locks.extend(lock);
                customers.push((key, known));
            }
        }
        self.ok_or_record(state.put_customers(&customers));
        drop(locks);
        self.snapshot.extend(customers);
    }

    /// Whether the state of a customer in the store is still the one that this run read.
    fn is_unchanged_in_store(&self, state: &State, key: &CustomerKey) -> Result<bool, StateError> {
        let mut now = state.customer(key)?;
        if self.retry_quarantined {
            now.iter_mut().for_each(clear_failure);
        }
        Ok(now.as_ref() == self.snapshot.get(key))
    }

    /// The journal rows for the outcome of a step, and for corrections made by hand in Billit.
    fn journal_rows(
        &self,
        outcome: &Outcome,
        step: &Step,
        corrected: Vec<JournalChange>,
    ) -> Result<Vec<Row>, StateError> {
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
                return Ok(entry.removal().into());
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

    /// The next state of a customer with this outcome, or `None` if it does not change.
    fn next_state(&self, outcome: &Outcome, step: &Step) -> Option<CustomerState> {
        let known = self.known(outcome);
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

    /// Stores the match keys of a customer before it is looked for others with the same: of two runs that begin at the
    /// same time, one sees the other's.
    pub(super) fn put_match_keys(&mut self, customer: &Customer) -> Result<(), StateError> {
        let Some(state) = &self.state else {
            return Ok(());
        };
        let keys = match_keys(customer, &self.rules);
        let known = self.snapshot.entry(customer.key.clone()).or_default();
        known.match_keys = keys;
        state.put_customers(&[(customer.key.clone(), known.clone())])
    }

    /// Quarantines a customer until its record changes, whatever its own outcome in this run was.
    pub(super) fn quarantine(&self, outcome: &Outcome) {
        let Some(state) = &self.state else { return };
        // The rows of this run for it may not be in the store yet.
        self.write_rest();
        let Some(mut remembered) = self.ok_or_record(state.customer(&outcome.key)).flatten() else {
            return;
        };
        let Some(last) = &mut remembered.last else {
            return;
        };
        last.kind = OutcomeKind::Quarantined;
        last.reason.clone_from(&outcome.reason);
        if let Err(error) = state.put_customers(&[(outcome.key.clone(), remembered)]) {
            self.record_failure(error);
        }
    }

    fn ok_or_record<T>(&self, result: Result<T, StateError>) -> Option<T> {
        result.map_err(|error| self.record_failure(error)).ok()
    }

    fn record_failure(&self, error: StateError) {
        unpoisoned(&self.failure).get_or_insert(error);
    }

    fn write(&self, rows: &[Row]) {
        if let Some(Err(error)) = self.state.as_ref().map(|state| state.write(rows)) {
            self.record_failure(error);
        }
    }

    fn write_rest(&self) {
        let rest = mem::take(&mut *unpoisoned(&self.pending));
        self.write(&rest.rows);
    }

    /// Stores the rest and the record of the run, and returns the first error of the store.
    pub(super) fn finish(self, report: &SyncReport) -> Option<StateError> {
        let counts = report.counts();
        // A run of one customer that changed nothing is not recorded.
        if self.run.kind != RunKind::One || *unpoisoned(&self.is_recorded) {
            let run = RunRecord {
                finished: Some((self.clock)()),
                counts,
                missing_from_source: report.missing_from_source.len(),
                erased_in_source: report.erased_in_source(),
                ..self.run.clone()
            };
            let row = Row::put(Table::Runs, run.id.as_str(), &run);
            let row = self.ok_or_record(row);
            unpoisoned(&self.pending).rows.extend(row);
        }
        self.write_rest();
        unpoisoned(&self.failure).take()
    }
}

impl Drop for StoreSession {
    fn drop(&mut self) {
        self.write_rest();
    }
}

/// An error if the rules only link and there is no store to remember the old differences in.
fn check_link_only(options: &SyncOptions) -> Result<(), SyncError> {
    if options.rules.mode() == WriteMode::LinkOnly && options.state.is_none() {
        return Err(SyncError::LinkOnlyWithoutStore);
    }
    Ok(())
}

/// Clears the last outcome if it was not a success, so that the customer is retried.
fn clear_failure(remembered: &mut CustomerState) {
    remembered.refused_vat_number = None;
    remembered
        .last
        .take_if(|last| last.kind != OutcomeKind::Unchanged);
}

/// Whether a retry would end in the same outcome. A quarantine that comes from the plan is stored already.
fn would_end_the_same(outcome: &Outcome, step: &Step) -> bool {
    match outcome.kind {
        OutcomeKind::Quarantined => step.writes(),
        OutcomeKind::Failed => outcome.rejection.is_some(),
        _ => true,
    }
}

/// The lock of one customer.
pub(super) fn lock_of(state: &State, key: &CustomerKey) -> Result<Option<Lock>, StateError> {
    state.store().lock(&format!("customer {key}"))
}

fn unpoisoned<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
