//! The client: sends a call, and retries it as far as its [`Safety`] allows.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::Method;
use tokio::time::{Instant, sleep_until, timeout_at};
use url::Url;

use crate::clock::ServerClock;
use crate::credentials::Context;
use crate::endpoint::{Endpoint, Request, Safety};
use crate::error::{Error, ErrorKind, Result};
use crate::plumbing::call_options::CallOptions;
use crate::plumbing::deadline::later;
use crate::plumbing::pacer::{Pacer, TooLate};
use crate::plumbing::retry_budget::Retries;
use crate::plumbing::transport::{HttpRequest, Transport, TransportError};
use crate::retry::{RetryPolicy, is_too_much};

/// A client of Planyo. Cloning it is cheap and shares connections, pauses and the clock correction.
///
/// It needs a tokio runtime with time and I/O enabled, as `#[tokio::main]` makes it.
///
/// ```no_run
/// # async fn run() -> planyo_client::Result<()> {
/// use planyo_client::{Client, users::GetUser};
///
/// let planyo = Client::new("my-api-key")?;
/// let user = planyo.send(GetUser::by_email("ann@example.com")).await?;
/// println!("{}", user.id);
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Client(Arc<Inner>);

/// What the clones of a client share.
pub(crate) struct Inner {
    pub(crate) transport: Box<dyn Transport>,
    pub(crate) url: Url,
    pub(crate) context: Context,
    pub(crate) policy: RetryPolicy,
    pub(crate) attempt_timeout: Duration,
    pub(crate) total_timeout: Duration,
    pub(crate) clock: ServerClock,
    /// Requests sent, retries among them.
    pub(crate) requests: AtomicU64,
    pub(crate) pacer: Pacer,
    pub(crate) retries: Retries,
    pub(crate) short_page_is_last: bool,
    pub(crate) refused_page_is_error: bool,
    pub(crate) max_pages: u32,
}

impl From<Inner> for Client {
    fn from(inner: Inner) -> Self {
        Self(Arc::new(inner))
    }
}

impl Client {
    /// Sends a call and reads its answer.
    ///
    /// # Errors
    /// See [`ErrorKind`]. The call has been retried as often as the policy and its [`Safety`] allow.
    pub async fn send<E: Endpoint>(&self, endpoint: E) -> Result<E::Output> {
        self.send_with(endpoint, CallOptions::default()).await
    }

    /// As [`send`](Self::send), with a retry policy and timeouts of the call's own.
    ///
    /// ```no_run
    /// # async fn run(planyo: planyo_client::Client) -> planyo_client::Result<()> {
    /// use std::time::Duration;
    ///
    /// use planyo_client::{CallOptions, retry::RetryPolicy, users::GetUser};
    ///
    /// let once = CallOptions::new()
    ///     .retry(RetryPolicy::never())
    ///     .total_timeout(Duration::from_secs(5));
    /// let user = planyo.send_with(GetUser::by_email("ann@example.com"), once).await?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub async fn send_with<E: Endpoint>(
        &self,
        endpoint: E,
        options: CallOptions,
    ) -> Result<E::Output> {
        let call = self.call(&endpoint, options, |_| false);
        traced(endpoint.method(), call).await
    }

    /// As [`send`](Self::send), but a failure that [`is_too_much`](crate::retry::is_too_much) is not retried.
    pub(crate) async fn send_unless_too_much<E: Endpoint>(
        &self,
        endpoint: &E,
    ) -> Result<E::Output> {
        let call = self.call(endpoint, CallOptions::default(), is_too_much);
        traced(endpoint.method(), call).await
    }

    /// Attempts until there is an answer that can be read, the policy allows no retry, or time is up.
    async fn call<E: Endpoint>(
        &self,
        endpoint: &E,
        options: CallOptions,
        never_retried: fn(ErrorKind) -> bool,
    ) -> Result<E::Output> {
        let client = &*self.0;
        let policy = options.retry.unwrap_or(client.policy);
        let attempt_timeout = options.attempt_timeout.unwrap_or(client.attempt_timeout);
        let total_timeout = options.total_timeout.unwrap_or(client.total_timeout);
        let safety = endpoint.safety();
        let deadline = later(Instant::now(), total_timeout);
        let mut attempts = 0;
        let mut clock_was_corrected = false;
        // A write before the last attempt may have been processed.
        let mut earlier_unknown = false;
        client.retries.add_call();
        let error = loop {
            let permit = match client.pacer.enter(deadline).await {
                Ok(permit) => permit,
                Err(late) => break not_in_time(late),
            };
            attempts += 1;
            let end = deadline.min(later(Instant::now(), attempt_timeout));
            let error = match self.attempt(endpoint, end).await {
                Ok(output) => {
                    client.pacer.succeeded();
                    return Ok(output);
                }
                Err(error) => error,
            };
            drop(permit);
            if !clock_was_corrected && client.context.signs() && client.clock.correct(&error) {
                clock_was_corrected = true;
                continue;
            }
            let random = fastrand::f64();
            let wait = policy
                .wait(safety, error.kind(), attempts, error.retry_after(), random)
                .filter(|_| !never_retried(error.kind()));
            let wait = self.pause_all(&error, wait, random);
            let Some(next) = wait
                .map(|wait| later(Instant::now(), wait))
                .filter(|next| *next < deadline)
            else {
                break error;
            };
            if !client.retries.take_retry() {
                break error.with_empty_budget();
            }
            #[cfg(feature = "tracing")]
            tracing::debug!(
                method = endpoint.method(),
                attempt = attempts,
                kind = ?error.kind(),
                ?wait,
                "planyo call will be retried"
            );
            earlier_unknown |= safety != Safety::Read && error.is_outcome_unknown();
            sleep_until(next).await;
        };
        Err(error
            .with_call(endpoint.method(), attempts)
            .with_earlier_unknown(earlier_unknown))
    }

    /// One request and its answer. The request is built anew each time: the hash holds the time.
    async fn attempt<E: Endpoint>(&self, endpoint: &E, end: Instant) -> Result<E::Output> {
        let request = self
            .0
            .context
            .request(endpoint, self.0.clock.unix_seconds());
        let request = self.http_request(&request);
        self.0.requests.fetch_add(1, Ordering::Relaxed);
        match timeout_at(end, self.0.transport.send(request)).await {
            Err(elapsed) => Err(Error::new(ErrorKind::Timeout).with_source(elapsed)),
            Ok(Err(error)) => {
                Err(Error::new(kind_of(&error, endpoint.safety())).with_source(error))
            }
            Ok(Ok(response)) => {
                self.0.clock.read(&response);
                let output = response.read(endpoint);
                output.map_err(|error| error.at(&self.0.url))
            }
        }
    }

    fn http_request(&self, request: &Request) -> HttpRequest {
        let form = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(request.form().iter())
            .finish();
        HttpRequest {
            method: Method::POST,
            url: self.0.url.clone(),
            headers: vec![
                (
                    "Content-Type",
                    "application/x-www-form-urlencoded".to_owned(),
                ),
                ("Accept", "application/json".to_owned()),
            ],
            body: Some(form.into_bytes()),
        }
    }

    /// Planyo's time in its last answer, by that answer's `Date` header; `None` before the first answer, or if answers have
    /// no such header. A watermark made of it does not depend on this machine's clock.
    #[must_use]
    pub fn server_time(&self) -> Option<DateTime<Utc>> {
        self.0.clock.last()
    }

    /// How many requests this client and its clones have sent, retries among them.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.0.requests.load(Ordering::Relaxed)
    }

    pub(crate) fn short_page_is_last(&self) -> bool {
        self.0.short_page_is_last
    }

    /// Whether this client takes an error for an answer without records: code 4, unless
    /// [`refused_page_is_error`](crate::ClientBuilder::refused_page_is_error) is set. It is no proof that there are none. Its
    /// listings ask this by themselves; it is for the answers of single calls.
    #[must_use]
    pub fn is_nothing_found(&self, error: &Error) -> bool {
        error.kind() == ErrorKind::Refused && !self.0.refused_page_is_error
    }

    pub(crate) fn max_pages(&self) -> u32 {
        self.0.max_pages
    }

    /// "Too many calls", or a `Retry-After`, pauses every call of this client, at least for the back-off of the client's
    /// policy: the options of one call cannot shorten it.
    ///
    /// Returns the wait of the call itself.
    fn pause_all(&self, error: &Error, wait: Option<Duration>, random: f64) -> Option<Duration> {
        if error.kind() != ErrorKind::RateLimited {
            if let Some(asked) = error.retry_after() {
                self.0.pacer.pause(asked);
            }
            return wait;
        }
        // A call that is not retried pauses the others without jitter.
        let random = wait.map_or(1.0, |_| random);
        let (pacer, policy) = (&self.0.pacer, &self.0.policy);
        let grown = pacer.pause_after_refusal(policy, error.retry_after(), random);
        wait.map(|wait| wait.max(grown))
    }
}

/// Runs the call in a span of its own, where the feature `tracing` is on.
fn traced<F: Future>(method: &str, call: F) -> impl Future<Output = F::Output> {
    #[cfg(feature = "tracing")]
    let call = tracing::Instrument::instrument(call, tracing::debug_span!("planyo", method));
    #[cfg(not(feature = "tracing"))]
    let _ = method;
    call
}

/// This client's own calls were too many for its settings, or it pauses.
fn not_in_time(late: TooLate) -> Error {
    Error::new(ErrorKind::RateLimited)
        .with_retry_after(late.wait)
        .with_source(late)
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("origin", &self.0.url.origin().ascii_serialization())
            .finish_non_exhaustive()
    }
}

fn kind_of(error: &TransportError, safety: Safety) -> ErrorKind {
    match error {
        TransportError::Invalid(_) => ErrorKind::Configuration,
        TransportError::NotSent(_) => ErrorKind::NotSent,
        TransportError::ConnectionLost(_) => ErrorKind::ConnectionLost,
        TransportError::Timeout(_) => ErrorKind::Timeout,
        TransportError::TooLarge { .. } if safety == Safety::Unsafe => ErrorKind::OutcomeUnknown,
        TransportError::TooLarge { .. } => ErrorKind::TooLarge,
    }
}
