//! What a store costs a run: its time beside that of the whole run, its calls, its file, and the same without a store:
//!
//! ```sh
//! cargo bench -p customer-sync --bench store -- sqlite           # 10,000 customers
//! cargo bench -p customer-sync --bench store -- memory 1000      # this many
//! cargo bench -p customer-sync --bench store -- bytes 1000       # bytes of a customer and of a change
//! DATABASE_URL=postgres://... cargo bench -p customer-sync --bench store -- postgres
//! ```
//!
//! With `postgres`, the database must be empty.
//!
//! The look-alike servers are in the same process, and so in its wall time and CPU time.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    missing_docs,
    unreachable_pub
)]

#[path = "../tests/common/mod.rs"]
mod common;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use std::{env, fs};

use chrono::{DateTime, Utc};
use common::{World, options, person, run};
use customer_sync::store::{
    Commit, Key, MemoryStore, PostgresStore, Row, RowChange, SqliteStore, State, StateStore,
    StoreFuture, StoredValues, Table,
};
use customer_sync::{OutcomeKind, SyncOptions, sync_customer};
use tempfile::TempDir;

const CUSTOMERS: u64 = 10_000;
const FIRST_RUNS: usize = 3;
const NO_OPS: usize = 5;
/// Customers that change, with a store and without one each, in groups that take turns.
const CHANGES: u64 = 50;
const GROUP: u64 = 10;

async fn open(kind: &str, folder: &Path) -> Box<dyn StateStore> {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    match kind {
        "memory" => Box::new(MemoryStore::new()),
        "sqlite" => Box::new(SqliteStore::open(folder.join("sync.sqlite")).unwrap()),
        "postgres" => {
            let url = env::var("DATABASE_URL").expect("DATABASE_URL is not set");
            let store = PostgresStore::connect(&url).await.unwrap();
            let number = NUMBER.fetch_add(1, Ordering::Relaxed);
            Box::new(store.named(&format!("bench {number}")).unwrap())
        }
        _ => panic!("no store `{kind}` in {}", folder.display()),
    }
}

/// The time and the calls of a store since it was opened; calls at the same time count each.
#[derive(Default)]
struct Spent {
    nanos: AtomicU64,
    gets: AtomicU64,
    scans: AtomicU64,
    commits: AtomicU64,
}

impl Spent {
    fn add(&self, calls: &AtomicU64, time: Duration) {
        calls.fetch_add(1, Ordering::Relaxed);
        let nanos = u64::try_from(time.as_nanos()).unwrap();
        self.nanos.fetch_add(nanos, Ordering::Relaxed);
    }

    /// Nanoseconds, gets, scans, commits.
    fn read(&self) -> [u64; 4] {
        [&self.nanos, &self.gets, &self.scans, &self.commits]
            .map(|number| number.load(Ordering::Relaxed))
    }
}

/// A store whose calls are timed.
struct Timed {
    store: Box<dyn StateStore>,
    spent: Arc<Spent>,
}

impl StateStore for Timed {
    fn get_many<'a>(&'a self, keys: &'a [Key]) -> StoreFuture<'a, Vec<Option<Row>>> {
        Box::pin(async move {
            let start = Instant::now();
            let rows = self.store.get_many(keys).await;
            self.spent.add(&self.spent.gets, start.elapsed());
            rows
        })
    }

    fn scan<'a>(
        &'a self,
        prefix: &'a Key,
        after: Option<&'a Key>,
        limit: usize,
    ) -> StoreFuture<'a, Vec<Row>> {
        Box::pin(async move {
            let start = Instant::now();
            let rows = self.store.scan(prefix, after, limit).await;
            self.spent.add(&self.spent.scans, start.elapsed());
            rows
        })
    }

    fn commit<'a>(&'a self, changes: &'a [RowChange]) -> StoreFuture<'a, Commit> {
        Box::pin(async move {
            let start = Instant::now();
            let commit = self.store.commit(changes).await;
            self.spent.add(&self.spent.commits, start.elapsed());
            commit
        })
    }

    fn now(&self) -> StoreFuture<'_, DateTime<Utc>> {
        self.store.now()
    }
}

/// Options with a store in a folder of its own, or with none.
struct Side {
    options: SyncOptions,
    spent: Arc<Spent>,
    folder: TempDir,
}

impl Side {
    fn without_store() -> Self {
        Self {
            options: options(),
            spent: Arc::default(),
            folder: tempfile::tempdir().unwrap(),
        }
    }

    async fn with_store(kind: &str) -> Self {
        let mut side = Self::without_store();
        let store = open(kind, side.folder.path()).await;
        let spent = Arc::clone(&side.spent);
        side.options = side.options.store(Timed { store, spent });
        side
    }

    /// The bytes of all files of the store.
    fn on_disk(&self) -> u64 {
        let files = fs::read_dir(self.folder.path()).unwrap();
        files
            .map(|file| file.unwrap().metadata().unwrap().len())
            .sum()
    }

    async fn measure(&self, work: impl Future<Output = ()>) -> Cost {
        let (before, cpu, start) = (self.spent.read(), cpu_time(), Instant::now());
        work.await;
        let wall = start.elapsed();
        let cpu = cpu_time().saturating_sub(cpu);
        let mut calls = self.spent.read();
        for (after, before) in calls.iter_mut().zip(before) {
            *after -= before;
        }
        let [nanos, calls @ ..] = calls;
        let store = Duration::from_nanos(nanos);
        Cost {
            wall,
            cpu,
            store,
            calls,
        }
    }

    async fn measure_run(&self, world: &World, writes: u64) -> Cost {
        world.clear();
        let cost = self
            .measure(async {
                run(world, &self.options).await;
            })
            .await;
        assert_eq!(u64::try_from(world.writes()).unwrap(), writes);
        cost
    }

    /// One user has moved. With the first such run its language is written too, which lists lack.
    async fn measure_change(&self, world: &World, user: u64, city: &str, fields: usize) -> Cost {
        let changed = |user: &mut sandbox::planyo::User| city.clone_into(&mut user.city);
        world.sandbox.planyo.edit(user, changed);
        world.clear();
        let cost = self
            .measure(async {
                let outcome = sync_customer(&world.planyo, &world.billit, user, &self.options);
                let outcome = outcome.await.unwrap();
                assert_eq!(outcome.kind, OutcomeKind::Updated, "{outcome:?}");
                assert_eq!(outcome.changes.len(), fields, "{outcome:?}");
            })
            .await;
        assert_eq!(world.writes(), 1);
        cost
    }
}

/// User and system time of the process, in steps of 10 ms.
fn cpu_time() -> Duration {
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    let (_, after_name) = stat.rsplit_once(')').unwrap();
    let ticks = after_name.split_whitespace().skip(11).take(2);
    Duration::from_millis(
        10 * ticks
            .map(|ticks| ticks.parse::<u64>().unwrap())
            .sum::<u64>(),
    )
}

struct Cost {
    wall: Duration,
    cpu: Duration,
    store: Duration,
    /// Gets, scans, commits.
    calls: [u64; 3],
}

fn fastest_and_median(costs: &[Cost], time: fn(&Cost) -> Duration) -> String {
    let mut times: Vec<Duration> = costs.iter().map(time).collect();
    times.sort_unstable();
    let (fastest, median) = (times.first().unwrap(), times.get(times.len() / 2).unwrap());
    format!("{} | {}", millis(*fastest), millis(*median))
}

fn millis(time: Duration) -> String {
    format!("{:.2}", time.as_secs_f64() * 1_000.0)
}

fn row(what: &str, with: &str, costs: &[Cost], on_disk: u64) {
    let cpu: Duration = costs.iter().map(|cost| cost.cpu).sum();
    let cpu = cpu / u32::try_from(costs.len()).unwrap();
    let [gets, scans, commits] = costs.last().unwrap().calls;
    println!(
        "| {what} | {with} | {} | {} | {} | {} | {gets} / {scans} / {commits} | {:.1} |",
        costs.len(),
        fastest_and_median(costs, |cost| cost.wall),
        millis(cpu),
        fastest_and_median(costs, |cost| cost.store),
        on_disk as f64 / f64::from(1 << 20),
    );
}

async fn world_of(customers: u64) -> World {
    let world = World::empty().await;
    for id in 1..=customers {
        world.sandbox.planyo.add(person(id));
    }
    world
}

async fn times(kind: &str, customers: u64) {
    println!(
        "Times in ms; CPU is the mean, in steps of 10 ms; the calls of one run; the files in MiB.\n"
    );
    println!(
        "| {customers} customers | store | runs | wall: fastest | median | CPU | in the store: fastest | median \
         | get / scan / commit | file |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|");

    let (mut without, mut with) = (Vec::new(), Vec::new());
    let mut last = None;
    for _ in 0..FIRST_RUNS {
        let (world, side) = (world_of(customers).await, Side::without_store());
        without.push(side.measure_run(&world, customers).await);
        drop(world);
        let (world, side) = (world_of(customers).await, Side::with_store(kind).await);
        with.push(side.measure_run(&world, customers).await);
        last = Some((world, side));
    }
    let (world, side) = last.unwrap();
    let none = Side::without_store();
    row("first run", "none", &without, 0);
    row("first run", kind, &with, side.on_disk());

    let (mut without, mut with) = (Vec::new(), Vec::new());
    for _ in 0..NO_OPS {
        without.push(none.measure_run(&world, 0).await);
        with.push(side.measure_run(&world, 0).await);
    }
    row("nothing to do", "none", &without, 0);
    row("nothing to do", kind, &with, side.on_disk());

    let (mut without, mut with) = (Vec::new(), Vec::new());
    // Spread over the whole list.
    let users: Vec<u64> = (0..2 * CHANGES)
        .map(|number| 1 + number * customers / (2 * CHANGES))
        .collect();
    for (number, users) in users.chunks(usize::try_from(GROUP).unwrap()).enumerate() {
        for user in users {
            if number.is_multiple_of(2) {
                without.push(none.measure_change(&world, *user, "Ieper", 2).await);
            } else {
                with.push(side.measure_change(&world, *user, "Ieper", 2).await);
            }
        }
    }
    row("one changed", "none", &without, 0);
    row("one changed", kind, &with, side.on_disk());
}

/// The rows of each table, and the bytes of their keys and of their values.
type Tables = BTreeMap<Table, [u64; 3]>;

async fn tables(state: &State) -> Tables {
    let mut tables = Tables::new();
    for table in Table::ALL {
        let [rows, keys, values] = tables.entry(table).or_insert([0; 3]);
        let each = |key: &str, value: Box<serde_json::value::RawValue>| {
            *rows += 1;
            *keys += u64::try_from(table.name().len() + 1 + key.len()).unwrap();
            *values += u64::try_from(value.get().len()).unwrap();
            Ok(())
        };
        state.each(table, "", each).await.unwrap();
    }
    tables
}

/// Prints what the store has more than before, divided by the number of customers.
fn bytes_row(what: &str, customers: u64, before: &Tables, after: &Tables) {
    for (table, after) in after {
        let before = before.get(table).copied().unwrap_or_default();
        let [rows, keys, values] = std::array::from_fn(|column| {
            let [before, after] = [before, *after].map(|numbers| numbers[column] as f64);
            (after - before) / customers as f64
        });
        if *after != before {
            println!(
                "| {what} | {} | {rows:.3} | {keys:.1} | {values:.1} | {:.1} |",
                table.name(),
                keys + values,
            );
        }
    }
}

async fn bytes(customers: u64) {
    println!("For each customer: rows more, bytes more.\n");
    println!("| what | table | rows | keys | values | together |");
    println!("|---|---|---|---|---|---|");
    for values in [StoredValues::Plain, StoredValues::Hashed] {
        let world = world_of(customers).await;
        let state = State::new(MemoryStore::new()).with_stored_values(values);
        let side = Side {
            options: options().store(state.clone()),
            ..Side::without_store()
        };
        side.measure_run(&world, customers).await;
        let mut before = tables(&state).await;
        let what = format!("created, {values:?}");
        bytes_row(&what, customers, &Tables::new(), &before);
        for (city, fields) in [("Ieper", 2), ("Brugge", 1)] {
            for user in 1..=CHANGES {
                side.measure_change(&world, user, city, fields).await;
            }
            let after = tables(&state).await;
            let what = format!("fields changed: {fields}, {values:?}");
            bytes_row(&what, CHANGES, &before, &after);
            before = after;
        }
    }
}

#[tokio::main]
async fn main() {
    let words: Vec<String> = env::args().skip(1).collect();
    let customers = words.iter().find_map(|word| word.parse().ok());
    let customers = customers.unwrap_or(CUSTOMERS);
    let kind = words
        .iter()
        .find(|word| !word.starts_with('-') && word.parse::<u64>().is_err());
    match kind.map_or("sqlite", String::as_str) {
        "bytes" => bytes(customers).await,
        kind => times(kind, customers).await,
    }
}
