//! Check digit arithmetic.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The letters (in capitals) and digits of a typed number, and those other characters that are in `others`.
pub(crate) fn capitals(text: &str, others: &str) -> String {
    let mut capitals = String::with_capacity(text.len());
    if text.is_ascii() {
        let kept = |c: &char| c.is_ascii_alphanumeric() || others.contains(*c);
        let kept = text.chars().filter(kept);
        capitals.extend(kept.map(|c| c.to_ascii_uppercase()));
    } else {
        capitals.extend(upper(text).filter(|c| c.is_alphanumeric() || others.contains(*c)));
    }
    capitals
}

/// A text in capitals without accents, with all its signs.
pub(crate) fn upper(text: &str) -> impl Iterator<Item = char> {
    text.nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_uppercase)
}

/// What is wrong with a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Its length, a letter or a digit in the wrong place.
    Form,
    /// Its check digits.
    Check,
}

/// Whether the check digits are right.
pub(crate) fn right(is_right: bool) -> Result<(), Fault> {
    is_right.then_some(()).ok_or(Fault::Check)
}

/// Whether the form is right.
pub(crate) fn formed(is_formed: bool) -> Result<(), Fault> {
    is_formed.then_some(()).ok_or(Fault::Form)
}

/// The values of exactly `N` digits.
pub(crate) fn digits<const N: usize>(text: &str) -> Result<[u32; N], Fault> {
    let values: Option<Vec<u32>> = text.chars().map(|c| c.to_digit(10)).collect();
    values
        .and_then(|values| values.try_into().ok())
        .ok_or(Fault::Form)
}

/// The number with these digits.
pub(crate) fn number(digits: &[u32]) -> u64 {
    digits
        .iter()
        .fold(0, |number, digit| number * 10 + u64::from(*digit))
}

/// The sum of each digit times its weight.
pub(crate) fn weighted(digits: &[u32], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(d, w)| d * w).sum()
}

/// The Luhn sum: from the right, every second digit is doubled and its digits are added.
pub(crate) fn luhn(digits: &[u32]) -> u32 {
    let value = |(position, digit): (usize, &u32)| match position % 2 {
        0 => *digit,
        _ => digit * 2 / 10 + digit * 2 % 10,
    };
    digits.iter().rev().enumerate().map(value).sum()
}

/// Whether digits with their check digit are right by ISO 7064, mod 11, 10.
pub(crate) fn mod_11_10(digits: &[u32]) -> bool {
    let rest = digits.iter().fold(5, |rest, digit| {
        let rest = if rest == 0 { 10 } else { rest };
        (rest * 2 % 11 + digit) % 10
    });
    rest == 1
}

/// The remainder modulo 97, letters counted from A = 10 (ISO 7064, mod 97, 10).
pub(crate) fn mod_97(text: impl Iterator<Item = char>) -> u32 {
    text.filter_map(|c| c.to_digit(36)).fold(0, |rest, value| {
        (if value < 10 { rest * 10 } else { rest * 100 } + value) % 97
    })
}

/// Whether the date exists.
pub(crate) fn is_day(year: u64, month: u64, day: u64) -> bool {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 0,
    };
    (1..=days).contains(&day)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::capitals;

    proptest! {
        #[test]
        fn ascii_becomes_the_capitals_that_other_texts_become(text in "[ -~]{0,20}") {
            // A letter beyond ASCII takes the slow path.
            let slow = capitals(&format!("é{text}"), "+*");
            prop_assert_eq!(format!("E{}", capitals(&text, "+*")), slow);
        }
    }
}
