//! What can go wrong, in one type with predicates.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

/// The result of a call.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A call that did not succeed.
///
/// `Display` is one line a person can act on and holds no key and no personal data: quoted text, e-mail
/// addresses and long numbers of Planyo's message are masked. [`api_message`](Self::api_message) has it in full.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    method: String,
    attempts: u32,
    status: Option<u16>,
    api_code: Option<i64>,
    api_message: Option<String>,
    retry_after: Option<Duration>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// What kind of failure an [`Error`] is. New kinds may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A setting of the client is missing or wrong; nothing was sent.
    Configuration,
    /// No connection could be made: the request certainly was not processed.
    NotSent,
    /// The connection broke after the request left: whether it was processed is unknown.
    Interrupted,
    /// No answer in time: whether the request was processed is unknown.
    Timeout,
    /// Planyo's code 5 (inside HTTP 200) or HTTP 429: too many calls; not processed.
    RateLimited,
    /// HTTP 5xx.
    ServerError,
    /// Planyo's code 6: it began the call and gave it up, for instance because it took too long.
    Aborted,
    /// Code 1 with the text `Invalid timestamp`: the clocks differ; not processed.
    ClockSkew,
    /// Code 1, HTTP 401 or 403: wrong key or hash, or a method or address the key is not allowed.
    Auth,
    /// Code 3: invalid or missing input, or an object that does not exist. Planyo has one code for both.
    InvalidInput,
    /// Code 4: a rule of the site forbids it.
    Refused,
    /// An answer with another code or status.
    Unexpected,
    /// An answer that cannot be read, to a call whose repeat is harmless.
    Unreadable,
    /// The call was accepted, but its answer cannot be read. The write has probably been done: look before
    /// repeating it.
    AnswerLost,
    /// The answer is larger than the client allows.
    TooLarge,
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

    pub(crate) fn with_api(mut self, code: Option<i64>, message: Option<String>) -> Self {
        self.0.api_code = code;
        self.0.api_message = message;
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
                | K::Aborted
                | K::Unreadable
        )
    }

    /// Whether a write may have been done although it failed. Read the object again before repeating it.
    #[must_use]
    pub fn is_outcome_unknown(&self) -> bool {
        use ErrorKind as K;
        matches!(
            self.kind(),
            K::Interrupted
                | K::Timeout
                | K::ServerError
                | K::Aborted
                | K::AnswerLost
                | K::TooLarge
                | K::Unreadable
        )
    }

    /// Whether the key was refused.
    ///
    /// Troubleshooting: Planyo has one code for a wrong key, a wrong hash, an unknown method, and a method or
    /// an IP address the key is not allowed. Check all of them in Planyo's back end.
    #[must_use]
    pub fn is_auth(&self) -> bool {
        matches!(self.kind(), ErrorKind::Auth | ErrorKind::ClockSkew)
    }

    /// Whether the object may not exist. Planyo's code 3 also means invalid input, so that this is true for both.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.kind() == ErrorKind::InvalidInput || self.status() == Some(404)
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

    /// How long the server asked to wait, or for how long this client still pauses.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// How often the call was tried.
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

    pub(crate) fn with_retry_after(mut self, wait: Option<Duration>) -> Self {
        self.0.retry_after = wait;
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
            K::Interrupted => ": the connection broke before the answer came",
            K::Timeout => ": no answer in time",
            K::RateLimited => ": too many calls; slow down and try again later",
            K::ServerError => ": server error; try again later",
            K::Aborted => ": Planyo gave the call up; ask for less at a time",
            K::ClockSkew => ": the time of the hash was refused; set this machine's clock",
            K::Auth => ": the key was refused; check the key, its hash key, and the methods and addresses it is allowed",
            K::InvalidInput => ": invalid input, or no such object",
            K::Refused => ": a rule of the site forbids it",
            K::Unexpected => ": unexpected answer",
            K::Unreadable => ": the answer cannot be read",
            K::AnswerLost => ": accepted, but the answer cannot be read; look before repeating it",
            K::TooLarge => ": the answer is larger than the client allows; ask for less or raise max_response_bytes",
        })?;
        match (inner.api_code, inner.status) {
            (Some(code), _) => write!(f, " (code {code})")?,
            (None, Some(status)) => write!(f, " (HTTP {status})")?,
            (None, None) => {}
        }
        if let Some(message) = &inner.api_message {
            write!(f, ": {}", masked(message))?;
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
            .field("method", &inner.method)
            .field("attempts", &inner.attempts)
            .field("status", &inner.status)
            .field("api_code", &inner.api_code)
            .field("api_message", &inner.api_message.as_deref().map(masked))
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

/// A message without what could be personal: quoted text, e-mail addresses, long numbers.
fn masked(text: &str) -> String {
    const MOST: usize = 300;
    let text = unquoted(text);
    let personal = |word: &str| {
        let digits = word.chars().filter(char::is_ascii_digit).count();
        word.contains('@') || digits > 3
    };
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
    fn a_message_keeps_its_sense_and_loses_its_data() {
        let cases = [
            ("Reservation not found", "Reservation not found"),
            ("You can't do this 't Jampens", "You can't do this '…"),
            (
                "User ann@example.com, already there",
                "User … already there",
            ),
            ("No customer \"Ann Peeters\" here", "No customer \"…\" here"),
            ("VAT BE0123456789 of 'Ann': wrong", "VAT … of '…': wrong"),
            (
                "missing field `id` at line 1 column 20",
                "missing field `id` at line 1 column 20",
            ),
            (
                "invalid type: string \"ann@example.com\", expected u64",
                "invalid type: string \"…\", expected u64",
            ),
            ("no customer 'O'Brien' here", "no customer '…' here"),
            (
                "string \"Ann \\\"x\\\" Peeters\" there",
                "string \"…\" there",
            ),
            ("", ""),
        ];
        for (message, expected) in cases {
            assert_eq!(masked(message), expected);
        }
    }

    #[test]
    fn an_error_is_one_pointer() {
        assert_eq!(size_of::<Error>(), size_of::<usize>());
    }
}
