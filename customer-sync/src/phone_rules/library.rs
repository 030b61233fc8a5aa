//! The phone rules of all countries, from `rlibphonenumber`.

use rlibphonenumber::{
    NumberLengthType, PHONE_NUMBER_UTIL, ParseError, PhoneNumber, PhoneNumberFormat, Region,
    ValidationError,
};

/// The name of these rules. A release of the library with other rules for many numbers gets another name here.
pub(crate) const NAME: &str = "rlibphonenumber 2.2";

/// The calling code of a country.
pub(crate) fn code_of(country: Option<&str>) -> Option<String> {
    let region = country?.parse::<Region>().ok()?;
    let code = PHONE_NUMBER_UTIL.get_country_code_for_region(region)?;
    Some(code.to_string())
}

/// A phone number as E.164, and whether it is valid in its country; or why it is not possible.
pub(crate) fn e164(
    country_code: Option<&str>,
    number: &str,
    country: Option<&str>,
) -> Result<(String, bool), &'static str> {
    let number = number.trim();
    let international = number.strip_prefix("00").map(|rest| format!("+{rest}"));
    let number = international.as_deref().unwrap_or(number);
    let region = region(country_code, country);
    if region.is_none() && !number.starts_with(['+', '(']) {
        return Err("its country is not known");
    }
    let parsed = PhoneNumber::parse(number, region).map_err(|error| match error {
        ParseError::InvalidCountryCode => "no country has its country code",
        ParseError::TooShortAfterIdd | ParseError::TooShortNsn => TOO_SHORT,
        ParseError::TooLongNsn => TOO_LONG,
        ParseError::NotANumber(_) => "it is not a number",
    })?;
    match parsed.is_possible_with_reason() {
        Ok(NumberLengthType::IsPossible) => {}
        Ok(NumberLengthType::IsPossibleLocalOnly) => return Err("its area code is missing"),
        Err(ValidationError::InvalidCountryCode) => {
            return Err("no country has its country code");
        }
        Err(ValidationError::TooShort) => return Err(TOO_SHORT),
        Err(ValidationError::TooLong) => return Err(TOO_LONG),
        Err(_) => return Err("its country has no numbers of its length"),
    }
    let number = parsed.format_as(PhoneNumberFormat::E164).into_owned();
    Ok((number, parsed.is_valid()))
}

const TOO_SHORT: &str = "it is too short";
const TOO_LONG: &str = "it is too long";

/// The region of a country code: the customer's country if it has this code, or else the code's main region. Without a
/// code it is the customer's country. The code is digits alone.
fn region(country_code: Option<&str>, country: Option<&str>) -> Option<Region> {
    // The library has a region `ZZ` without numbers, and our code for a country that is not understood is the same.
    let country = country.filter(|code| *code != "ZZ");
    let country = country.and_then(|code| code.parse::<Region>().ok());
    let Some(code) = country_code else {
        return country;
    };
    let code: i32 = code.parse().ok()?;
    country
        .filter(|region| PHONE_NUMBER_UTIL.get_country_code_for_region(*region) == Some(code))
        .or_else(|| PHONE_NUMBER_UTIL.get_region_for_country_code(code))
}
