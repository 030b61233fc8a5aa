//! Reading what Billit really sends: absent fields, empty texts, numbers as text, times without a zone.
//!
//! Nothing here fails on a strange value: a field that cannot be read is `None`, and the record's raw JSON
//! still has it. Only an id must be there.

mod record;

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, NaiveDateTime};
use rust_decimal::Decimal;
use serde::de::{self, DeserializeOwned};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;

pub(crate) use crate::plumbing::scalar::{Scalar, text};
pub(crate) use record::entry;
pub use record::{Entry, Identified, InvalidRecord, Record};

/// A field that is an open enum.
pub(crate) fn code<'de, T: From<String>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    Ok(text(deserializer)?.map(T::from))
}

/// An id that may be missing.
pub(crate) fn maybe_id<'de, T: From<i64>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    Ok(number(deserializer)?.filter(|id| *id != 0).map(T::from))
}

impl Scalar<'_> {
    fn as_i64(&self) -> Option<i64> {
        self.as_integer()
    }

    fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            Self::Int(0) | Self::Uint(0) => Some(false),
            Self::Int(1) | Self::Uint(1) => Some(true),
            Self::Text(text) => match text.trim().to_ascii_lowercase().as_str() {
                "true" | "1" => Some(true),
                "false" | "0" => Some(false),
                _ => None,
            },
            _ => None,
        }
    }

    /// `2024-03-10T15:00:49.72`, and a date alone as its midnight. Should an offset ever come, the clock that it
    /// goes with is kept.
    fn as_time(&self) -> Option<NaiveDateTime> {
        let Self::Text(text) = self else { return None };
        let text = text.trim();
        let naive = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f");
        let offset = || {
            DateTime::parse_from_rfc3339(text)
                .ok()
                .map(|time| time.naive_local())
        };
        let date = || text.parse::<NaiveDate>().ok()?.and_hms_opt(0, 0, 0);
        naive.ok().or_else(offset).or_else(date)
    }
}

/// The number with every digit. One that has more than a decimal can hold, such as the residue of a float
/// (`-1.4210854715202004E-14`), is rounded to the 28 places there are: nothing would be worse.
fn exact(text: &str) -> Option<Decimal> {
    let exact = Decimal::from_str_exact(text).or_else(|_| Decimal::from_scientific(text));
    let rounded = exact
        .or_else(|_| text.parse())
        .or_else(|_| Decimal::from_scientific_lossy(text));
    rounded.ok().or_else(|| vanishing(text))
}

/// A number too small for 28 places is zero.
fn vanishing(text: &str) -> Option<Decimal> {
    let (digits, power) = text.split_once(['e', 'E'])?;
    let digits = digits.parse::<Decimal>().ok()?.abs();
    let is_small = digits < Decimal::TEN && power.parse::<i64>().ok()? < -28;
    is_small.then_some(Decimal::ZERO)
}

pub(crate) fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    Scalar::deserialize(deserializer).map(|value| value.as_i64())
}

pub(crate) fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    Scalar::deserialize(deserializer).map(|value| value.as_bool())
}

/// An amount of money, or any other number with a fraction, with every digit that a decimal can hold: it never becomes
/// a float.
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

/// Writes an amount as a JSON number with every digit of it.
#[allow(clippy::ref_option, clippy::trivially_copy_pass_by_ref)] // As serde calls it.
pub(crate) fn write_decimal<S: Serializer>(
    amount: &Option<Decimal>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let number = amount.map(|amount| RawValue::from_string(amount.to_string()));
    number
        .transpose()
        .map_err(serde::ser::Error::custom)?
        .serialize(serializer)
}

pub(crate) fn time<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<NaiveDateTime>, D::Error> {
    Scalar::deserialize(deserializer).map(|value| value.as_time())
}

pub(crate) fn id_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    number(deserializer)?
        .ok_or_else(|| de::Error::custom("an id must be a whole number, or one as text"))
}

/// A list of objects, without those that cannot be read; empty where there is no list.
pub(crate) fn list<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    let raw = Box::<RawValue>::deserialize(deserializer)?;
    let items: Vec<&RawValue> = serde_json::from_str(raw.get()).unwrap_or_default();
    let objects = items.into_iter().filter(|item| item.get().starts_with('{'));
    Ok(objects
        .filter_map(|item| serde_json::from_str(item.get()).ok())
        .collect())
}

/// An object within a record, or `None` where there is none that can be read.
pub(crate) fn object<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    let raw = Box::<RawValue>::deserialize(deserializer)?;
    let object = Some(raw.get()).filter(|json| json.starts_with('{'));
    Ok(object.and_then(|json| serde_json::from_str(json).ok()))
}

/// An object whose values are text; without those that are no scalars.
pub(crate) fn text_map<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, String>, D::Error> {
    let Value::Object(fields) = Value::deserialize(deserializer)? else {
        return Ok(BTreeMap::new());
    };
    let text = |value: &Value| Scalar::deserialize(value).ok()?.into_text();
    let texts = fields.iter();
    Ok(texts
        .filter_map(|(name, value)| Some((name.clone(), text(value)?)))
        .collect())
}

/// An answer that is one record.
pub(crate) fn record<T: DeserializeOwned>(body: &[u8]) -> serde_json::Result<Record<T>> {
    Record::parse(serde_json::from_slice(body)?)
}

/// An answer that is a list of records without pages, each read alone.
pub(crate) fn records<T: DeserializeOwned + Identified>(
    body: &[u8],
) -> serde_json::Result<Vec<Entry<T>>> {
    let records: Vec<&RawValue> = serde_json::from_slice(body)?;
    Ok(records.into_iter().map(entry).collect())
}

/// An answer that is a list of objects without ids, bare or as `{"Items": [..]}`. What is no object is left out.
pub(crate) fn items<T: DeserializeOwned>(body: &[u8]) -> serde_json::Result<Vec<Record<T>>> {
    #[derive(Deserialize)]
    struct Body<'a> {
        #[serde(borrow, rename = "Items")]
        items: Vec<&'a RawValue>,
    }
    let raw: &RawValue = serde_json::from_slice(body)?;
    let items = if raw.get().starts_with('[') {
        serde_json::from_str(raw.get())?
    } else {
        serde_json::from_str::<Body<'_>>(raw.get())?.items
    };
    let records = items.into_iter().map(Record::parse);
    Ok(records.filter_map(Result::ok).collect())
}

/// An answer of which this crate needs nothing.
#[allow(clippy::unnecessary_wraps)] // One of the readers of an answer.
pub(crate) fn nothing(_: &[u8]) -> serde_json::Result<()> {
    Ok(())
}

/// An answer that says yes or no; none where it says neither, so that the answer to a write is never lost.
#[allow(clippy::unnecessary_wraps)] // One of the readers of an answer.
pub(crate) fn yes_or_no(body: &[u8]) -> serde_json::Result<Option<bool>> {
    let answer = serde_json::from_slice::<Scalar<'_>>(body);
    Ok(answer.ok().and_then(|answer| answer.as_bool()))
}

/// An answer of unknown shape: JSON, plain text as a JSON text, an empty body as null. It never fails, so that the
/// answer to a write is never lost.
#[allow(clippy::unnecessary_wraps)] // One of the readers of an answer.
pub(crate) fn any(body: &[u8]) -> serde_json::Result<Value> {
    Ok(serde_json::from_slice(body).unwrap_or_else(|_| {
        let text = String::from_utf8_lossy(body);
        match text.trim() {
            "" => Value::Null,
            text => Value::from(text),
        }
    }))
}

/// An answer that is one id: a bare number by the documentation; the same as text, in quotes or not, is read too.
pub(crate) fn new_id<T: From<i64>>(body: &[u8]) -> serde_json::Result<T> {
    let text = String::from_utf8_lossy(body);
    let id = text.trim().trim_matches('"').trim().parse::<i64>();
    match id {
        Ok(id) if id > 0 => Ok(T::from(id)),
        _ => Err(de::Error::custom("no id in the answer")),
    }
}

/// An answer that is one text: in JSON, or as it stands; a number is read too.
pub(crate) fn new_text(body: &[u8]) -> serde_json::Result<String> {
    let text = match any(body)? {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    text.filter(|text| !text.trim().is_empty())
        .ok_or_else(|| de::Error::custom("no text in the answer"))
}

/// A list of scalars as text; empty where there is no list.
pub(crate) fn texts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let Value::Array(items) = Value::deserialize(deserializer)? else {
        return Ok(Vec::new());
    };
    let text = |item| Scalar::deserialize(item).ok()?.into_text();
    Ok(items.iter().filter_map(text).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<'a, T: Deserialize<'a>>(json: &'a str) -> T {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn numbers_come_as_number_or_text() {
        for json in ["7", "\"7\"", "\" 7 \""] {
            assert_eq!(read::<Scalar<'_>>(json).as_i64(), Some(7), "{json}");
        }
        for json in [
            "null",
            "\"\"",
            "7.5",
            "[]",
            "{}",
            "true",
            "1e30",
            "18446744073709551615",
        ] {
            assert_eq!(read::<Scalar<'_>>(json).as_i64(), None, "{json}");
        }
    }

    #[test]
    fn booleans_come_in_six_forms() {
        for json in ["true", "1", "\"1\"", "\"True\""] {
            assert_eq!(read::<Scalar<'_>>(json).as_bool(), Some(true), "{json}");
        }
        for json in ["false", "0", "\"0\"", "\"False\""] {
            assert_eq!(read::<Scalar<'_>>(json).as_bool(), Some(false), "{json}");
        }
        for json in ["2", "\"\"", "null", "[]"] {
            assert_eq!(read::<Scalar<'_>>(json).as_bool(), None, "{json}");
        }
    }

    #[test]
    fn times_have_no_zone_and_any_fraction() {
        let cases = [
            ("2024-03-10T15:00:49.72", Some("2024-03-10T15:00:49.720")),
            ("2025-04-25T09:21:48.993", Some("2025-04-25T09:21:48.993")),
            ("2024-01-01T00:00:00", Some("2024-01-01T00:00:00")),
            ("2025-12-08", Some("2025-12-08T00:00:00")),
            ("2024-03-10T15:00:49+02:00", Some("2024-03-10T15:00:49")),
            ("soon", None),
            ("", None),
        ];
        for (text, expected) in cases {
            let time = Scalar::Text(text.into()).as_time();
            assert_eq!(time, expected.map(|time| time.parse().unwrap()), "{text}");
        }
        assert_eq!(Scalar::Int(1_760_000_000).as_time(), None);
    }

    #[test]
    fn an_amount_keeps_its_digits_and_is_never_lost_to_a_float_s_residue() {
        let cases = [
            ("10.00000", Some("10.00000")),
            ("1E2", Some("100")),
            (
                "12345678901234567890.12345678",
                Some("12345678901234567890.12345678"),
            ),
            (
                "-1.4210854715202004E-14",
                Some("-0.0000000000000142108547152020"),
            ),
            (
                "0.10000000000000000000000000000001",
                Some("0.1000000000000000000000000000"),
            ),
            ("2E-30", Some("0")),
            ("-4.9E-324", Some("0")),
            ("1E40", None),
            ("99999999999999999999999999999999", None),
            ("1E", None),
            ("", None),
            ("ten", None),
        ];
        for (text, expected) in cases {
            let amount = exact(text).map(|amount| amount.to_string());
            assert_eq!(amount.as_deref(), expected, "{text}");
        }
    }
}
