//! Numbers that look random, and are the same for the same seed.

/// `SplitMix64`: small, and good enough to spread faults and customers.
#[derive(Debug, Clone)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Another sequence for each pair of numbers.
    pub(crate) fn of(seed: u64, number: usize) -> Self {
        let mut mixed = Self(seed ^ 0x5851_F42D_4C95_7F2D);
        let number = u64::try_from(number).unwrap_or_default();
        Self(mixed.step() ^ number.wrapping_mul(0xD6E8_FEB8_6659_FD93))
    }

    pub(crate) fn step(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// 0 where there is nothing below.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).unwrap_or(u64::MAX);
        let number = self.step().checked_rem(end).unwrap_or_default();
        usize::try_from(number).unwrap_or_default()
    }

    /// Blank or zero where there is nothing to choose from.
    pub(crate) fn pick<T: Copy + Default>(&mut self, of: &[T]) -> T {
        let place = self.below(of.len());
        of.get(place).copied().unwrap_or_default()
    }

    /// True in so many cases of a hundred.
    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// As many digits.
    pub(crate) fn digits(&mut self, count: usize) -> String {
        let digits = self.step();
        let text = format!("{digits:020}");
        text.chars().rev().take(count).collect()
    }

    /// One of these, each in so many cases of a million; `None` in the other cases.
    pub(crate) fn share<T: Copy>(&mut self, of: &[(T, u32)]) -> Option<T> {
        let mut drawn = u32::try_from(self.below(1_000_000)).ok()?;
        for (one, share) in of {
            match drawn.checked_sub(*share) {
                Some(rest) => drawn = rest,
                None => return Some(*one),
            }
        }
        None
    }
}
