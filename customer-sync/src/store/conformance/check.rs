//! What the laws are tried with.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;

use crate::store::StateError;
use crate::store::rows::{Commit, Key, Row, RowChange, StateStore};

/// The handles that the laws are tried with.
pub(super) struct Handles<S> {
    /// Two handles that are open at the same time.
    pub(super) one: Arc<S>,
    pub(super) two: Arc<S>,
}

/// Why a law is not kept.
pub(super) enum Failure {
    /// The store did something else.
    Broken(String),
    /// A call returned an error.
    Call(StateError),
}

impl From<StateError> for Failure {
    fn from(error: StateError) -> Self {
        Self::Call(error)
    }
}

pub(super) fn holds(holds: bool, what: impl FnOnce() -> String) -> Result<(), Failure> {
    if holds {
        return Ok(());
    }
    Err(Failure::Broken(what()))
}

pub(super) fn key(text: &str) -> Result<Key, StateError> {
    Key::new(text)
}

pub(super) fn keys(
    texts: impl IntoIterator<Item = impl AsRef<str>>,
) -> Result<Vec<Key>, StateError> {
    texts.into_iter().map(|text| key(text.as_ref())).collect()
}

pub(super) fn put(at: &str, value: &str) -> Result<RowChange, StateError> {
    RowChange::put(key(at)?, value.to_owned())
}

pub(super) async fn get(store: &impl StateStore, at: &str) -> Result<Option<Row>, Failure> {
    let key = key(at)?;
    let rows = store.get_many(std::slice::from_ref(&key)).await?;
    holds(rows.len() == 1, || {
        format!("one key was asked for, and {} answers came", rows.len())
    })?;
    Ok(rows.into_iter().next().flatten())
}

/// Commits, and returns the version.
pub(super) async fn done(store: &impl StateStore, changes: &[RowChange]) -> Result<u64, Failure> {
    match store.commit(changes).await? {
        Commit::Done(version) => Ok(version),
        Commit::Conflict(key) => Err(Failure::Broken(format!(
            "a commit conflicts at {} though all rows are as expected",
            shown(key.as_str())
        ))),
    }
}

/// All rows whose keys begin so, asked at once.
pub(super) async fn all(store: &impl StateStore, prefix: &str) -> Result<Vec<Row>, Failure> {
    Ok(store.scan(&key(prefix)?, None, 100_000).await?)
}

/// A key as it is shown in a message: long ones by their beginning.
pub(super) fn shown(key: &str) -> String {
    let short: String = key.chars().take(40).collect();
    format!("{short:?}")
}

/// Lets other tasks run.
pub(super) async fn pause() {
    let mut is_over = false;
    poll_fn(|context| {
        if is_over {
            return Poll::Ready(());
        }
        is_over = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
