//! Street, house number and box are one address: they are compared together, and written together or not at all.

use crate::core::change::{Change, Note};
use crate::core::field::{BOX, Field, STREET, STREET_NUMBER};
use crate::core::same::same_parts;
use crate::core::values::Values;

/// The parts of an address.
pub(super) const PARTS: [Field; 3] = [STREET, STREET_NUMBER, BOX];

/// How much of the address is the same on both sides, however it is split into fields.
pub(super) struct Same {
    address: bool,
    house: bool,
}

impl Same {
    pub(super) fn of(desired: &Values, current: &Values) -> Self {
        Self {
            address: same_parts(&PARTS, desired, current),
            house: same_parts(&[STREET, STREET_NUMBER], desired, current),
        }
    }

    /// Whether a field belongs to the part that is the same. If only the box of the same house is missing in the
    /// source, it was added in Billit by hand.
    pub(super) fn includes(&self, field: &Field, after: Option<&str>) -> bool {
        let of_same_house = self.house && (is_house(field) || after.is_none());
        (is_house(field) || *field == BOX) && (self.address || of_same_house)
    }
}

/// Whether the field is a blank house number or box. No policy applies to it, since it is cleared only with its street.
pub(super) fn is_cleared_with_street(field: &Field, after: Option<&str>) -> bool {
    after.is_none() && [STREET_NUMBER, BOX].contains(field)
}

/// Drops changes that would mix two addresses. A value that is not written for that is a note.
pub(super) fn keep_whole(changes: &mut Vec<Change>, notes: &mut Vec<Note>) {
    // If street or number stays, all three stay: the number of one house in the street of another is a wrong address.
    if notes.iter().any(|note| is_house(&note.field)) {
        let is_part = |change: &Change| PARTS.contains(&change.field);
        let (kept, others) = std::mem::take(changes).into_iter().partition(is_part);
        *changes = others;
        let kept = Vec::into_iter(kept);
        let kept =
            kept.filter(|change| !is_cleared_with_street(&change.field, change.after.as_deref()));
        notes.extend(kept.map(|change| Note {
            source: change.after,
            billit: change.before,
            ..Note::new(change.field, "kept: another part of the address is kept")
        }));
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
