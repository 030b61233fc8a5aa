//! The parameters of a call, and the text that each value becomes.

use std::borrow::Cow;
use std::fmt;

use chrono::{NaiveDate, NaiveDateTime};
use rust_decimal::Decimal;

/// The parameters of one call in the order they were set. Its `Debug` shows names, never values.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Params(Vec<(Cow<'static, str>, String)>);

impl Params {
    /// These with one more, for building them in one expression.
    #[must_use]
    pub fn with(mut self, name: impl Into<Cow<'static, str>>, value: impl IntoParam) -> Self {
        self.set(name, value);
        self
    }

    /// Sets a parameter; a second value for the same name replaces the first.
    pub fn set(&mut self, name: impl Into<Cow<'static, str>>, value: impl IntoParam) {
        let (name, value) = (name.into(), value.into_param());
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => *old = value,
            None => self.0.push((name, value)),
        }
    }

    /// The value of a parameter.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| value)
    }

    /// Names and values in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_ref(), value.as_str()))
    }

    pub(crate) fn page_size(&self) -> Option<u32> {
        self.get("page_size")?.parse().ok()
    }

    pub(crate) fn remove(&mut self, name: &str) {
        self.0.retain(|(known, _)| known != name);
    }

    pub(crate) fn extend(&mut self, other: &Self) {
        for (name, value) in &other.0 {
            self.set(name.clone(), value.clone());
        }
    }
}

impl IntoIterator for Params {
    type Item = (Cow<'static, str>, String);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl fmt::Debug for Params {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set()
            .entries(self.iter().map(|(name, _)| name))
            .finish()
    }
}

/// A value that can be sent as a parameter, in the form Planyo reads.
pub trait IntoParam {
    /// The text that goes into the form.
    fn into_param(self) -> String;
}

macro_rules! into_param {
    ($($kind:ty => |$value:ident| $text:expr;)*) => {
        $(impl IntoParam for $kind {
            fn into_param(self) -> String {
                let $value = self;
                $text
            }
        })*
    };
}

into_param! {
    String => |value| value;
    &str => |value| value.to_owned();
    &String => |value| value.clone();
    u32 => |value| value.to_string();
    u64 => |value| value.to_string();
    i64 => |value| value.to_string();
    f64 => |value| value.to_string();
    Decimal => |value| value.to_string();
    // Planyo's documentation says "bool"; the clients in use send these words.
    bool => |value| value.to_string();
    NaiveDate => |value| value.to_string();
    // In the site's own time: how Planyo converts an offset is unknown, so none is ever sent.
    NaiveDateTime => |value| value.format("%Y-%m-%d %H:%M:%S").to_string();
}

/// Several values in one parameter.
pub(crate) fn commas(values: impl IntoIterator<Item = impl IntoParam>) -> String {
    let values: Vec<String> = values.into_iter().map(IntoParam::into_param).collect();
    values.join(",")
}

/// The name of a property or form item as Planyo writes it in the name of a parameter.
pub(crate) fn underscored(name: &str) -> String {
    name.replace(' ', "_")
}
