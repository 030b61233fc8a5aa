//! The state of a reservation.

use crate::macros::flags;

flags! {
    /// The state of a reservation: bit flags, all documented (data type `ReservationStatus`).
    ///
    /// An ordinary confirmed reservation is 7: reserved, verified, confirmed. 0 is one that was never completed.
    ///
    /// ```
    /// use planyo_client::ReservationStatus;
    ///
    /// let status = ReservationStatus::from_bits(39);
    /// assert!(status.is_confirmed() && status.contains(ReservationStatus::CHECKED_IN));
    /// assert!(ReservationStatus::from_bits(11).is_cancelled());
    /// ```
    ReservationStatus {
        /// Completed: the period is taken.
        RESERVED = 1,
        /// The e-mail address was verified.
        EMAIL_VERIFIED = 2,
        /// Confirmed.
        CONFIRMED = 4,
        /// Cancelled by an administrator.
        CANCELLED_BY_ADMIN = 8,
        /// Cancelled by the customer.
        CANCELLED_BY_USER = 16,
        /// Checked in; only with the check-in feature.
        CHECKED_IN = 32,
        /// Marked as fraud, which also cancels it.
        FRAUDULENT = 64,
        /// In conflict with another.
        CONFLICT = 128,
        /// Takes nothing from the availability (resources of unlimited quantity).
        UNLIMITED = 256,
        /// Cancelled by Planyo.
        CANCELLED_AUTOMATICALLY = 512,
        /// Checked out; only with the check-in feature.
        CHECKED_OUT = 1024,
        /// A quotation.
        QUOTATION = 2048,
        /// No-show: the customer did not come. Only with the check-in feature.
        NO_SHOW = 4096,
        /// A request on the waiting list.
        WAITING_LIST = 8192,
        /// Locked for modification.
        LOCKED = 16384,
    }
}

impl ReservationStatus {
    /// Any of the four ways in which a reservation ends before its time: by an administrator, by the customer, by
    /// Planyo, as fraud.
    pub const CANCELLED: Self = Self::from_bits(8 | 16 | 64 | 512);

    /// Whether it is cancelled, in any way.
    #[must_use]
    pub const fn is_cancelled(self) -> bool {
        self.intersects(Self::CANCELLED)
    }

    /// Whether it is confirmed, and not cancelled since.
    #[must_use]
    pub const fn is_confirmed(self) -> bool {
        self.contains(Self::CONFIRMED) && !self.is_cancelled()
    }
}
