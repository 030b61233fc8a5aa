//! Appointments of both systems, and the recalls that follow from them.

use chrono::{DateTime, Datelike, Months, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use customer_sync::recalls::{Appointment, Recall, RecallStore};
use planyo_client::reservations::ListReservations;
use serde::{Deserialize, Serialize};

use crate::app::{App, Failure};

/// Bookings are read so far ahead.
const AHEAD: Months = Months::new(18);
/// A reservation that ended on a day may have begun so long before.
const LONGEST: Months = Months::new(2);
/// The row that says when the recalls were brought up to date.
const ROW: &str = "status/recalls";

/// When the recalls were brought up to date.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Refreshed {
    /// When.
    pub at: DateTime<Utc>,
    /// How many appointments were read.
    pub appointments: usize,
}

impl Refreshed {
    /// The last time.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn last(app: &App) -> Result<Option<Self>, Failure> {
        Ok(app.notes.read(ROW).await?)
    }
}

/// Reads all appointments since `recalls.since`, makes the recalls of the day, stores them, and gives all.
///
/// # Errors
/// When Planyo or the store cannot be used.
pub async fn refresh(app: &App, now: DateTime<Utc>) -> Result<Vec<Recall>, Failure> {
    let day = app.zone().await?.to_local(now).date();
    let appointments = read_appointments(app, day).await?;
    let rules = &app.recalls.rules;
    let recalls = RecallStore::new(&app.state)
        .update(&appointments, rules, day)
        .await?;
    let refreshed = Refreshed {
        at: now,
        appointments: appointments.len(),
    };
    app.notes.write(ROW, &refreshed).await?;
    tracing::info!(
        appointments = appointments.len(),
        recalls = recalls.len(),
        "recalls"
    );
    Ok(recalls)
}

/// The reservations of Planyo since `recalls.since`, month by month, since Planyo gives up on long periods, and Planfy's
/// appointments as they were imported last.
///
/// # Errors
/// When Planyo or the store cannot be read.
async fn read_appointments(app: &App, day: NaiveDate) -> Result<Vec<Appointment>, Failure> {
    let mut appointments = Vec::new();
    // Recalls by hand need bookings only.
    let recent = day.checked_sub_months(LONGEST).unwrap_or(day);
    let since = app.recalls.since.unwrap_or(recent);
    let horizon = day.checked_add_months(AHEAD).unwrap_or(day);
    let mut begin = since.checked_sub_months(LONGEST).unwrap_or(since);
    while begin <= horizon {
        let end = next_month(begin);
        let mut list = ListReservations::new(midnight(begin), midnight(end));
        if let Some(site) = app.settings.file.planyo.site {
            list = list.site_id(site);
        }
        let month = app.planyo.pages(list).all().await?;
        if !month.invalid.is_empty() {
            tracing::warn!(
                count = month.invalid.len(),
                "reservations that cannot be read"
            );
        }
        let read = month.records.iter();
        let read =
            read.filter_map(|one| Appointment::of_reservation(one, &app.settings.rules, day));
        appointments.extend(read.filter(|one| one.ends >= since));
        begin = end;
    }
    if let Some(book) = app.book() {
        let imported = book.appointments().await?.unwrap_or_default();
        appointments.extend(imported.into_iter().filter(|one| one.ends >= since));
    }
    Ok(appointments)
}

/// The first of the month after.
fn next_month(day: NaiveDate) -> NaiveDate {
    let first = day.with_day(1).unwrap_or(day);
    first
        .checked_add_months(Months::new(1))
        .unwrap_or(NaiveDate::MAX)
}

fn midnight(day: NaiveDate) -> NaiveDateTime {
    day.and_time(NaiveTime::MIN)
}
