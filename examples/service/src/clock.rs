//! The time.

use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};

/// The clock of the system, which a test sets ahead.
#[derive(Debug, Default)]
pub struct Clock {
    ahead_seconds: AtomicI64,
}

impl Clock {
    /// The time.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        Utc::now() + TimeDelta::seconds(self.ahead_seconds.load(Ordering::Relaxed))
    }

    /// Sets it ahead of the system by this time.
    pub fn set_ahead(&self, time: TimeDelta) {
        self.ahead_seconds
            .store(time.num_seconds(), Ordering::Relaxed);
    }
}
