//! Leases on the store, and its clock.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;

use super::check::{Failure, Handles, done, holds, put};
use crate::store::rows::{Commit, StateStore};
use crate::store::{Leases, State};

const HOUR: Duration = Duration::from_secs(3_600);

pub(super) async fn clock<S: StateStore>(handles: &Handles<S>) -> Result<(), Failure> {
    let before = handles.one.now().await?;
    let between = handles.two.now().await?;
    let after = handles.one.now().await?;
    // Some clocks are cut to a second.
    let second = TimeDelta::seconds(1);
    holds(
        between >= before - second && between <= after + second,
        || format!("one handle has {before} and {after}, another {between} in between"),
    )
}

fn states<S: StateStore + 'static>(handles: &Handles<S>) -> (State, State) {
    (
        State::new(Arc::clone(&handles.one)),
        State::new(Arc::clone(&handles.two)),
    )
}

pub(super) async fn one_holder<S: StateStore + 'static>(
    handles: &Handles<S>,
) -> Result<(), Failure> {
    let (one, two) = states(handles);
    let (first, second) = (Leases::new(&one, HOUR), Leases::new(&two, HOUR));
    let lease = first.take("one").await?;
    let Some(lease) = lease else {
        return Err(Failure::Broken(
            "a lease that nobody has is not given".to_owned(),
        ));
    };
    for other in [&second, &first] {
        let taken = other.take("one").await?;
        holds(taken.is_none(), || {
            "a lease is given to two holders".to_owned()
        })?;
    }
    let other = second.take("two").await?;
    holds(other.is_some(), || {
        "a lease with another name is not given".to_owned()
    })?;
    first.renew().await?;
    done(&*handles.one, &[lease.check(), put("leases/work", "1")?]).await?;
    lease.release().await?;
    let taken = second.take("one").await?;
    holds(taken.is_some(), || {
        "a lease that was released is not given".to_owned()
    })
}

pub(super) async fn taken_over<S: StateStore + 'static>(
    handles: &Handles<S>,
) -> Result<(), Failure> {
    let (one, two) = states(handles);
    // It ends as soon as it is taken.
    let (ended, next) = (Leases::new(&one, Duration::ZERO), Leases::new(&two, HOUR));
    let Some(old) = ended.take("over").await? else {
        return Err(Failure::Broken(
            "a lease that nobody has is not given".to_owned(),
        ));
    };
    let Some(new) = next.take("over").await? else {
        return Err(Failure::Broken(
            "a lease that has ended is not given to another".to_owned(),
        ));
    };
    let work = put("leases/over", "\"old\"")?;
    let commit = handles.one.commit(&[work, old.check()]).await?;
    holds(matches!(commit, Commit::Conflict(_)), || {
        "a holder writes under a lease that was taken over".to_owned()
    })?;
    old.release().await?;
    let again = ended.take("over").await?;
    holds(again.is_none(), || {
        "an old holder releases the lease of the new one".to_owned()
    })?;
    done(
        &*handles.two,
        &[put("leases/over", "\"new\"")?, new.check()],
    )
    .await?;
    new.release().await?;
    Ok(())
}
