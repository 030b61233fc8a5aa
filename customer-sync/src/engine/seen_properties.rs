//! The custom properties that runs have seen: a new one that no rule names is a warning, once.

use std::collections::BTreeSet;

use super::error::SyncError;
use super::options::SyncOptions;
use crate::core::properties::{PropertyTally, keys_named};
use crate::core::report::SyncReport;
use crate::core::warning::Warning;
use crate::normalize::text;
use crate::store::{State, Table};

/// The properties that this run has listed, and those that earlier runs did.
pub(super) struct SeenProperties {
    now: BTreeSet<String>,
    /// `None` without a store, or before its first run.
    before: Option<BTreeSet<String>>,
}

impl SeenProperties {
    pub(super) async fn of(
        tally: &PropertyTally,
        options: &SyncOptions,
    ) -> Result<Self, SyncError> {
        let before = match &options.state {
            Some(state) => state.read(Table::Cursors, &row(options)).await?,
            None => None,
        };
        Ok(Self {
            now: tally.names_seen(),
            before,
        })
    }

    /// The new ones that no rule names.
    pub(super) fn warning(&self, options: &SyncOptions) -> Option<Warning> {
        let named = keys_named(&options.rules);
        let new = self.now.difference(self.before.as_ref()?);
        let new = new.filter(|name| !named.contains(&text::folded(name)));
        let properties: Vec<String> = new.cloned().collect();
        (!properties.is_empty()).then_some(Warning::NewProperties { properties })
    }

    /// Stores them, so that no later run takes them for new.
    pub(super) async fn remember(self, report: &mut SyncReport, options: &SyncOptions) {
        let Some(state) = &options.state else { return };
        let before = self.before.unwrap_or_default();
        if self.now.is_empty() || self.now.is_subset(&before) {
            return;
        }
        let all: BTreeSet<String> = before.union(&self.now).cloned().collect();
        if let Err(error) = put(state, &all, options).await {
            report.store_error.get_or_insert(error.to_string());
        }
    }
}

async fn put(
    state: &State,
    names: &BTreeSet<String>,
    options: &SyncOptions,
) -> Result<(), crate::store::StateError> {
    let row = Table::Cursors.put(&row(options), names)?;
    state.write(&[row]).await
}

/// No name of a source has a slash.
fn row(options: &SyncOptions) -> String {
    format!("{}/properties", options.rules.source_name())
}
