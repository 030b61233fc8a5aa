//! Country codes: from codes and from names in many languages to the alpha-2 code.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::normalize::text::{cleaned, folded_words};

mod names;

/// The code of a country that is typed and not understood: `ZZ`, which ISO 3166-1 leaves to its users and CLDR uses for
/// this. Unlike no country, of which Belgium may be assumed, nothing follows from it: no prefix, no check digits.
pub const UNKNOWN: &str = "ZZ";

/// The alpha-2 code of a country, from its alpha-2 or alpha-3 code, its name in one of the languages of Europe, in
/// Arabic, Chinese, Japanese or Korean, or a name in use. Case, accents and punctuation do not matter, nor `the`, `&`
/// for `and`, or the order of the words. Several names are understood if they name one country. Unknown text is `None`,
/// never a guess: `Congo` may be two countries.
///
/// `EL` is Greece in VAT numbers; the result is `GR`.
///
/// ```
/// use customer_sync::normalize::country::code;
///
/// assert_eq!(code("be"), Some("BE"));
/// assert_eq!(code("DEU"), Some("DE"));
/// assert_eq!(code("Österreich"), Some("AT"));
/// assert_eq!(code("Korea, Republic of"), Some("KR"));
/// assert_eq!(code("Belgium (BE)"), Some("BE"));
/// assert_eq!(code("Ελλάδα"), Some("GR"));
/// assert_eq!(code("Congo"), None);
/// assert_eq!(code("Atlantis"), None);
/// ```
#[must_use]
pub fn code(text: &str) -> Option<&'static str> {
    // A fast path: most texts are a code already.
    if let [a @ b'A'..=b'Z', b @ b'A'..=b'Z'] = text.as_bytes() {
        let at = usize::from(a - b'A') * LETTERS + usize::from(b - b'A');
        return CODES.get(at).copied()?;
    }
    let text = cleaned(text)?;
    named(&text).or_else(|| several(&text))
}

/// The country of a single name or code.
fn named(text: &str) -> Option<&'static str> {
    let words = words(text);
    let key = words.concat();
    // "n/a" is not Namibia: a code has only dots between its letters.
    let has_other_signs = text
        .chars()
        .any(|c| !c.is_alphabetic() && !c.is_whitespace() && c != '.');
    if key.len() <= MAX_CODE && has_other_signs {
        return None;
    }
    let in_order = KEYS.get(key.as_str());
    let in_any_order = || KEYS.get(sorted(words.clone())?.as_str());
    (in_order.or_else(in_any_order).copied()).or_else(|| of_state(&words))
}

/// What states call themselves, and articles, folded.
#[rustfmt::skip]
const STATE: [&str; 61] = [
    "of", "kingdom", "republic", "republics", "federal", "commonwealth", "principality", "sultanate", "islamic", "arab", "socialist",
    "democratic", "people", "peoples", "oriental", "cooperative", "hashemite", "plurinational", "bolivarian", "union",
    "koninkrijk", "republiek", "bondsrepubliek", "volksrepubliek", "prinsdom", "vorstendom", "groothertogdom", "van", "der",
    "royaume", "republique", "populaire", "principaute", "de", "du", "des", "d", "la", "le", "les", "l",
    "konigreich", "republik", "bundesrepublik", "volksrepublik", "furstentum", "die", "das",
    "reino", "republica", "del", "el", "regno", "repubblica", "di", "da", "do", "rzeczpospolita", "krolestwo", "grand", "duchy",
];

/// The country of its name as a state: `Kingdom of Belgium`, `Republik Österreich`, `La Suisse`.
fn of_state(words: &[String]) -> Option<&'static str> {
    let is_state = |word: &&String| STATE.contains(&word.as_str());
    let mut name: Vec<String> = Vec::new();
    name.extend(words.iter().filter(|word| !is_state(word)).cloned());
    let key = name.concat();
    // A code is no name, and a word that was dropped is needed.
    if name.len() == words.len() || key.chars().count() <= MAX_CODE {
        return None;
    }
    KEYS.get(key.as_str()).copied()
}

/// The country that each part of a text names: `Belgium (BE)`, `Schweiz/Suisse`, `NL - Nederland`, `BE Belgium`.
fn several(text: &str) -> Option<&'static str> {
    let is_sign = |c: char| "()[]/,;|:-–—".contains(c);
    let is_part = |part: &&str| !part.is_empty() && !part.eq_ignore_ascii_case("the");
    let parts = text.split(is_sign).map(str::trim).filter(is_part);
    let mut codes = parts.map(named);
    let first = codes.next()?;
    if first.is_some() && codes.all(|code| code == first) {
        return first;
    }
    // A code beside a name: "BE Belgium", "Virgin Islands, British (VG)".
    let is_end = |c: char| is_sign(c) || c == ' ';
    let text = text.trim_matches(is_end);
    let (front, behind) = text.split_once(is_end)?;
    let (before, back) = text.rsplit_once(is_end)?;
    [(front, behind), (back, before)]
        .iter()
        .find_map(|(code, name)| {
            let is_code = code.bytes().all(|c| c.is_ascii_uppercase());
            let code = named(code).filter(|_| is_code)?;
            (named(name.trim_matches(is_end)) == Some(code)).then_some(code)
        })
}

/// The longest code, as `BEL`.
const MAX_CODE: usize = 3;

const LETTERS: usize = 26;

/// The country of each pair of letters, from `AA` to `ZZ`.
static CODES: LazyLock<Vec<Option<&'static str>>> = LazyLock::new(|| {
    let pairs = ('a'..='z').flat_map(|a| ('a'..='z').map(move |b| format!("{a}{b}")));
    pairs.map(|pair| KEYS.get(&pair).copied()).collect()
});

/// The country of each key.
static KEYS: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| all_keys().collect());

/// The keys of all names and codes: the words joined, in their order and sorted.
fn all_keys() -> impl Iterator<Item = (String, &'static str)> {
    names::NAMES.iter().flat_map(|(code, names)| {
        let names = names.split('|').chain([*code]);
        let spellings = names.flat_map(|name| [Some(words(name)), without_umlauts(name)]);
        let keys = spellings
            .flatten()
            .flat_map(|words| [Some(words.concat()), sorted(words)]);
        keys.flatten().map(move |key| (key, *code))
    })
}

/// The words of a name that is typed without umlauts: `Oesterreich`, `Daenemark`, `Aaland`.
fn without_umlauts(name: &str) -> Option<Vec<String>> {
    let has_umlaut = name.contains(['ä', 'ö', 'ü', 'Ä', 'Ö', 'Ü', 'å', 'Å', 'ø', 'Ø']);
    has_umlaut.then(|| {
        let plain = name.to_lowercase();
        let plain = plain.replace('ä', "ae").replace(['ö', 'ø'], "oe");
        words(&plain.replace('ü', "ue").replace('å', "aa"))
    })
}

/// The folded words of a name, without articles and words for "and".
fn words(text: &str) -> Vec<String> {
    const LEFT_OUT: [&str; 12] = [
        "the", "and", "en", "et", "und", "y", "e", "i", "og", "och", "ja", "a",
    ];
    let words = folded_words(text);
    let mut kept: Vec<String> = (words.iter())
        .filter(|word| !LEFT_OUT.contains(&word.as_str()))
        .cloned()
        .collect();
    // The letters of U.A.E. are no words.
    if kept.is_empty() || words.iter().all(|word| word.len() == 1) {
        kept = words;
    }
    for word in &mut kept {
        match word.as_str() {
            "saint" => "st".clone_into(word),
            "rep" => "republic".clone_into(word),
            _ => {}
        }
    }
    kept
}

/// The words in alphabetical order, joined, which finds `Korea, Republic of`. `None` for letters with dots.
fn sorted(mut words: Vec<String>) -> Option<String> {
    words.sort_unstable();
    let key = words.concat();
    (words.len() > 1 && key.len() > MAX_CODE).then_some(key)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::{all_keys, code, names::NAMES};

    #[test]
    fn no_name_means_two_countries() {
        let mut keys = HashMap::new();
        for (key, code) in all_keys() {
            let other = keys.insert(key.clone(), code);
            assert!(
                other.is_none_or(|other| other == code),
                "{key}: {other:?} {code}"
            );
        }
        for (alpha2, names) in NAMES {
            assert_eq!(code(alpha2), Some(alpha2));
            for name in names.split('|') {
                assert_eq!(code(name), Some(alpha2), "{name}");
            }
        }
    }
}
