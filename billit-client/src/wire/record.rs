//! A record of an answer with the JSON it came from, and one that could not be read.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::ops::Deref;

use serde::de::{self, DeserializeOwned, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::plumbing::masking::DecodeError;
use crate::plumbing::scalar::Scalar;

/// A decoded record with the JSON it came from, so that a field this crate does not know is never lost.
///
/// It dereferences to the record: `party.email` works on a `Record<Party>`.
///
/// ```
/// use billit_client::{Record, parties::Party};
///
/// let json = serde_json::value::RawValue::from_string(
///     r#"{"PartyID": 7, "City": "", "RPR": "Gent"}"#.to_owned(),
/// )?;
/// let party = Record::<Party>::parse(&json)?;
/// assert_eq!(party.id.get(), 7);
/// assert!(party.city.is_none() && party.has("City") && !party.has("Street"));
/// assert_eq!(party.extra("RPR"), Some("Gent".into()));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone)]
pub struct Record<T> {
    value: T,
    raw: Box<RawValue>,
}

impl<T: DeserializeOwned> Record<T> {
    /// Decodes one record.
    ///
    /// # Errors
    /// When it is no object or has no readable id.
    pub fn parse(raw: &RawValue) -> serde_json::Result<Self> {
        // A list would be taken for the fields in their order.
        if !raw.get().trim_start().starts_with('{') {
            return Err(de::Error::custom("a record must be an object"));
        }
        Ok(Self {
            value: serde_json::from_str(raw.get())?,
            raw: raw.to_owned(),
        })
    }
}

impl<T> Record<T> {
    /// The JSON as Billit sent it.
    #[must_use]
    pub fn raw(&self) -> &RawValue {
        &self.raw
    }

    /// Whether the JSON has this field, spelled exactly so, whatever its value. It tells a field that Billit left
    /// out from one that is empty, which the fields of the record cannot. For many questions about one record ask
    /// [`fields`](Self::fields) once.
    #[must_use]
    pub fn has(&self, field: &str) -> bool {
        Fields::of(&self.raw).iter().any(|(name, _)| name == field)
    }

    /// The names of the fields that the JSON has.
    #[must_use]
    pub fn fields(&self) -> BTreeSet<Cow<'_, str>> {
        let fields = Fields::of(&self.raw);
        fields.into_iter().map(|(name, _)| name).collect()
    }

    /// A field of the JSON by its name, for what the type does not have.
    #[must_use]
    pub fn extra(&self, field: &str) -> Option<Value> {
        let fields = Fields::of(&self.raw);
        let (_, value) = fields.into_iter().find(|(name, _)| name == field)?;
        serde_json::from_str(value.get()).ok()
    }

    /// The record alone.
    #[must_use]
    pub fn into_value(self) -> T {
        self.value
    }
}

impl<T> Deref for Record<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: fmt::Debug> fmt::Debug for Record<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

impl<T> Serialize for Record<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.raw.serialize(serializer)
    }
}

/// A record with an id, by which a listing knows that it has seen it.
pub trait Identified {
    /// The name of the id in JSON, such as `PartyID`.
    const ID_FIELD: &'static str;

    /// The id.
    fn id(&self) -> i64;
}

/// One place of a list: a record, or what could not be read as one.
pub type Entry<T> = Result<Record<T>, InvalidRecord>;

/// A record of a list that could not be decoded. The rest of the page is unharmed.
///
/// As an error it has the parser's words as its source, and shows none of the record's values.
#[derive(Clone, thiserror::Error)]
#[error("a record that cannot be read")]
pub struct InvalidRecord {
    id: Option<String>,
    raw: Box<RawValue>,
    #[source]
    error: DecodeError,
}

impl InvalidRecord {
    /// The text of its id, if it has one.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// The JSON as Billit sent it. Personal data: show it to people who may see it.
    #[must_use]
    pub fn raw(&self) -> &RawValue {
        &self.raw
    }

    /// What is wrong with it, without any of its values.
    #[must_use]
    pub fn error(&self) -> &DecodeError {
        &self.error
    }
}

impl fmt::Debug for InvalidRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InvalidRecord")
            .field("error", &self.error)
            .finish_non_exhaustive()
    }
}

/// Decodes one record of a list.
pub(crate) fn entry<T: Identified + DeserializeOwned>(raw: &RawValue) -> Entry<T> {
    Record::parse(raw).map_err(|error| {
        let fields = Fields::of(raw);
        let id = fields.iter().find(|(name, _)| name == T::ID_FIELD);
        let id = id.and_then(|(_, id)| serde_json::from_str::<Scalar<'_>>(id.get()).ok());
        InvalidRecord {
            id: id.and_then(Scalar::into_text),
            raw: raw.to_owned(),
            error: DecodeError::new(&error),
        }
    })
}

/// The fields of an object with their unread values.
struct Fields<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'a> Fields<'a> {
    /// None where it is no object.
    fn of(raw: &'a RawValue) -> Vec<(Cow<'a, str>, &'a RawValue)> {
        serde_json::from_str::<Self>(raw.get()).map_or_else(|_| Vec::new(), |fields| fields.0)
    }
}

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FieldsVisitor)
    }
}

struct FieldsVisitor;

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = Fields<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = Vec::new();
        while let Some(name) = map.next_key::<Scalar<'de>>()? {
            let value = map.next_value()?;
            if let Scalar::Text(name) = name {
                fields.push((name, value));
            }
        }
        Ok(Fields(fields))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_of_fields_are_read_with_their_escapes() {
        let raw: Box<RawValue> =
            serde_json::from_str(r#"{"a":[1,{"b":2}],"\u0063":null,"d\"":"\ud800"}"#).unwrap();
        let names: Vec<_> = Fields::of(&raw).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["a", "c", "d\""]);
    }
}
