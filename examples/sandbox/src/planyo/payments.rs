//! Payments of reservations.

use chrono::NaiveDateTime;
use serde_json::{Map, Value, json};

use super::{
    State,
    actions::{By, Change, Confirmation},
    protocol::{Outcome, Parameters, Refusal, invalid},
    reservations::{Reservation, status},
    resources::object,
};

const ADDED: u32 = 16;
const DELETED: u32 = 15;
const OTHER: u32 = 100;

/// `payment_status`.
const OK: u64 = 1;
const REFUND: u64 = 4;

/// A payment as Planyo stores it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Payment {
    /// 0 when added: the server gives the next id.
    pub id: u64,
    /// What was paid.
    pub reservation_id: u64,
    /// Cents.
    pub amount: i64,
    /// ISO 4217.
    pub currency: String,
    /// 1 ok, 2 pending, 3 error, 4 refund.
    pub status: u64,
    /// 2 cash, 4 bank transfer, 1 `PayPal`, and many more.
    pub mode: u64,
    /// Local time of the site.
    pub time: NaiveDateTime,
    /// Given by the payment provider.
    pub transaction_id: String,
    /// A remark.
    pub extra_info: String,
}

impl Payment {
    /// What it adds to the amount paid.
    fn counts(&self) -> i64 {
        match self.status {
            OK => self.amount,
            REFUND => -self.amount.abs(),
            _ => 0,
        }
    }
}

impl State {
    pub(super) fn store_payment(&mut self, mut payment: Payment) -> u64 {
        payment.id = self.ids.payment(payment.id);
        if payment.time == NaiveDateTime::default() {
            payment.time = self.local_now();
        }
        let id = payment.id;
        self.payments.insert(id, payment);
        id
    }

    pub(super) fn amount_paid(&self, reservation_id: u64) -> i64 {
        let payments = self.payments.values();
        payments
            .filter(|payment| payment.reservation_id == reservation_id)
            .map(Payment::counts)
            .sum()
    }

    fn payments_of(&self, ids: &[u64]) -> Vec<&Payment> {
        let payments = self.payments.values();
        payments
            .filter(|payment| ids.contains(&payment.reservation_id))
            .collect()
    }

    fn printed_payment(&self, payment: &Payment) -> Map<String, Value> {
        object(json!({
            "payment_id": self.number(payment.id),
            "amount": self.money(payment.amount),
            "currency": payment.currency,
            "payment_status": self.number(payment.status),
            "payment_time": self.printed(payment.time),
            "payment_mode": self.number(payment.mode),
            "transaction_id": payment.transaction_id,
        }))
    }

    pub(super) fn list_reservation_payments(&self, parameters: &Parameters) -> Outcome {
        let id = self.asked_reservation(parameters)?.id;
        let results = self.payments_of(&[id]).into_iter().map(|payment| {
            let mut item = self.printed_payment(payment);
            item.insert(String::from("extra_info"), json!(payment.extra_info));
            Value::Object(item)
        });
        Ok(json!({ "results": results.collect::<Vec<_>>(), "coupons_used": [] }))
    }

    pub(super) fn list_cart_payments(&self, parameters: &Parameters) -> Outcome {
        let cart_id = self.asked_cart(parameters, "cart_id")?;
        let reservations = self.reservations.values();
        let ids: Vec<_> = reservations
            .filter(|known| known.cart_id == cart_id)
            .map(|known| known.id)
            .collect();
        let results = self.payments_of(&ids).into_iter().map(|payment| {
            let mut item = self.printed_payment(payment);
            item.insert(
                String::from("reservation_id"),
                self.number(payment.reservation_id),
            );
            Value::Object(item)
        });
        Ok(json!({ "results": results.collect::<Vec<_>>(), "coupons_used": [] }))
    }

    /// The days belong to the range, both of them. Of the items' names only the first four are known.
    pub(super) fn list_payments(&self, parameters: &Parameters) -> Outcome {
        let start = self.required_time(parameters, "start_date")?.date();
        let end = self.required_time(parameters, "end_date")?.date();
        let mode = parameters.number("payment_mode_id_filter")?;
        let status = parameters.number("status")?;
        let resource_id = parameters.number("resource_id")?;
        let resource_of = |payment: &Payment| {
            let reservation = self.reservations.get(&payment.reservation_id);
            reservation.map(|known| known.resource_id)
        };
        let asked = self.payments.values().filter(|payment| {
            (start..=end).contains(&payment.time.date())
                && mode.is_none_or(|mode| mode == payment.mode)
                && status.is_none_or(|status| status == payment.status)
                && (resource_id.is_none() || resource_id == resource_of(payment))
        });
        let results = asked.map(|payment| {
            json!({
                "payment_id": self.number(payment.id),
                "payment_date": self.printed(payment.time),
                "site_id": self.number(self.settings.site_id),
                "payment_mode_id": self.number(payment.mode),
                "status": self.number(payment.status),
                "amount": self.money(payment.amount),
                "currency": payment.currency,
                "reservation_id": self.number(payment.reservation_id),
                "transaction_id": payment.transaction_id,
            })
        });
        Ok(json!({ "results": results.collect::<Vec<_>>() }))
    }

    pub(super) fn get_reservation_payment_amount(&self, parameters: &Parameters) -> Outcome {
        let known = self.asked_reservation(parameters)?;
        let number = self.payments_of(&[known.id]).len();
        Ok(json!({
            "amount": self.money(self.amount_paid(known.id)),
            "payments": self.number(u64::try_from(number).unwrap_or_default()),
            "currency": self.currency(known.resource_id),
        }))
    }

    /// Not idempotent: the same transaction is added again.
    pub(super) fn add_reservation_payment(&mut self, parameters: &Parameters) -> Outcome {
        let several = parameters.sent("reservation_ids").is_some();
        let listed = |one: &str, many: &str| -> Result<Vec<String>, Refusal> {
            match parameters.sent(many).filter(|_| several) {
                Some(list) => Ok(list.split(',').map(|text| text.trim().to_owned()).collect()),
                None => Ok(vec![parameters.required(one)?.to_owned()]),
            }
        };
        let amounts = listed("amount", "amounts")?;
        let transactions = listed("transaction_id", "transaction_ids")?;
        parameters.required("payment_mode")?;
        parameters.required("payment_status")?;
        let payment = Payment {
            currency: parameters.required("currency")?.to_owned(),
            mode: parameters.number("payment_mode")?.unwrap_or_default(),
            status: parameters.number("payment_status")?.unwrap_or_default(),
            time: self.time(parameters, "payment_time")?.unwrap_or_default(),
            extra_info: parameters.text("extra_info").to_owned(),
            ..Payment::default()
        };
        let mut place = 0;
        // A list gives each its own, one value counts for all.
        let amounts = amounts
            .iter()
            .map(|text| super::protocol::cents(text).ok_or_else(|| invalid("Invalid amount")))
            .collect::<Result<Vec<_>, _>>()?;
        let change = Change {
            quiet: parameters.flag("is_quiet"),
            ..Change::by(By::Admin)
        };
        self.for_each_reservation(parameters, |state, known| {
            let amount = amounts.get(place).or(amounts.last());
            let transaction = transactions.get(place).or(transactions.last());
            place += 1;
            let id = state.store_payment(Payment {
                reservation_id: known.id,
                amount: amount.copied().unwrap_or_default(),
                transaction_id: transaction.cloned().unwrap_or_default(),
                ..payment.clone()
            });
            let status = state.paid(known, id, &change);
            let mut data = object(json!({ "status": state.number(u64::from(status)) }));
            if state.settings.payment_id_in_answer {
                data.insert(String::from("payment_id"), state.number(id));
            }
            Ok(Value::Object(data))
        })
    }

    /// Logs a payment, calls the callbacks, and confirms a reservation that is paid in full.
    fn paid(&mut self, known: Reservation, payment_id: u64, change: &Change) -> u32 {
        self.log(&known, ADDED, change);
        let Some(payment) = self.payments.get(&payment_id).cloned() else {
            return known.status;
        };
        let is_paid = self.amount_paid(known.id) >= known.total_price;
        let confirms = self.settings.payment_confirms
            && payment.status == OK
            && is_paid
            && known.is(status::RESERVED)
            && !known.is(status::CANCELLED | status::CONFIRMED);
        let after = Reservation {
            status: known.status | if confirms { status::CONFIRMED } else { 0 },
            ..known
        };
        let status = after.status;
        if confirms {
            let change = Change {
                confirmation: Confirmation::Payment,
                ..Change::by(By::System)
            };
            self.update(after.clone(), &change);
        } else {
            self.touch(after.id);
        }
        if matches!(payment.status, OK | REFUND) {
            let mut more = self.payment_fields(&payment);
            more.push((
                "payment_confirming_reservation",
                u8::from(confirms).to_string(),
            ));
            self.tell_about(&after, "reservation_payment_received", change, &more);
        }
        status
    }

    fn payment_fields(&self, payment: &Payment) -> Vec<(&'static str, String)> {
        vec![
            ("payment_amount", super::protocol::euros(payment.amount)),
            ("payment_mode", payment.mode.to_string()),
            ("payment_time", self.unix(payment.time).to_string()),
        ]
    }

    pub(super) fn modify_reservation_payment(&mut self, parameters: &Parameters) -> Outcome {
        let (known, mut payment) = self.asked_payment(parameters)?;
        parameters.required("payment_status")?;
        payment.status = parameters.number("payment_status")?.unwrap_or_default();
        if let Some(text) = parameters.0.get("extra_info") {
            text.clone_into(&mut payment.extra_info);
        }
        let id = payment.id;
        self.payments.insert(id, payment);
        self.log(&known, OTHER, &Change::by(By::Admin));
        self.touch(known.id);
        Ok(json!({
            "status": self.number(u64::from(known.status)),
            "payment_id": self.number(id),
        }))
    }

    pub(super) fn remove_reservation_payment(&mut self, parameters: &Parameters) -> Outcome {
        let (known, payment) = self.asked_payment(parameters)?;
        self.payments.remove(&payment.id);
        let change = Change::by(By::Admin);
        self.log(&known, DELETED, &change);
        self.touch(known.id);
        let more = self.payment_fields(&payment);
        self.tell_about(&known, "reservation_payment_removed", &change, &more);
        Ok(json!({ "payment_id": self.number(payment.id) }))
    }

    fn asked_payment(&self, parameters: &Parameters) -> Result<(Reservation, Payment), Refusal> {
        parameters.required("payment_id")?;
        let id = parameters.number("payment_id")?.unwrap_or_default();
        let known = self.asked_reservation(parameters)?;
        let payment = self.payments.get(&id);
        let payment = payment.filter(|payment| payment.reservation_id == known.id);
        let payment = payment.ok_or_else(|| invalid("Payment not found"))?;
        Ok((known.clone(), payment.clone()))
    }

    /// What happens to its payments changes a reservation too.
    fn touch(&mut self, id: u64) {
        let now = self.local_now();
        if let Some(known) = self.reservations.get_mut(&id) {
            known.modified = now;
        }
    }
}
