//! What failed, as a [`StateError`].

use std::error::Error as _;
use std::io;

use tokio_postgres::Error;
use tokio_postgres::error::{DbError, Severity, SqlState};

use crate::store::StateErrorKind::{
    Damaged, Foreign, Full, Limit, NoAccess, OutcomeUnknown, Unavailable,
};
use crate::store::{StateError, StateErrorKind};

/// Why a statement has no result.
pub(super) enum Failure {
    /// The server has not answered in time.
    NoAnswer,
    /// The server refused it, or the connection was lost.
    Failed(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl Failure {
    fn refused(&self) -> Option<&DbError> {
        match self {
            Self::NoAnswer => None,
            Self::Failed(error) => error.as_db_error(),
        }
    }

    /// Whether it is open what became of the statement. An error of the server's that is not fatal says that it was rolled
    /// back; after a fatal one the commit may have been done before.
    pub(super) fn is_outcome_unknown(&self) -> bool {
        self.refused()
            .is_none_or(|refused| match refused.parsed_severity() {
                Some(severity) => severity != Severity::Error,
                None => refused.severity() != "ERROR",
            })
    }

    /// Whether the connection was lost, so that another may have the answer.
    pub(super) fn is_disconnection(&self) -> bool {
        matches!(self, Self::Failed(_)) && self.is_outcome_unknown()
    }

    /// Whether the statement was rolled back because of another transaction, and can be repeated at once.
    pub(super) fn is_clash(&self) -> bool {
        let code = self.refused().map(DbError::code);
        code == Some(&SqlState::T_R_SERIALIZATION_FAILURE)
            || code == Some(&SqlState::T_R_DEADLOCK_DETECTED)
    }

    /// The error of a commit.
    pub(super) fn of_commit(self) -> StateError {
        if !self.is_outcome_unknown() {
            return self.into();
        }
        let error = StateError::new(
            OutcomeUnknown,
            "lost its connection during a commit, which is done or not: read the rows, or repeat the commit",
        );
        match self {
            Self::NoAnswer => error,
            Self::Failed(cause) => with_cause(error, cause),
        }
    }
}

impl From<Failure> for StateError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::NoAnswer => Self::new(
                Unavailable,
                "does not answer in time: look after the server and the network",
            ),
            Failure::Failed(error) => {
                let (kind, what) = match error.as_db_error() {
                    Some(refused) => refusal(refused.code()),
                    None => disconnection(&error),
                };
                with_cause(Self::new(kind, what), error)
            }
        }
    }
}

/// Details of an error of the server's may show values, so only its message is kept.
fn with_cause(error: StateError, cause: Error) -> StateError {
    match cause.as_db_error() {
        Some(refused) => error.with_source(format!(
            "{} (SQLSTATE {})",
            refused.message(),
            refused.code().code()
        )),
        None => error.with_source(cause),
    }
}

fn disconnection(error: &Error) -> (StateErrorKind, &'static str) {
    let io = error
        .source()
        .and_then(|source| source.downcast_ref::<io::Error>());
    let inner = io.and_then(io::Error::get_ref);
    if inner
        .and_then(|inner| inner.downcast_ref::<rustls::Error>())
        .is_some()
    {
        return (
            NoAccess,
            "cannot be reached by TLS, since the certificate of the server is not trusted: give its issuer to \
             `PostgresOptions::root_certificates`, name the host in the URL as the certificate does, or on a network that is \
             your own set `sslmode=disable`",
        );
    }
    if io.is_some() || error.is_closed() {
        return (
            Unavailable,
            "cannot be reached: start the PostgreSQL server, or correct the host and port of the URL",
        );
    }
    (
        NoAccess,
        "gets no connection: check the user, the password and `sslmode` of the URL",
    )
}

/// By the tables of <https://www.postgresql.org/docs/current/errcodes-appendix.html>.
fn refusal(code: &SqlState) -> (StateErrorKind, &'static str) {
    match code.code() {
        "53100" => (
            Full,
            "has no space left on the disk of its server: make space",
        ),
        "53300" => (
            Unavailable,
            "cannot be reached: the server has as many connections as it takes; close some, or raise `max_connections`",
        ),
        "3D000" => (
            NoAccess,
            "is in a database that is not there: create it, or correct its name in the URL",
        ),
        "3F000" => (
            NoAccess,
            "has no schema for its tables: create one that is on the `search_path` of the user",
        ),
        "42501" => (
            NoAccess,
            "may not be used: grant the user of the URL CREATE on the schema for the first start, and all rights on the tables \
             `customer_sync_*`",
        ),
        "25006" => (
            NoAccess,
            "cannot be written: the server is a read-only copy; name the primary in the URL, or several hosts and \
             `target_session_attrs=read-write`",
        ),
        "42P01" | "42703" | "42883" | "42804" | "42P07" | "42723" => (
            Foreign,
            "has other tables or functions `customer_sync_*` than this crate makes: restore a backup, or use another database",
        ),
        "22021" | "22P05" => (
            Foreign,
            "cannot keep every character: use a database with the encoding UTF8",
        ),
        "54000" => (Limit, "takes no key that is as long as one of these"),
        "57014" | "55P03" => (
            Unavailable,
            "is held by another program for too long, or is too slow: try again later, or raise \
             the statement timeout",
        ),
        code if code.starts_with("28") => (
            NoAccess,
            "cannot be opened: correct the user and the password of the URL, or the server's `pg_hba.conf`",
        ),
        "XX001" | "XX002" => (
            Damaged,
            "is damaged, as its server says: restore a backup, or start with a new store: the links are in Billit",
        ),
        code if code.starts_with("08") || code.starts_with("57P") => {
            (Unavailable, "cannot be reached: the server stops or starts")
        }
        _ => (
            Unavailable,
            "cannot be used: see what the server says, and its log",
        ),
    }
}
