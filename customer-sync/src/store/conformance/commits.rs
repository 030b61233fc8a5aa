//! Commits: their order, their expectations, their versions.

use super::check::{Failure, Handles, all, done, get, holds, key, put, shown};
use crate::store::StateError;
use crate::store::rows::{Commit, Expected, Row, RowChange, StateStore};

pub(super) async fn order<S: StateStore>(handles: &Handles<S>) -> Result<(), Failure> {
    let store = &*handles.one;
    let remove = |at: &str| Ok::<_, StateError>(RowChange::remove(key(at)?));
    let changes = [
        put("turn/put put", "1")?,
        put("turn/put remove", "1")?,
        remove("turn/remove put")?,
        put("turn/put put", "2")?,
        remove("turn/put remove")?,
        put("turn/remove put", "2")?,
        put("turn/put remove put", "1")?,
        remove("turn/put remove put")?,
        put("turn/put remove put", "3")?,
    ];
    for round in ["the rows were not there", "the rows were there"] {
        let version = done(store, &changes).await?;
        for (at, wanted) in [
            ("turn/put put", Some("2")),
            ("turn/put remove", None),
            ("turn/remove put", Some("2")),
            ("turn/put remove put", Some("3")),
        ] {
            let row = get(store, at).await?;
            let found = row.as_ref().map(|row| row.value.as_str());
            holds(found == wanted, || {
                format!("{at} leaves {found:?} instead of {wanted:?}; {round}")
            })?;
            holds(row.is_none_or(|row| row.version == version), || {
                format!("{at} leaves a row whose version is not that of the commit; {round}")
            })?;
        }
        done(store, &[put("turn/put remove", "0")?]).await?;
    }
    done(store, &[]).await?;
    done(store, &[remove("turn/never there")?]).await?;
    Ok(())
}

/// What a row is like, and what is not to be expected of it.
async fn not_met(store: &impl StateStore) -> Result<Vec<(&'static str, Expected)>, Failure> {
    let old = done(
        store,
        &[put("expect/there", "0")?, put("expect/removed", "0")?],
    )
    .await?;
    done(store, &[RowChange::remove(key("expect/removed")?)]).await?;
    let now = done(store, &[put("expect/there", "1")?]).await?;
    let other = done(
        store,
        &[put("expect/other", "1")?, put("expect/more", "1")?],
    )
    .await?;
    let there = [
        old,
        other,
        now.wrapping_add(1),
        0,
        u64::MAX,
        u64::MAX / 2 + 1,
    ];
    let mut all = vec![("expect/there", Expected::Absent)];
    all.extend(there.map(|version| ("expect/there", Expected::Version(version))));
    for absent in ["expect/removed", "expect/never"] {
        all.extend([0, 1, old, now, u64::MAX].map(|version| (absent, Expected::Version(version))));
    }
    Ok(all)
}

pub(super) async fn expectations<S: StateStore>(handles: &Handles<S>) -> Result<(), Failure> {
    let store = &*handles.one;
    let not_met = not_met(store).await?;
    let before = all(store, "expect/").await?;
    let others = [
        put("expect/other", "2")?,
        RowChange::remove(key("expect/more")?),
        put("expect/new", "2")?,
    ];
    for (at, expected) in not_met {
        let conflicting = [
            put(at, "2")?,
            RowChange::remove(key(at)?),
            RowChange::check(key(at)?),
        ];
        for (place, change) in
            (0..=others.len()).flat_map(|place| conflicting.iter().map(move |c| (place, c)))
        {
            let mut changes = others.to_vec();
            changes.insert(place, change.clone().expecting(expected));
            let what = || {
                format!(
                    "{change:?} expecting {expected:?} as change {place} of {}",
                    changes.len()
                )
            };
            let commit = handles.two.commit(&changes).await?;
            let Commit::Conflict(found) = commit else {
                return Err(Failure::Broken(format!("{} is done", what())));
            };
            holds(found.as_str() == at, || {
                format!("{} conflicts at {}", what(), shown(found.as_str()))
            })?;
            holds(all(store, "expect/").await? == before, || {
                format!("{} conflicts, and yet rows have changed", what())
            })?;
        }
    }
    met(store).await
}

/// Expectations that are met do not stop a commit.
async fn met(store: &impl StateStore) -> Result<(), Failure> {
    let row = get(store, "expect/there").await?;
    let version = Expected::same_as(row.as_ref());
    let changes = [
        put("expect/there", "3")?.expecting(version),
        put("expect/never", "3")?.expecting(Expected::Absent),
        RowChange::remove(key("expect/removed")?).expecting(Expected::Absent),
        RowChange::check(key("expect/anything")?),
        RowChange::remove(key("expect/other")?).expecting(Expected::Anything),
    ];
    let version = done(store, &changes).await?;
    let found = all(store, "expect/").await?;
    let found: Vec<_> = found
        .iter()
        .map(|row| (row.key.as_str(), row.value.as_str()))
        .collect();
    let wanted = [
        ("expect/more", "1"),
        ("expect/never", "3"),
        ("expect/there", "3"),
    ];
    holds(found == wanted, || {
        "a commit is done whose rows are as expected, and yet not all rows have changed".to_owned()
    })?;
    let removal = RowChange::remove(key("expect/there")?);
    done(store, &[removal.expecting(Expected::Version(version))]).await?;
    holds(get(store, "expect/there").await?.is_none(), || {
        "a row is there that was removed".to_owned()
    })
}

pub(super) async fn before_the_first_change<S: StateStore>(
    handles: &Handles<S>,
) -> Result<(), Failure> {
    let store = &*handles.one;
    let version = done(store, &[put("before/there", "1")?]).await?;
    let met = [
        put("before/new", "2")?,
        put("before/new", "3")?.expecting(Expected::Absent),
        RowChange::check(key("before/new")?).expecting(Expected::Absent),
        RowChange::remove(key("before/there")?),
        put("before/there", "2")?.expecting(Expected::Version(version)),
    ];
    let version = done(store, &met).await?;
    let not_met = [
        RowChange::remove(key("before/there")?).expecting(Expected::Version(version)),
        put("before/there", "4")?.expecting(Expected::Absent),
    ];
    let commit = store.commit(&not_met).await?;
    holds(matches!(commit, Commit::Conflict(_)), || {
        "a row that the same commit removes first counts as absent".to_owned()
    })?;
    let row = get(store, "before/there").await?;
    holds(row.is_some_and(|row| row.value == "2"), || {
        "a commit conflicts, and yet it has changed its row".to_owned()
    })
}

pub(super) async fn checks<S: StateStore>(handles: &Handles<S>) -> Result<(), Failure> {
    let store = &*handles.one;
    done(store, &[put("checks/a", "1")?, put("checks/b", "1")?]).await?;
    let before = all(store, "checks/").await?;
    let version = Expected::same_as(before.first());
    let alone = [
        RowChange::check(key("checks/a")?).expecting(version),
        RowChange::check(key("checks/b")?),
        RowChange::check(key("checks/c")?).expecting(Expected::Absent),
    ];
    done(store, &alone).await?;
    let is_same = |rows: &[Row]| rows == before;
    holds(is_same(&all(store, "checks/").await?), || {
        "a commit of checks alone has changed rows".to_owned()
    })?;
    let mut with_put = alone.to_vec();
    with_put.push(put("checks/d", "1")?);
    done(store, &with_put).await?;
    let after = all(store, "checks/").await?;
    let (kept, new) = after.split_at_checked(2).unwrap_or_default();
    holds(is_same(kept) && new.len() == 1, || {
        "a row that is only checked has changed".to_owned()
    })
}

pub(super) async fn versions<S: StateStore>(
    handles: &Handles<S>,
    open: &impl AsyncFn() -> Result<S, StateError>,
) -> Result<(), Failure> {
    let mut last = 0;
    let mut grows = |version: u64, what: &str| {
        let before = std::mem::replace(&mut last, version);
        holds(version > before, || {
            format!("{version} comes after {before}: {what}")
        })
    };
    for round in 0..4 {
        let value = format!("{}", round / 2);
        for store in [&*handles.one, &*handles.two] {
            let changes = [put("versions/a", &value)?, put("versions/b", &value)?];
            let version = done(store, &changes).await?;
            grows(version, "rows are put by two handles in turn")?;
            let rows = all(&*handles.two, "versions/").await?;
            holds(rows.iter().all(|row| row.version == version), || {
                "a row does not have the version of its commit".to_owned()
            })?;
        }
        let removals = [
            RowChange::remove(key("versions/a")?),
            RowChange::remove(key("versions/b")?),
        ];
        grows(done(&*handles.one, &removals).await?, "rows are removed")?;
        let later = open().await?;
        grows(
            done(&later, &[put("versions/a", &value)?]).await?,
            "a row is put again by a new handle",
        )?;
        // The new row has the highest version of all; without it, the next one could be used again.
        let removal = RowChange::remove(key("versions/a")?);
        grows(
            done(&later, &[removal]).await?,
            "the row with the highest version is removed",
        )?;
        let conflict =
            put("versions/a", &value)?.expecting(Expected::Version(last_or(&later).await?));
        let _ = later.commit(&[conflict]).await?;
    }
    Ok(())
}

/// The highest version of the rows.
async fn last_or(store: &impl StateStore) -> Result<u64, Failure> {
    let rows = all(store, "").await?;
    Ok(rows.iter().map(|row| row.version).max().unwrap_or_default())
}
