//! Errors of a run.

use crate::core::customer::CustomerKey;
use crate::core::run_id::RunId;
use crate::store::StateError;

/// Why a run stopped before it wrote anything.
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
    #[error(
        "this is not the id of a customer: the id of a Planyo user is a number, 7 and not planyo:7"
    )]
    InvalidId,
    /// The source has no such customer. Planyo's own error says so too: see [`is_not_found`](Self::is_not_found).
    #[error("the source has no customer {0}")]
    NotFound(CustomerKey),
    /// The customer belongs to another source than that of the rules, [`MappingRules::source`](crate::MappingRules::source).
    #[error(
        "{0} is not a customer of the source that the rules name: keys begin with the name of their source"
    )]
    OtherSource(CustomerKey),
    /// The source cannot do what the rules ask, such as a filter by reservations where there are none.
    #[error("the source cannot do what the rules ask: {0}")]
    UnsupportedRules(String),
    /// Billit could not be read.
    #[error(transparent)]
    Billit(#[from] billit_client::Error),
    /// The state store cannot be used.
    #[error(transparent)]
    State(#[from] StateError),
    /// The safety limit: more than 5 customers, and more than 2 % of the linked ones, are not in the source any more,
    /// would change their name or VAT number at once, would change because their records are read in another way than
    /// by the last run, or would change though the [store](crate::store) does not know them. An incomplete listing, an
    /// import into the wrong columns, another version of this crate, the feature `phone` on or off, or a store that is new
    /// or was lost may be the cause. Nothing was written. Check the plan, and if it is right, run with
    /// [`SyncOptions::allow_mass_changes`](crate::SyncOptions::allow_mass_changes). A store that does not know the
    /// customers learns them from one run with [`WriteMode::LinkOnly`](crate::WriteMode::LinkOnly), which overwrites
    /// nothing.
    #[error(
        "the safety limit stopped the run, and nothing was written: of {linked} linked customers {}; look at the plan, and allow mass \
         changes if it is right{}",
        reasons(*missing_from_source, *renamed, *remapped, *unknown_to_store),
        if *unknown_to_store > 0 { "; if the store is new or was lost, only link in the next run, which keeps what is in Billit" } else { "" }
    )]
    SafetyLimit {
        /// The number of customers that are not in the source any more.
        missing_from_source: usize,
        /// The number of customers whose name or VAT number would change.
        renamed: usize,
        /// The number of customers that would change, and whose record the last run read by another mapping.
        remapped: usize,
        /// The number of customers that would be changed though the store does not know them, and so cannot know which
        /// values were corrected by hand. 0 without a store.
        unknown_to_store: usize,
        /// The number of linked customers.
        linked: usize,
    },
    /// The call needs a [`SyncOptions::store`](crate::SyncOptions::store).
    #[error("this needs a state store, and none is set")]
    NoStore,
    /// The rules [only link](crate::WriteMode::LinkOnly), and there is no [`SyncOptions::store`](crate::SyncOptions::store).
    #[error(
        "to only link needs a state store, and none is set: without one the next run would write every old difference"
    )]
    LinkOnlyWithoutStore,
    /// The store has no such run; [`State::runs`](crate::store::State::runs) lists them.
    #[error("the state store has no run {0}; take one from its list of runs")]
    NoSuchRun(RunId),
    /// No run in the store has written anything that is not undone.
    #[error("the state store has no run to undo: none has written anything that is not undone")]
    NothingToUndo,
    /// The plan was made by another version of this crate.
    #[error("the plan has version {0}, which this program cannot apply; plan again")]
    PlanVersion(u32),
    /// The plan was made with other rules than [`SyncOptions::rules`](crate::SyncOptions::rules).
    #[error(
        "the plan was made by other rules: apply it with the rules that it was made by, or plan again with these"
    )]
    OtherRules,
}

impl SyncError {
    /// Whether the source has no such customer.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        match self {
            Self::Planyo(error) => error.is_not_found(),
            Self::NotFound(_) => true,
            _ => false,
        }
    }
}

/// Each reason that there is, with the number of its customers.
fn reasons(
    missing_from_source: usize,
    renamed: usize,
    remapped: usize,
    unknown_to_store: usize,
) -> String {
    let reasons = [
        (missing_from_source, "are not in the source any more"),
        (renamed, "would change their name or VAT number at once"),
        (
            remapped,
            "would change because their records are read in another way",
        ),
        (
            unknown_to_store,
            "would change though the store does not know them",
        ),
    ];
    let reasons = reasons.iter().filter(|(count, _)| *count > 0);
    let reasons: Vec<String> = reasons
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    reasons.join(", ")
}
