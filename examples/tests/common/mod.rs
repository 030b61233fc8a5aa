//! Starts the programs of the examples.

#![allow(clippy::unwrap_used)] // As in tests.

use std::process::Command;

/// Standard error without its first line, if that says where the program works.
#[allow(dead_code)] // Not every test needs it.
pub(crate) fn problems(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    match text.split_once('\n') {
        Some((first, rest))
            if first.starts_with("sandbox: ") || first.starts_with("real services: ") =>
        {
            rest.to_owned()
        }
        _ => text.into_owned(),
    }
}

/// An example's program, which cargo builds beside its tests, without the settings of this machine.
pub(crate) fn program(name: &str) -> Command {
    const OURS: [&str; 3] = ["PLANYO_", "BILLIT_", "SYNC_"];
    let here = std::env::current_exe().unwrap();
    let built = here.parent().unwrap().parent().unwrap();
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    let mut command = Command::new(built.join("examples").join(file));
    for (name, _) in std::env::vars() {
        if OURS.iter().any(|ours| name.starts_with(ours)) {
            command.env_remove(name);
        }
    }
    command
}
