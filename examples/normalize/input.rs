//! Customers from CSV or JSON lines.

use planyo_client::Record;
use planyo_client::users::User;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

/// Fields of a Planyo user; any other column is a custom property.
const FIELDS: [&str; 15] = [
    "id",
    "email",
    "first_name",
    "last_name",
    "address",
    "city",
    "zip",
    "state",
    "country",
    "language",
    "phone_number",
    "phone_country_code",
    "mobile_number",
    "mobile_country_code",
    "login",
];

/// JSON lines if the text begins with `{`, else CSV with a header.
pub(crate) fn users(text: &str) -> Result<Vec<Record<User>>, String> {
    let text = text.trim_start_matches('\u{feff}');
    if text.trim_start().starts_with('{') {
        json_lines(text)
    } else {
        csv(text)
    }
}

fn json_lines(text: &str) -> Result<Vec<Record<User>>, String> {
    let lines = (1..).zip(text.lines());
    lines
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(number, line)| {
            let object = serde_json::from_str(line);
            user(
                number,
                object.map_err(|error| format!("line {number}: {error}"))?,
            )
        })
        .collect()
}

fn csv(text: &str) -> Result<Vec<Record<User>>, String> {
    let first = text.lines().next().unwrap_or_default();
    let delimiter = if first.matches(';').count() > first.matches(',').count() {
        b';'
    } else {
        b','
    };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    let names = reader.headers().map_err(|error| error.to_string())?.clone();
    let rows = (2..).zip(reader.records());
    rows.map(|(number, row)| {
        let row = row.map_err(|error| error.to_string())?;
        let mut object = Map::new();
        let mut properties = Map::new();
        for (name, value) in names.iter().map(str::trim).zip(&row) {
            let place = if FIELDS.contains(&name) {
                &mut object
            } else {
                &mut properties
            };
            place.insert(name.to_owned(), Value::from(value));
        }
        object.insert("properties".to_owned(), Value::Object(properties));
        user(number, object)
    })
    .collect()
}

/// A customer without an id gets that of its line.
fn user(line: usize, mut object: Map<String, Value>) -> Result<Record<User>, String> {
    let id = object.entry("id").or_insert(Value::Null);
    if id.is_null() || *id == "" {
        *id = Value::from(line);
    }
    let json = Value::Object(object).to_string();
    let raw = RawValue::from_string(json).map_err(|error| error.to_string())?;
    Record::parse(&raw).map_err(|error| format!("line {line}: {error}"))
}
