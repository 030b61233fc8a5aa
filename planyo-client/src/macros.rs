//! The macros that several files use: they write calls, setters, codes and flags. What one file alone uses is in that file.

/// Writes a request struct that holds its parameters, and its [`Endpoint`]: name, safety, answer, and the function
/// that reads it. Constructors and setters stand beside it in plain Rust. Where the parameters decide what a retry does,
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
            params: $crate::params::Params,
        }

        impl $name {
            /// Any other parameter, by the name that Planyo has for it.
            pub fn param(
                mut self,
                name: impl Into<std::borrow::Cow<'static, str>>,
                value: impl $crate::params::IntoParam,
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
                let safety: fn(&$crate::params::Params) -> $crate::endpoint::Safety = $safety;
                safety(&self.params)
            }

            fn params(&self, params: &mut $crate::params::Params) {
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

/// Writes `new` for a call that Planyo needs nothing for.
macro_rules! nothing_required {
    ($(#[$doc:meta])* $name:ident) => {
        impl $name {
            $(#[$doc])*
            pub fn new() -> Self {
                Self {
                    params: $crate::params::Params::default(),
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

/// Writes the setters of a request struct that has one field, `params`: the method on the left sets the
/// parameter on the right.
macro_rules! setters {
    ($($(#[$doc:meta])* $setter:ident($($kind:tt)+) => $param:literal;)*) => {
        $($crate::macros::setter! { {$(#[$doc])*} $setter($($kind)+) => $param })*
    };
}
pub(crate) use setters;

/// A plain number is taken as it is: no literal would become one through `Into`.
macro_rules! setter {
    ($doc:tt $setter:ident(u32) => $param:literal) => {
        $crate::macros::setter! { $doc $setter: u32 => $param }
    };
    ($doc:tt $setter:ident(u64) => $param:literal) => {
        $crate::macros::setter! { $doc $setter: u64 => $param }
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
            self.params.set($param, $crate::params::commas(values.into_iter().map(Into::<$kind>::into)));
            self
        })*
    };
}
pub(crate) use lists;

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

/// Makes a call a listing of pages that Planyo numbers from 0 in the parameter `page`. The number is the size of a
/// page where the call does not set `page_size` itself.
macro_rules! pages {
    ($name:ident of $item:ty, $size:expr) => {
        impl $crate::page::Paged for $name {
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
                    params: $crate::params::Params::default().with("page_size", Self::MAX_PAGE_SIZE),
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

        $crate::macros::pages!($name of $item, None);
    };
}
pub(crate) use sized_pages;

/// Makes a call with `params` a [`Batch`]. The names are those of the parameters with a value for each reservation.
macro_rules! batch {
    ($name:ident of $answer:ty $(, $list:literal)*) => {
        impl $crate::batch::Batch for $name {
            type Answer = $answer;

            fn ids(&self) -> Vec<$crate::ReservationId> {
                $crate::batch::ids(&self.params)
            }

            fn parts(&self) -> Vec<Self> {
                let parts = $crate::batch::parts(&self.params, Self::MAX, &[$($list),*]);
                parts.into_iter().map(|params| Self { params }).collect()
            }
        }
    };
}
pub(crate) use batch;

/// The setters of a person's name and address, for calls that enter or change one.
macro_rules! person {
    ($($request:ident)*) => {
        $(impl $request {
            $crate::macros::setters! {
                /// Last name.
                last_name(String) => "last_name";
                /// Street, number and box in one line.
                address(String) => "address";
                /// City.
                city(String) => "city";
                /// Postcode.
                zip(String) => "zip";
                /// State or province.
                state(String) => "state";
                /// ISO 3166-1 alpha-2.
                country(String) => "country";
            }
        })*
    };
}
pub(crate) use person;

/// An enum of texts. `Other` keeps a text that this crate does not know; reading one never fails.
macro_rules! text_codes {
    ($(#[$doc:meta])* $name:ident { $($(#[$value_doc:meta])* $value:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$value_doc])* $value,)*
            /// A value that this crate does not know, as Planyo spells it.
            Other(String),
        }

        impl $name {
            /// Every value that this crate knows.
            pub const ALL: &[Self] = &[$(Self::$value,)*];

            /// The text as Planyo spells it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$value => $text,)*
                    Self::Other(text) => text,
                }
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                match text {
                    $($text => Self::$value,)*
                    other => Self::Other(other.to_owned()),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl $crate::params::IntoParam for $name {
            fn into_param(self) -> String {
                self.as_str().to_owned()
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::wire::required(deserializer, "a text")
            }
        }

        impl $crate::wire::FromScalar for $name {
            fn from_scalar(scalar: $crate::wire::Scalar<'_>) -> Option<Self> {
                scalar.into_text().map(|text| Self::from(text.as_str()))
            }
        }
    };
}
pub(crate) use text_codes;

/// An enum of numbers. `Other` keeps a number that this crate does not know.
macro_rules! number_codes {
    ($(#[$doc:meta])* $name:ident { $($(#[$value_doc:meta])* $value:ident = $number:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$value_doc])* $value,)*
            /// A number that this crate does not know.
            Other(u64),
        }

        impl $name {
            /// Every value that this crate knows.
            pub const ALL: &[Self] = &[$(Self::$value,)*];

            /// The number as Planyo has it.
            #[must_use]
            pub fn code(self) -> u64 {
                match self {
                    $(Self::$value => $number,)*
                    Self::Other(number) => number,
                }
            }
        }

        impl From<u64> for $name {
            fn from(number: u64) -> Self {
                match number {
                    $($number => Self::$value,)*
                    other => Self::Other(other),
                }
            }
        }

        impl $crate::params::IntoParam for $name {
            fn into_param(self) -> String {
                self.code().to_string()
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_u64(self.code())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::wire::required(deserializer, "a whole number, or one as text")
            }
        }

        impl $crate::wire::FromScalar for $name {
            fn from_scalar(scalar: $crate::wire::Scalar<'_>) -> Option<Self> {
                scalar.as_u64().map(Self::from)
            }
        }
    };
}
pub(crate) use number_codes;

macro_rules! flags {
    ($(#[$doc:meta])* $name:ident { $($(#[$flag_doc:meta])* $flag:ident = $bits:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash)]
        pub struct $name(u32);

        impl $name {
            $($(#[$flag_doc])* pub const $flag: Self = Self($bits);)*

            /// Any mask, for bits that this crate does not name.
            #[must_use]
            pub const fn from_bits(bits: u32) -> Self {
                Self(bits)
            }

            /// The mask as Planyo has it.
            #[must_use]
            pub const fn bits(self) -> u32 {
                self.0
            }

            /// Whether all bits of the other are set in this one.
            #[must_use]
            pub const fn contains(self, other: Self) -> bool {
                self.0 & other.0 == other.0
            }

            /// Whether any bit of the other is set in this one.
            #[must_use]
            pub const fn intersects(self, other: Self) -> bool {
                self.0 & other.0 != 0
            }
        }

        impl std::ops::BitOr for $name {
            type Output = Self;

            fn bitor(self, other: Self) -> Self {
                Self(self.0 | other.0)
            }
        }

        /// The names of the bits, and the number of those without one.
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let mut rest = self.0;
                let mut separator = "";
                f.write_str(concat!(stringify!($name), "("))?;
                $(if rest & $bits != 0 {
                    rest &= !$bits;
                    write!(f, "{separator}{}", stringify!($flag))?;
                    separator = " | ";
                })*
                if rest != 0 || self.0 == 0 {
                    write!(f, "{separator}{rest}")?;
                }
                f.write_str(")")
            }
        }

        impl $crate::params::IntoParam for $name {
            fn into_param(self) -> String {
                self.0.to_string()
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_u32(self.0)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::wire::required(deserializer, "a whole number, or one as text")
            }
        }

        impl $crate::wire::FromScalar for $name {
            fn from_scalar(scalar: $crate::wire::Scalar<'_>) -> Option<Self> {
                scalar.as_u64()?.try_into().ok().map(Self)
            }
        }
    };
}
pub(crate) use flags;

/// A `Debug` that shows these fields, the ids, and nothing of a person.
macro_rules! ids_alone {
    ($name:ident: $($id:ident)*) => {
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($name))
                    $(.field(stringify!($id), &self.$id))*
                    .finish_non_exhaustive()
            }
        }
    };
}
pub(crate) use ids_alone;
