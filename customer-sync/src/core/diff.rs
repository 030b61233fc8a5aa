//! What differs between a customer and its party, and what of it is written.

use billit_client::parties::TextField;

use super::change::{Change, Note, change};
use super::field::{BOX, Field, FieldSet, LINK, STREET, STREET_NUMBER, VAT_NUMBER};
use super::merge::{Applied, Decision, LastValue, decide};
use super::party::defaults;
use super::policy::FieldPolicy;
use super::rules::MappingRules;
use super::same::{same, same_parts};
use super::values::Values;

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
/// It has no memory: of a field that differs the policy decides. [`merge`] knows more.
#[must_use]
pub fn diff(desired: &Values, current: &Values, rules: &MappingRules) -> Difference {
    merge(desired, current, None, rules)
}

/// As [`diff`], with what the source said when it was applied last: what only Billit has changed since stays, what only
/// the source has changed is written ([`decide`]). A field that `desired` has blank was cleared in the source.
#[must_use]
pub fn merge(
    desired: &Values,
    current: &Values,
    last: Option<&Applied>,
    rules: &MappingRules,
) -> Difference {
    let mut difference = Difference::default();
    let same_address = same_parts(&[STREET, STREET_NUMBER, BOX], desired, current);
    let same_house = same_parts(&[STREET, STREET_NUMBER], desired, current);
    for (field, after) in desired.iter() {
        let Some(before) = current.get(&field) else {
            // A blank beside a new address, or what cannot be written, is not worth a look.
            if after.is_some() && field.is_patchable() {
                difference.unknown = difference.unknown.union(FieldSet::of(&field));
            }
            continue;
        };
        let is_house = [STREET, STREET_NUMBER].contains(&field);
        let is_address = is_house || field == BOX;
        // Of the same house a box that the source does not have was added by hand.
        let stays = same_address || (same_house && (is_house || after.is_none()));
        if is_address && stays || same(&field, before, after) {
            continue;
        }
        // A party that has lost its link is found by other means, and has to be linked again.
        let last = last.filter(|_| field != Field::Text(LINK));
        let last = last.and_then(|last| last.get(&field));
        match kept(&field, last, before, after, rules) {
            Some(reason) => difference.notes.push(Note {
                source: after.map(str::to_owned),
                billit: before.map(str::to_owned),
                ..Note::new(field, reason)
            }),
            None => difference.changes.push(change(&field, before, after)),
        }
    }
    for (field, value) in defaults(desired, rules) {
        let value = Some(value.as_str());
        let applied = last.and_then(|last| last.get(&field));
        let cleared = applied.is_some_and(|last| last.is(&field, value));
        if !field.is_patchable() || rules.policy_of(&field) == FieldPolicy::OnlyOnCreate || cleared
        {
            continue;
        }
        match current.get(&field) {
            None => difference.unknown = difference.unknown.union(FieldSet::of(&field)),
            Some(None) if !same(&field, None, value) => {
                difference.changes.push(change(&field, None, value));
            }
            Some(_) => {}
        }
    }
    // The number of one house in another's street is no address.
    let is_house = |field: &Field| [STREET, STREET_NUMBER].contains(field);
    if difference.notes.iter().any(|note| is_house(&note.field)) {
        let is_address = |field: &Field| is_house(field) || *field == BOX;
        difference
            .changes
            .retain(|change| !is_address(&change.field));
    }
    // A house number or box goes only with the street or number it belonged to.
    let moves = |change: &Change| {
        change.field == STREET || (change.field == STREET_NUMBER && change.after.is_some())
    };
    if !difference.changes.iter().any(moves) {
        let of_house = |change: &Change| [STREET_NUMBER, BOX].contains(&change.field);
        difference
            .changes
            .retain(|change| change.after.is_some() || !of_house(change));
    }
    // A VAT number that is filled in makes the party liable, whoever owns the flag, unless a property says that it does
    // not; one that is there keeps it so where the source has none.
    let is_flag = |field: &Field| *field == Field::VatLiable;
    let fills = |change: &Change| change.field == VAT_NUMBER && change.after.is_some();
    if difference.changes.iter().any(fills) {
        difference.notes.retain(|note| !is_flag(&note.field));
        difference.changes.retain(|change| !is_flag(&change.field));
        let (is, should) = (
            current.text(&Field::VatLiable),
            desired.text(&Field::VatLiable),
        );
        if is != should {
            let change = change(&Field::VatLiable, is, should);
            difference.changes.push(change);
        }
    } else if current.text(&VAT_NUMBER).is_some() && desired.text(&VAT_NUMBER).is_none() {
        let unmakes =
            |change: &Change| is_flag(&change.field) && change.after.as_deref() == Some("false");
        difference.changes.retain(|change| !unmakes(change));
    }
    difference
}

/// Why a difference stays, if it does.
fn kept(
    field: &Field,
    last: Option<&LastValue>,
    before: Option<&str>,
    after: Option<&str>,
    rules: &MappingRules,
) -> Option<&'static str> {
    if !field.is_patchable() {
        return Some("differs; Billit's API cannot change it");
    }
    let policy = rules.policy_of(field);
    // A house number or box goes with its street, and is told from a blank there below.
    let goes_with_street = after.is_none() && [STREET_NUMBER, BOX].contains(field);
    if !goes_with_street {
        match decide(field, policy, last, after, before) {
            Decision::Write => {}
            Decision::Keep(reason) | Decision::Conflict(reason) => return Some(reason),
        }
    }
    let before = before?;
    if *field == Field::Text(TextField::Email) && before.contains(';') {
        return Some("kept: Billit holds several addresses, none of them the customer's");
    }
    None
}
