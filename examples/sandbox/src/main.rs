//! The two servers as a program, for clients in any language.

use std::process::ExitCode;

use chrono::NaiveDate;
use sandbox::{BillitServer, PlanyoServer, billit, planyo};

const HELP: &str = "\
Look-alike Planyo and Billit servers on loopback ports, with made-up customers, until Ctrl-C.

Usage: sandbox [--planyo-port PORT] [--billit-port PORT] [--month YYYY-MM] [--empty] [--summaries] [--hash-key KEY]

  --planyo-port PORT  default 0: any free port
  --billit-port PORT  default 0: any free port
  --month YYYY-MM     Planyo's reservations lie in this month and its neighbours; default: the current month
  --empty             no customers, no reservations and no parties
  --summaries         Billit lists summaries instead of whole parties
  --hash-key KEY      Planyo calls must be signed with this secret
  --help              this text";

#[derive(Debug, Default, PartialEq, Eq)]
struct Flags {
    planyo_port: u16,
    billit_port: u16,
    month: Option<NaiveDate>,
    empty: bool,
    summaries: bool,
    hash_key: Option<String>,
    help: bool,
}

impl Flags {
    fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut flags = Self::default();
        while let Some(argument) = arguments.next() {
            let mut value = || {
                arguments
                    .next()
                    .ok_or_else(|| format!("{argument} needs a value"))
            };
            match argument.as_str() {
                "--planyo-port" => flags.planyo_port = port(&value()?)?,
                "--billit-port" => flags.billit_port = port(&value()?)?,
                "--month" => flags.month = Some(month(&value()?)?),
                "--hash-key" => flags.hash_key = Some(value()?),
                "--empty" => flags.empty = true,
                "--summaries" => flags.summaries = true,
                "--help" | "-h" => flags.help = true,
                _ => return Err(format!("unknown flag {argument}")),
            }
        }
        Ok(flags)
    }
}

fn port(text: &str) -> Result<u16, String> {
    text.parse().map_err(|_| format!("{text} is not a port"))
}

/// Its first day.
fn month(text: &str) -> Result<NaiveDate, String> {
    NaiveDate::parse_from_str(&format!("{text}-01"), "%Y-%m-%d")
        .map_err(|_| format!("{text} is not a month"))
}

#[tokio::main]
async fn main() -> ExitCode {
    let flags = match Flags::parse(std::env::args().skip(1)) {
        Ok(flags) => flags,
        Err(problem) => {
            eprintln!("sandbox: {problem} (see --help)");
            return ExitCode::from(2);
        }
    };
    if flags.help {
        println!("{HELP}");
        return ExitCode::SUCCESS;
    }
    match run(flags).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("sandbox: {problem}");
            ExitCode::FAILURE
        }
    }
}

async fn run(flags: Flags) -> std::io::Result<()> {
    let (users, parties) = if flags.empty {
        (Vec::new(), Vec::new())
    } else {
        (planyo::seed::users(), billit::seed::parties())
    };
    let planyo = PlanyoServer::start(flags.planyo_port, users).await?;
    let billit = BillitServer::start(flags.billit_port, parties).await?;
    if !flags.empty {
        let month = flags.month.unwrap_or_else(|| planyo.today());
        planyo.load(planyo::seed::bookings(month));
    }
    planyo.configure(|settings| settings.hash_key.clone_from(&flags.hash_key));
    billit.configure(|settings| settings.summaries = flags.summaries);

    println!("Planyo   {}", planyo.base_url());
    println!("         api_key {}", planyo.api_key());
    if let Some(secret) = &flags.hash_key {
        println!("         hash key {secret}");
    }
    println!(
        "         users {}",
        ids(planyo.users().iter().map(|user| user.id.to_string()))
    );
    let bookings = planyo.bookings();
    println!(
        "         resources {}",
        ids(bookings
            .resources
            .iter()
            .map(|resource| resource.id.to_string()))
    );
    println!("         reservations {}", bookings.reservations.len());
    println!("Billit   {}", billit.base_url());
    println!("         ApiKey {}", billit.api_key());
    println!(
        "         OAuth client {} {}, code {}",
        billit::OAUTH_CLIENT_ID,
        billit::OAUTH_CLIENT_SECRET,
        billit.authorization_code()
    );
    println!(
        "         PartyID {} (the company, as a header)",
        billit.company_id()
    );
    let parties = billit.parties();
    println!(
        "         parties {}",
        ids(parties
            .iter()
            .filter_map(|party| Some(party.get("PartyID")?.to_string())))
    );
    println!("Ctrl-C stops both.");
    tokio::signal::ctrl_c().await
}

fn ids(ids: impl Iterator<Item = String>) -> String {
    let ids: Vec<_> = ids.collect();
    if ids.is_empty() {
        String::from("none")
    } else {
        ids.join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Flags, String> {
        Flags::parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn flags() {
        let expected = Flags {
            planyo_port: 8401,
            billit_port: 8402,
            month: NaiveDate::from_ymd_opt(2026, 6, 1),
            summaries: true,
            hash_key: Some(String::from("s3cret")),
            ..Flags::default()
        };
        let line =
            "--planyo-port 8401 --billit-port 8402 --month 2026-06 --summaries --hash-key s3cret";
        assert_eq!(parse(line), Ok(expected));
        assert_eq!(parse(""), Ok(Flags::default()));
        assert_eq!(parse("--port 1"), Err(String::from("unknown flag --port")));
        assert_eq!(
            parse("--planyo-port"),
            Err(String::from("--planyo-port needs a value"))
        );
        assert_eq!(
            parse("--planyo-port 70000"),
            Err(String::from("70000 is not a port"))
        );
        assert_eq!(
            parse("--month June"),
            Err(String::from("June is not a month"))
        );
    }
}
