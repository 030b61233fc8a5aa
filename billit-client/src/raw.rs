//! Any request by its path.

use serde::Serialize;
use serde_json::Value;

use crate::endpoint::{Endpoint, Method, Request, Safety};
use crate::idempotency::IdempotencyKey;
use crate::wire;

/// Any request by its path, for an endpoint that this crate has no struct for. Its answer is the JSON as it came; a
/// text that is no JSON is a JSON text, an empty body is null.
///
/// ```no_run
/// # async fn run(billit: billit_client::Client) -> billit_client::Result<()> {
/// use billit_client::RawRequest;
///
/// let projects = billit.send(RawRequest::get(["v1", "projects"]).query("$top", "10")).await?;
/// println!("{projects}");
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a call does nothing until it is sent"]
pub struct RawRequest {
    request: Request,
    safety: Safety,
}

impl RawRequest {
    /// A request that changes nothing: it is retried after any failure that may pass.
    pub fn get(path: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self::new(Method::Get, path, Safety::Read)
    }

    /// A request of which you know what a retry does. The segments of the path are encoded when it is sent.
    pub fn new(
        method: Method,
        path: impl IntoIterator<Item = impl Into<String>>,
        safety: Safety,
    ) -> Self {
        Self {
            request: Request::new(method, path),
            safety,
        }
    }

    /// Adds a pair to the query.
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.request = self.request.with_query(name.into(), value);
        self
    }

    /// Sets the body.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn json(mut self, body: &impl Serialize) -> serde_json::Result<Self> {
        self.request = self.request.with_json(body)?;
        Ok(self)
    }

    /// Sets the key by which Billit knows a call that it has done. It changes the safety only if you said
    /// [`Safety::Keyed`].
    pub fn key(mut self, key: &IdempotencyKey) -> Self {
        self.request = self.request.with_idempotency_key(key);
        self
    }

    /// Adds a header of the call's own.
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.request.add_header(name, value);
        self
    }
}

impl Endpoint for RawRequest {
    type Output = Value;

    fn operation(&self) -> &'static str {
        "raw_request"
    }

    fn safety(&self) -> Safety {
        self.safety
    }

    fn request(&self) -> serde_json::Result<Request> {
        Ok(self.request.clone())
    }

    fn parse(&self, body: &[u8]) -> serde_json::Result<Value> {
        wire::any(body)
    }
}
