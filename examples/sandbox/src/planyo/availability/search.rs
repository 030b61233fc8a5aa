//! `resource_search`: what is free in a period.

use std::cmp::Ordering;

use serde_json::{Value, json};

use crate::planyo::{
    Resource, State,
    methods::not_here,
    php::map_or_list,
    protocol::{Outcome, Parameters, Refusal, invalid},
};

impl State {
    /// Published resources with enough units. A search without a hit is code 4, as a production user saw. The fields of
    /// an item are not in the reference.
    pub(in crate::planyo) fn resource_search(&self, parameters: &Parameters) -> Outcome {
        let (start, end) = self.period(parameters)?;
        let quantity = parameters.quantity()?;
        if start >= end {
            return Err(Refusal(4, String::from("The end must be after the start.")));
        }
        if parameters.text("output") == "html" {
            return Err(not_here("output=html of resource_search"));
        }
        let only = match parameters.sent("ppp_resfilter") {
            Some(_) => Some(parameters.numbers("ppp_resfilter")?),
            None => None,
        };
        let asked = self.resources.values().filter(|resource| {
            resource.is_published
                && only.as_ref().is_none_or(|ids| ids.contains(&resource.id))
                && has_properties(resource, parameters)
        });
        let mut found = Vec::new();
        let mut not_listed = Vec::new();
        for resource in asked {
            let (free, _) = self.free_units(resource, start, end, None);
            if free >= quantity {
                found.push((resource, free, resource.price(start, end, quantity)));
            } else {
                let reason = "The resource is not available at the requested time.";
                not_listed.push((resource.id.to_string(), json!(reason)));
            }
        }
        if found.is_empty() {
            return Err(Refusal(4, String::from("No resources found.")));
        }
        match parameters.text("sort") {
            "price" => found.sort_by_key(|(_, _, price)| *price),
            "resname" => found.sort_by_key(|(resource, ..)| resource.name.to_lowercase()),
            // There is one site, at one place.
            "" | "site" | "location" => {}
            sort => {
                let name = sort.strip_prefix("prop_res_");
                let name = name.ok_or_else(|| invalid("Invalid value of parameter sort"))?;
                found.sort_by(|(one, ..), (other, ..)| {
                    compare(property(one, name), property(other, name))
                });
            }
        }
        let results = found.into_iter().map(|(resource, free, price)| {
            json!({
                "id": self.number(resource.id),
                "name": resource.name,
                "site_id": self.number(self.settings.site_id),
                "price": self.money(price),
                "currency": resource.currency,
                "quantity_available": self.number(u64::from(free)),
                "properties": resource.printed_properties(),
            })
        });
        Ok(json!({
            "results": results.collect::<Vec<Value>>(),
            "reason_not_listed": map_or_list(not_listed),
        }))
    }
}

fn property<'a>(resource: &'a Resource, name: &str) -> &'a str {
    let mut known = resource.properties.iter();
    let found = known.find(|(known, _)| known.eq_ignore_ascii_case(name));
    found.map_or("", |(_, value)| value)
}

fn has_properties(resource: &Resource, parameters: &Parameters) -> bool {
    parameters.0.iter().all(|(name, wanted)| {
        let name = name.strip_prefix("prop_res_");
        name.is_none_or(|name| matches(wanted, property(resource, name)))
    })
}

/// A number by its value, anything else as text.
fn compare(one: &str, other: &str) -> Ordering {
    let number = |text: &str| text.trim().parse::<f64>().ok();
    match (number(one), number(other)) {
        (Some(one), Some(other)) => one.total_cmp(&other),
        _ => one.to_lowercase().cmp(&other.to_lowercase()),
    }
}

/// The value that is asked for may begin with a comparison.
fn matches(wanted: &str, value: &str) -> bool {
    let rest = |prefix: &str| wanted.strip_prefix(prefix);
    if let Some(part) = rest("[include]") {
        return value.to_lowercase().contains(&part.to_lowercase());
    }
    let is_there = !value.is_empty();
    if let Some(wanted) = rest("<>") {
        compare(value, wanted).is_ne()
    } else if let Some(wanted) = rest("<=") {
        is_there && compare(value, wanted).is_le()
    } else if let Some(wanted) = rest(">=") {
        is_there && compare(value, wanted).is_ge()
    } else if let Some(wanted) = rest("<") {
        is_there && compare(value, wanted).is_lt()
    } else if let Some(wanted) = rest(">") {
        is_there && compare(value, wanted).is_gt()
    } else {
        compare(value, wanted).is_eq()
    }
}
