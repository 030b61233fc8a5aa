//! A store in `PostgreSQL`.

mod error;
mod link;
mod options;
mod schema;
mod tls;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use tokio_postgres::Row as SqlRow;
use tokio_postgres::types::{FromSql, Type};

use self::error::Failure;
use self::link::{Parameter, Place, Server, Tables};
pub use self::options::PostgresOptions;
use super::checksum::checksum;
use super::rows::{Commit, Expected, Key, Row, RowAction, RowChange, StateStore, StoreFuture};
use super::{StateError, StateErrorKind};

/// So often a commit is tried that the server rolled back because of another transaction.
const ATTEMPTS: usize = 5;

/// The most bytes of keys and values in one commit: a message to the server takes not many more.
const MAX_COMMIT_BYTES: usize = 512 << 20;

const GET: &str = "select k.position, r.key, r.value, r.version, r.checksum \
    from unnest($2) with ordinality k (key, position) \
    cross join lateral (select * from customer_sync_rows where store = $1 and key = k.key limit 1) r";

const SCAN: &str = "select r.key, r.value, r.version, r.checksum from customer_sync_rows r \
    where r.store = $1 and r.key >= $2 and ($3 is null or r.key > $3) and ($4 is null or r.key < $4) \
    order by r.key limit $5";

const COMMIT: &str =
    "select committed, conflict from customer_sync_commit($1, $2, $3, $4, $5, $6, $7)";

const NOW: &str = "select (extract(epoch from clock_timestamp()) * 1000000)::bigint";

/// A store in a `PostgreSQL` database (12 or later, encoding UTF8), for programs on several machines.
///
/// The tables are `customer_sync_rows`, `customer_sync_stores` and `customer_sync_schema`, in the first schema of the
/// user's `search_path`. They are made by the first program that connects, which needs the right CREATE on that schema;
/// later ones need only rights on the tables. The values are JSON:
///
/// ```sql
/// select key, value::jsonb ->> 'party' from customer_sync_rows where store = 'default' and key like 'customers/%';
/// ```
///
/// Rows that were changed by hand are refused as [damaged](StateErrorKind::Damaged).
///
/// A handle has up to two connections, one that reads and one that commits, so that reads do not wait for a commit. The
/// commits of one store are made one after the other, so that more connections would only wait for each other. A
/// connection that was lost is made again by the next call. Clones and [named](Self::named) stores share them. It needs a
/// tokio runtime with I/O and time.
///
/// `sslmode` of the URL is as everywhere: `disable`, `prefer` (the default: TLS if the server offers it) or `require`; but
/// the certificate and the host's name in it are verified whenever there is TLS. A pooler between the program and the
/// server has to be in session mode.
///
/// ```no_run
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// use customer_sync::store::{PostgresStore, State};
///
/// let store = PostgresStore::connect(&std::env::var("DATABASE_URL")?).await?;
/// let state = State::new(store.named("my-company")?);
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct PostgresStore {
    name: Arc<str>,
    database: Arc<Database>,
}

struct Database {
    server: Server,
    reads: Place,
    commits: Place,
}

impl PostgresStore {
    /// The store with the name `default` in the database of this URL: `postgres://user:password@host:5432/database`, with
    /// the [parameters](https://docs.rs/tokio-postgres/0.7/tokio_postgres/config/struct.Config.html) of `tokio-postgres`.
    ///
    /// # Errors
    /// When the URL cannot be read, the server is not there or refuses the user, or the tables cannot be made or are of a
    /// later version.
    pub async fn connect(url: &str) -> Result<Self, StateError> {
        Self::connect_with(url, PostgresOptions::default()).await
    }

    /// As [`connect`](Self::connect), with options.
    ///
    /// # Errors
    /// As [`connect`](Self::connect), and when the root certificates cannot be read.
    pub async fn connect_with(url: &str, options: PostgresOptions) -> Result<Self, StateError> {
        let database = Database {
            server: Server::new(url, &options)?,
            reads: Place::default(),
            commits: Place::default(),
        };
        database
            .commits
            .link(&database.server, Tables::Make)
            .await?;
        Ok(Self {
            name: Arc::from("default"),
            database: Arc::new(database),
        })
    }

    /// The store with this name in the same database, by the same connections. Stores with other names see nothing of each
    /// other: one for each company, for instance.
    ///
    /// # Errors
    /// When the name is empty, longer than 63 bytes, or has U+0000.
    pub fn named(&self, name: &str) -> Result<Self, StateError> {
        if name.is_empty() || name.len() > 63 || name.contains('\0') {
            return Err(StateError::new(
                StateErrorKind::Limit,
                "takes names of 1 to 63 bytes without U+0000: use another name",
            ));
        }
        Ok(Self {
            name: Arc::from(name),
            database: Arc::clone(&self.database),
        })
    }

    async fn read(
        &self,
        statement: &str,
        parameters: &[Parameter<'_>],
    ) -> Result<Vec<SqlRow>, StateError> {
        let Database { server, reads, .. } = &*self.database;
        let link = reads.link(server, Tables::Check).await?;
        match link.query(statement, parameters).await {
            Err(failure) if failure.is_disconnection() => {
                let link = reads.link(server, Tables::Check).await?;
                Ok(link.query(statement, parameters).await?)
            }
            result => Ok(result?),
        }
    }

    async fn write(&self, batch: &Batch<'_>) -> Result<Commit, StateError> {
        let Database {
            server, commits, ..
        } = &*self.database;
        let name = &*self.name;
        let parameters: [Parameter<'_>; 7] = [
            (&name, Type::TEXT),
            (&batch.expected_keys, Type::TEXT_ARRAY),
            (&batch.expected_versions, Type::INT8_ARRAY),
            (&batch.removed_keys, Type::TEXT_ARRAY),
            (&batch.put_keys, Type::TEXT_ARRAY),
            (&batch.put_values, Type::TEXT_ARRAY),
            (&batch.put_checksums, Type::INT8_ARRAY),
        ];
        let mut attempt = 1;
        let rows = loop {
            let link = commits.link(server, Tables::Check).await?;
            match link.query(COMMIT, &parameters).await {
                Err(failure) if failure.is_clash() && attempt < ATTEMPTS => attempt += 1,
                result => break result.map_err(Failure::of_commit)?,
            }
        };
        let row = rows.first().ok_or_else(unexpected)?;
        if let Some(key) = get::<Option<String>>(row, 1)? {
            return Ok(Commit::Conflict(Key::new(key)?));
        }
        let version = get::<Option<i64>>(row, 0)?.and_then(|version| u64::try_from(version).ok());
        version.map(Commit::Done).ok_or_else(unexpected)
    }
}

impl fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PostgresStore({})", self.name)
    }
}

/// The changes of a commit, as the arrays that `customer_sync_commit` takes.
#[derive(Default)]
struct Batch<'a> {
    expected_keys: Vec<&'a str>,
    expected_versions: Vec<Option<i64>>,
    removed_keys: Vec<&'a str>,
    put_keys: Vec<&'a str>,
    put_values: Vec<&'a str>,
    put_checksums: Vec<i64>,
}

impl<'a> Batch<'a> {
    fn new(changes: &'a [RowChange]) -> Result<Self, StateError> {
        let mut batch = Self::default();
        // Of two changes of one key the later one stays.
        let mut last = BTreeMap::new();
        let mut bytes = 0;
        for change in changes {
            let key = change.key.as_str();
            match change.expected {
                Expected::Anything => {}
                Expected::Absent => batch.expect(key, None),
                // No row has a version of -1.
                Expected::Version(version) => {
                    batch.expect(key, Some(i64::try_from(version).unwrap_or(-1)));
                }
            }
            bytes += key.len();
            match &change.action {
                RowAction::Put(value) => {
                    bytes += value.len();
                    last.insert(key, Some(value.as_str()));
                }
                RowAction::Remove => drop(last.insert(key, None)),
                RowAction::Check => {}
            }
        }
        if bytes > MAX_COMMIT_BYTES {
            return Err(StateError::new(
                StateErrorKind::Limit,
                format!(
                    "takes commits of {MAX_COMMIT_BYTES} bytes, and one has {bytes}: write less at a time"
                ),
            ));
        }
        for (key, value) in last {
            match value {
                Some(value) => {
                    batch.put_keys.push(key);
                    batch.put_values.push(value);
                    batch.put_checksums.push(sum(key, value));
                }
                None => batch.removed_keys.push(key),
            }
        }
        Ok(batch)
    }

    fn expect(&mut self, key: &'a str, version: Option<i64>) {
        self.expected_keys.push(key);
        self.expected_versions.push(version);
    }
}

impl StateStore for PostgresStore {
    fn get_many<'a>(&'a self, keys: &'a [Key]) -> StoreFuture<'a, Vec<Option<Row>>> {
        Box::pin(async move {
            let texts: Vec<&str> = keys.iter().map(Key::as_str).collect();
            let parameters: [Parameter<'_>; 2] =
                [(&&*self.name, Type::TEXT), (&texts, Type::TEXT_ARRAY)];
            let mut rows = vec![None; keys.len()];
            for row in self.read(GET, &parameters).await? {
                let position = usize::try_from(get::<i64>(&row, 0)?).unwrap_or_default();
                let place = position.checked_sub(1).and_then(|at| rows.get_mut(at));
                *place.ok_or_else(unexpected)? = Some(verified(&row, 1)?);
            }
            Ok(rows)
        })
    }

    fn scan<'a>(
        &'a self,
        prefix: &'a Key,
        after: Option<&'a Key>,
        limit: usize,
    ) -> StoreFuture<'a, Vec<Row>> {
        Box::pin(async move {
            let after = after.map(Key::as_str);
            let end = end_of(prefix.as_str());
            let limit = i64::try_from(limit).unwrap_or(i64::MAX);
            let parameters: [Parameter<'_>; 5] = [
                (&&*self.name, Type::TEXT),
                (&prefix.as_str(), Type::TEXT),
                (&after, Type::TEXT),
                (&end, Type::TEXT),
                (&limit, Type::INT8),
            ];
            let rows = self.read(SCAN, &parameters).await?;
            rows.iter().map(|row| verified(row, 0)).collect()
        })
    }

    fn commit<'a>(&'a self, changes: &'a [RowChange]) -> StoreFuture<'a, Commit> {
        Box::pin(async move { self.write(&Batch::new(changes)?).await })
    }

    fn now(&self) -> StoreFuture<'_, DateTime<Utc>> {
        Box::pin(async move {
            let rows = self.read(NOW, &[]).await?;
            let micros = get::<i64>(rows.first().ok_or_else(unexpected)?, 0)?;
            DateTime::from_timestamp_micros(micros).ok_or_else(unexpected)
        })
    }
}

/// The first text after all that begin so; `None` if there is none.
fn end_of(prefix: &str) -> Option<String> {
    let mut end = prefix.to_owned();
    while let Some(last) = end.pop() {
        // Ranges of characters leave out the surrogates, and the last one has no next.
        if let Some(next) = (last..=char::MAX).nth(1) {
            end.push(next);
            return Some(end);
        }
    }
    None
}

/// The checksum of a row whose version is not known yet: the database stores XOR of both.
fn sum(key: &str, value: &str) -> i64 {
    i64::from(checksum(key, 0, value))
}

/// The row in the columns from this one on, if it is what was written.
fn verified(row: &SqlRow, from: usize) -> Result<Row, StateError> {
    let unreadable = |_| StateError::damaged_row("customer_sync_rows");
    let key: &str = row.try_get(from).map_err(unreadable)?;
    let damaged = || StateError::damaged_row(key);
    let value: &str = row.try_get(from + 1).map_err(|_| damaged())?;
    let version: i64 = row.try_get(from + 2).map_err(|_| damaged())?;
    let checksum: i64 = row.try_get(from + 3).map_err(|_| damaged())?;
    if checksum ^ version != sum(key, value) {
        return Err(damaged());
    }
    Ok(Row {
        key: Key::new(key)?,
        value: value.to_owned(),
        version: u64::try_from(version).map_err(|_| damaged())?,
    })
}

/// The value of a column.
fn get<'a, T: FromSql<'a>>(row: &'a SqlRow, column: usize) -> Result<T, StateError> {
    row.try_get(column).map_err(|_| unexpected())
}

fn unexpected() -> StateError {
    StateError::new(
        StateErrorKind::Foreign,
        "has other tables or functions `customer_sync_*` than this crate makes: restore a backup, or use another database",
    )
}
