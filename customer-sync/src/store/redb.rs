//! A store in one file.

use std::path::Path;

use redb::{Database, DatabaseError, ReadableDatabase, ReadableTable, TableDefinition};

use super::{EachRow, Lock, Locks, Row, StateError, StateStore, Table};

/// The layout of the file, and of its records. Records of an earlier version cannot be read.
const VERSION: u32 = 3;
const ABOUT: TableDefinition<'_, &str, u32> = TableDefinition::new("about");

/// A store in one file, which one program at a time may open. A write is on the disk when the call returns. If the
/// program is killed, the file has all writes that returned before.
pub struct RedbStore {
    database: Database,
    locks: Locks,
}

impl RedbStore {
    /// Opens the file, or creates it.
    ///
    /// # Errors
    /// When the file cannot be opened, is open elsewhere, is not a store, or was written by another version.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StateError> {
        let path = path.as_ref();
        let database = Database::create(path).map_err(|error| unopened(path, error))?;
        let version = prepare(&database).map_err(|error| failed("cannot be opened", error))?;
        if version != VERSION {
            return Err(StateError::new(format!(
                "has version {version}, and this program knows {VERSION} only; give it a new file: the links are in \
                 Billit, but the journal, the tombstones of erased customers and the inbox are in the old one"
            )));
        }
        Ok(Self {
            database,
            locks: Locks::default(),
        })
    }
}

/// The version of a file; a new one gets the tables of this version.
fn prepare(database: &Database) -> Result<u32, redb::Error> {
    let write = database.begin_write()?;
    {
        let mut about = write.open_table(ABOUT)?;
        let version = about.get("version")?.map(|version| version.value());
        if let Some(version) = version.filter(|version| *version != VERSION) {
            return Ok(version);
        }
        about.insert("version", VERSION)?;
        for table in Table::ALL {
            write.open_table(definition(table))?;
        }
    }
    write.commit()?;
    Ok(VERSION)
}

fn definition(table: Table) -> TableDefinition<'static, &'static str, &'static [u8]> {
    TableDefinition::new(table.name())
}

/// An error with the path and the cause in its text, since many programs print only this line.
fn unopened(path: &Path, error: DatabaseError) -> StateError {
    let path = path.display();
    let what = match &error {
        DatabaseError::DatabaseAlreadyOpen => {
            format!(
                "{path} cannot be opened: it is open already, in another program or in this one"
            )
        }
        error => format!("{path} cannot be opened: {error}"),
    };
    failed(&what, error)
}

fn failed(what: &str, error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> StateError {
    StateError::new(what).with_source(error)
}

impl StateStore for RedbStore {
    fn get(&self, table: Table, key: &str) -> Result<Option<Vec<u8>>, StateError> {
        let read = || -> Result<Option<Vec<u8>>, redb::Error> {
            let rows = self.database.begin_read()?.open_table(definition(table))?;
            let value = rows.get(key)?;
            Ok(value.map(|value| value.value().to_owned()))
        };
        read().map_err(|error| failed("cannot be read", error))
    }

    fn scan(&self, table: Table, prefix: &str, row: EachRow<'_>) -> Result<(), StateError> {
        let unreadable = |error: redb::Error| failed("cannot be read", error);
        let open = || -> Result<_, redb::Error> {
            let rows = self.database.begin_read()?.open_table(definition(table))?;
            Ok(rows.range(prefix..)?)
        };
        for entry in open().map_err(unreadable)? {
            let (key, value) = entry.map_err(|error| unreadable(error.into()))?;
            if !key.value().starts_with(prefix) {
                break;
            }
            row(key.value(), value.value())?;
        }
        Ok(())
    }

    fn write(&self, rows: &[Row]) -> Result<(), StateError> {
        let write = || -> Result<(), redb::Error> {
            let write = self.database.begin_write()?;
            for of in rows.chunk_by(|a, b| a.table == b.table) {
                let Some(first) = of.first() else { continue };
                let mut table = write.open_table(definition(first.table))?;
                for row in of {
                    match &row.value {
                        Some(value) => table.insert(row.key.as_str(), value.as_slice())?,
                        None => table.remove(row.key.as_str())?,
                    };
                }
            }
            write.commit()?;
            Ok(())
        };
        write().map_err(|error| failed("cannot be written", error))
    }

    fn lock(&self, name: &str) -> Result<Option<Lock>, StateError> {
        Ok(self.locks.lock(name))
    }
}

impl std::fmt::Debug for RedbStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RedbStore")
    }
}

#[cfg(test)]
mod tests {
    use redb::Database;

    use super::{ABOUT, RedbStore, VERSION};

    #[test]
    fn a_file_of_another_version_is_refused_and_left_as_it_is() {
        for version in [1, VERSION - 1, VERSION + 1] {
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join("sync.redb");
            let database = Database::create(&file).unwrap();
            let write = database.begin_write().unwrap();
            let mut about = write.open_table(ABOUT).unwrap();
            about.insert("version", version).unwrap();
            drop(about);
            write.commit().unwrap();
            drop(database);
            for _ in 0..2 {
                let error = RedbStore::open(&file).unwrap_err().to_string();
                assert!(error.contains(&format!("has version {version}")), "{error}");
                assert!(error.contains("a new file"), "{error}");
            }
        }
    }
}
