//! What a call proves itself with, your company, and the headers that go with every call.

use std::fmt;

use crate::endpoint::{Endpoint, Request};
use crate::error::{Error, Result, Setting};
use crate::idempotency::IdempotencyHeader;
use crate::macros::id;
use crate::plumbing::secret::Secret;

/// The key of a Billit user, made in Billit under the user's profile. Never shown in `Debug`.
///
/// One key serves every company that its user may see.
#[derive(Clone)]
pub struct ApiKey(Secret);

impl<T: Into<String>> From<T> for ApiKey {
    /// Spaces and line breaks around the key are dropped: one that was pasted, or read from a file that ends with a line
    /// feed.
    fn from(text: T) -> Self {
        Self(Secret::from(text).trimmed())
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
    /// by [`Client::oauth`](crate::Client::oauth). Spaces and line breaks around it are dropped.
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
        let trimmed = |credential| match credential {
            Credential::AccessToken(token) => Credential::AccessToken(token.trimmed()),
            // It was when it was made.
            key @ Credential::ApiKey(_) => key,
        };
        Self {
            credential: credential.map(trimmed),
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
        // What `http` takes; it refuses the rest without the header's name.
        let is_sendable = |text: &str| text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
        if let Some((name, _)) = request.headers().find(|(_, value)| !is_sendable(value)) {
            let wrong = Error::configuration(&format!(
                "the header {name} has a line break or another character that no header takes"
            ));
            return Err(match name {
                Self::API_KEY | Self::AUTHORIZATION => wrong.about(Setting::Credential),
                _ => wrong,
            });
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

    /// The setting that is wrong, and what is wrong with it.
    #[cfg(feature = "client")]
    pub(crate) fn problem(&self) -> Option<(Setting, String)> {
        let key = self.credential.as_ref().and_then(|credential| {
            let (name, secret) = match credential {
                Credential::ApiKey(key) => ("API key", &key.0),
                Credential::AccessToken(token) => ("access token", token),
            };
            let problem = secret.key_problem()?;
            Some(format!(
                "the {name} {problem} (Billit shows a key in its user's profile)"
            ))
        });
        if let Some(problem) = key {
            return Some((Setting::Credential, problem));
        }
        let ids = [
            (Setting::Company, "your company", Some(self.company)),
            (
                Setting::ContextParty,
                "the client's company",
                self.acting_for,
            ),
        ];
        let is_none = |id: Option<CompanyId>| id.is_some_and(|id| id.get() <= 0);
        let (setting, whose, _) = ids.into_iter().find(|(_, _, id)| is_none(*id))?;
        let problem = format!(
            "the id of {whose} must be greater than 0; Billit shows it in the company's settings"
        );
        Some((setting, problem))
    }
}
