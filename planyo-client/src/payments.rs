//! Payments of reservations, and invoices.
