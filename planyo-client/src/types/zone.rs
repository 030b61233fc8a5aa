//! The clock of a site.

use std::str::FromStr;

use chrono::{DateTime, MappedLocalTime, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Tz;

use crate::sites::SiteInfo;
use crate::types::SiteTime;

/// The time zone of a site, by which its local times become moments in UTC and back. Feature `time-zone`.
///
/// ```
/// use planyo_client::{SiteTime, SiteZone};
///
/// let brussels: SiteZone = "Europe/Brussels".parse()?;
/// let time = SiteTime::parse("2026-07-01 12:00:00").unwrap();
/// let moment = brussels.to_utc(time).single().unwrap();
/// assert_eq!(moment.to_rfc3339(), "2026-07-01T10:00:00+00:00");
/// assert_eq!(SiteTime::Local(brussels.to_local(moment)), time);
///
/// // In the night when the clocks go back, an hour comes twice.
/// let twice = brussels.to_utc(SiteTime::parse("2026-10-25 02:30:00").unwrap());
/// assert_ne!(twice.earliest(), twice.latest());
/// # Ok::<(), planyo_client::UnknownZone>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SiteZone(Tz);

/// No time zone has this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no time zone is called {name:?}; it should be one like \"Europe/Brussels\"")]
#[non_exhaustive]
pub struct UnknownZone {
    /// The name; empty where Planyo sent none.
    pub name: String,
}

impl SiteZone {
    /// The name, such as `Europe/Brussels`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// The moments at which the clock of the site showed this time:
    ///
    /// - [`Single`](MappedLocalTime::Single): one, as nearly always;
    /// - [`Ambiguous`](MappedLocalTime::Ambiguous): two, the earlier first, in the hour that comes twice when the clocks
    ///   go back;
    /// - [`None`](MappedLocalTime::None): never, in the hour that is left out when the clocks go forward.
    ///
    /// Which of two is meant is unknown, so that the choice is the caller's: `earliest()`, `latest()`, or `single()`
    /// where two are none. A time in Unix seconds is one moment, and none where no calendar reaches it.
    #[must_use]
    pub fn to_utc(self, time: SiteTime) -> MappedLocalTime<DateTime<Utc>> {
        match time {
            SiteTime::Local(local) => self.0.from_local_datetime(&local).map(|time| time.to_utc()),
            SiteTime::Unix(seconds) => DateTime::from_timestamp(seconds, 0)
                .map_or(MappedLocalTime::None, MappedLocalTime::Single),
        }
    }

    /// What the clock of the site shows at this moment: the form in which Planyo takes times.
    #[must_use]
    pub fn to_local(self, moment: DateTime<Utc>) -> NaiveDateTime {
        moment.with_timezone(&self.0).naive_local()
    }
}

/// By the names of the time zone database, spelled exactly so.
impl FromStr for SiteZone {
    type Err = UnknownZone;

    fn from_str(name: &str) -> Result<Self, UnknownZone> {
        let name = name.trim();
        name.parse().map(Self).map_err(|_| UnknownZone {
            name: name.to_owned(),
        })
    }
}

impl SiteInfo {
    /// The time zone of the site, by its name in [`timezone`](Self::timezone).
    ///
    /// # Errors
    /// When there is no name, or no time zone has it.
    pub fn zone(&self) -> Result<SiteZone, UnknownZone> {
        self.timezone.as_deref().unwrap_or_default().parse()
    }
}
