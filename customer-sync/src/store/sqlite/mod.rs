//! A store in a file, by `SQLite`.

mod changes;
mod errors;
mod file;
mod open;
mod rows;
mod thread;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Utc};

use self::thread::Thread;
use super::StateError;
use super::private_files::WideRights;
use super::rows::{Commit, Key, Row, RowChange, StateStore, StoreFuture};

/// A store in one `SQLite` file, which several programs of one machine share.
///
/// Each handle has a thread of its own that does the work, so that no task waits for the disk, and a commit whose future is
/// dropped is done whole. It ends when the handle is dropped. If another program writes, a call waits up to 5 seconds.
///
/// People may read the file while it is used, by any tool for `SQLite`. Whoever changes a row by another tool makes it
/// damaged, since each row has a checksum:
///
/// ```sql
/// select key, json_extract(value, '$.party') from rows where key like 'customers/%';
/// ```
///
/// A backup: `sqlite3 customers.sqlite "vacuum into 'backup.sqlite'"`, or a copy of the file while no program uses it.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("customers.sqlite");
/// use customer_sync::store::{SqliteStore, State};
///
/// let store = SqliteStore::open(&path)?;
/// if let Some(warning) = store.warning() {
///     eprintln!("{warning}");
/// }
/// let state = State::new(store);
/// assert!(state.customers().await?.is_empty());
/// # Ok(()) }
/// ```
pub struct SqliteStore {
    path: Arc<PathBuf>,
    warning: Option<WideRights>,
    thread: Thread,
}

impl SqliteStore {
    /// Opens a store, and creates its file if there is none, for its owner only. The folder must be there.
    ///
    /// The whole file is read and checked, which takes about 40 milliseconds for 10,000 rows of 1 KB: in an async program,
    /// open it before the work starts, or by `spawn_blocking`.
    ///
    /// # Errors
    /// When the file cannot be read and written, is not a store, was written by a newer version of this crate, or is
    /// damaged. Then it is as it was.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StateError> {
        let opened = open::open(path.as_ref())?;
        Ok(Self {
            thread: Thread::start(opened.connection, &opened.path)?,
            path: opened.path,
            warning: opened.warning,
        })
    }

    /// That the file was there already and others than its owner may use it.
    #[must_use]
    pub fn warning(&self) -> Option<&WideRights> {
        self.warning.as_ref()
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl StateStore for SqliteStore {
    fn get_many<'a>(&'a self, keys: &'a [Key]) -> StoreFuture<'a, Vec<Option<Row>>> {
        let (path, keys) = (Arc::clone(&self.path), keys.to_vec());
        self.thread
            .run(move |connection| rows::get_many(connection, &path, &keys))
    }

    fn scan<'a>(
        &'a self,
        prefix: &'a Key,
        after: Option<&'a Key>,
        limit: usize,
    ) -> StoreFuture<'a, Vec<Row>> {
        let (path, prefix, after) = (Arc::clone(&self.path), prefix.clone(), after.cloned());
        self.thread
            .run(move |connection| rows::scan(connection, &path, &prefix, after.as_ref(), limit))
    }

    fn commit<'a>(&'a self, changes: &'a [RowChange]) -> StoreFuture<'a, Commit> {
        let (path, changes) = (Arc::clone(&self.path), changes.to_vec());
        self.thread
            .run(move |connection| changes::commit(connection, &path, &changes))
    }

    fn now(&self) -> StoreFuture<'_, DateTime<Utc>> {
        Box::pin(std::future::ready(Ok(Utc::now())))
    }
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SqliteStore({})", self.path.display())
    }
}
