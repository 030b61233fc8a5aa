//! When a failed attempt is retried, and after how long: pure functions.

use std::time::Duration;

use crate::endpoint::Safety;
use crate::error::ErrorKind;

#[cfg(feature = "client")]
pub use crate::plumbing::retry_budget::RetryBudget;
pub use crate::plumbing::retry_policy::RetryPolicy;

impl Default for RetryPolicy {
    /// Four attempts; half a second doubled each time; five seconds doubled after "too many calls", since Billit documents no
    /// limits; never more than a minute.
    fn default() -> Self {
        Self::standard(Duration::from_secs(5))
    }
}

impl RetryPolicy {
    /// How long to wait before attempt `attempt + 1` (exponential back-off with jitter), or `None` to give up. The first
    /// attempt is 1. It is this policy's own wait or the server's `Retry-After`, whichever is longer.
    ///
    /// `random` is the jitter, between 0 and 1. It moves the own wait between half of it and the whole, and adds up to a
    /// tenth, a second at most, to a `Retry-After`, so that the clients that got the same one do not return at once.
    #[must_use]
    pub fn wait(
        &self,
        safety: Safety,
        kind: ErrorKind,
        attempt: u32,
        retry_after: Option<Duration>,
        random: f64,
    ) -> Option<Duration> {
        if !may_retry(safety, kind) {
            return None;
        }
        let own = if kind == ErrorKind::RateLimited {
            self.rate_limit_delay_after(attempt, random)
        } else {
            self.delay_after(attempt, random)
        };
        self.next_wait(attempt, own, retry_after, random)
    }
}

/// Whether a call may be sent again after such a failure.
///
/// Every call may be retried if the failed request certainly was not processed. If it may have been processed, a call is
/// retried unless that could do the same thing twice. If it was accepted and only its answer is unreadable, a call is
/// retried unless it depends on its idempotency key.
#[must_use]
pub fn may_retry(safety: Safety, kind: ErrorKind) -> bool {
    use ErrorKind as K;
    match kind {
        K::NotSent | K::RateLimited => true,
        // A patch sets fields to values: it may be late and come twice, and still leaves the same.
        K::ConnectionLost | K::Timeout | K::ServerError => safety != Safety::Unsafe,
        K::Unreadable => matches!(safety, Safety::Read | Safety::Idempotent),
        K::Configuration
        | K::Auth
        | K::RefreshLost
        | K::TokenStore
        | K::NoAccess
        | K::NotFound
        | K::AlreadyDone
        | K::PropertyRefused
        | K::Rejected
        | K::Unexpected
        | K::OutcomeUnknown
        | K::TooLarge
        | K::ForeignLink
        | K::RepeatedLink
        | K::TooManyPages => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_cap() {
        let policy = RetryPolicy::default().max_attempts(50);
        let wait = |attempt| policy.wait(Safety::Read, ErrorKind::ServerError, attempt, None, 1.0);
        assert_eq!(wait(0), Some(Duration::from_millis(500)));
        assert_eq!(wait(1), Some(Duration::from_millis(500)));
        assert_eq!(wait(3), Some(Duration::from_secs(2)));
        assert_eq!(wait(49), Some(Duration::from_secs(60)));
        assert_eq!(wait(50), None);
    }

    #[test]
    fn jitter_never_goes_below_half() {
        let policy = RetryPolicy::default();
        let wait = policy.wait(Safety::Read, ErrorKind::ServerError, 1, None, 0.0);
        assert_eq!(wait, Some(Duration::from_millis(250)));
    }

    #[test]
    fn the_server_s_word_counts_up_to_the_cap() {
        let policy = RetryPolicy::default();
        let wait = |seconds| {
            let asked = Some(Duration::from_secs(seconds));
            policy.wait(Safety::Unsafe, ErrorKind::RateLimited, 1, asked, 0.5)
        };
        assert_eq!(wait(30), Some(Duration::from_millis(30_500)));
        assert_eq!(wait(60), Some(Duration::from_millis(60_500)));
        assert_eq!(wait(61), None);
    }

    #[test]
    fn a_retry_after_of_zero_does_not_shorten_the_wait() {
        let policy = RetryPolicy::default();
        let wait = |attempt| {
            let asked = Some(Duration::ZERO);
            policy.wait(Safety::Read, ErrorKind::RateLimited, attempt, asked, 0.0)
        };
        assert_eq!(wait(1), Some(Duration::from_millis(2500)));
        assert_eq!(wait(2), Some(Duration::from_secs(5)));
    }

    #[test]
    fn no_setting_and_no_number_makes_it_panic() {
        let policy = RetryPolicy::default()
            .delay(Duration::MAX)
            .max_delay(Duration::MAX);
        for random in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.0, 2.0] {
            for attempt in [0, 1, 3] {
                let wait = policy.wait(Safety::Read, ErrorKind::ServerError, attempt, None, random);
                assert!(wait.unwrap() <= Duration::from_secs(3600), "{random}");
            }
        }
        let day = Some(Duration::from_secs(24 * 3600));
        let wait = policy.wait(Safety::Read, ErrorKind::RateLimited, 1, day, 0.5);
        assert_eq!(wait, None);
    }
}
