//! Planfy's customers as CSV files: Planfy has no public API.
//!
//! Documented: an export has all customers with their `planfy_id`; an import adds customers, and with `planfy_id` it
//! updates them. The names of the columns are those of [`Column`]. Not documented: the encoding, the separator, the
//! form of an id and whether an export has other columns, so [`Reader`] accepts any.
//!
//! ```
//! use customer_sync::planfy::{self, Reader};
//!
//! let rules = planfy::rules("shop");
//! let export = "planfy_id,name,address,postcode,city,country\n77,Ann Peeters,Kerkstraat 12,9000,Gent,Belgium\n";
//! for row in Reader::new(export.as_bytes())? {
//!     match planfy::customer(&row?, &rules) {
//!         Ok(customer) => assert_eq!(customer.key.to_string(), "planfy:shop:77"),
//!         Err((key, problem)) => eprintln!("{key}: {problem}"),
//!     }
//! }
//! # Ok::<(), planfy::ReadError>(())
//! ```

pub(crate) mod cell;
mod column;
mod entry;
mod read;
pub(crate) mod row;
mod text;
mod write;

use std::borrow::Cow;
use std::collections::BTreeSet;

use billit_client::parties::TextField;

pub use column::Column;
pub use entry::Entry;
pub use read::{ReadError, Reader};
pub use row::{BadRow, Row};
pub use write::{WriteError, Writer};

use super::explain::{Explanation, Given, explanation};
use super::record::{PhoneCode, SourceRecord, Typed};
use crate::core::change::Note;
use crate::core::customer::{Customer, CustomerKey, LINE, MappedCustomer, Problem};
use crate::core::field::Field;
use crate::core::rules::{Filter, MappingRules};
use crate::normalize::text::folds_alike;

/// Rules for the customers of a Planfy account, whose links in Billit are `planfy:<account>:<planfy_id>`. Choose the
/// name of the account: letters, digits, `-` and `_`. Two accounts with one Billit company need different names, since
/// their ids may be the same.
#[must_use]
pub fn rules(account: &str) -> MappingRules {
    MappingRules::default().source(&format!("planfy:{account}"))
}

/// Maps a row to a customer, with the fields that the row has blank.
///
/// - `name` is not split: it is unknown where the first name ends.
/// - `town` is the city if `city` is blank. If both are filled, Billit, which has one field, gets `city`; a rule of
///   [`MappingRules::properties`] can map `town` instead.
/// - `town`, `dob`, `gender`, `occupation` and the columns that Planfy does not document are custom properties, which
///   the rules can map to fields. A date of birth is given as `YYYY-MM-DD`, a gender as `male` or `female`.
/// - A cell that is not [understood](Row::faults) is left out, with a note, as is a phone or a postcode that a spreadsheet has
///   rounded.
/// - A row without `planfy_id` has a key made of its e-mail address and name
///   ([`Customer::key_without_id`](crate::Customer::key_without_id)); when it has an id later, the party is found by
///   that key and gets the new link.
///
/// # Errors
/// The row's key, and what is wrong: a malformed row, no name, no e-mail address and no id, an invalid id, or an
/// invalid number in a mapped property. A row without a key is named by its line, as `line-12`.
pub fn customer(row: &Result<Row, BadRow>, rules: &MappingRules) -> MappedCustomer {
    match row {
        Ok(row) => customer_of(row, rules),
        Err(bad) => Err(malformed(bad, rules)),
    }
}

fn customer_of(row: &Row, rules: &MappingRules) -> MappedCustomer {
    let id = match row.id() {
        Ok(id) => id,
        Err(bad) => return Err(malformed(&bad, rules)),
    };
    let key = key_of(row, id, rules);
    let customer = mapped(row, key.clone(), id, rules, None);
    customer.map_err(|problem| (key, problem))
}

/// The key of a row, if it is not made of its address and name.
fn key_of(row: &Row, id: Option<&str>, rules: &MappingRules) -> CustomerKey {
    id.map_or_else(|| line_key(row.line(), rules), |id| key(id, rules))
}

/// The customer, with a key made of its address and name if the row has no id.
fn mapped(
    row: &Row,
    key: CustomerKey,
    id: Option<&str>,
    rules: &MappingRules,
    given: Option<&mut Given>,
) -> Result<Customer, Problem> {
    let [dob, gender] = [Column::Dob, Column::Gender].map(|column| row.understood(column));
    let properties = properties_of(row).filter_map(|(name, typed)| {
        let understood = match name {
            _ if name == Column::Dob.name() => &dob,
            _ if name == Column::Gender.name() => &gender,
            _ => return Some((name, typed)),
        };
        // What is not understood is not there; blank would mean that it was cleared.
        Some((name, understood.as_ref().ok()?.as_deref()))
    });
    let record = record(row, key, id, properties.collect());
    let mut customer = record.mapped(rules, given)?;
    note_faults(row, &mut customer, rules);
    if id.is_none() {
        customer.key = customer.key_without_id().ok_or(Problem::NoIdOrEmail)?;
    }
    Ok(customer)
}

/// Notes the cells that were left out since they are not understood, at the fields that they feed.
fn note_faults(row: &Row, customer: &mut Customer, rules: &MappingRules) {
    for column in Column::ALL {
        let (Err(why), Some(typed)) = (row.understood(column), row.get(column)) else {
            continue;
        };
        let fields: Vec<Field> = match column {
            Column::MobileNumber => vec![Field::Text(TextField::Mobile)],
            Column::Postcode => vec![Field::Text(TextField::Zipcode)],
            column => fed_by(column, rules),
        };
        let reason =
            format!("left out: what the source has in `{column}` is not understood, {why}");
        for field in fields {
            customer.blank.remove(&field);
            let note = Note::not_understood(field, typed.trim(), reason.clone());
            customer.not_understood.push(note);
        }
    }
}

/// The fields that the rules feed from a column.
fn fed_by(column: Column, rules: &MappingRules) -> Vec<Field> {
    let is_column = |name: &str| folds_alike(name, column.name());
    let by_name = rules.mapped_properties().filter(|(_, names)| {
        let mut names = names.iter();
        names.any(|property| is_column(&property.name))
    });
    let by_template = rules.templates().iter().filter(|(_, template)| {
        let mut names = template.properties().iter();
        names.any(|name| is_column(name))
    });
    let by_name = by_name.map(|(field, _)| field);
    let fields = by_name.chain(by_template.map(|(field, _)| field));
    let fields: BTreeSet<&Field> = fields.collect();
    fields.into_iter().cloned().collect()
}

/// What the rules make of a row, field by field, and whether their filter takes it: as
/// [`source::planyo::explain`](crate::source::planyo::explain).
///
/// ```
/// use customer_sync::planfy::{self, Reader};
///
/// let rules = planfy::rules("shop").properties("CommercialName".parse()?, ["occupation"]);
/// let export = "planfy_id,name,occupation\n77,Ann Peeters,Baker\n";
/// let row = Reader::new(export.as_bytes())?.next().unwrap()?.unwrap();
/// let explained = planfy::explain(&row, &rules);
/// let given = explained.values.iter().map(|one| format!("{}: {} from {}", one.field, one.value, one.given_by));
/// assert!(given.collect::<Vec<_>>().contains(&"CommercialName: Baker from the property `occupation`".to_owned()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn explain(row: &Row, rules: &MappingRules) -> Explanation {
    let everyone = rules.clone().filter(Filter::default());
    let mut given = Given::new();
    let customer = match row.id() {
        Ok(id) => {
            let key = key_of(row, id, rules);
            mapped(row, key, id, &everyone, Some(&mut given))
        }
        Err(bad) => Err(Problem::malformed(bad.to_string())),
    };
    let filtered = customer_of(row, rules).map_err(|(_, problem)| problem);
    explanation(filtered, customer, &given, rules)
}

fn record<'a>(
    row: &'a Row,
    key: CustomerKey,
    id: Option<&'a str>,
    properties: Vec<(&'a str, Option<&'a str>)>,
) -> SourceRecord<'a> {
    let typed = |column| match row.get(column) {
        None => Typed::Absent,
        Some(text) if text.trim().is_empty() => Typed::Blank,
        Some(_) if row.understood(column).is_err() => Typed::Absent,
        Some(text) => Typed::Text(text),
    };
    let city = match (typed(Column::City), typed(Column::Town)) {
        (Typed::Blank, town @ Typed::Text(_)) | (Typed::Absent, town) => town,
        (city, _) => city,
    };
    SourceRecord {
        key,
        id: id.map(Cow::Borrowed),
        first_name: Typed::Absent,
        last_name: typed(Column::Name),
        email: typed(Column::Email),
        address: typed(Column::Address),
        zip: typed(Column::Postcode),
        city,
        country: typed(Column::Country),
        language: Typed::Absent,
        phone_code: PhoneCode::Unknown,
        phone: Typed::Absent,
        mobile_code: PhoneCode::Unknown,
        mobile: typed(Column::MobileNumber),
        properties,
    }
}

/// The custom properties of a row: the columns without a field of their own, and those that Planfy does not document.
pub(crate) fn properties_of(row: &Row) -> impl Iterator<Item = (&str, Option<&str>)> {
    let own = [
        Column::Town,
        Column::Dob,
        Column::Gender,
        Column::Occupation,
    ];
    let own = own.into_iter();
    let own = own.filter_map(|column| Some((column.name(), row.get(column)?)));
    let properties = own.chain(row.properties());
    properties.map(|(name, value)| (name, Some(value).filter(|value| !value.trim().is_empty())))
}

fn malformed(bad: &BadRow, rules: &MappingRules) -> (CustomerKey, Problem) {
    let key = match &bad.id {
        Some(id) => key(id, rules),
        None => line_key(bad.line, rules),
    };
    (key, Problem::malformed(bad.to_string()))
}

/// The key of the customer with this `planfy_id`.
#[must_use]
pub fn key(id: &str, rules: &MappingRules) -> CustomerKey {
    CustomerKey::new(rules.source_name(), id)
}

pub(crate) fn line_key(line: u64, rules: &MappingRules) -> CustomerKey {
    key(&format!("{LINE}{line}"), rules)
}
