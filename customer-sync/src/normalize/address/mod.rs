//! Splits an address line into street, house number and box, or leaves it whole in the street if that is not certain.

mod certainty;
mod conventions;
mod key;
mod marks;
mod parts;
mod postcode;
mod split;
mod tokens;
mod words;

pub use self::certainty::Certainty;
pub(crate) use self::parts::joined;
pub use self::parts::{KnownPlace, Split};
pub(crate) use self::postcode::postcode_key;
pub use self::postcode::{bare_postcode, same_postcode};

use crate::normalize::text::{clean, folded_words};

/// Splits a line by the conventions of `country` (alpha-2), or by general ones if it is unknown. `None` for a blank
/// line. Nothing is lost: a line that cannot be split stays whole in `street`.
///
/// ```
/// use customer_sync::normalize::address::{Certainty, split};
///
/// let line = split("Rue de la Loi 16 bte 4", Some("BE")).unwrap();
/// assert_eq!((line.street.as_str(), line.number.as_deref(), line.box_number.as_deref()),
///            ("Rue de la Loi", Some("16"), Some("4")));
/// assert_eq!(line.certainty, Certainty::Certain);
///
/// let line = split("Flat 2, 10 High Street", Some("GB")).unwrap();
/// assert_eq!((line.street.as_str(), line.number.as_deref(), line.box_number.as_deref()),
///            ("High Street", Some("10"), Some("Flat 2")));
///
/// let line = split("Postbus 12", Some("NL")).unwrap();
/// assert_eq!((line.street.as_str(), line.reason), ("Postbus 12", "a post office box"));
/// ```
#[must_use]
pub fn split(line: &str, country: Option<&str>) -> Option<Split> {
    let place = KnownPlace {
        country,
        ..KnownPlace::default()
    };
    split_known(line, place)
}

/// As [`split`], for a customer whose own fields name the place: a line that repeats its city, postcode or country at
/// the end is split too, and the repetition is kept apart.
///
/// ```
/// use customer_sync::normalize::address::{KnownPlace, split_known};
///
/// let place = KnownPlace { country: Some("BE"), postcode: Some("9000"), city: Some("Gent") };
/// let line = split_known("Kerkstraat 12, Gent, België", place).unwrap();
/// assert_eq!((line.street.as_str(), line.number.as_deref()), ("Kerkstraat", Some("12")));
/// assert_eq!(line.repeated.as_deref(), Some("Gent België"));
/// ```
#[must_use]
pub fn split_known(line: &str, place: KnownPlace<'_>) -> Option<Split> {
    let whole = clean(line)?;
    Some(split::split(
        line,
        whole,
        place,
        &conventions::of(place.country),
    ))
}

/// Whether two addresses are the same, however they are split and punctuated: `Kerkstraat 12 bus 3` in one field and
/// `Kerkstraat`, `12`, `3` in three; `12 A` and `12A`; `Hauptstr.` and `Hauptstraße`.
#[must_use]
pub fn same<'a>(
    a: impl IntoIterator<Item = &'a str>,
    b: impl IntoIterator<Item = &'a str>,
) -> bool {
    let join = |parts: &mut dyn Iterator<Item = &'a str>| parts.collect::<Vec<_>>().join(" ");
    let (a, b) = (join(&mut a.into_iter()), join(&mut b.into_iter()));
    let (plain_a, plain_b) = (folded_words(&a), folded_words(&b));
    if plain_a == plain_b {
        return true;
    }
    // "12 A" is 12A, but the A of "12 bus A" is a box.
    let glued = |words: &[String]| number_behind(without_labels(with_letters(words.to_vec())));
    let loose = |words: &[String]| number_behind(without_labels(words.to_vec()));
    let (glued_a, glued_b) = (glued(&plain_a), glued(&plain_b));
    let (loose_a, loose_b) = (loose(&plain_a), loose(&plain_b));
    if glued_a == glued_b || loose_a == loose_b {
        return true;
    }
    // The number or the flat may be in front in one and behind in the other.
    let (split_a, split_b) = (split_words(&a), split_words(&b));
    split_a == split_b
        || [glued_b, loose_b].contains(&split_a)
        || [glued_a, loose_a].contains(&split_b)
}

/// A key that is the same for most spellings of the same street and number.
pub(crate) fn key(street: &str, number: &str) -> String {
    let mut words = folded_words(street);
    words.extend(folded_words(number));
    without_labels(with_letters(words)).join(" ")
}

fn split_words(line: &str) -> Vec<String> {
    let Some(split) = split(line, None) else {
        return Vec::new();
    };
    let split = split.or_whole(Certainty::Likely);
    let mut words = folded_words(&split.street);
    words.extend(with_letters(folded_words(
        split.number.as_deref().unwrap_or_default(),
    )));
    let place = split.locality.unwrap_or_default();
    let behind = [split.box_number.unwrap_or_default(), place.0, place.1];
    words.extend(behind.iter().flat_map(|part| folded_words(part)));
    number_behind(without_labels(words))
}

/// A letter behind a number as part of it.
fn with_letters(words: Vec<String>) -> Vec<String> {
    let mut joined: Vec<String> = Vec::with_capacity(words.len());
    for word in words {
        let is_letter = word.chars().count() == 1 && word.chars().all(char::is_alphabetic);
        match joined.last_mut() {
            Some(number) if is_letter && number.bytes().all(|c| c.is_ascii_digit()) => {
                number.push_str(&word);
            }
            _ => joined.push(word),
        }
    }
    joined
}

/// The words without labels of a box or a number, and streets in one way: `bus 3`, `bus3` and `b3` are 3, `straat` and
/// `straße` are `str`.
fn without_labels(words: Vec<String>) -> Vec<String> {
    let begins_with_digit = |word: &str| word.starts_with(|c: char| c.is_ascii_digit());
    let mut plain: Vec<String> = Vec::with_capacity(words.len());
    let mut words = words.into_iter().peekable();
    while let Some(word) = words.next() {
        let before_number = words.peek().is_some_and(|next| begins_with_digit(next));
        let is_number_label = before_number && words::NUMBER.contains(&word.as_str());
        let is_b = before_number && word == "b";
        if is_number_label || is_b || words::BOX.contains(&word.as_str()) {
            continue;
        }
        let value = words::BOX
            .iter()
            .chain(&["b"])
            .find_map(|label| word.strip_prefix(label))
            .filter(|value| begins_with_digit(value));
        plain.push(match value {
            Some(value) => value.to_owned(),
            None => words::plain_street(&word).into_owned(),
        });
    }
    plain
}

/// A number in front moved behind the street.
fn number_behind(mut words: Vec<String>) -> Vec<String> {
    let is_street = |word: &String| word.starts_with(char::is_alphabetic);
    if let (Some(first), Some(last)) = (words.first(), words.iter().rposition(is_street))
        && !is_street(first)
    {
        words.get_mut(..=last).unwrap_or_default().rotate_left(1);
    }
    words
}
