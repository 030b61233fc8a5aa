//! Pure functions that normalise typed text. None panics on any text, and none loses any of it.

pub mod address;
pub mod country;
pub mod csv_cell;
pub mod email;
pub mod gln;
pub mod iban;
pub mod language;
pub mod names;
pub mod phone;
mod phone_text;
pub(crate) mod signs;
pub mod text;
pub mod vat;
pub(crate) mod word_set;
