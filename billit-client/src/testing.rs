//! A transport that plays a script, for tests of timeouts, pauses and retries under tokio's paused clock.
//!
//! ```
//! # async fn run() -> billit_client::Result<()> {
//! use billit_client::testing::{Answer, Script};
//! use billit_client::{Client, parties::GetParty};
//!
//! let script = Script::new([Answer::Disconnected, Answer::json(r#"{"PartyID": 7}"#)]);
//! let billit = Client::builder("key", 1).transport(script.clone()).build()?;
//! billit.send(GetParty::new(7)).await?;
//! assert_eq!(script.requests().len(), 2);
//! # Ok(()) }
//! ```

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::plumbing::response::Response;
use crate::plumbing::transport::{BoxFuture, HttpRequest, Transport, TransportError};

/// What the scripted server does with one request.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Answer {
    /// Answers with a status, a `Retry-After` and a body.
    Http(u16, Option<String>, String),
    /// No connection is made.
    Disconnected,
    /// The connection breaks after the request was read.
    Broken,
    /// Answers as the inner one after this time.
    After(Duration, Box<Answer>),
    /// Never answers.
    Silent,
}

impl Answer {
    /// HTTP 200 with this body.
    #[must_use]
    pub fn json(body: impl Into<String>) -> Self {
        Self::Http(200, None, body.into())
    }

    /// A failure with one of Billit's errors.
    #[must_use]
    pub fn error(status: u16, code: &str, description: &str) -> Self {
        let error = serde_json::json!({"errors": [{"Code": code, "Description": description}]});
        Self::Http(status, None, error.to_string())
    }

    /// An empty answer with this status.
    #[must_use]
    pub fn status(status: u16) -> Self {
        Self::Http(status, None, String::new())
    }
}

/// A script and what has been asked so far. Clones share both.
#[derive(Clone, Debug, Default)]
pub struct Script(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    answers: VecDeque<Answer>,
    requests: Vec<HttpRequest>,
}

impl Script {
    /// Plays these answers in order; after the last one every connection breaks.
    #[must_use]
    pub fn new(answers: impl IntoIterator<Item = Answer>) -> Self {
        let state = State {
            answers: answers.into_iter().collect(),
            requests: Vec::new(),
        };
        Self(Arc::new(Mutex::new(state)))
    }

    /// The requests so far.
    #[must_use]
    pub fn requests(&self) -> Vec<HttpRequest> {
        self.state().requests.clone()
    }

    /// The value of a header in each request so far, or nothing where it was not sent.
    #[must_use]
    pub fn sent(&self, header: &str) -> Vec<Option<String>> {
        let requests = &self.state().requests;
        let value = |request: &HttpRequest| request.header(header).map(str::to_owned);
        requests.iter().map(value).collect()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Transport for Script {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<Response, TransportError>> {
        let answer = {
            let mut state = self.state();
            state.requests.push(request);
            state.answers.pop_front()
        };
        Box::pin(async move {
            let mut answer = answer.unwrap_or(Answer::Broken);
            while let Answer::After(time, inner) = answer {
                tokio::time::sleep(time).await;
                answer = *inner;
            }
            match answer {
                Answer::Http(status, retry_after, body) => {
                    let mut response = Response::new(status, body);
                    response.retry_after = retry_after;
                    Ok(response)
                }
                Answer::Disconnected => Err(TransportError::NotSent("scripted".into())),
                Answer::Silent => std::future::pending().await,
                Answer::Broken | Answer::After(..) => {
                    Err(TransportError::ConnectionLost("scripted".into()))
                }
            }
        })
    }
}
