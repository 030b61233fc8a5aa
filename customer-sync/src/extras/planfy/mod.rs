//! Planfy's customers as a source of the sync, and its rule on deletion.

mod deletion;
#[cfg(feature = "sync")]
mod export;

pub use deletion::{Deletion, HasAppointments, deletion};
#[cfg(feature = "sync")]
pub use export::Export;
