//! Events that Billit posts to a webhook, with their signature checked.
//!
//! No web framework is needed: a [`Verifier`] takes the header [`SIGNATURE_HEADER`] and the body as bytes, and gives the
//! [`Event`], or says what is wrong.
//!
//! ```
//! use billit_client::incoming::{EInvoiceFlowState, EntityDetail, Verifier};
//!
//! let verifier = Verifier::new("the secret of the webhook");
//! # let body = br#"{"UpdatedEntityID":690998,"UpdatedEntityType":"Message","EntityDetail":{"OrderMessage":{"OrderID":2615999},"AdditionalMessageInformation":{"EInvoiceFlowState":"Sent"}}}"#;
//! # let (header, now) = ("t=1657133145,s=ab66b1959e6100b4a4f6dc7c72b816dfb9106fd336d418087d11100cd90e641d", 1_657_133_150);
//! // The header and the raw body of the request; `verify_now` takes the machine's clock.
//! match verifier.verify(Some(header), body, now) {
//!     Ok(event) => {
//!         if let EntityDetail::Message(detail) = &event.detail {
//!             let delivered = detail.flow_state == Some(EInvoiceFlowState::Delivered);
//!             println!("order {:?} delivered: {delivered}", event.order_id());
//!         }
//!     }
//!     // Answer 400, and look at the secret or the clock.
//!     Err(rejected) => panic!("{rejected}"),
//! }
//! ```
//!
//! Facts: the header, the signature and the event of a message are documented; the event of an order is described
//! only. How Billit sends events again, and in which order they come, is not: answer fast, take an event that comes twice
//! once, and read the order itself with the API.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use hmac_sha256::HMAC;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::error::DecodeError;
use crate::macros::codes;
use crate::orders::{OrderId, OrderMessage};
use crate::plumbing::secret::Secret;
use crate::webhooks::{EntityType, EntityUpdateType};
use crate::wire::{self, Record};

/// The header with the signature: `t=<unix seconds>,s=<hexadecimal>`.
pub const SIGNATURE_HEADER: &str = "Billit-Signature";

/// Far more than any header that Billit sends.
const MOST_HEADER_BYTES: usize = 4096;

/// Checks that an event comes from Billit, unchanged and now.
///
/// The signature is HMAC-SHA256 with the webhook's secret over the header's time, a dot, and the body (documented), so
/// that the body must be the bytes as they came: not a text, and not JSON written anew. It is compared in constant time.
#[derive(Clone, Debug)]
pub struct Verifier {
    secrets: Vec<Secret>,
    tolerance: Duration,
    max_body_bytes: usize,
}

impl Verifier {
    /// With the secret of a webhook, five minutes of tolerance, and bodies up to a mebibyte. An empty secret verifies
    /// nothing.
    #[must_use]
    pub fn new(secret: impl Into<Secret>) -> Self {
        Self {
            secrets: vec![secret.into()],
            tolerance: Duration::from_secs(300),
            max_body_bytes: 1 << 20,
        }
    }

    /// Also with this secret: of another webhook that posts to the same place, or the old one while a new one takes
    /// over.
    #[must_use]
    pub fn or_secret(mut self, secret: impl Into<Secret>) -> Self {
        self.secrets.push(secret.into());
        self
    }

    /// How far the time of the header may be from now, before and after. Billit leaves it to you; five minutes are
    /// common.
    #[must_use]
    pub fn tolerance(mut self, tolerance: Duration) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// The largest body. Let your web framework refuse larger ones before they are in memory, too.
    #[must_use]
    pub fn max_body_bytes(mut self, bytes: usize) -> Self {
        self.max_body_bytes = bytes;
        self
    }

    /// The event, if its signature is right at this time (unix seconds).
    ///
    /// # Errors
    /// What is wrong with the header, the signature, the time or the body.
    pub fn verify(
        &self,
        signature: Option<&str>,
        body: &[u8],
        now: i64,
    ) -> Result<Record<Event>, Rejected> {
        self.check(signature, body, now)?;
        Event::parse(body)
    }

    /// The event, if its signature is right by the clock of this machine.
    ///
    /// # Errors
    /// As [`verify`](Self::verify).
    pub fn verify_now(
        &self,
        signature: Option<&str>,
        body: &[u8],
    ) -> Result<Record<Event>, Rejected> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = now.map_or(0, |now| now.as_secs());
        self.verify(signature, body, i64::try_from(now).unwrap_or(i64::MAX))
    }

    /// Checks the signature and the time of a body, and does not read it.
    ///
    /// # Errors
    /// As [`verify`](Self::verify), but for [`Rejected::Unreadable`].
    pub fn check(&self, signature: Option<&str>, body: &[u8], now: i64) -> Result<(), Rejected> {
        let header = signature.map(str::trim).filter(|header| !header.is_empty());
        let header = header.ok_or(Rejected::NoSignature)?;
        if body.len() > self.max_body_bytes {
            return Err(Rejected::TooLarge);
        }
        let header = Header::parse(header).ok_or(Rejected::Malformed)?;
        if !self.is_signed(&header, body) {
            return Err(Rejected::WrongSignature);
        }
        // After the signature: who reads this error may trust that it was Billit's clock.
        let apart = now.abs_diff(header.time);
        match apart > self.tolerance.as_secs() {
            true if header.time < now => Err(Rejected::TooOld),
            true => Err(Rejected::FromTheFuture),
            false => Ok(()),
        }
    }

    fn is_signed(&self, header: &Header<'_>, body: &[u8]) -> bool {
        let secrets = self.secrets.iter().map(Secret::expose);
        secrets.filter(|secret| !secret.is_empty()).any(|secret| {
            let mut code = HMAC::new(secret);
            code.update(header.time_text);
            code.update(".");
            code.update(body);
            let mut signatures = header.signatures.iter();
            signatures.any(|signature| code.clone().finalize_verify(signature))
        })
    }
}

/// Why an event is not to be trusted. Answer it with 400 or 401, and do not say more.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rejected {
    /// There is no signature.
    #[error("the event has no {SIGNATURE_HEADER} header")]
    NoSignature,
    /// The header is not `t=<unix seconds>,s=<64 hexadecimal digits>`.
    #[error("the {SIGNATURE_HEADER} header is malformed")]
    Malformed,
    /// No secret fits: it is another webhook's, or an old one, or the event is forged, or its body was changed on
    /// its way, such as by a framework that parsed it.
    #[error("the signature of the event does not fit its body and any secret")]
    WrongSignature,
    /// The signature is right, and too old: the event was delayed or replayed, or this machine's clock is wrong.
    #[error("the event is older than the tolerance; is the clock right?")]
    TooOld,
    /// The signature is right, and of a time that is yet to come: a clock is wrong.
    #[error("the event is from the future by more than the tolerance; is the clock right?")]
    FromTheFuture,
    /// The body is larger than allowed; it was not read.
    #[error("the body of the event is larger than allowed")]
    TooLarge,
    /// The signature is right, and the body is no JSON object.
    #[error("the event cannot be read")]
    Unreadable(#[source] DecodeError),
}

struct Header<'a> {
    /// As it was signed.
    time_text: &'a str,
    time: i64,
    signatures: Vec<[u8; 32]>,
}

impl<'a> Header<'a> {
    /// The first `t` and every readable `s`; what else there may be is for versions to come.
    fn parse(header: &'a str) -> Option<Self> {
        if header.len() > MOST_HEADER_BYTES {
            return None;
        }
        let elements = header.split(',').filter_map(|element| {
            let (name, value) = element.split_once('=')?;
            Some((name.trim(), value.trim()))
        });
        let mut times = elements.clone().filter(|(name, _)| *name == "t");
        let (_, time_text) = times.next()?;
        let is_number = time_text.bytes().all(|byte| byte.is_ascii_digit());
        let time = time_text.parse().ok().filter(|_| is_number)?;
        let signatures: Vec<_> = elements
            .filter(|(name, _)| *name == "s")
            .filter_map(|(_, digits)| digest(digits))
            .collect();
        (!signatures.is_empty()).then_some(Self {
            time_text,
            time,
            signatures,
        })
    }
}

/// 64 hexadecimal digits, lower-case as Billit writes them.
fn digest(digits: &str) -> Option<[u8; 32]> {
    let value = |digit: u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    let mut digest = [0; 32];
    let mut digits = digits.bytes();
    for byte in &mut digest {
        *byte = value(digits.next()?)? << 4 | value(digits.next()?)?;
    }
    digits.next().is_none().then_some(digest)
}

/// Something happened to an order or to one of its messages.
///
/// Nothing is certain to be there: the message that is said to follow the creation of a webhook has an unknown shape.
/// [`Record::raw`] has it all.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Event {
    /// The id of the order or of the message.
    pub entity_id: Option<i64>,
    /// What the id is of.
    pub entity_type: Option<EntityType>,
    /// What happened.
    pub update_type: Option<EntityUpdateType>,
    /// The details that Billit sends.
    pub detail: EntityDetail,
}

impl Event {
    /// Reads the body of an event **without checking who sent it**: for events that were verified before, such as from
    /// a queue. Anyone can post to your webhook: take [`Verifier::verify`] there.
    ///
    /// # Errors
    /// [`Rejected::Unreadable`] where it is no JSON object.
    pub fn parse(body: &[u8]) -> Result<Record<Self>, Rejected> {
        wire::record(body).map_err(|error| Rejected::Unreadable(DecodeError::new(&error)))
    }

    /// The id of the order that it is about, of the order itself or of a message.
    #[must_use]
    pub fn order_id(&self) -> Option<OrderId> {
        match (&self.entity_type, &self.detail) {
            (_, EntityDetail::Message(detail)) => detail.message.order_id,
            (Some(EntityType::Order), _) => self.entity_id.map(OrderId::from),
            _ => None,
        }
    }
}

/// The details of an event's entity. `Debug` shows no values of what is not known.
#[derive(Clone)]
#[non_exhaustive]
pub enum EntityDetail {
    /// Nothing, as it often is with orders (documented).
    Empty,
    /// A message of an order.
    Message(Box<MessageDetail>),
    /// Of another kind, or of an order: undocumented, as JSON.
    Other(Box<RawValue>),
}

impl fmt::Debug for EntityDetail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("Empty"),
            Self::Message(message) => f.debug_tuple("Message").field(message).finish(),
            Self::Other(_) => f.write_str("Other(..)"),
        }
    }
}

codes! {
    /// How far an electronic invoice has come (documented).
    EInvoiceFlowState {
        /// It was sent.
        Sent = "Sent",
        /// The receiver accepted it.
        Accepted = "Accepted",
        /// It was delivered.
        Delivered = "Delivered",
        /// The receiver refused it.
        Refused = "Refused",
    }
}

/// A message of an order, and how far it has come (documented). `Debug` shows no words.
#[derive(Clone)]
#[non_exhaustive]
pub struct MessageDetail {
    /// The message: its order, channel and success.
    pub message: OrderMessage,
    /// How far the invoice has come.
    pub flow_state: Option<EInvoiceFlowState>,
    /// More about that, such as why it was refused; its shape is undocumented, and this is `None` if it is no text.
    pub flow_state_information: Option<String>,
}

impl fmt::Debug for MessageDetail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MessageDetail")
            .field("message", &self.message)
            .field("flow_state", &self.flow_state)
            .finish_non_exhaustive()
    }
}

impl<'de> Deserialize<'de> for Event {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Wire {
            #[serde(default, rename = "UpdatedEntityID", deserialize_with = "wire::number")]
            id: Option<i64>,
            #[serde(default, rename = "UpdatedEntityType", deserialize_with = "wire::code")]
            kind: Option<EntityType>,
            #[serde(
                default,
                rename = "WebhookUpdateTypeTC",
                deserialize_with = "wire::code"
            )]
            update: Option<EntityUpdateType>,
            #[serde(default, rename = "EntityDetail")]
            detail: Option<Box<RawValue>>,
        }
        let Wire {
            id,
            kind,
            update,
            detail,
        } = Wire::deserialize(deserializer)?;
        Ok(Self {
            detail: detail.map_or(EntityDetail::Empty, |raw| {
                EntityDetail::read(kind.as_ref(), raw)
            }),
            entity_id: id,
            entity_type: kind,
            update_type: update,
        })
    }
}

impl EntityDetail {
    /// A message has an `OrderMessage`, or, in an older form, its fields one level higher.
    fn read(kind: Option<&EntityType>, raw: Box<RawValue>) -> Self {
        let text: String = raw.get().split_ascii_whitespace().collect();
        if matches!(text.as_str(), "null" | "{}" | "[]" | "\"\"") {
            return Self::Empty;
        }
        match serde_json::from_str(raw.get()) {
            Ok(message) if kind == Some(&EntityType::Message) => Self::Message(message),
            _ => Self::Other(raw),
        }
    }
}

impl<'de> Deserialize<'de> for MessageDetail {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Wire {
            #[serde(default, rename = "OrderMessage", deserialize_with = "wire::object")]
            message: Option<OrderMessage>,
            #[serde(
                default,
                rename = "AdditionalMessageInformation",
                alias = "MessageAdditionalInformation",
                deserialize_with = "wire::object"
            )]
            flow: Option<Flow>,
        }
        #[derive(Default, Deserialize)]
        struct Flow {
            #[serde(default, rename = "EInvoiceFlowState", deserialize_with = "wire::code")]
            state: Option<EInvoiceFlowState>,
            #[serde(
                default,
                rename = "AdditionalFlowStateInformation",
                deserialize_with = "wire::text"
            )]
            information: Option<String>,
        }
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        let wire: Wire = serde_json::from_str(raw.get()).map_err(D::Error::custom)?;
        let message = match wire.message {
            Some(message) => message,
            None => serde_json::from_str(raw.get()).map_err(D::Error::custom)?,
        };
        let flow = wire.flow.unwrap_or_default();
        Ok(Self {
            message,
            flow_state: flow.state,
            flow_state_information: flow.information,
        })
    }
}
