//! Settings from the command line and the environment.

use std::path::PathBuf;
use std::time::SystemTime;

use billit_client::Client as Billit;
use chrono::{DateTime, NaiveDate, Utc};
use customer_sync::planfy::{self, Export};
use customer_sync::{MappingRules, SyncOptions};

use crate::environment::Settings;
use crate::recalls::Recalls;
use crate::store::open_store;

pub(crate) const HELP: &str = "\
Makes Billit's customers equal to those of a Planfy export.

cargo run --example planfy_csv [-- OPTIONS] [EXPORT]

  EXPORT                 a CSV file of all customers, as Planfy exports it; without it there is a sample
  --account NAME         the links in Billit are planfy:NAME:<planfy_id>; default: main
  --vat COLUMN           the column with VAT numbers, if it has an unusual name
  --out FILE             write corrections made in Billit as an update file for Planfy. Cells that a spreadsheet could run
                         as a formula, such as a phone with `+`, get an apostrophe in front
  --as-typed             without these apostrophes: the file goes to Planfy, and is not opened in a spreadsheet
  --recalls              list the customers to invite again (the rules are in recalls.rs)
  --appointments FILE    CSV with id, planfy_id, resource, booked, ends, state (finished, booked or cancelled); days are
                         as 2026-11-22. Without it there is a sample, but not for your own export
  --day DAY              the day that recalls are listed for; default: today, in UTC
  --apply                write to the real service (without it nothing is written there)
  --help                 this text

Without settings it runs on a sandbox in this process. With these it works on the real service:

  BILLIT_API_KEY         required
  BILLIT_PARTY_ID        required: the id of your own company in Billit
  BILLIT_BASE_URL        default https://api.billit.be
  SYNC_STATE             a file that remembers what was applied, so that manual corrections are kept";

const SETTINGS: [&str; 4] = [
    "BILLIT_API_KEY",
    "BILLIT_PARTY_ID",
    "BILLIT_BASE_URL",
    "SYNC_STATE",
];

/// What to do.
pub(crate) enum Wanted {
    Help,
    Demo(Box<Job>),
    Real(Box<Real>),
}

/// The real service, and what to do there.
pub(crate) struct Real {
    pub(crate) billit: Billit,
    pub(crate) options: SyncOptions,
    pub(crate) apply: bool,
    pub(crate) job: Job,
}

/// The account, and the optional outputs.
pub(crate) struct Job {
    pub(crate) export: Export,
    pub(crate) rules: MappingRules,
    pub(crate) out: Option<PathBuf>,
    pub(crate) cells: Cells,
    pub(crate) recalls: Option<Recalls>,
}

/// How the cells of an update file are written.
#[derive(Clone, Copy, Default)]
pub(crate) enum Cells {
    #[default]
    Defused,
    AsTyped,
}

#[derive(Default)]
struct Arguments {
    export: Option<String>,
    account: Option<String>,
    vat: Option<String>,
    out: Option<String>,
    cells: Cells,
    appointments: Option<String>,
    day: Option<String>,
    recalls: bool,
    apply: bool,
    help: bool,
}

/// What the arguments and the environment ask for, or one line that says what is wrong with them.
pub(crate) fn read(
    arguments: impl Iterator<Item = String>,
    environment: impl Fn(&str) -> Option<String>,
) -> Result<Wanted, String> {
    let given = Arguments::read(arguments)?;
    if given.help {
        return Ok(Wanted::Help);
    }
    let apply = given.apply;
    let job = given.job()?;
    let settings = Settings::new(&SETTINGS, environment);
    if settings.are_blank() {
        if apply {
            return Err(
                "--apply is for the real service; set BILLIT_API_KEY and BILLIT_PARTY_ID"
                    .to_owned(),
            );
        }
        return Ok(Wanted::Demo(Box::new(job)));
    }
    let billit = settings.billit()?;
    let mut options = SyncOptions::default().rules(job.rules.clone());
    if let Some(file) = settings.get("SYNC_STATE") {
        options = options.store(open_store(&file)?);
    }
    Ok(Wanted::Real(Box::new(Real {
        billit,
        options,
        apply,
        job,
    })))
}

impl Arguments {
    fn read(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut given = Self::default();
        while let Some(argument) = arguments.next() {
            let mut value = || {
                arguments
                    .next()
                    .ok_or_else(|| format!("{argument} needs a value"))
            };
            match argument.as_str() {
                "--account" => given.account = Some(value()?),
                "--vat" => given.vat = Some(value()?),
                "--out" => given.out = Some(value()?),
                "--appointments" => given.appointments = Some(value()?),
                "--day" => given.day = Some(value()?),
                "--as-typed" => given.cells = Cells::AsTyped,
                "--recalls" => given.recalls = true,
                "--apply" => given.apply = true,
                "--help" | "-h" => given.help = true,
                option if option.starts_with("--") => {
                    return Err(format!(
                        "unknown argument `{option}`; --help names the known ones"
                    ));
                }
                _ if given.export.is_some() => return Err("one export at a time".to_owned()),
                file => given.export = Some(file.to_owned()),
            }
        }
        Ok(given)
    }

    fn job(self) -> Result<Job, String> {
        let recalls = self.recalls.then(|| self.recalls()).transpose()?;
        let whole = |file: &String| std::fs::canonicalize(file).ok();
        let (out, export) = (self.out.as_ref(), self.export.as_ref());
        if out
            .and_then(whole)
            .is_some_and(|out| export.and_then(whole) == Some(out))
        {
            return Err(
                "--out is the export itself, which would be gone; name another file".to_owned(),
            );
        }
        let mut rules = planfy::rules(self.account.as_deref().unwrap_or("main"));
        rules = match self.vat {
            Some(column) => rules.vat_properties([column]),
            None => rules,
        };
        Ok(Job {
            export: match self.export {
                Some(file) => Export::file(file),
                None => Export::bytes(*include_bytes!("export.csv")),
            },
            rules,
            out: self.out.map(PathBuf::from),
            cells: self.cells,
            recalls,
        })
    }

    fn recalls(&self) -> Result<Recalls, String> {
        let today = || DateTime::<Utc>::from(SystemTime::now()).date_naive();
        let day = |text: &String| {
            text.parse::<NaiveDate>()
                .map_err(|_| "--day is no day as 2026-11-22".to_owned())
        };
        let appointments = match (&self.appointments, &self.export) {
            (Some(file), _) => std::fs::read(file).map_err(|error| format!("{file}: {error}"))?,
            (None, None) => include_bytes!("appointments.csv").to_vec(),
            (None, Some(_)) => {
                return Err(
                    "--recalls needs --appointments FILE with an export of your own".to_owned(),
                );
            }
        };
        Ok(Recalls {
            appointments,
            day: self.day.as_ref().map_or_else(|| Ok(today()), day)?,
        })
    }
}
