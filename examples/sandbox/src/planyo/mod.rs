//! The Planyo look-alike: one URL, the user methods, the envelope with its `response_code`.

mod filters;
mod protocol;
pub mod seed;
#[cfg(test)]
mod tests;
mod users;

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    sync::Mutex,
};

use serde_json::Value;

use crate::{
    faults::FaultPlan,
    server::{Counts, Recorded, Server, lock},
    wire::{site_time, unix_now},
};
use protocol::Planyo;

/// The only key the server knows.
pub const API_KEY: &str = "sandbox-planyo-key";

/// The site the key belongs to.
pub const SITE_ID: u64 = 21_710;

/// A user as Planyo stores it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct User {
    /// 0 when added: the server gives the next id.
    pub id: u64,
    /// The key by which `add_user` finds an existing user, in any case.
    pub email: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Street, number and box in one line, as typed.
    pub address: String,
    /// City.
    pub city: String,
    /// Postal code.
    pub zip: String,
    /// State or province, mostly blank.
    pub state: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// Two capital letters; `get_user_data` alone prints it.
    pub language: String,
    /// As typed; meant to be without the country code.
    pub phone_number: String,
    /// Digits such as `32`.
    pub phone_country_code: String,
    /// As typed; meant to be without the country code.
    pub mobile_number: String,
    /// Digits such as `32`.
    pub mobile_country_code: String,
    /// The optional login name; not the e-mail address.
    pub login: String,
    /// `YYYY-MM-DD HH:MM:SS`, local time of the site.
    pub registration_time: String,
    /// Time of the last change, for the `modified_since` filter; blank means never changed.
    pub modified: String,
    /// Whether the address was confirmed by a click.
    pub email_verified: bool,
    /// Custom properties; `None` is a cleared one, printed as `null`.
    pub properties: BTreeMap<String, Option<String>>,
    /// Confirmed reservations.
    pub reservations: u32,
    /// Reservations neither confirmed nor cancelled.
    pub unconfirmed_reservations: u32,
    /// Cancelled reservations: they make a user known, and do not keep it from being removed.
    pub cancelled_reservations: u32,
    /// Added by hand, by import or by `add_user`.
    pub created_by_admin: bool,
    /// Names of the wire fields printed as `null` instead of `""` while they are blank.
    pub null_fields: BTreeSet<String>,
    /// Listed instead of the record: something no client can decode.
    pub malformed: Option<Value>,
}

/// How a telephone number is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhoneStyle {
    /// The number as typed, and `*_country_code` beside it.
    Separate,
    /// Country code and number in one, without `+`.
    Joined,
    /// `+`, country code and number in one.
    JoinedWithPlus,
}

/// What the server makes of `modified_since`, which only third parties mention.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModifiedSince {
    /// It filters by the time of the last change, and of the registration.
    Honoured,
    /// It is ignored, as an unknown parameter is.
    Ignored,
    /// It is refused with code 3.
    Refused,
}

/// The definition of a custom user property.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PropertyDefinition {
    /// With underscores for spaces.
    pub name: String,
    /// 1 dropdown, 2 text, 3 yes/no.
    pub kind: u8,
    /// Separated by commas.
    pub dropdown_values: String,
    /// Default value.
    pub default_value: String,
}

/// Behaviour that is optional in Planyo, or that its reference leaves open.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The secret of the hash key; `None`: calls need no hash.
    pub hash_key: Option<String>,
    /// How far `hash_timestamp` may be from the server's clock (the reference does not tell; here 300).
    pub clock_tolerance_seconds: u32,
    /// The server's clock minus the true time.
    pub clock_offset_seconds: i64,
    /// A call that names another site is refused with code 1.
    pub site_id: u64,
    /// The time zone of the site. The server computes central European time for any zone but `UTC`.
    pub timezone: String,
    /// Page size when none is asked for (100).
    pub default_page_size: usize,
    /// Larger pages are cut to this (1000).
    pub max_page_size: usize,
    /// `users` as a map by id instead of a list: both are arrays to PHP.
    pub users_as_map: bool,
    /// The HTTP status of an answer with an error code (200).
    pub error_status: u16,
    /// Numbers and booleans as strings, as PHP prints what it got from a database.
    pub numbers_as_strings: bool,
    /// `list_created_by_admin=true` lists users created by admins *instead of* users with reservations; `false`:
    /// besides them.
    pub admin_list_instead: bool,
    /// Telephone numbers in `list_users`.
    pub list_phones: PhoneStyle,
    /// Telephone numbers in `get_user_data`, where the reference says they include the country code.
    pub user_data_phones: PhoneStyle,
    /// The parameter `modified_since` of `list_users`.
    pub modified_since: ModifiedSince,
    /// What `list_custom_user_properties` lists.
    pub property_definitions: Vec<PropertyDefinition>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            hash_key: None,
            clock_tolerance_seconds: 300,
            clock_offset_seconds: 0,
            site_id: SITE_ID,
            timezone: String::from("Europe/Brussels"),
            default_page_size: 100,
            max_page_size: 1000,
            users_as_map: false,
            error_status: 200,
            numbers_as_strings: true,
            admin_list_instead: true,
            list_phones: PhoneStyle::Separate,
            user_data_phones: PhoneStyle::Joined,
            modified_since: ModifiedSince::Honoured,
            property_definitions: seed::property_definitions(),
        }
    }
}

/// The server. It stops when dropped.
pub struct PlanyoServer(Server<Planyo>);

impl PlanyoServer {
    /// Starts a server on this port of the loopback address; 0 takes a free one.
    ///
    /// # Errors
    /// The port could not be bound.
    pub async fn start(port: u16, seed: Vec<User>) -> io::Result<Self> {
        let mut state = State::default();
        for user in seed {
            state.add(user);
        }
        let api = Planyo(Mutex::new(state));
        Ok(Self(Server::start(port, |_| api).await?))
    }

    /// `http://127.0.0.1:PORT/rest/`
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}/rest/", self.0.address())
    }

    /// The key every call but `api_test` must carry.
    #[must_use]
    pub fn api_key(&self) -> String {
        API_KEY.to_owned()
    }

    /// Changes settings, from the next request on.
    pub fn configure(&self, change: impl FnOnce(&mut Settings)) {
        change(&mut self.state().settings);
    }

    /// All users by id, also those no listing shows.
    #[must_use]
    pub fn users(&self) -> Vec<User> {
        self.state().users.values().cloned().collect()
    }

    /// One user.
    #[must_use]
    pub fn user(&self, id: u64) -> Option<User> {
        self.state().users.get(&id).cloned()
    }

    /// Adds a user, or puts it in the place of the one with its id; returns the id.
    #[allow(clippy::must_use_candidate)] // Many a test gives the id itself.
    pub fn add(&self, user: User) -> u64 {
        self.state().add(user)
    }

    /// Changes a user, as somebody in Planyo's back office would: the time of its last change moves.
    ///
    /// # Panics
    /// There is no such user.
    #[allow(clippy::panic)] // A test that edits a user which is not there is wrong, and should hear so at once.
    pub fn edit(&self, id: u64, change: impl FnOnce(&mut User)) {
        let mut state = self.state();
        let now = state.now();
        let Some(user) = state.users.get_mut(&id) else {
            drop(state);
            panic!("there is no Planyo user {id}");
        };
        user.modified = now;
        change(user);
    }

    /// Removes a user, whatever reservations it has.
    pub fn remove(&self, id: u64) {
        self.state().users.remove(&id);
    }

    /// What will go wrong.
    #[must_use]
    pub fn faults(&self) -> &FaultPlan {
        self.0.faults()
    }

    /// Every request so far.
    #[must_use]
    pub fn requests(&self) -> Vec<Recorded> {
        self.0.requests()
    }

    /// Forgets the requests so far.
    pub fn clear_requests(&self) {
        self.0.clear_requests();
    }

    /// How many requests were received since the last [`clear_requests`](Self::clear_requests).
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.0.counts()
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        lock(&self.0.api().0)
    }
}

#[derive(Default)]
struct State {
    settings: Settings,
    users: BTreeMap<u64, User>,
    last_id: u64,
}

impl State {
    fn add(&mut self, mut user: User) -> u64 {
        if user.id == 0 {
            // Planyo's ids are large and shared by all of its sites.
            user.id = self.last_id.max(838_800) + 1;
        }
        if user.registration_time.is_empty() {
            user.registration_time = self.now();
        }
        let id = user.id;
        self.last_id = self.last_id.max(id);
        self.users.insert(id, user);
        id
    }

    fn unix_now(&self) -> i64 {
        unix_now() + self.settings.clock_offset_seconds
    }

    /// The site's wall clock in Planyo's spelling.
    fn now(&self) -> String {
        let now = site_time(&self.settings.timezone, self.unix_now());
        now.format("%Y-%m-%d %H:%M:%S").to_string()
    }
}
