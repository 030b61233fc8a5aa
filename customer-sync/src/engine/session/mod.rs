//! What a run reads from the store, and what it writes there.

mod group;
mod journal;
mod leases;
mod outcomes;
mod removed;
mod rows;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::mem;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use tokio::runtime::Handle;

pub(crate) use self::leases::while_renewing;
pub(super) use self::leases::{HELD, LeaseResult, take_lease};
use self::rows::{PendingRows, write_rows};
use super::error::SyncError;
use super::options::SyncOptions;
use crate::core::customer::CustomerKey;
use crate::core::fingerprint::Fingerprint;
use crate::core::plan::{Plan, Purpose, Step};
use crate::core::policy::WriteMode;
use crate::core::report::{Outcome, OutcomeKind, SyncReport};
use crate::core::rules::MappingRules;
use crate::core::run_id::RunId;
use crate::core::snapshot::{CustomerState, StateSnapshot};
use crate::core::stored_values::StoredValues;
use crate::store::{
    Actor, Expected, Lease, Leases, RowChange, RunKind, RunRecord, State, StateError, Table,
};

/// So many customers are leased, and so many outcomes are stored, at a time, so that a large first run does not wait for
/// the store for each. If the program is killed, the outcomes of these few are lost, and of the created ones, since they
/// are verified at the end. What was about to be written is in the journal, and the next run finds the link in Billit.
pub(super) const GROUP: usize = 256;

/// The state of the customers of a run, as read from the store, and the rows to write.
pub(super) struct StoreSession {
    state: Option<State>,
    pub(super) snapshot: StateSnapshot,
    /// The versions of the rows of `snapshot`.
    versions: BTreeMap<CustomerKey, u64>,
    stored_values: StoredValues,
    rules: MappingRules,
    rules_fingerprint: Fingerprint,
    clock: fn() -> DateTime<Utc>,
    actor: Actor,
    /// Customers whose rows are to be removed.
    erased: BTreeSet<CustomerKey>,
    run: RunRecord,
    /// Whether the run is in the store.
    is_recorded: AtomicBool,
    /// Whether the store says which version its records have.
    has_format: bool,
    leases: Option<Leases>,
    /// Whether the customers may be written whose turn is next.
    taken: Mutex<HashMap<CustomerKey, LeaseResult>>,
    /// The rows of the next group.
    pending: Mutex<Vec<PendingRows>>,
    failure: Mutex<Option<StateError>>,
}

impl StoreSession {
    /// The state of all customers, for a run of all customers.
    pub(super) async fn of_all(kind: RunKind, options: &SyncOptions) -> Result<Self, SyncError> {
        let mut session = Self::new(kind, options)?;
        if let Some(state) = &options.state {
            session.has_format = state.has_format().await?;
            let (snapshot, versions) = state.versioned_customers().await?;
            session.remember(snapshot, versions, options);
        }
        Ok(session)
    }

    /// The state of one customer, whose lease this run has; also by the key that it had before it got an id.
    pub(super) async fn of_one(
        key: &CustomerKey,
        before_id: Option<CustomerKey>,
        lease: Option<(Leases, Lease)>,
        actor: Actor,
        options: &SyncOptions,
    ) -> Result<Self, SyncError> {
        let mut session = Self::new(RunKind::One, options)?;
        if let Some(state) = &options.state {
            session.has_format = state.has_format().await?;
            let (mut snapshot, mut versions) = (StateSnapshot::new(), BTreeMap::new());
            for key in [Some(key.clone()), before_id].into_iter().flatten() {
                if let Some((known, version)) = state.versioned_customer(&key).await? {
                    versions.insert(key.clone(), version);
                    snapshot.insert(key, known);
                }
            }
            session.remember(snapshot, versions, options);
        }
        session.actor = actor;
        if let Some((leases, lease)) = lease {
            session.leases = Some(leases);
            let taken = LeaseResult::Acquired(Some(lease));
            unpoisoned(&session.taken).insert(key.clone(), taken);
        }
        Ok(session)
    }

    /// The state of all customers, for a run that applies a plan. Customers to erase get their tombstones now, so that
    /// no run creates them from here on.
    pub(super) async fn of_plan(plan: &Plan, options: &SyncOptions) -> Result<Self, SyncError> {
        let kind = match plan.purpose {
            Purpose::Sync => RunKind::Plan,
            Purpose::Undo(_) => RunKind::Undo,
            Purpose::Unlink | Purpose::Erase(_) => RunKind::Removal,
        };
        let mut session = Self::of_all(kind, options).await?;
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
            let fingerprints = tombstones.iter().map(|(_, fingerprint)| *fingerprint);
            state.add_tombstones(fingerprints).await?;
        }
        Ok(session)
    }

    fn new(kind: RunKind, options: &SyncOptions) -> Result<Self, SyncError> {
        // Without a store, nothing remembers the old differences.
        if options.rules.mode() == WriteMode::LinkOnly && options.state.is_none() {
            return Err(SyncError::LinkOnlyWithoutStore);
        }
        let started = (options.clock)();
        let state = options.state.as_ref();
        Ok(Self {
            state: state.cloned(),
            snapshot: StateSnapshot::new(),
            versions: BTreeMap::new(),
            stored_values: state.map(State::stored_values).unwrap_or_default(),
            rules: options.rules.clone(),
            rules_fingerprint: options.rules.fingerprint(),
            clock: options.clock,
            actor: options.actor,
            erased: BTreeSet::new(),
            run: RunRecord::begin(RunId::new(started, fastrand::u16(..)), kind, started),
            is_recorded: AtomicBool::new(false),
            has_format: true,
            leases: state.map(|state| Leases::new(state, options.lease_time)),
            taken: Mutex::default(),
            pending: Mutex::default(),
            failure: Mutex::default(),
        })
    }

    fn remember(
        &mut self,
        mut snapshot: StateSnapshot,
        versions: BTreeMap<CustomerKey, u64>,
        options: &SyncOptions,
    ) {
        if options.retry_quarantined {
            snapshot.values_mut().for_each(clear_failure);
        }
        self.snapshot = snapshot;
        self.versions = versions;
    }

    /// The id of the run, if there is a store.
    pub(super) fn run(&self) -> Option<&RunId> {
        self.state.as_ref().map(|_| &self.run.id)
    }

    /// The leases of the run, if there is a store.
    pub(super) fn leases(&self) -> Option<&Leases> {
        self.leases.as_ref()
    }

    /// What a row of a customer is like if no other run has written it since this one read it.
    fn unchanged(&self, key: &CustomerKey) -> Expected {
        let version = self.versions.get(key).copied();
        version.map_or(Expected::Absent, Expected::Version)
    }

    /// Adds the rows of an outcome to the next group, with the lease, which is released when they are stored: its next
    /// holder sees what this run did.
    pub(super) async fn record_outcome(
        &self,
        outcome: &Outcome,
        step: &Step,
        lease: Option<Lease>,
    ) {
        let Some(state) = &self.state else { return };
        let rows = match self.run.kind {
            RunKind::Undo | RunKind::Removal => self.removed_rows(state, outcome, step).await,
            _ => {
                self.synced_rows(state, outcome, step, lease.is_some())
                    .await
            }
        };
        let rows = self.ok_or_record(rows).unwrap_or_default();
        let rows = PendingRows { lease, ..rows };
        if rows.is_empty() {
            return;
        }
        let is_full = {
            let mut pending = unpoisoned(&self.pending);
            pending.push(rows);
            pending.len() >= GROUP
        };
        if is_full {
            self.write_pending(&[]).await;
        }
    }

    /// Writes the rows of the next group, and these. What cannot be written now stays for the end of the run.
    async fn write_pending(&self, also: &[RowChange]) {
        let Some(state) = &self.state else { return };
        let mut group = mem::take(&mut *unpoisoned(&self.pending));
        match write_rows(state, &mut group, also).await {
            Ok(_) => {
                let lost = group.iter().find_map(PendingRows::lost);
                if let Some(error) = lost {
                    self.record_failure(error);
                }
            }
            Err(error) => {
                self.record_failure(error);
                unpoisoned(&self.pending).extend(group);
            }
        }
    }

    fn ok_or_record<T>(&self, result: Result<T, StateError>) -> Option<T> {
        result.map_err(|error| self.record_failure(error)).ok()
    }

    /// Keeps the first error, but one of the store rather than that of one customer.
    fn record_failure(&self, error: StateError) {
        let mut failure = unpoisoned(&self.failure);
        if failure.as_ref().is_none_or(StateError::concerns_one_record) {
            *failure = Some(error);
        }
    }

    /// The error after which the store cannot be relied on in this run.
    fn broken(&self) -> Option<String> {
        let failure = unpoisoned(&self.failure);
        let broken = failure
            .as_ref()
            .filter(|error| !error.concerns_one_record());
        broken.map(ToString::to_string)
    }

    /// Stores the rest and the record of the run, ends the leases, and returns the first error of the store.
    pub(super) async fn finish(mut self, report: &SyncReport) -> Option<StateError> {
        // A run of one customer that changed nothing is not recorded.
        let mut also = Vec::new();
        if self.run.kind != RunKind::One || self.is_recorded.load(Ordering::Relaxed) {
            let run = RunRecord {
                finished: Some((self.clock)()),
                counts: report.counts(),
                missing_from_source: report.missing_from_source.len(),
                erased_in_source: report.erased_in_source(),
                ..self.run.clone()
            };
            also.extend(self.ok_or_record(Table::Runs.put(run.id.as_str(), &run)));
        }
        also.extend(self.end_of_leases());
        if !also.is_empty() || !unpoisoned(&self.pending).is_empty() {
            if !self.has_format {
                also.extend(self.ok_or_record(State::format_row()));
            }
            self.write_pending(&also).await;
        }
        // Nothing is left for `drop`.
        self.state = None;
        unpoisoned(&self.failure).take()
    }
}

/// If the future of a run is dropped, the outcomes so far are still stored, as long as the runtime goes on. Customers whose
/// requests were under way stay leased until the time of the leases is over: the requests may still take effect.
impl Drop for StoreSession {
    fn drop(&mut self) {
        let Some(state) = self.state.take() else {
            return;
        };
        self.release_unused();
        let mut group = mem::take(&mut *unpoisoned(&self.pending));
        if group.is_empty() {
            return;
        }
        if let Ok(runtime) = Handle::try_current() {
            // Nobody is left to tell of an error: the next run finds out.
            runtime.spawn(async move { write_rows(&state, &mut group, &[]).await.is_ok() });
        }
    }
}

/// Clears the last outcome if it was not a success, so that the customer is retried.
fn clear_failure(remembered: &mut CustomerState) {
    remembered.refused_vat_number = None;
    remembered
        .last
        .take_if(|last| last.kind != OutcomeKind::Unchanged);
}

fn unpoisoned<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
