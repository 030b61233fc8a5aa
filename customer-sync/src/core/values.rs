//! The values of one party in one string: a million parties may be in memory at the same time, and twenty strings for
//! each would take most of it.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use billit_client::parties::TextField;
use serde::{Deserialize, Serialize};

use super::field::{Field, FieldSet, VAT_NUMBER};
use super::fingerprint::{Fingerprint, SourceFingerprint, field_fingerprint, values_fingerprint};
use crate::normalize::vat;

/// Values by field: `None` is a blank. A field that is not there is not mapped, or its value is not known. `Debug`
/// shows field names, no values.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    from = "BTreeMap<Field, Option<String>>",
    into = "BTreeMap<Field, Option<String>>"
)]
pub struct Values {
    /// Entries in the order of their fields: a character for the kind of field, the key of an identifier or custom
    /// field, and the value. Key and value are prefixed with their length.
    entries: String,
    /// The fields that are known: without an entry they are blank.
    known: FieldSet,
}

impl Values {
    /// No values, with capacity for those of a party.
    pub(crate) fn with_capacity() -> Self {
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

    /// The fields with their values, in the order of the fields.
    pub fn iter(&self) -> impl Iterator<Item = (Field, Option<&str>)> {
        self.entries()
            .filter_map(|entry| Some((entry.field()?, entry.value())))
    }

    /// A fingerprint of the values as those of a source. Blanks, fields that are not there, spaces around a value and the
    /// `+` of a phone do not matter.
    #[must_use]
    pub fn source_fingerprint(&self) -> SourceFingerprint {
        let values = self.iter().filter_map(|(field, value)| {
            let value = field_fingerprint(&field, Some(value?));
            Some((field, value))
        });
        SourceFingerprint::of(values)
    }

    /// A fingerprint of the values of these fields, which must be sorted. Blanks and spaces do not matter.
    pub(crate) fn fingerprint_of(&self, fields: &[Field]) -> Fingerprint {
        values_fingerprint(fields.iter().map(|field| (field, self.text(field))))
    }

    #[allow(clippy::needless_pass_by_value)] // As `insert` of a map.
    pub(crate) fn set(&mut self, field: Field, value: Option<String>) {
        self.put(&field, value.as_deref());
    }

    pub(crate) fn put(&mut self, field: &Field, value: Option<&str>) {
        let (range, exists) = self.position(field);
        let mut entry = String::new();
        // Most fields are added in their order, so that nothing has to be moved.
        let at_end = range.start == self.entries.len();
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
                range.start..if exists { range.end } else { range.start },
                &entry,
            );
        }
    }

    /// The range of a field's entry, or the empty range where it would be inserted; and whether it exists.
    fn position(&self, field: &Field) -> (Range<usize>, bool) {
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

    /// The values of these fields only; those without a value are blank.
    pub(crate) fn with_known(mut self, known: FieldSet) -> Self {
        let unknown =
            |entry: &Entry<'_>| entry.field().is_some_and(|field| !known.contains(&field));
        if known != FieldSet::ALL && self.entries().any(|entry| unknown(&entry)) {
            let mut rest = Self::with_capacity();
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

    /// The key of the number of a legal person: the VAT number, or else the CBE number. Empty if there is none.
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
        let mut all = Self::with_capacity();
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

/// Marks a long text. The length of a text is written as one character, `length + 1`, if that is below 127; otherwise
/// as 127 and four characters of seven bits each. A blank is 0.
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

/// An entry as ranges, since most entries are skipped and need no text.
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
                let index = usize::from(text.checked_sub(FIRST_TEXT)?);
                Field::Text(*TextField::ALL.get(index)?)
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
