//! The part of `OData` v3 that the listings understand: `$filter` and `$orderby`.

mod parse;
#[cfg(test)]
mod tests;

use std::{cmp::Ordering, collections::BTreeSet};

use chrono::NaiveDateTime;
use serde_json::Value;

use super::record::{Kind, Model, Record, parse_time};

/// The description of a `GenericError`.
pub(super) type Refusal = String;

/// What a query may do.
pub(super) struct Rules<'a> {
    pub(super) model: &'a Model,
    pub(super) forbidden: &'a BTreeSet<String>,
    pub(super) ignore_case: bool,
}

impl Rules<'_> {
    fn property(&self, name: &str) -> Result<Kind, Refusal> {
        let kind = self.model.kind_of(name);
        let kind = kind.filter(|_| !self.forbidden.contains(name));
        kind.ok_or_else(|| {
            let type_name = self.model.type_name;
            let name = self.within(name);
            format!("Could not find a property named '{name}' on type '{type_name}'.")
        })
    }

    /// For a path whose first step exists, the error names the last one.
    fn within<'n>(&self, name: &'n str) -> &'n str {
        let Some((owner, property)) = name.split_once('/') else {
            return name;
        };
        let mut paths = self
            .model
            .fields
            .iter()
            .filter_map(|(known, _)| known.split_once('/'));
        if paths.any(|(known, _)| known == owner) {
            property
        } else {
            name
        }
    }
}

/// A condition on a record.
#[derive(Debug)]
pub(super) struct Filter {
    expression: Expression,
    ignore_case: bool,
}

impl Filter {
    pub(super) fn parse(text: &str, rules: &Rules) -> Result<Self, Refusal> {
        let expression = parse::condition(text, rules)?;
        let ignore_case = rules.ignore_case;
        Ok(Self {
            expression,
            ignore_case,
        })
    }

    pub(super) fn accepts(&self, record: &Record) -> bool {
        self.expression.value(record, self.ignore_case) == Scalar::Flag(true)
    }
}

/// The order of a listing: properties, and whether each descends.
#[derive(Debug, Default)]
pub(super) struct OrderBy(Vec<(Property, bool)>);

impl OrderBy {
    pub(super) fn parse(text: &str, rules: &Rules) -> Result<Self, Refusal> {
        let mut keys = Vec::new();
        for key in text.split(',') {
            let words: Vec<_> = key.split_whitespace().collect();
            let (name, descends) = match words.as_slice() {
                [name] | [name, "asc"] => (*name, false),
                [name, "desc"] => (*name, true),
                _ => return Err(format!("Syntax error in $orderby '{text}'.")),
            };
            let kind = rules.property(name)?;
            if matches!(kind, Kind::List | Kind::Object) {
                return Err(format!("The property '{name}' cannot be used in $orderby."));
            }
            keys.push((Property::new(name, kind), descends));
        }
        Ok(Self(keys))
    }

    pub(super) fn compare(&self, one: &Record, other: &Record) -> Ordering {
        let by_key = self.0.iter().map(|(property, descends)| {
            let ordering = property.of(one).order(&property.of(other));
            if *descends {
                ordering.reverse()
            } else {
                ordering
            }
        });
        by_key.fold(Ordering::Equal, Ordering::then)
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Scalar {
    Null,
    Flag(bool),
    Number(f64),
    Text(String),
    Time(NaiveDateTime),
}

impl Scalar {
    /// `null` comes first; the parser refuses values of different types.
    fn order(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Flag(one), Self::Flag(other)) => one.cmp(other),
            (Self::Number(one), Self::Number(other)) => one.total_cmp(other),
            (Self::Text(one), Self::Text(other)) => one.cmp(other),
            (Self::Time(one), Self::Time(other)) => one.cmp(other),
            (one, other) => (*one != Self::Null).cmp(&(*other != Self::Null)),
        }
    }

    fn folded(self, ignore_case: bool) -> Self {
        match self {
            Self::Text(text) if ignore_case => Self::Text(text.to_lowercase()),
            other => other,
        }
    }

    fn into_text(self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// A property by its path, such as `CounterParty/PartyID`.
#[derive(Debug)]
struct Property {
    path: String,
    is_time: bool,
}

impl Property {
    fn new(path: &str, kind: Kind) -> Self {
        Self {
            path: path.to_owned(),
            is_time: kind == Kind::Time,
        }
    }

    fn of(&self, record: &Record) -> Scalar {
        let mut steps = self.path.split('/');
        let first = steps.next().and_then(|name| record.get(name));
        let value = steps.fold(first, |value, name| value?.get(name));
        match value {
            Some(Value::String(text)) if self.is_time => {
                parse_time(text).map_or(Scalar::Null, Scalar::Time)
            }
            Some(Value::String(text)) => Scalar::Text(text.clone()),
            Some(Value::Bool(flag)) => Scalar::Flag(*flag),
            Some(Value::Number(number)) => number.as_f64().map_or(Scalar::Null, Scalar::Number),
            _ => Scalar::Null,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comparison {
    Eq,
    Ne,
    Gt,
    Ge,
    Lt,
    Le,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Function {
    SubstringOf,
    StartsWith,
    EndsWith,
    ToLower,
    ToUpper,
}

#[derive(Debug)]
enum Expression {
    Literal(Scalar),
    Property(Property),
    Call(Function, Vec<Expression>),
    Not(Box<Expression>),
    And(Box<Expression>, Box<Expression>),
    Or(Box<Expression>, Box<Expression>),
    Compare(Comparison, Box<Expression>, Box<Expression>),
}

impl Expression {
    fn value(&self, record: &Record, ignore_case: bool) -> Scalar {
        let is_true =
            |expression: &Self| expression.value(record, ignore_case) == Scalar::Flag(true);
        match self {
            Self::Literal(literal) => literal.clone(),
            Self::Property(property) => property.of(record),
            Self::Not(inner) => Scalar::Flag(!is_true(inner)),
            Self::And(one, other) => Scalar::Flag(is_true(one) && is_true(other)),
            Self::Or(one, other) => Scalar::Flag(is_true(one) || is_true(other)),
            Self::Compare(comparison, one, other) => {
                let one = one.value(record, ignore_case).folded(ignore_case);
                let other = other.value(record, ignore_case).folded(ignore_case);
                Scalar::Flag(compare(*comparison, &one, &other))
            }
            Self::Call(function, arguments) => {
                let texts = arguments.iter().map(|argument| {
                    let text = argument.value(record, ignore_case).folded(ignore_case);
                    text.into_text()
                });
                let texts: Option<Vec<_>> = texts.collect();
                texts.map_or(Scalar::Null, |texts| call(*function, &texts))
            }
        }
    }
}

fn compare(comparison: Comparison, one: &Scalar, other: &Scalar) -> bool {
    match comparison {
        Comparison::Eq => one == other,
        Comparison::Ne => one != other,
        // No value is greater or less than null.
        _ if *one == Scalar::Null || *other == Scalar::Null => false,
        Comparison::Gt => one.order(other).is_gt(),
        Comparison::Ge => one.order(other).is_ge(),
        Comparison::Lt => one.order(other).is_lt(),
        Comparison::Le => one.order(other).is_le(),
    }
}

fn call(function: Function, texts: &[String]) -> Scalar {
    match (function, texts) {
        (Function::SubstringOf, [part, text]) => Scalar::Flag(text.contains(part.as_str())),
        (Function::StartsWith, [text, start]) => Scalar::Flag(text.starts_with(start.as_str())),
        (Function::EndsWith, [text, end]) => Scalar::Flag(text.ends_with(end.as_str())),
        (Function::ToLower, [text]) => Scalar::Text(text.to_lowercase()),
        (Function::ToUpper, [text]) => Scalar::Text(text.to_uppercase()),
        _ => Scalar::Null,
    }
}
