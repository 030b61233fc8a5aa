//! Open enums: the values that the reference names, and any other as it came.

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

        impl $crate::endpoint::IntoParam for $name {
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

        impl $crate::endpoint::IntoParam for $name {
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

pub(crate) use {number_codes, text_codes};
