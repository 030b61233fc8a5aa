//! Several sites, each with a key and data of its own.

use std::sync::{Arc, Mutex};

use super::{API_KEY, Bookings, PlanyoServer, SITE_ID, Settings, State, User, callbacks::Outbox};
use crate::server::lock;

impl PlanyoServer {
    /// Adds a site with a key of its own, the settings of the first one, these users and these bookings; returns its key
    /// and its id. The other methods here are about the first site.
    #[allow(clippy::must_use_candidate)] // The keys can be told from their number.
    pub fn add_site(&self, seed: Vec<User>, bookings: Bookings) -> (String, u64) {
        let (settings, outbox) = {
            let state = self.state();
            (state.settings.clone(), state.callbacks.outbox.clone())
        };
        let mut others = lock(&self.server.api().others);
        let number = others.len() + 2;
        let api_key = format!("{API_KEY}-{number}");
        let site_id = SITE_ID + u64::try_from(number).unwrap_or_default() - 1;
        let settings = Settings {
            api_key: api_key.clone(),
            site_id,
            ..settings
        };
        let mut state = State::new(settings, outbox, seed);
        state.load(bookings);
        others.push(Arc::new(Mutex::new(state)));
        (api_key, site_id)
    }

    /// The users of a site by id, including those that no listing shows.
    #[must_use]
    pub fn users_of(&self, site_id: u64) -> Vec<User> {
        let others = lock(&self.server.api().others);
        for state in others.iter() {
            let state = lock(state);
            if state.settings.site_id == site_id {
                return state.users.values().cloned().collect();
            }
        }
        drop(others);
        let state = self.state();
        let is_first = state.settings.site_id == site_id;
        let users = state.users.values().filter(|_| is_first);
        users.cloned().collect()
    }
}

impl State {
    pub(super) fn new(settings: Settings, outbox: Option<Outbox>, seed: Vec<User>) -> Self {
        let mut state = Self {
            settings,
            ..Self::default()
        };
        state.callbacks.outbox = outbox;
        for user in seed {
            state.add(user);
        }
        state
    }
}
