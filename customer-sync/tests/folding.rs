//! One folding for names: letters and apostrophes that people type otherwise make no other customer.
#![allow(clippy::unwrap_used)] // As in tests.

use customer_sync::normalize::text::{folded_words, name_key, spelling};

/// Each letter with what people type instead of it, from the romanizations of passports (ICAO Doc 9303 part 3, where it
/// has one or two letters and agrees with what a keyboard without the letter gives).
const LETTERS: &[(&str, &str)] = &[
    ("ß", "ss"),
    ("ẞ", "SS"),
    ("æ", "ae"),
    ("Æ", "Ae"),
    ("œ", "oe"),
    ("Œ", "OE"),
    ("ø", "o"),
    ("Ø", "O"),
    ("ł", "l"),
    ("Ł", "L"),
    ("đ", "d"),
    ("Đ", "D"),
    ("ð", "d"),
    ("þ", "th"),
    ("Þ", "Th"),
    ("ħ", "h"),
    ("Ħ", "H"),
    ("ı", "i"),
    ("İ", "I"),
    ("ŧ", "t"),
    ("é", "e"),
    ("Ç", "C"),
    ("ñ", "n"),
    ("ő", "o"),
    ("ş", "s"),
    ("ț", "t"),
    ("ž", "z"),
    ("ĳ", "ij"),
    ("ﬁ", "fi"),
];

/// Signs that people and word processors put for an apostrophe.
const APOSTROPHES: &str = "'`\u{b4}\u{2018}\u{2019}\u{201b}\u{2032}\u{2bc}\u{2b9}\u{2bb}\u{ff07}";

#[test]
fn a_letter_and_what_is_typed_for_it_are_one_name() {
    let mut tried = 0;
    for (letter, typed) in LETTERS {
        for frame in ["{}abc", "ma{}a", "stra{}", "Ann {}ny", "De {}-Smet"] {
            let (a, b) = (frame.replace("{}", letter), frame.replace("{}", typed));
            assert_eq!(name_key(&a), name_key(&b), "{a} {b}");
            assert_eq!(name_key(&a), name_key(&a.to_uppercase()), "{a}");
            tried += 2;
        }
    }
    assert!(tried > 100);
}

#[test]
fn every_apostrophe_is_one() {
    for sign in APOSTROPHES.chars() {
        for name in [
            "Ann D{}Hondt",
            "O{}Brien",
            "dell{}Acqua Élise",
            "{}t Serclaes",
        ] {
            let (a, b) = (
                name.replace("{}", &sign.to_string()),
                name.replace("{}", "'"),
            );
            assert_eq!(name_key(&a), name_key(&b), "{a}");
            assert_eq!(spelling(&a), spelling(&b), "{a}");
        }
    }
}

#[test]
fn a_final_sigma_is_a_sigma() {
    assert_eq!(folded_words("ΝΊΚΟΣ"), folded_words("νίκος"));
    assert_eq!(name_key("Γιώργος Ας"), name_key("ΑΣ ΓΙΩΡΓΟΣ"));
}

#[test]
fn other_letters_stay_others() {
    for (a, b) in [
        ("Muller", "Mulder"),
        ("Soren", "Sören x"),
        ("Lukasz", "Lucasz"),
    ] {
        assert_ne!(name_key(a), name_key(b));
    }
}
