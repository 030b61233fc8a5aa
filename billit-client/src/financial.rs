//! Bank transactions.
