//! A customer as a Billit party: the values it should have, and what differs.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use billit_client::parties::{ClearAs, Party, PartyDraft, PartyPatch, TextField};
use billit_client::{InvalidRecord, PartyId, Record};
use serde::{Deserialize, Serialize};

use crate::customer::Customer;
use crate::normalize::{address, phone, text, vat};
use crate::rules::{MappingRules, Owner};

/// A field of a party that the mapping fills.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[non_exhaustive]
pub enum Field {
    /// One of the texts that Billit lets a PATCH change.
    Text(TextField),
    /// Whether the customer is liable to VAT.
    VatLiable,
    /// Whether VAT can be deducted. Billit takes it when a party is created and cannot change it later.
    VatDeductable,
}

impl Field {
    /// The field's name in Billit.
    #[must_use]
    pub fn wire_name(self) -> &'static str {
        match self {
            Self::Text(field) => field.wire_name(),
            Self::VatLiable => "VATLiable",
            Self::VatDeductable => "VATDeductable",
        }
    }

    /// Every field there is.
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
        f.write_str(self.wire_name())
    }
}

impl FromStr for Field {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Self::all()
            .find(|field| field.wire_name() == name)
            .ok_or_else(|| format!("Billit has no field `{name}` that can be mapped"))
    }
}

impl TryFrom<String> for Field {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        name.parse()
    }
}

impl From<Field> for String {
    fn from(field: Field) -> Self {
        field.wire_name().to_owned()
    }
}

const NAME: Field = Field::Text(TextField::Name);
const STREET: Field = Field::Text(TextField::Street);
const STREET_NUMBER: Field = Field::Text(TextField::StreetNumber);
const BOX: Field = Field::Text(TextField::Box);
const VAT_NUMBER: Field = Field::Text(TextField::VatNumber);
/// Whose party it is.
pub(crate) const LINK: TextField = TextField::ExternalProviderId;

/// Values by field: `None` is a blank. A field that is not there is not mapped, or not known. `Debug` shows names.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Values(BTreeMap<Field, Option<String>>);

impl Values {
    /// The value of a field: `None` if the field is not there, `Some(None)` if it is blank.
    #[must_use]
    pub fn get(&self, field: Field) -> Option<Option<&str>> {
        self.0.get(&field).map(Option::as_deref)
    }

    /// Fields with their values.
    pub fn iter(&self) -> impl Iterator<Item = (Field, Option<&str>)> {
        self.0
            .iter()
            .map(|(field, value)| (*field, value.as_deref()))
    }

    pub(crate) fn set(&mut self, field: Field, value: Option<String>) {
        self.0.insert(field, value);
    }

    fn text(&self, field: Field) -> Option<&str> {
        self.get(field).flatten()
    }
}

impl fmt::Debug for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set()
            .entries(self.0.keys().map(|field| field.wire_name()))
            .finish()
    }
}

/// The values a customer's party should have.
///
/// What the source leaves blank is not mapped, so that nothing in Billit is ever blanked by it. The one exception
/// is a house number or box beside an address, which [`diff`] clears when the street or number is a new one.
#[must_use]
pub fn desired(customer: &Customer, rules: &MappingRules) -> Values {
    let mut values = Values::default();
    let mut set = |field: TextField, value: Option<&str>| {
        if let Some(value) = value {
            values.set(Field::Text(field), Some(value.to_owned()));
        }
    };
    set(
        TextField::ExternalProviderId,
        Some(&customer.key.to_string()),
    );
    set(TextField::ExternalProviderTc, rules.provider());
    set(TextField::Name, customer.name().as_deref());
    if customer.company.is_some() {
        set(TextField::ContactFirstName, customer.first_name.as_deref());
        set(TextField::ContactLastName, customer.last_name.as_deref());
    }
    set(TextField::Nr, customer.number.as_deref());
    set(TextField::Email, customer.email.as_deref());
    set(TextField::Phone, customer.phone.as_deref());
    set(TextField::Mobile, customer.mobile.as_deref());
    set(TextField::Zipcode, customer.address.zipcode.as_deref());
    set(TextField::City, customer.address.city.as_deref());
    set(
        TextField::CountryCode,
        customer.address.country_code.as_deref(),
    );
    set(TextField::Language, customer.language.as_deref());
    set(TextField::VatNumber, customer.vat_number.as_deref());
    if customer.address.street.is_some() {
        values.set(STREET, customer.address.street.clone());
        values.set(STREET_NUMBER, customer.address.street_number.clone());
        values.set(BOX, customer.address.box_number.clone());
    }
    if customer.vat_number.is_some() {
        values.set(Field::VatLiable, Some("true".to_owned()));
    } else if !customer.is_business() {
        // A natural person, as Billit's documentation sends one. A company without VAT number is left open.
        values.set(Field::VatLiable, Some("false".to_owned()));
        values.set(Field::VatDeductable, Some("false".to_owned()));
    }
    values
}

/// Which fields a listing carries at all. Billit leaves blanks out, and its list items may be summaries: a field
/// that no item of the listing has is unknown, not blank.
#[derive(Clone, Debug, Default)]
pub struct ListShape(BTreeSet<String>);

impl ListShape {
    /// The shape of these items.
    #[must_use]
    pub fn of(parties: &[Record<Party>]) -> Self {
        let mut fields = BTreeSet::new();
        for party in parties {
            for field in party.fields() {
                if !fields.contains(field.as_ref()) {
                    fields.insert(field.into_owned());
                }
            }
        }
        Self(fields)
    }

    fn has(&self, field: Field) -> bool {
        self.0.contains(field.wire_name())
    }
}

/// The values a party has. With the `shape` of its listing, a field the listing lacks is not there; without one
/// the party was read whole, and what is absent is blank.
#[must_use]
pub fn current(party: &Party, shape: Option<&ListShape>) -> Values {
    let known = |field: &Field| shape.is_none_or(|shape| shape.has(*field));
    let value = |field: Field| match field {
        Field::Text(field) => party.text(field).map(str::to_owned),
        Field::VatLiable => party.vat_liable.map(|flag| flag.to_string()),
        Field::VatDeductable => party.vat_deductable.map(|flag| flag.to_string()),
    };
    Values(
        Field::all()
            .filter(known)
            .map(|field| (field, value(field)))
            .collect(),
    )
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

/// A difference that is not written, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// The field.
    pub field: Field,
    /// Why it stays as it is, without any value.
    pub reason: String,
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
/// same however it is divided.
#[must_use]
pub fn diff(desired: &Values, current: &Values, rules: &MappingRules) -> Difference {
    let mut difference = Difference::default();
    let same_address = same_address(desired, current);
    for (field, after) in desired.iter() {
        let Some(before) = current.get(field) else {
            // An address part that must be blank matters only beside one that is known.
            if after.is_some() {
                difference.unknown.push(field.to_string());
            }
            continue;
        };
        let is_address = matches!(field, STREET | STREET_NUMBER | BOX);
        if is_address && same_address || same(field, before, after) {
            continue;
        }
        match kept(field, before, rules) {
            Some(reason) => difference.notes.push(Note {
                field,
                reason: reason.to_owned(),
            }),
            None => difference.changes.push(change(field, before, after)),
        }
    }
    // A number or box belongs to the old street only if there is a new one; else somebody added it by hand.
    let moves = |change: &Change| {
        change.field == STREET || (change.field == STREET_NUMBER && change.after.is_some())
    };
    if !difference.changes.iter().any(moves) {
        difference.changes.retain(|change| change.after.is_some());
    }
    // A VAT number that is filled in makes the party liable, whoever owns the flag.
    if difference
        .changes
        .iter()
        .any(|change| change.field == VAT_NUMBER)
    {
        difference
            .notes
            .retain(|note| note.field != Field::VatLiable);
        if current.text(Field::VatLiable) == Some("false") {
            difference
                .changes
                .retain(|change| change.field != Field::VatLiable);
            difference
                .changes
                .push(change(Field::VatLiable, Some("false"), Some("true")));
        }
    }
    difference
}

fn change(field: Field, before: Option<&str>, after: Option<&str>) -> Change {
    Change {
        field,
        before: before.map(str::to_owned),
        after: after.map(str::to_owned),
    }
}

/// Why a difference stays, if it does.
fn kept(field: Field, before: Option<&str>, rules: &MappingRules) -> Option<&'static str> {
    if field == Field::VatDeductable {
        return Some("differs; Billit's API cannot change it");
    }
    let before = before?;
    if rules.owner_of(field) == Owner::Target {
        return Some("kept: set in Billit, which owns this field");
    }
    if field == Field::Text(TextField::Email) && before.contains(';') {
        return Some("kept: Billit holds several addresses, none of them the customer's");
    }
    None
}

/// Whether two values of a field mean the same.
#[must_use]
pub fn same(field: Field, a: Option<&str>, b: Option<&str>) -> bool {
    let (Some(a), Some(b)) = (a, b) else {
        return a.is_none() && b.is_none();
    };
    match field {
        Field::Text(TextField::Phone | TextField::Mobile | TextField::Fax) => phone::same(a, b),
        // Billit may hold several addresses; the customer's is one of them.
        Field::Text(TextField::Email) => {
            let b = b.trim().to_lowercase();
            a.split(';')
                .any(|address| address.trim().to_lowercase() == b)
        }
        Field::Text(TextField::VatNumber) => {
            vat::tax_key(a) == vat::tax_key(b) && !vat::tax_key(a).is_empty()
        }
        Field::Text(TextField::CountryCode | TextField::Language) => {
            a.trim().eq_ignore_ascii_case(b.trim())
        }
        _ => text::clean(a) == text::clean(b),
    }
}

fn same_address(desired: &Values, current: &Values) -> bool {
    let parts = [STREET, STREET_NUMBER, BOX];
    let known = parts
        .iter()
        .all(|part| current.get(*part).is_some() || desired.text(*part).is_none());
    let line = |values: &'_ Values| {
        parts
            .iter()
            .filter_map(|part| values.text(*part))
            .collect::<Vec<_>>()
            .join(" ")
    };
    known && address::same([line(desired).as_str()], [line(current).as_str()])
}

/// What identifies a party: the fields it can be found by, as far as they are known.
#[must_use]
pub(crate) fn identity(values: &Values) -> Values {
    let fields = [
        TextField::Name,
        TextField::VatNumber,
        TextField::Nr,
        TextField::Email,
    ];
    let fields = fields.into_iter().map(Field::Text);
    let known = fields.filter_map(|field| Some((field, values.get(field)?.map(str::to_owned))));
    Values(known.collect())
}

/// The party to create.
#[must_use]
pub fn draft(values: &Values) -> PartyDraft {
    let mut draft = PartyDraft::new(values.text(NAME).unwrap_or_default());
    for (field, value) in values.iter() {
        let Some(value) = value else { continue };
        draft = match field {
            NAME => draft,
            Field::Text(field) => draft.set(field, value),
            Field::VatLiable => draft.vat_liable(value == "true"),
            Field::VatDeductable => draft.vat_deductable(value == "true"),
        };
    }
    draft
}

/// The patch that makes these changes. `VATDeductable` cannot be patched and is left out.
#[must_use]
pub fn patch<'a>(changes: impl IntoIterator<Item = &'a Change>, clear_as: ClearAs) -> PartyPatch {
    changes.into_iter().fold(
        PartyPatch::new().clear_as(clear_as),
        |patch, change| match (change.field, change.after.as_deref()) {
            (Field::Text(field), Some(value)) => patch.set(field, value),
            (Field::Text(field), None) => patch.clear(field),
            (Field::VatLiable, Some(value)) => patch.vat_liable(value == "true"),
            (Field::VatLiable, None) | (Field::VatDeductable, _) => patch,
        },
    )
}

/// The changes that give a party its old values back, as far as they were known: everything that is not as it was.
#[must_use]
pub fn restore(before: &Values, now: &Values) -> Vec<Change> {
    let differs = |(field, before): (Field, Option<&str>)| {
        let now = now.get(field)?;
        let changed = now != before && field != Field::VatDeductable;
        changed.then(|| change(field, now, before))
    };
    before.iter().filter_map(differs).collect()
}

/// The link a party carries.
#[must_use]
pub fn link(party: &Party) -> Option<&str> {
    party.text(LINK)
}

/// What is known of the parties in Billit: a listing, and those of them that were read whole.
#[derive(Debug, Default)]
pub struct Parties {
    records: BTreeMap<PartyId, Record<Party>>,
    invalid: Vec<InvalidRecord>,
    shape: ListShape,
    whole: Whole,
    unreadable: BTreeSet<PartyId>,
}

#[derive(Debug)]
enum Whole {
    /// List items are the whole parties.
    All,
    /// Only these are.
    Some(BTreeSet<PartyId>),
}

impl Default for Whole {
    fn default() -> Self {
        Self::Some(BTreeSet::new())
    }
}

impl Parties {
    /// A listing whose items may be summaries.
    #[must_use]
    pub fn listed(records: Vec<Record<Party>>, invalid: Vec<InvalidRecord>) -> Self {
        let shape = ListShape::of(&records);
        let records = records.into_iter().map(|party| (party.id, party)).collect();
        Self {
            records,
            invalid,
            shape,
            whole: Whole::default(),
            unreadable: BTreeSet::new(),
        }
    }

    /// Says that the listing's items are whole: what one lacks is blank.
    #[must_use]
    pub fn complete(mut self) -> Self {
        self.whole = Whole::All;
        self
    }

    /// The parties in the order of their ids.
    pub fn records(&self) -> impl Iterator<Item = &Record<Party>> {
        self.records.values()
    }

    /// The party with this id.
    #[must_use]
    pub fn get(&self, id: PartyId) -> Option<&Record<Party>> {
        self.records.get(&id)
    }

    /// What could not be read as a party.
    #[must_use]
    pub fn invalid(&self) -> &[InvalidRecord] {
        &self.invalid
    }

    /// Takes over a party that was read whole.
    ///
    /// If its list item has exactly the same fields, and among them some that a summary would leave out, then list
    /// items are whole.
    pub fn read_whole(&mut self, party: Record<Party>) {
        const DETAILS: [&str; 6] = [
            "Street",
            "City",
            "Zipcode",
            "CountryCode",
            "Phone",
            "Mobile",
        ];
        let id = party.id;
        let list_is_whole = self.records.get(&id).is_some_and(|listed| {
            let fields = listed.fields();
            !self.is_whole(id)
                && DETAILS.iter().any(|field| fields.contains(*field))
                && fields == party.fields()
        });
        self.records.insert(id, party);
        match &mut self.whole {
            whole if list_is_whole => *whole = Whole::All,
            Whole::Some(read) => drop(read.insert(id)),
            Whole::All => {}
        }
    }

    /// Says that a party is there but could not be read whole.
    pub fn cannot_read(&mut self, id: PartyId) {
        self.unreadable.insert(id);
    }

    /// Whether there is a party that could not be read whole.
    #[must_use]
    pub fn has_unreadable(&self) -> bool {
        !self.unreadable.is_empty()
    }

    /// Whether a party could not be read whole.
    #[must_use]
    pub fn is_unreadable(&self, id: PartyId) -> bool {
        self.unreadable.contains(&id)
    }

    /// Forgets a party that is not there any more.
    pub fn remove(&mut self, id: PartyId) {
        self.records.remove(&id);
        if let Whole::Some(read) = &mut self.whole {
            read.remove(&id);
        }
    }

    /// Adds what another listing found.
    pub fn extend(&mut self, other: Self) {
        self.records.extend(other.records);
        self.invalid.extend(other.invalid);
        self.shape.0.extend(other.shape.0);
    }

    /// The parties of which only a list item is known.
    pub fn unread(&self) -> impl Iterator<Item = &Record<Party>> {
        self.records
            .values()
            .filter(|party| !self.is_whole(party.id))
    }

    /// The values of a party, as far as they are known.
    #[must_use]
    pub fn values(&self, party: &Party) -> Values {
        current(party, (!self.is_whole(party.id)).then_some(&self.shape))
    }

    /// Whether it is known of each party if it has this field, named as Billit names it.
    #[must_use]
    pub fn knows(&self, field: &str) -> bool {
        let read_all = match &self.whole {
            Whole::All => true,
            Whole::Some(read) => read.len() == self.records.len(),
        };
        read_all || self.shape.0.contains(field)
    }

    fn is_whole(&self, id: PartyId) -> bool {
        match &self.whole {
            Whole::All => true,
            Whole::Some(read) => read.contains(&id),
        }
    }
}
