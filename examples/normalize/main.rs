//! How customers are normalised for Billit: each field as typed and as sent, with certainty and reason.
//!
//! Reads customers as CSV or JSON lines from a file or standard input; without either, it uses samples. See `--help`.

mod explain;
mod input;

use std::error::Error;
use std::io::{self, Read, Write};
use std::process::ExitCode;

use customer_sync::MappingRules;

const HELP: &str = "\
normalize [--rules FILE] [--suggest] [CUSTOMERS]

CUSTOMERS is a CSV file with a header (first_name, last_name, email, address, zip, city, country, language,
phone_number, phone_country_code, mobile_number, mobile_country_code; any other column is a custom property), or a
file with a JSON object for each customer as Planyo sends it. `-` is standard input. Without CUSTOMERS there are samples.

--rules FILE   mapping rules as JSON or, by the name *.toml, as TOML
--suggest      suggests rules from the properties instead";

fn main() -> ExitCode {
    let wanted = match Wanted::read(std::env::args().skip(1)) {
        Ok(wanted) => wanted,
        Err(problem) => {
            eprintln!("{problem}\n\n{HELP}");
            return ExitCode::from(2);
        }
    };
    match run(&wanted) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

#[derive(Default)]
struct Wanted {
    help: bool,
    suggest: bool,
    rules: Option<String>,
    customers: Option<String>,
}

impl Wanted {
    fn read(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut wanted = Self::default();
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--help" | "-h" => wanted.help = true,
                "--suggest" => wanted.suggest = true,
                "--rules" => {
                    let file = arguments.next().ok_or("--rules needs a file")?;
                    wanted.rules = Some(file);
                }
                option if option.starts_with("--") => return Err(format!("no option {option}")),
                _ if wanted.customers.is_some() => return Err("one file at a time".to_owned()),
                file => wanted.customers = Some(file.to_owned()),
            }
        }
        Ok(wanted)
    }
}

fn run(wanted: &Wanted) -> Result<(), Box<dyn Error>> {
    let mut out = io::stdout().lock();
    if wanted.help {
        return Ok(writeln!(out, "{HELP}")?);
    }
    let rules = match &wanted.rules {
        None => MappingRules::default(),
        Some(file) => read_rules(file)?,
    };
    let text = match wanted.customers.as_deref() {
        None => include_str!("samples.csv").to_owned(),
        Some("-") => {
            let mut text = String::new();
            io::stdin().read_to_string(&mut text)?;
            text
        }
        Some(file) => std::fs::read_to_string(file).map_err(|error| format!("{file}: {error}"))?,
    };
    let users = input::users(&text)?;
    if wanted.suggest {
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

fn read_rules(file: &str) -> Result<MappingRules, Box<dyn Error>> {
    let text = std::fs::read_to_string(file).map_err(|error| format!("{file}: {error}"))?;
    let is_toml = std::path::Path::new(file)
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("toml"));
    let rules = if is_toml {
        toml::from_str(&text).map_err(|error| error.to_string())
    } else {
        serde_json::from_str(&text).map_err(|error| error.to_string())
    };
    Ok(rules.map_err(|error| format!("{file}: {error}"))?)
}
