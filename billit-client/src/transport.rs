//! How bytes travel: a small trait, and reqwest behind it.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use url::Url;

use crate::credentials::Context;
use crate::endpoint::{Method, Response};

/// A boxed future, so that a [`Transport`] can be kept behind a pointer.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// One request. Its `Debug` shows where it goes and no content: the query of a listing holds its filter.
#[derive(Clone)]
#[non_exhaustive]
pub struct HttpRequest {
    /// The verb.
    pub method: Method,
    /// Where to.
    pub url: Url,
    /// All headers, the API key or the access token among them.
    pub headers: Vec<(&'static str, String)>,
    /// The body, if there is one.
    pub body: Option<Vec<u8>>,
}

impl HttpRequest {
    /// The value of a header; case does not count.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let header = self
            .headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name));
        header.map(|(_, value)| value.as_str())
    }
}

impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headers: Vec<_> = self.headers.iter().map(|(name, _)| name).collect();
        f.debug_struct("HttpRequest")
            .field("method", &self.method)
            .field("origin", &self.url.origin().ascii_serialization())
            .field("headers", &headers)
            .field("body_bytes", &self.body.as_ref().map(Vec::len))
            .finish_non_exhaustive()
    }
}

/// Sends one request and returns one answer, whatever its status. Time-outs and repeats are the client's.
pub trait Transport: Send + Sync + 'static {
    /// Sends it as it is. Must not follow a redirect.
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<Response, TransportError>>;
}

/// No answer came. The kind decides what may be repeated, so a transport must not claim [`NotSent`] lightly.
///
/// [`NotSent`]: TransportError::NotSent
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TransportError {
    /// The request cannot be sent as it is, and a repeat will not help: not a byte of it left.
    #[error("the request cannot be sent as it is; is a header or the URL malformed?")]
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
        let mut client = reqwest::Client::builder()
            .connect_timeout(connect_timeout)
            // reqwest would send the key's header along to another host.
            .redirect(reqwest::redirect::Policy::none())
            // Repeats are counted and judged in one place.
            .retry(reqwest::retry::never())
            .user_agent(concat!("billit-client/", env!("CARGO_PKG_VERSION")));
        if loopback {
            // A proxy would take it for its own loopback, and read the key.
            client = client.no_proxy();
        }
        Ok(Self::with_client(client.build()?, max_response_bytes))
    }

    pub(crate) fn with_client(client: reqwest::Client, max_response_bytes: usize) -> Self {
        Self {
            client,
            max_response_bytes,
        }
    }

    async fn exchange(&self, request: HttpRequest) -> Result<Response, TransportError> {
        let limit = self.max_response_bytes;
        let mut call = self
            .client
            .request(verb(request.method), request.url)
            .headers(header_map(&request.headers)?);
        if let Some(body) = request.body {
            call = call.body(body);
        }
        let mut answer = call.send().await.map_err(failure)?;
        let retry_after = answer
            .headers()
            .get(RETRY_AFTER)
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned);
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
        Ok(Response {
            status: status.as_u16(),
            retry_after,
            body,
        })
    }
}

impl Transport for ReqwestTransport {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<Response, TransportError>> {
        Box::pin(self.exchange(request))
    }
}

fn verb(method: Method) -> reqwest::Method {
    match method {
        Method::Get => reqwest::Method::GET,
        Method::Post => reqwest::Method::POST,
        Method::Put => reqwest::Method::PUT,
        Method::Patch => reqwest::Method::PATCH,
        Method::Delete => reqwest::Method::DELETE,
    }
}

fn header_map(headers: &[(&'static str, String)]) -> Result<HeaderMap, TransportError> {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        let mut value =
            HeaderValue::from_str(value).map_err(|error| TransportError::Invalid(error.into()))?;
        value.set_sensitive(Context::SECRET_HEADERS.contains(name));
        let name = HeaderName::from_bytes(name.as_bytes())
            .map_err(|error| TransportError::Invalid(error.into()))?;
        map.insert(name, value);
    }
    Ok(map)
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
