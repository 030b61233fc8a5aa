//! Syncs who is due, and everybody now and then. One thing at a time: so nobody is synced by two at once, and what comes in
//! during a full pass waits in the inbox until it is over.
use std::sync::Arc;
use std::time::Duration;

use billit_client::Client as Billit;
use chrono::Utc;
use customer_sync::triggers::{Inbox, sync_next};
use customer_sync::{CancellationToken, PlanyoUsers, SyncOptions, sync_customers};
use tokio::sync::{Notify, watch};
use tokio::time::{Instant, sleep_until};

use crate::stats::Stats;

/// So long a store that cannot be used is left alone.
const RECOVERY: Duration = Duration::from_secs(10);

/// So long after a full pass that failed there is another at the latest.
const SECOND_TRY: Duration = Duration::from_secs(300);

pub(crate) struct Worker {
    pub(crate) users: PlanyoUsers,
    pub(crate) billit: Billit,
    pub(crate) options: SyncOptions,
    pub(crate) inbox: Inbox,
    pub(crate) stats: Arc<Stats>,
    /// Somebody new is in the inbox.
    pub(crate) more: Arc<Notify>,
    pub(crate) stop_pass: CancellationToken,
    pub(crate) full_pass: Option<Duration>,
    pub(crate) full_pass_at_start: bool,
}

impl Worker {
    /// Works until it is told to stop, and then to the end of what it is at. Who still waits then is in the store.
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
                    println!("{synced}");
                    continue;
                }
                // After those who are ready, who make room: else those who come meanwhile find none either.
                Ok(None) if self.stats.is_overdue() => {
                    full_pass_at = self.pass().await;
                    continue;
                }
                Ok(None) => self.inbox.next_at().map(|time| {
                    let wait = (time - Utc::now()).to_std().unwrap_or_default();
                    Instant::now() + wait.max(Duration::from_millis(1))
                }),
                Err(error) => {
                    eprintln!("{error}");
                    Some(Instant::now() + RECOVERY)
                }
            };
            tokio::select! {
                () = self.more.notified() => {}
                () = reached(ready) => {}
                () = reached(full_pass_at) => {}
                // The server that would say it is gone as well.
                _ = stop.changed() => {}
            }
        }
    }

    /// Everybody: what came while nobody listened, and what found no place. When the next pass is to be.
    async fn pass(&self) -> Option<Instant> {
        self.stats.full_pass_begins();
        let options = self.options.clone().cancellation(&self.stop_pass);
        let result = sync_customers(&self.users, &self.billit, &options).await;
        println!("full pass: {}", self.stats.full_pass(&result));
        let wait = match result {
            Ok(_) => self.full_pass,
            Err(_) => Some(self.full_pass.unwrap_or(SECOND_TRY).min(SECOND_TRY)),
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
