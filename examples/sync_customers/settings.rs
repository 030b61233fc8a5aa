//! Settings from the command line and the environment.

use billit_client::Client as Billit;
use customer_sync::{MappingRules, SyncOptions, WriteMode};
use planyo_client::Client as Planyo;

use crate::environment::Settings;
use crate::store::open_store;

pub(crate) const HELP: &str = "\
Makes Billit's customers equal to Planyo's.

cargo run --example sync_customers [-- OPTIONS]

  --json        print one JSON object instead of tables; the sandbox adds the requests it counted
  --apply       write to the real services (without it nothing is written there)
  --link-only   only link the customers that match, for a first run on old books or after a lost SYNC_STATE: old
                differences stay, later changes in Planyo are written by the runs after it; needs SYNC_STATE
  --help        this text

Without settings it runs on a sandbox in this process. With these it works on the real services:

  PLANYO_API_KEY    required
  BILLIT_API_KEY    required
  BILLIT_PARTY_ID   required: the id of your own company in Billit
  PLANYO_HASH_KEY   if hashing is enabled for the Planyo key
  PLANYO_SITE_ID    if the Planyo key is a metasite's
  PLANYO_BASE_URL   default https://www.planyo.com/rest/
  BILLIT_BASE_URL   default https://api.billit.be
  SYNC_STATE        a file that remembers what was applied, so that manual corrections are kept";

/// The first three are required.
const SETTINGS: [&str; 8] = [
    "PLANYO_API_KEY",
    "BILLIT_API_KEY",
    "BILLIT_PARTY_ID",
    "PLANYO_HASH_KEY",
    "PLANYO_SITE_ID",
    "PLANYO_BASE_URL",
    "BILLIT_BASE_URL",
    "SYNC_STATE",
];

/// What to do.
pub(crate) enum Wanted {
    Help,
    Demo { json: bool },
    Real(Box<Real>),
}

/// Both services, and what to do there.
pub(crate) struct Real {
    pub(crate) planyo: Planyo,
    pub(crate) billit: Billit,
    pub(crate) json: bool,
    pub(crate) apply: bool,
    pub(crate) options: SyncOptions,
}

/// What the arguments and the environment ask for, or one line that says what is wrong with them.
pub(crate) fn read(
    arguments: impl Iterator<Item = String>,
    environment: impl Fn(&str) -> Option<String>,
) -> Result<Wanted, String> {
    let (mut json, mut apply, mut link_only) = (false, false, false);
    for argument in arguments {
        match argument.as_str() {
            "--json" => json = true,
            "--apply" => apply = true,
            "--link-only" => link_only = true,
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
        if link_only {
            return Err("--link-only is for the real services; set PLANYO_API_KEY, BILLIT_API_KEY, BILLIT_PARTY_ID and SYNC_STATE".to_owned());
        }
        if apply {
            return Err("--apply is for the real services; set PLANYO_API_KEY, BILLIT_API_KEY and BILLIT_PARTY_ID".to_owned());
        }
        return Ok(Wanted::Demo { json });
    }
    let (planyo, billit) = (settings.planyo()?, settings.billit()?);
    let mut options = SyncOptions::default();
    if let Some(file) = settings.get("SYNC_STATE") {
        options = options.store(open_store(&file)?);
    } else if link_only {
        return Err("--link-only needs SYNC_STATE: without it the next run would write every old difference".to_owned());
    }
    if link_only {
        options = options.rules(MappingRules::default().write_mode(WriteMode::LinkOnly));
    }
    Ok(Wanted::Real(Box::new(Real {
        planyo,
        billit,
        json,
        apply,
        options,
    })))
}
