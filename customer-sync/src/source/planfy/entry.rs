//! A customer as Planfy has it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use billit_client::parties::{Party, TextField};
use serde::{Deserialize, Serialize};

use super::column::Column;
use super::row::Row;
use crate::core::customer::Customer;
use crate::core::field::Field;
use crate::core::rules::MappingRules;
use crate::core::values::Values;
use crate::core::{party, same};
use crate::normalize::address;

/// A customer as Planfy has it: all columns of a row, as they were typed. A program can keep it, and sync it by
/// `Export::entries`. A column that is not there says nothing of the customer, and a blank one says that it is blank.
///
/// `Debug` shows the names of the columns. In serde it is `{"columns": {"planfy_id": "77", ..}, "properties": [..]}`.
///
/// ```
/// use customer_sync::planfy::{self, Column, Entry};
///
/// let ann = Entry::new().with(Column::PlanfyId, "77").with(Column::Name, "Ann Peeters").with(Column::City, "Gent");
/// let moved = ann.clone().with(Column::City, "Aalst");
/// assert_eq!(ann.diff(&moved), [("city", "Gent", "Aalst")]);
/// // What a row of a file is mapped to.
/// let customer = planfy::customer(&Ok(moved.row(1)), &planfy::rules("shop")).unwrap();
/// assert_eq!(customer.key.to_string(), "planfy:shop:77");
/// assert_eq!(customer.address.city.as_deref(), Some("Aalst"));
/// ```
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    #[serde(rename = "columns")]
    cells: BTreeMap<Column, String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
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

    /// The names and texts of its columns, in the order of [`Column::ALL`], and then of those that Planfy does not document.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let cells = self.cells.iter();
        let cells = cells.map(|(column, text)| (column.name(), text.as_str()));
        cells.chain(self.properties())
    }

    /// Those that Planfy does not document.
    fn properties(&self) -> impl Iterator<Item = (&str, &str)> {
        let properties = self.properties.iter();
        properties.map(|(name, text)| (name.as_str(), text.as_str()))
    }

    /// The text of the column that Planfy does not document, of those with the same name that with this number, from 0;
    /// empty if there is none.
    pub(super) fn nth_property(&self, name: &str, number: usize) -> &str {
        let mut named = self.properties().filter(|(own, _)| *own == name);
        named.nth(number).map(|(_, text)| text).unwrap_or_default()
    }

    /// The columns that differ in another entry: name, text here, text there. A column that is not there is as a blank one.
    #[must_use]
    pub fn diff<'a>(&'a self, after: &'a Self) -> Vec<(&'a str, &'a str, &'a str)> {
        let columns = Column::ALL.into_iter();
        let columns = columns.map(|column| (column.name(), self.get(column), after.get(column)));
        let mut seen: BTreeSet<(&str, usize)> = BTreeSet::new();
        let mut properties = Vec::new();
        for entry in [self, after] {
            let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
            for (name, _) in entry.properties() {
                let number = numbers.entry(name).or_default();
                if seen.insert((name, *number)) {
                    let (here, there) = (
                        self.nth_property(name, *number),
                        after.nth_property(name, *number),
                    );
                    properties.push((name, here, there));
                }
                *number += 1;
            }
        }
        let all = columns.chain(properties);
        all.filter(|(_, here, there)| here != there).collect()
    }

    /// The row that it is, as if read at this line of a file: [`customer`](super::customer()) maps it, and
    /// [`faults`](Row::faults) says what of it is not understood.
    #[must_use]
    pub fn row(&self, line: u64) -> Row {
        let cells = self.cells.iter();
        let cells = cells.map(|(column, text)| (*column, text.as_str()));
        Row::of(line, cells, self.properties())
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
    /// typed, except that a date of birth and a gender are written as Planfy takes them, and no cell becomes blank. `None`
    /// if nothing differs.
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
        // Planfy takes these in one form.
        for column in [Column::Dob, Column::Gender] {
            if let Ok(Some(text)) = row.understood(column) {
                entry = entry.with(column, text);
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
