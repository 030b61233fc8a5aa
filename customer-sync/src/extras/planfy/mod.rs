//! Planfy's customers as a source of the sync, its appointments, and its rule on deletion.

mod appointments;
mod deletion;
#[cfg(feature = "sync")]
mod export;

pub use appointments::{AppointmentColumns, appointments};
pub use deletion::{Deletion, HasAppointments, deletion};
#[cfg(feature = "sync")]
pub use export::Export;
