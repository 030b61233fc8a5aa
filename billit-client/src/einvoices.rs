//! Registrations of the Access Point product.
