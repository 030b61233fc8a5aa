//! What somebody should be told.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What somebody should be told. It begins, holds for some runs, and ends.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// Customers could not be synced.
    CustomersFail,
    /// Customers wait for the decision of a person.
    CustomersWait,
    /// A run stopped because it would have changed too many customers.
    SafetyLimit,
    /// No run of all customers has ended for too long.
    NoFullPass,
    /// Planyo does not accept the key.
    PlanyoKeyRefused,
    /// Billit does not accept the key.
    BillitKeyRefused,
    /// Planyo's custom properties are not as they were.
    PropertiesChanged,
    /// Messages to customers failed, or it is not clear whether they were sent.
    MessagesWait,
    /// Something is to be done by hand for a customer that was forgotten.
    RemindersDue,
}

impl Condition {
    /// All of them, in the order of messages and pages.
    pub const ALL: [Self; 9] = [
        Self::CustomersFail,
        Self::CustomersWait,
        Self::SafetyLimit,
        Self::NoFullPass,
        Self::PlanyoKeyRefused,
        Self::BillitKeyRefused,
        Self::PropertiesChanged,
        Self::MessagesWait,
        Self::RemindersDue,
    ];

    /// The name in the store and in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::CustomersFail => "customers_fail",
            Self::CustomersWait => "customers_wait",
            Self::SafetyLimit => "safety_limit",
            Self::NoFullPass => "no_full_pass",
            Self::PlanyoKeyRefused => "planyo_key_refused",
            Self::BillitKeyRefused => "billit_key_refused",
            Self::PropertiesChanged => "properties_changed",
            Self::MessagesWait => "messages_wait",
            Self::RemindersDue => "reminders_due",
        }
    }

    /// In plain words, as in the subject of a message.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::CustomersFail => "customers cannot be synced",
            Self::CustomersWait => "customers wait for a decision",
            Self::SafetyLimit => "a run stopped at the safety limit",
            Self::NoFullPass => "no run of all customers has ended for too long",
            Self::PlanyoKeyRefused => "Planyo refuses the key",
            Self::BillitKeyRefused => "Billit refuses the key",
            Self::PropertiesChanged => "the custom properties in Planyo have changed",
            Self::MessagesWait => "messages to customers wait for a person",
            Self::RemindersDue => "something is to be done by hand for a forgotten customer",
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.title())
    }
}
