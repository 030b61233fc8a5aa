//! What Planyo sends a callback for.

use crate::macros::text_codes;

text_codes! {
    /// What Planyo sends a callback for or by a message, in Planyo's own spelling (`canceled` with one l).
    ///
    /// The names up to [`ReservationPriceUpdated`](Self::ReservationPriceUpdated) are those that Planyo lists for
    /// `add_notification_callback` ([`is_documented`](Self::is_documented)). The others come in notifications (FAQ 222);
    /// whether the API accepts a callback for them is unknown. There is none of its own for a new customer: that is
    /// [`UserUpdated`](Self::UserUpdated) with `is_new_user`.
    ///
    /// ```
    /// use planyo_client::NotificationName;
    ///
    /// let name = NotificationName::from("user_updated");
    /// assert_eq!(name, NotificationName::UserUpdated);
    /// assert!(name.is_documented() && !NotificationName::VacationModified.is_documented());
    /// ```
    NotificationName {
        /// A reservation was made and its e-mail address verified.
        NewVerifiedReservation = "new_verified_reservation",
        /// A reservation was confirmed.
        ReservationConfirmed = "reservation_confirmed",
        /// A reservation was cancelled by an administrator.
        ReservationAdminCanceled = "reservation_admin_canceled",
        /// A reservation was cancelled by the customer.
        ReservationUserCanceled = "reservation_user_canceled",
        /// A reservation was modified by an administrator.
        ReservationAdminModified = "reservation_admin_modified",
        /// A reservation was cancelled by Planyo.
        ReservationAutoCanceled = "reservation_auto_canceled",
        /// A quotation was made.
        NewPriceQuotation = "new_price_quotation",
        /// A payment for a reservation came in.
        ReservationPaymentReceived = "reservation_payment_received",
        /// A reservation was modified by the customer.
        ReservationUserModified = "reservation_user_modified",
        /// The customer changed the additional products of a reservation.
        ReservationProductsUserModified = "reservation_products_user_modified",
        /// A customer checked in.
        CheckedIn = "checked_in",
        /// A customer checked out.
        CheckedOut = "checked_out",
        /// A customer did not come.
        NoShow = "noshow",
        /// An hour has passed: a tick that concerns no reservation.
        Hourly = "hourly",
        /// A payment for a coupon came in.
        CouponPaymentReceived = "coupon_payment_received",
        /// A customer was added or changed.
        UserUpdated = "user_updated",
        /// The price of a reservation changed.
        ReservationPriceUpdated = "reservation_price_updated",
        /// A vacation was modified.
        VacationModified = "vacation_modified",
        /// A reservation was put on the waiting list.
        AddedToWaitlist = "added_to_waitlist",
        /// A reservation is not confirmed any more.
        ConfirmedCleared = "confirmed_cleared",
        /// The first time before or after an event that the site defines, such as two days before a rental starts. A
        /// newer page speaks of up to 12 such times; those after the sixth are [`Other`](Self::Other).
        BeforeOrAfterEvent1 = "before_or_after_event_1",
        /// The second such time.
        BeforeOrAfterEvent2 = "before_or_after_event_2",
        /// The third such time.
        BeforeOrAfterEvent3 = "before_or_after_event_3",
        /// The fourth such time.
        BeforeOrAfterEvent4 = "before_or_after_event_4",
        /// The fifth such time.
        BeforeOrAfterEvent5 = "before_or_after_event_5",
        /// The sixth such time.
        BeforeOrAfterEvent6 = "before_or_after_event_6",
        /// The first button of its own that the site has in the back end was pressed.
        CustomButton1 = "custom_button_1",
        /// The second such button.
        CustomButton2 = "custom_button_2",
        /// The third such button.
        CustomButton3 = "custom_button_3",
        /// The fourth such button.
        CustomButton4 = "custom_button_4",
        /// The fifth such button.
        CustomButton5 = "custom_button_5",
        /// The settings of a resource changed.
        ResourceSettingsChanged = "resource_settings_changed",
        /// A payment for a reservation was removed.
        ReservationPaymentRemoved = "reservation_payment_removed",
        /// A payment for a coupon was removed.
        CouponPaymentRemoved = "coupon_payment_removed",
        /// A resource was removed.
        ResourceRemoved = "resource_removed",
        /// A reservation was removed.
        ReservationRemoved = "reservation_removed",
    }
}

impl NotificationName {
    /// Whether Planyo's page of `add_notification_callback` lists it, so that a callback for it is sure to be accepted.
    #[must_use]
    pub fn is_documented(&self) -> bool {
        use NotificationName as Name;
        matches!(
            self,
            Name::NewVerifiedReservation
                | Name::ReservationConfirmed
                | Name::ReservationAdminCanceled
                | Name::ReservationUserCanceled
                | Name::ReservationAdminModified
                | Name::ReservationAutoCanceled
                | Name::NewPriceQuotation
                | Name::ReservationPaymentReceived
                | Name::ReservationUserModified
                | Name::ReservationProductsUserModified
                | Name::CheckedIn
                | Name::CheckedOut
                | Name::NoShow
                | Name::Hourly
                | Name::CouponPaymentReceived
                | Name::UserUpdated
                | Name::ReservationPriceUpdated
        )
    }
}
