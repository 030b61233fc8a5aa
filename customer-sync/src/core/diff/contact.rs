//! First and last name of the contact are one person: a blank is not filled beside another person's name.

use billit_client::parties::TextField;

use crate::core::change::{Change, Note};
use crate::core::field::Field;
use crate::core::values::Values;

const NAMES: [Field; 2] = [
    Field::Text(TextField::ContactFirstName),
    Field::Text(TextField::ContactLastName),
];

/// Turns a change into a note if it would fill one name while the other stays another person's.
pub(super) fn keep_whole(changes: &mut Vec<Change>, notes: &mut Vec<Note>, current: &Values) {
    let is_set = |note: &Note| current.text(&note.field).is_some();
    let is_kept = notes
        .iter()
        .any(|note| NAMES.contains(&note.field) && is_set(note));
    if !is_kept {
        return;
    }
    let fills = |change: &Change| NAMES.contains(&change.field) && change.before.is_none();
    let (filled, others) = std::mem::take(changes).into_iter().partition(fills);
    *changes = others;
    notes.extend(Vec::into_iter(filled).map(|change| Note {
        source: change.after,
        ..Note::new(
            change.field,
            "kept: the contact in Billit is another person",
        )
    }));
}
