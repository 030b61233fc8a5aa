//! Resources: what is rented, or the activities that are booked.
