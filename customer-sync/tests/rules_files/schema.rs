//! Whether a value is valid by the schema of the rules: the keywords that it has, and no others.

use serde_json::{Map, Value, json};

/// Where a file of rules is not valid by the schema.
pub(crate) fn faults(rules: &Value) -> Vec<String> {
    let schema = include_str!("../../rules.schema.json");
    let schema: Value = serde_json::from_str(schema).unwrap();
    let mut check = Check {
        root: &schema,
        faults: Vec::new(),
    };
    check.value(&schema, rules, "");
    check.faults
}

struct Check<'a> {
    root: &'a Value,
    faults: Vec<String>,
}

/// The one pattern of the schema.
fn matches(pattern: &str, text: &str) -> bool {
    assert_eq!(pattern, "^(Identifiers|CustomFields)/.+$");
    let key = text.strip_prefix("Identifiers/");
    let key = key.or_else(|| text.strip_prefix("CustomFields/"));
    key.is_some_and(|key| !key.is_empty())
}

fn is_a(name: &Value, value: &Value) -> bool {
    match name.as_str().unwrap() {
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_u64() || value.is_i64(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "null" => value.is_null(),
        other => panic!("{other}"),
    }
}

impl Check<'_> {
    fn value(&mut self, schema: &Value, value: &Value, place: &str) {
        let Some(schema) = schema.as_object() else {
            assert_eq!(*schema, json!(false));
            self.faults.push(format!("{place} does not exist"));
            return;
        };
        for (keyword, wanted) in schema {
            let several = || wanted.as_array().unwrap().iter();
            let valid = || several().filter(|one| self.is_valid(one, value)).count();
            let is_valid = match keyword.as_str() {
                "type" => wanted.as_array().map_or_else(
                    || is_a(wanted, value),
                    |any| any.iter().any(|one| is_a(one, value)),
                ),
                "enum" => several().any(|one| one == value),
                "const" => wanted == value,
                "minimum" => value.as_u64() >= wanted.as_u64() || !value.is_u64(),
                "maximum" => value.as_u64() <= wanted.as_u64() || !value.is_u64(),
                "pattern" => value
                    .as_str()
                    .is_none_or(|it| matches(wanted.as_str().unwrap(), it)),
                "uniqueItems" => value.as_array().is_none_or(|all| {
                    let mut numbered = all.iter().enumerate();
                    numbered.all(|(at, one)| !all[..at].contains(one))
                }),
                "anyOf" => valid() > 0,
                "oneOf" => valid() == 1,
                "required" => several().all(|name| value.get(name.as_str().unwrap()).is_some()),
                _ => {
                    self.parts(schema, keyword, value, place);
                    true
                }
            };
            if !is_valid {
                self.faults
                    .push(format!("{place} is not valid by {keyword}"));
            }
        }
    }

    fn is_valid(&self, schema: &Value, value: &Value) -> bool {
        let mut other = Check {
            root: self.root,
            faults: Vec::new(),
        };
        other.value(schema, value, "");
        other.faults.is_empty()
    }

    /// The keywords that look at parts of the value, or at the value by another schema.
    fn parts(&mut self, schema: &Map<String, Value>, keyword: &str, value: &Value, place: &str) {
        let wanted = &schema[keyword];
        let entries = || value.as_object().into_iter().flatten();
        match keyword {
            "$defs" | "$schema" | "title" | "description" | "default" | "format" => {}
            "$ref" => {
                let definition = wanted.as_str().unwrap().strip_prefix('#').unwrap();
                let root = self.root;
                self.value(root.pointer(definition).unwrap(), value, place);
            }
            "allOf" => {
                for wanted in wanted.as_array().unwrap() {
                    self.value(wanted, value, place);
                }
            }
            "items" => {
                for one in value.as_array().into_iter().flatten() {
                    self.value(wanted, one, place);
                }
            }
            "properties" => {
                for (name, one) in entries() {
                    if let Some(wanted) = wanted.get(name) {
                        self.value(wanted, one, &format!("{place}.{name}"));
                    }
                }
            }
            "propertyNames" => {
                for (name, _) in entries() {
                    self.value(wanted, &json!(name), &format!("{place}.{name}"));
                }
            }
            "patternProperties" => {
                for (pattern, wanted) in wanted.as_object().unwrap() {
                    for (name, one) in entries().filter(|(name, _)| matches(pattern, name)) {
                        self.value(wanted, one, &format!("{place}.{name}"));
                    }
                }
            }
            "additionalProperties" => {
                let own = schema.get("properties");
                let patterns = schema.get("patternProperties").and_then(Value::as_object);
                let is_known = |name: &str| {
                    let mut patterns = patterns.into_iter().flat_map(Map::keys);
                    own.is_some_and(|own| own.get(name).is_some())
                        || patterns.any(|pattern| matches(pattern, name))
                };
                for (name, one) in entries().filter(|(name, _)| !is_known(name)) {
                    self.value(wanted, one, &format!("{place}.{name}"));
                }
            }
            other => panic!("this test does not know the keyword {other}"),
        }
    }
}
