//! A receiver of Planyo's notifications: receiver, intake and worker.

mod intake;
mod page;
mod receiver;
mod stats;
mod worker;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use billit_client::Client as Billit;
use customer_sync::store::{State, StateError};
use customer_sync::triggers::{
    CallbackReport, Inbox, InboxOptions, TriggerRules, WebhookHandler, ensure_callbacks,
};
use customer_sync::{CancellationToken, PlanyoUsers, SyncOptions};
use planyo_client::Client as Planyo;
use planyo_client::incoming::CallbackToken;
use planyo_client::notifications::CallbackUrl;
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

use self::intake::Intake;
use self::receiver::{Receiver, routes};
use self::stats::Stats;
use self::worker::Worker;
use crate::program::Failure;

/// The parts of a server.
pub struct Setup {
    /// The client of Planyo.
    pub planyo: Planyo,
    /// The client of Billit.
    pub billit: Billit,
    /// The options of each sync.
    pub options: SyncOptions,
    /// The store, also that of the options.
    pub state: State,
    /// Which events count.
    pub rules: TriggerRules,
    /// When a customer is ready.
    pub inbox: InboxOptions,
    /// The secret of the callback's URL.
    pub token: CallbackToken,
    /// The address to listen on.
    pub listen: SocketAddr,
    /// How often all customers are synced.
    pub full_pass: Option<Duration>,
    /// Whether they are synced at the start, too.
    pub full_pass_at_start: bool,
}

/// A running server.
pub struct Server {
    address: SocketAddr,
    planyo: Planyo,
    state: State,
    rules: TriggerRules,
    token: CallbackToken,
    inbox: Inbox,
    stats: Arc<Stats>,
    stop: watch::Sender<bool>,
    /// Ends a full pass early.
    runs: CancellationToken,
    receiver: JoinHandle<std::io::Result<()>>,
    intake: JoinHandle<()>,
    worker: JoinHandle<()>,
}

impl Server {
    /// Listens.
    ///
    /// # Errors
    /// The store cannot be read, or the address cannot be listened on.
    pub async fn start(setup: Setup) -> Result<Self, Failure> {
        let inbox = Inbox::new(setup.state.clone(), setup.inbox);
        let stats = Arc::new(Stats::of(&setup.state).await?);
        let more = Arc::new(Notify::new());
        let (stop, stopped) = watch::channel(false);
        let notify = Arc::clone(&more);
        let (intake, writing) = Intake::start(inbox.clone(), move || notify.notify_one());
        let listener = TcpListener::bind(setup.listen).await;
        let listener = listener.map_err(|error| format!("{}: {error}", setup.listen))?;
        let address = listener.local_addr()?;
        let routes = routes(Receiver {
            webhook: WebhookHandler::new(setup.token.clone(), setup.rules.clone()),
            intake,
            inbox: inbox.clone(),
            stats: Arc::clone(&stats),
        });
        let mut ending = stopped.clone();
        let end = async move {
            // An error means that the server is dropped.
            ending
                .wait_for(|stop| *stop)
                .await
                .map(|_| ())
                .unwrap_or_default();
        };
        let receiver = axum::serve(listener, routes).with_graceful_shutdown(end);
        let runs = CancellationToken::new();
        let worker = Worker {
            users: PlanyoUsers::new(&setup.planyo),
            billit: setup.billit,
            options: setup.options,
            stop_pass: runs.clone(),
            inbox: inbox.clone(),
            stats: Arc::clone(&stats),
            more,
            full_pass: setup.full_pass,
            full_pass_at_start: setup.full_pass_at_start,
        };
        Ok(Self {
            address,
            planyo: setup.planyo,
            state: setup.state,
            rules: setup.rules,
            token: setup.token,
            inbox,
            stats,
            stop,
            runs,
            receiver: tokio::spawn(async move { receiver.await }),
            intake: writing,
            worker: tokio::spawn(worker.run(stopped)),
        })
    }

    /// The address, with the port that was chosen.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The number of syncs since the start.
    #[must_use]
    pub fn synced(&self) -> u64 {
        self.stats.snapshot().kinds.values().sum()
    }

    /// The customers that wait.
    #[must_use]
    pub fn inbox(&self) -> &Inbox {
        &self.inbox
    }

    /// Registers the webhook at this URL.
    ///
    /// # Errors
    /// The store cannot be used.
    pub async fn register(&self, url: &CallbackUrl) -> Result<CallbackReport, StateError> {
        let url = url.clone().with_token(&self.token).with_json();
        ensure_callbacks(&self.planyo, &self.state, &url, self.rules.triggers()).await
    }

    /// Answers the open requests, stores them, finishes the customer being synced, and ends.
    ///
    /// # Errors
    /// A part of it failed.
    pub async fn stop(self) -> Result<(), Failure> {
        self.stop.send_replace(true);
        self.runs.cancel();
        self.receiver.await??;
        self.intake.await?;
        self.worker.await?;
        Ok(())
    }
}
