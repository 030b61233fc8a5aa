//! The shapes of answers.

use serde_json::{Value, json};

use crate::server::Answer;

/// An error is an answer, too.
pub(super) type Outcome<T = Answer> = Result<T, Answer>;

pub(super) fn ok(body: &Value) -> Answer {
    let mut text = String::new();
    print(body, &mut text);
    Answer::json(200, text)
}

/// The answer to a write that changed something.
pub(super) fn done(body: &Value) -> Answer {
    Answer {
        took_effect: true,
        ..ok(body)
    }
}

/// The answer to a write without a result: 200 without a body.
pub(super) fn silent(took_effect: bool) -> Answer {
    Answer {
        took_effect,
        ..Answer::json(200, String::new())
    }
}

pub(super) fn message(status: u16, text: &str) -> Answer {
    Answer::json(status, json!({ "Message": text }).to_string())
}

pub(super) fn error(status: u16, code: &str, description: Option<&str>) -> Answer {
    let mut error = json!({ "Code": code });
    if let (Some(error), Some(description)) = (error.as_object_mut(), description) {
        error.insert(String::from("Description"), json!(description));
    }
    Answer::json(status, json!({ "errors": [error] }).to_string())
}

pub(super) fn generic(description: &str) -> Answer {
    error(400, "GenericError", Some(description))
}

/// JSON in which an amount has five decimals, as .NET prints a decimal of the database: `10.00000`.
fn print(value: &Value, text: &mut String) {
    let mut separator = "";
    match value {
        Value::Object(fields) => {
            text.push('{');
            for (name, value) in fields {
                text.push_str(separator);
                text.push_str(&json!(name).to_string());
                text.push(':');
                print(value, text);
                separator = ",";
            }
            text.push('}');
        }
        Value::Array(items) => {
            text.push('[');
            for item in items {
                text.push_str(separator);
                print(item, text);
                separator = ",";
            }
            text.push(']');
        }
        Value::Number(number) if number.is_f64() => {
            let digits = number.to_string();
            let decimals = digits.split_once('.').map_or(5, |(_, part)| part.len());
            text.push_str(&digits);
            if !digits.contains('e') {
                text.push_str(&"0".repeat(5_usize.saturating_sub(decimals)));
            }
        }
        other => text.push_str(&other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_have_five_decimals() {
        let body = json!({"a \"b\"": [10.0, -0.125, 1.123_456_7, 7, null, "x"], "c": {}, "d": []});
        let text = ok(&body).body;
        assert_eq!(
            text,
            r#"{"a \"b\"":[10.00000,-0.12500,1.1234567,7,null,"x"],"c":{},"d":[]}"#
        );
        assert_eq!(serde_json::from_str::<Value>(&text).ok(), Some(body));
    }
}
