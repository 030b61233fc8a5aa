//! Syncs the customers in the inbox, and all customers in a periodic full pass. One at a time, so no customer is synced
//! twice at once; requests received during a full pass wait in the inbox.

use std::sync::Arc;
use std::time::Duration;

use billit_client::Client as Billit;
use chrono::Utc;
use customer_sync::triggers::{Inbox, sync_next};
use customer_sync::{CancellationToken, PlanyoUsers, SyncOptions, sync_customers};
use tokio::sync::{Notify, watch};
use tokio::time::{Instant, sleep_until};

use super::stats::Stats;
use crate::program::{print_line, print_problem};

/// The retry delay when the store cannot be used.
const STORE_RETRY_DELAY: Duration = Duration::from_secs(10);

/// The clocks of this machine and of the store may differ: then a customer is ready a little later than it seems.
const SHORTEST_WAIT: Duration = Duration::from_millis(20);

/// The inbox is read again after this time, since other programs may add to it.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// The maximum delay before the retry of a failed full pass.
const PASS_RETRY_DELAY: Duration = Duration::from_secs(300);

pub(crate) struct Worker {
    pub(crate) users: PlanyoUsers,
    pub(crate) billit: Billit,
    pub(crate) options: SyncOptions,
    pub(crate) inbox: Inbox,
    pub(crate) stats: Arc<Stats>,
    /// Requests were added to the inbox.
    pub(crate) more: Arc<Notify>,
    pub(crate) stop_pass: CancellationToken,
    pub(crate) full_pass: Option<Duration>,
    pub(crate) full_pass_at_start: bool,
}

impl Worker {
    /// Runs until it is stopped, and finishes the current customer. Those that still wait are in the store.
    pub(crate) async fn run(self, mut stop: watch::Receiver<bool>) {
        let wait = self.full_pass.filter(|_| !self.full_pass_at_start);
        let mut full_pass_at = self
            .full_pass
            .map(|_| Instant::now() + wait.unwrap_or_default());
        while !*stop.borrow() {
            if full_pass_at.is_some_and(|time| time <= Instant::now()) {
                full_pass_at = self.pass().await;
                continue;
            }
            let synced = sync_next(
                &self.users,
                &self.billit,
                &self.options,
                &self.inbox,
                Utc::now,
            );
            let ready = match synced.await {
                Ok(Some(synced)) => {
                    self.stats.synced(&synced);
                    print_line(synced);
                    continue;
                }
                // After the ready ones, to make room in the inbox for new requests.
                Ok(None) if self.stats.is_overdue() => {
                    full_pass_at = self.pass().await;
                    continue;
                }
                Ok(None) => self.next_ready().await,
                Err(error) => {
                    print_problem(&error);
                    Instant::now() + STORE_RETRY_DELAY
                }
            };
            tokio::select! {
                () = self.more.notified() => {}
                () = sleep_until(ready) => {}
                () = reached(full_pass_at) => {}
                // An error means that the server is dropped.
                _ = stop.changed() => {}
            }
        }
    }

    /// When the next customer is ready, or may be, since another program adds to the inbox too.
    async fn next_ready(&self) -> Instant {
        let now = Instant::now();
        let wait = match self.inbox.next_at().await {
            Ok(Some(time)) => (time - Utc::now()).to_std().unwrap_or_default(),
            Ok(None) => LONGEST_WAIT,
            Err(error) => {
                print_problem(&error);
                STORE_RETRY_DELAY
            }
        };
        now + wait.clamp(SHORTEST_WAIT, LONGEST_WAIT)
    }

    /// Syncs all customers, for notifications that were missed or rejected. When the next pass is due.
    async fn pass(&self) -> Option<Instant> {
        self.stats.full_pass_begins();
        let options = self.options.clone().cancellation(&self.stop_pass);
        let result = sync_customers(&self.users, &self.billit, &options).await;
        print_line(format!("full pass: {}", self.stats.full_pass(&result)));
        let wait = match result {
            Ok(_) => self.full_pass,
            Err(_) => Some(
                self.full_pass
                    .unwrap_or(PASS_RETRY_DELAY)
                    .min(PASS_RETRY_DELAY),
            ),
        };
        wait.map(|wait| Instant::now() + wait)
    }
}

async fn reached(time: Option<Instant>) {
    match time {
        Some(time) => sleep_until(time).await,
        None => std::future::pending().await,
    }
}
