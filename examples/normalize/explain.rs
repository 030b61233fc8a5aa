//! One customer, field by field.

use std::io::{self, Write};

use customer_sync::normalize::{address, country, email, language, names, phone, vat};
use customer_sync::peppol::Readiness;
use customer_sync::source::{ExplainedValue, planyo};
use customer_sync::{Customer, MappingRules, kind};
use planyo_client::Record;
use planyo_client::users::User;

/// Each field with the reason, whether the filter of the rules takes the customer, and the values of a new party in Billit,
/// each with the rule that gave it.
pub(crate) fn customer(
    out: &mut impl Write,
    user: &Record<User>,
    rules: &MappingRules,
) -> io::Result<()> {
    writeln!(out, "customer {}", user.id)?;
    // Nothing follows from a country that is not understood.
    let of_country =
        (user.country.as_deref()).map(|typed| country::code(typed).unwrap_or(country::UNKNOWN));
    let mut explain =
        |field: &str, typed: &Option<String>, becomes: &dyn Fn(&str) -> String| match typed
            .as_deref()
        {
            Some(typed) => writeln!(out, "  {field:<10} {typed:?} -> {}", becomes(typed)),
            None => Ok(()),
        };
    explain(
        "country",
        &user.country,
        &|typed| match country::code(typed) {
            Some(code) => code.to_owned(),
            None => "nothing: it is no country".to_owned(),
        },
    )?;
    explain("address", &user.address, &|typed| split(typed, of_country))?;
    explain("email", &user.email, &|typed| match email::tidied(typed) {
        Ok(tidied) => tidied,
        Err(fault) if typed.contains('@') => format!("as typed: {fault}"),
        Err(fault) => format!("nothing: {fault}"),
    })?;
    let phone = |code: &Option<String>, typed: &str| match phone::read(
        code.as_deref(),
        typed,
        of_country,
    ) {
        Some(phone) => match phone.check {
            phone::Check::Valid => format!("{} (valid)", phone.text),
            phone::Check::Possible => format!("{} (possible)", phone.text),
            phone::Check::AsTyped(why) => format!("as typed: {why}"),
            _ => format!(
                "{} (joined, not checked: feature `phone` is off)",
                phone.text
            ),
        },
        None => "nothing".to_owned(),
    };
    let code = &user.phone_country_code;
    explain("phone", &user.phone_number, &|typed| phone(code, typed))?;
    let code = &user.mobile_country_code;
    explain("mobile", &user.mobile_number, &|typed| phone(code, typed))?;
    explain("language", &user.language, &|typed| {
        let allowed = ["NL", "FR", "EN", "DE"];
        match language::for_customer(Some(typed), None, &allowed) {
            Some(code) => code.to_owned(),
            None => "nothing: Billit has no templates in it".to_owned(),
        }
    })?;
    for (name, value) in &user.properties {
        explain(name, value, &|typed| {
            let may_be_number = typed.chars().filter(char::is_ascii_digit).count() > 3;
            match vat::normalized(typed, of_country) {
                _ if names::says_no_company(typed) => "as typed; as a company none".to_owned(),
                _ if !may_be_number => "as typed".to_owned(),
                Ok(number) => format!("as typed; as a VAT number {number}"),
                Err(why) => format!("as typed; no VAT number: {why}"),
            }
        })?;
    }
    let explained = planyo::explain(user, rules);
    if !rules.filter_of().takes_everyone() {
        writeln!(out, "  = filter: {}", explained.filter)?;
    }
    match explained.customer {
        Ok(customer) => party(out, &customer, &explained.values),
        Err(problem) => writeln!(out, "  = quarantined: {problem}\n"),
    }
}

fn split(typed: &str, country: Option<&str>) -> String {
    let Some(line) = address::split(typed, country) else {
        return "nothing".to_owned();
    };
    let (certainty, reason) = (line.certainty, line.reason);
    let line = line.or_whole(address::Certainty::Likely);
    let part = |name: &str, part: Option<&String>| match part {
        Some(part) => format!(", {name} {part:?}"),
        None => String::new(),
    };
    let locality = line.locality.as_ref();
    format!(
        "street {:?}{}{}{}{} ({certainty:?}: {reason})",
        line.street,
        part("number", line.number.as_ref()),
        part("box", line.box_number.as_ref()),
        part("postcode", locality.map(|locality| &locality.0)),
        part("city", locality.map(|locality| &locality.1)),
    )
}

fn party(out: &mut impl Write, customer: &Customer, values: &[ExplainedValue]) -> io::Result<()> {
    let (kind, evidence) = kind::of(customer);
    for note in &customer.not_understood {
        let words = note.source.as_deref().unwrap_or_default();
        writeln!(out, "  ! {} {words:?} {}", note.field, note.reason)?;
    }
    writeln!(out, "  = {kind:?}: {evidence}")?;
    let peppol = match Readiness::of(customer) {
        Readiness::Ready => "ready".to_owned(),
        Readiness::MissingVat => "a VAT number is missing".to_owned(),
        Readiness::InvalidVat(why) => format!("the VAT number is not valid: {why}"),
        Readiness::PrivatePerson => "a private person, nothing to send over Peppol".to_owned(),
        _ => "unclear, it may be a person or a company".to_owned(),
    };
    writeln!(out, "  = Peppol: {peppol}")?;
    for value in values {
        writeln!(
            out,
            "  > {}: {} (from {})",
            value.field, value.value, value.given_by
        )?;
    }
    writeln!(out)
}
