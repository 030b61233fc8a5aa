//! What all programs have in common: where they work, how they refuse, how they end.

#![allow(clippy::unwrap_used)] // As in tests.

mod common;

use std::io::{BufRead, BufReader, Read};
use std::process::{Output, Stdio};

use common::program;
use sandbox::Sandbox;

/// The programs with settings.
const WITH_SETTINGS: [&str; 4] = [
    "sync_customers",
    "planyo_report",
    "billit_invoice",
    "planfy_csv",
];

fn run(name: &str, arguments: &[&str], settings: &[(&str, &str)]) -> Output {
    let mut command = program(name);
    command.args(arguments).envs(settings.iter().copied());
    command.output().unwrap()
}

fn problem(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn the_first_line_says_that_it_is_a_sandbox() {
    for name in WITH_SETTINGS {
        let output = run(name, &[], &[]);
        assert!(output.status.success(), "{name}: {output:?}");
        let first = problem(&output);
        assert!(first.starts_with("sandbox: look-alikes"), "{name}: {first}");
    }
}

#[tokio::test]
async fn the_first_line_names_the_real_services() {
    let sandbox = Sandbox::start_empty().await.unwrap();
    let (planyo, billit) = (sandbox.planyo.base_url(), sandbox.billit.base_url());
    let run = move || {
        let settings = [
            ("PLANYO_API_KEY", "wrong-key"),
            ("PLANYO_BASE_URL", &planyo),
            ("BILLIT_API_KEY", "wrong-key"),
            ("BILLIT_BASE_URL", &billit),
            ("BILLIT_PARTY_ID", "574991"),
        ];
        let line =
            format!("real services: Planyo at {planyo}; Billit at {billit}, company 574991\n");
        (run("sync_customers", &["--plan"], &settings), line)
    };
    let (output, line) = tokio::task::spawn_blocking(run).await.unwrap();
    let problem = problem(&output);
    assert!(problem.starts_with(&line), "{problem}");
    assert!(!problem.contains("wrong-key"), "{problem}");
}

#[test]
fn a_misspelled_variable_is_no_variable() {
    for name in WITH_SETTINGS {
        for (wrong, right) in [
            ("PLANYO_APIKEY", "PLANYO_API_KEY"),
            ("BILLIT_COMPANY_ID", "BILLIT_PARTY_ID"),
            ("SYNC_STORE", "SYNC_STATE"),
        ] {
            let output = run(name, &[], &[(wrong, "x")]);
            assert_eq!(output.status.code(), Some(2), "{name}");
            let line = format!("{wrong} is no setting: did you mean {right}?\n");
            assert_eq!(problem(&output), line, "{name}");
            assert!(output.stdout.is_empty(), "{name}");
        }
    }
}

#[test]
fn a_variable_of_another_program_is_none_of_this_ones_business() {
    let output = run(
        "planyo_report",
        &[],
        &[("SYNC_STATE", "x"), ("BILLIT_API_KEY", "x")],
    );
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn some_but_not_all_is_an_error_that_names_the_missing_one() {
    let settings = [("PLANYO_API_KEY", "a"), ("BILLIT_API_KEY", "b")];
    let output = run("sync_customers", &[], &settings);
    assert_eq!(output.status.code(), Some(2));
    let problem = problem(&output);
    assert!(
        problem.starts_with("BILLIT_PARTY_ID is not set"),
        "{problem}"
    );
}

/// As `| head -1`.
#[test]
fn a_closed_pipe_ends_a_program_quietly() {
    let programs = [
        ("sync_customers", vec![]),
        ("normalize", vec![]),
        ("planyo_report", vec![]),
        ("planyo_report", vec!["--json"]),
        ("billit_invoice", vec![]),
        ("planfy_csv", vec!["--recalls"]),
    ];
    for (name, arguments) in programs {
        let mut child = program(name)
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut printed = BufReader::with_capacity(1, child.stdout.take().unwrap());
        let mut line = Vec::new();
        printed.read_until(b'\n', &mut line).unwrap();
        drop(printed);
        let mut problem = String::new();
        child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut problem)
            .unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(0), "{name}: {problem}");
        assert!(problem.lines().count() <= 1, "{name}: {problem}");
    }
}

#[test]
fn a_wrong_value_is_blamed_on_its_own_variable() {
    let right = [
        ("PLANYO_API_KEY", "a"),
        ("BILLIT_API_KEY", "b"),
        ("BILLIT_PARTY_ID", "1"),
    ];
    for (name, value) in [
        ("PLANYO_API_KEY", "two\nlines"),
        ("PLANYO_BASE_URL", "nowhere"),
        ("BILLIT_API_KEY", "two\nlines"),
        ("BILLIT_PARTY_ID", "0"),
        ("BILLIT_BASE_URL", "http://api.billit.be"),
    ] {
        let others = right.iter().filter(|(known, _)| *known != name);
        let settings: Vec<_> = others.copied().chain([(name, value)]).collect();
        let output = run("sync_customers", &[], &settings);
        assert_eq!(output.status.code(), Some(2), "{name}");
        let problem = problem(&output);
        assert!(problem.starts_with(name), "{problem}");
        assert!(!problem.contains("two"), "{problem}");
        assert!(!problem.contains("()"), "{problem}");
    }
}

/// What answers 404 to the first listing is not the API.
#[tokio::test]
async fn a_wrong_base_url_is_named() {
    let sandbox = Sandbox::start_empty().await.unwrap();
    let settings = [
        ("PLANYO_API_KEY", sandbox.planyo.api_key()),
        ("PLANYO_BASE_URL", sandbox.planyo.base_url()),
        ("BILLIT_API_KEY", sandbox.billit.api_key()),
        (
            "BILLIT_BASE_URL",
            format!("{}/wrong", sandbox.billit.base_url()),
        ),
        ("BILLIT_PARTY_ID", sandbox.billit.company_id().to_string()),
    ];
    let run = move || {
        let settings = settings
            .each_ref()
            .map(|(name, value)| (*name, value.as_str()));
        run("sync_customers", &["--plan"], &settings)
    };
    let output = tokio::task::spawn_blocking(run).await.unwrap();
    assert_eq!(output.status.code(), Some(1));
    let problem = common::problems(&output.stderr);
    assert!(problem.contains("/wrong"), "{problem}");
    assert!(problem.contains("check the base URL"), "{problem}");
}
