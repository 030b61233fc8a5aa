//! The id of an order.

use crate::macros::id;

id! {
    /// The id of an order, which Billit gives.
    OrderId
}
