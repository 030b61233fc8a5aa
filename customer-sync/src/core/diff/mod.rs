//! What differs between a customer and its party, and what of it is written.

mod address;
mod vat;

use billit_client::parties::TextField;

use crate::core::change::{Change, Note, change};
use crate::core::field::{Field, FieldSet, LINK};
use crate::core::kind::Kind;
use crate::core::merge::{Applied, Decision, decide};
use crate::core::party::defaults;
use crate::core::policy::FieldPolicy;
use crate::core::rules::MappingRules;
use crate::core::same::same;
use crate::core::values::Values;

/// What differs between a customer and its party.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// What is to be written.
    pub changes: Vec<Change>,
    /// What differs and stays.
    pub notes: Vec<Note>,
    /// Fields with a value in the source of which the target's value is not known: read the party whole.
    pub unknown: FieldSet,
}

/// Compares field by field, by meaning: `+32 470 12 34 56` and `+32470123456` are one number, an address is the
/// same however it is divided, a name in capitals is the same name.
///
/// It has no memory: of a field that differs the policy decides, which may be another for a company and a person.
/// [`merge`] knows more.
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

/// As [`diff`], with what the source said when it was applied last: what only Billit has changed since stays, what only
/// the source has changed is written ([`decide`]). A field that `desired` has blank was cleared in the source.
///
/// Fields are compared one by one, except the two groups whose fields belong together: the address, and the VAT number
/// with the flag of who is liable to VAT.
#[must_use]
pub fn merge(
    desired: &Values,
    current: &Values,
    last: Option<&Applied>,
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
    vat::set_liable(changes, notes, desired, current);
    difference
}

struct Sides<'a> {
    desired: &'a Values,
    current: &'a Values,
    last: Option<&'a Applied>,
    kind: Kind,
    rules: &'a MappingRules,
}

impl Sides<'_> {
    /// Each field of the source by itself.
    fn compare(&self, difference: &mut Difference) {
        let same_address = address::Same::of(self.desired, self.current);
        for (field, after) in self.desired.iter() {
            let Some(before) = self.current.get(&field) else {
                // A blank beside a new address, or what cannot be written, is not worth a look.
                if after.is_some() && field.is_patchable() {
                    difference.unknown = difference.unknown.union(FieldSet::of(&field));
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

    /// Why Billit's value of a field that differs stays, if it does.
    fn reason_to_keep(
        &self,
        field: &Field,
        before: Option<&str>,
        after: Option<&str>,
    ) -> Option<&'static str> {
        if !field.is_patchable() {
            return Some("differs; Billit's API cannot change it");
        }
        // A party that has lost its link is found by other means, and has to be linked again.
        let last = self.last.filter(|_| *field != Field::Text(LINK));
        let last = last.and_then(|last| last.get(field));
        if !address::is_cleared_with_street(field, after) {
            match decide(field, self.policy(field), last, after, before) {
                Decision::Write => {}
                Decision::Keep(reason) | Decision::Conflict(reason) => return Some(reason),
            }
        }
        let has_several = *field == Field::Text(TextField::Email)
            && before.is_some_and(|before| before.contains(';'));
        has_several.then_some("kept: Billit holds several addresses, none of them the customer's")
    }

    /// Defaults, where the source has nothing and Billit has a blank that the sync has not filled before.
    fn fill_defaults(&self, difference: &mut Difference) {
        for (field, value) in defaults(self.desired, self.rules) {
            let value = Some(value.as_str());
            let applied = self.last.and_then(|last| last.get(&field));
            let was_cleared = applied.is_some_and(|last| last.is(&field, value));
            let only_on_create = self.policy(&field) == FieldPolicy::OnlyOnCreate;
            if !field.is_patchable() || only_on_create || was_cleared {
                continue;
            }
            match self.current.get(&field) {
                None => difference.unknown = difference.unknown.union(FieldSet::of(&field)),
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
