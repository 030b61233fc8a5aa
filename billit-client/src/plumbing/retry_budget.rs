//! How many retries a client may make in all: a token bucket, so that an outage is not multiplied by retries.

use std::sync::{Mutex, PoisonError};

/// One retry, in hundredths, so that a percentage is a whole number.
const RETRY: u64 = 100;

/// How many retries a client may make, over all its calls.
///
/// The client has a reserve of retries. Each retry takes one from it; each call adds a fraction of one, up to the
/// reserve. When the reserve is empty, a failed call is not retried and its error is returned at once. So an outage of
/// `n` calls makes at most `n * (1 + percent / 100) + reserve` requests, where four attempts for each call would make
/// `4 * n`, while a few failures now and then are retried in full.
///
/// ```
#[doc = concat!("use ", env!("CARGO_CRATE_NAME"), "::retry::RetryBudget;")]
///
/// let strict = RetryBudget::default().reserve(10).percent(5);
/// let off = RetryBudget::unlimited();
/// # assert_ne!(strict, off);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryBudget {
    /// None: as many retries as the calls' policies allow.
    limits: Option<(u32, u32)>,
}

impl RetryBudget {
    /// No limit over all calls: only the [`RetryPolicy`](super::retry_policy::RetryPolicy) counts. Setting
    /// [`reserve`](Self::reserve) or [`percent`](Self::percent) afterwards limits it again.
    #[must_use]
    pub fn unlimited() -> Self {
        Self { limits: None }
    }

    /// The retries that are there from the start, and the most that calls can save up. Default: 100, which retries more
    /// than thirty calls in full.
    #[must_use]
    pub fn reserve(self, retries: u32) -> Self {
        let (_, percent) = self.or_default();
        Self {
            limits: Some((retries, percent)),
        }
    }

    /// How much of a retry each call adds, in percent. Default: 10, a retry for every ten calls.
    #[must_use]
    pub fn percent(self, percent: u32) -> Self {
        let (reserve, _) = self.or_default();
        Self {
            limits: Some((reserve, percent)),
        }
    }

    fn or_default(self) -> (u32, u32) {
        self.limits.unwrap_or((100, 10))
    }
}

impl Default for RetryBudget {
    /// A reserve of 100 retries, and one more for every ten calls.
    fn default() -> Self {
        Self::unlimited().reserve(100)
    }
}

/// What is left of a budget, shared by all calls of a client.
pub(crate) struct Retries {
    budget: RetryBudget,
    /// In hundredths of a retry.
    left: Mutex<u64>,
}

impl Retries {
    pub(crate) fn new(budget: RetryBudget) -> Self {
        let (reserve, _) = budget.or_default();
        Self {
            budget,
            left: Mutex::new(u64::from(reserve) * RETRY),
        }
    }

    /// A call begins: it adds its fraction.
    pub(crate) fn add_call(&self) {
        let (reserve, percent) = self.budget.or_default();
        // Without a reserve calls still save up for one retry.
        let most = u64::from(reserve.max(1)) * RETRY;
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        *left = left.saturating_add(u64::from(percent)).min(most);
    }

    /// Takes one retry, or says that there is none left.
    pub(crate) fn take_retry(&self) -> bool {
        if self.budget.limits.is_none() {
            return true;
        }
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        match left.checked_sub(RETRY) {
            Some(rest) => {
                *left = rest;
                true
            }
            None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The retries of an outage: each of these calls would retry three times.
    fn retries(budget: RetryBudget, calls: usize) -> usize {
        let retries = Retries::new(budget);
        let of_call = |_| {
            retries.add_call();
            (0..3).take_while(|_| retries.take_retry()).count()
        };
        (0..calls).map(of_call).sum()
    }

    #[test]
    fn a_few_failures_are_retried_in_full() {
        assert_eq!(retries(RetryBudget::default(), 33), 99);
    }

    #[test]
    fn an_outage_is_not_multiplied() {
        // The first call adds nothing to a full reserve.
        assert_eq!(retries(RetryBudget::default(), 1000), 199);
        assert_eq!(
            retries(RetryBudget::default().reserve(5).percent(20), 100),
            24
        );
        assert_eq!(retries(RetryBudget::default().percent(0), 1000), 100);
        assert_eq!(retries(RetryBudget::default().reserve(0), 100), 10);
        assert_eq!(retries(RetryBudget::default().reserve(0).percent(0), 9), 0);
    }

    #[test]
    fn without_a_limit_every_retry_is_made() {
        assert_eq!(retries(RetryBudget::unlimited(), 1000), 3000);
    }

    #[test]
    fn calls_save_up_no_more_than_the_reserve() {
        let saved = Retries::new(RetryBudget::default().reserve(2));
        (0..1000).for_each(|_| saved.add_call());
        assert_eq!((0..9).filter(|_| saved.take_retry()).count(), 2);
        let most = Retries::new(RetryBudget::default().reserve(u32::MAX).percent(u32::MAX));
        most.add_call();
        assert!(most.take_retry());
    }
}
