//! What becomes of one field: from what was applied last, what the source says now, what Billit has now, and who owns
//! it.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::change::Change;
use super::field::Field;
use super::fingerprint::{Fingerprint, fingerprint, other_plus, without_blanks};
use super::policy::FieldPolicy;
use super::same::same;
use super::values::Values;

/// What is done with a field that differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Decision {
    /// The source's value is written; with `None` the field is cleared.
    Write,
    /// Billit's value stays, for this reason.
    Keep(&'static str),
    /// Billit's value stays until someone decides, for this reason.
    Conflict(&'static str),
}

/// Why a correction stays that somebody made in Billit.
pub(crate) const BY_A_PERSON: &str = "kept: changed in Billit, unchanged in the source";

/// Decides one field that differs.
///
/// Without a memory of what was applied last, nobody can tell who changed what: then the policy alone decides. With it, a
/// side that has changed goes before one that has not, and only where both have, the policy decides.
///
/// ```
/// use customer_sync::merge::{Decision, LastValue, decide};
/// use customer_sync::FieldPolicy;
///
/// let city = "City".parse().unwrap();
/// let last = LastValue::hashed(Some("Gent"));
/// // Moved in Billit by hand: the source still says what it said.
/// let decision = decide(&city, FieldPolicy::Overwrite, Some(&last), Some("Gent"), Some("Brugge"));
/// assert_eq!(decision, Decision::Keep("kept: changed in Billit, unchanged in the source"));
/// // Moved in the source.
/// assert_eq!(decide(&city, FieldPolicy::PreferBillit, Some(&last), Some("Aalst"), Some("Gent")), Decision::Write);
/// ```
#[must_use]
pub fn decide(
    field: &Field,
    policy: FieldPolicy,
    last: Option<&LastValue>,
    source: Option<&str>,
    target: Option<&str>,
) -> Decision {
    use Decision::{Conflict, Keep, Write};

    if policy == FieldPolicy::OnlyOnCreate {
        return Keep("kept: written only when a party is created");
    }
    let Some(last) = last else {
        return match policy {
            _ if target.is_none() && source.is_some() => Write,
            _ if source.is_none() => Keep("kept: the source has none, and may never have had one"),
            FieldPolicy::PreferBillit | FieldPolicy::FillIfEmpty => {
                Keep("kept: set in Billit, which owns this field")
            }
            FieldPolicy::ReportOnly => Conflict("differs, and nobody knows which side has changed"),
            _ => Write,
        };
    };
    let (source_changed, target_changed) = (!last.is(field, source), !last.is(field, target));
    match (source_changed, target_changed) {
        (false, true) => Keep(BY_A_PERSON),
        (false, false) => Keep("kept: neither side has changed"),
        (true, _) if source.is_none() => match (policy, target_changed) {
            (FieldPolicy::Overwrite | FieldPolicy::PreferBillit, false) => Write,
            (FieldPolicy::ReportOnly, _) => Conflict("cleared in the source"),
            (_, true) => Keep("kept: cleared in the source, changed in Billit"),
            _ => Keep("kept: a blank in the source clears nothing here"),
        },
        (true, _) if target.is_none() && !target_changed => Write,
        (true, false) => match policy {
            FieldPolicy::FillIfEmpty => Keep("kept: set in Billit, which owns this field"),
            FieldPolicy::ReportOnly => Conflict("changed in the source"),
            _ => Write,
        },
        (true, true) => match policy {
            FieldPolicy::Overwrite | FieldPolicy::OverwriteNonEmpty => Write,
            FieldPolicy::ReportOnly => Conflict("changed on both sides"),
            _ => Keep("kept: changed on both sides, and Billit owns this field"),
        },
    }
}

/// What the source said of a field when it was applied last. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum LastValue {
    /// A hash of it, from which whoever has the store does not read a customer. What has few values, such as a city, can
    /// be guessed from its hash all the same.
    Hash(Fingerprint),
    /// The value itself.
    Value(Option<String>),
}

impl LastValue {
    /// Its hash.
    #[must_use]
    pub fn hashed(value: Option<&str>) -> Self {
        Self::Hash(Fingerprint::of_value(value))
    }

    /// Itself.
    #[must_use]
    pub fn plain(value: Option<&str>) -> Self {
        Self::Value(value.map(str::to_owned))
    }

    /// The value, where it is kept as it is; `Some(None)` is a blank.
    #[must_use]
    pub fn value(&self) -> Option<Option<&str>> {
        match self {
            Self::Hash(_) => None,
            Self::Value(value) => Some(value.as_deref()),
        }
    }

    /// Whether a value is this one. A hash tells another spelling for another value, but for the `+` of a phone: Planyo
    /// may write it in its lists and leave it out of one user's data.
    #[must_use]
    pub fn is(&self, field: &Field, value: Option<&str>) -> bool {
        match self {
            Self::Hash(last) => {
                let other = value.and_then(|value| other_plus(field, value));
                *last == Fingerprint::of_value(value)
                    || other.is_some_and(|value| *last == Fingerprint::of_value(Some(&value)))
            }
            Self::Value(last) => same(field, last.as_deref(), value),
        }
    }
}

impl fmt::Debug for LastValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LastValue(..)")
    }
}

/// What the source said of a customer when it was applied last, by field. `Debug` shows the fields.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Applied(BTreeMap<Field, LastValue>);

impl Applied {
    /// Of these values, as hashes or as they are.
    #[must_use]
    pub fn of(values: &Values, stored: StoredValues) -> Self {
        let fields = values.iter();
        let last = fields.map(|(field, value)| {
            let last = stored.last(&field, value);
            (field, last)
        });
        Self(last.collect())
    }

    /// Whether nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The last value of a field.
    #[must_use]
    pub fn get(&self, field: &Field) -> Option<&LastValue> {
        self.0.get(field)
    }

    /// Whether a field had this value, kept in this way.
    pub(crate) fn has(&self, field: &Field, value: Option<&str>, stored: StoredValues) -> bool {
        self.get(field) == Some(&stored.last(field, value))
    }

    /// Takes over what the source says of the fields it has now.
    pub fn extend(&mut self, said: &Self) {
        let said = said.0.iter();
        self.0
            .extend(said.map(|(field, last)| (field.clone(), last.clone())));
    }

    /// Takes over what was written.
    pub fn record(&mut self, changes: &[Change], stored: StoredValues) {
        for change in changes {
            let last = stored.last(&change.field, change.after.as_deref());
            self.0.insert(change.field.clone(), last);
        }
    }

    /// The fingerprint of what the source said: the same however it is kept.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        let values = self.0.iter().map(|(field, last)| {
            let value = match last {
                LastValue::Hash(hash) => *hash,
                LastValue::Value(value) => fingerprint(field, value.as_deref()),
            };
            (field, value)
        });
        without_blanks(values)
    }
}

impl fmt::Debug for Applied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set()
            .entries(self.0.keys().map(ToString::to_string))
            .finish()
    }
}

/// How a store keeps what was applied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoredValues {
    /// As they are: another spelling in Billit is known for the same value, the change log can be read, and a run can be
    /// taken back. The store holds the personal data that Billit holds; keep it as safely.
    #[default]
    Plain,
    /// As hashes, so that the store holds no personal data: no values, only fields, reasons, keys and ids. A run cannot
    /// be taken back then.
    Hashed,
}

impl StoredValues {
    pub(crate) fn last(self, field: &Field, value: Option<&str>) -> LastValue {
        match self {
            Self::Hashed => LastValue::Hash(fingerprint(field, value)),
            Self::Plain => LastValue::plain(value),
        }
    }
}
