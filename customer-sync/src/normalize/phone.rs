//! Phone numbers as E.164, by the rules of each country (feature `phone`). Without the feature a number that begins with
//! `+` or `00` is written with its digits alone, and any other stays as typed.

use std::borrow::Cow;
use std::fmt;

use crate::normalize::phone_text::{is_from_spreadsheet, plain};
use crate::normalize::signs;
use crate::normalize::text::{cleaned, says_nothing};
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
    /// Not checked: the feature `phone` is off.
    Unchecked,
}

impl Check {
    fn is_number(self) -> bool {
        matches!(self, Self::Valid | Self::Possible)
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Phone({:?}, ..)", self.check)
    }
}

/// The name of the rules that make E.164 of a number. A store remembers it: other rules may write the same number in
/// another way.
pub(crate) const RULES: &str = phone_rules::NAME;

/// A phone from the country code and the number in a source, and the customer's country (ISO 3166-1 alpha-2), which is
/// used only without a country code. `None` for a blank text.
///
/// With the feature `phone`, a number that is possible in the country of its code becomes E.164, and one without a code if
/// it is valid in the customer's country; any other text stays as typed, with the reason. A country
/// code that was typed again before the number, as `32`, `+32` or `0032`, is removed. Without a country code, a number
/// that is none of the customer's country is read with a country code inside, if it is valid so.
///
/// Without the feature, a number that begins with `+` or `00` becomes `+` and its digits; any other text stays as typed,
/// and both countries are ignored.
///
/// ```
/// use customer_sync::normalize::phone::read;
///
/// assert_eq!(read(None, "0032 470/12.34.56", None).unwrap().text, "+32470123456");
/// assert!(read(None, " ", Some("BE")).is_none());
/// # #[cfg(feature = "phone")] {
/// use customer_sync::normalize::phone::Check;
/// assert_eq!(read(Some("32"), "0470 12 34 56", None).unwrap().text, "+32470123456");
/// assert_eq!(read(Some("32"), "+32 470 12 34 56", None).unwrap().text, "+32470123456");
/// let phone = read(None, "0470 12 34 56 ext 7", Some("BE")).unwrap();
/// assert_eq!((phone.text.as_str(), phone.check), ("+32470123456 ext. 7", Check::Valid));
/// let phone = read(Some("32"), "0470", None).unwrap();
/// assert_eq!((phone.text.as_str(), phone.check), ("0470", Check::AsTyped("it is too short")));
/// # }
/// ```
#[must_use]
pub fn read(country_code: Option<&str>, number: &str, country: Option<&str>) -> Option<Phone> {
    // A fast path: most numbers are typed as digits alone, beside their code.
    if let Some(code) = country_code
        && !number.starts_with(code)
        && let Some(text) = phone_rules::valid_as_typed(code, number)
    {
        let check = Check::Valid;
        return Some(Phone { text, check });
    }
    if is_nothing(number) {
        return None;
    }
    let typed = cleaned(number)?;
    let code = country_code
        .map(code_digits)
        .filter(|code| !code.is_empty());
    let kept = without_repeated_code(code.as_deref(), &typed);
    if is_from_spreadsheet(kept) {
        return Some(Phone {
            text: kept.to_owned(),
            check: Check::AsTyped("a spreadsheet made a decimal number of it"),
        });
    }
    if !phone_rules::KNOWN {
        return Some(Phone {
            text: international(&plain(kept)).unwrap_or_else(|| kept.to_owned()),
            check: Check::Unchecked,
        });
    }
    let plain = plain(&typed);
    let found = with_extension(&plain).and_then(|(number, extension)| {
        let is_national = code.is_none()
            && !["+", "(+", "00", "(00"]
                .iter()
                .any(|abroad| number.starts_with(abroad));
        let (mut text, is_valid) = e164(code.as_deref(), number, country)?;
        // Nobody has said that it is one of the customer's country: `06 12 34 56 78` in Belgium is a French mobile.
        if is_national && !is_valid {
            return Err("no number of the customer's country is like it");
        }
        // The result must be stable when it is read again. A valid number is.
        if !is_valid && phone_rules::e164(None, &text, None)?.0 != text {
            return Err("it can be read in two ways");
        }
        let check = if is_valid {
            Check::Valid
        } else {
            Check::Possible
        };
        if let Some(extension) = extension {
            text.push_str(" ext. ");
            text.push_str(extension);
        }
        Ok((text, check))
    });
    Some(match found {
        Ok((text, check)) => Phone { text, check },
        Err(why) => Phone {
            text: kept.to_owned(),
            check: Check::AsTyped(why),
        },
    })
}

/// A phone that holds its country code before what was typed, as Planyo's `get_user_data` sends it: `32470123456` or
/// `+32470123456`, and `3232470123456` if the customer typed the code too. The result is that of [`read`] with the code
/// beside the number, so that a list and a single record come to the same.
///
/// ```
/// use customer_sync::normalize::phone::{read, read_with_code_inside};
///
/// for typed in ["0470 12 34 56", "+32 470 12 34 56", "0032470123456", "470123456", "0470 12 34 56 (Jan)"] {
///     let apart = read(Some("32"), typed, Some("BE"));
///     assert_eq!(read_with_code_inside(&format!("32{typed}"), Some("BE")), apart);
/// }
/// ```
#[must_use]
pub fn read_with_code_inside(number: &str, country: Option<&str>) -> Option<Phone> {
    if is_nothing(number) {
        return None;
    }
    let typed = cleaned(number)?;
    let whole = || read(None, &typed, country);
    let Some((code, rest)) = split_code(&typed) else {
        return whole();
    };
    if !phone_rules::KNOWN && international(&typed).is_some() {
        return whole();
    }
    // Planyo may send the code of a blank number.
    let apart = read(Some(code), rest, country)?;
    if apart.check.is_number() || phone_rules::code_of(country).is_some_and(|own| own == code) {
        return Some(apart);
    }
    let whole = whole()?;
    Some(match whole.check {
        Check::Possible | Check::AsTyped(_) | Check::Unchecked
            if digit_count(rest) >= REMAINING =>
        {
            apart
        }
        Check::Possible => Phone {
            text: typed.into_owned(),
            ..apart
        },
        _ => whole,
    })
}

/// The country calling codes of two digits (ITU-T E.164). `1` and `7` have one and all others three, so that a number has
/// only one code.
#[rustfmt::skip]
const TWO_DIGITS: [[u8; 2]; 44] = [
    *b"20", *b"27", *b"30", *b"31", *b"32", *b"33", *b"34", *b"36", *b"39", *b"40", *b"41", *b"43", *b"44", *b"45", *b"46",
    *b"47", *b"48", *b"49", *b"51", *b"52", *b"53", *b"54", *b"55", *b"56", *b"57", *b"58", *b"60", *b"61", *b"62", *b"63",
    *b"64", *b"65", *b"66", *b"81", *b"82", *b"84", *b"86", *b"90", *b"91", *b"92", *b"93", *b"94", *b"95", *b"98",
];

/// The country calling code at the beginning of a text, after `+` or `00` if they are there, and what follows it.
fn split_code(typed: &str) -> Option<(&str, &str)> {
    let dialled = typed.strip_prefix('+').unwrap_or(typed);
    let dialled = dialled.strip_prefix("00").unwrap_or(dialled).trim_start();
    let length = match dialled.as_bytes() {
        [b'1' | b'7', ..] => 1,
        [first, second, ..] if TWO_DIGITS.contains(&[*first, *second]) => 2,
        [b'1'..=b'9', ..] => 3,
        _ => return None,
    };
    let (code, rest) = dialled.split_at_checked(length)?;
    let is_code = code.bytes().all(|c| c.is_ascii_digit());
    is_code.then_some((code, rest.trim_start()))
}

/// The digits of a code without leading zeros.
fn code_digits(code: &str) -> Cow<'_, str> {
    if code.bytes().all(|c| c.is_ascii_digit()) {
        return code.trim_start_matches('0').into();
    }
    let digits = code.chars().filter(char::is_ascii_digit);
    digits.skip_while(|c| *c == '0').collect()
}

/// A number as E.164, and whether it is valid. The code may be typed again before the number; without a code the number
/// may hold one.
fn e164(
    code: Option<&str>,
    number: &str,
    country: Option<&str>,
) -> Result<(String, bool), &'static str> {
    let is_own = |inside: &str| match code {
        Some(code) => code == inside,
        None => phone_rules::code_of(country).is_some_and(|own| own == inside),
    };
    let is_repeated = number.starts_with(|c: char| c.is_ascii_digit())
        && split_code(number).is_some_and(|(inside, _)| is_own(inside));
    let apart = || without_code(number, |inside| code.is_none() || is_own(inside), country);
    if !is_repeated {
        let first = phone_rules::e164(code, number, country);
        return match first {
            Ok((_, true)) => first,
            _ => apart().filter(|(_, is_valid)| *is_valid).map_or(first, Ok),
        };
    }
    let apart = apart();
    // Few local numbers begin with the code of their country, and those are too short without it.
    if let Some((apart, true)) = apart {
        return Ok((apart, true));
    }
    match (phone_rules::e164(code, number, country), apart) {
        (Ok((number, true)), _) => Ok((number, true)),
        (_, Some(apart)) => Ok(apart),
        // With its code in front it would be another number than without.
        (Ok(_), None) => Err("it can be read in two ways"),
        (first, None) => first,
    }
}

/// A number that begins with a country code, without it: the first that is valid, since the code may be there several
/// times, or else the first that is possible.
fn without_code(
    number: &str,
    is_wanted: impl Fn(&str) -> bool,
    country: Option<&str>,
) -> Option<(String, bool)> {
    /// Seen in practice: once in the field for the code, once by the form, and once by the customer.
    const REPEATED: usize = 3;
    let mut possible = None;
    let mut rest = number;
    for _ in 0..REPEATED {
        let Some((code, remaining)) = split_code(rest).filter(|(code, _)| is_wanted(code)) else {
            break;
        };
        match phone_rules::e164(Some(code), remaining, country) {
            Ok(found) if found.1 => return Some(found),
            found => possible = possible.or(found.ok()),
        }
        if split_code(remaining).is_none_or(|(again, _)| again != code) {
            break;
        }
        rest = remaining;
    }
    possible
}

/// A text that is no number, without its country code if that is typed again before it.
fn without_repeated_code<'t>(code: Option<&str>, typed: &'t str) -> &'t str {
    /// The fewest digits of a local number.
    const LOCAL: usize = 6;
    let mut rest = typed;
    while rest.starts_with(|c: char| ('1'..='9').contains(&c))
        && let Some((inside, remaining)) = split_code(rest)
        && Some(inside) == code
        && digit_count(remaining) >= LOCAL
    {
        rest = remaining;
    }
    rest
}

/// A code is taken from a text that is no number only if so many digits remain: the text may have no code.
const REMAINING: usize = 8;

fn digit_count(text: &str) -> usize {
    text.chars().filter(char::is_ascii_digit).count()
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
fn with_extension(typed: &str) -> Result<(&str, Option<&str>), &'static str> {
    const WORDS: &str = "it holds more than a number";
    let is_number = |c: char| c.is_ascii_digit() || " +-./()".contains(c);
    let start = typed.find(|c| !is_number(c)).unwrap_or(typed.len());
    let (number, rest) = typed.split_at_checked(start).ok_or(WORDS)?;
    if !number.contains(|c: char| c.is_ascii_digit()) {
        return Err("it holds no number");
    }
    let number = number.trim_end_matches(|c: char| !c.is_ascii_digit());
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
    Ok((number, Some(digits)))
}

/// A number that begins with `+` or `00`, as `+` and its digits. `None` for any other text, and for one with words or
/// with more than one number, which would be lost.
fn international(typed: &str) -> Option<String> {
    /// The maximum of E.164.
    const MAX_DIGITS: usize = 15;
    let is_plain = |c: char| c.is_ascii_digit() || " +-./()".contains(c);
    let dialled = typed.trim_start_matches('(');
    if !typed.chars().all(is_plain) || typed.matches('+').count() > 1 {
        return None;
    }
    // The zero that is dialled only inside the country.
    let digits = dialled.replace("(0)", "");
    let digits: String = digits.chars().filter(char::is_ascii_digit).collect();
    let digits = match dialled.strip_prefix('+') {
        Some(_) => digits.as_str(),
        None => digits.strip_prefix("00")?,
    };
    (1..=MAX_DIGITS)
        .contains(&digits.len())
        .then(|| format!("+{digits}"))
}

/// Whether a text holds no number: no digit but zeros, and no word but one for "nothing".
fn is_nothing(typed: &str) -> bool {
    let typed = signs::ascii(typed);
    says_nothing(&typed) || !typed.contains(|c: char| c.is_alphanumeric() && c != '0')
}

/// Whether two texts are the same phone by their digits: equal, or one is the other with a country code in front. Of a text
/// that is too short to be a number, Planyo may say the code in one record and not in another.
///
/// ```
/// use customer_sync::normalize::phone::same;
///
/// assert!(same("0470 12 34 56", "+32470123456"));
/// assert!(same("2151", "3512151"));
/// assert!(!same("2151", "42151"));
/// ```
#[must_use]
pub fn same(a: &str, b: &str) -> bool {
    /// Fewer digits are no number of a country.
    const ENOUGH: usize = 6;
    let (ours, theirs) = (significant_digits(a), significant_digits(b));
    let (longer, shorter) = if ours.len() < theirs.len() {
        (theirs, ours)
    } else {
        (ours, theirs)
    };
    let Some(before) = longer.strip_suffix(&shorter) else {
        return a.trim() == b.trim();
    };
    let is_code_before = || split_code(&longer).is_some_and(|(_, rest)| rest == shorter);
    // A customer may have typed the code again.
    let (code, again) = before
        .split_at_checked(before.len() / 2)
        .unwrap_or_default();
    let is_code = before.len() <= 3 || code == again && code.len() <= 3;
    a.trim() == b.trim()
        || shorter.len() >= ENOUGH && is_code
        || !shorter.is_empty() && is_code_before()
}

/// The digits of a phone without leading zeros and without the zero that is dialled only inside the country, if there
/// are enough of them to compare.
pub(crate) fn significant(text: &str) -> Option<String> {
    Some(significant_digits(text)).filter(|digits| digits.len() >= COMPARED)
}

fn significant_digits(text: &str) -> String {
    let all = signs::ascii(text).replace("(0)", "");
    let all: String = all.chars().filter(char::is_ascii_digit).collect();
    let digits = all.trim_start_matches('0');
    // A single leading zero means a national number, without a country code.
    if all.len() - digits.len() == 1 {
        return digits.to_owned();
    }
    // 32059123456: Planyo puts the code before what was typed.
    let corrected = phone_rules::TRUNK_ZERO.iter().find_map(|code| {
        let national = digits.strip_prefix(code)?.strip_prefix('0')?;
        (national.len() >= COMPARED).then(|| format!("{code}{national}"))
    });
    corrected.unwrap_or_else(|| digits.to_owned())
}

/// How many trailing digits must be the same in two texts of the same phone.
pub(crate) const COMPARED: usize = 8;
