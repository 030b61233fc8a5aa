//! The week of a resource or of the site, and the times of events.

use chrono::{Datelike, NaiveDateTime, Timelike, Weekday};
use serde_json::{Value, json};

use crate::planyo::{
    State,
    protocol::{Outcome, Parameters, invalid},
};

const DAY: usize = 24 * 60;

const WEEKDAYS: [(Weekday, &str); 7] = [
    (Weekday::Mon, "mon"),
    (Weekday::Tue, "tue"),
    (Weekday::Wed, "wed"),
    (Weekday::Thu, "thu"),
    (Weekday::Fri, "fri"),
    (Weekday::Sat, "sat"),
    (Weekday::Sun, "sun"),
];

/// Whether each minute of the week is open, from Monday on.
#[derive(Clone)]
pub(in crate::planyo) struct Week(Vec<bool>);

impl Default for Week {
    fn default() -> Self {
        Self::all(true)
    }
}

impl Week {
    fn all(open: bool) -> Self {
        Self(vec![open; 7 * DAY])
    }

    pub(super) fn is_open(&self, at: NaiveDateTime) -> bool {
        let days = at.weekday().num_days_from_monday() as usize;
        let minute = days * DAY + (at.hour() * 60 + at.minute()) as usize;
        self.0.get(minute).copied().unwrap_or(true)
    }

    /// The weekdays and minutes of the day at which it closes.
    pub(super) fn closings(&self) -> Vec<(Weekday, u32)> {
        let closed = self.periods(false).into_iter();
        closed.map(|(weekday, start, _)| (weekday, start)).collect()
    }

    /// The open or the closed periods, in minutes of each day; a period ends with its day.
    fn periods(&self, open: bool) -> Vec<(Weekday, u32, u32)> {
        let mut periods: Vec<(Weekday, u32, u32)> = Vec::new();
        for ((weekday, _), day) in WEEKDAYS.iter().zip(self.0.chunks(DAY)) {
            let minutes = (0_u32..).zip(day).filter(|(_, is_open)| **is_open == open);
            for (minute, _) in minutes {
                match periods.last_mut() {
                    Some((of, _, end)) if of == weekday && *end == minute => *end += 1,
                    _ => periods.push((*weekday, minute, minute + 1)),
                }
            }
        }
        periods
    }

    /// `av-D-HHMM-HHMM`, where D is 1 to 7 or mon to sun.
    fn set(&mut self, name: &str, open: bool) -> Option<()> {
        let mut parts = name.strip_prefix("av-")?.split('-');
        let (day, from, to) = (parts.next()?, parts.next()?, parts.next()?);
        let is_day = |(number, (_, word)): &(usize, (Weekday, &str))| {
            day.eq_ignore_ascii_case(word) || day.parse() == Ok(number + 1)
        };
        let (day, _) = WEEKDAYS.into_iter().enumerate().find(is_day)?;
        let (from, to) = (minute(from)?, minute(to)?);
        // Midnight at the end of a day.
        let to = if to == 0 { DAY } else { to };
        let length = to.checked_sub(from).filter(|length| *length > 0)?;
        let minutes = self.0.iter_mut().skip(day * DAY + from).take(length);
        minutes.for_each(|minute| *minute = open);
        Some(())
    }
}

/// `HHMM`.
fn minute(text: &str) -> Option<usize> {
    let (hour, minute) = text.split_at_checked(2)?;
    let (hour, minute) = (hour.parse::<usize>().ok()?, minute.parse::<usize>().ok()?);
    Some(hour * 60 + minute).filter(|time| minute < 60 && *time <= DAY)
}

impl State {
    /// That of the site where a resource has none of its own.
    pub(super) fn week_of(&self, resource_id: Option<u64>) -> &Week {
        static OPEN: std::sync::LazyLock<Week> = std::sync::LazyLock::new(Week::default);
        let own = self.weeks.get(&resource_id);
        own.or_else(|| self.weeks.get(&None)).unwrap_or(&OPEN)
    }

    /// A day that is open to its end ends at `24:00`, which is a guess.
    pub(in crate::planyo) fn get_weekly_schedule(&self, parameters: &Parameters) -> Outcome {
        let resource_id = self.of_resource(parameters)?;
        let open = zero_or_one(parameters, "return_available")?;
        let time = |minute: u32| format!("{:02}:{:02}", minute / 60, minute % 60);
        let periods = self.week_of(resource_id).periods(open).into_iter();
        let periods = periods.map(|(weekday, start, end)| {
            json!({
                "weekday": self.number(u64::from(weekday.number_from_monday())),
                "start": time(start),
                "end": time(end),
            })
        });
        Ok(json!({ "periods": periods.collect::<Vec<_>>() }))
    }

    pub(in crate::planyo) fn set_weekly_schedule(&mut self, parameters: &Parameters) -> Outcome {
        let resource_id = self.of_resource(parameters)?;
        let mut week = Week::all(zero_or_one(parameters, "default")?);
        for name in parameters.0.keys().filter(|name| name.starts_with("av-")) {
            let open = zero_or_one(parameters, name)?;
            week.set(name, open)
                .ok_or_else(|| invalid(&format!("Invalid parameter: {name}")))?;
        }
        self.weeks.insert(resource_id, week);
        Ok(json!([]))
    }

    fn of_resource(
        &self,
        parameters: &Parameters,
    ) -> Result<Option<u64>, crate::planyo::protocol::Refusal> {
        match parameters.sent("resource_id") {
            Some(_) => Ok(Some(self.resource(parameters)?.id)),
            None => Ok(None),
        }
    }

    /// Of a resource that is no event there are none.
    pub(in crate::planyo) fn get_event_times(&self, parameters: &Parameters) -> Outcome {
        let resource = self.resource(parameters)?;
        let now = self.local_now();
        let future_only = parameters.flag("future_only");
        let duration = resource.event_duration;
        let times = resource.event_times.iter().copied();
        let times = times.filter(|time| !future_only || now <= *time);
        let text = |time: NaiveDateTime| time.format("%d/%m/%Y %H:%M").to_string();
        let print = |time: NaiveDateTime| match parameters.text("format") {
            "timestamp" => Some(json!(self.unix(time))),
            "array" => {
                let end = time + duration;
                let (free, _) = self.free_units(resource, time, end, None);
                Some(json!({
                    "text": text(time),
                    "timestamp": self.unix(time),
                    "available": self.number(u64::from(free)),
                }))
            }
            "" | "string" => Some(json!(text(time))),
            _ => None,
        };
        let times: Option<Vec<Value>> = times.map(print).collect();
        let times = times.ok_or_else(|| invalid("Invalid value of parameter format"))?;
        Ok(json!({
            "event_times": times,
            "duration": self.money(duration.num_minutes() * 100 / 60),
        }))
    }
}

fn zero_or_one(
    parameters: &Parameters,
    name: &str,
) -> Result<bool, crate::planyo::protocol::Refusal> {
    match parameters.required(name)? {
        "0" => Ok(false),
        "1" => Ok(true),
        _ => Err(invalid(&format!("Invalid value of parameter {name}"))),
    }
}
