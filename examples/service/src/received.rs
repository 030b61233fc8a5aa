//! What has come from Planyo since the start: how many of each event, and what was passed over, with an example of its shape.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};

/// So many reasons are kept.
const REASONS: usize = 50;

/// Counters. They hold no personal data.
#[derive(Default)]
pub struct Received(Mutex<Seen>);

/// The counters.
#[derive(Clone, Default)]
pub struct Seen {
    /// How many of each event.
    pub events: BTreeMap<String, u64>,
    /// Why others were passed over: how many, and the names of the fields of the last one.
    pub passed_over: BTreeMap<String, (u64, String)>,
    /// When the last one came that was taken.
    pub last: Option<DateTime<Utc>>,
    /// Whether one was turned away since the last full pass: then there is something that no notification will say again.
    pub overdue: bool,
}

impl Received {
    /// The counters now.
    #[must_use]
    pub fn seen(&self) -> Seen {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// One was taken.
    pub fn taken(&self, event: &str, now: DateTime<Utc>) {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *seen.events.entry(event.to_owned()).or_default() += 1;
        seen.last = Some(now);
    }

    /// One was passed over, for this reason; `shape` is what it looks like, without values.
    pub fn passed_over(&self, why: &str, shape: String) {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.passed_over.len() < REASONS || seen.passed_over.contains_key(why) {
            let (count, last) = seen.passed_over.entry(why.to_owned()).or_default();
            *count += 1;
            *last = shape;
        }
    }

    /// One was turned away, or a full pass has begun that finds what was.
    pub fn set_overdue(&self, overdue: bool) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .overdue = overdue;
    }
}
