//! Cells that a spreadsheet must not run as a formula, and their restoration.

use customer_sync::normalize::csv_cell::{defuse, restore};
use proptest::prelude::*;

const FORMULAS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

#[test]
fn formulas_get_an_apostrophe() {
    for (typed, written) in [
        ("=1+1", "'=1+1"),
        ("+32470123456", "'+32470123456"),
        ("-2", "'-2"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r\n=1", "'\r\n=1"),
        (" =1", "' =1"),
        ("＝1", "'＝1"),
        ("'=1", "''=1"),
    ] {
        assert_eq!(defuse(typed), written);
        assert_eq!(restore(written), typed);
    }
}

#[test]
fn other_texts_stay() {
    for text in ["", "'", "''", "Ann", "'t Jampens", "D'Hondt", "a=b", "1-2"] {
        assert_eq!(defuse(text), text);
        assert_eq!(restore(text), text);
    }
}

/// Any text, often with a special character at its start.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "['=+@ \t\r\n＝-]{0,4}[a-z=']{0,3}"]
}

proptest! {
    #[test]
    fn comes_back_and_never_runs(text in text()) {
        let written = defuse(&text);
        prop_assert_eq!(restore(&written), text.as_str());
        prop_assert!(!written.starts_with(&FORMULAS[..]));
        prop_assert!(!written.trim_start().starts_with(&FORMULAS[..4]));
    }
}
