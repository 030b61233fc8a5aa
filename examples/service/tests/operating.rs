//! Each command of OPERATING.md runs, in its order, on look-alikes.

#![allow(clippy::unwrap_used)] // As in tests.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use sandbox::Sandbox;

/// The commands in blocks of `sh`, one a line.
fn commands(text: &str) -> Vec<String> {
    let blocks = text.split("```sh\n").skip(1);
    let blocks = blocks.filter_map(|rest| rest.split_once("```").map(|(block, _)| block));
    blocks.flat_map(str::lines).map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_command_does_what_it_says() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(here.join("OPERATING.md")).unwrap();
    let sandbox = Sandbox::start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    // The sample, on look-alikes.
    let sample = fs::read_to_string(here.join("service.toml")).unwrap();
    let settings = sample
        .replace("127.0.0.1:8080", "127.0.0.1:0")
        .replace(
            "company = 574991",
            &format!(
                "company = {}\nbase_url = \"{}\"",
                sandbox.billit.company_id(),
                sandbox.billit.base_url()
            ),
        )
        .replace(
            "[schedule] ",
            &format!(
                "[planyo]\nbase_url = \"{}\"\n[schedule] ",
                sandbox.planyo.base_url()
            ),
        );
    fs::write(folder.path().join("service.toml"), settings).unwrap();

    let program = Path::new(env!("CARGO_BIN_EXE_service"));
    let path = format!(
        "{}:{}",
        program.parent().unwrap().display(),
        std::env::var("PATH").unwrap()
    );
    let (planyo, billit) = (sandbox.planyo.api_key(), sandbox.billit.api_key());
    let command = |line: &str| {
        let mut command = Command::new("sh");
        command
            // So that a signal reaches the program and not the shell.
            .args([
                "-c",
                &if line.contains('|') {
                    line.to_owned()
                } else {
                    format!("exec {line}")
                },
            ])
            .current_dir(folder.path())
            .env("PATH", &path)
            .env("PLANYO_API_KEY", &planyo)
            .env("BILLIT_API_KEY", &billit);
        command
    };
    let mut ran = 0;
    for line in commands(&text) {
        let line = line.as_str();
        // What the README's test command does already.
        if line.starts_with("cargo ") {
            continue;
        }
        if line == "service run" {
            runs_until_it_is_stopped(command(line));
        } else {
            let mut shell = command(line);
            let output = shell.output().unwrap();
            assert!(output.status.success(), "{line}: {output:?}");
            let printed = String::from_utf8(output.stdout).unwrap();
            let expected = match line {
                "service check" => "Billit: the key is right",
                "service pass --link-only" => "linked",
                "service pass --allow-mass-changes" => "unchanged",
                "service poll" => "customers: ",
                "service export backup.jsonl" => "backup.jsonl: written",
                "service import backup.jsonl" => "rows read",
                "service alerts test" => "",
                hash => {
                    assert!(
                        hash.ends_with("service hash-password"),
                        "{hash} is not tested"
                    );
                    "$argon2id$"
                }
            };
            assert!(printed.contains(expected), "{line}: {printed}");
        }
        ran += 1;
    }
    assert!(ran >= 9, "{ran}");
    let backup = fs::metadata(folder.path().join("backup.jsonl")).unwrap();
    assert!(backup.len() > 1000);
}

/// It has compared all customers before it is stopped, and ends within 10 seconds.
fn runs_until_it_is_stopped(mut command: Command) {
    let mut child = command
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let log = std::io::BufReader::new(child.stderr.take().unwrap());
    let mut lines = std::io::BufRead::lines(log);
    let works = lines.find(|line| {
        line.as_ref()
            .unwrap()
            .contains("this process works on the store")
    });
    assert!(works.is_some());
    let stopped = Instant::now();
    let id = child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-TERM", &id])
            .status()
            .unwrap()
            .success()
    );
    // Its log must be read.
    for line in lines {
        line.unwrap();
    }
    assert!(child.wait().unwrap().success());
    assert!(stopped.elapsed() < Duration::from_secs(10));
}
