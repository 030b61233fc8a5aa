//! Random texts that nobody can guess.

use std::fmt::Write;

/// 32 hex digits.
///
/// # Panics
/// When the system has no random numbers: then no session is safe.
#[must_use]
#[allow(clippy::expect_used)]
pub fn random_text() -> String {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("the system has no random numbers");
    hex(&bytes)
}

/// Bytes as hex digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String does not fail.
        write!(text, "{byte:02x}").unwrap_or_default();
        text
    })
}
