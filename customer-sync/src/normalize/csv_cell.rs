//! Cells of a CSV file that a spreadsheet takes for text.
//!
//! A spreadsheet runs a cell that begins with `=`, `+`, `-` or `@` as a formula, quoted or not, so whoever may type his
//! name into a booking form could make the accountant's machine fetch a page ("CSV injection"). An apostrophe before
//! it makes a text of it, and [`restore`] takes it away again: what was written comes back as it was.
//!
//! ```
//! use customer_sync::normalize::csv_cell::{defuse, restore};
//!
//! assert_eq!(defuse("=HYPERLINK(\"https://example.com\")"), "'=HYPERLINK(\"https://example.com\")");
//! assert_eq!(restore("'+32470123456"), "+32470123456");
//! // An apostrophe of its own is left alone.
//! assert_eq!(defuse("'t Jampens"), "'t Jampens");
//! assert_eq!(restore("'t Jampens"), "'t Jampens");
//! ```

use std::borrow::Cow;

const MARK: char = '\'';

/// The text with an apostrophe before it, if a spreadsheet could take it for a formula. The answer never begins with
/// `=`, `+`, `-`, `@`, their wide forms, a tab or a line break.
#[must_use]
pub fn defuse(text: &str) -> Cow<'_, str> {
    if may_run(text) {
        Cow::Owned(format!("{MARK}{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// The text as it was before [`defuse`]: `restore(&defuse(text)) == text`, whatever the text.
#[must_use]
pub fn restore(cell: &str) -> &str {
    let marked = cell.strip_prefix(MARK).filter(|text| may_run(text));
    marked.unwrap_or(cell)
}

/// Whether a spreadsheet could take the text for a formula, now or once its apostrophes are gone: a text that looks
/// defused gets one more, which is how it comes back.
fn may_run(text: &str) -> bool {
    let text = text.trim_start_matches(MARK);
    // Some programs drop spaces at the start of a cell.
    let begins = text.trim_start();
    text.starts_with(['\t', '\r', '\n'])
        || begins.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
}
