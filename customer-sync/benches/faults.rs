//! A first run of 1,000 customers while a share of Billit's answers is a fault: how many have no party after it, and how
//! many have two. Results: `BENCHMARKS.md`.
#![allow(clippy::unwrap_used, missing_docs, unreachable_pub)]

#[path = "../tests/common/mod.rs"]
mod common;
use std::collections::BTreeMap;
use std::time::Duration;

use billit_client::retry::RetryPolicy;
use common::{World, person, text};
use customer_sync::{SyncOptions, sync_customers};
use sandbox::Fault;
use sandbox::billit::IdempotencyHeader;

const CUSTOMERS: u64 = 1_000;

const FAULTS: [Fault; 10] = [
    Fault::TooManyRequests { retry_after: 0 },
    Fault::InternalError,
    Fault::Unavailable { retry_after: None },
    Fault::Unavailable {
        retry_after: Some(0),
    },
    Fault::HtmlBody,
    Fault::TruncatedJson,
    Fault::ResetBefore,
    Fault::ResetAfter,
    // Longer than the client waits.
    Fault::Slow { millis: 800 },
    Fault::CommitsLate { millis: 100 },
];

#[derive(Clone, Copy)]
struct Mode {
    keys: bool,
    merging: bool,
    failed_uses_key: bool,
    list_delay: u64,
}

impl Mode {
    fn all() -> impl Iterator<Item = Self> {
        let both = [true, false];
        let modes = both.into_iter().flat_map(move |keys| {
            both.into_iter().flat_map(move |merging| {
                [0, 20].into_iter().map(move |list_delay| Self {
                    keys,
                    merging,
                    failed_uses_key: false,
                    list_delay,
                })
            })
        });
        let burnt = [0, 20].into_iter().map(|list_delay| Self {
            keys: true,
            merging: false,
            failed_uses_key: true,
            list_delay,
        });
        modes.chain(burnt)
    }

    fn name(self) -> String {
        let keys = match (self.keys, self.failed_uses_key) {
            (true, true) => "used up by failed creates",
            (true, false) => "honoured",
            _ => "not honoured",
        };
        let merging = if self.merging { "yes" } else { "no" };
        let lists = match self.list_delay {
            0 => "at once".to_owned(),
            requests => format!("{requests} requests later"),
        };
        format!("{keys} | {merging} | {lists}")
    }

    /// What one run leaves: missing, doubled, calls to Billit.
    async fn run(self, percent: u8) -> String {
        let world = World::empty().await;
        world.sandbox.billit.configure(|settings| {
            if !self.keys {
                settings.idempotency_header = IdempotencyHeader::None;
            }
            if !self.merging {
                settings.matchers.clear();
            }
            settings.failed_create_uses_key = self.failed_uses_key;
            settings.list_delay_requests = self.list_delay;
        });
        for id in 1..=CUSTOMERS {
            world.sandbox.planyo.add(person(id));
        }
        let at_once = Duration::from_millis(1);
        let retry = RetryPolicy::default()
            .delay(at_once)
            .rate_limit_delay(at_once);
        let billit = billit_client::Client::builder(
            world.sandbox.billit.api_key(),
            world.sandbox.billit.company_id(),
        )
        .base_url(world.sandbox.billit.base_url())
        .retry(retry)
        .attempt_timeout(Duration::from_millis(500))
        .build()
        .unwrap();
        world.sandbox.billit.faults().random(7, percent, &FAULTS);
        let run = sync_customers(&world.planyo, &billit, &options()).await;
        let report = run.unwrap();
        // What is late has come.
        tokio::time::sleep(Duration::from_millis(300)).await;
        let mut parties: BTreeMap<String, usize> = BTreeMap::new();
        for party in world.sandbox.billit.parties() {
            let link = text(&party, "ExternalProviderID");
            *parties
                .entry(link.unwrap_or_default().to_owned())
                .or_default() += 1;
        }
        let with_one = |id: &u64| parties.contains_key(&format!("planyo:{id}"));
        let missing = (1..=CUSTOMERS).filter(|id| !with_one(id)).count();
        let doubled = parties.values().filter(|number| **number > 1).count();
        let unfinished = report.outcomes.iter().filter(|outcome| outcome.unfinished);
        let unfinished = unfinished.count();
        let calls = report.calls.billit;
        format!("{missing} | {doubled} | {unfinished} | {calls}")
    }
}

/// A request that takes effect late does so in less time than 5 look-ups take.
fn options() -> SyncOptions {
    SyncOptions::default().create_pause(Duration::from_millis(20))
}

#[tokio::main]
async fn main() {
    println!("| faults | keys | merges | listed | missing | doubled | unfinished | calls |");
    println!("|---|---|---|---|---|---|---|---|");
    for percent in [0, 2, 8] {
        for mode in Mode::all() {
            println!(
                "| {percent} % | {} | {} |",
                mode.name(),
                mode.run(percent).await
            );
        }
    }
}
