//! Makes Billit's customers equal to Planyo's.
//!
//! Without settings it runs on the sandbox (look-alike servers of both APIs) in this process. With settings it works
//! on the real services, and only plans unless `--apply` is given. `--help` names the settings.

#[path = "../settings/billit.rs"]
mod billit_settings;
mod demo;
#[path = "../settings/environment.rs"]
mod environment;
#[path = "../settings/planyo.rs"]
mod planyo_settings;
mod progress;
mod settings;
#[path = "../settings/store.rs"]
mod store;
use std::io::stdout;
use std::process::ExitCode;

use customer_sync::document::Terminal;
use customer_sync::{CancellationToken, Counts, OutcomeKind, apply, plan_customers};
use serde_json::{Map, Value, json};
use settings::{Real, Wanted};

#[tokio::main]
async fn main() -> ExitCode {
    let wanted = match settings::read(std::env::args().skip(1), |name| std::env::var(name).ok()) {
        Ok(wanted) => wanted,
        Err(problem) => {
            eprintln!("{problem}");
            return ExitCode::from(2);
        }
    };
    let done = match wanted {
        Wanted::Help => {
            println!("{}", settings::HELP);
            Ok(true)
        }
        Wanted::Demo { json } => demo::run(json).await,
        Wanted::Real(real) => run(*real).await,
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Plans on the real services, and applies the plan with `--apply`. False if a customer failed.
async fn run(real: Real) -> Result<bool, Box<dyn std::error::Error>> {
    let bar = progress::bar();
    let token = CancellationToken::new();
    let options = progress::shown(real.options, &bar).cancellation(&token);
    let plan = plan_customers(&real.planyo, &real.billit, &options).await?;
    if !real.apply {
        bar.finish_and_clear();
        if real.json {
            println!(
                "{}",
                json!({ "applied": false, "runs": [counts(plan.counts())] })
            );
        } else {
            println!(
                "{}\n\nNothing was written. Add --apply to do this.",
                plan.with_values().on(Terminal::of(&stdout()))
            );
        }
        return Ok(true);
    }
    // Only now: before a run there is nothing to finish.
    cancel_at_ctrl_c(token);
    let report = apply(&plan, &real.planyo, &real.billit, &options).await?;
    bar.finish_and_clear();
    if real.json {
        println!(
            "{}",
            json!({ "applied": true, "runs": [counts(report.counts())] })
        );
    } else {
        println!("{}", report.with_values().on(Terminal::of(&stdout())));
    }
    Ok(report.counts().failed == 0)
}

/// The first Ctrl-C cancels the run between two customers, and the report lists those left; the second ends the
/// program.
fn cancel_at_ctrl_c(token: CancellationToken) {
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_err() {
            return;
        }
        token.cancel();
        eprintln!("ending with the customers under way; Ctrl-C again ends at once");
        if tokio::signal::ctrl_c().await.is_ok() {
            std::process::exit(130);
        }
    });
}

/// The nine counts by name.
fn counts(counts: Counts) -> Map<String, Value> {
    OutcomeKind::ALL
        .into_iter()
        .map(|kind| (kind.name().to_owned(), counts.of(kind).into()))
        .collect()
}
