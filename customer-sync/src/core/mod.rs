//! The pure core: makes a plan from customers and what is known of the parties. No store, no engine, no I/O, no clock.

pub(crate) mod change;
pub(crate) mod customer;
pub mod diff;
pub(crate) mod field;
pub(crate) mod fingerprint;
pub mod kind;
pub mod matching;
pub mod merge;
pub(crate) mod nearest;
pub(crate) mod parties;
pub mod party;
pub(crate) mod plan;
pub(crate) mod planner;
pub(crate) mod policy;
pub(crate) mod properties;
pub(crate) mod report;
pub(crate) mod rules;
pub(crate) mod run_id;
pub(crate) mod same;
pub(crate) mod snapshot;
pub(crate) mod stored_values;
pub(crate) mod values;
pub(crate) mod warning;
