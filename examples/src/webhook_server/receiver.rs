//! The routes.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use customer_sync::triggers::{EnqueueOutcome, Inbox, WebhookError, WebhookHandler};
use planyo_client::incoming::Notification;

use super::intake::Intake;
use super::page;
use super::stats::Stats;

const CANNOT_READ: &str = "the store cannot be read\n";

/// The timeout for reading a body.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);

pub(crate) struct Receiver {
    pub(crate) webhook: WebhookHandler,
    pub(crate) intake: Intake,
    pub(crate) inbox: Inbox,
    pub(crate) stats: Arc<Stats>,
}

pub(crate) fn routes(receiver: Receiver) -> Router {
    Router::new()
        .route("/planyo", post(notification))
        .route("/healthz", get(health))
        .route("/", get(status))
        .with_state(Arc::new(receiver))
}

async fn notification(
    State(receiver): State<Arc<Receiver>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> StatusCode {
    let refuse = |error: WebhookError| {
        receiver.stats.refused(&error.to_string());
        StatusCode::from_u16(error.status()).unwrap_or(StatusCode::OK)
    };
    // Before the body is read, so that an unauthorised request costs no memory and no time.
    let admitted = match receiver.webhook.admits(&query.unwrap_or_default()) {
        Ok(admitted) => admitted,
        Err(error) => return refuse(error),
    };
    let reading = tokio::time::timeout(BODY_TIMEOUT, to_bytes(body, Notification::MOST_BYTES));
    let Ok(Ok(body)) = reading.await else {
        receiver.stats.refused("too long, too slow or cut short");
        return StatusCode::PAYLOAD_TOO_LARGE;
    };
    let content_type = headers.get(header::CONTENT_TYPE);
    let content_type = content_type.and_then(|value| value.to_str().ok());
    let request = match admitted.read(content_type.unwrap_or_default(), &body) {
        Ok(request) => request,
        Err(error) => return refuse(error),
    };
    if let Some(EnqueueOutcome::New | EnqueueOutcome::Coalesced) =
        receiver.intake.add(request).await
    {
        receiver.stats.received(request.trigger);
        StatusCode::OK
    } else {
        // The worker makes a full pass, in case Planyo does not retry.
        receiver.stats.rejected();
        StatusCode::SERVICE_UNAVAILABLE
    }
}

/// Whether the store can be read, and the inbox has room.
async fn health(State(receiver): State<Arc<Receiver>>) -> (StatusCode, &'static str) {
    if receiver.stats.is_overdue() {
        return (StatusCode::SERVICE_UNAVAILABLE, "the inbox is full\n");
    }
    match receiver.inbox.counts().await {
        Ok(_) => (StatusCode::OK, "ok\n"),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, CANNOT_READ),
    }
}

async fn status(State(receiver): State<Arc<Receiver>>, RawQuery(query): RawQuery) -> Response {
    if receiver.webhook.admits(&query.unwrap_or_default()).is_err() {
        return StatusCode::NOT_FOUND.into_response();
    }
    let Ok(page) = page::status(&receiver.stats, &receiver.inbox).await else {
        return (StatusCode::SERVICE_UNAVAILABLE, CANNOT_READ).into_response();
    };
    // Its URL holds the token, which must not leak.
    let headers = [
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, Html(page)).into_response()
}
