//! Making, changing and deleting reservations.

use serde_json::{Map, Value, json};

use super::{Reservation, status};
use crate::planyo::{
    State, User,
    actions::{By, Change, Confirmation},
    protocol::{Outcome, Parameters, Refusal, invalid},
    users::apply_properties,
};

/// The most ids one call takes.
const MOST_IDS: usize = 50;

const STATUS_BITS: u64 = (1 << 15) - 1;

fn refused(text: &str) -> Refusal {
    Refusal(4, text.to_owned())
}

impl State {
    pub(in crate::planyo) fn make_reservation(&mut self, parameters: &Parameters) -> Outcome {
        let resource = self.resource(parameters)?.clone();
        let (start, end) = self.period(parameters)?;
        let quantity = parameters.quantity()?;
        if start >= end {
            return Err(refused("The end must be after the start."));
        }
        let forced = parameters
            .number("force_status")?
            .map(|bits| u32::try_from(bits & STATUS_BITS).unwrap_or_default());
        let price = parameters.money("custom_price")?;
        let cart_id = parameters.number("cart_id")?.unwrap_or_default();
        if cart_id != 0 && !self.carts.contains_key(&cart_id) {
            return Err(invalid("Cart not found"));
        }
        let (free, _) = self.free_units(&resource, start, end, None);
        let waits = free < quantity && parameters.flag("add_to_waitlist");
        if free < quantity && !waits {
            return Err(refused(
                "The resource is not available at the requested time.",
            ));
        }
        let by = if parameters.flag("admin_mode") {
            By::Admin
        } else {
            By::Customer
        };
        let user = self.customer_of(parameters)?;

        // The status the real service gives without force_status depends on the resource; it is not documented.
        let verified = if user.email_verified {
            status::VERIFIED
        } else {
            0
        };
        let usual = status::RESERVED | verified;
        let waiting = if waits { status::WAITING } else { 0 };
        let status = forced.unwrap_or(usual) | waiting;
        let original_price = resource.price(start, end, quantity);
        let reservation = Reservation {
            resource_id: resource.id,
            user_id: user.id,
            start,
            end,
            status,
            quantity,
            total_price: price.unwrap_or(original_price),
            original_price,
            unit_assignment: parameters.units(),
            user_notes: parameters.text("user_notes").to_owned(),
            admin_notes: parameters.text("admin_notes").to_owned(),
            cart_id,
            properties: parameters
                .form_items()
                .map(|(name, value)| (name, Some(value)))
                .collect(),
            ..Reservation::default()
        };
        let id = self.store(reservation);
        let change = Change {
            quiet: parameters.text("send_notifications") == "false",
            ..Change::by(by)
        };
        let after = self.known_reservation(id)?.clone();
        self.announce_new(&after, &change);
        Ok(json!({
            "reservation_id": self.number(id),
            "status": self.number(u64::from(after.status)),
            "user_text": after.user_text(),
            "currency": resource.currency,
            "total_price": self.money(after.total_price),
            "original_price": self.money(after.original_price),
            "discount": self.money(after.original_price - after.total_price),
            "resource_id": self.number(resource.id),
        }))
    }

    /// By id, or by e-mail address; a new user is added. An existing user stays as it is: whether the real
    /// service overwrites its details is not documented.
    fn customer_of(&mut self, parameters: &Parameters) -> Result<User, Refusal> {
        if let Some(id) = parameters.number("user_id")? {
            let known = self.users.get(&id).cloned();
            return known.ok_or_else(|| invalid("User not found"));
        }
        let email = parameters.required("email")?.trim();
        if !email.contains('@') {
            return Err(invalid("Invalid value of parameter email"));
        }
        if let Some(known) = self.by_email(email) {
            return Ok(known.clone());
        }
        let text = |name: &str| parameters.text(name).to_owned();
        let mut user = User {
            email: email.to_owned(),
            first_name: parameters.required("first_name")?.to_owned(),
            last_name: text("last_name"),
            address: text("address"),
            city: text("city"),
            zip: text("zip"),
            state: text("state"),
            country: text("country"),
            phone_country_code: text("phone_prefix"),
            phone_number: text("phone_number"),
            mobile_country_code: text("mobile_prefix"),
            mobile_number: text("mobile_number"),
            modified: self.now(),
            ..User::default()
        };
        apply_properties(&mut user, parameters);
        user.id = self.add(user.clone());
        self.announce_user(&user, true);
        Ok(user)
    }

    pub(in crate::planyo) fn modify_reservation(&mut self, parameters: &Parameters) -> Outcome {
        self.for_each_reservation(parameters, |state, known| {
            let mut after = known.clone();
            let change = Change {
                comment: parameters.text("comments").to_owned(),
                quiet: parameters.text("send_notifications") == "false",
                ..Change::by(By::Admin)
            };
            if parameters.sent("resource_id").is_some() {
                after.resource_id = state.resource(parameters)?.id;
            }
            if let Some(user_id) = parameters.number("user_id")? {
                if !state.users.contains_key(&user_id) {
                    return Err(invalid("User not found"));
                }
                after.user_id = user_id;
            }
            if let Some(start) = state.time(parameters, "start_time")? {
                after.start = start;
            }
            if let Some(end) = state.time(parameters, "end_time")? {
                after.end = end;
            }
            if parameters.sent("quantity").is_some() {
                after.quantity = parameters.quantity()?;
            }
            if parameters.sent("assignment1").is_some() {
                after.unit_assignment = parameters.units();
            }
            for (name, value) in parameters.form_items() {
                let value = Some(value).filter(|value| !value.is_empty());
                after.properties.insert(name, value);
            }
            state.check(&known, &after)?;
            if parameters.flag("recalculate_price") {
                state.reprice(&mut after);
            }
            state.update(after.clone(), &change);
            Ok(json!({
                "status": state.number(u64::from(after.status)),
                "warning_text": "",
            }))
        })
    }

    /// What was moved must still be possible.
    fn check(&self, before: &Reservation, after: &Reservation) -> Result<(), Refusal> {
        if after.start >= after.end {
            return Err(refused("The end must be after the start."));
        }
        let place =
            |known: &Reservation| (known.resource_id, known.start, known.end, known.quantity);
        let resource = self.resources.get(&after.resource_id);
        let free = resource.map(|resource| {
            let but = Some(after.id);
            self.free_units(resource, after.start, after.end, but).0
        });
        if place(before) != place(after)
            && after.blocks()
            && free.is_some_and(|free| free < after.quantity)
        {
            return Err(refused(
                "The resource is not available at the requested time.",
            ));
        }
        Ok(())
    }

    fn reprice(&self, reservation: &mut Reservation) {
        if let Some(resource) = self.resources.get(&reservation.resource_id) {
            let (start, end) = (reservation.start, reservation.end);
            let products = reservation.products.iter();
            let products = products.map(|known| known.unit_price * i64::from(known.quantity));
            let price = resource.price(start, end, reservation.quantity) + products.sum::<i64>();
            reservation.original_price = price;
            reservation.total_price = price;
        }
    }

    pub(in crate::planyo) fn do_reservation_action(&mut self, parameters: &Parameters) -> Outcome {
        let action = parameters.required("action")?.to_owned();
        self.for_each_reservation(parameters, |state, known| {
            let by = if action == "User_cancel" {
                By::Customer
            } else {
                By::Admin
            };
            let change = Change {
                comment: parameters.text("comment").to_owned(),
                quiet: parameters.flag("is_quiet"),
                confirmation: match action.as_str() {
                    "Preapprove" => Confirmation::Preapproval,
                    _ => Confirmation::Manual,
                },
                ..Change::by(by)
            };
            let after = Reservation {
                status: status_after(&action, &known)?,
                ..known
            };
            state.update(after.clone(), &change);
            Ok(json!({
                "status": state.number(u64::from(after.status)),
                "user_text": after.user_text(),
            }))
        })
    }

    pub(in crate::planyo) fn delete_reservation(&mut self, parameters: &Parameters) -> Outcome {
        let id = self.asked_reservation(parameters)?.id;
        if let Some(gone) = self.forget(id) {
            self.tell_about(&gone, "reservation_removed", &Change::by(By::Admin), &[]);
            let user = self.users.get(&gone.user_id);
            let has_none = user.is_some_and(|user| !super::super::users::has_reservations(user));
            if has_none && parameters.flag("delete_user_without_reservations") {
                self.users.remove(&gone.user_id);
            }
        }
        Ok(json!([]))
    }

    /// Absent stays, blank is erased.
    pub(in crate::planyo) fn set_reservation_notes(&mut self, parameters: &Parameters) -> Outcome {
        let mut after = self.asked_reservation(parameters)?.clone();
        for (name, notes) in [
            ("user_notes", &mut after.user_notes),
            ("admin_notes", &mut after.admin_notes),
        ] {
            if let Some(text) = parameters.0.get(name) {
                text.clone_into(notes);
            }
        }
        self.update(after, &Change::by(By::Admin));
        Ok(json!([]))
    }

    pub(in crate::planyo) fn set_reservation_color(&mut self, parameters: &Parameters) -> Outcome {
        let mut after = self.asked_reservation(parameters)?.clone();
        parameters
            .text("custom_color")
            .clone_into(&mut after.custom_color);
        self.update(after, &Change::by(By::Admin));
        Ok(json!([]))
    }

    pub(in crate::planyo) fn set_reservation_price(&mut self, parameters: &Parameters) -> Outcome {
        let mut after = self.asked_reservation(parameters)?.clone();
        parameters.required("price")?;
        let price = parameters.money("price")?.unwrap_or_default();
        let old = std::mem::replace(&mut after.total_price, price);
        // Quiet by default.
        let change = Change {
            quiet: !matches!(parameters.text("is_quiet"), "false" | "0"),
            ..Change::by(By::Admin)
        };
        self.update(after, &change);
        Ok(json!({ "old_price": self.money(old), "new_price": self.money(price) }))
    }

    pub(in crate::planyo) fn recalculate_price(&mut self, parameters: &Parameters) -> Outcome {
        let mut after = self.asked_reservation(parameters)?.clone();
        self.reprice(&mut after);
        let (price, currency) = (after.total_price, self.currency(after.resource_id));
        self.update(after, &Change::by(By::Admin));
        Ok(json!({ "price": self.money(price), "currency": currency }))
    }

    /// One reservation: its own answer. Several: a map of the answers by id. A call that names an unknown one does
    /// nothing at all.
    pub(in crate::planyo) fn for_each_reservation(
        &mut self,
        parameters: &Parameters,
        mut one: impl FnMut(&mut Self, Reservation) -> Outcome,
    ) -> Outcome {
        if parameters.sent("reservation_ids").is_none() {
            let known = self.asked_reservation(parameters)?.clone();
            return one(self, known);
        }
        let ids = parameters.numbers("reservation_ids")?;
        if ids.len() > MOST_IDS {
            return Err(invalid("Too many values of parameter reservation_ids"));
        }
        for id in &ids {
            self.known_reservation(*id)?;
        }
        let mut answers = Map::new();
        for id in ids {
            let known = self.known_reservation(id)?.clone();
            answers.insert(id.to_string(), one(self, known)?);
        }
        Ok(Value::Object(answers))
    }
}

/// The bits after an action. Refusing what a cancelled reservation cannot do is a guess.
fn status_after(action: &str, known: &Reservation) -> Result<u32, Refusal> {
    use status::{
        CANCELLED, CANCELLED_BY_ADMIN, CANCELLED_BY_USER, CHECKED_IN, CHECKED_OUT, CONFIRMED,
        FRAUDULENT, LOCKED, NO_SHOW, QUOTATION, RESERVED, VERIFIED, WAITING,
    };
    let (set, clear) = match action {
        "Reserve" => (RESERVED, 0),
        "Verify" => (VERIFIED, 0),
        "Confirm" | "Preapprove" => (RESERVED | CONFIRMED, 0),
        "Unconfirm" => (0, CONFIRMED),
        "Fraud" => (FRAUDULENT | CANCELLED_BY_ADMIN, 0),
        "Cancel" => (CANCELLED_BY_ADMIN, 0),
        "User_cancel" => (CANCELLED_BY_USER, 0),
        "Uncancel" => (0, CANCELLED),
        "Checkin" => (CHECKED_IN, CHECKED_OUT | NO_SHOW),
        "Checkout" => (CHECKED_OUT, NO_SHOW),
        "Clear_checkin" => (0, CHECKED_IN | CHECKED_OUT),
        "Noshow" => (NO_SHOW, 0),
        "Clear_noshow" => (0, NO_SHOW),
        "Make_not_completed" => (0, RESERVED),
        "Mark_as_quote" => (QUOTATION, 0),
        "Lock" => (LOCKED, 0),
        "Unlock" => (0, LOCKED),
        "Promote" => (RESERVED, WAITING),
        _ => return Err(invalid("Invalid value of parameter action")),
    };
    let wants_a_live_one = matches!(
        action,
        "Confirm" | "Preapprove" | "Checkin" | "Checkout" | "Noshow"
    );
    if wants_a_live_one && known.is(CANCELLED) {
        return Err(refused("The reservation is cancelled."));
    }
    Ok(known.status & !clear | set)
}
