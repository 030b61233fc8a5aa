//! The client: settings, and the one loop that sends every call.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::{Instant, sleep_until, timeout_at};
use url::Url;

use crate::answer;
use crate::credentials::{CompanyId, Context, Credential};
use crate::endpoint::{Endpoint, Method, Request, Safety};
use crate::error::{Error, ErrorKind, Result};
use crate::idempotency::IdempotencyHeader;
use crate::oauth::OAuth;
use crate::pager::{Cursor, Paged, Pager};
use crate::plumbing::base_url;
use crate::plumbing::pacer::{Pacer, TooLate};
use crate::plumbing::retry_budget::Retries;
use crate::plumbing::secret::Secret;
use crate::plumbing::transport::{HttpRequest, ReqwestTransport, Transport, TransportError};
use crate::retry::{RetryBudget, RetryPolicy};

/// Where Billit's API lives.
const BASE_URL: &str = "https://api.billit.be";

/// A client of Billit for one company. Cloning it is cheap and shares connections, limits and pauses.
///
/// It sleeps and sends by tokio: call it in a tokio runtime with time and I/O enabled, as `#[tokio::main]` makes it.
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

struct Inner {
    transport: Box<dyn Transport>,
    url: Url,
    context: Context,
    oauth: Option<OAuth>,
    /// Requests sent, repeats among them.
    requests: AtomicU64,
    policy: RetryPolicy,
    attempt_timeout: Duration,
    total_timeout: Duration,
    pacer: Pacer,
    retries: Retries,
}

/// What a call has done so far.
#[derive(Default)]
struct Progress {
    attempts: u32,
    /// An attempt before the last may have been processed.
    earlier_unknown: bool,
}

impl Client {
    /// A client with every setting at its default.
    ///
    /// # Errors
    /// When the key is blank or has a character that no key has, or TLS cannot be set up.
    ///
    /// # Panics
    /// As [`ClientBuilder::build`].
    pub fn new(credential: impl Into<Credential>, company: impl Into<CompanyId>) -> Result<Self> {
        Self::builder(credential, company).build()
    }

    /// Starts with an API key, or an access token of your own care, and your own company; the rest has defaults. The
    /// companies of a key are told by [`GetAccountInformation`](crate::account::GetAccountInformation).
    pub fn builder(
        credential: impl Into<Credential>,
        company: impl Into<CompanyId>,
    ) -> ClientBuilder {
        ClientBuilder::new(Some(credential.into()), None, company.into())
    }

    /// Starts with a user who logs in by OAuth; see [`oauth`](crate::oauth).
    pub fn oauth(oauth: OAuth, company: impl Into<CompanyId>) -> ClientBuilder {
        ClientBuilder::new(None, Some(oauth), company.into())
    }

    /// Sends a call and reads its answer.
    ///
    /// # Errors
    /// See [`ErrorKind`]. The call has been repeated as often as the policy and its [`Safety`] allow.
    pub async fn send<E: Endpoint>(&self, endpoint: E) -> Result<E::Output> {
        let call = self.run(&endpoint);
        #[cfg(feature = "tracing")]
        let call = tracing::Instrument::instrument(
            call,
            tracing::debug_span!("billit", operation = endpoint.operation()),
        );
        call.await
    }

    /// How many requests this client and its clones have sent, repeats among them.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.0.requests.load(Ordering::Relaxed)
    }

    /// A listing, page by page or record by record.
    pub fn pages<P: Paged>(&self, listing: P) -> Pager<P> {
        self.pages_from(listing, Cursor::Start)
    }

    /// The rest of a listing, from where [`Pager::cursor`] was. The listing must be the same, with its filter and its
    /// [`or_filter_locally`](Pager::or_filter_locally).
    ///
    /// It remembers nothing of what came before: a record that moved to a later page meanwhile comes again, and a
    /// `top` counts from here.
    pub fn pages_from<P: Paged>(&self, listing: P, cursor: Cursor) -> Pager<P> {
        Pager::new(self.clone(), listing, cursor)
    }

    async fn run<E: Endpoint>(&self, endpoint: &E) -> Result<E::Output> {
        let mut progress = Progress::default();
        let output = self.attempts(endpoint, &mut progress).await;
        output.map_err(|error| {
            error
                .with_call(endpoint.operation(), progress.attempts)
                .with_earlier_unknown(progress.earlier_unknown)
        })
    }

    /// Tries until there is an answer that can be read, the policy says stop, or time is up.
    async fn attempts<E: Endpoint>(
        &self,
        endpoint: &E,
        progress: &mut Progress,
    ) -> Result<E::Output> {
        let deadline = later(Instant::now(), self.0.total_timeout);
        self.0.retries.add_call();
        let mut tries = 0;
        let mut expired: Option<Secret> = None;
        loop {
            tries += 1;
            // Built anew each time; the idempotency key is the endpoint's, and stays.
            let mut request = self.0.context.request(endpoint)?;
            let safety = self.safety(endpoint, &request);
            let token = self.token(endpoint, expired.as_ref(), deadline).await;
            let result = match &token {
                Err(error) => Err(error.clone()),
                Ok(token) => {
                    if let Some(token) = token {
                        Context::bear(&mut request, token);
                    }
                    let request = self.http_request(request)?;
                    let _permit = self.0.pacer.enter(deadline).await.map_err(not_in_time)?;
                    progress.attempts += 1;
                    self.attempt(endpoint, request, safety, deadline).await
                }
            };
            let error = match result {
                Ok(output) => {
                    self.0.pacer.succeeded();
                    return Ok(output);
                }
                Err(error) => error,
            };
            if let (Some(oauth), Ok(Some(token))) = (&self.0.oauth, token)
                && error.is_auth()
            {
                // It was not processed: whatever the call is, it may go again.
                if expired.is_none() && answer::is_token_expired(&error) {
                    expired = Some(token);
                    continue;
                }
                oauth.forget(&token);
            }
            let random = fastrand::f64();
            let wait = self
                .0
                .policy
                .wait(safety, error.kind(), tries, error.retry_after(), random);
            let wait = self.pause_all(&error, wait, random);
            let Some(until) = wait
                .map(|wait| later(Instant::now(), wait))
                .filter(|until| *until < deadline)
            else {
                return Err(error);
            };
            if !self.0.retries.take_retry() {
                return Err(error.with_empty_budget());
            }
            #[cfg(feature = "tracing")]
            tracing::debug!(
                operation = endpoint.operation(),
                attempt = progress.attempts,
                kind = ?error.kind(),
                ?wait,
                "billit call will be repeated"
            );
            progress.earlier_unknown |= safety != Safety::Read && error.is_outcome_unknown();
            sleep_until(until).await;
        }
    }

    /// The access token to send along; none with an API key, or where nobody asks who sends it.
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

    /// One attempt at a call that needs no credential, as the refresh of the tokens.
    pub(crate) async fn send_once<E: Endpoint>(&self, endpoint: &E) -> Result<E::Output> {
        let deadline = later(Instant::now(), self.0.total_timeout);
        let request = self.http_request(self.0.context.request(endpoint)?)?;
        let _permit = self.0.pacer.enter(deadline).await.map_err(not_in_time)?;
        self.attempt(endpoint, request, endpoint.safety(), deadline)
            .await
            .map_err(|error| error.with_call(endpoint.operation(), 1))
    }

    /// A key that is not sent protects nothing.
    fn safety(&self, endpoint: &impl Endpoint, request: &Request) -> Safety {
        let keyed = request.idempotency_key().is_some() && self.0.context.with_idempotency_header();
        match endpoint.safety() {
            Safety::Keyed if !keyed => Safety::Unsafe,
            safety => safety,
        }
    }

    async fn attempt<E: Endpoint>(
        &self,
        endpoint: &E,
        request: HttpRequest,
        safety: Safety,
        deadline: Instant,
    ) -> Result<E::Output> {
        let end = deadline.min(later(Instant::now(), self.0.attempt_timeout));
        self.0.requests.fetch_add(1, Ordering::Relaxed);
        match timeout_at(end, self.0.transport.send(request)).await {
            Err(elapsed) => Err(Error::new(ErrorKind::Timeout).with_source(elapsed)),
            Ok(Err(error)) => Err(Error::new(kind_of(&error, safety)).with_source(error)),
            Ok(Ok(response)) => response.read(endpoint),
        }
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

    /// One "too many calls", or a server that says when to come back, pauses every call of this client.
    ///
    /// Returns the wait of the call itself.
    fn pause_all(&self, error: &Error, wait: Option<Duration>, random: f64) -> Option<Duration> {
        if error.kind() != ErrorKind::RateLimited {
            if let Some(asked) = error.retry_after() {
                self.0.pacer.pause(asked);
            }
            return wait;
        }
        // A call that gives up pauses the others for the whole of it: they are as many.
        let random = wait.map_or(1.0, |_| random);
        let (pacer, policy) = (&self.0.pacer, &self.0.policy);
        let grown = pacer.pause_after_refusal(policy, error.retry_after(), random);
        wait.map(|wait| wait.max(grown))
    }
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

/// A time so long that the clock cannot hold the end of it is a year.
pub(crate) fn later(start: Instant, time: Duration) -> Instant {
    const YEAR: Duration = Duration::from_secs(365 * 24 * 3600);
    start.checked_add(time).unwrap_or(start + YEAR)
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

/// The settings of a [`Client`].
#[must_use = "call build()"]
pub struct ClientBuilder {
    context: Context,
    oauth: Option<OAuth>,
    base_url: String,
    allow_http: bool,
    policy: RetryPolicy,
    retry_budget: RetryBudget,
    connect_timeout: Duration,
    attempt_timeout: Duration,
    total_timeout: Duration,
    max_response_bytes: usize,
    concurrency: usize,
    min_interval: Duration,
    http_client: Option<reqwest::Client>,
    transport: Option<Box<dyn Transport>>,
}

impl ClientBuilder {
    fn new(credential: Option<Credential>, oauth: Option<OAuth>, company: CompanyId) -> Self {
        Self {
            context: Context::with(credential, company),
            oauth,
            base_url: BASE_URL.to_owned(),
            allow_http: false,
            policy: RetryPolicy::default(),
            retry_budget: RetryBudget::default(),
            connect_timeout: Duration::from_secs(10),
            attempt_timeout: Duration::from_secs(30),
            total_timeout: Duration::from_secs(120),
            max_response_bytes: 16 << 20,
            concurrency: 8,
            min_interval: Duration::ZERO,
            http_client: None,
            transport: None,
        }
    }

    /// Where the API is; `https://api.billit.be` if not set. The sandbox is `https://api.sandbox.billit.be`, with
    /// keys and companies of its own. A query is dropped.
    ///
    /// Billit's links to the next page are absolute, and followed on this origin only: through a proxy on another
    /// origin, which does not rewrite them, a listing of more than one page ends with
    /// [`ErrorKind::ForeignLink`].
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = url.into();
        self
    }

    /// Allows a base URL with `http`, which sends the key and the customers in the clear. Loopback addresses
    /// are allowed without it, and reached without a proxy.
    pub fn allow_http(mut self) -> Self {
        self.allow_http = true;
        self
    }

    /// The company of a client, for accountants who act for one (header `ContextPartyID`).
    pub fn context_party(mut self, company: impl Into<CompanyId>) -> Self {
        self.context = self.context.context_party(company);
        self
    }

    /// The header that carries idempotency keys; `Idempotency-Key` if not set.
    pub fn idempotency_header(mut self, header: IdempotencyHeader) -> Self {
        self.context = self.context.idempotency_header(header);
        self
    }

    /// When and how long to repeat.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.policy = policy;
        self
    }

    /// How many retries this client and its clones may make in all, so that an outage is not multiplied by retries.
    /// Default: a reserve of 100 retries, and one more for every ten calls. [`RetryBudget::unlimited`] turns it off.
    pub fn retry_budget(mut self, budget: RetryBudget) -> Self {
        self.retry_budget = budget;
        self
    }

    /// Time for a connection; 10 seconds if not set. Not used with your own HTTP client or transport.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Time for one attempt; 30 seconds if not set.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = timeout;
        self
    }

    /// Time for a call with all its repeats and pauses, its wait for a turn, and the refresh of its token; 2 minutes
    /// if not set.
    pub fn total_timeout(mut self, timeout: Duration) -> Self {
        self.total_timeout = timeout;
        self
    }

    /// How many requests may be under way at once, from this client and its clones; 8 if not set. The others wait for
    /// a turn, within their [`total_timeout`](Self::total_timeout); one whose turn does not come has not left, and is
    /// [`ErrorKind::RateLimited`]. Billit documents no limit.
    pub fn concurrency(mut self, requests: usize) -> Self {
        self.concurrency = requests;
        self
    }

    /// The time from the start of a request to the start of the next, from this client and its clones; none if not
    /// set, an hour at most. The wait is part of a call's [`total_timeout`](Self::total_timeout). Billit documents no
    /// limit; others keep to 50 requests a minute (second-hand).
    pub fn min_interval(mut self, interval: Duration) -> Self {
        self.min_interval = interval;
        self
    }

    /// The largest answer that is read; 16 MiB if not set. Not used with your own transport.
    pub fn max_response_bytes(mut self, bytes: usize) -> Self {
        self.max_response_bytes = bytes;
        self
    }

    /// Your own HTTP client, for instance to share connections or for a proxy.
    ///
    /// Make it with `redirect(Policy::none())`, or a redirect could carry the key elsewhere, and with
    /// `retry(reqwest::retry::never())`, or unsafe calls could be repeated behind this crate's back. Not used with
    /// your own transport.
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.http_client = Some(client);
        self
    }

    /// Another transport altogether, which wins over [`http_client`](Self::http_client).
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(Box::new(transport));
        self
    }

    /// Checks the settings and makes the client. Nothing is sent.
    ///
    /// # Errors
    /// When the key or the OAuth client is blank or has a character that no key has, the base URL is no URL or not
    /// https, or TLS cannot be set up: without a TLS feature an https URL needs your own HTTP client or transport.
    ///
    /// # Panics
    /// With the feature `rustls-no-provider` alone, when no cryptography provider is installed: call its
    /// `install_default()` first.
    pub fn build(self) -> Result<Client> {
        let problem = self.oauth.as_ref().and_then(OAuth::problem);
        if let Some(problem) = problem.or_else(|| self.context.problem()) {
            return Err(Error::configuration(problem));
        }
        let url = base_url::checked(&self.base_url, self.allow_http, BASE_URL)
            .map_err(|problem| Error::configuration(&problem))?;
        let transport = match (self.transport, self.http_client) {
            (Some(transport), _) => transport,
            (None, Some(client)) => Box::new(ReqwestTransport::with_client(
                client,
                self.max_response_bytes,
            )),
            (None, None) => {
                base_url::check_tls(&url, base_url::HAS_TLS).map_err(Error::configuration)?;
                let loopback = base_url::is_loopback(&url);
                let transport =
                    ReqwestTransport::new(self.connect_timeout, self.max_response_bytes, loopback);
                Box::new(transport.map_err(|error| {
                    Error::configuration("the HTTP client cannot be set up").with_source(error)
                })?)
            }
        };
        Ok(Client(Arc::new(Inner {
            transport,
            url,
            context: self.context,
            oauth: self.oauth,
            requests: AtomicU64::new(0),
            policy: self.policy,
            attempt_timeout: self.attempt_timeout,
            total_timeout: self.total_timeout,
            pacer: Pacer::new(self.concurrency, self.min_interval),
            retries: Retries::new(self.retry_budget),
        })))
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("context", &self.context)
            .finish_non_exhaustive()
    }
}
