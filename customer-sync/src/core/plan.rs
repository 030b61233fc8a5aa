//! What would be done, before it is done.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use billit_client::PartyId;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::change::{self, Change, Note};
use super::customer::CustomerKey;
use super::field::{self, Field, FieldSet};
use super::fingerprint::Fingerprint;
use super::kind::Kind;
use super::matching::MatchedBy;
use super::merge::Applied;
use super::parties::{KnownParty, Parties};
use super::report::{Counts, MissingFromSource, OutcomeKind};
use super::rules::MappingRules;
use super::run_id::RunId;
use super::snapshot::StateSnapshot;
use super::values::Values;

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
    /// The [`fingerprint`](MappingRules::fingerprint) of the rules that it was made by, if it compares customers:
    /// `apply` takes no others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<Fingerprint>,
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

/// What is to be done with one customer.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Step {
    /// The customer.
    pub key: CustomerKey,
    /// Its name, for the person who reads the plan.
    pub name: String,
    /// Whether it is a company or a person: policies may differ.
    #[serde(default, skip_serializing_if = "Kind::is_unclear")]
    pub customer_kind: Kind,
    /// What is to be done.
    pub action: Action,
    /// What differs and stays as it is.
    pub notes: Vec<Note>,
    /// Fields of its party of which it is not known what Billit has. A plan made by `plan_customers` has none.
    #[serde(default, skip_serializing_if = "is_empty")]
    pub unread_fields: FieldSet,
    /// Fields by which any party might be this customer, and of which it is not known which parties have them. A plan
    /// made by `plan_customers` has none.
    #[serde(default, skip_serializing_if = "is_empty")]
    pub unsearchable_fields: FieldSet,
    /// What the source said, for the store of the run that applies this; empty if the run that planned had none, or
    /// the store has it already.
    #[serde(default, skip_serializing_if = "Applied::is_empty")]
    pub source_values: Applied,
    /// Both sides as they were, of a step that writes or that somebody may decide on: whoever applies it looks whether
    /// one has moved since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preconditions: Option<Box<Preconditions>>,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde gives a reference.
fn is_empty(fields: &FieldSet) -> bool {
    fields.is_empty()
}

/// Both sides as a plan saw them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Preconditions {
    /// What the source said of the customer: [`party::source_values`].
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
            Action::Create { values } => change::all_new(values),
            _ => self.changes().to_vec(),
        }
    }

    /// The fields of a party that is to be created.
    #[must_use]
    pub fn created_fields(&self) -> FieldSet {
        match &self.action {
            Action::Create { values } => values.iter().map(|(field, _)| field).collect(),
            _ => FieldSet::EMPTY,
        }
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

impl Plan {
    /// The version this crate writes.
    pub const VERSION: u32 = 4;

    /// Fills [`missing_from_source`](Self::missing_from_source): the linked customers that are not in the source any more,
    /// of those that the store remembers and those whose link a party in Billit carries. `listed` must be the keys of a
    /// complete listing of the source. If one of them [is unidentified](CustomerKey::is_unidentified), nothing is found.
    pub fn find_missing(
        &mut self,
        parties: &Parties,
        memory: &StateSnapshot,
        rules: &MappingRules,
        listed: &BTreeSet<&CustomerKey>,
    ) {
        // A customer that seems to be gone may be in a record that cannot be read.
        if listed.iter().any(|key| key.is_unidentified()) {
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
        // A customer that was linked before it had an id is there under another key.
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
        if self
            .steps
            .iter()
            .any(|step| !step.unsearchable_fields.is_empty())
        {
            return parties
                .unread()
                .map(KnownParty::id)
                .filter(readable)
                .collect();
        }
        let open = self
            .steps
            .iter()
            .filter(|step| !step.unread_fields.is_empty());
        open.filter_map(Step::party).filter(readable).collect()
    }

    /// How many linked customers would change their name or VAT number: more than a few at once are a sign of something
    /// gone wrong at the source, such as an import into the wrong columns.
    #[must_use]
    pub fn renamed(&self) -> usize {
        let is_identity = |change: &Change| {
            change.before.is_some() && [field::NAME, field::VAT_NUMBER].contains(&change.field)
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
