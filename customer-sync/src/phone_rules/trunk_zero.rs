//! Zeros before a number, with and without the library.

/// The codes of countries where a zero, and nothing else, is dialled before a number inside the country, and no number
/// begins with one.
pub(crate) const TRUNK_ZERO: [&str; 7] = ["31", "32", "33", "41", "43", "44", "49"];
