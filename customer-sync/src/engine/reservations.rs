//! When the last confirmed reservation of each user begins: what a filter by reservations asks for.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use futures_util::stream::{self, StreamExt};
use planyo_client::reservations::{ListReservations, Reservation};
use planyo_client::{Client, Entry, ReservationStatus, SiteTime, UserId, Windows};

use super::error::SyncError;
use crate::core::customer::{MappedCustomer, Problem};
use crate::core::rules::MappingRules;

/// Up to so many users are asked for one by one, with a request each; of more, all reservations are listed.
const ONE_BY_ONE: usize = 20;

/// How many of them at the same time.
const READS: usize = 4;

/// The days of one request for all reservations, and for those of one user: in all of these years.
const DAYS_OF_ALL: u32 = 366;
const DAYS_OF_ONE: u32 = 100 * 366;

/// Reservations that begin up to so many days ahead count.
const DAYS_AHEAD: i64 = 3 * 366;

/// The day on which the last reservation of each user begins that is confirmed and not cancelled.
#[derive(Default)]
pub(super) struct LastReservations {
    last: BTreeMap<UserId, NaiveDate>,
    /// Reservations that could not be read: they may be anyone's.
    unreadable: usize,
}

impl LastReservations {
    /// Whether reservations decide about a customer: the rules ask for them, and nothing else has decided yet.
    pub(super) fn matter_for(mapped: &MappedCustomer, rules: &MappingRules) -> bool {
        let is_open = match mapped {
            Ok(_) => true,
            Err((_, problem)) => matches!(problem, Problem::NoName | Problem::Template(_)),
        };
        is_open && rules.filter_of().on_reservations().is_some()
    }

    /// Those of all users, by one list for each year; none if the rules do not ask for them.
    pub(super) async fn of_all(planyo: &Client, rules: &MappingRules) -> Result<Self, SyncError> {
        let mut all = Self::default();
        if rules.filter_of().on_reservations().is_some() {
            all.list(planyo, None, rules).await?;
        }
        Ok(all)
    }

    /// Those of these users, and perhaps of others.
    pub(super) async fn of_users(
        planyo: &Client,
        users: &BTreeSet<UserId>,
        rules: &MappingRules,
    ) -> Result<Self, SyncError> {
        if users.len() > ONE_BY_ONE {
            return Self::of_all(planyo, rules).await;
        }
        let reads: Vec<_> = users
            .iter()
            .map(|user| async move {
                let mut theirs = Self::default();
                theirs.list(planyo, Some(*user), rules).await?;
                Ok::<_, SyncError>(theirs)
            })
            .collect();
        let mut reads = stream::iter(reads).buffer_unordered(READS);
        let mut all = Self::default();
        while let Some(read) = reads.next().await {
            let read = read?;
            all.last.extend(read.last);
            all.unreadable += read.unreadable;
        }
        Ok(all)
    }

    async fn list(
        &mut self,
        planyo: &Client,
        user: Option<UserId>,
        rules: &MappingRules,
    ) -> Result<(), SyncError> {
        // The clock of the site is not known here: it does not matter three years ahead.
        let now = planyo.server_time().unwrap_or_else(Utc::now).date_naive();
        let first = rules.filter_of().reservations_since();
        let first = first.or(NaiveDate::from_ymd_opt(2000, 1, 1)).unwrap_or(now);
        let end = (now + TimeDelta::days(DAYS_AHEAD)).max(first);
        let at_midnight = |day: NaiveDate| NaiveDateTime::new(day, NaiveTime::MIN);
        let windows = Windows::new(at_midnight(first), at_midnight(end));
        let windows = windows.days(if user.is_some() {
            DAYS_OF_ONE
        } else {
            DAYS_OF_ALL
        });
        let mut pages = planyo.pages_by_window(windows, move |window| {
            let confirmed = ListReservations::new(window.start, window.end)
                .required_status(ReservationStatus::CONFIRMED)
                .excluded_status(ReservationStatus::CANCELLED);
            match user {
                Some(user) => confirmed.user_id(user),
                None => confirmed,
            }
        });
        while let Some(page) = pages.next_page().await? {
            for entry in page.records() {
                self.add(entry);
            }
        }
        Ok(())
    }

    /// That Planyo honours the filters of the list is second-hand, so each reservation is checked.
    fn add(&mut self, entry: &Entry<Reservation>) {
        let Ok(reservation) = entry else {
            self.unreadable += 1;
            return;
        };
        let is_confirmed = reservation
            .status
            .is_some_and(ReservationStatus::is_confirmed);
        let day = reservation.start_time.and_then(day_of);
        if let (true, Some(user), Some(day)) = (is_confirmed, reservation.user_id, day) {
            let last = self.last.entry(user).or_insert(day);
            *last = day.max(*last);
        }
    }

    /// The customer, unless the filter leaves it out for its reservations.
    pub(super) fn checked(
        &self,
        mapped: MappedCustomer,
        user: UserId,
        rules: &MappingRules,
    ) -> MappedCustomer {
        if !Self::matter_for(&mapped, rules) {
            return mapped;
        }
        let last = self.last.get(&user).copied();
        let Err(problem) = rules.filter_of().check_reservations(last) else {
            return mapped;
        };
        let problem = match problem {
            Problem::LeftOut(why) if self.unreadable > 0 => Problem::LeftOut(format!(
                "{why}, but for {} that cannot be read",
                self.unreadable
            )),
            problem => problem,
        };
        let key = super::source::key_of(&mapped).clone();
        Err((key, problem))
    }
}

/// The day on the clock of the site. Lists have local times; a moment is read in UTC.
fn day_of(time: SiteTime) -> Option<NaiveDate> {
    match time {
        SiteTime::Local(time) => Some(time.date()),
        SiteTime::Unix(seconds) => Some(DateTime::from_timestamp(seconds, 0)?.date_naive()),
        _ => None,
    }
}
