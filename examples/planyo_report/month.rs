//! A month of the calendar.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Months, NaiveDate, NaiveDateTime};

/// A month of the calendar.
#[derive(Clone, Copy)]
pub(crate) struct Month {
    first_day: NaiveDate,
    next: NaiveDate,
}

impl Month {
    /// The month of this day; `None` if the next month is out of range.
    pub(crate) fn of(day: NaiveDate) -> Option<Self> {
        let first_day = day.with_day(1)?;
        let next = first_day.checked_add_months(Months::new(1))?;
        Some(Self { first_day, next })
    }

    pub(crate) fn first_day(self) -> NaiveDate {
        self.first_day
    }

    pub(crate) fn start(self) -> NaiveDateTime {
        self.first_day.into()
    }

    /// The midnight at the start of the next month.
    pub(crate) fn end(self) -> NaiveDateTime {
        self.next.into()
    }

    pub(crate) fn contains(self, time: NaiveDateTime) -> bool {
        (self.start()..self.end()).contains(&time)
    }
}

/// As `2026-06`.
impl FromStr for Month {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let first_day = NaiveDate::parse_from_str(&format!("{text}-01"), "%Y-%m-%d");
        let month = first_day.ok().and_then(Self::of);
        month.ok_or_else(|| "a month such as 2026-06 is needed".to_owned())
    }
}

/// As `June 2026`.
impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.first_day.format("%B %Y").fmt(f)
    }
}
