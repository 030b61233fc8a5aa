//! What to change of a party.

use std::collections::BTreeMap;
use std::fmt;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::TextField;

/// Changes to a party: each field is set, cleared, or left as it is.
///
/// ```
/// use billit_client::parties::{PartyPatch, TextField};
///
/// let patch = PartyPatch::new()
///     .set(TextField::City, "Gent")
///     .clear(TextField::Fax)
///     .vat_liable(true);
/// assert_eq!(
///     serde_json::to_string(&patch)?,
///     r#"{"City":"Gent","Fax":null,"VATLiable":true}"#
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// Billit changes no website by PATCH, so there is none to set:
///
/// ```compile_fail,E0599
/// use billit_client::parties::{PartyPatch, TextField};
/// PartyPatch::new().set(TextField::Website, "https://example.com");
/// ```
///
/// `Debug` shows names, never values.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct PartyPatch {
    texts: BTreeMap<TextField, Option<String>>,
    vat_liable: Option<bool>,
    clear_as: ClearAs,
}

/// How a cleared field is sent. The documentation does not say how Billit clears one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClearAs {
    /// `null`, which another of Billit's PATCH methods has in its example.
    #[default]
    Null,
    /// `""`.
    EmptyText,
}

const VAT_LIABLE: &str = "VATLiable";

impl PartyPatch {
    /// No changes.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a field.
    #[must_use]
    pub fn set(mut self, field: TextField, value: impl Into<String>) -> Self {
        self.texts.insert(field, Some(value.into()));
        self
    }

    /// Empties a field.
    #[must_use]
    pub fn clear(mut self, field: TextField) -> Self {
        self.texts.insert(field, None);
        self
    }

    /// Sets whether the party is liable to VAT.
    #[must_use]
    pub fn vat_liable(mut self, liable: bool) -> Self {
        self.vat_liable = Some(liable);
        self
    }

    /// How cleared fields are sent. Default: as `null`.
    #[must_use]
    pub fn clear_as(mut self, clear_as: ClearAs) -> Self {
        self.clear_as = clear_as;
        self
    }

    /// Whether nothing is changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty() && self.vat_liable.is_none()
    }

    /// The names of the changed fields as Billit spells them.
    pub fn fields(&self) -> impl Iterator<Item = &'static str> {
        let texts = self.texts.keys().map(|field| field.wire_name());
        texts.chain(self.vat_liable.map(|_| VAT_LIABLE))
    }
}

impl Serialize for PartyPatch {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (field, value) in &self.texts {
            match (value, self.clear_as) {
                (Some(value), _) => map.serialize_entry(field.wire_name(), value)?,
                (None, ClearAs::Null) => map.serialize_entry(field.wire_name(), &())?,
                (None, ClearAs::EmptyText) => map.serialize_entry(field.wire_name(), "")?,
            }
        }
        if let Some(liable) = self.vat_liable {
            map.serialize_entry(VAT_LIABLE, &liable)?;
        }
        map.end()
    }
}

impl fmt::Debug for PartyPatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PartyPatch ")?;
        f.debug_set().entries(self.fields()).finish()
    }
}
