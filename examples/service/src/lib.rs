//! Keeps the customers in Billit equal to those in Planyo: one process with pages for whoever decides.
//!
//! | what | where |
//! |---|---|
//! | settings | `settings.rs` |
//! | what all parts share | `app.rs`, `sources.rs`, `clock.rs` |
//! | what goes on by itself | `worker.rs`, `peppol.rs` |
//! | what is done with customers, by itself or by a person | `runs.rs`, `plans.rs` |
//! | Planfy's customers, kept here | `planfy/` |
//! | Planyo's notifications | `receiver.rs`, `intake.rs`, `received.rs` |
//! | what is remembered beside the sync | `notes.rs`, `calls.rs`, `directory.rs` |
//! | who has changed what | `change_log.rs` |
//! | forgetting a customer: evidence and reminders | `deletions.rs` |
//! | who is told | `alerts/`, `metrics.rs` |
//! | how one message reaches a customer | `messages/` |
//! | who is to be asked to come again, and with which message | `recalls/` |
//! | pages | `web/` |
//! | start and stop | `server.rs` |

pub mod alerts;
pub mod app;
pub mod calls;
pub mod change_log;
pub mod clock;
pub mod deletions;
#[cfg(feature = "demo")]
pub mod demo;
pub mod directory;
pub mod intake;
pub mod messages;
pub mod metrics;
pub mod notes;
pub mod peppol;
pub mod planfy;
pub mod plans;
pub mod random;
pub mod recalls;
pub mod received;
pub mod receiver;
pub mod runs;
pub mod server;
pub mod settings;
pub mod sources;
pub mod web;
pub mod worker;
