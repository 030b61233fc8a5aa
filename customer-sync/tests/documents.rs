//! Documents: every output agrees with the plan, and hostile values are escaped in each.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // As in tests.

mod plans;
use std::io::{self, Write};

use customer_sync::document::{Colours, Document, Overrides, Row, Separator, Terminal};
use customer_sync::normalize::csv_cell::restore;
use customer_sync::{MappingRules, OutcomeKind, Plan, SyncReport};
use plans::{HOSTILE, plan, plan_of, report};
use proptest::prelude::*;
use serde_json::json;

const SEPARATORS: [(Separator, u8); 3] = [
    (Separator::Comma, b','),
    (Separator::Semicolon, b';'),
    (Separator::Tab, b'\t'),
];

fn written(write: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> String {
    let mut bytes = Vec::new();
    write(&mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

/// The JSON lines, the CSV, the Markdown and the HTML of a document, each parsed independently.
fn comes_back(document: &Document<'_>) {
    let rows: Vec<Row> = document.rows().collect();
    let lines = written(|out| document.json_lines(out));
    let read: Vec<Row> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(read, rows);
    for (separator, byte) in SEPARATORS {
        let text = written(|out| document.csv(out, separator));
        let cells = cells(text.as_bytes(), byte);
        assert_eq!(cells, expected_cells(&rows));
    }
    let texts: Vec<&str> = rows.iter().flat_map(texts).collect();
    let page = written(|out| document.html(out));
    let shown = shown_in_html(&page);
    let plain = |text: &str| text.replace(char::is_control, " ");
    for text in &texts {
        assert!(shown.contains(&plain(text)), "{text:?} is not on the page");
    }
    let page = written(|out| document.markdown(out));
    let shown = shown_in_markdown(&page);
    for row in rows.iter().filter(|row| row.kind != OutcomeKind::Unchanged) {
        for text in texts_of(row) {
            assert!(shown.contains(&visible(text)), "{text:?} is not in {shown}");
        }
    }
}

/// A typed value as the outputs show it.
fn texts(row: &Row) -> Vec<&str> {
    let mut texts = texts_of(row);
    texts.push(&row.reason);
    texts
}

fn texts_of(row: &Row) -> Vec<&str> {
    let values = row
        .fields
        .iter()
        .flat_map(|field| [&field.before, &field.after, &field.kept, &field.source]);
    let texts = values
        .chain([&row.detail, &row.hint])
        .flatten()
        .map(String::as_str);
    texts.chain([row.name.as_str()]).collect()
}

fn visible(text: &str) -> String {
    text.replace(
        |c: char| c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'),
        " ",
    )
}

/// The cells as another program reads them; none is a formula.
fn cells(csv: &[u8], separator: u8) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .from_reader(csv);
    let cell = |cell: &str| {
        assert!(
            !cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']),
            "{cell:?} would run"
        );
        restore(cell).to_owned()
    };
    let records = reader
        .records()
        .map(|record| record.unwrap().iter().map(cell).collect());
    records.collect()
}

fn expected_cells(rows: &[Row]) -> Vec<Vec<String>> {
    let mut cells = Vec::new();
    for row in rows {
        let key = row.key.to_string();
        let party = row.party.map(|party| party.to_string()).unwrap_or_default();
        let him = [&*key, &row.name, row.kind.name(), &party];
        let candidates: Vec<String> = row.candidates.iter().map(ToString::to_string).collect();
        let candidates = candidates.join(" or ");
        let mut line = |more: [&str; 8], candidates| {
            let decided = row.step.iter();
            let decided = decided.flat_map(|step| [candidates, "", step.as_str()]);
            let line = him.into_iter().chain(more).chain(decided);
            cells.push(line.map(str::to_owned).collect());
        };
        let detail = row.detail.as_deref().unwrap_or_default();
        let hint = row.hint.as_deref().unwrap_or_default();
        line(["", "", "", "", "", &row.reason, detail, hint], &candidates);
        for field in &row.fields {
            let (before, after) = (field.before.as_deref(), field.after.as_deref());
            let why = match (&field.kept, before, after) {
                (Some(kept), ..) => kept,
                (None, None, _) => "blank before",
                (None, Some(_), None) => "cleared",
                (None, Some(_), Some(_)) => "differs",
            };
            let (before, after) = (before.unwrap_or_default(), after.unwrap_or_default());
            line(
                [
                    &field.field.to_string(),
                    before,
                    after,
                    field.source.as_deref().unwrap_or_default(),
                    field.policy.name(),
                    why,
                    "",
                    "",
                ],
                "",
            );
        }
    }
    cells
}

/// The file with `apply` in each cell of the column `decision`.
fn filled_down(csv: &str, separator: u8) -> Vec<u8> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .from_reader(csv.as_bytes());
    let mut writer = csv::WriterBuilder::new()
        .delimiter(separator)
        .from_writer(Vec::new());
    let header = reader.headers().unwrap().clone();
    let at = header.iter().position(|column| column == "decision");
    writer.write_record(&header).unwrap();
    for row in reader.records() {
        let row = row.unwrap();
        let cell = |(index, cell)| if Some(index) == at { "apply" } else { cell };
        let cells: Vec<&str> = row.iter().enumerate().map(cell).collect();
        writer.write_record(cells).unwrap();
    }
    writer.into_inner().unwrap()
}

/// The page without tags, with entities decoded.
fn shown_in_html(page: &str) -> String {
    let body = page
        .split_once("<main>")
        .unwrap()
        .1
        .split_once("</main>")
        .unwrap()
        .0;
    let texts = body
        .split('<')
        .map(|part| part.split_once('>').map_or(part, |(_, text)| text));
    html_escape::decode_html_entities(&texts.collect::<String>()).into_owned()
}

/// The text without escapes.
fn shown_in_markdown(page: &str) -> String {
    let mut shown = String::new();
    let mut rest = page.chars();
    while let Some(c) = rest.next() {
        shown.push(if c == '\\' { rest.next().unwrap() } else { c });
    }
    shown
}

/// The tags of a page, in their order.
fn tags(page: &str) -> Vec<&str> {
    page.split('<')
        .skip(1)
        .map(|part| part.split_once('>').unwrap().0)
        .collect()
}

/// The same plan with harmless names.
fn dull(plan: &Plan) -> Plan {
    let mut plan = serde_json::to_value(plan).unwrap();
    for step in plan["steps"].as_array_mut().unwrap() {
        step["name"] = json!("x");
        if let Some(reason) = step["action"].get_mut("reason") {
            *reason = json!("x");
        }
        for note in step["notes"].as_array_mut().unwrap() {
            note["reason"] = json!("x");
            for side in ["source", "billit"] {
                if note.get(side).is_some_and(|value| !value.is_null()) {
                    note[side] = json!("x");
                }
            }
        }
        let changes = step["action"]
            .get_mut("changes")
            .and_then(|changes| changes.as_array_mut());
        for change in changes.into_iter().flatten() {
            for side in ["before", "after"] {
                if !change[side].is_null() {
                    change[side] = json!("x");
                }
            }
        }
        let values = step["action"]
            .get_mut("values")
            .and_then(|values| values.as_object_mut());
        for value in values.into_iter().flat_map(|values| values.values_mut()) {
            if !value.is_null() {
                *value = json!("x");
            }
        }
    }
    serde_json::from_value(plan).unwrap()
}

proptest! {
    #[test]
    fn every_file_tells_what_the_plan_says(plan in plan(), report in report()) {
        let rules = MappingRules::default();
        comes_back(&plan.document(&rules));
        comes_back(&report.document(&rules));
    }

    /// The unchanged file of a plan approves nothing, and the one with `apply` in its whole column the same plan.
    #[test]
    fn apply_down_the_column_approves_the_plan(plan in plan()) {
        let nothing = plan.decided(&Overrides::default()).unwrap();
        prop_assert!(!nothing.steps.iter().any(customer_sync::Step::writes));
        for (separator, byte) in SEPARATORS {
            let csv = written(|out| plan.document(&MappingRules::default()).csv(out, separator));
            let untouched = Overrides::from_csv(csv.as_bytes()).unwrap();
            prop_assert_eq!(plan.decided(&untouched).unwrap(), nothing.clone());
            let filled = filled_down(&csv, byte);
            let overrides = Overrides::from_csv(&*filled).unwrap();
            prop_assert_eq!(plan.decided(&overrides).unwrap(), plan.clone());
        }
        prop_assert_eq!(plan.decided(&Overrides::approving(&plan)).unwrap(), plan);
    }

    /// Typed values create no tag, no attribute, no line and no cell.
    #[test]
    fn texts_are_no_markup(plan in plan()) {
        let rules = MappingRules::default();
        let dull = dull(&plan);
        let tame = |tag: &&str| !tag.contains("CustomFields");
        let page = |plan: &Plan| written(|out| plan.document(&rules).html(out));
        let (page, dull_page) = (page(&plan), page(&dull));
        prop_assert!(tags(&page).into_iter().filter(tame).eq(tags(&dull_page).into_iter().filter(tame)));
        let text = |plan: &Plan| written(|out| plan.document(&rules).markdown(out));
        let (text, dull_text) = (text(&plan), text(&dull));
        prop_assert_eq!(text.lines().count(), dull_text.lines().count());
        let bars = |line: &str| line.replace("\\\\", "").replace("\\|", "").matches('|').count();
        prop_assert!(text.lines().map(bars).eq(dull_text.lines().map(bars)));
    }

    #[test]
    fn a_terminal_obeys_nobody(plan in plan(), report in report(), width in 60..120_usize) {
        let plain = Terminal::default().width(width);
        let coloured = plain.colours(Colours::Ansi);
        for (plain, coloured) in [
            (plan.with_values().on(plain).to_string(), plan.with_values().on(coloured).to_string()),
            (report.with_values().on(plain).to_string(), report.with_values().on(coloured).to_string()),
        ] {
            prop_assert!(!plain.contains(|c: char| c.is_control() && c != '\n'));
            prop_assert_eq!(uncoloured(&coloured), plain.clone());
            for line in plain.lines().skip(1) {
                let longest = line.split(' ').map(str::len).max().unwrap();
                // Combining and wide characters are not compared.
                let is_plain = line.chars().all(|c| c < '\u{300}');
                prop_assert!(!is_plain || line.chars().count() <= width.max(30 + longest), "{line}");
            }
        }
    }
}

fn uncoloured(text: &str) -> String {
    let mut parts = text.split('\u{1b}');
    let first = parts.next().unwrap().to_owned();
    first
        + &parts
            .map(|part| part.split_once('m').unwrap().1)
            .collect::<String>()
}

/// The error of a failing writer is returned.
#[test]
fn a_full_disk_is_an_error() {
    struct Full;
    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let rules = MappingRules::default();
    let plan = plan_of([]);
    let document = plan.document(&rules);
    let results = [
        document.html(Full),
        document.markdown(Full),
        document.csv(Full, Separator::Comma),
    ];
    for result in results {
        assert_eq!(result.unwrap_err().kind(), io::ErrorKind::StorageFull);
    }
}

#[test]
fn markdown_of_a_hostile_name_is_text() {
    let step = json!({
        "key": {"source": "planyo", "id": "7"}, "name": HOSTILE[12], "notes": [],
        "action": {"do": "quarantine", "reason": "no"},
    });
    let text = written(|out| {
        plan_of([step])
            .document(&MappingRules::default())
            .markdown(out)
    });
    let heading = r"## \[click\](https\://example\.com) \!\[x\](y) \`code\` \| cell \| www\.example\.com \@ann \#1 (planyo:7)";
    assert!(text.contains(heading), "{text}");
}

/// A customer that is missing from the source has no row, and is listed.
#[test]
fn a_missing_customer_is_listed() {
    let key = json!({"source": "planyo", "id": "7"});
    let step = json!({"key": {"source": "planyo", "id": "8"}, "name": "Ann", "notes": [], "action": {"do": "unchanged", "party": 80}});
    let plan: Plan = serde_json::from_value(json!({
        "version": Plan::VERSION, "steps": [step], "missing_from_source": [{"key": key, "party": 70}],
    }))
    .unwrap();
    let told = "not in the source any more; nothing is done about it";
    assert_eq!(
        plan.to_string(),
        format!("plan: 1 unchanged\n  missing     planyo:7               70  {told}")
    );
    let rules = MappingRules::default();
    let page = written(|out| plan.document(&rules).html(out));
    assert!(page.contains(&format!(
        "<h2>planyo:7</h2>\n<p><span class=\"skipped\">missing</span>, party 70: {told}</p>"
    )));
    assert!(page.contains("<b>1</b> missing") && page.contains("2 customers</output>"));
    let text = written(|out| plan.document(&rules).markdown(out));
    assert!(
        text.contains(&format!("## planyo:7\n\nmissing, party 70: {told}")),
        "{text}"
    );
    let csv = written(|out| plan.document(&rules).csv(out, Separator::Comma));
    assert!(!csv.contains("planyo:7"));
    // The other plan does not list it, and the merged plan does.
    let other = plan_of([]);
    assert_eq!(Plan::merged([other, plan.clone()]).unwrap(), plan);
}

/// A report shows the hints.
#[test]
fn a_refusal_has_its_words_and_its_hint() {
    let outcome = json!({
        "key": {"source": "planyo", "id": "7"}, "name": "Ann", "kind": "failed", "party": null, "changes": [], "notes": [],
        "reason": "Billit refused it", "detail": "Bad e-mail", "rejection": {"hint": "mend the address"},
    });
    let report: SyncReport = serde_json::from_value(json!({"outcomes": [outcome]})).unwrap();
    let shown = report.with_values().to_string();
    assert!(
        shown.contains("Billit: Bad e-mail") && shown.contains("mend the address"),
        "{shown}"
    );
    let logged = report.to_string();
    assert!(
        !logged.contains("Bad e-mail") && logged.contains("mend the address"),
        "{logged}"
    );
    let rules = MappingRules::default();
    let document = report.document(&rules);
    for text in [
        written(|out| document.html(out)),
        written(|out| document.csv(out, Separator::Tab)),
    ] {
        assert!(text.contains("Bad e-mail") && text.contains("mend the address"));
    }
}

/// What is said of many alike is said once, at the end; nothing else is lost.
#[test]
fn a_table_says_the_same_of_many_once() {
    let note = |source: &str| {
        let reason = "differs; Billit's API cannot change it";
        json!({"field": "VATDeductable", "reason": reason, "source": source, "billit": "true"})
    };
    let step = |id: u64, action: serde_json::Value, notes: serde_json::Value| {
        let key = json!({"source": "planyo", "id": id.to_string()});
        json!({"key": key, "name": format!("Ann {id}"), "action": action, "notes": notes})
    };
    let link = |id: u64| json!({"field": "ExternalProviderID", "before": null, "after": format!("planyo:{id}")});
    let city = json!({"field": "City", "before": "Gent", "after": "Brugge"});
    let linked = |id: u64| json!({"do": "link", "party": id, "by": "tax_number", "changes": [link(id), city]});
    let mut steps: Vec<_> = (1..=4)
        .map(|id| step(id, linked(id), json!([note("false")])))
        .collect();
    steps.push(step(
        5,
        json!({"do": "unchanged", "party": 5}),
        json!([note("false")]),
    ));
    steps.push(step(
        6,
        json!({"do": "unchanged", "party": 6}),
        json!([note("maybe")]),
    ));
    let update = json!({"do": "update", "party": 7, "changes": [city]});
    steps.push(step(7, update, json!([])));
    steps.extend((11..=14).map(|id| {
        let values = json!({"Name": "Bo", "ExternalProviderID": format!("planyo:{id}")});
        step(id, json!({"do": "create", "values": values}), json!([]))
    }));
    let plan = plan_of(steps);
    let by = "found by the VAT or company number";
    let four = (1..=4).map(|id| {
        format!("  linked      planyo:{id}                {id}  Ann {id}                         {by}\n              City: Gent -> Brugge\n")
    });
    let new = (11..=14).map(|id| {
        format!("  created     planyo:{id}               -  Ann {id}\n              gets Name Bo\n")
    });
    let expected = format!(
        "plan: 4 created, 1 updated, 4 linked, 2 unchanged\n{}\
         \x20 unchanged   planyo:6                6  Ann 6\n\
         \x20             VATDeductable differs; Billit's API cannot change it (Billit: true, the source: maybe)\n\
         \x20 updated     planyo:7                7  Ann 7\n\
         \x20             City: Gent -> Brugge\n{}\
         \x20 created     4 customers: no party has its link, number, VAT number or e-mail\n\
         \x20 note        5 customers: VATDeductable differs; Billit's API cannot change it (Billit: true, the source: false)",
        four.collect::<String>(),
        new.collect::<String>(),
    );
    assert_eq!(plan.with_values().to_string(), expected);
    // The text for a log has a line for each customer, with what it writes, and no value.
    let logged = plan.to_string();
    assert!(
        logged.contains("planyo:7                7  writes City\n"),
        "{logged}"
    );
    assert!(
        logged.contains(
            "note        5 customers: VATDeductable differs; Billit's API cannot change it"
        ),
        "{logged}"
    );
    assert!(
        !logged.contains("Gent") && !logged.contains("maybe"),
        "{logged}"
    );
}
