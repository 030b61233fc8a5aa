//! The API key, the optional hash key, and the parameters that go with every call.

use std::fmt;

use crate::endpoint::{Endpoint, Request};
#[cfg(feature = "client")]
use crate::error::Setting;
use crate::params::Params;
use crate::plumbing::secret::Secret;
use crate::types::{Language, SiteId};

/// The key made in Planyo's back end under *API key*. Never shown in `Debug`.
#[derive(Clone)]
pub struct ApiKey(Secret);

/// The secret of a key with hashing enabled. Never shown in `Debug`.
#[derive(Clone)]
pub struct HashKey(Secret);

macro_rules! secret {
    ($name:ident) => {
        impl<T: Into<String>> From<T> for $name {
            /// Spaces and line breaks around the key are dropped: one that was pasted, or read from a file that ends with a line
            /// feed.
            fn from(text: T) -> Self {
                Self(Secret::from(text).trimmed())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(***)"))
            }
        }
    };
}

secret!(ApiKey);
secret!(HashKey);

impl ApiKey {
    /// Whether there is no key at all: only `api_test` works without one.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.0.expose().is_empty()
    }
}

impl HashKey {
    /// Planyo's hash of one call: the lower-case hex MD5 of secret, Unix seconds and method name, joined.
    ///
    /// ```
    /// let hash = planyo_client::HashKey::from("DEF").sign(1_572_051_750, "api_test");
    /// assert_eq!(hash, "fcec20584eef39f4f565a3273f56b33f");
    /// ```
    #[must_use]
    pub fn sign(&self, unix_seconds: u64, method: &str) -> String {
        let text = format!("{}{unix_seconds}{method}", self.0.expose());
        format!("{:x}", md5::compute(text))
    }
}

/// The parameters that are the client's alone.
const RESERVED: [&str; 4] = ["method", "api_key", "hash_key", "hash_timestamp"];

/// What every call carries besides its own parameters. With it alone a call can be built without any I/O:
///
/// ```
/// use planyo_client::{Context, users::GetUser};
///
/// let context = Context::new("my-api-key");
/// let request = context.request(&GetUser::by_email("ann@example.com"), 1_572_051_750);
/// assert_eq!(request.form().get("method"), Some("get_user_data"));
/// ```
#[derive(Clone, Debug)]
pub struct Context {
    api_key: ApiKey,
    hash_key: Option<HashKey>,
    site_id: Option<SiteId>,
    language: Option<Language>,
}

impl Context {
    /// A context with a key and nothing else.
    #[must_use]
    pub fn new(api_key: impl Into<ApiKey>) -> Self {
        Self {
            api_key: api_key.into(),
            hash_key: None,
            site_id: None,
            language: None,
        }
    }

    /// Signs every call. Needed when hashing is enabled for the key.
    #[must_use]
    pub fn hash_key(mut self, hash_key: impl Into<HashKey>) -> Self {
        self.hash_key = Some(hash_key.into());
        self
    }

    /// The site that calls concern. Needed with the key of a metasite, ignored otherwise.
    #[must_use]
    pub fn site_id(mut self, site_id: impl Into<SiteId>) -> Self {
        self.site_id = Some(site_id.into());
        self
    }

    /// The language of texts Planyo translates.
    #[must_use]
    pub fn language(mut self, language: Language) -> Self {
        self.language = Some(language);
        self
    }

    /// The form to post for a call made at this time (seconds since 1970 in UTC, used by the hash only).
    #[must_use]
    pub fn request(&self, endpoint: &impl Endpoint, unix_seconds: u64) -> Request {
        let mut params = Params::default();
        params.set("method", endpoint.method());
        if endpoint.needs_key() {
            self.authenticate(endpoint.method(), unix_seconds, &mut params);
        }
        self.defaults(&mut params);
        let mut own = Params::default();
        endpoint.params(&mut own);
        // An endpoint cannot change the method, the key and the hash.
        for name in RESERVED {
            own.remove(name);
        }
        params.extend(&own);
        Request::new(params)
    }

    /// The key that is wrong, and what is wrong with it.
    #[cfg(feature = "client")]
    pub(crate) fn problem(&self) -> Option<(Setting, String)> {
        if let Some(problem) = self.api_key.0.key_problem() {
            let hint = "Planyo's back end shows it";
            return Some((Setting::ApiKey, format!("the API key {problem} ({hint})")));
        }
        let problem = self.hash_key.as_ref()?.0.key_problem()?;
        let hint = "leave it out if hashing is off for the API key";
        Some((Setting::HashKey, format!("the hash key {problem} ({hint})")))
    }

    #[cfg(feature = "client")]
    pub(crate) fn signs(&self) -> bool {
        self.hash_key.is_some()
    }

    fn authenticate(&self, method: &str, unix_seconds: u64, params: &mut Params) {
        params.set("api_key", self.api_key.0.expose());
        if let Some(hash_key) = &self.hash_key {
            params.set("hash_timestamp", unix_seconds);
            params.set("hash_key", hash_key.sign(unix_seconds, method));
        }
    }

    fn defaults(&self, params: &mut Params) {
        if let Some(site_id) = self.site_id {
            params.set("site_id", site_id.get());
        }
        if let Some(language) = &self.language {
            params.set("language", language.as_str());
        }
    }
}
