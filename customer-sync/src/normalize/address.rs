//! One address line into street, house number and box; whole in the street where that is not certain.

use std::fmt;

use crate::normalize::text::{clean, folded_words};

/// The parts of an address line. `Debug` shows none of them.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Line {
    /// Street, or the whole line.
    pub street: String,
    /// House number with its letters.
    pub number: Option<String>,
    /// Box.
    pub box_number: Option<String>,
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Line(..)")
    }
}

/// Words that stand before a box, folded.
const BOX_WORDS: [&str; 5] = ["bus", "bte", "boite", "box", "bt"];

/// Words that make a line a post office box and no street, folded.
const POST_BOX_WORDS: [&str; 7] = ["postbus", "postfach", "bp", "pb", "cs", "po", "postale"];

/// Splits a line. Only two forms are certain enough: a number at the end (`Kerkstraat 12A bus 3`,
/// `Rue de la Loi 16/3`) and a number in front followed by a comma (`12, rue de la Loi`). Anything else stays
/// whole in `street`.
///
/// ```
/// use customer_sync::normalize::address::split;
///
/// let line = split("Rue de la Loi 16 bte 4").unwrap();
/// assert_eq!((line.street.as_str(), line.number.as_deref(), line.box_number.as_deref()),
///            ("Rue de la Loi", Some("16"), Some("4")));
/// assert_eq!(split("Postbus 12").unwrap().street, "Postbus 12");
/// ```
#[must_use]
pub fn split(line: &str) -> Option<Line> {
    let whole = clean(line)?;
    Some(certain(&whole).unwrap_or(Line {
        street: whole,
        number: None,
        box_number: None,
    }))
}

fn certain(line: &str) -> Option<Line> {
    if folded_words(line)
        .iter()
        .any(|word| POST_BOX_WORDS.contains(&word.as_str()))
    {
        return None;
    }
    if let Some((number, street)) = line.split_once(',') {
        let (number, street) = (number.trim(), street.trim());
        if is_number(number)
            && street.starts_with(char::is_alphabetic)
            && !street.contains([',', '/'])
        {
            let has_number = street.contains(|c: char| c.is_ascii_digit());
            return (!has_number).then(|| part(street, number, None));
        }
    }
    let words: Vec<&str> = line.split(' ').collect();
    let (rest, box_number) = match words.as_slice() {
        [rest @ .., word, value] if is_box_word(word) && is_box(value) => (rest, Some(*value)),
        rest => (rest, None),
    };
    let (last, street) = rest.split_last()?;
    let (number, box_number) = match (last.trim_end_matches(',').split_once('/'), box_number) {
        (Some((number, value)), None) if is_box(value) => (number, Some(value)),
        (Some(_), _) => return None,
        (None, box_number) => (last.trim_end_matches(','), box_number),
    };
    let street = street.join(" ");
    let street = street.trim_end_matches(',');
    // A comma inside is another line of the address: a house name, a city.
    if !is_number(number) || street.contains(',') || !street.contains(char::is_alphabetic) {
        return None;
    }
    Some(part(street, number, box_number))
}

fn part(street: &str, number: &str, box_number: Option<&str>) -> Line {
    Line {
        street: street.to_owned(),
        number: Some(number.to_owned()),
        box_number: box_number.map(str::to_owned),
    }
}

/// `12`, `12A`, `12-14`: digits, then at most a letter or a second number.
fn is_number(text: &str) -> bool {
    let (first, second) = text.split_once('-').unwrap_or((text, "1"));
    let simple = |part: &str| {
        let letters = part.trim_start_matches(|c: char| c.is_ascii_digit());
        let digits = part.len() - letters.len();
        (1..=5).contains(&digits)
            && letters.chars().count() <= 1
            && letters.chars().all(char::is_alphabetic)
    };
    simple(first) && simple(second)
}

fn is_box_word(word: &str) -> bool {
    folded_words(word)
        .first()
        .is_some_and(|word| BOX_WORDS.contains(&word.as_str()))
}

fn is_box(text: &str) -> bool {
    (1..=6).contains(&text.chars().count()) && text.chars().all(|c| c.is_alphanumeric() || c == '.')
}

/// Whether two addresses say the same however they are divided and punctuated: `Kerkstraat 12 bus 3` in one field
/// and `Kerkstraat`, `12`, `3` in three.
#[must_use]
pub fn same<'a>(
    a: impl IntoIterator<Item = &'a str>,
    b: impl IntoIterator<Item = &'a str>,
) -> bool {
    words_of(a) == words_of(b)
}

/// The words in order without those that only stand before a box, and with a number in front moved behind the street.
fn words_of<'a>(parts: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut words: Vec<String> = parts.into_iter().flat_map(folded_words).collect();
    words.retain(|word| !BOX_WORDS.contains(&word.as_str()));
    let is_street = |word: &String| word.starts_with(char::is_alphabetic);
    if let (Some(first), Some(last)) = (words.first(), words.iter().rposition(is_street))
        && !is_street(first)
    {
        words.get_mut(..=last).unwrap_or_default().rotate_left(1);
    }
    words
}
