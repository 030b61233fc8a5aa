//! Appointments from a CSV file.

use std::io::Read;

use chrono::NaiveDate;

use crate::core::rules::MappingRules;
use crate::extras::recalls::{Appointment, State};
use crate::normalize::text::folded;
use crate::source::planfy::cell::day;
use crate::source::planfy::row::id_of;
use crate::source::planfy::{BadRow, ReadError, Reader, key};

/// The names of the columns in a file of appointments, compared without case and punctuation. How Planfy exports
/// appointments is not documented, so set the names that your file has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppointmentColumns {
    /// The id of the appointment. Default: `id`.
    pub id: String,
    /// The id that Planfy gave the customer. Default: `planfy_id`.
    pub customer: String,
    /// The resource or service. Default: `resource`.
    pub resource: String,
    /// The day on which it was booked. Default: `booked`.
    pub booked: String,
    /// The day on which it ends. Default: `ends`.
    pub ends: String,
    /// `finished`, `booked` or `cancelled`. Default: `state`.
    pub state: String,
}

impl Default for AppointmentColumns {
    fn default() -> Self {
        Self {
            id: "id".to_owned(),
            customer: "planfy_id".to_owned(),
            resource: "resource".to_owned(),
            booked: "booked".to_owned(),
            ends: "ends".to_owned(),
            state: "state".to_owned(),
        }
    }
}

/// The appointments of a CSV file, each or what is wrong with its line, in the order of the file. The customers have the keys
/// of these [rules](crate::planfy::rules). Separators, encodings and malformed lines are treated as by [`Reader`]. Days are as
/// `2026-11-22` or `22/11/2026`; a time of day behind them is not used.
///
/// Do not leave out lines that are wrong before you delete a customer: they may be their next appointment.
///
/// ```
/// use customer_sync::planfy::{self, AppointmentColumns};
///
/// let file = "id;planfy_id;service;booked;ends;state\n\
///             900;77;dentist;2026-08-01;2026-08-31;finished\n\
///             901;77;dentist;2026-08-31;31/02/2027;booked\n";
/// let columns = AppointmentColumns { resource: "service".to_owned(), ..AppointmentColumns::default() };
/// let read = planfy::appointments(file.as_bytes(), &columns, &planfy::rules("shop"))?;
/// assert_eq!(read[0].as_ref().unwrap().customer.to_string(), "planfy:shop:77");
/// assert_eq!(read[1].as_ref().unwrap_err().to_string(), "line 3, column 5 (`ends`): there is no such day");
/// # Ok::<(), planfy::ReadError>(())
/// ```
///
/// # Errors
/// When the input fails, or one of the columns is missing or there twice.
pub fn appointments(
    input: impl Read,
    columns: &AppointmentColumns,
    rules: &MappingRules,
) -> Result<Vec<Result<Appointment, BadRow>>, ReadError> {
    let reader = Reader::of_table(input)?;
    let id = reader.position(&columns.id)?;
    let customer = reader.position(&columns.customer)?;
    let resource = reader.position(&columns.resource)?;
    let booked = reader.position(&columns.booked)?;
    let ends = reader.position(&columns.ends)?;
    let state = reader.position(&columns.state)?;
    let rows = reader.map(|row| {
        Ok(row?.and_then(|row| {
            let appointment = Appointment::booked(
                row.read(id, filled)?,
                key(row.read(customer, id_of)?, rules),
                row.read(resource, Ok)?,
                row.read(booked, date)?,
                row.read(ends, date)?,
            );
            Ok(appointment.state(row.read(state, state_of)?))
        }))
    });
    rows.collect()
}

fn filled(typed: &str) -> Result<&str, &'static str> {
    if typed.is_empty() {
        return Err("it is blank");
    }
    Ok(typed)
}

fn date(typed: &str) -> Result<NaiveDate, &'static str> {
    day(typed).map(|(date, _)| date)
}

fn state_of(typed: &str) -> Result<State, &'static str> {
    match folded(typed).as_str() {
        "finished" => Ok(State::Finished),
        "booked" => Ok(State::Booked),
        "cancelled" | "canceled" => Ok(State::Cancelled),
        _ => Err("neither finished, booked nor cancelled"),
    }
}
