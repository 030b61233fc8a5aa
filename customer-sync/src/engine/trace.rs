//! What a trace shows of a customer.

use crate::core::customer::CustomerKey;
use crate::core::fingerprint::Fingerprint;

/// A short hash of the key, since an id is personal data too.
pub(super) fn customer_id(key: &CustomerKey) -> String {
    let hash = Fingerprint::of_texts([key.source(), key.id()]).to_string();
    hash.chars().take(12).collect()
}
