//! Which side's value of a field wins.

use serde::{Deserialize, Serialize};

/// Whether parties are created, changed, or both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
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
    /// Only links are written, to the parties that match: for the first run on books that an accountant has kept for
    /// years, and for the first run after a store was lost. Both sides are stored as they are, so that the runs after it
    /// write what changes in the source from then on, as far as the [policy](FieldPolicy) of the field lets them, and leave
    /// the old differences alone. No party is created, since a
    /// new party is more than a link: the next run with another mode creates it. A customer that was stored before and
    /// differs is skipped, so that no change is lost.
    ///
    /// It needs a store (`SyncOptions::store`): without one the next run could not know the old
    /// differences, and would write all of them.
    LinkOnly,
}

impl WriteMode {
    /// Whether parties are created.
    pub(crate) fn creates(self) -> bool {
        matches!(self, Self::CreateAndUpdate | Self::CreateOnly)
    }
}

/// Which side's value wins if both sides have a value and they differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FieldPolicy {
    /// The source's value is written. If a store knows that the source had a value and has none now, the field is
    /// cleared. Default for every field without another policy.
    Overwrite,
    /// The source's value is written, but a blank in the source never clears Billit's value.
    OverwriteNonEmpty,
    /// Billit's value is kept, and a blank there is filled. If a store knows that Billit's value came from the source and
    /// that only the source has changed, the source's new value is written; a value that an accountant set, before the
    /// customer was linked or after, stays. Default for the VAT number, whether the customer is liable to VAT, and the
    /// language.
    PreferBillit,
    /// Billit's value is kept, even if the source changes later; a blank there is filled. Default for the e-mail address
    /// and the contact of whoever may be a company.
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
