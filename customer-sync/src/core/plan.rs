//! The plan: what would be done for each customer, before anything is written.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use billit_client::PartyId;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::change::{self, Change, Note};
use super::customer::CustomerKey;
use super::field::{self, Field, FieldSet};
use super::fingerprint::{Fingerprint, SourceFingerprint};
use super::kind::Kind;
use super::matching::{MatchKeys, MatchedBy, unread_namesakes};
use super::merge::Applied;
use super::parties::{KnownParty, Parties};
use super::report::{Counts, MissingFromSource, OutcomeKind};
use super::rules::MappingRules;
use super::run_id::RunId;
use super::snapshot::StateSnapshot;
use super::values::Values;
use super::warning::Warning;

/// For a plan that writes no more customers than this, `apply` reads them one by one, and not the list of all.
pub(crate) const FEW_WRITES: usize = 10;

/// A step for each customer, in the order of their keys.
///
/// `Display` and `Debug` can be logged: keys, fields and reasons, no personal data.
/// [`with_values`](Self::with_values) and the plan as JSON contain personal data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Plan {
    /// The version of this format.
    pub version: u32,
    /// What the plan is for.
    #[serde(default, skip_serializing_if = "Purpose::is_sync")]
    pub purpose: Purpose,
    /// The [`fingerprint`](MappingRules::fingerprint) of the rules that it was made with, in a plan of
    /// [`Purpose::Sync`]. `apply` with other rules is an error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<Fingerprint>,
    /// A step for each customer.
    pub steps: Vec<Step>,
    /// Linked customers that are not in the source any more, in the order of their keys. The plan does nothing about
    /// them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing_from_source: Vec<MissingFromSource>,
    /// What a person should look at. It concerns no single customer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
    /// Whether the [end of the source's list is not proven](crate::CustomerPage::unproven_end): then no customer is taken
    /// for missing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unproven_end: bool,
}

/// What a plan is for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Purpose {
    /// Make parties equal to their customers.
    #[default]
    Sync,
    /// Undo a run.
    Undo(RunId),
    /// Unlink parties from customers that were removed.
    Unlink,
    /// Erase customers. Each has its tombstones: hashes that cannot be read without the store, and by which the sync
    /// recognizes the customer and does not create it again.
    Erase(Vec<(CustomerKey, Fingerprint)>),
}

impl Purpose {
    fn is_sync(&self) -> bool {
        *self == Self::Sync
    }
}

/// What is to be done for one customer.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Step {
    /// The customer.
    pub key: CustomerKey,
    /// Its name, for people who read the plan.
    pub name: String,
    /// Whether it is a company or a person: policies may differ.
    #[serde(default, skip_serializing_if = "Kind::is_unclear")]
    pub customer_kind: Kind,
    /// What is to be done.
    pub action: Action,
    /// The differences that are not written, and what was not understood.
    pub notes: Vec<Note>,
    /// Fields of its party whose value in Billit is not known: the party has to be read whole. Empty in a plan made by
    /// `plan_customers`.
    #[serde(default, skip_serializing_if = "is_empty")]
    pub unread_fields: FieldSet,
    /// Fields by which this customer was searched for, and which the list of parties may not show: any party may be
    /// this customer. Empty in a plan made by `plan_customers`.
    #[serde(default, skip_serializing_if = "is_empty")]
    pub unsearchable_fields: FieldSet,
    /// The source's values, for the store of the run that applies the plan. Empty if there was no store when the plan
    /// was made, or the store has these values already.
    #[serde(default, skip_serializing_if = "Applied::is_empty")]
    pub source_values: Applied,
    /// The [key](crate::Customer::key_without_id) by which the store knows this customer and its party from the time before
    /// it had an id. The run that applies the plan gives what is stored by it to the customer's key of now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_before_id: Option<CustomerKey>,
    /// Hashes of what this customer must not share with another: for the store of the run that applies the plan, so that
    /// a run of one customer knows of the others. Empty if there was no store when the plan was made.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub match_keys: Vec<Fingerprint>,
    /// Whether the last run read the customer's record by another mapping: another version of this crate, or one without
    /// the feature `phone`. Then its changes may come from the mapping and not from the source. They count for the
    /// [safety limit](crate::SyncError::SafetyLimit).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_remapped: bool,
    /// Fingerprints of both sides when the plan was made, for a step that writes or that a person may decide. `apply`
    /// skips the step if a side has changed since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preconditions: Option<Box<Preconditions>>,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde gives a reference.
fn is_empty(fields: &FieldSet) -> bool {
    fields.is_empty()
}

/// Fingerprints of both sides when a plan was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Preconditions {
    /// The source: the fingerprint of [`party::source_values`](crate::party::source_values).
    pub source: SourceFingerprint,
    /// The party: the fingerprint of its values in the [`fields`](Self::fields). For a party to create, that of no
    /// values.
    pub billit: Fingerprint,
    /// The fields that were compared, in their order: those of the customer, and those that identify it.
    #[serde(
        serialize_with = "serialize_shared",
        deserialize_with = "deserialize_shared"
    )]
    pub fields: Arc<[Field]>,
}

fn serialize_shared<S: Serializer>(
    fields: &Arc<[Field]>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(fields.iter())
}

fn deserialize_shared<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Arc<[Field]>, D::Error> {
    Vec::deserialize(deserializer).map(Into::into)
}

/// What a [`Step`] does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "do")]
#[non_exhaustive]
pub enum Action {
    /// Create a party.
    Create {
        /// Its values.
        values: Values,
        /// Parties that match in part, and that a person decided are others.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        other_than: Vec<PartyId>,
    },
    /// Link an existing party, and write what differs.
    Link {
        /// The party.
        party: PartyId,
        /// How it was matched.
        by: MatchedBy,
        /// The fields to write, with the link.
        changes: Vec<Change>,
    },
    /// Change the linked party.
    Update {
        /// The party.
        party: PartyId,
        /// The fields to write.
        changes: Vec<Change>,
    },
    /// Nothing differs.
    Unchanged {
        /// The linked party.
        party: PartyId,
    },
    /// Not written: several parties may be this customer, or one may. A person has to decide.
    Ambiguous {
        /// The parties it may be.
        candidates: Vec<PartyId>,
        /// Why it is not clear.
        reason: String,
        /// By what the candidates were found; `None` if Billit would make one party of several customers.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<MatchedBy>,
        /// The values of a new party, if a person may decide that the customer is none of the candidates.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        values: Option<Values>,
    },
    /// Not written: the party is linked to another customer.
    Conflict {
        /// The party.
        party: PartyId,
        /// To which customer it is linked, and how it was found.
        reason: String,
    },
    /// Skip the customer in this run.
    Skip {
        /// Its party, if it has one.
        party: Option<PartyId>,
        /// Why it is skipped.
        reason: String,
    },
    /// Not written until the record is corrected.
    Quarantine {
        /// What is wrong.
        reason: String,
    },
}

impl Action {
    /// Whether anything is to be written.
    #[must_use]
    pub fn writes(&self) -> bool {
        matches!(
            self,
            Self::Create { .. } | Self::Link { .. } | Self::Update { .. }
        )
    }
}

impl Step {
    /// The outcome if nothing goes wrong.
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

    /// The party, if there is exactly one.
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

    /// Whether the customer has a party already, or is linked to one.
    pub(crate) fn is_with_party(&self) -> bool {
        matches!(
            self.action,
            Action::Link { .. } | Action::Update { .. } | Action::Unchanged { .. }
        )
    }

    /// The fields to write to an existing party.
    #[must_use]
    pub fn changes(&self) -> &[Change] {
        match &self.action {
            Action::Link { changes, .. } | Action::Update { changes, .. } => changes,
            _ => &[],
        }
    }

    /// Whether the step writes to Billit.
    #[must_use]
    pub fn writes(&self) -> bool {
        self.action.writes()
    }

    /// A short id of this step. Another step, even of the same customer, has another id. It begins with a letter, so
    /// that no spreadsheet reads it as a number.
    pub(crate) fn short_id(&self) -> String {
        let action = serde_json::to_string(&self.action).unwrap_or_default();
        let hash = Fingerprint::of_texts([self.key.to_string(), action]);
        format!("s{}", hash.to_string().get(..16).unwrap_or_default())
    }

    /// The fields to write, to an existing party or to a new one.
    pub(crate) fn written(&self) -> Vec<Change> {
        match &self.action {
            Action::Create { values, .. } => change::all_new(values),
            _ => self.changes().to_vec(),
        }
    }

    /// The fields of a party to create.
    #[must_use]
    pub fn created_fields(&self) -> FieldSet {
        match &self.action {
            Action::Create { values, .. } => values.iter().map(|(field, _)| field).collect(),
            _ => FieldSet::EMPTY,
        }
    }

    /// The reason in words, without personal data.
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
            Action::Create { other_than, .. } if !other_than.is_empty() => {
                "a person decided that it is a new customer".to_owned()
            }
            Action::Create { .. } => {
                "no party has its link, number, VAT number or e-mail".to_owned()
            }
            Action::Link { by, .. } => format!("found by {}; writes {}", by.words(), fields()),
            Action::Update { .. } if self.is_remapped => format!(
                "writes {}; the last run read its record in another way: by another version, or without phone rules",
                fields()
            ),
            Action::Update { .. } => format!("writes {}", fields()),
            Action::Unchanged { .. } if self.notes.is_empty() => "nothing differs".to_owned(),
            Action::Unchanged { .. } => "nothing to write".to_owned(),
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
    /// The version of the format that this crate writes.
    pub const VERSION: u32 = 5;

    /// Fills [`missing_from_source`](Self::missing_from_source) with the linked customers that are not in the source
    /// any more: those in the snapshot of the store, and those whose link a party in Billit carries. `listed` must be
    /// the keys of a complete listing of the source. If one of them [is unidentified](CustomerKey::is_unidentified),
    /// none is added.
    pub fn find_missing(
        &mut self,
        parties: &Parties,
        snapshot: &StateSnapshot,
        rules: &MappingRules,
        listed: &BTreeSet<&CustomerKey>,
    ) {
        // A customer that seems to be missing may be the record that cannot be read.
        if listed.iter().any(|key| key.is_unidentified()) {
            return;
        }
        let is_gone =
            |key: &CustomerKey| key.source() == rules.source_name() && !listed.contains(key);
        let remembered = snapshot.iter().filter(|(key, _)| is_gone(key));
        let remembered = remembered.filter_map(|(key, known)| Some((key.clone(), known.party?)));
        let linked = parties.known().filter_map(|party| {
            let key: CustomerKey = party.link()?.parse().ok()?;
            is_gone(&key).then(|| (key, party.id()))
        });
        let missing_from_source: BTreeMap<CustomerKey, PartyId> =
            remembered.chain(linked).collect();
        // A customer that was linked before it had an id has another key now. One that is not in this plan, since its
        // record has not changed, is in the snapshot.
        let listed = snapshot.iter().filter(|(key, _)| listed.contains(key));
        let listed = listed.filter_map(|(_, known)| known.party);
        let claimed = self.steps.iter().filter(|step| step.is_with_party());
        let claimed = claimed.filter_map(Step::party);
        let claimed: BTreeSet<PartyId> = claimed.chain(listed).collect();
        let missing_from_source = missing_from_source.into_iter();
        let missing_from_source = missing_from_source.filter(|(_, party)| !claimed.contains(party));
        self.missing_from_source = missing_from_source
            .map(|(key, party)| MissingFromSource { key, party })
            .collect();
    }

    /// The number of notes on values that Billit's API takes only for a new party. The report of the run that applies the
    /// plan has [the same](crate::SyncReport::only_for_new_parties).
    #[must_use]
    pub fn only_for_new_parties(&self) -> usize {
        let notes = self.steps.iter().flat_map(|step| &step.notes);
        notes.filter(|note| note.is_only_for_new_party()).count()
    }

    /// The number of steps of each kind.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.steps.iter().map(Step::outcome_kind).collect()
    }

    /// The parties that have to be read whole before the plan is complete: those with
    /// [`unread_fields`](Step::unread_fields), and those with the name of a customer to create, if lists may omit addresses
    /// or phones; all if a step has [`unsearchable_fields`](Step::unsearchable_fields).
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
        let new = self.steps.iter().filter_map(|step| match &step.action {
            Action::Create { values, .. } => Some(MatchKeys::of(values, step.customer_kind)),
            _ => None,
        });
        let namesakes = unread_namesakes(parties, &new.collect::<Vec<_>>());
        let open = open.filter_map(Step::party).chain(namesakes);
        open.filter(readable).collect()
    }

    /// The number of linked customers whose name or VAT number would change. Many at once are a sign of an error in the
    /// source, such as an import into the wrong columns. See the safety limit of `sync_customers`.
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

    /// The number of linked customers that the store does not know and that would be changed. Many at once are a sign of
    /// a store that is new or was lost: it does not know which of the values were corrected by hand in Billit. See the
    /// safety limit of `sync_customers`.
    #[must_use]
    pub fn overwritten_unknown(&self, snapshot: &StateSnapshot) -> usize {
        let is_unknown = |step: &&Step| {
            let known = snapshot.get(&step.key);
            known.is_none_or(|known| known.party.is_none())
        };
        let updates = self.steps.iter();
        let updates = updates.filter(|step| matches!(step.action, Action::Update { .. }));
        updates.filter(is_unknown).count()
    }

    /// The number of linked customers that would change, and whose record the last run read by another mapping: another
    /// version of this crate, or one without the feature `phone`. See the safety limit of `sync_customers`.
    #[must_use]
    pub fn remapped(&self) -> usize {
        let changes = |step: &&Step| matches!(step.action, Action::Update { .. });
        let updates = self.steps.iter().filter(changes);
        updates.filter(|step| step.is_remapped).count()
    }

    /// The number of customers with a linked party.
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
