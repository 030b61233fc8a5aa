//! What a run tells while it reads both sides and writes.

#![allow(clippy::unwrap_used)] // As in tests.

use std::sync::{Arc, Mutex};

mod common;
use common::{World, person};
use customer_sync::store::MemoryStore;
use customer_sync::{
    Customer, CustomerKey, CustomerPages, CustomerSource, Event, MappedCustomer, MappingRules,
    Progress, SyncError, SyncOptions, apply, plan_customers, sync_changed, sync_customers,
    sync_stream,
};
use futures_util::future::{BoxFuture, FutureExt, ready};
use futures_util::stream::{self, StreamExt, TryStreamExt};
use serde_json::json;

/// Members of a club, two on a page.
struct Club(Vec<&'static str>);

impl Club {
    fn member(name: &&str) -> Customer {
        let mut customer = Customer::new(CustomerKey::new("club", *name));
        customer.last_name = Some((*name).to_owned());
        customer.email = Some(format!("{name}@example.com"));
        customer
    }
}

impl CustomerSource for Club {
    fn customers<'a>(&'a self, _: &'a MappingRules) -> CustomerPages<'a> {
        let pages = self.0.chunks(2).map(|page| {
            let members: Vec<_> = page.iter().map(Self::member).map(Ok).collect();
            Ok(members.into())
        });
        stream::iter(pages).boxed()
    }

    fn customer<'a>(
        &'a self,
        id: &'a str,
        _: &'a MappingRules,
    ) -> BoxFuture<'a, Result<MappedCustomer, SyncError>> {
        let member = self
            .0
            .iter()
            .find(|name| **name == id)
            .map(Self::member)
            .map(Ok);
        ready(member.ok_or(SyncError::InvalidId)).boxed()
    }
}

/// What was told, in a word and a number.
type Told = Arc<Mutex<Vec<(&'static str, usize)>>>;

fn telling(options: &SyncOptions) -> (SyncOptions, Told) {
    let told = Told::default();
    let tell = Arc::clone(&told);
    let options = options.clone().on_progress(move |progress| {
        assert!(
            !format!("{progress:?}").contains("example.com"),
            "{progress:?}"
        );
        tell.lock().unwrap().push(match progress {
            Progress::CustomersRead(number) => ("customers", number),
            Progress::PartiesRead(number) => ("parties", number),
            Progress::WholePartiesRead(number) => ("whole", number),
            Progress::Planned(counts) => ("planned", counts.total()),
            _ => ("written", 0),
        });
    });
    (options, told)
}

/// The numbers that were told of one kind.
fn numbers(told: &Told, of: &str) -> Vec<usize> {
    let told = told.lock().unwrap();
    let of_kind = told.iter().filter(|(kind, _)| *kind == of);
    of_kind.map(|(_, number)| *number).collect()
}

/// Two pages of parties.
async fn world() -> World {
    let world = World::empty().await;
    for number in 0..130 {
        let name = format!("Party {number}");
        world
            .sandbox
            .billit
            .add(json!({"Name": name, "PartyType": "Customer"}));
    }
    world
}

fn club() -> (Club, SyncOptions) {
    let rules = MappingRules::default().source("club");
    let members = ["ann", "bea", "cas", "dirk", "els"];
    (Club(members.into()), SyncOptions::default().rules(rules))
}

#[tokio::test]
async fn each_page_of_both_sides_is_told_before_the_plan() {
    let world = world().await;
    let (club, options) = club();
    let (telling_of_plan, told) = telling(&options);
    let plan = plan_customers(&club, &world.billit, &telling_of_plan)
        .await
        .unwrap();
    assert_eq!(numbers(&told, "customers"), [2, 4, 5]);
    assert_eq!(numbers(&told, "parties"), [120, 130]);
    assert_eq!(told.lock().unwrap().last(), Some(&("planned", 5)));

    // Applying the plan reads both sides again, and five customers one by one.
    let (options, told) = telling(&options);
    apply(&plan, &club, &world.billit, &options).await.unwrap();
    assert_eq!(numbers(&told, "customers"), [5]);
    assert_eq!(numbers(&told, "parties"), [120, 130]);
    // Each of the five is written and settled.
    assert_eq!(numbers(&told, "written").len(), 10);
}

#[tokio::test]
async fn planyo_tells_each_page_too() {
    let world = World::empty().await;
    for id in 1..=3 {
        world.sandbox.planyo.add(person(id));
    }
    let (options, told) = telling(&SyncOptions::default());
    sync_customers(&world.planyo, &world.billit, &options)
        .await
        .unwrap();
    assert_eq!(numbers(&told, "customers").last(), Some(&3));
    assert_eq!(numbers(&told, "planned"), [3]);
}

#[tokio::test]
async fn a_run_of_changes_tells_what_it_reads() {
    let world = world().await;
    let (mut club, options) = club();
    let options = options.store(MemoryStore::new());
    sync_changed(&club, &world.billit, &options).await.unwrap();
    let (nothing, told) = telling(&options);
    sync_changed(&club, &world.billit, &nothing).await.unwrap();
    assert_eq!(numbers(&told, "customers"), [2, 4, 5]);
    assert!(numbers(&told, "parties").is_empty());
    // A new customer may be any party.
    club.0.push("fien");
    let (new, told) = telling(&options);
    sync_changed(&club, &world.billit, &new).await.unwrap();
    assert_eq!(numbers(&told, "customers"), [2, 4, 6]);
    assert_eq!(numbers(&told, "parties"), [120, 135]);
}

#[tokio::test]
async fn parties_that_a_list_shows_in_part_are_told_as_they_are_read() {
    let world = World::seeded().await;
    let options = SyncOptions::default();
    sync_customers(&world.planyo, &world.billit, &options)
        .await
        .unwrap();
    world
        .sandbox
        .billit
        .configure(|settings| settings.summaries = true);
    let (options, told) = telling(&options);
    plan_customers(&world.planyo, &world.billit, &options)
        .await
        .unwrap();
    let whole = numbers(&told, "whole");
    assert!(whole.len() > 30, "{whole:?}");
    assert!(whole.iter().copied().eq(1..=whole.len()), "{whole:?}");
}

#[tokio::test]
async fn the_stream_has_the_same_events() {
    let world = world().await;
    let (club, options) = club();
    let events = sync_stream(&club, &world.billit, options);
    let events: Vec<Event> = events.try_collect().await.unwrap();
    let number = |event: &Event| match event {
        Event::CustomersRead(number) => Some(("customers", *number)),
        Event::PartiesRead(number) => Some(("parties", *number)),
        _ => None,
    };
    let mut read: Vec<_> = events.iter().filter_map(number).collect();
    read.sort_unstable();
    let expected = [
        ("customers", 2),
        ("customers", 4),
        ("customers", 5),
        ("parties", 120),
        ("parties", 130),
    ];
    assert_eq!(read, expected);
}
