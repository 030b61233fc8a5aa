//! Bit masks with named bits. Unknown bits are kept.

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

        impl $crate::endpoint::IntoParam for $name {
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
