//! A VAT number among other words.

use super::countries::{Country, checked, country, prefixed};
use super::digits::upper;
use crate::normalize::country as iso;

/// Words for a number that are often written in front of it without a space.
const ARTICLES: [&str; 5] = ["NUMERODE", "NUMERO", "NDE", "NO", "N"];
const LABELS: [&str; 32] = [
    // VAT
    "BTW",
    "TVA",
    "VAT",
    "USTID",
    "UST",
    "MWST",
    "NIF",
    "CIF",
    "PIVA",
    "PARTITAIVA",
    "IVA",
    "MOMS",
    "ALV",
    "DPH",
    "PDV",
    "AFM",
    "UID",
    "DIC",
    "NIP",
    "TAXID",
    "TAX",
    // Registers of companies whose number is in the VAT number.
    "ONDERNEMINGSNUMMER",
    "ENTREPRISE",
    "KBO",
    "BCE",
    "CBE",
    "RPM",
    "RPR",
    "CVR",
    "ORGANISASJONSNUMMER",
    "ORG",
    "SIREN",
];
const NUMBER_WORDS: [&str; 10] = [
    "IDENTIFICATIE",
    "REGISTRATION",
    "REG",
    "IDNR",
    "ID",
    "NUMMER",
    "NUMBER",
    "NUMERO",
    "NR",
    "NO",
];

/// The codes by which Peppol knows Belgian companies, in front of their numbers.
const BELGIAN_SCHEMES: [&str; 3] = ["0208", "9925", "9956"];

/// The number without labels such as `BTW nr.` or `N° TVA` in front.
pub(super) fn without_labels(plain: &str) -> &str {
    // A fast path: a prefix has two letters, and each label has more.
    if plain.bytes().skip(2).all(|c| c.is_ascii_digit()) {
        return plain;
    }
    let stripped =
        |text, words: &[&str]| words.iter().find_map(|word| str::strip_prefix(text, word));
    let after_label = |text| stripped(text, &LABELS);
    let named = after_label(plain).or_else(|| after_label(stripped(plain, &ARTICLES)?));
    let Some(mut rest) = named else {
        return plain;
    };
    // NO is a word in English and French, and the code of Norway.
    while let Some(next) = stripped(rest, &NUMBER_WORDS).filter(|_| !rest.ends_with("MVA")) {
        rest = next;
    }
    rest
}

/// Letters A to Z and digits of a text, as they were separated.
pub(super) struct Words(Vec<Word>);

struct Word {
    text: String,
    /// Whether only a space, a dot or a dash is between it and the word before it, as within a number.
    goes_on: bool,
}

impl Word {
    fn is_digits(&self) -> bool {
        self.text.bytes().all(|c| c.is_ascii_digit())
    }

    fn has_digit(&self) -> bool {
        self.text.bytes().any(|c| c.is_ascii_digit())
    }

    /// The texts with which a number in this word may begin: without a label that is glued to it, and without a second
    /// prefix.
    fn starts(&self) -> impl Iterator<Item = &str> {
        let mut next = Some(self.text.as_str());
        std::iter::from_fn(move || {
            let start = next?;
            next = after_label(start).or_else(|| after_first_prefix(start));
            Some(start)
        })
    }
}

/// The text behind a label or a word for number.
fn after_label(text: &str) -> Option<&str> {
    let labels = LABELS.iter().chain(&NUMBER_WORDS);
    let after = labels.filter_map(|label| text.strip_prefix(label));
    after
        .min_by_key(|rest| rest.len())
        .filter(|rest| !rest.is_empty())
}

/// Whether a word is no part of a row of digits that is divided into words: it begins with a letter, or is long enough
/// to be a number.
fn is_whole(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_alphabetic()) || word.len() >= 8
}

/// `BE0403170701` of `BEBE0403170701`.
fn after_first_prefix(text: &str) -> Option<&str> {
    let (first, rest) = prefixed(text)?;
    let (second, _) = prefixed(rest)?;
    (first.prefix == second.prefix).then_some(rest)
}

/// The most words that a number is divided into, and the most that are looked at.
const MOST_PARTS: usize = 8;
const MOST_WORDS: usize = 24;

impl Words {
    pub(super) fn of(text: &str) -> Self {
        let mut words: Vec<Word> = Vec::new();
        let mut goes_on = false;
        let mut is_in_word = false;
        for c in upper(text) {
            if c.is_ascii_alphanumeric() {
                if !is_in_word {
                    if words.len() == MOST_WORDS {
                        break;
                    }
                    let text = String::new();
                    words.push(Word { text, goes_on });
                }
                if let Some(word) = words.last_mut() {
                    word.text.push(c);
                }
                (is_in_word, goes_on) = (true, true);
            } else {
                let is_weak =
                    c.is_whitespace() || matches!(c, '.' | '-' | '_' | '\'') || c.is_alphabetic();
                goes_on &= is_weak;
                is_in_word = false;
            }
        }
        Self(words)
    }

    /// The only right number; `None` if there is none, and an error if there are several.
    pub(super) fn number(&self, country_code: Option<&str>) -> Option<Result<String, String>> {
        /// A shorter number without prefix may be anything else, a year or a house number.
        const FEWEST_DIGITS: usize = 7;
        let own = own_country(country_code);
        let (mut with_prefix, mut without) = (Vec::new(), Vec::new());
        for first in 0..self.0.len() {
            let Some(word) = self.0.get(first) else {
                continue;
            };
            for start in word.starts() {
                let number = self.longest(first, start, |body| {
                    let (country, body) = prefixed(body)?;
                    checked(country, without_labels(body)).ok()
                });
                // In `VAT reg. no. 310923257` it is a word.
                let is_word =
                    first > 0 && start == "NO" && own.is_none_or(|own| own.prefix != "NO");
                let number = number.filter(|number| !is_word || number.ends_with("MVA"));
                with_prefix.extend(number);
                let own = own.filter(|own| self.may_begin(first, start, own));
                let number = own.and_then(|own| {
                    self.longest(first, start, |body| {
                        let digits = body.bytes().filter(u8::is_ascii_digit).count();
                        let is_long = digits >= FEWEST_DIGITS;
                        is_long.then(|| checked(own, body).ok()).flatten()
                    })
                });
                without.extend(number);
            }
        }
        // `No 980780684` is a number of the customer's country, even if it could be one of Norway.
        with_prefix.retain(|number| {
            let digits = number.strip_prefix("NO");
            !digits.is_some_and(|digits| without.iter().any(|own| own.ends_with(digits)))
        });
        let named = country_code.and(own);
        let is_own = |number: &String| named.is_some_and(|own| number.starts_with(own.prefix));
        let own_prefix: Vec<String> = with_prefix
            .iter()
            .filter(|number| is_own(number))
            .cloned()
            .collect();
        let candidates = [with_prefix, own_prefix, without];
        let mut several = false;
        for mut candidates in candidates {
            candidates.sort();
            candidates.dedup();
            match candidates.as_slice() {
                [] => {}
                [number] => return Some(Ok(number.clone())),
                _ => several = true,
            }
        }
        several.then(|| Err("it has several numbers".to_owned()))
    }

    /// The longest number that begins with this text at this word, and does not stop within a row of digits.
    fn longest(
        &self,
        first: usize,
        start: &str,
        read: impl Fn(&str) -> Option<String>,
    ) -> Option<String> {
        let mut body = start.to_owned();
        let mut found = None;
        for at in first..self.0.len().min(first + MOST_PARTS) {
            if at > first {
                let word = self.0.get(at)?;
                if !word.goes_on && body.contains(|c: char| c.is_ascii_digit()) {
                    break;
                }
                body.push_str(&word.text);
            }
            let next = self.0.get(at + 1);
            let stops_within = next.is_some_and(|next| next.goes_on && next.is_digits());
            let is_whole = at == first && is_whole(start);
            if is_whole || !stops_within {
                found = read(&body).or(found);
            }
        }
        found
    }

    /// Whether a number without prefix may begin here: not within a row of digits, and not behind the prefix of another
    /// country.
    fn may_begin(&self, at: usize, start: &str, own: &Country) -> bool {
        let is_whole_word = self.0.get(at).is_some_and(|word| word.text == start);
        let before = at.checked_sub(1).and_then(|before| self.0.get(before));
        let Some(before) = before.filter(|_| is_whole_word) else {
            return true;
        };
        let goes_on = self.0.get(at).is_some_and(|word| word.goes_on);
        if before.has_digit() && !is_whole(start) {
            let is_scheme = own.prefix == "BE" && BELGIAN_SCHEMES.contains(&before.text.as_str());
            return !goes_on || is_scheme;
        }
        let is_prefix = before.text.len() == 2 && country(&before.text).is_some();
        !is_prefix || before.text == "NO"
    }

    /// The country of a number that is not of a country in the list.
    pub(super) fn of_other_country(&self, country_code: Option<&str>) -> Option<String> {
        /// Iceland's numbers have five.
        const FEWEST_DIGITS: usize = 5;
        let (prefix, body) = self.first_number(country_code)?;
        let digits = body.bytes().filter(u8::is_ascii_digit).count();
        let code = match prefix {
            _ if digits < FEWEST_DIGITS => return None,
            Some("EU") if digits == 9 => "EU",
            Some("IM") if digits == 10 => "IM",
            Some(prefix) => iso::code(prefix)?,
            None => iso::code(country_code?)?,
        };
        let is_shop = ["EU", "IM"].contains(&code);
        (is_shop || country(code).is_none()).then(|| code.to_owned())
    }

    /// The first word with a digit and those behind it, without the prefix, and the prefix: two letters that are glued to
    /// the number, or are a word of their own in front of it.
    fn first_number(&self, country_code: Option<&str>) -> Option<(Option<&str>, String)> {
        let at = self.0.iter().position(Word::has_digit)?;
        let word = self.0.get(at)?;
        let behind = self.0.iter().skip(at + 1).map(|word| word.text.as_str());
        let is_prefix = |text: &str| {
            let is_code = text == "EU" || country(text).is_some() || iso::code(text).is_some();
            text.len() == 2 && is_code && !NUMBER_WORDS.contains(&text)
        };
        let is_number = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
        let glued = word.starts().find_map(|start| {
            let (prefix, body) = start.split_at_checked(2)?;
            (is_prefix(prefix) && is_number(body)).then_some((prefix, body))
        });
        let before = at.checked_sub(1).and_then(|at| self.0.get(at));
        let before = before.map(|before| before.text.as_str()).filter(|before| {
            // A word of two letters may be any, in the middle of a text.
            is_prefix(before) && (at == 1 || Some(*before) == country_code)
        });
        let (prefix, body) = match (glued, before) {
            (Some((prefix, body)), _) => (Some(prefix), body),
            (None, Some(before)) if is_number(&word.text) => (Some(before), word.text.as_str()),
            (None, _) => (None, word.starts().last().unwrap_or_default()),
        };
        Some((prefix, std::iter::once(body).chain(behind).collect()))
    }

    /// Why there is no number in it.
    pub(super) fn fault(&self, country_code: Option<&str>) -> String {
        let Some((prefix, body)) = self.first_number(country_code) else {
            return "it has no number".to_owned();
        };
        let fault = |country| checked(country, &body).err().unwrap_or_default();
        if let Some(country) = prefix.and_then(country) {
            return fault(country);
        }
        match own_country(country_code) {
            Some(own) if own.prefix == "BE" => fault(own),
            Some(own) => format!(
                "it has no country prefix, and taken for the customer's country {}",
                fault(own)
            ),
            None if country_code == Some(iso::UNKNOWN) => {
                "it has no country prefix, and the country is not understood".to_owned()
            }
            None => "it has no country prefix".to_owned(),
        }
    }
}

/// The country whose numbers need no prefix, if it is in the list.
pub(super) fn own_country(country_code: Option<&str>) -> Option<&'static Country> {
    match country_code {
        None => country("BE"),
        Some(code) => country(code),
    }
}

#[cfg(test)]
mod tests {
    use super::LABELS;

    #[test]
    fn no_label_is_a_prefix_or_has_digits() {
        assert!(LABELS.iter().all(|label| label.len() > 2));
        assert!(LABELS.concat().bytes().all(|c| c.is_ascii_uppercase()));
    }
}
