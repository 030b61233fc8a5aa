//! The API key, your company, and the headers that go with every call.

use std::fmt;

use crate::endpoint::{Endpoint, Request};
use crate::error::{Error, Result};
use crate::idempotency::IdempotencyHeader;
use crate::secret::Secret;
use crate::wire::id;

/// The key of a Billit user, made in Billit under the user's profile. Never shown in `Debug`.
///
/// One key serves every company that its user may see.
#[derive(Clone)]
pub struct ApiKey(Secret);

impl<T: Into<String>> From<T> for ApiKey {
    /// Spaces and line breaks around a pasted key are dropped.
    fn from(text: T) -> Self {
        Self(Secret::from(text.into().trim()))
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(***)")
    }
}

id! {
    /// Your own company, which Billit's header `PartyID` names. Not a customer: that is a
    /// [`PartyId`](crate::PartyId).
    CompanyId
}

/// What every call carries besides its own parameters. With it alone a call can be built without any I/O:
///
/// ```
/// use billit_client::{Context, parties::GetParty};
///
/// let context = Context::new("my-api-key", 574_991);
/// let request = context.request(&GetParty::new(879_263))?;
/// assert_eq!(request.path(), ["v1", "parties", "879263"]);
/// assert!(request.headers().any(|header| header == ("PartyID", "574991")));
/// # Ok::<(), billit_client::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Context {
    api_key: ApiKey,
    company: CompanyId,
    acting_for: Option<CompanyId>,
    idempotency_header: IdempotencyHeader,
}

impl Context {
    /// The header with the key.
    pub(crate) const API_KEY: &str = "ApiKey";

    /// The headers that are not the endpoint's to set.
    const OWN_HEADERS: [&str; 7] = [
        "Accept",
        "Content-Type",
        Self::API_KEY,
        "PartyID",
        "ContextPartyID",
        "Idempotency-Key",
        "Idempotent-Key",
    ];

    /// A context with a key and a company, and nothing else.
    #[must_use]
    pub fn new(api_key: impl Into<ApiKey>, company: impl Into<CompanyId>) -> Self {
        Self {
            api_key: api_key.into(),
            company: company.into(),
            acting_for: None,
            idempotency_header: IdempotencyHeader::default(),
        }
    }

    /// The company of a client, for accountants who act for one (header `ContextPartyID`).
    #[must_use]
    pub fn context_party(mut self, company: impl Into<CompanyId>) -> Self {
        self.acting_for = Some(company.into());
        self
    }

    /// The header that carries idempotency keys.
    #[must_use]
    pub fn idempotency_header(mut self, header: IdempotencyHeader) -> Self {
        self.idempotency_header = header;
        self
    }

    /// The finished call, all but host and encoding.
    ///
    /// # Errors
    /// When its body cannot be written as JSON, or the endpoint sets a header that every call carries.
    pub fn request(&self, endpoint: &impl Endpoint) -> Result<Request> {
        let mut request = endpoint
            .request()
            .map_err(|error| Error::unwritable(&error))?;
        let is_own = |name: &str| {
            let mut own = Self::OWN_HEADERS.iter();
            own.any(|own| own.eq_ignore_ascii_case(name))
        };
        if request.headers().any(|(name, _)| is_own(name)) {
            return Err(Error::configuration(
                "an endpoint cannot set the headers that every call carries",
            ));
        }
        request.add_header("Accept", "application/json");
        if request.body().is_some() {
            request.add_header("Content-Type", "application/json");
        }
        request.add_header(Self::API_KEY, self.api_key.0.expose());
        if endpoint.needs_company() {
            request.add_header("PartyID", self.company.to_string());
            if let Some(client) = self.acting_for {
                request.add_header("ContextPartyID", client.to_string());
            }
        }
        if let Some(key) = request.idempotency_key().cloned() {
            for name in self.idempotency_header.names() {
                request.add_header(name, key.as_str());
            }
        }
        Ok(request)
    }

    #[cfg(feature = "client")]
    pub(crate) fn with_idempotency_header(&self) -> bool {
        !self.idempotency_header.names().is_empty()
    }

    /// What is wrong with the key, if anything.
    #[cfg(feature = "client")]
    pub(crate) fn problem(&self) -> Option<&'static str> {
        let key = self.api_key.0.expose();
        if key.is_empty() {
            return Some("the API key is blank; make one in Billit");
        }
        let ok = key.bytes().all(|byte| byte.is_ascii_graphic());
        (!ok).then_some("the API key has a character that no key has; was it pasted whole?")
    }
}
