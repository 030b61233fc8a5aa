//! Invoices, of a site whose invoices are "parent and corrective".

use chrono::NaiveDateTime;
use serde_json::{Map, Value, json};

use super::{
    State,
    protocol::{Outcome, Parameters, invalid},
};

const PAGE_SIZE: usize = 50;

/// The longest period one call may ask for.
const MOST_DAYS: i64 = 31;

/// An invoice of one reservation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Invoice {
    /// 0 when added: the server gives the next id.
    pub id: u64,
    /// The reservation.
    pub reservation_id: u64,
    /// Such as `2026-0001`.
    pub number: String,
    /// Local time of the site.
    pub created: NaiveDateTime,
    /// The price it was made for, in cents: another price needs another invoice.
    pub amount: i64,
    /// `false`: it corrects an earlier one.
    pub is_parent: bool,
}

impl State {
    pub(super) fn list_invoices(&self, parameters: &Parameters) -> Outcome {
        let reservation_id = parameters.number("reservation_id")?;
        let period = if reservation_id.is_none() {
            let start = self.required_time(parameters, "start_date")?.date();
            let end = self.required_time(parameters, "end_date")?.date();
            if (end - start).num_days() > MOST_DAYS {
                return Err(invalid("The period must not be longer than 31 days"));
            }
            Some(start..=end)
        } else {
            self.asked_reservation(parameters)?;
            None
        };
        let asked = self.invoices.values().filter(|invoice| match &period {
            Some(days) => days.contains(&invoice.created.date()),
            None => Some(invoice.reservation_id) == reservation_id,
        });
        let page = parameters.page(asked, PAGE_SIZE)?;
        let results: Vec<_> = page
            .into_iter()
            .map(|invoice| self.listed_invoice(invoice))
            .collect();
        // With this key beside 0, 1, 2 a PHP array is no list any more.
        let results: Value = if results.len() > 1 && self.settings.all_among_invoices {
            let numbered = results.into_iter().enumerate();
            let mut map: Map<_, _> = numbered
                .map(|(place, invoice)| (place.to_string(), invoice))
                .collect();
            map.insert(String::from("all"), json!({ "url": url("all") }));
            map.into()
        } else {
            results.into()
        };
        Ok(json!({ "results": results }))
    }

    fn listed_invoice(&self, invoice: &Invoice) -> Value {
        let reservation = self.reservations.get(&invoice.reservation_id);
        let resource_id = reservation.map_or(0, |known| known.resource_id);
        json!({
            "reservation_id": self.number(invoice.reservation_id),
            "resource_id": self.number(resource_id),
            "coupon_payment_id": null,
            "coupon_id": null,
            "sequential_number": invoice.number,
            "is_parent_invoice": self.word(invoice.is_parent),
            "creation_date": self.printed(invoice.created),
            "url": url(&invoice.id.to_string()),
        })
    }

    pub(super) fn generate_invoice(&mut self, parameters: &Parameters) -> Outcome {
        let known = self.asked_reservation(parameters)?;
        let (reservation_id, amount) = (known.id, known.total_price);
        let mut own = self
            .invoices
            .values()
            .filter(|invoice| invoice.reservation_id == reservation_id);
        let is_parent = own.clone().next().is_none();
        let same = own.find(|invoice| invoice.amount == amount);
        let id = same.map(|invoice| invoice.id);
        let created = self.local_now();
        let number = format!("{}-{:04}", created.format("%Y"), self.invoices.len() + 1);
        let id = id.unwrap_or_else(|| {
            self.store_invoice(Invoice {
                reservation_id,
                number,
                created,
                amount,
                is_parent,
                ..Invoice::default()
            })
        });
        Ok(json!({ "id": self.number(id), "url": url(&id.to_string()) }))
    }

    pub(super) fn store_invoice(&mut self, mut invoice: Invoice) -> u64 {
        invoice.id = self.ids.invoice(invoice.id);
        let id = invoice.id;
        self.invoices.insert(id, invoice);
        id
    }

    /// The whole cart of the reservation; prices are without VAT of 21 %, and with it.
    pub(super) fn get_invoice_items(&self, parameters: &Parameters) -> Outcome {
        let asked = self.asked_reservation(parameters)?;
        let (id, cart_id) = (asked.id, asked.cart_id);
        let together = self
            .reservations
            .values()
            .filter(|known| known.id == id || (cart_id != 0 && known.cart_id == cart_id));
        let mut results = Vec::new();
        for known in together {
            let products = known.products.iter();
            let products: Vec<_> = products
                .map(|product| {
                    let price = product.unit_price * i64::from(product.quantity);
                    (product.name.clone(), product.quantity, price)
                })
                .collect();
            let rest = known.total_price - products.iter().map(|(_, _, price)| price).sum::<i64>();
            let rental = (self.resource_name(known.resource_id), known.quantity, rest);
            for (name, quantity, gross) in std::iter::once(rental).chain(products) {
                let net = (gross * 100 + 60) / 121;
                results.push(json!({
                    "name": name,
                    "quantity": self.number(u64::from(quantity)),
                    "price": self.money(net),
                    "price-gross": self.money(gross),
                    "tax": self.money(gross - net),
                    "reservation_id": self.number(known.id),
                }));
            }
        }
        Ok(json!({ "results": results }))
    }
}

fn url(which: &str) -> String {
    format!("https://www.planyo.example/invoice.php?invoice={which}")
}
