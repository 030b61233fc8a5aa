//! Planfy, whose customers come and go as CSV files: there is no public API.
//!
//! What its documentation tells: an export has all customers and their `planfy_id`; an import adds customers, and with
//! `planfy_id` it changes them. The names of the columns are [`Column`]'s. How its files are encoded and separated, what
//! an id looks like and whether an export has other columns is not told, so [`Reader`] takes what there may be.
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

use super::record::{SourceRecord, Typed};
use crate::core::customer::MappedCustomer;
use crate::core::customer::{CustomerKey, LINE, Problem};
use crate::core::rules::MappingRules;

/// Rules for the customers of a Planfy account, whose links in Billit are `planfy:<account>:<planfy_id>`. The account's
/// name is yours: letters, digits, `-` and `_`. Two accounts whose customers meet in one Billit company need two names,
/// for their ids are not known to differ.
#[must_use]
pub fn rules(account: &str) -> MappingRules {
    MappingRules::default().source(&format!("planfy:{account}"))
}

/// The customer a row is, and which of its fields the row has blank.
///
/// - `name` is not divided: where the first name ends is not told.
/// - `town` is the city where `city` is blank. Where both are filled Billit, which has one field, gets `city`; a rule of
///   [`MappingRules::properties`] can have `town` feed it.
/// - `town`, `dob`, `gender`, `occupation` and the columns that Planfy does not document are custom properties: rules
///   name which of them feed what.
/// - A row without `planfy_id` has the key that is made of its e-mail address and name
///   ([`Customer::key_without_id`](crate::Customer::key_without_id)); when it has an id later, the party is known by that
///   key and gets the new link.
///
/// # Errors
/// The row's key, and what is wrong: the row itself, no name, no e-mail address where there is no id, an id that cannot
/// be one, or a number that is not valid where a property feeds it. A row that has no key is called by its line, as
/// `line-12`.
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
    let typed = |column| match row.get(column) {
        None => Typed::Untold,
        Some(text) if text.trim().is_empty() => Typed::Blank,
        Some(text) => Typed::Text(text),
    };
    let filled = |text: &str| !text.trim().is_empty();
    let city = match (typed(Column::City), typed(Column::Town)) {
        (Typed::Blank, town @ Typed::Text(_)) | (Typed::Untold, town) => town,
        (city, _) => city,
    };
    let own = [
        Column::Town,
        Column::Dob,
        Column::Gender,
        Column::Occupation,
    ];
    let own = own
        .into_iter()
        .filter_map(|column| Some((column.name(), row.get(column)?)));
    let properties = own.chain(row.properties());
    let record = SourceRecord {
        key: key.clone(),
        id: id.map(Cow::Borrowed),
        first_name: Typed::Untold,
        last_name: typed(Column::Name),
        email: typed(Column::Email),
        address: typed(Column::Address),
        zip: typed(Column::Postcode),
        city,
        country: typed(Column::Country),
        language: Typed::Untold,
        phone_code: None,
        phone: Typed::Untold,
        mobile_code: None,
        mobile: typed(Column::MobileNumber),
        properties: properties
            .map(|(name, value)| (name, Some(value).filter(|value| filled(value))))
            .collect(),
    };
    let mut customer = record
        .customer(rules)
        .map_err(|problem| (key.clone(), problem))?;
    if id.is_none() {
        let Some(key) = customer.key_without_id() else {
            return Err((key, Problem::NoIdOrEmail));
        };
        customer.key = key;
    }
    Ok(customer)
}

fn malformed(bad: &BadRow, rules: &MappingRules) -> (CustomerKey, Problem) {
    let key = match &bad.id {
        Some(id) => key(id, rules),
        None => line_key(bad.line, rules),
    };
    (key, Problem::Malformed(bad.to_string()))
}

/// The key of the customer with this `planfy_id`.
#[must_use]
pub fn key(id: &str, rules: &MappingRules) -> CustomerKey {
    CustomerKey::new(rules.source_name(), id)
}

pub(crate) fn line_key(line: u64, rules: &MappingRules) -> CustomerKey {
    key(&format!("{LINE}{line}"), rules)
}
