//! Steps without a source record, for undo and removal.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::core::change::{Change, Note, change};
use crate::core::customer::CustomerKey;
use crate::core::field::{Field, FieldSet, LINK, NAME};
use crate::core::kind::Kind;
use crate::core::merge::Applied;
use crate::core::plan::{Action, Preconditions, Step};
use crate::core::values::Values;

/// A step for a party with these current values. If it writes, `apply` requires that the written fields still have
/// them.
pub(super) fn party_step(key: CustomerKey, now: &Values, action: Action, notes: Vec<Note>) -> Step {
    let mut step = Step {
        key,
        name: now.text(&NAME).unwrap_or_default().to_owned(),
        customer_kind: Kind::Unclear,
        action,
        notes,
        unread_fields: FieldSet::EMPTY,
        unsearchable_fields: FieldSet::EMPTY,
        source_values: Applied::default(),
        key_before_id: None,
        match_keys: Vec::new(),
        is_remapped: false,
        preconditions: None,
    };
    if step.writes() {
        let changes = step.changes().iter();
        let fields: BTreeSet<Field> = changes.map(|change| change.field.clone()).collect();
        let fields: Arc<[Field]> = fields.into_iter().collect();
        step.preconditions = Some(Box::new(Preconditions {
            source: Values::default().source_fingerprint(),
            billit: now.fingerprint_of(&fields),
            fields,
        }));
    }
    step
}

/// The changes that unlink a party from its customer, with an optional label, and the note that the party stays in
/// Billit.
pub(super) fn unlink_changes(
    now: &Values,
    label: Option<&(Field, String)>,
    why: &str,
) -> (Vec<Change>, Vec<Note>) {
    let link = Field::Text(LINK);
    let label = label.filter(|(field, _)| field.is_patchable() && *field != link);
    let label = label.map(|(field, value)| (field, Some(value.as_str())));
    let wanted = [(&link, None)].into_iter().chain(label);
    let changes = wanted.filter_map(|(field, after)| {
        let before = now.get(field).flatten();
        (before != after).then(|| change(field, before, after))
    });
    let changes = changes.collect();
    let reason = format!("cleared: {why}; the party itself stays, since Billit's API deletes none");
    (changes, vec![Note::new(link, reason)])
}
