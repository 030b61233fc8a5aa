//! A field to write, and a difference that is not written.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::field::Field;
use super::values::Values;

/// One field to write.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The field.
    pub field: Field,
    /// Its value in Billit when the plan was made.
    pub before: Option<String>,
    /// Its value afterwards; `None` clears it.
    pub after: Option<String>,
}

impl fmt::Debug for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Change({})", self.field)
    }
}

/// The beginning of the reason of a text that was not understood and is in the field all the same.
pub(crate) const KEPT_AS_TYPED: &str = "kept as typed";
/// The same of a text that Billit has refused before.
pub(crate) const REFUSED_BEFORE: &str = "not sent again, since Billit refused it";

/// A difference that is not written, or a text of the source that was not understood, and why. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Note {
    /// The field.
    pub field: Field,
    /// Why it stays as it is. It contains no values.
    pub reason: String,
    /// Whether [`source`](Self::source) is a text that was not understood: it was left out, or kept as typed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub not_understood: bool,
    /// The value in the source, if it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The value in Billit, if it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub billit: Option<String>,
}

impl Note {
    /// A note without values.
    #[must_use]
    pub fn new(field: Field, reason: impl Into<String>) -> Self {
        Self {
            field,
            reason: reason.into(),
            not_understood: false,
            source: None,
            billit: None,
        }
    }

    /// A note of a text that was not understood.
    pub(crate) fn not_understood(field: Field, words: &str, reason: impl Into<String>) -> Self {
        Self {
            not_understood: true,
            source: Some(words.to_owned()),
            ..Self::new(field, reason)
        }
    }

    /// Whether it is on a value that Billit's API takes only for a new party.
    #[must_use]
    pub fn is_only_for_new_party(&self) -> bool {
        !self.not_understood && !self.field.is_patchable()
    }

    /// Says of a text that was kept as typed that it is not in Billit, for one of these reasons.
    pub(crate) fn say_left_out(&mut self, why: &str) {
        self.reason = self.reason.replacen(KEPT_AS_TYPED, why, 1);
    }
}

impl fmt::Debug for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Note({} {})", self.field, self.reason)
    }
}

pub(crate) fn change(field: &Field, before: Option<&str>, after: Option<&str>) -> Change {
    Change {
        field: field.clone(),
        before: before.map(str::to_owned),
        after: after.map(str::to_owned),
    }
}

/// Values as the changes of a party that does not exist yet.
pub(crate) fn all_new(values: &Values) -> Vec<Change> {
    let given = values.iter().filter(|(_, value)| value.is_some());
    given
        .map(|(field, value)| change(&field, None, value))
        .collect()
}
