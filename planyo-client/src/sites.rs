//! Sites: their settings, photos, moderators and reviews, and whether Planyo answers at all.

use std::collections::BTreeMap;
use std::fmt;

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, de};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::endpoint::{Endpoint, Safety};
use crate::macros::{
    call, flags, lists, nothing_required, setters, sized_pages, switches, text_codes,
};
use crate::page::Page;
use crate::params::{Params, underscored};
use crate::properties::SearchCondition;
use crate::types::{Language, PhotoId, ResourceId, SiteId, SiteTime, UserId};
use crate::users::GivenRole;
use crate::wire::{self, Entry, Identified, Record};

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
    ///
    /// ```no_run
    /// # async fn run(planyo: planyo_client::Client) -> planyo_client::Result<()> {
    /// use planyo_client::sites::GetSiteInfo;
    ///
    /// let site = planyo.send(GetSiteInfo::new()).await?;
    /// println!("times are those of {}", site.timezone.as_deref().unwrap_or("an unknown zone"));
    /// # Ok(()) }
    /// ```
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

/// A site. All fields but the last three are documented. `Debug` does not show the administrator's address.
#[derive(Clone, Deserialize)]
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
    #[serde(default, deserialize_with = "wire::id")]
    pub admin_id: Option<UserId>,
    /// The administrator's e-mail address.
    #[serde(default, deserialize_with = "wire::text")]
    pub email: Option<String>,
    /// The number of the category.
    #[serde(default, deserialize_with = "wire::number")]
    pub category: Option<u64>,
    /// What is added to a price that is paid online, in percent.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub online_payment_surcharge: Option<Decimal>,
    /// Custom properties of the site.
    #[serde(default, deserialize_with = "wire::texts")]
    pub properties: BTreeMap<String, Option<String>>,
    /// The custom properties that resources of the site have, by name.
    #[serde(default, deserialize_with = "wire::map")]
    pub custom_resource_properties: BTreeMap<String, ResourceProperty>,
    /// Photos of the site.
    #[serde(default, deserialize_with = "wire::items")]
    pub photos: Vec<Photo>,
    /// The site's id (third-party sample).
    #[serde(default, deserialize_with = "wire::id")]
    pub id: Option<SiteId>,
    /// How the site shows dates (third-party sample).
    #[serde(default, deserialize_with = "wire::scalar")]
    pub date_format: Option<DateFormat>,
    /// The distance of the site's clock from UTC (third-party sample, in an unknown form).
    #[serde(default, deserialize_with = "wire::text")]
    pub timezone_offset: Option<String>,
}

impl fmt::Debug for SiteInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SiteInfo")
            .field("id", &self.id)
            .field("name", &self.name)
            .field("timezone", &self.timezone)
            .finish_non_exhaustive()
    }
}

/// A custom property that the resources of a site have.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct ResourceProperty {
    /// The name.
    #[serde(default, deserialize_with = "wire::text")]
    pub name: Option<String>,
    /// The values it may have. That they are separated by commas is inferred.
    #[serde(default, deserialize_with = "wire::comma_list")]
    pub allowed_values: Vec<String>,
    /// How customers can search for it.
    #[serde(default, deserialize_with = "wire::scalar")]
    pub search_condition: Option<SearchCondition>,
}

/// A photo.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct Photo {
    /// The id, for [`RemoveSiteImage`] and [`RemoveResourceImage`](crate::resources::RemoveResourceImage).
    #[serde(default, deserialize_with = "wire::id")]
    pub id: Option<PhotoId>,
    /// Where it is.
    #[serde(default, deserialize_with = "wire::text")]
    pub path: Option<String>,
    /// What is written beside it.
    #[serde(default, deserialize_with = "wire::text")]
    pub title: Option<String>,
}

call! {
    /// `list_sites`: the sites of a metasite, page by page.
    ///
    /// Planyo's page of the answer could not be read: that the list is called `sites` or `results`, and that a site has its
    /// id as `id` or `site_id`, are guesses. A record without an id is an [`InvalidRecord`](crate::InvalidRecord) with its
    /// JSON.
    ///
    /// ```no_run
    /// # async fn run(planyo: planyo_client::Client) -> planyo_client::Result<()> {
    /// use planyo_client::sites::{ListSites, SiteDetail};
    ///
    /// let sites = planyo.pages(ListSites::new().detail_level(SiteDetail::NAME)).all().await?;
    /// println!("{} sites", sites.records.len());
    /// # Ok(()) }
    /// ```
    ListSites: "list_sites", Read -> Page<Site>, |data| Page::parse(data, "sites").or_else(|_| Page::parse(data, "results"))
}

sized_pages! {
    /// Every site of the metasite, in pages of 500.
    ListSites of Site, 500
}

impl ListSites {
    setters! {
        /// What to send of each site.
        detail_level(SiteDetail) => "detail_level";
        /// Only sites of this administrator.
        admin_id(UserId) => "admin_id";
    }

    /// Only sites whose custom property has this value.
    pub fn property_is(self, property: &str, value: impl Into<String>) -> Self {
        self.filter(property, "filter_value", value.into())
    }

    /// Only sites whose custom property contains this text.
    pub fn property_contains(self, property: &str, text: impl Into<String>) -> Self {
        self.filter(property, "filter_value_inc", text.into())
    }

    fn filter(self, property: &str, condition: &'static str, value: String) -> Self {
        self.param("filter_name", site_property(property))
            .param(condition, value)
    }

    /// Only sites within a distance, such as `10km`, of this latitude and longitude.
    pub fn near(
        self,
        latitude: impl Into<Decimal>,
        longitude: impl Into<Decimal>,
        distance: impl Into<String>,
    ) -> Self {
        let centre = format!("{},{}", latitude.into(), longitude.into());
        self.param("prop_cal_gps_coords", centre)
            .param("ppp_gps_coords_radius", distance.into())
    }
}

flags! {
    /// How much of a site [`ListSites`] gives (documented).
    SiteDetail {
        /// The name.
        NAME = 1,
        /// Settings.
        SETTINGS = 2,
        /// Custom properties.
        PROPERTIES = 4,
        /// Photos.
        PHOTOS = 8,
        /// How its extensions are used.
        EXTENSIONS = 16,
    }
}

/// A site of a metasite. That it has the fields of [`GetSiteInfo`] is a guess.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Site {
    /// The id.
    pub id: SiteId,
    /// What the detail level asks for.
    pub info: SiteInfo,
}

impl Identified for Site {
    fn id(&self) -> u64 {
        self.id.get()
    }
}

impl<'de> Deserialize<'de> for Site {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        let id = wire::first_id(&raw, &["id", "site_id"])
            .ok_or_else(|| de::Error::custom("a site without an id"))?;
        let info = serde_json::from_str(raw.get()).map_err(de::Error::custom)?;
        Ok(Self {
            id: id.into(),
            info,
        })
    }
}

call! {
    /// `modify_site`: changes the settings that are set, and no other.
    ModifySite: "modify_site", Idempotent -> (), wire::nothing
}

nothing_required! {
    /// The site of the key.
    ModifySite
}

impl ModifySite {
    setters! {
        /// The site, with a metasite's key.
        site_id(SiteId) => "site_id";
        /// Name.
        name(String) => "name";
        /// Description.
        description(String) => "description";
        /// Whether customers can put several reservations into a cart.
        use_shopping_cart(bool) => "use_shopping_cart";
        /// The time zone of every local time of the site, such as `Europe/Brussels`.
        timezone(String) => "timezone";
        /// How the site shows dates.
        date_format(DateFormat) => "date_format";
        /// How the site shows times.
        time_format(TimeFormat) => "time_format";
        /// The language of the site.
        default_language(Language) => "default_language";
        /// What is added to a price that is paid online, in percent.
        online_payment_surcharge(Decimal) => "online_payment_surcharge";
        /// For so many days notifications may be sent late.
        notification_send_window(Decimal) => "notification_send_window";
    }

    lists! {
        /// The domains that may show the site: 10 at most.
        allowed_domains(String) => "allowed_domains";
    }

    /// A custom property of the site. Spaces in its name become underscores, as Planyo writes them.
    pub fn property(self, name: &str, value: impl Into<String>) -> Self {
        self.param(site_property(name), value.into())
    }
}

fn site_property(name: &str) -> String {
    format!("prop_cal_{}", underscored(name))
}

text_codes! {
    /// How a site shows dates, in the letters of PHP (documented).
    DateFormat {
        /// 2026/06/01
        YearMonthDaySlashes = "Y/m/d",
        /// 2026-06-01
        YearMonthDayHyphens = "Y-m-d",
        /// 01.06.2026
        DayMonthYearDots = "d.m.Y",
        /// 01 Jun 2026
        DayMonthName = "d M Y",
        /// Jun 01, 2026
        MonthNameDay = "M d, Y",
        /// 06/01/2026
        MonthDayYearSlashes = "m/d/Y",
    }
}

text_codes! {
    /// How a site shows times, in the letters of PHP (documented).
    TimeFormat {
        /// 18:30
        Hours24 = "H:i",
        /// 06:30 pm
        Hours12 = "h:i a",
    }
}

call! {
    /// `add_site`: makes a site after an old one, with a metasite's key. What it answers is unknown; a new API key, if one
    /// was asked for, is probably in it, so that `Debug` shows nothing but the site's id.
    AddSite: "add_site", Unsafe -> Record<NewSite>, Record::of_write
}

impl AddSite {
    /// A copy of a site, without its resources, for this administrator.
    pub fn new(
        base_site: impl Into<SiteId>,
        admin: impl Into<UserId>,
        name: impl Into<String>,
        plan: impl Into<SitePlan>,
    ) -> Self {
        Self {
            params: Params::default()
                .with("base_site_id", base_site.into())
                .with("admin_id", admin.into())
                .with("name", name.into())
                .with("is_commission_based", plan.into()),
        }
    }

    setters! {
        /// The account to which payments go.
        payment_account_id(String) => "payment_account_id";
        /// A moderator of the new site.
        moderator_id(UserId) => "moderator_id";
    }

    switches! {
        /// Copies the resources that are published.
        copy_published_resources => "copy_resources" = true;
        /// Makes an API key, **without any restrictions**.
        generate_api_key => "generate_api_key" = true;
    }

    /// Copies all resources, also those that are not published.
    pub fn copy_all_resources(self) -> Self {
        self.copy_published_resources()
            .param("copy_published_resources_only", false)
    }
}

text_codes! {
    /// What a site pays Planyo (documented).
    SitePlan {
        /// A fixed price: the plan PRO.
        Pro = "false",
        /// A commission: the plan PRO-COMM.
        Commission = "true",
    }
}

/// A site that was made. Its fields are a guess: the raw record has what Planyo really sent.
#[derive(Clone, Debug, Default, Deserialize)]
#[non_exhaustive]
pub struct NewSite {
    /// The site's id.
    #[serde(default, deserialize_with = "wire::id")]
    pub site_id: Option<SiteId>,
}

call! {
    /// `add_api_key`: makes an API key. Of this method only the name is known: every parameter goes through
    /// [`param`](Self::param).
    AddApiKey: "add_api_key", Unsafe -> Record<NewApiKey>, Record::of_write
}

nothing_required! {
    /// Without any parameter yet.
    AddApiKey
}

/// A key that was made. What Planyo answers is unknown: [`Record::raw`] has it, and no `Debug` shows it.
#[derive(Clone, Debug, Default, Deserialize)]
#[non_exhaustive]
pub struct NewApiKey {}

call! {
    /// `add_site_moderator`: makes a user a moderator of the site.
    ///
    /// It may become so only later: then the answer is [`RoleStatus::Pending`](crate::users::RoleStatus::Pending).
    AddSiteModerator: "add_site_moderator", Unsafe -> Record<GivenRole>, Record::of_write
}

impl AddSiteModerator {
    /// A moderator beside others.
    pub fn new(user: impl Into<UserId>) -> Self {
        Self::with(user.into(), false)
    }

    /// The main moderator.
    pub fn main(user: impl Into<UserId>) -> Self {
        Self::with(user.into(), true)
    }

    fn with(user: UserId, is_main: bool) -> Self {
        Self {
            params: Params::default()
                .with("user_id", user)
                .with("is_main_moderator", is_main),
        }
    }

    setters! {
        /// The site, with a metasite's key.
        site_id(SiteId) => "site_id";
    }
}

call! {
    /// `remove_site_moderator`: makes a user a moderator no more. Its parameters are a guess: set what Planyo really requires
    /// by [`param`](Self::param). A retry may say that there is none.
    RemoveSiteModerator: "remove_site_moderator", Idempotent -> (), wire::nothing
}

impl RemoveSiteModerator {
    /// The moderator with this id.
    pub fn new(user: impl Into<UserId>) -> Self {
        Self {
            params: Params::default().with("user_id", user.into()),
        }
    }

    setters! {
        /// The site, with a metasite's key.
        site_id(SiteId) => "site_id";
    }
}

call! {
    /// `add_site_image`: adds a photo to a site. Its parameters are a guess: set what Planyo really requires by
    /// [`param`](Self::param).
    AddSiteImage: "add_site_image", Unsafe -> Value, wire::any
}

impl AddSiteImage {
    /// The photo at this address.
    pub fn new(site: impl Into<SiteId>, image_url: impl Into<String>) -> Self {
        Self {
            params: Params::default()
                .with("site_id", site.into())
                .with("image_url", image_url.into()),
        }
    }

    setters! {
        /// What is written beside it.
        title(String) => "title";
    }
}

call! {
    /// `remove_site_image`: removes a photo of a site. Its parameters are a guess: set what Planyo really requires by
    /// [`param`](Self::param). A retry may say that there is none.
    RemoveSiteImage: "remove_site_image", Idempotent -> (), wire::nothing
}

impl RemoveSiteImage {
    /// The photo with this id.
    pub fn new(photo: impl Into<PhotoId>) -> Self {
        Self {
            params: Params::default().with("image_id", photo.into()),
        }
    }

    setters! {
        /// The site.
        site_id(SiteId) => "site_id";
    }
}

call! {
    /// `list_reviews`: what customers say of the site or of one resource, the latest first. There are no pages.
    ListReviews: "list_reviews", Read -> Vec<Entry<Review>>, |data| wire::entries(data, "results")
}

nothing_required! {
    /// Of all resources.
    ListReviews
}

impl ListReviews {
    setters! {
        /// Only of this resource.
        resource_id(ResourceId) => "resource_id";
        /// So many at most; Planyo gives no more than 500.
        limit(u32) => "limit";
    }
}

/// What a customer says. It has no id of its own. `Debug` shows neither name nor text.
#[derive(Clone, Deserialize)]
#[non_exhaustive]
pub struct Review {
    /// The customer's mark. Which marks there are is unknown.
    #[serde(default, deserialize_with = "wire::number")]
    pub rating: Option<u64>,
    /// When it was written.
    #[serde(default, deserialize_with = "wire::time")]
    pub date: Option<SiteTime>,
    /// What the customer wrote.
    #[serde(default, deserialize_with = "wire::text")]
    pub text: Option<String>,
    /// What the site answered.
    #[serde(default, deserialize_with = "wire::text")]
    pub reply: Option<String>,
    /// The customer.
    #[serde(default, deserialize_with = "wire::id")]
    pub user_id: Option<UserId>,
    /// The customer's first name.
    #[serde(default, deserialize_with = "wire::text")]
    pub first_name: Option<String>,
    /// What was booked.
    #[serde(default, deserialize_with = "wire::id")]
    pub resource_id: Option<ResourceId>,
}

impl fmt::Debug for Review {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Review")
            .field("user_id", &self.user_id)
            .field("resource_id", &self.resource_id)
            .finish_non_exhaustive()
    }
}

/// Writes a call of which only the name is known.
macro_rules! name_only {
    ($($(#[$doc:meta])* $name:ident: $method:literal;)*) => {
        $(call! {
            $(#[$doc])*
            ///
            /// Of this method only the name is known: every parameter goes through [`param`](Self::param).
            $name: $method, Unsafe -> Value, wire::any
        }

        nothing_required! {
            /// Without any parameter yet.
            $name
        })*
    };
}

name_only! {
    /// `set_payment_gateway`: sets how customers of a site pay online.
    SetPaymentGateway: "set_payment_gateway";
    /// `add_url_to_admin_favorites`: adds a link to the favourites that administrators have in the back end.
    AddUrlToAdminFavorites: "add_url_to_admin_favorites";
    /// `remove_url_from_admin_favorites`: removes a link from the favourites that administrators have in the back end.
    RemoveUrlFromAdminFavorites: "remove_url_from_admin_favorites";
}
