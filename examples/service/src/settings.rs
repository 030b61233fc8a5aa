//! The settings: one TOML file, and keys that come by the environment or out of files.

use std::env;
use std::fmt;
use std::fs;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{NaiveTime, TimeDelta, Weekday};
use customer_sync::MappingRules;
use customer_sync::triggers::EventRule;
use planyo_client::incoming::CallbackToken;
use serde::de::Error;
use serde::{Deserialize, Deserializer};

use crate::alerts::{AlertSettings, MailSettings};
use crate::messages::{EmailSettings, MailServer};
use crate::planfy::PlanfySettings;
use crate::recalls::RecallSettings;

/// What is wrong with the settings, and what to do, in one line.
#[derive(Debug)]
pub struct Wrong(pub String);

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Wrong {}

/// The settings of the file, and the keys.
#[derive(Debug)]
pub struct Settings {
    /// What the file says.
    pub file: File,
    /// The rules of its table `rules`.
    pub rules: MappingRules,
    /// The rules of its table `planfy_rules`, for the account of Planfy, if there is one.
    pub planfy_rules: Option<MappingRules>,
    /// The events before and after a rental.
    pub events: Vec<EventRule>,
    /// What is not in the file.
    pub keys: Keys,
}

/// The file. Every entry can be left out, except `billit.company` and who may look.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// The name of the company, on pages and in alerts. Default: `Planyo to Billit`.
    pub name: Option<String>,
    /// The file of the store. Default: `customers.sqlite`. With `DATABASE_URL` the store is in `PostgreSQL`.
    pub store: Option<PathBuf>,
    /// Planyo.
    #[serde(default)]
    pub planyo: PlanyoSettings,
    /// Planfy, if it is used too.
    pub planfy: Option<PlanfySettings>,
    /// Billit.
    #[serde(default)]
    pub billit: BillitSettings,
    /// The pages and the receiver.
    #[serde(default)]
    pub server: ServerSettings,
    /// Every run.
    #[serde(default)]
    pub sync: SyncSettings,
    /// When what is done.
    #[serde(default)]
    pub schedule: ScheduleSettings,
    /// Who may look.
    #[serde(default)]
    pub login: LoginSettings,
    /// Who is told what.
    #[serde(default)]
    pub alerts: AlertSettings,
    /// Messages to customers.
    #[serde(default)]
    pub recalls: RecallSettings,
    /// The mapping: see `MappingRules::from_toml`.
    #[serde(default, rename = "rules")]
    _rules: serde::de::IgnoredAny,
    /// The mapping of Planfy's customers.
    #[serde(default, rename = "planfy_rules")]
    _planfy_rules: serde::de::IgnoredAny,
}

/// The table `planyo`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PlanyoSettings {
    /// The site, if the key is a metasite's.
    pub site: Option<u64>,
    /// Default: Planyo's API.
    pub base_url: Option<String>,
}

/// The table `billit`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BillitSettings {
    /// Required: the id of your own company in Billit.
    pub company: i64,
    /// Default: Billit's API. Its sandbox is `https://api.sandbox.billit.be`.
    pub base_url: Option<String>,
    /// The page of a party in Billit, with `{id}` in it. How Billit's pages are addressed is not documented: copy it from
    /// the browser. Default: no link.
    pub party_page: Option<String>,
}

/// The table `server`.
#[derive(Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServerSettings {
    /// Where to listen. A proxy in front of it speaks https.
    pub listen: SocketAddr,
    /// Where people and Planyo reach it, such as `https://sync.example.com`. Without it Planyo is polled.
    pub url: Option<String>,
}

impl Default for ServerSettings {
    fn default() -> Self {
        Self {
            listen: (Ipv4Addr::LOCALHOST, 8080).into(),
            url: None,
        }
    }
}

/// The table `sync`.
#[derive(Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SyncSettings {
    /// How many customers are written at the same time.
    pub concurrency: usize,
    /// A customer is synced after so many seconds without another notification.
    pub quiet_seconds: u32,
    /// A customer whose sync failed is tried again after so many seconds, and after twice as many each further time.
    pub retry_seconds: NonZeroU32,
    /// After so many seconds another process goes on with what a process was at that was killed.
    pub lease_seconds: NonZeroU32,
    /// How long the journal is kept.
    pub keep_journal_days: u32,
    /// How long the calls of a customer are kept.
    pub keep_calls_days: u32,
}

const THIRTY: NonZeroU32 = NonZeroU32::MIN.saturating_add(29);

impl Default for SyncSettings {
    fn default() -> Self {
        Self {
            concurrency: 4,
            quiet_seconds: 10,
            retry_seconds: THIRTY,
            lease_seconds: THIRTY,
            keep_journal_days: 730,
            keep_calls_days: 30,
        }
    }
}

/// The table `schedule`. Times are those of the site's clock.
#[derive(Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ScheduleSettings {
    /// When all customers are compared with all parties, each day.
    #[serde(deserialize_with = "time_of_day")]
    pub full_pass: NaiveTime,
    /// How often Planyo is asked for changes; 0: never. Default: 5 without `server.url`, else 0.
    pub poll_minutes: Option<u32>,
    /// Times before and after a rental, as in `1: 2 days before start`.
    pub events: Vec<String>,
    /// The day on which is looked up who can be reached over Peppol; `"never"`.
    pub peppol: PeppolDay,
}

impl Default for ScheduleSettings {
    fn default() -> Self {
        Self {
            full_pass: NaiveTime::from_hms_opt(2, 30, 0).unwrap_or_default(),
            poll_minutes: None,
            events: Vec::new(),
            peppol: PeppolDay(Some(Weekday::Sun)),
        }
    }
}

fn time_of_day<'de, D: Deserializer<'de>>(text: D) -> Result<NaiveTime, D::Error> {
    let text = String::deserialize(text)?;
    text.parse()
        .map_err(|_| D::Error::custom("write a time of the day, such as \"02:30\""))
}

/// A day of the week, or never.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct PeppolDay(pub Option<Weekday>);

impl TryFrom<String> for PeppolDay {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text == "never" {
            return Ok(Self(None));
        }
        let day = text.parse();
        day.map(|day| Self(Some(day)))
            .map_err(|_| "write a day of the week, such as \"sunday\", or \"never\"".to_owned())
    }
}

/// The table `login`.
#[derive(Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LoginSettings {
    /// After so many hours a person logs in again.
    pub session_hours: u32,
    /// Who may look.
    pub users: Vec<Person>,
    /// The header in which a proxy says who has logged in there.
    pub trusted_header: Option<String>,
    /// The addresses from which that header counts.
    pub trusted_from: Vec<IpAddr>,
}

impl Default for LoginSettings {
    fn default() -> Self {
        Self {
            session_hours: 8,
            users: Vec::new(),
            trusted_header: None,
            trusted_from: vec![Ipv4Addr::LOCALHOST.into()],
        }
    }
}

/// Somebody who may look.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// The name to log in with, which is shown at each decision.
    pub name: String,
    /// The hash of the password, as `service hash-password` prints it.
    #[serde(deserialize_with = "secret_text")]
    pub password: String,
}

/// A text that is not shown if it is none.
fn secret_text<'de, D: Deserializer<'de>>(text: D) -> Result<String, D::Error> {
    match toml::Value::deserialize(text)? {
        toml::Value::String(text) => Ok(text),
        _ => Err(D::Error::custom("write a text in quotes")),
    }
}

impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Person({})", self.name)
    }
}

/// What is secret. `Debug` shows nothing.
pub struct Keys {
    /// `PLANYO_API_KEY`.
    pub planyo: String,
    /// `PLANYO_HASH_KEY`.
    pub planyo_hash: Option<String>,
    /// `BILLIT_API_KEY`.
    pub billit: String,
    /// `SYNC_TOKEN`: the secret in the URL that Planyo calls.
    pub token: Option<CallbackToken>,
    /// `DATABASE_URL`.
    pub database: Option<String>,
    /// `METRICS_TOKEN`: whoever asks for metrics sends it as a bearer token.
    pub metrics: Option<String>,
    /// `SMTP_PASSWORD`: of the user of `[alerts.email]` and of `[recalls.email]`.
    pub smtp: Option<String>,
    /// `SMS_KEY`: the key of the SMS gateway.
    pub sms: Option<String>,
    /// `ALERT_URL`: where alerts are posted, which is often a secret itself.
    pub alert_url: Option<String>,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(..)")
    }
}

impl Settings {
    /// Reads the file and the environment.
    ///
    /// # Errors
    /// When one of both is wrong: with file, line and column, or the variable.
    pub fn read(path: &Path) -> Result<Self, Wrong> {
        let name = path.display();
        let text = fs::read_to_string(path).map_err(|error| Wrong(format!("{name}: {error}")))?;
        let file = parsed(&text).map_err(|wrong| Wrong(format!("{name}{wrong}")))?;
        let rules = MappingRules::from_toml_table(&text, "rules")
            .map_err(|error| Wrong(format!("{name}, {error}")))?;
        let planfy = MappingRules::from_toml_table(&text, "planfy_rules")
            .map_err(|error| Wrong(format!("{name}, {error}")))?;
        let keys = Keys::read()?;
        Self::of(file, rules, planfy, keys).map_err(|wrong| Wrong(format!("{name}: {wrong}")))
    }

    /// The settings of a text, with these keys.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn of_text(text: &str, keys: Keys) -> Result<Self, Wrong> {
        let rules = MappingRules::from_toml_table(text, "rules");
        let rules = rules.map_err(|error| Wrong(error.to_string()))?;
        let planfy = MappingRules::from_toml_table(text, "planfy_rules");
        let planfy = planfy.map_err(|error| Wrong(error.to_string()))?;
        Self::of(parsed(text)?, rules, planfy, keys)
    }

    fn of(
        file: File,
        rules: MappingRules,
        planfy: MappingRules,
        keys: Keys,
    ) -> Result<Self, Wrong> {
        if file.billit.company <= 0 {
            let what = "billit.company is missing: the id of your own company, which Billit shows in its settings";
            return Err(Wrong(what.to_owned()));
        }
        if file.login.users.is_empty() && file.login.trusted_header.is_none() {
            let what = "nobody may look: add `[[login.users]]` with name and password (`service hash-password`), or \
                        login.trusted_header";
            return Err(Wrong(what.to_owned()));
        }
        for person in &file.login.users {
            if argon2::PasswordHash::new(&person.password).is_err() {
                return Err(Wrong(format!(
                    "the password of {} in login.users is no hash: make it with `service hash-password`",
                    person.name
                )));
            }
        }
        if file.server.url.is_some() && keys.token.is_none() {
            let what = "with server.url Planyo posts its notifications: set SYNC_TOKEN, a secret such as `openssl rand -hex 32` \
                        prints";
            return Err(Wrong(what.to_owned()));
        }
        if keys.database.is_some() && file.store.is_some() {
            let what = "there are two stores: remove `store` from the file, or unset DATABASE_URL";
            return Err(Wrong(what.to_owned()));
        }
        let alerts = file.alerts.email.iter().map(MailSettings::server);
        let recalls = file.recalls.email.iter().map(EmailSettings::server);
        let servers: Vec<MailServer<'_>> = alerts.chain(recalls).collect();
        MailServer::check_password(&servers, keys.smtp.is_some()).map_err(Wrong)?;
        let events = file.schedule.events.iter().map(|rule| {
            rule.parse()
                .map_err(|error| Wrong(format!("schedule.events: {rule}: {error}")))
        });
        let events = events.collect::<Result<_, _>>()?;
        let planfy_rules = match &file.planfy {
            Some(PlanfySettings { account }) => Some(planfy.source(&source_of(account)?)),
            None => None,
        };
        Ok(Self {
            file,
            rules,
            planfy_rules,
            events,
            keys,
        })
    }

    /// The name on pages and in alerts.
    #[must_use]
    pub fn name(&self) -> &str {
        self.file.name.as_deref().unwrap_or("Planyo to Billit")
    }

    /// A process that is killed is missed after so long.
    #[must_use]
    pub fn lease_time(&self) -> Duration {
        Duration::from_secs(self.file.sync.lease_seconds.get().into())
    }

    /// How often Planyo is asked for changes.
    #[must_use]
    pub fn poll_every(&self) -> Option<TimeDelta> {
        let default = if self.file.server.url.is_some() { 0 } else { 5 };
        let minutes = self.file.schedule.poll_minutes.unwrap_or(default);
        (minutes > 0).then(|| TimeDelta::minutes(minutes.into()))
    }
}

/// The source of an account of Planfy.
fn source_of(account: &str) -> Result<String, Wrong> {
    let is_part = |char: char| char.is_ascii_alphanumeric() || char == '-' || char == '_';
    if account.is_empty() || !account.chars().all(is_part) {
        let what =
            "planfy.account is a name of letters, digits, - and _: write one such as \"shop\"";
        return Err(Wrong(what.to_owned()));
    }
    Ok(format!("planfy:{account}"))
}

/// The file, or `, line 3, column 1: ...`.
fn parsed(text: &str) -> Result<File, Wrong> {
    toml::from_str(text).map_err(|error| {
        let what = error.message().trim().replace('\n', " ");
        let Some(span) = error.span() else {
            return Wrong(format!(": {what}"));
        };
        let before = text.get(..span.start).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let column = before
            .rsplit('\n')
            .next()
            .unwrap_or_default()
            .chars()
            .count()
            + 1;
        Wrong(format!(", line {line}, column {column}: {what}"))
    })
}

impl Keys {
    fn read() -> Result<Self, Wrong> {
        let token = secret("SYNC_TOKEN")?.map(CallbackToken::new).transpose();
        Ok(Self {
            planyo: required("PLANYO_API_KEY")?,
            planyo_hash: secret("PLANYO_HASH_KEY")?,
            billit: required("BILLIT_API_KEY")?,
            token: token.map_err(|error| Wrong(format!("SYNC_TOKEN: {error}")))?,
            database: secret("DATABASE_URL")?,
            metrics: secret("METRICS_TOKEN")?,
            smtp: secret("SMTP_PASSWORD")?,
            sms: secret("SMS_KEY")?,
            alert_url: secret("ALERT_URL")?,
        })
    }
}

fn required(name: &str) -> Result<String, Wrong> {
    secret(name)?.ok_or_else(|| {
        Wrong(format!(
            "{name} is not set: set it, or {name}_FILE to a file that holds it"
        ))
    })
}

/// The value of a variable, or of the file that the variable with `_FILE` names. A blank counts as not set.
fn secret(name: &str) -> Result<Option<String>, Wrong> {
    let of = |name: &str| match env::var(name) {
        Ok(value) => Ok(Some(value.trim().to_owned()).filter(|value| !value.is_empty())),
        Err(env::VarError::NotPresent) => Ok(None),
        Err(env::VarError::NotUnicode(_)) => Err(Wrong(format!("{name} is not UTF-8"))),
    };
    let in_file = format!("{name}_FILE");
    match (of(name)?, of(&in_file)?) {
        (Some(_), Some(_)) => Err(Wrong(format!(
            "{name} and {in_file} are both set: unset one"
        ))),
        (None, Some(path)) => {
            let text = fs::read_to_string(&path);
            let text = text.map_err(|error| Wrong(format!("{in_file}: {path}: {error}")))?;
            let text = text.trim();
            if text.is_empty() {
                return Err(Wrong(format!("{in_file}: {path} is empty")));
            }
            Ok(Some(text.to_owned()))
        }
        (value, None) => Ok(value),
    }
}

/// The hash of a password, as `login.users` has it.
///
/// # Errors
/// When the system has no random numbers.
pub fn hash_of(password: &str) -> Result<String, crate::app::Failure> {
    use argon2::PasswordHasher;

    let hash = argon2::Argon2::default().hash_password(password.as_bytes());
    Ok(hash.map_err(|error| error.to_string())?.to_string())
}
