//! Exact amounts: millionths in an integer, so that totals are exact.

use serde_json::{Value, json};

/// One, in millionths.
pub(super) const ONE: i128 = 1_000_000;

const HUNDRED: i128 = 100 * ONE;

/// A number in millionths; 0 for anything else.
pub(super) fn units(value: &Value) -> i128 {
    let number = value.as_f64().unwrap_or_default();
    let digits = format!("{number:.6}").replace('.', "");
    digits.parse().unwrap_or_default()
}

pub(super) fn value(units: i128) -> Value {
    let sign = if units < 0 { "-" } else { "" };
    let (whole, rest) = (units.abs() / ONE, units.abs() % ONE);
    json!(
        format!("{sign}{whole}.{rest:06}")
            .parse::<f64>()
            .unwrap_or_default()
    )
}

/// To the cent, half a cent away from zero.
pub(super) fn cents(units: i128) -> i128 {
    divide(units, ONE / 100) * (ONE / 100)
}

/// `one` times `other`.
pub(super) fn times(one: i128, other: i128) -> i128 {
    divide(one.saturating_mul(other), ONE)
}

/// An amount less a percentage.
pub(super) fn less(amount: i128, percentage: i128) -> i128 {
    divide(amount.saturating_mul(HUNDRED - percentage), HUNDRED)
}

/// So many percent of an amount.
pub(super) fn percent(amount: i128, percentage: i128) -> i128 {
    divide(amount.saturating_mul(percentage), HUNDRED)
}

/// VAT added.
pub(super) fn with_vat(excl: i128, percentage: i128) -> i128 {
    excl + percent(excl, percentage)
}

/// VAT taken out.
pub(super) fn without_vat(incl: i128, percentage: i128) -> i128 {
    divide(
        incl.saturating_mul(HUNDRED),
        HUNDRED.saturating_add(percentage),
    )
}

/// Rounded, half away from zero.
fn divide(dividend: i128, divisor: i128) -> i128 {
    let half = divisor / 2 * dividend.signum();
    dividend
        .saturating_add(half)
        .checked_div(divisor)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cents_are_exact() {
        let cent = |text: f64| value(cents(units(&json!(text))));
        assert_eq!(cent(1.005), json!(1.01));
        assert_eq!(cent(-1.005), json!(-1.01));
        assert_eq!(cent(0.1 + 0.2), json!(0.3));
        let price = units(&json!(19.99));
        assert_eq!(value(cents(with_vat(price, 21 * ONE))), json!(24.19));
        assert_eq!(
            value(cents(without_vat(units(&json!(24.19)), 21 * ONE))),
            json!(19.99)
        );
        assert_eq!(value(less(times(3 * ONE, price), 10 * ONE)), json!(53.973));
        assert_eq!(units(&json!(null)), 0);
    }
}
