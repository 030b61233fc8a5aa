//! Two servers, two clients with short timeouts, and customers to sync.

// Each test file uses its part of this, and unwraps as tests do.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, clippy::panic)]
mod store;

use std::collections::BTreeMap;
use std::time::Duration;

use customer_sync::store::{MemoryStore, State};
use customer_sync::{
    CustomerKey, Outcome, Plan, SyncError, SyncOptions, SyncReport, apply, plan_customers,
    sync_changed, sync_customer, sync_customers,
};
use sandbox::Sandbox;
use sandbox::planyo::User;
use serde_json::{Map, Value};
#[allow(unused_imports)]
pub use store::TestStore;

pub struct World {
    pub sandbox: Sandbox,
    pub planyo: planyo_client::Client,
    pub billit: billit_client::Client,
}

/// The key of a Planyo user.
pub fn key(id: u64) -> CustomerKey {
    CustomerKey::new("planyo", id.to_string())
}

/// The default, but for pauses: a server on this machine needs none.
pub fn options() -> SyncOptions {
    SyncOptions::default().create_pause(Duration::from_millis(1))
}

/// This many persons with a party each, and the store of the run that created them.
pub async fn settled(persons: u64) -> (World, State, SyncOptions) {
    settled_in(State::new(MemoryStore::new()), persons).await
}

/// As [`settled`], in this store.
pub async fn settled_in(state: State, persons: u64) -> (World, State, SyncOptions) {
    let world = World::empty().await;
    for id in 1..=persons {
        world.sandbox.planyo.add(person(id));
    }
    let options = options().store(state.clone());
    run(&world, &options).await;
    world.clear();
    (world, state, options)
}

/// A full run with a store.
pub async fn run(world: &World, options: &SyncOptions) -> SyncReport {
    let report = sync_customers(&world.planyo, &world.billit, options)
        .await
        .unwrap();
    assert_eq!(report.store_error, None);
    report
}

impl World {
    /// The seed on both sides.
    pub async fn seeded() -> Self {
        Self::around(Sandbox::start().await.unwrap())
    }

    /// No customers on either side.
    pub async fn empty() -> Self {
        Self::around(Sandbox::start_empty().await.unwrap())
    }

    /// With `PLANYO_EMPTY_PAGE=refused` in the environment every test runs against a Planyo that answers an empty page with
    /// code 4. Its second list then has everybody too: of a list without anybody such a Planyo never proves the end.
    fn around(sandbox: Sandbox) -> Self {
        if is_empty_page_refused() {
            sandbox.planyo.configure(|settings| {
                settings.empty_page_is_refused = true;
                settings.admin_list_instead = false;
            });
        }
        let at_once = Duration::from_millis(1);
        let planyo = planyo_client::Client::builder(sandbox.planyo.api_key())
            .base_url(sandbox.planyo.base_url())
            .retry(
                planyo_client::retry::RetryPolicy::default()
                    .delay(at_once)
                    .rate_limit_delay(at_once),
            )
            .attempt_timeout(Duration::from_secs(3))
            .build()
            .unwrap();
        let billit =
            billit_client::Client::builder(sandbox.billit.api_key(), sandbox.billit.company_id())
                .base_url(sandbox.billit.base_url())
                .retry(
                    billit_client::retry::RetryPolicy::default()
                        .delay(at_once)
                        .rate_limit_delay(at_once),
                )
                .attempt_timeout(Duration::from_secs(3))
                .build()
                .unwrap();
        Self {
            sandbox,
            planyo,
            billit,
        }
    }

    pub async fn sync(&self) -> SyncReport {
        sync_customers(&self.planyo, &self.billit, &options())
            .await
            .unwrap()
    }

    /// A run that must write nothing.
    pub async fn sync_changes_nothing(&self) -> SyncReport {
        self.clear();
        let report = self.sync().await;
        assert_eq!(self.writes(), 0, "{report}");
        report
    }

    pub fn clear(&self) {
        self.sandbox.planyo.clear_requests();
        self.sandbox.billit.clear_requests();
    }

    /// The writes that Billit received since.
    pub fn writes(&self) -> usize {
        self.sandbox.billit.counts().writes
    }

    /// Requests of one kind that Billit received since.
    pub fn requests(&self, operation: &str) -> usize {
        self.sandbox
            .billit
            .requests()
            .iter()
            .filter(|request| request.operation == operation)
            .count()
    }

    /// The parties by their link; a link on two parties fails the test.
    pub fn linked(&self) -> BTreeMap<String, Map<String, Value>> {
        let mut linked = BTreeMap::new();
        for party in self.sandbox.billit.parties() {
            if let Some(link) = party.get("ExternalProviderID").and_then(Value::as_str) {
                assert!(
                    linked.insert(link.to_owned(), party.clone()).is_none(),
                    "{link} is on two parties"
                );
            }
        }
        linked
    }

    /// The party of a Planyo user.
    pub fn party_of(&self, user: u64) -> Map<String, Value> {
        self.linked()
            .remove(&format!("planyo:{user}"))
            .unwrap_or_else(|| panic!("no party for user {user}"))
    }
}

/// Whether the tests run against a Planyo that answers an empty page with code 4.
pub fn is_empty_page_refused() -> bool {
    std::env::var("PLANYO_EMPTY_PAGE").is_ok_and(|mode| mode == "refused")
}

/// A user with a reservation, a unique name and a unique address.
pub fn person(id: u64) -> User {
    User {
        id,
        email: format!("person{id}@example.com"),
        first_name: "Person".to_owned(),
        last_name: format!("Number{id}"),
        address: format!("Kerkstraat {id}"),
        zip: "9000".to_owned(),
        city: "Gent".to_owned(),
        country: "BE".to_owned(),
        language: "NL".to_owned(),
        mobile_country_code: "32".to_owned(),
        mobile_number: format!("4700{id:05}"),
        reservations: 1,
        ..User::default()
    }
}

/// A text of a party as the server has it.
pub fn text<'a>(party: &'a Map<String, Value>, field: &str) -> Option<&'a str> {
    party.get(field).and_then(Value::as_str)
}

/// The roads on which user 1 may be synced.
pub const ROADS: [&str; 4] = ["full", "one", "plan file", "changed"];

/// The outcomes by one road.
pub async fn try_road(
    road: &str,
    world: &World,
    options: &SyncOptions,
) -> Result<Vec<Outcome>, SyncError> {
    let (planyo, billit) = (&world.planyo, &world.billit);
    let report: SyncReport = match road {
        "one" => return Ok(vec![sync_customer(planyo, billit, 1, options).await?]),
        "full" => sync_customers(planyo, billit, options).await?,
        "changed" => sync_changed(planyo, billit, options).await?,
        _ => {
            let plan = plan_customers(planyo, billit, options).await?;
            let saved = serde_json::to_string(&plan).unwrap();
            let plan: Plan = serde_json::from_str(&saved).unwrap();
            apply(&plan, planyo, billit, options).await?
        }
    };
    assert_eq!(report.store_error, None);
    Ok(report.outcomes)
}

/// As [`try_road`], where there is no error.
pub async fn by_road(road: &str, world: &World, options: &SyncOptions) -> Vec<Outcome> {
    try_road(road, world, options).await.unwrap()
}

/// The notes of an outcome: field and reason.
pub fn notes(outcome: &Outcome) -> Vec<String> {
    let notes = outcome.notes.iter();
    notes
        .map(|note| format!("{} {}", note.field, note.reason))
        .collect()
}
