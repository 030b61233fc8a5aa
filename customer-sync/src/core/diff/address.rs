//! Street, house number and box are one address: they are compared together, and written together or not at all.

use crate::core::change::{Change, Note};
use crate::core::field::{BOX, Field, STREET, STREET_NUMBER};
use crate::core::same::same_parts;
use crate::core::values::Values;

/// How much of the address is the same on both sides, however it is divided.
pub(super) struct Same {
    address: bool,
    house: bool,
}

impl Same {
    pub(super) fn of(desired: &Values, current: &Values) -> Self {
        Self {
            address: same_parts(&[STREET, STREET_NUMBER, BOX], desired, current),
            house: same_parts(&[STREET, STREET_NUMBER], desired, current),
        }
    }

    /// Whether a field is part of what is the same. Of the same house a box that the source does not have was added by
    /// hand.
    pub(super) fn includes(&self, field: &Field, after: Option<&str>) -> bool {
        let of_same_house = self.house && (is_house(field) || after.is_none());
        (is_house(field) || *field == BOX) && (self.address || of_same_house)
    }
}

/// Whether a blank is that of a house number or box: no policy decides on it, since it is cleared only with its street.
pub(super) fn is_cleared_with_street(field: &Field, after: Option<&str>) -> bool {
    after.is_none() && [STREET_NUMBER, BOX].contains(field)
}

/// Drops what would mix two addresses.
pub(super) fn keep_whole(changes: &mut Vec<Change>, notes: &[Note]) {
    // A street or number that stays keeps all three: the number of one house in another's street is no address.
    if notes.iter().any(|note| is_house(&note.field)) {
        let is_address = |change: &Change| is_house(&change.field) || change.field == BOX;
        changes.retain(|change| !is_address(change));
    }
    // A house number or box is cleared only with the street or number that it belonged to.
    let moves = |change: &Change| {
        change.field == STREET || (change.field == STREET_NUMBER && change.after.is_some())
    };
    if !changes.iter().any(moves) {
        let clears =
            |change: &Change| is_cleared_with_street(&change.field, change.after.as_deref());
        changes.retain(|change| !clears(change));
    }
}

fn is_house(field: &Field) -> bool {
    [STREET, STREET_NUMBER].contains(field)
}
