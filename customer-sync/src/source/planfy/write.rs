//! Writes CSV files for Planfy to import.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Write};

use billit_client::parties::{Party, TextField};

use super::column::Column;
use super::read::Row;
use crate::core::customer::Customer;
use crate::core::field::Field;
use crate::core::rules::MappingRules;
use crate::core::values::Values;
use crate::core::{party, same};
use crate::normalize::address;
use crate::normalize::csv_cell::defuse;

/// A customer as a row for Planfy. `Debug` shows the names of the columns.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Entry {
    cells: BTreeMap<Column, String>,
    properties: Vec<(String, String)>,
}

impl Entry {
    /// An empty entry.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a column.
    #[must_use]
    pub fn with(mut self, column: Column, text: impl Into<String>) -> Self {
        self.cells.insert(column, text.into());
        self
    }

    /// Adds a column that Planfy does not document.
    #[must_use]
    pub fn property(mut self, name: impl Into<String>, text: impl Into<String>) -> Self {
        self.properties.push((name.into(), text.into()));
        self
    }

    /// The text of a column; empty if there is none.
    #[must_use]
    pub fn get(&self, column: Column) -> &str {
        self.cells
            .get(&column)
            .map(String::as_str)
            .unwrap_or_default()
    }

    /// An entry for a customer that Planfy does not have yet, such as a Planyo user. The address is joined into one
    /// line, and a company is the name. Fields without a column in Planfy are left out, such as a fixed phone and a VAT
    /// number.
    #[must_use]
    pub fn of_customer(customer: &Customer) -> Self {
        let address = &customer.address;
        let line = line(
            [&address.street, &address.street_number, &address.box_number].map(Option::as_deref),
        );
        Self::default()
            .filled(Column::Name, customer.name().as_deref())
            .filled(Column::Address, line.as_deref())
            .filled(Column::City, address.city.as_deref())
            .filled(Column::Country, address.country_code.as_deref())
            .filled(Column::Postcode, address.zipcode.as_deref())
            .filled(Column::Email, customer.email.as_deref())
            .filled(Column::MobileNumber, customer.mobile.as_deref())
    }

    /// An entry for a Billit party, with the id of the customer if it is linked to one of this account (that of the
    /// [rules](super::rules)).
    #[must_use]
    pub fn of_party(party: &Party, rules: &MappingRules) -> Self {
        let of_account = |link: &str| {
            let key: Option<_> = link
                .rsplit_once(':')
                .filter(|(source, _)| *source == rules.source_name());
            key.map(|(_, id)| id.to_owned())
                .filter(|id| !id.starts_with(crate::core::customer::NEW))
        };
        let id = party::link(party).and_then(of_account);
        let mut entry = Self::default().filled(Column::PlanfyId, id.as_deref());
        let values = party::whole(party);
        for (column, fields) in COLUMN_FIELDS {
            entry = entry.filled(column, text(&values, fields).as_deref());
        }
        entry
    }

    /// An entry for a row, unchanged.
    #[must_use]
    pub fn of_row(row: &Row) -> Self {
        let cells = Column::ALL.into_iter();
        let cells = cells.filter_map(|column| Some((column, row.get(column)?.to_owned())));
        let properties = row.properties();
        Self {
            cells: cells.collect(),
            properties: properties
                .map(|(name, text)| (name.to_owned(), text.to_owned()))
                .collect(),
        }
    }

    /// An entry for a row with the corrections that were made in Billit. Cells with the same meaning stay as they were
    /// typed, and no cell becomes blank. `None` if nothing differs.
    #[must_use]
    pub fn corrected(
        row: &Row,
        customer: &Customer,
        party: &Party,
        rules: &MappingRules,
    ) -> Option<Self> {
        let (ours, theirs) = (party::desired(customer, rules), party::whole(party));
        let mut entry = Self::of_row(row);
        let mut is_changed = false;
        for (column, fields) in COLUMN_FIELDS {
            let Some(new) = text(&theirs, fields) else {
                continue;
            };
            let is_same = match fields {
                [field] => {
                    let field = Field::Text(*field);
                    same::same(
                        &field,
                        theirs.get(&field).flatten(),
                        ours.get(&field).flatten(),
                    )
                }
                fields => {
                    let old = text(&ours, fields).unwrap_or_default();
                    address::same([old.as_str()], [new.as_str()])
                }
            };
            if is_same {
                continue;
            }
            let column = match column {
                Column::City
                    if entry.get(Column::City).trim().is_empty()
                        && !entry.get(Column::Town).trim().is_empty() =>
                {
                    Column::Town
                }
                column => column,
            };
            if row.get(column).is_some() {
                entry = entry.with(column, new);
                is_changed = true;
            }
        }
        is_changed.then_some(entry)
    }

    fn filled(self, column: Column, text: Option<&str>) -> Self {
        match text {
            Some(text) => self.with(column, text),
            None => self,
        }
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set()
            .entries(self.cells.keys().map(|column| column.name()))
            .finish()
    }
}

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
}

impl<W: Write> Writer<W> {
    /// A file that adds customers.
    pub fn new_customers(output: W) -> Self {
        let [_id, columns @ ..] = &Column::ALL;
        Self::with_columns(output, columns)
    }

    /// A file that updates customers, by their `planfy_id`.
    pub fn update(output: W) -> Self {
        Self::with_columns(output, &Column::ALL)
    }

    fn with_columns(output: W, columns: &'static [Column]) -> Self {
        Self {
            csv: csv::Writer::from_writer(output),
            columns,
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
    /// When the output fails, or the customer has an id in a file of new ones, or none in an update.
    pub fn write(&mut self, entry: &Entry) -> Result<(), WriteError> {
        self.write_header()?;
        let is_new = entry.get(Column::PlanfyId).trim().is_empty();
        match (is_new, self.columns.contains(&Column::PlanfyId)) {
            (true, true) => return Err(WriteError::NoId),
            (false, false) => return Err(WriteError::HasId),
            _ => {}
        }
        let columns = self.columns.iter().map(|column| entry.get(*column));
        let property = |(place, name): (usize, &String)| {
            // Columns may have the same name: take the one at the same position among them.
            let before = self.properties.iter().take(place);
            let before = before.filter(|other| *other == name).count();
            let mut properties = entry.properties.iter().filter(|(own, _)| own == name);
            properties
                .nth(before)
                .map(|(_, text)| text.as_str())
                .unwrap_or_default()
        };
        let cells = columns.chain(self.properties.iter().enumerate().map(property));
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

/// The fields of a party in each column.
const COLUMN_FIELDS: [(Column, &[TextField]); 7] = [
    (Column::Name, &[TextField::Name]),
    (
        Column::Address,
        &[TextField::Street, TextField::StreetNumber, TextField::Box],
    ),
    (Column::City, &[TextField::City]),
    (Column::Country, &[TextField::CountryCode]),
    (Column::Postcode, &[TextField::Zipcode]),
    (Column::Email, &[TextField::Email]),
    (Column::MobileNumber, &[TextField::Mobile]),
];

fn text(values: &Values, fields: &[TextField]) -> Option<String> {
    let value = |field: &TextField| values.get(&Field::Text(*field)).flatten();
    match fields {
        [street, number, bus] => line([value(street), value(number), value(bus)]),
        fields => fields.iter().find_map(value).map(str::to_owned),
    }
}

fn line([street, number, bus]: [Option<&str>; 3]) -> Option<String> {
    Some(address::joined(street?, number, bus))
}
