//! The arguments of every program that syncs.

use std::path::PathBuf;

use customer_sync::store::State;
use customer_sync::{MappingRules, SyncOptions, WriteMode};

use crate::program::Usage;

/// Rules and safety.
#[derive(clap::Args)]
pub struct SyncArguments {
    /// Mapping rules as TOML or, by the name *.json, as JSON
    #[arg(long, global = true, value_name = "FILE")]
    pub rules: Option<PathBuf>,
    /// Go past the safety limit, which stops a run that would change unusually many customers at once
    #[arg(long, global = true)]
    pub allow_mass_changes: bool,
    /// Only link the customers that match, for a first run on old books or after a lost `SYNC_STATE`: old differences stay,
    /// later changes of the source are written by the runs after it; needs `SYNC_STATE`
    #[arg(long, global = true)]
    pub link_only: bool,
}

impl SyncArguments {
    /// The rules of the file, or the default.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn rules(&self) -> Result<MappingRules, Usage> {
        let rules = match &self.rules {
            Some(file) => MappingRules::read(file).map_err(|error| Usage(error.to_string()))?,
            None => MappingRules::default(),
        };
        Ok(if self.link_only {
            rules.write_mode(WriteMode::LinkOnly)
        } else {
            rules
        })
    }

    /// The options of a run with these rules.
    ///
    /// # Errors
    /// `--link-only` without a store.
    pub fn options(&self, rules: MappingRules, store: Option<State>) -> Result<SyncOptions, Usage> {
        let mut options = SyncOptions::default().rules(rules);
        if self.allow_mass_changes {
            options = options.allow_mass_changes();
        }
        match store {
            Some(store) => Ok(options.store(store)),
            None if self.link_only => Err(Usage(
                "--link-only needs SYNC_STATE: without it the next run would write every old difference".to_owned(),
            )),
            None => Ok(options),
        }
    }
}
