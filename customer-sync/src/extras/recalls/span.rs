//! Lengths of time in calendar units.

use std::fmt;
use std::str::FromStr;

use chrono::{Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};

/// A length of time in calendar units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Span {
    /// Days.
    Days(u32),
    /// Weeks.
    Weeks(u32),
    /// Months: the same day of the month, or the month's last where it has no such day.
    Months(u32),
    /// Years: the same day, or 28 February for the 29th.
    Years(u32),
}

impl Span {
    /// The day this long after another; the last day of the calendar (in 262,000 years) if out of range.
    ///
    /// ```
    /// use customer_sync::recalls::Span;
    ///
    /// let day = |text: &str| text.parse::<chrono::NaiveDate>().unwrap();
    /// assert_eq!(Span::Months(1).after(day("2027-01-31")), day("2027-02-28"));
    /// assert_eq!(Span::Years(1).after(day("2028-02-29")), day("2029-02-28"));
    /// assert_eq!(Span::Years(4).after(day("2028-02-29")), day("2032-02-29"));
    /// ```
    #[must_use]
    pub fn after(self, day: NaiveDate) -> NaiveDate {
        let later = match self {
            Self::Days(days) => day.checked_add_days(Days::new(days.into())),
            Self::Weeks(weeks) => day.checked_add_days(Days::new(u64::from(weeks) * 7)),
            Self::Months(months) => day.checked_add_months(Months::new(months)),
            Self::Years(years) => {
                let months = years.checked_mul(12);
                months.and_then(|months| day.checked_add_months(Months::new(months)))
            }
        };
        later.unwrap_or(NaiveDate::MAX)
    }
}

/// Why a text is no length of time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no length of time: write it as `10 days`, `3 weeks`, `6 months` or `1 year`")]
pub struct InvalidSpan(String);

/// As `10 days`, `3 weeks`, `6 months`, `1 year`; `0 days` is at once.
impl FromStr for Span {
    type Err = InvalidSpan;

    fn from_str(text: &str) -> Result<Self, InvalidSpan> {
        let invalid = || InvalidSpan(text.to_owned());
        let (number, unit) = text.trim().split_once(' ').ok_or_else(invalid)?;
        let number: u32 = number.parse().map_err(|_| invalid())?;
        match unit.trim() {
            "day" | "days" => Ok(Self::Days(number)),
            "week" | "weeks" => Ok(Self::Weeks(number)),
            "month" | "months" => Ok(Self::Months(number)),
            "year" | "years" => Ok(Self::Years(number)),
            _ => Err(invalid()),
        }
    }
}

/// The text that [`FromStr`] reads.
impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (number, unit) = match self {
            Self::Days(number) => (number, "day"),
            Self::Weeks(number) => (number, "week"),
            Self::Months(number) => (number, "month"),
            Self::Years(number) => (number, "year"),
        };
        let plural = if *number == 1 { "" } else { "s" };
        write!(f, "{number} {unit}{plural}")
    }
}
