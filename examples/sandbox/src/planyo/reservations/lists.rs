//! Reading reservations: three listings with three names for the same id, and one whole record.

use chrono::NaiveDateTime;
use serde_json::{Map, Value, json};

use super::{Reservation, status};
use crate::planyo::{
    ModifiedSince, PhoneStyle, State, User,
    filters::matches_wildcard,
    protocol::{Outcome, Parameters, Refusal, invalid},
    resources::{Resource, object},
};

/// Bits of `detail_level`.
const FORM_ITEMS: u64 = 2;
const PRICING: u64 = 4;
const RESOURCE_PROPERTIES: u64 = 8;
const SITE_PROPERTIES: u64 = 16;
const USER_PROPERTIES: u64 = 32;
/// A guess of the reference: asking for it brings the products.
const PRODUCTS: u64 = 64;

/// The most `search_reservations_by_form_item` finds.
const MOST_FOUND: usize = 500;

const SORTS: [&str; 10] = [
    "user",
    "user_id",
    "email",
    "phone",
    "resource_id",
    "cart_id",
    "resource",
    "reservation_id",
    "start_time",
    "end_time",
];

/// The window and the points in time of `list_reservations`. Both ends of a window belong to it (the reference does
/// not tell).
struct Window {
    start: NaiveDateTime,
    end: NaiveDateTime,
    by_creation: bool,
    includes: Option<(NaiveDateTime, NaiveDateTime)>,
    modified_since: Option<NaiveDateTime>,
}

impl Window {
    fn shows(&self, reservation: &Reservation) -> bool {
        let time = if self.by_creation {
            reservation.created
        } else {
            reservation.start
        };
        self.start <= time
            && time <= self.end
            && self
                .includes
                .is_none_or(|(start, end)| reservation.start <= start && end <= reservation.end)
            && self
                .modified_since
                .is_none_or(|since| reservation.modified >= since)
    }
}

impl State {
    pub(in crate::planyo) fn list_reservations(&mut self, parameters: &Parameters) -> Outcome {
        let detail_level = parameters.detail_level()?;
        let window = self.window(parameters)?;
        let resources = match parameters.sent("resource_ids") {
            Some(_) => Some(parameters.numbers("resource_ids")?),
            None => parameters.number("resource_id")?.map(|id| vec![id]),
        };
        let user_id = parameters.number("user_id")?;
        let required = parameters.number("required_status")?.unwrap_or_default();
        let excluded = parameters.number("excluded_status")?.unwrap_or_default();
        let email = parameters.sent("user_email");
        let is_user = |id| {
            user_id.is_none_or(|wanted| wanted == id)
                && email.is_none_or(|wanted| self.user_of(id).email.eq_ignore_ascii_case(wanted))
        };
        let is_asked = |known: &&Reservation| {
            let bits = u64::from(known.status);
            window.shows(known)
                && (self.settings.list_cancelled || !known.is(status::CANCELLED))
                && bits & required == required
                && bits & excluded == 0
                && is_user(known.user_id)
                && resources
                    .as_ref()
                    .is_none_or(|ids| ids.contains(&known.resource_id))
                && has_form_items(known, parameters)
        };
        let question = parameters.question();
        let version = self.reservations.version() + self.users.version();
        if !self.listed_reservations.answers(&question, version) {
            let mut asked: Vec<_> = match user_id {
                Some(id) => self.reservations.of_user(id).filter(is_asked).collect(),
                None => self.reservations.values().filter(is_asked).collect(),
            };
            self.sort(&mut asked, parameters)?;
            let ids = asked.into_iter().map(|known| known.id).collect();
            self.listed_reservations.keep(question, version, ids);
        }
        let ids = self.listed_reservations.ids().iter();
        let page = parameters.page(ids, self.settings.reservations_page_size)?;
        let results = page
            .into_iter()
            .filter_map(|id| self.reservations.get(id))
            .map(|known| self.listed_reservation(known, detail_level));
        Ok(json!({ "results": results.collect::<Vec<_>>() }))
    }

    fn window(&self, parameters: &Parameters) -> Result<Window, Refusal> {
        let (start, end) = self.period(parameters)?;
        let point = self.time(parameters, "must_include_time_point")?;
        let from = self.time(parameters, "must_include_time_range_start")?;
        let to = self.time(parameters, "must_include_time_range_end")?;
        let range = match (from, to) {
            (Some(from), Some(to)) => Some((from, to)),
            (None, None) => None,
            _ => {
                return Err(invalid(
                    "must_include_time_range_start and must_include_time_range_end go together",
                ));
            }
        };
        let by_creation = parameters.flag("list_by_creation_date");
        let includes = point.map(|point| (point, point)).or(range);
        if by_creation && includes.is_some() {
            return Err(invalid(
                "must_include_time_* needs list_by_creation_date=false",
            ));
        }
        let modified_since = match self.settings.modified_since {
            ModifiedSince::Honoured => self.time(parameters, "modified_since")?,
            ModifiedSince::Ignored => None,
            ModifiedSince::Refused if parameters.sent("modified_since").is_none() => None,
            ModifiedSince::Refused => return Err(invalid("Unknown parameter: modified_since")),
        };
        Ok(Window {
            start,
            end,
            by_creation,
            includes,
            modified_since,
        })
    }

    fn sort(&self, found: &mut [&Reservation], parameters: &Parameters) -> Result<(), Refusal> {
        if let Some(sort) = parameters.sent("sort") {
            if !SORTS.contains(&sort) {
                return Err(invalid("Invalid value of parameter sort"));
            }
            found.sort_by_cached_key(|known| {
                let user = self.user_of(known.user_id);
                let (text, number) = match sort {
                    "user" => (format!("{} {}", user.last_name, user.first_name), 0),
                    "email" => (user.email.clone(), 0),
                    "phone" => (user.phone_number.clone(), 0),
                    "resource" => (self.resource_name(known.resource_id), 0),
                    "user_id" => (String::new(), known.user_id),
                    "resource_id" => (String::new(), known.resource_id),
                    "cart_id" => (String::new(), known.cart_id),
                    "start_time" => (self.printed(known.start), 0),
                    "end_time" => (self.printed(known.end), 0),
                    _ => (String::new(), known.id),
                };
                (text.to_lowercase(), number)
            });
        }
        if parameters.flag("sort_reverse") {
            found.reverse();
        }
        Ok(())
    }

    pub(in crate::planyo) fn listed_reservation(
        &self,
        known: &Reservation,
        detail_level: u64,
    ) -> Value {
        if let Some(malformed) = &known.malformed {
            return malformed.clone();
        }
        let user = self.user_of(known.user_id);
        let mut item = object(json!({
            "reservation_id": self.number(known.id),
            "cart_id": self.number(known.cart_id),
            "start_time": self.printed(known.start),
            "end_time": self.printed(known.end),
            "creation_time": self.printed(known.created),
            "quantity": self.number(u64::from(known.quantity)),
            "status": self.number(u64::from(known.status)),
            "resource_id": self.number(known.resource_id),
            "name": self.resource_name(known.resource_id),
            "unit_assignment": known.unit_assignment,
            "user_notes": known.user_notes,
            "admin_notes": known.admin_notes,
            "custom_color": known.custom_color,
            "night_reservation": self.number(u64::from(self.is_by_night(known))),
            "user_id": self.number(known.user_id),
            "login": user.login,
            "first_name": user.first_name,
            "last_name": user.last_name,
            "email": user.email,
            "phone": user.phone_number,
            "phone_country_code": user.phone_country_code,
            "mobile_number": user.mobile_number,
            "mobile_country_code": user.mobile_country_code,
            "address": user.address,
            "city": user.city,
            "zip": user.zip,
            "state": user.state,
            "country": user.country,
            "currency": self.currency(known.resource_id),
        }));
        if detail_level & FORM_ITEMS != 0 {
            item.insert(String::from("properties"), form_items(known));
        }
        if detail_level & PRICING != 0 {
            item.extend(object(json!({
                "total_price": self.money(known.total_price),
                "original_price": self.money(known.original_price),
                "amount_paid": self.money(self.amount_paid(known.id)),
            })));
        }
        if detail_level & PRODUCTS != 0 {
            item.insert(
                String::from("regular_products"),
                self.printed_products(known),
            );
        }
        item.extend(self.foreign_properties(known, &user, detail_level));
        Value::Object(item)
    }

    /// The properties of what the reservation belongs to, as three bits of `detail_level` ask for them.
    fn foreign_properties(
        &self,
        known: &Reservation,
        user: &User,
        detail_level: u64,
    ) -> Map<String, Value> {
        let mut properties = Map::new();
        if detail_level & RESOURCE_PROPERTIES != 0 {
            let resource = self.resources.get(&known.resource_id);
            let printed = resource.map_or_else(|| json!([]), Resource::printed_properties);
            properties.insert(String::from("resource_properties"), printed);
        }
        if detail_level & SITE_PROPERTIES != 0 {
            properties.insert(
                String::from("site_properties"),
                self.printed_site_properties(),
            );
        }
        if detail_level & USER_PROPERTIES != 0 && self.settings.list_properties {
            properties.insert(
                String::from("user_properties"),
                php_map(user.properties.iter()),
            );
        }
        properties
    }

    pub(in crate::planyo) fn get_reservation_data(&self, parameters: &Parameters) -> Outcome {
        let known = self.asked_reservation(parameters)?;
        if let Some(malformed) = &known.malformed {
            return Ok(malformed.clone());
        }
        let user = self.user_of(known.user_id);
        let log_events = self
            .actions
            .of(known.id)
            .map(|action| {
                json!({
                    "admin_id": self.number(action.moderator_id.unwrap_or_default()),
                    "event": self.number(u64::from(action.event_type)),
                    "event_time": self.printed(action.time),
                    "comment": Some(&action.comment).filter(|text| !text.is_empty()),
                })
            })
            .collect::<Vec<_>>();
        let mut data = object(self.listed_reservation(known, FORM_ITEMS | PRICING | PRODUCTS));
        for name in [
            "reservation_id",
            "login",
            "phone",
            "phone_country_code",
            "mobile_country_code",
        ] {
            data.remove(name);
        }
        let style = self.settings.user_data_phones;
        data.extend(object(json!({
            "site_id": self.number(self.settings.site_id),
            "wants_share": self.number(0),
            "user_text": known.user_text(),
            "discount": self.money(known.original_price - known.total_price),
            "phone_number": style.print(&user.phone_country_code, &user.phone_number),
            "mobile_number": style.print(&user.mobile_country_code, &user.mobile_number),
            "custom_products": self.printed_custom_products(known),
            "log_events": log_events,
            "notifications_sent": [],
            "creation_website": "",
            "ppp_rs": "",
        })));
        Ok(Value::Object(data))
    }

    pub(in crate::planyo) fn reservation_search(&self, parameters: &Parameters) -> Outcome {
        let words = parameters.required("query")?.to_lowercase();
        let detail_level = parameters.detail_level()?;
        let mut found: Vec<_> = self
            .reservations
            .values()
            .filter(|known| {
                let user = self.user_of(known.user_id);
                let text = [
                    &user.first_name,
                    &user.last_name,
                    &user.login,
                    &user.email,
                    &user.phone_number,
                    &user.mobile_number,
                    &user.id.to_string(),
                    &known.id.to_string(),
                    &self.resource_name(known.resource_id),
                ]
                .map(|text| text.to_lowercase())
                .join("\n");
                words.split_whitespace().all(|word| text.contains(word))
            })
            .collect();
        self.sort(&mut found, parameters)?;
        let results = found.into_iter().map(|known| {
            let mut item = self.picked(
                known,
                &[
                    ("rental_id", "reservation_id"),
                    ("start_time", "start_time"),
                    ("end_time", "end_time"),
                    ("user_notes", "user_notes"),
                    ("admin_notes", "admin_notes"),
                    ("custom_color", "custom_color"),
                    ("night_reservation", "night_reservation"),
                    ("first_name", "first_name"),
                    ("last_name", "last_name"),
                    ("login", "login"),
                    ("user_id", "user_id"),
                    ("email", "email"),
                    ("phone", "phone"),
                    ("phone_country_code", "phone_country_code"),
                    ("resource_id", "resource_id"),
                    ("name", "name"),
                ],
            );
            let user = self.user_of(known.user_id);
            item.extend(self.foreign_properties(known, &user, detail_level));
            Value::Object(item)
        });
        Ok(json!({ "results": results.collect::<Vec<_>>() }))
    }

    pub(in crate::planyo) fn search_reservations_by_form_item(
        &self,
        parameters: &Parameters,
    ) -> Outcome {
        let name = parameters.required("item_name")?.replace(' ', "_");
        let wanted = parameters.required("item_value")?;
        let detail_level = parameters.detail_level()?;
        let found = self.reservations.values().filter(|known| {
            let value = known.properties.get(&name).and_then(Option::as_deref);
            value.is_some_and(|value| matches_wildcard(wanted, value))
        });
        let results = found.take(MOST_FOUND).map(|known| {
            let mut item = object(self.listed_reservation(known, detail_level));
            for (here, there) in [
                ("id", "reservation_id"),
                ("creation_date", "creation_time"),
                ("resource_name", "name"),
            ] {
                let value = item.remove(there).unwrap_or_default();
                item.insert(here.to_owned(), value);
            }
            item.remove("login");
            item.insert(String::from("site_id"), self.number(self.settings.site_id));
            Value::Object(item)
        });
        Ok(json!({ "results": results.collect::<Vec<_>>() }))
    }

    pub(in crate::planyo) fn get_reservation_products(&self, parameters: &Parameters) -> Outcome {
        let known = self.asked_reservation(parameters)?;
        Ok(json!({
            "regular_product_price": self.money(known.product_price()),
            "regular_products": self.printed_products(known),
            "custom_products": self.printed_custom_products(known),
        }))
    }

    /// The pairs are the name here and the name in `list_reservations`.
    fn picked(&self, known: &Reservation, names: &[(&str, &str)]) -> Map<String, Value> {
        let mut whole = object(self.listed_reservation(known, 1));
        let names = names.iter();
        names
            .filter_map(|(here, there)| Some(((*here).to_owned(), whole.remove(*there)?)))
            .collect()
    }

    pub(in crate::planyo) fn asked_reservation(
        &self,
        parameters: &Parameters,
    ) -> Result<&Reservation, Refusal> {
        parameters.required("reservation_id")?;
        self.known_reservation(parameters.number("reservation_id")?.unwrap_or_default())
    }

    /// Blank when the user was removed.
    pub(in crate::planyo) fn user_of(&self, user_id: u64) -> User {
        let known = self.users.get(&user_id).cloned();
        known.unwrap_or_else(|| User {
            id: user_id,
            ..User::default()
        })
    }

    pub(in crate::planyo) fn resource_name(&self, id: u64) -> String {
        let known = self.resources.get(&id);
        known.map_or_else(String::new, |resource| resource.name.clone())
    }

    pub(in crate::planyo) fn currency(&self, resource_id: u64) -> String {
        let known = self.resources.get(&resource_id);
        known.map_or_else(|| String::from("EUR"), |known| known.currency.clone())
    }

    fn is_by_night(&self, reservation: &Reservation) -> bool {
        let resource = self.resources.get(&reservation.resource_id);
        resource.is_some_and(|known| known.is_overnight_stay)
    }
}

impl PhoneStyle {
    pub(in crate::planyo) fn print(self, country_code: &str, number: &str) -> String {
        match self {
            Self::Separate => number.to_owned(),
            _ if country_code.is_empty() || number.is_empty() => number.to_owned(),
            Self::Joined | Self::Both => format!("{country_code}{number}"),
            Self::JoinedWithPlus => format!("+{country_code}{number}"),
            Self::JoinedWithZeros => format!("00{country_code}{number}"),
            Self::Doubled => format!("{country_code}{country_code}{number}"),
        }
    }
}

/// `rental_prop_xyz` of the parameters, all of them equal.
fn has_form_items(known: &Reservation, parameters: &Parameters) -> bool {
    let mut wanted = parameters.form_items();
    wanted.all(|(name, wanted)| {
        let value = known.properties.get(&name).and_then(Option::as_deref);
        value.unwrap_or_default() == wanted
    })
}

fn form_items(known: &Reservation) -> Value {
    php_map(known.properties.iter())
}

/// PHP prints an empty map as a list.
fn php_map<'a>(pairs: impl Iterator<Item = (&'a String, &'a Option<String>)>) -> Value {
    let map: Map<_, _> = pairs
        .map(|(name, value)| (name.clone(), json!(value)))
        .collect();
    if map.is_empty() {
        json!([])
    } else {
        Value::Object(map)
    }
}
