//! A record as its source has it, and its mapping to a customer: what all sources have in common.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use billit_client::parties::TextField;

use crate::core::change::{KEPT_AS_TYPED, Note};
use crate::core::customer::{Address, Customer, CustomerKey, Problem};
use crate::core::field::{COUNTRY, Field, NAME, NUMBER, STREET, VAT_NUMBER};
use crate::core::kind::{self, KindEvidence};
use crate::core::rules::{CustomerNumber, MappingRules, Property, Reading, in_form};
use crate::normalize::address::{self, Certainty, KnownPlace, Split};
use crate::normalize::{country, names, phone, text};

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

impl SourceRecord<'_> {
    /// Maps it to a customer, with the fields that the record has blank, and with what was not understood.
    pub(crate) fn customer(self, rules: &MappingRules) -> Result<Customer, Problem> {
        use TextField as T;
        let blank_fields = self.blank_fields();
        let mut reader = Reader {
            properties: &self.properties,
            rules,
            country: None,
            notes: Vec::new(),
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
                CustomerNumber::SourceId => self.id.map(Cow::into_owned),
                // From a property, as any other field.
                CustomerNumber::None | CustomerNumber::Property(_) => reader.property(T::Nr),
            },
            mapped_properties: reader.other_properties(),
            blank: BTreeSet::new(),
            not_understood: reader.notes,
            key: self.key,
        };
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
        // Something was typed.
        blank.retain(|field| {
            let mut notes = customer.not_understood.iter();
            !notes.any(|note| note.field == *field)
        });
        customer.blank = blank;
        Ok(customer)
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
    rules: &'a MappingRules,
    /// The customer's country; [`country::UNKNOWN`] if it is not understood.
    country: Option<&'static str>,
    notes: Vec<Note>,
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
        let phone = match code {
            PhoneCode::Inside => phone::read_with_code_inside(typed, self.country),
            PhoneCode::Beside(code) => phone::read(Some(code), typed, self.country),
            PhoneCode::Unknown => phone::read(None, typed, self.country),
        };
        let reading = Reading::of_phone(phone);
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

    /// The value of the properties that feed a text field.
    fn property(&mut self, field: TextField) -> Option<String> {
        let rules = self.rules;
        let field = Field::Text(field);
        self.first(&field, rules.names_of(&field))
    }

    /// The values of the properties that feed fields that a customer does not have by name.
    fn other_properties(&mut self) -> BTreeMap<Field, String> {
        let is_named =
            |field: &Field| matches!(field, Field::Text(field) if NAMED_FIELDS.contains(field));
        let rules = self.rules;
        let others = rules.mapped_properties();
        let others = others.filter(|(field, _)| !is_named(field));
        others
            .filter_map(|(field, names)| Some((field.clone(), self.first(field, names)?)))
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
                    return value;
                }
            }
        }
        None
    }

    fn read(&mut self, field: &Field, property: Option<&str>, typed: &str) -> Option<String> {
        let reading = in_form(field, typed, self.country, self.rules.allowed_languages());
        self.noted(field, property, typed, reading)
    }

    /// The value that was read, and a note if it was not understood.
    fn noted(
        &mut self,
        field: &Field,
        property: Option<&str>,
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
            let place = property.map(|name| format!(" in `{name}`"));
            let place = place.unwrap_or_default();
            let reason = format!("{done}: what the source has{place} is not understood, {why}");
            (self.notes).push(Note::not_understood(field.clone(), typed, reason));
        }
        value
    }
}
