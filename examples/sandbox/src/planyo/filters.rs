//! The filters of the listings, and the spellings of a time.

use chrono::{DateTime, NaiveDate, NaiveDateTime};

use super::{User, protocol::Parameters};
use crate::wire::site_time;

pub(super) fn matches_filters(user: &User, parameters: &Parameters) -> bool {
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
pub(super) fn matches_wildcard(pattern: &str, value: &str) -> bool {
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
pub(super) fn is_modified_since(user: &User, since: Option<NaiveDateTime>) -> bool {
    let Some(since) = since else { return true };
    let times = [&user.modified, &user.registration_time];
    let last = times.into_iter().filter_map(|text| naive(text)).max();
    last.is_some_and(|last| last >= since)
}

/// The spellings seen to work as input: a date, a date and time, Unix seconds, ISO 8601 with an offset.
pub(super) fn date_time(text: &str, timezone: &str) -> Option<NaiveDateTime> {
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
