//! Planyo answers errors inside HTTP 200: `{"response_code": 3, "response_message": "..."}`.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::endpoint::{Endpoint, Safety};
use crate::error::{DecodeError, Error, ErrorKind, Result, Setting};
use crate::plumbing::response::Response;
use crate::wire;

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow, default)]
    data: Option<&'a RawValue>,
    // Absent in no answer ever seen; a body without it is not Planyo's.
    response_code: CodeField,
    #[serde(default, deserialize_with = "wire::text")]
    response_message: Option<String>,
}

/// A number in every answer seen; read as text too, since most of Planyo's numbers are.
struct CodeField(i64);

impl<'de> Deserialize<'de> for CodeField {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = wire::text(deserializer)?.unwrap_or_default();
        text.trim()
            .parse()
            .map(Self)
            .map_err(|_| serde::de::Error::custom("response_code is no number"))
    }
}

impl Response {
    /// Reads the answer to a call: the pure counterpart of [`Context::request`](crate::Context::request). A `Retry-After` that is a date is
    /// compared with this machine's clock.
    ///
    /// ```
    /// use planyo_client::{Response, sites::ApiTest};
    ///
    /// let response = Response::new(200, r#"{"data":"API Test Response","response_code":0}"#);
    /// assert_eq!(response.read(&ApiTest::new()).unwrap(), "API Test Response");
    /// ```
    ///
    /// # Errors
    /// What the answer says by `response_code` or HTTP status, and
    /// [`Unreadable`](crate::ErrorKind::Unreadable) or [`OutcomeUnknown`](crate::ErrorKind::OutcomeUnknown) where it
    /// cannot be read.
    pub fn read<E: Endpoint>(&self, endpoint: &E) -> Result<E::Output> {
        let safety = endpoint.safety();
        let read = |data: &RawValue| {
            let output = endpoint.parse(data);
            output.map_err(|error| unreadable(&error, safety).with_status(self.status))
        };
        open(self, safety)
            .and_then(read)
            .map_err(|error| error.with_call(endpoint.method(), 1))
    }
}

/// The `data` of an answer, or the error it stands for.
///
/// # Errors
/// By `response_code`, by HTTP status where there is no code that says more, and [`ErrorKind::Unreadable`] or
/// [`ErrorKind::OutcomeUnknown`] where the body of a success is not Planyo's envelope.
pub(crate) fn open(response: &Response, safety: Safety) -> Result<&RawValue> {
    let status = response.status;
    let success = (200..300).contains(&status);
    let (code, message) = match serde_json::from_slice::<Envelope<'_>>(&response.body) {
        Ok(envelope) if success && envelope.response_code.0 == 0 => {
            return Ok(envelope.data.unwrap_or(RawValue::NULL));
        }
        Ok(envelope) => (Some(envelope.response_code.0), envelope.response_message),
        Err(error) if success => {
            let error = unreadable(&error, safety).with_status(status);
            return Err(if response.is_markup() {
                error.about(Setting::BaseUrl)
            } else {
                error
            });
        }
        Err(_) => (None, None),
    };
    let kind = match code {
        Some(1) if server_time(message.as_deref()).is_some() => ErrorKind::ClockSkew,
        Some(1) => ErrorKind::Auth,
        Some(3) => ErrorKind::InvalidInput,
        Some(4) => ErrorKind::Refused,
        Some(5) => ErrorKind::RateLimited,
        Some(6) => ErrorKind::Aborted,
        // No code, or one that says nothing.
        _ => match status {
            401 | 403 => ErrorKind::Auth,
            408 => ErrorKind::Timeout,
            429 => ErrorKind::RateLimited,
            500..600 => ErrorKind::ServerError,
            _ => ErrorKind::Unexpected,
        },
    };
    let later = kind == ErrorKind::RateLimited || matches!(status, 429 | 503);
    let error = Error::new(kind)
        .with_status(status)
        .with_api(code, message)
        .with_retry_after(response.requested_wait().filter(|_| later));
    // All calls go to one URL. So HTTP 404, or a redirect, is about the URL and not about an object.
    let is_elsewhere = kind == ErrorKind::Unexpected && code.is_none();
    Err(if is_elsewhere {
        error.about(Setting::BaseUrl)
    } else {
        error
    })
}

/// The error for a successful answer that cannot be read: only a call that may be sent twice is retried.
pub(crate) fn unreadable(error: &serde_json::Error, safety: Safety) -> Error {
    let kind = match safety {
        Safety::Read | Safety::Idempotent => ErrorKind::Unreadable,
        Safety::Unsafe => ErrorKind::OutcomeUnknown,
    };
    Error::new(kind).with_source(DecodeError::new(error))
}

/// Planyo's time, which it sends when it refuses a timestamp. The only text this crate matches on.
pub(crate) fn server_time(message: Option<&str>) -> Option<u64> {
    let message = message?.to_ascii_lowercase();
    if !message.contains("invalid timestamp") {
        return None;
    }
    let (_, tail) = message.split_once("current timestamp is")?;
    let digits: String = tail
        .trim_start()
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn kind(status: u16, body: &str, safety: Safety) -> ErrorKind {
        let response = Response::new(status, body);
        open(&response, safety).unwrap_err().kind()
    }

    #[test]
    fn data_of_a_success_is_whatever_is_there() {
        for (body, data) in [
            (r#"{"data":"x","response_code":0}"#, "\"x\""),
            (r#"{"data":[],"response_code":"0"}"#, "[]"),
            (r#"{"response_code":0,"response_message":"ok"}"#, "null"),
        ] {
            let response = Response::new(200, body);
            assert_eq!(open(&response, Safety::Read).unwrap().get(), data);
        }
    }

    #[test]
    fn each_code_has_its_kind() {
        let body = |code: i64| format!(r#"{{"response_code":{code},"response_message":"no"}}"#);
        let kinds = [
            (1, ErrorKind::Auth),
            (2, ErrorKind::Unexpected),
            (3, ErrorKind::InvalidInput),
            (4, ErrorKind::Refused),
            (5, ErrorKind::RateLimited),
            (6, ErrorKind::Aborted),
            (99, ErrorKind::Unexpected),
        ];
        for (code, expected) in kinds {
            assert_eq!(
                kind(200, &body(code), Safety::Read),
                expected,
                "code {code}"
            );
        }
        let skew = r#"{"response_code":1,"response_message":"Invalid timestamp. Current timestamp is 1760000000."}"#;
        assert_eq!(kind(200, skew, Safety::Read), ErrorKind::ClockSkew);
    }

    #[test]
    fn a_code_says_more_than_the_status() {
        let skew = r#"{"response_code":1,"response_message":"Invalid timestamp. Current timestamp is 1760000000."}"#;
        let cases = [
            (400, r#"{"response_code":5}"#, ErrorKind::RateLimited),
            (401, skew, ErrorKind::ClockSkew),
            (404, r#"{"response_code":3}"#, ErrorKind::InvalidInput),
            (503, r#"{"response_code":4}"#, ErrorKind::Refused),
            (500, r#"{"response_code":"6"}"#, ErrorKind::Aborted),
            // A code that says nothing leaves it to the status, and so does a success that is none.
            (503, r#"{"response_code":99}"#, ErrorKind::ServerError),
            (500, r#"{"response_code":0}"#, ErrorKind::ServerError),
            (408, "", ErrorKind::Timeout),
        ];
        for (status, body, expected) in cases {
            assert_eq!(
                kind(status, body, Safety::Read),
                expected,
                "{status} {body}"
            );
        }
    }

    #[test]
    fn the_pause_is_part_of_the_error() {
        let asked = |status, text: &str, body: &str| {
            let response = Response::new(status, body).with_retry_after(text);
            open(&response, Safety::Read).unwrap_err().retry_after()
        };
        assert_eq!(asked(429, " 7 ", ""), Some(Duration::from_secs(7)));
        assert_eq!(
            asked(503, "Thu, 01 Jan 1970 00:00:00 GMT", ""),
            Some(Duration::ZERO)
        );
        assert_eq!(asked(429, "soon", ""), None);
        assert_eq!(asked(500, "7", ""), None);
        assert_eq!(asked(200, "7", r#"{"response_code":3}"#), None);
    }

    #[test]
    fn a_body_that_is_no_envelope_loses_neither_status_nor_write() {
        for body in [
            "<html>busy</html>",
            "",
            "{\"data\":",
            "[]",
            "{\"response_code\":\"x\"}",
            "{}",
        ] {
            assert_eq!(
                kind(200, body, Safety::Read),
                ErrorKind::Unreadable,
                "{body}"
            );
            assert_eq!(
                kind(200, body, Safety::Unsafe),
                ErrorKind::OutcomeUnknown,
                "{body}"
            );
            assert_eq!(
                kind(503, body, Safety::Unsafe),
                ErrorKind::ServerError,
                "{body}"
            );
            assert_eq!(
                kind(429, body, Safety::Unsafe),
                ErrorKind::RateLimited,
                "{body}"
            );
            assert_eq!(
                kind(302, body, Safety::Read),
                ErrorKind::Unexpected,
                "{body}"
            );
        }
    }
}
