//! Rows, read. Each is compared with its checksum.

use std::path::Path;

use rusqlite::{Connection, Statement};

use super::errors::state_error;
use super::file::Whole;
use crate::store::StateError;
use crate::store::checksum::checksum;
use crate::store::rows::{Key, Row};

/// A row as the file has it, which is as it was written.
pub(super) struct StoredRow<'a> {
    pub(super) value: &'a str,
    pub(super) version: u64,
    pub(super) checksum: u32,
}

const COLUMNS: &str = "value, version, checksum";

/// Reads the columns from the first of these on.
fn stored<'a>(
    row: &'a rusqlite::Row<'_>,
    first: usize,
    key: &str,
    path: &Path,
) -> Result<StoredRow<'a>, StateError> {
    let columns = || {
        let value = row.get_ref(first)?.as_str()?;
        let version = row.get_ref(first + 1)?.as_i64()?;
        rusqlite::Result::Ok((
            value,
            version.cast_unsigned(),
            row.get_ref(first + 2)?.as_i64()?,
        ))
    };
    let (value, version, found) = columns().map_err(|error| state_error(path, error))?;
    let checksum = checksum(key, version, value);
    if i64::from(checksum) != found {
        return Err(StateError::damaged_row(key));
    }
    Ok(StoredRow {
        value,
        version,
        checksum,
    })
}

/// The statement for [`with_row`].
pub(super) fn select_one(connection: &Connection) -> rusqlite::Result<Statement<'_>> {
    connection.prepare(&format!("select {COLUMNS} from rows where key = ?1"))
}

/// Calls `read` with the row with this key, if there is one.
pub(super) fn with_row<T>(
    select: &mut Statement<'_>,
    path: &Path,
    key: &Key,
    read: impl FnOnce(StoredRow<'_>) -> T,
) -> Result<Option<T>, StateError> {
    let failed = |error| state_error(path, error);
    let mut rows = select.query([key.as_str()]).map_err(failed)?;
    let row = rows.next().map_err(failed)?;
    row.map(|row| Ok(read(stored(row, 0, key.as_str(), path)?)))
        .transpose()
}

/// The rows with these keys, of one moment.
pub(super) fn get_many(
    connection: &mut Connection,
    path: &Path,
    keys: &[Key],
) -> Result<Vec<Option<Row>>, StateError> {
    let failed = |error| state_error(path, error);
    let transaction = connection.transaction().map_err(failed)?;
    let mut select = select_one(&transaction).map_err(failed)?;
    let rows = keys.iter().map(|key| {
        with_row(&mut select, path, key, |row| Row {
            key: key.clone(),
            value: row.value.to_owned(),
            version: row.version,
        })
    });
    rows.collect()
}

/// The first rows whose keys begin with `prefix` and are greater than `after`.
pub(super) fn scan(
    connection: &Connection,
    path: &Path,
    prefix: &Key,
    after: Option<&Key>,
    limit: usize,
) -> Result<Vec<Row>, StateError> {
    let failed = |error| state_error(path, error);
    // Where the keys with this prefix end cannot be written as a text, so the loop looks for it.
    let (comparison, from) = match after {
        Some(after) if after >= prefix => (">", after),
        _ => (">=", prefix),
    };
    let select =
        format!("select key, {COLUMNS} from rows where key {comparison} ?1 order by key limit ?2");
    let mut select = connection.prepare(&select).map_err(failed)?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut found = select.query((from.as_str(), limit)).map_err(failed)?;
    let mut rows: Vec<Row> = Vec::new();
    while let Some(row) = found.next().map_err(failed)? {
        let key = row.get_ref(0).map_err(failed)?.as_str();
        let key = key.map_err(|error| failed(error.into()))?;
        if !key.starts_with(prefix.as_str()) {
            break;
        }
        let stored = stored(row, 1, key, path)?;
        rows.push(Row {
            key: Key::new(key)?,
            value: stored.value.to_owned(),
            version: stored.version,
        });
    }
    Ok(rows)
}

/// Reads all rows, in the order of their keys.
pub(super) fn count(connection: &Connection, path: &Path) -> Result<Whole, StateError> {
    let failed = |error| state_error(path, error);
    let select = format!("select key, {COLUMNS} from rows order by key");
    let mut select = connection.prepare(&select).map_err(failed)?;
    let mut found = select.query([]).map_err(failed)?;
    let (mut whole, mut last) = (Whole::default(), None::<String>);
    while let Some(row) = found.next().map_err(failed)? {
        let key = row.get_ref(0).map_err(failed)?.as_str();
        let key = key.map_err(|error| failed(error.into()))?;
        let stored = stored(row, 1, key, path)?;
        // Out of order, a row would not be found by its key.
        if last.as_deref().is_some_and(|last| key <= last) {
            return Err(StateError::damaged_row(key));
        }
        let last = last.get_or_insert_default();
        last.clear();
        last.push_str(key);
        whole.add(stored.checksum);
        whole.version = whole.version.max(stored.version);
    }
    Ok(whole)
}
