//! Languages.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use crate::params::IntoParam;

/// A language as Planyo writes it: two capital letters.
///
/// ```
/// use planyo_client::Language;
/// assert_eq!("nl".parse::<Language>()?.to_string(), "NL");
/// # Ok::<(), std::convert::Infallible>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Language(String);

impl Language {
    /// Any code; letters are made capitals.
    #[must_use]
    pub fn new(code: &str) -> Self {
        Self(code.trim().to_uppercase())
    }

    /// The code in capitals.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Language {
    type Err = Infallible;

    /// As [`Language::new`].
    fn from_str(code: &str) -> Result<Self, Infallible> {
        Ok(Self::new(code))
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl IntoParam for Language {
    fn into_param(self) -> String {
        self.0
    }
}
