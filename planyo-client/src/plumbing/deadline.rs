//! When a time that starts now ends.

use std::time::Duration;

use tokio::time::Instant;

/// The end of this time. One so long that the clock cannot hold its end is a year.
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
