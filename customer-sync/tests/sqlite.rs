//! The store in a file: whose file it is, damages, a full disk, other programs, rights, a file of an older version.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use customer_sync::CustomerKey;
use customer_sync::store::{
    Commit, CustomerState, Expected, Key, Row, RowChange, SqliteStore, State, StateError,
    StateErrorKind, StateStore, Table,
};
use rusqlite::Connection;
use tempfile::TempDir;

fn place() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.sqlite");
    (folder, path)
}

fn key(text: &str) -> Key {
    Key::new(text).unwrap()
}

fn put(at: &str, value: &str) -> RowChange {
    RowChange::put(key(at), value.to_owned()).unwrap()
}

async fn get(store: &SqliteStore, at: &str) -> Result<Option<Row>, StateError> {
    Ok(store.get_many(&[key(at)]).await?.remove(0))
}

async fn done(store: &SqliteStore, changes: &[RowChange]) {
    let commit = store.commit(changes).await.unwrap();
    assert!(matches!(commit, Commit::Done(_)), "{commit:?}");
}

/// One line, with the path, of this kind and with this in its text.
#[track_caller]
fn assert_error(error: &StateError, kind: StateErrorKind, path: &Path, part: &str) {
    let text = error.to_string();
    assert_eq!(error.kind(), kind, "{text}");
    assert!(
        text.starts_with("the state store ") && text.lines().count() == 1,
        "{text}"
    );
    assert!(text.contains(&path.display().to_string()), "{text}");
    assert!(text.contains(part), "{text}");
}

/// All files of a folder with their contents.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let files = fs::read_dir(folder).unwrap();
    let files = files.map(|file| file.unwrap().path());
    files
        .map(|path| (path.clone(), fs::read(&path).unwrap()))
        .collect()
}

#[tokio::test]
async fn a_file_that_is_no_store_of_this_version_is_refused_and_stays_as_it_is() {
    let refused = |folder: &Path, path: &Path, kind, part| {
        let before = files(folder);
        assert_error(&SqliteStore::open(path).unwrap_err(), kind, path, part);
        let after = files(folder);
        for (file, text) in &before {
            assert!(after.get(file) == Some(text), "{}", file.display());
        }
        assert!(!folder.join("store.sqlite-journal").exists());
    };
    let (folder, path) = place();
    fs::write(&path, "Customers: Ann, Bob.\n".repeat(100)).unwrap();
    refused(
        folder.path(),
        &path,
        StateErrorKind::Foreign,
        "choose another path",
    );

    let (folder, path) = place();
    let other = Connection::open(&path).unwrap();
    other
        .execute_batch("create table rows (key text); insert into rows values ('a')")
        .unwrap();
    drop(other);
    refused(
        folder.path(),
        &path,
        StateErrorKind::Foreign,
        "choose another path",
    );

    // With a write-ahead log that its program has left.
    let (folder, path) = place();
    let other = Connection::open(&path).unwrap();
    other
        .execute_batch(
            "pragma journal_mode = wal; create table t (key text); insert into t values ('a')",
        )
        .unwrap();
    let left = tempfile::tempdir().unwrap();
    for (file, text) in files(folder.path()) {
        fs::write(left.path().join(file.file_name().unwrap()), text).unwrap();
    }
    fs::remove_file(left.path().join("store.sqlite-shm")).unwrap();
    assert!(
        fs::metadata(left.path().join("store.sqlite-wal"))
            .unwrap()
            .len()
            > 0
    );
    let path = left.path().join("store.sqlite");
    refused(
        left.path(),
        &path,
        StateErrorKind::Foreign,
        "choose another path",
    );

    let (folder, path) = place();
    drop(SqliteStore::open(&path).unwrap());
    Connection::open(&path)
        .unwrap()
        .pragma_update(None, "user_version", 99)
        .unwrap();
    refused(
        folder.path(),
        &path,
        StateErrorKind::OtherVersion,
        "use a newer version",
    );

    let (folder, path) = place();
    drop(SqliteStore::open(&path).unwrap());
    Connection::open(&path)
        .unwrap()
        .execute_batch("drop table rows")
        .unwrap();
    refused(
        folder.path(),
        &path,
        StateErrorKind::Damaged,
        "restore a backup",
    );
}

#[tokio::test]
async fn a_path_that_cannot_be_used_is_named() {
    let (folder, _) = place();
    let path = folder.path().join("none/store.sqlite");
    let error = SqliteStore::open(&path).unwrap_err();
    assert_error(&error, StateErrorKind::NoAccess, &path, "os error");
    assert!(error.to_string().contains("create its folder"), "{error}");
    let error = SqliteStore::open(folder.path()).unwrap_err();
    assert_error(
        &error,
        StateErrorKind::NoAccess,
        folder.path(),
        "not a file",
    );
    // A name with a meaning of its own to SQLite is the name of a file.
    for name in [":memory:", "file:store?mode=memory"] {
        let path = folder.path().join(name);
        done(
            &SqliteStore::open(&path).unwrap(),
            &[put("settings/a", "1")],
        )
        .await;
        let again = SqliteStore::open(&path).unwrap();
        assert!(get(&again, "settings/a").await.unwrap().is_some(), "{name}");
    }
}

/// Waits as long as a call waits for another program.
#[tokio::test]
async fn a_file_that_another_program_holds_is_unavailable_until_it_is_free() {
    let (_folder, path) = place();
    let store = SqliteStore::open(&path).unwrap();
    done(&store, &[put("settings/a", "1")]).await;
    let other = Connection::open(&path).unwrap();
    other.execute_batch("begin exclusive").unwrap();
    let error = store.commit(&[put("settings/a", "2")]).await.unwrap_err();
    assert_error(
        &error,
        StateErrorKind::Unavailable,
        &path,
        "another program",
    );
    assert!(error.is_retryable());
    other.execute_batch("rollback").unwrap();
    assert_eq!(get(&store, "settings/a").await.unwrap().unwrap().value, "1");
    done(&store, &[put("settings/a", "2")]).await;
}

#[tokio::test]
async fn people_can_query_the_values_and_what_they_change_is_seen() {
    let (_folder, path) = place();
    let store = SqliteStore::open(&path).unwrap();
    let state = State::new(store);
    let mut remembered = CustomerState::default();
    remembered.party = Some(7.into());
    let customer = CustomerKey::new("planyo", "1");
    state
        .put_customers(&[(customer.clone(), remembered)])
        .await
        .unwrap();
    let person = Connection::open(&path).unwrap();
    let party = "select json_extract(value, '$.party') from rows where key like 'customers/%'";
    assert_eq!(
        person
            .query_row(party, [], |row| row.get::<_, i64>(0))
            .unwrap(),
        7
    );
    let change = "update rows set value = replace(value, '7', '8')";
    assert_eq!(person.execute(change, []).unwrap(), 1);
    let error = state.customer(&customer).await.unwrap_err();
    assert!(
        error.is_damaged() && error.to_string().contains("`customers`"),
        "{error}"
    );
    drop(state);
    let error = SqliteStore::open(&path).unwrap_err();
    assert_eq!(error.kind(), StateErrorKind::Damaged, "{error}");
    // A row that is gone without a word is missed.
    person
        .execute(&change.replace("'7', '8'", "'8', '7'"), [])
        .unwrap();
    drop(SqliteStore::open(&path).unwrap());
    person.execute("delete from rows", []).unwrap();
    let error = SqliteStore::open(&path).unwrap_err();
    assert_error(
        &error,
        StateErrorKind::Damaged,
        &path,
        "the rows that were written",
    );
}

/// A generator of numbers that are the same in each run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(end).unwrap()).unwrap()
    }

    /// Overwrites 64 bytes somewhere.
    fn damage(&mut self, file: &Path) {
        let mut text = fs::read(file).unwrap();
        let at = self.below(text.len() - 64);
        for byte in &mut text[at..at + 64] {
            *byte = u8::try_from(self.below(256)).unwrap();
        }
        fs::write(file, text).unwrap();
    }
}

/// Rows of many lengths in a file that has free pages too.
async fn filled(path: &Path) -> BTreeMap<Key, String> {
    let store = SqliteStore::open(path).unwrap();
    let mut rows = BTreeMap::new();
    let mut numbers = Numbers(1);
    for group in 0..6 {
        let mut changes = Vec::new();
        for _ in 0..40 {
            let name = format!("customers/planyo:{}", numbers.below(1_000_000));
            let is_long = numbers.below(20) == 0;
            let length = numbers.below(if is_long { 9_000 } else { 900 });
            let value = format!(
                "\"{}\"",
                char::from(b'a' + u8::try_from(group).unwrap())
                    .to_string()
                    .repeat(length)
            );
            changes.push(put(&name, &value));
            rows.insert(key(&name), value);
        }
        for old in rows.keys().step_by(7).cloned().collect::<Vec<_>>() {
            rows.remove(&old);
            changes.push(RowChange::remove(old));
        }
        done(&store, &changes).await;
    }
    rows
}

/// Whether all is as it was written; `false` if a call says otherwise.
async fn is_whole(path: &Path, rows: &BTreeMap<Key, String>) -> bool {
    let store = match SqliteStore::open(path) {
        Ok(store) => store,
        Err(error) => {
            let kinds = [
                StateErrorKind::Damaged,
                StateErrorKind::Foreign,
                StateErrorKind::OtherVersion,
            ];
            assert!(kinds.contains(&error.kind()), "{error}");
            return false;
        }
    };
    let mut is_whole = true;
    for (key, value) in rows {
        match store.get_many(std::slice::from_ref(key)).await {
            Ok(found) => assert!(
                found[0].as_ref().is_some_and(|row| row.value == *value),
                "{key}"
            ),
            Err(error) => {
                assert!(error.is_damaged(), "{error}");
                is_whole = false;
            }
        }
    }
    match store.scan(&key(""), None, usize::MAX).await {
        Ok(found) => {
            let found: Vec<_> = found.iter().map(|row| (&row.key, &row.value)).collect();
            assert!(
                found == rows.iter().collect::<Vec<_>>(),
                "a scan has other rows"
            );
        }
        Err(error) => {
            assert!(error.is_damaged(), "{error}");
            is_whole = false;
        }
    }
    is_whole
}

#[tokio::test]
async fn a_damage_is_an_error_or_does_not_matter() {
    let (folder, path) = place();
    let rows = filled(&path).await;
    assert!(is_whole(&path, &rows).await);
    let damaged = folder.path().join("damaged.sqlite");
    let mut numbers = Numbers(2);
    let mut whole = 0;
    for _ in 0..40 {
        fs::copy(&path, &damaged).unwrap();
        numbers.damage(&damaged);
        whole += usize::from(is_whole(&damaged, &rows).await);
    }
    // Some hit nothing that is in use, and most do.
    assert!((1..30).contains(&whole), "{whole} of 40 are whole");
}

/// As a kill in the middle of a large commit leaves it: a file half written, and a journal to take that back.
#[tokio::test]
async fn a_damage_of_a_journal_is_an_error_or_does_not_matter() {
    let (folder, path) = place();
    let rows = filled(&path).await;
    let journal = folder.path().join("store.sqlite-journal");
    let before = fs::read(&path).unwrap();
    let other = Connection::open(&path).unwrap();
    let half = "pragma cache_size = 5; begin; update rows set value = value || ' ', version = version + 1; \
                delete from rows where length(key) % 2 = 0";
    other.execute_batch(half).unwrap();
    let (half, left) = (fs::read(&path).unwrap(), fs::read(&journal).unwrap());
    other.execute_batch("rollback").unwrap();
    assert!(half != before && !left.is_empty());
    let damaged = folder.path().join("damaged.sqlite");
    let damaged_journal = folder.path().join("damaged.sqlite-journal");
    let mut numbers = Numbers(3);
    let mut whole = 0;
    for place in 0..41 {
        fs::write(&damaged, &half).unwrap();
        fs::write(&damaged_journal, &left).unwrap();
        match place {
            0 => {}
            _ if place % 2 == 0 => numbers.damage(&damaged),
            _ => numbers.damage(&damaged_journal),
        }
        let is_whole = is_whole(&damaged, &rows).await;
        assert!(is_whole || place > 0, "the journal takes nothing back");
        whole += usize::from(is_whole);
    }
    assert!((2..40).contains(&whole), "{whole} of 41 are whole");
    // A journal that is lost altogether.
    fs::write(&damaged, &half).unwrap();
    let _ = fs::remove_file(&damaged_journal);
    assert!(!is_whole(&damaged, &rows).await);
}

/// A small disk of its own, where this user may mount one.
struct SmallDisk(TempDir);

impl SmallDisk {
    fn mount() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mount = ["-t", "tmpfs", "-o", "size=2m", "tmpfs"];
        let status = Command::new("mount")
            .args(mount)
            .arg(folder.path())
            .stderr(Stdio::null())
            .status();
        if status.is_ok_and(|status| status.success()) {
            return Some(Self(folder));
        }
        println!("skipped: this user may not mount a disk");
        None
    }

    fn make_read_only(&self) {
        let status = Command::new("mount")
            .args(["-o", "remount,ro"])
            .arg(self.0.path())
            .status();
        assert!(status.unwrap().success());
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0.path()).status();
    }
}

#[tokio::test]
async fn a_full_disk_is_an_error_and_the_same_handle_works_once_there_is_space() {
    let Some(disk) = SmallDisk::mount() else {
        return;
    };
    let path = disk.0.path().join("store.sqlite");
    let store = SqliteStore::open(&path).unwrap();
    let ballast = disk.0.path().join("ballast");
    fs::write(&ballast, vec![0; 1 << 20]).unwrap();
    let long = format!("\"{}\"", "x".repeat(50_000));
    let mut groups = 0;
    let error = loop {
        let group = ["a", "b"].map(|name| put(&format!("customers/{groups}{name}"), &long));
        match store.commit(&group).await {
            Ok(_) => groups += 1,
            Err(error) => break error,
        }
        assert!(groups < 100, "the disk has no end");
    };
    assert_error(&error, StateErrorKind::Full, &path, "free some space");
    assert!(error.is_retryable() && groups > 2);
    // All groups before are there, and nothing of the last one.
    let rows = store.scan(&key("customers/"), None, 1_000).await.unwrap();
    assert_eq!(rows.len(), groups * 2);
    assert!(rows.iter().all(|row| row.value == long));
    fs::remove_file(&ballast).unwrap();
    done(&store, &[put("customers/later", &long)]).await;
    drop(store);
    let again = SqliteStore::open(&path).unwrap();
    let rows = again.scan(&key("customers/"), None, 1_000).await.unwrap();
    assert_eq!(rows.len(), groups * 2 + 1);
    // A disk that is too full for a new store.
    let mut ballast = fs::File::create(&ballast).unwrap();
    while ballast.write_all(&[0; 1_024]).is_ok() {}
    let new = disk.0.path().join("new.sqlite");
    assert_error(
        &SqliteStore::open(&new).unwrap_err(),
        StateErrorKind::Full,
        &new,
        "free some space",
    );
}

#[tokio::test]
async fn a_file_that_can_only_be_read_is_an_error() {
    let Some(disk) = SmallDisk::mount() else {
        return;
    };
    let path = disk.0.path().join("store.sqlite");
    // The thread of a handle may close the file a moment after the handle is dropped, so another program makes it.
    Connection::open(&path)
        .unwrap()
        .execute_batch("create table t (a)")
        .unwrap();
    disk.make_read_only();
    let error = SqliteStore::open(&path).unwrap_err();
    assert_error(
        &error,
        StateErrorKind::NoAccess,
        &path,
        "the right to write",
    );
    let new = disk.0.path().join("new.sqlite");
    assert_error(
        &SqliteStore::open(&new).unwrap_err(),
        StateErrorKind::NoAccess,
        &new,
        "os error",
    );
}

/// Adds one to a row again and again, and checks that two rows that are written together are read together.
async fn increment(store: &SqliteStore, times: usize) {
    for _ in 0..times {
        loop {
            let rows = store
                .get_many(&[key("counter/a"), key("counter/b")])
                .await
                .unwrap();
            let (a, b) = (rows[0].as_ref(), rows[1].as_ref());
            assert_eq!(
                a.map(|row| (&row.value, row.version)),
                b.map(|row| (&row.value, row.version))
            );
            let next = a
                .map_or(1, |row| row.value.parse::<usize>().unwrap() + 1)
                .to_string();
            let puts = [
                put("counter/a", &next).expecting(Expected::same_as(a)),
                put("counter/b", &next),
            ];
            if matches!(store.commit(&puts).await.unwrap(), Commit::Done(_)) {
                break;
            }
        }
    }
}

async fn counted(path: &Path) -> usize {
    let store = SqliteStore::open(path).unwrap();
    let row = get(&store, "counter/a").await.unwrap().unwrap();
    row.value.parse().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_handles_in_two_threads_lose_nothing() {
    let (_folder, path) = place();
    let tasks = [(); 2].map(|()| {
        let store = SqliteStore::open(&path).unwrap();
        tokio::spawn(async move { increment(&store, 50).await })
    });
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(counted(&path).await, 100);
}

const CHILD: &str = "CUSTOMER_SYNC_STORE_OF_THE_CHILD";

/// Runs a test of this file as another program, with the path of a store.
fn child(test: &str, path: &Path) -> Child {
    let this = std::env::current_exe().unwrap();
    let command = Command::new(this)
        .args(["--exact", test, "--nocapture"])
        .env(CHILD, path)
        .stdout(Stdio::piped())
        .spawn();
    command.unwrap()
}

#[tokio::test]
async fn two_programs_lose_nothing() {
    if let Some(path) = std::env::var_os(CHILD) {
        increment(&SqliteStore::open(&path).unwrap(), 50).await;
        return;
    }
    let (_folder, path) = place();
    let mut child = child("two_programs_lose_nothing", &path);
    increment(&SqliteStore::open(&path).unwrap(), 50).await;
    assert!(child.wait().unwrap().success());
    assert_eq!(counted(&path).await, 100);
}

/// Three times a program is killed while it commits: what it has told is there, and the last group is whole.
#[tokio::test]
async fn what_was_confirmed_survives_a_kill() {
    if let Some(path) = std::env::var_os(CHILD) {
        let store = SqliteStore::open(&path).unwrap();
        for group in 0.. {
            let puts: Vec<_> = (0..20)
                .map(|n| put(&format!("rows/{n}"), &group.to_string()))
                .collect();
            done(&store, &puts).await;
            println!("done {group}");
        }
    }
    for kill_after in [1, 3, 10] {
        let (_folder, path) = place();
        let mut child = child("what_was_confirmed_survives_a_kill", &path);
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let told = lines
            .map(|line| line.unwrap())
            .filter(|line| line.contains("done "));
        let last = told.take(kill_after).last().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        let told: usize = last.rsplit(' ').next().unwrap().parse().unwrap();
        let store = SqliteStore::open(&path).unwrap();
        let rows = store.scan(&key("rows/"), None, 100).await.unwrap();
        let group: usize = rows[0].value.parse().unwrap();
        assert!(group >= told, "{group} is there, and {told} was confirmed");
        assert!(rows.len() == 20 && rows.iter().all(|row| row.value == rows[0].value));
    }
}

/// A power loss leaves what is on the disk when a commit is confirmed, and perhaps not the journal.
#[tokio::test]
async fn what_was_confirmed_is_in_the_file_alone() {
    let (folder, path) = place();
    let store = SqliteStore::open(&path).unwrap();
    let copy = folder.path().join("copy.sqlite");
    for group in 0..10 {
        let puts: Vec<_> = (0..20)
            .map(|n| put(&format!("rows/{n}"), &group.to_string()))
            .collect();
        done(&store, &puts).await;
        fs::copy(&path, &copy).unwrap();
        let rows = SqliteStore::open(&copy)
            .unwrap()
            .scan(&key("rows/"), None, 100)
            .await
            .unwrap();
        assert!(
            rows.len() == 20 && rows.iter().all(|row| row.value == group.to_string()),
            "{group}"
        );
    }
}

/// A file of the first version of the schema, with a customer, a setting and a row that was removed.
#[tokio::test]
async fn a_store_of_an_older_version_is_read_and_written() {
    let (_folder, path) = place();
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/store-1.sqlite");
    fs::copy(kept, &path).unwrap();
    let state = State::new(SqliteStore::open(&path).unwrap());
    let customers = state.customers().await.unwrap();
    assert_eq!(customers.len(), 1);
    let customer = CustomerKey::new("planyo", "1");
    assert_eq!(
        state.customer(&customer).await.unwrap().unwrap().party,
        Some(7.into())
    );
    assert_eq!(
        state
            .read::<String>(Table::Settings, "é")
            .await
            .unwrap()
            .as_deref(),
        Some("kept")
    );
    let row = state
        .store()
        .get_many(&[key("settings/é")])
        .await
        .unwrap()
        .remove(0)
        .unwrap();
    assert_eq!(row.version, 2);
    // The third commit removed a row.
    let commit = state.commit(&[put("settings/new", "1")]).await.unwrap();
    assert_eq!(commit, Commit::Done(4));
}

#[tokio::test]
async fn a_removed_value_is_not_left_in_the_file() {
    let (_folder, path) = place();
    let store = SqliteStore::open(&path).unwrap();
    let is_in_file = || {
        let text = fs::read(&path).unwrap();
        text.windows(7).any(|part| part == b"Peeters")
    };
    let long = format!("\"Ann Peeters {}\"", "x".repeat(10_000));
    done(
        &store,
        &[
            put("customers/1", "\"Ann Peeters\""),
            put("customers/2", &long),
        ],
    )
    .await;
    assert!(is_in_file());
    done(
        &store,
        &[
            RowChange::remove(key("customers/1")),
            put("customers/2", "{}"),
        ],
    )
    .await;
    assert!(!is_in_file());
}

#[cfg(unix)]
#[tokio::test]
async fn the_files_are_for_their_owner_alone_and_wider_rights_are_told() {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let (folder, path) = place();
    let store = SqliteStore::open(&path).unwrap();
    assert_eq!((mode(&path), store.warning()), (0o600, None));
    let other = Connection::open(&path).unwrap();
    other
        .execute_batch("begin; update whole set version = 5")
        .unwrap();
    assert_eq!(mode(&folder.path().join("store.sqlite-journal")), 0o600);
    other.execute_batch("rollback").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    let again = SqliteStore::open(&path).unwrap();
    let warning = again.warning().unwrap().to_string();
    assert!(
        warning.contains("0644") && warning.contains("chmod 600"),
        "{warning}"
    );
    assert_eq!(mode(&path), 0o644);
    assert_eq!(
        format!("{again:?}"),
        format!("SqliteStore({})", path.display())
    );
}
