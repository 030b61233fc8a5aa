//! A record as its source has it, and its mapping to a customer: what all sources have in common.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use billit_client::parties::TextField;

use super::explain::{Given, GivenBy};
use crate::core::change::{KEPT_AS_TYPED, Note};
use crate::core::customer::{Address, Customer, CustomerKey, Problem};
use crate::core::field::{COUNTRY, Field, NAME, NUMBER, STREET, VAT_NUMBER};
use crate::core::kind::{self, KindEvidence};
use crate::core::rules::{CustomerNumber, MappingRules, Property, Reading, in_form};
use crate::normalize::address::{self, Certainty, KnownPlace, Split};
use crate::normalize::phone::{self, Phone};
use crate::normalize::{country, names, text};
use crate::templates::Record;

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

/// Where the country code of a phone number is.
#[derive(Clone, Copy, Default)]
pub(crate) enum PhoneCode<'a> {
    /// It may be in the number or not.
    #[default]
    Unknown,
    /// In the number, before what was typed.
    Inside,
    /// In a field of its own.
    Beside(&'a str),
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
    pub(crate) phone: Typed<'a>,
    pub(crate) phone_code: PhoneCode<'a>,
    pub(crate) mobile: Typed<'a>,
    pub(crate) mobile_code: PhoneCode<'a>,
    /// Names and values, including blank ones.
    pub(crate) properties: Vec<(&'a str, Option<&'a str>)>,
}

impl<'a> SourceRecord<'a> {
    /// Maps it to a customer, with the fields that the record has blank, and with what was not understood. One that the filter
    /// of the rules leaves out is a problem, as far as the record alone can tell.
    pub(crate) fn customer(self, rules: &MappingRules) -> Result<Customer, Problem> {
        self.mapped(rules, None)
    }

    /// As [`customer`](Self::customer), and notes which rules gave values.
    pub(crate) fn mapped(
        self,
        rules: &MappingRules,
        given: Option<&mut Given>,
    ) -> Result<Customer, Problem> {
        use TextField as T;
        let computed = rules.computes().then(|| self.for_templates(rules));
        if let Some(record) = &computed {
            rules.filter_of().check_properties(&record.properties)?;
        }
        let blank_fields = self.blank_fields();
        let mut reader = Reader {
            properties: &self.properties,
            computed: computed.as_ref(),
            rules,
            country: None,
            notes: Vec::new(),
            failed: None,
            given,
        };
        let own_country = |reader: &mut Reader<'_>| reader.own(T::CountryCode, self.country);
        let country_code = (reader.property(T::CountryCode)).or_else(|| own_country(&mut reader));
        let not_understood = reader.notes.iter().any(|note| note.field == COUNTRY);
        reader.country = match &country_code {
            None if not_understood => Some(country::UNKNOWN),
            known => known.as_deref().and_then(country::code),
        };

        let zip = (reader.property(T::Zipcode)).or_else(|| reader.own(T::Zipcode, self.zip));
        let own_city = || Some(cleaned(self.city.text()?, rules)?.into_owned());
        let city = reader.property(T::City).or_else(own_city);
        let typed_line = (reader.property(T::Street))
            .map(Cow::Owned)
            .or_else(|| Some(decoded(self.address.text()?, rules)));
        let line = reader.address(typed_line.as_deref(), zip.as_deref(), city.as_deref());
        let (typed_zip, typed_city) = line.locality.unzip();
        let address = Address {
            street: Some(line.street).filter(|street| !street.is_empty()),
            street_number: reader.property(T::StreetNumber).or(line.number),
            box_number: reader.property(T::Box).or(line.box_number),
            zipcode: zip.or(typed_zip.map(|zip| address::bare_postcode(&zip).to_owned())),
            city: city.or(typed_city),
            country_code,
        };
        let mut customer = Customer {
            first_name: reader.name(T::ContactFirstName, self.first_name),
            last_name: reader.name(T::ContactLastName, self.last_name),
            company: (reader.property(T::Name)).map(|name| reader.shortened(T::Name, name)),
            vat_number: reader.property(T::VatNumber),
            email: (reader.property(T::Email)).or_else(|| reader.own(T::Email, self.email)),
            phone: (reader.property(T::Phone))
                .or_else(|| reader.phone(T::Phone, self.phone_code, self.phone)),
            mobile: (reader.property(T::Mobile))
                .or_else(|| reader.phone(T::Mobile, self.mobile_code, self.mobile)),
            address,
            language: (reader.property(T::Language))
                .or_else(|| reader.own(T::Language, self.language)),
            number: match rules.number_rule() {
                CustomerNumber::SourceId => {
                    let computed = reader.computed(&Field::Text(T::Nr));
                    computed.or_else(|| self.id.map(Cow::into_owned))
                }
                // From a property, as any other field.
                CustomerNumber::None | CustomerNumber::Property(_) => reader.property(T::Nr),
            },
            mapped_properties: reader.other_properties(),
            blank: BTreeSet::new(),
            not_understood: reader.notes,
            key: self.key,
        };
        if let Some(failed) = reader.failed {
            return Err(failed);
        }
        if customer.company.is_none() {
            let name = customer.name().ok_or(Problem::NoName)?;
            // The name of a company, typed as a person's name, is not a contact.
            if let Some(KindEvidence::LegalForm(_)) = kind::legal_form(&name) {
                customer.company = Some(name);
                (customer.first_name, customer.last_name) = (None, None);
            }
        }
        let mut blank = blank_fields;
        blank.extend(blank_properties(&self.properties, &customer, rules));
        blank.extend(blank_templates(&self.properties, &customer, rules));
        // Something was typed.
        blank.retain(|field| {
            let mut notes = customer.not_understood.iter();
            !notes.any(|note| note.field == *field)
        });
        customer.blank = blank;
        if let Some(record) = &computed {
            rules.filter_of().check_customer(&customer, record)?;
        }
        Ok(customer)
    }

    /// What templates and the filter read: the record's own texts as they are read without rules, and its properties.
    fn for_templates(&self, rules: &MappingRules) -> Record<'a> {
        use TextField as T;
        let plain = |typed: Typed<'_>| {
            let text = typed.text().and_then(|text| cleaned(text, rules));
            text.unwrap_or_default().into_owned()
        };
        let country = plain(self.country);
        let country = country::code(&country).map_or(country.clone(), str::to_owned);
        let known_country = match country::code(&country) {
            None if !country.is_empty() => Some(country::UNKNOWN),
            known => known,
        };
        let in_form = |field, typed: Typed<'_>| {
            let typed = plain(typed);
            let reading = in_form(&Field::Text(field), &typed, known_country, &[]);
            reading.value.unwrap_or_default()
        };
        let phone = |code, typed: Typed<'_>| {
            let phone = typed
                .text()
                .and_then(|typed| read_phone(code, typed, known_country));
            phone.map_or_else(String::new, |phone| phone.text)
        };
        let texts = vec![
            ("id", self.id.as_deref().unwrap_or_default().to_owned()),
            ("first_name", plain(self.first_name)),
            ("last_name", plain(self.last_name)),
            ("email", in_form(T::Email, self.email)),
            ("address", plain(self.address)),
            ("zip", in_form(T::Zipcode, self.zip)),
            ("city", plain(self.city)),
            ("phone", phone(self.phone_code, self.phone)),
            ("mobile", phone(self.mobile_code, self.mobile)),
            ("country", country),
        ];
        let properties = self.properties.iter().map(|(name, value)| {
            let value = value.and_then(|value| cleaned(value, rules));
            (*name, value.unwrap_or_default())
        });
        let properties = properties.collect();
        Record { texts, properties }
    }

    /// The fields that the record has blank, without those that properties feed.
    fn blank_fields(&self) -> BTreeSet<Field> {
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
        fields.map(Field::Text).collect()
    }
}

/// The fields that blank properties feed, and no filled one.
fn blank_properties(
    properties: &[(&str, Option<&str>)],
    customer: &Customer,
    rules: &MappingRules,
) -> BTreeSet<Field> {
    let mut blanks = BTreeSet::new();
    let names = properties.iter().filter(|(_, value)| value.is_none());
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

/// The fields whose template gives nothing. A record without properties says nothing of those that a template reads.
fn blank_templates(
    properties: &[(&str, Option<&str>)],
    customer: &Customer,
    rules: &MappingRules,
) -> BTreeSet<Field> {
    let templates = rules.templates().iter().filter(|(field, template)| {
        let filled = customer.mapped_properties.contains_key(field)
            || [NAME, VAT_NUMBER, NUMBER].contains(field);
        !filled && (!properties.is_empty() || template.properties().is_empty())
    });
    templates.map(|(field, _)| field.clone()).collect()
}

/// The phone of a record, by where its country code is.
fn read_phone(code: PhoneCode<'_>, typed: &str, country: Option<&str>) -> Option<Phone> {
    match code {
        PhoneCode::Inside => phone::read_with_code_inside(typed, country),
        PhoneCode::Beside(code) => phone::read(Some(code), typed, country),
        PhoneCode::Unknown => phone::read(None, typed, country),
    }
}

/// The cleaned text.
fn cleaned<'a>(text: &'a str, rules: &MappingRules) -> Option<Cow<'a, str>> {
    match decoded(text, rules) {
        Cow::Borrowed(text) => text::cleaned(text),
        Cow::Owned(text) => text::clean(&text).map(Cow::Owned),
    }
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

/// Reads the values of a record by the rules, and notes what it does not understand.
struct Reader<'a> {
    /// Names and values of the properties, including blank ones.
    properties: &'a [(&'a str, Option<&'a str>)],
    /// What templates read, if there are any.
    computed: Option<&'a Record<'a>>,
    rules: &'a MappingRules,
    /// The customer's country; [`country::UNKNOWN`] if it is not understood.
    country: Option<&'static str>,
    notes: Vec<Note>,
    /// The first template that failed.
    failed: Option<Problem>,
    given: Option<&'a mut Given>,
}

impl Reader<'_> {
    /// The name of a person, or a part of it. A filler is none.
    fn name(&mut self, field: TextField, typed: Typed<'_>) -> Option<String> {
        let name = cleaned(typed.text()?, self.rules)?;
        if names::is_filler(&name) {
            // Signs alone say nothing that could be lost.
            let reading = if name.contains(char::is_alphanumeric) {
                Reading::left_out("it is a filler, not a name")
            } else {
                Reading::default()
            };
            return self.noted(&Field::Text(field), None, &name, reading);
        }
        let name = if self.rules.has_proper_names() {
            text::proper(&name)
        } else {
            name.into_owned()
        };
        Some(self.shortened(field, name))
    }

    /// The name without what is beyond the limit.
    fn shortened(&mut self, field: TextField, name: String) -> String {
        let limit = self.rules.name_length();
        if name.len() <= limit {
            return name;
        }
        let end = name.char_indices().nth(limit).map(|(at, _)| at);
        let Some(short) = end.and_then(|end| name.get(..end)) else {
            return name;
        };
        let reason = format!("cut: it has more than {limit} characters (`max_name_length`)");
        let note = Note::not_understood(Field::Text(field), &name, reason);
        self.notes.push(note);
        short.trim_end().to_owned()
    }

    /// The source's own value of a field.
    fn own(&mut self, field: TextField, typed: Typed<'_>) -> Option<String> {
        let typed = cleaned(typed.text()?, self.rules)?;
        self.read(&Field::Text(field), None, &typed)
    }

    fn phone(&mut self, field: TextField, code: PhoneCode<'_>, typed: Typed<'_>) -> Option<String> {
        let typed = typed.text()?;
        let reading = Reading::of_phone(read_phone(code, typed, self.country));
        if reading.not_understood.is_none() {
            return reading.value;
        }
        // Without a code that was repeated, so that a list and a single record have the same note.
        let words = reading.value.clone().unwrap_or_default();
        self.noted(&Field::Text(field), None, &words, reading)
    }

    /// The line with street and number, in parts if they are certain.
    fn address(&mut self, typed: Option<&str>, zip: Option<&str>, city: Option<&str>) -> Split {
        let place = KnownPlace {
            country: self.country,
            postcode: zip,
            city,
        };
        let line = typed.and_then(|typed| address::split_known(typed, place));
        let line = line.unwrap_or_default().or_whole(Certainty::Likely);
        let line = line.agreeing(zip, city);
        if line.certainty == Certainty::Unsure && !line.street.is_empty() {
            let reason = format!(
                "kept as typed: street and number are not taken apart, {}",
                line.reason
            );
            (self.notes).push(Note::not_understood(STREET, &line.street, reason));
        }
        line
    }

    /// The value of a text field by the rules: that of its template, or else of the properties that feed it.
    fn property(&mut self, field: TextField) -> Option<String> {
        self.by_rule(&Field::Text(field))
    }

    fn by_rule(&mut self, field: &Field) -> Option<String> {
        let rules = self.rules;
        let computed = self.computed(field);
        computed.or_else(|| self.first(field, rules.names_of(field)))
    }

    /// The value of the template of a field.
    fn computed(&mut self, field: &Field) -> Option<String> {
        // Most rules compute nothing.
        let record = self.computed?;
        let template = self.rules.templates().get(field)?;
        let typed = match template.render(record) {
            Ok(typed) => typed,
            Err(why) => {
                let what = format!("the template of {field} in the rules fails: {why}");
                self.failed.get_or_insert(Problem::Template(what));
                return None;
            }
        };
        let typed = text::clean(&typed)?;
        let reading = in_form(field, &typed, self.country, self.rules.allowed_languages());
        let value = self.noted(field, Some("the template"), &typed, reading);
        if value.is_some() {
            self.give(field, || GivenBy::Template);
        }
        value
    }

    fn give(&mut self, field: &Field, rule: impl FnOnce() -> GivenBy) {
        if let Some(given) = &mut self.given {
            given.insert(field.clone(), rule());
        }
    }

    /// The values of the rules for fields that a customer does not have by name.
    fn other_properties(&mut self) -> BTreeMap<Field, String> {
        let is_named =
            |field: &Field| matches!(field, Field::Text(field) if NAMED_FIELDS.contains(field));
        let rules = self.rules;
        let fed = rules.mapped_properties().map(|(field, _)| field);
        let only_computed = rules.templates().keys();
        let only_computed = only_computed.filter(|field| rules.names_of(field).is_empty());
        let others = fed.chain(only_computed).filter(|field| !is_named(field));
        others
            .filter_map(|field| Some((field.clone(), self.by_rule(field)?)))
            .collect()
    }

    /// The first of these properties that has a value for the field.
    fn first(&mut self, field: &Field, wanted: &[Property]) -> Option<String> {
        for wanted in wanted {
            for (name, value) in self.properties {
                let Some(value) = value.filter(|_| text::folds_to(name, &wanted.key)) else {
                    continue;
                };
                let typed = cleaned(value, self.rules);
                let value = typed.and_then(|typed| self.read(field, Some(name), &typed));
                if value.is_some() {
                    self.give(field, || GivenBy::Property((*name).to_owned()));
                    return value;
                }
            }
        }
        None
    }

    fn read(&mut self, field: &Field, property: Option<&str>, typed: &str) -> Option<String> {
        let reading = in_form(field, typed, self.country, self.rules.allowed_languages());
        let place = property.map(|name| format!("`{name}`"));
        self.noted(field, place.as_deref(), typed, reading)
    }

    /// The value that was read, and a note if it was not understood.
    fn noted(
        &mut self,
        field: &Field,
        place: Option<&str>,
        typed: &str,
        Reading {
            value,
            not_understood,
        }: Reading,
    ) -> Option<String> {
        if let Some(why) = not_understood {
            let done = match &value {
                Some(_) => KEPT_AS_TYPED,
                None => "left out",
            };
            let place = place.map(|place| format!(" in {place}"));
            let place = place.unwrap_or_default();
            let reason = format!("{done}: what the source has{place} is not understood, {why}");
            (self.notes).push(Note::not_understood(field.clone(), typed, reason));
        }
        value
    }
}
