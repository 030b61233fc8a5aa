//! Several handles and tasks at the same time, futures that are dropped, handles that are opened later.

use std::collections::BTreeSet;
use std::future::poll_fn;
use std::task::Poll;

use futures_util::future::{join, try_join_all};

use super::check::{Failure, Handles, all, done, get, holds, keys, pause, put};
use crate::store::StateError;
use crate::store::rows::{Commit, Expected, StateStore};

const TASKS: usize = 8;
const INCREMENTS: usize = 10;

/// Adds one again and again, and returns the versions of its commits.
async fn increment(store: &impl StateStore) -> Result<Vec<u64>, Failure> {
    let mut versions = Vec::new();
    let mut conflicts = 0;
    while versions.len() < INCREMENTS {
        let row = get(store, "counter/n").await?;
        let number: usize = row
            .as_ref()
            .map_or(Ok(0), |row| row.value.parse())
            .unwrap_or(usize::MAX);
        pause().await;
        let next = put("counter/n", &number.saturating_add(1).to_string())?;
        match store
            .commit(&[next.expecting(Expected::same_as(row.as_ref()))])
            .await?
        {
            Commit::Done(version) => versions.push(version),
            Commit::Conflict(_) => conflicts += 1,
        }
        holds(conflicts < 100_000, || {
            "one task gets conflicts only".to_owned()
        })?;
    }
    Ok(versions)
}

pub(super) async fn increments<S: StateStore>(
    handles: &Handles<S>,
    open: &impl AsyncFn() -> Result<S, StateError>,
) -> Result<(), Failure> {
    let mut others = Vec::new();
    for _ in 0..TASKS / 2 {
        others.push(open().await?);
    }
    let shared = [&*handles.one; TASKS / 2];
    let tasks = shared.into_iter().chain(&others).map(increment);
    let versions = try_join_all(tasks).await?.concat();
    let counted = get(&*handles.two, "counter/n").await?.map(|row| row.value);
    let wanted = TASKS * INCREMENTS;
    holds(counted.as_deref() == Some(&*wanted.to_string()), || {
        format!("{wanted} increments of {TASKS} tasks count to {counted:?}")
    })?;
    let different: BTreeSet<u64> = versions.iter().copied().collect();
    holds(different.len() == versions.len(), || {
        "two commits at the same time have one version".to_owned()
    })
}

/// One task writes two rows together, another reads both.
pub(super) async fn one_moment<S: StateStore>(handles: &Handles<S>) -> Result<(), Failure> {
    let names: Vec<String> = (0..20).map(|n| format!("moment/{n}")).collect();
    let asked = keys(&names)?;
    let group = |value: usize| {
        let puts = names.iter().map(|name| put(name, &value.to_string()));
        puts.collect::<Result<Vec<_>, _>>()
    };
    done(&*handles.one, &group(0)?).await?;
    let write = async {
        for value in 1..=20 {
            pause().await;
            done(&*handles.one, &group(value)?).await?;
        }
        Ok::<_, Failure>(())
    };
    let read = async {
        for _ in 0..40 {
            pause().await;
            let rows = handles.two.get_many(&asked).await?;
            let different: BTreeSet<Option<u64>> = rows
                .into_iter()
                .map(|row| row.map(|row| row.version))
                .collect();
            holds(different.len() == 1, || {
                format!("rows that are always written together have the versions {different:?}")
            })?;
            let rows = all(&*handles.two, "moment/").await?;
            let different: BTreeSet<u64> = rows.iter().map(|row| row.version).collect();
            holds(different.len() == 1 && rows.len() == names.len(), || {
                format!(
                    "a page with rows that are always written together has the versions {different:?}"
                )
            })?;
        }
        Ok(())
    };
    let (written, read) = join(write, read).await;
    written.and(read)
}

/// Futures are dropped after so many polls.
pub(super) async fn dropped<S: StateStore>(handles: &Handles<S>) -> Result<(), Failure> {
    let names: Vec<String> = (0..50).map(|n| format!("dropped/{n}")).collect();
    let asked = keys(&names)?;
    for polls in 0..20 {
        let puts = names.iter().map(|name| put(name, &polls.to_string()));
        let changes = puts.collect::<Result<Vec<_>, _>>()?;
        let mut commit = handles.one.commit(&changes);
        for _ in 0..polls {
            let polled = poll_fn(|context| Poll::Ready(commit.as_mut().poll(context))).await;
            if let Poll::Ready(result) = polled {
                let _ = result?;
                break;
            }
            pause().await;
        }
        drop(commit);
        // At once, and again when it may be done.
        for _ in 0..5 {
            for store in [&handles.two, &handles.one] {
                let rows = store.get_many(&asked).await?;
                let versions = rows.iter().map(|row| row.as_ref().map(|row| row.version));
                let different: BTreeSet<Option<u64>> = versions.collect();
                holds(different.len() == 1, || {
                    format!("a commit that was dropped after {polls} polls has left a part")
                })?;
            }
            pause().await;
        }
    }
    done(&*handles.one, &[put("dropped/after", "1")?])
        .await
        .map(drop)
}

pub(super) async fn seen_later<S: StateStore>(
    handles: &Handles<S>,
    open: &impl AsyncFn() -> Result<S, StateError>,
) -> Result<(), Failure> {
    let before = all(&*handles.one, "").await?;
    let later = all(&open().await?, "").await?;
    holds(later == before, || {
        "a handle that is opened later does not have the same rows".to_owned()
    })
}
