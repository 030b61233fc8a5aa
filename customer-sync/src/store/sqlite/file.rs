//! The row about the file as a whole: the last version, and what all rows must come to.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, params};

use super::errors::{damaged, state_error};
use crate::store::StateError;
use crate::store::checksum::checksum;

/// Where all rows must come to, so that a row that is lost with a page is missed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Whole {
    /// The version of the last commit that wrote.
    pub(super) version: u64,
    /// How many rows there are.
    pub(super) rows: u64,
    /// The sum of their checksums.
    pub(super) sum: u64,
}

impl Whole {
    pub(super) fn read(connection: &Connection, path: &Path) -> Result<Self, StateError> {
        let select = "select version, row_count, row_sum, checksum from whole where id = 1";
        let found = connection.query_row(select, [], |row| {
            let [version, rows, sum] =
                [row.get(0)?, row.get(1)?, row.get(2)?].map(i64::cast_unsigned);
            Ok((Self { version, rows, sum }, row.get::<_, i64>(3)?))
        });
        let found = found.optional().map_err(|error| state_error(path, error))?;
        found
            .filter(|(whole, checksum)| whole.checksum() == *checksum)
            .map(|(whole, _)| whole)
            .ok_or_else(|| damaged(path, "the row about all rows is not what was written"))
    }

    pub(super) fn write(self, connection: &Connection) -> rusqlite::Result<()> {
        let numbers = [self.version, self.rows, self.sum].map(u64::cast_signed);
        let insert = "insert or replace into whole (id, version, row_count, row_sum, checksum) values (1, ?1, ?2, ?3, ?4)";
        let [version, rows, sum] = numbers;
        connection.execute(insert, params![version, rows, sum, self.checksum()])?;
        Ok(())
    }

    fn checksum(self) -> i64 {
        let numbers = format!("{} {}", self.rows, self.sum);
        checksum("", self.version, &numbers).into()
    }

    pub(super) fn add(&mut self, row_checksum: u32) {
        self.rows = self.rows.wrapping_add(1);
        self.sum = self.sum.wrapping_add(row_checksum.into());
    }

    pub(super) fn subtract(&mut self, row_checksum: u32) {
        self.rows = self.rows.wrapping_sub(1);
        self.sum = self.sum.wrapping_sub(row_checksum.into());
    }
}
