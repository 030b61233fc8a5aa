//! The thread of a handle, which has its connection.

use std::path::Path;
use std::sync::mpsc::{Sender, channel};

use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::store::rows::StoreFuture;
use crate::store::{StateError, StateErrorKind};

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

/// Dropped, it ends after the jobs that it has.
pub(super) struct Thread {
    jobs: Sender<Job>,
}

impl Thread {
    pub(super) fn start(mut connection: Connection, path: &Path) -> Result<Self, StateError> {
        let (jobs, to_do) = channel::<Job>();
        let work = move || to_do.iter().for_each(|job| job(&mut connection));
        let thread = std::thread::Builder::new().name("customer-sync store".to_owned());
        thread.spawn(work).map_err(|error| {
            let path = path.display();
            StateError::new(
                StateErrorKind::Unavailable,
                format!("{path} gets no thread: {error}; raise the limit of threads"),
            )
        })?;
        Ok(Self { jobs })
    }

    /// Does a job when the future is first polled. If the future is dropped, a job that has begun is done to its end.
    pub(super) fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Connection) -> Result<T, StateError> + Send + 'static,
    ) -> StoreFuture<'_, T> {
        Box::pin(async move {
            let (answer, answered) = oneshot::channel();
            let job: Job = Box::new(move |connection| {
                if !answer.is_closed() {
                    let _ = answer.send(job(connection));
                }
            });
            self.jobs.send(job).map_err(|_| ended())?;
            answered.await.map_err(|_| ended())?
        })
    }
}

/// What a caller gets if a job has panicked, which is a bug.
fn ended() -> StateError {
    StateError::new(
        StateErrorKind::OutcomeUnknown,
        "has lost its thread: open it again, and report this",
    )
}
