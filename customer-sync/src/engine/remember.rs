//! What a run takes from the store, and what it leaves there.

use std::collections::{BTreeSet, HashMap};
use std::mem;
use std::sync::{Mutex, MutexGuard, PoisonError};

use billit_client::PartyId;
use chrono::{DateTime, Utc};

use super::error::SyncError;
use super::options::SyncOptions;
use crate::core::change::Change;
use crate::core::customer::CustomerKey;
use crate::core::field::{Field, LINK};
use crate::core::fingerprint::{Fingerprint, by_rules};
use crate::core::merge::{BY_A_PERSON, StoredValues};
use crate::core::plan::{Action, Plan, Purpose, Step};
use crate::core::report::{MissingFromSource, Outcome, OutcomeKind, SyncReport};
use crate::core::rules::MappingRules;
use crate::core::run_id::RunId;
use crate::core::snapshot::{CustomerState, LastOutcome, StateSnapshot};
use crate::store::{
    Actor, Erasure, JournalAction, JournalChange, JournalEntry, Lock, Row, RunKind, RunRecord,
    State, StateError, Table,
};

/// So many customers are remembered at a time: a first run of many does not wait for the disk at each. What a kill loses
/// is the memory of these few, and of those who were created, since they are looked at when all are. The next run treats
/// them as one without a store does: the link is in Billit.
pub(super) const GROUP: usize = 256;

/// What is remembered of the customers of a run, and will be.
///
/// A run that is dropped, because whoever awaited it lost patience, remembers what it has settled.
pub(super) struct Remembering {
    state: Option<State>,
    pub(super) memory: StateSnapshot,
    stored_values: StoredValues,
    rules: MappingRules,
    rules_print: Fingerprint,
    /// Whether what an earlier run left alone is tried again: then `memory` lacks why.
    retries: bool,
    clock: fn() -> DateTime<Utc>,
    actor: Actor,
    /// Of whom what is known is to go.
    forgets: BTreeSet<CustomerKey>,
    run: RunRecord,
    /// Whether the store has the run.
    is_recorded: Mutex<bool>,
    pending: Mutex<Pending>,
    /// Locks that were taken before the run began.
    taken_locks: Mutex<HashMap<CustomerKey, Lock>>,
    failure: Mutex<Option<StateError>>,
}

/// What goes to the store with the next group, and the locks that end when it is there: whoever gets one of them then
/// sees what this run did.
#[derive(Default)]
struct Pending {
    rows: Vec<Row>,
    locks: Vec<Lock>,
    customers: usize,
}

/// Whether a customer may be written now.
pub(super) enum Turn {
    /// Yes, while this lock is held.
    Ours(Option<Lock>),
    /// Another run is at it, or has been since this one was planned.
    Others(&'static str),
}

impl Remembering {
    /// All of the store, for a run of all customers.
    pub(super) fn of_all(kind: RunKind, options: &SyncOptions) -> Result<Self, StateError> {
        let memory = options.state.as_ref().map(State::customers).transpose()?;
        Ok(Self::new(kind, memory.unwrap_or_default(), options))
    }

    /// One customer, whose lock this run has.
    pub(super) fn of_one(
        key: &CustomerKey,
        lock: Option<Lock>,
        options: &SyncOptions,
    ) -> Result<Self, StateError> {
        let remembered = options.state.as_ref().map(|state| state.customer(key));
        let remembered = remembered.transpose()?.flatten();
        let memory = remembered.map(|remembered| (key.clone(), remembered));
        let remembering = Self::new(RunKind::One, memory.into_iter().collect(), options);
        unpoisoned(&remembering.taken_locks).extend(lock.map(|lock| (key.clone(), lock)));
        Ok(remembering)
    }

    /// All of the store, for a run that does what a plan says. Who is to be forgotten is kept away from here on.
    pub(super) fn of_plan(plan: &Plan, options: &SyncOptions) -> Result<Self, SyncError> {
        let kind = match plan.purpose {
            Purpose::Sync => RunKind::Plan,
            Purpose::Undo(_) => RunKind::Undo,
            Purpose::Unlink | Purpose::Erase(_) => RunKind::Removal,
        };
        let mut remembering = Self::of_all(kind, options)?;
        if plan.purpose == Purpose::Sync {
            return Ok(remembering);
        }
        let state = options.state.as_ref().ok_or(SyncError::NoStore)?;
        if let Purpose::Undo(_) = plan.purpose {
            remembering.actor = Actor::Undo;
        }
        if let Purpose::Erase(tombstones) = &plan.purpose {
            remembering.stored_values = StoredValues::Hashed;
            remembering.forgets = tombstones.iter().map(|(key, _)| key.clone()).collect();
            state.bury(tombstones.iter().map(|(_, print)| *print))?;
        }
        Ok(remembering)
    }

    fn new(kind: RunKind, mut memory: StateSnapshot, options: &SyncOptions) -> Self {
        if options.retry_quarantined {
            memory.values_mut().for_each(try_again);
        }
        let started = (options.clock)();
        Self {
            state: options.state.clone(),
            memory,
            stored_values: options.state.as_ref().map(State::keeps).unwrap_or_default(),
            rules: options.rules.clone(),
            rules_print: options.rules.fingerprint(),
            retries: options.retry_quarantined,
            clock: options.clock,
            actor: options.actor,
            forgets: BTreeSet::new(),
            run: RunRecord::begun(RunId::new(started, fastrand::u16(..)), kind, started),
            is_recorded: Mutex::new(false),
            pending: Mutex::default(),
            taken_locks: Mutex::default(),
            failure: Mutex::default(),
        }
    }

    /// The run's name, if there is a store that knows it.
    pub(super) fn run(&self) -> Option<&RunId> {
        self.state.as_ref().map(|_| &self.run.id)
    }

    /// Notes what these steps are about to write, with what they overwrite, before any of them does.
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
            Err(error) => self.fail(error),
        }
    }

    fn entry(&self, step: &Step, action: JournalAction, changes: &[Change]) -> JournalEntry {
        let recorded = |change: &Change| JournalChange {
            field: change.field.clone(),
            before: self
                .stored_values
                .last(&change.field, change.before.as_deref()),
            after: self
                .stored_values
                .last(&change.field, change.after.as_deref()),
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

    /// Takes the lock of a customer who is to be written, and looks whether another run was here since the plan.
    pub(super) fn turn(&self, key: &CustomerKey) -> Result<Turn, StateError> {
        let Some(state) = &self.state else {
            return Ok(Turn::Ours(None));
        };
        if let Some(lock) = unpoisoned(&self.taken_locks).remove(key) {
            return Ok(Turn::Ours(Some(lock)));
        }
        let Some(lock) = lock_of(state, key)? else {
            return Ok(Turn::Others("another run is at this customer"));
        };
        if !self.is_still_so(state, key)? {
            return Ok(Turn::Others(
                "another run has been at this customer since the plan",
            ));
        }
        Ok(Turn::Ours(Some(lock)))
    }

    /// Remembers how a customer ended up, with others or at once, and keeps its lock until then.
    pub(super) fn record_outcome(&self, outcome: &Outcome, step: &Step, mut lock: Option<Lock>) {
        let Some(state) = &self.state else { return };
        let rows = match self.run.kind {
            RunKind::Undo | RunKind::Removal => self.unlinked_rows(state, outcome, step),
            _ => self.synced_rows(outcome, step, &mut lock),
        };
        let Some(rows) = self.or_fail(rows).filter(|rows| !rows.is_empty()) else {
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

    /// The rows of a customer that a sync has settled.
    fn synced_rows(
        &self,
        outcome: &Outcome,
        step: &Step,
        lock: &mut Option<Lock>,
    ) -> Result<Vec<Row>, StateError> {
        let known = self.memory.get(&outcome.key);
        let corrected = self.corrections(known, outcome);
        let mut remembered = self.next_state(outcome, step);
        if !corrected.is_empty() {
            let remembered = remembered.get_or_insert_with(|| known.cloned().unwrap_or_default());
            let seen = corrected.iter();
            remembered.corrections = seen
                .map(|change| (change.field.clone(), change.after.clone()))
                .collect();
        }
        let mut rows = Vec::new();
        if let Some(remembered) = remembered.filter(|remembered| known != Some(remembered)) {
            // What another run has learned meanwhile, or is about to, is newer than what this one read.
            if lock.is_none()
                && let Turn::Ours(turn) = self.turn(&outcome.key)?
            {
                *lock = turn;
            }
            if lock.is_some() {
                let key = outcome.key.to_string();
                rows.push(Row::put(Table::Customers, key, &remembered)?);
            }
        }
        let old = known.map(|known| &known.corrections);
        let is_new = |change: &JournalChange| {
            old.and_then(|old| old.get(&change.field)) != Some(&change.after)
        };
        let corrected = corrected.into_iter().filter(is_new).collect();
        rows.extend(self.journal_rows(outcome, step, corrected)?);
        Ok(rows)
    }

    /// What somebody was seen to have written into Billit, where it stays.
    fn corrections(&self, known: Option<&CustomerState>, outcome: &Outcome) -> Vec<JournalChange> {
        let Some(known) = known else {
            return Vec::new();
        };
        let by_a_person = outcome
            .notes
            .iter()
            .filter(|note| note.reason == BY_A_PERSON);
        let recorded = by_a_person.filter_map(|note| {
            Some(JournalChange {
                field: note.field.clone(),
                before: known.applied.get(&note.field)?.clone(),
                after: self.stored_values.last(&note.field, note.billit.as_deref()),
                by: Actor::BillitUser,
                policy: self.rules.policy_of(&note.field, outcome.customer_kind),
            })
        });
        recorded.collect()
    }

    /// The rows of a customer for whom a run was taken back, or who has left. What was taken back stays so: what the source
    /// said when it was applied is still what it said, so the next sync takes Billit's value for a correction.
    fn unlinked_rows(
        &self,
        state: &State,
        outcome: &Outcome,
        step: &Step,
    ) -> Result<Vec<Row>, StateError> {
        let key = outcome.key.to_string();
        let is_done =
            outcome.kind == OutcomeKind::Updated || outcome.kind == OutcomeKind::Unchanged;
        if self.forgets.contains(&outcome.key) && (is_done || !step.writes()) {
            let mut rows = state.rows_that_forget(&outcome.key)?;
            let erasure = self.erasure(outcome);
            // Done before: that is told already.
            if !erasure.blanked.is_empty() || state.erasure(&outcome.key)?.is_none() {
                rows.extend(state.row_of_erasure(&outcome.key, &erasure)?);
            }
            return Ok(rows);
        }
        let mut rows = self.journal_rows(outcome, step, Vec::new())?;
        let link = step
            .changes()
            .iter()
            .find(|change| change.field == Field::Text(LINK));
        let mut known = self.memory.get(&outcome.key).cloned().unwrap_or_default();
        if self.run.kind == RunKind::Undo && is_done {
            // The next sync finds these values in Billit, and nobody else has written them.
            let written = outcome.changes.iter().map(|change| {
                let after = self
                    .stored_values
                    .last(&change.field, change.after.as_deref());
                (change.field.clone(), after)
            });
            known.corrections.extend(written);
        }
        let Some(link) = link.filter(|_| is_done) else {
            if self
                .memory
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
                let taken_back = |last: LastOutcome| LastOutcome {
                    kind: OutcomeKind::Quarantined,
                    reason: "its party was unlinked when a run was taken back".to_owned(),
                    ..last
                };
                let last = known.last.map(taken_back);
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

    /// Counts in how many listings a customer was not. One at whom another run is, or has been meanwhile, is there.
    pub(super) fn count_missed(&mut self, missing_from_source: &[MissingFromSource]) {
        let Some(state) = self.state.clone() else {
            return;
        };
        let missed: HashMap<&CustomerKey, PartyId> = missing_from_source
            .iter()
            .map(|gone| (&gone.key, gone.party))
            .collect();
        let back = self.memory.iter().filter(|(key, known)| {
            known.missed > 0
                && key.source() == self.rules.source_name()
                && !missed.contains_key(key)
        });
        let back = back.map(|(key, known)| {
            let known = known.clone();
            (key.clone(), CustomerState { missed: 0, ..known })
        });
        let gone = missing_from_source.iter().map(|gone| {
            let known = self.memory.get(&gone.key).cloned().unwrap_or_default();
            let missed = known.missed.saturating_add(1);
            let party = known.party.or(Some(gone.party));
            let known = CustomerState {
                party,
                missed,
                ..known
            };
            (gone.key.clone(), known)
        });
        let (mut customers, mut locks) = (Vec::new(), Vec::new());
        for (key, known) in back.chain(gone) {
            if let Some(Turn::Ours(lock)) = self.or_fail(self.turn(&key)) {
                locks.extend(lock);
                customers.push((key, known));
            }
        }
        self.or_fail(state.remember(&customers));
        drop(locks);
        self.memory.extend(customers);
    }

    /// Whether the store has what this run read of a customer when it began.
    fn is_still_so(&self, state: &State, key: &CustomerKey) -> Result<bool, StateError> {
        let mut now = state.customer(key)?;
        if self.retries {
            now.iter_mut().for_each(try_again);
        }
        Ok(now.as_ref() == self.memory.get(key))
    }

    /// The rows that say what became of a step which was about to write, and what somebody else was seen to have changed.
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
            // What Billit merged into another party is none of its own, and was put back.
            (JournalAction::Failed, OutcomeKind::Quarantined) if creates => Vec::new(),
            (JournalAction::Failed, _) if creates && outcome.rejection.is_some() => Vec::new(),
            // Billit may have created the party all the same.
            (JournalAction::Created | JournalAction::Failed, _) if creates => step.written(),
            _ => outcome.changes.clone(),
        };
        let mut entry = self.entry(step, action, &written);
        if action != JournalAction::Failed || !creates {
            entry.party = outcome.party.or(entry.party);
        }
        entry.changes.extend(corrected);
        Ok(entry.rows()?.into())
    }

    /// What there is to remember of a customer who ended up so.
    fn next_state(&self, outcome: &Outcome, step: &Step) -> Option<CustomerState> {
        let known = self.memory.get(&outcome.key);
        let said = Some(&step.source_values).filter(|said| !said.is_empty());
        let last = |reason: &str| {
            said.map(|said| LastOutcome {
                kind: outcome.kind,
                reason: reason.to_owned(),
                source: by_rules(said.fingerprint(), self.rules_print),
            })
        };
        match outcome.kind {
            OutcomeKind::Created
            | OutcomeKind::Linked
            | OutcomeKind::Updated
            | OutcomeKind::Unchanged => {
                let party = outcome.party?;
                let is_known = known.is_some_and(|known| known.party == Some(party));
                if outcome.kind == OutcomeKind::Unchanged && is_known && said.is_none() {
                    // The plan found nothing to remember.
                    return None;
                }
                let mut remembered = CustomerState {
                    party: Some(party),
                    ..CustomerState::default()
                };
                // Told already, as long as it is there.
                let is_there = |field: &Field| {
                    let mut notes = outcome.notes.iter();
                    notes.any(|note| note.field == *field && note.reason == BY_A_PERSON)
                };
                let told = known.map(|known| known.corrections.clone());
                remembered.corrections = told.unwrap_or_default();
                remembered.corrections.retain(|field, _| is_there(field));
                if let Some(known) = known.filter(|known| known.party == Some(party)) {
                    // Of a field that the source did not send this time, what it said before.
                    remembered.applied = known.applied.clone();
                }
                // A plan that was made without a store tells what it changes, and no more.
                remembered
                    .applied
                    .record(&outcome.changes, self.stored_values);
                if let Some(said) = said {
                    remembered.applied.extend(said);
                }
                remembered.last = last("");
                if let Some(last) = &mut remembered.last {
                    last.kind = OutcomeKind::Unchanged;
                }
                Some(remembered)
            }
            // Merged into another's party, or refused: to try it again would end as it did. Or not clear whose it is:
            // somebody has to look; until then a run of what has changed need not.
            OutcomeKind::Quarantined
            | OutcomeKind::Failed
            | OutcomeKind::Ambiguous
            | OutcomeKind::Conflict
                if stays_so(outcome, step) =>
            {
                Some(CustomerState {
                    last: Some(last(&outcome.reason)?),
                    ..known.cloned().unwrap_or_default()
                })
            }
            _ => None,
        }
    }

    /// Leaves a customer alone until its record changes, whatever else became of it in this run.
    pub(super) fn quarantine(&self, outcome: &Outcome) {
        let Some(state) = &self.state else { return };
        // What this run has remembered of it may not be in the store yet.
        self.write_rest();
        let Some(mut remembered) = self.or_fail(state.customer(&outcome.key)).flatten() else {
            return;
        };
        let Some(last) = &mut remembered.last else {
            return;
        };
        last.kind = OutcomeKind::Quarantined;
        last.reason.clone_from(&outcome.reason);
        if let Err(error) = state.remember(&[(outcome.key.clone(), remembered)]) {
            self.fail(error);
        }
    }

    fn or_fail<T>(&self, result: Result<T, StateError>) -> Option<T> {
        result.map_err(|error| self.fail(error)).ok()
    }

    fn fail(&self, error: StateError) {
        unpoisoned(&self.failure).get_or_insert(error);
    }

    fn write(&self, rows: &[Row]) {
        if let Some(Err(error)) = self.state.as_ref().map(|state| state.write(rows)) {
            self.fail(error);
        }
    }

    fn write_rest(&self) {
        let rest = mem::take(&mut *unpoisoned(&self.pending));
        self.write(&rest.rows);
    }

    /// Remembers the rest and how the run went, and tells what could not be.
    pub(super) fn finish(self, report: &SyncReport) -> Option<StateError> {
        let counts = report.counts();
        // A hook that changed nothing is no run to speak of.
        if self.run.kind != RunKind::One || *unpoisoned(&self.is_recorded) {
            let run = RunRecord {
                finished: Some((self.clock)()),
                counts,
                missing_from_source: report.missing_from_source.len(),
                ..self.run.clone()
            };
            let row = Row::put(Table::Runs, run.id.as_str(), &run);
            let row = self.or_fail(row);
            unpoisoned(&self.pending).rows.extend(row);
        }
        self.write_rest();
        unpoisoned(&self.failure).take()
    }
}

impl Drop for Remembering {
    fn drop(&mut self) {
        self.write_rest();
    }
}

/// Forgets why a customer was left alone.
fn try_again(remembered: &mut CustomerState) {
    remembered
        .last
        .take_if(|last| last.kind != OutcomeKind::Unchanged);
}

/// Whether to try a customer again would end as it did. What the plan left alone is remembered already.
fn stays_so(outcome: &Outcome, step: &Step) -> bool {
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
