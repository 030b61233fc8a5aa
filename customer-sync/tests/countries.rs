//! Countries and languages as typed, and their properties.

use customer_sync::normalize::{country, language, text};
use proptest::prelude::*;

#[test]
#[allow(clippy::too_many_lines)] // A table.
fn countries_as_people_type_them() {
    let cases = [
        (
            "BE",
            &[
                "be", " BEL ", "Belgium", "België", "BELGIE", "Belgique", "Belgien", "Bélgica",
                "Belgio", "Belgia",
            ][..],
        ),
        (
            "NL",
            &[
                "nl",
                "NLD",
                "Nederland",
                "Netherlands",
                "the Netherlands",
                "Pays-Bas",
                "Niederlande",
                "Holland",
                "Holandia",
            ],
        ),
        (
            "FR",
            &[
                "fra",
                "France",
                "Frankrijk",
                "Frankreich",
                "Francia",
                "França",
                "Francja",
                "Frankrig",
                "Frankrike",
            ],
        ),
        (
            "DE",
            &[
                "DEU",
                "Germany",
                "Duitsland",
                "Allemagne",
                "Deutschland",
                "Alemania",
                "Germania",
                "Niemcy",
                "Tyskland",
            ],
        ),
        (
            "GB",
            &[
                "UK",
                "U.K.",
                "GBR",
                "United Kingdom",
                "Great Britain",
                "England",
                "Scotland",
                "Royaume-Uni",
                "Großbritannien",
            ],
        ),
        (
            "GR",
            &[
                "EL",
                "GR",
                "GRC",
                "Greece",
                "Griekenland",
                "Grèce",
                "Griechenland",
                "Hellas",
            ],
        ),
        (
            "US",
            &[
                "USA",
                "U.S.A.",
                "United States",
                "Verenigde Staten",
                "États-Unis",
                "Vereinigte Staaten",
            ],
        ),
        (
            "AT",
            &[
                "AUT",
                "Austria",
                "Österreich",
                "Oostenrijk",
                "Autriche",
                "Østrig",
                "osterreich",
            ],
        ),
        (
            "CH",
            &[
                "CHE",
                "Switzerland",
                "Zwitserland",
                "Suisse",
                "Schweiz",
                "Svizzera",
                "Suiza",
                "Szwajcaria",
            ],
        ),
        (
            "CZ",
            &[
                "CZE",
                "Czechia",
                "Czech Republic",
                "Tsjechië",
                "Tschechien",
                "Česko",
            ],
        ),
        ("IE", &["IRL", "Ireland", "Ierland", "Irlande", "Éire"]),
        ("LU", &["LUX", "Luxembourg", "Luxemburg", "Lëtzebuerg"]),
        ("DK", &["Denmark", "Danmark", "Denemarken", "Dänemark"]),
        ("SE", &["Sweden", "Sverige", "Zweden", "Schweden"]),
        ("PL", &["Poland", "Polska", "Polen", "Pologne"]),
        ("XK", &["Kosovo"]),
    ];
    for (code, names) in cases {
        for name in names {
            assert_eq!(country::code(name), Some(code), "{name}");
        }
    }
    for name in [
        "",
        "-",
        "Atlantis",
        "XX",
        "Vlaanderen",
        "12",
        "n/a",
        "BE NL",
    ] {
        assert_eq!(country::code(name), None, "{name}");
    }
}

#[test]
fn languages_by_customer_and_country() {
    let allowed = ["NL", "FR", "EN", "DE"];
    for (code, country, language) in [
        (Some("nl"), None, Some("NL")),
        (Some("fr_BE"), Some("BE"), Some("FR")),
        (Some(" de-AT "), Some("NL"), Some("DE")),
        (Some("es"), Some("FR"), Some("FR")),
        (Some("es"), Some("BE"), None),
        (Some("?"), Some("FR"), Some("FR")),
        (None, Some("Nederland"), Some("NL")),
        (None, Some("AT"), Some("DE")),
        (None, Some("ES"), None),
        (None, Some("BE"), None),
        (None, Some("CH"), None),
        (None, Some("LU"), None),
        (None, None, None),
    ] {
        assert_eq!(
            language::for_customer(code, country, &allowed),
            language,
            "{code:?} {country:?}"
        );
    }
    assert_eq!(
        language::for_customer(Some("NL"), None, &["nl"]),
        Some("nl")
    );
}

#[test]
fn invisible_characters_go_and_joiners_stay() {
    for (typed, clean) in [
        ("\u{feff}Ann\u{200b}", "Ann"),
        ("Kerk\u{ad}straat\u{a0}12", "Kerkstraat 12"),
        ("a\u{202f}b\u{2009}c", "a b c"),
        ("می\u{200c}خواهم", "می\u{200c}خواهم"),
        ("e\u{2060}\u{301}", "é"),
    ] {
        assert_eq!(text::clean(typed).as_deref(), Some(clean));
    }
    assert_eq!(text::clean("\u{200b}\u{ad} "), None);
}

proptest! {
    #[test]
    fn a_code_is_its_own_code(typed in prop_oneof![".*", "[A-Za-z]{2,3}"]) {
        if let Some(code) = country::code(&typed) {
            prop_assert_eq!(country::code(code), Some(code));
            prop_assert_eq!(country::code(&typed.to_uppercase()), Some(code));
        }
    }

    #[test]
    fn a_language_is_one_of_the_allowed(code in prop::option::of(".{0,5}"), country in prop::option::of("[A-Z]{2}")) {
        let allowed = ["NL", "FR"];
        if let Some(language) = language::for_customer(code.as_deref(), country.as_deref(), &allowed) {
            prop_assert!(allowed.contains(&language));
            prop_assert_eq!(language::for_customer(Some(language), country.as_deref(), &allowed), Some(language));
        }
    }

    #[test]
    fn cleaning_twice_is_cleaning_once(typed in "[a-zé\u{301}\u{ad}\u{200b}\u{200c}\u{2060}\u{feff}\u{a0} \n]{0,12}") {
        if let Some(clean) = text::clean(&typed) {
            prop_assert_eq!(text::clean(&clean), Some(clean.clone()));
        }
    }
}
