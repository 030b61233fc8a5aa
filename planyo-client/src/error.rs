//! What can go wrong, in one type with predicates.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

#[cfg(feature = "client")]
use crate::plumbing::base_url;
pub use crate::plumbing::masking::DecodeError;

/// The result of a call.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A call that did not succeed.
///
/// `Display` is one line a person can act on: the kind of failure, Planyo's code or the HTTP status, and how often the
/// call was sent. It holds no key, no personal data, and, as `Debug`, none of Planyo's free text, which may name a
/// customer: [`api_message`](Self::api_message) has that.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    method: String,
    attempts: u32,
    status: Option<u16>,
    api_code: Option<i64>,
    api_message: Option<String>,
    retry_after: Option<Duration>,
    earlier_unknown: bool,
    empty_budget: bool,
    setting: Option<Setting>,
    /// The base URL without secrets, where it is the setting to correct and was called.
    base_url: Option<String>,
    source: Option<Box<dyn StdError + Send + Sync>>,
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
    ///
    /// A code that Planyo is known to send decides, whatever the HTTP status; the status decides where there is none.
    ErrorKind {
        /// A setting of the client is missing or wrong; nothing was sent.
        Configuration,
        /// No connection could be made: the request certainly was not processed.
        NotSent,
        /// The connection broke after the request left: whether it was processed is unknown.
        ConnectionLost,
        /// No answer in time, or HTTP 408: whether the request was processed is unknown.
        Timeout,
        /// Code 5 (inside HTTP 200) or HTTP 429: too many calls; not processed. Also a call that did not leave, since
        /// this client still pauses or its turn among the client's own calls did not come in time; then there is no
        /// status.
        RateLimited,
        /// HTTP 5xx.
        ServerError,
        /// Code 6: Planyo began the call and gave it up, for instance because it took too long.
        Aborted,
        /// Code 1 with the text `Invalid timestamp`: the clocks differ; not processed.
        ClockSkew,
        /// Code 1, HTTP 401 or 403: wrong key or hash, or a method or address the key is not allowed.
        Auth,
        /// Code 3: invalid or missing input, or an object that does not exist. Planyo has one code for both.
        InvalidInput,
        /// Code 4, "other error raised by the method" (second-hand): it refused the call, or found nothing. One method was
        /// seen to answer so where there are no results, and listings take it for
        /// [an empty page](crate::ClientBuilder::refused_page_is_error).
        Refused,
        /// An answer with another code or status, such as a redirect, which is never followed. Whether a write was
        /// processed is unknown.
        Unexpected,
        /// An answer that cannot be read, to a call that may be retried.
        Unreadable,
        /// The call was accepted, but its answer cannot be read. The write has probably been done: read the object before
        /// retrying it.
        OutcomeUnknown,
        /// The answer is larger than the client allows.
        TooLarge,
        /// A listing without an end: a full page that is exactly the page before, or five pages in a row with nothing
        /// new. It is an error, since the listing cannot be read to its end.
        RepeatedPage,
        /// A listing with more pages than [`max_pages`](crate::ClientBuilder::max_pages).
        TooManyPages,
    }
}

/// A setting of a client, which [`Error::setting`] names. New ones may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Setting {
    /// The API key.
    ApiKey,
    /// The hash key.
    HashKey,
    /// The base URL.
    BaseUrl,
    /// The HTTP client: no TLS, or a proxy of the environment that cannot be used.
    HttpClient,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind) -> Self {
        Self(Box::new(Inner {
            kind,
            method: String::new(),
            attempts: 0,
            status: None,
            api_code: None,
            api_message: None,
            retry_after: None,
            earlier_unknown: false,
            empty_budget: false,
            setting: None,
            base_url: None,
            source: None,
        }))
    }

    pub(crate) fn with_source(
        mut self,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        self.0.source = Some(source.into());
        self
    }

    pub(crate) fn with_status(mut self, status: u16) -> Self {
        self.0.status = Some(status);
        self
    }

    /// What is wrong with this setting, or its value.
    pub(crate) fn about(mut self, setting: Setting) -> Self {
        self.0.setting = Some(setting);
        self
    }

    pub(crate) fn with_api(mut self, code: Option<i64>, message: Option<String>) -> Self {
        self.0.api_code = code;
        self.0.api_message = message;
        self
    }

    pub(crate) fn with_retry_after(mut self, wait: Option<Duration>) -> Self {
        self.0.retry_after = wait;
        self
    }

    pub(crate) fn with_call(mut self, method: &str, attempts: u32) -> Self {
        method.clone_into(&mut self.0.method);
        self.0.attempts = attempts;
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
                | K::Aborted
                | K::Unreadable
        )
    }

    /// Whether a write may have been done although it failed: by the last attempt, or by an earlier one, whatever the
    /// [`kind`](Self::kind) of the last. Read the object again before retrying it.
    #[must_use]
    pub fn is_outcome_unknown(&self) -> bool {
        use ErrorKind as K;
        let unknown = matches!(
            self.kind(),
            K::ConnectionLost
                | K::Timeout
                | K::ServerError
                | K::Aborted
                | K::Unexpected
                | K::OutcomeUnknown
                | K::TooLarge
                | K::Unreadable
        );
        unknown || self.0.earlier_unknown
    }

    /// Whether the key was refused.
    ///
    /// Troubleshooting: Planyo has one code for a wrong key, a wrong hash, an unknown method, and a method or
    /// an IP address the key is not allowed. Check all of them in Planyo's back end.
    #[must_use]
    pub fn is_auth(&self) -> bool {
        matches!(self.kind(), ErrorKind::Auth | ErrorKind::ClockSkew)
    }

    /// Whether the object may not exist. Planyo's code 3 also means invalid input, so that this is true for both. HTTP 404
    /// without a code of Planyo is a wrong [base URL](Self::setting), and says nothing about the object. After a write with [`is_outcome_unknown`](Self::is_outcome_unknown) it may be an earlier attempt that removed it.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        match self.kind() {
            ErrorKind::InvalidInput => true,
            ErrorKind::Unexpected => self.status() == Some(404) && self.api_code().is_some(),
            _ => false,
        }
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

    /// The HTTP status, if there was an answer. Planyo sends most errors with 200.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// Planyo's `response_code`.
    #[must_use]
    pub fn api_code(&self) -> Option<i64> {
        self.0.api_code
    }

    /// Planyo's `response_message` in full. It may hold personal data: show it, do not log it.
    #[must_use]
    pub fn api_message(&self) -> Option<&str> {
        self.0.api_message.as_deref()
    }

    /// The setting of the client to correct, if the error blames one: a wrong one when the client is built, or the base URL
    /// when what answers is not Planyo's API: another page, a redirect, or HTTP 404 without a code of Planyo. So a program can name the
    /// variable or the field that it took the setting from.
    ///
    /// ```
    /// use planyo_client::{Client, Setting};
    ///
    /// let error = Client::builder("my-api-key").base_url("www.example.com").build().unwrap_err();
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

    /// The API method that was called.
    #[must_use]
    pub fn method(&self) -> &str {
        &self.0.method
    }
}

#[cfg(feature = "client")]
impl Error {
    pub(crate) fn configuration(problem: &str) -> Self {
        Self::new(ErrorKind::Configuration).with_source(problem)
    }

    /// Names the base URL, if it is the setting to correct.
    pub(crate) fn at(mut self, base_url: &url::Url) -> Self {
        if self.0.setting == Some(Setting::BaseUrl) {
            self.0.base_url = Some(base_url::shown(base_url));
        }
        self
    }

    /// A retry was allowed, but the budget of the client had none left.
    pub(crate) fn with_empty_budget(mut self) -> Self {
        self.0.empty_budget = true;
        self
    }

    pub(crate) fn with_earlier_unknown(mut self, unknown: bool) -> Self {
        self.0.earlier_unknown = unknown;
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use ErrorKind as K;
        let inner = &*self.0;
        f.write_str("Planyo")?;
        if !inner.method.is_empty() {
            write!(f, " {}", inner.method)?;
        }
        f.write_str(match inner.kind {
            // The source is our own sentence and has no other place to be read in one line.
            K::Configuration => return write!(f, ": {}", inner.source.as_ref().map(ToString::to_string).unwrap_or_default()),
            K::NotSent => ": no connection could be made; check the network and the base URL",
            K::ConnectionLost => ": the connection broke before the answer came",
            K::Timeout => ": no answer in time",
            K::RateLimited => ": too many calls; slow down and try again later",
            K::ServerError => ": server error; try again later",
            K::Aborted => ": Planyo gave the call up; ask for less at a time",
            K::ClockSkew => ": the time of the hash was refused; set the hash key if the key needs one, or this machine's clock",
            K::Auth => ": the key was refused; check the key, its hash key, and the methods and addresses it is allowed",
            K::InvalidInput => ": invalid input, or no such object",
            K::Refused => ": the method refused it, or found nothing",
            K::Unexpected => ": unexpected answer",
            K::Unreadable => ": the answer cannot be read",
            K::OutcomeUnknown => ": accepted, but the answer cannot be read; read the object before retrying it",
            K::TooLarge => ": the answer is larger than the client allows; ask for less at a time, or raise the limit on the size of answers",
            K::RepeatedPage => ": the listing repeats a page, so that it has no end",
            K::TooManyPages => ": the listing has more pages than the client reads, and may have no end; raise the limit on pages if it is that long",
        })?;
        match (inner.api_code, inner.status) {
            (Some(code), _) => write!(f, " (code {code})")?,
            (None, Some(status)) => write!(f, " (HTTP {status})")?,
            (None, None) => {}
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
                "; {url} does not answer as Planyo's API does: check the base URL"
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
            .field("method", &inner.method)
            .field("attempts", &inner.attempts)
            .field("status", &inner.status)
            .field("api_code", &inner.api_code)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_one_pointer() {
        assert_eq!(size_of::<Error>(), size_of::<usize>());
    }
}
