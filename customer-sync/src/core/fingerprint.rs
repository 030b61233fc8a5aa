//! Hashes of values, to notice whether a side has changed.

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use billit_client::parties::TextField;
use serde::{Deserialize, Serialize};

use super::field::{Field, LANGUAGE};
use crate::normalize::text;

/// A short hash of values. It is equal if the values are equal, spaces around them aside. As text it is 32 hex digits.
/// It is made to notice changes, not to hide values: a field with few possible values can be guessed from its hash.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Fingerprint([u8; 16]);

impl Fingerprint {
    /// The hash of texts, each with its length, so that no two lists give the same bytes.
    pub(crate) fn of_texts(texts: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        let mut hash = hmac_sha256::Hash::new();
        for text in texts {
            let text = text.as_ref();
            hash.update(text.len().to_le_bytes());
            hash.update(text);
        }
        Self::finish(hash)
    }

    /// The hash of texts under a secret. Without the secret they cannot be guessed from it.
    pub(crate) fn keyed(secret: &[u8], texts: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        let mut hash = hmac_sha256::HMAC::new(secret);
        for text in texts {
            let text = text.as_ref();
            hash.update(text.len().to_le_bytes());
            hash.update(text);
        }
        let whole = hash.finalize();
        Self(whole.first_chunk().copied().unwrap_or_default())
    }

    /// The hash of one value. A blank has a hash too.
    pub(crate) fn of_value(value: Option<&str>) -> Self {
        let clean = value.and_then(text::cleaned).unwrap_or_default();
        let mut hash = hmac_sha256::Hash::new();
        hash.update(clean.len().to_le_bytes());
        hash.update(&*clean);
        Self::finish(hash)
    }

    /// The hash of the values of fields, in the order given.
    pub(crate) fn of_fields<F: Borrow<Field>>(values: impl IntoIterator<Item = (F, Self)>) -> Self {
        let mut hash = hmac_sha256::Hash::new();
        for (field, value) in values {
            let field = field.borrow();
            hash.update(field.wire_name());
            if let Field::Identifier(key) | Field::Custom(key) = field {
                hash.update("/");
                hash.update(key);
            }
            // No name contains a zero byte, so it marks the end of the name.
            hash.update([0]);
            hash.update(value.0);
        }
        Self::finish(hash)
    }

    fn finish(hash: hmac_sha256::Hash) -> Self {
        let whole = hash.finalize();
        Self(whole.first_chunk().copied().unwrap_or_default())
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", u128::from_be_bytes(self.0))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fingerprint(..)")
    }
}

/// The text is not 32 hex digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a fingerprint is 32 hex digits")]
pub struct ParseFingerprintError;

impl FromStr for Fingerprint {
    type Err = ParseFingerprintError;

    fn from_str(text: &str) -> Result<Self, ParseFingerprintError> {
        let is_hex = text.len() == 32 && text.bytes().all(|c| c.is_ascii_hexdigit());
        let number = u128::from_str_radix(text, 16).ok().filter(|_| is_hex);
        number
            .map(|number| Self(number.to_be_bytes()))
            .ok_or(ParseFingerprintError)
    }
}

impl TryFrom<String> for Fingerprint {
    type Error = ParseFingerprintError;

    fn try_from(text: String) -> Result<Self, ParseFingerprintError> {
        text.parse()
    }
}

impl From<Fingerprint> for String {
    fn from(fingerprint: Fingerprint) -> Self {
        fingerprint.to_string()
    }
}

/// A phone without its `+`, or with one if it has none.
pub(crate) fn with_toggled_plus(field: &Field, value: &str) -> Option<String> {
    let other = || match value.strip_prefix('+') {
        Some(digits) => digits.to_owned(),
        None => format!("+{value}"),
    };
    is_phone(field).then(other)
}

fn is_phone(field: &Field) -> bool {
    matches!(
        field,
        Field::Text(TextField::Phone | TextField::Mobile | TextField::Fax)
    )
}

/// The fingerprint of one value. A phone is hashed without its `+`, which Planyo may leave out of some answers.
pub(crate) fn field_fingerprint(field: &Field, value: Option<&str>) -> Fingerprint {
    let plain = |value| {
        if is_phone(field) {
            without_plus(value)
        } else {
            value
        }
    };
    Fingerprint::of_value(value.map(plain))
}

fn without_plus(value: &str) -> &str {
    value.strip_prefix('+').unwrap_or(value)
}

/// A fingerprint of what a source says of a customer, to notice whether it has changed.
///
/// The language is apart: a list of Planyo's users may not have it (unknown), and the data of one user do (documented).
/// That a record does not have it is no change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SourceFingerprint {
    /// Everything but the language.
    pub record: Fingerprint,
    /// The language; `None` if no record has said it so far.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Fingerprint>,
}

impl SourceFingerprint {
    /// The fingerprint of values by field, each with its own fingerprint.
    pub(crate) fn of<F: Borrow<Field>>(values: impl Iterator<Item = (F, Fingerprint)>) -> Self {
        let mut language = None;
        let record = fingerprint_without_blanks(values.filter(|(field, value)| {
            let is_language = *field.borrow() == LANGUAGE;
            if is_language && *value != *BLANK {
                language = Some(*value);
            }
            !is_language
        }));
        Self { record, language }
    }

    /// Whether nothing has changed, as far as both say.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        let languages = self.language.zip(other.language);
        self.record == other.record && languages.is_none_or(|(ours, theirs)| ours == theirs)
    }

    /// This one, with what an earlier one said of the rest.
    pub(crate) fn after(self, earlier: &Self) -> Self {
        let language = self.language.or(earlier.language);
        Self { language, ..self }
    }
}

static BLANK: LazyLock<Fingerprint> = LazyLock::new(|| Fingerprint::of_value(None));

/// The fingerprint of the values of one side. A blank counts as a field that is not there, since lists and single
/// records may differ in that.
pub(crate) fn values_fingerprint<'a, F: Borrow<Field>>(
    values: impl Iterator<Item = (F, Option<&'a str>)>,
) -> Fingerprint {
    let given = values.filter_map(|(field, value)| {
        let value = field_fingerprint(field.borrow(), Some(value?));
        Some((field, value))
    });
    fingerprint_without_blanks(given)
}

fn fingerprint_without_blanks<F: Borrow<Field>>(
    values: impl Iterator<Item = (F, Fingerprint)>,
) -> Fingerprint {
    Fingerprint::of_fields(values.filter(|(_, value)| *value != *BLANK))
}
