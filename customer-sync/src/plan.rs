//! What would be done, before it is done.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::sync::Arc;

use billit_client::PartyId;
use billit_client::parties::TextField;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::customer::{Customer, CustomerKey, Problem};
use crate::fingerprint::Fingerprint;
use crate::matching::{Evidence, Match, MatchedBy, PartyIndex};
use crate::merge::{Applied, by_rules};
use crate::normalize::{text, vat};
use crate::report::{Bucket, Counts, Row, table};
use crate::rules::{MappingRules, Owner, Writes};
use crate::state::Memory;
use crate::target::billit::{self, Change, Difference, Field, Note, Values};
use crate::target::parties::Parties;

/// A step for each customer, in the order of their keys.
///
/// `Display` and `Debug` can be logged: keys, fields and reasons, no personal data.
/// [`with_values`](Self::with_values) is for a person's eyes, and so is the plan as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Plan {
    /// The version of this format.
    pub version: u32,
    /// One for each customer.
    pub steps: Vec<Step>,
    /// Linked customers that are not in the source any more, by their keys. Nothing is done about them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub vanished: Vec<Vanished>,
}

/// A customer that has a party, and is not in the source any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Vanished {
    /// The customer.
    pub key: CustomerKey,
    /// Its party.
    pub party: PartyId,
}

/// What is to be done with one customer.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Step {
    /// The customer.
    pub key: CustomerKey,
    /// Its name, for the person who reads the plan.
    pub name: String,
    /// What is to be done.
    pub action: Action,
    /// What differs and stays as it is.
    pub notes: Vec<Note>,
    /// Fields of its party of which it is not known what Billit has. A plan made by `plan_customers` has none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unknown: Vec<String>,
    /// Fields by which any party might be this customer, and of which it is not known which parties have them. A plan
    /// made by `plan_customers` has none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unseen: Vec<String>,
    /// What the source said, for the store of the run that applies this; empty if the run that planned had none.
    #[serde(default, skip_serializing_if = "Applied::is_empty")]
    pub said: Applied,
    /// Both sides as they were, of a step that writes: whoever applies it looks whether one has moved since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<Seen>,
}

/// Both sides as a plan saw them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Seen {
    /// What the source said of the customer: [`billit::said`].
    pub source: Fingerprint,
    /// What its party had in the [`fields`](Self::fields). Of a party that is to be created nothing.
    pub target: Fingerprint,
    /// The fields that the decision looked at, in their order: those that the customer has, and what identifies it.
    #[serde(serialize_with = "shared", deserialize_with = "to_share")]
    pub fields: Arc<[Field]>,
}

fn shared<S: Serializer>(fields: &Arc<[Field]>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(fields.iter())
}

fn to_share<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Arc<[Field]>, D::Error> {
    Vec::deserialize(deserializer).map(Into::into)
}

/// See [`Step`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "do")]
#[non_exhaustive]
pub enum Action {
    /// Create a party.
    Create {
        /// What it gets.
        values: Values,
    },
    /// Link an existing party, and write what differs.
    Link {
        /// Which.
        party: PartyId,
        /// By what it was found.
        by: MatchedBy,
        /// What is written, the link included.
        changes: Vec<Change>,
    },
    /// Change the linked party.
    Update {
        /// Which.
        party: PartyId,
        /// What is written.
        changes: Vec<Change>,
    },
    /// Nothing to do.
    Unchanged {
        /// The linked party.
        party: PartyId,
    },
    /// Leave it alone: someone has to look.
    Ambiguous {
        /// The parties it may be.
        candidates: Vec<PartyId>,
        /// Why it is not clear.
        reason: String,
    },
    /// Leave it alone: the party is somebody else's.
    Conflict {
        /// The party.
        party: PartyId,
        /// Whose it is.
        reason: String,
    },
    /// Leave it alone this time.
    Skip {
        /// Its party, if it has one.
        party: Option<PartyId>,
        /// Why.
        reason: String,
    },
    /// Leave it alone until the record is mended.
    Quarantine {
        /// What is wrong.
        reason: String,
    },
}

impl Step {
    /// Where the customer ends up if nothing goes wrong.
    #[must_use]
    pub fn bucket(&self) -> Bucket {
        match self.action {
            Action::Create { .. } => Bucket::Created,
            Action::Link { .. } => Bucket::Linked,
            Action::Update { .. } => Bucket::Updated,
            Action::Unchanged { .. } => Bucket::Unchanged,
            Action::Ambiguous { .. } => Bucket::Ambiguous,
            Action::Conflict { .. } => Bucket::Conflict,
            Action::Skip { .. } => Bucket::Skipped,
            Action::Quarantine { .. } => Bucket::Quarantined,
        }
    }

    /// The one party it concerns.
    #[must_use]
    pub fn party(&self) -> Option<PartyId> {
        match self.action {
            Action::Link { party, .. }
            | Action::Update { party, .. }
            | Action::Unchanged { party }
            | Action::Conflict { party, .. } => Some(party),
            Action::Skip { party, .. } => party,
            Action::Create { .. } | Action::Ambiguous { .. } | Action::Quarantine { .. } => None,
        }
    }

    /// What is written to an existing party.
    #[must_use]
    pub fn changes(&self) -> &[Change] {
        match &self.action {
            Action::Link { changes, .. } | Action::Update { changes, .. } => changes,
            _ => &[],
        }
    }

    /// Whether anything is to be written.
    #[must_use]
    pub fn writes(&self) -> bool {
        matches!(
            self.action,
            Action::Create { .. } | Action::Link { .. } | Action::Update { .. }
        )
    }

    /// What is written, to an existing party or to a new one.
    pub(crate) fn written(&self) -> Vec<Change> {
        match &self.action {
            Action::Create { values } => billit::all_new(values),
            _ => self.changes().to_vec(),
        }
    }

    /// The fields of a party that is to be created.
    pub fn created_fields(&self) -> impl Iterator<Item = &'static str> {
        let values = match &self.action {
            Action::Create { values } => Some(values),
            _ => None,
        };
        values
            .into_iter()
            .flat_map(Values::iter)
            .map(|(field, _)| field.wire_name())
    }

    /// Why, in words and without personal data.
    #[must_use]
    pub fn reason(&self) -> String {
        let fields = || {
            self.changes()
                .iter()
                .map(|change| change.field.to_string())
                .collect::<Vec<_>>()
                .join(", ")
        };
        match &self.action {
            Action::Create { .. } => {
                "no party has its link, number, VAT number or e-mail".to_owned()
            }
            Action::Link { by, .. } => format!("found by {}; writes {}", by.words(), fields()),
            Action::Update { .. } => format!("writes {}", fields()),
            Action::Unchanged { .. } => "nothing differs".to_owned(),
            Action::Ambiguous { reason, .. }
            | Action::Conflict { reason, .. }
            | Action::Skip { reason, .. }
            | Action::Quarantine { reason } => reason.clone(),
        }
    }
}

impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Step({} {}: {})",
            self.key,
            self.bucket().name(),
            self.reason()
        )
    }
}

/// A source's record as the mapping left it.
pub type Mapped<T = Customer> = Result<T, (CustomerKey, Problem)>;

impl Plan {
    /// The version this crate writes.
    pub const VERSION: u32 = 3;

    /// Compares all customers with all parties. Pure: the same inputs in any order give the same plan.
    ///
    /// A step with [`unknown`](Step::unknown) or [`unseen`](Step::unseen) fields was made from a summary: read the
    /// parties that [`unread`](Self::unread) names ([`Parties::read_whole`]) and plan again.
    #[must_use]
    pub fn new(customers: &[Mapped], parties: &Parties, rules: &MappingRules) -> Self {
        Self::remembering(customers, parties, &Memory::new(), rules)
    }

    /// As [`new`](Self::new), with what is remembered of the customers: what was changed by hand in Billit stays where
    /// the source says what it said before, what was cleared in the source is cleared, and a customer whom Billit
    /// merged into another is not created again until its record changes.
    #[must_use]
    pub fn remembering(
        customers: &[Mapped],
        parties: &Parties,
        memory: &Memory,
        rules: &MappingRules,
    ) -> Self {
        let index = PartyIndex::new(parties);
        let look = |customer| Looked::at(customer, &index, rules);
        let looked: Vec<Mapped<Looked<'_>>> = customers
            .iter()
            .map(|customer| customer.as_ref().map(look).map_err(Clone::clone))
            .collect();
        let legal_name = rules
            .clone()
            .owner(Field::Text(TextField::Name), Owner::Target);
        let claims = claims(&looked);
        let planner = Planner {
            parties,
            memory,
            rules,
            rules_print: rules.fingerprint(),
            legal_name,
            claims,
            twins: twins(customers),
            index: &index,
        };
        let mut steps: Vec<Step> = looked
            .iter()
            .map(|customer| planner.step(customer))
            .collect();
        steps.sort_by(|a, b| a.key.cmp(&b.key).then_with(|| a.reason().cmp(&b.reason())));
        Self {
            version: Self::VERSION,
            steps,
            vanished: Vec::new(),
        }
    }

    /// Notes the linked customers that are not there any more: those that the store remembers, and those whose link a
    /// party in Billit carries. Only a complete listing of the source tells that.
    #[cfg(feature = "sync")]
    pub(crate) fn find_vanished(
        &mut self,
        parties: &Parties,
        memory: &Memory,
        rules: &MappingRules,
        is_there: impl Fn(&CustomerKey) -> bool,
    ) {
        let remembered = memory
            .iter()
            .filter_map(|(key, known)| Some((key.clone(), known.party?)));
        let linked = parties.records().filter_map(|party| {
            let key: CustomerKey = billit::link(party)?.parse().ok()?;
            Some((key, party.id))
        });
        let known: BTreeMap<CustomerKey, PartyId> = remembered.chain(linked).collect();
        let vanished = known
            .into_iter()
            .filter(|(key, _)| key.source() == rules.source_name() && !is_there(key));
        self.vanished = vanished
            .map(|(key, party)| Vanished { key, party })
            .collect();
    }

    /// How many steps of each kind.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.steps.iter().map(Step::bucket).collect()
    }

    /// The parties that have to be read whole before this is a plan: those of which a value is not known, and all of
    /// them if a customer may be any.
    #[must_use]
    pub fn unread(&self, parties: &Parties) -> BTreeSet<PartyId> {
        let readable = |id: &PartyId| !parties.is_unreadable(*id);
        if self.steps.iter().any(|step| !step.unseen.is_empty()) {
            return parties
                .unread()
                .map(|party| party.id)
                .filter(readable)
                .collect();
        }
        let open = self.steps.iter().filter(|step| !step.unknown.is_empty());
        open.filter_map(Step::party).filter(readable).collect()
    }

    /// How many linked customers would change their name or VAT number: more than a few at once are a sign of something
    /// gone wrong at the source, such as an import into the wrong columns.
    #[must_use]
    pub fn renamed(&self) -> usize {
        let is_identity = |change: &Change| {
            change.before.is_some() && [billit::NAME, billit::VAT_NUMBER].contains(&change.field)
        };
        let updates = self
            .steps
            .iter()
            .filter(|step| matches!(step.action, Action::Update { .. }));
        updates
            .filter(|step| step.changes().iter().any(is_identity))
            .count()
    }

    /// How many customers have a party of their own.
    #[must_use]
    pub fn linked(&self) -> usize {
        let linked = self.steps.iter();
        linked
            .filter(|step| {
                matches!(
                    step.action,
                    Action::Update { .. } | Action::Unchanged { .. }
                )
            })
            .count()
    }

    /// The plan with names and values. Personal data: show it, do not log it.
    #[must_use]
    pub fn with_values(&self) -> impl fmt::Display {
        self.table(true)
    }

    fn table(&self, values: bool) -> String {
        let told = self
            .steps
            .iter()
            .filter(|step| step.bucket() != Bucket::Unchanged);
        let told: Vec<_> = told
            .map(|step| (step, step.reason(), step.written()))
            .collect();
        let rows = told.iter().map(|(step, reason, changes)| Row {
            bucket: step.bucket(),
            key: &step.key,
            name: &step.name,
            party: step.party(),
            reason,
            detail: None,
            changes,
            notes: &step.notes,
        });
        table(&format!("plan: {}", self.counts()), rows, values)
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.table(false))
    }
}

/// A customer with the values its party should have, and the party that was found.
struct Looked<'a> {
    customer: &'a Customer,
    desired: Values,
    evidence: Evidence,
    found: Match,
}

impl<'a> Looked<'a> {
    fn at(customer: &'a Customer, index: &PartyIndex<'_>, rules: &MappingRules) -> Self {
        let desired = billit::desired(customer, rules);
        let evidence = Evidence::of(&desired);
        let found = index.find(&evidence);
        Self {
            customer,
            desired,
            evidence,
            found,
        }
    }
}

struct Planner<'a> {
    parties: &'a Parties,
    memory: &'a Memory,
    rules: &'a MappingRules,
    rules_print: Fingerprint,
    /// For a business of which the source knows a person's name only: a legal name in Billit is a better one.
    legal_name: MappingRules,
    index: &'a PartyIndex<'a>,
    /// Who wants each party.
    claims: BTreeMap<PartyId, BTreeSet<&'a CustomerKey>>,
    /// Who shares an e-mail address, VAT number or customer number with whom.
    twins: HashMap<&'a CustomerKey, BTreeSet<&'a CustomerKey>>,
}

impl Planner<'_> {
    fn step(&self, customer: &Mapped<Looked<'_>>) -> Step {
        let looked = match customer {
            Ok(looked) => looked,
            Err((key, problem)) => {
                let reason = problem.to_string();
                let action = match problem {
                    Problem::LeftOut => Action::Skip {
                        party: None,
                        reason,
                    },
                    _ => Action::Quarantine { reason },
                };
                return Step {
                    key: key.clone(),
                    name: String::new(),
                    action,
                    notes: Vec::new(),
                    unknown: Vec::new(),
                    unseen: Vec::new(),
                    said: Applied::default(),
                    seen: None,
                };
            }
        };
        let (action, difference, seen) = self.action(looked);
        let action = self.allowed(action);
        let action = self.unless_left_alone(looked.customer, action, seen.as_ref());
        // Whoever is not linked may be linked where lists do not show it; who is to be written may be anybody.
        let writes = matches!(action, Action::Create { .. } | Action::Link { .. });
        let is_linked = matches!(looked.found, Match::Linked(_));
        let matters = |field: &&str| !is_linked && (writes || *field == billit::LINK.wire_name());
        let fields = looked.evidence.fields().filter(matters);
        let unseen = fields.filter(|field| !self.parties.knows(field));
        let unseen: Vec<String> = unseen.map(str::to_owned).collect();
        let (action, unseen) = if unseen.is_empty() || !self.parties.has_unreadable() {
            (action, unseen)
        } else {
            let reason = "a party in Billit that cannot be read may be this customer".to_owned();
            (Action::Quarantine { reason }, Vec::new())
        };
        let writes = matches!(
            action,
            Action::Create { .. } | Action::Link { .. } | Action::Update { .. }
        );
        Step {
            key: looked.customer.key.clone(),
            name: looked.customer.name().unwrap_or_default(),
            action,
            notes: difference.notes,
            unknown: difference.unknown,
            unseen,
            said: Applied::default(),
            seen: seen.filter(|_| writes),
        }
    }

    /// What the rules leave of an action.
    fn allowed(&self, action: Action) -> Action {
        let party = match &action {
            Action::Link { party, .. } | Action::Update { party, .. } => Some(*party),
            _ => None,
        };
        let reason = match (self.rules.writing(), &action) {
            (Writes::UpdateOnly, Action::Create { .. }) => "new, and the rules create nobody",
            (Writes::CreateOnly, Action::Link { .. } | Action::Update { .. }) => {
                "differs, and the rules only create"
            }
            _ => return action,
        };
        Action::Skip {
            party,
            reason: reason.to_owned(),
        }
    }

    fn action(&self, looked: &Looked<'_>) -> (Action, Difference, Option<Seen>) {
        let Looked {
            customer,
            desired,
            evidence,
            found,
        } = looked;
        let nothing = Difference::default;
        let (party, by) = match found {
            Match::Linked(party) => (*party, MatchedBy::Link),
            Match::Found(party, by) => (*party, *by),
            Match::Ambiguous(candidates, by) => {
                let reason = format!("matches {} by {}", in_words(candidates), by.words());
                let candidates = candidates.clone();
                return (Action::Ambiguous { candidates, reason }, nothing(), None);
            }
            Match::New => {
                let seen = self.seen(customer, &Values::default(), Vec::new());
                let action = self.creation(customer, evidence, desired);
                return (action, nothing(), Some(seen));
            }
        };
        if by != MatchedBy::Link
            && let Some(refusal) = self.claimed_by_another(customer, party, by)
        {
            return (refusal, nothing(), None);
        }
        let record = self.index.party(party);
        let current = record
            .map(|record| self.parties.values(record))
            .unwrap_or_default();
        let is_person = customer.company.is_none() && customer.vat_number.is_some();
        let rules = if is_person {
            &self.legal_name
        } else {
            self.rules
        };
        let last = self.memory.get(&customer.key);
        let last = last.filter(|last| last.party == Some(party));
        let last = last.map(|last| &last.applied);
        let desired = &with_cleared(desired, customer, last);
        let mut difference = billit::merge(desired, &current, last, rules);
        if !difference.unknown.is_empty() && self.parties.is_unreadable(party) {
            let reason = format!("party {party} cannot be read");
            return (Action::Quarantine { reason }, nothing(), None);
        }
        let changes = std::mem::take(&mut difference.changes);
        let seen = (!changes.is_empty()).then(|| {
            let fields = desired.iter().map(|(field, _)| field);
            let fields = fields.chain(changes.iter().map(|change| &change.field));
            let fields = fields.chain(&billit::IDENTITY).cloned();
            self.seen(customer, &current, fields.collect())
        });
        let action = match by {
            MatchedBy::Link if changes.is_empty() => Action::Unchanged { party },
            MatchedBy::Link => Action::Update { party, changes },
            by => Action::Link { party, by, changes },
        };
        (action, difference, seen)
    }

    /// Both sides as they are, the party in these fields as far as they are known.
    fn seen(&self, customer: &Customer, current: &Values, mut fields: Vec<Field>) -> Seen {
        fields.retain(|field| current.get(field).is_some());
        fields.sort();
        fields.dedup();
        Seen {
            source: billit::said(customer, self.rules).fingerprint(),
            target: current.fingerprint_of(&fields),
            fields: fields.into(),
        }
    }

    /// Nothing for a customer whom an earlier run left alone, while neither its record nor the rules have changed.
    fn unless_left_alone(
        &self,
        customer: &Customer,
        action: Action,
        seen: Option<&Seen>,
    ) -> Action {
        let writes = matches!(
            action,
            Action::Create { .. } | Action::Link { .. } | Action::Update { .. }
        );
        let known = self.memory.get(&customer.key).filter(|_| writes);
        let (Some(known), Some(seen)) = (known, seen) else {
            return action;
        };
        match known.left_alone(by_rules(seen.source, self.rules_print)) {
            Some(reason) => Action::Quarantine {
                reason: format!("{reason} (nothing has changed since)"),
            },
            None => action,
        }
    }

    fn creation(&self, customer: &Customer, evidence: &Evidence, values: &Values) -> Action {
        if let Some(twins) = self.twins.get(&customer.key) {
            let reason = format!(
                "shares its e-mail or a number with {}; Billit would make one party of them",
                a_few(twins)
            );
            return Action::Ambiguous {
                candidates: Vec::new(),
                reason,
            };
        }
        if self.index.may_be_unreadable(evidence) {
            let reason = "a party in Billit that cannot be read may be this customer".to_owned();
            return Action::Quarantine { reason };
        }
        Action::Create {
            values: billit::created(values, self.rules),
        }
    }

    /// Why a party that was found, and is not linked to this customer, is not his.
    fn claimed_by_another(
        &self,
        customer: &Customer,
        party: PartyId,
        by: MatchedBy,
    ) -> Option<Action> {
        let link = self
            .index
            .party(party)
            .and_then(|record| billit::link(record));
        if let Some(link) = link {
            // Links of other systems may be anything; ours are ids.
            let rest = link.strip_prefix(self.rules.source_name());
            let id = rest.and_then(|rest| rest.strip_prefix(':'));
            let ours = id.is_some_and(|id| id.chars().all(|c| c.is_ascii_digit()));
            let whom = if ours {
                link
            } else {
                "a record of another system"
            };
            let reason = format!(
                "party {party}, found by {}, is linked to {whom}",
                by.words()
            );
            return Some(Action::Conflict { party, reason });
        }
        let claims = self.claims.get(&party)?.iter().copied();
        let others: BTreeSet<&CustomerKey> = claims.filter(|key| **key != customer.key).collect();
        if others.is_empty() {
            return None;
        }
        let reason = format!("party {party} is matched by {} too", a_few(&others));
        Some(Action::Ambiguous {
            candidates: vec![party],
            reason,
        })
    }
}

/// What the party should have, with blanks where the source had a value when it was applied last, and has none now.
fn with_cleared(desired: &Values, customer: &Customer, last: Option<&Applied>) -> Values {
    let mut desired = desired.clone();
    for field in &customer.blank {
        let had = last.and_then(|last| last.get(field));
        if desired.get(field).is_none() && had.is_some_and(|had| !had.is(field, None)) {
            desired.set(field.clone(), None);
        }
    }
    desired
}

fn claims<'a>(looked: &[Mapped<Looked<'a>>]) -> BTreeMap<PartyId, BTreeSet<&'a CustomerKey>> {
    let mut claims: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for looked in looked.iter().flatten() {
        if let Match::Linked(party) | Match::Found(party, _) = looked.found {
            claims
                .entry(party)
                .or_default()
                .insert(&looked.customer.key);
        }
    }
    claims
}

/// Customers that Billit could take for one: it merges by VAT number, e-mail address and customer number.
fn twins(customers: &[Mapped]) -> HashMap<&CustomerKey, BTreeSet<&CustomerKey>> {
    let mut groups: HashMap<(u8, String), BTreeSet<&CustomerKey>> = HashMap::new();
    for customer in customers.iter().flatten() {
        let emails = customer
            .email
            .iter()
            .flat_map(|emails| text::email_keys(emails));
        let company = || customer.fed.get(&Field::Identifier("CBE".to_owned()));
        let tax = customer.vat_number.as_ref().or_else(company);
        let tax = tax.map(|number| vat::tax_key(number));
        let number = customer
            .number
            .as_deref()
            .map(|number| number.trim().to_owned());
        let keys = emails.map(|key| (0, key));
        let keys = keys
            .chain(tax.map(|key| (1, key)))
            .chain(number.map(|key| (2, key)));
        for key in keys.filter(|(_, key)| !key.is_empty()) {
            groups.entry(key).or_default().insert(&customer.key);
        }
    }
    let mut twins: HashMap<&CustomerKey, BTreeSet<&CustomerKey>> = HashMap::new();
    for group in groups.into_values().filter(|group| group.len() > 1) {
        for key in &group {
            twins
                .entry(key)
                .or_default()
                .extend(group.iter().filter(|other| other != &key));
        }
    }
    twins
}

/// Three of them, and how many more.
fn a_few(keys: &BTreeSet<&CustomerKey>) -> String {
    const A_FEW: usize = 3;
    let named: Vec<String> = keys.iter().take(A_FEW).map(ToString::to_string).collect();
    match keys.len().saturating_sub(A_FEW) {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}

fn in_words(parties: &[PartyId]) -> String {
    match parties {
        [party] => format!("party {party}"),
        parties => {
            let ids: Vec<String> = parties.iter().map(ToString::to_string).collect();
            format!("parties {}", ids.join(" and "))
        }
    }
}
