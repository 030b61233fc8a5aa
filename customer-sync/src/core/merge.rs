//! The three-way merge of one field: the value applied last, the source's value now, Billit's value now, and the
//! field's policy.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::change::Change;
use super::field::Field;
use super::fingerprint::{Fingerprint, SourceFingerprint, field_fingerprint, with_toggled_plus};
use super::policy::FieldPolicy;
use super::same::same;
use super::stored_values::StoredValues;
use super::values::Values;

/// What is done with a field that differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FieldDecision {
    /// The source's value is written; with `None` the field is cleared.
    Write,
    /// Billit's value stays, for this reason.
    Keep(&'static str),
    /// Billit's value stays until a person decides, for this reason.
    Conflict(&'static str),
}

/// The reason of a note about a correction made by hand in Billit.
pub(crate) const EDITED_IN_BILLIT: &str = "kept: changed in Billit, unchanged in the source";

/// The reason of a note about a value that a run of [`WriteMode::LinkOnly`](super::policy::WriteMode::LinkOnly) found.
pub(crate) const ONLY_LINKED: &str =
    "kept: an old difference, and the rules only link; a later change in the source is written";

const POLICY_KEEPS: &str = "kept: set in Billit, and the policy keeps it";

/// Decides one field that differs.
///
/// If `last`, what both sides had when the source's value was applied last, is not known, it is not known either which
/// side has changed: the policy decides. If it is known, a side that has not changed does not win: Billit's value stays
/// while the source is as it was, and where the source alone has changed its value is written, unless the policy keeps
/// Billit's value ([`FieldPolicy::FillIfEmpty`], [`FieldPolicy::ReportOnly`], [`FieldPolicy::OnlyOnCreate`], and
/// [`FieldPolicy::PreferBillit`] where it never came from the source) or does not clear. Only a value that came from the
/// source is cleared. Where both have changed, the policy decides.
/// `customer-sync/tests/memory.rs` prints the whole table.
///
/// ```
/// use customer_sync::merge::{FieldDecision, LastValue, decide};
/// use customer_sync::FieldPolicy;
///
/// let city = "City".parse().unwrap();
/// let last = LastValue::hashed(Some("Gent"));
/// // Changed in Billit by hand: the source has not changed.
/// let decision = decide(&city, FieldPolicy::Overwrite, Some((&last).into()), Some("Gent"), Some("Brugge"));
/// assert_eq!(decision, FieldDecision::Keep("kept: changed in Billit, unchanged in the source"));
/// // Changed in the source.
/// let decision = decide(&city, FieldPolicy::PreferBillit, Some((&last).into()), Some("Aalst"), Some("Gent"));
/// assert_eq!(decision, FieldDecision::Write);
/// ```
#[must_use]
pub fn decide(
    field: &Field,
    policy: FieldPolicy,
    last: Option<Last<'_>>,
    source: Option<&str>,
    billit: Option<&str>,
) -> FieldDecision {
    use FieldDecision::{Conflict, Keep, Write};

    if policy == FieldPolicy::OnlyOnCreate {
        return Keep("kept: written only when a party is created");
    }
    let Some(last) = last else {
        return match policy {
            _ if billit.is_none() && source.is_some() => Write,
            _ if source.is_none() => Keep("kept: the source has none, and may never have had one"),
            FieldPolicy::PreferBillit | FieldPolicy::FillIfEmpty => Keep(POLICY_KEEPS),
            FieldPolicy::ReportOnly => {
                Conflict("differs, and it is not known which side has changed")
            }
            _ => Write,
        };
    };
    let source_changed = !last.source.is(field, source);
    let billit_changed = last.has_billit_changed(field, billit);
    match (source_changed, billit_changed) {
        (false, true) => Keep(EDITED_IN_BILLIT),
        (false, false) => Keep(match (last.billit, policy) {
            (None, _) => "kept: neither side has changed",
            (_, FieldPolicy::PreferBillit | FieldPolicy::FillIfEmpty) => POLICY_KEEPS,
            _ => "kept: an old difference, and neither side has changed since",
        }),
        (true, _) if source.is_none() => match (policy, last.source.is(field, billit)) {
            (FieldPolicy::Overwrite | FieldPolicy::PreferBillit, true) => Write,
            (FieldPolicy::ReportOnly, _) => Conflict("cleared in the source"),
            (_, false) if billit_changed => Keep("kept: cleared in the source, changed in Billit"),
            (_, false) => Keep("kept: cleared in the source, but Billit's value is another one"),
            _ => Keep("kept: a blank in the source clears nothing here"),
        },
        (true, _) if billit.is_none() && !billit_changed => Write,
        (true, false) => match policy {
            FieldPolicy::FillIfEmpty => Keep(POLICY_KEEPS),
            // Billit's value never came from the source.
            FieldPolicy::PreferBillit if !last.source.is(field, billit) => Keep(POLICY_KEEPS),
            FieldPolicy::ReportOnly => Conflict("changed in the source"),
            _ => Write,
        },
        (true, true) => match policy {
            FieldPolicy::Overwrite | FieldPolicy::OverwriteNonEmpty => Write,
            FieldPolicy::ReportOnly => Conflict("changed on both sides"),
            _ => Keep("kept: changed on both sides, and the policy keeps Billit's value"),
        },
    }
}

/// What both sides had in a field when the source's value was applied last. `Debug` shows no value.
#[derive(Clone, Copy, Debug)]
pub struct Last<'a> {
    /// The source's value.
    pub source: &'a LastValue,
    /// Billit's value, if it was another one and stayed.
    pub billit: Option<&'a LastValue>,
}

impl Last<'_> {
    /// Whether Billit's value is none that it is known to have had.
    #[must_use]
    pub fn has_billit_changed(&self, field: &Field, billit: Option<&str>) -> bool {
        let was_kept = self.billit.is_some_and(|kept| kept.is(field, billit));
        !was_kept && !self.source.is(field, billit)
    }
}

/// Both sides had this value.
impl<'a> From<&'a LastValue> for Last<'a> {
    fn from(source: &'a LastValue) -> Self {
        Self {
            source,
            billit: None,
        }
    }
}

/// The source's value of a field when it was applied last. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum LastValue {
    /// A hash, so that the value cannot be read from the store. A field with few possible values, such as a city, can
    /// be guessed from its hash.
    Hash(Fingerprint),
    /// The value itself.
    Value(Option<String>),
}

impl LastValue {
    /// The value as a hash.
    #[must_use]
    pub fn hashed(value: Option<&str>) -> Self {
        Self::Hash(Fingerprint::of_value(value))
    }

    /// The value itself.
    #[must_use]
    pub fn plain(value: Option<&str>) -> Self {
        Self::Value(value.map(str::to_owned))
    }

    /// As a store keeps the value of a field.
    pub(crate) fn stored(field: &Field, value: Option<&str>, stored: StoredValues) -> Self {
        match stored {
            StoredValues::Hashed => Self::Hash(field_fingerprint(field, value)),
            StoredValues::Plain => Self::plain(value),
        }
    }

    /// The value, if it is not a hash. `Some(None)` is a blank.
    #[must_use]
    pub fn value(&self) -> Option<Option<&str>> {
        match self {
            Self::Hash(_) => None,
            Self::Value(value) => Some(value.as_deref()),
        }
    }

    /// Whether a value is the same as this one. For a hash, another spelling is another value, except the `+` of a
    /// phone: Planyo may write it in its lists and leave it out of one user's data.
    #[must_use]
    pub fn is(&self, field: &Field, value: Option<&str>) -> bool {
        match self {
            Self::Hash(last) => {
                let other = value.and_then(|value| with_toggled_plus(field, value));
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

/// The source's values of a customer when they were applied last, by field. `Debug` shows the fields, no values.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Applied(BTreeMap<Field, LastValue>);

impl Applied {
    /// These values, plain or as hashes.
    #[must_use]
    pub fn of(values: &Values, stored: StoredValues) -> Self {
        let fields = values.iter();
        let last = fields.map(|(field, value)| {
            let last = LastValue::stored(&field, value, stored);
            (field, last)
        });
        Self(last.collect())
    }

    /// Whether it has no field.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The last value of a field.
    #[must_use]
    pub fn get(&self, field: &Field) -> Option<&LastValue> {
        self.0.get(field)
    }

    /// Whether a field had this value, stored in this way.
    pub(crate) fn has(&self, field: &Field, value: Option<&str>, stored: StoredValues) -> bool {
        self.get(field) == Some(&LastValue::stored(field, value, stored))
    }

    /// Forgets the last value of a field.
    pub(crate) fn forget(&mut self, field: &Field) {
        self.0.remove(field);
    }

    /// Adds the value of a field that has none.
    pub fn add(&mut self, field: &Field, last: LastValue) {
        self.0.entry(field.clone()).or_insert(last);
    }

    /// Takes over the values of all fields that `values` has.
    pub fn extend(&mut self, values: &Self) {
        let values = values.0.iter();
        self.0
            .extend(values.map(|(field, last)| (field.clone(), last.clone())));
    }

    /// Takes over the values that were written.
    pub fn record(&mut self, changes: &[Change], stored: StoredValues) {
        for change in changes {
            let last = LastValue::stored(&change.field, change.after.as_deref(), stored);
            self.0.insert(change.field.clone(), last);
        }
    }

    /// The fingerprint of the values as those of a source. It is the same for plain values and hashes.
    #[must_use]
    pub fn source_fingerprint(&self) -> SourceFingerprint {
        let values = self.0.iter().map(|(field, last)| {
            let value = match last {
                LastValue::Hash(hash) => *hash,
                LastValue::Value(value) => field_fingerprint(field, value.as_deref()),
            };
            (field, value)
        });
        SourceFingerprint::of(values)
    }
}

impl fmt::Debug for Applied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set()
            .entries(self.0.keys().map(ToString::to_string))
            .finish()
    }
}
