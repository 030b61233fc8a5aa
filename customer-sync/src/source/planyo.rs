//! Mapping of Planyo users to customers.

use std::borrow::Cow;

use planyo_client::Record;
use planyo_client::users::User;

use super::explain::{Explanation, Given, explanation};
use super::record::{PhoneCode, SourceRecord, Typed};
use crate::core::customer::{Customer, CustomerKey, Problem};
#[cfg(feature = "sync")]
use crate::core::properties::PropertyTally;
use crate::core::rules::{Filter, MappingRules};
use crate::normalize::country;

/// Maps a user to a customer.
///
/// ```
/// use customer_sync::{MappingRules, source::planyo};
/// use planyo_client::{Record, users::User};
///
/// let json = serde_json::value::RawValue::from_string(
///     r#"{"id":"7","first_name":"Ann","last_name":"Peeters","address":"Kerkstraat 12"}"#.into()).unwrap();
/// let user = Record::<User>::parse(&json).unwrap();
/// let customer = planyo::customer(&user, &MappingRules::default()).unwrap();
/// assert_eq!(customer.name().as_deref(), Some("Ann Peeters"));
/// assert_eq!(customer.address.street_number.as_deref(), Some("12"));
/// ```
///
/// # Errors
/// When there is no name, when the filter of the rules leaves the user out ([`Problem::LeftOut`], as far as the user alone can
/// tell: not for reservations), or when a template fails.
pub fn customer(user: &User, rules: &MappingRules) -> Result<Customer, Problem> {
    let mut record = record(user, |_| false, rules);
    // Without the raw record it is unknown which properties were sent blank.
    record.properties.retain(|(_, value)| value.is_some());
    record.customer(rules)
}

/// Maps a record to a customer, as [`customer`], with the fields that the record has blank. A listed user and the data
/// of one user come to the same customer, but for the language, which a list may not have.
///
/// The country code of a phone is in a field of its own (seen in lists), or in the number (documented for the data of one
/// user).
///
/// # Errors
/// As [`customer`], and [`Problem::ErasedInSource`] if neither a name nor an e-mail address is left: every user of Planyo
/// has both until they are erased.
pub fn read(user: &Record<User>, rules: &MappingRules) -> Result<Customer, Problem> {
    let sent = user.fields();
    if is_erased(user, |field| sent.contains(field)) {
        return Err(Problem::ErasedInSource);
    }
    record(user, |field| sent.contains(field), rules).customer(rules)
}

/// What the rules make of a user, field by field, and whether their filter takes it. Pure: it asks nobody, so that a condition
/// on reservations stays open.
///
/// ```
/// use customer_sync::source::{FilterDecision, GivenBy, planyo};
/// use customer_sync::{Filter, MappingRules};
/// use planyo_client::{Record, users::User};
///
/// let json = serde_json::value::RawValue::from_string(
///     r#"{"id":"7","first_name":"Ann","last_name":"Peeters","country":"BE","properties":{"mail":"boek@acme.example"}}"#.into())?;
/// let user = Record::<User>::parse(&json)?;
/// let rules = MappingRules::default()
///     .properties("Email".parse()?, ["mail"])
///     .filter(Filter::default().property("invoice", true));
/// let explained = planyo::explain(&user, &rules);
/// let email = explained.values.iter().find(|one| one.field == "Email".parse().unwrap()).unwrap();
/// assert_eq!((&*email.value, &email.given_by), ("boek@acme.example", &GivenBy::Property("mail".to_owned())));
/// assert_eq!(explained.filter, FilterDecision::LeftOut("properties.invoice: it is blank, or says no".to_owned()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn explain(user: &Record<User>, rules: &MappingRules) -> Explanation {
    let filtered = read(user, rules);
    let everyone = rules.clone().filter(Filter::default());
    let mut given = Given::new();
    let sent = user.fields();
    let customer = if is_erased(user, |field| sent.contains(field)) {
        Err(Problem::ErasedInSource)
    } else {
        let record = record(user, |field| sent.contains(field), &everyone);
        record.mapped(&everyone, Some(&mut given))
    };
    explanation(filtered, customer, &given, rules)
}

/// What can be read of the name of a user that cannot be read, or else of the e-mail address.
#[cfg(feature = "sync")]
pub(crate) fn readable_name(user: &serde_json::value::RawValue) -> String {
    let fields: serde_json::Value = serde_json::from_str(user.get()).unwrap_or_default();
    let text = |field| fields.get(field)?.as_str().map(str::trim);
    let names = [text("first_name"), text("last_name")]
        .into_iter()
        .flatten();
    let names: Vec<&str> = names.filter(|name| !name.is_empty()).collect();
    if names.is_empty() {
        return text("email").unwrap_or_default().to_owned();
    }
    names.join(" ")
}

/// Adds the custom properties of a user to a tally.
#[cfg(feature = "sync")]
pub(crate) fn count_properties(user: &Record<User>, tally: &mut PropertyTally) {
    // Without properties, the raw record tells whether the list has any; one such record is enough.
    let is_listed =
        !user.properties.is_empty() || tally.is_listed() || user.fields().contains("properties");
    if is_listed {
        let properties = user.properties.iter();
        let properties = properties.map(|(name, value)| (name.as_str(), value.as_deref()));
        tally.add(user.country.as_deref(), properties);
    } else {
        tally.add_without_properties();
    }
}

/// The key of the user with this id.
#[must_use]
pub fn key(id: &str, rules: &MappingRules) -> CustomerKey {
    CustomerKey::of(rules.source_name(), id)
}

/// Whether names and e-mail address are blank, and not merely left out of the answer.
fn is_erased(user: &User, is_sent: impl Fn(&str) -> bool) -> bool {
    let identity = [
        ("first_name", &user.first_name),
        ("last_name", &user.last_name),
        ("email", &user.email),
    ];
    let is_blank = |text: &Option<String>| text.as_ref().is_none_or(|text| text.trim().is_empty());
    identity.iter().all(|(_, text)| is_blank(text))
        && identity.iter().any(|(field, _)| is_sent(field))
}

fn record<'a>(
    user: &'a User,
    is_sent: impl Fn(&str) -> bool,
    rules: &MappingRules,
) -> SourceRecord<'a> {
    let typed = |field, text: &'a Option<String>| match text {
        Some(text) => Typed::Text(text),
        None if is_sent(field) => Typed::Blank,
        None => Typed::Absent,
    };
    let code = |field, beside: &'a Option<String>| match beside {
        Some(code) => PhoneCode::Beside(code),
        None if is_sent(field) => PhoneCode::Unknown,
        None => PhoneCode::Inside,
    };
    // A code is surer than a name.
    let country = match &user.country_code {
        Some(code) if country::code(code).is_some() => Typed::Text(code),
        _ => typed("country", &user.country),
    };
    let properties = user.properties.iter();
    let id = user.id.get().to_string();
    SourceRecord {
        key: key(&id, rules),
        id: Some(Cow::Owned(id)),
        first_name: typed("first_name", &user.first_name),
        last_name: typed("last_name", &user.last_name),
        email: typed("email", &user.email),
        address: typed("address", &user.address),
        zip: typed("zip", &user.zip),
        city: typed("city", &user.city),
        country,
        language: typed("language", &user.language),
        phone: typed("phone_number", &user.phone_number),
        phone_code: code("phone_country_code", &user.phone_country_code),
        mobile: typed("mobile_number", &user.mobile_number),
        mobile_code: code("mobile_country_code", &user.mobile_country_code),
        properties: properties
            .map(|(name, value)| (name.as_str(), value.as_deref()))
            .collect(),
    }
}
