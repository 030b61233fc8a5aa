//! Makes Billit's customers equal to Planyo's.
//!
//! Without settings it runs on the sandbox (look-alike servers of both APIs) in this process. With settings it works
//! on the real services, and only plans unless `--apply` is given. `--help` names the settings.

mod demo;

use std::io::stdout;
use std::process::ExitCode;

use customer_sync::document::Terminal;
use customer_sync::{CancellationToken, Counts, OutcomeKind, plan_customers, sync_customers};
use examples::{
    BILLIT, Failure, PLANYO, STORE, Settings, SyncArguments, Usage, arguments, finish, print_line,
    progress_bar, shown_on,
};
use serde_json::{Map, Value, json};

const READS: &[&[&str]] = &[PLANYO, BILLIT, STORE];

/// Makes Billit's customers equal to Planyo's.
#[derive(clap::Parser)]
struct Arguments {
    /// Print one JSON object instead of tables; the sandbox adds the requests it counted
    #[arg(long)]
    json: bool,
    /// Write to the real services (without it nothing is written there)
    #[arg(long, conflicts_with = "plan")]
    apply: bool,
    /// Only show what would be done
    #[arg(long)]
    plan: bool,
    #[command(flatten)]
    sync: SyncArguments,
}

#[tokio::main]
async fn main() -> ExitCode {
    finish(run().await)
}

/// False if a customer failed.
async fn run() -> Result<bool, Failure> {
    let arguments: Arguments = arguments(READS)?;
    let settings = Settings::read(READS)?;
    let rules = arguments.sync.rules()?;
    if settings.are_blank() {
        let real = "for the real services; set PLANYO_API_KEY, BILLIT_API_KEY and BILLIT_PARTY_ID";
        if arguments.sync.link_only {
            return Err(Usage(format!("--link-only is {real}, and SYNC_STATE")).into());
        }
        if arguments.apply {
            return Err(Usage(format!("--apply is {real}")).into());
        }
        let options = arguments.sync.options(rules, None)?;
        settings.announce();
        return demo::run(&arguments, options).await;
    }
    let (planyo, billit) = (settings.planyo()?, settings.billit()?);
    let options = arguments.sync.options(rules, settings.store()?)?;
    settings.announce();

    let (bar, token) = (progress_bar(), CancellationToken::new());
    let options = shown_on(options, &bar).cancellation(&token);
    if !arguments.apply {
        let plan = plan_customers(&planyo, &billit, &options).await?;
        bar.finish_and_clear();
        if arguments.json {
            let runs = [counts(plan.counts())];
            print_line(json!({ "sandbox": false, "applied": false, "runs": runs }));
        } else {
            print_line(plan.with_values().on(Terminal::of(&stdout())));
            print_line("\nNothing was written. Add --apply to do this.");
        }
        return Ok(true);
    }
    cancel_at_ctrl_c(token);
    let report = sync_customers(&planyo, &billit, &options).await?;
    bar.finish_and_clear();
    if arguments.json {
        let runs = [counts(report.counts())];
        print_line(json!({ "sandbox": false, "applied": true, "runs": runs }));
    } else {
        print_line(report.with_values().on(Terminal::of(&stdout())));
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
