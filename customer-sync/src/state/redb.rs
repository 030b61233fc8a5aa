//! A store in one file.

use std::path::Path;

use redb::{Database, ReadableDatabase, ReadableTable, TableDefinition};

use super::{Memory, Remembered, StateError, StateStore, VERSION};
use crate::customer::CustomerKey;

/// `planyo:7` to JSON.
const CUSTOMERS: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("customers");
const ABOUT: TableDefinition<'_, &str, u32> = TableDefinition::new("about");

/// A store in one file, which one program at a time may open. A call is on the disk when it returns; a kill at any moment
/// leaves the file as it was after the last one.
pub struct RedbStore(Database);

impl RedbStore {
    /// Opens the file, or makes it.
    ///
    /// # Errors
    /// When the file cannot be opened, is open elsewhere, is no such store, or was written by a later version.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StateError> {
        let database = Database::create(path).map_err(|error| failed("cannot be opened", error))?;
        let unready = |error: redb::Error| failed("cannot be opened", error);
        let version = prepare(&database).map_err(unready)?;
        if version != VERSION {
            return Err(StateError::new(format!(
                "has version {version}, and this program knows {VERSION}"
            )));
        }
        Ok(Self(database))
    }
}

/// Makes the tables of a new file, and tells the version of an old one.
fn prepare(database: &Database) -> Result<u32, redb::Error> {
    let write = database.begin_write()?;
    let version = {
        write.open_table(CUSTOMERS)?;
        let mut about = write.open_table(ABOUT)?;
        let version = about.get("version")?.map(|version| version.value());
        if version.is_none() {
            about.insert("version", VERSION)?;
        }
        version.unwrap_or(VERSION)
    };
    write.commit()?;
    Ok(version)
}

fn failed(what: &str, error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> StateError {
    StateError::new(what).with_source(error)
}

impl StateStore for RedbStore {
    fn load(&self) -> Result<Memory, StateError> {
        let mut memory = Memory::new();
        let read = || -> Result<Vec<(String, Vec<u8>)>, redb::Error> {
            let customers = self.0.begin_read()?.open_table(CUSTOMERS)?;
            let mut rows = Vec::new();
            for row in customers.iter()? {
                let (key, json) = row?;
                rows.push((key.value().to_owned(), json.value().to_owned()));
            }
            Ok(rows)
        };
        for (key, json) in read().map_err(|error| failed("cannot be read", error))? {
            memory.insert(parse_key(&key)?, parse(&json)?);
        }
        Ok(memory)
    }

    fn get(&self, key: &CustomerKey) -> Result<Option<Remembered>, StateError> {
        let read = || -> Result<Option<Vec<u8>>, redb::Error> {
            let customers = self.0.begin_read()?.open_table(CUSTOMERS)?;
            let json = customers.get(key.to_string().as_str())?;
            Ok(json.map(|json| json.value().to_owned()))
        };
        let json = read().map_err(|error| failed("cannot be read", error))?;
        json.map(|json| parse(&json)).transpose()
    }

    fn put(&self, customers: &[(CustomerKey, Remembered)]) -> Result<(), StateError> {
        let unwritable = |error: redb::Error| failed("cannot be written", error);
        let mut rows = Vec::with_capacity(customers.len());
        for (key, remembered) in customers {
            let json = serde_json::to_vec(remembered)
                .map_err(|error| failed("cannot be written", error))?;
            rows.push((key.to_string(), json));
        }
        let write = || -> Result<(), redb::Error> {
            let write = self.0.begin_write()?;
            {
                let mut table = write.open_table(CUSTOMERS)?;
                for (key, json) in &rows {
                    table.insert(key.as_str(), json.as_slice())?;
                }
            }
            write.commit()?;
            Ok(())
        };
        write().map_err(unwritable)
    }

    fn remove(&self, key: &CustomerKey) -> Result<(), StateError> {
        let write = || -> Result<(), redb::Error> {
            let write = self.0.begin_write()?;
            write
                .open_table(CUSTOMERS)?
                .remove(key.to_string().as_str())?;
            write.commit()?;
            Ok(())
        };
        write().map_err(|error| failed("cannot be written", error))
    }
}

fn parse_key(text: &str) -> Result<CustomerKey, StateError> {
    let (source, id) = text
        .split_once(':')
        .ok_or_else(|| StateError::new("has a key that is none"))?;
    Ok(CustomerKey::new(source, id))
}

fn parse(json: &[u8]) -> Result<Remembered, StateError> {
    serde_json::from_slice(json).map_err(|error| failed("has a record that cannot be read", error))
}

impl std::fmt::Debug for RedbStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RedbStore")
    }
}
