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

mod column;
mod read;
mod text;
mod write;

use std::borrow::Cow;

pub use column::Column;
pub use read::{BadRow, ReadError, Reader, Row};
pub use write::{Entry, WriteError, Writer};

use super::explain::{Explanation, Given, explanation};
use super::record::{PhoneCode, SourceRecord, Typed};
use crate::core::customer::MappedCustomer;
use crate::core::customer::{Customer, CustomerKey, LINE, Problem};
use crate::core::rules::{Filter, MappingRules};

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
///   the rules can map to fields.
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
    let key = id.map_or_else(|| line_key(row.line(), rules), |id| key(id, rules));
    let record = record(row, key.clone(), id);
    let customer = record.customer(rules);
    let customer = customer.and_then(|customer| with_key(customer, id));
    customer.map_err(|problem| (key, problem))
}

/// The customer, with a key made of its address and name if the row has no id.
fn with_key(mut customer: Customer, id: Option<&str>) -> Result<Customer, Problem> {
    if id.is_none() {
        customer.key = customer.key_without_id().ok_or(Problem::NoIdOrEmail)?;
    }
    Ok(customer)
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
            let key = id.map_or_else(|| line_key(row.line(), rules), |id| key(id, rules));
            let customer = record(row, key, id).mapped(&everyone, Some(&mut given));
            customer.and_then(|customer| with_key(customer, id))
        }
        Err(bad) => Err(Problem::malformed(bad.to_string())),
    };
    let filtered = customer_of(row, rules).map_err(|(_, problem)| problem);
    explanation(filtered, customer, &given, rules)
}

fn record<'a>(row: &'a Row, key: CustomerKey, id: Option<&'a str>) -> SourceRecord<'a> {
    let typed = |column| match row.get(column) {
        None => Typed::Absent,
        Some(text) if text.trim().is_empty() => Typed::Blank,
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
        properties: properties_of(row).collect(),
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
