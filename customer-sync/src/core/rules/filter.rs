//! Who becomes a customer.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::error::RulesError;
use super::form::says_yes;
use crate::core::customer::{Customer, Problem};
use crate::core::kind::{self, Kind};
use crate::normalize::{country, text};
use crate::templates::{Condition, Record};

/// The names that the expression of a filter may read, besides `properties`.
pub(crate) const FILTER_NAMES: [&str; 14] = [
    "id",
    "first_name",
    "last_name",
    "email",
    "address",
    "zip",
    "city",
    "country",
    "phone",
    "mobile",
    "name",
    "company",
    "vat_number",
    "kind",
];

/// Who becomes a customer: whoever meets all the conditions that are given. Default: everyone. For
/// [`MappingRules::filter`](crate::MappingRules::filter).
///
/// Whoever it leaves out is skipped and reported, with the condition that is not met. That customer is not missing from the
/// source: nothing is written for it, and a party that it had before stays as it is, with its link. As soon as it meets the
/// conditions it is synced.
///
/// In a file of rules:
///
/// ```toml
/// [filter]
/// confirmed_reservation = true             # has a confirmed reservation that is not cancelled
/// last_reservation_since = "2025-01-01"    # the last of these begins on this day or later, on the clock of the site
/// countries = ["BE", "Luxemburg"]          # lives in one of these
/// kinds = ["company", "unclear"]           # is one of these
/// expression = "zip is startingwith(\"9\")" # feature `templates`
/// [filter.properties]
/// invoice = true                           # says yes, or anything else but no
/// "soort klant" = ["b2b", "vereniging"]    # has one of these values
/// ```
///
/// The same in Rust:
///
/// ```
/// use customer_sync::kind::Kind;
/// use customer_sync::{Filter, MappingRules};
///
/// let filter = Filter::default()
///     .confirmed_reservation()
///     .last_reservation_since("2025-01-01".parse()?)
///     .countries(["BE", "Luxemburg"])?
///     .kinds([Kind::Company, Kind::Unclear])
///     .property("invoice", true)
///     .property("soort klant", ["b2b", "vereniging"]);
/// let rules = MappingRules::default().filter(filter);
/// # let _ = rules;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Filter {
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    confirmed_reservation: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_reservation_since: Option<NaiveDate>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    properties: BTreeMap<String, PropertyCondition>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    countries: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    kinds: Vec<Kind>,
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "write_expression"
    )]
    expression: Option<Condition>,
}

#[allow(clippy::ref_option)] // serde gives it so.
fn write_expression<S: Serializer>(
    expression: &Option<Condition>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    expression
        .as_ref()
        .map(Condition::text)
        .serialize(serializer)
}

/// What a custom property has to say, for [`Filter::property`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PropertyCondition {
    /// It has a value, and not one that says no: `1`, `ja`, `oui`, or any other text.
    Yes,
    /// It has no value, or one that says no: `0`, `nee`, `non`.
    No,
    /// It has one of these values, without regard to case, accents, spaces and underscores. A word for yes is every word for
    /// yes, and so is one for no.
    OneOf(Vec<String>),
}

/// [`PropertyCondition::Yes`] or [`PropertyCondition::No`].
impl From<bool> for PropertyCondition {
    fn from(yes: bool) -> Self {
        if yes { Self::Yes } else { Self::No }
    }
}

/// This value alone.
impl From<&str> for PropertyCondition {
    fn from(value: &str) -> Self {
        Self::OneOf(vec![value.to_owned()])
    }
}

/// One of these values.
impl<const N: usize> From<[&str; N]> for PropertyCondition {
    fn from(values: [&str; N]) -> Self {
        Self::OneOf(values.map(str::to_owned).to_vec())
    }
}

/// One of these values.
impl From<Vec<String>> for PropertyCondition {
    fn from(values: Vec<String>) -> Self {
        Self::OneOf(values)
    }
}

/// In a file: `true`, `false`, a text or a list of texts.
#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(
    untagged,
    expecting = "it must be true, false, a text or a list of texts"
)]
pub(crate) enum WrittenCondition {
    /// `true`: it has a value that does not say no. `false`: it has none, or one that says no.
    Yes(bool),
    /// It has this value.
    Is(String),
    /// It has one of these values.
    OneOf(Vec<String>),
}

impl From<WrittenCondition> for PropertyCondition {
    fn from(written: WrittenCondition) -> Self {
        match written {
            WrittenCondition::Yes(yes) => yes.into(),
            WrittenCondition::Is(value) => Self::OneOf(vec![value]),
            WrittenCondition::OneOf(values) => Self::OneOf(values),
        }
    }
}

impl Serialize for PropertyCondition {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Yes => serializer.serialize_bool(true),
            Self::No => serializer.serialize_bool(false),
            Self::OneOf(values) => values.serialize(serializer),
        }
    }
}

impl PropertyCondition {
    fn is_met_by(&self, value: Option<&str>) -> bool {
        let value = value.filter(|value| !text::says_nothing(value));
        match self {
            Self::Yes => value.is_some_and(|value| says_yes(value) != Some(false)),
            Self::No => value.is_none_or(|value| says_yes(value) == Some(false)),
            Self::OneOf(wanted) => value.is_some_and(|value| {
                let said = says_yes(value);
                wanted.iter().any(|wanted| {
                    text::folds_alike(wanted, value) || said.is_some() && says_yes(wanted) == said
                })
            }),
        }
    }
}

impl fmt::Display for PropertyCondition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Yes => f.write_str("it is blank, or says no"),
            Self::No => f.write_str("it says yes, or something else"),
            Self::OneOf(values) => write!(f, "it is not {}", values.join(" or ")),
        }
    }
}

/// The filter in a file of rules. All conditions that are given must be met.
#[derive(Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub(crate) struct FilterFile {
    /// `true`: has a confirmed reservation that is not cancelled. Planyo only.
    pub(crate) confirmed_reservation: bool,
    /// The last confirmed reservation that is not cancelled begins on this day or later, on the clock of the Planyo site:
    /// `2025-01-01`.
    #[cfg_attr(test, schemars(with = "Option<String>", extend("format" = "date")))]
    pub(crate) last_reservation_since: Option<Day>,
    /// Custom properties by name, and what each has to say: `true` (yes, or any text but no), `false` (no or blank), a text,
    /// or a list of texts of which it is one.
    pub(crate) properties: BTreeMap<String, WrittenCondition>,
    /// The countries, by code or name, of which the customer's is one.
    pub(crate) countries: Vec<String>,
    /// Whether companies, persons, or those of which it is unclear.
    pub(crate) kinds: Vec<Kind>,
    /// An expression that is true or false, as in `properties.invoice == "1" and country == "BE"`. It reads `id`,
    /// `first_name`, `last_name`, `email`, `address`, `zip`, `city`, `country`, `phone`, `mobile`, `name`, `company`,
    /// `vat_number`, `kind` and `properties.<name>`. Needs the feature `templates`.
    pub(crate) expression: Option<String>,
}

/// A date, as a text or as TOML has it.
pub(crate) struct Day(pub(crate) NaiveDate);

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        /// TOML's own date comes as a map with one text.
        #[derive(Deserialize)]
        #[serde(untagged, expecting = "it must be a date, as in \"2025-01-01\"")]
        enum Written {
            Text(String),
            Date(BTreeMap<String, String>),
        }
        let text = match Written::deserialize(deserializer)? {
            Written::Text(text) => text,
            Written::Date(parts) => parts.into_values().next().unwrap_or_default(),
        };
        let day = text.parse().map_err(|_| {
            de::Error::custom(format!("`{text}` is no date: write it as \"2025-01-01\""))
        })?;
        Ok(Self(day))
    }
}

impl TryFrom<FilterFile> for Filter {
    type Error = RulesError;

    fn try_from(file: FilterFile) -> Result<Self, RulesError> {
        let mut filter = Self {
            confirmed_reservation: file.confirmed_reservation,
            last_reservation_since: file.last_reservation_since.map(|day| day.0),
            ..Self::default()
        };
        for (name, condition) in file.properties {
            filter = filter.property(name, condition);
        }
        filter = filter.countries(file.countries)?.kinds(file.kinds);
        match file.expression {
            Some(expression) => filter.expression(&expression),
            None => Ok(filter),
        }
    }
}

impl Filter {
    /// Only whoever has a confirmed reservation that is not cancelled, however long ago or ahead.
    ///
    /// Only Planyo knows reservations: with another source a run is an error.
    #[must_use]
    pub fn confirmed_reservation(mut self) -> Self {
        self.confirmed_reservation = true;
        self
    }

    /// Only whoever has a confirmed reservation, not cancelled, that begins on this day or later, on the clock of the Planyo
    /// site. Reservations ahead count.
    ///
    /// Only Planyo knows reservations: with another source a run is an error.
    #[must_use]
    pub fn last_reservation_since(mut self, day: NaiveDate) -> Self {
        self.last_reservation_since = Some(day);
        self
    }

    /// Only whoever has this in a custom property: `true` for a yes, `false` for a no or a blank, a text, or one of several.
    /// Case, accents, spaces and underscores do not matter, neither in the name nor in the texts.
    #[must_use]
    pub fn property(
        mut self,
        name: impl Into<String>,
        condition: impl Into<PropertyCondition>,
    ) -> Self {
        self.properties.insert(name.into(), condition.into());
        self
    }

    /// Only whoever lives in one of these countries, by code or name. Without any, in every country.
    ///
    /// # Errors
    /// When a text is no country.
    pub fn countries<S: AsRef<str>>(
        mut self,
        countries: impl IntoIterator<Item = S>,
    ) -> Result<Self, RulesError> {
        self.countries.clear();
        for typed in countries {
            let typed = typed.as_ref();
            let what = || format!("`{typed}` is not a country: write its code, as in \"BE\"");
            let code = country::code(typed);
            let code = code.ok_or_else(|| RulesError::new("filter.countries", what()))?;
            self.countries.push(code.to_owned());
        }
        Ok(self)
    }

    /// Only customers of these [kinds](crate::kind::of). Without any, of every kind.
    #[must_use]
    pub fn kinds(mut self, kinds: impl IntoIterator<Item = Kind>) -> Self {
        self.kinds = kinds.into_iter().collect();
        self
    }

    /// Only whoever an expression is true for, in the language of
    /// [`MappingRules::template`](crate::MappingRules::template): `properties.invoice == "1" and country == "BE"`.
    ///
    /// It reads the names that a template reads, and of the customer that the rules make `country`, `name` (as on an invoice),
    /// `company`, `vat_number` and `kind` (`company`, `person` or `unclear`). Whoever it cannot be worked out for is
    /// quarantined.
    ///
    /// # Errors
    /// When it is wrong, with line and column, or when the feature `templates` is off.
    pub fn expression(mut self, expression: &str) -> Result<Self, RulesError> {
        let compiled = Condition::new(expression, &FILTER_NAMES);
        let compiled = compiled.map_err(|wrong| RulesError::of("filter.expression", &wrong))?;
        self.expression = Some(compiled);
        Ok(self)
    }

    /// Whether it takes everyone.
    #[must_use]
    pub fn takes_everyone(&self) -> bool {
        *self == Self::default()
    }

    /// The condition on reservations, if there is one. Only a source that has reservations can answer it.
    #[must_use]
    pub fn on_reservations(&self) -> Option<&'static str> {
        if self.last_reservation_since.is_some() {
            Some("last_reservation_since")
        } else {
            self.confirmed_reservation
                .then_some("confirmed_reservation")
        }
    }

    /// The day before which no reservation matters.
    #[must_use]
    pub fn reservations_since(&self) -> Option<NaiveDate> {
        self.last_reservation_since
    }

    /// The names of the custom properties that its conditions read, but for its expression.
    pub(crate) fn property_names(&self) -> impl Iterator<Item = &str> {
        let of_expression = self.expression.iter().flat_map(Condition::properties);
        let own = self.properties.keys();
        own.chain(of_expression).map(String::as_str)
    }

    /// The conditions on custom properties, which a record without a name has too.
    pub(crate) fn check_properties(
        &self,
        properties: &[(&str, Cow<'_, str>)],
    ) -> Result<(), Problem> {
        for (name, condition) in &self.properties {
            let key = text::folded(name);
            let mut named = properties.iter();
            let found =
                named.find(|(theirs, value)| !value.is_empty() && text::folds_to(theirs, &key));
            if !condition.is_met_by(found.map(|(_, value)| &**value)) {
                return Err(left_out(
                    &format!("properties.{name}"),
                    &condition.to_string(),
                ));
            }
        }
        Ok(())
    }

    /// The conditions on the customer that the rules made of the record.
    pub(crate) fn check_customer(
        &self,
        customer: &Customer,
        record: &Record<'_>,
    ) -> Result<(), Problem> {
        let country = customer.address.country_code.as_ref();
        if !self.countries.is_empty() && !country.is_some_and(|code| self.countries.contains(code))
        {
            let wanted = self.countries.join(", ");
            return Err(left_out("countries", &format!("it is none of {wanted}")));
        }
        let kind = kind::of(customer).0;
        if !self.kinds.is_empty() && !self.kinds.contains(&kind) {
            return Err(left_out("kinds", &format!("it is {}", in_words(kind))));
        }
        let Some(expression) = &self.expression else {
            return Ok(());
        };
        let made = [
            ("country", country.cloned()),
            ("name", customer.name()),
            ("company", customer.company.clone()),
            ("vat_number", customer.vat_number.clone()),
            ("kind", Some(in_words(kind).to_owned())),
        ];
        let made = made.map(|(name, text)| (name, text.unwrap_or_default()));
        // What the rules made comes first: the country is the one that Billit gets.
        let texts = made.into_iter().chain(record.texts.iter().cloned());
        let record = Record {
            texts: texts.collect(),
            properties: record.properties.clone(),
        };
        match expression.holds(&record) {
            Ok(true) => Ok(()),
            Ok(false) => Err(left_out("expression", "it is false")),
            Err(why) => {
                let what = format!("`filter.expression` of the rules cannot be worked out: {why}");
                Err(Problem::Template(what))
            }
        }
    }

    /// Checks the conditions on reservations, by the day on which the last one begins that is confirmed and not cancelled.
    ///
    /// # Errors
    /// [`Problem::LeftOut`], with the condition that is not met.
    pub fn check_reservations(&self, last: Option<NaiveDate>) -> Result<(), Problem> {
        match self.last_reservation_since {
            // Whoever has one since that day has one.
            Some(since) if last.is_none_or(|last| last < since) => {
                let what = format!("no confirmed one since {since}");
                Err(left_out("last_reservation_since", &what))
            }
            None if self.confirmed_reservation && last.is_none() => {
                Err(left_out("confirmed_reservation", "there is none"))
            }
            _ => Ok(()),
        }
    }
}

fn left_out(condition: &str, why: &str) -> Problem {
    Problem::LeftOut(format!("{condition}: {why}"))
}

fn in_words(kind: Kind) -> &'static str {
    match kind {
        Kind::Person => "person",
        Kind::Company => "company",
        Kind::Unclear => "unclear",
    }
}
