//! The site itself, and whether Planyo answers at all.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::endpoint::{Endpoint, Params, Safety, call, nothing_required, setters};
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

call! {
    /// `get_site_info`: name, time zone and settings of a site. The cheapest call that proves a key.
    GetSiteInfo: "get_site_info", Read -> Record<SiteInfo>, Record::parse
}

nothing_required! {
    /// The site of the key.
    GetSiteInfo
}

impl GetSiteInfo {
    setters! {
        /// The site, with a metasite's key.
        site_id(SiteId) => "site_id";
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
