//! Every store keeps the laws, and `store::conformance` sees each law that a store breaks.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing
)]

#[cfg(unix)]
mod postgres_server;

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use chrono::{DateTime, TimeDelta, Utc};
use customer_sync::store::{
    Commit, Expected, Key, MemoryStore, PostgresStore, Row, RowAction, RowChange, SqliteStore,
    StateStore, StoreFuture, conformance,
};

#[tokio::test]
async fn the_store_in_memory() {
    let store = Arc::new(MemoryStore::new());
    conformance(async || Ok(Arc::clone(&store))).await.unwrap();
}

#[tokio::test]
async fn the_store_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.sqlite");
    conformance(async || SqliteStore::open(&path))
        .await
        .unwrap();
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_store_in_postgres() {
    let Some(database) = postgres_server::Database::new().await else {
        return;
    };
    let open = async || PostgresStore::connect(&database.url).await;
    conformance(open).await.unwrap();
}

/// What is wrong with a [`FaultyStore`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    None,
    HandlesDoNotShare,
    TidiesJson,
    TrimsValues,
    CutsLongValues,
    CutsLongKeys,
    AnswersInTheOrderOfKeys,
    AnswersAKeyOnce,
    LeavesAbsentOut,
    SortsWithoutCase,
    SortsByUtf16,
    PrefixIsAPattern,
    PrefixWithoutCase,
    PrefixHasAnEnd,
    ShowsTheKeyItContinuesAfter,
    ContinuesByCount,
    IgnoresTheLimit,
    IgnoresExpectations,
    IgnoresAbsent,
    IgnoresVersionsOfAbsentRows,
    IgnoresTheLastExpectation,
    IgnoresExpectationsOfChecks,
    ExpectsAsItGoes,
    CommitsHalfOfAConflict,
    NamesAnotherKey,
    FirstPutStays,
    RemovesLast,
    KeepsRemovedRows,
    CheckWritesTheRow,
    VersionOfTheRow,
    VersionIsTheHighestAndOne,
    VersionOfTheHandle,
    ComparesThenWrites,
    WritesRowByRow,
    DropLeavesAPart,
    ReadsRowByRow,
    ClockOfTheHandle,
    LaterHandleMissesRows,
}

/// What all handles of a faulty store share.
#[derive(Default)]
struct Shared {
    rows: BTreeMap<String, (String, u64)>,
    version: u64,
    handles: usize,
    /// Somebody commits, and readers wait.
    is_locked: bool,
}

/// A handle of a store in memory with a fault.
struct FaultyStore {
    fault: Fault,
    number: usize,
    shared: Arc<Mutex<Shared>>,
    own_version: AtomicU64,
    /// How many rows a scan had shown up to a key, by prefix and key.
    shown: Mutex<HashMap<(Key, Key), usize>>,
}

/// Lets the other tasks go on.
async fn pause() {
    tokio::task::yield_now().await;
}

/// Unlocks the rows when a commit is over, or dropped.
struct Unlocks<'a>(&'a Mutex<Shared>);

impl Drop for Unlocks<'_> {
    fn drop(&mut self) {
        self.0.lock().unwrap().is_locked = false;
    }
}

impl FaultyStore {
    fn open(fault: Fault, shared: &Arc<Mutex<Shared>>) -> Self {
        let mut all = shared.lock().unwrap();
        all.handles += 1;
        let number = all.handles;
        drop(all);
        let is_alone = fault == Fault::HandlesDoNotShare;
        Self {
            fault,
            number,
            shared: if is_alone {
                Arc::default()
            } else {
                Arc::clone(shared)
            },
            own_version: AtomicU64::new(0),
            shown: Mutex::default(),
        }
    }

    /// The key that is stored.
    fn key(&self, key: &Key) -> String {
        let key = key.as_str();
        match self.fault {
            Fault::CutsLongKeys => key.chars().take(255).collect(),
            _ => key.to_owned(),
        }
    }

    /// The value that is stored.
    fn value(&self, value: &str) -> String {
        match self.fault {
            Fault::TidiesJson => serde_json::from_str::<serde_json::Value>(value)
                .map_or_else(|_| value.to_owned(), |value| value.to_string()),
            Fault::TrimsValues => value.trim().to_owned(),
            Fault::CutsLongValues => value.chars().take(65_535).collect(),
            _ => value.to_owned(),
        }
    }

    fn get(&self, key: &Key) -> Option<Row> {
        let shared = self.shared.lock().unwrap();
        let (value, version) = shared.rows.get(&self.key(key))?;
        Some(Row {
            key: key.clone(),
            value: value.clone(),
            version: *version,
        })
    }

    fn begins(&self, key: &str, prefix: &str) -> bool {
        match self.fault {
            Fault::PrefixWithoutCase => key.to_lowercase().starts_with(&prefix.to_lowercase()),
            // As `LIKE` does.
            Fault::PrefixIsAPattern => {
                let mut key = key.chars();
                prefix.chars().all(|wanted| {
                    let found = key.next();
                    wanted == '_' && found.is_some() || found == Some(wanted)
                })
            }
            // Below the prefix and the greatest character, as far as a programmer thinks of.
            Fault::PrefixHasAnEnd => key >= prefix && *key < *format!("{prefix}\u{ffff}"),
            _ => key.starts_with(prefix),
        }
    }

    fn sort(&self, rows: &mut [Row]) {
        match self.fault {
            Fault::SortsWithoutCase => rows.sort_by_key(|row| row.key.as_str().to_lowercase()),
            Fault::SortsByUtf16 => {
                rows.sort_by_key(|row| row.key.as_str().encode_utf16().collect::<Vec<_>>());
            }
            _ => rows.sort_by(|one, two| one.key.cmp(&two.key)),
        }
    }

    fn page(&self, prefix: &Key, after: Option<&Key>, limit: usize) -> Vec<Row> {
        let shared = self.shared.lock().unwrap();
        let rows = shared
            .rows
            .iter()
            .filter(|(key, _)| self.begins(key, prefix.as_str()));
        let mut rows: Vec<Row> = rows
            .map(|(key, (value, version))| Row {
                key: Key::new(key.clone()).unwrap(),
                value: value.clone(),
                version: *version,
            })
            .collect();
        self.sort(&mut rows);
        let mut shown = self.shown.lock().unwrap();
        let mut counted = Some(0);
        if let Some(after) = after {
            counted = shown.get(&(prefix.clone(), after.clone())).copied();
            match (self.fault, counted) {
                (Fault::ContinuesByCount, Some(before)) => {
                    rows.drain(..rows.len().min(before));
                }
                (Fault::ShowsTheKeyItContinuesAfter, _) => rows.retain(|row| row.key >= *after),
                _ => rows.retain(|row| row.key > *after),
            }
        }
        if let Some(counted) = counted {
            let page = rows.iter().take(limit).zip(counted + 1..);
            shown.extend(page.map(|(row, count)| ((prefix.clone(), row.key.clone()), count)));
        }
        match self.fault {
            Fault::IgnoresTheLimit => {}
            Fault::LaterHandleMissesRows if self.number > 2 => rows.truncate(limit.min(10)),
            _ => rows.truncate(limit),
        }
        rows
    }

    fn is_met(&self, change: &RowChange, version: Option<u64>, is_last: bool) -> bool {
        let is_check = change.action == RowAction::Check;
        let is_overlooked = match self.fault {
            Fault::IgnoresExpectations => true,
            Fault::IgnoresAbsent => change.expected == Expected::Absent,
            Fault::IgnoresVersionsOfAbsentRows => version.is_none(),
            Fault::IgnoresTheLastExpectation => is_last,
            Fault::IgnoresExpectationsOfChecks => is_check,
            _ => false,
        };
        is_overlooked || change.expected.is_met_by(version)
    }

    fn conflict(&self, changes: &[RowChange]) -> Option<Commit> {
        let mut shared = self.shared.lock().unwrap();
        let mut versions: HashMap<String, Option<u64>> = HashMap::new();
        for (place, change) in changes.iter().enumerate() {
            let key = self.key(&change.key);
            let version = shared.rows.get(&key).map(|(_, version)| *version);
            let version = versions.get(&key).copied().unwrap_or(version);
            if !self.is_met(change, version, place + 1 == changes.len()) {
                if self.fault == Fault::CommitsHalfOfAConflict {
                    shared.version += 1;
                    for change in &changes[..place] {
                        self.make(&mut shared, change);
                    }
                }
                return Some(Commit::Conflict(match self.fault {
                    Fault::NamesAnotherKey => changes[0].key.clone(),
                    _ => change.key.clone(),
                }));
            }
            if self.fault == Fault::ExpectsAsItGoes {
                match change.action {
                    RowAction::Put(_) => drop(versions.insert(key, Some(u64::MAX))),
                    RowAction::Remove => drop(versions.insert(key, None)),
                    RowAction::Check => {}
                }
            }
        }
        None
    }

    fn make(&self, shared: &mut Shared, change: &RowChange) {
        let (key, version) = (self.key(&change.key), shared.version);
        match &change.action {
            RowAction::Put(value) => {
                let own = shared.rows.get(&key).map_or(1, |(_, version)| version + 1);
                let version = if self.fault == Fault::VersionOfTheRow {
                    own
                } else {
                    version
                };
                shared.rows.insert(key, (self.value(value), version));
            }
            RowAction::Remove if self.fault == Fault::KeepsRemovedRows => {}
            RowAction::Remove => drop(shared.rows.remove(&key)),
            RowAction::Check if self.fault == Fault::CheckWritesTheRow => {
                if let Some(row) = shared.rows.get_mut(&key) {
                    row.1 = version;
                }
            }
            RowAction::Check => {}
        }
    }

    fn next_version(&self, shared: &mut Shared) -> u64 {
        shared.version = match self.fault {
            Fault::VersionIsTheHighestAndOne => {
                let versions = shared.rows.values().map(|(_, version)| *version);
                versions.max().unwrap_or_default() + 1
            }
            Fault::VersionOfTheHandle => self.own_version.fetch_add(1, Ordering::Relaxed) + 1,
            _ => shared.version + 1,
        };
        shared.version
    }

    async fn unlocked(&self) {
        while self.shared.lock().unwrap().is_locked {
            pause().await;
        }
    }

    async fn commit_all(&self, changes: &[RowChange]) -> Commit {
        self.unlocked().await;
        let unlocks = Unlocks(&self.shared);
        if self.fault == Fault::DropLeavesAPart {
            self.shared.lock().unwrap().is_locked = true;
        }
        if let Some(conflict) = self.conflict(changes) {
            return conflict;
        }
        if self.fault == Fault::ComparesThenWrites {
            pause().await;
        }
        let version = self.next_version(&mut self.shared.lock().unwrap());
        let mut changes: Vec<&RowChange> = changes.iter().collect();
        match self.fault {
            Fault::FirstPutStays => changes.reverse(),
            Fault::RemovesLast => changes.sort_by_key(|change| change.action == RowAction::Remove),
            _ => {}
        }
        for change in changes {
            self.make(&mut self.shared.lock().unwrap(), change);
            if [Fault::WritesRowByRow, Fault::DropLeavesAPart].contains(&self.fault) {
                pause().await;
            }
        }
        drop(unlocks);
        Commit::Done(version)
    }
}

impl StateStore for FaultyStore {
    fn get_many<'a>(&'a self, keys: &'a [Key]) -> StoreFuture<'a, Vec<Option<Row>>> {
        Box::pin(async move {
            self.unlocked().await;
            if self.fault == Fault::ReadsRowByRow {
                let mut rows = Vec::new();
                for key in keys {
                    rows.push(self.get(key));
                    pause().await;
                }
                return Ok(rows);
            }
            let mut rows: Vec<Option<Row>> = keys.iter().map(|key| self.get(key)).collect();
            match self.fault {
                Fault::AnswersInTheOrderOfKeys => {
                    rows.sort_by_key(|row| row.as_ref().map(|row| row.key.clone()));
                }
                Fault::AnswersAKeyOnce => {
                    for place in (0..rows.len()).rev() {
                        if keys[..place].contains(&keys[place]) {
                            rows[place] = None;
                        }
                    }
                }
                Fault::LeavesAbsentOut if rows.iter().any(Option::is_some) => {
                    rows.retain(Option::is_some);
                }
                _ => {}
            }
            Ok(rows)
        })
    }

    fn scan<'a>(
        &'a self,
        prefix: &'a Key,
        after: Option<&'a Key>,
        limit: usize,
    ) -> StoreFuture<'a, Vec<Row>> {
        Box::pin(async move {
            self.unlocked().await;
            Ok(self.page(prefix, after, limit))
        })
    }

    fn commit<'a>(&'a self, changes: &'a [RowChange]) -> StoreFuture<'a, Commit> {
        Box::pin(async move { Ok(self.commit_all(changes).await) })
    }

    fn now(&self) -> StoreFuture<'_, DateTime<Utc>> {
        let minutes = match self.fault {
            Fault::ClockOfTheHandle => i64::try_from(self.number).unwrap(),
            _ => 0,
        };
        Box::pin(async move { Ok(Utc::now() + TimeDelta::minutes(minutes)) })
    }
}

/// Each fault, and the law that it breaks.
const FAULTS: [(Fault, &str); 37] = [
    (Fault::HandlesDoNotShare, "gives a handle of one store"),
    (Fault::TidiesJson, "byte for byte"),
    (Fault::TrimsValues, "byte for byte"),
    (Fault::CutsLongValues, "up to the limits"),
    (Fault::CutsLongKeys, "up to the limits"),
    (
        Fault::AnswersInTheOrderOfKeys,
        "in the order they are asked in",
    ),
    (Fault::AnswersAKeyOnce, "in the order they are asked in"),
    (Fault::LeavesAbsentOut, "in the order they are asked in"),
    (Fault::SortsWithoutCase, "sort by their bytes"),
    (Fault::SortsByUtf16, "sort by their bytes"),
    (Fault::PrefixIsAPattern, "begin with the prefix"),
    (Fault::PrefixWithoutCase, "sort by their bytes"),
    (Fault::PrefixHasAnEnd, "sort by their bytes"),
    (Fault::ShowsTheKeyItContinuesAfter, "sort by their bytes"),
    (Fault::ContinuesByCount, "misses no row"),
    (Fault::IgnoresTheLimit, "sort by their bytes"),
    (Fault::IgnoresExpectations, "all rows are as expected"),
    (Fault::IgnoresAbsent, "all rows are as expected"),
    (
        Fault::IgnoresVersionsOfAbsentRows,
        "all rows are as expected",
    ),
    (Fault::IgnoresTheLastExpectation, "all rows are as expected"),
    (
        Fault::IgnoresExpectationsOfChecks,
        "all rows are as expected",
    ),
    (Fault::ExpectsAsItGoes, "as they were before the commit"),
    (Fault::CommitsHalfOfAConflict, "all rows are as expected"),
    (Fault::NamesAnotherKey, "all rows are as expected"),
    (Fault::FirstPutStays, "in their order"),
    (Fault::RemovesLast, "in their order"),
    (Fault::KeepsRemovedRows, "in their order"),
    (Fault::CheckWritesTheRow, "A check changes nothing"),
    (Fault::VersionOfTheRow, "in their order"),
    (Fault::VersionIsTheHighestAndOne, "Versions grow"),
    (Fault::VersionOfTheHandle, "Versions grow"),
    (Fault::ComparesThenWrites, "No write is lost"),
    (Fault::WritesRowByRow, "of one moment"),
    (Fault::DropLeavesAPart, "whose future is dropped"),
    (Fault::ReadsRowByRow, "of one moment"),
    (Fault::ClockOfTheHandle, "one clock"),
    (Fault::LaterHandleMissesRows, "opened later"),
];

#[tokio::test]
async fn each_fault_of_a_store_is_seen() {
    let tried = async |fault: Fault| {
        let shared = Arc::default();
        conformance(async || Ok(FaultyStore::open(fault, &shared))).await
    };
    tried(Fault::None).await.unwrap();
    let mut wrong = Vec::new();
    for (fault, law) in FAULTS {
        match tried(fault).await {
            Ok(()) => wrong.push(format!("{fault:?} is not seen")),
            Err(broken) if broken.law().contains(law) => println!("{fault:?}: {broken}"),
            Err(broken) => wrong.push(format!("{fault:?}, not {law:?}: {broken}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
