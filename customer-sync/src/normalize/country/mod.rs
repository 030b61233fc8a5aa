//! Country codes: from codes and from names in ten languages to the alpha-2 code.

use std::sync::LazyLock;

use crate::normalize::text::folded_chars;

mod names;

/// The code of a country that is typed and not understood: `ZZ`, which ISO 3166-1 leaves to its users and CLDR uses for
/// this. Unlike no country, of which Belgium may be assumed, nothing follows from it: no prefix, no check digits.
pub const UNKNOWN: &str = "ZZ";

/// The alpha-2 code of a country, from its alpha-2 or alpha-3 code, its name in English, Dutch, French, German,
/// Spanish, Italian, Portuguese, Polish, Danish or Swedish, or a usual alias. Case, accents and punctuation do not
/// matter. Unknown text is `None`, never a guess.
///
/// `EL` is Greece in VAT numbers; the result is `GR`.
///
/// ```
/// use customer_sync::normalize::country::code;
///
/// assert_eq!(code("be"), Some("BE"));
/// assert_eq!(code("DEU"), Some("DE"));
/// assert_eq!(code("Österreich"), Some("AT"));
/// assert_eq!(code("Holland"), Some("NL"));
/// assert_eq!(code("EL"), Some("GR"));
/// assert_eq!(code("Atlantis"), None);
/// ```
#[must_use]
pub fn code(text: &str) -> Option<&'static str> {
    // A fast path: most texts are a code already.
    if let [a @ b'A'..=b'Z', b @ b'A'..=b'Z'] = text.as_bytes() {
        let at = usize::from(a - b'A') * LETTERS + usize::from(b - b'A');
        return CODES.get(at).copied()?;
    }
    let key = key(text);
    // "n/a" is not Namibia: a code has only dots between its letters.
    let has_other_signs = text
        .chars()
        .any(|c| !c.is_alphabetic() && !c.is_whitespace() && c != '.');
    if key.len() <= 3 && has_other_signs {
        return None;
    }
    find(&key)
}

const LETTERS: usize = 26;

/// The country of each pair of letters, from `AA` to `ZZ`.
static CODES: LazyLock<Vec<Option<&'static str>>> = LazyLock::new(|| {
    let pairs = ('a'..='z').flat_map(|a| ('a'..='z').map(move |b| format!("{a}{b}")));
    pairs.map(|pair| find(&pair)).collect()
});

fn find(key: &str) -> Option<&'static str> {
    let at = names::KEYS
        .binary_search_by(|(name, _)| (*name).cmp(key))
        .ok()?;
    names::KEYS.get(at).map(|(_, code)| *code)
}

/// Letters and digits without case and accents. Limited to 100: the longest name has fewer than 80.
fn key(text: &str) -> String {
    let letters = folded_chars(text).filter(|c| c.is_alphanumeric());
    letters.take(100).collect()
}

#[cfg(test)]
mod tests {
    use super::{code, key, names::KEYS};

    #[test]
    fn the_table_is_sorted_without_doubles_and_folded() {
        assert!(KEYS.windows(2).all(|pair| pair[0].0 < pair[1].0));
        for (name, alpha2) in KEYS {
            assert_eq!(key(name), name);
            assert_eq!(code(name), Some(alpha2));
            assert_eq!(code(alpha2), Some(alpha2), "{name}");
        }
    }
}
