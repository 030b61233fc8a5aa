//! What a run takes from the store, and what it leaves there.

use std::collections::HashMap;
use std::mem;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};

use super::SyncOptions;
use crate::customer::CustomerKey;
use crate::fingerprint::Fingerprint;
use crate::merge::Keep;
use crate::plan::Step;
use crate::report::{Bucket, Outcome, SyncReport};
use crate::rules::MappingRules;
use crate::state::{
    Did, Entry, Last, Lock, Memory, Provider, Recorded, Remembered, Row, RunId, RunKind, RunRecord,
    State, StateError, Table,
};
use crate::target::billit::Change;

/// So many customers are remembered at a time: a first run of many does not wait for the disk at each. What a kill loses
/// is the memory of these few, and the next run treats them as one without a store does: the link is in Billit.
pub(super) const GROUP: usize = 256;

/// What is remembered of the customers of a run, and will be.
///
/// A run that is dropped, because whoever awaited it lost patience, remembers what it has settled.
pub(super) struct Remembering {
    state: Option<State>,
    pub(super) memory: Memory,
    keep: Keep,
    rules: MappingRules,
    rules_print: Fingerprint,
    clock: fn() -> DateTime<Utc>,
    provider: Provider,
    run: RunRecord,
    /// Whether the store has the run.
    is_recorded: Mutex<bool>,
    pending: Mutex<Pending>,
    /// Locks that were taken before the run began.
    held: Mutex<HashMap<CustomerKey, Lock>>,
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
    /// Yes, while this is held.
    Mine(Option<Lock>),
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
        unpoisoned(&remembering.held).extend(lock.map(|lock| (key.clone(), lock)));
        Ok(remembering)
    }

    fn new(kind: RunKind, mut memory: Memory, options: &SyncOptions) -> Self {
        if options.retry_quarantined {
            for remembered in memory.values_mut() {
                remembered.last = None;
            }
        }
        let started = (options.clock)();
        Self {
            state: options.state.clone(),
            memory,
            keep: options.keep,
            rules: options.rules.clone(),
            rules_print: options.rules.fingerprint(),
            clock: options.clock,
            provider: options.provider,
            run: RunRecord::begun(RunId::new(started, fastrand::u16(..)), kind, started),
            is_recorded: Mutex::new(false),
            pending: Mutex::default(),
            held: Mutex::default(),
            failure: Mutex::default(),
        }
    }

    /// The run's name, if there is a store that knows it.
    pub(super) fn run(&self) -> Option<&RunId> {
        self.state.as_ref().map(|_| &self.run.id)
    }

    /// Notes what these steps are about to write, with what they overwrite, before any of them does.
    pub(super) fn mean(&self, steps: &[Step]) {
        if self.state.is_none() {
            return;
        }
        let writing = steps.iter().filter(|step| step.writes());
        let entries = writing.map(|step| self.entry(step, Did::Meant, &step.written()));
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

    fn entry(&self, step: &Step, did: Did, changes: &[Change]) -> Entry {
        let recorded = |change: &Change| Recorded {
            field: change.field.clone(),
            before: self.keep.last(&change.field, change.before.as_deref()),
            after: self.keep.last(&change.field, change.after.as_deref()),
            by: self.provider,
            owner: self.rules.owner_of(&change.field),
        };
        Entry {
            run: self.run.id.clone(),
            customer: step.key.clone(),
            at: (self.clock)(),
            did,
            party: step.party(),
            changes: changes.iter().map(recorded).collect(),
        }
    }

    /// Takes the lock of a customer who is to be written, and looks whether another run was here since the plan.
    pub(super) fn turn(&self, key: &CustomerKey) -> Result<Turn, StateError> {
        let Some(state) = &self.state else {
            return Ok(Turn::Mine(None));
        };
        if let Some(lock) = unpoisoned(&self.held).remove(key) {
            return Ok(Turn::Mine(Some(lock)));
        }
        let Some(lock) = lock_of(state, key)? else {
            return Ok(Turn::Others("another run is at this customer"));
        };
        let party = |remembered: Option<&Remembered>| remembered.and_then(|known| known.party);
        if party(state.customer(key)?.as_ref()) != party(self.memory.get(key)) {
            return Ok(Turn::Others(
                "another run has given this customer a party since the plan",
            ));
        }
        Ok(Turn::Mine(Some(lock)))
    }

    /// Remembers how a customer ended up, with others or at once, and keeps its lock until then.
    pub(super) fn settled(&self, outcome: &Outcome, step: &Step, lock: Option<Lock>) {
        let Some(state) = &self.state else { return };
        let mut rows = Vec::new();
        if let Some(remembered) = self.after(outcome, step)
            && self.memory.get(&outcome.key) != Some(&remembered)
        {
            // What another run has learned meanwhile is newer than what this one read.
            let free = lock.is_some() || self.is_still_so(state, &outcome.key);
            let row = || Row::put(Table::Customers, outcome.key.to_string(), &remembered);
            rows.extend(free.then(row).and_then(|row| self.or_fail(row)));
        }
        if step.writes() {
            rows.extend(self.or_fail(self.told(outcome, step)).into_iter().flatten());
        }
        if rows.is_empty() {
            return;
        }
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

    fn is_still_so(&self, state: &State, key: &CustomerKey) -> bool {
        let now = state.customer(key);
        now.is_ok_and(|now| now.as_ref() == self.memory.get(key))
    }

    /// The rows that say what became of a step which was about to write.
    fn told(&self, outcome: &Outcome, step: &Step) -> Result<Vec<Row>, StateError> {
        let did = match outcome.bucket {
            Bucket::Created => Did::Created,
            Bucket::Linked => Did::Linked,
            Bucket::Updated => Did::Updated,
            Bucket::Failed | Bucket::Quarantined => Did::Failed,
            _ => {
                let entry = self.entry(step, Did::Meant, &[]);
                return Ok(entry.removal().into());
            }
        };
        let written = match did {
            Did::Created => step.written(),
            _ => outcome.changes.clone(),
        };
        let mut entry = self.entry(step, did, &written);
        entry.party = outcome.party.or(entry.party);
        Ok(entry.rows()?.into())
    }

    /// What there is to remember of a customer who ended up so.
    fn after(&self, outcome: &Outcome, step: &Step) -> Option<Remembered> {
        let known = self.memory.get(&outcome.key);
        let said = Some(&step.said).filter(|said| !said.is_empty());
        let last = |reason: &str| {
            said.map(|said| Last {
                bucket: outcome.bucket,
                reason: reason.to_owned(),
                source: said.by_rules(self.rules_print),
            })
        };
        match outcome.bucket {
            Bucket::Created | Bucket::Linked | Bucket::Updated | Bucket::Unchanged => {
                let party = outcome.party?;
                let is_known = known.is_some_and(|known| known.party == Some(party));
                if outcome.bucket == Bucket::Unchanged && is_known && said.is_none() {
                    // The plan found nothing to remember.
                    return None;
                }
                let mut remembered = Remembered {
                    party: Some(party),
                    ..Remembered::default()
                };
                if let Some(known) = known.filter(|known| known.party == Some(party)) {
                    // Of a field that the source did not send this time, what it said before.
                    remembered.applied = known.applied.clone();
                }
                // A plan that was made without a store tells what it changes, and no more.
                remembered.applied.changed(&outcome.changes, self.keep);
                if let Some(said) = said {
                    remembered.applied.extend(said);
                }
                remembered.last = last("");
                Some(remembered)
            }
            // Merged into another's party, or refused: to try it again would end as it did. Or not clear whose it is:
            // somebody has to look; until then a run of what has changed need not.
            Bucket::Quarantined | Bucket::Failed | Bucket::Ambiguous | Bucket::Conflict
                if stays_so(outcome, step) =>
            {
                Some(Remembered {
                    last: Some(last(&outcome.reason)?),
                    ..known.cloned().unwrap_or_default()
                })
            }
            _ => None,
        }
    }

    /// Leaves a customer alone until its record changes, whatever else became of it in this run.
    pub(super) fn shake(&self, outcome: &Outcome) {
        let Some(state) = &self.state else { return };
        // What this run has remembered of it may not be in the store yet.
        self.write_rest();
        let Some(mut remembered) = self.or_fail(state.customer(&outcome.key)).flatten() else {
            return;
        };
        let Some(last) = &mut remembered.last else {
            return;
        };
        last.bucket = Bucket::Quarantined;
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
                vanished: report.vanished.len(),
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

/// Whether to try a customer again would end as it did. What the plan left alone is remembered already.
fn stays_so(outcome: &Outcome, step: &Step) -> bool {
    match outcome.bucket {
        Bucket::Quarantined => step.writes(),
        Bucket::Failed => outcome.rejection.is_some(),
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
