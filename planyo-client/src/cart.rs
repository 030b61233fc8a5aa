//! Shopping carts, which group reservations.
