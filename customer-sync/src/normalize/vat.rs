//! VAT numbers: one form, and no number that cannot be one.

/// A VAT number with its country prefix and nothing else, or what is wrong with it.
///
/// A number without prefix is taken for Belgian when the customer is (`country` is `BE` or unknown) and its check
/// digits are right. Belgian numbers are checked by their check digits, others by form.
///
/// ```
/// use customer_sync::normalize::vat::normalized;
///
/// assert_eq!(normalized("BTW BE 0403.170.701", None).as_deref(), Ok("BE0403170701"));
/// assert_eq!(normalized("403170701", Some("BE")).as_deref(), Ok("BE0403170701"));
/// assert!(normalized("BE0403170702", None).is_err());
/// ```
///
/// # Errors
/// A sentence that says what is wrong, without the number.
pub fn normalized(text: &str, country: Option<&str>) -> Result<String, String> {
    let plain: String = text
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect::<String>()
        .to_ascii_uppercase();
    let number = ["BTW", "TVA", "VAT"]
        .iter()
        .find_map(|word| plain.strip_prefix(word))
        .unwrap_or(&plain);
    if let Some(digits) = number.strip_prefix("BE") {
        return belgian(digits);
    }
    if number.starts_with(|c: char| c.is_ascii_digit()) {
        return match country {
            None | Some("BE") => belgian(number),
            Some(_) => Err("it has no country prefix".to_owned()),
        };
    }
    let known = number
        .get(..2)
        .is_some_and(|prefix| PREFIXES.contains(&prefix));
    let body = number.get(2..).unwrap_or_default();
    if !known {
        return Err("it does not begin with the code of a country".to_owned());
    }
    if !(2..=13).contains(&body.len()) || !body.contains(|c: char| c.is_ascii_digit()) {
        return Err("it has too few or too many characters".to_owned());
    }
    Ok(number.to_owned())
}

/// EU members, and those whose numbers stand on European invoices.
const PREFIXES: [&str; 31] = [
    "AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "EL", "ES", "FI", "FR", "GB", "HR", "HU",
    "IE", "IT", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK", "XI",
];

fn belgian(digits: &str) -> Result<String, String> {
    if !digits.chars().all(|c| c.is_ascii_digit()) {
        return Err("a Belgian number has digits only".to_owned());
    }
    let digits = match digits.len() {
        // The form before 2005.
        9 => format!("0{digits}"),
        10 => digits.to_owned(),
        _ => return Err("a Belgian number has ten digits".to_owned()),
    };
    let number: u64 = digits.parse().unwrap_or_default();
    if !digits.starts_with(['0', '1']) || number < 100 || 97 - (number / 100) % 97 != number % 100 {
        return Err("its check digits are wrong".to_owned());
    }
    Ok(format!("BE{digits}"))
}

/// The number of the company register (CBE, ten digits) in a Belgian VAT number.
#[must_use]
pub fn cbe(vat_number: &str) -> Option<&str> {
    vat_number
        .strip_prefix("BE")
        .filter(|digits| digits.len() == 10)
}

/// A key that is the same for the same company: letters and digits, and for a Belgian one the CBE number alone.
/// Empty for a text without digits.
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
    match belgian(plain.strip_prefix("BE").unwrap_or(&plain)) {
        Ok(number) => number.trim_start_matches("BE").to_owned(),
        Err(_) => plain,
    }
}
