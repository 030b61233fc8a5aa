//! What one call does differently from its client.

use std::time::Duration;

use super::retry_policy::RetryPolicy;

/// The retry policy and the timeouts of one call, for [`Client::send_with`](crate::Client::send_with). Default: those of
/// the client.
///
/// ```
/// use std::time::Duration;
#[doc = concat!("use ", env!("CARGO_CRATE_NAME"), "::CallOptions;")]
#[doc = concat!("use ", env!("CARGO_CRATE_NAME"), "::retry::RetryPolicy;")]
///
/// // A user waits for the answer.
/// let now_or_never = CallOptions::new()
///     .retry(RetryPolicy::never())
///     .total_timeout(Duration::from_secs(5));
/// // A job at night has time.
/// let patient = CallOptions::new()
///     .retry(RetryPolicy::default().max_attempts(10))
///     .attempt_timeout(Duration::from_secs(120))
///     .total_timeout(Duration::from_secs(1800));
/// # assert_ne!(now_or_never, patient);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[must_use = "give it to send_with()"]
pub struct CallOptions {
    pub(crate) retry: Option<RetryPolicy>,
    pub(crate) attempt_timeout: Option<Duration>,
    pub(crate) total_timeout: Option<Duration>,
}

impl CallOptions {
    /// Everything as the client has it.
    pub fn new() -> Self {
        Self::default()
    }

    /// When and how long to retry this call. The retry budget of the client holds for it too, and so do the pauses after
    /// "too many calls", which all calls of a client share.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = Some(policy);
        self
    }

    /// Time for one attempt.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = Some(timeout);
        self
    }

    /// Time for the call with all its retries and pauses.
    pub fn total_timeout(mut self, timeout: Duration) -> Self {
        self.total_timeout = Some(timeout);
        self
    }
}
