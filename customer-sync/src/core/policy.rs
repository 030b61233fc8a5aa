//! Which side's value of a field wins.

use serde::{Deserialize, Serialize};

/// Whether parties are created, changed, or both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum WriteMode {
    /// Parties are created and changed.
    #[default]
    CreateAndUpdate,
    /// New customers get a party; existing parties are not changed.
    CreateOnly,
    /// Existing parties are changed and linked; no party is created.
    UpdateOnly,
}

/// Which side's value wins if both sides have a value and they differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FieldPolicy {
    /// The source's value is written. If a store knows that the source had a value and has none now, the field is
    /// cleared. Default for every field without another policy.
    Overwrite,
    /// The source's value is written, but a blank in the source never clears Billit's value.
    OverwriteNonEmpty,
    /// Billit's value is kept, and a blank there is filled. If a store knows that only the source has changed, the
    /// source's new value is written.
    PreferBillit,
    /// Billit's value is kept, even if the source changes later; a blank there is filled.
    FillIfEmpty,
    /// A difference is reported as a note and never written, except into a blank in Billit.
    ReportOnly,
    /// Written when the party is created and never again, even if Billit has a blank.
    OnlyOnCreate,
}

impl FieldPolicy {
    /// Its name in a file of rules.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Overwrite => "overwrite",
            Self::OverwriteNonEmpty => "overwrite_non_empty",
            Self::PreferBillit => "prefer_billit",
            Self::FillIfEmpty => "fill_if_empty",
            Self::ReportOnly => "report_only",
            Self::OnlyOnCreate => "only_on_create",
        }
    }
}
