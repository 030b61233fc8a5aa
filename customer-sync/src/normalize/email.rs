//! E-mail addresses.

use crate::normalize::text::clean;

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

/// The text with its addresses normalised and separated by `;`; as typed if one of them is invalid.
///
/// ```
/// use customer_sync::normalize::email::tidied;
///
/// assert_eq!(tidied("ann@Example.com, jan@example.com "), "ann@example.com;jan@example.com");
/// assert_eq!(tidied("Ann <ann@Example.com>"), "Ann <ann@Example.com>");
/// ```
#[must_use]
pub fn tidied(text: &str) -> String {
    let mut tidied = String::with_capacity(text.len());
    for address in addresses(text) {
        let Ok(address) = address else {
            return text.to_owned();
        };
        if !tidied.is_empty() {
            tidied.push(';');
        }
        tidied.push_str(&address);
    }
    if tidied.is_empty() {
        return text.to_owned();
    }
    tidied
}

fn address(mut text: String) -> Result<String, String> {
    let at = text.rfind('@').ok_or("it has no @")?;
    if text.is_ascii() {
        text.get_mut(at..)
            .unwrap_or_default()
            .make_ascii_lowercase();
    } else {
        let domain = text.split_off(at);
        text.push_str(&domain.to_lowercase());
    }
    let (local, domain) = text.rsplit_once('@').ok_or("it has no @")?;
    match fault(local, domain) {
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
