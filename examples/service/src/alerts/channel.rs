//! The ways on which somebody is told.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::email::Email;
use super::message::Message;
use super::post::Post;

/// A way on which somebody is told.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// By e-mail.
    Email,
    /// By a JSON post to a webhook.
    Post,
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Email => "email",
            Self::Post => "post",
        })
    }
}

/// Why a message was not delivered.
pub(super) struct Failure {
    /// One line with the remedy, without secrets and addresses.
    pub(super) what: String,
    /// The other side takes nothing now, so that other messages would wait as long.
    pub(super) is_silence: bool,
}

/// What sends the messages of a channel.
pub(super) enum Sender {
    Email(Box<Email>),
    Post(Post),
}

impl Sender {
    pub(super) async fn send(&self, message: &Message) -> Result<(), Failure> {
        match self {
            Self::Email(email) => email.send(message).await,
            Self::Post(post) => post.send(message).await,
        }
    }
}
