//! Credentials: the key, and the tokens of `/OAuth2`.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Instant,
};

use serde_json::{Value, json};

use super::{
    API_KEY, OAUTH_CLIENT_ID, OAUTH_CLIENT_SECRET, State,
    answers::{Outcome, done, error, generic},
    api::Call,
    record::{Record, sent},
};
use crate::server::Recorded;

/// All tokens issued. None is removed, so that an expired token differs from an unknown one.
#[derive(Default)]
pub(super) struct OAuth {
    codes: BTreeSet<String>,
    refresh_tokens: BTreeSet<String>,
    access_tokens: BTreeMap<String, AccessToken>,
}

struct AccessToken {
    given: Instant,
    calls: u32,
    is_revoked: bool,
    /// The refresh token issued with it, which is revoked with it.
    partner: String,
}

impl State {
    /// By key or by token; a key takes precedence.
    pub(super) fn authenticate(&mut self, request: &Recorded) -> Outcome<()> {
        match (request.header("apikey"), bearer(request)) {
            (Some(key), _) if key == API_KEY => Ok(()),
            (None, Some(token)) if self.settings.bearer_token.as_deref() == Some(token) => Ok(()),
            (None, Some(token)) => self.use_token(token),
            _ => Err(error(401, "ApiKeyNotValid", None)),
        }
    }

    fn use_token(&mut self, token: &str) -> Outcome<()> {
        let refused = |code| Err(error(401, code, None));
        let Some(known) = self.oauth.access_tokens.get_mut(token) else {
            return refused("InvalidAccessToken");
        };
        if known.is_revoked {
            return refused("AccessTokenRevoked");
        }
        let is_used_up = self
            .settings
            .access_token_calls
            .is_some_and(|most| known.calls >= most);
        if is_used_up || known.given.elapsed() >= self.settings.access_token_lifetime {
            return refused("AccessTokenExpired");
        }
        known.calls = known.calls.saturating_add(1);
        Ok(())
    }

    /// What the browser returns after a login.
    pub(super) fn authorize(&mut self) -> String {
        let code = self.secret("code");
        self.oauth.codes.insert(code.clone());
        code
    }

    pub(super) fn token(&mut self, call: &Call) -> Outcome {
        // The documentation sends neither here; a client that does would leak its credentials.
        if call.request.header("authorization").is_some() || call.request.header("apikey").is_some()
        {
            return Err(generic(
                "The token endpoint takes no authentication headers.",
            ));
        }
        let body = call.object()?;
        // No document says how a bad code or a used refresh token is refused.
        let refused = || error(401, "InvalidAccessToken", None);
        let client = [
            ("client_id", OAUTH_CLIENT_ID),
            ("client_secret", OAUTH_CLIENT_SECRET),
        ];
        if client
            .iter()
            .any(|(name, value)| field(&body, name) != *value)
        {
            return Err(refused());
        }
        let is_good = match field(&body, "grant_type") {
            "authorization_code" => {
                let uri = field(&body, "redirect_uri");
                let wanted = self.settings.redirect_uri.as_deref();
                let is_ours = wanted.map_or(!uri.is_empty(), |wanted| wanted == uri);
                is_ours && self.oauth.codes.remove(field(&body, "code"))
            }
            "refresh_token" => self
                .oauth
                .refresh_tokens
                .remove(field(&body, "refresh_token")),
            _ => return Err(generic("The grant_type is not supported.")),
        };
        if !is_good {
            return Err(refused());
        }
        let (access, refresh) = (self.secret("access"), self.secret("refresh"));
        let token = AccessToken {
            given: Instant::now(),
            calls: 0,
            is_revoked: false,
            partner: refresh.clone(),
        };
        self.oauth.access_tokens.insert(access.clone(), token);
        self.oauth.refresh_tokens.insert(refresh.clone());
        Ok(done(&json!({
            "token_type": "Bearer",
            "expires_in": self.settings.access_token_lifetime.as_secs(),
            "access_token": access,
            "refresh_token": refresh,
        })))
    }

    /// The token that the call bears, and the refresh token given with it.
    pub(super) fn revoke(&mut self, call: &Call) -> Outcome {
        let token = bearer(call.request).unwrap_or_default().to_owned();
        self.use_token(&token)?;
        if let Some(known) = self.oauth.access_tokens.get_mut(&token) {
            known.is_revoked = true;
            self.oauth.refresh_tokens.remove(&known.partner);
        }
        Ok(done(&json!({})))
    }
}

fn bearer(request: &Recorded) -> Option<&str> {
    request.header("authorization")?.strip_prefix("Bearer ")
}

/// The names are lower-case with underscores; binding ignores case here, too.
fn field<'a>(body: &'a Record, name: &str) -> &'a str {
    sent(body, name).and_then(Value::as_str).unwrap_or_default()
}
