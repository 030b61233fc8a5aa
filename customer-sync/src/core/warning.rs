//! What a plan and a report say about all customers together.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::field::Field;
use super::nearest::did_you_mean;

/// Something that concerns all customers, and that a person should look at: a rule that finds nothing would make
/// companies without VAT number in silence. It has names of properties, and no values.
///
/// Only a run that lists all customers of the source can tell:
/// [`PropertyTally::warnings`](crate::PropertyTally::warnings).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
#[non_exhaustive]
pub enum Warning {
    /// No customer has a property that the rules name for a field: the name may be misspelled.
    NoSuchProperty {
        /// The field.
        field: Field,
        /// The properties that the rules name.
        properties: Vec<String>,
        /// The number of customers that were listed.
        customers: usize,
        /// Properties with values, not named by any rule, that look right for the field.
        similar: Vec<String>,
        /// All properties that there are, the most used first.
        existing: Vec<String>,
    },
    /// The properties that the rules name for a field are there, and blank for every customer.
    BlankProperty {
        /// The field.
        field: Field,
        /// Those that are there.
        properties: Vec<String>,
        /// The number of customers that were listed.
        customers: usize,
    },
    /// The default properties of a field have no value, and others look right for it, which no rule names.
    UnusedProperty {
        /// The field.
        field: Field,
        /// The properties that look right, the most used first.
        properties: Vec<String>,
        /// The number of customers that were listed.
        customers: usize,
    },
    /// The filter or a template names a property that no customer has: the name may be misspelled.
    NoSuchPropertyInRule {
        /// The entry of the rules: `filter`, or `templates.Name`.
        rule: String,
        /// The property that it names.
        property: String,
        /// The number of customers that were listed.
        customers: usize,
        /// All properties that there are, the most used first.
        existing: Vec<String>,
    },
    /// Properties that the last run did not know, and that no rule names. With a store, and once.
    NewProperties {
        /// Their names.
        properties: Vec<String>,
    },
    /// The list of the source has no custom properties, so that each customer was read by its id, with a request each.
    NotListed {
        /// The number of customers that were listed.
        customers: usize,
    },
    /// No customer has any custom property.
    NoProperties {
        /// The fields that the rules feed from properties.
        fields: Vec<Field>,
        /// The number of customers that were listed.
        customers: usize,
    },
}

/// The text for reports.
impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchProperty {
                field,
                properties,
                customers,
                similar,
                existing,
            } => {
                let names = names(properties);
                write!(
                    f,
                    "{field} is fed by nothing: none of {customers} customers has the property {names}"
                )?;
                if !similar.is_empty() {
                    write!(f, "; {} looks right for it", self::names(similar))?;
                }
                write!(
                    f,
                    "; there are {}: correct `properties` in the rules",
                    self::names(existing)
                )
            }
            Self::BlankProperty {
                field,
                properties,
                customers,
            } => write!(
                f,
                "{field} is fed by nothing: the property {} is blank for all {customers} customers",
                names(properties)
            ),
            Self::UnusedProperty {
                field,
                properties,
                customers,
            } => write!(
                f,
                "{field} is fed by nothing: none of {customers} customers has a value in its default properties; \
                 {} looks right for it: name it under `properties` in the rules",
                names(properties)
            ),
            Self::NoSuchPropertyInRule {
                rule,
                property,
                customers,
                existing,
            } => {
                write!(
                    f,
                    "`{rule}` in the rules reads the property `{property}`, which none of {customers} customers has{}",
                    did_you_mean(property, existing.iter().map(String::as_str))
                )?;
                if existing.is_empty() {
                    f.write_str("; there are no properties")
                } else {
                    write!(f, "; there are {}", names(existing))
                }
            }
            Self::NewProperties { properties } => write!(
                f,
                "new since the last run, and named by no rule: the property {}",
                names(properties)
            ),
            Self::NotListed { customers } => write!(
                f,
                "the list of {customers} customers has no custom properties, so each was read by its id, a request each"
            ),
            Self::NoProperties { fields, customers } => {
                let fields: Vec<String> = fields.iter().map(ToString::to_string).collect();
                write!(
                    f,
                    "none of {customers} customers has any custom property, so nothing feeds {}",
                    fields.join(", ")
                )
            }
        }
    }
}

/// The most names that a text shows.
const SHOWN: usize = 8;

fn names(names: &[String]) -> String {
    let shown: Vec<String> = names
        .iter()
        .take(SHOWN)
        .map(|name| format!("`{name}`"))
        .collect();
    let more = match names.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!(" and {more} others"),
    };
    format!("{}{more}", shown.join(", "))
}
