//! Additional products of the site, and the products of a reservation.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use serde_json::{Value, json};

use super::{
    PlanyoServer, State,
    actions::{By, Change},
    protocol::{Outcome, Parameters, Refusal, invalid},
    reservations::{CustomProduct, Product, Reservation},
};
use crate::wire::site_time;

/// `EventType`: additional products were reserved.
const PRODUCTS_RESERVED: u32 = 17;

/// An additional product that the site offers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AdditionalProduct {
    /// 0 when added: the server gives the next id.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// Of one, in cents.
    pub price: i64,
    /// What customers read about it.
    pub description: String,
    /// It is booked for each day anew.
    pub is_recurring: bool,
    /// How many can be booked; 0: any number.
    pub max_quantity: u32,
    /// Percent.
    pub tax_rate: u32,
    /// What customers are asked beside the quantity.
    pub extra_field: String,
    /// With these it cannot be booked.
    pub incompatible_resources: Vec<u64>,
}

impl PlanyoServer {
    /// Adds a product that the site offers, or replaces the one with its id; returns the id.
    #[allow(clippy::must_use_candidate)] // Many a test gives the id itself.
    pub fn add_additional_product(&self, product: AdditionalProduct) -> u64 {
        self.state().store_product(product)
    }
}

/// How many of which product, and when.
type Usage = BTreeMap<(u64, Option<NaiveDateTime>), u32>;

impl State {
    pub(super) fn store_product(&mut self, mut product: AdditionalProduct) -> u64 {
        product.id = self.ids.product(product.id);
        let id = product.id;
        self.products.insert(id, product);
        id
    }

    pub(super) fn list_additional_products(&self) -> Value {
        let products = self.products.values().map(|product| {
            json!({
                "id": self.number(product.id),
                "name": product.name,
                "currency": "EUR",
                "price": self.money(product.price),
                "description": product.description,
                "is_recurring": self.word(product.is_recurring),
                "max_quantity": self.number(u64::from(product.max_quantity)),
                "is_reserved_by_customer": self.word(true),
                "is_per_person": "false",
                "is_default": self.word(false),
                "priority": self.number(0),
                "tax_rate": self.number(u64::from(product.tax_rate)),
                "extra_field": product.extra_field,
                "incompatible_resources": product.incompatible_resources,
            })
        });
        json!({ "products": products.collect::<Vec<_>>() })
    }

    /// What is not named is removed. The price of the reservation changes by that of its products, so that a discount
    /// stays.
    pub(super) fn set_reservation_products(&mut self, parameters: &Parameters) -> Outcome {
        let before = self.asked_reservation(parameters)?.clone();
        let mut after = before.clone();
        after.products = self.wanted_products(&before, parameters)?;
        if parameters.flag("recalculate_price") {
            let more = after.product_price() - before.product_price();
            after.total_price += more;
            after.original_price += more;
        }
        let change = Change {
            quiet: parameters.text("send_notifications") == "false",
            ..Change::by(By::Admin)
        };
        if after.products != before.products {
            self.log(&after, PRODUCTS_RESERVED, &change);
        }
        let answer = json!({
            "new_price": self.money(after.total_price),
            "new_product_price": self.money(after.product_price()),
        });
        self.update(after, &change);
        Ok(answer)
    }

    fn wanted_products(
        &self,
        known: &Reservation,
        parameters: &Parameters,
    ) -> Result<Vec<Product>, Refusal> {
        let mut usage = Usage::new();
        for (name, value) in &parameters.0 {
            let Some(rest) = name.strip_prefix("product_") else {
                continue;
            };
            let wrong = || invalid(&format!("Invalid value of parameter {name}"));
            if rest.ends_with("_extra_field") {
                continue;
            }
            let (id, time) = match rest.split_once('_') {
                Some((id, seconds)) => (id, Some(seconds.parse::<i64>().map_err(|_| wrong())?)),
                None => (rest, None),
            };
            let id = id.parse().map_err(|_| wrong())?;
            let quantity = value.trim().parse().map_err(|_| wrong())?;
            let time = time.map(|seconds| site_time(&self.settings.timezone, seconds));
            usage.insert((id, time), quantity);
        }
        usage.retain(|_, quantity| *quantity > 0);
        let products = usage.into_iter().map(|((id, usage_time), quantity)| {
            let product = self.products.get(&id);
            let product = product.ok_or_else(|| invalid("Product not found"))?;
            let refused = |text: &str| Err(Refusal(4, text.to_owned()));
            if product.max_quantity != 0 && quantity > product.max_quantity {
                return refused("So many of this product cannot be reserved.");
            }
            if product.incompatible_resources.contains(&known.resource_id) {
                return refused("The product cannot be reserved with this resource.");
            }
            let extra_field = parameters.text(&format!("product_{id}_extra_field"));
            Ok(Product {
                id,
                name: product.name.clone(),
                unit_price: product.price,
                quantity,
                usage_time,
                extra_field: extra_field.to_owned(),
            })
        });
        products.collect()
    }

    /// The price of the reservation rises by it, unless the caller does not want that.
    pub(super) fn add_custom_product(&mut self, parameters: &Parameters) -> Outcome {
        let mut after = self.asked_reservation(parameters)?.clone();
        let name = parameters.required("name")?.to_owned();
        parameters.required("price")?;
        let price = parameters.money("price")?.unwrap_or_default();
        parameters.required("tax_rate")?;
        let tax_rate = parameters.money("tax_rate")?.unwrap_or_default();
        self.time(parameters, "time_added")?;
        let id = self.ids.custom_product(0);
        after.custom_products.push(CustomProduct {
            id,
            name,
            price,
            tax_rate,
        });
        if !matches!(parameters.text("recalculate_price"), "false" | "0") {
            after.total_price += price;
            after.original_price += price;
        }
        self.update(after, &Change::by(By::Admin));
        Ok(json!({ "custom_product_id": self.number(id) }))
    }

    pub(super) fn printed_custom_products(&self, known: &Reservation) -> Value {
        let products = known.custom_products.iter().map(|product| {
            json!({
                "id": self.number(product.id),
                "name": product.name,
                "price": self.money(product.price),
                "tax_rate": self.money(product.tax_rate),
            })
        });
        products.collect()
    }

    /// The products of a reservation; the site's own fields of each are blank where it offers it no more.
    pub(super) fn printed_products(&self, known: &Reservation) -> Value {
        let products = known.products.iter().map(|product| {
            let offered = self.products.get(&product.id);
            let recurring = offered.is_some_and(|offered| offered.is_recurring);
            let tax_rate = offered.map(|offered| self.number(u64::from(offered.tax_rate)));
            json!({
                "id": self.number(product.id),
                "name": product.name,
                "unit_price": self.money(product.unit_price),
                "tax_rate": tax_rate,
                "customer_reservable": self.word(true),
                "recurring": self.word(recurring),
                "per_person": "false",
                "quantity": self.number(u64::from(product.quantity)),
                "usage_time": product.usage_time.map(|time| self.printed(time)),
            })
        });
        products.collect()
    }
}
