//! From the receiver into the inbox, in batches: one write for all requests since the last write.
//!
//! A notification is answered once it is in the store, so that none is lost if the program is killed. One write for
//! each would be slow; while one write runs, the next batch collects.

use chrono::Utc;
use customer_sync::triggers::{EnqueueOutcome, Inbox, SyncRequest};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

/// How many may wait for the next write; more are rejected with 503.
const MAX_QUEUE: usize = 4096;

type Waiting = (SyncRequest, oneshot::Sender<EnqueueOutcome>);

/// Where the handlers put the sync requests.
#[derive(Clone)]
pub struct Intake(mpsc::Sender<Waiting>);

impl Intake {
    /// Starts the writing task. It ends when every `Intake` is dropped and all is written; `on_added` is called after
    /// each write.
    #[must_use]
    pub fn start(inbox: Inbox, on_added: impl Fn() + Send + 'static) -> (Self, JoinHandle<()>) {
        let (send, mut receive) = mpsc::channel::<Waiting>(MAX_QUEUE);
        let task = tokio::spawn(async move {
            let mut batch = Vec::new();
            while receive.recv_many(&mut batch, MAX_QUEUE).await > 0 {
                let (requests, answers): (Vec<SyncRequest>, Vec<_>) = batch.drain(..).unzip();
                match inbox.add_all(&requests, Utc::now()).await {
                    Ok(added) => {
                        for (answer, added) in answers.into_iter().zip(added) {
                            // The handler may have been dropped.
                            answer.send(added).unwrap_or_default();
                        }
                        on_added();
                    }
                    // The answers are dropped: nothing was added.
                    Err(error) => tracing::error!(%error, "the inbox cannot be written"),
                }
            }
        });
        (Self(send), task)
    }

    /// Adds a request to the inbox. `None`: the store cannot be written, or too many wait.
    pub async fn add(&self, request: SyncRequest) -> Option<EnqueueOutcome> {
        let (answer, answered) = oneshot::channel();
        self.0.try_send((request, answer)).ok()?;
        answered.await.ok()
    }
}
