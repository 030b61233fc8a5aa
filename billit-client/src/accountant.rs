//! Feeds for accountants.
