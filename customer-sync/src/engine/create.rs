//! Creates a party once, even if answers are lost.
//!
//! A create without a clear answer (lost connection, timeout, gateway's error, unreadable answer) may be done, not done,
//! or still be running at the server. Whether Billit honours an idempotency key on parties, and how late its lists show
//! a new party, is unknown. So nothing is sent again at once: when all other customers are done, the unclear ones are
//! looked up together, in rounds with growing pauses. One that is found is created. One that stayed absent long enough
//! is sent again, with the same key.
//!
//! "Long enough" is a number of look-ups since the last request ([`PATIENCE`]), and only those look-ups count that show
//! the party that this run created last: otherwise the lists are late, and absence says nothing. If no party was created
//! since the last request, nothing shows that the list has come so far: then it takes [`PATIENCE_ALONE`], and as many
//! look-ups more as the lists were late before. One look-up is enough if Billit said itself that it did nothing.
//!
//! "The key was used before" (409) and nobody there is no unclear answer: nothing was done. The party may not be visible
//! yet, or it was deleted, or Billit registered the key and stored nothing, as was seen in production. So it is looked
//! for as long, and then sent with the next key. A new key protects from nothing, so it takes three times as long if no party
//! was created since.
//!
//! What remains possible: if Billit merges no party, and honours no key or has refused this one as used, a request that
//! takes effect, or a party that is listed, later than all these look-ups makes a second party. It is reported as ambiguous
//! by the first run that lists both.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::mem;
use std::time::Duration;

use billit_client::odata::Filter;
use billit_client::parties::{CreateParty, ListParties, Party, property};
use billit_client::{IdempotencyKey, PartyId, Record};
use futures_util::stream::{FuturesUnordered, StreamExt};
use tokio::time::{Instant, sleep};

use super::hint::rejection;
use super::read::{read_party, refuses_filter};
use super::write::{Create, Created, Run, StepResult, is_unchecked, outcome};
use crate::core::customer::CustomerKey;
use crate::core::field::VAT_NUMBER;
use crate::core::matching::{Match, MatchKeys, MatchedBy};
use crate::core::party;
use crate::core::plan::Action;
use crate::core::report::{Outcome, OutcomeKind};
use crate::core::values::Values;

/// So many look-ups in a row must not show a customer before it is sent again.
const PATIENCE: u32 = 5;
/// The same if no party was created since, so that nothing shows how late Billit's lists are.
const PATIENCE_ALONE: u32 = 8;
/// So often a create is sent in a run if each answer is unclear.
const MAX_SENT: u32 = 5;
/// So often the same values may have been created and deleted before.
const MAX_GENERATION: u32 = 20;
/// A pause grows to so many times the first.
const MAX_PAUSE: u32 = 10;

/// What a listing shows of the customers that were looked up.
pub(super) struct LookUp {
    /// The parties that carry a link.
    carriers: HashMap<String, Vec<Record<Party>>>,
    /// Whether it shows the party that this run created last. If not, it is out of date.
    is_current: bool,
}

impl LookUp {
    pub(super) fn take(&mut self, key: &CustomerKey) -> Vec<Record<Party>> {
        self.carriers.remove(&key.to_string()).unwrap_or_default()
    }
}

impl<'p> Create<'p> {
    /// Whether it is certain enough that no party was made, and none will be.
    fn is_undone(&self, last_created: Option<PartyId>, late: u32) -> bool {
        let needed = match &self.error {
            Some(error) if is_over(error) => 1,
            _ if self.after != last_created => PATIENCE,
            Some(error) if error.is_already_done() => 3 * (PATIENCE_ALONE + late),
            _ => PATIENCE_ALONE + late,
        };
        self.absent >= needed
    }

    fn done(self, outcome: Outcome) -> StepResult<'p> {
        StepResult::Done(self.step, Box::new(outcome), self.lease)
    }
}

/// Whether the request is over and made no party: it was not processed, or Billit itself reported an error, and not a
/// gateway whose timeout was over.
fn is_over(error: &billit_client::Error) -> bool {
    let not_processed = !error.is_outcome_unknown() && !error.is_already_done();
    let asked_to_wait = error.status() == Some(503) && error.retry_after().is_some();
    not_processed || asked_to_wait || error.status() == Some(500)
}

impl Run<'_> {
    /// Sends a create for the first time, unless the party is there by now.
    pub(super) async fn create<'p>(&self, create: Create<'p>) -> StepResult<'p> {
        let keys = MatchKeys::of(&create.values, create.step.customer_kind);
        let is_new = match (self.before_index.find(&keys), &create.step.action) {
            (Match::New, _) => true,
            // A person has decided that it is none of these parties.
            (Match::Ambiguous(candidates, by), Action::Create { other_than, .. }) => {
                by.may_be_new() && candidates.iter().all(|party| other_than.contains(party))
            }
            _ => false,
        };
        if !is_new || self.before_index.may_be_unreadable(&keys) {
            let reason =
                "since the plan a party was created or changed that is or may be this customer";
            let skipped = outcome(create.step, OutcomeKind::Skipped, reason);
            return create.done(skipped);
        }
        self.send_create(create).await
    }

    /// Sends a create. If Billit refuses it with a VAT number that could not be checked, sends it once more without.
    async fn send_create<'p>(&self, mut create: Create<'p>) -> StepResult<'p> {
        let step = create.step;
        let link = step.key.to_string();
        let error = loop {
            let content = serde_json::to_string(&*create.values).unwrap_or_default();
            let generation = create.generation.to_string();
            let key = IdempotencyKey::derive(&[&link, &content, &generation]);
            let request = CreateParty::new(party::draft(&create.values)).key(key);
            let error = match self.billit.send(request).await {
                Ok(party) => {
                    let created = self.created(create, party).await;
                    if let StepResult::ToVerify(created) = &created {
                        self.written_by_run().last_created = Some((created.party, link));
                    }
                    return created;
                }
                Err(error) => error,
            };
            let is_refused = rejection(&error, &step.written()).is_some();
            if !is_refused
                || !is_unchecked(step, &VAT_NUMBER)
                || create.values.text(&VAT_NUMBER).is_none()
            {
                break error;
            }
            let mut rest = Values::default();
            for (field, value) in create
                .values
                .iter()
                .filter(|(field, _)| *field != VAT_NUMBER)
            {
                rest.put(&field, value);
            }
            create.values = Cow::Owned(rest);
        };
        if error.is_already_done() {
            create.generation += 1;
        } else if error.is_outcome_unknown() {
            create.sent += 1;
            create.absent = 0;
            create.after = self.last_created();
        } else if error.is_retryable() {
            create.sent += 1;
        } else {
            let rejected = self.rejected(step, &error);
            return create.done(rejected);
        }
        self.count_failure(&error);
        create.error = Some(error);
        StepResult::Unclear(Box::new(create))
    }

    /// A party that Billit has created for this customer, or into which it has merged the customer.
    async fn created<'p>(&self, create: Create<'p>, party: PartyId) -> StepResult<'p> {
        self.written(create.step);
        let created = Created {
            step: create.step,
            values: create.values,
            party,
            lease: create.lease,
        };
        match self.undo_merge(&created).await {
            None => StepResult::ToVerify(created),
            Some(outcome) => StepResult::Done(created.step, Box::new(outcome), created.lease),
        }
    }

    /// Looks up unclear creates, and sends those that are absent again, until none is left or the limits of
    /// [`SyncOptions`](crate::SyncOptions) are reached.
    pub(super) async fn settle<'p>(&self, mut unclear: Vec<Create<'p>>) -> Vec<StepResult<'p>> {
        let mut settled = Vec::new();
        let started = Instant::now();
        let mut pause = Duration::ZERO;
        let (mut late, mut behind) = (0, 0);
        let mut reason = "the run looked for it as often and as long as SyncOptions::create_rounds and create_timeout \
                          allow, and did not find it; whether Billit created it is unknown, and the next run looks again";
        for _ in 0..self.options.create_rounds {
            if unclear.is_empty()
                || started.elapsed().saturating_add(pause) > self.options.create_timeout
            {
                break;
            }
            if !self.wait(pause).await {
                break;
            }
            let first = self.options.create_pause;
            pause = pause
                .saturating_mul(2)
                .clamp(first, first.saturating_mul(MAX_PAUSE));
            let keys: Vec<&CustomerKey> = unclear.iter().map(|create| &create.step.key).collect();
            let mut found = match self.look_up(&keys, late > 0).await {
                Ok(Some(found)) => found,
                Ok(None) => {
                    reason = "it cannot be looked up, since Billit's lists show no links and there are too many \
                              parties to read each; look in Billit whether it is there";
                    break;
                }
                Err(error) if error.is_retryable() => continue,
                Err(_) => break,
            };
            behind = if found.is_current { 0 } else { behind + 1 };
            late = late.max(behind);
            let last = self.last_created();
            let mut absent = Vec::new();
            for mut create in mem::take(&mut unclear) {
                match found.take(&create.step.key).as_slice() {
                    [] => {
                        create.absent += u32::from(found.is_current);
                        absent.push(create);
                    }
                    [party] => settled.push(self.found(create, party.id).await),
                    parties => {
                        let reason = format!("{} parties carry its link", parties.len());
                        let ambiguous = Outcome {
                            candidates: parties.iter().map(|party| party.id).collect(),
                            found_by: Some(MatchedBy::Link),
                            ..outcome(create.step, OutcomeKind::Ambiguous, reason)
                        };
                        settled.push(create.done(ambiguous));
                    }
                }
            }
            let (undone, rest): (Vec<_>, Vec<_>) = absent
                .into_iter()
                .partition(|create| create.is_undone(last, late));
            unclear = rest;
            for result in self.send_again(undone).await {
                match result {
                    StepResult::Unclear(create) => unclear.push(*create),
                    result => settled.push(result),
                }
            }
        }
        if self.options.cancellation.is_cancelled() {
            reason =
                "the run was cancelled before it was clear; the next run looks whether it is there";
        }
        settled.extend(unclear.into_iter().map(|create| {
            let failed = self.unsettled(&create, Some(reason));
            create.done(failed)
        }));
        settled
    }

    fn last_created(&self) -> Option<PartyId> {
        let written = self.written_by_run();
        written.last_created.as_ref().map(|(party, _)| *party)
    }

    /// Waits, unless the run is cancelled meanwhile.
    async fn wait(&self, pause: Duration) -> bool {
        const STEP: Duration = Duration::from_millis(50);
        let started = Instant::now();
        while !self.options.cancellation.is_cancelled() {
            let left = pause.saturating_sub(started.elapsed());
            if left.is_zero() {
                return true;
            }
            sleep(left.min(STEP)).await;
        }
        false
    }

    async fn found<'p>(&self, create: Create<'p>, party: PartyId) -> StepResult<'p> {
        if create.sent > 0 || self.before.get(party).is_none() {
            return self.created(create, party).await;
        }
        // Created by an earlier run: this one wrote nothing, so there is nothing to put back.
        let reason = format!("party {party} is there already");
        let skipped = Outcome {
            party: Some(party),
            ..outcome(create.step, OutcomeKind::Skipped, reason)
        };
        create.done(skipped)
    }

    /// Sends creates of which no party was made, several at a time. A cancelled run sends no more.
    async fn send_again<'p>(&self, creates: Vec<Create<'p>>) -> Vec<StepResult<'p>> {
        let mut results = Vec::with_capacity(creates.len());
        let mut creates = creates.into_iter();
        let mut running = FuturesUnordered::new();
        loop {
            while running.len() < self.options.concurrency
                && let Some(create) = creates.next()
            {
                if self.options.cancellation.is_cancelled() {
                    results.push(StepResult::Unclear(Box::new(create)));
                } else if create.sent >= MAX_SENT || create.generation > MAX_GENERATION {
                    let failed = self.unsettled(&create, None);
                    results.push(create.done(failed));
                } else {
                    running.push(self.send_create(create));
                }
            }
            match running.next().await {
                Some(result) => results.push(result),
                None => return results,
            }
        }
    }

    fn unsettled(&self, create: &Create<'_>, reason: Option<&str>) -> Outcome {
        let Some(error) = &create.error else {
            let reason = reason.unwrap_or_default();
            return outcome(create.step, OutcomeKind::Failed, reason);
        };
        let failed = self.failed(create.step, error);
        match reason {
            Some(reason) => Outcome {
                reason: format!("{error}; {reason}"),
                ..failed
            },
            None => failed,
        }
    }

    /// The parties that carry the links of these customers now, by one listing; `None` if that cannot be found out.
    ///
    /// Few customers are looked up by a filter, and a listing that turned out to be late by no filter: an index may be
    /// later than the list.
    pub(super) async fn look_up(
        &self,
        keys: &[&CustomerKey],
        is_late: bool,
    ) -> Result<Option<LookUp>, billit_client::Error> {
        /// The most customers in a filter, so that the URL stays short.
        const MAX_IN_FILTER: usize = 20;
        /// The most parties that are read one by one for each customer.
        const MAX_READS: usize = 20;
        let (last, last_link) = self.written_by_run().last_created.clone().unzip();
        let mut links: BTreeSet<String> = keys.iter().map(ToString::to_string).collect();
        let wanted = links.clone();
        links.extend(last_link);
        let filter = links
            .iter()
            .map(|link| property::EXTERNAL_PROVIDER_ID.eq(link.as_str()))
            .reduce(Filter::or)
            .filter(|_| !is_late && links.len() <= MAX_IN_FILTER);
        let all = || self.billit.pages(ListParties::new()).all();
        let listing = match filter {
            None => all().await?,
            Some(filter) => {
                let some = ListParties::new().filter(filter);
                match self.billit.pages(some).all().await {
                    Err(error) if refuses_filter(&error) => all().await?,
                    listing => listing?,
                }
            }
        };
        let mut parties = listing.records.iter();
        let is_current = last.is_none_or(|last| parties.any(|party| party.id == last));
        let mut parties = listing.records.iter();
        let shows_links = parties.any(|party| party::link(party).is_some());
        let mut carriers: HashMap<String, Vec<Record<Party>>> = HashMap::new();
        let mut without_link = Vec::new();
        for party in listing.records {
            match party::link(&party) {
                Some(link) if wanted.contains(link) => {
                    carriers.entry(link.to_owned()).or_default().push(party);
                }
                Some(_) => {}
                None => without_link.push(party.id),
            }
        }
        if !shows_links {
            // No party has a link, or lists omit it. New parties are read first, but not those of other customers.
            let known: BTreeSet<PartyId> =
                self.written_by_run().new_parties.keys().copied().collect();
            without_link.retain(|id| !known.contains(id));
            without_link.sort_by_key(|id| (self.before.get(*id).is_some(), *id));
            if without_link.len() > MAX_READS.saturating_mul(keys.len()) {
                return Ok(None);
            }
            for id in without_link {
                if let Some(party) = read_party(self.billit, id).await?
                    && let Some(link) = party::link(&party).filter(|link| wanted.contains(*link))
                {
                    carriers.entry(link.to_owned()).or_default().push(party);
                }
            }
        }
        Ok(Some(LookUp {
            carriers,
            is_current,
        }))
    }
}
