//! The tables, by versioned migrations.

use tokio_postgres::Client;
use tokio_postgres::error::SqlState;

use super::error::Failure;
use crate::store::{StateError, StateErrorKind};

/// The statements that lead from each version to the next: the first makes version 1. Those that were published do not
/// change.
const MIGRATIONS: [&str; 1] = [include_str!("migrations/1.sql")];

/// Two programs that start at once migrate one after the other. The number is of no meaning, but always the same.
const LOCK: &str = "begin; select pg_advisory_xact_lock(4785074604081153)";

/// Makes the tables, or brings them to the version of this crate. If the connection is dropped meanwhile, nothing is done.
pub(super) async fn migrate(client: &Client) -> Result<(), StateError> {
    if version(client).await? == Some(MIGRATIONS.len()) {
        return Ok(());
    }
    client.batch_execute(LOCK).await.map_err(Failure::from)?;
    let versions = "create table if not exists customer_sync_schema (version bigint primary key)";
    client
        .batch_execute(versions)
        .await
        .map_err(Failure::from)?;
    let done = version(client).await?.unwrap_or_default();
    for (index, migration) in MIGRATIONS.iter().enumerate().skip(done) {
        let made = index + 1;
        let version = format!("insert into customer_sync_schema (version) values ({made})");
        for statements in [*migration, &version] {
            client
                .batch_execute(statements)
                .await
                .map_err(Failure::from)?;
        }
    }
    client
        .batch_execute("commit")
        .await
        .map_err(Failure::from)?;
    Ok(())
}

/// Refuses a database whose tables are not those of this version.
pub(super) async fn check(client: &Client) -> Result<(), StateError> {
    if version(client).await? == Some(MIGRATIONS.len()) {
        return Ok(());
    }
    Err(StateError::new(
        StateErrorKind::Foreign,
        "has not the tables any more that it had: restore a backup, or start the program anew to make them",
    ))
}

/// The version of the tables, or `None` if there are none.
async fn version(client: &Client) -> Result<Option<usize>, StateError> {
    let query = "select max(version) from customer_sync_schema";
    let row = match client.query_typed_one(query, &[]).await {
        Ok(row) => row,
        Err(error) if error.code() == Some(&SqlState::UNDEFINED_TABLE) => return Ok(None),
        Err(error) => return Err(Failure::from(error).into()),
    };
    let version: Option<i64> = row.try_get(0).map_err(Failure::from)?;
    let version = version.map(|version| usize::try_from(version).unwrap_or(usize::MAX));
    if version.is_some_and(|version| version > MIGRATIONS.len()) {
        return Err(StateError::new(
            StateErrorKind::OtherVersion,
            format!(
                "was written by a later version of customer-sync: update this program (it knows the tables up to version {}, \
                 and these have a later one)",
                MIGRATIONS.len()
            ),
        ));
    }
    Ok(version)
}
