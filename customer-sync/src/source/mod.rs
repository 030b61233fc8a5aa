//! How a record of another system becomes a [`Customer`](crate::Customer).

#[cfg(feature = "planfy")]
pub(crate) mod planfy;
pub mod planyo;
mod record;
