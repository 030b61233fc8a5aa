//! The pages.

mod changes;
mod customers;
mod deletions;
mod health;
mod layout;
mod login;
mod overview;
mod plan;
mod planfy;
mod recalls;
mod record;
mod runs;
pub mod session;
mod sheet;
mod to_decide;
pub mod words;

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum_extra::extract::cookie::Key;
use chrono::Utc;
use customer_sync::store::StateError;
use hmac_sha256::HMAC;
use tokio::sync::Semaphore;

use crate::app::App;
use crate::metrics;
use crate::notes::ENDED_SESSION;
use crate::random::hex;
use crate::receiver::{Receiver, notification};
use session::Failures;

/// The style of all pages.
const STYLE: &str = include_str!("style.css");

/// Scripts, frames and everything from elsewhere are forbidden.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; \
                      frame-ancestors 'none'";

/// The largest file that is uploaded.
const UPLOAD_BYTES: usize = 32 << 20;

/// What the pages know.
pub struct Web {
    /// The service.
    pub app: Arc<App>,
    /// Signs the cookies.
    pub key: Key,
    failures: Failures,
    /// So many passwords are compared at once.
    hashing: Semaphore,
}

impl Web {
    /// The pages of this service.
    ///
    /// # Errors
    /// When the store cannot be used.
    pub async fn new(app: &Arc<App>) -> Result<Arc<Self>, StateError> {
        let key = session::key_of(&app.notes).await?;
        let failures = Failures::default();
        Ok(Arc::new(Self {
            app: Arc::clone(app),
            key,
            failures,
            hashing: Semaphore::new(2),
        }))
    }

    /// The token of the forms of a session.
    fn token_of(&self, session: &str) -> String {
        hex(&HMAC::mac(session.as_bytes(), self.key.signing()))
    }

    /// Whether it is that token, in constant time.
    fn is_token(&self, session: &session::Session, token: &str) -> bool {
        let own = self.token_of(session.id());
        // Hashes of both have one length, and say nothing of where they differ.
        let same = HMAC::mac(own.as_bytes(), self.key.signing());
        HMAC::verify(token.as_bytes(), self.key.signing(), &same)
    }

    /// Whether somebody has logged out of a session. If the store cannot be read, no session is trusted.
    async fn is_ended(&self, session: &str) -> bool {
        let row: Result<Option<chrono::DateTime<Utc>>, _> =
            self.app.notes.read(&ended(session)).await;
        !matches!(row, Ok(None))
    }
}

/// The row of a session that was ended.
fn ended(session: &str) -> String {
    format!("{ENDED_SESSION}{session}")
}

/// All routes. Without a receiver Planyo's notifications are not taken.
pub fn routes(web: &Arc<Web>, receiver: Option<Receiver>) -> Router {
    let pages = Router::new()
        .route("/", get(overview::show))
        .route("/full-pass", post(overview::full_pass))
        .route("/to-decide", get(to_decide::list))
        .route("/to-decide.csv", get(to_decide::csv))
        .route(
            "/to-decide/{key}",
            get(to_decide::one).post(to_decide::decide),
        )
        .route("/to-decide/{key}/back", post(to_decide::take_back))
        .route("/plan", post(plan::make))
        .route("/plan/{id}", get(plan::show).post(plan::carry_out))
        .route(
            "/plan/{id}/decisions",
            post(plan::decisions).layer(DefaultBodyLimit::max(UPLOAD_BYTES)),
        )
        .route("/plan/{id}/{file}", get(plan::file))
        .route("/runs", get(runs::list))
        .route("/runs.csv", get(runs::csv))
        .route("/runs/{id}", get(runs::one))
        .route("/runs/{id}/changes.csv", get(runs::changes))
        .route("/runs/{id}/undo", post(runs::undo))
        .route("/changes", get(changes::show))
        .route("/changes.csv", get(changes::csv))
        .route("/deletions", get(deletions::list))
        .route("/deletions/{file}", get(deletions::file))
        .route("/deletions/{id}/again", post(deletions::again))
        .route("/reminders/{id}/tick", post(deletions::tick))
        .route("/customers", get(customers::search))
        .route("/customers.csv", get(customers::csv))
        .route("/customers.planfy.csv", get(planfy::export))
        .route(
            "/import",
            get(planfy::show)
                .post(planfy::import)
                .layer(DefaultBodyLimit::max(UPLOAD_BYTES)),
        )
        .route(
            "/import/appointments",
            post(planfy::appointments).layer(DefaultBodyLimit::max(UPLOAD_BYTES)),
        )
        .route("/customers/{key}/record", get(record::show))
        .route("/customers/{key}/notes", post(record::add_note))
        .route("/customers/{key}", get(customers::one))
        .route("/customers/{key}/history.csv", get(customers::history))
        .route("/customers/{key}/calls.csv", get(customers::calls))
        .route("/customers/{key}/sync", post(customers::sync))
        .route("/customers/{key}/forget", post(customers::forget))
        .route("/duplicates", post(customers::duplicates))
        .route("/recalls", get(recalls::list))
        .route("/recalls.csv", get(recalls::csv))
        .route(
            "/recalls/one",
            get(recalls::one::show).post(recalls::one::change),
        )
        .route("/recalls/letters", post(recalls::letters::make))
        .route("/recalls/letters/{file}", get(recalls::letters::file))
        .route("/recalls/preview", get(recalls::preview::show))
        .route("/recalls/conversion", get(recalls::conversion::show))
        .route("/recalls/conversion.csv", get(recalls::conversion::csv))
        .route(
            "/customers/{key}/recalls",
            post(recalls::customer::schedule),
        )
        .route(
            "/customers/{key}/opt-outs",
            post(recalls::customer::opt_out),
        )
        .route("/health", get(health::show))
        .route("/health.csv", get(health::csv))
        .route("/logout", post(login::log_out))
        .layer(middleware::map_response(no_store));
    let open = Router::new()
        .route("/login", get(login::show).post(login::log_in))
        .route("/style.css", get(style))
        .route("/healthz", get(alive))
        .route("/metrics", get(counters));
    let mut all = pages
        .merge(open)
        // Whoever logs in after a button of an old page comes to its address, at which there may be nothing to look at.
        .method_not_allowed_fallback(async || Redirect::to("/"))
        .fallback(missing)
        .with_state(Arc::clone(web));
    if let Some(receiver) = receiver {
        let receiver = Arc::new(receiver);
        all = all.merge(
            Router::new()
                .route("/planyo", post(notification))
                .with_state(receiver),
        );
    }
    all.layer(middleware::from_fn(protected))
}

/// The headers of every answer.
async fn protected(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "same-origin"),
    ] {
        headers.insert(name, header::HeaderValue::from_static(value));
    }
    response
}

/// Pages have personal data: no cache keeps them.
async fn no_store(mut response: Response) -> Response {
    let value = header::HeaderValue::from_static("no-store");
    response.headers_mut().insert(header::CACHE_CONTROL, value);
    response
}

async fn style() -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "max-age=3600"),
    ];
    (headers, STYLE)
}

async fn missing(headers: HeaderMap) -> Response {
    let words = session::words_of(&headers);
    layout::message(StatusCode::NOT_FOUND, words, words.not_found)
}

/// Whether the store can be written, so that a notification would not be lost.
async fn alive(State(web): State<Arc<Web>>) -> (StatusCode, &'static str) {
    match web.app.notes.write("status/alive", &Utc::now()).await {
        Ok(()) => (StatusCode::OK, "ok\n"),
        Err(error) => {
            tracing::error!(%error, "the store cannot be written");
            (
                StatusCode::SERVICE_UNAVAILABLE,
                "the store cannot be written\n",
            )
        }
    }
}

/// Numbers without personal data, for whoever has the token.
async fn counters(State(web): State<Arc<Web>>, headers: HeaderMap) -> Response {
    let Some(token) = &web.app.settings.keys.metrics else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let given = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let given = given
        .and_then(|given| given.strip_prefix("Bearer "))
        .unwrap_or_default();
    let same = HMAC::mac(token.as_bytes(), web.key.signing());
    if !HMAC::verify(given.as_bytes(), web.key.signing(), &same) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let pass = web.app.last_pass().await.ok().flatten();
    let age = pass.and_then(|pass| (Utc::now() - pass.last_done?).to_std().ok());
    web.app.metrics.set_full_pass_age(age);
    (
        [(header::CONTENT_TYPE, metrics::CONTENT_TYPE)],
        web.app.metrics.text(),
    )
        .into_response()
}

/// What went wrong for a page: the store cannot be read.
pub(crate) struct Broken(StateError);

impl From<StateError> for Broken {
    fn from(error: StateError) -> Self {
        Self(error)
    }
}

impl IntoResponse for Broken {
    fn into_response(self) -> Response {
        tracing::error!(error = %self.0, "page");
        let text = format!("{}: {}", words::EN.something_failed, self.0);
        layout::message(StatusCode::SERVICE_UNAVAILABLE, &words::EN, &text)
    }
}
