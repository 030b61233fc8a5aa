//! What runs did: who was changed, from what to what, when, by whom and by which rule.
//!
//! What a run is about to write is noted before it is written, with the values that it overwrites, and what became of it
//! afterwards. So a run can be told and taken back, also one that was killed.

use billit_client::PartyId;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Row, State, StateError, Table};
use crate::core::customer::CustomerKey;
use crate::core::field::Field;
use crate::core::merge::LastValue;
use crate::core::policy::FieldPolicy;
use crate::core::report::Counts;
use crate::core::run_id::RunId;

/// What kind of run it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RunKind {
    /// All customers against all parties.
    Full,
    /// The customers that have changed in the source.
    Changed,
    /// One customer.
    One,
    /// A plan that was made before.
    Plan,
    /// An earlier run was taken back.
    Undo,
    /// Customers that are gone were unlinked, or forgotten.
    Removal,
}

/// One run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RunRecord {
    /// Its name.
    pub id: RunId,
    /// Of what kind.
    pub kind: RunKind,
    /// When it began to write.
    pub started: DateTime<Utc>,
    /// When it was over; none if it was killed, or goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished: Option<DateTime<Utc>>,
    /// How many customers ended up where.
    #[serde(default)]
    pub counts: Counts,
    /// How many known customers were not in the source any more.
    #[serde(default)]
    pub missing_from_source: usize,
}

#[cfg(feature = "sync")]
impl RunRecord {
    /// A run that has just begun.
    pub(crate) fn begun(id: RunId, kind: RunKind, started: DateTime<Utc>) -> Self {
        Self {
            id,
            kind,
            started,
            finished: None,
            counts: Counts::default(),
            missing_from_source: 0,
        }
    }
}

/// What became of a customer in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum JournalAction {
    /// It was about to be written. If this is all that is known, the run was killed, and Billit may have the values or not.
    Intended,
    /// A party was created.
    Created,
    /// An existing party was linked, and changed where it differed.
    Linked,
    /// The linked party was changed.
    Updated,
    /// Nothing was written; somebody was seen to have changed the party.
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
    /// Somebody in Billit, between two runs.
    BillitUser,
    /// The taking back of a run.
    Undo,
}

impl Actor {
    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Source => "the source",
            Self::Notification => "the source, by a notification",
            Self::BillitUser => "somebody in Billit",
            Self::Undo => "the taking back of a run",
        }
    }
}

/// One field that a run wrote, or that somebody was seen to have changed. `Debug` shows no value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct JournalChange {
    /// The field.
    pub field: Field,
    /// Its value before, or a hash of it.
    pub before: LastValue,
    /// Its value afterwards, or a hash of it.
    pub after: LastValue,
    /// Whose value that is.
    pub by: Actor,
    /// Who owned the field then.
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
    /// When.
    pub at: DateTime<Utc>,
    /// What became of it.
    pub action: JournalAction,
    /// Its party.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<PartyId>,
    /// The fields.
    pub changes: Vec<JournalChange>,
}

impl JournalEntry {
    fn key(&self) -> String {
        format!("{}/{}", self.customer, self.run)
    }

    fn key_by_run(&self) -> String {
        format!("{}/{}", self.run, self.customer)
    }

    /// Takes it away.
    pub(crate) fn removal(&self) -> [Row; 2] {
        [
            Row::remove(Table::Journal, self.key()),
            Row::remove(Table::JournalByRun, self.key_by_run()),
        ]
    }

    /// The rows that keep it: itself, and its place in the list of its run.
    #[cfg(feature = "sync")]
    pub(crate) fn rows(&self) -> Result<[Row; 2], StateError> {
        Ok([
            Row::put(Table::Journal, self.key(), self)?,
            Row::put(Table::JournalByRun, self.key_by_run(), &())?,
        ])
    }
}

impl State {
    /// The runs, oldest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn runs(&self) -> Result<Vec<RunRecord>, StateError> {
        let mut runs = Vec::new();
        self.each(Table::Runs, "", |_, run: RunRecord| {
            runs.push(run);
            Ok(())
        })?;
        Ok(runs)
    }

    /// One run.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn run(&self, id: &RunId) -> Result<Option<RunRecord>, StateError> {
        self.read(Table::Runs, id.as_str())
    }

    /// What a run did, customer by customer.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn entries(&self, run: &RunId) -> Result<Vec<JournalEntry>, StateError> {
        let prefix = format!("{run}/");
        let mut customers = Vec::new();
        self.each(Table::JournalByRun, &prefix, |key, (): ()| {
            customers.extend(key.strip_prefix(&prefix).map(str::to_owned));
            Ok(())
        })?;
        let entries = customers
            .iter()
            .map(|customer| self.read(Table::Journal, &format!("{customer}/{run}")));
        entries.filter_map(Result::transpose).collect()
    }

    /// What was done from one time to another, to whomever, customer by customer in the order of the runs.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn changes(
        &self,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Vec<JournalEntry>, StateError> {
        let mut entries = Vec::new();
        for run in self.runs()? {
            let is_over = run.finished.is_some_and(|finished| finished < from);
            if is_over || run.started >= until {
                continue;
            }
            let of_run = self.entries(&run.id)?.into_iter();
            entries.extend(of_run.filter(|entry| (from..until).contains(&entry.at)));
        }
        Ok(entries)
    }

    /// Forgets the runs that were over before a time, and what they did: they cannot be told or taken back any more.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub fn forget_runs(&self, before: DateTime<Utc>) -> Result<usize, StateError> {
        let mut runs = self.runs()?;
        runs.retain(|run| run.finished.unwrap_or(run.started) < before);
        for run in &runs {
            let entries = self.entries(&run.id)?;
            let mut rows: Vec<Row> = entries.iter().flat_map(JournalEntry::removal).collect();
            rows.push(Row::remove(Table::Runs, run.id.as_str()));
            self.write(&rows)?;
        }
        Ok(runs.len())
    }

    /// What was done to a customer, and changed in Billit by somebody else; oldest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn history(&self, customer: &CustomerKey) -> Result<Vec<JournalEntry>, StateError> {
        let mut entries = Vec::new();
        self.each(
            Table::Journal,
            &format!("{customer}/"),
            |_, entry: JournalEntry| {
                if entry.customer == *customer {
                    entries.push(entry);
                }
                Ok(())
            },
        )?;
        Ok(entries)
    }
}
