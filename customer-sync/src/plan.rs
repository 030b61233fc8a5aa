//! What would be done, before it is done.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;

use billit_client::PartyId;
use serde::{Deserialize, Serialize};

use crate::customer::{Customer, CustomerKey, Problem};
use crate::matching::{Evidence, Match, MatchedBy, PartyIndex};
use crate::normalize::{text, vat};
use crate::report::{Bucket, Counts, Row, table};
use crate::rules::MappingRules;
use crate::target::billit::{self, Change, Difference, Note, Parties, Values};

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
    /// Fields of which it is not known what Billit has. A plan made by `plan_customers` has none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unknown: Vec<String>,
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
        /// What identifies the party, as it stood when the plan was made.
        evidence: Values,
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
                .map(|change| change.field.wire_name())
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
pub type Mapped = Result<Customer, (CustomerKey, Problem)>;

impl Plan {
    /// The version this crate writes.
    pub const VERSION: u32 = 1;

    /// Compares all customers with all parties. Pure: the same inputs in any order give the same plan.
    ///
    /// A step with [`unknown`](Step::unknown) fields was made from a summary; read its party whole
    /// ([`Parties::read_whole`]) and plan again.
    #[must_use]
    pub fn new(customers: &[Mapped], parties: &Parties, rules: &MappingRules) -> Self {
        let index = PartyIndex::new(parties);
        let find = |customer: &Mapped| {
            let customer = customer.as_ref().ok()?;
            Some(index.find(&Evidence::of(customer)))
        };
        let found: Vec<Option<Match>> = customers.iter().map(find).collect();
        let claims = claims(customers, &found);
        let planner = Planner {
            parties,
            rules,
            claims,
            twins: twins(customers),
            index,
        };
        let mut steps: Vec<Step> = customers
            .iter()
            .zip(found)
            .map(|(customer, found)| planner.step(customer, found))
            .collect();
        steps.sort_by(|a, b| a.key.cmp(&b.key).then_with(|| a.reason().cmp(&b.reason())));
        Self {
            version: Self::VERSION,
            steps,
        }
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
        let open: Vec<&Step> = self
            .steps
            .iter()
            .filter(|step| !step.unknown.is_empty())
            .collect();
        let of_any = |step: &&Step| {
            !matches!(
                step.action,
                Action::Update { .. } | Action::Unchanged { .. }
            )
        };
        let readable = |id: &PartyId| !parties.is_unreadable(*id);
        if open.iter().any(of_any) {
            parties
                .unread()
                .map(|party| party.id)
                .filter(readable)
                .collect()
        } else {
            open.into_iter()
                .filter_map(Step::party)
                .filter(readable)
                .collect()
        }
    }

    /// The plan with names and values. Personal data: show it, do not log it.
    #[must_use]
    pub fn with_values(&self) -> impl fmt::Display {
        self.table(true)
    }

    fn table(&self, values: bool) -> String {
        let reasons: Vec<String> = self.steps.iter().map(Step::reason).collect();
        let told = self
            .steps
            .iter()
            .zip(&reasons)
            .filter(|(step, _)| step.bucket() != Bucket::Unchanged);
        let rows = told.map(|(step, reason)| Row {
            bucket: step.bucket(),
            key: &step.key,
            name: &step.name,
            party: step.party(),
            reason,
            detail: None,
            changes: step.changes(),
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

struct Planner<'a> {
    parties: &'a Parties,
    rules: &'a MappingRules,
    index: PartyIndex<'a>,
    /// Who wants each party.
    claims: BTreeMap<PartyId, BTreeSet<&'a CustomerKey>>,
    /// Who shares an e-mail address, VAT number or customer number with whom.
    twins: HashMap<&'a CustomerKey, BTreeSet<&'a CustomerKey>>,
}

impl Planner<'_> {
    fn step(&self, customer: &Mapped, found: Option<Match>) -> Step {
        let (key, name, (action, difference)) = match customer {
            Ok(customer) => {
                let found = found.unwrap_or(Match::New);
                (
                    &customer.key,
                    customer.name().unwrap_or_default(),
                    self.action(customer, found),
                )
            }
            Err((key, problem)) => (
                key,
                String::new(),
                alone(Action::Quarantine {
                    reason: problem.to_string(),
                }),
            ),
        };
        Step {
            key: key.clone(),
            name,
            action,
            notes: difference.notes,
            unknown: difference.unknown,
        }
    }

    fn action(&self, customer: &Customer, found: Match) -> (Action, Difference) {
        let evidence = Evidence::of(customer);
        // What a listing does not carry nobody can be found by.
        let missing = evidence.fields().filter(|field| !self.parties.knows(field));
        let missing: Vec<String> = missing.map(str::to_owned).collect();
        let desired = billit::desired(customer, self.rules);
        let (party, by) = match found {
            Match::Linked(party) => (party, MatchedBy::Link),
            _ if !missing.is_empty() && self.parties.has_unreadable() => {
                let reason =
                    "a party in Billit that cannot be read may be this customer".to_owned();
                return alone(Action::Quarantine { reason });
            }
            Match::Found(party, by) => (party, by),
            Match::Ambiguous(candidates, by) => {
                let reason = format!("matches {} by {}", in_words(&candidates), by.words());
                return open(Action::Ambiguous { candidates, reason }, missing);
            }
            Match::New => return open(self.creation(customer, &evidence, desired), missing),
        };
        if by != MatchedBy::Link
            && let Some(refusal) = self.claimed_by_another(customer, party, by)
        {
            return open(refusal, missing);
        }
        let record = self.index.party(party);
        let current = record
            .map(|record| self.parties.values(record))
            .unwrap_or_default();
        let mut difference = billit::diff(&desired, &current, self.rules);
        if !difference.unknown.is_empty() && self.parties.is_unreadable(party) {
            let reason = format!("party {party} cannot be read");
            return alone(Action::Quarantine { reason });
        }
        let changes = std::mem::take(&mut difference.changes);
        let action = match by {
            MatchedBy::Link if changes.is_empty() => Action::Unchanged { party },
            MatchedBy::Link => Action::Update { party, changes },
            by => {
                difference.unknown.extend(missing);
                let evidence = billit::identity(&current);
                Action::Link {
                    party,
                    by,
                    evidence,
                    changes,
                }
            }
        };
        (action, difference)
    }

    fn creation(&self, customer: &Customer, evidence: &Evidence, values: Values) -> Action {
        if let Some(twins) = self.twins.get(&customer.key) {
            let twins: Vec<String> = twins.iter().map(ToString::to_string).collect();
            let reason = format!(
                "shares its e-mail or a number with {}; Billit would make one party of both",
                twins.join(", ")
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
        Action::Create { values }
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
        let others = self
            .claims
            .get(&party)?
            .iter()
            .filter(|key| ***key != customer.key);
        let others: Vec<String> = others.map(ToString::to_string).collect();
        if others.is_empty() {
            return None;
        }
        let reason = format!("party {party} is matched by {} too", others.join(", "));
        Some(Action::Ambiguous {
            candidates: vec![party],
            reason,
        })
    }
}

/// An action that leaves no difference to tell of.
fn alone(action: Action) -> (Action, Difference) {
    (action, Difference::default())
}

/// An action that stands only if what is missing changes nothing.
fn open(action: Action, missing: Vec<String>) -> (Action, Difference) {
    (
        action,
        Difference {
            unknown: missing,
            ..Difference::default()
        },
    )
}

fn claims<'a>(
    customers: &'a [Mapped],
    found: &[Option<Match>],
) -> BTreeMap<PartyId, BTreeSet<&'a CustomerKey>> {
    let mut claims: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for (customer, found) in customers.iter().zip(found) {
        if let (Ok(customer), Some(Match::Linked(party) | Match::Found(party, _))) =
            (customer, found)
        {
            claims.entry(*party).or_default().insert(&customer.key);
        }
    }
    claims
}

/// Customers that Billit could take for one: it merges by VAT number, e-mail address and customer number.
fn twins(customers: &[Mapped]) -> HashMap<&CustomerKey, BTreeSet<&CustomerKey>> {
    let mut groups: HashMap<(u8, String), BTreeSet<&CustomerKey>> = HashMap::new();
    for customer in customers.iter().flatten() {
        let keys = [
            customer.email.as_deref().map(text::email_key),
            customer.vat_number.as_deref().map(vat::tax_key),
            customer
                .number
                .as_deref()
                .map(|number| number.trim().to_owned()),
        ];
        for (kind, key) in (0_u8..).zip(keys) {
            if let Some(key) = key.filter(|key| !key.is_empty()) {
                groups.entry((kind, key)).or_default().insert(&customer.key);
            }
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

fn in_words(parties: &[PartyId]) -> String {
    match parties {
        [party] => format!("party {party}"),
        parties => {
            let ids: Vec<String> = parties.iter().map(ToString::to_string).collect();
            format!("parties {}", ids.join(" and "))
        }
    }
}
