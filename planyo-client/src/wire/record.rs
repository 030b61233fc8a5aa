//! A record of an answer with the JSON it came from, and one that could not be read.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Deref;

use serde::de::{self, DeserializeOwned};
use serde::{Serialize, Serializer};
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

use crate::error::DecodeError;
use crate::plumbing::scalar::Scalar;

/// A decoded record with the JSON it came from, so that a field this crate does not know is never lost.
///
/// It dereferences to the record: `user.email` works on a `Record<User>`.
#[derive(Clone)]
pub struct Record<T> {
    value: T,
    /// No `RawValue`, which could not be made of a piece of text without reading it again.
    json: Box<str>,
}

impl<T: DeserializeOwned> Record<T> {
    /// Decodes one record.
    ///
    /// # Errors
    /// When it is no object or has no readable id.
    pub fn parse(raw: &RawValue) -> serde_json::Result<Self> {
        // A derived reader would take a list for the fields in their order.
        if !raw.get().trim_start().starts_with('{') {
            return Err(no_object());
        }
        Ok(Self::new(serde_json::from_str(raw.get())?, raw))
    }

    /// As [`parse`](Self::parse), with the id that the record goes by where it does not say its own.
    pub(crate) fn with_id(raw: &RawValue, field: &str, id: &str) -> serde_json::Result<Self> {
        let mut fields: BTreeMap<String, &RawValue> = serde_json::from_str(raw.get())?;
        if first_id(raw, &[field]).is_some() {
            return Self::parse(raw);
        }
        let id = to_raw_value(id)?;
        fields.insert(field.to_owned(), &id);
        let value = serde_json::from_str(&serde_json::to_string(&fields)?)?;
        Ok(Self::new(value, raw))
    }
}

impl<T: DeserializeOwned + Default> Record<T> {
    /// The answer to a write: whatever it looks like, the write was accepted, so that it is never an error.
    #[allow(clippy::unnecessary_wraps)] // One of the readers of an answer.
    pub(crate) fn of_write(raw: &RawValue) -> serde_json::Result<Self> {
        let value = Self::parse(raw).map(Self::into_value).unwrap_or_default();
        Ok(Self::new(value, raw))
    }
}

impl<T> Record<T> {
    /// A record that is not read by [`parse`](Self::parse).
    pub(crate) fn new(value: T, raw: &RawValue) -> Self {
        Self::of_text(value, raw.get())
    }

    /// A record that was read of this valid JSON.
    pub(super) fn of_text(value: T, json: &str) -> Self {
        let json = json.into();
        Self { value, json }
    }

    /// The JSON as Planyo sent it. Each call looks through it once.
    #[must_use]
    pub fn raw(&self) -> &RawValue {
        // It was valid when the record was read.
        serde_json::from_str(&self.json).unwrap_or(RawValue::NULL)
    }

    /// Whether the JSON has this field, spelled exactly so, whatever its value. It tells a field that Planyo left
    /// out from one that is empty, which the fields of the record cannot. For many questions about one record ask
    /// [`fields`](Self::fields) once.
    #[must_use]
    pub fn has(&self, field: &str) -> bool {
        fields_of(self.raw()).contains_key(field)
    }

    /// The names of the fields that the JSON has.
    #[must_use]
    pub fn fields(&self) -> BTreeSet<String> {
        fields_of(self.raw()).into_keys().collect()
    }

    /// A field of the JSON by its name, for what the type does not have.
    #[must_use]
    pub fn extra(&self, field: &str) -> Option<Value> {
        serde_json::from_str(fields_of(self.raw()).get(field)?.get()).ok()
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
        self.raw().serialize(serializer)
    }
}

/// A record with an id, by which a listing knows that it has seen it.
pub trait Identified {
    /// The name of the id in JSON.
    const ID_FIELD: &'static str = "id";

    /// The id.
    fn id(&self) -> u64;
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

    /// The JSON as Planyo sent it. Personal data: show it to people who may see it.
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
    Record::parse(raw).map_err(|error| invalid(raw, T::ID_FIELD, &error))
}

pub(super) fn invalid(raw: &RawValue, id_field: &str, error: &serde_json::Error) -> InvalidRecord {
    let id = fields_of(raw)
        .get(id_field)
        .and_then(|id| serde_json::from_str::<Scalar<'_>>(id.get()).ok());
    InvalidRecord {
        id: id.and_then(Scalar::into_text),
        raw: raw.to_owned(),
        error: DecodeError::new(error),
    }
}

pub(super) fn no_object() -> serde_json::Error {
    de::Error::custom("a record must be an object")
}

/// The fields of an object with their unread values; none where it is no object.
pub(crate) fn fields_of(raw: &RawValue) -> BTreeMap<String, &RawValue> {
    serde_json::from_str(raw.get()).unwrap_or_default()
}

/// The number that an object has under the first of these names that holds one.
pub(crate) fn first_id(raw: &RawValue, names: &[&str]) -> Option<u64> {
    let fields = fields_of(raw);
    names.iter().find_map(|name| {
        let id = fields.get(*name)?.get();
        serde_json::from_str::<Scalar<'_>>(id).ok()?.as_u64()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_that_cannot_be_read_is_an_error_with_a_reason() {
        let raw = RawValue::from_string(r#"{"id":"none"}"#.to_owned()).unwrap();
        let error = entry::<crate::users::User>(&raw).unwrap_err();
        assert_eq!(error.to_string(), "a record that cannot be read");
        let source = std::error::Error::source(&error).unwrap().to_string();
        assert!(source.starts_with("an id must be"), "{source}");
        assert_eq!(error.id(), Some("none"));
    }

    #[test]
    fn a_field_that_is_empty_is_not_one_that_is_missing() {
        let raw = RawValue::from_string(r#"{"id":7,"city":"","a\u0062":[1]}"#.to_owned()).unwrap();
        let user = Record::<crate::users::User>::parse(&raw).unwrap();
        assert!(user.has("city") && user.has("ab") && !user.has("zip"));
        assert_eq!(
            user.fields().into_iter().collect::<Vec<_>>(),
            ["ab", "city", "id"]
        );
        assert_eq!(user.extra("ab"), Some(serde_json::json!([1])));
        assert_eq!(user.extra("zip"), None);
    }
}
