//! The macros that several files use: they write calls, listings, setters, ids and codes. What one file alone uses is in
//! that file.

/// Writes what an endpoint says besides its request: its name, its safety, its answer, and the function that reads it.
macro_rules! call {
    ($operation:literal, $safety:ident -> $output:ty, $parse:expr) => {
        type Output = $output;

        fn operation(&self) -> &'static str {
            $operation
        }

        fn safety(&self) -> $crate::endpoint::Safety {
            $crate::endpoint::Safety::$safety
        }

        fn parse(&self, body: &[u8]) -> serde_json::Result<$output> {
            $parse(body)
        }
    };
    // A call whose safety depends on its parameters.
    ($operation:literal, |$call:ident| $safety:expr => $output:ty, $parse:expr) => {
        type Output = $output;

        fn operation(&self) -> &'static str {
            $operation
        }

        fn safety(&self) -> $crate::endpoint::Safety {
            let $call = self;
            $safety
        }

        fn parse(&self, body: &[u8]) -> serde_json::Result<$output> {
            $parse(body)
        }
    };
}
pub(crate) use call;

/// Writes a call that is all path: a struct with the ids in it, `new` that takes them, and the endpoint. A field named
/// after `json` is the body. `Debug` shows the fields: none of them may be personal data.
macro_rules! path_call {
    (
        $(#[$doc:meta])*
        $name:ident;
        $operation:literal, $safety:ident -> $output:ty, $parse:expr;
        $method:ident [$($segment:expr),*]
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default)]
        #[non_exhaustive]
        pub struct $name;

        impl $name {
            /// The call.
            #[must_use]
            pub fn new() -> Self {
                Self
            }
        }

        impl $crate::endpoint::Endpoint for $name {
            $crate::macros::call!($operation, $safety -> $output, $parse);

            fn request(&self) -> serde_json::Result<$crate::endpoint::Request> {
                let method = $crate::endpoint::Method::$method;
                Ok($crate::endpoint::Request::new(method, [$($segment),*]))
            }
        }
    };
    (
        $(#[$doc:meta])*
        $name:ident { $($field:ident: $type:ty),* }
        $(#[$new_doc:meta])*;
        $operation:literal, $safety:ident -> $output:ty, $parse:expr;
        $method:ident [$($segment:expr),*] $(json $body:ident)?
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub struct $name {
            $($field: $type,)*
        }

        impl $name {
            $(#[$new_doc])*
            #[must_use]
            pub fn new($($field: impl Into<$type>),*) -> Self {
                Self { $($field: $field.into()),* }
            }
        }

        impl $crate::endpoint::Endpoint for $name {
            $crate::macros::call!($operation, $safety -> $output, $parse);

            fn request(&self) -> serde_json::Result<$crate::endpoint::Request> {
                let Self { $($field),* } = self;
                let method = $crate::endpoint::Method::$method;
                let request = $crate::endpoint::Request::new(method, [$($segment.to_string()),*]);
                $(let request = request.with_json($body)?;)?
                Ok(request)
            }
        }
    };
}
pub(crate) use path_call;

/// Writes a POST that creates what its body says: the struct, `new`, the setters of its idempotency key, of which it is
/// unknown whether Billit honours it, and the endpoint. `Debug` shows the fields: none of them may be personal data.
macro_rules! create_call {
    (
        $(#[$doc:meta])*
        $name:ident { $($field:ident: $type:ty),* }
        $(#[$new_doc:meta])*;
        $operation:literal -> $output:ty, $parse:expr;
        [$($segment:expr),*] json $body:ident
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub struct $name {
            $($field: $type,)*
            key: $crate::unproven_key::UnprovenKey,
        }

        impl $name {
            $(#[$new_doc])*
            #[must_use]
            pub fn new($($field: impl Into<$type>),*) -> Self {
                Self {
                    $($field: $field.into(),)*
                    key: $crate::unproven_key::UnprovenKey::random(),
                }
            }

            $crate::macros::unproven_key!();
        }

        impl $crate::endpoint::Endpoint for $name {
            $crate::macros::call!($operation, |call| call.key.safety() => $output, $parse);

            fn request(&self) -> serde_json::Result<$crate::endpoint::Request> {
                let Self { $($field,)* key } = self;
                $crate::endpoint::Request::new(
                    $crate::endpoint::Method::Post,
                    [$($segment.to_string()),*],
                )
                .with_idempotency_key(&key.key)
                .with_json($body)
            }
        }
    };
}
pub(crate) use create_call;

/// Writes the setters of a create with `key: UnprovenKey`.
macro_rules! unproven_key {
    () => {
        /// Sets the idempotency key. Default: a random one, the same in every attempt and in every sending of this
        /// value. That Billit honours keys is documented for orders, and unknown here: the call is retried only when
        /// the first certainly was not processed.
        #[must_use]
        pub fn key(mut self, key: $crate::idempotency::IdempotencyKey) -> Self {
            self.key.key = key;
            self
        }

        /// Relies on the key: the call is retried also after a failure that leaves the outcome open. If Billit does
        /// not honour keys here, that may create the record twice.
        #[must_use]
        pub fn retry_with_key(mut self) -> Self {
            self.key.trusted = true;
            self
        }
    };
}
pub(crate) use unproven_key;

/// Writes a listing that comes in pages: the struct, its endpoint, its paging.
macro_rules! listing {
    ($(#[$doc:meta])* $name:ident: $operation:literal, $path:expr => $item:ty) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default)]
        pub struct $name {
            query: $crate::listing::Query<$item>,
        }

        impl $name {
            /// All records in the server's own order, which is stable while records are edited. An order by the time
            /// of the last change is not: an edited record moves, and another can be skipped.
            #[must_use]
            pub fn new() -> Self {
                Self::default()
            }
        }

        impl $crate::endpoint::Endpoint for $name {
            $crate::macros::call!(
                $operation, Read -> $crate::page::Page<$item>, $crate::page::Page::parse
            );

            fn request(&self) -> serde_json::Result<$crate::endpoint::Request> {
                Ok(self.query.request($path))
            }
        }

        impl $crate::page::Paged for $name {
            type Item = $item;
            type Request = Self;

            fn page(&self, cursor: &$crate::page::Cursor) -> Self {
                Self {
                    query: self.query.at(cursor),
                }
            }

            fn limit(&self) -> Option<usize> {
                self.query.top
            }

            fn unfiltered(&self) -> Option<Self> {
                let query = self.query.unfiltered()?;
                Some(Self { query })
            }
        }
    };
}
pub(crate) use listing;

/// Writes the setters of a listing that takes OData.
macro_rules! odata {
    ($item:ty) => {
        /// The most that Billit gives on a page.
        pub const MAX_PAGE_SIZE: usize = $crate::listing::MAX_PAGE_SIZE;

        /// Only records that meet this condition (`$filter`). A second filter replaces the first.
        #[must_use]
        pub fn filter(mut self, filter: $crate::odata::Filter<$item>) -> Self {
            self.query.filter = Some(filter);
            self
        }

        /// In this order (`$orderby`).
        #[must_use]
        pub fn order_by(mut self, order: $crate::odata::Order<$item>) -> Self {
            self.query.order = Some(order);
            self
        }

        /// At most so many records in all. Up to 120, which is Billit's limit, it is sent as `$top`.
        #[must_use]
        pub fn top(mut self, records: usize) -> Self {
            self.query.top = Some(records);
            self
        }
    };
}
pub(crate) use odata;

/// Writes the setter of a listing that searches text.
macro_rules! full_text {
    () => {
        /// Only records with this text somewhere (`fullTextSearch`). Where Billit looks is unknown.
        #[must_use]
        pub fn full_text(mut self, text: impl Into<String>) -> Self {
            self.query.full_text = Some(text.into());
            self
        }
    };
}
pub(crate) use full_text;

/// Writes the setters of a struct with `fields: Fields`: the method, the type it takes, and the field it sets.
macro_rules! setters {
    ($($(#[$doc:meta])* $setter:ident: $type:ident => $field:literal;)*) => {
        $($crate::macros::setter! { $type, $(#[$doc])* $setter, $field })*
    };
}
pub(crate) use setters;

/// One setter. A flag, a number and a date are taken as they are, the rest from whatever becomes it.
macro_rules! setter {
    (bool, $($rest:tt)*) => { $crate::macros::setter! { @ (bool) $($rest)* } };
    (i64, $($rest:tt)*) => { $crate::macros::setter! { @ (i64) $($rest)* } };
    (NaiveDate, $($rest:tt)*) => { $crate::macros::setter! { @ (NaiveDate) $($rest)* } };
    (@ ($type:ty) $(#[$doc:meta])* $setter:ident, $field:literal) => {
        $(#[$doc])*
        #[must_use]
        pub fn $setter(mut self, value: $type) -> Self {
            self.fields.set($field, value);
            self
        }
    };
    ($type:ident, $(#[$doc:meta])* $setter:ident, $field:literal) => {
        $(#[$doc])*
        #[must_use]
        pub fn $setter(mut self, value: impl Into<$type>) -> Self {
            self.fields.set($field, value.into());
            self
        }
    };
}
pub(crate) use setter;

/// An id that is a number: in JSON, or as text.
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
        #[serde(transparent)]
        pub struct $name(i64);

        impl $name {
            /// The number itself.
            #[must_use]
            pub fn get(self) -> i64 {
                self.0
            }
        }

        impl From<i64> for $name {
            fn from(id: i64) -> Self {
                Self(id)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        /// Reads a number, or the same number as text.
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::wire::id_number(deserializer).map(Self)
            }
        }

        impl $crate::odata::Literal for $name {
            fn literal(&self) -> String {
                self.0.to_string()
            }
        }

        impl $crate::odata::Ordered for $name {}

        impl From<$name> for $crate::draft::Field {
            fn from(id: $name) -> Self {
                Self::Number(id.0)
            }
        }
    };
}
pub(crate) use id;

/// An enum of texts that Billit names, and any other as it came. Reading one never fails.
macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($(#[$value_doc:meta])* $value:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$value_doc])* $value,)*
            /// A value that this crate does not know, as Billit spells it.
            Other(String),
        }

        impl $name {
            /// Every value that this crate knows.
            pub const ALL: &[Self] = &[$(Self::$value,)*];

            /// The text as Billit spells it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$value => $text,)*
                    Self::Other(text) => text,
                }
            }
        }

        impl<T: AsRef<str> + Into<String>> From<T> for $name {
            fn from(text: T) -> Self {
                match text.as_ref() {
                    $($text => Self::$value,)*
                    _ => Self::Other(text.into()),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer).map(Self::from)
            }
        }

        impl $crate::odata::Literal for $name {
            fn literal(&self) -> String {
                $crate::odata::Literal::literal(&self.as_str().to_owned())
            }
        }

        impl From<$name> for $crate::draft::Field {
            fn from(code: $name) -> Self {
                Self::Text(match code {
                    $name::Other(text) => text,
                    known => known.as_str().to_owned(),
                })
            }
        }
    };
}
pub(crate) use codes;
