//! What is written comes back.

use super::check::{Failure, Handles, all, done, get, holds, key, keys, put, shown};
use crate::store::rows::{Commit, Expected, Key, RowChange, StateStore};

/// JSON that a store must not tidy.
const VALUES: [&str; 16] = [
    "null",
    "\"\"",
    "{}",
    "[]",
    " {\"b\": 1,\t\"a\":2, \"a\":3}\r\n",
    "1.0",
    "-0",
    "1e2",
    "12345678901234567890.123456789012345678901234567890",
    "1e400",
    "\"\\u0000\"",
    "\"\\ud83d\\ude00 \\/ \u{1f600}\"",
    "\"\\ud800\"",
    "\"e\u{301} \u{e9} \u{feff} \u{85} \u{10ffff}\"",
    "\"it's; -- \\\\ %s $1 ?1 {0}\"",
    "true",
];

pub(super) async fn values_come_back<S: StateStore>(handles: &Handles<S>) -> Result<(), Failure> {
    let names: Vec<String> = (0..VALUES.len()).map(|n| format!("values/{n}")).collect();
    let mut changes = Vec::new();
    for (name, value) in names.iter().zip(VALUES) {
        changes.push(put(name, value)?);
    }
    done(&*handles.one, &changes).await?;
    for (name, value) in names.iter().zip(VALUES) {
        for store in [&handles.one, &handles.two] {
            let row = get(&**store, name).await?;
            let found = row.map(|row| row.value);
            holds(found.as_deref() == Some(value), || {
                format!("{value:?} comes back as {found:?}")
            })?;
        }
    }
    let scanned = all(&*handles.two, "values/").await?;
    let is_same = |name: &String, value: &str| {
        let mut rows = scanned.iter().filter(|row| row.key.as_str() == name);
        rows.next().is_some_and(|row| row.value == value) && rows.next().is_none()
    };
    for (name, value) in names.iter().zip(VALUES) {
        holds(is_same(name, value), || {
            format!("{value:?} is not in the scan as it was written")
        })?;
    }
    Ok(())
}

pub(super) async fn many_keys<S: StateStore>(handles: &Handles<S>) -> Result<(), Failure> {
    let store = &*handles.one;
    let none = store.get_many(&[]).await?;
    holds(none.is_empty(), || "no key gives an answer".to_owned())?;
    let puts = [put("many/b", "2")?, put("many/a", "1")?];
    done(store, &puts).await?;
    let asked = keys([
        "many/b", "many/x", "many/a", "many/b", "many/x", "many/a", "many/",
    ])?;
    let wanted = [Some("2"), None, Some("1"), Some("2"), None, Some("1"), None];
    let rows = store.get_many(&asked).await?;
    holds(rows.len() == asked.len(), || {
        format!("{} keys give {} answers", asked.len(), rows.len())
    })?;
    for ((asked, wanted), row) in asked.iter().zip(wanted).zip(&rows) {
        let found = row.as_ref().map(|row| row.value.as_str());
        holds(found == wanted, || {
            format!("{asked} gives {found:?} instead of {wanted:?}")
        })?;
        holds(row.as_ref().is_none_or(|row| row.key == *asked), || {
            format!("{asked} gives a row with another key")
        })?;
    }
    let many = (0..2_000).map(|n| format!("many/{}", if n % 500 == 0 { "a" } else { "x" }));
    let many = keys(many)?;
    let rows = store.get_many(&many).await?;
    let is_right = rows.len() == many.len()
        && (rows.iter().zip(&many)).all(|(row, key)| row.is_some() == (key.as_str() == "many/a"));
    holds(is_right, || {
        "2,000 keys do not give 2,000 answers in their order".to_owned()
    })
}

pub(super) async fn limits<S: StateStore>(handles: &Handles<S>) -> Result<(), Failure> {
    let store = &*handles.one;
    // Keys that differ in their last byte only, of one, two, three and four bytes a character.
    let mut longest = Vec::new();
    for fill in ["k", "\u{e9}", "\u{20ac}", "\u{1f600}"] {
        for end in ["y", "z"] {
            let mut text = "limits/".to_owned();
            while text.len() + fill.len() < Key::MAX_BYTES {
                text.push_str(fill);
            }
            while text.len() + 1 < Key::MAX_BYTES {
                text.push('.');
            }
            longest.push(key(&(text + end))?);
        }
    }
    let mut changes = Vec::new();
    for (number, key) in longest.iter().enumerate() {
        changes.push(RowChange::put(key.clone(), number.to_string())?);
    }
    done(store, &changes).await?;
    let rows = handles.two.get_many(&longest).await?;
    for (number, (key, row)) in longest.iter().zip(rows).enumerate() {
        let is_right = row.is_some_and(|row| row.key == *key && row.value == number.to_string());
        holds(is_right, || {
            format!(
                "the key of {} bytes {} does not come back",
                Key::MAX_BYTES,
                shown(key.as_str())
            )
        })?;
    }
    for length in [1 << 20, RowChange::MAX_VALUE_BYTES] {
        let mut long = "\"".to_owned();
        long.push_str(&"\u{e9}y".repeat(length / 3 - 1));
        long.push_str(&"x".repeat(length - 1 - long.len()));
        long.push('"');
        done(store, &[put("limits/long", &long)?]).await?;
        let found = get(&*handles.two, "limits/long").await?;
        holds(found.is_some_and(|row| row.value == long), || {
            format!("a value of {length} bytes does not come back")
        })?;
    }
    big_batch(store).await
}

async fn big_batch(store: &impl StateStore) -> Result<(), Failure> {
    let names: Vec<String> = (0..1_000).map(|n| format!("batch/{n}")).collect();
    let batch = |value: &str| {
        let changes = names.iter().map(|name| put(name, value));
        changes.collect::<Result<Vec<_>, _>>()
    };
    let version = done(store, &batch("1")?).await?;
    let rows = all(store, "batch/").await?;
    let are_written = rows.iter().all(|row| row.version == version);
    holds(rows.len() == 1_000 && are_written, || {
        format!("1,000 rows were written, and {} are there", rows.len())
    })?;
    let mut conflicting = batch("2")?;
    conflicting.push(put("batch/last", "2")?.expecting(Expected::Version(version)));
    let commit = store.commit(&conflicting).await?;
    holds(matches!(commit, Commit::Conflict(_)), || {
        "a batch of 1,000 rows is done though the last is not as expected".to_owned()
    })?;
    let after = all(store, "batch/").await?;
    holds(after == rows, || {
        "a batch of 1,000 rows conflicts, and yet it has changed something".to_owned()
    })?;
    let removals = keys(&names)?.into_iter().map(|key| {
        let removal = RowChange::remove(key);
        removal.expecting(Expected::Version(version))
    });
    done(store, &removals.collect::<Vec<_>>()).await?;
    let left = all(store, "batch/").await?.len();
    holds(left == 0, || {
        format!("1,000 rows were removed, and {left} are there")
    })
}
