//! The rules in a file.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::error::RulesError;
use super::filter::{Filter, FilterFile};
use super::{CustomerNumber, FILE_VERSION, LINK_IS_OURS, MappingRules, is_link};
use crate::core::field::Field;
use crate::core::policy::{FieldPolicy, WriteMode};

/// Mapping rules of customer-sync: which custom property of the source feeds which field of Billit, which side wins, and who
/// becomes a customer. Every entry can be left out.
#[derive(Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(title = "MappingRules"))]
#[serde(default, deny_unknown_fields)]
pub(crate) struct File {
    /// The version of the file. Always 1.
    #[cfg_attr(test, schemars(range(min = 1, max = 1)))]
    version: Option<u32>,
    /// The first part of each link, `planyo` in `planyo:838829`. Default: `planyo`.
    source: Option<String>,
    /// What goes into Billit's `Nr`: `"none"` (default), `"source_id"`, or the value of a custom property,
    /// `{ property = "klantnummer" }`.
    customer_number: CustomerNumber,
    /// A value for `ExternalProviderTC`. Default: none is sent.
    provider_code: Option<String>,
    /// The languages that may be sent, as two letters. Default: NL, FR, EN, DE.
    languages: Option<Vec<String>>,
    /// Reads `&amp;` as `&`, and every other HTML entity as its character. Default: false.
    unescape_html: bool,
    /// Writes JANSSENS and de smet with a capital for each word. Default: false.
    proper_names: bool,
    /// The most characters of a name; the rest is cut off, with a note. Default: 255.
    #[cfg_attr(test, schemars(with = "Option<u32>"))]
    max_name_length: Option<usize>,
    /// Which custom properties feed a field of Billit: the first with a value is used. Case, accents, spaces and underscores of
    /// the names do not matter.
    #[cfg_attr(test, schemars(transform = tests::by_field))]
    properties: BTreeMap<Field, Vec<String>>,
    /// A value of a field that is computed, as in `{{ properties.company | upper }}`. Needs the feature `templates`.
    #[cfg_attr(test, schemars(transform = tests::by_field))]
    templates: BTreeMap<Field, String>,
    /// Who becomes a customer. Default: everyone.
    filter: FilterFile,
    /// Which side's value of a field wins.
    #[cfg_attr(test, schemars(transform = tests::by_field))]
    policies: BTreeMap<Field, FieldPolicy>,
    /// Which side's value wins for companies.
    #[cfg_attr(test, schemars(transform = tests::by_field))]
    company_policies: BTreeMap<Field, FieldPolicy>,
    /// Which side's value wins for persons.
    #[cfg_attr(test, schemars(transform = tests::by_field))]
    person_policies: BTreeMap<Field, FieldPolicy>,
    /// A value for customers that have none in the source.
    #[cfg_attr(test, schemars(transform = tests::by_field))]
    defaults: BTreeMap<Field, String>,
    /// Fields that must be understood: a customer with a value that is not is quarantined.
    must_be_understood: BTreeSet<Field>,
    /// Whether parties are created, changed, or both. Default: `create_and_update`.
    write_mode: WriteMode,
}

/// Its entries replace those of the default, one by one.
impl TryFrom<File> for MappingRules {
    type Error = RulesError;

    fn try_from(file: File) -> Result<Self, RulesError> {
        if let Some(version) = file.version.filter(|version| *version != FILE_VERSION) {
            let what = format!(
                "the rules have version {version}, and this version of the crate reads version {FILE_VERSION} only: use the \
                 version they were written for, or write them anew"
            );
            return Err(RulesError::new("version", what));
        }
        if let Some(entry) = entry_of_link(&file) {
            return Err(RulesError::new(entry, LINK_IS_OURS));
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
        if let Some(length) = file.max_name_length {
            rules = rules.max_name_length(length);
        }
        for (field, names) in file.properties {
            rules = rules.properties(field, names);
        }
        for (field, template) in file.templates {
            rules = rules.template(field, &template)?;
        }
        rules.filter = Filter::try_from(file.filter)?;
        rules.policies.extend(file.policies);
        rules.company_policies.extend(file.company_policies);
        rules.person_policies.extend(file.person_policies);
        for (field, value) in file.defaults {
            let entry = format!("defaults.{field}");
            let with_default = rules.default_value(field, value);
            rules = with_default.map_err(|what| RulesError::new(entry, what))?;
        }
        rules.must_be_understood = file.must_be_understood;
        rules.write_mode = file.write_mode;
        Ok(rules)
    }
}

/// The entry that names the field of the link, if one does.
fn entry_of_link(file: &File) -> Option<String> {
    let policies = [
        ("policies", &file.policies),
        ("company_policies", &file.company_policies),
        ("person_policies", &file.person_policies),
    ];
    let policies = policies
        .into_iter()
        .flat_map(|(table, of_fields)| of_fields.keys().map(move |field| (table, field)));
    let properties = file.properties.keys().map(|field| ("properties", field));
    let defaults = file.defaults.keys().map(|field| ("defaults", field));
    let mut named = properties.chain(defaults).chain(policies);
    let (table, link) = named.find(|(_, field)| is_link(field))?;
    Some(format!("{table}.{link}"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use std::path::Path;

    use schemars::generate::SchemaSettings;
    use schemars::{JsonSchema, Schema};
    use serde_json::{Value, json};

    use super::File;
    use crate::core::field::Field;

    /// A table whose entries are named by fields.
    pub(super) fn by_field(schema: &mut Schema) {
        schema.insert(
            "propertyNames".to_owned(),
            json!({ "$ref": format!("#/$defs/{}", Field::schema_name()) }),
        );
    }

    /// `rules.schema.json` is made of the structs that are read. With `UPDATE_SCHEMA` in the environment it is written.
    #[test]
    fn the_schema_in_the_repository_is_that_of_the_file() {
        let generator = SchemaSettings::draft07()
            .with(|settings| settings.definitions_path = "/$defs".into())
            .into_generator();
        let schema: Value = generator.into_root_schema_for::<File>().into();
        let made = format!("{}\n", serde_json::to_string_pretty(&schema).unwrap());
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules.schema.json");
        if std::env::var_os("UPDATE_SCHEMA").is_some() {
            std::fs::write(&path, &made).unwrap();
        }
        let there = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            there == made,
            "rules.schema.json is not that of the rules: run this test with UPDATE_SCHEMA=1"
        );
    }
}
