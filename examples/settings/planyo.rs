//! The client of Planyo that the environment describes.

use planyo_client::{Client as Planyo, SiteId};

use crate::environment::Settings;

impl<E: Fn(&str) -> Option<String>> Settings<E> {
    /// By `PLANYO_API_KEY` and its companions.
    pub(crate) fn planyo(&self) -> Result<Planyo, String> {
        let mut planyo = Planyo::builder(self.required("PLANYO_API_KEY")?);
        if let Some(key) = self.get("PLANYO_HASH_KEY") {
            planyo = planyo.hash_key(key);
        }
        if let Some(site) = self.get("PLANYO_SITE_ID") {
            let site: SiteId = site
                .parse()
                .map_err(|_| "PLANYO_SITE_ID is not a number".to_owned())?;
            planyo = planyo.site_id(site);
        }
        if let Some(url) = self.get("PLANYO_BASE_URL") {
            planyo = planyo.base_url(url);
        }
        planyo
            .build()
            .map_err(|error| format!("PLANYO_BASE_URL: {error}"))
    }
}
