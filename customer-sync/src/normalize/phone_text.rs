//! A typed phone before its number is read: signs of other scripts, words that only say that it is a phone, and what
//! spreadsheets make of numbers.

use std::borrow::Cow;

use crate::normalize::signs;
use crate::normalize::text::{folded_line, words_of};

/// Words that only say that a number follows, folded.
#[rustfmt::skip]
const WORDS: [&str; 62] = [
    "tel", "telnr", "telnummer", "telno", "telefoon", "telefoonnummer", "telefoonnr", "telephone", "telefon",
    "telefonnummer", "telefonnr", "telefono", "telefone", "telefoni", "telefonu", "tlf", "tfn", "tf", "fon", "phone",
    "phonenumber", "ph", "fono", "puh", "puhelin", "mob", "mobile", "mobiel", "mobielnummer", "mobil", "mobilnummer",
    "mobilnr", "mobiltelefon", "mobieltje", "movil", "movel", "telemovel", "cell", "cel", "cellulare", "cellphone",
    "celular", "handy", "handynummer", "gsm", "gsmnummer", "gsmnr", "portable", "kom", "komorka", "komorkowy", "callto",
    "nummer", "number", "numero", "nr", "no", "тел", "телефон", "моб", "τηλ", "κιν",
];

/// One letter for it, in front only: `T +32 ...`, `M: ...`.
const LETTERS: [&str; 5] = ["t", "m", "p", "n", "g"];

/// The text with ASCII signs, without brackets and words around the number that only say that it is one. Any other text
/// is kept.
pub(super) fn plain(typed: &str) -> Cow<'_, str> {
    match with_ascii_signs(typed) {
        Cow::Borrowed(text) => without_words(text),
        Cow::Owned(text) => without_words(&text).into_owned().into(),
    }
}

fn with_ascii_signs(typed: &str) -> Cow<'_, str> {
    let text = signs::ascii(typed);
    if text.contains(|c| ascii_sign(c) != c) {
        text.chars().map(ascii_sign).collect()
    } else {
        text
    }
}

fn without_words(mut text: &str) -> Cow<'_, str> {
    if let Some(start) = text.find(|c: char| c.is_ascii_digit() || "+(".contains(c))
        && let Some((words, number)) = text.split_at_checked(start)
        && is_only_words(words, &LETTERS)
    {
        text = number;
    }
    if let Some(end) = text.rfind(|c: char| c.is_ascii_digit())
        && let Some((number, words)) = text.split_at_checked(end + 1)
        && is_only_words(words, &[])
    {
        // The bracket of "(gsm)" is not the number's.
        if words.trim_end() == ")" && number.contains('(') {
            return format!("{number})").into();
        }
        text = number;
    }
    text.into()
}

/// Whether these are only signs and words for a phone.
fn is_only_words(text: &str, letters: &[&str]) -> bool {
    let is_known = |word: &str| WORDS.contains(&word) || letters.contains(&word);
    let has_signs_only = text
        .chars()
        .all(|c| c.is_alphanumeric() || " .,:;/-()°º#".contains(c));
    has_signs_only && !text.contains('#') && words_of(&folded_line(text)).all(is_known)
}

fn ascii_sign(c: char) -> char {
    match c {
        '[' | '{' | '（' | '［' => '(',
        ']' | '}' | '）' | '］' => ')',
        '＋' | '﹢' => '+',
        '·' | '•' | '‧' | '∙' | '⋅' | '．' | '｡' | '・' => '.',
        '／' | '⁄' | '∕' => '/',
        '：' => ':',
        c => c,
    }
}

/// Whether a spreadsheet has made a decimal number of it, with the last digits lost or a digit too many:
/// `3.24701E+10`, `32470123456.0`.
pub(super) fn is_from_spreadsheet(typed: &str) -> bool {
    let typed = signs::ascii(typed);
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|c| c.is_ascii_digit());
    let is_decimal = |text: &str| {
        let (whole, fraction) = text.split_once(['.', ',']).unwrap_or((text, "0"));
        is_digits(whole) && is_digits(fraction)
    };
    let text = typed.trim_start_matches(['+', '-']);
    if let Some((mantissa, exponent)) = text.split_once(['e', 'E']) {
        return is_decimal(mantissa) && is_digits(exponent.trim_start_matches(['+', '-']));
    }
    // A dot before the last pair of digits is usual: 0470.123456.
    text.split_once(['.', ','])
        .is_some_and(|(whole, fraction)| {
            whole.len() >= 6
                && is_digits(whole)
                && !fraction.is_empty()
                && fraction.bytes().all(|c| c == b'0')
        })
}
