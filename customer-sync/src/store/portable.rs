//! Export and import of a store as JSON lines.

use std::io::{BufRead, Write};

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::rows::RowChange;
use super::table::json_position;
use super::{CustomerState, JournalEntry, RunRecord, State, StateError, StateErrorKind, Table};

/// The first line of an export.
#[derive(Serialize, Deserialize)]
struct Header {
    format: String,
    version: u32,
}

const FORMAT: &str = "customer-sync state";
const VERSION: u32 = 4;

#[derive(Serialize, Deserialize)]
struct Line {
    table: Table,
    key: String,
    value: Box<RawValue>,
}

/// Writes a store as JSON lines: a header, and one line for each row.
///
/// # Errors
/// When the store cannot be read, or the text cannot be written.
pub async fn export(state: &State, mut to: impl Write) -> Result<(), StateError> {
    let header = Header {
        format: FORMAT.to_owned(),
        version: VERSION,
    };
    write_line(&mut to, &header)?;
    for table in exported() {
        let all = state.each(table, "", |key, value: Box<RawValue>| {
            let key = key.to_owned();
            write_line(&mut to, &Line { table, key, value })
        });
        all.await?;
    }
    Ok(())
}

/// All tables but the leases, which belong to the programs that run now.
fn exported() -> impl Iterator<Item = Table> {
    let all = Table::ALL.into_iter();
    all.filter(|table| !matches!(table, Table::Leases | Table::Holders))
}

fn write_line(mut to: impl Write, value: &impl Serialize) -> Result<(), StateError> {
    let written = serde_json::to_writer(&mut to, value)
        .map_err(std::io::Error::from)
        .and_then(|()| to.write_all(b"\n"));
    written.map_err(|error| {
        StateError::new(
            StateErrorKind::Content,
            "cannot be exported: the text cannot be written",
        )
        .with_source(error)
    })
}

/// Reads an export into a store and returns the number of rows. Rows in the store with the same keys are replaced. It is
/// one commit: if a line is invalid, nothing is written.
///
/// # Errors
/// When the text is not an export, a line is invalid (the error has its number), or the store cannot be written.
pub async fn import(state: &State, from: impl BufRead) -> Result<usize, StateError> {
    let mut rows = Vec::new();
    let mut is_export = false;
    for (number, line) in (1..).zip(from.lines()) {
        let wrong = |error: Box<dyn std::error::Error + Send + Sync>| {
            let what = format!("cannot be imported: line {number} is invalid");
            StateError::new(StateErrorKind::Content, what).with_source(error)
        };
        let line = line.map_err(|error| wrong(error.into()))?;
        if number == 1 {
            let header: Header =
                serde_json::from_str(&line).map_err(|error| wrong(json_position(&error).into()))?;
            is_export = header.format == FORMAT && header.version == VERSION;
            continue;
        }
        if !is_export {
            break;
        }
        if !line.trim().is_empty() {
            let line: Line =
                serde_json::from_str(&line).map_err(|error| wrong(json_position(&error).into()))?;
            let value = line.value.get();
            check(line.table, value).map_err(|error| wrong(json_position(&error).into()))?;
            let key = line.table.key(&line.key)?;
            rows.push(RowChange::put(key, value.to_owned())?);
        }
    }
    if !is_export {
        return Err(StateError::new(
            StateErrorKind::OtherVersion,
            format!(
                "cannot be imported: the text is not an export of version {VERSION}; start with an empty store, or import with the \
             version of this crate that made the export"
            ),
        ));
    }
    state.write(&rows).await?;
    Ok(rows.len())
}

/// Rejects a value that could not be read later.
fn check(table: Table, value: &str) -> Result<(), serde_json::Error> {
    match table {
        Table::Customers => serde_json::from_str(value).map(|_: CustomerState| ()),
        Table::Runs => serde_json::from_str(value).map(|_: RunRecord| ()),
        Table::Journal => serde_json::from_str(value).map(|_: JournalEntry| ()),
        _ => Ok(()),
    }
}
