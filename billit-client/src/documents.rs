//! Documents other than orders.
