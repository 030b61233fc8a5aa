//! The state of each customer that a store keeps between runs.

use std::collections::BTreeMap;

use billit_client::PartyId;
use serde::{Deserialize, Serialize};

use super::customer::CustomerKey;
use super::field::Field;
use super::fingerprint::{Fingerprint, SourceFingerprint};
use super::merge::{Applied, LastValue};
use super::report::OutcomeKind;

/// The state of all customers.
pub type StateSnapshot = BTreeMap<CustomerKey, CustomerState>;

/// The state of one customer after the runs so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct CustomerState {
    /// Its party.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub party: Option<PartyId>,
    /// The source's values when they were applied last.
    #[serde(skip_serializing_if = "Applied::is_empty")]
    pub applied: Applied,
    /// The outcome of the last run that handled it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<LastOutcome>,
    /// Corrections made by hand in Billit, which stay. They are kept here so that each is in the journal only once.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub corrections: BTreeMap<Field, LastValue>,
    /// Hashes of what it must not share with another customer: e-mail addresses, numbers, and its name with its address
    /// and phones.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub match_keys: Vec<Fingerprint>,
    /// The number of complete listings of the source in a row that did not have it.
    #[serde(skip_serializing_if = "is_zero")]
    pub missed: u32,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde gives a reference.
fn is_zero(number: &u32) -> bool {
    *number == 0
}

impl CustomerState {
    /// Why the customer stays in quarantine: Billit merged it into another or rejected it, and neither its record nor
    /// the rules have changed since. `None` if it can be tried again.
    pub(crate) fn quarantine_reason(
        &self,
        source: &SourceFingerprint,
        rules: Fingerprint,
    ) -> Option<&str> {
        let last = self.last.as_ref()?;
        let has_failed = matches!(last.kind, OutcomeKind::Quarantined | OutcomeKind::Failed);
        (has_failed && last.is_of(source, rules)).then_some(last.reason.as_str())
    }
}

/// The last outcome of a customer, and fingerprints of its record and of the rules then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LastOutcome {
    /// The kind of outcome.
    pub kind: OutcomeKind,
    /// The reason, without personal data. Empty if there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// The fingerprint of the source's values then.
    pub source: SourceFingerprint,
    /// The fingerprint of the rules then.
    pub rules: Fingerprint,
    /// The version of the mapping that made the values, in words.
    pub mapping: String,
}

impl LastOutcome {
    /// Whether neither the record nor the rules have changed since.
    pub(crate) fn is_of(&self, source: &SourceFingerprint, rules: Fingerprint) -> bool {
        self.rules == rules && self.source.is_same(source)
    }
}
