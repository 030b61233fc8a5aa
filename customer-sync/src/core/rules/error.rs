//! What is wrong with rules.

use std::fmt;
use std::path::PathBuf;

use crate::templates::Mistake;

/// What is wrong with [`MappingRules`](crate::MappingRules), and where: in a file the line and column, the entry, and in a
/// template its own line and column.
///
/// ```
/// use customer_sync::MappingRules;
///
/// let error = MappingRules::from_toml("source = \"shop\"\npropertes = {}\n").unwrap_err();
/// let text = error.to_string();
/// assert!(text.starts_with("line 2, column 1: unknown field `propertes`; did you mean `properties`?"), "{text}");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RulesError {
    /// The file, if they were read from one.
    pub file: Option<PathBuf>,
    /// The line in the file, from 1, if it is known.
    pub line: Option<usize>,
    /// The column in the line, in characters, from 1.
    pub column: Option<usize>,
    /// The entry, as in `templates.Name`; empty if the text cannot be read as rules at all.
    pub entry: String,
    /// What is wrong, and what to do.
    pub what: String,
}

impl RulesError {
    pub(crate) fn new(entry: impl Into<String>, what: impl Into<String>) -> Self {
        Self {
            file: None,
            line: None,
            column: None,
            entry: entry.into(),
            what: what.into(),
        }
    }

    /// A mistake in a template or an expression.
    pub(crate) fn of(entry: impl Into<String>, mistake: &Mistake) -> Self {
        Self::new(entry, mistake.to_string())
    }

    /// At this place of a file.
    pub(crate) fn at(mut self, (line, column): (usize, usize)) -> Self {
        self.line = Some(line);
        self.column = Some(column);
        self
    }
}

/// `rules.toml, line 12, column 8: templates.Name: line 1, column 4: there is no filter ...`
impl fmt::Display for RulesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "{}", file.display())?;
        }
        if let (Some(line), Some(column)) = (self.line, self.column) {
            let comma = if self.file.is_some() { ", " } else { "" };
            write!(f, "{comma}line {line}, column {column}")?;
        }
        if self.file.is_some() || self.line.is_some() {
            f.write_str(": ")?;
        }
        if !self.entry.is_empty() {
            write!(f, "`{}`: ", self.entry)?;
        }
        f.write_str(&self.what)
    }
}

impl std::error::Error for RulesError {}
