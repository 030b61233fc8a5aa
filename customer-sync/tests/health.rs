//! Comparing a run with earlier runs.

#![allow(clippy::unwrap_used)] // As in tests.

use customer_sync::SyncReport;
use customer_sync::health::{Metric, Thresholds, health};
use customer_sync::store::RunRecord;
use serde_json::{Value, json};

/// A run by its kind and its counts: created, updated, linked, failed, missing.
fn run(
    number: usize,
    kind: &str,
    [created, updated, linked, failed, missing_from_source]: [usize; 5],
) -> RunRecord {
    let counts = json!({
        "created": created, "updated": updated, "linked": linked, "unchanged": 0, "skipped": 0, "conflict": 0,
        "ambiguous": 0, "quarantined": 0, "failed": failed,
    });
    serde_json::from_value(json!({
        "id": format!("run-{number}"), "kind": kind, "started": "2026-04-01T12:00:00Z", "finished": "2026-04-01T12:01:00Z",
        "counts": counts, "missing_from_source": missing_from_source,
    }))
    .unwrap()
}

fn report(created: usize, updated: usize, failed: usize, missing_from_source: usize) -> SyncReport {
    let kinds = [
        ("created", created),
        ("updated", updated),
        ("failed", failed),
    ];
    let kinds = kinds
        .iter()
        .flat_map(|(kind, count)| std::iter::repeat_n(kind, *count));
    let outcomes: Vec<Value> = kinds
        .map(|kind| json!({
            "key": {"source": "planyo", "id": "1"}, "name": "", "kind": kind, "party": null, "changes": [], "notes": [], "reason": "",
        }))
        .collect();
    let missing_from_source: Vec<Value> = (0..missing_from_source)
        .map(|party| json!({"key": {"source": "planyo", "id": "2"}, "party": party}))
        .collect();
    serde_json::from_value(
        json!({"outcomes": outcomes, "missing_from_source": missing_from_source, "run": "run-9"}),
    )
    .unwrap()
}

fn unusual(report: &SyncReport, history: &[RunRecord], thresholds: &Thresholds) -> Vec<String> {
    health(report, history, thresholds)
        .unusual()
        .map(ToString::to_string)
        .collect()
}

#[test]
fn more_than_usual_is_unusual() {
    let history = [
        run(1, "full", [10, 30, 0, 0, 0]),
        run(2, "full", [900, 0, 500, 40, 90]),
        run(3, "full", [12, 5, 15, 1, 2]),
    ];
    let usual = Thresholds::default();
    assert!(unusual(&report(36, 90, 3, 6), &history, &usual).is_empty());
    assert_eq!(
        unusual(&report(37, 91, 4, 7), &history, &usual),
        [
            "created: 37, usually 12",
            "changed: 91, usually 30",
            "failed: 4, usually 1",
            "missing: 7, usually 2"
        ]
    );
    let strict = usual
        .clone()
        .times(1)
        .at_most(Metric::Created, 0)
        .at_most(Metric::MissingFromSource, 0);
    assert_eq!(
        unusual(&report(13, 30, 1, 3), &history, &strict),
        ["created: 13, usually 12", "missing: 3, usually 2"]
    );
    // A few are never unusual.
    let quiet = [1, 2, 3].map(|number| run(number, "full", [0; 5]));
    assert!(unusual(&report(20, 20, 0, 5), &quiet, &usual).is_empty());
    assert_eq!(unusual(&report(21, 0, 1, 6), &quiet, &usual).len(), 3);
}

#[test]
fn a_first_run_may_create_many_but_not_fail() {
    let told = unusual(&report(500, 500, 1, 6), &[], &Thresholds::default());
    assert_eq!(told, ["failed: 1", "missing: 6"]);
}

#[test]
fn runs_of_one_customer_and_this_run_itself_are_no_history() {
    let mut killed = run(4, "full", [0; 5]);
    killed.finished = None;
    let history = [
        run(1, "one", [1, 0, 0, 0, 0]),
        run(2, "undo", [0, 400, 0, 0, 0]),
        run(3, "full", [0; 5]),
        killed,
        run(5, "changed", [0; 5]),
        run(9, "full", [500, 0, 0, 0, 0]),
    ];
    let health = health(&report(500, 0, 0, 0), &history, &Thresholds::default());
    assert!(health.checks.iter().all(|check| check.usual.is_none()));
}

/// Everybody erased at once is a source that answers with blanks.
#[test]
fn many_erased_customers_are_unusual() {
    let erased = |count: usize| -> SyncReport {
        let one = json!({
            "key": {"source": "planyo", "id": "1"}, "name": "", "kind": "skipped", "party": 7, "changes": [], "notes": [],
            "reason": customer_sync::Problem::ErasedInSource.to_string(),
        });
        serde_json::from_value(json!({"outcomes": vec![one; count]})).unwrap()
    };
    let usual = Thresholds::default();
    assert!(unusual(&erased(5), &[], &usual).is_empty());
    assert_eq!(unusual(&erased(6), &[], &usual), ["erased: 6"]);
    // Those that were erased long ago are reported by each run.
    let mut history = [1, 2, 3].map(|number| run(number, "full", [0; 5]));
    for run in &mut history {
        run.erased_in_source = 6;
    }
    assert!(unusual(&erased(7), &history, &usual).is_empty());
    assert_eq!(
        unusual(&erased(19), &history, &usual),
        ["erased: 19, usually 6"]
    );
    let counted = erased(6)
        .counters()
        .find(|(name, _)| name == "customers_erased");
    assert_eq!(counted.unwrap().1, 6);
}
