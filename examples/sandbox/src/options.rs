//! The options of the program.

use std::time::Duration;

use chrono::NaiveDate;
use sandbox::{
    Fault, Limits,
    billit::Settings as BillitSettings,
    planyo::{Erasure, PhoneStyle, Settings as PlanyoSettings},
};

pub(crate) const HELP: &str = "\
Look-alike Planyo and Billit servers on loopback ports, with made-up customers, until Ctrl-C.

Usage: sandbox [OPTIONS]

  --planyo-port PORT  default 0: any free port
  --billit-port PORT  default 0: any free port
  --month YYYY-MM     Planyo's reservations lie in this month and its neighbours; default: the current month
  --hash-key KEY      Planyo calls must be signed with this secret
  --help              this text

Customers (default: 60 users and 25 parties, each with a purpose; see the README)
  --empty             no customers, no reservations and no parties
  --users N           so many generated users instead, most with a reservation; without --parties no parties
  --parties N         so many generated parties; six of ten belong to a user, most in another spelling
  --seed S            default 1: the same seed gives the same customers and the same faults
  --companies N       default 1: so many companies, each with keys and customers of its own
  --erased KIND=SHARE a share of the users have erased themselves; KIND: blank, gone

How the servers answer
  --latency MS        each answer is so much later
  --rate-limit N      more calls in a minute with one key are refused: Billit 429, Planyo code 5
  --faults NAME=SHARE a share of the requests meets this fault; may be repeated. SHARE: 0.02 or 2%. NAME:
                      too-many-requests, internal-error, unavailable, html-body, truncated-json, reset-before,
                      reset-after, slow, commits-late, overuse

What the references leave open
  --empty-page-refused      Planyo answers code 4 for an empty page
  --phones STYLE            telephone numbers of Planyo's users: beside (the country code), inside, plus, zeros,
                            doubled, both. Default: beside in lists, inside in the data of one user
  --no-list-properties      Planyo's lists have no user properties
  --list-language           Planyo's list of users has the language
  --summaries               Billit lists summaries instead of whole parties: id, name, type, e-mail, VAT number, link
  --failed-create-uses-key  Billit registers an idempotency key though nothing was stored
  --list-delay REQUESTS     Billit lists a new party only after so many further requests
  --accept-offsets          Billit takes a date-time with an offset

GET /__requests of either server answers its log of requests as JSON, POST /__reset empties it; both with the header
Sandbox-Token as printed at the start.";

#[derive(Debug, PartialEq)]
#[allow(clippy::struct_excessive_bools)] // Each is an option of its own.
pub(crate) struct Options {
    pub(crate) planyo_port: u16,
    pub(crate) billit_port: u16,
    pub(crate) month: Option<NaiveDate>,
    pub(crate) hash_key: Option<String>,
    pub(crate) help: bool,
    pub(crate) empty: bool,
    pub(crate) users: Option<usize>,
    pub(crate) parties: Option<usize>,
    pub(crate) seed: u64,
    pub(crate) companies: u32,
    /// Of a million users.
    pub(crate) erased: Vec<(Erasure, u32)>,
    pub(crate) limits: Limits,
    /// Of a million requests.
    pub(crate) faults: Vec<(Fault, u32)>,
    empty_page_refused: bool,
    phones: Option<PhoneStyle>,
    no_list_properties: bool,
    list_language: bool,
    summaries: bool,
    failed_create_uses_key: bool,
    list_delay: u64,
    accept_offsets: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            planyo_port: 0,
            billit_port: 0,
            month: None,
            hash_key: None,
            help: false,
            empty: false,
            users: None,
            parties: None,
            seed: 1,
            companies: 1,
            erased: Vec::new(),
            limits: Limits::default(),
            faults: Vec::new(),
            empty_page_refused: false,
            phones: None,
            no_list_properties: false,
            list_language: false,
            summaries: false,
            failed_create_uses_key: false,
            list_delay: 0,
            accept_offsets: false,
        }
    }
}

impl Options {
    pub(crate) fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Self::default();
        while let Some(argument) = arguments.next() {
            let mut value = || {
                arguments
                    .next()
                    .ok_or_else(|| format!("{argument} needs a value"))
            };
            match argument.as_str() {
                "--planyo-port" => options.planyo_port = number(&value()?, "a port")?,
                "--billit-port" => options.billit_port = number(&value()?, "a port")?,
                "--month" => options.month = Some(month(&value()?)?),
                "--hash-key" => options.hash_key = Some(value()?),
                "--empty" => options.empty = true,
                "--users" => options.users = Some(customers(&value()?)?),
                "--parties" => options.parties = Some(customers(&value()?)?),
                "--seed" => options.seed = number(&value()?, "a number")?,
                "--companies" => options.companies = companies(&value()?)?,
                "--erased" => options.erased.push(erased(&value()?)?),
                "--latency" => {
                    let millis = number(&value()?, "a number of milliseconds")?;
                    options.limits.latency = Duration::from_millis(millis);
                }
                "--rate-limit" => {
                    let calls = number(&value()?, "a number of calls")?;
                    options.limits.calls_per_minute = Some(calls);
                }
                "--faults" => options.faults.push(fault(&value()?)?),
                "--empty-page-refused" => options.empty_page_refused = true,
                "--phones" => options.phones = Some(phones(&value()?)?),
                "--no-list-properties" => options.no_list_properties = true,
                "--list-language" => options.list_language = true,
                "--summaries" => options.summaries = true,
                "--failed-create-uses-key" => options.failed_create_uses_key = true,
                "--list-delay" => options.list_delay = number(&value()?, "a number of requests")?,
                "--accept-offsets" => options.accept_offsets = true,
                "--help" | "-h" => options.help = true,
                _ if argument.starts_with("--") && argument.contains('=') => {
                    return Err(format!("{argument}: write a space instead of the first ="));
                }
                _ => return Err(format!("unknown option {argument}")),
            }
        }
        if options.empty && (options.users.is_some() || options.parties.is_some()) {
            return Err(String::from(
                "--empty goes with neither --users nor --parties",
            ));
        }
        let shares = options.faults.iter().map(|(_, share)| u64::from(*share));
        if shares.sum::<u64>() > 1_000_000 {
            return Err(String::from(
                "the shares of --faults are more than all requests",
            ));
        }
        Ok(options)
    }

    pub(crate) fn set_planyo(&self, settings: &mut PlanyoSettings) {
        settings.hash_key.clone_from(&self.hash_key);
        settings.empty_page_is_refused = self.empty_page_refused;
        settings.list_properties = !self.no_list_properties;
        settings.list_language = self.list_language;
        if let Some(style) = self.phones {
            settings.list_phones = style;
            settings.user_data_phones = style;
        }
    }

    pub(crate) fn set_billit(&self, settings: &mut BillitSettings) {
        settings.summaries = self.summaries;
        settings.failed_create_uses_key = self.failed_create_uses_key;
        settings.list_delay_requests = self.list_delay;
        settings.accept_offsets = self.accept_offsets;
        settings.real_clock = true;
    }
}

fn number<N: std::str::FromStr>(text: &str, kind: &str) -> Result<N, String> {
    text.parse().map_err(|_| format!("{text} is not {kind}"))
}

/// Its first day.
fn month(text: &str) -> Result<NaiveDate, String> {
    NaiveDate::parse_from_str(&format!("{text}-01"), "%Y-%m-%d")
        .map_err(|_| format!("{text} is not a month"))
}

/// No more than the memory of an ordinary machine has room for.
fn customers(text: &str) -> Result<usize, String> {
    let count = number(text, "a number")?;
    if count <= 1_000_000 {
        Ok(count)
    } else {
        Err(String::from("--users and --parties take 1000000 at most"))
    }
}

/// One at least, and no more than their ids have room for.
fn companies(text: &str) -> Result<u32, String> {
    let count = number(text, "a number of companies")?;
    if (1..=100).contains(&count) {
        Ok(count)
    } else {
        Err(String::from("--companies takes 1 to 100"))
    }
}

fn fault(text: &str) -> Result<(Fault, u32), String> {
    let (name, part) = text.split_once('=').unwrap_or((text, ""));
    let fault = Fault::named(name).ok_or_else(|| format!("{name} is not a fault"))?;
    Ok((fault, share(part)?))
}

fn erased(text: &str) -> Result<(Erasure, u32), String> {
    let (kind, part) = text.split_once('=').unwrap_or((text, ""));
    let kind = match kind {
        "blank" => Erasure::Blank,
        "gone" => Erasure::Gone,
        _ => return Err(format!("{kind} is not a kind of erasure")),
    };
    Ok((kind, share(part)?))
}

fn phones(text: &str) -> Result<PhoneStyle, String> {
    match text {
        "beside" => Ok(PhoneStyle::Separate),
        "inside" => Ok(PhoneStyle::Joined),
        "plus" => Ok(PhoneStyle::JoinedWithPlus),
        "zeros" => Ok(PhoneStyle::JoinedWithZeros),
        "doubled" => Ok(PhoneStyle::Doubled),
        "both" => Ok(PhoneStyle::Both),
        _ => Err(format!("{text} is not a style of telephone numbers")),
    }
}

/// `0.02` or `2%`, as so many of a million.
fn share(text: &str) -> Result<u32, String> {
    let (digits, whole) = match text.strip_suffix('%') {
        Some(digits) => (digits, 10_000.0),
        None => (text, 1_000_000.0),
    };
    let share = digits.parse::<f64>().ok();
    let share = share.map(|share| (share * whole).round());
    let share = share.filter(|share| (0.0..=1_000_000.0).contains(share));
    let share = share.and_then(|share| format!("{share:.0}").parse().ok());
    share.ok_or_else(|| format!("'{text}' is not a share such as 0.02 or 2%: write NAME=SHARE"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Options, String> {
        Options::parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn options() {
        let expected = Options {
            planyo_port: 8401,
            billit_port: 8402,
            month: NaiveDate::from_ymd_opt(2026, 6, 1),
            hash_key: Some(String::from("s3cret")),
            users: Some(100),
            parties: Some(50),
            seed: 7,
            companies: 3,
            erased: vec![(Erasure::Gone, 10_000)],
            limits: Limits {
                latency: Duration::from_millis(20),
                calls_per_minute: Some(600),
            },
            faults: vec![(Fault::ResetAfter, 20_000), (Fault::Overuse, 5_000)],
            phones: Some(PhoneStyle::Doubled),
            summaries: true,
            list_delay: 4,
            ..Options::default()
        };
        let line = "--planyo-port 8401 --billit-port 8402 --month 2026-06 --summaries --hash-key s3cret --users 100 \
            --parties 50 --seed 7 --companies 3 --erased gone=1% --latency 20 --rate-limit 600 --faults reset-after=0.02 \
            --faults overuse=0.5% --phones doubled --list-delay 4";
        assert_eq!(parse(line), Ok(expected));
        assert_eq!(parse(""), Ok(Options::default()));
    }

    #[test]
    fn what_is_not_an_option_is_said() {
        for (line, problem) in [
            ("--port 1", "unknown option --port"),
            ("--planyo-port", "--planyo-port needs a value"),
            ("--planyo-port 70000", "70000 is not a port"),
            ("--month June", "June is not a month"),
            ("--companies 0", "--companies takes 1 to 100"),
            ("--faults flood=1%", "flood is not a fault"),
            (
                "--faults slow",
                "'' is not a share such as 0.02 or 2%: write NAME=SHARE",
            ),
            (
                "--faults slow=2",
                "'2' is not a share such as 0.02 or 2%: write NAME=SHARE",
            ),
            (
                "--faults slow=60% --faults overuse=60%",
                "the shares of --faults are more than all requests",
            ),
            (
                "--users=10",
                "--users=10: write a space instead of the first =",
            ),
            (
                "--users 99999999",
                "--users and --parties take 1000000 at most",
            ),
            (
                "--empty --users 10",
                "--empty goes with neither --users nor --parties",
            ),
            ("--erased all=1%", "all is not a kind of erasure"),
        ] {
            assert_eq!(parse(line), Err(problem.to_owned()));
        }
    }

    #[test]
    fn every_fault_is_in_the_help() {
        assert!(Fault::names().all(|name| HELP.contains(name)));
    }
}
