//! Phone numbers: country code and number joined, where it is clear how.

use crate::normalize::text::clean;

/// Countries whose numbers keep a leading zero behind the country code: Italy, San Marino, the Vatican, Ivory Coast,
/// Gabon, Congo.
const KEEP_ZERO: [&str; 6] = ["39", "378", "379", "225", "241", "242"];

/// One phone text from the country code and the number as a source keeps them.
///
/// `+` or `00` in front means that the number is complete. With a country code the number's leading zero goes,
/// unless the number already begins with the code and is too long to be a local one. Without a country code the
/// text stays as typed: which country it belongs to would be a guess.
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
    let typed = clean(number)?;
    let international = typed.starts_with('+') || typed.starts_with("00");
    // Letters say something that digits would lose.
    let plain = typed
        .chars()
        .all(|c| c.is_ascii_digit() || " +-./()".contains(c));
    // The zero that is dialled inside the country only.
    let bare = typed.replace("(0)", "");
    let digits: String = bare.chars().filter(char::is_ascii_digit).collect();
    if !plain || digits.is_empty() {
        return Some(typed);
    }
    if international {
        return Some(format!(
            "+{}",
            digits
                .strip_prefix("00")
                .filter(|_| !typed.starts_with('+'))
                .unwrap_or(&digits)
        ));
    }
    let code: String = country_code
        .unwrap_or_default()
        .chars()
        .filter(char::is_ascii_digit)
        .collect();
    let code = code.trim_start_matches('0');
    if code.is_empty() {
        return Some(typed);
    }
    // A national number has at least eight digits.
    if digits.starts_with(code) && digits.len() >= code.len() + 8 && !digits.starts_with('0') {
        return Some(format!("+{digits}"));
    }
    let national = if KEEP_ZERO.contains(&code) {
        &digits
    } else {
        digits.strip_prefix('0').unwrap_or(&digits)
    };
    Some(format!("+{code}{national}"))
}

/// Whether two texts are the same phone, as far as the digits tell: equal, or one is the other with a country
/// code in front.
#[must_use]
pub fn same(a: &str, b: &str) -> bool {
    let significant = |text: &str| {
        let digits: String = text
            .replace("(0)", "")
            .chars()
            .filter(char::is_ascii_digit)
            .collect();
        digits.trim_start_matches('0').to_owned()
    };
    let (a_digits, b_digits) = (significant(a), significant(b));
    let (longer, shorter) = if a_digits.len() < b_digits.len() {
        (&b_digits, &a_digits)
    } else {
        (&a_digits, &b_digits)
    };
    if shorter.len() < 8 {
        return a.trim() == b.trim();
    }
    longer.ends_with(shorter.as_str()) && longer.len() - shorter.len() <= 3
}
