//! The calls of OAuth. Only [`RevokeTokens`] needs a user who is logged in.

use serde::Serialize;

use super::{OAuthApp, Tokens};
use crate::endpoint::{Endpoint, Method, Request, Safety};
use crate::macros::call;
use crate::plumbing::secret::Secret;
use crate::wire;

const TOKEN: [&str; 2] = ["OAuth2", "token"];

/// `POST /OAuth2/token`: the first tokens of a user, for the code that Billit sent along with them (documented; a JSON
/// body, not a form).
///
/// The code works once and for ten minutes. A call whose answer was lost is not retried: send the user to log in
/// again. Save the tokens before anything else.
///
/// With which status Billit refuses a code is not documented: [`ErrorKind::Auth`](crate::ErrorKind::Auth) and
/// [`ErrorKind::Rejected`](crate::ErrorKind::Rejected) are possible.
#[derive(Clone, Debug)]
pub struct ExchangeCode {
    app: OAuthApp,
    code: Secret,
}

impl ExchangeCode {
    /// For the `code` of the user who came back.
    #[must_use]
    pub fn new(app: &OAuthApp, code: impl Into<Secret>) -> Self {
        Self {
            app: app.clone(),
            code: code.into(),
        }
    }
}

impl Endpoint for ExchangeCode {
    type Output = Tokens;

    fn operation(&self) -> &'static str {
        "exchange_code"
    }

    fn safety(&self) -> Safety {
        Safety::Unsafe
    }

    fn request(&self) -> serde_json::Result<Request> {
        #[derive(Serialize)]
        struct Body<'a> {
            grant_type: &'a str,
            code: &'a str,
            client_id: &'a str,
            client_secret: &'a str,
            redirect_uri: &'a str,
        }
        Request::new(Method::Post, TOKEN).with_json(&Body {
            grant_type: "authorization_code",
            code: self.code.expose(),
            client_id: &self.app.client_id,
            client_secret: self.app.client_secret.expose(),
            redirect_uri: &self.app.redirect_uri,
        })
    }

    fn parse(&self, body: &[u8]) -> serde_json::Result<Tokens> {
        Tokens::parse(body, None)
    }

    fn needs_credential(&self) -> bool {
        false
    }
}

/// `POST /OAuth2/token`: the next tokens for a refresh token, which works once (documented).
///
/// A client made by [`Client::oauth`](crate::Client::oauth) sends it when it is time. A program that sends it
/// itself must save the answer before using it, and must not let two of them run at once.
#[derive(Clone, Debug)]
pub struct RefreshTokens {
    app: OAuthApp,
    refresh_token: Secret,
}

impl RefreshTokens {
    /// For this refresh token.
    #[must_use]
    pub fn new(app: &OAuthApp, refresh_token: impl Into<Secret>) -> Self {
        Self {
            app: app.clone(),
            refresh_token: refresh_token.into(),
        }
    }
}

impl Endpoint for RefreshTokens {
    type Output = Tokens;

    fn operation(&self) -> &'static str {
        "refresh_tokens"
    }

    fn safety(&self) -> Safety {
        Safety::Unsafe
    }

    fn request(&self) -> serde_json::Result<Request> {
        #[derive(Serialize)]
        struct Body<'a> {
            grant_type: &'a str,
            refresh_token: &'a str,
            client_id: &'a str,
            client_secret: &'a str,
        }
        Request::new(Method::Post, TOKEN).with_json(&Body {
            grant_type: "refresh_token",
            refresh_token: self.refresh_token.expose(),
            client_id: &self.app.client_id,
            client_secret: self.app.client_secret.expose(),
        })
    }

    fn parse(&self, body: &[u8]) -> serde_json::Result<Tokens> {
        Tokens::parse(body, Some(&self.refresh_token))
    }

    fn needs_credential(&self) -> bool {
        false
    }
}

/// `POST /OAuth2/revoke`: the user logs your program out.
///
/// The path is confirmed, and that it has no body; that it revokes the access token it is sent with, and the refresh
/// token along with it, is a guess. Delete the tokens from your store afterwards. A retry may be refused, since the
/// token is not valid any more.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct RevokeTokens;

impl RevokeTokens {
    /// The call.
    #[must_use]
    pub fn new() -> Self {
        Self
    }
}

impl Endpoint for RevokeTokens {
    call!("revoke_tokens", Idempotent -> (), wire::nothing);

    fn request(&self) -> serde_json::Result<Request> {
        Ok(Request::new(Method::Post, ["OAuth2", "revoke"]))
    }

    fn needs_company(&self) -> bool {
        false
    }
}
