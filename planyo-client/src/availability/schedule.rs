//! The week of a resource, and the times of an event.

use chrono::{NaiveTime, Weekday};
use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::macros::{call, number_codes, setters, switches, text_codes};
use crate::params::Params;
use crate::types::{ResourceId, SiteId, SiteTime};
use crate::wire::{self, Entry, Record};

call! {
    /// `get_weekly_schedule`: when in the week a resource, or the site, is open or closed.
    GetWeeklySchedule: "get_weekly_schedule", Read -> Vec<Entry<WeeklyPeriod>>, |data| wire::entries(data, "periods")
}

impl GetWeeklySchedule {
    /// The working hours of the site.
    pub fn working_hours() -> Self {
        Self::returning(WeeklyDefault::Available)
    }

    /// The times at which the site is closed.
    pub fn vacations() -> Self {
        Self::returning(WeeklyDefault::Unavailable)
    }

    fn returning(what: WeeklyDefault) -> Self {
        Self {
            params: Params::default().with("return_available", what),
        }
    }

    setters! {
        /// Those of this resource, not of the site.
        resource_id(ResourceId) => "resource_id";
        /// The site, with a metasite's key and no resource.
        site_id(SiteId) => "site_id";
    }
}

/// A period of every week.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct WeeklyPeriod {
    /// The day.
    #[serde(default, deserialize_with = "weekday")]
    pub weekday: Option<Weekday>,
    /// When it begins: `HH:MM`.
    #[serde(default, deserialize_with = "wire::text")]
    pub start: Option<String>,
    /// When it ends: `HH:MM`. Whether midnight is `00:00` or `24:00` is unknown.
    #[serde(default, deserialize_with = "wire::text")]
    pub end: Option<String>,
}

/// Planyo counts from Monday, which is 1.
fn weekday<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Weekday>, D::Error> {
    let from_monday = |number: u64| u8::try_from(number.checked_sub(1)?).ok()?.try_into().ok();
    Ok(wire::number(deserializer)?.and_then(from_monday))
}

call! {
    /// `set_weekly_schedule`: replaces the week of a resource, or of the whole site. **Weekly vacations that are there
    /// already are removed.** The answer is unknown.
    ///
    /// ```no_run
    /// # async fn run(planyo: planyo_client::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use chrono::{NaiveTime, Weekday};
    /// use planyo_client::availability::{SetWeeklySchedule, WeeklyDefault};
    ///
    /// let (nine, noon, five): (NaiveTime, _, _) = ("09:00".parse()?, "12:00".parse()?, "17:00".parse()?);
    /// let week = SetWeeklySchedule::of_resource(22222, WeeklyDefault::Unavailable)
    ///     .available(Weekday::Mon, nine, five)
    ///     .available(Weekday::Sat, nine, noon);
    /// planyo.send(week).await?;
    /// # Ok(()) }
    /// ```
    SetWeeklySchedule: "set_weekly_schedule", Idempotent -> Value, wire::any
}

impl SetWeeklySchedule {
    /// Of one resource.
    pub fn of_resource(resource: impl Into<ResourceId>, default: WeeklyDefault) -> Self {
        let mut schedule = Self::of_site(default);
        schedule.params.set("resource_id", resource.into());
        schedule
    }

    /// Of **all resources** of the site.
    pub fn of_site(default: WeeklyDefault) -> Self {
        Self {
            params: Params::default().with("default", default),
        }
    }

    /// Open on this day, from start to end. How Planyo writes an end at midnight is unknown.
    pub fn available(self, day: Weekday, start: NaiveTime, end: NaiveTime) -> Self {
        self.period(day, start, end, WeeklyDefault::Available)
    }

    /// Closed on this day, from start to end. How Planyo writes an end at midnight is unknown.
    pub fn unavailable(self, day: Weekday, start: NaiveTime, end: NaiveTime) -> Self {
        self.period(day, start, end, WeeklyDefault::Unavailable)
    }

    fn period(mut self, day: Weekday, start: NaiveTime, end: NaiveTime, is: WeeklyDefault) -> Self {
        let (day, start, end) = (
            day.number_from_monday(),
            start.format("%H%M"),
            end.format("%H%M"),
        );
        self.params.set(format!("av-{day}-{start}-{end}"), is);
        self
    }

    setters! {
        /// The site, with a metasite's key and no resource.
        site_id(SiteId) => "site_id";
    }
}

number_codes! {
    /// What holds for the times of a week that are not named (documented).
    WeeklyDefault {
        /// Closed.
        Unavailable = 0,
        /// Open.
        Available = 1,
    }
}

call! {
    /// `get_event_times`: when an event starts; for resources that are events.
    GetEventTimes: "get_event_times", Read -> Record<EventTimes>, Record::parse
}

impl GetEventTimes {
    /// Of this resource, as texts unless [`format`](Self::format) says otherwise.
    pub fn new(resource: impl Into<ResourceId>) -> Self {
        Self {
            params: Params::default().with("resource_id", resource.into()),
        }
    }

    setters! {
        /// How the times are given.
        format(EventTimesFormat) => "format";
    }

    switches! {
        /// Only times that are still to come.
        future_only => "future_only" = true;
    }
}

text_codes! {
    /// How [`GetEventTimes`] gives the times (documented).
    EventTimesFormat {
        /// As text, in the format of the site: for people. Planyo's default.
        Text = "string",
        /// As Unix seconds.
        Timestamp = "timestamp",
        /// Both, and what is available.
        Full = "array",
    }
}

/// When an event starts, and how long it is.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct EventTimes {
    /// The times.
    #[serde(default, deserialize_with = "wire::values")]
    pub event_times: Vec<EventTime>,
    /// How long it is. The unit is not documented; other lengths of time are in hours.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub duration: Option<Decimal>,
}

/// One start of an event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct EventTime {
    /// In the format of the site.
    pub text: Option<String>,
    /// The moment. A text that Planyo writes like its other times is one too.
    pub time: Option<SiteTime>,
    /// What is available, as Planyo writes it: whether it is a number or a yes is unknown.
    pub available: Option<String>,
}

impl<'de> Deserialize<'de> for EventTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Full {
            #[serde(default, deserialize_with = "wire::text")]
            text: Option<String>,
            #[serde(default, deserialize_with = "wire::time")]
            timestamp: Option<SiteTime>,
            #[serde(default, deserialize_with = "wire::text")]
            available: Option<String>,
        }

        let raw = Box::<RawValue>::deserialize(deserializer)?;
        // Named or in this order; else one of the two alone.
        Ok(if let Ok(full) = serde_json::from_str::<Full>(raw.get()) {
            Self {
                text: full.text,
                time: full.timestamp,
                available: full.available,
            }
        } else {
            let text = wire::text(&*raw).unwrap_or_default();
            let time = text.as_deref().and_then(SiteTime::parse);
            let is_seconds = matches!(time, Some(SiteTime::Unix(_)));
            Self {
                text: text.filter(|_| !is_seconds),
                time,
                available: None,
            }
        })
    }
}

call! {
    /// `set_event_times`: sets when an event starts. The method exists; its parameters are a guess, and the answer is
    /// unknown.
    SetEventTimes: "set_event_times", Idempotent -> Value, wire::any
}

impl SetEventTimes {
    /// Of this resource, in the form that Planyo requires.
    pub fn new(resource: impl Into<ResourceId>, event_times: impl Into<String>) -> Self {
        Self {
            params: Params::default()
                .with("resource_id", resource.into())
                .with("event_times", event_times.into()),
        }
    }
}
