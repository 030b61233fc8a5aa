//! Planyo's clock, as its answers show it.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use chrono::{DateTime, Utc};

use crate::envelope::server_time;
use crate::error::{Error, ErrorKind};
use crate::plumbing::response::Response;

/// What is known of Planyo's clock.
#[derive(Default)]
pub(crate) struct ServerClock {
    /// Planyo's clock less ours, in seconds, once a refused timestamp has shown it.
    offset: AtomicI64,
    /// The `Date` of the last answer, in Unix seconds; 0 before the first.
    last: AtomicI64,
}

impl ServerClock {
    /// The time to sign a call with, in Unix seconds.
    pub(crate) fn unix_seconds(&self) -> u64 {
        own_seconds().saturating_add_signed(self.offset.load(Ordering::Relaxed))
    }

    /// Takes over Planyo's time from its refusal of ours; false if the error is another one.
    pub(crate) fn correct(&self, error: &Error) -> bool {
        if error.kind() != ErrorKind::ClockSkew {
            return false;
        }
        let Some(theirs) = server_time(error.api_message()) else {
            return false;
        };
        let offset = theirs.wrapping_sub(own_seconds()).cast_signed();
        self.offset.store(offset, Ordering::Relaxed);
        true
    }

    /// Remembers the `Date` of an answer.
    pub(crate) fn read(&self, response: &Response) {
        let date = response.date.as_deref().map(DateTime::parse_from_rfc2822);
        if let Some(Ok(date)) = date {
            self.last.store(date.timestamp(), Ordering::Relaxed);
        }
    }

    /// The `Date` of the last answer.
    pub(crate) fn last(&self) -> Option<DateTime<Utc>> {
        let seconds = self.last.load(Ordering::Relaxed);
        DateTime::from_timestamp(seconds, 0).filter(|_| seconds > 0)
    }
}

fn own_seconds() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.unwrap_or_default().as_secs()
}
