//! Errors of a store.

/// What is wrong with a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StateErrorKind {
    /// It cannot be reached, or another program holds it for too long. Nothing was written. The same call may succeed later.
    Unavailable,
    /// The connection was lost during a commit: it is done or not. [`State`](super::State) settles this by repeating the
    /// commit and reading, and returns it only if the store stays away.
    OutcomeUnknown,
    /// There is no space left. Nothing was written. Once there is space, the same handle works again.
    Full,
    /// The program may not read or write it.
    NoAccess,
    /// It is not a store of this crate.
    Foreign,
    /// It was written by another version of this crate.
    OtherVersion,
    /// What it holds is not what was written.
    Damaged,
    /// A key or a value is longer than a store takes, or has U+0000.
    Limit,
    /// A record cannot be written as JSON, or an export cannot be read.
    Content,
    /// A row is not as the write expects: another program has written it. Nothing was written.
    Conflict,
    /// The lease that a write depends on was lost: another run has the customer.
    LeaseLost,
}

/// An error of a store: one line, with the remedy. It has no personal data.
#[derive(Debug, thiserror::Error)]
#[error("the state store {what}")]
pub struct StateError {
    kind: StateErrorKind,
    what: String,
    #[source]
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl StateError {
    /// An error whose text follows "the state store", such as `cannot be reached: start the server`.
    #[must_use]
    pub fn new(kind: StateErrorKind, what: impl Into<String>) -> Self {
        Self {
            kind,
            what: what.into(),
            source: None,
        }
    }

    /// Adds the error that caused it.
    #[must_use]
    pub fn with_source(
        mut self,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        self.source = Some(source.into());
        self
    }

    /// What is wrong.
    #[must_use]
    pub fn kind(&self) -> StateErrorKind {
        self.kind
    }

    /// Whether the same call may succeed later, without a change to the program or its settings: the server is away, the
    /// disk is full, or another program holds the store.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(
            self.kind,
            StateErrorKind::Unavailable | StateErrorKind::OutcomeUnknown | StateErrorKind::Full
        )
    }

    /// Whether the commit may be done all the same.
    #[must_use]
    pub fn is_outcome_unknown(&self) -> bool {
        self.kind == StateErrorKind::OutcomeUnknown
    }

    /// Whether the store holds something else than what was written.
    #[must_use]
    pub fn is_damaged(&self) -> bool {
        self.kind == StateErrorKind::Damaged
    }

    /// Whether another run has taken the lease that the write depended on.
    #[must_use]
    pub fn is_lease_lost(&self) -> bool {
        self.kind == StateErrorKind::LeaseLost
    }

    /// Others write the same rows all the time.
    pub(crate) fn busy() -> Self {
        let what = "is busy: other programs write the same rows all the time; try again";
        Self::new(StateErrorKind::Unavailable, what)
    }

    /// Whether it says nothing of the store: only what was to be written is at fault, or another run has the customer.
    #[cfg(feature = "sync")]
    pub(crate) fn concerns_one_record(&self) -> bool {
        matches!(
            self.kind,
            StateErrorKind::Limit
                | StateErrorKind::Content
                | StateErrorKind::Conflict
                | StateErrorKind::LeaseLost
        )
    }

    /// A row whose key or value is not what was written. The text has the table, not the key.
    #[must_use]
    pub fn damaged_row(key: &str) -> Self {
        let table = key.split_once('/').map_or(key, |(table, _)| table);
        Self::new(
            StateErrorKind::Damaged,
            format!(
                "is damaged: a row in `{table}` is not what was written; restore a backup, or start with a new store: the \
                 links are in Billit"
            ),
        )
    }
}
