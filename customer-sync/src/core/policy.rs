//! Which side's value of a field is written.

use serde::{Deserialize, Serialize};

/// What is done in Billit at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum WriteMode {
    /// Parties are created and changed.
    #[default]
    CreateAndUpdate,
    /// New customers get a party; parties that are there are left alone.
    CreateOnly,
    /// Parties that are there are changed, and linked; nobody is created.
    UpdateOnly,
}

/// Whose value counts where both sides have one and they differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FieldPolicy {
    /// The source's value is written. Where a store knows that the source had a value and has none now, the field is
    /// cleared. Default of every field that has no other policy.
    Overwrite,
    /// The source's value is written, but a blank in the source clears nothing.
    OverwriteNonEmpty,
    /// Billit's value is kept, and a blank there is filled. Where a store knows that only the source has changed, its new
    /// value is written.
    PreferBillit,
    /// Billit's value is kept, whatever the source says later; a blank there is filled.
    FillIfEmpty,
    /// A difference is reported as a note and nothing is written, unless a store knows which side alone has changed or
    /// Billit has a blank.
    ReportOnly,
    /// Written when the party is created, and never again, not even where Billit has a blank.
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
