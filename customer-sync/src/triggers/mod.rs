//! What makes a customer due.
mod events;
mod rules;
mod trigger;

pub use events::{BadEventRule, EventRule, EventWatch, Moment, Offset};
pub use rules::{Door, Due, Passed, Refused, TriggerRules, UnknownWhom, Whom};
pub use trigger::{Trigger, UnknownTrigger};
