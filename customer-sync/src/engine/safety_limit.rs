//! The safety limit: how many customers may be missing or change their identity in one run.

use super::error::SyncError;
use super::options::SyncOptions;
use crate::core::plan::Plan;

/// So many may be missing or change in one run, however few customers there are.
const ALWAYS_ALLOWED: usize = 5;

/// An error if more than a few customers are missing from the source, would change their name or VAT number, or would
/// change because their records are read in another way: more than 5, and more than 2 % of the linked ones.
pub(super) fn check_safety_limit(
    plan: &Plan,
    linked: usize,
    options: &SyncOptions,
) -> Result<(), SyncError> {
    let (missing_from_source, renamed) = (plan.missing_from_source.len(), plan.renamed());
    let remapped = plan.remapped();
    let most = missing_from_source.max(renamed).max(remapped);
    if options.allow_mass_changes || most <= ALWAYS_ALLOWED.max(linked / 50) {
        return Ok(());
    }
    Err(SyncError::SafetyLimit {
        missing_from_source,
        renamed,
        remapped,
        linked,
    })
}
