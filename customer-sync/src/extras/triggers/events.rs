//! Times before and after an event, computed from reservations: for polling, without webhooks.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Days, Months, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Utc};
use planyo_client::reservations::Reservation;
use planyo_client::{ReservationStatus, SiteTime, SiteZone};
use serde::{Deserialize, Serialize};

use super::{CustomerRef, SyncRequest, Trigger};

/// How long before or after.
///
/// Hours are elapsed time. The others are steps in the site's calendar that keep the time of day: one day before 9:00
/// is 9:00 also across a change of daylight saving time, and one month before the 31st is the last day of a shorter
/// month. How Planyo counts is not documented.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Offset {
    /// Hours.
    Hours(u32),
    /// Days.
    Days(u32),
    /// Weeks.
    Weeks(u32),
    /// Months.
    Months(u32),
    /// Years.
    Years(u32),
}

/// What an event is before or after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Moment {
    /// The rental begins. One that is counted in nights begins at 00:00 of the day of arrival.
    Begins,
    /// The rental ends.
    Ends,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Before,
    After,
}

/// One of the times before or after an event, as the site defines them in its notifications. (Planyo's other two
/// moments, the reservation being made or confirmed, are triggers of their own.)
///
/// Cancelled reservations are ignored by [default](Self::excluded_status).
///
/// ```
/// use customer_sync::triggers::{EventRule, Moment, Offset};
///
/// let welcome = EventRule::before(1, Offset::Days(2), Moment::Begins);
/// assert_eq!(welcome, "1: 2 days before begin".parse()?);
/// // A recall, two years after the rental ended.
/// let recall = EventRule::after(6, Offset::Years(2), Moment::Ends);
/// assert_eq!(recall.to_string(), "6: 2 years after end");
/// # Ok::<(), customer_sync::triggers::ParseEventRuleError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a rule does nothing until it is used"]
pub struct EventRule {
    number: u8,
    offset: Offset,
    side: Side,
    moment: Moment,
    required: ReservationStatus,
    excluded: ReservationStatus,
}

impl EventRule {
    /// The event with this number comes this long before the moment.
    pub fn before(number: u8, offset: Offset, moment: Moment) -> Self {
        Self::new(number, offset, Side::Before, moment)
    }

    /// The event with this number comes this long after the moment.
    pub fn after(number: u8, offset: Offset, moment: Moment) -> Self {
        Self::new(number, offset, Side::After, moment)
    }

    fn new(number: u8, offset: Offset, side: Side, moment: Moment) -> Self {
        Self {
            number,
            offset,
            side,
            moment,
            required: ReservationStatus::from_bits(0),
            excluded: ReservationStatus::CANCELLED,
        }
    }

    /// Only reservations whose state has all of these flags.
    pub fn required_status(mut self, flags: ReservationStatus) -> Self {
        self.required = flags;
        self
    }

    /// No reservation whose state has any of these flags. Default: [`CANCELLED`](ReservationStatus::CANCELLED).
    pub fn excluded_status(mut self, flags: ReservationStatus) -> Self {
        self.excluded = flags;
        self
    }

    /// Its trigger.
    #[must_use]
    pub fn trigger(&self) -> Trigger {
        Trigger::BeforeOrAfterEvent(self.number)
    }

    /// When it comes for a reservation. `None` if the time to count from is unknown, or the result is out of range.
    #[must_use]
    pub fn moment_for(&self, reservation: &Reservation, zone: SiteZone) -> Option<DateTime<Utc>> {
        let time = match self.moment {
            Moment::Begins => reservation.start_time,
            Moment::Ends => reservation.end_time,
        };
        let mut local = match time? {
            SiteTime::Local(local) => local,
            moment => zone.to_local(zone.to_utc(moment).single()?),
        };
        if self.moment == Moment::Begins && reservation.night_reservation == Some(true) {
            local = local.date().and_time(NaiveTime::MIN);
        }
        match self.offset {
            Offset::Hours(hours) => {
                let hours = TimeDelta::hours(hours.into());
                let from = first_moment(local, zone)?;
                match self.side {
                    Side::Before => from.checked_sub_signed(hours),
                    Side::After => from.checked_add_signed(hours),
                }
            }
            _ => first_moment(self.step(local, self.side)?, zone),
        }
    }

    /// The local time this offset before or after another.
    fn step(&self, from: NaiveDateTime, side: Side) -> Option<NaiveDateTime> {
        let days = |days: u64| match side {
            Side::Before => from.checked_sub_days(Days::new(days)),
            Side::After => from.checked_add_days(Days::new(days)),
        };
        let months = |months: u32| match side {
            Side::Before => from.checked_sub_months(Months::new(months)),
            Side::After => from.checked_add_months(Months::new(months)),
        };
        match self.offset {
            Offset::Hours(hours) => {
                let hours = TimeDelta::hours(hours.into());
                match side {
                    Side::Before => from.checked_sub_signed(hours),
                    Side::After => from.checked_add_signed(hours),
                }
            }
            Offset::Days(number) => days(number.into()),
            Offset::Weeks(number) => days(7 * u64::from(number)),
            Offset::Months(number) => months(number),
            Offset::Years(number) => months(number.checked_mul(12)?),
        }
    }

    /// The period in which a rental must begin, or end, for this event to come in a given period.
    fn rental_period(
        &self,
        from: NaiveDateTime,
        to: NaiveDateTime,
    ) -> Option<(NaiveDateTime, NaiveDateTime)> {
        // For months of different lengths, night rentals that begin at 00:00, and daylight saving time.
        const MARGIN: Days = Days::new(4);
        let back = match self.side {
            Side::Before => Side::After,
            Side::After => Side::Before,
        };
        let from = self.step(from, back)?.checked_sub_days(MARGIN)?;
        let to = self.step(to, back)?.checked_add_days(MARGIN)?;
        Some((from, to))
    }

    fn matches_status(&self, status: Option<ReservationStatus>) -> bool {
        // No status given: it counts as one without flags.
        let status = status.unwrap_or(ReservationStatus::from_bits(0));
        status.contains(self.required) && !status.intersects(self.excluded)
    }
}

/// The first moment at which the clock of the site shows this time, or a later one if a change of the clock skips it.
fn first_moment(local: NaiveDateTime, zone: SiteZone) -> Option<DateTime<Utc>> {
    let at = |local| zone.to_utc(SiteTime::Local(local)).earliest();
    at(local).or_else(|| {
        // A skipped period ends on a full minute. The longest was a whole day, in Samoa.
        let minute = local.with_second(0)?;
        (1..=26 * 60)
            .find_map(|minutes| at(minute.checked_add_signed(TimeDelta::minutes(minutes))?))
    })
}

/// As in settings, such as `1: 2 days before begin`.
impl fmt::Display for EventRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (number, unit) = match self.offset {
            Offset::Hours(number) => (number, "hour"),
            Offset::Days(number) => (number, "day"),
            Offset::Weeks(number) => (number, "week"),
            Offset::Months(number) => (number, "month"),
            Offset::Years(number) => (number, "year"),
        };
        let plural = if number == 1 { "" } else { "s" };
        let side = match self.side {
            Side::Before => "before",
            Side::After => "after",
        };
        let moment = match self.moment {
            Moment::Begins => "begin",
            Moment::Ends => "end",
        };
        write!(
            f,
            "{}: {number} {unit}{plural} {side} {moment}",
            self.number
        )
    }
}

/// Why a text is not a rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseEventRuleError {
    /// Not of the form of a rule.
    #[error(
        "a rule has a number, a colon, how long, before or after, and what: such as \"1: 2 days before begin\" or \
         \"2: 1 year after end\""
    )]
    Form,
    /// Planyo has no event with this number.
    #[error("{0:?} is no number of an event: one of 1 to 12")]
    Number(String),
    /// Not a number of hours, days and so on.
    #[error("{0:?} is not how many: a whole number such as 2")]
    Count(String),
    /// Not a unit of time.
    #[error("{0:?} is not a unit: one of {words}", words = words(&UNITS))]
    Unit(String),
    /// Neither before nor after.
    #[error("{0:?} is neither before nor after: one of {words}", words = words(&SIDES))]
    Side(String),
    /// Neither the begin nor the end of the rental.
    #[error("{0:?} is neither the begin nor the end of the rental: one of {words}", words = words(&MOMENTS))]
    Moment(String),
}

type Unit = fn(u32) -> Offset;

/// The words of rules, with what they mean.
const UNITS: [(&str, Unit); 10] = [
    ("hour", Offset::Hours),
    ("hours", Offset::Hours),
    ("day", Offset::Days),
    ("days", Offset::Days),
    ("week", Offset::Weeks),
    ("weeks", Offset::Weeks),
    ("month", Offset::Months),
    ("months", Offset::Months),
    ("year", Offset::Years),
    ("years", Offset::Years),
];
const SIDES: [(&str, Side); 2] = [("before", Side::Before), ("after", Side::After)];
const MOMENTS: [(&str, Moment); 6] = [
    ("begin", Moment::Begins),
    ("begins", Moment::Begins),
    ("start", Moment::Begins),
    ("starts", Moment::Begins),
    ("end", Moment::Ends),
    ("ends", Moment::Ends),
];

/// The words of a table as a list.
fn words<T>(table: &[(&str, T)]) -> String {
    let words: Vec<&str> = table.iter().map(|(word, _)| *word).collect();
    words.join(", ")
}

/// What a word means; case does not count.
fn meaning<T: Copy>(
    word: &str,
    table: &[(&str, T)],
    unknown: fn(String) -> ParseEventRuleError,
) -> Result<T, ParseEventRuleError> {
    let mut table = table.iter();
    let found = table.find(|(known, _)| known.eq_ignore_ascii_case(word));
    let (_, meaning) = found.ok_or_else(|| unknown(word.to_owned()))?;
    Ok(*meaning)
}

/// Reads what `Display` writes, and `start`, `starts`, `begins` and `ends`, in any case.
impl FromStr for EventRule {
    type Err = ParseEventRuleError;

    fn from_str(text: &str) -> Result<Self, ParseEventRuleError> {
        use ParseEventRuleError as E;
        let (number, rest) = text.split_once(':').ok_or(E::Form)?;
        let words: Vec<&str> = rest.split_whitespace().collect();
        let [count, unit, side, moment] = words.as_slice() else {
            return Err(E::Form);
        };
        let number = number.trim();
        let known = number
            .parse()
            .ok()
            .filter(|number| (1..=12).contains(number));
        let number = known.ok_or_else(|| E::Number(number.to_owned()))?;
        let count = count.parse().map_err(|_| E::Count((*count).to_owned()))?;
        let offset = meaning(unit, &UNITS, E::Unit)?(count);
        let side = meaning(side, &SIDES, E::Side)?;
        let moment = meaning(moment, &MOMENTS, E::Moment)?;
        Ok(Self::new(number, offset, side, moment))
    }
}

/// Finds the reservations for which an [event](EventRule) has come. It can be stored; it holds no personal data.
///
/// A reservation is found at the first poll at which its moment has come and its state matches, and not again for that
/// moment or an earlier one. One that is moved to a later time is found again then; one that is entered, moved or
/// confirmed after its moment is found at the next poll. Moments before the watch starts are never found, nor those
/// that are more than [the retention](Self::RETENTION) old when they first match.
///
/// The result does not depend on how often it polls, how long the program was down, or changes of the clock. Only what
/// changed and was changed back between two polls is missed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventWatch {
    /// Earlier moments are ignored.
    since: DateTime<Utc>,
    /// The latest moment reported, by rule and reservation.
    given: BTreeMap<String, DateTime<Utc>>,
}

impl EventWatch {
    /// How long reported moments are kept after a poll.
    pub const RETENTION: TimeDelta = TimeDelta::days(7);

    /// A watch that finds every moment from this time on.
    #[must_use]
    pub fn starting_at(time: DateTime<Utc>) -> Self {
        Self {
            since: time,
            given: BTreeMap::new(),
        }
    }

    /// The sync requests since the last poll, ordered by moment. `reservations` must contain all that begin in one of
    /// the [periods](Self::periods), and all that [go on](Self::going_on_at) before one; others are harmless.
    pub fn sync_requests<'a>(
        &mut self,
        rules: &[EventRule],
        reservations: impl IntoIterator<Item = &'a Reservation>,
        zone: SiteZone,
        now: DateTime<Utc>,
    ) -> Vec<SyncRequest> {
        let mut found = Vec::new();
        for reservation in reservations {
            let fitting = rules
                .iter()
                .filter(|rule| rule.matches_status(reservation.status));
            for rule in fitting {
                let Some(moment) = rule.moment_for(reservation, zone) else {
                    continue;
                };
                let key = format!("{rule} {}", reservation.reservation_id);
                let is_new = self.given.get(&key).is_none_or(|given| *given < moment);
                if self.since <= moment && moment <= now && is_new {
                    self.given.insert(key, moment);
                    let user = reservation.user_id.map(CustomerRef::Customer);
                    let customer =
                        user.unwrap_or(CustomerRef::CustomerOf(reservation.reservation_id));
                    found.push((moment, SyncRequest::new(customer, rule.trigger())));
                }
            }
        }
        found.sort_unstable();
        let oldest = now.checked_sub_signed(Self::RETENTION);
        self.since = oldest.map_or(self.since, |time| time.max(self.since));
        self.given.retain(|_, moment| *moment >= self.since);
        found.into_iter().map(|(_, request)| request).collect()
    }

    /// The periods, in local time and in order, in which the rentals begin that the next poll must read.
    #[must_use]
    pub fn periods(
        &self,
        rules: &[EventRule],
        zone: SiteZone,
        now: DateTime<Utc>,
    ) -> Vec<(NaiveDateTime, NaiveDateTime)> {
        let mut wanted = self.rental_periods(rules, zone, now, |_| true);
        wanted.sort_unstable();
        let mut periods: Vec<(NaiveDateTime, NaiveDateTime)> = Vec::new();
        for (start, end) in wanted {
            match periods.last_mut() {
                Some((_, last)) if start <= *last => *last = end.max(*last),
                _ => periods.push((start, end)),
            }
        }
        periods
    }

    /// The times, in local time and in order, at which the other rentals go on that the next poll must read: those that end
    /// in a period and began before it, however long ago. Planyo lists reservations by their start, and can be asked for
    /// those that go on at a time.
    #[must_use]
    pub fn going_on_at(
        &self,
        rules: &[EventRule],
        zone: SiteZone,
        now: DateTime<Utc>,
    ) -> Vec<NaiveDateTime> {
        let ends = self.rental_periods(rules, zone, now, |rule| rule.moment == Moment::Ends);
        let mut times: Vec<_> = ends.into_iter().map(|(from, _)| from).collect();
        times.sort_unstable();
        times.dedup();
        times
    }

    /// For each of these rules, the period in which a rental must begin, or end, for its moment to have come.
    fn rental_periods(
        &self,
        rules: &[EventRule],
        zone: SiteZone,
        now: DateTime<Utc>,
        wanted: impl Fn(&EventRule) -> bool,
    ) -> Vec<(NaiveDateTime, NaiveDateTime)> {
        let (from, to) = (
            zone.to_local(self.since),
            zone.to_local(now.max(self.since)),
        );
        let wanted = rules.iter().filter(|rule| wanted(rule));
        wanted
            .filter_map(|rule| rule.rental_period(from, to))
            .collect()
    }
}
