//! What all entities share: named fields with types, how a body binds to them, and how times are written.

use chrono::NaiveDateTime;
use serde_json::{Map, Value, json};

/// One entity as it is stored and printed.
pub(super) type Record = Map<String, Value>;

/// The type of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Integer,
    Decimal,
    Flag,
    Time,
    /// Neither filterable nor patchable.
    List,
    /// The same.
    Object,
}

use Kind::{Decimal, Flag, Integer, List, Object, Text, Time};

/// The fields of an entity.
pub(super) struct Model {
    /// As the refusal of an unknown property prints it.
    pub(super) type_name: &'static str,
    pub(super) fields: &'static [(&'static str, Kind)],
    /// Kept by the server: a body cannot set them.
    pub(super) server_owned: &'static [&'static str],
}

impl Model {
    /// A field by its exact name.
    pub(super) fn kind_of(&self, name: &str) -> Option<Kind> {
        let found = self.fields.iter().find(|(known, _)| *known == name);
        found.map(|(_, kind)| *kind)
    }

    /// The fields of a body in the model's spelling (binding ignores case); unknown and server-owned ones are
    /// dropped. `Err` says which field has a value of the wrong type.
    pub(super) fn bind(&self, body: &Record) -> Result<Record, String> {
        let mut bound = Record::new();
        for (name, value) in body {
            let mut fields = self.fields.iter();
            let known = fields.find(|(known, _)| known.eq_ignore_ascii_case(name));
            let Some((known, kind)) = known else { continue };
            if !self.server_owned.contains(known) {
                let value = coerce(*kind, value)
                    .ok_or_else(|| format!("The value of {known} is not valid."))?;
                bound.insert((*known).to_owned(), value);
            }
        }
        Ok(bound)
    }
}

/// Json.NET reads a number where text is wanted and the reverse.
fn coerce(kind: Kind, value: &Value) -> Option<Value> {
    match (kind, value) {
        (_, Value::Null)
        | (Text | Time, Value::String(_))
        | (List, Value::Array(_))
        | (Object, Value::Object(_))
        | (Flag, Value::Bool(_))
        | (Decimal, Value::Number(_)) => Some(value.clone()),
        (_, Value::String(text)) if text.is_empty() => Some(Value::Null),
        (Text, Value::Number(_) | Value::Bool(_)) => Some(json!(value.to_string())),
        (Flag, Value::String(text)) => text
            .to_ascii_lowercase()
            .parse::<bool>()
            .ok()
            .map(Value::from),
        (Integer, Value::Number(number)) => number.as_i64().map(Value::from),
        (Integer, Value::String(text)) => text.parse::<i64>().ok().map(Value::from),
        (Decimal, Value::String(text)) => text.parse::<f64>().ok().map(Value::from),
        _ => None,
    }
}

/// A value of a body whose entity has no model here; the name in any case.
pub(super) fn sent<'a>(body: &'a Record, name: &str) -> Option<&'a Value> {
    let mut fields = body.iter();
    let found = fields.find(|(known, _)| known.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value)
}

/// Sets a field; `null` and `""` clear it, and a cleared field is absent from then on.
pub(super) fn set(record: &mut Record, name: &str, value: Value) {
    if value.is_null() || value == "" {
        record.remove(name);
    } else {
        record.insert(name.to_owned(), value);
    }
}

/// Sets many fields of a record.
pub(super) fn set_all(record: &mut Record, values: Record) {
    for (name, value) in values {
        set(record, &name, value);
    }
}

/// Blank when absent.
pub(super) fn text<'a>(fields: &'a Record, name: &str) -> &'a str {
    fields.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// An object's fields; none of anything else.
pub(super) fn fields(value: Value) -> Record {
    match value {
        Value::Object(fields) => fields,
        _ => Record::new(),
    }
}

/// ISO 8601 without zone, the fraction without trailing zeros: `2024-03-10T15:00:49.72`.
pub(super) fn print_time(time: NaiveDateTime) -> String {
    let text = time.format("%Y-%m-%dT%H:%M:%S%.3f").to_string();
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A date, or a date and time with or without fraction.
pub(super) fn parse_time(text: &str) -> Option<NaiveDateTime> {
    let date = || {
        chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d")
            .ok()?
            .and_hms_opt(0, 0, 0)
    };
    let spelled = |format| NaiveDateTime::parse_from_str(text, format).ok();
    spelled("%Y-%m-%dT%H:%M:%S%.f")
        .or_else(|| spelled("%Y-%m-%dT%H:%M"))
        .or_else(date)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_printed_as_billit_does() {
        for text in [
            "2024-03-10T15:00:49.72",
            "2025-04-25T09:21:48.993",
            "2024-01-01T00:00:00",
        ] {
            assert_eq!(parse_time(text).map(print_time).as_deref(), Some(text));
        }
        assert_eq!(
            parse_time("2024-01-01").map(print_time).as_deref(),
            Some("2024-01-01T00:00:00")
        );
    }
}
