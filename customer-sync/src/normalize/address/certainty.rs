//! How certain a split is.

/// How certain a split is. Ordered: `certainty >= Certainty::Likely`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Certainty {
    /// Several readings, or none: better left whole.
    #[default]
    Unsure,
    /// The usual reading of such a line.
    Likely,
    /// No other reading.
    Certain,
}
