//! What the store knows of a condition: a row as long as it holds, or somebody is still to be told that it ended.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use customer_sync::store::{
    Expected, Key, Row, RowChange, State, StateError, StateErrorKind, Table,
};
use serde::{Deserialize, Serialize};

use super::{Channel, Condition};

/// The table of the rows.
const TABLE: Table = Table::Program;

/// The row of a condition.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) since: DateTime<Utc>,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) until: Option<DateTime<Utc>>,
    /// One line of text, without personal data.
    pub(super) text: String,
    /// The channels where somebody may know that it began and not that it ended.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) told: BTreeMap<Channel, Told>,
}

/// What a channel knows.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Told {
    /// A message of the beginning is on its way. After a crash nobody knows whether it arrived.
    Perhaps,
    /// That it began.
    Began,
}

impl Record {
    /// A condition that begins.
    pub(super) fn new(now: DateTime<Utc>, text: &str) -> Self {
        Self {
            since: now,
            until: None,
            text: one_line(text),
            told: BTreeMap::new(),
        }
    }

    /// As it is after a run in which the condition holds, with this text, or does not.
    pub(super) fn after(mut self, now: DateTime<Utc>, text: Option<&String>) -> Self {
        match text {
            // To whoever was told the end it begins anew.
            Some(text) => {
                if self.until.take().is_some() {
                    self.since = now;
                }
                self.text = one_line(text);
            }
            None => self.until = self.until.or(Some(now)),
        }
        self
    }

    /// Whether a channel is to be told something.
    pub(super) fn is_due(&self, channel: Channel) -> bool {
        let told = self.told.get(&channel);
        match self.until {
            None => told != Some(&Told::Began),
            Some(_) => told.is_some(),
        }
    }

    /// Whether it ended, and none of these channels is to be told so.
    pub(super) fn is_done<'a>(&self, mut channels: impl Iterator<Item = &'a Channel>) -> bool {
        self.until.is_some() && !channels.any(|channel| self.told.contains_key(channel))
    }
}

/// A condition as the store has it.
pub(super) struct Entry {
    pub(super) condition: Condition,
    pub(super) record: Option<Record>,
    expected: Expected,
}

impl Entry {
    /// All conditions, as they are at one moment. Rows of conditions that only a later version knows are left alone.
    pub(super) async fn all(state: &State) -> Result<Vec<Self>, StateError> {
        let keys = Condition::ALL.map(key);
        let keys: Vec<Key> = keys.into_iter().collect::<Result<_, _>>()?;
        let rows = state.store().get_many(&keys).await?;
        let entries = Condition::ALL.iter().zip(rows);
        let entries = entries.map(|(condition, row)| Self::of(*condition, row.as_ref()));
        entries.collect()
    }

    /// One condition.
    pub(super) async fn one(state: &State, condition: Condition) -> Result<Self, StateError> {
        let rows = state.store().get_many(&[key(condition)?]).await?;
        Self::of(condition, rows.first().and_then(Option::as_ref))
    }

    fn of(condition: Condition, row: Option<&Row>) -> Result<Self, StateError> {
        let record = row.map(|row| serde_json::from_str(&row.value)).transpose();
        // The error of the parser is not shown: it may quote the row.
        let record = record.map_err(|_| {
            let what = format!(
                "has a record of the alert `{}` that this version cannot read; use the version that wrote it, or remove \
                 the row from the store",
                condition.name()
            );
            StateError::new(StateErrorKind::Content, what)
        })?;
        Ok(Self {
            condition,
            record,
            expected: Expected::same_as(row),
        })
    }

    /// The change that stores this record instead, unless another program was faster.
    pub(super) fn change<'a>(
        &self,
        record: &Record,
        channels: impl Iterator<Item = &'a Channel>,
    ) -> Result<RowChange, StateError> {
        let change = if record.is_done(channels) {
            RowChange::remove(key(self.condition)?)
        } else {
            TABLE.put(&name(self.condition), record)?
        };
        Ok(change.expecting(self.expected))
    }
}

fn name(condition: Condition) -> String {
    format!("alert/{}", condition.name())
}

fn key(condition: Condition) -> Result<Key, StateError> {
    TABLE.key(&name(condition))
}

fn one_line(text: &str) -> String {
    text.split(char::is_control)
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}
