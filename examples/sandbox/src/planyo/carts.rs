//! Shopping carts: what was booked together.

use chrono::NaiveDateTime;
use serde_json::{Value, json};

use super::{
    State,
    protocol::{Outcome, Parameters, Refusal, invalid},
    reservations::{Reservation, status},
};

const PAGE_SIZE: usize = 500;

impl State {
    fn new_cart(&mut self) -> u64 {
        let id = self.ids.cart(0);
        let now = self.local_now();
        self.carts.insert(id, now);
        id
    }

    fn in_cart(&self, cart_id: u64) -> impl Iterator<Item = &Reservation> {
        let reservations = self.reservations.values();
        reservations.filter(move |known| known.cart_id == cart_id)
    }

    pub(super) fn asked_cart(&self, parameters: &Parameters, name: &str) -> Result<u64, Refusal> {
        parameters.required(name)?;
        let id = parameters.number(name)?.unwrap_or_default();
        if self.carts.contains_key(&id) {
            Ok(id)
        } else {
            Err(invalid("Cart not found"))
        }
    }

    pub(super) fn create_cart(&mut self) -> Value {
        let id = self.new_cart();
        json!({ "cart_id": self.number(id) })
    }

    pub(super) fn delete_cart(&mut self, parameters: &Parameters) -> Outcome {
        let id = self.asked_cart(parameters, "cart_id")?;
        if self.in_cart(id).next().is_some() {
            return Err(Refusal(4, String::from("The cart is not empty.")));
        }
        self.carts.remove(&id);
        Ok(json!([]))
    }

    pub(super) fn get_cart_items(&self, parameters: &Parameters) -> Outcome {
        let id = self.asked_cart(parameters, "shopping_cart_id")?;
        let detail_level = parameters.detail_level()?;
        let total = self.in_cart(id).map(|known| known.total_price).sum();
        let page = parameters.page(self.in_cart(id), PAGE_SIZE)?;
        let results = page
            .into_iter()
            .map(|known| self.listed_reservation(known, detail_level));
        Ok(json!({
            "results": results.collect::<Vec<_>>(),
            "cart_total_price": self.money(total),
            "cart_currency": "EUR",
        }))
    }

    /// A cart is checked out as soon as one of its reservations is complete.
    pub(super) fn list_carts(&self, parameters: &Parameters) -> Outcome {
        let start = self.time(parameters, "start_time")?;
        let end = self.time(parameters, "end_time")?;
        let checked_out_only = !matches!(parameters.text("list_checked_out_only"), "false" | "0");
        let checkout = |id: u64| {
            let complete = self.in_cart(id).filter(|known| known.is(status::RESERVED));
            complete.map(|known| known.created).min()
        };
        let mut asked: Vec<(u64, NaiveDateTime)> = self
            .carts
            .iter()
            .map(|(id, created)| (*id, *created))
            .filter(|(id, created)| {
                start.is_none_or(|start| start <= *created)
                    && end.is_none_or(|end| *created <= end)
                    && (!checked_out_only || checkout(*id).is_some())
            })
            .collect();
        if parameters.flag("sort_reverse") {
            asked.reverse();
        }
        let page = parameters.page(asked.into_iter(), PAGE_SIZE)?;
        let results = page.into_iter().map(|(id, created)| {
            let ids: Vec<_> = self.in_cart(id).map(|known| known.id.to_string()).collect();
            let checkout = checkout(id);
            json!({
                "id": self.number(id),
                "reservation_ids": ids.join(","),
                "creation_time": self.printed(created),
                "checked_out": self.word(checkout.is_some()),
                "checkout_time": checkout.map(|time| self.printed(time)),
            })
        });
        Ok(json!({ "results": results.collect::<Vec<_>>() }))
    }

    pub(super) fn move_reservations_to_cart(&mut self, parameters: &Parameters) -> Outcome {
        parameters.required("reservation_ids")?;
        let ids = parameters.numbers("reservation_ids")?;
        for id in &ids {
            self.known_reservation(*id)?;
        }
        let cart_id = match parameters.number("shopping_cart_id")? {
            Some(_) => self.asked_cart(parameters, "shopping_cart_id")?,
            None => self.new_cart(),
        };
        for id in ids {
            self.reservations
                .change(id, |known| known.cart_id = cart_id);
        }
        Ok(json!({ "shopping_cart_id": self.number(cart_id) }))
    }
}
