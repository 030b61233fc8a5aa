//! Settings of all programs: variables of the environment.

use std::collections::BTreeMap;
use std::env;

use billit_client::Client as Billit;
use clap::Parser;
use customer_sync::store::{SqliteStore, State};
use planyo_client::{Client as Planyo, SiteId};

use crate::program::{Usage, report};

/// The variables of Planyo. The first is required.
pub const PLANYO: &[&str] = &[
    "PLANYO_API_KEY",
    "PLANYO_HASH_KEY",
    "PLANYO_SITE_ID",
    "PLANYO_BASE_URL",
];

/// The variables of Billit. The first two are required.
pub const BILLIT: &[&str] = &["BILLIT_API_KEY", "BILLIT_PARTY_ID", "BILLIT_BASE_URL"];

/// The variable of the store.
pub const STORE: &[&str] = &["SYNC_STATE"];

/// Every variable that a program reads, with what `--help` says of it.
const VARIABLES: [(&str, &str); 8] = [
    ("PLANYO_API_KEY", "required; made in Planyo's back end"),
    (
        "PLANYO_HASH_KEY",
        "if hashing is enabled for the Planyo key",
    ),
    ("PLANYO_SITE_ID", "if the Planyo key is a metasite's"),
    ("PLANYO_BASE_URL", "default https://www.planyo.com/rest/"),
    ("BILLIT_API_KEY", "required; made in Billit"),
    (
        "BILLIT_PARTY_ID",
        "required; the id of your own company in Billit",
    ),
    (
        "BILLIT_BASE_URL",
        "default https://api.billit.be; Billit's sandbox is https://api.sandbox.billit.be",
    ),
    (
        "SYNC_STATE",
        "a file that remembers what was applied, so that manual corrections are kept; programs may share it",
    ),
];

/// Where the real services are, unless a variable says otherwise.
const PLANYO_URL: &str = "https://www.planyo.com/rest/";
const BILLIT_URL: &str = "https://api.billit.be";

/// The first line of a program that runs on look-alikes.
pub(crate) const ON_LOOK_ALIKES: &str = "sandbox: look-alikes of the services, in this process";

/// The variables that begin so are ours: one that is not known is misspelled.
const PREFIXES: [&str; 3] = ["PLANYO_", "BILLIT_", "SYNC_"];

/// The command line. `--help` ends with the variables that the program reads, and ends the program.
///
/// # Errors
/// An argument is unknown, missing or wrong.
pub fn arguments<A: Parser>(reads: &[&[&str]]) -> Result<A, Usage> {
    // Of an option that is given twice the last counts.
    let command = A::command().args_override_self(true);
    let command = command.after_help(help_on(&reads.concat()));
    let matches = command.try_get_matches();
    let read = matches.and_then(|matches| A::from_arg_matches(&matches));
    read.map_err(|error| {
        if !error.use_stderr() {
            error.exit();
        }
        Usage(one_line(&error.to_string()))
    })
}

/// What `--help` says of these variables.
fn help_on(reads: &[&str]) -> String {
    let lines = VARIABLES.iter().filter(|(name, _)| reads.contains(name));
    let lines: Vec<String> = lines
        .map(|(name, about)| format!("  {name:<19} {about}"))
        .collect();
    if lines.is_empty() {
        return String::new();
    }
    format!(
        "Without these variables it runs on look-alikes of the services, in this process. With those that are required it works on the \
         real services:\n\n{}",
        lines.join("\n")
    )
}

/// What is wrong and the tip, without the usage, which `--help` shows.
fn one_line(error: &str) -> String {
    let ends = ["\n\nUsage", "\n\nFor more information"];
    let what = ends
        .iter()
        .fold(error, |what, end| what.split(end).next().unwrap_or(what));
    let what = what.trim().trim_start_matches("error: ");
    let what = what.replace("\n\n", "; ");
    let words: Vec<&str> = what.split_whitespace().collect();
    format!("{}; --help says more", words.join(" "))
}

/// The variables that are set, of those that a program reads. A blank one counts as not set.
pub struct Settings(BTreeMap<String, String>);

impl Settings {
    /// From the environment.
    ///
    /// # Errors
    /// A variable is misspelled or not text.
    pub fn read(reads: &[&[&str]]) -> Result<Self, Usage> {
        let reads = reads.concat();
        let mut set = BTreeMap::new();
        for (name, value) in env::vars_os() {
            let name = name.to_string_lossy();
            let is_ours = PREFIXES.iter().any(|prefix| name.starts_with(prefix));
            if !is_ours || value.is_empty() {
                continue;
            }
            if !VARIABLES.iter().any(|(known, _)| *known == name) {
                let nearest = nearest(&name);
                return Err(Usage(format!(
                    "{name} is no setting: did you mean {nearest}?"
                )));
            }
            let value = value
                .to_str()
                .ok_or_else(|| Usage(format!("{name} is not UTF-8")))?
                .trim();
            if reads.contains(&&*name) && !value.is_empty() {
                set.insert(name.into_owned(), value.to_owned());
            }
        }
        Ok(Self(set))
    }

    /// The value of a variable.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Whether the program is to run on look-alikes.
    #[must_use]
    pub fn are_blank(&self) -> bool {
        self.0.is_empty()
    }

    /// The value of a required variable.
    ///
    /// # Errors
    /// It is not set.
    pub fn required(&self, name: &str) -> Result<&str, Usage> {
        self.get(name).ok_or_else(|| {
            let set: Vec<&str> = self.0.keys().map(String::as_str).collect();
            let set = set.join(" and ");
            Usage(format!(
                "{name} is not set; set it, or unset {set} to run on look-alikes"
            ))
        })
    }

    /// The client of Planyo.
    ///
    /// # Errors
    /// A variable is missing or wrong.
    pub fn planyo(&self) -> Result<Planyo, Usage> {
        let mut planyo = Planyo::builder(self.required("PLANYO_API_KEY")?);
        if let Some(key) = self.get("PLANYO_HASH_KEY") {
            planyo = planyo.hash_key(key);
        }
        if let Some(site) = self.get("PLANYO_SITE_ID") {
            let site: SiteId = site
                .parse()
                .map_err(|_| Usage("PLANYO_SITE_ID is not a number".to_owned()))?;
            planyo = planyo.site_id(site);
        }
        if let Some(url) = self.get("PLANYO_BASE_URL") {
            planyo = planyo.base_url(url);
        }
        planyo.build().map_err(|error| {
            let name = match error.setting() {
                Some(planyo_client::Setting::ApiKey) => "PLANYO_API_KEY: ",
                Some(planyo_client::Setting::HashKey) => "PLANYO_HASH_KEY: ",
                Some(planyo_client::Setting::BaseUrl) => "PLANYO_BASE_URL: ",
                _ => "",
            };
            Usage(format!("{name}{error}"))
        })
    }

    /// The client of Billit.
    ///
    /// # Errors
    /// A variable is missing or wrong.
    pub fn billit(&self) -> Result<Billit, Usage> {
        let key = self.required("BILLIT_API_KEY")?;
        let company: Option<i64> = self.required("BILLIT_PARTY_ID")?.parse().ok();
        let company = company.filter(|id| *id > 0).ok_or_else(|| {
            let where_it_is = "Billit shows it in the settings of your company";
            Usage(format!("BILLIT_PARTY_ID is not an id; {where_it_is}"))
        })?;
        let mut billit = Billit::builder(key, company);
        if let Some(url) = self.get("BILLIT_BASE_URL") {
            billit = billit.base_url(url);
        }
        billit.build().map_err(|error| {
            let name = match error.setting() {
                Some(billit_client::Setting::Credential) => "BILLIT_API_KEY: ",
                Some(billit_client::Setting::Company) => "BILLIT_PARTY_ID: ",
                Some(billit_client::Setting::BaseUrl) => "BILLIT_BASE_URL: ",
                _ => "",
            };
            Usage(format!("{name}{error}"))
        })
    }

    /// The store, if there is one. Says so if others may read it.
    ///
    /// # Errors
    /// It cannot be opened.
    pub fn store(&self) -> Result<Option<State>, Usage> {
        self.get("SYNC_STATE").map(open_store).transpose()
    }

    /// Says on standard error, as the first line, whether the program speaks to look-alikes or to the real services.
    pub fn announce(&self) {
        if self.are_blank() {
            report(ON_LOOK_ALIKES);
            return;
        }
        let mut services = Vec::new();
        if self.get("PLANYO_API_KEY").is_some() {
            let url = self.get("PLANYO_BASE_URL");
            services.push(format!("Planyo at {}", url.unwrap_or(PLANYO_URL)));
        }
        if let Some(company) = self.get("BILLIT_PARTY_ID") {
            let url = self.get("BILLIT_BASE_URL");
            let url = url.unwrap_or(BILLIT_URL);
            services.push(format!("Billit at {url}, company {company}"));
        }
        report(&format!("real services: {}", services.join("; ")));
    }
}

/// The store in this file. Says so if others may read it.
///
/// # Errors
/// It cannot be opened.
pub fn open_store(file: &str) -> Result<State, Usage> {
    let store = SqliteStore::open(file).map_err(|error| Usage(format!("SYNC_STATE: {error}")))?;
    if let Some(warning) = store.warning() {
        report(&format!("SYNC_STATE: {warning}"));
    }
    Ok(State::new(store))
}

/// The known variable that is spelled most like this one.
fn nearest(name: &str) -> &'static str {
    let names = VARIABLES.iter().map(|(known, _)| *known);
    let nearest = names.min_by_key(|known| strsim::damerau_levenshtein(known, name));
    nearest.unwrap_or_default()
}
