//! The envelope, the key, and which method is which.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    sync::{Arc, Mutex},
};

use chrono::NaiveDateTime;
use serde_json::{Map, Value, json};

use super::{ADMIN_ID, NoneStyle, Settings, State, filters::date_time, methods};
use crate::{
    server::{Answer, Api, Operation, Recorded, lock},
    wire::form_pairs,
};

pub(super) struct Planyo {
    pub(super) state: Mutex<State>,
    /// The sites besides the first.
    pub(super) others: Mutex<Vec<Arc<Mutex<State>>>>,
}

impl Planyo {
    /// Of the site whose key the call bears; `None`: the first one.
    fn other(&self, parameters: &Parameters) -> Option<Arc<Mutex<State>>> {
        let key = parameters.sent("api_key")?;
        let others = lock(&self.others);
        let mut others = others.iter();
        let found = others.find(|state| lock(state).settings.api_key == key);
        found.map(Arc::clone)
    }
}

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
        let is_write = methods::is_write(&name);
        Operation { name, is_write }
    }

    fn answer(&self, request: &Recorded) -> Answer {
        if !is_endpoint(request) {
            return Answer::not_found_page();
        }
        let parameters = Parameters::of(request);
        let method = request.operation.as_str();
        let other = self.other(&parameters);
        let mut state = lock(other.as_deref().unwrap_or(&self.state));
        let outcome = state.authenticate(method, &parameters);
        let outcome = outcome.and_then(|()| state.call(method, &parameters));
        let refuses = state.settings.empty_page_is_refused;
        let outcome = outcome.and_then(|data| if refuses { not_empty(data) } else { Ok(data) });
        let mut answer = envelope(method, &outcome, &state.settings);
        answer.date = Some(state.unix(state.local_now()));
        answer.took_effect = outcome.is_ok() && self.operation(request).is_write;
        answer
    }

    fn overuse(&self, _: u32) -> Answer {
        let text = "API usage limit exceeded. Please try again later.";
        let outcome = Err(Refusal(5, text.to_owned()));
        envelope("", &outcome, &lock(&self.state).settings)
    }

    fn key(&self, request: &Recorded) -> String {
        Parameters::of(request).text("api_key").to_owned()
    }
}

fn is_endpoint(request: &Recorded) -> bool {
    matches!(request.path.as_str(), "/rest/" | "/rest")
        && matches!(request.method.as_str(), "GET" | "POST")
}

fn envelope(method: &str, outcome: &Outcome, settings: &Settings) -> Answer {
    let mut envelope = Map::new();
    let (status, code, text) = match outcome {
        Ok(data) => {
            // Only what has no output is a bare empty list.
            let is_none = data.as_array().is_some_and(Vec::is_empty);
            match settings.none {
                NoneStyle::Absent if is_none => None,
                NoneStyle::Null if is_none => envelope.insert(String::from("data"), Value::Null),
                _ => envelope.insert(String::from("data"), data.clone()),
            };
            (200, 0, format!("Method {method} executed successfully."))
        }
        Err(Refusal(code, text)) => (settings.error_status, *code, text.clone()),
    };
    envelope.insert(String::from("response_code"), json!(code));
    envelope.insert(String::from("response_message"), json!(text));
    Answer::json(status, php_json(&Value::Object(envelope)))
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

    /// A list of numbers, separated by commas.
    pub(super) fn numbers(&self, name: &str) -> Result<Vec<u64>, Refusal> {
        let parse = |text: &str| text.trim().parse();
        let numbers = self.text(name).split(',').map(parse);
        let numbers: Result<_, _> = numbers.collect();
        numbers.map_err(|_| invalid(&format!("Invalid value of parameter {name}")))
    }

    /// Cents.
    pub(super) fn money(&self, name: &str) -> Result<Option<i64>, Refusal> {
        let Some(text) = self.sent(name) else {
            return Ok(None);
        };
        let cents = cents(text);
        let cents = cents.ok_or_else(|| invalid(&format!("Invalid value of parameter {name}")))?;
        Ok(Some(cents))
    }

    /// At least one.
    pub(super) fn quantity(&self) -> Result<u32, Refusal> {
        self.required("quantity")?;
        let quantity = self.number("quantity")?.unwrap_or_default();
        let quantity = u32::try_from(quantity).ok().filter(|number| *number > 0);
        quantity.ok_or_else(|| invalid("Invalid value of parameter quantity"))
    }

    /// `rental_prop_xyz`, by the name of the form item.
    pub(super) fn form_items(&self) -> impl Iterator<Item = (String, String)> {
        self.0.iter().filter_map(|(name, value)| {
            let name = name.strip_prefix("rental_prop_")?;
            Some((name.replace(' ', "_"), value.clone()))
        })
    }

    /// `assignment1`, `assignment2` and so on.
    pub(super) fn units(&self) -> String {
        let names = (1..).map_while(|number| self.sent(&format!("assignment{number}")));
        names.collect::<Vec<_>>().join(",")
    }

    /// The page asked for, counted from 0.
    pub(super) fn page<T>(
        &self,
        items: impl Iterator<Item = T>,
        size: usize,
    ) -> Result<Vec<T>, Refusal> {
        let page = self.number("page")?.unwrap_or(0);
        let first = usize::try_from(page)
            .unwrap_or(usize::MAX)
            .saturating_mul(size);
        Ok(items.skip(first).take(size).collect())
    }

    /// The same for all pages of a listing.
    pub(super) fn question(&self) -> String {
        const NOT_ASKED: [&str; 7] = [
            "api_key",
            "detail_level",
            "hash_key",
            "hash_timestamp",
            "page",
            "page_size",
            "site_id",
        ];
        let asked = self.0.iter();
        let asked = asked.filter(|(name, _)| !NOT_ASKED.contains(&name.as_str()));
        asked.fold(String::new(), |mut text, (name, value)| {
            for part in [name, "=", value, "\n"] {
                text.push_str(part);
            }
            text
        })
    }

    pub(super) fn detail_level(&self) -> Result<u64, Refusal> {
        Ok(self
            .number("detail_level")?
            .filter(|level| *level > 0)
            .unwrap_or(INFO))
    }
}

/// An amount as written: digits, and at most two of them behind the point.
pub(super) fn cents(text: &str) -> Option<i64> {
    let text = text.trim();
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let is_number = |text: &str| text.chars().all(|digit| digit.is_ascii_digit());
    if whole.is_empty() || part.len() > 2 || !is_number(whole) || !is_number(part) {
        return None;
    }
    let amount: i64 = format!("{whole}{part:0<2}").parse().ok()?;
    Some(sign * amount)
}

/// An amount in cents as it is printed.
pub(super) fn euros(cents: i64) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    let cents = cents.unsigned_abs();
    format!("{sign}{}.{:02}", cents / 100, cents % 100)
}

/// An answer whose list is empty is refused; the text is a guess.
fn not_empty(data: Value) -> Outcome {
    let is_empty = |name| {
        data.get(name)
            .and_then(Value::as_array)
            .is_some_and(Vec::is_empty)
    };
    if ["results", "users", "resources", "sites"]
        .into_iter()
        .any(is_empty)
    {
        return Err(Refusal(4, String::from("No records found.")));
    }
    Ok(data)
}

pub(super) fn invalid(text: &str) -> Refusal {
    Refusal(3, text.to_owned())
}

pub(super) fn not_allowed() -> Refusal {
    Refusal(1, NOT_ALLOWED.to_owned())
}

impl State {
    fn authenticate(&self, method: &str, parameters: &Parameters) -> Result<(), Refusal> {
        let has_key = parameters.text("api_key") == self.settings.api_key;
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

    pub(super) fn get_site_info(&self) -> Value {
        let local = self.local_now();
        let offset = local.and_utc().timestamp() - self.unix(local);
        json!({
            "id": self.number(self.settings.site_id),
            "name": "Kampeerverhuur Voorbeeld",
            "category": self.number(9978),
            "online_payment_surcharge": self.number(0),
            "email": "verhuur@example.be",
            "admin_id": self.number(ADMIN_ID),
            "timezone": self.settings.timezone,
            // In hours, which is a guess.
            "timezone_offset": (offset / 3600).to_string(),
            "default_language": "NL",
            "date_format": "d/m/Y",
            "active_extensions": [],
            "properties": self.printed_site_properties(),
            "custom_resource_properties": self.definitions.printed(),
            "photos": [],
        })
    }

    pub(super) fn list_custom_user_properties(&self) -> Value {
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

    /// A time that may be missing, in any of the spellings.
    pub(super) fn time(
        &self,
        parameters: &Parameters,
        name: &str,
    ) -> Result<Option<NaiveDateTime>, Refusal> {
        let Some(text) = parameters.sent(name) else {
            return Ok(None);
        };
        let time = date_time(text, &self.settings.timezone);
        let time = time.ok_or_else(|| invalid(&format!("Invalid value of parameter {name}")))?;
        Ok(Some(time))
    }

    pub(super) fn required_time(
        &self,
        parameters: &Parameters,
        name: &str,
    ) -> Result<NaiveDateTime, Refusal> {
        parameters.required(name)?;
        let time = self.time(parameters, name)?;
        time.ok_or_else(|| invalid(&format!("Missing parameter: {name}")))
    }

    /// Planyo's spelling of a time.
    #[allow(clippy::unused_self)] // Like its neighbours, which need the settings.
    pub(super) fn printed(&self, time: NaiveDateTime) -> String {
        time.format("%Y-%m-%d %H:%M:%S").to_string()
    }

    /// An amount in cents as a number with two decimals.
    pub(super) fn money(&self, cents: i64) -> Value {
        let text = euros(cents);
        if self.settings.numbers_as_strings {
            json!(text)
        } else {
            serde_json::from_str(&text).unwrap_or_default()
        }
    }

    /// The word `true` or `false`.
    pub(super) fn word(&self, flag: bool) -> Value {
        if self.settings.numbers_as_strings {
            json!(flag.to_string())
        } else {
            json!(flag)
        }
    }

    pub(super) fn number(&self, number: u64) -> Value {
        if self.settings.numbers_as_strings {
            json!(number.to_string())
        } else {
            json!(number)
        }
    }
}
