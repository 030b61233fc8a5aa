//! The rows of outcomes, written in groups.

use crate::core::customer::CustomerKey;
use crate::store::{
    Commit, Expected, Key, Lease, RowAction, RowChange, State, StateError, StateErrorKind,
};

/// The rows of one outcome.
#[derive(Default)]
pub(super) struct PendingRows {
    pub(super) customer: Option<CustomerKey>,
    /// The state of the customer. It is written only if the lease is still held or, without one, if the row is as it was.
    pub(super) state: Vec<RowChange>,
    /// The journal, which is written in any case: it says what this run has done.
    pub(super) journal: Vec<RowChange>,
    /// The lease, which is released in the same commit.
    pub(super) lease: Option<Lease>,
    /// Whether the lease was lost, so that `state` was not written.
    pub(super) is_lost: bool,
}

impl PendingRows {
    pub(super) fn is_empty(&self) -> bool {
        self.state.is_empty() && self.journal.is_empty() && self.lease.is_none()
    }

    fn changes(&self) -> impl Iterator<Item = RowChange> {
        let lease = self.lease.as_ref().map(Lease::removal);
        self.state.iter().chain(&self.journal).cloned().chain(lease)
    }

    fn expects(&self, key: &Key) -> bool {
        let mut changes = self.changes();
        changes.any(|change| change.key == *key && change.expected != Expected::Anything)
    }

    /// Whether they are in the store already: a commit whose answer was lost has written them.
    async fn are_written(&self, state: &State) -> Result<bool, StateError> {
        let puts: Vec<&RowChange> = self.state.iter().chain(&self.journal).collect();
        let keys: Vec<Key> = puts.iter().map(|change| change.key.clone()).collect();
        let rows = state.store().get_many(&keys).await?;
        let mut pairs = puts.iter().zip(&rows);
        Ok(pairs.all(|(change, row)| match &change.action {
            RowAction::Put(value) => row.as_ref().is_some_and(|row| row.value == *value),
            _ => row.is_none(),
        }))
    }

    /// The error, if its state was not written because the lease was lost.
    pub(super) fn lost(&self) -> Option<StateError> {
        let customer = self.customer.as_ref().filter(|_| self.is_lost)?;
        let what = format!(
            "has lost the lease of {customer} to another run: what this run wrote is in the journal, and the next run compares \
             the customer again"
        );
        Some(StateError::new(StateErrorKind::LeaseLost, what))
    }
}

/// Writes these rows, and `also`, by one commit, and returns its version. The state of a customer that another run has
/// written meanwhile is left out.
pub(super) async fn write_rows(
    state: &State,
    group: &mut [PendingRows],
    also: &[RowChange],
) -> Result<u64, StateError> {
    loop {
        let changes: Vec<RowChange> = group
            .iter()
            .flat_map(PendingRows::changes)
            .chain(also.iter().cloned())
            .collect();
        let key = match state.commit(&changes).await? {
            Commit::Done(version) => {
                let leases = group.iter_mut().filter_map(|rows| rows.lease.take());
                leases.for_each(Lease::released);
                return Ok(version);
            }
            Commit::Conflict(key) => key,
        };
        let Some(rows) = group.iter_mut().find(|rows| rows.expects(&key)) else {
            let what = "reports a conflict in a row that no commit has named; the store breaks the laws of a store";
            return Err(StateError::new(StateErrorKind::Damaged, what));
        };
        let is_written = rows.are_written(state).await?;
        if let Some(lease) = rows.lease.take() {
            lease.released();
            rows.is_lost = !is_written;
        }
        if is_written {
            rows.journal.clear();
        }
        rows.state.clear();
    }
}
