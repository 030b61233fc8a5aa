//! `send_email_to_customer`: what was sent is kept, and goes nowhere.

use chrono::NaiveDateTime;
use serde_json::json;

use super::{
    PlanyoServer, State,
    protocol::{Outcome, Parameters},
};

/// An e-mail that was sent to a customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email {
    /// What it is about.
    pub reservation_id: u64,
    /// The customer's address.
    pub to: String,
    /// The subject.
    pub title: String,
    /// As it was given: template tags are not filled.
    pub content: String,
    /// When, local time of the site.
    pub time: NaiveDateTime,
}

impl PlanyoServer {
    /// The e-mails that were sent to customers, in that order.
    #[must_use]
    pub fn emails(&self) -> Vec<Email> {
        self.state().emails.clone()
    }
}

impl State {
    /// A customer without an address gets none, which is no error: the answer says so.
    pub(super) fn send_email_to_customer(&mut self, parameters: &Parameters) -> Outcome {
        let known = self.asked_reservation(parameters)?;
        let (reservation_id, user_id) = (known.id, known.user_id);
        let title = parameters.required("message_title")?.to_owned();
        let content = parameters.required("message_content")?.to_owned();
        let to = self.user_of(user_id).email.trim().to_owned();
        let is_sent = to.contains('@');
        if is_sent {
            self.emails.push(Email {
                reservation_id,
                to,
                title,
                content,
                time: self.local_now(),
            });
        }
        Ok(json!({ "result": if is_sent { "success" } else { "failure" } }))
    }
}
