//! Mapping of source records to a [`Customer`](crate::Customer).

#[cfg(feature = "planfy")]
pub(crate) mod planfy;
pub mod planyo;
mod record;
