//! How far a source has been read.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::error::SyncError;
use super::options::SyncOptions;
use super::source::CustomerSource;
use crate::core::fingerprint::Fingerprint;
use crate::core::report::SyncReport;
use crate::store::{Row, Table};

/// How far a source has been read.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Cursor {
    /// From where its changes are asked for, in its own words.
    pub(super) mark: Option<String>,
    /// When all customers were compared with all parties last.
    pub(super) full_pass: Option<DateTime<Utc>>,
    /// The rules by which customers were read last: others concern also those who have not changed.
    pub(super) rules: Option<Fingerprint>,
}

/// Where the source stood when a run began: what changes while the run goes on is read again by the next.
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
        Ok(Self(changes.map(|changes| changes.mark)))
    }

    /// Notes that all customers have been compared; with what is left to do, the next run makes another full pass.
    pub(super) fn full_pass_is_done(self, report: &mut SyncReport, options: &SyncOptions) {
        let cursor = Cursor {
            mark: self.0,
            full_pass: Some((options.clock)()),
            rules: Some(options.rules.fingerprint()),
        };
        save(&cursor, report, options);
    }
}

/// A run that left something to do does not move the cursor: the next one reads from where this one did.
pub(super) fn save(cursor: &Cursor, report: &mut SyncReport, options: &SyncOptions) {
    let Some(state) = options.state.as_ref().filter(|_| !report.is_unfinished()) else {
        return;
    };
    let row = Row::put(Table::Cursors, options.rules.source_name(), cursor);
    if let Err(error) = row.and_then(|row| state.write(&[row])) {
        report.store_error.get_or_insert(error.to_string());
    }
}
