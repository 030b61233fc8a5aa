//! The values of one party in one text: a million parties are kept in memory at a time, and twenty texts each would be
//! most of it.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use billit_client::parties::TextField;
use serde::{Deserialize, Serialize};

use super::field::{Field, FieldSet, VAT_NUMBER};
use super::fingerprint::{Fingerprint, fingerprint_of};
use crate::normalize::vat;

/// Values by field: `None` is a blank. A field that is not there is not mapped, or not known. `Debug` shows names.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    from = "BTreeMap<Field, Option<String>>",
    into = "BTreeMap<Field, Option<String>>"
)]
pub struct Values {
    /// Entries in the order of their fields: a character for the kind of field, the key of an identifier or custom field,
    /// the value. Key and value have their length in front.
    entries: String,
    /// The fields that are known: what they lack is blank.
    known: FieldSet,
}

impl Values {
    /// None, with room for those of a party.
    pub(crate) fn with_room() -> Self {
        const USUAL: usize = 192;
        Self {
            entries: String::with_capacity(USUAL),
            known: FieldSet::EMPTY,
        }
    }

    /// The value of a field: `None` if the field is not there, `Some(None)` if it is blank.
    #[must_use]
    pub fn get(&self, field: &Field) -> Option<Option<&str>> {
        let (kind, key) = tag(field);
        let mut entries = self
            .entries()
            .skip_while(|entry| entry.cmp(kind, key).is_lt());
        let entry = entries.next().filter(|entry| entry.cmp(kind, key).is_eq());
        let blank = || self.known.contains(field).then_some(None);
        entry.map(|entry| entry.value()).or_else(blank)
    }

    fn entries(&self) -> Entries<'_> {
        Entries {
            entries: &self.entries,
            at: 0,
        }
    }

    /// Fields with their values, in the order of the fields.
    pub fn iter(&self) -> impl Iterator<Item = (Field, Option<&str>)> {
        self.entries()
            .filter_map(|entry| Some((entry.field()?, entry.value())))
    }

    /// The same exactly when the values say the same: blanks, fields that are not there, spaces around a value and the
    /// `+` of a phone do not count.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        fingerprint_of(self.iter())
    }

    /// As [`fingerprint`](Self::fingerprint), of these fields alone, which are in their order.
    pub(crate) fn fingerprint_of(&self, fields: &[Field]) -> Fingerprint {
        fingerprint_of(fields.iter().map(|field| (field, self.text(field))))
    }

    #[allow(clippy::needless_pass_by_value)] // As `insert` of a map.
    pub(crate) fn set(&mut self, field: Field, value: Option<String>) {
        self.put(&field, value.as_deref());
    }

    pub(crate) fn put(&mut self, field: &Field, value: Option<&str>) {
        let (place, there) = self.place(field);
        let mut entry = String::new();
        // Most come in their order: nothing has to be moved for them.
        let at_end = place.start == self.entries.len();
        let text = if at_end {
            &mut self.entries
        } else {
            &mut entry
        };
        let (kind, key) = tag(field);
        text.push(char::from(kind));
        if has_key(kind) {
            push(text, Some(key));
        }
        push(text, value);
        if !at_end {
            self.entries.replace_range(
                place.start..if there { place.end } else { place.start },
                &entry,
            );
        }
    }

    /// Where a field stands, or where it would.
    fn place(&self, field: &Field) -> (Range<usize>, bool) {
        let (kind, key) = tag(field);
        let mut entries = self.entries();
        loop {
            let start = entries.at;
            match entries.next().map(|entry| entry.cmp(kind, key)) {
                Some(Ordering::Less) => {}
                Some(Ordering::Equal) => return (start..entries.at, true),
                _ => return (start..start, false),
            }
        }
    }

    /// Says that these fields are known: what they lack is blank.
    pub(crate) fn knowing(mut self, known: FieldSet) -> Self {
        let unknown =
            |entry: &Entry<'_>| entry.field().is_some_and(|field| !known.contains(&field));
        if known != FieldSet::ALL && self.entries().any(|entry| unknown(&entry)) {
            let mut rest = Self::with_room();
            for (field, value) in self.iter().filter(|(field, _)| known.contains(field)) {
                rest.put(&field, value);
            }
            self = rest;
        }
        self.known = known;
        self
    }

    pub(crate) fn shrink(&mut self) {
        self.entries.shrink_to_fit();
    }

    /// The key of the number that makes a legal person: VAT, or the company number of who is not liable. Empty for none.
    pub(crate) fn tax_key(&self) -> String {
        let number = self.text(&VAT_NUMBER).or_else(|| self.identifier("CBE"));
        number.map(vat::tax_key).unwrap_or_default()
    }

    fn identifier(&self, kind: &str) -> Option<&str> {
        let mut identifiers = self.identifiers();
        let found = identifiers.find(|(theirs, _)| *theirs == kind);
        found.map(|(_, number)| number)
    }

    /// Identifiers by their type.
    pub(crate) fn identifiers(&self) -> impl Iterator<Item = (&str, &str)> {
        let identifiers = self.entries().filter(|entry| entry.kind == IDENTIFIER);
        identifiers.filter_map(|entry| Some((entry.key(), entry.value()?)))
    }

    pub(crate) fn text(&self, field: &Field) -> Option<&str> {
        self.get(field).flatten()
    }
}

impl fmt::Debug for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set()
            .entries(self.iter().map(|(field, _)| field.to_string()))
            .finish()
    }
}

impl From<BTreeMap<Field, Option<String>>> for Values {
    fn from(values: BTreeMap<Field, Option<String>>) -> Self {
        let mut all = Self::with_room();
        for (field, value) in &values {
            all.put(field, value.as_deref());
        }
        all
    }
}

impl From<Values> for BTreeMap<Field, Option<String>> {
    fn from(values: Values) -> Self {
        let values = values.iter();
        values
            .map(|(field, value)| (field, value.map(str::to_owned)))
            .collect()
    }
}

// The kinds sort as the fields do: texts as they are numbered, then these.
const FIRST_TEXT: u8 = 1;
const VAT_LIABLE: u8 = 0x60;
const VAT_DEDUCTABLE: u8 = 0x61;
const IDENTIFIER: u8 = 0x62;
const CUSTOM: u8 = 0x63;

fn tag(field: &Field) -> (u8, &str) {
    match field {
        Field::Text(field) => (FIRST_TEXT + *field as u8, ""),
        Field::VatLiable => (VAT_LIABLE, ""),
        Field::VatDeductable => (VAT_DEDUCTABLE, ""),
        Field::Identifier(key) => (IDENTIFIER, key),
        Field::Custom(key) => (CUSTOM, key),
    }
}

fn has_key(kind: u8) -> bool {
    kind >= IDENTIFIER
}

/// A blank is 0; a text has its length and one, or if that is no single character of seven bits, 127 and four of them.
const LONG: u8 = 127;

fn push(entries: &mut String, text: Option<&str>) {
    let Some(text) = text else {
        entries.push('\0');
        return;
    };
    let digit =
        |shift: usize| char::from(u8::try_from((text.len() >> shift) & 0x7f).unwrap_or_default());
    match u8::try_from(text.len() + 1) {
        Ok(length) if length < LONG => entries.push(char::from(length)),
        _ => entries.extend([char::from(LONG), digit(21), digit(14), digit(7), digit(0)]),
    }
    entries.push_str(text);
}

/// Where an entry is; its texts are cut out only when asked for, since most are passed over.
struct Entry<'a> {
    entries: &'a str,
    kind: u8,
    key: Range<usize>,
    value: Option<Range<usize>>,
}

impl<'a> Entry<'a> {
    fn key(&self) -> &'a str {
        self.entries.get(self.key.clone()).unwrap_or_default()
    }

    fn value(&self) -> Option<&'a str> {
        self.entries.get(self.value.clone()?)
    }

    fn cmp(&self, kind: u8, key: &str) -> Ordering {
        let kinds = self.kind.cmp(&kind);
        if kinds == Ordering::Equal && has_key(kind) {
            return self.key().cmp(key);
        }
        kinds
    }

    fn field(&self) -> Option<Field> {
        Some(match self.kind {
            VAT_LIABLE => Field::VatLiable,
            VAT_DEDUCTABLE => Field::VatDeductable,
            IDENTIFIER => Field::Identifier(self.key().to_owned()),
            CUSTOM => Field::Custom(self.key().to_owned()),
            text => {
                let place = usize::from(text.checked_sub(FIRST_TEXT)?);
                Field::Text(*TextField::ALL.get(place)?)
            }
        })
    }
}

struct Entries<'a> {
    entries: &'a str,
    at: usize,
}

impl Entries<'_> {
    fn byte(&mut self) -> Option<u8> {
        let byte = *self.entries.as_bytes().get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    #[allow(clippy::option_option)] // A blank is not the end.
    fn text(&mut self) -> Option<Option<Range<usize>>> {
        let length = match self.byte()? {
            0 => return Some(None),
            LONG => {
                let mut length = 0;
                for _ in 0..4 {
                    length = length << 7 | usize::from(self.byte()?);
                }
                length
            }
            length => usize::from(length) - 1,
        };
        let start = self.at;
        self.at += length;
        Some(Some(start..self.at))
    }
}

impl<'a> Iterator for Entries<'a> {
    type Item = Entry<'a>;

    fn next(&mut self) -> Option<Entry<'a>> {
        let kind = self.byte()?;
        let key = if has_key(kind) { self.text()?? } else { 0..0 };
        let value = self.text()?;
        Some(Entry {
            entries: self.entries,
            kind,
            key,
            value,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn field() -> impl Strategy<Value = Field> {
        let plain: Vec<Field> = Field::all().collect();
        prop_oneof![
            prop::sample::select(plain),
            "[A-Z]{0,3}".prop_map(Field::Identifier),
            "[a-zé\u{0}\u{7f}]{0,3}".prop_map(Field::Custom),
        ]
    }

    fn value() -> impl Strategy<Value = Option<String>> {
        let long = (120_usize..20_000).prop_map(|length| Some("é".repeat(length / 2)));
        prop_oneof![4 => prop::option::of(".{0,9}"), 1 => long, 1 => Just(Some(String::new()))]
    }

    proptest! {
        #[test]
        fn values_are_a_map(sets in prop::collection::vec((field(), value()), 0..40)) {
            let (mut values, mut map) = (Values::default(), BTreeMap::new());
            for (field, value) in sets {
                values.set(field.clone(), value.clone());
                map.insert(field, value);
                prop_assert_eq!(BTreeMap::from(values.clone()), map.clone());
            }
            for field in Field::all().chain(map.keys().cloned()) {
                prop_assert_eq!(values.get(&field), map.get(&field).map(Option::as_deref));
            }
            prop_assert_eq!(Values::from(map), values);
        }
    }
}
