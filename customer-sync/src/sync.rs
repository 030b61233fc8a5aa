//! Reading both sides, and writing what a plan says.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use billit_client::odata::Filter;
use billit_client::parties::{
    CreateParty, GetParty, ListParties, Party, PartyPatch, PartyType, PatchParty, TextField,
    property,
};
use billit_client::{IdempotencyKey, InvalidRecord, PartyId, Record};
use futures_util::future::try_join;
use futures_util::stream::{self, StreamExt, TryStreamExt};
use planyo_client::users::{GetUser, ListEverybody};
use planyo_client::{InvalidRecord as InvalidUser, UserId};

use crate::customer::{CustomerKey, Problem};
use crate::plan::{Action, Mapped, Plan, Step};
use crate::report::{Bucket, Counts, Outcome, SyncReport};
use crate::rules::MappingRules;
use crate::source;
use crate::target::billit::{self, Change, Field, LINK, Note, Parties, Values};

/// Settings of a run. The default needs none.
#[derive(Clone)]
pub struct SyncOptions {
    rules: MappingRules,
    concurrency: usize,
    on_progress: Option<Observer>,
}

type Observer = Arc<dyn Fn(Progress<'_>) + Send + Sync>;

impl Default for SyncOptions {
    fn default() -> Self {
        Self {
            rules: MappingRules::default(),
            concurrency: 4,
            on_progress: None,
        }
    }
}

impl SyncOptions {
    /// The rules of the mapping.
    #[must_use]
    pub fn rules(mut self, rules: MappingRules) -> Self {
        self.rules = rules;
        self
    }

    /// How many customers are written at a time; 4 if not set. Billit's limits are unknown.
    #[must_use]
    pub fn concurrency(mut self, writes: usize) -> Self {
        self.concurrency = writes.max(1);
        self
    }

    /// Called while a run goes on, from whichever task settles a customer. It must not block.
    #[must_use]
    pub fn on_progress(mut self, observer: impl Fn(Progress<'_>) + Send + Sync + 'static) -> Self {
        self.on_progress = Some(Arc::new(observer));
        self
    }

    fn tell(&self, progress: Progress<'_>) {
        if let Some(observer) = &self.on_progress {
            observer(progress);
        }
    }
}

impl fmt::Debug for SyncOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SyncOptions")
            .field("concurrency", &self.concurrency)
            .finish_non_exhaustive()
    }
}

/// What a run tells while it goes on.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Progress<'a> {
    /// Both sides have been read; this will be done.
    Planned(Counts),
    /// Billit has answered the write for this customer. A created party is settled only when it was read back.
    Written(&'a CustomerKey),
    /// A customer is settled. Each is, once.
    Settled(&'a Outcome),
}

/// A run that could not begin: a side could not be read. Nothing was written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SyncError {
    /// Planyo could not be read.
    #[error(transparent)]
    Planyo(#[from] planyo_client::Error),
    /// Billit could not be read.
    #[error(transparent)]
    Billit(#[from] billit_client::Error),
}

/// Makes Billit's customers equal to Planyo's: [`plan_customers`], then [`apply`] without reading Billit twice.
///
/// One customer that fails stops no other; the report says what happened to each.
///
/// # Errors
/// When a side cannot be read to its end. Then nothing was written: half a listing is none.
pub async fn sync_customers(
    planyo: &planyo_client::Client,
    billit: &billit_client::Client,
    options: &SyncOptions,
) -> Result<SyncReport, SyncError> {
    let run = async {
        let (plan, parties) = read_and_plan(planyo, billit, options).await?;
        options.tell(Progress::Planned(plan.counts()));
        Ok(Run::new(billit, options, &parties).apply(&plan).await)
    };
    #[cfg(feature = "tracing")]
    let run = tracing::Instrument::instrument(run, tracing::info_span!("sync_customers"));
    run.await
}

/// Reads both sides and says what would be done. It writes nothing.
///
/// # Errors
/// When a side cannot be read to its end.
pub async fn plan_customers(
    planyo: &planyo_client::Client,
    billit: &billit_client::Client,
    options: &SyncOptions,
) -> Result<Plan, SyncError> {
    let (plan, _) = read_and_plan(planyo, billit, options).await?;
    options.tell(Progress::Planned(plan.counts()));
    Ok(plan)
}

/// Does what a plan says. A step whose party has changed since is skipped, and said.
///
/// Parties are listed first if the plan creates any, so that nobody is created twice and a collision is seen.
///
/// # Errors
/// When that listing fails. Then nothing was written.
pub async fn apply(
    plan: &Plan,
    billit: &billit_client::Client,
    options: &SyncOptions,
) -> Result<SyncReport, SyncError> {
    let creates = plan
        .steps
        .iter()
        .any(|step| matches!(step.action, Action::Create { .. }));
    let parties = if creates {
        list_parties(billit, None).await?
    } else {
        Parties::default()
    };
    Ok(Run::new(billit, options, &parties).apply(plan).await)
}

/// Makes one customer's party equal to the Planyo user with this id. Reads that user and the parties he may be,
/// not the two listings.
///
/// # Errors
/// When a side cannot be read. An unknown user is Planyo's
/// [`InvalidInput`](planyo_client::ErrorKind::InvalidInput).
pub async fn sync_customer(
    planyo: &planyo_client::Client,
    billit: &billit_client::Client,
    user: impl Into<UserId>,
    options: &SyncOptions,
) -> Result<Outcome, SyncError> {
    let user = user.into();
    let run = async {
        let read = planyo.send(GetUser::by_id(user)).await?;
        let key = source::planyo::key(&read.id.to_string(), &options.rules);
        let customers = [source::planyo::customer(&read, &options.rules)
            .map_err(|problem| (key.clone(), problem))];
        let mut parties = candidates(billit, &customers).await?;
        let plan = settle(&customers, &mut parties, billit, options).await?;
        let report = Run::new(billit, options, &parties)
            .of_few()
            .apply(&plan)
            .await;
        let nothing = || Outcome {
            key,
            name: String::new(),
            bucket: Bucket::Failed,
            party: None,
            changes: Vec::new(),
            notes: Vec::new(),
            reason: "the run ended without a word about this customer".to_owned(),
        };
        Ok(report.outcomes.into_iter().next().unwrap_or_else(nothing))
    };
    #[cfg(feature = "tracing")]
    let run = tracing::Instrument::instrument(
        run,
        tracing::info_span!("sync_customer", user = user.get()),
    );
    run.await
}

async fn read_and_plan(
    planyo: &planyo_client::Client,
    billit: &billit_client::Client,
    options: &SyncOptions,
) -> Result<(Plan, Parties), SyncError> {
    let users = async { Ok::<_, SyncError>(planyo.pages(ListEverybody::new()).all().await?) };
    let (users, mut parties) = try_join(users, list_parties(billit, None)).await?;
    let unreadable = users
        .invalid
        .iter()
        .map(|user| Err(malformed(user, &options.rules)));
    let readable = users.records.iter().map(|user| {
        let key = || source::planyo::key(&user.id.to_string(), &options.rules);
        source::planyo::customer(user, &options.rules).map_err(|problem| (key(), problem))
    });
    let customers: Vec<Mapped> = readable.chain(unreadable).collect();
    let plan = settle(&customers, &mut parties, billit, options).await?;
    Ok((plan, parties))
}

fn malformed(user: &InvalidUser, rules: &MappingRules) -> (CustomerKey, Problem) {
    let id = user.id().unwrap_or("?");
    (
        source::planyo::key(id, rules),
        Problem::Malformed(user.error().to_string()),
    )
}

async fn list_parties(
    billit: &billit_client::Client,
    filter: Option<Filter<Party>>,
) -> Result<Parties, SyncError> {
    let customers = property::PARTY_TYPE.eq(PartyType::Customer.as_str());
    let filter = match filter {
        Some(filter) => customers.and(filter),
        None => customers,
    };
    let listing = billit
        .pages(ListParties::new().filter(filter))
        .all()
        .await?;
    Ok(Parties::listed(listing.records, listing.invalid))
}

/// The parties one customer may be: by link, VAT number, customer number and e-mail. All of them if Billit refuses
/// a filter: which properties it filters parties by is not published.
async fn candidates(
    billit: &billit_client::Client,
    customers: &[Mapped; 1],
) -> Result<Parties, SyncError> {
    let [Ok(customer)] = customers else {
        return Ok(Parties::default());
    };
    let mut filters = vec![property::EXTERNAL_PROVIDER_ID.eq(customer.key.to_string())];
    filters.extend(
        customer
            .vat_number
            .iter()
            .map(|number| property::VAT_NUMBER.eq(number.as_str())),
    );
    filters.extend(
        customer
            .number
            .iter()
            .map(|number| property::NR.eq(number.as_str())),
    );
    filters.extend(customer.email.iter().map(|email| {
        let lower = email.to_lowercase();
        let typed = property::EMAIL.eq(email.as_str());
        if lower == *email {
            typed
        } else {
            typed.or(property::EMAIL.eq(lower))
        }
    }));
    let mut records: Vec<Record<Party>> = Vec::new();
    let mut invalid: Vec<InvalidRecord> = Vec::new();
    for filter in filters {
        match list_parties(billit, Some(filter)).await {
            Ok(found) => {
                let (found, bad) = found.into_parts();
                for party in found {
                    if records.iter().all(|known| known.id != party.id) {
                        records.push(party);
                    }
                }
                invalid.extend(bad);
            }
            Err(SyncError::Billit(error)) if refuses_filter(&error) => {
                return list_parties(billit, None).await;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(Parties::listed(records, invalid))
}

fn refuses_filter(error: &billit_client::Error) -> bool {
    error.is_property_refused() || error.status() == Some(400)
}

/// Plans, reads whole what the listing does not tell, and plans again until nothing is unknown.
async fn settle(
    customers: &[Mapped],
    parties: &mut Parties,
    billit: &billit_client::Client,
    options: &SyncOptions,
) -> Result<Plan, SyncError> {
    // Without these nobody can be found, so a summary that lacks one of them is no listing to plan from.
    const FOUND_BY: [TextField; 3] = [
        TextField::ExternalProviderId,
        TextField::VatNumber,
        TextField::Email,
    ];
    let mut tested = false;
    loop {
        let plan = Plan::new(customers, parties, &options.rules);
        let mut unread: Vec<PartyId> = plan.unread().into_iter().collect();
        if FOUND_BY.iter().any(|field| !parties.knows(*field)) {
            unread.extend(parties.unread());
            unread.dedup();
        }
        if unread.is_empty() {
            return Ok(plan);
        }
        // One whole party tells whether list items are whole; most likely that is all there is to read.
        if !tested {
            tested = true;
            unread.truncate(1);
        }
        let read = stream::iter(unread)
            .map(|id| async move { Ok::<_, SyncError>((id, read_party(billit, id).await?)) })
            .buffer_unordered(options.concurrency)
            .try_collect::<Vec<_>>()
            .await?;
        for (id, party) in read {
            match party {
                Some(party) => parties.read_whole(party),
                None => parties.remove(id),
            }
        }
    }
}

/// A party read whole, or nothing if it is not there any more.
async fn read_party(
    billit: &billit_client::Client,
    id: PartyId,
) -> Result<Option<Record<Party>>, billit_client::Error> {
    match billit.send(GetParty::new(id)).await {
        Ok(party) => Ok(Some(party)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// One application of a plan.
struct Run<'a> {
    billit: &'a billit_client::Client,
    options: &'a SyncOptions,
    /// The parties as they were before this run.
    before: &'a Parties,
    /// Whether `before` are all there were.
    before_is_all: bool,
}

/// A party that Billit says it created.
struct Created<'p> {
    step: &'p Step,
    values: &'p Values,
    party: PartyId,
}

enum Settled<'p> {
    Outcome(Outcome),
    ToVerify(Created<'p>),
}

impl<'a> Run<'a> {
    fn new(
        billit: &'a billit_client::Client,
        options: &'a SyncOptions,
        before: &'a Parties,
    ) -> Self {
        Self {
            billit,
            options,
            before,
            before_is_all: true,
        }
    }

    /// Of a run for one customer, which knows the parties he may be and no others.
    fn of_few(self) -> Self {
        Self {
            before_is_all: false,
            ..self
        }
    }

    async fn apply(&self, plan: &Plan) -> SyncReport {
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
            Err(error) => return outcome(step, Bucket::Failed, error.to_string()),
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
                ..outcome(step, Bucket::Failed, error.to_string())
            },
        }
    }

    /// Creates a party, once, however often the answer is lost.
    ///
    /// Whether Billit honours an idempotency key on parties is unknown. So the client does not repeat by itself:
    /// after an unclear failure the party is looked up by its link, and created again only if it is not there.
    async fn create(&self, step: &Step, values: &Values) -> Result<PartyId, Outcome> {
        const ATTEMPTS: u32 = 4;
        let failed = |error: billit_client::Error| outcome(step, Bucket::Failed, error.to_string());
        if let Some(party) = self
            .before
            .records()
            .iter()
            .find(|party| billit::link(party) == Some(&step.key.to_string()))
        {
            let reason = format!("party {} has been linked since the plan", party.id);
            return Err(Outcome {
                party: Some(party.id),
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
                return Err(failed(error));
            }
            match self.look_up(&step.key).await {
                Ok(found) => match found.as_slice() {
                    [party] => return Ok(*party),
                    [] if attempt < ATTEMPTS => {}
                    [] => return Err(failed(error)),
                    parties => {
                        let reason = format!("{} parties carry its link", parties.len());
                        return Err(outcome(step, Bucket::Ambiguous, reason));
                    }
                },
                Err(look_up) => return Err(failed(look_up)),
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

    /// Looks at every created party: that Billit did not give the id of another, that it is there, that it carries
    /// its link and holds what was sent. Reads pages of the list, not party by party.
    async fn verify(&self, created: Vec<Created<'_>>) -> Vec<Outcome> {
        if created.is_empty() {
            return Vec::new();
        }
        let mut outcomes = Vec::new();
        let mut alone = Vec::new();
        let mut by_party: BTreeMap<PartyId, Vec<Created<'_>>> = BTreeMap::new();
        for created in created {
            by_party.entry(created.party).or_default().push(created);
        }
        for (party, mut given) in by_party {
            let existed = self.before.records().iter().any(|known| known.id == party);
            match given.pop() {
                Some(created) if given.is_empty() && !existed => alone.push(created),
                Some(created) => {
                    given.push(created);
                    outcomes.extend(self.collision(party, &given).await);
                }
                None => {}
            }
        }
        match self.read_back(&alone).await {
            Ok(stored) => {
                for created in &alone {
                    outcomes.push(self.verified(created, &stored).await);
                }
            }
            Err(error) => outcomes.extend(alone.iter().map(|created| {
                let reason = format!("created; it could not be read back: {error}");
                created.outcome(Bucket::Created, reason)
            })),
        }
        outcomes
    }

    async fn read_back(&self, created: &[Created<'_>]) -> Result<Parties, SyncError> {
        let [created] = created else {
            return list_parties(self.billit, None).await;
        };
        let mut stored = Parties::default();
        if let Some(party) = read_party(self.billit, created.party).await? {
            stored = Parties::listed(vec![party], Vec::new()).complete();
        }
        Ok(stored)
    }

    async fn verified(&self, created: &Created<'_>, stored: &Parties) -> Outcome {
        let party = created.party;
        let Some(record) = stored.records().iter().find(|record| record.id == party) else {
            return created.outcome(
                Bucket::Failed,
                format!("Billit answered party {party}, which is not there"),
            );
        };
        if !self.before_is_all && existed_before(record) {
            let reason = format!(
                "Billit merged it into party {party}, which existed before; look at that party's values"
            );
            return created.outcome(Bucket::Quarantined, reason);
        }
        let link = created.step.key.to_string();
        let twins = stored
            .records()
            .iter()
            .filter(|other| billit::link(other) == Some(&link))
            .count();
        if twins > 1 {
            return created.outcome(Bucket::Ambiguous, format!("{twins} parties carry its link"));
        }
        let mut values = stored.values(record);
        if values.get(LINK).is_none() {
            // A summary without links: this party has to be read by itself.
            if let Ok(Some(record)) = read_party(self.billit, party).await {
                values = billit::current(&record, None);
            }
        }
        let mut reason = "created".to_owned();
        match values.get(LINK).flatten() {
            Some(stored) if stored == link => {}
            Some(_) => {
                let reason = format!("party {party} carries the link of somebody else");
                return created.outcome(Bucket::Quarantined, reason);
            }
            None => {
                let patch = PartyPatch::new().set(TextField::ExternalProviderId, link);
                if let Err(error) = self.billit.send(PatchParty::new(party, patch)).await {
                    return created.outcome(
                        Bucket::Failed,
                        format!("created as party {party}, but not linked: {error}"),
                    );
                }
                "created; the link was written by itself".clone_into(&mut reason);
            }
        }
        let differs = |(field, sent): (Field, Option<&str>)| {
            let stored = values.get(field)?;
            (field != LINK && sent.is_some() && !billit::same(field, stored, sent)).then_some(field)
        };
        let notes = created.values.iter().filter_map(differs);
        let notes = notes
            .map(|field| Note {
                field,
                reason: "was stored differently by Billit".to_owned(),
            })
            .collect();
        Outcome {
            notes,
            ..created.outcome(Bucket::Created, reason)
        }
    }

    /// Billit gave the id of a party that existed, or one id to several customers, and overwrote its values. The
    /// values before are put back: those of the party that existed, else those of the first customer.
    async fn collision(&self, party: PartyId, given: &[Created<'_>]) -> Vec<Outcome> {
        let sent: BTreeSet<Field> = given
            .iter()
            .flat_map(|created| created.values.iter().map(|(field, _)| field))
            .collect();
        let existing = self.before.records().iter().find(|known| known.id == party);
        let (known, owner) = match (existing, given.first()) {
            (Some(record), _) => (self.before.values(record), None),
            (None, Some(first)) => (first.values.clone(), Some(first)),
            (None, None) => return Vec::new(),
        };
        let mut before = Values::default();
        let mut lost = Vec::new();
        for field in sent {
            match known.get(field) {
                Some(value) => before.set(field, value.map(str::to_owned)),
                // What the first customer did not send was blank.
                None if owner.is_some() => before.set(field, None),
                None => lost.push(field.wire_name()),
            }
        }
        let restored = self.restore(party, &before).await;
        let mut story = match &restored {
            Ok(()) => "its values were put back".to_owned(),
            Err(error) => format!("its values could not be put back: {error}"),
        };
        if !lost.is_empty() {
            story = format!("{story}; not known and lost: {}", lost.join(", "));
        }
        let outcome = |created: &Created<'_>| match owner {
            Some(owner) if owner.step.key == created.step.key => {
                let others: Vec<String> = given
                    .iter()
                    .skip(1)
                    .map(|other| other.step.key.to_string())
                    .collect();
                let bucket = if restored.is_ok() {
                    Bucket::Created
                } else {
                    Bucket::Quarantined
                };
                created.outcome(
                    bucket,
                    format!(
                        "created; Billit then merged {} into it; {story}",
                        others.join(", ")
                    ),
                )
            }
            Some(owner) => {
                let reason = format!(
                    "Billit merged it into party {party}, created for {}; {story}",
                    owner.step.key
                );
                created.outcome(Bucket::Quarantined, reason)
            }
            None => {
                let reason =
                    format!("Billit merged it into party {party}, which existed before; {story}");
                created.outcome(Bucket::Quarantined, reason)
            }
        };
        given.iter().map(outcome).collect()
    }

    async fn restore(&self, party: PartyId, before: &Values) -> Result<(), billit_client::Error> {
        let now = billit::current(&*self.billit.send(GetParty::new(party)).await?, None);
        let changes = billit::restore(before, &now);
        if changes.is_empty() {
            return Ok(());
        }
        self.billit
            .send(PatchParty::new(party, billit::patch(&changes)))
            .await
    }
}

impl Created<'_> {
    fn outcome(&self, bucket: Bucket, reason: impl Into<String>) -> Outcome {
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

fn outcome(step: &Step, bucket: Bucket, reason: impl Into<String>) -> Outcome {
    Outcome {
        key: step.key.clone(),
        name: step.name.clone(),
        bucket,
        party: step.party(),
        changes: Vec::new(),
        notes: step.notes.clone(),
        reason: reason.into(),
    }
}

/// Whether a party that was just created is older than that. Both times are the server's, so no clock is asked.
fn existed_before(party: &Party) -> bool {
    const A_CREATE_TAKES_LESS: i64 = 60;
    let (Some(created), Some(modified)) = (party.created, party.last_modified) else {
        return false;
    };
    (modified - created).num_seconds() > A_CREATE_TAKES_LESS
}
