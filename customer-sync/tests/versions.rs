//! Files that this version wrote: each later one reads them, or says what to do. (The store's file is in `sqlite.rs`.)

#![allow(clippy::unwrap_used)] // Helpers of the tests unwrap like the tests.

mod common;

use common::World;
use customer_sync::{MappingRules, Plan, SyncError, SyncOptions, apply};
use serde_json::{Value, json};

const PLAN: &str = include_str!("fixtures/plan.json");
const RULES: &str = include_str!("fixtures/rules.json");

#[test]
fn a_plan_of_today_is_read_whole() {
    let plan: Plan = serde_json::from_str(PLAN).unwrap();
    assert_eq!(
        plan.version,
        Plan::VERSION,
        "keep this file, and add one of the new version"
    );
    let again: Value = serde_json::to_value(&plan).unwrap();
    assert_eq!(again, serde_json::from_str::<Value>(PLAN).unwrap());
}

#[tokio::test]
async fn a_plan_of_another_version_says_what_to_do() {
    let world = World::empty().await;
    for version in [Plan::VERSION - 1, Plan::VERSION + 1] {
        let mut plan: Plan = serde_json::from_str(PLAN).unwrap();
        plan.version = version;
        let options = SyncOptions::default();
        let error = apply(&plan, &world.planyo, &world.billit, &options).await;
        let error = error.unwrap_err();
        assert!(matches!(error, SyncError::PlanVersion(other) if other == version));
        assert!(error.to_string().contains("plan again"), "{error}");
    }
}

#[test]
fn rules_of_today_are_read_whole() {
    let rules: MappingRules = serde_json::from_str(RULES).unwrap();
    let again: Value = serde_json::to_value(&rules).unwrap();
    assert_eq!(again, serde_json::from_str::<Value>(RULES).unwrap());
    assert_ne!(rules, MappingRules::default());
}

#[test]
fn rules_of_another_version_say_what_to_do() {
    let mut rules: Value = serde_json::from_str(RULES).unwrap();
    let version = rules.get("version").and_then(Value::as_u64);
    rules["version"] = json!(version.unwrap() + 1);
    let error = serde_json::from_value::<MappingRules>(rules).unwrap_err();
    let error = error.to_string();
    assert!(error.contains("the rules have version 2"), "{error}");
    assert!(
        error.contains("use the version they were written for"),
        "{error}"
    );
}
