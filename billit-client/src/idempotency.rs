//! Keys by which Billit knows a call that it has done.

use std::fmt;
use std::hash::{BuildHasher, Hasher, RandomState};

use hmac_sha256::Hash;
use serde::Serialize;

use crate::error::{Error, Result};

/// A key that names one intended write. Never shown in `Debug`.
///
/// Billit keeps the key of a write that succeeded, and answers a second one with 409, which is
/// [`ErrorKind::AlreadyDone`](crate::ErrorKind::AlreadyDone) (confirmed). It does not say which record the first
/// one made: look it up. A failed write leaves its key unused. How long a key is kept is unknown; after its record
/// was deleted it stays used (second-hand), so that the next attempt needs another key.
///
/// ```no_run
/// # async fn run(billit: billit_client::Client) -> Result<(), Box<dyn std::error::Error>> {
/// use billit_client::IdempotencyKey;
/// use billit_client::parties::{CreateParty, ListParties, PartyDraft, property};
///
/// let draft = PartyDraft::new("Acme BV").external_provider_id("crm-42");
/// let key = IdempotencyKey::of_record("crm-42", &draft)?;
/// // Counted up, and kept, each time the record turns out to be deleted.
/// let generation = 0;
///
/// let create = CreateParty::new(draft).key(key.generation(generation));
/// let id = match billit.send(create).await {
///     Ok(id) => Some(id),
///     Err(error) if error.is_already_done() => {
///         let mine = ListParties::new().filter(property::EXTERNAL_PROVIDER_ID.eq("crm-42"));
///         let mine = billit.pages(mine).or_filter_locally(|party| {
///             party.external_provider_id.as_deref() == Some("crm-42")
///         });
///         // None: it was made and has been deleted. Make it anew with the next generation, if it should be there.
///         mine.all().await?.records.first().map(|party| party.id)
///     }
///     Err(error) => return Err(error.into()),
/// };
/// # Ok(()) }
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// A new random key: 32 hexadecimal digits.
    #[must_use]
    pub fn random() -> Self {
        // Each state has keys of its own, seeded by the operating system.
        let random = || RandomState::new().build_hasher().finish();
        Self(format!("{:016x}{:016x}", random(), random()))
    }

    /// The key of these parts, in this order: the same whenever and wherever it is derived, so that a program
    /// that starts again sends no write twice. 32 hexadecimal digits of a SHA-256.
    ///
    /// ```
    /// use billit_client::IdempotencyKey;
    ///
    /// let key = IdempotencyKey::derive(&["create party", "planyo:7", "1"]);
    /// assert_eq!(key, IdempotencyKey::derive(&["create party", "planyo:7", "1"]));
    /// assert_ne!(key, IdempotencyKey::derive(&["create party", "planyo:71", ""]));
    /// ```
    #[must_use]
    pub fn derive(parts: &[&str]) -> Self {
        Self::hashed(parts)
    }

    pub(crate) fn hashed(parts: &[impl AsRef<[u8]>]) -> Self {
        let mut hash = Hash::new();
        for part in parts {
            // With its length, or else the place where a part ends would not count.
            let part = part.as_ref();
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        let digest = hash.finalize().into_iter().take(16);
        let number = digest.fold(0, |number, byte| number << 8 | u128::from(byte));
        Self(format!("{number:032x}"))
    }

    /// The key of creating this content for this record of yours: the same for the same content, another when the
    /// content changes. So a create that may have been done has to be looked up before the content is changed: with
    /// another content the key does not protect it any more.
    ///
    /// It does not tell one operation from another: where the same content is used twice for a record, such as an order
    /// that is created and one that is sent, take [`of_call`](Self::of_call).
    ///
    /// # Errors
    /// When the content cannot be written as JSON.
    pub fn of_record(source_id: &str, content: &impl Serialize) -> Result<Self> {
        let content = serde_json::to_string(content);
        let content = content.map_err(|error| Error::unwritable(&error))?;
        Ok(Self::derive(&["record", source_id, &content]))
    }

    /// The key for making anew what was made with this one and deleted since, for the first time, the second time and
    /// so on. Generation 0 is the key itself.
    ///
    /// ```
    /// use billit_client::IdempotencyKey;
    ///
    /// let key = IdempotencyKey::derive(&["create party", "planyo:7"]);
    /// assert_eq!(key.generation(0), key);
    /// assert_ne!(key.generation(1), key.generation(2));
    /// ```
    #[must_use]
    pub fn generation(&self, generation: u32) -> Self {
        if generation == 0 {
            return self.clone();
        }
        Self::derive(&["generation", &self.0, &generation.to_string()])
    }

    /// A key of your own: 1 to 255 visible ASCII characters. Billit asks for letters and digits; hyphens work
    /// (second-hand).
    ///
    /// # Errors
    /// When the text is empty, too long, or has another character.
    pub fn new(text: impl Into<String>) -> Result<Self> {
        let text = text.into();
        if (1..=255).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Ok(Self(text));
        }
        Err(Error::configuration(
            "an idempotency key has 1 to 255 visible ASCII characters",
        ))
    }

    /// The key as it is sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdempotencyKey(***)")
    }
}

/// The header that carries idempotency keys. Billit's documentation has two names for it and does not say which
/// one counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum IdempotencyHeader {
    /// `Idempotency-Key`: the page about it, and a client in production.
    #[default]
    IdempotencyKey,
    /// `Idempotent-Key`: the table of headers.
    IdempotentKey,
    /// Both, with the same key. That Billit accepts both is a guess.
    Both,
    /// No key is sent: a keyed write is [`Safety::Unsafe`](crate::Safety::Unsafe) then.
    None,
}

impl IdempotencyHeader {
    pub(crate) fn names(self) -> &'static [&'static str] {
        match self {
            Self::IdempotencyKey => &["Idempotency-Key"],
            Self::IdempotentKey => &["Idempotent-Key"],
            Self::Both => &["Idempotency-Key", "Idempotent-Key"],
            Self::None => &[],
        }
    }
}
