//! The report: what happened to each customer, and why.

use std::fmt;

use billit_client::PartyId;
use serde::{Deserialize, Serialize};

use super::change::{Change, Note};
use super::customer::{CustomerKey, Problem};
use super::kind::Kind;
use super::matching::MatchedBy;
use super::run_id::RunId;
use super::warning::Warning;

/// The result for a customer. Each customer has exactly one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutcomeKind {
    /// A party was created.
    Created,
    /// The linked party was changed.
    Updated,
    /// An existing party was linked, and changed where it differed.
    Linked,
    /// Nothing differed.
    Unchanged,
    /// Not tried: a filter or the rules exclude it, a side has changed since the plan was made, another run has its
    /// lease, or the run was stopped.
    Skipped,
    /// The party is linked to another customer.
    Conflict,
    /// Several parties match, or one matches only in part. A person has to decide.
    Ambiguous,
    /// The record cannot be used until it is corrected, or Billit merged the customer into another party.
    Quarantined,
    /// A write failed.
    Failed,
}

impl OutcomeKind {
    /// All kinds, in the order of reports.
    pub const ALL: [Self; 9] = [
        Self::Created,
        Self::Updated,
        Self::Linked,
        Self::Unchanged,
        Self::Skipped,
        Self::Conflict,
        Self::Ambiguous,
        Self::Quarantined,
        Self::Failed,
    ];

    /// The name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Linked => "linked",
            Self::Unchanged => "unchanged",
            Self::Skipped => "skipped",
            Self::Conflict => "conflict",
            Self::Ambiguous => "ambiguous",
            Self::Quarantined => "quarantined",
            Self::Failed => "failed",
        }
    }
}

/// The number of customers with each outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Counts {
    /// See [`OutcomeKind::Created`].
    pub created: usize,
    /// See [`OutcomeKind::Updated`].
    pub updated: usize,
    /// See [`OutcomeKind::Linked`].
    pub linked: usize,
    /// See [`OutcomeKind::Unchanged`].
    pub unchanged: usize,
    /// See [`OutcomeKind::Skipped`].
    pub skipped: usize,
    /// See [`OutcomeKind::Conflict`].
    pub conflict: usize,
    /// See [`OutcomeKind::Ambiguous`].
    pub ambiguous: usize,
    /// See [`OutcomeKind::Quarantined`].
    pub quarantined: usize,
    /// See [`OutcomeKind::Failed`].
    pub failed: usize,
}

impl Counts {
    /// The number with this outcome.
    #[must_use]
    pub fn of(&self, kind: OutcomeKind) -> usize {
        match kind {
            OutcomeKind::Created => self.created,
            OutcomeKind::Updated => self.updated,
            OutcomeKind::Linked => self.linked,
            OutcomeKind::Unchanged => self.unchanged,
            OutcomeKind::Skipped => self.skipped,
            OutcomeKind::Conflict => self.conflict,
            OutcomeKind::Ambiguous => self.ambiguous,
            OutcomeKind::Quarantined => self.quarantined,
            OutcomeKind::Failed => self.failed,
        }
    }

    /// The number of all customers.
    #[must_use]
    pub fn total(&self) -> usize {
        OutcomeKind::ALL.into_iter().map(|kind| self.of(kind)).sum()
    }
}

impl Extend<OutcomeKind> for Counts {
    fn extend<I: IntoIterator<Item = OutcomeKind>>(&mut self, kinds: I) {
        for kind in kinds {
            *match kind {
                OutcomeKind::Created => &mut self.created,
                OutcomeKind::Updated => &mut self.updated,
                OutcomeKind::Linked => &mut self.linked,
                OutcomeKind::Unchanged => &mut self.unchanged,
                OutcomeKind::Skipped => &mut self.skipped,
                OutcomeKind::Conflict => &mut self.conflict,
                OutcomeKind::Ambiguous => &mut self.ambiguous,
                OutcomeKind::Quarantined => &mut self.quarantined,
                OutcomeKind::Failed => &mut self.failed,
            } += 1;
        }
    }
}

impl FromIterator<OutcomeKind> for Counts {
    fn from_iter<I: IntoIterator<Item = OutcomeKind>>(kinds: I) -> Self {
        let mut counts = Self::default();
        counts.extend(kinds);
        counts
    }
}

/// `46 created, 3 updated`: the kinds whose number is not 0.
impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let filled = OutcomeKind::ALL
            .into_iter()
            .filter(|kind| self.of(*kind) > 0);
        let parts: Vec<String> = filled
            .map(|kind| format!("{} {}", self.of(kind), kind.name()))
            .collect();
        f.write_str(if parts.is_empty() { "no customers" } else { "" })?;
        f.write_str(&parts.join(", "))
    }
}

/// What happened to one customer. `Debug` shows no personal data.
#[derive(Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Outcome {
    /// The customer.
    pub key: CustomerKey,
    /// Its name, for people who read the report.
    pub name: String,
    /// Whether it is a company or a person, as far as the run knew.
    #[serde(default, skip_serializing_if = "Kind::is_unclear")]
    pub customer_kind: Kind,
    /// The result.
    pub kind: OutcomeKind,
    /// Its party. For [`OutcomeKind::Conflict`] the party that is linked to another customer.
    pub party: Option<PartyId>,
    /// The parties that an ambiguous customer may be. Empty if the outcome is that of an earlier run, since nothing has
    /// changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<PartyId>,
    /// By what the [`candidates`](Self::candidates) were found; `None` if there are none, or if Billit would make one party
    /// of several customers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found_by: Option<MatchedBy>,
    /// The fields that were written, or that a failed write tried to write.
    pub changes: Vec<Change>,
    /// The differences that were not written, and what was not understood.
    pub notes: Vec<Note>,
    /// The reason in words, without personal data.
    pub reason: String,
    /// Billit's error message for a write that it rejected. It may contain personal data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Set if Billit rejected the values: a retry with the same values would fail again. With a store the customer is
    /// quarantined until its record or the rules change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejection: Option<Rejection>,
    /// Whether a write was due and was not done, or may have been done, for a reason that is not in the record: the next
    /// run tries again. A create is settled in the run itself, as far as `SyncOptions::create_rounds` allows.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unfinished: bool,
}

impl Outcome {
    /// An outcome without party, changes and notes.
    #[must_use]
    pub fn new(key: &CustomerKey, kind: OutcomeKind, reason: impl Into<String>) -> Self {
        Self {
            key: key.clone(),
            name: String::new(),
            customer_kind: Kind::Unclear,
            kind,
            party: None,
            candidates: Vec::new(),
            found_by: None,
            changes: Vec::new(),
            notes: Vec::new(),
            reason: reason.into(),
            detail: None,
            rejection: None,
            unfinished: false,
        }
    }

    /// Whether the customer was skipped since the source has erased it, or has it no more: `plan_removal` plans what to do
    /// with its party.
    #[must_use]
    pub fn is_erased_in_source(&self) -> bool {
        let erased = [Problem::ErasedInSource, Problem::GoneFromSource];
        erased
            .iter()
            .any(|problem| problem.to_string() == self.reason)
    }
}

/// Why Billit rejected the values, without personal data.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Rejection {
    /// Billit's error code, such as `GenericError`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// What to try.
    pub hint: String,
}

impl fmt::Debug for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Outcome({} {}: {})",
            self.key,
            self.kind.name(),
            self.reason
        )
    }
}

/// The result of a run, with the customers in the order of their keys.
///
/// `Display` and `Debug` can be logged: keys, fields and reasons, no personal data.
/// [`with_values`](Self::with_values) contains personal data.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SyncReport {
    /// An outcome for each customer.
    pub outcomes: Vec<Outcome>,
    /// The error if not all of this run could be stored. The next run treats the missing customers as a run without a
    /// store does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub store_error: Option<String>,
    /// The id of the run in the store, if there is a store.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<RunId>,
    /// Linked customers that are not in the source any more. Nothing was done about them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing_from_source: Vec<MissingFromSource>,
    /// What a person should look at. It concerns no single customer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
    /// Whether the [end of the source's list is not proven](crate::CustomerPage::unproven_end): then no customer was taken
    /// for missing, though some may be.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unproven_end: bool,
    /// The requests that the run sent.
    #[serde(default)]
    pub calls: Calls,
}

/// A customer that has a party and is not in the source any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct MissingFromSource {
    /// The customer.
    pub key: CustomerKey,
    /// Its party.
    pub party: PartyId,
}

/// The number of requests that were sent, with retries. Other requests that the program sends with the same clients at
/// the same time are counted too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Calls {
    /// To the source.
    pub source: u64,
    /// To Billit.
    pub billit: u64,
}

impl SyncReport {
    /// The number of customers with each outcome.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.outcomes.iter().map(|outcome| outcome.kind).collect()
    }

    /// Whether a customer is [unfinished](Outcome::unfinished).
    #[must_use]
    pub fn is_unfinished(&self) -> bool {
        self.outcomes.iter().any(|outcome| outcome.unfinished)
    }

    /// The number of notes on values that Billit's API takes only for a new party, as in
    /// [the plan](crate::Plan::only_for_new_parties).
    #[must_use]
    pub fn only_for_new_parties(&self) -> usize {
        let notes = self.outcomes.iter().flat_map(|outcome| &outcome.notes);
        notes.filter(|note| note.is_only_for_new_party()).count()
    }

    /// The number of customers that [were erased in the source](Outcome::is_erased_in_source).
    #[must_use]
    pub fn erased_in_source(&self) -> usize {
        let outcomes = self.outcomes.iter();
        outcomes.filter(|one| one.is_erased_in_source()).count()
    }

    /// The run in numbers, for metrics. The names are stable:
    ///
    /// | name | what |
    /// |---|---|
    /// | `customers_created`, `customers_updated`, ... | customers in each [`OutcomeKind`] |
    /// | `customers_missing` | linked customers that are not in the source any more |
    /// | `customers_erased` | customers that were erased in the source |
    /// | `customers_unfinished` | those that the next run tries again |
    /// | `fields_written` | values written or cleared |
    /// | `fields_kept` | values that differ and stay, each with a note |
    /// | `fields_only_for_new` | of these, values that Billit's API takes only for a new party |
    /// | `fields_not_understood` | texts of the source that were not understood, each with a note |
    /// | `requests_source`, `requests_billit` | [`Calls`] |
    pub fn counters(&self) -> impl Iterator<Item = (String, u64)> {
        let (counts, number) = (self.counts(), |number: usize| number as u64);
        let kinds = OutcomeKind::ALL.into_iter().map(move |kind| {
            let name = format!("customers_{}", kind.name());
            (name, number(counts.of(kind)))
        });
        let wrote = |outcome: &&Outcome| {
            let written = [
                OutcomeKind::Created,
                OutcomeKind::Updated,
                OutcomeKind::Linked,
            ];
            written.contains(&outcome.kind)
        };
        let written = self.outcomes.iter().filter(wrote);
        let unfinished = self.outcomes.iter().filter(|outcome| outcome.unfinished);
        let notes = self.outcomes.iter().flat_map(|outcome| &outcome.notes);
        let (not_understood, kept): (Vec<_>, Vec<_>) = notes.partition(|note| note.not_understood);
        let others = [
            ("customers_missing", number(self.missing_from_source.len())),
            ("customers_erased", number(self.erased_in_source())),
            ("customers_unfinished", number(unfinished.count())),
            (
                "fields_written",
                number(written.map(|outcome| outcome.changes.len()).sum()),
            ),
            ("fields_kept", number(kept.len())),
            ("fields_only_for_new", number(self.only_for_new_parties())),
            ("fields_not_understood", number(not_understood.len())),
            ("requests_source", self.calls.source),
            ("requests_billit", self.calls.billit),
        ];
        kinds.chain(others.map(|(name, number)| (name.to_owned(), number)))
    }

    /// The outcome of one customer.
    #[must_use]
    pub fn outcome(&self, key: &CustomerKey) -> Option<&Outcome> {
        self.outcomes.iter().find(|outcome| outcome.key == *key)
    }
}
