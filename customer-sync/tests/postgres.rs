//! The store in `PostgreSQL`: what is shared, what is refused, and what a lost connection leaves. Its laws are tried in
//! `store_conformance.rs`.

#![cfg(unix)]
// Helpers of the tests unwrap like the tests.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::needless_pass_by_value
)]

mod postgres_server;

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt::Write;
use std::future::Future;
use std::pin::pin;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::time::Duration;

use customer_sync::store::{
    Commit, Expected, Key, PostgresOptions, PostgresStore, Row, RowChange, State, StateError,
    StateErrorKind, StateStore,
};
use postgres_server::{Database, PASSWORD, Server, connect, skipped};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Mutex, mpsc};
use tokio::time::timeout;

/// A call that takes longer hangs.
const HANG: Duration = Duration::from_secs(120);

/// The database for a test, which ends if there is no server.
macro_rules! database {
    () => {
        match Database::new().await {
            Some(database) => database,
            None => return,
        }
    };
}

fn key(text: &str) -> Key {
    Key::new(text).unwrap()
}

fn put(at: &str, value: impl ToString) -> RowChange {
    RowChange::put(key(at), value.to_string()).unwrap()
}

async fn open(database: &Database) -> PostgresStore {
    PostgresStore::connect(&database.url).await.unwrap()
}

async fn row(store: &PostgresStore, at: &str) -> Option<Row> {
    store.get_many(&[key(at)]).await.unwrap().pop().unwrap()
}

async fn value(store: &PostgresStore, at: &str) -> Option<String> {
    row(store, at).await.map(|row| row.value)
}

async fn scan(store: &PostgresStore, prefix: &str) -> Vec<String> {
    let rows = store.scan(&key(prefix), None, 1_000).await.unwrap();
    rows.into_iter().map(|row| row.key.to_string()).collect()
}

fn version(commit: Commit) -> u64 {
    match commit {
        Commit::Done(version) => version,
        Commit::Conflict(key) => panic!("conflict at {key}"),
    }
}

/// Everything that an error shows, with its sources. It is one line without the password.
fn shown(error: &StateError) -> String {
    let line = error.to_string();
    assert!(!line.contains('\n'), "{line}");
    let mut shown = format!("{line} {error:?}");
    let mut source = error.source();
    while let Some(cause) = source {
        write!(shown, " {cause} {cause:?}").unwrap();
        source = cause.source();
    }
    assert!(!shown.contains(PASSWORD), "{shown}");
    line
}

async fn refused(url: &str) -> StateError {
    PostgresStore::connect(url)
        .await
        .expect_err("it is refused")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn handles_that_start_at_once_make_the_tables_once() {
    let database = Arc::new(database!());
    let handles: Vec<_> = (0..8)
        .map(|_| {
            let database = Arc::clone(&database);
            tokio::spawn(async move { open(&database).await })
        })
        .collect();
    let mut versions = BTreeSet::new();
    for handle in handles {
        let store = handle.await.unwrap();
        versions.insert(version(store.commit(&[put("a/1", 1)]).await.unwrap()));
    }
    assert_eq!(versions, (1..=8).collect());
    let migrations = database
        .number("select count(*) from customer_sync_schema")
        .await;
    assert_eq!(migrations, 1);
}

/// Handles that count one row up at the same time lose nothing, and no version is used twice.
async fn count_up(database: Database) {
    let mut tasks = Vec::new();
    for _ in 0..2 {
        let store = open(&database).await;
        for _ in 0..3 {
            let store = store.clone();
            tasks.push(tokio::spawn(async move {
                let mut versions = Vec::new();
                while versions.len() < 25 {
                    let row = row(&store, "a/count").await;
                    let count: u32 = row.as_ref().map_or(0, |row| row.value.parse().unwrap());
                    let change =
                        put("a/count", count + 1).expecting(Expected::same_as(row.as_ref()));
                    if let Commit::Done(version) = store.commit(&[change]).await.unwrap() {
                        versions.push(version);
                    }
                }
                versions
            }));
        }
    }
    let mut versions = BTreeSet::new();
    for task in tasks {
        versions.extend(task.await.unwrap());
    }
    assert_eq!(versions.len(), 150);
    let row = row(&open(&database).await, "a/count").await.unwrap();
    assert_eq!(row.value, "150");
    assert_eq!(Some(&row.version), versions.last());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_write_is_lost_among_handles() {
    count_up(database!()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_write_is_lost_where_transactions_are_serializable() {
    let database = database!();
    let (_, name) = database.url.rsplit_once('/').unwrap();
    let isolation =
        format!("alter database {name} set default_transaction_isolation = serializable");
    database.sql(&isolation).await;
    count_up(database).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_sees_what_was_committed_while_it_waited() {
    let database = database!();
    let store = open(&database).await;
    let mut other = connect(&database.url).await;
    version(store.commit(&[put("a/0", 0)]).await.unwrap());
    let transaction = other.transaction().await.unwrap();
    let theirs =
        "select * from customer_sync_commit('default', '{}', '{}', '{}', '{a/1}', '{1}', '{0}')";
    transaction.batch_execute(theirs).await.unwrap();
    let ours = {
        let store = store.clone();
        tokio::spawn(async move {
            let absent = put("a/1", 2).expecting(Expected::Absent);
            store.commit(&[absent]).await
        })
    };
    let waiting = "select count(*) from pg_locks join pg_stat_activity using (pid) \
        where not granted and datname = current_database()";
    while database.number(waiting).await == 0 {}
    transaction.commit().await.unwrap();
    assert_eq!(ours.await.unwrap().unwrap(), Commit::Conflict(key("a/1")));
    assert_eq!(version(store.commit(&[put("a/1", 3)]).await.unwrap()), 3);
}

#[tokio::test]
async fn stores_with_other_names_see_nothing_of_each_other() {
    let database = database!();
    let default = open(&database).await;
    let (one, two) = (default.named("one").unwrap(), default.named("two").unwrap());
    assert_eq!(version(one.commit(&[put("a/1", 1)]).await.unwrap()), 1);
    assert_eq!(version(one.commit(&[put("a/2", 2)]).await.unwrap()), 2);
    let absent = put("a/1", 3).expecting(Expected::Absent);
    assert_eq!(version(two.commit(&[absent]).await.unwrap()), 1);
    assert_eq!(
        version(two.commit(&[RowChange::remove(key("a/2"))]).await.unwrap()),
        2
    );
    assert_eq!(scan(&one, "").await, ["a/1", "a/2"]);
    assert_eq!(scan(&two, "").await, ["a/1"]);
    assert_eq!(scan(&default, "").await, Vec::<String>::new());
    assert_eq!(value(&one, "a/1").await.unwrap(), "1");
    assert_eq!(value(&two, "a/1").await.unwrap(), "3");
    for name in ["", "a\0b", &"x".repeat(64)] {
        assert_eq!(
            default.named(name).unwrap_err().kind(),
            StateErrorKind::Limit
        );
    }
}

#[tokio::test]
async fn keys_sort_by_bytes_in_a_database_that_sorts_by_language() {
    let language = "locale_provider icu icu_locale 'en'";
    let Some(database) = Database::with(language).await else {
        return;
    };
    let smaller = "select case when 'a' < 'B' then 1 else 0 end::bigint";
    assert_eq!(database.number(smaller).await, 1, "it sorts by language");
    let store = open(&database).await;
    let mut keys = [
        "t/a",
        "t/B",
        "t/b",
        "t/_",
        "t/é",
        "t/A b",
        "t/Ab",
        "t0",
        "s",
        "t/\u{10ffff}x",
    ];
    let changes: Vec<_> = keys.iter().map(|key| put(key, 1)).collect();
    version(store.commit(&changes).await.unwrap());
    keys.sort_unstable();
    assert_eq!(scan(&store, "").await, keys);
    assert_eq!(scan(&store, "t/").await, keys[1..9]);
    assert_eq!(scan(&store, "t/\u{10ffff}").await, ["t/\u{10ffff}x"]);
    let mut pages = Vec::new();
    let mut after = None;
    while let Some(row) = {
        let page = store.scan(&key("t"), after.as_ref(), 1).await.unwrap();
        page.into_iter().next()
    } {
        pages.push(row.key.to_string());
        after = Some(row.key);
    }
    assert_eq!(pages, keys[1..]);
}

#[tokio::test]
async fn a_large_commit_is_one_statement() {
    let database = database!();
    let store = open(&database).await;
    let changes: Vec<_> = (0..2_000)
        .map(|at| put(&format!("a/{at:04}"), at))
        .collect();
    version(store.commit(&changes).await.unwrap());
    let removals = (0..1_999).map(|at| RowChange::remove(key(&format!("a/{at:04}"))));
    version(store.commit(&removals.collect::<Vec<_>>()).await.unwrap());
    assert_eq!(scan(&store, "").await, ["a/1999"]);
}

/// So many rows the server has read, once no store is connected any more.
async fn rows_read(database: &Database) -> i64 {
    let others = "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() \
        and backend_type = 'client backend'";
    while database.number(others).await > 0 {}
    let read = "select coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) from pg_stat_user_tables \
        where relname = 'customer_sync_rows'";
    database.number(read).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_that_was_just_filled_is_read_by_its_keys() {
    let database = database!();
    let store = open(&database).await;
    let statistics = "alter table customer_sync_rows set (autovacuum_enabled = off)";
    database.sql(statistics).await;
    let value = "x".repeat(1_000);
    for part in 0..10 {
        let rows = (0..1_000).map(|at| put(&format!("a/{part}{at:03}"), &value));
        version(store.commit(&rows.collect::<Vec<_>>()).await.unwrap());
    }
    drop(store);
    let before = rows_read(&database).await;
    let store = open(&database).await;
    let row = row(&store, "a/0100").await;
    let change = put("a/0100", 1).expecting(Expected::same_as(row.as_ref()));
    version(
        store
            .commit(&[change, RowChange::remove(key("a/0101"))])
            .await
            .unwrap(),
    );
    let page = store
        .scan(&key("a/"), Some(&key("a/0200")), 10)
        .await
        .unwrap();
    assert_eq!(page.len(), 10);
    drop(store);
    let read = rows_read(&database).await - before;
    assert!((10..50).contains(&read), "{read} rows were read");
}

#[tokio::test]
async fn values_can_be_queried() {
    let database = database!();
    let store = open(&database).await;
    version(
        store
            .commit(&[put("customers/planyo:7", r#"{"party":12}"#)])
            .await
            .unwrap(),
    );
    let query = "select (value::jsonb ->> 'party')::bigint from customer_sync_rows \
        where store = 'default' and key like 'customers/%'";
    assert_eq!(database.number(query).await, 12);
}

#[tokio::test]
async fn damaged_rows_are_refused() {
    let database = database!();
    let damages = [
        "value = '{\"name\":\"Eve\"}'",
        "version = version + 1",
        "version = -1",
        "checksum = checksum + 1",
        "key = 'a/3'",
    ];
    for (number, damage) in damages.into_iter().enumerate() {
        let store = open(&database)
            .await
            .named(&format!("store{number}"))
            .unwrap();
        let changes = [put("a/1", "{\"name\":\"Ann\"}"), put("a/2", 1)];
        version(store.commit(&changes).await.unwrap());
        database
            .sql(&format!(
                "update customer_sync_rows set {damage} where store = 'store{number}' and key = 'a/1'"
            ))
            .await;
        let at = if damage.starts_with("key") {
            "a/3"
        } else {
            "a/1"
        };
        let error = store.get_many(&[key("a/2"), key(at)]).await.unwrap_err();
        assert_eq!(error.kind(), StateErrorKind::Damaged, "{damage}");
        let line = shown(&error);
        assert!(line.contains("`a`") && !line.contains("Eve"), "{line}");
        let error = store.scan(&key("a/"), None, 10).await.unwrap_err();
        assert!(error.is_damaged(), "{damage}");
        // What is whole can be read, and what is damaged replaced.
        assert_eq!(value(&store, "a/2").await.unwrap(), "1");
        version(store.commit(&[put(at, 2)]).await.unwrap());
        assert_eq!(value(&store, at).await.unwrap(), "2");
    }
}

#[tokio::test]
async fn what_is_wrong_with_the_url_or_the_database_is_said() {
    let database = database!();
    let unreadable = [
        format!("postgres://ann:{PASSWORD}@localhost:port/x"),
        format!("postgres://ann:{PASSWORD}@localhost/x?password_of={PASSWORD}"),
        format!("postgres://ann:{PASSWORD}@/x"),
        PASSWORD.to_owned(),
        String::new(),
    ];
    for url in unreadable {
        let error = refused(&url).await;
        assert_eq!(error.kind(), StateErrorKind::NoAccess);
        assert!(shown(&error).contains("write postgres://"), "{error}");
    }

    let error = refused(&database.url_of("postgres", "wrong")).await;
    assert_eq!(error.kind(), StateErrorKind::NoAccess);
    assert!(shown(&error).contains("the password"), "{error}");
    let error = refused(&database.url_of("postgres", "")).await;
    assert_eq!(error.kind(), StateErrorKind::NoAccess, "{error}");

    let error = refused(&format!("{}_that_is_not_there", database.url)).await;
    assert_eq!(error.kind(), StateErrorKind::NoAccess);
    assert!(shown(&error).contains("create it"), "{error}");

    // Who may not make tables can use those that are there.
    let role = format!("customer_sync_reader_{}", std::process::id());
    let create = format!(
        "create role {role} login password '{PASSWORD}'; revoke create on schema public from public;"
    );
    database.sql(&create).await;
    let url = database.url_of(&role, PASSWORD);
    let error = refused(&url).await;
    assert_eq!(error.kind(), StateErrorKind::NoAccess);
    assert!(shown(&error).contains("CREATE"), "{error}");
    let owner = open(&database).await;
    let error = refused(&url).await;
    assert_eq!(error.kind(), StateErrorKind::NoAccess);
    let schema = format!("grant select on customer_sync_schema to {role};");
    database.sql(&schema).await;
    let store = PostgresStore::connect(&url).await.unwrap();
    let error = store.get_many(&[key("a/1")]).await.unwrap_err();
    assert_eq!(error.kind(), StateErrorKind::NoAccess);
    let grant = format!("grant all on customer_sync_rows, customer_sync_stores to {role};");
    database.sql(&grant).await;
    version(store.commit(&[put("a/1", 1)]).await.unwrap());
    assert_eq!(value(&owner, "a/1").await.unwrap(), "1");
    database
        .sql(&format!("drop owned by {role}; drop role {role};"))
        .await;

    let line = format!(
        "{:?} {owner:?}",
        PostgresOptions::default().root_certificates(PASSWORD)
    );
    assert!(!line.contains(PASSWORD), "{line}");
}

#[tokio::test]
async fn tables_of_a_later_version_are_refused() {
    let database = database!();
    let store = open(&database).await;
    database
        .sql("insert into customer_sync_schema values (99)")
        .await;
    let error = refused(&database.url).await;
    assert_eq!(error.kind(), StateErrorKind::OtherVersion);
    assert!(shown(&error).contains("update this program"), "{error}");
    // The handle that was there notices it with its next connection.
    let kill = "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() \
        and datname = current_database()";
    database.sql(kill).await;
    let error = loop {
        if let Err(error) = store.get_many(&[key("a/1")]).await {
            break error;
        }
    };
    assert_eq!(error.kind(), StateErrorKind::OtherVersion);
}

#[tokio::test]
async fn tables_of_others_and_lost_tables_are_refused() {
    let database = database!();
    database
        .sql("create table customer_sync_schema (name text)")
        .await;
    assert_eq!(refused(&database.url).await.kind(), StateErrorKind::Foreign);
    database.sql("drop table customer_sync_schema").await;
    let store = open(&database).await;
    database.sql("drop table customer_sync_rows").await;
    let error = store.get_many(&[key("a/1")]).await.unwrap_err();
    assert_eq!(error.kind(), StateErrorKind::Foreign);
    let error = store.commit(&[put("a/1", 1)]).await.unwrap_err();
    assert_eq!(error.kind(), StateErrorKind::Foreign);
    database.sql("drop table customer_sync_schema").await;
    let error = store.get_many(&[key("a/1")]).await.unwrap_err();
    assert!(shown(&error).contains("restore a backup"), "{error}");
}

#[tokio::test]
async fn a_database_with_another_encoding_is_refused() {
    let Some(database) = Database::with("encoding 'LATIN1' lc_collate 'C' lc_ctype 'C'").await
    else {
        return;
    };
    let error = refused(&database.url).await;
    assert_eq!(error.kind(), StateErrorKind::Foreign);
    assert!(shown(&error).contains("UTF8"), "{error}");
}

#[tokio::test]
async fn each_refusal_has_its_kind_and_the_handle_works_afterwards() {
    let database = database!();
    let store = open(&database).await;
    // A trigger refuses as a server would.
    let trigger = "create table refusal (code text); \
        create function refuse() returns trigger language plpgsql as $$ begin \
            raise exception 'Ann Example is refused' using errcode = (select code from refusal); end $$; \
        create trigger refuse before insert on customer_sync_rows execute function refuse();";
    for (code, kind) in [
        ("53100", StateErrorKind::Full),
        ("53200", StateErrorKind::Unavailable),
        ("25006", StateErrorKind::NoAccess),
        ("42501", StateErrorKind::NoAccess),
        ("40001", StateErrorKind::Unavailable),
        ("40P01", StateErrorKind::Unavailable),
        ("57014", StateErrorKind::Unavailable),
        ("57P03", StateErrorKind::Unavailable),
        ("55P03", StateErrorKind::Unavailable),
        ("22P05", StateErrorKind::Foreign),
        ("54000", StateErrorKind::Limit),
        ("XX001", StateErrorKind::Damaged),
        ("XX000", StateErrorKind::Unavailable),
    ] {
        database
            .sql(&format!("{trigger} insert into refusal values ('{code}')"))
            .await;
        let error = store.commit(&[put("a/1", code)]).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{code}");
        assert!(error.source().unwrap().to_string().contains(code), "{code}");
        shown(&error);
        database
            .sql("drop table refusal; drop function refuse cascade")
            .await;
        assert_eq!(value(&store, "a/1").await, None, "{code}");
    }
    // What another transaction was in the way of is repeated at once.
    for code in ["40001", "40P01"] {
        let twice = format!(
            "create sequence refusals; create function refuse() returns trigger language plpgsql as $$ begin \
                if nextval('refusals') <= 2 then raise exception 'clash' using errcode = '{code}'; end if; return new; end $$; \
            create trigger refuse before insert on customer_sync_rows for each row execute function refuse()"
        );
        database.sql(&twice).await;
        version(store.commit(&[put("a/1", 1)]).await.unwrap());
        assert_eq!(
            database.number("select nextval('refusals')").await,
            4,
            "{code}"
        );
        database
            .sql("drop sequence refusals; drop function refuse cascade")
            .await;
    }
}

#[tokio::test]
async fn a_commit_that_waits_too_long_writes_nothing() {
    let database = database!();
    let options = PostgresOptions::default().statement_timeout(Duration::from_secs(1));
    let store = PostgresStore::connect_with(&database.url, options)
        .await
        .unwrap();
    version(store.commit(&[put("a/1", 1)]).await.unwrap());
    let mut other = connect(&database.url).await;
    let transaction = other.transaction().await.unwrap();
    transaction
        .batch_execute("select * from customer_sync_stores for update")
        .await
        .unwrap();
    let error = store.commit(&[put("a/1", 2)]).await.unwrap_err();
    assert_eq!(error.kind(), StateErrorKind::Unavailable);
    assert!(shown(&error).contains("statement timeout"), "{error}");
    // Reads do not wait for it.
    assert_eq!(value(&store, "a/1").await.unwrap(), "1");
    drop(transaction);
    drop(other);
    version(store.commit(&[put("a/1", 3)]).await.unwrap());
    assert_eq!(value(&store, "a/1").await.unwrap(), "3");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restart_of_the_server_is_survived() {
    let Some(server) = Server::start("") else {
        return skipped();
    };
    let server = Arc::new(server);
    let database = server.database().await;
    let state = State::new(open(&database).await);
    let is_restarted = Arc::new(AtomicBool::new(false));
    let mut restart = None;
    let mut reads = None;
    let (mut written, mut more) = (0, 0);
    while more < 50 {
        if written == 50 {
            let (server, is_restarted) = (Arc::clone(&server), Arc::clone(&is_restarted));
            restart = Some(tokio::task::spawn_blocking(move || {
                server.restart();
                is_restarted.store(true, Ordering::SeqCst);
            }));
            let state = state.clone();
            reads = Some(tokio::spawn(async move {
                for _ in 0..200 {
                    state.now().await.unwrap();
                    assert_eq!(
                        state
                            .store()
                            .get_many(&[key("a/0000")])
                            .await
                            .unwrap()
                            .len(),
                        1
                    );
                }
            }));
        }
        let change = put(&format!("a/{written:04}"), written).expecting(Expected::Absent);
        version(state.commit(&[change]).await.unwrap());
        written += 1;
        more += usize::from(is_restarted.load(Ordering::SeqCst));
    }
    restart.unwrap().await.unwrap();
    reads.unwrap().await.unwrap();
    let rows = state.store().scan(&key("a/"), None, 100_000).await.unwrap();
    let values: Vec<_> = rows
        .iter()
        .map(|row| row.value.parse::<usize>().unwrap())
        .collect();
    assert_eq!(values, (0..written).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_gone_is_an_error_until_it_is_back() {
    let Some(server) = Server::start("") else {
        return skipped();
    };
    let database = server.database().await;
    let options = PostgresOptions::default().connect_timeout(Duration::from_secs(2));
    let store = PostgresStore::connect_with(&database.url, options.clone())
        .await
        .unwrap();
    version(store.commit(&[put("a/1", 1)]).await.unwrap());
    let before = row(&store, "a/1").await;
    server.stop();
    let keys = [key("a/1")];
    let error = timeout(HANG, store.get_many(&keys))
        .await
        .unwrap()
        .unwrap_err();
    assert_eq!(error.kind(), StateErrorKind::Unavailable);
    assert!(
        shown(&error).contains("start the PostgreSQL server"),
        "{error}"
    );
    let changes = [put("a/1", 2)];
    let error = timeout(HANG, store.commit(&changes))
        .await
        .unwrap()
        .unwrap_err();
    assert_eq!(
        error.kind(),
        StateErrorKind::Unavailable,
        "nothing was sent"
    );
    timeout(HANG, store.now()).await.unwrap().unwrap_err();
    let connect = PostgresStore::connect_with(&database.url, options.clone());
    let error = timeout(HANG, connect).await.unwrap().unwrap_err();
    assert_eq!(error.kind(), StateErrorKind::Unavailable);
    assert!(server.control(&["start"]));
    assert_eq!(row(&store, "a/1").await, before);
    version(store.commit(&[put("a/1", 3)]).await.unwrap());
    assert_eq!(value(&store, "a/1").await.unwrap(), "3");
}

/// Between a store and its server: passes everything on, until it is told to lose a connection in a commit.
struct Proxy {
    address: String,
    next: Arc<AtomicU8>,
    /// Held, no new connection is made.
    gate: Arc<Mutex<()>>,
    /// A message for each connection that was cut.
    cuts: mpsc::UnboundedReceiver<()>,
}

const PASS: u8 = 0;
/// The commit does not reach the server.
const CUT_BEFORE: u8 = 1;
/// The commit is done, and the answer is lost.
const CUT_AFTER: u8 = 2;
/// The commit does not reach the server, and no answer comes.
const SILENT: u8 = 3;

impl Proxy {
    async fn start(server: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (next, gate) = (Arc::new(AtomicU8::new(PASS)), Arc::new(Mutex::new(())));
        let (cut, cuts) = mpsc::unbounded_channel();
        let server = server.to_owned();
        let (mode, guard) = (Arc::clone(&next), Arc::clone(&gate));
        tokio::spawn(async move {
            loop {
                let (client, _) = listener.accept().await.unwrap();
                drop(guard.lock().await);
                let server = TcpStream::connect(&server).await.unwrap();
                let (mode, cut) = (Arc::clone(&mode), cut.clone());
                tokio::spawn(async move {
                    let is_cut = Self::pass(client, server, &mode).await;
                    if is_cut.is_none() {
                        cut.send(()).unwrap();
                    }
                });
            }
        });
        Self {
            address,
            next,
            gate,
            cuts,
        }
    }

    /// Passes on what comes, and returns `None` when it has cut the connection.
    async fn pass(mut client: TcpStream, mut server: TcpStream, mode: &AtomicU8) -> Option<()> {
        let (mut asked, mut answered) = (vec![0; 65_536], vec![0; 65_536]);
        loop {
            tokio::select! {
                read = client.read(&mut asked) => {
                    let asked = asked.get(..read.unwrap_or(0)).filter(|asked| !asked.is_empty())?;
                    let is_commit = asked.windows(20).any(|part| part == b"customer_sync_commit");
                    let mode = if is_commit { mode.swap(PASS, Ordering::SeqCst) } else { PASS };
                    match mode {
                        CUT_BEFORE => return None,
                        SILENT => std::future::pending().await,
                        _ => server.write_all(asked).await.ok()?,
                    }
                    if mode == CUT_AFTER {
                        // The server is ready for the next statement once the commit is done.
                        let mut answer = Vec::new();
                        while !answer.ends_with(b"Z\0\0\0\x05I") {
                            let read = server.read(&mut answered).await.unwrap();
                            answer.extend_from_slice(answered.get(..read).unwrap());
                        }
                        return None;
                    }
                }
                read = server.read(&mut answered) => {
                    let answered = answered.get(..read.unwrap_or(0)).filter(|answer| !answer.is_empty())?;
                    client.write_all(answered).await.ok()?;
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_whose_answer_is_lost_is_of_unknown_outcome() {
    let database = database!();
    let proxy = Proxy::start(database.address()).await;
    let store = PostgresStore::connect(&database.url_at(&proxy.address))
        .await
        .unwrap();
    for (mode, there) in [(CUT_BEFORE, None), (CUT_AFTER, Some("1"))] {
        let at = format!("a/{mode}");
        proxy.next.store(mode, Ordering::SeqCst);
        let error = store.commit(&[put(&at, 1)]).await.unwrap_err();
        assert!(error.is_outcome_unknown(), "{error}");
        shown(&error);
        assert_eq!(value(&store, &at).await.as_deref(), there);
    }
    version(store.commit(&[put("a/3", 1)]).await.unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_state_settles_a_commit_whose_answer_is_lost() {
    let database = database!();
    let proxy = Proxy::start(database.address()).await;
    let store = PostgresStore::connect(&database.url_at(&proxy.address))
        .await
        .unwrap();
    let state = State::new(store.clone());
    for mode in [CUT_BEFORE, CUT_AFTER] {
        let at = format!("a/{mode}");
        proxy.next.store(mode, Ordering::SeqCst);
        let absent = put(&at, 1).expecting(Expected::Absent);
        let made = version(state.commit(&[absent]).await.unwrap());
        let row_made = row(&store, &at).await.unwrap();
        assert_eq!((row_made.value.as_str(), row_made.version), ("1", made));

        proxy.next.store(mode, Ordering::SeqCst);
        let changed = put(&at, 2).expecting(Expected::Version(made));
        let changed = version(state.commit(&[changed]).await.unwrap());
        assert_eq!(row(&store, &at).await.unwrap().version, changed);

        proxy.next.store(mode, Ordering::SeqCst);
        let late = put(&at, 3).expecting(Expected::Version(made));
        let commit = state.commit(&[late]).await.unwrap();
        assert_eq!(commit, Commit::Conflict(key(&at)));
        assert_eq!(value(&store, &at).await.unwrap(), "2");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_that_was_lost_and_overtaken_conflicts() {
    let database = database!();
    let mut proxy = Proxy::start(database.address()).await;
    let state = State::new(
        PostgresStore::connect(&database.url_at(&proxy.address))
            .await
            .unwrap(),
    );
    let other = open(&database).await;
    proxy.next.store(CUT_BEFORE, Ordering::SeqCst);
    let gate = proxy.gate.clone().lock_owned().await;
    let commit = tokio::spawn(async move {
        let absent = put("a/1", "ours").expecting(Expected::Absent);
        state.commit(&[absent]).await
    });
    proxy.cuts.recv().await.unwrap();
    version(other.commit(&[put("a/1", "theirs")]).await.unwrap());
    drop(gate);
    assert_eq!(commit.await.unwrap().unwrap(), Commit::Conflict(key("a/1")));
    assert_eq!(value(&other, "a/1").await.unwrap(), "theirs");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_silent_server_is_no_hang() {
    let database = database!();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = database.url_at(&listener.local_addr().unwrap().to_string());
    let options = PostgresOptions::default().connect_timeout(Duration::from_millis(300));
    let connect = PostgresStore::connect_with(&url, options);
    let error = timeout(HANG, connect).await.unwrap().unwrap_err();
    assert_eq!(error.kind(), StateErrorKind::Unavailable);
    shown(&error);

    let proxy = Proxy::start(database.address()).await;
    let url = database.url_at(&proxy.address);
    let options = PostgresOptions::default().statement_timeout(Duration::from_secs(1));
    let store = PostgresStore::connect_with(&url, options).await.unwrap();
    proxy.next.store(SILENT, Ordering::SeqCst);
    let changes = [put("a/1", 1)];
    let error = timeout(HANG, store.commit(&changes))
        .await
        .unwrap()
        .unwrap_err();
    assert!(error.is_outcome_unknown(), "{error}");
    version(store.commit(&[put("a/1", 2)]).await.unwrap());
    assert_eq!(value(&store, "a/1").await.unwrap(), "2");
}

/// Polls a future so often, and drops it.
async fn poll(future: impl Future, times: usize) {
    let mut future = pin!(future);
    let mut left = times;
    std::future::poll_fn(|context| {
        if left == 0 || future.as_mut().poll(context).is_ready() {
            return std::task::Poll::Ready(());
        }
        left -= 1;
        std::task::Poll::Pending
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dropped_futures_leave_whole_commits_and_a_usable_handle() {
    let database = database!();
    let store = open(&database).await;
    let keys = ["a/1", "a/2", "a/3"];
    let changes = |value: usize| keys.map(|key| put(key, value));
    version(store.commit(&changes(0)).await.unwrap());
    let mut whole = 0;
    for round in 1..=60 {
        poll(store.commit(&changes(round)), round % 4).await;
        poll(store.get_many(&keys.map(key)), round % 3).await;
        // This commit comes after the one that was dropped.
        version(store.commit(&[put("a/other", round)]).await.unwrap());
        let rows = store.get_many(&keys.map(key)).await.unwrap();
        let values: BTreeSet<_> = rows
            .iter()
            .map(|row| row.as_ref().unwrap().value.clone())
            .collect();
        assert_eq!(values.len(), 1, "round {round}");
        whole += usize::from(values.contains(&round.to_string()));
    }
    assert!(
        (15..60).contains(&whole),
        "{whole} of 60 were done: some are, and some never began"
    );
    let open = "select count(*) from pg_stat_activity where datname = current_database() \
        and state like 'idle in transaction%'";
    assert_eq!(database.number(open).await, 0);
    // While a connection is made, too.
    let kill = "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() \
        and datname = current_database()";
    for times in 0..6 {
        database.sql(kill).await;
        poll(store.commit(&changes(100 + times)), times).await;
        assert_eq!(store.get_many(&keys.map(key)).await.unwrap().len(), 3);
    }
    State::new(store.clone())
        .write(&changes(200))
        .await
        .unwrap();
    assert_eq!(value(&store, "a/3").await.unwrap(), "200");
}

#[tokio::test]
async fn a_handle_moves_to_another_runtime() {
    let database = database!();
    let store = open(&database).await;
    version(store.commit(&[put("a/1", 1)]).await.unwrap());
    let there = tokio::task::spawn_blocking(move || {
        let runtime = || {
            tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap()
        };
        for _ in 0..2 {
            runtime().block_on(async {
                assert_eq!(value(&store, "a/1").await.unwrap(), "1");
                State::new(store.clone())
                    .write(&[put("a/1", 1)])
                    .await
                    .unwrap();
            });
        }
    });
    there.await.unwrap();
}

/// Makes the certificate of a server at `localhost`, and of its issuer; false if this machine cannot.
fn make_certificates(folder: &std::path::Path) -> bool {
    let openssl = |arguments: &str| {
        let mut command = Command::new("openssl");
        command.args(arguments.split(' ')).current_dir(folder);
        command.output().is_ok_and(|output| output.status.success())
    };
    std::fs::write(folder.join("names"), "subjectAltName=DNS:localhost").unwrap();
    openssl(
        "req -x509 -newkey rsa:2048 -nodes -subj /CN=issuer -days 30 -keyout issuer.key -out issuer.pem",
    ) && openssl(
        "req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout server.key -out server.csr",
    ) && openssl(
        "x509 -req -in server.csr -CA issuer.pem -CAkey issuer.key -CAcreateserial -days 30 -extfile names \
             -out server.pem",
    )
}

#[tokio::test]
async fn certificates_are_verified() {
    let folder = tempfile::tempdir().unwrap();
    if !make_certificates(folder.path()) {
        println!("skipped: no openssl on this machine");
        return;
    }
    let Some(server) = Server::start("") else {
        return skipped();
    };
    for name in ["server.key", "server.pem"] {
        std::fs::copy(folder.path().join(name), server.file(name)).unwrap();
        server.give(name);
    }
    let settings = format!(
        "alter system set ssl_cert_file = '{}'; alter system set ssl_key_file = '{}'; alter system set ssl = on;",
        server.file("server.pem").display(),
        server.file("server.key").display()
    );
    let database = server.database().await;
    let error = refused(&format!("{}?sslmode=require", database.url)).await;
    assert_eq!(error.kind(), StateErrorKind::NoAccess, "no TLS yet");
    shown(&error);
    for setting in settings.split_inclusive(';') {
        database.sql(setting).await;
    }
    server.restart();

    let url = database.url_at(&format!("localhost:{}", server.port()));
    let issuer = std::fs::read(folder.path().join("issuer.pem")).unwrap();
    let trusting = || PostgresOptions::default().root_certificates(issuer.clone());
    for mode in [
        "",
        "?sslmode=prefer",
        "?sslmode=require",
        "?sslmode=verify-full",
    ] {
        let store = PostgresStore::connect_with(&format!("{url}{mode}"), trusting())
            .await
            .unwrap();
        let query = "select count(*) from pg_stat_ssl join pg_stat_activity using (pid) \
            where ssl and application_name = 'customer-sync'";
        assert_eq!(database.number(query).await, 1, "{mode}");
        version(store.commit(&[put("a/1", 1)]).await.unwrap());
        drop(store);
        while database.number(query).await > 0 {}

        // No other certificate, and no other name.
        let error = refused(&format!("{url}{mode}")).await;
        assert_eq!(error.kind(), StateErrorKind::NoAccess, "{mode}");
        assert!(shown(&error).contains("root_certificates"), "{error}");
        let elsewhere = format!("{}{mode}", database.url);
        let other = PostgresStore::connect_with(&elsewhere, trusting())
            .await
            .unwrap_err();
        assert_eq!(other.kind(), StateErrorKind::NoAccess, "{mode}");
    }
    PostgresStore::connect(&format!("{url}?sslmode=disable"))
        .await
        .unwrap();
    let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let options = PostgresOptions::default().root_certificates(broken);
    let error = PostgresStore::connect_with(&url, options)
        .await
        .unwrap_err();
    assert!(shown(&error).contains("PEM"), "{error}");
}
