//! How a [`Customer`](crate::Customer) becomes a record of another system.

pub mod billit;
pub mod parties;
mod values;
