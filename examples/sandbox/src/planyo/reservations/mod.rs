//! Reservations: what they are, and how one state becomes the next.

mod lists;
mod writes;

use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use serde_json::Value;

use super::{State, actions::Change, protocol::Refusal};

/// The bits of `ReservationStatus`.
pub mod status {
    /// Reserved: the period is blocked.
    pub const RESERVED: u32 = 1;
    /// The e-mail address was verified.
    pub const VERIFIED: u32 = 2;
    /// Confirmed.
    pub const CONFIRMED: u32 = 4;
    /// Cancelled by the administrator.
    pub const CANCELLED_BY_ADMIN: u32 = 8;
    /// Cancelled by the user.
    pub const CANCELLED_BY_USER: u32 = 16;
    /// Checked in.
    pub const CHECKED_IN: u32 = 32;
    /// Fraudulent.
    pub const FRAUDULENT: u32 = 64;
    /// In conflict with another one.
    pub const CONFLICT: u32 = 128;
    /// Does not affect availability.
    pub const NOT_BLOCKING: u32 = 256;
    /// Cancelled automatically.
    pub const CANCELLED_AUTOMATICALLY: u32 = 512;
    /// Checked out. This server keeps the bit of the check-in beside it; what Planyo does is not known.
    pub const CHECKED_OUT: u32 = 1024;
    /// A quotation.
    pub const QUOTATION: u32 = 2048;
    /// The customer did not come.
    pub const NO_SHOW: u32 = 4096;
    /// On the waiting list.
    pub const WAITING: u32 = 8192;
    /// Locked for modification.
    pub const LOCKED: u32 = 16384;

    /// Any of the ways to be cancelled.
    pub const CANCELLED: u32 =
        CANCELLED_BY_ADMIN | CANCELLED_BY_USER | FRAUDULENT | CANCELLED_AUTOMATICALLY;
}

/// A reservation as Planyo stores it. Money is in cents, times are local times of the site.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reservation {
    /// 0 when added: the server gives the next id.
    pub id: u64,
    /// The [`Resource`](super::Resource).
    pub resource_id: u64,
    /// The [`User`](super::User).
    pub user_id: u64,
    /// Start of the rental.
    pub start: NaiveDateTime,
    /// End of the rental.
    pub end: NaiveDateTime,
    /// When it was made.
    pub created: NaiveDateTime,
    /// When it was last changed.
    pub modified: NaiveDateTime,
    /// The bits of [`status`].
    pub status: u32,
    /// Units.
    pub quantity: u32,
    /// What it costs.
    pub total_price: i64,
    /// What it cost before discounts.
    pub original_price: i64,
    /// Names of units.
    pub unit_assignment: String,
    /// The customer's notes.
    pub user_notes: String,
    /// The administrator's notes.
    pub admin_notes: String,
    /// `#RRGGBB`, mostly blank.
    pub custom_color: String,
    /// 0: in no cart.
    pub cart_id: u64,
    /// Form items; `None` is printed as `null`.
    pub properties: BTreeMap<String, Option<String>>,
    /// Additional products.
    pub products: Vec<Product>,
    /// Listed instead of the record: something no client can decode.
    pub malformed: Option<Value>,
}

/// An additional product of a reservation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Product {
    /// The product.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// Cents.
    pub unit_price: i64,
    /// How many.
    pub quantity: u32,
}

/// Which counter of its user a reservation is in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    Confirmed,
    Unconfirmed,
    Cancelled,
}

impl Reservation {
    /// Any of these bits of [`status`].
    #[must_use]
    pub fn is(&self, bits: u32) -> bool {
        self.status & bits != 0
    }

    /// It keeps others from renting.
    pub(super) fn blocks(&self) -> bool {
        let free = status::CANCELLED | status::NOT_BLOCKING | status::QUOTATION | status::WAITING;
        self.is(status::RESERVED) && !self.is(free)
    }

    fn standing(&self) -> Standing {
        if self.is(status::CANCELLED) {
            Standing::Cancelled
        } else if self.is(status::CONFIRMED) {
            Standing::Confirmed
        } else {
            Standing::Unconfirmed
        }
    }

    /// The state in words for the customer; the text of the real service is not known.
    pub(super) fn user_text(&self) -> &'static str {
        if self.is(status::CANCELLED) {
            "Your reservation has been cancelled."
        } else if self.is(status::NO_SHOW) {
            "You did not show up."
        } else if self.is(status::CHECKED_OUT) {
            "You have checked out."
        } else if self.is(status::CHECKED_IN) {
            "You have checked in."
        } else if self.is(status::WAITING) {
            "You are on the waiting list."
        } else if self.is(status::QUOTATION) {
            "This is a quotation."
        } else if self.is(status::CONFIRMED) {
            "Your reservation is confirmed."
        } else {
            "Your reservation is waiting for confirmation."
        }
    }
}

impl State {
    /// Stores a new reservation: its user counts one more. No callback is called.
    pub(super) fn store(&mut self, mut reservation: Reservation) -> u64 {
        reservation.id = self.ids.reservation(reservation.id);
        let now = self.local_now();
        for time in [&mut reservation.created, &mut reservation.modified] {
            if *time == NaiveDateTime::default() {
                *time = now;
            }
        }
        let id = reservation.id;
        self.count(reservation.user_id, reservation.standing(), 1);
        if let Some(before) = self.reservations.insert(id, reservation) {
            self.count(before.user_id, before.standing(), -1);
        }
        id
    }

    /// The next state of a reservation. What differs goes into the log and to the callbacks; nothing does when nothing
    /// differs.
    pub(super) fn update(&mut self, mut after: Reservation, change: &Change) {
        let Some(before) = self.reservations.get(&after.id).cloned() else {
            return;
        };
        if before == after {
            return;
        }
        after.modified = self.local_now();
        self.store(after.clone());
        self.announce(&before, &after, change);
    }

    pub(super) fn forget(&mut self, id: u64) -> Option<Reservation> {
        let reservation = self.reservations.remove(&id)?;
        self.count(reservation.user_id, reservation.standing(), -1);
        self.payments
            .retain(|_, payment| payment.reservation_id != id);
        Some(reservation)
    }

    fn count(&mut self, user_id: u64, standing: Standing, by: i32) {
        let Some(user) = self.users.get_mut(&user_id) else {
            return;
        };
        let counter = match standing {
            Standing::Confirmed => &mut user.reservations,
            Standing::Unconfirmed => &mut user.unconfirmed_reservations,
            Standing::Cancelled => &mut user.cancelled_reservations,
        };
        *counter = counter.saturating_add_signed(by);
    }

    pub(super) fn known_reservation(&self, id: u64) -> Result<&Reservation, Refusal> {
        let known = self.reservations.get(&id);
        known.ok_or_else(|| super::protocol::invalid("Reservation not found"))
    }
}
