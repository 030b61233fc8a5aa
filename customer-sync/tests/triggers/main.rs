//! What makes a customer due, and who is due when.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // Helpers of the tests unwrap and index like the tests.

#[path = "../common/mod.rs"]
mod common;
mod events;
mod hooks;
mod inbox;
mod polls;
mod rules;
mod same;
mod site;
