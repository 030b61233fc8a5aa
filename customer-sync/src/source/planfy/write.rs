//! Writing files that Planfy imports.

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

/// A customer as Planfy's files have him. `Debug` shows the names of the columns.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Entry {
    cells: BTreeMap<Column, String>,
    properties: Vec<(String, String)>,
}

impl Entry {
    /// With nothing in it.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With this text in a column.
    #[must_use]
    pub fn with(mut self, column: Column, text: impl Into<String>) -> Self {
        self.cells.insert(column, text.into());
        self
    }

    /// With a column that Planfy does not document.
    #[must_use]
    pub fn property(mut self, name: impl Into<String>, text: impl Into<String>) -> Self {
        self.properties.push((name.into(), text.into()));
        self
    }

    /// What stands in a column; empty if nothing does.
    #[must_use]
    pub fn get(&self, column: Column) -> &str {
        self.cells
            .get(&column)
            .map(String::as_str)
            .unwrap_or_default()
    }

    /// A customer whom Planfy does not have yet: a Planyo user, for instance. Its address is one line again, and a company
    /// is its name. A fixed phone, a VAT number and what else Planfy has no column for is not in it.
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

    /// A Billit party. With the id of the customer, if it is linked to one of this account (that of the
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
        for (column, fields) in PARTS {
            entry = entry.filled(column, text(&values, fields).as_deref());
        }
        entry
    }

    /// A row as it is: to be written into an update file without a change.
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

    /// A row with what Billit has otherwise: what somebody put right there, and Planfy does not know. Cells that mean the
    /// same stay as they were typed, and nothing that the row has becomes blank. `None` if there is nothing to change.
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
        for (column, fields) in PARTS {
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

/// Writes a file for Planfy to import. What a spreadsheet could take for a formula is [defused](crate::normalize::csv_cell), and
/// [`Reader`](super::Reader) reads it as it was; so a file that is edited in a spreadsheet comes back whole.
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
    is_begun: bool,
}

/// Why a row was not written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// The output.
    #[error("the file cannot be written: {0}")]
    Io(#[from] io::Error),
    /// Planfy would not know whom to update.
    #[error(
        "a customer without `planfy_id` cannot be updated: write him into a file of new customers"
    )]
    NoId,
    /// Planfy would have the customer twice.
    #[error("a customer with `planfy_id` is not new: write him into an update file")]
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
            is_begun: false,
        }
    }

    /// With columns that Planfy does not document, such as those of the [export](super::Reader::property_names) that is
    /// updated. What Planfy does with them is not told.
    #[must_use]
    pub fn properties<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.properties = names.into_iter().map(Into::into).collect();
        self
    }

    /// Writes every cell as it was typed, a `+` of a phone and a formula too: for a file that goes to Planfy and is never
    /// opened in a spreadsheet. Whether Planfy takes away an apostrophe in front is not told.
    #[must_use]
    pub fn as_typed(mut self) -> Self {
        self.is_as_typed = true;
        self
    }

    /// Writes one customer; before the first of them, the line of names.
    ///
    /// # Errors
    /// When the output fails, or the customer has an id in a file of new ones, or none in an update.
    pub fn write(&mut self, entry: &Entry) -> Result<(), WriteError> {
        self.begin()?;
        let is_new = entry.get(Column::PlanfyId).trim().is_empty();
        match (is_new, self.columns.contains(&Column::PlanfyId)) {
            (true, true) => return Err(WriteError::NoId),
            (false, false) => return Err(WriteError::HasId),
            _ => {}
        }
        let columns = self.columns.iter().map(|column| entry.get(*column));
        let property = |(place, name): (usize, &String)| {
            // Of two columns with one name, each has its own.
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

    /// Writes what is not written yet, and gives the output back.
    ///
    /// # Errors
    /// When the output fails.
    pub fn finish(mut self) -> Result<W, WriteError> {
        self.begin()?;
        let output = self.csv.into_inner();
        Ok(output.map_err(csv::IntoInnerError::into_error)?)
    }

    fn begin(&mut self) -> Result<(), WriteError> {
        if !self.is_begun {
            self.is_begun = true;
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

/// Which fields of a party each column has.
const PARTS: [(Column, &[TextField]); 7] = [
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
