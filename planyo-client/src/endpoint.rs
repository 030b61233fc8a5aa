//! A call as a value: its parameters, its answer, and whether it may be retried.

use serde_json::value::RawValue;

use crate::params::Params;

/// One method of Planyo's API with its parameters.
///
/// Everything here is pure: [`params`](Self::params) says what goes onto the wire, [`parse`](Self::parse) reads
/// the answer. Implement it for a method this crate lacks:
///
/// ```
/// use planyo_client::{Endpoint, Params, Safety};
/// use serde_json::value::RawValue;
///
/// struct RecalculatePrice { reservation: u64 }
///
/// impl Endpoint for RecalculatePrice {
///     type Output = serde_json::Value;
///     fn method(&self) -> &str { "recalculate_price" }
///     fn safety(&self) -> Safety { Safety::Idempotent }
///     fn params(&self, params: &mut Params) { params.set("reservation_id", self.reservation); }
///     fn parse(&self, data: &RawValue) -> serde_json::Result<Self::Output> {
///         serde_json::from_str(data.get())
///     }
/// }
/// ```
pub trait Endpoint: Send + Sync {
    /// What the answer's `data` becomes.
    type Output: Send;

    /// The method's name as Planyo spells it, such as `list_users`. It is part of the hash key.
    fn method(&self) -> &str;

    /// What happens if the same call reaches Planyo twice.
    fn safety(&self) -> Safety;

    /// Adds the method's own parameters. A `site_id` or `language` goes before the client's; `method`, `api_key`,
    /// `hash_key` and `hash_timestamp` are the client's alone and dropped here.
    fn params(&self, params: &mut Params);

    /// Reads `data` of a successful answer; JSON `null` where Planyo sent none.
    ///
    /// # Errors
    /// When the answer lacks what the output cannot do without.
    fn parse(&self, data: &RawValue) -> serde_json::Result<Self::Output>;

    /// Whether Planyo requires the API key. Only `api_test` does without.
    fn needs_key(&self) -> bool {
        true
    }
}

impl<E: Endpoint> Endpoint for &E {
    type Output = E::Output;

    fn method(&self) -> &str {
        (*self).method()
    }

    fn safety(&self) -> Safety {
        (*self).safety()
    }

    fn params(&self, params: &mut Params) {
        (*self).params(params);
    }

    fn parse(&self, data: &RawValue) -> serde_json::Result<Self::Output> {
        (*self).parse(data)
    }

    fn needs_key(&self) -> bool {
        (*self).needs_key()
    }
}

/// What happens if the server gets the same call twice. The client retries a call only as far as this allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Safety {
    /// Changes nothing.
    Read,
    /// A write whose retry leaves the same state, such as setting a field.
    Idempotent,
    /// A write whose retry may do it twice. It is retried only when the first certainly was not processed.
    Unsafe,
}

/// Reads the answer to a call with these parameters.
pub(crate) type Reader<T> = fn(&RawValue, &Params) -> serde_json::Result<T>;

/// A finished call: the form that is posted to Planyo, key and hash included.
///
/// Made by [`Context::request`](crate::Context::request). Its `Debug` shows names, never values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    params: Params,
}

impl Request {
    pub(crate) fn new(params: Params) -> Self {
        Self { params }
    }

    /// The fields of the form, unencoded.
    #[must_use]
    pub fn form(&self) -> &Params {
        &self.params
    }
}
