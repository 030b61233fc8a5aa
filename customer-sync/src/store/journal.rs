//! The journal: what each run changed, from which value to which, when, by whom and by which policy.
//!
//! A run stores what it is about to write, with the values that it overwrites, before it writes, and the result
//! afterwards. So a run can be listed and undone, even if it was killed.

use billit_client::PartyId;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::rows::RowChange;
use super::table::parse;
use super::{State, StateError, Table};
use crate::core::customer::CustomerKey;
use crate::core::field::Field;
use crate::core::merge::LastValue;
use crate::core::policy::FieldPolicy;
use crate::core::report::Counts;
use crate::core::run_id::RunId;

/// The kind of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RunKind {
    /// A full pass: all customers and all parties.
    Full,
    /// The customers that have changed in the source.
    Changed,
    /// One customer.
    One,
    /// A plan that was made before was applied.
    Plan,
    /// An earlier run was undone.
    Undo,
    /// Removed customers were unlinked or erased.
    Removal,
}

/// A run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RunRecord {
    /// Its id.
    pub id: RunId,
    /// Its kind.
    pub kind: RunKind,
    /// The run that it undid, if it is an undo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undoes: Option<RunId>,
    /// When it began to write.
    pub started: DateTime<Utc>,
    /// When it ended; `None` if it was killed or is still running.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished: Option<DateTime<Utc>>,
    /// The number of customers with each outcome.
    #[serde(default)]
    pub counts: Counts,
    /// The number of linked customers that were not in the source any more.
    #[serde(default)]
    pub missing_from_source: usize,
    /// The number of customers whose data the source has erased.
    #[serde(default)]
    pub erased_in_source: usize,
}

#[cfg(feature = "sync")]
impl RunRecord {
    /// A run that has just begun.
    pub(crate) fn begin(id: RunId, kind: RunKind, started: DateTime<Utc>) -> Self {
        Self {
            id,
            kind,
            undoes: None,
            started,
            finished: None,
            counts: Counts::default(),
            missing_from_source: 0,
            erased_in_source: 0,
        }
    }
}

/// What a run did to a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum JournalAction {
    /// It was about to be written. If the entry stays so, the run was killed, and Billit may have the values or not.
    Intended,
    /// A party was created.
    Created,
    /// An existing party was linked, and changed where it differed.
    Linked,
    /// The linked party was changed.
    Updated,
    /// Nothing was written; the party was found changed by hand in Billit.
    Observed,
    /// A write failed: Billit may have the values or not.
    Failed,
}

/// Who provided a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Actor {
    /// The source, as a run read it.
    #[default]
    Source,
    /// The source, because it notified the program of an event.
    Notification,
    /// A user of Billit, between two runs.
    BillitUser,
    /// The undo of a run.
    Undo,
}

impl Actor {
    /// The text for reports.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Source => "the source",
            Self::Notification => "the source, by a notification",
            Self::BillitUser => "a user of Billit",
            Self::Undo => "the undo of a run",
        }
    }
}

/// A field that a run wrote, or that was changed by hand in Billit. `Debug` shows no value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct JournalChange {
    /// The field.
    pub field: Field,
    /// Its value before, or a hash of it.
    pub before: LastValue,
    /// Its value afterwards, or a hash of it.
    pub after: LastValue,
    /// Who provided the value.
    pub by: Actor,
    /// The policy of the field then.
    pub policy: FieldPolicy,
}

/// What a run did to one customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct JournalEntry {
    /// The run.
    pub run: RunId,
    /// The customer.
    pub customer: CustomerKey,
    /// The time of the entry.
    pub at: DateTime<Utc>,
    /// What the run did.
    pub action: JournalAction,
    /// Its party.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<PartyId>,
    /// The fields that were changed.
    pub changes: Vec<JournalChange>,
}

impl JournalEntry {
    fn key(&self) -> String {
        format!("{}/{}", self.customer, self.run)
    }

    fn key_by_run(&self) -> String {
        format!("{}/{}", self.run, self.customer)
    }

    /// The rows that remove it.
    pub(crate) fn removal(&self) -> Result<[RowChange; 2], StateError> {
        Ok([
            Table::Journal.remove(&self.key())?,
            Table::JournalByRun.remove(&self.key_by_run())?,
        ])
    }

    /// The rows that store it: the entry, and the customer in the list of the run.
    #[cfg(feature = "sync")]
    pub(crate) fn rows(&self) -> Result<[RowChange; 2], StateError> {
        Ok([
            Table::Journal.put(&self.key(), self)?,
            Table::JournalByRun.put(&self.key_by_run(), &())?,
        ])
    }
}

impl State {
    /// The runs, oldest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn runs(&self) -> Result<Vec<RunRecord>, StateError> {
        let mut runs = Vec::new();
        let all = self.each(Table::Runs, "", |_, run: RunRecord| {
            runs.push(run);
            Ok(())
        });
        all.await?;
        Ok(runs)
    }

    /// One run.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn run(&self, id: &RunId) -> Result<Option<RunRecord>, StateError> {
        self.read(Table::Runs, id.as_str()).await
    }

    /// The journal entries of a run, in the order of their customers.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn entries(&self, run: &RunId) -> Result<Vec<JournalEntry>, StateError> {
        let prefix = format!("{run}/");
        let mut keys = Vec::new();
        let all = self.each(Table::JournalByRun, &prefix, |key, (): ()| {
            let customer = key.strip_prefix(&prefix).unwrap_or(key);
            keys.push(Table::Journal.key(&format!("{customer}/{run}"))?);
            Ok(())
        });
        all.await?;
        let mut entries = Vec::with_capacity(keys.len());
        for keys in keys.chunks(1_000) {
            let rows = self.store().get_many(keys).await?;
            for row in rows.iter().flatten() {
                entries.push(parse(row)?);
            }
        }
        Ok(entries)
    }

    /// The journal entries from one time (included) to another (excluded), for all customers, in the order of the runs.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn changes(
        &self,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Vec<JournalEntry>, StateError> {
        let mut entries = Vec::new();
        for run in self.runs().await? {
            let is_over = run.finished.is_some_and(|finished| finished < from);
            if is_over || run.started >= until {
                continue;
            }
            let of_run = self.entries(&run.id).await?.into_iter();
            entries.extend(of_run.filter(|entry| (from..until).contains(&entry.at)));
        }
        Ok(entries)
    }

    /// Removes the runs that ended before a time, with their journal entries, and returns the number of runs. They
    /// cannot be listed or undone any more.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn forget_runs(&self, before: DateTime<Utc>) -> Result<usize, StateError> {
        let mut runs = self.runs().await?;
        runs.retain(|run| run.finished.unwrap_or(run.started) < before);
        for run in &runs {
            let entries = self.entries(&run.id).await?;
            // The run last: until then it can be forgotten again.
            for entries in entries.chunks(1_000) {
                let removals = entries.iter().map(JournalEntry::removal);
                let removals: Result<Vec<_>, _> = removals.collect();
                self.write(removals?.as_flattened()).await?;
            }
            self.write(&[Table::Runs.remove(run.id.as_str())?]).await?;
        }
        Ok(runs.len())
    }

    /// The journal entries of a customer, oldest first: what runs did, and what was changed by hand in Billit.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn history(&self, customer: &CustomerKey) -> Result<Vec<JournalEntry>, StateError> {
        let mut entries = Vec::new();
        let prefix = format!("{customer}/");
        let all = self.each(Table::Journal, &prefix, |_, entry: JournalEntry| {
            if entry.customer == *customer {
                entries.push(entry);
            }
            Ok(())
        });
        all.await?;
        Ok(entries)
    }
}
