//! Times before and after an event, compared with a model that checks every minute.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use customer_sync::triggers::{CustomerRef, EventRule, EventWatch, Moment, Offset, Trigger};
use planyo_client::reservations::Reservation;
use planyo_client::{ReservationStatus, SiteZone};
use proptest::prelude::*;
use serde_json::json;

const CONFIRMED: u32 = 7;
const CANCELLED: u32 = 15;

fn brussels() -> SiteZone {
    "Europe/Brussels".parse().unwrap()
}

fn local(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap()
}

fn utc(text: &str) -> DateTime<Utc> {
    local(text).and_utc()
}

#[derive(Clone, Debug)]
struct Rental {
    id: u64,
    start: NaiveDateTime,
    end: NaiveDateTime,
    by_night: bool,
    status: u32,
}

impl Rental {
    fn new(start: &str, end: &str) -> Self {
        Self {
            id: 1,
            start: local(start),
            end: local(end),
            by_night: false,
            status: CONFIRMED,
        }
    }

    /// As Planyo lists it.
    fn listed(&self) -> Reservation {
        let spelled = |time: NaiveDateTime| time.format("%Y-%m-%d %H:%M:%S").to_string();
        let json = json!({
            "reservation_id": self.id.to_string(),
            "user_id": (1000 + self.id).to_string(),
            "start_time": spelled(self.start),
            "end_time": spelled(self.end),
            "night_reservation": if self.by_night { "1" } else { "0" },
            "status": self.status.to_string(),
        });
        serde_json::from_value(json).unwrap()
    }
}

fn moment(rule: &str, rental: &Rental) -> String {
    let rule: EventRule = rule.parse().unwrap();
    let moment = rule.moment_for(&rental.listed(), brussels()).unwrap();
    moment.format("%Y-%m-%d %H:%M").to_string()
}

#[test]
fn hours_pass_and_days_are_of_the_calendar() {
    // Daylight saving time: forward at 2:00 on March 29, back at 3:00 on October 25.
    let cases = [
        (
            "1: 2 days before begin",
            "2026-06-10 09:00",
            "2026-06-08 07:00",
        ),
        (
            "1: 24 hours before begin",
            "2026-03-29 12:00",
            "2026-03-28 10:00",
        ),
        (
            "1: 1 day before begin",
            "2026-03-29 12:00",
            "2026-03-28 11:00",
        ),
        // A skipped time comes right after the gap.
        (
            "1: 1 day before begin",
            "2026-03-30 02:30",
            "2026-03-29 01:00",
        ),
        (
            "1: 0 hours after begin",
            "2026-03-29 02:30",
            "2026-03-29 01:00",
        ),
        // A time that exists twice counts the first time.
        (
            "1: 1 day before begin",
            "2026-10-26 02:30",
            "2026-10-25 00:30",
        ),
        (
            "1: 3 hours after begin",
            "2026-10-25 01:00",
            "2026-10-25 02:00",
        ),
        (
            "1: 1 month before begin",
            "2026-03-31 09:00",
            "2026-02-28 08:00",
        ),
        (
            "1: 2 weeks before begin",
            "2026-06-15 09:00",
            "2026-06-01 07:00",
        ),
        (
            "1: 2 years after begin",
            "2024-02-29 10:00",
            "2026-02-28 09:00",
        ),
    ];
    for (rule, start, expected) in cases {
        let rental = Rental::new(start, "2030-01-01 00:00");
        assert_eq!(moment(rule, &rental), expected, "{rule} {start}");
    }
}

#[test]
fn a_night_rental_begins_at_midnight_of_the_day_of_arrival_and_ends_when_it_ends() {
    let mut rental = Rental::new("2026-06-01 15:00", "2026-06-04 11:00");
    rental.by_night = true;
    assert_eq!(moment("1: 1 day before begin", &rental), "2026-05-30 22:00");
    assert_eq!(moment("1: 2 hours before end", &rental), "2026-06-04 07:00");
}

#[test]
fn a_moment_in_unix_seconds_is_that_moment() {
    let json = json!({ "reservation_id": 1, "start_time": 1_780_297_200 });
    let reservation: Reservation = serde_json::from_value(json).unwrap();
    let rule = EventRule::before(1, Offset::Days(1), Moment::Begins);
    let moment = rule.moment_for(&reservation, brussels()).unwrap();
    assert_eq!(moment.timestamp(), 1_780_297_200 - 24 * 3600);
}

#[test]
fn a_day_that_was_left_out_has_a_first_moment_too() {
    let apia: SiteZone = "Pacific/Apia".parse().unwrap();
    let rental = Rental::new("2011-12-30 12:00", "2012-01-01 00:00");
    let rule = EventRule::before(1, Offset::Hours(0), Moment::Begins);
    let moment = rule.moment_for(&rental.listed(), apia).unwrap();
    assert_eq!(moment, utc("2011-12-30 10:00"));
}

#[test]
fn a_rule_is_read_as_it_is_written_and_nothing_else_is() {
    for text in [
        "1: 2 days before begin",
        "2: 1 hour after end",
        "12: 0 weeks before end",
        "3: 6 months after begin",
    ] {
        let rule: EventRule = text.parse().unwrap();
        assert_eq!(rule.to_string(), text);
    }
    for words in [
        "2 days before start",
        "2 days before starts",
        "2 Days Before Begins",
        "2  day before BEGIN",
    ] {
        let rule: EventRule = format!(" 1 : {words} ").parse().unwrap();
        assert_eq!(rule.to_string(), "1: 2 days before begin");
    }
    assert_eq!(
        "12: 1 year after ends".parse(),
        Ok(EventRule::after(12, Offset::Years(1), Moment::Ends))
    );
    let spoken: EventRule = " 1 :  2 days  before begins".parse().unwrap();
    assert_eq!(spoken.to_string(), "1: 2 days before begin");
    for text in [
        "",
        "2 days before begin",
        "0: 2 days before begin",
        "13: 2 days before begin",
        "1: two days before begin",
        "1: 2 fortnights before begin",
        "1: 2 days around begin",
        "1: 2 days before lunch",
        "1: 2 days before",
        "1: 2 days before begin please",
        "1: -2 days before begin",
    ] {
        assert!(text.parse::<EventRule>().is_err(), "{text}");
    }
}

/// Polls one rental at these times; how many requests each poll gives.
fn polls(rule: EventRule, watch: &mut EventWatch, polls: &[(&str, &Rental)]) -> Vec<usize> {
    let poll = |(now, rental): &(&str, &Rental)| {
        let due = watch.sync_requests(&[rule], [&rental.listed()], brussels(), utc(now));
        assert!(
            due.iter()
                .all(|request| request.customer == CustomerRef::Customer(1001.into()))
        );
        due.len()
    };
    polls.iter().map(poll).collect()
}

#[test]
fn a_moment_is_given_once() {
    let rule = EventRule::before(1, Offset::Days(1), Moment::Begins);
    let rental = Rental::new("2026-06-10 09:00", "2026-06-12 09:00");
    let watch = || EventWatch::starting_at(utc("2026-06-01 00:00"));
    // The program was down for two days, in which the moment came.
    let slept = [("2026-06-09 06:59", &rental), ("2026-06-11 09:00", &rental)];
    assert_eq!(polls(rule, &mut watch(), &slept), [0, 1]);
    let often = [
        ("2026-06-09 06:59", &rental),
        ("2026-06-09 07:00", &rental),
        ("2026-06-09 07:00", &rental),
        // The program's clock was set back, and forward again.
        ("2026-06-09 06:30", &rental),
        ("2026-06-09 07:01", &rental),
        ("2026-06-30 00:00", &rental),
        ("2026-07-30 00:00", &rental),
    ];
    assert_eq!(polls(rule, &mut watch(), &often), [0, 1, 0, 0, 0, 0, 0]);
    // It was past when the watch started.
    let late = EventWatch::starting_at(utc("2026-06-09 07:01"));
    assert_eq!(polls(rule, &mut late.clone(), &slept), [0, 0]);
}

#[test]
fn a_reservation_that_is_moved_is_due_again_at_its_new_time_and_a_cancelled_one_is_not_due() {
    let rule = EventRule::before(1, Offset::Days(1), Moment::Begins);
    let june = Rental::new("2026-06-10 09:00", "2026-06-12 09:00");
    let later = Rental::new("2026-06-20 09:00", "2026-06-22 09:00");
    let earlier = Rental::new("2026-06-05 09:00", "2026-06-07 09:00");
    let cancelled = Rental {
        status: CANCELLED,
        ..june.clone()
    };
    let watch = || EventWatch::starting_at(utc("2026-06-01 00:00"));
    let run = |moves: &[(&str, &Rental)]| polls(rule, &mut watch(), moves);

    let on = [
        ("2026-06-09 08:00", &june),
        ("2026-06-09 09:00", &later),
        ("2026-06-19 08:00", &later),
    ];
    assert_eq!(run(&on), [1, 0, 1]);
    // Moved to an earlier date, so that its moment is past: found at once, and not at the old time.
    let forward = [
        ("2026-06-06 08:00", &june),
        ("2026-06-06 09:00", &earlier),
        ("2026-06-09 08:00", &earlier),
    ];
    assert_eq!(run(&forward), [0, 1, 0]);
    // Moved to an earlier date after it was found.
    assert_eq!(
        run(&[("2026-06-09 08:00", &june), ("2026-06-09 09:00", &earlier)]),
        [1, 0]
    );
    let back_again = [
        ("2026-06-09 08:00", &cancelled),
        ("2026-06-09 09:00", &june),
        ("2026-06-09 10:00", &cancelled),
        ("2026-06-09 11:00", &june),
    ];
    assert_eq!(run(&back_again), [0, 1, 0, 0]);
    let anyway = rule.excluded_status(ReservationStatus::from_bits(0));
    assert_eq!(polls(anyway, &mut watch(), &back_again), [1, 0, 0, 0]);
    let arrived = rule.required_status(ReservationStatus::CHECKED_IN);
    assert_eq!(polls(arrived, &mut watch(), &back_again), [0, 0, 0, 0]);
}

#[test]
fn the_periods_to_read_hold_what_can_be_due_and_no_more_than_they_must() {
    let rules = [
        EventRule::before(1, Offset::Days(2), Moment::Begins),
        EventRule::before(2, Offset::Hours(12), Moment::Begins),
        EventRule::after(3, Offset::Years(2), Moment::Ends),
    ];
    let watch = EventWatch::starting_at(utc("2026-06-10 08:00"));
    let now = utc("2026-06-10 09:00");
    let periods = watch.periods(&rules, brussels(), now);
    assert_eq!(
        periods,
        [
            (local("2024-06-06 10:00"), local("2024-06-14 11:00")),
            (local("2026-06-06 22:00"), local("2026-06-16 11:00")),
        ]
    );
    assert!(watch.periods(&[], brussels(), now).is_empty());
    // What began before and ends then, only for rules that count from the end.
    let times = watch.going_on_at(&rules, brussels(), now);
    assert_eq!(times, [local("2024-06-06 10:00")]);
}

/// A clock in Brussels, minute by minute, over two weeks around a change of daylight saving time.
struct Clock {
    start: DateTime<Utc>,
    walls: Vec<NaiveDateTime>,
}

const DAY: usize = 24 * 60;

impl Clock {
    fn around(start: DateTime<Utc>) -> Self {
        let summer = utc("2026-03-29 01:00")..utc("2026-10-25 01:00");
        let minutes = (0..14 * DAY).map(|minute| {
            let now = start + TimeDelta::minutes(minute.try_into().unwrap());
            let ahead = if summer.contains(&now) { 2 } else { 1 };
            (now + TimeDelta::hours(ahead)).naive_utc()
        });
        Self {
            start,
            walls: minutes.collect(),
        }
    }

    fn at(&self, minute: usize) -> DateTime<Utc> {
        self.start + TimeDelta::minutes(minute.try_into().unwrap())
    }

    /// The first minute at which it shows this time or a later one; 0 if it does from the start.
    fn first(&self, wall: NaiveDateTime) -> Option<usize> {
        self.walls.iter().position(|shown| *shown >= wall)
    }

    /// When a rule's time comes, in minutes, by counting.
    fn moment(&self, rule: &Rule, rental: &Rental) -> Option<usize> {
        let mut from = if rule.begins {
            rental.start
        } else {
            rental.end
        };
        if rule.begins && rental.by_night {
            from = from.date().and_hms_opt(0, 0, 0).unwrap();
        }
        let sign: i64 = if rule.before { -1 } else { 1 };
        let count = i64::from(rule.count);
        match rule.unit {
            'h' => {
                let minutes = sign * count * 60;
                self.first(from)?
                    .checked_add_signed(minutes.try_into().unwrap())
            }
            'd' => self.first(from + TimeDelta::days(sign * count)),
            'w' => self.first(from + TimeDelta::days(sign * count * 7)),
            'm' => self.first(months_on(from, sign * count)),
            _ => self.first(months_on(from, sign * count * 12)),
        }
    }
}

/// Adds months one by one.
fn months_on(from: NaiveDateTime, months: i64) -> NaiveDateTime {
    let (mut year, mut month) = (from.year(), from.month());
    for _ in 0..months.abs() {
        match (months > 0, month) {
            (true, 12) => (year, month) = (year + 1, 1),
            (true, _) => month += 1,
            (false, 1) => (year, month) = (year - 1, 12),
            (false, _) => month -= 1,
        }
    }
    let days = (1..=from.day()).rev();
    let mut dates = days.filter_map(|day| NaiveDate::from_ymd_opt(year, month, day));
    dates.next().unwrap().and_time(from.time())
}

#[derive(Clone, Debug)]
struct Rule {
    number: u8,
    count: u32,
    unit: char,
    before: bool,
    begins: bool,
}

impl Rule {
    fn ours(&self) -> EventRule {
        let offset = match self.unit {
            'h' => Offset::Hours(self.count),
            'd' => Offset::Days(self.count),
            'w' => Offset::Weeks(self.count),
            'm' => Offset::Months(self.count),
            _ => Offset::Years(self.count),
        };
        let moment = if self.begins {
            Moment::Begins
        } else {
            Moment::Ends
        };
        if self.before {
            EventRule::before(self.number, offset, moment)
        } else {
            EventRule::after(self.number, offset, moment)
        }
    }

    /// A local time from which it comes at about this one.
    fn from(&self, wall: NaiveDateTime) -> NaiveDateTime {
        let sign: i64 = if self.before { 1 } else { -1 };
        let count = i64::from(self.count);
        match self.unit {
            'h' => wall + TimeDelta::hours(sign * count),
            'd' => wall + TimeDelta::days(sign * count),
            'w' => wall + TimeDelta::days(sign * count * 7),
            'm' => months_on(wall, sign * count),
            _ => months_on(wall, sign * count * 12),
        }
    }
}

fn any_rule(number: u8) -> impl Strategy<Value = Rule> {
    let offset = prop_oneof![
        3 => (Just('h'), 0..72_u32),
        3 => (Just('d'), 0..9_u32),
        1 => (Just('w'), 0..5_u32),
        2 => (Just('m'), 0..15_u32),
        2 => (Just('y'), 0..4_u32),
    ];
    (offset, any::<bool>(), any::<bool>()).prop_map(move |((unit, count), before, begins)| Rule {
        number,
        count,
        unit,
        before,
        begins,
    })
}

/// When a rental is: such that its moment by some rule comes at about this minute of the clock.
#[derive(Clone, Debug)]
struct Dates {
    rule: prop::sample::Index,
    minute: usize,
    hours: i64,
}

impl Dates {
    fn put(&self, rental: &mut Rental, rules: &[Rule], clock: &Clock) {
        let rule = self.rule.get(rules);
        let from = rule.from(clock.walls[self.minute]);
        let length = TimeDelta::hours(self.hours);
        (rental.start, rental.end) = if rule.begins {
            (from, from + length)
        } else {
            (from - length, from)
        };
    }
}

fn any_dates() -> impl Strategy<Value = Dates> {
    let minute = prop_oneof![
        3 => 3 * DAY..11 * DAY,
        // At the change of daylight saving time.
        1 => 7 * DAY - 120..7 * DAY + 240,
    ];
    (any::<prop::sample::Index>(), minute, 1..120_i64).prop_map(|(rule, minute, hours)| Dates {
        rule,
        minute,
        hours,
    })
}

#[derive(Clone, Debug)]
enum Change {
    Move(Dates),
    Cancel,
    Uncancel,
}

#[derive(Clone, Debug)]
struct Scenario {
    spring: bool,
    rules: Vec<Rule>,
    rentals: Vec<(Dates, bool)>,
    /// The minute, the rental and the change.
    changes: Vec<(usize, prop::sample::Index, Change)>,
    polls: Vec<usize>,
}

fn any_scenario(changes: std::ops::Range<usize>) -> impl Strategy<Value = Scenario> {
    let change = prop_oneof![
        2 => any_dates().prop_map(Change::Move),
        1 => Just(Change::Cancel),
        1 => Just(Change::Uncancel),
    ];
    let change = (3 * DAY..11 * DAY, any::<prop::sample::Index>(), change);
    (
        any::<bool>(),
        (any_rule(1), any_rule(2), any_rule(3)),
        prop::collection::vec((any_dates(), any::<bool>()), 1..4),
        prop::collection::vec(change, changes),
        prop::collection::vec(3 * DAY..11 * DAY, 0..12),
    )
        .prop_map(|(spring, rules, rentals, mut changes, mut polls)| {
            changes.sort_by_key(|(minute, ..)| *minute);
            polls.push(11 * DAY);
            polls.sort_unstable();
            polls.dedup();
            Scenario {
                spring,
                rules: vec![rules.0, rules.1, rules.2],
                rentals,
                changes,
                polls,
            }
        })
}

/// The rule, the rental, and the moment in minutes.
type Found = (u8, u64, usize);

struct Results {
    /// By the model, with the minute of each.
    expected: Vec<(usize, Found)>,
    /// By polling, with the minute of the poll.
    polled: Vec<(usize, Found)>,
    /// When each rental was changed.
    changed: Vec<(usize, u64)>,
}

/// Runs one scenario through the model and through the watch.
fn run(scenario: &Scenario) -> Results {
    let clock = Clock::around(utc(if scenario.spring {
        "2026-03-22 01:00"
    } else {
        "2026-10-18 01:00"
    }));
    let began = 3 * DAY;
    let ours: Vec<EventRule> = scenario.rules.iter().map(Rule::ours).collect();
    let mut rentals: Vec<Rental> = Vec::new();
    for (id, (dates, by_night)) in (1..).zip(&scenario.rentals) {
        let mut rental = Rental::new("2026-01-01 00:00", "2026-01-02 00:00");
        (rental.id, rental.by_night) = (id, *by_night);
        dates.put(&mut rental, &scenario.rules, &clock);
        rentals.push(rental);
    }
    let mut results = Results {
        expected: Vec::new(),
        polled: Vec::new(),
        changed: Vec::new(),
    };
    let moments = |rentals: &[Rental]| -> Vec<Found> {
        let mut moments = Vec::new();
        for rental in rentals {
            for rule in &scenario.rules {
                let moment = clock.moment(rule, rental);
                moments.extend(moment.map(|moment| (rule.number, rental.id, moment)));
            }
        }
        moments
    };
    let mut now_expected = moments(&rentals);
    let mut last: BTreeMap<(u8, u64), usize> = BTreeMap::new();
    let mut watch = EventWatch::starting_at(clock.at(began));
    // What is older than a week at a poll is not reported later.
    let mut since = began;
    let mut changes = scenario.changes.iter().peekable();
    for minute in began..=11 * DAY {
        while let Some((_, which, change)) = changes.next_if(|(at, ..)| *at == minute) {
            let index = which.index(rentals.len());
            let rental = &mut rentals[index];
            match change {
                Change::Move(dates) => dates.put(rental, &scenario.rules, &clock),
                Change::Cancel => rental.status = CANCELLED,
                Change::Uncancel => rental.status = CONFIRMED,
            }
            results.changed.push((minute, rental.id));
            now_expected = moments(&rentals);
        }
        for given @ (number, id, moment) in &now_expected {
            let is_cancelled = rentals
                .iter()
                .any(|it| it.id == *id && it.status == CANCELLED);
            let is_new = last.get(&(*number, *id)).is_none_or(|last| last < moment);
            if (since..=minute).contains(moment) && !is_cancelled && is_new {
                last.insert((*number, *id), *moment);
                results.expected.push((minute, *given));
            }
        }
        if scenario.polls.contains(&minute) {
            // After a restart; Planyo lists what begins in the periods, and what goes on at the times.
            let stored = serde_json::to_string(&watch).unwrap();
            watch = serde_json::from_str(&stored).unwrap();
            let now = clock.at(minute);
            let periods = watch.periods(&ours, brussels(), now);
            let times = watch.going_on_at(&ours, brussels(), now);
            let is_listed = |rental: &&Rental| {
                let (mut periods, mut times) = (periods.iter(), times.iter());
                periods.any(|(start, end)| (start..=end).contains(&&rental.start))
                    || times.any(|time| (&rental.start..=&rental.end).contains(&time))
            };
            let listed: Vec<_> = rentals
                .iter()
                .filter(is_listed)
                .map(Rental::listed)
                .collect();
            for request in watch.sync_requests(&ours, &listed, brussels(), now) {
                let (Trigger::BeforeOrAfterEvent(number), CustomerRef::Customer(user)) =
                    (request.trigger, request.customer)
                else {
                    unreachable!("a rule gives its event, and the listing its customer");
                };
                let id = user.get() - 1000;
                let rental = rentals.iter().find(|rental| rental.id == id).unwrap();
                let rule = scenario.rules.iter().find(|rule| rule.number == number);
                let moment = clock.moment(rule.unwrap(), rental).unwrap();
                results.polled.push((minute, (number, id, moment)));
            }
            since = since.max(minute.saturating_sub(7 * DAY));
        }
    }
    results
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    /// Polling at any interval finds the same as the model.
    #[test]
    fn rare_polls_miss_nothing_and_find_nothing_twice(scenario in any_scenario(0..1)) {
        let results = run(&scenario);
        let sorted = |given: &[(usize, Found)]| {
            let mut given: Vec<_> = given.iter().map(|(_, given)| *given).collect();
            given.sort_unstable();
            given
        };
        prop_assert_eq!(sorted(&results.expected), sorted(&results.polled));
        // At the first poll at or after the moment.
        for (poll, (_, _, moment)) in results.polled {
            let first = scenario.polls.iter().find(|poll| **poll >= moment);
            prop_assert_eq!(Some(&poll), first);
        }
    }

    /// Also when rentals are moved, cancelled and reinstated in between.
    #[test]
    fn a_rental_moved_between_two_polls_is_found_once_and_then_only_for_later_moments(scenario in any_scenario(1..8)) {
        let results = run(&scenario);
        for (index, (poll, given)) in results.polled.iter().enumerate() {
            let (number, id, moment) = given;
            let is_later = |(_, (rule, rental, other)): &(usize, Found)| {
                (rule, rental) != (number, id) || other < moment
            };
            prop_assert!(results.polled[..index].iter().all(is_later), "twice: {:?}", given);
            let was_expected = results.expected.iter().any(|(minute, (rule, rental, _))| {
                minute <= poll && (rule, rental) == (number, id)
            });
            prop_assert!(was_expected, "never came: {:?}", given);
        }
        for (minute, given) in &results.expected {
            let poll = scenario.polls.iter().find(|poll| *poll >= minute).unwrap();
            let is_unchanged = !results.changed.iter().any(|(at, id)| {
                *id == given.1 && minute < at && at <= poll
            });
            let was_found = results.polled.iter().any(|(_, looked)| looked == given);
            prop_assert!(was_found || !is_unchanged, "missed: {:?}", given);
        }
    }
}

/// Each error lists the words that are understood.
#[test]
fn a_word_that_is_not_understood_is_named_with_those_that_are() {
    let units = "one of hour, hours, day, days, week, weeks, month, months, year, years";
    let moments = "one of begin, begins, start, starts, end, ends";
    let cases = [
        ("1: 2 fortnights before begin", format!(r#""fortnights" is not a unit: {units}"#)),
        ("1: 2 dayss before begin", format!(r#""dayss" is not a unit: {units}"#)),
        ("1: 2 days since begin", r#""since" is neither before nor after: one of before, after"#.to_owned()),
        (
            "1: 2 days before arrival",
            format!(r#""arrival" is neither the begin nor the end of the rental: {moments}"#),
        ),
        ("13: 2 days before begin", r#""13" is no number of an event: one of 1 to 12"#.to_owned()),
        ("1: two days before begin", r#""two" is not how many: a whole number such as 2"#.to_owned()),
        (
            "2 days before begin",
            r#"a rule has a number, a colon, how long, before or after, and what: such as "1: 2 days before begin" or "2: 1 year after end""#
                .to_owned(),
        ),
    ];
    for (text, line) in cases {
        assert_eq!(text.parse::<EventRule>().unwrap_err().to_string(), line);
    }
}
