//! An estimate of the calls and the time that applying a plan takes.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::core::plan::{Action, FEW_WRITES, Plan, Purpose, Step};

/// The rate limits and concurrency of the run and of its clients.
///
/// ```
/// # fn run(plan: &customer_sync::Plan) {
/// use std::time::Duration;
/// use customer_sync::cost::Limits;
///
/// // Billit's limits are unknown; this keeps to 50 requests a minute.
/// let limits = Limits::default().billit_interval(Duration::from_millis(1200));
/// println!("{}", plan.cost(3_000, &limits));
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    concurrency: usize,
    source_page: usize,
    source_interval: Duration,
    billit_interval: Duration,
    answer: Duration,
}

impl Default for Limits {
    /// The defaults of `SyncOptions` and of both clients, and answers that take 300 milliseconds: a guess, since
    /// neither API publishes response times.
    fn default() -> Self {
        Self {
            concurrency: 4,
            source_page: 1000,
            source_interval: Duration::ZERO,
            billit_interval: Duration::ZERO,
            answer: Duration::from_millis(300),
        }
    }
}

impl Limits {
    /// How many customers are written at a time: `SyncOptions::concurrency`.
    #[must_use]
    pub fn concurrency(mut self, writes: usize) -> Self {
        self.concurrency = writes.max(1);
        self
    }

    /// How many customers a page of the source has. Default: 1000, Planyo's maximum.
    #[must_use]
    pub fn source_page(mut self, customers: usize) -> Self {
        self.source_page = customers.max(1);
        self
    }

    /// The minimum interval between calls to the source: the `min_interval` of its client.
    #[must_use]
    pub fn source_interval(mut self, interval: Duration) -> Self {
        self.source_interval = interval;
        self
    }

    /// The minimum interval between calls to Billit: the `min_interval` of its client.
    #[must_use]
    pub fn billit_interval(mut self, interval: Duration) -> Self {
        self.billit_interval = interval;
        self
    }

    /// How long one answer takes. Default: 300 milliseconds.
    #[must_use]
    pub fn answer(mut self, time: Duration) -> Self {
        self.answer = time;
        self
    }
}

/// Calls and time, if both sides stay as they were when the plan was made, and nothing is retried.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Cost {
    /// Calls to the source, which is read again unless the plan needs no source; all are reads. Counted for Planyo, without
    /// those for a filter by reservations: another source may need fewer.
    pub source: usize,
    /// Calls that read from Billit: parties are read before they are written, and listed before and after others are
    /// created. More if Billit's lists are summaries.
    pub billit_reads: usize,
    /// Calls that write to Billit: one for each customer.
    pub billit_writes: usize,
    /// The estimated time.
    pub time: Duration,
}

impl Plan {
    /// The estimate for applying this plan to a company with this many parties.
    #[must_use]
    pub fn cost(&self, parties: usize, limits: &Limits) -> Cost {
        const BILLIT_PAGE: usize = 120;
        let created = |step: &&Step| matches!(step.action, Action::Create { .. });
        let writes = self.steps.iter().filter(|step| step.writes()).count();
        let created = self.steps.iter().filter(created).count();
        if writes == 0 {
            return Cost::default();
        }
        // A few customers are read one by one. Planyo has two lists, each of which ends with an empty page. The second, of
        // users entered by an administrator, is assumed to be short.
        let source = match self.purpose {
            Purpose::Sync if writes <= FEW_WRITES => writes,
            Purpose::Sync => pages(self.steps.len(), limits.source_page) + 3,
            _ => 0,
        };
        let before = if created == 0 {
            0
        } else {
            pages(parties, BILLIT_PAGE)
        };
        let after = match created {
            0 => 0,
            // One is looked up by its link, and read.
            1 => 2,
            _ => pages(parties + created, BILLIT_PAGE),
        };
        let (listed, read) = (before + after, writes - created);
        Cost {
            source,
            billit_reads: listed + read,
            billit_writes: writes,
            time: time(source, limits.answer.max(limits.source_interval))
                + time(listed, limits.answer.max(limits.billit_interval))
                + time(read + writes, per_call(limits).max(limits.billit_interval)),
        }
    }
}

/// The time per call when several run concurrently.
fn per_call(limits: &Limits) -> Duration {
    limits.answer / u32::try_from(limits.concurrency).unwrap_or(u32::MAX)
}

fn time(calls: usize, each: Duration) -> Duration {
    each.saturating_mul(u32::try_from(calls).unwrap_or(u32::MAX))
}

/// An empty list takes one page too.
fn pages(records: usize, page: usize) -> usize {
    records.div_ceil(page).max(1)
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (source, reads, writes) = (self.source, self.billit_reads, self.billit_writes);
        write!(
            f,
            "{source} calls to the source, {reads} reads and {writes} writes in Billit, about "
        )?;
        match self.time.as_secs() {
            0 => f.write_str("a second"),
            seconds @ 1..=119 => write!(f, "{seconds} seconds"),
            seconds => write!(f, "{} minutes", seconds.div_ceil(60)),
        }
    }
}
