//! The task that posts to the callbacks: one after the other, in the order of the events by default.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{
    sync::{mpsc::UnboundedReceiver, oneshot},
    time::timeout,
};

use crate::{deliver::post, server::lock};

/// How long a delivery is delayed so that another one can overtake it.
const HELD: Duration = Duration::from_millis(100);

/// A notification that was posted, or that could not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Its `notification_type`.
    pub event: String,
    /// Where to.
    pub url: String,
    /// Form or JSON, as the URL asks for.
    pub content_type: &'static str,
    /// The body as sent.
    pub body: String,
    /// The receiver's HTTP status; `None`: no connection, no answer in 5 seconds, or not `http://` to a loopback
    /// address. There is no retry: whether Planyo retries is unknown.
    pub status: Option<u16>,
}

pub(in crate::planyo) struct Post {
    pub(super) delivery: Delivery,
    pub(super) times: usize,
    /// The next one may overtake it.
    pub(super) may_wait: bool,
}

pub(in crate::planyo) enum Job {
    Post(Post),
    /// Answered when everything before it was posted.
    Settle(oneshot::Sender<()>),
}

/// Runs until the server is dropped.
pub(in crate::planyo) async fn deliver(
    mut jobs: UnboundedReceiver<Job>,
    done: Arc<Mutex<Vec<Delivery>>>,
) {
    let mut held: Option<Post> = None;
    loop {
        let job = if held.is_none() {
            jobs.recv().await
        } else if let Ok(job) = timeout(HELD, jobs.recv()).await {
            job
        } else {
            // No other overtook it.
            post_held(&mut held, &done).await;
            continue;
        };
        match job {
            None => break,
            Some(Job::Settle(settled)) => {
                post_held(&mut held, &done).await;
                // The caller may have been dropped.
                settled.send(()).unwrap_or_default();
            }
            Some(Job::Post(post)) if post.may_wait && held.is_none() => held = Some(post),
            Some(Job::Post(post)) => {
                post_all(post, &done).await;
                post_held(&mut held, &done).await;
            }
        }
    }
    post_held(&mut held, &done).await;
}

async fn post_held(held: &mut Option<Post>, done: &Mutex<Vec<Delivery>>) {
    if let Some(post) = held.take() {
        post_all(post, done).await;
    }
}

async fn post_all(due: Post, done: &Mutex<Vec<Delivery>>) {
    for _ in 0..due.times {
        let mut delivery = due.delivery.clone();
        let headers = [
            ("User-Agent", "Planyo"),
            ("Content-Type", delivery.content_type),
        ];
        let status = post(&delivery.url, &headers, &delivery.body).await;
        delivery.status = status.ok();
        lock(done).push(delivery);
    }
}
