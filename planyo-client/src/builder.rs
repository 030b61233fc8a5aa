//! The settings of a client, with their defaults and checks.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use crate::client::{Client, Inner};
use crate::clock::ServerClock;
use crate::credentials::{ApiKey, Context, HashKey};
use crate::error::{Error, ErrorKind, Result, Setting};
use crate::plumbing::base_url;
use crate::plumbing::pacer::Pacer;
use crate::plumbing::retry_budget::Retries;
use crate::plumbing::transport::{Exchange, Observed, Observer, ReqwestTransport, Transport};
use crate::retry::{RetryBudget, RetryPolicy};
use crate::types::{Language, SiteId};

/// The base URL of Planyo's API.
const BASE_URL: &str = "https://www.planyo.com/rest/";

impl Client {
    /// A client with every setting at its default.
    ///
    /// # Errors
    /// When the key is blank or has a character that no key has, or TLS cannot be set up.
    ///
    /// # Panics
    /// As [`ClientBuilder::build`].
    pub fn new(api_key: impl Into<ApiKey>) -> Result<Self> {
        Self::builder(api_key).build()
    }

    /// Starts with a key; the rest has defaults.
    pub fn builder(api_key: impl Into<ApiKey>) -> ClientBuilder {
        ClientBuilder::new(api_key.into())
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
    refused_page_is_error: bool,
    max_pages: u32,
    http_client: Option<reqwest::Client>,
    transport: Option<Box<dyn Transport>>,
    observer: Option<Observer>,
}

impl ClientBuilder {
    pub(crate) fn new(api_key: ApiKey) -> Self {
        Self {
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
            refused_page_is_error: false,
            max_pages: 10_000,
            http_client: None,
            transport: None,
            observer: None,
        }
    }

    /// Signs every call, which Planyo requires when hashing is enabled for the key.
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

    /// The base URL of the API. Default: `https://www.planyo.com/rest/`. A query is dropped.
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

    /// Timeout for one attempt. Default: 90 seconds, since Planyo's long listings are slow.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = timeout;
        self
    }

    /// Timeout for a call with all its retries and pauses. Default: 5 minutes.
    pub fn total_timeout(mut self, timeout: Duration) -> Self {
        self.total_timeout = timeout;
        self
    }

    /// The largest answer that is read. Default: 32 MiB. Not used with your own transport.
    pub fn max_response_bytes(mut self, bytes: usize) -> Self {
        self.max_response_bytes = bytes;
        self
    }

    /// Takes a page of a listing that is shorter than was asked for as the last of its list, which saves a call for each
    /// list. Default: a list ends with an empty page.
    ///
    /// Third parties stop there, and Planyo's documentation does not say whether they may: if it gives fewer records than
    /// were asked for, or drops some of them after it has cut the pages, **records are missing without any sign**.
    pub fn short_page_is_last(mut self) -> Self {
        self.short_page_is_last = true;
        self
    }

    /// Takes code 4 as the answer to a page of a listing for the error that it may be. Default: it counts as an empty page
    /// whose [end is not proven](crate::Pager::has_unproven_end), since a method was seen to answer code 4 where it found
    /// nothing (second-hand).
    pub fn refused_page_is_error(mut self) -> Self {
        self.refused_page_is_error = true;
        self
    }

    /// How many pages with records one list may have: a server that always has another page is
    /// [`ErrorKind::TooManyPages`](crate::ErrorKind::TooManyPages) and not read for ever. Default: 10 000, which is ten
    /// million customers.
    pub fn max_pages(mut self, pages: u32) -> Self {
        self.max_pages = pages;
        self
    }

    /// How many calls may run at once, over all clones of the client. Default: 4, since Planyo's limits are unknown.
    /// The others wait for their turn, within their [`total_timeout`](Self::total_timeout); a call that waits between two
    /// attempts is not counted.
    pub fn concurrency(mut self, calls: usize) -> Self {
        self.concurrency = calls;
        self
    }

    /// The least time between the starts of two calls, over all clones of the client. Default: none. Retries count as
    /// calls.
    pub fn min_interval(mut self, interval: Duration) -> Self {
        self.min_interval = interval;
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
    /// # fn run() -> planyo_client::Result<()> {
    /// let client = planyo_client::Client::builder("key")
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
    /// When a key is blank or has a character that no key has, the base URL is not a URL or not https, or TLS cannot be set
    /// up: without a TLS feature an https URL needs your own HTTP client or transport. [`Error::setting`] says which.
    ///
    /// # Panics
    /// With the feature `rustls-no-provider` alone, when no cryptography provider is installed: call its
    /// `install_default()` first.
    pub fn build(self) -> Result<Client> {
        let wrong = |setting, problem: &str| Error::configuration(problem).about(setting);
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
            policy: self.policy,
            attempt_timeout: self.attempt_timeout,
            total_timeout: self.total_timeout,
            clock: ServerClock::default(),
            requests: AtomicU64::new(0),
            pacer: Pacer::new(self.concurrency, self.min_interval),
            retries: Retries::new(self.retry_budget),
            short_page_is_last: self.short_page_is_last,
            refused_page_is_error: self.refused_page_is_error,
            max_pages: self.max_pages,
        }))
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
