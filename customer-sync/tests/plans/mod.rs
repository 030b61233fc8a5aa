//! Plans and reports with hostile texts.

// Each test file uses its part of this, and unwraps as tests do.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used)]
use customer_sync::{Plan, SyncReport};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Texts that have broken programs.
pub const HOSTILE: [&str; 16] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' autofocus onfocus='alert(1)",
    "</article></main><iframe src=//example.com>",
    "<!-- ]]> --> &lt;b&gt; &amp;",
    "=HYPERLINK(\"https://example.com\",\"Ann\")",
    "+32470123456",
    "-2+3|cmd",
    "'=1+1",
    "@SUM(A1)",
    "a;b,c\td\"e",
    "two\r\nlines\n\nand a half",
    "[click](https://example.com) ![x](y) `code` | cell | www.example.com @ann #1",
    "\u{1b}[31mred\u{1b}]0;title\u{7}\u{9b}2J",
    "\u{202e}nna\u{202c} \u{2066}x\u{2069} \u{200f}",
    "Zoë Ünïcode 李 👩‍👧 e\u{301}",
];

/// A text that is not blank.
pub fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => prop::sample::select(&HOSTILE[..]).prop_map(str::to_owned),
        2 => "[A-Za-zÀ-ÿ' .-]{0,12}[a-z]",
        1 => "\\PC{0,12}[<>&\"'=|;,\\\\`*_\\[\\]]",
        1 => prop::collection::vec(any::<char>(), 1..12).prop_map(|text| text.into_iter().collect()),
    ]
}

fn field() -> impl Strategy<Value = String> {
    let known = [
        "Name",
        "Email",
        "City",
        "Street",
        "StreetNumber",
        "VATNumber",
        "VATLiable",
    ];
    let known = prop::sample::select(known.to_vec()).prop_map(str::to_owned);
    prop_oneof![3 => known, 1 => text().prop_map(|key| format!("CustomFields/k{}", key.trim()))]
}

fn changes() -> impl Strategy<Value = Vec<Value>> {
    let change = (field(), prop::option::of(text()), prop::option::of(text()));
    let change = change.prop_map(
        |(field, before, after)| json!({"field": field, "before": before, "after": after}),
    );
    prop::collection::vec(change, 1..4)
}

fn action() -> impl Strategy<Value = Value> {
    let values = prop::collection::btree_map(field(), prop::option::of(text()), 1..4);
    prop_oneof![
        values.prop_map(|values| json!({"do": "create", "values": values})),
        changes().prop_map(|changes| json!({"do": "update", "party": 512, "changes": changes})),
        changes().prop_map(|changes| json!({
            "do": "link", "party": 512, "by": "tax_number", "changes": changes
        })),
        Just(json!({"do": "unchanged", "party": 512})),
        text()
            .prop_map(|reason| json!({"do": "ambiguous", "candidates": [1, 2], "reason": reason})),
        text().prop_map(|reason| json!({"do": "quarantine", "reason": reason})),
    ]
}

fn notes() -> impl Strategy<Value = Vec<Value>> {
    let note = (
        field(),
        text(),
        prop::option::of(text()),
        prop::option::of(text()),
    );
    let note = note.prop_map(|(field, reason, source, billit)| json!({"field": field, "reason": reason, "source": source, "billit": billit}));
    prop::collection::vec(note, 0..2)
}

/// A plan of a few customers.
pub fn plan() -> impl Strategy<Value = Plan> {
    prop::collection::vec((text(), action(), notes()), 0..5).prop_map(|steps| {
        let steps = steps.into_iter().zip(1..);
        plan_of(steps.map(|((name, action, notes), id)| {
            json!({
                "key": {"source": "planyo", "id": id.to_string()},
                "name": name, "action": action, "notes": notes,
            })
        }))
    })
}

/// A report of a few customers.
pub fn report() -> impl Strategy<Value = SyncReport> {
    let kind =
        prop::sample::select(&["created", "updated", "unchanged", "quarantined", "failed"][..]);
    let outcome = (
        text(),
        kind,
        changes(),
        notes(),
        text(),
        prop::option::of(text()),
    );
    prop::collection::vec(outcome, 0..5).prop_map(|outcomes| {
        let outcomes = outcomes.into_iter().zip(1..);
        let outcomes: Vec<Value> = outcomes
            .map(|((name, kind, changes, notes, reason, detail), id)| json!({
                "key": {"source": "planyo", "id": id.to_string()}, "name": name, "kind": kind, "party": id,
                "changes": changes, "notes": notes, "reason": reason, "detail": detail,
                "rejection": detail.as_ref().map(|hint| json!({"hint": hint})),
            }))
            .collect();
        serde_json::from_value(json!({ "outcomes": outcomes })).unwrap()
    })
}

/// A plan of these steps.
pub fn plan_of(steps: impl IntoIterator<Item = Value>) -> Plan {
    let steps: Vec<Value> = steps.into_iter().collect();
    serde_json::from_value(json!({"version": Plan::VERSION, "steps": steps})).unwrap()
}
