//! VAT numbers: normalisation and checks.

mod countries;
pub(crate) mod digits;
mod words;

use self::countries::{checked, country, prefixed};
use self::digits::capitals;
use self::words::{Words, own_country, without_labels};
use crate::normalize::country as iso;

/// A normalised VAT number with its country prefix, or what is wrong with it.
///
/// Form and check digits are checked for every member of the EU, Great Britain and Northern Ireland (`XI`), Switzerland
/// and Norway. The number may stand among other words, such as `BTW`, `N° TVA`, `Ondernemingsnummer` or a place, if its
/// check digits are right and there is no second number; Greece's `GR` becomes `EL`. The `MWST`, `TVA`, `IVA` and `MVA`
/// after Swiss and Norwegian numbers are part of them: optional, and kept if present.
///
/// A number without prefix counts as one of the customer's country, or as Belgian if there is none, if its check digits
/// are right. Nothing follows from a country that is not understood
/// ([`country::UNKNOWN`](crate::normalize::country::UNKNOWN)).
///
/// ```
/// use customer_sync::normalize::vat::normalized;
///
/// assert_eq!(normalized("BTW BE 0403.170.701", None).as_deref(), Ok("BE0403170701"));
/// assert_eq!(normalized("403170701", Some("BE")).as_deref(), Ok("BE0403170701"));
/// assert_eq!(normalized("0403.170.701 RPR Gent", None).as_deref(), Ok("BE0403170701"));
/// assert_eq!(normalized("USt-IdNr.: DE 136 695 976", None).as_deref(), Ok("DE136695976"));
/// assert_eq!(normalized("gr 094259216", None).as_deref(), Ok("EL094259216"));
/// assert_eq!(normalized("BE0403170702", None), Err("its check digits are wrong".to_owned()));
/// ```
///
/// # Errors
/// A sentence that says what is wrong, without the number.
pub fn normalized(text: &str, country_code: Option<&str>) -> Result<String, String> {
    let plain = plain(text);
    let number = without_labels(&plain);
    // A fast path for a number with nothing but labels. `NO` is Norway, and a word for number.
    let alone = match prefixed(number) {
        Some((country, _)) if country.prefix == "NO" => None,
        Some((country, body)) => checked(country, without_labels(body)).ok(),
        None => own_country(country_code).and_then(|own| checked(own, number).ok()),
    };
    if let Some(number) = alone {
        return Ok(number);
    }
    let words = Words::of(text);
    if let Some(found) = words.number(country_code) {
        return found;
    }
    if let Some(code) = words.of_other_country(country_code) {
        return Err(format!("numbers of {code} cannot be checked here"));
    }
    Err(words.fault(country_code))
}

/// The country of a number that cannot be checked here, since it is not one of those that [`normalized`] lists: `RS` of
/// `RS101134702`, or the customer's country if the number has no prefix. Also `EU` and `IM`, which begin the numbers of
/// the EU's one-stop shops.
///
/// ```
/// use customer_sync::normalize::vat::other_country;
///
/// assert_eq!(other_country("RS101134702", Some("BE")).as_deref(), Some("RS"));
/// assert_eq!(other_country("12-3456789", Some("US")).as_deref(), Some("US"));
/// assert_eq!(other_country("BE0403170702", Some("US")), None);
/// ```
#[must_use]
pub fn other_country(text: &str, country_code: Option<&str>) -> Option<String> {
    let code = Words::of(text).of_other_country(country_code)?;
    normalized(text, country_code).is_err().then_some(code)
}

/// Whether a normalized number is one of this country.
#[must_use]
pub fn is_of(number: &str, country_code: &str) -> bool {
    country(country_code).is_some_and(|country| number.starts_with(country.prefix))
}

/// An old Irish number may have a `+` or a `*`.
fn plain(text: &str) -> String {
    let mut plain = capitals(text, "+*");
    if !plain.contains("IE") {
        plain.retain(|c| !matches!(c, '+' | '*'));
    }
    plain
}

/// The company register number (CBE, ten digits) in a Belgian VAT number.
#[must_use]
pub fn cbe(vat_number: &str) -> Option<&str> {
    vat_number
        .strip_prefix("BE")
        .filter(|digits| digits.len() == 10)
}

/// The VAT number of a Belgian company with this register number, if it is liable to VAT.
///
/// ```
/// use customer_sync::normalize::vat::{cbe, vat_of_cbe};
///
/// assert_eq!(vat_of_cbe("0403.170.701").as_deref(), Ok("BE0403170701"));
/// assert_eq!(cbe("BE0403170701"), Some("0403170701"));
/// ```
///
/// # Errors
/// As [`normalized`].
pub fn vat_of_cbe(number: &str) -> Result<String, String> {
    let plain = plain(number);
    checked(
        &countries::BELGIUM,
        plain.strip_prefix("BE").unwrap_or(&plain),
    )
}

/// A key that is the same for the same company: its number with prefix, and for a Belgian one only the CBE number. A
/// number without prefix is one of the country, as for [`normalized`]. Empty for a text without digits.
#[must_use]
pub fn tax_key(text: &str, country_code: Option<&str>) -> String {
    let plain = plain(text);
    if !plain.contains(|c: char| c.is_ascii_digit()) {
        return String::new();
    }
    let Ok(number) = normalized(text, country_code) else {
        let plain = plain.replace(|c: char| !c.is_ascii(), "");
        return match other_country(text, country_code) {
            Some(code) => {
                let body = plain.trim_start_matches(|c: char| c.is_ascii_alphabetic());
                format!("{code}{body}")
            }
            None => plain,
        };
    };
    if let Some(cbe) = cbe(&number) {
        return cbe.to_owned();
    }
    // MWST and TVA are the same word in two of Switzerland's languages.
    let bare = if number.starts_with("CH") || number.starts_with("NO") {
        number.trim_end_matches(|c: char| c.is_ascii_alphabetic())
    } else {
        &number
    };
    bare.to_owned()
}

/// Whether two texts are the same VAT number. One without prefix is read as one of the other's country.
///
/// ```
/// use customer_sync::normalize::vat::same;
///
/// assert!(same("094 259 216", "EL094259216"));
/// assert!(!same("094 259 216", "BE0403170701"));
/// ```
#[must_use]
pub fn same(a: &str, b: &str) -> bool {
    let prefix = |text: &str| {
        let number = normalized(text, Some(iso::UNKNOWN)).ok()?;
        number.get(..2).map(str::to_owned)
    };
    let country = (prefix(a).or_else(|| prefix(b)))
        .or_else(|| other_country(a, None))
        .or_else(|| other_country(b, None));
    let key = |text| tax_key(text, country.as_deref());
    !key(a).is_empty() && key(a) == key(b)
}
