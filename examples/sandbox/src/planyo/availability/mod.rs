//! When a resource is free: vacations, the week, searching, usage.

mod search;
mod usage;
mod vacations;
mod week;

use chrono::{NaiveDateTime, NaiveTime};

use super::{Resource, State};
pub use vacations::Vacation;
pub(super) use week::Week;

impl State {
    /// Units that vacations and the week take at this time; forced availability takes them back.
    pub(super) fn blocked_units(&self, resource: &Resource, at: NaiveDateTime) -> u32 {
        let own = self.vacations_of(resource);
        let there = own.filter(|vacation| vacation.start <= at && at < vacation.end);
        let mut units: i64 = there.map(|vacation| vacation.units_of(resource)).sum();
        if !self.week_of(Some(resource.id)).is_open(at) {
            units += i64::from(resource.quantity);
        }
        let units = units.clamp(0, i64::from(resource.quantity));
        u32::try_from(units).unwrap_or_default()
    }

    /// The times in a period at which more units may become blocked.
    pub(super) fn block_begins(
        &self,
        resource: &Resource,
        start: NaiveDateTime,
        end: NaiveDateTime,
    ) -> Vec<NaiveDateTime> {
        let mut times = vec![start];
        for vacation in self.vacations_of(resource) {
            // Where forced availability ends, units are blocked again.
            times.extend([vacation.start, vacation.end]);
        }
        let closings = self.week_of(Some(resource.id)).closings();
        let days = start.date().iter_days();
        for day in days.take_while(|day| day.and_time(NaiveTime::MIN) < end) {
            times.extend(closings.iter().filter_map(|(weekday, minute)| {
                let is_then = *weekday == chrono::Datelike::weekday(&day);
                let time = day.and_hms_opt(minute / 60, minute % 60, 0);
                time.filter(|_| is_then)
            }));
        }
        times.retain(|time| start <= *time && *time < end);
        times
    }
}
