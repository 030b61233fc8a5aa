//! When resources are free: search, vacations, schedules, usage.
//!
//! Facts: the parameters of these methods are documented, but for [`RemoveVacation`] and [`SetEventTimes`], which are a
//! guess. Of several answers no copy of the documentation shows more than the beginning: those are given as they come.
//!
//! Times are on the clock of the site. A date stands for its midnight, so that both a `NaiveDate` and a `NaiveDateTime`
//! can be given. A rental by the day ends at the date after its last, or at 23:59 of the last; one by the night at the
//! date of departure.

mod schedule;
mod search;
mod usage;
mod vacations;

use chrono::NaiveDateTime;

use crate::params::Params;

pub use schedule::{
    EventTime, EventTimes, EventTimesFormat, GetEventTimes, GetWeeklySchedule, SetEventTimes,
    SetWeeklySchedule, WeeklyDefault, WeeklyPeriod,
};
pub use search::{Availability, GetIcalFeedUrl, IsResourceAvailable, ResourceSearch, SearchOrder};
pub use usage::{
    GetResourceUsage, GetResourceUsageForMonth, MonthUsage, ResourceUsage, SetResourceAvailability,
    UsedInMonth, UsedUnits,
};
pub use vacations::{
    AddRecurringVacation, AddVacation, AddedVacation, ListVacations, Recurrence, RemoveVacation,
    VacationRecurrence, VacationType,
};

/// What the methods take that are about a period.
fn period(start: impl Into<NaiveDateTime>, end: impl Into<NaiveDateTime>) -> Params {
    Params::default()
        .with("start_time", start.into())
        .with("end_time", end.into())
}
