//! The table `recalls` of the settings.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, de};

use crate::messages::{EmailSettings, LetterSettings, SmsSettings};

/// The table `recalls`. A channel whose table is missing is not there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RecallSettings {
    /// Appointments that ended earlier are left alone. Required with rules that are not only by hand: without it the first
    /// day would send a message about each appointment there ever was.
    #[serde(deserialize_with = "day")]
    pub since: Option<NaiveDate>,
    /// Hours without e-mail and SMS, such as `20:00-08:00`, by the clock of the site.
    pub quiet_hours: Option<String>,
    /// A message that the server or the gateway does not take now is tried again after so many minutes. Default: 15.
    pub retry_minutes: Option<u32>,
    /// The language of customers whose own is not known, or is none of `nl`, `fr` and `en`. Default: `nl`.
    pub language: Option<String>,
    /// Where to book, for `{link}` in texts.
    pub link: Option<String>,
    /// After which appointments whom to ask again, and how.
    pub rules: Vec<RuleSettings>,
    /// Texts in place of the built-in ones, by language: `nl`, `fr`, `en`.
    pub texts: BTreeMap<String, TextSettings>,
    /// By e-mail.
    pub email: Option<EmailSettings>,
    /// By SMS.
    pub sms: Option<SmsSettings>,
    /// By letter.
    pub letter: Option<LetterSettings>,
}

/// One of `recalls.rules`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleSettings {
    /// Its name. A renamed rule is a new one.
    pub name: String,
    /// How long after the appointment, such as `6 months`; by hand, what the form proposes.
    pub after: String,
    /// What was booked: ids or names of resources or services. Default: anything.
    #[serde(default)]
    pub resources: Vec<String>,
    /// Only from the page of a customer, never after an appointment by itself.
    #[serde(default)]
    pub by_hand: bool,
    /// In order: `e-mail`, `SMS`, `letter`, each once, and how long after the one before: `letter after 3 weeks`.
    pub messages: Vec<String>,
    /// Texts of this rule in place of the others, by language.
    #[serde(default)]
    pub texts: BTreeMap<String, TextSettings>,
}

/// The texts of a language, with `{name}`, `{first_name}`, `{visited}`, `{due}`, `{resource}`, `{company}` and `{link}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TextSettings {
    /// The subject of the e-mail.
    pub subject: Option<String>,
    /// The text of the e-mail.
    pub email: Option<String>,
    /// The text of the SMS.
    pub sms: Option<String>,
    /// The text of the letter.
    pub letter: Option<String>,
}

/// A day in quotes or as TOML writes it.
fn day<'de, D: Deserializer<'de>>(value: D) -> Result<Option<NaiveDate>, D::Error> {
    let text = match toml::Value::deserialize(value)? {
        toml::Value::String(text) => text,
        toml::Value::Datetime(day) => day.to_string(),
        _ => String::new(),
    };
    let day = text.parse();
    day.map(Some)
        .map_err(|_| de::Error::custom("write a day, such as \"2026-01-01\""))
}
