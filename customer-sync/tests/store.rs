//! The stores: what is written comes back, also after a kill, as text and in a file.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // Helpers of the tests unwrap like the tests.

mod common;
use std::sync::Arc;

use common::{World, person};
use customer_sync::store::{
    CustomerState, MemoryStore, RedbStore, Row, State, StoredValues, Table, export, import,
};
use customer_sync::{CustomerKey, SyncOptions, sync_customers};

fn key(id: u64) -> CustomerKey {
    CustomerKey::new("planyo", id.to_string())
}

async fn sync(world: &World, options: &SyncOptions) {
    let report = sync_customers(&world.planyo, &world.billit, options).await;
    assert_eq!(report.unwrap().store_error, None);
}

/// What both stores guarantee.
fn a_store_keeps_what_it_is_given(store: impl Into<State>) {
    let state = store.into();
    let mut remembered = CustomerState::default();
    remembered.party = Some(7.into());
    assert!(state.customers().unwrap().is_empty());
    state
        .put_customers(&[
            (key(1), remembered.clone()),
            (key(2), CustomerState::default()),
        ])
        .unwrap();
    remembered.party = Some(8.into());
    state
        .put_customers(&[(key(1), remembered.clone())])
        .unwrap();
    assert_eq!(state.customer(&key(1)).unwrap(), Some(remembered));
    assert_eq!(state.customer(&key(3)).unwrap(), None);
    assert_eq!(state.customers().unwrap().len(), 2);
    let rows = [
        Row::remove(Table::Customers, "planyo:2"),
        Row::put(Table::Settings, "a", &1).unwrap(),
        Row::put(Table::Settings, "a", &2).unwrap(),
        Row::put(Table::Settings, "ab", &3).unwrap(),
        Row::put(Table::Settings, "b", &4).unwrap(),
    ];
    state.write(&rows).unwrap();
    state.write(&rows[..1]).unwrap();
    assert_eq!(state.customers().unwrap().len(), 1);
    let mut found = Vec::new();
    let each = |key: &str, value: u8| {
        found.push(format!("{key}{value}"));
        Ok(())
    };
    state.each(Table::Settings, "a", each).unwrap();
    assert_eq!(found, ["a2", "ab3"]);
    // A value of another kind is named by its table.
    let error = state.read::<String>(Table::Settings, "b").unwrap_err();
    assert!(error.to_string().contains("`settings`"), "{error}");
    // One lock at a time, which is released.
    let store = state.store();
    let lock = store.lock("customer planyo:1").unwrap();
    assert!(lock.is_some());
    assert!(store.lock("customer planyo:1").unwrap().is_none());
    assert!(store.lock("customer planyo:2").unwrap().is_some());
    drop(lock);
    assert!(store.lock("customer planyo:1").unwrap().is_some());
}

#[test]
fn the_store_in_memory() {
    a_store_keeps_what_it_is_given(MemoryStore::new());
}

#[test]
fn the_store_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sync.redb");
    let store = Arc::new(RedbStore::open(&file).unwrap());
    a_store_keeps_what_it_is_given(Arc::clone(&store));
    // One program at a time.
    let second = RedbStore::open(&file).unwrap_err().to_string();
    assert!(second.contains("sync.redb cannot be opened"), "{second}");
    assert!(second.contains("is open already"), "{second}");
    let nowhere = RedbStore::open(folder.path().join("none/sync.redb"));
    let nowhere = nowhere.unwrap_err().to_string();
    let why = nowhere.split_once("cannot be opened: ").unwrap().1;
    assert!(why.contains("os error"), "{nowhere}");
    drop(store);
    let again = State::new(RedbStore::open(&file).unwrap());
    assert_eq!(again.customers().unwrap().len(), 1);
    // A file of another program is refused.
    let text = folder.path().join("notes.txt");
    std::fs::write(&text, "not a store, and long enough to be looked at").unwrap();
    let error = RedbStore::open(&text).unwrap_err();
    assert!(error.to_string().contains("cannot be opened"), "{error}");
    assert!(std::fs::read(&text).unwrap().starts_with(b"not a store"));
}

/// After a kill, the disk has what it had while the program ran.
#[tokio::test]
async fn a_file_as_a_kill_leaves_it_has_every_group_that_was_written() {
    let world = World::empty().await;
    for id in 1..=5 {
        world.sandbox.planyo.add(person(id));
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sync.redb");
    let state = State::new(RedbStore::open(&file).unwrap());
    let options = SyncOptions::default().store(state.clone());
    let images = Arc::new(std::sync::Mutex::new(Vec::new()));
    let (from, to) = (file.clone(), Arc::clone(&images));
    let photographed = options.clone().on_progress(move |_| {
        to.lock().unwrap().push(std::fs::read(&from).unwrap());
    });
    sync(&world, &photographed).await;
    for id in 1..=5 {
        world
            .sandbox
            .planyo
            .edit(id, |user| user.city = "Aalst".to_owned());
    }
    let known = state.customers().unwrap();
    sync(&world, &photographed).await;
    images.lock().unwrap().push(std::fs::read(&file).unwrap());
    let last = state.customers().unwrap();
    let images = std::mem::take(&mut *images.lock().unwrap());
    assert!(images.len() > 20);
    for (number, image) in images.iter().enumerate() {
        let left = folder.path().join(format!("{number}.redb"));
        std::fs::write(&left, image).unwrap();
        let left = State::new(RedbStore::open(&left).unwrap());
        let customers = left.customers().unwrap();
        assert!(
            customers.is_empty() || customers == known || customers == last,
            "image {number}"
        );
        // Every written customer has the values from before in the journal.
        let runs = left.runs().unwrap();
        for run in &runs {
            assert!(!left.entries(&run.id).unwrap().is_empty());
        }
    }
    let text = folder.path().join("last.redb");
    std::fs::write(&text, images.last().unwrap()).unwrap();
    let reopened = State::new(RedbStore::open(&text).unwrap());
    assert_eq!(reopened.customers().unwrap(), last);
    assert_eq!(reopened.runs().unwrap().len(), 2);
}

#[tokio::test]
async fn a_store_goes_out_as_text_and_comes_back() {
    let world = World::empty().await;
    for id in 1..=3 {
        world.sandbox.planyo.add(person(id));
    }
    let state = State::new(MemoryStore::new());
    let hashed = state.clone().with_stored_values(StoredValues::Hashed);
    sync(&world, &SyncOptions::default().store(hashed)).await;
    let mut text = Vec::new();
    export(&state, &mut text).unwrap();
    let shown = String::from_utf8(text.clone()).unwrap();
    // What it is; a customer, an entry of the journal and its place in the run, for each; the run, and the cursor.
    assert_eq!(shown.lines().count(), 1 + 3 * 3 + 2);
    assert!(!shown.contains("Kerkstraat") && !shown.contains("example.com"));

    let folder = tempfile::tempdir().unwrap();
    let other = State::new(RedbStore::open(folder.path().join("sync.redb")).unwrap());
    assert_eq!(import(&other, text.as_slice()).unwrap(), 11);
    assert_eq!(other.customers().unwrap(), state.customers().unwrap());
    assert_eq!(other.runs().unwrap(), state.runs().unwrap());
    let run = &other.runs().unwrap()[0].id;
    assert_eq!(other.entries(run).unwrap(), state.entries(run).unwrap());
    assert_eq!(other.entries(run).unwrap().len(), 3);

    // A malformed line is reported by number, and nothing is imported.
    let empty = State::new(MemoryStore::new());
    let broken = shown.replacen("{\"party\":", "{\"party\":true,\"was\":", 1);
    let error = import(&empty, broken.as_bytes()).unwrap_err();
    assert!(error.to_string().contains("line 2"), "{error}");
    assert!(import(&empty, "{}".as_bytes()).is_err());
    for version in [2, 9] {
        let other = format!("{{\"format\":\"customer-sync state\",\"version\":{version}}}\n{{}}");
        let error = import(&empty, other.as_bytes()).unwrap_err().to_string();
        assert!(error.contains("not an export of version 3"), "{error}");
    }
    assert!(empty.customers().unwrap().is_empty());
}

/// The error about a malformed text in the store does not show the text, which may be personal data.
#[test]
fn an_error_of_the_store_shows_no_value() {
    let text = "{\"format\":\"customer-sync state\",\"version\":3}\n\
        {\"table\":\"customers\",\"key\":\"planyo:1\",\"value\":{\"applied\":{\"City\":\"Ann Peeters\"}}}";
    let state = State::new(MemoryStore::new());
    let error = import(&state, text.as_bytes()).unwrap_err();
    let mut shown = format!("{error} {error:?}");
    let mut cause: Option<&dyn std::error::Error> = Some(&error);
    while let Some(error) = cause {
        shown += &error.to_string();
        cause = error.source();
    }
    assert!(!shown.contains("Peeters"), "{shown}");
    assert!(shown.contains("line 2"), "{shown}");
}
