//! Resources: what can be rented, whether it is free, and at what price.

use std::collections::BTreeMap;

use chrono::{NaiveDateTime, TimeDelta};
use serde_json::{Map, Value, json};

use super::{
    State,
    filters::matches_wildcard,
    protocol::{Outcome, PROPERTIES, Parameters, Refusal, invalid},
};

/// Bits of `detail_level` in `list_resources`; 4, properties, is the same as for users.
const SETTINGS: u64 = 2;
const PHOTOS: u64 = 8;

const DEFAULT_PAGE_SIZE: u64 = 100;
const MAX_PAGE_SIZE: u64 = 300;

/// Something to rent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// 0 when added: the server gives the next id.
    pub id: u64,
    /// Unique on the site.
    pub name: String,
    /// How many there are to rent at the same time.
    pub quantity: u32,
    /// Names of the units, for `unit_assignment`.
    pub unit_names: Vec<String>,
    /// Of one unit for one day or part of it, in cents.
    pub unit_price: i64,
    /// ISO 4217.
    pub currency: String,
    /// It can be seen by customers.
    pub is_published: bool,
    /// Its rentals are counted in nights.
    pub is_overnight_stay: bool,
    /// Custom properties; the server prints the names in lower case, as Planyo does.
    pub properties: BTreeMap<String, String>,
    /// Settings that were changed by a call, by their names in the answers.
    pub settings: BTreeMap<String, String>,
    /// When it starts, of a resource that is an event.
    pub event_times: Vec<NaiveDateTime>,
    /// How long such an event is.
    pub event_duration: TimeDelta,
}

impl Default for Resource {
    fn default() -> Self {
        Self {
            id: 0,
            name: String::new(),
            quantity: 1,
            unit_names: Vec::new(),
            unit_price: 0,
            currency: String::from("EUR"),
            is_published: true,
            is_overnight_stay: false,
            properties: BTreeMap::new(),
            settings: BTreeMap::new(),
            event_times: Vec::new(),
            event_duration: TimeDelta::hours(1),
        }
    }
}

/// Started days, at least one.
fn days(start: NaiveDateTime, end: NaiveDateTime) -> i64 {
    let minutes = (end - start).num_minutes().max(1);
    (minutes + 24 * 60 - 1) / (24 * 60)
}

impl Resource {
    /// In cents, for as many started days and units.
    pub(super) fn price(&self, start: NaiveDateTime, end: NaiveDateTime, quantity: u32) -> i64 {
        self.unit_price * days(start, end) * i64::from(quantity)
    }

    pub(super) fn printed_properties(&self) -> Value {
        if self.properties.is_empty() {
            return json!([]);
        }
        let printed = self.properties.iter();
        printed
            .map(|(name, value)| (name.to_lowercase(), json!(value)))
            .collect::<Map<_, _>>()
            .into()
    }

    fn has_property(&self, name: &str, test: impl Fn(&str) -> bool) -> bool {
        let name = name.strip_prefix("prop_res_").unwrap_or(name);
        let mut known = self.properties.iter();
        known.any(|(known, value)| known.eq_ignore_ascii_case(name) && test(value))
    }

    fn is_asked_for(&self, parameters: &Parameters) -> bool {
        if parameters.flag("list_published_only") && !self.is_published {
            return false;
        }
        let kinds = parameters.sent("list_resource_types").unwrap_or("all");
        if !kinds
            .split(',')
            .any(|kind| matches!(kind.trim(), "all" | "resource"))
        {
            return false;
        }
        let by_name = parameters.sent("res_filter_name").is_none_or(|name| {
            let exact = parameters.sent("res_filter_value");
            let part = parameters
                .sent("res_filter_value_inc")
                .map(str::to_lowercase);
            exact.is_none_or(|wanted| self.has_property(name, |value| value == wanted))
                && part.is_none_or(|wanted| {
                    self.has_property(name, |value| value.to_lowercase().contains(&wanted))
                })
        });
        let mut own = parameters.0.iter();
        by_name
            && own.all(|(name, wanted)| {
                !name.starts_with("prop_res_")
                    || self.has_property(name, |value| matches_wildcard(wanted, value))
            })
    }
}

impl State {
    pub(super) fn list_resources(&self, parameters: &Parameters) -> Outcome {
        let detail_level = parameters.detail_level()?;
        let size = parameters.number("page_size")?.filter(|size| *size > 0);
        let size = size.unwrap_or(DEFAULT_PAGE_SIZE).min(MAX_PAGE_SIZE);
        let asked = self
            .resources
            .values()
            .filter(|resource| resource.is_asked_for(parameters));
        let page = parameters.page(asked, usize::try_from(size).unwrap_or(usize::MAX))?;
        // A map by id; PHP prints an empty one as a list.
        let resources: Value = if page.is_empty() {
            json!([])
        } else {
            let items = page.into_iter().map(|resource| {
                (
                    resource.id.to_string(),
                    self.listed_resource(resource, detail_level),
                )
            });
            items.collect::<Map<_, _>>().into()
        };
        Ok(json!({ "resources": resources }))
    }

    /// The mixture of strings, numbers and words is that of the real item in the reference.
    fn listed_resource(&self, resource: &Resource, detail_level: u64) -> Value {
        let mut item = object(json!({
            "name": resource.name,
            "id": resource.id,
            "resource_admin_id": null,
            "resource_admin_email": null,
            "resource_admin_name": null,
        }));
        if detail_level & SETTINGS != 0 {
            item.extend(object(self.settings_of(resource)));
        }
        if detail_level & PROPERTIES != 0 {
            item.insert(String::from("properties"), resource.printed_properties());
        }
        if detail_level & PHOTOS != 0 {
            item.insert(String::from("photos"), json!([]));
        }
        resource.overlay(&mut item);
        Value::Object(item)
    }

    fn settings_of(&self, resource: &Resource) -> Value {
        json!({
            "quantity": self.number(u64::from(resource.quantity)),
            "site_id": self.number(self.settings.site_id),
            "confirmation_type": self.number(4),
            "category": self.number(9978),
            "unit_names": resource.unit_names.join(","),
            "unit_price": self.money(resource.unit_price),
            "currency": resource.currency,
            "min_rental_time": self.number(24),
            "min_time_between_rentals": 0,
            "max_rental_time": self.number(504),
            "min_hours_to_rental": self.number(0),
            "max_days_to_rental": self.number(365),
            "is_published": self.word(resource.is_published),
            "is_listed": self.word(resource.is_published),
            "is_overnight_stay": self.number(u64::from(resource.is_overnight_stay)),
        })
    }

    pub(super) fn get_resource_info(&self, parameters: &Parameters) -> Outcome {
        let resource = self.resource(parameters)?;
        let mut data = object(self.settings_of(resource));
        data.extend(object(json!({
            "name": resource.name,
            "translated_name": resource.name,
            "sharing_mode": self.number(0),
            "start_hour": self.number(9),
            "end_hour": self.number(18),
            "start_quarters": self.number(1),
            "time_unit": self.number(1440),
            "predefined_durations": [],
            "max_quantity_per_rental": self.number(u64::from(resource.quantity)),
            "properties": resource.printed_properties(),
            "photos": [],
            "event_dates": [],
            "prepayment_amount": "30%",
            "prepayment_amount_valid_until": self.number(0),
            "price_type": self.number(1),
            "resource_admin_id": null,
            "resource_admin_name": null,
            "resource_admin_email": null,
            "start_times": [],
            "description": "",
        })));
        resource.overlay(&mut data);
        Ok(Value::Object(data))
    }

    pub(super) fn is_resource_available(&self, parameters: &Parameters) -> Outcome {
        let resource = self.resource(parameters)?;
        let (start, end) = self.period(parameters)?;
        let quantity = parameters.quantity()?;
        let (free, problem) = self.free_units(resource, start, end, None);
        let is_available = free >= quantity;
        let mut data = object(json!({
            "is_available": is_available,
            "quantity_available": self.number(u64::from(free)),
        }));
        if !is_available {
            data.extend(object(json!({
                "problem_time": self.printed(problem),
                "reason": "The resource is not available at the requested time.",
            })));
        }
        Ok(Value::Object(data))
    }

    /// All the limits this server knows are times and availability.
    pub(super) fn can_make_reservation(&self, parameters: &Parameters) -> Outcome {
        let resource = self.resource(parameters)?;
        let (start, end) = self.period(parameters)?;
        let quantity = parameters.quantity()?;
        let but = parameters.number("excluded_reservation_id")?;
        let (free, problem) = self.free_units(resource, start, end, but);
        let (is_available, is_period) = (free >= quantity, start < end);
        let mut data = object(json!({ "is_reservation_possible": is_available && is_period }));
        if !is_period {
            data.insert(
                String::from("reason"),
                json!("The end must be after the start."),
            );
        } else if !is_available {
            data.extend(object(json!({
                "problem_time": self.printed(problem),
                "reason": "The resource is not available at the requested time.",
            })));
        }
        if parameters.flag("return_availability") {
            data.insert(
                String::from("is_resource_available"),
                self.word(is_available),
            );
        }
        if parameters.flag("return_price") {
            let price = resource.price(start, end, quantity);
            data.insert(String::from("price"), self.money(price));
        }
        Ok(Value::Object(data))
    }

    pub(super) fn get_rental_price(&self, parameters: &Parameters) -> Outcome {
        let resource = self.resource(parameters)?;
        let (start, end) = self.period(parameters)?;
        if start >= end {
            return Err(Refusal(4, String::from("The end must be after the start.")));
        }
        let total = resource.price(start, end, parameters.quantity()?);
        Ok(json!({
            "currency": resource.currency,
            "total": self.money(total),
            "extra_times": [],
            "pricing_log_applied_rules": [],
            "pricing_log_products": [],
        }))
    }

    pub(super) fn resource(&self, parameters: &Parameters) -> Result<&Resource, Refusal> {
        parameters.required("resource_id")?;
        let id = parameters.number("resource_id")?.unwrap_or_default();
        self.resources
            .get(&id)
            .ok_or_else(|| invalid("Resource not found"))
    }

    pub(super) fn period(
        &self,
        parameters: &Parameters,
    ) -> Result<(NaiveDateTime, NaiveDateTime), Refusal> {
        let start = self.required_time(parameters, "start_time")?;
        let end = self.required_time(parameters, "end_time")?;
        Ok((start, end))
    }

    /// Units free during the whole period, and when the fewest are; `but` does not count.
    pub(super) fn free_units(
        &self,
        resource: &Resource,
        start: NaiveDateTime,
        end: NaiveDateTime,
        but: Option<u64>,
    ) -> (u32, NaiveDateTime) {
        let overlapping: Vec<_> = self
            .reservations
            .overlapping(resource.id, start, end)
            .filter(|known| Some(known.id) != but && known.blocks())
            .collect();
        // Use can only rise where a reservation, a vacation or the closed part of a week begins.
        let begins = overlapping.iter().map(|known| known.start.max(start));
        let begins = begins.chain(self.block_begins(resource, start, end));
        let used = |at: NaiveDateTime| {
            let there = overlapping
                .iter()
                .filter(|known| known.start <= at && at < known.end);
            let reserved = there.map(|known| known.quantity).sum::<u32>();
            (reserved + self.blocked_units(resource, at), at)
        };
        let (most, at) = begins.map(used).max().unwrap_or((0, start));
        (resource.quantity.saturating_sub(most), at)
    }
}

pub(super) fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}
