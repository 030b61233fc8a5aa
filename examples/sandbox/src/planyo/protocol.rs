//! The envelope, the key, and which method is which.

use std::{collections::BTreeMap, fmt::Write as _, sync::Mutex};

use serde_json::{Value, json};

use super::{API_KEY, State};
use crate::{
    server::{Answer, Api, Operation, Recorded, lock},
    wire::form_pairs,
};

pub(super) struct Planyo(pub(super) Mutex<State>);

/// A refusal: the response code and its text.
pub(super) struct Refusal(pub(super) u8, pub(super) String);

pub(super) type Outcome = Result<Value, Refusal>;

/// Planyo answers a bad key, an unknown method and a method the key may not use with the same words.
const NOT_ALLOWED: &str = "Invalid method or API key for specified Planyo site";

const INFO: u64 = 1;
pub(super) const PROPERTIES: u64 = 4;
pub(super) const RESERVATIONS: u64 = 8;

impl Api for Planyo {
    fn operation(&self, request: &Recorded) -> Operation {
        let name = if is_endpoint(request) {
            Parameters::of(request).text("method").to_owned()
        } else {
            format!("{} {}", request.method, request.path)
        };
        let is_write = matches!(name.as_str(), "add_user" | "modify_user" | "remove_user");
        Operation { name, is_write }
    }

    fn answer(&self, request: &Recorded) -> Answer {
        if !is_endpoint(request) {
            return Answer::not_found_page();
        }
        let parameters = Parameters::of(request);
        let method = request.operation.as_str();
        let mut state = lock(&self.0);
        let outcome = state.authenticate(method, &parameters);
        let outcome = outcome.and_then(|()| state.call(method, &parameters));
        let mut answer = envelope(method, &outcome, state.settings.error_status);
        answer.took_effect = outcome.is_ok() && self.operation(request).is_write;
        answer
    }

    fn overuse(&self) -> Answer {
        let text = "API usage limit exceeded. Please try again later.";
        let status = lock(&self.0).settings.error_status;
        envelope("", &Err(Refusal(5, text.to_owned())), status)
    }
}

fn is_endpoint(request: &Recorded) -> bool {
    matches!(request.path.as_str(), "/rest/" | "/rest")
        && matches!(request.method.as_str(), "GET" | "POST")
}

fn envelope(method: &str, outcome: &Outcome, error_status: u16) -> Answer {
    let (status, envelope) = match outcome {
        Ok(data) => (
            200,
            json!({
                "data": data,
                "response_code": 0,
                "response_message": format!("Method {method} executed successfully."),
            }),
        ),
        Err(Refusal(code, text)) => (
            error_status,
            json!({ "response_code": code, "response_message": text }),
        ),
    };
    Answer::json(status, php_json(&envelope))
}

/// Like PHP's `json_encode`: slashes and everything beyond ASCII are escaped.
fn php_json(value: &Value) -> String {
    let plain = value.to_string();
    let mut escaped = String::with_capacity(plain.len());
    for character in plain.chars() {
        match character {
            '/' => escaped.push_str("\\/"),
            other if other.is_ascii() => escaped.push(other),
            other => {
                for unit in other.encode_utf16(&mut [0; 2]) {
                    // Writing to a String cannot fail.
                    write!(escaped, "\\u{unit:04x}").unwrap_or_default();
                }
            }
        }
    }
    escaped
}

/// The parameters of a call, from the query and from a form body; the last of a name counts, as in PHP.
pub(super) struct Parameters(pub(super) BTreeMap<String, String>);

impl Parameters {
    fn of(request: &Recorded) -> Self {
        let mut pairs = form_pairs(&request.query);
        let form = "application/x-www-form-urlencoded";
        let is_form = |kind: &str| kind.to_ascii_lowercase().starts_with(form);
        if request.method == "POST" && request.header("content-type").is_some_and(is_form) {
            pairs.extend(form_pairs(&request.body));
        }
        Self(pairs.into_iter().collect())
    }

    /// Blank when absent.
    pub(super) fn text(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    pub(super) fn sent(&self, name: &str) -> Option<&str> {
        Some(self.text(name)).filter(|text| !text.is_empty())
    }

    pub(super) fn flag(&self, name: &str) -> bool {
        let text = self.text(name);
        text == "1" || text.eq_ignore_ascii_case("true")
    }

    pub(super) fn number(&self, name: &str) -> Result<Option<u64>, Refusal> {
        let parse = |text: &str| text.trim().parse();
        let number = self.sent(name).map(parse).transpose();
        number.map_err(|_| invalid(&format!("Invalid value of parameter {name}")))
    }

    pub(super) fn required(&self, name: &str) -> Result<&str, Refusal> {
        self.sent(name)
            .ok_or_else(|| invalid(&format!("Missing parameter: {name}")))
    }

    pub(super) fn detail_level(&self) -> Result<u64, Refusal> {
        Ok(self
            .number("detail_level")?
            .filter(|level| *level > 0)
            .unwrap_or(INFO))
    }
}

pub(super) fn invalid(text: &str) -> Refusal {
    Refusal(3, text.to_owned())
}

fn not_allowed() -> Refusal {
    Refusal(1, NOT_ALLOWED.to_owned())
}

impl State {
    fn authenticate(&self, method: &str, parameters: &Parameters) -> Result<(), Refusal> {
        let has_key = parameters.text("api_key") == API_KEY;
        if !has_key {
            return if method == "api_test" {
                Ok(())
            } else {
                Err(not_allowed())
            };
        }
        let site = parameters.number("site_id")?;
        if site.is_some_and(|site| site != self.settings.site_id) {
            return Err(not_allowed());
        }
        let Some(secret) = &self.settings.hash_key else {
            return Ok(());
        };
        let timestamp = parameters.text("hash_timestamp");
        let now = self.unix_now();
        let tolerance = u64::from(self.settings.clock_tolerance_seconds);
        let is_near = |seconds: i64| seconds.abs_diff(now) <= tolerance;
        if !timestamp.parse().is_ok_and(is_near) {
            return Err(Refusal(
                1,
                format!("Invalid timestamp. Current timestamp is {now}"),
            ));
        }
        let expected = md5::compute(format!("{secret}{timestamp}{method}"));
        if parameters.text("hash_key") != format!("{expected:x}") {
            return Err(Refusal(1, String::from("Invalid hash key")));
        }
        Ok(())
    }

    fn call(&mut self, method: &str, parameters: &Parameters) -> Outcome {
        match method {
            "api_test" => Ok(json!("API Test Response")),
            "get_site_info" => Ok(self.get_site_info()),
            "list_users" | "get_all_users" => self.list_users(parameters),
            "get_user_data" => self.get_user_data(parameters),
            "add_user" => self.add_user(parameters),
            "modify_user" => self.modify_user(parameters),
            "remove_user" => self.remove_user(parameters),
            "list_custom_user_properties" => Ok(self.list_custom_user_properties()),
            _ => Err(not_allowed()),
        }
    }

    fn get_site_info(&self) -> Value {
        json!({
            "id": self.number(self.settings.site_id),
            "name": "Kampeerverhuur Voorbeeld",
            "category": self.number(9978),
            "online_payment_surcharge": self.number(0),
            "email": "verhuur@example.be",
            "admin_id": self.number(31_337),
            "timezone": self.settings.timezone,
            "default_language": "NL",
            "properties": [],
            "custom_resource_properties": [],
            "photos": [],
        })
    }

    fn list_custom_user_properties(&self) -> Value {
        let definitions = self.settings.property_definitions.iter().map(|definition| {
            json!({
                "name": definition.name,
                "type": self.number(u64::from(definition.kind)),
                "dropdown_values": definition.dropdown_values,
                "default_value": definition.default_value,
                "form_item_name": format!("prop_user_{}", definition.name),
            })
        });
        json!({ "custom_user_properties": definitions.collect::<Vec<_>>() })
    }

    pub(super) fn number(&self, number: u64) -> Value {
        if self.settings.numbers_as_strings {
            json!(number.to_string())
        } else {
            json!(number)
        }
    }
}
