//! Settings from the command line and the environment.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Months, NaiveDate, NaiveDateTime};
use planyo_client::Client as Planyo;

use crate::environment::Settings;

pub(crate) const HELP: &str = "\
A month's reservations of each resource, with their customers and payments. It reads only.

cargo run --example planyo_report [-- OPTIONS]

  --month YYYY-MM   reservations that begin in this month; default: the current one
  --json            print lines of JSON: the site, each reservation, the sums of each resource and of all
  --help            this text

Cancelled reservations, quotations, requests on the waiting list and reservations that were never completed are shown
and not counted. What cannot be read is reported on standard error and counted; then the exit code is 1.

Without settings it runs on a sandbox in this process. With these it works on the real service:

  PLANYO_API_KEY    required
  PLANYO_HASH_KEY   if hashing is enabled for the key
  PLANYO_SITE_ID    if the key is a metasite's
  PLANYO_BASE_URL   default https://www.planyo.com/rest/";

const SETTINGS: [&str; 4] = [
    "PLANYO_API_KEY",
    "PLANYO_HASH_KEY",
    "PLANYO_SITE_ID",
    "PLANYO_BASE_URL",
];

/// What to do.
pub(crate) enum Wanted {
    Help,
    Report {
        /// The real service; `None` is the sandbox.
        planyo: Option<Planyo>,
        /// `None` is the current one.
        month: Option<Month>,
        json: bool,
    },
}

/// What the arguments and the environment ask for, or one line that says what is wrong with them.
pub(crate) fn read(
    mut arguments: impl Iterator<Item = String>,
    environment: impl Fn(&str) -> Option<String>,
) -> Result<Wanted, String> {
    let (mut month, mut json) = (None, false);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--json" => json = true,
            "--month" => {
                let value = arguments.next();
                let value = value.ok_or("--month needs a month, such as 2026-06")?;
                month = Some(value.parse()?);
            }
            "--help" | "-h" => return Ok(Wanted::Help),
            _ => {
                return Err(format!(
                    "unknown argument `{argument}`; --help names the known ones"
                ));
            }
        }
    }
    let settings = Settings::new(&SETTINGS, environment);
    let planyo = if settings.are_blank() {
        None
    } else {
        Some(settings.planyo()?)
    };
    Ok(Wanted::Report {
        planyo,
        month,
        json,
    })
}

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
        month.ok_or_else(|| format!("`{text}` is no month; --month takes one such as 2026-06"))
    }
}

/// As `June 2026`.
impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.first_day.format("%B %Y").fmt(f)
    }
}
