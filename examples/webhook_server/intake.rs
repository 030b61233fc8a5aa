//! From the door into the inbox: one write to the store takes in all that came since the last one.
//!
//! A notification is answered when it is in the store, so that none is lost if the program is killed. One write for each
//! would be slow; the store's writes come one after the other, and while one runs the next group gathers.
use chrono::Utc;
use customer_sync::triggers::{EnqueueOutcome, Inbox, SyncRequest};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

/// So many may wait for the next write; more are told to come again.
const LONGEST_QUEUE: usize = 4096;

type Waiting = (SyncRequest, oneshot::Sender<EnqueueOutcome>);

/// Where the handlers put who is due.
#[derive(Clone)]
pub(crate) struct Intake(mpsc::Sender<Waiting>);

impl Intake {
    /// Starts the task that writes. It ends when every `Intake` is gone and all is written; `on_added` is called after each
    /// write.
    pub(crate) fn start(
        inbox: Inbox,
        on_added: impl Fn() + Send + 'static,
    ) -> (Self, JoinHandle<()>) {
        let (send, mut receive) = mpsc::channel::<Waiting>(LONGEST_QUEUE);
        let task = tokio::spawn(async move {
            let mut group = Vec::new();
            while receive.recv_many(&mut group, LONGEST_QUEUE).await > 0 {
                let (due, answers): (Vec<SyncRequest>, Vec<_>) = group.drain(..).unzip();
                let inbox = inbox.clone();
                // The store waits for the disk.
                let write = move || inbox.add_all(&due, Utc::now());
                match tokio::task::spawn_blocking(write).await {
                    Ok(Ok(added)) => {
                        for (answer, added) in answers.into_iter().zip(added) {
                            // Whoever asked may have gone.
                            answer.send(added).unwrap_or_default();
                        }
                        on_added();
                    }
                    // Dropped answers say that nothing was taken.
                    Ok(Err(error)) => eprintln!("{error}"),
                    Err(error) => eprintln!("the inbox: {error}"),
                }
            }
        });
        (Self(send), task)
    }

    /// Takes one who is due. `None`: the store cannot be written, or too many wait.
    pub(crate) async fn take(&self, due: SyncRequest) -> Option<EnqueueOutcome> {
        let (answer, answered) = oneshot::channel();
        self.0.try_send((due, answer)).ok()?;
        answered.await.ok()
    }
}
