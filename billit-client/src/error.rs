//! What can go wrong, in one type with predicates.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;

#[cfg(feature = "client")]
use crate::plumbing::base_url;
pub use crate::plumbing::masking::DecodeError;
use crate::wire;

/// The result of a call.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A call that did not succeed.
///
/// `Display` is one line a person can act on: the kind of failure, the HTTP status, Billit's code, and how often the
/// call was sent. It holds no key, no personal data, and, as `Debug`, none of Billit's free text, which may name a
/// customer: [`api_message`](Self::api_message) and [`api_errors`](Self::api_errors) have that.
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    operation: String,
    attempts: u32,
    status: Option<u16>,
    errors: Vec<ApiError>,
    message: Option<String>,
    refused_property: Option<String>,
    retry_after: Option<Duration>,
    earlier_unknown: bool,
    empty_budget: bool,
    setting: Option<Setting>,
    /// The base URL without secrets, where it is the setting to correct and was called.
    base_url: Option<String>,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

/// Writes the enum and the list of its variants, so that neither lacks one of the other.
macro_rules! kinds {
    ($(#[$enum_doc:meta])* $name:ident { $($(#[$doc:meta])* $kind:ident,)* }) => {
        $(#[$enum_doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$doc])* $kind,)*
        }

        impl $name {
            /// Every kind, for tests that must not miss one.
            #[doc(hidden)]
            pub const ALL: &'static [Self] = &[$(Self::$kind,)*];
        }
    };
}

kinds! {
    /// What kind of failure an [`Error`] is. New kinds may come.
    ErrorKind {
        /// A setting of the client or a parameter of the call is missing or wrong; nothing was sent.
        Configuration,
        /// No connection could be made: the request certainly was not processed.
        NotSent,
        /// The connection broke after the request left: whether it was processed is unknown.
        ConnectionLost,
        /// No answer in time, or HTTP 408: whether the request was processed is unknown.
        Timeout,
        /// HTTP 429: too many calls; not processed. Billit documents no limits. Also a call that was not sent in
        /// time, since this client pauses or has too many calls running; then there is no status.
        RateLimited,
        /// HTTP 5xx.
        ServerError,
        /// HTTP 401 with a code about a key or a token, such as `ApiKeyNotValid` or `AccessTokenRevoked`, or without
        /// a code; also a refresh token that was refused, or none at all: then the user has to log in (again).
        Auth,
        /// The access token had to be refreshed, and no answer to that can be read. A refresh token works once: if
        /// Billit took it, the user has to log in again. The call itself was not sent. The next call tries the same
        /// refresh token once more; if that is [`Auth`](Self::Auth), it was taken.
        RefreshLost,
        /// The [`TokenStore`](crate::oauth::TokenStore) failed; its error is the source. The call was not sent. New
        /// tokens that could not be saved are kept in memory, and the next call saves them first; see
        /// [`OAuth::unsaved`](crate::oauth::OAuth::unsaved).
        TokenStore,
        /// HTTP 401 with another code, or 403: the key is good, but the record is not yours to see. Billit publishes
        /// no list of these codes: one about a key or a token counts as [`Auth`](Self::Auth), any other
        /// for this.
        NoAccess,
        /// HTTP 404: no such record.
        NotFound,
        /// HTTP 409 to a call with an idempotency key, with a code about that or without a code: the key was used by a
        /// call that succeeded. Billit does not say what that call made: look the record up.
        AlreadyDone,
        /// Billit does not let the list be filtered or sorted by a property of the query; see
        /// [`Error::refused_property`].
        PropertyRefused,
        /// Another 4xx: Billit's rules forbid it. [`Error::api_errors`] says which.
        Rejected,
        /// A status that Billit is not known to send, such as a redirect, which is never followed, or 404 to a listing. Whether
        /// a write was processed is unknown.
        Unexpected,
        /// An answer that cannot be read, to a call that may be retried.
        Unreadable,
        /// The call was accepted, but its answer cannot be read. The write has probably been done: read the record before
        /// retrying it.
        OutcomeUnknown,
        /// The answer is larger than the client allows.
        TooLarge,
        /// A link to the next page, or to anything else, leads to another origin than the client's base URL. Nothing
        /// was sent there.
        ForeignLink,
        /// A listing without an end: a link to the next page that was followed before, a full page with nothing
        /// new, or five pages in a row with nothing new. It is an error, since the listing cannot be read to its end.
        RepeatedLink,
        /// A listing with more pages than [`max_pages`](crate::ClientBuilder::max_pages).
        TooManyPages,
    }
}

/// A setting of a client, which [`Error::setting`] names. New ones may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Setting {
    /// The API key or access token.
    Credential,
    /// The id or the secret of the OAuth client.
    OAuthApp,
    /// The id of your own company.
    Company,
    /// The id of the company of a client.
    ContextParty,
    /// The base URL.
    BaseUrl,
    /// The HTTP client: no TLS, or a proxy of the environment that cannot be used.
    HttpClient,
}

/// One of the errors in Billit's answer. Its `Debug` shows the code, if that is one word or a known one, and nothing
/// else.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct ApiError {
    /// The code, which may be any text, also with personal data: Billit publishes no list. Compare without regard to
    /// case.
    #[serde(
        default,
        rename = "Code",
        alias = "code",
        deserialize_with = "wire::text"
    )]
    pub code: Option<String>,
    /// The explanation in the user's language. It may hold personal data: show it, do not log it.
    #[serde(
        default,
        rename = "Description",
        alias = "description",
        deserialize_with = "wire::text"
    )]
    pub description: Option<String>,
}

impl ApiError {
    /// Case does not count.
    pub(crate) fn has_code(&self, code: &str) -> bool {
        let own = self.code.as_deref();
        own.is_some_and(|own| own.trim().eq_ignore_ascii_case(code))
    }
}

impl fmt::Debug for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiError")
            .field("code", &self.code.as_deref().and_then(shown))
            .finish_non_exhaustive()
    }
}

impl Error {
    pub(crate) fn new(kind: ErrorKind) -> Self {
        Self(Box::new(Inner {
            kind,
            operation: String::new(),
            attempts: 0,
            status: None,
            errors: Vec::new(),
            message: None,
            refused_property: None,
            retry_after: None,
            earlier_unknown: false,
            empty_budget: false,
            setting: None,
            base_url: None,
            source: None,
        }))
    }

    pub(crate) fn configuration(problem: &str) -> Self {
        Self::new(ErrorKind::Configuration).with_source(problem)
    }

    pub(crate) fn unwritable(error: &serde_json::Error) -> Self {
        let error = DecodeError::new(error);
        Self::configuration(&format!("the body cannot be written as JSON: {error}"))
    }

    pub(crate) fn with_source(
        mut self,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        self.0.source = Some(source.into().into());
        self
    }

    /// What kind of failure it is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Whether the same call may succeed later. It does not say that retrying a write is safe: see
    /// [`is_outcome_unknown`](Self::is_outcome_unknown).
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        use ErrorKind as K;
        matches!(
            self.kind(),
            K::NotSent
                | K::ConnectionLost
                | K::Timeout
                | K::RateLimited
                | K::ServerError
                | K::Unreadable
                | K::RefreshLost
                | K::TokenStore
        )
    }

    /// Whether a write may have been done although it failed: by the last attempt, or by an earlier one, whatever the
    /// [`kind`](Self::kind) of the last. Read the record again before retrying it.
    #[must_use]
    pub fn is_outcome_unknown(&self) -> bool {
        use ErrorKind as K;
        let unknown = matches!(
            self.kind(),
            K::ConnectionLost
                | K::Timeout
                | K::ServerError
                | K::Unexpected
                | K::OutcomeUnknown
                | K::TooLarge
                | K::Unreadable
        );
        unknown || self.0.earlier_unknown
    }

    /// Whether the key was refused, or, with OAuth, the user has to log in (again).
    ///
    /// Troubleshooting: a key works on one of production and sandbox only, and belongs to a user, who must have
    /// access to the company.
    #[must_use]
    pub fn is_auth(&self) -> bool {
        self.kind() == ErrorKind::Auth
    }

    /// Whether the key or token is good, but the record or company is not its user's to see. Billit may answer so
    /// for a record that does not exist, too.
    #[must_use]
    pub fn is_no_access(&self) -> bool {
        self.kind() == ErrorKind::NoAccess
    }

    /// Whether there is no such record. HTTP 404 to a listing is a wrong [base URL](Self::setting) instead. What Billit answers for the id of another account's record is unknown; see
    /// also [`ErrorKind::NoAccess`].
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.kind() == ErrorKind::NotFound
    }

    /// Whether there were too many calls. [`retry_after`](Self::retry_after) may say how long to wait.
    #[must_use]
    pub fn is_rate_limited(&self) -> bool {
        self.kind() == ErrorKind::RateLimited
    }

    /// Whether the call would have been retried, but the client's
    /// [`retry_budget`](crate::ClientBuilder::retry_budget) was empty: the service fails for many calls.
    #[cfg(feature = "client")]
    #[must_use]
    pub fn is_retry_budget_empty(&self) -> bool {
        self.0.empty_budget
    }

    /// Whether there was no answer in time.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        self.kind() == ErrorKind::Timeout
    }

    /// Whether an earlier call with the same idempotency key succeeded. With more than one
    /// [`attempt`](Self::attempts) that may have been the first attempt of this call.
    #[must_use]
    pub fn is_already_done(&self) -> bool {
        self.kind() == ErrorKind::AlreadyDone
    }

    /// Whether Billit does not know a property of the filter or the order. Since March 2026 it restricts them.
    #[must_use]
    pub fn is_property_refused(&self) -> bool {
        self.kind() == ErrorKind::PropertyRefused
    }

    /// The property that Billit refused, as it spells it.
    #[must_use]
    pub fn refused_property(&self) -> Option<&str> {
        self.0.refused_property.as_deref()
    }

    /// The HTTP status, if there was an answer.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// The first of Billit's codes, which may be any text, also with personal data. Compare without regard to case.
    #[must_use]
    pub fn api_code(&self) -> Option<&str> {
        self.api_errors()
            .iter()
            .find_map(|error| error.code.as_deref())
    }

    /// All of Billit's errors. They may hold personal data: show them, do not log them.
    #[must_use]
    pub fn api_errors(&self) -> &[ApiError] {
        &self.0.errors
    }

    /// Billit's first explanation in full, or the beginning of a body that is not Billit's. It may hold personal
    /// data: show it, do not log it.
    #[must_use]
    pub fn api_message(&self) -> Option<&str> {
        let described = self
            .api_errors()
            .iter()
            .find_map(|error| error.description.as_deref());
        described.or(self.0.message.as_deref())
    }

    /// The setting of the client to correct, if the error blames one: a wrong one when the client is built, or the base URL
    /// when what answers is not Billit's API: another page, a redirect, or HTTP 404 to a [listing](crate::Client::pages). So a program can name the
    /// variable or the field that it took the setting from.
    ///
    /// ```
    /// use billit_client::{Client, Setting};
    ///
    /// let error = Client::builder("my-api-key", 574_991).base_url("www.example.com").build().unwrap_err();
    /// assert_eq!(error.setting(), Some(Setting::BaseUrl));
    /// ```
    #[must_use]
    pub fn setting(&self) -> Option<Setting> {
        self.0.setting
    }

    /// How long the server asked to wait, or for how long this client still pauses.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// How often the call was sent.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// The call, such as `get_party`.
    #[must_use]
    pub fn operation(&self) -> &str {
        &self.0.operation
    }
}

impl Error {
    pub(crate) fn with_answer(
        mut self,
        status: u16,
        errors: Vec<ApiError>,
        message: Option<String>,
    ) -> Self {
        self.0.status = Some(status);
        self.0.errors = errors;
        self.0.message = message;
        self
    }

    /// What is wrong with this setting, or its value.
    pub(crate) fn about(mut self, setting: Setting) -> Self {
        self.0.setting = Some(setting);
        self
    }

    /// Names the base URL, if it is the setting to correct.
    #[cfg(feature = "client")]
    pub(crate) fn at(mut self, base_url: &url::Url) -> Self {
        if self.0.setting == Some(Setting::BaseUrl) {
            self.0.base_url = Some(base_url::shown(base_url));
        }
        self
    }

    pub(crate) fn with_kind(mut self, kind: ErrorKind) -> Self {
        self.0.kind = kind;
        self
    }

    pub(crate) fn with_status(mut self, status: u16) -> Self {
        self.0.status = Some(status);
        self
    }

    pub(crate) fn with_refused_property(mut self, property: Option<String>) -> Self {
        self.0.refused_property = property;
        self
    }

    pub(crate) fn with_call(mut self, operation: &str, attempts: u32) -> Self {
        operation.clone_into(&mut self.0.operation);
        self.0.attempts = attempts;
        self
    }

    pub(crate) fn with_retry_after(mut self, wait: Option<Duration>) -> Self {
        self.0.retry_after = wait;
        self
    }

    /// The same failure, of a call that could not be sent for it.
    #[cfg(feature = "client")]
    pub(crate) fn into_cause_of(self, kind: ErrorKind) -> Self {
        self.clone().with_kind(kind).with_source(self)
    }

    /// A retry was allowed, but the budget of the client had none left.
    #[cfg(feature = "client")]
    pub(crate) fn with_empty_budget(mut self) -> Self {
        self.0.empty_budget = true;
        self
    }

    #[cfg(feature = "client")]
    pub(crate) fn with_earlier_unknown(mut self, unknown: bool) -> Self {
        self.0.earlier_unknown = unknown;
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use ErrorKind as K;
        let inner = &*self.0;
        f.write_str("Billit")?;
        if !inner.operation.is_empty() {
            write!(f, " {}", inner.operation)?;
        }
        f.write_str(match inner.kind {
            // The source is our own sentence and has no other place to be read in one line.
            K::Configuration => return write!(f, ": {}", inner.source.as_ref().map(ToString::to_string).unwrap_or_default()),
            K::NotSent => ": no connection could be made; check the network and the base URL",
            K::ConnectionLost => ": the connection broke before the answer came",
            K::Timeout => ": no answer in time",
            K::RateLimited => ": too many calls; slow down and try again later",
            K::ServerError => ": server error; try again later",
            K::Auth => ": the key or token was refused; check whether it is for production or sandbox, and the company; \
                with OAuth the user may have to log in again",
            K::RefreshLost => ": not sent: the answer to the refresh of the access token was lost; if the next call \
                is refused, the user has to log in again",
            K::TokenStore => ": not sent: the token store failed",
            K::NoAccess => ": this record or company is not the key's to see",
            K::NotFound => ": no such record",
            K::AlreadyDone => ": done before with the same idempotency key; look the record up",
            K::PropertyRefused => ": the list cannot be filtered or sorted by this property",
            K::Rejected => ": rejected",
            K::Unexpected => ": unexpected answer",
            K::Unreadable => ": the answer cannot be read",
            K::OutcomeUnknown => ": accepted, but the answer cannot be read; read the record before retrying it",
            K::TooLarge => ": the answer is larger than the client allows; ask for less at a time, or raise the limit on the size of answers",
            K::ForeignLink => ": a link leads to another origin than the base URL; it was not followed",
            K::RepeatedLink => ": the listing repeats a page or a link, so that it has no end",
            K::TooManyPages => ": the listing has more pages than the client reads, and may have no end; raise the limit on pages if it is that long",
        })?;
        if let Some(property) = &inner.refused_property {
            write!(f, " ({property})")?;
        }
        match (inner.status, self.api_code().and_then(shown)) {
            (Some(status), Some(code)) => write!(f, " (HTTP {status}, {code})")?,
            (Some(status), None) => write!(f, " (HTTP {status})")?,
            (None, _) => {}
        }
        if inner.earlier_unknown {
            f.write_str(", an earlier attempt may have been processed")?;
        }
        if inner.empty_budget {
            f.write_str(
                ", not retried: the client's retry budget is empty, since many calls fail",
            )?;
        }
        if inner.attempts > 1 {
            write!(f, " [{} attempts]", inner.attempts)?;
        }
        if inner.setting == Some(Setting::BaseUrl) {
            let url = inner.base_url.as_deref().unwrap_or("the server");
            write!(
                f,
                "; {url} does not answer as Billit's API does: check the base URL"
            )?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        f.debug_struct("Error")
            .field("kind", &inner.kind)
            .field("operation", &inner.operation)
            .field("attempts", &inner.attempts)
            .field("status", &inner.status)
            .field("errors", &inner.errors)
            .field("refused_property", &inner.refused_property)
            .field("retry_after", &inner.retry_after)
            .field("earlier_unknown", &inner.earlier_unknown)
            .field("empty_budget", &inner.empty_budget)
            .field("setting", &inner.setting)
            .field("source", &inner.source)
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0
            .source
            .as_deref()
            .map(|source| source as &(dyn StdError + 'static))
    }
}

/// A code that reads like one and not like a sentence about a customer: one word, or a known one with spaces.
fn shown(code: &str) -> Option<&str> {
    const KNOWN: [&str; 2] = ["Idempotent token already exists", "Invalid Filename"];
    let is_word = !code.is_empty()
        && code
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let is_known = || KNOWN.iter().any(|known| known.eq_ignore_ascii_case(code));
    (is_word || is_known()).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_shown_if_it_is_one_word_or_known() {
        for code in [
            "TheCustomer_0_DoesNotHaveAValidEmailAddress",
            "GenericError",
            "4711",
            "idempotent token already exists",
            "Invalid Filename",
        ] {
            assert_eq!(shown(code), Some(code));
        }
        for code in [
            "",
            "Customer Ann Peeters exists",
            "ann@example.com",
            "Peeters-Janssens",
            "+32475123456",
            "Ann\u{a0}Peeters",
        ] {
            assert_eq!(shown(code), None);
        }
    }

    #[test]
    fn an_error_is_one_pointer() {
        assert_eq!(size_of::<Error>(), size_of::<usize>());
    }
}
