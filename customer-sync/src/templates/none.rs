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
pub(crate) struct Template(Infallible, String);

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
pub(crate) struct Condition(Infallible, String);

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

#[cfg(test)]
mod tests {
    use super::{Condition, Template};

    #[test]
    fn a_template_names_the_feature_that_is_off() {
        let template = Template::new("{{ zip }}", &["zip"]).err();
        let condition = Condition::new("zip == '1'", &["zip"]).err();
        for mistake in [template, condition] {
            let text = mistake.map(|mistake| mistake.to_string());
            let expected = "templates and expressions need the feature `templates` of `customer-sync`, which is off";
            assert_eq!(text.as_deref(), Some(expected));
        }
    }
}
