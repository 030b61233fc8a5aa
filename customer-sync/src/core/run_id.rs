//! The id of a run.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The id of a run: its start time, to the microsecond, and four random hex digits. Ids sort by time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RunId(String);

impl RunId {
    /// The id of a run that begins at this time. `chance` is a random number, so that two runs that begin at the same
    /// moment get different ids.
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

/// The text is not the id of a run.
#[derive(Debug, thiserror::Error)]
#[error(
    "{0:?} is not the id of a run: take one from the list of runs, such as 20260401T120000.000000Z-0f3a"
)]
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
