//! A call as a value: its parameters, its answer, and what a repeat of it may do.

use std::borrow::Cow;
use std::fmt;

use chrono::{NaiveDate, NaiveDateTime};
use rust_decimal::Decimal;
use serde_json::value::RawValue;

use crate::credentials::Context;

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

    /// Whether Planyo wants the API key. Only `api_test` does without.
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

/// What a second arrival of the same call does. The client repeats a call only as far as this allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Safety {
    /// Changes nothing.
    Read,
    /// A write whose repeat leaves the same state, such as setting a field.
    Idempotent,
    /// A write whose repeat may do it twice. It is repeated only when the first certainly was not processed.
    Unsafe,
}

/// The parameters of one call in the order they were set. Its `Debug` shows names, never values.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Params(Vec<(Cow<'static, str>, String)>);

impl Params {
    /// These with one more, for building them in one expression.
    #[must_use]
    pub fn with(mut self, name: impl Into<Cow<'static, str>>, value: impl IntoParam) -> Self {
        self.set(name, value);
        self
    }

    /// Sets a parameter; a second value for the same name replaces the first.
    pub fn set(&mut self, name: impl Into<Cow<'static, str>>, value: impl IntoParam) {
        let (name, value) = (name.into(), value.into_param());
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => *old = value,
            None => self.0.push((name, value)),
        }
    }

    /// The value of a parameter.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| value)
    }

    /// Names and values in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_ref(), value.as_str()))
    }

    pub(crate) fn page_size(&self) -> Option<u32> {
        self.get("page_size")?.parse().ok()
    }

    pub(crate) fn remove(&mut self, name: &str) {
        self.0.retain(|(known, _)| known != name);
    }

    pub(crate) fn extend(&mut self, other: &Self) {
        for (name, value) in &other.0 {
            self.set(name.clone(), value.clone());
        }
    }
}

impl IntoIterator for Params {
    type Item = (Cow<'static, str>, String);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl fmt::Debug for Params {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set()
            .entries(self.iter().map(|(name, _)| name))
            .finish()
    }
}

/// A value that can be sent as a parameter, in the form Planyo reads.
pub trait IntoParam {
    /// The text that goes into the form.
    fn into_param(self) -> String;
}

macro_rules! into_param {
    ($($kind:ty => |$value:ident| $text:expr;)*) => {
        $(impl IntoParam for $kind {
            fn into_param(self) -> String {
                let $value = self;
                $text
            }
        })*
    };
}

into_param! {
    String => |value| value;
    &str => |value| value.to_owned();
    &String => |value| value.clone();
    u32 => |value| value.to_string();
    u64 => |value| value.to_string();
    i64 => |value| value.to_string();
    f64 => |value| value.to_string();
    Decimal => |value| value.to_string();
    // Planyo's documentation says "bool"; the clients in use send these words.
    bool => |value| value.to_string();
    NaiveDate => |value| value.to_string();
    // In the site's own time: how Planyo converts an offset is unknown, so none is ever sent.
    NaiveDateTime => |value| value.format("%Y-%m-%d %H:%M:%S").to_string();
}

/// Several values in one parameter.
pub(crate) fn commas(values: impl IntoIterator<Item = impl IntoParam>) -> String {
    let values: Vec<String> = values.into_iter().map(IntoParam::into_param).collect();
    values.join(",")
}

/// Writes the setters of a request struct that has one field, `params`: the method on the left sets the
/// parameter on the right.
macro_rules! setters {
    ($($(#[$doc:meta])* $setter:ident($($kind:tt)+) => $param:literal;)*) => {
        $($crate::endpoint::setter! { {$(#[$doc])*} $setter($($kind)+) => $param })*
    };
}
pub(crate) use setters;

/// A plain number is taken as it is: no literal would become one through `Into`.
macro_rules! setter {
    ($doc:tt $setter:ident(u32) => $param:literal) => {
        $crate::endpoint::setter! { $doc $setter: u32 => $param }
    };
    ($doc:tt $setter:ident(u64) => $param:literal) => {
        $crate::endpoint::setter! { $doc $setter: u64 => $param }
    };
    ({$(#[$doc:meta])*} $setter:ident: $kind:ty => $param:literal) => {
        $(#[$doc])*
        pub fn $setter(mut self, value: $kind) -> Self {
            self.params.set($param, value);
            self
        }
    };
    ({$(#[$doc:meta])*} $setter:ident($kind:ty) => $param:literal) => {
        $(#[$doc])*
        pub fn $setter(mut self, value: impl Into<$kind>) -> Self {
            self.params.set($param, value.into());
            self
        }
    };
}
pub(crate) use setter;

/// Writes the setters that take several values, which are sent in one parameter with commas between them.
macro_rules! lists {
    ($($(#[$doc:meta])* $setter:ident($kind:ty) => $param:literal;)*) => {
        $($(#[$doc])*
        pub fn $setter(mut self, values: impl IntoIterator<Item = impl Into<$kind>>) -> Self {
            self.params.set($param, $crate::endpoint::commas(values.into_iter().map(Into::<$kind>::into)));
            self
        })*
    };
}
pub(crate) use lists;

/// The name of a property or form item as Planyo writes it in the name of a parameter.
pub(crate) fn underscored(name: &str) -> String {
    name.replace(' ', "_")
}

/// Writes the setters that take no value: the method on the left sends the parameter with the value on the right.
macro_rules! switches {
    ($($(#[$doc:meta])* $switch:ident => $param:literal = $value:literal;)*) => {
        $($(#[$doc])*
        pub fn $switch(mut self) -> Self {
            self.params.set($param, $value);
            self
        })*
    };
}
pub(crate) use switches;

/// Writes a request struct that holds its parameters, and its [`Endpoint`]: name, safety, answer, and the function
/// that reads it. Constructors and setters stand beside it in plain Rust. Where the parameters decide what a repeat does,
/// `safety(function)` stands in place of the safety; where the answer is read by them, `reader(function)` in place of the
/// function of the answer alone.
macro_rules! call {
    ($(#[$doc:meta])* $name:ident: $method:literal, safety($safety:path) -> $output:ty, $parse:expr) => {
        call! { @ {$(#[$doc])*} $name: $method, $safety => $output, |data, _| $parse(data) }
    };
    ($(#[$doc:meta])* $name:ident: $method:literal, $safety:ident -> $output:ty, reader($parse:path)) => {
        call! { @ {$(#[$doc])*} $name: $method, |_| $crate::endpoint::Safety::$safety => $output, $parse }
    };
    ($(#[$doc:meta])* $name:ident: $method:literal, $safety:ident -> $output:ty, $parse:expr) => {
        call! { @ {$(#[$doc])*} $name: $method, |_| $crate::endpoint::Safety::$safety => $output, |data, _| $parse(data) }
    };
    (@ {$(#[$doc:meta])*} $name:ident: $method:literal, $safety:expr => $output:ty, $parse:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug)]
        #[must_use = "a call does nothing until it is sent"]
        pub struct $name {
            params: $crate::endpoint::Params,
        }

        impl $name {
            /// Any other parameter, by the name that Planyo has for it.
            pub fn param(
                mut self,
                name: impl Into<std::borrow::Cow<'static, str>>,
                value: impl $crate::endpoint::IntoParam,
            ) -> Self {
                self.params.set(name, value);
                self
            }
        }

        impl $crate::endpoint::Endpoint for $name {
            type Output = $output;

            fn method(&self) -> &'static str {
                $method
            }

            fn safety(&self) -> $crate::endpoint::Safety {
                let safety: fn(&$crate::endpoint::Params) -> $crate::endpoint::Safety = $safety;
                safety(&self.params)
            }

            fn params(&self, params: &mut $crate::endpoint::Params) {
                params.extend(&self.params);
            }

            fn parse(
                &self,
                data: &serde_json::value::RawValue,
            ) -> serde_json::Result<$output> {
                let parse: $crate::endpoint::Reader<$output> = $parse;
                parse(data, &self.params)
            }
        }
    };
}
pub(crate) use call;

/// Reads the answer to a call with these parameters.
pub(crate) type Reader<T> = fn(&RawValue, &Params) -> serde_json::Result<T>;

/// Writes `new` for a call that Planyo needs nothing for.
macro_rules! nothing_required {
    ($(#[$doc:meta])* $name:ident) => {
        impl $name {
            $(#[$doc])*
            pub fn new() -> Self {
                Self {
                    params: $crate::endpoint::Params::default(),
                }
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::new()
            }
        }
    };
}
pub(crate) use nothing_required;

/// Makes a call a listing of pages that Planyo numbers from 0 in the parameter `page`. The number is the size of a
/// page where the call does not set `page_size` itself.
macro_rules! pages {
    ($name:ident of $item:ty, $size:expr) => {
        impl $crate::pager::Paged for $name {
            type Item = $item;
            type Request = Self;

            fn first(&self) -> Self {
                Self {
                    params: self.params.clone().with("page", 0_u32),
                }
            }

            fn at_page(&self, request: &Self, number: u32) -> Self {
                Self {
                    params: request.params.clone().with("page", number),
                }
            }

            fn page_size(&self, request: &Self) -> Option<u32> {
                request.params.page_size().or($size)
            }
        }
    };
}
pub(crate) use pages;

/// Writes `new`, `page_size` and [`pages`] for a listing whose pages are as long as the caller likes, up to this.
macro_rules! sized_pages {
    ($(#[$doc:meta])* $name:ident of $item:ty, $most:literal) => {
        impl $name {
            /// The most that Planyo gives on a page, and what this crate asks for.
            pub const MAX_PAGE_SIZE: u32 = $most;

            $(#[$doc])*
            pub fn new() -> Self {
                Self {
                    params: $crate::endpoint::Params::default().with("page_size", Self::MAX_PAGE_SIZE),
                }
            }

            /// How many a page has: [`MAX_PAGE_SIZE`](Self::MAX_PAGE_SIZE) at most and by default (Planyo's own default is
            /// 100).
            pub fn page_size(mut self, size: u32) -> Self {
                self.params.set("page_size", size.clamp(1, Self::MAX_PAGE_SIZE));
                self
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::new()
            }
        }

        $crate::endpoint::pages!($name of $item, None);
    };
}
pub(crate) use sized_pages;

/// A finished call: the form that is posted to Planyo, key and hash included.
///
/// Made by [`Context::request`]. Its `Debug` shows names, never values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    params: Params,
}

const RESERVED: [&str; 4] = ["method", "api_key", "hash_key", "hash_timestamp"];

impl Request {
    pub(crate) fn new(endpoint: &impl Endpoint, context: &Context, unix_seconds: u64) -> Self {
        let mut params = Params::default();
        params.set("method", endpoint.method());
        if endpoint.needs_key() {
            context.authenticate(endpoint.method(), unix_seconds, &mut params);
        }
        context.defaults(&mut params);
        let mut own = Params::default();
        endpoint.params(&mut own);
        // What says who calls, and what, is not the endpoint's to change.
        for name in RESERVED {
            own.remove(name);
        }
        params.extend(&own);
        Self { params }
    }

    /// The fields of the form, unencoded.
    #[must_use]
    pub fn form(&self) -> &Params {
        &self.params
    }
}
