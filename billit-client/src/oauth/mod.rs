//! OAuth 2.0: how a user lets your program act for them, and how the tokens are refreshed.
//!
//! Billit asks for it in every program that is sold or given to others; an API key is for a company's own
//! administration (documented). Support gives out the client id and secret, one pair for production and one for the
//! sandbox, and registers where a user is sent back to.
//!
//! 1. Send the user to [`OAuthApp::authorization_url`].
//! 2. Billit sends them back with `?code=..`, valid for ten minutes and once, or with `?error=access_denied`. Compare
//!    the `state` with yours.
//! 3. Make [`Tokens`] of the code by [`ExchangeCode`], and save them.
//! 4. From then on a client made by [`Client::oauth`](crate::Client::oauth) takes them from your
//!    [`TokenStore`], and refreshes them.
//!
//! ```no_run
//! # async fn run(code: String) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
//! use billit_client::Client;
//! use billit_client::oauth::{ExchangeCode, MemoryTokenStore, OAuth, OAuthApp, TokenStore};
//! use billit_client::parties::GetParty;
//!
//! let app = OAuthApp::new("client-id", "client-secret", "https://shop.example/billit").sandbox();
//! println!("log in at {}", app.authorization_url("a-random-text-kept-in-the-session")?);
//!
//! let store = MemoryTokenStore::default(); // A real program has a TokenStore of its own.
//! let billit = Client::oauth(OAuth::new(app.clone(), store.clone()), 574_991)
//!     .base_url("https://api.sandbox.billit.be")
//!     .build()?;
//! let tokens = billit.send(ExchangeCode::new(&app, code)).await?;
//! store.save(&tokens).await?;
//!
//! let party = billit.send(GetParty::new(879_263)).await?;
//! # Ok(()) }
//! ```
//!
//! An access token lasts an hour. A refresh token does not expire and works **once**: each refresh brings a new one
//! (documented). This crate refreshes a token by one call at a time, and saves it before it is used. It does not prevent
//! that two programs with one store refresh at the same time: let one of them own the tokens. Before a
//! refresh the store is asked whether it has newer tokens, so that several programs work while they do not collide.

mod endpoints;
#[cfg(feature = "client")]
mod session;
#[cfg(feature = "client")]
mod store;
mod tokens;

pub use endpoints::{ExchangeCode, RefreshTokens, RevokeTokens};
#[cfg(feature = "client")]
pub use session::OAuth;
#[cfg(feature = "client")]
pub use store::{MemoryTokenStore, TokenStore};
pub use tokens::Tokens;

use std::fmt::Write;

use crate::error::{Error, Result};
use crate::plumbing::secret::Secret;

/// Your program as Billit has registered it. `Debug` hides the client secret.
#[derive(Clone, Debug)]
pub struct OAuthApp {
    client_id: String,
    client_secret: Secret,
    redirect_uri: String,
    logon_url: String,
}

impl OAuthApp {
    /// What Billit's support gave you, without spaces and line breaks around it, and where Billit sends the user back to,
    /// exactly as you registered it.
    #[must_use]
    pub fn new(
        client_id: impl Into<String>,
        client_secret: impl Into<Secret>,
        redirect_uri: impl Into<String>,
    ) -> Self {
        Self {
            client_id: client_id.into().trim().to_owned(),
            client_secret: client_secret.into().trimmed(),
            redirect_uri: redirect_uri.into(),
            logon_url: "https://my.billit.be/Account/Logon".to_owned(),
        }
    }

    /// Users log in at the sandbox, `my.sandbox.billit.be`. It has client ids of its own; the client needs the
    /// sandbox's base URL too.
    #[must_use]
    pub fn sandbox(self) -> Self {
        self.logon_url("https://my.sandbox.billit.be/Account/Logon")
    }

    /// Users log in elsewhere.
    #[must_use]
    pub fn logon_url(mut self, url: impl Into<String>) -> Self {
        self.logon_url = url.into();
        self
    }

    /// Where to send the user's browser.
    ///
    /// `state` comes back as it is: put a random text there that you keep in the user's session, and refuse an answer
    /// with another, or an attacker could log your user in as themselves.
    ///
    /// ```
    /// use billit_client::oauth::OAuthApp;
    ///
    /// let app = OAuthApp::new("my-id", "my-secret", "https://shop.example/billit");
    /// assert_eq!(
    ///     app.authorization_url("k7Qw")?,
    ///     "https://my.billit.be/Account/Logon?client_id=my-id&redirect_uri=https%3A%2F%2Fshop.example%2Fbillit&state=k7Qw"
    /// );
    /// # Ok::<(), billit_client::Error>(())
    /// ```
    ///
    /// # Errors
    /// When the state has an `&`, which Billit does not bring back (documented).
    pub fn authorization_url(&self, state: &str) -> Result<String> {
        if state.contains('&') {
            return Err(Error::configuration("the state cannot have an &"));
        }
        let mut url = format!("{}?client_id=", self.logon_url);
        encode(&mut url, &self.client_id);
        url.push_str("&redirect_uri=");
        encode(&mut url, &self.redirect_uri);
        url.push_str("&state=");
        encode(&mut url, state);
        Ok(url)
    }

    /// What is wrong with it, if anything.
    #[cfg(feature = "client")]
    fn problem(&self) -> Option<String> {
        let problem = if self.client_id.is_empty() {
            "id is blank".to_owned()
        } else {
            format!("secret {}", self.client_secret.key_problem()?)
        };
        Some(format!(
            "the OAuth client's {problem} (Billit's support gives both out)"
        ))
    }
}

/// Percent-encodes everything but letters, digits and `-._~`.
fn encode(url: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            url.push(char::from(byte));
        } else {
            // Writing into a string does not fail.
            let _ = write!(url, "%{byte:02X}");
        }
    }
}
