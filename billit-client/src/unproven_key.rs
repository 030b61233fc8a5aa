//! An idempotency key of which it is unknown whether Billit honours it.

use crate::endpoint::Safety;
use crate::idempotency::IdempotencyKey;

/// The key of a create of which it is unknown whether Billit honours it: not relied on unless the caller asks.
#[derive(Clone, Debug)]
pub(crate) struct UnprovenKey {
    pub(crate) key: IdempotencyKey,
    pub(crate) trusted: bool,
}

impl UnprovenKey {
    pub(crate) fn random() -> Self {
        Self {
            key: IdempotencyKey::random(),
            trusted: false,
        }
    }

    pub(crate) fn safety(&self) -> Safety {
        if self.trusted {
            Safety::Keyed
        } else {
            Safety::Unsafe
        }
    }
}
