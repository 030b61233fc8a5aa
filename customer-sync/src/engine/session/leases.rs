//! Leases of the customers that a run writes.

use std::borrow::Cow;
use std::convert::Infallible;
use std::pin::pin;
use std::time::Duration;

use futures_util::future::{Either, select};
use tokio::time::{Instant, sleep};

use super::super::error::SyncError;
use super::super::options::SyncOptions;
use super::{PendingRows, StoreSession, unpoisoned};
use crate::core::customer::CustomerKey;
use crate::core::plan::Step;
use crate::store::{JournalAction, Lease, Leases, RowChange, StateError, Table, Taken, Wanted};

/// Why a customer is skipped whose lease another run has.
pub(in crate::engine) const HELD: &str = "another run has the lease of this customer";

/// Whether a customer may be written now.
pub(in crate::engine) enum LeaseResult {
    /// Yes, while this lease is held. Without a store there is none.
    Acquired(Option<Lease>),
    /// No: another run has the lease, or has changed the state since the plan, or the store cannot be used.
    Unavailable(Cow<'static, str>),
}

impl From<Taken> for LeaseResult {
    fn from(taken: Taken) -> Self {
        match taken {
            Taken::Lease(lease) => Self::Acquired(Some(lease)),
            Taken::Held => Self::Unavailable(HELD.into()),
            Taken::Changed => {
                Self::Unavailable("another run has changed this customer since the plan".into())
            }
        }
    }
}

impl StoreSession {
    /// Takes the leases of the customers that these steps write, and stores with them, in the journal, what they are about
    /// to write and overwrite. A customer that another run has changed since the plan gets none.
    pub(in crate::engine) async fn begin_group(&self, steps: &[Step]) {
        let Some(leases) = &self.leases else { return };
        let writing: Vec<&Step> = steps.iter().filter(|step| step.writes()).collect();
        if writing.is_empty() || self.broken().is_some() {
            return;
        }
        if let Err(error) = self.take_leases(leases, &writing).await {
            self.record_failure(error);
        }
    }

    async fn take_leases(&self, leases: &Leases, steps: &[&Step]) -> Result<(), StateError> {
        let (mut wanted, mut keys, mut also) = (Vec::new(), Vec::new(), Vec::new());
        for step in steps {
            let (unchanged, intended) = match self.rows_before(step) {
                Ok(rows) => rows,
                Err(error) => {
                    // Its key is too long, for instance.
                    let reason = format!("not tried: {error}");
                    let refused = LeaseResult::Unavailable(reason.into());
                    unpoisoned(&self.taken).insert(step.key.clone(), refused);
                    continue;
                }
            };
            // A run of one customer has its lease.
            if unpoisoned(&self.taken).contains_key(&step.key) {
                also.extend(intended);
                continue;
            }
            keys.push(step.key.clone());
            let name = lease_name(&step.key);
            let with = [unchanged].into_iter().chain(intended).collect();
            wanted.push(Wanted { name, with });
        }
        also.extend(self.record_run()?);
        let taken = leases.take_all(wanted, &also).await?;
        let results = taken.into_iter().map(LeaseResult::from);
        unpoisoned(&self.taken).extend(keys.into_iter().zip(results));
        Ok(())
    }

    /// That no other run has changed a customer since the plan, and the journal's rows of what this one intends.
    fn rows_before(&self, step: &Step) -> Result<(RowChange, [RowChange; 2]), StateError> {
        // A lease has the name of its customer.
        Table::Leases.key(&lease_name(&step.key))?;
        let state = RowChange::check(Table::Customers.key(step.key.as_str())?);
        let entry = self.entry(step, JournalAction::Intended, &step.written());
        Ok((state.expecting(self.unchanged(&step.key)), entry.rows()?))
    }

    /// The lease of a customer to write, from those that were taken for its group.
    pub(in crate::engine) fn lease_of(&self, key: &CustomerKey) -> LeaseResult {
        if self.leases.is_none() {
            return LeaseResult::Acquired(None);
        }
        // Nothing is written to Billit that could not be noted in the journal.
        if let Some(error) = self.broken() {
            return LeaseResult::Unavailable(format!("not tried: {error}").into());
        }
        match unpoisoned(&self.taken).remove(key) {
            Some(LeaseResult::Acquired(Some(lease))) if !lease.is_held() => {
                LeaseResult::Unavailable(
                    "the lease of this customer ran out before its turn".into(),
                )
            }
            Some(result) => result,
            None => LeaseResult::Unavailable("not tried: the state store gave no lease".into()),
        }
    }

    /// The change that ends all leases of the run, if it took any. Those that were not used are dropped.
    pub(super) fn end_of_leases(&self) -> Option<RowChange> {
        let leases = self.leases.as_ref().filter(|leases| leases.were_taken())?;
        self.release_unused();
        self.ok_or_record(leases.end())
    }

    /// Adds the leases that were not used to the rows of the next group, which releases them.
    pub(super) fn release_unused(&self) {
        let mut pending = unpoisoned(&self.pending);
        for (_, result) in unpoisoned(&self.taken).drain() {
            if let LeaseResult::Acquired(lease) = result {
                pending.push(PendingRows {
                    lease,
                    ..PendingRows::default()
                });
            }
        }
    }
}

fn lease_name(key: &CustomerKey) -> String {
    format!("customer {key}")
}

/// Does work while the leases are renewed.
pub(crate) async fn while_renewing<T>(leases: Option<&Leases>, work: impl Future<Output = T>) -> T {
    let Some(leases) = leases else {
        return work.await;
    };
    let renewing = async {
        loop {
            sleep(leases.time() / 3).await;
            // If it fails, it is tried again, and until then `Lease::is_held` tells when they end.
            let _ = leases.renew().await;
        }
    };
    match select(pin!(work), pin!(renewing)).await {
        Either::Left((done, _)) => done,
        Either::Right((never, _)) => {
            let never: Infallible = never;
            match never {}
        }
    }
}

/// Takes the lease of a customer, and waits for it; `None` after [`SyncOptions::lease_wait`].
pub(in crate::engine) async fn take_lease(
    leases: &Leases,
    key: &CustomerKey,
    options: &SyncOptions,
) -> Result<Option<Lease>, SyncError> {
    const FIRST: Duration = Duration::from_millis(10);
    const LONGEST: Duration = Duration::from_secs(1);
    let end = Instant::now() + options.lease_wait;
    let mut pause = FIRST;
    loop {
        let lease = leases.take(&lease_name(key)).await?;
        let left = end.saturating_duration_since(Instant::now());
        if lease.is_some() || left.is_zero() || options.cancellation.is_cancelled() {
            return Ok(lease);
        }
        // Several that wait for one customer do not all ask at once.
        sleep(pause.mul_f64(0.5 + fastrand::f64() / 2.0).min(left)).await;
        pause = (2 * pause).min(LONGEST);
    }
}
