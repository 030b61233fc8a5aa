//! When a failed attempt is repeated, and after how long: pure functions.

use std::time::Duration;

use crate::endpoint::Safety;
use crate::error::ErrorKind;

/// How often and how patiently the client repeats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    max_attempts: u32,
    delay: Duration,
    rate_limit_delay: Duration,
    max_delay: Duration,
}

impl Default for RetryPolicy {
    /// Four attempts; half a second doubled each time; ten seconds doubled after "too many calls", since
    /// Planyo does not say how long to wait; never more than a minute.
    fn default() -> Self {
        Self {
            max_attempts: 4,
            delay: Duration::from_millis(500),
            rate_limit_delay: Duration::from_secs(10),
            max_delay: Duration::from_secs(60),
        }
    }
}

impl RetryPolicy {
    /// Every call is tried once. A call whose timestamp Planyo refuses is still signed anew and sent once more: the
    /// first was not processed.
    #[must_use]
    pub fn never() -> Self {
        Self::default().max_attempts(1)
    }

    /// Attempts in all, the first included.
    #[must_use]
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts.max(1);
        self
    }

    /// The wait after the first failure; it doubles with each further one.
    #[must_use]
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// The wait after the first "too many calls"; it doubles with each further one. A `Retry-After` can make it longer,
    /// never shorter.
    #[must_use]
    pub fn rate_limit_delay(mut self, delay: Duration) -> Self {
        self.rate_limit_delay = delay;
        self
    }

    /// The longest wait, an hour at most. A server that asks for more gets none: the call fails at once and the
    /// error says how long it asked for.
    #[must_use]
    pub fn max_delay(mut self, delay: Duration) -> Self {
        self.max_delay = delay.min(Duration::from_secs(3600));
        self
    }

    /// The wait after so many "too many calls" in a row.
    #[cfg(feature = "client")]
    pub(crate) fn refusal_wait(&self, refusals: u32, random: f64) -> Duration {
        self.own_wait(ErrorKind::RateLimited, refusals, random)
    }

    fn own_wait(&self, kind: ErrorKind, failures: u32, random: f64) -> Duration {
        let first = if kind == ErrorKind::RateLimited {
            self.rate_limit_delay
        } else {
            self.delay
        };
        let doubled = first
            .saturating_mul(1 << failures.saturating_sub(1).min(20))
            .min(self.max_delay);
        let half = doubled / 2;
        half + half.mul_f64(share(random))
    }

    /// How long to wait before attempt `attempt + 1`, or `None` to give up. The first attempt is 1. What the server
    /// asks for is waited at least, even if that is nothing: the own wait stays the shortest.
    ///
    /// `random` is between 0 and 1. It moves the own wait between half of it and the whole, and adds up to a tenth, a
    /// second at most, to what the server asks for, so that not all who were told the same come back at once.
    #[must_use]
    pub fn wait(
        &self,
        safety: Safety,
        kind: ErrorKind,
        attempt: u32,
        retry_after: Option<Duration>,
        random: f64,
    ) -> Option<Duration> {
        if attempt >= self.max_attempts || !may_repeat(safety, kind) {
            return None;
        }
        if retry_after.is_some_and(|asked| asked > self.max_delay) {
            return None;
        }
        let own = self.own_wait(kind, attempt, random);
        let asked = retry_after.unwrap_or_default();
        Some(own.max(asked + spread(asked, random)))
    }
}

/// What a caller adds to a pause, so that not all come back at once: up to a tenth, a second at most.
pub(crate) fn spread(pause: Duration, random: f64) -> Duration {
    (pause / 10)
        .min(Duration::from_secs(1))
        .mul_f64(share(random))
}

/// A number between 0 and 1, whatever came.
fn share(random: f64) -> f64 {
    if (0.0..=1.0).contains(&random) {
        random
    } else {
        1.0
    }
}

/// Whether such a failure of a listing says that it asked for too much at once: there was no answer in time, Planyo
/// gave the call up, or the answer is too large. To ask for less may help where to ask again does not.
#[must_use]
pub fn is_too_much(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::Timeout | ErrorKind::Aborted | ErrorKind::TooLarge
    )
}

/// Whether a call may be sent again after such a failure.
///
/// Any call may when the first certainly was not processed. What may have been processed is repeated by
/// [`Safety`]; what took too long, only if it changes nothing.
#[must_use]
pub fn may_repeat(safety: Safety, kind: ErrorKind) -> bool {
    match kind {
        ErrorKind::NotSent | ErrorKind::RateLimited => true,
        ErrorKind::ConnectionLost | ErrorKind::ServerError | ErrorKind::Unreadable => {
            safety != Safety::Unsafe
        }
        // Whoever takes that long is likely at it still, and a second write would run beside the first: Planyo's
        // calls hold no key by which it could tell that the two are one.
        ErrorKind::Timeout | ErrorKind::Aborted => safety == Safety::Read,
        // The clock is set right and the call signed anew by the send loop, once.
        ErrorKind::ClockSkew
        | ErrorKind::Configuration
        | ErrorKind::Auth
        | ErrorKind::InvalidInput
        | ErrorKind::Refused
        | ErrorKind::Unexpected
        | ErrorKind::OutcomeUnknown
        | ErrorKind::TooLarge
        | ErrorKind::RepeatedPage => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_cap() {
        let policy = RetryPolicy::default().max_attempts(20);
        let wait = |attempt| {
            policy
                .wait(Safety::Read, ErrorKind::ServerError, attempt, None, 1.0)
                .unwrap()
        };
        assert_eq!(wait(1), Duration::from_millis(500));
        assert_eq!(wait(3), Duration::from_secs(2));
        assert_eq!(wait(19), Duration::from_secs(60));
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
    fn a_server_that_asks_for_nothing_is_not_hammered() {
        let policy = RetryPolicy::default();
        let wait = |attempt| {
            let asked = Some(Duration::ZERO);
            policy.wait(Safety::Read, ErrorKind::RateLimited, attempt, asked, 0.0)
        };
        assert_eq!(wait(1), Some(Duration::from_secs(5)));
        assert_eq!(wait(2), Some(Duration::from_secs(10)));
        assert_eq!(spread(Duration::ZERO, 1.0), Duration::ZERO);
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
