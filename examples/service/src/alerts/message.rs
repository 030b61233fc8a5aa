//! What a message says.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::{Value, json};

use super::Condition;

/// Where messages come from.
pub(super) struct Site {
    /// In the subject.
    pub(super) name: String,
    /// The page where somebody can do something about it.
    pub(super) page: Option<String>,
}

/// A message, ready for each channel.
pub(super) struct Message {
    /// The same for a message that is sent again, so that a mail program may show it once.
    pub(super) id: String,
    pub(super) at: DateTime<Utc>,
    pub(super) subject: String,
    pub(super) body: String,
    pub(super) json: Value,
}

impl Message {
    /// A condition began.
    pub(super) fn began(
        site: &Site,
        now: DateTime<Utc>,
        condition: Condition,
        since: DateTime<Utc>,
        text: &str,
    ) -> Self {
        let lines = [text.to_owned(), format!("Since: {}", shown(since))];
        let subject = format!("[{}] {condition}", site.name);
        Self::of(site, now, Some(condition), "began", since, subject, &lines)
    }

    /// A condition ended.
    pub(super) fn ended(
        site: &Site,
        now: DateTime<Utc>,
        condition: Condition,
        since: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Self {
        let lines = [
            format!("This is over: {condition}."),
            format!("Since: {}", shown(since)),
            format!("Until: {}, after {}", shown(until), words(until - since)),
        ];
        let subject = format!("[{}] over: {condition}", site.name);
        Self::of(site, now, Some(condition), "ended", since, subject, &lines)
    }

    /// Nothing happened.
    pub(super) fn test(site: &Site, now: DateTime<Utc>) -> Self {
        let lines = ["This is a test: alerts arrive here.".to_owned()];
        let subject = format!("[{}] test of alerts", site.name);
        Self::of(site, now, None, "test", now, subject, &lines)
    }

    fn of(
        site: &Site,
        at: DateTime<Utc>,
        condition: Option<Condition>,
        state: &str,
        since: DateTime<Utc>,
        subject: String,
        lines: &[String],
    ) -> Self {
        let lines = lines.iter().chain(&site.page).map(String::as_str);
        let lines: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
        let body = lines.join("\n") + "\n";
        let name = condition.map(Condition::name);
        let json = json!({
            "text": format!("{subject}\n{}", body.trim_end()),
            "condition": name,
            "state": state,
            "since": since.to_rfc3339_opts(SecondsFormat::Secs, true),
            "url": site.page,
        });
        let (name, micros) = (name.unwrap_or("alerts"), since.timestamp_micros());
        Self {
            id: format!("{name}.{state}.{micros}"),
            at,
            subject,
            body,
            json,
        }
    }
}

fn shown(time: DateTime<Utc>) -> impl std::fmt::Display {
    time.format("%Y-%m-%d %H:%M UTC")
}

/// A time in its two greatest units.
fn words(time: TimeDelta) -> String {
    let minutes = time.num_minutes();
    let units = [
        (minutes / 1_440, "day"),
        (minutes / 60 % 24, "hour"),
        (minutes % 60, "minute"),
    ];
    let parts = units.iter().skip_while(|(number, _)| *number <= 0).take(2);
    let parts = parts.filter(|(number, _)| *number > 0);
    let parts = parts.map(|(number, unit)| match number {
        1 => format!("1 {unit}"),
        _ => format!("{number} {unit}s"),
    });
    let parts: Vec<String> = parts.collect();
    if parts.is_empty() {
        return "less than a minute".to_owned();
    }
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_told_in_words() {
        for (minutes, expected) in [
            (-5, "less than a minute"),
            (0, "less than a minute"),
            (1, "1 minute"),
            (59, "59 minutes"),
            (60, "1 hour"),
            (125, "2 hours 5 minutes"),
            (1_440, "1 day"),
            (1_445, "1 day"),
            (3_000, "2 days 2 hours"),
        ] {
            assert_eq!(words(TimeDelta::minutes(minutes)), expected);
        }
    }
}
