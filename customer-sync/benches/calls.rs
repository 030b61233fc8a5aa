//! The number of calls of a run, compared with the minimum; counted by the sandbox. Results: `BENCHMARKS.md`.
//!
//! The minimum is the pages of the listings (1,000 users, 120 parties), a write for each customer that needs one, and
//! for one customer alone their record and the lookup of their party.
#![allow(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    clippy::cast_precision_loss,
    missing_docs,
    unreachable_pub
)]

#[path = "../tests/common/mod.rs"]
mod common;
use common::{World, person};
use customer_sync::store::MemoryStore;
use customer_sync::{SyncOptions, sync_changed, sync_customer, sync_customers};
use serde_json::Value;

const CUSTOMERS: u64 = 1_000;

/// The pages of a list, at least one.
fn pages(records: usize, on_a_page: usize) -> usize {
    records.div_ceil(on_a_page).max(1)
}

/// The minimum number of calls to list all users, in two lists.
fn users(world: &World) -> usize {
    let users = world.sandbox.planyo.users();
    let by_admin = users.iter().filter(|user| user.created_by_admin).count();
    pages(users.len() - by_admin, 1_000) + pages(by_admin, 1_000)
}

/// The minimum number of calls to list both sides.
fn listings(world: &World) -> usize {
    users(world) + pages(world.sandbox.billit.parties().len(), 120)
}

/// Prints the calls since, and the minimum.
fn row(world: &World, what: &str, fewest: usize) {
    let (planyo, billit) = (world.sandbox.planyo.counts(), world.sandbox.billit.counts());
    let all = planyo.reads + billit.reads + billit.writes;
    println!(
        "| {what} | {} | {} | {} | {all} | {fewest} | {:.3} |",
        planyo.reads,
        billit.reads,
        billit.writes,
        all as f64 / fewest as f64,
    );
    world.clear();
}

async fn run(world: &World, options: &SyncOptions) {
    let run = sync_customers(&world.planyo, &world.billit, options);
    let report = run.await.unwrap();
    assert_eq!(report.counts().failed, 0, "{report}");
}

async fn changed(world: &World, options: &SyncOptions) {
    let run = sync_changed(&world.planyo, &world.billit, options);
    let report = run.await.unwrap();
    assert_eq!(report.counts().failed, 0, "{report}");
}

async fn one(world: &World, user: u64) {
    let options = SyncOptions::default();
    let outcome = sync_customer(&world.planyo, &world.billit, user, &options);
    assert!(outcome.await.unwrap().party.is_some());
}

fn change(world: &World, users: impl IntoIterator<Item = u64>, city: &str) {
    for user in users {
        world
            .sandbox
            .planyo
            .edit(user, |user| city.clone_into(&mut user.city));
    }
}

fn add(world: &World, users: impl IntoIterator<Item = u64>) {
    for id in users {
        let mut user = person(id);
        user.created_by_admin = id.is_multiple_of(4);
        user.reservations = u32::from(!user.created_by_admin);
        world.sandbox.planyo.add(user);
    }
}

/// Removes the links: the parties are those of a Billit before the first sync.
fn unlink(world: &World) {
    for party in world.sandbox.billit.parties() {
        let id = party.get("PartyID").and_then(Value::as_i64).unwrap();
        world.sandbox.billit.edit(id, |party| {
            party.remove("ExternalProviderID");
        });
    }
}

#[tokio::main]
async fn main() {
    println!("| what | Planyo | Billit: reads | writes | together | fewest | ratio |");
    println!("|---|---|---|---|---|---|---|");
    let all = usize::try_from(CUSTOMERS).unwrap();
    let world = World::empty().await;
    add(&world, 1..=CUSTOMERS);
    let options = SyncOptions::default();

    run(&world, &options).await;
    // An empty Billit at first.
    row(&world, "first run of 1,000, Billit is empty", 3 + all);
    run(&world, &options).await;
    row(&world, "nothing to do", listings(&world));
    let remembering = options.clone().store(MemoryStore::new());
    run(&world, &remembering).await;
    run(&world, &remembering).await;
    row(
        &world,
        "nothing to do, twice, with a store",
        2 * listings(&world),
    );
    changed(&world, &remembering).await;
    row(&world, "nothing has changed", users(&world));
    change(&world, 51..=60, "Ieper");
    changed(&world, &remembering).await;
    row(&world, "10 have changed", users(&world) + 10);
    change(&world, 1..=50, "Ieper");
    run(&world, &options).await;
    row(&world, "50 changed of 1,000", listings(&world) + 50);
    add(&world, [CUSTOMERS + 1]);
    run(&world, &options).await;
    row(&world, "1 new beside 1,000", listings(&world) + 1);
    add(&world, CUSTOMERS + 2..=CUSTOMERS + 6);
    run(&world, &options).await;
    row(&world, "5 new beside 1,001", listings(&world) + 5);

    // Fields missing from lists, such as the language, are written when a customer is read alone for the first time.
    one(&world, 7).await;
    world.clear();
    one(&world, 7).await;
    row(&world, "one alone, nothing to do", 2);
    change(&world, [7], "Brugge");
    one(&world, 7).await;
    row(&world, "one alone, changed", 3);
    add(&world, [CUSTOMERS + 7]);
    one(&world, CUSTOMERS + 7).await;
    row(&world, "one alone, new beside 1,006", 3);

    unlink(&world);
    run(&world, &options).await;
    let linked = all + 7;
    row(
        &world,
        "first run of 1,007 who are all in Billit",
        listings(&world) + linked,
    );

    let world = World::empty().await;
    world
        .sandbox
        .billit
        .configure(|settings| settings.summaries = true);
    add(&world, 1..=CUSTOMERS);
    run(&world, &options).await;
    row(&world, "first run of 1,000, lists are summaries", 3 + all);
    run(&world, &options).await;
    row(
        &world,
        "nothing to do, lists are summaries",
        listings(&world),
    );
    let remembering = options.store(MemoryStore::new());
    run(&world, &remembering).await;
    world.clear();
    changed(&world, &remembering).await;
    row(
        &world,
        "nothing has changed, lists are summaries",
        users(&world),
    );
}
