//! Values that rules compute from a record: the language of templates with the feature `templates`, none without it.
//! Only this module depends on the feature, so that `core` is the same code with and without it.

#[cfg(feature = "templates")]
mod language;
// Its errors are tested with the feature too.
#[cfg(any(test, not(feature = "templates")))]
#[cfg_attr(feature = "templates", allow(dead_code))]
mod none;
#[cfg(feature = "templates")]
mod scan;

use std::borrow::Cow;
use std::fmt;

#[cfg(feature = "templates")]
pub(crate) use language::{Condition, Template};
#[cfg(not(feature = "templates"))]
pub(crate) use none::{Condition, Template};

/// What a template reads: the names with their texts, and the custom properties.
pub(crate) struct Record<'a> {
    /// The text of each name; a name that is missing here is blank.
    pub(crate) texts: Vec<(&'static str, String)>,
    /// Names and cleaned values, which may be blank.
    pub(crate) properties: Vec<(&'a str, Cow<'a, str>)>,
}

/// The name under which a template finds the custom properties.
#[cfg(feature = "templates")]
pub(crate) const PROPERTIES: &str = "properties";

/// A mistake in the text of a template or an expression, where it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mistake {
    /// The line in the text, from 1, and the column in characters, from 1; 0 if it is of the whole.
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) what: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.line, self.column) {
            (0, _) => f.write_str(&self.what),
            (line, column) => write!(f, "line {line}, column {column}: {}", self.what),
        }
    }
}
