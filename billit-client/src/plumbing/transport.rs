//! How bytes travel: a small trait, and reqwest behind it.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use reqwest::Method;
use reqwest::header::{DATE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use url::Url;

use super::response::Response;

/// A boxed future, so that a [`Transport`] can be kept behind a pointer.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// One request. Its `Debug` shows where it goes and no content: the query, too, may hold personal data.
#[derive(Clone)]
#[non_exhaustive]
pub struct HttpRequest {
    /// The verb.
    pub method: Method,
    /// Where to.
    pub url: Url,
    /// All headers; a key or token may be among them.
    pub headers: Vec<(&'static str, String)>,
    /// The body, if there is one; a key may be in it.
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

/// Sends one request and returns one answer, whatever its status. Timeouts and retries are the client's.
pub trait Transport: Send + Sync + 'static {
    /// Sends it as it is. Must not follow a redirect.
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<Response, TransportError>>;
}

/// No answer came. The kind decides what may be retried: return [`NotSent`] only if nothing was sent.
///
/// [`NotSent`]: TransportError::NotSent
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TransportError {
    /// The request cannot be sent as it is, and a retry will not help: nothing was sent.
    #[error(
        "the HTTP client refuses the request; check the base URL, the headers and the client's settings"
    )]
    Invalid(#[source] BoxError),
    /// No connection: not a byte of the request was sent.
    #[error("no connection")]
    NotSent(#[source] BoxError),
    /// The connection broke after that.
    #[error("connection broken")]
    ConnectionLost(#[source] BoxError),
    /// A timeout of the transport itself.
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

/// The ordinary transport cannot be made.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client cannot be set up: {0}; check TLS and the proxy of the environment")]
pub(crate) struct CannotSetUp(#[from] reqwest::Error);

/// One attempt of a call, when its answer is there, for an observer of the client. A call that is retried has several. Its
/// `Debug` shows no content.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Exchange<'a> {
    /// The request. A key and personal data may be in it.
    pub request: &'a HttpRequest,
    /// The answer, whatever its status, or why there is none. Personal data may be in it.
    pub answer: Result<&'a Response, &'a TransportError>,
    /// How long it took.
    pub took: Duration,
}

/// What is called after each exchange.
pub(crate) type Observer = Arc<dyn Fn(Exchange<'_>) + Send + Sync>;

/// A transport whose exchanges are observed.
pub(crate) struct Observed {
    pub(crate) transport: Box<dyn Transport>,
    pub(crate) observer: Observer,
}

impl Transport for Observed {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<Response, TransportError>> {
        Box::pin(async move {
            let (sent, began) = (request.clone(), Instant::now());
            let answer = self.transport.send(request).await;
            (self.observer)(Exchange {
                request: &sent,
                answer: answer.as_ref(),
                took: began.elapsed(),
            });
            answer
        })
    }
}

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
    ) -> Result<Self, CannotSetUp> {
        let mut client = reqwest::Client::builder()
            .connect_timeout(connect_timeout)
            // A redirect could carry the key to another host.
            .redirect(reqwest::redirect::Policy::none())
            // Retries are counted and judged in one place.
            .retry(reqwest::retry::never())
            .user_agent(concat!(
                env!("CARGO_PKG_NAME"),
                "/",
                env!("CARGO_PKG_VERSION")
            ));
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
            .request(request.method, request.url)
            .headers(header_map(&request.headers)?);
        if let Some(body) = request.body {
            call = call.body(body);
        }
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
                // The status of a failure says enough.
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

fn header_map(headers: &[(&'static str, String)]) -> Result<HeaderMap, TransportError> {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        let mut value =
            HeaderValue::from_str(value).map_err(|error| TransportError::Invalid(error.into()))?;
        // Any of them may be a key: no `Debug` shows it.
        value.set_sensitive(true);
        let name = HeaderName::from_bytes(name.as_bytes())
            .map_err(|error| TransportError::Invalid(error.into()))?;
        map.insert(name, value);
    }
    Ok(map)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_the_origin_and_no_content() {
        let request = HttpRequest {
            method: Method::POST,
            url: Url::parse("https://example.com/ann?email=ann").unwrap(),
            headers: vec![("ApiKey", "hunter2".to_owned())],
            body: Some(b"hunter2".to_vec()),
        };
        assert_eq!(request.header("apikey"), Some("hunter2"));
        let text = format!("{request:?}");
        assert!(text.contains("https://example.com") && text.contains("ApiKey"));
        assert!(!text.contains("hunter2") && !text.contains("ann"), "{text}");
    }

    #[test]
    fn a_malformed_header_is_refused_and_none_is_shown() {
        let map = |value: &str| header_map(&[("ApiKey", value.to_owned())]);
        assert!(matches!(map("a\nb"), Err(TransportError::Invalid(_))));
        let shown = format!("{:?}", map("hunter2").unwrap());
        assert!(!shown.contains("hunter2"), "{shown}");
    }
}
