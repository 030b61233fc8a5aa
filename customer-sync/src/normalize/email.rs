//! E-mail addresses.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

use crate::normalize::text::{clean, unescaped};

/// The addresses in a text, split at `;` and `,`: each with its domain in lower case, or what is wrong with it.
/// The part before the `@` stays as typed, since only its server knows whether case matters there.
///
/// The check is strict: an address that mail servers accept may fail, so it is better to keep a failing address as
/// typed than to refuse it.
///
/// ```
/// use customer_sync::normalize::email::addresses;
///
/// assert_eq!(addresses(" Ann@Example.COM; "), [Ok("Ann@example.com".to_owned())]);
/// assert_eq!(addresses("ann@localhost"), [Err("its domain has no dot".to_owned())]);
/// assert_eq!(addresses("-; a@b.be, c@d.be").len(), 3);
/// ```
#[must_use]
pub fn addresses(text: &str) -> Vec<Result<String, String>> {
    text.split([';', ','])
        .filter_map(clean)
        .map(address)
        .collect()
}

/// The first valid address in a text.
///
/// ```
/// use customer_sync::normalize::email::first;
///
/// assert_eq!(first("ann at home; ann@Example.com").as_deref(), Some("ann@example.com"));
/// assert_eq!(first("none"), None);
/// ```
#[must_use]
pub fn first(text: &str) -> Option<String> {
    addresses(text).into_iter().find_map(Result::ok)
}

/// The addresses of a text, normalised and separated by `;`. What is around them goes: a name and angle brackets,
/// quotes, `mailto:`, a dot at the end, invisible characters.
///
/// ```
/// use customer_sync::normalize::email::tidied;
///
/// assert_eq!(tidied("ann@Example.com, jan@example.com ").as_deref(), Ok("ann@example.com;jan@example.com"));
/// assert_eq!(tidied("Ann <ann@Example.com>").as_deref(), Ok("ann@example.com"));
/// assert!(tidied("ann@localhost").is_err());
/// ```
///
/// # Errors
/// What is wrong with one of the addresses, or that there is none.
pub fn tidied(text: &str) -> Result<String, String> {
    // A fast path: most texts are one address as it stands.
    if !text.contains([';', ','])
        && let Some(Ok(one)) = clean(text).map(address)
    {
        return Ok(one);
    }
    let as_they_stand: Result<Vec<String>, String> = addresses(text).into_iter().collect();
    let addresses = match as_they_stand {
        Ok(addresses) if !addresses.is_empty() => addresses,
        _ => bare_addresses(text)
            .into_iter()
            .map(address)
            .collect::<Result<_, _>>()?,
    };
    if addresses.is_empty() {
        return Err("it has no @".to_owned());
    }
    Ok(addresses.join(";"))
}

/// Whether a text is one or several addresses as it stands, separated by `;` or `,`.
pub(crate) fn is_plain(text: &str) -> bool {
    let mut parts = text.split([';', ',']).map(str::trim);
    parts.all(|part| clean(part).as_deref() == Some(part) && address(part.to_owned()).is_ok())
}

/// Keys of the e-mail addresses in a text, by which two of them are the same however they are wrapped or encoded: bare,
/// in lower case, with composed letters and the domain in the letters of its language.
///
/// ```
/// use customer_sync::normalize::email::keys;
///
/// let same = ["<Ann@xn--mller-kva.example>", "mailto:ann@müller.example", "ann@Müller.example."];
/// assert!(same.into_iter().flat_map(keys).all(|key| key == "ann@müller.example"));
/// assert_eq!(keys("a@b.be c@d.be; Ann").count(), 2);
/// ```
pub fn keys(text: &str) -> impl Iterator<Item = String> {
    // A fast path: most texts are one address of plain letters.
    let is_simple = |c: u8| c.is_ascii_alphanumeric() || b"@.-_+".contains(&c);
    let is_one = text.bytes().all(is_simple) && text.bytes().filter(|c| *c == b'@').count() == 1;
    let is_bare = is_one
        && !text.ends_with(['.', '@'])
        && !text.starts_with(['@', '.'])
        && !text.contains("--");
    let one = is_bare.then(|| text.to_ascii_lowercase());
    let others = if is_bare {
        Vec::new()
    } else {
        bare_addresses(text)
    };
    one.into_iter().chain(
        others
            .iter()
            .map(|address| key(address))
            .collect::<Vec<_>>(),
    )
}

/// A bare address in lower case, with the domain in the letters of its language.
fn key(address: &str) -> String {
    let lower = address.to_lowercase();
    let Some((local, domain)) = lower.rsplit_once('@') else {
        return lower;
    };
    let label = |label: &str| match label.strip_prefix("xn--").and_then(punycode) {
        Some(decoded) => decoded.nfc().collect::<String>().to_lowercase(),
        None => label.to_owned(),
    };
    let domain: Vec<String> = domain.split('.').map(label).collect();
    format!("{local}@{}", domain.join("."))
}

/// The parts of a text that have an `@`, without what is around an address.
fn bare_addresses(text: &str) -> Vec<String> {
    let text = unescaped(text);
    let text: Cow<'_, str> = if text.is_ascii() {
        text
    } else {
        // Wide letters, other dots, and letters that are composed or not.
        let is_joiner = |c: &char| matches!(c, '\u{200c}' | '\u{200d}');
        text.chars()
            .filter(|c| !is_joiner(c))
            .nfkc()
            .map(|c| if c == '。' { '.' } else { c })
            .collect()
    };
    let Some(text) = clean(&text) else {
        return Vec::new();
    };
    let text = text
        .replace("%40", "@")
        .replace(" @", "@")
        .replace("@ ", "@");
    let is_around = |c: char| {
        c.is_whitespace() || ";,<>()[]{}\"|\u{ab}\u{bb}\u{201c}\u{201d}\u{201e}".contains(c)
    };
    let parts = text.split(is_around).filter(|part| part.contains('@'));
    // A slash may be in an address, but not between two.
    let parts = parts.flat_map(|part| {
        let is_several = part.split('/').filter(|part| part.contains('@')).count() > 1;
        let parts: Vec<&str> = if is_several {
            part.split('/').collect()
        } else {
            vec![part]
        };
        parts
    });
    let bare = parts.map(|part| {
        // `mailto:`, `E-mail:`; what a link has behind the address.
        let (local, domain) = part.split_once('@').unwrap_or((part, ""));
        let local = local.rsplit([':', '=']).next().unwrap_or_default();
        let local = local.trim_start_matches(['.', '/']);
        let domain = domain.split(['?', ':', '&']).next().unwrap_or_default();
        let domain = domain.trim_end_matches(['.', '\'', '`', '!', '/', '\u{2019}']);
        let quoted = domain.len() < part.len() && part.ends_with(['\'', '\u{2019}', '`']);
        let local = if quoted {
            local.trim_start_matches(['\'', '\u{2018}', '`'])
        } else {
            local
        };
        format!("{local}@{domain}")
    });
    bare.filter(|address| address.len() > 1).collect()
}

/// Decodes a label of a domain (RFC 3492).
fn punycode(text: &str) -> Option<String> {
    const BASE: u32 = 36;
    const T_MIN: u32 = 1;
    const T_MAX: u32 = 26;
    const LONGEST: usize = 63;
    let text = Some(text).filter(|text| text.len() <= LONGEST)?;
    let (basic, digits) = text.rsplit_once('-').unwrap_or(("", text));
    let mut decoded: Vec<char> = basic.chars().collect();
    let (mut code, mut at, mut bias) = (128_u32, 0_u32, 72_u32);
    let mut digits = digits.chars();
    while !digits.as_str().is_empty() {
        let (start, mut weight) = (at, 1_u32);
        for k in (1..).map(|step| step * BASE) {
            let digit = match digits.next()? {
                c @ 'a'..='z' => u32::from(c) - u32::from('a'),
                c @ '0'..='9' => u32::from(c) - u32::from('0') + 26,
                _ => return None,
            };
            at = at.checked_add(digit.checked_mul(weight)?)?;
            let threshold = k.saturating_sub(bias).clamp(T_MIN, T_MAX);
            if digit < threshold {
                break;
            }
            weight = weight.checked_mul(BASE - threshold)?;
        }
        let count = u32::try_from(decoded.len()).ok()?.checked_add(1)?;
        let mut delta = (at - start) / if start == 0 { 700 } else { 2 };
        delta += delta / count;
        let mut k = 0;
        while delta > (BASE - T_MIN) * T_MAX / 2 {
            delta /= BASE - T_MIN;
            k += BASE;
        }
        bias = k + (BASE - T_MIN + 1) * delta / (delta + 38);
        code = code.checked_add(at / count)?;
        at %= count;
        decoded.insert(usize::try_from(at).ok()?, char::from_u32(code)?);
        at += 1;
    }
    Some(decoded.into_iter().collect())
}

fn address(mut text: String) -> Result<String, String> {
    let at = text.bytes().rposition(|c| c == b'@').ok_or("it has no @")?;
    if text.is_ascii() {
        text.get_mut(at..)
            .unwrap_or_default()
            .make_ascii_lowercase();
    } else {
        let domain = text.split_off(at);
        text.push_str(&domain.to_lowercase());
    }
    let (local, domain) = text.split_at_checked(at).unwrap_or_default();
    match fault(local, domain.get(1..).unwrap_or_default()) {
        Some(why) => Err(why.to_owned()),
        None => Ok(text),
    }
}

fn fault(local: &str, domain: &str) -> Option<&'static str> {
    let is_local = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    let top = domain.rsplit('.').next().unwrap_or_default();
    let top_is_name = top.chars().count() >= 2 && top.contains(char::is_alphabetic);
    match () {
        () if !(1..=64).contains(&local.len()) || domain.len() > 253 => {
            Some("it is too short or too long")
        }
        () if !local.chars().all(is_local) => {
            Some("it has a character no address has before the @")
        }
        () if local.starts_with('.') || local.ends_with('.') || local.contains("..") => {
            Some("it has a dot too many before the @")
        }
        () if !domain.contains('.') => Some("its domain has no dot"),
        () if !domain.split('.').all(is_label) || !top_is_name => Some("its domain cannot be one"),
        () => None,
    }
}
