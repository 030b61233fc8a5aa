//! The events of Planyo after which a customer is synced.

use std::fmt;
use std::str::FromStr;

use planyo_client::{EventType, NotificationName};
use serde::{Deserialize, Serialize};

/// An event of Planyo after which a customer is synced.
///
/// Its text is Planyo's own name of the event, such as `checked_in`. Events that concern no customer
/// ([`Hourly`](NotificationName::Hourly), vacations, the settings of a resource) are no triggers.
///
/// ```
/// use customer_sync::triggers::Trigger;
/// use planyo_client::NotificationName;
///
/// let trigger = Trigger::of(&NotificationName::BeforeOrAfterEvent2).unwrap();
/// assert_eq!(trigger, Trigger::BeforeOrAfterEvent(2));
/// assert_eq!(trigger.to_string(), "before_or_after_event_2");
/// assert_eq!(Trigger::of(&NotificationName::Hourly), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
#[non_exhaustive]
pub enum Trigger {
    /// A customer was added or changed.
    CustomerUpdated,
    /// One of the times that the site defines in its notifications, such as two days before a rental begins: 1 to 6, or
    /// up to 12 according to a newer page of Planyo.
    BeforeOrAfterEvent(u8),
    /// A customer checked in.
    CheckedIn,
    /// A customer checked out.
    CheckedOut,
    /// A customer did not come.
    NoShow,
    /// A reservation was made and its e-mail address verified.
    NewReservation,
    /// A reservation was confirmed.
    Confirmed,
    /// A reservation is not confirmed any more.
    ConfirmationCleared,
    /// A reservation was cancelled by an administrator.
    CancelledByAdmin,
    /// A reservation was cancelled by the customer.
    CancelledByCustomer,
    /// A reservation was cancelled by Planyo.
    CancelledAutomatically,
    /// A reservation was changed by an administrator.
    ChangedByAdmin,
    /// A reservation was changed by the customer.
    ChangedByCustomer,
    /// The customer changed the additional products of a reservation.
    ProductsChanged,
    /// The price of a reservation changed.
    PriceChanged,
    /// A reservation was removed.
    ReservationRemoved,
    /// A reservation was put on the waiting list.
    WaitingList,
    /// A quotation was made.
    Quotation,
    /// A payment for a reservation came in.
    PaymentReceived,
    /// A payment for a reservation was removed.
    PaymentRemoved,
    /// A payment for a coupon came in.
    CouponPaid,
    /// A payment for a coupon was removed.
    CouponPaymentRemoved,
    /// A custom button of the site was pressed in the back end: 1 to 5.
    CustomButton(u8),
}

/// Each trigger without a number, its event in a notification, and its events in the action feed. Those with an empty
/// list are in no known feed.
const NAMED: [(Trigger, &str, &[EventType]); 21] = {
    use EventType as Feed;
    use Trigger as T;
    [
        (T::CustomerUpdated, "user_updated", &[]),
        (T::CheckedIn, "checked_in", &[Feed::CheckedIn]),
        (T::CheckedOut, "checked_out", &[Feed::CheckedOut]),
        (T::NoShow, "noshow", &[]),
        (
            T::NewReservation,
            "new_verified_reservation",
            &[
                Feed::EnteredByAdmin,
                Feed::EmailVerified,
                Feed::Completed,
                Feed::CompletedAutomatically,
            ],
        ),
        (
            T::Confirmed,
            "reservation_confirmed",
            &[Feed::Confirmed, Feed::Preapproved],
        ),
        (
            T::ConfirmationCleared,
            "confirmed_cleared",
            &[Feed::ConfirmationRemoved],
        ),
        (
            T::CancelledByAdmin,
            "reservation_admin_canceled",
            &[Feed::CancelledByAdmin, Feed::Fraud],
        ),
        (
            T::CancelledByCustomer,
            "reservation_user_canceled",
            &[Feed::CancelledByUser],
        ),
        (
            T::CancelledAutomatically,
            "reservation_auto_canceled",
            &[Feed::CancelledAutomatically],
        ),
        (
            T::ChangedByAdmin,
            "reservation_admin_modified",
            &[Feed::ModifiedByAdmin],
        ),
        (
            T::ChangedByCustomer,
            "reservation_user_modified",
            &[Feed::ModifiedByUser],
        ),
        (
            T::ProductsChanged,
            "reservation_products_user_modified",
            &[Feed::ProductsReserved],
        ),
        (
            T::PriceChanged,
            "reservation_price_updated",
            &[Feed::PriceChanged],
        ),
        (T::ReservationRemoved, "reservation_removed", &[]),
        (T::WaitingList, "added_to_waitlist", &[]),
        (T::Quotation, "new_price_quotation", &[]),
        (
            T::PaymentReceived,
            "reservation_payment_received",
            &[Feed::PaymentAdded],
        ),
        (
            T::PaymentRemoved,
            "reservation_payment_removed",
            &[Feed::PaymentDeleted],
        ),
        (T::CouponPaid, "coupon_payment_received", &[]),
        (T::CouponPaymentRemoved, "coupon_payment_removed", &[]),
    ]
};

type Numbered = fn(u8) -> Trigger;

/// Each kind of trigger with a number, and the highest number.
const NUMBERED: [(Numbered, &str, u8); 2] = [
    (Trigger::BeforeOrAfterEvent, "before_or_after_event_", 12),
    (Trigger::CustomButton, "custom_button_", 5),
];

impl Trigger {
    /// The nine that an automation usually needs: a customer added or changed, the six times before or after an event,
    /// check-in and check-out.
    pub const CUSTOMER_EVENTS: [Self; 9] = [
        Self::CustomerUpdated,
        Self::BeforeOrAfterEvent(1),
        Self::BeforeOrAfterEvent(2),
        Self::BeforeOrAfterEvent(3),
        Self::BeforeOrAfterEvent(4),
        Self::BeforeOrAfterEvent(5),
        Self::BeforeOrAfterEvent(6),
        Self::CheckedIn,
        Self::CheckedOut,
    ];

    /// Every trigger.
    pub fn all() -> impl Iterator<Item = Self> {
        let numbered = NUMBERED
            .into_iter()
            .flat_map(|(trigger, _, max)| (1..=max).map(trigger));
        NAMED
            .into_iter()
            .map(|(trigger, ..)| trigger)
            .chain(numbered)
    }

    /// The trigger of an event, if it concerns a customer.
    #[must_use]
    pub fn of(name: &NotificationName) -> Option<Self> {
        name.as_str().trim().to_ascii_lowercase().parse().ok()
    }

    /// The trigger of an event in the action feed, if it has one.
    #[must_use]
    pub fn of_action(event: EventType) -> Option<Self> {
        let mut named = NAMED.into_iter();
        let found = named.find(|(_, _, events)| events.contains(&event));
        found.map(|(trigger, ..)| trigger)
    }

    /// The events that stand for it in the action feed (`get_reservation_actions`); empty if it cannot be polled there.
    /// That they are the same events as in the notifications is inferred from their descriptions.
    #[must_use]
    pub fn event_types(self) -> &'static [EventType] {
        let mut named = NAMED.into_iter();
        let found = named.find(|(trigger, ..)| *trigger == self);
        found.map_or(&[], |(_, _, events)| events)
    }

    /// The event to register a callback for.
    #[must_use]
    pub fn notification(self) -> NotificationName {
        NotificationName::from(self.to_string().as_str())
    }
}

impl fmt::Display for Trigger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BeforeOrAfterEvent(number) => write!(f, "before_or_after_event_{number}"),
            Self::CustomButton(number) => write!(f, "custom_button_{number}"),
            named => {
                let mut all = NAMED.into_iter();
                let found = all.find(|(trigger, ..)| trigger == named);
                f.write_str(found.map_or("", |(_, name, _)| name))
            }
        }
    }
}

/// The text is not the name of a trigger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "this is no trigger; triggers have Planyo's names of events that concern a customer, such as `user_updated`"
)]
#[non_exhaustive]
pub struct ParseTriggerError;

impl FromStr for Trigger {
    type Err = ParseTriggerError;

    fn from_str(text: &str) -> Result<Self, ParseTriggerError> {
        let mut named = NAMED.into_iter();
        if let Some((trigger, ..)) = named.find(|(_, name, _)| *name == text) {
            return Ok(trigger);
        }
        let numbered = NUMBERED.into_iter().find_map(|(trigger, prefix, max)| {
            let digits = text.strip_prefix(prefix)?;
            (1..=max)
                .find(|number| number.to_string() == digits)
                .map(trigger)
        });
        numbered.ok_or(ParseTriggerError)
    }
}

impl From<Trigger> for String {
    fn from(trigger: Trigger) -> Self {
        trigger.to_string()
    }
}

impl TryFrom<String> for Trigger {
    type Error = ParseTriggerError;

    fn try_from(text: String) -> Result<Self, ParseTriggerError> {
        text.parse()
    }
}
