//! The phone rules of all countries, from `rlibphonenumber`.

use rlibphonenumber::{
    NumberLengthType, PHONE_NUMBER_UTIL, ParseError, PhoneNumber, PhoneNumberFormat, Region,
    ValidationError,
};

use super::trunk_zero::TRUNK_ZERO;

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
    // A fast path: most numbers are typed without what is dialled before them.
    match country_code.and_then(|code| valid_as_typed(code, number)) {
        Some(valid) => Ok((valid, true)),
        None => parsed(country_code, number, country),
    }
}

/// A valid number as E.164, if it is typed as digits alone behind its code and nothing can be dialled before it.
pub(crate) fn valid_as_typed(code: &str, number: &str) -> Option<String> {
    let is_plain = !number.starts_with('0') && number.bytes().all(|c| c.is_ascii_digit());
    if !is_plain || !TRUNK_ZERO.contains(&code) {
        return None;
    }
    let typed = PhoneNumber {
        country_code: code.parse().ok()?,
        national_number: number.parse().ok()?,
        ..PhoneNumber::default()
    };
    typed.is_valid().then(|| ["+", code, number].concat())
}

fn parsed(
    country_code: Option<&str>,
    number: &str,
    country: Option<&str>,
) -> Result<(String, bool), &'static str> {
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Each code with the countries that have it, and with none.
    fn codes() -> impl Strategy<Value = (&'static str, Option<String>)> {
        let countries = TRUNK_ZERO.iter().flat_map(|code| {
            let all = PHONE_NUMBER_UTIL.get_supported_regions();
            let own = all.map(|region| region.to_string());
            let own = own.filter(|country| code_of(Some(country)).as_deref() == Some(*code));
            own.map(Some).chain([None]).map(|country| (*code, country))
        });
        prop::sample::select(countries.collect::<Vec<_>>())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn a_valid_number_is_read_the_same_without_parsing(
            (code, country) in codes(),
            number in "[1-9]([0-9]{3,14}|[0-9]{7,9})",
        ) {
            if let Some(valid) = valid_as_typed(code, &number) {
                prop_assert_eq!(parsed(Some(code), &number, country.as_deref()), Ok((valid, true)));
            }
        }
    }

    #[test]
    fn example_numbers_are_read_the_same_without_parsing() {
        for region in PHONE_NUMBER_UTIL.get_supported_regions() {
            let country = region.to_string();
            let code = code_of(Some(&country)).unwrap();
            let types = PHONE_NUMBER_UTIL.get_supported_types_for_region(region);
            let mut count = 0;
            for kind in types.into_iter().flatten() {
                let example = PHONE_NUMBER_UTIL
                    .get_example_number_for_type_and_region(region, kind)
                    .unwrap();
                let number = example.get_national_significant_number();
                let slow = parsed(Some(&code), &number, Some(&country));
                assert_eq!(
                    e164(Some(&code), &number, Some(&country)),
                    slow,
                    "{code} {number}"
                );
                let is_fast = valid_as_typed(&code, &number).is_some();
                assert_eq!(
                    is_fast,
                    TRUNK_ZERO.contains(&code.as_str()),
                    "{code} {number}"
                );
                count += 1;
            }
            assert!(count > 0, "{country}");
        }
    }
}
