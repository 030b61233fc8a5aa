//! The tokens of one user.

use std::fmt;
use std::time::SystemTime;

use chrono::{DateTime, TimeDelta, Utc};
use serde::de::Error as _;
use serde::{Deserialize, Serialize};

use crate::plumbing::secret::Secret;
use crate::wire;

/// What Billit documents: 60 minutes, fixed.
const LIFETIME: i64 = 3600;

/// A pair of tokens. `Debug` hides both; serde writes both in the clear, for your store.
#[derive(Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Tokens {
    /// Goes with every call, for an hour.
    #[serde(with = "in_the_clear")]
    pub access_token: Secret,
    /// Gets the next pair, once. It does not expire.
    #[serde(with = "in_the_clear")]
    pub refresh_token: Secret,
    /// When the access token expires, by this machine's clock at the time it came.
    pub expires_at: DateTime<Utc>,
}

impl Tokens {
    /// A pair from elsewhere, such as a store with columns.
    #[must_use]
    pub fn new(
        access_token: impl Into<Secret>,
        refresh_token: impl Into<Secret>,
        expires_at: DateTime<Utc>,
    ) -> Self {
        Self {
            access_token: access_token.into(),
            refresh_token: refresh_token.into(),
            expires_at,
        }
    }

    /// Reads `{"access_token", "refresh_token", "expires_in"}`. A refresh that brings no new refresh token leaves the
    /// old one good (OAuth's rule; Billit is documented to bring one).
    pub(super) fn parse(body: &[u8], old: Option<&Secret>) -> serde_json::Result<Self> {
        #[derive(Deserialize)]
        struct Answer {
            #[serde(default, deserialize_with = "wire::text")]
            access_token: Option<String>,
            #[serde(default, deserialize_with = "wire::text")]
            refresh_token: Option<String>,
            #[serde(default, deserialize_with = "wire::number")]
            expires_in: Option<i64>,
        }
        let answer: Answer = serde_json::from_slice(body)?;
        let missing = |field| serde_json::Error::missing_field(field);
        let access_token = answer.access_token.ok_or_else(|| missing("access_token"))?;
        let refresh_token = answer.refresh_token.map(Secret::from);
        let refresh_token = refresh_token.or_else(|| old.cloned());
        let seconds = answer.expires_in.filter(|seconds| *seconds > 0);
        let lifetime = TimeDelta::try_seconds(seconds.unwrap_or(LIFETIME));
        let expires_at = lifetime.and_then(|lifetime| now().checked_add_signed(lifetime));
        Ok(Self {
            access_token: access_token.into(),
            refresh_token: refresh_token.ok_or_else(|| missing("refresh_token"))?,
            expires_at: expires_at.unwrap_or(DateTime::<Utc>::MAX_UTC),
        })
    }
}

pub(super) fn now() -> DateTime<Utc> {
    SystemTime::now().into()
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens")
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

mod in_the_clear {
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::plumbing::secret::Secret;

    pub(super) fn serialize<S: Serializer>(
        secret: &Secret,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(secret.expose())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Secret, D::Error> {
        String::deserialize(deserializer).map(Secret::from)
    }
}
