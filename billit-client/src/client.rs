//! The client: sends a call, and retries it as far as its [`Safety`] allows.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::{Instant, sleep_until, timeout_at};
use url::Url;

use crate::answer;
use crate::credentials::Context;
use crate::endpoint::{Endpoint, Method, Request, Safety};
use crate::error::{Error, ErrorKind, Result, Setting};
use crate::oauth::OAuth;
use crate::plumbing::call_options::CallOptions;
use crate::plumbing::deadline::later;
use crate::plumbing::pacer::{Pacer, TooLate};
use crate::plumbing::retry_budget::Retries;
use crate::plumbing::secret::Secret;
use crate::plumbing::transport::{HttpRequest, Transport, TransportError};
use crate::retry::RetryPolicy;

/// A client of Billit for one company. Cloning it is cheap and shares connections, limits and pauses.
///
/// It needs a tokio runtime with time and I/O enabled, as `#[tokio::main]` makes it.
///
/// ```no_run
/// # async fn run() -> billit_client::Result<()> {
/// use billit_client::{Client, parties::GetParty};
///
/// let billit = Client::builder("my-api-key", 574_991)
///     .base_url("https://api.sandbox.billit.be")
///     .build()?;
/// let party = billit.send(GetParty::new(879_263)).await?;
/// println!("{}", party.id);
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Client(Arc<Inner>);

/// What the clones of a client share.
pub(crate) struct Inner {
    pub(crate) transport: Box<dyn Transport>,
    pub(crate) url: Url,
    pub(crate) context: Context,
    pub(crate) oauth: Option<OAuth>,
    /// Requests sent, retries among them.
    pub(crate) requests: AtomicU64,
    pub(crate) policy: RetryPolicy,
    pub(crate) attempt_timeout: Duration,
    pub(crate) total_timeout: Duration,
    pub(crate) pacer: Pacer,
    pub(crate) max_pages: u32,
    pub(crate) retries: Retries,
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
    /// # async fn run(billit: billit_client::Client) -> billit_client::Result<()> {
    /// use std::time::Duration;
    ///
    /// use billit_client::{CallOptions, retry::RetryPolicy, parties::GetParty};
    ///
    /// let once = CallOptions::new()
    ///     .retry(RetryPolicy::never())
    ///     .total_timeout(Duration::from_secs(5));
    /// let party = billit.send_with(GetParty::new(879_263), once).await?;
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
        let call = self.call(&endpoint, options);
        #[cfg(feature = "tracing")]
        let call = tracing::Instrument::instrument(
            call,
            tracing::debug_span!("billit", operation = endpoint.operation()),
        );
        call.await
    }

    /// Attempts until there is an answer that can be read, the policy allows no retry, or time is up.
    async fn call<E: Endpoint>(&self, endpoint: &E, options: CallOptions) -> Result<E::Output> {
        let client = &*self.0;
        let policy = options.retry.unwrap_or(client.policy);
        let attempt_timeout = options.attempt_timeout.unwrap_or(client.attempt_timeout);
        let total_timeout = options.total_timeout.unwrap_or(client.total_timeout);
        let deadline = later(Instant::now(), total_timeout);
        // Requests sent; and tries, which also count those that got no access token.
        let (mut attempts, mut tries) = (0, 0);
        let mut expired: Option<Secret> = None;
        // A write before the last attempt may have been processed.
        let mut earlier_unknown = false;
        client.retries.add_call();
        let error = loop {
            tries += 1;
            // Built anew each time; the idempotency key is the endpoint's, and stays.
            let (request, safety) = match self.prepare(endpoint) {
                Ok(prepared) => prepared,
                Err(error) => break error,
            };
            let token = self.token(endpoint, expired.as_ref(), deadline).await;
            let result = match &token {
                Err(error) => Err(error.clone()),
                Ok(token) => {
                    let _permit = match client.pacer.enter(deadline).await {
                        Ok(permit) => permit,
                        Err(late) => break not_in_time(late),
                    };
                    attempts += 1;
                    let end = deadline.min(later(Instant::now(), attempt_timeout));
                    let request = with_token(request, token.as_ref());
                    self.attempt(endpoint, request, safety, end).await
                }
            };
            let error = match result {
                Ok(output) => {
                    client.pacer.succeeded();
                    return Ok(output);
                }
                Err(error) => error,
            };
            if let (Some(oauth), Ok(Some(token))) = (&client.oauth, token)
                && error.is_auth()
            {
                // It was not processed: whatever the call is, it may be sent again.
                if expired.is_none() && answer::is_token_expired(&error) {
                    expired = Some(token);
                    continue;
                }
                oauth.forget(&token);
            }
            let random = fastrand::f64();
            let wait = policy.wait(safety, error.kind(), tries, error.retry_after(), random);
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
                operation = endpoint.operation(),
                attempt = attempts,
                kind = ?error.kind(),
                ?wait,
                "billit call will be retried"
            );
            earlier_unknown |= safety != Safety::Read && error.is_outcome_unknown();
            sleep_until(next).await;
        };
        Err(error
            .with_call(endpoint.operation(), attempts)
            .with_earlier_unknown(earlier_unknown))
    }

    /// One request and its answer.
    async fn attempt<E: Endpoint>(
        &self,
        endpoint: &E,
        request: HttpRequest,
        safety: Safety,
        end: Instant,
    ) -> Result<E::Output> {
        self.0.requests.fetch_add(1, Ordering::Relaxed);
        match timeout_at(end, self.0.transport.send(request)).await {
            Err(elapsed) => Err(Error::new(ErrorKind::Timeout).with_source(elapsed)),
            Ok(Err(error)) => Err(Error::new(kind_of(&error, safety)).with_source(error)),
            Ok(Ok(response)) => {
                let output = response.read(endpoint);
                output.map_err(|error| error.at(&self.0.url))
            }
        }
    }

    /// One attempt at a call that needs no credential, as the refresh of the tokens.
    pub(crate) async fn send_once<E: Endpoint>(&self, endpoint: &E) -> Result<E::Output> {
        let deadline = later(Instant::now(), self.0.total_timeout);
        let (request, safety) = self.prepare(endpoint)?;
        let _permit = self.0.pacer.enter(deadline).await.map_err(not_in_time)?;
        let end = deadline.min(later(Instant::now(), self.0.attempt_timeout));
        self.attempt(endpoint, request, safety, end)
            .await
            .map_err(|error| error.with_call(endpoint.operation(), 1))
    }

    pub(crate) fn max_pages(&self) -> u32 {
        self.0.max_pages
    }

    /// The error of the first page of a listing: a list is there, though it be empty, so that HTTP 404 is about the URL.
    pub(crate) fn explain_missing_list(&self, error: Error) -> Error {
        if error.is_not_found() {
            let elsewhere = error.with_kind(ErrorKind::Unexpected);
            elsewhere.about(Setting::BaseUrl).at(&self.0.url)
        } else {
            error
        }
    }

    /// How many requests this client and its clones have sent, retries among them.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.0.requests.load(Ordering::Relaxed)
    }

    /// The access token to send along; none with an API key, or where the call needs no credential.
    async fn token(
        &self,
        endpoint: &impl Endpoint,
        expired: Option<&Secret>,
        deadline: Instant,
    ) -> Result<Option<Secret>> {
        match &self.0.oauth {
            Some(oauth) if endpoint.needs_credential() => {
                oauth.access_token(self, expired, deadline).await.map(Some)
            }
            _ => Ok(None),
        }
    }

    /// The request, complete but for a token of OAuth, and what a retry of it may do.
    fn prepare(&self, endpoint: &impl Endpoint) -> Result<(HttpRequest, Safety)> {
        let request = self.0.context.request(endpoint)?;
        let has_key =
            request.idempotency_key().is_some() && self.0.context.with_idempotency_header();
        let safety = match endpoint.safety() {
            // A key that is not sent protects nothing.
            Safety::Keyed if !has_key => Safety::Unsafe,
            safety => safety,
        };
        Ok((self.http_request(request)?, safety))
    }

    /// Encodes path and query, or resolves the link, which must not leave the configured origin.
    fn http_request(&self, request: Request) -> Result<HttpRequest> {
        let mut url = self.0.url.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(request.path());
        }
        // `url` drops these segments, which would make it another path.
        if request
            .path()
            .iter()
            .any(|segment| matches!(segment.as_str(), "." | ".."))
        {
            return Err(Error::configuration(
                "a segment of a path cannot be . or ..",
            ));
        }
        if let Some(link) = request.link() {
            url = url
                .join(link)
                .ok()
                .filter(|link| link.origin() == self.0.url.origin())
                .ok_or_else(|| Error::new(ErrorKind::ForeignLink))?;
        } else if request.query().next().is_some() {
            url.query_pairs_mut().extend_pairs(request.query());
        }
        let method = match request.method() {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
            Method::Put => reqwest::Method::PUT,
            Method::Patch => reqwest::Method::PATCH,
            Method::Delete => reqwest::Method::DELETE,
        };
        let (headers, body) = request.into_headers_and_body();
        Ok(HttpRequest {
            method,
            url,
            headers,
            body,
        })
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

/// The request with the access token of a user who logged in by OAuth.
fn with_token(mut request: HttpRequest, token: Option<&Secret>) -> HttpRequest {
    request.headers.extend(token.map(Context::bearer));
    request
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
        TransportError::TooLarge { .. } => match safety {
            Safety::Read | Safety::Idempotent => ErrorKind::TooLarge,
            Safety::Keyed | Safety::Unsafe => ErrorKind::OutcomeUnknown,
        },
    }
}
