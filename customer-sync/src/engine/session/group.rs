//! Leases of the customers that a run writes next.

use super::leases::{LeaseResult, lease_name};
use super::rows::PendingRows;
use super::{StoreSession, unpoisoned};
use crate::core::customer::CustomerKey;
use crate::core::plan::Step;
use crate::store::{JournalAction, Leases, RowChange, StateError, Table, Wanted};

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
