//! The name of a run.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A run's name: when it began, to the microsecond, and four digits by chance. Sorts by time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RunId(String);

impl RunId {
    /// The name of a run that begins now.
    #[must_use]
    pub fn new(began: DateTime<Utc>, chance: u16) -> Self {
        Self(format!(
            "{}-{chance:04x}",
            began.format("%Y%m%dT%H%M%S%.6fZ")
        ))
    }

    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text that is no name of a run.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is no run: take one that `State::runs` tells, such as 20260401T120000.000000Z-0f3a")]
pub struct ParseRunIdError(String);

impl FromStr for RunId {
    type Err = ParseRunIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b".-".contains(&byte);
        if text.is_empty() || !text.bytes().all(is_name) {
            return Err(ParseRunIdError(text.to_owned()));
        }
        Ok(Self(text.to_owned()))
    }
}
