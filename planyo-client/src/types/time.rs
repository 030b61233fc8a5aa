//! Times as Planyo sends them.

use chrono::{DateTime, NaiveDateTime};
use serde::{Deserialize, Serialize};

/// A time that Planyo sent.
///
/// Its API sends local time of the site without an offset (confirmed); some third parties also saw Unix
/// seconds. The two are kept apart, since turning one into the other needs the site's time zone, which
/// `get_site_info` has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum SiteTime {
    /// `YYYY-MM-DD HH:MM:SS` on the clock of the site. A date alone means its midnight.
    Local(NaiveDateTime),
    /// Seconds since 1970 in UTC.
    Unix(i64),
}

impl SiteTime {
    /// Reads every form of the reference: date and time with a space or a `T`, a date, digits; with an offset from UTC it is
    /// a moment.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Ok(seconds) = text.parse() {
            return Some(Self::Unix(seconds));
        }
        let local = ["%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
            .iter()
            .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok());
        let date = || text.parse::<chrono::NaiveDate>().ok()?.and_hms_opt(0, 0, 0);
        let moment = || DateTime::parse_from_rfc3339(text).ok();
        let local = local.or_else(date).map(Self::Local);
        local.or_else(|| Some(Self::Unix(moment()?.timestamp())))
    }
}
