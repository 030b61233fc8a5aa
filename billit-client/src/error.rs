//! What can go wrong, in one type with predicates.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use serde::Deserialize;

use crate::wire;

/// The result of a call.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A call that did not succeed.
///
/// `Display` is one line a person can act on and holds no key and no personal data: quoted text, e-mail
/// addresses, long numbers and words with capitals of Billit's message are masked.
/// [`api_message`](Self::api_message) has it in full.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    operation: String,
    attempts: u32,
    status: Option<u16>,
    errors: Vec<ApiError>,
    message: Option<String>,
    refused_property: Option<String>,
    retry_after: Option<Duration>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// What kind of failure an [`Error`] is. New kinds may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A setting of the client or a parameter of the call is missing or wrong; nothing was sent.
    Configuration,
    /// No connection could be made: the request certainly was not processed.
    NotSent,
    /// The connection broke after the request left: whether it was processed is unknown.
    Interrupted,
    /// No answer in time: whether the request was processed is unknown.
    Timeout,
    /// HTTP 429: too many calls; not processed. Billit documents no limits.
    RateLimited,
    /// HTTP 5xx.
    ServerError,
    /// HTTP 401 with `ApiKeyNotValid`, `InvalidAccessToken`, `AccessTokenExpired`, `AccessTokenRevoked` or no code.
    Auth,
    /// HTTP 401 with another code, or 403: the key is good, but the record is not yours to see.
    NoAccess,
    /// HTTP 404: no such record.
    NotFound,
    /// HTTP 409: the idempotency key was used by a call that succeeded. Billit does not say what that call made:
    /// look the record up.
    AlreadyDone,
    /// Billit does not let the list be filtered or sorted by a property of the query; see
    /// [`Error::refused_property`].
    PropertyRefused,
    /// Another 4xx: Billit's rules forbid it. [`Error::api_errors`] says which.
    Rejected,
    /// A status that Billit is not known to send, such as a redirect, which is never followed.
    Unexpected,
    /// An answer that cannot be read, to a call whose repeat is harmless.
    Unreadable,
    /// The call was accepted, but its answer cannot be read. The write has probably been done: look before
    /// repeating it.
    AnswerLost,
    /// The answer is larger than the client allows.
    TooLarge,
    /// A link to the next page, or to anything else, leads to another host. Nothing was sent there.
    ForeignLink,
    /// A listing goes in circles: a link to the next page that was followed before, or a full page with nothing
    /// new. It is an error, since the listing cannot be read to its end.
    RepeatedLink,
}

/// One of the errors in Billit's answer. Its `Debug` hides what could be personal.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct ApiError {
    /// The code, which may be any text: Billit publishes no list. Compare without regard to case.
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

impl fmt::Debug for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiError")
            .field("code", &self.code.as_deref().map(masked))
            .field("description", &self.description.as_deref().map(nameless))
            .finish()
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
        self.0.source = Some(source.into());
        self
    }

    /// What kind of failure it is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Whether the same call may succeed later. It does not say that repeating a write is safe: see
    /// [`is_outcome_unknown`](Self::is_outcome_unknown).
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        use ErrorKind as K;
        matches!(
            self.kind(),
            K::NotSent
                | K::Interrupted
                | K::Timeout
                | K::RateLimited
                | K::ServerError
                | K::Unreadable
        )
    }

    /// Whether a write may have been done although it failed. Read the record again before repeating it.
    #[must_use]
    pub fn is_outcome_unknown(&self) -> bool {
        use ErrorKind as K;
        matches!(
            self.kind(),
            K::Interrupted
                | K::Timeout
                | K::ServerError
                | K::AnswerLost
                | K::TooLarge
                | K::Unreadable
        )
    }

    /// Whether the key was refused.
    ///
    /// Troubleshooting: a key works on one of production and sandbox only, and belongs to a user, who must have
    /// access to the company.
    #[must_use]
    pub fn is_auth(&self) -> bool {
        self.kind() == ErrorKind::Auth
    }

    /// Whether there is no such record. What Billit answers for the id of somebody else's record is unknown; see
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

    /// The first of Billit's codes. Compare without regard to case.
    #[must_use]
    pub fn api_code(&self) -> Option<&str> {
        self.api_errors()
            .iter()
            .find_map(|error| error.code.as_deref())
    }

    /// All of Billit's errors.
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

// What only the client can know.
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

    #[cfg(feature = "client")]
    pub(crate) fn with_retry_after(mut self, wait: Option<Duration>) -> Self {
        self.0.retry_after = wait;
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
            K::Interrupted => ": the connection broke before the answer came",
            K::Timeout => ": no answer in time",
            K::RateLimited => ": too many calls; slow down and try again later",
            K::ServerError => ": server error; try again later",
            K::Auth => ": the key was refused; check the key, whether it is for production or sandbox, and the company",
            K::NoAccess => ": this record or company is not the key's to see",
            K::NotFound => ": no such record",
            K::AlreadyDone => ": done before with the same idempotency key; look the record up",
            K::PropertyRefused => ": the list cannot be filtered or sorted by this property",
            K::Rejected => ": rejected",
            K::Unexpected => ": unexpected answer",
            K::Unreadable => ": the answer cannot be read",
            K::AnswerLost => ": accepted, but the answer cannot be read; look before repeating it",
            K::TooLarge => ": the answer is larger than the client allows; ask for less or raise max_response_bytes",
            K::ForeignLink => ": a link leads to another host; it was not followed",
            K::RepeatedLink => ": the listing goes in circles",
        })?;
        if let Some(property) = &inner.refused_property {
            write!(f, " ({property})")?;
        }
        match (inner.status, self.api_code()) {
            (Some(status), Some(code)) => write!(f, " (HTTP {status}, {})", masked(code))?,
            (Some(status), None) => write!(f, " (HTTP {status})")?,
            (None, _) => {}
        }
        if let Some(message) = self.api_message() {
            write!(f, ": {}", nameless(message))?;
        }
        if inner.attempts > 1 {
            write!(f, " [{} attempts]", inner.attempts)?;
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
            .field("message", &inner.message.as_deref().map(nameless))
            .field("refused_property", &inner.refused_property)
            .field("retry_after", &inner.retry_after)
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

/// Why JSON could not be read: the parser's sentence and place, without any value of the record.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("{0}")]
pub struct DecodeError(String);

impl DecodeError {
    pub(crate) fn new(error: &serde_json::Error) -> Self {
        Self(masked(&error.to_string()))
    }
}

/// A text without what could be personal: quoted text, words with an `@` or more than three digits, and a word that
/// was cut, since half an address has no `@`.
fn masked(text: &str) -> String {
    mask(text, |word| {
        let digits = word.chars().filter(char::is_ascii_digit).count();
        word.contains('@') || digits > 3 || word.ends_with('…')
    })
}

/// A [`masked`] text without words that could be names: those with a capital.
fn nameless(text: &str) -> String {
    mask(&masked(text), |word| word.chars().any(char::is_uppercase))
}

fn mask(text: &str, personal: impl Fn(&str) -> bool) -> String {
    const MOST: usize = 300;
    let text = unquoted(text);
    let words: Vec<_> = text
        .split_whitespace()
        .map(|word| if personal(word) { "…" } else { word })
        .collect();
    words.join(" ").chars().take(MOST).collect()
}

/// The text with `…` for whatever stands between quotes. A quote inside a word is an apostrophe and neither opens
/// nor closes; one after a backslash does not close; names of fields, which serde puts in backticks, are ours and stay.
fn unquoted(text: &str) -> String {
    let mut out = String::new();
    let mut quote = None;
    let mut before = ' ';
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let inside_word = |next: Option<&char>| {
            before.is_alphanumeric() && next.is_some_and(|next| next.is_alphanumeric())
        };
        match quote {
            Some(end) if c == end && before != '\\' && !inside_word(rest.peek()) => {
                quote = None;
                out.push(c);
            }
            Some(_) => {}
            None if c == '"'
                || (c == '\'' && !before.is_alphanumeric())
                || (c == '`' && !names_field(&out)) =>
            {
                quote = Some(c);
                out.push(c);
                out.push('…');
            }
            None => out.push(c),
        }
        before = c;
    }
    out
}

fn names_field(before: &str) -> bool {
    before.ends_with("field ")
        || before
            .rsplit_once('`')
            .is_some_and(|(before, _)| before.ends_with("field "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parser_s_sentence_keeps_its_sense_and_loses_its_data() {
        let cases = [
            (
                "missing field `PartyID` at line 1 column 20",
                "missing field `PartyID` at line 1 column 20",
            ),
            (
                "invalid type: string \"ann@example.com\", expected u64",
                "invalid type: string \"…\", expected u64",
            ),
            (
                "invalid type: integer `4711`, expected a string",
                "invalid type: integer `…`, expected a string",
            ),
            (
                "string \"Ann \\\"x\\\" Peeters\" there",
                "string \"…\" there",
            ),
            ("VAT BE0123456789 of ann@example.com", "VAT … of …"),
            ("", ""),
        ];
        for (message, expected) in cases {
            assert_eq!(masked(message), expected);
        }
    }

    #[test]
    fn a_message_loses_names_too() {
        let cases = [
            (
                "The customer is not active on Peppol.",
                "… customer is not active on …",
            ),
            ("De klant Ann Peeters bestaat al", "… klant … … bestaat al"),
            ("no customer 'ann peeters' here", "no customer '…' here"),
            ("no customer 'O'Brien' here", "no customer '…' here"),
            ("you can't do this", "you can't do this"),
            ("it has no 'end, so all of it goes", "it has no …"),
        ];
        for (message, expected) in cases {
            assert_eq!(nameless(message), expected);
        }
    }

    #[test]
    fn an_error_is_one_pointer() {
        assert_eq!(size_of::<Error>(), size_of::<usize>());
    }
}
