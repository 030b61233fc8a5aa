//! What makes a customer due, and who is due when.

#![allow(clippy::unwrap_used)] // Helpers of the tests unwrap like the tests.

mod events;
mod rules;
