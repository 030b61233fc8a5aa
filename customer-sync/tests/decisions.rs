//! Decisions on a plan: in a file saved by a spreadsheet, or in a program.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // As in tests.

mod common;
mod plans;
use common::{World, person, text};
use customer_sync::document::{CannotMerge, Decision, Overrides, Separator};
use customer_sync::{
    Action, CustomerKey, MappingRules, OutcomeKind, Plan, SyncOptions, apply, plan_customers,
    sync_customers,
};
use plans::plan_of;
use proptest::prelude::*;
use serde_json::{Value, json};

fn step(id: u64, action: &Value) -> Value {
    let key = json!({"source": "planyo", "id": id.to_string()});
    let print = "0".repeat(32);
    let seen = json!({"source": {"record": print}, "billit": print, "fields": []});
    json!({"key": key, "name": "Ann", "action": action, "notes": [], "preconditions": seen})
}

fn change(field: &str) -> Value {
    json!({"field": field, "before": "old", "after": "new"})
}

/// One of each kind: 1 is created, 2 updated, 3 linked, 4 unchanged, 5 ambiguous, 6 in conflict.
fn plan() -> Plan {
    let link = json!({"field": "ExternalProviderID", "before": null, "after": "planyo:3"});
    let address = ["Street", "StreetNumber", "Box", "City"].map(change);
    plan_of([
        step(1, &json!({"do": "create", "values": {"Name": "Ann"}})),
        step(2, &json!({"do": "update", "party": 20, "changes": address})),
        step(
            3,
            &json!({"do": "link", "party": 30, "by": "tax_number", "changes": [link, change("City")]}),
        ),
        step(4, &json!({"do": "unchanged", "party": 40})),
        step(
            5,
            &json!({"do": "ambiguous", "candidates": [50, 51], "reason": "two"}),
        ),
        step(
            6,
            &json!({"do": "conflict", "party": 60, "reason": "another's"}),
        ),
    ])
}

/// The file of a plan, with `apply` filled down its column and other decisions in the lines with these beginnings.
fn decided(plan: &Plan, decisions: &[(&str, &str)]) -> String {
    let mut bytes = Vec::new();
    plan.document(&MappingRules::default())
        .csv(&mut bytes, Separator::Semicolon)
        .unwrap();
    let file = String::from_utf8(bytes).unwrap();
    let line = |line: &str| {
        if line.contains("decision;step") {
            return line.to_owned();
        }
        let decision = decisions.iter().find(|(begin, _)| line.starts_with(begin));
        let decision = decision.map_or("apply", |(_, decision)| decision);
        let mut cells: Vec<&str> = line.split(';').collect();
        let at = cells.len() - 2;
        cells[at] = decision;
        cells.join(";")
    };
    file.lines().map(line).collect::<Vec<_>>().join("\r\n")
}

fn read(file: &str) -> Result<Overrides, String> {
    Overrides::from_csv(file.as_bytes()).map_err(|faults| faults.to_string())
}

/// `plan()` after these decisions, or what is wrong with them.
fn left(decisions: &[(&str, &str)]) -> Result<Plan, String> {
    let plan = plan();
    let overrides = read(&decided(&plan, decisions))?;
    plan.decided(&overrides)
        .map_err(|faults| faults.to_string())
}

fn written(plan: &Plan, id: usize) -> Vec<String> {
    let changes = plan.steps[id - 1].changes().iter();
    changes.map(|change| change.field.to_string()).collect()
}

#[test]
fn each_decision_does_what_it_says() {
    use OutcomeKind::{Linked, Skipped, Unchanged, Updated};
    let left = left(&[
        ("planyo:1;Ann;created;;;", "skip"),
        ("planyo:2;Ann;updated;20;StreetNumber", "Keep"),
        ("planyo:3;Ann;linked;30;;", " KEEP "),
        ("planyo:5;", "link to party 51"),
        ("planyo:6;Ann;conflict;60;;", "link 61"),
    ])
    .unwrap();
    let kinds: Vec<OutcomeKind> = left
        .steps
        .iter()
        .map(customer_sync::Step::outcome_kind)
        .collect();
    assert_eq!(kinds, [Skipped, Updated, Linked, Unchanged, Linked, Linked]);
    assert_eq!(left.steps[0].reason(), "skipped by decision");
    // One address, kept whole.
    assert_eq!(written(&left, 2), ["City"]);
    let notes: Vec<String> = left.steps[1]
        .notes
        .iter()
        .map(|note| format!("{} {}", note.field, note.reason))
        .collect();
    assert_eq!(notes[1], "StreetNumber kept: decided by a person");
    assert_eq!(written(&left, 3), ["ExternalProviderID"]);
    assert_eq!(left.steps[4].party(), Some(51.into()));
    assert_eq!(
        left.steps[4].reason(),
        "found by a person's decision; writes ExternalProviderID"
    );
}

#[test]
fn only_what_is_approved_is_written() {
    let plan = plan();
    let nobody = plan.decided(&Overrides::default()).unwrap();
    let blank = left(&[("planyo:2;Ann;updated;20;;", "")]).unwrap();
    for step in &nobody.steps[..3] {
        assert_eq!(
            (step.outcome_kind(), &*step.reason()),
            (OutcomeKind::Skipped, "not decided")
        );
    }
    assert_eq!(nobody.steps[3..], plan.steps[3..]);
    assert_eq!(blank.steps[1], nobody.steps[1]);
    assert_eq!(blank.steps[0], plan.steps[0]);
    // A removed line does not approve either.
    let file = decided(&plan, &[]);
    let lines: Vec<&str> = file
        .lines()
        .filter(|line| !line.starts_with("planyo:1;"))
        .collect();
    let without = plan.decided(&read(&lines.join("\n")).unwrap()).unwrap();
    assert_eq!(without.steps[0], nobody.steps[0]);
}

/// The file comes without a decision, and decides nothing until somebody does.
#[test]
fn an_untouched_file_approves_nothing() {
    let plan = plan();
    let mut bytes = Vec::new();
    let document = |bytes: &mut Vec<u8>| {
        plan.document(&MappingRules::default())
            .csv(bytes, Separator::Comma)
    };
    document(&mut bytes).unwrap();
    let left = plan
        .decided(&Overrides::from_csv(&*bytes).unwrap())
        .unwrap();
    assert_eq!(left, plan.decided(&Overrides::default()).unwrap());
    assert!(!left.steps.iter().any(customer_sync::Step::writes));
    assert_eq!(left.steps[0].reason(), "not decided");
    let shown = left.to_string();
    assert!(
        shown.contains("skipped     planyo:2               20  not decided"),
        "{shown}"
    );

    // `apply` in the whole column approves what is proposed, and decides nothing else.
    let filled = decided(&plan, &[]);
    assert_eq!(plan.decided(&read(&filled).unwrap()).unwrap(), plan);
}

/// The candidates have a column of their own, from which a person takes the id.
#[test]
fn the_candidates_are_beside_the_decision() {
    let mut bytes = Vec::new();
    let plan = plan();
    plan.document(&MappingRules::default())
        .csv(&mut bytes, Separator::Comma)
        .unwrap();
    let mut csv = csv::Reader::from_reader(bytes.strip_prefix("\u{feff}".as_bytes()).unwrap());
    let header = csv.headers().unwrap().clone();
    let at = |name: &str| header.iter().position(|column| column == name).unwrap();
    assert_eq!(at("decision"), at("candidates") + 1);
    for row in csv.records() {
        let row = row.unwrap();
        let expected = if &row[at("customer")] == "planyo:5" {
            "50 or 51"
        } else {
            ""
        };
        assert_eq!(
            (&row[at("candidates")], &row[at("decision")]),
            (expected, "")
        );
    }
}

/// A key is not to be edited: what was decided for one customer is done to no other.
#[test]
fn rows_with_another_customer_s_key_are_refused() {
    let plan = plan();
    let file = decided(&plan, &[("planyo:2;Ann;updated;20;City", "keep")]);
    let swapped = |a: &str, b: &str| {
        let line = |line: &str| match line.split_once(';') {
            Some((key, rest)) if key == a => format!("{b};{rest}"),
            Some((key, rest)) if key == b => format!("{a};{rest}"),
            _ => line.to_owned(),
        };
        file.lines().map(line).collect::<Vec<_>>().join("\n")
    };
    let faults = |file: &str| plan.decided(&read(file).unwrap()).unwrap_err().to_string();
    let hint = "restore the key, or take the file of the plan again";
    assert_eq!(
        faults(&swapped("planyo:1", "planyo:2")),
        format!(
            "line 2, column customer: this row is that of planyo:1, not of planyo:2; {hint}\n\
             line 4, column customer: this row is that of planyo:2, not of planyo:1; {hint}"
        )
    );
    assert_eq!(
        faults(&swapped("planyo:4", "planyo:5")).lines().count(),
        2,
        "also where nothing is written"
    );
    assert_eq!(
        faults(&swapped("planyo:6", "planyo:60")),
        "line 14, column customer: this row is that of planyo:6, not of planyo:60; restore the key, or take the file of the plan again"
    );
    // The line of one field.
    let field = "planyo:2;Ann;updated;20;City";
    let moved = file.replacen(field, &field.replace("planyo:2", "planyo:3"), 1);
    assert_eq!(
        faults(&moved),
        format!("line 8, column customer: this row is that of planyo:2, not of planyo:3; {hint}")
    );
    // A customer of another plan.
    let other = plan_of([step(9, &json!({"do": "create", "values": {"Name": "Ann"}}))]);
    let both = format!("{file}\n{}", decided(&other, &[]).lines().nth(1).unwrap());
    assert_eq!(
        faults(&both),
        "line 15, column customer: planyo:9 is not in this plan; restore the key, or remove the row"
    );
    // A part of a plan takes the decisions of a program on the whole.
    let part = plan.clone().only(|step| step.key.id() == "1");
    assert_eq!(part.decided(&Overrides::approving(&plan)).unwrap(), part);
}

#[test]
fn what_has_changed_since_is_skipped_and_said() {
    let file = decided(&plan(), &[("planyo:5;", "link 51")]);
    let mut later = serde_json::to_value(plan()).unwrap();
    later["steps"][1]["action"]["changes"][3]["after"] = json!("Brugge");
    later["steps"][4]["action"]["candidates"] = json!([50, 51, 52]);
    let later: Plan = serde_json::from_value(later).unwrap();
    let left = later.decided(&read(&file).unwrap()).unwrap();
    for at in [1, 4] {
        assert_eq!(left.steps[at].outcome_kind(), OutcomeKind::Skipped);
        assert_eq!(
            left.steps[at].reason(),
            "has changed since the decision; decide again"
        );
    }
    assert_eq!(left.steps[0], later.steps[0]);
}

#[test]
fn wrong_decisions_name_line_column_and_remedy() {
    let cases = [
        (
            ("planyo:1;Ann;created;;;", "aply"),
            "line 2, column decision: not a decision; write apply, skip, keep, new, link, or link and the id of a party, such as link 512",
        ),
        (
            ("planyo:1;Ann;created;;;", "link -3"),
            "line 2, column decision: not a decision; write apply, skip, keep, new, link, or link and the id of a party, such as link 512",
        ),
        (
            ("planyo:1;Ann;created;;;", "keep"),
            "line 2, column decision: a new party has no value to keep; skip the customer",
        ),
        (
            ("planyo:1;Ann;created;;Name", "keep"),
            "line 3, column decision: a new party has no value to keep; skip the customer",
        ),
        (
            ("planyo:2;Ann;updated;20;City", "skip"),
            "line 8, column decision: a field can only be kept; decide on the customer in the line above its fields",
        ),
        (
            ("planyo:2;Ann;updated;20;;", "link 51"),
            "line 4, column decision: it is linked to party 20; remove that link in Billit first",
        ),
        (
            ("planyo:3;Ann;linked;30;ExternalProviderID", "keep"),
            "line 10, column decision: the link cannot be kept; skip the customer",
        ),
        (
            ("planyo:5;", "link 20"),
            "line 13, column decision: party 20 is the party of planyo:2 too; link one of them",
        ),
        (
            ("planyo:6;", "link 60"),
            "line 14, column decision: party 60 is linked to another record; remove that link in Billit first",
        ),
    ];
    for (decision, told) in cases {
        assert_eq!(left(&[decision]).unwrap_err(), told);
    }
    let undecided = [
        ("planyo:2;Ann;updated;20;City", "keep"),
        ("planyo:2;Ann;updated;20;;", ""),
    ];
    assert_eq!(
        left(&undecided).unwrap_err(),
        "line 8, column decision: a field is kept, and its customer is not decided; write apply in the line of the customer"
    );
    // All at once, in the order of the lines.
    let faults = left(&[
        ("planyo:5;", "link 20"),
        ("planyo:1;Ann;created;;;", "keep"),
    ])
    .unwrap_err();
    assert_eq!(faults.lines().count(), 2, "{faults}");
    assert!(faults.starts_with("line 2"));

    let file = decided(&plan(), &[]);
    assert_eq!(
        read(&file.replacen("decision;step", "decision;stap", 1)).unwrap_err(),
        "line 1, column step: it is missing; take the file that the plan wrote"
    );
    let otherwise = decided(&plan(), &[("planyo:1;Ann;created;;;", "skip")]);
    let twice = file.clone() + "\r\n" + otherwise.lines().nth(1).unwrap();
    assert_eq!(
        read(&twice).unwrap_err(),
        "line 15, column decision: another line decides otherwise on this customer; leave one of them"
    );
    let other = plan_of([step(9, &json!({"do": "create", "values": {"Name": "Ann"}}))]);
    let overrides = Overrides::default().decide(&other.steps[0], Decision::Skip);
    assert_eq!(
        plan().decided(&overrides).unwrap_err().to_string(),
        "column customer: planyo:9 is not in this plan; restore the key, or remove the row"
    );
    let utf16 = [0xff, 0xfe, b'c', 0];
    assert!(
        Overrides::from_csv(&utf16[..])
            .unwrap_err()
            .to_string()
            .contains("save it as CSV in UTF-8")
    );
}

proptest! {
    /// Any file is read or refused, without a panic.
    #[test]
    fn any_file_is_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200), cells in "[a-z:;,\"\n0-9 ]{0,80}") {
        let _ = Overrides::from_csv(bytes.as_slice());
        let file = format!("customer;field;decision;step\n{cells}");
        if let Ok(overrides) = Overrides::from_csv(file.as_bytes()) {
            let _ = plan().decided(&overrides);
        }
    }
}

/// Other separators, other columns, blank lines, the code page of Windows, and texts turned into numbers.
#[test]
fn what_spreadsheets_do_to_a_file_does_no_harm() {
    let plan = plan();
    let file = decided(
        &plan,
        &[
            ("planyo:5;", "link 51"),
            ("planyo:1;Ann;created;;;", "skip"),
        ],
    );
    let expected = plan.decided(&read(&file).unwrap()).unwrap();
    let saved = |separator, columns: &[usize]| {
        let mut cells = csv::ReaderBuilder::new()
            .delimiter(b';')
            .has_headers(false)
            .from_reader(file.as_bytes());
        let mut saved = csv::WriterBuilder::new()
            .delimiter(separator)
            .terminator(csv::Terminator::CRLF)
            .from_writer(Vec::new());
        for cells in cells.records() {
            let cells = cells.unwrap();
            saved
                .write_record(columns.iter().map(|at| &cells[*at]))
                .unwrap();
        }
        saved.into_inner().unwrap()
    };
    let with_tabs = saved(b'\t', &(0..15).collect::<Vec<_>>());
    // The step, the name, the field, the key and the decision.
    let turned = saved(b',', &[14, 1, 4, 0, 13]);
    let blank_lines = format!("{file}\r\n;;;;;;;;;;;;;;\r\n\r\n");
    let blank_columns: Vec<String> = file.lines().map(|line| format!("{line};;;")).collect();
    let capitals = file
        .replace("apply", "Apply")
        .replace("skip", "SKIP")
        .replace(";s", ";S");
    let capitals = capitals.replacen("decision;Step", "Decision;STEP", 1);
    // Each cell quoted, without the mark at the beginning.
    let mut quoted = csv::WriterBuilder::new()
        .delimiter(b';')
        .quote_style(csv::QuoteStyle::Always)
        .from_writer(Vec::new());
    let mut cells = csv::ReaderBuilder::new()
        .delimiter(b';')
        .has_headers(false)
        .from_reader(file.trim_start_matches('\u{feff}').as_bytes());
    for cells in cells.records() {
        quoted.write_record(&cells.unwrap()).unwrap();
    }
    let mut sorted: Vec<&str> = file.lines().skip(1).collect();
    sorted.sort_unstable();
    sorted.reverse();
    sorted.insert(0, file.lines().next().unwrap());
    let windows: Vec<u8> = file
        .trim_start_matches('\u{feff}')
        .replace("Ann", "Zo\u{1}")
        .bytes()
        .map(|b| if b == 1 { 0xeb } else { b })
        .collect();
    for bytes in [
        with_tabs,
        turned,
        blank_lines.into_bytes(),
        windows,
        blank_columns.join("\r\n").into_bytes(),
        capitals.into_bytes(),
        quoted.into_inner().unwrap(),
        sorted.join("\n").into_bytes(),
    ] {
        let overrides = Overrides::from_csv(bytes.as_slice()).unwrap();
        assert_eq!(plan.decided(&overrides).unwrap(), expected);
    }
}

#[test]
fn plans_are_parted_and_put_together() {
    let plan = plan();
    let created = plan
        .clone()
        .only(|step| step.outcome_kind() == OutcomeKind::Created);
    let others = plan
        .clone()
        .only(|step| step.outcome_kind() != OutcomeKind::Created);
    assert_eq!(created.steps.len(), 1);
    assert_eq!(Plan::merged([others, created.clone()]).unwrap(), plan);
    assert_eq!(Plan::merged([plan.clone(), plan.clone()]).unwrap(), plan);

    let key = |id: u64| CustomerKey::new("planyo", id.to_string());
    let skipped = plan.decided(&Overrides::default()).unwrap();
    assert_eq!(
        Plan::merged([plan.clone(), skipped]).unwrap_err(),
        CannotMerge::Customer(key(1))
    );
    let taken = plan_of([step(
        9,
        &json!({"do": "update", "party": 20, "changes": []}),
    )]);
    let (first, second) = (key(2), key(9));
    assert_eq!(
        Plan::merged([plan, taken]).unwrap_err(),
        CannotMerge::Party {
            party: 20.into(),
            first,
            second
        }
    );
    let email = |id| {
        plan_of([step(
            id,
            &json!({"do": "create", "values": {"Name": "Ann", "Email": "Ann@example.com"}}),
        )])
    };
    let (first, second) = (key(7), key(8));
    assert_eq!(
        Plan::merged([email(8), email(7)]).unwrap_err(),
        CannotMerge::Twins { first, second }
    );
    // Records without an id share a key, and are unchanged.
    let unread = |why: &str| plan_of([step(0, &json!({"do": "quarantine", "reason": why}))]);
    assert_eq!(
        Plan::merged([unread("a"), unread("b")])
            .unwrap()
            .steps
            .len(),
        2
    );
}

/// The plan is saved, decided on by file, and applied by another process; a run after it does the rest.
#[tokio::test]
async fn decisions_are_carried_out() {
    let world = World::empty().await;
    for id in 1..=4 {
        world.sandbox.planyo.add(person(id));
    }
    let known = |id: u64, name: &str| {
        let link = format!("planyo:{id}");
        json!({"Name": name, "PartyType": "Customer", "Email": format!("person{id}@example.com"), "City": "Brugge", "ExternalProviderID": link})
    };
    let two = world.sandbox.billit.add(known(2, "Person Number2"));
    // Not certain enough to match customer 3 automatically.
    let three = world
        .sandbox
        .billit
        .add(json!({"Name": "Desk", "PartyType": "Customer", "Email": "person3@example.com"}));
    let store = std::sync::Arc::new(customer_sync::store::MemoryStore::default());
    let options = SyncOptions::default().store(store);

    let plan = plan_customers(&world.planyo, &world.billit, &options)
        .await
        .unwrap();
    let saved = serde_json::to_string(&plan).unwrap();
    let file = decided(
        &plan,
        &[
            ("planyo:1;Person Number1;created;;;", "skip"),
            (
                &format!("planyo:2;Person Number2;updated;{two};City"),
                "keep",
            ),
            ("planyo:3;", &format!("link {three}")),
        ],
    );

    let plan: Plan = serde_json::from_str(&saved).unwrap();
    let approved = plan.decided(&read(&file).unwrap()).unwrap();
    let report = apply(&approved, &world.planyo, &world.billit, &options)
        .await
        .unwrap();
    let kinds: Vec<OutcomeKind> = report.outcomes.iter().map(|outcome| outcome.kind).collect();
    assert_eq!(
        kinds,
        [
            OutcomeKind::Skipped,
            OutcomeKind::Updated,
            OutcomeKind::Linked,
            OutcomeKind::Created
        ],
        "{report}"
    );
    assert!(!world.linked().contains_key("planyo:1"));
    let party = world.party_of(2);
    assert_eq!(
        (text(&party, "City"), text(&party, "Zipcode")),
        (Some("Brugge"), Some("9000"))
    );
    assert_eq!(text(&world.party_of(3), "Name"), Some("Desk"));

    // Kept values stay, linked customers are written, skipped ones are planned again.
    let report = sync_customers(&world.planyo, &world.billit, &options)
        .await
        .unwrap();
    let kinds: Vec<OutcomeKind> = report.outcomes.iter().map(|outcome| outcome.kind).collect();
    assert_eq!(
        kinds,
        [
            OutcomeKind::Created,
            OutcomeKind::Unchanged,
            OutcomeKind::Updated,
            OutcomeKind::Unchanged
        ],
        "{report}"
    );
    assert_eq!(text(&world.party_of(2), "City"), Some("Brugge"));
    assert_eq!(text(&world.party_of(3), "Name"), Some("Person Number3"));
}

/// A party that was linked to another customer since keeps that link.
#[tokio::test]
async fn a_decided_link_takes_no_party_from_another() {
    let world = World::empty().await;
    world.sandbox.planyo.add(person(3));
    let desk = json!({"Name": "Desk", "PartyType": "Customer", "Email": "person3@example.com"});
    let desk = world.sandbox.billit.add(desk);
    let options = SyncOptions::default();
    let plan = plan_customers(&world.planyo, &world.billit, &options)
        .await
        .unwrap();
    assert!(matches!(plan.steps[0].action, Action::Ambiguous { .. }));
    let overrides = Overrides::default().decide(&plan.steps[0], Decision::Link(desk.into()));
    let approved = plan.decided(&overrides).unwrap();
    world.sandbox.billit.edit(desk, |party| {
        party.insert("ExternalProviderID".to_owned(), json!("planyo:99"));
    });
    world.clear();
    let report = apply(&approved, &world.planyo, &world.billit, &options)
        .await
        .unwrap();
    assert_eq!(
        (report.outcomes[0].kind, world.writes()),
        (OutcomeKind::Skipped, 0),
        "{report}"
    );
}
