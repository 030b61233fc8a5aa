//! The example as a program, from outside.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // As in tests.

mod common;

use std::fs;
use std::path::Path;
use std::process::Output;

use serde_json::{Value, json};

use common::{problems, program};

fn run(arguments: &[&str], settings: &[(&str, &str)]) -> Output {
    program("review")
        .args(arguments)
        .envs(settings.iter().copied())
        .output()
        .unwrap()
}

fn printed(output: &Output) -> String {
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{error}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap()
}

/// The rows of a file of JSON lines, by the ids of their customers.
fn row(folder: &Path, name: &str, id: &str) -> Value {
    let text = read(folder, name);
    let mut rows = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    rows.find(|row| row["key"]["id"] == id).unwrap()
}

#[test]
fn the_demo_decides_applies_and_tells() {
    let folder = tempfile::tempdir().unwrap();
    let text = printed(&run(&[folder.path().to_str().unwrap()], &[]));
    assert!(text.starts_with("plan: 39 created, 11 linked"), "{text}");
    assert!(
        text.contains(
            "To apply all of it: 4 calls to the source, 13 reads and 50 writes in Billit"
        ),
        "{text}"
    );
    assert!(
        text.contains("Perhaps one party: 879109, 879110: same e-mail"),
        "{text}"
    );
    assert!(
        text.contains("38 created, 12 linked, 1 unchanged, 1 skipped"),
        "{text}"
    );
    assert!(!text.contains('\u{1b}'), "no colours in a file");

    assert!(
        text.contains("Of the 25 parties that were there before, 25 are as they were."),
        "{text}"
    );
    assert!(
        text.contains("The plan is, until a customer changes:\nplan: 1 created, 1 unchanged"),
        "{text}"
    );

    let folder = folder.path();
    let [done, taken_back] = &reports(folder)[..] else {
        panic!("two reports")
    };
    for (id, kind) in [
        ("838821", "skipped"),
        ("838810", "linked"),
        ("838804", "linked"),
    ] {
        assert_eq!(row(folder, &format!("{done}.jsonl"), id)["kind"], kind);
    }
    let phone = &row(folder, &format!("{done}.jsonl"), "838804")["fields"][1];
    let kept = json!({
        "field": "Phone", "policy": "overwrite", "before": "+3251999999", "after": "+3251999999",
        "kept": "kept: decided by a person", "source": "+3251100004",
    });
    assert_eq!(*phone, kept);
    let city = &row(folder, &format!("{taken_back}.jsonl"), "838805")["fields"][1];
    assert_eq!(
        (&city["field"], &city["after"]),
        (&json!("Street"), &json!("Oude Markt"))
    );
    for (page, title) in [
        ("plan".to_owned(), "What will be done"),
        (done.clone(), "What was done"),
    ] {
        let html = read(folder, &format!("{page}.html"));
        assert!(html.contains(&format!("<title>{title}</title>")));
        assert_eq!(html.matches("<article").count(), 60);
        assert!(read(folder, &format!("{page}.md")).contains("## Greta Schröder (planyo:838832)"));
    }
    assert!(read(folder, &format!("{done}.csv")).contains("planyo:838821;Greet;skipped;"));
}

/// The names of the reports, oldest first.
fn reports(folder: &Path) -> Vec<String> {
    let files = fs::read_dir(folder).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let names = names.filter_map(|name| Some(name.strip_suffix(".jsonl")?.to_owned()));
    let mut names: Vec<String> = names.filter(|name| name.starts_with("report-")).collect();
    names.sort();
    names
}

#[test]
fn wrong_settings_end_with_one_line_and_code_2() {
    let key = ("PLANYO_API_KEY", "secret-key");
    let none: &[(&str, &str)] = &[];
    let cases = [
        (
            &["--aply"][..],
            none,
            "unexpected argument '--aply' found; tip: to pass '--aply' as a value, use '-- --aply'; --help says more",
        ),
        (
            &["plan", "x"][..],
            none,
            "the steps are for the real services; set PLANYO_API_KEY, BILLIT_API_KEY and BILLIT_PARTY_ID",
        ),
        (
            &["plan", "x", "y"][..],
            none,
            "unexpected argument 'y' found; --help says more",
        ),
        (
            &[][..],
            &[key],
            "say `plan`, `check`, `apply` or `undo` and a folder, or unset the settings to run on look-alikes",
        ),
        (
            &["plan", "x"][..],
            &[key],
            "BILLIT_API_KEY is not set; set it, or unset PLANYO_API_KEY to run on look-alikes",
        ),
    ];
    for (arguments, settings, line) in cases {
        let output = run(arguments, settings);
        assert_eq!(output.status.code(), Some(2), "{line}");
        assert_eq!(String::from_utf8_lossy(&output.stderr).trim_end(), line);
        assert!(output.stdout.is_empty());
    }
}

/// One program plans, a person decides, another program applies.
#[tokio::test]
async fn with_settings_nothing_is_written_until_decided() {
    let sandbox = sandbox::Sandbox::start().await.unwrap();
    let temporary = tempfile::tempdir().unwrap();
    // The program makes it, for its owner alone.
    let folder = temporary.path().join("review");
    let run = |step: &'static str| {
        let settings = [
            ("PLANYO_API_KEY", sandbox.planyo.api_key()),
            ("BILLIT_API_KEY", sandbox.billit.api_key()),
            ("BILLIT_PARTY_ID", sandbox.billit.company_id().to_string()),
            ("PLANYO_BASE_URL", sandbox.planyo.base_url()),
            ("BILLIT_BASE_URL", sandbox.billit.base_url()),
        ];
        let folder = folder.to_str().unwrap().to_owned();
        tokio::task::spawn_blocking(move || {
            let settings = settings
                .each_ref()
                .map(|(name, value)| (*name, value.as_str()));
            run(&[step, &folder], &settings)
        })
    };
    let early = run("apply").await.unwrap();
    assert!(
        String::from_utf8_lossy(&early.stderr)
            .contains("plan.json is not there; make it with `plan`")
    );
    printed(&run("plan").await.unwrap());
    assert_eq!(sandbox.billit.counts().writes, 0);

    let file = folder.join("decisions.csv");
    let decisions = fs::read_to_string(&file).unwrap();
    fs::write(&file, decisions.replacen(";;s", ";aply;s", 1)).unwrap();
    let wrong = run("apply").await.unwrap();
    let told = problems(&wrong.stderr);
    assert!(
        told.starts_with("decisions.csv:\nline 2, column decision: not a decision; write apply"),
        "{told}"
    );
    assert_eq!(sandbox.billit.counts().writes, 0);

    // Nothing is decided yet, and only two are approved.
    fs::write(&file, &decisions).unwrap();
    let text = printed(&run("check").await.unwrap());
    assert!(text.starts_with("plan: 1 unchanged, 50 skipped"), "{text}");
    let mut approved = 0;
    let line = |line: &str| {
        let is_customer = line.contains(";linked;") && line.contains(";;;;;;");
        if is_customer && approved < 2 {
            approved += 1;
            line.replacen(";;s", ";apply;s", 1)
        } else {
            line.to_owned()
        }
    };
    let decisions: Vec<String> = decisions.lines().map(line).collect();
    fs::write(&file, decisions.join("\r\n")).unwrap();
    // What they will do is shown before.
    let text = printed(&run("check").await.unwrap());
    assert!(
        text.starts_with("plan: 2 linked, 1 unchanged, 48 skipped"),
        "{text}"
    );
    assert!(read(&folder, "approved.html").contains("What was decided"));
    assert_eq!(sandbox.billit.counts().writes, 0);
    let text = printed(&run("apply").await.unwrap());
    assert!(text.contains("2 linked, 1 unchanged, 48 skipped"), "{text}");
    assert_eq!(sandbox.billit.counts().writes, 2);

    // The undo is a plan too.
    printed(&run("undo").await.unwrap());
    assert_eq!(sandbox.billit.counts().writes, 2);
    let decisions = fs::read_to_string(&file).unwrap();
    fs::write(&file, decisions.replace(";;s", ";apply;s")).unwrap();
    let text = printed(&run("apply").await.unwrap());
    assert!(text.starts_with("2 updated"), "{text}");
    assert_eq!(reports(&folder).len(), 2);
}
