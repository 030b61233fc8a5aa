//! Settings from the command line and the environment.

use std::net::SocketAddr;
use std::time::Duration;

use chrono::TimeDelta;
use customer_sync::SyncOptions;
use customer_sync::triggers::{InboxOptions, TriggerRules};
use planyo_client::incoming::CallbackToken;
use planyo_client::notifications::CallbackUrl;

use crate::environment::Settings;
use crate::server::Setup;
use crate::store::open_store;

pub(crate) const HELP: &str = "\
Receives Planyo's notifications (webhooks) and syncs the customer of each to Billit.

cargo run --example webhook_server [-- OPTIONS]

  --once     on the sandbox: end when the nine customers are synced
  --help     this text

Without settings it runs on a sandbox in this process. With these it works on the real services:

  PLANYO_API_KEY      required
  BILLIT_API_KEY      required
  BILLIT_PARTY_ID     required: the id of your own company in Billit
  SYNC_TOKEN          required: a secret for the callback's URL, such as `openssl rand -hex 32` prints
  SYNC_STATE          required: a file that holds the inbox, what was applied and what was registered
  SYNC_LISTEN         default 127.0.0.1:8080; a proxy in front of it speaks https
  SYNC_URL            where Planyo reaches it, such as https://sync.example.com; then it registers itself there
  SYNC_QUIET_SECONDS  default 10: debounce; a customer is synced after so many seconds without another notification
  SYNC_FULL_HOURS     default 24: a full pass over all customers at the start, and again after so many hours; 0: never
  PLANYO_HASH_KEY     if hashing is enabled for the Planyo key
  PLANYO_SITE_ID      if the Planyo key is a metasite's
  PLANYO_BASE_URL     default https://www.planyo.com/rest/
  BILLIT_BASE_URL     default https://api.billit.be

POST /planyo?token=...  takes notifications     GET /?token=...  shows what came, what was synced and what waits
GET /healthz            answers 200 while notifications can be taken";

const SETTINGS: [&str; 13] = [
    "PLANYO_API_KEY",
    "BILLIT_API_KEY",
    "BILLIT_PARTY_ID",
    "SYNC_TOKEN",
    "SYNC_STATE",
    "SYNC_LISTEN",
    "SYNC_URL",
    "SYNC_QUIET_SECONDS",
    "SYNC_FULL_HOURS",
    "PLANYO_HASH_KEY",
    "PLANYO_SITE_ID",
    "PLANYO_BASE_URL",
    "BILLIT_BASE_URL",
];

/// What to do.
pub(crate) enum Wanted {
    Help,
    Demo { once: bool },
    Real(Box<Real>),
}

/// The server, and its public URL.
pub(crate) struct Real {
    pub(crate) server: Setup,
    pub(crate) public: Option<CallbackUrl>,
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
        return Ok(Wanted::Demo { once });
    }
    if once {
        return Err("--once is for the sandbox; unset the settings to run there".to_owned());
    }
    let (planyo, billit) = (settings.planyo()?, settings.billit()?);
    let token = CallbackToken::new(settings.required("SYNC_TOKEN")?)
        .map_err(|error| format!("SYNC_TOKEN: {error}"))?;
    let state = open_store(&settings.required("SYNC_STATE")?)?;
    let number = |name: &str, default: u32| match settings.get(name) {
        None => Ok(default),
        Some(text) => text
            .parse::<u32>()
            .map_err(|_| format!("{name} is not a whole number")),
    };
    let debounce = number("SYNC_QUIET_SECONDS", 10)?;
    let hours = number("SYNC_FULL_HOURS", 24)?;
    let listen = settings.get("SYNC_LISTEN");
    let listen: SocketAddr = listen
        .as_deref()
        .unwrap_or("127.0.0.1:8080")
        .parse()
        .map_err(|_| {
            "SYNC_LISTEN is not an address and a port, such as 127.0.0.1:8080".to_owned()
        })?;
    let public = settings.get("SYNC_URL").map(|url| {
        CallbackUrl::new(&format!("{}/planyo", url.trim_end_matches('/')))
            .map_err(|error| format!("SYNC_URL: {error}"))
    });
    let every = Duration::from_secs(3600 * u64::from(hours));
    Ok(Wanted::Real(Box::new(Real {
        server: Setup {
            planyo,
            billit,
            options: SyncOptions::default().store(state.clone()),
            state,
            rules: TriggerRules::default(),
            inbox: InboxOptions::default().debounce(TimeDelta::seconds(debounce.into())),
            token,
            listen,
            full_pass: (hours > 0).then_some(every),
            full_pass_at_start: true,
        },
        public: public.transpose()?,
    })))
}
