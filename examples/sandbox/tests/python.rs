//! A program in another language, written by nobody who wrote the servers' clients, goes through the servers as a program.

#![allow(clippy::expect_used)] // Helpers of the tests expect like the tests.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

/// Ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// The word after `label` in what the program printed.
fn word<'a>(printed: &'a str, label: &str) -> &'a str {
    let (_, rest) = printed.split_once(label).expect(label);
    rest.split_whitespace().next().expect(label)
}

#[test]
fn a_python_script_goes_through_users_reservations_parties_and_orders() {
    let version = Command::new("python3").arg("--version").output();
    if !version.is_ok_and(|output| output.status.success()) {
        println!("skipped: there is no python3 on this machine");
        return;
    }
    let program = Command::new(env!("CARGO_BIN_EXE_sandbox"))
        .args(["--users", "300", "--parties", "200", "--seed", "7"])
        .stdout(Stdio::piped())
        .spawn();
    let mut program = Running(program.expect("the program starts"));
    let output = BufReader::new(program.0.stdout.take().expect("its output"));
    let mut printed = String::new();
    for line in output.lines() {
        let line = line.expect("a line");
        printed.push_str(&line);
        printed.push('\n');
        if line.starts_with("Ctrl-C") {
            break;
        }
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/walk.py");
    let walk = Command::new("python3")
        .arg(script)
        .args([
            word(&printed, "Planyo "),
            word(&printed, "api_key "),
            word(&printed, "Billit "),
            word(&printed, "ApiKey "),
            word(&printed, "PartyID "),
            word(&printed, "Sandbox-Token: "),
            "300",
            "200",
        ])
        // A proxy of the machine would stand between.
        .env("no_proxy", "*")
        .output()
        .expect("the script runs");
    let said = String::from_utf8_lossy(&walk.stdout) + String::from_utf8_lossy(&walk.stderr);
    assert!(walk.status.success(), "{said}");
    assert!(said.starts_with("users, reservations"), "{said}");
}
