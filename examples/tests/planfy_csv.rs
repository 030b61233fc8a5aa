//! The example as a program, from outside.

#![allow(clippy::unwrap_used)] // As in tests.

mod common;

use std::path::Path;
use std::process::Output;

use common::program;
use sandbox::Sandbox;

const SAMPLE: &[u8] = include_bytes!("../planfy_csv/export.csv");

fn run(arguments: &[&str]) -> Output {
    program("planfy_csv").args(arguments).output().unwrap()
}

fn printed(output: &Output) -> String {
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{error}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn file(folder: &Path, name: &str, content: impl AsRef<[u8]>) -> String {
    let path = folder.join(name);
    std::fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn the_sample_is_planned_synced_corrected_and_recalled() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("update.csv");
    let text = printed(&run(&[
        "--recalls",
        "--day",
        "2026-11-22",
        "--out",
        out.to_str().unwrap(),
    ]));
    let text = text.replace(&out.display().to_string(), "update.csv");
    insta::assert_snapshot!(text);
    let update = std::fs::read_to_string(out).unwrap();
    let rows: Vec<&str> = update.lines().collect();
    assert_eq!(
        rows,
        [
            "planfy_id,name,address,town,city,country,postcode,email,mobile_number,dob,gender,occupation,BTW nummer,allergy",
            "1001,Ann Peeters,Coupure 57,,Gent,BE,9000,ann.peeters@example.com,'+32 470 12 34 56,1980-02-29,female,nurse,,nuts",
        ]
    );
}

#[test]
fn the_update_file_is_an_export_that_reads_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let update = folder.path().join("update.csv");
    printed(&run(&["--as-typed", "--out", update.to_str().unwrap()]));
    let text = std::fs::read_to_string(&update).unwrap();
    assert!(text.contains(",+32 470 12 34 56,"), "{text}");
    let text = printed(&run(&[update.to_str().unwrap()]));
    assert!(text.starts_with("plan: 1 created"), "{text}");
}

#[test]
fn the_sample_in_latin_1_says_the_same() {
    // Without the byte order mark, the row that is Latin-1 already, and a symbol that Latin-1 does not have.
    let lines: Vec<&[u8]> = SAMPLE[3..].split_inclusive(|byte| *byte == b'\n').collect();
    let text: String = lines
        .into_iter()
        .filter_map(|line| std::str::from_utf8(line).ok())
        .collect();
    let text = text.replace("🌷 ", "");
    let latin1: Vec<u8> = text
        .chars()
        .map(|letter| u8::try_from(u32::from(letter)).unwrap())
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let latin1 = printed(&run(&[&file(folder.path(), "latin1.csv", latin1)]));
    let utf8 = printed(&run(&[&file(folder.path(), "utf8.csv", text)]));
    assert!(latin1.contains("Zoë D'Hondt"), "{latin1}");
    assert_eq!(latin1, utf8);
}

#[test]
fn wrong_arguments_and_files_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let own = file(folder.path(), "own.csv", "planfy_id,name\n1,Ann\n");
    let cases: [(&[&str], &str); 7] = [
        (
            &["--out", &own, &own],
            "--out is the export itself, which would be gone; name another file",
        ),
        (
            &["--aply"],
            "unexpected argument '--aply' found; tip: a similar argument exists: '--apply'; --help says more",
        ),
        (
            &["--out"],
            "a value is required for '--out <FILE>' but none was supplied; --help says more",
        ),
        (
            &["--apply"],
            "--apply is for the real service; set BILLIT_API_KEY and BILLIT_PARTY_ID",
        ),
        (
            &["--recalls", "--day", "22/11/2026"],
            "invalid value '22/11/2026' for '--day <DAY>': it is no day as 2026-11-22; --help says more",
        ),
        (
            &["--recalls", &own],
            "--recalls needs --appointments FILE with an export of your own",
        ),
        (
            &["a.csv", "b.csv"],
            "unexpected argument 'b.csv' found; --help says more",
        ),
    ];
    for (arguments, line) in cases {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(2), "{line}");
        assert_eq!(String::from_utf8_lossy(&output.stderr).trim_end(), line);
    }
    assert_eq!(std::fs::read_to_string(&own).unwrap().lines().count(), 2);
    let no_export = file(folder.path(), "none.csv", "first,last\n1,Ann\n");
    let appointments = file(
        folder.path(),
        "appointments.csv",
        "id,planfy_id,resource,booked,ends,state\n1,1,check-up,soon,2026-01-01,booked\n",
    );
    let cases: [(&[&str], &str); 3] = [
        (&["no-such-file.csv"], "the file cannot be read"),
        (&[&no_export], "there is no column `name`"),
        (
            &["--recalls", "--appointments", &appointments],
            "appointments: line 2, column 4 (`booked`): not a date such as 1980-02-29",
        ),
    ];
    for (arguments, words) in cases {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(1), "{words}");
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(error.contains(words), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn on_the_real_service_it_only_plans_unless_told() {
    let sandbox = Sandbox::start_empty().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let own = file(
        folder.path(),
        "own.csv",
        "planfy_id,name,email\n1,Ann,ann@example.com\n",
    );
    let settings = [
        ("BILLIT_API_KEY", sandbox.billit.api_key()),
        ("BILLIT_PARTY_ID", sandbox.billit.company_id().to_string()),
        ("BILLIT_BASE_URL", sandbox.billit.base_url()),
        (
            "SYNC_STATE",
            folder.path().join("state.sqlite").display().to_string(),
        ),
    ];
    let run = |arguments: &[&str]| {
        let output = program("planfy_csv")
            .args(arguments)
            .arg(&own)
            .envs(settings.clone())
            .output();
        printed(&output.unwrap())
    };
    let text = run(&["--account", "shop"]);
    assert!(
        text.ends_with("Nothing was written to Billit. Add --apply to do this.\n"),
        "{text}"
    );
    assert!(sandbox.billit.parties().is_empty());
    assert!(run(&["--account", "shop", "--apply"]).starts_with("1 created"));
    assert_eq!(
        sandbox.billit.parties()[0]["ExternalProviderID"],
        "planfy:shop:1"
    );
    assert!(run(&["--account", "shop", "--apply"]).starts_with("1 unchanged"));
}
