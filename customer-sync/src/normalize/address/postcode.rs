//! A postcode and a city typed into the line.

use super::conventions::{Conventions, Postcode};

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
