//! Without the feature `templates`: every template is a mistake that names the feature.

use std::convert::Infallible;

use super::{Mistake, Record};

const OFF: &str =
    "templates and expressions need the feature `templates` of `customer-sync`, which is off";

fn off() -> Mistake {
    Mistake {
        line: 0,
        column: 0,
        what: OFF.to_owned(),
    }
}

/// There is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Template(Infallible);

impl Template {
    pub(crate) fn new(_text: &str, _names: &[&'static str]) -> Result<Self, Mistake> {
        Err(off())
    }

    pub(crate) fn text(&self) -> &str {
        match self.0 {}
    }

    pub(crate) fn properties(&self) -> &[String] {
        match self.0 {}
    }

    pub(crate) fn render(&self, _record: &Record<'_>) -> Result<String, String> {
        match self.0 {}
    }
}

/// There is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Condition(Infallible);

impl Condition {
    pub(crate) fn new(_text: &str, _names: &[&'static str]) -> Result<Self, Mistake> {
        Err(off())
    }

    pub(crate) fn text(&self) -> &str {
        match self.0 {}
    }

    pub(crate) fn properties(&self) -> &[String] {
        match self.0 {}
    }

    pub(crate) fn holds(&self, _record: &Record<'_>) -> Result<bool, String> {
        match self.0 {}
    }
}
