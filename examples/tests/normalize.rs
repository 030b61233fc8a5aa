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
    assert!(printed(&csv).contains("> VATNumber: BE0403170701 (from the property `btw`)"));
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
fn each_value_says_which_rule_gave_it_and_the_filter_whom_it_takes() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rules.toml");
    let rules = r#"
        customer_number = "source_id"
        properties.Email = ["mail"]
        defaults.GLDefaultExpiryOffset = "30"
        [filter]
        countries = ["BE"]
        confirmed_reservation = true
        [filter.properties]
        invoice = true
    "#;
    std::fs::write(&file, rules).unwrap();
    let customers = "last_name,first_name,country,mail,invoice\n\
        Maes,An,BE,boek@acme.example,1\n\
        Smit,Jan,NL,,1\n\
        Claes,Piet,BE,,no\n";
    let rules = file.to_str().unwrap();
    let text = printed(&run(&["--rules", rules, "-"], customers));
    for line in [
        "  = filter: taken if the reservations meet `confirmed_reservation`\n",
        "  = filter: left out, countries: it is none of BE\n",
        "  = filter: left out, properties.invoice: it is blank, or says no\n",
        "  > Nr: 2 (from `customer_number`)\n",
        "  > Email: boek@acme.example (from the property `mail`)\n",
        "  > Name: An Maes (from the record)\n",
        "  > VATLiable: false (from the other values)\n",
        "  > GLDefaultExpiryOffset: 30 (from its default)\n",
        "  > Language: NL (from the language of the country)\n",
        "  > ExternalProviderID: planyo:2 (from the sync)\n",
    ] {
        assert!(text.contains(line), "{line}{text}");
    }
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
