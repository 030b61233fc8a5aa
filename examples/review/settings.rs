//! Settings from the command line and the environment.

use std::path::PathBuf;

use billit_client::Client as Billit;
use planyo_client::Client as Planyo;

use crate::environment::Settings;

pub(crate) const HELP: &str = "\
Shows a plan before it is applied, lets a person decide, and reports what was done.

cargo run --example review -- plan FOLDER    writes plan.html, plan.md, plan.jsonl and decisions.csv to the folder
cargo run --example review -- check FOLDER   shows what the decisions will do, and writes approved.html; applies nothing
cargo run --example review -- apply FOLDER   applies the decisions, and writes report-....html, .md and .jsonl
cargo run --example review -- undo FOLDER    writes the same files for the undo of the last run, for `apply`
cargo run --example review [-- FOLDER]       without settings: all of it on a sandbox in this process

  --help     this text

In decisions.csv, which any spreadsheet opens, the column `decision` is empty, and what stays empty is not done. Write
apply, which may be filled down the whole column, skip, keep (Billit's values stay), link and the id of a party, or for an
ambiguous customer link (to the only one of its `candidates`) or new; in the line of a field keep, or nothing. A line `all`
decides on all ambiguous customers of a kind. The files hold personal data.

With these it works on the real services:

  PLANYO_API_KEY    required
  BILLIT_API_KEY    required
  BILLIT_PARTY_ID   required: the id of your own company in Billit
  PLANYO_HASH_KEY   if hashing is enabled for the Planyo key
  PLANYO_SITE_ID    if the Planyo key is a metasite's
  PLANYO_BASE_URL   default https://www.planyo.com/rest/
  BILLIT_BASE_URL   default https://api.billit.be
  SYNC_STATE        the store of the program whose runs are undone. Default: one in the folder";

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
    Demo(PathBuf),
    Real(Box<Real>),
}

/// Both services, and what to do there.
pub(crate) struct Real {
    pub(crate) planyo: Planyo,
    pub(crate) billit: Billit,
    pub(crate) step: Step,
    pub(crate) folder: PathBuf,
    pub(crate) store: Option<String>,
}

#[derive(Clone, Copy)]
pub(crate) enum Step {
    Plan,
    Check,
    Apply,
    Undo,
}

/// What the arguments and the environment ask for, or one line that says what is wrong with them.
pub(crate) fn read(
    arguments: impl Iterator<Item = String>,
    environment: impl Fn(&str) -> Option<String>,
) -> Result<Wanted, String> {
    let arguments: Vec<String> = arguments.collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let settings = Settings::new(&SETTINGS, environment);
    let (step, folder) = match arguments.as_slice() {
        ["--help" | "-h"] => return Ok(Wanted::Help),
        [other, ..] if other.starts_with('-') => {
            return Err(format!(
                "unknown argument `{other}`; --help names the known ones"
            ));
        }
        ["plan", folder] => (Step::Plan, folder),
        ["check", folder] => (Step::Check, folder),
        ["apply", folder] => (Step::Apply, folder),
        ["undo", folder] => (Step::Undo, folder),
        [] | [_] if !settings.are_blank() => {
            return Err(
                "say `plan`, `check`, `apply` or `undo` and a folder, or unset the settings to run on the sandbox"
                    .to_owned(),
            );
        }
        [] => {
            return Ok(Wanted::Demo(
                std::env::temp_dir().join(format!("review-{}", std::process::id())),
            ));
        }
        [folder] => return Ok(Wanted::Demo(folder.into())),
        _ => {
            return Err(
                "say `plan`, `check`, `apply` or `undo` and a folder; --help says more".to_owned(),
            );
        }
    };
    if settings.are_blank() {
        return Err("`plan`, `check`, `apply` and `undo` are for the real services; set PLANYO_API_KEY, BILLIT_API_KEY and BILLIT_PARTY_ID".to_owned());
    }
    Ok(Wanted::Real(Box::new(Real {
        planyo: settings.planyo()?,
        billit: settings.billit()?,
        step,
        folder: folder.into(),
        store: settings.get("SYNC_STATE"),
    })))
}
