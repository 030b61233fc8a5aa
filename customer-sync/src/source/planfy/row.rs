//! A row of a file, and what is wrong with one.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use super::cell::{ROUNDED, date_of_birth, gender, is_rounded};
use super::column::Column;
use crate::normalize::csv_cell::{defuse, restore};
use crate::normalize::text::folded;

/// A malformed row. It holds no cell except the id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}{}: {reason}", named(name.as_deref()))]
#[non_exhaustive]
pub struct BadRow {
    /// The line of the file at which the row begins, from 1.
    pub line: u64,
    /// The faulty column, from 1.
    pub column: usize,
    /// The name of the column, if it has one.
    pub name: Option<String>,
    /// What is wrong.
    pub reason: String,
    /// The customer's id, if the row is intact up to it.
    pub id: Option<String>,
}

fn named(name: Option<&str>) -> String {
    name.map(|name| format!(" (`{name}`)")).unwrap_or_default()
}

/// The header.
#[derive(Default)]
pub(super) struct Columns {
    pub(super) names: Vec<String>,
    /// The position of each column that Planfy documents.
    pub(super) positions: [Option<usize>; Column::ALL.len()],
    /// The positions of the other named columns.
    pub(super) others: Vec<usize>,
}

impl Columns {
    pub(super) fn position(&self, column: Column) -> Option<usize> {
        self.positions.get(column as usize).copied().flatten()
    }

    /// The position of the only column with this name. The position of each, if there are two.
    pub(super) fn named(&self, name: &str) -> Result<Option<usize>, (usize, usize)> {
        let key = folded(name);
        let mut found = (self.names.iter().enumerate()).filter(|(_, name)| folded(name) == key);
        match (found.next(), found.next()) {
            (Some((first, _)), Some((second, _))) => Err((first, second)),
            (found, _) => Ok(found.map(|(position, _)| position)),
        }
    }
}

/// A row of the file, every cell as it was typed: [defused](crate::normalize::csv_cell) cells are restored. `Debug`
/// shows only the line.
#[derive(Clone)]
pub struct Row {
    pub(super) text: String,
    /// Where each cell ends.
    pub(super) ends: Vec<usize>,
    pub(super) line: u64,
    pub(super) columns: Arc<Columns>,
}

impl Row {
    /// A row of these columns, and of others that Planfy does not document.
    pub(super) fn of<'a>(
        line: u64,
        known: impl IntoIterator<Item = (Column, &'a str)>,
        others: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Self {
        let mut columns = Columns::default();
        let (mut text, mut ends) = (String::new(), Vec::new());
        let mut add = |cell: &str| {
            text.push_str(&defuse(cell));
            ends.push(text.len());
        };
        for (column, cell) in known {
            if let Some(position) = columns.positions.get_mut(column as usize) {
                *position = Some(columns.names.len());
            }
            columns.names.push(column.name().to_owned());
            add(cell);
        }
        // A column without a name says nothing.
        for (name, cell) in others
            .into_iter()
            .filter(|(name, _)| !name.trim().is_empty())
        {
            columns.others.push(columns.names.len());
            columns.names.push(name.trim().to_owned());
            add(cell);
        }
        Self {
            text,
            ends,
            line,
            columns: Arc::new(columns),
        }
    }

    /// The line of the file at which it begins, from 1.
    #[must_use]
    pub fn line(&self) -> u64 {
        self.line
    }

    /// A cell; empty if blank, `None` if the file has no such column.
    #[must_use]
    pub fn get(&self, column: Column) -> Option<&str> {
        self.cell(self.columns.position(column)?)
    }

    /// Names and cells of the columns that Planfy does not document, in the order of the file.
    pub fn properties(&self) -> impl Iterator<Item = (&str, &str)> {
        let others = self.columns.others.iter();
        others.filter_map(|position| {
            Some((
                self.columns.names.get(*position)?.as_str(),
                self.cell(*position)?,
            ))
        })
    }

    /// The id that Planfy gave the customer, if it has one.
    ///
    /// # Errors
    /// When it is not an id: letters, digits, `-` and `_`. A spreadsheet may turn a long number into `1.2E+7`.
    pub fn id(&self) -> Result<Option<&str>, BadRow> {
        match self.get(Column::PlanfyId).map(str::trim) {
            None | Some("") => Ok(None),
            Some(id) => match id_of(id) {
                Ok(id) => Ok(Some(id)),
                Err(reason) => Err(self.bad(Column::PlanfyId, reason)),
            },
        }
    }

    /// Cells that are not understood, each with what is wrong. A date of birth or a gender that Planfy would have otherwise,
    /// such as `31/12/1990` or `vrouw`, is understood.
    ///
    /// A customer is synced without such a cell, except that a row whose id is not understood is nobody's.
    #[must_use]
    pub fn faults(&self) -> Vec<BadRow> {
        let id = self.id().err();
        let others = Column::ALL.into_iter();
        let others = others.filter_map(|column| {
            let reason = self.understood(column).err()?;
            Some(self.bad(column, reason))
        });
        id.into_iter().chain(others).collect()
    }

    /// A cell as it is passed on: a date of birth as `YYYY-MM-DD`, a gender as `male` or `female`, any other as it was
    /// typed. Why it is not understood, if it is not. `None` if it is blank, or there is no such column.
    pub(super) fn understood(&self, column: Column) -> Result<Option<Cow<'_, str>>, &'static str> {
        let Some(typed) = self.get(column).filter(|text| !text.trim().is_empty()) else {
            return Ok(None);
        };
        let text = match column {
            Column::Dob => Cow::Owned(date_of_birth(typed)?.to_string()),
            Column::Gender => Cow::Borrowed(gender(typed)?),
            Column::MobileNumber | Column::Postcode if is_rounded(typed) => return Err(ROUNDED),
            _ => Cow::Borrowed(typed),
        };
        Ok(Some(text))
    }

    pub(super) fn bad(&self, column: Column, reason: &str) -> BadRow {
        let position = self.columns.position(column).unwrap_or_default();
        self.bad_at(position, reason)
    }

    /// A fault in the cell at this position.
    fn bad_at(&self, position: usize, reason: &str) -> BadRow {
        let name = self.columns.names.get(position);
        BadRow {
            line: self.line,
            column: position + 1,
            name: name.filter(|name| !name.is_empty()).cloned(),
            reason: reason.to_owned(),
            id: self
                .get(Column::PlanfyId)
                .and_then(|id| id_of(id).ok())
                .map(str::to_owned),
        }
    }

    /// What the cell at this position says; a fault if it is not understood.
    pub(crate) fn read<'a, T>(
        &'a self,
        position: usize,
        read: impl FnOnce(&'a str) -> Result<T, &'static str>,
    ) -> Result<T, BadRow> {
        let typed = self.cell(position).unwrap_or_default().trim();
        read(typed).map_err(|reason| self.bad_at(position, reason))
    }

    pub(super) fn cells(&self) -> impl Iterator<Item = &str> {
        (0..self.ends.len()).filter_map(|position| self.cell(position))
    }

    fn cell(&self, position: usize) -> Option<&str> {
        let before = position
            .checked_sub(1)
            .and_then(|before| self.ends.get(before));
        let from = before.copied().unwrap_or_default();
        self.text.get(from..*self.ends.get(position)?).map(restore)
    }
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Row(line {}, ..)", self.line)
    }
}

/// The text as an id, or why it is none.
pub(crate) fn id_of(text: &str) -> Result<&str, &'static str> {
    const LONGEST: usize = 64;
    let id = text.trim();
    let is_plain = id
        .bytes()
        .all(|c| c.is_ascii_alphanumeric() || b"-_".contains(&c));
    if is_plain && (1..=LONGEST).contains(&id.len()) {
        Ok(id)
    } else if is_rounded(id) {
        Err(ROUNDED)
    } else {
        Err("not a valid id")
    }
}
