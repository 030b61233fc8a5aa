//! Writes CSV files for Planfy to import.

use std::fmt;
use std::io::{self, Write};

use super::column::Column;
use super::entry::Entry;
use crate::normalize::csv_cell::defuse;

/// Writes a file for Planfy to import. Cells that a spreadsheet could run as a formula are
/// [defused](crate::normalize::csv_cell), and [`Reader`](super::Reader) restores them, so a file may be edited in a
/// spreadsheet.
///
/// ```
/// use customer_sync::planfy::{Column, Entry, Writer};
///
/// let mut file = Writer::new_customers(Vec::new());
/// file.write(&Entry::new().with(Column::Name, "Ann Peeters").with(Column::MobileNumber, "+32470123456"))?;
/// let file = String::from_utf8(file.finish()?).unwrap();
/// assert_eq!(file, "name,address,town,city,country,postcode,email,mobile_number,dob,gender,occupation\n\
///                   Ann Peeters,,,,,,,'+32470123456,,,\n");
/// # Ok::<(), customer_sync::planfy::WriteError>(())
/// ```
pub struct Writer<W: Write> {
    csv: csv::Writer<W>,
    columns: &'static [Column],
    /// Whether each customer must have an id (`true`) or none; `None` if any may.
    ids: Option<bool>,
    properties: Vec<String>,
    is_as_typed: bool,
    has_header: bool,
}

/// Why a row was not written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// The output failed.
    #[error("the file cannot be written: {0}")]
    Io(#[from] io::Error),
    /// No id, so Planfy cannot update the customer.
    #[error(
        "a customer without `planfy_id` cannot be updated: write it into a file of new customers"
    )]
    NoId,
    /// An id in a file of new customers, which would duplicate the customer.
    #[error("a customer with `planfy_id` is not new: write it into an update file")]
    HasId,
    /// No text in any column. Such a row would not be read back.
    #[error("a customer without any text is nobody: leave it out")]
    Blank,
}

impl<W: Write> Writer<W> {
    /// A file that adds customers.
    pub fn new_customers(output: W) -> Self {
        let [_id, columns @ ..] = &Column::ALL;
        Self::with_columns(output, columns, Some(false))
    }

    /// A file that updates customers, by their `planfy_id`.
    pub fn update(output: W) -> Self {
        Self::with_columns(output, &Column::ALL, Some(true))
    }

    /// A file of all customers, as Planfy exports them: with `planfy_id` where it is known, and blank otherwise. It is for
    /// whoever reads exports, such as [`Reader`](super::Reader), which reads the same entries back; a column that an entry
    /// does not have comes back as a blank one.
    pub fn export(output: W) -> Self {
        Self::with_columns(output, &Column::ALL, None)
    }

    fn with_columns(output: W, columns: &'static [Column], ids: Option<bool>) -> Self {
        Self {
            csv: csv::Writer::from_writer(output),
            columns,
            ids,
            properties: Vec::new(),
            is_as_typed: false,
            has_header: false,
        }
    }

    /// Adds columns that Planfy does not document, such as those of the [export](super::Reader::property_names) that is
    /// updated. It is unknown what Planfy does with them.
    #[must_use]
    pub fn properties<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.properties = names.into_iter().map(Into::into).collect();
        self
    }

    /// Writes every cell as typed, without defusing: for a file that is imported into Planfy without being opened in a
    /// spreadsheet. It is unknown whether Planfy removes an apostrophe in front.
    #[must_use]
    pub fn as_typed(mut self) -> Self {
        self.is_as_typed = true;
        self
    }

    /// Writes one customer, and before the first one the header.
    ///
    /// # Errors
    /// When the output fails, the customer has an id in a file of new ones, or none in an update, or nothing at all.
    pub fn write(&mut self, entry: &Entry) -> Result<(), WriteError> {
        self.write_header()?;
        let has_id = !entry.get(Column::PlanfyId).trim().is_empty();
        match (self.ids, has_id) {
            (Some(true), false) => return Err(WriteError::NoId),
            (Some(false), true) => return Err(WriteError::HasId),
            _ => {}
        }
        let columns = self.columns.iter().map(|column| entry.get(*column));
        let property = |(place, name): (usize, &String)| {
            // Columns may have the same name: take the one at the same position among them.
            let before = self.properties.iter().take(place);
            entry.nth_property(name, before.filter(|other| *other == name).count())
        };
        let cells = columns.chain(self.properties.iter().enumerate().map(property));
        if cells.clone().all(|cell| cell.trim().is_empty()) {
            return Err(WriteError::Blank);
        }
        let written = if self.is_as_typed {
            self.csv.write_record(cells)
        } else {
            self.csv
                .write_record(cells.map(|cell| defuse(cell).into_owned()))
        };
        Ok(written.map_err(io::Error::from)?)
    }

    /// Flushes, and returns the output.
    ///
    /// # Errors
    /// When the output fails.
    pub fn finish(mut self) -> Result<W, WriteError> {
        self.write_header()?;
        let output = self.csv.into_inner();
        Ok(output.map_err(csv::IntoInnerError::into_error)?)
    }

    fn write_header(&mut self) -> Result<(), WriteError> {
        if !self.has_header {
            self.has_header = true;
            let names = self.columns.iter().map(|column| column.name());
            let names = names.chain(self.properties.iter().map(String::as_str));
            let names = names.map(|name| defuse(name).into_owned());
            self.csv.write_record(names).map_err(io::Error::from)?;
        }
        Ok(())
    }
}

impl<W: Write> fmt::Debug for Writer<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writer")
            .field("columns", &self.columns)
            .finish_non_exhaustive()
    }
}
