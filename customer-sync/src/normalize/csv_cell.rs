//! CSV cells that a spreadsheet does not run as a formula ("CSV injection").
//!
//! A spreadsheet runs a cell that begins with `=`, `+`, `-` or `@` as a formula, quoted or not, so a name typed into a
//! booking form could make the accountant's machine fetch a page. An apostrophe in front turns the cell into text, and
//! [`restore`] removes it again.
//!
//! ```
//! use customer_sync::normalize::csv_cell::{defuse, restore};
//!
//! assert_eq!(defuse("=HYPERLINK(\"https://example.com\")"), "'=HYPERLINK(\"https://example.com\")");
//! assert_eq!(restore("'+32470123456"), "+32470123456");
//! // Other apostrophes are left alone.
//! assert_eq!(defuse("'t Jampens"), "'t Jampens");
//! assert_eq!(restore("'t Jampens"), "'t Jampens");
//! ```

use std::borrow::Cow;

const APOSTROPHE: char = '\'';

/// The text, with an apostrophe in front if a spreadsheet could run it as a formula. The result never begins with `=`,
/// `+`, `-`, `@`, their full-width forms, a tab or a line break.
#[must_use]
pub fn defuse(text: &str) -> Cow<'_, str> {
    if may_run(text) {
        Cow::Owned(format!("{APOSTROPHE}{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// The text as it was before [`defuse`]: `restore(&defuse(text)) == text` for any text.
#[must_use]
pub fn restore(cell: &str) -> &str {
    let defused = cell.strip_prefix(APOSTROPHE).filter(|text| may_run(text));
    defused.unwrap_or(cell)
}

/// Whether a spreadsheet could run the text as a formula, with or without its leading apostrophes: a text that looks
/// defused gets one more, so that `restore` is exact.
fn may_run(text: &str) -> bool {
    let text = text.trim_start_matches(APOSTROPHE);
    // Some programs drop spaces at the start of a cell.
    let begins = text.trim_start();
    text.starts_with(['\t', '\r', '\n'])
        || begins.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
}
