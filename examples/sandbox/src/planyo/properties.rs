//! Custom properties of the site, of resources, reservations and users, and their definitions.

use serde_json::{Value, json};

use super::{
    State, User,
    actions::{By, Change},
    php::map_or_list,
    protocol::{Outcome, Parameters, Refusal, invalid},
};

/// The most properties that one call sets.
const MOST: usize = 50;

const TYPES: [&str; 9] = [
    "text",
    "dropdown",
    "checkbox",
    "textarea",
    "multiple_checkboxes",
    "gps",
    "persons",
    "url",
    "tax_rate",
];

const SEARCHES: [&str; 10] = [
    "", "eq", "gte", "gt", "lte", "lt", "mv_", "m2_", "cnt", "chk",
];

/// What a property belongs to.
#[derive(Clone, Copy)]
enum Owner {
    Site,
    Resource(u64),
    Reservation(u64),
    User(u64),
}

/// The definition of a resource's property.
pub(super) struct Definition {
    name: String,
    kind: String,
    possible_values: String,
    search_condition: String,
}

/// The definitions, in the order they were made.
pub(super) struct Definitions(Vec<Definition>);

impl Default for Definitions {
    fn default() -> Self {
        Self(vec![Definition {
            name: String::from("berths"),
            kind: String::from("dropdown"),
            possible_values: String::from("2,3,4,5,6"),
            search_condition: String::from("gte"),
        }])
    }
}

impl Definitions {
    fn find(&self, name: &str) -> Option<&Definition> {
        let plain = |name: &str| name.trim().replace(' ', "_").to_lowercase();
        let mut known = self.0.iter();
        known.find(|known| plain(&known.name) == plain(name))
    }

    /// As `get_site_info` has them.
    pub(super) fn printed(&self) -> Value {
        map_or_list(self.0.iter().map(|known| {
            let printed = json!({
                "name": known.name,
                "allowed_values": known.possible_values,
                "search_condition": known.search_condition,
            });
            (known.name.clone(), printed)
        }))
    }
}

impl State {
    fn owner(&self, parameters: &Parameters) -> Result<Owner, Refusal> {
        parameters.required("id")?;
        let id = parameters.number("id")?.unwrap_or_default();
        let (owner, is_there) = match parameters.required("type")? {
            "site" => (Owner::Site, id == self.settings.site_id),
            "resource" => (Owner::Resource(id), self.resources.contains_key(&id)),
            "reservation" => (Owner::Reservation(id), self.reservations.contains_key(&id)),
            "user" => (Owner::User(id), self.users.contains_key(&id)),
            _ => return Err(invalid("Invalid value of parameter type")),
        };
        if is_there {
            Ok(owner)
        } else {
            Err(invalid("Object not found"))
        }
    }

    /// The names of a resource's properties are found in any case: they are printed in lower case.
    fn property(&self, owner: Owner, name: &str) -> Option<String> {
        match owner {
            Owner::Site => self.site_properties.get(name).cloned(),
            Owner::Resource(id) => {
                let mut known = self.resources.get(&id)?.properties.iter();
                let found = known.find(|(known, _)| known.eq_ignore_ascii_case(name));
                found.map(|(_, value)| value.clone())
            }
            Owner::Reservation(id) => self.reservations.get(&id)?.properties.get(name)?.clone(),
            Owner::User(id) => self.users.get(&id)?.properties.get(name)?.clone(),
        }
    }

    /// A blank value clears it: a user's and a reservation's is null from then on, any other is gone. `None` deletes.
    fn set_properties(&mut self, owner: Owner, values: Vec<(String, Option<String>)>) {
        match owner {
            Owner::Site => {
                for (name, value) in values {
                    self.site_properties.remove(&name);
                    let value = value.filter(|value| !value.is_empty());
                    self.site_properties
                        .extend(value.map(|value| (name, value)));
                }
            }
            Owner::Resource(id) => {
                let Some(mut resource) = self.resources.get(&id).cloned() else {
                    return;
                };
                for (name, value) in values {
                    let others = |known: &String| !known.eq_ignore_ascii_case(&name);
                    resource.properties.retain(|known, _| others(known));
                    let value = value.filter(|value| !value.is_empty());
                    resource.properties.extend(value.map(|value| (name, value)));
                }
                self.store_resource(resource);
            }
            Owner::Reservation(id) => {
                let Some(mut after) = self.reservations.get(&id).cloned() else {
                    return;
                };
                for (name, value) in values {
                    after.properties.remove(&name);
                    let value = value.map(|value| Some(value).filter(|value| !value.is_empty()));
                    after.properties.extend(value.map(|value| (name, value)));
                }
                self.update(after, &Change::by(By::Admin));
            }
            Owner::User(id) => {
                let Some(mut user) = self.users.get(&id).cloned() else {
                    return;
                };
                for (name, value) in values {
                    user.properties.remove(&name);
                    let value = value.map(|value| Some(value).filter(|value| !value.is_empty()));
                    user.properties.extend(value.map(|value| (name, value)));
                }
                let user = User {
                    modified: self.now(),
                    ..user
                };
                self.add(user.clone());
                self.announce_user(&user, false);
            }
        }
    }

    pub(super) fn get_custom_property(&self, parameters: &Parameters) -> Outcome {
        let owner = self.owner(parameters)?;
        let name = name(parameters)?;
        Ok(json!({ "value": self.property(owner, &name) }))
    }

    pub(super) fn set_custom_property(&mut self, parameters: &Parameters) -> Outcome {
        let owner = self.owner(parameters)?;
        let name = name(parameters)?;
        let value = sent_value(parameters, "value")?;
        self.set_properties(owner, vec![(name.clone(), Some(value))]);
        Ok(json!({ "value": self.property(owner, &name) }))
    }

    /// Each name is also a parameter, whose value it is.
    pub(super) fn set_custom_properties(&mut self, parameters: &Parameters) -> Outcome {
        let owner = self.owner(parameters)?;
        let names = parameters.required("names")?.to_owned();
        let mut values = Vec::new();
        for name in names.split(',') {
            let value = sent_value(parameters, name)?;
            values.push((name.trim().replace(' ', "_"), Some(value)));
        }
        if values.len() > MOST {
            return Err(invalid("Too many values of parameter names"));
        }
        self.set_properties(owner, values);
        Ok(json!({ "names": names }))
    }

    pub(super) fn delete_custom_property(&mut self, parameters: &Parameters) -> Outcome {
        let owner = self.owner(parameters)?;
        let name = name(parameters)?;
        self.set_properties(owner, vec![(name.clone(), None)]);
        Ok(json!({ "name": name }))
    }

    /// What it answers is not known: nothing.
    pub(super) fn add_custom_property_definition(&mut self, parameters: &Parameters) -> Outcome {
        let name = parameters.required("name")?.trim().to_owned();
        only_resources(parameters)?;
        let kind = parameters.sent("type").unwrap_or("text");
        let search_condition = parameters.text("search_condition");
        for (name, value, known) in [
            ("type", kind, &TYPES[..]),
            ("search_condition", search_condition, &SEARCHES[..]),
        ] {
            if !known.contains(&value) {
                return Err(invalid(&format!("Invalid value of parameter {name}")));
            }
        }
        if kind == "dropdown" {
            parameters.required("possible_values")?;
        }
        if self.definitions.find(&name).is_some() {
            return Err(invalid("The property is already defined."));
        }
        self.definitions.0.push(Definition {
            name,
            kind: kind.to_owned(),
            possible_values: parameters.text("possible_values").to_owned(),
            search_condition: search_condition.to_owned(),
        });
        Ok(json!([]))
    }

    pub(super) fn get_custom_property_definition(&self, parameters: &Parameters) -> Outcome {
        let name = parameters.required("name")?;
        let not_found = || invalid("The property is not defined.");
        if parameters.text("scope") == "user" {
            let mut known = self.settings.property_definitions.iter();
            let wanted = name.replace(' ', "_");
            let known = known.find(|known| known.name.eq_ignore_ascii_case(&wanted));
            let known = known.ok_or_else(not_found)?;
            let kind = match known.kind {
                1 => "dropdown",
                3 => "checkbox",
                _ => "text",
            };
            return Ok(json!({
                "name": known.name,
                "translated_name": known.name,
                "type": kind,
                "possible_values": known.dropdown_values,
                "translated_values": known.dropdown_values,
                "search_condition": "",
                "default_value": known.default_value,
                "form_item_name": format!("prop_user_{}", known.name),
            }));
        }
        only_resources(parameters)?;
        let known = self.definitions.find(name).ok_or_else(not_found)?;
        Ok(json!({
            "name": known.name,
            "translated_name": known.name,
            "type": known.kind,
            "possible_values": known.possible_values,
            "translated_values": known.possible_values,
            "search_condition": known.search_condition,
        }))
    }

    pub(super) fn printed_site_properties(&self) -> Value {
        let properties = self.site_properties.iter();
        map_or_list(properties.map(|(name, value)| (name.clone(), json!(value))))
    }
}

/// With underscores for spaces.
fn name(parameters: &Parameters) -> Result<String, Refusal> {
    Ok(parameters.required("name")?.trim().replace(' ', "_"))
}

/// It may be blank, and must be there.
fn sent_value(parameters: &Parameters, name: &str) -> Result<String, Refusal> {
    let value = parameters.0.get(name).cloned();
    value.ok_or_else(|| invalid(&format!("Missing parameter: {name}")))
}

/// The properties of sites are defined with a metasite's key, which this look-alike has not.
fn only_resources(parameters: &Parameters) -> Result<(), Refusal> {
    match parameters.text("scope") {
        "" | "resource" => Ok(()),
        _ => Err(invalid("Invalid value of parameter scope")),
    }
}
