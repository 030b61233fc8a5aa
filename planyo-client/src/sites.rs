//! The site itself, and whether Planyo answers at all.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::endpoint::{Endpoint, Params, Safety};
use crate::types::SiteId;
use crate::wire::{self, Record};

/// `api_test`: whether Planyo answers. It needs no key, so it proves nothing about yours: [`GetSiteInfo`] does.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct ApiTest;

impl ApiTest {
    /// The call.
    #[must_use]
    pub fn new() -> Self {
        Self
    }
}

impl Endpoint for ApiTest {
    /// The text `API Test Response`.
    type Output = String;

    fn method(&self) -> &'static str {
        "api_test"
    }

    fn safety(&self) -> Safety {
        Safety::Read
    }

    fn params(&self, _: &mut Params) {}

    fn parse(&self, data: &RawValue) -> serde_json::Result<String> {
        serde_json::from_str(data.get())
    }

    fn needs_key(&self) -> bool {
        false
    }
}

/// `get_site_info`: name, time zone and settings of a site. The cheapest call that proves a key.
#[derive(Clone, Debug, Default)]
pub struct GetSiteInfo {
    params: Params,
}

impl GetSiteInfo {
    /// The site of the key.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The site, with a metasite's key.
    #[must_use]
    pub fn site_id(mut self, site: impl Into<SiteId>) -> Self {
        self.params.set("site_id", site.into().get());
        self
    }
}

impl Endpoint for GetSiteInfo {
    type Output = Record<SiteInfo>;

    fn method(&self) -> &'static str {
        "get_site_info"
    }

    fn safety(&self) -> Safety {
        Safety::Read
    }

    fn params(&self, params: &mut Params) {
        params.extend(&self.params);
    }

    fn parse(&self, data: &RawValue) -> serde_json::Result<Record<SiteInfo>> {
        Record::parse(data)
    }
}

/// A site. All fields but the last two are documented; the rest of the answer (photos, custom properties of
/// resources) is in the record's raw JSON.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct SiteInfo {
    /// Name.
    #[serde(default, deserialize_with = "wire::text")]
    pub name: Option<String>,
    /// The time zone of every local time of this site, such as `Europe/Brussels`.
    #[serde(default, deserialize_with = "wire::text")]
    pub timezone: Option<String>,
    /// Two capital letters.
    #[serde(default, deserialize_with = "wire::text")]
    pub default_language: Option<String>,
    /// The administrator's id.
    #[serde(default, deserialize_with = "wire::number")]
    pub admin_id: Option<u64>,
    /// The number of the category.
    #[serde(default, deserialize_with = "wire::number")]
    pub category: Option<u64>,
    /// Custom properties of the site.
    #[serde(default, deserialize_with = "wire::texts")]
    pub properties: BTreeMap<String, Option<String>>,
    /// The site's id (third-party sample).
    #[serde(default, deserialize_with = "wire::number")]
    pub id: Option<u64>,
    /// How the site shows dates (third-party sample).
    #[serde(default, deserialize_with = "wire::text")]
    pub date_format: Option<String>,
}
