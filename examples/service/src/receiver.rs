//! The address that Planyo posts its notifications to.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use chrono::Utc;
use customer_sync::triggers::{EnqueueOutcome, TriggerRules, WebhookError, WebhookHandler};
use planyo_client::incoming::{CallbackToken, Notification};
use serde_json::Value;

use crate::app::App;
use crate::intake::Intake;
use crate::metrics::Notification as Counted;

/// The timeout for reading a body.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// So many names of fields are shown.
const SHOWN: usize = 30;

/// The receiver.
pub struct Receiver {
    webhook: WebhookHandler,
    intake: Intake,
    app: Arc<App>,
}

impl Receiver {
    /// A receiver for notifications with this token.
    #[must_use]
    pub fn new(app: &Arc<App>, token: CallbackToken, intake: Intake) -> Self {
        Self {
            webhook: WebhookHandler::new(token, TriggerRules::default()),
            intake,
            app: Arc::clone(app),
        }
    }
}

/// Takes a notification. It is answered 200 once the customer is in the store, or if it would not help to post it again.
pub async fn notification(
    State(receiver): State<Arc<Receiver>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> StatusCode {
    let app = &receiver.app;
    let refuse = |result: Counted, error: &WebhookError, shape: String| {
        app.metrics.notification(result);
        app.received.passed_over(&error.to_string(), shape);
        StatusCode::from_u16(error.status()).unwrap_or(StatusCode::OK)
    };
    // Before the body is read, so that an unauthorised request costs no memory and no time.
    let admitted = match receiver.webhook.admits(&query.unwrap_or_default()) {
        Ok(admitted) => admitted,
        Err(error) => return refuse(Counted::Refused, &error, String::new()),
    };
    let reading = tokio::time::timeout(BODY_TIMEOUT, to_bytes(body, Notification::MOST_BYTES));
    let Ok(Ok(body)) = reading.await else {
        app.metrics.notification(Counted::Unreadable);
        app.received
            .passed_over("too long, too slow or cut short", String::new());
        return StatusCode::PAYLOAD_TOO_LARGE;
    };
    let content_type = headers.get(header::CONTENT_TYPE);
    let content_type = content_type
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let request = match admitted.read(content_type, &body) {
        Ok(request) => request,
        Err(error) => {
            let result = if matches!(error, WebhookError::Ignored(_)) {
                Counted::Ignored
            } else {
                Counted::Unreadable
            };
            return refuse(result, &error, shape(content_type, &body));
        }
    };
    let (result, status) = match receiver.intake.add(request).await {
        Some(EnqueueOutcome::New) => (Counted::Taken, StatusCode::OK),
        Some(EnqueueOutcome::Coalesced) => (Counted::Coalesced, StatusCode::OK),
        _ => (Counted::TurnedAway, StatusCode::SERVICE_UNAVAILABLE),
    };
    app.metrics.notification(result);
    if status == StatusCode::OK {
        app.received.taken(&request.trigger.to_string(), Utc::now());
    } else {
        // A full pass finds it, in case Planyo does not post it again.
        app.received.set_overdue(true);
    }
    status
}

/// The names of the fields of a body, without a value.
fn shape(content_type: &str, body: &[u8]) -> String {
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    let names: Vec<String> = match serde_json::from_slice(body) {
        Ok(Value::Object(fields)) => fields.keys().cloned().collect(),
        Ok(_) => vec!["JSON that is no object".to_owned()],
        Err(_) if kind == "multipart/form-data" => Vec::new(),
        Err(_) => url::form_urlencoded::parse(body)
            .map(|(name, _)| name.into_owned())
            .collect(),
    };
    let is_name = |name: &&String| {
        name.len() <= 40
            && name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "_-[] ".contains(c))
    };
    let shown: Vec<&str> = names
        .iter()
        .filter(is_name)
        .take(SHOWN)
        .map(String::as_str)
        .collect();
    let kind: String = kind.chars().filter(|c| !c.is_control()).take(60).collect();
    format!("{kind}: {}", shown.join(", "))
}

#[cfg(test)]
mod tests {
    use super::shape;

    #[test]
    fn a_shape_has_names_and_no_values() {
        let form = shape(
            "application/x-www-form-urlencoded; charset=utf-8",
            b"event=ann&email=ann%40example.com",
        );
        assert_eq!(form, "application/x-www-form-urlencoded: event, email");
        let json = shape(
            "application/json",
            br#"{"email": "ann@example.com", "<script>": 1}"#,
        );
        assert_eq!(json, "application/json: email");
        assert_eq!(shape("", b"\xff\xfe"), ": ");
    }
}
