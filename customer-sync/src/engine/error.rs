//! Why a run could not begin.

use crate::core::customer::CustomerKey;
use crate::core::run_id::RunId;
use crate::store::StateError;

/// A run that could not begin. Nothing was written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SyncError {
    /// Planyo could not be read.
    #[error(transparent)]
    Planyo(#[from] planyo_client::Error),
    /// Another source could not be read.
    #[error("the source cannot be read: {0}")]
    Source(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The source has no ids of this form.
    #[error("that is no id of a customer: a Planyo user's is a number, 7 and not planyo:7")]
    NoSuchId,
    /// The customer is another source's than the rules name.
    #[error("{0} is not of the source that the rules name: see `MappingRules::source`")]
    OtherSource(CustomerKey),
    /// Billit could not be read.
    #[error(transparent)]
    Billit(#[from] billit_client::Error),
    /// The state store cannot be used.
    #[error(transparent)]
    State(#[from] StateError),
    /// More customers than a few (5, or 2 % of those that are linked) are not in the source any more, or would change
    /// their name or VAT number at once: a listing that lacks some, or an import into the wrong columns, looks so.
    /// Nothing was written. See the plan, and if it is right, say [`SyncOptions::allow_mass_changes`].
    #[error(
        "of {linked} linked customers {missing_from_source} are not in the source any more and {renamed} would change their name or \
         VAT number at once; nothing was written: look at the plan, and run with `allow_mass_changes()` if it is right"
    )]
    SafetyLimit {
        /// Customers that are not in the source any more.
        missing_from_source: usize,
        /// Customers that would change.
        renamed: usize,
        /// Customers that are linked.
        linked: usize,
    },
    /// What was asked for needs [`SyncOptions::store`].
    #[error("this needs a state store: give one by `SyncOptions::store`")]
    NoStore,
    /// The store knows no such run.
    #[error("the state store knows no run {0}; `State::runs` tells those it knows")]
    NoSuchRun(RunId),
    /// The plan was made by another version of this crate.
    #[error("the plan has version {0}, which this program cannot apply; plan again")]
    PlanVersion(u32),
    /// The plan was made by other rules than [`SyncOptions::rules`](crate::SyncOptions::rules).
    #[error(
        "the plan was made by other rules: apply it with the rules that it was made by, or plan again with these"
    )]
    OtherRules,
}

impl SyncError {
    /// Whether the source says that it has no such customer.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::Planyo(error) if error.is_not_found())
    }
}
