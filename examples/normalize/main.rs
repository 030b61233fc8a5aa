//! How customers are normalised for Billit: each field as typed and as sent, with certainty and reason.
//!
//! Reads customers as CSV or JSON lines from a file or standard input; without either, it uses samples. See `--help`.

mod explain;
mod input;

use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use customer_sync::MappingRules;
use examples::{Failure, Usage, arguments, finish};

/// Shows what each field of a customer becomes on its way to Billit, how sure that is and why.
#[derive(clap::Parser)]
struct Arguments {
    /// A CSV file with a header (`first_name`, `last_name`, `email`, `address`, `zip`, `city`, `country`, `language`,
    /// `phone_number`, `phone_country_code`, `mobile_number`, `mobile_country_code`; any other column is a custom property), or a
    /// file with a JSON object for each customer as Planyo sends it. `-` is standard input. Without it there are samples
    customers: Option<PathBuf>,
    /// Mapping rules as TOML or, by the name *.json, as JSON
    #[arg(long, value_name = "FILE")]
    rules: Option<PathBuf>,
    /// Suggest rules from the properties instead
    #[arg(long)]
    suggest: bool,
}

fn main() -> ExitCode {
    finish(run().map(|()| true))
}

fn run() -> Result<(), Failure> {
    let arguments: Arguments = arguments(&[])?;
    let mut out = io::stdout().lock();
    let rules = match &arguments.rules {
        None => MappingRules::default(),
        Some(file) => MappingRules::read(file).map_err(|error| Usage(error.to_string()))?,
    };
    let text = match &arguments.customers {
        None => include_str!("samples.csv").to_owned(),
        Some(file) if file.as_os_str() == "-" => {
            let mut text = String::new();
            io::stdin().read_to_string(&mut text)?;
            text
        }
        Some(file) => {
            std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?
        }
    };
    let users = input::users(&text)?;
    if arguments.suggest {
        let suggestion = MappingRules::suggest(users.iter().map(|user| &**user));
        for finding in &suggestion.findings {
            writeln!(out, "{finding}; such as {}", finding.samples.join(" | "))?;
        }
        let rules = serde_json::to_string_pretty(&suggestion.rules)?;
        return Ok(writeln!(out, "\n{rules}")?);
    }
    for user in &users {
        explain::customer(&mut out, user, &rules)?;
    }
    Ok(())
}
