//! Which rule gave which value.

use std::collections::BTreeMap;
use std::fmt;

use billit_client::parties::TextField;

use crate::core::customer::{Customer, Problem};
use crate::core::field::{BOX, Field, LANGUAGE, LINK, NAME, NUMBER, STREET, STREET_NUMBER};
use crate::core::party;
use crate::core::rules::{CustomerNumber, MappingRules};
use crate::normalize::language;

/// What the rules make of a record, and why: [`planyo::explain`](super::planyo::explain). `Debug` shows no values.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Explanation {
    /// Whether the filter takes the customer.
    pub filter: FilterDecision,
    /// The customer, also one that the filter leaves out, or why the record cannot be used.
    pub customer: Result<Customer, Problem>,
    /// The values of a new party, in the order of the fields; none if the record cannot be used.
    pub values: Vec<ExplainedValue>,
}

/// A value, and the rule that gave it. `Debug` does not show the value.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExplainedValue {
    /// The field in Billit.
    pub field: Field,
    /// Its value.
    pub value: String,
    /// The rule.
    pub given_by: GivenBy,
}

impl fmt::Debug for ExplainedValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ExplainedValue({}: {:?})", self.field, self.given_by)
    }
}

/// The rule that gave a value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum GivenBy {
    /// The [template](MappingRules::template) of the field.
    Template,
    /// This custom property, by [`MappingRules::properties`].
    Property(String),
    /// The record's own field.
    Record,
    /// [`MappingRules::customer_number`]: the id in the source.
    CustomerNumber,
    /// [`MappingRules::provider_code`].
    ProviderCode,
    /// The language of the country, for whoever has said none.
    CountryLanguage,
    /// [`MappingRules::default_value`].
    Default,
    /// It follows from the other values: whoever has a VAT number is liable to VAT, and a private person is not.
    Implied,
    /// The link that the sync writes.
    Link,
}

impl fmt::Display for GivenBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Template => f.write_str("its template"),
            Self::Property(name) => write!(f, "the property `{name}`"),
            Self::Record => f.write_str("the record"),
            Self::CustomerNumber => f.write_str("`customer_number`"),
            Self::ProviderCode => f.write_str("`provider_code`"),
            Self::CountryLanguage => f.write_str("the language of the country"),
            Self::Default => f.write_str("its default"),
            Self::Implied => f.write_str("the other values"),
            Self::Link => f.write_str("the sync"),
        }
    }
}

/// What the [filter](MappingRules::filter) of the rules says of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FilterDecision {
    /// All conditions are met, or there are none.
    Taken,
    /// All others are met, and this condition depends on the customer's reservations, which the record does not have.
    AsksReservations(&'static str),
    /// This condition is not met.
    LeftOut(String),
    /// The record cannot be used, so that not all conditions can be checked.
    Undecided,
}

impl fmt::Display for FilterDecision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Taken => f.write_str("taken"),
            Self::AsksReservations(condition) => {
                write!(f, "taken if the reservations meet `{condition}`")
            }
            Self::LeftOut(why) => write!(f, "left out, {why}"),
            Self::Undecided => f.write_str("not decided, since the record cannot be used"),
        }
    }
}

/// The rules that gave values, of the fields that have them by a template or a property.
pub(super) type Given = BTreeMap<Field, GivenBy>;

/// Explains a customer: as the rules make it, and as they make it without their filter.
pub(super) fn explanation(
    filtered: Result<Customer, Problem>,
    customer: Result<Customer, Problem>,
    given: &Given,
    rules: &MappingRules,
) -> Explanation {
    let filter = match (filtered, rules.filter_of().on_reservations()) {
        (Ok(_), None) => FilterDecision::Taken,
        (Ok(_), Some(condition)) => FilterDecision::AsksReservations(condition),
        (Err(Problem::LeftOut(why)), _) => FilterDecision::LeftOut(why),
        (Err(_), _) if rules.filter_of().takes_everyone() => FilterDecision::Taken,
        (Err(_), _) => FilterDecision::Undecided,
    };
    let values = customer
        .as_ref()
        .map(|customer| values(customer, given, rules));
    Explanation {
        filter,
        values: values.unwrap_or_default(),
        customer,
    }
}

fn values(customer: &Customer, given: &Given, rules: &MappingRules) -> Vec<ExplainedValue> {
    let desired = party::desired(customer, rules);
    let created = party::created(&desired, rules);
    let explained = created.iter().filter_map(|(field, value)| {
        let is_own = desired.text(&field).is_some();
        let given_by = if is_own {
            rule_of(&field, customer, given, rules)
        } else {
            default_of(&field, customer, rules)
        };
        Some(ExplainedValue {
            value: value?.to_owned(),
            field,
            given_by,
        })
    });
    explained.collect()
}

fn rule_of(field: &Field, customer: &Customer, given: &Given, rules: &MappingRules) -> GivenBy {
    // A company that was typed as a person's name is the record's own.
    if *field == NAME && customer.company.is_none() {
        return GivenBy::Record;
    }
    // Street, number and box are one line, unless a rule gives a part of it.
    let of_line = [STREET_NUMBER, BOX].contains(field).then_some(&STREET);
    let by_rule = given.get(field).or_else(|| given.get(of_line?));
    if let Some(rule) = by_rule {
        return rule.clone();
    }
    match field {
        Field::Text(field) if *field == LINK => GivenBy::Link,
        Field::Text(TextField::ExternalProviderTc) => GivenBy::ProviderCode,
        Field::VatLiable | Field::VatDeductable => GivenBy::Implied,
        field if *field == NUMBER && *rules.number_rule() == CustomerNumber::SourceId => {
            GivenBy::CustomerNumber
        }
        _ => GivenBy::Record,
    }
}

fn default_of(field: &Field, customer: &Customer, rules: &MappingRules) -> GivenBy {
    let country = customer.address.country_code.as_deref();
    let spoken = || language::for_customer(None, country, rules.allowed_languages());
    if *field == LANGUAGE && spoken().is_some() {
        GivenBy::CountryLanguage
    } else {
        GivenBy::Default
    }
}
