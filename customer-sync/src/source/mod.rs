//! Mapping of source records to a [`Customer`](crate::Customer).

mod explain;
#[cfg(feature = "planfy")]
pub(crate) mod planfy;
pub mod planyo;
mod record;

pub use explain::{ExplainedValue, Explanation, FilterDecision, GivenBy};
