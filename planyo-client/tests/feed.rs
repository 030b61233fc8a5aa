//! The feed of actions: each given once, none missed, whatever the answers overlap.

#![allow(clippy::unwrap_used)] // As in tests.

use chrono::{NaiveDateTime, TimeDelta};
use planyo_client::{Action, ActionCursor, ActionFeed, EventType, ReservationId, SiteTime};
use proptest::prelude::*;

#[derive(Clone, Debug, PartialEq)]
struct Entry {
    reservation: u64,
    event: u64,
    time: Option<SiteTime>,
    comments: &'static str,
}

impl Action for Entry {
    fn reservation_id(&self) -> Option<ReservationId> {
        Some(self.reservation.into())
    }

    fn event_type(&self) -> Option<EventType> {
        Some(self.event.into())
    }

    fn time(&self) -> Option<SiteTime> {
        self.time
    }

    fn details(&self) -> String {
        self.comments.to_owned()
    }
}

fn at(minute: i64) -> NaiveDateTime {
    let start: NaiveDateTime = "2026-06-01T00:00:00".parse().unwrap();
    start + TimeDelta::minutes(minute)
}

fn entry(reservation: u64, minute: i64) -> Entry {
    Entry {
        reservation,
        event: 8,
        time: Some(SiteTime::Local(at(minute))),
        comments: "",
    }
}

fn feed() -> ActionFeed {
    ActionFeed::new(ActionCursor::starting_at(at(0))).overlap(TimeDelta::minutes(10))
}

fn ids(entries: &[Entry]) -> Vec<u64> {
    entries.iter().map(|entry| entry.reservation).collect()
}

#[test]
fn what_comes_again_is_given_once_and_the_earliest_first() {
    let mut feed = feed();
    let first = feed.accept([entry(2, 20), entry(1, 5), entry(3, 25)]);
    assert_eq!(ids(&first), [1, 2, 3]);
    // Ten minutes before the latest that was reported.
    assert_eq!(feed.start_time(), at(15));
    let second = feed.accept([entry(2, 20), entry(3, 25), entry(4, 16), entry(5, 26)]);
    assert_eq!(ids(&second), [4, 5]);
    assert_eq!(feed.start_time(), at(16));
    assert!(feed.accept::<Entry>([]).is_empty());
    assert_eq!(feed.start_time(), at(16));
}

#[test]
fn what_is_older_than_asked_for_is_not_new() {
    let mut feed = feed();
    assert!(feed.accept([entry(1, -1)]).is_empty());
    assert_eq!(ids(&feed.accept([entry(2, 0), entry(3, 60)])), [2, 3]);
    // A server that looks at the date alone, or at no time at all.
    assert!(feed.accept([entry(2, 0), entry(3, 60)]).is_empty());
}

#[test]
fn a_time_to_come_does_not_move_it_past_what_happens_until_then() {
    let now = at(10);
    let mut feed = feed().until(now);
    let asked = &feed.request();
    let context = planyo_client::Context::new("key");
    let form = context.request(asked, 0);
    assert_eq!(form.form().get("end_time"), Some(now.to_string().as_str()));
    let given = feed.accept([entry(1, 5), entry(2, 900)]);
    assert_eq!(ids(&given), [1]);
    let mut feed = feed.until(at(20));
    assert_eq!(
        ids(&feed.accept([entry(1, 5), entry(3, 15), entry(2, 900)])),
        [3]
    );
    let mut feed = feed.until(at(1000));
    assert_eq!(ids(&feed.accept([entry(3, 15), entry(2, 900)])), [2]);
}

#[test]
fn two_that_look_alike_are_two() {
    let mut feed = feed();
    assert_eq!(feed.accept([entry(1, 1), entry(1, 1)]).len(), 2);
    assert_eq!(
        feed.accept([entry(1, 1), entry(1, 1), entry(1, 1)]).len(),
        1
    );
    assert_eq!(feed.accept([entry(1, 1)]).len(), 0);
    assert_eq!(
        feed.accept([entry(1, 1), entry(1, 1), entry(1, 1)]).len(),
        0
    );
}

#[test]
fn reservation_event_time_and_details_tell_them_apart() {
    let one = entry(1, 1);
    let others = [
        entry(2, 1),
        entry(1, 2),
        Entry {
            event: 21,
            ..one.clone()
        },
        Entry {
            comments: "other",
            ..one.clone()
        },
    ];
    let mut feed = feed();
    assert_eq!(feed.accept([one]).len(), 1);
    assert_eq!(feed.accept(others).len(), 4);
}

#[test]
fn one_without_a_readable_time_is_given_last_and_once() {
    let timeless = |time| Entry {
        time,
        ..entry(9, 0)
    };
    let (a, b) = (timeless(None), timeless(Some(SiteTime::Unix(5))));
    let mut feed = feed();
    let new = feed.accept([a.clone(), b.clone(), entry(1, 500)]);
    assert_eq!(ids(&new), [1, 9, 9]);
    assert!(
        feed.accept([a.clone(), b.clone(), entry(1, 500)])
            .is_empty()
    );
    assert!(feed.accept([a, b]).is_empty());
    assert_eq!(feed.start_time(), at(490));
}

#[test]
fn only_some_events_are_given_and_the_others_move_it_on() {
    let mut feed = feed().only([EventType::CheckedOut, EventType::Other(77)]);
    let event = |event, minute| Entry {
        event,
        ..entry(event, minute)
    };
    let new = feed.accept([event(8, 90), event(21, 1), event(77, 2), event(1, 3)]);
    assert_eq!(ids(&new), [21, 77]);
    assert_eq!(feed.start_time(), at(80));
}

#[test]
fn the_hour_that_comes_twice_is_not_missed() {
    // 02:59 in summer time, then 02:05 in winter time.
    let mut feed = ActionFeed::new(ActionCursor::starting_at(at(0)));
    assert_eq!(feed.accept([entry(1, 179)]).len(), 1);
    assert_eq!(ids(&feed.accept([entry(1, 179), entry(2, 125)])), [2]);
}

#[test]
fn a_cursor_is_small_and_has_no_personal_data() {
    let mut feed = feed();
    let entries = (0..1000).map(|n| Entry {
        comments: "Ann Peeters",
        ..entry(838_829, n)
    });
    assert_eq!(feed.accept(entries).len(), 1000);
    let json = serde_json::to_string(feed.cursor()).unwrap();
    assert!(!json.contains("Ann") && !json.contains("838829"), "{json}");
    assert!(json.len() < 2000, "{}", json.len());
    let read: ActionCursor = serde_json::from_str(&json).unwrap();
    assert_eq!(&read, feed.cursor());
}

#[test]
fn no_time_is_too_far() {
    let far = |time| Entry {
        time: Some(SiteTime::Local(time)),
        ..entry(1, 0)
    };
    let mut feed = ActionFeed::new(ActionCursor::starting_at(NaiveDateTime::MIN));
    assert_eq!(feed.accept([far(NaiveDateTime::MIN)]).len(), 1);
    let mut feed = feed.overlap(TimeDelta::MAX);
    assert_eq!(feed.accept([far(NaiveDateTime::MAX)]).len(), 1);
    let mut feed = feed.overlap(TimeDelta::MIN);
    assert_eq!(feed.accept([far(NaiveDateTime::MAX)]).len(), 0);
    assert_eq!(feed.start_time(), NaiveDateTime::MAX);
}

proptest! {
    /// A log that grows at its end, entered up to the overlap late, asked for at any time, with the cursor stored in
    /// between: each of it is given exactly once.
    #[test]
    fn each_action_is_given_exactly_once(
        steps in prop::collection::vec((0..8_i64, 0..10_i64, 0..3_u64), 0..60),
        asked in prop::collection::vec(any::<bool>(), 60),
    ) {
        let (mut log, mut given) = (Vec::new(), Vec::new());
        let mut clock = 20;
        let mut cursor = ActionCursor::starting_at(at(0));
        for ((minutes, late, reservation), asks) in steps.into_iter().zip(asked).chain([((0, 0, 0), true)]) {
            clock += minutes;
            log.push(entry(reservation, clock - late));
            if asks {
                let json = serde_json::to_string(&cursor).unwrap();
                let mut feed = ActionFeed::new(serde_json::from_str(&json).unwrap());
                feed = feed.overlap(TimeDelta::minutes(10));
                let since = SiteTime::Local(feed.start_time());
                let answer = log.iter().filter(|entry| match (entry.time, since) {
                    (Some(SiteTime::Local(time)), SiteTime::Local(since)) => time >= since,
                    _ => false,
                });
                given.extend(feed.accept(answer.cloned()));
                cursor = feed.into_cursor();
            }
        }
        let sorted = |mut entries: Vec<Entry>| {
            entries.sort_by_key(|entry| (entry.reservation, format!("{:?}", entry.time)));
            entries
        };
        prop_assert_eq!(sorted(given), sorted(log));
    }
}
