//! A Planyo user as a customer.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use billit_client::parties::TextField;
use planyo_client::Record;
use planyo_client::users::User;

use crate::customer::{Address, Customer, CustomerKey, Problem};
use crate::normalize::address::Certainty;
use crate::normalize::kind::{self, Evidence};
use crate::normalize::{address, country, phone, text};
use crate::rules::{CustomerNumber, MappingRules, Property, in_form};
use crate::target::billit::{Field, NAME, NUMBER, VAT_NUMBER};

/// The customer a user is.
///
/// ```
/// use customer_sync::{MappingRules, source::planyo};
/// use planyo_client::{Record, users::User};
///
/// let json = serde_json::value::RawValue::from_string(
///     r#"{"id":"7","first_name":"Ann","last_name":"Peeters","address":"Kerkstraat 12"}"#.into()).unwrap();
/// let user = Record::<User>::parse(&json).unwrap();
/// let customer = planyo::customer(&user, &MappingRules::default()).unwrap();
/// assert_eq!(customer.name().as_deref(), Some("Ann Peeters"));
/// assert_eq!(customer.address.street_number.as_deref(), Some("12"));
/// ```
///
/// # Errors
/// When there is no name, or a number with check digits that are wrong: a VAT number, or another that a property feeds.
pub fn customer(user: &User, rules: &MappingRules) -> Result<Customer, Problem> {
    use TextField as T;
    let cleaned = |text: &Option<String>| clean(text.as_deref()?, rules);
    let name = |text: &Option<String>| {
        let name = cleaned(text)?;
        Some(if rules.has_proper_names() {
            text::proper(&name)
        } else {
            name
        })
    };
    let mut properties = Properties::of(user, rules);
    let own_country = || country::code(user.country.as_deref()?).map(str::to_owned);
    let country_code = properties.fed(T::CountryCode)?.or_else(own_country);
    properties.country = country_code.as_deref();
    let (country, properties) = (properties.country, properties);

    let phone = |code: &Option<String>, number: &Option<String>| {
        let phone = phone::read(code.as_deref(), number.as_deref()?, country)?;
        Some(phone.text)
    };
    let own = |field: T, typed: &Option<String>| {
        let typed = cleaned(typed)?;
        in_form(
            &Field::Text(field),
            &typed,
            country,
            rules.allowed_languages(),
        )
        .ok()?
    };
    let zip = properties.fed(T::Zipcode)?.or_else(|| cleaned(&user.zip));
    let city = properties.fed(T::City)?.or_else(|| cleaned(&user.city));
    let line = match properties.fed(T::Street)? {
        Some(line) => address::split(&line, country),
        None => {
            (user.address.as_deref()).and_then(|line| address::split(&typed(line, rules), country))
        }
    };
    let line = line.unwrap_or_default().or_whole(Certainty::Likely);
    let line = line.agreeing(zip.as_deref(), city.as_deref());
    let (typed_zip, typed_city) = line.place.unzip();
    let address = Address {
        street: Some(line.street).filter(|street| !street.is_empty()),
        street_number: properties.fed(T::StreetNumber)?.or(line.number),
        box_number: properties.fed(T::Box)?.or(line.box_number),
        zipcode: zip.or(typed_zip.map(|zip| address::bare_postcode(&zip).to_owned())),
        city: city.or(typed_city),
        country_code: country_code.clone(),
    };
    let mut customer = Customer {
        key: key(&user.id.to_string(), rules),
        first_name: name(&user.first_name),
        last_name: name(&user.last_name),
        company: properties.fed(T::Name)?,
        vat_number: properties.fed(T::VatNumber)?,
        email: properties
            .fed(T::Email)?
            .or_else(|| own(T::Email, &user.email)),
        phone: properties
            .fed(T::Phone)?
            .or_else(|| phone(&user.phone_country_code, &user.phone_number)),
        mobile: properties
            .fed(T::Mobile)?
            .or_else(|| phone(&user.mobile_country_code, &user.mobile_number)),
        address,
        language: properties
            .fed(T::Language)?
            .or_else(|| own(T::Language, &user.language)),
        number: match rules.number_rule() {
            CustomerNumber::SourceId => Some(user.id.to_string()),
            // A property feeds it, as any other field.
            CustomerNumber::None | CustomerNumber::Property(_) => properties.fed(T::Nr)?,
        },
        fed: properties.others()?,
        blank: BTreeSet::new(),
    };
    let Some(name) = customer.name() else {
        return Err(Problem::NoName);
    };
    // A company whose name was typed where a person's belongs has no contact of that name.
    if customer.company.is_none()
        && let Some(Evidence::LegalForm(_)) = kind::legal_form(&name)
    {
        customer.company = Some(name);
        (customer.first_name, customer.last_name) = (None, None);
    }
    Ok(customer)
}

/// The customer a record is, as [`customer`], and which of its fields the record has blank.
///
/// # Errors
/// As [`customer`].
pub fn read(record: &Record<User>, rules: &MappingRules) -> Result<Customer, Problem> {
    use TextField as T;
    const FIELDS: [(&str, &[TextField]); 9] = [
        ("email", &[T::Email]),
        ("address", &[T::Street, T::StreetNumber, T::Box]),
        ("city", &[T::City]),
        ("zip", &[T::Zipcode]),
        ("country", &[T::CountryCode]),
        ("phone_number", &[T::Phone]),
        ("mobile_number", &[T::Mobile]),
        ("first_name", &[T::ContactFirstName]),
        ("last_name", &[T::ContactLastName]),
    ];
    let mut customer = customer(record, rules)?;
    let texts = [
        &record.email,
        &record.address,
        &record.city,
        &record.zip,
        &record.country,
        &record.phone_number,
        &record.mobile_number,
        &record.first_name,
        &record.last_name,
    ];
    let sent = record.fields();
    let blank = FIELDS
        .iter()
        .zip(texts)
        .filter(|((name, _), text)| text.is_none() && sent.contains(*name));
    let fields = blank.flat_map(|((_, fields), _)| *fields).copied();
    customer.blank = fields.map(Field::Text).collect();
    // A property that is there without a value.
    let names = record
        .properties
        .iter()
        .filter(|(_, value)| value.is_none());
    let keys: BTreeSet<String> = names.map(|(name, _)| text::folded(name)).collect();
    for (field, names) in rules.fed() {
        let filled = customer.fed.contains_key(field) || [NAME, VAT_NUMBER, NUMBER].contains(field);
        if !filled && names.iter().any(|name| keys.contains(&name.key)) {
            customer.blank.insert(field.clone());
        }
    }
    Ok(customer)
}

/// The key of the user with this id.
#[must_use]
pub fn key(id: &str, rules: &MappingRules) -> CustomerKey {
    CustomerKey::new(rules.source_name(), id)
}

/// A text without what hides or decorates it.
fn clean(text: &str, rules: &MappingRules) -> Option<String> {
    text::clean(&typed(text, rules))
}

/// A text as it was typed, if Planyo's form wrote it in HTML.
fn typed<'a>(text: &'a str, rules: &MappingRules) -> Cow<'a, str> {
    if rules.reads_html() {
        text::unescaped(text)
    } else {
        Cow::Borrowed(text)
    }
}

/// Fields of which a [`Customer`] has a place of its own; the others are in its `fed`.
const OWN: [TextField; 13] = [
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

/// The filled properties of a user, and how they are read.
struct Properties<'a> {
    filled: Vec<(&'a str, &'a str)>,
    rules: &'a MappingRules,
    country: Option<&'a str>,
}

impl<'a> Properties<'a> {
    fn of(user: &'a User, rules: &'a MappingRules) -> Self {
        let filled = user.properties.iter().filter_map(|(name, value)| {
            let value = value.as_deref().filter(|value| !value.is_empty())?;
            Some((name.as_str(), value))
        });
        Self {
            filled: filled.collect(),
            rules,
            country: None,
        }
    }

    /// What feeds a text field.
    fn fed(&self, field: TextField) -> Result<Option<String>, Problem> {
        let field = Field::Text(field);
        let names = self.rules.names_of(&field);
        self.first(&field, names)
    }

    /// What feeds the fields of which a customer has no place of its own.
    fn others(&self) -> Result<BTreeMap<Field, String>, Problem> {
        let is_own = |field: &Field| matches!(field, Field::Text(field) if OWN.contains(field));
        let mut others = BTreeMap::new();
        for (field, names) in self.rules.fed().filter(|(field, _)| !is_own(field)) {
            if let Some(value) = self.first(field, names)? {
                others.insert(field.clone(), value);
            }
        }
        Ok(others)
    }

    /// The first of these that says something, in the form of the field.
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
