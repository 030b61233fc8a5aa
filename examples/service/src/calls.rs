//! The calls to both services: counted, and remembered for the customer they were made for.

use std::sync::Arc;
use std::time::Duration;

use billit_client::PartyId;
use chrono::Utc;
use customer_sync::CustomerKey;
use customer_sync::store::StateError;
use serde_json::Value;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use crate::directory::Directory;
use crate::metrics::{Metrics, Service};
use crate::notes::{Call, Notes};

/// So many calls may wait to be written; more are counted and not remembered.
const MAX_QUEUE: usize = 10_000;

/// Calls are written so long after the first of them.
const PAUSE: Duration = Duration::from_millis(250);

/// Where the clients' observers put the calls.
#[derive(Clone)]
pub struct CallLog {
    send: mpsc::Sender<(CustomerKey, Call)>,
    metrics: Arc<Metrics>,
    directory: Directory,
    /// The first part of the keys.
    source: String,
}

/// What is yet to be written.
pub struct Unwritten(mpsc::Receiver<(CustomerKey, Call)>);

/// One attempt of a call.
pub struct Attempt<'a> {
    method: &'a str,
    path: &'a str,
    sent: &'a [u8],
    status: Option<u16>,
    answer: &'a [u8],
    millis: u64,
}

/// The two clients have an `Exchange` each.
macro_rules! attempt {
    ($exchange:expr) => {{
        let exchange = &$exchange;
        let answer = exchange.answer.ok();
        Attempt {
            method: exchange.request.method.as_str(),
            path: exchange.request.url.path(),
            sent: exchange.request.body.as_deref().unwrap_or_default(),
            status: answer.map(|answer| answer.status),
            answer: answer
                .map(|answer| answer.body.as_slice())
                .unwrap_or_default(),
            millis: u64::try_from(exchange.took.as_millis()).unwrap_or(u64::MAX),
        }
    }};
}

impl CallLog {
    /// A log, and what [writes](Unwritten::start) it.
    #[must_use]
    pub fn new(metrics: Arc<Metrics>, directory: Directory, source: &str) -> (Self, Unwritten) {
        let (send, receive) = mpsc::channel(MAX_QUEUE);
        let source = source.to_owned();
        let log = Self {
            send,
            metrics,
            directory,
            source,
        };
        (log, Unwritten(receive))
    }

    /// A call to Billit.
    pub fn billit(&self, exchange: billit_client::transport::Exchange<'_>) {
        self.metrics.call(
            Service::Billit,
            exchange.answer.map(|answer| answer.status).ok(),
            exchange.took,
        );
        let attempt = attempt!(exchange);
        let sent = || serde_json::from_slice::<Value>(attempt.sent).ok();
        let party = attempt
            .path
            .rsplit('/')
            .next()
            .and_then(|id| id.parse::<i64>().ok());
        let known = self.directory.now();
        let of_party = party.and_then(|id| known.of_party(PartyId::from(id)));
        let link = || sent()?.get("ExternalProviderID")?.as_str()?.parse().ok();
        let key = of_party.map(|entry| entry.key.clone()).or_else(link);
        self.remember("Billit", key, &attempt, billit_error);
    }

    /// A call to Planyo.
    pub fn planyo(&self, exchange: planyo_client::transport::Exchange<'_>) {
        self.metrics.call(
            Service::Planyo,
            exchange.answer.map(|answer| answer.status).ok(),
            exchange.took,
        );
        let attempt = attempt!(exchange);
        let sent = || url::form_urlencoded::parse(attempt.sent);
        let user = sent()
            .find(|(name, _)| name == "user_id")
            .map(|(_, id)| id.into_owned());
        let key = user.map(|id| CustomerKey::new(self.source.as_str(), id));
        let method = sent()
            .find(|(name, _)| name == "method")
            .map(|(_, name)| name.into_owned());
        let attempt = Attempt {
            path: method.as_deref().unwrap_or(attempt.path),
            ..attempt
        };
        self.remember("Planyo", key, &attempt, planyo_error);
    }

    fn remember(
        &self,
        service: &str,
        key: Option<CustomerKey>,
        attempt: &Attempt<'_>,
        error: fn(&Value) -> Option<String>,
    ) {
        let Some(key) = key else { return };
        let answer = || serde_json::from_slice::<Value>(attempt.answer).ok();
        let call = Call {
            at: Utc::now(),
            service: service.to_owned(),
            what: format!("{} {}", attempt.method, attempt.path),
            status: attempt.status,
            error: answer().as_ref().and_then(error),
            millis: attempt.millis,
        };
        // A full queue loses a line of the log, not a customer.
        let _ = self.send.try_send((key, call));
    }
}

/// `code: text`, as Billit writes it: `{"errors": [{"Code": ..., "Description": ...}]}`.
fn billit_error(answer: &Value) -> Option<String> {
    let errors = answer
        .get("errors")
        .or_else(|| answer.get("Errors"))?
        .as_array()?;
    let texts = errors.iter().map(|error| {
        let text = |name: &str| error.get(name).and_then(Value::as_str).unwrap_or_default();
        let (code, description) = (text("Code"), text("Description"));
        format!("{code}: {description}")
    });
    let texts: Vec<String> = texts.collect();
    (!texts.is_empty()).then(|| texts.join("; "))
}

/// `code: text`, as Planyo writes it: `{"response_code": 4, "response_message": ...}`.
fn planyo_error(answer: &Value) -> Option<String> {
    let code = answer.get("response_code")?;
    let code = code.as_i64().or_else(|| code.as_str()?.parse().ok())?;
    let text = answer.get("response_message").and_then(Value::as_str);
    (code != 0).then(|| format!("{code}: {}", text.unwrap_or_default()))
}

impl Unwritten {
    /// Begins to write what comes.
    #[must_use]
    pub fn start(mut self, notes: Notes) -> CallWriter {
        let (end, mut ended) = watch::channel(());
        let task = tokio::spawn(async move {
            let mut calls = Vec::new();
            loop {
                let has_more = tokio::select! {
                    calls = self.0.recv_many(&mut calls, 1) => calls > 0,
                    // The writer is ended or dropped.
                    _ = ended.changed() => false,
                };
                // A commit waits for the disk, and a notification behind it does too: many calls share one.
                let pause = tokio::time::timeout(PAUSE, ended.changed());
                let is_over = !has_more || pause.await.is_ok();
                while let Ok(call) = self.0.try_recv() {
                    calls.push(call);
                }
                let written: Result<(), StateError> = notes.calls(&calls).await;
                if let Err(error) = written {
                    tracing::warn!(%error, "calls are not remembered");
                }
                calls.clear();
                if is_over {
                    return;
                }
            }
        });
        CallWriter { end, task }
    }
}

/// The task that writes the calls.
pub struct CallWriter {
    end: watch::Sender<()>,
    task: JoinHandle<()>,
}

impl CallWriter {
    /// Writes what is left, and ends.
    pub async fn end(self) {
        drop(self.end);
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the log of calls has ended by itself");
        }
    }
}
