//! How bytes travel: a small trait, and reqwest behind it.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use reqwest::header::{ACCEPT, CONTENT_TYPE, DATE, RETRY_AFTER};
use url::Url;

use crate::endpoint::Response;

/// A boxed future, so that a [`Transport`] can be kept behind a pointer.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// One POST of a form. Its `Debug` shows no content.
#[derive(Clone)]
#[non_exhaustive]
pub struct HttpRequest {
    /// Where to.
    pub url: Url,
    /// The encoded form, which holds the API key.
    pub body: String,
}

impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpRequest")
            .field("origin", &self.url.origin().ascii_serialization())
            .field("body_bytes", &self.body.len())
            .finish()
    }
}

/// Sends one request and returns one answer, whatever its status. Time-outs and repeats are the client's.
pub trait Transport: Send + Sync + 'static {
    /// Posts the form as `application/x-www-form-urlencoded`. Must not follow a redirect.
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<Response, TransportError>>;
}

/// No answer came. The kind decides what may be repeated, so a transport must not claim [`NotSent`] lightly.
///
/// [`NotSent`]: TransportError::NotSent
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TransportError {
    /// The HTTP client does not take the request: a setting is wrong, and nothing left.
    #[error(
        "the HTTP client does not take the request; check the base URL and the client's settings"
    )]
    Invalid(#[source] BoxError),
    /// No connection: not a byte of the request left.
    #[error("no connection")]
    NotSent(#[source] BoxError),
    /// The connection broke after that.
    #[error("connection broken")]
    ConnectionLost(#[source] BoxError),
    /// The transport has a time-out of its own, and it struck.
    #[error("timed out")]
    Timeout(#[source] BoxError),
    /// The answer, which is a success, is larger than allowed.
    #[error("answer larger than {limit} bytes")]
    TooLarge {
        /// The bytes allowed.
        limit: usize,
    },
}

/// The cause of a transport error.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// The ordinary transport.
pub(crate) struct ReqwestTransport {
    client: reqwest::Client,
    max_response_bytes: usize,
}

impl ReqwestTransport {
    pub(crate) fn new(
        connect_timeout: Duration,
        max_response_bytes: usize,
        loopback: bool,
    ) -> reqwest::Result<Self> {
        let builder = reqwest::Client::builder()
            .connect_timeout(connect_timeout)
            // The form holds the key; it goes nowhere but where it was meant to go.
            .redirect(reqwest::redirect::Policy::none())
            // Repeats are counted and judged in one place.
            .retry(reqwest::retry::never())
            .user_agent(concat!("planyo-client/", env!("CARGO_PKG_VERSION")));
        // A proxy's loopback is another machine.
        let builder = if loopback {
            builder.no_proxy()
        } else {
            builder
        };
        let client = builder.build()?;
        Ok(Self::with_client(client, max_response_bytes))
    }

    pub(crate) fn with_client(client: reqwest::Client, max_response_bytes: usize) -> Self {
        Self {
            client,
            max_response_bytes,
        }
    }

    async fn exchange(&self, request: HttpRequest) -> Result<Response, TransportError> {
        let limit = self.max_response_bytes;
        let call = self
            .client
            .post(request.url)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(ACCEPT, "application/json")
            .body(request.body);
        let mut answer = call.send().await.map_err(failure)?;
        let header = |name| {
            let value = answer.headers().get(name);
            value
                .and_then(|value| value.to_str().ok())
                .map(str::to_owned)
        };
        let (retry_after, date) = (header(RETRY_AFTER), header(DATE));
        let status = answer.status();
        let mut body = Vec::new();
        loop {
            match answer.chunk().await {
                Ok(None) => break,
                Ok(Some(chunk)) if body.len() + chunk.len() <= limit => {
                    body.extend_from_slice(&chunk);
                }
                // Of a failure the status says enough.
                _ if !status.is_success() => break,
                Ok(Some(_)) => return Err(TransportError::TooLarge { limit }),
                Err(error) => return Err(failure(error)),
            }
        }
        let mut response = Response::new(status.as_u16(), body);
        response.retry_after = retry_after;
        response.date = date;
        Ok(response)
    }
}

impl Transport for ReqwestTransport {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<Response, TransportError>> {
        Box::pin(self.exchange(request))
    }
}

fn failure(error: reqwest::Error) -> TransportError {
    // reqwest prints the URL in its errors.
    let error = error.without_url();
    if error.is_builder() {
        TransportError::Invalid(error.into())
    } else if error.is_connect() {
        TransportError::NotSent(error.into())
    } else if error.is_timeout() {
        TransportError::Timeout(error.into())
    } else {
        TransportError::ConnectionLost(error.into())
    }
}
