//! Texts and names.

use std::borrow::Cow;

use unicode_normalization::char::is_combining_mark;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// The cleaned text: composed letters (NFC), no control characters, no invisible characters (zero-width characters,
/// soft hyphens, byte order marks), single plain spaces, trimmed. `None` if blank, or the word `null` that Planyo
/// sometimes sends instead.
///
/// ```
/// use customer_sync::normalize::text::clean;
///
/// assert_eq!(clean("  D'Hondt \u{a0} & Zn ").as_deref(), Some("D'Hondt & Zn"));
/// assert_eq!(clean("Kerk\u{ad}straat\u{200b} 12").as_deref(), Some("Kerkstraat 12"));
/// assert_eq!(clean("null"), None);
/// ```
#[must_use]
pub fn clean(text: &str) -> Option<String> {
    cleaned(text).map(Cow::into_owned)
}

/// As [`clean`], borrowed if there is nothing to clean.
pub(crate) fn cleaned(text: &str) -> Option<Cow<'_, str>> {
    if is_clean(text) {
        return (text != "null").then_some(Cow::Borrowed(text));
    }
    let mut clean = String::with_capacity(text.len());
    let mut push = |c: char| {
        if !c.is_whitespace() && !c.is_control() {
            clean.push(c);
        } else if !clean.is_empty() && !clean.ends_with(' ') {
            clean.push(' ');
        }
    };
    if text.is_ascii() {
        text.chars().for_each(&mut push);
    } else {
        let visible = text.chars().filter(|c| !is_invisible(*c));
        // Usually composed already, as typed on a keyboard.
        if is_nfc_quick(visible.clone()) == IsNormalized::Yes {
            visible.for_each(&mut push);
        } else {
            visible.nfc().for_each(&mut push);
        }
    }
    if clean.ends_with(' ') {
        clean.pop();
    }
    (!clean.is_empty() && clean != "null").then_some(Cow::Owned(clean))
}

/// Whether a text needs no cleaning, as most: single spaces between printable ASCII and the composed letters of Latin
/// (U+00C0 to U+017F, in UTF-8 a byte of C3 to C5 and one of 80 to BF).
fn is_clean(text: &str) -> bool {
    let mut before = b' ';
    for byte in text.bytes() {
        let is_plain = matches!(byte, b' '..=b'~' | 0x80..=0xbf | 0xc3..=0xc5);
        let is_second_space = byte == b' ' && before == b' ';
        if !is_plain || is_second_space {
            return false;
        }
        before = byte;
    }
    before != b' '
}

/// Invisible characters that do not join others: spaces without width, marks of the direction of writing, signs of
/// mathematics. The joiners (U+200C, U+200D) stay: Persian and Indian scripts and emoji need them.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
            | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
    )
}

/// A text with HTML entities decoded, also if it was escaped twice. Other text is unchanged.
///
/// ```
/// use customer_sync::normalize::text::unescaped;
///
/// assert_eq!(unescaped("D&#39;Hondt &amp;amp; Zn"), "D'Hondt & Zn");
/// assert_eq!(unescaped("Fish & chips"), "Fish & chips");
/// ```
#[must_use]
pub fn unescaped(text: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(text);
    // Each round shortens it.
    while text.contains('&') {
        match html_escape::decode_html_entities(&text) {
            Cow::Owned(decoded) if decoded != *text => text = Cow::Owned(decoded),
            _ => break,
        }
    }
    text
}

/// A person's name with a capital at each word, if all its letters are capitals or all are lower case. Mixed case is
/// kept, such as `de Smet` or `McDonald`. A letter whose case cannot be converted back is kept, such as `ß`.
///
/// ```
/// use customer_sync::normalize::text::proper;
///
/// assert_eq!(proper("JANSSENS-DE SMET"), "Janssens-De Smet");
/// assert_eq!(proper("o'brien"), "O'Brien");
/// assert_eq!(proper("van der Meer"), "van der Meer");
/// ```
#[must_use]
pub fn proper(name: &str) -> String {
    let has = |is: fn(char) -> bool| name.chars().any(is);
    if has(char::is_lowercase) && has(char::is_uppercase) {
        return name.to_owned();
    }
    let mut starts = true;
    let letter = |c: char| {
        let letter = match cases(c) {
            Some((_, upper)) if starts => upper,
            Some((lower, _)) => lower,
            None => c,
        };
        // A combining accent belongs to the letter before it.
        starts = !c.is_alphanumeric() && (starts || !is_combining_mark(c));
        letter
    };
    name.chars().map(letter).collect()
}

/// A letter in lower and upper case, if each converts to exactly the other; not for `ß` and `ı`.
fn cases(c: char) -> Option<(char, char)> {
    let lower = |c: char| only(c.to_lowercase());
    let upper = |c: char| only(c.to_uppercase());
    let (small, capital) = (lower(c)?, upper(c)?);
    let is_pair = lower(capital)? == small && upper(small)? == capital;
    (is_pair && (c == small || c == capital)).then_some((small, capital))
}

fn only(mut chars: impl Iterator<Item = char>) -> Option<char> {
    let only = chars.next()?;
    chars.next().is_none().then_some(only)
}

/// An apostrophe, or a sign that people type for one.
fn is_apostrophe(c: char) -> bool {
    matches!(
        c,
        '\'' | '`' | '\u{b4}' | '\u{2b9}'..='\u{2bf}' | '\u{2c8}' | '\u{2018}'..='\u{201b}' | '\u{2032}' | '\u{2035}'
        | '\u{a78c}' | '\u{ff07}'
    )
}

/// The characters of a text as they are compared: without case, accents, apostrophes and invisible characters, and with
/// a letter that has no accent to take away as it is written where keyboards lack it, such as `ss` for `ß`.
pub(crate) fn folded_chars(text: &str) -> impl Iterator<Item = char> {
    // An apostrophe joins: D'Hondt and Dhondt are one name. Two of its signs would decompose to a space.
    text.chars()
        .filter(|c| !is_apostrophe(*c) && !is_invisible(*c))
        .nfkd()
        .filter(|c| !is_combining_mark(*c) && !is_apostrophe(*c))
        .flat_map(char::to_lowercase)
        .flat_map(|c| {
            let (first, second) = plain_letters(c);
            std::iter::once(first).chain(second)
        })
}

/// A small letter that has no decomposition in Unicode, in plain letters.
fn plain_letters(c: char) -> (char, Option<char>) {
    let plain = match c {
        'ß' => return ('s', Some('s')),
        'æ' => return ('a', Some('e')),
        'œ' => return ('o', Some('e')),
        'þ' => return ('t', Some('h')),
        'ø' => 'o',
        'ł' => 'l',
        'đ' | 'ð' | 'ɖ' => 'd',
        'ħ' => 'h',
        'ŧ' => 't',
        'ı' => 'i',
        'ŋ' => 'n',
        'ĸ' => 'k',
        'ς' => 'σ',
        c => c,
    };
    (plain, None)
}

/// The words of a text without case, accents and punctuation, for comparison only.
///
/// ```
/// use customer_sync::normalize::text::folded_words;
///
/// assert_eq!(folded_words("Łukasz D´Hondt-Strauß"), ["lukasz", "dhondt", "strauss"]);
/// ```
#[must_use]
pub fn folded_words(text: &str) -> Vec<String> {
    words_of(&folded_line(text)).map(str::to_owned).collect()
}

/// The [`folded_words`] of a text in one line, with a space between them.
pub(crate) fn folded_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    if text.is_ascii() {
        for c in text.bytes() {
            if c.is_ascii_alphanumeric() {
                line.push(char::from(c.to_ascii_lowercase()));
            } else if !matches!(c, b'\'' | b'`') {
                push_gap(&mut line);
            }
        }
    } else {
        for c in folded_chars(text) {
            if c.is_alphanumeric() {
                line.push(c);
            } else {
                push_gap(&mut line);
            }
        }
    }
    if line.ends_with(' ') {
        line.pop();
    }
    line
}

fn push_gap(line: &mut String) {
    if !line.is_empty() && !line.ends_with(' ') {
        line.push(' ');
    }
}

/// The words of a [`folded_line`].
pub(crate) fn words_of(line: &str) -> impl Iterator<Item = &str> {
    line.split(' ').filter(|word| !word.is_empty())
}

/// The folded words of a text, joined: to compare names of properties.
pub(crate) fn folded(text: &str) -> String {
    if text.is_ascii() {
        return folded_bytes(text).map(char::from).collect();
    }
    folded_words(text).concat()
}

/// Whether the [`folded`] words of a text are this one.
pub(crate) fn folds_to(text: &str, word: &str) -> bool {
    if !text.is_ascii() {
        return folded(text) == word;
    }
    text.len() >= word.len() && folded_bytes(text).eq(word.bytes())
}

/// Whether two texts have the same [`folded`] words.
pub(crate) fn folds_alike(a: &str, b: &str) -> bool {
    if a.is_ascii() && b.is_ascii() {
        return folded_bytes(a).eq(folded_bytes(b));
    }
    folded(a) == folded(b)
}

/// The [`folded`] words of an ASCII text.
fn folded_bytes(text: &str) -> impl Iterator<Item = u8> {
    let letters = text.bytes().filter(u8::is_ascii_alphanumeric);
    letters.map(|c| c.to_ascii_lowercase())
}

/// A key that is the same for the same name in any word order: `Ann Peeters` and `PEETERS, Ann`. Empty for a text
/// without letters and digits.
///
/// ```
/// use customer_sync::normalize::text::name_key;
///
/// assert_eq!(name_key("Zoë D'Hondt"), name_key("DHONDT Zoe"));
/// ```
#[must_use]
pub fn name_key(name: &str) -> String {
    let mut words = folded_words(name);
    words.sort_unstable();
    words.join(" ")
}

/// The spelling of a name, ignoring case, the kind of apostrophe and the word order.
///
/// ```
/// use customer_sync::normalize::text::spelling;
///
/// assert_eq!(spelling("D’HONDT Zoë"), spelling("Zoë D'Hondt"));
/// assert_ne!(spelling("Zoe"), spelling("Zoë"));
/// ```
#[must_use]
pub fn spelling(name: &str) -> Vec<String> {
    let plain: String = name
        .nfc()
        .map(|c| if is_apostrophe(c) { '\'' } else { c })
        .collect();
    let mut words: Vec<String> = plain.split_whitespace().map(str::to_lowercase).collect();
    words.sort_unstable();
    words
}

/// Whether a text means "none": no letter and no digit, or a word for it in one of the languages of Belgium and its
/// neighbours.
#[must_use]
pub fn says_nothing(text: &str) -> bool {
    const WORDS: [&str; 14] = [
        "na", "nvt", "geen", "neen", "nee", "aucun", "aucune", "non", "keine", "nein", "none",
        "no", "null", "nihil",
    ];
    const MAX_LETTERS: usize = 6;
    // A fast path: most texts are longer.
    let letters = text.bytes().filter(u8::is_ascii_alphanumeric);
    if letters.take(MAX_LETTERS + 1).count() > MAX_LETTERS {
        return false;
    }
    // Another: most texts begin with another letter than these words.
    if text.is_ascii() {
        let Some(first) = folded_bytes(text).next() else {
            return true;
        };
        if !WORDS
            .iter()
            .any(|word| word.as_bytes().first() == Some(&first))
        {
            return false;
        }
    }
    let folded = folded(text);
    folded.is_empty() || WORDS.contains(&folded.as_str())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_text_that_is_clean_is_cleaned_to_itself(
            text in "[ -~\u{80}-\u{24f}\u{300}\u{301}\u{200b}]{0,12}|[ a\u{c0}-\u{17f}]{0,12}|null",
        ) {
            // An invisible letter takes the slow path.
            prop_assert_eq!(clean(&text), clean(&format!("{text}\u{200b}")));
        }

        #[test]
        fn ascii_says_nothing_if_other_texts_do(
            text in "[ -~]{0,7}|[ NnVv./-]{0,7}|[ -](geen|NEEN|aucun|Nihil|keine|null|no)[ !a]?",
        ) {
            // An invisible letter takes the slow path.
            prop_assert_eq!(says_nothing(&text), says_nothing(&format!("{text}\u{200b}")));
        }

        #[test]
        fn ascii_is_folded_as_other_texts_are(text in "[ -~]{0,20}", word in "[a-cA-C '`_-]{0,4}") {
            // A letter beyond ASCII takes the slow path.
            let mut words = folded_words(&format!("{text} é"));
            prop_assert_eq!(words.pop(), Some("e".to_owned()));
            prop_assert_eq!(folded_words(&text), words.clone());
            prop_assert_eq!(folded(&text), words.concat());
            prop_assert_eq!(folds_to(&text, &folded(&word)), folded(&text) == folded(&word));
        }

        #[test]
        fn texts_fold_alike_if_their_folded_words_are_the_same(
            a in "[a-bA-B 'é]{0,4}",
            b in "[a-bA-B 'é]{0,4}",
        ) {
            prop_assert_eq!(folds_alike(&a, &b), folded(&a) == folded(&b));
            prop_assert_eq!(folds_to(&a, &folded(&b)), folded(&a) == folded(&b));
        }
    }
}
