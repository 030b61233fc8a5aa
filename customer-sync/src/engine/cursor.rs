//! How far a source has been read.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::error::SyncError;
use super::options::SyncOptions;
use super::source::CustomerSource;
use crate::core::fingerprint::Fingerprint;
use crate::core::report::SyncReport;
use crate::store::Table;

/// How far a source has been read.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Cursor {
    /// The watermark of the source: its changes are read from here. The text is the source's own.
    pub(super) watermark: Option<String>,
    /// The time of the last full pass.
    pub(super) full_pass: Option<DateTime<Utc>>,
    /// The rules of the last run. If they have changed, customers that have not changed must be compared too.
    pub(super) rules: Option<Fingerprint>,
}

/// The watermark of the source when a run began: the next run reads changes made during this run again.
pub(super) struct StartOfRun(Option<String>);

impl StartOfRun {
    pub(super) async fn of<S: CustomerSource + ?Sized>(
        source: &S,
        options: &SyncOptions,
    ) -> Result<Self, SyncError> {
        if options.state.is_none() {
            return Ok(Self(None));
        }
        let changes = source.changes(None, &options.rules).await?;
        Ok(Self(changes.map(|changes| changes.watermark)))
    }

    /// Stores that a full pass is done. If a customer is unfinished, the next run makes another full pass.
    pub(super) async fn record_full_pass(self, report: &mut SyncReport, options: &SyncOptions) {
        let cursor = Cursor {
            watermark: self.0,
            full_pass: Some((options.clock)()),
            rules: Some(options.rules.fingerprint()),
        };
        save(&cursor, report, options).await;
    }
}

/// Stores the cursor, unless a customer is unfinished: then the next run reads the same changes again.
pub(super) async fn save(cursor: &Cursor, report: &mut SyncReport, options: &SyncOptions) {
    let Some(state) = options.state.as_ref() else {
        return;
    };
    // What could not be stored has to be listed again.
    if report.is_unfinished() || report.store_error.is_some() {
        return;
    }
    let written = match Table::Cursors.put(options.rules.source_name(), cursor) {
        Ok(row) => state.write(&[row]).await,
        Err(error) => Err(error),
    };
    if let Err(error) = written {
        report.store_error.get_or_insert(error.to_string());
    }
}
