//! What a program in any language can ask of a server besides the API: the log of requests. And how fast the server lets
//! itself be called.
//!
//! `GET /__requests` answers the log, `POST /__reset` empties it. Both need the header `Sandbox-Token`. The servers listen
//! on the loopback address alone, so that no other machine reaches them; and a browser sends no such header on behalf of
//! a page from elsewhere.

use std::{
    collections::{HashMap, VecDeque},
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::{
    faults::Fault,
    server::{Answer, Recorded},
};

/// The value of the header `Sandbox-Token`: not a key of either API.
pub const CONTROL_TOKEN: &str = "sandbox-control-token";

const HEADER: &str = "sandbox-token";

/// How long a call counts for the limit.
const WINDOW: Duration = Duration::from_secs(60);

/// How fast a server answers, and how many calls it takes. Default: at once, and all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Each answer is so much later. The request takes effect at once.
    pub latency: Duration,
    /// More calls in any 60 seconds with the same key are refused: by Billit with 429 and `Retry-After`, by Planyo with
    /// code 5. A refused call does not count. Neither reference knows the real limits.
    pub calls_per_minute: Option<u32>,
}

/// The calls that count for the limit.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    pub(crate) limits: Limits,
    calls: HashMap<String, VecDeque<Instant>>,
}

impl Pace {
    /// `Err`: how long until the next call is taken.
    pub(crate) fn admit(&mut self, key: &str, now: Instant) -> Result<(), Duration> {
        let Some(most) = self.limits.calls_per_minute else {
            return Ok(());
        };
        let calls = self.calls.entry(key.to_owned()).or_default();
        let age = |call: Option<&Instant>| call.map(|call| now.duration_since(*call));
        while age(calls.front()).is_some_and(|age| age >= WINDOW) {
            calls.pop_front();
        }
        if calls.len() >= usize::try_from(most).unwrap_or(usize::MAX) {
            return Err(WINDOW.saturating_sub(age(calls.front()).unwrap_or_default()));
        }
        calls.push_back(now);
        Ok(())
    }
}

/// Seconds as a `Retry-After` has them: no less than the wait.
pub(crate) fn whole_seconds(wait: Duration) -> u32 {
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    u32::try_from(seconds).unwrap_or(u32::MAX)
}

/// What a request to the server itself asks for.
pub(crate) enum Asked {
    /// The log.
    Requests,
    /// An empty log.
    Reset,
    /// The token is missing or wrong.
    Refused,
}

/// `None`: it is a request to the API.
pub(crate) fn asked(request: &Recorded) -> Option<Asked> {
    let asked = match (request.method.as_str(), request.path.as_str()) {
        ("GET", "/__requests") => Asked::Requests,
        ("POST", "/__reset") => Asked::Reset,
        _ => return None,
    };
    let has_token = request.header(HEADER) == Some(CONTROL_TOKEN);
    Some(if has_token { asked } else { Asked::Refused })
}

pub(crate) fn refusal() -> Answer {
    let text = "The header Sandbox-Token must be the token that the program prints at its start.";
    Answer::json(401, json!({ "error": text }).to_string())
}

pub(crate) fn printed(requests: &[Recorded]) -> Answer {
    let requests: Value = requests.iter().map(print).collect();
    Answer::json(200, requests.to_string())
}

fn print(request: &Recorded) -> Value {
    let headers = request.headers.iter();
    let headers: Value = headers
        .map(|(name, value)| (name.clone(), json!(value)))
        .collect();
    json!({
        "operation": request.operation,
        "method": request.method,
        "path": request.path,
        "query": request.query,
        "headers": headers,
        "body": request.body,
        "status": request.status,
        "fault": request.fault.map(Fault::name),
        "took_effect": request.took_effect,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_has_its_own_minute() {
        let mut pace = Pace::default();
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        assert_eq!(pace.admit("a", start), Ok(()));
        pace.limits.calls_per_minute = Some(2);
        assert_eq!(pace.admit("a", at(0)), Ok(()));
        assert_eq!(pace.admit("a", at(20)), Ok(()));
        assert_eq!(pace.admit("a", at(30)), Err(Duration::from_secs(30)));
        assert_eq!(pace.admit("b", at(30)), Ok(()));
        assert_eq!(pace.admit("a", at(60)), Ok(()));
        assert_eq!(pace.admit("a", at(61)), Err(Duration::from_secs(19)));
        assert_eq!(whole_seconds(Duration::from_millis(1_001)), 2);
    }
}
