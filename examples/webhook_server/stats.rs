//! What the status page shows of the time since the start. No personal data is in it.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use customer_sync::triggers::{Synced, Trigger};

/// So many syncs are shown.
const SHOWN: usize = 50;

#[derive(Default)]
pub(crate) struct Stats(Mutex<Seen>);

/// What was seen so far.
#[derive(Clone, Default)]
pub(crate) struct Seen {
    pub(crate) came_in: BTreeMap<Trigger, u64>,
    pub(crate) refused: BTreeMap<String, u64>,
    pub(crate) synced: VecDeque<(DateTime<Utc>, String)>,
    pub(crate) buckets: BTreeMap<&'static str, u64>,
    pub(crate) full_pass: Option<(DateTime<Utc>, String)>,
    /// Somebody found no place, and no full pass began since.
    is_overdue: bool,
}

impl Stats {
    pub(crate) fn seen(&self) -> Seen {
        self.lock().clone()
    }

    pub(crate) fn came_in(&self, trigger: Trigger) {
        *self.lock().came_in.entry(trigger).or_default() += 1;
    }

    pub(crate) fn refused(&self, why: &str) {
        let mut seen = self.lock();
        // Without a new text each time: there is one for each reason.
        if let Some(count) = seen.refused.get_mut(why) {
            *count += 1;
        } else {
            seen.refused.insert(why.to_owned(), 1);
        }
    }

    pub(crate) fn turned_away(&self) {
        self.refused("no place in the inbox");
        self.lock().is_overdue = true;
    }

    pub(crate) fn is_overdue(&self) -> bool {
        self.lock().is_overdue
    }

    pub(crate) fn full_pass_begins(&self) {
        self.lock().is_overdue = false;
    }

    pub(crate) fn full_pass(&self, result: String) {
        self.lock().full_pass = Some((Utc::now(), result));
    }

    pub(crate) fn synced(&self, synced: &Synced) {
        let mut seen = self.lock();
        let bucket = match &synced.result {
            Ok(Some(outcome)) => outcome.bucket.name(),
            Ok(None) => "not there any more",
            Err(_) => "failed",
        };
        *seen.buckets.entry(bucket).or_default() += 1;
        seen.synced.truncate(SHOWN - 1);
        seen.synced.push_front((Utc::now(), synced.to_string()));
    }

    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
