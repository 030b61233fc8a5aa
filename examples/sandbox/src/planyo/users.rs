//! The methods of the user area.

use chrono::NaiveDateTime;
use serde_json::{Map, Value, json};

use super::{
    ModifiedSince, PhoneStyle, State, User,
    filters::{date_time, is_modified_since, matches_filters},
    protocol::{Outcome, PROPERTIES, Parameters, RESERVATIONS, Refusal, invalid},
};

impl State {
    pub(super) fn list_users(&self, parameters: &Parameters) -> Outcome {
        let page = parameters.number("page")?.unwrap_or(0);
        let page_size = match parameters.number("page_size")? {
            None | Some(0) => self.settings.default_page_size,
            Some(size) => usize::try_from(size).unwrap_or(usize::MAX),
        };
        let page_size = page_size.min(self.settings.max_page_size);
        let detail_level = parameters.detail_level()?;
        let since = self.modified_since(parameters)?;
        let first = usize::try_from(page)
            .unwrap_or(usize::MAX)
            .saturating_mul(page_size);
        let listed = self.users.values().filter(|user| {
            self.is_listed(user, parameters)
                && matches_filters(user, parameters)
                && is_modified_since(user, since)
        });
        let page = listed.skip(first).take(page_size);
        let items: Vec<_> = page
            .map(|user| (user.id.to_string(), self.list_item(user, detail_level)))
            .collect();
        let users: Value = if self.settings.users_as_map && !items.is_empty() {
            items.into_iter().collect::<Map<_, _>>().into()
        } else {
            items.into_iter().map(|(_, item)| item).collect()
        };
        Ok(json!({ "users": users }))
    }

    /// A user is visible with reservations or if created by an admin, and each listing shows its own part.
    fn is_listed(&self, user: &User, parameters: &Parameters) -> bool {
        let unconfirmed_too = parameters.flag("list_unconfirmed");
        let with_reservations =
            user.reservations > 0 || (unconfirmed_too && has_reservations(user));
        if !parameters.flag("list_created_by_admin") {
            return with_reservations;
        }
        let by_admin = user.created_by_admin && (with_reservations || !has_reservations(user));
        by_admin || (!self.settings.admin_list_instead && with_reservations)
    }

    fn modified_since(&self, parameters: &Parameters) -> Result<Option<NaiveDateTime>, Refusal> {
        let Some(text) = parameters.sent("modified_since") else {
            return Ok(None);
        };
        match self.settings.modified_since {
            ModifiedSince::Ignored => Ok(None),
            ModifiedSince::Refused => Err(invalid("Unknown parameter: modified_since")),
            ModifiedSince::Honoured => {
                let time = date_time(text, &self.settings.timezone);
                let time =
                    time.ok_or_else(|| invalid("Invalid value of parameter modified_since"))?;
                Ok(Some(time))
            }
        }
    }

    fn list_item(&self, user: &User, detail_level: u64) -> Value {
        if let Some(malformed) = &user.malformed {
            return malformed.clone();
        }
        let mut item = self.personal_details(user, self.settings.list_phones);
        let verified = u64::from(user.email_verified);
        item.insert(String::from("is_email_verified"), self.number(verified));
        if detail_level & PROPERTIES != 0 {
            item.insert(String::from("properties"), properties(user));
        }
        item.insert(
            String::from("reservation_count"),
            self.reservation_count(user),
        );
        finish(user, item)
    }

    pub(super) fn get_user_data(&self, parameters: &Parameters) -> Outcome {
        let detail_level = parameters.detail_level()?;
        let user = match (parameters.number("user_id")?, parameters.sent("email")) {
            (Some(id), _) => self.users.get(&id),
            (None, Some(email)) => self.by_email(email),
            (None, None) => return Err(invalid("Missing parameter: user_id or email")),
        };
        let user = user
            .filter(|user| is_known(user))
            .ok_or_else(user_not_found)?;
        if let Some(malformed) = &user.malformed {
            return Ok(malformed.clone());
        }
        let mut data = self.personal_details(user, self.settings.user_data_phones);
        let verified = self.word(user.email_verified);
        data.insert(String::from("is_email_verified"), verified);
        data.insert(String::from("language"), json!(user.language));
        if detail_level & PROPERTIES != 0 {
            data.insert(String::from("properties"), properties(user));
        }
        if detail_level & RESERVATIONS != 0 {
            data.insert(
                String::from("reservation_count"),
                self.reservation_count(user),
            );
        }
        Ok(finish(user, data))
    }

    pub(super) fn add_user(&mut self, parameters: &Parameters) -> Outcome {
        let email = parameters.required("email")?;
        if !email.contains('@') {
            return Err(invalid("Invalid value of parameter email"));
        }
        let first_name = parameters.required("first_name")?;
        let known = self.by_email(email).cloned();
        let is_new = known.is_none();
        let mut user = known.unwrap_or_else(|| User {
            email: email.to_owned(),
            // The login is given once; an existing user keeps its own.
            login: parameters.text("user_login").to_owned(),
            ..User::default()
        });
        // A user registered only on another site becomes visible on this site too.
        user.created_by_admin |= !is_known(&user);
        first_name.clone_into(&mut user.first_name);
        apply_details(&mut user, parameters);
        user.modified = self.now();
        user.id = self.add(user.clone());
        self.announce_user(&user, is_new);
        Ok(json!({ "user_id": self.number(user.id), "is_new": u8::from(is_new) }))
    }

    pub(super) fn modify_user(&mut self, parameters: &Parameters) -> Outcome {
        let id = parameters.number("user_id")?;
        let found = match (id, parameters.sent("email"), parameters.sent("user_login")) {
            (Some(id), None, None) => self.users.get(&id),
            (None, Some(email), None) => self.by_email(email),
            (None, None, Some(login)) => self.users.values().find(|user| user.login == login),
            _ => {
                return Err(invalid(
                    "Exactly one of email, user_id, user_login is required",
                ));
            }
        };
        let found = found
            .filter(|user| is_known(user))
            .ok_or_else(user_not_found)?;
        let mut user = found.clone();
        if let Some(email) = parameters.sent("new_email") {
            if !email.contains('@') {
                return Err(invalid("Invalid value of parameter new_email"));
            }
            if self
                .by_email(email)
                .is_some_and(|other| other.id != user.id)
            {
                return Err(Refusal(
                    4,
                    String::from("Another user has this email address"),
                ));
            }
            email.clone_into(&mut user.email);
        }
        if let Some(first_name) = parameters.0.get("first_name") {
            first_name.clone_into(&mut user.first_name);
        }
        if parameters.sent("email_verified").is_some() {
            user.email_verified = parameters.flag("email_verified");
        }
        apply_details(&mut user, parameters);
        user.modified = self.now();
        user.id = self.add(user.clone());
        self.announce_user(&user, false);
        Ok(json!({ "user_id": self.number(user.id) }))
    }

    pub(super) fn remove_user(&mut self, parameters: &Parameters) -> Outcome {
        parameters.required("user_id")?;
        let id = parameters.number("user_id")?.unwrap_or_default();
        let user = self
            .users
            .get(&id)
            .filter(|user| is_known(user))
            .ok_or_else(user_not_found)?;
        if user.reservations + user.unconfirmed_reservations > 0 {
            return Err(Refusal(
                4,
                String::from("This user has active reservations"),
            ));
        }
        self.users.remove(&id);
        Ok(json!([]))
    }

    /// The same spelling first: two users may differ in nothing but the case of their addresses.
    pub(super) fn by_email(&self, email: &str) -> Option<&User> {
        let email = email.trim();
        let same = self.users.values().find(|user| user.email == email);
        same.or_else(|| {
            self.users
                .values()
                .find(|user| user.email.eq_ignore_ascii_case(email))
        })
    }

    fn personal_details(&self, user: &User, phones: PhoneStyle) -> Map<String, Value> {
        let mut details = Map::new();
        details.insert(String::from("id"), self.number(user.id));
        for (name, value) in [
            ("login", &user.login),
            ("email", &user.email),
            ("registration_time", &user.registration_time),
            ("first_name", &user.first_name),
            ("last_name", &user.last_name),
            ("address", &user.address),
            ("city", &user.city),
            ("zip", &user.zip),
            ("state", &user.state),
            ("country", &user.country),
        ] {
            details.insert(name.to_owned(), json!(value));
        }
        for (kind, code, number) in [
            ("phone", &user.phone_country_code, &user.phone_number),
            ("mobile", &user.mobile_country_code, &user.mobile_number),
        ] {
            details.insert(format!("{kind}_number"), json!(phones.print(code, number)));
            if phones == PhoneStyle::Separate {
                details.insert(format!("{kind}_country_code"), json!(code));
            }
        }
        details
    }

    fn reservation_count(&self, user: &User) -> Value {
        let count = user.reservations + user.unconfirmed_reservations + user.cancelled_reservations;
        self.number(u64::from(count))
    }
}

fn user_not_found() -> Refusal {
    invalid("User not found")
}

pub(super) fn has_reservations(user: &User) -> bool {
    user.reservations + user.unconfirmed_reservations + user.cancelled_reservations > 0
}

/// To this site: a user who registered without booking is not.
fn is_known(user: &User) -> bool {
    user.created_by_admin || has_reservations(user)
}

fn finish(user: &User, mut record: Map<String, Value>) -> Value {
    for name in &user.null_fields {
        if let Some(value) = record.get_mut(name).filter(|value| **value == "") {
            *value = Value::Null;
        }
    }
    Value::Object(record)
}

/// PHP prints an empty map as a list.
fn properties(user: &User) -> Value {
    if user.properties.is_empty() {
        json!([])
    } else {
        json!(user.properties)
    }
}

/// The fields `add_user` and `modify_user` have in common; what is not sent stays, what is sent blank is blanked.
fn apply_details(user: &mut User, parameters: &Parameters) {
    for (name, field) in [
        ("last_name", &mut user.last_name),
        ("country", &mut user.country),
        ("address", &mut user.address),
        ("city", &mut user.city),
        ("zip", &mut user.zip),
        ("state", &mut user.state),
        ("phone", &mut user.phone_number),
        ("phone_country_code", &mut user.phone_country_code),
        ("mobile", &mut user.mobile_number),
        ("mobile_country_code", &mut user.mobile_country_code),
        ("user_language", &mut user.language),
    ] {
        if let Some(value) = parameters.0.get(name) {
            value.clone_into(field);
        }
    }
    apply_properties(user, parameters);
}

pub(super) fn apply_properties(user: &mut User, parameters: &Parameters) {
    for (name, value) in &parameters.0 {
        if let Some(property) = name.strip_prefix("prop_user_") {
            // A cleared property reads back as null.
            let value = Some(value.clone()).filter(|value| !value.is_empty());
            user.properties.insert(property.replace(' ', "_"), value);
        }
    }
}
