//! Phone numbers: country code and number joined, if it is clear how; with the feature `phone`, checked by the rules of
//! each country.

use std::fmt;

use crate::normalize::phone_text::{is_from_spreadsheet, plain};
use crate::normalize::signs;
use crate::normalize::text::{clean, says_nothing};
use crate::phone_rules;

/// A phone text and its check. `Debug` shows no number.
#[derive(Clone, PartialEq, Eq)]
pub struct Phone {
    /// E.164 (`+32470123456`), followed by ` ext. 12` if there is an extension; or the text as typed.
    pub text: String,
    /// The result of the check.
    pub check: Check,
}

/// The result of checking a phone number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Check {
    /// A valid number of its country.
    Valid,
    /// A valid length for its country, but not in a known range: perhaps a new one.
    Possible,
    /// Kept as typed, for this reason.
    AsTyped(&'static str),
    /// Joined without a check: the feature `phone` is off.
    Unchecked,
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Phone({:?}, ..)", self.check)
    }
}

/// A phone from the country code and the number in a source, and the customer's country (ISO 3166-1 alpha-2), which is
/// used only without a country code. `None` for a blank text.
///
/// With the feature `phone`, a possible number becomes E.164; any other text stays as typed, with the reason. Without
/// the feature it is [`joined`], and the country is ignored.
///
/// ```
/// use customer_sync::normalize::phone::read;
///
/// let phone = read(Some("32"), "0470 12 34 56", None).unwrap();
/// assert_eq!(phone.text, "+32470123456");
/// assert!(read(None, " ", Some("BE")).is_none());
/// # #[cfg(feature = "phone")] {
/// use customer_sync::normalize::phone::Check;
/// let phone = read(None, "0470 12 34 56 ext 7", Some("BE")).unwrap();
/// assert_eq!((phone.text.as_str(), phone.check), ("+32470123456 ext. 7", Check::Valid));
/// let phone = read(Some("32"), "0470", None).unwrap();
/// assert_eq!((phone.text.as_str(), phone.check), ("0470", Check::AsTyped("it is too short")));
/// # }
/// ```
#[must_use]
pub fn read(country_code: Option<&str>, number: &str, country: Option<&str>) -> Option<Phone> {
    if is_nothing(number) {
        return None;
    }
    let typed = clean(number)?;
    if is_from_spreadsheet(&typed) {
        let check = Check::AsTyped("a spreadsheet made a decimal number of it");
        return Some(Phone { text: typed, check });
    }
    let number = plain(&typed);
    if phone_rules::KNOWN {
        return Some(checked(country_code, &number, typed, country));
    }
    let text = joined(country_code, &number)?;
    let text = if text.starts_with('+') { text } else { typed };
    let check = Check::Unchecked;
    Some(Phone { text, check })
}

fn checked(
    country_code: Option<&str>,
    number: &str,
    typed: String,
    country: Option<&str>,
) -> Phone {
    let has_code = |code: &str| code.contains(|c: char| c.is_ascii_digit() && c != '0');
    let dialled = number.trim_start_matches('(');
    let is_assumed = !country_code.is_some_and(has_code)
        && !dialled.starts_with(['+'])
        && !dialled.starts_with("00");
    let found = with_extension(number).and_then(|(number, extension)| {
        let (number, is_valid) = phone_rules::e164(country_code, &number, country)?;
        if is_assumed && !is_valid {
            return Err("no number of the customer's country is like it");
        }
        // The result must be stable when it is read again.
        let again = phone_rules::e164(None, &number, None)?;
        if again.0 != number {
            return Err("it can be read in two ways");
        }
        let check = if is_valid {
            Check::Valid
        } else {
            Check::Possible
        };
        Ok((
            extension.map_or(number.clone(), |extension| {
                format!("{number} ext. {extension}")
            }),
            check,
        ))
    });
    match found {
        Ok((text, check)) => Phone { text, check },
        Err(why) => Phone {
            text: typed,
            check: Check::AsTyped(why),
        },
    }
}

/// The words before an extension, folded.
const EXTENSION_WORDS: [&str; 11] = [
    "ext",
    "extension",
    "x",
    "toestel",
    "tst",
    "poste",
    "durchwahl",
    "dw",
    "int",
    "anexo",
    "nst",
];

/// The number and the extension. Any other words are an error, since they would be lost.
fn with_extension(typed: &str) -> Result<(String, Option<String>), &'static str> {
    const WORDS: &str = "it holds more than a number";
    let is_number = |c: char| c.is_ascii_digit() || " +-./()".contains(c);
    let start = typed.find(|c| !is_number(c)).unwrap_or(typed.len());
    let (number, rest) = typed.split_at_checked(start).ok_or(WORDS)?;
    if !number.contains(|c: char| c.is_ascii_digit()) {
        return Err("it holds no number");
    }
    let number = number
        .trim_end_matches(|c: char| !c.is_ascii_digit())
        .to_owned();
    if rest.is_empty() {
        return Ok((number, None));
    }
    let split = rest.find(|c: char| c.is_ascii_digit()).ok_or(WORDS)?;
    let (word, digits) = rest.split_at_checked(split).ok_or(WORDS)?;
    let word = word.trim_end_matches(['.', ':', ' ']).to_lowercase();
    let is_extension = word == "#" || EXTENSION_WORDS.contains(&word.as_str());
    let digits = digits.trim_end_matches(')');
    if !is_extension || digits.len() > 7 || !digits.bytes().all(|c| c.is_ascii_digit()) {
        return Err(WORDS);
    }
    Ok((number, Some(digits.to_owned())))
}

/// Countries whose numbers keep a leading zero after the country code: Italy, San Marino, the Vatican, Ivory Coast,
/// Gabon, Congo.
const KEEP_ZERO: [&str; 6] = ["39", "378", "379", "225", "241", "242"];

/// Countries whose numbers never begin with a zero after the country code.
const TRUNK_ZERO: [&str; 7] = ["31", "32", "33", "41", "43", "44", "49"];

/// Countries whose numbers vary so much in length that one beginning with the country code may be a local number:
/// Germany, Austria, Italy.
const ANY_LENGTH: [&str; 3] = ["49", "43", "39"];

/// One phone text from the country code and the number in a source.
///
/// With `+` or `00` in front the number is complete. With a country code, the number's leading zero is removed, unless
/// the number already begins with the code and is too long to be a local one. Without a country code the text stays as
/// typed, since its country would be a guess; so does a text with more than one number. Zeros and words for "none" are
/// `None`.
///
/// ```
/// use customer_sync::normalize::phone::joined;
///
/// assert_eq!(joined(Some("32"), "0470 12 34 56").as_deref(), Some("+32470123456"));
/// assert_eq!(joined(Some("32"), "32470123456").as_deref(), Some("+32470123456"));
/// assert_eq!(joined(None, "0032 470/12.34.56").as_deref(), Some("+32470123456"));
/// assert_eq!(joined(None, "0470 12 34 56").as_deref(), Some("0470 12 34 56"));
/// assert_eq!(joined(Some("32"), "ask Ann").as_deref(), Some("ask Ann"));
/// ```
#[must_use]
pub fn joined(country_code: Option<&str>, number: &str) -> Option<String> {
    /// The maximum of E.164.
    const MAX_DIGITS: usize = 15;
    let typed = clean(number).filter(|typed| !is_nothing(typed))?;
    // Letters and a second number would be lost.
    let plain = typed
        .chars()
        .all(|c| c.is_ascii_digit() || " +-./()".contains(c));
    let mut dense: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    // The zero that is dialled only inside the country.
    if dense.contains("(0)") {
        dense = dense.replace("(0)", "");
    }
    let digits: String = dense.chars().filter(char::is_ascii_digit).collect();
    if !plain || digits.len() > MAX_DIGITS || typed.matches('+').count() > 1 {
        return Some(typed);
    }
    let dialled = dense.trim_start_matches('(');
    if dialled.starts_with('+') {
        return Some(without_trunk_zero(&digits));
    }
    if let Some(digits) = digits
        .strip_prefix("00")
        .filter(|_| dialled.starts_with("00"))
    {
        return Some(without_trunk_zero(digits));
    }
    let code = country_code
        .unwrap_or_default()
        .chars()
        .filter(char::is_ascii_digit);
    let code: String = code.collect();
    let code = code.trim_start_matches('0');
    if code.is_empty() {
        return Some(typed);
    }
    if digits.starts_with(code) && digits.len() >= code.len() + 8 {
        if ANY_LENGTH.contains(&code) {
            return Some(typed);
        }
        // A national number has at least eight digits.
        return Some(without_trunk_zero(&digits));
    }
    let national = if KEEP_ZERO.contains(&code) {
        &digits
    } else {
        digits.strip_prefix('0').unwrap_or(&digits)
    };
    Some(without_trunk_zero(&format!("{code}{national}")))
}

/// Whether a text holds no number: no digit but zeros, and no word but one for "nothing".
fn is_nothing(typed: &str) -> bool {
    let typed = signs::ascii(typed);
    let no_digit = !typed.contains(|c: char| c.is_ascii_digit() && c != '0');
    no_digit && (says_nothing(&typed) || !typed.contains(char::is_alphabetic))
}

/// `+32047012345` is a typing error for `+3247012345`. A text that is too short for a number keeps its zeros.
fn without_trunk_zero(digits: &str) -> String {
    const MIN_DIGITS: usize = 6;
    let corrected = TRUNK_ZERO.iter().find_map(|code| {
        let national = digits.strip_prefix(code)?.trim_start_matches('0');
        (national.len() >= MIN_DIGITS).then(|| format!("+{code}{national}"))
    });
    corrected.unwrap_or_else(|| format!("+{digits}"))
}

/// Whether two texts are the same phone by their digits: equal, or one is the other with a country code in front.
#[must_use]
pub fn same(a: &str, b: &str) -> bool {
    match (significant(a), significant(b)) {
        (Some(a), Some(b)) => {
            let (longer, shorter) = if a.len() < b.len() { (b, a) } else { (a, b) };
            longer.ends_with(&shorter) && longer.len() - shorter.len() <= 3
        }
        _ => a.trim() == b.trim(),
    }
}

/// The digits of a phone without leading zeros and without the zero that is dialled only inside the country, if there
/// are enough of them to compare.
pub(crate) fn significant(text: &str) -> Option<String> {
    let text = signs::ascii(text);
    let digits = |text: &str| -> String {
        let all: String = text.chars().filter(char::is_ascii_digit).collect();
        let digits = all.trim_start_matches('0');
        // A single leading zero means a national number, without a country code.
        if all.len() - digits.len() == 1 {
            return digits.to_owned();
        }
        // 32059123456: Planyo puts the code before what was typed.
        let corrected = TRUNK_ZERO.iter().find_map(|code| {
            let national = digits.strip_prefix(code)?.strip_prefix('0')?;
            (national.len() >= COMPARED).then(|| format!("{code}{national}"))
        });
        corrected.unwrap_or_else(|| digits.to_owned())
    };
    let digits = if text.contains("(0)") {
        digits(&text.replace("(0)", ""))
    } else {
        digits(&text)
    };
    (digits.len() >= COMPARED).then_some(digits)
}

/// How many trailing digits must be the same in two texts of the same phone.
pub(crate) const COMPARED: usize = 8;
