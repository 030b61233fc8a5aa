//! Where tokens are kept.

use std::sync::{Arc, Mutex, PoisonError};

use super::Tokens;
use crate::plumbing::transport::{BoxError, BoxFuture};

/// Keeps the tokens of one user: a file, a row of a database, a vault.
///
/// Its errors become the source of an [`Error`](crate::Error) and are printed with it: put no token in them.
///
/// ```
/// use std::path::PathBuf;
///
/// use billit_client::oauth::{TokenStore, Tokens};
/// use billit_client::transport::{BoxError, BoxFuture};
///
/// struct File(PathBuf);
///
/// impl TokenStore for File {
///     fn load(&self) -> BoxFuture<'_, Result<Option<Tokens>, BoxError>> {
///         Box::pin(async {
///             match std::fs::read(&self.0) {
///                 Ok(json) => Ok(Some(serde_json::from_slice(&json)?)),
///                 Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
///                 Err(error) => Err(error.into()),
///             }
///         })
///     }
///
///     fn save<'a>(&'a self, tokens: &'a Tokens) -> BoxFuture<'a, Result<(), BoxError>> {
///         Box::pin(async {
///             // Atomic: a file written by half would lose the only copy.
///             let new = self.0.with_extension("new");
///             std::fs::write(&new, serde_json::to_vec(tokens)?)?;
///             Ok(std::fs::rename(&new, &self.0)?)
///         })
///     }
/// }
/// ```
pub trait TokenStore: Send + Sync + 'static {
    /// The tokens saved last; none before the user has logged in.
    ///
    /// # Errors
    /// Whatever goes wrong. The call that needed them fails with
    /// [`ErrorKind::TokenStore`](crate::ErrorKind::TokenStore).
    fn load(&self) -> BoxFuture<'_, Result<Option<Tokens>, BoxError>>;

    /// Replaces the tokens in one step, and does not return before they are safe. The old refresh token is used up by
    /// then: these are the only copy.
    ///
    /// # Errors
    /// As [`load`](Self::load). The tokens are kept in memory, and saved again before the next call.
    fn save<'a>(&'a self, tokens: &'a Tokens) -> BoxFuture<'a, Result<(), BoxError>>;
}

impl<S: TokenStore + ?Sized> TokenStore for Arc<S> {
    fn load(&self) -> BoxFuture<'_, Result<Option<Tokens>, BoxError>> {
        (**self).load()
    }

    fn save<'a>(&'a self, tokens: &'a Tokens) -> BoxFuture<'a, Result<(), BoxError>> {
        (**self).save(tokens)
    }
}

/// A store that ends with the program, after which the user has to log in again. Clones share the tokens.
#[derive(Clone, Debug, Default)]
pub struct MemoryTokenStore(Arc<Mutex<Option<Tokens>>>);

impl From<Tokens> for MemoryTokenStore {
    fn from(tokens: Tokens) -> Self {
        Self(Arc::new(Mutex::new(Some(tokens))))
    }
}

impl TokenStore for MemoryTokenStore {
    fn load(&self) -> BoxFuture<'_, Result<Option<Tokens>, BoxError>> {
        let tokens = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let tokens = tokens.clone();
        Box::pin(async { Ok(tokens) })
    }

    fn save<'a>(&'a self, tokens: &'a Tokens) -> BoxFuture<'a, Result<(), BoxError>> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *held = Some(tokens.clone());
        Box::pin(async { Ok(()) })
    }
}
