//! Compares a customer with its party, and decides which differences are written.

mod address;
mod contact;
mod vat;

use billit_client::parties::TextField;

use crate::core::change::{Change, Note, change};
use crate::core::field::{Field, FieldSet, LINK};
use crate::core::kind::Kind;
use crate::core::merge::{FieldDecision, Last, decide};
use crate::core::party::defaults;
use crate::core::policy::FieldPolicy;
use crate::core::rules::MappingRules;
use crate::core::same::same;
use crate::core::snapshot::CustomerState;
use crate::core::values::Values;
use crate::normalize::email;

/// The differences between a customer and its party.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// The fields to write.
    pub changes: Vec<Change>,
    /// The differences that are not written.
    pub notes: Vec<Note>,
    /// Fields with a value in the source whose value in Billit is not known: read the party whole.
    pub unread_fields: FieldSet,
}

/// Compares field by field, by meaning: `+32 470 12 34 56` and `+32470123456` are the same number, an address is the
/// same however it is split into fields, and a name in capitals is the same name.
///
/// If a field differs, its policy decides, which may depend on whether the customer is a company or a person. With the
/// values that were applied last, use [`merge`].
///
/// ```
/// use customer_sync::kind::Kind;
/// use customer_sync::{MappingRules, Values, diff};
///
/// let party = |json| party_values(serde_json::from_str(json).unwrap());
/// # use customer_sync::party;
/// # fn party_values(party: billit_client::parties::Party) -> Values { party::whole(&party) }
/// let source = party(r#"{"PartyID": 1, "Name": "Ann Peeters", "City": "Gent"}"#);
/// let billit = party(r#"{"PartyID": 1, "Name": "ANN PEETERS", "City": "Aalst"}"#);
/// let difference = diff::diff(&source, &billit, Kind::Person, &MappingRules::default());
/// assert_eq!(difference.changes.len(), 1);
/// assert_eq!(difference.changes[0].field.to_string(), "City");
/// ```
#[must_use]
pub fn diff(desired: &Values, current: &Values, kind: Kind, rules: &MappingRules) -> Difference {
    merge(desired, current, None, kind, rules)
}

/// As [`diff`], but a three-way merge with what both sides had when the source's values were applied last: a value that
/// has changed only in Billit stays, a value that has changed only in the source is written ([`decide`]). A field that
/// is blank in `desired` was cleared in the source.
///
/// Fields are compared one by one, except three groups of fields that belong together: the address, the contact's first
/// and last name, and the VAT number with `VATLiable`.
#[must_use]
pub fn merge(
    desired: &Values,
    current: &Values,
    last: Option<&CustomerState>,
    kind: Kind,
    rules: &MappingRules,
) -> Difference {
    let sides = Sides {
        desired,
        current,
        last,
        kind,
        rules,
    };
    let mut difference = Difference::default();
    sides.compare(&mut difference);
    sides.fill_defaults(&mut difference);
    let Difference { changes, notes, .. } = &mut difference;
    address::keep_whole(changes, notes);
    contact::keep_whole(changes, notes, current);
    vat::set_liable(changes, notes, desired, current);
    difference
}

/// The reasons of notes on a field that Billit's API takes only for a new party.
const CHANGED_TOO_LATE: &str =
    "changed in the source; Billit's API takes it only for a new party: change it in Billit";
const NOT_WRITTEN: &str =
    "not written; Billit's API takes it only for a new party: compare it in Billit";

struct Sides<'a> {
    desired: &'a Values,
    current: &'a Values,
    last: Option<&'a CustomerState>,
    kind: Kind,
    rules: &'a MappingRules,
}

impl Sides<'_> {
    /// Compares each field of the source.
    fn compare(&self, difference: &mut Difference) {
        let same_address = address::Same::of(self.desired, self.current);
        for (field, after) in self.desired.iter() {
            if !field.is_patchable() {
                difference
                    .notes
                    .extend(self.only_for_a_new_party(field, after));
                continue;
            }
            let Some(before) = self.current.get(&field) else {
                // Not worth reading the party for a blank house number or box.
                if after.is_some() {
                    difference.unread_fields = difference.unread_fields.union(FieldSet::of(&field));
                }
                continue;
            };
            if same_address.includes(&field, after) || same(&field, before, after) {
                continue;
            }
            match self.reason_to_keep(&field, before, after) {
                Some(reason) => difference.notes.push(Note {
                    source: after.map(str::to_owned),
                    billit: before.map(str::to_owned),
                    ..Note::new(field, reason)
                }),
                None => difference.changes.push(change(&field, before, after)),
            }
        }
    }

    /// The note on a field that Billit's API takes only for a new party, if the source has a new value for it. With a
    /// store it is said once: the run remembers the source's value. Without one it is said in each run that knows the
    /// party's value; a party is not read for it.
    fn only_for_a_new_party(&self, field: Field, after: Option<&str>) -> Option<Note> {
        let before = self.current.get(&field);
        if before.is_some_and(|before| same(&field, before, after)) {
            return None;
        }
        if field == Field::VatDeductable && after.is_none() && before == Some(Some("true")) {
            // As it is for a business.
            return None;
        }
        // A flag is the same as a blank, but not here.
        let follows = field == Field::VatDeductable && self.has_liability_changed();
        let reason = match self.last.map(|last| last.applied.get(&field)) {
            Some(Some(last)) if !follows && last.is(&field, after) => return None,
            Some(Some(_)) => CHANGED_TOO_LATE,
            _ if before.is_some() => "differs; Billit's API cannot change it",
            _ if follows => CHANGED_TOO_LATE,
            // Whether VAT is deductible mostly follows from other values, and then nobody has chosen it.
            _ if after.is_none() || field == Field::VatDeductable => return None,
            // The rules feed the field since the last run.
            Some(None) => NOT_WRITTEN,
            // A party that was found, and is linked now.
            None if self.is_linked_now() => NOT_WRITTEN,
            None => return None,
        };
        Some(Note {
            source: after.map(str::to_owned),
            billit: before.flatten().map(str::to_owned),
            ..Note::new(field, reason)
        })
    }

    /// Whether a business has become a person, or a person a business.
    fn has_liability_changed(&self) -> bool {
        let (field, last) = (Field::VatLiable, self.last.map(|last| &last.applied));
        let last = last.and_then(|last| last.get(&field));
        let now = self.desired.text(&field);
        now.is_some() && last.is_some_and(|last| !last.is(&field, now))
    }

    /// Whether the party gets the link in this run.
    fn is_linked_now(&self) -> bool {
        let link = Field::Text(LINK);
        let known = self.current.get(&link);
        known.is_some_and(|known| known != self.desired.text(&link))
    }

    /// Why Billit's value of a differing field stays; `None` if the source's value is written.
    fn reason_to_keep(
        &self,
        field: &Field,
        before: Option<&str>,
        after: Option<&str>,
    ) -> Option<&'static str> {
        // A party without its link was matched in another way, and has to be linked again.
        let last = self.last.filter(|_| *field != Field::Text(LINK));
        let last = last.and_then(|last| last.last_of(field));
        let last = last.map(|last| self.with_moved_address(field, last));
        if !address::is_cleared_with_street(field, after) {
            match decide(field, self.policy(field), last, after, before) {
                FieldDecision::Write => {}
                FieldDecision::Keep(reason) | FieldDecision::Conflict(reason) => {
                    return Some(reason);
                }
            }
        }
        let has_several = *field == Field::Text(TextField::Email)
            && before.is_some_and(|before| email::keys(before).nth(1).is_some());
        has_several.then_some("kept: Billit holds several addresses, none of them the customer's")
    }

    /// If one part of the address has changed in the source, all of it has: then another part that was kept and is as it
    /// was on both sides goes with it.
    fn with_moved_address<'l>(&self, field: &Field, last: Last<'l>) -> Last<'l> {
        let changed = |part: &Field| {
            let last = self.last.and_then(|last| last.applied.get(part));
            let now = self.desired.get(part);
            last.zip(now).is_some_and(|(last, now)| !last.is(part, now))
        };
        match last.billit {
            Some(kept) if address::PARTS.contains(field) && address::PARTS.iter().any(changed) => {
                kept.into()
            }
            _ => last,
        }
    }

    /// Adds defaults where the source has no value and Billit has a blank that the sync has not filled before.
    fn fill_defaults(&self, difference: &mut Difference) {
        for (field, value) in defaults(self.desired, self.rules) {
            let value = Some(value.as_str());
            let applied = self.last.and_then(|last| last.applied.get(&field));
            let was_cleared = applied.is_some_and(|last| last.is(&field, value));
            let only_on_create = self.policy(&field) == FieldPolicy::OnlyOnCreate;
            if !field.is_patchable() || only_on_create || was_cleared {
                continue;
            }
            match self.current.get(&field) {
                None => {
                    difference.unread_fields = difference.unread_fields.union(FieldSet::of(&field));
                }
                Some(None) if !same(&field, None, value) => {
                    difference.changes.push(change(&field, None, value));
                }
                Some(_) => {}
            }
        }
    }

    fn policy(&self, field: &Field) -> FieldPolicy {
        self.rules.policy_of(field, self.kind)
    }
}
