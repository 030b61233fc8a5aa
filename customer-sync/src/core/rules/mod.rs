//! How a source's record becomes a party: which property feeds what, and who owns a field.

mod form;

use std::collections::BTreeMap;

use billit_client::parties::TextField;
use serde::{Deserialize, Serialize, Serializer};

pub(crate) use form::in_form;

use super::field::{self, Field};
use super::fingerprint::Fingerprint;
use super::kind::Kind;
use super::policy::{FieldPolicy, WriteMode};
use crate::normalize::text;

/// In the fingerprint of all rules: raised when the mapping gives other values by the same rules, so that each customer
/// is compared anew.
const FORMAT: u32 = 4;

/// Names of properties with a VAT number.
pub(crate) const VAT_PROPERTIES: &[&str] = &[
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

/// Names of properties with a company's name.
pub(crate) const COMPANY_PROPERTIES: &[&str] = &[
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

/// The rules of the mapping. The default works without any setting.
///
/// They are made in Rust, or read from TOML, JSON or any other format of serde. What a file leaves out is as in the
/// default; an entry that there is no rule for is an error.
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "File")]
pub struct MappingRules {
    source: String,
    customer_number: CustomerNumber,
    provider_code: Option<String>,
    languages: Vec<String>,
    unescape_html: bool,
    proper_names: bool,
    properties: BTreeMap<Field, Vec<Property>>,
    policies: BTreeMap<Field, FieldPolicy>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    company_policies: BTreeMap<Field, FieldPolicy>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    person_policies: BTreeMap<Field, FieldPolicy>,
    defaults: BTreeMap<Field, String>,
    write_mode: WriteMode,
}

/// The name of a custom property, and the key by which it is known however it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Property {
    name: String,
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

/// What goes into Billit's `Nr`, the customer's number in the books.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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
            source: "planyo".to_owned(),
            customer_number: CustomerNumber::None,
            provider_code: None,
            languages: ["NL", "FR", "EN", "DE"].map(str::to_owned).to_vec(),
            unescape_html: false,
            proper_names: false,
            properties: BTreeMap::from([
                (field::VAT_NUMBER, names(VAT_PROPERTIES)),
                (field::NAME, names(COMPANY_PROPERTIES)),
            ]),
            // What an accountant corrects: an invoice with the customer's typing error would be refused.
            policies: BTreeMap::from([
                (field::VAT_NUMBER, FieldPolicy::PreferBillit),
                (Field::Text(TextField::Language), FieldPolicy::PreferBillit),
                (Field::VatLiable, FieldPolicy::PreferBillit),
            ]),
            company_policies: BTreeMap::new(),
            person_policies: BTreeMap::new(),
            defaults: BTreeMap::new(),
            write_mode: WriteMode::default(),
        }
    }
}

/// The rules as a file has them: what it names goes over the default, entry by entry.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct File {
    source: Option<String>,
    customer_number: CustomerNumber,
    provider_code: Option<String>,
    languages: Option<Vec<String>>,
    unescape_html: bool,
    proper_names: bool,
    properties: BTreeMap<Field, Vec<String>>,
    policies: BTreeMap<Field, FieldPolicy>,
    company_policies: BTreeMap<Field, FieldPolicy>,
    person_policies: BTreeMap<Field, FieldPolicy>,
    defaults: BTreeMap<Field, String>,
    write_mode: WriteMode,
}

impl TryFrom<File> for MappingRules {
    type Error = String;

    fn try_from(file: File) -> Result<Self, String> {
        let fields = file.properties.keys().chain(file.defaults.keys());
        let policies = [
            &file.policies,
            &file.company_policies,
            &file.person_policies,
        ];
        let with_policy = policies.into_iter().flat_map(BTreeMap::keys);
        if fields.chain(with_policy).any(is_link) {
            return Err(format!(
                "`{}` is the sync's own link: no rule changes it",
                field::LINK
            ));
        }
        let mut rules = Self::default().customer_number(file.customer_number);
        if let Some(source) = file.source {
            rules = rules.source(&source);
        }
        if let Some(languages) = file.languages {
            rules = rules.languages(languages);
        }
        rules.provider_code = file.provider_code;
        rules.unescape_html = file.unescape_html;
        rules.proper_names = file.proper_names;
        for (field, names) in file.properties {
            rules = rules.properties(field, names);
        }
        rules.policies.extend(file.policies);
        rules.company_policies.extend(file.company_policies);
        rules.person_policies.extend(file.person_policies);
        for (field, value) in file.defaults {
            rules = rules.default_value(field, value)?;
        }
        rules.write_mode = file.write_mode;
        Ok(rules)
    }
}

/// Whether a field holds the link, which tells whose party it is.
fn is_link(field: &Field) -> bool {
    *field == Field::Text(field::LINK)
}

/// Whether a value of this field tells one customer from another: the same for many, and Billit takes them for one.
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
    /// The first part of each link, `planyo` in `planyo:838829`. Change it if user ids of several Planyo accounts
    /// meet in one Billit company: that they are unique over all of Planyo is inferred, not documented.
    ///
    /// Letters, digits, `-` and `_` count, and a `:` between them, which sets an account apart: `planfy:shop`. The rest is
    /// dropped. A blank name changes nothing.
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

    /// The custom properties that feed a field of Billit, instead of those that feed it now; the first that is not
    /// blank counts. Case, accents, spaces and underscores of the names do not matter.
    ///
    /// `VATNumber` and `Name` feed the VAT number and the company's name, which have usual names from the start. A
    /// property goes before what the source has of itself (the language, an e-mail address), and is read as that is: a
    /// line that feeds `Street` is divided. A yes or no that feeds `VATLiable` goes before what a VAT number implies.
    ///
    /// A value that cannot be right puts the customer in quarantine, however little the field matters, since nobody
    /// would see it dropped: a VAT, CBE, GLN or IBAN number with wrong check digits, a GL account or a term of payment
    /// that is no whole number, a country that is none. So feed such a field only from a property that is kept clean.
    ///
    /// [`Field::Identifier`] and [`Field::Custom`] are given to new parties only: Billit's API cannot change them.
    /// Nothing feeds `ExternalProviderID`: the link is the sync's own.
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

    /// The custom properties that hold a VAT number: [`properties`](Self::properties) of `VATNumber`.
    #[must_use]
    pub fn vat_properties<S: Into<String>>(self, names: impl IntoIterator<Item = S>) -> Self {
        self.properties(field::VAT_NUMBER, names)
    }

    /// The custom properties that hold a company's name: [`properties`](Self::properties) of `Name`.
    #[must_use]
    pub fn company_properties<S: Into<String>>(self, names: impl IntoIterator<Item = S>) -> Self {
        self.properties(field::NAME, names)
    }

    /// What goes into `Nr`. By default nothing.
    #[must_use]
    pub fn customer_number(mut self, number: CustomerNumber) -> Self {
        if let CustomerNumber::Property(name) = &number {
            self = self.properties(Field::Text(TextField::Nr), [name]);
        }
        self.customer_number = number;
        self
    }

    /// A value for `ExternalProviderTC`. By default none is sent: which values Billit allows is unknown.
    #[must_use]
    pub fn provider_code(mut self, code: impl Into<String>) -> Self {
        self.provider_code = Some(code.into());
        self
    }

    /// The languages that are sent. By default the four Billit has templates in: NL, FR, EN, DE.
    ///
    /// A customer without a language gets that of the country, where it has one official language, as if it were a
    /// [default](Self::default_value). With a store, the customer's own goes over it once it is known; without one,
    /// nobody can tell it from an accountant's choice, so it stays and the plan notes it.
    #[must_use]
    pub fn languages<S: Into<String>>(mut self, codes: impl IntoIterator<Item = S>) -> Self {
        self.languages = codes
            .into_iter()
            .map(|code| code.into().to_uppercase())
            .collect();
        self
    }

    /// Reads `&amp;` as `&`, and every other HTML entity as its character. Off by default: nobody has seen Planyo send
    /// entities, and a customer may mean what he types.
    #[must_use]
    pub fn unescape_html(mut self) -> Self {
        self.unescape_html = true;
        self
    }

    /// Writes names of persons that are all capitals or all small, such as `JANSSENS` or `de smet`, with a capital at
    /// each word. Off by default: names stay as typed.
    #[must_use]
    pub fn proper_names(mut self) -> Self {
        self.proper_names = true;
        self
    }

    /// Who owns a field. By default Billit owns the VAT number, whether the customer is liable to VAT, and the
    /// language; the source owns the rest.
    ///
    /// Street, house number and box make one address: who owns `Street` owns the other two, unless they have policies of
    /// their own. The link is the sync's, whatever is said here.
    #[must_use]
    pub fn policy(mut self, field: Field, policy: FieldPolicy) -> Self {
        self.policies.insert(field, policy);
        self
    }

    /// The [`policy`](Self::policy) of a field for companies, instead of that for all. [`kind::of`](crate::kind::of)
    /// says who is one; a customer who may be either has the policy for all.
    ///
    /// ```
    /// use customer_sync::{FieldPolicy, MappingRules};
    ///
    /// // The mailbox for invoices that an accountant has typed in Billit is not the booker's.
    /// let rules = MappingRules::default()
    ///     .company_policy("Email".parse()?, FieldPolicy::FillIfEmpty);
    /// let same: MappingRules = serde_json::from_str(r#"{"company_policies": {"Email": "fill_if_empty"}}"#)?;
    /// assert_eq!(rules, same);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn company_policy(mut self, field: Field, policy: FieldPolicy) -> Self {
        self.company_policies.insert(field, policy);
        self
    }

    /// The [`policy`](Self::policy) of a field for private persons, instead of that for all.
    #[must_use]
    pub fn person_policy(mut self, field: Field, policy: FieldPolicy) -> Self {
        self.person_policies.insert(field, policy);
        self
    }

    /// A value for customers of whom the source has none. It is given to new parties and fills a blank of others,
    /// unless the field is [`FieldPolicy::OnlyOnCreate`]; it never goes over a value in Billit, and a blank that somebody made
    /// of it stays one as far as a store remembers it.
    ///
    /// # Errors
    /// In words: when the field cannot have this value, or tells one customer from another (`Email`, `Nr`, `VATNumber`
    /// ...), so that Billit would take all who get it for one.
    pub fn default_value(mut self, field: Field, value: impl Into<String>) -> Result<Self, String> {
        let value = value.into();
        if identifies(&field) {
            return Err(format!(
                "`{field}` identifies a customer: it can have no default"
            ));
        }
        // Which languages are sent may be said later.
        let own = [value.to_uppercase()];
        let formed = match in_form(&field, &value, None, &own) {
            Ok(Some(formed)) => formed,
            Ok(None) => return Err(format!("the default of `{field}` says nothing")),
            Err(why) => return Err(format!("the default of `{field}` is not valid: {why}")),
        };
        self.defaults.insert(field, formed);
        Ok(self)
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

    /// Another one when the rules differ, or when the mapping itself has changed.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of_texts([format!("{FORMAT} {self:?}")])
    }

    pub(crate) fn source_name(&self) -> &str {
        &self.source
    }

    pub(crate) fn mapped_properties(&self) -> impl Iterator<Item = (&Field, &[Property])> {
        let fed = self.properties.iter().filter(|(field, _)| !is_link(field));
        fed.map(|(field, names)| (field, names.as_slice()))
    }

    pub(crate) fn names_of(&self, field: &Field) -> &[Property] {
        self.properties.get(field).map_or(&[], Vec::as_slice)
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
        found.next().copied().unwrap_or(FieldPolicy::Overwrite)
    }

    pub(crate) fn defaults(&self) -> &BTreeMap<Field, String> {
        &self.defaults
    }
}
