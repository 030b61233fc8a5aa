//! Reading what Planyo really sends: numbers and booleans as text, `[]` for an empty map, lists as maps.
//!
//! Nothing here fails on a strange value: a field that cannot be read is `None`, and the record's raw JSON
//! still has it. Only an id must be there.

mod record;

use std::collections::BTreeMap;
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::de::value::MapDeserializer;
use serde::de::{self, DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;

pub(crate) use crate::plumbing::scalar::{Scalar, text};
use crate::types::SiteTime;

pub use record::{Entry, Identified, InvalidRecord, Record};
pub(crate) use record::{entry, fields_of, first_id};
use record::{invalid, no_object};

impl Scalar<'_> {
    pub(crate) fn as_u64(&self) -> Option<u64> {
        self.as_integer()
    }

    pub(crate) fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            Self::Int(value) => Some(*value != 0),
            Self::Uint(value) => Some(*value != 0),
            Self::Text(text) => match text.trim().to_ascii_lowercase().as_str() {
                "1" | "true" | "yes" => Some(true),
                "0" | "false" | "no" => Some(false),
                _ => None,
            },
            Self::Nothing | Self::Float(_) => None,
        }
    }

    fn as_time(&self) -> Option<SiteTime> {
        match self {
            Self::Int(seconds) => Some(SiteTime::Unix(*seconds)),
            Self::Uint(seconds) => i64::try_from(*seconds).ok().map(SiteTime::Unix),
            Self::Text(text) => SiteTime::parse(text),
            Self::Nothing | Self::Bool(_) | Self::Float(_) => None,
        }
    }
}

fn exact(text: &str) -> Option<Decimal> {
    Decimal::from_str_exact(text)
        .or_else(|_| Decimal::from_scientific(text))
        .ok()
}

/// What can be read from a scalar in any of the forms that Planyo sends.
pub(crate) trait FromScalar: Sized {
    /// `None` where it is something else.
    fn from_scalar(scalar: Scalar<'_>) -> Option<Self>;
}

/// A field of a type that is read from a scalar: a code, flags.
pub(crate) fn scalar<'de, T: FromScalar, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    Scalar::deserialize(deserializer).map(T::from_scalar)
}

/// A value of a type that is read from a scalar, where it must be there.
pub(crate) fn required<'de, T: FromScalar, D: Deserializer<'de>>(
    deserializer: D,
    expected: &str,
) -> Result<T, D::Error> {
    scalar(deserializer)?.ok_or_else(|| de::Error::custom(format_args!("expected {expected}")))
}

pub(crate) fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    Scalar::deserialize(deserializer).map(|value| value.as_u64())
}

pub(crate) fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    Scalar::deserialize(deserializer).map(|value| value.as_bool())
}

/// An id that may be missing. 0, which Planyo sends for none in some fields, is none.
pub(crate) fn id<'de, T: From<u64>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    let id = Scalar::deserialize(deserializer)?.as_u64();
    Ok(id.filter(|id| *id != 0).map(T::from))
}

/// An amount of money, or any other number with a fraction, with every digit that Planyo sent: as text, or as a number
/// that never becomes a float.
pub(crate) fn decimal<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Decimal>, D::Error> {
    let raw = Box::<RawValue>::deserialize(deserializer)?;
    Ok(match serde_json::from_str::<Scalar<'_>>(raw.get()) {
        Ok(Scalar::Text(text)) => exact(text.trim()),
        Ok(Scalar::Int(_) | Scalar::Uint(_) | Scalar::Float(_)) => exact(raw.get()),
        _ => None,
    })
}

pub(crate) fn time<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<SiteTime>, D::Error> {
    Scalar::deserialize(deserializer).map(|value| value.as_time())
}

/// A named array: a map, or `[]` when it is empty. A property that was cleared has the value `None`; one that is a list
/// or a map itself keeps its JSON. What is no array at all is an empty one: the record's raw JSON has it.
pub(crate) fn texts<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, Option<String>>, D::Error> {
    let text = |value: Value| match value {
        Value::Null => None,
        Value::String(text) => Some(text).filter(|text| !text.is_empty()),
        // PHP writes an empty value of any kind so.
        Value::Array(items) if items.is_empty() => None,
        value => Some(value.to_string()),
    };
    Ok(match Value::deserialize(deserializer)? {
        Value::Object(entries) => entries
            .into_iter()
            .map(|(name, value)| (name, text(value)))
            .collect(),
        Value::Array(items) => (0..)
            .zip(items)
            .map(|(index, value): (usize, _)| (index.to_string(), text(value)))
            .collect(),
        _ => BTreeMap::new(),
    })
}

/// A list of objects inside a record, in any form of a PHP array. What is none is left out: the raw JSON has it.
pub(crate) fn items<'de, T: DeserializeOwned, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    Box::<RawValue>::deserialize(deserializer).map(|raw| items_of(&raw))
}

/// As [`items`], of JSON at hand.
pub(crate) fn items_of<T: DeserializeOwned>(raw: &RawValue) -> Vec<T> {
    let items = readable::<Box<RawValue>>(raw).into_iter();
    let records = items.filter_map(|(_, raw)| Record::parse(&raw).ok());
    records.map(Record::into_value).collect()
}

/// As [`items`], of what need not be objects.
pub(crate) fn values<'de, T: DeserializeOwned, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    let values = readable(&Box::<RawValue>::deserialize(deserializer)?);
    Ok(values.into_iter().map(|(_, value)| value).collect())
}

/// A map inside a record, by a key such as an id. An entry that cannot be read is left out: the raw JSON
/// has it.
pub(crate) fn map<'de, K: FromStr + Ord, T: DeserializeOwned, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<K, T>, D::Error> {
    let items = readable(&Box::<RawValue>::deserialize(deserializer)?);
    let by_key = |(key, item): (Key, T)| Some((key.text().parse().ok()?, item));
    Ok(items.into_iter().filter_map(by_key).collect())
}

/// As [`map`], of lists as [`items`] reads them.
pub(crate) fn map_of_items<'de, K: FromStr + Ord, T: DeserializeOwned, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<K, Vec<T>>, D::Error> {
    #[derive(Deserialize)]
    #[serde(bound = "T: DeserializeOwned")]
    struct Items<T>(#[serde(deserialize_with = "items")] Vec<T>);

    let lists = map::<K, Items<T>, D>(deserializer)?;
    let unwrapped = lists.into_iter().map(|(key, items)| (key, items.0));
    Ok(unwrapped.collect())
}

/// The elements of a PHP array that can be read; none where it is no array.
fn readable<T: DeserializeOwned>(raw: &RawValue) -> Vec<(Key, T)> {
    let read = |key, reader: &mut Reader<'_>| {
        let raw = reader.value::<&RawValue>()?;
        Ok(serde_json::from_str(raw.get()).ok().map(|item| (key, item)))
    };
    let items = elements(Reader(raw.get()), read).unwrap_or_default();
    items.into_iter().flatten().collect()
}

/// The fields of an object, unread.
pub(crate) type Fields = BTreeMap<String, Box<RawValue>>;

/// Gives each field the one name that its type has for it, where methods call the same thing differently: pairs of that
/// name and another. An object that has both keeps the value of the first that is not blank, and is no error, which it
/// would be to serde's aliases.
pub(crate) fn rename(fields: &mut Fields, names: &[(&str, &str)]) {
    let is_blank = |value: &str| matches!(value, "null" | "\"\"" | "[]");
    for (name, other) in names {
        if fields.get(*name).is_none_or(|value| is_blank(value.get()))
            && let Some(value) = fields.get(*other).cloned()
        {
            fields.insert((*name).to_owned(), value);
        }
    }
}

/// Reads a type from fields.
pub(crate) fn reader(
    fields: &Fields,
) -> MapDeserializer<'_, impl Iterator<Item = (&str, &RawValue)>, serde_json::Error> {
    MapDeserializer::new(
        fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_ref())),
    )
}

/// The answer to a write of which this crate needs nothing: whatever it looks like, the write was accepted.
#[allow(clippy::unnecessary_wraps)] // One of the readers of an answer.
pub(crate) fn nothing(_: &RawValue) -> serde_json::Result<()> {
    Ok(())
}

/// An answer whose shape is unknown. What a value cannot hold, such as a number beyond every float, is kept as the text of
/// the JSON: it may be the answer to a write.
#[allow(clippy::unnecessary_wraps)] // One of the readers of an answer.
pub(crate) fn any(data: &RawValue) -> serde_json::Result<Value> {
    Ok(serde_json::from_str(data.get()).unwrap_or_else(|_| Value::from(data.get())))
}

/// The records of the list that `data` has under this name, each read alone.
pub(crate) fn entries<T: DeserializeOwned>(
    data: &RawValue,
    name: &str,
) -> serde_json::Result<Vec<Entry<T>>> {
    elements_of(data, name, |_, reader| reader.entry("id"))
}

/// The records of the map that `data` has under this name, whose keys are ids: a record may lack its own.
pub(crate) fn entries_by_id<T: Identified + DeserializeOwned>(
    data: &RawValue,
    name: &str,
) -> serde_json::Result<Vec<Entry<T>>> {
    elements_of(data, name, |key, reader| match key {
        Key::Name(id) => {
            let raw = reader.value()?;
            let record = Record::with_id(raw, T::ID_FIELD, &id);
            Ok(record.map_err(|error| invalid(raw, T::ID_FIELD, &error)))
        }
        Key::Index(_) => reader.entry(T::ID_FIELD),
    })
}

/// As [`entries`], of records whose id has a name of its own.
pub(crate) fn identified<T: Identified + DeserializeOwned>(
    data: &RawValue,
    name: &str,
) -> serde_json::Result<Vec<Entry<T>>> {
    elements_of(data, name, |_, reader| reader.entry(T::ID_FIELD))
}

/// A field that holds several values with commas between them, or a list of them: those that can be read.
pub(crate) fn comma_list<'de, T: FromStr, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    let raw = Box::<RawValue>::deserialize(deserializer)?;
    let texts = match serde_json::from_str(raw.get()) {
        Ok(Scalar::Nothing) => {
            let items = elements(Reader(raw.get()), |_, reader| reader.value::<Scalar<'_>>());
            let items = items.unwrap_or_default().into_iter();
            items.filter_map(Scalar::into_text).collect()
        }
        Ok(scalar) => scalar.into_text().into_iter().collect::<Vec<_>>(),
        Err(_) => Vec::new(),
    };
    let pieces = texts.iter().flat_map(|text| text.split(','));
    let pieces = pieces.map(str::trim).filter(|piece| !piece.is_empty());
    Ok(pieces.filter_map(|piece| piece.parse().ok()).collect())
}

/// The elements of the list that `data` has under this name.
pub(crate) fn list<'a, T: Deserialize<'a>>(
    data: &'a RawValue,
    name: &str,
) -> serde_json::Result<Vec<T>> {
    elements_of(data, name, |_, reader| reader.value())
}

/// Whether `data` has a list or a map under this name, and not one of the other forms of nothing.
pub(crate) fn has_list(data: &RawValue, name: &str) -> bool {
    let fields = serde_json::from_str::<BTreeMap<String, &RawValue>>(data.get());
    let list = fields.ok().and_then(|fields| fields.get(name).copied());
    list.is_some_and(|list| list.get().starts_with(['[', '{']))
}

fn elements_of<'a, T>(
    data: &'a RawValue,
    name: &str,
    read: impl FnMut(Key, &mut Reader<'a>) -> serde_json::Result<T>,
) -> serde_json::Result<Vec<T>> {
    let mut reader = Reader(data.get());
    if reader.takes('[') {
        // PHP writes an array without entries as a list, whatever it would hold.
        return if reader.takes(']') {
            Ok(Vec::new())
        } else {
            Err(de::Error::custom("expected a map"))
        };
    }
    let mut has_more = reader.takes('{') && !reader.takes('}');
    while has_more {
        if reader.name()? == name {
            return elements(reader, read);
        }
        reader.value::<IgnoredAny>()?;
        has_more = reader.goes_on('}')?;
    }
    Err(de::Error::custom(format_args!("missing field `{name}`")))
}

/// The elements of a PHP array, which is a JSON list, a JSON map, or one of the forms of nothing when it is empty.
/// Any other scalar is none: to take it for an empty list would lose the whole list.
fn elements<'a, T>(
    mut reader: Reader<'a>,
    mut read: impl FnMut(Key, &mut Reader<'a>) -> serde_json::Result<T>,
) -> serde_json::Result<Vec<T>> {
    let mut elements = Vec::new();
    if reader.takes('[') {
        let mut has_more = !reader.takes(']');
        while has_more {
            elements.push(read(Key::Index(elements.len()), &mut reader)?);
            has_more = reader.goes_on(']')?;
        }
        return Ok(elements);
    }
    if reader.takes('{') {
        let mut has_more = !reader.takes('}');
        while has_more {
            let name = reader.name()?;
            elements.push(read(Key::Name(name), &mut reader)?);
            has_more = reader.goes_on('}')?;
        }
        return Ok(elements);
    }
    match reader.value()? {
        Scalar::Nothing | Scalar::Bool(false) => Ok(elements),
        Scalar::Text(text) if text.is_empty() => Ok(elements),
        _ => Err(de::Error::custom("expected a list or a map")),
    }
}

/// Where an element of a PHP array stands: a list has numbers from 0 on.
enum Key {
    Index(usize),
    Name(String),
}

impl Key {
    fn text(self) -> String {
        match self {
            Self::Index(index) => index.to_string(),
            Self::Name(name) => name,
        }
    }
}

/// Reads valid JSON from here on, value by value. It knows where a value ends, so that a record and its JSON take one
/// reading.
struct Reader<'a>(&'a str);

impl<'a> Reader<'a> {
    /// Goes past this sign of punctuation, if it is next.
    fn takes(&mut self, sign: char) -> bool {
        let rest = self.0.trim_start().strip_prefix(sign);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    /// Goes past the comma, or the end of a list or map. Anything else is an error: what ends too early looks complete.
    fn goes_on(&mut self, end: char) -> serde_json::Result<bool> {
        let goes_on = self.takes(',');
        if goes_on || self.takes(end) {
            return Ok(goes_on);
        }
        Err(de::Error::custom("a value was not read to its end"))
    }

    /// Goes past the name of a field.
    fn name(&mut self) -> serde_json::Result<String> {
        let name = self.value()?;
        self.takes(':');
        Ok(name)
    }

    /// Goes past the next value.
    fn value<T: Deserialize<'a>>(&mut self) -> serde_json::Result<T> {
        Ok(self.value_and_json()?.0)
    }

    /// Goes past the next value, but not past what is no `T`.
    fn value_and_json<T: Deserialize<'a>>(&mut self) -> serde_json::Result<(T, &'a str)> {
        let here = self.0.trim_start();
        let mut values = serde_json::Deserializer::from_str(here).into_iter();
        let Some(value) = values.next() else {
            return Err(de::Error::custom("expected a value"));
        };
        let (json, rest) = here
            .split_at_checked(values.byte_offset())
            .unwrap_or((here, ""));
        value.map(|value| {
            self.0 = rest;
            (value, json)
        })
    }

    /// Goes past the next value, which is a record or none.
    fn entry<T: DeserializeOwned>(&mut self, id_field: &str) -> serde_json::Result<Entry<T>> {
        // A derived reader would take a list for the fields in their order.
        let error = if self.0.trim_start().starts_with('{') {
            match self.value_and_json() {
                Ok((value, json)) => return Ok(Ok(Record::of_text(value, json))),
                Err(error) => error,
            }
        } else {
            no_object()
        };
        Ok(Err(invalid(self.value()?, id_field, &error)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<'a, T: Deserialize<'a>>(json: &'a str) -> T {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn numbers_come_as_text_or_number() {
        for json in ["7", "\"7\"", "\" 7 \""] {
            assert_eq!(read::<Scalar<'_>>(json).as_u64(), Some(7), "{json}");
        }
        for json in ["null", "\"\"", "-7", "7.5", "[]", "{}", "true"] {
            assert_eq!(read::<Scalar<'_>>(json).as_u64(), None, "{json}");
        }
    }

    #[test]
    fn booleans_come_in_eight_forms() {
        for json in ["true", "1", "\"1\"", "\"true\""] {
            assert_eq!(read::<Scalar<'_>>(json).as_bool(), Some(true), "{json}");
        }
        for json in ["false", "0", "\"0\"", "\"false\""] {
            assert_eq!(read::<Scalar<'_>>(json).as_bool(), Some(false), "{json}");
        }
        assert_eq!(read::<Scalar<'_>>("\"\"").as_bool(), None);
    }

    #[test]
    fn an_escaped_text_is_read_too() {
        assert_eq!(
            read::<Scalar<'_>>(r#""D\u0027Hondt \"x\"""#)
                .into_text()
                .as_deref(),
            Some("D'Hondt \"x\"")
        );
    }

    #[test]
    fn a_php_array_is_a_list_a_map_or_a_form_of_nothing() {
        let elements = |json| {
            let read = |key: Key, reader: &mut Reader<'_>| Ok((key.text(), reader.value::<u8>()?));
            elements(Reader(json), read)
        };
        for json in ["[]", "{}", "null", "false", "\"\""] {
            assert!(elements(json).unwrap().is_empty(), "{json}");
        }
        let list = elements("[4, 5]").unwrap();
        assert_eq!(list, [("0".to_owned(), 4), ("1".to_owned(), 5)]);
        let map = elements(r#"{"a" : 4}"#).unwrap();
        assert_eq!(map, [("a".to_owned(), 4)]);
        for json in ["true", "0", "1", "-1", "1.5", "\"Internal error\""] {
            assert!(elements(json).is_err(), "{json}");
        }
    }

    #[test]
    fn one_reading_gives_each_record_and_its_json() {
        let list = r#"[ {"id" : 1, "x": {"]": ["}", "\"", 1e9]}} ,{"id":"none","y":[[[]]]},7 , null,"a,b",[{"id":2}],
            true,-1.5,{}	,{"id":2}]"#;
        let cut: Vec<&RawValue> = read(list);
        let json = format!(r#"{{"total":12,"more":{{"users":[]}},"users" : {list},"end":0}}"#);
        let data: Box<RawValue> = read(&json);
        let page = identified::<crate::users::User>(&data, "users").unwrap();
        assert_eq!(page.len(), cut.len());
        for (entry, raw) in page.iter().zip(&cut) {
            let (is_record, json) = match entry {
                Ok(record) => (true, record.raw().get()),
                Err(invalid) => (false, invalid.raw().get()),
            };
            assert_eq!(json, raw.get());
            assert_eq!(
                is_record,
                Record::<crate::users::User>::parse(raw).is_ok(),
                "{json}"
            );
        }
        assert_eq!(page.iter().flatten().count(), 2);
    }

    #[test]
    fn a_list_is_found_in_an_object_alone() {
        let users = |json: &str| {
            let data: Box<RawValue> = read(json);
            identified::<crate::users::User>(&data, "users").map(|users| users.len())
        };
        assert_eq!(users(r#"{"users":[{"id":1}]}"#).unwrap(), 1);
        assert_eq!(users("[ ]").unwrap(), 0);
        for json in [
            r#"[{"users":[{"id":1}]}]"#,
            "{}",
            r#"{"user":[]}"#,
            "null",
            "\"users\"",
            "7",
        ] {
            assert!(users(json).is_err(), "{json}");
        }
    }

    #[test]
    fn a_property_keeps_what_it_has() {
        #[derive(Deserialize)]
        struct Properties(#[serde(deserialize_with = "texts")] BTreeMap<String, Option<String>>);
        let properties = |json| {
            let entries: Properties = read(json);
            let entries = entries.0.into_iter();
            entries
                .map(|(name, value)| format!("{name}={}", value.as_deref().unwrap_or("-")))
                .collect::<Vec<_>>()
                .join(" ")
        };
        let cases = [
            (r#"{"a":"x","b":"","c":null,"d":[]}"#, "a=x b=- c=- d=-"),
            (r#"{"a":7,"b":true,"c":1.50}"#, "a=7 b=true c=1.5"),
            (
                r#"{"a":["BE1","BE2"],"b":{"k":"v"}}"#,
                r#"a=["BE1","BE2"] b={"k":"v"}"#,
            ),
            (r#"["x","y"]"#, "0=x 1=y"),
            ("[]", ""),
            ("null", ""),
            ("\"none\"", ""),
        ];
        for (json, expected) in cases {
            assert_eq!(properties(json), expected, "{json}");
        }
    }

    #[test]
    fn times_come_in_every_form_of_the_reference() {
        let local = |text: &str| Some(SiteTime::Local(text.parse().unwrap()));
        let cases = [
            (r#""2024-05-01 10:11:12""#, local("2024-05-01T10:11:12")),
            (r#""2024-05-01T10:11:12""#, local("2024-05-01T10:11:12")),
            (r#""2024-05-01""#, local("2024-05-01T00:00:00")),
            (r#""1760000000""#, Some(SiteTime::Unix(1_760_000_000))),
            ("1760000000", Some(SiteTime::Unix(1_760_000_000))),
            (
                r#""2023-02-22T23:31:23+00:00""#,
                Some(SiteTime::Unix(1_677_108_683)),
            ),
            (
                r#""2023-02-23T00:31:23+01:00""#,
                Some(SiteTime::Unix(1_677_108_683)),
            ),
            (r#""0000-00-00 00:00:00""#, None),
            (r#""soon""#, None),
            ("null", None),
        ];
        for (json, expected) in cases {
            assert_eq!(read::<Scalar<'_>>(json).as_time(), expected, "{json}");
        }
    }
}
