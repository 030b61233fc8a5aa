//! Pages of a list: `$filter`, `$orderby`, `$top`, `$skip`, `fullTextSearch`, `NextPageLink`.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{
    State,
    answers::{Outcome, generic, ok},
    api::Call,
    odata::{Filter, OrderBy, Rules},
    record::{Model, Record, text},
};
use crate::wire::{encode, form_pairs};

/// What differs from one list to another.
pub(super) struct Listing<'a> {
    pub(super) path: &'static str,
    pub(super) model: &'static Model,
    pub(super) forbidden: &'a BTreeSet<String>,
    /// The fields that `fullTextSearch` looks at.
    pub(super) searched: &'a [&'a str],
}

/// Every field of the model is allowed.
pub(super) static NOTHING: BTreeSet<String> = BTreeSet::new();

impl State {
    pub(super) fn page<'r>(
        &self,
        call: &Call,
        listing: &Listing,
        records: impl Iterator<Item = &'r Record>,
        print: impl Fn(&Record) -> Value,
    ) -> Outcome {
        let parameters = form_pairs(&call.request.query);
        let parameter = |name: &str| {
            let found = parameters.iter().find(|(known, _)| known == name);
            found.map(|(_, value)| value.as_str())
        };
        let count = |name: &str| {
            let number = parameter(name)
                .map(|text| text.trim().parse::<usize>())
                .transpose();
            number.map_err(|_| generic(&format!("Invalid value for {name}.")))
        };
        let rules = Rules {
            model: listing.model,
            forbidden: listing.forbidden,
            ignore_case: self.settings.ignore_case_in_filter,
        };
        let filter = parameter("$filter").map(|text| Filter::parse(text, &rules));
        let filter = filter.transpose().map_err(|text| generic(&text))?;
        let order = parameter("$orderby").map(|text| OrderBy::parse(text, &rules));
        let order = order
            .transpose()
            .map_err(|text| generic(&text))?
            .unwrap_or_default();
        let counted = match parameter("$inlinecount") {
            None | Some("none") => false,
            Some("allpages") => true,
            Some(_) => return Err(generic("Invalid value for $inlinecount.")),
        };
        let (top, skip) = (count("$top")?, count("$skip")?.unwrap_or(0));

        let wanted = parameter("fullTextSearch").map(str::to_lowercase);
        let matches = |record: &&Record| {
            filter.as_ref().is_none_or(|filter| filter.accepts(record))
                && wanted.as_ref().is_none_or(|wanted| {
                    let mut searched = listing.searched.iter();
                    searched.any(|name| text(record, name).to_lowercase().contains(wanted))
                })
        };
        let mut found: Vec<_> = records.filter(matches).collect();
        found.sort_by(|one, other| order.compare(one, other));

        let size = top.unwrap_or(usize::MAX).min(self.settings.page_size);
        let items: Vec<_> = found
            .iter()
            .skip(skip)
            .take(size)
            .map(|record| print(record))
            .collect();
        let mut envelope = json!({ "Items": items });
        let rest = found.len().saturating_sub(skip.saturating_add(size));
        if let Some(envelope) = envelope.as_object_mut() {
            if counted {
                envelope.insert(String::from("Count"), json!(found.len()));
            }
            let rest_of_top = top.map(|top| top - size);
            let goes_on = rest > 0 && (self.settings.link_after_top || rest_of_top != Some(0));
            if goes_on && size > 0 {
                let top = if self.settings.link_after_top {
                    top
                } else {
                    rest_of_top
                };
                let query = next_query(&parameters, top, skip + size);
                let host = match &self.settings.next_link_host {
                    _ if self.settings.relative_next_link => "",
                    Some(host) => host,
                    None => call.base_url,
                };
                envelope.insert(
                    String::from("NextPageLink"),
                    json!(format!("{host}{}?{query}", listing.path)),
                );
            }
        }
        Ok(ok(&envelope))
    }
}

fn next_query(parameters: &[(String, String)], top: Option<usize>, skip: usize) -> String {
    let kept = parameters
        .iter()
        .filter(|(name, _)| name != "$skip" && name != "$top");
    let mut query: Vec<_> = kept
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
        .collect();
    query.extend(top.map(|top| format!("$top={top}")));
    query.push(format!("$skip={skip}"));
    query.join("&")
}
