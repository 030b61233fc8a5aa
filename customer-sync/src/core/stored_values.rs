//! How values are stored.

/// How a store keeps values: see `State::with_stored_values`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoredValues {
    /// As they are: another spelling in Billit counts as the same value, the journal can be read, and a run can be
    /// undone. The store holds the same personal data as Billit; protect it as well.
    #[default]
    Plain,
    /// As hashes, so that the store holds no values: only hashes, fields, reasons, keys and ids. A run cannot be
    /// undone.
    Hashed,
}
