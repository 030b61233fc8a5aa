//! `list_sites`: the one site that there is.

use serde_json::json;

use super::{
    ADMIN_ID, State,
    php::map_or_list,
    protocol::{Outcome, PROPERTIES, Parameters},
    resources::object,
};

/// Bits of `detail_level`.
const NAME: u64 = 1;
const SETTINGS: u64 = 2;
const PHOTOS: u64 = 8;

impl State {
    /// A map by id, as `list_resources` answers, which is a guess. Whether a key of one site may ask is not known.
    pub(super) fn list_sites(&self, parameters: &Parameters) -> Outcome {
        let detail_level = parameters.detail_level()?;
        let size = parameters.number("page_size")?.filter(|size| *size > 0);
        let size = usize::try_from(size.unwrap_or(100).min(500)).unwrap_or_default();
        let admin = parameters.number("admin_id")?;
        let filter = parameters.sent("filter_name").map(|name| {
            let name = name.strip_prefix("prop_cal_").unwrap_or(name);
            let value = self.site_properties.get(&name.replace(' ', "_"));
            value.map_or("", String::as_str).to_lowercase()
        });
        let exact = parameters.sent("filter_value").map(str::to_lowercase);
        let part = parameters.sent("filter_value_inc").map(str::to_lowercase);
        let matches = filter.is_none_or(|value| {
            exact.is_none_or(|wanted| value == wanted)
                && part.is_none_or(|wanted| value.contains(&wanted))
        });
        let is_asked_for = matches && admin.is_none_or(|admin| admin == ADMIN_ID);
        let sites = Some(self.settings.site_id).filter(|_| is_asked_for);
        let page = parameters.page(sites.into_iter(), size)?;
        let info = object(self.get_site_info());
        let pick = |names: &[&str]| {
            let picked = names
                .iter()
                .filter_map(|name| Some(((*name).to_owned(), info.get(*name)?.clone())));
            picked.collect::<Vec<_>>()
        };
        let sites = page.into_iter().map(|id| {
            let mut item = object(json!({ "id": self.number(id) }));
            for (bit, names) in [
                (NAME, &["name"][..]),
                (
                    SETTINGS,
                    &[
                        "category",
                        "online_payment_surcharge",
                        "email",
                        "admin_id",
                        "timezone",
                        "default_language",
                        "date_format",
                    ],
                ),
                (PROPERTIES, &["properties"]),
                (PHOTOS, &["photos"]),
            ] {
                if detail_level & bit != 0 {
                    item.extend(pick(names));
                }
            }
            (id.to_string(), json!(item))
        });
        Ok(json!({ "sites": map_or_list(sites) }))
    }
}
