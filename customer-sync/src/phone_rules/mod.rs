//! The phone rules of each country: a library with the feature `phone`, none without it. Only this module depends on
//! the feature, so that `normalize` and `core` are the same code with and without it.

#[cfg(feature = "phone")]
mod library;
mod trunk_zero;

#[cfg(feature = "phone")]
pub(crate) use library::{NAME, code_of, e164, valid_as_typed};
pub(crate) use trunk_zero::TRUNK_ZERO;

/// Whether numbers can be checked.
pub(crate) const KNOWN: bool = cfg!(feature = "phone");

#[cfg(not(feature = "phone"))]
pub(crate) const NAME: &str = "none";

/// Replaces the library without the feature. It is not called while [`KNOWN`] is false.
#[cfg(not(feature = "phone"))]
pub(crate) fn e164(
    _country_code: Option<&str>,
    _number: &str,
    _country: Option<&str>,
) -> Result<(String, bool), &'static str> {
    Err("the feature `phone` is off")
}

/// No number is known to be valid without the feature.
#[cfg(not(feature = "phone"))]
pub(crate) fn valid_as_typed(_code: &str, _number: &str) -> Option<String> {
    None
}

/// No code of a country is known without the feature.
#[cfg(not(feature = "phone"))]
pub(crate) fn code_of(_country: Option<&str>) -> Option<String> {
    None
}
