//! The stores: what is written comes back, also after a kill, as text and in a file.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // Helpers of the tests unwrap like the tests.

mod common;
use std::sync::Arc;

use common::{World, person};
use customer_sync::store::{
    CustomerState, MemoryStore, SqliteStore, State, StateErrorKind, StoredValues, Table, export,
    import,
};
use customer_sync::{CustomerKey, SyncError, SyncOptions, sync_customers};

fn key(id: u64) -> CustomerKey {
    CustomerKey::new("planyo", id.to_string())
}

async fn sync(world: &World, options: &SyncOptions) {
    let report = sync_customers(&world.planyo, &world.billit, options).await;
    assert_eq!(report.unwrap().store_error, None);
}

#[tokio::test]
async fn typed_records_come_back_and_a_value_of_another_kind_is_named_by_its_table() {
    let state = State::new(MemoryStore::new());
    let mut remembered = CustomerState::default();
    remembered.party = Some(7.into());
    let customers = [
        (key(1), remembered.clone()),
        (key(2), CustomerState::default()),
    ];
    state.put_customers(&customers).await.unwrap();
    remembered.party = Some(8.into());
    let again = [(key(1), remembered.clone())];
    state.put_customers(&again).await.unwrap();
    assert_eq!(state.customer(&key(1)).await.unwrap(), Some(remembered));
    assert_eq!(state.customer(&key(3)).await.unwrap(), None);
    assert_eq!(state.customers().await.unwrap().len(), 2);
    let removal = Table::Customers.remove("planyo:2").unwrap();
    state.write(&[removal]).await.unwrap();
    assert_eq!(state.customers().await.unwrap().len(), 1);
    let error = state.read::<String>(Table::Customers, "planyo:1").await;
    let error = error.unwrap_err();
    assert!(error.to_string().contains("`customers`"), "{error}");
    assert_eq!(error.kind(), StateErrorKind::Content);
}

/// Records of a later version of the crate are not read, and not overwritten.
#[tokio::test]
async fn a_store_of_another_format_stops_the_run_before_it_writes() {
    let world = World::empty().await;
    world.sandbox.planyo.add(person(1));
    let state = State::new(MemoryStore::new());
    let later = Table::Settings.put("format", &(State::FORMAT + 1)).unwrap();
    state.write(&[later]).await.unwrap();
    let options = SyncOptions::default().store(state);
    let error = sync_customers(&world.planyo, &world.billit, &options).await;
    let SyncError::State(error) = error.unwrap_err() else {
        panic!("another error");
    };
    assert_eq!(error.kind(), StateErrorKind::OtherVersion);
    let shown = error.to_string();
    assert!(shown.contains("has records of version 2"), "{shown}");
    assert!(
        shown.contains("use the version of the crate that wrote it"),
        "{shown}"
    );
    assert_eq!(world.writes(), 0);
}

/// After a kill, the disk has what it had while the program ran.
#[tokio::test]
async fn a_file_as_a_kill_leaves_it_has_every_group_that_was_written() {
    let world = World::empty().await;
    for id in 1..=5 {
        world.sandbox.planyo.add(person(id));
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sync.sqlite");
    let state = State::new(SqliteStore::open(&file).unwrap());
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
    let known = state.customers().await.unwrap();
    sync(&world, &photographed).await;
    images.lock().unwrap().push(std::fs::read(&file).unwrap());
    let last = state.customers().await.unwrap();
    let images = std::mem::take(&mut *images.lock().unwrap());
    assert!(images.len() > 20);
    for (number, image) in images.iter().enumerate() {
        let left = folder.path().join(format!("{number}.sqlite"));
        std::fs::write(&left, image).unwrap();
        let left = State::new(SqliteStore::open(&left).unwrap());
        let customers = left.customers().await.unwrap();
        assert!(
            customers.is_empty() || customers == known || customers == last,
            "image {number}"
        );
        // Every written customer has the values from before in the journal.
        let runs = left.runs().await.unwrap();
        for run in &runs {
            assert!(!left.entries(&run.id).await.unwrap().is_empty());
        }
    }
    let text = folder.path().join("last.sqlite");
    std::fs::write(&text, images.last().unwrap()).unwrap();
    let reopened = State::new(SqliteStore::open(&text).unwrap());
    assert_eq!(reopened.customers().await.unwrap(), last);
    assert_eq!(reopened.runs().await.unwrap().len(), 2);
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
    export(&state, &mut text).await.unwrap();
    let shown = String::from_utf8(text.clone()).unwrap();
    // What it is; a customer, an entry of the journal and its place in the run, for each; the run, the cursor, and the format.
    assert_eq!(shown.lines().count(), 1 + 3 * 3 + 3);
    assert!(!shown.contains("Kerkstraat") && !shown.contains("example.com"));

    let folder = tempfile::tempdir().unwrap();
    let other = State::new(SqliteStore::open(folder.path().join("sync.sqlite")).unwrap());
    assert_eq!(import(&other, text.as_slice()).await.unwrap(), 12);
    assert_eq!(
        other.customers().await.unwrap(),
        state.customers().await.unwrap()
    );
    assert_eq!(other.runs().await.unwrap(), state.runs().await.unwrap());
    let run = &other.runs().await.unwrap()[0].id;
    assert_eq!(
        other.entries(run).await.unwrap(),
        state.entries(run).await.unwrap()
    );
    assert_eq!(other.entries(run).await.unwrap().len(), 3);

    // A malformed line is reported by number, and nothing is imported.
    let empty = State::new(MemoryStore::new());
    let broken = shown.replacen("{\"party\":", "{\"party\":true,\"was\":", 1);
    let error = import(&empty, broken.as_bytes()).await.unwrap_err();
    assert!(error.to_string().contains("line 3"), "{error}");
    assert!(import(&empty, "{}".as_bytes()).await.is_err());
    for version in [2, 9] {
        let other = format!("{{\"format\":\"customer-sync state\",\"version\":{version}}}\n{{}}");
        let error = import(&empty, other.as_bytes())
            .await
            .unwrap_err()
            .to_string();
        assert!(error.contains("not an export of version 4"), "{error}");
    }
    assert!(empty.customers().await.unwrap().is_empty());
}

/// Rows of the embedding program go with the rest; leases, which belong to programs that run now, do not.
#[tokio::test]
async fn rows_of_the_embedding_program_go_out_and_come_back() {
    let state = State::new(MemoryStore::new());
    let rows = [
        Table::Program.put("jobs/1", &"waits").unwrap(),
        Table::Program.put("last_sign_in", &7).unwrap(),
        Table::Leases.put("planyo:1", &"held").unwrap(),
    ];
    state.write(&rows).await.unwrap();
    let mut text = Vec::new();
    export(&state, &mut text).await.unwrap();
    let other = State::new(MemoryStore::new());
    assert_eq!(import(&other, text.as_slice()).await.unwrap(), 2);
    let mut found = Vec::new();
    let each = |key: &str, value: serde_json::Value| {
        found.push((key.to_owned(), value));
        Ok(())
    };
    other.each(Table::Program, "", each).await.unwrap();
    let expected = [("jobs/1", "waits".into()), ("last_sign_in", 7.into())];
    assert_eq!(found, expected.map(|(key, value)| (key.to_owned(), value)));
}

/// The error about a malformed text in the store does not show the text, which may be personal data.
#[tokio::test]
async fn an_error_of_the_store_shows_no_value() {
    let text = "{\"format\":\"customer-sync state\",\"version\":4}\n\
        {\"table\":\"customers\",\"key\":\"planyo:1\",\"value\":{\"applied\":{\"City\":\"Ann Peeters\"}}}";
    let state = State::new(MemoryStore::new());
    let error = import(&state, text.as_bytes()).await.unwrap_err();
    let mut shown = format!("{error} {error:?}");
    let mut cause: Option<&dyn std::error::Error> = Some(&error);
    while let Some(error) = cause {
        shown += &error.to_string();
        cause = error.source();
    }
    assert!(!shown.contains("Peeters"), "{shown}");
    assert!(shown.contains("line 2"), "{shown}");
}
