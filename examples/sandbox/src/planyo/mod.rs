//! The Planyo look-alike: one URL, the envelope with its `response_code`, and the methods around users, reservations,
//! resources, payments, invoices, carts and notification callbacks.

mod actions;
mod callbacks;
mod carts;
mod filters;
mod invoices;
mod payments;
mod protocol;
mod reservations;
mod resources;
pub mod seed;
mod settings;
#[cfg(test)]
mod tests;
mod users;

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    sync::{Arc, Mutex},
};

use chrono::{NaiveDate, NaiveDateTime};
use serde_json::Value;
use tokio::sync::{mpsc, oneshot};

use crate::{
    faults::FaultPlan,
    server::{Counts, Recorded, Server, lock},
    wire::{site_time, site_unix, unix_now},
};
pub use actions::Action;
use actions::{By, Change};
pub use callbacks::Delivery;
use callbacks::{Callbacks, Job};
pub use invoices::Invoice;
pub use payments::Payment;
use protocol::Planyo;
pub use reservations::{Product, Reservation, status};
pub use resources::Resource;
pub use settings::{ModifiedSince, NoneStyle, PhoneStyle, PropertyDefinition, Settings};

/// The only valid key.
pub const API_KEY: &str = "sandbox-planyo-key";

/// The site the key belongs to.
pub const SITE_ID: u64 = 21_710;

/// The site's administrator: the caller of the API.
pub const ADMIN_ID: u64 = 31_337;

/// All of a site but its users.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bookings {
    /// What can be rented.
    pub resources: Vec<Resource>,
    /// What was rented.
    pub reservations: Vec<Reservation>,
    /// What was paid.
    pub payments: Vec<Payment>,
    /// What was invoiced.
    pub invoices: Vec<Invoice>,
    /// What happened.
    pub actions: Vec<Action>,
}

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

/// The server. It stops when dropped.
pub struct PlanyoServer {
    server: Server<Planyo>,
    deliveries: Arc<Mutex<Vec<Delivery>>>,
}

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
        let (outbox, jobs) = mpsc::unbounded_channel();
        state.callbacks.outbox = Some(outbox);
        let api = Planyo(Mutex::new(state));
        let server = Server::start(port, |_| api).await?;
        let deliveries = Arc::default();
        // It ends when the server, and with it the other end of the channel, is dropped.
        tokio::spawn(callbacks::deliver(jobs, Arc::clone(&deliveries)));
        Ok(Self { server, deliveries })
    }

    /// `http://127.0.0.1:PORT/rest/`
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}/rest/", self.server.address())
    }

    /// The key every call but `api_test` must carry.
    #[must_use]
    pub fn api_key(&self) -> String {
        API_KEY.to_owned()
    }

    /// The date of the site.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        self.state().local_now().date()
    }

    /// Changes settings, from the next request on.
    pub fn configure(&self, change: impl FnOnce(&mut Settings)) {
        change(&mut self.state().settings);
    }

    /// All users by id, including those that no listing shows.
    #[must_use]
    pub fn users(&self) -> Vec<User> {
        self.state().users.values().cloned().collect()
    }

    /// One user.
    #[must_use]
    pub fn user(&self, id: u64) -> Option<User> {
        self.state().users.get(&id).cloned()
    }

    /// Adds a user, or replaces the one with its id; returns the id.
    #[allow(clippy::must_use_candidate)] // Many a test gives the id itself.
    pub fn add(&self, user: User) -> u64 {
        self.state().add(user)
    }

    /// Changes a user, as an administrator in Planyo's back office would: the time of its last change moves, and the
    /// callbacks of `user_updated` are called.
    ///
    /// # Panics
    /// There is no such user.
    #[allow(clippy::panic)] // A test that edits an unknown user is wrong, and should fail at once.
    pub fn edit(&self, id: u64, change: impl FnOnce(&mut User)) {
        let mut state = self.state();
        let now = state.now();
        let Some(user) = state.users.get_mut(&id) else {
            drop(state);
            panic!("there is no Planyo user {id}");
        };
        user.modified = now;
        change(user);
        let user = user.clone();
        state.announce_user(&user, false);
    }

    /// Removes a user, whatever reservations it has.
    pub fn remove(&self, id: u64) {
        self.state().users.remove(&id);
    }

    /// Adds bookings as they are: without callbacks, and without changing the counters of the users, which the [`seed`]
    /// has already.
    pub fn load(&self, bookings: Bookings) {
        self.state().load(bookings);
    }

    /// Everything but the users, by id.
    #[must_use]
    pub fn bookings(&self) -> Bookings {
        let state = self.state();
        Bookings {
            resources: state.resources.values().cloned().collect(),
            reservations: state.reservations.values().cloned().collect(),
            payments: state.payments.values().cloned().collect(),
            invoices: state.invoices.values().cloned().collect(),
            actions: state.actions.clone(),
        }
    }

    /// One reservation.
    #[must_use]
    pub fn reservation(&self, id: u64) -> Option<Reservation> {
        self.state().reservations.get(&id).cloned()
    }

    /// Adds a resource, or replaces the one with its id; returns the id.
    #[allow(clippy::must_use_candidate)] // Many a test gives the id itself.
    pub fn add_resource(&self, resource: Resource) -> u64 {
        self.state().store_resource(resource)
    }

    /// Adds a reservation, or replaces the one with its id; returns the id. Its user counts it; no callback is called.
    #[allow(clippy::must_use_candidate)] // Many a test gives the id itself.
    pub fn add_reservation(&self, reservation: Reservation) -> u64 {
        self.state().store(reservation)
    }

    /// Adds a payment, or replaces the one with its id; returns the id. No callback is called.
    #[allow(clippy::must_use_candidate)] // Many a test gives the id itself.
    pub fn add_payment(&self, payment: Payment) -> u64 {
        self.state().store_payment(payment)
    }

    /// Changes a reservation, as an administrator in Planyo's back office would: what differs goes into the log and to
    /// the callbacks, so that setting [`status::CANCELLED_AUTOMATICALLY`] calls those of `reservation_auto_canceled`.
    ///
    /// # Panics
    /// There is no such reservation.
    pub fn edit_reservation(&self, id: u64, change: impl FnOnce(&mut Reservation)) {
        let mut state = self.state();
        let mut reservation = known(&state, id);
        change(&mut reservation);
        state.update(reservation, &Change::by(By::Admin));
    }

    /// The callbacks: event and URL, in the order they were registered.
    #[must_use]
    pub fn callbacks(&self) -> Vec<(String, String)> {
        self.state().callbacks.registered().to_vec()
    }

    /// Fires an event that no call causes: `before_or_after_event_1`, `custom_button_1`,
    /// `reservation_products_user_modified` and so on.
    ///
    /// # Panics
    /// There is no such reservation.
    pub fn fire(&self, event: &str, reservation_id: u64) {
        let state = self.state();
        let reservation = known(&state, reservation_id);
        state.tell_about(&reservation, event, &Change::by(By::System), &[]);
    }

    /// Fires the event `hourly`, which is about no reservation.
    pub fn fire_hourly(&self) {
        self.state().tell("hourly", &[]);
    }

    /// Every notification posted so far, in that order.
    #[must_use]
    pub fn deliveries(&self) -> Vec<Delivery> {
        lock(&self.deliveries).clone()
    }

    /// Waits until all that happened before was posted.
    pub async fn settled(&self) {
        let (settled, wait) = oneshot::channel();
        self.state().callbacks.send(Job::Settle(settled));
        // An error means that the task has ended, with all its work.
        wait.await.unwrap_or_default();
    }

    /// The planned faults.
    #[must_use]
    pub fn faults(&self) -> &FaultPlan {
        self.server.faults()
    }

    /// Every request so far.
    #[must_use]
    pub fn requests(&self) -> Vec<Recorded> {
        self.server.requests()
    }

    /// Clears the requests so far.
    pub fn clear_requests(&self) {
        self.server.clear_requests();
    }

    /// How many requests were received since the last [`clear_requests`](Self::clear_requests).
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.server.counts()
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        lock(&self.server.api().0)
    }
}

#[allow(clippy::panic)] // A test about an unknown reservation is wrong, and should fail at once.
fn known(state: &State, id: u64) -> Reservation {
    match state.reservations.get(&id) {
        Some(reservation) => reservation.clone(),
        None => panic!("there is no Planyo reservation {id}"),
    }
}

#[derive(Default)]
struct State {
    settings: Settings,
    users: BTreeMap<u64, User>,
    last_id: u64,
    resources: BTreeMap<u64, Resource>,
    reservations: BTreeMap<u64, Reservation>,
    payments: BTreeMap<u64, Payment>,
    invoices: BTreeMap<u64, Invoice>,
    /// When each was made.
    carts: BTreeMap<u64, NaiveDateTime>,
    actions: Vec<Action>,
    callbacks: Callbacks,
    ids: Ids,
}

/// The last id of each kind: none is used twice, not even after a removal.
#[derive(Default)]
struct Ids {
    resource: u64,
    reservation: u64,
    payment: u64,
    invoice: u64,
    cart: u64,
}

impl Ids {
    fn resource(&mut self, id: u64) -> u64 {
        give(&mut self.resource, id, 22_300)
    }

    fn reservation(&mut self, id: u64) -> u64 {
        give(&mut self.reservation, id, 19_710_000)
    }

    fn payment(&mut self, id: u64) -> u64 {
        give(&mut self.payment, id, 5_600_000)
    }

    fn invoice(&mut self, id: u64) -> u64 {
        give(&mut self.invoice, id, 740_000)
    }

    fn cart(&mut self, id: u64) -> u64 {
        give(&mut self.cart, id, 990_000)
    }
}

/// The id itself, or the next one where it is 0; the first is one more than `floor`.
fn give(last: &mut u64, id: u64, floor: u64) -> u64 {
    let id = if id == 0 { floor.max(*last) + 1 } else { id };
    *last = id.max(*last);
    id
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

    /// The site's wall clock.
    fn local_now(&self) -> NaiveDateTime {
        let now = site_time(&self.settings.timezone, self.unix_now());
        match self.settings.today {
            Some(today) => today.and_time(now.time()),
            None => now,
        }
    }

    /// The site's wall clock in Planyo's spelling.
    fn now(&self) -> String {
        self.printed(self.local_now())
    }

    /// Seconds since 1970 of a local time of the site.
    fn unix(&self, local: NaiveDateTime) -> i64 {
        site_unix(&self.settings.timezone, local)
    }

    fn store_resource(&mut self, mut resource: Resource) -> u64 {
        resource.id = self.ids.resource(resource.id);
        let id = resource.id;
        self.resources.insert(id, resource);
        id
    }

    fn load(&mut self, bookings: Bookings) {
        for resource in bookings.resources {
            self.store_resource(resource);
        }
        for mut reservation in bookings.reservations {
            reservation.id = self.ids.reservation(reservation.id);
            self.reservations.insert(reservation.id, reservation);
        }
        for payment in bookings.payments {
            self.store_payment(payment);
        }
        for invoice in bookings.invoices {
            self.store_invoice(invoice);
        }
        self.actions.extend(bookings.actions);
    }
}
