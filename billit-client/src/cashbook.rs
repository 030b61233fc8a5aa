//! Cashbooks.
