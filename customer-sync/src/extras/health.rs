//! Compares a run with earlier runs, as data for alerting.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::core::report::{Counts, SyncReport};
use crate::store::{RunKind, RunRecord};

/// A count that is checked.
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
    /// Customers whose data the source has erased. Many at once are a sign of a source that answers with blanks.
    ErasedInSource,
}

impl Metric {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Created,
        Self::Changed,
        Self::Failed,
        Self::MissingFromSource,
        Self::ErasedInSource,
    ];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Changed => "changed",
            Self::Failed => "failed",
            Self::MissingFromSource => "missing",
            Self::ErasedInSource => "erased",
        }
    }

    fn of(self, counts: &Counts, missing_from_source: usize, erased_in_source: usize) -> usize {
        match self {
            Self::Created => counts.created,
            Self::Changed => counts.updated + counts.linked,
            Self::Failed => counts.failed,
            Self::MissingFromSource => missing_from_source,
            Self::ErasedInSource => erased_in_source,
        }
    }

    /// Whether a first run is expected to have many, so that there is no limit without history.
    fn needs_history(self) -> bool {
        matches!(self, Self::Created | Self::Changed)
    }
}

/// When a count is unusual: above a fixed number, and above a multiple of the usual count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Thresholds {
    times: usize,
    at_most: BTreeMap<Metric, usize>,
}

impl Default for Thresholds {
    /// More than three times the usual count, and more than 20 created, 20 changed, 5 missing, 5 erased or 0 failed.
    fn default() -> Self {
        let at_most = [
            (Metric::Created, 20),
            (Metric::Changed, 20),
            (Metric::Failed, 0),
            (Metric::MissingFromSource, 5),
            (Metric::ErasedInSource, 5),
        ];
        Self {
            times: 3,
            at_most: at_most.into(),
        }
    }
}

impl Thresholds {
    /// The multiple of the usual count that is still usual. Default: 3.
    #[must_use]
    pub fn times(mut self, times: usize) -> Self {
        self.times = times.max(1);
        self
    }

    /// The count of a metric that is never unusual.
    #[must_use]
    pub fn at_most(mut self, metric: Metric, count: usize) -> Self {
        self.at_most.insert(metric, count);
        self
    }
}

/// One metric of a run compared with earlier runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Check {
    /// The metric.
    pub metric: Metric,
    /// The count in this run.
    pub count: usize,
    /// The usual count; `None` if fewer than three runs are known.
    pub usual: Option<usize>,
    /// The highest count that is still usual; `None` if unknown.
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

/// A run compared with earlier runs: one check for each metric.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Health {
    /// In the order of [`Metric::ALL`].
    pub checks: Vec<Check>,
}

impl Health {
    /// The unusual metrics; empty if all is well.
    pub fn unusual(&self) -> impl Iterator<Item = &Check> {
        self.checks.iter().filter(|check| check.is_unusual())
    }
}

/// Compares a run with the last runs, as from `State::runs`: the usual count is their median.
///
/// Runs of one customer, undo runs, unfinished runs and this run itself are ignored. With fewer than three other runs
/// only failed, missing and erased customers are checked, by their [fixed numbers](Thresholds::at_most): a first run creates
/// and changes many.
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
    let is_comparable = |run: &&RunRecord| {
        let of_many = !matches!(run.kind, RunKind::One | RunKind::Undo);
        of_many && run.finished.is_some() && report.run.as_ref() != Some(&run.id)
    };
    let history: Vec<&RunRecord> = history.iter().filter(is_comparable).collect();
    let counts = report.counts();
    let check = |metric: Metric| {
        let before = history.iter();
        let before =
            before.map(|run| metric.of(&run.counts, run.missing_from_source, run.erased_in_source));
        let usual = median(before.collect());
        let at_most = thresholds.at_most.get(&metric).copied().unwrap_or_default();
        let limit = match usual {
            Some(usual) => Some(at_most.max(usual.saturating_mul(thresholds.times))),
            None => (!metric.needs_history()).then_some(at_most),
        };
        Check {
            metric,
            count: metric.of(
                &counts,
                report.missing_from_source.len(),
                report.erased_in_source(),
            ),
            usual,
            limit,
        }
    };
    Health {
        checks: Metric::ALL.map(check).into(),
    }
}

/// The median of at least three counts.
fn median(mut counts: Vec<usize>) -> Option<usize> {
    const MIN_RUNS: usize = 3;
    counts.sort_unstable();
    let middle = counts.get(counts.len() / 2).copied();
    middle.filter(|_| counts.len() >= MIN_RUNS)
}
