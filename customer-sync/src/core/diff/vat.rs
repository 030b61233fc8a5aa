//! The VAT number and `VATLiable` belong together.

use crate::core::change::{Change, Note, change};
use crate::core::field::{Field, VAT_NUMBER};
use crate::core::values::Values;

/// Writing a VAT number also sets `VATLiable` as the customer has it, whatever the policy of the flag. If only Billit
/// has a VAT number, the party stays liable.
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
        if after.is_some() && before != after {
            let change = change(&Field::VatLiable, before, after);
            changes.push(change);
        }
    } else if current.text(&VAT_NUMBER).is_some() && desired.text(&VAT_NUMBER).is_none() {
        let unmakes =
            |change: &Change| is_flag(&change.field) && change.after.as_deref() == Some("false");
        changes.retain(|change| !unmakes(change));
    }
}
