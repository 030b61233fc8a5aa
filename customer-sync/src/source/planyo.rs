//! A Planyo user as a customer.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use billit_client::parties::TextField;
use planyo_client::Record;
use planyo_client::users::User;

use crate::customer::{Address, Customer, CustomerKey, Problem};
use crate::normalize::address::Certainty;
use crate::normalize::kind::{self, Evidence};
use crate::normalize::{address, country, email, gln, iban, language, phone, text, vat};
use crate::rules::{CustomerNumber, MappingRules, Property};
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
    let cleaned = |text: &Option<String>| clean(text.as_deref()?, rules);
    let name = |text: &Option<String>| {
        let name = cleaned(text)?;
        Some(if rules.has_proper_names() {
            text::proper(&name)
        } else {
            name
        })
    };
    let country = user
        .country
        .as_deref()
        .and_then(country::code)
        .map(str::to_owned);
    let (zip, city) = (cleaned(&user.zip), cleaned(&user.city));
    let line = user
        .address
        .as_deref()
        .map(|line| typed(line, rules))
        .and_then(|line| address::split(&line, country.as_deref()))
        .map(|line| {
            line.or_whole(Certainty::Likely)
                .agreeing(zip.as_deref(), city.as_deref())
        })
        .unwrap_or_default();
    let (typed_zip, typed_city) = line.place.unzip();
    let phone = |code: &Option<String>, number: &Option<String>| {
        let phone = phone::read(code.as_deref(), number.as_deref()?, country.as_deref())?;
        Some(phone.text)
    };
    let properties = Properties::of(user);
    let fed = fed(&properties, rules, country.as_deref())?;
    let language = language::for_customer(
        cleaned(&user.language).as_deref(),
        country.as_deref(),
        rules.allowed_languages(),
    );
    let mut customer = Customer {
        key: key(&user.id.to_string(), rules),
        first_name: name(&user.first_name),
        last_name: name(&user.last_name),
        company: properties
            .first(rules.names_of(&NAME), rules)
            .map(|(_, company)| company),
        vat_number: vat_number(&properties, rules, country.as_deref())?,
        // A text that is no address stays as typed: Billit decides.
        email: cleaned(&user.email)
            .filter(|email| email.contains('@'))
            .map(|typed| email::tidied(&typed)),
        phone: phone(&user.phone_country_code, &user.phone_number),
        mobile: phone(&user.mobile_country_code, &user.mobile_number),
        address: Address {
            street: Some(line.street).filter(|street| !street.is_empty()),
            street_number: line.number,
            box_number: line.box_number,
            zipcode: zip.or(typed_zip.map(|zip| address::bare_postcode(&zip).to_owned())),
            city: city.or(typed_city),
            country_code: country,
        },
        language: language.map(str::to_owned),
        number: match rules.number_rule() {
            CustomerNumber::SourceId => Some(user.id.to_string()),
            // A property feeds it, as any other field.
            CustomerNumber::None | CustomerNumber::Property(_) => properties
                .first(rules.names_of(&NUMBER), rules)
                .map(|(_, number)| number),
        },
        fed,
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

fn vat_number(
    properties: &Properties<'_>,
    rules: &MappingRules,
    country: Option<&str>,
) -> Result<Option<String>, Problem> {
    let Some((name, typed)) = properties.first(rules.names_of(&VAT_NUMBER), rules) else {
        return Ok(None);
    };
    // "particulier", "BE", "0": no number that could be wrong.
    if !typed.contains(|c: char| c.is_ascii_digit() && c != '0') {
        return Ok(None);
    }
    match vat::normalized(&typed, country) {
        Ok(number) => Ok(Some(number)),
        Err(why) => Err(Problem::InvalidVat {
            property: name.to_owned(),
            why,
        }),
    }
}

/// What custom properties feed, besides the company's name, the VAT number and the number in the books.
fn fed(
    properties: &Properties<'_>,
    rules: &MappingRules,
    country: Option<&str>,
) -> Result<BTreeMap<Field, String>, Problem> {
    let mut fed = BTreeMap::new();
    for (field, names) in rules.fed() {
        if [NAME, VAT_NUMBER, NUMBER].contains(field) {
            continue;
        }
        let Some((property, typed)) = properties.first(names, rules) else {
            continue;
        };
        match checked(field, &typed, rules, country) {
            Ok(Some(value)) => {
                fed.insert(field.clone(), value);
            }
            Ok(None) => {}
            Err(why) => {
                let field = field.clone();
                return Err(Problem::InvalidValue {
                    property: property.into(),
                    field,
                    why,
                });
            }
        }
    }
    Ok(fed)
}

/// A typed value in the form of its field; nothing where it is none, and what is wrong where it has check digits.
fn checked(
    field: &Field,
    typed: &str,
    rules: &MappingRules,
    country: Option<&str>,
) -> Result<Option<String>, String> {
    let whole_number = || {
        let is_number = typed.chars().all(|c| c.is_ascii_digit());
        is_number
            .then(|| typed.to_owned())
            .ok_or_else(|| "it is not a whole number".to_owned())
    };
    let yes_or_no = || match text::folded_words(typed).concat().as_str() {
        "1" | "true" | "yes" | "ja" | "oui" | "si" | "x" => Ok("true".to_owned()),
        "0" | "false" | "no" | "nee" | "non" | "nein" => Ok("false".to_owned()),
        _ => Err("it is neither yes nor no".to_owned()),
    };
    Ok(Some(match field {
        Field::Text(TextField::Iban) => iban::normalized(typed)?,
        Field::Text(TextField::GlAccountCode | TextField::GlDefaultExpiryOffset) => whole_number()?,
        Field::Text(TextField::Phone | TextField::Mobile | TextField::Fax) => {
            return Ok(phone::read(None, typed, country).map(|phone| phone.text));
        }
        Field::Text(TextField::Email) => email::tidied(typed),
        Field::Text(TextField::CountryCode) => match country::code(typed) {
            Some(code) => code.to_owned(),
            None => return Err("it is no country".to_owned()),
        },
        Field::Text(TextField::Language) => {
            let code = language::for_customer(Some(typed), None, rules.allowed_languages());
            return Ok(code.map(str::to_owned));
        }
        Field::VatLiable | Field::VatDeductable => yes_or_no()?,
        Field::Identifier(kind) if kind == "GLN" => gln::normalized(typed)?,
        Field::Identifier(kind) if kind == "CBE" => {
            let vat_number = vat::vat_of_cbe(typed)?;
            vat::cbe(&vat_number).unwrap_or(typed).to_owned()
        }
        Field::Text(_) | Field::Identifier(_) | Field::Custom(_) => typed.to_owned(),
    }))
}

/// A text without what hides or decorates it.
fn clean(text: &str, rules: &MappingRules) -> Option<String> {
    text::clean(&typed(text, rules))
}

/// A text as it was typed, if Planyo's form wrote it in HTML.
fn typed<'a>(text: &'a str, rules: &MappingRules) -> Cow<'a, str> {
    if rules.reads_html() {
        html_escape::decode_html_entities(text)
    } else {
        Cow::Borrowed(text)
    }
}

/// The filled properties of a user, each with the key of its name.
struct Properties<'a>(Vec<(String, &'a str, &'a str)>);

impl<'a> Properties<'a> {
    fn of(user: &'a User) -> Self {
        let filled = user.properties.iter().filter_map(|(name, value)| {
            let value = value.as_deref().filter(|value| !value.is_empty())?;
            Some((text::folded(name), name.as_str(), value))
        });
        Self(filled.collect())
    }

    /// The first of these that says something, with the name it has.
    fn first(&self, wanted: &[Property], rules: &MappingRules) -> Option<(&'a str, String)> {
        wanted.iter().find_map(|wanted| {
            let mut named = self.0.iter().filter(|(key, ..)| *key == wanted.key);
            named.find_map(|(_, name, value)| {
                let value = clean(value, rules)?;
                (!text::says_nothing(&value)).then_some((*name, value))
            })
        })
    }
}
