//! Settings from the command line and the environment.

use std::time::Duration;

use billit_client::Client as Billit;
use chrono::TimeDelta;
use customer_sync::SyncOptions;
use customer_sync::store::State;
use customer_sync::triggers::{EventRule, Inbox, InboxOptions};
use planyo_client::Client as Planyo;

use crate::DEFAULT_INTERVAL;
use crate::environment::Settings;
use crate::store::open_store;

pub(crate) const HELP: &str = "\
Polls Planyo for customers that are new, changed, checked in, checked out or have an event, and syncs them to Billit.

cargo run --example poll [-- OPTIONS]

  --once     on the real services: one round, for a timer of the system
  --help     this text

Without settings it runs on a sandbox in this process. With these it works on the real services:

  PLANYO_API_KEY    required
  BILLIT_API_KEY    required
  BILLIT_PARTY_ID   required: the id of your own company in Billit
  SYNC_STATE        required: a file that holds what was polled and what was applied
  SYNC_EVENTS       times before and after an event, as in `1: 2 days before begin; 2: 2 years after end`
  SYNC_MINUTES      default 5: how often it asks
  PLANYO_HASH_KEY   if hashing is enabled for the Planyo key
  PLANYO_SITE_ID    if the Planyo key is a metasite's
  PLANYO_BASE_URL   default https://www.planyo.com/rest/
  BILLIT_BASE_URL   default https://api.billit.be";

const SETTINGS: [&str; 10] = [
    "PLANYO_API_KEY",
    "BILLIT_API_KEY",
    "BILLIT_PARTY_ID",
    "SYNC_STATE",
    "SYNC_EVENTS",
    "SYNC_MINUTES",
    "PLANYO_HASH_KEY",
    "PLANYO_SITE_ID",
    "PLANYO_BASE_URL",
    "BILLIT_BASE_URL",
];

/// What to do.
pub(crate) enum Wanted {
    Help,
    Demo,
    Real(Box<Real>),
}

/// Both services, and what to do there.
pub(crate) struct Real {
    pub(crate) planyo: Planyo,
    pub(crate) billit: Billit,
    pub(crate) options: SyncOptions,
    pub(crate) state: State,
    pub(crate) inbox: Inbox,
    pub(crate) events: Vec<EventRule>,
    pub(crate) every: Duration,
    pub(crate) once: bool,
}

/// What the arguments and the environment ask for, or one line that says what is wrong with them.
pub(crate) fn read(
    arguments: impl Iterator<Item = String>,
    environment: impl Fn(&str) -> Option<String>,
) -> Result<Wanted, String> {
    let mut once = false;
    for argument in arguments {
        match argument.as_str() {
            "--once" => once = true,
            "--help" | "-h" => return Ok(Wanted::Help),
            _ => {
                return Err(format!(
                    "unknown argument `{argument}`; --help names the known ones"
                ));
            }
        }
    }
    let settings = Settings::new(&SETTINGS, environment);
    if settings.are_blank() {
        return Ok(Wanted::Demo);
    }
    let (planyo, billit) = (settings.planyo()?, settings.billit()?);
    let events = settings.get("SYNC_EVENTS").unwrap_or_default();
    let events = events.split(';').filter(|rule| !rule.trim().is_empty());
    let events: Result<Vec<EventRule>, _> = events.map(str::parse).collect();
    let events = events.map_err(|error| format!("SYNC_EVENTS: {error}"))?;
    let every = match settings.get("SYNC_MINUTES") {
        None => DEFAULT_INTERVAL,
        Some(text) => match text.parse::<u32>() {
            Ok(minutes @ 1..) => Duration::from_secs(60 * u64::from(minutes)),
            _ => return Err("SYNC_MINUTES is not a whole number from 1".to_owned()),
        },
    };
    let state = open_store(&settings.required("SYNC_STATE")?)?;
    // A poll finds all at once: no debounce needed.
    let inbox = Inbox::new(
        state.clone(),
        InboxOptions::default().debounce(TimeDelta::zero()),
    );
    Ok(Wanted::Real(Box::new(Real {
        planyo,
        billit,
        options: SyncOptions::default().store(state.clone()),
        state,
        inbox,
        events,
        every,
        once,
    })))
}
