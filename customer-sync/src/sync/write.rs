//! Writing what a plan says: each step looks before it writes.

use billit_client::parties::{CreateParty, ListParties, Party, PatchParty, property};
use billit_client::{IdempotencyKey, PartyId, Record};
use futures_util::stream::{self, StreamExt};

use super::read::{read_party, refuses_filter};
use super::{Progress, SyncOptions};
use crate::customer::CustomerKey;
use crate::matching::PartyIndex;
use crate::plan::{Action, Plan, Step};
use crate::report::{Bucket, Outcome, SyncReport};
use crate::target::billit::{self, Change, Field, Parties, Values};

/// One application of a plan.
pub(super) struct Run<'a> {
    pub(super) billit: &'a billit_client::Client,
    pub(super) options: &'a SyncOptions,
    /// The parties as they were before this run.
    pub(super) before: &'a Parties,
    /// Whether `before` are all there were.
    pub(super) before_is_all: bool,
    before_by_link: PartyIndex<'a>,
}

/// A party that Billit says it created.
pub(super) struct Created<'p> {
    pub(super) step: &'p Step,
    pub(super) values: &'p Values,
    pub(super) party: PartyId,
}

enum Settled<'p> {
    Outcome(Outcome),
    ToVerify(Created<'p>),
}

impl<'a> Run<'a> {
    pub(super) fn new(
        billit: &'a billit_client::Client,
        options: &'a SyncOptions,
        before: &'a Parties,
    ) -> Self {
        Self {
            billit,
            options,
            before,
            before_is_all: true,
            before_by_link: PartyIndex::new(before),
        }
    }

    /// Of a run for one customer, which knows the parties he may be and no others.
    pub(super) fn of_few(self) -> Self {
        Self {
            before_is_all: false,
            ..self
        }
    }

    pub(super) async fn apply(&self, plan: &Plan) -> SyncReport {
        let mut outcomes = Vec::with_capacity(plan.steps.len());
        let mut created = Vec::new();
        let mut settled = stream::iter(&plan.steps)
            .map(|step| self.step(step))
            .buffer_unordered(self.options.concurrency);
        while let Some(settled) = settled.next().await {
            match settled {
                Settled::Outcome(outcome) => self.settle(&mut outcomes, outcome),
                Settled::ToVerify(party) => created.push(party),
            }
        }
        drop(settled);
        for outcome in self.verify(created).await {
            self.settle(&mut outcomes, outcome);
        }
        outcomes.sort_by(|a, b| a.key.cmp(&b.key));
        SyncReport { outcomes }
    }

    fn settle(&self, outcomes: &mut Vec<Outcome>, outcome: Outcome) {
        #[cfg(feature = "tracing")]
        tracing::debug!(customer = %outcome.key, bucket = outcome.bucket.name(), "customer settled");
        self.options.tell(Progress::Settled(&outcome));
        outcomes.push(outcome);
    }

    async fn step<'p>(&self, step: &'p Step) -> Settled<'p> {
        let write = async {
            let outcome = match &step.action {
                Action::Create { values } => match self.create(step, values).await {
                    Ok(party) => {
                        return Settled::ToVerify(Created {
                            step,
                            values,
                            party,
                        });
                    }
                    Err(outcome) => outcome,
                },
                Action::Link { party, changes, .. } | Action::Update { party, changes } => {
                    self.update(step, *party, changes).await
                }
                _ => outcome(step, step.bucket(), step.reason()),
            };
            Settled::Outcome(outcome)
        };
        #[cfg(feature = "tracing")]
        let write = tracing::Instrument::instrument(
            write,
            tracing::debug_span!("customer", key = %step.key),
        );
        write.await
    }

    /// Reads the party whole and patches what still differs from the plan's "after", unless it is not any more as
    /// the plan knew it.
    async fn update(&self, step: &Step, party: PartyId, changes: &[Change]) -> Outcome {
        let now = match read_party(self.billit, party).await {
            Ok(Some(record)) => billit::current(&record, None),
            Ok(None) => {
                return outcome(
                    step,
                    Bucket::Skipped,
                    "the party is gone from Billit since the plan",
                );
            }
            Err(error) => return failed(step, &error),
        };
        let mut left = Vec::new();
        for change in changes {
            let value = now.get(change.field).flatten();
            if value == change.after.as_deref() {
                continue;
            }
            if value != change.before.as_deref() {
                let reason = format!("{} has changed in Billit since the plan", change.field);
                return outcome(step, Bucket::Skipped, reason);
            }
            left.push(change.clone());
        }
        if left.is_empty() {
            return Outcome {
                changes: left,
                ..outcome(step, Bucket::Unchanged, "already as it should be")
            };
        }
        match self
            .billit
            .send(PatchParty::new(party, billit::patch(&left)))
            .await
        {
            Ok(()) => {
                self.options.tell(Progress::Written(&step.key));
                Outcome {
                    changes: left,
                    ..outcome(step, step.bucket(), step.reason())
                }
            }
            Err(error) => Outcome {
                changes: left,
                ..failed(step, &error)
            },
        }
    }

    /// Creates a party, once, however often the answer is lost.
    ///
    /// Whether Billit honours an idempotency key on parties is unknown. So the client does not repeat by itself:
    /// after an unclear failure the party is looked up by its link, and created again only if it is not there.
    async fn create(&self, step: &Step, values: &Values) -> Result<PartyId, Outcome> {
        const ATTEMPTS: u32 = 4;
        let link = step.key.to_string();
        if let Some(party) = self.before_by_link.linked(&link).next() {
            let reason = format!("party {party} has been linked since the plan");
            return Err(Outcome {
                party: Some(party),
                ..outcome(step, Bucket::Skipped, reason)
            });
        }
        let content = serde_json::to_string(values).unwrap_or_default();
        let mut generation = 0;
        let mut attempt = 1;
        loop {
            let key =
                IdempotencyKey::derive(&[&step.key.to_string(), &content, &generation.to_string()]);
            let create = CreateParty::new(billit::draft(values))
                .key(key)
                .without_repeat();
            let error = match self.billit.send(create).await {
                Ok(party) => {
                    self.options.tell(Progress::Written(&step.key));
                    return Ok(party);
                }
                Err(error) => error,
            };
            if !error.is_already_done() && !error.is_outcome_unknown() {
                return Err(failed(step, &error));
            }
            match self.look_up(&step.key).await {
                Ok(found) => match found.as_slice() {
                    [party] => return Ok(*party),
                    [] if attempt < ATTEMPTS => {}
                    [] => return Err(failed(step, &error)),
                    parties => {
                        let reason = format!("{} parties carry its link", parties.len());
                        return Err(outcome(step, Bucket::Ambiguous, reason));
                    }
                },
                Err(look_up) => return Err(failed(step, &look_up)),
            }
            // Done before, and not there any more: that key is burnt.
            generation += u32::from(error.is_already_done());
            attempt += 1;
        }
    }

    /// The parties that carry a customer's link now.
    async fn look_up(&self, key: &CustomerKey) -> Result<Vec<PartyId>, billit_client::Error> {
        let link = key.to_string();
        let by_link = ListParties::new().filter(property::EXTERNAL_PROVIDER_ID.eq(link.as_str()));
        let listing = match self.billit.pages(by_link).all().await {
            Err(error) if refuses_filter(&error) => {
                self.billit.pages(ListParties::new()).all().await?
            }
            listing => {
                // What the filter found carries the link, whether or not the list shows it.
                return Ok(listing?.records.iter().map(|party| party.id).collect());
            }
        };
        let carries = |party: &&Record<Party>| billit::link(party) == Some(link.as_str());
        Ok(listing
            .records
            .iter()
            .filter(carries)
            .map(|party| party.id)
            .collect())
    }
}

impl Created<'_> {
    pub(super) fn outcome(&self, bucket: Bucket, reason: impl Into<String>) -> Outcome {
        let change = |(field, value): (Field, Option<&str>)| Change {
            field,
            before: None,
            after: value.map(str::to_owned),
        };
        let changes = self
            .values
            .iter()
            .map(change)
            .filter(|change| change.after.is_some())
            .collect();
        Outcome {
            party: Some(self.party),
            changes,
            ..outcome(self.step, bucket, reason)
        }
    }
}

/// A write that failed, with Billit's own words beside ours.
fn failed(step: &Step, error: &billit_client::Error) -> Outcome {
    Outcome {
        detail: error.api_message().map(str::to_owned),
        ..outcome(step, Bucket::Failed, error.to_string())
    }
}

pub(super) fn outcome(step: &Step, bucket: Bucket, reason: impl Into<String>) -> Outcome {
    Outcome {
        key: step.key.clone(),
        name: step.name.clone(),
        bucket,
        party: step.party(),
        changes: Vec::new(),
        notes: step.notes.clone(),
        reason: reason.into(),
        detail: None,
    }
}
