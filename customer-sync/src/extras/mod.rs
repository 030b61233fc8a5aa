//! Features beside the sync itself. No other floor imports them.

pub mod cost;
pub mod document;
pub mod duplicates;
#[cfg(feature = "sync")]
pub(crate) mod find_duplicates;
pub mod health;
#[cfg(feature = "sync")]
mod party_step;
pub mod peppol;
#[cfg(feature = "planfy")]
pub(crate) mod planfy;
pub mod recalls;
#[cfg(feature = "sync")]
pub(crate) mod removal;
mod rules_file;
pub(crate) mod suggest;
#[cfg(feature = "triggers")]
pub mod triggers;
#[cfg(feature = "sync")]
pub(crate) mod undo;
