//! The fields of a party that the mapping fills, and sets of them.

use std::fmt;
use std::str::FromStr;

use billit_client::parties::{IdentifierType, TextField};
use serde::{Deserialize, Serialize};

use super::nearest::did_you_mean;

/// A field of a party that the mapping fills.
///
/// As text it is the name in Billit: `City`, `Identifiers/GLN`, `CustomFields/Segment`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[non_exhaustive]
pub enum Field {
    /// A text field that a PATCH can change.
    Text(TextField),
    /// Whether the customer is liable to VAT.
    VatLiable,
    /// Whether VAT can be deducted. Billit accepts it only when a party is created.
    VatDeductable,
    /// The number of this type among the party's `Identifiers`, such as `CBE` or `GLN`. Billit accepts it only when a
    /// party is created.
    Identifier(String),
    /// The value of this key among the party's `CustomFields`. Billit accepts it only when a party is created.
    Custom(String),
}

const IDENTIFIERS: &str = "Identifiers";
const CUSTOM_FIELDS: &str = "CustomFields";

impl Field {
    /// The name in Billit's JSON. For an identifier or a custom field it is the name of the list.
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

    /// Whether Billit's API can change it in an existing party.
    #[must_use]
    pub fn is_patchable(&self) -> bool {
        matches!(self, Self::Text(_) | Self::VatLiable)
    }

    /// All fields except identifiers and custom fields, whose types and keys are open.
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

/// The text is not the name of a [`Field`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "Billit has no field `{0}` that can be mapped; there are City, VATNumber and the others that PATCH takes, VATLiable, \
     VATDeductable, Identifiers/<type> and CustomFields/<key>{hint}",
    hint = similar(.0)
)]
pub struct ParseFieldError(String);

/// The field that was probably meant.
fn similar(name: &str) -> String {
    did_you_mean(name, Field::all().map(|field| field.wire_name()))
}

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

/// A known type of identifier in Billit's spelling: for Billit `gln` would be another type than `GLN`.
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
pub(crate) const COUNTRY: Field = Field::Text(TextField::CountryCode);
pub(crate) const LANGUAGE: Field = Field::Text(TextField::Language);
pub(crate) const VAT_NUMBER: Field = Field::Text(TextField::VatNumber);
/// The field that links a party to its customer.
pub(crate) const LINK: TextField = TextField::ExternalProviderId;

/// The fields that identify a party, besides its link. If one of these was edited, the party may be another customer
/// now.
pub(crate) const IDENTITY: [Field; 4] = [NAME, VAT_NUMBER, NUMBER, Field::Text(TextField::Email)];

/// A set of the fields that mapping and matching use, for example the fields of a list item. All types of identifier
/// are one member, [`FieldSet::IDENTIFIERS`], and all custom fields another.
///
/// In JSON it is a list of Billit's field names: `["City", "Identifiers"]`. What follows a `/`, such as the type of an
/// identifier, is not part of the name.
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

// Each text field has the bit of its position in `TextField::ALL`. When Billit adds a text field, it must not get a bit
// that another member has.
#[allow(clippy::indexing_slicing)] // At compile time.
const _: () = {
    assert!(TextField::ALL.len() <= FIRST_OTHER as usize, "no bit left");
    let mut index = 0;
    while index < TextField::ALL.len() {
        assert!(TextField::ALL[index] as usize == index, "not in order");
        index += 1;
    }
};

impl FieldSet {
    /// No field.
    pub const EMPTY: Self = Self(0);
    /// Every field.
    pub const ALL: Self = Self(((1 << TextField::ALL.len()) - 1) | (0x3f << FIRST_OTHER));
    /// All types of [`Field::Identifier`].
    pub const IDENTIFIERS: Self = Self(1 << (FIRST_OTHER + 2));
    /// All keys of [`Field::Custom`].
    pub const CUSTOM_FIELDS: Self = Self(1 << (FIRST_OTHER + 3));
    /// `DisplayName`, which matching uses too. It is not a [`Field`]: nothing is mapped to it.
    const DISPLAY_NAME: Self = Self(1 << (FIRST_OTHER + 4));
    /// `PartyType`, which tells suppliers from customers.
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

    /// Fields that are in one of the sets, or in both.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Fields that are in both sets.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Fields that are in this set and not in the other.
    #[must_use]
    pub const fn difference(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether it has no field.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The number of fields.
    #[must_use]
    pub const fn len(self) -> u32 {
        self.0.count_ones()
    }

    /// The fields with these names in Billit's JSON. Unknown names are skipped.
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
            let list = name.split('/').next().unwrap_or_default();
            let member = Self::named(list).ok_or(ParseFieldError(name))?;
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

/// The names of fields in the schema of a file of rules.
#[cfg(test)]
impl schemars::JsonSchema for Field {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Field".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        // The link is written by the sync alone.
        let names = Self::all().filter(|field| *field != Self::Text(LINK));
        let names: Vec<String> = names.map(|field| field.to_string()).collect();
        let mut kinds: Vec<&str> = Vec::new();
        kinds.extend(IdentifierType::ALL.iter().map(IdentifierType::as_str));
        let kinds: Vec<String> = kinds
            .into_iter()
            .map(|kind| format!("{IDENTIFIERS}/{kind}"))
            .collect();
        schemars::json_schema!({
            "description": "A field of Billit.",
            "anyOf": [
                { "enum": names },
                { "enum": kinds },
                { "type": "string", "pattern": format!("^({IDENTIFIERS}|{CUSTOM_FIELDS})/.+$") },
            ],
        })
    }
}
