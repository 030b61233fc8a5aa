//! What would be done, before it is done.

#[cfg(feature = "sync")]
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use billit_client::PartyId;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::customer::{Customer, CustomerKey, Problem};
use crate::fingerprint::Fingerprint;
use crate::matching::MatchedBy;
use crate::merge::Applied;
use crate::planner::Planner;
use crate::report::{Counts, OutcomeKind};
use crate::rules::MappingRules;
use crate::state::RunId;
#[cfg(feature = "sync")]
use crate::state::StateSnapshot;
use crate::target::billit::{self, Change, Field, Note, Values};
use crate::target::parties::{KnownParty, Parties};

/// A step for each customer, in the order of their keys.
///
/// `Display` and `Debug` can be logged: keys, fields and reasons, no personal data.
/// [`with_values`](Self::with_values) is for a person's eyes, and so is the plan as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Plan {
    /// The version of this format.
    pub version: u32,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Purpose::is_sync")]
    pub purpose: Purpose,
    /// One for each customer.
    pub steps: Vec<Step>,
    /// Linked customers that are not in the source any more, by their keys. Nothing is done about them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing_from_source: Vec<MissingFromSource>,
}

/// What a plan is for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Purpose {
    /// To make parties equal to their customers.
    #[default]
    Sync,
    /// To take a run back.
    Undo(RunId),
    /// To part customers and parties, since the customers are gone.
    Unlink,
    /// To forget people, each by the tombstones of its customer, which nobody can read without the store, and which keep it
    /// away.
    Erase(Vec<(CustomerKey, Fingerprint)>),
}

impl Purpose {
    fn is_sync(&self) -> bool {
        *self == Self::Sync
    }
}

/// A customer that has a party, and is not in the source any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct MissingFromSource {
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
    /// What the source said, for the store of the run that applies this; empty if the run that planned had none, or
    /// the store has it already.
    #[serde(default, skip_serializing_if = "Applied::is_empty")]
    pub said: Applied,
    /// Both sides as they were, of a step that writes or that somebody may decide on: whoever applies it looks whether
    /// one has moved since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<Box<Preconditions>>,
}

/// Both sides as a plan saw them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Preconditions {
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
    /// A step of a plan that compares no source: what a party has now, in these fields, is what whoever applies it must
    /// find.
    #[cfg(feature = "sync")]
    pub(crate) fn of_party(
        key: CustomerKey,
        now: &Values,
        action: Action,
        notes: Vec<Note>,
    ) -> Self {
        let mut step = Self {
            key,
            name: now.text(&billit::NAME).unwrap_or_default().to_owned(),
            action,
            notes,
            unknown: Vec::new(),
            unseen: Vec::new(),
            said: Applied::default(),
            seen: None,
        };
        if step.writes() {
            let changes = step.changes().iter();
            let fields: BTreeSet<Field> = changes.map(|change| change.field.clone()).collect();
            let fields: Arc<[Field]> = fields.into_iter().collect();
            step.seen = Some(Box::new(Preconditions {
                source: Values::default().fingerprint(),
                target: now.fingerprint_of(&fields),
                fields,
            }));
        }
        step
    }

    /// Where the customer ends up if nothing goes wrong.
    #[must_use]
    pub fn outcome_kind(&self) -> OutcomeKind {
        match self.action {
            Action::Create { .. } => OutcomeKind::Created,
            Action::Link { .. } => OutcomeKind::Linked,
            Action::Update { .. } => OutcomeKind::Updated,
            Action::Unchanged { .. } => OutcomeKind::Unchanged,
            Action::Ambiguous { .. } => OutcomeKind::Ambiguous,
            Action::Conflict { .. } => OutcomeKind::Conflict,
            Action::Skip { .. } => OutcomeKind::Skipped,
            Action::Quarantine { .. } => OutcomeKind::Quarantined,
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

    /// A short text that another step, even of the same customer, does not have. It begins with a letter, so that no
    /// spreadsheet takes it for a number.
    pub(crate) fn mark(&self) -> String {
        let action = serde_json::to_string(&self.action).unwrap_or_default();
        let mark = Fingerprint::of_texts([self.key.to_string(), action]);
        format!("s{}", mark.to_string().get(..16).unwrap_or_default())
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
            self.outcome_kind().name(),
            self.reason()
        )
    }
}

/// A source's record as the mapping left it.
pub type MappedCustomer<T = Customer> = Result<T, (CustomerKey, Problem)>;

impl Plan {
    /// The version this crate writes.
    pub const VERSION: u32 = 3;

    /// Compares customers with all parties. Pure: the same inputs in any order give the same plan.
    ///
    /// A step with [`unknown`](Step::unknown) or [`unseen`](Step::unseen) fields was made from a summary: read the
    /// parties that [`unread`](Self::unread) names ([`Parties::read_whole`]) and plan again.
    #[must_use]
    pub fn new(customers: &[MappedCustomer], parties: &Parties, rules: &MappingRules) -> Self {
        Planner::new(parties, rules).plan(customers)
    }

    /// Notes the linked customers that are not there any more: those that the store remembers, and those whose link a
    /// party in Billit carries. Only a complete listing of the source tells that.
    #[cfg(feature = "sync")]
    pub(crate) fn find_missing(
        &mut self,
        parties: &Parties,
        memory: &StateSnapshot,
        rules: &MappingRules,
        listed: &BTreeSet<&CustomerKey>,
    ) {
        // Whoever seems to be gone may be in a record that cannot be read.
        if listed.iter().any(|key| key.is_nobody()) {
            return;
        }
        let is_gone =
            |key: &CustomerKey| key.source() == rules.source_name() && !listed.contains(key);
        let remembered = memory.iter().filter(|(key, _)| is_gone(key));
        let remembered = remembered.filter_map(|(key, known)| Some((key.clone(), known.party?)));
        let linked = parties.known().filter_map(|party| {
            let key: CustomerKey = party.link()?.parse().ok()?;
            is_gone(&key).then(|| (key, party.id()))
        });
        let missing_from_source: BTreeMap<CustomerKey, PartyId> =
            remembered.chain(linked).collect();
        // A customer who was linked before he had an id is there under another key.
        let claimed = self.steps.iter().filter_map(|step| match step.action {
            Action::Link { party, .. }
            | Action::Update { party, .. }
            | Action::Unchanged { party } => Some(party),
            _ => None,
        });
        let claimed: BTreeSet<PartyId> = claimed.collect();
        let missing_from_source = missing_from_source.into_iter();
        let missing_from_source = missing_from_source.filter(|(_, party)| !claimed.contains(party));
        self.missing_from_source = missing_from_source
            .map(|(key, party)| MissingFromSource { key, party })
            .collect();
    }

    /// How many steps of each kind.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.steps.iter().map(Step::outcome_kind).collect()
    }

    /// The parties that have to be read whole before this is a plan: those of which a value is not known, and all of
    /// them if a customer may be any.
    #[must_use]
    pub fn unread(&self, parties: &Parties) -> BTreeSet<PartyId> {
        let readable = |id: &PartyId| !parties.is_unreadable(*id);
        if self.steps.iter().any(|step| !step.unseen.is_empty()) {
            return parties
                .unread()
                .map(KnownParty::id)
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
}
