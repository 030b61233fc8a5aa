//! What is sent of a record: fields by the names that Billit gives them, each set once.

use std::collections::BTreeMap;
use std::fmt;

use chrono::{NaiveDate, NaiveDateTime};
use rust_decimal::Decimal;
use serde::{Serialize, Serializer};

use crate::wire;

/// The fields that are set. Its `Debug` shows their names alone.
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(crate) struct Fields(BTreeMap<&'static str, Field>);

impl Fields {
    /// A second value of a field replaces the first.
    pub(crate) fn set(&mut self, name: &'static str, value: impl Into<Field>) {
        self.0.insert(name, value.into());
    }

    /// Adds an object to a field that is a list of them.
    pub(crate) fn push(&mut self, name: &'static str, object: Fields) {
        let list = self.0.entry(name).or_insert(Field::List(Vec::new()));
        if let Field::List(objects) = list {
            objects.push(object);
        }
    }

    pub(crate) fn remove(&mut self, name: &'static str) {
        self.0.remove(name);
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.0.keys().copied()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.names()).finish()
    }
}

/// The value of a field.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Field {
    Null,
    Text(String),
    Flag(bool),
    Number(i64),
    Amount(Decimal),
    Date(NaiveDate),
    Time(NaiveDateTime),
    List(Vec<Fields>),
}

impl Serialize for Field {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Text(text) => text.serialize(serializer),
            Self::Flag(flag) => flag.serialize(serializer),
            Self::Number(number) => number.serialize(serializer),
            Self::Amount(amount) => wire::write_decimal(&Some(*amount), serializer),
            Self::Date(date) => date.serialize(serializer),
            Self::Time(time) => time.serialize(serializer),
            Self::List(objects) => objects.serialize(serializer),
        }
    }
}

macro_rules! from {
    ($($type:ty => $kind:ident,)*) => {
        $(impl From<$type> for Field {
            fn from(value: $type) -> Self {
                Self::$kind(value)
            }
        })*
    };
}

from! {
    String => Text,
    bool => Flag,
    i64 => Number,
    Decimal => Amount,
    NaiveDate => Date,
    NaiveDateTime => Time,
}
