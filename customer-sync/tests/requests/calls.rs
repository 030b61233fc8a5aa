//! Every name of our crates that these tests use: nothing here decides anything.

use chrono::{DateTime, Utc};
use customer_sync::store::{MemoryStore, State};
use customer_sync::triggers::{
    EventRule, Inbox, InboxOptions, Moment, Offset, Poller, Trigger, TriggerRules, WebhookHandler,
    ensure_callbacks, sync_next,
};
use customer_sync::{
    OutcomeKind, Plan, PlanyoUsers, Removal, SyncOptions, apply, export_customer, find_duplicates,
    plan_customers, plan_removal, plan_removals, plan_undo, sync_changed, sync_customer,
    sync_customers,
};
use planyo_client::incoming::CallbackToken;
use planyo_client::notifications::CallbackUrl;
use planyo_client::reservations::{DoReservationAction, ReservationAction};
use planyo_client::users::ModifyUser;

use crate::common::{World, key, options};

/// One write at a time, so that the order of the requests is that of the customers.
pub(crate) fn in_turn() -> SyncOptions {
    options().concurrency(1)
}

/// With the default concurrency.
pub(crate) fn at_once() -> SyncOptions {
    options()
}

/// One at a time with a store.
pub(crate) fn remembering() -> (State, SyncOptions) {
    let state = State::new(MemoryStore::new());
    (state.clone(), in_turn().store(state))
}

/// The users for whom it made a party.
pub(crate) async fn sync_all(world: &World, options: &SyncOptions) -> Vec<u64> {
    let report = sync_customers(&world.planyo, &world.billit, options).await;
    let outcomes = report.unwrap().outcomes.into_iter();
    let created = outcomes.filter(|outcome| outcome.kind == OutcomeKind::Created);
    created
        .map(|outcome| outcome.key.id().parse().unwrap())
        .collect()
}

pub(crate) async fn sync_one(world: &World, id: u64, options: &SyncOptions) {
    sync_customer(&world.planyo, &world.billit, id, options)
        .await
        .unwrap();
}

pub(crate) async fn sync_what_changed(world: &World, options: &SyncOptions) {
    sync_changed(&world.planyo, &world.billit, options)
        .await
        .unwrap();
}

/// The same, with Planyo asked for modified users.
pub(crate) async fn sync_modified_since(world: &World, options: &SyncOptions) {
    let users = PlanyoUsers::new(&world.planyo).by_modified_since(PlanyoUsers::OVERLAP);
    sync_changed(&users, &world.billit, options).await.unwrap();
}

pub(crate) async fn plan_all(world: &World, options: &SyncOptions) -> Plan {
    plan_customers(&world.planyo, &world.billit, options)
        .await
        .unwrap()
}

/// The undo plan of the last run.
pub(crate) async fn plan_undo_of_last(world: &World, state: &State, options: &SyncOptions) -> Plan {
    let last = state.runs().await.unwrap().last().unwrap().id.clone();
    plan_undo(&world.billit, Some(&last), None, options)
        .await
        .unwrap()
}

/// The plan that unlinks all customers missing from Planyo.
pub(crate) async fn plan_unlinks(world: &World, options: &SyncOptions) -> Plan {
    plan_removals(&world.planyo, &world.billit, Removal::Unlink, options)
        .await
        .unwrap()
}

/// The plan that removes one.
pub(crate) async fn plan_erasure(world: &World, id: u64, options: &SyncOptions) -> Plan {
    let all = Removal::Anonymise;
    plan_removal(&world.planyo, &world.billit, &key(id), all, options)
        .await
        .unwrap()
}

/// Applies a plan after serialisation.
pub(crate) async fn apply_saved(world: &World, plan: &Plan, options: &SyncOptions) {
    let saved = serde_json::to_string(plan).unwrap();
    let plan: Plan = serde_json::from_str(&saved).unwrap();
    apply(&plan, &world.planyo, &world.billit, options)
        .await
        .unwrap();
}

pub(crate) async fn look_for_duplicates(world: &World, options: &SyncOptions) {
    find_duplicates(&world.planyo, &world.billit, options)
        .await
        .unwrap();
}

pub(crate) async fn tell_all_that_is_held(world: &World, id: u64, options: &SyncOptions) {
    export_customer(&world.planyo, &world.billit, &key(id), options)
        .await
        .unwrap();
}

/// The three changes in Planyo that the example `sync_customers` makes between its runs.
pub(crate) async fn change_three(world: &World, users: [u64; 3]) {
    let [phone, address, name] = users.map(ModifyUser::by_id);
    let address = address
        .address("Nieuwe Steenweg 101 bus 7")
        .zip("9000")
        .city("Gent");
    let changes = [
        phone.mobile("32", "499000111"),
        address,
        name.last_name("Van den Nieuwenhuyzen"),
    ];
    for change in changes {
        world.planyo.send(change).await.unwrap();
    }
}

/// A program that syncs by webhook or by polling.
pub(crate) struct Watch {
    state: State,
    options: SyncOptions,
    inbox: Inbox,
}

impl Watch {
    pub(crate) fn new() -> Self {
        let (state, options) = remembering();
        let inbox = Inbox::new(state.clone(), InboxOptions::default());
        Self {
            state,
            options,
            inbox,
        }
    }

    fn token() -> CallbackToken {
        CallbackToken::new("0123456789abcdef").unwrap()
    }

    /// Registers an address without a server: the notifications are in the sandbox.
    pub(crate) async fn register(&self, world: &World) {
        let url = CallbackUrl::new("http://127.0.0.1:9/planyo").unwrap();
        let url = url.with_token(&Self::token());
        ensure_callbacks(&world.planyo, &self.state, &url, Trigger::CUSTOMER_EVENTS)
            .await
            .unwrap();
    }

    /// Receives what Planyo has posted.
    pub(crate) async fn receive(&self, world: &World) {
        let handler = WebhookHandler::new(Self::token(), TriggerRules::default());
        world.sandbox.planyo.settled().await;
        for posted in world.sandbox.planyo.deliveries() {
            let (_, query) = posted.url.split_once('?').unwrap();
            let admitted = handler.admits(query).unwrap();
            let due = admitted.read(posted.content_type, posted.body.as_bytes());
            self.inbox.add(due.unwrap(), now()).await.unwrap();
        }
    }

    /// Polls at this time.
    pub(crate) async fn look(&self, world: &World, then: DateTime<Utc>) {
        let two_days_before = EventRule::before(1, Offset::Days(2), Moment::Begins);
        let poller = Poller::new("Europe/Brussels".parse().unwrap()).event(two_days_before);
        poller
            .poll(&world.planyo, &self.state, &self.inbox, then)
            .await
            .unwrap();
    }

    /// Syncs all customers in the inbox after the debounce; how many.
    pub(crate) async fn sync_due(&self, world: &World) -> usize {
        let users = PlanyoUsers::new(&world.planyo);
        let mut synced = 0;
        while let Some(outcome) = sync_next(
            &users,
            &world.billit,
            &self.options,
            &self.inbox,
            much_later,
        )
        .await
        .unwrap()
        {
            assert!(!outcome.is_retried, "{outcome}");
            synced += 1;
        }
        synced
    }
}

pub(crate) async fn check_in(world: &World, reservation: u64) {
    let check_in = DoReservationAction::new(reservation, ReservationAction::CheckIn);
    world.planyo.send(check_in).await.unwrap();
}

/// The day of the sandbox and of the programs: a Monday.
pub(crate) fn now() -> DateTime<Utc> {
    "2026-06-01T12:00:00Z".parse().unwrap()
}

fn much_later() -> DateTime<Utc> {
    now() + chrono::TimeDelta::weeks(1)
}
