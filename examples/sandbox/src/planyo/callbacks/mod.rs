//! Notification callbacks (webhooks): which are registered for which event, and what is posted.

mod delivery;

use serde_json::{Map, Value, json};

use super::{
    PhoneStyle, State, User,
    actions::{By, Change},
    protocol::{Outcome, Parameters, Refusal, euros, invalid},
    reservations::Reservation,
};
use crate::wire::encode;
pub use delivery::Delivery;
pub(super) use delivery::{Job, Post, deliver};

/// The names on the page of `add_notification_callback`.
const DOCUMENTED: [&str; 17] = [
    "new_verified_reservation",
    "reservation_confirmed",
    "reservation_admin_canceled",
    "reservation_user_canceled",
    "reservation_admin_modified",
    "reservation_auto_canceled",
    "new_price_quotation",
    "reservation_payment_received",
    "reservation_user_modified",
    "reservation_products_user_modified",
    "checked_in",
    "checked_out",
    "noshow",
    "hourly",
    "coupon_payment_received",
    "user_updated",
    "reservation_price_updated",
];

/// Names that exist as a `notification_type`; whether they can be registered by a call is not known.
const FURTHER: [&str; 19] = [
    "vacation_modified",
    "added_to_waitlist",
    "confirmed_cleared",
    "before_or_after_event_1",
    "before_or_after_event_2",
    "before_or_after_event_3",
    "before_or_after_event_4",
    "before_or_after_event_5",
    "before_or_after_event_6",
    "custom_button_1",
    "custom_button_2",
    "custom_button_3",
    "custom_button_4",
    "custom_button_5",
    "resource_settings_changed",
    "reservation_payment_removed",
    "coupon_payment_removed",
    "resource_removed",
    "reservation_removed",
];

/// The registered callbacks, in the order of registration.
#[derive(Default)]
pub(super) struct Callbacks {
    registered: Vec<(String, String)>,
    /// The task that posts; `None` until the server listens.
    pub(super) outbox: Option<tokio::sync::mpsc::UnboundedSender<Job>>,
}

type Fields = Vec<(&'static str, String)>;

impl Callbacks {
    pub(super) fn registered(&self) -> &[(String, String)] {
        &self.registered
    }

    pub(super) fn send(&self, job: Job) {
        if let Some(outbox) = &self.outbox {
            // The task has ended with the server.
            outbox.send(job).unwrap_or_default();
        }
    }
}

impl State {
    fn event_name<'a>(&self, parameters: &'a Parameters) -> Result<&'a str, Refusal> {
        let name = parameters.required("notification_name")?;
        let further = self.settings.accept_further_callbacks && FURTHER.contains(&name);
        if further || DOCUMENTED.contains(&name) {
            Ok(name)
        } else {
            Err(invalid("Invalid value of parameter notification_name"))
        }
    }

    /// Without a URL every callback of the event is removed. The same URL again is the same callback, which is a guess.
    pub(super) fn add_notification_callback(&mut self, parameters: &Parameters) -> Outcome {
        let event = self.event_name(parameters)?.to_owned();
        let registered = &mut self.callbacks.registered;
        match parameters.sent("callback_url") {
            None => registered.retain(|(known, _)| *known != event),
            Some(url) => {
                let callback = (event, url.to_owned());
                if !registered.contains(&callback) {
                    registered.push(callback);
                }
            }
        }
        Ok(json!([]))
    }

    /// What happens without a URL is not known; here it is refused. Removing what is not there changes nothing.
    pub(super) fn remove_notification_callback(&mut self, parameters: &Parameters) -> Outcome {
        let event = self.event_name(parameters)?.to_owned();
        let callback = (event, parameters.required("callback_url")?.to_owned());
        self.callbacks.registered.retain(|known| *known != callback);
        Ok(json!([]))
    }

    /// Posts that a user was added or changed.
    pub(super) fn announce_user(&mut self, user: &User, is_new: bool) {
        let mut fields = vec![("is_new_user", u8::from(is_new).to_string())];
        fields.extend(contact(user));
        self.tell("user_updated", &fields);
    }

    /// Posts an event of a reservation; nothing for a blank event.
    pub(super) fn tell_about(
        &self,
        reservation: &Reservation,
        event: &str,
        change: &Change,
        more: &[(&'static str, String)],
    ) {
        if change.quiet && self.settings.quiet_silences_callbacks {
            return;
        }
        let paid = self.amount_paid(reservation.id);
        let by_customer = change.by == By::Customer;
        let mut fields = vec![
            ("reservation", reservation.id.to_string()),
            ("resource", reservation.resource_id.to_string()),
            ("resource_name", self.resource_name(reservation.resource_id)),
            ("start", self.unix(reservation.start).to_string()),
            ("end", self.unix(reservation.end).to_string()),
            ("status", reservation.status.to_string()),
            ("count", reservation.quantity.to_string()),
            ("price_quoted", euros(reservation.total_price)),
            ("amount_paid", euros(paid)),
            ("amount_outstanding", euros(reservation.total_price - paid)),
            ("currency", self.currency(reservation.resource_id)),
            ("creation_date", self.unix(reservation.created).to_string()),
            ("cart_id", reservation.cart_id.to_string()),
            ("unit_assignment", reservation.unit_assignment.clone()),
            ("user_notes", reservation.user_notes.clone()),
            ("admin_notes", reservation.admin_notes.clone()),
            (
                "is_event_fired_by_customer",
                u8::from(by_customer).to_string(),
            ),
        ];
        fields.extend(contact(&self.user_of(reservation.user_id)));
        fields.extend(more.iter().cloned());
        self.tell(event, &fields);
    }

    /// Posts to every callback of the event.
    pub(super) fn tell(&self, event: &str, fields: &[(&'static str, String)]) {
        let registered = self.callbacks.registered.iter();
        for (_, url) in registered.filter(|(known, _)| known == event) {
            let mut all: Fields = vec![
                ("notification_type", event.to_owned()),
                ("calendar", self.settings.site_id.to_string()),
            ];
            all.extend(fields.iter().cloned());
            let (content_type, body) = if wants_json(url) {
                ("application/json", json_body(all))
            } else {
                ("application/x-www-form-urlencoded", form_body(&all))
            };
            self.callbacks.send(Job::Post(Post {
                delivery: Delivery {
                    event: event.to_owned(),
                    url: url.clone(),
                    content_type,
                    body,
                    status: None,
                },
                times: 1 + usize::from(self.settings.duplicate_callbacks),
                may_wait: self.settings.reorder_callbacks,
            }));
        }
    }
}

fn contact(user: &User) -> Fields {
    let phone = if user.phone_number.is_empty() {
        (&user.mobile_country_code, &user.mobile_number)
    } else {
        (&user.phone_country_code, &user.phone_number)
    };
    vec![
        ("user", user.id.to_string()),
        ("email", user.email.clone()),
        ("first_name", user.first_name.clone()),
        ("last_name", user.last_name.clone()),
        ("country", user.country.clone()),
        ("city", user.city.clone()),
        ("phone", PhoneStyle::Joined.print(phone.0, phone.1)),
    ]
}

fn wants_json(url: &str) -> bool {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let query = query.split('#').next().unwrap_or_default();
    query.split('&').any(|pair| pair == "ppp_payload=json")
}

fn json_body(fields: Fields) -> String {
    let map: Map<String, Value> = fields
        .into_iter()
        .map(|(name, value)| (name.to_owned(), json!(value)))
        .collect();
    Value::Object(map).to_string()
}

fn form_body(fields: &[(&'static str, String)]) -> String {
    let pairs = fields
        .iter()
        .map(|(name, value)| format!("{name}={}", encode(value)));
    pairs.collect::<Vec<_>>().join("&")
}
