//! What a call proves itself with, your company, and the headers that go with every call.

use std::fmt;

use crate::endpoint::{Endpoint, Request};
use crate::error::{Error, Result};
use crate::idempotency::IdempotencyHeader;
use crate::macros::id;
use crate::plumbing::secret::Secret;

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

/// What a call proves itself with. A text is taken for an API key.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Credential {
    /// The key of a user, in the header `ApiKey`. Billit allows keys for a company's own administration only
    /// (documented): what is sold or given to others needs OAuth.
    ApiKey(ApiKey),
    /// An access token of OAuth, in the header `Authorization`. It lasts an hour: a client that refreshes it is made
    /// by [`Client::oauth`](crate::Client::oauth).
    AccessToken(Secret),
}

impl<T: Into<String>> From<T> for Credential {
    fn from(key: T) -> Self {
        Self::ApiKey(key.into().into())
    }
}

impl From<ApiKey> for Credential {
    fn from(key: ApiKey) -> Self {
        Self::ApiKey(key)
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
    /// None in a client that gets its tokens by OAuth, which are set for each call.
    credential: Option<Credential>,
    company: CompanyId,
    acting_for: Option<CompanyId>,
    idempotency_header: IdempotencyHeader,
}

impl Context {
    const API_KEY: &str = "ApiKey";
    const AUTHORIZATION: &str = "Authorization";

    /// The headers that are not the endpoint's to set.
    const OWN_HEADERS: [&str; 8] = [
        "Accept",
        "Content-Type",
        Self::API_KEY,
        Self::AUTHORIZATION,
        "PartyID",
        "ContextPartyID",
        "Idempotency-Key",
        "Idempotent-Key",
    ];

    /// A context with a key or token and a company, and nothing else.
    #[must_use]
    pub fn new(credential: impl Into<Credential>, company: impl Into<CompanyId>) -> Self {
        Self::with(Some(credential.into()), company.into())
    }

    pub(crate) fn with(credential: Option<Credential>, company: CompanyId) -> Self {
        Self {
            credential,
            company,
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
    /// When its body cannot be written as JSON, the endpoint sets a header that every call carries, or a header would
    /// have a line break or another control character: what follows one is read as a header of its own.
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
        if endpoint.needs_credential() {
            match &self.credential {
                Some(Credential::ApiKey(key)) => request.add_header(Self::API_KEY, key.0.expose()),
                Some(Credential::AccessToken(token)) => {
                    let (name, value) = Self::bearer(token);
                    request.add_header(name, value);
                }
                None => {}
            }
            if endpoint.needs_company() {
                request.add_header("PartyID", self.company.to_string());
                if let Some(client) = self.acting_for {
                    request.add_header("ContextPartyID", client.to_string());
                }
            }
        }
        if let Some(key) = request.idempotency_key().cloned() {
            for name in self.idempotency_header.names() {
                request.add_header(name, key.as_str());
            }
        }
        if request
            .headers()
            .any(|(_, value)| value.contains(char::is_control))
        {
            return Err(Error::configuration(
                "a header cannot have a line break or another control character",
            ));
        }
        Ok(request)
    }

    #[cfg(feature = "client")]
    pub(crate) fn with_idempotency_header(&self) -> bool {
        !self.idempotency_header.names().is_empty()
    }

    /// The header that carries an access token.
    pub(crate) fn bearer(token: &Secret) -> (&'static str, String) {
        (Self::AUTHORIZATION, format!("Bearer {}", token.expose()))
    }

    /// What is wrong with the key or token, if anything.
    #[cfg(feature = "client")]
    pub(crate) fn problem(&self) -> Option<&'static str> {
        let secret = match self.credential.as_ref()? {
            Credential::ApiKey(key) => key.0.expose(),
            Credential::AccessToken(token) => token.expose(),
        };
        if secret.is_empty() {
            return Some("the API key or access token is blank; make a key in Billit");
        }
        let ok = secret.bytes().all(|byte| byte.is_ascii_graphic());
        (!ok).then_some(
            "the API key or access token has a character that none has; was it pasted whole?",
        )
    }
}
