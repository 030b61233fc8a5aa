//! `/v1/webhooks`, and the webhook calls.

use std::sync::{Arc, Mutex};

use hmac_sha256::HMAC;
use serde_json::{Value, json};
use tokio::sync::{
    mpsc::{UnboundedReceiver, UnboundedSender},
    oneshot,
};

use super::{
    COMPANY_ID, State,
    answers::{Outcome, done, generic, ok},
    api::Call,
    record::sent,
};
use crate::{deliver::post, server::lock, wire::unix_now};

/// A registered webhook.
#[derive(Clone)]
pub(super) struct Webhook {
    entity: String,
    update: String,
    url: String,
    secret: String,
}

/// What changed.
#[derive(Clone, Copy)]
pub(super) enum Entity {
    Order,
    Message,
}

/// How it changed.
#[derive(Clone, Copy)]
pub(super) enum Update {
    Made,
    Changed,
    Deleted,
}

impl Entity {
    fn name(self) -> &'static str {
        match self {
            Self::Order => "Order",
            Self::Message => "Message",
        }
    }
}

impl Update {
    fn name(self) -> &'static str {
        match self {
            Self::Made => "I",
            Self::Changed => "U",
            Self::Deleted => "D",
        }
    }
}

/// A webhook call that was made, or that could not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Where to.
    pub url: String,
    /// The value of `Billit-Signature`.
    pub signature: String,
    /// The body as sent.
    pub body: String,
    /// The receiver's HTTP status; `None`: no connection, no answer in 5 seconds, or not `http://` to a loopback
    /// address. There is no retry: whether Billit retries is unknown.
    pub status: Option<u16>,
}

pub(super) enum Job {
    Post(Delivery),
    /// Answered when everything before it was posted.
    Settle(oneshot::Sender<()>),
}

pub(super) type Outbox = UnboundedSender<Job>;

/// Posts one after the other, in the order of the changes, until the server is dropped.
pub(super) async fn deliver(mut jobs: UnboundedReceiver<Job>, made: Arc<Mutex<Vec<Delivery>>>) {
    while let Some(job) = jobs.recv().await {
        match job {
            Job::Post(mut delivery) => {
                let headers = [
                    ("Content-Type", "application/json; charset=utf-8"),
                    ("Billit-Signature", delivery.signature.as_str()),
                ];
                let status = post(&delivery.url, &headers, &delivery.body).await;
                delivery.status = status.ok();
                lock(&made).push(delivery);
            }
            // The caller may have been dropped.
            Job::Settle(settled) => settled.send(()).unwrap_or_default(),
        }
    }
}

/// `t=<unix seconds>,s=<hex of HMAC-SHA256 over "<t>.<body>">`
fn signature(secret: &str, time: i64, body: &str) -> String {
    let digest = HMAC::mac(format!("{time}.{body}"), secret);
    let digits = digest.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    let hex: String = digits
        .filter_map(|digit| char::from_digit(u32::from(digit), 16))
        .collect();
    format!("t={time},s={hex}")
}

impl State {
    pub(super) fn tell(&self, entity: Entity, id: i64, update: Update, detail: &Value) {
        let body = json!({
            "UpdatedEntityID": id,
            "UpdatedEntityType": entity.name(),
            "WebhookUpdateTypeTC": update.name(),
            "EntityDetail": detail,
        });
        let body = body.to_string();
        let is_for = |hook: &&Webhook| hook.entity == entity.name() && hook.update == update.name();
        for hook in self.webhooks.values().filter(is_for) {
            self.send_job(Job::Post(Delivery {
                url: hook.url.clone(),
                signature: signature(&hook.secret, unix_now(), &body),
                body: body.clone(),
                status: None,
            }));
        }
    }

    pub(super) fn send_job(&self, job: Job) {
        if let Some(outbox) = &self.outbox {
            // The task has ended with the server.
            outbox.send(job).unwrap_or_default();
        }
    }

    #[allow(clippy::unnecessary_wraps)] // The shape of a handler.
    pub(super) fn list_webhooks(&mut self, _: &Call) -> Outcome {
        let hooks: Vec<_> = self
            .webhooks
            .iter()
            .map(|(id, hook)| print(*id, hook))
            .collect();
        Ok(ok(&json!(hooks)))
    }

    pub(super) fn create_webhook(&mut self, call: &Call) -> Outcome {
        let body = self.body(call)?;
        let field = |name: &str| {
            sent(&body, name)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        let (entity, update, url) = (
            field("EntityType"),
            field("EntityUpdateType"),
            field("WebhookURL"),
        );
        if !["Order", "Message"].contains(&entity.as_str()) {
            return Err(generic("The value of EntityType is not valid."));
        }
        if !["I", "U", "D"].contains(&update.as_str()) {
            return Err(generic("The value of EntityUpdateType is not valid."));
        }
        let schemes: &[&str] = if self.settings.https_webhooks_only {
            &["https://"]
        } else {
            &["https://", "http://"]
        };
        if !schemes.iter().any(|scheme| url.starts_with(scheme)) {
            return Err(generic("The value of WebhookURL is not valid."));
        }
        if self.webhooks.len() >= self.settings.webhook_limit {
            return Err(generic("There are too many webhooks."));
        }
        let id = 520 + self.number();
        let hook = Webhook {
            entity,
            update,
            url,
            secret: self.secret("webhook"),
        };
        let mut printed = print(id, &hook);
        if let Some(printed) = printed.as_object_mut() {
            printed.insert(String::from("Secret"), json!(hook.secret));
        }
        self.webhooks.insert(id, hook);
        Ok(done(&printed))
    }

    /// `false` when there is none: the documents list no 404 here.
    pub(super) fn delete_webhook(&mut self, call: &Call) -> Outcome {
        let gone = self.webhooks.remove(&call.id()?).is_some();
        Ok(if gone {
            done(&json!(true))
        } else {
            ok(&json!(false))
        })
    }

    /// The old secret is invalid at once.
    pub(super) fn refresh_webhook(&mut self, call: &Call) -> Outcome {
        let id = call.id()?;
        let secret = self.secret("webhook");
        let missing = self.not_there("webhook");
        let hook = self.webhooks.get_mut(&id).ok_or(missing)?;
        hook.secret.clone_from(&secret);
        Ok(done(&json!(secret)))
    }
}

/// Without the secret.
fn print(id: i64, hook: &Webhook) -> Value {
    json!({
        "WebhookID": id,
        "CompanyID": COMPANY_ID,
        "UserID": 91_234,
        "EntityType": hook.entity,
        "EntityUpdateType": hook.update,
        "WebhookURL": hook.url,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_of_known_parts() {
        // Made with `printf '%s' '1657133145.{"a":1}' | openssl dgst -sha256 -hmac s3cret`.
        assert_eq!(
            signature("s3cret", 1_657_133_145, r#"{"a":1}"#),
            "t=1657133145,s=12109217e2277efd80cd0144ed5c605985abf914f4b0c2bd83f45196f5d4092e"
        );
    }
}
