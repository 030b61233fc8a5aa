//! Money, or a share of a price.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::{Serialize, Serializer};

use crate::params::IntoParam;
use crate::wire::{FromScalar, Scalar};

/// An amount of money in the site's currency, or a share of a price, in the one text that Planyo has for both: `20.00`
/// or `20%`.
///
/// ```
/// use planyo_client::AmountOrPercent;
/// use rust_decimal::Decimal;
///
/// assert_eq!(AmountOrPercent::Percent(Decimal::TEN).to_string(), "10%");
/// assert_eq!("12.50".parse(), Ok(AmountOrPercent::Amount(Decimal::new(1250, 2))));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AmountOrPercent {
    /// So much money.
    Amount(Decimal),
    /// So many hundredths of the price.
    Percent(Decimal),
}

impl AmountOrPercent {
    /// Nothing at all.
    pub const ZERO: Self = Self::Amount(Decimal::ZERO);
}

impl fmt::Display for AmountOrPercent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Amount(amount) => amount.fmt(f),
            Self::Percent(percent) => write!(f, "{percent}%"),
        }
    }
}

impl FromStr for AmountOrPercent {
    type Err = rust_decimal::Error;

    fn from_str(text: &str) -> Result<Self, rust_decimal::Error> {
        let text = text.trim();
        match text.strip_suffix('%') {
            Some(percent) => Decimal::from_str_exact(percent.trim_end()).map(Self::Percent),
            None => Decimal::from_str_exact(text).map(Self::Amount),
        }
    }
}

impl IntoParam for AmountOrPercent {
    fn into_param(self) -> String {
        self.to_string()
    }
}

impl FromScalar for AmountOrPercent {
    fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
        scalar.into_text()?.parse().ok()
    }
}

/// The text as Planyo has it.
impl Serialize for AmountOrPercent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
