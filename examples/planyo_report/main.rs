//! A month's reservations of each resource, with their customers and payments, as a stream.
//!
//! Without settings it runs on the sandbox in this process. With settings it works on the real
//! service, and reads only. `--help` names the settings.

#[path = "../settings/environment.rs"]
mod environment;
#[path = "../settings/planyo.rs"]
mod planyo_settings;
mod print;
mod report;
mod settings;
mod words;

use std::io;
use std::process::ExitCode;
use std::time::SystemTime;

use chrono::{DateTime, Utc};
use planyo_client::Client as Planyo;
use print::Printer;
use sandbox::Sandbox;
use settings::{Month, Wanted};

type Failure = Box<dyn std::error::Error>;

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
        Wanted::Report {
            planyo,
            month,
            json,
        } => {
            let mut printer = Printer::new(io::stdout(), json);
            match planyo {
                Some(planyo) => report::run(&planyo, month, &mut printer).await,
                None => demo(month, &mut printer).await,
            }
        }
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

/// The report of the sandbox, whose reservations are around the month.
async fn demo(
    month: Option<Month>,
    printer: &mut Printer<impl io::Write>,
) -> Result<bool, Failure> {
    let day = month.map_or_else(|| now().date_naive(), Month::first_day);
    let sandbox = Sandbox::start_on(day).await?;
    let planyo = Planyo::builder(sandbox.planyo.api_key())
        .base_url(sandbox.planyo.base_url())
        .build()?;
    report::run(&planyo, Month::of(day), printer).await
}

fn now() -> DateTime<Utc> {
    SystemTime::now().into()
}
