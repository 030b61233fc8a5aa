//! The example as a program, from outside.

#![allow(clippy::unwrap_used)] // As in tests.

mod common;

use std::io::Write;
use std::process::{Output, Stdio};

use common::program;

fn run(arguments: &[&str], input: &str) -> Output {
    let mut child = program("normalize")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    child.wait_with_output().unwrap()
}

fn printed(output: &Output) -> String {
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{error}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn without_a_file_it_explains_its_samples() {
    // With the feature `phone` the numbers are the same, and checked.
    let text = printed(&run(&[], ""))
        .replace(" (joined, not checked: feature `phone` is off)", "")
        .replace(" (valid)", "");
    insta::assert_snapshot!(text);
}

#[test]
fn csv_with_semicolons_and_json_lines_say_the_same() {
    let csv = "\u{feff}last_name;address;country;btw\nMaes;Kerkstraat 12;BE;BE0403170701\n";
    let json = r#"{"id":2,"last_name":"Maes","address":"Kerkstraat 12","country":"BE","properties":{"btw":"BE0403170701"}}"#;
    let (csv, json) = (run(&["-"], csv), run(&["-"], json));
    assert_eq!(printed(&csv), printed(&json));
    assert!(printed(&csv).contains("> VATNumber: BE0403170701"));
}

#[test]
fn rules_are_proposed() {
    let text = printed(&run(&["--suggest"], ""));
    assert!(
        text.starts_with("`vat_number`: filled by 4 of 10, 3 valid; feeds VATNumber"),
        "{text}"
    );
}

#[test]
fn a_wrong_line_or_option_is_named() {
    let output = run(&["-"], "{\"id\":1}\n{\"id\":");
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("line 2"));
    let output = run(&["--nothing"], "");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("--nothing"));
    let output = run(&["--rules", "no-such-file.json"], "");
    assert!(String::from_utf8_lossy(&output.stderr).contains("no-such-file.json"));
}
