//! How PHP prints an array.

use serde_json::{Map, Value, json};

/// A map, which is printed as a list while it is empty.
pub(super) fn map_or_list(entries: impl IntoIterator<Item = (String, Value)>) -> Value {
    let map: Map<_, _> = entries.into_iter().collect();
    if map.is_empty() {
        json!([])
    } else {
        Value::Object(map)
    }
}
