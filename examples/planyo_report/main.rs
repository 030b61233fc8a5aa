//! A month's reservations of each resource, with their customers and payments, as a stream.
//!
//! Without settings it runs on the sandbox in this process. With settings it works on the real
//! service, and reads only. `--help` names the settings.

mod month;
mod print;
mod report;
mod words;

use std::io;
use std::process::ExitCode;
use std::time::SystemTime;

use chrono::{DateTime, Utc};
use examples::{Failure, LookAlikes, PLANYO, Settings, arguments, finish};
use month::Month;
use print::Printer;
use sandbox::Sandbox;

/// A month's reservations of each resource, with their customers and payments. It reads only.
///
/// Cancelled reservations, quotations, requests on the waiting list and reservations that were never completed are shown
/// and not counted. What cannot be read is reported on standard error and counted; then the exit code is 1.
#[derive(clap::Parser)]
struct Arguments {
    /// Reservations that begin in this month; default: the current one
    #[arg(long, value_name = "YYYY-MM")]
    month: Option<Month>,
    /// Print lines of JSON: the site, each reservation, the sums of each resource and of all
    #[arg(long)]
    json: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    finish(run().await)
}

async fn run() -> Result<bool, Failure> {
    let Arguments { month, json } = arguments(&[PLANYO])?;
    let settings = Settings::read(&[PLANYO])?;
    let is_sandbox = settings.are_blank();
    let mut printer = Printer::new(io::stdout(), json, is_sandbox);
    if is_sandbox {
        settings.announce();
        return demo(month, &mut printer).await;
    }
    let planyo = settings.planyo()?;
    settings.announce();
    report::run(&planyo, month, &mut printer).await
}

/// The report of the sandbox, whose reservations are around the month.
async fn demo(
    month: Option<Month>,
    printer: &mut Printer<impl io::Write>,
) -> Result<bool, Failure> {
    let day = month.map_or_else(|| now().date_naive(), Month::first_day);
    let demo = LookAlikes::of(Sandbox::start_on(day).await?)?;
    report::run(&demo.planyo, Month::of(day), printer).await
}

fn now() -> DateTime<Utc> {
    SystemTime::now().into()
}
