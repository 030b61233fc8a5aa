//! When a request may be sent: not while the client pauses, not before its turn, and not with too many others.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, sleep_until, timeout_at};

use super::retry_policy::{RetryPolicy, spread};

/// The longest pause, also if the server asks for a longer one.
const LONGEST_PAUSE: Duration = Duration::from_secs(3600);

/// What all calls of a client share.
pub(crate) struct Pacer {
    permits: Semaphore,
    /// From the start of one request to the start of the next.
    interval: Duration,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    paused_until: Option<Instant>,
    next_start: Option<Instant>,
    /// Pauses in a row after which the next request was refused again.
    refusals: u32,
}

impl State {
    fn is_paused(&self, now: Instant) -> bool {
        self.paused_until.is_some_and(|until| until > now)
    }

    fn pause(&mut self, pause: Duration) {
        let until = Instant::now() + pause.min(LONGEST_PAUSE);
        self.paused_until = Some(self.paused_until.map_or(until, |old| old.max(until)));
    }
}

/// A request was not sent: its turn would have come after the deadline of its call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not sent: its turn among this client's calls did not come in time")]
pub(crate) struct TooLate {
    /// How long it would have had to wait, where that is known.
    pub(crate) wait: Option<Duration>,
}

impl TooLate {
    fn after(wait: Duration) -> Self {
        Self { wait: Some(wait) }
    }
}

impl Pacer {
    pub(crate) fn new(concurrency: usize, interval: Duration) -> Self {
        Self {
            permits: Semaphore::new(concurrency.clamp(1, Semaphore::MAX_PERMITS)),
            interval: interval.min(LONGEST_PAUSE),
            state: Mutex::default(),
        }
    }

    /// No request is sent for so long.
    pub(crate) fn pause(&self, pause: Duration) {
        self.state().pause(pause);
    }

    /// A request was refused as one too many: no request is sent for as long as the server asks, and at least for a
    /// pause that doubles with each refusal in a row until a request succeeds, whichever requests are refused.
    ///
    /// Returns that pause.
    pub(crate) fn pause_after_refusal(
        &self,
        policy: &RetryPolicy,
        retry_after: Option<Duration>,
        random: f64,
    ) -> Duration {
        let mut state = self.state();
        // Requests that are refused during a pause were sent before it: they say nothing new.
        if !state.is_paused(Instant::now()) {
            state.refusals = state.refusals.saturating_add(1);
        }
        let grown = policy.rate_limit_delay_after(state.refusals, random);
        state.pause(retry_after.unwrap_or_default().max(grown));
        grown
    }

    /// A request succeeded, so the next pause is a short one again. A request that was sent before the current pause
    /// proves nothing.
    pub(crate) fn succeeded(&self) {
        let mut state = self.state();
        if !state.is_paused(Instant::now()) {
            state.refusals = 0;
        }
    }

    /// Waits until a request may be sent. It counts as running until the permit is dropped.
    pub(crate) async fn enter(&self, deadline: Instant) -> Result<SemaphorePermit<'_>, TooLate> {
        loop {
            self.wait_out_pause(deadline).await?;
            let Ok(Ok(permit)) = timeout_at(deadline, self.permits.acquire()).await else {
                return Err(TooLate { wait: None });
            };
            if self.wait_for_turn(deadline).await? {
                return Ok(permit);
            }
        }
    }

    async fn wait_out_pause(&self, deadline: Instant) -> Result<(), TooLate> {
        loop {
            let until = self.state().paused_until;
            let now = Instant::now();
            let Some(until) = until.filter(|until| *until > now) else {
                return Ok(());
            };
            let left = until.duration_since(now);
            let until = until + spread(left, fastrand::f64());
            if until >= deadline {
                return Err(TooLate::after(left));
            }
            sleep_until(until).await;
        }
    }

    /// Takes the next turn when it has come; false if a pause has begun meanwhile.
    async fn wait_for_turn(&self, deadline: Instant) -> Result<bool, TooLate> {
        loop {
            let now = Instant::now();
            // A request without time for its answer is better not sent.
            if now >= deadline {
                return Err(TooLate { wait: None });
            }
            let turn = {
                let mut state = self.state();
                if state.is_paused(now) {
                    return Ok(false);
                }
                let Some(turn) = state.next_start.filter(|turn| *turn > now) else {
                    state.next_start = Some(now + self.interval);
                    return Ok(true);
                };
                turn
            };
            if turn >= deadline {
                return Err(TooLate::after(turn.duration_since(now)));
            }
            sleep_until(turn).await;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn policy() -> RetryPolicy {
        RetryPolicy::standard(10 * SECOND)
    }

    fn in_time() -> Instant {
        Instant::now() + Duration::from_secs(24 * 3600)
    }

    /// How long a request waits, in whole seconds.
    async fn waits(pacer: &Pacer) -> u64 {
        let start = Instant::now();
        drop(pacer.enter(in_time()).await.unwrap());
        start.elapsed().as_secs()
    }

    #[tokio::test(start_paused = true)]
    async fn pauses_double_until_a_request_succeeds() {
        let pacer = Pacer::new(1, Duration::ZERO);
        for pause in [10, 20, 40, 60, 60] {
            let grown = pacer.pause_after_refusal(&policy(), None, 1.0);
            assert_eq!(grown.as_secs(), pause);
            assert!((pause..=pause + 1).contains(&waits(&pacer).await));
        }
        pacer.succeeded();
        let grown = pacer.pause_after_refusal(&policy(), None, 1.0);
        assert_eq!(grown.as_secs(), 10);
    }

    #[tokio::test(start_paused = true)]
    async fn refusals_and_successes_of_before_the_pause_do_not_count() {
        let pacer = Pacer::new(4, Duration::ZERO);
        for _ in 0..4 {
            let grown = pacer.pause_after_refusal(&policy(), None, 1.0);
            assert_eq!(grown.as_secs(), 10);
        }
        pacer.succeeded();
        waits(&pacer).await;
        let grown = pacer.pause_after_refusal(&policy(), None, 1.0);
        assert_eq!(grown.as_secs(), 20);
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_can_make_a_pause_longer_and_not_shorter() {
        let pacer = Pacer::new(1, Duration::ZERO);
        pacer.pause_after_refusal(&policy(), Some(30 * SECOND), 1.0);
        assert!((30..=31).contains(&waits(&pacer).await));
        pacer.pause_after_refusal(&policy(), Some(Duration::ZERO), 1.0);
        assert!((20..=22).contains(&waits(&pacer).await));
        pacer.pause(Duration::MAX);
        assert!((3600..=3601).contains(&waits(&pacer).await));
    }

    #[tokio::test(start_paused = true)]
    async fn a_turn_after_the_deadline_is_too_late_at_once() {
        let pacer = Pacer::new(1, Duration::MAX);
        waits(&pacer).await;
        let start = Instant::now();
        let late = pacer.enter(start + SECOND).await.unwrap_err();
        assert_eq!(late.wait, Some(LONGEST_PAUSE));
        pacer.pause(10 * SECOND);
        let late = pacer.enter(start + SECOND).await.unwrap_err();
        assert_eq!(
            (late.wait, start.elapsed()),
            (Some(10 * SECOND), Duration::ZERO)
        );
        assert!(late.to_string().starts_with("not sent"));
    }
}
