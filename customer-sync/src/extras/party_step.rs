//! Steps without a source record, for undo and removal.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::core::change::{Change, Note};
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
        preconditions: None,
    };
    if step.writes() {
        let changes = step.changes().iter();
        let fields: BTreeSet<Field> = changes.map(|change| change.field.clone()).collect();
        let fields: Arc<[Field]> = fields.into_iter().collect();
        step.preconditions = Some(Box::new(Preconditions {
            source: Values::default().fingerprint(),
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
    let mut changes = Vec::new();
    let mut change = |field: &Field, after: Option<&str>| {
        let before = now.get(field).flatten();
        if before != after {
            changes.push(Change {
                field: field.clone(),
                before: before.map(str::to_owned),
                after: after.map(str::to_owned),
            });
        }
    };
    let link = Field::Text(LINK);
    change(&link, None);
    if let Some((field, value)) = label.filter(|(field, _)| field.is_patchable() && *field != link)
    {
        change(field, Some(value));
    }
    let reason = format!("cleared: {why}; the party itself stays, since Billit's API deletes none");
    (changes, vec![Note::new(link, reason)])
}
