//! Postcodes, and a postcode with a city typed into the line.

use super::conventions::{Conventions, Postcode};
use crate::normalize::signs;

/// The letters that are written before a postcode for its country, as on envelopes: ISO's codes and the signs of cars.
/// Not Latvia's, Lithuania's or Moldova's, which are part of the postcode.
#[rustfmt::skip]
const LETTERS_OF_COUNTRIES: [&str; 42] = [
    "A", "AT", "B", "BE", "BG", "CH", "CY", "CZ", "D", "DE", "DK", "E", "EE", "EL", "ES", "EST", "F", "FI", "FIN", "FL",
    "FR", "GR", "H", "HR", "HU", "I", "IT", "L", "LI", "LU", "N", "NL", "NO", "P", "PL", "PT", "RO", "S", "SE", "SI",
    "SK", "SM",
];

/// A postcode without the letters of the country in front: `B-9000`, `BE 9000`.
///
/// ```
/// use customer_sync::normalize::address::bare_postcode;
///
/// assert_eq!(bare_postcode("B-9000"), "9000");
/// assert_eq!(bare_postcode("NL-1012 AB"), "1012 AB");
/// assert_eq!(bare_postcode("B1 1AA"), "B1 1AA");
/// ```
#[must_use]
pub fn bare_postcode(postcode: &str) -> &str {
    let letters = postcode.len()
        - postcode
            .trim_start_matches(|c: char| c.is_ascii_alphabetic())
            .len();
    let Some((letters, rest)) = postcode.split_at_checked(letters) else {
        return postcode;
    };
    if letters.is_empty() {
        return postcode;
    }
    let is_land = LETTERS_OF_COUNTRIES
        .iter()
        .any(|land| land.eq_ignore_ascii_case(letters));
    let rest = rest.trim_start_matches([' ', '-']);
    let figures = rest.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let digits = figures.trim_end();
    let is_dutch = digits.len() == 4
        && digits.bytes().all(|c| c.is_ascii_digit())
        && rest.len() - figures.len() == 2;
    let is_code = figures.bytes().filter(u8::is_ascii_digit).count() >= 3
        && figures
            .bytes()
            .all(|c| c.is_ascii_digit() || matches!(c, b' ' | b'-'))
        && (figures.len() == rest.len() || is_dutch);
    if is_land && is_code { rest } else { postcode }
}

/// Whether two texts are the same postcode, in any capitals, spaces and digits, with or without the letters of the
/// country.
///
/// ```
/// use customer_sync::normalize::address::same_postcode;
///
/// assert!(same_postcode("1012AB", "NL-1012 ab"));
/// assert!(same_postcode("BE-9000", "9000"));
/// assert!(!same_postcode("9000", "9001"));
/// ```
#[must_use]
pub fn same_postcode(a: &str, b: &str) -> bool {
    postcode_key(a) == postcode_key(b)
}

/// A key that is the same for the same postcode.
pub(crate) fn postcode_key(postcode: &str) -> String {
    let postcode = signs::ascii(postcode);
    let bare = bare_postcode(postcode.trim());
    let mut key = String::with_capacity(bare.len());
    if bare.is_ascii() {
        let letters = bare.bytes().filter(u8::is_ascii_alphanumeric);
        key.extend(letters.map(|c| char::from(c.to_ascii_uppercase())));
    } else {
        let letters = bare.chars().filter(|c| c.is_alphanumeric());
        key.extend(letters.flat_map(char::to_uppercase));
    }
    // Part of the postcode, and often left out.
    let mut baltic = ["LV", "LT", "MD"].iter();
    let digits = baltic.find_map(|letters| key.strip_prefix(letters));
    let digits = digits.filter(|rest| rest.len() >= 4 && rest.bytes().all(|c| c.is_ascii_digit()));
    match digits {
        Some(digits) => digits.to_owned(),
        None => key,
    }
}

/// The postcode and city, if a text consists only of them: `9000 Gent`, `1012AB Amsterdam`, `London SW1A 1AA`.
pub(super) fn postcode_and_city(text: &str, conventions: &Conventions) -> Option<(String, String)> {
    if conventions.postcode != Postcode::British && !may_hold_postcode(text) {
        return None;
    }
    let tokens: Vec<&str> = text.split(' ').collect();
    let (postcode, city) = if conventions.postcode == Postcode::British {
        let (city, postcode) = tokens.split_at_checked(tokens.len().checked_sub(2)?)?;
        is_british(postcode).then_some((postcode, city))?
    } else {
        tokens.split_at_checked(length(&tokens, conventions.postcode)?)?
    };
    is_city(city).then(|| (postcode.join(" "), city.join(" ")))
}

/// Whether there are enough digits for a continental postcode.
pub(super) fn may_hold_postcode(text: &str) -> bool {
    text.bytes().filter(u8::is_ascii_digit).count() >= 4
}

/// Whether these two words are a British or Irish postcode.
pub(super) fn is_british(tokens: &[&str]) -> bool {
    let [outward, inward] = tokens else {
        return false;
    };
    let plain = |word: &str| word.chars().all(|c| c.is_ascii_alphanumeric());
    let digits = |word: &str| word.chars().filter(char::is_ascii_digit).count();
    plain(outward)
        && plain(inward)
        && (2..=4).contains(&outward.len())
        && outward.starts_with(|c: char| c.is_ascii_alphabetic())
        && digits(outward) > 0
        && (inward.len() == 3
            && inward.starts_with(|c: char| c.is_ascii_digit())
            && digits(inward) == 1
            || inward.len() == 4 && digits(inward) > 0)
}

/// How many of the first words are a postcode.
pub(super) fn length(tokens: &[&str], form: Postcode) -> Option<usize> {
    let (first, second) = (*tokens.first()?, tokens.get(1).copied().unwrap_or_default());
    // B-9000, CH-8001.
    let bare = first
        .split_once('-')
        .filter(|(land, _)| land.len() <= 2 && land.chars().all(|c| c.is_ascii_uppercase()))
        .map_or(first, |(_, code)| code);
    let digits =
        |text: &str, len: usize| text.len() == len && text.bytes().all(|c| c.is_ascii_digit());
    let letters = |text: &str| text.len() == 2 && text.bytes().all(|c| c.is_ascii_uppercase());
    let dutch = || match bare.split_at_checked(4) {
        Some((code, "")) if digits(code, 4) && letters(second) => Some(2),
        Some((code, rest)) if digits(code, 4) && letters(rest) => Some(1),
        _ => None,
    };
    match form {
        Postcode::Digits(len) => digits(bare, len).then_some(1),
        Postcode::Pair(a, b) => match bare.split_once('-') {
            Some((first, second)) if digits(first, a) && digits(second, b) => Some(1),
            Some(_) => None,
            None if digits(bare, a) && digits(second, b) => Some(2),
            None => digits(bare, a + b).then_some(1),
        },
        Postcode::Dutch => dutch(),
        Postcode::Any => dutch().or((digits(bare, 4) || digits(bare, 5)).then_some(1)),
        Postcode::British => None,
    }
}

/// Words without digits, and with a letter.
pub(super) fn is_city(tokens: &[&str]) -> bool {
    tokens
        .first()
        .is_some_and(|word| word.starts_with(char::is_alphabetic))
        && !tokens
            .iter()
            .any(|word| word.contains(|c: char| c.is_numeric()))
}
