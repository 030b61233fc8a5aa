//! What happened to each customer, and why.

use std::fmt;

use billit_client::PartyId;
use serde::{Deserialize, Serialize};

use super::change::{Change, Note};
use super::customer::CustomerKey;
use super::kind::Kind;
use super::run_id::RunId;

/// Where a customer ended up. Each is in exactly one.
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
    /// Left out, because a side has changed since the plan was made.
    Skipped,
    /// The party belongs to somebody else.
    Conflict,
    /// Several candidates, or one that fits only half. Someone has to look.
    Ambiguous,
    /// The record cannot be used until it is mended, or Billit merged it into another.
    Quarantined,
    /// A write failed.
    Failed,
}

impl OutcomeKind {
    /// Every kind in the order of reports.
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

    /// Its name in reports.
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

/// How many customers are in each kind.
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
    /// The number in one kind.
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

    /// All together.
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

/// `46 created, 3 updated`: the kinds that are not empty.
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
    /// Its name, for the person who reads the report.
    pub name: String,
    /// Whether it is a company or a person, as far as the run knew.
    #[serde(default, skip_serializing_if = "Kind::is_unclear")]
    pub customer_kind: Kind,
    /// Where it ended up.
    pub kind: OutcomeKind,
    /// Its party; in [`OutcomeKind::Conflict`] the one that is somebody else's.
    pub party: Option<PartyId>,
    /// What was written, or would have been if the write had not failed.
    pub changes: Vec<Change>,
    /// What differs and was not written.
    pub notes: Vec<Note>,
    /// Why, in words and without personal data.
    pub reason: String,
    /// What Billit said to a write it refused, in its own words and language. It may hold personal data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Billit's refusal of the values themselves: to send them again would end the same way. With a store the customer is
    /// left alone until its record or the rules change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejection: Option<Rejection>,
    /// Whether it was to be written and was not, by no fault of its own: the next run tries again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unfinished: bool,
}

impl Outcome {
    /// An outcome of which no more is known: no party, no changes.
    #[must_use]
    pub fn new(key: &CustomerKey, kind: OutcomeKind, reason: impl Into<String>) -> Self {
        Self {
            key: key.clone(),
            name: String::new(),
            customer_kind: Kind::Unclear,
            kind,
            party: None,
            changes: Vec::new(),
            notes: Vec::new(),
            reason: reason.into(),
            detail: None,
            rejection: None,
            unfinished: false,
        }
    }
}

/// Why Billit does not take the values, without personal data.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Rejection {
    /// Billit's code, such as `GenericError`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// What may help.
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

/// The outcome of a run, customers in the order of their keys.
///
/// `Display` and `Debug` can be logged: keys, fields and reasons, no personal data.
/// [`with_values`](Self::with_values) is for a person's eyes.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SyncReport {
    /// One for each customer.
    pub outcomes: Vec<Outcome>,
    /// Why the state store does not remember all of this run, if it does not. The next run treats those customers as one
    /// without a store does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub store_error: Option<String>,
    /// The run's name in the store, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<RunId>,
    /// Linked customers that are not in the source any more. Nothing was done about them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing_from_source: Vec<MissingFromSource>,
    /// What the run cost.
    #[serde(default)]
    pub calls: Calls,
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

/// Requests that were sent, repeats among them. What else the program sends by the same clients meanwhile is counted too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Calls {
    /// To the source.
    pub source: u64,
    /// To Billit.
    pub billit: u64,
}

impl SyncReport {
    /// How many ended up where.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.outcomes.iter().map(|outcome| outcome.kind).collect()
    }

    /// Whether a customer was to be written and was not, by no fault of its own.
    #[must_use]
    pub fn is_unfinished(&self) -> bool {
        self.outcomes.iter().any(|outcome| outcome.unfinished)
    }

    /// The run in numbers, for a program's metrics. The names stay:
    ///
    /// | name | what |
    /// |---|---|
    /// | `customers_created`, `customers_updated`, ... | customers in each [`OutcomeKind`] |
    /// | `customers_missing` | linked customers that are not in the source any more |
    /// | `customers_unfinished` | those that the next run tries again |
    /// | `fields_written` | values written or cleared |
    /// | `fields_kept` | values that differ and stay, each with a note |
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
        let kept = self.outcomes.iter().map(|outcome| outcome.notes.len());
        let others = [
            ("customers_missing", number(self.missing_from_source.len())),
            ("customers_unfinished", number(unfinished.count())),
            (
                "fields_written",
                number(written.map(|outcome| outcome.changes.len()).sum()),
            ),
            ("fields_kept", number(kept.sum())),
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
