//! How a record of another system becomes a [`Customer`](crate::Customer).

pub mod planyo;
mod record;
