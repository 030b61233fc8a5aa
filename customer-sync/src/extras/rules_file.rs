//! Mapping rules from a file: TOML or JSON, with line and column of a mistake.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde_json::value::RawValue;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use crate::core::nearest::did_you_mean;
use crate::core::rules::file::File;
use crate::core::rules::{MappingRules, RulesError};

/// A line and a column.
type Place = (usize, usize);

impl MappingRules {
    /// Reads rules from a file: JSON if its name ends in `.json`, otherwise TOML. `customer-sync/rules.schema.json` describes
    /// the entries, for editors that complete them.
    ///
    /// ```no_run
    /// use customer_sync::{MappingRules, SyncOptions};
    ///
    /// let options = SyncOptions::default().rules(MappingRules::read("rules.toml")?);
    /// # let _ = options;
    /// # Ok::<(), customer_sync::RulesError>(())
    /// ```
    ///
    /// # Errors
    /// When the file cannot be read, and as [`from_toml`](Self::from_toml); the error names the file.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, RulesError> {
        let path = path.as_ref();
        let in_file = |error: RulesError| RulesError {
            file: Some(path.to_owned()),
            ..error
        };
        let text = std::fs::read_to_string(path);
        let text = text.map_err(|error| in_file(RulesError::new("", error.to_string())))?;
        let is_json = path
            .extension()
            .is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
        let rules = if is_json {
            Self::from_json(&text)
        } else {
            Self::from_toml(&text)
        };
        rules.map_err(in_file)
    }

    /// Reads rules that are written in TOML.
    ///
    /// # Errors
    /// For an entry that does not exist (with the one that was probably meant), a value that is not valid, and a template or an
    /// expression that is wrong: with line and column.
    pub fn from_toml(text: &str) -> Result<Self, RulesError> {
        let root = parsed(text)?;
        let span = root.span();
        let root = Spanned::new(span, DeValue::Table(root.into_inner()));
        Self::of_toml(root, text, None)
    }

    /// Reads rules from one table of a TOML text, such as the file with all settings of a program: the rules in the table
    /// `rules` are `[rules]`, `[rules.properties]` and so on. The other tables may be anything. If there is no such table,
    /// these are the default rules.
    ///
    /// ```
    /// use customer_sync::MappingRules;
    ///
    /// let settings = "port = 8080\n\n[rules]\nlanguages = [\"NL\"]\n\n[rules.properties]\nNr = [\"klantnummer\"]\n";
    /// let rules = MappingRules::from_toml_table(settings, "rules")?;
    /// # let _ = rules;
    /// # Ok::<(), customer_sync::RulesError>(())
    /// ```
    ///
    /// # Errors
    /// As [`from_toml`](Self::from_toml), with the line and column of the whole text; also when another part of the text is no
    /// TOML, or the entry with this name is no table.
    pub fn from_toml_table(text: &str, table: &str) -> Result<Self, RulesError> {
        let mut entries = parsed(text)?.into_inner().into_iter();
        let Some((_, value)) = entries.find(|(key, _)| key.get_ref() == table) else {
            return Ok(Self::default());
        };
        if value.get_ref().is_table() {
            Self::of_toml(value, text, Some(table))
        } else {
            let at = place(text, value.span().start);
            Err(RulesError::new(table, "must be a table, with the rules in it").at(at))
        }
    }

    /// The rules in a value of this text: the whole, or a table.
    fn of_toml(
        value: Spanned<DeValue<'_>>,
        text: &str,
        table: Option<&str>,
    ) -> Result<Self, RulesError> {
        let file = File::deserialize(ValueDeserializer::from(value));
        let file = file.map_err(|error| of_toml_error(&error, text))?;
        Self::try_from(file).map_err(|error| {
            located(error, |path| {
                let path: Vec<&str> = table.iter().chain(path).copied().collect();
                in_toml(text, &path)
            })
        })
    }

    /// Reads rules that are written in JSON.
    ///
    /// # Errors
    /// As [`from_toml`](Self::from_toml).
    pub fn from_json(text: &str) -> Result<Self, RulesError> {
        let file: File = serde_json::from_str(text).map_err(|error| {
            let at = (error.line().max(1), error.column().max(1));
            let what = error.to_string();
            let what = what
                .rsplit_once(" at line ")
                .map_or(&*what, |(what, _)| what);
            RulesError::new("", with_hint(what)).at(at)
        })?;
        Self::try_from(file).map_err(|error| located(error, |path| in_json(text, path)))
    }
}

fn parsed(text: &str) -> Result<Spanned<DeTable<'_>>, RulesError> {
    DeTable::parse(text).map_err(|error| of_toml_error(&error, text))
}

fn of_toml_error(error: &toml::de::Error, text: &str) -> RulesError {
    let at = error.span().map_or(0, |span| span.start);
    RulesError::new("", with_hint(error.message())).at(place(text, at))
}

/// The error with the place of its entry.
fn located(error: RulesError, find: impl FnOnce(&[&str]) -> Option<Place>) -> RulesError {
    // What follows the table may have dots itself: `templates.CustomFields/a.b`.
    let path: Vec<&str> = error.entry.splitn(2, '.').collect();
    match find(&path) {
        Some(place) => error.at(place),
        None => error,
    }
}

fn in_toml(text: &str, path: &[&str]) -> Option<Place> {
    let root = DeTable::parse(text).ok()?;
    let mut table = root.get_ref();
    let mut found = None;
    for name in path {
        let (_, value) = table.iter().find(|(key, _)| key.get_ref() == name)?;
        found = Some(value.span().start);
        match value.get_ref().as_table() {
            Some(inner) => table = inner,
            None => break,
        }
    }
    found.map(|at| place(text, at))
}

fn in_json(text: &str, path: &[&str]) -> Option<Place> {
    let mut inner = text;
    for name in path {
        let Ok(table) = serde_json::from_str::<BTreeMap<String, &RawValue>>(inner) else {
            break;
        };
        inner = table.get(*name)?.get();
    }
    // The value is a part of the text.
    let at = inner.as_ptr().addr().checked_sub(text.as_ptr().addr())?;
    Some(place(text, at))
}

/// The line and column of a byte, both from 1.
fn place(text: &str, at: usize) -> Place {
    let before = text.get(..at).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |end| end + 1);
    let in_line = before.get(line_start..).unwrap_or_default();
    (
        before.matches('\n').count() + 1,
        in_line.chars().count() + 1,
    )
}

/// What serde says of a name that does not exist, with the one that was probably meant first.
fn with_hint(what: &str) -> String {
    let what = what.trim_end().replace('\n', " ");
    let hint = || {
        let unknown = what.strip_prefix("unknown field `");
        let unknown = unknown.or_else(|| what.strip_prefix("unknown variant `"))?;
        let (name, known) = unknown.split_once('`')?;
        // Names stand between backticks.
        let known = known.split('`').skip(1).step_by(2);
        let hint = did_you_mean(name, known);
        let (begin, rest) = what.split_once(", expected")?;
        (!hint.is_empty()).then(|| format!("{begin}{hint} Expected{rest}"))
    };
    hint().unwrap_or(what)
}
