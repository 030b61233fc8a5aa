//! What happened to each customer, and why.

use std::fmt;

use billit_client::PartyId;
use serde::{Deserialize, Serialize};

use crate::customer::CustomerKey;
use crate::target::billit::{Change, Note};

/// Where a customer ended up. Each is in exactly one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bucket {
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

impl Bucket {
    /// Every bucket in the order of reports.
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

/// How many customers are in each bucket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Counts {
    /// See [`Bucket::Created`].
    pub created: usize,
    /// See [`Bucket::Updated`].
    pub updated: usize,
    /// See [`Bucket::Linked`].
    pub linked: usize,
    /// See [`Bucket::Unchanged`].
    pub unchanged: usize,
    /// See [`Bucket::Skipped`].
    pub skipped: usize,
    /// See [`Bucket::Conflict`].
    pub conflict: usize,
    /// See [`Bucket::Ambiguous`].
    pub ambiguous: usize,
    /// See [`Bucket::Quarantined`].
    pub quarantined: usize,
    /// See [`Bucket::Failed`].
    pub failed: usize,
}

impl Counts {
    /// The number in one bucket.
    #[must_use]
    pub fn of(&self, bucket: Bucket) -> usize {
        match bucket {
            Bucket::Created => self.created,
            Bucket::Updated => self.updated,
            Bucket::Linked => self.linked,
            Bucket::Unchanged => self.unchanged,
            Bucket::Skipped => self.skipped,
            Bucket::Conflict => self.conflict,
            Bucket::Ambiguous => self.ambiguous,
            Bucket::Quarantined => self.quarantined,
            Bucket::Failed => self.failed,
        }
    }

    /// All together.
    #[must_use]
    pub fn total(&self) -> usize {
        Bucket::ALL.into_iter().map(|bucket| self.of(bucket)).sum()
    }
}

impl FromIterator<Bucket> for Counts {
    fn from_iter<I: IntoIterator<Item = Bucket>>(buckets: I) -> Self {
        let mut counts = Self::default();
        for bucket in buckets {
            *match bucket {
                Bucket::Created => &mut counts.created,
                Bucket::Updated => &mut counts.updated,
                Bucket::Linked => &mut counts.linked,
                Bucket::Unchanged => &mut counts.unchanged,
                Bucket::Skipped => &mut counts.skipped,
                Bucket::Conflict => &mut counts.conflict,
                Bucket::Ambiguous => &mut counts.ambiguous,
                Bucket::Quarantined => &mut counts.quarantined,
                Bucket::Failed => &mut counts.failed,
            } += 1;
        }
        counts
    }
}

/// `46 created, 3 updated`: the buckets that are not empty.
impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let filled = Bucket::ALL
            .into_iter()
            .filter(|bucket| self.of(*bucket) > 0);
        let parts: Vec<String> = filled
            .map(|bucket| format!("{} {}", self.of(bucket), bucket.name()))
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
    /// Where it ended up.
    pub bucket: Bucket,
    /// Its party.
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
}

impl fmt::Debug for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Outcome({} {}: {})",
            self.key,
            self.bucket.name(),
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
    pub forgotten: Option<String>,
}

impl SyncReport {
    /// How many ended up where.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.outcomes.iter().map(|outcome| outcome.bucket).collect()
    }

    /// The outcome of one customer.
    #[must_use]
    pub fn outcome(&self, key: &CustomerKey) -> Option<&Outcome> {
        self.outcomes.iter().find(|outcome| outcome.key == *key)
    }
}
