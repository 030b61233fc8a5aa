//! The Billit look-alike: parties, as the REST API's reference describes them.

mod api;
mod odata;
mod party;
pub mod seed;
#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    sync::{Mutex, MutexGuard},
};

use chrono::{NaiveDateTime, TimeDelta};
use serde_json::{Map, Value, json};

use crate::{
    faults::FaultPlan,
    server::{Counts, Recorded, Server, lock},
};
use api::Billit;

/// The only key the server knows.
pub const API_KEY: &str = "sandbox-billit-key";

/// The company the key gives access to: the value of the `PartyID` header.
pub const COMPANY_ID: i64 = 574_991;

/// By what `POST /v1/parties` recognises a party it already has. Tried in this order; the first hit is overwritten.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Matcher {
    /// The same VAT number, whatever its dots and spaces.
    Vat,
    /// One e-mail address in common, in any case.
    Email,
    /// The same `Nr`.
    Nr,
    /// The same street, number, box, postal code, city and country.
    Address,
}

/// Which header carries the idempotency key of `POST /v1/parties`; Billit's documents name two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdempotencyHeader {
    /// `Idempotency-Key`
    Key,
    /// `Idempotent-Key`
    Token,
    /// Either.
    Both,
    /// Neither: parties know no idempotency.
    None,
}

/// Behaviour the reference leaves open, or that a test wants to see.
#[derive(Clone, Debug)]
#[allow(clippy::struct_excessive_bools)] // Independent switches, each of which a test sets alone.
pub struct Settings {
    /// How POST recognises a party (VAT, e-mail, Nr).
    pub matchers: BTreeSet<Matcher>,
    /// Whether POST also recognises a supplier when a customer is sent, and the reverse.
    pub match_across_types: bool,
    /// POST overwrites this party and answers its id, whatever the body.
    pub always_same_party: Option<i64>,
    /// A `PartyID` in the body of POST names the party to overwrite; `false`: it is ignored.
    pub party_id_in_post: bool,
    /// List items have only [`summary_fields`](Self::summary_fields).
    pub summaries: bool,
    /// What a summary has; [`SUMMARY_FIELDS`] unless told otherwise, since no reference says.
    pub summary_fields: BTreeSet<String>,
    /// Properties that `$filter` and `$orderby` refuse.
    pub forbidden_properties: BTreeSet<String>,
    /// `eq` and the string functions of `$filter` ignore case, as many a database does.
    pub ignore_case_in_filter: bool,
    /// Items on a page, and the largest `$top` (120).
    pub page_size: usize,
    /// `NextPageLink` is there as long as more parties match, so `$top` is a page size; `false`: `$top` limits the
    /// whole listing.
    pub link_after_top: bool,
    /// `NextPageLink` without scheme and host.
    pub relative_next_link: bool,
    /// The scheme and host of `NextPageLink`, such as `http://evil.example`.
    pub next_link_host: Option<String>,
    /// Where POST looks for an idempotency key.
    pub idempotency_header: IdempotencyHeader,
    /// PATCH refuses `null` with 400 instead of clearing the field.
    pub reject_null_in_patch: bool,
    /// POST refuses `null` with 400; `false`: it clears.
    pub reject_null_in_post: bool,
    /// PATCH refuses a field outside the 23 with 400 instead of ignoring it.
    pub strict_patch: bool,
    /// POST answers `"123"` instead of `123`.
    pub id_as_string: bool,
    /// GET and PATCH of an unknown id answer 401 ("not yours") instead of 404.
    pub foreign_id_is_401: bool,
    /// Without the `PartyID` header a call is refused; `false`: it means the user's own company.
    pub company_header_required: bool,
    /// A token accepted as `Authorization: Bearer`, besides the key.
    pub bearer_token: Option<String>,
    /// How far the clock moves with each write. 0: all writes bear the same time.
    pub tick_millis: u32,
}

/// What a list item has when [`Settings::summaries`] is set and no other fields are named.
pub const SUMMARY_FIELDS: [&str; 7] = [
    "PartyID",
    "Name",
    "PartyType",
    "VATNumber",
    "Email",
    "ExternalProviderID",
    "LastModified",
];

impl Default for Settings {
    fn default() -> Self {
        Self {
            matchers: BTreeSet::from([Matcher::Vat, Matcher::Email, Matcher::Nr]),
            match_across_types: false,
            always_same_party: None,
            party_id_in_post: true,
            summaries: false,
            summary_fields: SUMMARY_FIELDS.map(str::to_owned).into(),
            forbidden_properties: BTreeSet::new(),
            ignore_case_in_filter: false,
            page_size: 120,
            link_after_top: true,
            relative_next_link: false,
            next_link_host: None,
            idempotency_header: IdempotencyHeader::Both,
            reject_null_in_patch: false,
            reject_null_in_post: true,
            strict_patch: false,
            id_as_string: false,
            foreign_id_is_401: false,
            company_header_required: true,
            bearer_token: None,
            tick_millis: 1_010,
        }
    }
}

/// The server. It stops when dropped.
pub struct BillitServer(Server<Billit>);

impl BillitServer {
    /// Starts a server on this port of the loopback address; 0 takes a free one. A seed party may bring its
    /// `PartyID`, `Created` and `LastModified`; missing ones are given.
    ///
    /// # Errors
    /// The port could not be bound.
    pub async fn start(port: u16, seed: Vec<Map<String, Value>>) -> io::Result<Self> {
        let mut state = State::default();
        for party in seed {
            state.add(party);
        }
        let state = Mutex::new(state);
        let make = |address| Billit {
            base_url: format!("http://{address}"),
            state,
        };
        Ok(Self(Server::start(port, make).await?))
    }

    /// `http://127.0.0.1:PORT`
    #[must_use]
    pub fn base_url(&self) -> String {
        self.0.api().base_url.clone()
    }

    /// The value of the `ApiKey` header.
    #[must_use]
    pub fn api_key(&self) -> String {
        API_KEY.to_owned()
    }

    /// The value of the `PartyID` header.
    #[must_use]
    pub fn company_id(&self) -> i64 {
        COMPANY_ID
    }

    /// Changes settings, from the next request on.
    pub fn configure(&self, change: impl FnOnce(&mut Settings)) {
        change(&mut self.state().settings);
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

    /// Adds a party made of an object's fields, past all matching, or puts it in the place of the one with its
    /// `PartyID`; returns the id. Anything but an object makes an empty party.
    #[allow(clippy::must_use_candidate)] // Many a test gives the id itself.
    pub fn add(&self, fields: Value) -> i64 {
        let fields = match fields {
            Value::Object(fields) => fields,
            _ => Map::new(),
        };
        self.state().add(fields)
    }

    /// Changes a party, as somebody in Billit's own screens would: `LastModified` moves.
    ///
    /// # Panics
    /// There is no such party.
    #[allow(clippy::panic)] // A test that edits a party which is not there is wrong, and should hear so at once.
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
        self.state().parties.remove(&id);
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

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.0.api().state)
    }
}

struct State {
    settings: Settings,
    parties: BTreeMap<i64, Map<String, Value>>,
    last_id: i64,
    clock: NaiveDateTime,
    idempotency_keys: BTreeSet<String>,
}

impl Default for State {
    fn default() -> Self {
        Self {
            settings: Settings::default(),
            parties: BTreeMap::new(),
            last_id: 879_200,
            clock: seed::START,
            idempotency_keys: BTreeSet::new(),
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
        self.store(id, party, &Map::new());
        if let Some(party) = self.parties.get_mut(&id) {
            party.extend(created.map(|time| (String::from("Created"), time)));
            party.extend(modified.map(|time| (String::from("LastModified"), time)));
        }
        id
    }

    /// Every write ends here: the clock ticks, and the fields the server keeps itself follow.
    fn store(&mut self, id: i64, mut party: Map<String, Value>, before: &Map<String, Value>) {
        self.clock += TimeDelta::milliseconds(i64::from(self.settings.tick_millis));
        let now = json!(party::print_time(self.clock));
        let created = before.get("Created").unwrap_or(&now).clone();
        party.insert(String::from("PartyID"), json!(id));
        party.insert(String::from("Created"), created);
        party.insert(String::from("LastModified"), now);
        party::settle(&mut party, before);
        self.last_id = self.last_id.max(id);
        self.parties.insert(id, party);
    }
}
