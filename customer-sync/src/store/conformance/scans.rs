//! Scans: the order of keys, prefixes, pages.

use std::collections::BTreeMap;

use super::check::{Failure, Handles, all, done, get, holds, key, put, shown};
use crate::store::rows::{Expected, Key, Row, RowChange, StateStore};

/// Keys that a collation, a pattern or a limit of a character set would put elsewhere or find too often.
const NAMES: [&str; 39] = [
    "",
    "a",
    "a/",
    "a/b",
    "ab",
    "aa",
    "A",
    "AB",
    "Ab",
    "aB",
    "b",
    "B",
    "_",
    "a_",
    "a_b",
    "axb",
    "%",
    "a%",
    "a%b",
    "*",
    "a*",
    "a?b",
    "[",
    "[a]",
    "a[b]",
    "\\",
    "a\\b",
    "'",
    "\"",
    " ",
    "a b",
    "-",
    "\u{7f}",
    "\u{e9}",
    "e\u{301}",
    "\u{ffff}",
    "\u{10000}",
    "\u{10ffff}",
    "\u{10ffff}a",
];

const BEFORE: &str = "order";
const PREFIX: &str = "order/";

/// All rows, also at both sides of the prefix, in the order of their bytes.
async fn fill(store: &impl StateStore) -> Result<BTreeMap<String, String>, Failure> {
    let mut rows = BTreeMap::new();
    for name in [BEFORE, "order.", "order0", "ordes", "ORDER/a"] {
        rows.insert(name.to_owned(), "\"beside\"".to_owned());
    }
    for (number, name) in NAMES.iter().enumerate() {
        rows.insert(format!("{PREFIX}{name}"), number.to_string());
    }
    // Not in their order, so that the order is not that of the writes.
    let (even, odd): (Vec<_>, Vec<_>) = rows.iter().enumerate().partition(|(n, _)| n % 2 == 0);
    for half in [odd, even] {
        let puts = half
            .into_iter()
            .rev()
            .map(|(_, (name, value))| put(name, value));
        done(store, &puts.collect::<Result<Vec<_>, _>>()?).await?;
    }
    Ok(rows)
}

fn same(
    found: &[Row],
    wanted: &[(&String, &String)],
    what: impl Fn() -> String,
) -> Result<(), Failure> {
    let both = found.iter().zip(wanted);
    for (row, (key, value)) in both {
        holds(row.key.as_str() == *key && row.value == **value, || {
            let (row, wanted) = (shown(row.key.as_str()), shown(key));
            format!(
                "{} has {row} where {wanted} belongs, or another value",
                what()
            )
        })?;
    }
    holds(found.len() == wanted.len(), || {
        format!(
            "{} has {} rows instead of {}",
            what(),
            found.len(),
            wanted.len()
        )
    })
}

pub(super) async fn order<S: StateStore>(handles: &Handles<S>) -> Result<(), Failure> {
    let rows = fill(&*handles.one).await?;
    let wanted: Vec<_> = rows
        .iter()
        .filter(|(key, _)| key.starts_with(PREFIX))
        .collect();
    let what = || "a scan of all".to_owned();
    same(&all(&*handles.one, PREFIX).await?, &wanted, what)?;
    same(&all(&*handles.two, PREFIX).await?, &wanted, what)?;
    // From every key, and from texts between the keys, which no row has.
    for (place, (name, _)) in wanted.iter().enumerate() {
        let found = handles
            .two
            .scan(&key(PREFIX)?, Some(&key(name)?), 3)
            .await?;
        let rest: Vec<_> = wanted.iter().skip(place + 1).take(3).copied().collect();
        same(&found, &rest, || format!("a scan after {}", shown(name)))?;
        let between = format!("{name}\u{1}");
        let found = handles
            .two
            .scan(&key(PREFIX)?, Some(&key(&between)?), 3)
            .await?;
        let rest: Vec<_> = wanted.iter().skip(place + 1).take(3).copied().collect();
        same(&found, &rest, || {
            format!("a scan after {}", shown(&between))
        })?;
    }
    Ok(())
}

pub(super) async fn prefixes<S: StateStore>(handles: &Handles<S>) -> Result<(), Failure> {
    let store = &*handles.two;
    let whole = all(store, "").await?;
    let rows: BTreeMap<String, String> = whole
        .into_iter()
        .map(|row| (row.key.as_str().to_owned(), row.value))
        .collect();
    let with_prefix = |prefix: &str| -> Vec<(&String, &String)> {
        rows.iter()
            .filter(|(key, _)| key.starts_with(prefix))
            .collect()
    };
    let mut prefixes: Vec<String> = NAMES.iter().map(|name| format!("{PREFIX}{name}")).collect();
    prefixes.extend([
        BEFORE.to_owned(),
        "ord".to_owned(),
        "nothing begins so".to_owned(),
    ]);
    for prefix in &prefixes {
        let wanted = with_prefix(prefix);
        same(&all(store, prefix).await?, &wanted, || {
            format!("a scan of {}", shown(prefix))
        })?;
    }
    let prefix = key("order/a")?;
    let wanted = with_prefix("order/a");
    for limit in [0, 1, 2, wanted.len(), wanted.len() + 1, usize::MAX] {
        let found = store.scan(&prefix, None, limit).await?;
        let first: Vec<_> = wanted.iter().take(limit).copied().collect();
        same(&found, &first, || format!("a scan of at most {limit} rows"))?;
    }
    let what = || "a scan after a key that is not among the keys of the prefix".to_owned();
    // Before the prefix, the prefix itself, and behind all that begin with it.
    for (after, skipped) in [
        ("order", 0),
        ("ordeq", 0),
        ("order/Z", 0),
        ("order/a", 1),
        ("order/b", wanted.len()),
    ] {
        let found = store.scan(&prefix, Some(&key(after)?), 1_000).await?;
        let rest: Vec<_> = wanted.iter().skip(skipped).copied().collect();
        same(&found, &rest, what)?;
    }
    Ok(())
}

/// While pages are read, other rows are added and removed on both sides, and rows that stay are written again.
pub(super) async fn pages<S: StateStore>(handles: &Handles<S>) -> Result<(), Failure> {
    for limit in [1, 2, 7] {
        let prefix = format!("pages{limit}/");
        let staying: Vec<String> = (0..24).map(|n| format!("{prefix}{n:02}")).collect();
        let others: Vec<String> = (0..24).map(|n| format!("{prefix}{n:02}-")).collect();
        let mut changes = Vec::new();
        for (number, (stays, other)) in staying.iter().zip(&others).enumerate() {
            changes.push(put(stays, "\"stays\"")?);
            if number % 2 == 0 {
                changes.push(put(other, "\"other\"")?);
            }
        }
        done(&*handles.one, &changes).await?;
        let mut seen: Vec<Row> = Vec::new();
        for page in 0.. {
            holds(page < 1_000, || "a scan by pages does not end".to_owned())?;
            let after = seen.last().map(|row| row.key.clone());
            let rows = handles
                .one
                .scan(&key(&prefix)?, after.as_ref(), limit)
                .await?;
            if rows.is_empty() {
                break;
            }
            seen.extend(rows);
            disturb(&*handles.two, &staying, &others, page * 7).await?;
        }
        once_in_order(&seen, &staying)?;
    }
    Ok(())
}

/// Adds or removes two rows among others, and writes two that stay again.
async fn disturb(
    store: &impl StateStore,
    staying: &[String],
    others: &[String],
    from: usize,
) -> Result<(), Failure> {
    for place in [from, from + 12] {
        let (Some(other), Some(stays)) = (
            others.get(place % others.len()),
            staying.get((place + 3) % staying.len()),
        ) else {
            continue;
        };
        let row = get(store, other).await?;
        let change = match &row {
            Some(_) => RowChange::remove(key(other)?),
            None => put(other, "\"again\"")?,
        };
        let changes = [
            change.expecting(Expected::same_as(row.as_ref())),
            put(stays, "\"again\"")?,
        ];
        done(store, &changes).await?;
    }
    Ok(())
}

fn once_in_order(seen: &[Row], staying: &[String]) -> Result<(), Failure> {
    let keys: Vec<&Key> = seen.iter().map(|row| &row.key).collect();
    for pair in keys.windows(2) {
        holds(pair.is_sorted_by(|one, two| one < two), || {
            format!("the keys {pair:?} come one after the other")
        })?;
    }
    for stays in staying {
        let times = keys.iter().filter(|key| key.as_str() == stays).count();
        holds(times == 1, || {
            format!("{stays} was there all the time and is shown {times} times")
        })?;
    }
    Ok(())
}
