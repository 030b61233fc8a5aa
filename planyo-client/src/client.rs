//! The client: settings, and the one loop that sends every call.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use chrono::{DateTime, Utc};
use reqwest::Method;
use tokio::time::{Instant, sleep_until, timeout_at};
use url::Url;

use crate::credentials::{ApiKey, Context, HashKey};
use crate::endpoint::{Endpoint, Request, Safety};
use crate::envelope::server_time;
use crate::error::{Error, ErrorKind, Result};
use crate::pager::{PageCursor, Paged, Pager};
use crate::plumbing::base_url;
use crate::plumbing::pacer::{Pacer, TooLate};
use crate::plumbing::response::Response;
use crate::plumbing::retry_budget::Retries;
use crate::plumbing::transport::{HttpRequest, ReqwestTransport, Transport, TransportError};
use crate::retry::{RetryBudget, RetryPolicy, is_too_much};
use crate::types::{Language, SiteId};
use crate::windows::{Window, WindowPager, Windows};

/// Where Planyo's API lives.
const BASE_URL: &str = "https://www.planyo.com/rest/";

/// A client of Planyo. Cloning it is cheap and shares connections, pauses and the clock correction.
///
/// It sleeps and sends by tokio: call it in a tokio runtime with time and I/O enabled, as `#[tokio::main]` makes it.
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

struct Inner {
    transport: Box<dyn Transport>,
    url: Url,
    context: Context,
    policy: RetryPolicy,
    attempt_timeout: Duration,
    total_timeout: Duration,
    /// Planyo's clock less ours, in seconds, once it told us.
    clock_offset: AtomicI64,
    /// The `Date` of the last answer, in Unix seconds; 0 before the first.
    server_seconds: AtomicI64,
    /// Requests sent, repeats among them.
    requests: AtomicU64,
    pacer: Pacer,
    retries: Retries,
    short_page_is_last: bool,
}

/// What a call has done so far.
#[derive(Default)]
struct Progress {
    attempts: u32,
    /// An attempt before the last may have been processed.
    earlier_unknown: bool,
    /// What is too much for Planyo is not asked for again: the caller will ask for less.
    splits: bool,
}

impl Client {
    /// A client with every setting at its default.
    ///
    /// # Errors
    /// When the key is blank or TLS cannot be set up.
    ///
    /// # Panics
    /// As [`ClientBuilder::build`].
    pub fn new(api_key: impl Into<ApiKey>) -> Result<Self> {
        Self::builder(api_key).build()
    }

    /// Starts with a key; the rest has defaults.
    pub fn builder(api_key: impl Into<ApiKey>) -> ClientBuilder {
        ClientBuilder {
            context: Context::new(api_key),
            base_url: BASE_URL.to_owned(),
            allow_http: false,
            policy: RetryPolicy::default(),
            retry_budget: RetryBudget::default(),
            connect_timeout: Duration::from_secs(10),
            attempt_timeout: Duration::from_secs(90),
            total_timeout: Duration::from_secs(300),
            max_response_bytes: 32 << 20,
            concurrency: 4,
            min_interval: Duration::ZERO,
            short_page_is_last: false,
            http_client: None,
            transport: None,
        }
    }

    /// Sends a call and reads its answer.
    ///
    /// # Errors
    /// See [`ErrorKind`]. The call has been repeated as often as the policy and its [`Safety`] allow.
    pub async fn send<E: Endpoint>(&self, endpoint: E) -> Result<E::Output> {
        self.send_with(&endpoint, Progress::default()).await
    }

    /// As [`send`](Self::send), but a failure that [`is_too_much`](crate::retry::is_too_much) is not repeated.
    pub(crate) async fn send_or_split<E: Endpoint>(&self, endpoint: &E) -> Result<E::Output> {
        let progress = Progress {
            splits: true,
            ..Progress::default()
        };
        self.send_with(endpoint, progress).await
    }

    async fn send_with<E: Endpoint>(&self, endpoint: &E, progress: Progress) -> Result<E::Output> {
        let call = self.run(endpoint, progress);
        #[cfg(feature = "tracing")]
        let call = tracing::Instrument::instrument(
            call,
            tracing::debug_span!("planyo", method = endpoint.method()),
        );
        call.await
    }

    pub(crate) fn short_page_is_last(&self) -> bool {
        self.0.short_page_is_last
    }

    /// A listing, page by page or record by record.
    pub fn pages<P: Paged>(&self, listing: P) -> Pager<P> {
        Pager::new(self.clone(), listing)
    }

    /// A listing from where an earlier one of the same kind [had come to](Pager::cursor).
    ///
    /// What the earlier one has given is not remembered: a record that moved to a later page meanwhile, or that is on
    /// a later list too, is given again.
    ///
    /// # Errors
    /// [`ErrorKind::Configuration`] when the listing has no such list: the cursor is another listing's.
    pub fn pages_from<P: Paged>(&self, listing: P, cursor: PageCursor) -> Result<Pager<P>> {
        Pager::resume(self.clone(), listing, cursor)
    }

    /// A listing of what lies in a long time, read window by window: see [`Windows`].
    pub fn pages_by_window<P: Paged>(
        &self,
        windows: Windows,
        listing: impl Fn(Window) -> P + Send + Sync + 'static,
    ) -> WindowPager<P> {
        WindowPager::new(self.clone(), windows, Box::new(listing))
    }

    async fn run<E: Endpoint>(&self, endpoint: &E, mut progress: Progress) -> Result<E::Output> {
        let output = self.attempts(endpoint, &mut progress).await;
        output.map_err(|error| {
            error
                .with_call(endpoint.method(), progress.attempts)
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
        let mut clock_was_set = false;
        loop {
            let permit = self.0.pacer.enter(deadline).await.map_err(not_in_time)?;
            progress.attempts += 1;
            let error = match self.attempt(endpoint, deadline).await {
                Ok(output) => {
                    self.0.pacer.succeeded();
                    return Ok(output);
                }
                Err(error) => error,
            };
            drop(permit);
            if !clock_was_set && self.set_clock(&error) {
                clock_was_set = true;
                continue;
            }
            let random = fastrand::f64();
            let wait = self.0.policy.wait(
                endpoint.safety(),
                error.kind(),
                progress.attempts,
                error.retry_after(),
                random,
            );
            let wait = wait.filter(|_| !(progress.splits && is_too_much(error.kind())));
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
                method = endpoint.method(),
                attempt = progress.attempts,
                kind = ?error.kind(),
                ?wait,
                "planyo call will be repeated"
            );
            progress.earlier_unknown |=
                endpoint.safety() != Safety::Read && error.is_outcome_unknown();
            sleep_until(until).await;
        }
    }

    async fn attempt<E: Endpoint>(&self, endpoint: &E, deadline: Instant) -> Result<E::Output> {
        // Built anew each time: the hash holds the time.
        let request = self.0.context.request(endpoint, self.unix_seconds());
        let request = HttpRequest {
            method: Method::POST,
            url: self.0.url.clone(),
            headers: vec![
                (
                    "Content-Type",
                    "application/x-www-form-urlencoded".to_owned(),
                ),
                ("Accept", "application/json".to_owned()),
            ],
            body: Some(encode(&request).into_bytes()),
        };
        let end = deadline.min(later(Instant::now(), self.0.attempt_timeout));
        self.0.requests.fetch_add(1, Ordering::Relaxed);
        match timeout_at(end, self.0.transport.send(request)).await {
            Err(elapsed) => Err(Error::new(ErrorKind::Timeout).with_source(elapsed)),
            Ok(Err(error)) => {
                Err(Error::new(kind_of(&error, endpoint.safety())).with_source(error))
            }
            Ok(Ok(response)) => {
                self.read_clock(&response);
                response.read(endpoint)
            }
        }
    }

    /// The time on Planyo's clock in its last answer, by that answer's `Date` header; nothing before the first answer, or
    /// if answers have no such header. A watermark made of it is right however wrong this machine's clock is.
    #[must_use]
    pub fn server_time(&self) -> Option<DateTime<Utc>> {
        let seconds = self.0.server_seconds.load(Ordering::Relaxed);
        DateTime::from_timestamp(seconds, 0).filter(|_| seconds > 0)
    }

    /// How many requests this client and its clones have sent, repeats among them.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.0.requests.load(Ordering::Relaxed)
    }

    fn read_clock(&self, response: &Response) {
        let date = response.date.as_deref().map(DateTime::parse_from_rfc2822);
        if let Some(Ok(date)) = date {
            self.0
                .server_seconds
                .store(date.timestamp(), Ordering::Relaxed);
        }
    }

    fn unix_seconds(&self) -> u64 {
        let ours = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
            .as_secs();
        ours.saturating_add_signed(self.0.clock_offset.load(Ordering::Relaxed))
    }

    /// Takes over Planyo's time from its refusal of ours.
    fn set_clock(&self, error: &Error) -> bool {
        if error.kind() != ErrorKind::ClockSkew || !self.0.context.signs() {
            return false;
        }
        let Some(theirs) = server_time(error.api_message()) else {
            return false;
        };
        let ours = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
            .as_secs();
        self.0
            .clock_offset
            .store(theirs.wrapping_sub(ours).cast_signed(), Ordering::Relaxed);
        true
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
fn later(start: Instant, time: Duration) -> Instant {
    const YEAR: Duration = Duration::from_secs(365 * 24 * 3600);
    start.checked_add(time).unwrap_or(start + YEAR)
}

fn encode(request: &Request) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(request.form().iter())
        .finish()
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

/// The settings of a [`Client`].
#[must_use = "call build()"]
pub struct ClientBuilder {
    context: Context,
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
    short_page_is_last: bool,
    http_client: Option<reqwest::Client>,
    transport: Option<Box<dyn Transport>>,
}

impl ClientBuilder {
    /// Signs every call, which Planyo wants when hashing is enabled for the key.
    pub fn hash_key(mut self, hash_key: impl Into<HashKey>) -> Self {
        self.context = self.context.hash_key(hash_key);
        self
    }

    /// The site, needed with a metasite's key.
    pub fn site_id(mut self, site_id: impl Into<SiteId>) -> Self {
        self.context = self.context.site_id(site_id);
        self
    }

    /// The language of texts that Planyo translates.
    pub fn language(mut self, language: Language) -> Self {
        self.context = self.context.language(language);
        self
    }

    /// Where the API is; `https://www.planyo.com/rest/` if not set. A query is dropped.
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

    /// Time for one attempt; 90 seconds if not set, since Planyo's long listings are slow.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = timeout;
        self
    }

    /// Time for a call with all its repeats and pauses; 5 minutes if not set.
    pub fn total_timeout(mut self, timeout: Duration) -> Self {
        self.total_timeout = timeout;
        self
    }

    /// The largest answer that is read; 32 MiB if not set. Not used with your own transport.
    pub fn max_response_bytes(mut self, bytes: usize) -> Self {
        self.max_response_bytes = bytes;
        self
    }

    /// Takes a page of a listing that is shorter than was asked for as the last of its list, which saves a call for each
    /// list; if not set, a list ends with an empty page.
    ///
    /// Third parties stop there, and Planyo's documentation does not say whether they may: if it gives fewer records than
    /// were asked for, or drops some of them after it has cut the pages, **records are missing without any sign**.
    pub fn short_page_is_last(mut self) -> Self {
        self.short_page_is_last = true;
        self
    }

    /// How many calls may run at once, over all clones of the client; 4 if not set, since Planyo's limits are
    /// unknown. The others wait for their turn, within their [`total_timeout`](Self::total_timeout); a call that waits
    /// between two attempts takes no place.
    pub fn concurrency(mut self, calls: usize) -> Self {
        self.concurrency = calls;
        self
    }

    /// The least time between the starts of two calls, over all clones of the client; none if not set. Repeats count
    /// as calls.
    pub fn min_interval(mut self, interval: Duration) -> Self {
        self.min_interval = interval;
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
    /// When the key is blank, the base URL is no URL or not https, or TLS cannot be set up: without a TLS feature an
    /// https URL needs your own HTTP client or transport.
    ///
    /// # Panics
    /// With the feature `rustls-no-provider` alone, when no cryptography provider is installed: call its
    /// `install_default()` first.
    pub fn build(self) -> Result<Client> {
        if self.context.api_key().is_blank() {
            return Err(Error::configuration(
                "the API key is blank; make one in Planyo's back end",
            ));
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
            policy: self.policy,
            attempt_timeout: self.attempt_timeout,
            total_timeout: self.total_timeout,
            clock_offset: AtomicI64::new(0),
            server_seconds: AtomicI64::new(0),
            requests: AtomicU64::new(0),
            pacer: Pacer::new(self.concurrency, self.min_interval),
            retries: Retries::new(self.retry_budget),
            short_page_is_last: self.short_page_is_last,
        })))
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The base URL may hold a password.
        f.debug_struct("ClientBuilder")
            .field("context", &self.context)
            .field("retry", &self.policy)
            .finish_non_exhaustive()
    }
}
