//! What a store remembers of each customer.

use std::collections::BTreeMap;

use billit_client::PartyId;
use serde::{Deserialize, Serialize};

use super::customer::CustomerKey;
use super::field::Field;
use super::fingerprint::Fingerprint;
use super::merge::{Applied, LastValue};
use super::report::OutcomeKind;

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
