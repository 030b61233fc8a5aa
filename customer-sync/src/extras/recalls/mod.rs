//! Recalls: which customers to invite again, when, and by which channel, such as a check-up a year after the last one.
//!
//! Pure: from appointments, rules, the recalls so far and a day to the [recalls](recalls()) and the [messages] of that
//! day. [`RecallStore`] keeps them, and what became of each message, in the store of the sync. Sending the messages is up
//! to you. Days and times are local to the place of the appointments.
//!
//! ```
//! use chrono::{NaiveDate, NaiveDateTime};
//! use customer_sync::{Customer, CustomerKey};
//! use customer_sync::recalls::{Appointment, Channel, Rule, Span, Status, messages, recalls};
//!
//! let day = |text: &str| text.parse::<NaiveDate>().unwrap();
//! let rule = Rule::new("check-up", Span::Months(6))
//!     .after_resource("dentist")
//!     .then(Channel::Email, Span::Days(0))
//!     .then(Channel::Sms, Span::Days(0))
//!     .then(Channel::Letter, Span::Weeks(3));
//! let mut ann = Customer::new(CustomerKey::new("planfy:shop", "77"));
//! ann.last_name = Some("Ann Peeters".to_owned());
//! ann.email = Some("ann@example.com".to_owned());
//! ann.mobile = Some("+32470123456".to_owned());
//! let visit = Appointment::finished("900", ann.key.clone(), "dentist", day("2026-08-31"));
//!
//! let known = recalls(&[visit], &[rule.clone()], &[], day("2027-02-28"));
//! assert_eq!((known[0].due, known[0].status()), (day("2027-02-28"), Status::Due));
//! // E-mail and SMS today; a letter only three weeks after they went out.
//! let now: NaiveDateTime = "2027-02-28T10:00:00".parse().unwrap();
//! let today = messages(&known, &[rule], now, |_| Some((&ann).into()));
//! assert_eq!((today[0].channel, today[0].to.as_slice()), (Channel::Email, &["ann@example.com".to_owned()][..]));
//! assert_eq!((today[1].channel, today.len()), (Channel::Sms, 2));
//! ```

mod appointment;
mod conversion;
mod due;
mod quiet;
mod recall;
mod rule;
mod span;
mod store;
mod template;

pub use self::appointment::{Appointment, State};
pub use self::conversion::{Conversion, conversions};
pub use self::due::{Contact, Message, messages, recalls};
pub use self::quiet::{InvalidQuietHours, QuietHours};
pub use self::recall::{Attempt, FailedMessage, InvalidTransition, Recall, SentMessage, Status};
pub use self::rule::{Channel, InvalidStep, Rule, Step};
pub use self::span::{InvalidSpan, Span};
pub use self::store::{ChangeError, RecallStore};
pub use self::template::{InvalidTemplate, Template, written_day};
