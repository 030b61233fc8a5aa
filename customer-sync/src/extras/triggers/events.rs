//! Times before and after an event, computed from reservations, for those whom Planyo cannot call back.

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
/// Hours are hours that pass. The others are steps on the calendar of the site, which keep the time of the day: a day before
/// 9:00 is 9:00, though the clocks were changed in between, and a month before the 31st is the last day of a shorter
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

/// One of the times before or after an event, as the site defines them in its notifications. (Planyo's other two moments,
/// at which the reservation was made or confirmed, are triggers of their own.)
///
/// Unless [told otherwise](Self::excluded_status), cancelled reservations do not count.
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
#[must_use = "a rule decides nothing until it is asked"]
pub struct EventRule {
    number: u8,
    offset: Offset,
    side: Side,
    moment: Moment,
    required: ReservationStatus,
    excluded: ReservationStatus,
}

impl EventRule {
    /// The event of this number is so long before this moment.
    pub fn before(number: u8, offset: Offset, moment: Moment) -> Self {
        Self::new(number, offset, Side::Before, moment)
    }

    /// The event of this number is so long after this moment.
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

    /// No reservation whose state has any of these flags; [`CANCELLED`](ReservationStatus::CANCELLED) if not set.
    pub fn excluded_status(mut self, flags: ReservationStatus) -> Self {
        self.excluded = flags;
        self
    }

    /// The trigger that it is.
    #[must_use]
    pub fn trigger(&self) -> Trigger {
        Trigger::BeforeOrAfterEvent(self.number)
    }

    /// When it comes for a reservation. `None` where the time that it counts from is not known, or no calendar reaches it.
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

    /// This far from a local time.
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

    /// The local times between which a rental must begin, or end, so that this comes between two others.
    fn reach(
        &self,
        from: NaiveDateTime,
        to: NaiveDateTime,
    ) -> Option<(NaiveDateTime, NaiveDateTime)> {
        // Months are of different lengths, nights begin earlier than it seems, and clocks are changed.
        const MARGIN: Days = Days::new(4);
        let back = match self.side {
            Side::Before => Side::After,
            Side::After => Side::Before,
        };
        let from = self.step(from, back)?.checked_sub_days(MARGIN)?;
        let to = self.step(to, back)?.checked_add_days(MARGIN)?;
        Some((from, to))
    }

    fn fits(&self, status: Option<ReservationStatus>) -> bool {
        // One that says nothing of its state may be in any.
        let status = status.unwrap_or(ReservationStatus::from_bits(0));
        status.contains(self.required) && !status.intersects(self.excluded)
    }
}

/// The first moment at which the clock of the site shows this time, or a later one where this time is left out.
fn first_moment(local: NaiveDateTime, zone: SiteZone) -> Option<DateTime<Utc>> {
    let at = |local| zone.to_utc(SiteTime::Local(local)).earliest();
    at(local).or_else(|| {
        // What is left out ends with a minute. A whole day was left out once, in Samoa.
        let minute = local.with_second(0)?;
        (1..=26 * 60)
            .find_map(|minutes| at(minute.checked_add_signed(TimeDelta::minutes(minutes))?))
    })
}

/// As it is written in settings, such as `1: 2 days before begin`.
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

/// A text that is no rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a rule must be like `1: 2 days before begin` or `2: 1 year after end`; the units are hours, days, weeks, months and years"
)]
#[non_exhaustive]
pub struct ParseEventRuleError;

/// Reads what `Display` writes.
impl FromStr for EventRule {
    type Err = ParseEventRuleError;

    fn from_str(text: &str) -> Result<Self, ParseEventRuleError> {
        let (number, rest) = text.split_once(':').ok_or(ParseEventRuleError)?;
        let number: u8 = number.trim().parse().map_err(|_| ParseEventRuleError)?;
        let mut words = rest.split_whitespace();
        let mut next = || words.next().ok_or(ParseEventRuleError);
        let count: u32 = next()?.parse().map_err(|_| ParseEventRuleError)?;
        let offset = match next()?.trim_end_matches('s') {
            "hour" => Offset::Hours(count),
            "day" => Offset::Days(count),
            "week" => Offset::Weeks(count),
            "month" => Offset::Months(count),
            "year" => Offset::Years(count),
            _ => return Err(ParseEventRuleError),
        };
        let side = match next()? {
            "before" => Side::Before,
            "after" => Side::After,
            _ => return Err(ParseEventRuleError),
        };
        let moment = match next()?.trim_end_matches('s') {
            "begin" => Moment::Begins,
            "end" => Moment::Ends,
            _ => return Err(ParseEventRuleError),
        };
        match (next(), number) {
            (Err(_), 1..=12) => Ok(Self::new(number, offset, side, moment)),
            _ => Err(ParseEventRuleError),
        }
    }
}

/// Watches reservations for the moments of [rules](EventRule). It can be stored: what it holds is no personal data.
///
/// A reservation becomes due at the first look at which its moment has come and its state fits, and not again for that
/// moment or an earlier one. So one that is moved to a later time becomes due again then; one that is entered, moved or
/// confirmed when its moment is past is due at once. What is past when the watch begins never is, nor what comes about
/// [so long](Self::WEEK) after its moment that it was forgotten.
///
/// How seldom it looks, how long the program slept and what the clocks did makes no difference to that. Only what changed
/// and was changed back between two looks goes unseen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventWatch {
    /// Moments before this are of no interest.
    since: DateTime<Utc>,
    /// The latest moment that was given, by rule and reservation.
    given: BTreeMap<String, DateTime<Utc>>,
}

impl EventWatch {
    /// How long moments are remembered after a look.
    pub const WEEK: TimeDelta = TimeDelta::days(7);

    /// The beginning of a watch: every moment from this one on.
    #[must_use]
    pub fn starting_at(time: DateTime<Utc>) -> Self {
        Self {
            since: time,
            given: BTreeMap::new(),
        }
    }

    /// Who became due since the last look, in the order of their moments. The reservations are all whose rental begins in
    /// one of the [periods](Self::periods); others do no harm.
    pub fn look<'a>(
        &mut self,
        rules: &[EventRule],
        reservations: impl IntoIterator<Item = &'a Reservation>,
        zone: SiteZone,
        now: DateTime<Utc>,
    ) -> Vec<SyncRequest> {
        let mut due = Vec::new();
        for reservation in reservations {
            let fitting = rules.iter().filter(|rule| rule.fits(reservation.status));
            for rule in fitting {
                let Some(moment) = rule.moment_for(reservation, zone) else {
                    continue;
                };
                let key = format!("{rule} {}", reservation.reservation_id);
                let is_new = self.given.get(&key).is_none_or(|given| *given < moment);
                if self.since <= moment && moment <= now && is_new {
                    self.given.insert(key, moment);
                    let user = reservation.user_id.map(CustomerRef::Customer);
                    let whom = user.unwrap_or(CustomerRef::CustomerOf(reservation.reservation_id));
                    due.push((moment, SyncRequest::new(whom, rule.trigger())));
                }
            }
        }
        due.sort_unstable();
        let forgotten = now.checked_sub_signed(Self::WEEK);
        self.since = forgotten.map_or(self.since, |time| time.max(self.since));
        self.given.retain(|_, moment| *moment >= self.since);
        due.into_iter().map(|(_, due)| due).collect()
    }

    /// The periods, on the clock of the site and in the order of time, in which the rentals begin that the next look must
    /// see. Planyo lists reservations by their beginning alone: how long a rental lasts at most must be known to find those
    /// that end.
    #[must_use]
    pub fn periods(
        &self,
        rules: &[EventRule],
        zone: SiteZone,
        now: DateTime<Utc>,
        longest_rental: TimeDelta,
    ) -> Vec<(NaiveDateTime, NaiveDateTime)> {
        let (from, to) = (
            zone.to_local(self.since),
            zone.to_local(now.max(self.since)),
        );
        let reach = |rule: &EventRule| {
            let (from, to) = rule.reach(from, to)?;
            match rule.moment {
                Moment::Begins => Some((from, to)),
                Moment::Ends => Some((from.checked_sub_signed(longest_rental)?, to)),
            }
        };
        let mut wanted: Vec<_> = rules.iter().filter_map(reach).collect();
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
}
