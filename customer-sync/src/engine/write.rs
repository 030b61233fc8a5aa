//! Writing what a plan says: each step looks before it writes.

use std::collections::BTreeMap;
use std::mem;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use billit_client::parties::{ClearAs, CreateParty, ListParties, Party, PatchParty, property};
use billit_client::{IdempotencyKey, PartyId, Record};
use futures_util::stream::{FuturesUnordered, StreamExt};

use super::hint::rejection;
use super::options::{Progress, SyncOptions};
use super::read::{read_party, refuses_filter};
use super::remember::{GROUP, Remembering, Turn};
use crate::core::change::{self, Change};
use crate::core::customer::CustomerKey;
use crate::core::field::{Field, LINK};
use crate::core::matching::{Match, MatchKeys, PartyIndex};
use crate::core::parties::Parties;
use crate::core::party;
use crate::core::plan::{Action, Plan, Step};
use crate::core::report::{Outcome, OutcomeKind, SyncReport};
use crate::core::values::Values;
use crate::store::Lock;

/// One application of a plan.
pub(super) struct Run<'a> {
    pub(super) billit: &'a billit_client::Client,
    pub(super) options: &'a SyncOptions,
    /// The parties as they were before this run.
    pub(super) before: &'a Parties,
    before_index: PartyIndex<'a>,
    remembering: &'a Remembering,
    journal: Mutex<Journal>,
    /// Customers in a row for whom Billit could not be reached, or refused the key.
    out_of_reach: AtomicU32,
}

/// After so many it is Billit that fails, and not a customer.
const OUTAGE: u32 = 20;

/// What this run did, so that putting back a party's values undoes none of it.
#[derive(Default)]
pub(super) struct Journal {
    /// What was written to parties that existed.
    pub(super) written: BTreeMap<PartyId, Vec<Change>>,
    /// The customer that was the first to be given a new party, and what the party holds.
    pub(super) new_parties: BTreeMap<PartyId, (CustomerKey, Values)>,
    /// Customers into whose party Billit merged another, and what happened.
    pub(super) overwritten: BTreeMap<CustomerKey, (PartyId, String)>,
}

/// A party that Billit says it created.
pub(super) struct Created<'p> {
    pub(super) step: &'p Step,
    pub(super) values: &'p Values,
    pub(super) party: PartyId,
    /// Nobody else creates this customer while it is looked at.
    lock: Option<Lock>,
}

enum StepResult<'p> {
    Done(&'p Step, Box<Outcome>, Option<Lock>),
    ToVerify(Created<'p>),
}

impl<'a> Run<'a> {
    pub(super) fn new(
        billit: &'a billit_client::Client,
        options: &'a SyncOptions,
        before: &'a Parties,
        remembering: &'a Remembering,
    ) -> Self {
        let before_index = PartyIndex::new(before);
        Self {
            billit,
            options,
            before,
            before_index,
            remembering,
            journal: Mutex::default(),
            out_of_reach: AtomicU32::new(0),
        }
    }

    pub(super) fn journal(&self) -> MutexGuard<'_, Journal> {
        self.journal.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) async fn apply(&self, plan: &Plan) -> SyncReport {
        let mut outcomes = Vec::with_capacity(plan.steps.len());
        let mut created = Vec::new();
        let mut groups = plan.steps.chunks(GROUP);
        let mut group = [].iter();
        // Without closures, so that the future of a run is known to be `Send` and can be spawned.
        let mut running = FuturesUnordered::new();
        loop {
            while running.len() < self.options.concurrency {
                if let Some(step) = group.next() {
                    running.push(self.step(step));
                } else if let Some(steps) = groups.next() {
                    self.remembering.record_intentions(steps);
                    group = steps.iter();
                } else {
                    break;
                }
            }
            match running.next().await {
                Some(StepResult::Done(step, outcome, lock)) => {
                    outcomes.push(self.report(step, *outcome, lock));
                }
                Some(StepResult::ToVerify(party)) => created.push(party),
                None => break,
            }
        }
        drop(running);
        let verified = self.verify(&created).await;
        for (created, outcome) in created.into_iter().zip(verified) {
            outcomes.push(self.report(created.step, outcome, created.lock));
        }
        outcomes.sort_by(|a, b| a.key.cmp(&b.key));
        self.quarantine_overwritten(&mut outcomes);
        SyncReport {
            outcomes,
            ..SyncReport::default()
        }
    }

    fn report(&self, step: &Step, mut outcome: Outcome, lock: Option<Lock>) -> Outcome {
        outcome.unfinished = step.writes()
            && match outcome.kind {
                OutcomeKind::Skipped => true,
                OutcomeKind::Failed => outcome.rejection.is_none(),
                _ => false,
            };
        #[cfg(feature = "tracing")]
        tracing::debug!(customer = %super::trace::customer_id(&outcome.key), kind = outcome.kind.name(), "customer done");
        self.remembering.record_outcome(&outcome, step, lock);
        self.options.tell(Progress::Settled(&outcome));
        outcome
    }

    /// Leaves those alone, too, into whose party somebody was merged: someone has to look at it.
    fn quarantine_overwritten(&self, outcomes: &mut [Outcome]) {
        for (key, (party, reason)) in mem::take(&mut self.journal().overwritten) {
            let known = outcomes.binary_search_by(|outcome| outcome.key.cmp(&key));
            let known = known.ok().and_then(|place| outcomes.get_mut(place));
            let Some(outcome) = known else {
                let outcome = Outcome::new(&key, OutcomeKind::Quarantined, reason);
                let party = Some(party);
                self.remembering.quarantine(&Outcome { party, ..outcome });
                continue;
            };
            // What was written for it stays counted as written.
            if outcome.kind == OutcomeKind::Unchanged {
                outcome.kind = OutcomeKind::Quarantined;
            }
            outcome.reason = reason;
            self.remembering.quarantine(outcome);
        }
    }

    /// A write that Billit has answered.
    fn reached(&self, step: &Step) {
        self.out_of_reach.store(0, Ordering::Relaxed);
        self.options.tell(Progress::Written(&step.key));
    }

    /// A write that Billit refused, or that failed.
    fn refused(&self, step: &Step, error: &billit_client::Error) -> Outcome {
        Outcome {
            rejection: rejection(error, &step.written()),
            ..self.failed(step, error)
        }
    }

    /// A call that failed, with Billit's own words beside ours.
    fn failed(&self, step: &Step, error: &billit_client::Error) -> Outcome {
        if error.is_retryable() || error.is_auth() {
            self.out_of_reach.fetch_add(1, Ordering::Relaxed);
        }
        let detail = error.api_message().map(str::to_owned);
        Outcome {
            detail,
            ..outcome(step, OutcomeKind::Failed, error.to_string())
        }
    }

    async fn step<'p>(&self, step: &'p Step) -> StepResult<'p> {
        let write = self.locked_step(step);
        #[cfg(feature = "tracing")]
        let write = tracing::Instrument::instrument(
            write,
            tracing::debug_span!("customer", key = %super::trace::customer_id(&step.key)),
        );
        write.await
    }

    async fn locked_step<'p>(&self, step: &'p Step) -> StepResult<'p> {
        let done = |outcome, lock| StepResult::Done(step, Box::new(outcome), lock);
        if !step.writes() {
            return done(outcome(step, step.outcome_kind(), step.reason()), None);
        }
        let skipped = |reason| done(outcome(step, OutcomeKind::Skipped, reason), None);
        if self.options.cancellation.is_cancelled() {
            return skipped("not tried: the run was stopped before");
        }
        if self.out_of_reach.load(Ordering::Relaxed) >= OUTAGE {
            return skipped("not tried: Billit failed for too many customers before");
        }
        let lock = match self.remembering.turn(&step.key) {
            Ok(Turn::Ours(lock)) => lock,
            Ok(Turn::Others(reason)) => return skipped(reason),
            Err(error) => {
                let failed = outcome(step, OutcomeKind::Failed, error.to_string());
                return done(failed, None);
            }
        };
        let outcome = match &step.action {
            Action::Create { values } => match self.create(step, values).await {
                Ok(party) => {
                    let created = Created {
                        step,
                        values,
                        party,
                        lock,
                    };
                    match self.merged(&created).await {
                        None => return StepResult::ToVerify(created),
                        Some(outcome) => return done(outcome, created.lock),
                    }
                }
                Err(outcome) => outcome,
            },
            Action::Link { party, changes, .. } | Action::Update { party, changes } => {
                self.update(step, *party, changes).await
            }
            _ => outcome(step, step.outcome_kind(), step.reason()),
        };
        done(outcome, lock)
    }

    /// Reads the party whole and patches what still differs, unless it is not any more as the plan saw it.
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
        let moved = left
            .iter()
            .find(|change| value(&change.field) != change.before.as_deref());
        if let Some(Change { field, .. }) = moved {
            let reason = format!("{field} has changed in Billit since the plan");
            return outcome(step, OutcomeKind::Skipped, reason);
        }
        // What is as it should be was done by an earlier run of this plan.
        let mut before = now.clone();
        for change in done {
            before.set(change.field, change.before);
        }
        let seen = step.preconditions.as_ref();
        if seen.is_none_or(|seen| before.fingerprint_of(&seen.fields) != seen.target) {
            let reason = "the party has changed in Billit since the plan";
            return outcome(step, OutcomeKind::Skipped, reason);
        }
        if left.is_empty() {
            return outcome(step, OutcomeKind::Unchanged, "already as it should be");
        }
        match self.patch(party, &left).await {
            Ok(()) => {
                let mut journal = self.journal();
                journal
                    .written
                    .entry(party)
                    .or_default()
                    .extend(left.iter().cloned());
                drop(journal);
                self.reached(step);
                Outcome {
                    changes: left,
                    ..outcome(step, step.outcome_kind(), step.reason())
                }
            }
            Err(error) => Outcome {
                changes: left,
                ..self.refused(step, &error)
            },
        }
    }

    /// Patches, and where Billit does not take blanks as this client sends them, tries the other way.
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

    /// Creates a party, once, however often the answer is lost.
    ///
    /// Whether Billit honours an idempotency key on parties is unknown, so a create is sent again only when the first
    /// is over and done without a party: when Billit itself says that it failed, or that the key is burnt, and the
    /// party is not there. After a broken connection, a time-out or a gateway's answer it may still be under way:
    /// then the customer fails, and the next run finds what became of it.
    async fn create(&self, step: &Step, values: &Values) -> Result<PartyId, Outcome> {
        const ATTEMPTS: u32 = 3;
        /// So often may the same values have been created, and be gone again.
        const GENERATIONS: u32 = 20;
        const PAUSE: Duration = Duration::from_millis(100);
        let keys = MatchKeys::of(values);
        let found = self.before_index.find(&keys);
        if found != Match::New || self.before_index.may_be_unreadable(&keys) {
            let reason = "a party has come to be this customer, or to look like it, since the plan";
            return Err(outcome(step, OutcomeKind::Skipped, reason));
        }
        let link = step.key.to_string();
        let content = serde_json::to_string(values).unwrap_or_default();
        let mut generation = 0;
        let mut attempt = 1;
        loop {
            let key = IdempotencyKey::derive(&[&link, &content, &generation.to_string()]);
            let create = CreateParty::new(party::draft(values)).key(key);
            let error = match self.billit.send(create).await {
                Ok(party) => {
                    self.reached(step);
                    return Ok(party);
                }
                Err(error) => error,
            };
            if !error.is_already_done() && !error.is_outcome_unknown() {
                return Err(self.refused(step, &error));
            }
            let found = self.look_up(&step.key).await;
            let found = found.map_err(|error| self.failed(step, &error))?;
            match found.as_deref() {
                Some([party]) if error.is_already_done() && self.before.get(party.id).is_some() => {
                    // An earlier run's: this one wrote nothing, and there is nothing to put back.
                    let reason = format!("party {} is there already", party.id);
                    let skipped = outcome(step, OutcomeKind::Skipped, reason);
                    return Err(Outcome {
                        party: Some(party.id),
                        ..skipped
                    });
                }
                Some([party]) => return Ok(party.id),
                // Done before, and not there any more: that key is burnt.
                Some([]) if error.is_already_done() && generation < GENERATIONS => generation += 1,
                Some([]) if attempt < ATTEMPTS && is_over(&error) => attempt += 1,
                Some([]) | None => return Err(self.failed(step, &error)),
                Some(parties) => {
                    let reason = format!("{} parties carry its link", parties.len());
                    return Err(outcome(step, OutcomeKind::Ambiguous, reason));
                }
            }
            tokio::time::sleep(PAUSE * attempt).await;
        }
    }

    /// The parties that carry a customer's link now, or nothing if that cannot be told.
    pub(super) async fn look_up(
        &self,
        key: &CustomerKey,
    ) -> Result<Option<Vec<Record<Party>>>, billit_client::Error> {
        /// To read more than these one by one is no way to look somebody up.
        const MOST: usize = 20;
        let link = key.to_string();
        let by_link = property::EXTERNAL_PROVIDER_ID.eq(link.as_str());
        let listing = self
            .billit
            .pages(ListParties::new().filter(by_link))
            .all()
            .await;
        let listing = match listing {
            Err(error) if refuses_filter(&error) => {
                self.billit.pages(ListParties::new()).all().await?
            }
            listing => listing?,
        };
        let shows_links = listing
            .records
            .iter()
            .any(|party| party::link(party).is_some());
        let (mut carriers, mut silent) = (Vec::new(), Vec::new());
        for party in listing.records {
            match party::link(&party) {
                Some(theirs) if theirs == link => carriers.push(party),
                Some(_) => {}
                None => silent.push(party.id),
            }
        }
        if shows_links {
            return Ok(Some(carriers));
        }
        // A list that shows no link at all: none may carry one, or it may not show them. New ones first.
        silent.sort_by_key(|id| (self.before.get(*id).is_some(), *id));
        if silent.len() > MOST {
            return Ok(None);
        }
        for id in silent {
            let whole = read_party(self.billit, id).await?;
            carriers.extend(whole.filter(|party| party::link(party) == Some(link.as_str())));
        }
        Ok(Some(carriers))
    }
}

/// Whether a create that failed is over: Billit said so itself, and no gateway that may have lost patience.
fn is_over(error: &billit_client::Error) -> bool {
    let told_to_wait = error.status() == Some(503) && error.retry_after().is_some();
    error.status() == Some(500) || told_to_wait
}

impl Created<'_> {
    pub(super) fn outcome(&self, kind: OutcomeKind, reason: impl Into<String>) -> Outcome {
        let changes = change::all_new(self.values);
        Outcome {
            party: Some(self.party),
            changes,
            ..outcome(self.step, kind, reason)
        }
    }
}

pub(super) fn outcome(step: &Step, kind: OutcomeKind, reason: impl Into<String>) -> Outcome {
    Outcome {
        key: step.key.clone(),
        name: step.name.clone(),
        customer_kind: step.customer_kind,
        kind,
        party: step.party(),
        changes: Vec::new(),
        notes: step.notes.clone(),
        reason: reason.into(),
        detail: None,
        rejection: None,
        unfinished: false,
    }
}
