//! Additional products that are booked with a resource.
