//! What a single word of a line can be: a number, an ordinal, a word of a flat.

use super::key::Key;
use super::words;

/// The words of a line.
pub(super) fn words_in(line: &str) -> Vec<&str> {
    /// Most lines have no more.
    const USUAL: usize = 8;
    let mut words = Vec::with_capacity(USUAL);
    words.extend(parts_of(line, b' '));
    words
}

/// The parts of a line between these ASCII signs, as of `split`, which is made for longer texts.
pub(super) fn parts_of(line: &str, sign: u8) -> impl Iterator<Item = &str> {
    let mut rest = Some(line);
    std::iter::from_fn(move || {
        let line = rest?;
        let end = line.bytes().position(|c| c == sign);
        rest = end.and_then(|end| line.get(end + 1..));
        end.map_or(Some(line), |end| line.get(..end))
    })
}

/// The part before the first of these ASCII signs, or the whole line.
pub(super) fn first_part(line: &str, sign: u8) -> &str {
    parts_of(line, sign).next().unwrap_or_default()
}

/// `12`, `12A`, `12bis`, `12-14`, `12-B`: at most five digits, then at most a letter.
pub(super) fn is_number(text: &str) -> bool {
    if !text.starts_with(|c: char| c.is_ascii_digit()) {
        return false;
    }
    let (first, second) = text.split_once(['-', '+', '–']).unwrap_or((text, "1"));
    let tail = |part: &str| {
        let letters = part.trim_start_matches(|c: char| c.is_ascii_digit());
        let digits = part.len() - letters.len();
        let mut following = letters.chars();
        let few = following.next().is_none_or(char::is_alphabetic) && following.next().is_none();
        (digits <= 5 && (few || words::is_repeat(Key::of(letters)))).then_some(digits)
    };
    tail(first).is_some_and(|digits| digits > 0) && !second.is_empty() && tail(second).is_some()
}

pub(super) fn is_number_word(word: &str) -> bool {
    let key = Key::of(word);
    words::is_number(key) && (key.is_long() || word.chars().count() > 1)
}

/// `3e`, `1er`, `2nd`, `4.`: part of a name.
pub(super) fn is_ordinal(word: &str) -> bool {
    let suffix = word.trim_start_matches(|c: char| c.is_ascii_digit());
    suffix.len() < word.len()
        && matches!(
            suffix,
            "." | "e"
                | "er"
                | "re"
                | "eme"
                | "ème"
                | "de"
                | "ste"
                | "st"
                | "nd"
                | "rd"
                | "th"
                | "º"
                | "ª"
                | "°"
        )
}

/// Whether this ends in a year that is part of a name: `8 Mai 1945`, `Plein 1944`.
pub(super) fn is_date(tokens: &[&str]) -> bool {
    let [.., before, year] = tokens else {
        return false;
    };
    let is_named = || {
        let key = Key::of(before);
        words::is_month(key) || words::is_square(key)
    };
    year.len() == 4
        && year
            .parse()
            .is_ok_and(|year: u32| (1500..2100).contains(&year))
        && is_named()
}

/// A Dutch addition after a space: `45 II`, `45 c`.
pub(super) fn is_addition(word: &str) -> bool {
    word.chars().count() == 1 && word.chars().all(char::is_alphabetic) || is_roman(word)
}

pub(super) fn is_roman(word: &str) -> bool {
    !word.is_empty() && word.len() <= 4 && word.bytes().all(|c| matches!(c, b'I' | b'V' | b'X'))
}

/// A short text that can name a flat or a floor: a few characters with a digit, a letter, a Roman numeral.
pub(super) fn is_value(word: &str) -> bool {
    let short = (1..=6).contains(&word.chars().count());
    let plain = word
        .chars()
        .all(|c| c.is_alphanumeric() || matches!(c, '.' | '/' | '-' | '°'));
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    let is_identifier = word.contains(|c: char| c.is_ascii_digit())
        || letters == 1
        || letters == 2 && word.chars().all(char::is_uppercase)
        || is_roman(word);
    short && plain && is_identifier
}

/// A word of a flat, also with its number (`bus3`), or a floor such as `3º`.
pub(super) fn is_unit(word: &str) -> bool {
    if word.bytes().all(|c| c.is_ascii_digit()) {
        return false;
    }
    let key = Key::of(word);
    let name = key.without_digits();
    let glued = name != key && (name.is_b() || name.is_long() && words::is_unit(name));
    let floor = word.starts_with(|c: char| c.is_ascii_digit()) && word.contains(['º', 'ª', '°']);
    words::is_unit(key) || glued || floor
}

/// Whether every word belongs to a flat or a floor, and at least one is a word for it.
pub(super) fn is_unit_tail(tail: &[&str]) -> bool {
    let belongs = |word: &&str| {
        is_unit(word) || is_value(word) || is_ordinal(word) || *word == "-" || is_number_word(word)
    };
    let boxed = |tail: &[&str]| matches!(tail, [b, value] if Key::of(b).is_b() && is_value(value));
    // A label without a value names no box.
    let is_label = matches!(tail, [label] if words::is_box(Key::of(label)));
    !is_label
        && tail.iter().all(belongs)
        && (tail.iter().any(|word| is_unit(word)) || boxed(tail))
        && !has_free_number(tail)
}

/// Whether a number belongs to no word of the flat: 12 in `12 bus 3`, but not 3 in `3 hoog` or in `bus 3`.
fn has_free_number(tail: &[&str]) -> bool {
    let word = |at: Option<usize>| at.and_then(|at| tail.get(at)).copied().unwrap_or_default();
    tail.iter().enumerate().any(|(at, number)| {
        if !is_number(number) || is_ordinal(number) {
            return false;
        }
        let before = word(at.checked_sub(1));
        let is_named = is_unit(before)
            || is_number_word(before)
            || before == "-"
            || is_addition(before)
            || Key::of(before).is_b();
        // In "12 floor 3" the floor has a number of its own.
        let is_floor = || {
            words::takes_number_before(Key::of(word(Some(at + 1))))
                && !is_number(word(Some(at + 2)))
        };
        !is_named && !is_floor()
    })
}

pub(super) fn is_unit_segment(segment: &str) -> bool {
    is_unit_tail(&words_in(segment))
}

/// The same in front of the street, where a number alone is the house number.
pub(super) fn is_unit_in_front(segment: &str) -> bool {
    let first = first_part(segment, b' ');
    (is_unit(first) || is_ordinal(first)) && is_unit_segment(segment)
}

pub(super) fn starts_with_unit(text: &str) -> bool {
    text.split([' ', ',']).next().is_some_and(is_unit)
}

/// The words of a flat, without a label for a box: `3` for `bus 3`, `boîte n° 3` and `3 bus`.
pub(super) fn unit(tokens: &[&str]) -> String {
    let is_label = |word: &str| words::is_box(Key::of(word));
    let value = match tokens {
        [label, number, value @ ..] if is_label(label) && is_number_word(number) => value,
        [label, value @ ..] if is_label(label) => value,
        [value @ .., label] if is_label(label) => value,
        _ => tokens,
    };
    let value = match value {
        [before, label] if is_label(label) => std::slice::from_ref(before),
        _ => value,
    };
    if value.is_empty() { tokens } else { value }.join(" ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::parts_of;

    proptest! {
        #[test]
        fn parts_are_those_of_split(line in "[ ,aé]{0,9}") {
            for sign in [' ', ','] {
                let ascii = u8::try_from(sign).unwrap();
                prop_assert!(parts_of(&line, ascii).eq(line.split(sign)));
            }
        }
    }
}
