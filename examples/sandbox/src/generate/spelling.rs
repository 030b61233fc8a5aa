//! Other spellings of the same thing, and the faults that people make.

use crate::random::Random;

/// Letters that have a plain one.
const PLAIN: [(&str, &str); 14] = [
    ("áàâäãåąÁÀÂÄÃÅ", "a"),
    ("éèêëęÉÈÊË", "e"),
    ("íìîïıÍÌÎÏ", "i"),
    ("óòôöõøÓÒÔÖÕØ", "o"),
    ("úùûüÚÙÛÜ", "u"),
    ("çćÇ", "c"),
    ("ñńÑ", "n"),
    ("łŁ", "l"),
    ("śŚ", "s"),
    ("żźŻŹ", "z"),
    ("ýÿ", "y"),
    ("ß", "ss"),
    ("æ", "ae"),
    ("œ", "oe"),
];

/// Without accents; letters of other alphabets are dropped.
pub(super) fn ascii(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_ascii() {
            plain.push(letter);
        } else if let Some((_, same)) = PLAIN.iter().find(|(known, _)| known.contains(letter)) {
            plain.push_str(same);
        }
    }
    plain
}

/// A name as somebody else typed it.
pub(super) fn name(text: &str, random: &mut Random) -> String {
    match random.below(8) {
        0 => text.to_uppercase(),
        1 => text.to_lowercase(),
        2 => Some(ascii(text))
            .filter(|plain| plain.len() > 2)
            .unwrap_or_else(|| text.to_owned()),
        3 => text.replace('\'', "\u{2019}"),
        4 => text.replace('-', " "),
        5 => format!(" {}", text.replace(' ', "  ")),
        _ => text.to_owned(),
    }
}

/// A VAT number as people type it.
pub(super) fn vat_number(number: &str, random: &mut Random) -> String {
    let digits = number.trim_start_matches(char::is_alphabetic);
    let grouped = || {
        let places = digits.char_indices();
        places.fold(String::new(), |mut text, (place, digit)| {
            if [4, 7].contains(&place) {
                text.push('.');
            }
            text.push(digit);
            text
        })
    };
    match random.below(16) {
        0 => digits.to_owned(),
        1 => grouped(),
        2 => format!("TVA {} {}", &number.get(..2).unwrap_or_default(), grouped()),
        3 => number.to_lowercase(),
        4 => format!(" {number} "),
        5 => number.replace('0', "O"),
        6 => number
            .chars()
            .rev()
            .skip(1)
            .collect::<Vec<_>>()
            .into_iter()
            .rev()
            .collect(),
        7 => {
            // One digit is wrong.
            let (start, last) = number
                .split_at_checked(number.len().saturating_sub(1))
                .unwrap_or((number, ""));
            let wrong = if last == "7" { "3" } else { "7" };
            format!("{start}{wrong}")
        }
        8 => format!("{} {}", number.get(..2).unwrap_or_default(), digits),
        _ => number.to_owned(),
    }
}

/// A street name as people shorten it.
pub(super) fn street(text: &str, random: &mut Random) -> String {
    let shortened = match random.below(6) {
        0 => text
            .replace("straat", "str.")
            .replace("straße", "str.")
            .replace("Street", "St"),
        1 => text
            .replace("Avenue", "Av.")
            .replace("avenue", "av.")
            .replace("boulevard", "bd"),
        2 => text.to_uppercase(),
        _ => text.to_owned(),
    };
    shortened.replace("  ", " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_fall_away() {
        assert_eq!(ascii("François Weiß Łódź Ελένη"), "Francois Weiss lodz ");
    }
}
