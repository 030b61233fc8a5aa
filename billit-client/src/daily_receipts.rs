//! Books of daily receipts.
