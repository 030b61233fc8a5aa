//! Connections, which are made again after an error.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::Mutex;
use tokio::task::AbortHandle;
use tokio::time::{Instant, sleep, timeout, timeout_at};
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Config, Connection, NoTls, Row, Socket};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::error::Failure;
use super::options::PostgresOptions;
use super::{schema, tls};
use crate::store::{StateError, StateErrorKind};

/// A value of a statement, with its type.
pub(super) type Parameter<'a> = (&'a (dyn ToSql + Sync), Type);

/// The pause after a first attempt that failed; each is twice as long as the one before, up to a second.
const PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// How much longer than its statement timeout a server may take to answer, before the connection counts as lost.
const GRACE: Duration = Duration::from_secs(5);

/// A server, and how to reach it.
pub(super) struct Server {
    config: Config,
    /// Where the URL does not turn it off.
    tls: Option<MakeRustlsConnect>,
    connect_timeout: Duration,
    statement_timeout: Duration,
}

/// What a new connection does about the tables.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Tables {
    /// They are made or migrated.
    Make,
    /// They have to be there.
    Check,
}

impl Server {
    pub(super) fn new(url: &str, options: &PostgresOptions) -> Result<Self, StateError> {
        let unreadable = |what: &str| {
            StateError::new(
                StateErrorKind::NoAccess,
                format!(
                    "cannot be opened, since {what}: write postgres://user:password@host:5432/database, with the special \
                     characters of the password percent-encoded"
                ),
            )
        };
        // Certificates are always verified, so that these two need no more than TLS.
        let url = url
            .replace("sslmode=verify-full", "sslmode=require")
            .replace("sslmode=verify-ca", "sslmode=require");
        // The error may show a part of the URL.
        let Ok(mut config) = url.parse::<Config>() else {
            return Err(unreadable("its URL cannot be read"));
        };
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            return Err(unreadable("its URL names no host"));
        }
        if config.get_application_name().is_none() {
            config.application_name("customer-sync");
        }
        if config.get_connect_timeout().is_none() {
            // One address that is silent leaves time for another.
            let hosts = config.get_hosts().len().max(config.get_hostaddrs().len());
            let parts = u32::try_from(hosts).unwrap_or(u32::MAX).saturating_add(1);
            config.connect_timeout(options.connect_timeout / parts);
        }
        // A server that vanished without a word, or a connection that a firewall has forgotten, is noticed.
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(options.connect_timeout);
        }
        if config.get_keepalives_interval().is_none() {
            config.keepalives_idle(Duration::from_secs(30));
            config.keepalives_interval(Duration::from_secs(10));
        }
        let is_local = |host: &Host| !matches!(host, Host::Tcp(_));
        let is_plain = config.get_ssl_mode() == SslMode::Disable
            || (config.get_hostaddrs().is_empty() && config.get_hosts().iter().all(is_local));
        Ok(Self {
            tls: (!is_plain)
                .then(|| tls::verifying(&options.root_certificates))
                .transpose()?,
            config,
            connect_timeout: options.connect_timeout,
            statement_timeout: options.statement_timeout,
        })
    }

    /// A new connection. While the server is away, attempts are repeated until then.
    pub(super) async fn connect(
        &self,
        tables: Tables,
        deadline: Instant,
    ) -> Result<Link, StateError> {
        let mut pause = PAUSE;
        loop {
            let error = match self.attempt(tables, deadline).await {
                Ok(link) => return Ok(link),
                Err(error) => error,
            };
            let has_time = Instant::now() + pause < deadline;
            if error.kind() != StateErrorKind::Unavailable || !has_time {
                return Err(error);
            }
            sleep(pause).await;
            pause = LONGEST_PAUSE.min(pause * 2);
        }
    }

    async fn attempt(&self, tables: Tables, deadline: Instant) -> Result<Link, StateError> {
        let Ok(link) = timeout_at(deadline, self.open()).await else {
            return Err(Failure::NoAnswer.into());
        };
        let link = link?;
        // Another program may be making the tables.
        let deadline = match tables {
            Tables::Make => Instant::now() + link.answer_timeout,
            Tables::Check => deadline,
        };
        let prepared = timeout_at(deadline, self.prepare(&link.client, tables)).await;
        prepared.unwrap_or_else(|_| Err(Failure::NoAnswer.into()))?;
        Ok(link)
    }

    async fn prepare(&self, client: &Client, tables: Tables) -> Result<(), StateError> {
        let timeout = self.statement_timeout.as_millis();
        // Commits lock by themselves what they read, and see what was committed before. Rows are always found by the primary
        // key: a store that was just filled has no statistics, and plans by guesses took a hundred times as long.
        let settings = format!(
            "set statement_timeout = {timeout}; set default_transaction_isolation = 'read committed'; \
             set enable_seqscan = off; set enable_bitmapscan = off; set enable_sort = off"
        );
        client
            .batch_execute(&settings)
            .await
            .map_err(Failure::from)?;
        match tables {
            Tables::Make => schema::migrate(client).await,
            Tables::Check => schema::check(client).await,
        }
    }

    async fn open(&self) -> Result<Link, StateError> {
        if let Some(tls) = &self.tls {
            let opened = self.config.connect(tls.clone()).await;
            let (client, connection) = opened.map_err(Failure::from)?;
            Link::new(client, connection, self.statement_timeout)
        } else {
            let opened = self.config.connect(NoTls).await;
            let (client, connection) = opened.map_err(Failure::from)?;
            Link::new(client, connection, self.statement_timeout)
        }
    }
}

/// A connection. Several statements may be under way on it: the server takes them one after the other.
pub(super) struct Link {
    client: Client,
    driver: AbortHandle,
    answer_timeout: Duration,
    is_broken: AtomicBool,
}

impl Link {
    fn new<T>(
        client: Client,
        connection: Connection<Socket, T>,
        statement_timeout: Duration,
    ) -> Result<Self, StateError>
    where
        T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        if connection
            .parameter("server_encoding")
            .is_some_and(|encoding| encoding != "UTF8")
        {
            return Err(StateError::new(
                StateErrorKind::Foreign,
                "is in a database that cannot keep every character: use one with the encoding UTF8",
            ));
        }
        let driver = tokio::spawn(async move { drop(connection.await) }).abort_handle();
        Ok(Self {
            client,
            driver,
            answer_timeout: statement_timeout.saturating_add(GRACE),
            is_broken: AtomicBool::new(false),
        })
    }

    /// The rows of a statement. It needs no transaction, so that a dropped future leaves the connection as it was.
    pub(super) async fn query(
        &self,
        statement: &str,
        parameters: &[Parameter<'_>],
    ) -> Result<Vec<Row>, Failure> {
        let answer = self.client.query_typed(statement, parameters);
        let failure = match timeout(self.answer_timeout, answer).await {
            Ok(Ok(rows)) => return Ok(rows),
            Ok(Err(error)) => Failure::Failed(error),
            Err(_) => {
                self.driver.abort();
                Failure::NoAnswer
            }
        };
        // Errors are rare: the next statement has a new connection, whatever it was.
        self.is_broken.store(true, Ordering::Relaxed);
        Err(failure)
    }

    fn is_usable(&self) -> bool {
        !self.is_broken.load(Ordering::Relaxed) && !self.client.is_closed()
    }
}

/// A place for one connection, which is made when it is needed.
#[derive(Default)]
pub(super) struct Place(Mutex<Option<Arc<Link>>>);

impl Place {
    pub(super) async fn link(
        &self,
        server: &Server,
        tables: Tables,
    ) -> Result<Arc<Link>, StateError> {
        let deadline = Instant::now() + server.connect_timeout;
        let Ok(mut place) = timeout_at(deadline, self.0.lock()).await else {
            return Err(Failure::NoAnswer.into());
        };
        if let Some(link) = place.as_ref().filter(|link| link.is_usable()) {
            return Ok(Arc::clone(link));
        }
        let link = Arc::new(server.connect(tables, deadline).await?);
        *place = Some(Arc::clone(&link));
        Ok(link)
    }
}
