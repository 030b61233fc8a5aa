//! Appointments.

use chrono::{DateTime, NaiveDate};
use planyo_client::reservations::Reservation;
use planyo_client::{ReservationStatus, SiteTime};
use serde::{Deserialize, Serialize};

use crate::core::customer::CustomerKey;
use crate::core::rules::MappingRules;
use crate::source::planyo;

/// A past or upcoming reservation or appointment. `Debug` shows its keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Appointment {
    /// Its id, unique in its source system.
    pub id: String,
    /// The customer.
    pub customer: CustomerKey,
    /// What was booked: the id or name of the resource or service.
    pub resource: String,
    /// What was booked as people say it, if `resource` is an id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource_name: Option<String>,
    /// The day it was booked on.
    pub booked: NaiveDate,
    /// The day it ends on.
    pub ends: NaiveDate,
    /// Its state.
    pub state: State,
}

/// The state of an appointment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum State {
    /// The customer came.
    Finished,
    /// It is booked.
    Booked,
    /// It was cancelled, or the customer did not come.
    Cancelled,
}

impl Appointment {
    /// One that took place and ended on this day.
    #[must_use]
    pub fn finished(
        id: impl Into<String>,
        customer: CustomerKey,
        resource: impl Into<String>,
        ended: NaiveDate,
    ) -> Self {
        Self {
            id: id.into(),
            customer,
            resource: resource.into(),
            resource_name: None,
            booked: ended,
            ends: ended,
            state: State::Finished,
        }
    }

    /// One that was booked on a day and ends on another.
    #[must_use]
    pub fn booked(
        id: impl Into<String>,
        customer: CustomerKey,
        resource: impl Into<String>,
        booked: NaiveDate,
        ends: NaiveDate,
    ) -> Self {
        Self {
            booked,
            state: State::Booked,
            ..Self::finished(id, customer, resource, ends)
        }
    }

    /// A Planyo reservation as of a day, with the customer's key by these [rules](MappingRules), and the resource's id
    /// as the resource. A past reservation counts as finished, unless it was cancelled, never confirmed, or a no-show.
    /// `None` if it has no customer or no end.
    ///
    /// Days are local to the site. A time that Planyo sent as Unix seconds counts as UTC: at night that may be the
    /// previous or the next day.
    #[must_use]
    pub fn of_reservation(
        reservation: &Reservation,
        rules: &MappingRules,
        day: NaiveDate,
    ) -> Option<Self> {
        let ends = date(reservation.end_time?)?;
        let booked = reservation.creation_time.or(reservation.start_time);
        let status = reservation.status?;
        let state = if !status.is_confirmed() || status.contains(ReservationStatus::NO_SHOW) {
            State::Cancelled
        } else if ends < day || status.contains(ReservationStatus::CHECKED_OUT) {
            State::Finished
        } else {
            State::Booked
        };
        let resource = reservation.resource_id.map(|id| id.to_string());
        Some(Self {
            id: reservation.reservation_id.to_string(),
            customer: planyo::key(&reservation.user_id?.to_string(), rules),
            resource: resource.or_else(|| reservation.resource_name.clone())?,
            resource_name: reservation.resource_name.clone(),
            booked: booked.and_then(date).unwrap_or(ends),
            ends,
            state,
        })
    }

    /// Sets the state.
    #[must_use]
    pub fn state(mut self, state: State) -> Self {
        self.state = state;
        self
    }
}

fn date(time: SiteTime) -> Option<NaiveDate> {
    match time {
        SiteTime::Local(time) => Some(time.date()),
        SiteTime::Unix(seconds) => Some(DateTime::from_timestamp(seconds, 0)?.date_naive()),
        _ => None,
    }
}
