//! What came of recalls, over time.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use serde::Serialize;

use super::{Recall, Status};

/// What came of the recalls whose first message was sent in a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Conversion {
    /// The first day of the month.
    pub month: NaiveDate,
    /// The recalls.
    pub sent: usize,
    /// Those to which the customer answered, without a booking so far.
    pub answered: usize,
    /// Those after which the customer booked.
    pub converted: usize,
}

/// What came of recalls, by the month of their first message, in order. Months without a message are left out, and so
/// are recalls without one.
#[must_use]
pub fn conversions<'a>(recalls: impl IntoIterator<Item = &'a Recall>) -> Vec<Conversion> {
    let mut months: BTreeMap<NaiveDate, Conversion> = BTreeMap::new();
    for recall in recalls {
        let first = recall.messages_sent.first().map(|sent| sent.at.date());
        let Some(month) = first.and_then(|day| day.with_day(1)) else {
            continue;
        };
        let none = Conversion {
            month,
            sent: 0,
            answered: 0,
            converted: 0,
        };
        let conversion = months.entry(month).or_insert(none);
        conversion.sent += 1;
        conversion.answered += usize::from(recall.status() == Status::Answered);
        conversion.converted += usize::from(recall.status() == Status::Converted);
    }
    months.into_values().collect()
}
