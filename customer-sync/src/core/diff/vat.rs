//! The VAT number and the flag `VATLiable` go together.

use crate::core::change::{Change, Note, change};
use crate::core::field::{Field, VAT_NUMBER};
use crate::core::values::Values;

/// A VAT number that is filled in makes the party liable, whatever the policy of the flag, unless a property says that it
/// is not. A number that Billit has and the source has not keeps it liable.
pub(super) fn set_liable(
    changes: &mut Vec<Change>,
    notes: &mut Vec<Note>,
    desired: &Values,
    current: &Values,
) {
    let is_flag = |field: &Field| *field == Field::VatLiable;
    let fills = |change: &Change| change.field == VAT_NUMBER && change.after.is_some();
    if changes.iter().any(fills) {
        notes.retain(|note| !is_flag(&note.field));
        changes.retain(|change| !is_flag(&change.field));
        let before = current.text(&Field::VatLiable);
        let after = desired.text(&Field::VatLiable);
        if before != after {
            let change = change(&Field::VatLiable, before, after);
            changes.push(change);
        }
    } else if current.text(&VAT_NUMBER).is_some() && desired.text(&VAT_NUMBER).is_none() {
        let unmakes =
            |change: &Change| is_flag(&change.field) && change.after.as_deref() == Some("false");
        changes.retain(|change| !unmakes(change));
    }
}
