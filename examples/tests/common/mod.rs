//! Starts the programs of the examples.

#![allow(clippy::unwrap_used)] // As in tests.

use std::process::Command;

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
