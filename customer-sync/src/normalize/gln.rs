//! GLN: the number GS1 gives to a company or a place.

use super::vat::digits::{capitals, digits, weighted};

/// The thirteen digits of a GLN, or what is wrong with it.
///
/// ```
/// use customer_sync::normalize::gln::normalized;
///
/// assert_eq!(normalized("GLN 5412345 67890 8").as_deref(), Ok("5412345678908"));
/// assert!(normalized("5412345678909").is_err());
/// ```
///
/// # Errors
/// A sentence that says what is wrong, without the number.
pub fn normalized(text: &str) -> Result<String, String> {
    let plain = capitals(text, "");
    let number = plain.strip_prefix("GLN").unwrap_or(&plain);
    let all = digits::<13>(number).map_err(|_| "it is not thirteen digits")?;
    let sum = weighted(&all, &[1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]);
    if !sum.is_multiple_of(10) {
        return Err("its check digit is wrong".to_owned());
    }
    Ok(number.to_owned())
}
