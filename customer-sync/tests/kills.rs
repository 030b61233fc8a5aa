//! Two programs at once that are killed at any moment of a run, while a third of Billit's answers is a fault: no customer
//! is lost or made twice, and the undo gives the books of before.
//!
//! `CUSTOMER_SYNC_KILLS` is the number of kills for each store. Default: 4.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // Helpers of the tests unwrap like the tests.

mod common;
mod postgres_server;

use std::collections::BTreeMap;
use std::env;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use common::{World, key, person, run, text};
use customer_sync::store::{PostgresStore, RunKind, SqliteStore, State};
use customer_sync::{SyncOptions, apply, plan_undo, sync_customers};
use postgres_server::Database;
use sandbox::Fault;
use serde_json::{Map, Value};

/// What a program that is to be killed is told.
const SETTINGS: [&str; 4] = [
    "KILLS_PLANYO",
    "KILLS_BILLIT",
    "KILLS_COMPANY",
    "KILLS_STORE",
];

/// Customers that have a party before the first kill.
const KNOWN: u64 = 24;

const FAULTS: [Fault; 6] = [
    Fault::TooManyRequests { retry_after: 0 },
    Fault::InternalError,
    Fault::Unavailable { retry_after: None },
    Fault::TruncatedJson,
    Fault::ResetBefore,
    Fault::ResetAfter,
];

async fn open(store: &str) -> State {
    if store.starts_with("postgres") {
        State::new(PostgresStore::connect(store).await.unwrap())
    } else {
        State::new(SqliteStore::open(store).unwrap())
    }
}

/// Leases end soon, so that the test need not wait long for those of killed programs.
fn options_with(state: State) -> SyncOptions {
    SyncOptions::default()
        .store(state)
        .create_pause(Duration::from_millis(5))
        .lease_time(Duration::from_secs(1))
}

/// The program that is killed: this test, started by the others.
#[tokio::test]
async fn program() {
    let settings = SETTINGS.map(|name| env::var(name).ok());
    let [Some(planyo), Some(billit), Some(company), Some(store)] = settings else {
        return;
    };
    let (planyo_url, planyo_key) = planyo.split_once(' ').unwrap();
    let (billit_url, billit_key) = billit.split_once(' ').unwrap();
    let at_once = Duration::from_millis(1);
    let planyo = planyo_client::Client::builder(planyo_key)
        .base_url(planyo_url)
        .build()
        .unwrap();
    let retry = billit_client::retry::RetryPolicy::default()
        .delay(at_once)
        .rate_limit_delay(at_once);
    let company: i64 = company.parse().unwrap();
    let billit = billit_client::Client::builder(billit_key, company)
        .base_url(billit_url)
        .retry(retry)
        .build()
        .unwrap();
    let options = options_with(open(&store).await);
    // A run that cannot read both sides to their end, because of the faults, is made again.
    while sync_customers(&planyo, &billit, &options).await.is_err() {}
}

fn start(world: &World, store: &str) -> Child {
    let (planyo, billit) = (&world.sandbox.planyo, &world.sandbox.billit);
    let values = [
        format!("{} {}", planyo.base_url(), planyo.api_key()),
        format!("{} {}", billit.base_url(), billit.api_key()),
        billit.company_id().to_string(),
        store.to_owned(),
    ];
    Command::new(env::current_exe().unwrap())
        .args(["--exact", "program", "--nocapture"])
        .envs(SETTINGS.into_iter().zip(values))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// The parties of these customers, without the field that every write changes.
fn books(world: &World) -> BTreeMap<u64, Map<String, Value>> {
    let of = |id| {
        let mut party = world.party_of(id);
        party.remove("LastModified");
        (id, party)
    };
    (1..=KNOWN).map(of).collect()
}

/// Waits until Billit has had so many writes, or both programs have ended: whether it was the writes.
async fn written(world: &World, writes: usize, programs: &mut [Child; 2]) -> bool {
    loop {
        if world.writes() >= writes {
            return true;
        }
        if programs.iter_mut().all(has_ended) {
            return false;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

fn has_ended(program: &mut Child) -> bool {
    program.try_wait().unwrap().is_some()
}

/// Runs until nothing is left: what the killed ones had leased is free when their time is over.
async fn settle(world: &World, options: &SyncOptions) {
    loop {
        let report = sync_customers(&world.planyo, &world.billit, options).await;
        let report = report.unwrap();
        assert_eq!(report.store_error, None);
        if !report.is_unfinished() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn kills_lose_nothing(store: &str) {
    let kills: usize = env::var("CUSTOMER_SYNC_KILLS").map_or(4, |kills| kills.parse().unwrap());
    let world = World::empty().await;
    for id in 1..=KNOWN {
        world.sandbox.planyo.add(person(id));
    }
    let state = open(store).await;
    let options = options_with(state.clone());
    run(&world, &options).await;
    let before = books(&world);
    let first = state.runs().await.unwrap()[0].id.clone();

    let (mut killed, mut round, mut last) = (0, 0_u64, KNOWN);
    while killed < kills {
        round += 1;
        assert!(
            round < 20 * kills as u64 + 20,
            "programs end before they are killed"
        );
        for id in 1..=KNOWN {
            world
                .sandbox
                .planyo
                .edit(id, |user| user.city = format!("Town {round}"));
        }
        for _ in 0..4 {
            last += 1;
            world.sandbox.planyo.add(person(last));
        }
        world.sandbox.billit.faults().random(round, 35, &FAULTS);
        world.clear();
        let mut programs = [start(&world, store), start(&world, store)];
        // Somewhere between the first write and the last but a few.
        let moment = 1 + usize::try_from(round.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 59).unwrap();
        let is_in_time = written(&world, moment, &mut programs).await;
        let [one, other] = &mut programs;
        one.kill().unwrap();
        // In every second round the other program goes on.
        if round % 2 == 0 {
            other.kill().unwrap();
        }
        // The servers are on this thread: it must not wait for a program that asks them.
        while !programs.iter_mut().all(has_ended) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        world.sandbox.billit.faults().clear();
        let unfinished = unfinished(&state).await;
        if is_in_time && unfinished > killed {
            killed = unfinished;
        }
        settle(&world, &options).await;
    }

    assert_eq!(world.linked().len(), usize::try_from(last).unwrap());
    assert_eq!(world.sandbox.billit.parties().len(), world.linked().len());
    for id in 1..=KNOWN {
        let town = format!("Town {round}");
        assert_eq!(text(&world.party_of(id), "City"), Some(&*town), "{id}");
    }
    world.clear();
    run(&world, &options).await;
    assert_eq!(world.writes(), 0);
    assert!(state.customer(&key(last)).await.unwrap().is_some());

    // Backwards, run by run, also those that were killed.
    let runs = state.runs().await.unwrap();
    for record in runs.iter().rev().take_while(|record| record.id != first) {
        assert_eq!(record.kind, RunKind::Full);
        let plan = plan_undo(&world.billit, Some(&record.id), None, &options).await;
        let undone = apply(&plan.unwrap(), &world.planyo, &world.billit, &options).await;
        assert_eq!(undone.unwrap().store_error, None);
    }
    assert_eq!(books(&world), before);
}

/// The number of runs in the journal that began to write and did not end.
async fn unfinished(state: &State) -> usize {
    let mut number = 0;
    for record in state.runs().await.unwrap() {
        if record.finished.is_none() && !state.entries(&record.id).await.unwrap().is_empty() {
            number += 1;
        }
    }
    number
}

#[tokio::test]
async fn kills_lose_nothing_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("customers.sqlite");
    kills_lose_nothing(file.to_str().unwrap()).await;
}

#[tokio::test]
async fn kills_lose_nothing_on_a_server() {
    let Some(database) = Database::new().await else {
        return;
    };
    kills_lose_nothing(&database.url).await;
}
