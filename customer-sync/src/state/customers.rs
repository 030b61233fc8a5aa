//! What is remembered of each customer.

use std::collections::BTreeMap;

use billit_client::PartyId;
use serde::{Deserialize, Serialize};

use super::{Row, State, StateError, Table};
use crate::customer::CustomerKey;
use crate::fingerprint::Fingerprint;
use crate::merge::{Applied, LastValue};
use crate::report::OutcomeKind;
use crate::target::billit::Field;

/// What is remembered of all customers.
pub type StateSnapshot = BTreeMap<CustomerKey, CustomerState>;

/// What is remembered of one customer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct CustomerState {
    /// Its party.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub party: Option<PartyId>,
    /// What the source said when it was applied last.
    #[serde(skip_serializing_if = "Applied::is_empty")]
    pub applied: Applied,
    /// Where it ended up when it was looked at last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<LastOutcome>,
    /// What somebody wrote into Billit, where it stays: it is told once in the journal.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub corrections: BTreeMap<Field, LastValue>,
    /// In how many complete listings of the source, one after the other, it was not.
    #[serde(skip_serializing_if = "is_zero")]
    pub missed: u32,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde gives a reference.
fn is_zero(number: &u32) -> bool {
    *number == 0
}

impl CustomerState {
    /// Why a customer is left alone, if it is: Billit merged it into another or refused it, and neither its record nor the
    /// rules have changed since.
    #[must_use]
    pub fn left_alone(&self, now: Fingerprint) -> Option<&str> {
        let last = self.last.as_ref()?;
        let is_over = matches!(last.kind, OutcomeKind::Quarantined | OutcomeKind::Failed);
        (is_over && last.source == now).then_some(last.reason.as_str())
    }
}

/// Where a customer ended up, and what the source said then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LastOutcome {
    /// Where.
    pub kind: OutcomeKind,
    /// Why, without personal data; empty where nothing is to be said.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// What the source said then, and by which rules: while it is the same there is nothing new.
    pub source: Fingerprint,
}

impl State {
    /// What is remembered of all customers.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn customers(&self) -> Result<StateSnapshot, StateError> {
        let mut memory = StateSnapshot::new();
        self.each(Table::Customers, "", |key, remembered: CustomerState| {
            memory.insert(parse_key(key)?, remembered);
            Ok(())
        })?;
        Ok(memory)
    }

    /// What is remembered of one customer.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn customer(&self, key: &CustomerKey) -> Result<Option<CustomerState>, StateError> {
        self.read(Table::Customers, &key.to_string())
    }

    /// Remembers these customers, in the place of what was remembered of them.
    ///
    /// # Errors
    /// When the store cannot be written. Then it is as it was.
    pub fn remember(&self, customers: &[(CustomerKey, CustomerState)]) -> Result<(), StateError> {
        let rows = customers
            .iter()
            .map(|(key, remembered)| Row::put(Table::Customers, key.to_string(), remembered));
        self.write(&rows.collect::<Result<Vec<_>, _>>()?)
    }
}

fn parse_key(text: &str) -> Result<CustomerKey, StateError> {
    text.parse()
        .map_err(|error| StateError::new("has a key that is none").with_source(error))
}
