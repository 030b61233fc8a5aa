//! The estimated calls, compared with those that the servers see.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // As in tests.

mod common;
use std::time::Duration;

use common::{World, person};
use customer_sync::cost::{Cost, Limits};
use customer_sync::{SyncOptions, apply, plan_customers};

/// The cost of applying the current plan: estimated and actual.
async fn planned_and_seen(world: &World) -> (Cost, [usize; 3]) {
    let options = SyncOptions::default();
    let plan = plan_customers(&world.planyo, &world.billit, &options)
        .await
        .unwrap();
    let cost = plan.cost(world.sandbox.billit.parties().len(), &Limits::default());
    world.clear();
    apply(&plan, &world.planyo, &world.billit, &options)
        .await
        .unwrap();
    let (planyo, billit) = (world.sandbox.planyo.counts(), world.sandbox.billit.counts());
    (cost, [planyo.reads, billit.reads, billit.writes])
}

#[tokio::test]
async fn the_calls_are_those_that_are_made() {
    let world = World::seeded().await;
    let (cost, seen) = planned_and_seen(&world).await;
    assert!(cost.billit_writes > 40);
    assert_eq!(seen, [cost.source, cost.billit_reads, cost.billit_writes]);

    // Nothing left to do costs nothing.
    let (cost, seen) = planned_and_seen(&world).await;
    assert_eq!((cost, seen), (Cost::default(), [0; 3]));

    // Two changes: each is read and written.
    for user in world
        .sandbox
        .planyo
        .users()
        .iter()
        .filter(|user| !user.city.is_empty())
        .take(2)
    {
        world
            .sandbox
            .planyo
            .edit(user.id, |user| user.city.push_str("ke"));
    }
    let (cost, seen) = planned_and_seen(&world).await;
    assert_eq!(seen, [cost.source, cost.billit_reads, cost.billit_writes]);
    assert_eq!(cost.billit_writes, 2);

    // One creation is looked up alone.
    world.sandbox.planyo.add(person(7_000_000));
    let (cost, seen) = planned_and_seen(&world).await;
    assert_eq!(seen, [cost.source, cost.billit_reads, cost.billit_writes]);
    assert_eq!(cost.billit_writes, 1);
}

#[tokio::test]
async fn the_time_follows_the_limits() {
    let world = World::empty().await;
    for id in 1..=100 {
        world.sandbox.planyo.add(person(id));
    }
    let plan = plan_customers(&world.planyo, &world.billit, &SyncOptions::default())
        .await
        .unwrap();
    let second = Duration::from_secs(1);
    let limits = Limits::default().answer(second).concurrency(10);
    // Four calls to Planyo, one list before and one after, a hundred writes ten at a time.
    let cost = plan.cost(0, &limits);
    assert_eq!(
        (cost.source, cost.billit_reads, cost.billit_writes),
        (4, 2, 100)
    );
    assert_eq!(cost.time, 16 * second);
    let slow = limits
        .billit_interval(3 * second)
        .source_interval(2 * second);
    assert_eq!(plan.cost(0, &slow).time, (8 + 6 + 300) * second);
    assert_eq!(
        plan.cost(0, &slow).to_string(),
        "4 calls to the source, 2 reads and 100 writes in Billit, about 6 minutes"
    );
}
