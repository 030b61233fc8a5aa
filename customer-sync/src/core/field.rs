//! The fields of a party that the mapping fills, and sets of them.

use std::fmt;
use std::str::FromStr;

use billit_client::parties::{IdentifierType, TextField};
use serde::{Deserialize, Serialize};

/// A field of a party that the mapping fills.
///
/// As text it is the name in Billit: `City`, `Identifiers/GLN`, `CustomFields/Segment`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[non_exhaustive]
pub enum Field {
    /// One of the texts that Billit lets a PATCH change.
    Text(TextField),
    /// Whether the customer is liable to VAT.
    VatLiable,
    /// Whether VAT can be deducted. Billit takes it when a party is created and cannot change it later.
    VatDeductable,
    /// The number of this type among the party's `Identifiers`, such as `CBE` or `GLN`. Billit takes it when a party is
    /// created and cannot change it later.
    Identifier(String),
    /// The value of this key among the party's `CustomFields`. Again only when a party is created.
    Custom(String),
}

const IDENTIFIERS: &str = "Identifiers";
const CUSTOM_FIELDS: &str = "CustomFields";

impl Field {
    /// The name in Billit's JSON; for an identifier or a custom field that of the list it is in.
    #[must_use]
    pub fn wire_name(&self) -> &'static str {
        match self {
            Self::Text(field) => field.wire_name(),
            Self::VatLiable => "VATLiable",
            Self::VatDeductable => "VATDeductable",
            Self::Identifier(_) => IDENTIFIERS,
            Self::Custom(_) => CUSTOM_FIELDS,
        }
    }

    /// Whether Billit's API can change it once the party is there.
    #[must_use]
    pub fn is_patchable(&self) -> bool {
        matches!(self, Self::Text(_) | Self::VatLiable)
    }

    /// Every field there is, but for identifiers and custom fields, of which there may be any.
    pub fn all() -> impl Iterator<Item = Self> {
        TextField::ALL
            .iter()
            .copied()
            .map(Self::Text)
            .chain([Self::VatLiable, Self::VatDeductable])
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.wire_name())?;
        match self {
            Self::Identifier(key) | Self::Custom(key) => write!(f, "/{key}"),
            _ => Ok(()),
        }
    }
}

/// A text that is not the name of a [`Field`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "Billit has no field `{0}` that can be mapped; there are City, VATNumber and the others that PATCH takes, VATLiable, \
     VATDeductable, Identifiers/<type> and CustomFields/<key>"
)]
pub struct ParseFieldError(String);

impl FromStr for Field {
    type Err = ParseFieldError;

    fn from_str(name: &str) -> Result<Self, ParseFieldError> {
        if let Some((list, key)) = name.split_once('/').filter(|(_, key)| !key.is_empty()) {
            match list {
                IDENTIFIERS => return Ok(Self::Identifier(as_billit_spells(key))),
                CUSTOM_FIELDS => return Ok(Self::Custom(key.to_owned())),
                _ => {}
            }
        }
        Self::all()
            .find(|field| field.wire_name() == name)
            .ok_or_else(|| ParseFieldError(name.to_owned()))
    }
}

/// A type of identifier that Billit knows, in its spelling: `gln` would be another one.
fn as_billit_spells(kind: &str) -> String {
    let mut known = IdentifierType::ALL.iter().map(IdentifierType::as_str);
    known
        .find(|known| known.eq_ignore_ascii_case(kind))
        .unwrap_or(kind)
        .to_owned()
}

impl TryFrom<String> for Field {
    type Error = ParseFieldError;

    fn try_from(name: String) -> Result<Self, ParseFieldError> {
        name.parse()
    }
}

impl From<Field> for String {
    fn from(field: Field) -> Self {
        field.to_string()
    }
}

pub(crate) const NAME: Field = Field::Text(TextField::Name);
pub(crate) const NUMBER: Field = Field::Text(TextField::Nr);
pub(crate) const STREET: Field = Field::Text(TextField::Street);
pub(crate) const STREET_NUMBER: Field = Field::Text(TextField::StreetNumber);
pub(crate) const BOX: Field = Field::Text(TextField::Box);
pub(crate) const LANGUAGE: Field = Field::Text(TextField::Language);
pub(crate) const VAT_NUMBER: Field = Field::Text(TextField::VatNumber);
/// Whose party it is.
pub(crate) const LINK: TextField = TextField::ExternalProviderId;

/// What a party is known by, beside its link: who changes one of these may have made another customer of it.
pub(crate) const IDENTITY: [Field; 4] = [NAME, VAT_NUMBER, NUMBER, Field::Text(TextField::Email)];

/// A set of the fields that mapping and matching use, as in "which fields does this list item carry". All types of
/// identifier are one member, [`FieldSet::IDENTIFIERS`], and all custom fields another.
///
/// In JSON it is a list of Billit's names: `["City", "Identifiers"]`.
///
/// ```
/// use customer_sync::{Field, FieldSet};
///
/// let city: Field = "City".parse()?;
/// let set = FieldSet::of(&city).union(FieldSet::IDENTIFIERS);
/// assert!(set.contains(&city) && set.contains(&"Identifiers/GLN".parse()?));
/// assert_eq!(format!("{set:?}"), r#"{"City", "Identifiers"}"#);
/// # Ok::<(), customer_sync::ParseFieldError>(())
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Vec<String>", into = "Vec<String>")]
pub struct FieldSet(u32);

/// The bits above those of [`TextField`].
const FIRST_OTHER: u32 = 26;

// A text that Billit adds takes a bit of its own, in the order of `TextField::ALL`; the other bits must stay free of it.
#[allow(clippy::indexing_slicing)] // At compile time.
const _: () = {
    assert!(TextField::ALL.len() <= FIRST_OTHER as usize, "no bit left");
    let mut place = 0;
    while place < TextField::ALL.len() {
        assert!(TextField::ALL[place] as usize == place, "not in order");
        place += 1;
    }
};

impl FieldSet {
    /// No field.
    pub const EMPTY: Self = Self(0);
    /// Every field.
    pub const ALL: Self = Self(u32::MAX);
    /// All types of [`Field::Identifier`].
    pub const IDENTIFIERS: Self = Self(1 << (FIRST_OTHER + 2));
    /// All keys of [`Field::Custom`].
    pub const CUSTOM_FIELDS: Self = Self(1 << (FIRST_OTHER + 3));
    /// `DisplayName`, by which a party may be found too. It is no [`Field`]: nothing is mapped to it.
    const DISPLAY_NAME: Self = Self(1 << (FIRST_OTHER + 4));
    /// `PartyType`, which tells a supplier.
    const PARTY_TYPE: Self = Self(1 << (FIRST_OTHER + 5));

    /// The set of one field.
    #[must_use]
    pub const fn of(field: &Field) -> Self {
        match field {
            Field::Text(text) => Self::text(*text),
            Field::VatLiable => Self(1 << FIRST_OTHER),
            Field::VatDeductable => Self(1 << (FIRST_OTHER + 1)),
            Field::Identifier(_) => Self::IDENTIFIERS,
            Field::Custom(_) => Self::CUSTOM_FIELDS,
        }
    }

    /// The set of one text.
    #[must_use]
    pub const fn text(field: TextField) -> Self {
        Self(1 << field as u32)
    }

    /// Whether the field is in it.
    #[must_use]
    pub const fn contains(self, field: &Field) -> bool {
        self.includes(Self::of(field))
    }

    /// Whether every field of the other set is in it.
    #[must_use]
    pub const fn includes(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Fields that are in one of both.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Fields that are in both.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Fields that are in this one alone.
    #[must_use]
    pub const fn difference(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether there is no field in it.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// How many fields are in it.
    #[must_use]
    pub const fn len(self) -> u32 {
        self.0.count_ones()
    }

    /// The fields of a record with these names in Billit's JSON. Names that nothing maps to are passed over.
    pub(crate) fn among<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let sets = names.into_iter().filter_map(Self::named);
        sets.fold(Self::EMPTY, Self::union)
    }

    fn named(name: &str) -> Option<Self> {
        let mut members = Self::members();
        members
            .find(|(other, _)| *other == name)
            .map(|(_, set)| set)
    }

    /// Every member with its name in Billit's JSON.
    fn members() -> impl Iterator<Item = (&'static str, Self)> {
        let fields = Field::all().map(|field| (field.wire_name(), Self::of(&field)));
        fields.chain([
            (IDENTIFIERS, Self::IDENTIFIERS),
            (CUSTOM_FIELDS, Self::CUSTOM_FIELDS),
            ("DisplayName", Self::DISPLAY_NAME),
            ("PartyType", Self::PARTY_TYPE),
        ])
    }

    fn names(self) -> impl Iterator<Item = &'static str> {
        let members = Self::members().filter(move |(_, set)| self.includes(*set));
        members.map(|(name, _)| name)
    }
}

impl FromIterator<Field> for FieldSet {
    fn from_iter<I: IntoIterator<Item = Field>>(fields: I) -> Self {
        let sets = fields.into_iter().map(|field| Self::of(&field));
        sets.fold(Self::EMPTY, Self::union)
    }
}

impl From<FieldSet> for Vec<String> {
    fn from(set: FieldSet) -> Self {
        set.names().map(str::to_owned).collect()
    }
}

impl TryFrom<Vec<String>> for FieldSet {
    type Error = ParseFieldError;

    fn try_from(names: Vec<String>) -> Result<Self, ParseFieldError> {
        let mut set = Self::EMPTY;
        for name in names {
            let member = Self::named(&name).ok_or(ParseFieldError(name))?;
            set = set.union(member);
        }
        Ok(set)
    }
}

impl fmt::Debug for FieldSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.names()).finish()
    }
}
