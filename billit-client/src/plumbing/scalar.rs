//! A JSON value read as far as it is a scalar, in whatever form it comes: both APIs send numbers and booleans as text.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// Any JSON value, read as far as it is a scalar.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Scalar<'a> {
    /// `null`, a list or a map.
    Nothing,
    Bool(bool),
    Int(i64),
    Uint(u64),
    Float(f64),
    Text(Cow<'a, str>),
}

impl Scalar<'_> {
    /// Text as it is; `null`, `""` and what is no scalar are `Nothing`.
    pub(crate) fn into_text(self) -> Option<String> {
        match self {
            Self::Nothing => None,
            Self::Bool(value) => Some(value.to_string()),
            Self::Int(value) => Some(value.to_string()),
            Self::Uint(value) => Some(value.to_string()),
            Self::Float(value) => Some(value.to_string()),
            Self::Text(text) => Some(text.into_owned()).filter(|text| !text.is_empty()),
        }
    }

    /// A whole number, or one as text.
    pub(crate) fn as_integer<N>(&self) -> Option<N>
    where
        N: TryFrom<i64> + TryFrom<u64> + FromStr,
    {
        match self {
            Self::Int(value) => N::try_from(*value).ok(),
            Self::Uint(value) => N::try_from(*value).ok(),
            Self::Text(text) => text.trim().parse().ok(),
            Self::Nothing | Self::Bool(_) | Self::Float(_) => None,
        }
    }
}

impl<'de> Deserialize<'de> for Scalar<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor)
    }
}

struct ScalarVisitor;

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Scalar<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Scalar::Nothing)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Scalar::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Scalar::Int(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Scalar::Uint(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Scalar::Float(value))
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Self::Value, E> {
        Ok(Scalar::Text(Cow::Borrowed(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
        Ok(Scalar::Text(Cow::Owned(value.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Scalar::Nothing)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
        while entries.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Scalar::Nothing)
    }
}

/// A field of text, or of any other scalar as text.
pub(crate) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Scalar::deserialize(deserializer).map(Scalar::into_text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Scalar<'_> {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn whole_numbers_come_as_number_or_text() {
        for json in ["7", "\"7\"", "\" 7 \""] {
            assert_eq!(read(json).as_integer(), Some(7_u64), "{json}");
            assert_eq!(read(json).as_integer(), Some(7_i64), "{json}");
        }
        assert_eq!(read("-7").as_integer(), Some(-7_i64));
        assert_eq!(read("-7").as_integer::<u64>(), None);
        assert_eq!(read("18446744073709551615").as_integer(), Some(u64::MAX));
        for json in [
            "18446744073709551615",
            "null",
            "\"\"",
            "7.5",
            "1e30",
            "[]",
            "{}",
            "true",
        ] {
            assert_eq!(read(json).as_integer::<i64>(), None, "{json}");
        }
    }

    #[test]
    fn text_is_any_scalar_that_is_not_empty() {
        let text = |json: &str| read(json).into_text();
        let escaped = text(r#""D\u0027Hondt \"x\"""#);
        assert_eq!(escaped.as_deref(), Some("D'Hondt \"x\""));
        assert_eq!(text("true").as_deref(), Some("true"));
        assert_eq!(text("-1.5").as_deref(), Some("-1.5"));
        for json in ["null", "\"\"", "[1, [2]]", r#"{"a": {"b": 1}}"#] {
            assert_eq!(text(json), None, "{json}");
        }
    }
}
