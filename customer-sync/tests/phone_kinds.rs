//! Kinds of typed phones, generated: digits of other scripts, dashes, words that only say that it is a phone, and what
//! spreadsheets make of numbers. The digits and dashes are from the Unicode character database.
#![allow(clippy::unwrap_used, clippy::panic)] // As in tests.

use customer_sync::normalize::phone::{Check, Phone, read};
use customer_sync::normalize::{address, text};

/// Numbers as they are read, and as they are typed in their country, with country code and country.
const NUMBERS: [(&str, &str, &str, &str); 5] = [
    ("+32470123456", "0470 12 34 56", "32", "BE"),
    ("+31612345678", "06 12345678", "31", "NL"),
    ("+33612345678", "06 12 34 56 78", "33", "FR"),
    ("+4930901820", "030 901820", "49", "DE"),
    ("+442079460958", "020 7946 0958", "44", "GB"),
];

/// The zeros of scripts that people have on their keyboards.
const ZEROS: [char; 14] = [
    '\u{660}', '\u{6f0}', '\u{966}', '\u{9e6}', '\u{a66}', '\u{ae6}', '\u{be6}', '\u{c66}',
    '\u{ce6}', '\u{e50}', '\u{f20}', '\u{1040}', '\u{17e0}', '\u{ff10}',
];

const DASHES: [char; 9] = [
    '\u{2010}', '\u{2011}', '\u{2012}', '\u{2013}', '\u{2014}', '\u{2015}', '\u{2212}', '\u{fe63}',
    '\u{ff0d}',
];

fn in_digits(text: &str, zero: char) -> String {
    let digit = |c: char| match c.to_digit(10) {
        Some(value) => char::from_u32(u32::from(zero) + value).unwrap(),
        None => c,
    };
    text.chars().map(digit).collect()
}

/// With the feature `phone` each is the number; without it, it is either that or as typed.
fn check(typed: &str, code: Option<&str>, country: &str, number: &str) {
    let phone = read(code, typed, Some(country)).unwrap_or_else(|| panic!("{typed} is lost"));
    if cfg!(feature = "phone") {
        assert_eq!(
            phone.text, number,
            "{typed:?} {code:?} {country}: {phone:?}"
        );
    } else {
        let kept = text::clean(typed);
        assert!(
            phone.text == number || Some(&phone.text) == kept.as_ref(),
            "{typed:?}: {}",
            phone.text
        );
    }
}

#[test]
fn digits_of_any_script() {
    let mut count = 0;
    for (number, typed, code, country) in NUMBERS {
        for zero in ZEROS {
            for text in [
                typed,
                number,
                &typed.replace(' ', "-"),
                &format!("Tel. {typed}"),
            ] {
                check(&in_digits(text, zero), Some(code), country, number);
                check(&in_digits(text, zero), None, country, number);
                count += 2;
            }
            let postcode = in_digits("1012 AB", zero);
            assert!(address::same_postcode(&postcode, "1012AB"), "{postcode}");
        }
    }
    assert!(count >= 100);
}

#[test]
fn dashes_and_other_signs_between_the_digits() {
    let mut count = 0;
    for (number, typed, code, country) in NUMBERS {
        for sign in DASHES
            .iter()
            .map(char::to_string)
            .chain(["·", "/", ".", "\u{a0}", "\u{202f}", " – "].map(str::to_owned))
        {
            check(&typed.replace(' ', &sign), Some(code), country, number);
            check(&typed.replace(' ', &sign), None, country, number);
            count += 2;
        }
    }
    assert!(count >= 100);
}

#[test]
fn words_that_only_say_that_it_is_a_phone() {
    let mut count = 0;
    for (number, typed, code, country) in NUMBERS {
        for word in [
            "Tel. ",
            "tel: ",
            "tel:",
            "TEL ",
            "Tél. : ",
            "Téléphone ",
            "Telefoon: ",
            "Telefon ",
            "Teléfono: ",
            "Tlf. ",
            "GSM: ",
            "gsm ",
            "GSM nr. ",
            "M: ",
            "T. ",
            "P ",
            "Mob. ",
            "Mobile: ",
            "Mobiel ",
            "Handy ",
            "Handy-Nr. ",
            "Cell: ",
            "Cel. ",
            "Phone: ",
            "Phone number ",
            "Móvil ",
            "Portable : ",
            "n° ",
            "[",
            "{",
            "тел. ",
        ] {
            for text in [typed, number] {
                let closing = match word {
                    "[" => "]",
                    "{" => "}",
                    _ => "",
                };
                check(
                    &format!("{word}{text}{closing}"),
                    Some(code),
                    country,
                    number,
                );
                count += 1;
            }
        }
        for behind in [
            ",",
            ".",
            ";",
            " (gsm)",
            " gsm",
            " (mobile)",
            " tel",
            " (Tel.)",
        ] {
            check(&format!("{typed}{behind}"), Some(code), country, number);
            count += 1;
        }
    }
    assert!(count >= 100);
}

/// Words that say more are kept, with a reason.
#[test]
fn other_words_are_kept() {
    for words in [
        "Jan",
        "secretariaat",
        "na 18u",
        "niet bellen",
        "of",
        "werk",
        "fax",
        "office",
        "home",
        "thuis",
    ] {
        for (_, typed, code, country) in NUMBERS {
            for text in [
                format!("{words} {typed}"),
                format!("{typed} {words}"),
                format!("{typed} ({words})"),
            ] {
                let phone = read(Some(code), &text, Some(country)).unwrap();
                assert_eq!(phone.text, text);
                assert!(
                    !cfg!(feature = "phone") || matches!(phone.check, Check::AsTyped(_)),
                    "{text}"
                );
            }
        }
    }
}

#[test]
fn a_number_out_of_a_spreadsheet_is_kept_with_the_reason() {
    let mut count = 0;
    for (number, typed, code, country) in NUMBERS {
        let plain = |text: &str| -> String { text.chars().filter(char::is_ascii_digit).collect() };
        for digits in [plain(number), plain(typed)] {
            let figures = digits.trim_start_matches('0');
            let (first, rest) = figures.split_at(1);
            let exponent = figures.len() - 1;
            let short = rest.get(..5).unwrap();
            for text in [
                format!("{first}.{short}E+{exponent}"),
                format!("{first},{short}E+{exponent}"),
                format!("{first}.{short}e{exponent}"),
                format!("{first}.{rest}E+{exponent:02}"),
                format!("{figures}.0"),
                format!("{figures},0"),
                format!("{figures}.00"),
                format!("+{figures}.0"),
                format!("{first}E+{exponent}"),
                format!(" {figures}.0 "),
            ] {
                for code in [Some(code), None] {
                    let Phone { text: kept, check } = read(code, &text, Some(country)).unwrap();
                    // A code that was typed again beside it is not kept twice.
                    assert!(
                        text.trim().ends_with(&kept) && kept.len() + 4 > text.trim().len(),
                        "{text}: {kept}"
                    );
                    assert!(matches!(check, Check::AsTyped(_)), "{text}: {check:?}");
                    count += 1;
                }
            }
        }
    }
    assert!(count >= 100);
}

/// A national number of another country is not one of the customer's, if that has no such numbers; with a code it is.
#[cfg(feature = "phone")]
#[test]
fn a_number_of_another_country_is_not_the_customer_s() {
    for (typed, country) in [
        ("06.12.34.56.78", "BE"),
        ("(06) 12345678", "BE"),
        ("621 123 456", "BE"),
        ("07700 900123", "BE"),
        ("0470 12 34 56", "LU"),
        ("0912 345 678", "DK"),
    ] {
        let phone = read(None, typed, Some(country)).unwrap();
        assert_eq!(phone.text, typed, "{country}");
        assert!(
            matches!(phone.check, Check::AsTyped(_)),
            "{typed} {country}"
        );
    }
    // Of a country that is not understood there is nothing to say about its numbers.
    let unknown = read(None, "0470 12 34 56", Some("ZZ")).unwrap();
    assert_eq!(unknown.check, Check::AsTyped("its country is not known"));
    let with_code = read(Some("33"), "06.12.34.56.78", Some("BE")).unwrap();
    assert_eq!(with_code.text, "+33612345678");
}
