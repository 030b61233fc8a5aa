//! A record as its source has it, and its mapping to a customer: what all sources have in common.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use billit_client::parties::TextField;

use crate::core::customer::{Address, Customer, CustomerKey, Problem};
use crate::core::field::{Field, NAME, NUMBER, VAT_NUMBER};
use crate::core::kind::{self, KindEvidence};
use crate::core::rules::{CustomerNumber, MappingRules, Property, in_form};
use crate::normalize::address::{self, Certainty, KnownPlace};
use crate::normalize::{country, phone, text};

/// A text field of a record.
#[derive(Clone, Copy, Default)]
pub(crate) enum Typed<'a> {
    /// The record does not have the field.
    #[default]
    Absent,
    /// It is blank.
    Blank,
    /// As it was typed.
    Text(&'a str),
}

impl<'a> Typed<'a> {
    fn text(self) -> Option<&'a str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Absent | Self::Blank => None,
        }
    }
}

/// What a source has of a customer, as it was typed.
pub(crate) struct SourceRecord<'a> {
    pub(crate) key: CustomerKey,
    /// The id in the source, if any.
    pub(crate) id: Option<Cow<'a, str>>,
    pub(crate) first_name: Typed<'a>,
    pub(crate) last_name: Typed<'a>,
    pub(crate) email: Typed<'a>,
    /// The line with street and number.
    pub(crate) address: Typed<'a>,
    pub(crate) zip: Typed<'a>,
    pub(crate) city: Typed<'a>,
    pub(crate) country: Typed<'a>,
    pub(crate) language: Typed<'a>,
    pub(crate) phone_code: Option<&'a str>,
    pub(crate) phone: Typed<'a>,
    pub(crate) mobile_code: Option<&'a str>,
    pub(crate) mobile: Typed<'a>,
    /// Names and values, including blank ones.
    pub(crate) properties: Vec<(&'a str, Option<&'a str>)>,
}

impl SourceRecord<'_> {
    /// Maps it to a customer, with the fields that the record has blank.
    pub(crate) fn customer(self, rules: &MappingRules) -> Result<Customer, Problem> {
        use TextField as T;
        let cleaned = |typed: Typed<'_>| clean(typed.text()?, rules);
        let name = |typed| {
            let name = cleaned(typed)?;
            Some(if rules.has_proper_names() {
                text::proper(&name)
            } else {
                name
            })
        };
        let mut properties = Properties::of(&self.properties, rules);
        let own_country = || country::code(self.country.text()?).map(str::to_owned);
        let country_code = properties.value_of(T::CountryCode)?.or_else(own_country);
        properties.country = country_code.as_deref();
        let (country, properties) = (properties.country, properties);

        let phone = |code: Option<&str>, number: Typed<'_>| {
            let phone = phone::read(code, number.text()?, country)?;
            Some(phone.text)
        };
        let own = |field: T, typed| {
            let typed = cleaned(typed)?;
            in_form(
                &Field::Text(field),
                &typed,
                country,
                rules.allowed_languages(),
            )
            .ok()?
        };
        let zip = properties
            .value_of(T::Zipcode)?
            .or_else(|| cleaned(self.zip))
            .map(|zip| address::bare_postcode(&zip).to_owned());
        let city = properties.value_of(T::City)?.or_else(|| cleaned(self.city));
        let place = KnownPlace {
            country,
            postcode: zip.as_deref(),
            city: city.as_deref(),
        };
        let line = match properties.value_of(T::Street)? {
            Some(line) => address::split_known(&line, place),
            None => (self.address.text())
                .and_then(|line| address::split_known(&decoded(line, rules), place)),
        };
        let line = line.unwrap_or_default().or_whole(Certainty::Likely);
        let line = line.agreeing(zip.as_deref(), city.as_deref());
        let (typed_zip, typed_city) = line.locality.unzip();
        let address = Address {
            street: Some(line.street).filter(|street| !street.is_empty()),
            street_number: properties.value_of(T::StreetNumber)?.or(line.number),
            box_number: properties.value_of(T::Box)?.or(line.box_number),
            zipcode: zip.or(typed_zip.map(|zip| address::bare_postcode(&zip).to_owned())),
            city: city.or(typed_city),
            country_code: country_code.clone(),
        };
        let mut customer = Customer {
            first_name: name(self.first_name),
            last_name: name(self.last_name),
            company: properties.value_of(T::Name)?,
            vat_number: properties.value_of(T::VatNumber)?,
            email: properties
                .value_of(T::Email)?
                .or_else(|| own(T::Email, self.email)),
            phone: properties
                .value_of(T::Phone)?
                .or_else(|| phone(self.phone_code, self.phone)),
            mobile: properties
                .value_of(T::Mobile)?
                .or_else(|| phone(self.mobile_code, self.mobile)),
            address,
            language: properties
                .value_of(T::Language)?
                .or_else(|| own(T::Language, self.language)),
            number: match rules.number_rule() {
                CustomerNumber::SourceId => self.id.as_deref().map(str::to_owned),
                // From a property, as any other field.
                CustomerNumber::None | CustomerNumber::Property(_) => properties.value_of(T::Nr)?,
            },
            mapped_properties: properties.others()?,
            blank: BTreeSet::new(),
            key: self.key.clone(),
        };
        let Some(name) = customer.name() else {
            return Err(Problem::NoName);
        };
        // The name of a company, typed as a person's name, is not a contact.
        if customer.company.is_none()
            && let Some(KindEvidence::LegalForm(_)) = kind::legal_form(&name)
        {
            customer.company = Some(name);
            (customer.first_name, customer.last_name) = (None, None);
        }
        customer.blank = self.blanks(&customer, rules);
        Ok(customer)
    }

    /// The fields that the record has blank.
    fn blanks(&self, customer: &Customer, rules: &MappingRules) -> BTreeSet<Field> {
        use TextField as T;
        let parts: [(Typed<'_>, &[TextField]); 9] = [
            (self.email, &[T::Email]),
            (self.address, &[T::Street, T::StreetNumber, T::Box]),
            (self.city, &[T::City]),
            (self.zip, &[T::Zipcode]),
            (self.country, &[T::CountryCode]),
            (self.phone, &[T::Phone]),
            (self.mobile, &[T::Mobile]),
            (self.first_name, &[T::ContactFirstName]),
            (self.last_name, &[T::ContactLastName]),
        ];
        let blank = parts
            .iter()
            .filter(|(typed, _)| matches!(typed, Typed::Blank));
        let fields = blank.flat_map(|(_, fields)| *fields).copied();
        let mut blanks: BTreeSet<Field> = fields.map(Field::Text).collect();
        // Properties without a value.
        let names = (self.properties.iter()).filter(|(_, value)| value.is_none());
        let keys: BTreeSet<String> = names.map(|(name, _)| text::folded(name)).collect();
        if keys.is_empty() {
            return blanks;
        }
        for (field, names) in rules.mapped_properties() {
            let filled = customer.mapped_properties.contains_key(field)
                || [NAME, VAT_NUMBER, NUMBER].contains(field);
            if !filled && names.iter().any(|name| keys.contains(&name.key)) {
                blanks.insert(field.clone());
            }
        }
        blanks
    }
}

/// The cleaned text.
fn clean(text: &str, rules: &MappingRules) -> Option<String> {
    text::clean(&decoded(text, rules))
}

/// The text as typed, with HTML entities decoded if the rules say so.
fn decoded<'a>(text: &'a str, rules: &MappingRules) -> Cow<'a, str> {
    if rules.reads_html() {
        text::unescaped(text)
    } else {
        Cow::Borrowed(text)
    }
}

/// Fields that a [`Customer`] has by name; the others are in `mapped_properties`.
const NAMED_FIELDS: [TextField; 13] = [
    TextField::Name,
    TextField::VatNumber,
    TextField::Nr,
    TextField::Email,
    TextField::Phone,
    TextField::Mobile,
    TextField::Street,
    TextField::StreetNumber,
    TextField::Box,
    TextField::Zipcode,
    TextField::City,
    TextField::CountryCode,
    TextField::Language,
];

/// The filled properties of a record, and the rules to read them.
struct Properties<'a> {
    filled: Vec<(&'a str, &'a str)>,
    rules: &'a MappingRules,
    country: Option<&'a str>,
}

impl<'a> Properties<'a> {
    fn of(properties: &[(&'a str, Option<&'a str>)], rules: &'a MappingRules) -> Self {
        let filled = properties.iter().filter_map(|(name, value)| {
            let value = value.filter(|value| !value.is_empty())?;
            Some((*name, value))
        });
        Self {
            filled: filled.collect(),
            rules,
            country: None,
        }
    }

    /// The value that feeds a text field.
    fn value_of(&self, field: TextField) -> Result<Option<String>, Problem> {
        let field = Field::Text(field);
        let names = self.rules.names_of(&field);
        self.first(&field, names)
    }

    /// The values of the fields that a customer does not have by name.
    fn others(&self) -> Result<BTreeMap<Field, String>, Problem> {
        let is_named =
            |field: &Field| matches!(field, Field::Text(field) if NAMED_FIELDS.contains(field));
        let mut others = BTreeMap::new();
        for (field, names) in self
            .rules
            .mapped_properties()
            .filter(|(field, _)| !is_named(field))
        {
            if let Some(value) = self.first(field, names)? {
                others.insert(field.clone(), value);
            }
        }
        Ok(others)
    }

    /// The first of these properties with a value, in the form of the field.
    fn first(&self, field: &Field, wanted: &[Property]) -> Result<Option<String>, Problem> {
        for wanted in wanted {
            let named = |(name, _): &&(&str, &str)| text::folds_to(name, &wanted.key);
            for (name, value) in self.filled.iter().filter(named) {
                let Some(typed) = clean(value, self.rules) else {
                    continue;
                };
                let languages = self.rules.allowed_languages();
                match in_form(field, &typed, self.country, languages) {
                    Ok(None) => {}
                    Ok(value) => return Ok(value),
                    Err(why) => return Err(problem(name, field, why)),
                }
            }
        }
        Ok(None)
    }
}

fn problem(property: &str, field: &Field, why: String) -> Problem {
    if *field == VAT_NUMBER {
        let property = property.to_owned();
        return Problem::InvalidVat { property, why };
    }
    Problem::InvalidValue {
        property: property.into(),
        field: field.clone(),
        why,
    }
}
