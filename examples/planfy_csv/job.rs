//! What the command line asks for.

use std::path::PathBuf;
use std::time::SystemTime;

use chrono::{DateTime, NaiveDate, Utc};
use customer_sync::MappingRules;
use customer_sync::planfy::{self, Export};
use examples::{Failure, SyncArguments, Usage};

use crate::recalls::Recalls;

/// Makes Billit's customers equal to those of a Planfy export.
#[derive(clap::Parser)]
pub(crate) struct Arguments {
    /// A CSV file of all customers, as Planfy exports it; without it there is a sample
    export: Option<PathBuf>,
    /// The links in Billit are `planfy:NAME:<planfy_id>`; default: the account that the rules name as their source, or main
    #[arg(long, value_name = "NAME")]
    account: Option<String>,
    /// The column with VAT numbers, if it has an unusual name
    #[arg(long, value_name = "COLUMN")]
    vat: Option<String>,
    /// Write corrections made in Billit as an update file for Planfy. Cells that a spreadsheet could run as a formula,
    /// such as a phone with `+`, get an apostrophe in front
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Without these apostrophes: the file goes to Planfy, and is not opened in a spreadsheet
    #[arg(long)]
    as_typed: bool,
    /// List the customers to invite again (the rules are in recalls.rs)
    #[arg(long)]
    recalls: bool,
    /// CSV with id, `planfy_id`, resource, booked, ends, state (finished, booked or cancelled); days are as 2026-11-22.
    /// Without it there is a sample, but not for your own export
    #[arg(long, value_name = "FILE")]
    appointments: Option<PathBuf>,
    /// The day that recalls are listed for, as 2026-11-22; default: today, in UTC
    #[arg(long, value_parser = day)]
    day: Option<NaiveDate>,
    /// Write to the real service (without it nothing is written there)
    #[arg(long)]
    pub(crate) apply: bool,
    #[command(flatten)]
    pub(crate) sync: SyncArguments,
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

fn day(typed: &str) -> Result<NaiveDate, &'static str> {
    typed.parse().map_err(|_| "it is no day as 2026-11-22")
}

impl Arguments {
    pub(crate) fn job(&self) -> Result<Job, Failure> {
        let whole = |file: &PathBuf| std::fs::canonicalize(file).ok();
        let (out, export) = (self.out.as_ref(), self.export.as_ref());
        if out
            .and_then(whole)
            .is_some_and(|out| export.and_then(whole) == Some(out))
        {
            let gone = "--out is the export itself, which would be gone; name another file";
            return Err(Usage(gone.to_owned()).into());
        }
        let mut rules = self.sync.rules()?;
        let is_planfy = planfy::key("", &rules).source().starts_with("planfy:");
        if self.account.is_some() || !is_planfy {
            let account = self.account.as_deref().unwrap_or("main");
            rules = rules.source(&format!("planfy:{account}"));
        }
        if let Some(column) = &self.vat {
            rules = rules.vat_properties([column]);
        }
        Ok(Job {
            export: match export {
                Some(file) => Export::file(file),
                None => Export::bytes(*include_bytes!("export.csv")),
            },
            rules,
            out: self.out.clone(),
            cells: if self.as_typed {
                Cells::AsTyped
            } else {
                Cells::Defused
            },
            recalls: self.recalls.then(|| self.wanted_recalls()).transpose()?,
        })
    }

    fn wanted_recalls(&self) -> Result<Recalls, Failure> {
        let today = || DateTime::<Utc>::from(SystemTime::now()).date_naive();
        let appointments = match (&self.appointments, &self.export) {
            (Some(file), _) => {
                std::fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?
            }
            (None, None) => include_bytes!("appointments.csv").to_vec(),
            (None, Some(_)) => {
                let own = "--recalls needs --appointments FILE with an export of your own";
                return Err(Usage(own.to_owned()).into());
            }
        };
        Ok(Recalls {
            appointments,
            day: self.day.unwrap_or_else(today),
        })
    }
}
