//! What both servers share: listening, recording, fault injection. The APIs themselves are plain functions from a
//! request to an answer.

use chrono::DateTime;
use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{ConnectInfo, Request, State},
    http::StatusCode,
    response::Response,
};
use tokio::{net::TcpListener, task::JoinHandle};

use crate::{
    connection::{Cut, CuttableListener},
    control::{self, Asked, Limits, Pace, whole_seconds},
    faults::{Fault, FaultPlan},
};

/// More than any body either API takes.
const LARGEST_BODY: usize = 4 * 1024 * 1024;

const HTML: &str = "text/html; charset=UTF-8";

/// A request as the server received it, and its result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Planyo's method name, or Billit's verb and route such as `PATCH /v1/parties/{id}`.
    pub operation: String,
    /// The HTTP verb.
    pub method: String,
    /// The path, still encoded.
    pub path: String,
    /// The query without `?`, still encoded.
    pub query: String,
    /// Names in lower case, in the order received.
    pub headers: Vec<(String, String)>,
    /// The body as text.
    pub body: String,
    /// `None` when the connection was cut (by us, or by a client that did not wait).
    pub status: Option<u16>,
    /// The fault of this request.
    pub fault: Option<Fault>,
    /// The request was a write, and it changed the server's state.
    pub took_effect: bool,
}

impl Recorded {
    /// The value of a header, by its name in any case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self
            .headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

/// How many requests were received, whatever their result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Requests that can change nothing.
    pub reads: usize,
    /// Requests meant to change something.
    pub writes: usize,
}

/// What a request asks for.
pub(crate) struct Operation {
    pub(crate) name: String,
    pub(crate) is_write: bool,
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) content_type: &'static str,
    pub(crate) retry_after: Option<u32>,
    /// The server's clock in Unix seconds, where it may differ from the true time.
    pub(crate) date: Option<i64>,
    pub(crate) body: String,
    pub(crate) took_effect: bool,
}

impl Answer {
    pub(crate) fn json(status: u16, body: String) -> Self {
        Self {
            status,
            content_type: "application/json; charset=utf-8",
            retry_after: None,
            date: None,
            body,
            took_effect: false,
        }
    }

    pub(crate) fn not_found_page() -> Self {
        Self::html(404, None)
    }

    pub(crate) fn too_many_requests(retry_after: u32) -> Self {
        Self::html(429, Some(retry_after))
    }

    fn html(status: u16, retry_after: Option<u32>) -> Self {
        let title = StatusCode::from_u16(status)
            .map_or_else(|_| status.to_string(), |known| known.to_string());
        Self {
            status,
            content_type: HTML,
            retry_after,
            date: None,
            body: format!(
                "<!DOCTYPE html><html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>"
            ),
            took_effect: false,
        }
    }
}

/// One of the two APIs.
pub(crate) trait Api: Send + Sync + 'static {
    fn operation(&self, request: &Recorded) -> Operation;
    fn answer(&self, request: &Recorded) -> Answer;
    /// The request was received, and ended in a fault of the server.
    fn failed(&self, _: &Recorded) {}
    /// The API's own rate limit error; the next call is taken after so many seconds.
    fn overuse(&self, retry_after: u32) -> Answer;
    /// Which key the request bears; blank for none.
    fn key(&self, request: &Recorded) -> String;
}

/// A running server; it stops when dropped.
pub(crate) struct Server<A> {
    address: SocketAddr,
    front: Arc<Front<A>>,
    task: JoinHandle<()>,
}

struct Front<A> {
    api: A,
    faults: FaultPlan,
    pace: Mutex<Pace>,
    log: Mutex<Log>,
}

#[derive(Default)]
struct Log {
    next_number: u64,
    requests: Vec<(u64, bool, Recorded)>,
}

impl<A: Api> Server<A> {
    /// Port 0 takes a free one. The API is made once the address is known, for it may print it.
    pub(crate) async fn start(port: u16, make: impl FnOnce(SocketAddr) -> A) -> io::Result<Self> {
        let wanted = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let listener = TcpListener::bind(wanted).await;
        let listener =
            listener.map_err(|error| io::Error::new(error.kind(), format!("{wanted}: {error}")))?;
        let address = listener.local_addr()?;
        let front = Arc::new(Front {
            api: make(address),
            faults: FaultPlan::default(),
            pace: Mutex::default(),
            log: Mutex::default(),
        });
        let router = Router::new()
            .fallback(handle::<A>)
            .with_state(Arc::clone(&front))
            .into_make_service_with_connect_info::<Cut>();
        let serving = axum::serve(CuttableListener(listener), router);
        let task = tokio::spawn(async move {
            // It only ends when this task is aborted.
            drop(serving.await);
        });
        Ok(Self {
            address,
            front,
            task,
        })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn api(&self) -> &A {
        &self.front.api
    }

    pub(crate) fn faults(&self) -> &FaultPlan {
        &self.front.faults
    }

    pub(crate) fn set_limits(&self, limits: Limits) {
        lock(&self.front.pace).limits = limits;
    }

    pub(crate) fn requests(&self) -> Vec<Recorded> {
        self.front.requests()
    }

    pub(crate) fn clear_requests(&self) {
        self.front.clear_requests();
    }

    pub(crate) fn counts(&self) -> Counts {
        let log = lock(&self.front.log);
        let writes = log
            .requests
            .iter()
            .filter(|(_, is_write, _)| *is_write)
            .count();
        Counts {
            reads: log.requests.len() - writes,
            writes,
        }
    }
}

impl<A> Drop for Server<A> {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn handle<A: Api>(
    State(front): State<Arc<Front<A>>>,
    ConnectInfo(connection): ConnectInfo<Cut>,
    request: Request,
) -> Response {
    let Some(mut recorded) = receive(request).await else {
        return respond(Answer::html(400, None));
    };
    if let Some(asked) = control::asked(&recorded) {
        return respond(front.control(&asked));
    }
    let operation = front.api.operation(&recorded);
    recorded.operation.clone_from(&operation.name);
    let (admitted, latency) = front.admit(&recorded);
    // A call that is refused for its pace meets no other fault.
    if admitted.is_ok() {
        recorded.fault = front.faults.draw(&operation.name);
    }
    let number = front.record(operation.is_write, recorded.clone());

    let (answer, cut) = match admitted {
        Ok(()) => meet(&front.api, &recorded),
        Err(wait) => (front.api.overuse(whole_seconds(wait)), false),
    };
    // Noted before any wait: a client that gives up drops this future.
    front.note(number, |known| known.took_effect = answer.took_effect);
    if !latency.is_zero() {
        tokio::time::sleep(latency).await;
    }
    match recorded.fault {
        Some(Fault::Slow { millis }) => tokio::time::sleep(Duration::from_millis(millis)).await,
        Some(Fault::CommitsLate { millis }) => {
            let front = Arc::clone(&front);
            tokio::spawn(async move {
                tokio::time::sleep(Duration::from_millis(millis)).await;
                let took_effect = front.api.answer(&recorded).took_effect;
                front.note(number, |known| known.took_effect = took_effect);
            });
        }
        _ => {}
    }
    if cut {
        connection.cut();
    } else {
        front.note(number, |known| known.status = Some(answer.status));
    }
    respond(answer)
}

/// The answer with the fault applied; `true` if the connection is to be cut instead.
fn meet<A: Api>(api: &A, request: &Recorded) -> (Answer, bool) {
    let Some(fault) = request.fault else {
        return (api.answer(request), false);
    };
    if matches!(fault, Fault::InternalError | Fault::Unavailable { .. }) {
        api.failed(request);
    }
    match fault {
        Fault::TooManyRequests { retry_after } => (Answer::html(429, Some(retry_after)), false),
        Fault::InternalError => (Answer::html(500, None), false),
        Fault::Unavailable { retry_after } => (Answer::html(503, retry_after), false),
        Fault::Overuse => (api.overuse(1), false),
        Fault::CommitsLate { .. } => (Answer::html(504, None), false),
        Fault::ResetBefore => (Answer::html(500, None), true),
        Fault::ResetAfter => (api.answer(request), true),
        Fault::Slow { .. } => (api.answer(request), false),
        Fault::HtmlBody => {
            let took_effect = api.answer(request).took_effect;
            let page = Answer::html(200, None);
            (
                Answer {
                    took_effect,
                    ..page
                },
                false,
            )
        }
        Fault::TruncatedJson => {
            let answer = api.answer(request);
            let body = first_half(&answer.body);
            let cut_short = Answer {
                status: 200,
                body,
                ..answer
            };
            (cut_short, false)
        }
    }
}

/// Never a whole JSON value: half of `879263` would be a number that names another party.
fn first_half(body: &str) -> String {
    if body.starts_with(['{', '[']) {
        body.chars().take(body.chars().count() / 2).collect()
    } else {
        String::from("{\"")
    }
}

impl<A: Api> Front<A> {
    /// Whether the call is taken now, and how long its answer takes.
    fn admit(&self, request: &Recorded) -> (Result<(), Duration>, Duration) {
        let mut pace = lock(&self.pace);
        let admitted = pace.admit(&self.api.key(request), Instant::now());
        (admitted, pace.limits.latency)
    }
}

impl<A> Front<A> {
    fn control(&self, asked: &Asked) -> Answer {
        match asked {
            Asked::Requests => control::printed(&self.requests()),
            Asked::Reset => {
                self.clear_requests();
                Answer::json(200, String::from("{}"))
            }
            Asked::Refused => control::refusal(),
        }
    }

    fn requests(&self) -> Vec<Recorded> {
        let log = lock(&self.log);
        log.requests
            .iter()
            .map(|(_, _, recorded)| recorded.clone())
            .collect()
    }

    fn clear_requests(&self) {
        lock(&self.log).requests.clear();
    }

    fn record(&self, is_write: bool, request: Recorded) -> u64 {
        let mut log = lock(&self.log);
        let number = log.next_number;
        log.next_number += 1;
        log.requests.push((number, is_write, request));
        number
    }

    /// A request cleared from the log meanwhile stays cleared.
    fn note(&self, number: u64, change: impl FnOnce(&mut Recorded)) {
        let mut log = lock(&self.log);
        let place = log
            .requests
            .binary_search_by_key(&number, |(known, _, _)| *known);
        let found = place.ok().and_then(|place| log.requests.get_mut(place));
        if let Some((_, _, recorded)) = found {
            change(recorded);
        }
    }
}

async fn receive(request: Request) -> Option<Recorded> {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, LARGEST_BODY).await.ok()?;
    let headers = parts.headers.iter();
    Some(Recorded {
        operation: String::new(),
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: headers
            .map(|(name, value)| {
                let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
                (name.to_string(), value)
            })
            .collect(),
        body: String::from_utf8_lossy(&body).into_owned(),
        status: None,
        fault: None,
        took_effect: false,
    })
}

fn respond(answer: Answer) -> Response {
    let mut response = Response::builder().status(answer.status);
    if !answer.body.is_empty() {
        response = response.header("content-type", answer.content_type);
    }
    if let Some(seconds) = answer.retry_after {
        response = response.header("retry-after", seconds.to_string());
    }
    let date = answer
        .date
        .and_then(|date| DateTime::from_timestamp(date, 0));
    if let Some(date) = date {
        let date = date.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
        response = response.header("date", date);
    }
    // Only a status out of range could fail here, and there is none.
    response.body(Body::from(answer.body)).unwrap_or_default()
}

/// A poisoned lock means that a test's closure panicked, which fails that test already.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
