//! Custom properties of sites, resources, reservations and users.
