//! Refreshes the tokens: one refresh at a time, and no new token is lost.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::{Instant, timeout_at};

use super::tokens::now;
use super::{OAuthApp, RefreshTokens, TokenStore, Tokens};
use crate::client::Client;
use crate::error::{Error, ErrorKind, Result};
use crate::plumbing::deadline::later;
use crate::plumbing::secret::Secret;

/// Half the life of a token: with more, each call would refresh it.
const LARGEST_MARGIN: Duration = Duration::from_secs(30 * 60);

/// A user who is logged in, or will be: your app, and where the tokens are. Clones share the tokens, so that the
/// clients of several companies can be made with one user.
///
/// A call whose access token is about to expire refreshes it first, and so does, once, a call that Billit refuses with
/// `AccessTokenExpired`. However many calls wait, one of them refreshes, and they share its result. The new pair
/// is saved before it is used. A machine that slept or has the wrong time costs one refused call. A refresh goes on,
/// and its tokens are saved, also when the call that began it is dropped; only the end of the runtime stops it.
#[derive(Clone)]
pub struct OAuth {
    app: OAuthApp,
    store: Arc<dyn TokenStore>,
    margin: Duration,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    /// Refreshes that came to an end, good or bad.
    rounds: AtomicU64,
}

#[derive(Default)]
struct State {
    current: Option<CurrentTokens>,
    /// Why the last refresh failed, if it did.
    failure: Option<Error>,
}

struct CurrentTokens {
    tokens: Tokens,
    expires: Instant,
    saved: bool,
}

impl CurrentTokens {
    fn new(tokens: Tokens, saved: bool) -> Self {
        // From here on the time that passes counts, not what the clock is set to.
        let left = (tokens.expires_at - now()).to_std().unwrap_or_default();
        Self {
            tokens,
            expires: later(Instant::now(), left),
            saved,
        }
    }
}

impl State {
    /// The access token, unless it is unsaved, about to expire, or refused.
    fn usable(&self, refused: Option<&Secret>, margin: Duration) -> Option<Secret> {
        let current = self.current.as_ref()?;
        let token = &current.tokens.access_token;
        let is_refused = refused.is_some_and(|refused| refused.expose() == token.expose());
        let is_fresh = current.expires > Instant::now() + margin;
        (current.saved && is_fresh && !is_refused).then(|| token.clone())
    }
}

impl OAuth {
    /// The user whose tokens are in this store; it may be empty until they log in.
    #[must_use]
    pub fn new(app: OAuthApp, store: impl TokenStore) -> Self {
        Self {
            app,
            store: Arc::new(store),
            margin: Duration::from_secs(60),
            shared: Arc::default(),
        }
    }

    /// How long before it expires a token is refreshed. Default: one minute; at most half an hour.
    #[must_use]
    pub fn refresh_margin(mut self, margin: Duration) -> Self {
        self.margin = margin.min(LARGEST_MARGIN);
        self
    }

    /// The new tokens that the store has failed to save, after [`ErrorKind::TokenStore`]. They are the only copy: the
    /// refresh token before is used up. Each call tries to save them again; a program that ends can put them elsewhere.
    pub async fn unsaved(&self) -> Option<Tokens> {
        let state = self.shared.state.lock().await;
        let current = state.current.as_ref().filter(|current| !current.saved)?;
        Some(current.tokens.clone())
    }

    pub(crate) fn problem(&self) -> Option<String> {
        self.app.problem()
    }

    /// An access token that does not expire soon and is not the refused one.
    pub(crate) async fn access_token(
        &self,
        client: &Client,
        refused: Option<&Secret>,
        deadline: Instant,
    ) -> Result<Secret> {
        let round = self.shared.rounds.load(Ordering::Acquire);
        let token = async {
            let usable = self.shared.state.lock().await.usable(refused, self.margin);
            if let Some(token) = usable {
                return Ok(token);
            }
            // A task of its own: a call that is dropped must not drop the only copy of the new tokens.
            let (oauth, client, refused) = (self.clone(), client.clone(), refused.cloned());
            let refresh = async move { oauth.refresh(&client, refused.as_ref(), round).await };
            #[cfg(feature = "tracing")]
            let refresh = tracing::Instrument::in_current_span(refresh);
            tokio::spawn(refresh).await.unwrap_or_else(|error| {
                // Only a store can panic; else the runtime ends.
                let kind = if error.is_panic() {
                    ErrorKind::TokenStore
                } else {
                    ErrorKind::RefreshLost
                };
                Err(Error::new(kind).with_source(error))
            })
        };
        timeout_at(deadline, token).await.unwrap_or_else(|_| {
            let waited = "the access token was not refreshed in time";
            Err(Error::new(ErrorKind::NotSent).with_source(waited))
        })
    }

    /// Drops a token that is refused although it has not expired: the store may have another by the next call.
    pub(crate) fn forget(&self, token: &Secret) {
        // While it is locked, a refresh is running.
        if let Ok(mut state) = self.shared.state.try_lock()
            && state
                .current
                .as_ref()
                .is_some_and(|current| current.tokens.access_token.expose() == token.expose())
        {
            state.current = None;
        }
    }

    /// Refreshes, unless another call has done so, or failed to, since this one asked.
    async fn refresh(
        &self,
        client: &Client,
        refused: Option<&Secret>,
        round: u64,
    ) -> Result<Secret> {
        let mut state = self.shared.state.lock().await;
        if let Some(token) = state.usable(refused, self.margin) {
            return Ok(token);
        }
        if self.shared.rounds.load(Ordering::Acquire) != round {
            if let Some(failure) = &state.failure {
                return Err(failure.clone());
            }
            // It is new, and so valid even if it expires within the margin.
            if let Some(token) = state.usable(refused, Duration::ZERO) {
                return Ok(token);
            }
        }
        let token = self.next_token(&mut state, client, refused).await;
        state.failure = token.as_ref().err().cloned();
        self.shared.rounds.fetch_add(1, Ordering::Release);
        token
    }

    async fn next_token(
        &self,
        state: &mut State,
        client: &Client,
        refused: Option<&Secret>,
    ) -> Result<Secret> {
        match state.current.as_mut().filter(|current| !current.saved) {
            Some(unsaved) => self.save(unsaved).await?,
            None => self.load(state).await?,
        }
        if let Some(token) = state.usable(refused, self.margin) {
            return Ok(token);
        }
        let Some(current) = &state.current else {
            let empty = "the user has to log in: the token store is empty";
            return Err(Error::new(ErrorKind::Auth).with_source(empty));
        };
        let call = RefreshTokens::new(&self.app, current.tokens.refresh_token.expose());
        let tokens = client.send_once(&call).await.map_err(failed)?;
        #[cfg(feature = "tracing")]
        tracing::debug!("billit access token refreshed");
        let current = state.current.insert(CurrentTokens::new(tokens, false));
        self.save(current).await?;
        Ok(current.tokens.access_token.clone())
    }

    async fn save(&self, current: &mut CurrentTokens) -> Result<()> {
        let saved = self.store.save(&current.tokens).await;
        saved.map_err(|error| Error::new(ErrorKind::TokenStore).with_source(error))?;
        current.saved = true;
        Ok(())
    }

    /// Another program may have refreshed them, or the user logged in again: what expires last is the newest.
    async fn load(&self, state: &mut State) -> Result<()> {
        let stored = self.store.load().await;
        let stored =
            stored.map_err(|error| Error::new(ErrorKind::TokenStore).with_source(error))?;
        if let Some(tokens) = stored
            && state
                .current
                .as_ref()
                .is_none_or(|current| current.tokens.expires_at < tokens.expires_at)
        {
            state.current = Some(CurrentTokens::new(tokens, true));
        }
        Ok(())
    }
}

/// What the failure of a refresh means for the call that needed it.
fn failed(error: Error) -> Error {
    use ErrorKind as K;
    let kind = match error.kind() {
        // Not processed: the refresh token is as good as before.
        kind @ (K::NotSent | K::RateLimited | K::Configuration) => kind,
        K::Auth | K::NoAccess | K::NotFound | K::Rejected => K::Auth,
        _ => K::RefreshLost,
    };
    error.into_cause_of(kind)
}

impl fmt::Debug for OAuth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuth")
            .field("app", &self.app)
            .field("margin", &self.margin)
            .finish_non_exhaustive()
    }
}
