//! The server: receiver, intake and worker.

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

use crate::Failure;
use crate::intake::Intake;
use crate::receiver::{Receiver, routes};
use crate::stats::Stats;
use crate::worker::Worker;

/// The parts of a server.
pub(crate) struct Setup {
    pub(crate) planyo: Planyo,
    pub(crate) billit: Billit,
    pub(crate) options: SyncOptions,
    pub(crate) state: State,
    pub(crate) rules: TriggerRules,
    pub(crate) inbox: InboxOptions,
    pub(crate) token: CallbackToken,
    pub(crate) listen: SocketAddr,
    pub(crate) full_pass: Option<Duration>,
    pub(crate) full_pass_at_start: bool,
}

/// A running server.
pub(crate) struct Server {
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
    pub(crate) async fn start(setup: Setup) -> Result<Self, Failure> {
        let inbox = Inbox::new(setup.state.clone(), setup.inbox);
        let stats = Arc::new(Stats::of(&setup.state).await?);
        let more = Arc::new(Notify::new());
        let (stop, stopped) = watch::channel(false);
        let notify = Arc::clone(&more);
        let (intake, writing) = Intake::start(inbox.clone(), move || notify.notify_one());
        let listener = TcpListener::bind(setup.listen).await?;
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

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn inbox(&self) -> &Inbox {
        &self.inbox
    }

    pub(crate) fn stats(&self) -> &Stats {
        &self.stats
    }

    /// Registers the webhook at this URL.
    pub(crate) async fn register(&self, url: &CallbackUrl) -> Result<CallbackReport, StateError> {
        let url = url.clone().with_token(&self.token).with_json();
        ensure_callbacks(&self.planyo, &self.state, &url, self.rules.triggers()).await
    }

    /// Answers the open requests, stores them, finishes the customer being synced, and ends.
    pub(crate) async fn stop(self) -> Result<(), Failure> {
        self.stop.send_replace(true);
        self.runs.cancel();
        self.receiver.await??;
        self.intake.await?;
        self.worker.await?;
        Ok(())
    }
}
