//! Several companies, each with a key and data of its own.

use std::sync::{Arc, Mutex};

use serde_json::{Map, Value};

use super::{API_KEY, BillitServer, COMPANY_ID, Settings, State};
use crate::server::lock;

impl BillitServer {
    /// Adds a company with a key of its own, the settings of the first one, and these parties; returns its key and its id.
    /// Only the first company has OAuth, and the other methods here are about the first.
    #[allow(clippy::must_use_candidate)] // The keys can be told from their number.
    pub fn add_company(&self, seed: Vec<Map<String, Value>>) -> (String, i64) {
        let (settings, outbox) = {
            let state = self.state();
            (state.settings.clone(), state.outbox.clone())
        };
        let mut others = lock(&self.server.api().others);
        let number = others.len() + 2;
        let key = format!("{API_KEY}-{number}");
        let company_id = COMPANY_ID + i64::try_from(number).unwrap_or_default() - 1;
        let settings = Settings {
            api_key: key.clone(),
            company_id,
            ..settings
        };
        let state = State {
            outbox,
            ..State::new(settings, seed)
        };
        others.push(Arc::new(Mutex::new(state)));
        (key, company_id)
    }

    /// The parties of a company by id, as GET by id prints them.
    #[must_use]
    pub fn parties_of(&self, company_id: i64) -> Vec<Map<String, Value>> {
        let others = lock(&self.server.api().others);
        for state in others.iter() {
            let state = lock(state);
            if state.settings.company_id == company_id {
                return state.parties.values().cloned().collect();
            }
        }
        drop(others);
        let state = self.state();
        let is_first = state.settings.company_id == company_id;
        let parties = state.parties.values().filter(|_| is_first);
        parties.cloned().collect()
    }
}

impl State {
    pub(super) fn new(settings: Settings, seed: Vec<Map<String, Value>>) -> Self {
        let first = settings.company_id - COMPANY_ID;
        let mut state = Self {
            settings,
            ..Self::default()
        };
        // No two companies use the same ids.
        state.last_id += first * 10_000_000;
        state.numbers += first * 10_000_000;
        for party in seed {
            state.add(party);
        }
        state
    }
}
