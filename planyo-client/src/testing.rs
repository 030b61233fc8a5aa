//! A transport that plays a script, for tests of timeouts, pauses and retries under tokio's paused clock.
//!
//! ```
//! # async fn run() -> planyo_client::Result<()> {
//! use planyo_client::testing::{Answer, Script};
//! use planyo_client::{Client, sites::ApiTest};
//!
//! let script = Script::new([Answer::Disconnected, Answer::data("\"API Test Response\"")]);
//! let planyo = Client::builder("key").transport(script.clone()).build()?;
//! planyo.send(ApiTest::new()).await?;
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
    /// A success with this JSON as `data`.
    #[must_use]
    pub fn data(json: &str) -> Self {
        Self::body(format!(
            r#"{{"data":{json},"response_code":0,"response_message":"ok"}}"#
        ))
    }

    /// A failure inside HTTP 200.
    #[must_use]
    pub fn code(code: i64, message: &str) -> Self {
        Self::body(format!(
            r#"{{"response_code":{code},"response_message":"{message}"}}"#
        ))
    }

    /// HTTP 200 with any body.
    #[must_use]
    pub fn body(body: impl Into<String>) -> Self {
        Self::Http(200, None, body.into())
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

    /// The value of a form field in each request so far, or nothing where it was not sent.
    #[must_use]
    pub fn sent(&self, field: &str) -> Vec<Option<String>> {
        let value = |request: &HttpRequest| {
            let body = request.body.as_deref().unwrap_or_default();
            let mut form = url::form_urlencoded::parse(body);
            form.find(|(name, _)| name == field)
                .map(|(_, value)| value.into_owned())
        };
        self.state().requests.iter().map(value).collect()
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
