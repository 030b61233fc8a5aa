//! An HTTP answer as plain data.

use std::fmt;
use std::time::{Duration, SystemTime};

use chrono::DateTime;

/// An HTTP answer, as plain data. Its `Debug` shows no content.
#[derive(Clone)]
#[non_exhaustive]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The value of the `Retry-After` header.
    pub retry_after: Option<String>,
    /// The value of the `Date` header: the server's clock.
    pub date: Option<String>,
    /// The body as it came.
    pub body: Vec<u8>,
}

impl Response {
    /// An answer with this status and body.
    #[must_use]
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            retry_after: None,
            date: None,
            body: body.into(),
        }
    }

    /// Sets the value of the `Retry-After` header: seconds, or a date.
    #[must_use]
    pub fn with_retry_after(mut self, header: impl Into<String>) -> Self {
        self.retry_after = Some(header.into());
        self
    }

    /// Sets the value of the `Date` header.
    #[must_use]
    pub fn with_date(mut self, header: impl Into<String>) -> Self {
        self.date = Some(header.into());
        self
    }

    /// Whether the body is a web page or XML, and so not of an API that answers with JSON.
    pub(crate) fn is_markup(&self) -> bool {
        let body = self.body.strip_prefix(b"\xef\xbb\xbf");
        let body = body.unwrap_or(&self.body).trim_ascii_start();
        body.starts_with(b"<")
    }

    /// How long the server asks to wait. A date is compared with this machine's clock; one in the past is no wait.
    pub(crate) fn requested_wait(&self) -> Option<Duration> {
        let header = self.retry_after.as_deref()?.trim();
        if let Ok(seconds) = header.parse() {
            return Some(Duration::from_secs(seconds));
        }
        // The form of dates in HTTP is one of RFC 2822's.
        let date: SystemTime = DateTime::parse_from_rfc2822(header).ok()?.into();
        Some(date.duration_since(SystemTime::now()).unwrap_or_default())
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let wait = |header: &str| {
            Response::new(429, "")
                .with_retry_after(header)
                .requested_wait()
        };
        assert_eq!(wait(" 7 "), Some(Duration::from_secs(7)));
        let past = "Sun, 06 Nov 1994 08:49:37 GMT";
        assert_eq!(wait(past), Some(Duration::ZERO));
        assert_eq!(wait("soon"), None);
        assert_eq!(wait("-1"), None);
        assert_eq!(Response::new(429, "").requested_wait(), None);
    }

    #[test]
    fn a_page_is_no_answer() {
        for page in [
            "<!doctype html>",
            " \r\n<html>",
            "\u{feff}<?xml version='1.0'?>",
        ] {
            assert!(Response::new(200, page).is_markup(), "{page:?}");
        }
        for answer in ["", "{}", "[]", "\"<\"", "busy"] {
            assert!(!Response::new(200, answer).is_markup(), "{answer:?}");
        }
    }

    #[test]
    fn debug_does_not_show_the_body() {
        let response = Response::new(200, "Ann Peeters");
        let text = format!("{response:?}");
        assert_eq!(text, "Response { status: 200, body_bytes: 11, .. }");
    }
}
