//! A Planyo user as a customer.

use planyo_client::users::User;

use crate::customer::{Address, Customer, CustomerKey, Problem};
use crate::normalize::address::Certainty;
use crate::normalize::{address, country, email, phone, text, vat};
use crate::rules::{CustomerNumber, MappingRules};

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
/// When there is no name, or a VAT number that cannot be one.
pub fn customer(user: &User, rules: &MappingRules) -> Result<Customer, Problem> {
    let cleaned = |text: &Option<String>| text.as_deref().and_then(text::clean);
    let country = user
        .country
        .as_deref()
        .and_then(country::code)
        .map(str::to_owned);
    let (zip, city) = (cleaned(&user.zip), cleaned(&user.city));
    let line = user
        .address
        .as_deref()
        .and_then(|line| address::split(line, country.as_deref()))
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
    let customer = Customer {
        key: key(&user.id.to_string(), rules),
        first_name: cleaned(&user.first_name),
        last_name: cleaned(&user.last_name),
        company: property(user, rules.company_names()).map(|(_, company)| company),
        vat_number: vat_number(user, rules, country.as_deref())?,
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
        language: cleaned(&user.language)
            .map(|code| code.to_uppercase())
            .filter(|code| rules.sends_language(code)),
        number: match rules.number_rule() {
            CustomerNumber::None => None,
            CustomerNumber::SourceId => Some(user.id.to_string()),
            CustomerNumber::Property(name) => {
                property(user, std::slice::from_ref(name)).map(|(_, number)| number)
            }
        },
    };
    if customer.name().is_none() {
        return Err(Problem::NoName);
    }
    Ok(customer)
}

/// The key of the user with this id.
#[must_use]
pub fn key(id: &str, rules: &MappingRules) -> CustomerKey {
    CustomerKey::new(rules.source_name(), id)
}

fn vat_number(
    user: &User,
    rules: &MappingRules,
    country: Option<&str>,
) -> Result<Option<String>, Problem> {
    let Some((name, typed)) = property(user, rules.vat_names()) else {
        return Ok(None);
    };
    // "particulier", "BE", "0": no number that could be wrong.
    if !typed.contains(|c: char| c.is_ascii_digit() && c != '0') {
        return Ok(None);
    }
    match vat::normalized(&typed, country) {
        Ok(number) => Ok(Some(number)),
        Err(why) => Err(Problem::InvalidVat {
            property: name,
            why,
        }),
    }
}

/// The first of these properties that is not blank, with the name it has.
fn property(user: &User, names: &[String]) -> Option<(String, String)> {
    names.iter().find_map(|wanted| {
        let wanted = text::folded_words(wanted).concat();
        user.properties.iter().find_map(|(name, value)| {
            let value = value.as_deref().and_then(text::clean)?;
            let is_wanted = text::folded_words(name).concat() == wanted;
            (is_wanted && !text::says_nothing(&value)).then(|| (name.clone(), value))
        })
    })
}
