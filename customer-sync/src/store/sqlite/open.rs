//! Opening a file: whose it is, its schema, and whether it is whole.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use super::errors::{damaged, state_error};
use super::file::Whole;
use super::rows::count;
use crate::store::private_files::{self, WideRights};
use crate::store::{StateError, StateErrorKind};

/// `CuSy`: what tells a store from other files of `SQLite`.
const APPLICATION_ID: i32 = 0x4375_5379;

/// How long a call waits for another program.
const PATIENCE: Duration = Duration::from_secs(5);

/// The steps from each version of the schema to the next, from an empty file on. A step that was released stays as it is.
const MIGRATIONS: [&str; 1] = ["
    create table rows (
        key text not null primary key,
        value text not null,
        version integer not null,
        checksum integer not null
    ) strict;
    create table whole (
        id integer not null primary key check (id = 1),
        version integer not null,
        row_count integer not null,
        row_sum integer not null,
        checksum integer not null
    ) strict;
"];

/// The settings of a connection.
///
/// A rollback journal and not a write-ahead log: `SQLite` takes a damaged page of the log for the end of the log, and what
/// was confirmed after it would be gone without a word. Nothing that is confirmed is outside of the file, and network file
/// systems can be used. A commit of 10 rows of 1 KB takes 5 to 20 milliseconds instead of 1 to 7.
///
/// `synchronous = full` makes that a commit survives a power loss, and `secure_delete` that the values of an erased customer
/// are not left in free pages.
const SETTINGS: &str = "
    pragma synchronous = full;
    pragma secure_delete = on;
    pragma cell_size_check = on;
    pragma trusted_schema = off;
";

pub(super) struct Opened {
    pub(super) connection: Connection,
    pub(super) path: Arc<PathBuf>,
    pub(super) warning: Option<WideRights>,
}

pub(super) fn open(path: &Path) -> Result<Opened, StateError> {
    // A path from the root on: `:memory:` and `file:` have no meaning there.
    let path = std::path::absolute(path).map_err(|error| cannot_open(path, &error))?;
    let warning = create_if_absent(&path)?;
    let mut connection = connect(&path)?;
    migrate(&mut connection, &path)?;
    verify(&mut connection, &path)?;
    Ok(Opened {
        connection,
        path: Arc::new(path),
        warning,
    })
}

/// Creates an empty file, which `SQLite` takes for an empty database, and gives its mode to the files beside it.
fn create_if_absent(path: &Path) -> Result<Option<WideRights>, StateError> {
    // A file that is closed loses all locks that this process has on it, so that it must not be open in another thread.
    // For the same reason a file that is there is not opened except by `SQLite`, which knows that.
    static CREATION: Mutex<()> = Mutex::new(());
    let _one_at_a_time = CREATION.lock().unwrap_or_else(PoisonError::into_inner);
    match private_files::create(path) {
        Ok(_) => Ok(None),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            match std::fs::metadata(path) {
                Ok(metadata) if metadata.is_file() => Ok(private_files::wide_rights(path)),
                Ok(_) => Err(cannot_open(path, &"it is not a file")),
                Err(error) => Err(cannot_open(path, &error)),
            }
        }
        Err(error) => Err(cannot_open(path, &error)),
    }
}

fn cannot_open(path: &Path, error: &impl ToString) -> StateError {
    let (path, error) = (path.display(), error.to_string());
    let what = format!(
        "{path} cannot be opened: {error}; create its folder, and give the user of this program the right to write there"
    );
    StateError::new(StateErrorKind::NoAccess, what)
}

fn connect(path: &Path) -> Result<Connection, StateError> {
    let failed = |error| state_error(path, error);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(failed)?;
    connection.busy_timeout(PATIENCE).map_err(failed)?;
    // A file of another program stays as it is, also if that has left a write-ahead log.
    connection
        .set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)
        .map_err(failed)?;
    if connection.is_readonly(rusqlite::MAIN_DB).map_err(failed)? {
        let path = path.display();
        let what = format!(
            "{path} cannot be written: give the user of this program the right to write it and its folder"
        );
        return Err(StateError::new(StateErrorKind::NoAccess, what));
    }
    Ok(connection)
}

fn number<T: rusqlite::types::FromSql>(
    connection: &Connection,
    path: &Path,
    pragma: &str,
) -> Result<T, StateError> {
    let read = connection.pragma_query_value(None, pragma, |row| row.get(0));
    read.map_err(|error| state_error(path, error))
}

/// Whether there is nothing in the file. In a transaction that writes it has its first page.
fn is_empty(connection: &Connection, path: &Path) -> Result<bool, StateError> {
    if number::<i64>(connection, path, "page_count")? > 1 {
        return Ok(false);
    }
    let tables = connection.query_row("select count(*) from sqlite_schema", [], |row| {
        row.get::<_, i64>(0)
    });
    let tables = tables.map_err(|error| state_error(path, error))?;
    // In UTF-16 keys would sort in another way.
    let encoding = number::<String>(connection, path, "encoding")?;
    Ok(tables == 0 && encoding == "UTF-8")
}

/// The version of the schema; none in an empty file. Nothing is written before it is known that the file is a store.
fn schema_version(connection: &Connection, path: &Path) -> Result<Option<usize>, StateError> {
    let id = number::<i32>(connection, path, "application_id")?;
    if id == 0 && is_empty(connection, path)? {
        return Ok(None);
    }
    if id != APPLICATION_ID {
        let path = path.display();
        let what = format!(
            "{path} is a database of another program: choose another path, or restore a backup if it was a store"
        );
        return Err(StateError::new(StateErrorKind::Foreign, what));
    }
    let found = number::<i32>(connection, path, "user_version")?;
    match usize::try_from(found) {
        Ok(version) if version <= MIGRATIONS.len() && version > 0 => Ok(Some(version)),
        _ => {
            let (path, known) = (path.display(), MIGRATIONS.len());
            let what = format!(
                "{path} was written by another version of customer-sync (schema {found}, and this one knows {known}): use \
                 a newer version, or choose another path"
            );
            Err(StateError::new(StateErrorKind::OtherVersion, what))
        }
    }
}

fn migrate(connection: &mut Connection, path: &Path) -> Result<(), StateError> {
    let failed = |error| state_error(path, error);
    // As of one moment: another program may be making the store in the same file.
    let reading = connection.transaction().map_err(failed)?;
    let version = schema_version(&reading, path)?;
    reading.finish().map_err(failed)?;
    connection.execute_batch(SETTINGS).map_err(failed)?;
    let mode =
        connection.pragma_update_and_check(None, "journal_mode", "truncate", |row| row.get(0));
    let mode: String = mode.map_err(failed)?;
    if mode != "truncate" {
        let path = path.display();
        let what = format!(
            "{path} is used in the journal mode {mode} by another program: end that program"
        );
        return Err(StateError::new(StateErrorKind::Unavailable, what));
    }
    if version == Some(MIGRATIONS.len()) {
        return Ok(());
    }
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(failed)?;
    // Another program may have done it meanwhile.
    let version = schema_version(&transaction, path)?;
    for step in MIGRATIONS.iter().skip(version.unwrap_or(0)) {
        transaction.execute_batch(step).map_err(failed)?;
    }
    if version.is_none() {
        Whole::default().write(&transaction).map_err(failed)?;
        let id = transaction.pragma_update(None, "application_id", APPLICATION_ID);
        id.map_err(failed)?;
    }
    let newest = transaction.pragma_update(None, "user_version", MIGRATIONS.len().cast_signed());
    newest.map_err(failed)?;
    transaction.commit().map_err(failed)
}

/// Compares the file with what must be in it. The checksums of rows do not show that a row is lost with its page, or that
/// a free page is in use. Programs that write wait meanwhile, so that the two checks are not one transaction.
fn verify(connection: &mut Connection, path: &Path) -> Result<(), StateError> {
    let failed = |error| state_error(path, error);
    let check = connection.pragma_query_value(None, "quick_check", |row| row.get::<_, String>(0));
    if check.map_err(failed)? != "ok" {
        return Err(damaged(path, "its pages do not fit together"));
    }
    let transaction = connection.transaction().map_err(failed)?;
    let (whole, found) = (Whole::read(&transaction, path)?, count(&transaction, path)?);
    if (found.rows, found.sum) != (whole.rows, whole.sum) || found.version > whole.version {
        return Err(damaged(path, "it does not have the rows that were written"));
    }
    Ok(())
}
