//! Texts of messages, with places for the values of a recall.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};

use super::Message;

/// The text of a message, with places such as `{name}` to fill in. `{{` and `}}` are braces.
///
/// Known of each [message](Message) are `{name}`, `{first_name}` (the name if there is none), `{due}` (a day), and of one
/// after an appointment `{visited}` (a day) and `{resource}`; for a recall by hand these two are blank. Days are written
/// out in Dutch, French and English. A program can add values of its own, such as the name of the company.
///
/// ```
/// use customer_sync::recalls::{Channel, Message, Recall, Template};
/// use customer_sync::{Customer, CustomerKey};
///
/// let template = Template::parse("Dag {first_name}, tot {due}! {company}", &["company"])?;
/// let day = |text: &str| text.parse::<chrono::NaiveDate>().unwrap();
/// let mut ann = Customer::new(CustomerKey::new("planyo", "7"));
/// ann.first_name = Some("Ann".to_owned());
/// ann.email = Some("ann@example.com".to_owned());
/// let recall = Recall::by_hand(ann.key.clone(), "call back", day("2027-03-01"), day("2026-11-30"), "eva");
/// let message = Message::of(&recall, Channel::Email, &ann).unwrap();
/// let mut values = message.values("NL");
/// values.insert("company", "Verhuur Jansen".to_owned());
/// assert_eq!(template.fill(&values), "Dag Ann, tot 1 maart 2027! Verhuur Jansen");
///
/// let error = Template::parse("Dag {naam}", &[]).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "`{naam}` is no value of a message: write {name}, {first_name}, {visited}, {due} or {resource}"
/// );
/// # Ok::<(), customer_sync::recalls::InvalidTemplate>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Value(String),
}

/// Why a text is no template.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidTemplate {
    /// A value that no message has.
    #[error("`{{{name}}}` is no value of a message: write {known}")]
    UnknownValue {
        /// The name in braces.
        name: String,
        /// Those that there are.
        known: String,
    },
    /// A brace without the other.
    #[error("the brace at character {0} has no counterpart: write {{{{ or }}}} for a brace")]
    Brace(usize),
}

impl Template {
    /// The values of each message: see [`Message::values`].
    pub const VALUES: [&str; 5] = ["name", "first_name", "visited", "due", "resource"];

    /// A template, in which the program's own values are known too.
    ///
    /// # Errors
    /// When a value in it is not known, or a brace is alone.
    pub fn parse(text: &str, own: &[&str]) -> Result<Self, InvalidTemplate> {
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut chars = text.chars().enumerate().peekable();
        while let Some((place, char)) = chars.next() {
            let is_twice = |next: Option<&(usize, char)>| next.is_some_and(|next| next.1 == char);
            match char {
                '{' | '}' if is_twice(chars.peek()) => {
                    chars.next();
                    literal.push(char);
                }
                '{' => {
                    let mut name = String::new();
                    loop {
                        match chars.next() {
                            Some((_, '}')) => break,
                            Some((_, char)) if char != '{' => name.push(char),
                            _ => return Err(InvalidTemplate::Brace(place + 1)),
                        }
                    }
                    if !Self::VALUES.iter().chain(own).any(|known| *known == name) {
                        return Err(unknown(name, own));
                    }
                    parts.push(Part::Text(std::mem::take(&mut literal)));
                    parts.push(Part::Value(name));
                }
                '}' => return Err(InvalidTemplate::Brace(place + 1)),
                char => literal.push(char),
            }
        }
        parts.push(Part::Text(literal));
        Ok(Self(parts))
    }

    /// The text with these values. One that is missing is blank.
    #[must_use]
    pub fn fill(&self, values: &BTreeMap<&str, String>) -> String {
        let parts = self.0.iter().map(|part| match part {
            Part::Text(text) => text.as_str(),
            Part::Value(name) => values.get(name.as_str()).map_or("", String::as_str),
        });
        parts.collect()
    }
}

fn unknown(name: String, own: &[&str]) -> InvalidTemplate {
    let known = Template::VALUES.iter().chain(own);
    let known: Vec<String> = known.map(|name| format!("{{{name}}}")).collect();
    let known = match known.split_last() {
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => String::new(),
    };
    InvalidTemplate::UnknownValue { name, known }
}

impl Message<'_> {
    /// The [values](Template::VALUES) for a template in a language, such as `nl`.
    #[must_use]
    pub fn values(&self, language: &str) -> BTreeMap<&'static str, String> {
        let recall = self.recall;
        let first_name = self.first_name.unwrap_or(&self.name);
        let visited = recall.appointment.as_ref().map(|_| recall.since);
        let visited = visited.map(|day| written_day(day, language));
        BTreeMap::from([
            ("name", self.name.clone()),
            ("first_name", first_name.to_owned()),
            ("visited", visited.unwrap_or_default()),
            ("due", written_day(recall.due, language)),
            ("resource", recall.resource.clone().unwrap_or_default()),
        ])
    }
}

const DUTCH: [&str; 12] = [
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
];
const FRENCH: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];
const ENGLISH: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A day as people write it in a language (`nl`, `fr` or `en`, in any case); in another one, as `2027-03-01`.
///
/// ```
/// use customer_sync::recalls::written_day;
///
/// let day = "2027-03-01".parse().unwrap();
/// assert_eq!(written_day(day, "NL"), "1 maart 2027");
/// assert_eq!(written_day(day, "fr"), "1er mars 2027");
/// assert_eq!(written_day(day, "en"), "1 March 2027");
/// assert_eq!(written_day(day, "de"), "2027-03-01");
/// ```
#[must_use]
pub fn written_day(day: NaiveDate, language: &str) -> String {
    let language = language.to_ascii_lowercase();
    let (months, first) = match language.as_str() {
        "nl" => (&DUTCH, ""),
        "fr" => (&FRENCH, "er"),
        "en" => (&ENGLISH, ""),
        _ => return day.to_string(),
    };
    let month = usize::try_from(day.month0()).ok();
    let month = month.and_then(|month| months.get(month)).unwrap_or(&"");
    let ordinal = if day.day() == 1 { first } else { "" };
    format!("{}{ordinal} {month} {}", day.day(), day.year())
}
