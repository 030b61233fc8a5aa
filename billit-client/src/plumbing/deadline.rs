//! The end of a timeout.

use std::time::Duration;

use tokio::time::Instant;

/// The end of this time; a year from the start where the clock cannot represent it.
pub(crate) fn later(start: Instant, time: Duration) -> Instant {
    const YEAR: Duration = Duration::from_secs(365 * 24 * 3600);
    start.checked_add(time).unwrap_or(start + YEAR)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_time_is_too_long() {
        let now = Instant::now();
        assert_eq!(
            later(now, Duration::from_secs(7)),
            now + Duration::from_secs(7)
        );
        assert!(later(now, Duration::MAX) > now);
    }
}
