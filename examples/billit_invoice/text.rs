//! Formatting.

use rust_decimal::Decimal;

/// The text with single spaces and without line breaks.
pub(crate) fn one_line(text: &str) -> String {
    let words: Vec<_> = text.split_whitespace().collect();
    words.join(" ")
}

/// All significant digits, and at least two decimals.
pub(crate) fn amount(amount: Option<Decimal>) -> String {
    let Some(amount) = amount else {
        return "?".to_owned();
    };
    let mut amount = amount.normalize();
    if amount.scale() < 2 {
        amount.rescale(2);
    }
    amount.to_string()
}

/// `1, 2 and 3`.
pub(crate) fn list<T: ToString>(items: impl IntoIterator<Item = T>) -> String {
    let mut items: Vec<_> = items.into_iter().map(|item| item.to_string()).collect();
    match items.pop() {
        Some(last) if items.is_empty() => last,
        Some(last) => format!("{} and {last}", items.join(", ")),
        None => String::new(),
    }
}
