//! A Planyo site with customers and rentals, and a program that syncs them by webhook or by polling.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll as Ready;

use chrono::{DateTime, TimeDelta, Utc};
use customer_sync::store::State;
use customer_sync::triggers::{
    Inbox, InboxOptions, Synced, Trigger, TriggerRules, WebhookHandler, ensure_callbacks, sync_next,
};
use customer_sync::{PlanyoUsers, SyncOptions};
use planyo_client::incoming::CallbackToken;
use planyo_client::notifications::CallbackUrl;
use planyo_client::reservations::{DoReservationAction, ReservationAction};
use planyo_client::users::ModifyUser;
use sandbox::planyo::{Delivery, Reservation, Resource, status};

use crate::common::{TestStore, World, options, person};

pub(crate) const TOKEN: &str = "0123456789abcdef";

/// No server listens there: the notifications are in the sandbox's deliveries.
pub(crate) const NOWHERE: &str = "http://127.0.0.1:9/planyo";

pub(crate) struct Site {
    pub(crate) world: World,
    pub(crate) store: Arc<TestStore>,
    pub(crate) state: State,
    pub(crate) inbox: Inbox,
    pub(crate) rules: TriggerRules,
    resource: u64,
}

pub(crate) fn inbox_of(state: &State) -> Inbox {
    Inbox::new(state.clone(), InboxOptions::default())
}

pub(crate) fn url() -> CallbackUrl {
    let token = CallbackToken::new(TOKEN).unwrap();
    CallbackUrl::new(NOWHERE).unwrap().with_token(&token)
}

impl Site {
    pub(crate) async fn new() -> Self {
        let world = World::empty().await;
        let store = TestStore::new();
        let state = store.state();
        let resource = world.sandbox.planyo.add_resource(Resource {
            name: "Van".to_owned(),
            quantity: 100,
            ..Resource::default()
        });
        Self {
            world,
            inbox: inbox_of(&state),
            store,
            state,
            rules: TriggerRules::default(),
            resource,
        }
    }

    /// Adds a customer whose rental begins this long from now and lasts three days: the id of the reservation.
    pub(crate) fn rental(&self, user: u64, begins: TimeDelta) -> u64 {
        let planyo = &self.world.sandbox.planyo;
        planyo.add(person(user));
        let zone: planyo_client::SiteZone = "Europe/Brussels".parse().unwrap();
        let start = zone.to_local(Utc::now() + begins);
        planyo.add_reservation(Reservation {
            user_id: user,
            resource_id: self.resource,
            start,
            end: start + TimeDelta::days(3),
            quantity: 1,
            status: status::RESERVED | status::VERIFIED | status::CONFIRMED,
            ..Reservation::default()
        })
    }

    pub(crate) async fn register(&self, json: bool, triggers: &[Trigger]) {
        let url = if json { url().with_json() } else { url() };
        let triggers = triggers.iter().copied();
        let report = ensure_callbacks(&self.world.planyo, &self.state, &url, triggers);
        let report = report.await.unwrap();
        assert!(report.failed.is_empty(), "{report}");
    }

    /// Does in Planyo what fires this trigger.
    pub(crate) async fn trigger_event(&self, trigger: Trigger, user: u64, reservation: u64) {
        let planyo = &self.world.planyo;
        let act = |action| planyo.send(DoReservationAction::new(reservation, action));
        match trigger {
            Trigger::CustomerUpdated => {
                let change = ModifyUser::by_id(user).city("Brugge");
                planyo.send(change).await.unwrap();
            }
            Trigger::CheckedIn => {
                act(ReservationAction::CheckIn).await.unwrap();
            }
            Trigger::CheckedOut => {
                act(ReservationAction::CheckOut).await.unwrap();
            }
            other => self
                .world
                .sandbox
                .planyo
                .fire(&other.to_string(), reservation),
        }
    }

    /// Everything that Planyo has posted so far.
    pub(crate) async fn posted(&self) -> Vec<Delivery> {
        self.world.sandbox.planyo.settled().await;
        self.world.sandbox.planyo.deliveries()
    }

    /// Receives everything that Planyo has posted.
    pub(crate) async fn receive(&self) {
        let token = CallbackToken::new(TOKEN).unwrap();
        let handler = WebhookHandler::new(token, self.rules.clone());
        for posted in self.posted().await {
            let query = posted.url.split_once('?').unwrap().1;
            let admitted = handler.admits(query).unwrap();
            let due = admitted.read(posted.content_type, posted.body.as_bytes());
            self.inbox.add(due.unwrap(), Utc::now()).await.unwrap();
        }
    }

    pub(crate) fn options(&self) -> SyncOptions {
        options().store(self.state.clone())
    }

    /// Syncs the next one, an hour from now.
    pub(crate) async fn sync_next(&self) -> Option<Synced> {
        let users = PlanyoUsers::new(&self.world.planyo);
        let options = self.options();
        let synced = sync_next(
            &users,
            &self.world.billit,
            &options,
            &self.inbox,
            in_an_hour,
        );
        synced.await.unwrap()
    }

    pub(crate) async fn sync_all(&self) -> Vec<Synced> {
        let mut all = Vec::new();
        while let Some(synced) = self.sync_next().await {
            assert!(!synced.is_retried, "{synced}");
            all.push(synced);
        }
        all
    }
}

pub(crate) fn in_an_hour() -> DateTime<Utc> {
    Utc::now() + TimeDelta::hours(1)
}

/// Drops a future after this many polls; `None` if it was not finished.
pub(crate) async fn killed_after<F: Future>(polls: usize, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut left = polls;
    std::future::poll_fn(move |context| {
        if left == 0 {
            return Ready::Ready(None);
        }
        left -= 1;
        future.as_mut().poll(context).map(Some)
    })
    .await
}
