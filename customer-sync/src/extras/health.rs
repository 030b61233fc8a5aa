//! Whether a run was like those before it, as data for whoever raises the alarm.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::core::report::{Counts, SyncReport};
use crate::store::{RunKind, RunRecord};

/// A count that is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Metric {
    /// Customers that were created.
    Created,
    /// Customers that were updated or linked.
    Changed,
    /// Customers whose write failed.
    Failed,
    /// Linked customers that were not in the source any more.
    MissingFromSource,
}

impl Metric {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::Created,
        Self::Changed,
        Self::Failed,
        Self::MissingFromSource,
    ];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Changed => "changed",
            Self::Failed => "failed",
            Self::MissingFromSource => "missing",
        }
    }

    fn of(self, counts: &Counts, missing_from_source: usize) -> usize {
        match self {
            Self::Created => counts.created,
            Self::Changed => counts.updated + counts.linked,
            Self::Failed => counts.failed,
            Self::MissingFromSource => missing_from_source,
        }
    }

    /// Whether a first run is expected to have many.
    fn takes_history(self) -> bool {
        matches!(self, Self::Created | Self::Changed)
    }
}

/// What is unusual: more than so many, and more than so many times the usual.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Thresholds {
    times: usize,
    at_most: BTreeMap<Metric, usize>,
}

impl Default for Thresholds {
    /// Three times the usual; and never fewer than 21 created or changed, 6 missing or one failed.
    fn default() -> Self {
        let at_most = [
            (Metric::Created, 20),
            (Metric::Changed, 20),
            (Metric::Failed, 0),
            (Metric::MissingFromSource, 5),
        ];
        Self {
            times: 3,
            at_most: at_most.into(),
        }
    }
}

impl Thresholds {
    /// How many times the usual is still usual.
    #[must_use]
    pub fn times(mut self, times: usize) -> Self {
        self.times = times.max(1);
        self
    }

    /// So many of a metric are nothing to speak of, whatever is usual.
    #[must_use]
    pub fn at_most(mut self, metric: Metric, count: usize) -> Self {
        self.at_most.insert(metric, count);
        self
    }
}

/// One metric of a run beside the runs before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Check {
    /// Which.
    pub metric: Metric,
    /// How many there were.
    pub count: usize,
    /// How many there usually are; `None` if fewer than three runs are known.
    pub usual: Option<usize>,
    /// How many would still be usual; `None` if that cannot be told.
    pub limit: Option<usize>,
}

impl Check {
    /// Whether there are more than usual.
    #[must_use]
    pub fn is_unusual(&self) -> bool {
        self.limit.is_some_and(|limit| self.count > limit)
    }
}

/// `failed: 12, usually 1`.
impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.metric.name(), self.count)?;
        match self.usual {
            Some(usual) => write!(f, ", usually {usual}"),
            None => Ok(()),
        }
    }
}

/// A run beside those before it: one check for each metric.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Health {
    /// In the order of [`Metric::ALL`].
    pub checks: Vec<Check>,
}

impl Health {
    /// What is unusual; nothing if all is well.
    pub fn unusual(&self) -> impl Iterator<Item = &Check> {
        self.checks.iter().filter(|check| check.is_unusual())
    }
}

/// Compares a run with the last runs, such as `State::runs` tells them: the usual is the middle one of their counts.
///
/// Runs of one customer, runs that took another back and runs that did not end say nothing of what is usual, and neither
/// does this run itself. With fewer than three others only failed and missing customers are looked at, by their
/// [least counts](Thresholds::at_most): a first run creates and changes many.
///
/// ```
/// # fn run(report: &customer_sync::SyncReport, history: &[customer_sync::store::RunRecord]) {
/// use customer_sync::health::{Thresholds, health};
///
/// for check in health(report, history, &Thresholds::default()).unusual() {
///     eprintln!("{check}");
/// }
/// # }
/// ```
#[must_use]
pub fn health(report: &SyncReport, history: &[RunRecord], thresholds: &Thresholds) -> Health {
    let tells = |run: &&RunRecord| {
        let of_many = !matches!(run.kind, RunKind::One | RunKind::Undo);
        of_many && run.finished.is_some() && report.run.as_ref() != Some(&run.id)
    };
    let history: Vec<&RunRecord> = history.iter().filter(tells).collect();
    let counts = report.counts();
    let check = |metric: Metric| {
        let before = history.iter();
        let before = before.map(|run| metric.of(&run.counts, run.missing_from_source));
        let usual = middle(before.collect());
        let least = thresholds.at_most.get(&metric).copied().unwrap_or_default();
        let limit = match usual {
            Some(usual) => Some(least.max(usual.saturating_mul(thresholds.times))),
            None => (!metric.takes_history()).then_some(least),
        };
        Check {
            metric,
            count: metric.of(&counts, report.missing_from_source.len()),
            usual,
            limit,
        }
    };
    Health {
        checks: Metric::ALL.map(check).into(),
    }
}

/// The middle one of three counts at least.
fn middle(mut counts: Vec<usize>) -> Option<usize> {
    const FEWEST_RUNS: usize = 3;
    counts.sort_unstable();
    let middle = counts.get(counts.len() / 2).copied();
    middle.filter(|_| counts.len() >= FEWEST_RUNS)
}
