//! The routes.
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use customer_sync::triggers::{EnqueueOutcome, Inbox, WebhookHandler};
use planyo_client::incoming::{CallbackToken, Notification};

use crate::intake::Intake;
use crate::page;
use crate::stats::Stats;

/// Whoever is slower than that is no Planyo.
const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) struct Receiver {
    pub(crate) door: WebhookHandler,
    pub(crate) token: CallbackToken,
    pub(crate) intake: Intake,
    pub(crate) inbox: Inbox,
    pub(crate) stats: Arc<Stats>,
    pub(crate) state: customer_sync::store::State,
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
    let query = query.unwrap_or_default();
    if !receiver.token.verify(&query) {
        receiver.stats.refused("the token is missing or wrong");
        return StatusCode::NOT_FOUND;
    }
    let reading = tokio::time::timeout(PATIENCE, to_bytes(body, Notification::MOST_BYTES));
    let Ok(Ok(body)) = reading.await else {
        receiver.stats.refused("too long, too slow or cut short");
        return StatusCode::PAYLOAD_TOO_LARGE;
    };
    let content_type = headers.get(header::CONTENT_TYPE);
    let content_type = content_type.and_then(|value| value.to_str().ok());
    let due = match receiver
        .door
        .read(&query, content_type.unwrap_or_default(), &body)
    {
        Ok(due) => due,
        Err(refused) => {
            receiver.stats.refused(&refused.to_string());
            return StatusCode::from_u16(refused.status()).unwrap_or(StatusCode::OK);
        }
    };
    if let Some(EnqueueOutcome::New | EnqueueOutcome::Coalesced) = receiver.intake.take(due).await {
        receiver.stats.came_in(due.trigger);
        StatusCode::OK
    } else {
        // The worker makes a full pass, in case that it does not come again.
        receiver.stats.turned_away();
        StatusCode::SERVICE_UNAVAILABLE
    }
}

/// Whether the store can be read, and the inbox has room.
async fn health(State(receiver): State<Arc<Receiver>>) -> (StatusCode, &'static str) {
    if receiver.stats.is_overdue() {
        return (StatusCode::SERVICE_UNAVAILABLE, "the inbox is full\n");
    }
    match receiver.state.runs() {
        Ok(_) => (StatusCode::OK, "ok\n"),
        Err(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "the store cannot be read\n",
        ),
    }
}

async fn status(State(receiver): State<Arc<Receiver>>, RawQuery(query): RawQuery) -> Response {
    if !receiver.token.verify(&query.unwrap_or_default()) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let page = page::status(&receiver.stats, &receiver.inbox);
    // Its URL has the token, which must go nowhere else.
    let headers = [
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, Html(page)).into_response()
}
