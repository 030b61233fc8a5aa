//! The safety limit: how many customers may be missing, change their identity, or be changed without being known.

use std::collections::BTreeMap;

use super::error::SyncError;
use super::options::SyncOptions;
use super::sharers::is_filled;
use crate::core::customer::CustomerKey;
use crate::core::plan::Plan;
use crate::core::snapshot::StateSnapshot;
use crate::store::{JournalAction, JournalEntry, Table};

/// So many may be missing or change in one run, however few customers there are.
const ALWAYS_ALLOWED: usize = 5;

/// Checks a plan against the [safety limit](SyncError::SafetyLimit), which [`apply`](crate::apply) does not know:
/// for a program that applies plans which nobody has looked at, or not at every customer. It writes nothing.
///
/// # Errors
/// At the limit, unless [`SyncOptions::allow_mass_changes`] is set, and when the [store](SyncOptions::store) cannot be read.
pub async fn check_safety_limit(plan: &Plan, options: &SyncOptions) -> Result<(), SyncError> {
    let snapshot = match &options.state {
        Some(state) => state.versioned_customers().await?.0,
        None => StateSnapshot::new(),
    };
    check_limit(plan, linked_by(plan), &snapshot, options)
}

/// An error if more than a few customers, more than 5 and more than 2 % of the linked ones, are missing from the source,
/// would change their name or VAT number, would change because their records are read in another way, or would change
/// though the store does not know them.
pub(super) fn check_limit(
    plan: &Plan,
    linked: usize,
    snapshot: &StateSnapshot,
    options: &SyncOptions,
) -> Result<(), SyncError> {
    let (missing_from_source, renamed) = (plan.missing_from_source.len(), plan.renamed());
    let remapped = plan.remapped();
    // Without a store each run is like this one.
    let store = options.state.as_ref();
    let unknown_to_store = store.map_or(0, |_| plan.overwritten_unknown(snapshot));
    let each = [missing_from_source, renamed, remapped, unknown_to_store];
    let most = each.into_iter().max().unwrap_or_default();
    if options.allow_mass_changes || most <= ALWAYS_ALLOWED.max(linked / 50) {
        return Ok(());
    }
    Err(SyncError::SafetyLimit {
        missing_from_source,
        renamed,
        remapped,
        unknown_to_store,
        linked,
    })
}

/// The number of linked customers that a plan of all customers knows.
pub(super) fn linked_by(plan: &Plan) -> usize {
    plan.linked() + plan.missing_from_source.len()
}

/// Whether a run of one customer may change a linked party that the store does not know: a few, until a full pass has
/// filled the store, so that a lost store and many notifications are no way round the limit.
pub(super) async fn may_change_unknown(options: &SyncOptions) -> Result<bool, SyncError> {
    let Some(state) = &options.state else {
        return Ok(true);
    };
    if options.allow_mass_changes || is_filled(state, options).await? {
        return Ok(true);
    }
    // A customer whose history begins with a change was linked before.
    let mut began = BTreeMap::<CustomerKey, JournalAction>::new();
    let all = state.each(Table::Journal, "", |_, entry: JournalEntry| {
        began.entry(entry.customer).or_insert(entry.action);
        Ok(())
    });
    all.await?;
    let changed = began.into_values();
    let changed = changed.filter(|action| *action == JournalAction::Updated);
    Ok(changed.count() < ALWAYS_ALLOWED)
}
