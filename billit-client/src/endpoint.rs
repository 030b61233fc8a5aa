//! A call as a value: its parameters, its answer, and whether it may be retried.

use std::borrow::Cow;
use std::fmt;

use serde::Serialize;

use crate::error::{Error, Result};
use crate::idempotency::IdempotencyKey;

/// One method of Billit's API with its parameters.
///
/// Everything here is pure: [`request`](Self::request) says what goes onto the wire, [`parse`](Self::parse) reads
/// the answer. Implement it for a method this crate lacks:
///
/// ```
/// use billit_client::{Endpoint, Method, Request, Safety};
///
/// struct GetProduct { id: i64 }
///
/// impl Endpoint for GetProduct {
///     type Output = serde_json::Value;
///     fn operation(&self) -> &str { "get_product" }
///     fn safety(&self) -> Safety { Safety::Read }
///     fn request(&self) -> serde_json::Result<Request> {
///         Ok(Request::new(Method::Get, ["v1", "products", &self.id.to_string()]))
///     }
///     fn parse(&self, body: &[u8]) -> serde_json::Result<Self::Output> {
///         serde_json::from_slice(body)
///     }
/// }
/// ```
pub trait Endpoint: Send + Sync {
    /// What the answer's body becomes.
    type Output: Send;

    /// A name for errors and traces, such as `get_party`.
    fn operation(&self) -> &str;

    /// What happens if the same call reaches Billit twice.
    fn safety(&self) -> Safety;

    /// Path, query and body. The headers that every call carries are added by
    /// [`Context::request`](crate::Context::request).
    ///
    /// # Errors
    /// When the body cannot be written as JSON.
    fn request(&self) -> serde_json::Result<Request>;

    /// Reads the body of a successful answer, which may be empty.
    ///
    /// # Errors
    /// When the answer lacks what the output cannot do without.
    fn parse(&self, body: &[u8]) -> serde_json::Result<Self::Output>;

    /// Whether the call concerns one company. One that does not, such as `accountInformation`, is sent without the
    /// header `PartyID`.
    fn needs_company(&self) -> bool {
        true
    }

    /// Whether the call proves who sends it. One that does not, such as the call for the first tokens of a user, is
    /// sent with no key, no token and no company.
    fn needs_credential(&self) -> bool {
        true
    }
}

impl<E: Endpoint> Endpoint for &E {
    type Output = E::Output;

    fn operation(&self) -> &str {
        (*self).operation()
    }

    fn safety(&self) -> Safety {
        (*self).safety()
    }

    fn request(&self) -> serde_json::Result<Request> {
        (*self).request()
    }

    fn parse(&self, body: &[u8]) -> serde_json::Result<Self::Output> {
        (*self).parse(body)
    }

    fn needs_company(&self) -> bool {
        (*self).needs_company()
    }

    fn needs_credential(&self) -> bool {
        (*self).needs_credential()
    }
}

impl IdempotencyKey {
    /// The key of this call for this record of yours: derived from the operation, the path and the body, so that a
    /// program that starts again has it again. As with [`of_record`](Self::of_record), another body has another key.
    ///
    /// ```
    /// use billit_client::IdempotencyKey;
    /// use billit_client::orders::AddPayment;
    ///
    /// let payment = AddPayment::new(2_615_999, 50).description("Deposit");
    /// let key = IdempotencyKey::of_call("payment-7", &payment)?;
    /// let payment = payment.key(key);
    /// # Ok::<(), billit_client::Error>(())
    /// ```
    ///
    /// # Errors
    /// When the body cannot be written as JSON.
    pub fn of_call(source_id: &str, call: &impl Endpoint) -> Result<Self> {
        let request = call.request().map_err(|error| Error::unwritable(&error))?;
        let body = request.body().unwrap_or_default();
        let mut parts = vec![
            "call".as_bytes(),
            call.operation().as_bytes(),
            source_id.as_bytes(),
            body,
        ];
        parts.extend(request.path().iter().map(String::as_bytes));
        Ok(Self::hashed(&parts))
    }
}

/// What happens if the server gets the same call twice. The client retries a call only as far as this allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Safety {
    /// Changes nothing.
    Read,
    /// A write whose retry leaves the same state, such as setting a field.
    Idempotent,
    /// A write that carries an [`IdempotencyKey`]: Billit answers a retry of a done one with 409. It counts as
    /// [`Unsafe`](Self::Unsafe) in a client that sends no keys.
    Keyed,
    /// A write whose retry may do it twice. It is retried only when the first certainly was not processed.
    Unsafe,
}

/// A verb of HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Method {
    /// Reads.
    Get,
    /// Creates, or gives a command.
    Post,
    /// Replaces.
    Put,
    /// Changes the fields that are sent.
    Patch,
    /// Deletes.
    Delete,
}

impl Method {
    /// The verb in capitals.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// A call as HTTP, without host and without encoding: that is the client's. Its `Debug` shows names, never values.
///
/// An [`Endpoint`] makes one with its own parts; [`Context::request`](crate::Context::request) completes it.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    method: Method,
    path: Vec<String>,
    query: Vec<(Cow<'static, str>, String)>,
    link: Option<String>,
    headers: Vec<(&'static str, String)>,
    body: Option<Vec<u8>>,
    key: Option<IdempotencyKey>,
}

impl Request {
    /// A call of a path, given as its segments, which are encoded when it is sent.
    #[must_use]
    pub fn new(method: Method, path: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self {
            method,
            path: path.into_iter().map(Into::into).collect(),
            query: Vec::new(),
            link: None,
            headers: Vec::new(),
            body: None,
            key: None,
        }
    }

    /// Adds a pair to the query.
    #[must_use]
    pub fn with_query(
        mut self,
        name: impl Into<Cow<'static, str>>,
        value: impl Into<String>,
    ) -> Self {
        self.query.push((name.into(), value.into()));
        self
    }

    /// Goes where a link of an earlier answer leads, absolute or relative to the path. A link to another origin
    /// is [`ErrorKind::ForeignLink`](crate::ErrorKind::ForeignLink), and nothing is sent there.
    #[must_use]
    pub fn with_link(mut self, link: impl Into<String>) -> Self {
        self.link = Some(link.into());
        self
    }

    /// Sets the body.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn with_json(mut self, body: &impl Serialize) -> serde_json::Result<Self> {
        self.body = Some(serde_json::to_vec(body)?);
        Ok(self)
    }

    /// Sets the key by which Billit knows a call that it has done.
    #[must_use]
    pub fn with_idempotency_key(mut self, key: &IdempotencyKey) -> Self {
        self.key = Some(key.clone());
        self
    }

    /// Adds a header of the call's own, such as `StrictTransportType`. One that every call carries (`ApiKey`,
    /// `Authorization`, `PartyID`, `ContextPartyID`, the idempotency key, `Accept`, `Content-Type`) cannot be set
    /// here: [`Context::request`](crate::Context::request) refuses it.
    #[must_use]
    pub fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.add_header(name, value);
        self
    }

    pub(crate) fn add_header(&mut self, name: &'static str, value: impl Into<String>) {
        self.headers.push((name, value.into()));
    }

    /// The verb.
    #[must_use]
    pub fn method(&self) -> Method {
        self.method
    }

    /// The segments of the path, unencoded.
    #[must_use]
    pub fn path(&self) -> &[String] {
        &self.path
    }

    /// The pairs of the query in order, unencoded.
    pub fn query(&self) -> impl Iterator<Item = (&str, &str)> {
        self.query
            .iter()
            .map(|(name, value)| (name.as_ref(), value.as_str()))
    }

    /// The link to follow instead of the path and the query.
    #[must_use]
    pub fn link(&self) -> Option<&str> {
        self.link.as_deref()
    }

    /// The headers in order, with the key or token once the request is complete.
    pub fn headers(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.headers
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
    }

    /// The body, which is JSON.
    #[must_use]
    pub fn body(&self) -> Option<&[u8]> {
        self.body.as_deref()
    }

    /// The key by which Billit knows a call that it has done.
    #[must_use]
    pub fn idempotency_key(&self) -> Option<&IdempotencyKey> {
        self.key.as_ref()
    }

    #[cfg(feature = "client")]
    pub(crate) fn into_headers_and_body(self) -> (Vec<(&'static str, String)>, Option<Vec<u8>>) {
        (self.headers, self.body)
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let query: Vec<_> = self.query().map(|(name, _)| name).collect();
        let headers: Vec<_> = self.headers().map(|(name, _)| name).collect();
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("query", &query)
            .field("headers", &headers)
            .field("body_bytes", &self.body.as_ref().map(Vec::len))
            .finish_non_exhaustive()
    }
}
