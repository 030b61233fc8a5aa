//! What to change of an order.

use std::fmt;

use chrono::NaiveDateTime;
use serde::Serialize;

use super::ApprovalStatus;
use crate::draft::{Field, Fields};
use crate::macros::setters;

/// A field of an order that PATCH can change (documented, and all of them).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum OrderField {
    /// Whether it is paid.
    Paid,
    /// When it was paid.
    PaidDate,
    /// Whether it was sent.
    IsSent,
    /// Whether it was approved.
    ApprovalStatus,
    /// Account in the books.
    AccountCode,
    /// A note that only you see.
    InternalInfo,
    /// Whether it was invoiced.
    Invoiced,
    /// Whether the accountant should look at it.
    AccountantVerificationNeeded,
}

impl OrderField {
    /// The name as Billit spells it.
    #[must_use]
    pub const fn wire_name(self) -> &'static str {
        match self {
            Self::Paid => "Paid",
            Self::PaidDate => "PaidDate",
            Self::IsSent => "IsSent",
            Self::ApprovalStatus => "ApprovalStatus",
            Self::AccountCode => "AccountCode",
            Self::InternalInfo => "InternalInfo",
            Self::Invoiced => "Invoiced",
            Self::AccountantVerificationNeeded => "AccountantVerificationNeeded",
        }
    }
}

/// Changes to an order: each of the eight fields that Billit patches is set, cleared, or left as it is.
///
/// ```
/// use billit_client::orders::{OrderField, OrderPatch};
///
/// let patch = OrderPatch::new().paid(false).clear(OrderField::PaidDate);
/// assert_eq!(serde_json::to_string(&patch)?, r#"{"Paid":false,"PaidDate":null}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// `Debug` shows names, never values.
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct OrderPatch {
    fields: Fields,
}

impl OrderPatch {
    /// No changes.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    setters! {
        /// Whether it is paid.
        paid: bool => "Paid";
        /// When it was paid: a time, or a date, whose midnight is sent.
        paid_date: NaiveDateTime => "PaidDate";
        /// Whether it was sent, by other means.
        is_sent: bool => "IsSent";
        /// Whether it was approved.
        approval_status: ApprovalStatus => "ApprovalStatus";
        /// Account in the books.
        account_code: i64 => "AccountCode";
        /// A note that only you see.
        internal_info: String => "InternalInfo";
        /// Whether it was invoiced.
        invoiced: bool => "Invoiced";
        /// Whether the accountant should look at it.
        accountant_verification_needed: bool => "AccountantVerificationNeeded";
    }

    /// Empties a field with `null`, as a client in production does with `PaidDate`; for the others that is a guess.
    #[must_use]
    pub fn clear(mut self, field: OrderField) -> Self {
        self.fields.set(field.wire_name(), Field::Null);
        self
    }

    /// Whether nothing is changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// The names of the changed fields as Billit spells them.
    pub fn fields(&self) -> impl Iterator<Item = &'static str> {
        self.fields.names()
    }
}

impl fmt::Debug for OrderPatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OrderPatch {:?}", self.fields)
    }
}
