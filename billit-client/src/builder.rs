//! The settings of a client, with their defaults and checks.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use crate::client::{Client, Inner};
use crate::credentials::{CompanyId, Context, Credential};
use crate::error::{Error, ErrorKind, Result, Setting};
use crate::idempotency::IdempotencyHeader;
use crate::oauth::OAuth;
use crate::plumbing::base_url;
use crate::plumbing::pacer::Pacer;
use crate::plumbing::retry_budget::Retries;
use crate::plumbing::transport::{Exchange, Observed, Observer, ReqwestTransport, Transport};
use crate::retry::{RetryBudget, RetryPolicy};

/// The base URL of Billit's API.
const BASE_URL: &str = "https://api.billit.be";

impl Client {
    /// A client with every setting at its default.
    ///
    /// # Errors
    /// When the key is blank or has a character that no key has, the company's id is not greater than 0, or TLS cannot be
    /// set up.
    ///
    /// # Panics
    /// As [`ClientBuilder::build`].
    pub fn new(credential: impl Into<Credential>, company: impl Into<CompanyId>) -> Result<Self> {
        Self::builder(credential, company).build()
    }

    /// Starts with an API key, or an access token that you refresh yourself, and your company; the rest has defaults. The
    /// companies of a key are listed by [`GetAccountInformation`](crate::account::GetAccountInformation).
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
    max_pages: u32,
    http_client: Option<reqwest::Client>,
    transport: Option<Box<dyn Transport>>,
    observer: Option<Observer>,
}

impl ClientBuilder {
    pub(crate) fn new(
        credential: Option<Credential>,
        oauth: Option<OAuth>,
        company: CompanyId,
    ) -> Self {
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
            max_pages: 10_000,
            http_client: None,
            transport: None,
            observer: None,
        }
    }

    /// The base URL of the API. Default: `https://api.billit.be`. The sandbox is `https://api.sandbox.billit.be`, with
    /// keys and companies of its own. A query is dropped.
    ///
    /// Billit's links to the next page are absolute, and followed on this origin only: through a proxy on another
    /// origin, which does not rewrite them, a listing of more than one page ends with
    /// [`ErrorKind::ForeignLink`](crate::ErrorKind::ForeignLink).
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

    /// The header that carries idempotency keys. Default: `Idempotency-Key`.
    pub fn idempotency_header(mut self, header: IdempotencyHeader) -> Self {
        self.context = self.context.idempotency_header(header);
        self
    }

    /// When to retry, and after how long. Default: [`RetryPolicy::default`].
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

    /// Timeout for making a connection. Default: 10 seconds. Not used with your own HTTP client or transport.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Timeout for one attempt. Default: 30 seconds.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = timeout;
        self
    }

    /// Timeout for a call with all its retries and pauses, its wait for a turn, and the refresh of its token. Default:
    /// 2 minutes.
    pub fn total_timeout(mut self, timeout: Duration) -> Self {
        self.total_timeout = timeout;
        self
    }

    /// How many requests may run at once, from this client and its clones. Default: 8. The others wait for
    /// a turn, within their [`total_timeout`](Self::total_timeout); one whose turn does not come is not sent, and is
    /// [`ErrorKind::RateLimited`](crate::ErrorKind::RateLimited). Billit documents no limit.
    pub fn concurrency(mut self, requests: usize) -> Self {
        self.concurrency = requests;
        self
    }

    /// The time from the start of a request to the start of the next, from this client and its clones. Default:
    /// none; an hour at most. The wait is part of a call's [`total_timeout`](Self::total_timeout). Billit documents no
    /// limit; others keep to 50 requests a minute (second-hand).
    pub fn min_interval(mut self, interval: Duration) -> Self {
        self.min_interval = interval;
        self
    }

    /// How many pages one listing may have: a server that always has another page is
    /// [`ErrorKind::TooManyPages`](crate::ErrorKind::TooManyPages) and not read for ever. Default: 10 000, which is 1.2
    /// million records.
    pub fn max_pages(mut self, pages: u32) -> Self {
        self.max_pages = pages;
        self
    }

    /// The largest answer that is read. Default: 16 MiB. Not used with your own transport.
    pub fn max_response_bytes(mut self, bytes: usize) -> Self {
        self.max_response_bytes = bytes;
        self
    }

    /// Your own HTTP client, for instance to share connections or for a proxy.
    ///
    /// Make it with `redirect(Policy::none())`, or a redirect could carry the key elsewhere, and with
    /// `retry(reqwest::retry::never())`, or the HTTP client could retry unsafe calls on its own. Not used with
    /// your own transport.
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.http_client = Some(client);
        self
    }

    /// Another transport, which takes precedence over [`http_client`](Self::http_client).
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(Box::new(transport));
        self
    }

    /// A function that is called after each attempt that was answered or failed, also one that will be retried: for metrics
    /// and a log of calls. It must not block. One that ran into the client's own timeout, or whose call was dropped, has no
    /// answer, and is not shown. Default: none.
    ///
    /// ```
    /// # fn run() -> billit_client::Result<()> {
    /// let client = billit_client::Client::builder("key", 574_991)
    ///     .observe(|exchange| {
    ///         let status = exchange.answer.map(|answer| answer.status).ok();
    ///         println!("{} {status:?} {:?}", exchange.request.method, exchange.took);
    ///     })
    ///     .build()?;
    /// # let _ = client;
    /// # Ok(()) }
    /// ```
    pub fn observe(mut self, observer: impl Fn(Exchange<'_>) + Send + Sync + 'static) -> Self {
        self.observer = Some(Arc::new(observer));
        self
    }

    /// Checks the settings and makes the client. Nothing is sent.
    ///
    /// # Errors
    /// When the key or the OAuth client is blank or has a character that no key has, a company's id is not greater than 0,
    /// the base URL is not a URL or not https, or TLS cannot be set up: without a TLS feature an https URL needs your own
    /// HTTP client or transport. [`Error::setting`] says which.
    ///
    /// # Panics
    /// With the feature `rustls-no-provider` alone, when no cryptography provider is installed: call its
    /// `install_default()` first.
    pub fn build(self) -> Result<Client> {
        let wrong = |setting, problem: &str| Error::configuration(problem).about(setting);
        if let Some(problem) = self.oauth.as_ref().and_then(OAuth::problem) {
            return Err(wrong(Setting::OAuthApp, &problem));
        }
        if let Some((setting, problem)) = self.context.problem() {
            return Err(wrong(setting, &problem));
        }
        let url = base_url::checked(&self.base_url, self.allow_http, BASE_URL)
            .map_err(|problem| wrong(Setting::BaseUrl, &problem))?;
        let transport: Box<dyn Transport> = match (self.transport, self.http_client) {
            (Some(transport), _) => transport,
            (None, Some(client)) => Box::new(ReqwestTransport::with_client(
                client,
                self.max_response_bytes,
            )),
            (None, None) => {
                base_url::check_tls(&url, base_url::HAS_TLS)
                    .map_err(|problem| wrong(Setting::HttpClient, problem))?;
                let loopback = base_url::is_loopback(&url);
                let transport =
                    ReqwestTransport::new(self.connect_timeout, self.max_response_bytes, loopback);
                Box::new(transport.map_err(|error| {
                    let wrong = Error::new(ErrorKind::Configuration).with_source(error);
                    wrong.about(Setting::HttpClient)
                })?)
            }
        };
        let transport = match self.observer {
            Some(observer) => Box::new(Observed {
                transport,
                observer,
            }),
            None => transport,
        };
        Ok(Client::from(Inner {
            transport,
            url,
            context: self.context,
            oauth: self.oauth,
            requests: AtomicU64::new(0),
            policy: self.policy,
            attempt_timeout: self.attempt_timeout,
            total_timeout: self.total_timeout,
            pacer: Pacer::new(self.concurrency, self.min_interval),
            max_pages: self.max_pages,
            retries: Retries::new(self.retry_budget),
        }))
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("context", &self.context)
            .finish_non_exhaustive()
    }
}
