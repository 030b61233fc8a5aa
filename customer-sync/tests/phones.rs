//! Phones with the rules of each country, and their properties.

use customer_sync::normalize::phone::{Check, read};
use proptest::prelude::*;

#[cfg(feature = "phone")]
#[test]
fn phones_are_checked_by_country() {
    for (code, typed, country, expected) in [
        (Some("32"), "0470 12 34 56", None, "+32470123456"),
        (Some("32"), "32470123456", None, "+32470123456"),
        (Some("32"), "+32 (0)470 12 34 56", None, "+32470123456"),
        (Some("0032"), "09 203 56 99", None, "+3292035699"),
        (Some("32"), "+33 6 12 34 56 78", Some("BE"), "+33612345678"),
        (None, "0032 470/12.34.56", None, "+32470123456"),
        (None, "0470 12 34 56", Some("BE"), "+32470123456"),
        (None, "06 12345678", Some("NL"), "+31612345678"),
        // A local number that begins as the country code does.
        (Some("32"), "03 221 22 23", None, "+3232212223"),
        (Some("39"), "06 698 1234", None, "+39066981234"),
        (None, "+39 06 698 1234", Some("BE"), "+39066981234"),
        (None, "020 7946 0958", Some("GB"), "+442079460958"),
        (Some("44"), "(020) 7946 0958", Some("GB"), "+442079460958"),
        (Some("49"), "030/901820", None, "+4930901820"),
        (Some("1"), "(416) 967-1111", Some("CA"), "+14169671111"),
        (Some("34"), "912 345 678", None, "+34912345678"),
        (Some("352"), "26 12 34 56", None, "+35226123456"),
        (
            Some("32"),
            "09 203 56 99 ext 12",
            None,
            "+3292035699 ext. 12",
        ),
        (
            Some("32"),
            "09 203 56 99 toestel 12",
            None,
            "+3292035699 ext. 12",
        ),
        (
            Some("33"),
            "01 42 68 53 00 poste 4",
            None,
            "+33142685300 ext. 4",
        ),
        (None, "+3292035699 ext. 12", None, "+3292035699 ext. 12"),
    ] {
        let phone = read(code, typed, country).unwrap();
        assert_eq!(phone.text, expected, "{typed}");
        assert!(
            matches!(phone.check, Check::Valid | Check::Possible),
            "{typed}: {phone:?}"
        );
    }
}

#[cfg(feature = "phone")]
#[test]
fn what_cannot_be_a_number_stays_as_typed() {
    for (code, typed, country, reason) in [
        (Some("32"), "0470", None, "it is too short"),
        (Some("32"), "0470 12 34 56 78 90", None, "it is too long"),
        (None, "0470 12 34 56", None, "its country is not known"),
        (
            Some("999"),
            "0470 12 34 56",
            None,
            "its country is not known",
        ),
        (
            None,
            "+999 470 12 34 56",
            None,
            "no country has its country code",
        ),
        (
            Some("32"),
            "0470 12 34 56 (Jan)",
            None,
            "it holds more than a number",
        ),
        (
            Some("32"),
            "0470 12 34 56 / 09 203 56 99",
            None,
            "it is too long",
        ),
        (Some("32"), "ask Ann", None, "it holds no number"),
    ] {
        let phone = read(code, typed, country).unwrap();
        assert_eq!(
            (phone.text.as_str(), phone.check),
            (typed, Check::AsTyped(reason))
        );
    }
}

#[cfg(not(feature = "phone"))]
#[test]
fn without_the_feature_no_number_is_made_up() {
    for (code, typed, expected) in [
        (Some("32"), "0470 12 34 56", "0470 12 34 56"),
        (None, "0470 12 34 56", "0470 12 34 56"),
        (Some("36"), "06 30 123 4567", "06 30 123 4567"),
        (Some("32"), "0470", "0470"),
        (Some("32"), "+33 6 12 34 56 78", "+33612345678"),
        (None, "0032 470/12.34.56", "+32470123456"),
        (None, "(0032) 470 12 34 56", "+32470123456"),
        (None, "+32 (0)470 12 34 56", "+32470123456"),
        (None, "+32 470 12 34 56 ext 7", "+32 470 12 34 56 ext 7"),
    ] {
        let phone = read(code, typed, Some("BE")).unwrap();
        assert_eq!(
            (phone.text.as_str(), phone.check),
            (expected, Check::Unchecked)
        );
    }
}

/// A code that was typed again is not part of the number.
#[cfg(feature = "phone")]
#[test]
fn a_repeated_country_code_is_removed() {
    for (code, typed) in [
        (Some("32"), "32470123456"),
        (Some("32"), "3232470123456"),
        (Some("32"), "003232470123456"),
        (Some("32"), "+32+32470123456"),
        (Some("32"), "+32 0032 470 12 34 56"),
        (None, "+3232470123456"),
        (None, "00320032470123456"),
        (None, "3232470123456"),
        (None, "32470123456"),
    ] {
        for country in [Some("BE"), Some("NL"), None] {
            let phone = read(code, typed, country).unwrap();
            assert_eq!(phone.text, "+32470123456", "{code:?} {typed} {country:?}");
        }
    }
}

#[test]
fn a_blank_is_no_phone() {
    assert!(read(Some("32"), "null", Some("BE")).is_none());
    assert!(read(None, " ", None).is_none());
}

proptest! {
    #[test]
    fn a_number_of_digits_alone_is_read_as_one_behind_a_space(
        code in "32|33|31|49|44|1|39|351|[1-9][0-9]{0,2}",
        number in "[0-9]{0,12}|(32|33|31|49|1)?[1-9][0-9]{7,9}",
        country in proptest::option::of(prop_oneof!["[A-Z]{2}", Just("BE".to_owned()), Just("IT".to_owned())]),
    ) {
        let spaced = format!(" {number}");
        let country = country.as_deref();
        prop_assert_eq!(read(Some(&code), &number, country), read(Some(&code), &spaced, country));
    }

    #[test]
    fn phone_laws(
        code in proptest::option::of("(\\+|00)?[0-9]{0,3}"),
        typed in prop_oneof![any::<String>(), "(\\+|00|0|\\(0\\))?[0-9 ./()-]{3,16}( ?(ext|x|toestel|#)[. ]?[0-9]{1,8})?"],
        country in proptest::option::of(prop_oneof!["[A-Z]{2}", Just("BE".to_owned()), Just("IT".to_owned())]),
    ) {
        if let Some(phone) = read(code.as_deref(), &typed, country.as_deref()) {
            let again = read(code.as_deref(), &phone.text, country.as_deref()).unwrap();
            prop_assert_eq!(&again.text, &phone.text);
            prop_assert!(!phone.text.is_empty());
            if let Check::AsTyped(why) = phone.check {
                prop_assert!(!why.is_empty());
            }
        }
    }
}
