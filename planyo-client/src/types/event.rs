//! What happened to a reservation.

use crate::macros::number_codes;

number_codes! {
    /// What happened to a reservation, in its log and in the feed of actions (documented, data type `EventType`).
    /// The numbers of newer events, such as no-show, are not known.
    EventType {
        /// Confirmed.
        Confirmed = 1,
        /// Cancelled by an administrator.
        CancelledByAdmin = 2,
        /// Confirmed through preapproval.
        Preapproved = 3,
        /// Cancelled by an administrator, as fraud.
        Fraud = 4,
        /// Cancelled by the customer.
        CancelledByUser = 5,
        /// A conflict was marked as removed.
        ConflictRemoved = 6,
        /// Checked in.
        CheckedIn = 8,
        /// Entered by an administrator, moderator or agent.
        EnteredByAdmin = 9,
        /// The e-mail address was verified.
        EmailVerified = 12,
        /// Modified by an administrator.
        ModifiedByAdmin = 13,
        /// Cancelled by Planyo.
        CancelledAutomatically = 14,
        /// A payment was deleted by an administrator.
        PaymentDeleted = 15,
        /// A payment was added.
        PaymentAdded = 16,
        /// Additional products were reserved.
        ProductsReserved = 17,
        /// Modified by the customer.
        ModifiedByUser = 18,
        /// One that was not completed is completed.
        Completed = 19,
        /// The price changed.
        PriceChanged = 20,
        /// Checked out.
        CheckedOut = 21,
        /// An administrator cleared the check-in or check-out.
        CheckInCleared = 22,
        /// One that was not completed was completed by Planyo.
        CompletedAutomatically = 23,
        /// No longer confirmed.
        ConfirmationRemoved = 24,
        /// A conflict was detected.
        ConflictDetected = 25,
        /// Anything else.
        Unspecified = 100,
    }
}
