//! Two processes on one store, and one that is killed under load.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use customer_sync::triggers::{Inbox, InboxOptions};
use service::app::LastPass;
use service::notes::Notes;
use tokio::sync::Semaphore;

use crate::place::{
    FORM, JSON, Place, Running, USER, checked_in, exchange, free_address, good, until,
};

#[tokio::test(flavor = "multi_thread")]
async fn of_two_processes_one_works_and_the_other_goes_on_when_it_is_killed() {
    let place = Place::quiet(6).await;
    let first = place.start();
    first.until_log("this process works on the store").await;
    let second = {
        let address = free_address();
        let file = place.folder.path().join("second.toml");
        std::fs::write(&file, place.settings_at(address)).unwrap();
        (
            address,
            Running::wait_for(place.program(&["run", "--settings", "second.toml"])),
        )
    };
    let (address, second) = second;
    second
        .until_log("another process works on this store")
        .await;
    // Both take notifications, and the first syncs them.
    let post = |address, user| {
        exchange(
            address,
            "POST",
            &format!("/planyo{}", good()),
            FORM,
            &checked_in(user),
        )
        .unwrap()
        .0
    };
    for (address, user) in [
        (place.address, USER),
        (address, USER + 1),
        (place.address, USER + 2),
    ] {
        assert_eq!(post(address, user), 200);
    }
    place.until_synced(&place.users[..3]).await;
    place.until_nobody_waits().await;
    for user in [USER, USER + 1, USER + 2] {
        first.until_log(&format!("customer:{user}: created")).await;
    }
    assert!(!second.log().contains("notification"), "{}", second.log());

    // What it was at is missed after the time of its lease, which is 5 seconds here.
    assert_eq!(post(place.address, USER + 3), 200);
    first.kill();
    for user in [USER + 4, USER + 5] {
        assert_eq!(post(address, user), 200);
    }
    place.until_synced(&place.users).await;
    second.until_log("this process works on the store").await;
    place.until_nobody_waits().await;
}

/// So many are posted, for all customers in turn.
const NOTIFICATIONS: usize = 20_000;
/// With 2,000 it takes five minutes: each sync has its commits, which wait for the disk.
const CUSTOMERS: u64 = 400;
const CONNECTIONS: usize = 32;

/// What is posted, by several connections.
struct Posting {
    url: String,
    /// The second half waits for it.
    rest: Semaphore,
    next: AtomicUsize,
    answered: AtomicUsize,
}

impl Posting {
    fn answered(&self) -> usize {
        self.answered.load(Ordering::Relaxed)
    }

    /// Posts one after the other until all are answered.
    async fn post(&self) {
        let client = reqwest::Client::builder().timeout(Duration::from_secs(10));
        let client = client.build().unwrap();
        loop {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            if number >= NOTIFICATIONS {
                return;
            }
            if number >= NOTIFICATIONS / 2 {
                self.rest.acquire().await.unwrap().forget();
            }
            let user = USER + u64::try_from(number).unwrap() % CUSTOMERS;
            let (kind, body) = if number.is_multiple_of(2) {
                (FORM, checked_in(user))
            } else {
                let body = format!("{{\"notification_type\":\"user_updated\",\"user\":{user}}}");
                (JSON, body)
            };
            // As Planyo: again until it is answered.
            loop {
                let post = client.post(&self.url).header("content-type", kind);
                let posted = post.body(body.clone()).send().await;
                if posted.is_ok_and(|answer| answer.status() == 200) {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            self.answered.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// It takes a minute, most of which the disk takes.
#[tokio::test(flavor = "multi_thread")]
async fn twenty_thousand_notifications_survive_two_kills() {
    let longest = Duration::from_secs(300);
    let place = Place::busy(CUSTOMERS).await;
    let posting = Arc::new(Posting {
        url: format!("http://{}/planyo{}", place.address, good()),
        rest: Semaphore::new(0),
        next: AtomicUsize::new(0),
        answered: AtomicUsize::new(0),
    });
    let notes = Notes::new(&place.open_store());
    let is_passed = async || {
        let last: Option<LastPass> = notes.read("status/pass").await.unwrap();
        last.is_some_and(|last| last.done)
    };
    let mut running = place.start();
    let connections: Vec<_> = (0..CONNECTIONS)
        .map(|_| {
            let posting = Arc::clone(&posting);
            tokio::spawn(async move { posting.post().await })
        })
        .collect();
    // In the middle of the full pass.
    until("the pass has begun", longest, async || {
        posting.answered() > 0 && place.sandbox.billit.parties().len() >= 50
    })
    .await;
    assert!(!is_passed().await);
    running.kill();
    running = place.start();
    // Half are posted, and are being synced.
    until("half are posted", longest, async || {
        posting.answered() >= NOTIFICATIONS / 2 && place.sandbox.billit.parties().len() >= 100
    })
    .await;
    running.kill();
    posting.rest.add_permits(NOTIFICATIONS);
    running = place.start();
    for connection in connections {
        connection.await.unwrap();
    }
    assert_eq!(posting.answered(), NOTIFICATIONS);
    // Another process goes on with a pass when the lease is over of the one that was killed.
    until("all customers are compared", longest, is_passed).await;
    let inbox = Inbox::new(place.open_store(), InboxOptions::default());
    until("the inbox is empty", longest, async || {
        inbox.pending(1).await.unwrap().is_empty()
    })
    .await;
    let links = place.links();
    assert_eq!(links.len(), place.users.len());
    assert!(links.values().all(|parties| *parties == 1), "{links:?}");
    drop(running);
}
