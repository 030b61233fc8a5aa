//! A customer as a Billit party: the values it should have, and what differs.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use billit_client::parties::{ClearAs, IdentifierType, Party, PartyDraft, PartyPatch, TextField};
use serde::{Deserialize, Serialize};

use super::values::Fields;
pub use super::values::Values;

use crate::customer::Customer;
use crate::merge::{Applied, Decision, LastValue, decide};
use crate::normalize::kind::{self, Kind};
use crate::normalize::{address, language, phone, text, vat};
use crate::rules::{FieldPolicy, MappingRules};

/// A field of a party that the mapping fills.
///
/// As text it is the name in Billit: `City`, `Identifiers/GLN`, `CustomFields/Segment`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[non_exhaustive]
pub enum Field {
    /// One of the texts that Billit lets a PATCH change.
    Text(TextField),
    /// Whether the customer is liable to VAT.
    VatLiable,
    /// Whether VAT can be deducted. Billit takes it when a party is created and cannot change it later.
    VatDeductable,
    /// The number of this type among the party's `Identifiers`, such as `CBE` or `GLN`. Billit takes it when a party is
    /// created and cannot change it later.
    Identifier(String),
    /// The value of this key among the party's `CustomFields`. Again only when a party is created.
    Custom(String),
}

const IDENTIFIERS: &str = "Identifiers";
const CUSTOM_FIELDS: &str = "CustomFields";

impl Field {
    /// The name in Billit's JSON; for an identifier or a custom field that of the list it is in.
    #[must_use]
    pub fn wire_name(&self) -> &'static str {
        match self {
            Self::Text(field) => field.wire_name(),
            Self::VatLiable => "VATLiable",
            Self::VatDeductable => "VATDeductable",
            Self::Identifier(_) => IDENTIFIERS,
            Self::Custom(_) => CUSTOM_FIELDS,
        }
    }

    /// Whether Billit's API can change it once the party is there.
    #[must_use]
    pub fn is_patchable(&self) -> bool {
        matches!(self, Self::Text(_) | Self::VatLiable)
    }

    /// Every field there is, but for identifiers and custom fields, of which there may be any.
    pub fn all() -> impl Iterator<Item = Self> {
        TextField::ALL
            .iter()
            .copied()
            .map(Self::Text)
            .chain([Self::VatLiable, Self::VatDeductable])
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.wire_name())?;
        match self {
            Self::Identifier(key) | Self::Custom(key) => write!(f, "/{key}"),
            _ => Ok(()),
        }
    }
}

impl FromStr for Field {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        if let Some((list, key)) = name.split_once('/').filter(|(_, key)| !key.is_empty()) {
            match list {
                IDENTIFIERS => return Ok(Self::Identifier(as_billit_spells(key))),
                CUSTOM_FIELDS => return Ok(Self::Custom(key.to_owned())),
                _ => {}
            }
        }
        let unknown = || {
            format!(
                "Billit has no field `{name}` that can be mapped; there are City, VATNumber and the others that PATCH \
                 takes, VATLiable, VATDeductable, Identifiers/<type> and CustomFields/<key>"
            )
        };
        Self::all()
            .find(|field| field.wire_name() == name)
            .ok_or_else(unknown)
    }
}

/// A type of identifier that Billit knows, in its spelling: `gln` would be another one.
fn as_billit_spells(kind: &str) -> String {
    let mut known = IdentifierType::ALL.iter().map(IdentifierType::as_str);
    known
        .find(|known| known.eq_ignore_ascii_case(kind))
        .unwrap_or(kind)
        .to_owned()
}

impl TryFrom<String> for Field {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        name.parse()
    }
}

impl From<Field> for String {
    fn from(field: Field) -> Self {
        field.to_string()
    }
}

pub(crate) const NAME: Field = Field::Text(TextField::Name);
pub(crate) const NUMBER: Field = Field::Text(TextField::Nr);
pub(crate) const STREET: Field = Field::Text(TextField::Street);
pub(crate) const STREET_NUMBER: Field = Field::Text(TextField::StreetNumber);
pub(crate) const BOX: Field = Field::Text(TextField::Box);
const LANGUAGE: Field = Field::Text(TextField::Language);
pub(crate) const VAT_NUMBER: Field = Field::Text(TextField::VatNumber);
/// Whose party it is.
pub(crate) const LINK: TextField = TextField::ExternalProviderId;

/// The values a customer's party should have.
///
/// What the source leaves blank is not mapped, so that nothing in Billit is ever blanked by it. The one exception
/// is a house number or box beside an address, which [`diff`] clears when the street or number is a new one.
///
/// Defaults are not in it: [`created`] adds them for a new party, [`diff`] where Billit has a blank.
#[must_use]
pub fn desired(customer: &Customer, rules: &MappingRules) -> Values {
    let mut values = Values::with_room();
    let mut set = |field: TextField, value: Option<&str>| {
        if value.is_some() {
            values.put(&Field::Text(field), value);
        }
    };
    // In the order of the fields.
    set(TextField::Nr, customer.number.as_deref());
    set(TextField::Email, customer.email.as_deref());
    set(TextField::ExternalProviderTc, rules.provider());
    set(TextField::ExternalProviderId, Some(customer.key.as_str()));
    set(TextField::Name, customer.name().as_deref());
    if customer.is_business() {
        set(TextField::ContactFirstName, customer.first_name.as_deref());
        set(TextField::ContactLastName, customer.last_name.as_deref());
    }
    let address = &customer.address;
    set(TextField::CountryCode, address.country_code.as_deref());
    set(TextField::City, address.city.as_deref());
    let street = address.street.as_deref();
    set(TextField::Street, street);
    set(TextField::Zipcode, address.zipcode.as_deref());
    set(TextField::Phone, customer.phone.as_deref());
    set(TextField::Mobile, customer.mobile.as_deref());
    set(TextField::VatNumber, customer.vat_number.as_deref());
    set(TextField::Language, customer.language.as_deref());
    if street.is_some() {
        values.put(&STREET_NUMBER, address.street_number.as_deref());
        values.put(&BOX, address.box_number.as_deref());
    }
    if customer.vat_number.is_some() {
        values.set(Field::VatLiable, Some("true".to_owned()));
    } else if kind::of(customer).0 == Kind::Person {
        // A natural person, as Billit's documentation sends one. A company without VAT number is left open, and so is
        // whoever may be either.
        values.set(Field::VatLiable, Some("false".to_owned()));
        values.set(Field::VatDeductable, Some("false".to_owned()));
    }
    // What a property says goes before what the rest implies.
    for (field, value) in &customer.mapped_properties {
        values.set(field.clone(), Some(value.clone()));
    }
    values
}

/// What the source says: the values a party should have, and the fields that the source has blank.
#[must_use]
pub fn said(customer: &Customer, rules: &MappingRules) -> Values {
    let mut values = desired(customer, rules);
    for field in &customer.blank {
        if values.get(field).is_none() {
            values.set(field.clone(), None);
        }
    }
    values
}

/// The values a new party gets: those it should have, and the defaults of what the source lacks.
#[must_use]
pub fn created(desired: &Values, rules: &MappingRules) -> Values {
    let mut values = desired.clone();
    for (field, value) in defaults(desired, rules) {
        values.set(field, Some(value));
    }
    values
}

/// What is given where the source has nothing: the language of the country, and the defaults of the rules.
fn defaults(desired: &Values, rules: &MappingRules) -> BTreeMap<Field, String> {
    let mut defaults = rules.defaults().clone();
    if desired.text(&LANGUAGE).is_none() {
        let country = desired.text(&Field::Text(TextField::CountryCode));
        let spoken = language::for_customer(None, country, rules.allowed_languages());
        defaults.extend(spoken.map(|spoken| (LANGUAGE, spoken.to_owned())));
    }
    defaults.retain(|field, _| desired.text(field).is_none());
    defaults
}

/// The values a party has in the fields that are known; what a known field lacks is blank.
#[must_use]
pub fn current(party: &Party, known: impl Fn(&Field) -> bool) -> Values {
    let lists = [
        Field::Identifier(String::new()),
        Field::Custom(String::new()),
    ];
    let known = Field::all().chain(lists).filter(known);
    let known = known.map(|field| Fields::of(&field));
    held(party).knowing(known.fold(Fields::NONE, Fields::or))
}

/// The values a party has, without blanks.
pub(crate) fn held(party: &Party) -> Values {
    let mut values = Values::with_room();
    for field in TextField::ALL {
        if let Some(text) = party.text(*field) {
            values.put(&Field::Text(*field), Some(text));
        }
    }
    let flags = [
        (Field::VatLiable, party.vat_liable),
        (Field::VatDeductable, party.vat_deductable),
    ];
    for (field, flag) in flags {
        if let Some(flag) = flag {
            values.put(&field, Some(if flag { "true" } else { "false" }));
        }
    }
    for identifier in &party.identifiers {
        if let Some(kind) = &identifier.identifier_type {
            let field = Field::Identifier(kind.as_str().to_owned());
            values.put(&field, identifier.identifier.as_deref());
        }
    }
    for custom in &party.custom_fields {
        if let Some(key) = &custom.key {
            values.put(&Field::Custom(key.clone()), custom.value.as_deref());
        }
    }
    values
}

/// The values of a party that was read whole.
#[must_use]
pub fn whole(party: &Party) -> Values {
    held(party).knowing(Fields::ALL)
}

/// One field that is to be written.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The field.
    pub field: Field,
    /// Its value in Billit when the plan was made.
    pub before: Option<String>,
    /// Its value afterwards; `None` clears it.
    pub after: Option<String>,
}

impl fmt::Debug for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Change({})", self.field)
    }
}

/// A difference that is not written, and why. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Note {
    /// The field.
    pub field: Field,
    /// Why it stays as it is, without any value.
    pub reason: String,
    /// What the source says, as far as that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// What Billit has, as far as that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub billit: Option<String>,
}

impl Note {
    /// Of a field whose values are no matter.
    #[must_use]
    pub fn new(field: Field, reason: impl Into<String>) -> Self {
        Self {
            field,
            reason: reason.into(),
            source: None,
            billit: None,
        }
    }
}

impl fmt::Debug for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Note({} {})", self.field, self.reason)
    }
}

/// What differs between a customer and its party.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// What is to be written.
    pub changes: Vec<Change>,
    /// What differs and stays.
    pub notes: Vec<Note>,
    /// Fields with a value in the source of which the target's value is not known: read the party whole.
    pub unknown: Vec<String>,
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
                difference.unknown.push(field.to_string());
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
            None => difference.unknown.push(field.to_string()),
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

fn change(field: &Field, before: Option<&str>, after: Option<&str>) -> Change {
    Change {
        field: field.clone(),
        before: before.map(str::to_owned),
        after: after.map(str::to_owned),
    }
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

/// Whether two values of a field mean the same, the first one being Billit's.
#[must_use]
pub fn same(field: &Field, theirs: Option<&str>, ours: Option<&str>) -> bool {
    let (a, b) = match (theirs, ours) {
        (Some(a), Some(b)) if a == b => return true,
        (Some(a), Some(b)) => (a, b),
        // Billit leaves out what is blank; a flag that is not there is no flag to be put right.
        (None, Some(_)) => return matches!(field, Field::VatLiable | Field::VatDeductable),
        (a, b) => return a == b,
    };
    match field {
        Field::Text(TextField::Phone | TextField::Mobile | TextField::Fax) => phone::same(a, b),
        // Billit may hold several addresses; the customer's are among them.
        Field::Text(TextField::Email) => {
            let theirs: BTreeSet<String> = text::email_keys(a).collect();
            a == b || text::email_keys(b).all(|email| theirs.contains(&email))
        }
        Field::Identifier(_) => text::folded_words(a).concat() == text::folded_words(b).concat(),
        Field::Text(TextField::VatNumber) => {
            vat::tax_key(a) == vat::tax_key(b) && !vat::tax_key(a).is_empty()
        }
        Field::Text(
            TextField::Name
            | TextField::ContactFirstName
            | TextField::ContactLastName
            | TextField::City
            | TextField::CountryCode
            | TextField::Language,
        ) => text::spelling(a) == text::spelling(b),
        _ => text::clean(a) == text::clean(b),
    }
}

/// Whether these parts of an address are known and say the same on both sides.
fn same_parts(parts: &[Field], desired: &Values, current: &Values) -> bool {
    let known = |part: &Field| current.get(part).is_some() || desired.text(part).is_none();
    let equal = |part: &Field| desired.text(part) == current.text(part);
    if parts.iter().all(equal) {
        return parts.iter().all(known);
    }
    let line = |values: &Values| {
        let texts: Vec<&str> = parts.iter().filter_map(|part| values.text(part)).collect();
        texts.join(" ")
    };
    let (ours, theirs) = (line(desired), line(current));
    parts.iter().all(known) && address::same([ours.as_str()], [theirs.as_str()])
}

/// What a party is known by, beside its link: who changes one of these may have made another customer of it.
pub(crate) const IDENTITY: [Field; 4] = [NAME, VAT_NUMBER, NUMBER, Field::Text(TextField::Email)];

/// Values as changes to a party that is not there yet.
pub(crate) fn all_new(values: &Values) -> Vec<Change> {
    let given = values.iter().filter(|(_, value)| value.is_some());
    given
        .map(|(field, value)| change(&field, None, value))
        .collect()
}

/// The party to create.
#[must_use]
pub fn draft(values: &Values) -> PartyDraft {
    let mut draft = PartyDraft::new(values.text(&NAME).unwrap_or_default());
    for (field, value) in values.iter() {
        let Some(value) = value else { continue };
        draft = match field {
            Field::Text(TextField::Name) => draft,
            Field::Text(field) => draft.set(field, value),
            Field::VatLiable => draft.vat_liable(value == "true"),
            Field::VatDeductable => draft.vat_deductable(value == "true"),
            Field::Identifier(kind) => draft.identifier(kind.as_str(), value),
            Field::Custom(key) => draft.custom_field(key.as_str(), value),
        };
    }
    draft
}

/// The patch that makes these changes. A field that cannot be patched is left out.
#[must_use]
pub fn patch<'a>(changes: impl IntoIterator<Item = &'a Change>, clear_as: ClearAs) -> PartyPatch {
    changes.into_iter().fold(
        PartyPatch::new().clear_as(clear_as),
        |patch, change| match (&change.field, change.after.as_deref()) {
            (Field::Text(field), Some(value)) => patch.set(*field, value),
            (Field::Text(field), None) => patch.clear(*field),
            (Field::VatLiable, Some(value)) => patch.vat_liable(value == "true"),
            _ => patch,
        },
    )
}

/// The changes that give a party its old values back, as far as they were known: everything that is not as it was.
#[must_use]
pub fn restore(before: &Values, now: &Values) -> Vec<Change> {
    let differs = |(field, before): (Field, Option<&str>)| {
        let now = now.get(&field)?;
        let changed = now != before && field.is_patchable();
        changed.then(|| change(&field, now, before))
    };
    before.iter().filter_map(differs).collect()
}

/// The link a party carries.
#[must_use]
pub fn link(party: &Party) -> Option<&str> {
    party.text(LINK)
}
