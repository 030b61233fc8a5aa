//! What all parts of the service share.

use std::sync::{Arc, Mutex, PoisonError};

use billit_client::Client as Billit;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use customer_sync::store::{PostgresStore, SqliteStore, State};
use customer_sync::triggers::{Inbox, InboxOptions};
use customer_sync::{CancellationToken, Counts, PlanyoUsers, SyncError, SyncOptions};
use planyo_client::sites::GetSiteInfo;
use planyo_client::{Client as Planyo, SiteZone};
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;

use crate::alerts::Alerts;
use crate::calls::{CallLog, Unwritten};
use crate::clock::Clock;
use crate::directory::Directory;
use crate::metrics::Metrics;
use crate::notes::Notes;
use crate::plans::Plans;
use crate::recalls::Recalls;
use crate::received::Received;
use crate::settings::{Settings, Wrong};

/// Why something failed.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The file of the store, unless the settings say otherwise.
const STORE: &str = "customers.sqlite";

/// A customer whose sync fails again and again is tried as often at least.
const LONGEST_RETRY: TimeDelta = TimeDelta::hours(1);

/// The parts.
pub struct App {
    /// What the settings say.
    pub settings: Settings,
    /// The client of Planyo.
    pub planyo: Planyo,
    /// The customers of Planyo.
    pub users: PlanyoUsers,
    /// The client of Billit.
    pub billit: Billit,
    /// The store.
    pub state: State,
    /// The customers that wait because of an event.
    pub inbox: Inbox,
    /// What the service remembers.
    pub notes: Notes,
    /// All customers, for the search.
    pub directory: Directory,
    /// Counters.
    pub metrics: Arc<Metrics>,
    /// Who is told what.
    pub alerts: Alerts,
    /// Who is asked to come again, and how.
    pub recalls: Recalls,
    /// The time for what is due on a day.
    pub clock: Clock,
    /// Plans that wait for a person.
    pub plans: Plans,
    /// What has come from Planyo.
    pub received: Received,
    /// Ends runs between two customers.
    pub stop: CancellationToken,
    /// The inbox has more.
    pub more: Notify,
    /// The clock of the site, once it is known.
    zone: Mutex<Option<SiteZone>>,
    /// Which keys were refused last.
    refused: Mutex<Refused>,
}

/// Which service refuses its key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Refused {
    /// Planyo.
    pub planyo: bool,
    /// Billit.
    pub billit: bool,
}

/// The last full pass, in the row `status/pass`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct LastPass {
    /// When it began.
    pub started: DateTime<Utc>,
    /// Its counts, or why it failed.
    pub text: String,
    /// Its counts, if it did not fail.
    #[serde(default)]
    pub counts: Option<Counts>,
    /// Whether it came to its end.
    pub done: bool,
    /// Whether it was stopped by the safety limit.
    #[serde(default)]
    pub limit: bool,
    /// When one came to its end last.
    #[serde(default)]
    pub last_done: Option<DateTime<Utc>>,
    /// What it says of properties that are new or gone.
    #[serde(default)]
    pub properties: Vec<String>,
}

impl App {
    /// Opens the store and makes the clients. Nothing is sent.
    ///
    /// # Errors
    /// When a setting is wrong, or the store cannot be opened.
    pub async fn open(
        settings: Settings,
        state: Option<State>,
    ) -> Result<(Arc<Self>, Unwritten), Failure> {
        let state = match state {
            Some(state) => state,
            None => open_store(&settings).await?,
        };
        let (metrics, directory) = (Arc::new(Metrics::new()), Directory::default());
        let source = settings.rules.source_name();
        let (log, unwritten) = CallLog::new(Arc::clone(&metrics), directory.clone(), source);
        let planyo = planyo(&settings, &log)?;
        let billit = billit(&settings, &log)?;
        let seconds = |seconds: u32| TimeDelta::seconds(seconds.into());
        let sync = &settings.file.sync;
        let inbox = InboxOptions::default()
            .debounce(seconds(sync.quiet_seconds))
            .retry_delay(seconds(sync.retry_seconds.get()), LONGEST_RETRY)
            .lease_time(settings.lease_time());
        let inbox = Inbox::new(state.clone(), inbox);
        let alerts = crate::alerts::Alerts::new(
            state.clone(),
            &settings.file.alerts,
            &crate::alerts::AlertSecrets {
                smtp_password: settings.keys.smtp.clone(),
                post_url: settings.keys.alert_url.clone(),
            },
            settings.file.server.url.clone(),
            settings.name().to_owned(),
        );
        let recalls = Recalls::new(
            &settings.file.recalls,
            settings.name(),
            settings.keys.smtp.as_deref(),
            settings.keys.sms.as_deref(),
        );
        let app = Self {
            users: PlanyoUsers::new(&planyo),
            notes: Notes::new(&state),
            alerts: alerts.map_err(Wrong)?,
            recalls: recalls.map_err(Wrong)?,
            clock: Clock::default(),
            plans: Plans::default(),
            received: Received::default(),
            stop: CancellationToken::new(),
            more: Notify::new(),
            zone: Mutex::default(),
            refused: Mutex::default(),
            settings,
            planyo,
            billit,
            state,
            inbox,
            directory,
            metrics,
        };
        Ok((Arc::new(app), unwritten))
    }

    /// The options of a run.
    #[must_use]
    pub fn options(&self) -> SyncOptions {
        let sync = &self.settings.file.sync;
        SyncOptions::default()
            .rules(self.settings.rules.clone())
            .store(self.state.clone())
            .concurrency(sync.concurrency)
            .lease_time(self.settings.lease_time())
            .keep_journal(TimeDelta::days(sync.keep_journal_days.into()))
            .cancellation(&self.stop)
    }

    /// The clock of the site.
    ///
    /// # Errors
    /// When Planyo cannot be asked, or names no time zone.
    pub async fn zone(&self) -> Result<SiteZone, Failure> {
        let known = *self.zone.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(zone) = known {
            return Ok(zone);
        }
        let site = self.planyo.send(GetSiteInfo::new()).await;
        if let Err(error) = &site {
            let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
            refused.planyo = error.is_auth();
        }
        let zone = site?.zone()?;
        *self.zone.lock().unwrap_or_else(PoisonError::into_inner) = Some(zone);
        Ok(zone)
    }

    /// A time as the clock of the site shows it, or in UTC as long as that is unknown.
    #[must_use]
    pub fn local(&self, time: DateTime<Utc>) -> String {
        let zone = *self.zone.lock().unwrap_or_else(PoisonError::into_inner);
        match zone {
            Some(zone) => zone.to_local(time).format("%Y-%m-%d %H:%M").to_string(),
            None => time.format("%Y-%m-%d %H:%M UTC").to_string(),
        }
    }

    /// The day by the clock of the site, or in UTC as long as that is unknown.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        let zone = *self.zone.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.now();
        zone.map_or(now.date_naive(), |zone| zone.to_local(now).date())
    }

    /// What a run says of the keys.
    pub fn saw_run<T>(&self, result: &Result<T, SyncError>) {
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        match result {
            Ok(_) => *refused = Refused::default(),
            Err(SyncError::Planyo(error)) => refused.planyo = error.is_auth(),
            Err(SyncError::Billit(error)) => refused.billit = error.is_auth(),
            Err(_) => {}
        }
    }

    /// Which keys were refused last.
    #[must_use]
    pub fn refused(&self) -> Refused {
        *self.refused.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The last full pass.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn last_pass(&self) -> Result<Option<LastPass>, customer_sync::store::StateError> {
        self.notes.read("status/pass").await
    }
}

async fn open_store(settings: &Settings) -> Result<State, Failure> {
    if let Some(url) = &settings.keys.database {
        let store = PostgresStore::connect(url).await?;
        return Ok(State::new(store));
    }
    let file = settings.file.store.clone().unwrap_or_else(|| STORE.into());
    let store = SqliteStore::open(file)?;
    if let Some(warning) = store.warning() {
        tracing::warn!(%warning, "store");
    }
    Ok(State::new(store))
}

fn planyo(settings: &Settings, log: &CallLog) -> Result<Planyo, Wrong> {
    let mut planyo = Planyo::builder(settings.keys.planyo.as_str());
    if let Some(key) = &settings.keys.planyo_hash {
        planyo = planyo.hash_key(key.as_str());
    }
    if let Some(site) = settings.file.planyo.site {
        planyo = planyo.site_id(site);
    }
    if let Some(url) = &settings.file.planyo.base_url {
        planyo = planyo.base_url(url);
    }
    let log = log.clone();
    let planyo = planyo.observe(move |exchange| log.planyo(exchange)).build();
    planyo.map_err(|error| {
        let name = match error.setting() {
            Some(planyo_client::Setting::ApiKey) => "PLANYO_API_KEY: ",
            Some(planyo_client::Setting::HashKey) => "PLANYO_HASH_KEY: ",
            Some(planyo_client::Setting::BaseUrl) => "planyo.base_url: ",
            _ => "",
        };
        Wrong(format!("{name}{error}"))
    })
}

fn billit(settings: &Settings, log: &CallLog) -> Result<Billit, Wrong> {
    let company = settings.file.billit.company;
    let mut billit = Billit::builder(settings.keys.billit.as_str(), company);
    if let Some(url) = &settings.file.billit.base_url {
        billit = billit.base_url(url);
    }
    let log = log.clone();
    let billit = billit.observe(move |exchange| log.billit(exchange)).build();
    billit.map_err(|error| {
        let name = match error.setting() {
            Some(billit_client::Setting::Credential) => "BILLIT_API_KEY: ",
            Some(billit_client::Setting::Company) => "billit.company: ",
            Some(billit_client::Setting::BaseUrl) => "billit.base_url: ",
            _ => "",
        };
        Wrong(format!("{name}{error}"))
    })
}
