//! The example as a program, from outside.

#![allow(clippy::unwrap_used)] // As in tests.

mod common;

use std::path::Path;
use std::process::Output;

use serde_json::Value;

use common::{problems, program};

fn run(arguments: &[&str], settings: &[(&str, &str)]) -> Output {
    program("sync_customers")
        .args(arguments)
        .envs(settings.iter().copied())
        .output()
        .unwrap()
}

#[test]
fn three_runs_create_and_link_then_update_three_then_write_nothing() {
    let output = run(&["--json"], &[]);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let printed: Value = serde_json::from_slice(&output.stdout).unwrap();
    let runs = printed["runs"].as_array().unwrap();
    let count = |run: usize, name: &str| runs[run][name].as_u64().unwrap();
    assert_eq!(runs.len(), 3);
    assert!(count(0, "created") > 30 && count(0, "linked") > 10);
    assert_eq!(
        runs[0]["requests"]["billit_write"],
        count(0, "created") + count(0, "linked")
    );
    assert_eq!(
        (count(1, "updated"), count(1, "created"), count(1, "linked")),
        (3, 0, 0)
    );
    assert_eq!(runs[1]["requests"]["billit_write"], 3);
    assert_eq!(
        (count(2, "updated"), &runs[2]["requests"]["billit_write"]),
        (0, &Value::from(0))
    );
    for run in 0..3 {
        let kinds = [
            "created",
            "updated",
            "linked",
            "unchanged",
            "skipped",
            "conflict",
            "ambiguous",
            "quarantined",
            "failed",
        ];
        assert_eq!(kinds.iter().map(|name| count(run, name)).sum::<u64>(), 60);
    }
}

#[test]
fn tables_are_readable() {
    let output = run(&[], &[]);
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.starts_with("plan: 39 created, 11 linked"), "{text}");
    assert!(text.contains("third run: 51 unchanged"), "{text}");
    // The bar is shown only on a terminal.
    assert_eq!(problems(&output.stderr), "");
    assert!(!text.contains('\u{1b}'));
}

#[test]
fn wrong_settings_end_with_one_line_and_code_2() {
    let key = ("PLANYO_API_KEY", "secret-key");
    let all = [key, ("BILLIT_API_KEY", "b"), ("BILLIT_PARTY_ID", "1")];
    let with = |more: (&'static str, &'static str)| [&all[..], &[more]].concat();
    let none: &[&str] = &[];
    let cases = [
        (
            &["--aply"][..],
            vec![],
            "unexpected argument '--aply' found; tip: a similar argument exists: '--apply'; --help says more",
        ),
        (
            &["--apply"][..],
            vec![],
            "--apply is for the real services; set PLANYO_API_KEY, BILLIT_API_KEY and BILLIT_PARTY_ID",
        ),
        (
            &["--link-only"][..],
            vec![],
            "--link-only is for the real services; set PLANYO_API_KEY, BILLIT_API_KEY and BILLIT_PARTY_ID, and SYNC_STATE",
        ),
        (
            &["--link-only"][..],
            all.to_vec(),
            "--link-only needs SYNC_STATE: without it the next run would write every old difference",
        ),
        (
            none,
            vec![("PLANYO_HASH_KEY", "h")],
            "PLANYO_API_KEY is not set; set it, or unset PLANYO_HASH_KEY to run on look-alikes",
        ),
        (
            none,
            vec![key],
            "BILLIT_API_KEY is not set; set it, or unset PLANYO_API_KEY to run on look-alikes",
        ),
        (
            none,
            vec![key, ("BILLIT_API_KEY", "b"), ("BILLIT_PARTY_ID", "acme")],
            "BILLIT_PARTY_ID is not an id; Billit shows it in the settings of your company",
        ),
        (
            none,
            with(("PLANYO_SITE_ID", "x")),
            "PLANYO_SITE_ID is not a number",
        ),
        (
            none,
            with(("PLANYO_BASE_URL", "nowhere")),
            "PLANYO_BASE_URL: Planyo: the base URL is not a URL; an example is https://www.planyo.com/rest/",
        ),
        (
            none,
            with(("BILLIT_BASE_URL", "http://api.billit.be")),
            "BILLIT_BASE_URL: Billit: the base URL must begin with https, as https://api.billit.be: http sends the key in the clear, and has to be allowed",
        ),
    ];
    for (arguments, settings, line) in cases {
        let output = run(arguments, &settings);
        assert_eq!(output.status.code(), Some(2), "{line}");
        assert_eq!(String::from_utf8_lossy(&output.stderr).trim_end(), line);
        assert!(output.stdout.is_empty());
    }
}

/// The program with the settings of these servers, on the test's threads.
fn run_on(
    sandbox: &sandbox::Sandbox,
    arguments: &'static [&'static str],
    state: Option<&Path>,
) -> tokio::task::JoinHandle<Output> {
    let mut settings = vec![
        ("PLANYO_API_KEY", sandbox.planyo.api_key()),
        ("BILLIT_API_KEY", sandbox.billit.api_key()),
        ("BILLIT_PARTY_ID", sandbox.billit.company_id().to_string()),
        ("PLANYO_BASE_URL", sandbox.planyo.base_url()),
        ("BILLIT_BASE_URL", sandbox.billit.base_url()),
    ];
    settings.extend(state.map(|file| ("SYNC_STATE", file.display().to_string())));
    tokio::task::spawn_blocking(move || {
        let settings: Vec<_> = settings
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        run(arguments, &settings)
    })
}

#[tokio::test]
async fn with_a_state_file_a_correction_by_hand_stays() {
    let sandbox = sandbox::Sandbox::start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sync.sqlite");
    let apply = || run_on(&sandbox, &["--json", "--apply"], Some(&file));
    assert!(apply().await.unwrap().status.success());
    let linked = |party: &serde_json::Map<String, Value>| {
        let link = party.get("ExternalProviderID").and_then(Value::as_str);
        link.is_some_and(|link| link.starts_with("planyo:"))
    };
    let party = sandbox.billit.parties().into_iter().find(linked).unwrap();
    let id = party["PartyID"].as_i64().unwrap();
    sandbox.billit.edit(id, |party| {
        party.insert("City".to_owned(), Value::from("Elsewhere"));
    });
    sandbox.billit.clear_requests();
    assert!(apply().await.unwrap().status.success());
    assert_eq!(sandbox.billit.counts().writes, 0);
    assert_eq!(sandbox.billit.party(id).unwrap()["City"], "Elsewhere");
}

#[tokio::test]
async fn link_only_leaves_old_differences_to_the_accountant() {
    let sandbox = sandbox::Sandbox::start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sync.sqlite");
    let link = run_on(&sandbox, &["--json", "--apply", "--link-only"], Some(&file));
    let linked: Value = serde_json::from_slice(&link.await.unwrap().stdout).unwrap();
    let linked = &linked["runs"][0];
    assert_eq!(
        (&linked["linked"], &linked["created"]),
        (&Value::from(11), &Value::from(0))
    );
    let next = run_on(&sandbox, &["--json"], Some(&file));
    let next: Value = serde_json::from_slice(&next.await.unwrap().stdout).unwrap();
    let next = &next["runs"][0];
    assert_eq!(
        (&next["updated"], &next["created"]),
        (&Value::from(0), &Value::from(39))
    );
}

#[tokio::test]
async fn with_settings_it_only_plans_until_told_to_apply() {
    let sandbox = sandbox::Sandbox::start().await.unwrap();
    let run = |arguments| run_on(&sandbox, arguments, None);
    let planned = run(&["--json"]).await.unwrap();
    let planned: Value = serde_json::from_slice(&planned.stdout).unwrap();
    assert_eq!(planned["applied"], false);
    assert_eq!(sandbox.billit.counts().writes, 0);
    let shown = run(&[]).await.unwrap();
    assert!(String::from_utf8_lossy(&shown.stdout).contains("Nothing was written."));
    assert_eq!(sandbox.billit.counts().writes, 0);
    let applied = run(&["--json", "--apply"]).await.unwrap();
    let applied: Value = serde_json::from_slice(&applied.stdout).unwrap();
    assert_eq!(
        (&applied["applied"], &applied["runs"]),
        (&Value::from(true), &planned["runs"])
    );
    assert_eq!(sandbox.billit.counts().writes, 50);
}

/// Sends the signal of Ctrl-C with the `kill` program.
#[cfg(unix)]
#[tokio::test]
async fn ctrl_c_ends_a_run_with_the_customers_under_way() {
    use std::process::{Command, Stdio};
    use std::time::Duration;

    let sandbox = sandbox::Sandbox::start().await.unwrap();
    let slow = sandbox::Fault::Slow { millis: 300 };
    sandbox.billit.faults().always("POST /v1/parties", slow);
    let child = program("sync_customers")
        .args(["--json", "--apply"])
        .env("PLANYO_API_KEY", sandbox.planyo.api_key())
        .env("BILLIT_API_KEY", sandbox.billit.api_key())
        .env("BILLIT_PARTY_ID", sandbox.billit.company_id().to_string())
        .env("PLANYO_BASE_URL", sandbox.planyo.base_url())
        .env("BILLIT_BASE_URL", sandbox.billit.base_url())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    while sandbox.billit.counts().writes == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let pid = child.id().to_string();
    let sent = Command::new("kill").args(["-INT", &pid]).status().unwrap();
    assert!(sent.success());
    let ended = tokio::task::spawn_blocking(|| child.wait_with_output());
    let output = ended.await.unwrap().unwrap();
    assert!(output.status.success(), "{output:?}");
    let printed: Value = serde_json::from_slice(&output.stdout).unwrap();
    let count = |name: &str| printed["runs"][0][name].as_u64().unwrap();
    // The create in progress was finished, reported and linked; the rest was left.
    let made = sandbox.billit.requests();
    let made = made
        .iter()
        .filter(|request| request.operation == "POST /v1/parties" && request.took_effect);
    assert_eq!(count("created"), made.count() as u64);
    assert!(count("skipped") > 20, "{printed}");
    assert_eq!(count("failed"), 0);
}
