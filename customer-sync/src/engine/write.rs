//! Writes the steps of a plan. Each step reads before it writes.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::mem;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use billit_client::PartyId;
use billit_client::parties::{ClearAs, PatchParty};
use futures_util::stream::{FuturesUnordered, StreamExt};

use super::hint::{REFUSED, rejection};
use super::options::{Progress, SyncOptions};
use super::read::read_party;
use super::session::{GROUP, LeaseResult, StoreSession};
use crate::core::change::{self, Change};
use crate::core::customer::CustomerKey;
use crate::core::field::{Field, LINK, VAT_NUMBER};
use crate::core::matching::PartyIndex;
use crate::core::parties::Parties;
use crate::core::party;
use crate::core::plan::{Action, Plan, Step};
use crate::core::report::{Outcome, OutcomeKind, SyncReport};
use crate::core::values::Values;
use crate::store::Lease;

/// One application of a plan.
pub(super) struct Run<'a> {
    pub(super) billit: &'a billit_client::Client,
    pub(super) options: &'a SyncOptions,
    /// The parties as they were before this run.
    pub(super) before: &'a Parties,
    pub(super) before_index: PartyIndex<'a>,
    session: &'a StoreSession,
    written: Mutex<WrittenByRun>,
    /// Customers in a row for which Billit could not be reached or rejected the API key.
    failures_in_a_row: AtomicU32,
}

/// After so many failures in a row Billit is failing, and not a single customer.
const MAX_FAILURES_IN_A_ROW: u32 = 20;

/// What this run has written, so that putting back a party's values does not undo it.
#[derive(Default)]
pub(super) struct WrittenByRun {
    /// The changes written to existing parties.
    pub(super) written: BTreeMap<PartyId, Vec<Change>>,
    /// The customer for which each new party was created first, and the values of the party.
    pub(super) new_parties: BTreeMap<PartyId, (CustomerKey, Values)>,
    /// Customers into whose party Billit merged another customer, and what happened.
    pub(super) overwritten: BTreeMap<CustomerKey, (PartyId, String)>,
    /// The party, and its link, of which Billit answered last that it was created.
    pub(super) last_created: Option<(PartyId, String)>,
}

/// A create that was sent, or is about to be.
pub(super) struct Create<'p> {
    pub(super) step: &'p Step,
    pub(super) values: Cow<'p, Values>,
    /// Held until it is clear what happened, so that no other run creates the party too.
    pub(super) lease: Option<Lease>,
    /// Counts the keys that were used up.
    pub(super) generation: u32,
    /// The last answer, if it was not clear.
    pub(super) error: Option<billit_client::Error>,
    /// How many requests may have made the party.
    pub(super) sent: u32,
    /// How many look-ups in a row did not show it since the last of these.
    pub(super) absent: u32,
    /// The party that this run had created last when the last of these had ended.
    pub(super) after: Option<PartyId>,
}

impl<'p> Create<'p> {
    fn new(step: &'p Step, values: &'p Values, lease: Option<Lease>) -> Self {
        Self {
            step,
            values: Cow::Borrowed(values),
            lease,
            generation: 0,
            error: None,
            sent: 0,
            absent: 0,
            after: None,
        }
    }
}

/// A party that was created, if Billit's answer is right.
pub(super) struct Created<'p> {
    pub(super) step: &'p Step,
    pub(super) values: Cow<'p, Values>,
    pub(super) party: PartyId,
    /// Held until the party is verified, so that no other run creates it again.
    pub(super) lease: Option<Lease>,
}

pub(super) enum StepResult<'p> {
    Done(&'p Step, Box<Outcome>, Option<Lease>),
    ToVerify(Created<'p>),
    Unclear(Box<Create<'p>>),
}

impl<'a> Run<'a> {
    pub(super) fn new(
        billit: &'a billit_client::Client,
        options: &'a SyncOptions,
        before: &'a Parties,
        session: &'a StoreSession,
    ) -> Self {
        let before_index = PartyIndex::new(before);
        Self {
            billit,
            options,
            before,
            before_index,
            session,
            written: Mutex::default(),
            failures_in_a_row: AtomicU32::new(0),
        }
    }

    pub(super) fn written_by_run(&self) -> MutexGuard<'_, WrittenByRun> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) async fn apply(&self, plan: &Plan) -> SyncReport {
        let mut outcomes = Vec::with_capacity(plan.steps.len());
        let (mut created, mut unclear) = (Vec::new(), Vec::new());
        let mut groups = plan.steps.chunks(GROUP);
        let mut group = [].iter();
        // Without closures, so that the compiler sees that the future is `Send` and can be spawned.
        let mut running = FuturesUnordered::new();
        loop {
            while running.len() < self.options.concurrency {
                if let Some(step) = group.next() {
                    running.push(self.step(step));
                } else if let Some(steps) = groups.next() {
                    self.session.begin_group(steps).await;
                    group = steps.iter();
                } else {
                    break;
                }
            }
            match running.next().await {
                Some(StepResult::Done(step, outcome, lease)) => {
                    outcomes.push(self.report(step, *outcome, lease).await);
                }
                Some(StepResult::ToVerify(party)) => created.push(party),
                Some(StepResult::Unclear(create)) => unclear.push(*create),
                None => break,
            }
        }
        drop(running);
        for result in self.settle(unclear).await {
            match result {
                StepResult::Done(step, outcome, lease) => {
                    outcomes.push(self.report(step, *outcome, lease).await);
                }
                StepResult::ToVerify(party) => created.push(party),
                // Each is settled, if only as failed.
                StepResult::Unclear(_) => {}
            }
        }
        let verified = self.verify(&created).await;
        for (created, outcome) in created.into_iter().zip(verified) {
            let reported = self.report(created.step, outcome, created.lease).await;
            outcomes.push(reported);
        }
        outcomes.sort_by(|a, b| a.key.cmp(&b.key));
        self.quarantine_overwritten(&mut outcomes).await;
        SyncReport {
            outcomes,
            ..SyncReport::default()
        }
    }

    async fn report(&self, step: &Step, mut outcome: Outcome, lease: Option<Lease>) -> Outcome {
        outcome.unfinished = step.writes()
            && match outcome.kind {
                OutcomeKind::Skipped => true,
                OutcomeKind::Failed => outcome.rejection.is_none(),
                _ => false,
            };
        #[cfg(feature = "tracing")]
        tracing::debug!(customer = %super::trace::customer_id(&outcome.key), kind = outcome.kind.name(), "customer done");
        self.session.record_outcome(&outcome, step, lease).await;
        self.options.report_progress(Progress::Settled(&outcome));
        outcome
    }

    /// Quarantines also the customers into whose party another was merged: a person has to check the party.
    async fn quarantine_overwritten(&self, outcomes: &mut [Outcome]) {
        let overwritten = mem::take(&mut self.written_by_run().overwritten);
        for (key, (party, reason)) in overwritten {
            let known = outcomes.binary_search_by(|outcome| outcome.key.cmp(&key));
            let known = known.ok().and_then(|place| outcomes.get_mut(place));
            let Some(outcome) = known else {
                let outcome = Outcome::new(&key, OutcomeKind::Quarantined, reason);
                let party = Some(party);
                self.session.quarantine(&Outcome { party, ..outcome }).await;
                continue;
            };
            // A customer that was written stays counted as written.
            if outcome.kind == OutcomeKind::Unchanged {
                outcome.kind = OutcomeKind::Quarantined;
            }
            outcome.reason = reason;
            self.session.quarantine(outcome).await;
        }
    }

    /// Billit has accepted a write.
    pub(super) fn written(&self, step: &Step) {
        self.failures_in_a_row.store(0, Ordering::Relaxed);
        self.options.report_progress(Progress::Written(&step.key));
    }

    /// The outcome of a write that Billit rejected or that failed.
    pub(super) fn rejected(&self, step: &Step, error: &billit_client::Error) -> Outcome {
        Outcome {
            rejection: rejection(error, &step.written()),
            ..self.failed(step, error)
        }
    }

    /// The outcome of a call that failed, with Billit's error message.
    pub(super) fn failed(&self, step: &Step, error: &billit_client::Error) -> Outcome {
        self.count_failure(error);
        let detail = error.api_message().map(str::to_owned);
        Outcome {
            detail,
            ..outcome(step, OutcomeKind::Failed, error.to_string())
        }
    }

    pub(super) fn count_failure(&self, error: &billit_client::Error) {
        if error.is_retryable() || error.is_auth() {
            self.failures_in_a_row.fetch_add(1, Ordering::Relaxed);
        }
    }

    async fn step<'p>(&self, step: &'p Step) -> StepResult<'p> {
        let write = self.leased_step(step);
        #[cfg(feature = "tracing")]
        let write = tracing::Instrument::instrument(
            write,
            tracing::debug_span!("customer", key = %super::trace::customer_id(&step.key)),
        );
        write.await
    }

    async fn leased_step<'p>(&self, step: &'p Step) -> StepResult<'p> {
        let done = |outcome, lease| StepResult::Done(step, Box::new(outcome), lease);
        if !step.writes() {
            return done(outcome(step, step.outcome_kind(), step.reason()), None);
        }
        let skipped =
            |reason: Cow<'static, str>| done(outcome(step, OutcomeKind::Skipped, reason), None);
        if self.options.cancellation.is_cancelled() {
            return skipped("not tried: the run was cancelled".into());
        }
        if self.failures_in_a_row.load(Ordering::Relaxed) >= MAX_FAILURES_IN_A_ROW {
            return skipped("not tried: Billit failed for too many customers before".into());
        }
        let lease = match self.session.lease_of(&step.key) {
            LeaseResult::Acquired(lease) => lease,
            LeaseResult::Unavailable(reason) => return skipped(reason),
        };
        let outcome = match &step.action {
            Action::Create { values, .. } => {
                return self.create(Create::new(step, values, lease)).await;
            }
            Action::Link { party, changes, .. } | Action::Update { party, changes } => {
                self.update(step, *party, changes).await
            }
            _ => outcome(step, step.outcome_kind(), step.reason()),
        };
        done(outcome, lease)
    }

    /// Reads the party whole and patches what still differs, unless the party has changed since the plan.
    async fn update(&self, step: &Step, party: PartyId, changes: &[Change]) -> Outcome {
        let now = match read_party(self.billit, party).await {
            Ok(Some(record)) => party::whole(&record),
            Ok(None) => {
                let reason = "the party is gone from Billit since the plan";
                return outcome(step, OutcomeKind::Skipped, reason);
            }
            Err(error) => return self.failed(step, &error),
        };
        let value = |field: &Field| now.get(field).flatten();
        let (left, done): (Vec<Change>, Vec<Change>) = changes
            .iter()
            .cloned()
            .partition(|change| value(&change.field) != change.after.as_deref());
        let relinks = changes
            .iter()
            .any(|change| change.field == Field::Text(LINK));
        let is_update = matches!(step.action, Action::Update { .. }) && !relinks;
        if is_update && value(&Field::Text(LINK)) != Some(&step.key.to_string()) {
            let reason = "the party is not linked to this customer any more";
            return outcome(step, OutcomeKind::Skipped, reason);
        }
        let edited = left
            .iter()
            .find(|change| value(&change.field) != change.before.as_deref());
        if let Some(Change { field, .. }) = edited {
            let reason = format!("{field} has changed in Billit since the plan");
            return outcome(step, OutcomeKind::Skipped, reason);
        }
        // A field that has its new value was written by an earlier run of this plan.
        let mut before = now.clone();
        for change in done {
            before.set(change.field, change.before);
        }
        let preconditions = step.preconditions.as_ref();
        if preconditions.is_none_or(|both| before.fingerprint_of(&both.fields) != both.billit) {
            let reason = "the party has changed in Billit since the plan";
            return outcome(step, OutcomeKind::Skipped, reason);
        }
        if left.is_empty() {
            return outcome(step, OutcomeKind::Unchanged, "already as it should be");
        }
        let mut left = left;
        let mut patched = self.patch(party, &left).await;
        let mut is_refused = false;
        if let Err(error) = &patched
            && rejection(error, &left).is_some()
            && left.iter().any(|change| is_unchecked(step, &change.field))
        {
            is_refused = true;
            left.retain(|change| change.field != VAT_NUMBER);
            if left.is_empty() {
                let reason = "Billit refused the VAT number, and nothing else differs";
                return refused(outcome(step, OutcomeKind::Unchanged, reason));
            }
            patched = self.patch(party, &left).await;
        }
        let outcome = self.patched(step, party, left, patched);
        if is_refused {
            refused(outcome)
        } else {
            outcome
        }
    }

    fn patched(
        &self,
        step: &Step,
        party: PartyId,
        left: Vec<Change>,
        patched: Result<(), billit_client::Error>,
    ) -> Outcome {
        match patched {
            Ok(()) => {
                let mut written = self.written_by_run();
                written
                    .written
                    .entry(party)
                    .or_default()
                    .extend(left.iter().cloned());
                drop(written);
                self.written(step);
                Outcome {
                    changes: left,
                    ..outcome(step, step.outcome_kind(), step.reason())
                }
            }
            Err(error) => Outcome {
                changes: left,
                ..self.rejected(step, &error)
            },
        }
    }

    /// Patches. If Billit rejects blanks in the form of [`SyncOptions::clear_as`], tries the other form.
    pub(super) async fn patch(
        &self,
        party: PartyId,
        changes: &[Change],
    ) -> Result<(), billit_client::Error> {
        let patch = |clear_as| PatchParty::new(party, party::patch(changes, clear_as));
        let clear_as = self.options.clear_as;
        let other = match clear_as {
            ClearAs::Null => ClearAs::EmptyText,
            _ => ClearAs::Null,
        };
        let clears = changes.iter().any(|change| change.after.is_none());
        match self.billit.send(patch(clear_as)).await {
            Err(error) if clears && error.status() == Some(400) => {
                self.billit.send(patch(other)).await
            }
            patched => patched,
        }
    }
}

/// Whether a step writes a VAT number that could not be checked, and this is its field.
pub(super) fn is_unchecked(step: &Step, field: &Field) -> bool {
    let mut notes = step.notes.iter();
    *field == VAT_NUMBER && notes.any(|note| note.not_understood && note.field == VAT_NUMBER)
}

/// The outcome of a write that Billit accepted only without the VAT number.
fn refused(mut outcome: Outcome) -> Outcome {
    if outcome.kind != OutcomeKind::Unchanged {
        outcome.reason += "; not the VAT number, which Billit refused";
    }
    let notes = outcome.notes.iter_mut();
    notes
        .filter(|note| note.not_understood && note.field == VAT_NUMBER)
        .for_each(|note| note.say_left_out(REFUSED));
    outcome
}

impl Created<'_> {
    pub(super) fn outcome(&self, kind: OutcomeKind, reason: impl Into<String>) -> Outcome {
        let changes = change::all_new(&self.values);
        let outcome = Outcome {
            party: Some(self.party),
            changes,
            ..outcome(self.step, kind, reason)
        };
        match self.values {
            Cow::Borrowed(_) => outcome,
            Cow::Owned(_) => refused(outcome),
        }
    }
}

pub(super) fn outcome(step: &Step, kind: OutcomeKind, reason: impl Into<String>) -> Outcome {
    let (candidates, found_by) = match &step.action {
        Action::Ambiguous { candidates, by, .. } => (candidates.clone(), *by),
        _ => (Vec::new(), None),
    };
    Outcome {
        name: step.name.clone(),
        customer_kind: step.customer_kind,
        party: step.party(),
        candidates,
        found_by,
        notes: step.notes.clone(),
        ..Outcome::new(&step.key, kind, reason)
    }
}
