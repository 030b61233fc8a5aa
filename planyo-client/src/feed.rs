//! A feed of what happened to reservations, by polling: for programs that Planyo cannot call back.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDateTime, TimeDelta};
use serde::{Deserialize, Serialize};

use crate::reservations::{GetReservationActions, LoggedAction};
use crate::types::{EventType, ReservationId, SiteTime};
use crate::wire::Record;

/// What a feed must know of an action: the fields of `get_reservation_actions`.
pub trait Action {
    /// The reservation.
    fn reservation_id(&self) -> Option<ReservationId>;

    /// What happened.
    fn event_type(&self) -> Option<EventType>;

    /// When it happened, on the clock of the site.
    fn time(&self) -> Option<SiteTime>;

    /// What else distinguishes two actions, such as the administrator and the comment.
    fn details(&self) -> String;
}

impl<A: Action> Action for Record<A> {
    fn reservation_id(&self) -> Option<ReservationId> {
        (**self).reservation_id()
    }

    fn event_type(&self) -> Option<EventType> {
        (**self).event_type()
    }

    fn time(&self) -> Option<SiteTime> {
        (**self).time()
    }

    fn details(&self) -> String {
        (**self).details()
    }
}

impl Action for LoggedAction {
    fn reservation_id(&self) -> Option<ReservationId> {
        self.reservation_id
    }

    fn event_type(&self) -> Option<EventType> {
        self.event_type
    }

    fn time(&self) -> Option<SiteTime> {
        self.time
    }

    fn details(&self) -> String {
        format!(
            "{:?} {:?} {:?}",
            self.moderator_id, self.resource_id, self.comments
        )
    }
}

/// Finds what is new in one answer of `get_reservation_actions` after the other. It sends nothing itself.
///
/// Each round asks for the actions [since](Self::start_time) a while before the latest one that Planyo reported, and gives
/// those not given before. Only Planyo's clock is used. A program that stores the [cursor](Self::cursor) once it
/// has processed the actions misses none, and processes some twice if it stops in between: process each so that it may
/// come twice.
///
/// What it cannot know: whether Planyo cuts a long answer short (unknown, so ask often), and what is entered later
/// than the [overlap](Self::overlap) with a time before it. Where actions may have a time in the future, set
/// [until](Self::until).
///
/// ```no_run
/// # async fn run(planyo: planyo_client::Client, stored: &str) -> Result<(), Box<dyn std::error::Error>> {
/// use planyo_client::{ActionCursor, ActionFeed, EventType};
///
/// // At first: `ActionCursor::starting_at("2026-06-01T00:00:00".parse()?)`.
/// let cursor: ActionCursor = serde_json::from_str(stored)?;
/// let mut feed = ActionFeed::new(cursor).only([EventType::CheckedIn, EventType::CheckedOut]);
/// let answer = planyo.send(feed.request()).await?;
/// for action in feed.accept(answer.into_iter().flatten()) {
///     println!("{:?}: {:?}", action.reservation_id, action.event_type);
/// }
/// let stored = serde_json::to_string(feed.cursor())?;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a feed does nothing until it is given an answer"]
pub struct ActionFeed {
    cursor: ActionCursor,
    overlap: TimeDelta,
    until: Option<NaiveDateTime>,
    only: BTreeSet<u64>,
}

/// How far a feed has read, for storing. It holds hashes of actions, and none of their texts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionCursor {
    /// Where the next round starts.
    start_time: NaiveDateTime,
    /// The actions since then that were given.
    given: BTreeMap<String, Given>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Given {
    /// `None` where it cannot be read.
    time: Option<NaiveDateTime>,
    /// Two payments in one second may look alike.
    count: u32,
}

impl ActionCursor {
    /// The start of a feed: everything since this time on the clock of the site.
    #[must_use]
    pub fn starting_at(time: NaiveDateTime) -> Self {
        Self {
            start_time: time,
            given: BTreeMap::new(),
        }
    }
}

impl ActionFeed {
    /// Resumes from here.
    pub fn new(cursor: ActionCursor) -> Self {
        Self {
            cursor,
            overlap: TimeDelta::minutes(70),
            until: None,
            only: BTreeSet::new(),
        }
    }

    /// How far before the latest action the next round starts. Default: 70 minutes. Actions may be entered late, and in
    /// the night when the clocks go back, an hour of local times comes again: less than that hour would miss it.
    pub fn overlap(mut self, overlap: TimeDelta) -> Self {
        self.overlap = overlap.max(TimeDelta::zero());
        self
    }

    /// Nothing after this time on the clock of the site, such as now. Without it an action with a time in the future moves
    /// the feed there, past what happens until then.
    pub fn until(mut self, time: NaiveDateTime) -> Self {
        self.until = Some(time);
        self
    }

    /// Gives these events alone. Default: all of them. For one event the call itself can ask for less.
    pub fn only(mut self, events: impl IntoIterator<Item = EventType>) -> Self {
        self.only.extend(events.into_iter().map(EventType::code));
        self
    }

    /// The next call. A feed of one site of several needs its `site_id` too.
    pub fn request(&self) -> GetReservationActions {
        let request = GetReservationActions::new().start_time(self.start_time());
        let request = match self.until {
            Some(until) => request.end_time(until),
            None => request,
        };
        match self.only.first() {
            Some(event) if self.only.len() == 1 => request.event_type(EventType::from(*event)),
            _ => request,
        }
    }

    /// The `start_time` of the next call.
    #[must_use]
    pub fn start_time(&self) -> NaiveDateTime {
        self.cursor.start_time
    }

    /// Takes the whole answer to a call that asked for everything since [`start_time`](Self::start_time), and returns
    /// what is new, the earliest first and those without a readable time last.
    pub fn accept<A: Action>(&mut self, answer: impl IntoIterator<Item = A>) -> Vec<A> {
        let start = self.cursor.start_time;
        let mut latest = start;
        let mut here: BTreeMap<String, Given> = BTreeMap::new();
        let mut new = Vec::new();
        for action in answer {
            let time = match action.time() {
                Some(SiteTime::Local(time)) => Some(time),
                // Without the zone of the site it cannot be compared with the others.
                Some(SiteTime::Unix(_)) | None => None,
            };
            // What was not asked for was given before, is before the start, or will come later.
            let is_late = |time| self.until.is_some_and(|until| time > until);
            if time.is_some_and(|time| time < start || is_late(time)) {
                continue;
            }
            latest = time.map_or(latest, |time| time.max(latest));
            let event = action.event_type().map(EventType::code);
            if !self.only.is_empty() && event.is_none_or(|event| !self.only.contains(&event)) {
                continue;
            }
            let key = key(&action);
            let before = self.cursor.given.get(&key).map_or(0, |given| given.count);
            let now = here.entry(key).or_insert(Given { time, count: 0 });
            now.count = now.count.saturating_add(1);
            if now.count > before {
                new.push((time.is_none(), time, action));
            }
        }
        new.sort_by_key(|(is_timeless, time, _)| (*is_timeless, *time));
        self.advance(latest, here);
        new.into_iter().map(|(_, _, action)| action).collect()
    }

    /// Moves the start, and drops the hashes that are not needed any more.
    fn advance(&mut self, latest: NaiveDateTime, here: BTreeMap<String, Given>) {
        let start = latest
            .checked_sub_signed(self.overlap)
            .unwrap_or(latest)
            .max(self.cursor.start_time);
        self.cursor.given.retain(|key, given| match given.time {
            Some(time) => time >= start,
            // An action without a time comes with every answer: its hash is kept as long as it comes.
            None => here.contains_key(key),
        });
        for (key, now) in here {
            if now.time.is_none_or(|time| time >= start) {
                let given = self.cursor.given.entry(key).or_insert(now);
                given.count = given.count.max(now.count);
            }
        }
        self.cursor.start_time = start;
    }

    /// How far the feed has read. Store it when the actions are processed.
    #[must_use]
    pub fn cursor(&self) -> &ActionCursor {
        &self.cursor
    }

    /// As [`cursor`](Self::cursor), when the feed is not needed any more.
    #[must_use]
    pub fn into_cursor(self) -> ActionCursor {
        self.cursor
    }
}

/// The same for the same action in every process. It holds no personal data.
fn key(action: &impl Action) -> String {
    let text = format!(
        "{:?}\n{:?}\n{:?}\n{}",
        action.reservation_id().map(ReservationId::get),
        action.event_type().map(EventType::code),
        action.time(),
        action.details()
    );
    format!("{:x}", md5::compute(text))
}
