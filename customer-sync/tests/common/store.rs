//! A store in memory that can be watched, and made to fail.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU8, AtomicUsize, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use customer_sync::store::{
    Commit, Key, MemoryStore, Row, RowChange, State, StateError, StateErrorKind, StateStore,
    StoreFuture,
};

/// A store in memory: its commits are counted, can fail or get lost, and its clock can be moved on.
pub struct TestStore {
    memory: MemoryStore,
    commits: AtomicUsize,
    mode: AtomicU8,
    /// Commits before one fails.
    left: AtomicUsize,
    /// Seconds that its clock is ahead.
    ahead: AtomicI64,
}

const WORKS: u8 = 0;
const FAILS: u8 = 1;
const KILLED: u8 = 2;
const ANSWER_LOST: u8 = 3;
const GONE_AFTER_IT: u8 = 4;
const FAILS_LATER: u8 = 5;

impl TestStore {
    pub fn new() -> Arc<Self> {
        Arc::new(Self {
            memory: MemoryStore::new(),
            commits: AtomicUsize::new(0),
            mode: AtomicU8::new(WORKS),
            left: AtomicUsize::new(0),
            ahead: AtomicI64::new(0),
        })
    }

    pub fn state(self: &Arc<Self>) -> State {
        State::new(Arc::clone(self))
    }

    /// The number of commits since the last call.
    pub fn commits(&self) -> usize {
        self.commits.swap(0, Ordering::Relaxed)
    }

    /// Whether commits fail from now on.
    pub fn fail(&self, fails: bool) {
        self.mode
            .store(if fails { FAILS } else { WORKS }, Ordering::SeqCst);
    }

    /// Commits fail after so many more.
    pub fn fail_after(&self, commits: usize) {
        self.left.store(commits, Ordering::SeqCst);
        self.mode.store(FAILS_LATER, Ordering::SeqCst);
    }

    /// The program is killed: what it writes from now on is lost.
    pub fn kill(&self) {
        self.mode.store(KILLED, Ordering::SeqCst);
    }

    /// After so many more commits one is done whose answer is lost.
    pub fn lose_answer_after(&self, commits: usize) {
        self.left.store(commits, Ordering::SeqCst);
        self.mode.store(ANSWER_LOST, Ordering::SeqCst);
    }

    /// The next commit is done, but its answer is lost, and the store is away from then on.
    pub fn go_away(&self) {
        self.mode.store(GONE_AFTER_IT, Ordering::SeqCst);
    }

    /// Another program uses the store, after the leases of the killed one are over.
    pub fn restart(&self) {
        self.mode.store(WORKS, Ordering::SeqCst);
        self.ahead.fetch_add(3_600, Ordering::SeqCst);
    }
}

impl StateStore for TestStore {
    fn get_many<'a>(&'a self, keys: &'a [Key]) -> StoreFuture<'a, Vec<Option<Row>>> {
        self.memory.get_many(keys)
    }

    fn scan<'a>(
        &'a self,
        prefix: &'a Key,
        after: Option<&'a Key>,
        limit: usize,
    ) -> StoreFuture<'a, Vec<Row>> {
        self.memory.scan(prefix, after, limit)
    }

    fn commit<'a>(&'a self, changes: &'a [RowChange]) -> StoreFuture<'a, Commit> {
        self.commits.fetch_add(1, Ordering::Relaxed);
        Box::pin(async move {
            let lost = StateError::new(StateErrorKind::OutcomeUnknown, "did not answer");
            let full = StateError::new(StateErrorKind::Full, "is full: make room");
            let is_turn = || {
                let left = self.left.load(Ordering::SeqCst);
                self.left.store(left.saturating_sub(1), Ordering::SeqCst);
                left == 0
            };
            match self.mode.load(Ordering::SeqCst) {
                FAILS => return Err(full),
                FAILS_LATER if is_turn() => return Err(full),
                KILLED => return Ok(Commit::Done(0)),
                ANSWER_LOST if is_turn() => self.mode.store(WORKS, Ordering::SeqCst),
                GONE_AFTER_IT => self.mode.store(FAILS, Ordering::SeqCst),
                _ => return self.memory.commit(changes).await,
            }
            let _ = self.memory.commit(changes).await?;
            Err(lost)
        })
    }

    fn now(&self) -> StoreFuture<'_, DateTime<Utc>> {
        let ahead = TimeDelta::seconds(self.ahead.load(Ordering::SeqCst));
        Box::pin(async move { Ok(self.memory.now().await? + ahead) })
    }
}
