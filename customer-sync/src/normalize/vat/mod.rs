//! VAT numbers: normalisation and checks.

mod countries;
pub(crate) mod digits;

use std::borrow::Cow;

use self::countries::{Country, country};
use self::digits::{Fault, capitals};

/// A normalised VAT number with its country prefix, or what is wrong with it.
///
/// Form and check digits are checked for every member of the EU, Great Britain and Northern Ireland (`XI`), Switzerland
/// and Norway. Words such as `BTW`, `TVA` or `USt-IdNr.` in front are removed, and Greece's `GR` becomes `EL`. The
/// `MWST`, `TVA`, `IVA` and `MVA` after Swiss and Norwegian numbers are part of them: optional, and kept if present.
///
/// A number without prefix counts as one of the customer's country, or as Belgian if that is unknown, if its check
/// digits are right.
///
/// ```
/// use customer_sync::normalize::vat::normalized;
///
/// assert_eq!(normalized("BTW BE 0403.170.701", None).as_deref(), Ok("BE0403170701"));
/// assert_eq!(normalized("403170701", Some("BE")).as_deref(), Ok("BE0403170701"));
/// assert_eq!(normalized("USt-IdNr.: DE 136 695 976", None).as_deref(), Ok("DE136695976"));
/// assert_eq!(normalized("gr 094259216", None).as_deref(), Ok("EL094259216"));
/// assert_eq!(normalized("BE0403170702", None), Err("its check digits are wrong".to_owned()));
/// ```
///
/// # Errors
/// A sentence that says what is wrong, without the number.
pub fn normalized(text: &str, country_code: Option<&str>) -> Result<String, String> {
    let plain = plain(text);
    if !plain.is_ascii() {
        return Err("it has letters other than A to Z".to_owned());
    }
    let number = without_words(&plain);
    let prefixed = number
        .split_at_checked(2)
        .and_then(|(code, body)| Some((country(code)?, body)));
    if let Some((country, body)) = prefixed {
        return checked(country, without_words(body));
    }
    if !number.contains(|c: char| c.is_ascii_digit()) {
        return Err("it does not begin with the code of a country".to_owned());
    }
    match country_code {
        None => checked(&countries::BELGIUM, number),
        Some(code) => {
            let country = country(code).ok_or("it has no country prefix")?;
            checked(country, number).map_err(|why| match country.prefix {
                "BE" => why,
                _ => {
                    format!("it has no country prefix, and taken for the customer's country {why}")
                }
            })
        }
    }
}

fn checked(country: &Country, body: &str) -> Result<String, String> {
    let body = completed(country, body);
    match (country.check)(&body) {
        Ok(()) => Ok(format!("{}{body}", country.prefix)),
        Err(Fault::Form) => Err(format!("it is not {}", country.form)),
        Err(Fault::Check) => Err("its check digits are wrong".to_owned()),
    }
}

/// The number with the parts that are often left out.
fn completed<'a>(country: &Country, body: &'a str) -> Cow<'a, str> {
    match (country.prefix, body.len()) {
        // The formats before 2005 and before 2000.
        ("BE", 9) | ("EL", 8) => format!("0{body}").into(),
        // The E is part of the number: CHE-123.456.788.
        ("CH", _) if body.starts_with(|c: char| c.is_ascii_digit()) => format!("E{body}").into(),
        _ => body.into(),
    }
}

/// An old Irish number may have a `+` or a `*`.
fn plain(text: &str) -> String {
    let plain = capitals(text, "+*");
    if plain.contains("IE") {
        plain
    } else {
        plain.replace(['+', '*'], "")
    }
}

/// Words in front of a number, before them, and between them and the number.
const ARTICLES: [&str; 5] = ["NUMERODE", "NUMERO", "NDE", "NO", "N"];
const WORDS: [&str; 12] = [
    "BTW",
    "TVA",
    "VAT",
    "UST",
    "MWST",
    "NIF",
    "CIF",
    "PIVA",
    "PARTITAIVA",
    "IVA",
    "MOMS",
    "UID",
];
const NUMBER_WORDS: [&str; 8] = [
    "REG", "IDNR", "ID", "NUMMER", "NUMBER", "NUMERO", "NR", "NO",
];

/// The number without words such as `BTW nr.` or `N° TVA` in front.
fn without_words(plain: &str) -> &str {
    let stripped =
        |text, words: &[&str]| words.iter().find_map(|word| str::strip_prefix(text, word));
    let after_word = |text| stripped(text, &WORDS);
    let named = after_word(plain).or_else(|| after_word(stripped(plain, &ARTICLES)?));
    let Some(mut rest) = named else {
        return plain;
    };
    // NO is a word in English and French, and the code of Norway.
    while let Some(next) = stripped(rest, &NUMBER_WORDS).filter(|_| !rest.ends_with("MVA")) {
        rest = next;
    }
    rest
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

/// A key that is the same for the same company: letters and digits, and for a Belgian one only the CBE number. Empty
/// for a text without digits.
#[must_use]
pub fn tax_key(text: &str) -> String {
    let plain: String = text
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect::<String>()
        .to_ascii_uppercase();
    if !plain.contains(|c: char| c.is_ascii_digit()) {
        return String::new();
    }
    let Ok(number) = normalized(text, None) else {
        return plain;
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
