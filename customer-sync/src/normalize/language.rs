//! The language of a customer.

use crate::normalize::country;

/// Countries with one official language in the whole country. Belgium, Switzerland, Luxembourg, Finland, Ireland
/// and others with several are left out: which one a customer speaks would be a guess.
const OFFICIAL: [(&str, &str); 35] = [
    ("AR", "ES"),
    ("AT", "DE"),
    ("AU", "EN"),
    ("BG", "BG"),
    ("BR", "PT"),
    ("CL", "ES"),
    ("CO", "ES"),
    ("CZ", "CS"),
    ("DE", "DE"),
    ("DK", "DA"),
    ("EE", "ET"),
    ("ES", "ES"),
    ("FR", "FR"),
    ("GB", "EN"),
    ("GR", "EL"),
    ("HR", "HR"),
    ("HU", "HU"),
    ("IS", "IS"),
    ("IT", "IT"),
    ("JP", "JA"),
    ("LI", "DE"),
    ("LT", "LT"),
    ("LV", "LV"),
    ("MC", "FR"),
    ("MX", "ES"),
    ("NL", "NL"),
    ("NO", "NO"),
    ("PL", "PL"),
    ("PT", "PT"),
    ("RO", "RO"),
    ("SE", "SV"),
    ("SI", "SL"),
    ("SK", "SK"),
    ("UA", "UK"),
    ("US", "EN"),
];

/// The language to write to a customer in: the customer's own, otherwise the only official language of the country, if
/// it is one of those `allowed`, as spelt there. A code may have a region (`nl-BE`, `nl_BE`).
///
/// ```
/// use customer_sync::normalize::language::for_customer;
///
/// let allowed = ["NL", "FR", "EN", "DE"];
/// assert_eq!(for_customer(Some("nl_BE"), Some("FR"), &allowed), Some("NL"));
/// assert_eq!(for_customer(None, Some("FR"), &allowed), Some("FR"));
/// assert_eq!(for_customer(None, Some("BE"), &allowed), None);
/// assert_eq!(for_customer(Some("es"), Some("FR"), &allowed), Some("FR"));
/// ```
#[must_use]
pub fn for_customer<'a, S: AsRef<str>>(
    code: Option<&str>,
    country: Option<&str>,
    allowed: &'a [S],
) -> Option<&'a str> {
    let known = |wanted: &str| {
        let mut allowed = allowed.iter().map(AsRef::as_ref);
        allowed.find(|known| known.eq_ignore_ascii_case(wanted))
    };
    let own = code.and_then(primary).and_then(known);
    own.or_else(|| known(of_country(country::code(country?)?)?))
}

/// The only official language of a country, by its alpha-2 code; `None` if there are several.
///
/// ```
/// use customer_sync::normalize::language::of_country;
///
/// assert_eq!(of_country("AT"), Some("DE"));
/// assert_eq!(of_country("LU"), None);
/// ```
#[must_use]
pub fn of_country(alpha2: &str) -> Option<&'static str> {
    OFFICIAL
        .iter()
        .find(|(country, _)| *country == alpha2)
        .map(|(_, language)| *language)
}

/// `nl` of `nl-BE`; `None` if the text is not a language code.
fn primary(code: &str) -> Option<&str> {
    code.trim()
        .split(['-', '_'])
        .next()
        .filter(|code| code.len() == 2 && code.chars().all(|c| c.is_ascii_alphabetic()))
}
