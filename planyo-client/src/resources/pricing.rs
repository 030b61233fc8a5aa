//! What resources cost.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::Value;

use super::days;
use crate::macros::{call, number_codes, setters, switches};
use crate::params::Params;
use crate::types::{ResourceId, SiteId, SiteTime};
use crate::wire::{self, Record};

call! {
    /// `get_resource_pricing`: the prices and pricing rules of a site. To know what a rental costs, ask
    /// [`GetRentalPrice`](crate::reservations::GetRentalPrice).
    GetResourcePricing: "get_resource_pricing", Read -> Record<Pricing>, Record::parse
}

impl GetResourcePricing {
    /// Of all resources of the site.
    pub fn new(site: impl Into<SiteId>) -> Self {
        Self {
            params: Params::default().with("site_id", site.into()),
        }
    }

    setters! {
        /// Only of this resource.
        resource_id(ResourceId) => "resource_id";
    }
}

/// Prices and rules.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct Pricing {
    /// The price of each resource when no rule gives another.
    #[serde(default, deserialize_with = "wire::map")]
    pub default_prices: BTreeMap<ResourceId, DefaultPrice>,
    /// The rules of each resource.
    #[serde(default, deserialize_with = "wire::map_of_items")]
    pub pricing_rules: BTreeMap<ResourceId, Vec<PricingRule>>,
}

/// What a resource costs when no rule says otherwise.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct DefaultPrice {
    /// The price.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub unit_price: Option<Decimal>,
    /// ISO 4217.
    #[serde(default, deserialize_with = "wire::text")]
    pub currency: Option<String>,
    /// What it is for.
    #[serde(default, deserialize_with = "wire::scalar")]
    pub price_type: Option<PriceType>,
    /// The resource's name.
    #[serde(default, deserialize_with = "wire::text")]
    pub resource_name: Option<String>,
}

/// A rule of the pricing manager.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct PricingRule {
    /// By which [`SetResourcePricing`] names it.
    #[serde(default, deserialize_with = "wire::text")]
    pub rule_id: Option<String>,
    /// When it applies, as Planyo's name or number for it.
    #[serde(default, deserialize_with = "wire::text")]
    pub rule_type: Option<String>,
    /// As `rule_type`, in more detail.
    #[serde(default, deserialize_with = "wire::text")]
    pub rule_subtype: Option<String>,
    /// What it is compared with, by type.
    #[serde(default, deserialize_with = "wire::text")]
    pub rule_value: Option<String>,
    /// The other value of a rule that has two.
    #[serde(default, deserialize_with = "wire::text")]
    pub rule_value_2: Option<String>,
    /// The price as Planyo writes it: a number, or the text of a rule that has a message.
    #[serde(default, deserialize_with = "wire::text")]
    pub price: Option<String>,
    /// What the price is for.
    #[serde(default, deserialize_with = "wire::scalar")]
    pub price_type: Option<PriceType>,
}

impl PricingRule {
    /// The price, where it is a number.
    #[must_use]
    pub fn amount(&self) -> Option<Decimal> {
        self.price.as_deref()?.trim().parse().ok()
    }
}

number_codes! {
    /// What a price is for (documented for [`SetResourcePricing`]).
    PriceType {
        /// The resource's own unit of time.
        DefaultUnit = 0,
        /// A person.
        Person = 1,
        /// The resource's own unit of time, and a person.
        DefaultUnitAndPerson = 2,
        /// A unit of the resource.
        Unit = 3,
        /// A percentage.
        Percent = 4,
        /// No price but a message: why it cannot be booked.
        Unavailable = 5,
        /// An hour.
        Hour = 6,
        /// A day.
        Day = 7,
        /// A week.
        Week = 8,
        /// A week and a person.
        WeekAndPerson = 9,
        /// The payment in advance.
        Prepayment = 10,
        /// No price but an information.
        Information = 11,
        /// Hours that cost nothing.
        FreeHours = 13,
        /// The reservation.
        Reservation = 14,
        /// An adult.
        Adult = 15,
        /// The resource's own unit of time, and an adult.
        DefaultUnitAndAdult = 16,
        /// A child.
        Child = 17,
        /// The resource's own unit of time, and a child.
        DefaultUnitAndChild = 18,
    }
}

call! {
    /// `set_resource_pricing`: prices of the pricing manager's rules. At least one must be set.
    ///
    /// Rules go by their id ([`PricingRule::rule_id`]) or by the permanent tag that they have in the pricing manager. A
    /// price that is raised is raised again by a retry, so this call is not retried.
    ///
    /// ```no_run
    /// # async fn run(planyo: planyo_client::Client) -> planyo_client::Result<()> {
    /// use planyo_client::resources::{PriceType, SetResourcePricing};
    ///
    /// let prices = SetResourcePricing::new(22222).price("summer", 120).price_type("summer", PriceType::Day);
    /// planyo.send(prices).await?;
    /// # Ok(()) }
    /// ```
    SetResourcePricing: "set_resource_pricing", Unsafe -> (), wire::nothing
}

impl SetResourcePricing {
    /// For this resource.
    pub fn new(resource: impl Into<ResourceId>) -> Self {
        Self {
            params: Params::default().with("resource_id", resource.into()),
        }
    }

    /// The rule's price becomes this one.
    pub fn price(self, rule: &str, price: impl Into<Decimal>) -> Self {
        self.text(rule, price.into().to_string())
    }

    /// The rule's price rises by so much. What Planyo makes of a negative amount is unknown.
    pub fn raise(self, rule: &str, by: impl Into<Decimal>) -> Self {
        self.text(rule, format!("+{}", by.into()))
    }

    /// The text of a rule that has a message instead of a price.
    pub fn text(mut self, rule: &str, text: impl Into<String>) -> Self {
        self.params
            .set(format!("rule_price_value_{rule}"), text.into());
        self
    }

    /// What the rule's price is for.
    pub fn price_type(mut self, rule: &str, kind: PriceType) -> Self {
        self.params.set(format!("rule_price_type_{rule}"), kind);
        self
    }
}

call! {
    /// `get_simplified_daily_pricing`: a price for each day, for channel managers; two years at most.
    GetSimplifiedDailyPricing: "get_simplified_daily_pricing", Read -> Record<DailyPricing>, Record::parse
}

call! {
    /// `get_simplified_daily_restrictions`: what limits a stay on each day, for channel managers; two years at
    /// most. The answer is unknown.
    GetSimplifiedDailyRestrictions: "get_simplified_daily_restrictions", Read -> Value, wire::any
}

impl GetSimplifiedDailyRestrictions {
    switches! {
        /// Also the days on which all units are on vacation.
        return_blocked_days => "return_blocked_days" = true;
    }
}

/// The constructors that the daily methods share.
macro_rules! daily {
    ($($request:ident)*) => {
        $(impl $request {
            /// Of one resource.
            pub fn of_resource(resource: impl Into<ResourceId>, start: NaiveDate, end: NaiveDate) -> Self {
                Self {
                    params: days(Some(resource.into()), start, end),
                }
            }

            /// Of all resources.
            pub fn of_all(start: NaiveDate, end: NaiveDate) -> Self {
                Self {
                    params: days(None, start, end),
                }
            }

            setters! {
                /// The site, with a metasite's key and all resources.
                site_id(SiteId) => "site_id";
            }
        })*
    };
}

daily!(GetSimplifiedDailyPricing GetSimplifiedDailyRestrictions);

/// The answer to [`GetSimplifiedDailyPricing`]. It also has warnings, and other prices whose names begin with `prices_`:
/// read them by [`Record::extra`].
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct DailyPricing {
    /// The prices of each resource.
    #[serde(default, deserialize_with = "wire::map_of_items")]
    pub prices: BTreeMap<ResourceId, Vec<DailyPrice>>,
}

/// The price of some days.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct DailyPrice {
    /// The first of them.
    #[serde(default, deserialize_with = "wire::time")]
    pub from: Option<SiteTime>,
    /// The last of them, or the one after: unknown.
    #[serde(default, deserialize_with = "wire::time")]
    pub to: Option<SiteTime>,
    /// The price of a day.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub price: Option<Decimal>,
}
