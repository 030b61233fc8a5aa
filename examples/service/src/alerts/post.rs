//! Messages as a JSON post to a webhook.

use reqwest::{Client, Url};

use super::channel::Failure;
use super::message::Message;
use crate::messages;

/// Posts to one URL, which is a secret.
pub(super) struct Post {
    client: Client,
    url: Url,
}

impl Post {
    /// # Errors
    /// What is wrong with the URL, without it.
    pub(super) fn new(url: &str) -> Result<Self, String> {
        let remedy = "write it as `https://chat.example.org/hooks/...`";
        let (client, url) = messages::client(url, "the secret URL of alerts", remedy)?;
        Ok(Self { client, url })
    }

    pub(super) async fn send(&self, message: &Message) -> Result<(), Failure> {
        let post = self.client.post(self.url.clone()).json(&message.json);
        // The error itself is not shown: it has the URL.
        let answer = post.send().await.map_err(|error| {
            let what = if error.is_timeout() {
                "the webhook does not answer in time"
            } else {
                "the webhook cannot be reached: check the secret URL of alerts"
            };
            Failure {
                what: what.to_owned(),
                is_silence: true,
            }
        })?;
        let status = answer.status();
        if status.is_success() {
            return Ok(());
        }
        Err(Failure {
            what: format!(
                "the webhook answered {}: check the secret URL of alerts",
                status.as_u16()
            ),
            is_silence: false,
        })
    }
}
