//! What an HTTP answer means: the status says whether it is a success, and `errors` has the reason of a failure.

use serde::Deserialize;

use crate::endpoint::{Endpoint, Safety};
use crate::error::{ApiError, DecodeError, Error, ErrorKind, Result, Setting};
use crate::plumbing::response::Response;
use crate::wire;

impl Response {
    /// Reads the answer to a call: the pure counterpart of [`Context::request`](crate::Context::request).
    ///
    /// ```
    /// use billit_client::{Response, parties::GetParty};
    ///
    /// let response = Response::new(200, r#"{"PartyID":7}"#);
    /// assert_eq!(response.read(&GetParty::new(7)).unwrap().id.get(), 7);
    /// ```
    ///
    /// A `Retry-After` that is a date is compared with this machine's clock.
    ///
    /// # Errors
    /// What the status and Billit's codes say, and [`Unreadable`](crate::ErrorKind::Unreadable) or
    /// [`OutcomeUnknown`](crate::ErrorKind::OutcomeUnknown) where a success cannot be read.
    pub fn read<E: Endpoint>(&self, endpoint: &E) -> Result<E::Output> {
        let read = |body: &[u8]| {
            let output = endpoint.parse(body);
            output.map_err(|error| {
                let error = unreadable(&error, endpoint.safety()).with_status(self.status);
                if self.is_markup() {
                    error.about(Setting::BaseUrl)
                } else {
                    error
                }
            })
        };
        open(self).and_then(read).map_err(|error| {
            let has_key = || {
                endpoint
                    .request()
                    .is_ok_and(|request| request.idempotency_key().is_some())
            };
            // What carries no key cannot have been done with it.
            let error = if error.is_already_done() && !has_key() {
                error.with_kind(ErrorKind::Rejected)
            } else {
                error
            };
            error.with_call(endpoint.operation(), 1)
        })
    }
}

/// The body of a success, or the error that the answer stands for.
pub(crate) fn open(response: &Response) -> Result<&[u8]> {
    let status = response.status;
    if (200..300).contains(&status) {
        return Ok(&response.body);
    }
    let (errors, message) = read_errors(&response.body);
    let refused = refused_property(&errors, message.as_deref());
    let kind = match status {
        400..600 if refused.is_some() => ErrorKind::PropertyRefused,
        401 if is_about_key(&errors) => ErrorKind::Auth,
        // With which status the token endpoint refuses is not documented.
        400 | 403 if errors.iter().any(is_known_of_key) => ErrorKind::Auth,
        401 | 403 => ErrorKind::NoAccess,
        404 => ErrorKind::NotFound,
        408 => ErrorKind::Timeout,
        409 if is_about_idempotency(&errors) => ErrorKind::AlreadyDone,
        429 => ErrorKind::RateLimited,
        400..500 => ErrorKind::Rejected,
        500..600 => ErrorKind::ServerError,
        _ => ErrorKind::Unexpected,
    };
    let later = matches!(status, 429 | 503);
    let error = Error::new(kind)
        .with_answer(status, errors, message)
        .with_retry_after(response.requested_wait().filter(|_| later))
        .with_refused_property(refused);
    Err(if kind == ErrorKind::Unexpected {
        error.about(Setting::BaseUrl)
    } else {
        error
    })
}

/// The error for a success that cannot be read: only a call that may be sent twice is retried.
pub(crate) fn unreadable(error: &serde_json::Error, safety: Safety) -> Error {
    let kind = match safety {
        Safety::Read | Safety::Idempotent => ErrorKind::Unreadable,
        Safety::Keyed | Safety::Unsafe => ErrorKind::OutcomeUnknown,
    };
    Error::new(kind).with_source(DecodeError::new(error))
}

/// Billit answers 401 for a bad key and for a record of another account, and the codes of the second are not known: a
/// code about a key or a token is taken for the first.
fn is_about_key(errors: &[ApiError]) -> bool {
    no_code_or_one_with(errors, &["key", "token"])
}

/// The code of an access token whose hour is over: a new one helps.
const TOKEN_EXPIRED: &str = "AccessTokenExpired";

/// The documented codes of a bad key or token.
fn is_known_of_key(error: &ApiError) -> bool {
    let codes = [
        "ApiKeyNotValid",
        "InvalidAccessToken",
        TOKEN_EXPIRED,
        "AccessTokenRevoked",
    ];
    codes.iter().any(|code| error.has_code(code))
}

/// Whether it is the access token's hour that is over, and nothing else.
#[cfg(feature = "client")]
pub(crate) fn is_token_expired(error: &Error) -> bool {
    let expired = |error: &ApiError| error.has_code(TOKEN_EXPIRED);
    error.kind() == ErrorKind::Auth && error.api_errors().iter().any(expired)
}

/// The known code is `Idempotent token already exists`.
fn is_about_idempotency(errors: &[ApiError]) -> bool {
    no_code_or_one_with(errors, &["idempoten"])
}

fn no_code_or_one_with(errors: &[ApiError], words: &[&str]) -> bool {
    let mut codes = errors
        .iter()
        .filter_map(|error| error.code.as_deref())
        .map(str::to_ascii_lowercase)
        .peekable();
    codes.peek().is_none() || codes.any(|code| words.iter().any(|word| code.contains(word)))
}

/// `{"errors":[..]}`, ASP.NET's `{"Message":".."}`, or the beginning of whatever came.
fn read_errors(body: &[u8]) -> (Vec<ApiError>, Option<String>) {
    #[derive(Deserialize)]
    struct Body {
        #[serde(default, alias = "Errors", deserialize_with = "wire::list")]
        errors: Vec<ApiError>,
        #[serde(
            default,
            rename = "Message",
            alias = "message",
            deserialize_with = "wire::text"
        )]
        message: Option<String>,
    }
    match serde_json::from_slice(body) {
        Ok(Body { errors, message }) if !errors.is_empty() || message.is_some() => {
            (errors, message)
        }
        _ => {
            let text = String::from_utf8_lossy(body);
            (Vec::new(), excerpt(text.trim()))
        }
    }
}

/// The beginning, with `…` where it was cut.
fn excerpt(text: &str) -> Option<String> {
    const MOST: usize = 300;
    if text.is_empty() {
        return None;
    }
    let cut = text
        .char_indices()
        .nth(MOST)
        .and_then(|(end, _)| text.get(..end));
    Some(cut.map_or_else(|| text.to_owned(), |start| format!("{start}…")))
}

/// The property in OData's sentence, the only text this crate matches on: its code, `GenericError`, has many.
fn refused_property(errors: &[ApiError], message: Option<&str>) -> Option<String> {
    const SENTENCE: &str = "could not find a property named '";
    let descriptions = errors
        .iter()
        .filter_map(|error| error.description.as_deref());
    descriptions.chain(message).find_map(|text| {
        // ASCII letters only change, so that places stay the same.
        let start = text.to_ascii_lowercase().find(SENTENCE)? + SENTENCE.len();
        let (property, _) = text.get(start..)?.split_once('\'')?;
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '/' | '.');
        let starts_well = property.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        (starts_well && property.chars().all(is_name)).then(|| property.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn error(status: u16, body: &str) -> Error {
        open(&Response::new(status, body)).unwrap_err()
    }

    #[test]
    fn each_status_has_its_kind() {
        let kinds = [
            (302, ErrorKind::Unexpected),
            (400, ErrorKind::Rejected),
            (401, ErrorKind::Auth),
            (403, ErrorKind::NoAccess),
            (404, ErrorKind::NotFound),
            (408, ErrorKind::Timeout),
            (409, ErrorKind::AlreadyDone),
            (422, ErrorKind::Rejected),
            (429, ErrorKind::RateLimited),
            (500, ErrorKind::ServerError),
            (599, ErrorKind::ServerError),
        ];
        for (status, kind) in kinds {
            for body in ["", "<html>busy</html>", "{\"errors\":", "[]", "null", "7"] {
                let error = error(status, body);
                assert_eq!(
                    (error.kind(), error.status()),
                    (kind, Some(status)),
                    "{body}"
                );
            }
        }
    }

    #[test]
    fn a_401_is_about_the_key_or_the_record() {
        let kind =
            |code: &str| error(401, &format!(r#"{{"errors":[{{"Code":"{code}"}}]}}"#)).kind();
        assert_eq!(kind("ApiKeyNotValid"), ErrorKind::Auth);
        assert_eq!(kind("accesstokenexpired"), ErrorKind::Auth);
        assert_eq!(kind("API key is missing"), ErrorKind::Auth);
        assert_eq!(kind(""), ErrorKind::Auth);
        assert_eq!(kind("YouHaveNoAccessToThisParty"), ErrorKind::NoAccess);
        let other = |status, code: &str| {
            error(status, &format!(r#"{{"errors":[{{"Code":"{code}"}}]}}"#)).kind()
        };
        assert_eq!(other(400, "accessTokenRevoked"), ErrorKind::Auth);
        assert_eq!(other(403, "InvalidAccessToken"), ErrorKind::Auth);
        assert_eq!(other(400, "KeyOfBuyerMissing"), ErrorKind::Rejected);
    }

    #[test]
    fn a_409_is_about_the_idempotency_key_or_not() {
        let kind = |codes: &str| error(409, &format!(r#"{{"errors":[{codes}]}}"#)).kind();
        for codes in [
            "",
            r#"{"Description":"twice"}"#,
            r#"{"Code":"Idempotent token already exists"}"#,
            r#"{"Code":"GenericError"},{"Code":"IDEMPOTENCY_0_"}"#,
        ] {
            assert_eq!(kind(codes), ErrorKind::AlreadyDone, "{codes}");
        }
        assert_eq!(kind(r#"{"Code":"VATNumberInUse"}"#), ErrorKind::Rejected);
    }

    #[test]
    fn only_429_and_503_say_when_to_come_back() {
        let asked = |status, header: &str| {
            let response = Response::new(status, "").with_retry_after(header);
            open(&response).unwrap_err().retry_after()
        };
        for status in [429, 503] {
            assert_eq!(asked(status, " 7 "), Some(Duration::from_secs(7)));
            let past = "Sun, 06 Nov 1994 08:49:37 GMT";
            assert_eq!(asked(status, past), Some(Duration::ZERO));
            assert_eq!(asked(status, "soon"), None);
        }
        assert_eq!(asked(400, "7"), None);
        assert_eq!(asked(500, "7"), None);
    }

    #[test]
    fn every_shape_of_error_is_read() {
        let both = error(
            400,
            r#"{"errors":[{"Description":"first"},{"Code":"A B","Description":7},"x"]}"#,
        );
        assert_eq!(both.api_errors().len(), 2);
        assert_eq!(both.api_code(), Some("A B"));
        assert_eq!(both.api_message(), Some("first"));
        assert_eq!(both.api_errors()[1].description.as_deref(), Some("7"));

        let net = error(500, r#"{"Message":"An error has occurred."}"#);
        assert_eq!(net.api_message(), Some("An error has occurred."));
        assert_eq!(
            error(502, " Bad Gateway \n").api_message(),
            Some("Bad Gateway")
        );
        assert_eq!(
            error(400, r#"{"other":1}"#).api_message(),
            Some(r#"{"other":1}"#)
        );
        assert_eq!(error(500, "").api_message(), None);
        let long = error(500, &"é".repeat(5000));
        assert_eq!(long.api_message().unwrap().chars().count(), 301);
    }

    #[test]
    fn a_refused_property_is_named() {
        let sentence = "Could not find a property named 'VATNumber' on type 'Domain.Party'.";
        for body in [
            format!(r#"{{"errors":[{{"Code":"GenericError","Description":"{sentence}"}}]}}"#),
            format!(r#"{{"Message":"The query is not valid. {sentence}"}}"#),
        ] {
            let error = error(400, &body);
            assert_eq!(error.kind(), ErrorKind::PropertyRefused);
            assert_eq!(error.refused_property(), Some("VATNumber"));
        }
        for odd in ["Ann Peeters", "0475.12.34.56", ""] {
            let body = format!(r#"{{"Message":"Could not find a property named '{odd}'"}}"#);
            assert_eq!(error(400, &body).kind(), ErrorKind::Rejected, "{odd}");
        }
    }
}
