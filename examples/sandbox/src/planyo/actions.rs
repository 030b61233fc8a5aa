//! Events: the log that `get_reservation_actions` lists, and the callbacks of each event.

use chrono::NaiveDateTime;
use serde_json::json;

use super::{
    ADMIN_ID, State,
    protocol::{Outcome, Parameters},
    reservations::{Reservation, status},
};

/// One line of the log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Action {
    /// The reservation.
    pub reservation_id: u64,
    /// Its resource.
    pub resource_id: u64,
    /// Its user.
    pub user_id: u64,
    /// Planyo's `EventType`.
    pub event_type: u32,
    /// When, local time of the site.
    pub time: NaiveDateTime,
    /// A remark, mostly blank.
    pub comment: String,
    /// The administrator who did it; `None`: the customer, or the system.
    pub moderator_id: Option<u64>,
}

/// Who changed a reservation.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    Admin,
    Customer,
    System,
}

/// How a reservation came to be confirmed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Confirmation {
    Manual,
    Payment,
    Preapproval,
}

/// What goes with a change.
pub(super) struct Change {
    pub(super) by: By,
    pub(super) comment: String,
    pub(super) confirmation: Confirmation,
    /// The caller wants no e-mails; the callbacks are called all the same unless a setting says otherwise.
    pub(super) quiet: bool,
}

impl Change {
    pub(super) fn by(by: By) -> Self {
        Self {
            by,
            comment: String::new(),
            confirmation: Confirmation::Manual,
            quiet: false,
        }
    }
}

/// Numbers of `EventType`.
mod event {
    pub(super) const CONFIRMED: u32 = 1;
    pub(super) const CANCELLED_BY_ADMIN: u32 = 2;
    pub(super) const PREAPPROVED: u32 = 3;
    pub(super) const FRAUD: u32 = 4;
    pub(super) const CANCELLED_BY_CUSTOMER: u32 = 5;
    pub(super) const CONFLICT_REMOVED: u32 = 6;
    pub(super) const CHECKED_IN: u32 = 8;
    pub(super) const ENTERED_BY_ADMIN: u32 = 9;
    pub(super) const EMAIL_VERIFIED: u32 = 12;
    pub(super) const MODIFIED_BY_ADMIN: u32 = 13;
    pub(super) const CANCELLED_AUTOMATICALLY: u32 = 14;
    pub(super) const MODIFIED_BY_CUSTOMER: u32 = 18;
    pub(super) const COMPLETED: u32 = 19;
    pub(super) const PRICE_CHANGED: u32 = 20;
    pub(super) const CHECKED_OUT: u32 = 21;
    pub(super) const CHECKIN_CLEARED: u32 = 22;
    pub(super) const CONFIRMATION_REMOVED: u32 = 24;
    pub(super) const CONFLICT: u32 = 25;
    pub(super) const OTHER: u32 = 100;
}

/// Bits set by a change: which type of event, which callback.
const SET: [(u32, u32, &str); 10] = [
    (status::RESERVED, event::COMPLETED, ""),
    (status::VERIFIED, event::EMAIL_VERIFIED, ""),
    (status::CONFIRMED, event::CONFIRMED, "reservation_confirmed"),
    (
        status::CANCELLED_BY_ADMIN,
        event::CANCELLED_BY_ADMIN,
        "reservation_admin_canceled",
    ),
    (
        status::CANCELLED_BY_USER,
        event::CANCELLED_BY_CUSTOMER,
        "reservation_user_canceled",
    ),
    (
        status::CANCELLED_AUTOMATICALLY,
        event::CANCELLED_AUTOMATICALLY,
        "reservation_auto_canceled",
    ),
    (status::CHECKED_IN, event::CHECKED_IN, "checked_in"),
    (status::CHECKED_OUT, event::CHECKED_OUT, "checked_out"),
    (status::NO_SHOW, event::OTHER, "noshow"),
    (status::CONFLICT, event::CONFLICT, ""),
];

/// Bits cleared.
const CLEARED: [(u32, u32, &str); 3] = [
    (
        status::CONFIRMED,
        event::CONFIRMATION_REMOVED,
        "confirmed_cleared",
    ),
    (
        status::CHECKED_IN | status::CHECKED_OUT,
        event::CHECKIN_CLEARED,
        "",
    ),
    (status::CONFLICT, event::CONFLICT_REMOVED, ""),
];

impl State {
    pub(super) fn announce_new(&mut self, after: &Reservation, change: &Change) {
        if change.by == By::Admin {
            self.log(after, event::ENTERED_BY_ADMIN, change);
        }
        let before = Reservation {
            status: 0,
            ..after.clone()
        };
        self.announce(&before, after, change);
        if after.is(status::WAITING) {
            self.tell_about(after, "added_to_waitlist", change, &[]);
        }
    }

    /// Every difference is an event of its own, with its callback, if there is one.
    pub(super) fn announce(&mut self, before: &Reservation, after: &Reservation, change: &Change) {
        let set = after.status & !before.status;
        let cleared = before.status & !after.status;
        let previous = [("prev_status", before.status.to_string())];
        let is_known = |known: &Reservation| {
            known.status & (status::RESERVED | status::VERIFIED)
                == status::RESERVED | status::VERIFIED
        };
        if is_known(after) && !is_known(before) {
            self.tell_about(after, "new_verified_reservation", change, &[]);
        }
        let logged = self.actions.len();
        for (bits, event_type, callback) in SET {
            if set & bits == 0 {
                continue;
            }
            let event_type = match event_type {
                event::CONFIRMED if change.confirmation == Confirmation::Preapproval => {
                    event::PREAPPROVED
                }
                event::CANCELLED_BY_ADMIN if set & status::FRAUDULENT != 0 => event::FRAUD,
                other => other,
            };
            self.log(after, event_type, change);
            let by_payment = change.confirmation == Confirmation::Payment;
            let method = if by_payment { "payment" } else { "manual" };
            let method = [("confirmation_method", method.to_owned())];
            let more = match callback {
                "reservation_confirmed" => &method[..],
                _ if bits & status::CANCELLED != 0 => &previous[..],
                _ => &[],
            };
            self.tell_about(after, callback, change, more);
        }
        for (bits, event_type, callback) in CLEARED {
            // A check-in after a check-out clears no check-in.
            if cleared & bits != 0 && after.status & bits == 0 {
                self.log(after, event_type, change);
                self.tell_about(after, callback, change, &[]);
            }
        }
        if set & status::QUOTATION != 0 {
            self.log(after, event::OTHER, change);
            self.tell_about(after, "new_price_quotation", change, &[]);
        }
        if before.total_price != after.total_price {
            self.log(after, event::PRICE_CHANGED, change);
            self.tell_about(after, "reservation_price_updated", change, &[]);
        }
        let silent = Reservation {
            status: before.status,
            total_price: before.total_price,
            original_price: before.original_price,
            modified: before.modified,
            ..after.clone()
        };
        if silent != *before {
            let (event_type, callback) = match change.by {
                By::Customer => (event::MODIFIED_BY_CUSTOMER, "reservation_user_modified"),
                _ => (event::MODIFIED_BY_ADMIN, "reservation_admin_modified"),
            };
            self.log(after, event_type, change);
            self.tell_about(after, callback, change, &[]);
        } else if logged == self.actions.len() {
            self.log(after, event::OTHER, change);
        }
    }

    pub(super) fn log(&mut self, reservation: &Reservation, event_type: u32, change: &Change) {
        self.actions.push(Action {
            reservation_id: reservation.id,
            resource_id: reservation.resource_id,
            user_id: reservation.user_id,
            event_type,
            time: self.local_now(),
            comment: change.comment.clone(),
            moderator_id: Some(ADMIN_ID).filter(|_| change.by == By::Admin),
        });
    }

    pub(super) fn get_reservation_actions(&self, parameters: &Parameters) -> Outcome {
        let reservation_id = parameters.number("reservation_id")?;
        let user_id = parameters.number("user_id")?;
        let event_type = parameters.number("event_type")?;
        let start = self.time(parameters, "start_time")?;
        let end = self.time(parameters, "end_time")?;
        let asked = self.actions.iter().filter(|action| {
            reservation_id.is_none_or(|id| id == action.reservation_id)
                && user_id.is_none_or(|id| id == action.user_id)
                && event_type.is_none_or(|wanted| wanted == u64::from(action.event_type))
                && start.is_none_or(|start| start <= action.time)
                && end.is_none_or(|end| action.time <= end)
        });
        let mut asked: Vec<_> = asked.collect();
        asked.sort_by_key(|action| action.time);
        let results = asked.into_iter().map(|action| {
            json!({
                "moderator": action.moderator_id.map_or("", |_| "Beheer"),
                "moderator_id": self.number(action.moderator_id.unwrap_or_default()),
                "event_type": self.number(u64::from(action.event_type)),
                "time": self.printed(action.time),
                "comments": action.comment,
                "reservation_id": self.number(action.reservation_id),
                "resource_id": self.number(action.resource_id),
                "resource_name": self.resource_name(action.resource_id),
            })
        });
        Ok(json!({ "results": results.collect::<Vec<_>>() }))
    }
}
