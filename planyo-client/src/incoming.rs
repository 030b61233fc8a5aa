//! Notifications that Planyo posts to a callback.
//!
//! Nothing here depends on a web framework: a handler gives the query, the content type and the body as it got them.
//!
//! # What a handler does
//!
//! Planyo signs nothing, and whether it sends a notification again that was not answered is unknown. So:
//!
//! 1. Check the [`CallbackToken`] in the query, and answer 404 where it is missing or wrong.
//! 2. Take the notification for a hint, never for a fact: queue what it is [about](Notification::subject) and **answer 200
//!    at once**.
//! 3. Then read the object again by the API, and act on that. Notifications come twice and in any order: whatever is done
//!    must be right when done twice.
//!
//! ```
//! use planyo_client::incoming::{CallbackToken, Notification, Subject};
//! use planyo_client::notifications::CallbackUrl;
//!
//! /// What a handler does, in any web framework: it returns the status to answer with.
//! fn handle(token: &CallbackToken, query: &str, content_type: &str, body: &[u8], queue: &mut Vec<Subject>) -> u16 {
//!     if !token.verify(query) {
//!         return 404;
//!     }
//!     match Notification::parse(content_type, body) {
//!         Ok(notification) => queue.extend(notification.subject()),
//!         // The same body would fail again.
//!         Err(problem) => eprintln!("{problem}"),
//!     }
//!     200
//! }
//!
//! // 32 random bytes in hex, say, from `openssl rand -hex 32`.
//! let token = CallbackToken::new("9f86d081884c7d659a2feaa0c55ad015")?;
//! // What `AddNotificationCallback` registers.
//! let url = CallbackUrl::new("https://example.com/planyo")?.with_token(&token);
//! assert_eq!(url.as_str(), "https://example.com/planyo?token=9f86d081884c7d659a2feaa0c55ad015");
//!
//! let mut queue = Vec::new();
//! let body = b"notification_type=user_updated&user=838829&is_new_user=1";
//! let query = "token=9f86d081884c7d659a2feaa0c55ad015";
//! let status = handle(&token, query, "application/x-www-form-urlencoded", body, &mut queue);
//! assert_eq!((status, queue), (200, vec![Subject::User(838_829.into())]));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::collections::BTreeMap;
use std::fmt;
use std::hint::black_box;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::plumbing::secret::Secret;
use crate::types::{
    CartId, NotificationName, Phone, ReservationId, ReservationStatus, ResourceId, SiteId,
    SiteTime, UserId,
};
use crate::wire::{FromScalar, Scalar};

/// What Planyo posts to a callback when something happens.
///
/// Only the name is sure to be there. Confirmed: name, reservation, resource and its name, site, start, end, user, whether
/// the user is new. The rest is second-hand, and how much of it a notification has depends on its kind. There is no proof
/// that Planyo sent it: read the object again before acting on it.
///
/// `Debug` shows name and ids alone: the rest is personal data.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Notification {
    /// What happened, posted as `notification_type`.
    pub name: NotificationName,
    /// The reservation, posted as `reservation`.
    pub reservation_id: Option<ReservationId>,
    /// The resource, posted as `resource`.
    pub resource_id: Option<ResourceId>,
    /// The name of the resource.
    pub resource_name: Option<String>,
    /// The site, posted as `calendar`.
    pub site_id: Option<SiteId>,
    /// The customer, posted as `user` or `user_id`.
    pub user_id: Option<UserId>,
    /// Whether the customer is new; with [`NotificationName::UserUpdated`] only.
    pub is_new_user: Option<bool>,
    /// The customer's e-mail address.
    pub email: Option<String>,
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// City.
    pub city: Option<String>,
    /// Phone number, in an unknown form.
    pub phone: Option<Phone>,
    /// When the rental starts, in Unix seconds (the API itself has local times).
    pub start: Option<SiteTime>,
    /// When the rental ends, in Unix seconds.
    pub end: Option<SiteTime>,
    /// When the reservation was made, in Unix seconds.
    pub creation_date: Option<SiteTime>,
    /// The quantity, posted as `count`.
    pub quantity: Option<u64>,
    /// The state of the reservation.
    pub status: Option<ReservationStatus>,
    /// Its state before, posted as `prev_status` with cancellations.
    pub previous_status: Option<ReservationStatus>,
    /// The price.
    pub price_quoted: Option<Decimal>,
    /// What was paid.
    pub amount_paid: Option<Decimal>,
    /// What is still to pay.
    pub amount_outstanding: Option<Decimal>,
    /// ISO 4217.
    pub currency: Option<String>,
    /// The shopping cart.
    pub cart_id: Option<CartId>,
    /// The unit that is assigned.
    pub unit_assignment: Option<String>,
    /// The customer's notes.
    pub user_notes: Option<String>,
    /// The administrator's notes.
    pub admin_notes: Option<String>,
    /// How the reservation was confirmed: `payment`, `coupon` or `manual`; with
    /// [`NotificationName::ReservationConfirmed`].
    pub confirmation_method: Option<String>,
    /// Whether the customer did it.
    pub is_event_fired_by_customer: Option<bool>,
    /// Whether the payment confirms the reservation.
    pub payment_confirming_reservation: Option<bool>,
    /// What came in; with payments.
    pub payment_amount: Option<Decimal>,
    /// How it came; with payments. A number of Planyo's, or its name.
    pub payment_mode: Option<String>,
    /// When it came, in Unix seconds; with payments.
    pub payment_time: Option<SiteTime>,
    /// The coupon's code; with coupons.
    pub coupon_code: Option<String>,
    /// What is left on the coupon; with coupons.
    pub coupon_balance: Option<Decimal>,
    /// Every other field by its name, and each of the above whose value cannot be read. What is a list or a map in JSON
    /// keeps its JSON; of a name that comes twice the last value counts.
    pub extra: BTreeMap<String, String>,
}

/// What a notification is about: the object to read again. It can be stored in a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Subject {
    /// A reservation.
    Reservation(ReservationId),
    /// A customer.
    User(UserId),
    /// A resource, by its settings or its vacations.
    Resource(ResourceId),
}

/// A body that is no notification of Planyo's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotificationError {
    /// The body is longer than [`Notification::MOST_BYTES`].
    #[error("a notification of {bytes} bytes, which is too long")]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// The content type is neither a form's nor JSON's.
    #[error("a notification that is neither a form nor JSON")]
    ContentType,
    /// The body should be `multipart/form-data`, and does not begin with a boundary.
    #[error("a notification that should have several parts and has none")]
    Multipart,
    /// The body should be JSON, and is no JSON object.
    #[error("a notification that is no JSON object")]
    Json,
    /// There is no `notification_type`.
    #[error("a notification that does not say what happened")]
    NoName,
}

impl Notification {
    /// The longest body that is read: 256 KiB.
    pub const MOST_BYTES: usize = 256 << 10;

    /// Reads a body: a form, or JSON where the callback's URL has `ppp_payload=json` in its query. A `multipart/form-data`
    /// form is read too, which Planyo is not known to send and proxies and automation services do.
    ///
    /// A body that begins with `{` is JSON whatever the content type says, which a form's never does. The case of the
    /// event's name does not matter.
    ///
    /// # Errors
    /// When it is too long, in neither form, or says nothing of what happened.
    pub fn parse(content_type: &str, body: &[u8]) -> Result<Self, NotificationError> {
        if body.len() > Self::MOST_BYTES {
            return Err(NotificationError::TooLong { bytes: body.len() });
        }
        let kind = content_type.split(';').next().unwrap_or_default();
        let kind = kind.trim().to_ascii_lowercase();
        let is_json = kind.ends_with("json") || body.trim_ascii_start().starts_with(b"{");
        let fields = if is_json {
            json_fields(body).ok_or(NotificationError::Json)?
        } else if matches!(
            kind.as_str(),
            "" | "application/x-www-form-urlencoded" | "text/plain"
        ) {
            form_fields(body).collect()
        } else if kind == "multipart/form-data" {
            multipart_fields(body).ok_or(NotificationError::Multipart)?
        } else {
            return Err(NotificationError::ContentType);
        };
        Self::read(Fields(fields)).ok_or(NotificationError::NoName)
    }

    fn read(mut fields: Fields) -> Option<Self> {
        Some(Self {
            name: name_in_any_case(&fields.text("notification_type")?),
            reservation_id: fields.id("reservation"),
            resource_id: fields.id("resource"),
            resource_name: fields.text("resource_name"),
            site_id: fields.id("calendar"),
            user_id: fields.id("user").or_else(|| fields.id("user_id")),
            is_new_user: fields.flag("is_new_user"),
            email: fields.text("email"),
            first_name: fields.text("first_name"),
            last_name: fields.text("last_name"),
            country: fields.text("country"),
            city: fields.text("city"),
            phone: fields.take("phone", |text| Phone::from_parts(None, Some(text))),
            start: fields.time("start"),
            end: fields.time("end"),
            creation_date: fields.time("creation_date"),
            quantity: fields.number("count"),
            status: fields.scalar("status"),
            previous_status: fields.scalar("prev_status"),
            price_quoted: fields.amount("price_quoted"),
            amount_paid: fields.amount("amount_paid"),
            amount_outstanding: fields.amount("amount_outstanding"),
            currency: fields.text("currency"),
            cart_id: fields.id("cart_id"),
            unit_assignment: fields.text("unit_assignment"),
            user_notes: fields.text("user_notes"),
            admin_notes: fields.text("admin_notes"),
            confirmation_method: fields.text("confirmation_method"),
            is_event_fired_by_customer: fields.flag("is_event_fired_by_customer"),
            payment_confirming_reservation: fields.flag("payment_confirming_reservation"),
            payment_amount: fields.amount("payment_amount"),
            payment_mode: fields.text("payment_mode"),
            payment_time: fields.time("payment_time"),
            coupon_code: fields.text("coupon_code"),
            coupon_balance: fields.amount("coupon_balance"),
            extra: fields.0,
        })
    }

    /// What it is about. The customer where a customer was updated; else the reservation, the customer or the resource,
    /// whichever it names first in this order. `None` for what concerns none of them, such as
    /// [`NotificationName::Hourly`].
    #[must_use]
    pub fn subject(&self) -> Option<Subject> {
        let user = self.user_id.map(Subject::User);
        if self.name == NotificationName::UserUpdated && user.is_some() {
            return user;
        }
        let reservation = self.reservation_id.map(Subject::Reservation);
        let resource = self.resource_id.map(Subject::Resource);
        reservation.or(user).or(resource)
    }
}

impl fmt::Debug for Notification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Notification")
            .field("name", &self.name)
            .field("reservation_id", &self.reservation_id)
            .field("user_id", &self.user_id)
            .field("resource_id", &self.resource_id)
            .finish_non_exhaustive()
    }
}

/// Fields by name, without those that were read.
struct Fields(BTreeMap<String, String>);

impl Fields {
    /// A value that cannot be read stays where it is.
    fn take<T>(&mut self, name: &str, read: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let value = read(self.0.get(name)?)?;
        self.0.remove(name);
        Some(value)
    }

    fn text(&mut self, name: &str) -> Option<String> {
        self.take(name, |text| {
            Some(text.to_owned()).filter(|text| !text.is_empty())
        })
    }

    fn number(&mut self, name: &str) -> Option<u64> {
        self.take(name, |text| text.trim().parse().ok())
    }

    fn id<T: From<u64>>(&mut self, name: &str) -> Option<T> {
        let id = |text: &str| text.trim().parse().ok().filter(|id| *id != 0);
        self.take(name, id).map(T::from)
    }

    fn flag(&mut self, name: &str) -> Option<bool> {
        self.take(name, |text| Scalar::Text(text.into()).as_bool())
    }

    fn time(&mut self, name: &str) -> Option<SiteTime> {
        self.take(name, SiteTime::parse)
    }

    fn amount(&mut self, name: &str) -> Option<Decimal> {
        self.take(name, |text| Decimal::from_str_exact(text.trim()).ok())
    }

    fn scalar<T: FromScalar>(&mut self, name: &str) -> Option<T> {
        self.take(name, |text| T::from_scalar(Scalar::Text(text.into())))
    }
}

/// The fields of an object as a form would have them; `null` as if it were not there.
fn json_fields(body: &[u8]) -> Option<BTreeMap<String, String>> {
    let fields: BTreeMap<String, &RawValue> = serde_json::from_slice(body).ok()?;
    let text = |raw: &RawValue| match raw.get() {
        "null" => None,
        // Numbers keep every digit, lists and maps their JSON, and so does a text that cannot be read as one.
        raw => Some(serde_json::from_str(raw).unwrap_or_else(|_| raw.to_owned())),
    };
    let fields = fields.into_iter();
    Some(
        fields
            .filter_map(|(name, raw)| Some((name, text(raw)?)))
            .collect(),
    )
}

fn name_in_any_case(name: &str) -> NotificationName {
    match NotificationName::from(name.trim().to_ascii_lowercase().as_str()) {
        // As it came.
        NotificationName::Other(_) => NotificationName::from(name),
        known => known,
    }
}

/// The fields of `multipart/form-data`. The body begins with the line of its boundary; what is no field with a name is
/// left out.
fn multipart_fields(body: &[u8]) -> Option<BTreeMap<String, String>> {
    let body = String::from_utf8_lossy(body);
    let boundary = body.trim_start().lines().next()?.trim_end();
    if boundary.len() <= 2 || !boundary.starts_with("--") {
        return None;
    }
    let parts = body.trim_start().strip_prefix(boundary)?;
    let end = format!("\n{boundary}");
    let field = |part: &str| {
        let (head, value) = part
            .split_once("\r\n\r\n")
            .or_else(|| part.split_once("\n\n"))?;
        let disposition = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            let name = name.trim();
            name.eq_ignore_ascii_case("content-disposition")
                .then_some(value)
        })?;
        let name = disposition.split(';').find_map(|parameter| {
            let (name, value) = parameter.split_once('=')?;
            let value = value.trim().trim_matches('"');
            name.trim().eq_ignore_ascii_case("name").then_some(value)
        })?;
        let value = value.strip_suffix('\r').unwrap_or(value);
        Some((name.to_owned(), value.to_owned()))
    };
    Some(parts.split(end.as_str()).filter_map(field).collect())
}

/// The pairs of `application/x-www-form-urlencoded`, by the rules of the URL standard: nothing is an error.
fn form_fields(form: &[u8]) -> impl Iterator<Item = (String, String)> {
    let pairs = form.split(|byte| *byte == b'&');
    pairs.filter(|pair| !pair.is_empty()).map(|pair| {
        let mut parts = pair.splitn(2, |byte| *byte == b'=');
        let mut next = || form_text(parts.next().unwrap_or_default());
        (next(), next())
    })
}

fn form_text(mut encoded: &[u8]) -> String {
    let mut bytes = Vec::with_capacity(encoded.len());
    while let [first, rest @ ..] = encoded {
        let escaped = match (first, rest) {
            (b'%', [high, low, rest @ ..]) => hex(*high).zip(hex(*low)).map(|pair| (pair, rest)),
            _ => None,
        };
        if let Some(((high, low), rest)) = escaped {
            bytes.push(high << 4 | low);
            encoded = rest;
        } else {
            bytes.push(if *first == b'+' { b' ' } else { *first });
            encoded = rest;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hex(digit: u8) -> Option<u8> {
    let value = char::from(digit).to_digit(16)?;
    u8::try_from(value).ok()
}

/// A secret in the query of a [callback's URL](crate::notifications::CallbackUrl::with_token), by which a handler knows
/// that it was called by one who knows the URL: the only proof there is, since Planyo signs nothing.
///
/// It is in Planyo's settings and in the logs of web servers: use it for nothing else, and change it when it may be
/// known. `Debug` shows none of it.
#[derive(Clone, Debug)]
pub struct CallbackToken(Secret);

/// A text that cannot be a [`CallbackToken`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a callback token must have 16 to 256 letters, digits, hyphens or underscores, all of them random"
)]
#[non_exhaustive]
pub struct WeakTokenError;

impl CallbackToken {
    /// The name of the parameter in the query.
    pub const PARAMETER: &str = "token";

    /// A secret that you made and keep, such as the output of `openssl rand -hex 32`: 16 to 256 letters, digits, hyphens
    /// or underscores. This crate has no source of randomness fit for secrets.
    ///
    /// # Errors
    /// When it is shorter, longer, or has other characters.
    pub fn new(secret: impl Into<String>) -> Result<Self, WeakTokenError> {
        let secret = Secret::from(secret);
        let text = secret.expose();
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if (16..=256).contains(&text.len()) && text.bytes().all(is_plain) {
            Ok(Self(secret))
        } else {
            Err(WeakTokenError)
        }
    }

    pub(crate) fn expose(&self) -> &str {
        self.0.expose()
    }

    /// Whether the query of the URL that was called has this token. How long it takes does not say how much of the
    /// token was right.
    #[must_use]
    pub fn verify(&self, query: &str) -> bool {
        let query = query.strip_prefix('?').unwrap_or(query);
        let mut tokens = form_fields(query.as_bytes()).filter(|(name, _)| name == Self::PARAMETER);
        // Two tokens are two tries in one call.
        match (tokens.next(), tokens.next()) {
            (Some((_, token)), None) => is_same(self.0.expose().as_bytes(), token.as_bytes()),
            _ => false,
        }
    }
}

/// Compares every byte whatever the ones before it were.
fn is_same(secret: &[u8], given: &[u8]) -> bool {
    let mut difference = u8::from(secret.len() != given.len());
    for (secret, given) in secret.iter().zip(given) {
        difference = black_box(difference | (secret ^ given));
    }
    difference == 0
}
