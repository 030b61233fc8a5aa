//! Seasons: parts of the year with rules of their own for the length of a rental.

use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::Value;

use crate::macros::{call, flags, setters};
use crate::params::Params;
use crate::types::{ResourceId, SeasonId, SiteId};
use crate::wire::{self, Entry};

call! {
    /// `get_resource_seasons`: the seasons of a resource or of the site.
    GetResourceSeasons: "get_resource_seasons", Read -> Vec<Entry<Season>>, |data| wire::entries(data, "seasons")
}

impl GetResourceSeasons {
    /// Those of a resource.
    pub fn of_resource(resource: impl Into<ResourceId>) -> Self {
        Self {
            params: Params::default().with("resource_id", resource.into()),
        }
    }

    /// Those of the whole site.
    pub fn of_site() -> Self {
        Self::of_resource(0)
    }
}

/// A season.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct Season {
    /// The id.
    pub season_id: SeasonId,
    /// Of several seasons the one with the lowest number counts.
    #[serde(default, deserialize_with = "wire::number")]
    pub priority: Option<u64>,
    /// The month of its first day, 1 to 12.
    #[serde(default, deserialize_with = "wire::number")]
    pub start_month: Option<u64>,
    /// Its first day, in the month.
    #[serde(default, deserialize_with = "wire::number")]
    pub start_day: Option<u64>,
    /// The month of its last day, 1 to 12.
    #[serde(default, deserialize_with = "wire::number")]
    pub end_month: Option<u64>,
    /// Its last day, in the month.
    #[serde(default, deserialize_with = "wire::number")]
    pub end_day: Option<u64>,
    /// The only year it is in, where it is not every year.
    #[serde(default, deserialize_with = "wire::number")]
    pub year: Option<u64>,
    /// The shortest rental, in hours.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub min_rental_time: Option<Decimal>,
    /// The longest rental, in hours.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub max_rental_time: Option<Decimal>,
    /// The days of the week on which a rental may start.
    #[serde(default, deserialize_with = "wire::scalar")]
    pub start_weekday_flags: Option<Weekdays>,
    /// The days of the week on which a rental may end.
    #[serde(default, deserialize_with = "wire::scalar")]
    pub end_weekday_flags: Option<Weekdays>,
    /// Its title.
    #[serde(default, deserialize_with = "wire::text")]
    pub title: Option<String>,
    /// Its colour in the back end.
    #[serde(default, deserialize_with = "wire::text")]
    pub color: Option<String>,
}

flags! {
    /// Days of the week (documented).
    Weekdays {
        /// Sunday.
        SUNDAY = 1,
        /// Monday.
        MONDAY = 2,
        /// Tuesday.
        TUESDAY = 4,
        /// Wednesday.
        WEDNESDAY = 8,
        /// Thursday.
        THURSDAY = 16,
        /// Friday.
        FRIDAY = 32,
        /// Saturday.
        SATURDAY = 64,
    }
}

/// A day of any year. A date becomes one; its year is not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MonthDay {
    month: u32,
    day: u32,
}

impl MonthDay {
    /// The month, 1 to 12, and the day in it. Whether there is such a day is Planyo's to say.
    #[must_use]
    pub fn new(month: u32, day: u32) -> Self {
        Self { month, day }
    }
}

impl From<NaiveDate> for MonthDay {
    fn from(date: NaiveDate) -> Self {
        Self::new(date.month(), date.day())
    }
}

call! {
    /// `add_resource_season`: a new season. The answer is unknown; [`GetResourceSeasons`] has the new id.
    AddResourceSeason: "add_resource_season", Unsafe -> Value, wire::any
}

impl AddResourceSeason {
    /// For one resource, with the shortest rental in hours.
    pub fn of_resource(
        resource: impl Into<ResourceId>,
        start: impl Into<MonthDay>,
        end: impl Into<MonthDay>,
        min_rental_time: impl Into<Decimal>,
    ) -> Self {
        let mut season = Self::of_site(start, end, min_rental_time);
        season.params.set("resource_id", resource.into());
        season
    }

    /// For the whole site, with the shortest rental in hours.
    pub fn of_site(
        start: impl Into<MonthDay>,
        end: impl Into<MonthDay>,
        min_rental_time: impl Into<Decimal>,
    ) -> Self {
        Self {
            params: Params::default(),
        }
        .start(start)
        .end(end)
        .min_rental_time(min_rental_time)
    }

    setters! {
        /// The site, with a metasite's key.
        site_id(SiteId) => "site_id";
    }
}

call! {
    /// `modify_resource_season`: changes what is set of a season, and no more. The answer is unknown.
    ModifyResourceSeason: "modify_resource_season", Idempotent -> Value, wire::any
}

impl ModifyResourceSeason {
    /// The season with this id.
    pub fn new(season: impl Into<SeasonId>) -> Self {
        Self {
            params: Params::default().with("season_id", season.into()),
        }
    }
}

/// The setters that adding and changing a season share.
macro_rules! details {
    ($($request:ident)*) => {
        $(impl $request {
            /// Its first day.
            pub fn start(mut self, start: impl Into<MonthDay>) -> Self {
                let start = start.into();
                self.params.set("start_month", start.month);
                self.params.set("start_day", start.day);
                self
            }

            /// Its last day.
            pub fn end(mut self, end: impl Into<MonthDay>) -> Self {
                let end = end.into();
                self.params.set("end_month", end.month);
                self.params.set("end_day", end.day);
                self
            }

            setters! {
                /// The only year it is in. Without it, every year.
                year(u32) => "year";
                /// The shortest rental, in hours.
                min_rental_time(Decimal) => "min_rental_time";
                /// The longest rental, in hours.
                max_rental_time(Decimal) => "max_rental_time";
                /// The days of the week on which a rental may start.
                start_weekday_flags(Weekdays) => "start_weekday_flags";
                /// The days of the week on which a rental may end.
                end_weekday_flags(Weekdays) => "end_weekday_flags";
                /// Of several seasons the one with the lowest number counts.
                priority(u32) => "priority";
                /// Its title.
                title(String) => "title";
            }
        })*
    };
}

details!(AddResourceSeason ModifyResourceSeason);
