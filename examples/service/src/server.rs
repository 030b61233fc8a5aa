//! Start and stop.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use customer_sync::triggers::{CallbackReport, Trigger, ensure_callbacks};
use planyo_client::notifications::CallbackUrl;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::app::{App, Failure};
use crate::calls::{CallWriter, Unwritten};
use crate::intake::Intake;
use crate::receiver::Receiver;
use crate::web::{self, Web};
use crate::worker;

/// What goes on after so long is ended where it is: the next start goes on with it.
const LONGEST_STOP: Duration = Duration::from_secs(9);

/// A running service.
pub struct Server {
    /// Its parts.
    pub app: Arc<App>,
    address: SocketAddr,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
    calls: CallWriter,
}

impl Server {
    /// Listens, and begins to work.
    ///
    /// # Errors
    /// When the store cannot be used, or the address is taken.
    pub async fn start(app: Arc<App>, calls: Unwritten) -> Result<Self, Failure> {
        let listen = app.settings.file.server.listen;
        let listener = TcpListener::bind(listen).await;
        let listener = listener.map_err(|error| format!("server.listen: {listen}: {error}"))?;
        let address = listener.local_addr()?;
        let (stop, stopped) = watch::channel(false);
        app.directory.refresh(&app.state).await?;
        if let Some(book) = app.book() {
            app.directory.learn_book(&book.entries().await?);
        }

        let calls = calls.start(app.notes.clone());
        let mut tasks = Vec::new();
        let mut receiver = None;
        if let Some(token) = app.settings.keys.token.clone() {
            let notify = Arc::clone(&app);
            let (intake, writing) =
                Intake::start(app.inbox.clone(), move || notify.more.notify_one());
            tasks.push(writing);
            receiver = Some(Receiver::new(&app, token, intake));
        }
        let web = Web::new(&app).await?;
        let routes =
            web::routes(&web, receiver).into_make_service_with_connect_info::<SocketAddr>();
        let mut ending = stopped.clone();
        let end = async move {
            // An error means that the server is dropped.
            let _ = ending.wait_for(|stop| *stop).await;
        };
        let serving = axum::serve(listener, routes).with_graceful_shutdown(end);
        tasks.push(tokio::spawn(async move {
            if let Err(error) = serving.await {
                tracing::error!(%error, "the server has ended");
            }
        }));
        tasks.push(tokio::spawn(worker::work(Arc::clone(&app), stopped)));
        tracing::info!(%address, "listening");
        Ok(Self {
            app,
            address,
            stop,
            tasks,
            calls,
        })
    }

    /// The address, with the port that was chosen.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Registers the receiver with Planyo, if the settings say where it is reached.
    ///
    /// # Errors
    /// When the store cannot be used, or the URL is none that Planyo takes.
    pub async fn register(&self) -> Result<Option<CallbackReport>, Failure> {
        let settings = &self.app.settings;
        let (Some(url), Some(token)) = (&settings.file.server.url, &settings.keys.token) else {
            return Ok(None);
        };
        let url = format!("{}/planyo", url.trim_end_matches('/'));
        // A look-alike on this machine is reached without https.
        let url = if url.starts_with("http://127.0.0.1:") {
            CallbackUrl::allowing_http(&url)
        } else {
            CallbackUrl::new(&url)
        };
        let url = url
            .map_err(|error| format!("server.url: {error}"))?
            .with_token(token)
            .with_json();
        let report = ensure_callbacks(
            &self.app.planyo,
            &self.app.state,
            &url,
            Trigger::CUSTOMER_EVENTS,
        )
        .await?;
        Ok(Some(report))
    }

    /// Answers the open requests, stores them, finishes the customers that are being written, and ends.
    pub async fn stop(self) {
        self.app.stop.cancel();
        self.stop.send_replace(true);
        let end = async {
            for task in self.tasks {
                if let Err(error) = task.await {
                    tracing::error!(%error, "a part has ended by itself");
                }
            }
        };
        if tokio::time::timeout(LONGEST_STOP, end).await.is_err() {
            tracing::warn!("something still goes on, and is ended");
        }
        self.calls.end().await;
    }
}
