//! The checksum of a row: a database gives back what its disk gives back.

/// The CRC-32 (as in zlib) of a key, a version and a value. SHA-256 took 80 times as long for rows of 1 KB, and the
/// checksum is against damage, not against people.
pub(super) fn checksum(key: &str, version: u64, value: &str) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&(key.len() as u64).to_le_bytes());
    hasher.update(key.as_bytes());
    hasher.update(&version.to_le_bytes());
    hasher.update(value.as_bytes());
    hasher.finalize()
}
