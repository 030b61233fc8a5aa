//! The rules of the mapping: which custom property feeds which field, and which side's value wins.

mod error;
pub(crate) mod file;
mod filter;
mod form;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::LazyLock;

use billit_client::parties::TextField;
use serde::{Deserialize, Serialize, Serializer};

pub use error::RulesError;
pub use filter::{Filter, PropertyCondition};
pub(crate) use form::{Reading, in_form};

use super::field::{self, Field};
use super::fingerprint::Fingerprint;
use super::kind::Kind;
use super::policy::{FieldPolicy, WriteMode};
use crate::normalize::{phone, text};
use crate::templates::Template;

/// Raised when the code maps the same record to other values, or a default policy changes, so that all customers are
/// compared again.
const FORMAT: u32 = 7;

/// The version of the rules in a file.
const FILE_VERSION: u32 = 1;

/// How this build maps a record to values: part of the fingerprint of all rules, and remembered for each customer. Another
/// version of this crate, or the feature `phone` on or off, may map the same record to other values.
pub(crate) static MAPPING: LazyLock<String> =
    LazyLock::new(|| format!("{FORMAT}, phones: {}", phone::RULES));

/// The default of [`MappingRules::max_name_length`].
const MAX_NAME_LENGTH: usize = 255;

/// The default names of custom properties with a VAT number.
const VAT_PROPERTIES: &[&str] = &[
    "vat_number",
    "vat",
    "vat_nr",
    "btw_nummer",
    "btw",
    "btw_nr",
    "numero_tva",
    "tva",
    "ust_id",
    "ust_idnr",
];

/// The default names of custom properties with a company name.
const COMPANY_PROPERTIES: &[&str] = &[
    "company",
    "company_name",
    "bedrijf",
    "bedrijfsnaam",
    "firma",
    "firmanaam",
    "societe",
    "entreprise",
    "firmenname",
];

/// The rules of the mapping. The default needs no settings.
///
/// They are made in Rust, or read from TOML, JSON or any other serde format. Entries that a file does not have keep
/// their default; an unknown entry is an error, and so is a `version` other than 1.
///
/// ```
/// use customer_sync::{MappingRules, FieldPolicy};
///
/// let rules: MappingRules = serde_json::from_str(r#"{
///     "customer_number": "source_id",
///     "properties": {"VATNumber": ["btw nummer"], "Identifiers/GLN": ["gln"], "GLDefaultExpiryOffset": ["betaaltermijn"]},
///     "policies": {"Email": "fill_if_empty"},
///     "defaults": {"Language": "NL"}
/// }"#)?;
/// let same = MappingRules::default()
///     .customer_number(customer_sync::CustomerNumber::SourceId)
///     .vat_properties(["btw nummer"])
///     .properties("Identifiers/GLN".parse().unwrap(), ["gln"])
///     .properties("GLDefaultExpiryOffset".parse().unwrap(), ["betaaltermijn"])
///     .policy("Email".parse().unwrap(), FieldPolicy::FillIfEmpty)
///     .default_value("Language".parse().unwrap(), "NL").unwrap();
/// assert_eq!(rules, same);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "file::File")]
pub struct MappingRules {
    /// The version of the file, always [`FILE_VERSION`].
    version: u32,
    source: String,
    customer_number: CustomerNumber,
    provider_code: Option<String>,
    languages: Vec<String>,
    unescape_html: bool,
    proper_names: bool,
    max_name_length: usize,
    properties: BTreeMap<Field, Vec<Property>>,
    policies: BTreeMap<Field, FieldPolicy>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    company_policies: BTreeMap<Field, FieldPolicy>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    person_policies: BTreeMap<Field, FieldPolicy>,
    defaults: BTreeMap<Field, String>,
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    must_be_understood: BTreeSet<Field>,
    write_mode: WriteMode,
    #[serde(skip_serializing_if = "Filter::takes_everyone")]
    filter: Filter,
    #[serde(
        skip_serializing_if = "BTreeMap::is_empty",
        serialize_with = "write_templates"
    )]
    templates: BTreeMap<Field, Template>,
}

fn write_templates<S: Serializer>(
    templates: &BTreeMap<Field, Template>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let texts = templates.iter().map(|(field, one)| (field, one.text()));
    serializer.collect_map(texts)
}

// The fingerprint is made of this text: what a rule of a later version adds is left out while it is not used, so that a store
// need not compare all customers again.
impl fmt::Debug for MappingRules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            version,
            source,
            customer_number,
            provider_code,
            languages,
            unescape_html,
            proper_names,
            max_name_length,
            properties,
            policies,
            company_policies,
            person_policies,
            defaults,
            must_be_understood,
            write_mode,
            filter,
            templates,
        } = self;
        let mut rules = f.debug_struct("MappingRules");
        rules
            .field("version", version)
            .field("source", source)
            .field("customer_number", customer_number)
            .field("provider_code", provider_code)
            .field("languages", languages)
            .field("unescape_html", unescape_html)
            .field("proper_names", proper_names)
            .field("max_name_length", max_name_length)
            .field("properties", properties)
            .field("policies", policies)
            .field("company_policies", company_policies)
            .field("person_policies", person_policies)
            .field("defaults", defaults)
            .field("must_be_understood", must_be_understood)
            .field("write_mode", write_mode);
        if !filter.takes_everyone() {
            rules.field("filter", filter);
        }
        if !templates.is_empty() {
            rules.field("templates", templates);
        }
        rules.finish()
    }
}

/// The names that a template may read, besides `properties`: what a list of users and a single record both have.
const TEMPLATE_NAMES: [&str; 10] = [
    "id",
    "first_name",
    "last_name",
    "email",
    "address",
    "zip",
    "city",
    "country",
    "phone",
    "mobile",
];

/// The name of a custom property, and its key: the name without case, accents, spaces and underscores.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Property {
    pub(crate) name: String,
    pub(crate) key: String,
}

impl From<String> for Property {
    fn from(name: String) -> Self {
        let key = text::folded(&name);
        Self { name, key }
    }
}

impl Serialize for Property {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.name.serialize(serializer)
    }
}

/// What goes into Billit's `Nr`, the customer number in the books.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CustomerNumber {
    /// Nothing: the numbering is the accountant's.
    #[default]
    None,
    /// The id in the source.
    SourceId,
    /// The value of this custom property: the same as [`MappingRules::properties`] of `Nr`.
    Property(String),
}

impl Default for MappingRules {
    fn default() -> Self {
        let names = |names: &[&str]| {
            let names = names.iter().map(|name| (*name).to_owned());
            names.map(Property::from).collect()
        };
        Self {
            version: FILE_VERSION,
            source: "planyo".to_owned(),
            customer_number: CustomerNumber::None,
            provider_code: None,
            languages: ["NL", "FR", "EN", "DE"].map(str::to_owned).to_vec(),
            unescape_html: false,
            proper_names: false,
            max_name_length: MAX_NAME_LENGTH,
            properties: BTreeMap::from([
                (field::VAT_NUMBER, names(VAT_PROPERTIES)),
                (field::NAME, names(COMPANY_PROPERTIES)),
            ]),
            policies: BTreeMap::new(),
            company_policies: BTreeMap::new(),
            person_policies: BTreeMap::new(),
            defaults: BTreeMap::new(),
            must_be_understood: BTreeSet::new(),
            write_mode: WriteMode::default(),
            filter: Filter::default(),
            templates: BTreeMap::new(),
        }
    }
}

const LINK_IS_OURS: &str = "this is the link that the sync writes: rules cannot change it";

/// Whether a field is the link of a party to its customer.
fn is_link(field: &Field) -> bool {
    *field == Field::Text(field::LINK)
}

/// The policy of a field that the rules do not name.
fn default_policy(field: &Field, kind: Kind) -> FieldPolicy {
    match field {
        // Accountants correct these in Billit: an invoice with the customer's typing error would be rejected. And a list
        // of Planyo's users does not say their language, which a single record does.
        Field::VatLiable | Field::Text(TextField::VatNumber | TextField::Language) => {
            FieldPolicy::PreferBillit
        }
        // Billit has the mailbox for invoices and the contact behind it, the source whoever booked. Who may be a company
        // is treated as one: a mailbox that is overwritten is lost, one that is kept is a note.
        Field::Text(
            TextField::Email | TextField::ContactFirstName | TextField::ContactLastName,
        ) if kind != Kind::Person => FieldPolicy::FillIfEmpty,
        _ => FieldPolicy::Overwrite,
    }
}

/// Whether this field identifies a customer: Billit would merge customers with the same value.
fn identifies(field: &Field) -> bool {
    match field {
        Field::Text(field) => matches!(
            field,
            TextField::ExternalProviderId
                | TextField::Name
                | TextField::VatNumber
                | TextField::Nr
                | TextField::Email
                | TextField::Iban
        ),
        Field::Identifier(_) => true,
        _ => false,
    }
}

impl MappingRules {
    /// The first part of each link, `planyo` in `planyo:838829`. Default: `planyo`. Change it if users of several
    /// Planyo accounts are customers of one Billit company: that user ids are unique over all of Planyo is inferred,
    /// not documented.
    ///
    /// The name may have letters, digits, `-` and `_`, and a `:` before the name of an account: `planfy:shop`. Other
    /// characters are dropped. A blank name changes nothing.
    #[must_use]
    pub fn source(mut self, name: &str) -> Self {
        let plain = |c: &char| c.is_alphanumeric() || matches!(c, '-' | '_' | ':');
        let name: String = name.chars().filter(plain).collect();
        let name = name.trim_matches(':');
        if !name.is_empty() {
            name.clone_into(&mut self.source);
        }
        self
    }

    /// The custom properties that feed a field of Billit. They replace those that fed it before. The first with a value
    /// is used. Case, accents, spaces and underscores of the names do not matter.
    ///
    /// The fields `VATNumber` and `Name` (the company name) have default properties. A custom property wins over the
    /// source's own field (the language, an e-mail address) and is read in the same way: a line that feeds `Street` is
    /// split. A yes or no that feeds `VATLiable` wins over what a VAT number implies.
    ///
    /// A value that is not understood is left out, with a note in plan and report, and the customer is synced without
    /// it: a VAT, CBE, GLN or IBAN number with wrong check digits, a GL account or payment term that is not a whole
    /// number, an unknown country. See [`must_be_understood`](Self::must_be_understood).
    ///
    /// [`Field::Identifier`] and [`Field::Custom`] are written only to new parties: Billit's API cannot change them. A
    /// changed value of such a field is a note: once if a store remembers it, or else in each run in which Billit's value
    /// is known.
    /// Properties of `ExternalProviderID` are ignored: the sync needs it for the link.
    #[must_use]
    pub fn properties<S: Into<String>>(
        mut self,
        field: Field,
        names: impl IntoIterator<Item = S>,
    ) -> Self {
        let names = names.into_iter().map(Into::<String>::into);
        let names = names.map(Property::from).collect();
        self.properties.insert(field, names);
        self
    }

    /// The custom properties with a VAT number: [`properties`](Self::properties) of `VATNumber`.
    #[must_use]
    pub fn vat_properties<S: Into<String>>(self, names: impl IntoIterator<Item = S>) -> Self {
        self.properties(field::VAT_NUMBER, names)
    }

    /// The custom properties with a company name: [`properties`](Self::properties) of `Name`.
    #[must_use]
    pub fn company_properties<S: Into<String>>(self, names: impl IntoIterator<Item = S>) -> Self {
        self.properties(field::NAME, names)
    }

    /// What goes into `Nr`. Default: [`CustomerNumber::None`].
    #[must_use]
    pub fn customer_number(mut self, number: CustomerNumber) -> Self {
        if let CustomerNumber::Property(name) = &number {
            self = self.properties(Field::Text(TextField::Nr), [name]);
        }
        self.customer_number = number;
        self
    }

    /// A value for `ExternalProviderTC`. Default: none is sent. Which values Billit allows is unknown.
    #[must_use]
    pub fn provider_code(mut self, code: impl Into<String>) -> Self {
        self.provider_code = Some(code.into());
        self
    }

    /// The languages that may be sent. Default: NL, FR, EN and DE, for which Billit has templates.
    ///
    /// A customer without a language gets the language of the country, if that has one official language, as if it were
    /// a [default](Self::default_value). With a store, the customer's own language replaces it when it is known later.
    /// Without a store it cannot be told from an accountant's choice, so it stays and the plan has a note.
    #[must_use]
    pub fn languages<S: Into<String>>(mut self, codes: impl IntoIterator<Item = S>) -> Self {
        self.languages = codes
            .into_iter()
            .map(|code| code.into().to_uppercase())
            .collect();
        self
    }

    /// Reads `&amp;` as `&`, and every other HTML entity as its character. Default: off. Whether Planyo sends entities
    /// is unknown, and a customer may have typed the text as it is.
    #[must_use]
    pub fn unescape_html(mut self) -> Self {
        self.unescape_html = true;
        self
    }

    /// Writes names of persons that are all upper case or all lower case, such as `JANSSENS` or `de smet`, with a
    /// capital for each word. Default: off, names stay as typed.
    #[must_use]
    pub fn proper_names(mut self) -> Self {
        self.proper_names = true;
        self
    }

    /// The most characters that a first name, a last name or a company name may have; the rest is cut off, with a note
    /// that has the whole name. Default: 255. Billit's limit is unknown: this is a guess, above all names of companies
    /// and below what a text pasted into the wrong field has. Zero is taken for 1.
    #[must_use]
    pub fn max_name_length(mut self, characters: usize) -> Self {
        self.max_name_length = characters.max(1);
        self
    }

    /// Which side's value of a field wins, for all customers. Default:
    ///
    /// | field | policy | why |
    /// |---|---|---|
    /// | VAT number, `VATLiable` | [`FieldPolicy::PreferBillit`] | an accountant corrects them in Billit |
    /// | language | [`FieldPolicy::PreferBillit`] | a list of Planyo's users does not say it and a single record does, so it is known late: it fills a blank, and a change of it is written if a store knows the last value |
    /// | e-mail address, first and last name of the contact | [`FieldPolicy::FillIfEmpty`]; for persons [`FieldPolicy::Overwrite`] | Billit has the company's mailbox for invoices and the contact behind it, the source has whoever booked |
    /// | all others | [`FieldPolicy::Overwrite`] | |
    ///
    /// A customer of [unclear](Kind::Unclear) kind counts as a company here: a mailbox that is overwritten is lost, one
    /// that is kept is a note. Likewise a blank name of the contact is filled only if the other name is that of the same
    /// person. The name of a customer with a VAT number and without a company's name is always
    /// [`FieldPolicy::PreferBillit`]: the legal name in Billit is a better one than that of a person.
    ///
    /// Street, house number and box make one address: the policy of `Street` is also that of the other two, unless they
    /// have their own. A policy of the link is ignored.
    #[must_use]
    pub fn policy(mut self, field: Field, policy: FieldPolicy) -> Self {
        self.policies.insert(field, policy);
        self
    }

    /// The [`policy`](Self::policy) of a field for companies, instead of the one for all customers.
    /// [`kind::of`](crate::kind::of) says which customers are companies. If that is unclear, the policy for all
    /// customers is used.
    ///
    /// ```
    /// use customer_sync::{FieldPolicy, MappingRules};
    ///
    /// // Invoices go to whoever booked last.
    /// let rules = MappingRules::default()
    ///     .company_policy("Email".parse()?, FieldPolicy::Overwrite);
    /// let same: MappingRules = serde_json::from_str(r#"{"company_policies": {"Email": "overwrite"}}"#)?;
    /// assert_eq!(rules, same);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn company_policy(mut self, field: Field, policy: FieldPolicy) -> Self {
        self.company_policies.insert(field, policy);
        self
    }

    /// The [`policy`](Self::policy) of a field for private persons, instead of the one for all customers.
    #[must_use]
    pub fn person_policy(mut self, field: Field, policy: FieldPolicy) -> Self {
        self.person_policies.insert(field, policy);
        self
    }

    /// A value for customers that have none in the source. New parties get it, and blanks of existing parties are
    /// filled with it, unless the field is [`FieldPolicy::OnlyOnCreate`]. It never overwrites a value in Billit. If it
    /// was cleared in Billit by hand, it stays blank, if a store is used.
    ///
    /// # Errors
    /// The reason as text: the value is not valid for the field, or the field identifies a customer (`Email`, `Nr`,
    /// `VATNumber` ...), so that Billit would merge all customers with the default.
    pub fn default_value(mut self, field: Field, value: impl Into<String>) -> Result<Self, String> {
        let value = value.into();
        if identifies(&field) {
            return Err(format!(
                "`{field}` identifies a customer: it can have no default"
            ));
        }
        // The allowed languages may be set later.
        let own = [value.to_uppercase()];
        let reading = in_form(&field, &value, None, &own);
        if let Some(why) = reading.not_understood {
            return Err(format!("the default of `{field}` is not valid: {why}"));
        }
        let formed = reading.value;
        let formed = formed.ok_or_else(|| format!("the default of `{field}` is blank"))?;
        self.defaults.insert(field, formed);
        Ok(self)
    }

    /// Fields that must be understood: while such a field of a customer [is not](crate::Customer::not_understood), the customer
    /// is quarantined, and nothing is written for it. Default: none, the customer is synced with a note.
    ///
    /// ```
    /// use customer_sync::MappingRules;
    ///
    /// let rules = MappingRules::default().must_be_understood(["VATNumber".parse()?]);
    /// let same: MappingRules = serde_json::from_str(r#"{"must_be_understood": ["VATNumber"]}"#)?;
    /// assert_eq!(rules, same);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn must_be_understood(mut self, fields: impl IntoIterator<Item = Field>) -> Self {
        self.must_be_understood = fields.into_iter().collect();
        self
    }

    /// Who becomes a customer. Default: everyone.
    #[must_use]
    pub fn filter(mut self, filter: Filter) -> Self {
        self.filter = filter;
        self
    }

    /// A value of a field that is computed from the record, in the language of Jinja. It needs the feature `templates`.
    ///
    /// ```
    /// use customer_sync::MappingRules;
    ///
    /// # #[cfg(feature = "templates")] {
    /// let rules = MappingRules::default()
    ///     .template("Name".parse()?, "{{ properties.bedrijf | upper }} {{ properties.afdeling }}")?
    ///     .template("Language".parse()?, r#"{{ properties.taal | lookup({"1": "NL", "2": "FR"}) }}"#)?
    ///     .template("VATLiable".parse()?, r#"{% if properties["vat exempt"] == "1" %}no{% endif %}"#)?;
    /// let same = MappingRules::from_toml(r#"
    ///     [templates]
    ///     Name = "{{ properties.bedrijf | upper }} {{ properties.afdeling }}"
    ///     Language = '{{ properties.taal | lookup({"1": "NL", "2": "FR"}) }}'
    ///     VATLiable = '{% if properties["vat exempt"] == "1" %}no{% endif %}'
    /// "#)?;
    /// assert_eq!(rules, same);
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// | part | what there is |
    /// |---|---|
    /// | names | `id`, `first_name`, `last_name`, `email`, `address` (the line as typed), `zip`, `city`, `country` (its code), `phone`, `mobile`: the record's own, as they are read without rules. What the record does not have is blank. The language is not among them, since a list of Planyo's users does not say it |
    /// | `properties.name`, `properties["a name"]` | a custom property, without regard to case, accents, spaces and underscores; one that the customer does not have is blank |
    /// | filters | `capitalize`, `cut(10)` (the first characters), `default("x")` (for a blank), `first`, `items`, `join`, `last`, `length`, `lookup({"1": "yes"}, "other")` (a value for a value, without regard to case; without the second, blank), `lower`, `replace("a", "b")`, `title`, `trim`, `upper` |
    /// | tests | `is startingwith("x")`, `is endingwith("x")`, `is containing("x")`, `x in ["a", "b"]` |
    /// | tags | `if`, `elif`, `else`, `for name in properties` |
    ///
    /// Nothing else: no functions, includes, macros or `set`. A template takes a limited number of steps, and its value has at
    /// most 4096 bytes.
    ///
    /// The value is read in the same way as one that a customer has typed, with the same notes. It goes before the
    /// [properties](Self::properties) of the field, and these before the record's own value. If it is blank, or is not
    /// understood, the field has what it would have without the template; if nothing is left, the field is blank in the
    /// source. A template that fails for a customer puts that customer in quarantine; the run goes on.
    ///
    /// # Errors
    /// When it is wrong, with line and column and the names that there are; when the feature is off; and for the field of the
    /// link.
    pub fn template(mut self, field: Field, template: &str) -> Result<Self, RulesError> {
        let entry = format!("templates.{field}");
        if is_link(&field) {
            return Err(RulesError::new(entry, LINK_IS_OURS));
        }
        let compiled = Template::new(template, &TEMPLATE_NAMES);
        let compiled = compiled.map_err(|wrong| RulesError::of(entry, &wrong))?;
        self.templates.insert(field, compiled);
        Ok(self)
    }

    pub(crate) fn waits_for(&self, field: &Field) -> bool {
        self.must_be_understood.contains(field)
    }

    /// Whether parties are created, changed, or both. Default: [`WriteMode::CreateAndUpdate`].
    #[must_use]
    pub fn write_mode(mut self, mode: WriteMode) -> Self {
        self.write_mode = mode;
        self
    }

    pub(crate) fn mode(&self) -> WriteMode {
        self.write_mode
    }

    /// A fingerprint of the rules. It changes when a rule changes, or when a version of this crate maps records in
    /// another way.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of_texts([MAPPING.as_str(), &format!("{self:?}")])
    }

    /// The first part of each key, [`source`](Self::source).
    #[must_use]
    pub fn source_name(&self) -> &str {
        &self.source
    }

    pub(crate) fn mapped_properties(&self) -> impl Iterator<Item = (&Field, &[Property])> {
        let fed = self.properties.iter().filter(|(field, _)| !is_link(field));
        fed.map(|(field, names)| (field, names.as_slice()))
    }

    /// Who becomes a customer: the filter, for a source that applies it itself.
    #[must_use]
    pub fn filter_of(&self) -> &Filter {
        &self.filter
    }

    pub(crate) fn templates(&self) -> &BTreeMap<Field, Template> {
        &self.templates
    }

    /// Whether a template or the filter reads more of a record than its fields.
    pub(crate) fn computes(&self) -> bool {
        !self.templates.is_empty() || !self.filter.takes_everyone()
    }

    pub(crate) fn names_of(&self, field: &Field) -> &[Property] {
        self.properties.get(field).map_or(&[], Vec::as_slice)
    }

    /// Whether a field is fed by its default properties, and not by those that somebody has named.
    pub(crate) fn has_default_properties(&self, field: &Field) -> bool {
        let names = self.names_of(field).iter().map(|property| &*property.name);
        if *field == field::VAT_NUMBER {
            names.eq(VAT_PROPERTIES.iter().copied())
        } else {
            *field == field::NAME && names.eq(COMPANY_PROPERTIES.iter().copied())
        }
    }

    pub(crate) fn number_rule(&self) -> &CustomerNumber {
        &self.customer_number
    }

    pub(crate) fn provider(&self) -> Option<&str> {
        self.provider_code.as_deref()
    }

    pub(crate) fn allowed_languages(&self) -> &[String] {
        &self.languages
    }

    pub(crate) fn reads_html(&self) -> bool {
        self.unescape_html
    }

    pub(crate) fn has_proper_names(&self) -> bool {
        self.proper_names
    }

    pub(crate) fn name_length(&self) -> usize {
        self.max_name_length
    }

    /// The policy of a field for a customer of this kind.
    #[must_use]
    pub fn policy_of(&self, field: &Field, kind: Kind) -> FieldPolicy {
        if is_link(field) {
            return FieldPolicy::Overwrite;
        }
        let of_kind = match kind {
            Kind::Company => Some(&self.company_policies),
            Kind::Person => Some(&self.person_policies),
            Kind::Unclear => None,
        };
        let goes_with_street = [field::STREET_NUMBER, field::BOX].contains(field);
        let street = goes_with_street.then_some(&field::STREET);
        let policies = of_kind.into_iter().chain([&self.policies]);
        let mut found = policies.filter_map(|policies| {
            let own = policies.get(field);
            own.or_else(|| policies.get(street?))
        });
        let found = found.next().copied();
        found.unwrap_or_else(|| default_policy(field, kind))
    }

    pub(crate) fn defaults(&self) -> &BTreeMap<Field, String> {
        &self.defaults
    }
}
