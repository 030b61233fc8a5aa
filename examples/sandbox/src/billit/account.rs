//! `/v1/account`: the token of a single sign-on, and the numbers of invoices.

use serde_json::{Value, json};

use super::{
    State,
    answers::{Outcome, done, generic, ok},
    api::Call,
    record::sent,
};

/// What is numbered.
const SEQUENCES: [(&str, &str); 2] = [("Income-Invoice", "F"), ("Income-CreditNote", "CN")];

impl State {
    /// The reference says that it is an object; its one field is a guess.
    #[allow(clippy::unnecessary_wraps)] // The shape of a handler.
    pub(super) fn sso_token(&mut self, _: &Call) -> Outcome {
        let token = self.secret("sso");
        Ok(ok(&json!({ "Token": token })))
    }

    /// The next number; without `Consume` the next caller gets the same. The form of a number is a guess.
    pub(super) fn next_number(&mut self, call: &Call) -> Outcome {
        let body = self.body(call)?;
        let kind = sent(&body, "SequenceType").and_then(Value::as_str);
        let kind = kind.ok_or_else(|| generic("SequenceType is Required"))?;
        let mut known = SEQUENCES.iter();
        let known = known.find(|(known, _)| known.eq_ignore_ascii_case(kind));
        let (kind, prefix) =
            known.ok_or_else(|| generic("The value of SequenceType is not valid."))?;
        let last = self.sequences.entry((*kind).to_owned()).or_default();
        let number = *last + 1;
        let consume = sent(&body, "Consume") == Some(&json!(true));
        if consume {
            *last = number;
        }
        let number = json!(format!("{prefix}-{}-{number:04}", self.clock.format("%Y")));
        Ok(if consume { done(&number) } else { ok(&number) })
    }
}
