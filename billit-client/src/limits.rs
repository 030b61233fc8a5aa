//! When a call may leave: not while the client pauses, not before its turn, and not with too many others.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, sleep_until, timeout_at};

use crate::error::{Error, ErrorKind, Result};
use crate::plumbing::retry_policy::spread;

/// A server that asks for more patience is asked again after this.
const LONGEST_PAUSE: Duration = Duration::from_secs(3600);

/// What all calls of a client share.
pub(crate) struct Limits {
    permits: Semaphore,
    /// From the start of one request to the start of the next.
    interval: Duration,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    paused_until: Option<Instant>,
    next_start: Option<Instant>,
}

impl Limits {
    pub(crate) fn new(concurrency: usize, interval: Duration) -> Self {
        Self {
            permits: Semaphore::new(concurrency.clamp(1, Semaphore::MAX_PERMITS)),
            interval: interval.min(LONGEST_PAUSE),
            state: Mutex::default(),
        }
    }

    /// No call leaves for so long.
    pub(crate) fn pause(&self, pause: Duration) {
        let until = Instant::now() + pause.min(LONGEST_PAUSE);
        let mut state = self.state();
        state.paused_until = Some(state.paused_until.map_or(until, |old| old.max(until)));
    }

    /// Waits until a request may leave. It counts as under way while the permit lives.
    pub(crate) async fn enter(&self, deadline: Instant) -> Result<SemaphorePermit<'_>> {
        loop {
            self.wait_out_pause(deadline).await?;
            let Ok(Ok(permit)) = timeout_at(deadline, self.permits.acquire()).await else {
                return Err(Error::new(ErrorKind::RateLimited));
            };
            if self.wait_for_turn(deadline).await? {
                return Ok(permit);
            }
        }
    }

    async fn wait_out_pause(&self, deadline: Instant) -> Result<()> {
        loop {
            let until = self.state().paused_until;
            let now = Instant::now();
            let Some(until) = until.filter(|until| *until > now) else {
                return Ok(());
            };
            let left = until.duration_since(now);
            let until = until + spread(left, fastrand::f64());
            if until >= deadline {
                return Err(too_late(left));
            }
            sleep_until(until).await;
        }
    }

    /// Takes the next turn when it has come; none if a pause has begun meanwhile.
    async fn wait_for_turn(&self, deadline: Instant) -> Result<bool> {
        loop {
            let now = Instant::now();
            // A request without time for its answer had better not leave.
            if now >= deadline {
                return Err(Error::new(ErrorKind::RateLimited));
            }
            let turn = {
                let mut state = self.state();
                if state.paused_until.is_some_and(|until| until > now) {
                    return Ok(false);
                }
                let Some(turn) = state.next_start.filter(|turn| *turn > now) else {
                    state.next_start = Some(now + self.interval);
                    return Ok(true);
                };
                turn
            };
            if turn >= deadline {
                return Err(too_late(turn.duration_since(now)));
            }
            sleep_until(turn).await;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn too_late(wait: Duration) -> Error {
    Error::new(ErrorKind::RateLimited).with_retry_after(Some(wait))
}
