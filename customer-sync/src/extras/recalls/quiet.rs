//! Hours in which no message is sent.

use std::fmt;
use std::str::FromStr;

use chrono::NaiveTime;

/// Hours of each day in which nothing is to be sent that rings, such as `20:00-08:00`. By the clock of the place.
///
/// ```
/// use customer_sync::recalls::QuietHours;
///
/// let night: QuietHours = "20:00-08:00".parse()?;
/// let at = |text: &str| text.parse().unwrap();
/// assert!(night.contains(at("20:00:00")) && night.contains(at("07:59:59")));
/// assert!(!night.contains(at("08:00:00")) && !night.contains(at("19:59:59")));
/// # Ok::<(), customer_sync::recalls::InvalidQuietHours>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuietHours {
    from: NaiveTime,
    to: NaiveTime,
}

/// Why a text is no quiet hours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no quiet hours: write them as `20:00-08:00`")]
pub struct InvalidQuietHours(String);

impl QuietHours {
    /// Whether a time of day is in them. The end is not.
    #[must_use]
    pub fn contains(self, time: NaiveTime) -> bool {
        if self.from < self.to {
            self.from <= time && time < self.to
        } else {
            self.from <= time || time < self.to
        }
    }
}

/// As `20:00-08:00`, also over midnight.
impl FromStr for QuietHours {
    type Err = InvalidQuietHours;

    fn from_str(text: &str) -> Result<Self, InvalidQuietHours> {
        let invalid = || InvalidQuietHours(text.to_owned());
        let time = |text: &str| NaiveTime::parse_from_str(text.trim(), "%H:%M");
        let (from, to) = text.split_once('-').ok_or_else(invalid)?;
        let from = time(from).map_err(|_| invalid())?;
        let to = time(to).map_err(|_| invalid())?;
        if from == to {
            return Err(invalid());
        }
        Ok(Self { from, to })
    }
}

/// The text that [`FromStr`] reads.
impl fmt::Display for QuietHours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}-{}",
            self.from.format("%H:%M"),
            self.to.format("%H:%M")
        )
    }
}
