//! How often a failed attempt is retried and after how long (exponential back-off with jitter): pure arithmetic.

use std::time::Duration;

/// The longest setting of [`RetryPolicy::max_delay`].
const LONGEST_DELAY: Duration = Duration::from_secs(3600);

/// How often the client retries a failed call, and how long it waits before each retry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    max_attempts: u32,
    delay: Duration,
    rate_limit_delay: Duration,
    max_delay: Duration,
}

impl RetryPolicy {
    /// Four attempts; half a second doubled each time; never more than a minute.
    pub(crate) fn standard(rate_limit_delay: Duration) -> Self {
        Self {
            max_attempts: 4,
            delay: Duration::from_millis(500),
            rate_limit_delay,
            max_delay: Duration::from_secs(60),
        }
    }

    /// No retry: every call is tried once.
    #[must_use]
    pub fn never() -> Self {
        Self::default().max_attempts(1)
    }

    /// Attempts in all, the first included. Default: 4.
    #[must_use]
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts.max(1);
        self
    }

    /// The back-off after the first failure; it doubles with each further one. Default: half a second.
    #[must_use]
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// The back-off after the first "too many calls"; it doubles with each further one. A `Retry-After` can make it longer,
    /// never shorter. The default is that of [`RetryPolicy::default`].
    #[must_use]
    pub fn rate_limit_delay(mut self, delay: Duration) -> Self {
        self.rate_limit_delay = delay;
        self
    }

    /// The longest wait, an hour at most. If a server asks for more, the call fails at once, and the error has the wait
    /// that it asked for. Default: one minute.
    #[must_use]
    pub fn max_delay(mut self, delay: Duration) -> Self {
        self.max_delay = delay.min(LONGEST_DELAY);
        self
    }

    /// The wait after so many failures in a row.
    pub(crate) fn delay_after(&self, failures: u32, random: f64) -> Duration {
        self.doubled(self.delay, failures, random)
    }

    /// The wait after so many "too many calls" in a row.
    pub(crate) fn rate_limit_delay_after(&self, refusals: u32, random: f64) -> Duration {
        self.doubled(self.rate_limit_delay, refusals, random)
    }

    /// Exponential back-off: the first delay, doubled with each further failure up to the longest; with jitter between half
    /// of it and the whole.
    fn doubled(&self, first: Duration, failures: u32, random: f64) -> Duration {
        let doubled = first
            .saturating_mul(1 << failures.saturating_sub(1).min(20))
            .min(self.max_delay);
        let half = doubled / 2;
        half + half.mul_f64(jitter(random))
    }

    /// How long to wait before attempt `attempt + 1`, or `None` to give up: this client's own wait, or the wait that the
    /// server asks for, whichever is longer.
    pub(crate) fn next_wait(
        &self,
        attempt: u32,
        own: Duration,
        retry_after: Option<Duration>,
        random: f64,
    ) -> Option<Duration> {
        let asked = retry_after.unwrap_or_default();
        if attempt >= self.max_attempts || asked > self.max_delay {
            return None;
        }
        Some(own.max(asked + spread(asked, random)))
    }
}

/// Jitter for a wait that all callers share, so that they do not return at the same moment: up to a tenth of it, a second
/// at most.
pub(crate) fn spread(wait: Duration, random: f64) -> Duration {
    (wait / 10)
        .min(Duration::from_secs(1))
        .mul_f64(jitter(random))
}

/// The jitter: a number between 0 and 1; anything else counts as 1.
fn jitter(random: f64) -> f64 {
    if (0.0..=1.0).contains(&random) {
        random
    } else {
        1.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy() -> RetryPolicy {
        RetryPolicy::standard(Duration::from_secs(10))
    }

    #[test]
    fn waits_double_up_to_the_cap() {
        let wait = |failures| policy().delay_after(failures, 1.0);
        assert_eq!(wait(0), Duration::from_millis(500));
        assert_eq!(wait(1), Duration::from_millis(500));
        assert_eq!(wait(3), Duration::from_secs(2));
        assert_eq!(wait(19), Duration::from_secs(60));
        let wait = |refusals| policy().rate_limit_delay_after(refusals, 1.0);
        assert_eq!(wait(1), Duration::from_secs(10));
        assert_eq!(wait(2), Duration::from_secs(20));
        assert_eq!(wait(u32::MAX), Duration::from_secs(60));
    }

    #[test]
    fn the_last_attempt_is_not_followed_by_another() {
        let next = |attempt| policy().next_wait(attempt, Duration::ZERO, None, 1.0);
        assert_eq!((next(3), next(4)), (Some(Duration::ZERO), None));
        let once = RetryPolicy::never().next_wait(1, Duration::ZERO, None, 1.0);
        assert_eq!(once, None);
    }

    #[test]
    fn jitter_never_goes_below_half() {
        assert_eq!(policy().delay_after(1, 0.0), Duration::from_millis(250));
    }

    #[test]
    fn the_server_s_word_counts_up_to_the_cap() {
        let wait = |seconds| {
            let asked = Some(Duration::from_secs(seconds));
            policy().next_wait(1, Duration::from_secs(10), asked, 0.5)
        };
        assert_eq!(wait(30), Some(Duration::from_millis(30_500)));
        assert_eq!(wait(60), Some(Duration::from_millis(60_500)));
        assert_eq!(wait(61), None);
    }

    #[test]
    fn a_retry_after_of_zero_does_not_shorten_the_wait() {
        let own = Duration::from_secs(5);
        let wait = policy().next_wait(1, own, Some(Duration::ZERO), 0.0);
        assert_eq!(wait, Some(own));
        assert_eq!(spread(Duration::ZERO, 1.0), Duration::ZERO);
    }

    #[test]
    fn no_setting_and_no_number_makes_it_panic() {
        let policy = policy().delay(Duration::MAX).max_delay(Duration::MAX);
        for random in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.0, 2.0] {
            for failures in [0, 1, 3, u32::MAX] {
                let wait = policy.delay_after(failures, random);
                assert!(wait <= Duration::from_secs(3600), "{random}");
                let next = policy.next_wait(0, wait, Some(wait), random);
                assert!(next.unwrap() <= Duration::from_secs(3601), "{random}");
            }
        }
    }
}
