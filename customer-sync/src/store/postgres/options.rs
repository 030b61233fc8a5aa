//! How to connect.

use std::fmt;
use std::time::Duration;

const LONGEST_TIMEOUT: Duration = Duration::from_secs(86_400);

/// How [`PostgresStore::connect_with`](super::PostgresStore::connect_with) connects. `Debug` shows no certificate.
///
/// ```
/// use std::time::Duration;
/// use customer_sync::store::PostgresOptions;
///
/// let options = PostgresOptions::default()
///     .connect_timeout(Duration::from_secs(30))
///     .statement_timeout(Duration::from_secs(60));
/// ```
#[derive(Clone)]
#[must_use]
pub struct PostgresOptions {
    pub(super) connect_timeout: Duration,
    pub(super) statement_timeout: Duration,
    pub(super) root_certificates: Vec<u8>,
}

impl Default for PostgresOptions {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            statement_timeout: Duration::from_secs(30),
            root_certificates: Vec::new(),
        }
    }
}

impl PostgresOptions {
    /// How long a call tries to reach a server that is away, for instance because it restarts; at most a day. Default: 10
    /// seconds.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout.min(LONGEST_TIMEOUT);
        self
    }

    /// How long the server may work on a statement, and wait for other programs' commits; at most a day. Default: 30
    /// seconds.
    pub fn statement_timeout(mut self, timeout: Duration) -> Self {
        self.statement_timeout = timeout.clamp(Duration::from_millis(1), LONGEST_TIMEOUT);
        self
    }

    /// Certificates to trust besides those of the system, as PEM: hosted servers often have an issuer of their own.
    /// Default: none.
    pub fn root_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.root_certificates = pem.into();
        self
    }
}

impl fmt::Debug for PostgresOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresOptions")
            .field("connect_timeout", &self.connect_timeout)
            .field("statement_timeout", &self.statement_timeout)
            .finish_non_exhaustive()
    }
}
