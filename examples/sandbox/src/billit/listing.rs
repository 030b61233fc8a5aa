//! Pages of a list: `$filter`, `$orderby`, `$top`, `$skip`, `fullTextSearch`, `NextPageLink`.

use std::{collections::BTreeSet, ops::Range};

use serde_json::{Value, json};

use super::{
    Settings, State,
    answers::{Outcome, generic, ok},
    api::Call,
    odata::{Filter, OrderBy, Rules},
    record::{Model, Record, text},
};
use crate::{
    server::Answer,
    wire::{encode, form_pairs},
};

/// What differs from one list to another.
pub(super) struct Listing<'a> {
    pub(super) path: &'a str,
    pub(super) model: &'static Model,
    pub(super) forbidden: &'a BTreeSet<String>,
    /// The fields that `fullTextSearch` looks at.
    pub(super) searched: &'a [&'a str],
}

/// Every field of the model is allowed.
pub(super) static NOTHING: BTreeSet<String> = BTreeSet::new();

/// What a caller asks a list for.
pub(super) struct Question<'a> {
    parameters: Vec<(String, String)>,
    filter: Option<Filter>,
    order: OrderBy,
    /// In lower case.
    wanted: Option<String>,
    searched: &'a [&'a str],
    counted: bool,
    top: Option<usize>,
    skip: usize,
}

impl<'a> Question<'a> {
    pub(super) fn read(call: &Call, listing: &Listing<'a>, settings: &Settings) -> Outcome<Self> {
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
            ignore_case: settings.ignore_case_in_filter,
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
        Ok(Self {
            filter,
            order,
            wanted,
            searched: listing.searched,
            counted,
            top,
            skip,
            parameters,
        })
    }

    /// The same for all pages of a listing.
    pub(super) fn text(&self) -> String {
        let asked = self
            .parameters
            .iter()
            .filter(|(name, _)| matches!(name.as_str(), "$filter" | "$orderby" | "fullTextSearch"));
        let asked: Vec<_> = asked
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        asked.join("\n")
    }

    /// See [`Filter::equal_to`].
    pub(super) fn equal_to(
        &self,
        is_indexed: &dyn Fn(&str) -> bool,
    ) -> Option<Vec<(&str, String)>> {
        self.filter.as_ref()?.equal_to(is_indexed)
    }

    /// The ids of the matching records, in the order asked for.
    pub(super) fn find<'r, Id: Copy>(
        &self,
        records: impl Iterator<Item = (Id, &'r Record)>,
    ) -> Vec<Id> {
        let found: Vec<_> = records.filter(|(_, record)| self.matches(record)).collect();
        self.order.sort(&found)
    }

    fn matches(&self, record: &Record) -> bool {
        let filter = self.filter.as_ref();
        filter.is_none_or(|filter| filter.accepts(record))
            && self.wanted.as_ref().is_none_or(|wanted| {
                let mut searched = self.searched.iter();
                searched.any(|name| text(record, name).to_lowercase().contains(wanted))
            })
    }

    /// Which of the records found are on the page.
    pub(super) fn shown(&self, settings: &Settings) -> Range<usize> {
        let size = self.top.unwrap_or(usize::MAX).min(settings.page_size);
        self.skip..self.skip.saturating_add(size)
    }

    /// `count` records were found, of which `items` are on the page.
    pub(super) fn answer(
        &self,
        call: &Call,
        listing: &Listing,
        settings: &Settings,
        items: Vec<Value>,
        count: usize,
    ) -> Answer {
        let shown = self.shown(settings);
        let size = self.top.unwrap_or(usize::MAX).min(settings.page_size);
        let mut envelope = json!({});
        let rest = count.saturating_sub(shown.end);
        if let Some(envelope) = envelope.as_object_mut() {
            envelope.insert(String::from("Items"), Value::Array(items));
            if self.counted {
                envelope.insert(String::from("Count"), json!(count));
            }
            let rest_of_top = self.top.map(|top| top - size);
            let goes_on = rest > 0 && (settings.link_after_top || rest_of_top != Some(0));
            if goes_on && size > 0 {
                let top = if settings.link_after_top {
                    self.top
                } else {
                    rest_of_top
                };
                let query = next_query(&self.parameters, top, shown.end);
                let host = match &settings.next_link_host {
                    _ if settings.relative_next_link => "",
                    Some(host) => host,
                    None => call.base_url,
                };
                envelope.insert(
                    String::from("NextPageLink"),
                    json!(format!("{host}{}?{query}", listing.path)),
                );
            }
        }
        ok(&envelope)
    }
}

impl State {
    pub(super) fn page<'r>(
        &self,
        call: &Call,
        listing: &Listing,
        records: impl Iterator<Item = &'r Record>,
        print: impl Fn(&Record) -> Value,
    ) -> Outcome {
        let question = Question::read(call, listing, &self.settings)?;
        let records: Vec<_> = records.collect();
        let found = question.find(records.iter().copied().enumerate());
        let shown = question.shown(&self.settings);
        let items = found.iter().skip(shown.start).take(shown.len());
        let items = items.filter_map(|place| records.get(*place).map(|record| print(record)));
        Ok(question.answer(call, listing, &self.settings, items.collect(), found.len()))
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
