//! The Billit look-alike: parties, orders, products, files, webhooks, tokens, and what lies beside them (see
//! [`paths`]), as the REST API's reference describes them.
//!
//! Behaviour that the reference leaves open is a [setting](Settings) where it matters, and a comment in the code where it
//! does not.

mod account;
mod answers;
mod api;
mod cashbook;
mod companies;
mod feeds;
mod files;
mod inbox;
mod index;
mod lines;
mod listing;
mod misc;
mod missing;
mod money;
mod oauth;
mod odata;
mod orders;
mod parties;
mod party;
mod peppol;
mod products;
mod record;
mod registrations;
mod reports;
pub mod seed;
mod send;
mod settings;
#[cfg(test)]
mod tests;
mod transactions;
mod webhooks;

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    sync::{Arc, Mutex, MutexGuard},
};

use chrono::{NaiveDateTime, TimeDelta};
use serde_json::{Map, Value, json};
use tokio::sync::{mpsc, oneshot};

use crate::{
    control::Limits,
    faults::FaultPlan,
    listed::Listed,
    server::{Counts, Recorded, Server, lock},
    wire,
};
use api::Billit;
pub use api::paths;
use cashbook::Cashbook;
use feeds::Feed;
pub use inbox::Incoming;
use index::Parties;
pub use missing::missing_paths;
use oauth::OAuth;
use record::{Record, print_time};
use registrations::Registration;
pub use settings::{IdempotencyHeader, Matcher, SUMMARY_FIELDS, Settings};
pub use webhooks::Delivery;
use webhooks::{Job, Outbox, Update, Webhook, deliver};

/// The key of the first company.
pub const API_KEY: &str = "sandbox-billit-key";

/// The first company: the value of the `PartyID` header.
pub const COMPANY_ID: i64 = 574_991;

/// The only valid OAuth client.
pub const OAUTH_CLIENT_ID: &str = "sandbox-client";

/// Its secret.
pub const OAUTH_CLIENT_SECRET: &str = "sandbox-client-secret";

/// The server. It stops when dropped.
pub struct BillitServer {
    server: Server<Billit>,
    deliveries: Arc<Mutex<Vec<Delivery>>>,
}

impl BillitServer {
    /// Starts a server on this port of the loopback address; 0 takes a free one. A seed party may bring its
    /// `PartyID`, `Created` and `LastModified`; missing ones are given.
    ///
    /// # Errors
    /// The port could not be bound.
    pub async fn start(port: u16, seed: Vec<Map<String, Value>>) -> io::Result<Self> {
        let (outbox, jobs) = mpsc::unbounded_channel();
        let state = Mutex::new(State {
            outbox: Some(outbox),
            ..State::new(Settings::default(), seed)
        });
        let make = |address| Billit {
            base_url: format!("http://{address}"),
            state,
            others: Mutex::default(),
        };
        let server = Server::start(port, make).await?;
        let deliveries = Arc::default();
        // It ends when the state, which holds the other end, is dropped.
        tokio::spawn(deliver(jobs, Arc::clone(&deliveries)));
        Ok(Self { server, deliveries })
    }

    /// `http://127.0.0.1:PORT`
    #[must_use]
    pub fn base_url(&self) -> String {
        self.server.api().base_url.clone()
    }

    /// The value of the `ApiKey` header.
    #[must_use]
    pub fn api_key(&self) -> String {
        self.state().settings.api_key.clone()
    }

    /// The value of the `PartyID` header.
    #[must_use]
    pub fn company_id(&self) -> i64 {
        self.state().settings.company_id
    }

    /// How fast the server answers and how many calls it takes, from the next request on.
    pub fn set_limits(&self, limits: Limits) {
        self.server.set_limits(limits);
    }

    /// Changes settings, from the next request on.
    pub fn configure(&self, change: impl FnOnce(&mut Settings)) {
        let mut state = self.state();
        change(&mut state.settings);
        state.listed.forget();
    }

    /// The server's clock: naive, as in `LastModified`.
    #[must_use]
    pub fn clock(&self) -> NaiveDateTime {
        self.state().clock
    }

    /// Sets the server's clock. Each write then moves it by [`Settings::tick_millis`] first.
    pub fn set_clock(&self, now: NaiveDateTime) {
        self.state().clock = now;
    }

    /// All parties by id, as GET by id prints them.
    #[must_use]
    pub fn parties(&self) -> Vec<Map<String, Value>> {
        self.state().parties.values().cloned().collect()
    }

    /// One party, as GET by id prints it.
    #[must_use]
    pub fn party(&self, id: i64) -> Option<Map<String, Value>> {
        self.state().parties.get(&id).cloned()
    }

    /// Adds a party with the fields of an object, without matching, or replaces the one with its `PartyID`; returns the id.
    /// Anything but an object makes an empty party.
    #[allow(clippy::must_use_candidate)] // Many a test gives the id itself.
    pub fn add(&self, fields: Value) -> i64 {
        let fields = match fields {
            Value::Object(fields) => fields,
            _ => Map::new(),
        };
        self.state().add(fields)
    }

    /// Changes a party, as a user of Billit's own screens would: `LastModified` moves.
    ///
    /// # Panics
    /// There is no such party.
    #[allow(clippy::panic)] // A test that edits an unknown party is wrong, and should fail at once.
    pub fn edit(&self, id: i64, change: impl FnOnce(&mut Map<String, Value>)) {
        let mut state = self.state();
        let Some(mut party) = state.parties.get(&id).cloned() else {
            drop(state);
            panic!("there is no Billit party {id}");
        };
        let before = party.clone();
        change(&mut party);
        state.store(id, party, &before);
    }

    /// Removes a party, which the API cannot.
    pub fn remove(&self, id: i64) {
        self.state().parties.remove(id);
    }

    /// All orders by id, as GET by id prints them.
    #[must_use]
    pub fn orders(&self) -> Vec<Map<String, Value>> {
        let state = self.state();
        let orders = state.orders.values();
        orders.map(|order| state.whole_order(order)).collect()
    }

    /// One order, as GET by id prints it.
    #[must_use]
    pub fn order(&self, id: i64) -> Option<Map<String, Value>> {
        let state = self.state();
        let order = state.orders.get(&id)?;
        Some(state.whole_order(order))
    }

    /// Changes an order, as a user of Billit's own screens would: `LastModified` moves, webhooks are called.
    ///
    /// # Panics
    /// There is no such order.
    #[allow(clippy::panic)] // As with `edit`.
    pub fn edit_order(&self, id: i64, change: impl FnOnce(&mut Map<String, Value>)) {
        let mut state = self.state();
        let Some(mut order) = state.orders.get(&id).cloned() else {
            drop(state);
            panic!("there is no Billit order {id}");
        };
        change(&mut order);
        state.tick();
        state.put_order(id, order, Update::Changed);
    }

    /// The payments that were added to an order, as sent.
    #[must_use]
    pub fn payments(&self, order_id: i64) -> Vec<Map<String, Value>> {
        let state = self.state();
        let payments = state.payments.iter();
        payments
            .filter(|(id, _)| *id == order_id)
            .map(|(_, payment)| payment.clone())
            .collect()
    }

    /// All products by id.
    #[must_use]
    pub fn products(&self) -> Vec<Map<String, Value>> {
        self.state().products.values().cloned().collect()
    }

    /// The network reports on an order that was sent: `Accepted`, `Delivered` or `Refused`. Webhooks are called.
    pub fn report_delivery(&self, order_id: i64, flow_state: &str) {
        self.state().report(order_id, flow_state);
    }

    /// Every webhook call made so far, in that order.
    #[must_use]
    pub fn deliveries(&self) -> Vec<Delivery> {
        lock(&self.deliveries).clone()
    }

    /// Waits until all webhook calls due so far were made.
    pub async fn settled(&self) {
        let (settled, wait) = oneshot::channel();
        self.state().send_job(Job::Settle(settled));
        // An error means that the task has ended, with all its work.
        wait.await.unwrap_or_default();
    }

    /// A new authorization code, as the browser returns it after a login. It can be redeemed once.
    #[must_use]
    pub fn authorization_code(&self) -> String {
        self.state().authorize()
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

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.server.api().state)
    }
}

struct State {
    settings: Settings,
    parties: Parties,
    /// The last listing of parties.
    listed: Listed<i64>,
    /// New parties that no list shows before so many requests were received.
    unlisted: BTreeMap<i64, u64>,
    /// Received so far.
    requests: u64,
    last_id: i64,
    clock: NaiveDateTime,
    idempotency_keys: BTreeSet<String>,
    orders: BTreeMap<i64, Record>,
    deleted_orders: BTreeMap<i64, Record>,
    /// With the id of the order each was added to.
    payments: Vec<(i64, Record)>,
    messages: BTreeMap<i64, Value>,
    products: BTreeMap<i64, Record>,
    documents: BTreeMap<i64, Record>,
    files: BTreeMap<String, Record>,
    webhooks: BTreeMap<i64, Webhook>,
    /// The last number of each kind that was consumed.
    sequences: BTreeMap<String, u32>,
    feeds: BTreeMap<String, Feed>,
    transactions: BTreeMap<i64, Record>,
    inbox: BTreeMap<i64, Record>,
    /// The documents of the inbox that were refused, with the reason.
    refusals: Vec<(i64, String)>,
    registrations: BTreeMap<i64, Registration>,
    cashbooks: Vec<Cashbook>,
    /// The task that calls the webhooks; `None` until the server listens.
    outbox: Option<Outbox>,
    oauth: OAuth,
    /// How many ids, secrets and the like were made, parties apart.
    numbers: i64,
}

impl Default for State {
    fn default() -> Self {
        Self {
            settings: Settings::default(),
            parties: Parties::default(),
            listed: Listed::default(),
            unlisted: BTreeMap::new(),
            requests: 0,
            last_id: 879_200,
            clock: seed::START,
            idempotency_keys: BTreeSet::new(),
            orders: BTreeMap::new(),
            deleted_orders: BTreeMap::new(),
            payments: Vec::new(),
            messages: BTreeMap::new(),
            products: BTreeMap::new(),
            documents: BTreeMap::new(),
            files: BTreeMap::new(),
            webhooks: BTreeMap::new(),
            sequences: BTreeMap::new(),
            feeds: BTreeMap::new(),
            transactions: BTreeMap::new(),
            inbox: BTreeMap::new(),
            refusals: Vec::new(),
            registrations: BTreeMap::new(),
            cashbooks: Vec::new(),
            outbox: None,
            oauth: OAuth::default(),
            numbers: 0,
        }
    }
}

impl State {
    fn add(&mut self, fields: Map<String, Value>) -> i64 {
        let given = |name: &str| fields.get(name).cloned();
        let (id, created, modified) = (given("PartyID"), given("Created"), given("LastModified"));
        let id = id.and_then(|id| id.as_i64()).unwrap_or(self.last_id + 1);
        let mut party = party::defaults();
        party.extend(fields);
        let mut party = self.settled(id, party, &Map::new());
        party.extend(created.map(|time| (String::from("Created"), time)));
        party.extend(modified.map(|time| (String::from("LastModified"), time)));
        self.put_party(id, party);
        id
    }

    /// Moves the clock, as every write does.
    fn tick(&mut self) -> NaiveDateTime {
        self.clock += TimeDelta::milliseconds(i64::from(self.settings.tick_millis));
        if self.settings.real_clock {
            self.clock = wire::site_time("Europe/Brussels", wire::unix_now());
        }
        self.clock
    }

    /// Never repeats, for any kind of id.
    fn number(&mut self) -> i64 {
        self.numbers += 1;
        self.numbers
    }

    /// A unique word that cannot be guessed from the one before.
    fn secret(&mut self, of: &str) -> String {
        let made = format!("{of} {} {}", self.number(), self.clock);
        format!("{:x}", md5::compute(made))
    }

    fn uuid(&mut self) -> String {
        let hex = self.secret("file");
        let places = hex.chars().enumerate();
        places.fold(String::new(), |mut uuid, (place, digit)| {
            if [8, 12, 16, 20].contains(&place) {
                uuid.push('-');
            }
            uuid.push(digit);
            uuid
        })
    }

    /// Every write to a party ends here.
    fn store(&mut self, id: i64, party: Map<String, Value>, before: &Map<String, Value>) {
        let party = self.settled(id, party, before);
        self.put_party(id, party);
    }

    fn put_party(&mut self, id: i64, party: Map<String, Value>) {
        self.last_id = self.last_id.max(id);
        self.parties.insert(id, party);
    }

    /// The clock ticks, and the fields the server keeps itself follow.
    fn settled(&mut self, id: i64, mut party: Record, before: &Record) -> Record {
        let now = json!(print_time(self.tick()));
        let created = before.get("Created").unwrap_or(&now).clone();
        party.insert(String::from("PartyID"), json!(id));
        party.insert(String::from("Created"), created);
        party.insert(String::from("LastModified"), now);
        party::settle(&mut party, before);
        party
    }
}
