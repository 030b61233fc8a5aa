//! Adding, changing and removing resources, and what they cost.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{
    Resource, State,
    php::map_or_list,
    protocol::{Outcome, Parameters, Refusal, invalid},
};

/// The settings that are kept as they are sent: their names as a parameter, and in the answers.
const SETTINGS: [(&str, &str); 12] = [
    ("description", "description"),
    ("min_rental_time", "min_rental_time"),
    ("max_rental_time", "max_rental_time"),
    ("min_time_between_rentals", "min_time_between_rentals"),
    ("min_hours_to_rental", "min_hours_to_rental"),
    ("max_days_to_rental", "max_days_to_rental"),
    ("available_from", "start_hour"),
    ("available_until", "end_hour"),
    ("start_quarters", "start_quarters"),
    ("start_times", "start_times"),
    ("confirmation_method", "confirmation_type"),
    ("resource_admin_id", "resource_admin_id"),
];

impl Resource {
    /// Puts the settings that were sent in place of those that every resource has.
    pub(super) fn overlay(&self, printed: &mut Map<String, Value>) {
        for (name, value) in &self.settings {
            if let Some(known) = printed.get_mut(name) {
                *known = json!(value);
            }
        }
    }
}

impl State {
    /// A copy of the base, whose quantity it keeps where none is sent: the reference calls it required, a live test
    /// did without.
    pub(super) fn add_resource(&mut self, parameters: &Parameters) -> Outcome {
        parameters.required("base_resource_id")?;
        let base = parameters.number("base_resource_id")?.unwrap_or_default();
        let base = self.resources.get(&base);
        let base = base.ok_or_else(|| invalid("Resource not found"))?;
        let mut resource = Resource {
            id: 0,
            ..base.clone()
        };
        parameters.required("name")?;
        self.change_resource(&mut resource, parameters)?;
        if let Some(published) = parameters.sent("is_published") {
            resource.is_published = matches!(published, "true" | "1");
        }
        for (name, value) in &parameters.0 {
            if let Some(name) = name.strip_prefix("prop_res_") {
                resource
                    .properties
                    .insert(name.replace(' ', "_"), value.clone());
            }
        }
        let id = self.store_resource(resource);
        Ok(json!({ "new_resource_id": self.number(id) }))
    }

    /// What it answers is not known: nothing.
    pub(super) fn modify_resource(&mut self, parameters: &Parameters) -> Outcome {
        let mut resource = self.resource(parameters)?.clone();
        self.change_resource(&mut resource, parameters)?;
        self.tell_resource("resource_settings_changed", &resource);
        self.store_resource(resource);
        Ok(json!([]))
    }

    fn change_resource(
        &self,
        resource: &mut Resource,
        parameters: &Parameters,
    ) -> Result<(), Refusal> {
        if let Some(name) = parameters.sent("name") {
            let mut others = self.resources.values();
            if others.any(|other| other.name == name && other.id != resource.id) {
                return Err(invalid("The resource name is already in use."));
            }
            name.clone_into(&mut resource.name);
        }
        if parameters.sent("quantity").is_some() {
            resource.quantity = parameters.quantity()?;
            resource.unit_names.truncate(resource.quantity as usize);
        }
        if let Some(price) = parameters.money("default_price")? {
            resource.unit_price = price;
        }
        if let Some(currency) = parameters.sent("currency") {
            currency.clone_into(&mut resource.currency);
        }
        for (sent, printed) in SETTINGS {
            if let Some(value) = parameters.0.get(sent) {
                let value = value.clone();
                resource.settings.insert(printed.to_owned(), value);
            }
        }
        Ok(())
    }

    /// All four must fit: this is the one call that removes reservations by the way.
    pub(super) fn remove_resource(&mut self, parameters: &Parameters) -> Outcome {
        let resource = self.resource(parameters)?.clone();
        let id = resource.id.to_string();
        let site = self.settings.site_id.to_string();
        let proofs = [
            ("resource_name", resource.name.clone()),
            ("parent_site_id", site),
            ("resource_id_md5", format!("{:x}", md5::compute(id))),
        ];
        for (name, expected) in proofs {
            if parameters.required(name)? != expected {
                return Err(invalid(&format!("Invalid value of parameter {name}")));
            }
        }
        let reservations = self.reservations.values();
        let own = reservations.filter(|known| known.resource_id == resource.id);
        let own: Vec<_> = own.map(|known| known.id).collect();
        for id in own {
            self.forget(id);
        }
        self.vacations
            .retain(|_, vacation| vacation.resource_id != Some(resource.id));
        self.weeks.remove(&Some(resource.id));
        self.resources.remove(&resource.id);
        self.tell_resource("resource_removed", &resource);
        Ok(json!([]))
    }

    fn tell_resource(&self, event: &str, resource: &Resource) {
        let fields = [
            ("resource", resource.id.to_string()),
            ("resource_name", resource.name.clone()),
        ];
        self.tell(event, &fields);
    }

    /// No resource of this look-alike has rules beside its default price, which is for a day (7).
    pub(super) fn get_resource_pricing(&self, parameters: &Parameters) -> Outcome {
        parameters.required("site_id")?;
        let asked: BTreeMap<_, _> = match parameters.sent("resource_id") {
            Some(_) => {
                let resource = self.resource(parameters)?;
                [(resource.id, resource)].into()
            }
            None => self
                .resources
                .iter()
                .map(|(id, known)| (*id, known))
                .collect(),
        };
        let prices = asked.iter().map(|(id, resource)| {
            let price = json!({
                "unit_price": self.money(resource.unit_price),
                "currency": resource.currency,
                "price_type": self.number(7),
                "resource_name": resource.name,
            });
            (id.to_string(), price)
        });
        let rules = asked.keys().map(|id| (id.to_string(), json!([])));
        Ok(json!({
            "default_prices": map_or_list(prices),
            "pricing_rules": map_or_list(rules),
        }))
    }
}
