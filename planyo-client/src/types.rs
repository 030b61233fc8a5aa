//! Ids, times and codes that several methods share.

use std::convert::Infallible;
use std::fmt;
use std::ops::BitOr;
use std::str::FromStr;

use chrono::NaiveDateTime;
use serde::{Deserialize, Deserializer, Serialize, de};

use crate::wire::Scalar;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(u64);

        impl $name {
            /// The number itself.
            #[must_use]
            pub fn get(self) -> u64 {
                self.0
            }
        }

        impl From<u64> for $name {
            fn from(id: u64) -> Self {
                Self(id)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        /// Reads a number or the same number as text: Planyo sends either, by method.
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Scalar::deserialize(deserializer)?
                    .as_u64()
                    .map(Self)
                    .ok_or_else(|| de::Error::custom("an id must be a whole number, or one as text"))
            }
        }
    };
}

id! {
    /// The id of a customer. It seems to be the same on all sites of Planyo (inferred from several sources,
    /// stated by none).
    UserId
}
id! {
    /// The id of a site, called `calendar` in notifications.
    SiteId
}

/// A language as Planyo writes it: two capital letters.
///
/// ```
/// use planyo_client::Language;
/// assert_eq!("nl".parse::<Language>()?.to_string(), "NL");
/// # Ok::<(), std::convert::Infallible>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Language(String);

impl Language {
    /// Any code; letters are made capitals.
    #[must_use]
    pub fn new(code: &str) -> Self {
        Self(code.trim().to_uppercase())
    }

    /// The code in capitals.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Language {
    type Err = Infallible;

    /// As [`Language::new`].
    fn from_str(code: &str) -> Result<Self, Infallible> {
        Ok(Self::new(code))
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A time that Planyo sent.
///
/// Its API sends local time of the site without an offset (confirmed); some third parties also saw Unix
/// seconds. The two are kept apart, since turning one into the other needs the site's time zone, which
/// `get_site_info` has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub enum SiteTime {
    /// `YYYY-MM-DD HH:MM:SS` on the clock of the site. A date alone means its midnight.
    Local(NaiveDateTime),
    /// Seconds since 1970 in UTC.
    Unix(i64),
}

impl SiteTime {
    /// Reads every form of the reference: date and time with a space or a `T`, a date, digits.
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
        local.or_else(date).map(Self::Local)
    }
}

/// How much of a record a method returns: a bit mask.
///
/// ```
/// use planyo_client::DetailLevel;
/// assert_eq!((DetailLevel::INFO | DetailLevel::PROPERTIES).bits(), 5);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DetailLevel(u32);

impl DetailLevel {
    /// Names, contact data and address. What Planyo sends when no level is given.
    pub const INFO: Self = Self(1);
    /// Custom properties.
    pub const PROPERTIES: Self = Self(4);
    /// What is known of the customer's reservations (`get_user_data` only).
    pub const RESERVATIONS: Self = Self(8);
    /// Preapproval and ban (`get_user_data` only; the names of the answer's fields are unknown, read them from
    /// the raw record).
    pub const APPROVAL: Self = Self(16);

    /// Any mask, for bits this crate does not name.
    #[must_use]
    pub const fn from_bits(bits: u32) -> Self {
        Self(bits)
    }

    /// The mask as it is sent.
    #[must_use]
    pub const fn bits(self) -> u32 {
        self.0
    }
}

impl BitOr for DetailLevel {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}
