//! The methods and the envelope.

use std::{collections::BTreeMap, fmt::Write as _, sync::Mutex};

use chrono::{DateTime, NaiveDate, NaiveDateTime};
use serde_json::{Map, Value, json};

use super::{API_KEY, ModifiedSince, PhoneStyle, State, User};
use crate::{
    server::{Answer, Api, Operation, Recorded, lock},
    wire::{form_pairs, site_time},
};

pub(super) struct Planyo(pub(super) Mutex<State>);

/// A refusal: the response code and its text.
struct Refusal(u8, String);

type Outcome = Result<Value, Refusal>;

/// Planyo answers a bad key, an unknown method and a method the key may not use with the same words.
const NOT_ALLOWED: &str = "Invalid method or API key for specified Planyo site";

const INFO: u64 = 1;
const PROPERTIES: u64 = 4;
const RESERVATIONS: u64 = 8;

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
        let mut answer = envelope(method, &outcome);
        answer.took_effect = outcome.is_ok() && self.operation(request).is_write;
        answer
    }

    fn overuse(&self) -> Answer {
        let text = "API usage limit exceeded. Please try again later.";
        envelope("", &Err(Refusal(5, text.to_owned())))
    }
}

fn is_endpoint(request: &Recorded) -> bool {
    matches!(request.path.as_str(), "/rest/" | "/rest")
        && matches!(request.method.as_str(), "GET" | "POST")
}

fn envelope(method: &str, outcome: &Outcome) -> Answer {
    let envelope = match outcome {
        Ok(data) => json!({
            "data": data,
            "response_code": 0,
            "response_message": format!("Method {method} executed successfully."),
        }),
        Err(Refusal(code, text)) => json!({ "response_code": code, "response_message": text }),
    };
    Answer::json(200, php_json(&envelope))
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
struct Parameters(BTreeMap<String, String>);

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
    fn text(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    fn sent(&self, name: &str) -> Option<&str> {
        Some(self.text(name)).filter(|text| !text.is_empty())
    }

    fn flag(&self, name: &str) -> bool {
        let text = self.text(name);
        text == "1" || text.eq_ignore_ascii_case("true")
    }

    fn number(&self, name: &str) -> Result<Option<u64>, Refusal> {
        let parse = |text: &str| text.trim().parse();
        let number = self.sent(name).map(parse).transpose();
        number.map_err(|_| invalid(&format!("Invalid value of parameter {name}")))
    }

    fn required(&self, name: &str) -> Result<&str, Refusal> {
        self.sent(name)
            .ok_or_else(|| invalid(&format!("Missing parameter: {name}")))
    }

    fn detail_level(&self) -> Result<u64, Refusal> {
        Ok(self
            .number("detail_level")?
            .filter(|level| *level > 0)
            .unwrap_or(INFO))
    }
}

fn invalid(text: &str) -> Refusal {
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

    fn list_users(&self, parameters: &Parameters) -> Outcome {
        let page = parameters.number("page")?.unwrap_or(0);
        let page_size = match parameters.number("page_size")? {
            None | Some(0) => self.settings.default_page_size,
            Some(size) => usize::try_from(size).unwrap_or(usize::MAX),
        };
        let page_size = page_size.min(self.settings.max_page_size);
        let detail_level = parameters.detail_level()?;
        let since = self.modified_since(parameters)?;
        let first = usize::try_from(page)
            .unwrap_or(usize::MAX)
            .saturating_mul(page_size);
        let listed = self.users.values().filter(|user| {
            self.is_listed(user, parameters)
                && matches_filters(user, parameters)
                && is_modified_since(user, since)
        });
        let users: Vec<_> = listed
            .skip(first)
            .take(page_size)
            .map(|user| self.list_item(user, detail_level))
            .collect();
        Ok(json!({ "users": users }))
    }

    /// Reservations or the hand of an admin make a user visible, and each listing shows its own part.
    fn is_listed(&self, user: &User, parameters: &Parameters) -> bool {
        let unconfirmed_too = parameters.flag("list_unconfirmed");
        let with_reservations =
            user.reservations > 0 || (unconfirmed_too && has_reservations(user));
        if !parameters.flag("list_created_by_admin") {
            return with_reservations;
        }
        let by_admin = user.created_by_admin && (with_reservations || !has_reservations(user));
        by_admin || (!self.settings.admin_list_instead && with_reservations)
    }

    fn modified_since(&self, parameters: &Parameters) -> Result<Option<NaiveDateTime>, Refusal> {
        let Some(text) = parameters.sent("modified_since") else {
            return Ok(None);
        };
        match self.settings.modified_since {
            ModifiedSince::Ignored => Ok(None),
            ModifiedSince::Refused => Err(invalid("Unknown parameter: modified_since")),
            ModifiedSince::Honoured => {
                let time = date_time(text, &self.settings.timezone);
                let time =
                    time.ok_or_else(|| invalid("Invalid value of parameter modified_since"))?;
                Ok(Some(time))
            }
        }
    }

    fn list_item(&self, user: &User, detail_level: u64) -> Value {
        if let Some(malformed) = &user.malformed {
            return malformed.clone();
        }
        let mut item = self.personal_details(user, self.settings.list_phones);
        let verified = u64::from(user.email_verified);
        item.insert(String::from("is_email_verified"), self.number(verified));
        if detail_level & PROPERTIES != 0 {
            item.insert(String::from("properties"), properties(user));
        }
        item.insert(
            String::from("reservation_count"),
            self.reservation_count(user),
        );
        finish(user, item)
    }

    fn get_user_data(&self, parameters: &Parameters) -> Outcome {
        let detail_level = parameters.detail_level()?;
        let user = match (parameters.number("user_id")?, parameters.sent("email")) {
            (Some(id), _) => self.users.get(&id),
            (None, Some(email)) => self.by_email(email),
            (None, None) => return Err(invalid("Missing parameter: user_id or email")),
        };
        let user = user
            .filter(|user| is_known(user))
            .ok_or_else(user_not_found)?;
        if let Some(malformed) = &user.malformed {
            return Ok(malformed.clone());
        }
        let mut data = self.personal_details(user, self.settings.user_data_phones);
        let verified = if self.settings.numbers_as_strings {
            json!(user.email_verified.to_string())
        } else {
            json!(user.email_verified)
        };
        data.insert(String::from("is_email_verified"), verified);
        data.insert(String::from("language"), json!(user.language));
        if detail_level & PROPERTIES != 0 {
            data.insert(String::from("properties"), properties(user));
        }
        if detail_level & RESERVATIONS != 0 {
            data.insert(
                String::from("reservation_count"),
                self.reservation_count(user),
            );
        }
        Ok(finish(user, data))
    }

    fn add_user(&mut self, parameters: &Parameters) -> Outcome {
        let email = parameters.required("email")?;
        if !email.contains('@') {
            return Err(invalid("Invalid value of parameter email"));
        }
        let first_name = parameters.required("first_name")?;
        let known = self.by_email(email).cloned();
        let is_new = known.is_none();
        let mut user = known.unwrap_or_else(|| User {
            email: email.to_owned(),
            // The login is given once; an existing user keeps its own.
            login: parameters.text("user_login").to_owned(),
            ..User::default()
        });
        // Also somebody who was only registered elsewhere becomes visible on this site.
        user.created_by_admin |= !is_known(&user);
        first_name.clone_into(&mut user.first_name);
        apply_details(&mut user, parameters);
        user.modified = self.now();
        let id = self.add(user);
        Ok(json!({ "user_id": self.number(id), "is_new": u8::from(is_new) }))
    }

    fn modify_user(&mut self, parameters: &Parameters) -> Outcome {
        let id = parameters.number("user_id")?;
        let found = match (id, parameters.sent("email"), parameters.sent("user_login")) {
            (Some(id), None, None) => self.users.get(&id),
            (None, Some(email), None) => self.by_email(email),
            (None, None, Some(login)) => self.users.values().find(|user| user.login == login),
            _ => {
                return Err(invalid(
                    "Exactly one of email, user_id, user_login is required",
                ));
            }
        };
        let found = found
            .filter(|user| is_known(user))
            .ok_or_else(user_not_found)?;
        let mut user = found.clone();
        if let Some(email) = parameters.sent("new_email") {
            if !email.contains('@') {
                return Err(invalid("Invalid value of parameter new_email"));
            }
            if self
                .by_email(email)
                .is_some_and(|other| other.id != user.id)
            {
                return Err(Refusal(
                    4,
                    String::from("Another user has this email address"),
                ));
            }
            email.clone_into(&mut user.email);
        }
        if let Some(first_name) = parameters.0.get("first_name") {
            first_name.clone_into(&mut user.first_name);
        }
        if parameters.sent("email_verified").is_some() {
            user.email_verified = parameters.flag("email_verified");
        }
        apply_details(&mut user, parameters);
        user.modified = self.now();
        let id = self.add(user);
        Ok(json!({ "user_id": self.number(id) }))
    }

    fn remove_user(&mut self, parameters: &Parameters) -> Outcome {
        parameters.required("user_id")?;
        let id = parameters.number("user_id")?.unwrap_or_default();
        let user = self
            .users
            .get(&id)
            .filter(|user| is_known(user))
            .ok_or_else(user_not_found)?;
        if user.reservations + user.unconfirmed_reservations > 0 {
            return Err(Refusal(
                4,
                String::from("This user has active reservations"),
            ));
        }
        self.users.remove(&id);
        Ok(json!([]))
    }

    /// The same spelling first: two users may differ in nothing but the case of their addresses.
    fn by_email(&self, email: &str) -> Option<&User> {
        let email = email.trim();
        let same = self.users.values().find(|user| user.email == email);
        same.or_else(|| {
            self.users
                .values()
                .find(|user| user.email.eq_ignore_ascii_case(email))
        })
    }

    fn personal_details(&self, user: &User, phones: PhoneStyle) -> Map<String, Value> {
        let mut details = Map::new();
        details.insert(String::from("id"), self.number(user.id));
        for (name, value) in [
            ("login", &user.login),
            ("email", &user.email),
            ("registration_time", &user.registration_time),
            ("first_name", &user.first_name),
            ("last_name", &user.last_name),
            ("address", &user.address),
            ("city", &user.city),
            ("zip", &user.zip),
            ("state", &user.state),
            ("country", &user.country),
        ] {
            details.insert(name.to_owned(), json!(value));
        }
        for (kind, code, number) in [
            ("phone", &user.phone_country_code, &user.phone_number),
            ("mobile", &user.mobile_country_code, &user.mobile_number),
        ] {
            let printed = match phones {
                PhoneStyle::Separate => number.clone(),
                _ if code.is_empty() || number.is_empty() => number.clone(),
                PhoneStyle::Joined => format!("{code}{number}"),
                PhoneStyle::JoinedWithPlus => format!("+{code}{number}"),
            };
            details.insert(format!("{kind}_number"), json!(printed));
            if phones == PhoneStyle::Separate {
                details.insert(format!("{kind}_country_code"), json!(code));
            }
        }
        details
    }

    fn number(&self, number: u64) -> Value {
        if self.settings.numbers_as_strings {
            json!(number.to_string())
        } else {
            json!(number)
        }
    }

    fn reservation_count(&self, user: &User) -> Value {
        let count = user.reservations + user.unconfirmed_reservations + user.cancelled_reservations;
        self.number(u64::from(count))
    }
}

fn user_not_found() -> Refusal {
    invalid("User not found")
}

fn has_reservations(user: &User) -> bool {
    user.reservations + user.unconfirmed_reservations + user.cancelled_reservations > 0
}

/// To this site: somebody who registered without ever booking is not.
fn is_known(user: &User) -> bool {
    user.created_by_admin || has_reservations(user)
}

fn finish(user: &User, mut record: Map<String, Value>) -> Value {
    for name in &user.null_fields {
        if let Some(value) = record.get_mut(name) {
            *value = Value::Null;
        }
    }
    Value::Object(record)
}

/// PHP prints an empty map as a list.
fn properties(user: &User) -> Value {
    if user.properties.is_empty() {
        json!([])
    } else {
        json!(user.properties)
    }
}

/// The fields `add_user` and `modify_user` have in common; what is not sent stays, what is sent blank is blanked.
fn apply_details(user: &mut User, parameters: &Parameters) {
    for (name, field) in [
        ("last_name", &mut user.last_name),
        ("country", &mut user.country),
        ("address", &mut user.address),
        ("city", &mut user.city),
        ("zip", &mut user.zip),
        ("state", &mut user.state),
        ("phone", &mut user.phone_number),
        ("phone_country_code", &mut user.phone_country_code),
        ("mobile", &mut user.mobile_number),
        ("mobile_country_code", &mut user.mobile_country_code),
        ("user_language", &mut user.language),
    ] {
        if let Some(value) = parameters.0.get(name) {
            value.clone_into(field);
        }
    }
    for (name, value) in &parameters.0 {
        if let Some(property) = name.strip_prefix("prop_user_") {
            // A cleared property reads back as null.
            let value = Some(value.clone()).filter(|value| !value.is_empty());
            user.properties.insert(property.replace(' ', "_"), value);
        }
    }
}

fn matches_filters(user: &User, parameters: &Parameters) -> bool {
    let by_field = [
        ("first_name", &user.first_name),
        ("last_name", &user.last_name),
        ("email", &user.email),
        ("address", &user.address),
        ("city", &user.city),
        ("zip", &user.zip),
        ("country", &user.country),
        ("phone_number", &user.phone_number),
        ("phone_country_code", &user.phone_country_code),
        ("mobile_number", &user.mobile_number),
        ("mobile_country_code", &user.mobile_country_code),
    ];
    let matches_field = |(name, value): (&str, &String)| {
        parameters
            .sent(name)
            .is_none_or(|pattern| matches_wildcard(pattern, value))
    };
    by_field.into_iter().all(matches_field) && matches_property(user, parameters)
}

fn matches_property(user: &User, parameters: &Parameters) -> bool {
    let Some(name) = parameters.sent("user_filter_name") else {
        return true;
    };
    let value = user.properties.get(&name.replace(' ', "_"));
    let value = value
        .and_then(Option::as_deref)
        .unwrap_or_default()
        .to_lowercase();
    let exact = parameters.sent("user_filter_value");
    let part = parameters.sent("user_filter_value_inc");
    exact.is_none_or(|wanted| value == wanted.to_lowercase())
        && part.is_none_or(|wanted| value.contains(&wanted.to_lowercase()))
}

/// `*` stands for any text; case does not matter.
fn matches_wildcard(pattern: &str, value: &str) -> bool {
    let (pattern, value) = (pattern.to_lowercase(), value.to_lowercase());
    let Some((start, rest)) = pattern.split_once('*') else {
        return pattern == value;
    };
    let Some(mut value) = value.strip_prefix(start) else {
        return false;
    };
    let (middle, end) = rest.rsplit_once('*').unwrap_or(("", rest));
    for part in middle.split('*') {
        match value.split_once(part) {
            Some((_, after)) => value = after,
            None => return false,
        }
    }
    value.ends_with(end)
}

/// A new user counts as modified.
fn is_modified_since(user: &User, since: Option<NaiveDateTime>) -> bool {
    let Some(since) = since else { return true };
    let times = [&user.modified, &user.registration_time];
    let last = times.into_iter().filter_map(|text| naive(text)).max();
    last.is_some_and(|last| last >= since)
}

/// The spellings seen to work as input: a date, a date and time, Unix seconds, ISO 8601 with an offset.
fn date_time(text: &str, timezone: &str) -> Option<NaiveDateTime> {
    let unix = || {
        text.parse()
            .ok()
            .map(|seconds| site_time(timezone, seconds))
    };
    let with_offset = || {
        DateTime::parse_from_rfc3339(text)
            .ok()
            .map(|time| site_time(timezone, time.timestamp()))
    };
    naive(text).or_else(unix).or_else(with_offset)
}

fn naive(text: &str) -> Option<NaiveDateTime> {
    let spelled = |format| NaiveDateTime::parse_from_str(text, format).ok();
    let date = || {
        NaiveDate::parse_from_str(text, "%Y-%m-%d")
            .ok()?
            .and_hms_opt(0, 0, 0)
    };
    spelled("%Y-%m-%d %H:%M:%S")
        .or_else(|| spelled("%Y-%m-%dT%H:%M:%S"))
        .or_else(date)
}
